"""What control lines (管控线) say of a parcel or park."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.land.zone_kinds import CONTROL, kind_names
from geo.publish.records.numbers import text
from geo.publish.records.tables import Row, about
from geo.standards.cited import said_in


@dataclass(frozen=True)
class ZoneLine:
    """One control line; `control` is the code of its finding, `name` the zone's or else its id."""

    control: str
    word: str
    kind: str
    zone_id: str
    name: str
    share: float
    overlap_m2: float
    consequence: str
    requirement: str
    clause: str
    citation: str


def reported_zones(zones: pd.DataFrame, subject: str) -> pd.DataFrame:
    """The rows on parcels or parks that say anything: all but those without a conflict."""
    found = about(zones, subject)
    return found[found["control"] != "clear"]


def zone_line(row: Row, lang: str) -> ZoneLine:
    """One row of `reported_zones` as it is said."""
    names = kind_names()
    return ZoneLine(
        control=str(row["control"]),
        word=CONTROL[row["control"]](lang),
        kind=names[row["kind"]](lang) if row["kind"] in names else text(row["kind"]),
        zone_id=text(row["zone_id"]),
        name=text(row["zone_name"]) or text(row["zone_id"]),
        share=row["share"],
        overlap_m2=row["overlap_m2"],
        consequence=text(row[f"consequence_{lang}"]),
        requirement=text(row["requirement"]),
        clause=text(row["clause"]),
        citation=said_in(text(row["citation"]), lang),
    )


@dataclass(frozen=True)
class ZoneCount:
    """How many parcels one kind of control line concerns, and their 亩 within it."""

    kind: str
    word: str
    parcels: int
    mu: float


def zone_counts(zones: pd.DataFrame, lang: str) -> tuple[ZoneCount, ...]:
    """Parcels by kind of control line and finding."""
    by = reported_zones(zones, "parcel").groupby(["kind", "control"], observed=True)["overlap_mu"]
    sums = by.agg(["size"]).join(by.sum(min_count=1).rename("sum")).reset_index()
    names = kind_names()
    return tuple(
        ZoneCount(
            names[r["kind"]](lang) if r["kind"] in names else text(r["kind"]),
            CONTROL[r["control"]](lang),
            int(r["size"]),
            r["sum"],
        )
        for r in sums.to_dict("records")  # rows-ok: kinds × findings
    )
