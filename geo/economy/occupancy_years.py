"""Who claims which land in which year: what is known of occupancy, for each year that is asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.arrays import Floats, Ints, Mask, Series
from geo.geometry.keys import Groups, spans
from geo.model.tenure import tenure_of


@dataclass(frozen=True)
class Calendar:
    """Enterprise and year as one number, in the order of both; a missing one comes last."""

    firms: int
    years: Floats
    claimed: Ints

    @classmethod
    def of(cls, firms: int, reported: Series, asked_years: tuple[int, ...]) -> Calendar:
        """Of `firms` enterprises; land is claimed for the years given, else those reported."""
        reported_years = np.sort(reported.dropna().unique().astype(float))
        asked = np.array(asked_years, dtype=float) if asked_years else reported_years
        years = np.union1d(reported_years, asked)
        return cls(firms, years, np.searchsorted(years, np.unique(asked)))

    @property
    def width(self) -> int:
        """How many numbers an enterprise has: its years, and a missing one."""
        return len(self.years) + 1

    def key(self, firm: Ints, year: Series) -> Ints:
        """The number of each enterprise and year."""
        when = year.to_numpy(float, na_value=np.nan)
        at = np.where(np.isnan(when), len(self.years), np.searchsorted(self.years, when))
        return np.where(firm < 0, self.firms, firm) * self.width + at

    def firm(self, key: Ints) -> Ints:
        """The enterprise's code, −1 where missing."""
        firm = key // self.width
        return np.where(firm == self.firms, -1, firm)

    def year(self, key: Ints) -> Floats:
        """The year, NaN where missing."""
        return np.append(self.years, np.nan)[key % self.width]


@dataclass(frozen=True)
class Land:
    """The table of occupancy as arrays (n,); codes are −1 and numbers NaN where missing."""

    firm: Ints
    parcel: Ints
    area: Floats
    share: Floats
    year: Floats
    tenant: Mask

    @classmethod
    def of(cls, table: pd.DataFrame, firm: Ints, parcel: Ints) -> Land:
        """Of the table, whose ids are given as codes."""

        def numbers(name: str) -> Floats:
            column = table.get(name, pd.Series(np.nan, index=table.index))
            return np.asarray(column.to_numpy(float, na_value=np.nan), dtype=np.float64)

        tenant = (
            (tenure_of(table["tenure"]) == "leased").fillna(False).to_numpy(dtype=bool)
            if "tenure" in table
            else np.zeros(len(table), dtype=bool)
        )
        return cls(firm, parcel, numbers("area_m2"), numbers("share"), numbers("year"), tenant)


def claims_of(calendar: Calendar, reported: Ints, land: Land) -> pd.DataFrame:
    """One row an enterprise, year and parcel, in this order; without land one empty row."""
    firm, parcel = (
        np.where(code < 0, last, code)
        for code, last in (
            (land.firm, calendar.firms),
            (land.parcel, land.parcel.max(initial=0) + 1),
        )
    )
    asked = np.zeros((calendar.firms + 1, calendar.width), dtype=bool)
    asked.ravel()[reported] = True
    asked[firm[:, None], calendar.claimed] = True
    keys = np.flatnonzero(asked)
    order = np.lexsort((parcel, firm))
    start, end = (
        np.searchsorted(firm[order], keys // calendar.width, side) for side in ("left", "right")
    )
    number, offset = spans(np.maximum(end - start, 1))
    claim = np.append(order, -1)[
        np.where((end > start)[number], start[number] + offset, len(order))
    ]
    group = Groups(number)
    dated = np.append(land.year, np.nan)[claim]
    exact = dated == calendar.year(keys)[number]
    kept = exact | (np.isnan(dated) & ~group.any(exact))
    # A year for which no land is on record stays, as a claim on no parcel.
    lost = ~group.any(kept)
    chosen = kept | (lost & group.first)
    claim = np.where(lost, -1, claim)[chosen]
    return pd.DataFrame(
        {
            "key": keys[number[chosen]],
            "parcel": np.append(land.parcel, -1)[claim],
            "area_m2": np.append(land.area, np.nan)[claim],
            "share": np.append(land.share, np.nan)[claim],
            "tenant": np.append(land.tenant, False)[claim],
        }
    )
