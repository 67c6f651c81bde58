"""What `pip install` takes holds all that a run reads, the built client too, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

CLIENT = "geo/publish/webmap/client"
BUILT = {
    f"{CLIENT}/build/{name}"
    for name in ("mujun.js", "mujun.css", "floor.js", "chain.js", "chain.css")
}

pytestmark = pytest.mark.slow


def build(tree, to, *kind):
    """Built with hatchling alone: neither Node nor a network can be reached."""
    return subprocess.run(
        [sys.executable, "-m", "hatchling", "build", *kind, "-d", str(to)],
        cwd=tree,
        env={"PATH": "", "HOME": str(to)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    done = build(ROOT, folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def unpacked(dist, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.iterdir())


def wheel_in(folder: Path) -> Path:
    return next(folder.glob("*.whl"))


def test_a_wheel_holds_the_package_with_its_data_and_the_built_client_and_no_more(dist):
    files = (f.relative_to(ROOT).as_posix() for f in (ROOT / "geo").rglob("*") if f.is_file())
    package = {f for f in files if "__pycache__" not in f and not f.startswith(CLIENT)}
    with zipfile.ZipFile(wheel_in(dist)) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == package | BUILT
    assert wheel_in(dist).stat().st_size < 2_000_000


def test_a_source_archive_makes_the_same_wheel_without_node(dist, unpacked, tmp_path):
    assert {f.name for f in unpacked.iterdir() if f.is_dir()} == {"geo"}
    assert not list(unpacked.rglob("node_modules"))
    done = build(unpacked, tmp_path, "-t", "wheel")
    assert done.returncode == 0, done.stderr
    assert wheel_in(tmp_path).read_bytes() == wheel_in(dist).read_bytes()


def test_nothing_is_packed_without_the_client(unpacked, tmp_path):
    hidden = unpacked / CLIENT / "build" / "chain.js"
    text = hidden.read_bytes()
    hidden.unlink()
    try:
        done = build(unpacked, tmp_path, "-t", "wheel")
    finally:
        hidden.write_bytes(text)
    assert done.returncode
    assert "chain.js missing" in done.stderr
    assert not list(tmp_path.glob("*.whl"))
