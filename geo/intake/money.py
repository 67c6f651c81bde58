"""The currency of a project: the one that its headings and units name, else that of the place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from geo.intake.divisions import Box
from geo.intake.plan import Part
from geo.intake.questions import Choice, Interview, Question
from geo.model import LAYERS
from geo.model.units import heading_units, note_units, parse, suffix_unit
from geo.text import Message, Wording

HOME = "CNY"
_REGIONS: tuple[tuple[str, Box], ...] = (
    ("CNY", (73.0, 3.0, 136.0, 54.0)),
    ("GBP", (-8.7, 49.8, 1.8, 61.0)),
    ("EUR", (-11.0, 35.0, 32.0, 70.0)),
    ("CAD", (-141.0, 49.0, -52.0, 84.0)),
    ("USD", (-180.0, 17.0, -64.0, 72.0)),
    ("AUD", (112.0, -44.0, 154.0, -10.0)),
    ("NZD", (165.0, -48.0, 180.0, -33.0)),
)
"""Roughly where a currency is used, the first that fits first."""
_SUFFIXES = {"元": "", "万元": "万", "千元": "千", "亿元": "亿", "百万元": "百万"}


def settled_currency(
    parts: Iterable[Part], box: Box | None, talk: Interview
) -> tuple[str, list[Wording]]:
    """The ISO 4217 code of the project's currency, and what is to be said of it.

    Where headings name none and the land lies outside China, it is asked.
    """
    parts = list(parts)
    named = Counter(code for part in parts for code in _named(part))
    if named:
        code = HOME if HOME in named else named.most_common(1)[0][0]
        others = [other for other in named if other != code]
        notes: list[Wording] = [
            Message("intake_plan.other_currency", code=other, currency=code) for other in others
        ]
    elif not _has_money(parts) or box is None or _likely(box)[0] == HOME:
        return HOME, []
    else:
        code, notes = _asked(box, talk), []
    if code != HOME:
        for part in parts:
            _in_currency(part, code)
    return code, notes


def _named(part: Part) -> set[str]:
    """Codes of the currencies that a source's money stands in, where it says so."""
    found = {parse(unit) for _, heading in _money(part) for unit in _units(heading)}
    # Yuan may have been taken for want of a word; another currency never is.
    stated = {parse(unit) for _, unit in part.fields.values() if unit not in (None, *_SUFFIXES)}
    noted = {parse(unit) for text in part.profile.titles for unit in note_units(text)}
    known = [unit.dimension for unit in found | stated | noted if unit is not None]
    return {name.removeprefix("money ") for name in known if name.startswith("money ")}


def _units(heading: str) -> list[str]:
    suffix = suffix_unit(heading)
    return [*heading_units(heading), *([] if suffix is None else [suffix.text])]


def _money(part: Part) -> list[tuple[str, str]]:
    """Canonical columns of money that a source has, with their headings."""
    if part.guess.role not in LAYERS:
        return []
    spec = LAYERS[str(part.guess.role)].by_name
    held = {c.column: c.heading for c in part.guess.columns}
    held |= {column: heading for column, (heading, _) in part.fields.items()}
    return [(column, h) for column, h in held.items() if spec[column].unit == "万元"]


def _has_money(parts: list[Part]) -> bool:
    return any(_money(part) for part in parts)


def _likely(box: Box) -> list[str]:
    """Currencies by where the land lies, the likeliest first."""
    lon, lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    fits = [code for code, (w, s, e, n) in _REGIONS if w <= lon <= e and s <= lat <= n]
    return list(dict.fromkeys([*fits, *(code for code, _ in _REGIONS if code != HOME), HOME]))


def _asked(box: Box, talk: Interview) -> str:
    choices = tuple(
        Choice(code, Message("intake_plan.heading", heading=code)) for code in _likely(box)
    )
    return talk.put(Question("currency", "project", Message("intake_question.currency"), choices))


def _in_currency(part: Part, code: str) -> None:
    """Units that were taken as yuan for want of a word are of the project's currency."""
    for column, heading in _money(part):
        unit = part.fields[column][1] if column in part.fields else None
        if unit in _SUFFIXES and not heading_units(heading):
            part.fields[column] = (heading, f"{_SUFFIXES[unit]}{code}")
