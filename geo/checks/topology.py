"""Parcels that overlap, lie twice, or reach out of their park: land that would count twice or not.

Only what is somewhere as wide as the stated band is a defect; the centimetres by which neighbours
are digitised apart are not. Areas are plane, in m².
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.errors import Text
from geo.overlay import Shapes, in_metres, shared, wider


def check_overlaps(parcels: gpd.GeoDataFrame, band: float) -> pd.DataFrame:
    """One warning a pair of parcels that share land wider than `band` metres, with its m²."""
    shapes = np.asarray(parcels.geometry.array)
    one, other, part = shared(shapes, band if in_metres(parcels.crs) else 0.0)
    part = _plane(part, parcels.crs)
    wide = wider(part, band)
    one, other, area = one[wide], other[wide], shapely.area(part[wide])
    wholes = [shapely.area(_plane(shapes[at], parcels.crs)) for at in (one, other)]
    same = np.abs(wholes[0] - area) <= 1e-6 * wholes[0]
    same &= np.abs(wholes[1] - area) <= 1e-6 * area
    names = parcels["parcel_id"].astype("str").to_numpy()
    said = pd.Series(names[other]) + pd.Series(np.round(area, 2)).map("（{:,.2f} m²）".format)
    rows = parcels.iloc[one].reset_index(drop=True)
    mend = Text("核对两宗地的界址：重叠部分会被计两次",
                "check both outlines: the land counts twice")
    return findings.gather([
        findings.about_rows(
            rows, ~same, layer="parcels", key="parcel_id", code="overlap", severity="warning",
            message=Text("与宗地 {value} 重叠", "overlaps parcel {value}"), mend=mend, value=said),
        findings.about_rows(
            rows, same, layer="parcels", key="parcel_id", code="same_outline", severity="warning",
            message=Text("与宗地 {value} 图形相同", "has the outline of parcel {value}"),
            mend=Text("删去重复的一宗", "delete the one that is there twice"), value=said)])


def check_crossing(
    parcels: gpd.GeoDataFrame, parks: gpd.GeoDataFrame, band: float
) -> pd.DataFrame:
    """One warning a parcel that reaches out of its park by more than `band` metres, with its m²."""
    shapes, outlines = (np.asarray(f.geometry.array) for f in (parcels, parks))
    place = pd.Series(range(len(parks)), index=parks["park_id"])
    own = parcels["park_id"].map(place[~place.index.duplicated()]).fillna(-1).to_numpy(dtype=int)
    tree = shapely.STRtree(shapes)
    park, inside = tree.query(outlines, predicate="covers")
    covered = np.zeros(len(parcels), dtype=bool)
    covered[inside[own[inside] == park]] = True
    at = np.flatnonzero((own >= 0) & ~covered)
    part = _plane(shapely.difference(shapes[at], outlines[own[at]]), parcels.crs)
    wide = wider(part, band)
    out = np.full(len(parcels), np.nan)
    out[at[wide]] = shapely.area(part[wide])
    said = pd.Series(out, index=parcels.index).map("{:,.2f}".format)
    return findings.about_rows(
        parcels, ~np.isnan(out), layer="parcels", key="parcel_id", code="crosses_park",
        severity="warning", message=Text("伸出园区边界 {value} m²：全部面积计入该园区",
                                         "reaches {value} m² out of its park, and counts whole"),
        mend=Text("核对宗地与园区边界，或按边界分宗", "check both outlines, or split the parcel"),
        value=said)


def _plane(part: Shapes, crs: Any) -> Shapes:
    """The shapes in metres."""
    if not len(part) or in_metres(crs):
        return part
    series = gpd.GeoSeries(part, crs=crs)
    return np.asarray(series.to_crs(series.estimate_utm_crs()).array)
