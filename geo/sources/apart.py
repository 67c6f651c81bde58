"""A reader in a process of its own, with bounds on time and memory.

Libraries written in C, C++ or Rust can end the process at a damaged file (an abort, a signal),
hang, or ask for more memory than there is. Where a file can do that to its reader, only the
reader's process may end.

`geo.sources.child` is what runs there. It imports nothing of this package, so that it starts in
hundredths of a second; neither may the file of the reader.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS = 10.0
MEMORY = 2 << 30
"""Bounds of a reader: seconds, and bytes of address space (the latter not on Windows)."""
STALLED = 120.0
"""Seconds in which a reader that gives one thing after the other has to give the next."""

_CHILD = Path(__file__).with_name("child.py")


class ReaderError(Exception):
    """The reader raised an error by itself; `kind` is the name of its type."""

    def __init__(self, kind: str, message: str) -> None:
        self.kind = kind
        super().__init__(message)

    def __reduce__(self) -> tuple[type[ReaderError], tuple[str, str]]:
        """The error in both its parts, from one process to another."""
        return type(self), (self.kind, str(self))


class ReaderDiedError(ReaderError):
    """The reader's process ended: `kind` is "time", "memory" or "crash"."""


def read_apart(
    reader: Path, function: str, *arguments: Any, seconds: float = SECONDS, memory: int = MEMORY
) -> Any:
    """What `function` of the Python file `reader` returns for `arguments`, called in a process.

    Arguments and the result are pickled: plain objects, arrays, Arrow tables. `seconds` bounds the
    whole call, `memory` the bytes that its process may ask for. Raises ReaderError with what the
    reader raised, and ReaderDiedError where it did not come to an end.
    """
    try:
        # The command is this interpreter and files of this package.
        done = subprocess.run(  # noqa: S603
            _command(reader, function, memory),
            input=pickle.dumps(arguments),
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ReaderDiedError("time", f"no answer in {seconds:g} s") from error
    if done.returncode or not done.stdout:
        raise ReaderDiedError("crash", f"ended with {done.returncode}")
    # The answer is of our own child.
    _, value = _heard(pickle.loads(done.stdout), memory)  # noqa: S301
    return value


@contextmanager
def stream_apart(
    reader: Path, function: str, *arguments: Any, seconds: float = STALLED, memory: int = MEMORY
) -> Iterator[Iterator[Any]]:
    """What the generator `function` of the Python file `reader` yields, one thing at a time.

    `seconds` bounds the wait for each; the process ends with the block. Raises as `read_apart`.
    """
    with subprocess.Popen(  # noqa: S603 -- as above
        _command(reader, function, memory),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield _answers(process, pickle.dumps(arguments), seconds, memory)
        finally:
            process.kill()


def _answers(
    process: subprocess.Popen[bytes], asked: bytes, seconds: float, memory: int
) -> Iterator[Any]:
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    state = ""
    while state != "end":
        watch = threading.Timer(seconds, stop)
        watch.start()
        try:
            if process.stdin and not process.stdin.closed:
                with process.stdin as question:
                    question.write(asked)
            said = pickle.load(process.stdout)  # type: ignore[arg-type]  # noqa: S301 -- our child
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            if late.is_set():
                raise ReaderDiedError("time", f"no answer in {seconds:g} s") from error
            raise ReaderDiedError("crash", f"ended with {process.wait()}") from error
        finally:
            watch.cancel()
        state, value = _heard(said, memory)
        if state != "end":
            yield value


def _command(reader: Path, function: str, memory: int) -> list[str]:
    return [sys.executable, "-P", str(_CHILD), str(reader), function, str(memory)]


def _heard(said: tuple[str, Any], memory: int) -> tuple[str, Any]:
    """What the process said; its error raised."""
    state, value = said
    if state == "memory":
        raise ReaderDiedError("memory", f"asked for more than {memory >> 20:,} MB")
    if state == "error":
        raise ReaderError(*value)
    return state, value
