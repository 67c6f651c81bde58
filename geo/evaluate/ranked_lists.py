"""Ranked lists of parks by a stated order: who is eligible, which keys decide, how many places.

Parks that are alike in every key share a rank, and the next rank counts all before it: 1, 1, 3. A
park without a key's figure stands after all that have one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.evaluate.park_counts import says
from geo.evaluate.plan import Plan
from geo.evaluate.plan_parts import RankedList, for_levels

LISTS = (
    "list",
    "group",
    "rank",
    "park_id",
    "name",
    "eligible",
    "chosen",
    "lacks",
    "keys",
    "clause",
    "citation",
)
"""Columns of the lists. `lacks` is why a park is not eligible, `keys` what it is ranked by."""
Keys = Sequence[tuple[str, bool]]
"""Columns with whether the lowest is first."""


def ranked(table: pd.DataFrame, keys: Keys, then: Keys = ()) -> pd.DataFrame:
    """The rows in order with their `rank` before them.

    Rows that are alike in all `keys` share it; `then` orders them among themselves.

    >>> table = pd.DataFrame({"park_id": ["a", "b", "c"], "met": [3, 4, 4]})
    >>> ranked(table, [("met", False)], [("park_id", True)])["rank"].tolist()
    [1, 1, 3]
    """
    names = [name for name, _ in (*keys, *then)]
    up = [lowest for _, lowest in (*keys, *then)]
    out = table.sort_values(names, ascending=up, ignore_index=True, kind="stable")
    decide = out[[name for name, _ in keys]]
    alike = decide.eq(decide.shift()) | (decide.isna() & decide.shift().isna())
    fresh = ~alike.all(axis=1)
    fresh.iloc[:1] = True
    place = pd.Series(np.arange(1, len(out) + 1), index=out.index, dtype="float64")
    out.insert(0, "rank", place.where(fresh).ffill().astype("int64"))
    return out


def lists(
    parks: pd.DataFrame, targets: pd.DataFrame, listed: pd.DataFrame, plan: Plan, year: int
) -> pd.DataFrame:
    """Every list that the plan declares (columns `LISTS`).

    `parks` is the table of parks, `targets` that of targets, `listed` the counts of results
    (`plan_targets.ranking`). Parks that are not eligible follow without a rank, with what they lack.
    With as many places, all that share the last rank are chosen.
    """
    frame = pd.DataFrame(parks).drop(columns="geometry", errors="ignore")
    counts = listed.set_index("park_id")[["met", "not_met", "no_data"]] if len(listed) else None
    for name in ("met", "not_met", "no_data"):
        frame[name] = 0 if counts is None else frame["park_id"].map(counts[name]).fillna(0)
    now = targets[targets["year"] == year]
    parts = [_list(key, one, frame, now, plan) for key, one in plan.lists.items()]
    if not parts:
        return pd.DataFrame(columns=list(LISTS))
    return pd.concat(parts, ignore_index=True)[list(LISTS)]


def _list(
    key: str, asked: RankedList, frame: pd.DataFrame, now: pd.DataFrame, plan: Plan
) -> pd.DataFrame:
    values = now.pivot(index="park_id", columns="target", values="exact").astype(float)
    rows = frame.copy()
    for name in (order.key for order in asked.order):
        if name in values:
            rows[name] = rows["park_id"].map(values[name])
        elif name not in rows:  # a figure that no park has
            rows[name] = np.nan
    rows["group"] = rows.get(asked.by, pd.Series("", index=rows.index)) if asked.by else ""
    rows["group"] = rows["group"].astype("str").fillna("")
    rows["lacks"] = _lacks(asked, rows, now)
    rows["eligible"] = rows["lacks"] == ""
    rows["keys"] = _told(rows, asked)
    keys = [(order.key, order.first == "lowest") for order in asked.order]
    parts = []
    for _, group in rows.groupby("group", sort=True):  # rows-ok: groups of parks
        fit = ranked(group[group["eligible"]], keys, [("park_id", True)])
        rest = group[~group["eligible"]].sort_values("park_id")
        parts.append(pd.concat([fit, rest], ignore_index=True))
    out = pd.concat(parts, ignore_index=True)
    places = np.inf if asked.places is None else asked.places
    return out.assign(
        list=key,
        chosen=out["rank"].notna() & (out["rank"] <= places),
        clause=asked.clause,
        citation=plan.head.citation,
    )


def _lacks(asked: RankedList, rows: pd.DataFrame, now: pd.DataFrame) -> pd.Series[str]:
    """Why a park is not eligible: targets by id, `level`, and columns that say otherwise."""
    out = pd.Series("", index=rows.index, dtype="str")
    for target in asked.targets:
        met = now.loc[(now["target"] == target) & (now["result"] == "met"), "park_id"]
        out += np.where(rows["park_id"].isin(met), "", f"{target};")
    if asked.park_levels:
        level = rows.get("level", pd.Series("", index=rows.index)).astype("str").fillna("")
        fits = for_levels(level, asked.park_levels) & (level != "")
        out += np.where(fits, "", "level;")
    for column, wanted in asked.where.items():
        out += np.where(says(rows, {column: wanted}) == 1, "", f"{column};")
    return out.str.removesuffix(";")


def _told(rows: pd.DataFrame, asked: RankedList) -> pd.Series[str]:
    """The keys of each park as text: `met=4;revenue_per_mu=427.4`."""
    out = pd.Series("", index=rows.index, dtype="str")
    for order in asked.order:
        value = rows[order.key]
        shown = value.map("{:.10g}".format) if pd.api.types.is_numeric_dtype(value) else value
        shown = shown.astype("str").where(value.notna(), "—")
        out += f"{order.key}=" + shown + ";"
    return out.str.removesuffix(";")
