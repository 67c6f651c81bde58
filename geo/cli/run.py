"""run: everything, in one piece or in parts, here or on a cluster."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Annotated

import typer

from geo.assess.part import RulePacks
from geo.cli.job import Job, command
from geo.cli.run_report import report
from geo.engine import Kind, engine
from geo.partition.coordinator import RunContext, assess_in_parts, assess_on_disk
from geo.partition.worker import PUBLISHED
from geo.publish.built import client
from geo.publish.in_parts import publish_in_parts
from geo.publish.outputs import files_of_run, publish
from geo.publish.records.counts import RunCounts, run_counts
from geo.publish.records.run_result import result_json, run_result
from geo.publish.registry import products_of
from geo.publish.side_by_side import helpers, helping
from geo.publish.staging import scratch
from geo.publish.webmap.briefing import with_unknown_named
from geo.run import Run
from geo.sources.batches import streamed
from geo.sources.load import Layers, load
from geo.standards.outcome import records
from geo.text import Wording
from geo.workers import Crew


@dataclass(frozen=True)
class _Done:
    """A run and its files; what only all rows say is counted, as large tables are not in memory."""

    run: Run
    files: list[str]
    counts: RunCounts
    left_out: list[Wording] = field(default_factory=list)


@command("run")
def run(
    job: Job,
    engine: Annotated[
        Kind | None,
        typer.Option(),
    ] = None,
    scheduler: Annotated[str, typer.Option()] = "",
    *,
    as_json: bool,
) -> None:
    """Everything, into outputs/; exit 1 if rows had errors."""
    job.on(engine, scheduler)
    client("mujun.js")  # found missing here, not after everything was computed
    with job.writing("run", files_of_run(job.project)):
        done = _done(job)
    result = run_result(done.run, job.project.settings, done.counts, done.files, done.left_out)
    errors = result.findings["error"]
    if as_json:
        said = {
            "output": str(job.folder),
            "files": done.files,
            "errors": errors,
            **records(done.counts.outcome, job.project.settings.rule_figures, job.lang),
            "result": result_json(result),
        }
        typer.echo(json.dumps(said, ensure_ascii=False))
    else:
        typer.echo("\n".join(report(result, job.folder, job.lang)))
    raise typer.Exit(1 if errors else 0)


def _done(job: Job) -> _Done:
    """In one piece where this machine can hold it; else in parts."""
    own = job.project.engine
    stream = streamed(job.project)
    layers = None
    if stream and (own.kind == "dask" or stream.count > own.whole):
        count = stream.count
    else:
        layers = load(job.project, job.step)
        count = len(layers["parcels"])
    if layers is None or own.kind == "dask" or count > own.whole:
        return _in_parts(job, layers, count)
    with _beside(job, count) as crew:
        result = job.assessed(layers)
        return _published(job, result, layers, crew)


def _beside(job: Job, count: int) -> AbstractContextManager[Crew | None]:
    """Processes that will make products, and get ready while the project is assessed."""
    products = products_of(job.project.publish)
    return helping(helpers(products, count, job.project.engine.workers), products)


def _published(job: Job, result: Run, layers: Layers, crew: Crew | None) -> _Done:
    result = with_unknown_named(result)
    counts = run_counts(result)
    names = publish(result, layers, job.project, job.folder, job, counts, crew)
    return _Done(result, names, counts)


def _in_parts(job: Job, layers: Layers | None, count: int) -> _Done:
    own, rules = job.project.engine, RulePacks(job.packs(), job.low_efficiency(), job.plan())
    asked = (own.kind, own.scheduler, own.workers, count, own.part)
    with scratch(job.folder) as folder, engine(*asked) as workers:
        if workers.dashboard:
            job.note("cli_run.dask", dashboard=workers.dashboard)
        way = RunContext(workers, folder, job.step, job.count)
        if count <= own.whole:
            result, layers = assess_in_parts(job.project, rules, job.method(), way, layers)
            with _beside(job, count) as crew:
                return _published(job, result, layers, crew)
        result, layers, summary = assess_on_disk(job.project, rules, job.method(), way, layers)
        names, counts, left_out = publish_in_parts(
            result,
            layers,
            summary,
            job.project,
            job.folder,
            folder / PUBLISHED,
            job,
            workers,
        )
        return _Done(result, names, counts, left_out)
