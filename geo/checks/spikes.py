"""Spikes (尖刺): corners so sharp and thin that they are slips of the pen, found and taken off."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.arrays import CRS, Floats, Ints, Mask, Shapes
from geo.geometry.overlay import as_metres, back, rings_of
from geo.text import Message

SHARP_DEGREES = 3.0
"""A corner sharper than this is a spike, if it is also thin."""

POINTS = 500_000
"""Corners that are looked at at once, about."""

THIN_M = 1.0
"""Width that a spike's foot does not reach, m; a long wedge of land is no spike."""


@dataclass(frozen=True)
class Corners:
    """Every corner of every ring: its ring, its point (n, 2), and if it is a spike.

    `owner` is the position of each ring's shape; `foot` (spike, 2, 2) are the points on both arms
    of each spike as far from its tip as the end of the shorter arm.
    """

    ring: Ints
    point: Floats
    spike: Mask
    foot: Floats
    owner: Ints


def corners(shapes: Shapes, least: float) -> Corners:
    """Corners of the (Multi)Polygons, in metres; arms shorter than `least` make no spike."""
    rings, owner = _outlines(_unrepeated(shapes))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    closing = np.r_[ring[1:] != ring[:-1], np.ones(min(len(ring), 1), bool)]
    points, ring = points[~closing], ring[~closing]
    starts = np.searchsorted(ring, np.arange(len(rings)))
    ends = np.searchsorted(ring, np.arange(len(rings)), "right")
    before, after = np.arange(-1, len(ring) - 1), np.arange(1, len(ring) + 1)
    filled = ends > starts
    before[starts[filled]] = ends[filled] - 1
    after[ends[filled] - 1] = starts[filled]
    x, y = np.ascontiguousarray(points.T)
    x0, y0, x1, y1 = x[before] - x, y[before] - y, x[after] - x, y[after] - y
    cross, along = np.abs(x0 * y1 - y0 * x1), x0 * x1 + y0 * y1
    sharp = np.flatnonzero(cross < np.tan(np.radians(SHARP_DEGREES)) * along)
    arms = np.stack([points[end[sharp]] - points[sharp] for end in (before, after)])
    angle = np.arctan2(cross[sharp], along[sharp])
    long = np.hypot(arms[..., 0], arms[..., 1])
    shorter = long.min(axis=0)
    thin = (2 * np.sin(angle / 2) * shorter < THIN_M) & (shorter > least)
    at = sharp[thin]
    spike = np.zeros(len(points), dtype=bool)
    spike[at] = True
    reach = (shorter / long)[:, thin, None] * arms[:, thin]
    return Corners(ring, points, spike, np.swapaxes(points[at] + reach, 0, 1), owner)


def _unrepeated(shapes: Shapes) -> Shapes:
    """The shapes without points that stand twice in a row."""
    points, shape = shapely.get_coordinates(shapes, return_index=True)
    again = (points[1:] == points[:-1]).all(axis=1) & (shape[1:] == shape[:-1])
    if not again.any():
        return shapes
    at = np.unique(shape[1:][again])
    out = shapes.copy()
    out[at] = shapely.remove_repeated_points(shapes[at])
    return out


def _outlines(shapes: Shapes) -> tuple[Shapes, Ints]:
    """`rings_of`, a polygon without holes standing for its ring: it has the same points."""
    plain = (shapely.get_type_id(shapes) == 3) & (shapely.get_num_interior_rings(shapes) == 0)
    rings, owner = rings_of(shapes[~plain])
    owner = np.concatenate([np.flatnonzero(plain), np.flatnonzero(~plain)[owner]])
    order = np.argsort(owner, kind="stable")
    return np.concatenate([shapes[plain], rings])[order], owner[order]


def _cross(arms: Floats) -> Floats:
    """Cross product of both arms of each corner; (2, n, 2) in."""
    out: Floats = arms[0, :, 0] * arms[1, :, 1] - arms[0, :, 1] * arms[1, :, 0]
    return out


def check_spikes(
    frame: gpd.GeoDataFrame, name: str, key: str, least: float, plane: CRS | None = None
) -> pd.DataFrame:
    """One warning a spike longer than `least` metres, with its m² and its line."""
    outlines = np.asarray(frame.geometry.array)
    drawn = ~(shapely.is_missing(outlines) | shapely.is_empty(outlines))
    usable = frame if drawn.all() else frame[drawn]
    shapes, plane = as_metres(usable.geometry, plane)
    owner, tip, feet = _tips(shapes, least)
    lines = shapely.linestrings(np.stack([feet[:, 0], tip, feet[:, 1]], axis=1))
    area = np.abs(_cross(np.swapaxes(feet - tip[:, None], 0, 1))) / 2
    reach = np.hypot(*(tip - feet.mean(axis=1)).T)
    rows = usable.iloc[owner].reset_index(drop=True)
    return findings.about_rows(
        rows,
        np.ones(len(rows), dtype=bool),
        layer=name,
        key=key,
        code="spike",
        severity="warning",
        value=pd.Series(reach).map("{:,.2f}".format),
        message=Message("spikes.spike_m_long"),
        mend=Message("spikes.take_tip_off"),
        area=area,
        shapes=back(lines, plane, frame.crs),
        mend_at="here",
    )


def _tips(shapes: Shapes, least: float) -> tuple[Ints, Floats, Floats]:
    """Position of the shape of each spike, its tip (n, 2) and its feet (n, 2, 2).

    Shapes are taken some at a time: their corners need ten times the room of their points.
    """
    block = np.cumsum(shapely.get_num_coordinates(shapes)) // POINTS
    ends = np.flatnonzero(np.diff(block)) + 1
    parts = []
    for start, end in pairwise([0, *ends, len(shapes)]):
        found = corners(shapes[start:end], least)
        at = np.flatnonzero(found.spike)
        parts.append((found.owner[found.ring[at]] + start, found.point[at], found.foot))
    owner, tip, feet = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return owner, tip, feet


def without_spikes(shapes: Shapes, least: float) -> Shapes:
    """The polygons without their spikes; a ring of fewer than three corners left is dropped."""
    for _ in range(8):  # the foot of one spike can be the tip of another
        found = corners(shapes, least)
        if not found.spike.any():
            break
        torn = np.unique(found.owner[found.ring[found.spike]])
        shapes = shapes.copy()
        shapes[torn] = [_cleaned(shapes[i], least) for i in torn]
    return shapes


def _cleaned(shape: shapely.Geometry, least: float) -> shapely.Geometry:
    """One polygon or multipolygon, its spikes' tips left out."""
    kept = []
    for part in shapely.get_parts(shape):
        rings = [_ring(ring, least) for ring in (part.exterior, *part.interiors)]
        if rings[0] is not None:
            kept.append(shapely.Polygon(rings[0], [r for r in rings[1:] if r is not None]))
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)


def _ring(ring: shapely.LinearRing, least: float) -> shapely.LinearRing | None:
    found = corners(np.array([shapely.Polygon(ring)], dtype=object), least)
    points = found.point[~found.spike]
    return points if len(points) >= 3 else None
