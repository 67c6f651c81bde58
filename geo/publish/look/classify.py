"""Where a column of figures is cut into classes: by equal counts, equal steps, natural breaks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.arrays import Floats, Ints

SCHEMES = ("quantiles", "natural_breaks", "equal_interval")
_AS_MANY = 1_024
"""Distinct values that natural breaks are exact for; of more, as many means of neighbours."""


def class_edges(values: pd.Series[float], scheme: str, k: int) -> Floats:
    """Inner edges of at most `k` classes, ascending; a value at an edge is of the upper class.

    >>> class_edges(pd.Series([1.0, 2, 3, 10, 11, 12]), "natural_breaks", 2)
    array([10.])
    """
    known: Floats = np.sort(values.dropna().to_numpy(np.float64))
    if not known.size or k < 2:
        return np.empty(0)
    if scheme == "natural_breaks":
        return natural_breaks(known, k)
    # Three fifths as a quotient: linspace's 0.6000000000000001 would put an edge beside its value.
    steps = np.arange(1, k) / k
    if scheme == "equal_interval":
        return np.unique(known[0] + steps * (known[-1] - known[0]))
    return np.unique(np.quantile(known, steps))


def readable_edges(values: pd.Series[float], scheme: str, k: int) -> Floats:
    """`class_edges` moved down to figures that can be read, by under a quarter of a class.

    Each edge goes down to a multiple of the largest 1, 2 or 5 × 10ⁿ that is no more than a quarter
    of the narrower class beside it: 6.262, 9.732, 14.11, 23 become 6, 9.5, 14, 22. Whole numbers of
    at most `k` different values are a class each, of more they are cut between whole numbers.

    >>> readable_edges(pd.Series([0.0, 0, 1, 1, 3]), "quantiles", 5)
    array([1., 3.])
    """
    known: Floats = np.unique(values.dropna().to_numpy(np.float64))
    whole = are_whole(known)
    if whole and len(known) <= k:
        return known[1:]
    edges = class_edges(values, scheme, k)
    if not len(edges):
        return edges
    edges = np.unique(np.ceil(edges) if whole else edges)
    gaps = np.diff(np.r_[known[0], edges, known[-1]])
    gaps[gaps <= 0] = np.inf
    room = np.minimum(gaps[:-1], gaps[1:]) / 4
    return np.unique(
        [_down(e, r, whole) for e, r in zip(edges, room, strict=True)]
    )  # rows-ok: classes


def are_whole(known: Floats) -> bool:
    """Whether figures are counts: whole numbers all of them."""
    return bool(len(known)) and bool((known == np.floor(known)).all())


def _down(edge: float, room: float, whole: bool) -> float:
    """The next multiple of a round step below an edge; the step is no more than `room`."""
    if not np.isfinite(room):
        return edge
    power = int(np.floor(np.log10(room)))
    lead = max(one for one in (1, 2, 5) if one * 10.0**power <= room * (1 + 1e-9) or one == 1)
    if whole and power < 0:
        return edge
    step = lead * 10.0**power
    return round(float(np.floor(edge / step + 1e-9)) * step, max(0, -power))


def natural_breaks(ascending: Floats, k: int) -> Floats:
    """Fisher's breaks: the classes with the least squares about their means.

    Exact by dynamic programming over the distinct values: of the classes that end at value j, the
    last begins where the best so far plus its own squares is least.
    """
    value, weight = _distinct(ascending)
    count, classes = len(value), min(k, len(value))
    middle = value - value[count // 2]  # sums about it keep their digits
    total, first, second = (np.r_[0.0, np.cumsum(weight * middle**power)] for power in (0, 1, 2))
    start, end = np.arange(count)[:, None], np.arange(1, count + 1)[None, :]
    held = total[end] - total[start]
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = second[end] - second[start] - (first[end] - first[start]) ** 2 / held
    cost = np.where(start < end, cost, np.inf)  # of values start … end − 1
    best, cuts = cost[0], []
    for _ in range(classes - 1):  # rows-ok: a class each
        reached = np.r_[np.inf, best[:-1]][:, None] + cost
        cuts.append(reached.argmin(axis=0))
        best = reached.min(axis=0)
    return value[_traced(cuts, count)]


def _traced(cuts: list[Ints], count: int) -> Ints:
    """Where each class but the first begins, from the last one back."""
    begins, end = [], count
    for cut in reversed(cuts):
        end = int(cut[end - 1])
        begins.append(end)
    return np.array(begins[::-1], dtype=np.int64)


def _distinct(ascending: Floats) -> tuple[Floats, Floats]:
    """Distinct values and how often each is; of many, means of as many neighbours each."""
    value, times = np.unique(ascending, return_counts=True)
    if len(value) <= _AS_MANY:
        return value, times.astype(float)
    start = np.linspace(0, len(value), _AS_MANY + 1).astype(int)[:-1]
    weight = np.add.reduceat(times.astype(float), start)
    return np.add.reduceat(value * times, start) / weight, weight
