"""Columns of a layer that are no plain values, or whose names clash, made fit for what follows."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Series
from geo.text import Message, join

_ZONE = r"(?:Z|[+-]\d\d:?\d\d)$"
NOT_TEXT = (list, tuple, dict, set, np.ndarray)


def as_times(texts: Series) -> Series:
    """Times from their text (ISO 8601); of several zones the wall clock, as `plain_columns` keeps it.

    GDAL pads those of a file geodatabase with NULs.
    """
    texts = texts.str.strip(" \0")
    try:
        times = pd.to_datetime(texts, format="ISO8601")
    except ValueError:
        times = pd.to_datetime(texts.str.replace(_ZONE, "", regex=True), format="ISO8601")
    return times.dt.as_unit("ms")


def plain_columns(
    frame: pd.DataFrame, file: str, name: str
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The frame with lists and nested values as JSON text, times as they read, no binary columns.

    Zones of times are left out (the wall clock stays), NUL in text becomes a blank. Each change is
    a finding of layer `name`.
    """
    out, notes = frame.copy(deep=False), []
    changed: dict[str, list[str]] = {"lists": [], "binary": [], "zones": [], "nul": []}
    headings = [c for c in out.columns if c not in ("geometry", "source_row")]
    for column in headings:
        values = out[column]
        if isinstance(values.dtype, pd.DatetimeTZDtype):
            out[column] = values.dt.tz_localize(None)
            changed["zones"].append(column)
        elif values.dtype == object:
            if _any_of(values, (bytes, bytearray, memoryview)):
                out = out.drop(columns=column)
                changed["binary"].append(column)
            elif _any_of(values, NOT_TEXT):
                out[column] = values.map(_as_json)  # rows-ok: nested cells have no vector form
                changed["lists"].append(column)
        elif isinstance(values.dtype, pd.StringDtype):
            nul = values.str.contains("\0", regex=False).fillna(False).to_numpy(dtype=bool)
            if nul.any():
                mended = values[nul].str.replace("\0", " ", regex=False).str.strip()
                out[column] = values.mask(nul, mended.reindex(values.index))
                changed["nul"].append(column)
    notes = [
        _about(file, name, code, {c: headings.index(c) for c in columns})
        for code, columns in changed.items()
        if columns
    ]
    return out, findings.gather_findings(notes)


def _any_of(values: Series, kinds: tuple[type, ...]) -> bool:
    return any(isinstance(v, kinds) for v in values.dropna().array)


def _as_json(value: Any) -> Any:
    """JSON of a nested value; plain values as they are."""
    if not isinstance(value, NOT_TEXT):
        return value
    held = value.tolist() if isinstance(value, np.ndarray) else value
    return json.dumps(
        list(held) if isinstance(held, set) else held, ensure_ascii=False, default=str
    )


_TOLD = {
    "lists": (
        "nested_values",
        Message("attributes.lists_nested_values_read_json"),
    ),
    "binary": ("columns_not_read", Message("attributes.binary_columns_not_read")),
    "zones": (
        "time_zones",
        Message("attributes.times_bear_zone"),
    ),
    "nul": (
        "nul_in_text",
        Message("attributes.text_holds_nul_characters"),
    ),
}


def _about(file: str, name: str, which: str, columns: dict[str, int]) -> pd.DataFrame:
    """A finding on columns and their places, by which those of batches are put in order."""
    code, text = _TOLD[which]
    return findings.about_layer(
        name,
        code,
        Message(
            "attributes.about_columns",
            file=file,
            text=text,
            columns=join(columns),
            places=join(columns.values()),
        ),
        Message("attributes.check_these_columns"),
        "warning" if which == "nul" else "info",
    )
