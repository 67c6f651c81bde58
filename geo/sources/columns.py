"""Which of an office's columns is which canonical one, and in which unit it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from geo.errors import ProjectError
from geo.model import Column, LayerSpec
from geo.model.periods import years_named
from geo.model.units import (
    EXAMPLES,
    Unit,
    heading_units,
    like_unit,
    note_units,
    parse,
    parse_for,
    squashed,
    suffix_unit,
)
from geo.project import Fields
from geo.sources.titles import is_whole
from geo.text import Message, Wording, join

_BRACKET = r"\s*[（(\[【][^）)\]】]*[）)\]】]\s*|\s*\*"
_LAST_BRACKET = re.compile(r"[(\[【〔{][^()\[\]【】〔〕{}]*[)\]】〕}]?$")
_MARKS = "*★☆※#:"
_NUMBERED = re.compile(r"^\(?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[).、](?=\D)")
"""What numbers a heading: 3.营业收入, （三）税收."""
_FOOTNOTE = re.compile("[①-⑳❶-❿⑴-⑽]+")
_YEAR_WORDS = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)年?度?")


def columns_by_name(spec: LayerSpec, fields: Fields, headings: list[str]) -> dict[str, str]:
    """The office's heading of each canonical column: mapped, named canonically, or in Chinese.

    PARCEL_ID is parcel_id where no heading is called so exactly; PARCEL_ID and Parcel_Id are for
    the office to tell apart. A heading such as 经济指标_营业收入（亿元） is called 营业收入, and so are 营业收入/元 and
    2023年营业收入; two of the same name (2022年_营业收入, 2023年_营业收入) are for the office to
    tell apart.
    """
    out: dict[str, str] = {}
    for name, several in _candidates(spec, headings).items():
        if name in fields:
            out[name] = fields[name].column
        elif len(several) == 1:
            out[name] = several[0]
    taken = {column for name, column in out.items() if name in fields}
    return {
        name: column
        for name, column in out.items()
        if column in headings and (name in fields or column not in taken)
    }


def undecided(spec: LayerSpec, fields: Fields, headings: list[str]) -> dict[str, list[str]]:
    """Canonical columns that several headings are called by, and those headings."""
    return {
        name: several
        for name, several in _candidates(spec, headings).items()
        if len(several) > 1 and name not in fields
    }


def _candidates(spec: LayerSpec, headings: list[str]) -> dict[str, list[str]]:
    """The headings that may be each canonical column: by their full text, else shortened."""
    tiers = (
        {h: {squashed(h)} for h in headings},
        {h: {squashed(re.sub(_BRACKET, "", h).split("_")[-1])} for h in headings},
        {h: heading_names(h) for h in headings},
    )
    lowered = {h: in_lower_case(h) for h in headings}
    out = {}
    for name, column in spec.by_name.items():
        wanted = {squashed(called) for called in column.names}
        others = set(spec.by_name) - {name}  # industry_name is no heading of `name`
        ranks = (
            [h for h, names in tier.items() if names & wanted and lowered[h] not in others]
            for tier in tiers
        )
        called = [name] if name in headings else next(filter(None, ranks), [])
        called = called or [h for h, lower in lowered.items() if lower == name]
        out[name] = [*called, *(h for h in headings if heading_repeated(h, headings) in called)]
    return out


def in_lower_case(heading: str) -> str:
    """A heading as a column's own name is written: PARCEL_ID is parcel_id, TAX (万元) is tax."""
    return squashed(re.sub(_BRACKET, "", heading)).lower()


def heading_repeated(heading: str, headings: Sequence[str]) -> str:
    """The heading that this one stands for again (`geo.sources.titles` numbers it); "" if none.

    >>> heading_repeated("税收.1", ["税收", "税收.1"]), heading_repeated("v.1", ["v.1"])
    ('税收', '')
    """
    first, _, number = heading.rpartition(".")
    return first if number.isdecimal() and first in headings else ""


@lru_cache(maxsize=4096)
def heading_names(heading: str) -> set[str]:
    """Everything that a heading may call its column: without notes, units, years and groups."""
    names = {squashed(_FOOTNOTE.sub("", heading)).strip(_MARKS)}
    while True:
        more = {short.strip(_MARKS) for name in names for short in _shorter(name)} - names - {""}
        if not more:
            return names
        names |= more


def _shorter(name: str) -> list[str]:
    out = [pattern.sub("", name) for pattern in (_NUMBERED, _LAST_BRACKET, _YEAR_WORDS)]
    upper, _, lower = name.rpartition("_")
    out.append(upper if upper and is_whole(lower) else lower)
    for mark in "/_-—:,、":
        head, found, tail = name.rpartition(mark)
        if found and like_unit(tail):
            out.append(head)
    suffix = suffix_unit(name)
    if suffix is not None:
        out.append(name[: len(name) - len(suffix.text)])
    return out


def heading_years(headings: list[str]) -> list[int]:
    """The years that headings name, each once."""
    return sorted({year for heading in headings for year in years_named(heading)})


_NEAR = {"energy": ("mass", "heat"), "electricity": ("power",), "emission": ("mass",)}
"""Dimensions that a unit above the table may be meant in for a column of another: 吨 for tce."""


@dataclass(frozen=True)
class Measured:
    """What a column's figures are in: its unit, whether stated, the factor to the canonical one.

    `problem` says what in the heading or above the table was not understood; then no figure of
    the column may be used.
    """

    unit: Unit | None
    stated: bool
    multiple: int = 1
    divisor: int = 1
    problem: str = ""


def canonical_unit(column: Column, currency: str) -> Unit | None:
    """The unit of a canonical column, with the project's currency; None where it has none."""
    if column.dimension:
        return None if column.dimension == "any" else Unit("", column.dimension, Fraction(1))
    unit = parse(column.unit) if column.unit else None
    if unit is not None and unit.dimension == "money CNY":
        return Unit(unit.text, f"money {currency}", unit.scale)
    return unit


def is_money(column: Column) -> bool:
    """Whether a column holds money."""
    unit = canonical_unit(column, "CNY")
    return unit is not None and unit.dimension == "money CNY"


def measured(
    column: Column, heading: str, stated: str | None, notes: list[str], currency: str, source: str
) -> Measured:
    """The unit of a column: the project's, the heading's, or that of the texts above the table.

    `stated` is what the project says, `notes` are the texts. Raises ProjectError for a unit of the
    project that is not known.
    """
    base = canonical_unit(column, currency)
    if stated is not None:
        unit = parse_for(stated, base)
        if base is None or (stated and (unit is None or unit.dimension != base.dimension)):
            raise _unknown(column, stated, base, source)
        return _from(unit or base, base, stated=True)
    if base is None:
        return Measured(None, stated=False)
    words = heading_units(heading, column.zh)
    suffix = None if words else suffix_unit(heading)
    suffix = None if suffix is None else parse_for(suffix.text, base)
    if suffix is not None and suffix.dimension == base.dimension and heading != column.name:
        words = [suffix.text]
    found = _among(words, base, heading=True)
    if found.stated:
        return found
    # 全年营业收入 names a year and no unit of money: that above the table still counts.
    noted = [unit for text in notes for unit in note_units(text)]
    return _among(noted, base, heading=False)


def _among(words: list[str], base: Unit, *, heading: bool) -> Measured:
    """The unit of the base's dimension among words; a problem where that is not clear."""
    units = {word: parse_for(word, base) for word in words}
    fitting = {
        unit.scale: unit
        for unit in units.values()
        if unit is not None and unit.dimension == base.dimension
    }
    odd = [word for word, unit in units.items() if _odd(word, unit, base, heading=heading)]
    if fitting and base.dimension.startswith("money"):
        odd = [w for w in odd if squashed(w).lower() not in ("人民币", "rmb", "cny")]
    if len(fitting) > 1:
        odd = [unit.text for unit in fitting.values()]
    if odd:
        return Measured(base, stated=True, problem=" / ".join(odd))
    return (
        _from(next(iter(fitting.values())), base, stated=True)
        if fitting
        else Measured(base, stated=False)
    )


def _odd(word: str, unit: Unit | None, base: Unit, *, heading: bool) -> bool:
    """Whether a word leaves it open what the figures are in.

    Above a table stand units of other columns too; one that is not known, or is a ratio of the
    column's, may be meant for any.
    """
    if unit is None:
        kind = _kind_of(word)
        return heading or kind is None or base.dimension.startswith(kind)
    if unit.dimension in (base.dimension, "year"):
        return False
    if heading or unit.dimension in _NEAR.get(base.dimension, ()):
        return True
    money = base.dimension.startswith("money") and unit.dimension.startswith("money")
    return (
        money
        or base.dimension in unit.dimension
        or (
            " per " in unit.dimension
            and _kind_of(unit.dimension.rsplit(" ", 1)[1]) == base.dimension
        )
    )


def _kind_of(word: str) -> str | None:
    """The dimension that a word speaks of though its unit is not known: 百亿X元 is money."""
    plain = squashed(word).lower()
    known = parse(plain)
    if known is not None:
        return known.dimension
    kinds = (
        ("money", r"[元币盾铢镑]|卢比|法郎|美金|usd|rmb|cny|eur"),
        ("area", "[亩顷]|平方|[mt]2"),
        ("energy", "煤|tce"),
        ("electricity", "瓦时|w·?h"),
        ("share", "[%‰]"),
    )
    return next((kind for kind, mark in kinds if re.search(mark, plain)), None)


def _from(unit: Unit, base: Unit, *, stated: bool) -> Measured:
    ratio = unit.scale / base.scale
    return Measured(unit, stated, ratio.numerator, ratio.denominator)


def _unknown(column: Column, stated: str, base: Unit | None, source: str) -> ProjectError:
    offered = examples(base) if base else ("",)
    return ProjectError(
        "sources_columns.unit_not_known",
        source=source,
        column=column.name,
        stated=stated,
        offered=join(offered),
    )


def examples(base: Unit) -> tuple[str, ...]:
    """Units that may be written for a column of this dimension."""
    kind, _, currency = base.dimension.partition(" ")
    if kind == "money" and currency != "CNY":
        return (currency, f"万{currency}", f"{currency} million")
    return EXAMPLES.get(kind, (base.text or kind,))


def not_understood(
    column: Column, heading: str, found: Measured, currency: str
) -> tuple[Wording, Wording]:
    """What is said of a column whose unit is not understood, and its mend."""
    base = canonical_unit(column, currency)
    offered = examples(base) if base else ()
    return (
        Message(
            "sources_columns.column_not_known_not_column",
            heading=heading,
            problem=found.problem,
            column=column,
            column_name=column.name,
        ),
        Message(
            "sources_columns.put_unit_in_heading",
            offered=join(offered),
            column=column.name,
            heading=heading,
            offered_2=offered[0],
        ),
    )
