"""The folder map of a run in parts: each part writes its own files, and they are joined.

First every part is surveyed: what it has of which all must agree, as kinds of control lines, and what
it knows of other parts' parcels (an enterprise on land of two parts is one part's). Then themes whose
classes hang on all parcels are made of whole columns, one after the other. Then every part writes its
tiles and its pieces of columns. A worker holds a part or a column, and who joins them what stands
once: parks, words, themes without their codes. Whoever gives the work holds none of it: what parts
are made into lies in files until it is joined.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from geo.arrays import Ints, Series
from geo.geometry.keys import isin_text
from geo.model.table import FOLDER
from geo.pickles import read_pickle, write_pickle
from geo.project import Publish, Settings
from geo.publish.look.style import Theme
from geo.publish.look.themes import THEMES, themes
from geo.publish.look.themes.own import own_columns
from geo.publish.records.by_park import ByPark, all_parks, by_park
from geo.publish.records.counts import RunCounts
from geo.publish.registry import Each
from geo.publish.webmap import folder, payload, scores, tables, terms
from geo.publish.webmap.board import board
from geo.publish.webmap.history import Reported, all_reported, reported, yearly_figures
from geo.publish.webmap.map import Decided, empty_map, of_parcels, of_run
from geo.publish.webmap.notes import row_hashes
from geo.publish.webmap.packing import Json
from geo.publish.webmap.parks import parks
from geo.publish.webmap.rules import used_cells
from geo.publish.webmap.wire import HEADLINE, PARK, SCORES
from geo.run import Run
from geo.run.files import read_file
from geo.run.held import VERDICTS
from geo.run.part import flat_parcels, parts_in, rows_of_files, run_of_part, with_columns
from geo.runtime import give_back_memory

_ASKED_FOR = ("idle", "defects")
"""Tables of which themes ask whether the run has any row."""


@dataclass(frozen=True)
class Source:
    """The run in parts that a map is made of: where it is kept, as what it is shown."""

    folder: Path
    settings: Settings
    scratch: Path

    @property
    def strays(self) -> Path:
        """What parts know of each other's parcels (`Strays`)."""
        return self.scratch / "strays.pickle"

    def scores(self, part: str) -> Path:
        """The grading of a part's enterprises."""
        return self.scratch / f"scores-{part}.pickle"

    def hashes(self, part: str) -> Path:
        """The numbers of a part's parcels (`row_hashes`)."""
        return self.scratch / f"hashes-{part}.npy"

    def written(self, part: str) -> Path:
        """What a part is made into (`Written`)."""
        return self.scratch / f"written-{part}.pickle"

    def figures(self, part: str) -> Path:
        """The figures of a part's parcels over the years."""
        return self.scratch / f"figures-{part}.pickle"

    def codes(self, declared: int, theme: int) -> Path:
        """The classes of all parcels in a theme."""
        return self.scratch / f"codes-{declared}-{theme}.npy"


@dataclass(frozen=True)
class Strays:
    """What a part's enterprises have on other parts' parcels: rows of allocation, enterprises, grades.

    `grades` have the `number` of each in the grading.
    """

    allocation: pd.DataFrame
    enterprises: pd.DataFrame
    grades: pd.DataFrame


@dataclass(frozen=True)
class Surveyed:
    """What a part has of which all parts must agree, and what is added up over them."""

    parcels: int
    graded: int
    used: dict[str, Ints]
    told: Reported
    kinds: pd.DataFrame
    strays: Strays


@dataclass(frozen=True)
class PartToWrite:
    """A part that is to be written; `shown` are the themes of all parcels, by their declaration."""

    source: Source
    name: str
    number: int
    first: int
    decided: Decided
    spoken: frozenset[str]
    borrowed: Mapping[str, str]
    shown: Mapping[str, Sequence[Theme]]
    park_ids: list[str]
    folder: Path
    size: int


@dataclass(frozen=True)
class Written:
    """A part that is written: its files, its themes without codes, its counts by park."""

    files: folder.PartFiles
    shown: list[Theme]
    counts: ByPark


@dataclass(frozen=True)
class Joining:
    """Parts that are written and are to be joined.

    `further` is what search finds of themes by their id; `once` fields of the page that are made.
    """

    source: Source
    parts: list[str]
    into: Path
    options: Publish
    counts: RunCounts
    further: Mapping[str, list[dict[str, Any]]]
    once: dict[str, Any]


def write_folder(
    source: Path,
    settings: Settings,
    into: Path,
    options: Publish,
    each: Each,
    counts: RunCounts,
    size: int = folder.TILE,
) -> None:
    """Write the folder map of the run in parts that is kept in `source`.

    Parameters
    ----------
    settings
        As what it is shown.
    each
        `work` of every job, in order; both are sent to other processes.
    counts
        Counts over all rows.
    """
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into.parent, prefix=".map-") as scratch:
        own = Source(source, settings, Path(scratch))
        parts = parts_in(source)
        surveyed = each(_survey, [(own, part) for part in parts])
        shown, further = _of_all(own, each)
        jobs = _to_write(own, parts, surveyed, shown, into, size)
        del surveyed  # the rows that parts have on each other's parcels are in a file by now
        works = [(_scores, (own, parts, into)), (_parks, own), (_overlays, own)]
        graded, outlines, drawn, *_ = each(_do, [*works, *((_write, job) for job in jobs)])
        once = {"scores": graded, "parks": outlines, "overlays": drawn}
        each(_join, [Joining(own, parts, into, options, counts, further, once)])


def _all(source: Source) -> Run:
    """The run as a whole, its parcels a column at a time."""
    return with_columns(_stored(source.folder, source.settings), source.folder)


def _stored(place: Path, settings: Settings) -> Run:
    return Run.load(place).shown_as(settings)


@lru_cache(maxsize=1)
def _kept(place: Path, settings: str) -> Run:
    """The run, loaded once a process."""
    return _stored(place, Settings.model_validate_json(settings))


def _file(source: Source, table: str, part: str) -> Path:
    return source.folder / FOLDER / table / f"{part}.parquet"


def _survey(job: tuple[Source, str]) -> Surveyed:
    source, part = job
    parcels = flat_parcels(source.folder, part)
    whole = _kept(source.folder, source.settings.model_dump_json())
    run = run_of_part(whole, source.folder, part, {"parcels": parcels})
    firms = run.grades[run.grades["subject"] == "enterprise"]
    found = yearly_figures(run)
    write_pickle(source.figures(part), found)
    write_pickle(source.scores(part), scores.graded(run))
    np.save(source.hashes(part), row_hashes(parcels))
    return Surveyed(
        len(parcels),
        len(firms),
        used_cells(run),
        reported(run, found),
        payload.zone_kinds(run),
        _strays(run, firms.assign(number=np.arange(len(firms)))),
    )


def _strays(run: Run, firms: pd.DataFrame) -> Strays:
    rows = run.allocation
    rows = rows[(rows["year"] == run.settings.year) & rows["parcel_id"].notna()]
    rows = rows[~isin_text(rows["parcel_id"], run.parcels["parcel_id"])]
    ids = rows["enterprise_id"].drop_duplicates()
    listed = run.enterprises
    return Strays(
        rows,
        listed[isin_text(listed["enterprise_id"], ids)],
        firms[isin_text(firms["subject_id"], ids)],
    )


def _of_all(
    source: Source, each: Each
) -> tuple[dict[str, list[Theme]], dict[str, list[dict[str, Any]]]]:
    """Themes whose classes hang on all parcels, by declaration; what search finds of each theme."""
    places = [place for place, declared in enumerate(THEMES) if declared.of_all]
    found = each(_classify, [(source, place) for place in places])
    listed = list(THEMES)
    return (
        {
            listed[at].name: [theme for theme, _ in own]
            for at, own in zip(places, found, strict=True)
        },
        {theme.id: words for own in found for theme, words in own},
    )


def _classify(job: tuple[Source, int]) -> list[tuple[Theme, list[dict[str, Any]]]]:
    """The themes of a declaration over all parcels; their codes go to files."""
    source, place = job
    run = with_columns(_kept(source.folder, source.settings.model_dump_json()), source.folder)
    made = []
    for number, theme in enumerate(list(THEMES)[place].themes(run)):
        np.save(source.codes(place, number), theme.codes)
        made.append((_without_codes(theme), terms.of_classes(run, theme)))
    return made


def _without_codes(theme: Theme) -> Theme:
    return replace(theme, codes=np.empty(0, np.uint8))


def _do(job: tuple[Callable[[Any], Any], Any]) -> Any:
    """Work of several kinds at once: a function, and what it is given."""
    work, given = job
    return work(given)


def _scores(job: tuple[Source, list[str], Path]) -> Any:
    """The grading of all enterprises, whose entries go to their file."""
    source, parts, into = job
    graded = scores.joined([read_pickle(source.scores(part)) for part in parts])
    listed = None if graded is None else tables.index(tables.checked(graded, SCORES), SCORES)
    return folder.write_scores(listed, into)


def _parks(source: Source) -> Json:
    return tables.as_json(parks(_all(source)), PARK)


def _overlays(source: Source) -> dict[str, Json]:
    return payload.overlay_tables(_all(source))


def _join(job: Joining) -> None:
    """Write the files of all parts together."""
    give_back_memory()
    source, parts, options = job.source, job.parts, job.options
    run = _all(source)
    shown = read_pickle(source.written(parts[0])).shown
    words = terms.of_parks(run)
    words += [term for theme in shown for term in job.further.get(theme.id, ())]
    by_park = all_parks([read_pickle(source.written(part)).counts for part in parts])
    lines = tables.as_json(board(run, shown, job.counts, by_park), HEADLINE)
    hashes = np.concatenate([np.load(source.hashes(part)) for part in parts])
    told = of_run(run, words, job.counts, options, hashes)
    index = tables.index(tables.checked(told | job.once | {"board": lines}))
    page = empty_map(run, options, scripts=folder.SCRIPTS)
    files = (read_pickle(source.written(part)).files for part in parts)
    folder.join_parts(files, index, page, job.into)


def _to_write(
    source: Source,
    parts: list[str],
    surveyed: list[Surveyed],
    shown: dict[str, list[Theme]],
    into: Path,
    size: int,
) -> list[PartToWrite]:
    """The parts with all that they must agree on."""
    run = _all(source)
    starts = np.cumsum([0, *(one.graded for one in surveyed)])
    strays = [one.strays for one in surveyed]
    together = Strays(
        pd.concat([one.allocation for one in strays], ignore_index=True),
        pd.concat([one.enterprises for one in strays], ignore_index=True),
        pd.concat(
            [
                one.grades.assign(number=one.grades["number"] + start)
                for one, start in zip(strays, starts[:-1], strict=True)
            ],
            ignore_index=True,
        ),
    )
    source.strays.write_bytes(pickle.dumps(together, protocol=5))
    kinds = pd.concat([one.kinds for one in surveyed], ignore_index=True).drop_duplicates("kind")
    used = _used([one.used for one in surveyed])
    graded = starts[-1] > 0 and run.basis.method is not None
    figures = {
        name: bool(pd.api.types.is_numeric_dtype(values.dtype))
        for name, _, values in own_columns(run)
    }
    told = all_reported(one.told for one in surveyed)
    first = np.cumsum([0, *(one.parcels for one in surveyed)])
    borrowed = _borrowed(source, parts)
    ids = run.parks["park_id"].astype("str").tolist()
    return [
        PartToWrite(
            source,
            part,
            int(starts[at]) if graded else -1,
            int(first[at]),
            Decided(figures, used, told, kinds, None),
            frozenset(used),
            borrowed.get(part, {}),
            shown,
            ids,
            into,
            size,
        )
        for at, part in enumerate(parts)
    ]


def _used(parts: Sequence[dict[str, Ints]]) -> dict[str, Ints]:
    """The cells of each rule that any part uses; a part that it says nothing of has none, −1."""
    spoken = dict.fromkeys(rule for part in parts for rule in part)
    silent = np.array([-1], np.int32)
    return {
        rule: np.unique(np.concatenate([part.get(rule, silent) for part in parts]))
        for rule in spoken
    }


def _borrowed(source: Source, parts: list[str]) -> dict[str, dict[str, str]]:
    """By part the tables of which it has no row, but the run has, and a file that has one."""
    out: dict[str, dict[str, str]] = {}
    for table in _ASKED_FOR:
        rows = rows_of_files(source.folder, table)
        lender = next((name for name, count in rows.items() if count), None)
        for part in parts:
            if lender and not rows.get(part):
                out.setdefault(part, {})[table] = lender
    return out


@lru_cache(maxsize=1)
def _strays_of_all(file: Path) -> Strays:
    found: Strays = pickle.loads(file.read_bytes())  # noqa: S301 -- our own file
    return found


def _write(job: PartToWrite) -> None:
    source = job.source
    run, number = _with_strays(job)
    made = themes(run, dict(_sliced(job)))
    found = read_pickle(source.figures(job.name))
    decided = replace(job.decided, number=number, found=found)
    table = tables.checked(of_parcels(run, made, decided))
    files = folder.write_part(
        job.name, table, run.parcels.geometry, job.park_ids, job.folder, source.scratch, job.size
    )
    shown = [_without_codes(theme) for theme in made]
    write_pickle(source.written(job.name), Written(files, shown, by_park(run)))


def _sliced(job: PartToWrite) -> Iterator[tuple[str, list[Theme]]]:
    """The themes of all parcels with the part's own codes."""
    places = {declared.name: place for place, declared in enumerate(THEMES)}
    rows = _file(job.source, "parcels", job.name)
    end = job.first + pq.read_metadata(rows).num_rows
    for name, listed in job.shown.items():
        yield (
            name,
            [
                replace(
                    theme,
                    codes=np.load(job.source.codes(places[name], at), mmap_mode="r")[
                        job.first : end
                    ],
                )
                for at, theme in enumerate(listed)
            ],
        )


def _with_strays(job: PartToWrite) -> tuple[Run, Series | None]:
    """A run of the part's parcels with all that occupy them; numbers of enterprises in the grading."""
    source, part = job.source, job.name
    whole = _kept(source.folder, source.settings.model_dump_json())
    alone = run_of_part(whole, source.folder, part, {})
    parcels, strays = alone.parcels, _strays_of_all(source.strays)
    ids = parcels["parcel_id"]
    beside = strays.allocation[isin_text(strays.allocation["parcel_id"], ids)]
    firms = beside["enterprise_id"].drop_duplicates()
    own = alone.allocation
    own = own[own["parcel_id"].notna() & isin_text(own["parcel_id"], ids)]
    listed, grades = strays.enterprises, strays.grades
    graded = alone.grades[alone.grades["subject"] == "enterprise"]
    graded = graded.assign(number=job.number + np.arange(len(graded)))
    others = grades[isin_text(grades["subject_id"], firms)]
    graded = pd.concat([graded, others], ignore_index=True)
    others = listed[isin_text(listed["enterprise_id"], firms)]
    given = {
        "parcels": parcels,
        "allocation": pd.concat([own, beside], ignore_index=True),
        "enterprises": pd.concat([alone.enterprises, others], ignore_index=True),
        "grades": graded.drop(columns="number"),
        VERDICTS: replace(alone.verdict_codes, spoken=job.spoken),
    }
    for table, lender in job.borrowed.items():
        given[table] = read_file(_file(source, table, lender), table).head(1)
    number = pd.Series(graded["number"].to_numpy(np.int32), graded["subject_id"])
    has_main = job.number >= 0 and "main_enterprise_id" in parcels
    return run_of_part(whole, source.folder, part, given), number if has_main else None
