"""Judged as of when: by the edition in force at a parcel's supply, or on one day for all (对标).

A parcel that is judged by its supply and has no date is judged as of the day of the run, and so
marked. Every product says by which days its verdicts are.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo.errors import Text
from geo.project import Settings

JUDGED_AS = {
    "supplied": Text("按供地时", "as of its supply"),
    "undated": Text("缺供地日期，按运行当日", "no supply date: as of the day of the run"),
    "today": Text("按运行当日", "as of the day of the run"),
    "day": Text("按指定日期", "as of the day that the project names"),
}
"""By which day a parcel is judged (column `judged_as`); the day is in `judged_as_of`."""


def with_days(parcels: Any, settings: Settings) -> Any:
    """The parcels with `judged_as` (a word of `JUDGED_AS`) and `judged_as_of` (datetime64)."""
    supplied = pd.to_datetime(parcels.get("supplied_on", pd.Series(pd.NaT, index=parcels.index)))
    if settings.judge_as == "supplied":
        dated = supplied.notna()
        word = np.where(dated, "supplied", "undated")
        day = supplied.where(dated, pd.Timestamp(settings.today))
    else:
        word = np.full(len(parcels), "today" if settings.judge_as == "today" else "day")
        day = pd.Series(pd.Timestamp(settings.judge_day), index=parcels.index)
    return parcels.assign(
        judged_as=pd.Series(word, index=parcels.index, dtype="str"),
        judged_as_of=day.astype("datetime64[s]"),
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


def days_text(counted: pd.DataFrame) -> Text:
    """One sentence on what `days` counted, over all parts of a run."""
    rows = counted.groupby(["judged_as", "day"], as_index=False)[["parcels", "mu"]].sum()
    by = {row["judged_as"]: row for row in rows.to_dict("records")}
    every = int(rows["parcels"].sum())
    supplied = int(by["supplied"]["parcels"]) if "supplied" in by else 0
    if "undated" in by:
        day, count = by["undated"]["day"], int(by["undated"]["parcels"])
        if not supplied:
            return Text(
                f"判定依据：{every:,} 宗都没有供地日期，一律按 {day}（运行当日）施行的规则判定",
                f"judged as of {day}, the day of the run: none of {every:,} parcels has a supply"
                " date",
            )
        return Text(
            f"判定依据：{supplied:,} 宗按供地时施行的规则；{count:,} 宗缺供地日期，按 {day}"
            "（运行当日）施行的规则，见 judged_as 列",
            f"judged: {supplied:,} parcels as of their supply; {count:,} without a supply date as"
            f" of {day}, the day of the run (column judged_as)",
        )
    if rows.empty:
        return Text("判定依据日期：没有记录", "the day of judgement is not on record")
    if supplied:
        return Text(
            f"判定依据：{every:,} 宗按供地时施行的规则",
            f"judged: {every:,} parcels as of their supply",
        )
    word, row = next(iter(by.items()))
    why = (
        Text("运行当日", "the day of the run")
        if word == "today"
        else Text("项目指定", "named by the project")
    )
    return Text(
        f"判定依据：{every:,} 宗一律按 {row['day']}（{why.zh}）施行的规则",
        f"judged: {every:,} parcels as of {row['day']}, {why.en}",
    )
