"""init, check, run, map, serve: from an office's files to what people open."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

import typer

from geo.assess import Assessment, assess, examine
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
from geo.errors import OutputError, Text
from geo.findings import in_language
from geo.publish.files import staged
from geo.publish.outputs import publish, publish_findings
from geo.publish.stored import read_run
from geo.publish.webmap.folder import write_folder, write_map
from geo.publish.webmap.serve import HOST, server
from geo.sources.load import load


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="新项目文件夹 · new project folder")]) -> None:
    """新建项目：带注释的 mujun.toml 与可直接运行的样例 · a new project that runs as it is."""
    if (folder / "mujun.toml").exists():
        raise OutputError(f"{folder} 中已有 mujun.toml：请换一个文件夹。",
                          f"{folder} already holds a mujun.toml: choose another folder.")
    try:
        with as_file(files("geo") / "data" / "template") as template:
            shutil.copytree(template, folder, dirs_exist_ok=True)
        (folder / "outputs").mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(f"无法写入 {folder}（{error.strerror}）。",
                          f"cannot write to {folder} ({error.strerror}).") from error
    typer.echo(f"{folder / 'mujun.toml'}\nmujun run --project {folder}")


@app.command()
def check(
    project: ProjectOption = Path("mujun.toml"), lang: LangOption = None,
    output: OutputOption = None, quiet: QuietOption = False, as_json: JsonOption = False,
) -> None:
    """检查数据，写出 findings.* · read and validate; exit 1 if there are errors."""
    run = Job(project, lang, output, quiet)
    with run.progress():
        layers = load(run.project, run.step)
        _, found = examine(layers, run.project.project, run.step)
        with staged(run.folder) as stage:
            publish_findings(found, layers, run.project, stage)
    errors = int((found["severity"] == "error").sum())
    if as_json:
        typer.echo(in_language(found, run.lang).to_json(orient="records", force_ascii=False))
    else:
        run.say(f"{errors} 个错误，{len(found) - errors} 个警告或提示：{run.folder}/findings.xlsx",
                f"{errors} errors, {len(found) - errors} warnings or notes:"
                f" {run.folder}/findings.xlsx")
    raise typer.Exit(1 if errors else 0)


@app.command()
def run(
    project: ProjectOption = Path("mujun.toml"), lang: LangOption = None,
    output: OutputOption = None, quiet: QuietOption = False, as_json: JsonOption = False,
) -> None:
    """全部计算并写入 outputs/ · everything, into outputs/; exit 1 if rows had errors."""
    job = Job(project, lang, output, quiet)
    with job.progress():
        layers = load(job.project, job.step)
        result = assess(layers, job.project.project, job.packs(), job.step, job.method(),
                        job.low_efficiency())
        names = publish(result, layers, job.project, job.folder, job.seconds, job.step)
    errors = int((result.findings["severity"] == "error").sum())
    if as_json:
        typer.echo(json.dumps({"output": str(job.folder), "files": names, "errors": errors},
                              ensure_ascii=False))
    else:
        _report(job, result, errors)
    raise typer.Exit(1 if errors else 0)


def _report(job: Job, result: Assessment, errors: int) -> None:
    parcels = result.parcels
    if job.project.project.synthetic:
        typer.echo(f"⚠ {job.project.project.synthetic}")
    job.say(f"{len(result.parks)} 个园区，{len(parcels)} 宗地，{parcels['area_mu'].sum():,.2f} 亩",
            f"{len(result.parks)} parks, {len(parcels)} parcels,"
            f" {parcels['area_mu'].sum():,.2f} mu")
    now = result.conserved[result.conserved["year"] == job.project.project.year]
    for row in now[now["measure"].isin(["revenue", "tax"])].to_dict("records"):
        name = Text("营业收入", "revenue") if row["measure"] == "revenue" else Text("税收", "tax")
        sign = "=" if row["balanced"] else "≠"
        job.say(f"{name.zh}（万元）：输入 {row['input']:,.6f} {sign} 已分配 {row['allocated']:,.6f}"
                f" + 未分配 {row['unallocated']:,.6f} + 剔除 {row['set_aside']:,.6f}",
                f"{name.en}: in {row['input']:,.6f} {sign} allocated {row['allocated']:,.6f}"
                f" + not allocated {row['unallocated']:,.6f} + set aside {row['set_aside']:,.6f}")
    for text in result.not_computed:
        typer.echo(text(job.lang))
    if errors:
        job.say(f"{errors} 个错误，有关行未采用：见 findings.xlsx",
                f"{errors} errors; those rows were not used: see findings.xlsx")
    job.say(f"地图：{job.folder / 'map.html'}", f"map: {job.folder / 'map.html'}")
    job.say(f"工作簿：{job.folder / 'assessment.xlsx'}",
            f"workbook: {job.folder / 'assessment.xlsx'}")


@app.command("map")
def map_command(
    project: ProjectOption = Path("mujun.toml"), lang: LangOption = None,
    output: OutputOption = None, quiet: QuietOption = False, as_json: JsonOption = False,
    serve_dir: Annotated[Path | None, typer.Option(
        "--serve-dir", help="写成边看边载的文件夹 · as a folder that loads as one looks")] = None,
) -> None:
    """由上次运行重做地图 · make the map again from the last run."""
    job = Job(project, lang, output, quiet)
    with job.progress():
        result = read_run(job.folder)
        job.step("map")
        folder = serve_dir or job.folder
        with staged(folder) as stage:
            (write_folder if serve_dir else write_map)(result, job.project, stage)
    made([folder / ("index.html" if serve_dir else "map.html")], as_json=as_json)


@app.command()
def serve(
    folder: Annotated[Path | None, typer.Argument(
        help="地图所在文件夹 · folder of the map (outputs/ of the project)")] = None,
    project: ProjectOption = Path("mujun.toml"),
    port: Annotated[int, typer.Option(help="端口 · port")] = 8000,
) -> None:
    """在本机浏览器查看地图 · serve a map on this machine only."""
    where = folder or Job(project, None, None, quiet=True).folder
    with server(where, port) as running:
        name = "" if (where / "index.html").is_file() else "map.html"
        typer.echo(f"http://{HOST}:{running.server_port}/{name}  (Ctrl+C)")
        with suppress(KeyboardInterrupt):
            running.serve_forever()
