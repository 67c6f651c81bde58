"""What is drawn over the parcels of a theme on paper: control lines with their side, facilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from geo.arrays import Floats, Shapes
from geo.publish.look.themes import Overlay
from geo.publish.paper import labels
from geo.publish.paper.fonts import POINT, drawable, width, wrap_into
from geo.publish.paper.ground import Bounds, Frame, lines
from geo.publish.paper.sheet import Box, Sheet, dashes

FINE_M = 0.5
"""Lines over the map are drawn as fine as this, m."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p", "h", "*")
"""Of the kinds of places of one theme, in turn."""

KEY = 8.2
"""Room for a mark in the legend, mm."""

EVERY, LONG = 2.6, 1.3
"""Ticks on the inner side of a line: how far apart and how long, mm."""

PLATE = {"facecolor": "white", "edgecolor": "none", "alpha": 0.82, "pad": 0.5}
"""Behind the name of a place, which is legible on any colour."""


@dataclass(frozen=True)
class Mark:
    """An overlay that the sheet shows, in metres of its plane: its lines, and its places by name.

    `number` says which of `MARKERS` its places have.
    """

    overlay: Overlay
    lines: Shapes
    places: Floats
    names: tuple[str, ...]
    number: int

    @property
    def marker(self) -> str:
        """The symbol of its places."""
        return MARKERS[self.number % len(MARKERS)]


def marks_in(frame: Frame, overlays: list[Overlay]) -> list[Mark]:
    """Those of a theme's overlays that have anything in the frame."""
    made = (_mark(frame, overlay, at) for at, overlay in enumerate(overlays))
    return [mark for mark in made if len(mark.lines) or len(mark.places)]


def _mark(frame: Frame, overlay: Overlay, number: int) -> Mark:
    window = shapely.box(*frame.bounds)
    points = overlay.points.to_crs(frame.plane)
    centres = shapely.get_coordinates(shapely.centroid(np.asarray(points.geometry.array)))
    x0, y0, x1, y1 = frame.bounds
    seen = (x0 < centres[:, 0]) & (centres[:, 0] < x1) & (y0 < centres[:, 1]) & (centres[:, 1] < y1)
    names = tuple(str(name) for name, shown in zip(points["name"], seen, strict=True) if shown)
    drawn = np.empty(0, object)
    if len(overlay.lines):
        fine = np.asarray(overlay.lines.to_crs(frame.plane).simplify(FINE_M).explode().array)
        drawn = fine[shapely.intersects(fine, window)]
    return Mark(overlay, drawn, centres[seen], names, number)


def draw_marks(
    axes: Any, sheet: Sheet, frame: Frame, marks: list[Mark], taken: list[Bounds]
) -> None:
    """Draw them; the names of places keep clear of `taken`, and are added to it."""
    for mark in marks:
        overlay = mark.overlay
        if len(mark.lines):
            line = lines(mark.lines)
            style = {"facecolor": "none", "edgecolor": overlay.color, "joinstyle": "round"}
            wide = 1.1 * sheet.size
            dash = dashes(overlay.dash)
            axes.add_artist(PathPatch(line, linewidth=wide, linestyle=dash, **style))
            if overlay.sided:
                axes.add_artist(PathPatch(ticks(mark.lines, frame), linewidth=0.6, **style))
        for at, name in zip(mark.places.tolist(), mark.names, strict=True):
            _place(axes, at, mark, sheet.size)
            _beside(axes, sheet, frame, at, name, taken)


def ticks(sided: Shapes, frame: Frame) -> Outline:
    """Short strokes from lines to their left, where what they bound lies."""
    metre = frame.scale / 1000
    count = (shapely.length(sided) / (EVERY * metre)).astype(int)
    which = np.repeat(np.arange(len(sided)), count)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    along = (nth + 0.5) * EVERY * metre
    start, ahead = (
        shapely.get_coordinates(shapely.line_interpolate_point(sided[which], along + more))
        for more in (0.0, 0.2 * metre)
    )
    run = ahead - start
    left = np.c_[-run[:, 1], run[:, 0]] / np.maximum(np.hypot(*run.T), 1e-9)[:, None]
    both = np.stack([start, start + left * LONG * metre], axis=1)
    codes = np.tile(np.array([Outline.MOVETO, Outline.LINETO], np.uint8), len(both))
    return Outline(both.reshape(-1, 2), codes)


def _place(axes: Any, at: tuple[float, float], mark: Mark, size: float) -> None:
    axes.plot(
        *at,
        mark.marker,
        color=mark.overlay.color,
        markersize=5.0 * size,
        markeredgecolor="white",
        markeredgewidth=0.7,
    )


def _beside(
    axes: Any,
    sheet: Sheet,
    frame: Frame,
    at: tuple[float, float],
    name: str,
    taken: list[Bounds],
) -> None:
    """A facility's name right, left, over or under its point, where there is room."""
    points, metre = 5.5 * sheet.size, frame.scale / 1000
    wide, high, gap = width(name, points) * metre, points * POINT * metre, 1.6 * sheet.size * metre
    x, y = at
    spots = [
        (x + gap + wide / 2, y),
        (x - gap - wide / 2, y),
        (x, y + gap + high),
        (x, y - gap - high),
    ]
    x0, y0, x1, y1 = frame.bounds
    spots = [
        (a, b) for a, b in spots if x0 + wide / 2 < a < x1 - wide / 2 and y0 + high < b < y1 - high
    ]
    boxes = [(a - wide / 2, b - high / 2, a + wide / 2, b + high / 2) for a, b in spots]
    chosen = labels.apart([boxes], taken)[0]
    if name and chosen >= 0:
        taken.append(boxes[chosen])
        axes.text(
            *spots[chosen],
            drawable(name),
            fontsize=points,
            color="#7a1020",
            ha="center",
            va="center",
            bbox=PLATE,
            clip_on=True,
            parse_math=False,
        )


def draw_key(sheet: Sheet, box: Box, mark: Mark, title: str, points: float) -> None:
    """A line of the legend: the mark as it is drawn, and what it is called."""
    size, overlay = sheet.size, mark.overlay
    middle = box.y + 2.4 * size
    if len(mark.lines):
        sheet.line(
            (box.x, middle),
            (box.x + 6.4 * size, middle),
            color=overlay.color,
            linewidth=1.1 * size,
            linestyle=dashes(overlay.dash),
        )
    for tick in (0.8, 2.4, 4.0, 5.6) if overlay.sided else ():
        x = box.x + tick * size
        sheet.line((x, middle), (x, middle + 1.3 * size), color=overlay.color)
    if len(mark.places):
        _place(sheet.page, (box.x + 3.2 * size, middle), mark, size)
    text = wrap_into(title, points * size, box.w - KEY * size, 1)[0]
    sheet.text(box.x + KEY * size, box.y + 3.4 * size, text, points)
