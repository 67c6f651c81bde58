"""Ranks, cuts and distances: how scores of one group become grades, all subjects at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.arrays import Array, Floats
from geo.evaluate.method import GRADES, Cut, Grading, Method

SHARED = "shared"
"""Said of equal scores that no further figure orders."""


def ranks(score: Floats, ties: str, further: Floats | None = None) -> Floats:
    """Rank from the top; equal scores share the better or the worse place. NaN without a score.

    `further` are figures (figure, subject) that order equal scores, the larger first.
    """
    ordered = np.sort(-score[~np.isnan(score)])
    place = (
        np.searchsorted(ordered, -score, side="left") + 1
        if ties == "better"
        else np.searchsorted(ordered, -score, side="right")
    )
    if further is not None and len(further):
        steps, _ = among_equals(score, further)
        place += steps[0] if ties == "better" else -steps[1]
    return np.where(np.isnan(score), np.nan, place)


def among_equals(score: Floats, further: Floats) -> tuple[NDArray[np.intp], NDArray[np.int8]]:
    """How many of the same score stand above and below each subject by further figures.

    int64 (2, subject); and int8 (subject): −1 where nobody has the same score, else the number of
    the figure that set the subject apart, or of figures where none did. Who lacks a figure is set
    apart by none: it stands neither above nor below, and nobody's blank moves another.
    """
    steps, by = np.zeros((2, len(score)), dtype=np.intp), np.full(len(score), -1, dtype=np.int8)
    found, inverse, sizes = np.unique(score, return_inverse=True, return_counts=True)
    rest = np.flatnonzero((sizes[inverse] > 1) & ~np.isnan(found)[inverse])
    block = inverse[rest]
    by[rest] = len(further)
    for number, figure in enumerate(further):
        known = ~np.isnan(figure[rest])
        rest, block = rest[known], block[known]
        if not len(rest):
            break
        order = np.lexsort((-figure[rest], block))
        rest, block = rest[order], block[order]
        fresh = np.r_[True, block[1:] != block[:-1]]
        apart = fresh | np.r_[True, figure[rest][1:] != figure[rest][:-1]]
        first, last = _runs(fresh)
        own_first, own_last = _runs(apart)
        steps[0, rest] += own_first - first
        steps[1, rest] += last - own_last
        alone = (own_first == own_last) & (first < last)
        by[rest[alone]] = number
        rest, block = rest[own_first < own_last], np.cumsum(apart)[own_first < own_last]
    return steps, by


def _runs(fresh: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First and last place of the run that each place is in; `fresh` where a run begins."""
    begins = np.flatnonzero(fresh)
    run = np.cumsum(fresh) - 1
    ends = np.r_[begins[1:], len(fresh)] - 1
    return begins[run], ends[run]


def tied_by(score: Floats, further: Floats, names: list[str]) -> Array:
    """What set each subject apart from those of its score: a figure's name, `SHARED`, or nothing."""
    _, by = among_equals(score, further)
    return np.array([*names, SHARED, ""], dtype=object)[by]


@dataclass(frozen=True)
class Places:
    """What shares are counted by: `of` enterprises are the base, `ranked` of them hold a place."""

    of: int
    ranked: int


def cut(score: Floats, rank: Floats, places: Places, grading: Grading) -> NDArray[np.int8]:
    """Number of the grade in `GRADES` for each score; −1 where there is none."""
    codes = np.full(len(score), -1, dtype=np.int8)
    if grading.by == "none" or (grading.by == "share" and places.of < grading.least):
        return codes
    measure = rank if grading.by == "share" else -score
    for one in reversed(grading.cuts):
        codes[measure <= _limit(one, places, grading)] = GRADES.index(one.grade)
    return codes


def cut_unranked(score: Floats, places: Places, grading: Grading) -> NDArray[np.int8]:
    """What `cut` says of scores that no further figure orders, without ranking every one of them.

    A grade by share goes down to a score: that of the last rank which still has the grade, or, where
    equal scores take the worse place, any above the next. Those few are picked out of the scores
    unsorted. Of 9, 8, 8 and 7 ranks to 2 are 9 and both 8, or 9 alone.
    """
    if grading.by != "share" or places.of < grading.least:
        return cut(score, score, places, grading)
    known = score[~np.isnan(score)]
    better = grading.ties == "better"
    last = [math.floor(_limit(one, places, grading)) for one in grading.cuts]
    asked = [at - 1 if better else at for at in last]
    picked = sorted({len(known) - 1 - at for at in asked if 0 <= at < len(known)})
    ordered = np.partition(known, picked) if picked else known
    codes = np.full(len(score), -1, dtype=np.int8)
    for one, at in reversed(list(zip(grading.cuts, asked, strict=True))):
        if at >= len(known):
            within = ~np.isnan(score)
        elif at < 0:
            continue
        else:
            edge = ordered[len(known) - 1 - at]
            within = score >= edge if better else score > edge
        codes[within] = GRADES.index(one.grade)
    return codes


def _limit(one: Cut, places: Places, grading: Grading) -> float:
    """The last rank, or minus the least score, that still has the grade.

    265 with a place among 275: 20 % of all are ranks 1 to 55; what is above the last 5 % of all,
    13.75 rounded up, is ranks to 251.
    """
    if grading.by == "score":
        return math.inf if one.least is None else -one.least
    if one.above_last is not None:
        return places.ranked - _rounded(one, one.above_last / 100 * places.of)
    return _rounded(one, (one.to or 100) / 100 * places.of)


def _rounded(one: Cut, share: float) -> int:
    if one.round == "up":
        return math.ceil(share - 1e-9)
    return math.floor(share + 1e-9 + (0.5 if one.round == "half_up" else 0.0))


@dataclass(frozen=True)
class Limits:
    """What bounds a grade beside its score: codes in `GRADES`, NaN where nothing does.

    `best` is the best grade allowed (a veto), `least` the worst (a promotion).
    """

    best: Floats
    least: Floats


def margins(
    score: Floats, final: NDArray[np.int8], limits: Limits, places: Places, method: Method
) -> tuple[Floats, Floats]:
    """Points to the next better grade, and points that may be lost without a worse one.

    Both are proven by applying them, the others' scores as they stand: with the first added as it
    is printed the grade is better, and not with a unit of the last decimal less; with the second
    taken off the grade stays, and not with a unit more. NaN where there is no such grade, or a veto
    or promotion keeps one from it. `score` is of those who compete (else NaN), `final` their grade.
    Where further figures order equal scores, the points suffice whatever those say.

    Ten, ties to the worse, three in A: at 80.00 with the third at 91.50, 11.51 points are needed.
    """
    grading, unit = method.grading, 10.0**-method.head.decimals
    ordered = -np.sort(-score[~np.isnan(score)])
    better, spare = np.full(len(score), np.nan), np.full(len(score), np.nan)
    for code in np.unique(final[final >= 0]):
        holds = final == code
        above = [c for c in grading.cuts if GRADES.index(c.grade) < code]
        within = [c for c in grading.cuts if GRADES.index(c.grade) <= code]
        if grading.by == "score":
            up = [_on_grid(c.least, unit) for c in above if c.least is not None]
            keep = [_on_grid(c.least, unit) for c in within if c.least is not None]
            reach = min(up) if up else np.nan
            floor = min(keep) if len(keep) == len(within) and keep else np.nan
        else:
            last = max((_limit(c, places, grading) for c in above), default=0)
            stays = max((_limit(c, places, grading) for c in within), default=0)
            worse = unit if grading.ties == "worse" or grading.order_ties_by else 0.0
            reach = ordered[int(last) - 1] + worse if 1 <= last <= len(ordered) else np.nan
            floor = ordered[int(stays)] + worse if 1 <= stays < len(ordered) else np.nan
        better[holds & ~(limits.best >= code)] = reach
        spare[holds & ~(limits.least <= code)] = floor
    spare = score - spare
    if grading.order_ties_by:  # one that a further figure holds above an equal score
        spare = np.maximum(spare, 0.0)
    return np.round(better - score, 9), np.round(spare, 9)


def _on_grid(least: float, unit: float) -> float:
    """The lowest score as it is shown that is not under a limit."""
    return math.ceil(least / unit - 1e-9) * unit
