"""Where the parts of a project are worked out: by processes of this machine, or dask.distributed.

Both call the same function on the same jobs, and give its answers back in order.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, Protocol, TypeVar

from geo.errors import EngineError, first_line
from geo.runtime import processes_that_fit, threads
from geo.workers import Crew, WorkerDiedError, can_start, limits

J = TypeVar("J")
R = TypeVar("R")
Kind = Literal["local", "dask"]
_ADDRESS = re.compile(r"(\w+://)?[^\s/]+:\d{1,5}")
Done = Callable[[int, int], None]
"""Is told how many jobs are done, and of how many."""
OF_PARTS = ("geo.partition.worker",)
"""What workers of a large project load while it is cut into parts."""
WORTHWHILE = 20_000
"""Parcels below which processes take longer to start than they save."""
PARCEL = 45_000
"""Bytes that a worker takes for each parcel of its part."""


class Engine(Protocol):
    """Where jobs are done, by how many workers.

    `dashboard` is the address at which one can watch, if there is one; `here` is whether all
    workers see the files of this machine.
    """

    dashboard: str
    workers: int
    here: bool

    def map(self, work: Callable[[J], R], jobs: list[J], done: Done = lambda *_: None) -> list[R]:
        """`work` of every job, in order."""

    def rest(self) -> None:
        """Give back what memory of this machine it holds between two calls of `map`."""


class Local:
    """Processes of this machine. One worker is this process, and one job needs none to start."""

    dashboard = ""
    here = True

    def __init__(self, workers: int = 1, loaded: tuple[str, ...] = ()) -> None:
        self.workers = workers
        self.crew = Crew(workers, _threads_each(workers), loaded)

    def map(self, work: Callable[[J], R], jobs: list[J], done: Done = lambda *_: None) -> list[R]:
        """`work` of every job, in order. Raises what a job raised, or EngineError."""
        alone = len(jobs) == 1 and not self.crew.waiting
        if self.workers < 2 or not jobs or alone:
            out = []
            for at, job in enumerate(jobs):
                out.append(work(job))
                done(at + 1, len(jobs))
            return out
        try:
            return self.crew.map(work, jobs, done)
        except WorkerDiedError as error:
            raise EngineError("engine.part_ended_several_workers_in") from error

    def rest(self) -> None:
        """End the processes, which are started again where there is work."""
        self.crew.rest()


def _threads_each(workers: int) -> int:
    """Threads of each of so many workers of this machine: together no more than one process has."""
    return max(threads() // workers, 1)


def local_workers(asked: int, parcels: int, part: int) -> int:
    """Processes for so many parcels in parts of at most `part`, as asked.

    Else one a core, as far as memory goes; one where all is done before a process has started.
    """
    if not can_start() or (not asked and parcels < WORTHWHILE):
        return 1
    fit = processes_that_fit(min(part, parcels) * PARCEL)
    return asked or max(1, min(os.cpu_count() or 1, fit))


class Dask:
    """The workers of a scheduler. A job whose worker dies is done again by another."""

    here = False

    def __init__(self, client: Any) -> None:
        self.client = client
        self.dashboard = str(client.dashboard_link)
        self.workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))

    def map(self, work: Callable[[J], R], jobs: list[J], done: Done = lambda *_: None) -> list[R]:
        """`work` of every job, in order. Raises what a job raised, or EngineError."""
        from distributed import as_completed  # noqa: PLC0415 -- an optional part

        futures = self.client.map(work, jobs, pure=False)
        answers: dict[str, R] = {}
        try:
            for future in as_completed(futures):
                answers[future.key] = future.result()
                future.release()  # no worker holds it further, nor has to find it again if it dies
                done(len(answers), len(jobs))
        finally:
            self.client.cancel(futures, force=True)
        return [answers[future.key] for future in futures]

    def rest(self) -> None:
        """A cluster's workers are not this run's to end."""


@contextmanager
def engine(
    kind: Kind, scheduler: str = "", workers: int = 0, parcels: int = 0, part: int = 50_000
) -> Iterator[Engine]:
    """The engine of a run: `scheduler` is that of a cluster which runs already.

    Without one, `workers` processes of this machine do it: one a core, and here no more than there
    is memory for `parcels` in parts of `part`. Raises EngineError where dask is not installed, the
    scheduler cannot be reached or goes away, or a part ends every worker that takes it.
    """
    if kind == "local":
        early = parcels >= WORTHWHILE
        local = Local(local_workers(workers, parcels, part), OF_PARTS if early else ())
        try:
            if early and local.workers > 1:
                local.crew.start(local.workers)
            yield local
        finally:
            local.crew.stop()
        return
    try:
        import dask  # noqa: PLC0415 -- an optional part
        from dask.system import CPU_COUNT  # noqa: PLC0415
        from distributed import Client, LocalCluster  # noqa: PLC0415
    except ImportError as error:
        raise EngineError("engine.engine_dask_needs_more_package") from error
    if scheduler and not _ADDRESS.fullmatch(scheduler):
        raise EngineError("engine.no_address_dask_scheduler", scheduler=scheduler)
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said by _told
    with dask.config.set({"distributed.comm.timeouts.connect": "10s"}), _told(scheduler):
        if scheduler:
            with Client(scheduler, timeout="10s") as client:
                yield Dask(client)
        else:
            count = workers or CPU_COUNT
            with (
                LocalCluster(
                    n_workers=count,
                    threads_per_worker=1,
                    env=limits(_threads_each(count)),
                    dashboard_address="127.0.0.1:0",
                    silence_logs=logging.CRITICAL,
                ) as cluster,
                Client(cluster) as connected,
            ):
                yield Dask(connected)


@contextmanager
def _told(scheduler: str) -> Iterator[None]:
    """What dask raises when machines fail, as a sentence."""
    from concurrent.futures import CancelledError  # noqa: PLC0415

    from distributed import KilledWorker  # noqa: PLC0415
    from distributed.client import FutureCancelledError  # noqa: PLC0415
    from distributed.comm import CommClosedError  # noqa: PLC0415
    from distributed.scheduler import NoValidWorkerError  # noqa: PLC0415

    where = scheduler or "LocalCluster"
    try:
        yield
    except KilledWorker as error:
        raise EngineError("engine.part_ended_several_workers_in") from error
    except NoValidWorkerError as error:
        raise EngineError("engine.scheduler_no_workers", where=where) from error
    except (
        CancelledError,
        FutureCancelledError,
        CommClosedError,
        TimeoutError,
        ConnectionError,
    ) as error:
        raise _gone(where, error) from error
    except OSError as error:
        if "connect" not in str(error):
            raise
        raise _gone(where, error) from error


def _gone(where: str, error: BaseException) -> EngineError:
    why = first_line(error) if isinstance(error, Exception) else ""
    return EngineError("engine.dask_scheduler_cannot_reached_went", where=where, why=why)
