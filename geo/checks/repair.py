"""Outlines mended on request: spikes taken off, crossing lines made valid. Nothing else moves.

An overlap, a gap or a parcel in two places is a question about land, and goes back to its source.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geo.checks.geometry import POLYGONAL, usable_shapes
from geo.checks.spikes import corners, without_spikes
from geo.overlay import as_metres, back
from geo.sources.repairs import digests


def repairs(frame: gpd.GeoDataFrame, key: str, least: float) -> gpd.GeoDataFrame:
    """The rows of a polygon layer that can be mended, as `sources.repairs` reads them.

    `mended` names what was wrong, areas are plane, and `digest` is that of the outline before.
    """
    shapes = np.asarray(frame.geometry.array)
    usable = np.isin(shapely.get_type_id(shapes), POLYGONAL) & ~shapely.is_empty(shapes)
    frame = frame[usable]
    before, plane = as_metres(frame.geometry)
    found = corners(before, least)
    spiked = np.isin(np.arange(len(before)), found.owner[found.ring[found.spike]])
    invalid = ~shapely.is_valid(before)
    at = np.flatnonzero(spiked | invalid)
    after = usable_shapes(without_spikes(before[at], least))
    rows = frame.iloc[at]
    words = np.select([spiked[at] & invalid[at], spiked[at]],
                      ["spike, invalid_geometry", "spike"], "invalid_geometry")
    return gpd.GeoDataFrame({
        "id": rows[key].astype("str").to_numpy(), "source_row": rows["source_row"].to_numpy(),
        "mended": words, "area_before_m2": shapely.area(before[at]),
        "area_after_m2": shapely.area(after),
        "digest": digests(np.asarray(rows.geometry.array))},
        geometry=back(after, plane, frame.crs), crs=frame.crs)
