"""核查情况: what people found on each parcel, of the notes that came back into the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from geo.model.notes import STATES
from geo.project import Settings
from geo.publish.look.style import Theme, coded_as, palette
from geo.publish.look.themes.declaration import CONCLUSIONS, ThemeDeclaration
from geo.run import Run
from geo.text import Message, Text, Wording

NAME, TITLE = "notes", Message("themes.notes")
CONFLICT, OTHER, UNCHECKED = "conflict", "other", "unchecked"
"""Classes of parcels beside the states: notes differ, a state that is on no list, no note."""
FURTHER: Mapping[str, Wording] = {
    CONFLICT: Message("note_class.conflict"),
    OTHER: Message("note_class.other"),
    UNCHECKED: Message("note_class.unchecked"),
}


@dataclass(frozen=True)
class NoteClass:
    """A class of the theme: the state as files have it or a code of `FURTHER`, title, colour."""

    key: str
    title: Wording
    color: str


def states(settings: Settings) -> list[NoteClass]:
    """What may be found on a parcel: the office's list, else mujun's, with the colours."""
    listed = settings.note_states or list(STATES)
    colors = palette()["note"]["states"]
    return [
        NoteClass(state, STATES.get(state, Text(state, state)), colors[k % len(colors)])
        for k, state in enumerate(listed)
    ]


def further() -> list[NoteClass]:
    """The classes beside the states, in the legend's order."""
    return [NoteClass(key, title, palette()["note"][key]) for key, title in FURTHER.items()]


def state_of_parcels(notes: pd.DataFrame, listed: list[str]) -> pd.Series[str]:
    """The class of each parcel that has notes that count, by parcel id."""
    counting = notes[notes["standing"].isin(["counts", "conflict"])]
    state = counting["state"].where(counting["state"].isin(listed), OTHER)
    state = state.mask(counting["standing"] == "conflict", CONFLICT)
    return state.groupby(counting["parcel_id"]).first()


def _notes(run: Run) -> list[Theme]:
    """Nothing of a run that nobody has checked."""
    notes = run.tables.get("notes")
    if notes is None or notes.empty:
        return []
    classes = [*states(run.settings), *further()]
    keys = [one.key for one in classes]
    found = state_of_parcels(notes, keys[: -len(FURTHER)])
    values = run.parcels["parcel_id"].map(found)
    titles = tuple(one.title for one in classes)
    colors = tuple(one.color for one in classes)
    return [Theme(NAME, TITLE, titles, colors, coded_as(values, keys, UNCHECKED)[:-1])]


THEMES = (ThemeDeclaration(NAME, CONCLUSIONS, _notes, filter=True, of_all=False),)
