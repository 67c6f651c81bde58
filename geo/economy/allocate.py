"""Enterprise totals brought to the parcels they occupy, conserved to the fen (分).

Weights are occupied areas, or shares where the ledger gives shares. An occupancy row without an
area takes what is left of its parcel, in equal parts with the others that have none; that is an
assumption, and the row says so (`method`). Land that an owner leases out is the tenant's: where a
parcel's rows claim more than the parcel, owners give way to tenants.

Amounts are split as whole units of 1e-6 (a fen, where money is in 万元) by rounding the running
total, so the parts of every amount add up to it exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from geo import findings
from geo.errors import Text
from geo.keys import coded, named
from geo.model import MEASURES

UNITS = 1_000_000
"""Parts of one 万元 that amounts are counted in: a fen is 1e-6 万元."""

OVERCLAIM = 0.005
SHARE_TOLERANCE = 1e-6

REASONS = {
    "no_land": Text("企业没有用地记录", "the enterprise has no land"),
    "no_area": Text("一企多宗而占用面积不全，无从分配",
                    "several parcels, not all with an area: no basis to split"),
    "parcel_unknown": Text("宗地不在宗地图层中", "the parcel is not in the parcels layer"),
    "share_rest": Text("占比合计不足 1 的余额", "what the shares leave over"),
}
"""Why an amount is on no parcel."""


@dataclass(frozen=True)
class Allocation:
    """Amounts by enterprise, parcel and year, and what was found on the way.

    `rows`: enterprise_id, parcel_id (missing if not allocated), year, share, area_m2 (occupied),
    method, reason, and each reported measure. `measures`: the measures reported.
    """

    rows: pd.DataFrame
    measures: tuple[str, ...]
    findings: pd.DataFrame

    def only(self, kept: Any) -> Allocation:
        """The same of the rows of a mask."""
        return replace(self, rows=self.rows[kept].reset_index(drop=True))


def allocate(
    indicators: pd.DataFrame, occupancy: pd.DataFrame, parcel_area: pd.Series[float],
    years: tuple[int, ...] = (),
) -> Allocation:
    """Allocate each enterprise's year to its parcels.

    `parcel_area` is m² indexed by parcel_id; `years` are those that land is claimed for (those of
    the indicators if not given). Order of rows does not change any amount.
    """
    measures = tuple(c.name for c in MEASURES if c.name in indicators)
    # Ids are numbers here, in the order of the words: joined, sorted and grouped many times.
    (reported, held), firms = coded(indicators["enterprise_id"], occupancy["enterprise_id"])
    (parcel,), parcels = coded(occupancy["parcel_id"])
    indicators = indicators.assign(enterprise_id=reported)
    occupancy = occupancy.assign(enterprise_id=held, parcel_id=parcel)
    claims = _claims(indicators, occupancy, years or tuple(indicators["year"].unique()))
    claims["parcel_m2"] = claims["parcel_id"].map(
        parcel_area.reindex(parcels).reset_index(drop=True))
    claims, over = _areas(claims)
    notes = _area_notes(claims, over, parcels)
    claims = _weights(claims)
    rows = claims.merge(indicators[["enterprise_id", "year", *measures]],
                        on=["enterprise_id", "year"], how="left")
    _split(rows, measures)
    rows["enterprise_id"] = named(rows["enterprise_id"], firms)
    rows["parcel_id"] = named(rows["parcel_id"].mask(rows["reason"].notna()), parcels)
    keep = ["enterprise_id", "parcel_id", "year", "share", "area_m2", "method", "reason"]
    return Allocation(rows[[*keep, *measures]].reset_index(drop=True), measures, notes)


def _claims(
    indicators: pd.DataFrame, occupancy: pd.DataFrame, given: tuple[int, ...]
) -> pd.DataFrame:
    """One row an enterprise, year and parcel; enterprises without land keep one empty row."""
    claim = occupancy.reindex(columns=[
        "enterprise_id", "parcel_id", "area_m2", "share", "tenure", "year"])
    claim = claim.rename(columns={"year": "for_year"})
    years = pd.DataFrame({"year": np.sort(np.array(given, dtype=float))})
    held = claim[["enterprise_id"]].drop_duplicates().merge(years, how="cross")
    keys = pd.concat([indicators[["enterprise_id", "year"]], held]).drop_duplicates()
    rows = keys.merge(claim, on="enterprise_id", how="left")
    dated = rows["for_year"].notna()
    exact = rows["for_year"] == rows["year"]
    group = _of_firm(rows)
    kept = exact | (~dated & ~exact.groupby(group).transform("any"))
    lost = ~kept.groupby(group).transform("any")
    # A year for which no land is on record stays, as a claim on no parcel.
    first = ~group.duplicated()
    rows.loc[lost, ["parcel_id", "area_m2", "share", "tenure"]] = None
    rows = rows[kept | (lost & first)]
    return rows.sort_values(["enterprise_id", "year", "parcel_id"], kind="stable").reset_index(
        drop=True).drop(columns="for_year")


def _of_firm(rows: pd.DataFrame) -> pd.Series[Any]:
    """The number of each row's enterprise and year; a missing one is one more."""
    return rows.groupby(["enterprise_id", "year"], sort=False, dropna=False).ngroup()


def _areas(claims: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series[bool]]:
    """Fill the areas that the ledger leaves out, and give leased land to its tenants.

    Also tells which claims are of a parcel whose occupiers claim more than there is.
    """
    out = claims.copy()
    group = out.groupby(["parcel_id", "year"], sort=False).ngroup()  # NaN: on no parcel
    given = out["area_m2"].astype(float)
    by_share = out["share"].notna()
    blank = given.isna() & out["parcel_id"].notna()
    left = (out["parcel_m2"] - given.fillna(0).groupby(group).transform("sum")).clip(lower=0)
    takers = blank.groupby(group).transform("sum")
    out["method"] = np.select(
        [by_share, blank & (takers == 1), blank], ["share", "whole_parcel", "assumed_equal"],
        "area")
    area = given.where(~blank, left / takers.where(takers > 0))
    claimed = area.groupby(group).transform("sum")
    excess = (claimed - out["parcel_m2"] * (1 + OVERCLAIM)).clip(lower=0)
    excess = (claimed - out["parcel_m2"]).where(excess > 0, 0.0)
    tenant = out["tenure"].isin(["leased", "租赁", "承租"])
    leased = area.where(tenant, 0.0).groupby(group).transform("sum")
    owned = area.where(~tenant, 0.0).groupby(group).transform("sum")
    cut = np.minimum(np.minimum(excess, leased), owned)
    kept = 1 - (cut / owned).where(owned > 0, 0.0)
    out["area_m2"] = area.where(tenant, area * kept)
    out.loc[out["parcel_id"].isna(), "method"] = "none"
    return out, (excess - cut).fillna(0) > OVERCLAIM * out["parcel_m2"]


def _area_notes(
    claims: pd.DataFrame, over: pd.Series[bool], parcels: pd.Index[Any]
) -> pd.DataFrame:
    marks = pd.DataFrame({"over": over, "assumed": claims["method"] == "assumed_equal"})
    odd = marks.any(axis=1)
    marks = marks[odd].groupby(claims.loc[odd, "parcel_id"], sort=False).any()
    frame = pd.DataFrame({"parcel_id": named(marks.index.to_series(), parcels),
                          "source_row": None}).reset_index(drop=True)
    return findings.gather([
        findings.about_rows(
            frame, marks["over"].to_numpy(), layer="occupancy", key="parcel_id",
            code="over_occupied", severity="warning",
            message=Text("各企业占用面积之和超过宗地面积",
                         "its occupiers claim more than the parcel's area"),
            mend=Text("核对占用面积与权属", "check the occupied areas and tenures")),
        findings.about_rows(
            frame, marks["assumed"].to_numpy(), layer="occupancy", key="parcel_id",
            code="assumed_equal", severity="warning",
            message=Text("多家企业共用而未填占用面积：按等分计",
                         "shared by enterprises without areas: taken as equal parts"),
            mend=Text("补填 area_m2 或 share", "give area_m2 or share"))])


def _weights(claims: pd.DataFrame) -> pd.DataFrame:
    """Share of the enterprise's year for each claim; the rest of a share below 1 gets a row."""
    out = claims.copy()
    group = _of_firm(out)
    first = ~group.duplicated()
    has_share = out["share"].notna().groupby(group).transform("all")
    rows = group.groupby(group).transform("size")
    area = out["area_m2"]
    total = area.groupby(group).transform("sum")
    whole = area.notna().groupby(group).transform("all") & (total > 0)
    declared = out["share"].groupby(group).transform("sum")
    share = np.select(
        [has_share, rows == 1, whole],
        [out["share"] / declared.clip(lower=1.0), 1.0, area / total.where(total > 0)], np.nan)
    out["share"] = share
    out["reason"] = np.select(
        [out["parcel_id"].isna(), np.isnan(share), out["parcel_m2"].isna()],
        ["no_land", "no_area", "parcel_unknown"], "")
    out["reason"] = out["reason"].mask(out["reason"] == "")
    # With no basis to split, the whole amount stays together on one unallocated row.
    unsplit = out["reason"] == "no_area"
    out["share"] = out["share"].mask(unsplit, first.astype(float))
    given = out["share"].groupby(group).transform("sum")
    short = has_share & (given < 1 - SHARE_TOLERANCE) & first
    rest = out[short].assign(share=1 - given[short], parcel_id=None, area_m2=np.nan,
                             method="none", reason="share_rest")
    return pd.concat([out, rest]).sort_values(["enterprise_id", "year"], kind="stable",
                                              ignore_index=True)


def _split(rows: pd.DataFrame, measures: tuple[str, ...]) -> None:
    """Turn totals into parts, whole units of 1e-6 that add up to each total exactly."""
    keys = rows[["enterprise_id", "year"]]
    start = (keys != keys.shift()).any(axis=1)
    running = rows["share"].groupby(start.cumsum()).cumsum()
    running = running.mask(start.shift(-1, fill_value=True), 1.0)
    for name in measures:
        reached = ((rows[name] * UNITS).round() * running).round()
        rows[name] = (reached - reached.shift(1).mask(start, 0.0)) / UNITS


def conserved(
    source: pd.DataFrame, usable: pd.DataFrame, allocation: Allocation
) -> pd.DataFrame:
    """Input, set aside, allocated and unallocated sums by measure and year, in whole units.

    Columns: measure, year, input, set_aside, allocated, unallocated, balanced. `input` counts
    every number in the file; the last column says whether nothing was lost, to the fen.
    """
    rows = allocation.rows
    parts = []
    for name in allocation.measures:
        table = pd.DataFrame({
            "input": _units(source, name), "usable": _units(usable, name),
            "allocated": _units(rows[rows["reason"].isna()], name),
            "unallocated": _units(rows[rows["reason"].notna()], name)}).fillna(0).astype("int64")
        table.insert(0, "measure", name)
        parts.append(table.rename_axis("year").reset_index())
    out = pd.concat(parts, ignore_index=True)
    out["set_aside"] = out["input"] - out.pop("usable")
    out["balanced"] = out["input"] == out["set_aside"] + out["allocated"] + out["unallocated"]
    for name in ("input", "set_aside", "allocated", "unallocated"):
        out[name] = out[name] / UNITS
    return out[["measure", "year", "input", "set_aside", "allocated", "unallocated", "balanced"]]


def _units(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    if name not in frame:
        return pd.Series(dtype="int64")
    whole = (frame[name] * UNITS).round().fillna(0).astype("int64")
    return whole.groupby(frame["year"].fillna(-1)).sum()
