"""A project assessed in parts: cut, worked out by an engine, put together again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj

from geo import findings
from geo.arrays import CRS, Frames
from geo.assess.conclude import any_covered, completed, conclude
from geo.assess.part import RulePacks, RunFrame
from geo.assess.work import check_places, prepare
from geo.checks.run import CUT
from geo.engine import Engine
from geo.evaluate.eligibility import columns_read
from geo.evaluate.graded import Graded
from geo.evaluate.method import Method
from geo.evaluate.run_grades import NOTHING, evaluate_parks
from geo.land.terrain import not_beside
from geo.land.zones import ZoneIndex
from geo.model.tables import TABLES
from geo.partition.grading import grade_parts
from geo.partition.histories import are_kept, histories, keep_earlier
from geo.partition.layout import ParcelIndex, Parks, lay_out, read_picked
from geo.partition.neighbourhood import Share, shares
from geo.partition.spill import (
    LISTED,
    SPILLED,
    SpillRequest,
    SpillSummary,
    kinds_to_convert,
    sum_summaries,
)
from geo.partition.worker import (
    CONCLUDED,
    PUBLISHED,
    SHARED,
    FinalTypes,
    PartInput,
    PartJob,
    SharedInput,
    finish_part,
    read_part_result,
    run_part,
    write_pickle,
)
from geo.project import Project
from geo.run import Basis, Run
from geo.run.held import VERDICTS
from geo.run.run import MESSAGES
from geo.run.verdict_files import CODES
from geo.runtime import give_back_memory
from geo.sources.batches import batches, digest_read, parcels_crs, streamed
from geo.sources.ids import match_ids
from geo.sources.load import Layers, load
from geo.sources.project_notes import check_notes
from geo.sources.streams import CurvedError
from geo.text import Message, Wording

Progress = Callable[[str], None]
EARLIER = "parcels_before"
AROUND_M = 1_000.0
"""How far around its land a part keeps control lines, m."""


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
    """A project laid out in parts: layers as read, jobs, what is shared, what was found."""

    layers: Layers
    parcel_index: ParcelIndex
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
    way.each("parts", run_part, done.jobs)
    part_result = [read_part_result(job) for job in done.jobs]
    basis = _basis(project, rules, method, done)
    result = completed(conclude(part_result, done.notes, basis, done.place, way.progress))
    return result, _with_outlines(done, result.findings, way.folder)


def assess_on_disk(
    project: Project,
    rules: RulePacks,
    method: Method | None,
    way: RunContext,
    layers: Layers | None = None,
) -> tuple[Run, Layers, SpillSummary]:
    """The same with the tables of `SPILLED` in `published/` of the folder, and without rows here."""
    done = partition(project, rules, way, layers, columns_read(method))
    done.notes.append(check_notes(done.place.notes["notes"], done.parcel_index.id))
    summaries: list[SpillSummary] = way.each("parts", run_part, done.jobs)
    part_result = [read_part_result(job) for job in done.jobs]
    summary, covered = sum_summaries(summaries), any_covered(part_result)
    jobs = [
        replace(job, as_is=kinds_to_convert(one, summary.kinds))
        for job, one in zip(done.jobs, summaries, strict=True)
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
    result = conclude(part_result, done.notes, basis, done.place, way.progress, evaluation, history)
    write_pickle(
        way.folder / CONCLUDED,
        FinalTypes(kinds, covered, project.settings.lang, result.parcels.crs),
    )
    spilled = [name for name in SPILLED if name != VERDICTS]
    for name in (*spilled, *(["lineage"] if history else []), CODES, MESSAGES):
        (way.folder / PUBLISHED / name).mkdir(parents=True)
    counts = way.each("tables", finish_part, jobs)
    summary = replace(
        summary,
        found=findings.add_groups(counts),
        grades=counted[0],
        listed=not_beside(summary.listed, covered),
    )
    said = [t for t in result.basis.not_computed if not (history and _wants(t, EARLIER))]
    untold: list[Wording] = []
    if project.settings.hotspots.figures:
        untold.append(Message("coordinator.no_hotspots"))
    # They are made of all rows, which no one has here.
    untold += [
        Message("coordinator.table_left_out", title=table.title) for table in TABLES if table.make
    ]
    found = pd.concat([result.findings, summary.listed])
    basis = replace(result.basis, not_computed=(*said, *untold))
    return (
        replace(result, basis=basis),
        _with_outlines(done, found, way.folder),
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
    stream = streamed(project) if layers is None else None
    if layers is None:
        crs = parcels_crs(project, stream) if stream else None
        layers = load(project, way.progress, parcels_crs=crs)
    place, notes = prepare(layers, project.settings, way.progress)
    if competing is not None and EARLIER in place.shared:
        keep_earlier(place.shared[EARLIER], place.plane, way.folder)
        place = replace(place, shared={k: v for k, v in place.shared.items() if k != EARLIER})
    parks = Parks.of(place.shared["parks"])
    way.progress("parcels")
    parcel_batches = (
        batches(project, stream, project.engine.batch)
        if stream
        else [(layers["parcels"], findings.no_findings())]
    )
    matched: list[pd.DataFrame] = []
    if stream:
        parcel_batches = _matched(parcel_batches, layers["parks"], matched)
    try:
        parcel_index, sample, read = lay_out(parcel_batches, parks, way.folder)
    except CurvedError:
        return partition(project, rules, way, load(project, way.progress), competing)
    check_places({**layers.frames, "parcels": sample}, project.settings)
    if stream:
        layers.files.update(digest_read(project, stream))
    tables = {name: layers[name] for name in CUT if name != "parcels" and name in layers.frames}
    if stream:
        ids = pd.DataFrame({"parcel_id": parcel_index.id, "source_row": parcel_index.row})
        fitted, found = match_ids({"parcels": ids, **tables})
        tables = {name: fitted[name] for name in tables}
        layers = replace(layers, frames=layers.frames | tables)
        matched.append(found)
    size = even_size(len(parcel_index.row), project.engine.part, way.engine.workers)
    parts = shares(parcel_index, parks, tables, size)
    shared = place.shared | {k: v.iloc[:0] for k, v in place.shared.items() if k == "zones"}
    write_pickle(
        way.folder / SHARED,
        SharedInput(
            project.settings,
            rules,
            replace(place, zones=None, shared=shared),
            layers.rasters,
            None if competing is None else SpillRequest(competing, -(-LISTED // len(parts))),
        ),
    )
    jobs = _handed_out(way.folder, parts, parcel_index, tables, place.zones, parks.frame.crs)
    # What the parts have is not needed here: of a large run it is most of the memory.
    left = {
        name: frame
        for name, frame in layers.frames.items()
        if name not in tables or isinstance(frame, gpd.GeoDataFrame)
    }
    return Partitioned(
        replace(layers, frames=left),
        parcel_index,
        jobs,
        replace(place, zones=None),
        [layers.findings, findings.once_per_layer([*read, *matched]), notes],
    )


def even_size(parcels: int, most: int, workers: int) -> int:
    """Parcels of a part, so that all workers have as many parts, none larger than `most`.

    >>> even_size(1_000_000, 50_000, 8)  # 24 parts, 3 a worker; not 20, of which 4 have a third
    41667
    """
    rounds = -(-parcels // (most * workers))
    return max(1, -(-parcels // (rounds * workers)))


def _matched(
    batches_read: Iterable[tuple[gpd.GeoDataFrame, pd.DataFrame]],
    parks: gpd.GeoDataFrame,
    notes: list[pd.DataFrame],
) -> Iterator[tuple[gpd.GeoDataFrame, pd.DataFrame]]:
    """The batches with the ids of their parks as the parks write them; findings go to `notes`."""
    for frame, found in batches_read:
        fitted, match_notes = match_ids({"parks": parks, "parcels": frame})
        notes.append(match_notes)
        yield fitted["parcels"], found


def _handed_out(
    folder: Path,
    parts: list[Share],
    parcel_index: ParcelIndex,
    tables: Frames,
    zones: ZoneIndex | None,
    crs: CRS,
) -> list[PartJob]:
    """Each part's rows of the tables, its guests and the zones around its land, in its file."""
    neighbours = read_picked(
        folder, parcel_index, np.unique(np.concatenate([p.neighbours for p in parts]))
    )
    jobs = [PartJob(folder, one.number, len(one.scope.rows["parcels"])) for one in parts]
    for job, share in zip(jobs, parts, strict=True):
        write_pickle(
            job.input,
            PartInput(
                share,
                {
                    name: table.iloc[share.tables[name]].reset_index(drop=True)
                    for name, table in tables.items()
                },
                neighbours[np.isin(neighbours["source_row"], parcel_index.row[share.neighbours])],
                zones and zones.near(_around(share.box, crs, zones.plane)),
            ),
        )
    return jobs


def _around(
    box: tuple[float, float, float, float], crs: CRS, plane: CRS
) -> tuple[float, float, float, float]:
    """A box of the layers' CRS and `AROUND_M` beyond it, in the plane."""
    to = pyproj.Transformer.from_crs(crs, plane, always_xy=True)
    x0, y0, x1, y1 = to.transform_bounds(*box, densify_pts=21)
    return x0 - AROUND_M, y0 - AROUND_M, x1 + AROUND_M, y1 + AROUND_M


def _wants(text: Wording, layer: str) -> bool:
    """Whether it says that a layer is missing which would feed something."""
    return isinstance(text, Message) and text.arguments.get("name") == layer


def _with_outlines(done: Partitioned, found: pd.DataFrame, folder: Path) -> Layers:
    """The layers with the outlines of those parcels that findings are about."""
    if "parcels" in done.layers.frames:
        return done.layers
    rows = found.loc[found["layer"] == "parcels", "row"].dropna().to_numpy("int64")
    at = np.flatnonzero(np.isin(done.parcel_index.row, rows))
    frame = read_picked(folder, done.parcel_index, at, ["source_row", "geometry"])
    return replace(done.layers, frames={**done.layers.frames, "parcels": frame})
