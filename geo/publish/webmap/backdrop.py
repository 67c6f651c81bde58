"""The quiet ground of the map: lines compact enough to travel in every page."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo.arrays import Ints, Shapes

MOST_VERTICES = 20_000
"""Vertices in a page, about 80 kB of it; a ground of more is drawn coarser, then cut down."""

FINEST, COARSEST = 1e-5, 2e-4
"""How far a drawn line may lie from its own, degrees: from a metre to twenty."""


def backdrop(ground: gpd.GeoDataFrame) -> dict[str, Any] | None:
    """Lines for the client: whole millionths of a degree, each the difference from the one before.

    `start` has where each line begins and, last, where all end; `name` is a number into `names`.
    Lines that do not fit `MOST_VERTICES` at the coarsest are left out, the shortest first; `total`
    says how many there are.
    """
    if not len(ground):
        return None
    parts = ground.to_crs(4326).explode(ignore_index=True)
    shapes: Shapes = np.asarray(parts.geometry.array)
    kept, lines = _within(shapes)
    count = shapely.get_num_coordinates(lines)
    xy = np.rint(shapely.get_coordinates(lines) * 1e6).astype(np.int64)
    steps = np.diff(xy, axis=0, prepend=np.zeros((1, 2), np.int64)).astype(np.int32)
    names, texts = parts["name"].iloc[kept].astype("str").factorize()
    return {
        "lon": steps[:, 0].copy(),
        "lat": steps[:, 1].copy(),
        "start": np.r_[0, np.cumsum(count)].astype(np.int32),
        "name": names.astype(np.int32),
        "names": list(map(str, texts)),
        "total": len(shapes),
    }


def _within(shapes: Shapes) -> tuple[Ints, Shapes]:
    """Positions of the lines that are drawn, and the lines as coarse as the room asks for."""
    tolerance = FINEST
    lines = shapely.simplify(shapes, tolerance)
    while tolerance < COARSEST and shapely.get_num_coordinates(lines).sum() > MOST_VERTICES:
        tolerance *= 2
        lines = shapely.simplify(shapes, tolerance)
    longest = np.argsort(-shapely.length(lines), kind="stable")
    fits = np.cumsum(shapely.get_num_coordinates(lines[longest])) <= MOST_VERTICES
    kept = np.sort(longest[fits])
    return kept, lines[kept]
