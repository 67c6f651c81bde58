"""`mujun`: its commands are in the modules beside it.

Bad input ends in one sentence and exit code 1, never in a traceback; wrong usage in 2.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import NoReturn

import typer

from geo.cli.app import app
from geo.cli.terminal import guard, printable
from geo.cli.usage import (
    EXIT_INTERRUPTED,
    EXIT_USAGE,
    UsageError,
    language,
    projects_language,
    sentence,
    speak,
    spoken,
)
from geo.errors import MujunError
from geo.runtime import collect_seldom
from geo.text import Message

__all__ = ["app", "main"]


def main() -> None:
    """Entry point: errors meant for users become one sentence; set MUJUN_DEBUG for the rest."""
    asked = language(sys.argv[1:])
    speak(asked or projects_language(sys.argv[1:]))
    guard()
    collect_seldom()
    if not os.environ.get("MUJUN_DEBUG"):
        warnings.simplefilter("ignore")  # what GDAL mutters about a file is said in our errors
    try:
        code = app(prog_name="mujun", standalone_mode=False)
    except MujunError as error:
        _end(error.text(asked or spoken()), 1)
    except UsageError as error:
        _end(sentence(error)(asked or projects_language(sys.argv[1:])), EXIT_USAGE)
    except typer.Abort:
        code = EXIT_INTERRUPTED
    except Exception as error:  # the last resort between a user and a traceback
        if os.environ.get("MUJUN_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}"
        _end(
            Message("cli.unexpected_error", what=what)(asked or spoken()),
            1,
        )
    if code == EXIT_INTERRUPTED:  # Typer ends so at Ctrl+C, without a word
        _end(Message("cli.interrupted")(asked or spoken()), code)
    sys.exit(code if isinstance(code, int) else 0)


def _end(text: str, code: int) -> NoReturn:
    typer.echo(printable(text), err=True)
    sys.exit(code)
