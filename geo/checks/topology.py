"""Parcels that overlap, lie twice, or reach out of their park: land that would count twice or not.

Only what is somewhere as wide as the stated band is a defect; the centimetres by which neighbours
are digitised apart are not. Areas are ellipsoidal, in m², as those of parcels are.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.arrays import CRS, Floats, Ints, Mask, Series, Shapes
from geo.geometry.area import ground_area
from geo.geometry.fabric import misfits
from geo.geometry.keys import position_of
from geo.geometry.overlay import as_metres, back, shared, wider
from geo.text import Message

_SQUARE_METRES = f"{findings.OPEN}{{:,.2f}} m²{findings.CLOSE}"


def check_overlaps(
    parcels: gpd.GeoDataFrame,
    band: float,
    plane: CRS | None = None,
    stack: Ints | None = None,
    misfit: Mask | None = None,
) -> pd.DataFrame:
    """One warning a pair of parcels that share land wider than `band` metres, with its m².

    Parcels of one number in `stack` share theirs as they are meant to. `misfit` are the `misfits` of
    the parcels, if they are known: only beside one can two share land.
    """
    shapes, plane = as_metres(parcels.geometry, plane)
    loose = np.flatnonzero(misfits(shapes) if misfit is None else misfit)
    asked = np.unique(shapely.STRtree(shapes).query(shapes[loose])[1])
    one, other, part = shared(shapes[asked], band)
    one, other = asked[one], asked[other]
    if stack is not None:
        apart = (stack[one] < 0) | (stack[one] != stack[other])
        one, other, part = one[apart], other[apart], part[apart]
    shared_area = shapely.area(part)
    same = same_outline(shared_area, shapely.area(shapes[one]), shapely.area(shapes[other]))
    area = ground_area(part, plane)
    names = parcels["parcel_id"].astype("str").to_numpy()
    partner = pd.Series(names[other]) + pd.Series(np.round(area, 2)).map(_SQUARE_METRES.format)
    rows = parcels.iloc[one].reset_index(drop=True)
    common: dict[str, Any] = {
        "layer": "parcels",
        "key": "parcel_id",
        "severity": "warning",
        "value": partner,
        "area": area,
        "shapes": back(part, plane, parcels.crs),
        "mend_at": "source",
    }
    return findings.gather_findings(
        [
            findings.about_rows(
                rows,
                ~same,
                code="overlap",
                message=Message("topology.overlaps_parcel"),
                mend=Message("topology.check_parcel_outlines"),
                **common,
            ),
            findings.about_rows(
                rows,
                same,
                code="same_outline",
                message=Message("topology.outline_parcel"),
                mend=Message("topology.delete_twice"),
                **common,
            ),
        ]
    )


def same_outline(shared_m2: Floats, one_m2: Floats, other_m2: Floats) -> Mask:
    """Where two polygons are one drawn twice: what they share is all of either, to a millionth."""
    room = 1e-6 * shared_m2
    return (np.abs(one_m2 - shared_m2) <= room) & (np.abs(other_m2 - shared_m2) <= room)


def check_crossing(
    parcels: gpd.GeoDataFrame, parks: gpd.GeoDataFrame, band: float, plane: CRS | None = None
) -> pd.DataFrame:
    """One warning a parcel that reaches out of its park by more than `band` metres, with its m²."""
    shapes, plane = as_metres(parcels.geometry, plane)
    outlines: Shapes = np.asarray(parks.geometry.to_crs(plane).array)
    home = position_of(parcels["park_id"], parks["park_id"])
    park, inside = shapely.STRtree(shapes).query(outlines, predicate="covers")
    covered = np.zeros(len(parcels), dtype=bool)
    covered[inside[home[inside] == park]] = True
    at = np.flatnonzero((home >= 0) & ~covered)
    part = shapely.difference(shapes[at], outlines[home[at]])
    wide = wider(part, band)
    rows = parcels.iloc[at[wide]].reset_index(drop=True)
    area = ground_area(part[wide], plane)
    return findings.about_rows(
        rows,
        np.ones(len(rows), dtype=bool),
        layer="parcels",
        key="parcel_id",
        code="crosses_park",
        severity="warning",
        value=pd.Series(area).map("{:,.2f}".format),
        message=Message("topology.reaches_m_out_park_counts"),
        mend=Message("topology.check_both_outlines_split_parcel"),
        area=area,
        shapes=back(part[wide], plane, parcels.crs),
        mend_at="source",
    )


def check_parks(parks: gpd.GeoDataFrame, band: float, plane: CRS | None = None) -> pd.DataFrame:
    """One warning a pair of parks that share land wider than `band` metres, with its m²."""
    shapes, plane = as_metres(parks.geometry, plane)
    one, other, part = shared(shapes, band)
    area = ground_area(part, plane)
    names = _park_names(parks)
    value = pd.Series(names[other], dtype="str") + pd.Series(
        [_SQUARE_METRES.format(a) for a in area], dtype="str"
    )
    rows = parks.iloc[one].reset_index(drop=True)
    return findings.about_rows(
        rows,
        np.ones(len(rows), dtype=bool),
        layer="parks",
        key="park_id",
        code="parks_overlap",
        severity="warning",
        value=pd.Series(names[one], dtype="str") + " / " + value,
        message=Message("topology.parks_overlap"),
        mend=Message("topology.check_parcel_outlines_2"),
        area=area,
        shapes=back(part, plane, parks.crs),
        mend_at="source",
    )


def check_two_parks(
    parcels: gpd.GeoDataFrame,
    parks: gpd.GeoDataFrame,
    stated: Series,
    band: float,
    plane: CRS | None = None,
) -> pd.DataFrame:
    """One warning a parcel that lies in two parks by more than `band`, with the one it counts in.

    `stated` is the park that the office gives each parcel, missing where its place decides.
    """
    shapes, plane = as_metres(parcels.geometry, plane)
    outlines = as_metres(parks.geometry, plane)[0]
    one, other, both = shared(outlines, band)
    tree = shapely.STRtree(shapes)
    pair, parcel = tree.query(both, predicate="intersects")
    wide = wider(shapely.intersection(both[pair], shapes[parcel]), band)
    pair, parcel = pair[wide], parcel[wide]
    names = _park_names(parks)
    shared_text = (
        pd.Series(names[one[pair]], dtype="str")
        + " / "
        + pd.Series(names[other[pair]], dtype="str")
    )
    counted = parcels["park_id"].astype("str").to_numpy()[parcel]
    stated_park = stated.notna().to_numpy()[parcel]
    rows = parcels.iloc[parcel].reset_index(drop=True)
    common: dict[str, Any] = {
        "layer": "parcels",
        "key": "parcel_id",
        "code": "in_two_parks",
        "severity": "warning",
        "value": shared_text + pd.Series([f" → {name}" for name in counted], dtype="str"),
        "shapes": back(shapes[parcel], plane, parcels.crs),
        "mend_at": "source",
    }
    return findings.gather_findings(
        [
            findings.about_rows(
                rows,
                ~stated_park,
                message=Message("topology.in_two_parks_by_place"),
                mend=Message("topology.give_parcel_park_id_mend"),
                **common,
            ),
            findings.about_rows(
                rows,
                stated_park,
                message=Message("topology.in_two_parks_by_place_2"),
                mend=Message("topology.mend_parks"),
                **common,
            ),
        ]
    )


def _park_names(parks: gpd.GeoDataFrame) -> Any:
    """`id name` of each park."""
    ids = parks["park_id"].astype("str")
    name = parks.get("name", ids).astype("str").fillna("")
    return ids.where(name == ids, ids + " " + name).to_numpy()
