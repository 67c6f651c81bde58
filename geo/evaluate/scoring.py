"""Scores, ranks and cuts: the arithmetic of a grading method on one group, all subjects at once."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.evaluate.method import GRADES, Cut, Grading, Group

Floats = NDArray[np.float64]


def values_of(subjects: pd.DataFrame, group: Group) -> Floats:
    """The group's indicators in the units of their baselines, float64 (item, subject)."""
    void = pd.Series(np.nan, index=subjects.index)
    return np.array([subjects.get(i.indicator, void).to_numpy(float, na_value=np.nan) / i.divide_by
                     for i in group.items])


def item_points(values: Floats, group: Group) -> tuple[Floats, NDArray[np.bool_]]:
    """Points of each item, and where the method fills a missing one with the group's mean."""
    points = np.empty_like(values)
    for at, item in enumerate(group.items):
        own, weight = values[at], item.weight or 0.0
        if group.family == "ratio":
            points[at] = own / (item.baseline or np.nan) * weight
        elif group.family == "minmax":
            low, high = ends(own)
            with np.errstate(invalid="ignore", divide="ignore"):
                share = np.where(high > low, (own - low) / (high - low), 1.0)
            points[at] = np.where(np.isnan(own), np.nan, weight * (20 + 80 * share) / 100)
        else:
            points[at] = own * weight
        if item.cap is not None:
            points[at] = np.minimum(points[at], item.cap)
    filled = np.zeros(values.shape, dtype=bool)
    for at, item in enumerate(group.items):
        known = ~np.isnan(points[at])
        if item.missing == "mean" and known.any():
            filled[at] = ~known
            points[at] = np.where(known, points[at], points[at][known].mean())
    return points, filled


def ends(values: Floats) -> tuple[float, float]:
    """Least and largest known value."""
    known = values[~np.isnan(values)]
    return (float(known.min()), float(known.max())) if len(known) else (np.nan, np.nan)


def ranks(score: Floats, ties: str) -> Floats:
    """Rank from the top; equal scores share the better or the worse place. NaN without a score."""
    ordered = np.sort(-score[~np.isnan(score)])
    place = (np.searchsorted(ordered, -score, side="left") + 1 if ties == "better"
             else np.searchsorted(ordered, -score, side="right"))
    return np.where(np.isnan(score), np.nan, place)


def cut(score: Floats, rank: Floats, of: int, grading: Grading) -> NDArray[np.int8]:
    """Number of the grade in `GRADES` for each score; −1 where there is none."""
    codes = np.full(len(score), -1, dtype=np.int8)
    if grading.by == "none" or (grading.by == "share" and of < grading.least):
        return codes
    measure = rank if grading.by == "share" else -score
    for one in reversed(grading.cuts):
        codes[measure <= _limit(one, of, grading)] = GRADES.index(one.grade)
    return codes


def _limit(one: Cut, of: int, grading: Grading) -> float:
    """The last rank, or minus the least score, that still has the grade."""
    if grading.by == "score":
        return math.inf if one.least is None else -one.least
    share = (one.to or 100) / 100 * of
    return math.floor(share + 1e-9) if one.round == "down" else math.ceil(share - 1e-9)
