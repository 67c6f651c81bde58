"""dBASE tables (.dbf), as they lie beside a shapefile or alone.

Read from their bytes, not by GDAL: a heading cut in the middle of a character is a heading still,
a number of 19 digits keeps its last, and `****` (a number wider than its field) is a finding.
Source: dBASE III Plus table file; ESRI Shapefile Technical Description (1998), dBASE files.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo import findings
from geo.arrays import Ints, Mask, Series
from geo.errors import SourceError
from geo.sources.encoding import decide
from geo.text import Message, join

SAMPLE_RECORDS = 20_000
EXACT = 2**53
"""Whole numbers from here on are kept as digits: a double would round them."""

_READ = "CNFDL"
"""Types of columns that are read; memos and binary fields of FoxPro are named."""

_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_WHOLE = r"^[+-]?[0-9]+$"
_LANGUAGES = {
    0x03: "cp1252",
    0x57: "cp1252",
    0x58: "cp1252",
    0x01: "cp437",
    0x02: "cp850",
    0x78: "big5",
    0x13: "cp932",
    0x7B: "cp932",
    0x4E: "cp949",
    0xC9: "cp1251",
}
"""Encodings by a table's language byte, where they are neither UTF-8 nor GBK."""


@dataclass(frozen=True)
class Field:
    """One column of a table: its name's bytes, type (C, N, F, D, L, …), and place in a record."""

    name: bytes
    kind: str
    start: int
    width: int


@dataclass(frozen=True)
class Table:
    """A table taken apart: `cells` is uint8 (records, record width), `language` its byte."""

    file: Path
    fields: list[Field]
    cells: NDArray[np.uint8]
    language: int

    @property
    def deleted(self) -> Mask:
        """Which records are marked as deleted."""
        marked: Mask = self.cells[:, 0] == ord("*")
        return marked

    def column(self, field: Field) -> NDArray[np.uint8]:
        """The bytes of one column, (records, width)."""
        return np.ascontiguousarray(self.cells[:, field.start : field.start + field.width])


def open_dbf(file: Path) -> Table:
    """The table of a file; raises SourceError where its header or its length cannot be."""
    with file.open("rb") as stream:
        head = stream.read(32)
        if len(head) < 32:
            raise _unreadable(file)
        count, header, width = struct.unpack("<IHH", head[4:12])
        head += stream.read(max(header - 32, 0))
    fields, start = [], 1
    for at in range(32, len(head) - 31, 32):
        if head[at] == 0x0D:
            break
        one = head[at : at + 32]
        fields.append(Field(one[:11].split(b"\0")[0], chr(one[11]), start, one[16]))
        start += one[16]
    if not width or not fields or start > width:
        raise _unreadable(file)
    held = max(file.stat().st_size - header, 0) // width
    if held < count:
        raise SourceError(
            "dbf.header_says_records_file_holds", file=file.name, count=count, held=held
        )
    # Read as it is used: a table may be as large as memory.
    shape = (count, width)
    cells = np.memmap(file, np.uint8, "r", header, shape) if count else np.empty(shape, np.uint8)
    return Table(file, fields, cells, head[29])


def dbf_encoding(table: Table, declared: str = "") -> str | None:
    """Encoding of a table's names and text: see `decide`; None if it is all ASCII."""
    texts = [f.name for f in table.fields]
    for field in table.fields:
        if field.kind == "C":
            cell = table.column(field)[:SAMPLE_RECORDS]
            foreign = (cell > 127).any(axis=1)
            texts += [row.tobytes().rstrip(b" \0") for row in cell[foreign]]
    return decide(texts, table.file, declared or _LANGUAGES.get(table.language, ""))


def read_dbf(file: Path, encoding: str | None, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A table's records that are not deleted, with `source_row` from 1, and findings of `name`.

    `encoding` is that of its names and text, found from the bytes where None. Raises SourceError.
    """
    table = open_dbf(file)
    frame, notes = records(
        table, encoding or dbf_encoding(table) or "ASCII", name, np.flatnonzero(~table.deleted)
    )
    return frame, findings.gather_findings([notes, about_deleted(table, name)])


def records(
    table: Table, encoding: str, name: str, rows: Ints
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """These records of a table as columns, `source_row` from 1, and what was wrong with cells.

    Text is str, N without decimals Int64 (digits as str where one is 2^53 or more), N with decimals
    float64, D datetime64, L boolean. What a cell holds that is none of it is missing and a finding.
    """
    headings = [_heading(f.name, encoding) for f in table.fields]
    unique = _told_apart(headings)
    columns: dict[str, Any] = {}
    bad: dict[str, tuple[Mask, Series]] = {}
    readable = [f.kind in _READ for f in table.fields]
    for field, heading, known in zip(table.fields, unique, readable, strict=True):
        if not known:
            continue
        columns[heading], wrong, text = _typed(table.column(field)[rows], field.kind, encoding)
        if wrong.any():
            bad[heading] = wrong, text
    frame = pd.DataFrame(columns, index=range(len(rows)))
    frame["source_row"] = range(1, len(rows) + 1)
    notes = [
        _about_cells(frame, mask, text, heading, name) for heading, (mask, text) in bad.items()
    ]
    unread = [u for u, known in zip(unique, readable, strict=True) if not known]
    return frame, findings.gather_findings(
        [
            *notes,
            _about_headings(table, headings, unique, name),
            _about_unread(table, unread, name),
            _about_cut(table, unique, encoding, name),
        ]
    )


def about_deleted(table: Table, name: str) -> pd.DataFrame:
    """A finding on the records that are marked as deleted, and not read."""
    count = int(table.deleted.sum())
    if not count:
        return findings.no_findings()
    return findings.about_layer(
        name,
        "deleted_records",
        Message("dbf.records_marked_deleted_not_read", file=table.file.name, count=count),
        Message("dbf.recall_in_software_if_count"),
        "info",
    )


def _heading(raw: bytes, encoding: str) -> str:
    """A column's name; a character that was cut in two at its end is left out."""
    return raw.decode(encoding, "ignore").strip()


def _told_apart(headings: list[str]) -> list[str]:
    """The headings, made different where they repeat or are blank."""
    out: list[str] = []
    for heading in headings:
        base = heading or "column"
        number, unique = 1, base
        while unique in out or (unique != heading and unique in headings):
            number += 1
            unique = f"{base}_{number}"
        out.append(unique)
    return out


def _typed(cell: NDArray[np.uint8], kind: str, encoding: str) -> tuple[Any, Mask, Series]:
    """A column, which of its cells could not be read, and all of them as text."""
    if kind == "C":
        text = _text(cell, encoding)
        return text, np.zeros(len(text), dtype=bool), text
    text = _text(cell, "latin-1")
    if kind == "L":
        flag = text.str.upper()
        known = {"T": True, "Y": True, "F": False, "N": False}
        return (
            flag.map(known).astype("boolean"),
            ~(flag.isna() | flag.isin([*known, "?"])).to_numpy(dtype=bool),
            text,
        )
    if kind == "D":
        filled = text.notna() & ~text.str.fullmatch("[0 ]+").fillna(False)
        date = pd.to_datetime(text.where(filled), format="%Y%m%d", errors="coerce")
        return date, (filled & date.isna()).to_numpy(dtype=bool), text
    number = text.where(text.str.match(_NUMBER).fillna(False))
    return exact_numbers(number), (text.notna() & number.isna()).to_numpy(dtype=bool), text


def exact_numbers(digits: Series) -> Series:
    """Numbers from their digits (text): Int64 or float64, or the digits where those would round."""
    value = pd.to_numeric(digits, errors="coerce").astype("float64")
    present = digits.dropna()
    if not present.str.match(_WHOLE).all():
        return value
    if (value.abs() >= EXACT).any():
        return digits.str.lstrip("+")
    return value.astype("Int64")


def _text(cell: NDArray[np.uint8], encoding: str) -> Series:
    """A column's cells as text, without blanks and NUL at their ends; blank ones are missing."""
    width = cell.shape[1]
    fixed = (
        pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(width), len(cell), [None, pa.py_buffer(cell)]
        )
        if width
        else pa.nulls(len(cell), pa.binary())
    )
    raw = fixed.cast(pa.binary())
    try:
        text = (
            raw.cast(pa.string())
            if encoding in ("UTF-8", "ASCII") or not (cell > 127).any()
            else _decoded(raw, encoding)
        )
    except pa.ArrowInvalid:  # a character cut in two at the end of a field
        text = _decoded(raw, encoding)
    # NULs fill a field up; one within is told with the other text of the layer.
    trimmed = pc.utf8_trim(text, " \t\r\n\0")
    blank = pc.equal(trimmed, "")
    return pd.Series(pc.if_else(blank, None, trimmed).to_pandas(), dtype="str")


def _decoded(raw: Any, encoding: str) -> Any:
    """Text from bytes, each distinct one decoded once."""
    coded = raw.dictionary_encode()
    known = [
        b.rstrip(b" \0").decode(encoding, "ignore")  # rows-ok: distinct texts
        for b in coded.dictionary.to_pylist()
    ]
    return pa.array(known, pa.string()).take(coded.indices)


def _about_cells(
    frame: pd.DataFrame, wrong: Mask, text: Series, heading: str, name: str
) -> pd.DataFrame:
    stars = text.str.fullmatch(r"\*+").fillna(False).to_numpy(dtype=bool)
    return findings.gather_findings(
        [
            findings.about_rows(
                frame,
                wrong & stars,
                layer=name,
                key="",
                code="number_overflow",
                set_aside=False,
                message=Message("dbf.column_holds", heading=heading),
                mend=Message("dbf.make_field_wider_export_source"),
            ),
            findings.about_rows(
                frame,
                wrong & ~stars,
                layer=name,
                key="",
                code="not_in_field",
                set_aside=False,
                value=text,
                message=Message("dbf.in_column_not_type", heading=heading),
                mend=Message("dbf.correct_cell_in_source"),
            ),
        ]
    )


def _about_headings(
    table: Table, headings: list[str], unique: list[str], name: str
) -> pd.DataFrame:
    repeated = [
        Message("dbf.renamed", old=old or Message("dbf.blank"), new=new)
        for old, new in zip(headings, unique, strict=True)
        if old != new
    ]
    if not repeated:
        return findings.no_findings()
    shown = join(repeated, "semicolon")
    return findings.about_layer(
        name,
        "repeated_headings",
        Message("dbf.headings_repeat_once_cut_blank", file=table.file.name, shown=shown),
        Message("dbf.check_each_holds_name_in"),
    )


def _about_cut(table: Table, unique: list[str], encoding: str, name: str) -> pd.DataFrame:
    """A finding on headings that end in a part of a character: they were longer in the source."""
    cut = [
        heading
        for field, heading in zip(table.fields, unique, strict=True)
        if field.name.decode(encoding, "ignore").encode(encoding, "ignore") != field.name
    ]
    if not cut:
        return findings.no_findings()
    shown = join(cut)
    return findings.about_layer(
        name,
        "cut_headings",
        Message("dbf.headings_cut_when_exported", file=table.file.name, shown=shown),
        Message("dbf.say_in_fields_columns_use"),
        "info",
    )


def _about_unread(table: Table, unread: list[str], name: str) -> pd.DataFrame:
    if not unread:
        return findings.no_findings()
    shown = join(unread)
    return findings.about_layer(
        name,
        "columns_not_read",
        Message("dbf.memo_binary_columns_not_read", file=table.file.name, shown=shown),
        Message("dbf.save_text_numbers_if_needed"),
    )


def _unreadable(file: Path) -> SourceError:
    return SourceError("dbf.damaged_not_dbf_table", file=file.name)
