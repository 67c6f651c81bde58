"""Parcels and enterprises counted by park: what headline figures need of rows, added up over parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from geo.evaluate.land_actions import NOT_LISTED
from geo.publish.records.parcel import occupied_in
from geo.publish.records.tables import about
from geo.run import Run
from geo.standards.scope import rule_scope


@dataclass(frozen=True)
class ByPark:
    """What only the parcels of a park say together.

    Attributes
    ----------
    judged, idle
        Parcels (`size`) and 亩 (`sum`) by `park` and scope, verdict; by `park` and idle.
    grades
        Enterprises (`size`) by `park` and grade.
    """

    judged: pd.DataFrame
    idle: pd.DataFrame
    grades: pd.DataFrame


def by_park(run: Run) -> ByPark:
    """Parcels and enterprises counted by park, of a run or of whole parks of it."""
    parcels = pd.DataFrame(
        {
            "park": run.parcels["park_id"].astype("str"),
            "mu": run.parcels["area_mu"].astype("float64"),
            "verdict": run.parcels["compliance"].astype("str"),
            "scope": rule_scope(pd.DataFrame(run.parcels), run.verdict_codes),
            "idle": _idle_words(run),
        }
    )
    return ByPark(
        _land_by(parcels, ["scope", "verdict"]),
        _land_by(parcels, ["idle"]),
        _enterprises_by(run),
    )


def all_parks(parts: Sequence[ByPark]) -> ByPark:
    """The counts of all parts."""
    return ByPark(
        *(
            pd.concat([getattr(part, name.name) for part in parts], ignore_index=True)
            for name in fields(ByPark)
        )
    )


def _land_by(parcels: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Parcels (`size`) and 亩 (`sum`) by park and these columns."""
    return parcels.groupby(["park", *names], as_index=False)["mu"].agg(["size", "sum"])


def _enterprises_by(run: Run) -> pd.DataFrame:
    """Graded enterprises that occupy land in a park, by park and grade."""
    own = about(run.grades, "enterprise")
    rows = occupied_in(run, run.settings.year)[["enterprise_id", "parcel_id"]]
    park_of = run.parcels.set_index("parcel_id")["park_id"]
    grade_of = own.set_index("subject_id")["grade"].astype("str")
    pairs = pd.DataFrame(
        {
            "park": rows["parcel_id"].map(park_of).astype("str"),
            "enterprise": rows["enterprise_id"].astype("str"),
            "grade": rows["enterprise_id"].map(grade_of),
        }
    ).drop_duplicates(["park", "enterprise"])
    return pairs.groupby(["park", "grade"], as_index=False).size()


def _idle_words(run: Run) -> Any:
    if not len(run.idle):
        return ""
    state = run.idle.set_index(run.idle["parcel_id"].astype("str"))["idle"].astype("str")
    return run.parcels["parcel_id"].astype("str").map(state).fillna(NOT_LISTED)
