"""`mujun`: its commands are in the modules beside it.

Bad input ends in one sentence and exit code 1, never in a traceback; wrong usage in 2.
"""

from __future__ import annotations

import os
import sys
import warnings

import typer

from geo.cli import build, export, judge, land, paper, run
from geo.cli.job import app
from geo.engine import keep_memory
from geo.errors import MujunError, Text

__all__ = ["app", "build", "export", "judge", "land", "main", "paper", "run"]


def main() -> None:
    """Entry point: errors meant for users become one sentence; set MUJUN_DEBUG for the rest."""
    lang = _asked_language(sys.argv)
    keep_memory()
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
