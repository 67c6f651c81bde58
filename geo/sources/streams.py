"""Layers larger than memory: what gives their rows a batch at a time, by the kind of the source."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from geo import findings
from geo.arrays import CRS
from geo.project import LayerSource
from geo.sources import gdal_reader
from geo.sources.apart import ReaderError, read_apart, stream_apart
from geo.sources.attributes import as_times
from geo.sources.database import is_database
from geo.sources.digest import sha256
from geo.sources.gdal import DRIVERS, EXACT, check_content, layer_facts, unreadable
from geo.sources.postgis import PostgisTable
from geo.sources.shapefile import live_records, read_shapefile
from geo.sources.vector import damaged_crs, named_layer, no_such_layer

Batch = tuple[gpd.GeoDataFrame, pd.DataFrame]
"""Rows as they stand with `source_row`, counted through from 1, and what was found reading them."""

_PARQUET = (".parquet", ".geoparquet")
_BY_GDAL = (".gpkg", ".fgb", ".gdb")
_READER = Path(gdal_reader.__file__)
_MEMORY = 8 << 30
"""Bytes that the process may ask for which reads batches by GDAL."""


class ReadWholeError(Exception):
    """Something is decided over all rows of a layer, and its batches would not decide it so.

    Outlines with arcs: their chords, and the error of these, are of the whole layer. A column that
    one batch reads otherwise than another: its unit, its ids, whether it repeats another.
    """


class Stream(Protocol):
    """A layer of which one batch is in memory at a time."""

    @property
    def readable(self) -> bool:
        """Whether its rows can be had so; else it is read whole, or refused there."""

    @property
    def crs(self) -> CRS | None:
        """The reference system that the source states."""

    @property
    def count(self) -> int:
        """How many rows it has, or more: a condition may leave fewer."""

    @property
    def digest(self) -> str:
        """SHA-256 of what was read, once it was."""

    def batches(self, size: int) -> Iterator[Batch]:
        """All rows in the source's order; raises SourceError, and ReadWholeError."""


def stream_of(file: Path, source: LayerSource, name: str) -> Stream | None:
    """What gives the rows of a layer in batches; None for a format that is read whole."""
    if is_database(source.path):
        return DatabaseStream(source)
    suffix = file.suffix.lower()
    if suffix in _PARQUET:
        return None if source.where or not file.is_file() else ParquetStream(file)
    if suffix == ".shp":
        return ShapefileStream(file, source, name) if file.is_file() else None
    return GdalStream(file, source) if suffix in _BY_GDAL and file.exists() else None


@dataclass(frozen=True)
class ParquetStream:
    """GeoParquet whose outlines are WKB."""

    file: Path

    @property
    def readable(self) -> bool:
        """Whether it is GeoParquet, of WKB."""
        return self._geometry is not None

    @property
    def crs(self) -> CRS | None:
        """The reference system of the outlines."""
        return self._geometry[1] if self._geometry else None

    @property
    def count(self) -> int:
        """Rows by the file's metadata."""
        return int(self._opened().metadata.num_rows)

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return sha256(self.file)

    def batches(self, size: int) -> Iterator[Batch]:
        """All rows."""
        done = 0
        try:
            for batch in self._opened().iter_batches(size):
                yield self._batch(pa.Table.from_batches([batch]), done)
                done += batch.num_rows
                del batch  # before the next one is read
        except (OSError, pa.ArrowException, shapely.GEOSException) as error:
            raise unreadable(self.file) from error

    def rows(self, first: int, count: int) -> Batch:
        """So many rows from a place on (the first row's is 0), whoever reads those before them."""
        try:
            return self._batch(self._window(first, count), first)
        except (OSError, pa.ArrowException, shapely.GEOSException) as error:
            raise unreadable(self.file) from error

    def _window(self, first: int, count: int) -> pa.Table:
        """Rows of the file, of which only the row groups are read that hold any of them."""
        file = self._opened()
        sizes = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
        ends = np.cumsum(sizes)
        groups = np.flatnonzero((ends > first) & (ends - sizes < first + count))
        at = int(ends[groups[0]]) - sizes[groups[0]]
        pieces = []
        for batch in file.iter_batches(count, row_groups=groups.tolist()):
            start = min(max(first - at, 0), batch.num_rows)
            pieces.append(batch.slice(start, first + count - at - start))
            at += batch.num_rows
            if at >= first + count:
                break
        return pa.Table.from_batches(pieces)

    def _batch(self, table: pa.Table, done: int) -> Batch:
        column, crs = self._geometry or ("geometry", None)
        frame = _outlined(table.drop_columns(_boxes(table)), column, crs)
        return _numbered(frame, done), findings.no_findings()

    def _opened(self) -> pq.ParquetFile:
        try:
            return pq.ParquetFile(self.file)
        except (OSError, pa.ArrowException) as error:
            raise unreadable(self.file) from error

    @cached_property
    def _geometry(self) -> tuple[str, CRS | None] | None:
        """Name and reference system of the geometry, if it is WKB."""
        metadata = self._opened().schema_arrow.metadata or {}
        if b"geo" not in metadata:
            return None
        try:
            meta = json.loads(metadata[b"geo"])
            name = meta["primary_column"]
            column = meta["columns"][name]
            if column.get("encoding") != "WKB":
                return None
            crs = column.get("crs", "OGC:CRS84")
            return name, None if crs is None else pyproj.CRS.from_user_input(crs)
        except pyproj.exceptions.CRSError as error:
            raise damaged_crs(self.file) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise unreadable(self.file) from error


@dataclass(frozen=True)
class GdalStream:
    """GeoPackage, FlatGeobuf and file geodatabases, read in a process of its own."""

    file: Path
    source: LayerSource
    readable: bool = True

    @property
    def crs(self) -> CRS | None:
        """The reference system of the layer."""
        crs = self._facts["crs"]
        return None if crs is None else pyproj.CRS.from_user_input(crs)

    @property
    def count(self) -> int:
        """Features of the layer."""
        return int(self._facts["features"])

    @property
    def digest(self) -> str:
        """SHA-256 of the file, or of a folder's files."""
        return sha256(self.file)

    @cached_property
    def _facts(self) -> dict[str, Any]:
        if self.file.suffix.lower() != ".fgb":
            return layer_facts(self.file, self._layer, self.source.encoding)
        check_content(self.file)
        wanted = self.source.layer
        try:  # a damaged header, too, may end the process that reads it
            names, about = read_apart(_READER, "facts", str(self.file), self._drivers, wanted)
        except ReaderError as error:
            raise unreadable(self.file) from error
        if about is None:
            raise no_such_layer(self.file, wanted or "", names)
        found: dict[str, Any] = about
        return found

    @cached_property
    def _layer(self) -> str | None:
        """The layer; a FlatGeobuf has one."""
        fgb = self.file.suffix.lower() == ".fgb"
        return self.source.layer if fgb else named_layer(self.file, self.source)

    @property
    def _drivers(self) -> tuple[str, ...]:
        return DRIVERS[self.file.suffix.lower()]

    def batches(self, size: int) -> Iterator[Batch]:
        """All rows that `where` leaves."""
        options = {
            "layer": self._layer,
            "where": self.source.where,
            "encoding": self.source.encoding,
        }
        done = 0
        try:
            with stream_apart(
                _READER,
                "batches",
                str(self.file),
                self._drivers,
                size,
                options,
                memory=_MEMORY,
            ) as said:
                about = next(said)
                for batch in said:
                    table = pa.Table.from_batches([batch])
                    frame = _outlined(table, about["geometry"], about["crs"])
                    for column in about["times"]:
                        frame[column] = as_times(frame[column])
                    yield _numbered(frame, done), findings.no_findings()
                    done += len(frame)
        except (ReaderError, shapely.GEOSException, pyproj.exceptions.CRSError) as error:
            raise unreadable(self.file) from error


@dataclass(frozen=True)
class ShapefileStream:
    """A .shp with its table."""

    file: Path
    source: LayerSource
    name: str
    readable: bool = True

    @property
    def crs(self) -> CRS | None:
        """The reference system of the .prj."""
        facts = layer_facts(self.file, None, "ISO-8859-1")
        return None if facts["crs"] is None else pyproj.CRS.from_user_input(facts["crs"])

    @property
    def count(self) -> int:
        """Records that are not deleted."""
        return len(live_records(self.file))

    @property
    def digest(self) -> str:
        """SHA-256 of the .shp and the files beside it."""
        return sha256(self.file)

    def batches(self, size: int) -> Iterator[Batch]:
        """All records that `where` leaves."""
        records = live_records(self.file)
        done = 0
        while done < len(records) or not done:
            # GDAL counts deleted records, too, unless it has to look for those of a condition.
            skip = done if self.source.where or not len(records) else int(records[done])
            window = {"skip_features": skip, "max_features": size}
            frame, notes = read_shapefile(self.file, self.source, self.name, **window)
            if done and not len(frame):
                return
            yield frame.assign(source_row=frame["source_row"] + done), _of_rows(notes, done)
            done += len(frame)
            if not len(frame):
                return


def _of_rows(notes: pd.DataFrame, done: int) -> pd.DataFrame:
    """What was found in a batch by the rows of the layer; of the layer itself once."""
    kept = notes[notes["row"].notna() | (done == 0)]
    return kept.assign(row=kept["row"] + done)


@dataclass
class DatabaseStream:
    """A table or view of PostGIS."""

    source: LayerSource
    _hash: Any = field(default_factory=hashlib.sha256)

    @property
    def readable(self) -> bool:
        """Whether it has outlines."""
        return self._table.shape is not None

    @property
    def crs(self) -> CRS | None:
        """The one reference system of its outlines."""
        return self._table.crs

    @property
    def count(self) -> int:
        """Rows that `where` leaves."""
        return self._table.count

    @property
    def digest(self) -> str:
        """SHA-256 of the rows."""
        return str(self._hash.hexdigest())

    @cached_property
    def _table(self) -> PostgisTable:
        return PostgisTable(self.source.path, self.source.layer, self.source.where)

    def batches(self, size: int) -> Iterator[Batch]:
        """All rows, in the order of the primary key."""
        done = 0
        for frame, digest in self._table.batches(size):
            self._hash.update(digest)
            yield _numbered(frame, done), findings.no_findings()
            done += len(frame)


def _boxes(table: pa.Table) -> list[str]:
    """The covering column of boxes."""
    return [
        n
        for n in ("bbox",)
        if n in table.column_names and pa.types.is_struct(table.schema.field(n).type)
    ]


def _outlined(table: pa.Table, geometry: str, crs: Any) -> gpd.GeoDataFrame:
    """Rows with their outlines; one that cannot be (a ring of two points) is missing."""
    plain = table.drop_columns([geometry]).to_pandas(**EXACT)
    outlines = table[geometry].to_numpy(zero_copy_only=False)
    try:
        with np.errstate(invalid="ignore"):  # coordinates that are no number: the checks tell
            shapes = shapely.from_wkb(outlines, on_invalid="ignore")
    except NotImplementedError as error:
        raise ReadWholeError from error
    return gpd.GeoDataFrame(
        plain.drop(columns="geometry", errors="ignore"), geometry=shapes, crs=crs
    )


def _numbered(frame: gpd.GeoDataFrame, done: int) -> gpd.GeoDataFrame:
    """The rows with their numbers in the source, under which an office's own column steps aside."""
    if "source_row" in frame and "source_row_source" not in frame:
        frame = frame.rename(columns={"source_row": "source_row_source"})
    return frame.assign(source_row=range(done + 1, done + len(frame) + 1))
