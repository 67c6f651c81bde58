"""Growth between years: compound, (last / first) ** (1 / n) − 1."""

from __future__ import annotations

from typing import Any

import pandas as pd

GROWTH_PARTS = (
    "park_id",
    "measure",
    "year_before",
    "year",
    "value_before",
    "value_after",
    "land_before_mu",
    "land_after_mu",
    "per_mu_before",
    "per_mu_after",
    "value_change",
    "land_change",
    "per_mu_change",
    "missing_before",
    "missing_after",
)
"""One row a park and measure; 1 + value_change = (1 + land_change) × (1 + per_mu_change).

`missing_*` is how many rows of the sum lack the figure in that year.
"""


def growth_parts(
    figures: pd.DataFrame, change: pd.DataFrame, first: int | None, last: int
) -> pd.DataFrame:
    """Growth of each park's sums, told apart into that of its land and that of its per-mu figure.

    `change` is the land of both years by side and park (`geo.land.lineage.LAND_CHANGE`): land in
    use in each year, every place counted once, so that new land is not taken for better use. Both
    per-mu figures stand on it. No rows without an earlier year or layer; a change from nothing is
    missing.
    """
    if first is None or change.empty:
        return pd.DataFrame(columns=list(GROWTH_PARTS))
    land = change.groupby(["park_id", "side"])["land_mu"].sum().unstack("side")
    parks = figures[(figures["subject"] == "park") & figures["year"].isin([first, last])]
    wide = parks.pivot(index=["subject_id", "measure"], columns="year", values=["value", "missing"])
    order = [(name, year) for name in ("value", "missing") for year in (first, last)]
    table = wide.reindex(columns=pd.MultiIndex.from_tuples(order)).reset_index()
    table.columns = pd.Index(
        ["park_id", "measure", "value_before", "value_after", "missing_before", "missing_after"]
    )
    out = table.join(
        land.reindex(columns=["before", "after"]).rename(columns=lambda side: f"land_{side}_mu"),
        on="park_id",
    )
    for side in ("before", "after"):
        area: Any = out[f"land_{side}_mu"]
        out[f"per_mu_{side}"] = out[f"value_{side}"] / area.where(area > 0)
    for name, stem in (("value", "value_{}"), ("land", "land_{}_mu"), ("per_mu", "per_mu_{}")):
        base: Any = out[stem.format("before")]
        out[f"{name}_change"] = out[stem.format("after")] / base.where(base > 0) - 1
    return out.assign(year_before=first, year=last)[list(GROWTH_PARTS)]


def complete(figures: pd.DataFrame) -> pd.DataFrame:
    """The table of sums with no value where a row does not report the measure.

    A year in which an enterprise leaves its figure blank is no less than another: such sums are not
    compared. A figure per mu leaves the land of those out, and stays.

    >>> complete(pd.DataFrame({"value": [5.0, 7.0], "missing": [0, 1]}))["value"].tolist()
    [5.0, nan]
    """
    return figures.assign(value=figures["value"].where(figures["missing"] == 0))


def compound(figures: pd.DataFrame, first: int, last: int, column: str = "per_mu") -> pd.DataFrame:
    """Yearly growth of each measure, as shares (0.07 is 7 %), indexed by subject id.

    Columns are named `<measure>_per_mu_growth`. A start that is missing, zero or negative gives a
    missing value: growth from nothing has no rate.
    """
    if last <= first:
        return pd.DataFrame()
    table = figures[figures["year"].isin([first, last])].pivot(
        index=["subject_id", "measure"], columns="year", values=column
    )
    table = table.reindex(columns=[first, last])
    start: Any = table[first].where(table[first] > 0)
    rate = ((table[last] / start).where(table[last] >= 0) ** (1 / (last - first)) - 1).dropna()
    out: pd.DataFrame = rate.unstack("measure").add_suffix("_per_mu_growth")
    return out.rename_axis(columns=None)
