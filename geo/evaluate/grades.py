"""A–D grades: items scored, summed, ranked within their group, cut into grades.

A grade is `A` to `D`, `ungraded` (不定等级, with the reason) or `no_data`. A missing input never
lowers a grade: it gives no_data, or the group's mean where the method says so. Shares are taken of
all who compete, those without data included, so that nobody's missing figure moves another down,
unless the method takes them of those with data, or of everybody (`shares_of`). The ends of a min–max scale and the
mean of an item are those of who competes with all data, unless the method says another base
(`scale_of`, `mean_of`); a blank there can still move the ends, and so the others' scores. Who is
exempt from a grade is scored, takes nobody's place and moves nobody's score. Scores are compared as
shown; equal scores get equal grades.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Array, Floats, Index, Mask, Series
from geo.errors import RuleError
from geo.evaluate.eligibility import NO_DATA, groups_of, one_of, points_off
from geo.evaluate.method import GRADES, Group, Item, Method
from geo.evaluate.points import (
    Bases,
    Scale,
    band_of,
    band_texts,
    figures_of,
    item_points,
    values_of,
)
from geo.evaluate.scoring import Limits, Places, cut, margins, ranks, tied_by
from geo.evaluate.stability import Standing, stability
from geo.guards import require_columns, with_flags, with_numbers
from geo.standards.shown import shown
from geo.text import Message, Text, Wording

GRADE_WORDS: dict[str, Wording] = {
    **{g: Text(g, g) for g in GRADES},
    "ungraded": Message("grade.ungraded"),
    "no_data": Message("grade.no_data"),
}

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

    def moved(self, place: NDArray[np.intp]) -> Scored:
        """Only the subjects whose row has a new place (not −1), at that place."""
        kept = place[self.at] >= 0
        return Scored(
            place[self.at[kept]],
            self.items,
            self.of_item,
            self.value[:, kept],
            self.score[:, kept],
            self.filled[:, kept],
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

    def take(self, rows: NDArray[np.intp]) -> Graded:
        """The same of some rows of `grades`, in that order."""
        place = np.full(len(self.grades), -1, dtype=np.intp)
        place[rows] = np.arange(len(rows))
        return Graded(
            self.grades.iloc[rows].reset_index(drop=True), [one.moved(place) for one in self.scored]
        )


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


def grade(
    subjects: pd.DataFrame,
    method: Method,
    year: int,
    uncertainty: float = 0.0,
    subject: str = "enterprise",
) -> Graded:
    """Scores and grades of all subjects (indexed by id, one row each, indicators as columns).

    Raises DataError where an item of the method has no column: its figures may be missing, the
    column may not.
    """
    if not all(one.items for one in method.groups):
        raise RuleError("evaluate_method.text_method_prints_no_items", method=method.head.id)
    numbers = (
        "area_mu",
        "bonus_points",
        "penalty_points",
        *method.grading.order_ties_by,
        *(d.count for one in method.groups for d in one.deductions),
        *(item.indicator for one in method.groups for item in one.items),
    )
    subjects = with_flags(with_numbers(subjects, numbers, "grade"), ("above_scale",), "grade")
    group, reason = groups_of(subjects, method, year)
    places, parts, scored = [], [], []
    for number, one in enumerate(method.groups):
        at = np.flatnonzero(group == number)
        if len(at):
            require_columns(subjects, (item.indicator for item in one.items), "grade")
            table, scored_group = _group(subjects.iloc[at], reason[at], one, method, uncertainty)
            places.append(at)
            parts.append(table)
            scored.append(replace(scored_group, at=at))
    outside = np.flatnonzero(group < 0)
    if len(outside) or not parts:
        places.append(outside)
        parts.append(_without(subjects.index[outside], reason[outside], method))
    table = pd.concat(parts).iloc[np.argsort(np.concatenate(places))]
    citation = pd.Categorical.from_codes(
        np.zeros(len(table), dtype=np.int8), pd.Index([method.head.citation], dtype="str")
    )
    table = table.assign(subject=subject, subject_id=table.index, citation=citation)
    return Graded(table[list(COLUMNS)].reset_index(drop=True), scored)


def _without(index: Index, reason: Array, method: Method) -> pd.DataFrame:
    grades = np.where(one_of(reason, NO_DATA), "no_data", "ungraded")
    return pd.DataFrame(
        {"evaluation": method.head.id, "group": "", "grade": grades, "reason": reason},
        index=index,
    ).reindex(columns=list(COLUMNS))


def _group(
    subjects: pd.DataFrame,
    reason: Array,
    group: Group,
    method: Method,
    uncertainty: float,
) -> tuple[pd.DataFrame, Scored]:
    """Grades and items of one group."""
    method = method.model_copy(update={"grading": method.grading_of(group)})
    values = values_of(subjects, group)
    bases = Bases.of(values, reason, group, method.grading)
    points, filled = item_points(values, group, bases)
    bonus = _capped(subjects, "bonus_points", method.grading.bonus_cap)
    penalty = _capped(subjects, "penalty_points", method.grading.penalty_cap)
    decimals = method.head.decimals
    deduction = _deduction(subjects, group)
    extra = bonus - penalty - deduction
    score = shown(points.sum(axis=0) + extra, decimals)
    further = figures_of(subjects, method.grading.order_ties_by)
    why = reason.copy()
    unscored = np.isnan(score) & (why == "")
    blank = (np.isnan(points) & np.isnan(values)).any(axis=0)
    why[unscored & blank], why[unscored & ~blank] = "input_missing", "no_base"
    competes = why == ""
    places = _places(why, method)
    standing = np.where(competes, score, np.nan)
    rank = ranks(standing, method.grading.ties, further)
    codes = cut(score, rank, places, method.grading)
    steady, draws = stability(
        values,
        extra,
        Standing(codes, competes, places, bases, further),
        group,
        method,
        uncertainty,
    )
    bound = _bounds(subjects, method)
    final, grades, why = _said(codes, why, bound, method)
    has_grade = one_of(grades, GRADES)
    better, worse = margins(standing, np.where(has_grade, final, -1), bound, places, method)
    table = pd.DataFrame(
        {
            "evaluation": method.head.id,
            "group": group.id,
            "score": score,
            "rank": rank,
            "of": places.of,
            "grade": grades,
            "reason": why,
            "to_better": better,
            "to_worse": worse,
            "stability": np.where(has_grade & (codes >= 0), steady, np.nan),
            "draws": draws,
            "filled": filled.sum(axis=0),
            "bonus": bonus,
            "penalty": penalty,
            "deduction": deduction,
            "tie": tied_by(standing, further, method.grading.order_ties_by) if len(further) else "",
            "note": subjects.get("grade_note", pd.Series("", index=subjects.index)).to_numpy(),
        },
        index=subjects.index,
    )
    items = _of_items(values, group, bases)
    at = np.arange(len(subjects))
    return table, Scored(at, tuple(group.items), items, values, points, filled)


def _places(why: Array, method: Method) -> Places:
    """The base of the shares; `why` says why one does not compete, or has no data."""
    with_data = why == ""
    if method.grading.shares_of == "graded":
        return Places(int(with_data.sum()), int(with_data.sum()))
    everybody = int((with_data | one_of(why, NO_DATA)).sum())
    return Places(len(why) if method.grading.shares_of == "group" else everybody, everybody)


def _deduction(subjects: pd.DataFrame, group: Group) -> Floats:
    """Points that the method takes off by counts; NaN where one is not known."""
    parts = [points_off(subjects, one) for one in group.deductions]
    return np.sum(parts, axis=0) if parts else np.zeros(len(subjects))


def _capped(subjects: pd.DataFrame, column: str, cap: float | None) -> Floats:
    points = subjects.get(column, pd.Series(0.0, index=subjects.index)).fillna(0).to_numpy(float)
    return np.minimum(points, np.inf if cap is None else cap)


def _said(
    codes: NDArray[np.int8], why: Array, bound: Limits, method: Method
) -> tuple[NDArray[np.int8], Array, Array]:
    """Grades after vetoes and promotions; in words, after exemptions; the reasons."""
    final, why, open_ = codes.copy(), why.copy(), (codes >= 0) & (why == "")
    # Raised first: where a promotion and a veto contradict each other, the veto holds.
    for column, limit in (("least_grade", bound.least), ("best_grade", bound.best)):
        moved = open_ & ((final > limit) if column == "least_grade" else (final < limit))
        final[moved] = limit[moved].astype(np.int8)
        why[moved] = column
    words = np.array([*GRADES, "ungraded"], dtype=object)[final]
    blocked = ~one_of(why, ("", "best_grade", "least_grade"))
    words[blocked] = np.where(one_of(why[blocked], NO_DATA), "no_data", "ungraded")
    none = (codes < 0) & (why == "")
    why[none] = "scores_only" if method.grading.by == "none" else "small_group"
    return final, words, why


def _bounds(subjects: pd.DataFrame, method: Method) -> Limits:
    """What bounds each grade; a promotion is none where a veto rules it out."""
    void = np.full(len(subjects), np.nan)
    best, least = (
        bounds(subjects[name]) if name in subjects else void
        for name in ("best_grade", "least_grade")
    )
    if method.grading.promotion == "unless_vetoed":
        least = np.where(np.isnan(best), least, np.nan)
    return Limits(best, least)


def bounds(letters: Series) -> Floats:
    """Letters that bound a grade, as numbers in `GRADES`; NaN where there is none."""
    letter = letters.astype("str").str.strip().str.upper()
    number = letter.map({g: i for i, g in enumerate(GRADES)})
    return np.asarray(number.to_numpy(float, na_value=np.nan), dtype=np.float64)


def _of_items(values: Floats, group: Group, bases: Bases) -> pd.DataFrame:
    """What goes with each item of a group."""
    family = [group.family_of(item) for item in group.items]
    scales = [Scale.of(value, bases.scale, one) for value, one in zip(values, family, strict=True)]
    return pd.DataFrame(
        {
            "indicator": [i.indicator for i in group.items],
            "family": family,
            "baseline": [i.baseline or np.nan for i in group.items],
            "least": [one.least for one in scales],
            "largest": [one.largest for one in scales],
            "mean": [
                np.nan if i.baseline else s.mean for i, s in zip(group.items, scales, strict=True)
            ],
            "weight": [i.counted or np.nan for i in group.items],
            "cap": [np.nan if i.highest is None else i.highest for i in group.items],
        }
    )
