"""The quiet ground of maps: the project's roads, waters and place names around its parks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.arrays import CRS, Frames, Ints, Shapes
from geo.geometry.overlay import collected, no_rows, threaded
from geo.land.place_levels import levels_of
from geo.text import Message, join

LINES = ("kind", "name", "geometry")
AREAS = ("name", "geometry")
NAMES = ("name", "level", "geometry")
"""Columns of the three layers."""

AROUND_M = 3000.0
"""How far beyond a park's box its surroundings are kept, m."""

_SHOWN = 3


def ground_layers(
    parks: gpd.GeoDataFrame, layers: Mapping[str, Any], plane: CRS
) -> dict[str, gpd.GeoDataFrame]:
    """What comes within `AROUND_M` of a park's box, cut there.

    Parameters
    ----------
    parks
        Polygons in any CRS.
    layers
        Of them `roads` (lines), `waters` (lines and polygons) and `places` (points and polygons)
        are taken, each in its own CRS, where they are there.
    plane
        A CRS in metres.

    Returns
    -------
    In the CRS of the parks: `ground`, lines of the kinds "road" and "water"; `water_areas`,
    polygons; `place_names`, points with their `level` (`geo.land.place_levels`). What has no name
    has an empty one.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> parks = gpd.GeoDataFrame(geometry=[shapely.box(500000, 0, 501000, 1000)], crs=4544)
    >>> river = shapely.LineString([(490000, 500), (510000, 500)])
    >>> waters = gpd.GeoDataFrame({"name": ["沱江"]}, geometry=[river], crs=4544)
    >>> ground_layers(parks, {"waters": waters}, 4544)["ground"].length.tolist()
    [7000.0]
    """
    around = _surroundings(parks, plane)
    roads, waters = (_cut(layers.get(name), around, plane) for name in ("roads", "waters"))
    lines = [_parts(roads, "MultiLineString", "road"), _parts(waters, "MultiLineString", "water")]
    areas = _parts(waters, "MultiPolygon", "water")
    made = {
        "ground": pd.concat(lines, ignore_index=True)[list(LINES)],
        "water_areas": areas[list(AREAS)],
        "place_names": _places(layers.get("places"), around, plane),
    }
    return {name: gpd.GeoDataFrame(one, crs=plane).to_crs(parks.crs) for name, one in made.items()}


def check_ground(layers: Frames, plane: CRS) -> pd.DataFrame:
    """What maps cannot draw of waters and place names: they lie elsewhere, or lack a name or level."""
    around = _surroundings(layers["parks"], plane)
    found = []
    for name in ("waters", "places"):
        if name not in layers:
            continue
        frame = layers[name]
        if not len(_near(_metres(frame, plane), around)):
            found.append(
                findings.about_layer(
                    name,
                    "not_near",
                    Message("ground.none_near", rows=len(frame), km=AROUND_M / 1000),
                    Message("ground.check_crs_or_leave_out"),
                )
            )
    if "waters" in layers:
        unnamed = int((_names(layers["waters"]) == "").sum())
        found += _told("waters", "without_name", unnamed, "add_name")
    if "level" in layers.get("places", ()):
        places = layers["places"]
        odd = levels_of(_names(places), places["level"])[1]
        words = join(pd.unique(places.loc[odd, "level"].astype("str"))[:_SHOWN])
        found += _told("places", "level_unknown", int(odd.sum()), "write_level", words=words)
    return findings.gather_findings(found)


def _told(layer: str, code: str, rows: int, mend: str, **more: Any) -> list[pd.DataFrame]:
    if not rows:
        return []
    text = Message(f"ground.{code}", rows=rows, **more)
    return [findings.about_layer(layer, code, text, Message(f"ground.{mend}"), "info")]


def _surroundings(parks: gpd.GeoDataFrame, plane: CRS) -> shapely.Geometry:
    x0, y0, x1, y1 = parks.to_crs(plane).bounds.to_numpy().T
    boxes = shapely.box(x0 - AROUND_M, y0 - AROUND_M, x1 + AROUND_M, y1 + AROUND_M)
    around: shapely.Geometry = shapely.union_all(boxes)
    shapely.prepare(around)
    return around


def _metres(frame: gpd.GeoDataFrame, plane: CRS) -> Shapes:
    return np.asarray(frame.to_crs(plane).geometry.array, dtype=object)


def _near(shapes: Shapes, around: shapely.Geometry) -> Ints:
    """Positions of the shapes that reach into the surroundings, in their order."""
    return np.sort(shapely.STRtree(shapes).query(around, predicate="intersects"))


def _names(frame: pd.DataFrame) -> pd.Series[str]:
    """Names on one line each; empty where there is none."""
    if "name" not in frame:
        return pd.Series("", index=frame.index, dtype="str")
    return frame["name"].astype("str").fillna("").str.replace(r"\s+", " ", regex=True).str.strip()


def _cut(frame: gpd.GeoDataFrame | None, around: shapely.Geometry, plane: CRS) -> gpd.GeoDataFrame:
    """Names and shapes of the surroundings; of shapes that reach beyond, what lies within."""
    if frame is None:
        return no_rows(AREAS, plane)
    shapes = _metres(frame, plane)
    near = _near(shapes, around)
    inner = shapes[near]
    beyond = ~shapely.contains(around, inner)
    inner[beyond] = threaded(shapely.intersection, inner[beyond], np.full(beyond.sum(), around))
    names = _names(frame).to_numpy()[near]
    return gpd.GeoDataFrame({"name": names}, geometry=inner, crs=plane)


def _parts(cut: gpd.GeoDataFrame, into: Any, kind: str) -> gpd.GeoDataFrame:
    """Of each shape its lines, or its polygons."""
    row, shapes = collected(np.asarray(cut.geometry.array), np.arange(len(cut)), into)
    names = cut["name"].to_numpy()[row]
    return gpd.GeoDataFrame({"kind": kind, "name": names}, geometry=shapes, crs=cut.crs)


def _places(
    frame: gpd.GeoDataFrame | None, around: shapely.Geometry, plane: CRS
) -> gpd.GeoDataFrame:
    """Places within the surroundings, by an inner point each."""
    if frame is None:
        return no_rows(NAMES, plane)
    points = shapely.point_on_surface(_metres(frame, plane))
    near = _near(points, around)
    rows = frame.iloc[near]
    names = _names(rows)
    levels = levels_of(names, rows.get("level"))[0]
    return gpd.GeoDataFrame(
        {"name": names.to_numpy(), "level": levels.to_numpy()}, geometry=points[near], crs=plane
    )
