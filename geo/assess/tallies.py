"""What checks hold each row against, of all rows: counted by part, concluded of the whole.

The median of a ledger, the unit that most areas are in, the classification that codes are of: a part
that took its own would find other things than the project in one piece.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import geopandas as gpd
import pandas as pd

from geo import findings
from geo.arrays import Frames
from geo.assess.part_scope import PartScope, owned_rows
from geo.checks.heights import Heights
from geo.checks.land_use import check_land_use_counts
from geo.checks.ledger import check_ledger, check_money, money_on_land, typical_money
from geo.checks.occupancy import UnitCounts
from geo.model.land_use import LandUseCounts
from geo.project import Settings


@dataclass(frozen=True)
class Tallies:
    """Of a part's own rows.

    `money` are those of its ledger with land (`money_on_land`), None without a ledger; `areas` in
    which units its occupied areas seem to be; `land_use` its codes, None where they are not of a
    national classification; `heights` how many outlines of each layer have heights.
    """

    money: pd.DataFrame | None = None
    areas: UnitCounts = field(default_factory=dict)
    land_use: LandUseCounts | None = None
    heights: Heights = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        usable: Frames,
        parcels: gpd.GeoDataFrame,
        areas: UnitCounts,
        settings: Settings,
        own: PartScope | None,
    ) -> Tallies:
        """Of usable layers; `parcels` have areas, and those on which nothing stands among them."""
        money = land_use = None
        if "indicators" in usable:
            money = money_on_land(usable["indicators"], usable.get("occupancy"), parcels)
            money = money[owned_rows(own, "indicators", money)].reset_index(drop=True)
        if "land_use" in parcels and not settings.land_use:
            land_use = LandUseCounts.of(parcels[owned_rows(own, "parcels", parcels)])
        return cls(money, areas, land_use)

    def without_money(self) -> Tallies:
        """Without rows of the ledger: they lie in a file."""
        return self if self.money is None else replace(self, money=self.money.iloc[:0])


def check_tallies(parts: Sequence[Tallies], settings: Settings) -> pd.DataFrame:
    """Findings of the checks that hold rows against all rows, of all parts."""
    return findings.gather_findings(
        [_about_money(one.money for one in parts), check_land_use(parts, settings)]
    )


def check_land_use(parts: Sequence[Tallies], settings: Settings) -> pd.DataFrame:
    """Findings about the classification of all parcels' codes."""
    counts = [one.land_use for one in parts if one.land_use is not None]
    if not counts:
        return findings.no_findings()
    every = counts[0].joined(counts[1:])
    return check_land_use_counts(every, settings.land_use_scheme, settings.land_use_edition)


def _about_money(pieces: Iterable[pd.DataFrame | None]) -> pd.DataFrame:
    held = [piece for piece in pieces if piece is not None]
    if not held:
        return findings.no_findings()
    typical = typical_money(held)
    return findings.gather_findings(
        [*(check_money(piece, typical) for piece in held), check_ledger(typical)]
    )
