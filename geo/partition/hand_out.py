"""What each part reads, written to its files: rows of the tables, neighbours, the zones near it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from geo.arrays import CRS, Frames, Ints, Shapes
from geo.geometry.keys import rows_by_group
from geo.land.zones import ZoneIndex, cut_zones
from geo.partition.layout import ParcelIndex, read_picked
from geo.partition.neighbourhood import Share
from geo.partition.worker import PartInput, PartJob, piece_file
from geo.pickles import write_pickle
from geo.sources.parked import ParkedTable

AROUND_M = 1_000.0
"""How far around its land a part keeps control lines, m."""
_STEPS = np.linspace(0, 1, 9)
_ALONG_EDGES = np.concatenate(
    [np.stack([_STEPS, np.full(9, end)], axis=1)[:, ::turn] for end in (0, 1) for turn in (1, -1)]
)
"""Points of the unit square's edges."""


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
    boxes, part_of_box = _around(parts, crs, plane)
    layer: ZoneIndex | None = None
    for number, some in enumerate(runs):
        index = cut_zones(some, plane, absent)
        layer = index.and_layer(layer or index)
        box, piece = index.tree.query(boxes)
        pairs = np.unique(part_of_box[box] * len(index.pieces) + piece)
        part, piece = np.divmod(pairs, len(index.pieces))
        for share, near in zip(parts, rows_by_group(part, len(parts)), strict=True):
            if len(near):
                file = piece_file(folder, "zones", share.number, number)
                write_pickle(file, index.only(piece[near]))
    assert layer is not None  # the first are cut, though there be none
    return layer


def _around(parts: list[Share], crs: CRS, plane: CRS) -> tuple[Shapes, Ints]:
    """Boxes of the plane that reach `AROUND_M` beyond what each part has; the part of each.

    A box is brought there by points along its edges: between two of them an edge of a park bends
    by less than a metre.
    """
    boxes = np.concatenate([share.boxes for share in parts])
    low, high = boxes[:, :2], boxes[:, 2:]
    points = low[:, None] + _ALONG_EDGES * (high - low)[:, None]
    to = pyproj.Transformer.from_crs(crs, plane, always_xy=True)
    there = np.stack(to.transform(points[..., 0], points[..., 1]), axis=-1)
    (x0, y0), (x1, y1) = there.min(axis=1).T - AROUND_M, there.max(axis=1).T + AROUND_M
    part = np.repeat(np.arange(len(parts)), [len(share.boxes) for share in parts])
    return shapely.box(x0, y0, x1, y1), part
