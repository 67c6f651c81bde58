"""Ledgers (台账) as offices keep them: titles, headings of two lines, merged cells, sums, notes.

Nothing is lost in silence: what is left out (sums, notes, cells outside the table), filled (merged
cells), hidden or unreadable (error values, formulas without results) is a finding that names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo import findings
from geo.arrays import Mask, Series
from geo.model import LayerSpec
from geo.project import Fields
from geo.sources.columns import columns_by_name
from geo.sources.grid import Cell, Grid, address, letters
from geo.sources.sum_rows import RowKinds, row_kinds
from geo.sources.titles import Headings, find_headings, plain
from geo.sources.xlsx import is_percent_format
from geo.text import Message, Wording, join

ERROR_VALUE = (
    r"^(?:#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!)"
    r"|Err:\d{3}|#{3,})$"
)
"""What Excel, WPS and LibreOffice leave in a cell in place of a value."""

_NO_UNIT = ("General", "@", "G/通用格式")
"""Number formats that say nothing."""

_COLUMN_WORDS = {"甲", "乙", "丙", "丁", "戊", "栏次", "序号", "列次", "编号"}
_FEW = 3
"""Columns that an entry might seem to number."""

NAMED = 10
"""Cells or rows that one finding names; of more it says how many."""


@dataclass(frozen=True)
class Purpose:
    """What a table is read for: its layer, the project's columns for it, the layer's name."""

    spec: LayerSpec | None
    fields: Fields
    name: str

    @property
    def words(self) -> set[str]:
        """Headings by which the table is known, without blanks and brackets."""
        if self.spec is None:
            return set()
        named = {plain(f.column) for f in self.fields.values()}
        return named | {c.zh for c in self.spec.columns} | set(self.spec.by_name)

    @property
    def mapped(self) -> set[str]:
        """Headings that the project gives to columns itself."""
        return {f.column for f in self.fields.values()}

    def columns(self, names: list[str]) -> dict[str, str]:
        """Heading of each canonical column that is there."""
        return columns_by_name(self.spec, self.fields, names) if self.spec else {}


def read_grid(
    grid: Grid, purpose: Purpose, header: int | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The entries of one sheet as they stand, with `source_row` (from 1), and findings.

    Cells are plain objects. `attrs`: `units` the texts above the headings; `letters` the Excel
    column of each heading; `percent` and `formats` the rows in per-cent formats and the number
    formats of each heading; `rows` counts of rows (read, used, sums, notes, continued); `sheets`
    the sheet's name.
    """
    head = find_headings(grid, header, purpose.words)
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
    spots = _Spots(grid, columns, set(out["source_row"]))
    out.attrs.update(_attributes(head, spots))
    return out, findings.gather_findings(
        [
            notes,
            *_without_result(spots, purpose, known),
            *_hidden(spots, purpose.name),
            *_outside(grid, head, columns, purpose.name),
            _about_merged(out, once, purpose.name),
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
    above them, `titles` those that head a group of rows.
    """
    rows = frame["source_row"]
    table = frame[list(columns)].set_axis(list(columns.values()), axis=1)
    outside = _under_no_heading(frame, columns, purpose.name)
    known = purpose.columns(list(table.columns))
    kinds = row_kinds(
        table,
        known.get(purpose.spec.id_column) if purpose.spec else None,
        _words(purpose, known),
        _figures(purpose, known, table),
    )
    named = table.assign(source_row=rows)
    blank = table.isna().all(axis=1)
    numbered = pd.Series(False, index=frame.index)
    if len(table):
        numbered.iloc[0] = _only_numbered(table.iloc[0].tolist())
    beside = (kinds.notes | numbered | rows.isin(titles)) & ~kinds.sums
    merged = rows.isin(continued) & ~kinds.sums & ~beside
    kept = ~(blank | kinds.sums | beside | kinds.repeated | merged)
    out = named[kept].reset_index(drop=True)
    out, bad = _without_errors(out, columns, purpose, known)
    out.attrs["units"] = head.above
    out.attrs["rows"] = {
        "read": len(table) - int(blank.sum()),
        "used": len(out),
        "sums": int(kinds.sums.sum()),
        "notes": int((beside | kinds.repeated).sum()),
        "continued": int(merged.sum()),
    }
    return out, findings.gather_findings(
        [*_left_out(named, kinds, beside, merged, purpose.name), *bad, *outside]
    )


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


@dataclass(frozen=True)
class _Spots:
    """Cells of the body that are entries, by heading."""

    grid: Grid
    columns: dict[int, str]
    rows: set[int]

    def within(self, spots: Iterable[tuple[int, int]]) -> dict[str, list[int]]:
        """Rows (from 0) of the spots that lie in an entry, by heading."""
        out: dict[str, list[int]] = {}
        for row, column in sorted(spots):
            if column in self.columns and row + 1 in self.rows:
                out.setdefault(self.columns[column], []).append(row)
        return out

    def named(self, heading: str, rows: list[int]) -> str:
        """The addresses of cells: 指标!C2、C5."""
        column = next(c for c, name in self.columns.items() if name == heading)
        return listed([address(row, column) for row in rows], self.grid.name)


def listed(places: list[str], sheet: str = "") -> str:
    """Some addresses or rows in one line, and how many more there are."""
    more = f" … ({len(places)})" if len(places) > NAMED else ""
    return (f"{sheet}!" if sheet else "") + ", ".join(places[:NAMED]) + more


def _words(purpose: Purpose, known: dict[str, str]) -> list[str]:
    if purpose.spec is None:
        return []
    return [
        h
        for n, h in known.items()
        if purpose.spec.by_name[n].kind == "text" and n != purpose.spec.id_column
    ]


def _figures(purpose: Purpose, known: dict[str, str], table: pd.DataFrame) -> list[str]:
    """Columns whose numbers can be added up: the layer's, else all that are mostly numbers."""
    if purpose.spec is not None and known:
        return [h for n, h in known.items() if purpose.spec.by_name[n].kind == "number"]
    return [c for c in table.columns if pd.to_numeric(table[c], errors="coerce").notna().any()]


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


def _attributes(head: Headings, spots: _Spots) -> dict[str, Any]:
    formats = spots.grid.formats
    percent = spots.within(s for s, code in formats.items() if is_percent_format(code))
    codes: dict[str, list[str]] = {}
    for (row, column), code in formats.items():
        if column in spots.columns and row + 1 in spots.rows and code not in _NO_UNIT:
            held = codes.setdefault(spots.columns[column], [])
            if code not in held:
                held.append(code)
    return {
        "units": head.above,
        "sheets": [spots.grid.name],
        "letters": {name: letters(c) for c, name in spots.columns.items()},
        "percent": {name: [r + 1 for r in rows] for name, rows in percent.items()},
        "formats": codes,
    }


def _without_errors(
    frame: pd.DataFrame, columns: dict[int, str], purpose: Purpose, known: dict[str, str]
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Error values as missing cells, and a finding on those of each column."""
    notes = []
    for column, heading in columns.items():
        if frame[heading].dtype not in (object, "str"):
            continue
        text = frame[heading].astype("str")
        bad = text.str.match(ERROR_VALUE).fillna(False).astype(bool)
        if not bad.any():
            continue
        rows = frame.loc[bad, "source_row"]
        shown = join(sorted(text[bad].unique()))
        where = listed([address(row - 1, column) for row in rows])
        frame[heading] = frame[heading].mask(bad)
        notes.append(
            _in_column(
                purpose.name,
                "error_value",
                _severity(heading, known),
                rows,
                Message(
                    "sources_ledger.column_holds_error_values",
                    heading=heading,
                    shown=shown,
                    where=where,
                ),
                Message("sources_ledger.mend_formulas_write_figures_save"),
            )
        )
    return frame, notes


def _without_result(spots: _Spots, purpose: Purpose, known: dict[str, str]) -> list[pd.DataFrame]:
    """A finding on the formulas of each column whose results the file does not hold."""
    notes = []
    for heading, rows in spots.within(spots.grid.no_result).items():
        where = spots.named(heading, rows)
        notes.append(
            _in_column(
                purpose.name,
                "formula_without_result",
                _severity(heading, known),
                pd.Series(rows) + 1,
                Message(
                    "sources_ledger.formulas_in_column_no_stored", heading=heading, where=where
                ),
                Message("sources_ledger.open_file_in_excel_wps"),
            )
        )
    return notes


def _severity(heading: str, known: dict[str, str]) -> findings.Severity:
    """An error where the layer reads the column."""
    return "error" if heading in known.values() or not known else "warning"


def _in_column(
    layer: str,
    code: str,
    severity: findings.Severity,
    rows: Series,
    message: Wording,
    mend: Wording,
) -> pd.DataFrame:
    """One finding on cells of a column; with its row where it is one."""
    out = findings.about_layer(layer, code, message, mend, severity)
    if len(rows) == 1:
        out["row"] = int(rows.iloc[0])
    return out


def _left_out(
    frame: pd.DataFrame,
    kinds: RowKinds,
    beside: Series,
    continued: Series,
    name: str,
) -> list[pd.DataFrame]:
    nothing = Message("common.nothing_to_do")
    check = Message("sources_ledger.check_row_those_above")
    return [
        _about(
            frame,
            kinds.sums & (kinds.agrees == 1),
            name,
            "row_left_out",
            "info",
            Message("sources_ledger.row_sums_equal_sum_those"),
            nothing,
        ),
        _about(
            frame,
            kinds.sums & (kinds.agrees == -1),
            name,
            "row_left_out",
            "info",
            Message("sources_ledger.row_sums_lines_means"),
            nothing,
        ),
        _about(
            frame,
            kinds.sums & (kinds.agrees == 0),
            name,
            "sum_differs",
            "warning",
            Message("sources_ledger.row_sums_not_equal_sum"),
            check,
        ),
        _about(
            frame,
            beside,
            name,
            "row_left_out",
            "info",
            Message("sources_ledger.note_line_column_numbers_group"),
            nothing,
        ),
        _about(
            frame,
            kinds.repeated,
            name,
            "row_left_out",
            "info",
            Message("sources_ledger.repeats_headings"),
            nothing,
        ),
        _about(
            frame,
            continued,
            name,
            "row_continued",
            "info",
            Message("sources_ledger.belongs_merged_entry_above"),
            nothing,
        ),
        _about(
            frame,
            kinds.labelled & ~kinds.sums,
            name,
            "sum_with_id",
            "warning",
            Message("sources_ledger.called_sum_but_id_own"),
            Message("sources_ledger.if_sum_delete_id"),
        ),
    ]


def _about_merged(frame: pd.DataFrame, once: dict[int, int], name: str) -> pd.DataFrame:
    """Merged figures over several entries, which only the first of them has."""
    entries = frame["source_row"].to_numpy()
    rows = {top for top, last in once.items() if ((entries > top) & (entries <= last)).any()}
    return _about(
        frame,
        frame["source_row"].isin(rows),
        name,
        "merged_number",
        "warning",
        Message("sources_ledger.number_in_merged_cells"),
        Message("sources_ledger.split_cells_fill_each_row"),
    )


def _hidden(spots: _Spots, name: str) -> list[pd.DataFrame]:
    """Hidden or filtered rows and columns that are read all the same."""
    rows = [str(r + 1) for r in sorted(spots.grid.hidden_rows) if r + 1 in spots.rows]
    columns = [
        f"{letters(c)} {spots.columns[c]}"
        for c in sorted(spots.grid.hidden_columns)
        if c in spots.columns
    ]
    show = Message("sources_ledger.show_check")
    out = []
    if rows:
        out.append(
            findings.about_layer(
                name,
                "hidden_rows",
                Message(
                    "sources_ledger.rows_hidden_filtered_out_counted",
                    count=len(rows),
                    listed=listed(rows),
                ),
                show,
            )
        )
    if columns:
        out.append(
            findings.about_layer(
                name,
                "hidden_columns",
                Message("sources_ledger.hidden_columns_read", listed=listed(columns)),
                show,
                "info",
            )
        )
    return out


def _outside(grid: Grid, head: Headings, columns: dict[int, str], name: str) -> list[pd.DataFrame]:
    """Cells of a sheet under no heading: they are not read."""
    spots = [
        address(row, c)
        for row in sorted(grid.cells)
        if row >= head.first
        for c, value in sorted(grid.cells[row].items())
        if c not in columns and str(value).strip()
    ]
    return _no_heading(spots, grid.name, name)


def _under_no_heading(
    frame: pd.DataFrame, columns: dict[int, str], name: str
) -> list[pd.DataFrame]:
    """Cells of a text table under no heading."""
    numbers: list[Any] = list(frame.columns.drop("source_row"))
    spots = []
    for column in numbers:
        if column not in columns:
            held = frame.loc[frame[column].notna(), "source_row"]
            spots += [address(row - 1, column) for row in held]
    return _no_heading(spots, "", name)


def _no_heading(spots: list[str], sheet: str, name: str) -> list[pd.DataFrame]:
    if not spots:
        return []
    where = listed(spots, sheet)
    return [
        findings.about_layer(
            name,
            "cells_without_heading",
            Message("sources_ledger.cells_stand_under_no_heading", count=len(spots), where=where),
            Message("sources_ledger.head_column_delete_cells"),
        )
    ]


def _about(
    frame: pd.DataFrame,
    mask: Mask | Series,
    name: str,
    code: str,
    severity: findings.Severity,
    message: Wording,
    mend: Wording,
) -> pd.DataFrame:
    return findings.about_rows(
        frame,
        mask,
        layer=name,
        key="",
        code=code,
        severity=severity,
        message=message,
        mend=mend,
        set_aside=False,
    )
