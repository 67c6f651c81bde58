"""What is cut is examined: the checks of a part's layers, and the areas of its parcels."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import findings
from geo.assess.part import Progress, RunFrame
from geo.assess.part_scope import PartScope, owned_rows
from geo.assess.tallies import Tallies
from geo.checks.ledger import check_areas, check_parcel_figures
from geo.checks.occupancy import UnitSlips, check_occupied
from geo.checks.run import check_cut
from geo.checks.stacked import SHARE
from geo.economy.intensity import industrial_use
from geo.geometry.area import ellipsoidal_area, plane_area
from geo.model import MU_M2
from geo.project import Settings
from geo.sources.load import Layers
from geo.standards.area_sensitivity import BASES


def examine_part(
    layers: Layers,
    settings: Settings,
    place: RunFrame,
    progress: Progress = lambda _: None,
    own: PartScope | None = None,
) -> tuple[dict[str, Any], pd.DataFrame, Tallies]:
    """Every check of what is cut: the usable frames (parcels with areas), findings, what to count.

    Those that hold rows against all rows are made of the tallies of all parts (`check_tallies`).
    """
    usable, found = check_cut(
        layers.frames,
        place.shared,
        settings,
        progress,
        place.plane,
        place.every_park,
        whole=own is None,
    )
    progress("area")
    parcels = _areas(usable["parcels"], settings)
    if "land_use" in parcels:
        parcels = parcels.join(
            industrial_use(parcels["land_use"], settings.land_use_scheme, settings.land_use)
        )
    notes = check_areas(of_units(parcels), settings.area_tolerance)
    slipped = parcels["source_row"].isin(notes.loc[notes["code"] == "area_unit", "row"])
    if slipped.any():  # an area in another unit is no area: the map's stands in
        paper = parcels["contract_area_m2"].mask(slipped)
        parcels = _areas(parcels.assign(contract_area_m2=paper), settings)
    aside = notes.loc[notes["code"] == "zero_area", "row"]
    usable["parcels"] = parcels[~parcels["source_row"].isin(aside)].reset_index(drop=True)
    parts, areas = [found, notes, check_parcel_figures(of_units(usable["parcels"]))], {}
    occupancy = usable.get("occupancy")
    if occupancy is not None and "area_m2" in occupancy:
        slips = UnitSlips.of(occupancy, parcels)
        areas = slips.counted(owned_rows(own, "occupancy", occupancy))
        usable["occupancy"], told = check_occupied(occupancy, slips, place.other_units)
        parts.append(told)
    tallies = Tallies.of(usable, parcels, areas, settings, own)
    return usable, findings.gather_findings(parts), tallies


def _areas(parcels: gpd.GeoDataFrame, settings: Settings) -> gpd.GeoDataFrame:
    """The three areas, and the one that figures use (its basis said on every row)."""
    out = parcels.copy()
    paper = out.get("contract_area_m2", np.nan)
    out["area_contract_m2"] = paper
    out["area_plane_m2"] = plane_area(out.geometry)
    out["area_ellipsoid_m2"] = ellipsoidal_area(out.geometry)
    chosen = out[BASES[settings.area_basis]]
    chosen = chosen.where(chosen > 0)
    out["area_basis"] = np.where(chosen.notna(), settings.area_basis, "ellipsoidal")
    out["area_m2"] = chosen.fillna(out["area_ellipsoid_m2"])
    if SHARE in out:  # a contract says a unit's own land, the map that of the whole outline
        drawn = out[SHARE].notna() & (out["area_basis"] != "contract")
        out["area_m2"] = out["area_m2"].mask(drawn, out["area_m2"] * out[SHARE])
    out["area_mu"] = out["area_m2"] / MU_M2
    return out


def of_units(parcels: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The parcels with the areas of the map as those of stacked units: their share of the outline."""
    if SHARE not in parcels:
        return parcels
    share = parcels[SHARE].fillna(1.0)
    drawn = ("area_plane_m2", "area_ellipsoid_m2")
    return parcels.assign(**{name: parcels[name] * share for name in drawn})
