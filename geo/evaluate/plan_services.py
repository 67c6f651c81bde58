"""The plan's service system (运营服务体系) as a checklist per park: have, planned, lack or no data.

The plan asks for a “fairly complete” system and gives no number, so there is no verdict. A service
that the office's table does not name is no data: nobody said that it is lacking.
"""

from __future__ import annotations

import pandas as pd

from geo.evaluate.plan import Plan, State
from geo.land.facility_kinds import STATES

SERVICES = ("park_id", "service", "state", "name", "clause", "citation")


def services(parks: pd.DataFrame, table: pd.DataFrame | None, plan: Plan) -> pd.DataFrame:
    """Every park and service of the plan's list (columns `SERVICES`); none without a table or list.

    Of several entries for one service the best counts. A blank status is `have`.
    """
    listed = plan.services
    if table is None or listed is None:
        return pd.DataFrame(columns=list(SERVICES))
    rows = []
    texts = table.reindex(columns=["park_id", "service", "status", "name"]).astype("str").fillna("")
    for park in parks["park_id"]:  # rows-ok: parks × services
        of_park = texts[texts["park_id"] == str(park)]
        for key, item in listed.items.items():
            named = of_park[of_park["service"].str.contains("|".join(item.words))]
            states = [state_of(status, listed.states) for status in named["status"]]
            rows.append(
                (
                    park,
                    key,
                    min(states, key=list(STATES).index, default="no_data"),
                    "、".join(n for n in named["name"] if n),
                    "；".join(c for c in (listed.clause, item.clause) if c),
                    plan.head.citation,
                )
            )
    return pd.DataFrame(rows, columns=list(SERVICES))


def state_of(status: str, words: dict[State, list[str]]) -> str:
    """What a status says; lacking and planned are looked for first: 没有 holds 有."""
    if not status.strip():
        return "have"
    order: tuple[State, ...] = ("lack", "planned", "have")
    found = (s for s in order if any(word in status for word in words.get(s, [])))
    return next(found, "no_data")
