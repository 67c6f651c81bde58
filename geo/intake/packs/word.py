"""The tables of a Word file with the paragraphs before and after each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import docx
from docx.table import Table

from geo.errors import SourceError
from geo.intake.packs.found import FoundTable, texts_above
from geo.sources.grid import RAISED, Grid, struck

_MOST_LINES = 20
"""Paragraphs around a table that are read with it."""


def word_tables(file: Path) -> Iterator[FoundTable]:
    """Tables of a Word file; SourceError for one that cannot be read."""
    try:
        document = docx.Document(str(file))
    # python-docx raises whatever its reader met in a damaged file.
    except (OSError, KeyError, ValueError, AttributeError) as error:
        raise SourceError("sources_tables.cannot_read", file=file.name) from error
    blocks = list(document.iter_inner_content())
    for at, block in enumerate(blocks):
        if isinstance(block, Table):
            before = _texts(reversed(blocks[:at]))[::-1][-_MOST_LINES:]
            below = _texts(blocks[at + 1 :])[:_MOST_LINES]
            yield FoundTable(_grid(block, before), tuple(below))


def _texts(blocks: Iterable[Any]) -> list[str]:
    """The paragraphs up to the next table that hold words."""
    texts = (block.text.strip() for block in takewhile(lambda b: not isinstance(b, Table), blocks))
    return [text for text in texts if text]


def _grid(table: Table, before: list[str]) -> Grid:
    """Word repeats a merged cell at each of its places: the places of one cell are one area."""
    grid = Grid()
    top = texts_above(grid, before)
    spans: dict[Any, list[tuple[int, int]]] = {}
    for row, line in enumerate(table.rows, top):
        for column, cell in enumerate(line.cells):
            place = spans.setdefault(cell._tc, [])  # noqa: SLF001 -- its only identity
            if not place and (text := _cell_text(cell)):
                grid.put(row, column, text)
            place.append((row, column))
    grid.merged = [(min(places), max(places)) for places in spans.values() if len(places) > 1]
    return grid


def _cell_text(cell: Any) -> str:
    """A Word cell's text, raised digits as such: the mark of a footnote is no digit of the figure."""
    return "\n".join(
        "".join(_run_text(run) for run in paragraph.runs) or paragraph.text
        for paragraph in cell.paragraphs
    ).strip()


def _run_text(run: Any) -> str:
    text: str = run.text.translate(RAISED) if run.font.superscript else run.text
    return struck(text) if run.font.strike or run.font.double_strike else text
