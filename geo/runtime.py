"""What this process takes of its machine: threads, workers, and the memory that it freed."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

MOST_THREADS = 8
"""Beyond these the geometry library waits for memory, not for cores."""
PROCESS = 400_000_000
"""Bytes that a process with our libraries takes before it has data."""
_SHARE = 0.8


def threads() -> int:
    """Threads for work on arrays: as many as cores, or as `MUJUN_THREADS` says; from 1 to 64.

    No figure hangs on it.
    """
    wanted = os.environ.get("MUJUN_THREADS", "")
    if wanted.isascii() and wanted.isdigit():
        return min(max(int(wanted), 1), 64)
    return min(os.cpu_count() or 1, MOST_THREADS)


class Later(Protocol):
    """Begins work of which nothing is needed yet; `result()` waits for its answer."""

    def __call__(self, work: Callable[P, R], /, *arguments: P.args, **named: P.kwargs) -> Future[R]:
        """`work` of the arguments, begun."""


@contextlib.contextmanager
def second_thread() -> Iterator[Later]:
    """A thread beside this one: arrays, Arrow and geometries let go of the GIL.

    Both may read the same frames, and neither changes them. What it raised is raised by
    `result()`. Where this process has one core the work is done at once.

    >>> with second_thread() as later:
    ...     total = later(sum, [1, 2])
    ...     total.result()
    3
    """
    if threads() < 2:
        yield _at_once
        return
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit


def _at_once(work: Callable[P, R], /, *arguments: P.args, **named: P.kwargs) -> Future[R]:
    done: Future[R] = Future()
    try:
        done.set_result(work(*arguments, **named))
    except Exception as error:  # noqa: BLE001 -- raised where the answer is asked for
        done.set_exception(error)
    return done


def total_memory() -> int:
    """Bytes of memory of this computer; 0 where it does not say."""
    if sys.platform == "win32":
        return _windows_memory(1)
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 0


def free_memory() -> int:
    """Bytes that may be taken now, of a container's share too; 0 where nothing says it."""
    if sys.platform == "win32":
        return _windows_memory(2)
    known = [total_memory()]
    for line in _lines("/proc/meminfo"):
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            known.append(int(value.split()[0]) * 1024)
    group = Path("/sys/fs/cgroup")
    most, taken = (next(_lines(group / f"memory.{name}"), "") for name in ("max", "current"))
    if most.isdigit() and taken.isdigit():
        known.append(max(int(most) - int(taken), 1))
    return min(known)


def _lines(file: str | Path) -> Iterator[str]:
    with contextlib.suppress(OSError):
        yield from Path(file).read_text(encoding="utf-8").splitlines()


def _windows_memory(at: int) -> int:
    """A number of MEMORYSTATUSEX, two of 32 bits and seven of 64: all memory, then what is free."""
    status = (ctypes.c_uint64 * 8)()
    ctypes.cast(status, ctypes.POINTER(ctypes.c_uint32))[0] = ctypes.sizeof(status)
    windows = getattr(ctypes, "windll")  # noqa: B009 -- of Windows only
    return int(status[at]) if windows.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)) else 0


def usable_memory() -> float:
    """Bytes that processes of ours may take, of what is free; 0 where nothing says it."""
    return free_memory() * _SHARE


def processes_that_fit(data: int) -> int:
    """How many processes there is memory for, each with so many bytes of data; 0 where none or unknown."""
    return int(usable_memory() // (PROCESS + data))


def collect_seldom() -> None:
    """Look for cyclic garbage at every 100,000th object, not every 700th: an eighth of a short run.

    Frames and geometries are freed by count; cycles are few. At the end nothing is looked for:
    Python takes a tenth of a short run to free, object by object, what ends with the process.
    """
    gc.set_threshold(100_000, 20, 20)
    atexit.register(gc.freeze)


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


def give_back_memory() -> None:
    """Give freed memory back to the machine, between two stages of a long run.

    glibc keeps whole pages that lie between small objects, as outlines are: of 1,000,000 parcels
    a quarter of a process.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim:
        trim(0)
