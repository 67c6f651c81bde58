"""Which heading of a source is which column of a role, with the reasons and what else it may be.

Exact names of the model and the lexicon go first, then names cut off by a shapefile, then likeness
(rapidfuzz); the cells confirm or refute each. Likeness alone is never sure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz

from geo.intake.agreement import agreement
from geo.intake.lexicon import (
    Term,
    called,
    folded,
    is_measure,
    pattern,
    terms,
    without_qualifier,
    words,
)
from geo.intake.model import ColumnGuess, Evidence
from geo.intake.units import UnitGuess, unit_of
from geo.intake.view import View
from geo.model import LAYERS, Column, LayerSpec
from geo.sources.columns import columns_by_name
from geo.text import Message

SURE = 0.85
"""Certainty from which a column needs no question."""
APART = 0.08
"""How much less certain the next heading of a column has to be, for figures and areas."""
APART_NAMES = 0.015
LIKE = 82.0
"""Likeness (0 to 100) from which a heading may be meant."""
LEAST = 0.3

_EXACT, _STRONG, _QUALIFIED, _CUT, _WEAK = 0.99, 0.97, 0.94, 0.86, 0.7
_SHORTENED = 0.01
_CUT_FORMS = ("shp", "dbf")
_CUT_BYTES = (9, 10)


@dataclass(frozen=True)
class Candidate:
    """A heading that may be a column."""

    column: str
    heading: str
    certainty: float
    reasons: tuple[Evidence, ...]


def spec_of(role: str) -> LayerSpec:
    """The declaration of a role's columns."""
    return LAYERS[role]


@lru_cache(maxsize=20_000)
def _named(role: str, heading: str, form: str) -> tuple[tuple[str, float, Message], ...]:
    """The columns that a heading names, with how surely and why."""
    known = terms(role)
    out: dict[str, tuple[float, Message]] = {}
    for place, name in enumerate(called(heading)):
        for term in known.get(name, ()):
            score = (_STRONG if term.strong else _WEAK) - (_SHORTENED if place else 0)
            why = Message("intake_reason.called" if term.strong else "intake_reason.may_be_called")
            _keep(out, term, score, why)
        bare = without_qualifier(name)
        for term in known.get(bare, ()) if bare != name else ():
            if is_measure(term.column):
                score = _QUALIFIED if term.strong else _WEAK - _SHORTENED
                _keep(out, term, score, Message("intake_reason.called"))
    if not out and form in _CUT_FORMS:
        _cut(role, heading, out)
    if not out:
        _alike(role, heading, out)
    return tuple((column, score, why) for column, (score, why) in out.items())


def _keep(out: dict[str, tuple[float, Message]], term: Term, score: float, why: Message) -> None:
    if score > out.get(term.column, (0.0, why))[0]:
        out[term.column] = (score, why)


def _cut(role: str, heading: str, out: dict[str, tuple[float, Message]]) -> None:
    """Names that a shapefile has cut to ten bytes: 统一社会信 (GBK), 统一社 (UTF-8), contract_a."""
    sizes = {len(heading.encode("gb18030")), len(heading.encode())}
    if not sizes & set(_CUT_BYTES):
        return
    start = folded(heading)
    found = {
        t.column for name, several in terms(role).items() for t in several if name.startswith(start)
    }
    for column in found:
        score = _CUT if len(found) == 1 else _CUT / 2
        out[column] = (score, Message("intake_reason.cut_off"))


def _alike(role: str, heading: str, out: dict[str, tuple[float, Message]]) -> None:
    """Names that a heading is like, or holds: 本期末从业人员人数."""
    best: dict[str, float] = {}
    names = [n for n in called(heading) if len(n) > 1]
    for name, several in terms(role).items():
        if len(name) < 2:
            continue
        for heard in names:
            likeness = fuzz.ratio(heard, name)
            if len(name) > 2 and name in heard:
                likeness = max(likeness, 60 + 40 * len(name) / len(heard))
            if likeness >= LIKE:
                for term in several:
                    best[term.column] = max(
                        best.get(term.column, 0.0), likeness * (1 if term.strong else 0.9)
                    )
    for column, likeness in best.items():
        out[column] = (0.35 + 0.4 * (likeness - 70) / 30, Message("intake_reason.like"))


def refused(role: str, column: Column, heading: str) -> str:
    """What in a heading says that it is another figure than the column's; "" where nothing does."""
    if column.name == "share" or column.name.endswith("_points"):
        return ""
    keys = {"number": "amount", "date": "date", "integer": "date"}.get(column.kind, "word")
    found = pattern("never", keys).search(heading)
    if found is None and column.unit in ("m²", "公顷"):
        found = pattern("never", "area").search(heading)
    if found is None or _is_name_of(role, column, heading, found[0]):
        return ""
    return found[0]


def _is_name_of(role: str, column: Column, heading: str, word: str) -> bool:
    """Whether the word is part of the column's name: 计划总投资 of planned_investment."""
    known = terms(role)
    return any(
        word.lower() in name and Term(column.name, strong=True) in known.get(name, ())
        for name in called(heading)
    )


def candidates(role: str, view: View) -> list[Candidate]:
    """Every heading with every column of a role that it may be, the most certain first."""
    spec = spec_of(role)
    known = columns_by_name(spec, {}, list(view.profile.headings))
    out = []
    for heading, content in view.contents.items():
        held = {name: (score, why) for name, score, why in _named(role, heading, view.profile.form)}
        for name, of in known.items():
            if of == heading:
                held[name] = (1.0 if heading == name else _EXACT, Message("intake_reason.known"))
        if not held and "enterprise_id" in spec.by_name and content.share("credit") > 0.9:
            held["enterprise_id"] = (0.45, Message("intake_reason.no_heading"))
        if not held and "parcel_id" in spec.by_name and content.share("parcel_code") > 0.9:
            held["parcel_id"] = (0.45, Message("intake_reason.no_heading"))
        for name, (score, why) in held.items():
            column = spec.by_name[name]
            word = refused(role, column, heading)
            reasons = [Evidence(why, speaks_for=True, weight=score)]
            if word:
                continue
            level, reason = agreement(role, column, content)
            certainty = _weighed(score, level)
            if reason is not None:
                reasons.append(reason)
            if certainty >= LEAST:
                out.append(Candidate(name, heading, certainty, tuple(reasons)))
    return sorted(out, key=lambda c: -c.certainty)


def _weighed(score: float, level: int) -> float:
    """A name's certainty with what the cells say."""
    if level < 0:
        return score * 0.35
    return score + (1 - score) * (0.0, 0.1, 0.5)[level]


def columns_of(role: str, view: View) -> tuple[ColumnGuess, ...]:
    """The columns of a role that a source has, each heading once, in the model's order."""
    if role not in view.columns:
        view.columns[role] = _columns(role, view)
    return view.columns[role]


def _columns(role: str, view: View) -> tuple[ColumnGuess, ...]:
    found = candidates(role, view)
    spec = spec_of(role)
    taken: dict[str, Candidate] = {}
    used: set[str] = set()
    for candidate in found:
        if candidate.column not in taken and candidate.heading not in used:
            taken[candidate.column] = candidate
            used.add(candidate.heading)
    out = [
        _guess(role, spec.by_name[name], taken[name], found, taken, view)
        for name in spec.by_name
        if name in taken
    ]
    return tuple(out)


def _guess(
    role: str,
    column: Column,
    chosen: Candidate,
    found: list[Candidate],
    taken: dict[str, Candidate],
    view: View,
) -> ColumnGuess:
    elsewhere = {
        c.heading for name, c in taken.items() if name != column.name and c.certainty >= SURE
    }
    rivals = [
        c
        for c in found
        if c.column == column.name and c.heading != chosen.heading and c.heading not in elsewhere
    ]
    figures = column.kind == "number"
    apart = APART if figures else APART_NAMES
    near = [c for c in rivals if chosen.certainty - c.certainty < apart and chosen.certainty < 1]
    # A heading that is as well another column of the role is no answer yet.
    double = [
        c
        for c in found
        if c.heading == chosen.heading
        and c.column != column.name
        and chosen.certainty - c.certainty < APART_NAMES
        and c.column not in taken
    ]
    reasons = list(chosen.reasons)
    if near:
        text = Message("intake_reason.rivals", headings=_joined([c.heading for c in near]))
        reasons.append(Evidence(text, speaks_for=False, weight=0.5))
    unit = unit_of(column, chosen.heading, view, enterprises=role != "park_indicators")
    return ColumnGuess(
        column=column.name,
        heading=chosen.heading,
        certainty=round(chosen.certainty, 3),
        sure=chosen.certainty >= SURE and not near and not double,
        unit=unit.unit,
        unit_sure=unit.sure,
        units=unit.units,
        known=columns_by_name(spec_of(role), {}, list(view.profile.headings)).get(column.name)
        == chosen.heading,
        reasons=(*reasons, *unit.reasons),
        alternatives=tuple(c.heading for c in rivals),
    )


def _joined(texts: list[str]) -> str:
    return " / ".join(texts)


def with_unit(guess: ColumnGuess, unit: UnitGuess) -> ColumnGuess:
    """The same guess with a unit that another source has decided."""
    return replace(
        guess,
        unit=unit.unit,
        unit_sure=unit.sure,
        units=unit.units,
        reasons=(*guess.reasons, *unit.reasons),
    )


def generic_id(view: View) -> str:
    """The heading of an id that a program gave, no cell twice; "" where there is none."""
    known = words("generic_ids", "headings")
    for heading, content in view.contents.items():
        if folded(heading) in known and content.unique and content.filled == content.rows:
            return heading
    return ""
