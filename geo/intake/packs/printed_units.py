"""The unit that a printed column is in, and what its figures are divided by."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction

from geo.intake.packs.cells import PrintedCell
from geo.intake.packs.divisors import divisor
from geo.intake.packs.printed import PrintedTable
from geo.model.units import heading_units, note_units, squashed

_MOST_DECIMALS = 6
_PER = {"亩均": "/亩", "每亩": "/亩", "人均": "/人"}
"""What a heading says that its figures are for each of: 亩均税收（万元）."""


def unit_of_column(
    heading: str, cells: list[PrintedCell], own: str, table: PrintedTable
) -> tuple[str, Fraction | None, bool]:
    """The unit of a column's cells, by what a cell is divided, and whether the table prints it.

    3,750 万元/公顷 ÷ 15 are 250 万元/亩. Without any unit the indicator's own is proposed.
    """
    if not own and cells and all(cell.percent for cell in cells):
        return "%", Fraction(100), True  # a floor area ratio of 100% is 1.0
    in_cells = Counter(unit for cell in cells if (unit := _unit_of(cell)))
    all_alike = len(in_cells) == 1 and in_cells.total() == len(cells)
    stated = [
        *(in_cells if all_alike else ()),
        *heading_units(heading),
        *(u for text in table.above for u in note_units(text)),
    ]
    below = next((base for word, base in _PER.items() if word in heading), "")
    for text, printed in [*((one, True) for one in stated), *((one, False) for one in in_cells)]:
        by = divisor(text, own)
        factor = by if by is not None or "/" in text or not below else divisor(text + below, own)
        if factor is not None:
            return _spelt(text, heading), factor, printed
    if stated and own:
        return stated[0], None, True
    return own, Fraction(1), False


def _unit_of(cell: PrintedCell) -> str:
    """The unit that a cell itself prints; "" where it prints none."""
    return "%" if cell.percent else cell.unit


def in_unit(cell: PrintedCell, unit: str, factor: Fraction, own: str) -> PrintedCell:
    """A cell in its column's unit, of which `factor` make one of the indicator's `own`.

    A figure that prints another unit is turned by itself where that is exact: 150万元/公顷 under
    万元/亩 is 10. Where it is not, what is printed stays words, to be asked.
    """
    printed = _unit_of(cell)
    if cell.kind not in ("number", "range") or not printed or squashed(printed) == squashed(unit):
        return cell
    base = unit.partition("/")[2] or own.partition("/")[2]
    by = divisor(printed, own)
    if by is None and base and "/" not in printed:
        by = divisor(f"{printed}/{base}", own)  # 25万元 in a column of 万元/亩
    ends = [_turned(end, factor / by) if by else None for end in (cell.low, cell.high)]
    lost = any(
        new is None and old is not None
        for new, old in zip(ends, (cell.low, cell.high), strict=True)
    )
    if by is None or lost:
        return PrintedCell("text", cell.text, mark=cell.mark)
    decimals = max(_decimals(end) for end in ends if end is not None)
    return replace(
        cell, low=ends[0], high=ends[1], unit=unit, percent=unit == "%", decimals=decimals
    )


def _turned(figure: float | None, by: Fraction) -> float | None:
    """A printed figure times `by`; None where six decimals do not hold it."""
    if figure is None:
        return None
    exact = Fraction(str(figure)) * by
    return float(exact) if (exact * 10**_MOST_DECIMALS).denominator == 1 else None


def _decimals(figure: float) -> int:
    """The decimals that a figure has."""
    return len(f"{figure:.{_MOST_DECIMALS}f}".rstrip("0").partition(".")[2])


def _spelt(unit: str, heading: str) -> str:
    """A unit as the heading spells it: 元/㎡."""
    words = re.findall(r"[^（）()\[\]【】]+", heading)
    return next((word.strip() for word in words if squashed(word) == squashed(unit)), unit)
