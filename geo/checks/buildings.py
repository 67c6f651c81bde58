"""Buildings brought to the parcels that they stand on: shared by area, and told where on none."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.errors import Text
from geo.geometry.overlay import as_metres, back, shared_with, union, wider

_PERCENT = ("building_coverage", "building_density")


def on_parcels(
    buildings: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame, band: float, plane: Any = None
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
    given = len(row) - len(one) - len(out_at)
    ids = np.concatenate(
        [
            stated.dropna().to_numpy(object),
            parcels["parcel_id"].to_numpy(object)[parcel],
            np.full(len(out_at), None, dtype=object),
        ]
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        part_of = np.concatenate([np.ones(given), share, (off / size)[out_at]])
    drawn = np.concatenate([shapes[row[:given]], part, rest[out_at]])
    out = buildings.iloc[row].reset_index(drop=True)
    out["parcel_id"] = pd.Series(ids, dtype="str")
    if "floor_area_m2" in out:
        out["floor_area_m2"] = out["floor_area_m2"] * part_of
    out = out.set_geometry(gpd.GeoSeries(back(drawn, plane, buildings.crs), crs=buildings.crs))
    several = np.bincount(one, minlength=len(todo)) > 1
    notes = _notes(buildings.iloc[open_].reset_index(drop=True), off, size, several)
    return out.iloc[np.argsort(row, kind="stable")].reset_index(drop=True), notes


def _notes(rows: gpd.GeoDataFrame, off: Any, size: Any, several: Any) -> pd.DataFrame:
    common: dict[str, Any] = {"layer": "buildings", "key": "building_id"}
    whole = off >= size
    metres = pd.Series([f"{a:,.2f}" for a in off], dtype="str")
    count, area = int(whole.sum()), float(off[whole].sum())
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
            mend=Text(
                "核对建筑与宗地边界，或在建筑上写明 parcel_id",
                "check both outlines, or give the building its parcel_id",
            ),
            **common,
        )
        for mask, code, message in (
            (
                whole,
                "building_on_no_parcel",
                Text(
                    f"不在任何宗地上：占地 {{value}} m² 不计入任何宗地"
                    f"（共 {count} 栋 / {len(rows)} 栋，{area:,.2f} m²）",
                    f"stands on no parcel: its {{value}} m² count in none ({count} of {len(rows)}"
                    f" buildings, {area:,.2f} m²)",
                ),
            ),
            (
                (off > 0) & ~whole,
                "building_partly_off",
                Text(
                    "有一部分不在任何宗地上：占地 {value} m² 不计入任何宗地",
                    "stands partly on no parcel: {value} m² of it count in none",
                ),
            ),
        )
    ]
    parts.append(
        findings.about_rows(
            rows,
            several,
            code="building_shared",
            severity="info",
            message=Text(
                "跨多宗地：占地和建筑面积按落在各宗地的面积分摊",
                "stands on several parcels: footprint and floor area are shared by area",
            ),
            mend=Text(
                "应全归一宗时，在建筑上写明 parcel_id",
                "if it belongs to one, give it that parcel_id",
            ),
            **common,
        )
    )
    return findings.gather_findings(parts)


def check_coverage(parcels: pd.DataFrame) -> pd.DataFrame:
    """Parcels that buildings cover by more than all of it."""
    words = {
        "building_coverage": Text("建筑系数", "building coverage"),
        "building_density": Text("建筑密度", "building density"),
    }
    return findings.gather_findings(
        findings.about_rows(
            parcels,
            (parcels[name] > 100).to_numpy(),
            layer="parcels",
            key="parcel_id",
            code="coverage_over_100",
            severity="warning",
            value=pd.Series(
                [f"{v:.2f} %" for v in parcels[name]], index=parcels.index, dtype="str"
            ),
            message=Text(
                f"{words[name].zh}超过 100 %：{{value}}", f"{words[name].en} over 100 %: {{value}}"
            ),
            mend=Text(
                "核对宗地面积、占地面积，或建筑是否重复、越界",
                "check its area and footprint, and whether buildings repeat or reach out",
            ),
        )
        for name in _PERCENT
        if name in parcels
    )
