"""Subjects that the project file names, and that its data do not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from geo import findings
from geo.arrays import Frames
from geo.declaration import nearest
from geo.model import LAYERS
from geo.project import Settings
from geo.text import Message

_KEYS = {"parks": "park_id", "parcels": "parcel_id", "enterprises": "enterprise_id"}


def check_named(tables: Frames, settings: Settings) -> pd.DataFrame:
    """A finding a subject that the project names and nothing is, and a theme over no column."""
    return findings.gather_findings([*check_ids(tables, settings), *_themes(tables, settings)])


def check_ids(tables: Mapping[str, Any], settings: Settings) -> list[pd.DataFrame]:
    """A finding an id of `[project.references]`, `[project.applies]` or a step that nothing has.

    Of the layers that are among `tables` and have rows there.
    """
    known = _Known(tables)
    odd = [
        (layer, where, name) for layer, where, name in _named(settings) if known.lacks(layer, name)
    ]
    named = [
        findings.about_layer(
            layer,
            "unknown_in_project",
            Message(
                "named.names_layer_does_not",
                where=where,
                name=name,
                layers=LAYERS[layer].title,
                layer=layer,
            ),
            known.mend(layer, name),
        )
        for layer, where, name in odd
    ]
    return [*named, *_steps(settings, known)]


def check_steps(tables: Mapping[str, Any], settings: Settings) -> list[pd.DataFrame]:
    """The same of the steps of the briefing alone."""
    return list(_steps(settings, _Known(tables)))


class _Known:
    """The ids and years that the data have, each layer's looked through where one is named."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self._tables = tables
        self._found: dict[str, set[str]] = {}

    def lacks(self, layer: str, name: str) -> bool:
        """Whether the layer has subjects, and none of that name."""
        if layer not in self._found:
            self._found[layer] = self._names(layer)
        return bool(self._found[layer]) and name not in self._found[layer]

    def mend(self, layer: str, name: str) -> Message:
        """What to do about a name that it lacks: the one most like it, if there is one."""
        like = nearest(name, sorted(self._found[layer]))
        if like:
            return Message("named.did_you_mean", like=like)
        return Message("named.correct_id_add_data")

    def _names(self, layer: str) -> set[str]:
        if layer == "indicators":
            if "figures" not in self._tables:
                return set()
            years = self._tables["figures"]["year"].drop_duplicates().dropna()
            return set(years.astype(int).astype(str))
        key, table = _KEYS[layer], self._tables.get(layer, ())
        return set(table[key].astype("str")) if key in table else set()


def _steps(settings: Settings, known: _Known) -> Iterator[pd.DataFrame]:
    """Parks, parcels and years that a step of the map's briefing names in vain."""
    for at, step in enumerate(settings.briefing, 1):
        year = "" if step.year in (None, settings.year) else str(step.year)
        asked = {"parks": ("park", step.park), "parcels": ("parcel", step.parcel)}
        for layer, (key, name) in (asked | {"indicators": ("year", year)}).items():
            if name and known.lacks(layer, name):
                yield findings.about_layer(
                    layer,
                    "unknown_in_project",
                    Message(
                        "named.step_names",
                        where=f"briefing.{at}.{key}",
                        name=name,
                        layers=LAYERS[layer].title,
                        layer=layer,
                    ),
                    known.mend(layer, name),
                )


def _themes(tables: Frames, settings: Settings) -> Iterator[pd.DataFrame]:
    """Declared themes over columns that their layer does not have."""
    for name, theme in settings.themes.items():
        columns = [str(column) for column in tables[theme.of].columns if column != "geometry"]
        if theme.column not in columns:
            like = nearest(theme.column, columns)
            yield findings.about_layer(
                theme.of,
                "theme_without_column",
                Message("named.theme_no_column", name=name, column=theme.column),
                Message("named.did_you_mean", like=like)
                if like
                else Message("named.correct_theme_column"),
                "warning",
            )


def _named(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Layer, setting and id of every subject that the project names."""
    for key, decisions in settings.references.items():
        for one in decisions:
            yield from (("parcels", f"references.{key}", name) for name in one.parcels)
            yield from (("enterprises", f"references.{key}", name) for name in one.enterprises)
    for key, applies in settings.applies.items():
        yield from (("parks", f"applies.{key}", name) for name in applies.parks)
        yield from (("parcels", f"applies.{key}", name) for name in applies.parcels)
