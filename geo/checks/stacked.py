"""Parcels stacked on one outline (分层宗地, condominium units): their land shared out by a column.

Three units on an outline of 15 亩 with floors of 2,000, 3,000 and 5,000 m² have 3, 4.5 and 7.5 亩:
together what the outline has. Without a column to go by they are a finding, as two parcels drawn
alike are, for each would count the whole outline.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.arrays import CRS, Frames, Ints
from geo.errors import ProjectError
from geo.geometry.overlay import as_metres, shared
from geo.text import Message, join

SHARE = "stack_share"
"""The column of parcels: which share of its outline's land is a parcel's; missing where all is."""
_NEARLY = 0.99
"""What two parcels must share of either to be of one stack."""


@dataclass(frozen=True)
class Stacks:
    """The share of its outline's land of each parcel, and what was found.

    `share` is missing where a parcel is alone on its land; `number` says whose land is shared with
    whom, −1 for nobody.
    """

    share: pd.Series[float]
    number: Ints
    findings: pd.DataFrame


def stacks(parcels: gpd.GeoDataFrame, weight: pd.Series[float], column: str, plane: CRS) -> Stacks:
    """Land of stacked parcels shared out by `weight`, the figures of `column`.

    A stack in which a parcel has no figure above zero is not shared out: that is an error, and its
    parcels stay as they are drawn.
    """
    number = _stacks_of(parcels, plane)
    stacked = number >= 0
    plain = weight.where(np.isfinite(weight) & (weight > 0))
    blank = stacked & plain.isna().to_numpy()
    total = plain.groupby(number).transform("sum").to_numpy(float)
    works = stacked & ~np.isin(number, number[blank])
    share: pd.Series[float] = (plain / np.where(works, total, 1.0)).where(works)
    first = works & ~pd.Series(number).duplicated().to_numpy()
    size = pd.Series(number).groupby(number).transform("size")
    notes = [
        findings.about_rows(
            parcels,
            first,
            layer="parcels",
            key="parcel_id",
            code="stacked_land",
            message=Message("stacked.shared", column=column),
            mend=Message("common.nothing_to_do"),
            severity="info",
            value=size.set_axis(parcels.index).astype("str"),
        ),
        findings.about_rows(
            parcels,
            blank,
            layer="parcels",
            key="parcel_id",
            code="stacked_without_weight",
            message=Message("stacked.no_weight", column=column),
            mend=Message("stacked.give_weight", column=column),
            severity="error",
            set_aside=False,
        ),
    ]
    return Stacks(share, np.where(works, number, -1), findings.gather_findings(notes))


def weights_of(usable: Frames, column: str) -> pd.Series[float]:
    """The figures that land is shared by: the parcels', and of floor area else the buildings'."""
    parcels = usable["parcels"]
    built = column == "floor_area_m2" and "buildings" in usable
    if column not in parcels and not built:
        columns = join(str(c) for c in parcels.columns if c not in ("geometry", "source_row"))
        raise ProjectError("stacked.no_such_column", column=column, columns=columns)
    void = pd.Series(np.nan, index=parcels.index)
    own: pd.Series[float] = pd.to_numeric(parcels.get(column, void), errors="coerce").astype(
        "float64"
    )
    buildings = usable.get("buildings")
    if (
        column != "floor_area_m2"
        or buildings is None
        or not {"parcel_id", column} <= set(buildings)
    ):
        return own
    floors = buildings.groupby("parcel_id")[column].sum(min_count=1)
    held: pd.Series[float] = parcels["parcel_id"].map(floors).astype("float64")
    return own.fillna(held)


def _stacks_of(parcels: gpd.GeoDataFrame, plane: CRS) -> Ints:
    """The number of the stack of each parcel, −1 where it lies alone."""
    from scipy.sparse import coo_array  # noqa: PLC0415 -- slow to load, and not in every run
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    shapes, _ = as_metres(parcels.geometry, plane)
    one, other, part = shared(shapes, 0.1)
    area, common = shapely.area(shapes), shapely.area(part)
    alike = (common >= _NEARLY * area[one]) & (common >= _NEARLY * area[other])
    one, other = one[alike], other[alike]
    count = len(parcels)
    graph = coo_array((np.ones(len(one)), (one, other)), shape=(count, count))
    label = connected_components(graph, directed=False)[1]
    inside = np.zeros(count, dtype=bool)
    inside[one] = inside[other] = True
    return np.where(inside, label, -1).astype(np.int64)
