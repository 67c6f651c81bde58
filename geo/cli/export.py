"""export: one product again from the last run, the atlas and the card sheets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from geo.assess import Assessment
from geo.cli.job import (
    Job,
    JsonOption,
    LangOption,
    OutputOption,
    ProjectOption,
    QuietOption,
    app,
    made,
)
from geo.errors import ProjectError, Text
from geo.publish.chain import write_page, write_panorama, write_path
from geo.publish.outputs import file_stem, staged
from geo.publish.paper.atlas import write_atlas
from geo.publish.paper.cards import write_cards
from geo.publish.paper.scene import Scene
from geo.publish.postgis import write_postgis
from geo.publish.qgis import write_project, write_styles
from geo.publish.report import write_report
from geo.publish.stored import read_run
from geo.publish.surfaces import write_surfaces
from geo.publish.survey_txt import write_survey
from geo.publish.vectors import write_flatgeobuf, write_geopackage, write_parquet
from geo.publish.workbook import write_tables, write_workbook

FORMATS = ("xlsx", "gpkg", "parquet", "cog", "txt", "postgis", "docx", "chain", "fgb",
           "qgis")


@app.command()
def export(
    to: Annotated[list[str] | None, typer.Option("--format", "-f", help=(
        "xlsx | gpkg | parquet | cog | txt（报盘）| postgis | docx（报告）"
        " | chain（两图一表）| fgb | qgis（工程）"))] = None,
    atlas: Annotated[bool, typer.Option(
        "--atlas", help="图册 atlas.pdf · one page a park")] = False,
    theme: Annotated[str, typer.Option(help="图册的专题 · theme of the atlas")] = "",
    cards: Annotated[bool, typer.Option(
        "--cards", help="一地一卡 cards/*.pdf · one sheet a parcel")] = False,
    parcel: Annotated[list[str] | None, typer.Option(
        help="只做这些宗地的卡 · cards of these parcels only")] = None,
    park: Annotated[str, typer.Option(
        help="只写该园区的报告或两图一表 · report or chains of one park")] = "",
    project: ProjectOption = Path("mujun.toml"), lang: LangOption = None,
    output: OutputOption = None, quiet: QuietOption = False, as_json: JsonOption = False,
) -> None:
    """由上次运行导出：格式、图册、一地一卡 · formats, atlas, cards from the last run."""
    if not (to or atlas or cards):
        raise ProjectError("请用 --format、--atlas 或 --cards 说明要导出什么。",
                           "say what to export: --format, --atlas or --cards.")
    strange = [one for one in to or [] if one not in FORMATS]
    if strange:
        raise ProjectError(f"没有格式“{strange[0]}”：可选 {' '.join(FORMATS)}。",
                           f"no format `{strange[0]}`: choose one of {' '.join(FORMATS)}.")
    job = Job(project, lang, output, quiet)
    names: list[Any] = []
    with job.progress():
        result = read_run(job.folder)
        scene = Scene(result, job.project)
        with staged(job.folder) as stage:
            for one in to or []:
                job.step("layers")
                if one == "postgis":
                    names += write_postgis(result, job.project)
                else:
                    _write(one, result, scene, stage, park, job.folder / "surfaces")
            if atlas:
                job.step("atlas")
                write_atlas(scene, stage / "atlas.pdf", theme, job.show)
            if cards and not parcel:
                job.step("cards")
                (stage / "cards").mkdir()
                _cards(scene, stage / "cards", None, job)
            names += [job.folder / file.relative_to(stage)
                      for file in sorted(stage.rglob("*")) if file.is_file()]
        if cards and parcel:  # beside the sheets that are there
            with staged(job.folder / "cards") as stage:
                names += [job.folder / "cards" / n for n in _cards(scene, stage, parcel, job)]
    made(names, as_json=as_json)


def _geopackage(result: Assessment, scene: Scene, file: Path) -> None:
    write_geopackage(result, scene.settings, file)
    write_styles(result, scene.settings, file)


def _write(
    to: str, result: Assessment, scene: Scene, stage: Path, park: str, surfaces: Path
) -> None:
    settings = scene.settings
    report = f"report-{file_stem(scene.park_id(park))}.docx" if park else "report.docx"
    write: dict[str, Callable[[], Any]] = {
        "xlsx": lambda: write_workbook(result, settings, stage / "assessment.xlsx"),
        "gpkg": lambda: _geopackage(result, scene, stage / "assessment.gpkg"),
        "fgb": lambda: write_flatgeobuf(result, settings, stage / "fgb"),
        "qgis": lambda: write_project(result, settings, stage / "assessment.qgs", surfaces),
        "parquet": lambda: write_parquet(result, settings, stage),
        "cog": lambda: write_surfaces(result, scene.project, stage / "surfaces"),
        "txt": lambda: write_survey(result.parcels, settings, stage / "parcels.txt"),
        "chain": lambda: _chains(result, scene, stage / "chain", park),
        "docx": lambda: write_report(scene, stage / report, park)}
    write[to]()


def _chains(result: Assessment, scene: Scene, folder: Path, park: str) -> None:
    """chain/: the page, the directory in Excel, and both pictures of each park as PNG and PDF."""
    folder.mkdir()
    write_page(scene, folder / "chain.html")
    lang = scene.settings.lang
    write_tables({
        Text("重点企业、配套企业名录", "Directory")(lang): result.chain_members,
        Text("产业链环节", "Links")(lang): result.chain_links,
        Text("发展路径", "Path")(lang): result.chain_path}, scene.settings, folder / "chain.xlsx")
    own = [scene.park_id(park)] if park else scene.parks["park_id"].astype("str").tolist()
    for key in own:  # rows-ok: parks
        for name, table, write in (("panorama", result.chain_links, write_panorama),
                                   ("path", result.chain_path, write_path)):
            if (table["park_id"].astype("str") == key).any():
                stem = folder / f"{name}-{file_stem(key)}"
                write(scene, key, [stem.with_name(f"{stem.name}.{kind}") for kind in (
                    "png", "pdf")])


def _cards(scene: Scene, folder: Path, parcels: list[str] | None, job: Job) -> list[str]:
    known = set(scene.parcels["parcel_id"].astype("str"))
    strange = [p for p in parcels or [] if p not in known]
    if strange:
        raise ProjectError(f"没有宗地“{strange[0]}”。", f"there is no parcel `{strange[0]}`.")
    title = Text("一地一卡", "cards")(job.lang)
    return write_cards(scene, folder, parcels, progress=lambda name: job.show(f"{title} {name}"))
