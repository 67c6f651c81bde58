"""The columns of a draft: the indicator, unit and operator of each heading, and classes of land."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from geo.intake.packs.asked import ask_class, ask_operator, ask_unit
from geo.intake.packs.cells import PrintedCell, sign_in
from geo.intake.packs.layout import Called, Layout, named
from geo.intake.packs.printed import PrintedTable
from geo.intake.packs.printed_units import in_unit
from geo.intake.packs.words import is_attested
from geo.intake.questions import Interview
from geo.model import RULE_FIGURES

_FEWEST_DECIMALS, _MOST_DECIMALS = 2, 6
_RECOMMENDED = re.compile("推荐|建议|鼓励|引导|recommended")
_CLASS = re.compile(r"(?:[一二三四五六七八九十]+|[ⅠⅡⅢⅣⅤⅥⅦ]|\d+)(?:类|等)(?:地区|区|别|地)?")
"""A class of land (地区类别, 土地等别) in a heading."""
_SIGN_OF = {"higher": ">=", "lower": "<="}


@dataclass(frozen=True)
class DraftColumn:
    """A column of the draft.

    `divide_by` turns the printed figure into the indicator's unit; `printed_unit` is that of the
    cells, "" where it is the indicator's own. `signed` says whether the operator is printed.
    """

    key: str
    heading: str
    indicator: str
    operator: str
    unit: str
    printed_unit: str = ""
    divide_by: float = 1.0
    decimals: int = _FEWEST_DECIMALS
    clause: str = ""
    mandatory: bool = True
    any_of: str = ""
    signed: bool = True

    def taken(self, cell: PrintedCell) -> PrintedCell:
        """A cell in the unit of the column's; words where it cannot be turned into it."""
        factor = Fraction(self.divide_by).limit_denominator(10**9)
        return in_unit(cell, self.printed_unit or self.unit, factor, self.unit)


def columns_of(
    layout: Layout,
    parsed: list[list[PrintedCell]],
    called: Called,
    table: PrintedTable,
    land_class: str,
    talk: Interview,
) -> tuple[list[DraftColumn], list[int]]:
    """The columns of indicators, and where they stand among the headings."""
    indicators = [named(heading, called) for heading in layout.headings]
    columns, places = [], []
    for at in _of_class(layout, indicators, land_class, talk):
        cells = [leaf for row in parsed for leaf in row[at].leaves]
        heading, about = layout.headings[at], layout.about(at)
        column = _column(heading, indicators[at], cells, table, about, talk)
        if column is not None:
            columns.append(column)
            places.append(at)
    return _with_keys(columns), places


def _column(
    heading: str,
    indicator: str,
    cells: list[PrintedCell],
    table: PrintedTable,
    about: tuple[str, str],
    talk: Interview,
) -> DraftColumn | None:
    """The column of a heading; None where its unit leaves it out."""
    clause, standing = about
    shared: dict[str, Any] = {
        "clause": clause,
        "mandatory": _is_mandatory(heading, standing),
        "any_of": standing.partition("任一：")[2],
    }
    numbers = [cell for cell in cells if cell.kind in ("number", "range")]
    if is_attested(indicator):
        return DraftColumn("", heading, indicator, "attested", "", **shared)
    known = RULE_FIGURES[indicator]
    unit = ask_unit(heading, numbers, known, table, talk)
    if unit is None:
        return None
    numbers = [in_unit(cell, *unit, known.unit) for cell in numbers]
    numbers = [cell for cell in numbers if cell.kind != "text"]
    operator, signed = _operator(numbers, sign_in(heading), _SIGN_OF[known.better])
    if not signed:
        operator = ask_operator(heading, operator, numbers, talk)
        signed = talk.answers[-1].asked
    decimals = max([_FEWEST_DECIMALS, *(cell.decimals for cell in numbers)])
    if stated_decimals := re.search(r"(\d)位小数", standing):
        decimals = int(stated_decimals[1])
    return DraftColumn(
        "",
        heading,
        indicator,
        operator,
        known.unit,
        "" if unit[1] == 1 else unit[0],
        float(unit[1]),
        min(decimals, _MOST_DECIMALS),
        signed=signed,
        **shared,
    )


def _operator(cells: list[PrintedCell], stated: str, usual: str) -> tuple[str, bool]:
    """The operator of a column, and whether it is printed for every figure of it.

    Figures without a sign are read by the heading, else as the indicator is usually bounded; a cell
    that prints another sign keeps it as an end of its own: 超过400 above a plain 500.
    """
    figures = [cell for cell in cells if cell.kind == "number"]
    signs = Counter(cell.sign for cell in figures if cell.sign)
    if figures and all(cell.sign for cell in figures):
        return signs.most_common(1)[0][0], True
    operator = stated or usual
    return operator, bool(stated) or not figures or set(signs) == {operator}


def _is_mandatory(heading: str, standing: str) -> bool:
    return not _RECOMMENDED.search(standing or heading)


def _of_class(layout: Layout, indicators: list[str], land_class: str, talk: Interview) -> list[int]:
    """Places of the columns to be read; of those of one indicator only that of the office's class.

    一类地区 and 二类地区, or 一般项目 and 重点项目: each parcel has one of them.
    """
    held = [at for at, indicator in enumerate(indicators) if indicator]
    alike: dict[tuple[str, bool], list[int]] = {}
    for at in held:
        mandatory = _is_mandatory(layout.headings[at], layout.about(at)[1])
        alike.setdefault((indicators[at], mandatory), []).append(at)
    left = [heading for heading in layout.left if _CLASS.search(heading)]
    by_class = {
        at
        for places in alike.values()
        if len({layout.headings[at] for at in places}) > 1
        or (left and _CLASS.search(layout.headings[places[0]]))
        for at in places
    }
    if by_class and not land_class:
        headings = (layout.headings[at] for at in sorted(by_class))
        classes = {_stem(h): h for h in map(_class_in, reversed([*headings, *left]))}
        land_class = ask_class(list(reversed(classes.values())), talk)
    return [at for at in held if at not in by_class or is_of_class(layout.headings[at], land_class)]


def _class_in(heading: str) -> str:
    return found[0] if (found := _CLASS.search(heading)) else heading


def _stem(land_class: str) -> str:
    return re.sub("(?:地区|区|别|地)$", "", land_class)


def is_of_class(heading: str, land_class: str) -> bool:
    """Whether a heading or a section is for a class of land: 三类 is 三类地区, and not 十三类.

    >>> is_of_class("投资强度 · 三类", "三类地区"), is_of_class("十三类地区", "三类")
    (True, False)
    """
    named = [_stem(found) for found in _CLASS.findall(heading)]
    if named and _CLASS.fullmatch(land_class):
        return _stem(land_class) in named
    return bool(land_class) and land_class in heading


def _with_keys(columns: list[DraftColumn]) -> list[DraftColumn]:
    """Columns with the keys that a pack calls them by, each once."""
    out, taken = [], Counter[str]()
    for column in columns:
        base = column.indicator.removesuffix("_per_mu")
        taken[base] += 1
        key = base if taken[base] == 1 else f"{base}_{taken[base]}"
        out.append(replace(column, key=key))
    return out
