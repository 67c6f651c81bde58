"""The process in which `geo.sources.apart` runs a reader: `child.py READER FUNCTION MEMORY`.

Arguments come pickled on standard input, the answer goes pickled to standard output. This file
imports nothing of the package: importing that costs seconds.
"""

from __future__ import annotations

import os
import pickle
import runpy
import sys
from typing import Any


def main() -> None:
    """Call the reader's function within its bounds; answer ("ok", "error" or "memory", value)."""
    reader, function, memory = sys.argv[1:4]
    arguments = pickle.load(sys.stdin.buffer)  # noqa: S301 -- sent by our own parent
    # What a library prints must not stand in the answer.
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _bound(int(memory))
    with answer:
        pickle.dump(_called(reader, function, arguments), answer)


def _called(reader: str, function: str, arguments: tuple[Any, ...]) -> tuple[str, Any]:
    try:
        return "ok", runpy.run_path(reader)[function](*arguments)
    except MemoryError:
        return "memory", None
    # A panic of Rust is a BaseException; whatever it was, the parent says it of the file.
    except BaseException as error:  # noqa: BLE001
        return "error", (type(error).__name__, str(error))


def _bound(memory: int) -> None:
    """Let the process have so many bytes, and leave no core where it dies."""
    if sys.platform == "win32":  # it has no such bounds
        return
    import resource  # noqa: PLC0415 -- not on Windows

    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


if __name__ == "__main__":
    main()
