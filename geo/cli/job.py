"""What every command shares: its options, its project and language, progress, rule packs."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from geo.cli.terminal import printable
from geo.cli.usage import declared_language, speak
from geo.declaration import why_refused
from geo.engine import Kind
from geo.errors import Lang, ProjectError, Text
from geo.evaluate.method import Method, method_of
from geo.evaluate.plan import Plan, plan_of
from geo.project import Project, Settings, read_project
from geo.publish.guard import changed_inputs, refuse_inputs
from geo.publish.staging import writing
from geo.run import Run
from geo.run.record import read_record
from geo.runtime import keep_memory
from geo.standards.model import Pack
from geo.standards.selection import check_packs, low_efficiency_packs, packs_of

STEPS = {
    "parks": Text("读取与检查：园区", "parks"),
    "parcels": Text("读取与检查：宗地", "parcels"),
    "topology": Text("检查重叠", "overlaps"),
    "area": Text("计算面积", "areas"),
    "allocate": Text("分配企业指标", "allocation"),
    "figures": Text("汇总亩均指标", "figures"),
    "rules": Text("规则判定", "rules"),
    "zones": Text("核对管控线", "control lines"),
    "lineage": Text("宗地沿革", "lineage"),
    "access": Text("设施可达性", "access"),
    "terrain": Text("栅格统计", "rasters"),
    "grades": Text("评价分等", "grades"),
    "targets": Text("园区目标", "park targets"),
    "parts": Text("分区计算", "parts"),
    "tables": Text("写出各区的表", "tables of the parts"),
    "map": Text("生成地图", "map"),
    "workbook": Text("生成工作簿", "workbook"),
    "postgis": Text("写入数据库", "database"),
    "surfaces": Text("写出栅格面", "surfaces"),
    "layers": Text("写出图层", "layers"),
    "snapshot": Text("绘制地图", "snapshot"),
    "atlas": Text("编制图册", "atlas"),
    "cards": Text("制作一地一卡", "cards"),
    "docx": Text("编写报告", "report"),
    "chain": Text("绘制两图一表", "chains"),
    "fgb": Text("写出 FlatGeobuf", "FlatGeobuf"),
}


class Job:
    """One command's project, language, output folder, progress line and timings."""

    def __init__(self, file: Path, lang: Lang | None, output: Path | None, quiet: bool) -> None:
        keep_memory()
        speak(lang or declared_language(file))
        project = read_project(file)
        if lang is not None:
            settings = project.settings.model_copy(update={"lang": lang})
            project = project.model_copy(update={"settings": settings})
        self.project: Project = project
        self.lang = project.settings.lang
        self.folder = output or project.folder / "outputs"
        self.quiet = quiet
        self.overridden = False
        self.seconds: dict[str, float] = {}

    def override(self, settings: dict[str, Any]) -> None:
        """Other settings for this command only; ProjectError if one is not of its kind."""
        self.overridden = True
        whole = self.project.settings.model_dump() | settings
        try:
            self.project = self.project.model_copy(update={"settings": Settings(**whole)})
        except ValidationError as error:
            key, why = why_refused(error, whole, Settings)
            raise ProjectError(f"“{key}”{why.zh}。", f"`{key}`: {why.en}.") from error

    def on(self, engine: Kind | None, scheduler: str) -> None:
        """Another engine than the project's; a scheduler is one of dask."""
        given: dict[str, Any] = {"kind": engine} if engine else {}
        if scheduler:
            given = {"kind": "dask", "scheduler": scheduler}
        self.project = self.project.model_copy(
            update={"engine": self.project.engine.model_copy(update=given)}
        )

    def last_run(self) -> Run:
        """The last run, shown as today's file says; says loudly what it rests on and is another today.

        From here on the project has the settings that the run was judged by. Raises OutputError
        where there is no whole run.
        """
        run = Run.load(self.folder)
        changed = changed_inputs(self.project, run)
        run = run.shown_as(self.project.settings)
        self.project = self.project.model_copy(update={"settings": run.settings})
        if changed:
            record = read_record(self.folder)
            zh, en = "、".join(changed[:5]), ", ".join(changed[:5])
            more = ("等", ", …") if len(changed) > 5 else ("", "")
            self.warn(
                f"注意：按上次运行（{record.get('made', '')}）的数据、规则与办法制作；"
                f"此后已改动：{zh}{more[0]}。要按现在的评估，请重新运行 mujun run。",
                f"note: made by the data, rules and method of the last run"
                f" ({record.get('made', '')}); changed since: {en}{more[1]}. To judge by what"
                " is there now, run `mujun run` again.",
            )
        return run

    @contextmanager
    def writing(self, command: str, names: Iterable[str] = ()) -> Iterator[None]:
        """The output folder held for a command that writes into it, and its progress shown.

        What would stop it at its end stops it here: an input in the folder, another writer, and,
        with the `names` of what it will write, a file that refuses. Says afterwards what went.
        """
        refuse_inputs(self.project, self.folder)
        with writing(self.folder, command, names), self.progress():
            yield
        last = read_record(self.folder).get("products", [{}])[0]
        if last.get("command") == command:
            self._say_moved(last.get("kept", []), last.get("removed", []))

    def _say_moved(self, kept: list[str], removed: list[str]) -> None:
        """Say what became of files of the last run that this one did not write again."""
        for name in kept:
            self.warn(
                f"您改动过的文件已另存为 {name}，今后不会被替换",
                f"a file that you changed is kept as {name}, and will not be replaced",
            )
        if removed:
            zh, en = "、".join(removed[:5]), ", ".join(removed[:5])
            count = len(removed)
            self.warn(
                f"已移除上次结果的 {count} 个文件（{zh}{'等' if count > 5 else ''}）："
                "如仍需要请重新导出",
                f"removed {count} files of the last results ({en}"
                f"{', …' if count > 5 else ''}): export them again if you need them",
            )

    @contextmanager
    def progress(self) -> Iterator[None]:
        """Show each step while the block runs, and time it."""
        said = TextColumn("{task.description}", markup=False)
        bar = Progress(
            SpinnerColumn(),
            said,
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=self.quiet,
        )
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
        self.show(self._title())

    def show(self, text: str) -> None:
        """Say what is being worked on within a step."""
        self._bar.update(self._task, description=printable(text))

    def within(self, text: str) -> None:
        """Say how far the step is."""
        self.show(f"{self._title()} {text}")

    def _title(self) -> str:
        return STEPS.get(self._last, Text(self._last, self._last))(self.lang)

    def note(self, zh: str, en: str) -> None:
        """One line beside the progress, unless that is not shown."""
        if not self.quiet:
            self._bar.console.print(
                printable(Text(zh, en)(self.lang)), highlight=False, markup=False
            )

    def warn(self, zh: str, en: str) -> None:
        """One line beside the results, also with --quiet and --json."""
        typer.echo(Text(zh, en)(self.lang), err=True)

    def packs(self) -> list[Pack]:
        """The project's rule packs, with the references and the places that the project gives."""
        if not self.overridden:  # another set of packs leaves some settings idle
            check_packs(self.project)
        return packs_of(self.project)

    def low_efficiency(self) -> list[Pack]:
        """The packs whose failing parcels the project counts as low-efficiency land."""
        return low_efficiency_packs(self.project)

    def method(self) -> Method | None:
        """The project's grading method, with the weights that it gives."""
        return method_of(self.project)

    def plan(self) -> Plan:
        """The plan that the project names, or none."""
        return plan_of(self.project)

    def say(self, zh: str, en: str) -> None:
        """One line to the user, in the project's language."""
        typer.echo(Text(zh, en)(self.lang))


def made(files: list[Any], *, as_json: bool) -> None:
    """Say which files were written: one a line, or as JSON."""
    names = [str(file) for file in files]
    typer.echo(json.dumps({"files": names}, ensure_ascii=False) if as_json else "\n".join(names))
