"""Columns that stand twice under one heading, and whether they say the same."""

from __future__ import annotations

import pandas as pd

from geo.arrays import Series
from geo.project import Fields
from geo.sources.cells import as_text
from geo.sources.columns import heading_repeated

_DIGITS = 15
"""Digits up to which a number and its text are surely one; a longer one may be a code."""


def without_copies(frame: pd.DataFrame, fields: Fields) -> pd.DataFrame:
    """The frame without columns that repeat another of the same heading, cell by cell.

    Columns that `fields` names stay.
    """
    headings = [str(c) for c in frame.columns]
    asked = {field.column for field in fields.values()}
    copies = [
        heading
        for heading in headings
        if (first := heading_repeated(heading, headings))
        and heading not in asked
        and is_copy(frame, heading, first)
    ]
    return frame.drop(columns=copies) if copies else frame


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
