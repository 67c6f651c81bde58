"""Columns of distances and rasters, and a theme a column."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from geo.model import Column, show_unit
from geo.publish.headings import made_of
from geo.publish.look.style import Theme, by_value
from geo.text import Text


def land_columns(parcels: pd.DataFrame) -> list[Column]:
    """Columns of distances and rasters, in the order they stand in."""
    made = ((str(name), made_of(str(name))) for name in parcels.columns)
    return [
        column
        for name, column in made
        if column is not None and pd.api.types.is_numeric_dtype(parcels[name].dtype)
    ]


def measured(parcels: pd.DataFrame, prefix: str) -> list[Theme]:
    """A theme for each such column that begins so and has a value."""
    return [
        _theme(column, parcels[column.name])
        for column in land_columns(parcels)
        if column.name.startswith(prefix)
        and not column.name.endswith("_covered")
        and parcels[column.name].notna().any()
    ]


def _theme(column: Column, values: pd.Series[float]) -> Theme:
    unit = Text(column.unit, show_unit(column.unit, "en", "CNY"))
    theme = by_value(column.name, Text(column.zh, column.en), values, unit)
    return replace(theme, column=column.name)
