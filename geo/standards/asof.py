"""Judged as of when: by the edition in force at a parcel's supply, or on one day for all (对标).

A parcel that is judged by its supply and has no date is judged as of the day of the run, and so
marked. Every product says by which days its verdicts are.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.project import Settings
from geo.text import Message, Wording

JUDGED_AS: dict[str, Wording] = {
    "supplied": Message("judged_as.supplied"),
    "undated": Message("judged_as.undated"),
    "today": Message("judged_as.today"),
    "day": Message("judged_as.day"),
}
"""By which day a parcel is judged (column `judged_as`); the day is in `judged_as_of`."""


def with_days(parcels: gpd.GeoDataFrame, settings: Settings) -> gpd.GeoDataFrame:
    """The parcels with `judged_as` (a word of `JUDGED_AS`) and `judged_as_of` (datetime64)."""
    never = pd.Series(pd.NaT, index=parcels.index)
    supplied = pd.to_datetime(parcels.get("supplied_on", never))
    return parcels.assign(**days_of(supplied, settings.judge_as, settings.today))


def days_of(
    supplied: pd.Series[Any], judge_as: Literal["supplied", "today"] | dt.date, today: dt.date
) -> pd.DataFrame:
    """`judged_as` and `judged_as_of` of parcels by the day of their supply, on its index.

    A parcel without that day is judged as of today, and so marked.
    """
    if judge_as == "supplied":
        dated = supplied.notna()
        word = np.where(dated, "supplied", "undated")
        day = supplied.where(dated, pd.Timestamp(today))
    else:
        word = np.full(len(supplied), "today" if judge_as == "today" else "day")
        one = judge_as if isinstance(judge_as, dt.date) else today
        day = pd.Series(pd.Timestamp(one), index=supplied.index)
    return pd.DataFrame(
        {
            "judged_as": pd.Series(word, index=supplied.index, dtype="str"),
            "judged_as_of": day.astype("datetime64[ms]"),  # as Parquet keeps it
        }
    )


def day_text(parcel: Any, lang: str) -> str:
    """As of when one parcel (a row) is judged; empty of a run that did not say."""
    word = JUDGED_AS.get(parcel.get("judged_as", ""))
    return f"{word(lang)} {parcel['judged_as_of']:%Y-%m-%d}" if word else ""


def days(parcels: pd.DataFrame) -> pd.DataFrame:
    """How many parcels are judged as of when: judged_as, day (`YYYY-MM-DD`), parcels, mu."""
    if "judged_as" not in parcels:  # a run of an earlier edition
        return pd.DataFrame({"judged_as": [], "day": [], "parcels": [], "mu": []})
    day = (
        parcels["judged_as_of"]
        .dt.strftime("%Y-%m-%d")
        .where(parcels["judged_as"] != "supplied", "")
    )
    by = parcels.groupby([parcels["judged_as"].astype("str"), day.rename("day")])["area_mu"]
    return by.agg(parcels="size", mu="sum").reset_index()


def days_text(counted: pd.DataFrame) -> Wording:
    """One sentence on what `days` counted, over all parts of a run."""
    rows = counted.groupby(["judged_as", "day"], as_index=False)[["parcels", "mu"]].sum()
    by = {row["judged_as"]: row for row in rows.to_dict("records")}
    every = int(rows["parcels"].sum())
    supplied = int(by["supplied"]["parcels"]) if "supplied" in by else 0
    if "undated" in by:
        day, count = by["undated"]["day"], int(by["undated"]["parcels"])
        if not supplied:
            return Message("asof.none_with_date", every=every, day=day)
        return Message("asof.some_without_date", supplied=supplied, count=count, day=day)
    if rows.empty:
        return Message("asof.day_judgement_not_record")
    if supplied:
        return Message("asof.some_without_date_2", every=every)
    word, row = next(iter(by.items()))
    why = Message("asof.day_run") if word == "today" else Message("asof.named_project")
    return Message("asof.all_as_of_day", every=every, day=row["day"], why=why)
