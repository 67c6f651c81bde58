"""What people found on a parcel, a line a note: state, remarks, who and when, how it stands."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.model.notes import STANDINGS, STATES
from geo.publish.records.numbers import text
from geo.publish.records.tables import Row
from geo.standards.vocabulary import VERDICTS
from geo.text import Message


@dataclass(frozen=True)
class NoteLine:
    """A note in the reader's language; `standing` is a code.

    `changed` says that the verdict is another than the author saw; empty where it is not.
    """

    state: str
    author: str
    date: str
    words: str
    standing: str
    standing_word: str
    photos: int
    changed: str


def note_line(row: Row, compliance: str, lang: str) -> NoteLine:
    """A row of `notes` on a parcel whose overall verdict is `compliance`."""
    known = STATES.get(row["state"])
    date: str = f"{row['date']:%Y-%m-%d}" if pd.notna(row["date"]) else str(row["saved"])[:10]
    seen = text(row["seen_verdict"])
    other = seen in VERDICTS and seen != compliance
    return NoteLine(
        state=known(lang) if known else text(row["state"]),
        author=text(row["author"]),
        date=date,
        words=text(row["words"]),
        standing=str(row["standing"]),
        standing_word="" if row["standing"] == "counts" else STANDINGS[row["standing"]](lang),
        photos=int(row["photos"]),
        changed=Message("note_line.changed", seen=VERDICTS[seen])(lang) if other else "",
    )
