"""In which unit a column stands, where its heading does not say so.

Areas by the outlines they are beside: the ratio decides, and is the reason. Money only where no
other unit can be: median revenue of ten million an enterprise is in yuan. All else is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from geo.arrays import Floats
from geo.intake.model import Evidence
from geo.intake.view import View
from geo.model import LAYERS, Column
from geo.model.units import heading_units, parse, suffix_unit
from geo.sources.columns import canonical_unit, columns_by_name, examples, measured
from geo.sources.row_units import with_row_units
from geo.text import Message

_AREA_UNITS = ("m²", "亩", "公顷", "sqft", "acre", "km²")
_SQUARE_FEET = "sqft"
_AMERICAN = re.compile(
    r"(?<![a-z])(?:acre|acreage|acres|sq_?ft|fips|zip(?:_?code)?|apn|stories|zoning|situs)(?![a-z])",
    re.IGNORECASE,
)
"""Words of American assessors: a floor of 8,000 is of square feet there, not of square metres."""
_NEAR = 0.15
"""How far the middle ratio of stated and drawn area may lie from a unit's."""
_ENOUGH = 3
"""Outlines with an area stated from which a ratio is one."""
_TEMPLATE = 3
"""Canonical names of two words from which a table is one of mujun's templates."""
_MONEY = ("万元", "元", "千元", "亿元")
_LEAST_YUAN = {
    "revenue": 1e7,
    "output_value": 1e7,
    "value_added": 3e6,
    "tax": 1e6,
    "fixed_investment": 1e7,
    "rd_expense": 1e6,
}
"""Medians of an enterprise that are figures in yuan: in units of a thousand, the middle one of a
list would have revenue of ten thousand million."""
_ASKED = {
    "energy": ("吨标准煤", "万吨标准煤", "kgce"),
    "electricity": ("万千瓦时", "kWh"),
}


@dataclass(frozen=True)
class UnitGuess:
    """`unit` is what has to be written ("" where nothing has); else the answers, best first."""

    unit: str = ""
    sure: bool = True
    units: tuple[str, ...] = ()
    reasons: tuple[Evidence, ...] = ()


def unit_of(  # noqa: PLR0911 -- a return a case
    column: Column, heading: str, view: View, *, enterprises: bool = True
) -> UnitGuess:
    """The unit of a column; `enterprises` where its rows are enterprises, not parks."""
    base = canonical_unit(column, "CNY")
    if column.kind != "number" or base is None:
        return UnitGuess()
    found = measured(column, heading, None, list(view.profile.titles), "CNY", view.profile.path)
    if found.problem:
        if _is_currency(found.problem):
            # Read as it stands once the project names its currency; the run stops where it does not.
            return UnitGuess(reasons=(_for(Message("intake_reason.currency", unit=found.problem)),))
        text = Message("intake_reason.unit_not_known", unit=found.problem)
        return UnitGuess("", sure=False, units=examples(base), reasons=(_against(text),))
    if found.stated:
        unit = "" if found.unit is None else found.unit.text
        reason = _for(Message("intake_reason.unit_stated", unit=unit))
        # Stuck to the name without a bracket (面积亩) it is written once more, to be seen.
        suffix = None if heading_units(heading, column.zh) else suffix_unit(heading)
        stuck = suffix is not None and suffix.dimension == base.dimension
        return UnitGuess(unit if stuck else "", reasons=(reason,))
    if heading == column.name and _is_template(view):
        return UnitGuess()
    if view.contents[heading].share("with_unit") > 0.5 or _has_row_units(column, heading, view):
        return UnitGuess(reasons=(_for(Message("intake_reason.unit_in_cells")),))
    kind = base.dimension.split(" ")[0]
    if kind == "area":
        return _area(column, heading, view)
    if kind == "money":
        return _money(column, heading, view, enterprises=enterprises)
    if kind in _ASKED:
        return UnitGuess(_ASKED[kind][0], sure=False, units=_ASKED[kind])
    return UnitGuess()


def _has_row_units(column: Column, heading: str, view: View) -> bool:
    """Whether another column gives each row's unit of this one (单位)."""
    spec, sample = LAYERS["indicators"], view.profile.sample
    if column.name not in spec.by_name:
        return False
    found = columns_by_name(spec, {}, list(view.profile.headings)) | {column.name: heading}
    read, _ = with_row_units(sample, spec, found, "CNY")
    return not read[heading].equals(sample[heading])


def _is_currency(unit: str) -> bool:
    """Whether a unit is one of money, though not of yuan: USD, £k."""
    known = parse(unit)
    return known is not None and known.dimension.startswith("money")


def _is_template(view: View) -> bool:
    """Whether a table is headed as mujun's own templates are, whose units are the model's."""
    names = {name for spec in LAYERS.values() for name in spec.by_name if "_" in name}
    return len(names & set(view.profile.headings)) >= _TEMPLATE


def _for(text: Message, weight: float = 0.5) -> Evidence:
    return Evidence(text, speaks_for=True, weight=weight)


def _against(text: Message, weight: float = 0.5) -> Evidence:
    return Evidence(text, speaks_for=False, weight=weight)


def _area(column: Column, heading: str, view: View) -> UnitGuess:
    numbers = view.numbers(heading)
    units = tuple(dict.fromkeys((_canonical(column), *_AREA_UNITS[:3])))
    if column.name in ("contract_area_m2", "approved_area_ha"):
        guess = area_by_ratio(column, numbers, view.areas)
        if guess is not None:
            return guess
    positive = numbers[np.isfinite(numbers) & (numbers > 0)]
    middle = float(np.median(positive)) if positive.size else 0.0
    if _american(view):
        text = Message("intake_reason.american")
        return UnitGuess(
            _SQUARE_FEET, sure=False, units=(_SQUARE_FEET, *units), reasons=(_for(text),)
        )
    # In mu a middle parcel of 5,000 would be 333 hectares; floors and greens stand beside parcels.
    if column.name != "approved_area_ha" and middle >= 5_000:
        text = Message("intake_reason.area_only_m2", median=middle)
        return UnitGuess("", reasons=(_for(text),))
    best = "亩" if 0 < middle < 700 and column.name != "approved_area_ha" else _canonical(column)
    ordered = tuple(dict.fromkeys((best, *units)))
    text = Message("intake_reason.area_unit_open", median=middle)
    return UnitGuess(best, sure=False, units=ordered, reasons=(_against(text),))


def _american(view: View) -> bool:
    """Whether a source is headed as American offices head it: its areas may be in square feet."""
    return any(_AMERICAN.search(heading) for heading in view.profile.headings)


def _canonical(column: Column) -> str:
    return column.unit


def area_by_ratio(column: Column, stated: Floats, drawn: Floats) -> UnitGuess | None:
    """The unit in which stated areas are those drawn (m²); None where no unit is.

    A column of 30 beside outlines of 20,000 m² has the ratio 0.0015 = 1/666.7: mu.
    """
    both = np.isfinite(stated) & np.isfinite(drawn) & (stated > 0) & (drawn > 1)
    if both.sum() < _ENOUGH:
        return None
    ratios = drawn[both] / stated[both]
    middle = float(np.median(ratios))
    for unit in _AREA_UNITS:
        known = parse(unit)
        scale = float(known.scale if known else Fraction(1))
        close = np.abs(ratios / scale - 1) <= _NEAR
        # Most rows, not their middle alone: a column of something else has ratios all over.
        if abs(middle / scale - 1) <= _NEAR and close.mean() >= 0.6:
            text = Message(
                "intake_reason.area_ratio", unit=unit, ratio=middle, count=int(both.sum())
            )
            written = "" if unit == column.unit else unit
            return UnitGuess(written, reasons=(_for(text, 0.8),))
    return None


def _money(column: Column, heading: str, view: View, *, enterprises: bool) -> UnitGuess:
    positive = view.numbers(heading)
    positive = positive[np.isfinite(positive) & (positive > 0)]
    middle = float(np.median(positive)) if positive.size else 0.0
    least = _LEAST_YUAN.get(column.name)
    if enterprises and least is not None and middle >= least and positive.size >= _ENOUGH:
        text = Message("intake_reason.money_only_yuan", median=middle)
        return UnitGuess("元", reasons=(_for(text),))
    order = ("元", *_MONEY) if middle >= 1e5 else ("千元", *_MONEY) if middle >= 2e4 else _MONEY
    units = tuple(dict.fromkeys(order))
    text = Message("intake_reason.money_open", median=middle)
    return UnitGuess(units[0], sure=False, units=units, reasons=(_against(text),))
