"""Machines that fail in mid-run: a worker, the scheduler, a disk. What is said; what is left."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from geo.assess.part import RulePacks
from geo.cli import app
from geo.cli.job import Job
from geo.engine import engine
from geo.errors import EngineError, MujunError
from geo.partition.coordinator import RunContext, assess_in_parts
from geo.run import Run
from geo.runtime import threads
from tests.builders import digests
from tests.same import as_stored, assert_same
from tests.waiting import until

pytestmark = pytest.mark.slow

MUJUN = str(Path(sys.executable).with_name("mujun"))


@contextmanager
def cluster(workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Address of a scheduler of its own process; it and its workers (none has a nanny)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    python = [sys.executable, "-W", "ignore", "-m"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = [
        subprocess.Popen(
            [
                *python,
                "distributed.cli.dask_scheduler",
                "--host",
                "127.0.0.1",
                "--port",
                port,
                "--no-dashboard",
            ],
            **quiet,
        )
    ]
    running += [
        subprocess.Popen(
            [
                *python,
                "distributed.cli.dask_worker",
                address,
                "--no-nanny",
                "--nthreads",
                "1",
                "--no-dashboard",
            ],
            **quiet,
        )
        for _ in range(workers)
    ]
    try:
        yield address, running
    finally:
        for process in running:
            process.kill()
            process.wait()


@pytest.fixture(params=["dask", "local"])
def kind(request) -> str:
    """Each engine with processes of this machine."""
    return request.param


def parts_of(demo: Path, scratch: Path, address: str, count=lambda *_: None):
    job = Job(demo, None, None, quiet=True)
    own = job.project.engine.model_copy(update={"part": 150})
    with engine("dask", address) as workers:
        return assess_in_parts(
            job.project.model_copy(update={"engine": own}),
            RulePacks(job.packs(), job.low_efficiency(), job.plan()),
            job.method(),
            RunContext(workers, scratch, count=count),
        )[0]


def limits_there(_: int) -> tuple[int, set[str | None]]:
    """Threads that a worker takes, and those that the libraries under numpy are told."""
    told = {os.environ.get(f"{name}_NUM_THREADS") for name in ("OMP", "OPENBLAS", "MKL")}
    return threads(), told


@pytest.mark.parametrize(("wanted", "each"), [("4", 2), ("1", 1)])
def test_the_workers_of_dask_share_the_threads_of_one_process(monkeypatch, wanted, each):
    monkeypatch.setenv("MUJUN_THREADS", wanted)
    with engine("dask", workers=2) as workers:
        assert workers.map(limits_there, [1, 2]) == [(each, {str(each)})] * 2


def test_a_worker_that_is_killed_costs_a_retry(demo, tmp_path):
    with cluster(2) as (address, (_, first, _)):
        done = []

        def kill_one(part: int, _total: int) -> None:
            if not done:
                first.send_signal(signal.SIGKILL)
            done.append(part)

        found = parts_of(demo, tmp_path, address, kill_one)
        assert first.wait(10) == -signal.SIGKILL
    assert len(done) > 2
    names = ["verdicts", "parks", "grades", "conserved", "zones"]
    assert_same(Run.load(demo / "outputs"), as_stored(found, names, tmp_path), names)


def _once(job: tuple[Path, int]) -> int:
    """Notes that it ran; the last kills its worker when it runs for the first time."""
    folder, number = job
    with (folder / str(number)).open("a") as file:
        file.write("ran\n")
    if number == 3 and (folder / "3").read_text() == "ran\n":
        until((folder / "fetched").exists, "the other three are fetched")
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def test_what_is_done_is_not_done_again_when_its_worker_dies(tmp_path, kind):
    def note(done: int, _all: int) -> None:
        if done == 3:
            (tmp_path / "fetched").touch()

    with engine(kind, workers=1 if kind == "dask" else 2) as some:
        assert some.map(_once, [(tmp_path, n) for n in range(4)], note) == [0, 1, 4, 9]
    assert [len((tmp_path / str(n)).read_text().split()) for n in range(4)] == [1, 1, 1, 2]


def test_a_scheduler_that_goes_away_is_one_sentence(demo, tmp_path):
    with cluster(1) as (address, running):

        def kill(_part: int, _total: int) -> None:
            running[0].send_signal(signal.SIGKILL)

        with pytest.raises(EngineError) as said:
            parts_of(demo, tmp_path, address, kill)
    assert address in said.value.text("zh")
    assert "上次的成果未变" in said.value.text("zh")


def _fatal(_: int) -> None:
    os._exit(3)


def test_a_part_that_ends_every_worker_is_one_sentence(kind):
    with pytest.raises(EngineError) as said, engine(kind, workers=2) as workers:
        workers.map(_fatal, [1, 2])
    assert "[engine] part" in said.value.text("zh")


def _poor(_: int) -> None:
    raise EngineError("engine.scheduler_no_workers", where="here")


def test_an_error_for_the_user_comes_back_as_it_was(kind):
    with pytest.raises(MujunError) as said, engine(kind, workers=2) as workers:
        workers.map(_poor, [1, 2])
    assert (said.value.code, said.value.arguments) == (
        "engine.scheduler_no_workers",
        {"where": "here"},
    )
    assert said.value.text("zh") != said.value.text("en") == str(said.value)


class OddError(Exception):
    """One that can be written for another process, and not read."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


def _odd(_: int) -> None:
    raise OddError(1, 2)


def test_an_error_that_no_process_can_read_is_told_by_name():
    with (
        pytest.raises(RuntimeError, match="OddError: 1 and 2"),
        engine("local", workers=2) as workers,
    ):
        workers.map(_odd, [1, 2])


def test_a_python_that_does_not_start_is_one_sentence(monkeypatch, tmp_path):
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 7\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with (
        pytest.raises(EngineError, match=r"workers = 1") as said,
        engine("local", workers=2) as two,
    ):
        two.map(len, ["a", "b"])
    assert f"{broken}: 7" in said.value.text("zh")


def _process(_: int) -> int:
    return os.getpid()


def test_one_job_or_one_worker_is_done_in_this_process(monkeypatch):
    with engine("local", workers=2) as two, engine("local", workers=1) as one:
        assert two.map(_process, [1]) == [os.getpid()]
        assert one.map(_process, [1, 2]) == [os.getpid()] * 2
    monkeypatch.setattr(sys, "executable", "C:/QGIS/bin/qgis-bin.exe")  # it would open a window
    with engine("local", workers=2) as no_python:
        assert no_python.map(_process, [1, 2]) == [os.getpid()] * 2


UNGUARDED = """
import os
from geo.engine import engine
print("once")
with engine("local", workers=2) as two:
    print(sorted(two.map(len, ["a", "bc", "def"])))
"""


@pytest.mark.parametrize("way", ["file", "stdin"])
def test_a_script_without_a_guard_and_text_on_standard_input_have_workers(tmp_path, way):
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED)
    done = subprocess.run(
        [sys.executable, *([str(script)] if way == "file" else ["-"])],
        input=UNGUARDED if way == "stdin" else None,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.split("\n") == ["once", "[1, 2, 3]", ""]


def _long(folder: Path) -> None:
    (folder / f"{os.getpid()}.started").touch()
    until((folder / "never").exists, "what never comes")


STOPPED = """
import sys
from pathlib import Path
from geo.engine import engine
from tests.test_engine_faults import _long
with engine("local", workers=2) as two:
    two.map(_long, [Path(sys.argv[1])] * 3)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_workers_end_with_the_process_that_gave_them_work(tmp_path, how):
    running = subprocess.Popen(
        [sys.executable, "-c", STOPPED, str(tmp_path)], stderr=subprocess.DEVNULL
    )
    until(lambda: len(list(tmp_path.glob("*.started"))) == 2, "both are at work")
    running.send_signal(how)
    assert running.wait(20) in (-how, 1)
    workers = [int(file.stem) for file in tmp_path.glob("*.started")]
    assert len(workers) == 2
    until(lambda: not any(Path(f"/proc/{process}").exists() for process in workers), "they end")


@pytest.fixture
def demo_copy(demo: Path, tmp_path: Path, kind: str) -> Path:
    folder = tmp_path / "demo"
    shutil.copytree(demo, folder)
    with (folder / "mujun.toml").open("a", encoding="utf-8") as file:
        workers = 1 if kind == "dask" else 2
        file.write(f'\n[engine]\nkind = "{kind}"\nworkers = {workers}\npart = 300\nwhole = 500\n')
    return folder


@pytest.mark.parametrize("kind", ["dask"])
def test_a_scheduler_that_is_not_there(demo_copy):
    before = digests(demo_copy / "outputs")
    done = CliRunner().invoke(
        app, ["run", "-q", "-p", str(demo_copy), "--scheduler", "tcp://127.0.0.1:1"]
    )
    assert done.exit_code == 1
    assert isinstance(done.exception, EngineError)
    assert "tcp://127.0.0.1:1" in done.exception.text("zh")
    assert digests(demo_copy / "outputs") == before
    assert not list((demo_copy / "outputs").glob(".writing-*"))


def test_a_full_disk_under_the_workers(demo_copy):
    """As `test_faults` has it for one process; here the worker finds the disk full."""
    before = digests(demo_copy / "outputs")

    def no_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300 * 1024,) * 2)

    done = subprocess.run(
        [MUJUN, "run", "-q", "-p", str(demo_copy)],
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=no_room,
        timeout=120,
    )
    assert done.returncode == 1
    said = [line for line in done.stderr.strip().splitlines() if "无法写入输出文件夹" in line]
    assert len(said) == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert digests(demo_copy / "outputs") == before
    assert not list((demo_copy / "outputs").glob(".writing-*"))


def test_without_dask_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EngineError) as said, engine("dask"):
        pass
    assert "mujun[dask]" in said.value.text("zh")
