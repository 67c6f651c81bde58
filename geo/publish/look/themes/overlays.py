"""Overlays made of layers: lines as lines, outlines as their rings, points by their names."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.publish.look.themes.declaration import Overlay
from geo.text import Wording


def overlay(title: Wording, color: str, shapes: gpd.GeoSeries, *, dash: str = "") -> Overlay:
    """Shapes drawn as lines: an outline as its rings, a point not at all."""
    size = shapely.get_dimensions(np.asarray(shapes.array))
    lines = pd.concat([shapes[size == 1], shapes[size == 2].boundary])
    nothing = gpd.GeoDataFrame({"name": []}, geometry=[], crs=shapes.crs)
    return Overlay(title, color, dash, gpd.GeoSeries(lines, crs=shapes.crs), nothing)


def places(title: Wording, color: str, layer: gpd.GeoDataFrame) -> Overlay:
    """A layer with the column `name`: points by their names, lines and outlines drawn."""
    point = shapely.get_dimensions(np.asarray(layer.geometry.array)) == 0
    lines = gpd.GeoSeries([], crs=layer.crs)
    if not point.all():
        lines = overlay(title, color, layer.geometry[~point]).lines
    points = layer.loc[point, ["name", "geometry"]]
    points = points.assign(name=points["name"].astype("str").fillna(""))
    return Overlay(title, color, "", lines, points.reset_index(drop=True))
