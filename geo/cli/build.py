"""init, check, map, serve: what is around a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from geo.assess import examine
from geo.assess.named import check_steps
from geo.assess.rows import rows_by_file
from geo.cli.app import LangOption, ProjectOption, app
from geo.cli.job import Job, command, made, workers_of_parts
from geo.cli.usage import a_path, declared_language, speak
from geo.errors import OutputError
from geo.findings import gather_findings, in_language
from geo.model import LAYERS
from geo.publish.guard import refuse_inputs
from geo.publish.products.findings import write_all_findings
from geo.publish.staging import staged
from geo.publish.webmap.briefing import unknown_in_stored
from geo.publish.webmap.make import make_folder, make_map
from geo.publish.webmap.serve import HOST, server
from geo.run import Run
from geo.run.part import parts_in, with_columns
from geo.sources.load import load


@command("check")
def check(
    job: Job,
    *,
    as_json: bool,
) -> None:
    """Read and validate; exit 1 if there are errors."""
    with job.writing("check"):
        job.read_rules()
        layers = load(job.project, job.step)
        usable, found = examine(layers, job.project.settings, job.step)
        with staged(job.folder, "check", old_paths=job.project.publish.old_paths) as stage:
            write_all_findings(found, layers.frames, job.project.settings, stage)
    errors = int((found["severity"] == "error").sum())
    if as_json:
        typer.echo(in_language(found, job.lang).to_json(orient="records", force_ascii=False))
    else:
        by_file = rows_by_file(layers, usable)
        for name, file, read, used in by_file.itertuples(index=False):  # rows-ok: one a file
            title = LAYERS[name].title
            job.say("cli_build.rows_of_file", title=title, file=file, read=read, used=used)
        job.say(
            "cli_build.errors_warnings_notes",
            errors=errors,
            count=len(found) - errors,
            folder=job.folder,
        )
    raise typer.Exit(1 if errors else 0)


@command("map")
def map_command(
    job: Job,
    serve_dir: Annotated[
        Path | None,
        typer.Option("--serve-dir", parser=a_path),
    ] = None,
    *,
    as_json: bool,
) -> None:
    """Make the map again from the last run."""
    folder = serve_dir or job.folder
    if serve_dir and serve_dir.resolve() == job.folder.resolve():
        raise OutputError("cli_build.serve_dir_is_results", folder=folder)
    refuse_inputs(job.project, folder)
    with job.writing("map"):
        result = job.last_run()
        for text in _unknown_in_steps(job.folder, result):
            job.warn("list.colon", head=text[0], tail=text[1])
        job.step("map")
        with staged(folder, "map") as stage, workers_of_parts(job, result) as each:
            write = make_folder if serve_dir else make_map
            write(result, stage, job.folder, job.project.options, each)
    made([folder / ("index.html" if serve_dir else "map.html")], as_json=as_json)


def _unknown_in_steps(folder: Path, run: Run) -> Iterator[tuple[str, str]]:
    """What steps of the briefing that were changed since the run name in vain, and the mend."""
    if run.settings.briefing == Run.load(folder).settings.briefing:
        return
    tables = {
        "parks": run.parks,
        "parcels": with_columns(run, folder).parcels if parts_in(folder) else run.parcels,
        "figures": run.about("figures", "project", "year"),
    }
    odd = [*check_steps(tables, run.settings), *unknown_in_stored(run, folder)]
    if odd:
        found = in_language(gather_findings(odd), run.settings.lang)
        yield from found[["message", "mend"]].itertuples(index=False, name=None)  # rows-ok: steps


@app.command("serve")
def serve(
    folder: Annotated[
        Path | None,
        typer.Argument(parser=a_path),
    ] = None,
    project: ProjectOption = Path("mujun.toml"),
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    lang: LangOption = None,
) -> None:
    """Serve a map on this machine only."""
    speak(lang or declared_language(project))
    where = folder or Job(project, lang, None, quiet=True).folder
    with server(where, port) as running:
        name = "map.html" if (where / "map.html").is_file() else ""
        typer.echo(f"http://{HOST}:{running.server_port}/{name}  (Ctrl+C)")
        with suppress(KeyboardInterrupt):
            running.serve_forever()
