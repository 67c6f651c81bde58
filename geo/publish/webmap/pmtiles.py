"""Pictures of the ground in a PMTiles archive, put together around an extent."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import MagicNumberNotFound, SpecVersionUnsupported, TileType
from rasterio.enums import ColorInterp
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from geo.errors import OutputError

_WORLD = 2 * math.pi * 6378137
_PICTURES = (TileType.PNG, TileType.JPEG, TileType.WEBP)

Pixels = NDArray[np.uint8]


@contextmanager
def mosaic(path: Path, extent: tuple[float, float, float, float], most: int) -> Iterator[Any]:
    """The tiles around an extent (degrees) as a raster of four bands in Web Mercator.

    Of the zooms in the archive the finest at which the extent with a half on each side takes at
    most `most` pixels. Raises OutputError for an archive without pictures (vector tiles) or without
    any here.
    """
    try:
        with path.open("rb") as file:
            reader = Reader(MmapSource(file))
            header = reader.header()
            if header["tile_type"] not in _PICTURES:
                raise OutputError("pmtiles.basemap_holds_no_pictures", path=path.name)
            pixels, west, north, step = _joined(reader, header, extent, most)
    except (OSError, ValueError, MagicNumberNotFound, SpecVersionUnsupported) as error:
        why = str(error) or type(error).__name__
        raise OutputError("pmtiles.basemap_cannot_read", path=path.name, why=why) from error
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff",
            width=pixels.shape[2],
            height=pixels.shape[1],
            count=4,
            dtype="uint8",
            crs="EPSG:3857",
            photometric="RGB",
            alpha="YES",
            transform=from_origin(west, north, step, step),
        ) as target:
            target.write(pixels)
        with memory.open() as source:
            yield source


def _place(lon: float, lat: float) -> tuple[float, float]:
    """Web Mercator of [0, 1], from the north-west."""
    return lon / 360 + 0.5, 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)


def _joined(
    reader: Reader, header: Any, extent: tuple[float, float, float, float], most: int
) -> tuple[Pixels, float, float, float]:
    """Pixels of the tiles around an extent, and west, north and pixel of the picture in metres."""
    (x0, y1), (x1, y0) = _place(*extent[:2]), _place(*extent[2:])
    side = 2 * max(x1 - x0, y1 - y0, 1e-9)
    zoom = min(int(math.log2(most / 256 / side)), header["max_zoom"])
    zoom = max(zoom, header["min_zoom"], 0)
    count = 2**zoom
    middle = ((x0 + x1) / 2, (y0 + y1) / 2)
    first = [max(0, int((m - side / 2) * count)) for m in middle]
    last = [min(count - 1, int((m + side / 2) * count)) for m in middle]
    size, out = 256, np.zeros((4, 0, 0), np.uint8)
    for x in range(first[0], last[0] + 1):  # rows-ok: a few hundred tiles
        for y in range(first[1], last[1] + 1):
            raw = reader.get(zoom, x, y)
            if raw is None:
                continue
            tile = _tile(raw)
            if not out.size:
                size = tile.shape[1]
                wide, high = ((last[k] - first[k] + 1) * size for k in (0, 1))
                out = np.zeros((4, high, wide), np.uint8)
            at = ((y - first[1]) * size, (x - first[0]) * size)
            out[:, at[0] : at[0] + size, at[1] : at[1] + size] = tile
    if not out.size:
        out = np.zeros((4, 1, 1), np.uint8)
    edge = _WORLD / count
    return out, first[0] * edge - _WORLD / 2, _WORLD / 2 - first[1] * edge, edge / size


def _tile(raw: bytes) -> Pixels:
    """One picture as red, green, blue and alpha."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # its place is its number
        with MemoryFile(raw) as file, file.open() as picture:
            bands: Pixels = picture.read()
            table = picture.colormap(1) if picture.colorinterp[0] == ColorInterp.palette else {}
    if table:
        colors = np.array([table.get(i, (0, 0, 0, 0)) for i in range(256)], np.uint8)
        return np.asarray(colors[bands[0]].transpose(2, 0, 1))
    if len(bands) < 3:  # grey, with or without alpha
        bands = np.concatenate([bands[:1]] * 3 + [bands[1:2]])
    if len(bands) == 3:
        bands = np.concatenate([bands, np.full_like(bands[:1], 255)])
    return bands
