"""Roads that meet: by rounding, by centimetres, drawn twice; against a graph that is built by hand.

The truth is never read from the drawn lines: streets are intervals of a lattice, their graph is
made of its corners, and its shortest ways are found by a queue of our own.
"""

from __future__ import annotations

import heapq
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from geo.land.access import access
from geo.land.network import network
from geo.land.roads import check_roads, join_lines, road_lines
from tests.builders import EAST, GK, NORTH, square
from tests.saying import spoken

STEP = 90


def least_ways(edges, source):
    """Length of the shortest way from a node to each other, exactly."""
    beside = {}
    for a, b, metres in edges:
        beside.setdefault(a, []).append((b, metres))
        beside.setdefault(b, []).append((a, metres))
    far, queue = {}, [(Fraction(0), source)]
    while queue:
        metres, node = heapq.heappop(queue)
        if node in far:
            continue
        far[node] = metres
        for other, more in beside.get(node, ()):
            heapq.heappush(queue, (metres + more, other))
    return far


@st.composite
def towns(draw):
    """Streets as (axis, line, from, to) on a lattice of 6 × 6 corners."""
    street = st.tuples(st.integers(0, 1), st.integers(0, 5), st.integers(0, 4), st.integers(1, 5))
    listed = draw(st.lists(street, min_size=2, max_size=9))
    return [(axis, line, low, low + long) for axis, line, low, long in listed if low + long < 6]


def corners(street):
    axis, line, low, high = street
    return [(k, line) if axis == 0 else (line, k) for k in range(low, high + 1)]


def edges_of(town):
    return [
        (a, b, Fraction(STEP))
        for street in town
        for a, b in zip(corners(street)[:-1], corners(street)[1:], strict=True)
    ]


def placed(corner, turn):
    x, y = (STEP * c for c in corner)
    return (EAST + x * np.cos(turn) - y * np.sin(turn), NORTH + x * np.sin(turn) + y * np.cos(turn))


def drawn(town, turn, rng, miss):
    """Each street as one line from end to end, turned, its ends moved by up to `miss` metres."""
    out = []
    for street in town:
        ends = np.array([placed(corners(street)[0], turn), placed(corners(street)[-1], turn)])
        along = (ends[1] - ends[0]) / np.hypot(*(ends[1] - ends[0]))
        off = rng.uniform(-miss, miss, (2, 2))
        across = np.array([-along[1], along[0]])
        out.append(shapely.LineString(ends + off[:, :1] * along + off[:, 1:] * across))
    return np.array(out, dtype=object)


def distances(lines, places, source):
    net = network(join_lines(lines), places[source : source + 1])
    return net.at(net.spots(places), net.reach(net.spots(places[source : source + 1])))


@limits(max_examples=150)
@given(towns(), st.floats(0, 1.5), st.integers(0, 9), st.sampled_from([0.0, 0.005, 0.2]))
def test_ways_equal_those_of_the_streets_as_they_were_meant(town, turn, seed, miss):
    if not town:
        return
    rng = np.random.default_rng(seed)
    nodes = sorted({c for street in town for c in corners(street)})
    source = int(rng.integers(len(nodes)))
    far = least_ways(edges_of(town), nodes[source])
    want = np.array([float(far.get(n, np.inf)) for n in nodes])
    places = shapely.points(np.array([placed(n, turn) for n in nodes]))
    got = distances(drawn(town, turn, rng, miss), places, source)
    # A corner off by `miss` is passed at most twice as far off on each of its streets.
    assert got == pytest.approx(want, abs=1e-6 + 8 * miss * len(town))


def test_a_side_road_that_ends_within_rounding_of_a_through_road():
    """The kind that was lost: 64 of 136 junctions of the demo lie 2e-10 m off."""
    town = [(0, 0, 0, 5), (1, 3, 0, 4)]
    for turn in np.linspace(0.1, 1.4, 12):
        lines = drawn(town, turn, np.random.default_rng(0), 0.0)
        nodes = [(0, 0), (3, 4)]
        places = shapely.points(np.array([placed(n, turn) for n in nodes]))
        assert distances(lines, places, 0)[1] == pytest.approx(7 * STEP, abs=1e-6)


def lines(*several):
    return np.array(
        [shapely.LineString([(EAST + x, NORTH + y) for x, y in one]) for one in several],
        dtype=object,
    )


def way(drawing, start, end):
    points = shapely.points(np.array([start, end]) + np.array([EAST, NORTH]))
    return distances(drawing, points, 0)[1]


@pytest.mark.parametrize(
    ("drawing", "start", "end", "metres"),
    [
        # ends that stop short, or pass beyond
        ([((0, 0), (100, 0)), ((50, 0.3), (50, 80))], (0, 0), (50, 80), 130),
        ([((0, 0), (100, 0)), ((50, -0.3), (50, 80))], (0, 0), (50, 80), 130),
        # a bend that touches a road without crossing it, by a centimetre
        (
            [((0, 0), (100, 0)), ((20, 60), (50, 0.01), (80, 60))],
            (0, 0),
            (80, 60),
            50 + np.hypot(30, 60),
        ),
        # two corners that face each other
        (
            [((0, 0), (50, 0), (50, -50)), ((50.2, 50), (50.2, 0.1), (100, 0.1))],
            (0, 0),
            (100, 0),
            100,
        ),
        # one road drawn twice, a side road on the one, the place on the other
        (
            [((0, 0), (100, 0)), ((0, 0.2), (100, 0.2)), ((50, 0.2), (50, 80))],
            (0, 0),
            (50, 80),
            130,
        ),
        (
            [((0, 0), (100, 0)), ((0, 0.2), (100, 0.2)), ((50, -0.2), (50, -80))],
            (100, 0.2),
            (50, -80),
            130,
        ),
        # a second drawing of a part of it
        ([((0, 0), (100, 0)), ((30, 0.1), (70, -0.1)), ((50, 0), (50, 80))], (0, 0), (50, 80), 130),
        # rings of two blocks that share a side, drawn a centimetre apart
        (
            [
                ((0, 0), (0, 60), (100, 60), (100, 0), (0, 0)),
                ((100.01, 60.01), (200, 60), (200, 0), (100.01, 0), (100.01, 60.01)),
            ],
            (0, 0),
            (200, 0),
            200,
        ),
        # a ring whose end misses its start
        ([((0, 0), (100, 0), (100, 100), (0, 100), (0, 0.4))], (0, 0), (0, 100), 100),
        # a chain of ends that miss each other
        (
            [((0, 0), (50, 0)), ((50.3, 0.1), (100, 0)), ((100.2, -0.3), (150, 0))],
            (0, 0),
            (150, 0),
            150,
        ),
        # three roads at one place, each off by something else
        (
            [((0, 0), (50, 0)), ((50.2, 0.2), (50, 80)), ((50.1, -0.3), (110, 0))],
            (110, 0),
            (50, 80),
            140,
        ),
    ],
)
def test_roads_that_were_meant_to_meet_do(drawing, start, end, metres):
    assert way(lines(*drawing), start, end) == pytest.approx(metres, abs=1.0)


def test_roads_that_stop_beyond_the_tolerance_do_not_meet():
    drawing = lines(((0, 0), (100, 0)), ((50, 0.6), (50, 80)))
    assert np.isinf(way(drawing, (0, 0), (50, 80)))


def test_the_acute_corner_of_a_junction_and_a_close_curve_are_no_joints():
    turn = np.linspace(0, np.pi, 200)
    curve = [(10 * np.cos(t), 10 * np.sin(t)) for t in turn]
    acute = [((0, 0), (2, 0.2), (80, 30)), ((0, 0), (100, 0)), curve]
    assert not len(join_lines(lines(*acute[:2])).joints.metres)
    assert not len(join_lines(lines(acute[2])).joints.metres)


@given(st.floats(0, 1.5), st.integers(0, 20))
def test_the_order_and_direction_of_lines_move_nothing(turn, seed):
    rng = np.random.default_rng(seed)
    town = [(0, 0, 0, 5), (1, 3, 0, 4), (0, 4, 1, 5), (1, 0, 0, 3), (0, 0, 2, 4)]
    roads = drawn(town, turn, rng, 0.1)
    places = shapely.points(np.array([placed(c, turn) for s in town for c in corners(s)]))
    other = shapely.reverse(roads)[rng.permutation(len(roads))]
    assert distances(other, places, 0) == pytest.approx(distances(roads, places, 0), abs=1e-6)


def test_no_way_is_shorter_than_the_straight_line():
    rng = np.random.default_rng(3)
    roads = np.array([shapely.LineString(rng.uniform(0, 400, (5, 2))) for _ in range(25)])
    places = shapely.points(rng.uniform(0, 400, (60, 2)))
    net = network(join_lines(roads), places[:1])
    got = net.at(net.spots(places), net.reach(net.spots(places[:1])))
    assert (got >= shapely.distance(places, places[0]) - 1e-6).all()


def layer(*several):
    return gpd.GeoDataFrame(
        {
            "road_id": [f"R{i}" for i in range(len(several))],
            "source_row": range(1, len(several) + 1),
        },
        geometry=list(lines(*several)),
        crs=GK,
    )


def test_what_was_joined_and_what_stays_open_is_told_with_its_place():
    frame = layer(
        ((0, 0), (100, 0)),
        ((20, 0.25), (20, 50)),
        ((40, 2.5), (40, 50)),
        ((60, 1e-9), (60, 50)),
        ((80, 0), (80, 3)),
    )
    found = check_roads(frame, road_lines(frame, GK)).set_index("code")
    assert spoken(found).loc["road_rounding", "message_zh"].startswith("1处")
    assert (found.loc["road_joined", "id"], found.loc["road_open", "id"]) == ("R1", "R2")
    assert "1 / 0.250" in spoken(found).loc["road_joined", "message_zh"]
    assert "R0 / 2.50 m" in spoken(found).loc["road_open", "message_zh"]
    assert found.loc["road_open", "geometry"].length == pytest.approx(2.5)
    assert "road_join_m" in spoken(found).loc["road_open", "mend_en"]


def test_roads_without_a_fault_have_no_findings():
    frame = layer(((0, 0), (100, 0)), ((100, 0), (100, 50)))
    assert check_roads(frame, road_lines(frame, GK)).empty


def test_roads_in_degrees_and_a_wider_tolerance():
    frame = layer(((0, 0), (100, 0)), ((50, 1.5), (50, 80))).to_crs(4490)
    parcels = gpd.GeoDataFrame(
        {"parcel_id": ["A"], "park_id": ["P"], "area_m2": [1e4]},
        geometry=[square(0, 0, 0.001)],
        crs=GK,
    )
    parks = gpd.GeoDataFrame({"park_id": ["P"]}, geometry=[square(0, 0)], crs=GK)
    place = gpd.GeoDataFrame(
        {"facility_id": ["F"], "category": ["小学"]},
        geometry=[shapely.Point(EAST + 50, NORTH + 80)],
        crs=GK,
    )
    apart = access(parcels, parks, place, frame)
    assert np.isnan(apart.parcels["road_school_m"][0])
    joined = access(parcels, parks, place, frame, join_m=2.0)
    assert joined.parcels["road_school_m"][0] == pytest.approx(130, abs=0.05)


def test_lines_of_no_length_are_no_roads():
    frame = layer(((0, 0), (0, 0)))
    assert not len(road_lines(frame, GK).line)
