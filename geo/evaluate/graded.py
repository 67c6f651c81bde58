"""What grading gives: a row a subject and a row an item, of everybody or of the rows asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Array, Floats, Index, Ints, Mask
from geo.evaluate.method import Item
from geo.evaluate.points import band_of, band_texts

COLUMNS = (
    "subject",
    "subject_id",
    "evaluation",
    "group",
    "score",
    "rank",
    "of",
    "grade",
    "reason",
    "to_better",
    "to_worse",
    "stability",
    "draws",
    "filled",
    "bonus",
    "penalty",
    "deduction",
    "tie",
    "note",
    "citation",
)
ITEMS = (
    "subject",
    "subject_id",
    "indicator",
    "family",
    "value",
    "baseline",
    "least",
    "largest",
    "mean",
    "band",
    "weight",
    "cap",
    "score",
    "filled",
)


@dataclass(frozen=True)
class Scored:
    """How one group's items were scored: arrays (item, subject), and what goes with each item.

    `at` are the subjects' rows in `Graded.grades`; `items` and the rows of `of_item` are the items.
    """

    at: NDArray[np.intp]
    items: tuple[Item, ...]
    of_item: pd.DataFrame
    value: Floats
    score: Floats
    filled: Mask

    def only(self, subjects: Ints, at: NDArray[np.intp]) -> Scored:
        """Some subjects of the group, who stand in the rows `at`."""
        return replace(
            self,
            at=at,
            value=self.value[:, subjects],
            score=self.score[:, subjects],
            filled=self.filled[:, subjects],
        )

    def table(self, grades: pd.DataFrame) -> pd.DataFrame:
        """Columns `ITEMS`, item by item."""
        who = grades[["subject", "subject_id"]].iloc[np.tile(self.at, len(self.of_item))]
        what = self.of_item.iloc[np.repeat(np.arange(len(self.of_item)), len(self.at))]
        return pd.concat([frame.reset_index(drop=True) for frame in (who, what)], axis=1).assign(
            value=self.value.ravel(),
            band=self._bands(),
            score=self.score.ravel(),
            filled=self.filled.ravel(),
        )[list(ITEMS)]

    def _bands(self) -> pd.Categorical:
        """The band of each value, item by item; missing where an item has none."""
        texts: list[str] = []
        codes = np.full(self.value.shape, -1, dtype=np.int16)
        for at, item in enumerate(self.items):
            if item.bands:
                own = band_of(self.value[at], item)
                codes[at] = np.where(own < 0, -1, own + len(texts))
                texts += band_texts(item)
        known = pd.Index(dict.fromkeys(texts), dtype="str")
        number = np.append(known.get_indexer(pd.Index(texts, dtype="str")), -1)
        return pd.Categorical.from_codes(number[codes.ravel()], known)


@dataclass(frozen=True)
class Graded:
    """`grades`: one row a subject (`COLUMNS`); `score_items`: one row a subject and item (`ITEMS`)."""

    grades: pd.DataFrame
    scored: list[Scored]

    @property
    def score_items(self) -> pd.DataFrame:
        """The items as a table, made when it is asked for: it is many times the grades."""
        tables = [one.table(self.grades) for one in self.scored]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(ITEMS))


def together(parts: list[Graded]) -> Graded:
    """One below the other."""
    start = np.cumsum([0, *(len(p.grades) for p in parts)])
    return Graded(
        pd.concat([p.grades for p in parts], ignore_index=True),
        [
            replace(one, at=one.at + first)
            for p, first in zip(parts, start, strict=False)
            for one in p.scored
        ],
    )


@dataclass(frozen=True)
class GroupStandings:
    """The columns of `Graded.grades` of one group, an array or one value each, and its items.

    Those outside all groups have no items (`scored` is None).
    """

    columns: Mapping[str, Any]
    scored: Scored | None

    def rows(self, subjects: Ints) -> pd.DataFrame:
        """Some of its subjects, by their place in it."""
        taken = {
            name: values[subjects] if isinstance(values, np.ndarray) else values
            for name, values in self.columns.items()
        }
        kinds = {name: kind for name, kind in _KINDS.items() if name in taken}
        table = pd.DataFrame(taken, index=range(len(subjects)))
        return table.astype(kinds).reindex(columns=list(COLUMNS))


_KINDS = {
    **dict.fromkeys(("evaluation", "group", "grade", "reason", "tie", "note"), "str"),
    "filled": "int64",
}
"""Columns that are kept smaller than they are shown."""


@dataclass(frozen=True)
class Standings:
    """Everybody's scores and grades as numbers, from which the rows asked for are made.

    Of 5,000,000 enterprises the table is 1 GB, and what it is made of a third. `group` is the
    number in `groups` of each subject, `place` its place there.
    """

    groups: list[GroupStandings]
    group: NDArray[np.int8]
    place: NDArray[np.int32]
    subject: str
    citation: str

    def graded(self, rows: Ints, ids: Index | Array) -> Graded:
        """The subjects in these rows, in that order, under these ids."""
        group, place = self.group[rows], self.place[rows].astype(np.int64)
        tables, at, scored = [], [], []
        for number, one in enumerate(self.groups):
            own = np.flatnonzero(group == number)
            tables.append(one.rows(place[own]))
            at.append(own)
            if one.scored is not None:
                scored.append(one.scored.only(place[own], own))
        table = pd.concat(tables, ignore_index=True).iloc[np.argsort(np.concatenate(at))]
        citation = pd.Categorical.from_codes(
            np.zeros(len(table), dtype=np.int8), pd.Index([self.citation], dtype="str")
        )
        table = table.assign(subject=self.subject, subject_id=ids, citation=citation)
        return Graded(table[list(COLUMNS)].reset_index(drop=True), scored)
