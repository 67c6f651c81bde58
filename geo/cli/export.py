"""export: one product again from the last run, the atlas and the card sheets."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Annotated, Any

import typer

from geo.cli.job import Job, command, made, workers_of_parts
from geo.errors import ProjectError
from geo.publish.registry import Making, exported_product, one_by_one
from geo.publish.side_by_side import helpers, helping, make_all
from geo.publish.staging import staged
from geo.run.part import parts_in
from geo.run.record import files_in


@command("export")
def export(
    job: Job,
    to: Annotated[list[str] | None, typer.Option("--format", "-f")] = None,
    atlas: Annotated[bool, typer.Option("--atlas")] = False,
    theme: Annotated[str, typer.Option()] = "",
    cards: Annotated[bool, typer.Option("--cards")] = False,
    parcel: Annotated[list[str] | None, typer.Option()] = None,
    park: Annotated[str, typer.Option()] = "",
    template: Annotated[str, typer.Option()] = "",
    *,
    as_json: bool,
) -> None:
    """Formats, atlas, cards from the last run."""
    wanted = [*(to or []), *(["atlas"] if atlas else []), *(["cards"] if cards else [])]
    if not wanted:
        raise ProjectError("cli_export.say_export")
    products = [exported_product(name) for name in dict.fromkeys(wanted)]
    values = {"theme": theme, "park": park, "template": template, "parcels": tuple(parcel or ())}
    names: list[Any] = []
    with job.writing("export"):
        run, options = job.last_run(), job.project.options
        most = helpers(products, run.count("parcels"), job.project.engine.workers)
        # What comes beside the files of its folder takes its place by itself.
        for beside in (False, True):
            chosen = [p for p in products if p.beside(p.asked(**values)) == beside]
            if not chosen:
                continue
            by_parts = bool(parts_in(job.folder)) and any(p.by_parts for p in chosen)
            with (
                staged(
                    job.folder, "export", beside=beside, old_paths=job.project.publish.old_paths
                ) as stage,
                helping(most if len(chosen) > 1 and not by_parts else 0) as crew,
                workers_of_parts(job, run) if by_parts else nullcontext(one_by_one) as each,
            ):
                making = Making(run, stage, options, job.folder, count=job.count, each=each)
                names += make_all(chosen, making, job.folder, job, crew, **values)
                names += [job.folder / name for name in files_in(stage)]
    made(names, as_json=as_json)
