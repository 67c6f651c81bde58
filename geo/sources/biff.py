"""What calamine does not tell of an .xls (BIFF8 in OLE2): error values, hidden rows, formats.

Sources: [MS-CFB] for the container, [MS-XLS] for the records. Values themselves come from calamine.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from geo.sources.grid import Grid, Spot
from geo.sources.xml_parts import SheetError, damage

_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_END = 0xFFFFFFFA
"""From here on sector numbers are marks."""

_BOF, _SHEET, _FORMAT, _XF, _COLUMNS, _ROW = 0x0809, 0x0085, 0x041E, 0x00E0, 0x007D, 0x0208
_FORMULA, _BOOL_ERROR, _NUMBER, _RK, _MANY_RK = 0x0006, 0x0205, 0x0203, 0x027E, 0x00BD
_PASSWORD = 0x002F
_NOTE, _OBJECT, _TEXT, _CONTINUE = 0x001C, 0x005D, 0x01B6, 0x003C


@dataclass
class _Facts:
    """Of one sheet: error values, formulas and those with an empty text as result, formats."""

    errors: dict[Spot, str] = field(default_factory=dict)
    formulas: int = 0
    empty: set[Spot] = field(default_factory=set)
    styles: dict[Spot, int] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    notes: dict[Spot, int] = field(default_factory=dict)
    """The object of each cell's comment; its text is in `texts`."""
    texts: dict[int, str] = field(default_factory=dict)
    object: int = 0
    letters_left: int = 0
    """Of the text of the last object."""


def is_protected(file: Path) -> bool:
    """Whether a password is needed to read the workbook."""
    with damage():
        return any(kind == _PASSWORD for _, kind, _ in _records(_workbook(file.read_bytes())))


def add_facts(file: Path, grids: list[Grid]) -> None:
    """Put error values, formats, hidden rows and columns into the sheets that calamine read."""
    with damage():
        names, formats, facts = _read(_workbook(file.read_bytes()))
    for grid in grids:
        facts_of_sheet = facts.get(names.get(grid.name, -1))
        if facts_of_sheet is None:
            continue
        for (row, column), error in facts_of_sheet.errors.items():
            grid.put(row, column, error)
        # A writer that works nothing out leaves an empty text in every formula.
        if facts_of_sheet.empty and len(facts_of_sheet.empty) == facts_of_sheet.formulas:
            grid.no_result |= facts_of_sheet.empty
        grid.formats |= {
            spot: formats[style]
            for spot, style in facts_of_sheet.styles.items()
            if formats.get(style)
        }
        grid.comments = {
            spot: facts_of_sheet.texts.get(number, "")
            for spot, number in facts_of_sheet.notes.items()
        }
        grid.hidden_rows |= facts_of_sheet.hidden_rows
        grid.hidden_columns |= facts_of_sheet.hidden_columns


def _read(stream: bytes) -> tuple[dict[str, int], dict[int, str], dict[int, _Facts]]:
    """Where each sheet begins by its name, the format of each style, the facts by beginning."""
    names: dict[str, int] = {}
    codes = {9: "0%", 10: "0.00%"}
    styles: list[int] = []
    facts: dict[int, _Facts] = {}
    facts_of_sheet = _Facts()
    for at, kind, body in _records(stream):
        if kind == _BOF:
            facts_of_sheet = facts.setdefault(at, _Facts())
        elif kind == _SHEET:
            names[_short_text(body[6:])] = struct.unpack_from("<I", body)[0]
        elif kind == _FORMAT:
            codes[struct.unpack_from("<H", body)[0]] = _long_text(body[2:])
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind in (_NOTE, _OBJECT, _TEXT, _CONTINUE):
            _comment(facts_of_sheet, kind, body)
        else:
            _fact(facts_of_sheet, kind, body)
    return names, {n: codes.get(code, "") for n, code in enumerate(styles)}, facts


def _comment(facts_of_sheet: _Facts, kind: int, body: bytes) -> None:
    """A cell's comment: the object, the length of its text, the text behind, and the cell."""
    if kind == _OBJECT:
        facts_of_sheet.object, facts_of_sheet.letters_left = struct.unpack_from("<H", body, 6)[0], 0
    elif kind == _TEXT:
        facts_of_sheet.letters_left = struct.unpack_from("<H", body, 10)[0]
    elif kind == _NOTE:
        row, column, _, number = struct.unpack_from("<4H", body)
        facts_of_sheet.notes[row, column] = number
    elif facts_of_sheet.letters_left and body:
        text = body[1:].decode("utf-16-le" if body[0] & 1 else "latin-1", "replace")
        text = text[: facts_of_sheet.letters_left]
        facts_of_sheet.letters_left -= len(text)
        held = facts_of_sheet.texts.get(facts_of_sheet.object, "")
        facts_of_sheet.texts[facts_of_sheet.object] = held + text


def _fact(facts_of_sheet: _Facts, kind: int, body: bytes) -> None:
    if kind == _ROW and struct.unpack_from("<H", body, 12)[0] & 0x20:
        facts_of_sheet.hidden_rows.add(struct.unpack_from("<H", body)[0])
    elif kind == _COLUMNS and struct.unpack_from("<H", body, 8)[0] & 1:
        first, last = struct.unpack_from("<2H", body)
        facts_of_sheet.hidden_columns.update(range(first, min(last, 255) + 1))
    elif kind == _MANY_RK:
        row, first = struct.unpack_from("<2H", body)
        for n in range((len(body) - 6) // 6):
            facts_of_sheet.styles[row, first + n] = struct.unpack_from("<H", body, 4 + 6 * n)[0]
    elif kind in (_NUMBER, _RK, _FORMULA, _BOOL_ERROR):
        row, column, style = struct.unpack_from("<3H", body)
        facts_of_sheet.styles[row, column] = style
        if kind == _BOOL_ERROR and body[7]:
            facts_of_sheet.errors[row, column] = _ERRORS.get(body[6], "#VALUE!")
        elif kind == _FORMULA:
            facts_of_sheet.formulas += 1
            if body[12:14] == b"\xff\xff" and body[6] == 2:
                facts_of_sheet.errors[row, column] = _ERRORS.get(body[8], "#VALUE!")
            elif body[12:14] == b"\xff\xff" and body[6] == 3:
                facts_of_sheet.empty.add((row, column))


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Position, kind and body of each record."""
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<2H", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _short_text(body: bytes) -> str:
    length, wide = body[0], body[1] & 1
    return body[2 : 2 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1")


def _long_text(body: bytes) -> str:
    length, wide = struct.unpack_from("<H", body)[0], body[2] & 1
    return body[3 : 3 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1")


def _workbook(data: bytes) -> bytes:
    """The stream `Workbook` of an OLE2 file."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    small = 1 << struct.unpack_from("<H", data, 32)[0]
    count, first_folder = struct.unpack_from("<2I", data, 44)
    cutoff, first_small = struct.unpack_from("<2I", data, 56)
    links = _fat(data, size, count)
    folder = _chain(data, links, first_folder, size, size)
    entries = [folder[n : n + 128] for n in range(0, len(folder) - 127, 128)]
    root = _Entry(entries[0])
    for raw in entries:
        entry = _Entry(raw)
        if entry.name in ("Workbook", "Book"):
            if entry.size >= cutoff:
                return _chain(data, links, entry.first, size, size)[: entry.size]
            table = _chain(data, links, first_small, size, size)
            short = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])
            minis = _chain(data, links, root.first, size, size)
            return _chain(minis, short, entry.first, small, 0)[: entry.size]
    raise SheetError("no workbook")


class _Entry:
    """A stream's entry in the container's folder."""

    def __init__(self, raw: bytes) -> None:
        length = struct.unpack_from("<H", raw, 64)[0]
        self.name = raw[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        self.first, self.size = struct.unpack_from("<2I", raw, 116)


def _fat(data: bytes, size: int, count: int) -> tuple[int, ...]:
    """The number of each sector's next one."""
    sectors = list(struct.unpack_from("<109I", data, 76))
    more, left = struct.unpack_from("<2I", data, 68)
    while more < _END and left and len(sectors) < count + 109:
        part = struct.unpack_from(f"<{size // 4}I", data, size * (more + 1))
        sectors += part[:-1]
        more, left = part[-1], left - 1
    table = b"".join(data[size * (s + 1) : size * (s + 2)] for s in sectors[:count] if s < _END)
    return struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])


def _chain(data: bytes, links: tuple[int, ...], first: int, size: int, before: int) -> bytes:
    """The sectors from `first` on; `before` is what stands before sector 0."""
    out, seen = [], 0
    while first < _END:
        out.append(data[before + size * first : before + size * (first + 1)])
        first, seen = links[first], seen + 1
        if seen > len(links):
            raise SheetError("its sectors go in a ring")
    return b"".join(out)
