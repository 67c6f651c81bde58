"""The quiet ground of maps: the project's roads around its parks, as lines for drawing."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arrays import CRS, Shapes
from geo.geometry.overlay import no_rows

GROUND = ("kind", "name", "geometry")
"""Columns of the layer of lines."""

AROUND_M = 3000.0
"""How far beyond a park's box its surroundings are kept, m."""


def ground_lines(
    parks: gpd.GeoDataFrame, roads: gpd.GeoDataFrame | None, plane: CRS
) -> gpd.GeoDataFrame:
    """The roads that come within `AROUND_M` of a park's box, cut there: columns `GROUND`.

    Parameters
    ----------
    parks
        Polygons in any CRS.
    roads
        (Multi)LineStrings, with the column `name` where they have names; None where there is no
        such layer.
    plane
        A CRS in metres.

    Returns
    -------
    Rows of `kind` "road" in the CRS of the parks; a road without a name has an empty one.
    """
    if roads is None:
        return no_rows(GROUND, parks.crs)
    x0, y0, x1, y1 = parks.to_crs(plane).bounds.to_numpy().T
    boxes = shapely.box(x0 - AROUND_M, y0 - AROUND_M, x1 + AROUND_M, y1 + AROUND_M)
    around = shapely.union_all(boxes)
    shapes: Shapes = np.asarray(roads.to_crs(plane).geometry.array)
    near = np.sort(shapely.STRtree(shapes).query(around, predicate="intersects"))
    cut = shapely.intersection(shapes[near], around)
    lines = shapely.get_dimensions(cut) == 1
    names = roads["name"] if "name" in roads else pd.Series("", index=roads.index, dtype="str")
    return gpd.GeoDataFrame(
        {"kind": "road", "name": names.astype("str").fillna("").to_numpy()[near[lines]]},
        geometry=cut[lines],
        crs=plane,
    ).to_crs(parks.crs)
