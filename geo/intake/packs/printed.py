"""The tables of a document as it prints them: Excel, Word, PDF, web page, CSV; cells as texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.errors import SourceError
from geo.intake.packs.found import FoundTable
from geo.intake.packs.pdf import pdf_tables
from geo.intake.packs.tidied import lone_text, tidied
from geo.intake.packs.word import word_tables
from geo.intake.packs.words import heading_is, heading_words, indicator_of
from geo.model.units import like_unit
from geo.sources.grid import Cell, Grid, struck
from geo.sources.kinds import TITLES, kind_of, no_table
from geo.sources.tables import grids_of
from geo.sources.text_table import text_grid
from geo.sources.titles import Headings, find_headings
from geo.sources.xlsx import is_percent_format
from geo.text import Wording

_NOTE = re.compile(r"^[（(]?(?:注|备注|说明|附注|※|\*|note)", re.IGNORECASE)


@dataclass(frozen=True)
class PrintedTable:
    """A table as printed, merged cells filled.

    `body[row][column]` are texts ("" for a blank cell); `places` the rows of the source, from 1.
    `above` and `notes` are what stands over and under the table; `doubts` what reading it left open.
    """

    name: str
    headings: tuple[str, ...]
    body: tuple[tuple[str, ...], ...]
    places: tuple[int, ...]
    above: tuple[str, ...]
    notes: tuple[str, ...]
    doubts: tuple[Wording, ...] = ()


def tables_of(file: Path) -> list[PrintedTable]:
    """The tables of a file that have headings and at least one row.

    Raises SourceError for a file that is not there, cannot be read or holds no table.
    """
    if not file.is_file():
        raise SourceError("packs_import.no_file", file=file)
    found = [table for one in _found(file) if (table := _printed(one)) is not None]
    if not found:
        raise SourceError("packs_import.no_table", file=file.name)
    return tidied(found)


def _found(file: Path) -> Iterator[FoundTable]:
    kind = kind_of(file)
    if file.suffix.lower() == ".docx":
        yield from word_tables(file)
    elif kind == "pdf":
        yield from pdf_tables(file)
    elif kind == "text":
        yield FoundTable(text_grid(file))
    elif kind in TITLES:
        raise no_table(file, kind)
    else:
        yield from map(FoundTable, grids_of(file, kind))


def _printed(found: FoundTable) -> PrintedTable | None:
    grid = found.grid
    if len(grid.cells) < 2 or grid.width < 2:
        return None
    head = find_headings(grid, None, heading_words())
    width = len(head.names)
    filled = _filled(grid, head.start, width)
    _carry(grid, filled, head)
    body, places, notes = [], [], []
    for row in sorted(r for r in filled if r >= head.first):
        texts = [filled[row].get(column, "") for column in range(width)]
        told = {text for text in texts if text}
        if not told:
            continue
        label = next(text for text in texts if text)
        if heading_is("remark", label):
            notes += sorted(told - {label})
            continue
        if len(told) == 1 and (_NOTE.match(next(iter(told))) or len(next(iter(told))) > 40):
            notes.append(next(iter(told)))
            continue
        body.append(tuple(texts))
        places.append(row + 1)
    while len(body) > 1 and lone_text(body[-1]):
        notes.insert(0, next(text for text in body.pop() if text))
        places.pop()
    if not body:
        return None
    return PrintedTable(
        grid.name,
        tuple(_heading(filled, head, column) for column in range(width)),
        tuple(body),
        tuple(places),
        tuple(text.strip() for text in head.above),
        (*notes, *found.below),
        found.doubts,
    )


def _heading(filled: dict[int, dict[int, str]], head: Headings, column: int) -> str:
    """All lines of a column's heading: 投资强度（万元/公顷） · 一类地区; a unit alone in brackets."""
    lines = (filled.get(row, {}).get(column, "") for row in range(head.start, head.first))
    words = [text for text in dict.fromkeys(lines) if text]
    return " · ".join(
        f"（{word.strip('（）()')}）" if at and like_unit(word.strip("（）()")) else word
        for at, word in enumerate(words)
    )


def _carry(grid: Grid, filled: dict[int, dict[int, str]], head: Headings) -> None:
    """Words that head several columns without being merged over them, written over each.

    投资强度 centred above 一类, 二类, 三类, or left of them where a file holds no merged cells.
    """
    merged = {
        (top, column)
        for (top, left), (_, right) in grid.merged
        if right > left
        for column in range(left, min(right, grid.width) + 1)
    }
    for row in range(head.start, head.first - 1):
        upper, lower = filled.setdefault(row, {}), filled.get(row + 1, {})
        for group in _parts_of(upper, lower):
            words = [column for column in group if upper.get(column)]
            if any((row, column) in merged for column in words):
                continue
            last = upper[words[0]] if len(words) == 1 else ""
            for column in group:
                last = upper.get(column) or last
                upper[column] = last


def _parts_of(upper: dict[int, str], lower: dict[int, str]) -> list[list[int]]:
    """Columns side by side under one heading: words that name nothing by themselves, each once."""
    groups: list[list[int]] = []
    for column in sorted(lower):
        text = lower[column]
        whole = not text or text == upper.get(column) or _is_role(text)
        if whole or like_unit(text.strip("（）()")) or indicator_of(text):
            continue
        last = groups[-1] if groups else []
        if last and last[-1] == column - 1 and text not in (lower[one] for one in last):
            last.append(column)
        else:
            groups.append([column])
    return groups


def _is_role(text: str) -> bool:
    """Whether a heading says whom rows are for, or what they are called, by itself."""
    kinds = ("code", "name", "number", "remark", "title")
    return any(heading_is(kind, text) for kind in kinds)


def _filled(grid: Grid, first: int, width: int) -> dict[int, dict[int, str]]:
    """The rows from the headings on as texts, each merged cell at all its places."""
    out = {
        row: {
            column: _looking(
                _shown(value, grid.formats.get((row, column), "")),
                out=(row, column) in grid.struck,
            )
            for column, value in cells.items()
        }
        for row, cells in grid.cells.items()
    }
    for (top, left), (bottom, right) in grid.merged:
        text = out.get(top, {}).get(left)
        if text is None or top < first:
            continue
        for row in range(top, bottom + 1):
            for column in range(left, min(right, width - 1) + 1):
                out.setdefault(row, {})[column] = text
    return out


def _looking(text: str, *, out: bool) -> str:
    """A text as it looks: with a stroke through it where it is struck out."""
    return struck(text) if out else text


def _shown(value: Cell, number_format: str) -> str:
    """A cell as the sheet shows it: 0.02 in a per-cent format is 2%."""
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value)
    if isinstance(value, int | float):
        if is_percent_format(number_format):
            return f"{round(value * 100, 9):g}%"
        return f"{value:.15g}"
    text = re.sub(r"(?<=[\d.,．，])\s*\n\s*(?=[\d.,．，])", " ", str(value).strip())
    return re.sub(r"\s*\n\s*", "", text)
