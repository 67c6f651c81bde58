"""The ground under a map frame: its plane, its scale on paper, its grid, where north is.

A map on paper is drawn in CGCS2000, 3-degree Gauss-Krüger, in the zone of its middle, where a
length is true to 3 in 10,000; outside China in UTM.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
import shapely
from matplotlib.path import Path as Outline

from geo.arrays import CRS, Floats, Ints, Mask, Shapes
from geo.publish.paper.sheet import Box
from geo.text import Message, Text, Wording

Bounds = tuple[float, float, float, float]

STEPS = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8)
"""Leading figures of a round scale."""

MARGIN = 1.06
"""How much more ground than asked for a frame shows."""


@dataclass(frozen=True)
class Frame:
    """A map on a sheet: where it lies there, and which ground it shows.

    `bounds` are x0, y0, x1, y1 in metres of `plane`; `scale` is the denominator.
    """

    box: Box
    plane: CRS
    bounds: Bounds
    scale: float

    @property
    def middle(self) -> tuple[float, float]:
        """Longitude and latitude of the middle."""
        x0, y0, x1, y1 = self.bounds
        lon, lat = to_degrees(self.plane).transform((x0 + x1) / 2, (y0 + y1) / 2)
        return float(lon), float(lat)

    @property
    def convergence(self) -> float:
        """Degrees that true north lies left (west) of the grid's north."""
        lon, lat = self.middle
        return float(pyproj.Proj(self.plane).get_factors(lon, lat).meridian_convergence)

    def place(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Metres as mm on the sheet."""
        x0, _, _, y1 = self.bounds
        return (
            self.box.x + (x - x0) * 1000 / self.scale,
            self.box.y + (y1 - y) * 1000 / self.scale,
        )

    def holds(self, shapes: Shapes) -> Mask:
        """Which shapes reach into the frame."""
        x0, y0, x1, y1 = self.bounds
        own = shapely.bounds(shapes)
        with np.errstate(invalid="ignore"):
            return np.asarray(
                (own[:, 0] <= x1) & (own[:, 2] >= x0) & (own[:, 1] <= y1) & (own[:, 3] >= y0)
            )


def plane_of(degrees: Bounds) -> Any:
    """The plane for ground within these longitudes and latitudes."""
    lon, lat = (degrees[0] + degrees[2]) / 2, (degrees[1] + degrees[3]) / 2
    zone = round(lon / 3)
    if 25 <= zone <= 45 and 0 < lat < 60:
        return pyproj.CRS.from_epsg(4509 + zone)
    return pyproj.CRS.from_epsg((32601 if lat >= 0 else 32701) + int((lon + 180) // 6))


def plane_text(plane: CRS) -> Wording:
    """The plane as a sheet names it."""
    epsg = plane.to_epsg()
    if 4534 <= epsg <= 4554:
        meridian = 3 * (epsg - 4509)
        return Message("ground.cgcs2000_3_degree_gauss_kr", meridian=meridian)
    return Text(plane.name, plane.name)


def to_degrees(plane: CRS) -> pyproj.Transformer:
    """From metres of the plane to longitude and latitude."""
    return pyproj.Transformer.from_crs(plane, plane.geodetic_crs, always_xy=True)


def framed(box: Box, plane: CRS, bounds: Bounds, scale: float | None = None) -> Frame:
    """A frame in `box` with these bounds in its middle, at `scale` or the largest round one."""
    x0, y0, x1, y1 = bounds
    if scale is None:
        least = max((x1 - x0) / box.w, (y1 - y0) / box.h, 1e-3) * 1000 * MARGIN
        scale = round_scale(least)
    half_w, half_h = box.w * scale / 2000, box.h * scale / 2000
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return Frame(box, plane, (x - half_w, y - half_h, x + half_w, y + half_h), scale)


def round_scale(least: float) -> float:
    """The smallest round denominator that is not below `least`."""
    power = 10 ** math.floor(math.log10(least))
    return float(next((s * power for s in STEPS if s * power >= least * (1 - 1e-9)), 10 * power))


def outline(shapes: Shapes) -> Outline:
    """Polygons as one path: shells run one way and holes the other, so that holes stay open."""
    rings, offsets = _ragged(shapely.orient_polygons(shapes))
    codes = np.full(len(rings), Outline.LINETO, np.uint8)
    codes[offsets[:-1]] = Outline.MOVETO
    codes[offsets[1:] - 1] = Outline.CLOSEPOLY
    return Outline(rings, codes)


def lines(shapes: Shapes) -> Outline:
    """Lines as one path."""
    points, offsets = _ragged(shapes)
    codes = np.full(len(points), Outline.LINETO, np.uint8)
    codes[offsets[:-1]] = Outline.MOVETO
    return Outline(points, codes)


def _ragged(shapes: Shapes) -> tuple[Floats, Ints]:
    """Coordinates, and where each ring or line begins (with the end of the last)."""
    some = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if not len(some):
        return np.empty((0, 2)), np.zeros(1, np.int64)
    _, points, offsets = shapely.to_ragged_array(some, include_z=False)
    starts = np.asarray(offsets[0], np.int64)
    return np.asarray(points), starts[np.r_[True, np.diff(starts) > 0]]


@dataclass(frozen=True)
class GridLine:
    """A line of the grid: points in metres, value as written, and "x" (it runs up) or "y"."""

    points: Floats
    label: str
    side: str


def kilometre_grid(frame: Frame) -> list[GridLine]:
    """Lines of whole steps of the plane; labels in km."""
    x0, y0, x1, y1 = frame.bounds
    step = _step(frame, (100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5))
    digits = 0 if step >= 1000 else 1
    east = np.arange(math.ceil(x0 / step) * step, x1, step)
    north = np.arange(math.ceil(y0 / step) * step, y1, step)
    return [
        *(GridLine(np.array([(x, y0), (x, y1)]), f"{x / 1000:,.{digits}f}", "x") for x in east),
        *(GridLine(np.array([(x0, y), (x1, y)]), f"{y / 1000:,.{digits}f}", "y") for y in north),
    ]


def degree_grid(frame: Frame) -> list[GridLine]:
    """Meridians and parallels at whole steps of seconds or minutes."""
    x0, y0, x1, y1 = frame.bounds
    edge = np.linspace(0, 1, 33)
    ring = np.r_[
        np.c_[x0 + edge * (x1 - x0), np.full(33, y0)],
        np.c_[x0 + edge * (x1 - x0), np.full(33, y1)],
        np.c_[np.full(33, x0), y0 + edge * (y1 - y0)],
        np.c_[np.full(33, x1), y0 + edge * (y1 - y0)],
    ]
    there = to_degrees(frame.plane)
    lon, lat = there.transform(ring[:, 0], ring[:, 1])
    seconds = _step(frame, tuple(s * 30.9 for s in _SECONDS)) / 30.9
    step = seconds / 3600
    out = []
    for axis, (low, high), (start, end) in (
        ("x", (min(lon), max(lon)), (min(lat), max(lat))),
        ("y", (min(lat), max(lat)), (min(lon), max(lon))),
    ):
        along = np.linspace(start, end, 65)
        for value in np.arange(math.ceil(low / step) * step, high, step):
            fixed = np.full(65, value)
            degrees = (fixed, along) if axis == "x" else (along, fixed)
            points = np.c_[there.transform(*degrees, direction="INVERSE")]
            out.append(GridLine(points, _dms(value, axis), axis))
    return out


_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


def _step(frame: Frame, steps: tuple[float, ...]) -> float:
    """The first step that is at least 45 mm on paper."""
    return next((s for s in steps if s * 1000 / frame.scale >= 45), steps[-1])


def _dms(value: float, axis: str) -> str:
    whole = round(abs(value) * 3600)
    text = f"{whole // 3600}°{whole % 3600 // 60:02d}′{whole % 60:02d}″"
    hemisphere = ("E" if value >= 0 else "W") if axis == "x" else ("N" if value >= 0 else "S")
    return text + hemisphere
