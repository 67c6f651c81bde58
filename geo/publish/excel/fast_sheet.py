"""Excel sheets of any length: cells are made a column at a time, by Arrow, as the file is written.

XlsxWriter writes everything but the body of a table: styles, headings, filters, charts, the zip.
A body goes from the frame into the file in slices, so that a million rows need no memory of their
own. Text is an inline string, never a formula; the only formulas are links that we make, and they
hold row numbers and our own words, nothing of the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from xlsxwriter.utility import quote_sheetname, xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from geo.arrays import Array, Series
from geo.checks.text import LONGEST_IN_CELL

MAX_ROWS = 1_048_575
"""Rows of a sheet under its heading."""

LONGEST = LONGEST_IN_CELL
"""Characters that a cell takes; longer text is cut and ends in …, and a finding names it."""

SLICE = 5_000
_LOOKS_ESCAPED = re.compile("(_x[0-9a-fA-F]{4}_)")
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]")
EPOCH = pd.Timestamp("1899-12-30")
"""Day zero of Excel, from March 1900 on."""


def in_cell(text: str) -> str:
    """The text as far as a cell takes it."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


@dataclass(frozen=True)
class Words:
    """A column of texts: of each row, which of `texts` (−1 for none)."""

    codes: Array
    texts: list[str]


def words(values: Series) -> Words:
    """Any column as texts, each distinct one once."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return Words(values.cat.codes.to_numpy(), [str(t) for t in values.cat.categories])
    codes, distinct = pd.factorize(values)
    return Words(codes.astype(np.int32), [str(text) for text in distinct])


@dataclass(frozen=True)
class Link:
    """A column of links, all saying `said`: of each row, which of `sheets`, and the row there.

    Rows are Excel's own, from 1; 0 is no link.
    """

    sheets: list[str]
    sheet: Array
    row: Array
    said: str


def link(targets: list[tuple[str, Array]], said: str) -> Link:
    """Links to positions (from 0, −1 for none) in the bodies of tables; the first that has one."""
    names: list[str] = []
    sheet = np.zeros(len(targets[0][1]), np.int64)
    row = np.zeros(len(targets[0][1]), np.int64)
    for title, position in targets:
        here = (position >= 0) & (row == 0)
        sheet[here] = len(names) + position[here] // MAX_ROWS
        row[here] = position[here] % MAX_ROWS + 2
        parts = int(max(position.max(initial=0), 0)) // MAX_ROWS + 1
        names += [part_title(title, part) for part in range(parts)]
    return Link(names, sheet, row, said)


def part_title(title: str, part: int) -> str:
    """The name of a table's sheet: the second and further ones are numbered."""
    return title if part == 0 else f"{title} {part + 1}"


def range_of(title: str, column: int, count: int) -> list[str]:
    """The cells of a column under its heading, as ranges, one a sheet that the table fills."""
    letters = xl_col_to_name(column, col_abs=True)
    return [
        f"{quote_sheetname(part_title(title, part))}!{letters}$2:{letters}"
        f"${min(MAX_ROWS, count - part * MAX_ROWS) + 1}"
        for part in range(max(-(-count // MAX_ROWS), 1))
    ]


class TextSheet(Worksheet):  # type: ignore[misc]
    """A worksheet that writes the beginning of a text that is too long for a cell, and ….

    XlsxWriter leaves such a cell empty.
    """

    def _write_string(self, row: int, col: int, string: str, cell_format: Any = None) -> Any:
        return super()._write_string(row, col, in_cell(string), cell_format)


class TableSheet(TextSheet):
    """A worksheet whose body is columns of numbers, dates, `Words` or `Link`s."""

    columns: list[tuple[Any, Any]]
    count: int = 0

    def fill(self, columns: list[tuple[Any, Any]], count: int) -> None:
        """Give the body: `count` rows of (values, format) columns under the heading row."""
        self.columns, self.count = columns, count
        self._check_dimensions(count, len(columns) - 1)

    def _write_sheet_data(self) -> None:
        self._xml_start_tag("sheetData")
        self.dim_rowmax = 0
        self._write_rows()  # the heading
        self.dim_rowmax = self.count
        self.fh.flush()
        styles = [style._get_xf_index() if style else 0 for _, style in self.columns]  # noqa: SLF001
        for piece in _body([values for values, _ in self.columns], styles, self.count):
            self.fh.buffer.write(piece)
        self._xml_end_tag("sheetData")


def _body(columns: list[Any], styles: list[int], count: int) -> Iterator[bytes]:
    """Rows of the sheet's XML, some thousands at a time."""
    cells = [
        _cells(values, xl_col_to_name(at), style)
        for at, (values, style) in enumerate(zip(columns, styles, strict=True))
    ]
    for start in range(0, count, SLICE):
        rows = pa.array(range(start + 2, min(start + SLICE, count) + 2)).cast(pa.string())
        made = [make(start, rows) for make in cells]
        lines = pc.binary_join_element_wise('<row r="', rows, '">', *made, "</row>", "")
        yield lines.buffers()[2].to_pybytes()


def _cells(values: Any, letters: str, style: int) -> Any:
    """A function of (start, row numbers) that gives the cells of a slice, empty where none."""
    mark = f'" s="{style}"' if style else '"'
    head = f'<c r="{letters}'
    if isinstance(values, Link):
        return _links(values, head, mark)
    if isinstance(values, Words):
        return _texts(values, head, mark)
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        values = (values - EPOCH) / pd.Timedelta(days=1)
    return _numbers(values, head, mark)


def _numbers(values: Series, head: str, mark: str) -> Any:
    def make(start: int, rows: Any) -> Any:
        part = pa.array(values.iloc[start : start + SLICE], from_pandas=True)
        known = (
            pc.if_else(pc.is_finite(part), part, None) if pa.types.is_floating(part.type) else part
        )
        cells = pc.binary_join_element_wise(
            head, rows, f"{mark}><v>", known.cast(pa.string()), "</v></c>", ""
        )
        return cells.fill_null("")

    return make


def _texts(values: Words, head: str, mark: str) -> Any:
    """Distinct texts are escaped once for the whole column."""
    inner = pa.array([_inline(text) for text in values.texts], pa.large_string())

    def make(start: int, rows: Any) -> Any:
        part = pa.array(values.codes[start : start + SLICE])
        said = inner.take(pc.if_else(pc.equal(part, -1), None, part)).cast(pa.string())
        cells = pc.binary_join_element_wise(
            head, rows, f'{mark} t="inlineStr"><is>', said, "</is></c>", ""
        )
        return cells.fill_null("")

    return make


def _inline(text: str) -> str:
    """A text as XML; a control character as Excel writes it, _x0007_."""
    text = _LOOKS_ESCAPED.sub(r"_x005F\1", in_cell(text))
    text = _REFUSED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f"<t{space}>{text}</t>"


def _links(link: Link, head: str, mark: str) -> Any:
    """Cells that lead to a row; the formula holds our sheet's name and a number, no data."""
    escaped = [
        quote_sheetname(name).replace("&", "&amp;").replace('"', '""') for name in link.sheets
    ]
    names = pa.array([f'{mark} t="str"><f>HYPERLINK("#{name}!A' for name in escaped])
    end = f'","{link.said}")</f><v>{link.said}</v></c>'

    def make(start: int, rows: Any) -> Any:
        row = pa.array(link.row[start : start + SLICE])
        there = pc.if_else(pc.equal(row, 0), None, row).cast(pa.string())
        first = names.take(pa.array(link.sheet[start : start + SLICE]))
        return pc.binary_join_element_wise(head, rows, first, there, end, "").fill_null("")

    return make
