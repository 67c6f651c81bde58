"""Figures of a part of a year (上半年, 1-9月, 截至9月): never a year's unless somebody says so."""

from __future__ import annotations

from geo.intake.model import SourceProfile
from geo.intake.names import part_of_year_named
from geo.intake.plan import Part, SetAside
from geo.intake.questions import Choice, Interview, Question
from geo.intake.settle import UNUSED, role_title
from geo.model import LAYERS
from geo.model.periods import dates_named, month_named
from geo.text import Message, Wording

_WHOLE = "year"
"""The answer that the figures are of the whole year, where a column gives it."""


def whole_years(parts: list[Part], talk: Interview) -> tuple[list[Part], list[SetAside]]:
    """The sources whose figures are of whole years, and those that were set aside for that.

    A file of figures whose title, sheet, file or folder speaks of a part of a year is asked about;
    that it is not used is the first answer.
    """
    kept: list[Part] = []
    aside: list[SetAside] = []
    for part in parts:
        text, period = _part_of_year(part)
        if not period or _is_whole(part, text, period, talk):
            kept.append(part)
            continue
        why = Message(
            "intake_plan.part_of_year",
            role=role_title(part.guess.role),
            text=text,
            part=period,
        )
        aside.append(SetAside(part.profile.name, why, open=True))
    return kept, aside


def _part_of_year(part: Part) -> tuple[str, str]:
    """What speaks of a part of a year for the figures of a source, and that part; else blanks."""
    role, profile = str(part.guess.role), part.profile
    column = LAYERS[role].by_name.get("year") if role in LAYERS else None
    if column is None or not column.required:
        return "", ""
    if "year" in part.constants:  # one of several years that headings name
        return part_of_figures(profile, {int(part.constants["year"])}, dated=True)
    return part_of_figures(profile, years_of_rows(profile), dated=_is_dated(part))


def years_of_rows(profile: SourceProfile) -> set[int]:
    """The years that the column of years and the headings name."""
    return {*profile.years.get("column", ()), *profile.years.get("heading", ())}


def part_of_figures(profile: SourceProfile, years: set[int], *, dated: bool) -> tuple[str, str]:
    """What names a part of a year for a source of figures, and that part; blanks for none.

    `years` are those of its rows and headings: where none of them is the year that is named, the
    part is not theirs (2022 and 2023 in 2024年上半年.xlsx). `dated` says that a column gives them.
    """
    text, period = part_of_year_named(profile)
    named = set(dates_named(text))
    if period and named and years and not years & named:
        return "", ""
    if not period and not dated and not years and not _states_year(profile):
        texts = ((name, month_named(name)) for name in (profile.part or "", _file(profile)))
        text, period = next(((name, month) for name, month in texts if month), ("", ""))
    return text, period


def _is_dated(part: Part) -> bool:
    return "year" in {c.column for c in part.guess.columns} | {*part.fields, *part.constants}


def _states_year(profile: SourceProfile) -> bool:
    return any(profile.years.get(place) for place in ("title", "sheet", "file"))


def _file(profile: SourceProfile) -> str:
    return profile.path.rpartition("/")[2]


def _is_whole(part: Part, text: str, period: str, talk: Interview) -> bool:
    """Whether somebody says that the figures are of a whole year, and of which."""
    role, source = str(part.guess.role), part.profile.name
    choices = [Choice(UNUSED, Message("intake_plan.part_not_used"))]
    if _is_dated(part):
        choices.append(Choice(_WHOLE, Message("intake_plan.part_is_whole")))
    else:
        choices += [
            Choice(str(year), Message("intake_plan.part_is_whole_of", year=str(year)))
            for year in _years(part.profile, text)
        ]
    subject = f"{source}:{role}.period"
    question: Wording = Message(
        "intake_question.part_of_year", source=source, text=text, part=period
    )
    answer = talk.put(Question("period", subject, question, tuple(choices)))
    if answer.isdecimal():
        part.constants["year"] = int(answer)
    part.answers.append(talk.answers[-1])
    return answer != UNUSED


def _years(profile: SourceProfile, text: str) -> list[int]:
    """The years that the figures may be of: the one beside the part, those of other places."""
    named = [year for years in profile.years.values() for year in years]
    return list(dict.fromkeys([*dates_named(text), *named]))
