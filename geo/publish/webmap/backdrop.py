"""The quiet ground of the map: lines, waters and place names compact enough for every page."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arrays import Ints, Mask, Shapes
from geo.geometry.overlay import rings_of
from geo.land.place_levels import LEVELS
from geo.run import Run

MOST_VERTICES = 20_000
"""Vertices of the lines in a page, about 80 kB of it, and of its water areas; a ground of more is
drawn coarser, then cut down."""

MOST_NAMES = 2_000
"""Place names in a page: those of the largest places stay."""

LONGEST_NAME = 40
"""Letters of a name."""

SLENDER = 0.15
"""Roundness (4π area / perimeter²) under which a water is a river."""

FINEST, COARSEST = 1e-5, 2e-4
"""How far a drawn line may lie from its own, degrees: from a metre to twenty."""

ROAD, WATER, SHORE, ISLAND = range(4)
"""Kinds of lines for the client; an island follows the shore that it lies in."""


def backdrop(run: Run) -> dict[str, Any] | None:
    """The ground of a run for the client; None where there is none.

    Whole millionths of a degree, each the difference from the one before: of lines `lon` and `lat`
    with `start`, where each begins and, last, where all end; of names `place_lon` and `place_lat`.
    `kind` are the kinds of the lines; `name` and `place_name` are numbers into `names`; `level`
    is one of `LEVELS` by its number, or −1 for the name of a water area, whose `room` is the root
    of its area in millionths of a degree.

    What does not fit `MOST_VERTICES` at the coarsest is left out, the shortest first; `total` says
    how many there are.
    """
    lines, areas, places = run.ground, run.water_areas, run.place_names
    if not len(lines) + len(areas) + len(places):
        return None
    drawn, kind, named, total = _lines(lines)
    waters = areas.to_crs(4326).explode(ignore_index=True)
    slender = _is_slender(np.asarray(waters.geometry.array))
    shores, islands, along = _rings(waters, slender)
    shapes = np.concatenate([drawn, shores])
    labels, level, room, said = _labels(waters[~slender & (waters["name"] != "")], places)
    numbers, names = pd.factorize(_short(np.concatenate([named, along, said])))
    count = shapely.get_num_coordinates(shapes)
    lon, lat = _steps(shapes)
    place_lon, place_lat = _steps(labels)
    return {
        "lon": lon,
        "lat": lat,
        "start": np.r_[0, np.cumsum(count)].astype(np.int32),
        "kind": np.r_[kind, np.where(islands, ISLAND, SHORE)].astype(np.int32),
        "name": numbers[: len(shapes)].astype(np.int32),
        "names": list(map(str, names)),
        "place_lon": place_lon,
        "place_lat": place_lat,
        "place_name": numbers[len(shapes) :].astype(np.int32),
        "level": level,
        "room": room,
        "total": total + len(waters),
    }


def _lines(lines: gpd.GeoDataFrame) -> tuple[Shapes, Ints, Shapes, int]:
    """The lines that are drawn, their kinds and names, and how many there are."""
    parts = lines.to_crs(4326).explode(ignore_index=True)
    kept, shapes = _within(np.asarray(parts.geometry.array))
    kind = np.where(parts["kind"] == "water", WATER, ROAD)[kept]
    return shapes, kind, parts["name"].to_numpy(dtype=object)[kept], len(parts)


def _is_slender(shapes: Shapes) -> Mask:
    """Whether a water is a river, whose name stands along its shore: by its roundness, 1 of a circle."""
    return np.asarray(4 * np.pi * shapely.area(shapes) < SLENDER * shapely.length(shapes) ** 2)


def _rings(waters: gpd.GeoDataFrame, slender: Mask) -> tuple[Shapes, Mask, Shapes]:
    """Shores and islands that are drawn, which are islands, and the names that stand along them."""
    kept, shapes = _within(np.asarray(waters.geometry.array))
    rings, owner = rings_of(shapely.orient_polygons(shapes))
    islands = np.r_[False, owner[1:] == owner[:-1]] if len(owner) else np.zeros(0, dtype=bool)
    names = np.where(slender, waters["name"].to_numpy(dtype=object), "")[kept][owner]
    return rings, islands, np.where(islands, "", names)


def _labels(lakes: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> tuple[Shapes, Ints, Ints, Shapes]:
    """Points that have names, their levels, the room of lakes, and the names: largest first."""
    shapes: Shapes = np.asarray(lakes.geometry.array)
    wide = np.argsort(-shapely.area(shapes), kind="stable")[:MOST_NAMES]
    lake, size = shapes[wide], np.sqrt(shapely.area(shapes[wide]))
    middle = shapely.get_point(shapely.maximum_inscribed_circle(lake, size / 20), 0)
    rank = places["level"].map({level: at for at, level in enumerate(LEVELS)}).to_numpy()
    order = np.argsort(rank, kind="stable")[:MOST_NAMES]
    points = np.asarray(places.to_crs(4326).geometry.array)[order]
    names = [one["name"].to_numpy(dtype=object) for one in (places.iloc[order], lakes.iloc[wide])]
    return (
        np.concatenate([points, middle]),
        np.r_[rank[order], np.full(len(wide), -1)].astype(np.int32),
        np.r_[np.zeros(len(order)), np.rint(size * 1e6)].astype(np.int32),
        np.concatenate(names),
    )


def _short(names: Shapes) -> pd.Series[str]:
    texts = pd.Series(names, dtype="str")
    return texts.where(texts.str.len() <= LONGEST_NAME, texts.str.slice(0, LONGEST_NAME - 1) + "…")


def _steps(shapes: Shapes) -> tuple[Any, Any]:
    """Longitudes and latitudes of all vertices, each as its difference from the one before."""
    xy = np.rint(shapely.get_coordinates(shapes) * 1e6).astype(np.int64)
    steps = np.diff(xy, axis=0, prepend=np.zeros((1, 2), np.int64)).astype(np.int32)
    return steps[:, 0].copy(), steps[:, 1].copy()


def _within(shapes: Shapes) -> tuple[Ints, Shapes]:
    """Positions of the shapes that are drawn, and the shapes as coarse as the room asks for."""
    tolerance = FINEST
    drawn = shapely.simplify(shapes, tolerance)
    while tolerance < COARSEST and shapely.get_num_coordinates(drawn).sum() > MOST_VERTICES:
        tolerance *= 2
        drawn = shapely.simplify(shapes, tolerance)
    longest = np.argsort(-shapely.length(drawn), kind="stable")
    fits = np.cumsum(shapely.get_num_coordinates(drawn[longest])) <= MOST_VERTICES
    kept = np.sort(longest[fits])
    return kept, drawn[kept]
