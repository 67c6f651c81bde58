"""Excel ledgers (台账) as offices keep them: titles, headings of two lines, merged cells, sums.

The row of headings is found, or given. What is left out (sums, notes) and what is filled (merged
cells) is told; a number in merged cells counts once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import CalamineWorkbook

from geo import findings
from geo.errors import SourceError, Text
from geo.project import TableSource

LOOKED = 20
"""Rows from the top among which the headings are looked for."""

_SUM = re.compile(r"^(合计|小计|总计|累计|共计|总和|subtotal|total|sum)[:：]?$", re.IGNORECASE)
_NOTE = re.compile(r"^(注|说明|备注|填表|填报|制表|审核|复核|负责人|统计|note)", re.IGNORECASE)
_UNITS = re.compile(r"单位\s*[:：]\s*(.+)$")
_UNIT_WORD = re.compile(
    r"^[（(]?(元|千元|万元|亿元|亩|公顷|㎡|m²|m2|平方米|平方公里|人|吨标准煤|万吨标准煤|万千瓦时|%|年|个|家)"
    r"[）)]?$")

Cell = Any
Rows = list[list[Cell]]


@dataclass(frozen=True)
class _Sheet:
    """`rows` as they stand (blank is None), and `merged`: (row, column) of first and last cell."""

    rows: Rows
    merged: list[tuple[tuple[int, int], tuple[int, int]]]


def read_ledger(file: Path, source: TableSource, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One sheet as it stands, with `source_row`, and findings; `attrs["units"]` are the sheet's.

    Headings of two lines are joined with `_` where the lower one alone is not unique.
    """
    sheet = _sheet(file, source)
    if not sheet.rows:
        return pd.DataFrame({"source_row": pd.Series(dtype="int64")}), findings.none()
    spread, numbers = _filled(sheet)
    start = source.header - 1 if source.header else _heading_row(spread)
    names, first = _headings(spread, start, 1 + _below(sheet, start))
    body = spread[first:]
    left_out = [_left_out(row) or (at == 0 and _only_numbered(row))
                for at, row in enumerate(body)]
    rows = range(first + 1, first + 1 + len(body))
    frame = pd.DataFrame(body, columns=names, dtype=object)
    frame["source_row"] = rows
    named = frame[[c for c in frame.columns if not c.startswith("Unnamed")]]
    empty = named.drop(columns="source_row").isna().all(axis=1)
    kept = ~empty & ~pd.Series(left_out, index=frame.index, dtype=bool)
    out = named[kept].reset_index(drop=True)
    out.attrs["units"] = _sheet_units(spread[:start])
    merged = pd.Series(list(rows), index=frame.index).isin([r + 1 for r in numbers])
    return out, findings.gather([
        _about(named, ~empty & ~kept, name, "row_left_out", "info",
               Text("是合计、栏次或说明行：未计入",
                    "is a row of sums, of column numbers or a note: left out"),
               Text("无须处理", "nothing to do")),
        _about(named, merged & kept, name, "merged_number", "warning",
               Text("合并单元格中的数值只计入其第一行", "a number in merged cells: counted in their"
                    " first row only"),
               Text("拆分单元格，逐行填写", "split the cells and fill each row"))])


def _sheet(file: Path, source: TableSource) -> _Sheet:
    book = CalamineWorkbook.from_path(str(file))
    sheet = source.sheet if source.sheet is not None else 0
    names = book.sheet_names
    if isinstance(sheet, str) and sheet not in names:
        raise SourceError(f"{file.name}：没有工作表“{sheet}”：现有 {'、'.join(names)}。",
                          f"{file.name}: no sheet `{sheet}`: it has {', '.join(names)}.")
    opened = book.get_sheet_by_index(sheet) if isinstance(sheet, int) else (
        book.get_sheet_by_name(sheet))
    rows = [[None if c == "" else c for c in row]
            for row in opened.to_python(skip_empty_area=False)]
    return _Sheet(rows, list(opened.merged_cell_ranges or []))


def _filled(sheet: _Sheet) -> tuple[Rows, list[int]]:
    """The rows with merged text in each of its cells, and the rows of merged numbers."""
    rows, numbers = [list(row) for row in sheet.rows], []
    for (top, left), (bottom, right) in sheet.merged:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and bottom > top:
            numbers.append(top)
        for r in range(top, min(bottom, len(rows) - 1) + 1):
            for c in range(left, min(right, len(rows[r]) - 1) + 1):
                if not number or (r, c) == (top, left):
                    rows[r][c] = value
    return rows, numbers


def _heading_row(rows: Rows) -> int:
    """The first row that is mostly filled with different words, and with no figures."""
    count = [len({str(c) for c in row if c is not None}) for row in rows[: 2 * LOOKED]]
    widest = max(count, default=0)
    for at, row in enumerate(rows[:LOOKED]):
        figures = [c for c in row if isinstance(c, float | date | datetime) and not _is_year(c)]
        if count[at] >= max(2, widest / 2) and not figures:
            return at
    return 0


def _is_year(cell: Cell) -> bool:
    return isinstance(cell, float) and cell == int(cell) and 1990 <= cell <= 2100


def _below(sheet: _Sheet, start: int) -> int:
    """How many more lines the headings have: as far as their merged cells reach."""
    wide = len(sheet.rows[start]) if start < len(sheet.rows) else 0
    more = 0
    for (top, left), (bottom, right) in sheet.merged:
        if top == start and (left, right) != (0, wide - 1):
            more = max(more, bottom - top, 1 if right > left else 0)
    return more


def _headings(rows: Rows, start: int, height: int) -> tuple[list[str], int]:
    """A name for each column, and the first row of the body."""
    first = start + height
    lines = rows[start:first]
    if first < len(rows) and _only_units(rows[first]):
        lines = [*lines, rows[first]]
        first += 1
    parts = []
    for column in zip(*lines, strict=False):
        words = [re.sub(r"\s+", "", f"{c:.0f}" if _is_year(c) else str(c))
                 for c in column if c is not None]
        parts.append(list(dict.fromkeys(words)))
    units = [p.pop() if len(p) > 1 and _UNIT_WORD.match(p[-1]) else "" for p in parts]
    lower = [p[-1] if p else "" for p in parts]
    out = []
    for at, words in enumerate(parts):
        own = lower[at] if lower.count(lower[at]) == 1 else "_".join(words)
        unit = units[at].strip("（）()")
        out.append((f"{own}（{unit}）" if unit else own) or f"Unnamed: {at}")
    return [n if out.index(n) == i else f"{n}.{out[:i].count(n)}" for i, n in enumerate(out)], first


def _only_units(row: list[Cell]) -> bool:
    words = [str(c).strip() for c in row if c is not None]
    return bool(words) and all(_UNIT_WORD.match(w) for w in words)


def _only_numbered(row: list[Cell]) -> bool:
    """A line that numbers the columns: 甲, 乙 or 栏次, then 1, 2, 3, … to the last."""
    numbers = [c for c in row if isinstance(c, float | int)]
    words = {str(c).strip() for c in row if not isinstance(c, float | int)}
    return (len(numbers) > 2 and numbers == list(range(1, len(numbers) + 1)) and bool(words)
            and words <= {"甲", "乙", "丙", "丁", "栏次"})


def _left_out(row: list[Cell]) -> bool:
    words = [c for c in row if c is not None]
    if not words:
        return False
    first = re.sub(r"\s+", "", str(words[0]))
    alone = len({str(c) for c in words}) == 1
    return bool(_SUM.match(first) or (alone and _NOTE.match(first)))


def _sheet_units(rows: Rows) -> list[str]:
    """Units named above the headings: 单位：万元、亩."""
    said = [str(c) for row in rows for c in row if c is not None]
    found = [m.group(1) for text in said if (m := _UNITS.search(text)) and "填报" not in text]
    return [u.strip(" ()（）") for text in found for u in re.split(r"[、，,;；/ ]+", text) if u]


def _about(
    frame: pd.DataFrame, mask: pd.Series[bool], name: str, code: str, severity: findings.Severity,
    message: Text, mend: Text,
) -> pd.DataFrame:
    return findings.about_rows(frame, mask, layer=name, key="", code=code, severity=severity,
                               message=message, mend=mend, set_aside=False)
