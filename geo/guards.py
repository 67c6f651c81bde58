"""What a public function asks of the frames that it is given, checked at its door.

An error says what is wrong and the mend. The pipeline calls the same functions, so each check costs
one pass over an array at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geo.declaration import nearest
from geo.errors import CrsError, DataError, Text

Frame = TypeVar("Frame", bound=pd.DataFrame)

_FARTHEST, _FARTHEST_DEGREES = 1e9, 720.0
_POLYGONAL = (-1, 3, 6)  # missing, Polygon, MultiPolygon


def require_columns(frame: pd.DataFrame, wanted: Iterable[str], what: str) -> None:
    """DataError where one of the columns is not there, with the name most like it."""
    held = [str(name) for name in frame.columns]
    for name in wanted:
        if name not in frame:
            like = _likeness(name, held)
            raise DataError(
                f"{what}：缺少列 {name}{like.zh}；现有：{'、'.join(held) or '无'}。",
                f"{what}: no column `{name}`{like.en}; it has: {', '.join(held) or 'none'}.",
            )


def _likeness(name: str, known: list[str]) -> Text:
    """In brackets, the known name most like this one; nothing where none is."""
    like = nearest(name, known)
    return Text(f"（是否为 {like}？）", f" (is it `{like}`?)") if like else Text("", "")


def require_known(names: Iterable[str], known: Iterable[str], what: str) -> None:
    """DataError at a name that is none of the known ones, with the one most like it."""
    choices = list(known)
    for name in names:
        if name not in choices:
            like = _likeness(name, choices)
            raise DataError(
                f"{what}：“{name}”不认识{like.zh}；可用：{'、'.join(choices)}。",
                f"{what}: `{name}` is not known{like.en}; use {', '.join(choices)}.",
            )


def with_numbers(frame: Frame, names: Iterable[str], what: str) -> Frame:
    """The frame with these columns, where it has them, as float64; DataError at what is none.

    Missing values of every kind become NaN. Columns that are float64 already are not copied.
    """
    changed = {}
    for name in dict.fromkeys(names):
        if name not in frame:
            continue
        column = frame[name]
        numbers = column
        if column.dtype != np.float64:
            numbers = pd.to_numeric(column, errors="coerce").astype("float64")
            changed[name] = numbers
        bad = np.isinf(numbers.to_numpy()) | (numbers.isna() & column.notna()).to_numpy()
        if bad.any():
            value = str(column[bad].iloc[0])[:40]
            raise DataError(
                f"{what}：列 {name} 中的“{value}”不是有限的数（共 {int(bad.sum())} 处）。",
                f"{what}: `{value}` in column `{name}` is no finite number"
                f" ({int(bad.sum())} cells).",
            )
    return frame.assign(**changed) if changed else frame


def with_flags(frame: Frame, names: Iterable[str], what: str) -> Frame:
    """The frame with these columns, where it has them, as nullable booleans; else DataError."""
    changed = {}
    for name in names:
        if name in frame and frame[name].dtype != "boolean":
            try:
                changed[name] = frame[name].astype("boolean")
            except (TypeError, ValueError) as error:
                raise DataError(
                    f"{what}：列 {name} 应为是、否或缺失。",
                    f"{what}: column `{name}` must be true, false or missing.",
                ) from error
    return frame.assign(**changed) if changed else frame


def with_dates(frame: Frame, names: Iterable[str], what: str) -> Frame:
    """The frame with these columns, where it has them, as dates; else DataError."""
    changed = {}
    for name in names:
        if name in frame and not pd.api.types.is_datetime64_any_dtype(frame[name].dtype):
            text = frame[name].astype("str").mask(frame[name].isna())
            dates = pd.to_datetime(text, errors="coerce", format="ISO8601")
            if (dates.isna() & frame[name].notna()).any():
                raise DataError(
                    f"{what}：列 {name} 应为日期（如 2023-01-01）或缺失。",
                    f"{what}: column `{name}` must be dates (2023-01-01) or missing.",
                )
            changed[name] = dates
    return frame.assign(**changed) if changed else frame


def require_polygons(shapes: gpd.GeoSeries, what: str) -> None:
    """DataError where a shape is a line or a point, or lies beyond the earth.

    Missing and empty shapes are let through.
    """
    array = np.asarray(shapes.array)
    other = ~np.isin(shapely.get_type_id(array), _POLYGONAL) & ~shapely.is_empty(array)
    if other.any():
        kind = array[other][0].geom_type
        raise DataError(
            f"{what}：有 {int(other.sum())} 个图形不是面（{kind}）：只能用面。",
            f"{what}: {int(other.sum())} shapes are no polygons ({kind}): give polygons only.",
        )
    require_on_earth(shapes, what)


def require_on_earth(shapes: gpd.GeoSeries, what: str) -> None:
    """DataError where a coordinate is infinite, or larger than any on earth in its unit."""
    degrees = shapes.crs is not None and shapes.crs.is_geographic
    farthest = _FARTHEST_DEGREES if degrees else _FARTHEST
    if (np.abs(shapely.bounds(np.asarray(shapes.array))) > farthest).any():
        raise DataError(
            f"{what}：有坐标不在地球上（大于 {farthest:g}）：坐标系是否写错？",
            f"{what}: a coordinate is not on earth (over {farthest:g}): is the reference system"
            " right?",
        )


def require_crs(shapes: gpd.GeoSeries, what: str) -> pyproj.CRS:
    """The coordinate reference system, with a datum; CrsError where there is none."""
    crs = shapes.crs
    if crs is None or crs.ellipsoid is None:
        raise CrsError(
            f"{what}：没有坐标系，或坐标系没有基准：请先用 set_crs 指明。",
            f"{what}: no CRS, or one without a datum: name it with set_crs.",
        )
    return crs


def require_metres(crs: Any, what: str) -> None:
    """CrsError unless the system is a plane in metres."""
    plane = pyproj.CRS.from_user_input(crs)
    if not plane.is_projected or plane.axis_info[0].unit_conversion_factor != 1:
        raise CrsError(
            f"{what}：坐标系“{plane.name}”不是以米为单位的平面：请用投影坐标系，如 EPSG:4544。",
            f"{what}: `{plane.name}` is no plane in metres: use a projected system, EPSG:4544 for"
            " example.",
        )


def require_same_crs(first: gpd.GeoDataFrame, second: gpd.GeoDataFrame, what: str) -> None:
    """CrsError where two layers do not share one reference system."""
    if first.crs != second.crs:
        names = ["—" if crs is None else crs.name for crs in (first.crs, second.crs)]
        raise CrsError(
            f"{what}：两个图层的坐标系不同（{names[0]}；{names[1]}）：请先用 to_crs 统一。",
            f"{what}: two layers are in different systems ({names[0]}; {names[1]}): bring them"
            " into one with to_crs.",
        )
