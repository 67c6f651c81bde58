"""What each part reads, written to its files: rows of the tables, neighbours, the zones near it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj

from geo.arrays import CRS, Frames
from geo.land.zones import ZoneIndex, cut_zones
from geo.partition.layout import ParcelIndex, read_picked
from geo.partition.neighbourhood import Share
from geo.partition.worker import PartInput, PartJob, piece_file
from geo.pickles import write_pickle
from geo.sources.parked import ParkedTable

AROUND_M = 1_000.0
"""How far around its land a part keeps control lines, m."""
Box = tuple[float, float, float, float]


def hand_out(
    folder: Path,
    parts: list[Share],
    parcel_index: ParcelIndex,
    tables: dict[str, ParkedTable],
    ids: Frames,
    zones: ZoneIndex | None,
) -> list[PartJob]:
    """Each part's rows of the tables, with these ids, and its neighbours.

    `zones` is what all say of their layer.
    """
    wanted = np.unique(np.concatenate([p.neighbours for p in parts]))
    neighbours = read_picked(folder, parcel_index.row[wanted], parcel_index.batch[wanted])
    none = {name: _hand_out_rows(folder, parts, name, tables[name], ids[name]) for name in tables}
    jobs = [PartJob(folder, one.number, len(one.scope.rows["parcels"])) for one in parts]
    for job, share in zip(jobs, parts, strict=True):
        beside = np.isin(neighbours["source_row"], parcel_index.row[share.neighbours])
        write_pickle(job.input, PartInput(share, none, neighbours[beside], zones))
    return jobs


def _hand_out_rows(
    folder: Path, parts: list[Share], name: str, table: ParkedTable, ids: Any
) -> Any:
    """Leave each part its rows of a table; the table without rows."""
    none = None
    for number, (first, rows) in enumerate(table.pieces(ids)):
        none = rows.iloc[:0] if none is None else none
        for share in parts:
            start, end = np.searchsorted(share.tables[name], [first, first + len(rows)])
            if end > start:
                own = rows.iloc[share.tables[name][start:end] - first]
                file = piece_file(folder, name, share.number, number)
                write_pickle(file, own.reset_index(drop=True))
    return none


def hand_out_zones(
    folder: Path,
    parts: list[Share],
    runs: Iterable[gpd.GeoDataFrame],
    crs: CRS,
    plane: CRS,
    absent: frozenset[str],
) -> ZoneIndex:
    """Cut some zones after others, and leave each part the pieces around its land.

    `runs` are the zones, one at least with rows. Returns what is said of the whole layer, without
    pieces. Raises as `cut_zones`.
    """
    boxes = [_around(share.box, crs, plane) for share in parts]
    layer: ZoneIndex | None = None
    for number, some in enumerate(runs):
        index = cut_zones(some, plane, absent)
        layer = index.and_layer(layer or index)
        for share, box in zip(parts, boxes, strict=True):
            near = index.near(box)
            if len(near.pieces):
                write_pickle(piece_file(folder, "zones", share.number, number), near)
    assert layer is not None  # the first are cut, though there be none
    return layer


def _around(box: Box, crs: CRS, plane: CRS) -> Box:
    """A box of the layers' CRS and `AROUND_M` beyond it, in the plane."""
    to = pyproj.Transformer.from_crs(crs, plane, always_xy=True)
    x0, y0, x1, y1 = to.transform_bounds(*box, densify_pts=21)
    return x0 - AROUND_M, y0 - AROUND_M, x1 + AROUND_M, y1 + AROUND_M
