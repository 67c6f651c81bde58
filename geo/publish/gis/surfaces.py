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

from geo.arrays import Array, Floats, Ints
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
NO_CLASS = 255
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
    cells, means = grid.means(parcels[names])
    for name, mean in zip(names, means, strict=True):
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
        known = ~np.isnan(mean)
        surface = grid.filled(cells[known], mean[known].astype(np.float32), NODATA)
        _write(surface, grid, folder / f"{name}.tif", NODATA, note)
        codes = np.searchsorted(theme.edges, mean[known], side="right").astype(np.uint8)
        labels = {f"class_{i}": text(settings.lang) for i, text in enumerate(theme.labels[:-1])}
        _write(
            grid.filled(cells[known], codes, NO_CLASS),
            grid,
            folder / f"{name}_classes.tif",
            NO_CLASS,
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

    def means(self, table: pd.DataFrame) -> tuple[Ints, list[Floats]]:
        """Cells with parcels, by row and column, and of each figure its mean in each of them.

        A mean is weighted by covered area, and NaN where no parcel's figure is known.
        """
        of_cell, of_parcel, shares = [], [], []
        for start in range(0, len(table), _GROUP):
            found = fractions(in_cells(self.shapes[start : start + _GROUP], self.transform))
            of_cell.append(found.row * self.shape[1] + found.column)
            of_parcel.append(start + found.shape)
            shares.append(found.share)
        cells, cell = np.unique(np.concatenate(of_cell), return_inverse=True)
        parcel, share = np.concatenate(of_parcel), np.concatenate(shares)
        means = []
        for name in table:
            value = table[name].to_numpy(float)[parcel]
            known = ~np.isnan(value)
            weight = np.bincount(cell[known], share[known], len(cells))
            total = np.bincount(cell[known], value[known] * share[known], len(cells))
            means.append(
                np.divide(total, weight, out=np.full(len(cells), np.nan), where=weight > 0)
            )
        return cells, means

    def filled(self, cells: Ints, values: Array, empty: float) -> Array:
        """The whole grid: `values` in these cells, `empty` in all others."""
        grid = np.full(self.shape, empty, values.dtype)
        grid.flat[cells] = values
        return grid


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
        "sparse_ok": True,  # of the draft: what it leaves out, the copy fills
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as draft:
            draft.write(values, 1)
            draft.update_tags(**tags)
            if colors:
                draft.colorinterp = [ColorInterp.palette]
                draft.write_colormap(
                    1, {i: _rgba(c) for i, c in enumerate(colors)} | {NO_CLASS: (0, 0, 0, 0)}
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
