"""Sheets of an Excel workbook (.xlsx, .xlsm; ECMA-376) with what decides whether to trust a cell.

Beside values it tells formulas whose results were never stored, error values, number formats,
merged areas, hidden rows, columns and sheets. Cells are held as they come, so a blank in the last
corner of a sheet costs nothing. Nothing outside the file is followed; XML entities are not
expanded into text of their own.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import IO, Any

from geo.model.units import parse
from geo.sources.grid import RAISED, Cell, Grid, Spot, struck
from geo.sources.xml_parts import SheetError, damage, open_part, parse_part

_DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PERCENT_IDS = {9: "0%", 10: "0.00%"}
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
"""What in a number format is no code: texts, escapes, fill, colours and locales."""
_HEADERS = {"oddHeader", "evenHeader", "firstHeader"}
_PRINT_CODE = re.compile(r'&(?:"[^"]*"|\d+|K[0-9A-F]{6}|[A-Z])')
"""What in the text above a printed page is no text: place, font, size, colour, date, page."""
_FILL = re.compile(r"_.|\*.|\\(?=[\u4e00-\u9fff])")
_SHOWN = re.compile(r'"([^"$€£]*)"|([\u4e00-\u9fff]+)')
"""Texts that a number format writes; a sign of a currency names no unit."""


@dataclass(frozen=True)
class SheetPart:
    """A sheet of the workbook: its name, state, and the part of the zip that holds it."""

    name: str
    state: str
    part: str


class Workbook:
    """An opened workbook; sheets are read one by one."""

    def __init__(self, file: Path) -> None:
        with damage():
            # In memory: a book that stays open would keep Windows from removing its file.
            self.zip = zipfile.ZipFile(io.BytesIO(file.read_bytes()))
            self.sheets: list[SheetPart] = []
            self.epoch = datetime(1899, 12, 30)  # noqa: DTZ001 -- Excel knows no zones
            self.recalculated = False
            self._read_book()
            self._strings: list[str] | None = None
            self._formats = _formats(self._part("styles")) if self._has("styles") else []
            self._struck = _struck_styles(self._part("styles")) if self._has("styles") else set()

    def sheet(self, number: int) -> Grid:
        """The cells of a sheet, counted from 0. Raises SheetError."""
        with damage():
            if self._strings is None:
                self._strings = (
                    _shared_strings(self._part("sharedStrings"))
                    if self._has("sharedStrings")
                    else []
                )
            entry = self.sheets[number]
            reader = _SheetReader(
                Grid(entry.name, entry.state),
                self._strings,
                self._formats,
                self._struck,
                self.epoch,
                recalculated=self.recalculated,
            )
            parse_part(self._stream(entry.part), reader.start, reader.end, reader.text)
            reader.grid.comments = self._comments(entry.part)
            return reader.grid

    def _comments(self, part: str) -> dict[Spot, str]:
        """The comments of a sheet's cells."""
        folder, name = posixpath.split(part)
        relations = f"{folder}/_rels/{name}.rels"
        if relations not in self.zip.namelist():
            return {}
        parts = [p for k, p in _links(self._stream(relations), folder).values() if k == "comments"]
        found: dict[Spot, str] = {}
        for one in parts:
            if one in self.zip.namelist():
                found |= _comment_texts(self._stream(one))
        return found

    def _read_book(self) -> None:
        book = self._main_part()
        folder, name = posixpath.split(book)
        links = _links(self._stream(f"{folder}/_rels/{name}.rels"), folder)
        self._parts = dict(links.values())
        found: list[tuple[str, str, str]] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "sheet":
                key = next((v for k, v in attributes.items() if k.endswith(":id") or k == "id"), "")
                found.append((attributes.get("name", ""), attributes.get("state", "visible"), key))
            elif tag == "workbookPr" and attributes.get("date1904", "0") in ("1", "true"):
                self.epoch = datetime(1904, 1, 1)  # noqa: DTZ001
            elif tag == "calcPr":
                self.recalculated = attributes.get("fullCalcOnLoad", "0") in ("1", "true")

        parse_part(self._stream(book), start)
        self.sheets = [
            SheetPart(name, "very_hidden" if state == "veryHidden" else state, links[key][1])
            for name, state, key in found
            if links.get(key, ("", ""))[0] == "worksheet"
        ]

    def _main_part(self) -> str:
        for kind, part in _links(self._stream("_rels/.rels"), "").values():
            if kind == "officeDocument":
                return part
        raise SheetError("no workbook")

    def _has(self, kind: str) -> bool:
        return self._parts.get(kind) in self.zip.namelist()

    def _part(self, kind: str) -> IO[bytes]:
        return self._stream(self._parts[kind])

    def _stream(self, part: str) -> IO[bytes]:
        return open_part(self.zip, part)


def _links(stream: IO[bytes], folder: str) -> dict[str, tuple[str, str]]:
    """The last word of each relation's type, and the part it leads to, by its id."""
    out: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            part = (
                target[1:]
                if target.startswith("/")
                else posixpath.normpath(posixpath.join(folder, target))
            )
            out[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], part)

    parse_part(stream, start)
    return out


def _comment_texts(stream: IO[bytes]) -> dict[Spot, str]:
    """The text of each comment by its cell."""
    out: dict[Spot, str] = {}
    state = {"ref": "", "text": ""}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "comment":
            state["ref"] = attributes["ref"]
        state["text"] = "yes" if tag == "t" else ""

    def end(_: str) -> None:
        state["text"] = ""

    def text(piece: str) -> None:
        if state["text"] and state["ref"]:
            spot = _spot(state["ref"])
            out[spot] = out.get(spot, "") + piece

    parse_part(stream, start, end, text)
    return out


class _Look:
    """How the run of a text looks: the mark of a footnote is no digit, what is struck out no figure."""

    def __init__(self) -> None:
        self.raised = self.struck = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in ("si", "is", "r"):  # a run begins plain
            self.raised = self.struck = False
        elif tag == "vertAlign":
            self.raised = attributes.get("val") == "superscript"
        elif tag == "strike":
            self.struck = _is_on(attributes)

    def shown(self, text: str) -> str:
        text = text.translate(RAISED) if self.raised else text
        return struck(text) if self.struck else text


def _is_on(attributes: dict[str, str]) -> bool:
    """Whether an element that needs no value says yes."""
    return attributes.get("val", "1") not in ("0", "false")


def _struck_styles(stream: IO[bytes]) -> set[int]:
    """The styles of cells whose font strikes the text out."""
    fonts: list[bool] = []
    out: set[int] = set()
    within = {"fonts": False, "cellXfs": False}
    count = iter(range(1 << 30))

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag in within:
            within[tag] = True
        elif tag == "font" and within["fonts"]:
            fonts.append(False)
        elif tag == "strike" and within["fonts"] and fonts:
            fonts[-1] = _is_on(attributes)
        elif tag == "xf" and within["cellXfs"]:
            number, font = next(count), int(attributes.get("fontId", "0"))
            if font < len(fonts) and fonts[font]:
                out.add(number)

    def end(tag: str) -> None:
        if tag in within:
            within[tag] = False

    parse_part(stream, start, end)
    return out


def _shared_strings(stream: IO[bytes]) -> list[str]:
    """Texts of the workbook, raised digits and struck out words as such."""
    out: list[str] = []
    pieces: list[str] = []
    state = {"text": False, "phonetic": False}
    look = _Look()

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            pieces.clear()
        elif tag == "rPh":
            state["phonetic"] = True
        look.start(tag, attributes)
        state["text"] = tag == "t" and not state["phonetic"]

    def end(tag: str) -> None:
        state["text"] = False
        if tag == "si":
            out.append(_plain("".join(pieces)))
        elif tag == "rPh":
            state["phonetic"] = False

    def text(piece: str) -> None:
        if state["text"]:
            pieces.append(look.shown(piece))

    parse_part(stream, start, end, text)
    return out


def _formats(stream: IO[bytes]) -> list[str]:
    """The number format of each style; "date" for the built-in ones of dates."""
    custom: dict[int, str] = {}
    out: list[str] = []
    within = {"cells": False}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            custom[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            within["cells"] = True
        elif tag == "xf" and within["cells"]:
            number = int(attributes.get("numFmtId", "0"))
            code = custom.get(number) or _PERCENT_IDS.get(number, "")
            out.append("yyyy-mm-dd" if not code and number in _DATE_IDS else code)

    def end(tag: str) -> None:
        if tag == "cellXfs":
            within["cells"] = False

    parse_part(stream, start, end)
    return out


def is_date_format(code: str) -> bool:
    """Whether a number format shows a moment: yyyy"年"m"月", not 0.00E+00 or "d" 0."""
    codes = _NOT_CODE.sub("", code).split(";")[0].lower()
    if re.search(r"\[(h+|m+|s+)\]", code.lower()):
        return False  # a length of time
    return "general" not in codes and "g/" not in codes and bool(re.search(r"[ymdhs]", codes))


def shown_unit(code: str) -> str:
    r"""The unit that a number format shows beside its number: 0.00"亩"; "" for none.

    >>> shown_unit('#,##0.00"元"'), shown_unit("[$$-409]#,##0"), shown_unit(r'0.0_ \亩;-0.0')
    ('元', '', '亩')
    """
    shown = _FILL.sub("", code.partition(";")[0])
    words = ("".join(found).strip() for found in _SHOWN.findall(shown))
    return next((word for word in words if parse(word)), "")


def is_percent_format(code: str) -> bool:
    """Whether a number format shows a number times a hundred."""
    return "%" in _NOT_CODE.sub("", code)


def _plain(text: str) -> str:
    """Text without the escapes of characters that XML does not hold, and one kind of line end."""
    if "_x" in text:
        text = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


_TYPED: dict[str, Callable[[str], Cell]] = {
    "str": _plain,
    "inlineStr": _plain,
    "e": str,
    "d": datetime.fromisoformat,
    "b": lambda text: text.strip() not in ("0", "false"),
}
"""Cells of every type but numbers and shared strings."""


class _SheetReader:
    """The handlers of one sheet's XML."""

    def __init__(
        self,
        grid: Grid,
        strings: list[str],
        formats: list[str],
        struck_styles: set[int],
        epoch: datetime,
        *,
        recalculated: bool,
    ) -> None:
        self.grid, self.strings, self.formats, self.epoch = grid, strings, formats, epoch
        self.struck_styles, self.look = struck_styles, _Look()
        self.recalculated = recalculated
        self.dates = [is_date_format(code) for code in formats]
        self.row, self.column = -1, -1
        self.attributes: dict[str, str] = {}
        self.value: list[str] = []
        self.has_value = self.formula = self.taking = self.phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self.look.start("is", attributes)
            self._cell(attributes)
        elif tag in ("v", "t"):
            self.taking = not self.phonetic
            self.has_value = True
        elif tag == "f":
            self.formula = True
        elif tag == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1
            if attributes.get("hidden") in ("1", "true"):
                self.grid.hidden_rows.add(self.row)
        elif tag == "rPh":
            self.phonetic = True
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            # A sheet's last thousands of columns are often hidden as one.
            self.grid.hidden_columns.update(
                range(int(attributes["min"]) - 1, min(int(attributes["max"]), 1024))
            )
        elif tag in _HEADERS:
            self.value.clear()
            self.taking = True
        elif tag == "mergeCell":
            first, _, last = attributes["ref"].partition(":")
            self.grid.merged.append((_spot(first), _spot(last or first)))
        else:
            self.look.start(tag, attributes)

    def text(self, text: str) -> None:
        if self.taking:
            self.value.append(self.look.shown(text))

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self.taking = False
        elif tag == "rPh":
            self.phonetic = False
        elif tag in _HEADERS:
            self.taking = False
            texts = _PRINT_CODE.split("".join(self.value))
            self.grid.printed += [text.strip() for text in texts if text.strip()]
        elif tag == "c":
            self._done()

    def _cell(self, attributes: dict[str, str]) -> None:
        if "r" in attributes:
            row, self.column = _spot(attributes["r"])
            self.row = row
        else:
            self.column += 1
        self.attributes = attributes
        self.value.clear()
        self.has_value = self.formula = False

    def _done(self) -> None:
        text = "".join(self.value)
        kind = self.attributes.get("t", "n")
        style = int(self.attributes.get("s", "0"))
        spot = (self.row, self.column)
        if self.formula and kind in ("n", "d") and self._without_result(text):
            self.grid.no_result.add(spot)
            return
        if not text:
            return
        value = self._typed(kind, text, style)
        if value is None or (isinstance(value, str) and not value.strip()):
            return
        self.grid.cells.setdefault(self.row, {})[self.column] = value
        if style in self.struck_styles:
            self.grid.struck.add(spot)
        if 0 < style < len(self.formats) and self.formats[style]:
            self.grid.formats[spot] = self.formats[style]

    def _without_result(self, text: str) -> bool:
        """No result, or the nought that writers put where the workbook asks to be worked out."""
        return not text.strip() or (self.recalculated and float(text) == 0)

    def _typed(self, kind: str, text: str, style: int) -> Cell:
        if kind in _TYPED:
            return _TYPED[kind](text)
        if kind == "s":
            return self.strings[int(text)]
        number: int | float = int(text) if text.lstrip("-").isdigit() else float(text)
        if style < len(self.dates) and self.dates[style]:
            return self._moment(number)
        return number

    def _moment(self, number: float) -> Any:
        """A serial number as a moment; 1900 had no 29 February, which Excel counts."""
        if not 0 <= number < 2_958_466:
            return number
        early = self.epoch.year == 1899 and number < 60
        moment = self.epoch + timedelta(days=number + early)
        seconds = timedelta(seconds=round((moment - self.epoch).total_seconds()))
        rounded = self.epoch + seconds
        return rounded.time() if number < 1 else rounded


def _spot(reference: str) -> Spot:
    """Row and column, from 0, of a reference such as $C$7."""
    plain = reference.replace("$", "")
    name = plain.rstrip("0123456789")
    return int(plain[len(name) :]) - 1, _column(name)


@cache
def _column(name: str) -> int:
    number = 0
    for sign in name.upper():
        number = number * 26 + ord(sign) - 64
    return number - 1
