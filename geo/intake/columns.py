"""Which heading of a source is which column of a role, with the reasons and what else it may be.

Exact names of the model and the lexicon go first, then names cut off by a shapefile, then likeness
(rapidfuzz); the cells confirm or refute each. Likeness alone is never sure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz

from geo.intake.agreement import Agreement, agreement
from geo.intake.content import Content
from geo.intake.lexicon import (
    Term,
    called,
    folded,
    is_measure,
    less_qualified,
    pattern,
    terms,
    words,
)
from geo.intake.model import ColumnGuess, Evidence
from geo.intake.units import UnitGuess, area_by_ratio, unit_of
from geo.intake.view import View
from geo.model import LAYERS, Column, LayerSpec
from geo.sources.columns import columns_by_name, heading_repeated
from geo.sources.copies import is_copy
from geo.text import Message, join

SURE = 0.85
"""Certainty from which a column needs no question."""
APART = 0.08
"""How much less certain the next heading of a column has to be, for figures and areas."""
APART_NAMES = 0.015
LIKE = 82.0
"""Likeness (0 to 100) from which a heading may be meant."""
LEAST = 0.3

KEYED = {"parcels": "parcel_id", "parcels_before": "parcel_id", "buildings": "building_id"}
"""Layers of which every row has an id of its own."""

_LATIN_LIKE = 6
_UNIQUE = 0.9
_ID_ENDS = re.compile("(?:编号|代码|编码|号)$|_(?:id|no|code)$", re.IGNORECASE)
_FOUND = 0.7
_REFERS = re.compile("所在|所属|所占|占用|对应|关联|上级|原(?!始)")
"""What in a heading says that the id is another thing's: 所在地块."""
_PLANNED = re.compile("规划|拟建|设计|拟|planned|proposed", re.IGNORECASE)
_AS_PLANNED = ("planned_investment", "start_due_on", "capacity", "requirement", "kind")
_EXACT, _STRONG, _QUALIFIED, _CUT, _WEAK = 0.99, 0.97, 0.94, 0.86, 0.7
_SHORTENED = 0.01
_SCORES = {"strong": _STRONG, "weak": _WEAK, "drawn": 0.4}
_WHY: dict[str, Message] = {
    "strong": Message("intake_reason.called"),
    "weak": Message("intake_reason.may_be_called"),
    "drawn": Message("intake_reason.drawn_area"),
}
_CUT_FORMS = ("shp", "dbf")
_CUT_BYTES = (9, 10)


@dataclass(frozen=True)
class Candidate:
    """A heading that may be a column."""

    column: str
    heading: str
    certainty: float
    reasons: tuple[Evidence, ...]


@lru_cache(maxsize=20_000)
def _named(role: str, heading: str, form: str) -> tuple[tuple[str, float, Message], ...]:
    """The columns that a heading names, with how surely and why."""
    known = terms(role)
    out: dict[str, tuple[float, Message]] = {}
    for place, name in enumerate(called(heading)):
        for term in known.get(name, ()):
            score = _SCORES[term.strength] - (_SHORTENED if place else 0)
            why = _WHY[term.strength]
            _keep(out, term, score, why)
        for bare in less_qualified(name, measure=True):
            free = bare in less_qualified(name, measure=False)
            for term in known.get(bare, ()):
                if free or is_measure(term.column) or term.column == "enterprise_id":
                    score = min(_QUALIFIED, _SCORES[term.strength] - _SHORTENED)
                    _keep(out, term, score, _WHY[term.strength])
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
    # Initials (ZJZ, ZJZL) are like one another by chance.
    names = [n for n in called(heading) if len(n) >= (_LATIN_LIKE if n.isascii() else 2)]
    for name, several in terms(role).items():
        if len(name) < (_LATIN_LIKE if name.isascii() else 2):
            continue
        for heard in names:
            likeness = fuzz.ratio(heard, name)
            if len(name) > 2 and name in heard:
                likeness = max(likeness, 60 + 40 * len(name) / len(heard))
            if likeness >= LIKE:
                for term in several:
                    best[term.column] = max(
                        best.get(term.column, 0.0),
                        likeness * (1 if term.strength == "strong" else 0.9),
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
        word.lower() in name and Term(column.name, "strong") in known.get(name, ())
        for name in called(heading)
    )


def candidates(role: str, view: View) -> list[Candidate]:
    """Every heading with every column of a role that it may be, the most certain first."""
    spec = LAYERS[role]
    known = columns_by_name(spec, {}, list(view.profile.headings))
    out = []
    for heading, content in view.contents.items():
        spoken = _spoken(heading, view)
        held = {n: (score, why) for n, score, why in _named(role, spoken, view.profile.form)}
        for name, of in known.items():
            if of == heading:
                held[name] = (1.0 if heading == name else _EXACT, Message("intake_reason.known"))
        if not held:
            held = _by_cells(spec, content)
        for name in view.keys(heading):
            if name in spec.by_name and name not in held and name != KEYED.get(role):
                held[name] = (_FOUND, Message("intake_reason.no_heading"))
        for name, (score, why) in held.items():
            column = spec.by_name[name]
            if refused(role, column, heading):
                continue
            candidate = _candidate(role, column, heading, view, score, why)
            if candidate.certainty >= LEAST:
                out.append(candidate)
    return sorted(_built_first(out), key=lambda c: -c.certainty)


def _spoken(heading: str, view: View) -> str:
    """The heading as the office wrote it: 税收.1 is a second 税收, unless its figures are the same."""
    first = heading_repeated(heading, view.profile.headings)
    return first if first and not is_copy(view.profile.sample, heading, first) else heading


def _built_first(found: list[Candidate]) -> list[Candidate]:
    """Of a planned and a present figure the present one first: 现状建筑面积, 规划建筑面积."""
    planned = {id(c) for c in found if c.column not in _AS_PLANNED and _PLANNED.search(c.heading)}
    present = {c.column for c in found if id(c) not in planned and c.certainty >= _WEAK}
    return [
        replace(c, certainty=c.certainty * 0.75) if id(c) in planned and c.column in present else c
        for c in found
    ]


def _by_cells(spec: LayerSpec, content: Content) -> dict[str, tuple[float, Message]]:
    """The column that cells show by themselves, whatever they are headed."""
    why = Message("intake_reason.no_heading")
    if "enterprise_id" in spec.by_name and content.share("credit") > 0.9:
        return {"enterprise_id": (0.45, why)}
    if "parcel_id" in spec.by_name and content.share("parcel_code") > 0.9:
        return {"parcel_id": (0.45, why)}
    if "tenure" in spec.by_name and content.share("tenure") > 0.9 and content.distinct > 1:
        return {"tenure": (0.6, why)}
    return {}


def _candidate(
    role: str, column: Column, heading: str, view: View, score: float, why: Message
) -> Candidate:
    """A heading as a column, weighed by its cells, its outlines and what other sources hold."""
    reasons = [Evidence(why, speaks_for=True, weight=score)]
    level, reason = agreement(role, column, view.contents[heading])
    more = _more(role, column, heading, view)
    certainty = _weighed(
        score, min(level, more[0]) if min(level, more[0]) < 0 else max(level, more[0])
    )
    reasons += [one for one in (reason, more[1]) if one is not None]
    return Candidate(column.name, heading, certainty, tuple(reasons))


def _more(role: str, column: Column, heading: str, view: View) -> Agreement:
    """What the outlines and other sources say of a column: areas by ratio, ids by where they are."""
    content = view.contents[heading]
    found = None if KEYED.get(role) == column.name else view.keys(heading).get(column.name)
    if found is not None:
        text = Message("intake_reason.key_found", share=found)
        return 2, Evidence(text, speaks_for=True, weight=0.6)
    if KEYED.get(role) == column.name:
        if _REFERS.match(heading):
            text = Message("intake_reason.refers")
            return -1, Evidence(text, speaks_for=False, weight=0.5)
        if content.filled and content.distinct < _UNIQUE * content.filled:
            text = Message("intake_reason.id_repeats", heading=heading)
            return -1, Evidence(text, speaks_for=False, weight=0.5)
    if column.name == "contract_area_m2" and column.kind == "number":
        by_ratio = area_by_ratio(column, view.numbers(heading), view.areas)
        if by_ratio is not None:
            return 2, by_ratio.reasons[0]
    return 0, None


def _weighed(score: float, level: int) -> float:
    """A name's certainty with what the cells say."""
    if level < 0:
        return score * 0.35
    return score + (1 - score) * (0.0, 0.1, 0.55)[level]


def columns_of(role: str, view: View) -> tuple[ColumnGuess, ...]:
    """The columns of a role that a source has, each heading once, in the model's order."""
    if role not in view.columns:
        view.columns[role] = _columns(role, view)
    return view.columns[role]


def _columns(role: str, view: View) -> tuple[ColumnGuess, ...]:
    found = candidates(role, view)
    spec = LAYERS[role]
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
    rivals = _rivals(chosen, found, taken)
    known = columns_by_name(LAYERS[role], {}, list(view.profile.headings))
    is_known = known.get(column.name) == chosen.heading
    apart = APART if column.kind == "number" and not is_known else APART_NAMES
    near = [c for c in rivals if chosen.certainty - c.certainty < apart and chosen.certainty < 1]
    reasons = list(chosen.reasons)
    if near:
        text = Message("intake_reason.rivals", headings=join((c.heading for c in near), "slash"))
        reasons.append(Evidence(text, speaks_for=False, weight=0.5))
    unit = unit_of(column, chosen.heading, view, enterprises=role != "park_indicators")
    return ColumnGuess(
        column=column.name,
        heading=chosen.heading,
        certainty=round(chosen.certainty, 3),
        sure=chosen.certainty >= SURE and not near and not _is_double(chosen, found, taken),
        unit=unit.unit,
        unit_sure=unit.sure,
        units=unit.units,
        known=is_known,
        reasons=(*reasons, *unit.reasons),
        alternatives=tuple(c.heading for c in rivals),
    )


def _rivals(
    chosen: Candidate, found: list[Candidate], taken: dict[str, Candidate]
) -> list[Candidate]:
    """Other headings for the same column, but those that are surely another one."""
    elsewhere = {
        c.heading for name, c in taken.items() if name != chosen.column and c.certainty >= SURE
    }
    return [
        c
        for c in found
        if c.column == chosen.column and c.heading not in {chosen.heading, *elsewhere}
    ]


def _is_double(chosen: Candidate, found: list[Candidate], taken: dict[str, Candidate]) -> bool:
    """Whether the heading is as well another column, that has no heading yet: no answer then."""
    return any(
        c.heading == chosen.heading
        and c.column != chosen.column
        and c.column not in taken
        and chosen.certainty - c.certainty < APART_NAMES
        for c in found
    )


def with_unit(guess: ColumnGuess, unit: UnitGuess) -> ColumnGuess:
    """The same guess with a unit that another source has decided."""
    return replace(
        guess,
        unit=unit.unit,
        unit_sure=unit.sure,
        units=unit.units,
        reasons=(*guess.reasons, *unit.reasons),
    )


def generic_id(view: View) -> tuple[str, bool]:
    """The heading of an id that a program gave, no cell twice ("" where there is none).

    And whether it is called so; else it only ends as an id does (单元编号).
    """
    known, numbers = words("generic_ids", "headings"), words("generic_ids", "row_numbers")
    unique = [h for h, c in view.contents.items() if c.unique and c.filled == c.rows]
    for heading in unique:
        if folded(heading) in known:
            return heading, True
    for heading in unique:
        if (
            _ID_ENDS.search(heading)
            and folded(heading) not in numbers
            and view.contents[heading].share("code") > 0.8
        ):
            return heading, False
    return "", False
