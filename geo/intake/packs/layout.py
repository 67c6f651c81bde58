"""A printed table laid out with a row a subject, whichever way the document lays it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from geo.intake.packs.cells import read_printed
from geo.intake.packs.printed import PrintedTable
from geo.intake.packs.words import heading_is, indicator_of

Called = Mapping[str, str]
"""Indicators by the headings that the office named them for."""


@dataclass
class Layout:
    """The table laid out with a row a subject: headings of indicators, titles, codes, names."""

    headings: list[str]
    cells: list[list[str]]
    titles: list[str]
    codes: list[str]
    names: list[str]
    places: list[int]
    lines: dict[str, list[str]] = field(default_factory=dict)
    left: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def about(self, at: int) -> tuple[str, str]:
        """Clause and standing of a column, "" where the table has no line of them."""
        blank = [""] * len(self.headings)
        return self.lines.get("clause", blank)[at], self.lines.get("standing", blank)[at]


def layout_of(table: PrintedTable, called: Called) -> Layout | None:
    """Rows as subjects, whichever way the document lays its table out."""
    across = [bool(named(heading, called)) for heading in table.headings]
    down = [sum(bool(named(row[at], called)) for row in table.body) for at in range(len(across))]
    best = max(range(len(down)), key=down.__getitem__)
    if down[best] > sum(across) and down[best] >= 1:
        return _turned(table, best)
    if not any(across):
        return None
    labels = [at for at, names in enumerate(across) if not names]
    role = {
        kind: [at for at in labels if heading_is(kind, table.headings[at])]
        for kind in ("code", "name", "number", "remark")
    }
    role["code"] = [at for at in role["code"] if _holds_codes(table, at)]
    others = {at for places in role.values() for at in places}
    figures = [at for at in range(len(across)) if across[at]]
    titled = [at for at in labels if at not in others and _is_label(table, at, figures[0])]
    lines, body, places = _lines_of(table, figures)
    return Layout(
        [table.headings[at] for at in figures],
        [[row[at] for at in figures] for row in body],
        [_title(row, titled) or _joined(row, role["code"]) for row in body],
        [_joined(row, role["code"]) for row in body],
        [_joined(row, role["name"]) for row in body],
        places,
        lines,
        {
            table.headings[at]: tuple(row[at] for row in body)
            for at in labels
            if at not in titled and at not in others
        },
        [f"{table.headings[at]}：{row[at]}" for at in role["remark"] for row in body if row[at]],
    )


def _is_label(table: PrintedTable, at: int, first: int) -> bool:
    """Whether a column says whom a row is for: words, and left of the figures.

    Figures left of the first known heading are requirements that nobody has named yet.
    """
    if heading_is("title", table.headings[at]):
        return True
    cells = [read_printed(row[at]).kind for row in table.body]
    words = sum(kind not in ("number", "range", "blank") for kind in cells)
    return at < first and 2 * words >= sum(kind != "blank" for kind in cells)


def _holds_codes(table: PrintedTable, at: int) -> bool:
    """Whether a column of 代码 or 大类 holds codes, not names."""
    cells = [row[at] for row in table.body if row[at]]
    return 2 * sum(any(map(str.isdigit, text)) or len(text) == 1 for text in cells) >= len(cells)


def named(heading: str, called: Called) -> str:
    """The indicator that the office or the heading itself names; "" where there is none."""
    return called.get(heading, "") or indicator_of(heading)


def _title(row: tuple[str, ...], titled: list[int]) -> str:
    """The words of a row, a merged group's before its part's."""
    parts = [text for text in dict.fromkeys(row[at] for at in titled) if text]
    return parts[-1] if parts and len(parts[-1]) > 1 else " ".join(parts)


def _joined(row: tuple[str, ...], places: list[int]) -> str:
    return "、".join(row[at] for at in places if row[at])


def _lines_of(
    table: PrintedTable, figures: list[int]
) -> tuple[dict[str, list[str]], list[tuple[str, ...]], list[int]]:
    """Lines of clauses and of standing under the headings, and the body without them."""
    lines, body, places = {}, [], []
    for row, place in zip(table.body, table.places, strict=True):
        label = next((text for text in row if text), "")
        kind = next((kind for kind in ("clause", "standing") if heading_is(kind, label)), "")
        if kind:
            lines[kind] = [row[at] for at in figures]
        else:
            body.append(row)
            places.append(place)
    return lines, body, places


def _turned(table: PrintedTable, at: int) -> Layout:
    """A table whose rows are indicators: each further column is a row of the pack."""
    units = [i for i, heading in enumerate(table.headings) if heading_is("unit", heading)]
    remarks = [i for i, heading in enumerate(table.headings) if heading_is("remark", heading)]
    numbers = [i for i, heading in enumerate(table.headings) if heading_is("number", heading)]
    values = [
        i for i in range(at + 1, len(table.headings)) if i not in {*units, *remarks, *numbers}
    ]
    headings = [
        f"{row[at]}（{row[units[0]]}）" if units and row[units[0]] else row[at]
        for row in table.body
    ]
    return Layout(
        headings,
        [[row[i] for row in table.body] for i in values],
        [table.headings[i] for i in values],
        ["*" if len(values) == 1 else "" for _ in values],
        ["" for _ in values],
        [table.places[0] for _ in values],
        notes=[f"{row[at]}：{row[i]}" for i in remarks for row in table.body if row[i]],
    )
