"""The command line: its commands by name, each loaded when it is called, and their options.

`mujun --help` names every command and imports none of them.
"""

from __future__ import annotations

import platform
import sys
from importlib import import_module, metadata
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command_from_info

from geo.cli.help import command_help, group_help
from geo.cli.usage import a_path, help_language
from geo.text import Lang

COMMANDS = {
    "init": "intake",
    "new-year": "intake",
    "check": "build",
    "run": "run",
    "map": "build",
    "serve": "build",
    "export": "export",
    "snapshot": "paper",
    "explain": "judge",
    "packs": "packs",
    "thresholds": "judge",
    "comply": "comply",
    "whatif": "judge",
    "compare": "judge",
    "notes": "notes",
    "repair": "land",
    "doctor": "doctor",
    "completion": "completion",
}
"""Each command's module beside this one."""

GROUPS = {
    "begin": ("init", "check", "run", "new-year"),
    "results": ("map", "serve", "export", "snapshot"),
    "verdicts": ("explain", "packs", "thresholds", "comply", "whatif", "compare"),
    "desk": ("notes", "repair", "doctor", "completion"),
}
"""The commands as `mujun --help` lists them: `help_words` has the headings."""


class _Command(TyperCommand):
    """A command; its help is in the language that the command line, the project or the PC has."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """All of it, as plain text."""
        formatter.write(command_help(str(self.name), self.get_params(ctx), help_language()))


class _Lazy(TyperGroup):
    """Commands that are only names until one of them is called."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name in COMMANDS:
            self.commands.setdefault(name, TyperCommand(name))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Every command in a line, and none of them loaded."""
        formatter.write(group_help(GROUPS, self.get_params(ctx), help_language()))

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- the parser's signature
        """Commands in the order of the table."""
        return list(COMMANDS)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called, from its module."""
        if args and args[0] in COMMANDS:
            self.commands[args[0]] = loaded(args[0])
        return super().resolve_command(ctx, args)


def loaded(name: str) -> Any:
    """A command of the table, from its module."""
    import_module(f"geo.cli.{COMMANDS[name]}")
    info = next(one for one in app.registered_commands if one.name == name)
    info.cls = _Command
    return get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)


app = typer.Typer(
    cls=_Lazy,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(*, wanted: bool) -> None:
    if wanted:
        system = f"{platform.system()} {platform.release()} {_machine()}"
        python = platform.python_version()
        typer.echo(f"mujun {metadata.version('mujun')}, Python {python}, {system}")
        raise typer.Exit


def _machine() -> str:
    """The processor, and whether Python is one of 32 bits."""
    return platform.machine() + ("" if sys.maxsize > 2**32 else " (32 bit Python)")


@app.callback()
def options(
    ctx: typer.Context,
    *,
    lang: Annotated[Lang | None, typer.Option()] = None,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    """What stands before any command."""
    del version  # its callback has printed it and ended
    if lang:  # for the command that follows, unless it says another itself
        ctx.default_map = {name: {"lang": lang} for name in COMMANDS}


ProjectOption = Annotated[Path, typer.Option("--project", "-p", parser=a_path)]
LangOption = Annotated[Lang | None, typer.Option()]
OutputOption = Annotated[Path | None, typer.Option(parser=a_path)]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q")]
JsonOption = Annotated[bool, typer.Option("--json")]
