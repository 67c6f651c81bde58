"""Points of a grading method: how the values of one group's items are scored, all subjects at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Floats, Mask, Objects
from geo.evaluate.eligibility import NO_DATA, one_of
from geo.evaluate.method import Family, Grading, Group, Item
from geo.standards.sets import NOISE

FLOOR, SPAN = 20, 80
"""Points of a hundred at the least value of a min–max scale, and from there to the largest."""
NOT_IN_BANDS = -1
"""No band: there is no value."""


def values_of(subjects: pd.DataFrame, group: Group) -> Floats:
    """The group's indicators in the units of their baselines, float64 (item, subject)."""
    values = figures_of(subjects, [i.indicator for i in group.items])
    values /= np.array([[i.divide_by] for i in group.items])
    return values


def figures_of(subjects: pd.DataFrame, names: list[str]) -> Floats:
    """Columns as float64 (name, subject); NaN where one is not there."""
    void = pd.Series(np.nan, index=subjects.index)
    return np.array(
        [subjects.get(name, void).to_numpy(float, na_value=np.nan) for name in names]
    ).reshape(len(names), len(subjects))


@dataclass(frozen=True)
class Bases:
    """Who in a group sets the ends of its scales, and who makes the mean of an item."""

    scale: Mask
    mean: Mask

    @classmethod
    def of(cls, values: Floats, reason: Objects, group: Group, grading: Grading) -> Bases:
        """As the method declares; `reason` says why one does not compete, or has no data."""
        base = {
            who: _base(who, values, reason, group) for who in {grading.scale_of, grading.mean_of}
        }
        return cls(base[grading.scale_of], base[grading.mean_of])


def _base(who: str, values: Floats, reason: Objects, group: Group) -> Mask:
    """Members of a group who are `graded`, of `all` who take part, or of the `group`."""
    if who == "group":
        return np.ones(len(reason), dtype=bool)
    if who == "all":
        return one_of(reason, ("", *NO_DATA))
    needed = np.array([i.missing == "no_data" for i in group.items])
    full = ~np.isnan(values[needed]).any(axis=0)
    return np.asarray((reason == "") & full, dtype=bool)


def item_points(values: Floats, group: Group, bases: Bases) -> tuple[Floats, Mask]:
    """Points of each item, and where the method gives a missing one the base's mean."""
    points, filled = np.empty_like(values), np.zeros(values.shape, dtype=bool)
    for at, item in enumerate(group.items):
        points[at], filled[at] = points_of(values[at], item, group.family_of(item), bases)
    return points, filled


def points_of(value: Floats, item: Item, family: Family, bases: Bases) -> tuple[Floats, Mask]:
    """The same of one item.

    Who is not in the base of a scale may lie beyond its ends, and then has points beyond them.
    """
    points = _points(value, item, family, Scale.of(value, bases.scale, family))
    if item.highest is not None:
        points = np.minimum(points, item.highest)
    filled = np.zeros(len(value), dtype=bool)
    known = ~np.isnan(points)
    if item.missing == "mean":
        if (known & bases.mean).any():
            filled = ~known
            points = np.where(known, points, points[known & bases.mean].mean())
    elif item.missing != "no_data":
        points = np.where(np.isnan(value), item.missing, points)
    return points, filled


@dataclass(frozen=True)
class Scale:
    """What an item's values are set against in its group; NaN where its family asks for none."""

    least: float = np.nan
    largest: float = np.nan
    mean: float = np.nan

    @classmethod
    def of(cls, value: Floats, base: Mask, family: Family) -> Scale:
        """Least, largest and mean value of those in the base, as the family needs them."""
        if family not in ("minmax", "best", "inverse"):
            return cls()
        known = value[base & ~np.isnan(value)]
        if not len(known):
            return cls()
        if family == "inverse":
            return cls(mean=float(known.mean()))
        least = float(known.min()) if family == "minmax" else np.nan
        return cls(least, float(known.max()))


def _points(value: Floats, item: Item, family: Family, scale: Scale) -> Floats:
    """Points of one item before its cap; NaN without a value, or without a scale to set it on."""
    weight = item.counted
    if family == "ratio":
        return value / (item.baseline or np.nan) * weight
    if family == "minmax":
        return _minmax(value, weight, scale)
    if family == "banded":
        own = np.array([band.points for band in item.bands] + [np.nan])
        return own[band_of(value, item)] * (weight / item.most)
    if family == "inverse":
        return _inverse(value, weight, item.baseline or scale.mean)
    if family == "best":
        return value / (scale.largest if scale.largest > 0 else np.nan) * weight
    return value * weight


def _minmax(value: Floats, weight: float, scale: Scale) -> Floats:
    low, high = scale.least, scale.largest
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(high > low, (value - low) / (high - low), 1.0)
    out = weight * (FLOOR + SPAN * share) / 100
    out[np.isnan(value) | np.isnan(low)] = np.nan
    return out


def _inverse(value: Floats, weight: float, base: float) -> Floats:
    """Less is better: half the weight at the base, none from twice the base on, all of it at 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        times = np.where(value == 0, np.nan if np.isnan(base) else 0.0, value / base)
    out: Floats = weight * np.maximum(2 - times, 0.0) / 2
    return out


def band_of(value: Floats, item: Item) -> NDArray[np.int8]:
    """Number of the band that holds each value, `NOT_IN_BANDS` without one.

    A value off an end by float noise alone is at the end.
    """
    code = np.full(len(value), len(item.bands) - 1, dtype=np.int8)
    for number, band in reversed(list(enumerate(item.bands[:-1]))):
        ((sign, end),) = band.ends
        noise = NOISE + abs(end) * 1e-12
        past = value - end if sign[0] == ">" else end - value
        code[past >= -noise if sign.endswith("=") else past > noise] = number
    code[np.isnan(value)] = NOT_IN_BANDS
    return code


def band_texts(item: Item) -> list[str]:
    """How each band of an item reads: `20 ≤ x`, `15 ≤ x < 20`, `x < 0`."""
    beyond = {">=": "<", ">": "<=", "<=": ">", "<": ">="}
    out = []
    for band, before in zip(item.bands, [None, *item.bands[:-1]], strict=True):
        taken = [] if before is None else [(beyond[sign], end) for sign, end in before.ends]
        sides = {
            sign[0]: ("≤" if sign.endswith("=") else "<", end) for sign, end in (*band.ends, *taken)
        }
        parts = ["x"]
        if ">" in sides:
            sign, end = sides[">"]
            parts = [f"{end:.15g}", sign, *parts]
        if "<" in sides:
            sign, end = sides["<"]
            parts += [sign, f"{end:.15g}"]
        out.append(" ".join(parts))
    return out
