"""Which ids join: how many rows of each table find theirs in another, and what those that do not may be.

Counted on the frames as a run matches them (`geo.sources.ids`): width, blanks and lost zeros are no
miss any more. A likeness is shown and never taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from geo.arrays import Frame, Series
from geo.geometry.keys import isin_text
from geo.model import LAYERS
from geo.sources.ids import LAYERS_OF
from geo.text import EMPTY, Message, Wording

SHOWN = 10
"""Close misses that are listed of one join."""
_COMPARED = 500
"""Ids without a match that are compared with the others."""
_ALIKE = 75.0
_FIGURES_ON_LAND = ("indicators", "occupancy")
"""Figures come to land only by an enterprise that has some."""
_TYPED_WRONG = 2
"""Letters by which an id may differ and still be one that was typed wrongly."""


@dataclass(frozen=True)
class Miss:
    """An id that is not on the other side, the likeliest that is, and in what they differ."""

    value: str
    rows: int
    like: str
    how: Wording


@dataclass(frozen=True)
class KeyMatch:
    """How the rows of one table join another by an id.

    Parameters
    ----------
    column
        The canonical id column.
    table, other
        Layers: the one that names ids, the one that defines them.
    rows, blank, matched
        Rows of `table`, those without an id, those whose id is in `other`.
    ids, used
        Ids of `other`, and how many of them `table` names.
    by_name
        Rows of `table` that named their enterprise instead of its id.
    misses
        Ids of `table` that are not in `other`, most rows first, with the likeliest repair.
    """

    column: str
    table: str
    other: str
    rows: int
    blank: int
    matched: int
    ids: int
    used: int
    misses: tuple[Miss, ...] = ()
    unmatched_ids: int = 0
    by_name: int = 0

    @property
    def sentence(self) -> Wording:
        """What is said of it: 企业用地1,204行中1,187行在宗地中有对应（其中9行按名称对应）."""
        named = Message("intake_keys.rows_by_name", rows=self.by_name)
        return Message(
            "intake_keys.rows_matched",
            by_name=named if self.by_name else EMPTY,
            table=LAYERS[self.table].title,
            rows=self.rows,
            matched=self.matched,
            other=LAYERS[self.other].title,
            column=LAYERS[self.other].by_name[self.column],
            ids=self.ids,
            used=self.used,
        )


def key_matches(
    frames: Mapping[str, Frame], by_name: Mapping[str, int] | None = None
) -> list[KeyMatch]:
    """Every join of a project's canonical frames; ids are texts, alike in all (`match_ids`).

    `by_name` are the rows of each table whose enterprise was found by its name.
    """
    out = []
    for column, layers in LAYERS_OF.items():
        held = [name for name in layers if column in frames.get(name, ())]
        out += [
            key_match(column, name, frames[name][column], held[0], frames[held[0]][column])
            for name in held[1:]
            if frames[name][column].notna().any()
        ]
    named = by_name or {}
    out = [
        replace(match, by_name=named.get(match.table, 0))
        if (match.column, match.other) == ("enterprise_id", "enterprises")
        else match
        for match in out
    ]
    if all("enterprise_id" in frames.get(name, ()) for name in _FIGURES_ON_LAND):
        figures, land = (frames[name]["enterprise_id"] for name in _FIGURES_ON_LAND)
        out.append(
            key_match("enterprise_id", _FIGURES_ON_LAND[0], figures, _FIGURES_ON_LAND[1], land)
        )
    return out


def key_match(column: str, table: str, values: Series, other: str, defining: Series) -> KeyMatch:
    """How the ids of one table are found among another's.

    >>> land = pd.Series(["A1", "A2", "A2", None], dtype="str")
    >>> m = key_match("parcel_id", "occupancy", land, "parcels", pd.Series(["A1", "A9"], dtype="str"))
    >>> m.rows, m.matched, m.blank, m.used, m.misses[0].value
    (4, 1, 1, 1, 'A2')
    """
    known = defining.dropna().drop_duplicates()
    named = values.notna().to_numpy()
    matched = isin_text(values, known)
    lost = values[named & ~matched].astype("str").value_counts()
    used = isin_text(known, values[named])
    return KeyMatch(
        column,
        table,
        other,
        len(values),
        int((~named).sum()),
        int(matched.sum()),
        len(known),
        int(used.sum()),
        tuple(close_misses(lost, known[~used])),
        len(lost),
    )


def close_misses(lost: Series, free: Series) -> list[Miss]:
    """The likeliest match of each id that has none, of those that nobody names, most rows first.

    `lost` are counts by id.
    """
    shown = [str(value) for value in lost.index[:_COMPARED]]
    others = [str(value) for value in free.iloc[: 20 * _COMPARED]]
    if not shown:
        return []
    if not others:
        return [Miss(v, int(lost[v]), "", Message("intake_keys.like_none")) for v in shown[:SHOWN]]
    likeness = process.cdist(shown, others, scorer=fuzz.ratio, dtype=np.float32)
    best = likeness.argmax(axis=1)
    pairs = zip(shown, best, likeness.max(axis=1), strict=True)
    out = [_miss(v, int(lost[v]), others[k], float(score)) for v, k, score in pairs]
    return sorted(out, key=lambda miss: (not miss.like, -miss.rows))[:SHOWN]


def _miss(value: str, rows: int, other: str, score: float) -> Miss:
    how = difference(value, other)
    if how is None and score < _ALIKE:
        return Miss(value, rows, "", Message("intake_keys.like_none"))
    return Miss(value, rows, other, how or Message("intake_keys.like", score=score))


def difference(value: str, other: str) -> Wording | None:
    """In what an id differs from the one that it is likely meant for; None where they are unlike.

    >>> difference("51010011", "51010012").en
    'off by 1 character(s)'
    >>> difference("GB0001", "511083GB0001").en
    'without the leading 511083'
    """
    if min(len(value), len(other)) >= 3 and len(value) != len(other):
        short, long = sorted((value, other), key=len)
        rest = long.removesuffix(short)
        tail = long.removeprefix(short)
        if rest != long:
            code = "intake_keys.without_prefix" if short == value else "intake_keys.extra_prefix"
            return Message(code, text=rest)
        if tail != long:
            code = "intake_keys.without_suffix" if short == value else "intake_keys.extra_suffix"
            return Message(code, text=tail)
    letters = OSA.distance(value, other)
    if 0 < letters <= _TYPED_WRONG and letters * 4 <= max(len(value), len(other)):
        return Message("intake_keys.letters_differ", count=letters)
    return None


def shared_share(values: Series, defining: Series) -> float:
    """Share of a column's distinct texts that stand in another: how likely the two are one id."""
    texts = values.dropna().astype("str").str.strip().drop_duplicates()
    if texts.empty:
        return 0.0
    others = pd.Series(defining.dropna().astype("str").str.strip().unique(), dtype="str")
    return float(isin_text(texts, others).mean())
