"""Polygons as compact text: integers of 1e-7 degree, delta, zigzag, varint, gzip, base64.

Every ring of a feature is drawn with the even-odd rule, so holes and parts need no mark of their
own. The stream is three runs of varints: rings a feature, vertices a ring, then x, y differences
along the whole layer (the closing vertex of a ring is left out).
"""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

SCALE = 1e7
"""Integer units in a degree: 1 cm on the ground."""


def geometry(geometries: gpd.GeoSeries) -> str:
    """A GeoSeries of polygons (any CRS) as base64 text for the client's `decodeGeometry`."""
    shapes = np.asarray(geometries.to_crs(4326).array)
    parts, feature = shapely.get_parts(shapes, return_index=True)
    polygonal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, owner = shapely.get_rings(parts[polygonal], return_index=True)
    ring_feature = feature[polygonal][owner]
    counts = shapely.get_num_coordinates(rings)
    xy = shapely.get_coordinates(rings)
    keep = np.ones(len(xy), dtype=bool)
    keep[np.cumsum(counts) - 1] = False
    whole = np.round(xy[keep] * SCALE).astype(np.int64)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel()
    zigzag = ((steps << 1) ^ (steps >> 63)).astype(np.uint64)
    per_feature = np.bincount(ring_feature, minlength=len(shapes)).astype(np.uint64)
    stream = varint(np.concatenate([per_feature, (counts - 1).astype(np.uint64), zigzag]))
    return packed(stream)


def varint(values: NDArray[np.uint64]) -> bytes:
    """Unsigned integers as LEB128, seven bits a byte, low bits first."""
    bits = np.zeros(len(values), dtype=np.int64)
    for shift in range(7, 64, 7):
        bits += values >= np.uint64(1) << np.uint64(shift)
    start = np.cumsum(bits + 1) - (bits + 1)
    out = np.zeros(int((bits + 1).sum()), dtype=np.uint8)
    for i in range(int(bits.max(initial=0)) + 1):
        here = bits >= i
        low = (values[here] >> np.uint64(7 * i)).astype(np.uint8) & 0x7F
        out[start[here] + i] = low | np.where(bits[here] > i, 0x80, 0).astype(np.uint8)
    return out.tobytes()


def table(value: Any) -> str:
    """Anything JSON can hold, as base64 text for the client's `decodeTable`."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return packed(text.encode())


def packed(raw: bytes) -> str:
    """Gzip (without a time stamp, so that equal input gives an equal file) and base64."""
    return base64.b64encode(gzip.compress(raw, 9, mtime=0)).decode("ascii")


def numbers(values: Any, digits: int = 6) -> list[float | None]:
    """Floats with so many significant digits; missing becomes null."""
    array = np.asarray(values, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        power = digits - 1 - np.floor(np.log10(np.abs(array)))
    power = np.clip(np.where(np.isfinite(power), power, 0), 0, 9)
    rounded = np.round(array * 10.0**power) / 10.0**power
    out: list[float | None] = np.where(np.isfinite(array), rounded, np.nan).astype(object).tolist()
    holes = np.flatnonzero(~np.isfinite(array))
    for i in holes:
        out[i] = None
    return out
