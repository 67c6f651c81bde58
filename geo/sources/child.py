"""The process in which `geo.sources.apart` runs a reader: `child.py READER FUNCTION MEMORY`.

Arguments come pickled on standard input, answers go pickled to standard output. This file
imports nothing of the package: importing that costs seconds.
"""

from __future__ import annotations

import os
import pickle
import runpy
import sys
from collections.abc import Iterator
from typing import Any


def main() -> None:
    """Call the reader's function within its bounds; answer ("ok", "end", "error" or "memory", value)."""
    reader, function, memory = sys.argv[1:4]
    arguments = pickle.load(sys.stdin.buffer)  # noqa: S301 -- sent by our own parent
    # What a library prints must not stand in the answer.
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _bound(int(memory))
    with answer:
        for said in _answers(reader, function, arguments):
            pickle.dump(said, answer, protocol=5)
            answer.flush()


def _answers(reader: str, function: str, arguments: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """What the function returns; of a generator each thing that it yields, then "end"."""
    try:
        value = runpy.run_path(reader)[function](*arguments)
        if not isinstance(value, Iterator):
            yield "ok", value
            return
        for one in value:
            yield "ok", one
        yield "end", None
    except MemoryError:
        yield "memory", None
    # A panic of Rust is a BaseException; whatever it was, the parent says it of the file.
    except BaseException as error:  # noqa: BLE001
        yield "error", (type(error).__name__, str(error))


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
