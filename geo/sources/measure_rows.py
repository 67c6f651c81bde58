"""Tables of figures whose rows are indicators: 指标 in rows, enterprises or years in columns.

They are refused by their shape: read as they stand they have no figure, or one under a wrong id.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from geo.errors import SourceError
from geo.model import MEASURES, LayerSpec
from geo.model.units import squashed
from geo.sources.columns import heading_names
from geo.text import join, within

_MOST = 300
"""Different cells of a column beyond which it names no indicators."""
_LEAST, _SHARE = 2, 0.3
"""Indicators among the cells of a column, and their share, from which it names them."""


def refuse_measures_in_rows(
    frame: pd.DataFrame, spec: LayerSpec, found: dict[str, str], source: str
) -> None:
    """Raise SourceError where a table of figures has its indicators in rows.

    `found` are the canonical columns that are there, with their headings.
    """
    measures = {column.name for column in MEASURES}
    if not measures <= set(spec.by_name) or measures & set(found):
        return
    heading, named = measures_in_rows(frame)
    if not heading:
        return
    # A row an enterprise and indicator has its ids in a column of their own.
    ident = found.get(spec.id_column)
    code = "in_long_rows" if ident is not None and ident != heading else "in_rows"
    raise SourceError(
        f"measure_rows.{code}",
        source=source,
        heading=heading,
        named=join(named, most=3),
        row=within(spec.by_name[spec.id_column]),
    )


def measures_in_rows(frame: pd.DataFrame) -> tuple[str, list[str]]:
    """The heading of the column whose cells name indicators, and those cells; blanks for none."""
    for heading in frame.columns:
        values = frame[heading]
        if pd.api.types.is_numeric_dtype(values.dtype) or heading in ("source_row", "geometry"):
            continue
        cells = [str(cell) for cell in values.dropna().unique()[: _MOST + 1]]
        if len(cells) > _MOST:
            continue
        named = [cell for cell in cells if heading_names(cell) & _names()]
        if len(named) >= max(_LEAST, _SHARE * len(cells)):
            return str(heading), named
    return "", []


@cache
def _names() -> frozenset[str]:
    return frozenset(squashed(name) for column in MEASURES for name in column.names)
