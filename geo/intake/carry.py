"""Last year's sources matched with this year's files, and their columns with this year's headings.

A year in a name or heading (2023年税收) makes no difference. What only looks alike is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd
from rapidfuzz import fuzz, process

from geo.intake.model import SourceProfile
from geo.intake.questions import Choice, Interview, Question
from geo.intake.settle import UNUSED
from geo.model import LAYERS
from geo.project import Fields
from geo.sources.columns import columns_by_name
from geo.sources.titles import plain
from geo.text import Message

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)年?度?")
_SURE, _ASKED, _CLOSE = 0.75, 0.35, 0.1
"""Scores from which a file is taken, and asked about; how near the second may come."""
_ALIKE = 70.0
"""Likeness (0 to 100) from which a heading may be another one renamed."""


@dataclass(frozen=True)
class Carried:
    """A column of last year's and where it is this year.

    `how` is "same", "year" (its heading names another year), "renamed", or "gone" (`now` is "").
    """

    column: str
    was: str
    now: str
    how: str


@dataclass
class Pairing:
    """A source of last year's project, and the file of this year that takes its place.

    Parameters
    ----------
    roles
        Layers and tables that it is read for.
    path, part
        As last year's project has them.
    headings
        Last year's.
    profile
        This year's source; None where there is none.
    score
        How alike the two are, 0 to 1.
    columns
        By role.
    """

    roles: tuple[str, ...]
    path: str
    part: str | None
    headings: tuple[str, ...]
    profile: SourceProfile | None = None
    score: float = 0.0
    columns: dict[str, list[Carried]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How it is called before a user."""
        return self.path if self.part is None else f"{self.path} [{self.part}]"

    @property
    def new_headings(self) -> list[str]:
        """Headings of this year that nothing of last year's stands for."""
        if self.profile is None:
            return []
        known = {without_year(heading) for heading in self.headings}
        taken = {one.now for columns in self.columns.values() for one in columns}
        return [h for h in self.profile.headings if without_year(h) not in known and h not in taken]

    @property
    def gone_headings(self) -> list[str]:
        """Headings of last year that nothing of this year's stands for."""
        if self.profile is None:
            return []
        held = {without_year(heading) for heading in self.profile.headings}
        moved = {c.was for columns in self.columns.values() for c in columns if c.now}
        return [h for h in self.headings if without_year(h) not in held and h not in moved]


def without_year(text: str) -> str:
    """A name without the years in it.

    >>> without_year("2023年税收（万元）"), without_year("台账2022.xlsx")
    ('税收（万元）', '台账.xlsx')
    """
    return _YEAR.sub("", text).strip()


def a_year_on(text: str) -> str:
    """A name with each year in it one later.

    >>> a_year_on("2022年入库税额（元）"), a_year_on("税收")
    ('2023年入库税额（元）', '税收')
    """
    return _YEAR.sub(lambda found: str(int(found[0][:4]) + 1) + found[0][4:], text)


def years_in(text: str) -> set[int]:
    """The years that a name says."""
    return {int(found[0][:4]) for found in _YEAR.finditer(text)}


def year_now(stated: int, texts: Iterable[tuple[str, str]], was: int, year: int) -> int:
    """The year of a source that last year's project gave as a constant.

    It follows the first name (before, now) that bore it, a heading or a file's; without any it is
    `year` where it was `was`.

    >>> year_now(2022, [("2022年税收", "2023年税收")], 2023, 2024)
    2023
    >>> year_now(2023, [("税收", "税收"), ("台账2023.xlsx", "台账.xlsx")], 2023, 2024)
    2024
    """
    for before, now in texts:
        held = years_in(now)
        if years_in(before) == {stated} and len(held) == 1:
            return held.pop()
    return year if stated == was else stated


def bare(text: str) -> str:
    """A heading without years, units and notes in brackets.

    >>> bare("2023年税收（万元）") == bare("税收（元）")
    True
    """
    return plain(without_year(text)) or text


def paired(pairings: Sequence[Pairing], profiles: Iterable[SourceProfile], talk: Interview) -> None:
    """Give each source of last year's the file of this year that is most like it, each once."""
    free = list(profiles)
    scores = sorted(
        ((likeness(old, new), number, new) for number, old in enumerate(pairings) for new in free),
        key=lambda found: -found[0],
    )
    taken: set[int] = set()
    for score, number, new in scores:
        old = pairings[number]
        if old.profile is not None or id(new) in taken or score < _ASKED:
            continue
        rivals = [s for s, n, p in scores if n == number and p is not new and id(p) not in taken]
        if score < _SURE or (rivals and score - max(rivals) < _CLOSE):
            offered = [p for _, n, p in scores if n == number and id(p) not in taken][:4]
            chosen = _asked(old, offered, talk)
        else:
            chosen = new
        if chosen is not None:
            old.profile, old.score = chosen, likeness(old, chosen)
            taken.add(id(chosen))


def likeness(old: Pairing, new: SourceProfile) -> float:
    """How alike two sources are by their headings and names, 0 to 1."""
    one, other = ({bare(h) for h in headings} for headings in (old.headings, new.headings))
    drawn = any(LAYERS[role].geometry != "none" for role in old.roles)
    if drawn and new.kind == "table" and "buildings" not in old.roles:
        return 0.0
    union = len(one | other)
    headings = len(one & other) / union if union else 0.0
    before = without_year(f"{old.path.rpartition('/')[2]} {old.part or ''}")
    after = without_year(f"{new.path.rpartition('/')[2]} {new.part or ''}")
    return 0.65 * headings + 0.35 * fuzz.ratio(before, after) / 100


def _asked(old: Pairing, offered: list[SourceProfile], talk: Interview) -> SourceProfile | None:
    """The file that takes the place of a source of last year's, by its answer."""
    choices = [
        Choice(
            profile.name,
            Message(
                "intake_plan.source_and_likeness",
                source=profile.name,
                rows=profile.rows,
                likeness=likeness(old, profile),
            ),
        )
        for profile in offered
    ]
    choices.append(Choice(UNUSED, Message("new_year.none_this_year")))
    text = Message("new_year.which_file", source=old.name)
    name = talk.put(Question("source", old.name, text, tuple(choices)))
    return next((profile for profile in offered if profile.name == name), None)


def carried_columns(old: Pairing, role: str, fields: Fields, talk: Interview) -> list[Carried]:
    """Where each canonical column of last year's stands this year.

    By the same heading a year on, the same, the same but for a year in it, or one that is like it
    and free: where 2022年税收 and 2023年税收 were, 2023年税收 is that of the year before.
    """
    if old.profile is None:
        return []
    spec, now = LAYERS[role], list(old.profile.headings)
    was = columns_by_name(spec, fields, list(old.headings))
    by_name = [
        {name(heading): [h for h in now if name(h) == name(heading)] for heading in now}
        for name in (without_year, bare)
    ]
    out, open_columns = [], []
    for column, heading in was.items():
        if a_year_on(heading) != heading and a_year_on(heading) in now:
            out.append(Carried(column, heading, a_year_on(heading), "year"))
        elif heading in now:
            out.append(Carried(column, heading, heading, "same"))
        elif len(by_name[0].get(without_year(heading), [])) == 1:
            out.append(Carried(column, heading, by_name[0][without_year(heading)][0], "year"))
        elif len(by_name[1].get(bare(heading), [])) == 1:
            out.append(Carried(column, heading, by_name[1][bare(heading)][0], "renamed"))
        else:
            open_columns.append((column, heading))
    used = {one.now for one in out} | {h for h in old.headings if h in now}
    known = columns_by_name(spec, {}, now)
    for column, heading in open_columns:
        free = [h for h in now if h not in used]
        renamed = _renamed(old, role, column, heading, free, known, talk)
        used.add(renamed)
        out.append(Carried(column, heading, renamed, "renamed" if renamed else "gone"))
    return out


def _renamed(
    old: Pairing,
    role: str,
    column: str,
    heading: str,
    free: list[str],
    known: dict[str, str],
    talk: Interview,
) -> str:
    """The heading that another was renamed to: one that mujun knows, or asked; "" for none."""
    if known.get(column) in free:
        return known[column]
    alike = process.extract(
        without_year(heading),
        {h: without_year(h) for h in free},
        scorer=fuzz.ratio,
        score_cutoff=_ALIKE,
        limit=3,
    )
    if not alike:
        return ""
    choices = [
        Choice(
            name,
            Message("intake_plan.heading", heading=name),
            (Message("intake_keys.like", score=score),),
        )
        for _, score, name in alike
    ]
    choices.append(Choice(UNUSED, Message("intake_plan.no_column")))
    spec = LAYERS[role].by_name[column]
    text = Message("new_year.which_column", source=old.name, heading=heading, column=spec)
    subject = f"{old.name}:{role}.{column}"
    answer = talk.put(Question("column", subject, text, tuple(choices)))
    return "" if answer == UNUSED else answer


def headings_of(frame: pd.DataFrame) -> tuple[str, ...]:
    """The office's headings of a source as it was read."""
    return tuple(str(c) for c in frame.columns if c not in ("geometry", "source_row"))
