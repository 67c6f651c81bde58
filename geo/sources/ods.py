"""Sheets of an OpenDocument spreadsheet (.ods; ISO/IEC 26300) with what decides trust in a cell."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from geo.sources.grid import Cell, Grid, Spot
from geo.sources.xml_parts import TooLargeError, damage, open_part, parse_part

MOST_REPEATED = 2_000_000
"""Cells that repeated rows may stand for."""

_APART = {"annotation", "tracked-changes", "dde-links", "shapes", "forms"}
"""Elements whose texts and tables are not the sheet's."""


def ods_sheets(file: Path) -> list[Grid]:
    """All sheets of the file. Raises SheetError."""
    reader = _Reader()
    with damage(), zipfile.ZipFile(file) as archive:
        parse_part(open_part(archive, "content.xml"), reader.start, reader.end, reader.text)
    return reader.grids


class _Reader:
    """The handlers of content.xml."""

    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.apart = 0
        self.row = self.column = 0
        self.repeated = 1
        self.cell: dict[str, str] | None = None
        self.lines: list[list[str]] = []
        self.noting, self.note = False, list[str]()
        self.held: dict[int, tuple[Cell, str]] = {}
        self.no_result: list[int] = []
        self.merged: list[tuple[Spot, Spot]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _APART or self.apart:
            self.apart += 1
            self.noting |= tag == "annotation" and self.cell is not None
            if self.noting and tag == "p":
                self.note.append("")
            return
        plain = {
            name.rpartition(":")[2]: value
            for name, value in attributes.items()
            if not name.startswith("calcext")
        }
        if tag in ("style", "table-properties"):
            self._style(tag, plain)
        elif tag == "table":
            state = "hidden" if plain.get("style-name") in self.hidden_styles else "visible"
            self.grids.append(Grid(plain.get("name", ""), state))
            self.row = self.column = 0
        elif tag == "table-column":
            self._column(plain)
        elif tag == "table-row":
            self._row(plain)
        elif tag in ("table-cell", "covered-table-cell"):
            error = attributes.get("calcext:value-type") == "error"
            self.cell = plain | ({"value-type": "error"} if error else {})
            self.lines = []
        elif self.cell is not None:
            self._within(tag, plain)

    def _style(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "style":
            self.style = attributes.get("name", "")
        elif attributes.get("display") == "false":
            self.hidden_styles.add(self.style)

    def _column(self, attributes: dict[str, str]) -> None:
        count = _count(attributes, "number-columns-repeated")
        if attributes.get("visibility", "visible") != "visible":
            # A sheet's last thousands of columns are often hidden as one.
            last = min(self.column + count, 1024)
            self.grids[-1].hidden_columns.update(range(self.column, last))
        self.column += count

    def _row(self, attributes: dict[str, str]) -> None:
        self.column = 0
        self.repeated = _count(attributes, "number-rows-repeated")
        self.held, self.no_result, self.merged = {}, [], []
        if attributes.get("visibility", "visible") != "visible":
            last = min(self.row + self.repeated, self.row + 100_000)
            self.grids[-1].hidden_rows.update(range(self.row, last))

    def _within(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "p":
            self.lines.append([])
        elif self.lines:
            sign = {"s": " " * _count(attributes, "c"), "tab": "\t", "line-break": "\n"}.get(tag)
            if sign:
                self.lines[-1].append(sign)

    def text(self, text: str) -> None:
        if self.noting and self.note:
            self.note[-1] += text
        elif self.cell is not None and self.lines and not self.apart:
            self.lines[-1].append(text)

    def end(self, tag: str) -> None:
        if self.apart:
            self.apart -= 1
            self.noting &= self.apart > 0
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell_done()
        elif tag == "table-row":
            self._row_done()

    def _cell_done(self) -> None:
        cell, self.cell = self.cell or {}, None
        if self.note:
            self.grids[-1].comments[self.row, self.column] = "\n".join(self.note)
            self.note = []
        count = _count(cell, "number-columns-repeated")
        value = _value(cell, "\n".join("".join(line) for line in self.lines))
        if value is not None:
            code = "0%" if cell.get("value-type") == "percentage" else ""
            for column in range(self.column, min(self.column + count, 16_384)):
                self.held[column] = (value, code)
        elif "formula" in cell and "value-type" not in cell:
            self.no_result.append(self.column)
        wide, high = (_count(cell, f"number-{side}-spanned") for side in ("columns", "rows"))
        if wide > 1 or high > 1:
            self.merged.append(
                ((self.row, self.column), (self.row + high - 1, self.column + wide - 1))
            )
        self.column += count

    def _row_done(self) -> None:
        grid = self.grids[-1]
        if len(self.held) * self.repeated > MOST_REPEATED:
            raise TooLargeError
        if self.held or self.no_result:
            for row in range(self.row, self.row + self.repeated):
                for column, (value, code) in self.held.items():
                    grid.put(row, column, value)
                    if code:
                        grid.formats[row, column] = code
                grid.no_result.update((row, column) for column in self.no_result)
        grid.merged += self.merged
        self.row += self.repeated


def _count(attributes: dict[str, str], name: str) -> int:
    return max(1, int(attributes.get(name, "1")))


def _value(cell: dict[str, str], text: str) -> Any:
    """The typed value of a cell; its text where the type is words, time or unknown."""
    kind = cell.get("value-type", "")
    if kind in ("float", "percentage", "currency"):
        number = float(cell["value"])
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    if kind == "date":
        return datetime.fromisoformat(cell["date-value"])
    if kind == "boolean":
        return cell["boolean-value"] == "true"
    words = cell.get("string-value") or text
    return words if words.strip() else None
