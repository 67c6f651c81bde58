"""Every check on every layer, and the layers that are left to compute with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pandas as pd

from geo import findings
from geo.arrays import CRS, Frames
from geo.checks.ahead import check_ahead
from geo.checks.buildings import on_parcels
from geo.checks.gaps import check_gaps
from geo.checks.geometry import by_place, check_geometry, outside_parks, usable_geometry
from geo.checks.ledger import check_magnitudes
from geo.checks.occupancy import check_no_land, check_tenure, check_undated
from geo.checks.place import PLACED, check_positions
from geo.checks.schema import (
    check_cells,
    check_codes,
    check_keys,
    check_references,
    normal_land_use,
)
from geo.checks.spikes import check_spikes
from geo.checks.stacked import SHARE, stacks, weights_of
from geo.checks.text import check_text
from geo.checks.topology import check_crossing, check_overlaps, check_parks, check_two_parks
from geo.errors import DataError
from geo.geometry.fabric import misfits
from geo.geometry.overlay import as_metres
from geo.model import LAYERS, normal_industry
from geo.model.land_use import coded
from geo.project import Settings
from geo.text import join

Progress = Callable[[str], None]

CUT = ("parcels", "buildings", "enterprises", "occupancy", "indicators")
"""Layers that are checked part by part where a project is cut."""


def check(
    frames: Frames,
    settings: Settings,
    progress: Progress = lambda _: None,
    plane: CRS = None,
) -> tuple[Frames, pd.DataFrame]:
    """Judge all layers; return the usable rows and what was found.

    Rows with an error are set aside (and listed); money in a row set aside for its unit stays out
    of every sum. Outlines are measured in `plane`. Raises DataError if nothing usable is left of
    parks or parcels.
    """
    check_year(frames, settings.year)
    shared, notes = check_shared(frames, settings, progress, plane)
    usable, found = check_cut(frames, shared, settings, progress, plane)
    return usable, findings.gather_findings([notes, found])


def check_shared(
    frames: Frames,
    settings: Settings,
    progress: Progress = lambda _: None,
    plane: CRS = None,
) -> tuple[Frames, pd.DataFrame]:
    """`check` of parks, control lines, facilities and all else that is not cut into parts."""
    uncut = {name: frame for name, frame in frames.items() if name not in CUT}
    usable, parts = _each(uncut, settings, progress, plane)
    parts.append(check_references(usable, tuple(uncut)))
    if "parks" in usable:
        parts.append(check_parks(usable["parks"], settings.overlap_band_m, plane))
    if "parcels_before" in usable:
        before = usable["parcels_before"]
        usable["parcels_before"] = before.assign(
            park_id=by_place(before, usable["parks"], "park_id")
        )
    return usable, findings.gather_findings(parts)


def check_cut(
    frames: Frames,
    shared: Frames,
    settings: Settings,
    progress: Progress = lambda _: None,
    plane: CRS = None,
    every_park: gpd.GeoDataFrame | None = None,
    *,
    whole: bool = True,
) -> tuple[Frames, pd.DataFrame]:
    """`check` of parcels, buildings and what enterprises report, beside usable `shared` layers.

    A part of a project (not `whole`) may be without a usable parcel: the others have theirs. It has
    the parks about it; rows lie elsewhere that are far from `every_park`.
    """
    cut = {name: frame for name, frame in frames.items() if name in CUT}
    near = shared["parks"] if every_park is None else every_park
    usable_part, parts = _each(cut, settings, progress, plane, near)
    if whole and "parcels" in usable_part and usable_part["parcels"].empty:
        raise nothing_left("parcels", findings.gather_findings(parts))
    usable = shared | usable_part
    parts.append(check_references(usable, tuple(cut), cut))
    parts.append(
        check_codes(usable, settings.land_use_edition, settings.land_use_scheme, settings.land_use)
    )
    parcels = usable["parcels"].copy()
    stated = parcels.get("park_id", pd.Series(None, index=parcels.index, dtype="str"))
    parcels["park_id"] = by_place(parcels, usable["parks"], "park_id")
    parts.append(outside_parks(parcels, parcels["park_id"], plane))
    progress("topology")
    stack = None
    if settings.share_stacked_land_by:
        column = settings.share_stacked_land_by
        found = stacks(parcels, weights_of(usable, column), column, plane)
        parcels[SHARE], stack = found.share, found.number
        parts.append(found.findings)
    band = settings.overlap_band_m
    misfit = misfits(as_metres(parcels.geometry, plane)[0])
    parts += [
        check_overlaps(parcels, band, plane, stack, misfit),
        check_crossing(parcels, usable["parks"], band, plane),
        check_two_parks(parcels, usable["parks"], stated, band, plane),
        check_gaps(parcels, usable["parks"], band, settings.gap_band_m, plane, misfit),
    ]
    usable["parcels"] = parcels
    buildings = usable.get("buildings")
    if isinstance(buildings, gpd.GeoDataFrame):
        usable["buildings"], built = on_parcels(buildings, parcels, band, plane)
        parts.append(built)
    if "enterprises" in usable and "industry_code" in usable["enterprises"]:
        enterprises = usable["enterprises"].copy()
        enterprises["industry_code"] = normal_industry(enterprises["industry_code"])
        usable["enterprises"] = enterprises
    if "land_use" in parcels and not settings.land_use:
        uses = normal_land_use(parcels["land_use"])
        codes = coded(uses, settings.land_use_scheme, settings.land_use_edition)
        usable["parcels"] = usable["parcels"].assign(land_use=codes)
    return usable, findings.gather_findings(parts)


def _each(
    frames: Frames,
    settings: Settings,
    progress: Progress,
    plane: CRS,
    parks: gpd.GeoDataFrame | None = None,
) -> tuple[Frames, list[pd.DataFrame]]:
    """Every layer by itself: its usable rows, and what was found."""
    parts, usable = [], {}
    for name, frame in frames.items():
        progress(name)
        found = [check_rows(frame, name, settings, plane, parks), check_keys(frame, LAYERS[name])]
        if name == "indicators":
            found.append(check_magnitudes(frames))
        if name == "occupancy":
            found += [
                check_tenure(frame),
                check_no_land(frame),
                check_undated(frame, settings.year),
            ]
        notes = findings.gather_findings(found)
        parts.append(notes)
        usable[name] = usable_rows(frame, notes)
        if name == "parks" and usable[name].empty:
            raise nothing_left(name, notes)
    return usable, parts


def check_rows(
    frame: Any,
    name: str,
    settings: Settings,
    plane: CRS = None,
    parks: gpd.GeoDataFrame | None = None,
) -> pd.DataFrame:
    """What is found of a layer row by row: all of it, or some of its rows."""
    spec = LAYERS[name]
    found = [
        check_cells(frame, spec),
        check_text(frame, name),
        check_ahead(frame, name, settings.year),
    ]
    if isinstance(frame, gpd.GeoDataFrame):
        elsewhere = (
            check_positions(frame, name, settings.place, parks)
            if name in PLACED
            else findings.no_findings()
        )
        placed = _rows_left(frame, elsewhere)
        found += [elsewhere, check_geometry(placed, name)]
        if spec.geometry == "polygon":
            found.append(check_spikes(placed, name, spec.id_column, settings.overlap_band_m, plane))
    return findings.gather_findings(found)


def nothing_left(name: str, found: pd.DataFrame) -> DataError:
    """The error for a layer of which no row is usable, by the commonest cause and its first row."""
    errors = found[found["set_aside"].astype(bool) & (found["layer"] == name)]
    first = errors.loc[errors["code"] == errors["code"].mode()[0]].iloc[0]
    title = LAYERS[name].title
    return DataError(
        "checks_run.no_usable_row_left",
        title=title,
        message=findings.sentence(first, "message"),
        row=first["row"],
        mend=findings.sentence(first, "mend"),
        name=name,
    )


def check_year(frames: Frames, year: int) -> None:
    """Raise DataError if nothing is reported for the year that is to be judged."""
    indicators = frames.get("indicators")
    if indicators is None or (indicators["year"] == year).any():
        return
    held = [f"{y:.0f}" for y in sorted(indicators["year"].dropna().unique())]
    if not held:
        raise DataError("checks_run.no_row_indicators_year_can")
    raise DataError("checks_run.indicators_hold_no_row", year=year, held=join(held))


def _rows_left(frame: gpd.GeoDataFrame, found: pd.DataFrame) -> gpd.GeoDataFrame:
    rows = found.loc[found["set_aside"].astype(bool), "row"]
    return frame[~frame["source_row"].isin(rows)].reset_index(drop=True)


def usable_rows(frame: Any, found: pd.DataFrame) -> Any:
    """The rows that no finding sets aside, their outlines made valid."""
    kept = _rows_left(frame, found)
    return usable_geometry(kept) if isinstance(kept, gpd.GeoDataFrame) else kept
