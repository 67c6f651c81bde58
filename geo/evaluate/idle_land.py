"""Idle land (闲置土地): what 《闲置土地处置办法》 says of each parcel as of a day, and from when.

Articles 2 and 14 with their numbers stand in `supply.toml`. 满一年 has one reading for both cases of
article 2 (民法典 201–203): the day itself is not counted, and the last day is the same date a year
later, until its end; of 29 February the last day of February. A last day that is a holiday is not
moved: no calendar of holidays is held. What the office itself states stands beside what is found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Floats, Mask, Series
from geo.evaluate.idle_causes import ENTERPRISE, GOVERNMENT, cause_of
from geo.evaluate.land_supply import StateWords, states, words
from geo.text import EMPTY, Message, Wording

Days = NDArray[np.datetime64]

IDLE = (
    "parcel_id",
    "idle",
    "reason",
    "stated_idle",
    "area_mu",
    "citation",
    "as_of",
    "idle_state",
    "counted_from",
    "idle_on",
    "take_back_on",
    "days_left",
    "idle_cause",
    "land_price",
    "idle_fee",
    "missing_input",
)
WARNING_DAYS = 180
"""How many days before a year or two are full a parcel is warned of, if nobody says."""
NEVER = np.datetime64("NaT", "D")

IDLE_WORDS: dict[str, Wording] = {
    "idle": Message("idle.idle"),
    "not_idle": Message("idle.not_idle"),
    "no_data": Message("idle.no_data"),
}
IDLE_REASONS: dict[str, Wording] = {
    "": EMPTY,
    "not_started": Message("idle_reason.not_started"),
    "stopped": Message("idle_reason.stopped"),
    "dates_missing": Message("idle_reason.dates_missing"),
    "shares_missing": Message("idle_reason.shares_missing"),
    "dates_disordered": Message("idle_reason.dates_disordered"),
}
IDLE_STATES: dict[str, Wording] = {
    "take_back": Message("idle_state.take_back"),
    "fee": Message("idle_state.fee"),
    "cause_missing": Message("idle_state.cause_missing"),
    "government": Message("idle_state.government"),
    "stopped": Message("idle_state.stopped"),
    "warning": Message("idle_state.warning"),
    "no_data": Message("idle_state.no_data"),
    "not_idle": Message("idle_state.not_idle"),
    "not_listed": Message("idle_state.not_listed"),
}
"""What follows from the law as of the day, the gravest first."""
IDLE_BY_LAW = ("take_back", "fee", "cause_missing", "government", "stopped")
"""The states of land that is idle."""
IDLE_CAUSES: dict[str, Wording] = {
    "": EMPTY,
    "government": Message("idle_cause.government"),
    "enterprise": Message("idle_cause.enterprise"),
}
_AREAS = ("developed_area_m2", "developable_area_m2")
_MONEY = ("fixed_investment", "planned_investment")
MISSING_INPUTS = (
    "start_due_on",
    "started_on",
    " ".join(_AREAS + _MONEY),
    " ".join(_AREAS),
    " ".join(_MONEY),
    "idle_cause",
    "idle_cause land_price",
    "land_price",
    "completed_on",
    "stopped_on",
)
"""Columns of the parcels that a result lacks, as `missing_input` joins them."""


@dataclass(frozen=True)
class _Course:
    """How far each parcel has come as of the day: arrays of its row; days without a date are NaT.

    `unstarted` is known not to have started; `since` the day that a year counts from: the agreed
    start, as extended, or the day that work stopped, unless it stopped before it started; `undated`
    lacks the dates that decide.
    """

    state: Series
    unstarted: Mask
    undated: Mask
    halted: Mask
    since: Days
    named: Mask

    def only(self, rows: Mask) -> _Course:
        """Of these parcels."""
        if rows.all():
            return self
        return _Course(
            self.state[rows],
            self.unstarted[rows],
            self.undated[rows],
            self.halted[rows],
            self.since[rows],
            self.named[rows],
        )


@dataclass(frozen=True)
class _Shares:
    """The shares of article 2: under a third or a quarter; which of the two nobody can tell."""

    little: Mask
    no_area: Mask
    no_money: Mask

    @property
    def enough(self) -> Mask:
        """Known to be neither under a third nor under a quarter."""
        return ~self.little & ~self.no_area & ~self.no_money


def idle_land(
    parcels: pd.DataFrame,
    as_of: dt.date,
    written: StateWords | None = None,
    warning_days: int = WARNING_DAYS,
) -> pd.DataFrame:
    """Each supplied parcel, and what the law says of it as of a day (columns `IDLE`).

    Parameters
    ----------
    parcels
        parcel_id, area_mu (亩), start_due_on and started_on (dates); where they are there also
        start_extended_to, stopped_on, resumed_on (dates), supply_status, idle_cause (texts), the
        areas (m²) and sums (万元) of article 2, land_price (万元). No rows without the two dates.
    as_of
        The day, until its end; what came after it has not happened.
    written
        A plan's words of supply states, as of `states`.
    warning_days
        How many days ahead a full year is warned of.

    Returns
    -------
    pd.DataFrame
        A row a parcel: days as datetime64[ms], `days_left` to the next of idle_on and take_back_on,
        below zero since the last of them; `idle_fee` (万元) only where it falls due for certain.

    Examples
    --------
    >>> land = pd.DataFrame({"parcel_id": ["a"], "area_mu": [30.0], "supply_status": ["未动工"],
    ...     "start_due_on": ["2022-03-01"], "started_on": [None], "idle_cause": ["企业原因"],
    ...     "land_price": [900.0]})
    >>> idle_land(land, dt.date(2023, 12, 31))[["idle_state", "days_left", "idle_fee"]].to_dict("list")
    {'idle_state': ['fee'], 'days_left': [61.0], 'idle_fee': [180.0]}
    """
    if not {"start_due_on", "started_on"} <= set(parcels):
        return pd.DataFrame(columns=list(IDLE))
    law, day = words()["idle"], np.datetime64(as_of)
    course = _course(parcels, day, written)
    parcels = parcels[course.named] if not course.named.all() else parcels
    course = course.only(course.named)
    shares = _shares(parcels, law)
    cause = _causes(parcels)
    price = _numbers(parcels, "land_price")
    idle_on = years_after(course.since, law["years"])
    idle_on[course.halted & shares.enough] = NEVER
    take_back_on = years_after(course.since, law["take_back_years"])
    take_back_on[~course.unstarted | (cause == GOVERNMENT)] = NEVER
    full = idle_on <= day
    late, stopped = course.unstarted & full, course.halted & full & shares.little
    unmeasured = course.halted & full & ~shares.little
    disordered = course.halted & np.isnat(course.since) & ~shares.enough
    no_data = (course.undated | unmeasured | disordered) & ~late & ~stopped
    days_left = _days_left(np.where(full & ~np.isnat(take_back_on), take_back_on, idle_on), day)
    follows = {
        "no_data": no_data,
        "government": (late | stopped) & (cause == GOVERNMENT),
        "stopped": stopped,
        "cause_missing": late & (cause != ENTERPRISE),
        "take_back": late & (take_back_on <= day),
        "fee": late,
        "warning": ~full & (days_left <= warning_days),
    }
    state = _first(follows)
    reasons = {
        "not_started": late,
        "stopped": stopped,
        "dates_missing": course.undated,
        "shares_missing": unmeasured,
        "dates_disordered": disordered,
    }
    stated = {
        "idle": (course.state == "idle").to_numpy(bool),
        "not_idle": course.state.notna().to_numpy(),
    }
    lacks = _lacks(course, state, shares, unmeasured, np.isnan(price))
    lacks["stopped_on"] = disordered
    return pd.DataFrame(
        {
            "parcel_id": parcels["parcel_id"].array,
            "idle": _words({"idle": late | stopped, "no_data": no_data}, "not_idle"),
            "reason": _words(reasons, ""),
            "stated_idle": _words(stated, "no_data"),
            "area_mu": parcels["area_mu"].to_numpy(),
            "citation": _words({}, law["citation"], len(parcels)),
            "as_of": day.astype("datetime64[ms]"),
            "idle_state": _words(follows, "not_idle"),
            "counted_from": _kept(course.since),
            "idle_on": _kept(idle_on),
            "take_back_on": _kept(take_back_on),
            "days_left": days_left,
            "idle_cause": _words(
                {"government": cause == GOVERNMENT, "enterprise": cause == ENTERPRISE}, ""
            ),
            "land_price": price,
            "idle_fee": np.where(state("fee"), price * law["fee_share"], np.nan),
            "missing_input": _words(lacks, ""),
        }
    )


def years_after(days: Days, years: float) -> Days:
    """The same dates so many years later (datetime64[D]); a date that is not there, the month's end.

    A part of a year is whole months of it.

    >>> years_after(np.array(["2024-02-29", "2022-12-31"], "datetime64[D]"), 1).astype(str).tolist()
    ['2025-02-28', '2023-12-31']
    """
    month = days.astype("datetime64[M]")
    later = month + round(12 * years)
    day_of_month = days - month.astype("datetime64[D]")
    last = (later + 1).astype("datetime64[D]") - later.astype("datetime64[D]") - 1
    return np.asarray(later.astype("datetime64[D]") + np.minimum(day_of_month, last))


def _course(parcels: pd.DataFrame, day: np.datetime64, written: StateWords | None) -> _Course:
    law = words()["idle"]
    status = parcels.get("supply_status", pd.Series("", index=parcels.index)).astype("str")
    state = states(status, written)
    begun, stop, resumed = (
        day_numbers(parcels, name) for name in ("started_on", "stopped_on", "resumed_on")
    )
    agreed, extended = (day_numbers(parcels, c) for c in ("start_due_on", "start_extended_to"))
    due = np.where(np.isnat(agreed), NEVER, np.fmax(agreed, extended))
    started = begun <= day
    says = by_text(status, lambda text: any(word in text for word in law["not_started"]))
    unstarted = ~started & ((begun > day) | says.astype(bool))
    halted = started & (stop <= day) & ~((resumed >= stop) & (resumed <= day))
    unclear = ~started & ~unstarted & (state != "built").to_numpy(bool)
    supplied = state.isin(["supplied", "built", "idle"]).to_numpy()
    return _Course(
        state=state,
        unstarted=unstarted,
        undated=(unstarted & np.isnat(due)) | unclear,
        halted=halted,
        since=np.where(unstarted, due, np.where(halted & (stop >= begun), stop, NEVER)),
        named=supplied | ~(np.isnat(begun) & np.isnat(agreed) & np.isnat(extended)),
    )


def by_text(texts: Series, read: Callable[[str], int]) -> NDArray[np.int8]:
    """What `read` makes of each text, asked once of each distinct one; a missing one is empty."""
    number, distinct = pd.factorize(texts)
    values = [read(str(text)) for text in distinct]  # rows-ok: distinct texts, a handful
    return np.array([*values, read("")], dtype=np.int8)[number]


def _causes(parcels: pd.DataFrame) -> NDArray[np.int8]:
    """Whose the cause of each parcel is, as `cause_of` reads it."""
    void = pd.Series(None, index=parcels.index, dtype="str")
    return by_text(parcels.get("idle_cause", void).astype("str"), cause_of)


def _shares(parcels: pd.DataFrame, law: dict[str, Any]) -> _Shares:
    developed, invested = (
        _numbers(parcels, above) / np.where(total > 0, total, np.nan)
        for above, total in ((a, _numbers(parcels, b)) for a, b in (_AREAS, _MONEY))
    )
    little = (developed < law["developed_share"]) | (invested < law["invested_share"])
    return _Shares(little, np.isnan(developed), np.isnan(invested))


def _lacks(
    course: _Course, state: Callable[[str], Mask], shares: _Shares, unmeasured: Mask, unpriced: Mask
) -> dict[str, Mask]:
    """Where columns are empty that would say more, by how `MISSING_INPUTS` joins them."""
    asks = unmeasured | (state("warning") & course.halted & ~shares.little)
    both, areas, money = MISSING_INPUTS[2:5]
    return {
        "start_due_on": course.undated & course.unstarted,
        "started_on": course.undated,
        both: asks & shares.no_area & shares.no_money,
        areas: asks & shares.no_area,
        money: asks & shares.no_money,
        "idle_cause land_price": state("cause_missing") & unpriced,
        "idle_cause": state("cause_missing"),
        "land_price": (state("fee") | state("warning")) & course.unstarted & unpriced,
    }


def _first(masks: dict[str, Mask]) -> Callable[[str], Mask]:
    """Where each is the first of the masks that holds, by name."""
    codes = np.select(list(masks.values()), range(len(masks)), -1)
    order = list(masks)
    return lambda name: codes == order.index(name)


def _words(masks: dict[str, Mask], other: str, count: int = 0) -> pd.api.extensions.ExtensionArray:
    """The name of the first mask that holds, else `other`, as texts."""
    names = pd.array([*masks, other], dtype="str")
    codes = (
        np.select(list(masks.values()), range(len(masks)), len(masks))
        if masks
        else np.zeros(count, dtype=np.intp)
    )
    return names.take(codes)


def day_numbers(parcels: pd.DataFrame, column: str) -> Days:
    """A column of dates as days (datetime64[D]), NaT where there is none, or no such column."""
    if column not in parcels:
        return np.full(len(parcels), NEVER)
    return pd.to_datetime(parcels[column]).to_numpy("datetime64[D]")


def _numbers(parcels: pd.DataFrame, column: str) -> Floats:
    if column not in parcels:
        return np.full(len(parcels), np.nan)
    return np.asarray(parcels[column].astype(float).to_numpy(np.float64, na_value=np.nan))


def _days_left(deadline: Days, day: np.datetime64) -> Floats:
    left = (deadline - day).astype("timedelta64[D]")
    return np.where(np.isnat(left), np.nan, left.astype(np.float64))


def _kept(days: Days) -> Days:
    """Days as Parquet keeps them."""
    return days.astype("datetime64[ms]")
