"""Files as offices have them, in every format, spoiled in every usual way."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import CrsError, ProjectError, SourceError
from geo.project import LayerSource, TableSource, read_project
from geo.sources.load import load
from geo.sources.tables import read_table
from geo.sources.vector import read_vector
from tests.builders import PROJECT
from tests.saying import spoken


@pytest.mark.parametrize(
    ("suffix", "driver"),
    [
        ("gpkg", "GPKG"),
        ("geojson", "GeoJSON"),
        ("fgb", "FlatGeobuf"),
        ("parquet", None),
        ("shp", "ESRI Shapefile"),
        ("gdb", "OpenFileGDB"),
        ("kml", "LIBKML"),
        ("kmz", "LIBKML"),
        ("ovkml", "LIBKML"),
        ("gml", "GML"),
        ("tab", "MapInfo File"),
        ("mif", "MapInfo File"),
    ],
)
def test_each_format_gives_the_same_parcels(tmp_path, parcels, suffix, driver):
    file = tmp_path / f"p.{suffix}"
    source = parcels.rename(columns={"parcel_id": "dkbh"}).assign(mc=["甲", "乙", "丙", "丁"])
    source = source.to_crs(4490)
    if driver is None:
        source.to_parquet(file)
    else:
        written = file.with_suffix(".kml") if suffix == "ovkml" else file
        source.to_file(written, driver=driver, encoding="UTF-8" if suffix == "shp" else None)
        written.rename(file)
    before = set(tmp_path.iterdir())
    frame, _ = read_vector(file, LayerSource(path=file.name, crs="EPSG:4490"), "parcels")
    assert set(tmp_path.iterdir()) == before  # a reader leaves nothing behind
    frame = frame.sort_values("dkbh")
    assert frame["dkbh"].tolist() == list("ABCD")
    assert frame["mc"].tolist() == ["甲", "乙", "丙", "丁"]
    assert frame.crs.to_epsg() == 4490
    drawn = shapely.get_parts(shapely.force_2d(frame.geometry.to_numpy()))
    for one, other in zip(drawn, source.geometry, strict=True):
        assert one.equals_exact(other, 2e-6 if suffix == "tab" else 1e-9, normalize=True)


def _shapefile(tmp_path, parcels, encoding):
    names = ["隆昌市内荣工业园", "陶瓷制品", "玻璃", "绿地"]
    parcels.assign(mc=names).to_file(tmp_path / "p.shp", encoding=encoding)
    return tmp_path / "p.shp", names


@pytest.mark.parametrize("written", ["GBK", "GB18030", "UTF-8"])
@pytest.mark.parametrize("cpg", [None, "UTF-8", "ISO-8859-1", "GBK"])
def test_a_shapefile_is_read_by_its_bytes_whatever_its_cpg_says(tmp_path, parcels, written, cpg):
    file, names = _shapefile(tmp_path, parcels, written)
    if cpg is None:
        file.with_suffix(".cpg").unlink()
    else:
        file.with_suffix(".cpg").write_text(cpg)
    frame, notes = read_vector(file, LayerSource(path="p.shp"), "parcels")
    assert frame["mc"].tolist() == names
    told = cpg is None or (cpg == "UTF-8") != (written == "UTF-8") or cpg == "ISO-8859-1"
    assert (notes["code"].tolist() == ["encoding"]) == told


def test_a_field_cut_in_the_middle_of_a_character_is_still_gbk(tmp_path, parcels):
    long = "园" * 100
    parcels.assign(mc=long).to_file(tmp_path / "p.shp", encoding="GBK")
    (tmp_path / "p.cpg").unlink()
    frame, _ = read_vector(tmp_path / "p.shp", LayerSource(path="p.shp"), "parcels")
    assert frame["mc"].str.startswith("园" * 50).all()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_csv_encodings(tmp_path, encoding):
    (tmp_path / "t.csv").write_text("企业名称,编号\n川玻,007\n", encoding=encoding)
    frame, _ = read_table(tmp_path / "t.csv", TableSource(path="t.csv"))
    assert frame[["企业名称", "编号"]].to_numpy().tolist() == [["川玻", "007"]]


def test_excel_with_a_title_row_keeps_the_users_row_numbers(tmp_path):
    table = pd.DataFrame(
        [["企业台账", None], ["代码", "税收"], ["E1", 5.5], [None, None], ["E2", 7]]
    )
    table.to_excel(tmp_path / "t.xlsx", header=False, index=False)
    frame, _ = read_table(tmp_path / "t.xlsx", TableSource(path="t.xlsx", header=2))
    assert frame["代码"].tolist() == ["E1", "E2"]
    assert frame["source_row"].tolist() == [3, 5]


def edit(project, old, new):
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return read_project(file)


def test_units_are_converted_to_the_canonical_ones(project):
    spec = 'path = "indicators.csv"\nfields = { revenue = { column = "revenue", unit = "元" } }'
    frames = load(edit(project, 'path = "indicators.csv"', spec))
    assert frames["indicators"]["revenue"].iloc[1] == pytest.approx(0.33075)


def test_an_unknown_unit_names_the_known(project):
    spec = 'path = "indicators.csv"\nfields = { revenue = { column = "revenue", unit = "USD" } }'
    with pytest.raises(ProjectError, match="万元, 亿元"):
        load(edit(project, 'path = "indicators.csv"', spec))


def test_text_in_a_number_column_is_missing_and_listed(project):
    (project / "indicators.csv").write_text(
        'enterprise_id,year,revenue\nE1,2023,"1,234.5"\nE2,2023,约300万\nE3,2023,１２\n',
        encoding="utf-8",
    )
    layers = load(read_project(project))
    revenue = layers["indicators"]["revenue"]
    assert revenue[0] == 1234.5
    assert pd.isna(revenue[1])
    assert revenue[2] == 12
    found = layers.findings[layers.findings["code"] == "not_number"].iloc[0]
    assert (found["row"], found["id"]) == (3, "E2")
    assert "约300万" in spoken(found)["message_zh"]


def test_ids_read_as_numbers_stay_text(project, parcels):
    parcels.assign(parcel_id=[1001, 1002, 1003, 1004]).to_file(
        project / "parcels.gpkg", layer="parcels"
    )
    assert load(read_project(project))["parcels"]["parcel_id"].tolist() == [
        "1001",
        "1002",
        "1003",
        "1004",
    ]


def test_parks_from_parcels_when_there_is_no_parks_layer(project, parcels):
    parcels.assign(park_id=["P", "P", "Q", "Q"]).to_file(project / "parcels.gpkg", layer="parcels")
    layers = load(edit(project, '[layers.parks]\npath = "parks.gpkg"\n', ""))
    assert layers["parks"]["park_id"].tolist() == ["P", "Q"]
    assert layers["parks"].area.tolist() == [20000.0, 20000.0]
    assert "parks_from_parcels" in set(layers.findings["code"])


def test_no_crs_asks_for_one(tmp_path, parcels):
    parcels.to_file(tmp_path / "p.shp")
    (tmp_path / "p.prj").unlink()
    with pytest.raises(CrsError, match=r"\[layers.parcels\]"):
        read_vector(tmp_path / "p.shp", LayerSource(path="p.shp"), "parcels")
    frame, _ = read_vector(
        tmp_path / "p.shp", LayerSource(path="p.shp", crs="EPSG:4544"), "parcels"
    )
    assert frame.crs.to_epsg() == 4544


def test_a_project_crs_over_the_files_is_said(tmp_path, parcels):
    parcels.to_file(tmp_path / "p.gpkg")
    frame, notes = read_vector(
        tmp_path / "p.gpkg", LayerSource(path="p.gpkg", crs="EPSG:4543"), "parcels"
    )
    assert frame.crs.to_epsg() == 4543
    assert notes["code"].tolist() == ["crs_replaced"]


def test_several_layers_ask_for_a_name(tmp_path, parcels):
    for name in ("a", "b"):
        parcels.to_file(tmp_path / "p.gpkg", layer=name)
    with pytest.raises(SourceError, match="contains 2 layers"):
        read_vector(tmp_path / "p.gpkg", LayerSource(path="p.gpkg"), "parcels")
    with pytest.raises(SourceError, match="no layer `c`"):
        read_vector(tmp_path / "p.gpkg", LayerSource(path="p.gpkg", layer="c"), "parcels")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("year = 2023", 'year = "soon"', "project.year"),
        ("[layers.parks]", "[layers.paths]", "layers.paths"),
        ("[layers.parks]", "[layers.enterprises]", "is a table"),
        ('title = "测试"', 'titel = "测试"', "titel"),
        ('path = "parks.gpkg"', 'path = "parks.gpkg"\nfields = { shoe = "x" }', "shoe"),
    ],
)
def test_a_slip_in_the_project_file_names_its_key(project, old, new, why):
    with pytest.raises(ProjectError, match=why):
        edit(project, old, new)


def test_not_toml(tmp_path):
    (tmp_path / "mujun.toml").write_text(PROJECT + "\n[[[", encoding="utf-8")
    with pytest.raises(ProjectError, match="not valid"):
        read_project(tmp_path)


def test_a_table_where_a_layer_is_needed(project):
    gpd.GeoDataFrame({"a": [1]}, geometry=[None]).drop(columns="geometry").to_csv(
        project / "p.csv", index=False
    )
    with pytest.raises(SourceError, match="table without geometry"):
        load(edit(project, 'path = "parks.gpkg"', 'path = "p.csv"'))


@pytest.mark.parametrize("suffix", ["tab", "mif"])
@pytest.mark.parametrize("charset", ["Neutral", "WindowsSimpChinese"])
def test_mapinfo_in_gbk_whatever_its_charset_says(tmp_path, parcels, suffix, charset):
    file = tmp_path / f"p.{suffix}"
    parcels.assign(mc="隆昌市内荣工业园").to_file(file, driver="MapInfo File", encoding="GBK")
    file.write_bytes(file.read_bytes().replace(b"Neutral", charset.encode()))
    frame, _ = read_vector(file, LayerSource(path=file.name), "parcels")
    assert set(frame["mc"]) == {"隆昌市内荣工业园"}


def test_kml_folders_are_layers_and_have_to_be_named(tmp_path, parcels):
    file = tmp_path / "p.kml"
    lonlat = parcels.to_crs(4326)
    lonlat.to_file(file, driver="LIBKML", layer="宗地")
    lonlat.iloc[:1].to_file(file, driver="LIBKML", layer="园区", mode="a")
    with pytest.raises(SourceError, match="contains 2 layers"):
        read_vector(file, LayerSource(path="p.kml"), "parcels")
    frame, _ = read_vector(file, LayerSource(path="p.kml", layer="园区"), "parcels")
    assert frame["parcel_id"].tolist() == ["A"]
    assert not {"tessellate", "visibility", "description"} & set(frame)


def test_a_file_geodatabase_is_in_the_run_record(project, parcels):
    parcels.assign(supplied_on="2023-02-01").to_file(project / "p.gdb", driver="OpenFileGDB")
    layers = load(edit(project, "parcels.gpkg", "p.gdb"))
    assert len(layers.files["p.gdb"]) == 64
    assert layers["parcels"]["parcel_id"].tolist() == list("ABCD")


@pytest.mark.parametrize(
    ("suffix", "said"),
    [("dwg", "save it as DXF"), ("ovobj", "export it as KML"), ("mdb", "file geodatabase")],
)
def test_closed_formats_say_what_to_do(tmp_path, suffix, said):
    file = tmp_path / f"p.{suffix}"
    file.write_bytes(b"AC1027")
    with pytest.raises(SourceError, match=said):
        read_vector(file, LayerSource(path=file.name), "parcels")


@pytest.mark.parametrize(
    "suffix", ["gdb", "kml", "kmz", "gml", "tab", "mif", "fgb", "gpkg", "dxf", "geojson", "parquet"]
)
def test_a_file_that_is_none_is_one_sentence(tmp_path, suffix):
    file = tmp_path / f"p.{suffix}"
    if suffix == "gdb":
        file.mkdir()
        (file / "a00000001.gdbtable").write_bytes(b"torn")
    else:
        file.write_bytes(b"\x00\x01torn" * 40)
    with pytest.raises(SourceError, match=rf"p\.{suffix}: .*cannot be read"):
        read_vector(file, LayerSource(path=file.name, crs="EPSG:4490"), "parcels")


@pytest.mark.parametrize("east", [0.0, 35e6])
def test_axes_that_are_exchanged_without_a_reference_system_are_named(tmp_path, parcels, east):
    """Asked for a crs alone an office writes one, and the land lies in the sea."""
    moved = shapely.transform(parcels.geometry.to_numpy(), lambda xy: xy + np.array([east, 0]))
    turned = shapely.transform(moved, lambda xy: xy[:, ::-1])
    parcels.set_geometry(turned).to_file(tmp_path / "p.shp")
    (tmp_path / "p.prj").unlink()
    with pytest.raises(CrsError, match=r"X and Y are swapped \(x 3,246,\d+") as raised:
        read_vector(tmp_path / "p.shp", LayerSource(path="p.shp"), "parcels")
    assert "[layers.parcels]" in raised.value.text("en")


def test_degrees_with_the_latitude_first_are_named_too(tmp_path, parcels):
    degrees = parcels.to_crs(4490).geometry.to_numpy()
    turned = shapely.transform(degrees, lambda xy: xy[:, ::-1])
    parcels.set_geometry(turned).to_file(tmp_path / "p.shp")
    (tmp_path / "p.prj").unlink()
    with pytest.raises(CrsError, match="X and Y are swapped"):
        read_vector(tmp_path / "p.shp", LayerSource(path="p.shp"), "parcels")
