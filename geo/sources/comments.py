"""Units that stand in nothing but a cell's comment (批注): on a title, a heading or a figure."""

from __future__ import annotations

import re

import pandas as pd

from geo import findings
from geo.arrays import Series
from geo.model.units import parse, units_said
from geo.sources.grid import Grid, Spot, address
from geo.sources.titles import Headings
from geo.text import Message, join

_SAID = re.compile(r"单\s*位\s*(?:均?[为是])?\s*[:：]?\s*([^\s，,。；;）)]+)")
"""此数单位为元, 本列单位：千元."""
_SHOWN = 10
"""Comments that the finding names."""
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
        if _is_of_table(grid, head, spot)
        for unit in comment_units(text)
    ]
    return [f"单位：{unit}" for unit in dict.fromkeys(said)]


def _is_of_table(grid: Grid, head: Headings, spot: Spot) -> bool:
    """Whether a comment is on a title, or on a heading of several columns."""
    return spot[0] < head.start or (spot[0] < head.first and len(_columns(grid, spot)) > 1)


def with_comment_units(
    out: pd.DataFrame, grid: Grid, head: Headings, names: dict[int, str], layer: str
) -> pd.DataFrame:
    """Put the unit of a comment behind the figures below its heading, or behind its own figure.

    Returns the finding that names each comment whose unit figures are read by: nothing else on the
    sheet shows it.
    """
    used: dict[Spot, list[str]] = {}
    for (row, column), text in sorted(grid.comments.items()):
        units = comment_units(text)
        if _is_of_table(grid, head, (row, column)):
            used |= {(row, column): units} if units else {}
            continue
        if column not in names or len(units) != 1:
            continue
        heading = names[column]
        rows = pd.Series(data=True, index=out.index)
        if row >= head.first:
            rows = out["source_row"] == row + 1
        bare = out[heading]
        read = _with_unit(bare, rows, units[0])
        if read is not bare:
            out[heading] = read
            used[row, column] = units
    return _about_units(used, grid.name, layer)


def _about_units(used: dict[Spot, list[str]], sheet: str, layer: str) -> pd.DataFrame:
    if not used:
        return findings.no_findings()
    cells = (f"{address(*spot)} {'/'.join(units)}" for spot, units in used.items())
    return findings.about_layer(
        layer,
        "units_by_comment",
        Message("fields.units_by_comment", sheet=sheet, cells=join(cells, most=_SHOWN)),
        Message("fields.if_wrong_say_in_fields"),
        "info",
    )


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
