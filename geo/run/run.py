"""A run as a value: its result tables, and what they were judged by; kept in a folder and read back.

What is made of a run that was read back is what is made of the run itself, file by file.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq

from geo import findings
from geo.errors import OutputError, system_reason
from geo.model.tables import TABLES, names, stored_tables
from geo.project import Settings
from geo.run.basis import BASIS, OF_SHOWING, Basis
from geo.run.files import read_arrow, read_file, table_file, write_table
from geo.run.held import VERDICTS, Held, RunTables
from geo.run.lock import awaited, locked
from geo.run.pieces import Pieces, pieces_of_files, pieces_of_frame
from geo.run.record import (
    RECORD,
    Record,
    files_in,
    now,
    read_record,
    tables_folder,
    to_json,
)
from geo.run.swap import recover, unfinished
from geo.run.verdict_files import CODES, LONG, PARTS, VIEW, read_codes, write_verdicts
from geo.runtime import threads
from geo.sources.digest import digests, sha256
from geo.standards.codes import VerdictCodes
from geo.standards.table import long_table

_COUNTED = ("parks", "parcels", "enterprises", "verdicts", "findings")
MESSAGES = "messages"
"""The table of what findings say by id and arguments, in the order of `findings`."""


class ResultTables:
    """The result tables of a run by their names in the contract.

    `parcels` and `parks` are in the input's CRS. `figures` is the long table of sums with their
    land; `flips` the parcels whose verdict depends on the area basis; `ways` what would make each
    failing parcel pass; `land_supply` and `idle` the state of the land, `land_actions` what is to be
    done about it by when, `land_states` its 亩 by park, `low_criteria` the verdicts of low-efficiency
    criteria; `grades` and `score_items`
    the evaluation of enterprises and parks; `benchmarks` parks beside published means;
    `park_targets` the plan's targets by park and year, `project_targets` those of all parks together
    and `target_inputs` what they are added up of, `plan_progress` the trend to each target,
    `plan_checklist` what the plan asks for without a number, `ranking` the yearly list and
    `plan_lists` those that the plan declares, `services` the plan's services; `zones` what control lines say of each parcel and park, `zone_conflicts` the
    conflicting pieces and `zone_outlines` the lines around the parks; `ground`, `water_areas` and
    `place_names` what maps draw around them: roads, waters, names; `access` what each park has
    of the plan's facilities; `lineage` which earlier parcels are which of this year's,
    `land_change` the land of each park by what became of it, and `growth_parts` growth told apart
    into that of money and of land; `comparable_growth` that of the enterprises which report in both
    years (可比口径), `not_comparable` the others; `fields` the fields of industry and `park_fields` what each
    park has of them, where the project names a table of fields; `chain_links`, `chain_members` and `chain_path` the plan's
    “两图一表”; `conserved` sums in and out, `rows_read` what became of every row that was read;
    `defects` the findings that are about a place, with it, and `facilities` where those are;
    `hotspots` the local statistics of each parcel and per-mu figure, `hotspot_counts` their classes;
    `notes` what people found on parcels, with `note_photos`: nothing else hangs on them.
    """

    parcels: gpd.GeoDataFrame
    parks: gpd.GeoDataFrame
    industries: pd.DataFrame
    enterprises: pd.DataFrame
    verdicts: pd.DataFrame
    allocation: pd.DataFrame
    figures: pd.DataFrame
    flips: pd.DataFrame
    ways: pd.DataFrame
    land_supply: pd.DataFrame
    idle: pd.DataFrame
    land_actions: pd.DataFrame
    land_states: pd.DataFrame
    low_criteria: pd.DataFrame
    grades: pd.DataFrame
    score_items: pd.DataFrame
    benchmarks: pd.DataFrame
    park_targets: pd.DataFrame
    ranking: pd.DataFrame
    project_targets: pd.DataFrame
    target_inputs: pd.DataFrame
    plan_progress: pd.DataFrame
    plan_checklist: pd.DataFrame
    plan_lists: pd.DataFrame
    services: pd.DataFrame
    zones: pd.DataFrame
    zone_conflicts: gpd.GeoDataFrame
    zone_outlines: gpd.GeoDataFrame
    ground: gpd.GeoDataFrame
    water_areas: gpd.GeoDataFrame
    place_names: gpd.GeoDataFrame
    access: pd.DataFrame
    lineage: gpd.GeoDataFrame
    land_change: pd.DataFrame
    growth_parts: pd.DataFrame
    comparable_growth: pd.DataFrame
    not_comparable: pd.DataFrame
    chain_links: pd.DataFrame
    chain_members: pd.DataFrame
    chain_path: pd.DataFrame
    conserved: pd.DataFrame
    rows_read: pd.DataFrame
    findings: pd.DataFrame
    defects: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    notes: pd.DataFrame
    note_photos: pd.DataFrame
    fields: pd.DataFrame
    park_fields: pd.DataFrame
    hotspots: pd.DataFrame
    hotspot_counts: pd.DataFrame


@dataclass(frozen=True, eq=False, repr=False)
class Run(ResultTables):
    """Everything a run found, and what it was judged by; nothing of it changes.

    Parameters
    ----------
    tables
        A frame a result table, by name; each is an attribute too (`run.parcels`).
    basis
        Settings, packs and method that the tables were made by.

    Examples
    --------
    >>> run = Run.load(Path("outputs"))  # doctest: +SKIP
    >>> run.parcels.groupby("compliance")["area_mu"].sum()  # doctest: +SKIP
    """

    tables: Mapping[str, Any]
    basis: Basis

    def __post_init__(self) -> None:  # noqa: D105
        if not isinstance(self.tables, RunTables):
            object.__setattr__(self, "tables", Held(self.tables))

    @property
    def verdict_codes(self) -> VerdictCodes:
        """The verdicts as codes: what reads all of them asks for these, not for the long table."""
        return cast("RunTables", self.tables).codes

    @property
    def verdicts_place(self) -> str:
        """The file that tells all verdicts: the table, or the view of its codes."""
        own = cast("RunTables", self.tables).given(VERDICTS)
        coded = isinstance(own, VerdictCodes) and own.count > LONG
        return VIEW if coded else f"{TABLES[VERDICTS].place}.parquet"

    def __getattr__(self, name: str) -> Any:
        """A result table by its name."""
        tables = self.__dict__.get("tables", {})
        if name in tables:
            return tables[name]
        raise AttributeError(f"a run has no table `{name}`: it has {', '.join(sorted(tables))}")

    def __repr__(self) -> str:
        """The year, and how many parks, parcels and findings: its tables are attributes."""
        sizes = {name: self.count(name) if name in self.tables else 0 for name in _COUNTED}
        counts = (f"{size} {name}" for name, size in sizes.items())
        return f"<Run of {self.settings.year}: {', '.join(counts)}>"

    def about(self, name: str, subject: str | Sequence[str], *columns: str) -> pd.DataFrame:
        """The rows of a table on parcels, enterprises or parks, of these columns or of all.

        Of a run that is kept in a folder nothing else of the table is read.
        """
        subjects = (subject,) if isinstance(subject, str) else subject
        return cast("RunTables", self.tables).about(name, subjects, columns)

    def column_names(self, name: str) -> list[str]:
        """What the columns of a table are called; of a run in a folder none of it is read."""
        return cast("RunTables", self.tables).column_names(name)

    def columns(self, name: str, *columns: str) -> pd.DataFrame:
        """Those of these columns that a table has; of a run in a folder nothing else of it is read."""
        return cast("RunTables", self.tables).columns(name, columns)

    @property
    def settings(self) -> Settings:
        """`[project]` as the run was judged by, and as it is to be shown."""
        return self.basis.settings

    def shown_as(self, settings: Settings) -> Run:
        """The run with the title, language and other settings of showing of `settings`.

        What it was judged by stays.
        """
        today = {name: getattr(settings, name) for name in OF_SHOWING}
        shown = self.settings.model_copy(update=today)
        if shown == self.settings:
            return self
        return replace(self, basis=replace(self.basis, settings=shown))

    def with_tables(self, **tables: Any) -> Run:
        """The run with other frames for these tables."""
        own = cast("RunTables", self.tables)
        return replace(self, tables={**{name: own.given(name) for name in own}, **tables})

    def published(self, name: str) -> Any:
        """A table as it goes into files: findings in one language."""
        table = self.tables[name]
        if name == "findings":
            return findings.published(table, self.settings.lang)
        return table

    def pieces(self, name: str) -> Pieces:
        """A table as `published`, a piece after the other: of a large run never whole in memory."""
        if name == "findings":
            return pieces_of_frame(self.published(name))
        return cast("RunTables", self.tables).pieces(name)

    def count(self, name: str) -> int:
        """How many rows a table has; of a run that is kept in a folder none is read for it."""
        return cast("RunTables", self.tables).count(name)

    def save(self, folder: Path | str) -> None:
        """Write all tables and the basis into a folder, from where `load` reads them.

        `run.json` lists the files. Raises OutputError where the folder holds a run already.
        """
        folder = Path(folder)
        if (folder / RECORD).exists():
            raise OutputError("run.already_holds_run", folder=folder)
        folder.mkdir(parents=True, exist_ok=True)

        def write(name: str) -> None:
            if name == VERDICTS:
                write_verdicts(self.verdict_codes, folder)
            else:
                write_table(self.published(name), table_file(folder, name))

        with ThreadPoolExecutor(threads()) as pool:  # Arrow lets go of the GIL
            deque(pool.map(write, self.tables), maxlen=0)
        write_table(findings.sayings(self.findings), table_file(folder, MESSAGES))
        self.basis.save(folder)
        self.record(folder)

    def record(self, folder: Path) -> None:
        """Write `run.json` of the files that are in a folder, by which `load` reads them."""
        record = {
            "made": now(),
            "settings": self.settings.model_dump(mode="json"),
            "versions": dict(self.basis.versions),
            "inputs": dict(self.basis.inputs),
            "outputs": digests(folder, files_in(folder)),
        }
        (folder / RECORD).write_text(to_json(record), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path | str) -> Run:
        """The run that `save` or `mujun run` left in a folder; a table is read once it is asked for.

        Raises OutputError if there is none, and, here or later, if a file of it was changed since
        or is replaced by another run.
        """
        folder = Path(folder)
        settle(folder)
        record = read_record(folder)
        if not record.get("outputs"):
            raise _no_run(folder)
        basis = (Path(tables_folder(record)) / Path(BASIS).name).as_posix()
        if basis in record["outputs"]:
            _unchanged(folder, [basis], record)
        return cls(_Stored(folder, record), Basis.load(folder, record))


def verdicts(folder: Path | str, only: Iterable[str] = ()) -> pd.DataFrame:
    """The verdicts of a folder of results as the long table, however they lie there.

    Parameters
    ----------
    folder
        Where `mujun run` wrote.
    only
        Verdicts to read, such as `["fail", "conflict"]`; all of them if left out.

    Returns
    -------
    A row a subject and rule, with the columns of the table `verdicts`. Raises OutputError where
    there are no results.

    Examples
    --------
    >>> fails = verdicts("outputs", only=["fail"])  # doctest: +SKIP
    """
    return long_table(Run.load(Path(folder)).verdict_codes, tuple(only))


class _Stored(RunTables):
    """The tables of a folder, each read from its file once it is asked for."""

    def __init__(self, folder: Path, record: Record) -> None:
        self._folder, self._record = folder, record
        self._read: dict[str, Any] = {}
        self._about: dict[tuple[str, tuple[str, ...], tuple[str, ...]], pd.DataFrame] = {}
        home = tables_folder(record)
        self._home = f"{home}/" if home else ""
        tops = {
            name.removeprefix(self._home).split("/")[0].removesuffix(".parquet")
            for name in record["outputs"]
            if name.startswith(self._home)
        }
        if CODES in tops:
            tops.add(VERDICTS)
        self._coded = CODES in tops
        self._names = [name for name in names(stored_tables()) if name in tops]

    def given(self, name: str) -> Any:
        if name not in self._read:
            if name not in self:
                raise KeyError(name)
            if name == VERDICTS and self._coded:
                self._read[name] = read_codes({part: self._table(part) for part in PARTS})
            else:
                table = self._table(name)
                self._read[name] = self._both_languages(table) if name == "findings" else table
        return self._read[name]

    def about(self, name: str, subjects: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
        if name in self._read or name == VERDICTS:
            return super().about(name, subjects, columns)
        asked = (name, tuple(subjects), tuple(columns))
        if asked not in self._about:
            which = {"filters": [("subject", "in", subjects)], "columns": list(columns) or None}
            self._about[asked] = self._table(name, **which)
        return self._about[asked]

    def columns(self, name: str, columns: Sequence[str]) -> pd.DataFrame:
        if name in (*self._read, VERDICTS):
            return super().columns(name, columns)
        there = self.column_names(name)
        found: pd.DataFrame = self._table(name, columns=[c for c in columns if c in there])
        return found

    def column_names(self, name: str) -> list[str]:
        if name in (*self._read, VERDICTS):
            return super().column_names(name)
        return list(self._read_file(self._folder / self._files(name)[0], pq.read_schema).names)

    def count(self, name: str) -> int:
        return super().count(name) if name in (*self._read, VERDICTS) else self.pieces(name).rows

    def pieces(self, name: str) -> Pieces:
        if (name == VERDICTS and self._coded) or (name in PARTS and not self._coded):
            return super().pieces(name)
        return pieces_of_files([self._folder / file for file in self._files(name)], self._read_file)

    def _read_file(self, file: Path, read: Callable[[Path], Any]) -> Any:
        """What `read` makes of a file; OutputError where it is not that of the record."""
        name = file.relative_to(self._folder).as_posix()
        try:
            found = read(file)
        except (OSError, ValueError) as error:
            _unchanged(self._folder, [name], self._record)
            raise OutputError("run.run_again", folder=file) from error
        _unchanged(self._folder, [name], self._record)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def _table(self, name: str, **which: Any) -> Any:
        """One table, or `which` of it (`read_file`); OutputError where its files are not those of the record."""
        files, place = self._files(name), self._folder / self._home
        read = read_arrow if name == CODES else read_file
        source = place / name if self._in_parts(name) else self._folder / files[0]
        try:
            table = read(source, name, **which)
        except (OSError, ValueError) as error:
            _unchanged(self._folder, files, self._record)
            raise OutputError("run.run_again", folder=self._folder / files[0]) from error
        _unchanged(self._folder, files, self._record)
        return table

    def _files(self, name: str) -> list[str]:
        """The files of a table by their names in the record."""
        return self._in_parts(name) or [f"{self._home}{name}.parquet"]

    def _in_parts(self, name: str) -> list[str]:
        return [one for one in self._record["outputs"] if one.startswith(f"{self._home}{name}/")]

    def _both_languages(self, published: pd.DataFrame) -> pd.DataFrame:
        """Findings with what they say by id and arguments; of older runs, in the run's language.

        Those of parts stand in one order.
        """
        listed = self._record["outputs"]
        place = self._home + MESSAGES
        kept = any(name.startswith((f"{place}.", f"{place}/")) for name in listed)
        told = findings.with_sayings(published, self._table(MESSAGES) if kept else None)
        return findings.in_order(told) if self._in_parts(MESSAGES) else told


def _unchanged(folder: Path, names: list[str], record: Record) -> None:
    """OutputError where a file is not the one that the record lists.

    Asked after a file was read: what was read is then what the record means, even if another
    command replaces the results at this moment.
    """
    for name in names:
        file = folder / name
        if file.is_file() and sha256(file) == record["outputs"].get(name):
            continue
        if unfinished(folder) or read_record(folder).get("outputs") != record["outputs"]:
            raise OutputError("run.results_in_replaced_just_now", folder=folder)
        if not file.is_file():
            raise _no_run(folder)
        raise OutputError("run.in_changed_after_run", folder=folder, name=name)


def _no_run(folder: Path) -> OutputError:
    return OutputError("run.no_whole_run_in", folder=folder)


def settle(folder: Path) -> None:
    """End what a killed command left half-way; wait a moment for one that is at it."""
    if not unfinished(folder):
        return
    try:
        with locked(folder, "read"):
            recover(folder)
    except OutputError:
        if not awaited(lambda: not unfinished(folder)):
            raise
    except OSError as error:
        raise OutputError(
            "run.last_writing_stopped_half_way", folder=folder, strerror=system_reason(error)
        ) from error
