"""The tables of one page of a PDF: by their rules, or by the blanks between their columns."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any, TypeAlias
from unicodedata import normalize

from pdfplumber.page import Page
from pdfplumber.table import Table, merge_edges
from pdfplumber.utils import extract_text

from geo.sources.grid import RAISED, Grid

Edge: TypeAlias = dict[str, Any]
Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom in points from the page's upper left corner."""

_SNAP = 3.0
"""Points within which two rules are one."""
_RAISED_SIZE = 0.8
"""A character that is smaller than this share of its cell's, and higher, is raised."""
_COLUMN_GAP = 0.7
"""Blanks wider than this share of the letters' size part two columns."""
_CLOSING = frozenset("）】》」』”’，。、；：！？〕")
_PARTED = 2.2
"""Lines further apart than so many letters' sizes are of two blocks."""


@dataclass
class PageTable:
    """A table of a page: cells from row and column 0, merged areas as the grid has them."""

    box: Box
    grid: Grid
    lefts: list[float]
    ruled: bool = True

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return 1 + max(self.grid.cells, default=-1)


@dataclass
class TextLine:
    """A line of text outside tables."""

    top: float
    text: str
    words: list[Edge] = field(default_factory=list)


def page_tables(page: Page) -> tuple[list[PageTable], list[TextLine]]:
    """The tables of a page from top to bottom, and the lines of text outside them."""
    chars = [_plain(char) for char in page.chars]
    level, upright = _edges(page)
    tables = [
        found
        for one in _framed(page, level, upright)
        if (found := _ruled(one.cells, chars)) is not None
    ]
    outside = [char for char in chars if not any(_inside(char, one.box) for one in tables)]
    lines = _text_lines(outside)
    if not tables:
        table = _unruled(lines, _across(level))
        if table is not None:
            tables = [table]
            lines = [line for line in lines if not table.box[1] <= line.top <= table.box[3]]
    return sorted(tables, key=lambda one: one.box[1]), lines


def _framed(page: Page, level: list[Edge], upright: list[Edge]) -> list[Table]:
    """What rules of both directions frame."""
    if len(level) < 2 or len(upright) < 2:
        return []
    found: list[Table] = page.find_tables(
        {
            "vertical_strategy": "explicit",
            "horizontal_strategy": "explicit",
            "explicit_vertical_lines": upright,
            "explicit_horizontal_lines": level,
        }
    )
    return found


def _plain(char: Edge) -> Edge:
    """A character whose glyph is that of a radical is the character itself: ⼯ is 工."""
    text = char["text"]
    return char | {"text": normalize("NFKC", text)} if "⺀" <= text[:1] <= "⿕" else char


def _edges(page: Page) -> tuple[list[Edge], list[Edge]]:
    """Level and upright rules of a page, pieces of one joined, open sides of tables closed."""
    straight = [_straight(edge) for edge in page.edges]
    merged = merge_edges(straight, _SNAP, _SNAP, _SNAP, _SNAP)
    level = [edge for edge in merged if edge["orientation"] == "h"]
    upright = [edge for edge in merged if edge["orientation"] == "v"]
    return level, upright + _open_sides(level, upright)


def _straight(edge: Edge) -> Edge:
    """A rule without the crumbs that turning a page leaves: as wide or as high as nothing."""
    x0, x1, top, bottom = edge["x0"], edge["x1"], edge["top"], edge["bottom"]
    if x1 - x0 > bottom - top:
        return _rule("h", (x0, top, x1, top))
    return _rule("v", (x0, top, x0, bottom))


def _rule(orientation: str, box: Box) -> Edge:
    x0, top, x1, bottom = box
    return {
        "object_type": "line",
        "orientation": orientation,
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
    }


def _open_sides(level: list[Edge], upright: list[Edge]) -> list[Edge]:
    """Rules for the left and right sides that tables without an outer frame leave open."""
    sides = []
    for side, widest in (("x0", min), ("x1", max)):
        for edge in upright:
            crossed = [
                h
                for h in level
                if edge["top"] - _SNAP <= h["top"] <= edge["bottom"] + _SNAP
                and h["x0"] - _SNAP <= edge["x0"] <= h["x1"] + _SNAP
            ]
            if not crossed:
                continue
            end = widest(h[side] for h in crossed)
            if all(abs(end - one["x0"]) > _SNAP for one in upright):
                top, bottom = min(h["top"] for h in crossed), max(h["top"] for h in crossed)
                sides.append(_rule("v", (end, top, end, bottom)))
    return sides


def _across(level: list[Edge]) -> list[float]:
    """Heights of the rules that are as wide as the widest one, from the top."""
    widest = max((edge["x1"] - edge["x0"] for edge in level), default=0)
    return sorted(edge["top"] for edge in level if edge["x1"] - edge["x0"] > widest - 2 * _SNAP)


def _ruled(cells: Iterable[Box], chars: list[Edge]) -> PageTable | None:
    """A table by its cells' boxes: a box over several rows or columns is a merged area."""
    boxes = list(cells)
    tops, lefts = _lines([b[1] for b in boxes]), _lines([b[0] for b in boxes])
    if len(tops) < 2 or len(lefts) < 2:
        return None
    outer = (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )
    grid = Grid()
    held: dict[tuple[int, int], list[Edge]] = {}
    first: dict[tuple[int, int], tuple[int, int]] = {}
    for box in boxes:
        place = _line_at(tops, box[1]), _line_at(lefts, box[0])
        last = (bisect_left(tops, box[3] - _SNAP) - 1, bisect_left(lefts, box[2] - _SNAP) - 1)
        if last != place:
            grid.merged.append((place, last))
        for row in range(place[0], last[0] + 1):
            first |= {(row, column): place for column in range(place[1], last[1] + 1)}
    for char in chars:
        if _inside(char, outer):
            across, down = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
            place = bisect_right(tops, down) - 1, bisect_right(lefts, across) - 1
            held.setdefault(first.get(place, place), []).append(char)
    for (row, column), within in held.items():
        if text := _text_of(within):
            grid.put(row, column, text)
    return PageTable(outer, grid, lefts) if grid.cells else None


def _lines(values: Iterable[float]) -> list[float]:
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > _SNAP:
            out.append(value)
    return out


def _line_at(lines: list[float], value: float) -> int:
    return max(0, bisect_left(lines, value + _SNAP) - 1)


def _inside(char: Edge, box: Box) -> bool:
    across, down = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= across < box[2] and box[1] <= down < box[3])


def _text_of(chars: list[Edge]) -> str:
    """A cell's text, line by line, raised digits as such."""
    if not chars:
        return ""
    size = max(char["size"] for char in chars)
    low = [char["bottom"] for char in chars if char["size"] > _RAISED_SIZE * size]
    out = []
    for char in chars:
        small = char["size"] <= _RAISED_SIZE * size
        on_line = [bottom for bottom in low if char["top"] < bottom < char["bottom"] + size]
        raised = small and char["bottom"] < min(on_line, default=0) - 0.15 * size
        out.append(char | {"text": char["text"].translate(RAISED)} if raised else char)
    return str(extract_text(out, x_tolerance_ratio=0.4, y_tolerance=0.6 * size)).strip()


def _text_lines(chars: list[Edge]) -> list[TextLine]:
    """Lines of text with the words that wide blanks part."""
    lines: list[list[Edge]] = []
    for char in sorted(chars, key=lambda c: ((c["top"] + c["bottom"]) / 2, c["x0"])):
        middle = (char["top"] + char["bottom"]) / 2
        if lines and middle < lines[-1][0]["bottom"] and middle > lines[-1][0]["top"]:
            lines[-1].append(char)
        else:
            lines.append([char])
    out = []
    for line in lines:
        words = _words(sorted(line, key=lambda c: float(c["x0"])))
        if words:
            text = "  ".join(word["text"] for word in words)
            out.append(TextLine(min(c["top"] for c in line), text, words))
    return out


def _words(line: list[Edge]) -> list[Edge]:
    parts: list[list[Edge]] = []
    for char in line:
        if not char["text"].strip():
            continue
        if parts and char["x0"] - _right(parts[-1][-1]) <= _COLUMN_GAP * char["size"]:
            parts[-1].append(char)
        else:
            parts.append([char])
    return [
        {
            "text": _text_of(part),
            "x0": part[0]["x0"],
            "x1": max(char["x1"] for char in part),
            "size": max(char["size"] for char in part),
            "top": min(char["top"] for char in part),
            "bottom": max(char["bottom"] for char in part),
        }
        for part in parts
    ]


def _right(char: Edge) -> float:
    """Where the ink of a character ends: a closing mark fills the left half of its square."""
    half = char["text"] in _CLOSING
    return float(min(char["x1"], char["x0"] + 0.5 * char["size"]) if half else char["x1"])


def _unruled(lines: list[TextLine], rules: list[float]) -> PageTable | None:
    """A table without upright rules: its columns are what blanks part on its fullest lines."""
    block = _between(lines, rules) if len(rules) > 2 else _block(lines)
    fullest = max((len(line.words) for line in block), default=0)
    columns = _columns([line for line in block if len(line.words) == fullest])
    if len(columns) < 2 or len(block) < 3:
        return None
    grid, row = Grid(), -1
    last_top, pitch = 0.0, _pitch(block, len(columns))
    for line in block:
        wrapped = row >= 0 and len(line.words) < len(columns) and line.top - last_top < pitch
        row, last_top = row if wrapped else row + 1, line.top
        for word in line.words:
            _put(grid, row, word, columns)
    box = (
        min(w["x0"] for line in block for w in line.words),
        block[0].top,
        max(w["x1"] for line in block for w in line.words),
        block[-1].top,
    )
    return PageTable(box, grid, [left for left, _ in columns], ruled=False)


def _pitch(block: list[TextLine], width: int) -> float:
    """Under what distance from the last line a line goes on with its cells."""
    tops = [line.top for line in block if len(line.words) == width]
    steps = [below - above for above, below in pairwise(tops)]
    return 0.8 * median(steps) if steps else 0.0


def _between(lines: list[TextLine], rules: list[float]) -> list[TextLine]:
    return [line for line in lines if rules[0] - _SNAP < line.top < rules[-1]]


def _block(lines: list[TextLine]) -> list[TextLine]:
    """The longest run of lines of several words that no wide blank parts."""
    runs: list[list[TextLine]] = [[]]
    for line in lines:
        if len(line.words) < 2:
            continue
        size = line.words[0]["size"]
        if runs[-1] and line.top - runs[-1][-1].top > 2 * _PARTED * size:
            runs.append([])
        runs[-1].append(line)
    longest = max(runs, key=len)
    if not longest:
        return []
    return [line for line in lines if longest[0].top <= line.top <= longest[-1].top]


def _columns(lines: list[TextLine]) -> list[tuple[float, float]]:
    """Left and right ends of what the words of these lines cover together."""
    out: list[tuple[float, float]] = []
    for left, right in sorted((w["x0"], w["x1"]) for line in lines for w in line.words):
        if out and left < out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], right))
        else:
            out.append((left, right))
    return out


def _put(grid: Grid, row: int, word: Edge, columns: list[tuple[float, float]]) -> None:
    """A word in the columns that it stands over; behind what a line above put there."""
    middle = (word["x0"] + word["x1"]) / 2
    held = [
        at
        for at, (left, right) in enumerate(columns)
        if min(right, word["x1"]) - max(left, word["x0"]) > 0.5 * (right - left)
        or left <= middle <= right
    ]
    if not held:
        held = [min(range(len(columns)), key=lambda at: abs(sum(columns[at]) / 2 - middle))]
    before = grid.cells.get(row, {}).get(held[0])
    grid.put(row, held[0], f"{before}\n{word['text']}" if before else word["text"])
    if len(held) > 1 and ((row, held[0]), (row, held[-1])) not in grid.merged:
        grid.merged.append(((row, held[0]), (row, held[-1])))
