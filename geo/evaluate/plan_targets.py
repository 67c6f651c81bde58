"""The plan's targets for each park and year: met, not met, or no data, with gap and inputs.

What a target asks for is data of the plan; how its figure is made, `geo.evaluate.park_indicators`.
A target whose figure is a range is judged only where both ends of it agree.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Frames
from geo.economy.allocate import Allocation
from geo.evaluate.park_indicators import AGGREGATES, ParkYears
from geo.evaluate.plan import Plan, Target
from geo.model import INDICATORS, Indicator
from geo.standards.shown import shown
from geo.text import EMPTY, Message, Text, Wording

RESULTS: dict[str, Wording] = {
    "met": Message("target_result.met"),
    "not_met": Message("target_result.not_met"),
    "no_data": Message("target_result.no_data"),
}
COLUMNS = (
    "park_id",
    "name",
    "year",
    "target",
    "value",
    "value_high",
    "operator",
    "threshold",
    "unit",
    "result",
    "gap",
    "exact",
    "trend",
    "numerator",
    "denominator",
    "basis",
    "clause",
    "citation",
)


RANKED = ("rank", "park_id", *RESULTS, "revenue_per_mu", "lacks", "all_met")

MEETS: dict[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def park_targets(
    usable: Frames,
    allocation: Allocation,
    figures: pd.DataFrame,
    year: int,
    base: int | None,
    plan: Plan,
    years: tuple[int, ...] = (),
    catalogue: dict[str, Indicator] | None = None,
) -> pd.DataFrame:
    """One row a park, year and target of the plan (columns `COLUMNS`); none without one.

    `figures` is the long table of sums, `year` the project's (judged even without figures), `base`
    the year that growth is counted from, `years` those of the figures (else what they hold).
    """
    if not plan.targets:
        return pd.DataFrame(columns=list(COLUMNS))
    every = np.union1d(years or allocation.rows["year"].unique(), [year])
    frame = usable["parks"][["park_id", "name"]].merge(pd.DataFrame({"year": every}), how="cross")
    data = ParkYears(frame, usable, allocation, figures, base, catalogue or INDICATORS)
    parts = []
    for key, target in plan.targets.items():
        figure = AGGREGATES[target.aggregate].make(data, target.indicator, target.levels)
        parts.append(_judged(frame.assign(**figure, target=key), target, plan))
    table = pd.concat(parts, ignore_index=True)
    # `trend`: the change of the value since the park's year before, where both are sure.
    sure = table["value"].where(table["value"] == table["value_high"])
    table["trend"] = sure.groupby([table["park_id"], table["target"]]).diff()
    return table[list(COLUMNS)]


def ranking(targets: pd.DataFrame, figures: pd.DataFrame, year: int) -> pd.DataFrame:
    """The yearly list for designation: parks by targets met, and what each lacks.

    Order: most met, fewest not met, highest revenue per mu, park id. Equal counts of met and not
    met share a rank. `lacks` names the targets not met or without data, by id.
    """
    if targets.empty:
        return pd.DataFrame(columns=list(RANKED))
    now = targets[targets["year"] == year]
    counts = pd.crosstab(now["park_id"], now["result"]).reindex(columns=list(RESULTS), fill_value=0)
    open_ = now[now["result"] != "met"].groupby("park_id")["target"].agg(";".join)
    park_figures = figures[
        (figures["subject"] == "park")
        & (figures["year"] == year)
        & (figures["measure"] == "revenue")
    ].set_index("subject_id")["per_mu"]
    out = counts.reset_index().rename_axis(columns=None)
    out["revenue_per_mu"] = out["park_id"].map(park_figures).astype(float)
    out["lacks"] = out["park_id"].map(open_).astype("str").fillna("")
    out["all_met"] = out["met"] == now["target"].nunique()
    out = out.sort_values(
        ["met", "not_met", "revenue_per_mu", "park_id"],
        ascending=[False, True, False, True],
        ignore_index=True,
    )
    fresh = out[["met", "not_met"]].ne(out[["met", "not_met"]].shift()).any(axis=1)
    out.insert(0, "rank", pd.Series(range(1, len(out) + 1)).where(fresh).ffill().astype("int64"))
    return out


def _judged(frame: pd.DataFrame, target: Target, plan: Plan) -> pd.DataFrame:
    exact = frame["value"].to_numpy(float)
    low = shown(exact, target.decimals)
    high = shown(frame["value_high"].to_numpy(float), target.decimals)
    meets = MEETS[target.operator]
    sure, maybe = (meets(end, target.value) for end in (low, high))
    known = ~np.isnan(low) & ~np.isnan(high) & (sure == maybe)
    result = np.where(known, np.where(sure, "met", "not_met"), "no_data")
    return frame.assign(
        value=low,
        value_high=high,
        operator=target.operator,
        threshold=target.value,
        unit=target.unit,
        result=result,
        clause=target.clause,
        gap=np.where(known, np.round(low - target.value, 9), np.nan),
        exact=exact,
        citation=plan.head.citation,
    )


def rounding_text(row: dict[str, Any]) -> Wording:
    """Said of a target that is met, or missed, only as its figure is rounded; else empty.

    Growth of 6.81 % is 7 % in whole per cent, and meets 7 %.
    """
    exact, value = row["exact"], row["value"]
    if row["result"] == "no_data" or pd.isna(exact) or value != row["value_high"]:
        return EMPTY
    exactly_met = bool(MEETS[row["operator"]](exact, row["threshold"]))
    if exactly_met == (row["result"] == "met"):
        return EMPTY
    then = Message("plan_targets.met") if row["result"] == "met" else Message("plan_targets.missed")
    unit = Text(row["unit"], row["unit"] if row["unit"] == "%" else f" {row['unit']}")
    return Message(
        "plan_targets.before_rounding_judged", exact=exact, unit=unit, value=value, then=then
    )
