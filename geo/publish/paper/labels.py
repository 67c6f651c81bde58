"""Where names go on a map: inside their parcel, beside their park, never over another."""

from __future__ import annotations

import numpy as np
import shapely

from geo.arrays import Floats, Shapes
from geo.publish.paper.fonts import POINT, width
from geo.publish.paper.ground import Bounds

SMALLEST, LARGEST = 4.0, 7.5
"""Points; a name that would need smaller letters to fit in its parcel is left out."""


def inside(shapes: Shapes, names: list[str], scale: float, size: float) -> tuple[Floats, Floats]:
    """Of each parcel, where its name stands (metres) and in how many points; NaN if it has no room.

    The name's rectangle lies whole in the parcel: about its centroid, or else about the middle of
    its largest circle.
    """
    wide = np.array([width(name, 1.0) for name in names]) * scale / 1000
    high = POINT * scale / 1000 * 1.15
    centroid = shapely.centroid(shapes)
    middle = np.asarray(shapely.get_coordinates(centroid))
    shapely.prepare(shapes)  # each is asked once a size of letters
    points = _fitting(shapes, middle, wide, high, size)
    rest = np.flatnonzero(np.isnan(points) & (wide > 0))
    if len(rest):
        middle[rest] = _deepest(shapes[rest])
        points[rest] = _fitting(shapes[rest], middle[rest], wide[rest], high, size)
    return middle, points


def _fitting(shapes: Shapes, middle: Floats, wide: Floats, high: float, size: float) -> Floats:
    """The largest letters whose rectangle about `middle` lies in the shape; NaN where none do."""
    points = np.full(len(shapes), np.nan)
    for candidate in np.linspace(LARGEST, SMALLEST, 8) * size:
        left = np.flatnonzero(np.isnan(points) & (wide > 0))
        half_w, half_h = wide[left] * candidate / 2, high * candidate / 2
        x, y = middle[left].T
        boxes = shapely.box(x - half_w, y - half_h, x + half_w, y + half_h)
        points[left[shapely.contains(shapes[left], boxes)]] = candidate
    return points


def _deepest(shapes: Shapes) -> Floats:
    """The middle of the largest circle in each shape, to a twentieth of its size."""
    bounds = shapely.bounds(shapes)
    least = np.fmin(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    ends = shapely.get_point(shapely.maximum_inscribed_circle(shapes, np.fmax(least / 20, 1e-3)), 0)
    return np.asarray(shapely.get_coordinates(ends))


def apart(boxes: list[list[Bounds]], taken: list[Bounds] | None = None) -> list[int]:
    """Of each name's candidate rectangles, the first that meets none before it; −1 if all do.

    Rectangles are x0, y0, x1, y1; `taken` are there already.
    """
    held = [*(taken or [])]
    chosen = []
    for candidates in boxes:
        free = next(
            (
                i
                for i, b in enumerate(candidates)
                if not any(
                    b[0] < t[2] and b[2] > t[0] and b[1] < t[3] and b[3] > t[1] for t in held
                )
            ),
            -1,
        )
        chosen.append(free)
        if free >= 0:
            held.append(candidates[free])
    return chosen
