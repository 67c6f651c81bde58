"""The way from a reference system to longitude and latitude, found once."""

from __future__ import annotations

from functools import lru_cache

import pyproj

from geo.arrays import CRS


@lru_cache(maxsize=32)
def to_wgs84(crs: CRS) -> pyproj.Transformer:
    """From the axes of a CRS, east first, to longitude and latitude on WGS 84 (EPSG:4326).

    PROJ takes a twentieth of a second to find it among all that it knows, and a frame is asked
    where it lies at the door of each public function.
    """
    return pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
