"""The cells that one column's subjects are judged by, in one list, and each subject's place in it.

The rows' own cells come first, a banded one as its bands; then what was decided for industries and
for named subjects; last the cell of those without a row. What judges, explains, compares or mends
reads this list and the places, whatever shape the printed cell has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Floats, Mask
from geo.model import industries, within_industry
from geo.standards.as_printed import band_text, cell_text
from geo.standards.cell import OPEN, Cell
from geo.standards.model import Decision, Pack

Places = NDArray[np.int16]
NO_CELL = "?"
"""What the cell of those without a row prints: nothing that a document has."""
DECIDED = "议定"
"""What the row of a decision on named subjects is called."""


@dataclass
class FlatCells:
    """Cells with the name of the row, and of the band, that each stands for.

    `start` is where each row of the table begins; `banded` are the banded cells by that place.
    """

    cells: list[Cell] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    banded: dict[int, Cell] = field(default_factory=dict)
    by_industry: list[tuple[int, Decision]] = field(default_factory=list)
    by_name: list[tuple[int, Decision]] = field(default_factory=list)
    common: int | None = None

    @classmethod
    def of(cls, pack: Pack, key: str) -> FlatCells:
        """The cells of column `key` of a pack."""
        out, printed = cls(), pack.cells(key)
        for row, cell in zip(pack.rows, printed, strict=True):
            out.start.append(len(out.cells))
            out._add_row(row.industry, cell, cell_text(cell, pack.columns[key]))
        for one in pack.decisions(key, "industries"):
            out.by_industry.append((len(out.cells), one))
            out._add(_industries_text(one.industries), one.cell)
        for one in pack.decisions(key, "subjects"):
            out.by_name.append((len(out.cells), one))
            out._add(DECIDED, one.cell)
        if pack.head.choose_one and _is_same(printed):
            out.common = len(out.cells)
            out._add_row("、".join(row.industry for row in pack.rows), printed[0], "")
        out._add("", Cell(kind="none", text=NO_CELL))
        return out

    def _add(self, name: str, cell: Cell) -> None:
        self.cells.append(cell)
        self.names.append(name)

    def _add_row(self, name: str, cell: Cell, text: str) -> None:
        """A row's cell; a banded one as its bands, one for no figure and one for none of them."""
        if not cell.bands:
            self._add(name, cell)
            return
        self.banded[len(self.cells)] = cell
        for band in cell.bands:
            self._add(f"{name} · {band_text(cell.by, band)}", band.cell)
        self._add(name, Cell(kind="band_missing", text=text))
        self._add(name, Cell(kind="outside_bands", text=text))

    @property
    def are_rows(self) -> bool:
        """Whether the cells are the rows of the table, one each."""
        beside = self.banded or self.by_industry or self.by_name
        return not beside and self.common is None

    def places(self, row: Places, subjects: pd.DataFrame) -> Places:
        """Each subject's cell by its row of the table, −1 where it has none.

        Subjects are indexed by id and hold the figures that bands go by and `industry_code`.
        """
        if self.are_rows:
            return row
        place = np.array([*self.start, -1 if self.common is None else self.common], np.int16)[row]
        for start, cell in self.banded.items():
            inside = np.flatnonzero(place == start)
            band = cell.bands_of(_figure(subjects, cell.by)[inside])
            place[inside] = start + band
        if self.by_industry:
            self._decide_industries(place, subjects)
        for at, one in self.by_name:
            place[subjects.index.isin(one.subjects)] = at
        return place

    def _decide_industries(self, place: Places, subjects: pd.DataFrame) -> None:
        """Set the places of subjects whose cell is open and whose industry was decided on.

        The longest code that a subject's begins with counts.
        """
        if "industry_code" not in subjects:
            return
        number, codes = pd.factorize(subjects["industry_code"])
        listed = [(code, at) for at, one in self.by_industry for code in one.industries]
        found = np.array([*(_longest(str(code), listed) for code in codes), -1])[number]
        is_open: Mask = np.array([cell.kind in OPEN for cell in self.cells])
        hit = (found >= 0) & is_open[place] & (place >= 0)
        place[hit] = found[hit]


def _is_same(cells: list[Cell]) -> bool:
    """Whether the cells say one thing, so that none has to be chosen; what is open says nothing."""
    is_open = any(leaf.kind in OPEN for cell in cells for leaf in cell.leaves)
    return not is_open and all(cell == cells[0] for cell in cells)


def _longest(code: str, listed: Sequence[tuple[str, int]]) -> int:
    """The place of the longest listed code that this one begins with; −1 where none is."""
    fits = [(len(one), at) for one, at in listed if code.startswith(within_industry(one))]
    return max(fits)[1] if fits else -1


def _industries_text(codes: list[str]) -> str:
    """Industries by code and name: 34 通用设备制造业."""
    known = industries()
    return "、".join(f"{code} {known.get(code, '')}".rstrip() for code in codes)


def _figure(subjects: pd.DataFrame, name: str) -> Floats:
    """A figure that bands go by, float64 (n,)."""
    if name not in subjects:
        return np.full(len(subjects), np.nan)
    return np.asarray(subjects[name].to_numpy(dtype=float, na_value=np.nan), dtype=np.float64)
