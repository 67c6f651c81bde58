"""What the client needs to take 核查 notes down: whose map it is, what may be found, what is known."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.model.notes import Note
from geo.publish.look.themes.declaration import CONCLUSIONS
from geo.publish.look.themes.notes import TITLE, NoteClass, further, states
from geo.run import Run
from geo.sources.notes import note_facts
from geo.sources.project_notes import notes_of

Hashes = NDArray[np.uint64]


def notes(run: Run, rows: Hashes | None = None) -> dict[str, Any]:
    """The field `notes` of the page: photos stay with the run's files, their names are told.

    `rows` as `row_hashes` has them, where they are not of `run.parcels`.
    """
    return {
        "project": run.settings.title,
        "place": place_id(run.parks, run.parcels),
        "run": run_id(row_hashes(run.parcels) if rows is None else rows, run.settings.year),
        "title": [TITLE.zh, TITLE.en],
        "group": [CONCLUSIONS.zh, CONCLUSIONS.en],
        "states": [_class(one) for one in states(run.settings)],
        "further": [_class(one) for one in further()],
        "known": [note_facts(note, photos=False) for note in _known(run)],
    }


def place_id(parks: pd.DataFrame, parcels: pd.DataFrame) -> str:
    """Twelve letters that stay from year to year while the parks stay; of no parks, the parcels.

    Projects of one title are told apart by it in a browser.
    """
    ids = parks["park_id"] if len(parks) else parcels["parcel_id"]
    told = "\n".join(sorted(ids.astype("str")))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def row_hashes(parcels: pd.DataFrame) -> Hashes:
    """A number of each parcel that stays while its id and verdict stay."""
    told = pd.DataFrame({"id": parcels["parcel_id"].astype("str"), "is": parcels["compliance"]})
    return np.asarray(pd.util.hash_pandas_object(told.astype("str"), index=False), np.uint64)


def run_id(rows: Hashes, year: int) -> str:
    """Twelve letters that stay while parcels, verdicts (`row_hashes`) and year stay."""
    return hashlib.sha256(rows.tobytes() + str(year).encode()).hexdigest()[:12]


def _class(one: NoteClass) -> dict[str, str]:
    return {"key": one.key, "zh": one.title.zh, "en": one.title.en, "color": one.color}


def _known(run: Run) -> list[Note]:
    """The notes of the run as they stood in their files."""
    rows, photos = run.tables.get("notes"), run.tables.get("note_photos")
    if rows is None or photos is None:
        return []
    return notes_of(rows, photos)
