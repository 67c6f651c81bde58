"""All results of a run into a PostGIS schema, in one transaction: whole, or as it was before.

Verdicts lie there as in files of many (`geo.run.verdict_files`): a row a parcel or enterprise with
small codes, a row a rule and cell, and what the codes say; `verdicts` is the long table as a view.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.errors import OutputError
from geo.project import Publish
from geo.run import Run
from geo.run.held import VERDICTS
from geo.run.pieces import OUTLINE, Pieces
from geo.run.verdict_files import CODES, MEANING, PARTS, RULES, selected
from geo.sources.database import connected, quoted, shown
from geo.standards.codes import PLACES, SILENT

FAILING = "failing_verdicts"
"""The view for QGIS; its key is `fid`."""
KEY = "fid"
"""The number of a row of codes; with that of a rule it makes the key of `FAILING`."""
_GAP = "round((least(s.value - r.low, r.high - s.value) * 1e9)::double precision) / 1e9"


def write_postgis(run: Run, options: Publish) -> list[str]:
    """Every table of the contract into `[publish] postgis_schema`; the names of the tables.

    Outlines are geometry with an index and their own SRID. Tables of the same names are replaced,
    others in the schema are left alone. A table goes there a piece after the other, so that memory
    is needed for one. Raises OutputError and SourceError.
    """
    uri, schema = options.postgis, options.postgis_schema
    if not uri:
        raise OutputError("gis_postgis.no_database_named")
    note = run.settings.synthetic or run.settings.title
    made: list[str] = []
    with connected(uri) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = $1", (schema,))
        if cursor.fetchone() is None:  # a role may own its schema and have no right to make one
            cursor.execute(f"CREATE SCHEMA {quoted(schema)}")
        for view in (FAILING, VERDICTS):
            _drop(cursor, schema, view)
        made += [
            name
            for name in run.tables
            if name != VERDICTS and _write(cursor, schema, name, run.pieces(name), note)
        ]
        rules = pd.concat([piece.to_pandas() for piece in run.pieces(RULES).tables()])
        if len(rules):
            for name in PARTS:
                _write(cursor, schema, name, run.pieces(name), note)
            _views(cursor, schema, rules, note)
            made += [*PARTS, VERDICTS, FAILING]
        connection.commit()
    return [f"{shown(uri)} {schema}.{name}" for name in made]


def _drop(cursor: Any, schema: str, name: str) -> None:
    """A table or view away; before December 2026 `verdicts` was a table."""
    cursor.execute(
        "SELECT relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = $1 AND c.relname = $2",
        (schema, name),
    )
    found = cursor.fetchone()
    if found is not None:
        kind = "VIEW" if found[0] == "v" else "TABLE"
        cursor.execute(f"DROP {kind} {quoted(schema, name)}")


def _views(cursor: Any, schema: str, rules: pd.DataFrame, note: str) -> None:
    """The long table, and what QGIS can show as a layer: each verdict that fails, on its parcel.

    Both are worked out from the row of codes, so that what a map asks for by place is found by the
    index of the outlines.
    """
    codes, parcels = quoted(schema, CODES), quoted(schema, "parcels")
    cursor.execute(f"CREATE INDEX ON {codes} (subject_id)")
    said = (
        f" CROSS JOIN LATERAL ({_said_of(rules)}) s"
        f" JOIN {quoted(schema, RULES)} r ON r.rule = s.rule AND r.cell = s.cell"
        f" JOIN {quoted(schema, MEANING)} m ON m.said = s.said"
        f" WHERE s.said <> {SILENT}"
    )
    columns = selected(_GAP)
    cursor.execute(
        f"CREATE VIEW {quoted(schema, VERDICTS)} AS SELECT {columns} FROM {codes} c{said}"  # noqa: S608 -- names are quoted
    )
    each = int(rules["rule"].max()) + 1
    cursor.execute(
        f"CREATE VIEW {quoted(schema, FAILING)} AS SELECT c.{KEY} * {each} + s.rule AS fid,"  # noqa: S608 -- names are quoted
        f" {columns}, p.park_id, p.geometry FROM {parcels} p"
        f" JOIN {codes} c ON c.subject_id = p.parcel_id AND c.subject = 'parcel'{said}"
        " AND m.verdict IN ('fail', 'conflict')"
    )
    for view in (VERDICTS, FAILING):
        cursor.execute(f"COMMENT ON VIEW {quoted(schema, view)} IS {_text(note)}")


def _said_of(rules: pd.DataFrame) -> str:
    """SQL of what each rule says of the row of codes `c`: a row a rule."""
    rows = [
        ", ".join([f"{row['rule']}::bigint", *(f"c.{quoted(row[place])}" for place in PLACES)])
        for row in rules.drop_duplicates("rule").to_dict("records")
    ]
    names = ", ".join(["rule", *(place.removesuffix("_at") for place in PLACES)])
    told = ", ".join(f"({row})" for row in rows)
    return f"SELECT c.subject, c.subject_id, told.* FROM (VALUES {told}) AS told ({names})"  # noqa: S608 -- names are quoted


def _write(cursor: Any, schema: str, name: str, pieces: Pieces, note: str) -> bool:
    """A table in place of the one of its name; whether it has any columns."""
    if not len(pieces.schema):
        return False
    place, epsg = quoted(schema, name), None
    if pieces.crs is not None:
        epsg = pieces.crs.to_epsg()
        if epsg is None:
            raise OutputError("gis_postgis.reference_system_no_epsg_code", name=name)
    _drop(cursor, schema, name)
    cursor.adbc_ingest(name, _stream(pieces, name), mode="create", db_schema_name=schema)
    if epsg is not None:
        cursor.execute(
            f"ALTER TABLE {place} ALTER COLUMN geometry TYPE geometry(Geometry, {epsg})"
            f" USING ST_SetSRID(ST_GeomFromWKB({OUTLINE}), {epsg})"
        )
        cursor.execute(f"CREATE INDEX ON {place} USING gist (geometry)")
    cursor.execute(f"COMMENT ON TABLE {place} IS {_text(note)}")
    return True


def _stream(pieces: Pieces, name: str) -> pa.RecordBatchReader:
    """The pieces as a stream, of codes with the number of each row; NaN is a missing figure."""
    schema, numbered = pieces.schema, name == CODES
    if numbered:
        schema = schema.append(pa.field(KEY, pa.int64()))

    def batches() -> Iterator[pa.RecordBatch]:
        start = 0
        for piece in pieces.tables():
            columns = {field.name: _known(piece[field.name]) for field in piece.schema}
            if numbered:
                columns[KEY] = pa.array(np.arange(start, start + len(piece)))
                start += len(piece)
            yield from pa.table(columns, schema=schema).to_batches()

    return pa.RecordBatchReader.from_batches(schema, batches())


def _known(column: Any) -> Any:
    if not pa.types.is_floating(column.type):
        return column
    return pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)


def _text(note: str) -> str:
    return "'" + note.replace("'", "''") + "'"
