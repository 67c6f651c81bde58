"""Names of waters and places on paper: where they stand, and what they yield to."""

from __future__ import annotations

from dataclasses import fields
from itertools import combinations
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely

from geo.publish.paper.card_maps import SIDE, Ground, Outlines, card_maps
from geo.publish.paper.fonts import POINT
from geo.publish.paper.ground import Bounds, Frame
from geo.publish.paper.sheet import Box
from geo.publish.paper.surroundings import Surroundings, name_surroundings


class Said:
    """Axes that keep what is written on them."""

    def __init__(self) -> None:
        self.texts: list[tuple[float, float, str, float]] = []

    def text(self, x: float, y: float, text: str, **style: Any) -> None:
        self.texts.append((x, y, text, style["rotation"]))


def surroundings(**given: Any) -> Surroundings:
    none = np.empty(0, dtype=object)
    return Surroundings(**{field.name: none for field in fields(Surroundings)} | given)


def named(ground: Surroundings, taken: list[Bounds], *parcels: Bounds) -> Said:
    """Names on 200 mm of paper that show 2 km from 0, 0."""
    frame = Frame(Box(0, 0, 200, 200), pyproj.CRS.from_epsg(4544), (0, 0, 2000, 2000), 10_000)
    said = Said()
    boxes = np.array([shapely.box(*box) for box in parcels], dtype=object)
    name_surroundings(said, frame, ground, 1.0, taken, boxes)
    return said


def test_names_of_places_yield_to_all_others_and_lie_on_none() -> None:
    at = [(500, 500), (502, 501), (1000, 1000), (1500, 1500), (1999, 500), (3000, 3000)]
    ground = surroundings(
        places=shapely.points(at),
        place_names=np.array(["大镇", "小村", "占村", "地块村", "边上的村", "远村"], dtype=object),
        levels=np.array(["town", *["village"] * 5], dtype=object),
    )
    taken = [(900.0, 900.0, 1100.0, 1100.0)]
    said = named(ground, taken, (1480.0, 1490.0, 1520.0, 1510.0))
    words = [text for *_, text, _ in said.texts]
    # 占村 is under a park's name, 边上的村 would leave the frame; the others move off.
    assert words == ["大镇", "小村", "地块村"]
    assert said.texts[0][:2] == (500, 500)
    assert said.texts[1][0] == 502
    assert abs(said.texts[1][1] - 501) == pytest.approx(1.2 * 5.5 * POINT * 1.3 * 10)
    assert said.texts[2][1] != 1500
    for one, other in combinations(taken, 2):
        assert not shapely.box(*one).intersection(shapely.box(*other)).area


def test_a_river_s_name_stands_on_its_water_along_it() -> None:
    river = shapely.Polygon([(0, 0), (100, 0), (2100, 2000), (2000, 2000)])
    lake = shapely.box(100, 1500, 500, 1900)
    pond = shapely.box(1500, 100, 1520, 120)
    ground = surroundings(
        waters=np.array([river, lake, pond], dtype=object),
        water_names=np.array(["斜河", "方湖", "小塘"], dtype=object),
        streams=np.array([shapely.LineString([(0, 1000), (2000, 1000)])], dtype=object),
        stream_names=np.array(["横溪"], dtype=object),
    )
    taken: list[Bounds] = []
    said = {text: (x, y, turned) for x, y, text, turned in named(ground, taken).texts}
    assert set(said) == {"斜河", "方湖", "横溪"}  # the pond is 2 mm wide, a name needs 3
    x, y, turned = said["斜河"]
    assert turned == pytest.approx(45)
    assert x - y == pytest.approx(50, abs=1)  # from x − y = 0, one shore, to 100, the other
    assert said["方湖"][2] == 0
    assert said["方湖"][:2] == pytest.approx((300, 1700), abs=25)
    assert said["横溪"][1:] == pytest.approx((1000, 0))


def test_a_stream_s_name_keeps_off_its_ends() -> None:
    """The mouth is the middle of the frame, where a name would stand over the river beside it."""
    stream = shapely.LineString([(1000, 1000), (1400, 1000)])
    ground = surroundings(
        streams=np.array([stream], dtype=object), stream_names=np.array(["小溪"], dtype=object)
    )
    taken: list[Bounds] = []
    named(ground, taken)
    ((x0, _, x1, _),) = taken
    assert 1000 + 0.9 * (x1 - x0) < x0 < 1000 + 2 * (x1 - x0)


def test_a_card_s_map_has_what_lies_about_the_parcel_in_its_square() -> None:
    """A parcel of 40 m on 80 mm is 1:1,000, its map 80 m: a millimetre a metre."""
    parcel = shapely.box(1000, 1000, 1040, 1040)
    ground = surroundings(
        waters=np.array([shapely.box(900, 1050, 1200, 1090)], dtype=object),
        water_names=np.array([""], dtype=object),
        roads=np.array(
            [
                shapely.LineString([(900, 990), (1200, 990)]),
                shapely.LineString([(990, 900), (990, 1200)]),
                shapely.LineString([(9000, 0), (9000, 9)]),
            ],
            dtype=object,
        ),
    )
    shapes = np.array([parcel, shapely.box(8000, 8000, 8040, 8040)], dtype=object)
    near, far = card_maps(Outlines(shapes), np.array([0, 1]), Ground(ground))
    assert near["scale"] == 1000
    # The water begins 70 mm over the lower edge: its lowest 10 mm are seen, all across.
    (water,) = near["water"]
    assert shapely.Polygon(water).bounds == pytest.approx((0, 0, SIDE, 10))
    # Two roads of a millimetre, which are one outline where they cross, 10 mm from left and below.
    outer, *blocks = map(shapely.Polygon, near["roads"])
    assert outer.area - sum(one.area for one in blocks) == pytest.approx(2 * SIDE - 1, abs=0.01)
    assert outer.contains(shapely.Point(10, 70))
    assert (far["water"], far["roads"]) == ([], [])
