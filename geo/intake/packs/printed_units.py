"""The unit that a printed column is in, and what its figures are divided by."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction

from geo.intake.packs.cells import PrintedCell
from geo.intake.packs.printed import PrintedTable
from geo.model.units import heading_units, note_units, parse, squashed

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
    in_cells = Counter(cell.unit for cell in cells if cell.unit)
    stated = [
        *in_cells,
        *heading_units(heading),
        *(u for text in table.above for u in note_units(text)),
    ]
    if any(cell.percent for cell in cells):
        stated.insert(0, "%")
    below = next((base for word, base in _PER.items() if word in heading), "")
    for text in stated:
        by = divisor(text, own)
        factor = by if by is not None or "/" in text or not below else divisor(text + below, own)
        if factor is not None:
            return _spelt(text, heading), factor, True
    if stated and own:
        return stated[0], None, True
    return own, Fraction(1), False


def _spelt(unit: str, heading: str) -> str:
    """A unit as the heading spells it: 元/㎡."""
    words = re.findall(r"[^（）()\[\]【】]+", heading)
    return next((word.strip() for word in words if squashed(word) == squashed(unit)), unit)


def divisor(text: str, own: str) -> Fraction | None:
    """What a figure in a unit is divided by to be in an indicator's own; None where it cannot."""
    printed, wanted = _rate(text), _rate(own)
    if printed is None or wanted is None or printed[0] != wanted[0]:
        return None
    return wanted[1] / printed[1]


def _rate(text: str) -> tuple[str, Fraction] | None:
    """A unit as dimensions and base units: 万元/亩 is 15 yuan a m²."""
    head, _, tail = squashed(text).replace("·年", "").replace("•年", "").partition("/")
    above = parse(head)
    tail = tail.removesuffix("/年")
    if above is None:
        return None
    if not tail or tail == "年":
        return above.dimension, above.scale
    below = parse(tail)
    if below is None:
        return None
    return f"{above.dimension} per {below.dimension}", above.scale / below.scale
