"""snapshot: maps of the last run on paper."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from geo.cli.job import Job, command, made
from geo.errors import ProjectError
from geo.publish.look.themes import theme_called, themes_by_id
from geo.publish.lookup import parcel_row, park_row
from geo.publish.names import JOIN, file_stem
from geo.publish.paper.browser import picture_of_map
from geo.publish.paper.ground import Bounds
from geo.publish.paper.scene import Grid, Papers, View
from geo.publish.paper.snapshot import snapshots
from geo.publish.staging import staged
from geo.run import Run

FOLDER = "snapshots"
SCREEN = (1600, 1000)
"""Pixels of a picture of the web map."""


@command("snapshot")
def snapshot(
    job: Job,
    theme: Annotated[list[str] | None, typer.Option()] = None,
    park: Annotated[str, typer.Option()] = "",
    parcel: Annotated[str, typer.Option()] = "",
    box: Annotated[str, typer.Option()] = "",
    formats: Annotated[list[str] | None, typer.Option("--format", "-f")] = None,
    paper: Annotated[Papers, typer.Option()] = "A3",
    portrait: Annotated[bool, typer.Option("--portrait")] = False,
    scale: Annotated[
        float | None,
        typer.Option(min=1, max=100_000_000),
    ] = None,
    dpi: Annotated[int, typer.Option(min=50, max=1200)] = 300,
    grid: Annotated[Grid, typer.Option()] = "km",
    labels: Annotated[str, typer.Option()] = "auto",
    title: Annotated[str, typer.Option()] = "",
    subtitle: Annotated[str, typer.Option()] = "",
    from_map: Annotated[bool, typer.Option("--from-map")] = False,
    themes: Annotated[bool, typer.Option("--themes")] = False,
    *,
    as_json: bool,
) -> None:
    """A map on paper at a true scale."""
    view = View("", park, parcel, _box(box), paper, portrait, scale, grid, labels, title, subtitle)
    files: list[Path] = []
    with job.writing("snapshot"):
        result = job.last_run()
        known = themes_by_id(result)
        if themes:
            for name, one in known.items():
                typer.echo(f"{name}\t{one.title(job.lang)}")
            return
        job.step("snapshot")
        with staged(job.folder, "snapshot", beside=True) as root:
            stage = root / FOLDER
            stage.mkdir()
            views = [
                (
                    chosen,
                    stage / f"{_stem(chosen, result, list(known), of_map=from_map)}.{kind.lower()}",
                )
                for name in theme or [""]
                for chosen in [replace(view, theme=theme_called(known, name).id)]
                for kind in (["png"] if from_map else formats or ["png"])
            ]
            if from_map:
                for chosen, file in views:
                    _web(job, result, chosen, file)
            else:
                snapshots(result, views, dpi, job.project.options)
            files = [job.folder / FOLDER / file.name for _, file in views]
    made(files, as_json=as_json)


def _web(job: Job, run: Run, view: View, file: Path) -> None:
    shown = run.parks.iloc[[park_row(run, view.park)]] if view.park else run.parks
    degrees = view.box or shown.to_crs(4326).total_bounds
    if view.parcel:
        degrees = run.parcels.iloc[[parcel_row(run, view.parcel)]].to_crs(4326).total_bounds
    west, south, east, north = map(float, degrees)
    park = str(shown["park_id"].iloc[0]) if view.park else ""
    picture_of_map(
        job.folder / "map.html", file, (west, south, east, north), view.theme, park, SCREEN
    )


def _box(text: str) -> Bounds | None:
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise ProjectError("cli_paper.give_four_numbers_west_south", text=text) from error
    return west, south, east, north


def _stem(view: View, run: Run, themes: list[str], *, of_map: bool) -> str:
    """A file's name from what it shows: its theme, its park or parcel, `map` if it is of the map.

    Parts are joined by hyphens, or by `JOIN` where a park or parcel is called like the tool's part.
    """
    # The first hyphen ends the theme: one that has hyphens is marked, and has none.
    theme = file_stem(view.theme + JOIN * ("-" in view.theme), themes).replace("-", "_")
    parks = pd.concat([run.parks["park_id"], run.parks["name"]]).astype("str").unique()
    parcels = run.parcels["parcel_id"].astype("str").unique()
    taken = {name.casefold() for name in (parks if view.park else [*parks, *parcels])}
    name = theme
    if view.park:
        name += f"-{file_stem(view.park, parks)}"
    elif view.parcel:
        stem = file_stem(view.parcel, parcels)
        called = stem.casefold() in {park.casefold() for park in parks}
        name += f"-{stem}{JOIN}parcel" if called else f"-{stem}"
    elif view.box:
        name += f"{JOIN if 'box' in taken else '-'}box"
    if of_map:
        last = f"{name}-map".removeprefix(f"{theme}-").casefold()
        name += f"{JOIN if last in taken else '-'}map"
    return name
