"""The plan's targets for each park and year: met, not met, or no data, with gap and inputs.

Revenue shares come from what the park reports for itself (`park_indicators`); else from its
enterprises: `leading_revenue` and `high_tech_revenue` where they report them, or their revenue by
GB/T 4754 code and high-tech flag. An enterprise whose flag is unknown, or whose code GB/T 4754 does
not know, leaves a range; a target is judged only where both ends of the range agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.economy.allocate import Allocation
from geo.errors import Text
from geo.evaluate.plan import SICHUAN, plan_title, read_plan
from geo.geometry.keys import numbered
from geo.model import industry_prefixes, known_industry
from geo.standards.shown import Floats, shown

RESULTS = {
    "met": Text("已达到", "met"),
    "not_met": Text("未达到", "not met"),
    "no_data": Text("无数据", "no data"),
}
PROVINCIAL = ("国家级", "省级")

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


@dataclass(frozen=True)
class Target:
    """One target of a plan."""

    id: str
    title: Text
    operator: str
    value: float
    unit: str
    decimals: int
    clause: str


@cache
def plan(name: str = SICHUAN) -> tuple[Text, tuple[Target, ...]]:
    """A plan's title, which cites it, and its targets; no targets of no plan."""
    if not name:
        return plan_title(name), ()
    return plan_title(name), tuple(
        Target(
            key,
            Text(t["zh"], t["en"]),
            t["operator"],
            float(t["value"]),
            t["unit"],
            t["decimals"],
            t["clause"],
        )
        for key, t in read_plan(name)["targets"].items()
    )


def park_targets(
    usable: dict[str, Any],
    allocation: Allocation,
    figures: pd.DataFrame,
    year: int,
    base: int | None,
    years: tuple[int, ...] = (),
    name: str = SICHUAN,
) -> pd.DataFrame:
    """One row a park, year and target of the plan `name` (columns `COLUMNS`); none without one.

    `figures` is the long table of sums, `year` the project's (judged even without figures), `base`
    the year that growth is counted from, `years` those of the figures (else what they hold).
    """
    title, targets = plan(name)
    if not targets:
        return pd.DataFrame(columns=list(COLUMNS))
    every = np.union1d(years or allocation.rows["year"].unique(), [year])
    frame = usable["parks"][["park_id", "name"]].merge(pd.DataFrame({"year": every}), how="cross")
    shares = _shares(usable, allocation)
    makers = {
        "leading_share": lambda: _share(frame, shares, "leading"),
        "high_tech_share": lambda: _share(frame, shares, "high_tech"),
        "platforms": lambda: _platforms(frame, usable.get("platforms")),
        "revenue_growth": lambda: _growth(frame, figures, base),
    }
    parts = [_judged(frame.assign(**makers[t.id]()), t, title) for t in targets]
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
    own = figures[
        (figures["subject"] == "park")
        & (figures["year"] == year)
        & (figures["measure"] == "revenue")
    ].set_index("subject_id")["per_mu"]
    out = counts.reset_index().rename_axis(columns=None)
    out["revenue_per_mu"] = out["park_id"].map(own).astype(float)
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


def _shares(usable: dict[str, Any], allocation: Allocation) -> pd.DataFrame:
    """Revenue, and the low and high end of each part, by park and year."""
    rows = allocation.rows
    park = rows["parcel_id"].map(usable["parcels"].set_index("parcel_id")["park_id"])
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


def _parts(
    usable: dict[str, Any], rows: pd.DataFrame, park: pd.Series[Any]
) -> dict[str, tuple[Any, Any, str]]:
    """Leading and high-tech revenue of each allocation row: low end, high end, where from."""
    revenue = rows.get("revenue", pd.Series(np.nan, index=rows.index))
    enterprises = usable.get("enterprises", pd.DataFrame({"enterprise_id": []}))
    own = enterprises.set_index("enterprise_id")
    out: dict[str, tuple[Any, Any, str]] = {}
    flags = {
        "leading": _is_leading(rows, own, park, usable["parks"]),
        "high_tech": rows["enterprise_id"].map(own["high_tech"]).astype("boolean")
        if "high_tech" in own
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
    rows: pd.DataFrame, own: pd.DataFrame, park: pd.Series[Any], parks: pd.DataFrame
) -> pd.Series[Any]:
    """Whether each row's enterprise is in its park's leading industries; missing if unknown."""
    unknown = pd.Series(pd.NA, index=rows.index, dtype="boolean")
    if "industry_code" not in own or "leading_industries" not in parks:
        return unknown
    pair, each = numbered(
        pd.DataFrame(
            {
                "code": rows["enterprise_id"].map(own["industry_code"]).astype("str"),
                "listed": park.map(parks.set_index("park_id")["leading_industries"]),
            }
        )
    )
    leads = pd.Series(pd.NA, index=each.index, dtype="boolean")
    coded = each[known_industry(each["code"])]
    for codes, here in coded.groupby("listed")["code"]:  # rows-ok: one a list of industries
        prefixes = industry_prefixes(re.split(r"[;；,，、]", str(codes)))
        leads[here.index] = here.str.startswith(prefixes).to_numpy()
    known = pair >= 0
    unknown[known] = leads.take(pair[known]).array
    return unknown


def _own_reports(sums: pd.DataFrame, reports: pd.DataFrame | None) -> pd.DataFrame:
    """What a park reports for itself goes before the sum of its enterprises."""
    if reports is None or "revenue" not in reports:
        return sums
    own = reports.set_index(["park_id", "year"])
    out = sums.reindex(sums.index.union(own.index))
    for part in ("leading", "high_tech"):
        column = f"{part}_revenue"
        if column not in own:
            continue
        whole = own[["revenue", column]].dropna()
        out.loc[whole.index, "revenue"] = whole["revenue"]
        out.loc[whole.index, [f"{part}_low", f"{part}_high"]] = whole[[column, column]].to_numpy()
        out.loc[whole.index, f"{part}_basis"] = "park_indicators"
    return out


def _share(frame: pd.DataFrame, shares: pd.DataFrame, part: str) -> dict[str, Any]:
    own = shares.reindex(pd.MultiIndex.from_frame(frame[["park_id", "year"]]))
    revenue = own["revenue"].where(own["revenue"] > 0).to_numpy()
    low, high = own[f"{part}_low"].to_numpy(), own[f"{part}_high"].to_numpy()
    return {
        "value": low / revenue * 100,
        "value_high": high / revenue * 100,
        "numerator": low,
        "denominator": revenue,
        "basis": own[f"{part}_basis"].fillna("").to_numpy(),
    }


def _platforms(frame: pd.DataFrame, platforms: pd.DataFrame | None) -> dict[str, Any]:
    """Platforms of provincial level or above, built by each year; no table, no data."""
    void = np.full(len(frame), np.nan)
    if platforms is None:
        return {
            "value": void,
            "value_high": void,
            "numerator": void,
            "denominator": void,
            "basis": "",
        }
    own = platforms[platforms["level"].isin(PROVINCIAL)]
    built = own["year"] if "year" in own else pd.Series(np.nan, index=own.index)
    pairs = (
        frame[["park_id", "year"]]
        .assign(at=range(len(frame)))
        .merge(own.assign(built=built)[["park_id", "built"]], on="park_id")
    )
    there = pairs[pairs["built"].isna() | (pairs["built"] <= pairs["year"])]
    count = there.groupby("at").size().reindex(range(len(frame)), fill_value=0).to_numpy(float)
    return {
        "value": count,
        "value_high": count,
        "numerator": count,
        "denominator": void,
        "basis": "platforms",
    }


def _growth(frame: pd.DataFrame, figures: pd.DataFrame, base: int | None) -> dict[str, Any]:
    """Compound growth of revenue per mu from the base year, in %."""
    own = figures[(figures["subject"] == "park") & (figures["measure"] == "revenue")]
    per_mu = own.set_index(["subject_id", "year"])["per_mu"]
    now = per_mu.reindex(pd.MultiIndex.from_frame(frame[["park_id", "year"]])).to_numpy(float)
    first = np.full(len(frame), np.nan)
    if base is not None:
        start = own[own["year"] == base].set_index("subject_id")["per_mu"]
        first = frame["park_id"].map(start).to_numpy(float)
    span = (frame["year"] - (base or 0)).to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = ((now / first) ** (1 / span) - 1) * 100
    rate = np.where((span > 0) & (first > 0), rate, np.nan)
    return {
        "value": rate,
        "value_high": rate,
        "numerator": now,
        "denominator": first,
        "basis": f"compare_to {base}" if base else "",
    }


def _judged(frame: pd.DataFrame, target: Target, title: Text) -> pd.DataFrame:
    exact = frame["value"].to_numpy(float)
    low = shown(exact, target.decimals)
    high = shown(frame["value_high"].to_numpy(float), target.decimals)
    sure, maybe = (_meets(end, target) for end in (low, high))
    known = ~np.isnan(low) & ~np.isnan(high) & (sure == maybe)
    result = np.where(known, np.where(sure, "met", "not_met"), "no_data")
    return frame.assign(
        target=target.id,
        value=low,
        value_high=high,
        operator=target.operator,
        threshold=target.value,
        unit=target.unit,
        result=result,
        clause=target.clause,
        gap=np.where(known, np.round(low - target.value, 9), np.nan),
        exact=exact,
        citation=title.zh,
    )


def _meets(value: Floats, target: Target) -> NDArray[np.bool_]:
    return value > target.value if target.operator == ">" else value >= target.value


def rounding_text(row: dict[str, Any]) -> Text:
    """Said of a target that is met, or missed, only as its figure is rounded; else empty.

    Growth of 6.81 % is 7 % in whole per cent, and meets 7 %.
    """
    exact, value = row["exact"], row["value"]
    if row["result"] == "no_data" or pd.isna(exact) or value != row["value_high"]:
        return Text("", "")
    above = exact > row["threshold"] if row["operator"] == ">" else exact >= row["threshold"]
    if above == (row["result"] == "met"):
        return Text("", "")
    then = (
        Text("因此达到", "and so is met")
        if row["result"] == "met"
        else Text("因此未达到", "and so is missed")
    )
    unit = row["unit"]
    return Text(
        f"舍入前为 {exact:,.4g} {unit}，四舍五入为 {value:g} {unit} 后判定，{then.zh}",
        f"{exact:,.4g} {unit} before rounding, judged as {value:g} {unit}, {then.en}",
    )
