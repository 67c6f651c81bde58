"""Processes beside this one that do what they are given, each an interpreter of its own.

They are no forks, so that no lock of a thread is copied, and not of `multiprocessing`, which runs
the user's script again in each: a script without a `__main__` guard, a notebook and text on
standard input can have them all the same.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import struct
import subprocess
import sys
import threading
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, TypeVar

from geo.errors import EngineError, MujunError
from geo.runtime import collect_seldom, keep_memory

J = TypeVar("J")
R = TypeVar("R")
TRIES = 3
"""A job that ended so many workers is given up."""
_SERVE = "import sys; sys.path[:] = {path!r}\nfrom geo.workers import serve\nserve({threads}, {loaded!r})"
_OF_LIBRARIES = ("MUJUN_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_LENGTH = struct.Struct("<Q")


class WorkerDiedError(Exception):
    """A worker ended in the middle of a job, killed or by itself."""


def limits(threads: int) -> dict[str, str]:
    """What the environment of a process says that it may use so many threads."""
    return dict.fromkeys(_OF_LIBRARIES, str(threads))


def can_start() -> bool:
    """Whether this is a Python that can start another: QGIS and the like are not."""
    return Path(sys.executable or "").stem.lower().startswith(("python", "pypy"))


class Worker:
    """A process of `threads` threads, which loads the modules `loaded` at once."""

    def __init__(self, threads: int, loaded: Sequence[str] = ()) -> None:
        code = _SERVE.format(path=sys.path, threads=threads, loaded=tuple(loaded))
        self.process = subprocess.Popen(  # noqa: S603 -- this interpreter, our own words
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # The libraries under numpy look at it once, when they are loaded.
            env=os.environ | limits(threads),
        )
        self.ready = False

    def do(self, work: Callable[..., R], *arguments: Any) -> R:
        """`work` of the arguments, there.

        Raises what it raised; WorkerDiedError; EngineError where the process did not even start.
        """
        to, back = self.process.stdin, self.process.stdout
        if to is None or back is None:
            raise WorkerDiedError
        try:
            if not self.ready:
                _received(back)
                self.ready = True
            _send(to, pickle.dumps((work, arguments), protocol=5))
            well, answer = pickle.loads(_received(back))  # noqa: S301 -- of our own process
        except (EOFError, OSError, ValueError) as error:
            if self.ready:
                raise WorkerDiedError from error
            why = f"{sys.executable}: {self.process.wait()}"
            raise EngineError("engine.no_process_starts", why=why) from error
        if not well:
            raise answer
        out: R = answer
        return out

    def stop(self) -> None:
        """End it at once, whatever it is at."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):  # it may never have read what it was sent
                if stream is not None:
                    stream.close()


class Crew:
    """At most `count` workers, started when there is work or before, kept until `stop`."""

    def __init__(self, count: int, threads: int, loaded: Sequence[str] = ()) -> None:
        self.count, self.threads, self.loaded = count, threads, loaded
        self.stopped = False
        self._idle: deque[Worker] = deque()
        self._all: list[Worker] = []
        self._lock = threading.Lock()

    def start(self, count: int) -> None:
        """Have so many workers: they load their modules while this process does something else."""
        for _ in range(min(count, self.count) - len(self._idle)):
            self._idle.append(self._started())

    @property
    def waiting(self) -> int:
        """Workers that have started and have nothing to do."""
        return len(self._idle)

    @contextmanager
    def worker(self) -> Iterator[Callable[..., Any]]:
        """A worker for one thread: a function that does a job, again where its worker dies.

        It raises WorkerDiedError where a job ended so many workers as there are `TRIES`.
        """
        own = self._idle.popleft() if self._idle else self._started()

        def do(work: Callable[..., R], *arguments: Any) -> R:
            nonlocal own
            for tried in range(1, TRIES + 1):
                try:
                    return own.do(work, *arguments)
                except WorkerDiedError:
                    own.stop()
                    if self.stopped or tried == TRIES:
                        raise
                    own = self._started()
            raise WorkerDiedError

        yield do
        self._idle.append(own)

    def once(self, work: Callable[..., R], *arguments: Any) -> R:
        """`work` by a worker of its own, which ends with it and gives its memory back."""
        own = self._started()
        try:
            return own.do(work, *arguments)
        finally:
            own.stop()
            with self._lock:
                if own in self._all:
                    self._all.remove(own)

    def map(
        self,
        work: Callable[[J], R],
        jobs: Sequence[J],
        done: Callable[[int, int], None] = lambda *_: None,
    ) -> list[R]:
        """`work` of every job, in order; they are begun in order, each by the next idle worker."""
        answers: dict[int, R] = {}
        left = deque(enumerate(jobs))

        def help_along() -> None:
            with self.worker() as do:
                while True:
                    with self._lock:
                        if not left:
                            return
                        at, job = left.popleft()
                    answer = do(work, job)
                    with self._lock:
                        answers[at] = answer
                        done(len(answers), len(jobs))

        self.start(len(jobs))
        self.in_threads([help_along] * min(self.count, len(jobs)))
        return [answers[at] for at in range(len(jobs))]

    def in_threads(
        self, works: Sequence[Callable[[], None]], meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        """Each work in a thread, and one in this, until all are done.

        An error or Ctrl+C ends the workers.
        """
        with ThreadPoolExecutor(max(len(works), 1)) as pool:
            futures = {pool.submit(work) for work in works}
            try:
                meanwhile()
                while futures:  # in steps: Windows tells a thread that waits nothing of Ctrl+C
                    over, futures = wait(futures, timeout=0.5, return_when=FIRST_EXCEPTION)
                    for future in over:
                        future.result()
            except BaseException:  # Ctrl+C, too; it is raised again
                self.stop()
                raise

    def rest(self) -> None:
        """End the workers that have nothing to do, with what they hold of memory."""
        while self._idle:
            worker = self._idle.pop()
            worker.stop()
            self._all.remove(worker)

    def stop(self) -> None:
        """End all workers at once."""
        with self._lock:
            self.stopped, ending = True, list(self._all)
            self._all.clear()
        for worker in ending:
            worker.stop()

    def _started(self) -> Worker:
        worker = Worker(self.threads, self.loaded)
        with self._lock:
            self._all.append(worker)
            late = self.stopped
        if late:
            worker.stop()
        return worker


def serve(threads: int, loaded: Sequence[str]) -> None:
    """What a worker does until its input ends: when the process that gives the work ends, too."""
    import signal  # noqa: PLC0415 -- of a worker only

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who gives the work says when it is over
    if not os.environ.get("MUJUN_DEBUG"):
        warnings.simplefilter("ignore")
    collect_seldom()
    back = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    given: SimpleQueue[bytes] = SimpleQueue()

    def listen() -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                given.put(_received(sys.stdin.buffer))
        os._exit(1)  # in the middle of a job: nobody waits for it

    threading.Thread(target=listen, daemon=True).start()
    keep_memory()
    import pyarrow as pa  # noqa: PLC0415

    pa.set_cpu_count(threads)
    for name in loaded:
        import_module(name)
    _send(back, b"")
    while True:
        _send(back, _answer(given.get()))


def _answer(given: bytes) -> bytes:
    try:
        work, arguments = pickle.loads(given)  # noqa: S301 -- of the process that started this one
        return pickle.dumps((True, work(*arguments)), protocol=5)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is told where the work is from
        if not isinstance(error, MujunError):
            error.add_note(traceback.format_exc())
        try:
            said = pickle.dumps((False, error), protocol=5)
            pickle.loads(said)  # noqa: S301 -- some can be written only
        except Exception:  # noqa: BLE001
            said = pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
        return said


def _send(stream: IO[bytes], what: bytes) -> None:
    stream.write(_LENGTH.pack(len(what)))
    stream.write(what)
    stream.flush()


def _received(stream: IO[bytes]) -> bytes:
    head = stream.read(_LENGTH.size)
    size = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else 1
    what = stream.read(size)
    if len(what) < size:
        raise EOFError
    return what
