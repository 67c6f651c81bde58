"""What a part is given: the zones around its own land, and outlines kept in its files."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import shapely

from geo.partition.hand_out import AROUND_M, hand_out_zones
from geo.partition.worker import piece_file
from geo.pickles import read_pickle, write_pickle
from tests.builders import GK, box, zone_layer

ALL = frozenset()


def box_at(x, y, side=100):
    """Bounds of a square whose lower left corner is there, m east and north of the builders'."""
    return box(x, y, x + side, y + side).bounds


def handed_out(folder, boxes_of_parts, zones, plane=GK):
    """The ids of the zones that each part is given."""
    parts = [
        SimpleNamespace(number=number, boxes=np.array(boxes))
        for number, boxes in enumerate(boxes_of_parts)
    ]
    hand_out_zones(folder, parts, [zones], zones.crs, plane, ALL)
    files = [piece_file(folder, "zones", part.number, 0) for part in parts]
    return [read_pickle(file).words["zone_id"].tolist() if file.exists() else [] for file in files]


@pytest.mark.parametrize("plane", [GK, "EPSG:4525"])
def test_a_part_with_a_stray_is_not_given_the_zones_between(tmp_path, plane):
    """What lies between two places of a part, 40 km from each other, is no part's own."""
    far = 40_000
    zones = zone_layer(
        *(
            (name, "永久基本农田", box(x, 0, x + 50, 50))
            for name, x in (("home", 0), ("between", far / 2), ("stray", far), ("beyond", 2 * far))
        )
    )
    parts = [[box_at(0, 0), box_at(far, 0)], [box_at(2 * far, 0)], [box_at(0, far)]]
    given = handed_out(tmp_path, parts, zones, plane)
    assert given == [["home", "stray"], ["beyond"], []]


def test_a_zone_is_given_as_far_as_a_part_looks_and_no_farther(tmp_path):
    edge = 100 + AROUND_M
    zones = zone_layer(
        ("within", "永久基本农田", box(edge - 5, 0, edge + 50, 50)),
        ("outside", "永久基本农田", box(edge + 5, 0, edge + 50, 50)),
    )
    assert handed_out(tmp_path, [[box_at(0, 0)]], zones) == [["within"]]


@pytest.mark.parametrize(
    "outlines",
    [
        [shapely.Point(1, 2, 3), None, shapely.box(0, 0, 1, 1), shapely.Polygon()],
        [shapely.LinearRing([(0, 0), (1, 0), (1, 1)]), shapely.Point(1, 2)],
        [None, None],
        ["text", None],
        ["text", shapely.Point(1, 2)],
    ],
)
def test_arrays_of_outlines_come_back_as_they_were(tmp_path, outlines):
    values = np.array(outlines, dtype=object).reshape(-1, 1)
    write_pickle(tmp_path / "x", {"shapes": values})
    again = read_pickle(tmp_path / "x")["shapes"]
    assert again.shape == values.shape
    assert again.ravel().tolist() == outlines
    kinds = [type(one) for one in again.ravel()]
    assert kinds == [type(one) for one in outlines]
