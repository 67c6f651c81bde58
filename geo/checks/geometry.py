"""Geometry that cannot be used as it is, and parcels that lie in no park."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.arrays import CRS, Mask, Series, Shapes
from geo.checks.heights import CODE as HEIGHTS
from geo.geometry.area import ground_area
from geo.geometry.overlay import POLYGONAL, as_metres, made_valid, usable_shapes
from geo.model import LAYERS
from geo.text import EMPTY, Message, Wording

_LINEAR = (1, 5)
_TYPES: dict[str, tuple[tuple[int, ...], Wording]] = {
    "polygon": (POLYGONAL, Message("geometry.polygon")),
    "line": (_LINEAR, Message("geometry.line")),
    "line or polygon": ((*_LINEAR, *POLYGONAL), Message("geometry.line_or_polygon")),
    "point or polygon": ((0, 4, *POLYGONAL), Message("geometry.point_or_polygon")),
}
_WRONG_TYPE: dict[str, Wording] = {
    "polygon": Message("geometry.close_polygon"),
    "line": Message("geometry.use_layer_lines"),
    "line or polygon": Message("geometry.use_layer_lines_polygons"),
    "point or polygon": Message("geometry.use_layer_points_polygons"),
}


def check_geometry(frame: gpd.GeoDataFrame, name: str, plane: CRS = None) -> pd.DataFrame:
    """Missing, empty, wrong-typed, invalid and 3-D geometry of one layer, measured in `plane`.

    Rows with heights are told of the layer as a whole in the end (`geo.checks.heights`).
    """
    spec = LAYERS[name]
    shapes = np.asarray(frame.geometry.array)
    type_id = shapely.get_type_id(shapes)
    void = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    invalid = ~void & ~shapely.is_valid(shapes)
    reason = pd.Series("", index=frame.index)
    reason[invalid] = shapely.is_valid_reason(shapes[invalid])
    stray = reason.str.startswith("Hole lies outside shell").to_numpy(dtype=bool)
    wanted, what = _TYPES.get(spec.geometry, ((), EMPTY))
    wrong = ~void & ~np.isin(type_id, wanted) if wanted else void & False
    deep = ~void & shapely.has_z(shapes)
    area, place = _defects(frame, invalid, reason, plane)
    rows: tuple[Any, ...] = (
        (
            void,
            "no_geometry",
            "error",
            Message("geometry.no_geometry"),
            Message("geometry.draw_delete_row"),
            {"mend_at": "source"},
        ),
        (
            wrong,
            "wrong_geometry_type",
            "error",
            Message("geometry.geometry_not", what=what),
            _WRONG_TYPE[spec.geometry] if wanted else EMPTY,
            {"value": frame.geometry.geom_type, "mend_at": "source"},
        ),
        (
            stray & ~wrong,
            "invalid_geometry",
            "warning",
            Message("geometry.hole_outside"),
            Message("geometry.draw_plot_as_part"),
            {"value": reason, "area": area, "shapes": place, "mend_at": "here"},
        ),
        (
            invalid & ~stray & ~wrong,
            "invalid_geometry",
            "warning",
            Message("geometry.invalid_geometry"),
            Message("geometry.mend_crossing_in_source_with"),
            {"value": reason, "area": area, "shapes": place, "mend_at": "here"},
        ),
        (
            deep,
            HEIGHTS,
            "info",
            Message("geometry.has_heights", count=1),
            Message("common.nothing_to_do"),
            {},
        ),
    )
    return findings.gather_findings(
        findings.about_rows(
            frame,
            mask,
            layer=name,
            key=spec.id_column,
            code=code,
            message=message,
            mend=mend,
            severity=severity,
            **more,
        )
        for mask, code, severity, message, mend, more in rows
    )


def _defects(
    frame: gpd.GeoDataFrame, invalid: Mask, reason: pd.Series[str], plane: CRS
) -> tuple[pd.Series[float], Shapes]:
    """How much the area as drawn and as made valid differ, and the point where a line crosses."""
    area = pd.Series(np.nan, index=reason.index)
    place = np.full(len(frame), None, dtype=object)
    if invalid.any():
        bad = as_metres(frame.geometry[invalid], plane)[0]
        area[invalid] = np.abs(shapely.area(made_valid(bad)) - shapely.area(bad))
        at = reason[invalid].str.extract(r"\[(\S+) ([^\s\]]+)").astype(float).to_numpy()
        located = ~np.isnan(at).any(axis=1)  # a reason may name no place
        place[np.flatnonzero(invalid)[located]] = shapely.points(at[located])
    return area, place


def usable_geometry(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The frame in 2-D with invalid polygons made valid (polygonal parts only)."""
    shapes = usable_shapes(np.asarray(frame.geometry.array))
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))


def by_place(frame: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, key: str) -> Series:
    """`key` of each row: its own, else that of the area which its inner point lies in."""
    park_of_parcel = frame[key] if key in frame else pd.Series(None, index=frame.index, dtype="str")
    todo = park_of_parcel.isna().to_numpy()
    if not todo.any():
        return park_of_parcel
    points = shapely.point_on_surface(np.asarray(frame.geometry.array)[todo])
    hit, area = shapely.STRtree(np.asarray(areas.geometry.array)).query(points, "within")
    # In several areas: the one that comes first in its layer, whatever the tree's order.
    first = pd.Series(area, index=hit).groupby(level=0).min()
    first = first.map(pd.Series(areas[key].to_numpy()))
    found = pd.Series(np.arange(todo.sum()), index=frame.index[todo]).map(first)
    return park_of_parcel.where(~todo, found.reindex(frame.index))


def outside_parks(parcels: gpd.GeoDataFrame, park_ids: Series, plane: CRS = None) -> pd.DataFrame:
    """Parcels that belong to no park."""
    outside = parcels[park_ids.isna()]
    return findings.about_rows(
        outside,
        np.ones(len(outside), dtype=bool),
        layer="parcels",
        key="parcel_id",
        code="outside_parks",
        message=Message("geometry.lies_in_no_park"),
        mend=Message("geometry.check_parcel_park_outline"),
        severity="warning",
        area=ground_area(*as_metres(outside.geometry, plane)),
        shapes=np.asarray(outside.geometry.array),
        mend_at="source",
    )
