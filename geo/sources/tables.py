"""Tables of every kind an office has, read by what the file holds and not by its name.

Text (CSV and its kin), workbooks, web pages, DBF, Parquet, and the attributes of map layers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo import findings
from geo.errors import SourceError
from geo.model import LAYERS
from geo.project import LayerSource, TableSource
from geo.sources.apart import ReaderDiedError, ReaderError, read_apart
from geo.sources.biff import add_facts, is_protected
from geo.sources.books import book_of
from geo.sources.dbf import read_dbf
from geo.sources.grid import Grid
from geo.sources.kinds import TITLES, kind_of, missing, no_table
from geo.sources.ledger import read_plain
from geo.sources.ods import ods_sheets
from geo.sources.purpose import Purpose
from geo.sources.sheets import Book, read_book
from geo.sources.text_table import read_text
from geo.sources.vector import read_columns
from geo.sources.webpage import page_tables
from geo.sources.xlsx import Workbook
from geo.sources.xml_parts import SheetError, TooLargeError
from geo.text import Message

EXCEL = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".et", ".ett", ".xlt", ".xltx"}
"""Endings of workbooks; what they hold decides how they are read."""

_USUAL = {
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".et", ".ett"),
    "xls": (".xls", ".xlt", ".et", ".ett"),
    "xlsb": (".xlsb",),
    "ods": (".ods",),
    "text": (".csv", ".tsv", ".txt", ".tab", ".dat"),
    "parquet": (".parquet", ".geoparquet", ".pq"),
    "html": (".html", ".htm"),
    "mht": (".mht", ".mhtml"),
}
"""Endings of each kind; another is told."""


def read_table(
    file: Path, source: TableSource, name: str = ""
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read one table as it stands, with what was found while reading it as table `name`.

    `source_row` is the row number that a user sees in the file; `attrs` are those of
    `geo.sources.ledger`. Raises SourceError, with the file's true kind, for what is no table.
    """
    if not file.exists():
        raise missing(file)
    purpose = Purpose(
        LAYERS.get(name),
        source.fields,
        name,
        frozenset(source.drop),
        of_one_year="year" in source.constants,
    )
    try:
        kind = kind_of(file)
        if kind in TITLES:
            raise no_table(file, kind)
        frame, notes = _READERS.get(kind, _attributes)(file, source, purpose)
    except (MemoryError, TooLargeError) as error:
        raise _too_large(file) from error
    except SheetError as error:
        raise _unreadable(file) from error
    except OSError as error:
        if isinstance(error, SourceError):
            raise
        raise _unreadable(file) from error
    other = _USUAL.get(kind)
    if other and file.suffix.lower() not in other:
        notes = findings.gather_findings(
            [
                notes,
                findings.about_layer(
                    name,
                    "kind_by_content",
                    Message(
                        "sources_tables.ends_in_holds",
                        file=file.name,
                        suffix=file.suffix,
                        kind=kind,
                    ),
                    Message("sources_tables.rename", other=other[0]),
                    "info",
                ),
            ]
        )
    return frame, notes


def _xlsx(file: Path, source: TableSource, purpose: Purpose) -> tuple[pd.DataFrame, pd.DataFrame]:
    return read_book(book_of(file, _xlsx_book), source, purpose)


def _xlsx_book(file: Path) -> Book:
    book = Workbook(file)
    return Book(file.name, list(book.sheets), book.sheet)


def _ods(file: Path, source: TableSource, purpose: Purpose) -> tuple[pd.DataFrame, pd.DataFrame]:
    return read_book(book_of(file, _ods_book), source, purpose)


def _ods_book(file: Path) -> Book:
    grids = ods_sheets(file)
    return Book(file.name, grids, grids.__getitem__)


def _page(file: Path, source: TableSource, purpose: Purpose) -> tuple[pd.DataFrame, pd.DataFrame]:
    book = _page_book(file, source.encoding)
    if not book.sheets:
        raise SourceError("sources_tables.web_page_without_table", file=file.name)
    return read_book(book, source, purpose)


def _page_book(file: Path, encoding: str | None) -> Book:
    grids = page_tables(file, encoding)
    return Book(file.name, grids, grids.__getitem__)


def _calamine(
    file: Path, source: TableSource, purpose: Purpose
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """.xls and .xlsb: their reader can die, and does so alone."""
    return read_book(book_of(file, _calamine_book), source, purpose)


def _calamine_book(file: Path) -> Book:
    old = kind_of(file) == "xls"
    try:
        if old and is_protected(file):
            raise no_table(file, "encrypted")
        listed = read_apart(Path(__file__).with_name("calamine_cells.py"), "sheets", str(file))
    except ReaderDiedError as error:
        raise _killer(file, error.kind) from error
    except ReaderError as error:
        if error.kind == "PasswordError":
            raise no_table(file, "encrypted") from error
        raise _unreadable(file) from error
    grids = [Grid(**one) for one in listed]
    if old:
        add_facts(file, grids)
    return Book(file.name, grids, grids.__getitem__)


def grids_of(file: Path, kind: str) -> Iterator[Grid]:
    """The sheets of a workbook of this kind, or the tables of a page, as they stand, one by one.

    Raises SourceError for one that cannot be read, or is too large.
    """
    try:
        if kind in ("html", "mht"):
            book = _page_book(file, None)
        else:
            book = {"xlsx": _xlsx_book, "ods": _ods_book}.get(kind, _calamine_book)(file)
        yield from (book.read(number) for number in range(len(book.sheets)))
    except (MemoryError, TooLargeError) as error:
        raise _too_large(file) from error
    except SheetError as error:
        raise _unreadable(file) from error


def _parquet(file: Path, _: TableSource, purpose: Purpose) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Columns as they are typed; whole numbers with nulls stay whole."""
    try:
        table = pq.read_table(file)
        table.validate(full=True)  # texts that are no UTF-8 are met here, not by every later step
        geometry = [
            n
            for n in table.column_names
            if n in ("geometry", "geom", "bbox")
            and not pa.types.is_string(table.schema.field(n).type)
        ]
        # Each column is let go of as it is made one of pandas: a large table is there once.
        table = table.drop_columns(geometry)
        frame = table.to_pandas(integer_object_nulls=True, split_blocks=True, self_destruct=True)
        del table
    # Damaged metadata of pandas raises whatever its reader met.
    except (
        pa.ArrowException,
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
    ) as error:
        raise _unreadable(file) from error
    return read_plain(frame.reset_index(drop=True), purpose)


def _attributes(
    file: Path, source: TableSource, purpose: Purpose
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The attributes of a map layer, without its outlines."""
    layer = LayerSource(path=source.path, layer=source.layer, encoding=source.encoding)
    frame, notes = read_columns(file, layer, purpose.name)
    out, more = read_plain(pd.DataFrame(frame.drop(columns="geometry", errors="ignore")), purpose)
    return out, findings.gather_findings([notes, more])


def _dbf(file: Path, source: TableSource, purpose: Purpose) -> tuple[pd.DataFrame, pd.DataFrame]:
    frame, notes = read_dbf(file, source.encoding, purpose.name)
    out, more = read_plain(frame, purpose)
    return out, findings.gather_findings([notes, more])


_READERS: dict[str, Callable[[Path, TableSource, Purpose], tuple[pd.DataFrame, pd.DataFrame]]] = {
    "xlsx": _xlsx,
    "xls": _calamine,
    "xlsb": _calamine,
    "ods": _ods,
    "text": read_text,
    "parquet": _parquet,
    "html": _page,
    "mht": _page,
    "dbf": _dbf,
}


def _unreadable(file: Path) -> SourceError:
    return SourceError("sources_tables.cannot_read", file=file.name)


def _killer(file: Path, kind: str) -> SourceError:
    why = {
        "time": Message("reader_died.time"),
        "memory": Message("reader_died.memory"),
        "crash": Message("reader_died.crash"),
    }[kind]
    return SourceError("sources_tables.cannot_read_because", file=file.name, why=why)


def _too_large(file: Path) -> SourceError:
    return SourceError("sources_tables.too_large_read", file=file.name)
