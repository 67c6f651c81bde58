"""A summary (汇总表) among the files or sheets of one table: what it holds is counted already.

Told by what it holds: its rows have the ids of rows of several others, or hold all of theirs; or
its figures are the sums of theirs. It is set aside as a whole and said, as an error: half of the
files may be wrong, and only the office knows which. What holds figures that no other has (营收 beside
the 税收 of two towns) is no summary of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Ints, Mask
from geo.model import LayerSpec
from geo.sources.combine import Rows, key_columns
from geo.text import Message, join

_NAMED = re.compile(r"汇总|合计|总表|总计|(?<![a-z])(?:summary|totals?)(?![a-z])", re.IGNORECASE)
_CENT = 0.005
"""What rounding to two places can move a figure by."""
_FEWEST = 2
"""Others that a summary sums up, and measures that must agree, unless its name says what it is."""
_DISJOINT = 1.1
"""How often the parts of a summary may hold its ids: once, but for a few."""
_SHOWN = 8


@dataclass(frozen=True)
class _Summary:
    """A place whose rows are counted elsewhere: its label, and why it is taken for a summary."""

    label: str
    rows: Mask
    message: Message


def without_summaries(rows: Rows, spec: LayerSpec) -> Rows:
    """The rows without those of a summary of the others; an error for each that was left out."""
    labels = rows.places.labels()
    if len(set(labels)) < 2 or not spec.key:
        return rows
    code, distinct = pd.factorize(pd.Index(labels))
    names = [str(label) for label in distinct]
    place = code[rows.places.number(rows.frame["source_row"])].astype(np.int64)
    usable = np.ones(len(place), dtype=bool)
    found: list[_Summary] = []
    while (one := _summary(rows, spec, place, names, usable)) is not None:
        usable &= ~one.rows
        found.append(one)
    if not found:
        return rows
    notes = [
        findings.about_layer(
            spec.name,
            "summary_among_parts",
            one.message,
            Message("summaries.leave_out", label=one.label),
            "error",
        )
        for one in found
    ]
    return replace(
        rows,
        frame=rows.frame[usable].reset_index(drop=True),
        findings=findings.gather_findings([rows.findings, *notes]),
        counts=rows.counts | {"aside": rows.counts["aside"] + int((~usable).sum())},
    )


def _summary(
    rows: Rows, spec: LayerSpec, place: Ints, names: list[str], usable: Mask
) -> _Summary | None:
    """The likeliest summary among the places that are left: named so, then the longest."""
    held = np.bincount(place[usable], minlength=len(names))
    likely = sorted(
        np.flatnonzero(held).tolist(), key=lambda k: (not _NAMED.search(names[k]), -held[k], -k)
    )
    overlap = _Overlap.of(rows, spec, place, usable, len(names))
    measures = _measures(rows, spec, place, usable, len(names))
    for k in likely:
        named = bool(_NAMED.search(names[k]))
        others = _of_same_measures(k, measures, np.flatnonzero(held).tolist())
        alike = usable & np.isin(place, [k, *others])
        message = overlap.message(k, others, names, named=named) or _sums(
            rows, spec, place, alike, k, names, named=named
        )
        if message is not None:
            return _Summary(names[k], usable & (place == k), message)
    return None


def _figures(rows: Rows, spec: LayerSpec) -> list[str]:
    """Columns of figures that the rows have."""
    return [c.name for c in spec.columns if c.kind == "number" and c.unit and c.name in rows.frame]


def _measures(rows: Rows, spec: LayerSpec, place: Ints, usable: Mask, count: int) -> list[set[str]]:
    """The figures that each place has in any row."""
    figures = _figures(rows, spec)
    known = rows.frame.loc[usable, figures].notna().groupby(place[usable]).any()
    known = known.reindex(range(count), fill_value=False)
    return [{c for c in figures if known.loc[k, c]} for k in range(count)]


def _of_same_measures(k: int, measures: list[set[str]], held: list[int]) -> list[int]:
    """The other places that hold figures of place `k`; none where it has one that no other has."""
    if not measures[k]:
        return [o for o in held if o != k and not measures[o]]
    others = [o for o in held if o != k and measures[o] & measures[k]]
    return others if measures[k] <= set().union(*(measures[o] for o in others)) else []


@dataclass(frozen=True)
class _Overlap:
    """How many keys each two places share, and how many each has."""

    shared: Ints
    keys: Ints
    elsewhere: Ints
    """Keys of each place that another has too."""

    @classmethod
    def of(cls, rows: Rows, spec: LayerSpec, place: Ints, usable: Mask, count: int) -> _Overlap:
        keys = key_columns(rows.frame, spec)
        complete = usable & rows.frame[list(spec.key)].notna().all(axis=1).to_numpy(dtype=bool)
        number = keys[complete].groupby(list(keys), sort=False).ngroup().to_numpy()
        pairs = pd.DataFrame({"key": number, "place": place[complete]}).drop_duplicates()
        many = pairs[pairs["key"].duplicated(keep=False)]
        both = many.merge(many, on="key")
        shared = np.zeros((count, count), dtype=np.int64)
        np.add.at(shared, (both["place_x"], both["place_y"]), 1)
        return cls(
            shared,
            np.bincount(pairs["place"], minlength=count),
            np.bincount(many["place"], minlength=count),
        )

    def message(
        self, k: int, others: list[int], names: list[str], *, named: bool
    ) -> Message | None:
        """Why place `k` is a summary by its ids; None where it is none."""
        # Another that holds all of it is no part of it: the same list of another year.
        met = [o for o in others if 0 < self.shared[k, o] < self.keys[k]]
        if named and not met:
            met = [o for o in others if self.shared[k, o]]
        if len(met) < (1 if named else _FEWEST):
            return None
        holds_all = all(self.shared[k, o] == self.keys[o] for o in others)
        if self.elsewhere[k] < self.keys[k] and not holds_all:
            return None
        if self.shared[k, met].sum() > _DISJOINT * self.elsewhere[k]:
            return None  # lists of several years have most ids in common, parts of a town none
        return Message(
            "summaries.repeats_ids",
            label=names[k],
            rows=int(self.keys[k]),
            repeated=int(self.elsewhere[k]),
            others=join((names[o] for o in met), most=_SHOWN),
        )


def _sums(
    rows: Rows,
    spec: LayerSpec,
    place: Ints,
    usable: Mask,
    k: int,
    names: list[str],
    *,
    named: bool,
) -> Message | None:
    """Why place `k` is a summary by its sums: every figure is the sum of the others'."""
    figures = _figures(rows, spec)
    of_place, rest = usable & (place == k), usable & (place != k)
    others = np.unique(place[rest]).tolist()
    if not figures or len(others) < _FEWEST:
        return None
    values = rows.frame[figures]
    total = values[of_place].sum().to_numpy(dtype=float)
    sums = values[rest].sum().to_numpy(dtype=float)
    near = np.abs(total - sums) <= _CENT * max(1, int(usable.sum())) + 1e-9 * np.abs(sums)
    agree = int((near & (sums != 0)).sum())
    if not near.all() or agree < (1 if named else _FEWEST):
        return None
    return Message(
        "summaries.sums_of_others",
        label=names[k],
        figures=join(spec.by_name[c] for c in figures),
        others=join((names[o] for o in others), most=_SHOWN),
    )
