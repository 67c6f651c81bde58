"""What the land itself says of parcels: control lines, history, access, rasters; each if fed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.errors import Text
from geo.land.access import Access, access, no_access
from geo.land.lineage import Lineage, lineage, no_lineage
from geo.land.terrain import terrain
from geo.land.zones import Control, control_lines, no_zones
from geo.project import Settings
from geo.sources.raster import Raster

Progress = Callable[[str], None]


@dataclass(frozen=True)
class LandFacts:
    """`parcels`, aligned with the parcels, holds every column that the parts add to them."""

    control: Control
    lineage: Lineage
    access: Access
    parcels: pd.DataFrame
    findings: pd.DataFrame

    @property
    def missing(self) -> list[Text]:
        """What could not be computed, and the layer that would feed it."""
        return [*self.control.missing, *self.access.notes]


def land_facts(
    usable: dict[str, Any], parcels: gpd.GeoDataFrame, rasters: dict[str, Raster],
    settings: Settings, progress: Progress = lambda _: None,
) -> LandFacts:
    """Everything that the project's layers feed, of usable layers in one CRS."""
    progress("zones")
    control, history, near = no_zones(parcels), no_lineage(parcels), no_access(parcels)
    if "zones" in usable:
        control = control_lines(parcels, usable["parks"], usable["zones"], settings.zone_band_m,
                                settings.land_use_scheme)
    if "parcels_before" in usable:
        progress("lineage")
        history = lineage(usable["parcels_before"], parcels, settings.overlap_band_m)
    if "facilities" in usable:
        progress("access")
        near = access(parcels, usable["parks"], usable["facilities"], usable.get("roads"),
                      settings.walk_15min_m)
    progress("terrain")
    measured, notes = terrain(parcels, rasters)
    told = [control.parcels, near.parcels, measured]
    if "parcels_before" in usable:
        told.append(history.relation.rename("lineage").to_frame())
    return LandFacts(control, history, near, pd.concat(told, axis=1), notes)
