"""Help in one language: every text of it by the name of the command and of the option.

The texts stand in the catalogues: `[help]` says what a command does, `[help_options]` what an
option is for (`run_engine`, or `project` where all commands mean the same), `[help_values]` what
one writes behind it, `[help_examples]` how it is called. What is printed is plain text: it reads
the same on any console, in a file and to a screen reader.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from geo.text import Lang, Message, Text, Wording, catalogue

_SENTENCE = re.compile(r"(?<=。)|(?<=\.)\s")
"""Where a sentence ends, and no name of a file."""

SHARED = ("project", "output", "lang", "quiet", "as_json", "help")
"""Options that stand last, under a heading of their own."""
MOST_COLUMNS, LEAST_COLUMNS = 100, 60
_INDENT = "  "
_LONGEST_LABEL = 26
"""Columns of an option beyond which its text begins on the next line."""
_PIECES = re.compile(r"\s+|[\u2e80-\uffef][，。；：、）》”]*|[^\s\u2e80-\uffef]+[，。；：、）》”]*")
"""Where a line may break: at blanks, and around a Chinese letter with what may not begin a line."""


def about(command: str) -> Wording:
    """What a command does, in a sentence."""
    return Message(f"help.{_key(command)}")


def examples(command: str, lang: Lang) -> list[str]:
    """How a command is called, a line each, with what it does behind `#`."""
    return catalogue(lang)[f"help_examples.{_key(command)}"].strip().splitlines()


def option_text(command: str, parameter: Any, lang: Lang) -> str:
    """What an option or argument is for."""
    known = catalogue(lang)
    names = (f"{_key(command)}_{parameter.name}", parameter.name)
    found = [f"help_options.{name}" for name in names if f"help_options.{name}" in known]
    if not found:  # an option that brings its text itself: “中文 · English”
        zh, _, en = (parameter.help or "").partition(" · ")
        return Text(zh.strip(), (en or zh).strip())(lang)
    return Message(found[0], **_holes(found[0]))(lang)


def choices(parameter: Any) -> tuple[str, ...]:
    """The words that an option takes, where it takes only some."""
    kind = _kind(parameter)
    return tuple(map(str, get_args(kind))) if get_origin(kind) is Literal else ()


def value_word(command: str, parameter: Any, lang: Lang) -> str:
    """What is written behind an option: its choices, or a word for it; nothing for a switch."""
    if getattr(parameter, "is_flag", False):
        return ""
    if choices(parameter):
        return "|".join(choices(parameter))
    known = catalogue(lang)
    names = (f"{_key(command)}_{parameter.name}", parameter.name, _KINDS.get(_kind(parameter), ""))
    found = [f"help_values.{name}" for name in names if f"help_values.{name}" in known]
    return known[found[0]] if found else ""


def is_option(parameter: Any) -> bool:
    """Whether a parameter is an option, and no argument."""
    return bool(parameter.opts[0].startswith("-"))


def command_help(name: str, parameters: Sequence[Any], lang: Lang) -> str:
    """The help of one command."""
    arguments = [p for p in parameters if not is_option(p)]
    special = [p for p in parameters if is_option(p) and p.name not in SHARED]
    shared = [p for p in parameters if p.name in SHARED]
    usage = " ".join(["mujun", name, *map(_argument, arguments), _word("options_usage", lang)])
    lines = [*wrapped(about(name)(lang), columns()), "", f"{_word('usage', lang)}  {usage}"]
    blocks = (("arguments", arguments), ("options", special), ("shared", shared))
    for heading, some in blocks:
        if some:
            rows = [(_label(name, p, lang), _described(name, p, lang)) for p in some]
            lines += ["", _word(heading, lang), *_rows(rows)]
    lines += ["", _word("examples", lang)]
    lines += [f"{_INDENT}{line}" for line in examples(name, lang)]
    return "\n".join(lines)


def group_help(groups: dict[str, tuple[str, ...]], parameters: Sequence[Any], lang: Lang) -> str:
    """The help of `mujun` itself: its commands by what they are for."""
    lines = [f"mujun {metadata.version('mujun')}  {_word('mujun', lang)}", ""]
    lines.append(f"{_word('usage', lang)}  mujun {_word('command_usage', lang)}")
    width = max(len(name) for names in groups.values() for name in names)
    for group, names in groups.items():
        rows = [(name.ljust(width), _SENTENCE.split(about(name)(lang))[0]) for name in names]
        lines += ["", _word(group, lang), *_rows(rows)]
    rows = [(_label("", p, lang), option_text("", p, lang)) for p in parameters]
    lines += ["", _word("options", lang), *_rows(rows), "", _word("examples", lang)]
    lines += [f"{_INDENT}{line}" for line in examples("mujun", lang)]
    return "\n".join([*lines, "", _word("more", lang)])


def _described(command: str, parameter: Any, lang: Lang) -> str:
    text = option_text(command, parameter, lang)
    default = parameter.default
    if callable(default) or default in (None, "", False) or getattr(parameter, "is_flag", False):
        return text
    return text + Message("help_words.default", value=str(default))(lang)


def _label(command: str, parameter: Any, lang: Lang) -> str:
    """`-p, --project PATH`; long names stand below each other."""
    if not is_option(parameter):
        return str(parameter.name).upper()
    short = [o for o in parameter.opts if not o.startswith("--")]
    long = [o for o in parameter.opts if o.startswith("--")]
    names = (f"{short[0]}, " if short else "    ") + ", ".join(long)
    return f"{names} {value_word(command, parameter, lang)}".rstrip()


def _argument(parameter: Any) -> str:
    name = str(parameter.name).upper()
    return name if parameter.required else f"[{name}]"


def _kind(parameter: Any) -> Any:
    """The type of a value, of one where an option may be given more than once."""
    kind = getattr(getattr(parameter, "type_descriptor", None), "annotation", str)
    return get_args(kind)[0] if get_origin(kind) is list else kind


_KINDS = {Path: "path", str: "text", int: "number", float: "number"}


def _holes(code: str) -> dict[str, Wording]:
    if code != "help_options.export_to":
        return {}
    from geo.publish.registry import export_help  # noqa: PLC0415 -- only that command has formats

    return {"formats": export_help()}


def _key(command: str) -> str:
    return command.replace("-", "_")


def _word(name: str, lang: Lang) -> str:
    return Message(f"help_words.{name}")(lang)


def columns() -> int:
    """Columns of the terminal, within what reads well."""
    return min(max(shutil.get_terminal_size().columns, LEAST_COLUMNS), MOST_COLUMNS)


def _rows(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Labels and their texts in two columns; a Chinese letter is two columns wide."""
    from rich.cells import cell_len  # noqa: PLC0415 -- help alone measures

    widths = [cell_len(label) for label, _ in rows if cell_len(label) <= _LONGEST_LABEL]
    width = max(widths, default=_LONGEST_LABEL)
    gap = " " * (len(_INDENT) + width + 2)
    for label, text in rows:
        lines = list(wrapped(text, columns() - len(gap)))
        first = f"{_INDENT}{label}{' ' * (width - cell_len(label) + 2)}"
        if cell_len(label) > width:
            yield f"{_INDENT}{label}"
            first = gap
        yield f"{first}{lines[0]}".rstrip()
        yield from (f"{gap}{line}" for line in lines[1:])


def wrapped(text: str, width: int) -> Iterable[str]:
    """Lines of so many columns at most, unless one piece is longer."""
    from rich.cells import cell_len  # noqa: PLC0415 -- help alone measures

    lines, line = [], ""
    for piece in _PIECES.findall(text):
        if line and cell_len(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()]
