"""Rows joined into one, and parks made of parcels: polygons always, nothing dropped or borrowed."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geo.cli import app
from geo.errors import SourceError
from geo.sources.dissolve import dissolved, parks_of
from tests.builders import EAST, GK, NORTH, layer_as_read, square
from tests.saying import spoken


def bow_tie(x):
    """Two triangles of 2,500 m² that cross, with a line that is no area at their side."""
    x += EAST
    return shapely.Polygon([(x, NORTH), (x + 100, NORTH), (x, NORTH + 100), (x + 100, NORTH + 100)])


def keyhole(x):
    """A square of 100 m with a line out and back: make_valid leaves a collection."""
    x += EAST
    return shapely.Polygon(
        [
            (x, NORTH),
            (x + 100, NORTH),
            (x + 150, NORTH),
            (x + 100, NORTH),
            (x + 100, NORTH + 100),
            (x, NORTH + 100),
        ]
    )


def test_parks_of_parcels_are_polygons_and_none_is_dropped():
    parcels = layer_as_read(
        [keyhole(0), bow_tie(200), square(5, 0), square(6, 0), keyhole(900)],
        park_id=["P", "Q", "P", None, "R"],
    )
    parks = parks_of(parcels)
    assert parks["park_id"].tolist() == ["P", "Q", "R"]
    assert set(parks.geometry.geom_type) <= {"Polygon", "MultiPolygon"}
    assert parks.area.tolist() == pytest.approx([20_000, 5_000, 10_000])


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=14))
def test_land_of_the_parks_is_that_of_their_parcels(rows):
    shapes = [keyhole(300 * i) if odd else square(3 * i, 0) for i, (_, odd) in enumerate(rows)]
    parks = parks_of(layer_as_read(shapes, park_id=[f"P{p}" for p, _ in rows]))
    assert parks.area.sum() == pytest.approx(10_000 * len(rows))
    assert sorted(parks["park_id"]) == sorted({f"P{p}" for p, _ in rows})


def test_what_differs_between_the_rows_is_nobodys():
    rows = layer_as_read(
        [square(0, 0), keyhole(100), square(5, 0), square(7, 0), square(9, 0)],
        no=["b", "b", "a", None, None],
        name=["甲", "甲", "乙", None, "丙"],
        mu=[1.0, 2.0, 3.0, np.nan, 4.0],
        level=[None, "国家级", None, None, None],
        tags=[["x"], ["x"], ["y"], None, None],
    )
    out, notes = dissolved(rows, "no", "parks.gpkg", "parks")
    assert out["no"].tolist()[:2] == ["b", "a"]
    assert len(out) == 4  # rows without a value stay by themselves
    assert out["name"].tolist()[:2] == ["甲", "乙"]
    assert np.isnan(out["mu"][0])
    assert out["mu"][1:].tolist() == pytest.approx([3.0, np.nan, 4.0], nan_ok=True)
    assert out["level"][0] == "国家级"
    assert out.area.tolist() == pytest.approx([20_000, 10_000, 10_000, 10_000])
    told = notes.set_index("code")
    assert told.loc["dissolve_differs", "id"] == "b"
    assert "“mu”不同" in spoken(told).loc["dissolve_differs", "message_zh"]
    assert spoken(told).loc["dissolved", "message_zh"].startswith("5行按 dissolve 合并为4行")


@pytest.mark.parametrize(
    ("ids", "rows"),
    [
        (["P1", "P1 ", "\u200bP1", "P2"], 2),  # edge blanks and hidden signs are no part of an id
        ([1, 1.0, "1", "1.0"], 1),
        (["P1", "P1", "", " "], 3),
        (["P1", "Ｐ1", None, None], 4),  # two widths may be two parcels: the checks ask
    ],
)
def test_rows_are_joined_by_ids_as_they_are_read(ids, rows):
    frame = layer_as_read([square(k, 0) for k in range(4)], DKBH=np.array(ids, dtype=object))
    out, _ = dissolved(frame, "DKBH", "p.shp", "parcels")
    assert len(out) == rows
    assert out.area.sum() == pytest.approx(40_000)


def test_a_column_that_is_not_there_is_one_sentence():
    with pytest.raises(SourceError, match=r"no column `park`.*it has: no"):
        dissolved(layer_as_read([square(0, 0)], no=["a"]), "park", "parks.gpkg", "parks")


def pieces(project):
    """The park of the project in two rows of one id."""
    west, east = (
        shapely.box(EAST + x, NORTH - 10, EAST + x + 210, NORTH + 110) for x in (-10, 200)
    )
    gpd.GeoDataFrame(
        {"park_id": ["P", "P"], "name": ["园区", "园区"]}, geometry=[west, east], crs=GK
    ).to_file(project / "parks.gpkg", layer="parks")


def test_a_park_in_two_rows_names_dissolve_which_mends_it(project):
    pieces(project)
    stopped = CliRunner().invoke(app, ["check", "-q", "-p", str(project)])
    assert 'dissolve = "' in str(stopped.exception.text("zh"))
    file = project / "mujun.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace(
            'path = "parks.gpkg"', 'path = "parks.gpkg"\ndissolve = "park_id"'
        ),
        encoding="utf-8",
    )
    done = CliRunner().invoke(app, ["check", "-q", "-p", str(project)])
    assert done.exit_code == 0, done.output
    found = gpd.read_file(project / "outputs/layers/findings.gpkg")
    assert "dissolved" in set(found["code"])
    assert not found["code"].isin(["duplicate_id", "outside_parks"]).any()


def test_a_repair_of_a_layer_in_another_crs_holds(project, parcels):
    """The kind that was “stale” for ever: the digest was of the outline after projection."""
    parks = gpd.GeoDataFrame({"park_id": ["P"], "name": ["园区"]}, geometry=[keyhole(0)], crs=GK)
    parks.to_crs(4490).to_file(project / "parks.gpkg", layer="parks")
    said = CliRunner().invoke(app, ["repair", "-q", "-p", str(project)]).output
    assert "invalid_geometry" in said or "spike" in said
    assert "10,000.0" in said  # measured in the plane of the run
    CliRunner().invoke(app, ["check", "-q", "-p", str(project)])
    found = gpd.read_file(project / "outputs/layers/findings.gpkg").set_index("code")
    assert found.loc[["repaired"], "layer"].tolist() == ["parks"]
    assert not {"repair_stale", "invalid_geometry", "spike"} & set(found.index)


def test_parks_made_of_parcels_are_mended_with_them(project, parcels):
    file = project / "mujun.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace('[layers.parks]\npath = "parks.gpkg"\n', ""),
        encoding="utf-8",
    )
    shapes = [keyhole(0), square(1, 0), square(2, 0), bow_tie(300)]
    parcels.set_geometry(shapes, crs=GK).assign(park_id="P", supplied_on="2023-02-01").to_file(
        project / "parcels.gpkg", layer="parcels"
    )
    said = CliRunner().invoke(app, ["repair", "-q", "-p", str(project)]).output
    assert "园区" not in said
    assert "仍有" not in said
    CliRunner().invoke(app, ["check", "-q", "-p", str(project)])
    found = gpd.read_file(project / "outputs/layers/findings.gpkg")
    assert not found["code"].isin(["repair_stale", "invalid_geometry", "spike"]).any()


def test_a_needed_column_that_differs_stops_with_its_texts(project):
    pieces(project)
    parks = gpd.read_file(project / "parks.gpkg").drop(columns="name")
    parks.assign(园区名称=["东区", "西区"]).to_file(project / "parks.gpkg", layer="parks")
    file = project / "mujun.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace(
            'path = "parks.gpkg"',
            'path = "parks.gpkg"\ndissolve = "park_id"\nfields = { name = "园区名称" }',
        ),
        encoding="utf-8",
    )
    stopped = CliRunner().invoke(app, ["check", "-q", "-p", str(project)]).exception
    assert isinstance(stopped, SourceError)
    assert "`P` in park_id) differ in `园区名称`: 东区, 西区" in stopped.text("en")
