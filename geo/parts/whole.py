"""A project assessed in parts: cut, worked out by an engine, put together again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo import findings
from geo.assess import Assessment
from geo.assess.conclude import conclude
from geo.assess.work import Place, Rules, check_places, prepare
from geo.checks.run import CUT
from geo.engine import Engine
from geo.errors import Text
from geo.evaluate.method import Method
from geo.parts.closure import Share, shares
from geo.parts.kept import KEPT, Tally, as_agreed, summed
from geo.parts.run import (
    CONCLUDED,
    PUBLISHED,
    SHARED,
    Job,
    Shared,
    finish_part,
    read_worked,
    run_part,
    write_pickle,
)
from geo.parts.spread import Parks, Spine, read_outlines, spread
from geo.project import Project
from geo.sources.load import Layers, load, sha256
from geo.sources.stream import batches, parcels_crs, streamed

Progress = Callable[[str], None]
EARLIER = "parcels_before"


@dataclass(frozen=True)
class Way:
    """How a run is done: by which engine, in which folder, and who is told.

    `folder` is an empty one that every worker of the engine sees; `show` says how many parts are
    done.
    """

    engine: Engine
    folder: Path
    progress: Progress = lambda _: None
    show: Callable[[str], None] = lambda _: None

    def each(self, name: str, work: Callable[[Job], Any], jobs: list[Job]) -> list[Any]:
        """`work` of every job."""
        self.progress(name)
        return self.engine.map(work, jobs, lambda done, of: self.show(f"{done} / {of}"))


@dataclass(frozen=True)
class Cut:
    """A project laid out in parts: layers as read, jobs, what is shared, what was found."""

    layers: Layers
    spine: Spine
    jobs: list[Job]
    place: Place
    notes: list[pd.DataFrame]


def assess_in_parts(
    project: Project, rules: Rules, method: Method | None, way: Way, layers: Layers | None = None,
) -> tuple[Assessment, Layers]:
    """`assess` of a project's files in parts of `[engine] part` parcels, all tables in memory."""
    done = cut(project, rules, way, layers)
    way.each("parts", run_part, done.jobs)
    worked = [read_worked(job) for job in done.jobs]
    result = conclude(worked, done.notes, project.project, done.place, method, way.progress)
    return result, _with_outlines(done, result.findings, way.folder)


def assess_on_disk(
    project: Project, rules: Rules, method: Method | None, way: Way, layers: Layers | None = None,
) -> tuple[Assessment, Layers, Tally]:
    """The same with the tables of `KEPT` in `published/` of the folder, and without rows here.

    Histories of parcels need the whole in memory, and are left out.
    """
    project, layers, untold = _without_history(project, layers)
    done = cut(project, rules, way, layers)
    jobs = [replace(job, kept=True) for job in done.jobs]
    tallies: list[Tally] = way.each("parts", run_part, jobs)
    worked = [read_worked(job) for job in jobs]
    result = conclude(worked, done.notes, project.project, done.place, method, way.progress)
    tally = summed(tallies)
    grades = result.grades[result.grades["subject"] == "enterprise"].set_index("subject_id")
    write_pickle(way.folder / CONCLUDED, (tally.kinds, grades[["grade", "score"]]))
    for name in KEPT:
        (way.folder / PUBLISHED / name).mkdir(parents=True)
    way.each("tables", finish_part, [
        replace(job, as_is=as_agreed(own, tally.kinds))
        for job, own in zip(jobs, tallies, strict=True)])
    said = [t for t in result.not_computed if f"（{EARLIER}）" not in t.zh]
    return (replace(result, not_computed=[*said, *untold]),
            _with_outlines(done, result.findings, way.folder), tally)


def cut(project: Project, rules: Rules, way: Way, layers: Layers | None = None) -> Cut:
    """Read a project, unless it was, and lay it out in parts."""
    live = layers is None and streamed(project)
    if layers is None:
        layers = load(project, way.progress, parcels_crs=parcels_crs(project) if live else None)
    place, notes = prepare(layers, project.project, way.progress)
    parks = Parks.of(place.shared["parks"])
    way.progress("parcels")
    given = batches(project, project.engine.batch) if live else [
        (layers["parcels"], findings.none())]
    spine, sample, read = spread(given, parks, way.folder)
    check_places({**layers.frames, "parcels": sample}, project.project)
    if live:
        source = project.layers["parcels"].path
        layers.files[source] = sha256(project.path(source))
    tables = {name: layers[name] for name in CUT if name != "parcels" and name in layers.frames}
    parts = shares(spine, parks, tables, project.engine.part)
    write_pickle(way.folder / SHARED, Shared(project.project, rules, place, layers.rasters))
    jobs = [_job(way.folder, share, tables) for share in parts]
    return Cut(layers, spine, jobs, place,
               [layers.findings, findings.layers_once(read), notes])


def _job(folder: Path, share: Share, tables: dict[str, Any]) -> Job:
    job = Job(folder, share.number)
    own = {name: table.iloc[share.tables[name]].reset_index(drop=True)
           for name, table in tables.items()}
    write_pickle(job.input, (share, own))
    return job


def _without_history(
    project: Project, layers: Layers | None
) -> tuple[Project, Layers | None, list[Text]]:
    if EARLIER not in project.layers:
        return project, layers, []
    own = {name: source for name, source in project.layers.items() if name != EARLIER}
    if layers is not None:
        layers = replace(layers, frames={k: v for k, v in layers.frames.items() if k != EARLIER})
    return project.model_copy(update={"layers": own}), layers, [Text(
        "未计算：宗地沿革与用地变化——宗地多于 [engine] whole，不能整体放入内存",
        "not computed: lineage of parcels, and changed land: there are more parcels than [engine]"
        " whole, which memory does not take in one piece")]


def _with_outlines(done: Cut, found: pd.DataFrame, folder: Path) -> Layers:
    """The layers with the outlines of those parcels that findings are about."""
    if "parcels" in done.layers.frames:
        return done.layers
    rows = found.loc[found["layer"] == "parcels", "row"].dropna()
    frame: gpd.GeoDataFrame = read_outlines(folder, done.spine, rows.to_numpy("int64"))
    return replace(done.layers, frames={**done.layers.frames, "parcels": frame})
