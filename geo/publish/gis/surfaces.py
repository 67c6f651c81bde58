"""Per-mu figures as Cloud-Optimized GeoTIFFs: `surfaces/<name>.tif` and `<name>_classes.tif`.

A cell holds the mean of the parcels in it, weighted by the exact area each covers, so that cell
values times covered areas add up to the parcels' own sums. The classes are those of the map, as
bytes with a colour table; overviews are built for both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
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

from geo.arrays import CRS, Array, Floats, Ints, Shapes
from geo.errors import ProjectError
from geo.geometry.overlay import as_metres, plane_of
from geo.land.fractions import fractions, in_cells
from geo.model import PER_MU, show_unit
from geo.model.table import FOLDER
from geo.project import DEFAULT_OPTIONS, Publish, Settings
from geo.publish.headings import columns
from geo.publish.look.style import by_value
from geo.publish.registry import Each, one_by_one
from geo.run import Run
from geo.run.part import (
    PARCELS,
    Columns,
    bounds_of_part,
    part_of_parcels,
    parts_in,
    with_columns,
)
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


Rows = Callable[[], gpd.GeoDataFrame]
"""Gives some of a run's parcels: their outlines, and the figures that a surface is made of."""


@dataclass(frozen=True)
class Covered:
    """Cells with parcels, in order, and what those of each add up to.

    `cells` (n,) are int64, by row and column. `land` and `total` are (figures, n) float64: land of
    parcels whose figure is known, in cells, and the sum of the figure times that land.
    """

    cells: Ints
    land: Floats
    total: Floats

    def means(self) -> Floats:
        """Of each figure its mean in each cell, NaN where no parcel's figure is known."""
        means = np.full(self.land.shape, np.nan)
        np.divide(self.total, self.land, out=means, where=self.land > 0)
        return means


def write_surfaces(
    run: Run,
    folder: Path,
    source: Path,
    options: Publish = DEFAULT_OPTIONS,
    each: Each = one_by_one,
) -> None:
    """Both files of every per-mu figure that the parcels have; none where there is no figure.

    Of a run in parts, which is kept in `source`, a process holds a part's outlines or one column;
    `each` is who works on them (`registry.Making`).
    """
    parts = parts_in(source)
    parcels = (with_columns(run, source) if parts else run).parcels
    names = [
        f"{m}_per_mu"
        for m in PER_MU
        if f"{m}_per_mu" in parcels and parcels[f"{m}_per_mu"].notna().any()
    ]
    if not names:
        return
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[Rows] = [partial(part_of_parcels, source, part, names) for part in parts]
    if not parts:
        rows, each = [lambda: parcels], one_by_one  # what this process holds is sent to no other
    boxes = [bounds_of_part(source, part) for part in parts] or [parcels.total_bounds]
    grid = _grid(parcels.crs, np.array(boxes), rows, options.surface_cell_m, each)
    covered = joined(each(_covered, [(some, names, grid) for some in rows]))
    values = [
        partial(_column, source, name) if parts else partial(parcels.get, name) for name in names
    ]
    each(
        _write_figure,
        [
            (name, value, covered.cells, mean, grid, run.settings, folder)
            for name, value, mean in zip(names, values, covered.means(), strict=True)
        ],
    )


def _column(source: Path, name: str) -> pd.Series[float]:
    values: pd.Series[float] = Columns(source / FOLDER / PARCELS)[name]
    return values


def _grid(crs: CRS, boxes: Floats, rows: list[Rows], cell: float | None, each: Each) -> Grid:
    """The grid over all rows, in the plane of the whole layer; `boxes` bound them in its own CRS."""
    plane = plane_of(gpd.GeoSeries(shapely.box(*boxes.T), crs=crs))
    if plane != crs:
        boxes = np.array(each(_bounds, [(some, plane) for some in rows]))
    return Grid(
        np.r_[np.nanmin(boxes[:, :2], axis=0), np.nanmax(boxes[:, 2:], axis=0)], plane, cell
    )


def _bounds(job: tuple[Rows, CRS]) -> Floats:
    rows, plane = job
    shapes, _ = as_metres(rows().geometry, plane)
    bounds: Floats = shapely.total_bounds(shapes)
    return bounds


def _covered(job: tuple[Rows, list[str], Grid]) -> Covered:
    rows, names, grid = job
    parcels = rows()
    outlines, _ = as_metres(parcels.geometry, grid.crs)
    return grid.covered(outlines, parcels[names].to_numpy(float, na_value=np.nan))


def joined(found: Sequence[Covered]) -> Covered:
    """What is found of several pieces, as one: sums of cells that they share are added."""
    cells, cell = np.unique(np.concatenate([one.cells for one in found]), return_inverse=True)

    def added(sums: list[Floats]) -> Floats:
        figures = np.concatenate(sums, axis=1)
        return np.stack([np.bincount(cell, one, len(cells)).astype(float) for one in figures])

    return Covered(cells, added([one.land for one in found]), added([one.total for one in found]))


def _write_figure(
    job: tuple[str, Callable[[], pd.Series[float]], Ints, Floats, Grid, Settings, Path],
) -> None:
    name, values, cells, mean, grid, settings, folder = job
    column = columns()[name]
    unit = Text(*(show_unit(column.unit, lang, settings.currency) for lang in ("zh", "en")))
    theme = by_value(name, Text(column.zh, column.en), values(), unit)
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
    """Square cells of whole metres over a box in a plane CRS: `shape` is (height, width)."""

    def __init__(self, bounds: Floats, crs: CRS, cell: float | None) -> None:
        self.crs = crs
        x0, y0, x1, y1 = bounds
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

    def covered(self, outlines: Shapes, figures: Floats) -> Covered:
        """The cells that outlines in the grid's CRS cover; `figures` are (outlines, figures)."""
        return joined(
            [
                self._covered(outlines[start : start + _GROUP], figures[start : start + _GROUP])
                for start in range(0, max(len(outlines), 1), _GROUP)
            ]
        )

    def _covered(self, outlines: Shapes, figures: Floats) -> Covered:
        found = fractions(in_cells(outlines, self.transform))
        cells, cell = np.unique(found.row * self.shape[1] + found.column, return_inverse=True)
        land, total = [], []
        for figure in figures.T:
            value = figure[found.shape]
            known = ~np.isnan(value)
            share = found.share[known]
            land.append(np.bincount(cell[known], share, len(cells)))
            total.append(np.bincount(cell[known], value[known] * share, len(cells)))
        return Covered(cells, np.stack(land), np.stack(total))

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
