"""What a public function asks of the frames that it is given, checked at its door.

An error says what is wrong and the mend. The pipeline calls the same functions, so each check costs
one pass over an array at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geo.declaration import nearest
from geo.errors import CrsError, DataError

_POLYGONAL = (-1, 3, 6)  # missing, Polygon, MultiPolygon


def require_columns(frame: pd.DataFrame, wanted: Iterable[str], what: str) -> None:
    """DataError where one of the columns is not there, with the name most like it."""
    held = [str(name) for name in frame.columns]
    for name in wanted:
        if name not in frame:
            like = nearest(name, held)
            raise DataError(
                f"{what}：缺少列 {name}{f'（是否为 {like}？）' if like else ''}；"
                f"现有：{'、'.join(held) or '无'}。",
                f"{what}: no column `{name}`{f' (is it `{like}`?)' if like else ''}; it has:"
                f" {', '.join(held) or 'none'}.")


def require_known(names: Iterable[str], known: Iterable[str], what: str) -> None:
    """DataError at a name that is none of the known ones, with the one most like it."""
    choices = list(known)
    for name in names:
        if name not in choices:
            like = nearest(name, choices)
            raise DataError(
                f"{what}：“{name}”不认识{f'（是否为 {like}？）' if like else ''}；"
                f"可用：{'、'.join(choices)}。",
                f"{what}: `{name}` is not known{f' (is it `{like}`?)' if like else ''}; use"
                f" {', '.join(choices)}.")


def require_polygons(shapes: gpd.GeoSeries, what: str) -> None:
    """DataError where a shape is a line or a point; missing and empty ones are let through."""
    array = np.asarray(shapes.array)
    other = ~np.isin(shapely.get_type_id(array), _POLYGONAL) & ~shapely.is_empty(array)
    if other.any():
        kind = array[other][0].geom_type
        raise DataError(
            f"{what}：有 {int(other.sum())} 个图形不是面（{kind}）：只能用面。",
            f"{what}: {int(other.sum())} shapes are no polygons ({kind}): give polygons only.")


def require_crs(shapes: gpd.GeoSeries, what: str) -> pyproj.CRS:
    """The coordinate reference system, with a datum; CrsError where there is none."""
    crs = shapes.crs
    if crs is None or crs.ellipsoid is None:
        raise CrsError(f"{what}：没有坐标系，或坐标系没有基准：请先用 set_crs 指明。",
                       f"{what}: no CRS, or one without a datum: name it with set_crs.")
    return crs


def require_metres(crs: Any, what: str) -> None:
    """CrsError unless the system is a plane in metres."""
    plane = pyproj.CRS.from_user_input(crs)
    if not plane.is_projected or plane.axis_info[0].unit_conversion_factor != 1:
        raise CrsError(
            f"{what}：坐标系“{plane.name}”不是以米为单位的平面：请用投影坐标系，如 EPSG:4544。",
            f"{what}: `{plane.name}` is no plane in metres: use a projected system, EPSG:4544 for"
            " example.")


def require_same_crs(first: gpd.GeoDataFrame, second: gpd.GeoDataFrame, what: str) -> None:
    """CrsError where two layers do not share one reference system."""
    if first.crs != second.crs:
        names = ["—" if crs is None else crs.name for crs in (first.crs, second.crs)]
        raise CrsError(
            f"{what}：两个图层的坐标系不同（{names[0]}；{names[1]}）：请先用 to_crs 统一。",
            f"{what}: two layers are in different systems ({names[0]}; {names[1]}): bring them"
            " into one with to_crs.")
