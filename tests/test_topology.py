"""Parcels that overlap, lie twice or reach out of their park: found with their m²; noise is not."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geo.checks.gaps import check_gaps
from geo.checks.run import check
from geo.checks.spikes import check_spikes, without_spikes
from geo.checks.topology import check_crossing, check_overlaps, check_parks
from geo.cli import app
from geo.errors import MujunError
from geo.geometry.area import counted_before, ellipsoidal_area
from geo.geometry.overlay import plane_of, shared
from geo.project import Settings
from tests.builders import EAST, GK, NORTH, parcel_layer, square
from tests.saying import spoken


def moved(shape, x, y=0.0):
    return shapely.transform(shape, lambda p: p + np.array([x, y]))


def test_a_planted_overlap_is_found_with_its_area():
    found = check_overlaps(parcel_layer([square(0, 0), moved(square(1, 0), -3), square(5, 0)]), 0.1)
    assert found["code"].tolist() == ["overlap"]
    assert found["id"].tolist() == ["N0"]
    # 28 km off the meridian the plane is 1 + (28.3 / 6371)² = 1.00002 times the ground.
    assert "N1（299.99 m²）" in spoken(found)["message_zh"][0]
    assert not found["set_aside"].any()


@pytest.mark.parametrize("turn", [0, 17, 45])
def test_a_fabric_digitised_a_centimetre_apart_has_no_defect(turn):
    rng = np.random.default_rng(1)
    cells = [moved(square(i % 32, i // 32), *rng.uniform(-0.01, 0.01, 2)) for i in range(1024)]
    fabric = parcel_layer(cells)
    fabric = fabric.set_geometry(fabric.rotate(turn, origin=(EAST, NORTH)))
    plain = gpd.overlay(fabric, fabric, keep_geom_type=True)
    assert (plain["parcel_id_1"] != plain["parcel_id_2"]).sum() > 2000
    assert check_overlaps(fabric, 0.1).empty


def test_planted_among_the_noise_all_are_found_and_nothing_else():
    rng = np.random.default_rng(2)
    cells = [moved(square(i % 20, i // 20), *rng.uniform(-0.01, 0.01, 2)) for i in range(400)]
    planted = rng.choice(np.arange(0, 400, 3), 20, replace=False)
    planted = planted[planted % 20 < 19]
    for at in planted:
        cells[at] = moved(cells[at], 0.5)
    found = check_overlaps(parcel_layer(cells), 0.1)
    assert sorted(found["id"]) == sorted(f"N{at}" for at in planted)


def planted(seed):
    """A park of 24 × 24 parcels, each drawn up to a centimetre off, with one defect of each kind.

    Returns the layer, the park and (code, id or None, m² or None) of every defect.
    """
    rng = np.random.default_rng(seed)
    cells = {
        (c, r): moved(square(c, r), *rng.uniform(-0.01, 0.01, 2))
        for c in range(24)
        for r in range(24)
    }
    spots = rng.permutation([(c, r) for c in range(1, 22, 4) for r in range(1, 22, 4)])[:12]
    name = {at: f"N{at[0]}-{at[1]}" for at in cells}
    said, more = [], {}
    for kind, spot in zip(
        ("overlap", "gap", "sliver", "open sliver", "bow-tie", "spike", "twin", "outside", "notch"),
        map(tuple, spots.tolist()),
        strict=False,
    ):
        x, y = EAST + 100 * spot[0], NORTH + 100 * spot[1]
        if kind == "overlap":
            cells[spot] = shapely.box(x, y, x + 100.6, y + 100)
            said.append(("overlap", None, 60))
        elif kind == "gap":
            del cells[spot]
            said.append(("gap", "P", 10_000))
        elif kind == "sliver":
            cells[spot] = shapely.box(x, y, x + 99.7, y + 100)
            said.append(("sliver", "P", 30))
        elif kind == "open sliver":  # it opens to a road a whole parcel wide
            del cells[spot]
            beside = (spot[0] + 1, spot[1])
            cells[beside] = shapely.box(x + 100, y + 0.4, x + 200, y + 100)
            said += [("gap", "P", 10_040)]
        elif kind == "bow-tie":
            cells[spot] = shapely.Polygon([(x, y), (x + 100, y), (x, y + 100), (x + 100, y + 100)])
            said += [
                ("invalid_geometry", name[spot], 5_000),
                ("gap", "P", 2_500),
                ("gap", "P", 2_500),
            ]
        elif kind == "spike":
            cells[spot] = shapely.Polygon(
                [
                    (x, y),
                    (x + 100, y),
                    (x + 100, y + 100),
                    (x + 50.2, y + 100),
                    (x + 50, y + 130),
                    (x + 50, y + 100),
                    (x, y + 100),
                ]
            )
            said += [("spike", name[spot], 3), ("overlap", None, 3)]
        elif kind == "twin":
            more["twin"] = cells[spot]
            said.append(("same_outline", None, 10_000))
        elif kind == "outside":
            more["outside"] = shapely.box(EAST - 500, NORTH, EAST - 400, NORTH + 100)
            said.append(("outside_parks", "outside", 10_000))
        else:
            cells[spot] = shapely.box(x, y, x + 60, y + 100)
            said.append(("gap", "P", 4_000))
    ids = [name[at] for at in cells] + list(more)
    order = rng.permutation(len(ids))
    drawn = np.array([*cells.values(), *more.values()], dtype=object)[order]
    frame = gpd.GeoDataFrame(
        {"parcel_id": np.array(ids)[order], "source_row": range(1, len(ids) + 1)},
        geometry=drawn,
        crs=GK,
    )
    outline = shapely.box(EAST, NORTH, EAST + 2400, NORTH + 2400)
    park = gpd.GeoDataFrame(
        {"park_id": ["P"], "name": ["园"], "source_row": [1]}, geometry=[outline], crs=GK
    )
    return frame, park, said


@pytest.mark.parametrize("seed", range(8))
def test_every_planted_defect_is_found_with_its_area_and_nothing_else(seed):
    parcels, park, said = planted(seed)
    _, found = check({"parks": park, "parcels": parcels}, Settings(year=2023))
    left = [(row.code, row.id, row.defect_m2, row.geometry) for row in found.itertuples()]
    for code, name, area in said:
        fits = [
            f
            for f in left
            if f[0] == code
            and name in (None, f[1])
            and f[2] == pytest.approx(area, rel=0.05, abs=1.5)
        ]
        assert fits, (code, name, area, left)
        left.remove(fits[0])
        assert park.geometry[0].buffer(600).contains(fits[0][3])
    assert not left


def test_a_sliver_that_opens_to_a_road_is_found_and_the_road_is_none():
    road = shapely.box(EAST + 200, NORTH, EAST + 212, NORTH + 200)
    park = gpd.GeoDataFrame(
        {"park_id": ["P"], "source_row": [1]},
        crs=GK,
        geometry=[shapely.box(EAST, NORTH, EAST + 400, NORTH + 200)],
    )
    low = shapely.box(EAST, NORTH, EAST + 200, NORTH + 99.5)
    high = shapely.box(EAST, NORTH + 100, EAST + 200, NORTH + 200)
    east = shapely.box(EAST + 212, NORTH, EAST + 400, NORTH + 200)
    found = check_gaps(parcel_layer([low, high, east]), park, 0.1, 1.0)
    assert found["code"].tolist() == ["sliver"]
    assert found["defect_m2"][0] == pytest.approx(100, rel=0.02)
    assert "N0、N1" in spoken(found)["message_zh"][0]
    assert not road.buffer(-1).intersects(found["geometry"][0])


def test_a_wedge_of_land_is_no_spike_and_a_spike_goes():
    wedge = shapely.Polygon([(0, 0), (200, 0), (0, 8)])
    barb = shapely.Polygon([(0, 0), (50, 0), (50.05, -20), (50.1, 0), (100, 0), (100, 50), (0, 50)])
    found = check_spikes(
        parcel_layer([moved(s, EAST, NORTH) for s in (wedge, barb)]), "parcels", "parcel_id", 0.1
    )
    assert found["id"].tolist() == ["N1"]
    assert found["defect_m2"][0] == pytest.approx(1.0, rel=0.01)
    clean = without_spikes(np.array([wedge, barb], dtype=object), 0.1)
    assert clean[0].equals(wedge)
    both = np.array([shapely.MultiPolygon([barb, moved(barb, 500)])])
    assert without_spikes(both, 0.1)[0].area == pytest.approx(10_000)
    assert clean[1].area == pytest.approx(5000)


def test_the_same_outline_twice_is_said_as_that():
    twin = shapely.Polygon(np.roll(np.asarray(square(0, 0).exterior.coords)[:-1], 2, axis=0))
    found = check_overlaps(parcel_layer([square(0, 0), twin, square(2, 0)]), 0.1)
    assert found["code"].tolist() == ["same_outline"]


def test_one_inside_another_is_an_overlap():
    inner = shapely.box(EAST + 10, NORTH + 10, EAST + 20, NORTH + 20)
    found = check_overlaps(parcel_layer([square(0, 0), inner]), 0.1)
    assert (found["code"][0], "（100.00 m²）" in spoken(found)["message_zh"][0]) == (
        "overlap",
        True,
    )


def test_degrees_are_measured_in_metres():
    parcels = parcel_layer([square(0, 0), moved(square(1, 0), -3)]).to_crs(4490)
    said = spoken(check_overlaps(parcels, 0.1))["message_zh"][0]
    area = float(said.split("（")[1].split(" m²")[0])
    assert area == pytest.approx(300, rel=2e-3)  # UTM's scale
    apart = parcel_layer([square(0, 0), moved(square(1, 0), -0.02)]).to_crs(4490)
    assert check_overlaps(apart, 0.1).empty


def test_a_parcel_that_reaches_out_of_its_park():
    park = gpd.GeoDataFrame(
        {"park_id": ["P"]}, crs=GK, geometry=[shapely.box(EAST, NORTH, EAST + 150, NORTH + 100)]
    )
    parcels = parcel_layer([square(0, 0), square(1, 0), moved(square(0, 0), -0.05)])
    found = check_crossing(parcels, park, 0.1)
    assert found["id"].tolist() == ["N1"]
    assert "4,999.90 m²" in spoken(found)["message_zh"][0]
    assert check_crossing(parcels.assign(park_id=None), park, 0.1).empty


def two_parks():
    """Two parks that share 100 × 100 m, with a name each."""
    return gpd.GeoDataFrame(
        {"park_id": ["P", "Q"], "name": ["东园", "Q"], "source_row": [1, 2]},
        geometry=[
            shapely.box(EAST, NORTH, EAST + 300, NORTH + 100),
            shapely.box(EAST + 200, NORTH, EAST + 500, NORTH + 100),
        ],
        crs=GK,
    )


@pytest.mark.parametrize("crs", [GK, 4490, 32648, 3857])
def test_parks_that_overlap_are_told_with_names_and_square_metres(crs):
    """In any CRS the same m²: one plane a run, and areas on the ground as those of parcels."""
    parks = two_parks().to_crs(crs)
    parcels = parcel_layer(
        [square(0, 0), square(2, 0), moved(square(2, 0), 50)], park_id=None
    ).to_crs(crs)
    parcels["park_id"] = [None, None, "Q"]
    _, found = check(
        {"parks": parks, "parcels": parcels}, Settings(year=2023), plane=plane_of(parks.geometry)
    )
    row = found.set_index("code").loc["parks_overlap"]
    assert "P 东园 / Q（9,999.80 m²）" in spoken(row)["message_zh"]
    assert row["defect_m2"] == pytest.approx(9_999.80, abs=0.01)
    both = spoken(found[found["code"] == "in_two_parks"]).set_index("id")["message_zh"]
    assert "P 东园 / Q → P（计入含其中部的园区；都含则取图层中在前的" in both["N1"]
    assert "P 东园 / Q → Q（按其 park_id" in both["N2"]
    assert "N0" not in both
    assert found.set_index("code").loc["overlap", "defect_m2"] == pytest.approx(4_999.90, abs=0.01)


def test_parks_side_by_side_are_no_overlap():
    parks = two_parks()
    parks.geometry = [square(0, 0), moved(square(1, 0), -0.05)]
    assert check_parks(parks, 0.1).empty


@given(
    st.lists(
        st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(5, 60)),
        min_size=1,
        max_size=10,
    ),
    st.sampled_from([GK, 4490]),
)
def test_ground_under_several_parks_counts_once(spots, crs):
    shapes = [shapely.box(EAST + x, NORTH + y, EAST + x + s, NORTH + y + s) for x, y, s in spots]
    parks = gpd.GeoSeries(shapes, crs=GK)
    whole = gpd.GeoSeries([shapely.union_all(shapes)], crs=GK)
    before = counted_before(parks.to_crs(crs), plane_of(parks))
    once = ellipsoidal_area(parks.to_crs(crs)).sum() - before.sum()
    assert once == pytest.approx(ellipsoidal_area(whole.to_crs(crs))[0], abs=1e-2)


@given(
    st.lists(
        st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(5, 60)),
        min_size=2,
        max_size=12,
    )
)
def test_pairs_and_areas_equal_those_of_every_pair_tried(spots):
    shapes = np.array([shapely.box(x, y, x + s, y + s) for x, y, s in spots])
    one, other, part = shared(shapes, 1e-6)
    found = dict(
        zip(zip(one.tolist(), other.tolist(), strict=True), shapely.area(part), strict=True)
    )
    tried = {}
    for i, (x, y, s) in enumerate(spots):
        for j, (u, v, t) in enumerate(spots[i + 1 :], i + 1):
            wide, high = min(x + s, u + t) - max(x, u), min(y + s, v + t) - max(y, v)
            if wide > 0 and high > 0:
                tried[i, j] = wide * high
    assert found == tried


def test_a_run_lists_them(project, parcels):
    parcels.geometry = [square(0, 0), moved(square(1, 0), -2), square(2, 0), square(3, 0)]
    parcels.assign(supplied_on="2023-02-01").to_file(project / "parcels.gpkg", layer="parcels")
    outcome = CliRunner().invoke(app, ["check", "-q", "-p", str(project)])
    assert outcome.exit_code == 0, outcome.output
    found = gpd.read_file(project / "outputs/layers/findings.gpkg")
    assert "与宗地B（200.00 m²）重叠" in set(found["message"])


def spoiled(project, parcels):
    """The project with a spike on A and a bow-tie for D."""
    barb = shapely.Polygon(
        [
            (EAST, NORTH),
            (EAST + 100, NORTH),
            (EAST + 100, NORTH + 100),
            (EAST + 50.1, NORTH + 100),
            (EAST + 50.05, NORTH + 120),
            (EAST + 50, NORTH + 100),
            (EAST, NORTH + 100),
        ]
    )
    x = EAST + 300
    tie = shapely.Polygon([(x, NORTH), (x + 100, NORTH), (x, NORTH + 100), (x + 100, NORTH + 100)])
    parcels.geometry = [barb, square(1, 0), square(2, 0), tie]
    parcels.assign(supplied_on="2023-02-01").to_file(project / "parcels.gpkg", layer="parcels")
    return barb, tie


def command(project, *words):
    outcome = CliRunner().invoke(app, [*words, "-q", "-p", str(project)])
    assert isinstance(outcome.exception, (type(None), SystemExit, MujunError)), outcome.exception
    return outcome


def codes(project):
    command(project, "check")
    found = gpd.read_file(project / "outputs/layers/findings.gpkg")
    return found.set_index("code")


def test_repair_is_on_request_logged_and_undone(project, parcels):
    spoiled(project, parcels)
    source = (project / "parcels.gpkg").read_bytes()
    before = codes(project)
    assert {"spike", "invalid_geometry"} <= set(before.index)
    assert (before.loc[["spike", "invalid_geometry"], "mend_at"] == "here").all()
    said = command(project, "repair").output
    assert "宗地 A: spike  10,001.00 → 10,000.00 m²" in said
    assert "宗地 D: invalid_geometry  0.00 → 5,000.00 m²" in said
    after = codes(project)
    assert set(after.loc[["repaired"], "id"]) == {"A", "D"}
    assert not {"spike", "invalid_geometry"} & set(after.index)
    log = gpd.read_file(project / "repairs.gpkg", layer="parcels")
    assert log["area_after_m2"].tolist() == pytest.approx([10_000, 5_000])
    assert (project / "parcels.gpkg").read_bytes() == source
    assert "已撤销" in command(project, "repair", "--undo").output
    assert set(codes(project).index) == set(before.index)


def test_a_repair_does_not_outlive_the_outline_it_was_made_for(project, parcels):
    spoiled(project, parcels)
    command(project, "repair")
    parcels.geometry = [square(0, 0, 50), *parcels.geometry[1:3], square(3, 0)]
    parcels.assign(supplied_on="2023-02-01").to_file(project / "parcels.gpkg", layer="parcels")
    found = codes(project)
    assert sorted(found.loc[["repair_stale"], "id"]) == ["A", "D"]
    assert "repaired" not in found.index
    assert "没有可在此修正的图形" in command(project, "repair").output
    assert not (project / "repairs.gpkg").exists()


def test_a_damaged_repair_file_is_one_sentence(project):
    (project / "repairs.gpkg").write_bytes(b"SQLite no more")
    outcome = command(project, "check")
    assert outcome.exit_code == 1
    assert "mujun repair --undo" in str(outcome.exception or outcome.output)
