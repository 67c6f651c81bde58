"""Rasters of a project: opened, checked, and read window by window; never whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.errors import RasterioError
from rasterio.windows import Window

from geo.arrays import CRS, Floats
from geo.errors import CrsError, ProjectError, SourceError
from geo.source_spec import RasterSource
from geo.sources.kinds import missing

DRIVERS = {
    ".tif": "GTiff",
    ".tiff": "GTiff",
    ".asc": "AAIGrid",
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
    ".jp2": "JP2OpenJPEG",
    ".mbtiles": "MBTiles",
    ".gpkg": "GPKG",
}
"""The one driver that may open a raster, by its suffix: none follows links, as a VRT does."""


@dataclass(frozen=True)
class Raster:
    """One band of a raster file. `transform` takes (column, row) to the coordinates of `crs`."""

    name: str
    path: Path
    source: RasterSource
    crs: CRS
    transform: Any
    height: int
    width: int

    def read(self, row: int, column: int, height: int, width: int) -> Floats:
        """A window as float64 (height, width); NaN where there is no data or no raster."""
        out = np.full((height, width), np.nan)
        top, left = max(row, 0), max(column, 0)
        bottom, right = min(row + height, self.height), min(column + width, self.width)
        if bottom <= top or right <= left:
            return out
        try:
            with rasterio.open(self.path, driver=driver_of(self.path)) as file:
                values = file.read(
                    self.source.band,
                    masked=True,
                    window=Window(left, top, right - left, bottom - top),
                )
        except RasterioError as error:
            raise _unreadable(self.path) from error
        filled = values.astype(np.float64).filled(np.nan)
        if self.source.nodata is not None:
            filled[filled == self.source.nodata] = np.nan
        out[top - row : bottom - row, left - column : right - column] = filled
        return out


def driver_of(file: Path) -> str:
    """GDAL's driver for a raster file by its suffix; raises SourceError for one of no such."""
    try:
        return DRIVERS[file.suffix.lower()]
    except KeyError as error:
        known = " ".join(DRIVERS)
        raise SourceError(
            "raster.no_format_raster_can_read", file=file.name, known=known
        ) from error


def open_raster(name: str, file: Path, source: RasterSource) -> Raster:
    """The raster of a project file.

    Raises SourceError (missing, damaged), CrsError (none) and ProjectError (no such band).
    """
    if not file.exists():
        raise missing(file)
    try:
        with rasterio.open(file, driver=driver_of(file)) as opened:
            bands, crs = opened.count, opened.crs
            transform, height, width = opened.transform, opened.height, opened.width
    except RasterioError as error:
        raise _unreadable(file) from error
    if crs is None:
        raise CrsError("raster.raster_no_coordinate_reference_system", file=file.name)
    if not 1 <= source.band <= bands:
        raise ProjectError(
            "raster.no_band", file=file.name, band=source.band, bands=bands, name=name
        )
    return Raster(name, file, source, crs, transform, height, width)


def _unreadable(file: Path) -> SourceError:
    return SourceError("raster.raster_cannot_read", file=file.name)
