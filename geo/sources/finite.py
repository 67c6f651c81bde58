"""Outlines whose coordinates are no numbers: taken out as a layer is read, before GEOS meets them.

They come from damaged files, and from coordinates that no transformation takes.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.model import LAYERS
from geo.text import Message


def finite_outlines(frame: gpd.GeoDataFrame, name: str) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The layer without the outlines (not the rows) that hold NaN or infinity, and findings."""
    shapes = np.array(frame.geometry.array, dtype=object)
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    stray = ~np.isfinite(coordinates).all(axis=1)
    if not stray.any():
        return frame, findings.no_findings()
    broken = np.zeros(len(frame), dtype=bool)
    broken[owner[stray]] = True
    shapes[broken] = None
    note = findings.about_rows(
        frame,
        broken,
        layer=name,
        key=LAYERS[name].id_column,
        code="broken_coordinates",
        message=Message("finite.coordinates_no_numbers"),
        mend=Message("common.draw_again"),
        mend_at="source",
    )
    outlines = gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs)
    return frame.set_geometry(outlines), note
