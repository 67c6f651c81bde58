"""Counts and means of the parks: platforms, enterprises, parcels, and land that a rule passes.

What is not known of one leaves a range. Parcels are those of today: there are figures of the
project's year only.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo.arrays import Floats, Series
from geo.evaluate.park_years import Asked, Figure, ParkYears, figure_of, to_high
from geo.standards.codes_of_table import as_codes
from geo.standards.vocabulary import VERDICTS

COUNTED = ("platforms", "enterprises", "parcels")
"""Tables whose rows can be counted."""
COMPLIANCE = "compliance"
"""The verdict over all mandatory rules."""


def count(data: ParkYears, asked: Asked) -> Figure:
    """Rows of a table by park that say what is asked; no table, no data.

    An enterprise counts once, in the park where it has most land in the year.
    """
    needed = {asked.indicator} | ({"occupancy"} if asked.indicator == "enterprises" else set())
    if not needed <= set(data.usable):
        void = np.full(len(data.frame), np.nan)
        return figure_of(void, void, void, "")
    if asked.indicator == "platforms":
        return _platforms(data, asked)
    rows = _enterprises(data) if asked.indicator == "enterprises" else _parcels(data)
    said = says(rows, asked.where)
    low, high = (_by_park(rows, fill, data) for fill in (said.fillna(0.0), said.fillna(1.0)))
    unknown = _by_park(rows, said.isna().astype(float), data)
    void = np.full(len(low), np.nan)
    if asked.indicator == "parcels":
        low, high = _of_the_year(low, data), _of_the_year(high, data)
    return figure_of(low, low, void, asked.indicator, unknown) | to_high(high, high)


def says(rows: pd.DataFrame, where: Mapping[str, bool | list[str]]) -> pd.Series[float]:
    """1 where a row says all that is asked, 0 where it says otherwise, missing if it is silent.

    >>> rows = pd.DataFrame({"high_tech": pd.array([True, False, None], "boolean")})
    >>> says(rows, {"high_tech": True}).tolist()
    [1.0, 0.0, nan]
    """
    out = pd.Series(1.0, index=rows.index)
    for column, wanted in where.items():
        given = rows.get(column, pd.Series(np.nan, index=rows.index))
        if isinstance(wanted, bool):
            fits = given.astype("boolean") == wanted
        else:
            fits = given.astype("str").isin(wanted).astype("boolean")
        said = fits.astype("Float64").astype(float).where(given.notna())
        # A row that misses one condition is out, whatever it is silent about.
        out = (out * said).mask((out == 0) | (said == 0), 0.0)
    return out


def coverage(data: ParkYears, asked: Asked) -> Figure:
    """Share of land, or of parcels, that passes or says what is asked, %.

    Land that a rule does not apply to is in neither side; what is not determined leaves a range.
    """
    parcels = _parcels(data)
    passes = _passing(data, asked, parcels)
    if passes is None:
        void = np.full(len(data.frame), np.nan)
        return figure_of(void, void, void, "")
    inside = says(parcels, asked.where)
    size = parcels["area_mu"] if asked.of == "land" else pd.Series(1.0, index=parcels.index)
    applies = passes.notna() & (inside != 0)
    code = passes.where(inside.notna() | (passes == 0), np.nan)
    surely = (applies & (code == 1)).to_numpy() * size
    maybe = (applies & (code != 0)).to_numpy() * size
    total = _by_park(parcels, applies.to_numpy() * size, data)
    low, high = (_by_park(parcels, part, data) for part in (surely, maybe))
    unknown = _by_park(parcels, (applies & ~code.isin([0, 1])).astype(float), data)
    some = _of_the_year(np.where(total > 0, total, np.nan), data)
    below = _of_the_year(total, data)  # of a park that it does not apply to nothing over nothing
    share = figure_of(low / some * 100, low, below, "parcels", unknown)
    return share | to_high(high / some * 100, high)


def parcel_mean(data: ParkYears, asked: Asked) -> Figure:
    """Mean of an indicator of the parcels, weighted by their land; no figure where no parcel has it.

    2 on 30 亩 and 1 on 10 亩 are 1.75. Parcels without it are left out, and counted (`missing`).
    """
    parcels = _parcels(data)
    if asked.indicator not in parcels:
        void = np.full(len(data.frame), np.nan)
        return figure_of(void, void, void, "")
    inside = says(parcels, asked.where) == 1
    value = parcels[asked.indicator].astype(float).where(inside)
    land = parcels["area_mu"].where(value.notna(), 0.0)
    above = _of_the_year(_by_park(parcels, (value * land).fillna(0.0), data), data)
    below = _by_park(parcels, land, data)
    below = np.where(below > 0, below, np.nan)
    unknown = _by_park(parcels, (inside & value.isna()).astype(float), data)
    return figure_of(above / below, above, below, "parcels", unknown)


_NUMBER = {"pass": 1.0, "fail": 0.0, "no_data": 0.5, "conflict": 0.5}


def _passing(data: ParkYears, asked: Asked, parcels: pd.DataFrame) -> pd.Series[float] | None:
    """1 passes, 0 does not, 0.5 is not determined, missing where it does not apply."""
    if asked.words:
        if asked.indicator not in parcels:
            return None
        said = says(parcels, {asked.indicator: asked.words})
        return said.fillna(0.5)
    if asked.indicator == COMPLIANCE:
        verdict = parcels.get(COMPLIANCE)
        return None if verdict is None else _as_number(verdict)
    if data.verdicts is None:
        return None
    about = [
        rule
        for rule in as_codes(data.verdicts).of_subject("parcel")
        if rule.indicator == asked.indicator
    ]
    if not about:
        return parcels["parcel_id"].map({}).astype(float)
    number = np.array([_NUMBER.get(name, np.nan) for name in VERDICTS])
    # The worst verdict of the rules on one indicator counts: fail, not determined, pass.
    worst_of_all = np.fmin.reduce(
        [np.where(rule.told, number[rule.verdict], np.nan) for rule in about]
    )
    of_parcel = pd.Series(worst_of_all, index=about[0].ids.astype("str"))
    return parcels["parcel_id"].astype("str").map(of_parcel).astype("float64")


def _as_number(verdict: Series) -> pd.Series[float]:
    return verdict.astype("str").map(_NUMBER).astype(float)


def _parcels(data: ParkYears) -> pd.DataFrame:
    return pd.DataFrame(data.usable["parcels"])


def _of_the_year(value: Floats, data: ParkYears) -> Floats:
    """Figures of today's parcels, in the project's year only."""
    return np.where(data.frame["year"] == data.year, value, np.nan)


def _by_park(rows: pd.DataFrame, amount: Series | Floats, data: ParkYears) -> Floats:
    """Sums by park, and by year where the rows have one; 0 where a park has no row."""
    keys = ["park_id", *(["year"] if "year" in rows else [])]
    sums = (
        pd.Series(np.asarray(amount, float)).groupby([rows[key].to_numpy() for key in keys]).sum()
    )
    if len(keys) == 1:
        return data.frame["park_id"].map(sums).fillna(0.0).to_numpy(float)
    return sums.reindex(data.index).fillna(0.0).to_numpy(float)


def _enterprises(data: ParkYears) -> pd.DataFrame:
    """Each enterprise and year in the park of its largest land, with what its table says of it."""
    allocation = data.everywhere or data.allocation
    rows = allocation.rows[["enterprise_id", "parcel_id", "year", "area_m2"]]
    rows = rows[rows["parcel_id"].notna()].sort_values(
        ["area_m2", "parcel_id"], ascending=[False, True], kind="stable"
    )
    parks = data.usable["parcels"].set_index("parcel_id")["park_id"]
    largest = rows.drop_duplicates(["enterprise_id", "year"])
    largest = largest.assign(park_id=largest["parcel_id"].map(parks))
    largest = largest[largest["park_id"].notna()]
    table = pd.DataFrame(data.usable["enterprises"]).drop(
        columns=["park_id", "year", "parcel_id"], errors="ignore"
    )
    return largest[["enterprise_id", "park_id", "year"]].merge(table, on="enterprise_id")


def _platforms(data: ParkYears, asked: Asked) -> Figure:
    """Platforms of these levels, built by each year.

    One without a year stands in all years: whoever lists it says that it is there.
    """
    table = data.usable["platforms"]
    void = np.full(len(data.frame), np.nan)
    counted = table[table["level"].isin(asked.levels)] if asked.levels else table
    built = counted["year"] if "year" in counted else pd.Series(np.nan, index=counted.index)
    row_of = data.frame[["park_id", "year"]].assign(row=range(len(data.frame)))
    pairs = row_of.merge(counted.assign(built=built)[["park_id", "built"]], on="park_id")
    standing = pairs[pairs["built"].isna() | (pairs["built"] <= pairs["year"])]
    number = standing.groupby("row").size().reindex(range(len(void)), fill_value=0)
    value = number.to_numpy(float)
    return figure_of(value, value, void, "platforms")
