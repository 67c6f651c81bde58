"""Growth between years: compound, (last / first) ** (1 / n) − 1."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Series
from geo.geometry.keys import factorize_text

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

`missing_*` is how many rows of the sum lack the figure in that year: with any, the sum is short, and
has no figure per mu on the land of all and no change.
"""

CHANGES = (
    "subject_id",
    "measure",
    "per_mu_before",
    "per_mu_after",
    "missing",
    "value_change",
    "land_change",
    "per_mu_change",
)
"""How sums of two years compare; 1 + value_change = (1 + land_change) × (1 + per_mu_change)."""

LAND_OF_ALL = ("industrial", "park")
"""What divides a figure per mu and takes in the land of those that do not report."""


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
        reported = out[f"value_{side}"].where(out[f"missing_{side}"] == 0)
        out[f"per_mu_{side}"] = reported / area.where(area > 0)
    silent = (out["missing_before"] > 0) | (out["missing_after"] > 0)
    value_change = relative_change(out["value_after"], out["value_before"]).mask(silent)
    return out.assign(
        value_change=value_change,
        land_change=relative_change(out["land_after_mu"], out["land_before_mu"]),
        per_mu_change=relative_change(out["per_mu_after"], out["per_mu_before"]),
        year_before=first,
        year=last,
    )[list(GROWTH_PARTS)]


def relative_change(after: Series, before: Series) -> Series:
    """The change as a share of what was; missing where that is not positive.

    >>> relative_change(pd.Series([110.0, 5.0]), pd.Series([100.0, -5.0])).round(9).tolist()
    [0.1, nan]
    """
    return after / before.where(before > 0) - 1


def yearly_change(after: Series, before: Series, years: int) -> Series:
    """The compound change a year; missing where what was is not positive, or what is is negative.

    >>> yearly_change(pd.Series([121.0, -5.0]), pd.Series([100.0, 5.0]), 2).round(9).tolist()
    [0.1, nan]
    """
    change: Series = (after / before.where(before > 0)).where(after >= 0) ** (1 / years) - 1
    return change


def changes(figures: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """How each sum, the land that divides it and its figure per mu changed between two years.

    One row a subject and measure that has both years (columns `CHANGES`): the figures per mu as
    they are, and the changes as shares, missing where the sums are not `complete` or what was is not
    positive. `missing` is how many rows of both years do not report.

    >>> years = {"subject_id": "P", "measure": "tax", "year": [2021, 2023], "land_basis": "occupied"}
    >>> table = pd.DataFrame(
    ...     years | {"value": [5.0, 8.0], "land_m2": 1.0, "per_mu": [5.0, 8.0], "missing": [0, 2]}
    ... )
    >>> changes(table, 2021, 2023)[["missing", "value_change", "per_mu_after"]].values.tolist()
    [[2.0, nan, 8.0]]
    """
    keys = ["subject_id", "measure"]
    whole = complete(figures)
    table = figures[[*keys, "year", "per_mu", "missing"]].assign(
        value=whole["value"], land=figures["land_m2"], compared=whole["per_mu"]
    )
    now, then = (table[table["year"] == year].set_index(keys) for year in (last, first))
    both = now.add_suffix("_after").join(then.add_suffix("_before"), how="inner")
    both["missing"] = both["missing_before"] + both["missing_after"]
    for name, column in (("value", "value"), ("land", "land"), ("per_mu", "compared")):
        both[f"{name}_change"] = relative_change(both[f"{column}_after"], both[f"{column}_before"])
    return both.reset_index()[list(CHANGES)]


def complete(figures: pd.DataFrame) -> pd.DataFrame:
    """The table of sums with no value where a row does not report the measure.

    A year in which an enterprise leaves its figure blank is no less than another: such sums are not
    compared, and neither are figures per mu. One of the land of all (`LAND_OF_ALL`) is as short as
    its sum; one of occupied land is of other enterprises in each year.

    >>> sums = {"value": [5.0, 7.0], "per_mu": [1.0, 2.0], "missing": [0, 1]}
    >>> complete(pd.DataFrame(sums))[["value", "per_mu"]].values.tolist()
    [[5.0, 1.0], [nan, nan]]
    """
    silent = figures["missing"] > 0
    return figures.assign(
        value=figures["value"].mask(silent), per_mu=figures["per_mu"].mask(silent)
    )


def compound(figures: pd.DataFrame, first: int, last: int, column: str = "per_mu") -> pd.DataFrame:
    """Yearly growth of each measure, as shares (0.07 is 7 %), indexed by subject id.

    Columns are named `<measure>_per_mu_growth`. A start that is missing, zero or negative gives a
    missing value: growth from nothing has no rate. So does a sum that is not `complete`.
    """
    if last <= first:
        return pd.DataFrame()
    both = figures["year"].isin([first, last])
    read = ["subject_id", "measure", "year", "value", "per_mu", "missing"]
    table = complete(figures[read][both])
    row, ids = pd.factorize(table["subject_id"], sort=True)
    (at,), measures = factorize_text(table["measure"])
    value, year = table[column].to_numpy(float), table["year"].to_numpy(float)
    cells = {one: np.full((len(ids), len(measures)), np.nan) for one in (first, last)}
    for one, held in cells.items():
        now = year == one
        held[row[now], at[now]] = value[now]
    after, before = (pd.Series(cells[one].ravel()) for one in (last, first))
    rate = yearly_change(after, before, last - first).to_numpy().reshape(len(ids), len(measures))
    known = ~np.isnan(rate)
    grown, of_any = np.flatnonzero(known.any(axis=0)), known.any(axis=1)
    if 0 < len(grown) < len(measures):  # in the order of the subjects that they grow of first
        grown = grown[np.argsort(known.argmax(axis=0)[grown], kind="stable")]
    return pd.DataFrame(
        rate[np.ix_(of_any, grown)],
        index=ids[of_any].rename("subject_id"),
        columns=measures[grown] + "_per_mu_growth",
    )
