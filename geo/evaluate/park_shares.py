"""Shares of revenue of the parks (主导产业、高新技术产业), between the two ends that they may have.

They come from what the park reports for itself (`park_indicators`); else from its enterprises:
`leading_revenue` and `high_tech_revenue` where they report them, or their revenue by GB/T 4754 code
and high-tech flag. An enterprise whose flag is unknown, or whose code GB/T 4754 does not know,
leaves a range.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Frames, Series
from geo.economy.allocate import Allocation
from geo.geometry.keys import group_numbers
from geo.model import among_industries


def revenue_shares(usable: Frames, allocation: Allocation, park: Series) -> pd.DataFrame:
    """Revenue, and the low and high end of each part, by park and year."""
    rows = allocation.rows
    table = pd.DataFrame(
        {"park_id": park, "year": rows["year"], "revenue": rows.get("revenue", np.nan)}
    )
    for part, (low, high, basis) in _parts(usable, rows, park).items():
        table[f"{part}_low"], table[f"{part}_high"] = low, high
        table[f"{part}_basis"] = basis
    kept = table[table["revenue"].notna() & table["park_id"].notna()]
    sums = (
        kept.drop(columns=[c for c in kept if str(c).endswith("basis")])
        .groupby(["park_id", "year"])
        .sum(min_count=1)
    )
    for part in ("leading", "high_tech"):
        sums[f"{part}_basis"] = table[f"{part}_basis"].iloc[0] if len(table) else ""
    return _own_reports(sums, usable.get("park_indicators"))


def _parts(usable: Frames, rows: pd.DataFrame, park: Series) -> dict[str, tuple[Any, Any, str]]:
    """Leading and high-tech revenue of each allocation row: low end, high end, where from."""
    revenue = rows.get("revenue", pd.Series(np.nan, index=rows.index))
    enterprises = usable.get("enterprises", pd.DataFrame({"enterprise_id": []}))
    enterprise_rows = enterprises.set_index("enterprise_id")
    out: dict[str, tuple[Any, Any, str]] = {}
    flags = {
        "leading": _is_leading(rows, enterprise_rows, park, usable["parks"]),
        "high_tech": rows["enterprise_id"].map(enterprise_rows["high_tech"]).astype("boolean")
        if "high_tech" in enterprise_rows
        else pd.Series(pd.NA, index=rows.index, dtype="boolean"),
    }
    for part, flag in flags.items():
        reported = rows.get(f"{part}_revenue")
        if reported is not None:
            out[part] = (reported.fillna(0), reported.fillna(revenue), f"{part}_revenue")
        else:
            low = revenue.where(flag.fillna(False).astype(bool), 0.0)
            high = revenue.where(flag.fillna(True).astype(bool), 0.0)
            out[part] = (low, high, "industry_code" if part == "leading" else "high_tech")
    return out


def _is_leading(
    rows: pd.DataFrame, enterprise_rows: pd.DataFrame, park: Series, parks: pd.DataFrame
) -> Series:
    """Whether each row's enterprise is in its park's leading industries; missing if unknown."""
    unknown = pd.Series(pd.NA, index=rows.index, dtype="boolean")
    if "industry_code" not in enterprise_rows or "leading_industries" not in parks:
        return unknown
    pair, each = group_numbers(
        pd.DataFrame(
            {
                "code": rows["enterprise_id"].map(enterprise_rows["industry_code"]).astype("str"),
                "listed": park.map(parks.set_index("park_id")["leading_industries"]),
            }
        )
    )
    leads = pd.Series(pd.NA, index=each.index, dtype="boolean")
    for codes, own in each.groupby("listed")["code"]:  # rows-ok: one a list of industries
        inside, open_ = among_industries(own, re.split(r"[;；,，、]", str(codes)))
        leads[own.index] = pd.array(inside, dtype="boolean")
        leads[own.index[open_]] = pd.NA
    known = pair >= 0
    unknown[known] = leads.take(pair[known]).array
    return unknown


def _own_reports(sums: pd.DataFrame, reports: pd.DataFrame | None) -> pd.DataFrame:
    """What a park reports for itself goes before the sum of its enterprises."""
    if reports is None or "revenue" not in reports:
        return sums
    park_reports = reports.set_index(["park_id", "year"])
    out = sums.reindex(sums.index.union(park_reports.index))
    for part in ("leading", "high_tech"):
        column = f"{part}_revenue"
        if column not in park_reports:
            continue
        complete = park_reports[["revenue", column]].dropna()
        out.loc[complete.index, "revenue"] = complete["revenue"]
        out.loc[complete.index, [f"{part}_low", f"{part}_high"]] = complete[
            [column, column]
        ].to_numpy()
        out.loc[complete.index, f"{part}_basis"] = "park_indicators"
    return out
