"""The plan's targets of all parks together: sums, quotients of sums, growth, counts of parks.

A sum is known only where every park's is: a park without data leaves no figure, and the known part
of the sum stands as `numerator`. Growth wants each enterprise's figure in both years: a park where
one is blank counts as one without data, and growth like-for-like stands beside. A count of parks is
a range then: each of those may count or not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.arrays import Series
from geo.evaluate.park_indicators import (
    COVERAGE,
    in_place,
    like_for_like,
    scale_of,
)
from geo.evaluate.park_years import GROWTHS, LIKE_FOR_LIKE, Catalogue, growth
from geo.evaluate.plan import Plan
from geo.evaluate.plan_parts import OVER_PARKS, Target
from geo.evaluate.target_result import judged
from geo.standards.shown import shown
from geo.text import Message, Wording

REFERENCE: dict[str, Wording] = {"reference": Message("target_result.reference")}
"""The word for a figure that stands beside a published one, unjudged."""
PROJECT_COLUMNS = (
    "target",
    "year",
    "value",
    "value_high",
    "operator",
    "threshold",
    "unit",
    "result",
    "gap",
    "exact",
    "numerator",
    "denominator",
    "parks",
    "missing",
    "basis",
    "clause",
    "citation",
    "due",
    *LIKE_FOR_LIKE,
)


def project_targets(
    inputs: pd.DataFrame,
    plan: Plan,
    base: int | None,
    catalogue: Catalogue,
    comparable: pd.DataFrame | None = None,
    *,
    judge_comparable: bool = False,
) -> pd.DataFrame:
    """One row a target of the project and year (columns `PROJECT_COLUMNS`).

    `inputs` are the parks' figures (`plan_targets.INPUTS`), `base` the year that growth is from.
    `parks` are those that the target is for, `missing` those of them without data. `comparable` is
    the project's growth like-for-like since `base` by year; with `judge_comparable` a
    target of all parks is judged by it where not all report.
    """
    parts = []
    for key, target in plan.of_scope("project").items():
        table = _summed(inputs[inputs["target"] == key], target, base, catalogue)
        of_all = target.since in (None, base) and not target.park_levels
        alike = like_for_like(target, comparable if of_all else None, pd.Index(table["year"]))
        alike = alike.set_axis(table.index)
        if judge_comparable:
            blank = table["missing"].gt(0) & alike["value"].notna()
            table = table.assign(**in_place(table, alike, blank, base))
        table[list(LIKE_FOR_LIKE)] = alike[["value", *COVERAGE]]
        parts.append(_judged(table, key, target, plan))
    if not parts:
        return pd.DataFrame(columns=list(PROJECT_COLUMNS))
    return pd.concat(parts, ignore_index=True)[list(PROJECT_COLUMNS)]


def _summed(
    rows: pd.DataFrame, target: Target, base: int | None, catalogue: Catalogue
) -> pd.DataFrame:
    """The figure of each year: both ends, and the sums that they are made of."""
    of = rows[["year", "numerator", "numerator_high", "denominator", "value", "value_high"]]
    of = of.apply(pd.to_numeric)  # rows-ok: a column at a time
    # Of a park whose level is unknown nobody knows whether the target is for it.
    unsure = (rows["level"] == "").to_numpy() & bool(target.park_levels)
    counted = target.aggregate in OVER_PARKS
    low = of["numerator"].where(~unsure, 0.0 if counted else np.nan)
    high = of["numerator_high"].where(~unsure, of["numerator_high"] if counted else np.nan)
    divided = of["denominator"].notna().any() and target.aggregate != "parks"
    silent = low.isna() | high.isna() | (of["denominator"].isna() if divided else False)
    if counted:
        silent = low != high
    if target.aggregate in GROWTHS:
        silent |= _unlike(rows, target.since or base)
    table = pd.DataFrame(
        {"year": of["year"], "low": low, "high": high, "below": of["denominator"], "silent": silent}
    )
    years = table.groupby("year")
    out = years[["low", "high", "below"]].sum(min_count=1)
    out["parks"], out["missing"] = years.size(), years["silent"].sum().astype(float)
    whole = (out["missing"] == 0) | counted
    scale = scale_of(target.as_level(), catalogue)
    below = out["below"].where(out["below"] > 0) if divided else 1.0
    for name, end in (("value", "low"), ("value_high", "high")):
        out[name] = (out[end] / below * scale).where(whole)
    out["numerator"], out["denominator"] = out["low"], out["below"] if divided else np.nan
    if target.as_level() is not target:
        out = _grown(out, target, target.since or base)
    first = rows["basis"].iloc[0] if len(rows) else ""
    return out.assign(basis=out.get("basis", first)).reset_index()


def _unlike(rows: pd.DataFrame, base: int | None) -> Series:
    """Parks of which a row does not report, in the year or in the base year."""
    blank = pd.to_numeric(rows["missing"]) > 0
    return blank | rows["park_id"].isin(rows["park_id"][blank & (rows["year"] == base)])


def _grown(table: pd.DataFrame, target: Target, base: int | None) -> pd.DataFrame:
    """The growth of the figure from the base year, in the place of the figure."""
    now = table["value"].to_numpy(float)
    first = float(table["value"].get(base, np.nan)) if base is not None else np.nan
    years = table.index.to_numpy(float)
    rate = growth(
        now,
        np.full(len(now), first),
        years - (base or 0),
        yearly=target.aggregate == "growth",
    )
    basis = f"compare_to {base}" if base else ""
    return table.assign(value=rate, value_high=rate, numerator=now, denominator=first, basis=basis)


def _judged(table: pd.DataFrame, key: str, target: Target, plan: Plan) -> pd.DataFrame:
    exact, high = (table[name].to_numpy(float) for name in ("value", "value_high"))
    asked = np.array([target.threshold("", int(year)) for year in table["year"]], dtype=float)
    result = judged(exact, high, target.operator, asked, target.decimals)
    low = shown(exact, target.decimals)
    due = plan.due(key)
    return table.assign(
        target=key,
        year=table["year"].astype("int64"),
        value=low,
        value_high=shown(high, target.decimals),
        exact=exact,
        operator=target.operator,
        threshold=asked,
        unit=target.unit,
        result="reference" if target.reference else result,
        gap=np.where(result == "no_data", np.nan, np.round(low - asked, 9)),
        clause=target.clause,
        citation=plan.head.citation,
        due=np.nan if due is None else due,
    )
