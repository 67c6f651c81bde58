"""Tables of a file as profiles: sheets of workbooks, tables of pages, text, DBF, Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from geo.arrays import Ints
from geo.intake.lexicon import lexicon
from geo.intake.model import NotRead, SourceProfile
from geo.intake.seen import SAMPLE, Sighting, years_seen
from geo.model import LAYERS
from geo.project import TableSource
from geo.sources.dbf import dbf_encoding, open_dbf, records
from geo.sources.encoding import text_encoding
from geo.sources.grid import Grid
from geo.sources.ledger import read_grid
from geo.sources.purpose import Purpose
from geo.sources.tables import grids_of, read_table
from geo.sources.text_table import text_rows
from geo.sources.titles import find_headings, plain
from geo.text import Message

_ANY = "file"
"""A declaration asks for a path; the file is read where it lies, whatever its name holds."""

LARGE_TEXT = 16_000_000
"""Bytes of a text table from which only its beginning is taken apart."""


class AnyPurpose(Purpose):
    """A table read for no layer in particular: its headings are known by every name there is."""

    @property
    def words(self) -> set[str]:
        """Every name of a column that an office may use, without blanks and brackets."""
        return _every_name()


@cache
def _every_name() -> set[str]:
    names = {c.zh for spec in LAYERS.values() for c in spec.columns}
    names |= {name for spec in LAYERS.values() for name in spec.by_name}
    held = lexicon()
    for place in ("any", *LAYERS):
        for lists in held.get(place, {}).values():
            names |= {plain(word) for word in lists.get("strong", ())}
    return {name for name in names if len(name) > 2}


PURPOSE = AnyPurpose(None, {}, "")


def sheets_of(seen: Sighting, kind: str) -> Iterator[SourceProfile | NotRead]:
    """The sheets of a workbook or the tables of a page, each a profile or the reason why not.

    Raises SourceError for a file that its reader does not take.
    """
    grids = list(grids_of(seen.local, kind))
    several = len(grids) > 1 or kind not in ("html", "mht")
    for grid in grids:
        yield _sheet(seen, kind, grid, grid.name if several else None)


def _sheet(seen: Sighting, kind: str, grid: Grid, part: str | None) -> SourceProfile | NotRead:
    name = seen.path if part is None else f"{seen.path} [{part}]"
    if not grid.cells:
        return NotRead(name, Message("intake_file.empty_sheet"), is_data=False)
    head = find_headings(grid, None, PURPOSE.words)
    body = sorted(row for row in grid.cells if row >= head.first)
    if len([n for n in head.names if n]) < 2 or not body:
        return NotRead(name, Message("intake_file.no_table_in_it"), is_data=False)
    kept = {body[i] for i in spread(len(body))}
    trimmed = replace(
        grid,
        cells={r: cells for r, cells in grid.cells.items() if r < head.first or r in kept},
    )
    frame, _ = read_grid(trimmed, PURPOSE, head.start + 1)
    rows = len(frame) + len(body) - len(kept)
    if not len(frame):
        return NotRead(name, Message("intake_file.no_table_in_it"), is_data=False)
    return _profile(seen, kind, frame, rows, part, hidden=grid.state != "visible")


def _profile(
    seen: Sighting,
    kind: str,
    frame: pd.DataFrame,
    rows: int,
    part: str | None = None,
    *,
    hidden: bool = False,
    encoding: str | None = None,
) -> SourceProfile:
    headings = tuple(str(c) for c in frame.columns if c != "source_row")
    titles = tuple(str(text) for text in frame.attrs.get("units", []))
    return SourceProfile(
        path=seen.path,
        part=part,
        kind="table",
        form=kind,
        rows=rows,
        headings=headings,
        sample=frame,
        encoding=encoding,
        titles=titles,
        years=years_seen(seen.path, part, titles, frame),
        hidden=hidden,
    )


def spread(count: int) -> Ints:
    """The places of a sample among `count` rows: all, or the first half of it and a spread.

    >>> spread(3).tolist(), len(spread(1_000_000))
    ([0, 1, 2], 2000)
    """
    if count <= SAMPLE:
        return np.arange(count)
    first = SAMPLE // 2
    rest = np.linspace(first, count - 1, SAMPLE - first).astype(np.int64)
    return np.concatenate([np.arange(first), rest])


def sampled(frame: pd.DataFrame) -> pd.DataFrame:
    """A spread of a frame's rows."""
    if len(frame) <= SAMPLE:
        return frame
    return frame.iloc[spread(len(frame))].reset_index(drop=True)


def text_of(seen: Sighting) -> Iterator[SourceProfile | NotRead]:
    """A text table; one that has no second column is a note. Raises SourceError."""
    file = seen.local
    encoding = text_encoding(file)
    raw = file.read_bytes()
    large = len(raw) > LARGE_TEXT
    lines = raw.count(b"\n")
    if large:
        raw = raw[: raw.rfind(b"\n", 0, LARGE_TEXT // 4)]
    text = raw.decode(encoding, "replace").removeprefix("\ufeff")
    frame, _ = text_rows(text, file.name, TableSource(path=_ANY), PURPOSE)
    if len(frame.columns) < 3 or not len(frame):
        yield NotRead(seen.path, Message("intake_file.text"), is_data=False)
        return
    rows = max(lines - (frame["source_row"].iloc[0] - 1), len(frame)) if large else len(frame)
    shown = "GBK" if encoding == "gb18030" else encoding.upper().removesuffix("-SIG")
    yield _profile(seen, "text", sampled(frame), int(rows), encoding=shown)


def dbf_of(seen: Sighting) -> Iterator[SourceProfile]:
    """A dBASE table that is no shapefile's. Raises SourceError."""
    table = open_dbf(seen.local)
    encoding = dbf_encoding(table)
    live = np.flatnonzero(~table.deleted)
    rows = live[spread(len(live))] if len(live) else live
    frame, _ = records(table, encoding or "ASCII", "", rows.astype(np.int64))
    yield _profile(seen, "dbf", frame, len(live), encoding=encoding)


def plain_of(seen: Sighting, kind: str) -> Iterator[SourceProfile]:
    """A Parquet without outlines. Raises SourceError."""
    frame, _ = read_table(seen.local, TableSource(path=_ANY))
    yield _profile(seen, kind, sampled(frame), len(frame))


def attributes_of(
    seen: Sighting, layer: str, frame: pd.DataFrame, rows: int, kind: str
) -> SourceProfile:
    """A table within a database of map layers."""
    return _profile(seen, kind, frame, rows, layer)
