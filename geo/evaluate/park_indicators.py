"""What a plan may ask of a park (园区指标), each made for every park and year from the run's tables.

Revenue shares come from what the park reports for itself (`park_indicators`); else from its
enterprises: `leading_revenue` and `high_tech_revenue` where they report them, or their revenue by
GB/T 4754 code and high-tech flag. An enterprise whose flag is unknown, or whose code GB/T 4754 does
not know, leaves a range from `value` to `value_high`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from geo.arrays import Frames, Series
from geo.economy.allocate import Allocation
from geo.economy.intensity import ratios
from geo.formula import evaluate, names
from geo.geometry.keys import group_numbers
from geo.model import MEASURES, PER_MU, Indicator, industry_prefixes, known_industry

Catalogue = dict[str, Indicator]
AggregateName = Literal["share", "count", "growth", "value"]
Figure = dict[str, Any]
"""Columns of a target's figure, aligned with `ParkYears.frame`: `value`, `value_high` (the ends of
what it may be), `numerator`, `denominator`, `basis` (where it is from)."""

SHARE_PARTS = {"leading_revenue": "leading", "high_tech_revenue": "high_tech"}
PER_MU_END = "_per_mu"


@dataclass(frozen=True)
class ParkYears:
    """Every park in every year (`frame`: park_id, name, year), and what is known of them.

    `figures` is the long table of sums, `base` the year that growth is counted from.
    """

    frame: pd.DataFrame
    usable: Frames
    allocation: Allocation
    figures: pd.DataFrame
    base: int | None
    catalogue: Catalogue

    @cached_property
    def index(self) -> pd.MultiIndex:
        """Park and year of each row of the frame."""
        return pd.MultiIndex.from_frame(self.frame[["park_id", "year"]])

    @cached_property
    def park(self) -> Series:
        """The park of each row of the allocation."""
        parcels = self.usable["parcels"].set_index("parcel_id")["park_id"]
        return self.allocation.rows["parcel_id"].map(parcels)

    @cached_property
    def shares(self) -> pd.DataFrame:
        """Revenue, and the low and high end of each part of it, by park and year."""
        return _shares(self.usable, self.allocation, self.park)

    def sums(self, indicator: str) -> pd.Series[float]:
        """A measure of the parks, or that measure per mu, by park and year."""
        measure = indicator.removesuffix(PER_MU_END)
        table = self.figures[
            (self.figures["subject"] == "park") & (self.figures["measure"] == measure)
        ]
        column = "value" if measure == indicator else "per_mu"
        return table.set_index(["subject_id", "year"])[column]


@dataclass(frozen=True)
class Aggregate:
    """One way to make a figure: the indicators that it knows, and how it makes one."""

    indicators: Callable[[Catalogue], tuple[str, ...]]
    make: Callable[[ParkYears, str, Sequence[str]], Figure]


def choices(aggregate: AggregateName, catalogue: Catalogue) -> tuple[str, ...]:
    """Names of the indicators that an aggregate can be asked of."""
    return AGGREGATES[aggregate].indicators(catalogue)


def _measures(_: Catalogue) -> tuple[str, ...]:
    sums = tuple(column.name for column in MEASURES)
    return (*(f"{name}{PER_MU_END}" for name in PER_MU), *sums)


def _pooled(catalogue: Catalogue) -> tuple[str, ...]:
    """Ratios over sums of measures alone: none that divides by land or asks of a parcel."""
    measures = {column.name for column in MEASURES}
    return tuple(name for name, i in catalogue.items() if _inputs(i) <= measures)


def _inputs(indicator: Indicator) -> set[str]:
    return names(indicator.numerator) | names(indicator.denominator)


def _shares(usable: Frames, allocation: Allocation, park: Series) -> pd.DataFrame:
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
    coded = each[known_industry(each["code"])]
    for codes, listed_codes in coded.groupby("listed")["code"]:  # rows-ok: one a list of industries
        prefixes = industry_prefixes(re.split(r"[;；,，、]", str(codes)))
        leads[listed_codes.index] = listed_codes.str.startswith(prefixes).to_numpy()
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


def _share(data: ParkYears, indicator: str, _: Sequence[str]) -> Figure:
    """A part of revenue over revenue, %: 160 of 200 万元 is 80 %; between two ends if unsure."""
    part, rows = SHARE_PARTS[indicator], data.shares.reindex(data.index)
    revenue = rows["revenue"].where(rows["revenue"] > 0).to_numpy()
    low, high = rows[f"{part}_low"].to_numpy(), rows[f"{part}_high"].to_numpy()
    return {
        "value": low / revenue * 100,
        "value_high": high / revenue * 100,
        "numerator": low,
        "denominator": revenue,
        "basis": rows[f"{part}_basis"].fillna("").to_numpy(),
    }


def _count(data: ParkYears, indicator: str, levels: Sequence[str]) -> Figure:
    """Platforms of these levels, built by each year; no table, no data.

    One without a year stands in all years: whoever lists it says that it is there.
    """
    void = np.full(len(data.frame), np.nan)
    table = data.usable.get(indicator)
    if table is None:
        return _figure(void, void, void, "")
    counted = table[table["level"].isin(levels)] if levels else table
    built = counted["year"] if "year" in counted else pd.Series(np.nan, index=counted.index)
    row_of = data.frame[["park_id", "year"]].assign(row=range(len(data.frame)))
    pairs = row_of.merge(counted.assign(built=built)[["park_id", "built"]], on="park_id")
    standing = pairs[pairs["built"].isna() | (pairs["built"] <= pairs["year"])]
    count = standing.groupby("row").size().reindex(range(len(void)), fill_value=0)
    return _figure(count.to_numpy(float), count.to_numpy(float), void, indicator)


def _growth(data: ParkYears, indicator: str, _: Sequence[str]) -> Figure:
    """Compound growth a year from the base year, %: 100 to 114.49 in two years is 7 %."""
    figures, frame, base = data.sums(indicator), data.frame, data.base
    now = figures.reindex(data.index).to_numpy(float)
    first = np.full(len(frame), np.nan)
    if base is not None:
        start = figures[figures.index.get_level_values("year") == base].droplevel("year")
        first = frame["park_id"].map(start).to_numpy(float)
    span = (frame["year"] - (base or 0)).to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = ((now / first) ** (1 / span) - 1) * 100
    rate = np.where((span > 0) & (first > 0), rate, np.nan)
    return _figure(rate, now, first, f"compare_to {base}" if base else "")


def _value(data: ParkYears, indicator: str, _: Sequence[str]) -> Figure:
    """A sum of the park, that sum per mu, or a ratio of two sums.

    Only rows that report every input of a ratio count in it: R&D of 3 万元 on 200 of revenue is
    1.5 %, whatever a third enterprise earns that does not report its R&D.
    """
    if indicator in _measures(data.catalogue):
        value = data.sums(indicator).reindex(data.index).to_numpy(float)
        return _figure(value, value, np.full(len(value), np.nan), "figures")
    asked = data.catalogue[indicator]
    inputs = sorted(_inputs(asked))
    rows = data.allocation.rows.reindex(columns=[*inputs, "year"])
    reported = rows[inputs].where(rows[inputs].notna().all(axis=1)).astype(float)
    sums = reported.groupby([data.park, rows["year"]]).sum(min_count=1)
    sums = sums.rename_axis(["park_id", "year"]).reindex(data.index)
    above, below = (
        evaluate(side, sums, len(sums)) for side in (asked.numerator, asked.denominator)
    )
    value = ratios(sums, {indicator: asked})[indicator].to_numpy(float)
    return _figure(value, above, below, "figures")


def _figure(value: Any, numerator: Any, denominator: Any, basis: str) -> Figure:
    """A figure that is sure: both ends are one."""
    return {
        "value": value,
        "value_high": value,
        "numerator": numerator,
        "denominator": denominator,
        "basis": basis,
    }


AGGREGATES: dict[AggregateName, Aggregate] = {
    "share": Aggregate(lambda _: tuple(SHARE_PARTS), _share),
    "count": Aggregate(lambda _: ("platforms",), _count),
    "growth": Aggregate(_measures, _growth),
    "value": Aggregate(lambda known: (*_measures(known), *_pooled(known)), _value),
}
"""How a target's figure is made. Another way is one entry here, and a word in `AggregateName`."""
