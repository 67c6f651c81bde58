"""The parcels laid out by park along a Hilbert curve, a file a batch, and what is known of each."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arrays import CRS, Floats, Ints, Series
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
KINDS = "kinds.pickle"
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


@dataclass(frozen=True)
class LaidBatch:
    """What is kept of a batch whose parcels are laid out: its spine and some outlines in a file."""

    file: Path
    kinds: ColumnKinds
    crs: CRS


def lay_out_batch(frame: gpd.GeoDataFrame, number: int, parks: Parks, folder: Path) -> LaidBatch:
    """Write `batch-N.parquet`."""
    order = parks.of_parcels(frame)
    spine = ParcelIndex(
        frame["source_row"].to_numpy(np.int64),
        frame["parcel_id"].astype("str"),
        order,
        shapely.bounds(np.asarray(frame.geometry.array)),
        np.full(len(frame), number),
    )
    laid = frame.assign(**{ORDER: order}).iloc[np.argsort(order, kind="stable")]
    laid.to_parquet(
        batch_file(folder, number), index=False, compression="zstd", row_group_size=ROWS
    )
    some = np.arange(0, len(frame), max(1, len(frame) // SAMPLED))
    # It waits in a file: among a batch's outlines it would keep their memory taken.
    file = folder / f"spine-{number:05d}.pickle"
    write_pickle(file, (spine, frame.geometry.iloc[some].to_wkb()))
    return LaidBatch(file, ColumnKinds.of(frame), frame.crs)


def put_together(laid: list[LaidBatch], folder: Path) -> tuple[ParcelIndex, gpd.GeoDataFrame]:
    """The spine of all batches, in order, and outlines of some parcels. Raises DataError."""
    if not laid:
        raise DataError("layout.layer_parcels_no_rows")
    kinds = reduce(ColumnKinds.and_of, (batch.kinds for batch in laid))
    write_pickle(folder / KINDS, kinds.kinds())
    spines, samples = zip(*(read_pickle(batch.file) for batch in laid), strict=True)
    row, order, box, number = (
        np.concatenate([getattr(s, name) for s in spines])
        for name in ("row", "order", "box", "batch")
    )
    parcel_index = ParcelIndex(
        row, pd.concat([s.id for s in spines], ignore_index=True), order, box, number
    )
    sample = gpd.GeoSeries.from_wkb(pd.concat(samples, ignore_index=True), crs=laid[-1].crs)
    return parcel_index, gpd.GeoDataFrame(geometry=sample)


@dataclass(frozen=True)
class ColumnKinds:
    """The columns that all batches have, and the kind that each has where all rows are read at once.

    Whole numbers with cells that are missing are doubles there, or digits where some have more than
    a double holds; a batch has what its own rows need. A column without a value has no kind.
    `sorts` is what each column holds in any batch, `wide` which columns have such numbers.
    """

    sorts: dict[str, frozenset[str]]
    wide: frozenset[str]

    @classmethod
    def of(cls, frame: gpd.GeoDataFrame) -> ColumnKinds:
        """Those of a batch."""
        sorts = {
            str(name): "geometry" if name == "geometry" else _sort(frame[name]) for name in frame
        }
        wide = {
            name
            for name, sort in sorts.items()
            if sort in _INTEGERS and bool((frame[name] >= 10 ** (DIGITS - 1)).any())
        }
        return cls({name: frozenset({sort}) for name, sort in sorts.items()}, frozenset(wide))

    def and_of(self, other: ColumnKinds) -> ColumnKinds:
        """Those of both, of which the columns stand in the order of the first."""
        sorts = {
            name: held | other.sorts[name]
            for name, held in self.sorts.items()
            if name in other.sorts
        }
        return ColumnKinds(sorts, self.wide | other.wide)

    def kinds(self) -> dict[str, str]:
        """Type of each column; "" where it is the same in every batch."""
        return {name: self._kind(name) for name in self.sorts}

    def _kind(self, name: str) -> str:
        sorts = self.sorts[name]
        alike = len(sorts) == 1 or sorts <= _FLOATS
        if alike or not sorts <= {*_INTEGERS, *_FLOATS, "str", "none"}:
            return ""
        if "str" in sorts:  # digits in one batch, in another numbers that are not whole
            return "float64" if "fractions" in sorts else "str"
        return "str" if name in self.wide and "fractions" not in sorts else "float64"


_INTEGERS = {"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "Int64"}
_FLOATS = {"wholes", "fractions"}


def _sort(values: Series) -> str:
    """What a column of a batch holds: a type, doubles by whether all are whole, or nothing."""
    if isinstance(values.dtype, pd.StringDtype):
        return "str"
    if values.dtype == np.float64:
        with np.errstate(invalid="ignore"):  # infinity has no fraction
            return "fractions" if (values.to_numpy() % 1 > 0).any() else "wholes"
    return "none" if values.dtype == object and values.isna().all() else str(values.dtype)


def _settled(rows: gpd.GeoDataFrame, kinds: dict[str, str]) -> gpd.GeoDataFrame:
    """Rows of a batch with the columns of all, in the kinds that these have in all (`ColumnKinds`)."""
    kept = rows.drop(columns=[c for c in rows if c not in kinds and c != ORDER])
    other = {c: kinds[c] for c in kept if kinds.get(c)}
    return kept.assign(**{c: _as_kind(kept[c], kind) for c, kind in other.items()})


def _as_kind(values: Series, kind: str) -> Series:
    """A column in its kind; of numbers that become text the digits."""
    if kind != "str":
        return values.astype("float64")
    doubles = pd.api.types.is_float_dtype(values.dtype)
    return (values.astype("Int64") if doubles else values).astype("str")


def batch_file(folder: Path, number: int) -> Path:
    """The file of a batch."""
    return folder / f"batch-{number:05d}.parquet"


def read_rows(folder: Path, batches: Ints, span: tuple[int, int]) -> gpd.GeoDataFrame:
    """Parcels of these batches whose order is in `span`, its end excluded."""
    inside = [(ORDER, ">=", span[0]), (ORDER, "<", span[1])]
    read = [gpd.read_parquet(batch_file(folder, int(n)), filters=inside) for n in batches]
    kinds = read_pickle(folder / KINDS)
    settled = [_settled(rows, kinds) for rows in read]
    return pd.concat(settled, ignore_index=True).drop(columns=ORDER)


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
    kinds = read_pickle(folder / KINDS)
    settled = [_settled(part, kinds) for part in parts]
    out = pd.concat(settled, ignore_index=True).sort_values("source_row", ignore_index=True)
    return out.drop(columns=ORDER, errors="ignore")
