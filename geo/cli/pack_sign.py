"""packs sign: an office signs off its own pack file, by name and day, over what the file says."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import tempfile
from pathlib import Path

import typer

from geo.cli.pack_subjects import read_pack_at
from geo.cli.usage import BadValue
from geo.declaration import parse_toml
from geo.errors import OutputError, RuleError, system_reason
from geo.intake.packs.citing import dated
from geo.project import Project
from geo.standards.model import SHELF
from geo.standards.signing import KEY, content_of
from geo.text import Lang, Message

_TABLE = re.compile(
    rf"^[ \t]*\[[ \t]*pack[ \t]*\.[ \t]*{KEY}[ \t]*\][^\r\n]*\r?\n"
    r"(?:[ \t]*(?:by|date|content)[ \t]*=[^\r\n]*(?:\r?\n|\Z))*",
    re.MULTILINE,
)
"""The table of a sign-off and its three lines: what follows them stays."""


def sign_pack(
    source: str, by: str, date: str, project: Project | None, lang: Lang, *, as_json: bool
) -> None:
    """Write `[pack.signed_off]` into an office's own pack file, and nothing else into it.

    Raises BadValue without a name or with a day that is none or to come, RuleError for a shipped
    pack or a file that is no pack, OutputError where the file cannot be written.
    """
    name, day = _name(by), _day(date)
    file = _own_file(source)
    read_pack_at(str(file), None, project)
    content = _signed(file, name, day)
    if as_json:
        facts = {"file": str(file), "by": name, "date": str(day), "content": content}
        typer.echo(json.dumps(facts, ensure_ascii=False))
        return
    said = Message("pack_sign.written", file=file, by=name, date=str(day), content=content[:12])
    typer.echo(said(lang))


def _name(by: str) -> str:
    if not by.strip() or not by.isprintable():
        raise BadValue(Message("pack_sign.by_whom"))
    return by.strip()


def _day(date: str) -> dt.date:
    """The day that is given, or today; no year alone, and no day to come."""
    today = dt.datetime.now().astimezone().date()
    if not date:
        return today
    day = dated(date)
    if not isinstance(day, dt.date) or day > today:
        raise BadValue(Message("pack_sign.no_day", text=date))
    return day


def _own_file(source: str) -> Path:
    """The file of an office's own pack; RuleError for one that comes with mujun, or none."""
    file = Path(source)
    if source in SHELF.ids() or str(file.resolve()).startswith(str(SHELF.home)):
        raise RuleError("pack_sign.shipped", name=source)
    if not source.endswith(".toml") or not file.is_file():
        raise RuleError("pack_sign.no_file", name=source)
    return file.resolve()


def _signed(file: Path, by: str, day: dt.date) -> str:
    """Put the table of the sign-off into the file; the hash of what was signed.

    The rest stays byte for byte: what is written is read again first, and refused where anything
    else would have changed (a sign-off that is written in another way).
    """
    before = file.read_bytes()
    text = before.decode("utf-8")
    end = "\r\n" if "\r\n" in text else "\n"
    old = parse_toml(before)
    content = content_of(old)
    lines = (f"[pack.{KEY}]", f"by = {_toml(by)}", f"date = {day}", f'content = "{content}"')
    table = "".join(line + end for line in lines)
    if _TABLE.search(text):
        text = _TABLE.sub(lambda _: table, text, count=1)
    else:
        text += ("" if text.endswith("\n") else end) + end + table
    wanted = {"by": by, "date": day, "content": content}
    try:
        new = parse_toml(text.encode("utf-8"))
    except ValueError as error:
        raise RuleError("pack_sign.by_hand", file=file.name) from error
    if new["pack"].get(KEY) != wanted or content_of(new) != content:
        raise RuleError("pack_sign.by_hand", file=file.name)
    _replace(file, text.encode("utf-8"))
    return content


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _replace(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, with the rights that it has."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        aside = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            aside.chmod(file.stat().st_mode & 0o7777)
            aside.replace(file)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            "cli_build.cannot_write", folder=file, strerror=system_reason(error)
        ) from error
