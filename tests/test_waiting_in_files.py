"""What a large run leaves in files while it is cut: the same rows and findings as read whole."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo import findings, read_project
from geo.assess.rows import rows_used
from geo.checks.run import check_shared
from geo.engine import Local
from geo.errors import SourceError
from geo.partition import zone_files
from geo.partition.zone_files import ZoneFiles, read_zones
from geo.project import Project, Settings, TableSource
from geo.sources import parked
from geo.sources.batches import digest_read, stream_crs, streamed
from geo.sources.load import load
from geo.sources.tables_apart import alone
from tests.builders import GK, layer_as_read, square
from tests.province import make

NAMES = ("enterprises", "occupancy", "indicators")
BOW = [(0, 0), (100, 100), (100, 0), (0, 100)]
"""A ring that crosses itself."""


def zones() -> gpd.GeoDataFrame:
    """Nine zones: an id twice far apart, one without a kind, one without an outline, one crossed."""
    x, y = square(0, 0).bounds[:2]
    crossed = gpd.GeoSeries.from_wkt(
        [f"POLYGON(({','.join(f'{x + a} {y + b}' for a, b in [*BOW, BOW[0]])}))"]
    )[0]
    shapes = [square(i, 0) for i in range(9)]
    shapes[4], shapes[6] = None, crossed
    ids = ["Z0", "Z1", "Z2", "Z3", "Z4", "Z5", "Z6", "Z1", "Ｚ２"]
    kinds = pd.Series(["生态保护红线"] * 9, dtype="str").mask(np.arange(9) == 3)
    return layer_as_read(shapes, zone_id=ids, kind=kinds)


def in_files(folder: Path, frames: list[gpd.GeoDataFrame], settings: Settings) -> ZoneFiles:
    batches_read = [(one, findings.no_findings()) for one in frames]
    parks = layer_as_read([square(0, 0, 900)], park_id=["P"])
    return ZoneFiles.of(batches_read, parks, settings, GK, folder)


@pytest.mark.parametrize("corners", [1, 12, 1_000])
@pytest.mark.parametrize("rows", [1, 4, 9])
def test_zones_some_at_a_time_are_those_checked_at_once(tmp_path, monkeypatch, corners, rows):
    """Ids that repeat or are alike stand in different batches and files; all are told."""
    monkeypatch.setattr(zone_files, "CORNERS", corners)
    settings, layer = Settings(year=2023), zones()
    usable, found = check_shared({"zones": layer}, settings, plane=GK)
    frames = [layer.iloc[at : at + rows] for at in range(0, len(layer), rows)]
    files = in_files(tmp_path, frames, settings)
    left = pd.concat(list(files.runs()), ignore_index=True)
    assert left["source_row"].tolist() == [1, 3, 6, 7, 9]
    pd.testing.assert_frame_equal(left, usable["zones"])
    assert set(found["code"]) == {
        "duplicate_id",
        "alike_ids",
        "missing",
        "no_geometry",
        "invalid_geometry",
    }
    told = ["code", "row", "id", "message", "value", "set_aside", "defect_m2"]
    pd.testing.assert_frame_equal(files.findings[told], found[told])
    rows_whole = rows_used({"zones": layer}, usable, found, ["zones"])
    pd.testing.assert_frame_equal(files.rows, rows_whole)
    assert rows_whole.iloc[0].tolist() == ["zones", 5, 0, 4]


def test_of_zones_that_none_can_be_used_the_layer_is_left_without_rows(tmp_path):
    layer = zones().iloc[[3, 4]]
    files = in_files(tmp_path, [layer], Settings(year=2023))
    (left,) = files.runs()
    assert len(left) == 0
    assert list(left) == list(layer)


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return read_project(make(tmp_path_factory.mktemp("province"), 250))


def test_zones_of_another_reference_system_are_read_in_that_of_the_parks(
    province, tmp_path, monkeypatch
):
    monkeypatch.setattr(zone_files, "ROWS_READ", 3)
    for file in province.folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    there = gpd.read_parquet(tmp_path / "zones.parquet").to_crs(4490)
    there.to_parquet(tmp_path / "zones.parquet")
    project = read_project(tmp_path)
    whole, stream = load(project), streamed(project, "zones")
    assert stream is not None
    batched = {name: stream_crs(project, streamed(project, name), name) for name in ("zones",)}
    layers = load(project, batched=batched)
    assert "zones" not in layers.frames
    read = [zone for zone, _ in read_zones(project, stream, layers["parks"].crs)]
    assert [len(one) for one in read] == [3] * (len(there) // 3) + [len(there) % 3] * (
        len(there) % 3 > 0
    )
    again = pd.concat(read, ignore_index=True)
    assert again.crs == whole["parks"].crs
    pd.testing.assert_frame_equal(again, whole["zones"])
    assert layers.files | digest_read(project, stream, "zones") == whole.files


def test_a_layer_of_zones_without_rows_is_refused_as_it_is_when_read_whole(province, tmp_path):
    for file in province.folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    gpd.read_parquet(tmp_path / "zones.parquet").iloc[:0].to_parquet(tmp_path / "zones.parquet")
    project = read_project(tmp_path)
    with pytest.raises(SourceError) as whole:
        load(project)
    layers = load(project, batched={"zones": GK})
    with pytest.raises(SourceError) as read:
        list(read_zones(project, streamed(project, "zones"), layers["parks"].crs))
    assert str(read.value) == str(whole.value)


@pytest.fixture(params=["load", "one after the other", "workers"])
def each(request):
    """Who reads a table that is one file: `load` itself, this process for it, or two others."""
    if request.param != "workers":
        yield None if request.param == "load" else Local(1).map
        return
    local = Local(2)
    yield local.map
    local.crew.stop()


def test_tables_that_wait_in_files_are_those_in_memory(
    province, tmp_path, monkeypatch, each, request
):
    """Ids written otherwise, and a row that repeats only once they are alike."""
    monkeypatch.setattr(parked, "AT_ONCE", 100)
    for file in province.folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    table = pd.read_parquet(tmp_path / "occupancy.parquet")
    again = table.iloc[[7]].assign(enterprise_id=lambda t: t["enterprise_id"] + " ")
    pd.concat([table, again]).to_parquet(tmp_path / "occupancy.parquet")
    project = read_project(tmp_path)
    (tmp_path / "scratch").mkdir()
    whole, left = load(project), load(project, folder=tmp_path / "scratch", each=each)
    for name in NAMES:
        if "workers" not in request.node.name:  # they have the usual size
            assert len(left[name].files) == -(-len(whole[name]) // 100)
        pd.testing.assert_frame_equal(left[name].whole(), whole[name])
        assert left[name].ids["enterprise_id"].equals(whole[name]["enterprise_id"])
    assert len(whole["occupancy"]) == len(table)
    pd.testing.assert_frame_equal(left.findings, whole.findings)
    assert "repeated_row" in set(whole.findings["code"])
    assert (left.rows, left.by_file, left.files) == (whole.rows, whole.by_file, whole.files)
    assert left.places.keys() == whole.places.keys()


def test_enterprises_that_are_named_are_found_by_whoever_reads_the_table(province, tmp_path, each):
    for file in province.folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    register = pd.read_parquet(tmp_path / "enterprises.parquet")
    register = register.assign(name="企业" + register["enterprise_id"])
    register.to_parquet(tmp_path / "enterprises.parquet")
    table = pd.read_parquet(tmp_path / "indicators.parquet")
    named = table.assign(enterprise_id="企业" + table["enterprise_id"])
    named.to_parquet(tmp_path / "indicators.parquet")
    (tmp_path / "scratch").mkdir()
    layers = load(read_project(tmp_path), folder=tmp_path / "scratch", each=each)
    read = layers["indicators"].whole()
    assert read["enterprise_id"].tolist() == table["enterprise_id"].tolist()
    assert "ids_by_name" in set(layers.findings["code"])


@pytest.mark.parametrize(
    ("paths", "read"),
    [
        (("名录.xlsx", "占地.csv", "指标.csv"), ["enterprises", "indicators", "occupancy"]),
        (("名录.xlsx", "台账.xlsx", "台账.xlsx"), ["enterprises"]),
        (("名录.xlsx", "2021/台账.xlsx", "2023/台账.xlsx"), ["enterprises"]),
        (("台账.xlsx", "台账.xlsx", "指标.csv"), []),
        (("名录.xlsx", "占地.csv", "指标/*.csv"), []),
        (("名录.xlsx", "报送.zip", "报送.zip/指标.csv"), []),
        ((["名录.xlsx", "名录2.xlsx"], "占地.csv", "指标.csv"), []),
        (("名录.xlsx", "占地.csv", ["2021.csv", "2023.csv"]), ["enterprises", "occupancy"]),
    ],
)
def test_only_a_table_that_is_one_file_is_read_for_itself(paths, read):
    """What one book has for several tables is told by all of them together."""
    sources = {
        name: TableSource.model_validate({"path": path})
        for name, path in zip(("enterprises", "occupancy", "indicators"), paths, strict=True)
    }
    assert alone(sources) == read
