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
    """Anything JSON can hold, and arrays, as base64 text for the client's `decodeTable`.

    Arrays (float64, float32, int32, uint8) stand behind the JSON as they are in memory, each byte
    plane of the numbers by itself, which packs better; in the JSON is their kind, place, length.
    """
    arrays: list[bytes] = []
    flat = _without_arrays(value, arrays, [0])
    text = json.dumps(flat, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return packed(len(text).to_bytes(4, "little") + text + b"".join(arrays))


def _without_arrays(value: Any, arrays: list[bytes], end: list[int]) -> Any:
    """The value with each array put aside and told by its kind, first byte and length."""
    if isinstance(value, np.ndarray):
        kind = {"float64": "f8", "float32": "f4", "int32": "i4", "uint8": "u1"}[str(value.dtype)]
        raw = value.view(np.uint8).reshape(-1, value.itemsize).T.tobytes()
        arrays.append(raw)
        end[0] += len(raw)
        return {"$": [kind, end[0] - len(raw), len(value)]}
    if isinstance(value, dict):
        return {key: _without_arrays(item, arrays, end) for key, item in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict | np.ndarray):
        return [_without_arrays(item, arrays, end) for item in value]
    return value


def packed(raw: bytes) -> str:
    """Gzip (without a time stamp, so that equal input gives an equal file) and base64."""
    return base64.b64encode(gzip.compress(raw, 6, mtime=0)).decode("ascii")


def floats(values: Any) -> NDArray[np.float32]:
    """A column of figures for the client: seven digits, missing is NaN."""
    return exact(values).astype(np.float32)


def exact(values: Any) -> NDArray[np.float64]:
    """A column of numbers that are judged, as they are; missing is NaN."""
    array = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(array), array, np.nan)


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
