"""What is told of a spreadsheet's rows and cells that could not be read as they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo import findings
from geo.arrays import Mask, Series
from geo.sources.grid import Grid, address, letters
from geo.sources.purpose import ERROR_VALUE, Purpose
from geo.sources.sum_rows import RowKinds
from geo.sources.titles import Headings
from geo.text import Message, Wording, join

NAMED = 10
"""Cells or rows that one finding names; of more it says how many."""


@dataclass(frozen=True)
class Spots:
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


def words(purpose: Purpose, known: dict[str, str]) -> list[str]:
    """Columns of texts that a row of the layer should have."""
    if purpose.spec is None:
        return []
    return [
        h
        for n, h in known.items()
        if purpose.spec.by_name[n].kind == "text" and n != purpose.spec.id_column
    ]


def figures(purpose: Purpose, known: dict[str, str], table: pd.DataFrame) -> list[str]:
    """Columns whose numbers can be added up: the layer's, else all that are mostly numbers."""
    if purpose.spec is not None and known:
        return [h for n, h in known.items() if purpose.spec.by_name[n].kind == "number"]
    return [c for c in table.columns if pd.to_numeric(table[c], errors="coerce").notna().any()]


def without_errors(
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


def without_result(spots: Spots, purpose: Purpose, known: dict[str, str]) -> list[pd.DataFrame]:
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


def left_out(
    frame: pd.DataFrame,
    kinds: RowKinds,
    beside: Series,
    continued: Series,
    name: str,
) -> list[pd.DataFrame]:
    """A finding on every row that is a total, a note or a repeat, by what it is."""
    nothing = Message("common.nothing_to_do")
    check = Message("sources_ledger.check_row_those_above")
    return [
        about(
            frame,
            kinds.sums & (kinds.agrees == 1),
            name,
            "row_left_out",
            "info",
            Message("sources_ledger.row_sums_equal_sum_those"),
            nothing,
        ),
        about(
            frame,
            kinds.sums & (kinds.agrees == -1),
            name,
            "row_left_out",
            "info",
            Message("sources_ledger.row_sums_lines_means"),
            nothing,
        ),
        about(
            frame,
            kinds.sums & (kinds.agrees == 0),
            name,
            "sum_differs",
            "warning",
            Message("sources_ledger.row_sums_not_equal_sum"),
            check,
        ),
        *_of_groups(frame, kinds, name),
        about(
            frame,
            beside,
            name,
            "row_left_out",
            "info",
            Message("sources_ledger.note_line_column_numbers_group"),
            nothing,
        ),
        about(
            frame,
            kinds.repeated,
            name,
            "row_left_out",
            "info",
            Message("sources_ledger.repeats_headings"),
            nothing,
        ),
        about(
            frame,
            continued,
            name,
            "row_continued",
            "info",
            Message("sources_ledger.belongs_merged_entry_above"),
            nothing,
        ),
        about(
            frame,
            kinds.labelled & ~kinds.sums,
            name,
            "sum_with_id",
            "warning",
            Message("sources_ledger.called_sum_but_id_own"),
            Message("sources_ledger.if_sum_delete_id"),
        ),
    ]


def _of_groups(frame: pd.DataFrame, kinds: RowKinds, name: str) -> list[pd.DataFrame]:
    """A finding on every row that heads a group and bears its sum."""
    differs = kinds.groups & (kinds.agrees == 0)
    return [
        about(
            frame,
            kinds.groups & ~differs,
            name,
            "row_left_out",
            "info",
            Message("sources_ledger.group_row"),
            Message("common.nothing_to_do"),
        ),
        about(
            frame,
            differs,
            name,
            "sum_differs",
            "warning",
            Message("sources_ledger.group_row_differs"),
            Message("sources_ledger.check_row_those_below"),
        ),
    ]


def about_merged(frame: pd.DataFrame, once: dict[int, int], name: str) -> pd.DataFrame:
    """Merged figures over several entries, which only the first of them has."""
    entries = frame["source_row"].to_numpy()
    rows = {top for top, last in once.items() if ((entries > top) & (entries <= last)).any()}
    return about(
        frame,
        frame["source_row"].isin(rows),
        name,
        "merged_number",
        "warning",
        Message("sources_ledger.number_in_merged_cells"),
        Message("sources_ledger.split_cells_fill_each_row"),
    )


def hidden(spots: Spots, name: str) -> list[pd.DataFrame]:
    """Hidden or filtered rows and columns, and struck out cells, that are read all the same."""
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
    struck = {r + 1 for rows in spots.within(spots.grid.struck).values() for r in rows}
    if struck:
        shown = listed([str(row) for row in sorted(struck)])
        out.append(
            findings.about_layer(
                name,
                "struck_out",
                Message("sources_ledger.rows_struck_out", count=len(struck), listed=shown),
                Message("sources_ledger.delete_struck_out"),
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


def outside_headings(
    grid: Grid, head: Headings, columns: dict[int, str], name: str
) -> list[pd.DataFrame]:
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


def about(
    frame: pd.DataFrame,
    mask: Mask | Series,
    name: str,
    code: str,
    severity: findings.Severity,
    message: Wording,
    mend: Wording,
) -> pd.DataFrame:
    """A finding on each row of a mask, named by its id where it has one."""
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
