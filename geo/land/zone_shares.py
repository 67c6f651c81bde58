"""How much of each shape lies in each kind of control zone (管控区占比)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from geo.arrays import Floats, Ints, Shapes
from geo.geometry.overlay import (
    Overlaps,
    cut,
    overlaps_with,
    union,
)

LEAST_M2 = 1e-4
"""Below this an overlap is the noise of doubles."""


def shares_within(shapes: Shapes, zones: Shapes, kind: Ints, count: int) -> Floats:
    """Share of each shape inside zones of each kind: (shape, kind), from 0 to 1.

    Shapes and zones are valid polygons in metres of one plane, a missing zone covers nothing;
    `kind` is each zone's number below `count`. Ground under several zones of a kind counts once.
    NaN of a shape without an area.
    """
    pieces, owner = cut(zones)
    land_m2 = shapely.area(shapes)
    found = overlaps_with(shapes, pieces, owner)
    found = found.only(found.area > LEAST_M2)
    share = np.zeros((len(shapes), count))
    place = found.shape, kind[found.zone]
    share[place] = np.minimum(
        covered_m2(found, place[1], land_m2, count) / land_m2[found.shape], 1.0
    )
    share[~(land_m2 > 0)] = np.nan
    return share


def covered_m2(found: Overlaps, kind: Ints, land_m2: Floats, count: int) -> Floats:
    """Area that all zones of the row's kind cover of its shape, each place counted once.

    `kind` is below `count`.
    """
    key = found.shape * count + kind
    names, group = np.unique(key, return_inverse=True)
    total = np.bincount(group, found.area, minlength=len(names))
    full = np.bincount(group, found.whole, minlength=len(names)) > 0
    total[full] = land_m2[names[full] // count]
    many = np.flatnonzero((np.bincount(group, minlength=len(names))[group] > 1) & ~full[group])
    rows = pd.DataFrame({"group": group[many], "row": many})
    pairs = rows.merge(rows, on="group")
    pairs = pairs[pairs["row_x"] < pairs["row_y"]]
    one, other = (found.part[pairs[c].to_numpy()] for c in ("row_x", "row_y"))
    met = shapely.intersects(one, other) & ~shapely.touches(one, other)
    in_many = np.isin(group, pairs["group"].to_numpy()[met])
    if in_many.any():
        at, one_each = union(found.part[in_many], group[in_many])
        total[at] = shapely.area(one_each)
    return np.asarray(total[group])


def outside(shapes: Shapes, found: Overlaps) -> tuple[Ints, Shapes]:
    """Shapes that the zones do not cover whole, and what of each is outside."""
    full = np.zeros(len(shapes), dtype=bool)
    full[found.shape[found.whole]] = True
    partly = ~full[found.shape]
    at, inside = (
        union(found.part[partly], found.shape[partly])
        if partly.any()
        else (np.empty(0, dtype=np.int64), np.empty(0, dtype=object))
    )
    rest = shapes.copy()
    rest[at] = shapely.difference(shapes[at], inside)
    kept = np.flatnonzero(~full & (shapely.area(rest) > LEAST_M2))
    return kept, rest[kept]
