"""notes: files of 核查 notes that colleagues send back, merged into one or listed."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from geo.cli.app import JsonOption, LangOption, app
from geo.cli.terminal import printable
from geo.cli.usage import BadValue, a_path, spoken
from geo.errors import DataError, OutputError, SourceError, system_reason
from geo.model.notes import STATES, Note, conflicts, replaced, standings
from geo.sources.locate import is_pattern
from geo.sources.notes import NoteFile, all_of, note_facts, notes_text, read_notes
from geo.text import Lang, Message, Value, join

MERGE, LIST = "merge", "list"
_LONGEST_WORDS = 60
"""Letters of a note's words in a line; `--json` has all."""


@app.command("notes")
def notes_command(
    what: Annotated[str, typer.Argument()],
    files: Annotated[list[str] | None, typer.Argument()] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", parser=a_path)] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Merge or list files of notes."""
    language = lang or spoken()
    if what not in (MERGE, LIST) or not files:
        raise BadValue(Message("cli_notes.say_what"))
    if what == MERGE and out is None:
        raise BadValue(Message("cli_notes.name_out"))
    read = [read_notes(file) for file in _paths(files)]
    _refuse_two_maps(read)
    whole = all_of(read)
    older = replaced((note for file in read for note in file.notes), whole.notes)
    if what == MERGE and out is not None:
        _write(out, notes_text(whole))
    if as_json:
        typer.echo(json.dumps(_facts(whole, older, out), ensure_ascii=False))
        return
    say = _Said(language)
    if what == MERGE:
        say.merged(whole, older, out=str(out), files=len(read))
    else:
        say.listed(whole)


def _paths(files: Iterable[str]) -> list[Path]:
    """The files that are named; a pattern, which Windows leaves as it is, stands for all that fit."""
    out = []
    for name in files:
        path = a_path(name)
        if path.exists() or not is_pattern(name):
            out.append(path)
            continue
        fitting = sorted(path.parent.glob(path.name))
        if not fitting:
            raise SourceError("cli_notes.nothing_fits", pattern=name)
        out += fitting
    return out


def _refuse_two_maps(files: Iterable[NoteFile]) -> None:
    titles = sorted({title for file in files for title in file.titles})
    if len(titles) > 1:
        raise DataError("cli_notes.two_maps", titles=join(titles))


def _write(file: Path, text: str) -> None:
    """Write the merged file, whole or not at all; what is no file of notes is not replaced."""
    if os.path.lexists(file):
        try:
            read_notes(file)
        except SourceError as error:
            raise OutputError("cli_notes.not_a_notes_file", file=file) from error
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="\n", dir=file.parent, suffix=".part", delete=False
        ) as stream:
            stream.write(text)
        Path(stream.name).replace(file)
    except OSError as error:
        raise OutputError("cli_notes.cannot_write", file=file, why=system_reason(error)) from error


def _facts(file: NoteFile, older: list[Note], out: Path | None) -> dict[str, Any]:
    """What `--json` prints: notes with how each stands, conflicts by parcel, what was replaced."""
    standing = standings(file.notes)
    return {
        "file": None if out is None else str(out),
        "maps": [{"title": title, "run": run} for title, run in file.maps],
        "notes": [note_facts(n, photos=False) | {"standing": standing[n]} for n in file.notes],
        "conflicts": {
            parcel: [note_facts(note, photos=False) for note in notes]
            for parcel, notes in conflicts(file.notes).items()
        },
        "replaced": [note_facts(note, photos=False) for note in older],
    }


class _Said:
    """What the command prints, line by line; text of files is shown as text."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def merged(self, file: NoteFile, older: list[Note], **facts: Value) -> None:
        """What was merged, what its authors replaced, and the conflicts."""
        parcels = len({note.parcel for note in file.notes})
        self._say("cli_notes.merged", notes=len(file.notes), parcels=parcels, **facts)
        for note in older:
            state = self._state(note)
            subject = {"parcel": note.parcel, "author": note.author}
            self._say("cli_notes.replaced", **subject, state=state, saved=note.saved)
        self._conflicts(file)

    def listed(self, file: NoteFile) -> None:
        """Every note that counts, and the conflicts."""
        standing = standings(file.notes)
        self._say(
            "cli_notes.listed",
            notes=len(file.notes),
            parcels=len({note.parcel for note in file.notes}),
            authors=len({note.author for note in file.notes}),
            photos=sum(len(note.photos) for note in file.notes),
        )
        for note in file.notes:
            if standing[note] == "counts":
                self._note(note)
        self._conflicts(file)

    def _conflicts(self, file: NoteFile) -> None:
        found = conflicts(file.notes)
        for parcel, notes in found.items():
            self._say("cli_notes.conflict", parcel=parcel)
            for note in notes:
                self._note(note)
        if found:
            self._say("cli_notes.kept_both", count=len(found))

    def _note(self, note: Note) -> None:
        words = " ".join(note.words.split())
        if len(words) > _LONGEST_WORDS:
            words = words[: _LONGEST_WORDS - 1] + "…"
        facts = {"state": self._state(note), "date": note.date or note.saved[:10], "words": words}
        self._say("cli_notes.line", parcel=note.parcel, author=note.author, **facts)

    def _state(self, note: Note) -> str:
        known = STATES.get(note.state)
        return known(self.lang) if known else note.state

    def _say(self, code: str, /, **arguments: Value) -> None:
        typer.echo(printable(Message(code, **arguments)(self.lang).rstrip()))
