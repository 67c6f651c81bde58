"""Layers read a batch at a time: of every format the same rows as read whole, and the same run."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import read_project
from geo.errors import SourceError
from geo.project import LayerSource, Project
from geo.sources.apart import ReaderDiedError, stream_apart
from geo.sources.batches import batches, streamed
from geo.sources.read import finished, read_rows
from geo.sources.streams import ParquetStream, stream_of
from geo.sources.vector import read_vector
from tests.builders import EAST, GK, NORTH, in_one, in_parts, square
from tests.lane import examples
from tests.same import assert_same
from tests.test_reserved import curved

FORMATS = ("parquet", "gpkg", "fgb", "gdb", "shp")
COUNT = 23
HEAD = """
[project]
year = 2023
place = { lon = 105.29, lat = 29.34, radius_km = 30 }
[layers.parks]
path = "parks.gpkg"
"""


def parcels() -> gpd.GeoDataFrame:
    """Squares of two parks with an office's own columns: nulls, long numbers, times, a NUL."""
    serial = pd.Series(range(COUNT), dtype="Int64")
    serial[COUNT - 1] = 2**53 + 1
    serial[3] = pd.NA
    return gpd.GeoDataFrame(
        {
            "parcel_id": [f"P{i}" for i in range(COUNT)],
            "park_id": ["北", "南"] * (COUNT // 2) + ["北"],
            "land_use": ["100101", "0901"] * (COUNT // 2) + [None],
            "contract_area_m2": np.where(np.arange(COUNT) % 5 == 0, np.nan, 9_999.5),
            "serial": serial,
            "remark": [None, "备注", " "] * (COUNT // 3) + ["备注"] * (COUNT % 3),
            "seen_at": pd.to_datetime(["2023-05-01 08:30:00"] * (COUNT - 1) + [None]),
        },
        geometry=[square(2 * (i % 6), 2 * (i // 6)) for i in range(COUNT)],
        crs=GK,
    )


def written(folder: Path, suffix: str, frame: gpd.GeoDataFrame, extra: str = "") -> Project:
    """A project of these parcels in a format, and the parks around them."""
    folder.mkdir(exist_ok=True)
    if suffix == "parquet":
        frame.to_parquet(folder / "parcels.parquet")
    else:
        if suffix == "shp":
            short = {"contract_area_m2": "合同", "seen_at": "seen_on"}
            frame = frame.assign(seen_at=frame["seen_at"].dt.date).rename(columns=short)
        gdb = {"driver": "OpenFileGDB", "TARGET_ARCGIS_VERSION": "ARCGIS_PRO_3_2_OR_LATER"}
        how = gdb if suffix == "gdb" else {}
        pyogrio.write_dataframe(frame, folder / f"parcels.{suffix}", layer="parcels", **how)
    parks = frame.dissolve("park_id", as_index=False)[["park_id", "geometry"]]
    parks = parks.set_geometry(parks.geometry.convex_hull).assign(name=parks["park_id"])
    parks.to_file(folder / "parks.gpkg", layer="parks")
    text = f'{HEAD}[layers.parcels]\npath = "parcels.{suffix}"\n{extra}'
    (folder / "mujun.toml").write_text(text, encoding="utf-8")
    return read_project(folder)


def in_batches(project: Project, size: int) -> gpd.GeoDataFrame:
    stream = streamed(project)
    assert stream is not None
    read = [rows for rows, _ in batches(project, stream, size)]
    # Numbers of one batch are digits in another: `ColumnKinds` settles it where they are laid out.
    own = [{c: object for c in rows if c == "serial"} for rows in read]
    kept = [rows.astype(kinds) for rows, kinds in zip(read, own, strict=True)]
    return pd.concat(kept, ignore_index=True)


def read_whole(project: Project) -> gpd.GeoDataFrame:
    source = project.layers["parcels"]
    rows = read_rows(project, "parcels", source)
    return finished(rows, project, "parcels", source, ledger=False).frame.reset_index(drop=True)


def as_text(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Cells by their text, whole numbers alike whether they are doubles: kinds differ by batch."""
    plain = pd.DataFrame(frame.drop(columns="geometry")).sort_index(axis=1)
    cells = plain.astype(object).where(plain.notna(), "")
    return cells.map(lambda v: f"{v:.10g}" if isinstance(v, float) and v < 2**53 else str(v))


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("size", [5, COUNT, 1000])
def test_batches_are_the_rows_of_the_whole(tmp_path, suffix, size):
    project = written(tmp_path, suffix, parcels())
    rows, expected = in_batches(project, size), read_whole(project)
    assert rows["source_row"].tolist() == list(range(1, COUNT + 1))
    pd.testing.assert_frame_equal(as_text(rows), as_text(expected), check_dtype=False)
    assert rows.geometry.geom_equals(expected.geometry, align=False).all()
    assert rows.crs == expected.crs
    assert streamed(project).count == COUNT


@examples(60)
@given(first=st.integers(0, COUNT - 1), count=st.integers(1, COUNT), group=st.integers(1, COUNT))
def test_rows_from_a_place_on_are_those_of_the_file(tmp_path_factory, first, count, group):
    """Whatever row groups they stand in, and wherever those begin."""
    file = tmp_path_factory.mktemp("rows") / "parcels.parquet"
    whole = parcels()
    whole.to_parquet(file, row_group_size=group)
    rows, _ = ParquetStream(file).rows(first, count)
    expected = whole.iloc[first : first + count].reset_index(drop=True)
    assert rows["source_row"].tolist() == [at + 1 for at in range(COUNT)][first : first + count]
    pd.testing.assert_frame_equal(as_text(rows.drop(columns="source_row")), as_text(expected))
    assert rows.geometry.geom_equals(expected.geometry, align=False).all()


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_run_of_batches_is_the_run_in_one_piece(tmp_path, suffix):
    project = written(tmp_path / "project", suffix, parcels(), "")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    parts = in_parts(project.folder, scratch, 4, batch=7)
    assert len(list(scratch.glob("batch-*.parquet"))) == 4
    assert_same(in_one(project.folder), parts)


@pytest.mark.parametrize("suffix", ["gpkg", "fgb", "gdb", "shp"])
def test_a_condition_leaves_the_same_rows(tmp_path, suffix):
    project = written(tmp_path, suffix, parcels(), "where = \"park_id = '南'\"\n")
    rows = in_batches(project, 4)
    assert rows["parcel_id"].tolist() == read_whole(project)["parcel_id"].tolist()
    assert set(rows["parcel_id"]) == {f"P{i}" for i in range(1, COUNT, 2)}
    assert rows["source_row"].tolist() == list(range(1, COUNT // 2 + 1))


@pytest.mark.parametrize("where", ["", "where = \"parcel_id <> 'P20'\"\n"])
def test_deleted_records_are_read_by_no_batch(tmp_path, where):
    """Records 3, 4 and 11 are marked; a number too wide for its field stands in record 20."""
    project = written(tmp_path, "shp", parcels().drop(columns="serial"), where)
    file = tmp_path / "parcels.dbf"
    body = bytearray(file.read_bytes())
    header, width = struct.unpack("<HH", body[8:12])
    for record in (3, 4, 11):
        body[header + record * width] = ord("*")
    at = body.index(b"9999.5", header + 21 * width)
    body[at : at + 6] = b"******"
    file.write_bytes(body)
    stream = streamed(project)
    expected = read_whole(project)
    read = list(batches(project, stream, 4))
    rows = pd.concat([rows for rows, _ in read], ignore_index=True)
    assert rows["parcel_id"].tolist() == expected["parcel_id"].tolist()
    assert len(rows) == COUNT - 3 - bool(where)
    assert rows["source_row"].tolist() == list(range(1, len(rows) + 1))
    notes = pd.concat([found for _, found in read])
    told = read_rows(project, "parcels", project.layers["parcels"]).findings
    for code in ("number_overflow", "deleted_records"):
        assert (
            notes.loc[notes["code"] == code, "row"].astype("str").tolist()
            == told.loc[told["code"] == code, "row"].astype("str").tolist()
            != []
        )


def test_times_of_several_zones_keep_their_wall_clock(tmp_path):
    project = written(tmp_path, "gpkg", parcels().drop(columns="seen_at"))
    zones = ["2023-05-01T08:30:00+08:00", "2023-05-01T09:00:00Z"] + [None] * (COUNT - 2)
    frame = parcels().drop(columns="seen_at")
    frame["seen_at"] = pd.Series([pd.Timestamp(t) if t else None for t in zones], dtype=object)
    (tmp_path / "parcels.gpkg").unlink()
    frame.to_file(tmp_path / "parcels.gpkg", layer="parcels")
    seen = pd.to_datetime(in_batches(project, 4)["seen_at"], format="ISO8601")
    assert seen.dt.hour.dropna().tolist()[0] == 8


def test_what_is_read_whole(tmp_path: Path) -> None:
    project = written(tmp_path, "gpkg", parcels())
    assert streamed(project)
    source = LayerSource(path="a.geojson")
    assert stream_of(tmp_path / "a.geojson", source, "parcels") is None
    no_parks = project.model_copy(update={"layers": {"parcels": project.layers["parcels"]}})
    assert streamed(no_parks) is None
    repairs = tmp_path / "repairs.gpkg"
    parcels()[["parcel_id", "geometry"]].to_file(repairs, layer="parcels")
    assert streamed(project) is None


def test_arcs_make_the_layer_be_read_whole(tmp_path: Path) -> None:
    project = written(tmp_path / "project", "gpkg", parcels()[["parcel_id", "park_id", "geometry"]])
    curved(project.folder / "parcels.gpkg", "CURVEPOLYGON", "parcels", (EAST + 200, NORTH + 100))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    parts = in_parts(project.folder, scratch, 4)
    assert_same(in_one(project.folder), parts)
    assert (parts.findings["code"] == "curves_as_lines").sum() == 1


@pytest.mark.parametrize(
    ("suffix", "where"),
    [
        ("gpkg", ""),
        ("fgb", ""),
        ("fgb", "where = \"park_id = '南'\"\n"),
        ("parquet", ""),
        ("dbf", ""),
    ],
)
def test_a_damaged_file_is_told_in_one_sentence(tmp_path, suffix, where):
    layer = "shp" if suffix == "dbf" else suffix
    project = written(tmp_path, layer, pd.concat([parcels()] * 60, ignore_index=True), where)
    file = tmp_path / f"parcels.{suffix}"
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 3])
    for read in (read_whole, lambda project: in_batches(project, 100)):
        with pytest.raises(SourceError, match="parcels"):
            read(project)


def test_a_reader_that_stalls_or_dies_is_ended(tmp_path):
    reader = tmp_path / "reader.py"
    reader.write_text(
        "import os, time\n"
        "def stalls():\n    yield 1\n    time.sleep(60)\n"
        "def dies():\n    yield 1\n    os.abort()\n"
        "def fails():\n    yield 1\n    raise ValueError('so')\n"
        "def gives(n):\n    yield from range(n)\n",
        encoding="utf-8",
    )
    for name, kind in (("stalls", "time"), ("dies", "crash")):
        with stream_apart(reader, name, seconds=1.5) as said:
            assert next(said) == 1
            with pytest.raises(ReaderDiedError) as caught:
                next(said)
            assert caught.value.kind == kind
    with stream_apart(reader, "fails") as said, pytest.raises(Exception, match="so"):
        list(said)
    with stream_apart(reader, "gives", 3) as said:
        assert list(said) == [0, 1, 2]


def test_an_outline_that_cannot_be_is_a_row_without_one(tmp_path: Path) -> None:
    frame: Any = parcels()
    frame.loc[2, "geometry"] = None
    project = written(tmp_path, "gpkg", frame)
    rows = in_batches(project, 5)
    assert len(rows) == COUNT
    assert shapely.is_missing(rows.geometry.to_numpy()).tolist() == [i == 2 for i in range(COUNT)]


@pytest.mark.parametrize("missing", [[0], [1], [3], [0, 1, 2, 3]])
def test_a_flatgeobuf_s_rows_without_an_outline_spoil_no_other(tmp_path: Path, missing) -> None:
    """Without a spatial index GDAL writes them; its own way into Arrow misplaces what follows."""
    shapes = [None if i in missing else square(i, 0) for i in range(4)]
    frame = gpd.GeoDataFrame({"parcel_id": list("ABCD")}, geometry=shapes, crs=GK)
    file = tmp_path / "p.fgb"
    frame.to_file(file, driver="FlatGeobuf", SPATIAL_INDEX="NO")
    source = LayerSource(path=str(file))
    parts = [batch for batch, _ in stream_of(file, source, "parcels").batches(3)]
    for read in (read_vector(file, source, "parcels")[0], pd.concat(parts)):
        assert read["parcel_id"].tolist() == list("ABCD")
        for shape, drawn in zip(read.geometry, shapes, strict=True):
            assert (shape is None) if drawn is None else shape.equals(drawn)
