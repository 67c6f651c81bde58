"""Exact shares of grid cells that polygons cover, for whole layers at once.

Every edge is cut where it crosses a grid line; each piece then lies in one cell, takes from it the
area to its right, and lets all cells further right in its row be covered by its height. Summed over
a closed ring in order, that is the covered area of each cell: Green's theorem, with no clipping and
no loop over polygons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geo.arrays import Floats, Ints, Shapes
from geo.geometry.keys import spans
from geo.geometry.overlay import rings_of

NOISE = 1e-10
"""A smaller share of a cell is rounding: half a unit in the last place of a coordinate of millions
of metres in cells of some metres, or of a longitude in cells of 1e-4 degrees."""


@dataclass(frozen=True)
class Fractions:
    """One entry a polygon and cell, ordered by polygon, row and column.

    `shape`, `row`, `column` are int64, `share` (0–1] of the cell is float64.
    """

    shape: Ints
    row: Ints
    column: Ints
    share: Floats


def in_cells(shapes: Shapes, transform: Any) -> Shapes:
    """Polygons in (column, row) of a grid whose affine `transform` takes those to coordinates."""
    t = transform
    area = t.a * t.e - t.b * t.d

    def move(xy: Floats) -> Floats:
        x, y = xy[:, 0] - t.c, xy[:, 1] - t.f  # first, so that large coordinates keep their digits
        return np.stack([(t.e * x - t.b * y) / area, (t.a * y - t.d * x) / area], axis=1)

    return np.asarray(shapely.transform(shapes, move))


def fractions(shapes: Shapes) -> Fractions:
    """Covered cells of (Multi)Polygons whose coordinates are (column, row) of a grid."""
    rings, owner = rings_of(shapely.orient_polygons(shapes))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    start, end = points[:-1][same], points[1:][same]
    of = owner[ring[:-1][same]]
    box = np.floor(shapely.bounds(shapes))
    box = np.where(np.isnan(box), 0, box).astype(np.int64)
    wide, high = box[:, 2] - box[:, 0] + 2, box[:, 3] - box[:, 1] + 1
    first = np.r_[0, np.cumsum(wide * high)]
    start, end, of = _split(*_split(start, end, of, 1), 0)
    middle = (start + end) / 2
    cell = np.floor(middle).astype(np.int64)
    cell = np.clip(cell, box[of, :2], box[of, 2:])
    at = first[of] + (cell[:, 1] - box[of, 1]) * wide[of] + cell[:, 0] - box[of, 0]
    rise = end[:, 1] - start[:, 1]
    partial = rise * (cell[:, 0] + 1 - middle[:, 0])
    size = int(first[-1])
    share = np.bincount(at, partial, size) + np.cumsum(np.bincount(at + 1, rise, size + 1)[:size])
    share = np.abs(share)
    kept = np.flatnonzero(share > NOISE)
    shape = np.searchsorted(first, kept, "right") - 1
    inside = kept - first[shape]
    return Fractions(
        shape,
        box[shape, 1] + inside // wide[shape],
        box[shape, 0] + inside % wide[shape],
        np.minimum(share[kept], 1.0),
    )


def _split(start: Floats, end: Floats, of: Ints, axis: int) -> tuple[Floats, Floats, Ints]:
    """The edges cut where they cross whole numbers of an axis, in order along each."""
    a, b = start[:, axis], end[:, axis]
    low, high = np.minimum(a, b), np.maximum(a, b)
    crossed = np.maximum(np.ceil(high) - np.floor(low) - 1, 0).astype(np.int64)
    many, step = spans(crossed + 1)
    up = b >= a
    line = np.where(up, np.floor(low) + 1, np.ceil(high) - 1)[many]
    sign = np.where(up, 1.0, -1.0)[many]
    begin = np.where(
        (step == 0)[:, None], start[many], _at(start, end, many, line + sign * (step - 1), axis)
    )
    finish = np.where(
        (step == crossed[many])[:, None], end[many], _at(start, end, many, line + sign * step, axis)
    )
    return begin, finish, of[many]


def _at(start: Floats, end: Floats, many: Ints, line: Floats, axis: int) -> Floats:
    """The points of the edges at these values of an axis."""
    one, other = start[many], end[many]
    along = other[:, axis] - one[:, axis]
    share = (line - one[:, axis]) / np.where(along == 0, 1.0, along)  # such a one is not cut
    out = one + share[:, None] * (other - one)
    out[:, axis] = line
    return out
