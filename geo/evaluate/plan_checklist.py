"""What a plan asks for without a number, as a checklist: have, planned, lack, or no data.

There is no verdict. What the office's list does not name is no data: nobody said that it is
lacking. What is due and not there stands first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal

import pandas as pd

from geo.evaluate.plan import Plan
from geo.evaluate.plan_parts import Obligation, for_levels
from geo.evaluate.plan_services import state_of
from geo.land.facility_kinds import STATES
from geo.model import LAYERS

CHECKLIST = (
    "subject",
    "subject_id",
    "name",
    "obligation",
    "state",
    "overdue",
    "due_by",
    "who",
    "evidence",
    "clause",
    "citation",
)


def checklist(
    parks: pd.DataFrame,
    services: pd.DataFrame | None,
    access: pd.DataFrame,
    plan: Plan,
    year: int,
) -> pd.DataFrame:
    """Every obligation of the plan, of the project and of each park that it is for.

    Columns `CHECKLIST`. The state is that of the entries of `services` that its words name, or of
    the kinds of facilities (`access`) that it lists; of several the best counts. One whose last day
    is past by the end of `year`, and that lacks or is planned, is `overdue`; missing where nobody
    says what there is. These are listed first: what lacks, what is planned, then what nobody says.
    """
    if not plan.checklist:
        return pd.DataFrame(columns=list(CHECKLIST))
    listed = pd.DataFrame(parks).reindex(columns=["park_id", "name", "level"])
    listed["level"] = listed["level"].astype("str").fillna("")
    found = _entries(services, plan)
    parts = []
    for key, item in plan.checklist.items():
        if item.scope == "project":
            rows = pd.DataFrame({"park_id": [""], "name": [""], "subject": "project"})
        else:
            rows = listed[for_levels(listed["level"], item.park_levels)].assign(subject="park")
        entries = _of(item, found, access)
        rows = rows.merge(entries, on="park_id", how="left")
        last = item.last_day
        passed = last is not None and last <= dt.date(year, 12, 31)
        state = rows["state"].astype("str").fillna("no_data")
        parts.append(
            rows.assign(
                obligation=key,
                state=state,
                overdue=(passed & (state != "have"))
                .astype("boolean")
                .mask(passed & (state == "no_data")),
                due_by="" if item.due is None else str(item.due),
                who=item.who,
                clause=item.clause,
                citation=plan.head.citation,
            )
        )
    out = pd.concat(parts, ignore_index=True).rename(columns={"park_id": "subject_id"})
    out["evidence"] = out["evidence"].astype("str").fillna("")
    open_ = (
        out["state"]
        .map({"lack": 0, "planned": 1, "no_data": 2})
        .where(out["overdue"].fillna(True), 3)
    )
    out = out.iloc[open_.argsort(kind="stable")].reset_index(drop=True)
    return out[list(CHECKLIST)]


def _entries(services: pd.DataFrame | None, plan: Plan) -> pd.DataFrame:
    """The office's list: park (none of the project), what is named, its state and its name."""
    columns = ["park_id", "service", "status", "name"]
    texts = pd.DataFrame(services, columns=columns).astype("str").fillna("")
    states = {status: state_of(status, plan.service_states) for status in texts["status"].unique()}
    park = texts["park_id"].mask(texts["park_id"].isin(LAYERS["services"].whole), "")
    return texts.assign(state=texts["status"].map(states), park_id=park)


def _of(item: Obligation, found: pd.DataFrame, access: pd.DataFrame) -> pd.DataFrame:
    """The state of an obligation by park, and what shows it.

    Of the kinds of facilities the best counts, or the worst where all are asked for; of these and
    the entries of the office's list the best.
    """
    kinds = access[access["kind"].isin(item.facilities)]
    kinds = kinds[["park_id", "state", "nearest_name"]].set_axis(
        ["park_id", "state", "name"], axis="columns"
    )
    parts = [
        _placed(found[_holds(found["service"], item.words)], "min"),
        _placed(kinds, "max" if item.match == "all" else "min"),
    ]
    rows = pd.concat(parts, ignore_index=True)
    best = rows.groupby("park_id", sort=False)["place"].min().astype(int)
    names = rows["evidence"]
    evidence = names[names != ""].groupby(rows["park_id"], sort=False).agg(_list)
    state = best.map(dict(enumerate(STATES)))
    out = pd.DataFrame({"state": state.astype("str"), "evidence": evidence.reindex(best.index)})
    return out.rename_axis("park_id").reset_index()


def _placed(rows: pd.DataFrame, which: Literal["min", "max"]) -> pd.DataFrame:
    """The state of each park by its place in `STATES`, the best or the worst, and the names."""
    place = rows["state"].astype("str").map({state: at for at, state in enumerate(STATES)})
    there = rows["state"].isin(["have", "planned"])
    names = rows["name"].where(there).astype("str").fillna("")
    by = rows["park_id"].astype("str")
    return (
        pd.DataFrame(
            {
                "place": place.astype(float).groupby(by).agg(which),
                "evidence": names[names != ""].groupby(by).agg(_list),
            }
        )
        .rename_axis("park_id")
        .reset_index()
        .fillna({"evidence": ""})
    )


def _list(names: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(names))


def _holds(text: pd.Series[str], words: list[str]) -> pd.Series[bool]:
    """Which texts hold one of the words."""
    out = pd.Series(False, index=text.index)
    for word in words:
        out |= text.str.contains(word, regex=False)
    return out
