"""The year of a table of figures that has no column of years: from its title, sheet, file or folder."""

from __future__ import annotations

import datetime as dt

from geo.intake.plan import Part
from geo.intake.questions import Choice, Interview, Question
from geo.model import LAYERS
from geo.model.periods import dates_named, years_named
from geo.text import Message, Wording

_STATING = ("title", "sheet", "file")
"""What `year_from` can name, the nearest to the figures first."""
_PLACES: dict[str, Wording] = {
    "title": Message("file_place.title"),
    "sheet": Message("file_place.sheet"),
    "file": Message("file_place.file_name"),
    "folder": Message("intake_plan.folder"),
}
_OFFERED = 2
"""Years before this one that are offered where nothing names one."""


def settle_year(part: Part, today: dt.date, talk: Interview) -> None:
    """Say where the year of a source is stated; asked where its places differ or none states one."""
    role, years = str(part.guess.role), part.profile.years
    column = LAYERS[role].by_name.get("year") if role in LAYERS else None
    held = {c.column for c in part.guess.columns} | {*part.fields, *part.constants}
    if column is None or not column.required or "year" in held or years.get("heading"):
        return
    once = {str(place): found[0] for place, found in years.items() if len(found) == 1}
    stated = {place: once[place] for place in _PLACES if place in once}
    near = {place: year for place, year in stated.items() if place != "folder"}
    if len(set(near.values())) == 1:
        part.year_from = next(iter(near))
    elif not near and "folder" in stated:
        part.constants["year"] = stated["folder"]
        part.notes.append(Message("intake_plan.year_of_folder", year=str(stated["folder"])))
    else:
        _ask(part, stated, today, talk)


def _ask(part: Part, stated: dict[str, int], today: dt.date, talk: Interview) -> None:
    """Which year the rows are of."""
    why: dict[int, list[Wording]] = {}
    for place, year in stated.items():
        why.setdefault(year, []).append(Message("intake_plan.year_stated", place=_PLACES[place]))
    for title, year in _dates(part):
        why.setdefault(year - 1, []).append(Message("intake_plan.year_before_date", text=title))
        why.setdefault(year, [])
    offered = dict.fromkeys([*why, *(today.year - k for k in range(1, _OFFERED + 1))])
    choices = tuple(
        Choice(str(year), Message("intake_plan.year", year=str(year)), tuple(why.get(year, ())))
        for year in offered
    )
    subject = f"{part.profile.name}:{part.guess.role}.year"
    text = Message("intake_question.source_year", source=part.profile.name)
    part.constants["year"] = int(talk.put(Question("year", subject, text, choices)))
    part.answers.append(talk.answers[-1])


def _dates(part: Part) -> list[tuple[str, int]]:
    """Titles and the file's name that hold a date, of which figures are no year's: 填报日期：2024年1月5日."""
    texts = (*part.profile.titles, part.profile.path.rpartition("/")[2])
    dated = ((text, dates_named(text)) for text in texts if not years_named(text))
    return [(text, years[-1]) for text, years in dated if years]
