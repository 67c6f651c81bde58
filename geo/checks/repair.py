"""Outlines mended on request: spikes taken off, crossing lines made valid. Nothing else moves.

An overlap, a gap or a parcel in two places is a question about land, and goes back to its source.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.arrays import CRS
from geo.checks.geometry import check_geometry
from geo.checks.spikes import check_spikes, corners, without_spikes
from geo.geometry.overlay import POLYGONAL, as_metres, back, usable_shapes
from geo.model import LAYERS
from geo.sources.repairs import digests

REPAIRABLE = ("spike", "invalid_geometry")
"""Codes of the findings that are mended here."""


def repairs(frame: gpd.GeoDataFrame, key: str, least: float, plane: CRS = None) -> gpd.GeoDataFrame:
    """The rows of a polygon layer that can be mended, as `sources.repairs` reads them.

    `mended` names what was wrong, areas are of `plane`, and `digest` is that of the outline before,
    so the frame has to be in the CRS of its source.
    """
    shapes = np.asarray(frame.geometry.array)
    usable = np.isin(shapely.get_type_id(shapes), POLYGONAL) & ~shapely.is_empty(shapes)
    frame = frame[usable]
    before, plane = as_metres(frame.geometry, plane)
    found = corners(before, least)
    spiked = np.isin(np.arange(len(before)), found.owner[found.ring[found.spike]])
    invalid = ~shapely.is_valid(before)
    at = np.flatnonzero(spiked | invalid)
    after = usable_shapes(without_spikes(before[at], least))
    rows = frame.iloc[at]
    words = np.select(
        [spiked[at] & invalid[at], spiked[at]],
        ["spike, invalid_geometry", "spike"],
        "invalid_geometry",
    )
    return gpd.GeoDataFrame(
        {
            "id": rows[key].astype("str").to_numpy(),
            "source_row": rows["source_row"].to_numpy(),
            "mended": words,
            "area_before_m2": shapely.area(before[at]),
            "area_after_m2": shapely.area(after),
            "digest": digests(np.asarray(rows.geometry.array)),
        },
        geometry=back(after, plane, frame.crs),
        crs=frame.crs,
    )


def still_broken(frames: dict[str, gpd.GeoDataFrame], least: float, plane: CRS) -> pd.DataFrame:
    """What of the layers' outlines fails the checks that `repairs` mends for."""
    parts = [
        found
        for name, frame in frames.items()
        for found in (
            check_geometry(frame, name, plane),
            check_spikes(frame, name, LAYERS[name].id_column, least, plane),
        )
    ]
    table = findings.gather_findings(parts)
    return table[table["code"].isin(REPAIRABLE)].reset_index(drop=True)
