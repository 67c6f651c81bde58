"""A kit lacks nothing, says what is wrong with it, and makes a map on a PC without a network."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
import zipfile

import pytest

from offline import install, kit
from tests.conftest import ROOT

PLATFORMS = kit.tomllib.loads((ROOT / "offline/platforms.toml").read_text(encoding="utf-8"))
NAMES = [name for name, value in PLATFORMS.items() if isinstance(value, dict)]


def kind(name):
    return kit.Platform(name, PLATFORMS[name], PLATFORMS["python"])


def wheel(folder, name, *needs):
    """A wheel of nothing but what it asks for."""
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}-1.0-py3-none-any.whl"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", "Version: 1.0"]
    lines += [f"Requires-Dist: {need}" for need in needs]
    with zipfile.ZipFile(file, "w") as held:
        held.writestr(f"{name}-1.0.dist-info/METADATA", "\n".join(lines))
    return file


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A registry of four wheels, in place of the one that is asked over a network."""
    wheels = tmp_path / "wheels"
    shelf = {
        "terminal": ["colours; sys_platform == 'win32'"],
        "colours": [],
        "frames": ["numbers[fast]>=1", "terminal"],
        "numbers": ["threads; extra == 'fast'", "never; python_version < '3'"],
        "threads": [],
    }

    def download(_platform, pins, to):
        for pin in pins:
            wheel(to, pin, *shelf[pin])

    monkeypatch.setattr(kit, "download", download)
    return wheels, {name: name for name in shelf}


@pytest.mark.parametrize(("name", "more"), [("win_amd64", {"colours"}), ("macosx_arm64", set())])
def test_a_kit_holds_what_its_wheels_ask_for_on_its_kind_of_pc(shelf, name, more):
    wheels, locked = shelf
    mujun = wheel(wheels, "mujun", "frames", "driver; extra == 'postgis'")
    with pytest.raises(SystemExit, match="driver is not in constraints"):
        kit.collect(kind(name), mujun, ["postgis"], locked, wheels)
    kit.collect(kind(name), mujun, [], locked, wheels)
    held = {kit.name_of(file) for file in wheels.iterdir()}
    assert held == {"mujun", "frames", "numbers", "threads", "terminal", *more}


def test_the_lock_is_read_by_name_with_its_hashes():
    locked = kit.lock(ROOT / "constraints.txt")
    assert locked["geopandas"].startswith("geopandas==")
    assert locked["geopandas"].count("--hash=sha256:") == 2
    assert not any("\n" in name or line.startswith("#") for name, line in locked.items())


@pytest.mark.parametrize("name", NAMES)
def test_a_kit_is_the_same_to_the_byte_and_its_sums_are_right(tmp_path, name):
    made = []
    for turn in ("a", "b"):
        folder = tmp_path / turn
        folder.mkdir()
        wheel(folder / "wheels", "mujun")
        kit.describe(kind(name), "1.0", folder)
        kit.pack(folder, "mujun-1.0", tmp_path / f"{turn}.zip")
        made.append((tmp_path / f"{turn}.zip").read_bytes())
    assert made[0] == made[1]
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, file = line.split("  ")
        assert hashlib.sha256((folder / file).read_bytes()).hexdigest() == digest
    text = (folder / "README.txt").read_text(encoding="utf-8-sig")
    assert "离线安装包" in text.splitlines()[0]
    assert not set(text) & set("{}")
    windows = name == "win_amd64"
    starter = (folder / ("install.bat" if windows else "install.sh")).read_bytes()
    assert starter.count(b"\r\n") == (starter.count(b"\n") if windows else 0)
    assert not windows or starter.isascii()


@pytest.fixture
def small_kit(tmp_path, monkeypatch):
    """A kit of two files for this PC, whose installer stops short of installing."""
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "a.whl").write_bytes(b"a")
    facts = {
        "platform": "this",
        "python": ".".join(map(str, sys.version_info[:2])),
        "sys_platform": sys.platform,
        "machine": platform.machine(),
        "longest_name": 130,
    }
    (tmp_path / "kit.json").write_text(json.dumps(facts))
    sums = f"{hashlib.sha256(b'a').hexdigest()}  wheels/a.whl\n"
    (tmp_path / "SHA256SUMS").write_text(sums)
    monkeypatch.setattr(install, "KIT", tmp_path)
    monkeypatch.setattr(install, "TARGET", tmp_path / "mujun-env")
    monkeypatch.setattr(install, "install", lambda python: None)
    monkeypatch.setattr(install, "run", lambda *command: None)
    monkeypatch.setattr(install, "make_environment", (tmp_path / "mujun-env").mkdir)
    return tmp_path


def refused(capsys):
    assert install.main() == 1
    return capsys.readouterr().err


def test_a_whole_kit_is_installed_and_has_its_command(small_kit):
    assert install.main() == 0
    assert os.access(small_kit / "mujun", os.X_OK)


@pytest.mark.parametrize("harm", [lambda f: f.write_bytes(b"b"), lambda f: f.unlink()])
def test_a_damaged_kit_is_told_by_the_file_before_anything_is_installed(small_kit, capsys, harm):
    harm(small_kit / "wheels" / "a.whl")
    said = refused(capsys)
    assert said.count("wheels/a.whl") == 2
    assert len(said.splitlines()) == 2
    assert not (small_kit / "mujun-env").exists()


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [("python", "3.9", "3.9"), ("machine", "mips", "this"), ("sys_platform", "plan9", "this")],
)
def test_a_kit_of_another_kind_is_told(small_kit, capsys, key, value, word):
    facts = json.loads((small_kit / "kit.json").read_text())
    (small_kit / "kit.json").write_text(json.dumps(facts | {key: value}))
    assert refused(capsys).count(word) >= 2


def test_a_path_that_windows_cannot_hold_is_told(small_kit, capsys, monkeypatch):
    monkeypatch.setattr(install, "WINDOWS", True)
    monkeypatch.setattr(install, "TARGET", small_kit / ("长" * 120) / "mujun-env")
    assert "C:\\mujun" in refused(capsys)


def test_a_folder_of_the_same_name_is_left_alone(small_kit, capsys, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(install, "KIT", small_kit)
    monkeypatch.setattr(install, "TARGET", small_kit / "mujun-env")
    (small_kit / "mujun-env").mkdir()
    (small_kit / "mujun-env" / "report.docx").write_text("kept")
    assert "mujun-env" in refused(capsys)
    assert (small_kit / "mujun-env" / "report.docx").read_text() == "kept"


def test_without_python_the_starter_says_where_help_is(tmp_path):
    starter = tmp_path / "install.sh"
    starter.write_bytes((ROOT / "offline/install.sh").read_bytes())
    (tmp_path / "dirname").symlink_to("/usr/bin/dirname")
    done = subprocess.run(
        ["/bin/sh", str(starter)], env={"PATH": str(tmp_path)}, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.decode().count("README.txt") == 2


@pytest.mark.long
@pytest.mark.slow
def test_the_linux_kit_makes_a_map_with_the_network_off(tmp_path):
    """Downloaded by hash, unpacked into a folder with blanks, installed and run in an empty home."""
    name = f"manylinux_{platform.machine()}"
    made = [sys.executable, str(ROOT / "offline/kit.py"), name, "--to", str(tmp_path)]
    subprocess.run(made, check=True, capture_output=True)
    packed = next(tmp_path.glob("*.zip"))
    office = tmp_path / "内网 电脑"
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(office)
    packed.unlink()
    folder, home = next(office.iterdir()), tmp_path / "home"
    home.mkdir()
    python = getattr(sys, "_base_executable", sys.executable)
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHON": python}

    def offline(*command):
        """In a network of its own, which reaches nothing."""
        done = subprocess.run(
            ["/usr/bin/unshare", "--net", "--map-root-user", *command],
            cwd=office,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    (folder / "install.sh").chmod(0o755)
    offline(str(folder / "install.sh"))
    command = str(folder / "mujun")
    offline(command, "init", "新 项目")
    said = offline(command, "run", "--project", "新 项目")
    assert "map.html" in said
    page = office / "新 项目" / "outputs" / "map.html"
    assert page.stat().st_size > 300_000
    offline(command, "export", "--cards", "--project", "新 项目")  # fonts and Typst come along
    assert list((page.parent / "cards").glob("*.pdf"))
