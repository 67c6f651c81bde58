"""A part of a run whose large tables lie in files, a file a part: its rows alone, as a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq

from geo.arrays import CRS, Floats
from geo.model.table import FOLDER
from geo.run.files import bounds_of_file, read_arrow, read_file
from geo.run.held import VERDICTS, RunTables
from geo.run.pieces import crs_of
from geo.run.run import Run
from geo.run.verdict_files import CODES, MEANING, RULES, read_codes

PARCELS = "parcels"


def parts_in(folder: Path) -> list[str]:
    """The names of the parts of the run in a folder, in order; none of a run in one piece."""
    return [*files_of(folder, PARCELS)]


def files_of(folder: Path, table: str) -> dict[str, Path]:
    """The files of a table in parts by their names, in order: those of parts, and `part-whole`."""
    files = sorted((folder / FOLDER / table).glob("*.parquet"))
    return {file.stem: file for file in files}


def rows_of_files(folder: Path, table: str) -> dict[str, int]:
    """How many rows each file of a table in parts has, by its name."""
    files = files_of(folder, table)
    return {name: pq.read_metadata(file).num_rows for name, file in files.items()}


def run_of_part(run: Run, folder: Path, part: str, tables: Mapping[str, Any]) -> Run:
    """The run with the rows of one part in its large tables, read once they are asked for.

    Parameters
    ----------
    run
        All of it, as it is kept in `folder`.
    part
        Of `parts_in`.
    tables
        Tables to stand for those of its files: with rows that other parts have.
    """
    return replace(run, tables=_OfPart(cast("RunTables", run.tables), folder, part, tables))


def flat_parcels(folder: Path, part: str) -> pd.DataFrame:
    """A part's parcels without their outlines."""
    file = folder / FOLDER / PARCELS / f"{part}.parquet"
    names = [name for name in pq.read_schema(file).names if name not in ("geometry", "bbox")]
    return pd.read_parquet(file, columns=names)


def part_of_parcels(folder: Path, part: str, names: Sequence[str]) -> gpd.GeoDataFrame:
    """A part's parcels: their outlines, and these columns."""
    file = folder / FOLDER / PARCELS / f"{part}.parquet"
    return gpd.read_parquet(file, columns=[*names, "geometry"])


def bounds_of_part(folder: Path, part: str) -> Floats:
    """The bounds of a part's parcels, in their CRS."""
    return bounds_of_file(folder / FOLDER / PARCELS / f"{part}.parquet")


def with_columns(run: Run, folder: Path) -> Run:
    """The run with parcels of which a column is read when it is asked for, and let go again."""
    columns = Columns(folder / FOLDER / PARCELS)
    return replace(run, tables=_Over(cast("RunTables", run.tables), {PARCELS: columns}))


class _Over(RunTables):
    """Tables, with others in place of some."""

    def __init__(self, below: RunTables, own: Mapping[str, Any]) -> None:
        self._below, self._own = below, own

    def given(self, name: str) -> Any:
        return self._own[name] if name in self._own else self._below.given(name)

    def about(self, name: str, subjects: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
        if name in self._own:
            return super().about(name, subjects, columns)
        return self._below.about(name, subjects, columns)

    def columns(self, name: str, columns: Sequence[str]) -> pd.DataFrame:
        if name in self._own:
            return super().columns(name, columns)
        return self._below.columns(name, columns)

    def column_names(self, name: str) -> list[str]:
        return super().column_names(name) if name in self._own else self._below.column_names(name)

    def count(self, name: str) -> int:
        return super().count(name) if name in self._own else self._below.count(name)

    def __contains__(self, name: object) -> bool:
        return name in self._below

    def __iter__(self) -> Any:
        return iter(self._below)

    def __len__(self) -> int:
        return len(self._below)


class _OfPart(_Over):
    """The tables of one part: its own file of those that are in parts, the others as they are."""

    def __init__(self, below: RunTables, folder: Path, part: str, own: Mapping[str, Any]) -> None:
        super().__init__(below, dict(own))
        self._home, self._part = folder / FOLDER, part
        self._read: dict[str, Any] = {}

    def given(self, name: str) -> Any:
        if name in self._own:
            return self._own[name]
        if name not in self._read:
            self._read[name] = self._table(name)
        return self._read[name]

    def about(self, name: str, subjects: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
        if not self._unread(name):
            return RunTables.about(self, name, subjects, columns)
        which = {"filters": [("subject", "in", subjects)], "columns": list(columns) or None}
        found: pd.DataFrame = read_file(self._file(name), name, **which)
        return found

    def columns(self, name: str, columns: Sequence[str]) -> pd.DataFrame:
        if not self._unread(name):
            return RunTables.columns(self, name, columns)
        there = pq.read_schema(self._file(name)).names
        found: pd.DataFrame = read_file(
            self._file(name), name, columns=[c for c in columns if c in there]
        )
        return found

    def _unread(self, name: str) -> bool:
        """Whether a table lies in a file of which some can be read."""
        known = name in self._own or name in self._read
        return not known and self._file(name).is_file()

    def column_names(self, name: str) -> list[str]:
        return RunTables.column_names(self, name)

    def count(self, name: str) -> int:
        return RunTables.count(self, name)

    def _file(self, name: str) -> Path:
        return self._home / name / f"{self._part}.parquet"

    def _table(self, name: str) -> Any:
        if name == VERDICTS:
            words = {one: read_file(self._home / f"{one}.parquet", one) for one in (RULES, MEANING)}
            return read_codes({CODES: read_arrow(self._file(CODES)), **words})
        if not (self._home / name).is_dir():
            return self._below.given(name)
        if not self._file(name).is_file():  # as of grades where there is no method
            return self._below.given(name).iloc[:0]
        return read_file(self._file(name), name)


class Columns:
    """A table in parts as its columns: each is read when asked for, and the last two are kept.

    What a frame can do beside is done by the frame of all of it, without outlines.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._schema = pq.read_schema(next(iter(sorted(folder.glob("*.parquet")))))
        self.columns = pd.Index([n for n in self._schema.names if n not in ("geometry", "bbox")])
        self._read = lru_cache(2)(self._column)

    @property
    def crs(self) -> CRS:
        """Of the outlines, of a table that has some."""
        return crs_of(self._schema)

    def _column(self, name: str) -> pd.Series[Any]:
        values: pd.Series[Any] = pd.read_parquet(self._folder, columns=[name])[name]
        return values

    def __contains__(self, name: object) -> bool:
        """Whether there is such a column."""
        return name in self.columns

    def __iter__(self) -> Any:
        """Their names."""
        return iter(self.columns)

    def __getitem__(self, name: Any) -> Any:
        """One of them; of anything else what the frame gives."""
        if isinstance(name, str):
            if name not in self:
                raise KeyError(name)
            return self._read(name)
        return self._whole[name]

    def __len__(self) -> int:
        """Rows of all parts."""
        return sum(pq.read_metadata(file).num_rows for file in self._folder.glob("*.parquet"))

    @property
    def _whole(self) -> pd.DataFrame:
        return pd.read_parquet(self._folder, columns=list(self.columns))

    def __getattr__(self, name: str) -> Any:
        """What the frame has."""
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._whole, name)
