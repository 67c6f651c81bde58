"""What the page is told of 核查 notes, in the format of `wire.py`."""

from __future__ import annotations

from geo.publish.webmap.nodes import Each, Once, Record

_TEXT, _WORDS = Once("string", ""), Once("Words")

NOTE_CLASS = Record("NoteClass", {"key": _TEXT, "zh": _TEXT, "en": _TEXT, "color": _TEXT})
NOTES = Record(
    "Notes",
    {
        "project": _TEXT,
        "place": _TEXT,
        "run": _TEXT,
        "title": _WORDS,
        "group": _WORDS,
        "states": Each(NOTE_CLASS),
        "further": Each(NOTE_CLASS),
        "known": Once("unknown[]", []),
    },
    optional=True,
)
"""`known` are the run's notes as `geo.sources.notes.note_facts` writes them, without photos."""
