"""Themes that a project declares (`[publish.themes.NAME]`) over any column that its layers carry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from geo.arrays import Series
from geo.project_parts import OwnTheme
from geo.publish.look.classify import class_edges
from geo.publish.look.style import Theme, by_categories, by_edges, ramp, spread
from geo.publish.look.themes.declaration import OWN, ThemeDeclaration
from geo.run import Run
from geo.text import EMPTY, Message, Text, Wording, join

_BETTER: dict[str, Wording] = {
    "higher": Message("themes.better_higher"),
    "lower": Message("themes.better_lower"),
}
_LONGEST = 60
"""Letters of a word of the data that a legend shows."""
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
"""Control characters, and those that turn or hide text."""


def own_columns(
    run: Run, figures: Mapping[str, bool] | None = None
) -> Iterator[tuple[str, OwnTheme, Series]]:
    """Each declared theme that the data has the column for: its name, itself, a value a parcel.

    `figures` says by name, for a part of a run, which of them are figures in all of it.
    """
    for name, theme in run.settings.themes.items():
        values = values_of(run.parcels, run.parks, theme, (figures or {}).get(name))
        if values is not None:
            yield name, theme, values


def values_of(
    parcels: pd.DataFrame, parks: pd.DataFrame, theme: OwnTheme, are_figures: bool | None = None
) -> Series | None:
    """A value a parcel, its park's where the column is one of parks; figures where all are.

    `are_figures` decides it where more parcels have the column than these.
    """
    if theme.of == "parcels":
        if theme.column not in parcels:
            return None
        values = parcels[theme.column]
    else:
        if theme.column not in parks:
            return None
        column = parks.drop_duplicates("park_id").set_index("park_id")[theme.column]
        values = parcels["park_id"].map(column)
    if pd.api.types.is_bool_dtype(values.dtype) or pd.api.types.is_numeric_dtype(values.dtype):
        return values
    text = values.astype("str").mask(values.isna()).str.strip()
    text = text.mask(text == "")
    figures = pd.to_numeric(text, errors="coerce")
    if are_figures is None:
        there = text.notna()
        are_figures = bool(there.any() and not (there & figures.isna()).any())
    return figures.astype("float64") if are_figures else text


def _own(run: Run) -> Iterator[Theme]:
    for name, theme, values in own_columns(run):
        if not values.notna().any():
            continue
        title = Text(theme.title or theme.column, theme.en or theme.title or theme.column)
        numeric = pd.api.types.is_numeric_dtype(values.dtype)
        if numeric and not pd.api.types.is_bool_dtype(values.dtype):
            yield _of_figures(f"own:{name}", title, values, theme)
        else:
            yield by_categories(f"own:{name}", title, plain_words(values), theme.palette)


def _of_figures(key: str, title: Wording, values: Series, theme: OwnTheme) -> Theme:
    """Classes as they are declared; a figure that is not finite is none."""
    figures = values.astype("float64").where(np.isfinite(values.astype("float64")))
    edges = class_edges(figures, theme.scheme, theme.k)
    count = len(edges) + 1
    colors = spread(theme.palette, count) if theme.palette else ramp(count)
    if theme.better == "lower":
        colors = colors[::-1]
    parts: list[Wording] = [Message(f"explore.{theme.scheme}")]
    if theme.unit:
        parts.append(Text(theme.unit, theme.unit))
    if theme.better:
        parts.append(_BETTER[theme.better])
    return by_edges(
        key, title, figures, edges, colors, join(parts, "semicolon") if parts else EMPTY
    )


def plain_words(values: Series) -> Series:
    """Words of the data as a legend can show them: on one line, without hidden signs, not long."""
    number, words = pd.factorize(values)
    shown = [
        " ".join(_UNSEEN.sub(" ", str(word)).split())[:_LONGEST]  # rows-ok: distinct words
        for word in words
    ]
    return pd.Series(
        pd.array([*(word or None for word in shown), None], dtype="str")[number],
        index=values.index,
    )


THEMES = (ThemeDeclaration("own", OWN, _own),)
