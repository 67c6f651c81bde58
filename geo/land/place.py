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
from numpy.typing import NDArray

from geo.errors import CrsError
from geo.project import Place

Floats = NDArray[np.float64]

_A, _EE = 6378245.0, 0.00669342162296594323
"""Semi-major axis and e² of Krasovsky 1940, on which GCJ-02 is defined."""


_SOMETHING = (
    "坐标系或 place 有误，或者 X、Y 颠倒：请核对 crs 和 [project.place]。",
    "the CRS or the place is wrong, or X and Y are swapped: check crs and [project.place].",
)


def check_place(frame: gpd.GeoDataFrame, name: str, place: Place | None) -> None:
    """Raise CrsError if the layer lies off the globe or away from the project's place."""
    lon, lat = _middle(frame)
    off = not (np.isfinite(lon) and np.isfinite(lat) and abs(lat) <= 90 and abs(lon) <= 180)
    zh, en = _SOMETHING
    if place is not None:
        away = np.inf if off else _km((lon, lat), (place.lon, place.lat))
        if away <= place.radius_km:
            return
        zh, en = _why(frame, place)
    if off:
        raise CrsError(
            f"图层“{name}”的坐标不在地球上（坐标系 {frame.crs.name}）：{zh}",
            f"layer `{name}` does not lie on the earth under {frame.crs.name}: {en}",
        )
    if place is not None:
        raise CrsError(
            f"图层“{name}”落在 {lon:.3f}E {lat:.3f}N，离项目所在地 {away:,.0f} km：{zh}",
            f"layer `{name}` lands at {lon:.3f}E {lat:.3f}N, {away:,.0f} km from the project's"
            f" place: {en}",
        )


def check_shift(parcels: gpd.GeoDataFrame, parks: gpd.GeoDataFrame) -> None:
    """Raise CrsError if parcels fit the parks only after a GCJ-02 shift is undone (or made)."""
    points = parcels.geometry.dropna()
    points = gpd.GeoSeries(shapely.point_on_surface(points.array), crs=parcels.crs)
    points = points.sample(min(len(points), 2000), random_state=0).to_crs(4490)
    outlines = shapely.STRtree(np.asarray(parks.to_crs(4490).geometry.dropna().make_valid().array))
    lon, lat = points.x.to_numpy(), points.y.to_numpy()
    inside = _inside(outlines, lon, lat)
    if inside > 0.97 or not _in_china(lon, lat):
        return
    shift_lon, shift_lat = gcj02_shift(lon, lat)
    for sign, layer, zh in ((-1, "parcels", "宗地"), (1, "parks", "园区")):
        fits = _inside(outlines, lon + sign * shift_lon, lat + sign * shift_lat)
        if fits > inside + 0.02 and fits > 0.98:
            raise CrsError(
                f"{zh}图层是 GCJ-02（火星坐标）：只有 {inside:.0%} 的宗地落在园区内，"
                f"消除偏移后为 {fits:.0%}。请换用 CGCS2000 原始数据。",
                f"the {layer} are in GCJ-02: {inside:.0%} of the parcels lie in a park, and"
                f" {fits:.0%} once the shift is undone. Use the CGCS2000 original.",
            )


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


def _why(frame: gpd.GeoDataFrame, place: Place) -> tuple[str, str]:
    """The likeliest cause: the one that would bring the layer home."""
    x, y = _raw_middle(frame)
    crs = frame.crs
    if crs.is_projected and abs(x) <= 180 and abs(y) <= 90:
        return (
            '坐标是经纬度：请写 crs = "EPSG:4490"。',
            'the coordinates are degrees: write crs = "EPSG:4490".',
        )
    if _lands(crs, y, x, place):
        return "X、Y 颠倒：请交换坐标。", "X and Y are swapped: swap them."
    if crs.is_projected and crs.ellipsoid is not None:
        for zone in range(25, 46):
            for epsg in (4488 + zone, 4509 + zone):
                for a, b, zh, en in ((x, y, "", ""), (y, x, "，且 X、Y 颠倒", " and axes swapped")):
                    if _lands(pyproj.CRS.from_epsg(epsg), a, b, place):
                        return (
                            f"带号有误{zh}：坐标应为 EPSG:{epsg}（现为 {crs.name}）。",
                            f"wrong zone{en}: the coordinates fit EPSG:{epsg}, not {crs.name}.",
                        )
    return _SOMETHING


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
