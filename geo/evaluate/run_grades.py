"""The evaluation of a run: grades of enterprises and parks, and parks beside published means."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.evaluate.eligibility import missing_columns, unapplied_columns
from geo.evaluate.graded import COLUMNS, Graded, Standings, together
from geo.evaluate.grades import grade, standings
from geo.evaluate.method import Method
from geo.evaluate.plan import Benchmark, Plan
from geo.model import INDICATORS
from geo.project import Settings
from geo.text import Message, Text, Wording

BENCHMARKS = (
    "park_id",
    "indicator",
    "value",
    "published",
    "ratio",
    "title_zh",
    "title_en",
    "citation",
)

NOTHING = Graded(pd.DataFrame(columns=list(COLUMNS)), [])
"""The evaluation without a method."""


def evaluate(
    enterprises: pd.DataFrame, parks: pd.DataFrame, method: Method | None, settings: Settings
) -> Graded:
    """Grades of all enterprises, and of the parks among each other; empty without a method."""
    if method is None:
        return NOTHING
    firms = evaluate_enterprises(enterprises, method, settings)
    every = firms.graded(np.arange(len(enterprises)), pd.Index(enterprises["enterprise_id"]))
    return together([every, evaluate_parks(parks, method, settings)])


def evaluate_enterprises(
    enterprises: pd.DataFrame, method: Method, settings: Settings
) -> Standings:
    """Where all enterprises stand, by their row."""
    known = _with_items(enterprises, method)
    return standings(known, method, settings.year, settings.uncertainty)


def evaluate_parks(parks: pd.DataFrame, method: Method, settings: Settings) -> Graded:
    """Grades of the parks among each other."""
    plain = pd.DataFrame(parks.drop(columns="geometry", errors="ignore"))
    known = _with_items(plain, method).set_index("park_id")
    return grade(known, method.for_parks(), settings.year, settings.uncertainty, "park")


def _with_items(frame: pd.DataFrame, method: Method) -> pd.DataFrame:
    """With a column a figure of the method: one that nobody reports gives no data, with its reason."""
    items = pd.Index([i.indicator for group in method.groups for i in group.items]).unique()
    return frame.reindex(columns=frame.columns.union(items, sort=False))


def grade_counts(grades: pd.DataFrame, land: pd.Series[float]) -> pd.DataFrame:
    """Enterprises and their 亩 by grade: grade, enterprises, mu; `land` is by enterprise."""
    firms = grades[grades["subject"] == "enterprise"]
    area = firms["subject_id"].astype("str").map(land).astype("float64")
    by = area.groupby(firms["grade"].astype("str"))
    return by.agg(enterprises="size", mu="sum").rename_axis("grade").reset_index()


def with_grade(frame: pd.DataFrame, grades: pd.DataFrame, subject: str, key: str) -> pd.DataFrame:
    """The frame with `grade` and `score` of the subject that `key` names, where there are any."""
    of_subject = grades[grades["subject"] == subject].set_index("subject_id")
    if of_subject.empty or key not in frame:
        return frame
    found = frame[key].map(of_subject["grade"]).astype("str")
    return frame.assign(grade=found, score=frame[key].map(of_subject["score"]).astype(float))


def benchmarks(parks: pd.DataFrame, plan: Plan, currency: str = "CNY") -> pd.DataFrame:
    """Each park's figures beside the means that the plan names (columns `BENCHMARKS`).

    No plan, no means: a park of another province is not set beside Sichuan's. Means of money in
    another currency than the project's are left out (`other_currency`).
    """
    parts = [pd.DataFrame(columns=list(BENCHMARKS))]
    for published in plan.benchmarks.values():
        for name, mean in published.means.items():
            if _is_foreign(published, name, currency):
                continue
            value = parks.get(name, pd.Series(np.nan, index=parks.index)).astype(float)
            parts.append(
                pd.DataFrame(
                    {
                        "park_id": parks["park_id"],
                        "indicator": name,
                        "value": value,
                        "published": mean,
                        "ratio": value / mean,
                        "title_zh": published.title_zh,
                        "title_en": published.title_en or published.title_zh,
                        "citation": published.citation,
                    }
                )
            )
    return pd.concat(parts[1:] or parts, ignore_index=True)[list(BENCHMARKS)]


def _is_foreign(published: Benchmark, name: str, currency: str) -> bool:
    """Whether a mean is of money in another currency."""
    indicator = INDICATORS.get(name)
    counted = indicator is not None and "万元" in indicator.unit
    return counted and published.currency != currency


def other_currency(plan: Plan, currency: str) -> list[Wording]:
    """Which published means are left out, for their currency."""
    return [
        Message(
            "conclude.means_other_currency",
            titles=Text(one.title_zh, one.title_en or one.title_zh),
            currency=one.currency,
            project=currency,
        )
        for one in plan.benchmarks.values()
        if any(_is_foreign(one, name, currency) for name in one.means)
    ]


def ungraded_notes(enterprises: pd.DataFrame, method: Method | None) -> list[Wording]:
    """What the evaluation could not do, and what would feed it."""
    if method is None:
        return [Message("run_grades.no_grades")]
    return [
        *(
            Message("run_grades.exemption_grading_method_not_applied", name=name)
            for name in missing_columns(enterprises, method)
        ),
        *(
            Message("run_grades.deduction_or_order_not_applied", name=name)
            for name in unapplied_columns(enterprises, method)
        ),
    ]
