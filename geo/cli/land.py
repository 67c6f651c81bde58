"""repair: outlines mended on request, beside the office's own files and never in them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import geopandas as gpd
import typer

from geo.checks.repair import repairs, still_broken
from geo.cli.app import JsonOption, LangOption, ProjectOption, QuietOption, app
from geo.cli.job import Job, made
from geo.findings import in_language
from geo.geometry.overlay import plane_of
from geo.model import LAYERS
from geo.publish.gis.vectors import write_layers
from geo.publish.guard import refuse_foreign_repairs
from geo.publish.staging import scratch
from geo.sources.load import load
from geo.sources.repairs import FILE


@app.command("repair")
def repair(
    undo: Annotated[bool, typer.Option("--undo")] = False,
    project: ProjectOption = Path("mujun.toml"),
    lang: LangOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Mend spikes and crossings; sources stay as they are."""
    job = Job(project, lang, None, quiet)
    file = job.project.folder / FILE
    refuse_foreign_repairs(job.project)
    if undo:
        held = file.is_file()
        file.unlink(missing_ok=True)
        if held:
            job.say("cli_land.undone", file=file)
        else:
            job.say("cli_land.nothing_to_undo")
        return
    with job.progress():
        frames = _outlines(job, repaired=False)
        least = job.project.settings.overlap_band_m
        plane = plane_of(frames["parcels"].geometry)
        done = {
            name: repairs(frame, LAYERS[name].id_column, least, plane)
            for name, frame in frames.items()
        }
        done = {name: rows for name, rows in done.items() if len(rows)}
        if done:
            with scratch(job.project.folder, "repair") as stage:
                write_layers(done, stage / FILE)
                (stage / FILE).replace(file)
        else:
            file.unlink(missing_ok=True)  # what was mended before no longer fits
        left = still_broken(_outlines(job, repaired=True), least, plane) if done else None
    if as_json:
        made([file] if done else [], as_json=True)
        return
    for name, rows in done.items():
        for row in rows.itertuples():  # rows-ok: the few that were mended
            typer.echo(
                f"{LAYERS[name].title(job.lang)} {row.id}: {row.mended}"
                f"  {row.area_before_m2:,.2f} → {row.area_after_m2:,.2f} m²"
            )
    count = sum(map(len, done.values()))
    if count:
        job.say("cli_land.mended", count=count, file=file)
    else:
        job.say("cli_land.nothing_to_mend")
    if left is not None and len(left):
        message = in_language(left, job.lang)["message"]
        for layer, name, text in zip(left["layer"], left["id"], message, strict=True):
            typer.echo(f"{LAYERS[layer].title(job.lang)} {name}: {text}")
        job.say("cli_land.checked_again_after_repair", count=len(left))


def _outlines(job: Job, *, repaired: bool) -> dict[str, gpd.GeoDataFrame]:
    """The project's own layers of polygons, in the CRS of their files; what is made is not there.

    A repair is known by the digest of the outline as its file has it.
    """
    layers = load(job.project, job.step, repaired=repaired, one_crs=False)
    return {
        name: layers[name]
        for name in job.project.layers
        if isinstance(layers.get(name), gpd.GeoDataFrame) and LAYERS[name].geometry == "polygon"
    }
