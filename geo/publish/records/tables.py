"""The rows of result tables by what they are about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

import pandas as pd

from geo.geometry.keys import rows_where

Row: TypeAlias = Mapping[Any, Any]
"""One row of a result table: its columns are those that the table declares."""


def rows_by(
    table: pd.DataFrame, key: str, subjects: Collection[str] | None = None
) -> dict[str, list[Row]]:
    """The rows of a table by the subject in column `key`, of these subjects or of all.

    >>> rows_by(pd.DataFrame({"park_id": ["P", "Q", "P"], "n": [1, 2, 3]}), "park_id", ["P"])
    {'P': [{'park_id': 'P', 'n': 1}, {'park_id': 'P', 'n': 3}]}
    """
    if subjects is not None:
        table = table[table[key].isin(list(subjects))]
    plain = pd.DataFrame(table).drop(columns="geometry", errors="ignore")
    out: dict[str, list[Row]] = {}
    for row in plain.to_dict("records"):  # rows-ok: each is laid out on a sheet
        out.setdefault(row[key], []).append(row)
    return out


def about(table: pd.DataFrame, subject: str) -> pd.DataFrame:
    """The rows of a table on one kind of subject: parcel, enterprise or park."""
    return rows_where(table, table["subject"] == subject)
