"""The three areas of a parcel, in m²: ellipsoidal, plane in its 3-degree zone, and on paper.

Ellipsoidal area (椭球面积, TD/T 1055; formula of 国土调查办发〔2008〕32号) integrates the strip
between each edge and a parallel, on the CRS's own ellipsoid. An edge is straight in longitude and
authalic latitude β, so its strip has the closed form

    R² Δλ (mean sin β − sin β₀),   mean sin β = sin βₘ · sin h / h,   h = (β₂ − β₁) / 2

with R the authalic radius. Differences from each ring's first vertex are formed before any
product, so that a 10 m parcel keeps as many digits as a province. Edges that are long run off
the geodesic by Σ L³ tan φ / (6R): metres for a parcel, hectares for a province outline.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from geo.arrays import CRS, Floats, Ints, Shapes
from geo.errors import CrsError
from geo.geometry.overlay import as_metres, gauss_kruger, polygonal, same_plane, union
from geo.guards import require_crs, require_polygons
from geo.runtime import threads

CHUNK = 20_000
"""Polygons that a thread takes at once."""


def ellipsoidal_area(
    geometries: gpd.GeoSeries, *, edges: Literal["authalic", "geodesic"] = "authalic"
) -> pd.Series[float]:
    """Area of each polygon on the ellipsoid of its own CRS.

    Parameters: a GeoSeries of (Multi)Polygons with any CRS that has an ellipsoid; `edges` says
    what an edge is between two vertices: straight in longitude and authalic latitude (the survey
    formula), or a geodesic (for outlines with edges of many kilometres; slower, one at a time).

    Returns: float64 m², index of the input; missing geometry gives NaN, empty gives 0. Holes are
    subtracted, parts added, ring direction does not matter. Raises CrsError without a CRS,
    DataError at a line or a point.

    Source: TD/T 1055 第三次全国国土调查技术规程, ellipsoidal area of 图斑.
    """
    require_polygons(geometries, "ellipsoidal_area")
    crs = require_crs(geometries, "ellipsoidal_area")
    lonlat, ellipsoid = _geographic(geometries, crs)
    if edges == "geodesic":
        return pd.Series(_geodesic(lonlat, ellipsoid), index=geometries.index)
    chunks = [lonlat[i : i + CHUNK] for i in range(0, len(lonlat), CHUNK)]
    with ThreadPoolExecutor(threads()) as pool:
        parts = list(pool.map(lambda chunk: _authalic(chunk, ellipsoid), chunks))
    area = np.concatenate(parts) if parts else np.empty(0)
    return pd.Series(area, index=geometries.index, dtype="float64")


def plane_area(geometries: gpd.GeoSeries) -> pd.Series[float]:
    """Area of each polygon in the 3-degree Gauss-Krüger zone it lies in.

    The zone is the one nearest to the middle of the polygon's box; the ellipsoid is the CRS's
    own. Returns float64 m², index of the input; missing geometry gives NaN. Raises CrsError without
    a CRS, DataError at a line or a point.
    """
    require_polygons(geometries, "plane_area")
    crs = require_crs(geometries, "plane_area")
    bounds = shapely.bounds(np.asarray(geometries.array))
    middles = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    if not crs.is_geographic:
        middles = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(
            *middles
        )
    meridians = np.round(middles[0] / 3) * 3
    meridians[~np.isfinite(meridians)] = np.nan  # coordinates beyond the earth have no zone
    area = np.full(len(geometries), np.nan)
    polygons = np.asarray(geometries.array)
    for meridian in np.unique(meridians[~np.isnan(meridians)]):
        in_zone = meridians == meridian
        zone = gauss_kruger(float(meridian), crs)
        if same_plane(crs, zone):
            area[in_zone] = shapely.area(polygons[in_zone])
        else:
            with np.errstate(invalid="ignore"):  # what the projection cannot reach has no area
                area[in_zone] = (
                    gpd.GeoSeries(polygons[in_zone], crs=crs).to_crs(zone).area.to_numpy()
                )
    return pd.Series(area, index=geometries.index)


def ground_area(shapes: Shapes, plane: CRS) -> Floats:
    """Ellipsoidal m² of pieces that were cut in a plane, so that a defect and its parcel agree.

    `shapes` (n,) are in the plane's metres; what is no area in them counts nothing.
    """
    pieces = gpd.GeoSeries(polygonal(shapes), crs=plane)
    return np.asarray(ellipsoidal_area(pieces), dtype=np.float64)


def counted_before(outlines: gpd.GeoSeries, plane: CRS) -> pd.Series[float]:
    """m² of each outline that outlines before it cover too, so that a sum counts ground once.

    The sum of `ellipsoidal_area` less this is the area of the union. Index of the input; `plane`
    is a CRS in metres in which the outlines are met.
    """
    shapes = as_metres(outlines, plane)[0]
    later, earlier = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    kept = earlier < later
    later, earlier = later[kept], earlier[kept]
    out = np.zeros(len(outlines))
    at, both = union(shapely.intersection(shapes[later], shapes[earlier]), later)
    shared = gpd.GeoSeries(both, crs=plane).to_crs(outlines.crs)
    if len(at):
        out[at] = ellipsoidal_area(shared).to_numpy()
    return pd.Series(out, index=outlines.index)


def _geographic(
    geometries: gpd.GeoSeries, crs: pyproj.CRS
) -> tuple[NDArray[np.object_], pyproj.crs.Ellipsoid]:
    """The geometries in degrees on their own datum, and its ellipsoid."""
    base = crs.geodetic_crs
    if base is None or base.ellipsoid is None:
        raise CrsError("area.crs_no_ellipsoid_no_area", crs=crs.name)
    if not crs.is_geographic:
        geometries = geometries.to_crs(base)
    return np.asarray(geometries.array), base.ellipsoid


def _authalic(geometries: NDArray[np.object_], ellipsoid: pyproj.crs.Ellipsoid) -> Floats:
    """Area of each polygon in degrees, by the closed form of the module docstring."""
    area = np.where(shapely.is_missing(geometries), np.nan, 0.0)
    type_id = shapely.get_type_id(geometries)
    filled = ~shapely.is_empty(geometries)
    plain = filled & (type_id == 3) & (shapely.get_num_interior_rings(geometries) == 0)
    area[plain] = np.abs(_ring_areas(geometries[plain], ellipsoid))
    rest = np.flatnonzero(filled & ~plain & np.isin(type_id, (3, 6)))
    if rest.size:
        parts, owner = shapely.get_parts(geometries[rest], return_index=True)
        rings, part = shapely.get_rings(parts, return_index=True)
        signed = np.abs(_ring_areas(rings, ellipsoid))
        outer = np.diff(part, prepend=-1) > 0
        signed[~outer] *= -1
        area[rest] = np.bincount(owner[part], weights=signed, minlength=rest.size)
    return area


def _ring_areas(outlines: NDArray[np.object_], ellipsoid: pyproj.crs.Ellipsoid) -> Floats:
    """Signed area inside each outline (a ring, or a polygon without holes) in degrees."""
    if not outlines.size:
        return np.empty(0)
    a, b = ellipsoid.semi_major_metre, ellipsoid.semi_minor_metre
    e2 = (a - b) * (a + b) / a**2
    q_pole = _q_pole(e2)
    counts = shapely.get_num_coordinates(outlines)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    degrees = shapely.get_coordinates(outlines)
    lam = np.radians(degrees[:, 0] - np.repeat(degrees[starts, 0], counts))
    ds, s = _sin_authalic(np.radians(degrees[:, 1]), starts, counts, e2, q_pole)
    half = np.diff(np.arcsin(s)) / 2
    # mean sin β − sin β₀ = average of the ends' differences + average sin β · (tan h / h − 1)
    bow = half**2 * (1 / 3 + half**2 * (2 / 15 + half**2 * 17 / 315))
    strip = np.diff(lam) * ((ds[:-1] + ds[1:]) + (s[:-1] + s[1:]) * bow)
    strip[starts[1:] - 1] = 0.0
    area: Floats = a**2 * q_pole / 4 * np.add.reduceat(strip, starts)
    return area


def _sin_authalic(
    phi: Floats, starts: Ints, counts: Ints, e2: float, q_pole: float
) -> tuple[Floats, Floats]:
    """(sin β − sin β₀, sin β) of each vertex, β₀ its ring's first; free of cancellation."""
    e = np.sqrt(e2)
    u_first = np.sin(phi[starts])
    w_first = 1 - e2 * u_first**2
    q_first = (1 - e2) * (u_first / w_first + np.arctanh(e * u_first) / e)
    phi0, u0, w0, q0 = (np.repeat(v, counts) for v in (phi[starts], u_first, w_first, q_first))
    du = 2 * np.cos((phi + phi0) / 2) * np.sin((phi - phi0) / 2)
    u = u0 + du
    dq = (1 - e2) * (
        du * (1 + e2 * u * u0) / ((1 - e2 * u * u) * w0)
        + np.arctanh(e * du / (1 - e2 * u * u0)) / e
    )
    return dq / q_pole, np.clip((q0 + dq) / q_pole, -1.0, 1.0)


def _q_pole(e2: float) -> float:
    e = float(np.sqrt(e2))
    return float(1 + (1 - e2) * np.arctanh(e) / e) if e else 2.0


def _geodesic(geometries: NDArray[np.object_], ellipsoid: pyproj.crs.Ellipsoid) -> list[float]:
    """Area with geodesic edges, one geometry at a time (Karney 2013, in PROJ)."""
    geod = pyproj.Geod(a=ellipsoid.semi_major_metre, b=ellipsoid.semi_minor_metre)
    oriented = shapely.orient_polygons(shapely.force_2d(geometries))
    return [  # rows-ok: PROJ has no vectorised polygon area; offered for a few outlines
        float("nan") if g is None else geod.geometry_area_perimeter(g)[0] for g in oriented
    ]
