"""Polygons put together by the lines they share; only what does not fit is worked out in full.

Most parcels of a cadastre share their lines with their neighbours vertex by vertex. Such a fabric is
joined by leaving out the lines that two have in common, in a fifth of the time of a union.
"""

from __future__ import annotations

import numpy as np
import shapely

from geo.arrays import Ints, Mask, Shapes
from geo.geometry.overlay import in_slices
from geo.runtime import threads

_ROUNDING_M2 = 1e-6
_FEW = 0.25
_SLANT = np.array([0.7548776662466927, 0.5698402909980532])
_TOGETHER = 64
"""Polygons that are looked at at once: of more, one misfit has more to be looked at closely."""


def misfits(shapes: Shapes) -> Mask:
    """Valid polygons (n,) that overlap another, or lie along one without sharing its vertices.

    Of two that overlap, by more than a rounding, at least one is a misfit.
    """
    out = np.zeros(len(shapes), dtype=bool)
    tree, order = shapely.STRtree(shapes), _near_together(shapes)

    def of_some(start: int, end: int) -> tuple[Ints]:
        own = order[start:end]
        beside = np.unique(np.concatenate([own, tree.query(shapes[own])[1]]))
        return (np.intersect1d(beside[_odd(shapes[beside])], own, assume_unique=True),)

    slices = max(-(-len(shapes) // (_TOGETHER * threads())), 1)
    (found,) = in_slices(of_some, len(shapes), slices)
    out[found] = True
    return out


def _near_together(shapes: Shapes) -> Ints:
    """Positions of the shapes, so that those in a row lie near each other."""
    west, south, _, _ = shapely.bounds(shapes).T
    strips = max(int(np.sqrt(len(shapes) / _TOGETHER)), 1)
    strip = np.argsort(np.argsort(west, kind="stable"), kind="stable") * strips // max(len(west), 1)
    return np.lexsort((south, strip))


def _odd(shapes: Shapes) -> Mask:
    """Misfits among polygons that lie beside each other."""
    if _shared_lines(shapes) < _FEW:  # digitised apart: to look closely takes longer than to unite
        return np.ones(len(shapes), dtype=bool)
    if fabric(shapes) is not None:
        return np.zeros(len(shapes), dtype=bool)
    out: Mask = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes))
    # Two whole fabrics, one over the other, fit in themselves: then nothing is taken for granted.
    return out if fabric(shapes[~out]) is not None else np.ones(len(shapes), dtype=bool)


def _shared_lines(shapes: Shapes) -> float:
    """About the share of all lines from vertex to vertex that are drawn more than once."""
    points, shape = shapely.get_coordinates(shapes, return_index=True)
    middle = (points[1:] + points[:-1])[shape[1:] == shape[:-1]]
    place = np.sort(middle @ _SLANT)
    return float(2 * np.count_nonzero(place[1:] == place[:-1]) / max(len(place), 1))


def fabric(shapes: Shapes) -> shapely.Geometry | None:
    """The union of polygons by the lines that they share; None where they do not fit.

    The lines that no two share bound each place as often as polygons cover it. Where they are the
    bounds of a valid polygon with the area of all, nothing is covered twice.
    """
    try:
        out = shapely.coverage_union_all(shapes)
    except shapely.GEOSException:
        return None
    tight = abs(shapely.area(out) - shapely.area(shapes).sum()) <= _ROUNDING_M2
    return out if tight and shapely.is_valid(out) else None


def joined(shapes: Shapes, misfit: Mask) -> shapely.Geometry:
    """The union of valid polygons (n,), `misfit` those that do not fit the others."""
    whole = fabric(shapes[~misfit])
    if whole is None:
        return _union(shapes)
    if not misfit.any():
        return whole
    return _union(np.concatenate([shapely.get_parts(whole), shapes[misfit]]))


def _union(shapes: Shapes) -> shapely.Geometry:
    """The union of polygons in full, valid: of some that overlap by a hair GEOS lets one lie in another."""
    out = shapely.disjoint_subset_union_all(shapes)
    if shapely.is_valid(out):
        return out
    return shapely.make_valid(out, method="structure", keep_collapsed=False)
