"""What this process takes of its machine: how many threads, and the memory that it freed."""

from __future__ import annotations

import ctypes
import gc
import os
import sys

MOST_THREADS = 8
"""Beyond these the geometry library waits for memory, not for cores."""


def threads() -> int:
    """Threads for work on arrays: as many as cores, or as `MUJUN_THREADS` says; from 1 to 64.

    No figure hangs on it.
    """
    wanted = os.environ.get("MUJUN_THREADS", "")
    if wanted.isascii() and wanted.isdigit():
        return min(max(int(wanted), 1), 64)
    return min(os.cpu_count() or 1, MOST_THREADS)


def collect_seldom() -> None:
    """Look for cyclic garbage at every 100,000th object, not every 700th: an eighth of a short run.

    Frames and geometries are freed by count; cycles are few.
    """
    gc.set_threshold(100_000, 20, 20)


def keep_memory() -> None:
    """Let this process keep the memory that it freed: the next array is as large as the last.

    glibc gives it back at once, dask's workers even from 64 KB on, and each page that comes again
    is a fault and a page of zeros: a third of a part's time. No other library of C has the switch.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        import pyarrow as pa  # noqa: PLC0415 -- not for a command that only prints

        mapped, trimmed, padded = -3, -1, -2  # M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_TOP_PAD
        mallopt(mapped, 32 << 20)
        mallopt(trimmed, 256 << 20)
        mallopt(padded, 64 << 20)
        pa.set_memory_pool(pa.system_memory_pool())
