"""Rasters on land (地形与其他栅格): exact zonal statistics of parcels.

A cell counts by the share of it that a parcel covers. Cells without data count for nothing, and
`raster_<name>_covered` says how much of the parcel has data. The raster is read in windows around
groups of neighbouring parcels, so that a province's raster never has to fit in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import findings
from geo.arrays import Floats, Ints, Shapes
from geo.land.fractions import Fractions, fractions, in_cells
from geo.land.slope import cell_metres, slope
from geo.runtime import threads
from geo.sources.raster import Raster
from geo.text import Message

TILE = 1_024
"""Cells along the side of a tile; a shape larger than one is measured tile by tile."""

GROUP = 4_000
"""Most shapes of a group."""


def zonal(shapes: gpd.GeoSeries, raster: Raster) -> pd.DataFrame:
    """Statistics of the raster within each polygon, aligned with `shapes`.

    Columns are named `raster_<name>_<statistic>`; `share` gives one column a class that occurs, in
    % of what has data. NaN where nothing of the polygon has data.
    """
    cells = in_cells(np.asarray(shapes.to_crs(raster.crs).array), raster.transform)
    pieces, owner = _tiled(cells)
    groups = list(_groups(pieces))
    with ThreadPoolExecutor(threads()) as pool:
        parts = list(pool.map(lambda at: _measured(pieces[at], owner[at], raster), groups))
    out = _joined(parts, len(shapes), raster.source.statistics)
    cell_area = shapely.area(cells)
    with np.errstate(invalid="ignore", divide="ignore"):
        out["covered"] = np.minimum(out["covered"] / cell_area, 1.0) * 100
    return out.add_prefix(f"raster_{raster.name}_").set_axis(shapes.index)


def terrain(
    parcels: gpd.GeoDataFrame, rasters: dict[str, Raster]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The statistics of all rasters on the parcels, and findings about those without data."""
    tables, notes = [pd.DataFrame(index=parcels.index)], []
    for name, raster in rasters.items():
        table = zonal(parcels.geometry, raster)
        tables.append(table)
        lacking = table[f"raster_{name}_covered"].fillna(0)
        notes.append(
            findings.about_rows(
                parcels,
                lacking < 99.5,
                layer="parcels",
                key="parcel_id",
                code="raster_no_data",
                severity="info",
                value=lacking.map("{:.1f}".format),
                message=Message("terrain.raster_data_counts", name=name),
                mend=Message("terrain.use_raster_covers_all_parcels"),
            )
        )
    return pd.concat(tables, axis=1), findings.gather_findings(notes)


def beside(found: pd.DataFrame, covered: dict[str, bool]) -> pd.DataFrame:
    """The findings, one instead of all those about a raster that covers nothing of any parcel."""
    return findings.gather_findings(
        [
            not_beside(found, covered),
            *(
                findings.about_layer(
                    "parcels",
                    "raster_elsewhere",
                    Message("terrain.raster_lies_beside_all_parcels", name=name),
                    Message("terrain.check_reference_system_extent"),
                )
                for name, some in covered.items()
                if not some
            ),
        ]
    )


def not_beside(found: pd.DataFrame, covered: dict[str, bool]) -> pd.DataFrame:
    """The findings without those about a raster that covers nothing of any parcel."""
    bare = [name for name, some in covered.items() if not some]
    if not bare or found.empty:
        return found
    beside = findings.argument(found, "name").isin(bare) & (found["code"] == "raster_no_data")
    return found[~beside].reset_index(drop=True)


@dataclass(frozen=True)
class _Part:
    """What a group of pieces adds: one entry a piece, and one a piece and class."""

    owner: Ints
    weight: Floats
    mean: Floats
    spread: Floats
    least: Floats
    most: Floats
    value_owner: Ints
    value: Floats
    value_weight: Floats


def _tiled(cells: Shapes) -> tuple[Shapes, Ints]:
    """The polygons, those larger than a tile cut along the tiles, and whose each piece is."""
    box = shapely.bounds(cells)
    large = (box[:, 2] - box[:, 0] > TILE) | (box[:, 3] - box[:, 1] > TILE)
    small = np.flatnonzero(~large & ~shapely.is_empty(cells))
    shapes, owner = [cells[small]], [small]
    for at in np.flatnonzero(large):  # rows-ok: shapes wider than a thousand cells
        x, y = (
            np.arange(np.floor(box[at, i] / TILE), np.ceil(box[at, i + 2] / TILE)) * TILE
            for i in (0, 1)
        )
        left, top = (v.ravel() for v in np.meshgrid(x, y))
        shapely.prepare(cells[at])
        cut = shapely.intersection(cells[at], shapely.box(left, top, left + TILE, top + TILE))
        kept = cut[shapely.area(cut) > 0]
        shapes.append(kept)
        owner.append(np.full(len(kept), at))
    return np.concatenate(shapes), np.concatenate(owner)


def _groups(pieces: Shapes) -> Iterator[Ints]:
    """Positions of pieces that lie in one tile of the raster, a few thousand at most."""
    box = shapely.bounds(pieces)
    tile = np.floor((box[:, :2] + box[:, 2:]) / 2 / TILE).astype(np.int64)
    order = np.lexsort((tile[:, 0], tile[:, 1]))
    change = (np.diff(tile[order], axis=0) != 0).any(axis=1)
    for run in np.split(order, np.flatnonzero(change) + 1):
        yield from (run[i : i + GROUP] for i in range(0, len(run), GROUP))


def _measured(shapes: Shapes, owner: Ints, raster: Raster) -> _Part:
    found = fractions(shapes)
    if not len(found.shape):
        none, nothing = np.empty(0, dtype=np.int64), np.empty(0)
        return _Part(none, nothing, nothing, nothing, nothing, nothing, none, nothing, nothing)
    values = _values(found, raster)
    known = ~np.isnan(values)
    shape, share, value = found.shape[known], found.share[known], values[known]
    size = len(shapes)
    weight = _sums(shape, share, size)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = _sums(shape, share * value, size) / weight
    spread = _sums(shape, share * (value - mean[shape]) ** 2, size)
    present, first = np.unique(shape, return_index=True)
    least, most = np.full(size, np.inf), np.full(size, -np.inf)
    if len(present):
        least[present] = np.minimum.reduceat(value, first)
        most[present] = np.maximum.reduceat(value, first)
    classes = (np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
    if {"majority", "share", "variety"} & set(raster.source.statistics):
        classes = _by_class(shape, value, share)
    return _Part(owner, weight, mean, spread, least, most, owner[classes[0]], *classes[1:])


def _sums(at: Ints, values: Floats, size: int) -> Floats:
    return np.bincount(at, values, size).astype(np.float64)


def _by_class(shape: Ints, value: Floats, share: Floats) -> tuple[Ints, Floats, Floats]:
    """Covered cells of each shape by value."""
    order = np.lexsort((value, shape))
    shape, value, share = shape[order], value[order], share[order]
    new = (
        np.r_[True, (np.diff(shape) != 0) | (np.diff(value) != 0)]
        if len(shape)
        else np.empty(0, dtype=bool)
    )
    first = np.flatnonzero(new)
    total = np.add.reduceat(share, first) if len(first) else np.empty(0)
    return shape[first], value[first], total


def _values(found: Fractions, raster: Raster) -> Floats:
    """The raster's value (or slope) in each covered cell."""
    row, column = int(found.row.min()), int(found.column.min())
    high, wide = int(found.row.max()) - row + 1, int(found.column.max()) - column + 1
    if raster.source.derive == "slope":
        window = slope(
            raster.read(row - 1, column - 1, high + 2, wide + 2), *cell_metres(raster, row, high)
        )
    else:
        window = raster.read(row, column, high, wide)
    return window[found.row - row, found.column - column]


def _joined(parts: list[_Part], size: int, wanted: tuple[str, ...]) -> pd.DataFrame:
    """The pieces' sums joined by shape (means and spreads by Chan's formula)."""

    def of(name: str) -> Any:
        return np.concatenate([getattr(p, name) for p in parts])

    owner, weight, mean = of("owner"), of("weight"), np.nan_to_num(of("mean"))
    total = _sums(owner, weight, size)
    with np.errstate(invalid="ignore", divide="ignore"):
        average = _sums(owner, weight * mean, size) / total
        away = of("spread") + weight * (mean - np.nan_to_num(average)[owner]) ** 2
        deviation = np.sqrt(_sums(owner, away, size) / total)
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(low, owner, of("least"))
    np.maximum.at(high, owner, of("most"))
    none = total == 0
    plain = {
        "mean": average,
        "sum": np.where(none, np.nan, average * total),
        "min": np.where(none, np.nan, low),
        "max": np.where(none, np.nan, high),
        "stdev": deviation,
        "count": total,
    }
    out = {name: plain[name] for name in wanted if name in plain}
    table = pd.DataFrame(
        {"of": of("value_owner"), "value": of("value"), "share": of("value_weight")}
    )
    if len(table):
        out |= _classes(table, total, wanted)
    return pd.DataFrame(out | {"covered": total})


def _classes(table: pd.DataFrame, total: Floats, wanted: tuple[str, ...]) -> dict[str, Floats]:
    """`majority` (of equals the lowest), `variety`, and `<class>_share` in %."""
    sums = table.groupby(["of", "value"], sort=True)["share"].sum().reset_index()
    out: dict[str, Floats] = {}
    if "majority" in wanted:
        best = sums.sort_values(["share", "value"], ascending=[False, True]).drop_duplicates("of")
        out["majority"] = np.full(len(total), np.nan)
        out["majority"][best["of"]] = best["value"]
    if "variety" in wanted:
        out["variety"] = np.where(total > 0, np.bincount(sums["of"], minlength=len(total)), np.nan)
    if "share" in wanted:
        for value, rows in sums.groupby("value"):
            part = np.zeros(len(total))
            part[rows["of"]] = rows["share"]
            with np.errstate(invalid="ignore"):
                out[f"{value:g}_share"] = part / total * 100
    return out
