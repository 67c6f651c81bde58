"""Large tables that lie in files while a project is read and cut: what joins them is in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Ints
from geo.geometry.keys import match_key
from geo.pickles import read_pickle, write_pickle
from geo.sources.ids import LAYERS_OF

AT_ONCE = 500_000
"""Rows of a file."""
_KEPT = ("source_row", *LAYERS_OF, "geometry")


@dataclass(frozen=True)
class ParkedTable:
    """A table in files; `ids` are the source rows, ids and outlines of all its rows.

    The ids may have been written alike since: they stand for those of the files.
    """

    files: tuple[Path, ...]
    ids: Any

    @classmethod
    def of(cls, table: Any, name: str, folder: Path) -> ParkedTable:
        """Write it, `AT_ONCE` rows a file; of a table without rows one."""
        ends = [*range(0, max(len(table), 1), AT_ONCE), len(table)]
        files = []
        for number, (start, end) in enumerate(pairwise(ends)):
            files.append(folder / f"parked-{name}-{number:05d}.pickle")
            # Taken, not sliced: a slice of texts is written with all the others.
            write_pickle(files[-1], table.take(np.arange(start, end)))
        return cls(tuple(files), table[[c for c in _KEPT if c in table]].copy())

    def pieces(self, ids: Any) -> Iterator[tuple[int, Any]]:
        """Its rows a file after the other, with these ids, and the position of the first of each."""
        first = 0
        for file in self.files:
            rows = read_pickle(file)
            span = slice(first, first + len(rows))
            yield first, rows.assign(**{c: ids[c].array[span] for c in ids if c in LAYERS_OF})
            first += len(rows)

    def twins(self, column: str) -> Ints:
        """The number of each row that another's text in a column is like; −1 of all others."""
        key = match_key(self.whole((column,))[column])
        code, _ = pd.factorize(key)
        return np.where(key.duplicated(keep=False) & key.notna(), code, -1).astype(np.int64)

    def whole(self, columns: tuple[str, ...] | None = None) -> Any:
        """All rows, of those of these columns that there are, or of all columns."""
        pieces = [
            rows if columns is None else rows[[c for c in columns if c in rows]]
            for _, rows in self.pieces(self.ids)
        ]
        return pd.concat(pieces, ignore_index=True)


def ids_of(table: Any) -> Any:
    """What joins a table, parked or in memory, to others."""
    return table.ids if isinstance(table, ParkedTable) else table


def whole_of(table: Any) -> Any:
    """A table in memory."""
    return table.whole() if isinstance(table, ParkedTable) else table
