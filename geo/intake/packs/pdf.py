"""The tables in the text layer of a PDF, those that go on over a page joined."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page

from geo.errors import SourceError
from geo.intake.packs.found import FoundTable, texts_above
from geo.intake.packs.pdf_page import PageTable, page_tables
from geo.intake.packs.tidied import CONTINUED
from geo.sources.grid import Grid
from geo.text import Message, Wording, join

_MOST_LINES = 20
"""Lines around a table that are read with it."""
_TAIL = 4096
"""Bytes at the end of a whole PDF that hold its end mark."""
_SAME = 6.0
"""Points within which the columns of two pages are the same."""
_PAGE_NUMBER = re.compile(r"[-—–\s·第]*\d{1,3}[-—–\s·页]*(?:[/共]\s*\d{1,3}\s*页?)?")
_NO_LETTER = re.compile(r"\(cid:\d+\)")


@dataclass
class _Joined:
    """A table as it grows over pages, and the texts before and after it."""

    grid: Grid
    lefts: list[float]
    page: int
    ruled: bool
    heading_lines: int = 0
    above: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


@dataclass
class _Read:
    """What the pages hold, in their order: tables, the lines between them, pages without text."""

    blocks: list[tuple[int, PageTable | str]] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    over_picture: list[int] = field(default_factory=list)


def pdf_tables(file: Path) -> Iterator[FoundTable]:
    """Tables of a PDF.

    SourceError, in one sentence, for a file that is damaged, needs a password, holds pictures of
    pages only, or whose letters cannot be read as text.
    """
    read = _pages(file)
    if not read.blocks and read.pictures:
        raise SourceError("packs_import.scanned", file=file.name)
    words = "".join(block for _, block in read.blocks if isinstance(block, str))
    words += "".join(
        str(text)
        for _, block in read.blocks
        if isinstance(block, PageTable)
        for cells in block.grid.cells.values()
        for text in cells.values()
    )
    if len("".join(_NO_LETTER.findall(words))) > 0.2 * len(words):
        raise SourceError("packs_import.no_letters", file=file.name)
    for one in _joined(read.blocks):
        yield FoundTable(_whole(one), tuple(one.below[:_MOST_LINES]), tuple(_doubts(one, read)))


def _pages(file: Path) -> _Read:
    if b"%%EOF" not in file.read_bytes()[-_TAIL:]:  # what was cut off holds pages, too
        raise SourceError("packs_import.damaged_pdf", file=file.name)
    read = _Read()
    try:
        with pdfplumber.open(file) as document:
            for number in range(len(document.pages)):
                page = _upright(document.pages[number])
                _add(read, page, number + 1)
                page.close()
    except Exception as error:  # the reader raises whatever it met in a damaged file
        if isinstance(error.args[0] if error.args else error, PDFPasswordIncorrect):
            raise SourceError("packs_import.locked", file=file.name) from error
        raise SourceError("packs_import.damaged_pdf", file=file.name) from error
    read.blocks = _without_running(read.blocks)
    return read


def _upright(page: Page) -> Page:
    """The page turned so that most of its letters stand upright."""
    turns = Counter(_turn(char["matrix"]) for char in page.chars)
    turn = turns.most_common(1)[0][0] if turns else 0
    if not turn:
        return page
    page.page_obj.rotate = (page.page_obj.rotate + turn) % 360  # as pdfminer reads it
    page.page_obj.attrs["Rotate"] = page.page_obj.rotate  # as pdfplumber does
    return Page(page.pdf, page.page_obj, page.page_number, page.initial_doctop)


def _turn(matrix: tuple[float, ...]) -> int:
    """By how many degrees clockwise a letter has to be turned to stand upright."""
    right, up = matrix[0], matrix[1]
    if abs(right) >= abs(up):
        return 0 if right >= 0 else 180
    return 90 if up > 0 else 270


def _add(read: _Read, page: Page, number: int) -> None:
    whole = page.width * page.height
    pictured = any(
        (image["x1"] - image["x0"]) * (image["bottom"] - image["top"]) > 0.6 * whole
        for image in page.images
    )
    if not page.chars:
        if pictured or page.images:
            read.pictures.append(number)
        return
    if pictured:
        read.over_picture.append(number)
    tables, lines = page_tables(page)
    placed: list[tuple[float, PageTable | str]] = [(one.box[1], one) for one in tables]
    placed += [(line.top, line.text) for line in lines]
    for _, block in sorted(placed, key=lambda pair: pair[0]):
        read.blocks.append((number, block))


def _without_running(
    blocks: list[tuple[int, PageTable | str]],
) -> list[tuple[int, PageTable | str]]:
    """The blocks without numbers of pages and without a first or last line that pages repeat."""
    ends: Counter[str] = Counter()
    for number in {number for number, _ in blocks}:
        texts = [block for page, block in blocks if page == number]
        ends.update({one for one in (texts[0], texts[-1]) if isinstance(one, str)})
    running = {text for text, times in ends.items() if times > 1 and not CONTINUED.search(text)}
    return [
        (number, block)
        for number, block in blocks
        if not isinstance(block, str)
        or not (block in running or _PAGE_NUMBER.fullmatch(block.strip()))
    ]


def _joined(blocks: list[tuple[int, PageTable | str]]) -> list[_Joined]:
    """The tables, each page's first one put under the last one where it goes on with it."""
    out: list[_Joined] = []
    between: list[str] = []
    for number, block in blocks:
        if isinstance(block, str):
            between.append(block)
            continue
        last = out[-1] if out else None
        if last is not None and _goes_on(last, block, number, between):
            _append(last, block, number)
        else:
            if last is not None:
                last.below = between
            out.append(
                _Joined(block.grid, block.lefts, number, block.ruled, above=between[-_MOST_LINES:])
            )
        between = []
    if out:
        out[-1].below = between
    return out


def _goes_on(last: _Joined, table: PageTable, number: int, between: list[str]) -> bool:
    """Whether a table goes on with the last page's: the same columns, nothing but 续表 between."""
    if number != last.page + 1 or len(table.lefts) != len(last.lefts):
        return False
    said = any(CONTINUED.search(text.replace(" ", "")) for text in between)
    alike = all(abs(a - b) < _SAME for a, b in zip(last.lefts, table.lefts, strict=True))
    return said or (alike and not between)


def _append(last: _Joined, table: PageTable, number: int) -> None:
    """Write a page's rows under the table's, its repeated headings left out."""
    skipped = 0
    while skipped < table.rows and _row(table.grid, skipped) == _row(last.grid, skipped):
        skipped += 1
    if _is_rest(table, skipped, last):
        below = max(last.grid.cells)
        for column, text in table.grid.cells.pop(skipped).items():
            last.grid.put(below, column, f"{last.grid.cells[below][column]}\n{text}")
        skipped += 1
    end = 1 + max(last.grid.cells)
    for (top, left), (bottom, right) in list(last.grid.merged):
        end = max(end, bottom + 1)
        still = bottom > top and not any(
            left in table.grid.cells.get(row, {}) for row in range(skipped, skipped + 1)
        )
        if still and bottom == max(last.grid.cells):  # the merged cell goes on over the page
            onward = next(
                (
                    merged[1][0]
                    for merged in table.grid.merged
                    if merged[0] == (skipped, left) and merged[1][1] == right
                ),
                skipped,
            )
            last.grid.merged.remove(((top, left), (bottom, right)))
            last.grid.merged.append(((top, left), (end + onward - skipped, right)))
    for row, cells in table.grid.cells.items():
        if row >= skipped:
            last.grid.cells[end + row - skipped] = cells
    last.grid.merged += [
        ((top - skipped + end, left), (bottom - skipped + end, right))
        for (top, left), (bottom, right) in table.grid.merged
        if top >= skipped
    ]
    last.page = number


def _is_rest(table: PageTable, row: int, last: _Joined) -> bool:
    """Whether a page's first row is what the last page had no room for of its last row's words."""
    cells = table.grid.cells.get(row, {})
    held = last.grid.cells[max(last.grid.cells)]
    wide = any(top == row and right > left for (top, left), (_, right) in table.grid.merged)
    few = len(cells) <= max(1, len(table.lefts) // 3)
    return bool(cells) and few and not wide and all(column in held for column in cells)


def _row(grid: Grid, row: int) -> dict[int, str]:
    return {column: str(text) for column, text in grid.cells.get(row, {}).items()}


def _whole(one: _Joined) -> Grid:
    """The table with the texts above it in rows of their own."""
    grid = Grid()
    top = texts_above(grid, one.above)
    for row, cells in sorted(one.grid.cells.items()):
        grid.cells[row + top] = cells
    grid.merged = [((a + top, b), (c + top, d)) for (a, b), (c, d) in one.grid.merged]
    return grid


def _doubts(one: _Joined, read: _Read) -> list[Wording]:
    """What the office should look at in the PDF itself."""
    out: list[Wording] = []
    if not one.ruled:
        out.append(Message("packs_import.unruled"))
    if read.pictures:
        out.append(Message("packs_import.pages_pictured", pages=join(map(str, read.pictures))))
    if read.over_picture:
        out.append(
            Message("packs_import.text_over_picture", pages=join(map(str, read.over_picture)))
        )
    return out
