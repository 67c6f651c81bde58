"""The map itself in its frame: parks, parcels by class, overlays, names, grid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.colors
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.arrays import Mask, Shapes
from geo.errors import OutputError
from geo.publish.look.style import Theme, hatches
from geo.publish.paper import labels
from geo.publish.paper.fonts import POINT, drawable, width, wrap_into
from geo.publish.paper.ground import (
    Bounds,
    Frame,
    degree_grid,
    kilometre_grid,
    outline,
)
from geo.publish.paper.marks import draw_marks
from geo.publish.paper.name_text import Names
from geo.publish.paper.scene import Scene, Subject, View
from geo.publish.paper.sheet import INK, LINE, MARK, SOFT, Sheet
from geo.publish.paper.surroundings import axes_path, draw_surroundings, name_surroundings

MARGIN = 0.5
"""Of a plate under a name, about its letters, mm."""

PAPER, PARK = "#fafaf8", "#f1f3f5"

MOST_COVERED = 0.25
"""Most of a map that names of parks may take; on 120 × 76 mm those of about 18 parks do."""


SMALL = 5.0
"""A park narrower than this on paper, mm, has a thin whole line: dashes would hide what is in it."""


def is_small(parks: NDArray[np.object_], scale: float) -> Mask:
    """Which parks are drawn so small: 120 × 90 m are 3 × 2.25 mm at 1:40,000.

    >>> parks = np.array([shapely.box(0, 0, 120, 90), shapely.box(0, 0, 400, 300)])
    >>> is_small(parks, 40_000).tolist()
    [True, False]
    """
    x0, y0, x1, y1 = shapely.bounds(parks).T
    narrow: Mask = np.fmin(x1 - x0, y1 - y0) * 1000 / scale < SMALL
    return narrow


def draw_map(
    sheet: Sheet,
    frame: Frame,
    scene: Scene,
    subject: Subject,
    theme: Theme,
    view: View,
    above: Sequence[Bounds] = (),
) -> Any:
    """The map on axes in metres that fill the frame; the axes. No name lies under what is `above`."""
    axes = sheet.axes(frame.box, PAPER)
    x0, y0, x1, y1 = frame.bounds
    axes.set(xlim=(x0, x1), ylim=(y0, y1))
    shapes, parks = scene.within(frame.plane)
    here = frame.holds(shapes)
    near = frame.holds(parks) & shapely.intersects(parks, shapely.box(*frame.bounds))
    axes_path(axes, outline(parks[near]), facecolor=PARK, edgecolor="none")
    ground = scene.ground(frame.plane)
    draw_surroundings(axes, frame, ground, sheet.size)
    _parcels(axes, shapes, here & ~subject.own, theme, frame, faded=True)
    _parcels(axes, shapes, here & subject.own, theme, frame, faded=False)
    small = is_small(parks, frame.scale)
    dashed = {"linewidth": 0.9 * sheet.size, "linestyle": (0, (6, 2.5))}
    for which, line in ((~small, dashed), (small, {"linewidth": 0.35 * sheet.size})):
        axes_path(axes, outline(parks[near & which]), edgecolor=MARK, **line)
    if subject.parcel is not None:
        for color, wide in (("white", 4.0), (INK, 2.2)):
            axes_path(
                axes,
                outline(shapes[[subject.parcel]]),
                edgecolor=color,
                linewidth=wide * sheet.size,
            )
    draw_grid(sheet, axes, frame, view)
    taken = [*above, *park_names(axes, sheet, frame, scene, near, subject, above)]
    draw_marks(axes, sheet, frame, scene.marks(frame, theme), taken)
    own = here & subject.own
    names = _names(axes, sheet, frame, scene, own, theme, subject, view, taken)
    name_surroundings(axes, frame, ground, sheet.size, taken, names)
    return axes


def _parcels(
    axes: Any,
    shapes: NDArray[np.object_],
    which: Mask,
    theme: Theme,
    frame: Frame,
    *,
    faded: bool,
) -> None:
    """One path a class; lines between parcels are as thin as the parcels are small."""
    if not which.any():
        return
    metre = 1000 / frame.scale
    typical = float(np.median(np.sqrt(shapely.area(shapes[which])))) * metre
    line = float(np.clip(typical / 16, 0.02, 0.4))
    for code, hatch in enumerate(hatches(theme)):
        own = shapes[which & (theme.codes == code)]
        if len(own):
            axes_path(
                axes,
                outline(own),
                facecolor=theme.colors[code],
                edgecolor="#4a4f57",
                linewidth=line,
                hatch=hatch or None,
                hatchcolor=over(theme.colors[code]),
                alpha=0.28 if faded else None,
            )


def covered(boxes: Sequence[Bounds], bounds: Bounds) -> float:
    """The share of a map that boxes take if each has a place of its own.

    >>> covered([(0, 0, 2, 1), (5, 5, 7, 6)], (0, 0, 10, 10))
    0.04
    """

    def area(box: Bounds) -> float:
        left, low, right, top = box
        return (right - left) * (top - low)

    return sum(map(area, boxes)) / area(bounds)


def park_names(
    axes: Any,
    sheet: Sheet,
    frame: Frame,
    scene: Scene,
    near: Mask,
    subject: Subject,
    above: Sequence[Bounds] = (),
) -> list[Bounds]:
    """Names of parks on their upper edge, or near it where that is taken; their rectangles.

    Where they would hide the map, as those of 400 parks do, none is written.
    """
    shown = [i for i in np.flatnonzero(near) if i != subject.park]
    if subject.parcel is not None or not shown:
        return []
    _, parks = scene.within(frame.plane)
    points, metre = 7.0 * sheet.size, frame.scale / 1000
    high = points * POINT * metre * 1.9
    x0, y0, x1, y1 = frame.bounds
    candidates, names = [], []
    for i in shown:  # rows-ok: one a park
        name = wrap_into(str(scene.parks["name"].iloc[i]), points, frame.box.w / 3, 1)[0]
        half = (width(name, points) / 2 + 1.4 * sheet.size) * metre
        left, low, right, top = shapely.bounds(parks[i])
        middle = min(max((left + right) / 2, x0 + half), x1 - half)
        spots = [
            min(max(y, y0), y1 - high)
            for y in (top + high * 0.2, low - high * 1.2, top - high * 1.2, low + high * 0.2)
        ]
        candidates.append([(middle - half, y, middle + half, y + high) for y in spots])
        names.append(name)
    if covered([boxes[0] for boxes in candidates], frame.bounds) > MOST_COVERED:
        return []
    taken = []
    places = labels.apart(candidates, [*above])
    for name, boxes, at in zip(names, candidates, places, strict=True):
        if at >= 0:
            left, low, right, top = boxes[at]
            taken.append(boxes[at])
            axes_path(
                axes,
                outline(np.array([shapely.box(left, low, right, top)])),
                facecolor=MARK,
                edgecolor="white",
                linewidth=0.6,
                zorder=8,
            )
            axes.text(
                (left + right) / 2,
                (low + top) / 2,
                drawable(name),
                fontsize=points,
                color="white",
                ha="center",
                va="center_baseline",
                clip_on=True,
                zorder=9,
                parse_math=False,
            )
    return taken


def _names(
    axes: Any,
    sheet: Sheet,
    frame: Frame,
    scene: Scene,
    which: Mask,
    theme: Theme,
    subject: Subject,
    view: View,
    taken: list[Bounds],
) -> Shapes:
    """What each parcel is called, where its letters fit inside it; the boxes of the names."""
    at = np.flatnonzero(which)
    said = label_texts(scene, subject, view)[0]
    if not said or not len(at):
        return np.empty(0, dtype=object)
    said = [said[i] for i in at]
    shapes = scene.within(frame.plane)[0][at]
    middle, points = labels.inside(shapes, said, frame.scale, sheet.size)
    half = np.array([width(name, 1.0) for name in said]) * points * frame.scale / 2000
    high = points * POINT * frame.scale / 2000
    room = shapely.box(
        middle[:, 0] - half, middle[:, 1] - high, middle[:, 0] + half, middle[:, 1] + high
    )
    free = shapely.within(room, shapely.box(*frame.bounds)) & ~np.isnan(points)
    for other in taken:  # rows-ok: names of parks and facilities on the sheet
        free &= ~shapely.intersects(room, shapely.box(*other))
    shown = np.flatnonzero(free)
    codes = theme.codes[at[shown]]
    for code, hatch in enumerate(hatches(theme)):
        if hatch and (codes == code).any():  # a plate, or the hatch would run through the letters
            own = shown[codes == code]
            wide = shapely.buffer(room[own], MARGIN * frame.scale / 1000, join_style="mitre")
            plates = outline(shapely.intersection(wide, shapes[own]))
            axes_path(axes, plates, facecolor=theme.colors[code], edgecolor="none", zorder=6.9)
    inks = [over(color) for color in theme.colors]
    if len(shown):
        names = [said[i] for i in shown]
        colors = [inks[code] for code in codes]
        axes.add_artist(Names(middle[shown], names, points[shown], colors))
    return np.asarray(room[shown])


def label_texts(scene: Scene, subject: Subject, view: View) -> tuple[list[str], str, str]:
    """What each parcel is called on the map, of which column, and the part that all have and lack.

    Ids are written without their common beginning, so that more of them fit.
    """
    column = view.labels
    if column == "auto":
        column = "parcel_id" if subject.park is not None or view.box else "none"
    if column == "none":
        return [], "", ""
    if column not in scene.parcels:
        raise OutputError("map_frame.no_column_label", column=column)
    values = scene.parcels[column]
    said = values.astype("str").where(values.notna(), "").tolist()
    if pd.api.types.is_numeric_dtype(values.dtype):
        numbers = zip(values.tolist(), said, strict=True)
        return [f"{value:,.4g}" if name else "" for value, name in numbers], column, ""
    if column != "parcel_id":
        return said, column, ""
    own = [name for name, mine in zip(said, subject.own, strict=True) if mine]
    first, last = min(own, default=""), max(own, default="")  # what these share, all share
    same = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), 0)
    start = first[:same].rstrip("0123456789")
    return [name.removeprefix(start) for name in said], column, start


def over(color: str) -> str:
    """What is legible on a colour: dark ink or white."""
    red, green, blue = matplotlib.colors.to_rgb(color)
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"


def draw_grid(sheet: Sheet, axes: Any, frame: Frame, view: View) -> None:
    """Fine lines in the frame, and their values outside it on the left and lower edge."""
    if view.grid == "none":
        return
    box, points = frame.box, 5.2
    x0, y0, x1, y1 = frame.bounds
    for line in (kilometre_grid if view.grid == "km" else degree_grid)(frame):
        xs, ys = line.points.T
        axes.plot(xs, ys, color=LINE, linewidth=0.35, zorder=0.5)
        if line.side == "x":
            order = np.argsort(ys)
            for edge, y, va in ((y0, box.bottom + 0.9, "top"), (y1, box.y - 0.9, "bottom")):
                x = np.interp(edge, ys[order], xs[order])
                if x0 <= x <= x1 and ys.min() <= edge <= ys.max():
                    sheet.text(
                        frame.place(x, edge)[0],
                        y,
                        line.label,
                        points,
                        color=SOFT,
                        ha="center",
                        va=va,
                    )
        else:
            order = np.argsort(xs)
            for edge, x, ha in ((x0, box.x - 0.9, "right"), (x1, box.right + 0.9, "left")):
                y = np.interp(edge, xs[order], ys[order])
                if y0 <= y <= y1 and xs.min() <= edge <= xs.max():
                    sheet.text(
                        x,
                        frame.place(edge, y)[1],
                        line.label,
                        points,
                        color=SOFT,
                        ha=ha,
                        va="center",
                        rotation=90,
                    )
