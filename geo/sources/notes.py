"""Files of 核查 notes (`….mujun-notes.json`): read whole or refused, and written.

Such a file comes by mail from anybody, so nothing in it is believed: sizes, depth, days and
characters are checked, and a photo is a JPEG or the file is refused.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.errors import SourceError, system_reason
from geo.model.notes import Note, Photo, merged
from geo.text import Message, Wording

FORMAT, VERSION = "mujun-notes", 1
SUFFIX = ".mujun-notes.json"
MOST_BYTES = 300_000_000
MOST_NOTES = 100_000
MOST_PHOTOS = 20
"""Of one note."""
LONGEST_PHOTO = 2_000_000
"""Letters of a photo as a data address."""
LONGEST = {"parcel": 200, "author": 100, "state": 100, "words": 5_000, "verdict": 50, "name": 300}
JPEG = "data:image/jpeg;base64,"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ID = re.compile(r"[0-9A-Za-z_-]{1,100}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

_UNPRINTED = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")
"""What no name or id has; words may have lines."""


@dataclass(frozen=True)
class NoteFile:
    """A file's notes, and the maps that they were made on: title of the project, and its run."""

    maps: tuple[tuple[str, str], ...]
    notes: tuple[Note, ...]

    @property
    def titles(self) -> list[str]:
        """The titles of the projects."""
        return sorted({title for title, _ in self.maps if title})

    def merged(self) -> NoteFile:
        """The same with its notes as `geo.model.notes.merged` has them."""
        return NoteFile(tuple(sorted(set(self.maps))), tuple(merged(self.notes)))


class _RefusedError(ValueError):
    """What no file of notes holds; `place` is where it stands."""

    def __init__(self, place: str, why: Wording) -> None:
        self.place, self.why = place, why
        super().__init__(place)


def read_notes(file: Path) -> NoteFile:
    """The notes of a file.

    Raises SourceError: not there, no such file, of a later version, or damaged, with the place.
    """
    try:
        size = file.stat().st_size
        raw = file.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise SourceError("notes_file.cannot_read", file=file, why=system_reason(error)) from error
    if size > MOST_BYTES:
        why = Message("notes_file.too_large", most=MOST_BYTES // 1_000_000)
        raise SourceError("notes_file.refused", file=file.name, why=why)
    return parse_notes(raw, file.name)


def parse_notes(raw: bytes, name: str) -> NoteFile:
    """The notes of a file's bytes; SourceError as `read_notes`."""
    try:
        return _file(_json(raw))
    except _RefusedError as error:
        if not error.place:
            raise SourceError("notes_file.refused", file=name, why=error.why) from error
        place, why = error.place, error.why
        raise SourceError("notes_file.refused_at", file=name, place=place, why=why) from error


def notes_text(file: NoteFile) -> str:
    """A file's text: the same for the same notes, whatever they were merged from."""
    told = file.merged()
    kept = {
        "format": FORMAT,
        "version": VERSION,
        "maps": [{"title": title, "run": run} for title, run in told.maps],
        "notes": [note_facts(note) for note in told.notes],
    }
    return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"


def note_facts(note: Note, *, photos: bool = True) -> dict[str, Any]:
    """A note as it stands in a file; without `photos` their names alone."""
    shown = [{"id": p.id, "name": p.name, "data": p.data if photos else ""} for p in note.photos]
    return {
        "parcel": note.parcel,
        "author": note.author,
        "saved": note.saved,
        "state": note.state,
        "words": note.words,
        "date": note.date,
        "verdict": note.verdict,
        "withdrawn": note.withdrawn,
        "settles": [{"author": author, "saved": saved} for author, saved in note.settles],
        "photos": shown,
    }


def _json(raw: bytes) -> Any:
    def refuse(text: str) -> Any:
        raise _RefusedError("", Message("notes_file.no_number", text=text))

    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=refuse)
    except (UnicodeDecodeError, RecursionError) as error:
        raise _RefusedError("", Message("notes_file.no_json")) from error
    except json.JSONDecodeError as error:
        where = Message("notes_file.no_json_at", line=error.lineno, column=error.colno)
        raise _RefusedError("", where) from error
    except ValueError as error:  # a whole number of thousands of digits
        if isinstance(error, _RefusedError):
            raise
        raise _RefusedError("", Message("notes_file.no_json")) from error


def _file(value: Any) -> NoteFile:
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise _RefusedError("", Message("notes_file.other_format"))
    version = value.get("version")
    if version != VERSION:
        known = isinstance(version, int) and not isinstance(version, bool) and version > VERSION
        raise _RefusedError(
            "version", Message("notes_file.later" if known else "notes_file.no_version")
        )
    maps = [_map(one, f"maps[{k}]") for k, one in enumerate(_list(value, "maps", "", 1_000), 1)]
    listed = _list(value, "notes", "", MOST_NOTES)
    notes = [_note(one, f"notes[{k}]") for k, one in enumerate(listed, 1)]
    return NoteFile(tuple(maps), tuple(notes))


def _map(value: Any, place: str) -> tuple[str, str]:
    table = _table(value, place)
    return _text(table, "title", place, 1_000), _text(table, "run", place, 100)


def _note(value: Any, place: str) -> Note:
    table = _table(value, place)
    texts = {
        name: _text(table, name, place, LONGEST[name])
        for name in ("parcel", "author", "state", "words", "verdict")
    }
    for name in ("parcel", "author", "state"):
        if not texts[name].strip():
            raise _RefusedError(f"{place}.{name}", Message("common.must_be_given"))
    withdrawn = table.get("withdrawn", False)
    if not isinstance(withdrawn, bool):
        raise _RefusedError(f"{place}.withdrawn", Message("notes_file.no_bool"))
    photos = _list(table, "photos", place, MOST_PHOTOS)
    settles = _list(table, "settles", place, 1_000)
    return Note(
        **texts,
        saved=_moment(table, place),
        date=_day(table, place),
        withdrawn=withdrawn,
        settles=tuple(_settled(one, f"{place}.settles[{k}]") for k, one in enumerate(settles, 1)),
        photos=tuple(_photo(one, f"{place}.photos[{k}]") for k, one in enumerate(photos, 1)),
    )


def _settled(value: Any, place: str) -> tuple[str, str]:
    table = _table(value, place)
    return _text(table, "author", place, LONGEST["author"]), _moment(table, place)


def _photo(value: Any, place: str) -> Photo:
    """A photo, whose bytes begin as those of a JPEG do."""
    table = _table(value, place)
    key = _text(table, "id", place, 100)
    data = _text(table, "data", place, LONGEST_PHOTO)
    if not _ID.fullmatch(key):
        raise _RefusedError(f"{place}.id", Message("notes_file.no_id"))
    if data and not _is_jpeg(data):
        raise _RefusedError(f"{place}.data", Message("notes_file.no_jpeg"))
    return Photo(key, _text(table, "name", place, LONGEST["name"]), data)


def _is_jpeg(data: str) -> bool:
    if not data.startswith(JPEG):
        return False
    try:
        return base64.b64decode(data[len(JPEG) :], validate=True).startswith(b"\xff\xd8\xff")
    except (binascii.Error, ValueError):
        return False


def _table(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _RefusedError(place, Message("notes_file.no_table"))
    return value


def _list(table: Mapping[str, Any], name: str, place: str, most: int) -> list[Any]:
    value, where = table.get(name, []), f"{place}.{name}".lstrip(".")
    if not isinstance(value, list):
        raise _RefusedError(where, Message("notes_file.no_list"))
    if len(value) > most:
        raise _RefusedError(where, Message("notes_file.too_many", most=most))
    return value


def _text(table: Mapping[str, Any], name: str, place: str, most: int) -> str:
    value, where = table.get(name, ""), f"{place}.{name}"
    if not isinstance(value, str):
        raise _RefusedError(where, Message("notes_file.no_text"))
    if len(value) > most:
        raise _RefusedError(where, Message("notes_file.too_long", most=most))
    if (_CONTROL if name == "words" else _UNPRINTED).search(value):
        raise _RefusedError(where, Message("notes_file.control"))
    return value


def _moment(table: Mapping[str, Any], place: str) -> str:
    text = _text(table, "saved", place, 100)
    if not _MOMENT.fullmatch(text) or not _is_time(text.removesuffix("Z")):
        raise _RefusedError(f"{place}.saved", Message("notes_file.no_moment"))
    return text


def _day(table: Mapping[str, Any], place: str) -> str:
    text = _text(table, "date", place, 100)
    if text and not (_DAY.fullmatch(text) and _is_time(text)):
        raise _RefusedError(f"{place}.date", Message("notes_file.no_day"))
    return text


def _is_time(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def all_of(files: Iterable[NoteFile]) -> NoteFile:
    """Several files as one, merged."""
    every = list(files)
    maps = tuple(one for file in every for one in file.maps)
    return NoteFile(maps, tuple(note for file in every for note in file.notes)).merged()
