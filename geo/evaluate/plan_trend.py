"""Where a target's figure goes if it goes on as it has (按趋势外推), and what is still needed.

A trend is arithmetic over the years at hand, of at least `LEAST_YEARS`: no forecast of an event,
and no verdict. Sums, figures per mu and counts that are above zero grow by a compound rate, from
the first year at hand to the last; shares and all else follow the straight line of least squares,
within what such a figure can be.
What is still needed is exact: it asks for no trend.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.arrays import Floats, Mask, Series
from geo.evaluate.park_years import GROWTHS
from geo.evaluate.plan import Plan
from geo.evaluate.target_result import MEETS
from geo.standards.shown import shown
from geo.text import Message, Wording

LEAST_YEARS = 3
SHARES = ("share", "coverage", "parks_share")
COMPOUND = ("value", "sum", "per_mu", "count")
"""Aggregates that grow by a rate."""
STATES: dict[str, Wording] = {
    "reached": Message("trend_state.reached"),
    "on_track": Message("trend_state.on_track"),
    "behind": Message("trend_state.behind"),
    "unsure": Message("trend_state.unsure"),
    "due_passed": Message("trend_state.due_passed"),
    "no_data": Message("trend_state.no_data"),
}
METHODS: dict[str, Wording] = {
    "compound": Message("trend_method.compound"),
    "line": Message("trend_method.line"),
    "average": Message("trend_method.average"),
    "": Message("trend_method.none"),
}
PROGRESS = (
    "subject",
    "subject_id",
    "name",
    "target",
    "year",
    "value",
    "value_high",
    "unit",
    "operator",
    "final",
    "due",
    "years_used",
    "trend_method",
    "projected",
    "projected_high",
    "needed_change",
    "needed_rate",
    "trend_state",
    "clause",
    "citation",
)
"""Columns of the table of progress: `final` is the value of the year `due`.

`projected` to `projected_high` is what the trend gives for `due`. `needed_change` is how much more
a year, in the target's unit; `needed_rate` the compound rate a year, as a share of 1.
"""


def progress(
    parks: pd.DataFrame, project: pd.DataFrame, levels: pd.Series[str], plan: Plan, year: int
) -> pd.DataFrame:
    """Every target that has a year by which it is due, of the project and of each park.

    `parks` and `project` are the tables of targets, `levels` the level of each park by id.
    """
    both = pd.concat(
        [
            project.assign(subject="project", subject_id="", name=""),
            parks.assign(subject="park", subject_id=parks["park_id"].astype("str")),
        ],
        ignore_index=True,
    )
    both = both[both["due"].notna() & (both["year"] <= year) & (both["result"] != "reference")]
    if both.empty:
        return pd.DataFrame(columns=list(PROGRESS))
    targets = both["target"].map(plan.targets)
    level = both["subject_id"].map(levels).astype("str").fillna("")
    level = level.where(both["subject"] == "park", "project")
    # Of a park whose level is unknown nobody knows whether the target is for it.
    final = [
        np.nan if target.park_levels and not of else target.final(of)
        for target, of in zip(targets, level, strict=True)  # rows-ok: parks × targets
    ]
    both["final"] = np.array(final, dtype=float)
    both["aggregate"] = [target.aggregate for target in targets]  # rows-ok: parks × targets
    both["decimals"] = [target.decimals for target in targets]  # rows-ok: parks × targets
    both["high"] = both["value_high"].where(both["value"] != both["value_high"], both["exact"])
    both["low"] = both["exact"].astype(float)
    now = both[both["year"] == year].reset_index(drop=True)
    fit = trends(both)
    keys = ["subject", "subject_id", "target"]
    out = now.merge(fit, on=keys, how="left", suffixes=("", "_fit"))
    return _stated(out)[list(PROGRESS)]


def trends(rows: pd.DataFrame) -> pd.DataFrame:
    """The trend of each target: years used, method, and both ends of it in the year due.

    Of `rows`: subject, subject_id, target, year, low, high, due, aggregate, denominator. Exact:
    the line's value is a weighted sum of the years, and the rate's a product of powers, so that the
    ends of it come of the ends of the figures.
    """
    keys = ["subject", "subject_id", "target"]
    known = rows[rows["low"].notna() & rows["high"].notna()].sort_values("year", kind="stable")
    group = [known[key] for key in keys]
    year, due = known["year"].astype(float), known["due"].astype(float)
    low, high = known["low"].astype(float), known["high"].astype(float)
    by = low.groupby(group)
    count, positive = by.transform("size"), by.transform("min") > 0
    compound = known["aggregate"].isin(COMPOUND) & positive
    average = known["aggregate"].isin(["growth"])
    # Least squares: the value at `due` is Σ w·value, w = 1/n + (due − mean)(year − mean)/Σ(year − mean)².
    from_mean = year - year.groupby(group).transform("mean")
    spread = (from_mean**2).groupby(group).transform("sum")
    weight = 1 / count + (due - year + from_mean) * from_mean / spread.where(spread > 0)
    first, last = (year.groupby(group).transform(side) for side in ("min", "max"))
    ahead = (due - last) / (last - first).where(last > first)
    power = ahead.add(1).where(year == last, (-ahead).where(year == first, 0.0))
    ends = {}
    for name, up, down in (("projected", high, low), ("projected_low", low, high)):
        line = (weight * up.where(weight > 0, down)).groupby(group).sum()
        chosen = up.where(power > 0, down).where(positive, 1.0)
        rate = (chosen**power).groupby(group).prod()
        ends[name] = rate.where(compound.groupby(group).first(), line)
        newest = up.groupby(group).last()
        ends[name] = newest.where(average.groupby(group).first(), ends[name])
    out = pd.DataFrame(
        {
            "projected": ends["projected_low"],
            "projected_high": ends["projected"],
            # Growth has no figure in its base year, which is a year at hand none the less.
            "points": count.groupby(group).first() + average.groupby(group).first(),
            "years_used": year.astype(int).astype("str").groupby(group).agg(";".join),
            "trend_method": pd.Series(
                np.select([average, compound], ["average", "compound"], "line"), index=known.index
            )
            .groupby(group)
            .first(),
        }
    ).rename_axis(keys)
    least, most = (bound.groupby(group).first() for bound in _bounds(known))
    for name in ("projected", "projected_high"):
        out[name] = out[name].clip(least, most)
    few = out["points"] < LEAST_YEARS
    out.loc[few, ["projected", "projected_high"]] = np.nan
    out.loc[few, "trend_method"] = ""
    return out.reset_index()


def _bounds(rows: pd.DataFrame) -> tuple[Series, Series]:
    """Between what a trend can lie, missing where nothing bounds it.

    A share lies between 0 and 100 %, a number of parks between 0 and all parks; no count is below
    0, nor any figure that never was, but growth: money may be lost only where some was.
    """
    aggregate = rows["aggregate"]
    keys = [rows[key] for key in ("subject", "subject_id", "target")]
    negative = rows["low"].astype(float).groupby(keys).transform("min") < 0
    free = aggregate.isin(GROWTHS) | negative
    every = pd.to_numeric(rows.get("parks", pd.Series(np.nan, index=rows.index)))
    most = every.where(aggregate == "parks").astype(float).mask(aggregate.isin(SHARES), 100.0)
    return pd.Series(0.0, index=rows.index).mask(free), most


def needed(
    now: Floats, final: Floats, left: Floats, grows: Mask, upward: Mask
) -> tuple[Floats, Floats]:
    """What is needed a year from here: an amount, and a compound rate where the figure grows.

    100 to 144 in two years: 22 a year, or 20 %.

    >>> yes = np.array([True])
    >>> [x.tolist() for x in needed(np.array([100.0]), np.array([144.0]), np.array([2.0]), yes, yes)]
    [[22.0], [0.19999999999999996]]
    """
    short = np.where(upward, now < final, now > final)
    with np.errstate(divide="ignore", invalid="ignore"):
        amount = (final - now) / left
        rate = (final / now) ** (1 / left) - 1
    ahead = short & (left > 0)
    return (
        np.where(ahead, amount, np.nan),
        np.where(ahead & grows & (now > 0) & (final > 0), rate, np.nan),
    )


def _stated(table: pd.DataFrame) -> pd.DataFrame:
    """The table with what is needed, and the state of each row."""
    low, high = table["low"].to_numpy(float), table["high"].to_numpy(float)
    final, due = table["final"].to_numpy(float), table["due"].to_numpy(float)
    sure = low == high
    upward = table["operator"].isin([">", ">="]).to_numpy()
    left = due - table["year"].to_numpy(float)
    change, rate = needed(
        np.where(sure, low, np.nan),
        final,
        left,
        table["aggregate"].isin(COMPOUND).to_numpy(),
        upward,
    )
    grown = table["aggregate"].isin(GROWTHS).to_numpy()
    rate = np.where(grown, np.where(sure, _rate_of_growth(table, left), np.nan), rate)
    change = np.where(grown, np.nan, change)
    reached = _meets(table["operator"], table["value"], table["value_high"], final)
    # A target is judged as it is shown, and so is the trend to it.
    trend = [table[name].astype(float) for name in ("projected", "projected_high")]
    ends = [_as_shown(end, table["decimals"]) for end in trend]
    ahead = _meets(table["operator"], ends[0], ends[1], final)
    state = np.select(
        [
            np.isnan(final) | (np.isnan(low) & np.isnan(table["projected"].to_numpy(float))),
            reached == "yes",
            left <= 0,
            ahead == "yes",
            ahead == "no",
            ahead == "unsure",
        ],
        ["no_data", "reached", "due_passed", "on_track", "behind", "unsure"],
        "no_data",
    )
    passed = (state == "due_passed") & (reached == "unknown")
    to_come = pd.Series(left > 0, index=table.index)
    return table.assign(
        projected=table["projected"].where(to_come),
        projected_high=table["projected_high"].where(to_come),
        trend_method=table["trend_method"].where(to_come).astype("str").fillna(""),
        years_used=table["years_used"].where(to_come).astype("str").fillna(""),
        year=table["year"].astype("int64"),
        needed_change=change,
        needed_rate=rate,
        trend_state=np.where(passed, "no_data", state),
    )


def _as_shown(value: Series, decimals: Series) -> Series:
    """Figures rounded as their targets are judged."""
    out = value.to_numpy(float, copy=True)
    for places in decimals.unique():  # rows-ok: at most seven
        of = (decimals == places).to_numpy()
        out[of] = shown(out[of], int(places))
    return pd.Series(out, index=value.index)


def _meets(sign: Series, low: Series, high: Series, final: Floats) -> Floats:
    """yes, no, unsure (only one end does) or unknown."""
    ends = []
    for value in (low.to_numpy(float), high.to_numpy(float)):
        each = np.zeros(len(value), dtype=bool)
        for name, meets in MEETS.items():
            each |= (sign == name).to_numpy() & meets(value, final)
        ends.append(each)
    known = low.notna().to_numpy() & high.notna().to_numpy() & ~np.isnan(final)
    out = np.select(
        [~known, ends[0] & ends[1], ends[0] | ends[1]], ["unknown", "yes", "unsure"], "no"
    )
    return np.asarray(out)


def _rate_of_growth(table: pd.DataFrame, left: Floats) -> Floats:
    """The rate a year from here at which growth from the base year meets the target in the year due.

    100 in the base year and 107 the next, 7 % a year asked for over three years: 7 % from here.
    """
    now, first = (table[name].to_numpy(float) for name in ("numerator", "denominator"))
    base = table["basis"].str.extract(r"(\d{4})", expand=False).astype(float).to_numpy(float)
    final, due = table["final"].to_numpy(float) / 100, table["due"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        span = np.where(table["aggregate"] == "growth", due - base, 1.0)
        rate = (first * (1 + final) ** span / now) ** (1 / left) - 1
    return np.where((left > 0) & (now > 0) & (first > 0), rate, np.nan)
