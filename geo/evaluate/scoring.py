"""Scores, ranks and cuts: the arithmetic of a grading method on one group, all subjects at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Floats, Mask, Objects
from geo.evaluate.eligibility import NO_DATA
from geo.evaluate.method import GRADES, Cut, Grading, Group, Method

FLOOR, SPAN = 20, 80
"""Points of a hundred at the least value of a min–max scale, and from there to the largest."""


def values_of(subjects: pd.DataFrame, group: Group) -> Floats:
    """The group's indicators in the units of their baselines, float64 (item, subject)."""
    void = pd.Series(np.nan, index=subjects.index)
    return np.array(
        [
            subjects.get(i.indicator, void).to_numpy(float, na_value=np.nan) / i.divide_by
            for i in group.items
        ]
    )


@dataclass(frozen=True)
class Bases:
    """Who in a group sets the ends of its scales, and who makes the mean of an item."""

    scale: Mask
    mean: Mask

    @classmethod
    def of(cls, values: Floats, reason: Objects, group: Group, grading: Grading) -> Bases:
        """As the method declares; `reason` says why one does not compete, or has no data."""
        needed = np.array([i.missing != "mean" for i in group.items])
        full = ~np.isnan(values[needed]).any(axis=0)
        base = {
            "graded": (reason == "") & full,
            "all": np.isin(reason, ("", *NO_DATA)),
            "group": np.ones(len(reason), dtype=bool),
        }
        return cls(base[grading.scale_of], base[grading.mean_of])


def item_points(values: Floats, group: Group, bases: Bases) -> tuple[Floats, Mask]:
    """Points of each item, and where the method fills a missing one with the base's mean.

    Who is not in the base of a scale may lie beyond its ends, and then has points beyond them.
    """
    points = np.empty_like(values)
    for at, item in enumerate(group.items):
        value, weight = values[at], item.weight or 0.0
        if group.family == "ratio":
            points[at] = value / (item.baseline or np.nan) * weight
        elif group.family == "minmax":
            low, high = ends(value[bases.scale])
            with np.errstate(invalid="ignore", divide="ignore"):
                share = np.where(high > low, (value - low) / (high - low), 1.0)
            points[at] = weight * (FLOOR + SPAN * share) / 100
            points[at, np.isnan(value) | np.isnan(low)] = np.nan
        else:
            points[at] = value * weight
        if item.cap is not None:
            points[at] = np.minimum(points[at], item.cap)
    filled = np.zeros(values.shape, dtype=bool)
    for at, item in enumerate(group.items):
        known = ~np.isnan(points[at])
        if item.missing == "mean" and (known & bases.mean).any():
            filled[at] = ~known
            points[at] = np.where(known, points[at], points[at][known & bases.mean].mean())
    return points, filled


def ends(values: Floats) -> tuple[float, float]:
    """Least and largest known value."""
    known = values[~np.isnan(values)]
    return (float(known.min()), float(known.max())) if len(known) else (np.nan, np.nan)


def ranks(score: Floats, ties: str) -> Floats:
    """Rank from the top; equal scores share the better or the worse place. NaN without a score."""
    ordered = np.sort(-score[~np.isnan(score)])
    place = (
        np.searchsorted(ordered, -score, side="left") + 1
        if ties == "better"
        else np.searchsorted(ordered, -score, side="right")
    )
    return np.where(np.isnan(score), np.nan, place)


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
    return math.floor(share + 1e-9) if one.round == "down" else math.ceil(share - 1e-9)


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
            worse = unit if grading.ties == "worse" else 0.0
            reach = ordered[int(last) - 1] + worse if 1 <= last <= len(ordered) else np.nan
            floor = ordered[int(stays)] + worse if 1 <= stays < len(ordered) else np.nan
        better[holds & ~(limits.best >= code)] = reach
        spare[holds & ~(limits.least <= code)] = floor
    return np.round(better - score, 9), np.round(score - spare, 9)


def _on_grid(least: float, unit: float) -> float:
    """The lowest score as it is shown that is not under a limit."""
    return math.ceil(least / unit - 1e-9) * unit
