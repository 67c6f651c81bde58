"""The map's themes: how parcels may be coloured, and what is drawn over them with each.

Each is declared in a module here; a package adds its own (`mujun.themes`), a script registers one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from geo.errors import OutputError
from geo.publish.look.style import Theme
from geo.publish.look.themes import (
    conclusions,
    facilities,
    indicators,
    industry_fields,
    land,
    notes,
    own,
    rules,
    statistics,
)
from geo.publish.look.themes.declaration import GROUPS, Overlay, ThemeDeclaration, worded
from geo.publish.look.themes.land import LINEAGE
from geo.publish.look.themes.measured import land_columns
from geo.publish.look.themes.rules import ParcelRules, indicator_title
from geo.registry import Registry
from geo.run import Run
from geo.run.kept import kept
from geo.text import Message

__all__ = [
    "FIRST",
    "LINEAGE",
    "THEMES",
    "Overlay",
    "ParcelRules",
    "ThemeDeclaration",
    "first_themes",
    "in_groups",
    "indicator_title",
    "land_columns",
    "overlays",
    "overlays_of",
    "theme_called",
    "themes",
    "themes_by_id",
    "worded",
]


_MODULES = (
    conclusions,
    notes,
    land,
    industry_fields,
    facilities,
    indicators,
    statistics,
    own,
    rules,
)


def _shipped() -> Iterable[ThemeDeclaration]:
    for module in _MODULES:
        yield from module.THEMES


THEMES: Registry[ThemeDeclaration] = Registry(
    "mujun.themes", Message("registry.theme"), ThemeDeclaration, _shipped
)


def in_groups() -> list[ThemeDeclaration]:
    """The declarations in the order of the map: group by group."""
    groups = list(dict.fromkeys([*GROUPS, *(declared.group for declared in THEMES)]))
    return sorted(THEMES, key=lambda declared: groups.index(declared.group))


def themes(run: Run, of_all: Mapping[str, Sequence[Theme]] | None = None) -> list[Theme]:
    """All themes of the map, group by group.

    Of a part of a run those that hang on all parcels come in `of_all`, by the declaration's name.
    """
    return [
        theme
        for declared in in_groups()
        for theme in (
            _themes_of(run, declared)
            if of_all is None or not declared.of_all
            else of_all.get(declared.name, ())
        )
    ]


def _themes_of(run: Run, declared: ThemeDeclaration) -> list[Theme]:
    made = _made(run)
    if declared not in made:
        made[declared] = declared.themes(run)
    return made[declared]


@kept
def _made(_: Run) -> dict[ThemeDeclaration, list[Theme]]:
    """The themes of a run that somebody asked for, by what declares them."""
    return {}


FIRST = (
    "compliance",
    "grade",
    "tax_per_mu",
    "revenue_per_mu",
    "land_use",
    "industry",
    "control",
    "idle_state",
    "scope",
    "floor_area_ratio",
    "output_value_per_mu",
    "low_efficiency",
)
"""Themes that are wanted most, in this order."""
MOST_FIRST = 8
"""Themes that a map has at hand; all others are looked up."""


def first_themes(shown: Sequence[Theme]) -> list[str]:
    """The ids of the themes at hand: those of `FIRST` that the run has, then the first others."""
    there = [theme.id for theme in shown]
    wanted = [name for name in FIRST if name in there]
    return list(dict.fromkeys([*wanted, *there]))[:MOST_FIRST]


def themes_by_id(run: Run) -> dict[str, Theme]:
    """Themes by their ids; of a run that has none, where the parcels are."""
    made = themes(run) or [
        Theme(
            "parcels",
            Message("scene.parcels"),
            (Message("scene.parcel"),),
            ("#b9cbdc",),
            np.zeros(len(run.parcels), np.uint8),
        )
    ]
    return {theme.id: theme for theme in made}


def theme_called(known: dict[str, Theme], name: str) -> Theme:
    """A theme by its id, or the first; OutputError names those there are."""
    if not name:
        return next(iter(known.values()))
    if name not in known:
        raise OutputError("scene.no_theme", name=name, known=", ".join(known))
    return known[name]


def overlays_of(run: Run, theme: str) -> list[Overlay]:
    """What is drawn over the parcels with one theme, by its id: no other theme's is made."""
    for declared in THEMES:
        if any(made.id == theme for made in _themes_of(run, declared)):
            return list(declared.over(run).get(theme, ()))
    return []


def overlays(run: Run) -> dict[str, list[Overlay]]:
    """What is drawn over the parcels with a theme, by the theme's id."""
    found = {name: drawn for declared in THEMES for name, drawn in declared.over(run).items()}
    return {name: drawn for name, drawn in found.items() if drawn}
