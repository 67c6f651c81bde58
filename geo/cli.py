"""`mujun`: init, check, run, explain, map, export.

Bad input ends in one sentence and exit code 1, never in a traceback; wrong usage in 2.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from geo.assess import Assessment, assess, examine
from geo.errors import MujunError, OutputError, Text
from geo.evaluate.method import Method, read_method
from geo.findings import in_language
from geo.project import Project, read_project
from geo.publish.explain import as_text, explain
from geo.publish.outputs import publish, publish_findings, staged
from geo.publish.stored import read_run
from geo.publish.vectors import write_geopackage, write_parquet
from geo.publish.webmap import park_map
from geo.publish.workbook import write_workbook
from geo.sources.load import load
from geo.standards.model import Pack, read_pack, shipped
from geo.standards.printed import as_printed, catalogue

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="园区亩均效益与标准地评估 · per-mu intensity and standard land of parks")

ProjectOption = Annotated[Path, typer.Option(
    "--project", "-p", help="项目文件或其文件夹 · the project file or its folder")]
LangOption = Annotated[str | None, typer.Option(help="zh | en")]
OutputOption = Annotated[Path | None, typer.Option(
    help="输出文件夹 · output folder (outputs/ beside the project)")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="不显示进度 · no progress")]
JsonOption = Annotated[bool, typer.Option("--json", help="机器可读输出 · machine-readable")]

STEPS = {
    "parks": Text("读取与检查：园区", "parks"), "parcels": Text("读取与检查：宗地", "parcels"),
    "area": Text("计算面积", "areas"), "allocate": Text("分配企业指标", "allocation"),
    "figures": Text("汇总亩均指标", "figures"), "rules": Text("规则判定", "rules"),
    "grades": Text("评价分等", "grades"), "targets": Text("园区目标", "park targets"),
    "map": Text("生成地图", "map"), "workbook": Text("生成工作簿", "workbook"),
    "layers": Text("写出图层", "layers"),
}


class _Run:
    """One command's project, language, output folder, progress line and timings."""

    def __init__(self, file: Path, lang: str | None, output: Path | None, quiet: bool) -> None:
        project = read_project(file)
        if lang is not None:
            settings = project.project.model_copy(update={"lang": lang})
            project = project.model_copy(update={"project": settings})
        self.project: Project = project
        self.lang = project.project.lang
        self.folder = output or project.folder / "outputs"
        self.quiet = quiet
        self.seconds: dict[str, float] = {}

    @contextmanager
    def progress(self) -> Iterator[None]:
        """Show each step while the block runs, and time it."""
        bar = Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(),
                       console=Console(stderr=True), transient=True, disable=self.quiet)
        with bar:
            self._bar, self._task = bar, bar.add_task("…")
            self._last, self._since = "start", time.perf_counter()
            yield
            self.step("end")

    def step(self, name: str) -> None:
        """Say which step begins."""
        now = time.perf_counter()
        self.seconds[self._last] = self.seconds.get(self._last, 0.0) + now - self._since
        self._last, self._since = name, now
        self._bar.update(self._task, description=STEPS.get(name, Text(name, name))(self.lang))

    def packs(self) -> list[Pack]:
        """The project's rule packs, with the references and the places that the project gives."""
        settings = self.project.project
        values = {k: (v.value, v.citation) for k, v in settings.references.items()}
        out = []
        for name in settings.standards:
            pack = read_pack(name, self.project.folder, settings.catalogue).with_references(values)
            place = settings.applies.get(pack.pack.id)
            out.append(pack.for_places(place.parks, place.parcels) if place else pack)
        return out

    def method(self) -> Method | None:
        """The project's grading method, with the weights that it gives."""
        settings = self.project.project
        if not settings.evaluation:
            return None
        method = read_method(settings.evaluation, self.project.folder, settings.catalogue)
        return method.with_weights(settings.weights)

    def say(self, zh: str, en: str) -> None:
        """One line to the user, in the project's language."""
        typer.echo(Text(zh, en)(self.lang))


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
    run = _Run(project, lang, output, quiet)
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
    job = _Run(project, lang, output, quiet)
    with job.progress():
        layers = load(job.project, job.step)
        result = assess(layers, job.project.project, job.packs(), job.step,
                        job.method())
        names = publish(result, layers, job.project, job.folder, job.seconds, job.step)
    errors = int((result.findings["severity"] == "error").sum())
    if as_json:
        typer.echo(json.dumps({"output": str(job.folder), "files": names, "errors": errors},
                              ensure_ascii=False))
    else:
        _report(job, result, errors)
    raise typer.Exit(1 if errors else 0)


def _report(job: _Run, result: Assessment, errors: int) -> None:
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


@app.command("explain")
def explain_command(
    subject: Annotated[str, typer.Argument(help="宗地编号、企业代码或名称 · parcel or enterprise")],
    project: ProjectOption = Path("mujun.toml"), lang: LangOption = None,
    output: OutputOption = None, quiet: QuietOption = False, as_json: JsonOption = False,
) -> None:
    """为什么达标或不达标：规则、条款、来源、输入、算式 · why it passes or fails."""
    job = _Run(project, lang, output, quiet)
    records = explain(job.folder, subject, job.project.project)
    if as_json:
        typer.echo(json.dumps(records, ensure_ascii=False, indent=2, default=str))
    else:
        typer.echo("\n\n".join(as_text(record, job.lang) for record in records))


@app.command("map")
def map_command(
    project: ProjectOption = Path("mujun.toml"), lang: LangOption = None,
    output: OutputOption = None, quiet: QuietOption = False, as_json: JsonOption = False,
) -> None:
    """由上次运行重做地图 · make the map again from the last run."""
    job = _Run(project, lang, output, quiet)
    with job.progress():
        result = read_run(job.folder)
        job.step("map")
        with staged(job.folder) as stage:
            page = park_map(result, job.project).get_root().render()
            (stage / "map.html").write_text(page, encoding="utf-8")
    _made([job.folder / "map.html"], as_json=as_json)


@app.command()
def export(
    to: Annotated[Literal["xlsx", "gpkg", "parquet"], typer.Option(
        "--format", help="xlsx | gpkg | parquet")],
    project: ProjectOption = Path("mujun.toml"), lang: LangOption = None,
    output: OutputOption = None, quiet: QuietOption = False, as_json: JsonOption = False,
) -> None:
    """由上次运行导出一种格式 · write one format again from the last run."""
    job = _Run(project, lang, output, quiet)
    settings = job.project.project
    with job.progress():
        result = read_run(job.folder)
        job.step("layers")
        with staged(job.folder) as stage:
            if to == "xlsx":
                write_workbook(result, settings, stage / "assessment.xlsx")
            elif to == "gpkg":
                write_geopackage(result, settings, stage / "assessment.gpkg")
            else:
                write_parquet(result, settings, stage)
            made = [job.folder / file.name for file in sorted(stage.iterdir())]
    _made(made, as_json=as_json)


@app.command("packs")
def packs_command(
    name: Annotated[str | None, typer.Argument(help="规则包编号或 .toml · a pack")] = None,
    lang: LangOption = None, as_json: JsonOption = False,
) -> None:
    """列出规则包及出处；给出编号则按原表印出 · the rule packs, or one as its document prints it."""
    said = lang or "zh"
    if name is None:
        table = catalogue([read_pack(n) for n in shipped()], said)
    else:
        pack = read_pack(name)
        table = as_printed(pack).reset_index()
        if not as_json:
            typer.echo(f"{pack.pack.citation}\n")
    if as_json:
        typer.echo(table.to_json(orient="records", force_ascii=False, indent=1))
        return
    for row in table.to_dict("records"):
        typer.echo("\n".join(f"{key:10} {value}" for key, value in row.items() if value != ""))
        typer.echo("")


def _made(made: list[Path], *, as_json: bool) -> None:
    """Say which files were written: one a line, or as JSON."""
    names = [str(file) for file in made]
    typer.echo(json.dumps({"files": names}, ensure_ascii=False) if as_json else "\n".join(names))


def main() -> None:
    """Entry point: errors meant for users become one sentence; set MUJUN_DEBUG for the rest."""
    lang = _asked_language(sys.argv)
    if not os.environ.get("MUJUN_DEBUG"):
        warnings.simplefilter("ignore")  # what GDAL mutters about a file is said in our errors
    try:
        app()
    except MujunError as error:
        typer.echo(error.text(lang), err=True)
        sys.exit(1)
    except Exception as error:  # the last resort between a user and a traceback
        if os.environ.get("MUJUN_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}"
        typer.echo(Text(f"意外错误（{what}）：请设置 MUJUN_DEBUG=1 重试并反馈。",
                        f"unexpected error ({what}): set MUJUN_DEBUG=1,"
                        " try again, and report it.")(lang), err=True)
        sys.exit(1)


def _asked_language(arguments: list[str]) -> str:
    for at, argument in enumerate(arguments):
        if argument == "--lang" and at + 1 < len(arguments):
            return arguments[at + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return "zh"
