"""Several sources of one role: put under one another, joined by their key, or one of them chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd

from geo.arrays import Frame, Series
from geo.intake.plan import Entry
from geo.intake.questions import Choice, Interview, Question
from geo.intake.read import ReadPart
from geo.model import LAYERS, MEASURES
from geo.sources.enterprise_names import EnterpriseNames, one_register
from geo.text import Message, Wording

_APART = 0.05
"""Share of keys that two sources may have in common and still be of different things."""
_MEASURES = {column.name for column in MEASURES}
_KEYS = {"occupancy": ("enterprise_id", "parcel_id")}
"""What makes a row of a table without a key of its own."""
_ALWAYS_APPENDED = (
    *("zones", "facilities", "roads", "waters", "places"),
    *("platforms", "services", "chain"),
)
"""Layers that are often kept in a file a kind; their ids are of the file."""


def by_register(role: str, reads: list[ReadPart], register: Frame | None) -> list[ReadPart]:
    """The sources of a role with ids for names of enterprises, as a run finds them.

    Parts of the register that bear names alone get the ids of those that bear both.
    """
    if role == "enterprises":
        alone = [_by_name_alone(read.frame) for read in reads]
        frames = one_register([read.frame for read in reads])
        found = zip(reads, frames, alone, strict=True)
        return [replace(read, frame=f, by_name=len(f) if n else 0) for read, f, n in found]
    if register is None:
        return reads
    names = EnterpriseNames.of(register)
    matched = [names.matched(read.frame, role, "") for read in reads]
    pairs = zip(reads, matched, strict=True)
    return [replace(read, frame=one.frame, by_name=one.rows) for read, one in pairs]


def _by_name_alone(register: Frame) -> bool:
    """Whether a list of enterprises has only names: they stand for its ids."""
    return "name" in register and bool((register["enterprise_id"] == register["name"]).all())


def combined(entry: Entry, reads: list[ReadPart], talk: Interview) -> list[int]:
    """How the sources of an entry are one; the numbers of those that are used.

    Sets `combine` of the entry. Sources that hold different rows are appended, those with other
    figures of the same rows joined; of two that hold the same figures, one is asked for.

    税收 of two towns and two years beside 营收 of all is joined: rows of one enterprise and year
    become one, all others stay as they are.
    """
    every = list(range(len(entry.parts)))
    if len(every) < 2 or entry.role in _ALWAYS_APPENDED:
        return every
    keys = [_keys(entry.role, read.frame) for read in reads]
    shared = {(one, other): _share(keys[one], keys[other]) for one, other in combinations(every, 2)}
    alike = {pair: share for pair, share in shared.items() if share > _least(reads, pair)}
    if not alike:
        return every
    rivals = {pair: s for pair, s in alike.items() if _rivals(entry.role, reads, pair)}
    used = set(every)
    for group in _groups(rivals):
        share = max(s for pair, s in rivals.items() if pair[0] in group)
        used -= set(group) - set(_chosen(entry, reads, group, share, talk))
    if any(pair[0] in used and pair[1] in used for pair in alike if pair not in rivals):
        entry.combine = "join"
    return sorted(used)


def _groups(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """What pairs hold together, directly or by others."""
    groups: list[set[int]] = []
    for pair in pairs:
        met = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if group not in met] + [set(pair).union(*met)]
    return [sorted(group) for group in groups]


def _keys(role: str, frame: pd.DataFrame | None) -> set[tuple[object, ...]]:
    """The keys of the rows; empty where nothing was read."""
    if frame is None:
        return set()
    columns = [c for c in _KEYS.get(role, LAYERS[role].key) if c in frame]
    if not columns:
        return set()
    return set(pd.MultiIndex.from_frame(frame[columns].dropna()).unique())


def only_in(role: str, read: ReadPart, others: Iterable[ReadPart]) -> list[str]:
    """Keys of a source that none of the others has, as text: what is lost where they alone count."""
    held = set[tuple[object, ...]]().union(*(_keys(role, other.frame) for other in others))
    return sorted(" ".join(map(str, key)) for key in _keys(role, read.frame) - held)


def _share(one: set[tuple[object, ...]], other: set[tuple[object, ...]]) -> float:
    """Share of the smaller set that is in the other."""
    small = min(len(one), len(other))
    return len(one & other) / small if small else 0.0


def _least(reads: list[ReadPart], pair: tuple[int, int]) -> float:
    """Share from which two sources are of the same rows: any, where one names enterprises alone."""
    return 0.0 if any(reads[k].by_name for k in pair) else _APART


def _rivals(role: str, reads: list[ReadPart], pair: tuple[int, int]) -> bool:
    """Whether only one of two sources of the same rows can count.

    Not where each has other figures (tax here, revenue there), nor where figures of both agree.
    """
    if role == "enterprises" and any(reads[k].by_name for k in pair):
        return False  # a list of names says more of enterprises that another gives the ids of
    if not _MEASURES & set(LAYERS[role].by_name) or LAYERS[role].geometry != "none":
        return True
    one, other = (reads[k] for k in pair)
    held, others_held = (_measures(read) for read in (one, other))
    return bool(held & others_held) and (
        held == others_held or not _agree(role, one, other, held & others_held)
    )


def _measures(read: ReadPart) -> set[str]:
    return set() if read.frame is None else _MEASURES & set(read.frame)


def same_content(role: str, one: ReadPart, other: ReadPart) -> bool:
    """Whether two sources hold the same ids, columns and values."""
    if one.frame is None or other.frame is None:
        return False
    columns, others = (set(LAYERS[role].by_name) & set(read.frame) for read in (one, other))
    same_rows = _rows(one) == _rows(other) and _keys(role, one.frame) == _keys(role, other.frame)
    return same_rows and columns == others and _agree(role, one, other, columns)


def _agree(role: str, one: ReadPart, other: ReadPart, columns: set[str]) -> bool:
    """Whether the rows of one key have the same values in two sources."""
    key = [c for c in _KEYS.get(role, LAYERS[role].key) if c in one.frame and c in other.frame]
    if not key:
        return False
    values = sorted(columns - set(key))
    frames = (
        pd.DataFrame(read.frame)[key + values].dropna(subset=key).drop_duplicates(key)
        for read in (one, other)
    )
    both = next(frames).merge(next(frames), on=key, suffixes=("", "_other"))
    return all(_alike(both[c], both[f"{c}_other"]) for c in values)


def _alike(values: Series, others: Series) -> bool:
    if pd.api.types.is_numeric_dtype(values) and pd.api.types.is_numeric_dtype(others):
        close = np.isclose(values.astype(float), others.astype(float), rtol=1e-9, equal_nan=True)
        return bool(close.all())
    return bool((values.astype("str").fillna("") == others.astype("str").fillna("")).all())


def _chosen(
    entry: Entry, reads: list[ReadPart], group: list[int], share: float, talk: Interview
) -> list[int]:
    """One of several sources that hold the same things, or all of them."""
    order = sorted(group, key=lambda k: _likeliest(entry, reads, k))
    choices = [_only(entry, reads, k) for k in order]
    every = Message("intake_plan.all_sources", count=len(order))
    if len(order) < len(reads):
        every = Message("intake_plan.all_joined", count=len(order))
    choices.append(Choice("all", every))
    text = Message("intake_question.sources", role=LAYERS[entry.role].title, share=share)
    answer = talk.put(Question("sources", entry.role, text, tuple(choices)))
    entry.answers.append(talk.answers[-1])
    return group if answer == "all" else [int(answer)]


def one_alone(entry: Entry, reads: list[ReadPart], refused: Wording, talk: Interview) -> int:
    """Which of several sources is used that a run refuses together."""
    order = sorted(range(len(reads)), key=lambda k: _likeliest(entry, reads, k))
    text = Message("intake_question.refused", role=LAYERS[entry.role].title, why=refused)
    choices = tuple(_only(entry, reads, k) for k in order)
    answer = talk.put(Question("sources", f"{entry.role}.together", text, choices))
    entry.answers.append(talk.answers[-1])
    return int(answer)


def _only(entry: Entry, reads: list[ReadPart], k: int) -> Choice:
    source, rows = entry.parts[k].profile.name, _rows(reads[k])
    return Choice(str(k), Message("intake_plan.only_source", source=source, rows=rows))


def _likeliest(entry: Entry, reads: list[ReadPart], k: int) -> tuple[bool, int, int]:
    """Order of the answers: what joins another table first, then the newest, then the longest."""
    return not reads[k].joins, -_newest(entry, k), -_rows(reads[k])


def _newest(entry: Entry, number: int) -> int:
    years = entry.parts[number].profile.years.values()
    return max((year for found in years for year in found), default=0)


def _rows(read: ReadPart) -> int:
    return 0 if read.frame is None else len(read.frame)
