"""run: everything, in one piece or in parts, here or on a cluster."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Annotated

import typer

from geo.assess import assess
from geo.assess.work import RulePacks
from geo.cli.job import Job, command
from geo.engine import Kind, engine
from geo.model import HEADLINE, MEASURES, show_unit
from geo.partition.coordinator import RunContext, assess_in_parts, assess_on_disk
from geo.partition.worker import PUBLISHED
from geo.publish.in_parts import counts, left_out, publish_in_parts
from geo.publish.outputs import files_of_run, publish
from geo.publish.staging import scratch
from geo.publish.webmap.map import client
from geo.run import Run
from geo.sources.batches import counted, streamed
from geo.sources.load import Layers, load
from geo.standards.outcome import Outcome, lines, outcome, records
from geo.text import Wording


@dataclass(frozen=True)
class _Done:
    """A run and its files; parcels and land are counted, as large tables are not in memory."""

    result: Run
    files: list[str]
    parcels: int
    land_mu: float
    errors: int
    outcome: Outcome
    left_out: list[Wording] = field(default_factory=list)


@command("run")
def run(
    job: Job,
    engine: Annotated[
        Kind | None,
        typer.Option(
            help="在本机或在 dask 集群上计算：local | dask · where to compute: local | dask"
        ),
    ] = None,
    scheduler: Annotated[
        str, typer.Option(help="已运行的 dask 调度器 tcp://… · scheduler of a running dask cluster")
    ] = "",
    *,
    as_json: bool,
) -> None:
    """Everything, into outputs/; exit 1 if rows had errors."""
    job.on(engine, scheduler)
    client("mujun.js")  # found missing here, not after everything was computed
    with job.writing("run", files_of_run(job.project)):
        done = _done(job)
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "output": str(job.folder),
                    "files": done.files,
                    "errors": done.errors,
                    **records(done.outcome, job.project.settings.catalogue, job.lang),
                },
                ensure_ascii=False,
            )
        )
    else:
        _report(job, done)
    raise typer.Exit(1 if done.errors else 0)


def _done(job: Job) -> _Done:
    """In one piece where this machine can hold it; else in parts."""
    own = job.project.engine
    live = streamed(job.project) and (own.kind == "dask" or counted(job.project) > own.whole)
    layers = None if live else load(job.project, job.step)
    count = counted(job.project) if layers is None else len(layers["parcels"])
    if layers is None or own.kind == "dask" or count > own.whole:
        return _in_parts(job, layers, count)
    result = assess(
        layers,
        job.project.settings,
        job.packs(),
        job.step,
        job.method(),
        job.low_efficiency(),
        job.plan(),
    )
    return _published(job, result, layers)


def _published(job: Job, result: Run, layers: Layers) -> _Done:
    names = publish(result, layers, job.project, job.folder, job.seconds, job.step)
    return _Done(
        result,
        names,
        len(result.parcels),
        float(result.parcels["area_mu"].sum()),
        int((result.findings["severity"] == "error").sum()),
        outcome(result.parcels, result.verdicts),
    )


def _in_parts(job: Job, layers: Layers | None, count: int) -> _Done:
    own, rules = job.project.engine, RulePacks(job.packs(), job.low_efficiency(), job.plan())
    with scratch(job.folder) as folder, engine(own.kind, own.scheduler, own.workers) as workers:
        if workers.dashboard:
            job.note("cli_run.dask", dashboard=workers.dashboard)
        way = RunContext(workers, folder, job.step, job.within)
        if count <= own.whole:
            result, layers = assess_in_parts(job.project, rules, job.method(), way, layers)
            return _published(job, result, layers)
        result, layers, summary = assess_on_disk(job.project, rules, job.method(), way, layers)
        names = publish_in_parts(
            result,
            layers,
            summary,
            job.project,
            job.folder,
            folder / PUBLISHED,
            job.seconds,
            job.step,
        )
        errors = counts(result, summary)["findings"].get("error", 0)
        return _Done(
            result,
            names,
            summary.rows["parcels"],
            summary.land_mu,
            errors,
            summary.outcome,
            left_out(job.project, summary),
        )


def _report(job: Job, done: _Done) -> None:
    result, count, land = done.result, done.parcels, done.land_mu
    if job.project.settings.synthetic:
        typer.echo(f"⚠ {job.project.settings.synthetic}")
    job.say("cli_run.parks_parcels_mu", count=len(result.parks), count_2=count, land=land)
    money = show_unit("万元", job.lang, job.project.settings.currency)
    now = result.conserved[result.conserved["year"] == job.project.settings.year]
    titles = {column.name: column for column in MEASURES}
    for row in now[now["measure"].isin(HEADLINE)].to_dict("records"):
        sign = "=" if row["balanced"] else "≠"
        job.say(
            "cli_run.in_allocated_not_allocated_set",
            name=titles[row["measure"]],
            money=money,
            input=row["input"],
            sign=sign,
            allocated=row["allocated"],
            unallocated=row["unallocated"],
            set_aside=row["set_aside"],
        )
    for line in lines(done.outcome, job.project.settings.catalogue):
        typer.echo(line(job.lang))
    for text in [*result.basis.not_computed, *done.left_out]:
        typer.echo(text(job.lang))
    if done.errors:
        job.say("cli_run.those_rows_not_used", errors=done.errors)
    if not done.left_out:
        job.say("cli_run.map", folder=job.folder / "map.html")
    job.say("cli_run.workbook", folder=job.folder / "assessment.xlsx")
