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

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Array, Floats, Series
from geo.errors import RuleError
from geo.evaluate.eligibility import NO_DATA, groups_of, one_of, points_off
from geo.evaluate.graded import Graded, GroupStandings, Scored, Standings
from geo.evaluate.method import GRADES, Group, Method
from geo.evaluate.points import Bases, Scale, figures_of, item_points, values_of
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
    ids = subjects.index
    done = standings(subjects, method, year, uncertainty, subject)
    return done.graded(np.arange(len(ids)), ids)


def standings(
    subjects: pd.DataFrame,
    method: Method,
    year: int,
    uncertainty: float = 0.0,
    subject: str = "enterprise",
) -> Standings:
    """What `grade` makes its tables of: who has an id is not asked."""
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
    place = np.zeros(len(subjects), dtype=np.int32)
    of_groups: list[GroupStandings] = []
    number_of = np.full(len(method.groups) + 1, -1, dtype=np.int8)
    for number, one in enumerate(method.groups):
        at = np.flatnonzero(group == number)
        if len(at):
            require_columns(subjects, (item.indicator for item in one.items), "grade")
            members = subjects if len(at) == len(subjects) else subjects.iloc[at]
            number_of[number], place[at] = len(of_groups), np.arange(len(at))
            of_groups.append(_group(members, reason[at], one, method, uncertainty))
    outside = np.flatnonzero(group < 0)
    if len(outside) or not of_groups:
        number_of[-1], place[outside] = len(of_groups), np.arange(len(outside))
        of_groups.append(_without(reason[outside], method))
    return Standings(of_groups, number_of[group], place, subject, method.head.citation)


def _without(reason: Array, method: Method) -> GroupStandings:
    grades = np.where(one_of(reason, NO_DATA), "no_data", "ungraded")
    columns = {"evaluation": method.head.id, "group": "", "grade": grades, "reason": reason}
    return GroupStandings(columns, None)


def _group(
    subjects: pd.DataFrame,
    reason: Array,
    group: Group,
    method: Method,
    uncertainty: float,
) -> GroupStandings:
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
    columns = {
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
        "filled": filled.sum(axis=0, dtype=np.int16),
        "bonus": bonus,
        "penalty": penalty,
        "deduction": deduction,
        "tie": tied_by(standing, further, method.grading.order_ties_by) if len(further) else "",
        "note": subjects["grade_note"].to_numpy(object) if "grade_note" in subjects else "",
    }
    items, everyone = _of_items(values, group, bases), np.arange(len(subjects))
    scored = Scored(everyone, tuple(group.items), items, values, points, filled)
    return GroupStandings(columns, scored)


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
