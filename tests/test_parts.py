"""Worked out in parts, here or by dask: the same answer as in one piece."""

from __future__ import annotations

import itertools
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import docx
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import rasterio
import shapely
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser
from typer.testing import CliRunner

from geo.checks.run import CUT
from geo.cli import app
from geo.cli.job import Job
from geo.engine import Local
from geo.findings import in_language
from geo.model.tables import names, sheets, stored_tables
from geo.partition import spill, zone_files
from geo.partition.layout import Parks, lay_out_batch, put_together
from geo.partition.neighbourhood import shares
from geo.partition.spill import SPILLED
from geo.publish.excel.workbook import write_workbook
from geo.publish.gis.vectors import layers_of
from geo.publish.registry import PRODUCTS, Making, Options, Product
from geo.publish.webmap.folder import write_folder
from geo.run import Run
from geo.run.part import parts_in, run_of_part
from geo.sources import parked
from geo.sources.load import load
from geo.sources.survey_txt import read_survey
from geo.text import Text
from tests.browser import Page, choose_theme, legend
from tests.builders import PAPERS, in_one, in_parts, making_only
from tests.lane import examples
from tests.map_folders import assert_same_folders
from tests.province import make
from tests.same import assert_alike, assert_same
from tests.waiting import page_until

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch) -> None:
    """Zones are cut a dozen at a time, or fewer, and tables lie in many files."""
    monkeypatch.setattr(zone_files, "CORNERS", 100)
    monkeypatch.setattr(parked, "AT_ONCE", 100)


@pytest.fixture(scope="module")
def demo_in_one(demo: Path) -> Run:
    return in_one(demo)


@pytest.mark.parametrize(
    ("size", "kind"), [(1, "local"), pytest.param(300, "dask", marks=pytest.mark.long)]
)
def test_the_demo(demo, demo_in_one, tmp_path, size, kind):
    assert_same(demo_in_one, in_parts(demo, tmp_path, size, kind))


@pytest.mark.parametrize(
    ("crs", "kind"),
    [("EPSG:4544", "dask"), pytest.param("EPSG:4490", "local", marks=pytest.mark.long)],
)
def test_the_bench_fabric(tmp_path, crs, kind):
    """Overlaps, self-crossings, enterprises in two parks, control lines, in batches of 300 rows."""
    folder = make(tmp_path / "project", 750, crs)
    (tmp_path / "scratch").mkdir()
    assert_same(in_one(folder), in_parts(folder, tmp_path / "scratch", 200, kind))


@pytest.fixture
def mixed(tmp_path: Path, demo: Path) -> Path:
    """The demo with what parts make hard, as a GeoParquet file.

    Parcels without a park, of a park that does not exist, far from all parks and half over the
    next park's land; an id twice; claims to a parcel that is nowhere.
    """
    folder = tmp_path / "mixed"
    shutil.copytree(demo, folder, ignore=shutil.ignore_patterns("outputs"))
    text = (folder / "mujun.toml").read_text(encoding="utf-8").replace(PAPERS, "also = []")
    parcels = load(Job(folder, None, None, quiet=True).project)["parcels"]
    own = parcels.drop(columns="source_row")
    own.loc[:60:7, "park_id"] = None
    own.loc[3::97, "park_id"] = "nowhere"
    own.loc[10, "geometry"] = shapely.affinity.translate(own.geometry[10], 40_000, 9_000)
    own.loc[11, "geometry"] = own.geometry[own.index[-1]].buffer(30)
    own.loc[12, "geometry"] = None
    own.loc[20, "parcel_id"] = own.loc[len(own) - 5, "parcel_id"]
    own.loc[21, "parcel_id"] = None
    # Figures in the first part, words in the run; figures with gaps.
    own["mark"] = [str(n) if n < 700 else "甲" for n in range(len(own))]
    own["level"] = [str(n % 37) if n % 5 else None for n in range(len(own))]
    own.to_parquet(folder / "layers" / "mixed.parquet")
    at = text.index("[layers.parcels]")
    end = text.index("\n[", at + 5)
    text = f'{text[:at]}[layers.parcels]\npath = "layers/mixed.parquet"\n{text[end:]}'
    text += '\n[publish.themes.mark]\ncolumn = "mark"\n'
    text += '\n[publish.themes.level]\ncolumn = "level"\nscheme = "natural_breaks"\n'
    (folder / "mujun.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("size", [400, pytest.param(1, marks=pytest.mark.long)])
def test_awkward_rows(mixed, tmp_path, size):
    (tmp_path / "scratch").mkdir()
    one = in_one(mixed)
    assert {"duplicate_id"} <= set(one.findings["code"])
    assert_same(one, in_parts(mixed, tmp_path / "scratch", size))


def test_a_part_in_which_nothing_is_usable(tmp_path):
    """Of three parks one has only a point for its parcel, and one a parcel that nobody holds."""
    cases = Path(__file__).parent / "data" / "field_cases"
    folder = tmp_path / "p"
    shutil.copytree(cases / "00", folder)
    lines = [105.285, 105.29375, 105.2959, 105.305]
    boxes = [shapely.box(a, 29.335, b, 29.345) for a, b in itertools.pairwise(lines)]
    names = {"park_id": ["K1", "K2", "K3"], "name": ["一园", "二园", "三园"]}
    gpd.GeoDataFrame(names, geometry=boxes, crs=4490).to_file(folder / "parks.gpkg")
    parcels = gpd.read_file(folder / "parcels.gpkg")
    parcels.loc[2, "geometry"] = parcels.geometry[2].centroid
    parcels.to_file(folder / "parcels.gpkg")
    held = "enterprise_id,parcel_id,area_m2\nE1,P1,16147\nE2,P2,0\nE3,P3,16147\n"
    (folder / "occupancy.csv").write_text(held, encoding="utf-8")
    (tmp_path / "scratch").mkdir()
    one = in_one(folder)
    assert "no_land_stated" in set(one.findings["code"])
    assert one.parcels["parcel_id"].tolist() == ["P1", "P2", "P4"]
    assert_same(one, in_parts(folder, tmp_path / "scratch", 1))


def _rows_of(file: Path) -> int:
    return len(pd.read_parquet(file, columns=["parcel_id"]))


def _count_parcels(making: Making, _: Options) -> list[str]:
    """A product in parts: of each part's file by the engine's workers, then of what they say."""
    home = making.results or making.stage
    files = sorted((home / "tables/parcels").glob("*.parquet"))
    rows = making.each(_rows_of, files)
    assert len(rows) > 1
    making.file("counted/parcels.txt").write_text(str(sum(rows)), encoding="utf-8")
    return []


COUNTED = Product(
    "counted",
    Text("计数", "count"),
    ("counted/",),
    _count_parcels,
    wanted=lambda _: True,
    in_parts=True,
)


ALL_PAPERS = 'also = ["docx", "chain", "cards", "fgb", "txt"]'
"""What the large run asks for."""
VAST = Product(
    "vast",
    Text("巨", "vast"),
    ("vast.bin",),
    lambda *_: ["made"],
    wanted=lambda _: True,
    memory=10**12,
)


def _shown(browser: Browser, file: Path) -> list[Any]:
    """What a map says of all parcels: headline figures, totals, classes of the first themes."""
    opened = Page(browser, file)
    page, said = opened.page, []
    for theme in page.evaluate("mujunReady.data.themes.slice(0, 4).map(one => one.zh)"):
        choose_theme(page, theme)
        page_until(page, "!document.querySelector('.mujun-partial')")  # a folder reads its sums
        said.append((theme, legend(page), page.inner_text(".mujun-total")))
    said.append(page.inner_text(".mujun-board"))
    assert opened.complaints == []
    opened.context.close()
    return said


def _same_map(outputs: Path) -> None:
    """Written by parts, the map says of every parcel what it says of the same run in one piece."""
    in_one = outputs.parent / "map-in-one"
    write_folder(Run.load(outputs), in_one)
    assert_same_folders(outputs / "map", in_one)


def _rows_of_one_part_alone(outputs: Path) -> None:
    """A part gives its own rows on a kind of subject, be the table read before or not."""
    whole = Run.load(outputs)
    for part in parts_in(outputs):
        read, unread = (run_of_part(whole, outputs, part, {}) for _ in range(2))
        figures = read.figures
        own = figures[figures["subject"] == "parcel"].reset_index(drop=True)
        for run in (read, unread):
            found = run.about("figures", "parcel").reset_index(drop=True)
            pd.testing.assert_frame_equal(found, own)


def _of_all_rows(outputs: Path, whole: Path, browser: Browser, said: str) -> None:
    """What is made where there is memory is that of a run in one piece; the rest is said."""
    # 1,050 parcels of 1 TB each, and 400 MB
    assert "内存不足，未生成 vast.bin：约需1050000.4 GB" in said
    assert "cards/ 每宗一份，不全部生成" in said
    assert "未生成 report.docx" not in said
    assert _tables_of(outputs / "report.docx") == _tables_of(whole / "report.docx")
    for name in ("parcels", "zone_outlines"):
        layer = pyogrio.read_info(outputs / f"layers/fgb/{name}.fgb")
        assert layer["features"] == len(gpd.read_parquet(whole / f"tables/{name}.parquet"))
    assert (
        read_survey([outputs / "layers/parcels.txt"], None, "t")[0]["parcel_id"].nunique() == 1050
    )
    project = ET.parse(outputs / "layers/assessment.qgs")
    sources = [one.text for one in project.iter("datasource")]
    layers = {one.partition("|layername=")[2] for one in sources if "|layername=" in one}
    assert {"parks", "industries"} <= layers <= layers_of(outputs / "layers/assessment.gpkg")
    assert any("surfaces/" in one for one in sources)
    of_one = ET.parse(whole / "layers/assessment.qgs")
    painted, same = ([e.attrib for e in one.iter("paletteEntry")] for one in (project, of_one))
    assert painted == same != []
    assert "map/index.html" in (outputs / "map.html").read_text(encoding="utf-8")
    assert _shown(browser, outputs / "map/index.html") == _shown(browser, whole / "map.html")
    _same_map(outputs)
    for file in (whole / "surfaces").iterdir():
        with rasterio.open(file) as one, rasterio.open(outputs / "surfaces" / file.name) as other:
            assert np.array_equal(one.read(), other.read())


def _sheets_say_the_same(file: Path, whole: Path) -> None:
    """What a sheet of both workbooks says it says in the same cells; the first sheet is each one's own.

    Synthetic data says so on paper.
    """
    parts, one = (
        pd.read_excel(book, sheet_name=None, header=None, engine="calamine")
        for book in (file, whole)
    )
    assert parts["汇总"][0].astype(str).str.contains("模拟数据声明：演示数据").any()
    of_rows = {table.title.zh for table in sheets() if table.large}
    assert set(parts) == set(one) - of_rows
    for name in set(parts) - {"汇总"}:
        pd.testing.assert_frame_equal(parts[name], one[name], rtol=1e-6, obj=name)


def _tables_of(report: Path) -> list[list[str]]:
    """The cells of all tables of a report."""
    return [
        [cell.text for row in table.rows for cell in row.cells]
        for table in docx.Document(str(report)).tables
    ]


def _reads_no_parcels(outputs: Path, folder: Path) -> None:
    """The QGIS project, made again, is the same without a parcel read; parks open in its colours."""
    run, place = Run.load(outputs), "layers/assessment.qgs"
    PRODUCTS["qgis"].write(Making(run, folder, results=outputs), Options())
    assert (folder / place).read_bytes() == (outputs / place).read_bytes()
    assert not set(SPILLED) & set(run.tables._read)
    with closing(sqlite3.connect(outputs / "layers/assessment.gpkg")) as database:
        styled = database.execute("SELECT f_table_name FROM layer_styles").fetchall()
    drawn = {"parks", "zone_outlines", "facilities", "ground", "water_areas", "place_names"}
    assert {name for (name,) in styled} == drawn


def _made_later(folder: Path) -> None:
    """What is made later is missing no more on the start page."""
    start = folder / "outputs/index.html"
    assert "cards/ 每宗一份" in start.read_text(encoding="utf-8")
    parcel = Run.load(folder / "outputs").parcels["parcel_id"].iloc[0]
    asked = ["export", "-p", str(folder), "--format", "cards", "--parcel", parcel, "-q"]
    assert CliRunner().invoke(app, asked).exit_code == 0
    assert len(list((folder / "outputs/cards").iterdir())) == 1
    assert "cards/ 每宗一份" not in start.read_text(encoding="utf-8")
    assert "未生成 vast.bin" in start.read_text(encoding="utf-8")
    drawn = {
        file: file.read_bytes()
        for name in ("map", "surfaces")
        for file in (folder / "outputs" / name).rglob("*")
        if file.is_file()
    }
    again = ["export", "-p", str(folder), "--format", "map", "--format", "cog", "-q"]
    assert CliRunner().invoke(app, again).exit_code == 0
    assert {file: file.read_bytes() for file in drawn} == drawn


def test_a_large_run_has_the_same_tables_in_parts(demo, demo_in_one, browser, tmp_path):
    """Above `whole`: folders of Parquet files of one schema, and nothing of an earlier run.

    What is made of all rows is made where there is memory, and says what a run in one piece says.
    """
    folder = tmp_path / "large"
    shutil.copytree(demo, folder)
    file = folder / "mujun.toml"
    text = file.read_text(encoding="utf-8").replace(PAPERS, ALL_PAPERS)
    file.write_text(f"{text}\n[engine]\npart = 400\nwhole = 500\n", encoding="utf-8")
    with PRODUCTS.registered(COUNTED), PRODUCTS.registered(VAST):
        done = CliRunner().invoke(app, ["run", "-p", str(folder), "-q"])
    assert done.exit_code == 0, done.output
    assert "1,050宗土地" in done.output
    _reads_no_parcels(folder / "outputs", tmp_path / "again")
    assert (folder / "outputs/counted/parcels.txt").read_text() == "1050"
    outputs = folder / "outputs"
    _of_all_rows(outputs, demo / "outputs", browser, done.output)
    assert not any((outputs / f"tables/{name}.parquet").exists() for name in SPILLED)
    assert not list(outputs.glob(".writing-*"))
    found = Run.load(outputs)
    stored = Run.load(demo / "outputs")
    assert_same(stored, found, [name for name in names(stored_tables()) if name != "findings"])
    assert len(found.lineage) == len(stored.lineage) > 0
    columns = ["parcel_id", "measure"]
    of_one, of_parts = (run.hotspots.sort_values(columns) for run in (stored, found))
    assert len(of_one) > 1_000
    pd.testing.assert_frame_equal(
        of_one.reset_index(drop=True), of_parts.reset_index(drop=True), rtol=1e-12, atol=1e-12
    )
    record = json.loads((outputs / "run.json").read_text(encoding="utf-8"))
    assert record["counts"]["verdicts"] == len(demo_in_one.verdicts)
    assert record["counts"]["compliance"] == (
        demo_in_one.parcels["compliance"].value_counts().to_dict()
    )
    assert record["counts"]["findings"] == demo_in_one.findings["severity"].value_counts().to_dict()
    in_one = json.loads((demo / "outputs/run.json").read_text(encoding="utf-8"))["result"]
    for result in (in_one, record["result"]):  # what is not made of parts is told there
        del result["not_computed"], result["begin"]
    assert_alike(in_one, record["result"])
    made = {"chain", "snapshot", "docx", "atlas"}
    assert {p.name for p in PRODUCTS if p.memory} == made
    assert [line for line in record["not_made"] if "vast.bin" in line]
    assert not [line for line in record["not_made"] if "map.html" in line]
    sheet = pd.read_excel(outputs / "assessment.xlsx", header=None, engine="calamine")
    assert sheet[0].astype(str).str.contains("未生成 vast.bin").any()
    assert all((outputs / name).is_file() for name in record["outputs"])
    left_out = [product for product in PRODUCTS if not (product.in_parts or product.memory)]
    assert not any((outputs / place).exists() for p in left_out for place in p.places)
    sheet = pd.read_excel(
        outputs / "assessment.xlsx", sheet_name="规则", header=None, engine="calamine"
    )
    assert sheet.fillna("").astype(str).agg(" ".join).str.contains("隆府办发〔2022〕58号").any()
    _sheets_say_the_same(outputs / "assessment.xlsx", demo / "outputs/assessment.xlsx")
    _made_later(folder)
    # In one piece again: the folders go, the files come back.
    (folder / "mujun.toml").write_text(
        (folder / "mujun.toml")
        .read_text(encoding="utf-8")
        .replace("whole = 500", "whole = 5000")
        .replace(ALL_PAPERS, "also = []"),
        encoding="utf-8",
    )
    with making_only("map"):
        assert CliRunner().invoke(app, ["run", "-p", str(folder), "-q"]).exit_code == 0
    assert (outputs / "map.html").exists()
    assert not any((outputs / "tables" / name).is_dir() for name in SPILLED)


@pytest.mark.products("findings", "map", "xlsx")
def test_a_large_run_lists_so_many_findings_and_says_where_all_are(mixed, tmp_path, monkeypatch):
    monkeypatch.setattr(spill, "LISTED", 12)
    with (mixed / "mujun.toml").open("a", encoding="utf-8") as file:
        file.write("\n[engine]\npart = 400\nwhole = 500\n")
    done = CliRunner().invoke(app, ["run", "-p", str(mixed), "-q"])
    assert done.exit_code == 1, done.output
    outputs = mixed / "outputs"
    all_, shown = (
        pd.read_parquet(outputs / "tables/findings"),
        gpd.read_file(outputs / "layers/findings.gpkg"),
    )
    record = json.loads((outputs / "run.json").read_text(encoding="utf-8"))
    assert record["counts"]["findings"] == all_["severity"].value_counts().to_dict()
    schemas = [pq.read_schema(file) for file in (outputs / "tables/findings").iterdir()]
    assert {str(schema.field("row").type) for schema in schemas} == {"int64"}
    of_layers = pd.read_parquet(outputs / "tables/findings/part-whole.parquet")
    cut = of_layers[of_layers["layer"].isin(CUT)]
    assert cut[["row", "id"]].isna().all(axis=None)  # what may be one a parcel is elsewhere
    assert (all_["row"].isna() & all_["id"].notna()).any()
    parts = len(list((outputs / "tables/findings").iterdir())) - 1
    assert len(shown) - len(of_layers) <= parts * -(-12 // parts) < len(all_) - len(of_layers)
    assert (shown["severity"] == "error").any()
    assert "全部见 tables/findings" in done.output
    _same_map(outputs)
    with (mixed / "mujun.toml").open("a", encoding="utf-8") as file:
        file.write("workers = 2\n")
    again = CliRunner().invoke(app, ["map", "-p", str(mixed), "-q"])
    assert again.exit_code == 0, again.output
    _same_map(outputs)
    _rows_of_one_part_alone(outputs)
    one = in_one(mixed)
    write_workbook(one, tmp_path / "in-one.xlsx")
    _sheets_say_the_same(outputs / "assessment.xlsx", tmp_path / "in-one.xlsx")
    one.save(tmp_path / "saved")
    assert pq.read_schema(tmp_path / "saved/tables/findings.parquet").equals(schemas[0])
    told = Run.load(outputs).findings
    assert sorted(in_language(told, "zh")["message"]) == sorted(all_["message"])
    assert told["message"].tolist() == one.findings["message"].tolist()
    assert (in_language(told, "en")["message"] != all_["message"]).all()


@examples(60)
@given(st.data())
def test_who_answers_for_what(tmp_path_factory, data):
    """Each row has one part that answers; a part sees everything that its own rows share."""
    seed = data.draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    count, firms, places = rng.integers(1, 40), rng.integers(1, 12), rng.integers(1, 6)
    corner = np.array([[1000.0 * i, 0.0] for i in range(places)])
    parks = gpd.GeoDataFrame(
        {"park_id": [f"K{i}" for i in range(places)], "source_row": np.arange(1, places + 1)},
        geometry=shapely.box(corner[:, 0], 0, corner[:, 0] + 900, 900),
        crs=4544,
    )
    at = rng.uniform(-300, 1000.0 * places, (count, 2)) * (1, 0.001)
    said = pd.Series(rng.choice([*parks["park_id"], "other"], count), dtype="str")
    parcels = gpd.GeoDataFrame(
        {
            "parcel_id": pd.Series([f"P{i}" for i in rng.integers(0, count, count)], dtype="str"),
            "park_id": said.mask(rng.random(count) < 0.3),
            "source_row": np.arange(1, count + 1),
        },
        geometry=shapely.box(at[:, 0], at[:, 1], at[:, 0] + 250, at[:, 1] + 50),
        crs=4544,
    )
    claims = pd.DataFrame(
        {
            "enterprise_id": [f"E{i}" for i in rng.integers(0, firms, 2 * count)],
            "parcel_id": [f"P{i}" for i in rng.integers(0, count + 3, 2 * count)],
            "source_row": np.arange(1, 2 * count + 1),
        }
    ).astype({"enterprise_id": "str", "parcel_id": "str"})
    folder = tmp_path_factory.mktemp("spread")
    laid = lay_out_batch(parcels, 0, Parks.of(parks), folder)
    parcel_index, _ = put_together([laid], folder)
    got = shares(parcel_index, Parks.of(parks), {"occupancy": claims}, int(rng.integers(1, 15)))
    for name, table in (("parcels", parcels), ("parks", parks), ("occupancy", claims)):
        own = np.sort(np.concatenate([s.scope.rows[name] for s in got]))
        assert own.tolist() == table["source_row"].tolist()
    assert sorted(e for s in got for e in s.scope.enterprises) == sorted(
        claims["enterprise_id"].unique()
    )
    for share in got:
        rows = np.concatenate([share.scope.rows["parcels"], parcel_index.row[share.neighbours]])
        here = parcels[parcels["source_row"].isin(rows)]
        seen = claims.iloc[share.tables["occupancy"]]
        ours = claims[claims["enterprise_id"].isin(share.scope.enterprises)]
        assert set(ours["source_row"]) <= set(seen["source_row"])
        known = ours.loc[ours["parcel_id"].isin(parcels["parcel_id"]), "parcel_id"]
        assert set(known) <= set(here["parcel_id"])
        mine = parcels[parcels["source_row"].isin(share.scope.rows["parcels"])]
        others = parcels.sindex.query(mine.geometry, predicate="intersects")[1]
        assert set(parcels["source_row"].iloc[others]) <= set(rows)


def test_progress_is_of_parts_done():
    told = []
    assert Local().map(lambda n: n * n, [1, 2, 3], lambda *both: told.append(both)) == [1, 4, 9]
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_project_may_name_its_engine_in_a_word(project):
    text = (project / "mujun.toml").read_text(encoding="utf-8")
    (project / "mujun.toml").write_text(f'engine = "dask"\n{text}', encoding="utf-8")
    job = Job(project, None, None, quiet=True)
    assert (job.project.engine.kind, job.project.engine.scheduler) == ("dask", "")
    job.on(None, "tcp://10.0.0.1:8786")
    assert job.project.engine.scheduler == "tcp://10.0.0.1:8786"
    job.on("local", "")
    assert job.project.engine.kind == "local"


@pytest.mark.products("findings")
def test_findings_about_streamed_parcels_have_their_outline(mixed, tmp_path):
    """A file that was read in batches is not in memory: the few outlines are read again."""
    with (mixed / "mujun.toml").open("a", encoding="utf-8") as file:
        file.write("\n[engine]\npart = 400\nwhole = 500\nbatch = 250\n")
    done = CliRunner().invoke(app, ["run", "-p", str(mixed), "-q"])
    assert done.exit_code == 1, done.output
    layer = gpd.read_file(mixed / "outputs/layers/findings.gpkg")
    about = layer[(layer["layer"] == "parcels") & layer["row"].notna()]
    twice = about[about["code"] == "duplicate_id"]
    assert len(twice)
    assert twice.geometry.notna().all()


def test_a_process_keeps_the_memory_that_it_freed():
    """Blocks of 32 MB in all, written and freed ten times, are asked of the system but once."""
    blocks = """
import resource
import numpy as np
from geo.runtime import keep_memory
keep_memory()
rows = [np.ones(100_000) for _ in range(40)]  # 800 KB each: glibc would map and unmap them
del rows
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    rows = [np.ones(100_000) for _ in range(40)]
    del rows
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
    done = subprocess.run(
        [sys.executable, "-c", blocks], check=True, capture_output=True, text=True
    )
    assert int(done.stdout) < 2_000  # 78,000 pages, were they given back each time
