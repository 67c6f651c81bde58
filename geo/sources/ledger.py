"""Ledgers (台账) as offices keep them: titles, headings of two lines, merged cells, sums, notes.

Nothing is lost in silence: what is left out (sums, notes, cells outside the table), filled (merged
cells), hidden or unreadable (error values, formulas without results) is a finding that names it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pandas as pd

from geo import findings
from geo.model.units import units_said
from geo.sources.comments import units_above, with_comment_units
from geo.sources.grid import Cell, Grid, letters
from geo.sources.ledger_findings import (
    Spots,
    _under_no_heading,
    about_merged,
    figures,
    hidden,
    left_out,
    outside_headings,
    without_errors,
    without_result,
    words,
)
from geo.sources.purpose import Purpose
from geo.sources.stacked_tables import titles_again
from geo.sources.sum_rows import row_kinds
from geo.sources.titles import Headings, find_headings
from geo.sources.xlsx import is_percent_format, shown_unit

_NO_UNIT = ("General", "@", "G/通用格式")
"""Number formats that say nothing."""

_STATES_UNIT = re.compile(r"[（(]?\s*(?:金额|货币|计量|数据)?\s*单\s*位\s*[:：]")
_COLUMN_WORDS = {"甲", "乙", "丙", "丁", "戊", "栏次", "序号", "列次", "编号"}
_FEW = 3
"""Columns that an entry might seem to number."""


def read_grid(
    grid: Grid, purpose: Purpose, header: int | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The entries of one sheet as they stand, with `source_row` (from 1), and findings.

    Cells are plain objects. `attrs`: `units` the texts above the headings, and the units that notes
    below them state; `letters` the Excel column of each heading; `percent` and `formats` the rows in
    per-cent formats and the number formats of each heading; `rows` counts of rows (read, used, sums,
    notes, continued); `sheets` the sheet's name.
    """
    head = find_headings(grid, header, purpose.words)
    head = replace(head, above=[*head.above, *grid.printed, *units_above(grid, head)])
    columns = {c: n for c, n in enumerate(head.names) if n is not None}
    known = purpose.columns(list(columns.values()))
    body = sorted(row for row in grid.cells if row >= head.first)
    filled, once = _filled(grid, head, purpose, columns, known)
    frame = pd.DataFrame(
        {c: pd.Series([filled[row].get(c) for row in body], dtype=object) for c in columns}
    )
    frame["source_row"] = pd.Series([row + 1 for row in body], dtype="int64")
    continued = _continued(grid, head, purpose, columns, known, filled)
    out, notes = read_body(frame, head, columns, purpose, continued, _group_titles(grid, head))
    spots = Spots(grid, columns, set(out["source_row"]))
    out.attrs.update(_attributes(spots))
    _with_shown_units(out, spots, purpose, known)
    units = with_comment_units(out, grid, head, columns, purpose.name)
    return out, findings.gather_findings(
        [
            notes,
            units,
            *without_result(spots, purpose, known),
            *hidden(spots, purpose.name),
            *outside_headings(grid, head, columns, purpose.name),
            about_merged(out, once, purpose.name),
        ]
    )


def read_body(
    frame: pd.DataFrame,
    head: Headings,
    columns: dict[int, str],
    purpose: Purpose,
    continued: frozenset[int] | set[int] = frozenset(),
    titles: frozenset[int] | set[int] = frozenset(),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The entries among the rows below the headings, and what was left out of them.

    `frame` has columns by number and `source_row`; `continued` are rows that go on with the one
    above them, `titles` those that head a group of rows. Raises SourceError where another table
    begins below the first.
    """
    rows = frame["source_row"]
    table = frame[list(columns)].set_axis(list(columns.values()), axis=1)
    outside = _under_no_heading(frame, columns, purpose.name)
    known = purpose.columns(list(table.columns))
    kinds = row_kinds(
        table,
        known.get(purpose.spec.id_column) if purpose.spec else None,
        words(purpose, known),
        figures(purpose, known, table),
    )
    of_all = _of_all(table, purpose, known)
    kinds = replace(kinds, sums=kinds.sums & ~of_all, groups=kinds.groups & ~of_all)
    named = table.assign(source_row=rows)
    blank = table.isna().all(axis=1)
    numbered = pd.Series(False, index=frame.index)
    if len(table):
        numbered.iloc[0] = _only_numbered(table.iloc[0].tolist())
    beside = (kinds.notes | numbered | rows.isin(titles)) & ~kinds.sums & ~kinds.groups
    if purpose.spec is not None:
        dated = "year" in known
        beside |= titles_again(named, kinds, head.above, purpose.name, dated=dated)
    merged = rows.isin(continued) & ~kinds.sums & ~kinds.groups & ~beside
    kept = ~(blank | kinds.sums | kinds.groups | beside | kinds.repeated | merged)
    out = (named if kept.all() else named[kept]).reset_index(drop=True)
    out, bad = without_errors(out, columns, purpose, known)
    # A blank column that is headed 单位：元 is no column: what it says is of the whole table.
    aside = [name for name in table if _STATES_UNIT.match(str(name)) and table[name].isna().all()]
    out.attrs["units"] = [*head.above, *aside, *_units_below(table, kinds.notes)]
    out.attrs["rows"] = {
        "read": len(table) - int(blank.sum()),
        "used": len(out),
        "sums": int((kinds.sums | kinds.groups).sum()),
        "notes": int((beside | kinds.repeated).sum()),
        "continued": int(merged.sum()),
    }
    return out, findings.gather_findings(
        [*left_out(named, kinds, beside, merged, purpose.name), *bad, *outside]
    )


def _units_below(table: pd.DataFrame, notes: pd.Series[bool]) -> list[str]:
    """What notes under a table say of its units (注：金额单位为千元), as a text above it would."""
    cells = [str(c) for c in table[notes].to_numpy().ravel() if isinstance(c, str)]
    return [f"单位：{unit}" for text in cells for unit in units_said(text)]


def _of_all(table: pd.DataFrame, purpose: Purpose, known: dict[str, str]) -> pd.Series[bool]:
    """Rows whose id is the layer's word for all together, blanks around it or not."""
    heading = known.get(purpose.spec.id_column) if purpose.spec else None
    if purpose.spec is None or heading is None:
        return pd.Series(False, index=table.index)
    return table[heading].astype("str").str.strip().isin(purpose.spec.whole)


def read_plain(frame: pd.DataFrame, purpose: Purpose) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`read_body` of a table whose columns have names and types: Parquet, DBF, map layers.

    Rows are counted from 1 unless the frame has `source_row`.
    """
    names = [str(c) for c in frame.columns if c != "source_row"]
    if "source_row" not in frame:
        frame = frame.assign(source_row=range(1, len(frame) + 1))
    plain_names = dict(enumerate(names))
    body = frame.set_axis([*plain_names, "source_row"], axis=1)
    return read_body(body, Headings(list(names), 0, 0, []), plain_names, purpose)


def _filled(
    grid: Grid, head: Headings, purpose: Purpose, columns: dict[int, str], known: dict[str, str]
) -> tuple[dict[int, dict[int, Cell]], dict[int, int]]:
    """The rows with merged cells filled; rows of merged figures that count once, and their last.

    Words, and whatever stands in a column of ids, names, years or dates, are spread downwards;
    figures are not.
    """
    kinds = {h: purpose.spec.by_name[n].kind for n, h in known.items()} if purpose.spec else {}
    filled = {row: dict(cells) for row, cells in grid.cells.items() if row >= head.first}
    once: dict[int, int] = {}
    lowest = max(filled, default=0)
    for (top, left), (bottom, _) in grid.merged:
        value = grid.cells.get(top, {}).get(left)
        if value is None or top < head.first:
            continue
        kind = kinds.get(columns.get(left, ""), "")
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if kind == "number" or (not kind and number):
            if bottom > top and (kind or not known):
                once[top + 1] = bottom + 1
            continue
        for row in range(top + 1, min(bottom, lowest) + 1):
            if row in filled:
                # What a program left under a merged cell is not overwritten.
                filled[row].setdefault(left, value)
    return filled, once


def _continued(
    grid: Grid,
    head: Headings,
    purpose: Purpose,
    columns: dict[int, str],
    known: dict[str, str],
    filled: dict[int, dict[int, Cell]],
) -> set[int]:
    """Rows (from 1) that only go on with the entry above: all that the layer reads is merged.

    A sheet with one line a parcel, whose enterprise and figures are merged, is one entry of figures
    and several of parcels.
    """
    if purpose.spec is None or purpose.spec.id_column not in known:
        return set()
    read = {c for c, name in columns.items() if name in known.values()}
    key = next(c for c, name in columns.items() if name == known[purpose.spec.id_column])
    covered: dict[int, set[int]] = {}
    for (top, left), (bottom, right) in grid.merged:
        if top < head.first:
            continue
        for row in range(top + 1, min(bottom, max(filled, default=0)) + 1):
            covered.setdefault(row, set()).update(range(left, min(right, max(columns)) + 1))
    return {
        row + 1
        for row, merged in covered.items()
        if key in merged
        and row in filled
        and all(c not in grid.cells[row] and (c in merged or c not in filled[row]) for c in read)
    }


def _group_titles(grid: Grid, head: Headings) -> set[int]:
    """Rows (from 1) with nothing but one text merged over several columns."""
    return {
        top + 1
        for (top, left), (_, right) in grid.merged
        if top >= head.first and right > left and list(grid.cells.get(top, {})) == [left]
    }


def _only_numbered(row: list[Cell]) -> bool:
    """A line that numbers the columns: 甲, 乙 or 栏次, then 1, 2, 3, …; 1 to 4 and more; A, B, C.

    A number may be in brackets and say how it is worked out: (4)=(3)/(2).
    """
    texts = [str(c).strip() for c in row if c is not None]
    found = [re.match(r"[（(]?(\d+)(?:\.0)?[)）]?(?:\s*[=＝].*)?$", t) for t in texts]
    numbers = [int(m[1]) for m in found if m]
    words = [t for t, m in zip(texts, found, strict=True) if not m]
    if words and all(t == chr(ord("A") + n) for n, t in enumerate(texts)):
        return len(texts) > _FEW
    # 甲, 1, 2 may be an enterprise called 甲.
    sure = len(words) > 1 or words == ["栏次"]
    least = 2 if sure else _FEW + (not words)
    return (
        numbers == list(range(1, len(numbers) + 1))
        and set(words) <= _COLUMN_WORDS
        and len(numbers) >= least
    )


def _with_shown_units(
    out: pd.DataFrame, spots: Spots, purpose: Purpose, known: dict[str, str]
) -> None:
    """Put the unit that a number format shows (0.00"亩") behind the figures that have it."""
    if purpose.spec is None:
        return
    figures = {h for n, h in known.items() if purpose.spec.by_name[n].kind == "number"}
    for code in set(spots.grid.formats.values()):
        unit = shown_unit(code)
        if not unit:
            continue
        cells = spots.within(s for s, held in spots.grid.formats.items() if held == code)
        for heading in figures & set(cells):
            rows = out["source_row"].isin([row + 1 for row in cells[heading]])
            number = pd.to_numeric(out[heading].where(rows), errors="coerce").notna()
            out[heading] = out[heading].mask(number, out[heading].astype("str") + unit)


def _attributes(spots: Spots) -> dict[str, Any]:
    formats = spots.grid.formats
    percent = spots.within(s for s, code in formats.items() if is_percent_format(code))
    codes: dict[str, list[str]] = {}
    for (row, column), code in formats.items():
        if column in spots.columns and row + 1 in spots.rows and code not in _NO_UNIT:
            held = codes.setdefault(spots.columns[column], [])
            if code not in held:
                held.append(code)
    return {
        "sheets": [spots.grid.name],
        "letters": {name: letters(c) for c, name in spots.columns.items()},
        "percent": {name: [r + 1 for r in rows] for name, rows in percent.items()},
        "formats": codes,
    }
