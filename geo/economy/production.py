"""Years in production, and what is reported over five of them (投产后五年): what some rules go by.

Figures are of calendar years, so the first full year is the one that begins on or after the day of
first production. Five years are the latest five full ones in a row, counted from the first: of
seven full years the first five, of eleven the sixth to the tenth.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Protocol

import numpy as np
import pandas as pd

from geo.arrays import Floats, Frame, Frames, Series
from geo.economy.allocate import Allocation
from geo.geometry.keys import position_of
from geo.model import FIVE_YEARS


class JudgesBy(Protocol):
    """What of a rule pack says which figures it needs."""

    @property
    def figures(self) -> list[str]: ...  # noqa: D102


SPAN = 5
SINCE, FULL_YEARS = "in_production_on", "full_years_in_production"


def with_first_production(allocation: Allocation, enterprises: pd.DataFrame | None) -> Allocation:
    """The allocation with `before_production`: rows of years that ended before the first production.

    What such a row leaves blank is nobody's missing report. Without a day nothing is known.
    """
    if enterprises is None or SINCE not in enterprises:
        return allocation
    since = pd.to_datetime(enterprises[SINCE], errors="coerce").dt.year
    at = position_of(allocation.rows["enterprise_id"], enterprises["enterprise_id"])
    first = np.append(since.to_numpy(float, na_value=np.nan), np.nan)[at]
    before = allocation.rows["year"].to_numpy(float) < first
    return replace(allocation, place=allocation.place.assign(before_production=before))


def with_production(
    subjects: Frame,
    since: Series | None,
    figures: pd.DataFrame,
    year: int,
    packs: Collection[JudgesBy],
) -> Frame:
    """The subjects with those of the columns that packs judge by that are of years in production.

    `since` is the day of first production, aligned with the subjects (None: their own column);
    their ids are in `parcel_id`, else in `enterprise_id`. `figures` is the long table. `full_years_in_production` is
    float64, missing without the day. `<measure>_5y` is the sum of five years, missing until all
    are reported; `<measure>_5y_years` how many of the five are. A column that is there stays.
    """
    if since is None:
        since = subjects.get(SINCE, pd.Series(pd.NaT, index=subjects.index))
    asked = {name for pack in packs for name in pack.figures}
    full = full_years(since, year)
    new: dict[str, Floats] = {FULL_YEARS: full} if FULL_YEARS in asked else {}
    for measure in FIVE_YEARS:
        if f"{measure}_5y" in asked:
            reported = figures[figures["measure"] == measure]
            total, years = _over_five_years(subjects, reported, full, year)
            new |= {f"{measure}_5y": total, f"{measure}_5y_years": years}
    return subjects.assign(**{name: one for name, one in new.items() if name not in subjects})


def full_years(since: Series, year: int) -> Floats:
    """Full calendar years in production at the end of `year`, float64; missing without a day.

    >>> days = pd.Series(pd.to_datetime(["2022-01-01", "2022-06-30", None]))
    >>> full_years(days, 2024).tolist()
    [3.0, 2.0, nan]
    """
    day = pd.to_datetime(since)
    first = day.dt.year + ((day.dt.month > 1) | (day.dt.day > 1))
    return np.asarray((year - first + 1).clip(lower=0).to_numpy(float, na_value=np.nan))


def _over_five_years(
    subjects: Frame, reported: pd.DataFrame, full: Floats, year: int
) -> tuple[Floats, Floats]:
    """Sum over the latest five full years, and how many of them are reported."""
    subject = "parcel" if "parcel_id" in subjects else "enterprise"
    rows = reported[(reported["subject"] == subject) & reported["value"].notna()]
    at = position_of(rows["subject_id"], subjects[f"{subject}_id"])
    rows, at = rows[at >= 0], at[at >= 0]
    blocks = full // SPAN
    last = year - full + np.where(blocks > 0, SPAN * blocks, SPAN)
    within = (rows["year"].to_numpy(float) > last[at] - SPAN) & (
        rows["year"].to_numpy(float) <= last[at]
    )
    count = np.bincount(at[within], minlength=len(subjects)).astype(float)
    total = np.bincount(at[within], rows["value"].to_numpy(float)[within], len(subjects))
    whole = (blocks > 0) & (count == SPAN)
    return np.where(whole, total, np.nan), np.where(np.isnan(full), np.nan, count)


def parcels_in_production(
    parcels: Frame,
    allocation: Allocation,
    usable: Frames,
    figures: pd.DataFrame,
    year: int,
    packs: Collection[JudgesBy],
) -> Frame:
    """`with_production` of parcels, their days as `in_production_on` has them."""
    since = in_production_on(parcels, allocation, usable.get("enterprises"), year)
    return with_production(parcels, since, figures, year, packs)


def in_production_on(
    parcels: Frame, allocation: Allocation, enterprises: pd.DataFrame | None, year: int
) -> Series:
    """The day of first production on each parcel: as declared, else that of its only enterprise.

    A parcel with several enterprises and no day of its own has none.
    """
    never = pd.Series(pd.NaT, index=parcels.index)
    declared = pd.to_datetime(parcels.get(SINCE, never))
    if enterprises is None or SINCE not in enterprises:
        return declared
    rows = allocation.rows
    pairs = rows.loc[rows["year"] == year, ["parcel_id", "enterprise_id"]].dropna()
    pairs = pairs.drop_duplicates().drop_duplicates("parcel_id", keep=False)
    days = enterprises.drop_duplicates("enterprise_id").set_index("enterprise_id")[SINCE]
    day = pairs["enterprise_id"].map(pd.to_datetime(days))
    only = pd.Series(day.to_numpy(), index=pairs["parcel_id"])
    return declared.fillna(parcels["parcel_id"].map(only))
