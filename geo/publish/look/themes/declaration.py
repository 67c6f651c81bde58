"""What a theme is declared as: where it is listed, how it is made of a run, what is drawn over it.

A theme over a column of words is one line:

    THEME = worded("quality", Message("my.quality"), WORDS, "verdict", group=LAND, filter=True)

registered (`geo.publish.look.themes.THEMES.register`) or named by an entry point of the group
`mujun.themes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import geopandas as gpd
import pandas as pd

from geo.publish.look.style import Theme, by_words
from geo.run import Run
from geo.text import EMPTY, Message, Wording

CONCLUSIONS = Message("themes.conclusions")
LAND = Message("themes.land")
FACILITIES = Message("themes.facilities")
INDICATORS = Message("themes.indicators")
RULES = Message("themes.rules")
STATISTICS = Message("themes.statistics")
OWN = Message("themes.own")
GROUPS: tuple[Wording, ...] = (CONCLUSIONS, LAND, FACILITIES, INDICATORS, STATISTICS, OWN, RULES)
"""Headings that themes are listed under, in their order; another one comes after them."""


@dataclass(frozen=True)
class Overlay:
    """What is drawn over the parcels with a theme, in the CRS of the run's layers.

    Parameters
    ----------
    title
        What it is called in the legend.
    color, dash
        As `#rrggbb`, and lengths of dashes in pixels such as `6 3`; without dashes empty.
    lines
        Lines and rings.
    points
        Places with the column `name`.
    sided
        Whether what a line bounds lies on its left, and is to be shown.
    symbol
        The sign in the mark of a place, one letter.
    shape
        Of the mark: circle, square, diamond, triangle or hexagon.
    """

    title: Wording
    color: str
    dash: str
    lines: gpd.GeoSeries
    points: gpd.GeoDataFrame
    sided: bool = False
    symbol: Wording = EMPTY
    shape: str = "circle"


Make: TypeAlias = Callable[[Run], Iterable[Theme]]
Over: TypeAlias = Callable[[Run], Mapping[str, list[Overlay]]]


def _nothing(_: Run) -> Mapping[str, list[Overlay]]:
    return {}


@dataclass(frozen=True)
class ThemeDeclaration:
    """One theme, or a family of them such as one an indicator.

    Parameters
    ----------
    name
        The id of the theme, or of the family.
    group
        The heading that it is listed under: one of `GROUPS`, or another.
    make
        The themes that a run has the data for; none where it has not.
    filter
        Whether the map has a filter of it.
    trial
        Which verdicts of a trial on the map it shows: of all rules, of grades, of a rule.
    main
        Whether the QGIS project shows parcels in it.
    over
        What is drawn over the parcels with each theme, by its id.
    of_all
        Whether its classes hang on the values of all parcels, as quantiles do; else it is the same
        of a part of them.
    """

    name: str
    group: Wording
    make: Make
    filter: bool = False
    trial: str = ""
    main: bool = False
    over: Over = _nothing
    of_all: bool = True

    def themes(self, run: Run) -> list[Theme]:
        """The themes, each with what is declared of it."""
        return [
            replace(
                theme,
                group=self.group,
                filter=self.filter,
                trial=self.trial,
                main=self.main or theme.main,
            )
            for theme in self.make(run)
        ]


def worded(
    column: str,
    title: Wording,
    words: Mapping[str, Wording],
    colors: str,
    *,
    group: Wording,
    filter: bool = False,  # noqa: A002 -- what it is called where it is declared
    trial: str = "",
    main: bool = False,
) -> ThemeDeclaration:
    """A theme over a column of parcels that holds one word each.

    `words` are what the words say, in the order of the legend, with `no_data` among them; `colors`
    names a table of `style.toml` with a colour a word.
    """

    def make(run: Run) -> list[Theme]:
        parcels: pd.DataFrame = run.parcels
        if column not in parcels:
            return []
        theme = by_words(column, title, parcels[column], dict(words), colors)
        return [replace(theme, column=column, words=tuple(words))]

    return ThemeDeclaration(column, group, make, filter, trial, main, of_all=False)
