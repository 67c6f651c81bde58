"""Whether X and Y of coordinates are exchanged: told by their size, where no reference system is stated.

On a Chinese plane the easting is 500 km about the central meridian, often with the number of its
zone before it, and the northing is what China spans, 400 to 6,000 km. X is east in every file that
programs of GIS read; surveyors call the northing X, and tables of corners have it first.
"""

from __future__ import annotations

import numpy as np

from geo.arrays import Floats

_EASTING, _NORTHING = (1e5, 9e5), (4e5, 6e6)
"""What eastings without a number of a zone and northings lie within, m."""
_ZONES = (13e6, 46e6)
"""Eastings with the number of their zone: 13 to 23 of six degrees, 25 to 45 of three."""
_LON, _LAT = (73.0, 136.0), (3.0, 54.0)
"""Degrees of China."""


def swapped(bounds: Floats) -> bool:
    """Whether left, bottom, right, top can only be of China with X and Y exchanged.

    >>> swapped(np.array([3_246_000, 528_000, 3_246_400, 528_400]))
    True
    >>> swapped(np.array([29.3, 105.2, 29.4, 105.3])), swapped(np.array([528e3, 3246e3, 529e3, 3247e3]))
    (True, False)
    """
    left, bottom, right, top = bounds
    if not np.isfinite(bounds).all():
        return False
    x, y = (left, right), (bottom, top)
    return _fits(y, x) and not _fits(x, y)


def _fits(east: tuple[float, float], north: tuple[float, float]) -> bool:
    """Whether eastings and northings, or longitudes and latitudes, can be of China."""
    on_plane = (_within(east, _EASTING) or _within(east, _ZONES)) and _within(north, _NORTHING)
    return on_plane or (_within(east, _LON) and _within(north, _LAT))


def _within(values: tuple[float, float], limits: tuple[float, float]) -> bool:
    return limits[0] <= min(values) and max(values) <= limits[1]
