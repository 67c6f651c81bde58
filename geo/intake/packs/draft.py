"""A printed table as a draft of a rule pack: columns, rows and cells, and what is to be asked.

Nothing is dropped: a column that is no indicator, a cell that cannot be read and a unit that is not
known stand in the draft with their texts, and are questions.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from geo.intake.packs.cells import PrintedCell, read_printed
from geo.intake.packs.printed import PrintedTable
from geo.intake.packs.printed_units import unit_of_column
from geo.intake.packs.rows import RowKeys, RowsBy, keys_of, rows_by
from geo.intake.packs.words import heading_is, indicator_of, is_attested
from geo.model import INDICATORS
from geo.model.units import squashed
from geo.text import Message, Wording, join

_FEWEST_DECIMALS, _MOST_DECIMALS = 2, 6
_RECOMMENDED = re.compile("推荐|建议|鼓励|引导|recommended")
_RANGED = ("floor_area_ratio", "green_ratio", "building_density", "building_coverage")
"""Indicators that documents bound on both sides."""
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


@dataclass(frozen=True)
class DraftRow:
    """A row: whom it is for, its cells by column key as a pack writes them, and as printed."""

    keys: RowKeys
    cells: dict[str, Any]
    printed: dict[str, str]
    place: int


@dataclass(frozen=True)
class Draft:
    """What a table became.

    `left` are headings and their cells that no column of the draft holds; `questions` what the
    office has to decide, the table's notes among it.
    """

    table: PrintedTable
    columns: tuple[DraftColumn, ...]
    rows: tuple[DraftRow, ...]
    rows_by: RowsBy
    left: dict[str, tuple[str, ...]]
    questions: tuple[Wording, ...]
    notes: tuple[str, ...] = ()


@dataclass
class _Layout:
    """The table laid out with a row a subject: headings of indicators, titles, codes, names."""

    headings: list[str]
    cells: list[list[str]]
    titles: list[str]
    codes: list[str]
    names: list[str]
    places: list[int]
    lines: dict[str, list[str]] = field(default_factory=dict)
    left: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def draft_of(table: PrintedTable, land_class: str = "") -> Draft | None:
    """The draft of a table; None where no heading and no row names an indicator.

    Where columns of one indicator are for classes of land (一类地区 …), `land_class` says which one
    is the office's; without it none of them is taken.
    """
    layout = _layout(table)
    if layout is None:
        return None
    questions: list[Wording] = [*table.doubts]
    parsed = [[read_printed(text) for text in row] for row in layout.cells]
    columns, places = [], []
    left = dict(layout.left)
    for at, heading in enumerate(layout.headings):
        cells = [row[at] for row in parsed]
        column, asked = _column(heading, cells, table, layout, at)
        questions += asked
        if column is not None:
            columns.append(column)
            places.append(at)
    columns, places, asked = _of_class(columns, places, land_class)
    questions += asked
    left |= {
        layout.headings[at]: tuple(row[at].text for row in parsed)
        for at in range(len(layout.headings))
        if at not in places
    }
    columns = _with_keys(columns)
    by = _stated_rows_by(table) or rows_by(layout.titles)
    rows = []
    for number, title in enumerate(layout.titles):
        only = len(layout.titles) == 1
        keys = keys_of(title, by, layout.codes[number], layout.names[number], only=only)
        questions += _about_row(keys)
        taken = {c.key: parsed[number][at] for c, at in zip(columns, places, strict=True)}
        cells_of_row = {}
        for column in columns:
            value, asked = _cell(taken[column.key], column, title)
            cells_of_row[column.key] = value
            questions += asked
        rows.append(
            DraftRow(
                keys, cells_of_row, {k: c.text for k, c in taken.items()}, layout.places[number]
            )
        )
    notes = (*layout.notes, *table.notes)
    questions += [Message("packs_import.left_column", heading=name) for name in left if name]
    return Draft(table, tuple(columns), tuple(rows), by, left, tuple(questions), notes)


def _stated_rows_by(table: PrintedTable) -> RowsBy | None:
    """What a line above the table says that its rows go by, as an exported pack's does."""
    stated = {text.partition("：")[2] for text in table.above if text.startswith("行按：")}
    choices: tuple[RowsBy, ...] = ("industry", "park_level", "park_name")
    return next((by for by in choices if by in stated), None)


def _layout(table: PrintedTable) -> _Layout | None:
    """Rows as subjects, whichever way the document lays its table out."""
    across = [bool(indicator_of(heading)) for heading in table.headings]
    down = [sum(bool(indicator_of(row[at])) for row in table.body) for at in range(len(across))]
    best = max(range(len(down)), key=down.__getitem__)
    if down[best] > sum(across) and down[best] >= 1:
        return _turned(table, best)
    if not any(across):
        return None
    labels = [at for at, names in enumerate(across) if not names]
    role = {
        kind: [at for at in labels if heading_is(kind, table.headings[at])]
        for kind in ("code", "name", "number", "remark")
    }
    others = {at for places in role.values() for at in places}
    named = [at for at in labels if at not in others and _is_label(table, at)]
    figures = [at for at in range(len(across)) if across[at]]
    lines, body, places = _lines_of(table, figures)
    return _Layout(
        [table.headings[at] for at in figures],
        [[row[at] for at in figures] for row in body],
        [_title(row, named) or _joined(row, role["code"]) for row in body],
        [_joined(row, role["code"]) for row in body],
        [_joined(row, role["name"]) for row in body],
        places,
        lines,
        {
            table.headings[at]: tuple(row[at] for row in body)
            for at in labels
            if at not in named and at not in others
        },
        [f"{table.headings[at]}：{row[at]}" for at in role["remark"] for row in body if row[at]],
    )


def _is_label(table: PrintedTable, at: int) -> bool:
    """Whether a column of words says whom a row is for: it stands left of the figures."""
    first = min(i for i, heading in enumerate(table.headings) if indicator_of(heading))
    return at < first or heading_is("title", table.headings[at])


def _title(row: tuple[str, ...], named: list[int]) -> str:
    """The words of a row, a merged group's before its part's."""
    parts = [text for text in dict.fromkeys(row[at] for at in named) if text]
    return parts[-1] if parts and len(parts[-1]) > 1 else " ".join(parts)


def _joined(row: tuple[str, ...], places: list[int]) -> str:
    return "、".join(row[at] for at in places if row[at])


def _lines_of(
    table: PrintedTable, figures: list[int]
) -> tuple[dict[str, list[str]], list[tuple[str, ...]], list[int]]:
    """Lines of clauses and of standing under the headings, and the body without them."""
    lines, body, places = {}, [], []
    for row, place in zip(table.body, table.places, strict=True):
        label = next((text for text in row if text), "")
        kind = next((kind for kind in ("clause", "standing") if heading_is(kind, label)), "")
        if kind:
            lines[kind] = [row[at] for at in figures]
        else:
            body.append(row)
            places.append(place)
    return lines, body, places


def _turned(table: PrintedTable, at: int) -> _Layout:
    """A table whose rows are indicators: each further column is a row of the pack."""
    units = [i for i, heading in enumerate(table.headings) if heading_is("unit", heading)]
    remarks = [i for i, heading in enumerate(table.headings) if heading_is("remark", heading)]
    numbers = [i for i, heading in enumerate(table.headings) if heading_is("number", heading)]
    values = [
        i for i in range(at + 1, len(table.headings)) if i not in {*units, *remarks, *numbers}
    ]
    headings = [
        f"{row[at]}（{row[units[0]]}）" if units and row[units[0]] else row[at]
        for row in table.body
    ]
    return _Layout(
        headings,
        [[row[i] for row in table.body] for i in values],
        [table.headings[i] for i in values],
        ["*" if len(values) == 1 else "" for _ in values],
        ["" for _ in values],
        [table.places[0] for _ in values],
        notes=[f"{row[at]}：{row[i]}" for i in remarks for row in table.body if row[i]],
    )


def _column(
    heading: str, cells: list[PrintedCell], table: PrintedTable, layout: _Layout, at: int
) -> tuple[DraftColumn | None, list[Wording]]:
    """The column of a heading, or the question why it is none."""
    indicator = indicator_of(heading)
    if not indicator:
        return None, []
    clause = layout.lines.get("clause", [""] * len(layout.headings))[at]
    standing = layout.lines.get("standing", [""] * len(layout.headings))[at]
    shared: dict[str, Any] = {
        "clause": clause,
        "mandatory": not _RECOMMENDED.search(standing or heading),
        "any_of": standing.partition("任一：")[2],
    }
    numbers = [cell for cell in cells if cell.kind in ("number", "range")]
    if is_attested(indicator):
        return DraftColumn("", heading, indicator, "attested", "", **shared), []
    known = INDICATORS[indicator]
    if known.unit != "" or not all(cell.percent for cell in numbers):
        numbers = [cell for cell in numbers if not cell.percent or known.unit == "%"]
    unit, factor = unit_of_column(heading, numbers, known.unit, table)
    if factor is None:
        text = Message("packs_import.unit_unknown", heading=heading, unit=unit, known=known.unit)
        return None, [text]
    operator, signed = _operator(numbers, _sign_in(heading), _SIGN_OF[known.better])
    asked: list[Wording] = []
    if not signed:
        asked.append(Message("packs_import.no_sign", heading=heading, operator=operator))
    decimals = max([_FEWEST_DECIMALS, *(cell.decimals for cell in numbers)])
    if stated_decimals := re.search(r"(\d)位小数", standing):
        decimals = int(stated_decimals[1])
    return (
        DraftColumn(
            "",
            heading,
            indicator,
            operator,
            known.unit,
            "" if factor == 1 else unit,
            float(factor),
            min(decimals, _MOST_DECIMALS),
            signed=signed,
            **shared,
        ),
        asked,
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


def _sign_in(heading: str) -> str:
    """The words of a heading that say a bound: 不低于, 下限."""
    plain = squashed(heading)
    for word, sign in (
        ("不低于", ">="),
        ("不小于", ">="),
        ("下限", ">="),
        ("最低", ">="),
        ("≥", ">="),
        ("不超过", "<="),
        ("不高于", "<="),
        ("不大于", "<="),
        ("上限", "<="),
        ("最高", "<="),
        ("≤", "<="),
    ):
        if word in plain:
            return sign
    return ""


def _of_class(
    columns: list[DraftColumn], places: list[int], land_class: str
) -> tuple[list[DraftColumn], list[int], list[Wording]]:
    """Of columns of one indicator that differ in their headings only that of the office's class.

    一类地区 and 二类地区, or 一般项目 and 重点项目: each parcel has one of them.
    """
    headings: dict[tuple[str, bool], set[str]] = {}
    for column in columns:
        headings.setdefault((column.indicator, column.mandatory), set()).add(column.heading)
    by_class = {name for (name, _), listed in headings.items() if len(listed) > 1}
    kept = [
        at
        for at, column in enumerate(columns)
        if column.indicator not in by_class or (land_class and land_class in column.heading)
    ]
    asked: list[Wording] = []
    if by_class and len(kept) < len(columns) and not land_class:
        classes = (
            found[0] if (found := _CLASS.search(c.heading)) else c.heading
            for c in columns
            if c.indicator in by_class
        )
        asked.append(Message("packs_import.land_class", classes=join(dict.fromkeys(classes))))
    return [columns[at] for at in kept], [places[at] for at in kept], asked


def _with_keys(columns: list[DraftColumn]) -> list[DraftColumn]:
    """Columns with the keys that a pack calls them by, each once."""
    out, taken = [], Counter[str]()
    for column in columns:
        base = column.indicator.removesuffix("_per_mu")
        taken[base] += 1
        key = base if taken[base] == 1 else f"{base}_{taken[base]}"
        out.append(replace(column, key=key))
    return out


def _about_row(keys: RowKeys) -> list[Wording]:
    if keys.sure:
        return []
    code = "packs_import.row_older" if keys.older else "packs_import.row_unsure"
    return [Message(code, title=keys.title)]


def _cell(cell: PrintedCell, column: DraftColumn, title: str) -> tuple[Any, list[Wording]]:
    """A cell as a pack writes it, and what is to be asked of it."""
    asked: list[Wording] = []
    if cell.mark:
        text = Message(
            "packs_import.footnote",
            text=cell.text,
            row=title,
            heading=column.heading,
            mark=cell.mark,
        )
        asked.append(text)
    percent = column.unit == "%" or column.printed_unit == "%"
    fits = cell.kind in ("number", "range") and (percent or not cell.percent)
    if fits and column.operator != "attested":
        if cell.dashed and column.indicator not in _RANGED:
            text = Message("packs_import.dashed", text=cell.text, row=title, heading=column.heading)
            asked.append(text)
        return _bounds(cell, column.operator), asked
    value: Any = {"requirement" if column.operator == "attested" else "reference": cell.text}
    if cell.kind == "none":
        value = "/"
    elif cell.kind == "blank":
        value = "/"
        asked.append(Message("packs_import.blank_cell", row=title, heading=column.heading))
    elif cell.kind == "case_by_case":
        value = {"case_by_case": cell.text}
    elif column.operator != "attested" and cell.kind != "reference":
        text = Message("packs_import.open_cell", text=cell.text, row=title, heading=column.heading)
        asked.append(text)
    return value, asked


def _bounds(cell: PrintedCell, operator: str) -> Any:
    """A figure under the column's operator, or the ends that the cell prints."""
    if cell.kind == "range":
        return {
            "above" if cell.low_open else "min": _plain(cell.low),
            "below" if cell.high_open else "max": _plain(cell.high),
        }
    if not cell.sign or cell.sign == operator:
        return _plain(cell.low)
    end = {">=": "min", ">": "above", "<=": "max", "<": "below"}[cell.sign]
    return {end: _plain(cell.low)}


def _plain(figure: float | None) -> int | float | None:
    return int(figure) if figure is not None and figure == int(figure) else figure
