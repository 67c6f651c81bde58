"""A table of a run as a stream of Arrow tables, a file of its parts after the other.

What writes a table of any size into another form holds one part of it at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyproj
import shapely

from geo.arrays import CRS
from geo.run.files import plain

Guard = Callable[[Path, Callable[[Path], Any]], Any]
OUTLINE = "geometry"
"""The column of outlines, as WKB."""


@dataclass(frozen=True)
class Pieces:
    """A table whose pieces all have one schema.

    Attributes
    ----------
    schema
        Text, numbers, moments, truth values; the outlines are binary (WKB).
    crs
        Of the outlines; None where the table has none.
    rows
        Of all pieces together.
    read
        Gives the pieces in order, of these columns or of all.
    """

    schema: pa.Schema
    crs: CRS | None
    rows: int
    read: Callable[[Sequence[str] | None], Iterator[pa.Table]]

    def tables(self, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """The pieces one after the other, each of the schema."""
        schema = self.schema
        if columns is not None:
            schema = pa.schema([field for field in schema if field.name in columns])
        for piece in self.read(columns):
            yield pa.table([_cast(piece, field) for field in schema], schema=schema)

    def frames(self) -> Iterator[gpd.GeoDataFrame]:
        """The pieces of a table with outlines as frames."""
        for piece in self.tables():
            shapes = gpd.GeoSeries.from_wkb(piece[OUTLINE].to_pandas(), crs=self.crs)
            flat = piece.drop_columns([OUTLINE]).to_pandas()
            yield gpd.GeoDataFrame(flat, geometry=shapes)


def pieces_of_frame(table: Any) -> Pieces:
    """A frame as one piece, with the types that its file has."""
    flat, crs = plain(table), None
    if isinstance(table, gpd.GeoDataFrame):
        crs = table.crs
        flags = {name: table[name] for name in table if table[name].dtype == "boolean"}
        outlines = shapely.to_wkb(table.geometry.to_numpy())
        flat = flat.drop(columns=OUTLINE).assign(**flags, **{OUTLINE: outlines})
    rows = pa.Table.from_pandas(flat, preserve_index=False)
    return Pieces(
        _agreed([rows.schema], drawn=crs is not None), crs, len(rows), lambda _: iter([rows])
    )


def pieces_of_files(files: Sequence[Path], guarded: Guard) -> Pieces:
    """Files of one table as its pieces; `guarded` reads a file, and sees that it is whole."""
    heads = [guarded(file, pq.read_metadata) for file in files]
    schemas = [head.schema.to_arrow_schema() for head in heads]
    crs = next((crs_of(schema) for schema in schemas if b"geo" in (schema.metadata or {})), None)
    schema = _agreed(schemas, drawn=crs is not None)

    def read(columns: Sequence[str] | None) -> Iterator[pa.Table]:
        wanted = schema.names if columns is None else columns
        for file, own in zip(files, schemas, strict=True):
            there = [name for name in wanted if name in own.names]
            yield guarded(file, partial(pq.read_table, columns=there))

    return Pieces(schema, crs, sum(head.num_rows for head in heads), read)


def crs_of(schema: pa.Schema) -> CRS:
    """The CRS of the outlines in a file of GeoParquet."""
    column = json.loads(schema.metadata[b"geo"])["columns"][OUTLINE]
    return pyproj.CRS.from_json_dict(column["crs"])


def _agreed(schemas: Sequence[pa.Schema], *, drawn: bool) -> pa.Schema:
    """One schema of all: numbers widen, what is text in one is text; boxes of outlines go."""
    types: dict[str, set[pa.DataType]] = {}
    for schema in schemas:
        for field in schema:
            if not pa.types.is_struct(field.type):
                types.setdefault(field.name, set()).add(field.type)
    fields = [
        (name, pa.binary() if drawn and name == OUTLINE else _common(kinds))
        for name, kinds in types.items()
    ]
    return pa.schema(fields)


def _common(kinds: set[pa.DataType]) -> pa.DataType:
    """The type that holds values of all these: of a dictionary its words, of nothing text."""
    plain_kinds = {_plain(kind) for kind in kinds if not pa.types.is_null(kind)}
    if len(plain_kinds) == 1:
        return plain_kinds.pop()
    numbers = [pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in plain_kinds]
    return pa.float64() if plain_kinds and all(numbers) else pa.string()


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_large_string(kind):
        return pa.string()
    small = pa.types.is_unsigned_integer(kind) or pa.types.is_int8(kind)
    return pa.int64() if small else kind


def _cast(piece: pa.Table, field: pa.Field) -> Any:
    """A column of a piece as the schema has it; nulls where the piece has no such column."""
    if field.name not in piece.column_names:
        return pa.nulls(len(piece), field.type)
    column = piece[field.name]
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    return pc.cast(column, field.type)
