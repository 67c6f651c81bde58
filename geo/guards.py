"""What a public function asks of the frames that it is given, checked at its door.

An error says what is wrong and the mend. The pipeline calls the same functions, so each check costs
one pass over an array at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geo.arrays import CRS
from geo.declaration import nearest
from geo.errors import CrsError, DataError
from geo.text import EMPTY, Message, Wording, join
from geo.wgs84 import to_wgs84

Frame = TypeVar("Frame", bound=pd.DataFrame)

_FARTHEST = 1e9
_EAST, _NORTH = 360.0, 90.0
"""The largest longitude and latitude that anybody writes, degrees."""
_OUTSIDE = (20.0, 10.0)
"""How far outside its area of use a projected CRS is taken to be another one: degrees of longitude
and latitude. A zone's neighbours lie within; degrees that are read as metres, at the equator."""
_POLYGONAL = (-1, 3, 6)  # missing, Polygon, MultiPolygon


def require_columns(frame: pd.DataFrame, wanted: Iterable[str], what: str) -> None:
    """DataError where one of the columns is not there, with the name most like it."""
    held = [str(name) for name in frame.columns]
    for name in wanted:
        if name not in frame:
            like = likeness(str(name), held)
            raise DataError(
                "guards.no_column",
                what=what,
                name=name,
                like=like,
                held=join(held or [Message("guards.none")]),
            )


def likeness(name: str, known: list[str]) -> Wording:
    """In brackets, the known name most like this one; nothing where none is."""
    like = nearest(name, known)
    return Message("guards.is_it", like=like) if like else EMPTY


def require_known(names: Iterable[str], known: Iterable[str], what: str) -> None:
    """DataError at a name that is none of the known ones, with the one most like it."""
    choices = list(known)
    for name in names:
        if name not in choices:
            like = likeness(str(name), choices)
            raise DataError(
                "guards.not_known", what=what, name=name, like=like, choices=join(choices)
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
        if column.dtype.kind in "mMc" and column.notna().any():  # days and complex numbers are none
            column = column.astype("object").astype("str").mask(column.isna())
        if column.dtype != np.float64:
            numbers = pd.to_numeric(column, errors="coerce").astype("float64")
            changed[name] = numbers
        bad = np.isinf(numbers.to_numpy()) | (numbers.isna() & column.notna()).to_numpy()
        if bad.any():
            value = str(column[bad].iloc[0])[:40]
            raise DataError(
                "guards.in_column_no_finite_number",
                what=what,
                name=name,
                value=value,
                bad=int(bad.sum()),
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
                    "guards.column_must_true_false_missing", what=what, name=name
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
                raise DataError("guards.column_must_dates", what=what, name=name)
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
        raise DataError("guards.shapes_no_polygons", what=what, other=int(other.sum()), kind=kind)
    require_on_earth(shapes, what)


def require_on_earth(shapes: gpd.GeoSeries, what: str) -> None:
    """DataError where a coordinate is infinite, or larger than any on earth in its unit.

    A latitude of 105 is the commonest mistake there is: longitude and latitude swapped.
    """
    bounds = np.abs(shapely.bounds(np.asarray(shapes.array)))
    if shapes.crs is None or not shapes.crs.is_geographic:
        if (bounds > _FARTHEST).any():
            raise DataError("guards.coordinate_not_earth", what=what, farthest=_FARTHEST)
        return
    beyond = (bounds > np.array([_EAST, _NORTH] * 2) + 1e-9).any(axis=1)
    if beyond.any():
        east, north = shapely.bounds(np.asarray(shapes.array)[beyond][0])[:2]
        raise DataError(
            "guards.degrees_not_earth", what=what, rows=int(beyond.sum()), east=east, north=north
        )


def require_in_area(shapes: gpd.GeoSeries, what: str) -> None:
    """DataError where coordinates lie far outside the area that their projected CRS is used in.

    So are degrees that are labelled as metres, and northings in the place of eastings.
    """
    require_on_earth(shapes, what)
    crs = shapes.crs
    if crs is None or not crs.is_projected or crs.area_of_use is None:
        return
    box = shapes.total_bounds
    if not np.isfinite(box).all():
        return
    eastings, northings = box[[0, 2, 2, 0]], box[[1, 1, 3, 3]]
    lon, lat = to_wgs84(crs).transform(eastings, northings)
    west, south, east, north = crs.area_of_use.bounds
    half = ((east - west) % 360 or 360) / 2
    around = np.abs((lon - west - half + 180) % 360 - 180)  # longitudes are a circle
    near = around <= half + _OUTSIDE[0]
    near &= (lat >= south - _OUTSIDE[1]) & (lat <= north + _OUTSIDE[1])
    near &= (np.abs(box) > np.array([180, 90] * 2)).any()  # all within: these are degrees
    if not near.all():
        at = int(np.flatnonzero(~near)[0])
        raise DataError(
            "guards.far_outside_area",
            what=what,
            plane=crs.name,
            east=eastings[at],
            north=northings[at],
            area=f"{west:g}–{east:g}°E, {south:g}–{north:g}°N",
        )


def require_crs(shapes: gpd.GeoSeries, what: str) -> pyproj.CRS:
    """The coordinate reference system, with a datum; CrsError where there is none."""
    crs = shapes.crs
    if crs is None or crs.ellipsoid is None:
        raise CrsError("guards.no_crs_without_datum", what=what)
    if crs.is_geocentric:
        raise CrsError("guards.geocentric", what=what, name=crs.name)
    return crs


def require_metres(crs: CRS, what: str) -> None:
    """CrsError unless the system is a plane in metres."""
    plane = pyproj.CRS.from_user_input(crs)
    if not plane.is_projected or plane.axis_info[0].unit_conversion_factor != 1:
        raise CrsError("guards.no_plane_in_metres", what=what, plane=plane.name)


def require_same_crs(first: gpd.GeoDataFrame, second: gpd.GeoDataFrame, what: str) -> None:
    """CrsError where two layers do not share one reference system."""
    if first.crs != second.crs:
        names = ["—" if crs is None else crs.name for crs in (first.crs, second.crs)]
        raise CrsError(
            "guards.two_layers_in_different_systems", what=what, names=names[0], names_2=names[1]
        )
