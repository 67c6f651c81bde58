"""Polygons as compact bytes: whole numbers, delta, zigzag, varint, gzip.

Every ring of a feature is drawn with the even-odd rule, so holes and parts need no mark of their
own. The stream is of varints: the decimals of a degree, rings a feature, vertices a ring, then x, y
differences along the whole layer (the closing vertex of a ring is left out).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geo.arrays import CRS, Array, Floats
from geo.publish.webmap.packing import packed
from geo.wgs84 import to_wgs84


def digits(vertices: int) -> int:
    """Decimals of a degree that are kept: 0.01 mm on the ground in small layers, 1 mm in large.

    With ten the areas of the outlines read back are the input's to a millionth; each one less
    takes a byte or two off every vertex.
    """
    return 10 - (vertices > 250_000) - (vertices > 1_000_000)


def geometry(geometries: gpd.GeoSeries) -> bytes:
    """A GeoSeries of polygons (any CRS) as bytes for the client's `decodeGeometry`.

    What is no polygon (a stray line of a repaired outline) is left out.
    """
    shapes = np.asarray(geometries.array)
    flat = np.isin(shapely.get_type_id(shapes), (3, 6))  # polygon, multipolygon
    if not flat.all():
        shapes = shapes.copy()
        shapes[~flat] = _polygons(shapes[~flat])
    xy, per_feature, counts = _rings(shapes)
    decimals = digits(len(xy))
    whole = np.rint(_lonlat(xy, geometries.crs) * 10.0**decimals).astype(np.int64)
    whole[1:] -= whole[:-1].copy()
    steps = whole.ravel()
    zigzag = ((steps << 1) ^ (steps >> 63)).view(np.uint64)
    return packed(
        b"".join(map(varint, (np.array([decimals], np.uint64), per_feature, counts, zigzag)))
    )


def _polygons(shapes: Array) -> NDArray[np.object_]:
    """Of each shape its polygons; an empty one where it has none."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    keep = shapely.get_type_id(parts) == 3
    out = np.full(len(shapes), shapely.MultiPolygon(), dtype=object)
    made = shapely.multipolygons(parts[keep], indices=owner[keep])
    there = np.unique(owner[keep])
    out[there] = made[there]
    return out


def _rings(
    shapes: Array,
) -> tuple[Floats, NDArray[np.uint64], NDArray[np.uint64]]:
    """Vertices without each ring's closing one, rings a shape, vertices a ring."""
    if not len(shapes):
        return np.empty((0, 2)), np.empty(0, np.uint64), np.empty(0, np.uint64)
    _, xy, offsets = shapely.to_ragged_array(shapes, include_z=False)
    vertices, rings = np.asarray(offsets[0]), np.asarray(offsets[1])
    if len(offsets) == 3:  # multipolygons: rings a part, parts a shape
        rings = rings[np.asarray(offsets[2])]
    keep = np.ones(len(xy), dtype=bool)
    keep[vertices[1:] - 1] = False
    return xy[keep], np.diff(rings).astype(np.uint64), (np.diff(vertices) - 1).astype(np.uint64)


_HALVED = 500_000
"""Vertices from which on a second transformer is worth its making, a twentieth of a second."""


def _lonlat(xy: Floats, crs: CRS) -> Floats:
    """Longitude and latitude of vertices; many on two threads, as PROJ lets go of the GIL."""
    if crs is None or pyproj.CRS(crs) == pyproj.CRS(4326):
        return xy

    def moved(part: Floats) -> Floats:
        return np.column_stack(to_wgs84(crs).transform(part[:, 0], part[:, 1]))

    if len(xy) < _HALVED:
        return moved(xy)
    with ThreadPoolExecutor(2) as pool:
        return np.concatenate(list(pool.map(moved, np.array_split(xy, 2))))


_RUN = 1 << 18
"""Integers packed at a time: what fits a processor's cache."""


def varint(values: NDArray[np.uint64]) -> bytes:
    """Unsigned integers as LEB128, seven bits a byte, low bits first."""
    return b"".join(_varint(values[at : at + _RUN]) for at in range(0, len(values), _RUN))


def _varint(values: NDArray[np.uint64]) -> bytes:
    more = np.zeros(len(values), dtype=np.uint8)
    for shift in range(7, 64, 7):
        above = values >= np.uint64(1) << np.uint64(shift)
        if not above.any():
            break
        more += above
    place = np.cumsum(more, dtype=np.int64) + np.arange(len(values)) - more
    out = np.zeros(len(values) + int(more.sum(dtype=np.int64)), dtype=np.uint8)
    left = values
    while len(left):  # each round has only the longer ones left
        goes_on = left >= np.uint64(128)
        out[place] = (left & np.uint64(127)).astype(np.uint8) | (goes_on.view(np.uint8) << 7)
        place, left = place[goes_on] + 1, left[goes_on] >> np.uint64(7)
    return out.tobytes()


def floats(values: Any) -> NDArray[np.float32]:
    """A column of figures for the client: seven digits, missing is NaN."""
    return exact(values).astype(np.float32)


def exact(values: Any) -> Floats:
    """A column of numbers that are judged, as they are; missing is NaN."""
    array = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(array), array, np.nan)


def rounded(values: Any, digits: int = 6) -> Floats:
    """Floats with so many significant digits; missing is NaN."""
    array = np.asarray(values, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        power = digits - 1 - np.floor(np.log10(np.abs(array)))
    power = np.clip(np.where(np.isfinite(power), power, 0), 0, 9)
    found: Floats = np.round(array * 10.0**power) / 10.0**power
    return np.where(np.isfinite(array), found, np.nan)


def numbers(values: Any, digits: int = 6) -> list[float | None]:
    """The same as JSON has them; missing becomes null."""
    found = rounded(values, digits)
    out: list[float | None] = found.tolist()
    for hole in np.flatnonzero(np.isnan(found)).tolist():
        out[hole] = None
    return out
