"""`python -m tests.bench_scaling [N]`: how evenly the parts of a province share out among workers.

The province of `tests/province.py` is cut as for 1, 2, 4 and 8 workers, and the parts are worked out
one after the other in this process, of one thread. Each is given to the next idle worker, large
ones first, as a run does it. Printed: the processor seconds of the worker that ends last beside the
mean of all. That workers wait for the same memory is not in it.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from geo.assess.part import RulePacks
from geo.cli.job import Job
from geo.evaluate.eligibility import columns_read
from geo.partition.coordinator import RunContext, partition
from geo.partition.worker import run_part
from tests.province import make

WORKERS = (1, 2, 4, 8)


class OneAfterTheOther:
    """An engine that says it has so many workers, and takes the time of each job in this process."""

    dashboard = ""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.seconds: list[float] = []

    def map(self, work, jobs, done=lambda *_: None):
        del done
        answers = []
        for job in jobs:
            start = time.process_time()
            answers.append(work(job))
            self.seconds.append(time.process_time() - start)
        return answers

    def rest(self) -> None:
        """It holds nothing."""


def seconds_of_parts(project: Path, workers: int) -> list[float]:
    """Processor seconds of each part, in the order in which they are begun."""
    engine = OneAfterTheOther(workers)
    with tempfile.TemporaryDirectory() as scratch:
        job = Job(project / "mujun.toml", None, None, quiet=True)
        rules = RulePacks(job.packs(), job.low_efficiency(), job.plan())
        way = RunContext(engine, Path(scratch))
        jobs = partition(job.project, rules, way, None, columns_read(job.method())).jobs
        run_part(jobs[0])  # what a process loads once
        way.each("parts", run_part, jobs)
    return engine.seconds


def busy(seconds: list[float], workers: int) -> list[float]:
    """How long each worker is at it, when the next job goes to who is idle first."""
    taken = [0.0] * workers
    for one in seconds:
        taken[taken.index(min(taken))] += one
    return taken


if __name__ == "__main__":
    os.environ["MUJUN_THREADS"] = "1"
    parcels = int((sys.argv[1:] or ["400000"])[0])
    with tempfile.TemporaryDirectory() as place:
        project = make(Path(place) / "province", parcels)
        print(f"parts of {parcels:,} parcels, processor seconds")
        for workers in WORKERS:
            seconds = seconds_of_parts(project, workers)
            taken = busy(seconds, workers)
            mean = sum(taken) / workers
            print(
                f"  {workers} workers: {len(seconds)} parts of {min(seconds):.1f} to"
                f" {max(seconds):.1f} s; the last ends at {max(taken):.1f} s, the mean at"
                f" {mean:.1f} s (+{max(taken) / mean - 1:.0%})"
            )
