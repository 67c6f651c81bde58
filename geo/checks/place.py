"""Where each row of a layer lands: the one parcel with another zone's easting among many.

The place of a whole layer is judged in `geo.land.place` and stops the run; here single rows that
lie elsewhere are set aside, so that their area is in no sum.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from geo import findings
from geo.arrays import Floats
from geo.model import LAYERS
from geo.project_parts import Place
from geo.text import Message

PLACED = ("parks", "parcels", "parcels_before", "buildings")
"""Layers whose rows all lie where the project does."""

FAR_KM = 100.0
"""Without a place: from the nearest park. A slip of one zone is 236 km and more in China."""
_FEW = 1_000
"""Homes up to which every distance is worked out: a tree of them takes longer to load."""
_AT_ONCE = 4_000
"""Points whose distances from all homes are in memory together."""
_EARTH_KM = 6371.0


def check_positions(
    frame: gpd.GeoDataFrame, name: str, place: Place | None, parks: gpd.GeoDataFrame | None = None
) -> pd.DataFrame:
    """Rows with coordinates that are no numbers, or that land away from the project: set aside.

    Away is farther than the place's radius, or than `FAR_KM` from every one of `parks` where the
    project names no place. The likely cause (zone, order of the axes) is in the message.
    """
    shapes = np.asarray(frame.geometry.array)
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    broken = np.zeros(len(frame), dtype=bool)
    broken[owner[~np.isfinite(coordinates).all(axis=1)]] = True
    sound = shapes.copy()
    sound[broken] = None
    box = shapely.bounds(sound)
    x, y = (box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2
    lon, lat = _lonlat(frame.crs, x, y)
    drawn = ~np.isnan(box[:, 0])
    known = drawn & np.isfinite(lon) & np.isfinite(lat)
    away = np.full(len(frame), np.inf)
    homes, radius = _homes(frame, place, parks)
    away[known] = _nearest_km(homes, lon[known], lat[known])
    far = drawn & (away > radius)
    spec = LAYERS[name]
    shown = np.full(len(frame), "", dtype=object)
    places = zip(lon[far], lat[far], away[far], strict=True)
    shown[far] = [_position(*row) for row in places]  # rows-ok: few are elsewhere
    shown[far] += _causes(frame.crs, x[far], y[far], homes, radius)
    return findings.gather_findings(
        [
            findings.about_rows(
                frame,
                broken,
                layer=name,
                key=spec.id_column,
                code="broken_coordinates",
                message=Message("checks_place.coordinates_no_numbers"),
                mend=Message("common.draw_again"),
                mend_at="source",
            ),
            findings.about_rows(
                frame,
                far,
                layer=name,
                key=spec.id_column,
                code="elsewhere",
                value=pd.Series(shown, index=frame.index),
                message=Message("checks_place.lies_away_project"),
                mend=Message("checks_place.check_coordinates"),
                mend_at="source",
            ),
        ]
    )


def _lonlat(crs: pyproj.CRS, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Degrees of points; infinite where they are none."""
    if crs.is_geographic:
        return x, y
    to = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    lon, lat = to.transform(x, y)
    return np.asarray(lon), np.asarray(lat)


def _homes(
    frame: gpd.GeoDataFrame, place: Place | None, parks: gpd.GeoDataFrame | None
) -> tuple[Floats, float]:
    """Points (n, 2) in degrees near which rows must lie, and how near in km."""
    if place is not None:
        return np.array([[place.lon, place.lat]]), place.radius_km
    near = frame if parks is None else parks
    box = shapely.bounds(np.asarray(near.geometry.array))
    middles = np.stack(
        _lonlat(near.crs, (box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2), axis=1
    )
    middles = middles[np.isfinite(middles).all(axis=1)]
    if parks is None:  # the parks themselves: from the one in the middle, a province away
        return np.median(middles, axis=0, keepdims=True) if len(middles) else middles, 10 * FAR_KM
    return middles, FAR_KM


def _nearest_km(homes: Floats, lon: Floats, lat: Floats) -> Floats:
    """Great-circle distance from the nearest home; infinite beyond the globe, or without homes."""
    if not len(homes):
        return np.zeros(len(lon))
    on_globe = (np.abs(lat) <= 90) & (np.abs(lon) <= 360)
    points = _sphere(np.where(on_globe, lon, 0), np.where(on_globe, lat, 0))
    chord = _nearest_chord(_sphere(homes[:, 0], homes[:, 1]), points)
    return np.where(on_globe, 2 * _EARTH_KM * np.arcsin(np.clip(chord / 2, 0, 1)), np.inf)


def _nearest_chord(homes: Floats, points: Floats) -> Floats:
    """Straight distance from each point (n, 3) of the unit sphere to the nearest home (m, 3)."""
    if len(homes) <= _FEW:
        slices = range(0, len(points), _AT_ONCE)
        nearest = [(points[at : at + _AT_ONCE] @ homes.T).max(axis=1) for at in slices]
        cosine = np.concatenate(nearest) if nearest else np.empty(0)
        chord: Floats = np.sqrt(np.clip(2 - 2 * cosine, 0, None))
        return chord
    from scipy.spatial import KDTree  # noqa: PLC0415 -- slow to load, and for many homes only

    return np.asarray(KDTree(homes).query(points)[0], dtype=np.float64)


def _sphere(lon: Floats, lat: Floats) -> Floats:
    east, north = np.radians(lon), np.radians(lat)
    return np.stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=1
    )


def _position(lon: float, lat: float, km: float) -> str:
    if not np.isfinite(km):
        return "—"
    return f"{lon:.3f}E {lat:.3f}N, {km:,.0f} km"


def _causes(
    crs: pyproj.CRS, x: Floats, y: Floats, homes: Floats, radius: float
) -> NDArray[np.object_]:
    """For each point what would bring it home, such as “; EPSG:4545”; empty where nothing does."""
    out = np.full(len(x), "", dtype=object)
    tried = [(crs, y, x, "; X ↔ Y")]
    if crs.is_projected:
        zones = [
            pyproj.CRS.from_epsg(base + zone) for zone in range(25, 46) for base in (4488, 4509)
        ]
        tried += [
            (z, a, b, f"; EPSG:{z.to_epsg()}{swap}")
            for z in zones
            for a, b, swap in ((x, y, ""), (y, x, ", X ↔ Y"))
        ]
        tried.append((crs.geodetic_crs, x, y, "; lon, lat"))
    for system, a, b, label in tried:  # rows-ok: systems, not rows
        todo = np.flatnonzero(out == "")
        if not todo.size:
            break
        lon, lat = _lonlat(system, a[todo], b[todo])
        good = np.isfinite(lon) & np.isfinite(lat)
        fits = np.zeros(len(todo), dtype=bool)
        fits[good] = _nearest_km(homes, lon[good], lat[good]) <= radius
        out[todo[fits]] = label
    return out
