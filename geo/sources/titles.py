"""Where a sheet's headings stand, what they are called, and what stands above them.

Headings of two lines are joined with `_` where the lower one alone is not unique; a line of units
below them is put behind each in brackets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from geo.model.units import heading_units, like_unit
from geo.sources.grid import Cell, Grid

LOOKED = 20
"""Rows from the top among which the headings are looked for."""

_ABOVE = re.compile(r"单位\s*[:：]|[(（]\s*单位|日期\s*[:：]|填报|填表|制表|编制|年\s*月\s*日")
"""What stands above a table and never heads a column."""

_BRACKETS = " （）()[]【】"
_NO_UNIT = re.compile(r"^(?:(?:计量|金额|数据)?\s*单\s*位\s*[:：]?|[-—–－/／\\*·]*|无|无量纲)$")
"""What a line of units holds where a column has none."""
_NUMBER = re.compile(r"^[-+]?[\d,]*\.?\d+%?$")

_WHOLE = re.compile(
    r"(?:合|总|共|小)?计|总[额数]|实际(?:数|完成)?|全年(?:数|合计|累计)?|本年(?:数|累计)?|年累计"
    r"|1[-—~至到]12月(?:累计)?"
)

Line = list[Cell]


@dataclass(frozen=True)
class Headings:
    """Names of the columns (None where a column has none), and the rows that they take.

    `above` are the texts over them; `first` is the first row of the body, all counted from 0.
    """

    names: list[str | None]
    start: int
    first: int
    above: list[str]


def line(grid: Grid, row: int, width: int) -> Line:
    """A row of the sheet from its first column on, merged cells filled."""
    cells = grid.cells.get(row, {})
    return [cells.get(column) for column in range(width)]


def find_headings(grid: Grid, stated: int | None, known: set[str]) -> Headings:
    """The headings of a sheet: on the row that is `given` (from 1), or found.

    The first row that is mostly filled with different words and has no figures; a row that holds
    one of the `known` names (blanks left out) goes before one that holds none.
    """
    rows = sorted(grid.cells)[: 2 * LOOKED]
    start = _found(grid, rows, known) if stated is None else stated - 1
    below = start + 1
    for (top, left), (bottom, right) in grid.merged:
        if top == start and (left, right) != (0, grid.width - 1):
            below = max(below, bottom + 1, start + (2 if right > left else 1))
    spread = _spread(grid, start, below)
    width = 1 + max((c for r in range(start, below) for c in grid.cells.get(r, {})), default=-1)
    both = max(width, 1 + max(grid.cells.get(below, {}), default=-1))
    if below == start + 1 and _second_line(line(grid, start, both), grid, below):
        below += 1
        width = both
        spread[start] = _filled_right(spread[start], grid.cells[below - 1], width)
    lines = [
        [spread.get(r, {}).get(c, grid.cells.get(r, {}).get(c)) for c in range(width)]
        for r in range(start, below)
    ]
    if _only_units(line(grid, below, width)):
        lines.append(
            [c if c is not None and _is_unit(c) else None for c in line(grid, below, width)]
        )
        below += 1
    above = [str(cell) for row in range(start) for cell in grid.cells.get(row, {}).values()]
    return Headings(_named(lines, width), start, below, above)


def _found(grid: Grid, rows: list[int], known: set[str]) -> int:
    widest = max((len({str(c) for c in grid.cells[row].values()}) for row in rows), default=0)
    likely = [row for row in rows[:LOOKED] if _likely(grid.cells[row], widest)]
    naming = [
        row
        for row in rows[:LOOKED]
        if _names_columns(grid.cells[row]) and _known(grid.cells[row], known)
    ]
    if naming and not (likely and _known(grid.cells[likely[0]], known)):
        # The upper of two lines need not hold a known name, if it joins the lower one.
        if (
            likely
            and naming[0] - 1 == likely[0]
            and any(top == likely[0] and right > left for (top, left), (_, right) in grid.merged)
        ):
            return likely[0]
        return naming[0]
    return likely[0] if likely else (rows[0] if rows else 0)


def _likely(cells: dict[int, Cell], widest: int) -> bool:
    words = {str(c) for c in cells.values()}
    return len(words) >= max(2, widest / 2) and _names_columns(cells)


def _names_columns(cells: dict[int, Cell]) -> bool:
    """Whether a row can be headings: no figures, nothing of what stands above tables."""
    values = list(cells.values())
    return not any(_is_figure(c) for c in values) and not any(
        isinstance(c, str) and _ABOVE.search(c) for c in values
    )


def _is_figure(cell: Cell) -> bool:
    if isinstance(cell, str):
        return bool(_NUMBER.match(cell.strip())) and not _is_year(cell)
    return isinstance(cell, int | float | date | datetime | time) and not _is_year(cell)


def _known(cells: dict[int, Cell], known: set[str]) -> bool:
    called = {plain(str(c)) for c in cells.values()}
    return bool((called | {word.lower() for word in called}) & known)


def plain(heading: str) -> str:
    """A heading without blanks and brackets, as names are compared."""
    return re.sub(r"[（(\[【][^）)\]】]*[）)\]】]|\s", "", heading)


def _is_year(cell: Cell) -> bool:
    if isinstance(cell, str):
        return bool(re.fullmatch(r"(19[9]|20\d|210)\d", cell.strip()))
    return (
        isinstance(cell, int | float)
        and not isinstance(cell, bool)
        and cell == int(cell)
        and 1990 <= cell <= 2100
    )


def _spread(grid: Grid, start: int, below: int) -> dict[int, dict[int, Cell]]:
    """The lines of headings with merged cells filled."""
    out = {row: dict(grid.cells.get(row, {})) for row in range(start, below)}
    for (top, left), (bottom, right) in grid.merged:
        value = grid.cells.get(top, {}).get(left)
        if value is None or not start <= top < below:
            continue
        for row in range(top, min(bottom, below - 1) + 1):
            out[row].update(dict.fromkeys(range(left, min(right, grid.width) + 1), value))
    return out


def _second_line(upper: Line, grid: Grid, row: int) -> bool:
    """Whether the next row goes on with the headings though nothing is merged (CSV, ODS).

    It fills what the upper line leaves blank, leaves blank some of what that fills, has no figures.
    """
    lower = grid.cells.get(row, {})
    blank = [c for c, cell in enumerate(upper) if cell is None]
    if not lower or not _names_columns(lower) or not any(c in lower for c in blank):
        return False
    last = max(len(upper) - 1, *lower)
    filled = {c for c, cell in enumerate(upper) if cell is not None}
    return all(c in filled or c in lower for c in range(last + 1)) and bool(filled - set(lower))


def _filled_right(upper: dict[int, Cell], lower: dict[int, Cell], width: int) -> dict[int, Cell]:
    """The upper line with its words carried to the right where only the lower one is filled."""
    out, last = dict(upper), None
    for column in range(width):
        if upper.get(column) is not None:
            last = upper[column] if column in lower else None
        elif column in lower and last is not None:
            out[column] = last
    return out


def _named(lines: list[Line], width: int) -> list[str | None]:
    """A name for each column: unique, None for a column without any word."""
    parts = []
    for column in range(width):
        words = [_word(row[column]) for row in lines if row[column] is not None]
        parts.append([w for w in dict.fromkeys(words) if w])
    units = [p.pop() if len(p) > 1 and _is_unit(p[-1]) else "" for p in parts]
    lower = [p[-1] if p else "" for p in parts]
    out: list[str | None] = []
    for at, words in enumerate(parts):
        alone = lower.count(lower[at]) == 1 and not is_whole(lower[at])
        heading = lower[at] if alone else "_".join(words)
        unit = units[at].strip(_BRACKETS)
        if not unit and "（" not in heading and "(" not in heading:
            unit = _unit_above(words)
        out.append((f"{heading}（{unit}）" if unit else heading) or None)
    return [
        n if n is None or out.index(n) == i else f"{n}.{out[:i].count(n)}"
        for i, n in enumerate(out)
    ]


def is_whole(word: str) -> bool:
    """Whether a heading says of the one above it that this is all of it: 合计, 实际, 本年累计.

    >>> is_whole("合计（万元）"), is_whole("其中：主营"), is_whole("本月")
    (True, False, False)
    """
    return bool(_WHOLE.fullmatch(plain(word)))


def _unit_above(words: list[str]) -> str:
    """The unit that an upper line gives in brackets, where the last line has none of its own."""
    if len(words) < 2 or heading_units(words[-1]):
        return ""
    found = [unit for word in words[:-1] for unit in heading_units(word)]
    return found[-1] if found else ""


def _is_unit(cell: Cell) -> bool:
    """Whether a cell is a unit alone: 万元, （亩）, not 营业收入（元）."""
    text = str(cell).strip(_BRACKETS)
    return not re.search(r"[（(\[【]", text) and like_unit(text)


def _only_units(row: Line) -> bool:
    """Whether a row holds units, and beside them nothing but its label and strokes."""
    held = [c for c in row if c is not None]
    units = [c for c in held if _is_unit(c)]
    return bool(units) and all(c in units or _NO_UNIT.match(str(c).strip(_BRACKETS)) for c in held)


def _word(cell: Cell) -> str:
    """A heading's text with each run of blanks and line breaks as one blank."""
    text = f"{cell:.0f}" if not isinstance(cell, str) and _is_year(cell) else str(cell)
    return re.sub(r"\s+", " ", text).strip()
