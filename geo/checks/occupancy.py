"""What a table of occupancy cannot mean: shares over the whole, unknown words, slips of unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Mask, Series
from geo.checks.ledger import AREA_SLIPS, SLIP_WINDOW
from geo.errors import DataError
from geo.geometry.keys import isin_text, map_text
from geo.model.tenure import tenure_of
from geo.text import EMPTY, Message, join

SHARE_ROUNDING = 1e-3
"""What the shares of an enterprise may add up to beyond 1 through rounding."""
_PER_CENT = 0.01

UnitCounts = dict[str, int]
"""How many rows seem to be in each unit; under "" how many rows there are."""


def check_shares(occupancy: pd.DataFrame) -> pd.DataFrame:
    """Raise DataError for shares over 1, of a row or of an enterprise's year; findings on rounding.

    Shares that add up to 1 on a parcel and to less in each of its enterprises seem to be the
    parcel's, and would leave money on no land: where all that are short are so, they are refused.

    Nothing is scaled in silence: with three shares of 33.34 % the sum is 1.0002, within
    `SHARE_ROUNDING`, which is said.
    """
    if "share" not in occupancy:
        return findings.no_findings()
    share = occupancy["share"]
    occupancy = occupancy.assign(source_row=occupancy.get("source_row", np.nan))
    beyond = (share > 1 + SHARE_ROUNDING).to_numpy(dtype=bool)
    if beyond.any():
        raise _over(occupancy[beyond], "share", share[beyond])
    year = (
        occupancy["year"].fillna(-1)
        if "year" in occupancy
        else pd.Series(-1, index=occupancy.index)
    )
    total = share.groupby([occupancy["enterprise_id"], year]).transform("sum")
    beyond = (total > 1 + SHARE_ROUNDING).to_numpy(dtype=bool)
    if beyond.any():
        raise _over(occupancy[beyond], "sum", total[beyond])
    if (
        len(total) > 1
        and (total.dropna() <= _PER_CENT + SHARE_ROUNDING / 100).all()
        and (total > 0).any()
    ):
        raise DataError("occupancy.shares_every_enterprise_add_up")
    of_parcels = _shares_of_parcels(occupancy, share, year, total)
    rounded = (total > 1 + 1e-9).to_numpy(dtype=bool)
    one = (np.abs(total - _PER_CENT) < SHARE_ROUNDING / 100).to_numpy(dtype=bool)
    as_fraction = findings.about_rows(
        occupancy,
        one,
        layer="occupancy",
        key="enterprise_id",
        code="shares_add_up_to_one_per_cent",
        severity="warning",
        message=Message("occupancy.shares_add_up_to_one_per_cent"),
        mend=Message("occupancy.write_per_cent_or_fraction"),
    )
    over = findings.about_rows(
        occupancy,
        rounded,
        layer="occupancy",
        key="enterprise_id",
        code="shares_rounded",
        severity="info",
        value=findings.quoted(total * 100, form="{:.4f} %"),
        message=Message("occupancy.enterprise_shares_add_up"),
        mend=Message("occupancy.make_shares_add_up_100"),
    )
    return findings.gather_findings([as_fraction, over, of_parcels])


def _shares_of_parcels(
    occupancy: pd.DataFrame, share: Series, year: Series, total: Series
) -> pd.DataFrame:
    on = [occupancy["parcel_id"], year]
    whole = (share.groupby(on).transform("sum") - 1).abs() <= SHARE_ROUNDING
    several = occupancy["enterprise_id"].groupby(on).transform("nunique") > 1
    stated = share.notna().groupby([occupancy["enterprise_id"], year]).transform("all")
    short = stated & (total < 1 - SHARE_ROUNDING)
    of_parcel = whole & several & short.groupby(on).transform("all")
    if of_parcel.any() and of_parcel[short].all():
        parcel = occupancy.loc[of_parcel, "parcel_id"].iloc[0]
        rows = occupancy[of_parcel & (occupancy["parcel_id"] == parcel)]
        firms = rows["enterprise_id"].astype("str").drop_duplicates()
        raise DataError("occupancy.shares_of_parcel", parcel=parcel, named=join(firms, most=5))
    return findings.about_rows(
        occupancy,
        of_parcel,
        layer="occupancy",
        key="enterprise_id",
        code="shares_of_parcel",
        severity="warning",
        value=occupancy["parcel_id"],
        message=Message("occupancy.shares_seem_of_parcel"),
        mend=Message("occupancy.give_area_for_shares"),
    )


def _over(rows: pd.DataFrame, what: str, value: pd.Series[float]) -> DataError:
    first = rows.iloc[0]
    firms = rows["enterprise_id"].astype("str").drop_duplicates()
    named = join(firms, most=5)
    at = f"{first['source_row'] % 2**20:.0f}"
    if what == "share":
        return DataError("occupancy.share_over_1", iloc=value.iloc[0], at=at, named=named)
    return DataError("occupancy.shares_add_up_over_100", named=named, iloc=value.iloc[0], at=at)


def check_tenure(occupancy: pd.DataFrame) -> pd.DataFrame:
    """Words of tenure that are not known, and those of land that its owner lets."""
    if "tenure" not in occupancy:
        return findings.no_findings()
    words = occupancy["tenure"]
    kind = tenure_of(words)
    unknown = (words.notna() & kind.isna()).to_numpy(dtype=bool)
    let = (kind == "let").fillna(False).to_numpy(dtype=bool)
    return findings.gather_findings(
        [
            findings.about_rows(
                occupancy,
                unknown,
                layer="occupancy",
                key="enterprise_id",
                code="unknown_tenure",
                severity="warning",
                value=words,
                message=Message("occupancy.tenure_not_known"),
                mend=Message("occupancy.write_owned_leased"),
            ),
            findings.about_rows(
                occupancy,
                let,
                layer="occupancy",
                key="enterprise_id",
                code="let_land",
                severity="info",
                value=words,
                message=Message("occupancy.land_owner_lets_counts_owner"),
                mend=Message("occupancy.add_rows_tenants"),
            ),
        ]
    )


def check_no_land(occupancy: pd.DataFrame) -> pd.DataFrame:
    """Rows that hold 0 m² and state no share: on no land, their money would be over that of others."""
    return findings.about_rows(
        occupancy,
        no_land(occupancy),
        layer="occupancy",
        key="enterprise_id",
        code="no_land_stated",
        message=Message("occupancy.area_zero"),
        mend=Message("occupancy.give_area_or_leave_blank"),
    )


def check_undated(occupancy: pd.DataFrame, year: int) -> pd.DataFrame:
    """Rows without a year of enterprises whose other rows are of the year judged: those go first.

    E1 on P1 in 2023, and on P2 without a year, has P1 alone in 2023, and all its money there.
    """
    if "year" not in occupancy:
        return findings.no_findings()
    undated = occupancy["year"].isna().to_numpy(dtype=bool)
    of_year = (occupancy["year"] == year).fillna(False).to_numpy(dtype=bool)
    if not undated.any() or not of_year.any():
        return findings.no_findings()
    firm = occupancy["enterprise_id"]
    return findings.about_rows(
        occupancy,
        undated & firm.notna().to_numpy(dtype=bool) & isin_text(firm, firm[of_year]),
        layer="occupancy",
        key="enterprise_id",
        code="undated_land",
        severity="warning",
        value=occupancy["parcel_id"],
        message=Message("occupancy.undated_passed_over", year=str(year)),
        mend=Message("occupancy.fill_in_year"),
    )


def no_land(occupancy: pd.DataFrame) -> Mask:
    """Which rows hold an area of 0, and no share that would put money on their parcel."""
    none = pd.Series(np.nan, index=occupancy.index)
    area, share = occupancy.get("area_m2", none), occupancy.get("share", none)
    out: Mask = ((area == 0) & share.isna()).to_numpy(dtype=bool)
    return out


@dataclass(frozen=True)
class UnitSlips:
    """Rows of occupancy (n,) whose area seems to be in another unit than m², by that unit.

    Told by what a parcel's occupiers hold together (`held`, m²) over the parcel's own area (`size`):
    15 over 10,000 m² is a hectare in 亩. `known` are the rows of which both are known.
    """

    held: Series
    size: Series
    known: Mask
    near: dict[str, Mask]

    @classmethod
    def of(cls, occupancy: pd.DataFrame, parcels: pd.DataFrame) -> UnitSlips:
        """Of rows with their areas, by the parcels that they are on."""
        area = occupancy["area_m2"].where(occupancy["area_m2"] > 0)
        year = (
            occupancy["year"].fillna(-1)
            if "year" in occupancy
            else pd.Series(-1, index=occupancy.index)
        )
        held = area.groupby([occupancy["parcel_id"], year]).transform("sum").where(area.notna())
        size = map_text(occupancy["parcel_id"], _first_areas(parcels)).astype("float64")
        ratio = (held / size).to_numpy(dtype=float)
        known: Mask = np.isfinite(ratio) & (ratio > 0)
        told = np.where(known, ratio, 1)
        near = {
            unit: known & (np.abs(np.log(told / factor)) < np.log(SLIP_WINDOW))
            for factor, unit in AREA_SLIPS
        }
        return cls(held, size, known, near)

    def counted(self, rows: Mask) -> UnitCounts:
        """How many of these rows seem to be in each unit, and how many (under "") are known."""
        masks = {"": self.known, **self.near}
        return {unit: int((mask & rows).sum()) for unit, mask in masks.items()}


def most_in(counts: Iterable[UnitCounts]) -> frozenset[str]:
    """The units that most rows with areas seem to be in, by the counts of all rows."""
    total: dict[str, int] = {}
    for some in counts:
        for unit, rows in some.items():
            total[unit] = total.get(unit, 0) + rows
    every = total.pop("", 0)
    return frozenset(unit for unit, rows in total.items() if rows * 2 > every)


def check_occupied(
    occupancy: pd.DataFrame, slips: UnitSlips, most: frozenset[str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Occupied areas that seem to be in another unit than m²; the table without those.

    Those in a unit that `most` of all areas are in (else most of these) are missing from then on;
    others are each a question.
    """
    if most is None:
        most = most_in([slips.counted(np.ones(len(occupancy), dtype=bool))])
    notes, taken = [], np.zeros(len(occupancy), dtype=bool)
    for unit, near in slips.near.items():
        if near.any():
            taken |= near & (unit in most)
            notes.append(_slip(occupancy, near, unit, slips.held, slips.size, most=unit in most))
    kept = (
        occupancy if not taken.any() else occupancy.assign(area_m2=occupancy["area_m2"].mask(taken))
    )
    return kept, findings.gather_findings(notes)


def _first_areas(parcels: pd.DataFrame) -> Series:
    areas = parcels.drop_duplicates("parcel_id").set_index("parcel_id")["area_ellipsoid_m2"]
    return areas[areas.index.notna()]


def _slip(
    occupancy: pd.DataFrame,
    near: Mask,
    unit: str,
    held: Series,
    size: Series,
    *,
    most: bool,
) -> pd.DataFrame:
    done = Message("occupancy.area_taken_missing") if most else EMPTY
    return findings.about_rows(
        occupancy,
        near,
        layer="occupancy",
        key="enterprise_id",
        code="area_unit",
        value=findings.quoted(held, size),
        severity="error" if most else "warning",
        set_aside=False,
        message=Message("occupancy.occupied_area_seems_in", unit=unit, done=done),
        mend=Message("occupancy.convert_m_write_in_heading", unit=unit),
    )
