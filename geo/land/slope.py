"""Slope (坡度) from elevations, in degrees, also where cells are measured in degrees."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj

from geo.arrays import Floats
from geo.sources.raster import Raster


def slope(elevation: Floats, across: Floats | float, along: float) -> Floats:
    """Slope in degrees (height − 2, width − 2) by Horn's method; NaN beside a missing cell.

    `across` and `along` are the metres of a cell along a row and a column; `across` may differ by
    row. Source: B. K. P. Horn, Hill shading and the reflectance map, Proc. IEEE 69(1), 1981.
    """
    z = elevation
    a, b, c = z[:-2, :-2], z[:-2, 1:-1], z[:-2, 2:]
    d, f = z[1:-1, :-2], z[1:-1, 2:]
    g, h, i = z[2:, :-2], z[2:, 1:-1], z[2:, 2:]
    east = ((c + 2 * f + i) - (a + 2 * d + g)) / (8 * across)
    north = ((a + 2 * b + c) - (g + 2 * h + i)) / (8 * along)
    steep = np.degrees(np.arctan(np.hypot(east, north)))
    out: Floats = np.where(np.isnan(z[1:-1, 1:-1]), np.nan, steep)
    return out


def cell_metres(raster: Raster, row: int, high: int) -> tuple[Any, float]:
    """Metres of a cell along its row (by row for degrees) and along its column."""
    across, along = abs(raster.transform.a), abs(raster.transform.e)
    crs = pyproj.CRS(raster.crs.to_wkt())
    if not crs.is_geographic:
        factor = crs.axis_info[0].unit_conversion_factor
        return across * factor, along * factor
    lat = raster.transform.f + raster.transform.e * (row + 0.5 + np.arange(high))
    geod = crs.get_geod()
    w2 = 1 - geod.es * np.sin(np.radians(lat)) ** 2
    parallel = geod.a / np.sqrt(w2) * np.cos(np.radians(lat))
    meridian = geod.a * (1 - geod.es) / w2**1.5
    return (np.radians(across) * parallel)[:, None], float(np.radians(along) * meridian.mean())
