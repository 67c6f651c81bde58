"""The quiet ground of a map on paper: waters and roads under the parcels, names of waters and places.

Names of waters stand along them, those of lakes in them; a name of a place yields to all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke

from geo.arrays import CRS, Floats, Shapes
from geo.land.place_levels import LEVELS
from geo.publish.look.style import palette
from geo.publish.paper import labels
from geo.publish.paper.fonts import POINT, drawable, shortened, width
from geo.publish.paper.ground import Bounds, Frame, lines, outline
from geo.run import Run

LETTERS = {"city": 8.0, "county": 7.5, "town": 6.5, "village": 5.5, "other": 5.0}
"""Points of a place's name."""

SMALLEST_SCALE = dict(zip(LEVELS, (5e6, 2e6, 4e5, 8e4, 4e4), strict=True))
"""The denominator beyond which names of a level are left out."""

OF_WATER = 5.5
"""Points of a water's name."""

MOST = 60
"""Waters with names on a sheet, the longest."""

STRAIGHT = 0.93
"""Of a name's length, the least from end to end of the line under it."""

EDGE = 0.25
"""Of its length, how much shorter a name seems at the edge of the frame, or at the end of a line."""

TIGHT = 0.6
"""Of a name's length, the least root of the area of a lake that it is written in."""

SLENDER = 0.15
"""Roundness (4π area / perimeter²) under which a water is a river."""

OFF = (0.0, 1.2, -1.2)
"""Lines that a place's name may stand off its point."""

PLACES = 17
"""Along a line, where a name is tried."""


@dataclass(frozen=True)
class Surroundings:
    """What lies about the parks, in metres of a plane, with names where there are any."""

    roads: Shapes
    streams: Shapes
    stream_names: Shapes
    waters: Shapes
    water_names: Shapes
    places: Shapes
    place_names: Shapes
    levels: Shapes

    @classmethod
    def of(cls, run: Run, plane: CRS) -> Surroundings:
        """Those of a run."""
        ground, areas, places = (
            one.to_crs(plane) for one in (run.ground, run.water_areas, run.place_names)
        )
        is_water = (ground["kind"] == "water").to_numpy()
        drawn = np.asarray(ground.geometry.array, dtype=object)
        texts = [one["name"].to_numpy(dtype=object) for one in (ground, areas, places)]
        return cls(
            drawn[~is_water],
            drawn[is_water],
            texts[0][is_water],
            np.asarray(areas.geometry.array, dtype=object),
            texts[1],
            np.asarray(places.geometry.array, dtype=object),
            texts[2],
            places["level"].to_numpy(dtype=object),
        )


def draw_surroundings(axes: Any, frame: Frame, ground: Surroundings, size: float) -> None:
    """Waters, and roads as white between two fine lines."""
    look = palette()["ground"]
    waters = ground.waters[frame.holds(ground.waters)]
    axes_path(axes, outline(waters), facecolor=look["water"], edgecolor="none")
    streams = lines(ground.streams[frame.holds(ground.streams)])
    axes_path(axes, streams, edgecolor=look["water"], linewidth=1.2 * size)
    roads = lines(ground.roads[frame.holds(ground.roads)])
    for name, wide in (("casing", 2.2), ("road", 1.4)):
        axes_path(axes, roads, edgecolor=look[name], linewidth=wide * size)


def axes_path(axes: Any, path: Outline, **style: Any) -> None:
    """A path on axes, where it has a point."""
    if len(np.asarray(path.vertices)):
        axes.add_artist(PathPatch(path, **{"facecolor": "none", "joinstyle": "round", **style}))


def name_surroundings(
    axes: Any, frame: Frame, ground: Surroundings, size: float, taken: list[Bounds], names: Shapes
) -> None:
    """Names of waters and places that meet none of `taken` and of the boxes of `names`."""
    look, tree = palette()["ground"], shapely.STRtree(names)
    for text, points, spots, color in [
        *_of_waters(frame, ground, size),
        *_of_places(frame, ground, size),
    ]:
        free = [spot for spot in spots if not _meets(tree, spot.box)]
        at = labels.apart([[spot.box for spot in free]], taken)[0]
        if at >= 0:
            taken.append(free[at].box)
            style = {"fontsize": points, "ha": "center", "va": "center_baseline", "zorder": 6.5}
            turned = {"rotation": free[at].angle, "rotation_mode": "anchor", "clip_on": True}
            axes.text(
                *(free[at].x, free[at].y, drawable(text)),
                color=look[color],
                path_effects=[withStroke(linewidth=1.4 * size, foreground="white")],
                parse_math=False,
                **style,
                **turned,
            )


@dataclass(frozen=True)
class _Spot:
    """Where a name may stand: its middle and box in metres, and by how many degrees it is turned."""

    x: float
    y: float
    box: Bounds
    angle: float = 0.0


_Name = tuple[str, float, list[_Spot], str]


def _meets(tree: shapely.STRtree, box: Bounds) -> bool:
    return bool(len(tree.query(shapely.box(*box), predicate="intersects")))


def _of_places(frame: Frame, ground: Surroundings, size: float) -> Iterator[_Name]:
    """Names in the frame, those of the largest places first; each at, over or under its point."""
    at = shapely.get_coordinates(ground.places)
    x0, y0, x1, y1 = frame.bounds
    seen = (at[:, 0] > x0) & (at[:, 0] < x1) & (at[:, 1] > y0) & (at[:, 1] < y1)
    for level in LEVELS:
        if frame.scale > SMALLEST_SCALE[level]:
            continue
        points = LETTERS[level] * size
        for i in np.flatnonzero(seen & (ground.levels == level)):  # rows-ok: names on a sheet
            text = shortened(ground.place_names[i])
            x, y = at[i].tolist()
            spots = [_spot(frame, x, y, text, points, off) for off in OFF]
            yield text, points, [s for s in spots if _inside(frame, s.box)], "place"


def _spot(
    frame: Frame,
    x: float,
    y: float,
    text: str,
    points: float,
    lines_up: float = 0,
    angle: float = 0,
) -> _Spot:
    metre = frame.scale / 1000
    wide, high = (width(text, points) + 1) * metre, points * POINT * 1.3 * metre
    cos, sin = abs(np.cos(np.radians(angle))), abs(np.sin(np.radians(angle)))
    half_w, half_h = (wide * cos + high * sin) / 2, (wide * sin + high * cos) / 2
    y = y + lines_up * high
    return _Spot(x, y, (x - half_w, y - half_h, x + half_w, y + half_h), angle)


def _inside(frame: Frame, box: Bounds) -> bool:
    x0, y0, x1, y1 = frame.bounds
    return box[0] > x0 and box[1] > y0 and box[2] < x1 and box[3] < y1


def _of_waters(frame: Frame, ground: Surroundings, size: float) -> Iterator[_Name]:
    """Names of waters in the frame, the longest first, each once."""
    window, points = shapely.box(*frame.bounds), OF_WATER * size
    shapes = np.concatenate([ground.waters, ground.streams])
    texts = np.concatenate([ground.water_names, ground.stream_names])
    near = np.flatnonzero((texts != "") & frame.holds(shapes))
    seen = shapely.intersection(shapes[near], window)
    order = np.argsort(-shapely.length(seen), kind="stable")
    order = order[shapely.length(seen[order]) > 0]
    named: set[str] = set()
    for i in order[:MOST]:  # rows-ok: waters on a sheet
        text = shortened(texts[near[i]])
        whole = shapes[near[i]]
        is_lake = shapely.area(whole) * 4 * np.pi >= SLENDER * shapely.length(whole) ** 2
        wide = (width(text, points) + 1) * frame.scale / 1000
        if text in named:
            continue
        if is_lake and shapely.area(whole) > 0:
            spots = _in_lake(frame, seen[i], text, points, wide)
        else:
            spots = _along(frame, seen[i], text, points, wide)
        spots = [spot for spot in spots if _inside(frame, spot.box)]
        named |= {text} if spots else set()
        yield text, points, spots, "water_name"


def _in_lake(frame: Frame, lake: Any, text: str, points: float, wide: float) -> list[_Spot]:
    root = float(np.sqrt(shapely.area(lake)))
    if root < TIGHT * wide:
        return []
    middle = shapely.get_point(shapely.maximum_inscribed_circle(lake, root / 20), 0)
    return [_spot(frame, shapely.get_x(middle), shapely.get_y(middle), text, points)]


def _along(frame: Frame, water: Any, text: str, points: float, wide: float) -> list[_Spot]:
    """Places along a line or a shore where it is straight, the best first."""
    parts = shapely.orient_polygons(shapely.get_parts(water))
    is_area = shapely.get_dimensions(parts) == 2
    ways = np.where(is_area, shapely.get_exterior_ring(parts), parts)
    ways = shapely.simplify(ways, frame.scale / 1000 * 0.3)
    length = shapely.length(ways)
    found: list[tuple[float, _Spot]] = []
    for i in np.flatnonzero(length > wide):  # rows-ok: parts of one water on a sheet
        start = np.linspace(0, length[i] - wide, PLACES)
        one, other = (
            shapely.get_coordinates(shapely.line_interpolate_point(ways[i], start + more))
            for more in (0, wide)
        )
        chord = np.hypot(*(other - one).T)
        middle, inward = (one + other) / 2, _left(other - one)
        ends = 0 if is_area[i] else _near_end(start / wide, length[i] / wide - 1)
        score = chord / wide - EDGE * (_off_middle(frame, middle) + ends)
        straight = np.flatnonzero(chord >= STRAIGHT * wide)
        for k in straight:  # rows-ok: places of a name
            x, y = middle[k] + (_half_across(parts[i], middle[k], inward[k]) if is_area[i] else 0)
            angle = float(np.degrees(np.arctan2(*(other[k] - one[k])[::-1])))
            angle = angle - 180 * np.sign(angle) if abs(angle) > 90 else angle
            found.append((float(score[k]), _spot(frame, x, y, text, points, 0, angle)))
    return [spot for _, spot in sorted(found, key=lambda one: -one[0])]


def _off_middle(frame: Frame, at: Floats) -> Floats:
    """How far places lie off the middle of the frame: 1 at its edge."""
    x0, y0, x1, y1 = frame.bounds
    far = np.abs(at - ((x0 + x1) / 2, (y0 + y1) / 2)) / ((x1 - x0) / 2, (y1 - y0) / 2)
    return np.asarray(far.max(axis=1))


def _near_end(start: Floats, last: float) -> Floats:
    """How far names reach into the piece of their own length at either end of a line: 1 at it."""
    into: Floats = np.clip(1 - np.minimum(start, last - start), 0, 1)
    return into


def _left(run: Floats) -> Floats:
    """Unit vectors to the left of directions."""
    length: Floats = np.maximum(np.hypot(*run.T), 1e-9)
    turned: Floats = np.c_[-run[:, 1], run[:, 0]] / length[:, None]
    return turned


def _half_across(water: Any, shore: Floats, inward: Floats) -> Floats:
    """From a place on the shore to the middle of the water, metres."""
    far = 10 * np.sqrt(shapely.area(water)) * inward
    across = shapely.intersection(water, shapely.LineString([shore, shore + far]))
    parts = shapely.get_parts(across)
    parts = parts[~shapely.is_empty(parts)]
    if not len(parts):
        return np.zeros(2)
    nearest = parts[np.argmin(shapely.distance(parts, shapely.Point(shore)))]
    return np.array(shapely.get_coordinates(shapely.centroid(nearest))[0] - shore)
