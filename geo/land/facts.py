"""What the land itself says of parcels: control lines, access, rasters; each if fed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geo.arrays import CRS, Frames
from geo.land.access import Access, access, no_access
from geo.land.own_land_use import with_national
from geo.land.roads import RoadLines
from geo.land.terrain import terrain
from geo.land.zones import ZoneFindings, ZoneIndex, control_lines, no_zones
from geo.project import Settings
from geo.sources.raster import Raster

Progress = Callable[[str], None]


@dataclass(frozen=True)
class LandFacts:
    """`parcels`, aligned with the parcels, holds every column that the parts add to them.

    `covered` says of each raster whether it has data on any of the parcels.
    """

    control: ZoneFindings
    access: Access
    parcels: pd.DataFrame
    covered: dict[str, bool]
    findings: pd.DataFrame


def land_facts(
    usable: Frames,
    parcels: gpd.GeoDataFrame,
    rasters: dict[str, Raster],
    zones: ZoneIndex | None,
    roads: RoadLines | None,
    settings: Settings,
    plane: CRS,
    progress: Progress = lambda _: None,
) -> LandFacts:
    """Everything that the project's layers feed, of usable layers in one CRS."""
    progress("zones")
    control, near = no_zones(parcels), no_access(parcels)
    if zones is not None:
        control = control_lines(
            with_national(parcels, settings),
            usable["parks"],
            zones,
            settings.zone_band_m,
            settings.land_use_scheme,
        )
    if "facilities" in usable:
        progress("access")
        near = access(
            parcels, usable["parks"], usable["facilities"], roads, settings.walk_15min_m, plane
        )
    progress("terrain")
    measured, notes = terrain(parcels, rasters)
    covered = {name: bool((measured[f"raster_{name}_covered"] > 0).any()) for name in rasters}
    return LandFacts(
        control, near, pd.concat([control.parcels, near.parcels, measured], axis=1), covered, notes
    )
