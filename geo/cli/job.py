"""What every command shares: its options, its project and language, progress, rule packs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError

from geo.cli.app import JsonOption, LangOption, OutputOption, ProjectOption, QuietOption, app
from geo.cli.progress import Silent, Steps, shown
from geo.cli.terminal import printable
from geo.cli.usage import declared_language, speak
from geo.declaration import why_refused
from geo.engine import Kind, engine
from geo.errors import ProjectError
from geo.evaluate.method import Method, method_of
from geo.evaluate.plan import Plan, plan_of
from geo.model import LAYERS
from geo.project import Project, Settings, read_project
from geo.publish.guard import changed_inputs, refuse_inputs
from geo.publish.outputs import renew_start
from geo.publish.registry import PRODUCTS, Each, one_by_one, products_of
from geo.publish.staging import writing
from geo.run import Run
from geo.run.part import parts_in
from geo.run.record import read_record
from geo.runtime import keep_memory
from geo.sources.load import Layers
from geo.standards.model import Pack
from geo.standards.selection import check_packs, low_efficiency_packs, packs_of
from geo.text import Lang, Message, Value, Wording, join

STEPS: dict[str, Wording] = {
    "parks": Message("step.parks"),
    "parcels": Message("step.parcels"),
    "topology": Message("step.topology"),
    "area": Message("step.area"),
    "allocate": Message("step.allocate"),
    "figures": Message("step.figures"),
    "rules": Message("step.rules"),
    "zones": Message("step.zones"),
    "hotspots": Message("step.hotspots"),
    "lineage": Message("step.lineage"),
    "access": Message("step.access"),
    "terrain": Message("step.terrain"),
    "grades": Message("step.grades"),
    "targets": Message("step.targets"),
    "parts": Message("step.parts"),
    "tables": Message("step.tables"),
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
        self._steps, self._view = Steps(self.lang), Silent()
        self._run: Run | None = None

    def override(self, settings: dict[str, Any]) -> None:
        """Other settings for this command only; ProjectError if one is not of its kind."""
        self.overridden = True
        whole = self.project.settings.model_dump() | settings
        try:
            self.project = self.project.model_copy(update={"settings": Settings(**whole)})
        except ValidationError as error:
            key, why = why_refused(error, whole, Settings)
            raise ProjectError("cli_job.refused_setting", key=key, why=why) from error

    def on(self, engine: Kind | None, scheduler: str) -> None:
        """Another engine than the project's; a scheduler is one of dask."""
        given: dict[str, Any] = {"kind": engine} if engine else {}
        if scheduler:
            given = {"kind": "dask", "scheduler": scheduler}
        self.project = self.project.model_copy(
            update={"engine": self.project.engine.model_copy(update=given)}
        )

    def assessed(self, layers: Layers) -> Run:
        """The run of these layers, in one piece."""
        from geo.assess import assess  # noqa: PLC0415 -- slow to load, and few commands assess

        return assess(
            layers,
            self.project.settings,
            self.packs(),
            self.step,
            self.method(),
            self.low_efficiency(),
            self.plan(),
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
        self._run = run
        if changed:
            record = read_record(self.folder)
            self.warn(
                "cli_job.made_data_rules_method_last",
                made=record.get("made", ""),
                changed=join(changed[:5]),
                more=Message("cli_job.and_more") if len(changed) > 5 else "",
            )
        return run

    @contextmanager
    def writing(self, command: str, names: Iterable[str] = ()) -> Iterator[None]:
        """The output folder held for a command that writes into it, and its progress shown.

        What would stop it at its end stops it here: an input in the folder, another writer, and,
        with the `names` of what it will write, a file that refuses. Says afterwards what went.
        """
        products_of(self.project.publish)  # a slip in `also` is told before anything is read
        refuse_inputs(self.project, self.folder)
        with writing(self.folder, command, names), self.progress(command):
            yield
        record = read_record(self.folder)
        last = record.get("products", [{}])[0]
        if last.get("command") == command:
            self._say_moved(last.get("kept", []), last.get("removed", []))
        if self._run is not None:
            renew_start(self._run, self.folder, self.project.options, command)
        if command == "run" and record.get("moved"):
            old = min(record["moved"])
            count = len(record["moved"])
            self.warn("cli_job.old_paths_kept", folder=self.folder, count=count, name=old)

    def _say_moved(self, kept: list[str], removed: list[str]) -> None:
        """Say what became of files of the last run that this one did not write again."""
        for name in kept:
            self.warn("cli_job.file_you_changed_kept_will", name=name)
        if removed:
            self.warn(
                "cli_job.removed_files_last_results",
                count=len(removed),
                names=join(removed[:5]),
                more=Message("cli_job.and_more") if len(removed) > 5 else "",
            )

    @contextmanager
    def progress(self, command: str = "") -> Iterator[None]:
        """Show each step while the block runs, and time it."""
        last = read_record(self.folder).get("seconds", {}) if command == "run" else {}
        self._steps = Steps(self.lang, last)
        with shown(self._steps, partial(typer.echo, err=True), quiet=self.quiet) as self._view:
            yield
            self._steps.step("end", "")

    def step(self, name: str) -> None:
        """Say which step begins."""
        self._steps.step(name, self._title(name))
        self._view.changed(begins=True)

    def begin(self, name: str) -> None:
        """Say which product is begun, maybe beside others."""
        self._steps.begin(name, self._title(name))
        self._view.changed(begins=True)

    def over(self, name: str, seconds: float) -> None:
        """Say which product is made; those that are not yet are shown further."""
        self._steps.over(name, seconds)

    def failed(self, name: str, why: Wording) -> None:
        """Say at once what is not made, also with --quiet."""
        self._steps.dropped(name)
        said = printable(why(self.lang))
        if self.quiet:
            typer.echo(said, err=True)
        else:
            self._view.note(said)

    @property
    def seconds(self) -> dict[str, float]:
        """How long each step took that is over."""
        return self._steps.seconds

    def count(self, done: int, total: int) -> None:
        """Say how many pieces of the step are done."""
        self._steps.counted(done, total)
        self._view.changed(begins=False)

    def _title(self, step: str) -> str:
        if step in STEPS:
            return STEPS[step](self.lang)
        if step in LAYERS:
            return Message("step.layer", title=LAYERS[step].title)(self.lang)
        if step in PRODUCTS:
            return Message("step.product", title=PRODUCTS[step].title)(self.lang)
        return step

    def note(self, code: str, /, **arguments: Value) -> None:
        """One line beside the progress, unless that is not shown."""
        if not self.quiet:
            said = printable(Message(code, **arguments)(self.lang))
            self._view.note(said)

    def warn(self, code: str, /, **arguments: Value) -> None:
        """One line beside the results, also with --quiet and --json."""
        typer.echo(Message(code, **arguments)(self.lang), err=True)

    def packs(self) -> list[Pack]:
        """The project's rule packs, with the references and the places that the project gives."""
        if not self.overridden:  # another set of packs leaves some settings idle
            check_packs(self.project)
        return packs_of(self.project)

    def low_efficiency(self) -> list[Pack]:
        """The packs whose failing parcels the project counts as low-efficiency land."""
        return low_efficiency_packs(self.project)

    def method(self) -> Method | None:
        """The project's grading method, with the weights and baselines that it gives."""
        return method_of(self.project)

    def plan(self) -> Plan:
        """The plan that the project names, or none."""
        return plan_of(self.project)

    def read_rules(self) -> None:
        """What a run judges by, read as a run reads it: a slip in its name or file is told here."""
        self.packs()
        self.low_efficiency()
        self.method()
        self.plan()

    def say(self, code: str, /, **arguments: Value) -> None:
        """One line to the user, in the project's language."""
        typer.echo(Message(code, **arguments)(self.lang))


@contextmanager
def workers_of_parts(job: Job, run: Run) -> Iterator[Each]:
    """Who makes what is made by parts, of a run that was kept in parts: processes of this machine."""
    parts = parts_in(job.folder)
    if not parts:
        yield one_by_one
        return
    count = run.count("parcels")
    with engine("local", "", job.project.engine.workers, count, -(-count // len(parts))) as local:
        yield local.map


_SHARED: dict[str, tuple[Any, Any]] = {
    "project": (ProjectOption, Path("mujun.toml")),
    "lang": (LangOption, None),
    "output": (OutputOption, None),
    "quiet": (QuietOption, False),
    "as_json": (JsonOption, False),
}
"""Options that every command over a project has, with their defaults."""


def command(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a function a command: its own options, and those that every command has.

    The function takes the `Job` that these make, and `as_json`.
    """

    def declared(function: Callable[..., None]) -> Callable[..., None]:
        def called(**values: Any) -> None:
            project, lang, output, quiet = (
                values.pop(key) for key in ("project", "lang", "output", "quiet")
            )
            function(Job(project, lang, output, quiet), **values)

        own = list(signature(function, eval_str=True).parameters.values())
        options = [one for one in own if one.name not in ("job", "as_json")]
        shared = [
            Parameter(key, Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for key, (kind, default) in _SHARED.items()
        ]
        called.__signature__ = Signature([*options, *shared])  # type: ignore[attr-defined]
        called.__annotations__ = {one.name: one.annotation for one in (*options, *shared)}
        called.__doc__ = function.__doc__
        app.command(name)(called)
        return function

    return declared


def made(files: list[Any], *, as_json: bool) -> None:
    """Say which files were written: one a line, or as JSON."""
    names = [str(file) for file in files]
    typer.echo(json.dumps({"files": names}, ensure_ascii=False) if as_json else "\n".join(names))
