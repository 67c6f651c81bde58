"""Tables in text: CSV and its kin, in the encodings, separators and shapes that offices send.

The separator is found (comma, tab, semicolon, bar). What would lose a cell without a word (a row
longer than the headings, a quote without its other, a NUL) stops or is told with its row.
"""

from __future__ import annotations

import codecs
import csv
import io
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pandas as pd

from geo import findings
from geo.errors import ProjectError, SourceError
from geo.project import TableSource
from geo.sources.encoding import text_encoding
from geo.sources.grid import Grid
from geo.sources.ledger import read_body
from geo.sources.purpose import Purpose
from geo.sources.titles import LOOKED, find_headings
from geo.sources.wide import by_year
from geo.text import Message, join

_SEPARATORS = (",", "\t", ";", "|")
_HEAD = 2 * LOOKED


@dataclass(frozen=True)
class _Content:
    """A text file's text without NULs, the separator of its cells, and what was found of it."""

    text: str
    separator: str
    notes: list[pd.DataFrame]


def read_text(
    file: Path, source: TableSource, purpose: Purpose
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A text table's entries, all cells text, with `source_row` counted by records from 1."""
    return text_rows(_text(file, source), file.name, source, purpose)


def text_rows(
    text: str, file: str, source: TableSource, purpose: Purpose
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`read_text` of a text that is read already."""
    content = _content(text, file, purpose.name)
    records = _records(content.text, content.separator, _HEAD, file)
    grid = _grid(records)
    if not grid.cells:
        return pd.DataFrame({"source_row": pd.Series(dtype="int64")}), findings.no_findings()
    head = find_headings(grid, source.header, purpose.words)
    columns = {c: n for c, n in enumerate(head.names) if n is not None}
    width = max(len(r) for r in records)
    frame = _body(content, file, width, head.first)
    _check_lengths(frame, max(len(r) for r in records[head.start : head.first]), width, file)
    out, notes = read_body(frame, head, columns, purpose)
    out, years = by_year(
        out, purpose.spec_by_year, purpose.columns(list(out.columns)), file, purpose.mapped
    )
    return out, findings.gather_findings([*content.notes, notes, years])


def text_grid(file: Path) -> Grid:
    """All cells of a text table as texts; raises SourceError for one that cannot be read."""
    content = _content(_text(file, TableSource(path=file.name)), file.name, "")
    return _grid(_records(content.text, content.separator, sys.maxsize, file.name))


def _grid(records: list[list[str]]) -> Grid:
    grid = Grid()
    for row, cells in enumerate(records):
        for column, cell in enumerate(cells):
            if cell.strip():
                grid.put(row, column, cell)
    return grid


def _text(file: Path, source: TableSource) -> str:
    encoding = source.encoding or text_encoding(file)
    raw = file.read_bytes()
    if encoding.lower().replace("-", "").replace("_", "") == "utf8":
        raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except LookupError as error:
        raise ProjectError(
            "sources_text_table.encoding_not_known", file=file.name, encoding=encoding
        ) from error
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SourceError(
            "sources_text_table.text_line_not", file=file.name, line=line, encoding=encoding
        ) from error


def _content(text: str, file: str, name: str) -> _Content:
    notes = []
    if "\0" in text:
        lines = sorted({text.count("\n", 0, at) + 1 for at in _positions(text, "\0", 10)})
        shown, count = join(lines), text.count("\0")
        notes.append(
            findings.about_layer(
                name,
                "nul",
                Message(
                    "sources_text_table.holds_nul_characters_taken_out",
                    file=file,
                    count=count,
                    shown=shown,
                ),
                Message("sources_text_table.check_those_lines_export_again"),
            )
        )
        text = text.replace("\0", "")
    return _Content(text, _separator(text), notes)


def _positions(text: str, sign: str, most: int) -> list[int]:
    out: list[int] = []
    at = text.find(sign)
    while at >= 0 and len(out) < most:
        out.append(at)
        at = text.find(sign, at + 1)
    return out


def _separator(text: str) -> str:
    """The one that cuts the first records most evenly, and into most cells where that is equal."""
    if text[:4].lower() == "sep=" and len(text) > 4:
        return text[4]
    best, score = ",", (0.0, 0.0)
    for separator in _SEPARATORS:
        counts = [len(r) for r in _records(text, separator, _HEAD, "") if any(r)]
        cells = median(counts) if counts else 1
        if cells < 2:
            continue
        even = sum(c == cells for c in counts) / len(counts)
        if (round(even, 1), cells) > score:
            best, score = separator, (round(even, 1), cells)
    return best


def _records(text: str, separator: str, most: int, file: str) -> list[list[str]]:
    out: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for record in reader:
            out.append(record)
            if len(out) >= most:
                break
    except csv.Error as error:
        if not file:
            return out
        raise _unpaired(file, len(out) + 1) from error
    return out


def _body(content: _Content, file: str, width: int, first: int) -> pd.DataFrame:
    """All records below the headings as text, and the number of each."""
    try:
        frame = pd.read_csv(
            io.StringIO(content.text, newline=""),
            header=None,
            names=list(range(width)),
            index_col=False,
            dtype="str",
            sep=content.separator,
            skip_blank_lines=False,
            keep_default_na=False,
            na_values=[""],
            on_bad_lines="error",
        )
    except pd.errors.ParserError as error:
        raise _damage(content, file, width) from error
    except pd.errors.EmptyDataError:
        frame = pd.DataFrame({c: pd.Series(dtype="str") for c in range(width)})
    for column in range(width):
        # What Excel writes so that a code stays text.
        quoted = frame[column].str.startswith('="').fillna(False).astype(bool)
        if quoted.any():
            frame[column] = frame[column].str.replace(r'^="(.*)"$', r"\1", regex=True)
        blank = frame[column].str.strip() == ""
        if blank.any():
            frame[column] = frame[column].mask(blank)
    frame["source_row"] = range(1, len(frame) + 1)
    _check_quotes(frame, file, content.separator, width)
    return frame.iloc[first:].reset_index(drop=True)


def _check_lengths(frame: pd.DataFrame, headed: int, width: int, file: str) -> None:
    """Stop at a row with more cells than the headings: an unquoted 1,000 has moved the others."""
    over = frame[list(range(headed, width))].notna().any(axis=1)
    if over.any():
        first = frame[over].iloc[0]
        cells = 1 + max(c for c in range(width) if pd.notna(first[c]))
        raise _too_long(file, int(first["source_row"]), cells, headed)


def _check_quotes(frame: pd.DataFrame, file: str, separator: str, width: int) -> None:
    """Stop where one cell has swallowed rows: a quote was opened and closed by another's."""
    for column in range(width):
        broken = frame[column].str.contains("\n", regex=False).fillna(False).astype(bool)
        if broken.any():
            cells = frame.loc[broken, column]
            many = cells.str.count(_escaped(separator)) >= max(width - 1, 2)
            if many.any():
                raise _unpaired(file, int(frame.loc[many.index[many][0], "source_row"]))


def _escaped(separator: str) -> str:
    return {"|": r"\|", "\t": r"\t"}.get(separator, separator)


def _damage(content: _Content, file: str, width: int) -> SourceError:
    """Which record pandas could not take: one with more cells than the headings, or no end."""
    records = _records(content.text, content.separator, 1 << 62, file)
    for row, record in enumerate(records, 1):
        if len(record) > width:
            return _too_long(file, row, len(record), width)
    return _unpaired(file, len(records))


def _too_long(file: str, row: int, cells: int, headed: int) -> SourceError:
    return SourceError(
        "sources_text_table.row_cells_headings", file=file, row=row, cells=cells, headed=headed
    )


def _unpaired(file: str, row: int) -> SourceError:
    return SourceError("sources_text_table.quote_begins_in_row_no", file=file, row=row)
