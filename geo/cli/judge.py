"""explain, thresholds, whatif, compare: what the verdicts rest on, and what if."""

from __future__ import annotations

import json
from copy import copy
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from geo.assess import assess
from geo.cli.job import Job, command, made
from geo.cli.usage import a_path
from geo.errors import DataError
from geo.evaluate.compare_runs import CAUSES, changes
from geo.evaluate.thresholds import thresholds
from geo.project import Settings
from geo.publish.excel.workbook import write_tables
from geo.publish.headings import heading
from geo.publish.records.as_json import as_json as record_json
from geo.publish.records.as_text import as_text
from geo.publish.records.subjects import explain
from geo.publish.staging import staged
from geo.run import Run
from geo.sources.load import load
from geo.standards.selection import with_thresholds
from geo.text import Message

NO_YEAR = "checks_run.indicators_hold_no_row"
"""What a run says of a year without figures: here the year is the option's, not the project's."""


@command("explain")
def explain_command(
    job: Job,
    subject: Annotated[str, typer.Argument()],
    *,
    as_json: bool,
) -> None:
    """Why it passes or fails."""
    records = explain(job.last_run(), subject)
    if as_json:
        written = [record_json(record) for record in records]
        typer.echo(json.dumps(written, ensure_ascii=False, indent=2))
    else:
        currency = job.project.settings.currency
        typer.echo("\n\n".join(as_text(record, job.lang, currency) for record in records))


@command("thresholds")
def thresholds_command(
    job: Job,
    quantile: Annotated[
        list[float] | None,
        typer.Option(),
    ] = None,
    *,
    as_json: bool,
) -> None:
    """Entry bars by industry."""
    shares = tuple(sorted(quantile or [0.25, 0.5]))
    with job.writing("thresholds"):
        last = job.last_run()
        enterprises, known = last.enterprises, last.settings.catalogue
        if not set(known) & set(enterprises):
            raise DataError("cli_judge.enterprises_report_nothing_set_bar")
        table = thresholds(enterprises, list(last.basis.packs), shares, known)
        with staged(job.folder, "thresholds") as stage:
            title = Message("cli_judge.entry_bars")(job.lang)
            write_tables(
                {title: table},
                job.project.settings,
                stage / "thresholds.xlsx",
                {title: "thresholds"},
            )
    if as_json:
        typer.echo(table.to_json(orient="records", force_ascii=False))
        return
    for row in table[table["industry"] == "*"].to_dict("records"):
        kind, where = Message("cli_judge.in_force"), f" {row['source']}"
        if row["bar_kind"] == "proposed":
            kind, where = Message("cli_judge.proposed"), f" {row['quantile']:.0%}"
        name = heading(
            row["indicator"],
            job.lang,
            job.project.settings.currency,
            job.project.settings.catalogue,
        )
        job.say(
            "cli_judge.excludes_enterprises_mu",
            name=name,
            kind=kind,
            where=where,
            bar=row["bar"],
            excluded=row["excluded"],
            excluded_mu=row["excluded_mu"],
        )
    made([job.folder / "thresholds.xlsx"], as_json=False)


@command("whatif")
def whatif_command(
    job: Job,
    year: Annotated[int | None, typer.Option()] = None,
    standards: Annotated[str | None, typer.Option()] = None,
    evaluation: Annotated[str | None, typer.Option()] = None,
    area_basis: Annotated[str | None, typer.Option()] = None,
    judge_as: Annotated[str | None, typer.Option()] = None,
    threshold: Annotated[
        list[str] | None,
        typer.Option("--set"),
    ] = None,
    *,
    as_json: bool,
) -> None:
    """What another setting would change."""
    other = copy(job)
    given = {
        "year": year,
        "evaluation": evaluation,
        "area_basis": area_basis,
        "judge_as": judge_as,
        "standards": None if standards is None else standards.split(","),
    }
    other.override({k: v for k, v in given.items() if v is not None})
    packs = with_thresholds(other.packs(), threshold or [])
    method, lists, plan = other.method(), other.low_efficiency(), other.plan()
    with job.writing("whatif"):
        layers = load(job.project, job.step)
        before = job.assessed(layers)
        try:
            after = assess(layers, other.project.settings, packs, job.step, method, lists, plan)
        except DataError as error:
            if year is None or error.code != NO_YEAR:
                raise
            held = error.arguments["held"]
            raise DataError("cli_judge.no_year", year=year, held=held) from error
        table = _changed(job, before, after, other.project.settings, "whatif", "whatif.xlsx")
    _say_changed(job, table, "whatif.xlsx", as_json=as_json)


@command("compare")
def compare_command(
    job: Job,
    old: Annotated[
        Path,
        typer.Argument(parser=a_path),
    ],
    *,
    as_json: bool,
) -> None:
    """Why verdicts changed."""
    with job.writing("compare"):
        before, after = Run.load(old), Run.load(job.folder)
        currencies = [run.settings.currency for run in (before, after)]
        if currencies[0] != currencies[1]:
            raise DataError("cli_judge.two_currencies", before=currencies[0], after=currencies[1])
        table = _changed(job, before, after, job.project.settings, "compare", "changes.xlsx")
    _say_changed(job, table, "changes.xlsx", as_json=as_json)


def _changed(
    job: Job,
    before: Run,
    after: Run,
    settings: Settings,
    command: str,
    name: str,
) -> pd.DataFrame:
    """What changed, written into a workbook."""
    table = changes(before, after, settings.rule_figures)
    with staged(job.folder, command) as stage:
        title = Message("cli_judge.changes")(job.lang)
        write_tables({title: table}, settings, stage / name, {title: "changes"})
    return table


def _say_changed(job: Job, table: pd.DataFrame, name: str, *, as_json: bool) -> None:
    """Say what changed."""
    if as_json:
        typer.echo(table.to_json(orient="records", force_ascii=False))
        return
    counts: Any = table.groupby(["kind", "cause"]).size() if len(table) else {}
    for (kind, cause), count in dict(counts).items():
        of = "cli_judge.changed_verdicts" if kind == "verdict" else "cli_judge.changed_grades"
        job.say(of, count=count, causes=CAUSES[cause])
    if table.empty:
        job.say("cli_judge.nothing_changed")
    made([job.folder / name], as_json=False)
