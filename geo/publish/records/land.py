"""What the land itself says of a parcel or park: history, defects, distances, facilities, supply."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.evaluate.land_supply import words as supply_words
from geo.land.facility_kinds import STATES, title
from geo.land.lineage import RELATIONS
from geo.model import show_unit
from geo.project import Settings
from geo.publish.headings import heading, made_of
from geo.publish.records.numbers import known, number, text, with_unit
from geo.publish.records.tables import Row
from geo.publish.words import DEFECTS
from geo.standards.cited import said_in
from geo.text import Message


@dataclass(frozen=True)
class HistoryLine:
    """An earlier parcel that this one comes from, and the m² that both share."""

    relation: str
    before: str
    shared_m2: float


def history_line(row: Row, lang: str) -> HistoryLine:
    """A row of `lineage`."""
    return HistoryLine(RELATIONS[row["relation"]](lang), text(row["before_id"]), row["shared_m2"])


@dataclass(frozen=True)
class DefectLine:
    """A defect of the outline, and its area."""

    word: str
    area_m2: float


def defect_line(row: Row, lang: str) -> DefectLine:
    """A row of `defects` whose code is one of an outline."""
    return DefectLine(DEFECTS[row["code"]](lang), row["defect_m2"])


@dataclass(frozen=True)
class FactLine:
    """A figure of the parcel: its heading with the unit, its value, and how it is shown."""

    column: str
    title: str
    value: float
    shown: str


def fact_lines(parcel: Row, settings: Settings) -> tuple[FactLine, ...]:
    """Distances, amenities and statistics of rasters that a parcel has; a count is whole."""
    out: list[FactLine] = []
    for name in map(str, parcel):
        if name != "amenities_15min" and not made_of(name):
            continue
        if pd.isna(parcel[name]):
            continue
        places = 0 if name == "amenities_15min" or name.endswith("_count") else 2
        shown = heading(name, settings.lang, settings.currency, settings.catalogue, "parcels")
        out.append(FactLine(name, shown, parcel[name], number(parcel[name], places)))
    return tuple(out)


@dataclass(frozen=True)
class FacilityLine:
    """What a park has of one kind of facility that the plan names; `kind` and `state` are codes."""

    kind: str
    title: str
    state: str
    word: str
    built: int
    nearest: str
    nearest_m: float
    land_covered_share: float
    workers_covered: float
    clause: str
    citation: str


def facility_line(row: Row, lang: str) -> FacilityLine:
    """A row of `access`."""
    return FacilityLine(
        kind=str(row["kind"]),
        title=title(row["kind"])(lang),
        state=str(row["state"]),
        word=STATES[row["state"]](lang),
        built=int(row["facilities"]),
        nearest=text(row["nearest_name"]),
        nearest_m=row["nearest_m"],
        land_covered_share=row["land_covered_share"],
        workers_covered=row["workers_covered"],
        clause=text(row["clause"]),
        citation=said_in(text(row["citation"]), lang),
    )


@dataclass(frozen=True)
class SupplyLine:
    """A ratio of land supply and use: `shown` has its unit, and is empty without data.

    `unknown_mu` is the 亩 whose state or figure nobody reported; `lack` says so where a ratio is
    missing for it.
    """

    measure: str
    title: str
    value: float
    unit: str
    shown: str
    numerator: float
    denominator: float
    unknown_mu: float
    lack: str
    formula: str
    citation: str


def supply_line(row: Row, settings: Settings) -> SupplyLine:
    """A row of `land_supply`."""
    unit = show_unit(text(row["unit"]), settings.lang, settings.currency)
    words = supply_words()["measures"][row["measure"]]
    lacks = not known(row["value"]) and row["unknown_mu"] > 0
    lack = Message("records.supply_lack", mu=number(row["unknown_mu"]))(settings.lang)
    return SupplyLine(
        measure=str(row["measure"]),
        title=words[settings.lang],
        value=row["value"],
        unit=unit,
        shown=with_unit(number(row["value"]), unit),
        numerator=row["numerator"],
        denominator=row["denominator"],
        unknown_mu=row["unknown_mu"],
        lack=lack if lacks else "",
        formula=words["formula_en"] if settings.lang == "en" else text(row["formula"]),
        citation=said_in(text(row["citation"]), settings.lang),
    )
