"""init, new-year: a project of what an office has: the sample, a folder of files, last year's."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sys
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

import typer

from geo.cli.app import JsonOption, LangOption, app
from geo.cli.usage import a_path, speak, system_language
from geo.errors import OutputError, ProjectError, SourceError, system_reason
from geo.intake.as_json import plan_json
from geo.intake.decide import Wish, decide
from geo.intake.plan import Plan
from geo.intake.project_text import project_text
from geo.intake.questions import Ask, Question, nobody
from geo.intake.summary import summary
from geo.project import read_project
from geo.text import Lang, Message

FILE = "mujun.toml"

FromOption = Annotated[
    Path | None,
    typer.Option("--from", parser=a_path),
]
YesOption = Annotated[
    bool,
    typer.Option("--yes", "-y"),
]


@app.command("init")
def init(
    folder: Annotated[Path, typer.Argument(parser=a_path)],
    source: FromOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """A new project: the sample, or one of the files in a folder."""
    spoken = lang or system_language()
    speak(spoken)
    if (folder / FILE).exists():
        raise OutputError("cli_build.already_holds", folder=folder)
    if source is None:
        _sample(folder, spoken)
        return
    plan = plan_of(source, folder, spoken, nobody if yes else asking(spoken, quiet=as_json))
    found = "parcels" in plan.entries
    if found:
        _write(folder, project_text(plan))
    if as_json:
        record = plan_json(plan) | {"project": str(folder / FILE) if found else None}
        typer.echo(json.dumps(record, ensure_ascii=False, indent=1))
    else:
        typer.echo(summary(plan, str(folder) if found else ""))
    if not found:
        raise ProjectError("intake_plan.no_parcels")


@app.command("new-year")
def new_year_command(
    folder: Annotated[Path, typer.Argument(parser=a_path)],
    target: Annotated[Path, typer.Argument(parser=a_path)],
    source: Annotated[
        Path,
        typer.Option("--from", parser=a_path),
    ],
    yes: YesOption = False,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Last year's project carried to this year's files."""
    from geo.intake.new_year import new_year  # noqa: PLC0415 -- reads both projects
    from geo.intake.new_year_report import changes, new_year_json  # noqa: PLC0415
    from geo.intake.recognise import recognise  # noqa: PLC0415 -- the readers of all forms

    last = read_project(folder)
    spoken = lang or last.settings.lang
    speak(spoken)
    if (target / FILE).exists():
        raise OutputError("cli_build.already_holds", folder=target)
    _require_folder(source)
    typer.echo(Message("intake_summary.reading", folder=source)(spoken), err=True)
    ask = nobody if yes else asking(spoken, quiet=as_json)
    _make(target)  # patterns are looked for from there
    new = new_year(folder, target, recognise(source), source, ask, spoken)
    _write(target, new.text)
    if as_json:
        record = new_year_json(new) | {"project": str(target / FILE)}
        typer.echo(json.dumps(record, ensure_ascii=False, indent=1))
    else:
        lines = [one(spoken) for one in changes(new, last.settings.area_tolerance)]
        lines.append(Message("new_year.next", folder=target)(spoken))
        typer.echo("\n".join(lines))
    raise typer.Exit(1 if new.error is not None else 0)


def plan_of(source: Path, folder: Path, lang: Lang, ask: Ask) -> Plan:
    """The folder read and decided on."""
    from geo.intake.guess_as import guess_as  # noqa: PLC0415 -- the readers of all forms
    from geo.intake.recognise import recognise  # noqa: PLC0415

    _require_folder(source)
    typer.echo(Message("intake_summary.reading", folder=source)(lang), err=True)
    today = dt.datetime.now().astimezone().date()
    return decide(recognise(source), Wish(source, folder, lang, today), ask, guess_as)


def _require_folder(source: Path) -> None:
    if not source.is_dir():
        raise SourceError("cli_build.no_folder", folder=source)


def _make(target: Path) -> None:
    """The folder of the new project."""
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            "cli_build.cannot_write", folder=target, strerror=system_reason(error)
        ) from error


def _write(target: Path, text: str) -> None:
    """A new project file, read first: ProjectError where it is none.

    One that is there is never written over.
    """
    read_project(target / FILE, text.encode())
    _make(target)
    try:
        with (target / FILE).open("x", encoding="utf-8", newline="\n") as out:
            out.write(text)
    except FileExistsError as error:
        raise OutputError("cli_build.already_holds", folder=target) from error
    except OSError as error:
        raise OutputError(
            "cli_build.cannot_write", folder=target, strerror=system_reason(error)
        ) from error


def asking(lang: Lang, *, quiet: bool) -> Ask:
    """Questions to whoever types, or to what is piped in: numbered answers, Enter for the first.

    With `quiet` they go beside the results. At the end of the input nobody answers any more.
    """
    ended = False

    def ask(question: Question) -> int | str | None:
        nonlocal ended
        if ended:
            return None
        typer.echo(f"\n{question.text(lang)}", err=quiet)
        for number, choice in enumerate(question.choices, 1):
            why = "".join(f"\n      {one(lang)}" for one in choice.reasons[:2])
            typer.echo(f"  {number}. {choice.text(lang)}{why}", err=quiet)
        while True:
            choose, own = Message("intake_question.prompt"), Message("intake_question.prompt_own")
            prompt = choose if question.accepts is None else own
            typer.echo(prompt(lang), nl=False, err=quiet)
            line = sys.stdin.readline()
            if not line:
                typer.echo("", err=quiet)
                ended = True
                return None
            typed = line.strip()
            if not typed:
                return 0
            if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(question.choices):
                return int(typed) - 1
            if question.accepts is not None and question.accepts(typed):
                return typed
            count = len(question.choices)
            typer.echo(Message("intake_question.again", count=count)(lang), err=quiet)

    return ask


def _sample(folder: Path, lang: Lang) -> None:
    """The project that comes with mujun, ready to run."""
    try:
        with as_file(files("geo") / "data" / "template") as template:
            _refuse_taken(template, folder)
            shutil.copytree(template, folder, dirs_exist_ok=True)
        if lang == "en":
            english = (files("geo") / "data" / "template.en.toml").read_text(encoding="utf-8")
            (folder / FILE).write_text(english, encoding="utf-8")
        (folder / "outputs").mkdir(exist_ok=True)
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(
            "cli_build.cannot_write", folder=folder, strerror=system_reason(error)
        ) from error
    shown = f'"{folder}"' if " " in str(folder) else folder
    typer.echo(f"{folder / FILE}\nmujun run --project {shown}")


def _refuse_taken(template: Path, folder: Path) -> None:
    """OutputError where a file of the template would take the place of one that is there."""
    names = [file.relative_to(template) for file in sorted(template.rglob("*")) if file.is_file()]
    taken = [name for name in names if os.path.lexists(folder / name)]
    if taken:
        raise OutputError("cli_build.already_holds_not_replaced", folder=folder, taken=taken[0])
