"""核查 notes: what people found on parcels (宗地), and how the notes of several people become one set.

A note is one person's statement about one parcel. Of one person on one parcel the later statement
counts; statements of different people are all kept, and conflict where their states differ. A
person settles a conflict by a statement that names those it answers (`settles`). Merging is a
union, so neither order, grouping nor repetition of the files changes the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from geo.text import Message, Wording

Standing = Literal["counts", "conflict", "settled", "withdrawn"]
STANDINGS: Mapping[str, Wording] = {
    "counts": Message("note_standing.counts"),
    "conflict": Message("note_standing.conflict"),
    "settled": Message("note_standing.settled"),
    "withdrawn": Message("note_standing.withdrawn"),
}
STATES: Mapping[str, Wording] = {
    "情况属实": Message("note_state.confirmed"),
    "不符": Message("note_state.differs"),
    "已整改": Message("note_state.mended"),
}
"""What may be found on a parcel, where an office has no list of its own; they stand in files so."""


@dataclass(frozen=True, order=True)
class Photo:
    """A photo: its id, the name of the file that it was, and the JPEG as a data address, or ""."""

    id: str
    name: str
    data: str = ""


@dataclass(frozen=True, order=True)
class Note:
    """What one person states of one parcel.

    `date` is the day of the check (YYYY-MM-DD or ""), `saved` the moment of the statement (UTC, as
    ISO 8601 with milliseconds), `verdict` the code of the overall verdict that the author saw.
    `settles` are author and moment of the statements that this one answers.
    """

    parcel: str
    author: str
    saved: str
    state: str
    words: str = ""
    date: str = ""
    verdict: str = ""
    withdrawn: bool = False
    settles: tuple[tuple[str, str], ...] = ()
    photos: tuple[Photo, ...] = ()

    @property
    def statement(self) -> Note:
        """What tells two statements apart: all but what further files may add to them."""
        return replace(self, settles=(), photos=())


def merged(notes: Iterable[Note]) -> list[Note]:
    """All statements in one list, by parcel, author and moment.

    Of an author's statements on a parcel those of the last moment stay. Equal ones are one, with
    the photos of all; two that differ at one moment both stay, and `standings` has them conflict.

    Examples
    --------
    >>> early = Note("P1", "王", "2026-03-01T08:00:00.000Z", "不符")
    >>> late = replace(early, saved="2026-03-02T08:00:00.000Z", state="已整改")
    >>> [note.state for note in merged([late, early, late])]
    ['已整改']
    """
    found: dict[Note, Note] = {}
    last: dict[tuple[str, str], str] = {}
    for note in notes:
        key = note.statement
        found[key] = _joined(found[key], note) if key in found else _joined(note, note)
        subject = note.parcel, note.author
        last[subject] = max(last.get(subject, ""), note.saved)
    kept = (note for note in found.values() if note.saved == last[note.parcel, note.author])
    return sorted(kept)


def _joined(one: Note, other: Note) -> Note:
    """One statement from two files: what either settles, and the photos of both."""
    photos: dict[str, Photo] = {}
    for photo in (*one.photos, *other.photos):
        photos[photo.id] = max(photo, photos.get(photo.id, photo), key=lambda p: (p.data, p.name))
    settles = tuple(sorted({*one.settles, *other.settles}))
    return replace(one, settles=settles, photos=tuple(photos[key] for key in sorted(photos)))


def by_parcel(notes: Iterable[Note]) -> dict[str, list[Note]]:
    """Notes by their parcel."""
    out: dict[str, list[Note]] = {}
    for note in notes:
        out.setdefault(note.parcel, []).append(note)
    return out


def standings(notes: Iterable[Note]) -> dict[Note, Standing]:
    """How each of the merged notes stands beside the others of its parcel.

    Withdrawn ones say nothing. One that another person's statement settles does not count, unless
    all are settled by each other: then all count. Those that count conflict where states differ.
    """
    out: dict[Note, Standing] = {}
    for of_parcel in by_parcel(notes).values():
        said = [note for note in of_parcel if not note.withdrawn]
        settled = {
            answer
            for note in said
            for answer in note.settles
            if answer != (note.author, note.saved)
        }
        counting = [note for note in said if (note.author, note.saved) not in settled] or said
        differ = len({note.state for note in counting}) > 1
        for note in of_parcel:
            out[note] = "withdrawn" if note.withdrawn else "settled"
        out |= dict.fromkeys(counting, "conflict" if differ else "counts")
    return out


def conflicts(notes: Iterable[Note]) -> dict[str, list[Note]]:
    """The statements that conflict, by parcel."""
    standing = standings(notes)
    return by_parcel(note for note, how in standing.items() if how == "conflict")


def replaced(notes: Iterable[Note], kept: Iterable[Note]) -> list[Note]:
    """Statements that are not among the kept ones: their author made a later one."""
    there = {note.statement for note in kept}
    return sorted({note.statement for note in notes} - there)
