"""`python -m tests.bench_memory N M`: memory of a run in parts, step by step, of two sizes.

The province of `tests/province.py` with N and with M parcels, each run by `mujun run` in a process
of its own that looks at its own memory all the while. Printed: the peak of each step of the process
that conducts, bytes a parcel between both sizes, and a straight line through both to 10,000,000;
last the largest of the other processes, and the time. Peaks of up to a batch of parcels, and what
the allocator keeps, are in both sizes alike.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import typer

from geo.cli import app
from geo.cli.job import Job
from tests.province import make

FAR = 10_000_000
PAUSE_S = 0.01
PAGE = os.sysconf("SC_PAGE_SIZE")


class Peaks:
    """The most memory of this process during each step, MB; it is begun by the command itself."""

    def __init__(self) -> None:
        self.of: dict[str, float] = {"start": 0.0}
        self._step = "start"
        for name in ("step", "begin"):
            setattr(Job, name, self._heard(getattr(Job, name)))
        threading.Thread(target=self._look, daemon=True).start()

    def _heard(self, method):
        def step(job: Job, name: str) -> None:
            self._step = name
            self.of.setdefault(name, 0.0)
            method(job, name)

        return step

    def _look(self) -> None:
        statm, pause = Path("/proc/self/statm"), threading.Event()
        while not pause.wait(PAUSE_S):
            step, held = self._step, int(statm.read_text().split()[1]) * PAGE / 1e6
            self.of[step] = max(self.of[step], held)


def run_of(folder: str) -> None:
    """Run the project in this process, its outputs beside it; peaks and seconds as JSON."""
    peaks, began = Peaks(), time.perf_counter()
    # It may end with rows that have errors.
    with tempfile.TemporaryDirectory() as output, contextlib.suppress(typer.Exit, SystemExit):
        app(["run", "-q", "-p", folder, "--output", output], standalone_mode=False)
    seconds = time.perf_counter() - began
    others = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
    sys.stderr.write(json.dumps({"peaks": peaks.of, "others": others, "seconds": seconds}))


def measured(count: int) -> dict:
    """What `run_of` says of a province of so many parcels."""
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), count)
        command = [sys.executable, "-m", "tests.bench_memory", folder]
        done = subprocess.run(command, check=True, text=True, capture_output=True)
    return json.loads(done.stderr.splitlines()[-1])


def main(small: int, large: int) -> None:
    one, other = measured(small), measured(large)
    print(f"{'step':<14}{small:>12,}{large:>12,}  MB {'B a parcel':>12} {FAR:>12,}  MB")
    for step, peak in one["peaks"].items():
        more = other["peaks"].get(step, 0.0)
        slope = (more - peak) * 1e6 / (large - small)
        far = more + slope * (FAR - large) / 1e6
        print(f"{step:<14}{peak:>12,.0f}{more:>12,.0f} {slope:>15,.0f} {far:>12,.0f}")
    print(f"others: {one['others']:,.0f} and {other['others']:,.0f} MB;", end=" ")
    print(f"{one['seconds']:,.0f} and {other['seconds']:,.0f} s")


if __name__ == "__main__":
    if len(sys.argv) == 2:
        run_of(sys.argv[1])
    else:
        main(*map(int, sys.argv[1:]))
