"""Which classification the parcels' land-use codes are of: decided by evidence, else asked.

A column of names beside the codes decides, then codes that only one scheme has, then what the
fields and layers are called. Where nothing does and the codes mean different land, it is asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.arrays import Series
from geo.intake.joins import Reads, heading_of
from geo.intake.lexicon import folded
from geo.intake.plan import Entry, Plan
from geo.intake.questions import Choice, Interview, Question
from geo.model.land_use import (
    LandUseReading,
    agreeing,
    class_titles,
    commonest,
    mostly_industrial,
    names_column,
    readings,
    same_meaning,
)
from geo.text import Message, Wording, join

_KNOWN, _FEWER = 0.9, 0.1
"""Share of rows whose code a scheme has, and by how much less another is ruled out."""
_WORDS = {
    "third_survey": ("dltb", "地类图斑", "三调", "国土变更调查", "变更调查"),
    "gbt21010": ("21010", "土地利用现状分类"),
    "yongdiyonghai": ("用地用海", "ydyh"),
}
"""Words of files, layers and headings that name a scheme."""
_FIELDS = {"third_survey": ("dlbm",), "gbt21010": ("tdyt", "yt", "pzyt", "sjyt", "tdytdm")}
"""Fields of the third survey's database and of 不动产's, that others use as well."""


@dataclass(frozen=True)
class _Codes:
    """The codes of all parcels, their names where a column has them, and what headings say."""

    codes: Series
    names: Series | None
    heading: str
    names_heading: str
    called: str


def settle_land_use(plan: Plan, reads: Reads, talk: Interview) -> None:
    """Set the plan's scheme and edition of land use, with the reason or the question."""
    entry = plan.entries.get("parcels")
    column = None if entry is None else _codes(entry, reads)
    if column is None:
        return
    found = readings(column.codes, column.names)
    if not found or max(one.known for one in found) < _KNOWN:
        return
    chosen, why = _decided(_candidates(found), column)
    if chosen is None:
        chosen = _asked(_ordered(_candidates(found), column), column, talk)
    elif why is not None:
        plan.notes.append(why)
    plan.land_use = (chosen.scheme, chosen.edition)


def _codes(entry: Entry, reads: Reads) -> _Codes | None:
    codes, names, headings, named_by, called = [], [], [], [], []
    for number, part in enumerate(entry.parts):
        raw = reads[entry.role, number].raw
        heading = heading_of("land_use", part, raw)
        if heading not in raw:
            continue
        column = names_column(pd.DataFrame(raw), heading)
        none = pd.Series(None, index=raw.index, dtype="str")
        codes.append(raw[heading].astype("str").mask(raw[heading].isna()))
        names.append(none if column is None else raw[column])
        headings.append(heading)
        named_by += [column] if column is not None else []
        called += [part.profile.name, heading, *part.profile.titles]
    if not codes:
        return None
    return _Codes(
        pd.concat(codes, ignore_index=True),
        pd.concat(names, ignore_index=True) if named_by else None,
        headings[0],
        named_by[0] if named_by else "",
        folded(" ".join(called)),
    )


def _candidates(found: list[LandUseReading]) -> list[LandUseReading]:
    """The schemes that the names, else the codes, leave; of 用地用海 one edition."""
    named = agreeing(found)
    best = max(one.known for one in found)
    left = named or [one for one in found if one.known >= best - _FEWER]
    most = max(one.known for one in left)
    editions = [one for one in left if one.scheme == "yongdiyonghai"]
    newest = max(editions, key=lambda one: (one.known, one.edition), default=None)
    left = [one for one in left if one.scheme != "yongdiyonghai" or one is newest]
    return sorted(left, key=lambda one: one.known < most)


def _decided(
    left: list[LandUseReading], column: _Codes
) -> tuple[LandUseReading | None, Wording | None]:
    """The scheme that is meant and why, None to be asked; no reason where all mean the same."""
    ordered = _ordered(left, column)
    first = ordered[0]
    if first.agree is not None and agreeing(left):
        text = Message(
            "intake_land_use.by_names",
            heading=column.heading,
            names=column.names_heading,
            share=first.agree,
            scheme=first.title,
        )
        return first, text
    if all(same_meaning(first, other, column.codes) for other in left):
        if any(one.scheme == "yongdiyonghai" for one in left) and len(left) > 1:
            return next(one for one in left if one.scheme == "yongdiyonghai"), None
        schemes = join(one.title for one in left)
        text = Message(
            "intake_land_use.by_codes", heading=column.heading, schemes=schemes, scheme=first.title
        )
        return first, text
    spoken = [one for one in left if any(word in column.called for word in _WORDS[one.scheme])]
    if len(spoken) == 1:
        text = Message("intake_land_use.by_words", heading=column.heading, scheme=spoken[0].title)
        return spoken[0], text
    industrial = [one for one in left if mostly_industrial(one)]
    if [one.scheme for one in industrial] == ["yongdiyonghai"]:
        text = Message(
            "intake_land_use.by_industry",
            heading=column.heading,
            scheme=first.title,
            share=first.industrial,
        )
        return industrial[0], text
    return None, None


def _ordered(left: list[LandUseReading], column: _Codes) -> list[LandUseReading]:
    """The likeliest first: parcels of a park are mostly industrial, and fields have their scheme."""

    def unlikely(one: LandUseReading) -> tuple[bool, bool, bool]:
        spoken = any(word in column.called for word in _WORDS[one.scheme])
        field = folded(column.heading) in _FIELDS.get(one.scheme, ())
        return not mostly_industrial(one), not spoken, not field

    return sorted(left, key=unlikely)


def _asked(ordered: list[LandUseReading], column: _Codes, talk: Interview) -> LandUseReading:
    """The scheme by its answer; each answer says what it calls the commonest codes."""
    counts = commonest(column.codes)
    choices = tuple(
        Choice(
            f"{one.scheme} {one.edition}",
            Message("intake_land_use.choice", scheme=one.title, codes=_called(one, counts)),
        )
        for one in ordered
    )
    text = Message("intake_question.land_use", heading=column.heading)
    answer = talk.put(Question("land_use", "project", text, choices))
    return next(one for one in ordered if f"{one.scheme} {one.edition}" == answer)


def _called(one: LandUseReading, counts: list[tuple[str, int]]) -> Wording:
    titles = class_titles(one.scheme, one.edition)
    unknown = Message("intake_land_use.no_class")
    return join(
        (
            Message("intake_land_use.code", code=code, title=titles.get(code, unknown), count=count)
            for code, count in counts
        ),
        "semicolon",
    )
