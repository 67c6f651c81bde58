"""What a trial of another score weight or grade share needs: the evaluation, item by item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Series
from geo.evaluate.eligibility import NO_DATA
from geo.evaluate.grades import GRADE_WORDS, bounds
from geo.evaluate.method import GRADES, Grading, Group, Item, Method
from geo.evaluate.points import Bases, figures_of
from geo.geometry.keys import position_of
from geo.project import Settings
from geo.publish.look.themes import indicator_title
from geo.publish.webmap import encode
from geo.run import Run

_COMPETING = ("", "best_grade", "least_grade", "scores_only", "small_group")
COMPETES, LACKS, OUT = 0, 1, 2
"""State of an enterprise: competes for a grade, lacks data for one, is not graded."""
_OF_GRADES = ("subject_id", "group", "reason", "bonus", "penalty", "deduction", "grade")
NONE = 255
"""No grade that bounds an enterprise's."""


def scores(run: Run) -> dict[str, Any] | None:
    """`graded`, and `main`: the number of each parcel's main enterprise in it, −1 without one."""
    made = graded(run)
    return made and made | {"main": main_enterprises(run, numbers(run.grades))}


def numbers(grades: pd.DataFrame) -> Series:
    """The number of each enterprise in the grading, by its id."""
    ids = grades.loc[grades["subject"] == "enterprise", "subject_id"]
    return pd.Series(np.arange(len(ids), dtype=np.int32), ids)


def main_enterprises(run: Run, number: Series) -> NDArray[np.int32]:
    """The number of each parcel's main enterprise, −1 where it has none or that is not graded."""
    at = position_of(run.parcels["main_enterprise_id"], number.index)
    found: NDArray[np.int32] = np.append(number.to_numpy(np.int32), np.int32(-1))[at]
    return found


def graded(run: Run) -> dict[str, Any] | None:
    """The grading of enterprises as the client works it out anew; None without one.

    `state` of an enterprise: `COMPETES`, `LACKS`, `OUT`; `best` and `least` bound
    its grade. Of each group `scale` and `mean` mark the members whose values set the ends of a scale, and the mean of an item;
    `further` are the figures that order equal scores. Divisions of a group share its id, by which
    a trial names its weights and cuts. What the method takes off is part of `penalty`.
    """
    method = run.basis.method
    table = run.about("grades", "enterprise", *_OF_GRADES).reset_index(drop=True)
    if method is None or table.empty or "main_enterprise_id" not in run.parcels:
        return None
    ids = pd.Index(table["subject_id"])
    state = np.select(
        [table["reason"].isin(_COMPETING), table["reason"].isin(NO_DATA)], [COMPETES, LACKS], OUT
    )
    asked = ("enterprise_id", "best_grade", "least_grade", *method.grading.order_ties_by)
    own = run.columns("enterprises", *asked).set_index("enterprise_id").reindex(ids)
    items = run.about("score_items", "enterprise", "subject_id", "indicator", "value")
    codes = {name: i for i, name in enumerate(GRADE_WORDS)}
    return {
        "decimals": method.head.decimals,
        "grading": _grading(method),
        "groups": [
            _group(group, table, items, run.settings, method.grading)
            | {
                "own_cuts": bool(group.cuts),
                "cuts": _cuts(method.grading_of(group)),
                "further": _further(group, table, own, method.grading),
            }
            for group in method.groups
        ],
        "state": state.astype(np.uint8),
        "best": _bound(own, "best_grade"),
        "least": _bound(own, "least_grade"),
        "bonus": encode.exact(table["bonus"].fillna(0)),
        "penalty": encode.exact(table["penalty"].fillna(0) + table["deduction"].astype(float)),
        "grade": table["grade"].map(codes).to_numpy(np.uint8),
    }


def joined(parts: Sequence[dict[str, Any] | None]) -> dict[str, Any] | None:
    """The gradings of all parts, as `graded` makes them, behind each other; None without any."""
    there = [part for part in parts if part is not None]
    if not there:
        return None
    first = np.cumsum([0, *(len(part["state"]) for part in there[:-1])])
    for part, start in zip(there, first.tolist(), strict=True):
        for group in part["groups"]:
            group["member"] += np.int32(start)
    whole: dict[str, Any] = _joined(there)
    return whole


def _joined(values: list[Any]) -> Any:
    """Arrays one behind the other, in dicts and lists that are alike in all; else what the first is."""
    one = values[0]
    if isinstance(one, np.ndarray):
        return np.concatenate(values)
    if isinstance(one, dict):
        return {name: _joined([value[name] for value in values]) for name in one}
    if isinstance(one, list):
        return [_joined(list(entries)) for entries in zip(*values, strict=True)]
    return one


def _grading(method: Method) -> dict[str, Any]:
    grading = method.grading
    return {
        "by": grading.by,
        "ties": grading.ties,
        "least": grading.least,
        "shares_of": grading.shares_of,
        "promotion": grading.promotion,
        "cuts": _cuts(grading),
    }


def _cuts(grading: Grading) -> list[dict[str, Any]]:
    return [
        {
            "grade": GRADES.index(c.grade),
            "name": c.grade,
            "to": c.to,
            "above_last": c.above_last,
            "least": c.least,
            "round": c.round,
        }
        for c in grading.cuts
    ]


def _further(
    group: Group, table: pd.DataFrame, own: pd.DataFrame, grading: Grading
) -> list[dict[str, Any]]:
    """The figures that order a group's equal scores, member by member."""
    member = np.flatnonzero((table["group"] == group.id).to_numpy())
    figures = figures_of(own.iloc[member], grading.order_ties_by)
    return [{"values": encode.exact(pd.Series(figure))} for figure in figures]


def _group(
    group: Group, table: pd.DataFrame, items: pd.DataFrame, settings: Settings, grading: Grading
) -> dict[str, Any]:
    """A group's members, as numbers into the table, and their values of each item."""
    member = np.flatnonzero((table["group"] == group.id).to_numpy())
    ids = table["subject_id"].iloc[member]
    said = []
    for item in group.items:
        rows = items[items["indicator"] == item.indicator].set_index("subject_id")["value"]
        title = indicator_title(item.indicator, settings)
        said.append(
            {
                "indicator": item.indicator,
                "zh": title.zh,
                "en": title.en,
                "family": group.family_of(item),
                "weight": item.counted,
                "baseline": item.baseline,
                "cap": item.cap,
                "cap_times": item.cap_times,
                "bands": _bands(item),
                "mean": item.missing == "mean",
                "missing": None if isinstance(item.missing, str) else item.missing,
                "values": encode.exact(rows.reindex(ids)),
            }
        )
    values = np.array([item["values"] for item in said], dtype=float).reshape(len(said), -1)
    reason = table["reason"].iloc[member].astype("str")
    enters = reason.isin((*_COMPETING, "input_missing", "no_base"))
    bases = Bases.of(values, np.where(enters, "", reason).astype(object), group, grading)
    return {
        "scale": bases.scale.astype(np.uint8),
        "mean": bases.mean.astype(np.uint8),
        "id": group.whole.id,
        "zh": group.whole.zh,
        "en": group.whole.en,
        "member": member.astype(np.int32),
        "items": said,
    }


def _bands(item: Item) -> list[dict[str, Any]]:
    """Bands by the sign and end that hold a value, and their points."""
    ends = [band.ends[0] if band.ends else ("", None) for band in item.bands]
    return [
        {"sign": sign, "end": end, "points": band.points}
        for (sign, end), band in zip(ends, item.bands, strict=True)
    ]


def _bound(own: pd.DataFrame, column: str) -> Any:
    """The grade that a column sets as best or least, as a code; `NONE` where it sets none."""
    bound = bounds(own.get(column, pd.Series("", index=own.index)))
    return np.where(np.isnan(bound), NONE, bound).astype(np.uint8)
