"""Excel sheets of any length: cells are made a column at a time, by Arrow, as the file is written.

XlsxWriter writes everything but the body of a table: styles, headings, filters, charts. A body goes
from the frame into the file in slices (`geo.publish.excel.packed`), so that a million rows need no
memory of their own. Text is never a formula; the only formulas are links that we make, and they
hold row numbers and our own words, nothing of the data.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from xlsxwriter.utility import quote_sheetname, xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from geo.arrays import Array, Ints, Series
from geo.checks.text import LONGEST_IN_CELL
from geo.runtime import threads

MAX_ROWS = 1_048_574
"""Rows of a sheet under its heading and a note."""

LONGEST = LONGEST_IN_CELL
"""Characters that a cell takes; longer text is cut and ends in …, and a finding names it."""

SLICE = 5_000
SHARED = 4
"""A column whose texts stand in so many cells each, or more, refers to them by number."""

LONG = 20_000
"""Rows from which on cells come one after the other without their places (A2, B2, …), which Excel
counts itself: a third of the file. In a shorter sheet they stand, for readers that want them."""

_LOOKS_ESCAPED = re.compile("(_x[0-9a-fA-F]{4}_)")
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]")
_NOT_PLAIN = r"[&<>\x00-\x1f\x{FFFE}\x{FFFF}]|_x[0-9a-fA-F]{4}_|^[\s\x{85}\p{Z}]|[\s\x{85}\p{Z}]$"
"""What a text has that cannot stand in XML as it is, or would not come out of it as it went in."""
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
        if len(values.cat.categories) > len(values):
            values = values.cat.remove_unused_categories()
        return Words(values.cat.codes.to_numpy(), [str(t) for t in values.cat.categories])
    codes, distinct = pd.factorize(values)
    texts = np.asarray(distinct, dtype=object)
    return Words(codes.astype(np.int32), [t if type(t) is str else str(t) for t in texts])


@dataclass(frozen=True)
class Link:
    """A column of links, all saying `said`: of each row, which of `sheets`, and the row there.

    Rows are Excel's own, from 1; 0 is no link.
    """

    sheets: list[str]
    sheet: Array
    row: Array
    said: str


def link(targets: list[tuple[str, Array]], said: str, noted: frozenset[str] = frozenset()) -> Link:
    """Links to positions (from 0, −1 for none) in the bodies of tables; the first that has one.

    The sheets of tables in `noted` have a note above their heading.
    """
    names: list[str] = []
    sheet = np.zeros(len(targets[0][1]), np.int64)
    row = np.zeros(len(targets[0][1]), np.int64)
    for title, position in targets:
        here = (position >= 0) & (row == 0)
        sheet[here] = len(names) + position[here] // MAX_ROWS
        row[here] = position[here] % MAX_ROWS + 2 + (title in noted)
        parts = int(max(position.max(initial=0), 0)) // MAX_ROWS + 1
        names += [part_title(title, part) for part in range(parts)]
    return Link(names, sheet, row, said)


def part_title(title: str, part: int) -> str:
    """The name of a table's sheet: the second and further ones are numbered."""
    return title if part == 0 else f"{title} {part + 1}"


def range_of(title: str, column: int, count: int, *, noted: bool = False) -> list[str]:
    """The cells of a column under its heading, as ranges, one a sheet that the table fills."""
    letters = xl_col_to_name(column, col_abs=True)
    top = 1 + noted
    return [
        f"{quote_sheetname(part_title(title, part))}!{letters}${top + 1}:{letters}"
        f"${min(MAX_ROWS, count - part * MAX_ROWS) + top}"
        for part in range(max(-(-count // MAX_ROWS), 1))
    ]


class TextSheet(Worksheet):  # type: ignore[misc]
    """A worksheet that writes the beginning of a text that is too long for a cell, and ….

    XlsxWriter leaves such a cell empty, and takes a text between <r> and </r> for XML.
    """

    def _write_string(self, row: int, col: int, string: str, cell_format: Any = None) -> Any:
        text = in_cell(string)
        if text.startswith("<r>") and text.endswith("</r>"):
            text = f"<r>{_inline(text)}</r>"
        return super()._write_string(row, col, text, cell_format)


class TableSheet(TextSheet):
    """A worksheet whose body is columns of numbers, dates, `Words` or `Link`s."""

    dim_rowmax: int
    columns: list[tuple[Any, int]]
    count: int = 0
    top: int = 0

    def fill(self, columns: list[tuple[Any, Any]], count: int, top: int) -> None:
        """Give the body: `count` rows of (values, format) columns under the heading row `top`."""
        # A format has its number once it is asked for, and stands in the file's styles then.
        self.columns = [(v, style._get_xf_index() if style else 0) for v, style in columns]  # noqa: SLF001
        self.count, self.top = count, top
        self._check_dimensions(top + count, len(columns) - 1)

    def _write_sheet_data(self) -> None:
        """All down to the heading; the body is put in where the file is packed."""
        last = self.dim_rowmax
        if self.count:
            self.dim_rowmax = self.top
        super()._write_sheet_data()
        self.dim_rowmax = last

    def body(self, shared: SharedTexts) -> Iterator[bytes]:
        """Rows under the heading as the sheet's XML, some thousands at a time."""
        if not self.count:
            return iter(())
        places = self.count < LONG
        cells = [
            _cells(values, _Lead(xl_col_to_name(at) if places else "", style), shared)
            for at, (values, style) in enumerate(self.columns)
        ]

        def rows(start: int) -> bytes:
            last = min(start + SLICE, self.count)
            first = self.top + 2
            number = pa.array(np.arange(start + first, last + first)).cast(pa.string())
            made = [make(start, number) for make in cells]
            lines = pc.binary_join_element_wise('<row r="', number, '">', *made, "</row>", "")
            return bytes(lines.buffers()[2].to_pybytes())

        return _in_turn(rows, range(0, self.count, SLICE))


def _in_turn(make: Callable[[int], bytes], places: Iterable[int]) -> Iterator[bytes]:
    """What `make` gives of each place, in order: made on threads, a few ahead of the reader."""
    with ThreadPoolExecutor(threads()) as pool:
        ahead: deque[Future[bytes]] = deque()
        for place in places:
            ahead.append(pool.submit(make, place))
            if len(ahead) > 2 * threads():
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


@dataclass
class SharedTexts:
    """Texts that cells refer to by number, after those that XlsxWriter wrote."""

    before: int
    numbers: dict[str, int] = field(default_factory=dict)
    cells: int = 0

    def of(self, values: Words) -> Ints:
        """The number of each text of a column."""
        self.cells += int((values.codes >= 0).sum())
        first = self.before
        numbers = self.numbers
        return np.array([numbers.setdefault(t, first + len(numbers)) for t in values.texts])

    def items(self) -> bytes:
        """The texts as XML, in the order of their numbers."""
        texts = _escaped(list(self.numbers)).to_pylist()
        return "".join(f"<si>{text}</si>" for text in texts).encode()


class _Lead:
    """How the cells of a column begin: with their place, of `letters` and row, where they say it."""

    def __init__(self, letters: str, style: int) -> None:
        self.letters = letters
        self.mark = f' s="{style}"' if style else ""

    def cells(self, rows: Any, *pieces: Any) -> Any:
        """Cells of what stands after their place; of a row that has none, an empty one or nothing."""
        if self.letters:
            lead = (f'<c r="{self.letters}', rows, f'"{self.mark}')
            return pc.binary_join_element_wise(*lead, *pieces, "</c>", "").fill_null("")
        return pc.binary_join_element_wise(f"<c{self.mark}", *pieces, "</c>", "").fill_null("<c/>")


def _cells(values: Any, lead: _Lead, shared: SharedTexts) -> Any:
    """A function of (start, row numbers) that gives the cells of a slice."""
    if isinstance(values, Link):
        return _links(values, lead)
    if isinstance(values, Words):
        if len(values.texts) * SHARED <= len(values.codes):
            return _texts(values, pa.array(shared.of(values)), lead, ' t="s"><v>', "</v>")
        return _texts(values, _escaped(values.texts), lead, ' t="inlineStr"><is>', "</is>")
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        values = (values - EPOCH) / pd.Timedelta(days=1)
    return _numbers(values, lead)


def _numbers(values: Series, lead: _Lead) -> Any:
    every = pa.array(values, from_pandas=True)

    def make(start: int, rows: Any) -> Any:
        part = every.slice(start, SLICE)
        known = (
            pc.if_else(pc.is_finite(part), part, None) if pa.types.is_floating(part.type) else part
        )
        return lead.cells(rows, "><v>", known.cast(pa.string()), "</v>")

    return make


def _texts(values: Words, said: Any, lead: _Lead, start_tag: str, end_tag: str) -> Any:
    """`said` is what stands between the tags for each of the texts."""
    said = said.cast(pa.large_string())

    def make(start: int, rows: Any) -> Any:
        part = pa.array(values.codes[start : start + SLICE])
        inner = said.take(pc.if_else(pc.equal(part, -1), None, part)).cast(pa.string())
        return lead.cells(rows, start_tag, inner, end_tag)

    return make


def _escaped(texts: list[str]) -> Any:
    """Texts as XML, each distinct one of a column once; most stand as they are."""
    plain = pa.array(texts, pa.large_string())
    odd = pc.or_(
        pc.match_substring_regex(plain, _NOT_PLAIN), pc.greater(pc.utf8_length(plain), LONGEST)
    )
    start, end, between = (pa.scalar(text, plain.type) for text in ("<t>", "</t>", ""))
    made = pc.binary_join_element_wise(start, plain, end, between)
    others = pa.array([_inline(text) for text in plain.filter(odd).to_pylist()], made.type)
    return pc.replace_with_mask(made, odd, others) if len(others) else made


def _inline(text: str) -> str:
    """A text as XML; a control character as Excel writes it, _x0007_."""
    text = _LOOKS_ESCAPED.sub(r"_x005F\1", in_cell(text))
    text = _REFUSED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f"<t{space}>{text}</t>"


def _links(link: Link, lead: _Lead) -> Any:
    """Cells that lead to a row; the formula holds our sheet's name and a number, no data."""
    escaped = [
        quote_sheetname(name).replace("&", "&amp;").replace('"', '""') for name in link.sheets
    ]
    names = pa.array([f' t="str"><f>HYPERLINK("#{name}!A' for name in escaped])
    end = f'","{link.said}")</f><v>{link.said}</v>'

    def make(start: int, rows: Any) -> Any:
        row = pa.array(link.row[start : start + SLICE])
        there = pc.if_else(pc.equal(row, 0), None, row).cast(pa.string())
        first = names.take(pa.array(link.sheet[start : start + SLICE]))
        return lead.cells(rows, first, there, end)

    return make
