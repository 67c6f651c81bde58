"""A project assessed in parts: cut, worked out by an engine, put together again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd

from geo import findings
from geo.assess import Assessment
from geo.assess.conclude import conclude
from geo.assess.work import Place, Rules, check_places, prepare
from geo.checks.run import CUT
from geo.engine import Engine
from geo.evaluate.method import Method
from geo.parts.closure import Share, shares
from geo.parts.run import SHARED, Job, Shared, read_worked, run_part, write_pickle
from geo.parts.spread import Parks, batch_file, spread
from geo.project import Project
from geo.sources.load import Layers, load, sha256
from geo.sources.stream import batches, parcels_crs, streamed

Progress = Callable[[str], None]


def assess_in_parts(
    project: Project, rules: Rules, method: Method | None, engine: Engine, folder: Path,
    progress: Progress = lambda _: None, show: Callable[[str], None] = lambda _: None,
) -> tuple[Assessment, Layers]:
    """`assess` of a project's files in parts of `[engine] part` parcels.

    `folder` is an empty one that every worker of the engine sees.
    """
    layers, jobs, place, notes = cut(project, rules, folder, progress)
    progress("parts")
    engine.map(run_part, jobs, lambda done, of: show(f"{done} / {of}"))
    worked = [read_worked(job.output) for job in jobs]
    result = conclude(worked, notes, project.project, place, method, progress)
    return result, layers


def cut(
    project: Project, rules: Rules, folder: Path, progress: Progress
) -> tuple[Layers, list[Job], Place, list[Any]]:
    """Read a project and lay it out in parts: layers as read, jobs, what is shared, findings."""
    size = project.engine.part
    live = streamed(project)
    layers = load(project, progress, parcels_crs=parcels_crs(project) if live else None)
    place, notes = prepare(layers, project.project, progress)
    parks = Parks.of(place.shared["parks"])
    progress("parcels")
    given = batches(project, project.engine.batch) if live else [
        (layers["parcels"], findings.none())]
    spine, sample, read = spread(given, parks, folder)
    check_places({**layers.frames, "parcels": sample}, project.project)
    if live:
        source = project.layers["parcels"].path
        layers.files[source] = sha256(project.path(source))
    tables = {name: layers[name] for name in CUT if name != "parcels" and name in layers.frames}
    parts = shares(spine, parks, tables, size)
    write_pickle(folder / SHARED, Shared(project.project, rules, place, layers.rasters))
    jobs = [_job(folder, share, tables) for share in parts]
    return layers, jobs, place, [layers.findings, findings.layers_once(read), notes]


def _job(folder: Path, share: Share, tables: dict[str, Any]) -> Job:
    job = Job(folder, share.number)
    own = {name: table.iloc[share.tables[name]].reset_index(drop=True)
           for name, table in tables.items()}
    write_pickle(job.input, (share, own))
    return job


def outlines(folder: Path, number: int) -> gpd.GeoDataFrame:
    """Row and outline of a batch of parcels, as read."""
    return gpd.read_parquet(batch_file(folder, number), columns=["source_row", "geometry"])
