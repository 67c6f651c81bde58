"""What the land itself says of a parcel or park: history, defects, distances, facilities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from geo.land.facility_kinds import STATES, title
from geo.land.lineage import RELATIONS
from geo.publish.headings import heading, made_of
from geo.publish.words import DEFECTS

Read = Callable[[str], Any]


def of_parcel(read: Read, parcel: pd.Series[Any], lang: str, currency: str) -> dict[str, Any]:
    """`history` (which earlier parcels, with m²), `defects`, and `land` (distances, rasters)."""
    past, torn = read("lineage"), read("defects")
    own = past[past["after_id"] == parcel["parcel_id"]]
    wrong = torn[(torn["layer"] == "parcels") & (torn["id"] == parcel["parcel_id"])]
    facts = [name for name in parcel.index if name == "amenities_15min" or made_of(str(name))]
    return {
        "history": [
            {
                "relation": RELATIONS[r["relation"]](lang),
                "before": r["before_id"],
                "shared_m2": r["shared_m2"],
            }
            for r in own.to_dict("records")
        ],
        "defects": [
            {"defect": DEFECTS[r["code"]](lang), "area_m2": r["defect_m2"]}
            for r in wrong.to_dict("records")
            if r["code"] in DEFECTS
        ],
        "land": [
            {"name": heading(str(name), lang, currency), "value": parcel[name]}
            for name in facts
            if pd.notna(parcel[name])
        ],
    }


def of_park(read: Read, park_id: Any, lang: str) -> list[dict[str, Any]]:
    """What the park has of each kind of facility that the plan names, with the clause."""
    table = read("access")
    own = table[table["park_id"] == park_id]
    return [
        {
            "kind": title(r["kind"])(lang),
            "state": STATES[r["state"]](lang),
            "built": r["facilities"],
            "nearest": r["nearest_name"],
            "nearest_m": r["nearest_m"],
            "land_covered_share": r["land_covered_share"],
            "workers_covered": r["workers_covered"],
            "clause": r["clause"],
            "source": r["citation"],
        }
        for r in own.to_dict("records")
    ]
