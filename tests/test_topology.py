"""Parcels that overlap, lie twice or reach out of their park: found with their m²; noise is not."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geo.checks.topology import check_crossing, check_overlaps
from geo.cli import app
from geo.overlay import shared
from tests.conftest import EAST, GK, NORTH, square


def layer(shapes, park="P"):
    ids = [f"N{i}" for i in range(len(shapes))]
    return gpd.GeoDataFrame({"parcel_id": ids, "park_id": park,
                             "source_row": range(1, len(ids) + 1)}, geometry=shapes, crs=GK)


def moved(shape, x, y=0.0):
    return shapely.transform(shape, lambda p: p + np.array([x, y]))


def test_a_planted_overlap_is_found_with_its_area():
    found = check_overlaps(layer([square(0, 0), moved(square(1, 0), -3), square(5, 0)]), 0.1)
    assert found["code"].tolist() == ["overlap"]
    assert found["id"].tolist() == ["N0"]
    assert "N1（300.00 m²）" in found["message_zh"][0]
    assert not found["set_aside"].any()


@pytest.mark.parametrize("turn", [0, 17, 45])
def test_a_fabric_digitised_a_centimetre_apart_has_no_defect(turn):
    rng = np.random.default_rng(1)
    cells = [moved(square(i % 32, i // 32), *rng.uniform(-0.01, 0.01, 2)) for i in range(1024)]
    fabric = layer(cells)
    fabric = fabric.set_geometry(fabric.rotate(turn, origin=(EAST, NORTH)))
    one, _other, _part = shared(np.asarray(fabric.geometry.array))
    assert len(one) > 1000  # plain overlay calls each of these an overlap
    assert check_overlaps(fabric, 0.1).empty


def test_planted_among_the_noise_all_are_found_and_nothing_else():
    rng = np.random.default_rng(2)
    cells = [moved(square(i % 20, i // 20), *rng.uniform(-0.01, 0.01, 2)) for i in range(400)]
    planted = rng.choice(np.arange(0, 400, 3), 20, replace=False)
    planted = planted[planted % 20 < 19]
    for at in planted:
        cells[at] = moved(cells[at], 0.5)
    found = check_overlaps(layer(cells), 0.1)
    assert sorted(found["id"]) == sorted(f"N{at}" for at in planted)


def test_the_same_outline_twice_is_said_as_that():
    twin = shapely.Polygon(np.roll(np.asarray(square(0, 0).exterior.coords)[:-1], 2, axis=0))
    found = check_overlaps(layer([square(0, 0), twin, square(2, 0)]), 0.1)
    assert found["code"].tolist() == ["same_outline"]


def test_one_inside_another_is_an_overlap():
    inner = shapely.box(EAST + 10, NORTH + 10, EAST + 20, NORTH + 20)
    found = check_overlaps(layer([square(0, 0), inner]), 0.1)
    assert (found["code"][0], "（100.00 m²）" in found["message_zh"][0]) == ("overlap", True)


def test_degrees_are_measured_in_metres():
    parcels = layer([square(0, 0), moved(square(1, 0), -3)]).to_crs(4490)
    said = check_overlaps(parcels, 0.1)["message_zh"][0]
    area = float(said.split("（")[1].split(" m²")[0])
    assert area == pytest.approx(300, rel=2e-3)  # UTM's scale
    apart = layer([square(0, 0), moved(square(1, 0), -0.02)]).to_crs(4490)
    assert check_overlaps(apart, 0.1).empty


def test_a_parcel_that_reaches_out_of_its_park():
    park = gpd.GeoDataFrame({"park_id": ["P"]}, crs=GK, geometry=[
        shapely.box(EAST, NORTH, EAST + 150, NORTH + 100)])
    parcels = layer([square(0, 0), square(1, 0), moved(square(0, 0), -0.05)])
    found = check_crossing(parcels, park, 0.1)
    assert found["id"].tolist() == ["N1"]
    assert "5,000.00 m²" in found["message_zh"][0]
    assert check_crossing(parcels.assign(park_id=None), park, 0.1).empty


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(5, 60)),
                min_size=2, max_size=12))
def test_pairs_and_areas_equal_those_of_every_pair_tried(spots):
    shapes = np.array([shapely.box(x, y, x + s, y + s) for x, y, s in spots])
    one, other, part = shared(shapes)
    found = dict(zip(zip(one.tolist(), other.tolist(), strict=True), shapely.area(part),
                     strict=True))
    tried = {}
    for i, (x, y, s) in enumerate(spots):
        for j, (u, v, t) in enumerate(spots[i + 1:], i + 1):
            wide, high = min(x + s, u + t) - max(x, u), min(y + s, v + t) - max(y, v)
            if wide > 0 and high > 0:
                tried[i, j] = wide * high
    assert found == tried


def test_a_run_lists_them(project, parcels):
    parcels.geometry = [square(0, 0), moved(square(1, 0), -2), square(2, 0), square(3, 0)]
    parcels.assign(supplied_on="2023-02-01").to_file(project / "parcels.gpkg", layer="parcels")
    outcome = CliRunner().invoke(app, ["check", "-q", "-p", str(project)])
    assert outcome.exit_code == 0, outcome.output
    found = gpd.read_file(project / "outputs/findings.gpkg")
    assert "与宗地 B（200.00 m²） 重叠" in set(found["message"])
