"""What a part of a run is judged by and measured in, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from geo.arrays import CRS, Frames
from geo.assess.sums import Sums
from geo.assess.tallies import Tallies
from geo.evaluate.plan import NO_PLAN, Plan
from geo.land.roads import RoadLines
from geo.land.zones import ZoneIndex
from geo.sources.places import RowPlaces
from geo.sources.project_notes import note_tables
from geo.standards.model import Pack
from geo.text import Wording

Progress = Callable[[str], None]


@dataclass(frozen=True)
class RulePacks:
    """What parts judge by: packs, those whose failing parcels are low-efficiency land, the plan."""

    packs: list[Pack]
    low_efficiency: list[Pack] = field(default_factory=list)
    plan: Plan = NO_PLAN


@dataclass(frozen=True)
class RunFrame:
    """What every part of a run shares: the plane that is measured in, zones cut and roads joined.

    `years` are those of the whole table of indicators; `shared` are the usable layers that are not
    cut: parks, facilities and the like. `rows` says what became of theirs; `read` and `places` are
    those of the `Layers`, as are `notes`; `before` the m² of each park that parks before it cover too.
    Of a part, `every_park` are the parks of the project, and `other_units` those than m² that most of
    all occupied areas seem to be in; of one piece it says that itself.
    """

    plane: CRS
    zones: ZoneIndex | None
    years: tuple[int, ...]
    shared: dict[str, Any]
    roads: RoadLines | None = None
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    read: dict[str, dict[str, int]] = field(default_factory=dict)
    places: dict[str, RowPlaces] = field(default_factory=dict)
    before: pd.Series[float] | None = None
    notes: Frames = field(default_factory=lambda: note_tables([], {}))
    every_park: Any = None
    other_units: frozenset[str] | None = None


@dataclass(frozen=True)
class PartResult:
    """Tables of a part, by the names of the contract, and what only the whole can conclude from.

    `sums` are figures of industries and the project before they are added up.
    """

    tables: Frames
    sums: Sums
    findings: pd.DataFrame
    missing: list[Wording]
    cut_off: dict[str, int] | None
    covered: dict[str, bool]
    tallies: Tallies = field(default_factory=Tallies)
