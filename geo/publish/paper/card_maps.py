"""The maps of cards: a parcel among its neighbours, and where its park it lies.

Outlines are clipped for all sheets of a file together, so that a sheet costs a few milliseconds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geo.arrays import Floats, Ints, Shapes
from geo.geometry.overlay import union
from geo.publish.paper import labels
from geo.publish.paper.fonts import POINT, width
from geo.publish.paper.ground import round_scale
from geo.publish.paper.surroundings import Surroundings

SIDE = 80.0
"""Of a card's map, mm."""

INSET = (46.0, 27.0)
"""Width and height of the map of the park, mm."""

NEAREST = 60
"""Other parcels drawn around one, the nearest by their bounds."""

ARROW = (8.5, 12.5)
"""Width and height of the upper right corner that the north arrow takes, mm."""

SMALL = 0.72
"""Names of neighbours beside those of a sheet, as a factor of their size."""


WIDE = {"water": 0.5, "roads": 1.0}
"""Of the lines of the quiet ground, mm."""


class Ground:
    """Waters and roads in metres, ready to be looked up around parcels."""

    def __init__(self, ground: Surroundings) -> None:
        water = np.concatenate([ground.waters, ground.streams])
        self.shapes = {"water": water, "roads": ground.roads}
        self.trees = {name: shapely.STRtree(shapes) for name, shapes in self.shapes.items()}

    def within(self, name: str, frames: Shapes, scale: Floats) -> tuple[Ints, Shapes]:
        """Frames that one kind reaches into, and the ground that it covers of each."""
        frame, thing = self.trees[name].query(frames, "intersects")
        seen = shapely.intersection(self.shapes[name][thing], frames[frame])
        line = shapely.get_dimensions(seen) == 1
        half = WIDE[name] * scale[frame[line]] / 2000
        seen[line] = shapely.buffer(seen[line], half, cap_style="flat")
        return union(seen, frame)


class Outlines:
    """All parcels in metres, ready to be looked up around any of them."""

    def __init__(self, shapes: Shapes, names: list[str] | None = None) -> None:
        self.names = names or [""] * len(shapes)
        self.shapes, self.bounds = shapes, shapely.bounds(shapes)
        self.middles = (self.bounds[:, :2] + self.bounds[:, 2:]) / 2
        self.tree = shapely.STRtree(shapes)


def card_maps(outlines: Outlines, rows: Any, ground: Ground | None = None) -> list[dict[str, Any]]:
    """Of each parcel, its scale and the outlines around it in mm of the map's square."""
    shapes, own, middle = outlines.shapes, outlines.bounds[rows], outlines.middles[rows]
    long = np.fmax(own[:, 2] - own[:, 0], own[:, 3] - own[:, 1])
    scale = np.array([round_scale(max(v, 1.0) * 1.7 * 1000 / SIDE) for v in long])
    half = SIDE * scale / 2000
    frames = shapely.box(
        middle[:, 0] - half, middle[:, 1] - half, middle[:, 0] + half, middle[:, 1] + half
    )
    met = outlines.tree.query(frames, "intersects")
    gap = np.hypot(*(middle[met[0]] - outlines.middles[met[1]]).T)
    order = np.lexsort((gap, met[0]))
    card, other = met[0][order], met[1][order]
    nth = np.arange(len(card)) - np.searchsorted(card, card)
    card, other = card[nth < NEAREST], other[nth < NEAREST]
    seen = shapely.intersection(shapes[other], frames[card])
    drawn = _rings(seen, middle[card], scale[card])
    out: list[dict[str, Any]] = [
        {"scale": float(s), "others": [], "own": [], "names": [], "water": [], "roads": []}
        for s in scale
    ]
    for name in WIDE:
        if ground is None:
            continue
        reached, covered = ground.within(name, frames, scale)
        shown = _rings(covered, middle[reached], scale[reached])
        for at, covering in zip(reached, shown, strict=True):  # rows-ok: sheets
            out[at][name] = covering
    for at, thing, rings in zip(card, other, drawn, strict=True):  # rows-ok: outlines on sheets
        out[at]["own" if thing == rows[at] else "others"].extend(rings)
    around = np.flatnonzero(other != np.asarray(rows)[card])
    starts = [beginning(outlines.names[row]) for row in rows]
    pairs = zip(card[around], other[around], strict=True)
    names = [outlines.names[i].removeprefix(starts[at]) for at, i in pairs]
    for at, name in zip(
        card[around], _named(seen[around], names, middle, scale, card[around]), strict=True
    ):
        if name:
            out[at]["names"].append(name)
    return out


def beginning(name: str) -> str:
    """What stands before a name's last number, and is left out of its neighbours' names.

    >>> beginning("SYN-02-0104"), beginning("7"), beginning("甲")
    ('SYN-02-', '', '')
    """
    start = name.rstrip("0123456789")
    return start if start != name else ""


def _named(shapes: Shapes, names: list[str], middle: Any, scale: Any, card: Ints) -> list[Any]:
    """Of each neighbour where its name stands in mm, in how many points; None without room."""
    metre = (1000 / scale)[card]
    points, at = shapely.get_coordinates(shapes, return_index=True)
    moved = (points - middle[card][at]) * metre[at][:, None]
    flat = shapely.set_coordinates(np.array(shapes, dtype=object), moved)
    room = shapely.get_dimensions(flat) == 2
    out: list[Any] = [None] * len(shapes)
    which = np.flatnonzero(room)
    if not len(which):
        return out
    place, size = labels.inside(
        np.asarray(flat[which], dtype=object), [names[i] for i in which], 1000.0, SMALL
    )
    half = np.array([width(names[i], 1.0) for i in which]) * size / 2
    beyond = (place[:, 0] + half > SIDE / 2 - ARROW[0]) & (
        place[:, 1] + size * POINT / 2 > SIDE / 2 - ARROW[1]
    )
    size = np.where(beyond, np.nan, size)
    for i, (x, y), letters in zip(which, place, size, strict=True):  # rows-ok: names on sheets
        if letters == letters:  # noqa: PLR0124 - it has room
            out[i] = [names[i], round(SIDE / 2 + x, 2), round(SIDE / 2 - y, 2), round(letters, 2)]
    return out


def park_insets(parks: Shapes) -> list[dict[str, Any]]:
    """Of each park its rings in mm of the inset, and how metres lie there: left, top, mm a metre."""
    out = []
    for park in parks:  # rows-ok: parks
        x0, y0, x1, y1 = shapely.bounds(park)
        mm = min((INSET[0] - 3) / max(x1 - x0, 1.0), (INSET[1] - 3) / max(y1 - y0, 1.0))
        left = (x0 + x1) / 2 - INSET[0] / 2 / mm
        top = (y0 + y1) / 2 + INSET[1] / 2 / mm
        fine = shapely.simplify(park, 0.15 / mm)
        rings = shapely.get_rings(shapely.get_parts(fine))
        drawn = [
            np.round((shapely.get_coordinates(ring)[:-1] - (left, top)) * (mm, -mm), 2).tolist()
            for ring in rings
        ]
        out.append({"rings": drawn, "left": left, "top": top, "mm": mm})
    return out


def inset_of(park: dict[str, Any], x: float, y: float) -> dict[str, Any]:
    """A park's rings and the place of one of its parcels on it."""
    at = [round((x - park["left"]) * park["mm"], 2), round((park["top"] - y) * park["mm"], 2)]
    return {"rings": park["rings"], "at": at}


def _rings(shapes: Shapes, middle: Any, scale: Any) -> list[list[list[list[float]]]]:
    """Rings of each polygon as points in mm from the square's upper left corner."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    of = owner[part]
    metre = (1000 / scale)[of[ring]]
    flat = points - middle[of[ring]]
    mm = np.round(np.c_[SIDE / 2 + flat[:, 0] * metre, SIDE / 2 - flat[:, 1] * metre], 3)
    ends = np.searchsorted(ring, np.arange(1, len(rings) + 1))
    out: list[list[list[list[float]]]] = [[] for _ in shapes]
    for at, piece in zip(of, np.split(mm, ends)[:-1], strict=True):  # rows-ok: rings on sheets
        out[at].append(piece[:-1].tolist())
    return out
