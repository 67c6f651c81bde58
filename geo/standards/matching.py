"""Which row of a published table a parcel or an enterprise falls in (适用行)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

import numpy as np
import pandas as pd

from geo.arrays import Ints
from geo.model import classes_within, industries, within_industry


class MatchRow(Protocol):
    """What of a row decides: industry codes (`*` is all others) and names (of industry or park)."""

    @property
    def codes(self) -> list[str]: ...  # noqa: D102
    @property
    def names(self) -> list[str]: ...  # noqa: D102


def row_of_industry(rows: Sequence[MatchRow], code: str, name: str) -> int:
    """The row of an industry in a table by industries; −1 where it is not known.

    A table with rows 13–15, 30 and `*`: code 3021 falls in 30 (its longest prefix), 27 in `*`. Code
    99XX, which GB/T 4754 does not know, might be any industry's and falls nowhere; without a code,
    a row that is called 食品 takes 食品制造业 by its name. Of a code that is too short for the table
    (30 where 305 has a row of its own) the name alone tells the row among those that it may be of.
    """
    others = _rows_for_all(rows)
    if code and _is_unknown(rows, code):
        code, others = "", []
    by_code = _rows_by_code(rows, code, range(len(rows)))
    by_name = _named(rows, name)
    if len(by_code) > 1:
        return next((row for row in by_name if row in by_code), -1)
    for row in (*by_code, *by_name):
        if row is not None:
            return row
    return others[0] if others and (name or code) else -1


def row_of_place(rows: Sequence[MatchRow], code: str, name: str) -> int:
    """The row of a park's level or name in a table by parks; −1 where it is not known.

    A table with 省级 for industries 30, 省级 for all, and `*`: industry 3021 in a 省级 park falls in
    the first, 27 in the second. Where the industry is not known, or its code too short for the
    table, it might be the first's, so the parcel falls nowhere. A park of another level falls in
    `*`.
    """
    others = _rows_for_all(rows)
    if code and _is_unknown(rows, code):
        code = ""
    by_name = _named(rows, name)
    narrow = [i for i in by_name if rows[i].codes]
    by_code = _rows_by_code(rows, code, narrow)
    if len(by_code) > 1 or (narrow and not code):
        return -1
    for row in by_code:
        if row is not None:
            return row
    wide = [i for i in by_name if i not in narrow]
    if wide:
        return wide[0]
    return others[0] if others and name else -1


def _rows_for_all(rows: Sequence[MatchRow]) -> list[int]:
    return [i for i, row in enumerate(rows) if "*" in row.codes]


def _is_unknown(rows: Sequence[MatchRow], code: str) -> bool:
    """Whether neither GB/T 4754 nor the table itself has the code."""
    return code not in industries().index and not any(code in row.codes for row in rows)


def _rows_by_code(rows: Sequence[MatchRow], code: str, among: Sequence[int]) -> set[int | None]:
    """The rows that the classes of an industry fall in, None for those that fall in none.

    A code of four digits is one class: it has one row. 30 holds 305 and 307, and may have several.
    """
    return {_longest_prefix(rows, one, among) for one in (classes_within(code) if code else [""])}


def _longest_prefix(rows: Sequence[MatchRow], code: str, among: Sequence[int]) -> int | None:
    """The first of the rows that name most digits of the code; None where none names any."""
    if not code:
        return None
    found = [
        (len(listed), -i)
        for i in among
        for listed in rows[i].codes
        if listed != "*" and code.startswith(within_industry(listed))
    ]
    return -max(found)[1] if found else None


def _named(rows: Sequence[MatchRow], name: str) -> list[int]:
    """Rows one of whose names is found in the name."""
    return [i for i, row in enumerate(rows) if name and any(n in name for n in row.names)]


class Keys:
    """What rows are matched by, each distinct value once: industry code and name, park level, name.

    `number[by]` is each subject's place in `pairs(by)`, int64 (n,).
    """

    COLUMNS: ClassVar = {
        "industry": ("industry_code", "industry_name"),
        "park_level": ("industry_code", "park_level"),
        "park_name": ("industry_code", "park_name"),
    }

    def __init__(self, subjects: pd.DataFrame, wanted: set[str]) -> None:
        self.number: dict[str, Ints] = {}
        self._pairs: dict[str, list[tuple[str, str]]] = {}
        for by in wanted:
            codes, names = (self._unique(subjects, c) for c in self.COLUMNS[by])
            joined = codes[0] * len(names[1]) + names[0]
            kept, self.number[by] = np.unique(joined, return_inverse=True)
            self._pairs[by] = [
                (codes[1][k // len(names[1])], names[1][k % len(names[1])]) for k in kept
            ]

    def pairs(self, by: str) -> list[tuple[str, str]]:
        """The distinct (code, name) pairs."""
        return self._pairs[by]

    @staticmethod
    def _unique(subjects: pd.DataFrame, column: str) -> tuple[Ints, list[str]]:
        """Place of each subject's text among the distinct ones; missing is the empty text."""
        if column not in subjects:
            return np.zeros(len(subjects), dtype=np.int64), [""]
        number, values = pd.factorize(subjects[column])
        return number + 1, ["", *(str(v) for v in values)]
