"""What of Windows can be shown on Linux: paths, code pages, what is imported, files still open."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geo.cli import app, terminal, usage
from geo.errors import ProjectError
from geo.paths import local_path
from geo.project import read_project
from geo.publish import staging
from geo.text.catalogue import LANGUAGES, tables

AS_ON_WINDOWS = """
import importlib, os, pkgutil, sys
import geo
seldom = ("geo.publish.webmap.build", "geo.__main__", "geo.sources.child")
names = [m.name for m in pkgutil.walk_packages(geo.__path__, "geo.") if m.name not in seldom]
for name in names:
    importlib.import_module(name)  # what is not ours stays as it was imported here
for name in [n for n in sys.modules if n.split(".")[0] == "geo"]:
    del sys.modules[name]
for name in ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "posix"):
    sys.modules[name] = None
for name in ("fork", "register_at_fork", "getuid", "geteuid", "sched_getaffinity", "statvfs",
             "mkfifo", "uname", "getloadavg", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC"):
    if hasattr(os, name):
        delattr(os, name)
sys.platform = "win32"
for name in names:
    importlib.import_module(name)
print(len(names))
"""


@pytest.mark.slow
def test_every_module_is_imported_without_what_windows_lacks():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", AS_ON_WINDOWS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 250


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("layers\\宗地.shp", "layers/宗地.shp"),
        (".\\a\\..\\b.gdb", "./a/../b.gdb"),
        ("layers/宗地.shp", "layers/宗地.shp"),
        ("/data/宗地.shp", "/data/宗地.shp"),
    ],
)
def test_a_path_written_on_windows_is_read_elsewhere(text, path):
    assert local_path(text, windows=False) == path
    assert local_path(text, windows=True) == text


@pytest.mark.parametrize(
    "text", ["D:\\数据\\宗地.shp", "d:宗地.shp", "\\\\server\\share\\宗地.shp"]
)
def test_a_place_that_only_windows_has_is_told_elsewhere(text):
    with pytest.raises(ProjectError, match="Windows"):
        local_path(text, windows=False)
    assert local_path(text, windows=True) == text


@pytest.mark.parametrize("windows", [False, True])
def test_a_tab_in_a_path_is_an_escape_that_nobody_meant(windows):
    with pytest.raises(ProjectError) as caught:
        local_path("layers\tax.csv", windows=windows)
    assert "layers\\tax.csv" in caught.value.text("zh")


def rewritten(project: Path, path: str) -> Path:
    text = (project / "mujun.toml").read_text(encoding="utf-8")
    (project / "sub").mkdir()
    (project / "parcels.gpkg").rename(project / "sub" / "parcels.gpkg")
    (project / "mujun.toml").write_text(text.replace('"parcels.gpkg"', path), encoding="utf-8")
    return project


def test_a_project_of_windows_paths_is_checked_as_it_is(project):
    outcome = CliRunner().invoke(
        app, ["check", "-p", str(rewritten(project, r"'sub\parcels.gpkg'"))]
    )
    assert outcome.exit_code == 0, outcome.output


@pytest.mark.parametrize("path", [r'"sub\parcels.gpkg"', r'"C:\Users\parcels.gpkg"'])
def test_a_backslash_between_double_quotes_is_named(project, path):
    with pytest.raises(ProjectError) as caught:
        read_project(rewritten(project, path))
    assert "反斜杠" in caught.value.text("zh")
    assert "backslash" in caught.value.text("en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_is_printed_on_a_console_of_code_page_936(lang):
    texts = "\n".join(str(text) for table in tables(lang).values() for text in table.values())
    printed = texts.encode("gbk", errors="mujun.plain").decode("gbk")
    assert printed.count("?") == texts.count("?") + texts.count("\ufffd")
    assert "m²".encode("gbk", errors="mujun.plain") == b"m2"


@given(st.text(max_size=20))
def test_no_text_of_data_ends_a_command_on_such_a_console(text):
    sent = terminal.printable(text).encode("gbk", errors="mujun.plain")
    assert len(sent.decode("gbk")) == len(text)


def test_a_command_on_such_a_console_ends_well(project):
    environment = {**os.environ, "PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "geo", "check", "-p", str(project)],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("gbk", "replace")
    assert str(project) in done.stdout.decode("gbk")


def test_windows_counts_letters_of_a_name_others_bytes(monkeypatch):
    name = "宗" * 200
    assert usage._length(name) == 600
    monkeypatch.setattr(os, "name", "nt")
    found, pair = usage._length(name), usage._length("𠮷")
    monkeypatch.undo()
    assert (found, pair) == (200, 2)


def test_a_path_longer_than_windows_takes_by_itself(project, tmp_path_factory):
    deep = tmp_path_factory.mktemp("deep").joinpath(*["长路径" * 8] * 6)
    deep.mkdir(parents=True)
    assert len(str(deep)) > 150
    assert len(os.fsencode(deep)) > 400
    outcome = CliRunner().invoke(app, ["check", "-p", str(project), "--output", str(deep)])
    assert outcome.exit_code == 0, outcome.output
    assert (deep / "findings.xlsx").is_file()


@pytest.mark.slow
def test_no_file_that_is_moved_is_open(project, monkeypatch):
    """Windows moves no open file: what a command reads and writes is closed when it is swapped in."""
    seen = []
    really = staging.swap

    def watched(folder, stage, *rest):
        opened = [os.path.realpath(handle) for handle in Path("/proc/self/fd").iterdir()]
        mapped = Path("/proc/self/maps").read_text(encoding="utf-8")
        lock = str(folder.resolve() / ".mujun-lock")
        seen.append([f for f in opened if f.startswith(str(folder.resolve())) and lock not in f])
        assert str(folder.resolve()) not in mapped
        really(folder, stage, *rest)

    monkeypatch.setattr(staging, "swap", watched)
    commands = (["check"], ["run"], ["map"], ["export", "-f", "docx", "-f", "fgb"])
    for command in commands:
        outcome = CliRunner().invoke(app, [*command, "-q", "-p", str(project)])
        assert outcome.exit_code == 0, outcome.output
    assert len(seen) >= len(commands)
    assert not any(seen), seen
