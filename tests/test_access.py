"""Distances to facilities, straight and along roads; coverage; the plan's list by park."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.evaluate.plan import read_plan, with_clauses
from geo.land.access import Nearest, access, road_notes
from geo.land.facility_kinds import kind_of, kinds, listed
from geo.land.network import network
from geo.land.roads import join_lines
from tests.builders import EAST, NORTH, layer, square


def point(x, y):
    return shapely.Point(EAST + x, NORTH + y)


def way(*points):
    return shapely.LineString([(EAST + x, NORTH + y) for x, y in points])


@pytest.fixture
def four():
    """Four hectares in a row, with workers; a park around the first three."""
    parcels = layer(
        [square(i, 0) for i in range(4)],
        parcel_id=list("ABCD"),
        park_id=["P", "P", "P", None],
        area_m2=1e4,
        employees=[10.0, 20, 70, 5],
    )
    parks = layer([shapely.box(EAST, NORTH, EAST + 300, NORTH + 100)], park_id=["P"], name=["园"])
    return parcels, parks


def facilities(*rows):
    place, category, status, radius = zip(*rows, strict=True)
    return layer(
        place,
        facility_id=[f"F{i}" for i in range(len(rows))],
        category=category,
        status=status,
        service_radius_m=radius,
    )


def test_straight_distances_by_hand(four):
    found = access(
        *four,
        facilities(
            (point(50, 50), "变电站", "已建", np.nan), (point(400, 130), "小学", None, np.nan)
        ),
        None,
    )
    assert found.parcels["to_power_m"].tolist() == [0, 50, 150, 250]
    assert found.parcels["to_school_m"].tolist() == pytest.approx(
        [np.hypot(300, 30), np.hypot(200, 30), np.hypot(100, 30), 30]
    )
    assert any("路网距离" in n.zh for n in road_notes(found.cut_off))
    assert not any(c.startswith("road_") for c in found.parcels)


def test_distances_along_roads_by_hand(four):
    """A road 20 m north of the parcels; the school hangs on a branch, 10 m from its end."""
    roads = layer([way((-100, 120), (500, 120)), way((450, 120), (450, 300))])
    found = access(*four, facilities((point(460, 300), "小学", None, np.nan)), roads)
    # 20 m to the road, along it from x = 50, 150, … to 450, 180 m up, 10 m across.
    assert found.parcels["road_school_m"].tolist() == pytest.approx([610, 510, 410, 310])
    assert (found.parcels["road_school_m"] >= found.parcels["to_school_m"]).all()


def test_a_facility_on_the_parcels_own_stretch_of_road(four):
    roads = layer([way((-1000, 120), (1000, 120))])
    parcel = layer(
        [shapely.box(EAST + 10, NORTH, EAST + 10.001, NORTH + 100)],
        parcel_id=["A"],
        park_id=["P"],
        area_m2=1.0,
    )
    found = access(parcel, four[1], facilities((point(60, 125), "医院", "", np.nan)), roads)
    assert found.parcels["road_hospital_m"][0] == pytest.approx(20 + 50 + 5, abs=0.01)


def test_roads_that_do_not_connect_are_no_data_and_said(four):
    roads = layer([way((-100, 120), (150, 120)), way((250, 120), (500, 120))])
    found = access(*four, facilities((point(-100, 120), "医院", "", np.nan)), roads)
    assert found.parcels["road_hospital_m"].isna().tolist() == [False, False, True, True]
    assert "2宗地" in road_notes(found.cut_off)[0].zh


def test_coverage_by_land_and_by_worker(four):
    found = access(*four, facilities((point(-50, 50), "消防站", "", 160.0)), None)
    row = found.table.set_index("kind").loc["fire"]
    assert (row["parcels"], row["parcels_covered"]) == (3, 2)  # 50, 150 and 250 m away
    assert row["land_covered_share"] == pytest.approx(2 / 3)
    assert (row["workers"], row["workers_covered"]) == (100, 30)
    assert row["state"] == "have"  # its radius reaches the park
    assert row["nearest_m"] == 50


def test_the_matrix_says_have_planned_lack_and_no_data(four):
    found = access(
        *four,
        facilities(
            (point(50, 50), "污水处理厂", "已建", np.nan),
            (point(60, 50), "燃气站", "规划", np.nan),
            (point(5000, 0), "孵化器", "", np.nan),
            (point(70, 50), "公交站", "", np.nan),
        ),
        None,
    )
    state = found.table.set_index("kind")["state"]
    assert state[["sewage", "gas", "incubator", "power", "公交站"]].tolist() == [
        "have",
        "planned",
        "lack",
        "no_data",
        "have",
    ]
    assert set(kinds()) <= set(state.index)
    assert "to_gas_m" not in found.parcels  # what is only planned has no distance
    plan = read_plan("sichuan-5plus1-2021")
    assert set(plan.facilities.clauses) == set(kinds())
    listed_rows = with_clauses(found.table, plan).set_index("kind")["citation"]
    assert (listed_rows[listed_rows.index.isin(kinds())] == plan.head.title_zh).all()
    assert (listed_rows[~listed_rows.index.isin(kinds())] == "").all()


def test_amenities_within_a_walk_of_fifteen_minutes(four):
    walk = float(listed()["walk"]["metres"])
    found = access(
        *four,
        facilities(
            (point(-walk, 50), "小学", "", np.nan),
            (point(50, 150), "超市", "", np.nan),
            (point(50, 160), "便利商业", "", np.nan),
        ),
        None,
    )
    assert found.parcels["amenities_15min"].tolist() == [2, 1, 1, 1]


def test_capacity_is_summed_in_one_unit_only(four):
    layer = facilities(
        (point(50, 50), "供水厂", "", np.nan), (point(60, 50), "自来水厂", "", np.nan)
    )
    layer["capacity"], layer["unit"] = [2.0, 3.0], "万吨/日"
    row = access(*four, layer, None).table.set_index("kind").loc["water"]
    assert (row["capacity"], row["facility_unit"]) == (5, "万吨/日")
    layer["unit"] = ["万吨/日", "吨/日"]
    assert np.isnan(access(*four, layer, None).table.set_index("kind").loc["water", "capacity"])


def test_lines_and_polygons_are_facilities_too(four):
    found = access(
        *four,
        facilities(
            (way((0, 130), (400, 130)), "燃气管线", "", np.nan),
            (square(6, 0), "标准厂房", "", np.nan),
        ),
        None,
    )
    assert found.parcels["to_gas_m"].tolist() == [30] * 4
    assert found.parcels["to_workshop_m"].tolist() == [500, 400, 300, 200]


def test_the_longest_word_decides():
    said = kind_of(pd.Series(["铁路货场", "污水处理厂", "新能源汽车充电站", "某类"]))
    assert said.tolist() == ["logistics", "sewage", "charging", "某类"]


@given(
    st.lists(st.tuples(st.integers(-300, 300), st.integers(-300, 300)), min_size=1, max_size=9),
    st.integers(0, 5),
)
def test_nearest_equals_the_least_of_all_distances(places, seed):
    rng = np.random.default_rng(seed)
    boxes = np.array(
        [shapely.box(x, y, x + w, y + h) for x, y, w, h in rng.integers(1, 200, (12, 4))]
    )
    points = shapely.points(np.array(places, dtype=float))
    tried = shapely.distance(boxes[:, None], points[None, :]).min(axis=1)
    assert Nearest(boxes).to(points) == pytest.approx(tried, abs=1e-9)


@given(st.integers(0, 40))
def test_reach_equals_floyd_warshall_on_a_random_town(seed):
    """Streets of a random town, cut where they cross by hand, all pairs by Floyd–Warshall."""
    rng = np.random.default_rng(seed)
    xs, ys = np.sort(rng.choice(1000, 4, False)), np.sort(rng.choice(1000, 4, False))
    kept_x, kept_y = rng.random((4, 3)) < 0.8, rng.random((3, 4)) < 0.8
    lines, pairs = [], []
    for i in range(4):
        for j in range(3):
            if kept_x[i, j]:
                lines.append([(xs[i], ys[j]), (xs[i], ys[j + 1])])
                pairs.append((i * 4 + j, i * 4 + j + 1, ys[j + 1] - ys[j]))
            if kept_y[j, i]:
                lines.append([(xs[j], ys[i]), (xs[j + 1], ys[i])])
                pairs.append((j * 4 + i, (j + 1) * 4 + i, xs[j + 1] - xs[j]))
    far = np.full((16, 16), np.inf)
    np.fill_diagonal(far, 0)
    for a, b, metres in pairs:
        far[a, b] = far[b, a] = min(far[a, b], metres)
    for k in range(16):
        far = np.minimum(far, far[:, k : k + 1] + far[k : k + 1])
    corners = [(xs[i], ys[j]) for i in range(4) for j in range(4)]
    on = [k for k, c in enumerate(corners) if any(c in line for line in lines)]
    sources = on[:2]
    points = shapely.points(np.array([corners[k] for k in on], dtype=float))
    net = network(
        join_lines(np.array([shapely.LineString(x) for x in lines], dtype=object)), points[:2]
    )
    got = net.at(net.spots(points), net.reach(net.spots(points[:2])))
    want = far[np.ix_(sources, on)].min(axis=0)
    assert got == pytest.approx(want, abs=1e-6)
