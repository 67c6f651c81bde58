"""Where a layer lands: swapped axes, a wrong zone and a GCJ-02 shift, each called by its name.

Coordinates alone cannot tell everything: a wrong zone moves a park by about 290 km, a GCJ-02
shift by about 400 m. The first shows against the project's `place`, the second against another
layer of the same project. Nothing is moved here; the run stops and says what it saw.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from geo.arrays import Floats
from geo.errors import CrsError, DataError
from geo.guards import require_in_area
from geo.model import LAYERS
from geo.project_parts import Place
from geo.text import Message

_A, _EE = 6378245.0, 0.00669342162296594323
"""Semi-major axis and e² of Krasovsky 1940, on which GCJ-02 is defined."""


def check_place(frame: gpd.GeoDataFrame, name: str, place: Place | None) -> None:
    """Raise CrsError if the layer lies off the globe or away from the project's place.

    Without a place, if it lies far from where its reference system is used: two layers with X and Y
    exchanged lie one over the other, their areas measured far from the central meridian.
    """
    lon, lat = _middle(frame)
    off = not (np.isfinite(lon) and np.isfinite(lat) and abs(lat) <= 90 and abs(lon) <= 180)
    why = Message("land_place.crs_or_place_wrong")
    if place is not None:
        away = np.inf if off else _km((lon, lat), (place.lon, place.lat))
        if away <= place.radius_km:
            return
        why = _why(frame, place)
    if off:
        raise CrsError(
            "land_place.layer_does_not_lie_earth", name=name, crs=frame.crs.name, why=why
        )
    if place is None:
        _check_use(frame, name)
    else:
        raise CrsError(
            "land_place.layer_lands_e_n_km", name=name, lon=lon, lat=lat, away=away, why=why
        )


def _check_use(frame: gpd.GeoDataFrame, name: str) -> None:
    """Raise CrsError where the middle of a layer lies far outside its system's area of use."""
    x, y = _raw_middle(frame)
    code = frame.crs.to_epsg()
    known = pyproj.CRS.from_epsg(code) if code else frame.crs
    if _is_used_at(known, x, y):
        return
    why = Message("land_place.crs_or_place_wrong")
    if abs(x) <= 180 and abs(y) <= 90:
        why = Message("land_place.degrees")
    elif _is_used_at(known, y, x):
        why = Message("land_place.axes_swapped")
    raise CrsError("land_place.layer_outside_use", name=name, crs=frame.crs.name, x=x, y=y, why=why)


def _is_used_at(crs: pyproj.CRS, x: float, y: float) -> bool:
    """Whether a place is not far outside the area of use; yes of a system without one."""
    try:
        require_in_area(gpd.GeoSeries([shapely.Point(x, y)], crs=crs), "")
    except DataError:
        return False
    return True


def check_shift(parcels: gpd.GeoDataFrame, parks: gpd.GeoDataFrame) -> None:
    """Raise CrsError if parcels fit the parks only after a GCJ-02 shift is undone (or made).

    A shift of the same length in another direction must not fit as well: parcels half beyond their
    park fit after many, and are no GCJ-02.
    """
    points = parcels.geometry.dropna()
    points = gpd.GeoSeries(shapely.point_on_surface(points.array), crs=parcels.crs)
    points = points.sample(min(len(points), 2000), random_state=0).to_crs(4490)
    outlines = shapely.STRtree(np.asarray(parks.to_crs(4490).geometry.dropna().make_valid().array))
    lon, lat = points.x.to_numpy(), points.y.to_numpy()
    inside = _inside(outlines, lon, lat)
    if inside > 0.97 or not _in_china(lon, lat):
        return
    shift_lon, shift_lat = gcj02_shift(lon, lat)
    for sign, layer in ((-1, "parcels"), (1, "parks")):
        fits = _inside(outlines, lon + sign * shift_lon, lat + sign * shift_lat)
        if fits > inside + 0.02 and fits > 0.98 and not _fits_turned(outlines, lon, lat, sign):
            raise CrsError(
                "land_place.in_gcj_02",
                title=LAYERS[layer].title,
                inside=inside,
                fits=fits,
                layer=layer,
            )


def _fits_turned(outlines: shapely.STRtree, lon: Floats, lat: Floats, sign: int) -> bool:
    """Whether points fit as well after a shift as long as GCJ-02's in another direction."""
    shift_lon, shift_lat = gcj02_shift(lon, lat)
    narrow = np.cos(np.radians(lat))  # of a degree of longitude
    shift = sign * (shift_lon * narrow + 1j * shift_lat)
    turned = (shift * np.exp(1j * np.pi * eighth / 4) for eighth in range(1, 8))
    return any(_inside(outlines, lon + t.real / narrow, lat + t.imag) > 0.98 for t in turned)


def _inside(outlines: shapely.STRtree, lon: Floats, lat: Floats) -> float:
    """Share of points that lie in any outline."""
    hits = outlines.query(shapely.points(lon, lat), "within")[0]
    return len(np.unique(hits)) / len(lon)


def gcj02_shift(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Displacement of GCJ-02 from CGCS2000 in degrees, arrays (n,) in, (n,), (n,) out.

    The published obfuscation polynomial; 成都 363 m, 绵阳 354 m, 宜宾 446 m, 攀枝花 425 m.
    """
    x, y = lon - 105.0, lat - 35.0

    def waves(t: Floats, far: tuple[float, float], period: tuple[float, float]) -> Floats:
        near: Floats = 20 * np.sin(np.pi * t) + 40 * np.sin(np.pi * t / 3)
        out: Floats = (
            near + far[0] * np.sin(np.pi * t / period[0]) + far[1] * np.sin(np.pi * t / period[1])
        )
        return out

    ripple = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    root = np.sqrt(np.abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north = north + (ripple + waves(y, (160, 320), (12, 30))) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east = east + (ripple + waves(x, (150, 300), (12, 30))) * 2 / 3
    w2 = 1 - _EE * np.sin(np.radians(lat)) ** 2
    meridian = _A * (1 - _EE) / w2**1.5
    parallel = _A / np.sqrt(w2) * np.cos(np.radians(lat))
    return np.degrees(east / parallel), np.degrees(north / meridian)


def _why(frame: gpd.GeoDataFrame, place: Place) -> Message:
    """The likeliest cause: the one that would bring the layer home."""
    x, y = _raw_middle(frame)
    crs = frame.crs
    if crs.is_projected and abs(x) <= 180 and abs(y) <= 90:
        return Message("land_place.degrees")
    if _lands(crs, y, x, place):
        return Message("land_place.axes_swapped")
    if crs.is_projected and _lands(crs, x / 1000, y / 1000, place):
        return Message("land_place.millimetres")
    if crs.is_projected and crs.ellipsoid is not None:
        for zone in range(25, 46):
            for epsg in (4488 + zone, 4509 + zone):
                other = pyproj.CRS.from_epsg(epsg)
                if _lands(other, x, y, place):
                    return Message("land_place.wrong_zone", epsg=epsg, crs=crs.name)
                if _lands(other, y, x, place):
                    return Message("land_place.wrong_zone_and_swapped", epsg=epsg, crs=crs.name)
    return Message("land_place.crs_or_place_wrong")


def _lands(crs: pyproj.CRS, x: float, y: float, place: Place) -> bool:
    try:
        lon, lat = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(
            x, y
        )
    except pyproj.exceptions.ProjError:
        return False
    good = np.isfinite(lon) and np.isfinite(lat) and abs(lat) <= 90
    return bool(good and _km((lon, lat), (place.lon, place.lat)) <= place.radius_km)


def _raw_middle(frame: gpd.GeoDataFrame) -> tuple[float, float]:
    bounds: Any = frame.geometry.bounds.median()
    return float((bounds.minx + bounds.maxx) / 2), float((bounds.miny + bounds.maxy) / 2)


def _middle(frame: gpd.GeoDataFrame) -> tuple[float, float]:
    """Median middle of the layer in degrees."""
    x, y = _raw_middle(frame)
    if frame.crs.is_geographic:
        return x, y
    lon, lat = pyproj.Transformer.from_crs(
        frame.crs, frame.crs.geodetic_crs, always_xy=True
    ).transform(x, y)
    return float(lon), float(lat)


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(pyproj.Geod(ellps="GRS80").inv(*one, *other)[2]) / 1000


def _in_china(lon: Floats, lat: Floats) -> bool:
    return bool(73 < np.median(lon) < 136 and 17 < np.median(lat) < 54)
