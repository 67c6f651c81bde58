"""The lines of zones around the parks, for drawing."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geo.arrays import CRS, Shapes
from geo.geometry.overlay import collected, no_rows, threaded
from geo.land.zone_kinds import kind_of, kinds, zone_words

OUTLINES = ("zone_id", "kind", "zone_name", "geometry")
"""Columns of the layer of lines."""

AROUND_M = 500.0
"""How far beyond a park's box its control lines are kept for drawing, m."""


def park_surroundings(parks: gpd.GeoDataFrame, plane: CRS) -> Shapes:
    """The parks' boxes and `AROUND_M` beyond, in the plane, those that meet made one."""
    x0, y0, x1, y1 = parks.to_crs(plane).bounds.to_numpy().T
    boxes = shapely.box(x0 - AROUND_M, y0 - AROUND_M, x1 + AROUND_M, y1 + AROUND_M)
    return np.asarray(shapely.get_parts(shapely.union_all(boxes)))


def zone_outlines(
    zones: gpd.GeoDataFrame | None, surroundings: Shapes, plane: CRS, crs: CRS
) -> gpd.GeoDataFrame:
    """The zones' boundaries within `park_surroundings`, in a CRS, the zone on the left."""
    if zones is None:
        return no_rows(OUTLINES, crs)
    shapes: Shapes = shapely.orient_polygons(np.asarray(zones.to_crs(plane).geometry.array))
    place, near = shapely.STRtree(shapes).query(surroundings, predicate="intersects")
    met = threaded(shapely.intersection, shapely.boundary(shapes)[near], surroundings[place])
    zone, lines = collected(met, near, "MultiLineString")
    kind = kind_of(zones["kind"])
    words = zone_words(zones, kind).iloc[zone]
    names = np.array([k["zh"] for k in kinds().values()], dtype=object)
    return gpd.GeoDataFrame(
        {
            "zone_id": words["zone_id"].to_numpy(),
            "kind": names[kind[zone]],
            "zone_name": words["zone_name"].to_numpy(),
        },
        geometry=lines,
        crs=plane,
    ).to_crs(crs)
