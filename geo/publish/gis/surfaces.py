"""Per-mu figures as Cloud-Optimized GeoTIFFs: `surfaces/<name>.tif` and `<name>_classes.tif`.

A cell holds the mean of the parcels in it, weighted by the exact area each covers, so that cell
values times covered areas add up to the parcels' own sums. The classes are those of the map, as
bytes with a colour table; overviews are built for both.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from affine import Affine
from rasterio.enums import ColorInterp
from rasterio.io import MemoryFile
from rasterio.shutil import copy

from geo.arrays import Array, Floats
from geo.errors import ProjectError
from geo.geometry.overlay import as_metres
from geo.land.fractions import fractions, in_cells
from geo.model import PER_MU, show_unit
from geo.project import DEFAULT_OPTIONS, Publish
from geo.publish.headings import columns
from geo.publish.look.style import by_value
from geo.run import Run
from geo.text import Text

MOST_CELLS = 4_000_000
"""Most cells of a surface by default: beyond, the next coarser size is taken."""

LIMIT = 100_000_000
"""Most cells that an office's own size may ask for."""

SIZES = (5, 10, 20, 25, 50, 100, 200, 250, 500, 1_000, 2_000, 5_000)
"""Sizes of a cell that are tried, m."""

NODATA = -9999.0
_GROUP = 20_000


def write_surfaces(run: Run, folder: Path, options: Publish = DEFAULT_OPTIONS) -> None:
    """Both files of every per-mu figure that the parcels have; none where there is no figure."""
    settings, parcels = run.settings, run.parcels
    names = [
        f"{m}_per_mu"
        for m in PER_MU
        if f"{m}_per_mu" in parcels and parcels[f"{m}_per_mu"].notna().any()
    ]
    if not names:
        return
    folder.mkdir(parents=True, exist_ok=True)
    grid = Grid(parcels.geometry, options.surface_cell_m)
    values = grid.means(parcels[names])
    for at, name in enumerate(names):
        column = columns()[name]
        unit = Text(*(show_unit(column.unit, lang, settings.currency) for lang in ("zh", "en")))
        theme = by_value(name, Text(column.zh, column.en), parcels[name], unit)
        note = {
            "TIFFTAG_IMAGEDESCRIPTION": f"{column.label(settings.lang, settings.currency)}"
            f" {settings.year} {settings.synthetic or settings.title}".strip(),
            "unit": unit.en,
            "year": str(settings.year),
            "cell_m": f"{grid.cell:g}",
        }
        surface = values[at]
        _write(surface.astype(np.float32), grid, folder / f"{name}.tif", NODATA, note)
        edges = theme.edges
        codes = np.searchsorted(edges, surface, side="right").astype(np.uint8)
        codes[surface == NODATA] = 255
        labels = {f"class_{i}": text(settings.lang) for i, text in enumerate(theme.labels[:-1])}
        _write(
            codes,
            grid,
            folder / f"{name}_classes.tif",
            255,
            note | labels,
            colors=theme.colors[:-1],
        )


class Grid:
    """Square cells of whole metres over polygons, in a plane CRS: `shape` is (height, width)."""

    def __init__(self, shapes: gpd.GeoSeries, cell: float | None) -> None:
        self.shapes, self.crs = as_metres(shapes)
        x0, y0, x1, y1 = shapely.total_bounds(self.shapes)
        count = (x1 - x0) * (y1 - y0)
        if cell and count / cell**2 > LIMIT:
            raise ProjectError(
                "surfaces.publish_surface_cell_m_makes",
                cell=cell,
                count=count / cell**2,
                sqrt=np.ceil(np.sqrt(count / LIMIT)),
            )
        self.cell = cell or next((s for s in SIZES if count / s**2 <= MOST_CELLS), SIZES[-1])
        self.left, self.top = (
            np.floor(x0 / self.cell) * self.cell,
            np.ceil(y1 / self.cell) * self.cell,
        )
        self.shape = (
            int(np.ceil((self.top - y0) / self.cell)),
            int(np.ceil((x1 - self.left) / self.cell)),
        )

    @property
    def transform(self) -> Any:
        """From (column, row) to coordinates."""
        return Affine(self.cell, 0, self.left, 0, -self.cell, self.top)

    def means(self, table: pd.DataFrame) -> list[Floats]:
        """Of each column, the mean in each cell by covered area; `NODATA` where none is known."""
        height, width = self.shape
        values = table.to_numpy(float)
        total = np.zeros((values.shape[1], height * width))
        weight = np.zeros_like(total)
        for start in range(0, len(values), _GROUP):
            found = fractions(in_cells(self.shapes[start : start + _GROUP], self.transform))
            at = found.row * width + found.column
            for i in range(values.shape[1]):
                own = values[start + found.shape, i]
                known = ~np.isnan(own)
                np.add.at(total[i], at[known], own[known] * found.share[known])
                np.add.at(weight[i], at[known], found.share[known])
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.where(weight > 0, total / weight, NODATA)
        return [m.reshape(height, width) for m in mean]


def _write(
    values: Array,
    grid: Grid,
    file: Path,
    nodata: float,
    tags: dict[str, str],
    colors: tuple[str, ...] = (),
) -> None:
    """One band as a Cloud-Optimized GeoTIFF with overviews, its classes with a colour table."""
    profile = {
        "driver": "GTiff",
        "width": grid.shape[1],
        "height": grid.shape[0],
        "count": 1,
        "dtype": values.dtype,
        "crs": grid.crs.to_wkt(),
        "transform": grid.transform,
        "nodata": nodata,
        "tiled": True,
        "blockxsize": 256,
        "blockysize": 256,
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as draft:
            draft.write(values, 1)
            draft.update_tags(**tags)
            if colors:
                draft.colorinterp = [ColorInterp.palette]
                draft.write_colormap(
                    1, {i: _rgba(c) for i, c in enumerate(colors)} | {255: (0, 0, 0, 0)}
                )
        with rasterio.Env():
            copy(
                memory.name,
                file,
                driver="COG",
                compress="DEFLATE",
                blocksize=256,
                overview_resampling="mode" if colors else "average",
            )


def _rgba(color: str) -> tuple[int, int, int, int]:
    return (*(int(color[i : i + 2], 16) for i in (1, 3, 5)), 255)  # type: ignore[return-value]
