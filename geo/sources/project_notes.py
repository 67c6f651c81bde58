"""The 核查 notes that a project names in `[notes]`, read into the tables of a run.

Notes stand beside what a run computes: a file that cannot be used is a finding, and no figure or
verdict hangs on any.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import pandas as pd

from geo import findings
from geo.arrays import Frames
from geo.errors import MujunError
from geo.findings import OF_FILE
from geo.geometry.keys import isin_text
from geo.model.notes import Note, Photo, merged, standings
from geo.project import Project
from geo.sources.digest import sha256
from geo.sources.locate import fitting, is_pattern
from geo.sources.notes import read_notes
from geo.text import Message, join

LAYER = "notes"
NOTES, PHOTOS = "notes", "note_photos"
"""The tables."""
_COLUMNS = {
    "parcel_id": "str",
    "state": "str",
    "author": "str",
    "date": "datetime64[s]",
    "words": "str",
    "standing": "str",
    "seen_verdict": "str",
    "photos": "int64",
    "saved": "str",
    "settles": "str",
    "file": "str",
    "file_row": "int64",
}
_PHOTO_COLUMNS = ("parcel_id", "author", "saved", "photo_id", "name", "data")


@dataclass(frozen=True)
class ProjectNotes:
    """The tables `notes` and `note_photos`, what was found while reading, and the files' hashes."""

    tables: Frames = field(default_factory=lambda: note_tables([], {}))
    findings: pd.DataFrame = field(default_factory=findings.no_findings)
    files: dict[str, str] = field(default_factory=dict)


def note_paths(project: Project) -> list[str]:
    """The files of notes that there are for a project's paths and patterns, in natural order."""
    named = (
        fitting(project, path).paths if is_pattern(path) else (path,)
        for path in project.notes.files
    )
    return list(dict.fromkeys(path for several in named for path in several))


def read_project_notes(project: Project) -> ProjectNotes:
    """All notes of a project, merged.

    A file that is not there, damaged, or of another project is a finding; so is a pattern that
    nothing fits yet.
    """
    notes: list[Note] = []
    places: dict[Note, tuple[str, int]] = {}
    found, files = [*_unmet(project)], {}
    for path in note_paths(project):
        try:
            read = read_notes(project.path(path))
            files[path] = sha256(project.path(path))
        except MujunError as error:
            mend = Message("project_notes.correct_file")
            found.append(findings.about_layer(LAYER, "notes_unread", error.text, mend, "error"))
            continue
        found += _of_another(path, read.titles, project.settings.title)
        for number, note in enumerate(read.notes, 1):
            places.setdefault(note.statement, (path, number))
        notes += read.notes
    return ProjectNotes(note_tables(merged(notes), places), findings.gather_findings(found), files)


def _unmet(project: Project) -> Iterable[pd.DataFrame]:
    for path in project.notes.files:
        if is_pattern(path) and not fitting(project, path).paths:
            message = Message("project_notes.nothing_fits", pattern=path)
            mend = Message("project_notes.save_notes_there")
            yield findings.about_layer(LAYER, "notes_none_yet", message, mend, "info")


def _of_another(path: str, titles: list[str], title: str) -> Iterable[pd.DataFrame]:
    others = [one for one in titles if one != title]
    if others:
        name = PurePosixPath(path).name
        message = Message("project_notes.of_another_map", file=name, titles=join(others))
        mend = Message("project_notes.check_project")
        yield findings.about_layer(LAYER, "notes_of_another_map", message, mend)


def note_tables(notes: Iterable[Note], places: dict[Note, tuple[str, int]]) -> Frames:
    """Merged notes as the tables of a run; `places` are file and number of each statement."""
    standing = standings(notes)
    rows = [
        (
            note.parcel,
            note.state,
            note.author,
            note.date or None,
            note.words,
            how,
            note.verdict,
            len(note.photos),
            note.saved,
            json.dumps(note.settles, ensure_ascii=False) if note.settles else "",
            *places.get(note.statement, ("", 0)),
        )
        for note, how in standing.items()
    ]
    photos = [
        (note.parcel, note.author, note.saved, photo.id, photo.name, photo.data)
        for note in standing
        for photo in note.photos
    ]
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    return {
        NOTES: table.astype(_COLUMNS),
        PHOTOS: pd.DataFrame(photos, columns=list(_PHOTO_COLUMNS)).astype("str"),
    }


def notes_of(notes: pd.DataFrame, photos: pd.DataFrame) -> list[Note]:
    """The notes that `note_tables` made tables of; their photos by name, without data."""
    shown: dict[tuple[str, str, str], tuple[Photo, ...]] = {}
    for row in photos.to_dict("records"):  # rows-ok: photos that people took
        key = (row["parcel_id"], row["author"], row["saved"])
        shown[key] = (*shown.get(key, ()), Photo(row["photo_id"], row["name"]))
    return [
        Note(
            parcel=row["parcel_id"],
            author=row["author"],
            saved=row["saved"],
            state=row["state"],
            words=row["words"],
            date="" if pd.isna(row["date"]) else f"{row['date']:%Y-%m-%d}",
            verdict=row["seen_verdict"],
            withdrawn=row["standing"] == "withdrawn",
            settles=tuple((by, saved) for by, saved in json.loads(row["settles"] or "[]")),
            photos=shown.get((row["parcel_id"], row["author"], row["saved"]), ()),
        )
        for row in notes.to_dict("records")  # rows-ok: notes that people made
    ]


def check_notes(table: pd.DataFrame, parcel_ids: pd.Series[str]) -> pd.DataFrame:
    """A finding a note of a parcel that the project does not have, with its file and number."""
    unknown = ~isin_text(table["parcel_id"], parcel_ids)
    found = findings.about_rows(
        table.assign(source_row=table["file_row"]),
        unknown,
        layer=LAYER,
        key="parcel_id",
        code="note_of_unknown_parcel",
        message=Message("project_notes.unknown_parcel"),
        mend=Message("project_notes.kept_in_table"),
        severity="warning",
        value=table["parcel_id"],
    )
    return found.assign(sheet=(OF_FILE + table.loc[unknown, "file"]).to_numpy(dtype=object))
