"""What every public function asks first: shapes, columns, ids of somebody's own frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geo.arrays import CRS, Series, Shapes
from geo.errors import DataError
from geo.geometry.overlay import plane_of
from geo.guards import (
    likeness,
    require_columns,
    require_crs,
    require_in_area,
    require_metres,
    require_polygons,
)
from geo.sources.cells import yes_or_no

Column = str | pd.Series
"""A column's name, or a Series in the order of the frame's rows (an array will do)."""


def shapes_of(data: gpd.GeoSeries | gpd.GeoDataFrame, what: str) -> gpd.GeoSeries:
    """The geometries of a GeoSeries or GeoDataFrame, whatever their column is called."""
    if isinstance(data, gpd.GeoSeries):
        shapes = data
    elif isinstance(data, gpd.GeoDataFrame) and data.active_geometry_name is not None:
        shapes = data.geometry
    else:
        kind = type(data).__name__
        raise DataError("edges.give_geoseries_geodataframe_with_geometry", what=what, kind=kind)
    require_in_area(shapes, what)
    return shapes


def outlines_of(data: gpd.GeoSeries | gpd.GeoDataFrame, what: str) -> gpd.GeoSeries:
    """Polygons that can be laid over each other: with a CRS, and none that crosses itself."""
    shapes = shapes_of(data, what)
    require_polygons(shapes, what)
    require_crs(shapes, what)
    array = np.asarray(shapes.array)
    broken = int((~shapely.is_valid(array) & ~shapely.is_missing(array)).sum())
    if broken:
        raise DataError("edges.outlines_cross_themselves", what=what, broken=broken)
    return shapes


def in_plane(shapes: gpd.GeoSeries, plane: CRS | None = None) -> tuple[Shapes, CRS]:
    """The shapes flat and in metres (shapes without an outline are missing), and their plane.

    A layer in degrees is brought into the 3-degree zone of its middle, never measured in degrees.
    """
    plane = plane_of(shapes) if plane is None else plane
    if plane is not None and not pyproj.CRS.from_user_input(plane).is_geographic:
        require_metres(plane, "plane")
        shapes = shapes.to_crs(plane)
    flat: Shapes = shapely.force_2d(np.array(shapes.array, dtype=object))
    flat[shapely.is_empty(flat)] = None
    return flat, plane


def column_of(frame: pd.DataFrame, column: Column, what: str) -> Series:
    """A column by its name, or a Series of as many rows; on the frame's own index."""
    if isinstance(column, str):
        require_columns(frame, (column,), what)
        return frame[column]
    if not isinstance(column, pd.Series):
        if np.ndim(column) != 1:
            raise DataError("edges.no_column_kind", what=what, kind=type(column).__name__)
        column = pd.Series(np.asarray(column), index=frame.index[: len(column)])
    if len(column) != len(frame):
        raise DataError("edges.column_rows_frame", what=what, count=len(column), count_2=len(frame))
    if not column.index.equals(frame.index):
        raise DataError("edges.column_index_not_frame", what=what)
    return column


def ids_of(ids: Series) -> Series:
    """Ids as texts, whatever they were read as: 10, 10.0 and "10" are one parcel.

    Whole numbers that a blank made floats (a column 10.0, NaN) lose their point again.
    """
    if pd.api.types.is_float_dtype(ids.dtype):
        number = ids.astype("float64")
        if (number.dropna() % 1 == 0).all() and (number.abs().max() < 2**53 or number.isna().all()):
            return number.astype("Int64").astype("str").mask(ids.isna())
    text = ids.astype("str").mask(ids.isna()).astype("str")
    return text.str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True) if ids.dtype == object else text


def require_number(value: float, name: str, least: float = 0.0) -> None:
    """DataError unless an argument is a finite number that is not below `least`."""
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not (number and np.isfinite(value) and value >= least):
        raise DataError("edges.no_number", name=name, value=repr(value)[:40], least=least)


def named(columns: Iterable[str] | str) -> list[str]:
    """One name, or several."""
    return list(columns) if several(columns) else [cast("str", columns)]


def several(columns: object) -> bool:
    """Whether these are names, not one name."""
    return isinstance(columns, Iterable) and not isinstance(columns, str)


def require_frame(frame: pd.DataFrame, what: str) -> None:
    """DataError unless this is a frame, with each column's name once."""
    if not isinstance(frame, pd.DataFrame):
        raise DataError("edges.no_frame", what=what, kind=type(frame).__name__)
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise DataError("edges.column_twice", what=what, name=str(twice[0]))


def require_canonical(columns: dict[str, str] | None, known: Iterable[str], what: str) -> None:
    """DataError where `columns` names what nothing is made of: a misspelt name is no choice."""
    names = sorted(known)
    for name in columns or {}:
        if name not in names:
            raise DataError(
                "edges.not_canonical", what=what, name=name, like=likeness(str(name), names)
            )


def renamed(frame: pd.DataFrame, columns: dict[str, str] | None, what: str) -> pd.DataFrame:
    """The frame by canonical names: `columns` says which of its own stands for each."""
    taken = columns or {}
    require_columns(frame, taken.values(), what)
    flat = pd.DataFrame(frame).drop(columns=list(set(taken) & set(frame)), errors="ignore")
    return flat.assign(**{name: frame[own] for name, own in taken.items()})


def with_yes_or_no(frame: pd.DataFrame, names: Iterable[str], what: str) -> pd.DataFrame:
    """The frame with these columns of texts (是, no, √), where it has them, as booleans."""
    read = {}
    for name in names:
        if name in frame and not pd.api.types.is_numeric_dtype(frame[name].dtype):
            flags, _, odd = yes_or_no(frame[name])
            if odd.any():
                raise DataError("guards.column_must_true_false_missing", what=what, name=name)
            read[name] = flags
    return frame.assign(**read)
