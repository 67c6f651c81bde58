"""A column that gives each row's unit or currency (单位, 币种), put behind the row's figures.

1,000 beside 万元 and 0.2 beside 亿元 are then read as cells that bear their own unit; a figure in
another currency is named, for it is none of the table's.
"""

from __future__ import annotations

import re
from itertools import takewhile

import pandas as pd

from geo import findings
from geo.arrays import Series
from geo.model import Column, LayerSpec
from geo.model.units import Unit, parse, parse_for, squashed
from geo.sources.columns import canonical_unit, heading_repeated
from geo.text import Message, join

_HEADINGS = re.compile(
    r"(?:计量|金额|货币|数据|面积)?单位|币种|货币(?:种类)?|(?:unit|units|currency)", re.IGNORECASE
)


def with_row_units(
    frame: pd.DataFrame, spec: LayerSpec, found: dict[str, str], currency: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The frame with each row's unit behind its figures of that kind, and a finding on it.

    `found` are the canonical columns and their headings. The units are of the figures that stand
    side by side before their column, else of all behind it. A column called 单位 whose cells are not
    all units (an office's name) is none.
    """
    notes = []
    figures = {h: n for n, h in found.items() if spec.by_name[n].kind == "number"}
    columns = [str(c) for c in frame.columns]
    for heading in columns:
        called = heading_repeated(heading, columns) or heading
        if heading in found.values() or not _HEADINGS.fullmatch(squashed(called)):
            continue
        texts = frame[heading].astype("str").str.strip()
        units = {str(t): _unit(str(t)) for t in texts[frame[heading].notna()].unique()}
        if not units or None in units.values():
            continue
        meant = _meant(columns, heading, figures)
        frame = frame.copy(deep=False)
        for name in meant:
            column = spec.by_name[figures[name]]
            frame[name] = _beside(frame[name], texts, units, column, currency)
        notes.append(
            findings.about_layer(
                spec.name,
                "units_by_row",
                Message("fields.units_by_row", heading=heading, columns=join(meant)),
                Message("fields.if_wrong_say_in_fields"),
                "info",
            )
        )
    return frame, findings.gather_findings(notes)


def _meant(columns: list[str], heading: str, figures: dict[str, str]) -> list[str]:
    """The figures that a column of units is of: those just before it, else all behind it."""
    at = columns.index(heading)
    before = list(takewhile(figures.__contains__, reversed(columns[:at])))
    return before[::-1] or [c for c in columns[at:] if c in figures]


def _unit(text: str) -> Unit | None:
    """The unit that a cell is, a currency as its own; None for what is neither."""
    if (unit := parse(text)) is not None:
        return unit
    alone = parse(f"{text}元") or parse(f"{text}1")
    return None if alone is None else Unit(text, alone.dimension, alone.scale)


def _beside(
    values: Series, texts: Series, units: dict[str, Unit | None], column: Column, currency: str
) -> Series:
    base = canonical_unit(column, currency)
    if base is None:
        return values
    behind = {text: _behind(text, unit, base) for text, unit in units.items()}
    added = texts.map(behind).fillna("").astype("str")
    cells = values.astype("str")
    figure = cells.str.fullmatch(r"\s*[-+(]?[\d.,]+\)?\s*").fillna(False) & (added != "")
    return values.astype(object).mask(figure, cells + added)


def _behind(text: str, unit: Unit | None, base: Unit) -> str:
    """What a row's unit is to a column: its text, or nothing where it is of another kind."""
    kind = None if unit is None else unit.dimension
    if kind is None or kind.split(" ")[0] != base.dimension.split(" ")[0]:
        fitting = parse_for(text, base)
        return text if fitting is not None and fitting.dimension == base.dimension else ""
    # 人民币 names the currency that the figures are in anyway, and no unit.
    return "" if kind == base.dimension and parse(text) is None else text
