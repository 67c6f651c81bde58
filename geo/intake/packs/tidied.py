"""Printed tables made plain: continued ones joined, halves side by side stacked, 同上 filled in."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from geo.intake.packs.words import indicator_of, words
from geo.text import Message

if TYPE_CHECKING:
    from geo.intake.packs.printed import PrintedTable

Row = tuple[str, ...]
CONTINUED = re.compile(r"^[(（]?(?:续上?表|表?续)|[(（]续(?:表)?[)）]|^continued", re.IGNORECASE)


def tidied(tables: list[PrintedTable]) -> list[PrintedTable]:
    """The tables of a file, each made plain."""
    return [_sectioned(_stacked(_same_as_above(table))) for table in _joined(tables)]


def _joined(tables: list[PrintedTable]) -> list[PrintedTable]:
    """Tables of the same headings put under each other where the second one is called 续表."""
    out: list[PrintedTable] = []
    for table in tables:
        last = out[-1] if out else None
        said = [text for text in table.above if CONTINUED.search(text)]
        if last is None or last.headings != table.headings or not said:
            out.append(table)
            continue
        more = [text for text in table.above if text not in said]
        notes = [text for text in last.notes if text not in table.above]
        out[-1] = replace(
            last,
            body=last.body + table.body,
            places=last.places + table.places,
            notes=(*notes, *more, *table.notes),
        )
    return out


def _same_as_above(table: PrintedTable) -> PrintedTable:
    """同上 and 〃 are what stands above them."""
    marks = set(words()["signs"]["ditto"])
    body: list[Row] = []
    for row in table.body:
        above = body[-1] if body else row
        body.append(
            tuple(last if text in marks else text for text, last in zip(row, above, strict=True))
        )
    return replace(table, body=tuple(body))


def _stacked(table: PrintedTable) -> PrintedTable:
    """A table whose headings stand twice or more side by side is one under another."""
    width = len(table.headings)
    for part in range(2, width // 2 + 1):
        if width % part == 0 and table.headings == table.headings[:part] * (width // part):
            rows = [
                (row[at : at + part], place)
                for at in range(0, width, part)
                for row, place in zip(table.body, table.places, strict=True)
                if any(row[at : at + part])
            ]
            return replace(
                table,
                headings=table.headings[:part],
                body=tuple(row for row, _ in rows),
                places=tuple(place for _, place in rows),
            )
    return table


def lone_text(row: Row) -> str:
    """The one text of a row that is a title or a note over its whole width; else empty."""
    texts = {text for text in row if text}
    text = next(iter(texts), "")
    return text if len(texts) == 1 and len(row) > 2 and not indicator_of(text) else ""


def _sectioned(table: PrintedTable) -> PrintedTable:
    """Rows of one text over the whole width (一、国家级开发区) as a first column of what follows."""
    section, rows = "", []
    for row, place in zip(table.body, table.places, strict=True):
        text = lone_text(row)
        if text:
            section = re.sub(r"^[（(]?[一二三四五六七八九十\d]+[)）、.．]\s*", "", text)
        else:
            rows.append(((section, *row), place))
    if not section or not rows:
        return table
    return replace(
        table,
        headings=(Message("packs_import.section").zh, *table.headings),
        body=tuple(row for row, _ in rows),
        places=tuple(place for _, place in rows),
    )
