"""PostGIS tables and views as layers: filtered by the server, read in bulk as Arrow."""

from __future__ import annotations

import hashlib
from typing import Any

import geopandas as gpd
import pandas as pd
import pyproj
import shapely

from geo.errors import CrsError, SourceError
from geo.sources.database import connected, quoted, shown
from geo.sources.dbf import exact_numbers

ARC = 900
"""Chords of a quarter circle: 0.1° of arc each, as for curves in files."""

_PLAIN = ("int2", "int4", "int8", "float4", "float8", "bool", "text", "varchar")
_COLUMNS = """
    SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"""
_KEY = """
    SELECT a.attname FROM pg_index i JOIN pg_attribute a
    ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = to_regclass($1) AND i.indisprimary"""


def read_postgis(uri: str, table: str | None, where: str | None) -> tuple[Any, str]:
    """One table or view, with `source_row`, and a SHA-256 of what was read.

    A GeoDataFrame if it has a geometry or geography, else a DataFrame. `where` is SQL that the
    server runs, in a transaction that may only read. Raises SourceError and CrsError.
    """
    if not table:
        raise SourceError("sources_postgis.name_table_with_example_layer", shown=shown(uri))
    name = quoted(*table.split(".", 1))
    with connected(uri) as connection, connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        columns = _rows(cursor, _COLUMNS, name)
        if not columns:
            raise SourceError("sources_postgis.no_table_view", shown=shown(uri), table=table)
        shape = next((c for c, kind in columns if kind in ("geometry", "geography")), None)
        chosen = [
            _selected(c, kind)
            for c, kind in columns
            if kind not in ("geometry", "geography", "raster", "bytea")
        ]
        if shape:
            chosen.append(
                f"ST_AsBinary(ST_CurveToLine({quoted(shape)}::geometry, {ARC})) AS geometry"
            )
        query = f"SELECT {', '.join(chosen)} FROM {name}"  # noqa: S608 -- quoted
        query += f" WHERE (\n{where}\n)" if where else ""
        key = [quoted(c) for (c,) in _rows(cursor, _KEY, name)]
        query += f" ORDER BY {', '.join(key)}" if key else ""
        cursor.execute(query)
        arrow = cursor.fetch_arrow_table()
        crs = _crs(cursor, name, shape) if shape else None
    frame = arrow.to_pandas(integer_object_nulls=True)
    digest = hashlib.sha256(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    for column in (c for c, kind in columns if kind == "numeric"):
        frame[column] = exact_numbers(frame[column].astype("str").mask(frame[column].isna()))
    frame["source_row"] = range(1, len(frame) + 1)
    if shape:
        frame = gpd.GeoDataFrame(
            frame.drop(columns="geometry"), geometry=shapely.from_wkb(frame["geometry"]), crs=crs
        )
    return frame, digest.hexdigest()


def _selected(column: str, kind: str) -> str:
    name = quoted(column)
    return name if kind in _PLAIN else f"{name}::text AS {name}"


def _rows(cursor: Any, query: str, *values: Any) -> list[tuple[Any, ...]]:
    cursor.execute(query, values)
    out: list[tuple[Any, ...]] = cursor.fetchall()
    return out


def _crs(cursor: Any, name: str, shape: str) -> pyproj.CRS | None:
    """The reference system of the column's first outline; None if it has none."""
    column = quoted(shape)
    cursor.execute(
        f"SELECT ST_SRID({column}::geometry) FROM {name}"  # noqa: S608 -- quoted
        f" WHERE {column} IS NOT NULL LIMIT 1"
    )
    found = cursor.fetchall()
    if not found or not found[0][0]:
        return None
    rows = _rows(
        cursor,
        "SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = $1::int",
        found[0][0],
    )
    if not rows:
        raise CrsError("sources_postgis.srid_not_in_database_spatial", found=found[0][0])
    authority, code, text = rows[0]
    return pyproj.CRS.from_user_input(f"{authority}:{code}" if authority else text)
