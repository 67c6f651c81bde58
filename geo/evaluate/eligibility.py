"""Who a method grades: the group of each enterprise, or why it has none."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Array, Floats, Mask, Objects
from geo.evaluate.idle_land import day_numbers, years_after
from geo.evaluate.method import Deduction, Group, Method
from geo.model import among_industries
from geo.standards.vocabulary import REASONS as VERDICT_REASONS
from geo.text import EMPTY, Message, Wording

REASONS: dict[str, Wording] = {
    "": EMPTY,
    "input_missing": VERDICT_REASONS["input_missing"],
    "scale_unknown": Message("grade_reason.scale_unknown"),
    "exemption_unknown": Message("grade_reason.exemption_unknown"),
    "date_unknown": Message("grade_reason.date_unknown"),
    "land_unknown": Message("grade_reason.land_unknown"),
    "group_unknown": Message("grade_reason.group_unknown"),
    "count_unknown": Message("grade_reason.count_unknown"),
    "no_base": Message("grade_reason.no_base"),
    "no_group": Message("grade_reason.no_group"),
    "too_little_land": Message("grade_reason.too_little_land"),
    "exempt_industry": Message("grade_reason.exempt_industry"),
    "exempt_status": Message("grade_reason.exempt_status"),
    "new": Message("grade_reason.new"),
    "small_group": Message("grade_reason.small_group"),
    "scores_only": Message("grade_reason.scores_only"),
    "best_grade": Message("grade_reason.best_grade"),
    "least_grade": Message("grade_reason.least_grade"),
}
"""Why a subject has no grade, or another than its rank gives."""

NO_DATA = (
    "input_missing",
    "scale_unknown",
    "exemption_unknown",
    "date_unknown",
    "land_unknown",
    "group_unknown",
    "count_unknown",
    "no_base",
)
"""Reasons for which the grade is no_data.

The others without a grade are `ungraded` (未分类): the reason says who takes no part (不参评), who
takes part and gets none (不定等级), and who is scored only (只评分、不分类)."""


def groups_of(
    subjects: pd.DataFrame, method: Method, year: int
) -> tuple[NDArray[np.int8], Objects]:
    """Group number of each subject (−1: none) and the reason where it will have no grade.

    A subject in a group may still be exempt from a grade; it is scored all the same. An exemption
    whose column is absent from the data is not applied (`missing_columns` names it).
    """
    n = len(subjects)
    group, reason = np.full(n, -1, dtype=np.int8), np.full(n, "no_group", dtype=object)
    open_, possible = np.ones(n, dtype=bool), np.zeros(n, dtype=np.int8)
    for number, one in enumerate(method.groups):
        scale, no_scale = _inside(subjects, one)
        trade, no_trade = _in_trade(subjects, one)
        small, large, no_land = _land(subjects, one)
        fits, unsure = open_ & scale & trade, open_ & scale & no_trade
        unscaled = open_ & no_scale & (trade | no_trade)
        reason[unscaled], reason[unsure] = "scale_unknown", "group_unknown"
        reason[fits & small] = "too_little_land"
        blank = (fits & no_land) | ((possible > 0) & scale & trade)
        reason[blank], possible[blank] = "land_unknown", possible[blank] + 1
        inside = fits & ~small & ~large & ~no_land
        reason[inside] = ""
        # Whose land is blank is in its group where that is the only one it can be in.
        group[inside | (blank & (possible == 1))] = number
        open_ &= ~(inside | blank | unscaled | unsure)
    group[possible > 1] = -1
    for name, mask in _exempt(subjects, method, year):
        reason[mask & (group >= 0) & (reason == "")] = name
    for number, one in enumerate(method.groups):
        for deduction in one.deductions:
            blank = np.isnan(points_off(subjects, deduction))
            reason[(group == number) & (reason == "") & blank] = "count_unknown"
    return group, reason


def one_of(texts: Array, listed: Iterable[str]) -> Mask:
    """Which of an object array of texts are listed; hashed, not compared with one after another."""
    return np.asarray(pd.Series(texts, dtype=object).isin(list(listed)), dtype=bool)


def points_off(subjects: pd.DataFrame, deduction: Deduction) -> Floats:
    """Points that a deduction takes off each subject, float64; NaN where the count is not known.

    A count is a whole number from 0. Without its column nothing is taken off, and a run says so.
    """
    if deduction.count not in subjects:
        return np.zeros(len(subjects))
    count = subjects[deduction.count].to_numpy(float, na_value=np.nan)
    off = np.where(count > 0, deduction.first + deduction.each * (count - 1), 0.0)
    off[~(count >= 0) | (count % 1 != 0)] = np.nan
    return off if deduction.most is None else np.minimum(off, deduction.most)


def columns_read(method: Method | None) -> tuple[str, ...]:
    """Every column of subjects that grading by the method may read."""
    if method is None:
        return ()
    items = [i.indicator for group in method.groups for i in group.items]
    counts = [d.count for group in method.groups for d in group.deductions]
    return tuple(
        dict.fromkeys(
            (
                "above_scale",
                "area_mu",
                "status",
                "industry_code",
                "founded_on",
                "in_production_on",
                "bonus_points",
                "penalty_points",
                "grade_note",
                "best_grade",
                "least_grade",
                *items,
                *counts,
                *method.grading.order_ties_by,
            )
        )
    )


def missing_columns(subjects: pd.DataFrame, method: Method) -> list[str]:
    """Columns that an exemption of the method reads and the data do not have."""
    exempt = method.exempt
    wanted = {
        "industry_code": bool(exempt.industries),
        "status": bool(exempt.statuses),
        "founded_on": exempt.founded_within_years is not None,
        "in_production_on": exempt.in_production_within_years is not None,
    }
    return [name for name, asked in wanted.items() if asked and name not in subjects]


def unapplied_columns(subjects: pd.DataFrame, method: Method) -> list[str]:
    """Columns that a deduction or the order of equal scores reads and the data do not have."""
    counts = [d.count for group in method.groups for d in group.deductions]
    read = dict.fromkeys([*counts, *method.grading.order_ties_by])
    return [name for name in read if name not in subjects]


def _inside(subjects: pd.DataFrame, group: Group) -> tuple[Mask, Mask]:
    """Who is of the group's scale, and whose scale is not known."""
    everyone = np.ones(len(subjects), dtype=bool)
    if group.where == "all":
        return everyone, ~everyone
    if "above_scale" not in subjects:
        return ~everyone, everyone
    flag = subjects["above_scale"].astype("boolean")
    wanted = flag if group.where == "above_scale" else ~flag
    return wanted.fillna(False).to_numpy(dtype=bool), flag.isna().to_numpy()


def _in_trade(subjects: pd.DataFrame, group: Group) -> tuple[Mask, Mask]:
    """Who is of the group's industries, and whose industry is not known."""
    everyone = np.ones(len(subjects), dtype=bool)
    if not group.industries:
        return everyone, ~everyone
    if "industry_code" not in subjects:
        return ~everyone, everyone
    return _of_industries(subjects, group.industries)


def _of_industries(subjects: pd.DataFrame, listed: list[str]) -> tuple[Mask, Mask]:
    """Whose code is one of a list's, and of whose that cannot be told."""
    return among_industries(subjects["industry_code"], listed)


def _land(subjects: pd.DataFrame, group: Group) -> tuple[Mask, Mask, Mask]:
    """Whose land is less than the group's, whose is more, and whose is not known and asked for."""
    land = subjects.get("area_mu", pd.Series(np.nan, index=subjects.index)).to_numpy(float)
    large = np.zeros(len(land), dtype=bool) if group.under_mu is None else land >= group.under_mu
    asked = group.least_mu > 0 or group.under_mu is not None
    return (group.least_mu > 0) & (land < group.least_mu), large, asked & np.isnan(land)


def _exempt(subjects: pd.DataFrame, method: Method, year: int) -> list[tuple[str, Array]]:
    """(reason, mask) of each exemption, the certain ones first."""
    out: list[tuple[str, Array]] = []
    exempt = method.exempt
    if exempt.statuses and "status" in subjects:
        status_text = subjects["status"].astype("str").fillna("")
        pattern = "|".join(map(re.escape, exempt.statuses))
        out.append(("exempt_status", status_text.str.contains(pattern).to_numpy(dtype=bool)))
    if exempt.industries and "industry_code" in subjects:
        hit, unknown = _of_industries(subjects, exempt.industries)
        out.append(("exempt_industry", hit))
        out.append(("exemption_unknown", unknown))
    for column, years in (
        ("founded_on", exempt.founded_within_years),
        ("in_production_on", exempt.in_production_within_years),
    ):
        if years is not None and column in subjects:
            since = day_numbers(subjects, column)
            out.append(("new", years_after(since, years) > np.datetime64(dt.date(year, 12, 31))))
            out.append(("date_unknown", np.isnat(since)))
    return out
