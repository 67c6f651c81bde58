"""The plan's targets for each park and year: met, not met, or no data, with gap and inputs.

What a target asks for is data of the plan; how its figure is made, `geo.evaluate.park_indicators`.
A target whose figure is a range is judged only where both ends of it agree.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Floats, Frames, Series
from geo.economy.allocate import Allocation
from geo.evaluate.park_indicators import AGGREGATES, factor
from geo.evaluate.park_years import GROWTHS, LIKE_FOR_LIKE, Figure, ParkYears
from geo.evaluate.plan import Plan
from geo.evaluate.plan_parts import Target, for_levels
from geo.evaluate.ranked_lists import ranked
from geo.evaluate.target_result import MEETS, judged
from geo.model import INDICATORS, Indicator
from geo.standards.codes import VerdictCodes
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
    "due",
    "missing",
    *LIKE_FOR_LIKE,
)


RANKED = ("rank", "park_id", *RESULTS, "revenue_per_mu", "lacks", "all_met")

INPUTS = (
    "park_id",
    "year",
    "target",
    "level",
    "value",
    "value_high",
    "numerator",
    "numerator_high",
    "denominator",
    "missing",
    "basis",
)
"""Columns of what the project's targets are added up of: a row a park, year and target."""


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
    return targets_of(
        park_years(usable, allocation, figures, year, base, years, catalogue or INDICATORS), plan
    )


def park_years(
    usable: Frames,
    allocation: Allocation,
    figures: pd.DataFrame,
    year: int,
    base: int | None,
    years: tuple[int, ...],
    catalogue: dict[str, Indicator],
    verdicts: VerdictCodes | pd.DataFrame | None = None,
    everywhere: Allocation | None = None,
    comparable: pd.DataFrame | None = None,
    *,
    judge_comparable: bool = False,
) -> ParkYears:
    """Every park in every year that figures are of, the project's among them."""
    every = np.union1d(years or allocation.rows["year"].unique(), [year])
    parks = pd.DataFrame(usable["parks"]).reindex(columns=["park_id", "name", "level"])
    frame = parks.merge(pd.DataFrame({"year": every}), how="cross")
    frame["level"] = frame["level"].astype("str").fillna("")
    return ParkYears(
        frame,
        usable,
        allocation,
        figures,
        base,
        catalogue,
        year,
        verdicts,
        everywhere,
        comparable,
        judge_comparable,
    )


def targets_of(data: ParkYears, plan: Plan) -> pd.DataFrame:
    """The targets of every park (columns `COLUMNS`), of those parks that each is for."""
    parts = []
    for key, target in plan.of_scope("park").items():
        rows = data.frame.assign(**_figure(data, target), target=key)
        out = _judged(rows, target, plan, plan.due(key))
        parts.append(out[for_levels(out["level"], target.park_levels)])
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    table = pd.concat(parts, ignore_index=True)
    # `trend`: the change of the value since the park's year before, where both are sure.
    sure = table["value"].where(table["value"] == table["value_high"])
    table["trend"] = sure.groupby([table["park_id"], table["target"]]).diff()
    return table[list(COLUMNS)]


def target_inputs(data: ParkYears, plan: Plan) -> pd.DataFrame:
    """What the project's targets are added up of, by park (columns `INPUTS`).

    Of growth it is the figure that grows: only the sums of all parks grow.
    """
    parts = []
    for key, target in plan.of_scope("project").items():
        figure = _figure(data, target.as_level())
        rows = data.frame.assign(**figure, target=key)
        rows["numerator_high"] = figure.get("numerator_high", figure["numerator"])
        parts.append(rows[for_levels(rows["level"], target.park_levels)])
    if not parts:
        return pd.DataFrame(columns=list(INPUTS))
    return pd.concat(parts, ignore_index=True)[list(INPUTS)]


def _figure(data: ParkYears, target: Target) -> Figure:
    """The figure of a target in its own unit."""
    figure = AGGREGATES[target.aggregate].make(data, target)
    times = factor(target, data.catalogue)
    ends = {name: np.asarray(figure[name], float) * times for name in ("value", "value_high")}
    return dict.fromkeys(("missing", *LIKE_FOR_LIKE), np.nan) | figure | ends


def growth_notes(targets: pd.DataFrame, plan: Plan, year: int) -> list[Wording]:
    """Targets of growth that have no figure because not all enterprises report in both years."""
    grows = [key for key, target in plan.targets.items() if target.aggregate in GROWTHS]
    silent = targets[
        targets["target"].isin(grows)
        & (targets["year"] == year)
        & (targets["result"] == "no_data")
        & (targets["missing"] > 0)
    ]
    return [
        Message("plan_targets.growth_not_of_all", title=plan.targets[str(key)].title, parks=len(of))
        for key, of in silent.groupby("target", sort=False)
    ]


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
    asked = now.groupby("park_id")["target"].nunique()
    out["all_met"] = out["met"] == out["park_id"].map(asked)
    order = [("met", False), ("not_met", True)]
    return ranked(out, order, then=[("revenue_per_mu", False), ("park_id", True)])


def _judged(frame: pd.DataFrame, target: Target, plan: Plan, due: int | None) -> pd.DataFrame:
    exact = frame["value"].to_numpy(float)
    low = shown(exact, target.decimals)
    high = shown(frame["value_high"].to_numpy(float), target.decimals)
    asked = thresholds(frame["level"], frame["year"], target)
    unsure = for_levels(frame["level"], target.park_levels) & (frame["level"] == "")
    if target.park_levels:  # whether it is for this park at all is not known
        asked = np.where(unsure, np.nan, asked)
    result = judged(
        exact, frame["value_high"].to_numpy(float), target.operator, asked, target.decimals
    )
    return frame.assign(
        value=low,
        value_high=high,
        operator=target.operator,
        threshold=asked,
        unit=target.unit,
        result=result,
        clause=target.clause,
        gap=np.where(result == "no_data", np.nan, np.round(low - asked, 9)),
        exact=exact,
        citation=plan.head.citation,
        due=np.nan if due is None else due,
    )


def thresholds(level: Series, year: Series, target: Target) -> Floats:
    """The value in force for parks of these levels in these years."""
    asked = pd.DataFrame({"level": level.to_numpy(), "year": year.to_numpy()})
    pairs = asked.drop_duplicates()
    value = [
        target.threshold(str(of), int(by))
        for of, by in zip(pairs["level"], pairs["year"], strict=True)  # rows-ok: levels × years
    ]
    known = pairs.assign(value=value)
    return asked.merge(known, on=["level", "year"], how="left")["value"].to_numpy(float)


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
