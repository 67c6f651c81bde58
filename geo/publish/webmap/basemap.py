"""Basemaps under the parcels: tiles by a template, 天地图, or a raster of the office's own.

Tiles need a network and are asked for by name; a raster travels in the page. Sources in GCJ-02 or
BD-09 are refused: their pictures lie hundreds of metres beside parcels in CGCS2000.
"""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import folium
import numpy as np
import rasterio
from rasterio.enums import ColorInterp
from rasterio.io import MemoryFile
from rasterio.transform import from_bounds as transform_from_bounds
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform_bounds
from rasterio.windows import from_bounds

from geo.errors import OutputError, first_line
from geo.project import Publish
from geo.publish.page import Code, PageElement, Variable, call, method, tag
from geo.publish.webmap.pmtiles import mosaic
from geo.sources.raster import driver_of
from geo.text import join

_SHIFTED = {
    "autonavi.com": "GCJ-02",
    "amap.com": "GCJ-02",
    "gtimg.com": "GCJ-02",
    "qq.com": "GCJ-02",
    "bdimg.com": "BD-09",
    "bdstatic.com": "BD-09",
    "baidu.com": "BD-09",
    "google.cn": "GCJ-02",
}
"""Hosts whose tiles are shifted, by the end of the name: 高德, 腾讯, 谷歌中国; 百度."""
_TIANDITU = {
    "tianditu": ("vec", "cva"),
    "tianditu_image": ("img", "cia"),
    "tianditu_terrain": ("ter", "cta"),
}
_MARKS, _MORE_MARKS = {"{z}", "{x}", "{y}"}, {"{s}", "{r}"}
"""What an address of tiles must have, and what else Leaflet fills in."""

_OSM = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
_WMTS = (
    "https://t{s}.tianditu.gov.cn/LAYER__w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER=LAYER_&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}"
    "&TILECOL={x}&tk="
)
MOST_PX = 4096
"""Longest side of a raster that travels in the page."""


def tiles(options: Publish) -> list[tuple[str, str]]:
    """(template, attribution) of each tile layer that the project asks for, lowest first.

    Raises OutputError for a missing key, a template that is none, a shifted source.
    """
    wanted = options.basemap
    if wanted == "none" or _is_file(wanted):
        return []
    if wanted == "osm":
        return [(_OSM, "© OpenStreetMap contributors")]
    if wanted in _TIANDITU:
        key = _key(options.tianditu_key_env)
        return [(_WMTS.replace("LAYER_", layer) + key, "天地图") for layer in _TIANDITU[wanted]]
    _check(wanted)
    return [(wanted, options.basemap_attribution)]


def add_tiles(page: folium.Map, options: Publish) -> tuple[str, ...]:
    """Put the tile layers on a map; the origins that they load from."""
    origins: list[str] = []
    for template, attribution in tiles(options):
        layer = Tiles(template, attribution)
        page.add_child(layer)
        origins += _origins(template, layer.subdomains)
    return tuple(dict.fromkeys(origins))


class Tiles(PageElement):
    """A layer of tiles on a Folium map; Leaflet takes an attribution for HTML, so it is escaped."""

    def __init__(self, template: str, attribution: str) -> None:
        super().__init__()
        self._name = "Tiles"
        self.template = template
        self.attribution = attribution or str(urlsplit(template).hostname)
        self.subdomains = "01234567" if "tianditu" in template else "abc"

    def code(self) -> Code:
        """The layer is made and put on the map."""
        made = call(
            "L.tileLayer",
            self.template,
            {
                "attribution": tag("span", self.attribution).source,
                "subdomains": self.subdomains,
                "maxNativeZoom": 18,
                "maxZoom": 20,
            },
        )
        return method(made, "addTo", Variable(self._parent.get_name()))


def _is_file(wanted: str) -> bool:
    return (
        Path(wanted).suffix.lower()
        in (".tif", ".tiff", ".vrt", ".img", ".png", ".jpg", ".mbtiles", ".gpkg", ".pmtiles")
        and "://" not in wanted
    )


def _key(variable: str) -> str:
    key = os.environ.get(variable, "")
    if not key:
        raise OutputError("basemap.tianditu_needs_key", variable=variable)
    if not re.fullmatch(r"\w+", key):
        raise OutputError("basemap.environment_variable_no_key_tianditu", variable=variable)
    return key


def _check(template: str) -> None:
    """OutputError unless it is an http(s) template of tiles in a datum that fits."""
    host = _host(template)
    if not host or not _MARKS <= set(re.findall(r"{[^}]*}", template)) <= _MARKS | _MORE_MARKS:
        raise OutputError(
            "basemap.basemap_no_use", template=template[:200], tianditu=join(_TIANDITU)
        )
    for end, datum in _SHIFTED.items():
        if host == end or host.endswith(f".{end}"):
            raise OutputError("basemap.in_hundreds_metres_beside_parcels", host=host, datum=datum)


def _host(template: str) -> str:
    """The host of an address as browsers read it, `{s}` in its first name; empty if it has none."""
    if re.search(r"[\s<>\"'`\\^|]", template) or not template.isprintable():
        return ""
    try:
        parts = urlsplit(template)
        host = (parts.hostname or "").replace("{s}", "s", 1).encode("idna").decode("ascii")
        parts.port  # noqa: B018 - raises where it is none
    except ValueError:
        return ""
    fits = (
        parts.scheme in ("http", "https")
        and "@" not in parts.netloc
        and all(
            re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", name) for name in host.split(".")
        )
    )
    # The mark for a subdomain stands in the first of several names, or nowhere.
    first, _, rest = (parts.hostname or "").partition(".")
    return host if fits and "{" not in rest and (rest or "{" not in first) else ""


def _origins(template: str, subdomains: str) -> list[str]:
    """Where a template's tiles come from, as a Content-Security-Policy writes it.

    Scheme, host and port as they were parsed, nothing else of the template.
    """
    parts, host = urlsplit(template), _host(template)
    port = f":{parts.port}" if parts.port is not None else ""
    first, _, rest = (parts.hostname or "").partition(".")
    if "{s}" not in first:
        hosts = [host]
    elif "." in rest:
        hosts = [f"*.{host.partition('.')[2]}"]
    else:  # every host of one ending would be too many
        hosts = [f"{first.replace('{s}', name)}.{rest}" for name in subdomains]
    return [f"{parts.scheme}://{one}{port}" for one in hosts]


def picture(options: Publish, extent: tuple[float, float, float, float]) -> dict[str, Any] | None:
    """The project's own raster around an extent (degrees), as an image for the page, or None.

    Brought into Web Mercator, at most `MOST_PX` pixels a side, as WebP in a data address;
    `bounds` are [[south, west], [north, east]]. Raises OutputError where it cannot be read, has no
    coordinate system or does not reach the extent.
    """
    wanted = options.basemap
    if not _is_file(wanted):
        return None
    path = Path(wanted)
    try:
        with _source(path, extent) as source:
            if source.crs is None:
                raise OutputError("basemap.basemap_no_coordinate_system", wanted=path.name)
            bare = ColorInterp.alpha not in source.colorinterp
            with WarpedVRT(source, crs="EPSG:3857", add_alpha=bare) as warped:
                image, bounds = _cut(warped, extent)
    except rasterio.errors.RasterioError as error:
        raise OutputError(
            "basemap.basemap_cannot_read", wanted=path.name, error=first_line(error)
        ) from error
    if image is None:
        raise OutputError("basemap.basemap_does_not_reach_project", wanted=path.name)
    west, south, east, north = transform_bounds("EPSG:3857", "EPSG:4326", *bounds)
    return {
        "image": f"data:image/webp;base64,{base64.b64encode(image).decode('ascii')}",
        "bounds": [[south, west], [north, east]],
    }


def _source(path: Path, extent: tuple[float, float, float, float]) -> Any:
    """The raster, open; of a PMTiles archive its tiles around the extent."""
    if path.suffix.lower() == ".pmtiles":
        return mosaic(path, extent, MOST_PX)
    return rasterio.open(path, driver=driver_of(path))


def _cut(
    warped: Any, extent: tuple[float, float, float, float]
) -> tuple[bytes | None, tuple[float, float, float, float]]:
    """The part of a raster in Web Mercator around an extent, as WebP, and its bounds."""
    left, bottom, right, top = transform_bounds("EPSG:4326", "EPSG:3857", *extent)
    margin = 0.25 * max(right - left, top - bottom)
    own = warped.bounds
    cut = (
        max(left - margin, own.left),
        max(bottom - margin, own.bottom),
        min(right + margin, own.right),
        min(top + margin, own.top),
    )
    if cut[0] >= cut[2] or cut[1] >= cut[3]:
        return None, cut
    window = from_bounds(*cut, transform=warped.transform)
    shrink = max(window.width, window.height, 1) / MOST_PX
    shape = (
        max(1, round(window.height / max(shrink, 1))),
        max(1, round(window.width / max(shrink, 1))),
    )
    alpha = [i for i, kind in enumerate(warped.colorinterp, 1) if kind == ColorInterp.alpha][-1]
    colors = [1, 2, 3] if warped.count >= 4 else [1, 1, 1]
    pixels = warped.read(
        [*colors, alpha],
        window=window,
        out_shape=(4, *shape),
        resampling=rasterio.enums.Resampling.average,
    )
    if not pixels[3].any():
        return None, cut
    if pixels.dtype != np.uint8:  # elevations and the like: from the lowest to the highest
        known = pixels[:3][:, pixels[3] > 0].astype(float)
        low, high = (known.min(), known.max()) if known.size else (0.0, 1.0)
        grey = (pixels[:3] - low) / max(high - low, 1e-12) * 255
        cover = np.where(pixels[3] > 0, 255, 0)
        pixels = np.concatenate([grey, cover[None]]).clip(0, 255).astype(np.uint8)
    with MemoryFile() as memory:
        place = transform_from_bounds(*cut, shape[1], shape[0])
        with memory.open(
            driver="WEBP",
            width=shape[1],
            height=shape[0],
            count=4,
            dtype="uint8",
            crs="EPSG:3857",
            transform=place,
            QUALITY="82",
        ) as target:
            target.write(pixels)
        return bytes(memory.read()), cut
