"""A printed table laid out with a row a subject, whichever way the document lays it out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from geo.intake.packs.cells import read_printed, sign_in
from geo.intake.packs.printed import PrintedTable
from geo.intake.packs.rows import keys_of_industry
from geo.intake.packs.words import heading_is, indicator_of
from geo.text import Message

_CLASS = re.compile(
    r"第?(?:[一二三四五六七八九十]+|[ⅠⅡⅢⅣⅤⅥⅦIVX]+|\d+)(?:类|等|级)(?:地区|区|别|地)?(?:及?以[上下])?"
)
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
    groups: list[str] = field(default_factory=list)
    """The class of land, level or section of each row, where rows of several stand together."""

    def about(self, at: int) -> tuple[str, str]:
        """Clause and standing of a column, "" where the table has no line of them."""
        blank = [""] * len(self.headings)
        return self.lines.get("clause", blank)[at], self.lines.get("standing", blank)[at]


def listed(columns: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """Columns by their headings; of equal headings each keeps its cells.

    >>> listed([("二类", ("1",)), ("二类", ("2",))])
    {'二类': ('1',), '二类（2）': ('2',)}
    """
    out: dict[str, tuple[str, ...]] = {}
    for heading, cells in columns:
        name, number = heading, 1
        while name in out:
            number += 1
            name = f"{heading}（{number}）"
        out[name] = cells
    return out


def layout_of(table: PrintedTable, called: Called) -> Layout | None:
    """Rows as subjects, whichever way the document lays its table out."""
    across = [bool(named(heading, called)) for heading in table.headings]
    down = [sum(bool(named(row[at], called)) for row in table.body) for at in range(len(across))]
    best = max(range(len(down)), key=down.__getitem__)
    if down[best] > sum(across) and down[best] >= 1:
        return _turned(table, best)
    if not any(across):
        return None
    figures = [at for at, names in enumerate(across) if names]
    lines, body, places = _lines_of(table, figures)
    table = replace(table, body=tuple(body), places=tuple(places))
    labels = [at for at, names in enumerate(across) if not names]
    role = {
        kind: [at for at in labels if heading_is(kind, table.headings[at])]
        for kind in ("code", "name", "number", "remark")
    }
    role["code"] = [at for at in role["code"] if _holds_codes(table, at)]
    others = {at for places in role.values() for at in places}
    titled = [at for at in labels if at not in others and _is_label(table, at, figures[0])]
    grouping = [at for at in titled if _is_group(table, at)]
    own = [at for at in titled if at not in grouping]
    told = _telling(table, own)
    return Layout(
        [table.headings[at] for at in figures],
        [[row[at] for at in figures] for row in body],
        [_title(row, told) or _joined(row, role["code"]) or _joined(row, grouping) for row in body],
        [_joined(row, role["code"]) for row in body],
        [_joined(row, role["name"]) for row in body],
        places,
        lines,
        listed(
            (table.headings[at], tuple(row[at] for row in body))
            for at in labels
            if at not in titled and at not in others
        ),
        [
            *(
                f"{table.headings[at]}：{row[at]}"
                for at in role["remark"]
                for row in body
                if row[at]
            ),
            *_untold(table, [at for at in own if at not in told]),
        ],
        [_joined(row, grouping) for row in body] if grouping else [],
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


def _is_group(table: PrintedTable, at: int) -> bool:
    """Whether a column says for which class of land or section of the table its rows are."""
    cells = {row[at] for row in table.body if row[at]}
    section = table.headings[at] == Message("packs_import.section").zh
    classes = all(is_class(text) for text in cells)
    return bool(cells) and (section or (heading_is("land_class", table.headings[at]) and classes))


def is_class(text: str) -> bool:
    """Whether a text is a class of land: 一类, 三等, 六等及以下."""
    return bool(_CLASS.fullmatch(text))


def _telling(table: PrintedTable, own: list[int]) -> list[int]:
    """Of several columns of words the one that tells rows apart and names the most industries.

    The last one of several that do so equally; all where none differs in every row.
    """
    if len(own) < 2:
        return own
    differing = [at for at in own if len({row[at] for row in table.body}) == len(table.body)]
    if not differing:
        return own
    named = {
        at: sum(bool(keys_of_industry(row[at]).codes) for row in table.body) for at in differing
    }
    return [max(reversed(differing), key=named.__getitem__)]


def _untold(table: PrintedTable, columns: list[int]) -> list[str]:
    """What other columns of words say, a line for each of their texts."""
    return [
        f"{table.headings[at]}：{text}"
        for at in columns
        for text in dict.fromkeys(row[at] for row in table.body)
        if text
    ]


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
    role = {
        kind: [i for i, heading in enumerate(table.headings) if heading_is(kind, heading)]
        for kind in ("unit", "remark", "number", "bound")
    }
    others = {i for places in role.values() for i in places}
    values = [i for i in range(at + 1, len(table.headings)) if i not in others]
    titles = [table.headings[i] for i in values]
    return Layout(
        [_with_unit(row[at], _joined(row, role["unit"])) for row in table.body],
        [[_with_bound(row[i], _joined(row, role["bound"])) for row in table.body] for i in values],
        titles,
        ["*" if len(values) == 1 else "" for _ in values],
        ["" for _ in values],
        [table.places[0] for _ in values],
        notes=[f"{row[at]}：{row[i]}" for i in role["remark"] for row in table.body if row[i]],
        groups=titles if len(titles) > 1 and all(map(is_class, titles)) else [],
    )


def _with_unit(heading: str, unit: str) -> str:
    stated = unit and read_printed(unit).kind != "none"
    return f"{heading}（{unit}）" if stated else heading


def _with_bound(text: str, bound: str) -> str:
    """A figure with the sign that stands in a column of its own."""
    cell = read_printed(text)
    return f"{bound}{text}" if cell.kind == "number" and not cell.sign and sign_in(bound) else text
