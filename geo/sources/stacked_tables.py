"""Several tables under one another on one sheet: what only the first says is not said of the others.

A ledger that is printed page by page repeats its headings, and is one table. Headings that differ, or
stand under a title of another year or unit, begin a table of their own: read on, its 元 would be 万元,
and its year the first one's.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from geo.arrays import Mask
from geo.errors import SourceError
from geo.model.periods import part_of_year, years_named
from geo.model.units import note_units
from geo.sources.sum_rows import RowKinds

_TITLE_CELLS = 2
"""Cells of a row that is a title at most: the title, and its unit beside it."""
_NOTE = re.compile(r"\s*(?:注|备注|说明|附注|填表|填报|制表|审核|复核|数据来源|资料来源)")


def titles_again(
    table: pd.DataFrame, kinds: RowKinds, above: list[str], name: str, *, dated: bool
) -> Mask:
    """The rows of titles over headings that are printed again.

    `table` has the headings as columns and `source_row`; `above` are the texts over the
    first headings, `dated` says that a column gives the year. Raises SourceError where another table
    begins below the first.
    """
    headings = [c for c in table.columns if c != "source_row"]
    for at in np.flatnonzero(kinds.headed & ~kinds.repeated):
        text = "、".join(_texts(table[headings].iloc[at].tolist()))
        raise SourceError(
            "stacked_tables.other_headings",
            name=name,
            row=str(table["source_row"].iloc[at]),
            text=text,
        )
    first = _stated(above, dated=dated)
    out = np.zeros(len(table), dtype=bool)
    for at in np.flatnonzero(kinds.repeated):
        titles = _titles(table[headings], int(at))
        if not _stated(titles, dated=dated) <= first:
            raise SourceError(
                "stacked_tables.other_title",
                name=name,
                row=str(table["source_row"].iloc[at]),
                text="；".join(titles),
            )
        out[at - len(titles) : at] = True
    return out


def _titles(cells: pd.DataFrame, at: int) -> list[str]:
    """The rows of one or two words right above a row, a text each."""
    out: list[str] = []
    for row in range(at - 1, -1, -1):
        held = [c for c in cells.iloc[row].tolist() if not pd.isna(c)]
        texts = _texts(held)
        if not 0 < len(texts) == len(held) <= _TITLE_CELLS or any(map(_NOTE.match, texts)):
            break
        out.insert(0, " ".join(texts))
    return out


def _texts(cells: list[object]) -> list[str]:
    """The cells that are words, or words with figures."""
    texts = [c.strip() for c in cells if isinstance(c, str)]
    return [text for text in texts if re.search(r"[^\d.,\s-]", text)]


def _stated(texts: list[str], *, dated: bool) -> set[str]:
    """The units, and the years unless each row has its own, that the texts name."""
    units = {unit for text in texts for unit in note_units(text)}
    if dated:
        return units
    years = {str(year) for text in texts for year in years_named(text)}
    return units | years | {part for text in texts if (part := part_of_year(text))}
