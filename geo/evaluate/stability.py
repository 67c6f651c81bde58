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

from geo.arrays import Floats, Mask
from geo.evaluate.method import Grading, Group, Method
from geo.evaluate.points import Bases, item_points
from geo.evaluate.scoring import Places, cut, cut_unranked, ranks
from geo.runtime import threads
from geo.standards.shown import shown

SEED = 20231231
"""Of the draws, so that equal runs tell the same; it stands in the run's record."""
DRAWS = 200
BUDGET = 40_000_000
"""Most numbers drawn for a group; a large group has fewer draws, at least 20."""


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
    plain = np.vstack([np.nan_to_num(np.vstack([values, now.further]), nan=-np.inf), extra])
    order = np.lexsort(plain)
    rng = np.random.default_rng(SEED)
    kept = np.zeros(n)

    def stays(drawn: Floats) -> Mask:
        noise = np.empty_like(values)
        noise[:, order] = drawn
        points, _filled = item_points(values * (1 + uncertainty * noise), group, now.bases)
        score = shown(points.sum(axis=0) + extra, method.head.decimals)
        score[~now.competes] = np.nan
        same: Mask = _codes(score, now, method.grading) == now.codes
        return same

    at_once = threads()  # few: each is as large as the values
    with ThreadPoolExecutor(at_once) as pool:
        running: deque[Future[Mask]] = deque()
        for _ in range(draws):  # the next is drawn while these run
            running.append(pool.submit(stays, rng.standard_normal(values.shape)))
            if len(running) > at_once:
                kept += running.popleft().result()
        for same in running:
            kept += same.result()
    # Subjects alike in everything differ by chance only: they share their mean.
    fresh = np.r_[True, (plain[:, order][:, 1:] != plain[:, order][:, :-1]).any(axis=0)]
    alike = np.empty(n, dtype=np.int64)
    alike[order] = np.cumsum(fresh) - 1
    return (np.bincount(alike, kept) / np.bincount(alike))[alike] / draws, draws


def _codes(score: Floats, now: Standing, grading: Grading) -> NDArray[np.int8]:
    """Grade codes of one draw's scores."""
    if len(now.further):  # only a rank tells equal scores apart
        return cut(score, ranks(score, grading.ties, now.further), now.places, grading)
    return cut_unranked(score, now.places, grading)
