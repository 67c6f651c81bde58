"""Land to act on: idle and low-efficiency land with deadlines, and the 亩 of each state by park.

A parcel may ask for several things; its land is counted once (`counted_mu`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Frames, Series
from geo.evaluate.idle_land import WARNING_DAYS
from geo.evaluate.land_supply import StateWords, states, words
from geo.geometry.keys import position_of
from geo.model import LAYERS
from geo.project_parts import LowEfficiencyRule
from geo.text import Message, Wording, join

ACTIONS = (
    "parcel_id",
    "park_id",
    "main_enterprise_id",
    "main_enterprise",
    "area_mu",
    "action",
    "clause",
    "due_on",
    "days_left",
    "amount",
    "missing_input",
    "counted_mu",
    "citation",
)
LAND_STATES = ("park_id", "idle_state", "parcels", "area_mu", "idle_fee", "low_efficiency_mu")
ACTION_WORDS: dict[str, Wording] = {
    "take_back": Message("land_action.take_back"),
    "idle_fee": Message("land_action.idle_fee"),
    "find_cause": Message("land_action.find_cause"),
    "by_government": Message("land_action.by_government"),
    "find_idle": Message("land_action.find_idle"),
    "two_years_ahead": Message("land_action.two_years_ahead"),
    "year_ahead": Message("land_action.year_ahead"),
    "complete_data": Message("land_action.complete_data"),
    "low_efficiency": Message("land_action.low_efficiency"),
}
"""What is to be done, or will be; in this order where a parcel has several on one day."""
NOT_LISTED = "not_listed"
"""The state of land that was not supplied, or of which nothing of the supply is known."""
_BY_STATE = {
    "take_back": ("take_back", "take_back_on"),
    "fee": ("idle_fee", "idle_on"),
    "cause_missing": ("find_cause", "idle_on"),
    "government": ("by_government", "idle_on"),
    "stopped": ("find_idle", "idle_on"),
    "warning": ("year_ahead", "idle_on"),
    "no_data": ("complete_data", ""),
}


def land_actions(
    parcels: pd.DataFrame,
    idle: pd.DataFrame,
    criteria: pd.DataFrame,
    warning_days: int = WARNING_DAYS,
) -> pd.DataFrame:
    """What is to be done about which parcel, by when: the earliest day first (columns `ACTIONS`).

    Parameters
    ----------
    parcels
        parcel_id, park_id, area_mu; main_enterprise_id, main_enterprise and low_efficiency (the
        verdict) where they are there.
    idle
        The table of `idle_land`.
    criteria
        The verdicts of the packs of low-efficiency criteria, as `verdict_table` has them.
    warning_days
        How many days ahead two full years are warned of.

    Returns
    -------
    pd.DataFrame
        `due_on` datetime64[ms], none where no text sets a day; `days_left` from the day that idle
        land is told as of, below zero where it is over; `amount` in 万元; `counted_mu` the land of
        the parcel in its first row, and 0 in the others.
    """
    by_law = [_of_idle(idle, warning_days)] if len(idle) else []
    rows = [one for one in (*by_law, _of_low(parcels, criteria)) if len(one)]
    if not rows:
        return pd.DataFrame(columns=list(ACTIONS))
    table = pd.concat(rows, ignore_index=True)
    at = position_of(table["parcel_id"], parcels["parcel_id"])
    for name in ("park_id", "main_enterprise_id", "main_enterprise", "area_mu"):
        empty = pd.Series(None, index=parcels.index, dtype="str")
        table[name] = parcels.get(name, empty).take(at).array
    return counted_once(table)


def counted_once(table: pd.DataFrame) -> pd.DataFrame:
    """The rows with the earliest day first, a parcel's land counted in its first row only."""
    order = {name: place for place, name in enumerate(ACTION_WORDS)}
    table = (
        table.assign(_order=table["action"].map(order))
        .sort_values(["due_on", "parcel_id", "_order"], ignore_index=True, na_position="last")
        .drop(columns="_order")
    )
    again = table["parcel_id"].duplicated()
    return table.assign(counted_mu=table["area_mu"].mask(again, 0.0))[list(ACTIONS)]


def _of_idle(idle: pd.DataFrame, warning_days: int) -> pd.DataFrame:
    """Rows of the law: what follows now, and two full years that are near."""
    law = words()["idle"]
    parts = []
    for state, (action, day) in _BY_STATE.items():
        some = idle[idle["idle_state"] == state]
        amount = some["idle_fee"]
        if state == "warning":  # what will fall due, of land that was not started
            amount = (some["land_price"] * law["fee_share"]).where(
                some["take_back_on"].notna() & (some["idle_cause"] != "government")
            )
        parts.append(_rows(some, action, some[day] if day else pd.NaT, amount))
    near = idle[idle["idle_state"].isin(["fee", "cause_missing"])]
    near = near[near["days_left"].between(0, warning_days)]
    near = near.assign(missing_input="")
    parts.append(_rows(near, "two_years_ahead", near["take_back_on"], np.nan))
    return pd.concat([one for one in parts if len(one)] or parts[:1], ignore_index=True)


def _rows(idle: pd.DataFrame, action: str, day: Any, amount: Any) -> pd.DataFrame:
    law = words()["idle"]
    due = pd.Series(day, index=idle.index, dtype="datetime64[ms]")
    return pd.DataFrame(
        {
            "parcel_id": idle["parcel_id"],
            "action": pd.Series(action, index=idle.index, dtype="str"),
            "clause": pd.Series(law["clauses"][action], index=idle.index, dtype="str"),
            "due_on": due,
            "days_left": (due - idle["as_of"]).dt.days.astype("float64"),
            "amount": pd.Series(amount, index=idle.index, dtype="float64"),
            "missing_input": idle["missing_input"],
            "citation": pd.Series(law["action_citation"], index=idle.index, dtype="str"),
        }
    )


def _of_low(parcels: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    """A row a low-efficiency parcel, with the clauses of the criteria that it fails."""
    if "low_efficiency" not in parcels:
        return pd.DataFrame()
    low = parcels["parcel_id"][parcels["low_efficiency"] == "fail"]
    failed = criteria[(criteria["verdict"] == "fail") & criteria["mandatory"].astype(bool)]
    failed = failed[position_of(failed["subject_id"], low) >= 0]
    texts = failed[["clause", "citation"]].astype("str").groupby(failed["subject_id"].astype("str"))
    joined = texts.agg(_each_once)
    return pd.DataFrame(
        {
            "parcel_id": low.to_numpy(),
            "action": pd.Series("low_efficiency", index=range(len(low)), dtype="str"),
            "clause": joined["clause"].reindex(low).astype("str").array,
            "due_on": pd.Series(pd.NaT, index=range(len(low)), dtype="datetime64[ms]"),
            "days_left": np.nan,
            "amount": np.nan,
            "missing_input": pd.Series("", index=range(len(low)), dtype="str"),
            "citation": joined["citation"].reindex(low).astype("str").array,
        }
    )


def _each_once(texts: pd.Series[str]) -> str:
    return "; ".join(dict.fromkeys(texts))


def land_states(
    parcels: pd.DataFrame, idle: pd.DataFrame, written: StateWords | None = None
) -> pd.DataFrame:
    """Parcels and 亩 of each state by park (columns `LAND_STATES`): they add up to all land.

    Without the dates `idle` has no rows: land that was supplied, by the words of its
    `supply_status` (`written` are a plan's), is `no_data` then.
    `low_efficiency_mu` is the part of it that is low-efficiency land, so that land which is both is
    told once; `idle_fee` the fees that fall due, in 万元, missing where the price of any is.
    """
    low = parcels.get("low_efficiency", pd.Series("", index=parcels.index)) == "fail"
    mu = parcels["area_mu"].astype("float64")
    at = position_of(parcels["parcel_id"], idle["parcel_id"]) if len(idle) else None
    state: Series = pd.Series(NOT_LISTED, index=parcels.index, dtype="str")
    fee = pd.Series(0.0, index=parcels.index)
    if at is not None:
        listed = pd.Series(at >= 0, index=parcels.index)
        state = state.mask(listed, idle["idle_state"].take(at).set_axis(parcels.index))
        fee = idle["idle_fee"].take(at).set_axis(parcels.index).where(state == "fee", 0.0)
    elif "supply_status" in parcels:
        stated = states(parcels["supply_status"].astype("str"), written)
        state = state.mask(stated.isin(["supplied", "built", "idle"]), "no_data")
    table = pd.DataFrame(
        {
            "park_id": parcels["park_id"],
            "idle_state": state,
            "area_mu": mu,
            "idle_fee": fee,
            "low_efficiency_mu": mu.where(low, 0.0),
        }
    )
    by = table.groupby(["park_id", "idle_state"], sort=True, observed=True)
    sums = by[["area_mu", "low_efficiency_mu"]].sum()
    fees = by["idle_fee"].sum(skipna=False)
    return sums.assign(parcels=by.size(), idle_fee=fees).reset_index()[list(LAND_STATES)]


def absent_columns(parcels: pd.DataFrame, rules: Mapping[str, LowEfficiencyRule]) -> list[Wording]:
    """What cannot be told of the land for want of whole columns of the parcels, and which."""
    titles = LAYERS["parcels"].by_name
    asked: dict[str, tuple[str, ...]] = {}
    if "supply_status" in parcels:
        asked["idle"] = ("start_due_on", "started_on")
    if any(rule.completed_within_years for rule in rules.values()):
        asked["exempt"] = ("completed_on",)
    told: dict[str, Wording] = {
        "idle": Message("work_feeds.idle"),
        "exempt": Message("work_feeds.completed_lately"),
    }
    absent = {name: [c for c in columns if c not in parcels] for name, columns in asked.items()}
    return [
        Message("work.columns_absent", what=told[name], columns=join(titles[c] for c in columns))
        for name, columns in absent.items()
        if columns
    ]


def state_of_land(
    parcels: pd.DataFrame,
    idle: pd.DataFrame,
    criteria: pd.DataFrame,
    warning_days: int,
    written: StateWords | None = None,
) -> Frames:
    """The tables of idle and low-efficiency land, by their names in the contract."""
    return {
        "idle": idle,
        "low_criteria": criteria,
        "land_actions": land_actions(parcels, idle, criteria, warning_days),
        "land_states": land_states(parcels, idle, written),
    }
