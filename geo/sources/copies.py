"""Columns that stand twice under one heading, and whether they say the same."""

from __future__ import annotations

import pandas as pd

from geo.arrays import Series
from geo.model import LayerSpec
from geo.project import Fields
from geo.sources.cells import as_text
from geo.sources.columns import heading_repeated, in_lower_case

_DIGITS = 15
"""Digits up to which a number and its text are surely one; a longer one may be a code."""


def without_copies(frame: pd.DataFrame, spec: LayerSpec, fields: Fields) -> pd.DataFrame:
    """The frame without columns that repeat another of the same heading, cell by cell.

    A name of the layer's own in other case (PARCEL_ID) is the same heading. Columns that `fields`
    names stay.
    """
    headings = [str(c) for c in frame.columns]
    asked = {field.column for field in fields.values()}
    copies = [
        heading
        for heading in headings
        if (first := heading_repeated(heading, headings) or _in_other_case(heading, headings, spec))
        and heading not in asked
        and is_copy(frame, heading, first)
    ]
    return frame.drop(columns=copies) if copies else frame


def _in_other_case(heading: str, headings: list[str], spec: LayerSpec) -> str:
    """The first heading that bears a column's own name as this one does, in other case; "" if none.

    None where the name stands there exactly: that is the column, and this one is the office's own.
    """
    name = in_lower_case(heading)
    if name not in spec.by_name or name in headings:
        return ""
    first = next(h for h in headings if in_lower_case(h) == name)
    return "" if first == heading else first


def is_copy(frame: pd.DataFrame, heading: str, first: str) -> bool:
    """Whether two columns hold the same: the number 1000 and the text １，０００ are one cell.

    Cells that their sheet shows as per cent are other ones.

    >>> is_copy(pd.DataFrame({"税收": [1000, 5.5], "税收.1": ["1,000", "5.50"]}), "税收.1", "税收")
    True
    """
    percent = frame.attrs.get("percent", {})
    if sorted(percent.get(heading, ())) != sorted(percent.get(first, ())):
        return False
    one, other = frame[heading], frame[first]
    return bool(one.equals(other) or _bare(one).equals(_bare(other)))


def _bare(values: Series) -> Series:
    """Cells as text, numbers by what they are worth."""
    text = as_text(values)[0].str.normalize("NFKC").str.replace(r"[\s,]", "", regex=True)
    number = pd.to_numeric(text.where(text.str.len() <= _DIGITS), errors="coerce")
    return text.mask(number.notna(), number.astype("float64").astype("str"))
