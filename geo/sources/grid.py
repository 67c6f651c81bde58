"""A sheet as it stands, whatever kind of file it is from: cells, and all that a reader cannot see.

Blank rows and cells outside the table cost nothing: only rows with something in them are held.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Cell = Any
"""str, int, float, bool, date, datetime or time; None is blank."""

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Digits as raised ones: what a sheet or a document shows above the line, as a footnote's mark."""


def struck(text: str) -> str:
    """A text that is struck out, with a stroke through each sign: it is there, and not in force.

    >>> struck("8") == "8" + chr(0x336)
    True
    """
    return "".join(sign if sign.isspace() else f"{sign}{_STROKE}" for sign in text)


_STROKE = "\u0336"

Spot = tuple[int, int]
"""Row and column of a cell, both from 0."""


@dataclass
class Grid:
    """One sheet: `cells[row][column]`, blank ones left out; rows and columns from 0.

    `merged` are first and last cell of each area. `no_result` are formulas whose result the file
    does not hold; their cells are blank. `struck` are those whose whole text is struck out.
    `comments` are the texts of cells' comments, `printed` those that are printed above each page. `state` is "visible", "hidden" or
    "very_hidden".
    """

    name: str = ""
    state: str = "visible"
    cells: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[tuple[Spot, Spot]] = field(default_factory=list)
    no_result: set[Spot] = field(default_factory=set)
    formats: dict[Spot, str] = field(default_factory=dict)
    struck: set[Spot] = field(default_factory=set)
    comments: dict[Spot, str] = field(default_factory=dict)
    printed: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def put(self, row: int, column: int, value: Cell) -> None:
        """Write a cell that is not blank."""
        self.cells.setdefault(row, {})[column] = value

    @property
    def width(self) -> int:
        """One more than the last column that holds anything."""
        return 1 + max((max(row) for row in self.cells.values() if row), default=-1)


def letters(column: int) -> str:
    """The name of a column counted from 0: A, B, …, Z, AA."""
    out = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


def address(row: int, column: int) -> str:
    """The name of a cell counted from 0: C7."""
    return f"{letters(column)}{row + 1}"
