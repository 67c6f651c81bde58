"""What the map's client is told of the headline figures: all that it shows is written here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from geo.evaluate.grades import GRADE_WORDS
from geo.evaluate.idle_land import IDLE_WORDS
from geo.publish.look.style import Theme, palette
from geo.publish.records.by_park import ByPark
from geo.publish.records.counts import RunCounts
from geo.publish.records.headline import ALL, Headline, HeadlineFigure, HeadlinePart, headlines
from geo.publish.records.numbers import known
from geo.publish.records.run_result import run_result
from geo.run import Run
from geo.standards.scope import SCOPE
from geo.standards.vocabulary import VERDICTS
from geo.text import Wording

_WORDS: dict[str, tuple[str, dict[str, Wording]]] = {
    "compliance": ("verdict", VERDICTS),
    "scope": ("scope", SCOPE),
    "grade": ("grade", GRADE_WORDS),
    "idle": ("idle", IDLE_WORDS),
}
"""Palette and words, in the order of the legend, of each theme whose classes are parts of a figure."""


def board(
    run: Run, shown: Sequence[Theme], counts: RunCounts, parks_counted: ByPark | None = None
) -> Iterator[dict[str, Any]]:
    """The headlines, each with its figure of all parks and of every park, in the parks' order.

    One is made after the other.

    `parks_counted` as `headlines` takes it.
    """
    themes = {theme.id: theme for theme in shown}
    parks = [ALL, *run.parks["park_id"].astype("str")]
    result = run_result(run, run.settings, counts)
    for line in headlines(run, result, parks_counted):
        yield _headline(line, parks, themes)


def _both(text: Wording) -> list[str]:
    return [text.zh, text.en]


def _headline(line: Headline, parks: list[str], themes: dict[str, Theme]) -> dict[str, Any]:
    return {
        "id": line.id,
        "zh": line.title.zh,
        "en": line.title.en,
        "theme": line.theme if line.theme in themes else "",
        "rank": _both(line.rank_title),
        "mean": line.mean if known(line.mean) else None,
        "mean_shown": _both(line.mean_shown),
        "mean_title": _both(line.mean_title),
        "source": line.source,
        "note": _both(line.note),
        "of": [_figure(line.figures[park], themes) for park in parks],
    }


def _figure(figure: HeadlineFigure, themes: dict[str, Theme]) -> dict[str, Any]:
    return {
        "value": figure.value if known(figure.value) else None,
        "shown": _both(figure.shown),
        "unit": _both(figure.unit),
        "rank": _both(figure.rank),
        "lines": [_both(line) for line in figure.lines],
        "parts": [_part(part, themes) for part in figure.parts],
    }


def _part(part: HeadlinePart, themes: dict[str, Theme]) -> dict[str, Any]:
    """A class of a theme; where the map has not the theme, it is only read."""
    colors, words = _WORDS[part.theme]
    return {
        "zh": part.title.zh,
        "en": part.title.en,
        "count": part.count,
        "color": str(palette()[colors][part.word]),
        "theme": part.theme if part.theme in themes else "",
        "code": list(words).index(part.word),
    }
