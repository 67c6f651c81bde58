"""A table as it was found in a document: its cells, the texts around it, and what was not sure."""

from __future__ import annotations

from dataclasses import dataclass

from geo.sources.grid import Grid
from geo.text import Wording


@dataclass(frozen=True)
class FoundTable:
    """`grid` holds the texts above the table in its first column, then the table.

    `below` are the texts under it; `doubts` what the office should look at in the source itself.
    """

    grid: Grid
    below: tuple[str, ...] = ()
    doubts: tuple[Wording, ...] = ()


def texts_above(grid: Grid, texts: list[str]) -> int:
    """Write texts above a table, a row each; the first row of the table, from 0."""
    for row, text in enumerate(texts):
        grid.put(row, 0, text)
    return len(texts)
