"""A project assessed in parts: cut, worked out by an engine, put together again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Frames
from geo.assess.conclude import any_covered, completed, conclude
from geo.assess.part import RulePacks, RunFrame
from geo.assess.shared import REPORTED, Reported, check_places, prepare
from geo.checks.run import CUT
from geo.engine import Engine
from geo.errors import DataError
from geo.evaluate.eligibility import columns_read
from geo.evaluate.graded import Graded
from geo.evaluate.method import Method
from geo.evaluate.run_grades import NOTHING, evaluate_parks
from geo.land.terrain import not_beside
from geo.land.zone_kinds import absent_families
from geo.model.tables import TABLES
from geo.partition.grading import grade_parts
from geo.partition.hand_out import hand_out, hand_out_zones
from geo.partition.histories import are_kept, histories, keep_earlier
from geo.partition.hotspots import hotspots_of_parts
from geo.partition.layout import ParcelIndex, Parks
from geo.partition.neighbourhood import shares
from geo.partition.outlines import OutlineFiles, kept_zone_outlines
from geo.partition.parcels import ids_of_tables, lay_out_parcels
from geo.partition.rounds import ask_money, run_parts
from geo.partition.spill import (
    SPILLED,
    SpillRequest,
    SpillSummary,
    kinds_to_convert,
    listed_of_each,
    sum_summaries,
)
from geo.partition.worker import (
    CONCLUDED,
    PUBLISHED,
    SHARED,
    FinalTypes,
    PartJob,
    SharedInput,
    finish_part,
)
from geo.partition.zone_files import ZONES, ZoneFiles, streamed_zones
from geo.pickles import write_pickle
from geo.project import Project, Settings
from geo.run import Basis, Run
from geo.run.held import VERDICTS
from geo.run.run import MESSAGES
from geo.run.verdict_files import CODES
from geo.runtime import give_back_memory
from geo.sources.batch_findings import of_layer
from geo.sources.batches import stream_crs, streamed
from geo.sources.datum import same_datum
from geo.sources.load import Layers, load
from geo.sources.parked import ParkedTable
from geo.sources.project_notes import check_notes
from geo.sources.streams import ReadWholeError, Stream
from geo.text import Message, Wording

Progress = Callable[[str], None]
EARLIER = "parcels_before"


@dataclass(frozen=True)
class RunContext:
    """How a run is done: by which engine, in which folder, and who is told.

    `folder` is an empty one that every worker of the engine sees; `count` is told
    how many parts are done.
    """

    engine: Engine
    folder: Path
    progress: Progress = lambda _: None
    count: Callable[[int, int], None] = lambda *_: None

    def each(self, name: str, work: Callable[[PartJob], Any], jobs: list[PartJob]) -> list[Any]:
        """`work` of every job, in order; the large ones are begun first, so that all end at once."""
        self.progress(name)
        give_back_memory()
        order = sorted(range(len(jobs)), key=lambda at: -jobs[at].size)
        answers = self.engine.map(work, [jobs[at] for at in order], self.count)
        return [answer for _, answer in sorted(zip(order, answers, strict=True), key=itemgetter(0))]


@dataclass(frozen=True)
class Partitioned:
    """A project laid out in parts: layers without what only parts need, jobs, what is shared.

    The parcels' outlines, and of a large project those of all layers, are in files.
    """

    layers: Layers
    outlines: OutlineFiles
    jobs: list[PartJob]
    place: RunFrame
    notes: list[pd.DataFrame]


def assess_in_parts(
    project: Project,
    rules: RulePacks,
    method: Method | None,
    way: RunContext,
    layers: Layers | None = None,
) -> tuple[Run, Layers]:
    """`assess` of a project's files in parts of `[engine] part` parcels, all tables in memory."""
    done = partition(project, rules, way, layers)
    _, _, part_result = run_parts(way.each, done.jobs)
    basis = _basis(project, rules, method, done)
    result = conclude(part_result, done.notes, basis, done.place, way.progress)
    result = completed(result.with_tables(**kept_zone_outlines(way.folder)))
    return result, _with_outlines(done, result.findings)


def assess_on_disk(
    project: Project,
    rules: RulePacks,
    method: Method | None,
    way: RunContext,
    layers: Layers | None = None,
) -> tuple[Run, Layers, SpillSummary]:
    """The same with the tables of `SPILLED` in `published/` of the folder, and without rows here."""
    done = partition(project, rules, way, layers, columns_read(method))
    jobs, summaries, part_result = run_parts(way.each, done.jobs)
    summaries, asked = ask_money(jobs, summaries, listed_of_each(len(jobs)))
    done.notes.append(asked)
    summary = sum_summaries(summaries, [job.output for job in done.jobs])
    covered = any_covered(part_result)
    jobs = [
        replace(job, as_is=kinds_to_convert(one, summary.kinds))
        for job, one in zip(jobs, summaries, strict=True)
    ]
    shown, kinds = [one.graded for one in summaries], dict(summary.kinds)
    del summaries
    counted: list[pd.DataFrame] = []

    def evaluation(tables: Frames) -> Graded:
        grades = grade_parts(jobs, shown, method, project.settings)
        counted.append(grades.counts)
        kinds.update(grades.kinds)
        return evaluate_parks(tables["parks"], method, project.settings) if method else NOTHING

    basis, plane = _basis(project, rules, method, done), done.place.plane
    history = None
    if are_kept(way.folder):
        crs, band = part_result[0].tables["parcels"].crs, project.settings.overlap_band_m
        history = histories(way.each, done.jobs, plane, band, crs)
    local = hotspots_of_parts(way.each, jobs, project.settings)
    result = conclude(
        part_result, done.notes, basis, done.place, way.progress, evaluation, history, local
    )
    result = result.with_tables(**kept_zone_outlines(way.folder))
    write_pickle(
        way.folder / CONCLUDED,
        FinalTypes(kinds, covered, project.settings.lang, result.parcels.crs),
    )
    spilled = [name for name in SPILLED if name != VERDICTS]
    told = [*(["lineage"] if history else []), *(["hotspots"] if len(local.summary) else [])]
    for name in (*spilled, *told, CODES, MESSAGES):
        (way.folder / PUBLISHED / name).mkdir(parents=True)
    counts = way.each("tables", finish_part, jobs)
    summary = replace(
        summary,
        found=findings.add_groups(counts),
        grades=counted[0],
        listed=not_beside(summary.listed, covered),
    )
    said = [t for t in result.basis.not_computed if not (history and _wants(t, EARLIER))]
    # They are made of all rows, which no one has here.
    untold = [
        Message("coordinator.table_left_out", title=table.title) for table in TABLES if table.make
    ]
    found = pd.concat([result.findings, summary.listed])
    basis = replace(result.basis, not_computed=(*said, *untold))
    return (
        replace(result, basis=basis),
        _with_outlines(done, found),
        summary,
    )


def _basis(project: Project, rules: RulePacks, method: Method | None, done: Partitioned) -> Basis:
    """What the parts are judged by."""
    packs, low_efficiency = tuple(rules.packs), tuple(rules.low_efficiency)
    settings, files = project.settings, done.layers.files
    return Basis(settings, packs, low_efficiency, method, rules.plan, inputs=files)


def partition(
    project: Project,
    rules: RulePacks,
    way: RunContext,
    layers: Layers | None = None,
    competing: tuple[str, ...] | None = None,
) -> Partitioned:
    """Read a project, unless it was, and lay it out in parts.

    With `competing`, the columns that enterprises are graded by, large tables will go to files.
    """
    streams = _streams(project, competing) if layers is None else {}
    try:
        return _partition(project, rules, way, layers, streams, competing)
    except ReadWholeError:
        return _partition(project, rules, way, None, {}, competing)


def _streams(project: Project, competing: tuple[str, ...] | None) -> dict[str, Stream]:
    """What gives layers in batches: the parcels, and the zones where nobody asks for them whole."""
    parcels = streamed(project)
    if parcels is None:
        return {}
    zones = streamed(project, ZONES) if ZONES in project.layers and competing is not None else None
    if zones is None or not same_datum(
        *(stream_crs(project, one, name) for name, one in (("parcels", parcels), (ZONES, zones)))
    ):
        return {"parcels": parcels}
    return {"parcels": parcels, ZONES: zones}


def _partition(
    project: Project,
    rules: RulePacks,
    way: RunContext,
    layers: Layers | None,
    streams: dict[str, Stream],
    competing: tuple[str, ...] | None,
) -> Partitioned:
    """`partition`. Raises ReadWholeError where a layer cannot be read in batches after all."""
    if layers is None:
        batched = {name: stream_crs(project, one, name) for name, one in streams.items()}
        folder = way.folder if streams else None
        each = way.engine.map if way.engine.here else None
        layers = load(project, way.progress, batched=batched, folder=folder, each=each)
    tables, reported, layers = _parked(layers, project.settings, way.folder, batched=bool(streams))
    give_back_memory()
    without = replace(layers, frames={n: f for n, f in layers.frames.items() if n != ZONES})
    place, notes = prepare(without, project.settings, way.progress, reported)
    zones, beside = _zones(project, way, streams.get(ZONES), layers, place)
    if competing is not None and EARLIER in place.shared:
        keep_earlier(place.shared[EARLIER], place.plane, way.folder)
        place = replace(place, shared={k: v for k, v in place.shared.items() if k != EARLIER})
    parks = Parks.of(place.shared["parks"])
    outlines = OutlineFiles(way.folder, ())
    if competing is not None:
        outlines = OutlineFiles.of(without.frames, way.folder, (ZONES,) if zones or beside else ())
        layers = without
    give_back_memory()
    way.progress("parcels")
    parcel_index, ids, read_notes, answers = _parcels(
        project, way, streams.get("parcels"), layers, parks, tables, beside
    )
    if answers:
        zones, digests = answers[0]
        layers.files.update(digests)
    if zones is not None:
        place = replace(place, rows=_in_order(project, [place.rows, zones.rows]))
    size = even_size(len(parcel_index.row), project.engine.part, way.engine.workers)
    give_back_memory()
    parts = shares(parcel_index, parks, ids, size)
    parcel_index = parcel_index.without_places()
    give_back_memory()
    shared = place.shared if zones is None else place.shared | {ZONES: zones.none}
    write_pickle(
        way.folder / SHARED,
        SharedInput(
            project.settings,
            rules,
            replace(place, shared=shared),
            layers.rasters,
            None if competing is None else SpillRequest(competing, listed_of_each(len(parts))),
        ),
    )
    index = None
    if zones is not None:
        around = way.folder, parts, zones.runs(), parks.frame.crs, place.plane
        index = hand_out_zones(*around, absent_families(project.settings.zones_absent))
        give_back_memory()
    jobs = hand_out(way.folder, parts, parcel_index, tables, ids, index)
    noted = [layers.findings, read_notes, notes, *([] if zones is None else [zones.findings])]
    last_rows = parcel_index.row[np.flatnonzero(np.diff(parcel_index.batch, append=-1))]
    done = Partitioned(layers, replace(outlines, last_rows=last_rows), jobs, place, noted)
    if competing is None:
        return done
    noted.append(check_notes(place.notes["notes"], parcel_index.id))
    return _without_drawn(done)


def _parcels(
    project: Project,
    way: RunContext,
    stream: Stream | None,
    layers: Layers,
    parks: Parks,
    tables: dict[str, ParkedTable],
    beside: list[Callable[[], Any]],
) -> tuple[ParcelIndex, Frames, pd.DataFrame, list[Any]]:
    """The parcels laid out; the ids of the tables as they write them; findings about both.

    The last are the answers of what is done `beside` the reading of a stream.
    """
    laid = lay_out_parcels(project, way.engine, way.folder, stream, layers, parks, beside)
    give_back_memory()
    check_places({**layers.frames, "parcels": laid.sample}, project.settings)
    ids, of_ids = ids_of_tables(laid.index, tables, layers, streamed=stream is not None)
    return laid.index, ids, of_layer([*laid.found, of_ids]), laid.answers


def _zones(
    project: Project, way: RunContext, stream: Stream | None, layers: Layers, place: RunFrame
) -> tuple[ZoneFiles | None, list[Callable[[], Any]]]:
    """The zones that were read at once, in files; or the work that reads them of a stream."""
    if stream is None and ZONES not in layers.frames:
        return None, []
    way.progress(ZONES)
    parks = place.shared["parks"]
    if stream is not None:
        return None, [partial(streamed_zones, project, stream, parks, place.plane, way.folder)]
    read = [(layers[ZONES], findings.no_findings())]
    return ZoneFiles.of(read, parks, project.settings, place.plane, way.folder), []


def _parked(
    layers: Layers, settings: Settings, folder: Path, *, batched: bool
) -> tuple[dict[str, ParkedTable], Reported, Layers]:
    """The tables that are cut, in files; what they report; the layers with all outlines alone.

    Raises DataError; ReadWholeError where the ids of `batched` parcels may lift it.
    """
    frames, tables = dict(layers.frames), {}
    told: Frames = {}
    for name in [name for name in CUT if name != "parcels" and name in frames]:
        frame = frames[name]
        parked = frame if isinstance(frame, ParkedTable) else ParkedTable.of(frame, name, folder)
        tables[name] = parked
        if name in REPORTED:
            told[name] = parked.whole(REPORTED[name])
        if not isinstance(frame, gpd.GeoDataFrame):
            del frames[name]
    try:
        reported = Reported.of(told, settings.year)
    except DataError as error:
        if batched and error.code.startswith("occupancy."):  # its ids are not the parcels' yet
            raise ReadWholeError from error
        raise
    return tables, reported, replace(layers, frames=frames)


def _in_order(project: Project, rows: list[pd.DataFrame]) -> pd.DataFrame:
    """What became of the rows of layers, in the order of the project file."""
    place = {name: at for at, name in enumerate([*project.layers, *project.tables])}
    table = pd.concat(rows, ignore_index=True)
    return table.sort_values("layer", key=lambda names: names.map(place), kind="stable")


def _without_drawn(done: Partitioned) -> Partitioned:
    """A large project's layers that are drawn are in files: parts have read theirs already."""
    drawn = ("parcels", *done.outlines.names)
    left = {name: frame for name, frame in done.layers.frames.items() if name not in drawn}
    return replace(done, layers=replace(done.layers, frames=left))


def even_size(parcels: int, most: int, workers: int) -> int:
    """Parcels of a part, so that all workers have as many parts, none larger than `most`.

    >>> even_size(1_000_000, 50_000, 8)  # 24 parts, 3 a worker; not 20, of which 4 have a third
    41667
    """
    rounds = -(-parcels // (most * workers))
    return max(1, -(-parcels // (rounds * workers)))


def _wants(text: Wording, layer: str) -> bool:
    """Whether it says that a layer is missing which would feed something."""
    return isinstance(text, Message) and text.arguments.get("name") == layer


def _with_outlines(done: Partitioned, found: pd.DataFrame) -> Layers:
    """The layers with the outlines of those rows that findings are about."""
    if "parcels" in done.layers.frames:
        return done.layers
    return replace(done.layers, frames=done.layers.frames | done.outlines.about(found))
