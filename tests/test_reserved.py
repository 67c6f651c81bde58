"""Names that the tool works out are its own; names that formats keep do no harm."""

from __future__ import annotations

import json
import os

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from geo.assess import assess
from geo.errors import CrsError, SourceError
from geo.model import INDICATORS, LAYERS
from geo.model.computed import computed_names
from geo.model.tables import TABLES
from geo.project import LayerSource, read_project
from geo.publish.gis.vectors import write_flatgeobuf, write_geopackage
from geo.sources.load import load
from geo.sources.vector import read_columns, read_vector
from geo.standards.model import read_pack
from tests.saying import spoken

JUNK = 987654.0


def read(file, **more):
    return read_vector(file, LayerSource(path=file.name, **more), "parcels")


def assessed(folder):
    project = read_project(folder)
    packs = [read_pack(name) for name in project.settings.standards]
    return assess(load(project), project.settings, packs)


def every_computed_name():
    """One of each name that a run may add to parcels, in any case."""
    added = [
        *(set(TABLES["parcels"].by_name) - set(LAYERS["parcels"].by_name) - {"source_row"}),
        *INDICATORS,
        *(f"{n}_growth" for n in INDICATORS),
        "tax",
        "revenue",
        "in_farmland",
        "in_other",
        "to_power_m",
        "road_x_m",
        "raster_r_mean",
    ]
    return [n for n in added if n not in LAYERS["parcels"].by_name]


def test_the_list_holds_whatever_a_run_of_every_layer_adds(demo):
    inputs = {"parcels": "layers/parcels.gpkg", "parks": "layers/parks.gpkg"}
    for layer, file in inputs.items():
        brought = set(pyogrio.read_info(demo / file)["fields"])
        held = set(pq.read_schema(next((demo / "outputs").rglob(f"{layer}.parquet"))).names)
        added = held - brought - set(LAYERS[layer].by_name) - {"geometry", "bbox", "source_row"}
        catalogue = read_project(demo).settings.catalogue
        assert added == set(computed_names(layer, sorted(added), catalogue))
        assert "compliance" in added or layer == "parks"


@pytest.mark.parametrize("spell", [str, pytest.param(str.upper, marks=pytest.mark.long)])
def test_an_offices_column_of_any_computed_name_changes_nothing(project, parcels, spell):
    plain = assessed(project)
    names = [spell(n) for n in every_computed_name()]
    names = names if spell is str else [n for n in names if "IN_" not in n and "_M" not in n]
    junk = pd.DataFrame(JUNK, index=parcels.index, columns=list(dict.fromkeys(names)))
    own = parcels.assign(supplied_on="2023-02-01").drop(columns=names, errors="ignore")
    pd.concat([own, junk], axis=1).to_file(project / "parcels.gpkg", layer="parcels")
    stale = assessed(project)
    for table in ("parcels", "verdicts", "figures", "parks"):
        before, after = getattr(plain, table), getattr(stale, table)
        before = pd.DataFrame(before).drop(columns="geometry", errors="ignore")
        after = pd.DataFrame(after).drop(columns="geometry", errors="ignore")
        pd.testing.assert_frame_equal(before, after[before.columns.tolist()], check_dtype=False)
        assert not (after.select_dtypes("number") == JUNK).to_numpy().any()
    told = stale.findings[stale.findings["code"] == "computed_columns"].iloc[0]
    message = spoken(told)["message_zh"]
    assert all(n in message for n in names)


def test_a_computed_name_that_is_mapped_is_an_input(project, parcels):
    parcels.assign(supplied_on="2023-02-01", floor_area_ratio=[5000.0, 6000, 7000, 8000]).to_file(
        project / "parcels.gpkg", layer="parcels"
    )
    file = project / "mujun.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace(
            'path = "parcels.gpkg"',
            'path = "parcels.gpkg"\nfields = { floor_area_m2 = "floor_area_ratio" }',
        ),
        encoding="utf-8",
    )
    result = assessed(project)
    assert result.parcels["floor_area_ratio"].round(3).tolist() == [0.5, 0.6, 0.7, 0.8]
    assert "computed_columns" not in set(result.findings["code"])


def test_the_offices_other_columns_stay(project, parcels):
    parcels.assign(
        supplied_on="2023-02-01", 备注=list("甲乙丙丁"), code=[1, 2, 3, 4], unit="x"
    ).to_file(project / "parcels.gpkg", layer="parcels")
    assert assessed(project).parcels[["备注", "code", "unit"]].to_numpy().tolist() == [
        ["甲", 1, "x"],
        ["乙", 2, "x"],
        ["丙", 3, "x"],
        ["丁", 4, "x"],
    ]


def test_last_years_results_are_this_years_parcels(project, parcels):
    parcels.assign(supplied_on="2023-02-01").to_file(project / "parcels.gpkg", layer="parcels")
    first = assessed(project)
    write_geopackage(first, project / "last.gpkg")
    file = project / "mujun.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace(
            'path = "parcels.gpkg"', 'path = "last.gpkg"\nlayer = "parcels"'
        ),
        encoding="utf-8",
    )
    money = pd.read_csv(project / "indicators.csv")
    money.assign(tax=money["tax"] * 2, fixed_investment=money["fixed_investment"] * 3).to_csv(
        project / "indicators.csv", index=False
    )
    again = assessed(project)
    for name, times in (("tax", 2), ("fixed_investment", 3)):
        assert np.allclose(
            again.parcels[f"{name}_per_mu"] / times, first.parcels[f"{name}_per_mu"], equal_nan=True
        )
    assert {"computed_columns", "earlier_results"} <= set(again.findings["code"])


VALUES = (
    ["a", "b", "c", "d"],
    [1, 1, 1, 1],
    [1.5, 2.5, None, 4.0],
    [-1, 0, 2**40, None],
    [True, False, True, None],
)
RESERVED = ("fid", "FID_", "geom", "ogc_fid", "bbox", "Geometry", " ", "ROWID", "index", "level_0")


@pytest.mark.parametrize("turn", [0, 2])
def test_columns_of_reserved_names_are_written_and_kept(tmp_path, project, parcels, turn):
    layer = parcels.assign(
        supplied_on="2023-02-01",
        **{name: VALUES[(i + turn) % len(VALUES)] for i, name in enumerate(RESERVED)},
    )
    layer.to_parquet(project / "parcels.parquet")
    file = project / "mujun.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("parcels.gpkg", "parcels.parquet"),
        encoding="utf-8",
    )
    result = assessed(project)
    write_geopackage(result, tmp_path / "out.gpkg")
    write_flatgeobuf(result, tmp_path / "fgb")
    back = pyogrio.read_dataframe(tmp_path / "out.gpkg", layer="parcels")
    for i, name in enumerate(RESERVED):
        kept = name if name in back else f"{name.strip() or 'column'}_source"
        missing = pd.isna(pd.Series(VALUES[(i + turn) % len(VALUES)], dtype=object))
        assert back[kept].isna().tolist() == missing.tolist(), name


def test_names_that_differ_in_case_only(tmp_path, project, parcels):
    parcels.assign(
        supplied_on="2023-02-01", Note="a", NOTE="b", note="c", LAND_USE="x", Parcel_ID="y"
    ).to_parquet(project / "parcels.parquet")
    file = project / "mujun.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("parcels.gpkg", "parcels.parquet"),
        encoding="utf-8",
    )
    result = assessed(project)
    write_geopackage(result, tmp_path / "out.gpkg")
    back = pyogrio.read_dataframe(tmp_path / "out.gpkg", layer="parcels")
    assert back["parcel_id"].tolist() == list("ABCD")
    assert {"Note", "NOTE_2", "note_3", "LAND_USE_2", "Parcel_ID_2"} <= set(back)
    assert "columns_renamed" in set(result.findings["code"])


def test_columns_named_as_the_row_or_the_outline(tmp_path, parcels):
    layer = parcels.assign(source_row=[9, 9, 9, 9], index=1, level_0=2)
    layer.to_file(tmp_path / "p.gpkg")
    frame, _ = read(tmp_path / "p.gpkg")
    assert frame["source_row"].tolist() == [1, 2, 3, 4]
    assert frame["source_row_source"].tolist() == [9, 9, 9, 9]
    two = parcels.rename_geometry("outline").assign(geometry=["x", "y", "z", "w"])
    pyogrio.write_dataframe(two, tmp_path / "q.gpkg")
    frame, _ = read(tmp_path / "q.gpkg")
    assert frame.geometry.geom_type.eq("Polygon").all()


def feature(number, **properties):
    ring = [[105 + number, 29], [105.5 + number, 29], [105.5 + number, 29.5], [105 + number, 29]]
    return {
        "type": "Feature",
        "properties": {"parcel_id": f"P{number}", **properties},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def collection(file, features):
    file.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False),
        encoding="utf-8",
    )
    return file


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([1, 2], "[1, 2]"),
        (["甲", "乙"], '["甲", "乙"]'),
        ([1.5], "[1.5]"),
        ({"a": {"b": [1]}}, None),
        ([[1], [2]], None),
        ([{"a": 1}], None),
    ],
)
def test_nested_values_are_text(tmp_path, project, value, text):
    features = [feature(0, v=value), feature(1), feature(2, v=value)]
    file = collection(tmp_path / "p.geojson", features)
    frame, _ = read(file)
    held = frame["v"].tolist()
    assert isinstance(held[0], str)
    assert json.loads(held[0]) == value
    assert held[0] == (text or held[0])
    assert pd.isna(held[1])


def test_times_with_a_zone_keep_the_clock(tmp_path):
    features = [
        feature(0, d="2023-01-01T00:00:00+08:00"),
        feature(1, d="2023-06-01T12:00:00+08:00"),
    ]
    frame, notes = read(collection(tmp_path / "p.geojson", features))
    assert pd.to_datetime(frame["d"]).dt.strftime("%Y-%m-%d %H").tolist() == [
        "2023-01-01 00",
        "2023-06-01 12",
    ]
    assert set(notes["code"]) == {"time_zones"}


def test_binary_columns_are_told(tmp_path, parcels):
    parcels.assign(blob=[b"\x00\x01"] * 4).to_parquet(tmp_path / "p.parquet")
    frame, notes = read(tmp_path / "p.parquet")
    assert "blob" not in frame
    assert "blob" in spoken(notes).set_index("code").loc["columns_not_read", "message_en"]


def test_nul_in_text_is_told(tmp_path, parcels):
    parcels.assign(mc=["a\0b", "c", "d", "e"]).to_parquet(tmp_path / "p.parquet")
    frame, notes = read(tmp_path / "p.parquet")
    assert frame["mc"].iloc[0] == "a b"
    assert set(notes["code"]) == {"nul_in_text"}


CURVES = ("CURVEPOLYGON", "MULTISURFACE", "GEOMETRY")


@pytest.mark.parametrize("declared", CURVES)
def test_curves_are_lines_and_their_error_is_told(tmp_path, declared):
    """A circle of 100 m: π 10⁴ m²; with a square of a hectare; half a circle."""
    base = gpd.GeoDataFrame(
        {"parcel_id": ["P1", "P2"]}, geometry=[shapely.box(0, 0, 1, 1)] * 2, crs=4544
    )
    base.to_file(tmp_path / "c.gpkg", layer="c", geometry_type="Unknown")
    curved(tmp_path / "c.gpkg", declared)
    frame, notes = read(tmp_path / "c.gpkg")
    right = {
        "CURVEPOLYGON": np.pi * 1e4,
        "MULTISURFACE": np.pi * 1e4 + 1e4,
        "GEOMETRY": np.pi * 5e3,
    }[declared]
    missed = right - frame.geometry.area.iloc[0]
    assert 0 < missed < 0.05
    told = spoken(notes).set_index("code").loc["curves_as_lines", "message_en"]
    said = float(told.split("at most ")[1].split(" m²")[0])
    assert said == pytest.approx(missed, rel=0.02, abs=2e-4)
    assert "1 geometry" in told


def curved(file, declared, table="c", corner=(0.0, 0.0)):
    """Put the curve into row P1 as WKB, which pyogrio cannot write; `corner` is its origin."""
    import sqlite3
    import struct

    def moved(point):
        return point[0] + corner[0], point[1] + corner[1]

    def circular(points):
        return struct.pack("<BII", 1, 8, len(points)) + b"".join(
            struct.pack("<dd", *moved(p)) for p in points
        )

    def straight(points):
        return struct.pack("<BII", 1, 2, len(points)) + b"".join(
            struct.pack("<dd", *moved(p)) for p in points
        )

    circle = struct.pack("<BII", 1, 10, 1) + circular([(0, 0), (200, 0), (0, 0)])
    square = struct.pack("<BIII", 1, 3, 1, 5) + b"".join(
        struct.pack("<dd", *moved(p))
        for p in [(300, 0), (400, 0), (400, 100), (300, 100), (300, 0)]
    )
    half = (
        struct.pack("<BII", 1, 10, 1)
        + struct.pack("<BII", 1, 9, 2)
        + straight([(0, -100), (0, 100)])
        + circular([(0, 100), (100, 0), (0, -100)])
    )
    wkb = {
        "CURVEPOLYGON": circle,
        "GEOMETRY": half,
        "MULTISURFACE": struct.pack("<BII", 1, 12, 2) + circle + square,
    }[declared]
    base = sqlite3.connect(file)
    for (name,) in base.execute("select name from sqlite_master where type = 'trigger'").fetchall():
        base.execute(f'drop trigger "{name}"')
    base.execute(
        f"update {table} set geom = ? where parcel_id = 'P1'",
        (b"GP\x00\x01" + struct.pack("<i", 4544) + wkb,),
    )
    base.execute("update gpkg_geometry_columns set geometry_type_name = ?", (declared,))
    base.commit()
    base.close()


@pytest.mark.parametrize("spoil", ["crs", "json", "column", "none"])
def test_damaged_metadata_of_geoparquet(tmp_path, parcels, spoil):
    file = tmp_path / "p.parquet"
    parcels.to_parquet(file)
    table = pq.read_table(file)
    geo = json.loads(table.schema.metadata[b"geo"])
    if spoil == "crs":
        geo["columns"]["geometry"]["crs"] = {"type": "no such"}
    if spoil == "column":
        geo["primary_column"] = "outline"
    held = {"json": b"{torn", "none": None}.get(spoil, json.dumps(geo).encode())
    pq.write_table(table.replace_schema_metadata({b"geo": held} if held else {}), file)
    with pytest.raises(CrsError if spoil == "crs" else SourceError) as caught:
        read(file)
    assert "p.parquet" in str(caught.value)


def test_tables_in_vector_files_are_read_without_outlines(tmp_path, parcels):
    table = pd.DataFrame(parcels.drop(columns="geometry")).assign(税收=[1, 2, 3, 4])
    pyogrio.write_dataframe(table, tmp_path / "t.gpkg", layer="t")
    frame, _ = read_columns(tmp_path / "t.gpkg", LayerSource(path="t.gpkg"), "indicators")
    assert frame["税收"].tolist() == [1, 2, 3, 4]
    with pytest.raises(SourceError, match="has no geometry"):
        read(tmp_path / "t.gpkg")


def test_a_container_without_a_layer(tmp_path, parcels):
    import sqlite3

    parcels.to_file(tmp_path / "p.gpkg", layer="p")
    base = sqlite3.connect(tmp_path / "p.gpkg")
    base.executescript(
        "drop table p; delete from gpkg_contents; delete from gpkg_geometry_columns;"
        "delete from gpkg_ogr_contents;"
    )
    base.close()
    with pytest.raises(SourceError, match=r"contains no layer|cannot be read"):
        read(tmp_path / "p.gpkg")
    (tmp_path / "e.geojson").write_text('{"type":"FeatureCollection","features":[]}')
    assert read(tmp_path / "e.geojson")[0].empty


@pytest.mark.slow
def test_a_damaged_flatgeobuf_ends_only_its_reader(tmp_path, parcels):
    file = tmp_path / "p.fgb"
    parcels.to_file(file, driver="FlatGeobuf")
    raw = file.read_bytes()
    for at in (20, 200, len(raw) // 2, len(raw) - 40):
        torn = bytearray(raw)
        torn[at : at + 8] = b"\xff" * 8
        file.write_bytes(torn)
        try:
            frame, _ = read(file)
        except (SourceError, CrsError):
            continue
        assert len(frame) <= 4


def test_a_run_says_what_it_left_out(project, parcels):
    parcels.assign(supplied_on="2023-02-01", tax_per_mu=99.0, fid=["x", "y", "x", "z"]).to_parquet(
        project / "p.parquet"
    )
    file = project / "mujun.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("parcels.gpkg", "p.parquet"), encoding="utf-8"
    )
    result = assessed(project)
    assert not (result.verdicts["value"] == 99).any()
    assert result.parcels["fid_source"].tolist() == ["x", "y", "x", "z"]


def rings(*coordinates):
    return [
        {
            "type": "Feature",
            "properties": {"parcel_id": f"P{i}"},
            "geometry": {"type": "Polygon", "coordinates": ring},
        }
        for i, ring in enumerate(coordinates)
    ]


def test_rings_that_are_none_are_rows_without_outline(tmp_path):
    good = [[[105, 29], [105.1, 29], [105.1, 29.1], [105, 29]]]
    file = collection(
        tmp_path / "p.geojson",
        rings(good, [[[1, 1]] * 4], [[[1, 1], [2, 2]]], [[[1, 1]]], [], good),
    )
    frame, _ = read(file)
    assert frame["parcel_id"].tolist() == [f"P{i}" for i in range(6)]
    sound = shapely.area(frame.geometry.to_numpy()) > 0
    assert sound.tolist() == [True, False, False, False, False, True]


def test_a_nul_in_geojson_and_a_reference_system_that_is_none(tmp_path):
    file = collection(tmp_path / "p.geojson", [feature(0, mc="a\0b")])
    assert set(read(file)[1]["code"]) == {"nul_in_text"}
    text = file.read_text().replace(
        '"features"', '"crs":{"type":"name","properties":{"name":"EPSG:999999"}},"features"', 1
    )
    file.write_text(text)
    with pytest.raises(CrsError, match="EPSG:999999"):
        read(file)
    assert read(file, crs="EPSG:4490")[0].crs.to_epsg() == 4490


@pytest.mark.parametrize("suffix", ["shp", "gpkg", "zip", "dxf", "tab", "kml", "fgb", "geojson"])
def test_a_folder_or_a_pipe_is_no_file(tmp_path, suffix):
    (tmp_path / f"p.{suffix}").mkdir()
    os.mkfifo(tmp_path / f"q.{suffix}")
    for name in ("p", "q"):
        with pytest.raises(SourceError, match="is not a file"):
            read(tmp_path / f"{name}.{suffix}")


def test_a_layer_or_an_encoding_that_is_none(tmp_path, parcels):
    parcels.to_file(tmp_path / "p.shp")
    assert len(read(tmp_path / "p.shp", layer="p")[0]) == 4
    with pytest.raises(SourceError, match="no layer `q`: it has p"):
        read(tmp_path / "p.shp", layer="q")
    with pytest.raises(SourceError, match="`klingon` is not known"):
        read(tmp_path / "p.shp", encoding="klingon")
