"""The parcels laid out by park along a Hilbert curve, a file a batch, and what is known of each."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arrays import Floats, Ints, Series
from geo.checks.geometry import by_place, usable_geometry
from geo.errors import DataError
from geo.pickles import read_pickle, write_pickle

if TYPE_CHECKING:
    from scipy.spatial import KDTree

ROWS = 5_000
"""Rows of a row group: what a reader can leave out."""
SAMPLED = 2_000
"""Parcels of a batch that are kept to tell where the layer lies."""
ORDER = "_order"
WHOLE_NUMBERS = "whole-numbers.pickle"
DIGITS = 16
"""Digits from which on whole numbers with gaps between them are text."""


@dataclass(frozen=True)
class ParcelIndex:
    """One entry a parcel, in order of the source's rows.

    `row` is its source row, `id` its parcel_id (str), `order` the rank of the park that it goes
    with, `box` its bounds (n, 4), `batch` the number of its file.
    """

    row: Ints
    id: Series
    order: Ints
    box: Floats
    batch: Ints

    def without_places(self) -> ParcelIndex:
        """What is asked of them once it is known which part each goes to."""
        return replace(self, order=self.order[:0].copy(), box=self.box[:0].copy())


@dataclass(frozen=True)
class Parks:
    """The usable parks: `rank` is the place of each along the curve, `box` bounds by rank."""

    frame: gpd.GeoDataFrame
    rank: Ints
    box: Floats
    middles: KDTree

    @classmethod
    def of(cls, frame: gpd.GeoDataFrame) -> Parks:
        """Ranks of the parks of a layer."""
        order = np.argsort(frame.geometry.hilbert_distance().to_numpy(), kind="stable")
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        box = frame.geometry.bounds.to_numpy()[order]
        from scipy.spatial import KDTree  # noqa: PLC0415 -- slow to load, and not in every run

        return cls(frame, rank, box, KDTree((box[:, :2] + box[:, 2:]) / 2))

    def of_parcels(self, parcels: gpd.GeoDataFrame) -> Ints:
        """Rank of the park that each parcel goes with: its own, else that it lies in or near.

        Parcels of a park that is not in the layer go together.
        """
        ids = pd.Series(self.rank, index=self.frame["park_id"])
        ids = ids[~ids.index.duplicated()]
        stated_park = parcels.get("park_id", pd.Series(None, index=parcels.index, dtype="str"))
        shapes = np.asarray(parcels.geometry.array)
        drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        todo = stated_park.isna().to_numpy() & drawn
        if todo.any():
            open_ = usable_geometry(parcels.loc[todo, ["geometry"]])
            stated_park = stated_park.copy()
            stated_park[todo] = by_place(open_, self.frame, "park_id")
        out = stated_park.map(ids).to_numpy(dtype=float, na_value=np.nan, copy=True)
        strange = np.flatnonzero(np.isnan(out) & stated_park.notna().to_numpy())
        names, texts = pd.factorize(stated_park.iloc[strange])
        out[strange] = np.array(
            [zlib.crc32(str(t).encode()) % len(self.rank) for t in texts], dtype=float
        )[names]
        rest = np.flatnonzero(np.isnan(out))
        out[rest] = 0
        near = rest[drawn[rest]]
        if near.size:
            box = shapely.bounds(shapes[near])
            out[near] = self.middles.query((box[:, :2] + box[:, 2:]) / 2)[1]
        ranks: Ints = out.astype(np.int64)
        return ranks


def lay_out(
    batches: Iterable[tuple[gpd.GeoDataFrame, pd.DataFrame]], parks: Parks, folder: Path
) -> tuple[ParcelIndex, gpd.GeoDataFrame, list[pd.DataFrame]]:
    """Write `batch-N.parquet`; the spine, outlines of some parcels, and the batches' findings."""
    spines, samples, notes = [], [], []
    whole = WholeNumbers()
    for number, (frame, found) in enumerate(batches):
        whole.see(frame)
        order = parks.of_parcels(frame)
        spines.append(
            ParcelIndex(
                frame["source_row"].to_numpy(np.int64),
                frame["parcel_id"].astype("str"),
                order,
                shapely.bounds(np.asarray(frame.geometry.array)),
                np.full(len(frame), number),
            )
        )
        laid = frame.assign(**{ORDER: order}).iloc[np.argsort(order, kind="stable")]
        laid.to_parquet(
            batch_file(folder, number), index=False, compression="zstd", row_group_size=ROWS
        )
        some = np.arange(0, len(frame), max(1, len(frame) // SAMPLED))
        # As bytes: outlines that lie among those of a batch keep its memory from going back.
        samples.append(frame.geometry.iloc[some].to_wkb())
        notes.append(found)
        crs = frame.crs
        del frame, laid, order  # before the next batch is read
    if not spines:
        raise DataError("layout.layer_parcels_no_rows")
    write_pickle(folder / WHOLE_NUMBERS, whole.kinds())
    row, order, box, batch = (
        np.concatenate([getattr(s, name) for s in spines])
        for name in ("row", "order", "box", "batch")
    )
    parcel_index = ParcelIndex(
        row, pd.concat([s.id for s in spines], ignore_index=True), order, box, batch
    )
    sample = gpd.GeoSeries.from_wkb(pd.concat(samples, ignore_index=True), crs=crs)
    return parcel_index, gpd.GeoDataFrame(geometry=sample), notes


class WholeNumbers:
    """The kind that columns of whole numbers have where all rows are read at once.

    With cells that are missing they are doubles, or digits where some have more than a double holds.
    """

    def __init__(self) -> None:
        self._gaps: dict[str, bool] = {}
        self._wide: dict[str, bool] = {}

    def see(self, frame: pd.DataFrame) -> None:
        """Take another batch into account."""
        for name in frame.columns[[kind == pd.Int64Dtype() for kind in frame.dtypes]]:
            values = frame[name]
            wide = bool((values >= 10 ** (DIGITS - 1)).any())
            self._gaps[name] = self._gaps.get(name, False) or bool(values.isna().any())
            self._wide[name] = self._wide.get(name, False) or wide

    def kinds(self) -> dict[str, str]:
        """Type of each column."""
        with_gaps = {name: "str" if self._wide[name] else "float64" for name in self._gaps}
        return {name: with_gaps[name] if gaps else "int64" for name, gaps in self._gaps.items()}


def _settled(rows: gpd.GeoDataFrame, folder: Path) -> gpd.GeoDataFrame:
    """Rows of some batches, whole numbers of the kind that they have in all (`WholeNumbers`)."""
    kinds: dict[str, str] = read_pickle(folder / WHOLE_NUMBERS)
    own = {c: kinds[c] for c in rows if c in kinds and rows[c].dtype == pd.Int64Dtype()}
    return rows.astype(own) if own else rows


def batch_file(folder: Path, number: int) -> Path:
    """The file of a batch."""
    return folder / f"batch-{number:05d}.parquet"


def read_rows(folder: Path, batches: Ints, span: tuple[int, int]) -> gpd.GeoDataFrame:
    """Parcels of these batches whose order is in `span`, its end excluded."""
    inside = [(ORDER, ">=", span[0]), (ORDER, "<", span[1])]
    read = [gpd.read_parquet(batch_file(folder, int(n)), filters=inside) for n in batches]
    both = pd.concat(_of_one_kind(read), ignore_index=True).drop(columns=ORDER)
    return _settled(both, folder)


def _of_one_kind(read: list[gpd.GeoDataFrame]) -> list[gpd.GeoDataFrame]:
    """Rows of several batches; a column that is text in one of them is text in all.

    Numbers with more digits than a double holds are text, so that a column of an office's own may
    be numbers in one batch and digits in another.
    """
    texts = {c for rows in read for c in rows if isinstance(rows[c].dtype, pd.StringDtype)}
    return [
        rows.assign(**{c: _digits(rows[c]) for c in texts if _is_number(rows.get(c))})
        for rows in read
    ]


def _is_number(values: Series | None) -> bool:
    return values is not None and pd.api.types.is_numeric_dtype(values.dtype)


def _digits(values: Series) -> Series:
    whole = values.dropna() % 1 == 0
    return (values.astype("Int64") if whole.all() else values).astype("str")


def read_picked(
    folder: Path, rows: Ints, batch: Ints, columns: list[str] | None = None
) -> gpd.GeoDataFrame:
    """Parcels of these source rows, each in the batch of this number, in order of their rows."""
    numbers = np.unique(batch) if len(batch) else np.zeros(1, dtype=np.int64)
    parts = [
        gpd.read_parquet(
            batch_file(folder, int(n)),
            columns=columns,
            filters=[("source_row", "in", rows[batch == n])],
        )
        for n in numbers
    ]
    out = pd.concat(parts, ignore_index=True).sort_values("source_row", ignore_index=True)
    return _settled(out.drop(columns=ORDER, errors="ignore"), folder)
