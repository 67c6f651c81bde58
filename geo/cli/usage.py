"""Wrong usage told in this product's words and language: the parser's own are English only."""

from __future__ import annotations

import locale
import os
import re
import sys
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError

from geo.declaration import why_refused
from geo.text import EMPTY, Lang, Message, Text, Wording, bracket, join

# Typer keeps its parser to itself: the error that all others of usage derive from is the parent
# of the one that it exports.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]

_SPOKEN: dict[str, Lang] = {"lang": "zh"}


def spoken() -> Lang:
    """The language of the command that runs: an error that ends it is told in no other."""
    return _SPOKEN["lang"]


def speak(lang: Lang) -> None:
    """From here on the command speaks this language."""
    _SPOKEN["lang"] = lang


EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


def sentence(error: Exception) -> Wording:
    """One sentence about a command line that cannot be understood, and where help is.

    Raises nothing: an error of a kind that is not known here is told by its command alone.
    """
    kind = type(error).__name__
    what = _unfinished(_SENTENCES.get(kind, _other)(error))
    context: Any = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "mujun"
    return Message("usage.see_help", what=what, command=command)


def _unfinished(what: Wording) -> Wording:
    """Words without their full stop: where help is stands behind them."""
    return Text(what.zh.removesuffix("。"), what.en.removesuffix("."))


def language(arguments: list[str]) -> Lang | None:
    """The language that a command line asks for, whether or not it can be understood."""
    for at, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=")
        if argument == "--lang":
            value = (arguments[at + 1 :] or [""])[0]
        if argument.startswith("--lang") and value in ("zh", "en"):
            return "en" if value == "en" else "zh"
    return None


def declared_language(file: Path) -> Lang:
    """The language that a project file asks for, even where it cannot be read otherwise.

    Where there is no project, the system's.
    """
    try:
        if file.is_dir():
            file = file / "mujun.toml"
        if not file.is_file():
            return system_language()
        text = file.read_bytes()[:100_000].decode("utf-8", "ignore")
    except OSError:  # it is told where the file is needed
        return system_language()
    found = re.search(r"""^\s*lang\s*=\s*["']en["']""", text, re.MULTILINE)
    return "en" if found else "zh"


def projects_language(arguments: list[str]) -> Lang:
    """The language of the project that a command line names, whether or not it is understood."""
    for at, argument in enumerate(arguments):
        option, equals, value = argument.partition("=")
        if option in ("-p", "--project"):
            return declared_language(Path(value if equals else (arguments[at + 1 :] or [""])[0]))
    return declared_language(Path("mujun.toml"))


def system_language() -> Lang:
    """The language of the PC: English where it is set to another than Chinese."""
    name = ""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 -- Windows names its language by a number

        number = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        name = locale.windows_locale.get(number, "")
    else:
        names = (os.environ.get(key, "") for key in ("LC_ALL", "LC_MESSAGES", "LANG"))
        name = next(filter(None, names), "")
    # "C" and "POSIX" are no language: a server, a container, a scheduled task
    return "zh" if name.partition(".")[0] in ("", "C", "POSIX") or name.startswith("zh") else "en"


def help_language() -> Lang:
    """The language of `--help`: asked for, else the project's, else the system's."""
    arguments = sys.argv[1:]
    return language(arguments) or projects_language(arguments)


def _no_option(error: Any) -> Wording:
    near = error.possibilities
    like = Message("usage.is_it", like=near[0]) if near else EMPTY
    return Message("usage.no_option", option_name=error.option_name, like=like)


def _missing(error: Any) -> Wording:
    name: Wording = Text(_parameter(error), _parameter(error))
    parameter, context = getattr(error, "param", None), getattr(error, "ctx", None)
    if parameter is not None and context is not None:
        from geo.cli.help import option_text  # noqa: PLC0415 -- only where something is missing

        what = (option_text(context.info_name, parameter, lang) for lang in ("zh", "en"))
        name = bracket(name, Text(*what))
    return Message("usage.missing", name=name)


def _bad_value(error: Any) -> Wording:
    name, why = _parameter(error), getattr(error, "text", None)
    if isinstance(error.__cause__, ValidationError):
        why = why_refused(error.__cause__)[1]
        choices = re.findall(r"'([^']*)'", why.en.partition("is not one of")[2])
        if choices:
            why = Message("common.must_be_one_of", choices=join(choices))
    if not isinstance(why, Wording):
        why = Message("usage.cannot_used")
    return Text(f"{name} {why.zh}".strip(), f"{name} {why.en}".strip())


_ENGLISH = re.compile(
    r"No such command '(.*?)'\.(?: Did you mean '(.*?)')?|(Option .*) requires"
    r"|unexpected extra argument.*\((.*)\)",
    re.DOTALL,
)
"""Faults that the parser tells by its sentence alone."""


def _other(error: Any) -> Wording:
    found = _ENGLISH.search(str(error.message))
    command, like, option, extra = found.groups() if found else (None,) * 4
    if command is not None:
        near = Message("usage.is_it", like=like) if like else EMPTY
        return Message("usage.no_command", command=command, like=near)
    if option is not None:
        name = option.removeprefix("Option ").strip("'")
        return Message("usage.needs_value_after", name=name)
    if extra is not None:
        return Message("usage.too_much", extra=extra)
    return Message("usage.command_cannot_understood")


def _parameter(error: Any) -> str:
    """`--scale`, or the argument's name in capitals."""
    parameter = getattr(error, "param", None)
    if parameter is None:
        return str(getattr(error, "param_hint", "") or "")
    names = [name for name in parameter.opts if name.startswith("--")]
    return str(names[0] if names else parameter.name.upper())


_SENTENCES = {
    "NoSuchOption": _no_option,
    "MissingParameter": _missing,
    "BadParameter": _bad_value,
    "BadValue": _bad_value,
}


class BadValue(typer.BadParameter):
    """A value of an option that is refused, in both languages."""

    def __init__(self, text: Wording) -> None:
        super().__init__(text.en)
        self.text = text


_NAME, _PATH = 255, 4000
"""Length of a file's name and of a path that the common file systems take."""


def _length(name: str) -> int:
    """Of a file's name: Windows counts letters (UTF-16), other systems bytes."""
    if os.name == "nt":
        return len(name.encode("utf-16-le", "surrogatepass")) // 2
    return len(os.fsencode(name))


def a_path(value: str | Path) -> Path:
    """The parser of paths: an empty one would be the folder that one happens to be in."""
    text = str(value)
    if not text.strip():
        raise BadValue(Message("usage.must_not_empty"))
    if "\0" in text:
        raise BadValue(Message("usage.holds_nul"))
    if any(_length(part) > _NAME for part in Path(text).parts) or len(text) > _PATH:
        raise BadValue(Message("usage.path_too_long"))
    return Path(text)
