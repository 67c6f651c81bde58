"""The cells of a draft's columns as a pack writes them; what is not sure is asked, all alike at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from geo.intake.packs.asked import (
    NONE,
    OPEN,
    ask_blank,
    ask_dashed,
    ask_mark,
    ask_words,
)
from geo.intake.packs.cells import PrintedCell
from geo.intake.packs.columns import DraftColumn
from geo.intake.questions import Interview

_RANGED = ("floor_area_ratio", "green_ratio", "building_density", "building_coverage")
"""Indicators that documents bound on both sides."""

Cells = list[list[PrintedCell]]
"""Cells by row and column."""


@dataclass
class SettledCells:
    """The cells of a table with the columns and the titles of the rows that they stand in."""

    columns: list[DraftColumn]
    titles: list[str]
    cells: Cells
    notes: tuple[str, ...]
    talk: Interview
    marks: dict[str, bool] = field(default_factory=dict)

    def values(self, *, ask: bool) -> list[list[Any]]:
        """Each cell as a pack writes it; without `ask` words stay words."""
        self.marks = self._marks()
        by_column = [
            self._column(column, [row[at] for row in self.cells], ask=ask)
            for at, column in enumerate(self.columns)
        ]
        return [[values[row] for values in by_column] for row in range(len(self.titles))]

    def _marks(self) -> dict[str, bool]:
        """Whether the figures with each mark of a footnote hold as they are printed."""
        places: dict[str, list[str]] = {}
        for title, row in zip(self.titles, self.cells, strict=True):
            for cell in row:
                if cell.mark:
                    places.setdefault(cell.mark, []).append(f"{title} {cell.text}")
        return {
            mark: ask_mark(mark, cells, self.notes, self.talk) for mark, cells in places.items()
        }

    def _column(self, column: DraftColumn, cells: list[PrintedCell], *, ask: bool) -> list[Any]:
        if column.operator == "attested":
            return [_declared(cell) for cell in cells]
        cells = [column.taken(cell) for cell in cells]
        dashed = self._dashed(cells, column)
        above = self._blank(column, cells)
        words = self._words(column, cells) if ask else {}
        out: list[Any] = []
        for cell in cells:
            if cell.bands:
                out.append(_banded(cell, column))
            elif cell.kind == "blank":
                last = out[-1] if out and above == "above" else NONE
                out.append({"reference": "（空格）"} if above == OPEN else last)
            elif not self.marks.get(cell.mark, True):
                out.append({"reference": cell.text})
            elif cell.dashed and dashed != "range" and column.indicator not in _RANGED:
                low = {"min": _plain(cell.low)} if column.operator != ">=" else _plain(cell.low)
                out.append({"reference": cell.text} if dashed == OPEN else low)
            elif _fits(cell):
                out.append(_bounds(cell, column.operator))
            else:
                out.append(_worded(cell, column, words.get(cell.text, OPEN)))
        return out

    def _places(self, cells: list[PrintedCell], which: Callable[[PrintedCell], bool]) -> list[str]:
        return [title for title, cell in zip(self.titles, cells, strict=True) if which(cell)]

    def _dashed(self, cells: list[PrintedCell], column: DraftColumn) -> str:
        dashed = [cell for cell in cells if cell.dashed and _fits(cell)]
        if not dashed or column.indicator in _RANGED:
            return "range"
        return ask_dashed(column.heading, dashed, self.talk)

    def _blank(self, column: DraftColumn, cells: list[PrintedCell]) -> str:
        rows = self._places(cells, lambda cell: cell.kind == "blank")
        return ask_blank(column.heading, rows, self.talk) if rows else NONE

    def _words(self, column: DraftColumn, cells: list[PrintedCell]) -> dict[str, PrintedCell | str]:
        """What is said of each text of a column that is neither a figure nor names a document."""
        unread = dict.fromkeys(cell.text for cell in cells if _is_unread(cell))
        return {
            text: ask_words(
                column.heading, text, self._rows_of(cells, text), column.taken, self.talk
            )
            for text in unread
        }

    def _rows_of(self, cells: Iterable[PrintedCell], text: str) -> list[str]:
        return [title for title, cell in zip(self.titles, cells, strict=True) if cell.text == text]


def _is_unread(cell: PrintedCell) -> bool:
    return cell.kind == "text"


def _fits(cell: PrintedCell) -> bool:
    """Whether a cell is a figure, which is then in its column's unit."""
    return cell.kind in ("number", "range")


def _banded(cell: PrintedCell, column: DraftColumn) -> Any:
    """A cell of bands of another figure, each with its own cell."""
    bands = [
        {key: _plain(end) for key, end in band.ends}
        | {"cell": _bounds(leaf, column.operator) if _fits(leaf) else _worded(leaf, column, OPEN)}
        for band, leaf in ((band, column.taken(leaf)) for band, leaf in cell.bands)
    ]
    return {"by": cell.bands[0][0].by, "bands": bands}


def _declared(cell: PrintedCell) -> Any:
    """A cell of what the office declares with yes or no."""
    if cell.kind in ("none", "blank"):
        return NONE
    return {"case_by_case" if cell.kind == "case_by_case" else "requirement": cell.text}


def _worded(cell: PrintedCell, column: DraftColumn, said: PrintedCell | str) -> Any:
    """A cell of words: none, case by case, as the office read it, or words for others to decide."""
    if cell.kind == "none" or said == NONE:
        return NONE
    if isinstance(said, PrintedCell):
        return _bounds(said, column.operator)
    return {"case_by_case" if cell.kind == "case_by_case" else "reference": cell.text}


def _bounds(cell: PrintedCell, operator: str) -> Any:
    """A figure under the column's operator, or the ends that the cell prints."""
    if cell.kind == "range":
        return {
            "above" if cell.low_open else "min": _plain(cell.low),
            "below" if cell.high_open else "max": _plain(cell.high),
        }
    if not cell.sign or cell.sign == operator:
        return _plain(cell.low)
    end = {">=": "min", ">": "above", "<=": "max", "<": "below"}[cell.sign]
    return {end: _plain(cell.low)}


def _plain(figure: float | None) -> int | float | None:
    return int(figure) if figure is not None and figure == int(figure) else figure
