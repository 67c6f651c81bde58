"""Buildings brought to the parcels that they stand on: shared by area, and told where on none."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.arrays import CRS, Floats, Mask
from geo.geometry.overlay import as_metres, back, shared_with, union, wider
from geo.text import Message

_PERCENT = ("building_coverage", "building_density")


def on_parcels(
    buildings: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame, band: float, plane: CRS | None = None
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """One row a building and parcel, with its part of the floor area and outline; and findings.

    A parcel that the office gives goes before the building's place. What overlaps by less than
    `band` metres is the noise of drawing. Floor area of all rows, with that of rows on no parcel
    (`parcel_id` missing), is that of the buildings.
    """
    stated = buildings.get("parcel_id", pd.Series(None, index=buildings.index, dtype="str"))
    open_ = np.flatnonzero(stated.isna().to_numpy())
    shapes, plane = as_metres(buildings.geometry, plane)
    todo, grounds = shapes[open_], as_metres(parcels.geometry, plane)[0]
    one, parcel, part = shared_with(todo, grounds, band)
    rest = todo.copy()
    at, covered = union(part, one)
    rest[at] = shapely.difference(todo[at], covered)
    size, off = shapely.area(todo), shapely.area(rest)
    # Without a part wide enough to count, a building is on no parcel whole.
    off = np.where(np.isin(np.arange(len(todo)), at), np.where(wider(rest, band), off, 0.0), size)
    total = np.bincount(one, shapely.area(part), minlength=len(todo))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = shapely.area(part) / total[one] * (1 - off[one] / size[one])
    alone = (np.bincount(one, minlength=len(todo))[one] == 1) & (off[one] == 0)
    part[alone] = todo[one[alone]]
    out_at = np.flatnonzero(off > 0)
    rest[~np.isin(np.arange(len(todo)), at)] = todo[~np.isin(np.arange(len(todo)), at)]
    row = np.concatenate([np.flatnonzero(stated.notna()), open_[one], open_[out_at]])
    assigned = len(row) - len(one) - len(out_at)
    ids = np.concatenate(
        [
            stated.dropna().to_numpy(object),
            parcels["parcel_id"].to_numpy(object)[parcel],
            np.full(len(out_at), None, dtype=object),
        ]
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        part_of = np.concatenate([np.ones(assigned), share, (off / size)[out_at]])
    drawn = np.concatenate([shapes[row[:assigned]], part, rest[out_at]])
    out = buildings.iloc[row].reset_index(drop=True)
    out["parcel_id"] = pd.Series(ids, dtype="str")
    if "floor_area_m2" in out:
        out["floor_area_m2"] = out["floor_area_m2"] * part_of
    out = out.set_geometry(gpd.GeoSeries(back(drawn, plane, buildings.crs), crs=buildings.crs))
    several = np.bincount(one, minlength=len(todo)) > 1
    notes = _notes(buildings.iloc[open_].reset_index(drop=True), off, size, several)
    return out.iloc[np.argsort(row, kind="stable")].reset_index(drop=True), notes


def _notes(rows: gpd.GeoDataFrame, off: Mask, size: Floats, several: Mask) -> pd.DataFrame:
    common: dict[str, Any] = {"layer": "buildings", "key": "building_id"}
    entirely_off = off >= size
    metres = pd.Series([f"{a:,.2f}" for a in off], dtype="str")
    parts = [
        findings.about_rows(
            rows,
            mask,
            code=code,
            severity="warning",
            value=metres,
            area=off,
            shapes=np.asarray(rows.geometry.array),
            mend_at="source",
            message=message,
            mend=Message("buildings.check_both_outlines_give_building"),
            **common,
        )
        for mask, code, message in (
            (entirely_off, "building_on_no_parcel", Message("buildings.stands_no_parcel")),
            (
                (off > 0) & ~entirely_off,
                "building_partly_off",
                Message("buildings.stands_partly_no_parcel"),
            ),
        )
    ]
    parts.append(
        findings.about_rows(
            rows,
            several,
            code="building_shared",
            severity="info",
            message=Message("buildings.stands_several_parcels"),
            mend=Message("buildings.if_belongs_give_parcel_id"),
            **common,
        )
    )
    return findings.gather_findings(parts)


def check_coverage(parcels: pd.DataFrame) -> pd.DataFrame:
    """Parcels that buildings cover by more than all of it."""
    words = {
        "building_coverage": Message("building_share.building_coverage"),
        "building_density": Message("building_share.building_density"),
    }
    return findings.gather_findings(
        findings.about_rows(
            parcels,
            (parcels[name] > 100).to_numpy(),
            layer="parcels",
            key="parcel_id",
            code="coverage_over_100",
            severity="warning",
            value=parcels[name]
            .where(parcels[name] > 100)
            .map("{:.2f} %".format, na_action="ignore")
            .astype("str"),
            message=Message("buildings.over_100", words=words[name]),
            mend=Message("buildings.check_area_footprint_whether_buildings"),
        )
        for name in _PERCENT
        if name in parcels
    )
