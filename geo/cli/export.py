"""export: one product again from the last run, the atlas and the card sheets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from geo.cli.app import JsonOption, LangOption, OutputOption, ProjectOption, QuietOption, app
from geo.cli.job import Job, made
from geo.errors import ProjectError
from geo.publish.gis.postgis import write_postgis
from geo.publish.paper.atlas import write_atlas
from geo.publish.paper.cards import write_cards
from geo.publish.products import PRODUCTS, write_product
from geo.publish.staging import staged
from geo.run import Run
from geo.text import Message

FORMATS = (*(name for name in PRODUCTS if name != "atlas"), "postgis")


@app.command("export")
def export(
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            help=(
                "xlsx | gpkg | parquet | cog | txt（报盘）| postgis | docx（报告）"
                " | chain（两图一表）| fgb | qgis（工程）"
            ),
        ),
    ] = None,
    atlas: Annotated[
        bool, typer.Option("--atlas", help="图册 atlas.pdf · one page a park")
    ] = False,
    theme: Annotated[str, typer.Option(help="图册的专题 · theme of the atlas")] = "",
    cards: Annotated[
        bool, typer.Option("--cards", help="一地一卡 cards/*.pdf · one sheet a parcel")
    ] = False,
    parcel: Annotated[
        list[str] | None, typer.Option(help="只做这些宗地的卡 · cards of these parcels only")
    ] = None,
    park: Annotated[
        str, typer.Option(help="只写该园区的报告或两图一表 · report or chains of one park")
    ] = "",
    project: ProjectOption = Path("mujun.toml"),
    lang: LangOption = None,
    output: OutputOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Formats, atlas, cards from the last run."""
    if not (to or atlas or cards):
        raise ProjectError("cli_export.say_export")
    strange = [one for one in to or [] if one not in FORMATS]
    if strange:
        raise ProjectError("cli_export.no_format", strange=strange[0], formats=" ".join(FORMATS))
    job = Job(project, lang, output, quiet)
    names: list[Any] = []
    with job.writing("export"):
        result = job.last_run()
        options = job.project.options
        with staged(job.folder, "export") as stage:
            for one in to or []:
                job.step("layers")
                if one == "postgis":
                    names += write_postgis(result, options)
                else:
                    write_product(
                        one, result, stage, options, park=park, surfaces=job.folder / "surfaces"
                    )
            if atlas:
                job.step("atlas")
                write_atlas(result, stage / "atlas.pdf", theme, options, job.show)
            if cards and not parcel:
                job.step("cards")
                (stage / "cards").mkdir()
                _cards(result, stage / "cards", None, job)
            names += [
                job.folder / file.relative_to(stage)
                for file in sorted(stage.rglob("*"))
                if file.is_file()
            ]
        if cards and parcel:  # beside the sheets that are there
            with staged(job.folder, "export", beside=True) as stage:
                (stage / "cards").mkdir()
                names += [
                    job.folder / "cards" / n for n in _cards(result, stage / "cards", parcel, job)
                ]
    made(names, as_json=as_json)


def _cards(run: Run, folder: Path, parcels: list[str] | None, job: Job) -> list[str]:
    known = set(run.parcels["parcel_id"].astype("str"))
    strange = [p for p in parcels or [] if p not in known]
    if strange:
        raise ProjectError("cli_export.no_parcel", strange=strange[0])
    title = Message("cli_export.cards")(job.lang)
    return write_cards(
        run, folder, parcels, job.project.options, progress=lambda name: job.show(f"{title} {name}")
    )
