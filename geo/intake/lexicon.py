"""What offices call columns, layers and files (`lexicon.toml`), as headings are compared.

Names that `geo.model` declares are part of it and stand there alone.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import product
from typing import Any

from geo.model import LAYERS, MEASURES
from geo.model.units import like_unit, parse, squashed
from geo.sources.columns import heading_names

ROLES = (*LAYERS, "rasters")
"""Every role that a source may have."""

STRENGTHS = ("strong", "weak", "drawn")
"""How surely a heading names a column, from most to least."""

_MEASURES = {column.name for column in MEASURES}
_QUALIFIERS = re.compile(
    "^(?:(?:企业|单位|公司|园区)|(?:全年|本年|当年|今年|报告期|年)度?|本期|1月?[至到~—]?12月份?|累计|完成|实现|全部)+"
)
"""What stands before a measure and changes nothing: 企业, 全年, 本年度, 1-12月 (folded: 112月)."""
_AS_IT_IS = re.compile(
    "^(?:现状|实际|现有|实测|实有)+"
    "|^(?:规上|规模以上|工业|重点|参评|园区|辖区|骨干)+(?=企业|单位|公司)"
    "|^(?:所在|所属|所占|占用|对应|关联)(?=宗地|地块|园区|开发区)"
)
"""What stands before any heading and changes nothing: in fact, of which enterprises, of which parcel."""
_WHETHER = re.compile("^是否(?:为|是|属于)")
_SUMMED = re.compile("(?<=..)(?:合计|总计|总额|总数|总量|小计|完成额|完成数|数额|金额|数|额)$")
"""What stands behind a measure and changes nothing: 入库税额合计."""
_YEAR_PART = re.compile(r"[_\-/\s]*[(（\[]?(?<!\d)(?:19|20)\d{2}(?!\d)\s*年?度?[)）\]]?")

_CHINESE = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True)
class Term:
    """How a heading names a column.

    `strength` is "strong" where it does so alone, "weak" where it may mean another, "drawn" where
    it is a figure that a program worked out of the outline, and the office states none.
    """

    column: str
    strength: str


@cache
def lexicon() -> dict[str, Any]:
    """`lexicon.toml` as it stands."""
    return tomllib.loads((files("geo.intake") / "lexicon.toml").read_text(encoding="utf-8"))


def folded(text: str) -> str:
    """A heading as it is compared: width, case, blanks and the marks of Latin names away.

    >>> folded("Parcel_ID"), folded("营业收入 "), folded("R&D经费")
    ('parcelid', '营业收入', 'r&d经费')
    """
    plain = squashed(text).casefold()
    return re.sub(r"[_\-.\s·:：*★☆※#]", "", plain) or plain


@cache
def terms(role: str) -> dict[str, list[Term]]:
    """The columns of a role by folded heading, those of the model first."""
    spec = LAYERS[role]
    out: dict[str, list[Term]] = {}
    for column in spec.columns:
        for name in column.names:
            _add(out, name, Term(column.name, "strong"))
    # What one layer calls a parcel's code, a firm's, a park's or a year, every layer may.
    shared = set(lexicon()["any"]) & set(spec.by_name) - {"name"}
    for column in (c for other in LAYERS.values() for c in other.columns if c.name in shared):
        for name in column.names:
            _add(out, name, Term(column.name, "strong"))
    for name, strength, word in (*_listed(spec.name), *_listed("any")):
        if name in spec.by_name:
            _add(out, word, Term(name, strength))
    for name, word in _latin_ids():
        if name in spec.by_name:
            _add(out, word, Term(name, "strong"))
    return out


def _listed(place: str) -> list[tuple[str, str, str]]:
    """Column, strength and word of each heading that a table of the lexicon lists."""
    return [
        (name, strength, word)
        for name, lists in lexicon().get(place, {}).items()
        for strength in STRENGTHS
        for word in lists.get(strength, ())
    ]


@cache
def _latin_ids() -> tuple[tuple[str, str], ...]:
    """Ids of Latin headings: each noun with each ending, by column."""
    ids = lexicon()["latin_ids"]
    nouns = [(name, noun) for name, several in ids["nouns"].items() for noun in several]
    return tuple((name, noun + end) for (name, noun), end in product(nouns, ids["ends"]))


def _add(out: dict[str, list[Term]], word: str, term: Term) -> None:
    held = out.setdefault(folded(word), [])
    if term.column not in {other.column for other in held}:
        held.append(term)


@lru_cache(maxsize=8192)
def called(heading: str) -> tuple[str, ...]:
    """What a heading may call its column, folded: in full, then without notes, units and years.

    >>> called("2023年度实缴税金（万元）")
    ('2023年度实缴税金(万元)', '2023年度实缴税金', '实缴税金(万元)', '实缴税金')
    """
    full = folded(heading)
    undated = _YEAR_PART.sub("", heading)
    forms = heading_names(heading) | (heading_names(undated) if undated else set())
    names = {folded(name) for name in forms} - {full, ""}
    names |= {_WHETHER.sub("是否", name) for name in (full, *names) if _WHETHER.match(name)}
    if not _CHINESE.search(heading):
        # The last word of a Latin name is no name (TAX_PARCEL_ID is no ID), but a unit ends one.
        names = {n for n in names if full.startswith(n) and _is_unit(full[len(n) :])}
    return (full, *sorted(names, key=lambda name: (-len(name), name)))


def _is_unit(text: str) -> bool:
    """Whether what ends a Latin heading is a unit: GIA_sqm; not the year of TAX_YEAR."""
    known = parse(text.strip("()"))
    return like_unit(text.strip("()")) and (
        known is None or known.dimension not in ("year", "month")
    )


def undated(heading: str) -> str:
    """A heading without its year: 营业收入（万元）_2022年 is 营业收入（万元）."""
    return _YEAR_PART.sub("", heading).strip("_-/ ")


@lru_cache(maxsize=8192)
def less_qualified(name: str, *, measure: bool) -> tuple[str, ...]:
    """A folded name without what stands around it and changes nothing.

    >>> less_qualified("企业实际入库税额合计", measure=True)
    ('入库税额', '入库税额合计')
    """
    out = {_AS_IT_IS.sub("", name)}
    if measure:
        bare = _AS_IT_IS.sub("", _QUALIFIERS.sub("", _AS_IT_IS.sub("", name)))
        out |= {bare, _SUMMED.sub("", bare)}
    return tuple(sorted(out - {name, ""}, key=lambda n: (len(n), n)))


def is_measure(column: str) -> bool:
    """Whether a canonical column is one that an enterprise or park reports a year."""
    return column in _MEASURES


@cache
def pattern(*keys: str) -> re.Pattern[str]:
    """The words of a list of the lexicon as one expression."""
    held = lexicon()
    for key in keys:
        held = held[key]
    return re.compile("|".join(f"(?:{word})" for word in held), re.IGNORECASE)


@cache
def words(*keys: str) -> frozenset[str]:
    """The words of a list of the lexicon, folded."""
    held: Any = lexicon()
    for key in keys:
        held = held.get(key, {}) if isinstance(held, dict) else held
    return frozenset(folded(word) for word in held)


@dataclass(frozen=True)
class Named:
    """What a name of a file, sheet or layer says: the role, the word, whether it is a code."""

    role: str
    word: str
    code: bool


@lru_cache(maxsize=4096)
def roles_named(name: str) -> tuple[Named, ...]:
    """The roles that a name speaks of, the one that it ends with first: 园区宗地 is parcels.

    A code is a whole word of the name: ZD and 510681_ZD, never ZDXX. Notes in brackets come last.
    """
    plain = re.sub(r"[(\[【][^)\]】]*[)\]】]", "", squashed(name).casefold()) or name.casefold()
    parts = _parts(plain)
    out: list[tuple[int, int, Named]] = []
    for role, lists in lexicon()["roles"].items():
        spoken = [(*_end(plain, w), Named(role, w, code=False)) for w in lists.get("words", ())]
        spoken = [found for found in spoken if found[0] >= 0]
        spoken += [
            (len(plain), 3 * len(c), Named(role, c, code=True))
            for c in lists.get("codes", ())
            if c.casefold() in parts
        ]
        if spoken:
            out.append(max(spoken, key=lambda found: found[:2]))
    return tuple(named for *_, named in sorted(out, key=lambda found: (-found[0], -found[1])))


def _parts(plain: str) -> set[str]:
    """The Latin words of a name, with and without their figures."""
    return set(re.split(r"[^0-9a-z]+", plain)) | set(re.split(r"[^a-z]+", plain))


def _end(plain: str, word: str) -> tuple[int, int]:
    """Where a word of a role ends in a name (-1: it is not there), and how long it is."""
    word = squashed(word).casefold()
    if _CHINESE.search(word):
        return (plain.rfind(word) + len(word), len(word)) if word in plain else (-1, 0)
    squeezed = re.sub(r"[_\-.]", "", plain)
    if word in squeezed and (len(word) > 5 or re.search(rf"(?<![a-z]){re.escape(word)}", plain)):
        return len(plain) - len(squeezed) + squeezed.rfind(word) + len(word), len(word)
    return -1, 0


@lru_cache(maxsize=4096)
def without_role(name: str) -> str:
    """The word by which a layer is one that mujun has no use for; "" where there is none."""
    plain = squashed(name).casefold()
    parts = _parts(plain)
    held = lexicon()["layers_without_role"]
    found = [c for c in held["codes"] if c.casefold() in parts]
    found += [w for w in held["words"] if _end(plain, w)[0] >= 0]
    return found[0] if found else ""
