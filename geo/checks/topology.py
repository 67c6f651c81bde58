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
from geo.overlay import Shapes, as_metres, back, shared, wider


def check_overlaps(
    parcels: gpd.GeoDataFrame, band: float, plane: Any = None
) -> pd.DataFrame:
    """One warning a pair of parcels that share land wider than `band` metres, with its m²."""
    shapes, plane = as_metres(parcels.geometry, plane)
    one, other, part = shared(shapes, band)
    area = shapely.area(part)
    same = np.abs(shapely.area(shapes[one]) - area) <= 1e-6 * area
    same &= np.abs(shapely.area(shapes[other]) - area) <= 1e-6 * area
    names = parcels["parcel_id"].astype("str").to_numpy()
    said = pd.Series(names[other]) + pd.Series(np.round(area, 2)).map("（{:,.2f} m²）".format)
    rows = parcels.iloc[one].reset_index(drop=True)
    own: dict[str, Any] = {
        "layer": "parcels", "key": "parcel_id", "severity": "warning", "value": said,
        "area": area, "shapes": back(part, plane, parcels.crs), "mend_at": "source"}
    return findings.gather([
        findings.about_rows(
            rows, ~same, code="overlap", message=Text("与宗地 {value} 重叠",
                                                      "overlaps parcel {value}"),
            mend=Text("核对两宗地的界址：重叠部分会被计两次",
                      "check both outlines: the land counts twice"), **own),
        findings.about_rows(
            rows, same, code="same_outline", message=Text("与宗地 {value} 图形相同",
                                                          "has the outline of parcel {value}"),
            mend=Text("删去重复的一宗", "delete the one that is there twice"), **own)])


def check_crossing(
    parcels: gpd.GeoDataFrame, parks: gpd.GeoDataFrame, band: float, plane: Any = None
) -> pd.DataFrame:
    """One warning a parcel that reaches out of its park by more than `band` metres, with its m²."""
    shapes, plane = as_metres(parcels.geometry, plane)
    outlines: Shapes = np.asarray(parks.geometry.to_crs(plane).array)
    place = pd.Series(range(len(parks)), index=parks["park_id"])
    own = parcels["park_id"].map(place[~place.index.duplicated()]).fillna(-1).to_numpy(dtype=int)
    park, inside = shapely.STRtree(shapes).query(outlines, predicate="covers")
    covered = np.zeros(len(parcels), dtype=bool)
    covered[inside[own[inside] == park]] = True
    at = np.flatnonzero((own >= 0) & ~covered)
    part = shapely.difference(shapes[at], outlines[own[at]])
    wide = wider(part, band)
    rows = parcels.iloc[at[wide]].reset_index(drop=True)
    area = shapely.area(part[wide])
    return findings.about_rows(
        rows, np.ones(len(rows), dtype=bool), layer="parcels", key="parcel_id",
        code="crosses_park", severity="warning", value=pd.Series(area).map("{:,.2f}".format),
        message=Text("伸出园区边界 {value} m²：全部面积计入该园区",
                     "reaches {value} m² out of its park, and counts whole"),
        mend=Text("核对宗地与园区边界，或按边界分宗", "check both outlines, or split the parcel"),
        area=area, shapes=back(part[wide], plane, parcels.crs), mend_at="source")
