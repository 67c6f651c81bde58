"""What all parts of a project share: where its layers lie, what its enterprises report, what is not cut."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geo import findings
from geo.arrays import Frames
from geo.assess.part import Progress, RunFrame
from geo.assess.rows import rows_used
from geo.checks.occupancy import check_shares
from geo.checks.run import check_shared, check_year
from geo.geometry.area import counted_before
from geo.geometry.overlay import plane_of
from geo.land.ground import check_ground
from geo.land.place import check_place, check_shift
from geo.land.roads import check_roads, road_lines
from geo.land.zone_kinds import absent_families
from geo.land.zones import cut_zones
from geo.project import Settings
from geo.sources.load import Layers


def check_places(frames: Frames, settings: Settings) -> None:
    """Raise CrsError at a layer that lands where it cannot be; a sample of each is enough."""
    for name in ("parks", "parcels", "parcels_before", "buildings"):
        if isinstance(frames.get(name), gpd.GeoDataFrame):
            check_place(frames[name], name, settings.place)
    check_shift(frames["parcels"], frames["parks"])


REPORTED = {
    "occupancy": ("enterprise_id", "parcel_id", "share", "source_row", "year"),
    "indicators": ("year",),
}
"""The tables and columns that `Reported` is read from."""


@dataclass(frozen=True)
class Reported:
    """What all enterprises report together: its years, and what was found of their shares of land."""

    years: tuple[int, ...]
    findings: pd.DataFrame

    @classmethod
    def of(cls, frames: Frames, year: int) -> Reported:
        """By the tables of indicators and occupancy.

        Raises DataError if nothing is reported for the year, or shares of land are over 100 %.
        """
        check_year(frames, year)
        shares = findings.no_findings()
        if "occupancy" in frames:
            shares = check_shares(frames["occupancy"])
        if "indicators" not in frames:
            return cls((), shares)
        return cls(tuple(sorted(frames["indicators"]["year"].dropna().unique())), shares)


def prepare(
    layers: Layers,
    settings: Settings,
    progress: Progress = lambda _: None,
    reported: Reported | None = None,
) -> tuple[RunFrame, pd.DataFrame]:
    """What all parts share, and the findings about it; parcels are not looked at.

    `reported` is that of the tables, where they are not among the layers. Raises as `Reported.of`.
    """
    reported = reported or Reported.of(layers.frames, settings.year)
    plane = plane_of(layers["parks"].geometry)
    shared, found = check_shared(layers.frames, settings, progress, plane)
    absent = absent_families(settings.zones_absent)
    zones = cut_zones(shared["zones"], plane, absent) if "zones" in shared else None
    roads = None
    if "roads" in shared:
        progress("roads")
        roads = road_lines(shared["roads"], plane, settings.road_join_m)
        found = findings.gather_findings([found, check_roads(shared["roads"], roads)])
    found = findings.gather_findings([found, check_ground(shared, plane)])
    rows = rows_used(layers.frames, shared, found, shared)
    parks = shared["parks"]
    before = counted_before(parks.geometry, plane).set_axis(parks["park_id"])
    return (
        RunFrame(
            plane,
            zones,
            reported.years,
            shared,
            roads,
            rows,
            layers.rows,
            layers.places,
            before,
            layers.notes,
        ),
        findings.gather_findings([reported.findings, found]),
    )
