"""Several sources of one role: put under one another, joined by their key, or one of them chosen."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from geo.intake.plan import Entry
from geo.intake.questions import Choice, Interview, Question
from geo.intake.read import ReadPart
from geo.model import LAYERS, MEASURES
from geo.text import Message

_APART = 0.05
"""Share of keys that two sources may have in common and still be of different things."""
_MEASURES = {column.name for column in MEASURES}
_KEYS = {"occupancy": ("enterprise_id", "parcel_id")}
"""What makes a row of a table without a key of its own."""
_ALWAYS_APPENDED = ("zones", "facilities", "roads", "platforms", "services", "chain")
"""Layers that are often kept in a file a kind; their ids are of the file."""


def combined(entry: Entry, reads: list[ReadPart], talk: Interview) -> list[int]:
    """How the sources of an entry are one; the numbers of those that are used.

    Sets `combine` of the entry. Sources that hold different rows are appended, those with other
    figures of the same rows joined; of two that hold the same, one is asked for.
    """
    every = list(range(len(entry.parts)))
    if len(every) < 2 or entry.role in _ALWAYS_APPENDED:
        return every
    keys = [_keys(entry.role, read.frame) for read in reads]
    shared = {(one, other): _share(keys[one], keys[other]) for one, other in combinations(every, 2)}
    if max(shared.values()) <= _APART:
        return every
    if _other_figures(entry.role, reads):
        entry.combine = "join"
        return every
    return _chosen(entry, reads, max(shared.values()), talk)


def _keys(role: str, frame: pd.DataFrame | None) -> set[object]:
    """The keys of the rows; empty where nothing was read."""
    if frame is None:
        return set()
    columns = [c for c in _KEYS.get(role, LAYERS[role].key) if c in frame]
    if not columns:
        return set()
    return set(pd.MultiIndex.from_frame(frame[columns].dropna()).unique())


def _share(one: set[object], other: set[object]) -> float:
    """Share of the smaller set that is in the other."""
    small = min(len(one), len(other))
    return len(one & other) / small if small else 0.0


def _other_figures(role: str, reads: list[ReadPart]) -> bool:
    """Whether no measure stands in two of the sources: tax here, revenue there."""
    if not _MEASURES & set(LAYERS[role].by_name) or LAYERS[role].geometry != "none":
        return False
    held = [_MEASURES & set(read.frame) for read in reads if read.frame is not None]
    return all(not one & other for one, other in combinations(held, 2))


def _chosen(entry: Entry, reads: list[ReadPart], share: float, talk: Interview) -> list[int]:
    """One of several sources that hold the same things, or all of them."""
    order = sorted(range(len(reads)), key=lambda k: (-_newest(entry, k), -_rows(reads[k])))
    choices = [
        Choice(
            str(k),
            Message(
                "intake_plan.only_source", source=entry.parts[k].profile.name, rows=_rows(reads[k])
            ),
        )
        for k in order
    ]
    choices.append(Choice("all", Message("intake_plan.all_sources", count=len(order))))
    text = Message("intake_question.sources", role=LAYERS[entry.role].title, share=share)
    answer = talk.put(Question("sources", entry.role, text, tuple(choices)))
    entry.answers.append(talk.answers[-1])
    return list(range(len(reads))) if answer == "all" else [int(answer)]


def _newest(entry: Entry, number: int) -> int:
    years = entry.parts[number].profile.years.values()
    return max((year for found in years for year in found), default=0)


def _rows(read: ReadPart) -> int:
    return 0 if read.frame is None else len(read.frame)
