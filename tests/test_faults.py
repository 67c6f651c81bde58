"""Faults while results are written: what the user is told; nothing half-written is a result."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.publish.staging import staged
from geo.run import Run, swap
from tests.builders import digests
from tests.waiting import until

pytestmark = pytest.mark.slow

MUJUN = str(Path(sys.executable).with_name("mujun"))


@pytest.fixture
def demo_copy(demo: Path, tmp_path: Path) -> Path:
    """The demo with its outputs, to be spoiled."""
    folder = tmp_path / "demo"
    shutil.copytree(demo, folder)
    text = (folder / "mujun.toml").read_text(encoding="utf-8")
    (folder / "mujun.toml").write_text(
        "".join(line for line in text.splitlines(keepends=True) if not line.startswith("also")),
        encoding="utf-8",
    )
    return folder


@pytest.mark.parametrize("kilobytes", [150, 3_000])
def test_a_full_disk(demo_copy: Path, kilobytes: int) -> None:
    """No file may grow past a size, as on a disk without room: one sentence, the old results."""
    before = digests(demo_copy / "outputs")

    def no_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024,) * 2)

    done = subprocess.run(
        [MUJUN, "run", "-q", "-p", str(demo_copy)],
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=no_room,
        timeout=120,
    )
    assert done.returncode == 1
    said = done.stderr.strip().splitlines()
    assert len(said) == 1, done.stderr
    assert "无法写入输出文件夹" in said[0]
    assert "磁盘空间" in said[0]
    assert digests(demo_copy / "outputs") == before
    assert not list((demo_copy / "outputs").glob(".writing-*"))
    assert len(Run.load(demo_copy / "outputs").parcels) == 1050


def test_a_run_that_is_killed_while_it_writes(demo_copy: Path) -> None:
    outputs = demo_copy / "outputs"
    before = digests(outputs)
    running = subprocess.Popen(
        [MUJUN, "run", "-q", "-p", str(demo_copy)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def writing() -> bool:
        assert running.poll() is None
        return any(f.stat().st_size for f in outputs.glob(".writing-*/*.html"))

    until(writing, "a page in the folder that is written to")
    running.kill()
    running.wait()
    assert list(outputs.glob(".writing-*"))
    assert digests(outputs) == before
    assert len(Run.load(outputs).parcels) == 1050
    with staged(outputs):  # the next one sweeps what is left, and nothing of a run that lives
        assert len(list(outputs.glob(".writing-*"))) == 1
        with staged(outputs):
            assert len(list(outputs.glob(".writing-*"))) == 2
    assert digests(outputs) == before


@pytest.mark.parametrize("moved", [0, 3, 60])
def test_a_run_that_is_interrupted_between_two_files_leaves_the_last_results(
    project: Path, moved: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = project / "outputs"
    assert CliRunner().invoke(app, ["run", "-q", "-p", str(project)]).exit_code == 0
    before, move, done = digests(outputs), swap._move, [0]

    def cut(file: Path, to: Path) -> None:
        done[0] += 1
        if done[0] == moved + 1:
            raise KeyboardInterrupt
        move(file, to)

    monkeypatch.setattr(swap, "_move", cut)
    assert CliRunner().invoke(app, ["run", "-q", "-p", str(project)]).exit_code != 0
    assert done[0] > moved
    assert digests(outputs) == before
    assert len(Run.load(outputs).parcels) == 4


def test_a_folder_that_refuses(demo_copy: Path) -> None:
    """Root may write anywhere, so the folder is on a file system that no one may write to."""
    for place in ("/proc/mujun", "/dev/null/mujun"):
        done = subprocess.run(
            [MUJUN, "map", "-q", "-p", str(demo_copy), "--serve-dir", place],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 1
        assert done.stderr.strip().count("\n") == 0
        assert place in done.stderr


def test_a_database_session_that_dies_in_the_middle(project: Path) -> None:
    """The server ends the session after some tables: the schema stays as the last run left it."""
    from geo.publish.gis import postgis
    from tests.postgis_server import server

    with server() as address:
        text = (project / "mujun.toml").read_text(encoding="utf-8")
        (project / "mujun.toml").write_text(
            text + f'\n[publish]\npostgis = "{address}"\n', encoding="utf-8"
        )
        assert CliRunner().invoke(app, ["run", "-q", "-p", str(project)]).exit_code == 0

        def ask(question: str) -> str:
            return subprocess.run(
                ["psql", "-qtA", address, "-c", question],
                check=True,
                capture_output=True,
                text=True,
            ).stdout.strip()

        before = ask("SELECT count(*) FROM mujun.verdicts")
        ask("UPDATE mujun.parcels SET park_id = 'before'")
        write, written = postgis._write, []

        def dying(cursor, schema, name, table, note):
            write(cursor, schema, name, table, note)
            written.append(name)
            if len(written) == 4:
                ask(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )

        postgis._write = dying
        try:
            done = CliRunner().invoke(app, ["export", "-q", "-f", "postgis", "-p", str(project)])
        finally:
            postgis._write = write
        assert done.exit_code == 1
        assert "127.0.0.1/postgres" in str(done.exception)
        assert len(written) == 4
        assert ask("SELECT count(*) FROM mujun.verdicts") == before
        assert ask("SELECT DISTINCT park_id FROM mujun.parcels") == "before"
        done = CliRunner().invoke(app, ["export", "-q", "-f", "postgis", "-p", str(project)])
        assert done.exit_code == 0
        assert ask("SELECT DISTINCT park_id FROM mujun.parcels") == "P"
    assert os.environ.get("PGPASSWORD") is None
