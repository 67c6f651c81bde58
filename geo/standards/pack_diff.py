"""What differs between two packs, as between two editions of one document: cell by cell, by sets.

A cell is stricter where what it admits lies within what the other admits, and looser where it is
the other way round; the words of a cell say nothing of that. All sets are compared as they admit
figures before rounding, as the rules themselves are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.arrays import Floats
from geo.standards.as_printed import band_text, cell_text
from geo.standards.cell import Band, Cell, Ends
from geo.standards.comply import Rule
from geo.standards.model import Column, Pack, Row
from geo.standards.pack_bands import stretches
from geo.standards.sets import within
from geo.text import Message, Wording

EFFECTS: dict[str, Wording] = {
    "": Message("pack_effect.none"),
    "stricter": Message("pack_effect.stricter"),
    "looser": Message("pack_effect.looser"),
    "shifted": Message("pack_effect.shifted"),
    "unknown": Message("pack_effect.unknown"),
}
"""What a change does to who passes; `unknown` where one side is no set (a document, a requirement)."""

PARTS: dict[str, Wording] = {
    "head": Message("pack_part.head"),
    "column": Message("pack_part.column"),
    "row": Message("pack_part.row"),
    "cell": Message("pack_part.cell"),
}
CHANGE_WORDS: dict[str, Wording] = {
    "changed": Message("pack_change.changed"),
    "added": Message("pack_change.added"),
    "gone": Message("pack_change.gone"),
}

DIFFERENCES = ("part", "change", "column", "row", "item", "old", "new", "effect")
"""Columns of the table of differences: `part` is head, column, row or cell; `change` is added, gone
or changed; `item` is the key that differs, empty of cells."""

_HEAD = (
    "id",
    "title_zh",
    "title_en",
    "issuer",
    "document",
    "date",
    "url",
    "basis",
    "region",
    "in_force_from",
    "in_force_to",
    "subject",
    "level",
    "stands",
    "rows_by",
    "choose_one",
    "found",
    "currency",
    "replaces",
    "transition",
    "transition_clause",
)
_COLUMN = tuple(Column.model_fields)
_EVERYTHING = ("none", "exempted")
"""Kinds of cells that ask for nothing."""


@dataclass(frozen=True)
class Aligned:
    """What of the one pack is what of the other: keys of columns, and names of rows."""

    columns: dict[str, str]
    rows: dict[str, str]


def align(old: Pack, new: Pack) -> Aligned:
    """The columns and rows that stand for each other.

    A column is the other's of its key that judges the same indicator, else the only one left on
    its indicator; a row that of its name, else the one of its codes.
    """
    columns = {
        key: key
        for key, column in old.columns.items()
        if key in new.columns and new.columns[key].indicator == column.indicator
    }
    left = [
        {key: c.indicator for key, c in pack.columns.items() if key not in columns}
        for pack in (old, new)
    ]
    columns |= _only_ones(*left)
    by_name = [_rows_by_name(pack) for pack in (old, new)]
    rows = {name: name for name in by_name[0] if name in by_name[1]}
    keys = [
        {name: _row_keys(row) for name, row in side.items() if name not in rows} for side in by_name
    ]
    return Aligned(columns, rows | _only_ones(*keys))


def _only_ones(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Entries of one value that each side has once."""
    found: dict[str, str] = {}
    for key, value in old.items():
        others = [other for other, text in new.items() if text == value]
        if value and len(others) == 1 and list(old.values()).count(value) == 1:
            found[key] = others[0]
    return found


def _row_keys(row: Row) -> str:
    """What a row is matched by, whatever the order in which it is listed."""
    return " ".join(sorted(row.codes) or sorted(row.names))


def _rows_by_name(pack: Pack) -> dict[str, Row]:
    return dict(zip(_numbered([row.industry for row in pack.rows]), pack.rows, strict=True))


def _numbered(names: Sequence[str]) -> list[str]:
    """Names, of which the second of one name is `name #2`."""
    count: Counter[str] = Counter()
    out = []
    for name in names:
        count[name] += 1
        out.append(name if count[name] == 1 else f"{name} #{count[name]}")
    return out


def differences(old: Pack, new: Pack) -> pd.DataFrame:
    """Everything that differs (columns `DIFFERENCES`, all text), from `old` to `new`.

    Examples
    --------
    >>> from geo import read_pack
    >>> pack = read_pack("longchang-neirong-2022")
    >>> len(differences(pack, pack))
    0
    """
    aligned = align(old, new)
    lines = [
        *_head(old, new),
        *_columns(old, new, aligned),
        *_rows(old, new, aligned),
        *_cells(old, new, aligned),
    ]
    return pd.DataFrame(lines, columns=list(DIFFERENCES)).astype("str")


def _beyond(new: Pack, aligned: Aligned) -> list[str]:
    """Columns that only the other pack has."""
    return [key for key in new.columns if key not in aligned.columns.values()]


Line = tuple[str, str, str, str, str, str, str, str]


def _head(old: Pack, new: Pack) -> Iterator[Line]:
    for key in _HEAD:
        one, other = (str(getattr(pack.head, key) or "") for pack in (old, new))
        if one != other:
            yield "head", "changed", "", "", key, one, other, ""
    for key in ("industrial_land_only", "parks", "parcels"):
        one, other = (_listed(getattr(pack.scope, key)) for pack in (old, new))
        if one != other:
            yield "head", "changed", "", "", f"scope.{key}", one, other, ""


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _columns(old: Pack, new: Pack, aligned: Aligned) -> Iterator[Line]:
    for key, column in old.columns.items():
        if key not in aligned.columns:
            yield "column", "gone", key, "", "", column.indicator, "", "looser"
            continue
        other_key = aligned.columns[key]
        other = new.columns[other_key]
        if key != other_key:
            yield "column", "changed", other_key, "", "key", key, other_key, ""
        for item in _COLUMN:
            one, two = (str(getattr(side, item)) for side in (column, other))
            if one != two:
                effect = ""
                if item == "mandatory":
                    effect = "stricter" if other.mandatory else "looser"
                yield "column", "changed", other_key, "", item, one, two, effect
    for key in _beyond(new, aligned):
        yield "column", "added", key, "", "", "", new.columns[key].indicator, "stricter"


def _rows(old: Pack, new: Pack, aligned: Aligned) -> Iterator[Line]:
    rows, others = _rows_by_name(old), _rows_by_name(new)
    for name, row in rows.items():
        if name not in aligned.rows:
            yield "row", "gone", "", name, "", _matched_by(row), "", ""
            continue
        other = others[aligned.rows[name]]
        for item in ("industry", "codes", "names"):
            one, two = (_listed(getattr(side, item)) for side in (row, other))
            if one != two:
                yield "row", "changed", "", aligned.rows[name], item, one, two, ""
    for name, row in others.items():
        if name not in aligned.rows.values():
            yield "row", "added", "", name, "", "", _matched_by(row), ""


def _matched_by(row: Row) -> str:
    return ", ".join([*row.codes, *row.names])


@dataclass(frozen=True)
class _Entries:
    """The cells of one column by the rows that the document prints, with what each admits.

    `start` is the place of each row's cell, or of the first of its bands, in the rule's cells.
    """

    rule: Rule
    start: dict[str, int]

    @classmethod
    def of(cls, pack: Pack, key: str) -> _Entries:
        rule = Rule(pack, key, pack.columns[key], None)
        return cls(rule, dict(zip(_rows_by_name(pack), rule.flat.start, strict=True)))

    def bands(self, name: str) -> list[Band]:
        """The bands of a row's cell; of a plain one, one band without ends."""
        at = self.start[name]
        banded = self.rule.flat.banded.get(at)
        return banded.bands if banded else [Band(cell=self.cell(at))]

    def by(self, name: str) -> str:
        """The figure that the bands of a row's cell go by, empty of a plain cell."""
        banded = self.rule.flat.banded.get(self.start[name])
        return banded.by if banded else ""

    def lines(self, name: str) -> Iterator[tuple[str, str]]:
        """Every band of a row's cell, or the cell: its label and its text."""
        for number, band in enumerate(self.bands(name)):
            yield _label(name, self.by(name), band), self.text(self.start[name] + number)

    def cell(self, at: int) -> Cell:
        return self.rule.cells[at]

    def text(self, at: int) -> str:
        cell, column = self.cell(at), self.rule.column
        shown = cell_text(cell, column)
        return f"{shown} {column.printed_unit}" if _is_set(cell) and column.printed_unit else shown

    def ends(self, at: int) -> tuple[Floats, Floats]:
        """From …, below … as a pair of one entry each."""
        if self.cell(at).kind in _EVERYTHING:
            return np.array([-np.inf]), np.array([np.inf])
        first, last = self.rule.raw
        return first[[at]], last[[at]]


def _label(row: str, by: str, band: Ends) -> str:
    return f"{row} · {band_text(by, band)}" if by else row


def _is_set(cell: Cell) -> bool:
    return cell.kind in ("number", "range")


def _cells(old: Pack, new: Pack, aligned: Aligned) -> Iterator[Line]:
    """Cells of columns and rows that both have, and those of what only one has."""
    for key, other_key in aligned.columns.items():
        one, two = _Entries.of(old, key), _Entries.of(new, other_key)
        for name in one.start:
            if name in aligned.rows:
                yield from _row_cells(one, name, two, aligned.rows[name], other_key)
            else:
                yield from _only(one, name, key, "gone")
        for name in two.start:
            if name not in aligned.rows.values():
                yield from _only(two, name, other_key, "added")
    for pack, change, keys in (
        (old, "gone", [key for key in old.columns if key not in aligned.columns]),
        (new, "added", _beyond(new, aligned)),
    ):
        for key in keys:
            entries = _Entries.of(pack, key)
            for name in entries.start:
                yield from _only(entries, name, key, change)


def _only(entries: _Entries, name: str, key: str, change: str) -> Iterator[Line]:
    """The cells of a row that one side does not have."""
    for label, text in entries.lines(name):
        texts = (text, "") if change == "gone" else ("", text)
        yield "cell", change, key, label, "", *texts, ""


def _row_cells(one: _Entries, name: str, two: _Entries, other: str, key: str) -> Iterator[Line]:
    """One row's cell against the other's; where bands moved, stretch by stretch of their figure."""
    by = one.by(name), two.by(other)
    if all(by) and by[0] != by[1]:  # bands of two figures: no cell of one is a cell of the other
        yield from _only(one, name, key, "gone")
        yield from _only(two, other, key, "added")
        return
    for stretch, at, there in stretches(one.bands(name), two.bands(other)):
        label = _label(other, by[0] or by[1], stretch)
        if at is None or there is None:
            old = "" if at is None else one.text(one.start[name] + at)
            new = "" if there is None else two.text(two.start[other] + there)
            yield "cell", "added" if at is None else "gone", key, label, "", old, new, ""
            continue
        places = one.start[name] + at, two.start[other] + there
        effect = _effect(one, places[0], two, places[1])
        texts = one.text(places[0]), two.text(places[1])
        if texts[0] != texts[1] or effect not in ("", "unknown"):
            yield "cell", "changed", key, label, "", *texts, effect


def _effect(one: _Entries, at: int, two: _Entries, there: int) -> str:
    """What a changed cell does: its set against the other's."""
    cells = one.cell(at), two.cell(there)
    if not all(_is_set(cell) or cell.kind in _EVERYTHING for cell in cells):
        return (
            "" if cells[0].kind == cells[1].kind and cells[0].text == cells[1].text else "unknown"
        )
    if one.rule.column.unit != two.rule.column.unit:
        return "unknown"
    before, after = one.ends(at), two.ends(there)
    inner, outer = (bool(within(*pair)[0, 0]) for pair in ((after, before), (before, after)))
    if inner and outer:
        return ""
    return "stricter" if inner else "looser" if outer else "shifted"
