"""A printed table as a draft of a rule pack: columns, rows and cells, what is not sure asked.

Nothing is dropped: a column that is no indicator, a cell that cannot be read and a unit that is not
known stand in the draft with their texts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from geo.errors import SourceError
from geo.intake.packs.asked import ask_edition, ask_heading, ask_park_names, ask_row, ask_source
from geo.intake.packs.cells import read_printed
from geo.intake.packs.columns import DraftColumn, columns_of, is_of_class
from geo.intake.packs.groups import of_group
from geo.intake.packs.layout import Layout, layout_of, listed, named
from geo.intake.packs.printed import PrintedTable
from geo.intake.packs.rows import RowKeys, RowsBy, keys_of, places_named, rows_by
from geo.intake.packs.settled_cells import SettledCells
from geo.intake.packs.words import words
from geo.intake.questions import Answer, Interview, nobody
from geo.text import join


@dataclass(frozen=True)
class DraftRow:
    """A row: whom it is for, its cells by column key as a pack writes them, and as printed."""

    keys: RowKeys
    cells: dict[str, Any]
    printed: dict[str, str]
    place: int


@dataclass(frozen=True)
class Draft:
    """What a table became.

    `left` are headings and their cells that no column of the draft holds; `answers` what was put
    to the office, and what it said.
    """

    table: PrintedTable
    columns: tuple[DraftColumn, ...]
    rows: tuple[DraftRow, ...]
    rows_by: RowsBy
    left: dict[str, tuple[str, ...]]
    answers: tuple[Answer, ...]
    notes: tuple[str, ...] = ()
    other_rows: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Titles and printed cells of rows for another class of land than the office's."""


def draft_of(
    table: PrintedTable, talk: Interview | None = None, land_class: str = ""
) -> Draft | None:
    """The draft of a table; None where no heading and no row names an indicator.

    Where columns of one indicator are for classes of land (一类地区 …), `land_class` says which one
    is the office's; without it none of them is taken.
    """
    talk = Interview(nobody) if talk is None else talk
    before = len(talk.answers)
    plain = layout_of(table, {})
    if plain is None:
        return None
    ask_source(table.doubts, talk)
    called = _called(plain, talk)
    layout = (layout_of(table, called) if called else plain) or plain
    groups = layout.groups
    layout, other_rows = of_group(layout, land_class, talk)
    parsed = [[read_printed(text) for text in row] for row in layout.cells]
    columns, places = columns_of(layout, parsed, called, table, land_class, talk)
    if land_class:
        _check_class(land_class, [*(one.heading for one in columns), *groups], layout)
    left = listed(
        [
            *layout.left.items(),
            *(
                (heading, tuple(row[at].text for row in parsed))
                for at, heading in enumerate(layout.headings)
                if at not in places
            ),
        ]
    )
    stated = _stated_rows_by(table)
    by = stated or ("park_level" if layout.groups else rows_by(layout.titles))
    rows = _rows(layout, by, talk)
    notes = (*layout.notes, *table.notes)
    taken = [[row[at] for at in places] for row in parsed]
    settled = SettledCells(columns, [keys.title for keys in rows], taken, notes, talk)
    values = settled.values(ask=stated is None)
    keyed = [column.key for column in columns]
    drafted = tuple(
        DraftRow(
            keys,
            dict(zip(keyed, cells, strict=True)),
            {key: cell.text for key, cell in zip(keyed, printed, strict=True)},
            place,
        )
        for keys, cells, printed, place in zip(rows, values, taken, layout.places, strict=True)
    )
    answers = tuple(talk.answers[before:])
    return Draft(table, tuple(columns), drafted, by, left, answers, notes, other_rows)


def _check_class(land_class: str, taken: list[str], layout: Layout) -> None:
    """SourceError where nothing of the table is for the class of land that was named."""
    if not any(is_of_class(text, land_class) for text in taken):
        headings = join(dict.fromkeys((*layout.headings, *layout.left)))
        raise SourceError("packs_import.class_lacks", name=land_class, headings=headings)


def _called(layout: Layout, talk: Interview) -> dict[str, str]:
    """What the office calls headings that name no indicator."""
    unknown = {
        heading: [row[at] for row in layout.cells]
        for at, heading in enumerate(layout.headings)
        if heading and not named(heading, {})
    }
    unknown |= {heading: list(cells) for heading, cells in layout.left.items() if heading}
    asked = {heading: ask_heading(heading, cells, talk) for heading, cells in unknown.items()}
    return {heading: indicator for heading, indicator in asked.items() if indicator}


def _stated_rows_by(table: PrintedTable) -> RowsBy | None:
    """What a line above the table says that its rows go by, as an exported pack's does."""
    stated = {text.partition("：")[2] for text in table.above if text.startswith("行按：")}
    choices: tuple[RowsBy, ...] = ("industry", "park_level", "park_name")
    return next((by for by in choices if by in stated), None)


def _rows(layout: Layout, by: RowsBy, talk: Interview) -> list[RowKeys]:
    """Whom the rows are for."""
    only = len(layout.titles) == 1
    if layout.groups:  # a level of parks, and in it an industry
        keys = [
            _in_level(group, keys_of(title, "industry", code, name, only=False))
            for group, title, code, name in zip(
                layout.groups, layout.titles, layout.codes, layout.names, strict=True
            )
        ]
    else:
        keys = [
            keys_of(title, by, layout.codes[at], layout.names[at], only=only)
            for at, title in enumerate(layout.titles)
        ]
    return _places(keys, talk) if by == "park_name" else _industries(keys, talk)


def _places(keys: list[RowKeys], talk: Interview) -> list[RowKeys]:
    """Rows of parks, all by their full names or all by their short ones."""
    unsure = [one for one in keys if not one.sure]
    if not unsure:
        return keys
    shortened = ask_park_names([one.title for one in unsure], talk)
    sure = talk.answers[-1].asked
    return [
        one
        if one.sure
        else replace(one, names=tuple(places_named(one.title, shortened=shortened)), sure=sure)
        for one in keys
    ]


def _industries(keys: list[RowKeys], talk: Interview) -> list[RowKeys]:
    """Rows of industries; what is not sure asked, older names all at once."""
    older = [one for one in keys if one.older and not one.sure]
    as_2017 = not older or ask_edition(older, talk)
    sure = bool(older) and talk.answers[-1].asked
    out = []
    for one in keys:
        if one.sure:
            out.append(one)
        elif one.older:
            out.append(replace(one, codes=one.codes if as_2017 else (), sure=sure))
        else:
            codes = ask_row(one, talk)
            out.append(replace(one, codes=codes, sure=talk.answers[-1].asked))
    return out


def _in_level(group: str, keys: RowKeys) -> RowKeys:
    """A row of an industry in a section for parks of one level."""
    level = next(level for level in words()["rows"]["level"] if level in group)
    return replace(keys, title=f"{level} {keys.title}", names=(level,))
