"""How sure a grade is: the share of draws in which it stays, under stated uncertainty of the data.

Each indicator is drawn anew as value × (1 + u × standard normal), all subjects at once, and the
whole method runs again. Draws are made in the order of the values, not of the rows or the names, so
that neither moves the result.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.arrays import Floats, Ints, Mask
from geo.evaluate.method import Grading, Group, Method
from geo.evaluate.points import Bases, points_of
from geo.evaluate.scoring import Places, cut, cut_unranked, ranks
from geo.runtime import threads
from geo.standards.shown import shown

SEED = 20231231
"""Of the draws, so that equal runs tell the same; it stands in the run's record."""
DRAWS = 200
BUDGET = 40_000_000
"""Most numbers drawn for a group; a large group has fewer draws, at least 20."""
AT_ONCE = 300_000_000
"""Bytes of what is drawn for the draws that are judged at once, of one at least."""


@dataclass(frozen=True)
class Standing:
    """Where a group stands: grade codes (−1: none), who competes, what shares are counted by, bases.

    `further` are the figures (figure, subject) that order equal scores.
    """

    codes: NDArray[np.int8]
    competes: Mask
    places: Places
    bases: Bases
    further: Floats


def stability(
    values: Floats,
    extra: Floats,
    now: Standing,
    group: Group,
    method: Method,
    uncertainty: float,
) -> tuple[Floats, int]:
    """Share of draws that give each subject its own grade code, and how many draws were made.

    `values` is float64 (item, subject), `extra` bonus less what is taken off; NaN without uncertainty.
    """
    n = values.shape[1]
    if uncertainty == 0 or n == 0 or (now.codes < 0).all():
        return np.full(n, np.nan), 0
    draws = int(np.clip(BUDGET // max(values.size, 1), 20, DRAWS))
    order, alike = _in_order([*values, *now.further], extra)
    rng = np.random.default_rng(SEED)
    kept = np.zeros(n)

    def stays(drawn: Floats) -> Mask:
        """Whether each keeps its grade; one item at a time, as large ones go through the cache."""
        total, noise = np.zeros(n), np.empty(n)
        for at, item in enumerate(group.items):
            noise[order] = drawn[at]
            value = values[at] * (1 + uncertainty * noise)
            total += points_of(value, item, group.family_of(item), now.bases)[0]
        score = shown(total + extra, method.head.decimals)
        score[~now.competes] = np.nan
        same: Mask = _codes(score, now, method.grading) == now.codes
        return same

    at_once = int(np.clip(AT_ONCE // max(values.nbytes, 1), 1, threads() + 1))
    with ThreadPoolExecutor(at_once) as pool:
        running: deque[Future[Mask]] = deque()
        for _ in range(draws):  # the next is drawn while these run
            if len(running) == at_once:
                kept += running.popleft().result()
            running.append(pool.submit(stays, rng.standard_normal(values.shape)))
        for same in running:
            kept += same.result()
    # Subjects alike in everything differ by chance only: they share their mean.
    return (np.bincount(alike, kept) / np.bincount(alike))[alike] / draws, draws


def _in_order(figures: list[Floats], extra: Floats) -> tuple[Ints, Ints]:
    """Positions of subjects in order of all their figures, and a number for each set of them."""
    keys = [*(np.nan_to_num(one, nan=-np.inf) for one in figures), extra]
    order = np.lexsort(keys)
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = False
    for key in keys:
        ordered = key[order]
        fresh[1:] |= ordered[1:] != ordered[:-1]
    alike = np.empty(len(order), dtype=np.int64)
    alike[order] = np.cumsum(fresh) - 1
    return order, alike


def _codes(score: Floats, now: Standing, grading: Grading) -> NDArray[np.int8]:
    """Grade codes of one draw's scores."""
    if len(now.further):  # only a rank tells equal scores apart
        return cut(score, ranks(score, grading.ties, now.further), now.places, grading)
    return cut_unranked(score, now.places, grading)
