"""Parcels that overlap, lie twice, or reach out of their park: land that would count twice or not.

Only what is somewhere as wide as the stated band is a defect; the centimetres by which neighbours
are digitised apart are not. Areas are plane, in m².
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo import findings
from geo.errors import Text
from geo.overlay import THREADS, Ints, Shapes, polygonal, wider


def check_overlaps(parcels: gpd.GeoDataFrame, band: float) -> pd.DataFrame:
    """One warning a pair of parcels that share land wider than `band` metres, with its m²."""
    shapes = np.asarray(parcels.geometry.array)
    one, other, part = shared(shapes, band if _in_metres(parcels.crs) else 0.0)
    area, wide = _measured(part, parcels.crs, band)
    one, other, area = one[wide], other[wide], area[wide]
    whole = _measured(shapes[one], parcels.crs, band)[0]
    same = np.abs(whole - area) <= 1e-6 * whole
    same &= np.abs(_measured(shapes[other], parcels.crs, band)[0] - area) <= 1e-6 * area
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
    part = shapely.difference(shapes[at], outlines[own[at]])
    area, wide = _measured(part, parcels.crs, band)
    out = np.full(len(parcels), np.nan)
    out[at[wide]] = area[wide]
    said = pd.Series(out, index=parcels.index).map("{:,.2f}".format)
    return findings.about_rows(
        parcels, ~np.isnan(out), layer="parcels", key="parcel_id", code="crosses_park",
        severity="warning", message=Text("伸出园区边界 {value} m²：全部面积计入该园区",
                                         "reaches {value} m² out of its park, and counts whole"),
        mend=Text("核对宗地与园区边界，或按边界分宗", "check both outlines, or split the parcel"),
        value=said)


def shared(shapes: Shapes, narrow: float = 0.0) -> tuple[Ints, Ints, Shapes]:
    """Pairs of shapes (first before second) whose interiors meet, and what they share.

    Pairs whose boxes share less than `narrow` across are left out: what they share is narrower.
    """
    x0, y0, x1, y1 = shapely.bounds(shapes).T
    tree = shapely.STRtree(shapes)
    step = -(-len(shapes) // (16 * THREADS)) or 1

    def meet(start: int) -> tuple[Ints, Ints, Shapes]:
        own = shapes[start : start + step]
        one, other = tree.query(own)
        one = one + start
        across = np.minimum(np.minimum(x1[one], x1[other]) - np.maximum(x0[one], x0[other]),
                            np.minimum(y1[one], y1[other]) - np.maximum(y0[one], y0[other]))
        kept = (one < other) & (across >= narrow)
        one, other = one[kept], other[kept]
        a, b = shapes[one], shapes[other]
        hit = shapely.relate_pattern(a, b, "2********")
        one, other = one[hit], other[hit]
        return one, other, polygonal(shapely.intersection(a[hit], b[hit]))

    with ThreadPoolExecutor(THREADS) as pool:
        met = list(pool.map(meet, range(0, len(shapes), step)))
    one, other, part = (np.concatenate([m[i] for m in met]) for i in range(3))
    order = np.lexsort((other, one))
    return one[order], other[order], part[order]


def _in_metres(crs: Any) -> bool:
    return bool(crs.is_projected and crs.axis_info[0].unit_conversion_factor == 1)


def _measured(part: Shapes, crs: Any, band: float) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Plane area of each part in m², and whether it is somewhere as wide as `band`."""
    if len(part) and not _in_metres(crs):
        series = gpd.GeoSeries(part, crs=crs)
        part = np.asarray(series.to_crs(series.estimate_utm_crs()).array)
    return shapely.area(part), wider(part, band)
