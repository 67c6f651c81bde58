"""Idle land by article 2, and what mends a parcel, rule by rule: docs/land-supply, judgement."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from itertools import combinations
from typing import Any

from tests.independent.inputs import Inputs, rows

STATES = {
    "未达到供地条件": "unready",
    "可供": "ready",
    "未供": "ready",
    "已供": "supplied",
    "在建": "supplied",
    "未动工": "supplied",
    "未开工": "supplied",
    "建成": "built",
    "已建成": "built",
    "投产": "built",
    "闲置": "idle",
}
MONEY = (
    "revenue",
    "output_value",
    "value_added",
    "tax",
    "fixed_investment",
    "rd_expense",
    "technical_upgrade",
)
BRUTE = 12
"""Parcels in a park up to which every choice is tried."""


def rows_of(inputs: Inputs) -> list[dict[str, Any]]:
    """The parcels as rows of text and numbers."""
    return rows(inputs.parcels.drop(columns="geometry"))


def state(text: Any) -> str | None:
    """What the longest word found in a state of supply says."""
    found = [(len(word), meaning) for word, meaning in STATES.items() if word in str(text)]
    return max(found)[1] if found else None


def idle(row: dict[str, Any], year: int, invested: float | None) -> str | None:
    """Idle, not idle or no data at the end of the year; None where the land is not supplied."""
    due, started, stopped = (
        day(row.get(name)) for name in ("start_due_on", "started_on", "stopped_on")
    )
    now = state(row.get("supply_status"))
    if now not in ("supplied", "built", "idle") and not (started or due):
        return None
    end = dt.date(year, 12, 31)
    later = bool(started and started > end)
    started = None if later else started
    never = not started and (
        later or any(w in str(row.get("supply_status")) for w in ("未动工", "未开工"))
    )
    if never and due:
        return "idle" if a_year_after(due) <= end else "not_idle"
    if never or (not started and now != "built"):
        return "no_data"
    disordered = bool(started and stopped and stopped < started)
    if not disordered and not (started and stopped and a_year_after(stopped) <= end):
        return "not_idle"
    shares = [
        part(row.get("developed_area_m2"), row.get("developable_area_m2"), 1 / 3),
        part(invested, row.get("planned_investment"), 0.25),
    ]
    if disordered:
        return "not_idle" if shares == [False, False] else "no_data"
    return "idle" if True in shares else "no_data" if None in shares else "not_idle"


def part(above: Any, below: Any, least: float) -> bool | None:
    """Whether a part is under its least share; None where it cannot be told."""
    if above is None or math.isnan(above) or not below:
        return None
    return bool(above / below < least)


def day(text: Any) -> dt.date | None:
    """A date of text."""
    return dt.date.fromisoformat(str(text)[:10]) if text else None


def a_year_after(date: dt.date) -> dt.date:
    """The same date a year later; of 29 February the 28th."""
    last = date.month == 2 and date.day == 29
    return date.replace(year=date.year + 1, day=28 if last else date.day)


def mending(verdicts: list[dict[str, Any]]) -> dict[str, float]:
    """Cost of mending each failing parcel: every figure that falls short raised, in money.

    A parcel with a mandatory rule that has no data would not pass for it.
    """
    needed: dict[str, dict[str, float]] = defaultdict(dict)
    fails: dict[str, list[bool]] = defaultdict(list)
    for row in verdicts:
        if row["subject"] != "parcel" or not row["mandatory"]:
            continue
        if row["verdict"] in ("no_data", "conflict"):
            fails[row["subject_id"]].append(False)
        if row["verdict"] != "fail":
            continue
        name = MEASURE.get(row["indicator"], "")
        able = name in MONEY and row["operator"] == ">=" and math.isnan(row["threshold_high"])
        fails[row["subject_id"]].append(able)
        if able:
            scale = 100 if row["unit"] == "%" else 1
            least = row["threshold"] - 0.5 / 10 ** row["decimals"]
            more = least * row["denominator"] / scale - row["numerator"]
            own = needed[row["subject_id"]]
            own[name] = max(own.get(name, 0.0), more)
    return {key: sum(needed[key].values()) for key, able in fails.items() if all(able)}


MEASURE = {f"{name}_per_mu": name for name in MONEY} | {"rd_intensity": "rd_expense"}
"""What is raised to mend each indicator."""


def cheapest(costs: list[float], needed: int) -> list[float]:
    """The cheapest choice of so many; of few parcels every choice is tried."""
    count = max(min(needed, len(costs)), 0)
    if len(costs) > BRUTE:
        return sorted(costs)[:count]
    return list(min(combinations(costs, count), key=sum))
