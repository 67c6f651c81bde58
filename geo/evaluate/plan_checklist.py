"""What a plan asks for without a number, as a checklist: have, planned, lack, or no data.

There is no verdict. What the office's list does not name is no data: nobody said that it is
lacking. What is due and not there stands first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np
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
    items = list(plan.checklist.values())
    asked = [_asked_of(item, listed) for item in items]
    out = pd.concat(asked, ignore_index=True)
    of = np.repeat(np.arange(len(items)), [len(rows) for rows in asked])
    found = _entries(services, plan)
    out = out.assign(item=of).merge(
        _shown(items, found, access), on=["item", "park_id"], how="left"
    )
    out["state"] = state = out["state"].astype("str").fillna("no_data")
    out["evidence"] = out["evidence"].astype("str").fillna("")
    passed = np.array([_is_past(item, year) for item in items])[of]
    late = pd.Series(passed & (state != "have"), index=out.index).astype("boolean")
    out["overdue"] = late.mask(passed & (state == "no_data"))
    said = {
        "obligation": list(plan.checklist),
        "due_by": ["" if item.due is None else str(item.due) for item in items],
        "who": [item.who for item in items],
        "clause": [item.clause for item in items],
    }
    out = out.assign(
        **{name: pd.array(texts, dtype="str").take(of) for name, texts in said.items()},
        citation=plan.head.citation,
    ).rename(columns={"park_id": "subject_id"})
    order = state.map({"lack": 0, "planned": 1, "no_data": 2}).where(out["overdue"].fillna(True), 3)
    out = out.iloc[order.argsort(kind="stable")].reset_index(drop=True)
    return out[list(CHECKLIST)]


def _asked_of(item: Obligation, parks: pd.DataFrame) -> pd.DataFrame:
    """Whom an obligation is for: the project, or parks."""
    if item.scope == "project":
        return pd.DataFrame({"park_id": [""], "name": [""], "subject": "project"})
    return parks.loc[for_levels(parks["level"], item.park_levels), ["park_id", "name"]].assign(
        subject="park"
    )


def _is_past(item: Obligation, year: int) -> bool:
    last = item.last_day
    return last is not None and last <= dt.date(year, 12, 31)


def _entries(services: pd.DataFrame | None, plan: Plan) -> pd.DataFrame:
    """The office's list: park (none of the project), what is named, its state and its name."""
    columns = ["park_id", "service", "status", "name"]
    texts = pd.DataFrame(services, columns=columns).astype("str").fillna("")
    states = {status: state_of(status, plan.service_states) for status in texts["status"].unique()}
    park = texts["park_id"].mask(texts["park_id"].isin(LAYERS["services"].whole), "")
    return texts.assign(state=texts["status"].map(states), park_id=park)


def _shown(items: list[Obligation], found: pd.DataFrame, access: pd.DataFrame) -> pd.DataFrame:
    """The state of each obligation (`item`, its place) by park, and what shows it.

    Of the kinds of facilities the best counts, or the worst where all are asked for; of these and
    the entries of the office's list the best.
    """
    near = access[["park_id", "state", "nearest_name"]].set_axis(
        ["park_id", "state", "name"], axis="columns"
    )
    rows = pd.concat([found[near.columns].astype("str"), near.astype("str")], ignore_index=True)
    rows["name"] = rows["name"].where(rows["state"].isin(["have", "planned"])).fillna("")
    rows["place"] = rows["state"].map({state: at for at, state in enumerate(STATES)}).astype(float)
    at = []
    for item in items:
        at.append(np.flatnonzero(_holds(found["service"], item.words)))
        at.append(np.flatnonzero(access["kind"].isin(item.facilities)) + len(found))
    sizes = [len(row) for row in at]
    rows = rows.iloc[np.concatenate(at)].assign(
        item=np.repeat(np.arange(len(at)) // 2, sizes),
        placed=np.repeat(np.arange(len(at)) % 2, sizes),
    )
    by = ["item", "placed", "park_id"]
    place = rows.groupby(by)["place"].agg(["min", "max"])
    every = np.array([item.match == "all" for item in items])
    worst = every[place.index.get_level_values("item")] & (
        place.index.get_level_values("placed") == 1
    )
    best = place["max"].where(worst, place["min"]).groupby(level=["item", "park_id"]).min()
    names = rows[rows["name"] != ""].groupby(by)["name"].agg(_list)
    return pd.DataFrame(
        {
            "state": best.astype(int).map(dict(enumerate(STATES))).astype("str"),
            "evidence": names.groupby(level=["item", "park_id"]).agg(_list).reindex(best.index),
        }
    ).reset_index()


def _list(names: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(names))


def _holds(text: pd.Series[str], words: list[str]) -> pd.Series[bool]:
    """Which texts hold one of the words."""
    out = pd.Series(False, index=text.index)
    for word in words:
        out |= text.str.contains(word, regex=False)
    return out
