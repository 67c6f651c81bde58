"""PostGIS tables and views as layers: filtered by the server, read in bulk as Arrow."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyproj
import shapely

from geo.errors import CrsError, SourceError
from geo.sources.database import connected, quoted, shown, source_name
from geo.sources.dbf import exact_numbers
from geo.text import Message, join

ARC = 900
"""Chords of a quarter circle: 0.1° of arc each, as for curves in files."""

_SHAPES = ("geometry", "geography")
_LEFT_OUT = ("raster", "bytea")
_HINT = "adbc.postgresql.batch_size_hint_bytes"
_ROW = 256
"""Bytes of a row with its outline, about: how many rows of a batch the server is asked for."""
_EXACT = ("numeric", "money")
_PLAIN = ("int2", "int4", "int8", "float4", "float8", "bool", "text", "varchar")
_COLUMNS = """
    SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"""
_KEY = """
    SELECT a.attname FROM pg_index i JOIN pg_attribute a
    ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = to_regclass($1) AND i.indisprimary"""
_SRID_OF_COLUMN = """
    SELECT postgis_typmod_srid(atttypmod) FROM pg_attribute
    WHERE attrelid = to_regclass($1) AND attname = $2"""


class _Facts(NamedTuple):
    """Columns with their types, those of the primary key, that of the outlines, and their system."""

    columns: list[tuple[str, str]]
    key: list[str]
    shape: str | None
    crs: pyproj.CRS | None


@dataclass(frozen=True)
class PostgisTable:
    """One table or view of a database.

    `where` is SQL that the server runs, in a transaction that may only read. `shape` is the column
    of its geometry or geography, if it has one. Raises SourceError and CrsError.
    """

    uri: str
    table: str | None
    where: str | None

    @property
    def shape(self) -> str | None:
        """The column of the outlines."""
        return self._facts.shape

    @property
    def crs(self) -> pyproj.CRS | None:
        """The one reference system of the outlines."""
        return self._facts.crs

    @cached_property
    def count(self) -> int:
        """Rows that `where` leaves."""
        with self._read_only() as cursor:
            query = f"SELECT count(*) FROM {self._name}{self._condition}"  # noqa: S608 -- quoted
            return int(_rows(cursor, query)[0][0])

    def batches(self, size: int) -> Iterator[tuple[Any, bytes]]:
        """Rows of about `size` at a time, in the order of the primary key, and a digest of each.

        GeoDataFrames where the table has outlines.
        """
        with self._read_only() as cursor:
            cursor.adbc_statement.set_options(**{_HINT: str(size * _ROW)})
            cursor.execute(self._query)
            for batch in cursor.fetch_record_batch():
                if len(batch):
                    yield self._frame(pa.Table.from_batches([batch]))

    def whole(self) -> tuple[Any, bytes]:
        """All rows at once, and a digest of them."""
        with self._read_only() as cursor:
            cursor.execute(self._query)
            return self._frame(cursor.fetch_arrow_table())

    @contextmanager
    def _read_only(self) -> Iterator[Any]:
        with connected(self.uri, self.where) as connection, connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            yield cursor

    @property
    def _name(self) -> str:
        if not self.table:
            raise SourceError(
                "sources_postgis.name_table_with_example_layer", shown=shown(self.uri)
            )
        return quoted(*self.table.split(".", 1))

    @property
    def _condition(self) -> str:
        return f" WHERE (\n{self.where}\n)" if self.where else ""

    @cached_property
    def _facts(self) -> _Facts:
        with self._read_only() as cursor:
            columns: list[Any] = _rows(cursor, _COLUMNS, self._name)
            if not columns:
                raise SourceError(
                    "sources_postgis.no_table_view", shown=shown(self.uri), table=self.table
                )
            key = [name for (name,) in _rows(cursor, _KEY, self._name)]
            shape = self._outlines(cursor, [c for c, kind in columns if kind in _SHAPES])
            crs = self._crs(cursor, shape) if shape else None
            return _Facts(columns, key, shape, crs)

    def _outlines(self, cursor: Any, columns: list[str]) -> str | None:
        """The column of the outlines; of several that of areas, not of their middles or lines."""
        if len(columns) < 2:
            return columns[0] if columns else None
        dimension = {}
        for column in columns:  # rows-ok: columns
            one = quoted(column)
            query = f"SELECT ST_Dimension({one}::geometry) FROM {self._name} WHERE {one} IS NOT NULL LIMIT 1"  # noqa: S608 -- quoted
            dimension[column] = max((found for (found,) in _rows(cursor, query)), default=-1)
        most = [c for c in columns if dimension[c] == max(dimension.values())]
        if len(most) > 1:
            raise SourceError(
                "sources_postgis.several_outlines",
                table=source_name(self.uri, self.table),
                columns=join(most),
            )
        return most[0]

    def _crs(self, cursor: Any, shape: str) -> pyproj.CRS | None:
        """The reference system that the column states, or else all of its outlines; None without."""
        ((srid,),) = _rows(cursor, _SRID_OF_COLUMN, self._name, shape)
        return _by_srid(cursor, srid or self._srid_of_rows(cursor, shape))

    def _srid_of_rows(self, cursor: Any, shape: str) -> int:
        outlines = f"SELECT {quoted(shape)}::geometry AS outline FROM {self._name}{self._condition}"  # noqa: S608 -- quoted
        found = _rows(
            cursor,
            f"SELECT ST_SRID(outline), count(*) FROM ({outlines}) AS found"  # noqa: S608 -- quoted
            " WHERE outline IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1",
        )
        if len(found) > 1:
            raise CrsError(
                "sources_postgis.several_srids",
                table=source_name(self.uri, self.table),
                srids=join(
                    Message("sources_postgis.rows_of_srid", srid=srid, count=count)
                    for srid, count in found
                ),
            )
        return int(found[0][0]) if found else 0

    @property
    def _query(self) -> str:
        chosen = [
            _selected(c, kind)
            for c, kind in self._facts.columns
            if kind not in (*_SHAPES, *_LEFT_OUT)
        ]
        if self.shape:
            chosen.append(
                f"ST_AsBinary(ST_CurveToLine({quoted(self.shape)}::geometry, {ARC})) AS geometry"
            )
        query = f"SELECT {', '.join(chosen)} FROM {self._name}{self._condition}"  # noqa: S608 -- quoted
        key = ", ".join(map(quoted, self._facts.key))
        return query + (f" ORDER BY {key}" if key else "")

    def _frame(self, rows: pa.Table) -> tuple[Any, bytes]:
        frame = rows.to_pandas(integer_object_nulls=True)
        digest = pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()
        for column in (c for c, kind in self._facts.columns if kind in _EXACT):
            frame[column] = exact_numbers(frame[column].astype("str").mask(frame[column].isna()))
        if self.shape:
            shapes = shapely.from_wkb(frame.pop("geometry"))
            frame = gpd.GeoDataFrame(frame, geometry=shapes, crs=self.crs)
        return frame, digest


def read_postgis(uri: str, table: str | None, where: str | None) -> tuple[Any, str]:
    """One table or view, with `source_row`, and a SHA-256 of what was read.

    A GeoDataFrame if it has a geometry or geography, else a DataFrame. Raises SourceError and
    CrsError.
    """
    frame, digest = PostgisTable(uri, table, where).whole()
    frame["source_row"] = range(1, len(frame) + 1)
    return frame, hashlib.sha256(digest).hexdigest()


def _selected(column: str, kind: str) -> str:
    name = quoted(column)
    if kind in _PLAIN:
        return name
    number = "::numeric" if kind == "money" else ""  # its text has the server's currency
    return f"{name}{number}::text AS {name}"


def _rows(cursor: Any, query: str, *values: Any) -> list[tuple[Any, ...]]:
    cursor.execute(query, values)
    out: list[tuple[Any, ...]] = cursor.fetchall()
    return out


def _by_srid(cursor: Any, srid: int) -> pyproj.CRS | None:
    """A reference system of the database; None of 0."""
    if not srid:
        return None
    rows = _rows(
        cursor,
        "SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = $1::int",
        srid,
    )
    if not rows:
        raise CrsError("sources_postgis.srid_not_in_database_spatial", found=srid)
    authority, code, text = rows[0]
    return pyproj.CRS.from_user_input(f"{authority}:{code}" if authority else text)
