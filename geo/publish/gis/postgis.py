"""All results of a run into a PostGIS schema, in one transaction: whole, or as it was before."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pyarrow as pa
import shapely

from geo.errors import OutputError
from geo.project import Publish
from geo.publish.gis.vectors import tables
from geo.run import Run
from geo.run.files import plain
from geo.sources.database import connected, quoted, shown

FAILING = "failing_verdicts"
"""The view for QGIS; its key is `fid`."""


def write_postgis(run: Run, options: Publish) -> list[str]:
    """Every table of the contract into `[publish] postgis_schema`; the names of the tables.

    Outlines are geometry with an index and their own SRID. Tables of the same names are replaced,
    others in the schema are left alone. Raises OutputError and SourceError.
    """
    uri, schema = options.postgis, options.postgis_schema
    if not uri:
        raise OutputError("gis_postgis.no_database_named")
    note = run.settings.synthetic or run.settings.title
    made = []
    with connected(uri) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = $1", (schema,))
        if cursor.fetchone() is None:  # a role may own its schema and have no right to make one
            cursor.execute(f"CREATE SCHEMA {quoted(schema)}")
        cursor.execute(f"DROP VIEW IF EXISTS {quoted(schema, FAILING)}")
        for name, table in tables(run):
            if len(table.columns):
                _write(cursor, schema, name, table, note)
                made.append(f"{shown(uri)} {schema}.{name}")
        if len(run.verdicts.columns):
            _view(cursor, schema)
            made.append(f"{shown(uri)} {schema}.{FAILING}")
        connection.commit()
    return made


def _view(cursor: Any, schema: str) -> None:
    """What QGIS can show as a layer: each verdict that fails, on the outline of its parcel."""
    verdicts, parcels = quoted(schema, "verdicts"), quoted(schema, "parcels")
    cursor.execute(
        f"CREATE VIEW {quoted(schema, FAILING)} AS SELECT row_number() OVER () AS fid, v.*,"  # noqa: S608 -- names are quoted
        f" p.park_id, p.geometry FROM {verdicts} v JOIN {parcels} p"
        " ON v.subject_id = p.parcel_id"
        " WHERE v.subject = 'parcel' AND v.verdict IN ('fail', 'conflict')"
    )


def _write(cursor: Any, schema: str, name: str, table: Any, note: str) -> None:
    place = quoted(schema, name)
    flat, epsg = plain(table), None
    if isinstance(table, gpd.GeoDataFrame):
        epsg = table.crs.to_epsg()
        if epsg is None:
            raise OutputError("gis_postgis.reference_system_no_epsg_code", name=name)
        flat = flat.drop(columns="geometry").assign(
            geometry=shapely.to_wkb(table.geometry.to_numpy())
        )
    rows = pa.Table.from_pandas(flat, preserve_index=False)
    if epsg is not None:  # a layer without rows too has binary outlines
        at = rows.schema.get_field_index("geometry")
        rows = rows.set_column(at, "geometry", rows["geometry"].cast(pa.binary()))
    rows = pa.table({c: _typed(rows[c]) for c in rows.column_names})
    cursor.execute(f"DROP TABLE IF EXISTS {place}")
    cursor.adbc_ingest(name, rows, mode="create", db_schema_name=schema)
    if epsg is not None:
        cursor.execute(
            f"ALTER TABLE {place} ALTER COLUMN geometry TYPE geometry(Geometry, {epsg})"
            f" USING ST_SetSRID(ST_GeomFromWKB(geometry), {epsg})"
        )
        cursor.execute(f"CREATE INDEX ON {place} USING gist (geometry)")
    said = note.replace("'", "''")
    cursor.execute(f"COMMENT ON TABLE {place} IS '{said}'")


def _typed(column: Any) -> Any:
    """The column in a type that the server has."""
    if pa.types.is_dictionary(column.type) or pa.types.is_null(column.type):
        return column.cast(pa.string())
    if pa.types.is_unsigned_integer(column.type) or pa.types.is_int8(column.type):
        return column.cast(pa.int64())
    return column
