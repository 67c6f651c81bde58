"""Tables without outlines of a GeoPackage, written by SQLite itself.

GDAL opens the whole file anew for each layer, ten times as long as a small table takes to write.
What stands in the file is what GDAL writes: columns and their types, contents, counts of rows with
the triggers that keep them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa

from geo.publish.stable import STAMP

FID = "fid"
_TYPES = {
    pa.bool_(): "BOOLEAN",
    pa.int64(): "INTEGER",
    pa.float64(): "REAL",
    pa.string(): "TEXT",
    pa.large_string(): "TEXT",
}
"""What GDAL declares a column of an Arrow type to be."""
_COUNTED = {"insert": "+", "delete": "-"}


def quoted(name: str) -> str:
    """A name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def opened(file: Path) -> sqlite3.Connection:
    """A GeoPackage that is there and nobody's yet: no disk is waited for."""
    base = sqlite3.connect(file, isolation_level=None)
    base.execute("PRAGMA synchronous = OFF")
    base.execute("PRAGMA journal_mode = OFF")
    return base


@contextmanager
def transaction(base: sqlite3.Connection) -> Iterator[None]:
    """What is written within, all at once; others may write once it is over."""
    base.execute("BEGIN")
    yield
    base.execute("COMMIT")


def write_attributes(table: pd.DataFrame, name: str, base: sqlite3.Connection, note: str) -> bool:
    """A table into a GeoPackage; False, and nothing written, where it is GDAL's to do.

    That is where it has dates, numbers of other sizes, or a column that is called as the key is.
    """
    rows = pa.Table.from_pandas(table, preserve_index=False)
    if not all(field.type in _TYPES and field.name.casefold() != FID for field in rows.schema):
        return False
    own = quoted(name)
    key = f"{quoted(FID)} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"
    columns = [f"{quoted(field.name)} {_TYPES[field.type]}" for field in rows.schema]
    marks = ", ".join("?" * (len(columns) + 1))
    with transaction(base):
        base.execute(f"CREATE TABLE {own} ( {', '.join([key, *columns])})")
        base.executemany(
            f"INSERT INTO {own} VALUES ({marks})",  # noqa: S608 -- quoted
            zip(
                range(1, len(rows) + 1),
                *(column.to_pylist() for column in rows.columns),
                strict=True,
            ),
        )
        base.execute(
            "INSERT INTO gpkg_contents"
            " (table_name, data_type, identifier, description, last_change, srs_id)"
            " VALUES (?, 'attributes', ?, ?, ?, 0)",
            (name, name, note, STAMP),
        )
        base.execute("INSERT INTO gpkg_ogr_contents VALUES (?, ?)", (name, len(rows)))
        text = "'" + name.replace("'", "''") + "'"
        for event, sign in _COUNTED.items():
            base.execute(
                f"CREATE TRIGGER {quoted(f'trigger_{event}_feature_count_{name}')}"  # noqa: S608 -- quoted
                f" AFTER {event.upper()} ON {own} BEGIN UPDATE gpkg_ogr_contents"
                f" SET feature_count = feature_count {sign} 1"
                f" WHERE lower(table_name) = lower({text}); END"
            )
    return True
