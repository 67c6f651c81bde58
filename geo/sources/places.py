"""Where a row or a cell stands, in the words of the program that made the file: 指标!C7."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from geo.arrays import Ints, Objects
from geo.findings import OF_FILE

BLOCK = 1 << 20
"""Rows of an Excel sheet. `source_row` of the k-th of several sheets read as one is k * BLOCK + row
(so is the k-th year's of a ledger with a column a year): unique in the frame, and still a row."""


@dataclass(frozen=True)
class RowPlaces:
    """Which file and sheet each `source_row` of a layer stands in.

    From each of `starts` on (ascending, the first 0) rows count in the file and sheet beside it.
    Worked example: 绵竹.xlsx (sheets 2022, 2023) and then 什邡.csv start at 0, BLOCK and 2 * BLOCK;
    `source_row` 2 * BLOCK + 7 is row 7 of 什邡.csv.
    """

    starts: tuple[int, ...] = (0,)
    files: tuple[str, ...] = ("",)
    sheets: tuple[str, ...] = ("",)
    end: int = field(default=BLOCK)
    """The next start."""

    @classmethod
    def of(cls, file: str, sheets: list[str], last_row: int) -> RowPlaces:
        """The places of one file: its sheets a BLOCK each, or one place of any length."""
        names = tuple(sheets) or ("",)
        blocks = max(len(names), 1 + last_row // BLOCK)
        starts = tuple(k * BLOCK for k in range(len(names)))
        return cls(starts, (file,) * len(names), names, blocks * BLOCK)

    def then(self, other: RowPlaces) -> RowPlaces:
        """These places, and another's behind them: its rows are moved by `self.end`."""
        return RowPlaces(
            (*self.starts, *(self.end + start for start in other.starts)),
            (*self.files, *other.files),
            (*self.sheets, *other.sheets),
            self.end + other.end,
        )

    @property
    def several(self) -> bool:
        """Whether a row number alone does not say where it stands."""
        return len(self.starts) > 1

    def number(self, rows: Any) -> Ints:
        """Which of `starts` each row belongs to."""
        return np.searchsorted(self.starts, np.asarray(rows, dtype=np.int64), side="right") - 1

    def within(self, rows: Any) -> Ints:
        """Each row as its own file and sheet count it."""
        found: Ints = np.asarray(rows, dtype=np.int64) - np.asarray(self.starts)[self.number(rows)]
        return found

    def names(self, rows: Any) -> Objects:
        """What findings call each row's place: a sheet, or (behind `OF_FILE`) a file and sheet."""
        several_files = len(set(self.files)) > 1
        labels = [
            f"{OF_FILE}{self.label(k)}" if several_files else sheet
            for k, sheet in enumerate(self.sheets)
        ]
        return np.array(labels, dtype=object)[self.number(rows)]

    def label(self, number: int) -> str:
        """The file of a place, and its sheet where the file has several that are read."""
        file, sheet = self.files[number], self.sheets[number]
        of_file = {s for f, s in zip(self.files, self.sheets, strict=True) if f == file}
        return f"{file} {sheet}" if len(of_file) > 1 else file

    def labels(self) -> list[str]:
        """`label` of every place; places of one name are one file (and sheet)."""
        return [self.label(k) for k in range(len(self.starts))]


def cell_name(attrs: dict[str, Any], heading: str, source_row: int) -> str:
    """The address of a cell, as `attrs` of its frame know it: sheet, letters, row.

    Without letters (CSV) it is the row alone.
    """
    block, row = divmod(source_row, BLOCK)
    sheets = attrs.get("sheets", [])
    letters = attrs.get("letters", {}).get(heading, "")
    sheet = f"{sheets[block]}!" if block < len(sheets) and sheets[block] else ""
    return f"{sheet}{letters}{row}"
