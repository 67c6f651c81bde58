"""Which sheets of a workbook are the table: named, or found by their headings, never guessed.

A hidden sheet is read only where it is named. Several sheets of one form are read as one table
where the project says so, and stop the run where it does not: half of the money is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from geo import findings
from geo.errors import SourceError
from geo.model.periods import years_named
from geo.model.units import note_units
from geo.project import TableSource
from geo.sources.grid import Grid
from geo.sources.ledger import read_grid
from geo.sources.places import BLOCK
from geo.sources.purpose import Purpose
from geo.sources.titles import find_headings, plain
from geo.sources.wide import by_year
from geo.text import EMPTY, Message, Wording, colon, join

SAME_FORM = 0.6
"""Share of headings that two sheets of one form have in common, at least."""

_STATES: dict[str, Wording] = {
    "visible": EMPTY,
    "hidden": Message("sheet_state.hidden"),
    "very_hidden": Message("sheet_state.very_hidden"),
}


class _Told(Protocol):
    name: str
    state: str


@dataclass(frozen=True)
class Book:
    """The sheets of a workbook in their order: names and states, and how to read one by number."""

    file: str
    sheets: list[_Told] | list[Any]
    read: Callable[[int], Grid]

    def listed(self) -> Wording:
        """All sheets with their states, in both languages."""
        return join(
            Message("sheets.name_and_state", name=s.name, state=_STATES[s.state])
            for s in self.sheets
        )


@dataclass(frozen=True)
class _Candidate:
    number: int
    grid: Grid
    headings: list[str]
    known: int


def read_book(
    book: Book, source: TableSource, purpose: Purpose
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table of a workbook: from the sheets that the project names, or the one that fits.

    Raises SourceError, with all sheets listed, for one that is not there, where several sheets of
    one form are there and none is named, and where no sheet holds the layer.
    """
    if not book.sheets:
        raise SourceError("sheets.no_sheet", file=book.file)
    if source.sheet is not None and source.sheet != "*":
        numbers = [
            _number(book, s)
            for s in (source.sheet if isinstance(source.sheet, list) else [source.sheet])
        ]
        return _joined(book, [book.read(n) for n in numbers], source, purpose, [])
    candidates = _candidates(book, source, purpose)
    if source.sheet == "*":
        alike = _same_form(_best(book, candidates, purpose), candidates)
        notes = _of_other_form(candidates, alike, purpose.name)
        return _joined(book, [c.grid for c in alike], source, purpose, notes)
    if not candidates:
        hidden = all(s.state != "visible" for s in book.sheets)
        if len(book.sheets) == 1 and not hidden:
            return _joined(book, [book.read(0)], source, purpose, [])
        raise _none_fits(book)
    best = _best(book, candidates, purpose)
    alike = _same_form(best, candidates)
    if len(alike) > 1:
        raise _several(book, [c.grid.name for c in alike])
    return _joined(book, [best.grid], source, purpose, _unread(book, best.grid.name, purpose.name))


def _number(book: Book, sheet: str | int) -> int:
    names = [s.name for s in book.sheets]
    if isinstance(sheet, int) and 0 <= sheet < len(names):
        return sheet
    if sheet in names:
        return names.index(str(sheet))
    have = book.listed()
    raise SourceError("sheets.no_such_sheet", file=book.file, sheet=sheet, have=have)


def _candidates(book: Book, source: TableSource, purpose: Purpose) -> list[_Candidate]:
    """The visible sheets that hold a table: headings of two words and more, and a row below."""
    out = []
    for number, one in enumerate(book.sheets):
        if one.state != "visible":
            continue
        grid = book.read(number)
        if not grid.cells:
            continue
        head = find_headings(grid, source.header, purpose.words)
        names = [name for name in head.names if name is not None]
        if len(names) > 1 and max(grid.cells) >= head.first:
            out.append(_Candidate(number, grid, names, len(purpose.columns(names))))
    return out


def _best(book: Book, candidates: list[_Candidate], purpose: Purpose) -> _Candidate:
    """The sheet with most of the layer's columns; SourceError where several have none."""
    if not candidates:
        raise _none_fits(book)
    best = max(candidates, key=lambda c: (c.known, -c.number))
    if best.known == 0 and len(candidates) > 1 and purpose.spec is not None:
        raise _none_fits(book)
    return best


def _same_form(best: _Candidate, candidates: list[_Candidate]) -> list[_Candidate]:
    """The sheets whose headings are those of the best one, but for years, units and a few."""
    return [
        c
        for c in candidates
        if c is best or (c.known > 0 and _alike(c.headings, best.headings) >= SAME_FORM)
    ]


def _alike(one: list[str], other: list[str]) -> float:
    a, b = ({re.sub(r"(19|20)\d\d年?", "", plain(h)) for h in side} for side in (one, other))
    return len(a & b) / max(len(a | b), 1)


def _joined(
    book: Book,
    grids: list[Grid],
    source: TableSource,
    purpose: Purpose,
    notes: list[pd.DataFrame],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sheets under one another; `source_row` of the k-th is k * BLOCK + its row."""
    frames, found = [], list(notes)
    blocks = 0
    for grid in grids:
        frame, sheet_findings = read_grid(grid, purpose, source.header)
        if grid.state != "visible":
            found.append(
                findings.about_layer(
                    purpose.name,
                    "hidden_sheet",
                    Message("sheets.sheet_hidden", grid=grid.name),
                    Message("common.nothing_to_do"),
                    "info",
                )
            )
        if len(grids) > 1:
            frame = frame if source.year_from else _with_year(frame, grid, purpose)
        frame, years = by_year(
            frame,
            purpose.spec_by_year,
            purpose.columns(list(frame.columns)),
            book.file,
            purpose.mapped,
        )
        sheet_findings = findings.gather_findings([sheet_findings, years])
        if blocks:
            _move(frame, sheet_findings, blocks)
        blocks += len(frame.attrs["sheets"])
        frame.attrs["titles"] = [frame.attrs["units"]] * len(frame.attrs["sheets"])
        frames.append(frame)
        found.append(sheet_findings)
    if len(frames) == 1:
        return frames[0], findings.gather_findings(found)
    _same_units(book, frames, grids)
    attrs: list[dict[Any, Any]] = [f.attrs for f in frames]
    out = pd.concat([_bare(f) for f in frames], ignore_index=True)
    out.attrs.update(_joined_attributes(attrs))
    return out, findings.gather_findings([*found, _read_as_one(grids, frames, purpose.name)])


def _bare(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame without attributes, which pandas would compare."""
    out = frame.copy(deep=False)
    out.attrs = {}
    return out


def _move(frame: pd.DataFrame, sheet_findings: pd.DataFrame, k: int) -> None:
    """Rows of a sheet that comes after k others (or years of others)."""
    frame["source_row"] += k * BLOCK
    frame.attrs["percent"] = {
        name: [r + k * BLOCK for r in rows] for name, rows in frame.attrs["percent"].items()
    }
    rows = pd.to_numeric(sheet_findings["row"])
    sheet_findings["row"] = (rows + k * BLOCK).astype(object).where(rows.notna(), pd.NA)


def _joined_attributes(attrs: list[dict[Any, Any]]) -> dict[Any, Any]:
    out: dict[Any, Any] = {
        "units": attrs[0]["units"],
        "sheets": [s for a in attrs for s in a["sheets"]],
        "titles": [t for a in attrs for t in a["titles"]],
        "letters": {},
        "percent": {},
        "formats": {},
        "rows": {},
    }
    for one in attrs:
        for name, letter in one["letters"].items():
            out["letters"].setdefault(name, letter)
        for name, rows in one["percent"].items():
            out["percent"].setdefault(name, []).extend(rows)
        for name, codes in one["formats"].items():
            out["formats"].setdefault(name, []).extend(codes)
        for name, count in one["rows"].items():
            out["rows"][name] = out["rows"].get(name, 0) + count
    return out


def _with_year(frame: pd.DataFrame, grid: Grid, purpose: Purpose) -> pd.DataFrame:
    """A sheet a year: the year of the sheet's name, or of the texts above its headings."""
    if purpose.spec is None or "year" not in purpose.spec.by_name:
        return frame
    if "year" in purpose.columns([str(c) for c in frame.columns]):
        return frame
    for text in (grid.name, *frame.attrs["units"]):
        found = years_named(text)
        if len(set(found)) == 1:
            frame["年份"] = pd.Series([found[0]] * len(frame), dtype=object)
            return frame
    return frame


def _same_units(book: Book, frames: list[pd.DataFrame], grids: list[Grid]) -> None:
    """Stop where sheets that are read as one name different units above their headings."""
    units_of_sheet = [
        sorted({u for text in f.attrs["units"] for u in note_units(text)}) for f in frames
    ]
    if any(s != units_of_sheet[0] for s in units_of_sheet):
        shown = [
            colon(g.name, "/".join(units) or "—")
            for g, units in zip(grids, units_of_sheet, strict=True)
        ]
        raise SourceError("sheets.sheets_in_different_units", file=book.file, shown=join(shown))


def _read_as_one(grids: list[Grid], frames: list[pd.DataFrame], name: str) -> pd.DataFrame:
    shown = [f"{g.name} {len(f)}" for g, f in zip(grids, frames, strict=True)]
    return findings.about_layer(
        name,
        "sheets_joined",
        Message("sheets.sheets_read_table", count=len(grids), shown=join(shown)),
        Message("common.nothing_to_do"),
        "info",
    )


def _unread(book: Book, read: str, name: str) -> list[pd.DataFrame]:
    if len(book.sheets) == 1:
        return []
    have = book.listed()
    return [
        findings.about_layer(
            name,
            "sheet_chosen",
            Message("sheets.sheet_read", file=book.file, read=read, have=have),
            Message("sheets.if_wrong_write"),
            "info",
        )
    ]


def _of_other_form(
    candidates: list[_Candidate], read: list[_Candidate], name: str
) -> list[pd.DataFrame]:
    """A warning of sheets with columns of the layer that are not among all that are read."""
    other = [c.grid.name for c in candidates if c.known and c not in read]
    if not other:
        return []
    return [
        findings.about_layer(
            name,
            "sheets_left_out",
            Message("sheets.sheets_of_other_form", names=join(other)),
            Message("sheets.if_part_name_them"),
            "warning",
        )
    ]


def _none_fits(book: Book) -> SourceError:
    have = book.listed()
    return SourceError("sheets.no_visible_sheet_known_table", file=book.file, have=have)


def _several(book: Book, names: list[str]) -> SourceError:
    have = book.listed()
    quoted = ", ".join(f'"{n}"' for n in names)
    return SourceError(
        "sheets.sheets_form",
        file=book.file,
        count=len(names),
        names=join(names),
        names_2=names[0],
        quoted=quoted,
        have=have,
    )
