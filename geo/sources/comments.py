"""Units that stand in nothing but a cell's comment (批注): on a title, a heading or a figure."""

from __future__ import annotations

import re

import pandas as pd

from geo.arrays import Series
from geo.model.units import parse, units_said
from geo.sources.grid import Grid, Spot
from geo.sources.titles import Headings

_SAID = re.compile(r"单\s*位\s*(?:均?[为是])?\s*[:：]?\s*([^\s，,。；;）)]+)")
"""此数单位为元, 本列单位：千元."""
_NUMBER = r"\(?[-+−–]?(?:\d[\d,]*)?\.?\d+\)?"


def comment_units(text: str) -> list[str]:
    r"""The known units that a comment states, line by line; its author is none.

    >>> comment_units("张三:\n单位：千元"), comment_units("亩"), comment_units("含出口，按属地统计")
    (['千元'], ['亩'], [])
    """
    found: list[str] = []
    for line in text.splitlines():
        bare = line.strip().strip("（）()[]【】。 ")
        named = [word for word in _SAID.findall(line) if parse(word)]
        found += [bare] if parse(bare) else named or units_said(line)
    return list(dict.fromkeys(found))


def units_above(grid: Grid, head: Headings) -> list[str]:
    """What comments on titles, and on headings of several columns, state of the whole table."""
    said = [
        unit
        for spot, text in sorted(grid.comments.items())
        if spot[0] < head.start or (spot[0] < head.first and len(_columns(grid, spot)) > 1)
        for unit in comment_units(text)
    ]
    return [f"单位：{unit}" for unit in dict.fromkeys(said)]


def with_comment_units(
    out: pd.DataFrame, grid: Grid, head: Headings, names: dict[int, str]
) -> None:
    """Put the unit of a comment behind the figures below its heading, or behind its own figure."""
    for (row, column), text in sorted(grid.comments.items()):
        units = comment_units(text)
        if column not in names or len(units) != 1 or row < head.start:
            continue
        heading = names[column]
        if row >= head.first:
            rows = out["source_row"] == row + 1
        elif len(_columns(grid, (row, column))) == 1:
            rows = pd.Series(data=True, index=out.index)
        else:
            continue
        out[heading] = _with_unit(out[heading], rows, units[0])


def _with_unit(values: Series, rows: pd.Series[bool], unit: str) -> Series:
    """The numbers among the rows, as numbers or as text, with the unit behind."""
    text = values.astype("str").str.normalize("NFKC").str.replace(r"\s", "", regex=True)
    number = rows & values.notna() & text.str.fullmatch(_NUMBER).fillna(value=False).astype(bool)
    return values.mask(number, text + unit) if number.any() else values


def _columns(grid: Grid, spot: Spot) -> range:
    """The columns of a cell, merged or not."""
    for (top, left), (_, right) in grid.merged:
        if (top, left) == spot:
            return range(left, right + 1)
    return range(spot[1], spot[1] + 1)
