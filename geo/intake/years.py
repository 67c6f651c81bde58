"""The year of the project: the newest that has figures, and the one it is compared with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from geo.arrays import Frames
from geo.intake.model import SourceProfile
from geo.intake.questions import Choice, Interview, Question
from geo.model import MEASURES
from geo.text import Message, Wording, join

FIGURES = ("indicators", "park_indicators")
"""Tables whose years a project can be of."""

_MEASURES = [column.name for column in MEASURES]


def years_with_figures(frames: Frames) -> dict[str, list[int]]:
    """The years of each table of figures in which any figure stands, oldest first."""
    out = {}
    for name in FIGURES:
        frame = frames.get(name)
        if frame is None or "year" not in frame:
            continue
        held = [column for column in _MEASURES if column in frame]
        reported = frame.loc[frame[held].notna().any(axis=1), "year"].dropna()
        out[name] = sorted({int(year) for year in reported.unique()})
    return out


def settled_years(
    found: dict[str, list[int]],
    profiles: Iterable[SourceProfile],
    today: dt.date,
    talk: Interview,
) -> tuple[int, int | None, list[Wording]]:
    """The project's year, the one compared with, and why.

    >>> from geo.intake.questions import nobody
    >>> talk = Interview(nobody)
    >>> settled_years({"indicators": [2021, 2022, 2023]}, [], dt.date(2024, 5, 1), talk)[:2]
    (2023, 2022)
    """
    figures = sorted({year for years in found.values() for year in years if year <= today.year})
    if figures:
        year, earlier = figures[-1], figures[:-1]
        notes: list[Wording] = [Message("intake_plan.newest_year", years=join(figures))]
        return year, (earlier[-1] if earlier else None), notes
    return _asked_year(list(profiles), today, talk), None, []


def _asked_year(profiles: list[SourceProfile], today: dt.date, talk: Interview) -> int:
    """The year where no table of figures states one: asked, the newest that is named first."""
    named = {
        year: profile.name
        for profile in reversed(profiles)
        for years in profile.years.values()
        for year in years
        if 1990 <= year <= today.year
    }
    offered = dict.fromkeys([*sorted(named, reverse=True)[:4], today.year - 1, today.year])
    choices = tuple(
        Choice(
            str(year),
            Message("intake_plan.year", year=str(year)),
            (Message("intake_plan.year_named_by", source=named[year]),) if year in named else (),
        )
        for year in offered
    )
    return int(talk.put(Question("year", "project", Message("intake_question.year"), choices)))
