"""A draft printed back beside its source: each cell as printed and as taken, differences marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from geo.intake.packs.cells import without_mark
from geo.intake.packs.columns import DraftColumn
from geo.intake.packs.draft import Draft
from geo.model.units import squashed
from geo.standards.as_printed import cell_text
from geo.standards.cell import read_cell
from geo.standards.model import Column


@dataclass(frozen=True)
class Beside:
    """One cell: `same` where what was taken reads as what is printed, but for signs and blanks."""

    row: str
    heading: str
    printed: str
    taken: str
    same: bool


def beside(draft: Draft) -> list[Beside]:
    """Every cell of the table, those that no column holds with an empty `taken`."""
    out = []
    for row in draft.rows:
        for column in draft.columns:
            taken = _as_text(column, row.cells[column.key])
            printed = row.printed[column.key]
            out.append(
                Beside(row.keys.title, column.heading, printed, taken, _same(printed, taken))
            )
    for heading, cells in draft.left.items():
        for row, text in zip(draft.rows, cells, strict=False):
            out.append(Beside(row.keys.title, heading, text, "", same=not text))
    headings = [column.heading for column in draft.columns]
    for title, cells in draft.other_rows:
        for heading, text in zip_longest(headings, cells, fillvalue=""):
            out.append(Beside(title, heading, text, "", same=not text))
    return out


def _as_text(column: DraftColumn, value: Any) -> str:
    shown = Column.model_construct(
        indicator=column.indicator,
        operator=column.operator,
        unit=column.printed_unit or column.unit,
        mandatory=True,
        clause="",
    )
    cell = read_cell(value)
    unit = "" if shown.unit in ("", "%") or cell.kind not in ("number", "range") else shown.unit
    return f"{cell_text(cell, shown)} {unit}".strip()


def _same(printed: str, taken: str) -> bool:
    """Whether both say the same figures and words: ≥150 is 150, 不低于150, 150以上."""
    return (
        _figures(printed) == _figures(taken.partition(" ")[0])
        if any(map(str.isdigit, taken))
        else (squashed(printed) == squashed(taken))
    )


def _figures(text: str) -> list[float]:
    plain = re.sub(r"[(（](?:约|合|即)?\d[^()（）]*[)）]$", "", squashed(without_mark(text)))
    return [float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", plain)]
