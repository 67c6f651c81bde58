"""Long tables of a GeoPackage: each word once, and the table a view.

A long table without outlines becomes three: `NAME_kinds` has a row for each combination of what
rows share (a rule with its clause, cell and verdict), `words` each id once, `NAME_rows` the rest.
The view NAME has the columns and rows of the table, and is what GIS programs list.
"""

from __future__ import annotations

import sqlite3
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from geo.arrays import Ints, Series
from geo.publish.gis.attributes import quoted, transaction

FROM = 20_000
"""Rows from which a table is written so."""
_SHARED = 1_000
"""Most values of a column that rows share."""
_SPARSE = 20
"""Rows that a combination must stand for, on the average."""
WORDS = "words"


def write_coded(
    table: pd.DataFrame, name: str, base: sqlite3.Connection, note: str, known: dict[str, int]
) -> None:
    """A table of at least one row into a GeoPackage, as the view `name`.

    `known` are the numbers of all words that the file has, and gets those of this table.
    """
    columns = {str(column): table[column] for column in table}
    codes = {name: pd.factorize(values) for name, values in columns.items() if not _differ(values)}
    shared, kind, firsts = _kinds(codes, len(table))
    own = [column for column in columns if column not in shared]
    with transaction(base):
        rows: dict[str, Any] = {"kind": kind + 1}
        picked = {}
        for column in own:
            if types.is_numeric_dtype(columns[column].dtype):
                rows[column] = columns[column].to_numpy(float, na_value=np.nan)
                picked[column] = f"r.{quoted(column)}"
            else:
                rows[column] = _words(base, known, *codes[column])
                picked[column] = f"(SELECT word FROM {WORDS} WHERE fid = r.{quoted(column)})"  # noqa: S608 -- quoted
        kinds = {column: columns[column].iloc[firsts] for column in shared}
        _insert(base, f"{name}_kinds", {c: _plain(values) for c, values in kinds.items()}, kinds)
        _insert(base, f"{name}_rows", rows, columns)
        listed = ", ".join(
            f"{picked.get(column, f'k.{quoted(column)}')} AS {quoted(column)}" for column in columns
        )
        base.execute(
            f"CREATE VIEW {quoted(name)} AS SELECT r.fid AS fid, {listed}"  # noqa: S608 -- quoted
            f" FROM {quoted(f'{name}_rows')} r JOIN {quoted(f'{name}_kinds')} k ON k.fid = r.kind"
        )
        _register(base, name, note)


def _differ(values: Series) -> bool:
    """Whether numbers are too many for rows to share: the first rows tell of most columns."""
    first = values.iloc[: _SHARED * _SPARSE]
    return types.is_numeric_dtype(values.dtype) and first.nunique() > _SHARED


def _kinds(codes: dict[str, Any], size: int) -> tuple[list[str], Ints, Ints]:
    """Columns that rows share, each row's combination of them, and the first row of each."""
    few = sorted(
        (name for name, (_, values) in codes.items() if len(values) <= _SHARED),
        key=lambda name: len(codes[name][1]),
    )
    kind: Ints = np.zeros(size, np.int64)
    shared: list[str] = []
    for name in few:
        code, values = codes[name]
        joint, distinct = pd.factorize(kind * (len(values) + 1) + code + 1)
        if len(distinct) * _SPARSE <= max(size, _SHARED * _SPARSE):
            kind, shared = joint.astype(np.int64), [*shared, name]
    firsts = np.unique(kind, return_index=True)[1]
    return [name for name in codes if name in shared], kind, firsts


def _words(base: sqlite3.Connection, known: dict[str, int], code: Ints, values: Any) -> list[Any]:
    """The number of each row's word in the table of words; new ones are added."""
    base.execute(
        f"CREATE TABLE IF NOT EXISTS {WORDS} (fid INTEGER PRIMARY KEY, word TEXT NOT NULL)"
    )
    words = [str(value) for value in np.asarray(values, object).tolist()]
    new = [word for word in dict.fromkeys(words) if word not in known]
    known.update(zip(new, range(len(known) + 1, len(known) + len(new) + 1), strict=True))
    base.executemany(f"INSERT INTO {WORDS} VALUES (?, ?)", ((known[word], word) for word in new))  # noqa: S608 -- our own name
    number = np.array([*(known[word] for word in words), None], object)
    return list(number[code])


def _insert(
    base: sqlite3.Connection, name: str, columns: dict[str, Any], like: dict[str, Series]
) -> None:
    """A table of these columns with a key `fid`, numbers as `like` has them."""
    declared = [f"{quoted(c)} {_type(like[c]) if c in like else 'INTEGER'}" for c in columns]
    base.execute(
        f"CREATE TABLE {quoted(name)} ({', '.join(['fid INTEGER PRIMARY KEY', *declared])})"
    )
    values = [v if isinstance(v, list) else np.asarray(v).tolist() for v in columns.values()]
    marks = ", ".join("?" * (len(values) + 1))
    base.executemany(
        f"INSERT INTO {quoted(name)} VALUES ({marks})",  # noqa: S608 -- quoted
        zip(range(1, len(values[0]) + 1), *values, strict=True),
    )


def _type(values: Series) -> str:
    if types.is_bool_dtype(values.dtype):
        return "BOOLEAN"
    if types.is_integer_dtype(values.dtype):
        return "INTEGER"
    return "REAL" if types.is_numeric_dtype(values.dtype) else "TEXT"


def _plain(values: Series) -> list[Any]:
    """Values as SQLite takes them: numbers, texts, days as texts, None."""
    if types.is_numeric_dtype(values.dtype):
        return list(values.to_numpy(float, na_value=np.nan))
    return [None if pd.isna(value) else str(value) for value in values]


def _register(base: sqlite3.Connection, name: str, note: str) -> None:
    """Tell of a view in the table of contents, with the moment of the others."""
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)"
        " SELECT ?, 'attributes', ?, ?, max(last_change) FROM gpkg_contents",
        (name, name, note),
    )
