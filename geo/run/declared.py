"""Whether the tables of a run are as they are declared (`geo.model.tables`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import geopandas as gpd
import pandas as pd
from pandas.api import types

from geo.arrays import Series
from geo.model.columns import Column
from geo.model.table import Table
from geo.model.tables import TABLES
from geo.run.run import Run

_TYPES: dict[str, Callable[[Any], bool]] = {
    "number": types.is_numeric_dtype,
    "integer": types.is_numeric_dtype,  # with a missing value it is a float
    "bool": lambda dtype: types.is_bool_dtype(dtype) or types.is_numeric_dtype(dtype),
    "date": types.is_datetime64_any_dtype,
    "text": lambda dtype: (
        types.is_string_dtype(dtype)
        or isinstance(dtype, pd.CategoricalDtype)
        or types.is_object_dtype(dtype)
    ),
}


def undeclared(run: Run) -> list[str]:
    """What a run's tables have that their declarations do not say, one a line; empty if all is."""
    return [
        line
        for name, frame in run.tables.items()
        for line in differences(run.published(name), TABLES[name])
    ]


def differences(frame: Any, table: Table) -> list[str]:
    """What a frame has otherwise than its table is declared: columns, kinds, key, outlines."""
    said = [*_columns(frame, table), *_order(frame, table)]
    if isinstance(frame, gpd.GeoDataFrame) != (table.geometry != "none"):
        said.append(f"{table.name}: outlines are {table.geometry} as declared")
    key = [name for name in table.key if name in frame]
    if key and frame.duplicated(key).any():
        said.append(f"{table.name}: rows share a key ({', '.join(key)})")
    return said


def _columns(frame: Any, table: Table) -> Iterable[str]:
    for name in frame.columns:
        column = table.by_name.get(str(name))
        if column is None:
            if not table.open and name != "geometry":
                yield f"{table.name}.{name}: is not declared"
        elif not _is_of(frame[name], column):
            yield f"{table.name}.{name}: {frame[name].dtype} is no {column.kind}"


def _is_of(values: Series, column: Column) -> bool:
    """Whether values are of a column's kind; a column without any may be of any type."""
    return not values.notna().any() or bool(_TYPES[column.kind](values.dtype))


def _order(frame: Any, table: Table) -> Iterable[str]:
    """Tables that are closed have their columns in the declared order."""
    names = [str(name) for name in frame.columns if name in table.by_name]
    if not table.open and names != [name for name in table.by_name if name in names]:
        yield f"{table.name}: columns stand in another order than declared"
