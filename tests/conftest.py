"""Small projects written to disk, and the demo run once."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import settings
from playwright.sync_api import Browser
from typer.testing import CliRunner

from geo.cli import app
from geo.cli.usage import speak
from geo.run import Run
from geo.runtime import collect_seldom
from tests.browser import Page, chromium
from tests.builders import EAST, GK, NORTH, PROJECT, digests, making_only, square
from tests.lane import LONG, SLOW_FIXTURES, examples

os.environ["OGR_SQLITE_SYNCHRONOUS"] = "OFF"
"""GeoPackages that tests write need not outlive a loss of power."""
settings.register_profile("mujun", examples(100))
settings.load_profile("mujun")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs a whole project or opens Chromium is slow, whoever writes it."""
    for item in items:
        if SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
        if item.path.stem in LONG:
            item.add_marker(pytest.mark.long)


def pytest_collection_finish() -> None:
    """Garbage is looked for as seldom as a command does, and not among what was imported."""
    collect_seldom()
    gc.collect()
    gc.freeze()


ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _the_language_of_a_new_process() -> None:
    """A command speaks the language of the last one of its process; each test begins as one."""
    speak("zh")


@pytest.fixture(autouse=True)
def _products_made(request: pytest.FixtureRequest) -> Iterator[None]:
    """`@pytest.mark.products("map")`: runs of the test make no others beside their tables."""
    marker = request.node.get_closest_marker("products")
    if marker is None:
        yield
        return
    assert "run_project" not in request.fixturenames, "it is run once for all, with its products"
    with making_only(*marker.args):
        yield


@pytest.fixture
def parcels() -> gpd.GeoDataFrame:
    """Four hectare squares in a row."""
    return gpd.GeoDataFrame(
        {"parcel_id": ["A", "B", "C", "D"], "land_use": ["100101", "100101", "100102", "1401"]},
        geometry=[square(i, 0) for i in range(4)],
        crs=GK,
    )


@pytest.fixture
def parks() -> gpd.GeoDataFrame:
    outline = shapely.box(EAST - 10, NORTH - 10, EAST + 410, NORTH + 110)
    return gpd.GeoDataFrame({"park_id": ["P"], "name": ["园区"]}, geometry=[outline], crs=GK)


@pytest.fixture
def project(tmp_path: Path, parcels: gpd.GeoDataFrame, parks: gpd.GeoDataFrame) -> Path:
    """A whole small project on disk; tests spoil one thing in it."""
    return written_project(tmp_path, parcels, parks)


@pytest.fixture
def run_project(
    tmp_path: Path,
    parcels: gpd.GeoDataFrame,
    parks: gpd.GeoDataFrame,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The same with the results of `mujun run`, which is run once for all; to be written to."""
    with run_once(tmp_path_factory, "small") as folder:
        if not (folder / "mujun.toml").exists():
            written_project(folder, parcels, parks)
            outcome = CliRunner().invoke(app, ["run", "-q", "-p", str(folder)])
            assert outcome.exit_code == 0, outcome.output
    return Path(shutil.copytree(folder, tmp_path, dirs_exist_ok=True))


def written_project(tmp_path: Path, parcels: gpd.GeoDataFrame, parks: gpd.GeoDataFrame) -> Path:
    (tmp_path / "mujun.toml").write_text(PROJECT, encoding="utf-8")
    parks.to_file(tmp_path / "parks.gpkg", layer="parks")
    parcels.assign(supplied_on="2023-02-01").to_file(tmp_path / "parcels.gpkg", layer="parcels")
    pd.DataFrame(
        {
            "enterprise_id": ["E1", "E2", "E3"],
            "name": ["玻璃", "机械", "无地"],
            "industry_code": ["3054", "3484", "1353"],
        }
    ).to_csv(tmp_path / "enterprises.csv", index=False)
    pd.DataFrame(
        {
            "enterprise_id": ["E1", "E2", "E2"],
            "parcel_id": ["A", "B", "C"],
            "area_m2": [10000, 10000, 10000],
        }
    ).to_csv(tmp_path / "occupancy.csv", index=False)
    pd.DataFrame(
        {
            "enterprise_id": ["E1", "E1", "E2", "E3"],
            "year": [2021, 2023, 2023, 2023],
            "revenue": [3000.0, 3307.5, 9000.01, 77.0],
            "output_value": [3000.0, 3300.0, 9000.0, 70.0],
            "tax": [100.0, 119.925, 300.01, 7.0],
            "fixed_investment": [2300.0, 2250.0, 3000.0, 10.0],
            "rd_expense": [10.0, 12.0, 190.0, 1.0],
        }
    ).to_csv(tmp_path / "indicators.csv", index=False)
    return tmp_path


@contextmanager
def run_once(factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """A folder for all processes of this session; while it is open no other process opens it."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    base = factory.getbasetemp() if alone else factory.getbasetemp().parent
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = base / f"once-{name}"
        folder.mkdir(exist_ok=True)
        yield folder


@pytest.fixture(scope="session")
def finished_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The demo project, run once a session. Nothing may write to it: others read it."""
    with run_once(tmp_path_factory, "demo") as folder:
        if not (folder / "mujun.toml").exists():
            shutil.copytree(ROOT / "layers", folder / "layers")
            shutil.copy(ROOT / "mujun.toml", folder)
            outcome = CliRunner().invoke(app, ["run", "-q", "-p", str(folder)])
            assert outcome.exit_code == 0, outcome.output
    before = digests(folder)
    yield folder
    assert digests(folder) == before, "a test wrote to the demo that all share: see copied_demo"


@pytest.fixture(scope="session")
def demo(finished_demo: Path) -> Path:
    """The demo project and its outputs, to be read."""
    return finished_demo


@pytest.fixture(scope="module")
def run(demo: Path) -> Run:
    """The demo's run, loaded once a module."""
    return Run.load(demo / "outputs")


@pytest.fixture(scope="module")
def copied_demo(finished_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo project and its outputs, for a module that writes to them."""
    folder: Path = tmp_path_factory.mktemp("copied") / "demo"
    shutil.copytree(finished_demo, folder)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def page(browser: Browser, demo: Path) -> Iterator[Page]:
    """The demo's map, opened once a module."""
    opened = Page(browser, demo / "outputs/map.html")
    yield opened
    opened.context.close()
