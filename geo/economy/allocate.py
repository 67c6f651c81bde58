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

import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Floats, Index, Ints, Mask, Series
from geo.checks.occupancy import check_shares
from geo.economy.occupancy_years import Calendar, Land, claims_of
from geo.geometry.keys import Groups, factorize_text, rows_where, take_text
from geo.guards import require_columns, require_known, with_numbers
from geo.model import MEASURES
from geo.text import Message, Wording

UNITS = 1_000_000
"""Parts of one 万元 that amounts are counted in: a fen is 1e-6 万元."""

OVERCLAIM = 0.005
"""Claims beyond a parcel's area, as a share of it, that the area basis may explain."""
SHARE_TOLERANCE = 1e-6

REASONS: dict[str, Wording] = {
    "no_land": Message("unallocated_reason.no_land"),
    "no_area": Message("unallocated_reason.no_area"),
    "parcel_unknown": Message("unallocated_reason.parcel_unknown"),
    "share_rest": Message("unallocated_reason.share_rest"),
}
"""Why an amount is on no parcel."""


@dataclass(frozen=True)
class Allocation:
    """Amounts by enterprise, parcel and year, and what was found on the way.

    `rows`: enterprise_id, parcel_id (missing if not allocated), year, share, area_m2 (occupied),
    method, reason, and each reported measure. `measures`: the measures reported. `place`, aligned
    with the rows: parcel (its code, −1 where the amount is on no parcel of the layer), parcel_m2
    (the parcel's area), reason (place in `REASONS`, −1 where allocated), occupied_id (the parcel,
    also where the amount could not be split among several), and before_production (the year ended
    before the enterprise's first production, `geo.economy.production.with_first_production`).
    """

    rows: pd.DataFrame
    measures: tuple[str, ...]
    findings: pd.DataFrame
    place: pd.DataFrame

    def only(self, kept: Mask | Series) -> Allocation:
        """The same of the rows of a mask."""
        return replace(
            self,
            rows=rows_where(self.rows, kept).reset_index(drop=True),
            place=rows_where(self.place, kept).reset_index(drop=True),
        )

    def joined(self, other: Allocation) -> Allocation:
        """These rows and then the other's, of the same allocation."""
        return replace(
            self,
            rows=pd.concat([self.rows, other.rows], ignore_index=True),
            place=pd.concat([self.place, other.place], ignore_index=True),
        )


def allocate(
    indicators: pd.DataFrame,
    occupancy: pd.DataFrame,
    parcel_area: pd.Series[float],
    years: tuple[int, ...] = (),
    measures: tuple[str, ...] | None = None,
) -> Allocation:
    """Allocate each enterprise's year to its parcels.

    `parcel_area` is m² indexed by parcel_id; `years` are those that land is claimed for (those of
    the indicators if not given). Order of rows does not change any amount. `measures` are the columns
    to allocate, by any name; without them those of `geo.model.MEASURES`, and a column of figures
    that is none of these is refused. Raises DataError where an id or a year has no column, and where the shares of an enterprise add up to more than 1: nothing is scaled in silence.
    """
    require_columns(indicators, ("enterprise_id", "year"), "indicators")
    require_columns(occupancy, ("enterprise_id", "parcel_id"), "occupancy")
    if measures is None:
        known = tuple(c.name for c in MEASURES)
        figures = indicators.select_dtypes("number").columns.difference(["year", "source_row"])
        require_known(figures, known, "indicators")
        measures = tuple(name for name in known if name in indicators)
    require_columns(indicators, measures, "indicators")
    indicators = with_numbers(indicators, ("year", *measures), "indicators")
    occupancy = with_numbers(occupancy, ("year", "area_m2", "share"), "occupancy")
    check_shares(occupancy)
    (reported, held), firms = factorize_text(
        indicators["enterprise_id"], occupancy["enterprise_id"]
    )
    (parcel,), parcels = factorize_text(occupancy["parcel_id"])
    calendar = Calendar.of(len(firms), indicators["year"], years)
    key = calendar.key(reported, indicators["year"])
    claims = claims_of(calendar, key, Land.of(occupancy, held, parcel))
    size = parcel_area.reindex(parcels).to_numpy(float)
    claims["parcel_m2"] = np.append(size, np.nan)[claims["parcel"].to_numpy()]
    over = _areas(claims, calendar.width)
    notes = _area_notes(claims, over, parcels)
    rows = _weights(claims)
    amounts = _split(rows, _totals(indicators[list(measures)], key))
    on, who = rows["parcel"].to_numpy(), rows["key"].to_numpy()
    reason = rows["reason"].to_numpy()
    out = pd.DataFrame(
        {
            "enterprise_id": take_text(calendar.firm(who), firms),
            "parcel_id": take_text(np.where(reason < 0, on, -1), parcels),
            "year": calendar.year(who),
            "share": rows["share"],
            "area_m2": rows["area_m2"],
            "method": take_text(rows["method"].to_numpy(), pd.Index(METHODS)),
            "reason": take_text(reason, pd.Index(list(REASONS))),
            **amounts,
        }
    )
    landed = reason < 0
    unsplit = reason == _NO_AREA
    place = pd.DataFrame(
        {
            "parcel": np.where(landed, on, -1),
            "reason": reason,
            "parcel_m2": np.where(landed, rows["parcel_m2"], np.nan),
            "occupied_id": take_text(np.where(landed | unsplit, on, -1), parcels)
            if unsplit.any()
            else out["parcel_id"],
            "before_production": False,
        }
    )
    return Allocation(out, measures, notes, place)


METHODS = ("share", "whole_parcel", "assumed_equal", "area", "none")
"""What a part's land was told from."""
_SHARE, _WHOLE, _EQUAL, _AREA, _NONE = range(len(METHODS))
_NO_LAND, _NO_AREA, _UNKNOWN, SHARE_REST = range(len(REASONS))
NOT_ON_LAND = (_NO_LAND, _NO_AREA, SHARE_REST)
"""Reasons (places in `REASONS`) for which an amount has no land at all, known or claimed."""


def _areas(claims: pd.DataFrame, width: int) -> Mask:
    """Fill the areas that the ledger leaves out, and give leased land to its tenants.

    Tells which claims are of a parcel whose occupiers claim more than there is.
    """
    parcel, land_m2, claimed_m2, share = (
        claims[c].to_numpy() for c in ("parcel", "parcel_m2", "area_m2", "share")
    )
    landed, tenant = parcel >= 0, claims["tenant"].to_numpy()
    group = Groups(np.where(landed, parcel * width + claims["key"].to_numpy() % width, -1))
    blank = np.isnan(claimed_m2) & landed
    takers = group.sum(blank.astype(float))
    with np.errstate(invalid="ignore", divide="ignore"):
        left = np.maximum(land_m2 - group.sum(claimed_m2), 0)
        area = np.where(blank, left / takers, claimed_m2)
        beyond = group.sum(area) - land_m2
        excess = np.where(beyond > OVERCLAIM * land_m2, beyond, 0.0)
        leased, owned = (group.sum(np.where(mask, area, 0.0)) for mask in (tenant, ~tenant))
        cut = np.minimum(np.minimum(excess, leased), owned)
        kept = 1 - np.where(owned > 0, cut / owned, 0.0)
        over: Mask = np.nan_to_num(excess - cut) > OVERCLAIM * land_m2
    claims["method"] = np.select(
        [~landed, ~np.isnan(share), blank & np.isnan(land_m2), blank & (takers == 1), blank],
        [_NONE, _SHARE, _NONE, _WHOLE, _EQUAL],
        _AREA,
    )
    claims["area_m2"] = np.where(tenant | ~landed, area, area * kept)
    return over


def _area_notes(claims: pd.DataFrame, over: Mask, parcels: Index) -> pd.DataFrame:
    marks = pd.DataFrame({"over": over, "assumed": claims["method"] == _EQUAL})
    odd = marks.any(axis=1)
    marks = marks[odd].groupby(claims.loc[odd, "parcel"], sort=False).any()
    frame = pd.DataFrame(
        {"parcel_id": take_text(marks.index.to_numpy(np.int64), parcels), "source_row": None}
    )
    return findings.gather_findings(
        [
            findings.about_rows(
                frame,
                marks["over"].to_numpy(),
                layer="occupancy",
                key="parcel_id",
                code="over_occupied",
                severity="warning",
                message=Message("allocate.occupiers_claim_more_parcel_area"),
                mend=Message("allocate.check_occupied_areas_tenures"),
            ),
            findings.about_rows(
                frame,
                marks["assumed"].to_numpy(),
                layer="occupancy",
                key="parcel_id",
                code="assumed_equal",
                severity="warning",
                message=Message("allocate.shared_enterprises_without_areas"),
                mend=Message("allocate.give_area_m2_share"),
            ),
        ]
    )


def _weights(claims: pd.DataFrame) -> pd.DataFrame:
    """Share of the enterprise's year for each claim; the rest of a share below 1 gets a row.

    Claims without a share take what those with one leave: 60 % stated of one parcel, nothing of a
    second and a third of 1 and 3 mu, are 60 %, 10 % and 30 %.
    """
    area, stated_share, parcel = (claims[c].to_numpy() for c in ("area_m2", "share", "parcel"))
    group = Groups(claims["key"].to_numpy())
    stated = ~np.isnan(stated_share)
    has_share, stated_sum = group.all(stated), group.sum(stated_share)
    left, takers = np.maximum(1.0 - stated_sum, 0.0), group.sum(~stated)
    total = group.sum(np.where(stated, 0.0, area))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.select(
            [stated, takers == 1, ~group.any(~stated & np.isnan(area)) & (total > 0)],
            [stated_share / np.maximum(stated_sum, 1.0), left, left * area / total],
            np.nan,
        )
    # With no basis to split, the whole amount stays together on one unallocated row.
    unsplit = np.isnan(share) & (parcel >= 0)
    alone = unsplit & (pd.Series(unsplit).groupby(claims["key"].to_numpy()).cumsum() == 1)
    reason = np.select(
        [parcel < 0, unsplit, np.isnan(claims["parcel_m2"])], [_NO_LAND, _NO_AREA, _UNKNOWN], -1
    )
    share = np.where(unsplit, np.where(alone, left, 0.0), share)
    shares_sum = group.sum(share)
    out = claims.assign(share=share, reason=reason)
    short = np.flatnonzero(has_share & (shares_sum < 1 - SHARE_TOLERANCE) & group.first)
    rest = out.iloc[short].assign(
        share=1 - shares_sum[short], parcel=-1, area_m2=np.nan, method=_NONE, reason=SHARE_REST
    )
    both = pd.concat([out, rest], ignore_index=True) if len(short) else out
    return both.iloc[np.argsort(both["key"].to_numpy(), kind="stable")].reset_index(drop=True)


def _totals(amounts: pd.DataFrame, key: Ints) -> pd.DataFrame:
    """Amounts by enterprise and year; those of several rows (of missing ones) together."""
    table = amounts.set_axis(key)
    return table if table.index.is_unique else table.groupby(level=0).sum(min_count=1)


def _split(rows: pd.DataFrame, totals: pd.DataFrame) -> dict[str, Floats]:
    """Totals in parts, whole units of 1e-6 that add up to each total exactly."""
    key = rows["key"].to_numpy()
    start = Groups(key).first
    running = rows["share"].groupby(np.cumsum(start)).cumsum().to_numpy(copy=True)
    running[np.append(start[1:], True)[: len(start)]] = 1.0
    at = totals.index.get_indexer(pd.Index(key))
    out = {}
    for name in totals:
        amount = np.append(totals[name].to_numpy(float), np.nan)[at]
        reached = np.round(np.round(amount * UNITS) * running)
        before = np.where(start, 0.0, np.append(0.0, reached[:-1]))
        out[str(name)] = (reached - before) / UNITS
    return out


def counted_once(claimed: Floats, parcel_m2: Floats) -> Floats:
    """Land (m²) that enterprises hold together on a parcel: at most the parcel.

    14,000 m² claimed on a parcel of 10,000 m² are 10,000; 10,040 m² stay, within `OVERCLAIM`. A
    parcel of unknown area bounds nothing.
    """
    with np.errstate(invalid="ignore"):
        over = claimed > parcel_m2 * (1 + OVERCLAIM)
    return np.where(over, parcel_m2, claimed)


CONSERVED = (
    "measure",
    "year",
    "input",
    "set_aside",
    "allocated",
    "no_figure",
    "unallocated",
    "balanced",
)
"""Columns of the sums in and out; `no_figure` is the part of `allocated` that no parcel's figure
holds, since another occupier of the parcel does not report (or its contract states another)."""
SUMS = ("input", "set_aside", "allocated", "no_figure", "unallocated")


def allocation_check(
    source: pd.DataFrame,
    usable: pd.DataFrame,
    allocation: Allocation,
    parcels: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Input, set aside, allocated and unallocated sums by measure and year, in whole units.

    Columns `CONSERVED`. `input` counts every number in the file; the last column says whether
    nothing was lost, to the fen. `parcels` are the figures of parcels, which tell `no_figure`.
    """
    names = [*allocation.measures]
    money = allocation.rows[["year", *names]]
    landed = allocation.rows["reason"].isna().to_numpy()
    sums = {
        "input": _units(source, names),
        "usable": _units(usable, names),
        "allocated": _units(money[landed], names),
        "no_figure": _beside(parcels),
        "unallocated": _units(money[~landed], names),
    }
    parts = []
    for name in names:
        none = pd.Series(dtype="int64")
        by_year = {side: table.get(name, none) for side, table in sums.items()}
        table = pd.DataFrame(by_year).fillna(0).astype("int64")
        table.insert(0, "measure", name)
        parts.append(table.rename_axis("year").reset_index())
    out = pd.concat(parts, ignore_index=True)
    out["set_aside"] = out["input"] - out.pop("usable")
    out["balanced"] = out["input"] == out["set_aside"] + out["allocated"] + out["unallocated"]
    for name in SUMS:
        out[name] = out[name] / UNITS
    return out[list(CONSERVED)]


def _units(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Sums of the measures that a table has, by year, in whole units."""
    given = frame[[name for name in names if name in frame]]
    units = (given * UNITS).round().fillna(0).astype("int64")
    return units.groupby(frame["year"].fillna(-1)).sum()


def _beside(parcels: pd.DataFrame | None) -> pd.DataFrame:
    """What no parcel's figure holds, by year and measure, in whole units."""
    if parcels is None:
        return pd.DataFrame()
    held = parcels[(parcels["beside_value"].fillna(0) != 0).to_numpy()]
    if held.empty:
        return pd.DataFrame()
    units = (held["beside_value"] * UNITS).round().astype("int64")
    return units.groupby([held["year"].fillna(-1), held["measure"]]).sum().unstack()
