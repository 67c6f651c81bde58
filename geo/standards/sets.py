"""The set of values that a cell of a rule table admits: an interval, open or closed at each end.

Everything that judges, compares, explains or mends reads these bounds and no others.

A value is judged as it is shown. What a rule admits before rounding is therefore half a last
decimal wider below and narrower above: ≥ 0.7 with two decimals takes 0.695 and more, ≤ 3 takes
less than 3.005. These raw sets are half-open, so that two rules of different decimals are compared
exactly: in whole halves of a millionth (`UNIT`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Floats, Mask

End = tuple[float, float, bool, bool]
"""low, high, low_open, high_open; ±inf: no such end; both NaN: no set (a cell of words)."""

NO_SET: End = (np.nan, np.nan, False, False)
BRACKETS = {(False, False): "[]", (True, False): "(]", (False, True): "[)", (True, True): "()"}
"""How a range stands in the column `operator`, by whether its ends are open."""

PLACES = 6
"""Most decimals that a rule may have."""
UNIT = 0.5 * 10.0**-PLACES
"""What raw ends are whole multiples of."""
NOISE = 5e-10
"""Room for float noise in a difference of two figures; below it they are equal."""


@dataclass(frozen=True)
class Intervals:
    """Intervals, one an entry: `low`, `high` float64 (n,), `low_open`, `high_open` bool (n,).

    An end that is not there is ±inf; an entry without a set has NaN at both ends.
    """

    low: Floats
    high: Floats
    low_open: Mask
    high_open: Mask

    @classmethod
    def of(cls, ends: Iterable[End]) -> Intervals:
        """The intervals of cells."""
        low, high, low_open, high_open = zip(*ends, strict=True)
        return cls(
            np.array(low, float),
            np.array(high, float),
            np.array(low_open, bool),
            np.array(high_open, bool),
        )

    @classmethod
    def of_table(
        cls, operator: pd.Series[str], threshold: Floats, threshold_high: Floats
    ) -> Intervals:
        """The intervals of rows of a table of verdicts, from its three columns."""
        code, names = pd.factorize(operator)
        operators = [str(name) for name in names] or [""]
        above, below = (np.array([sign in name for name in operators])[code] for sign in "><")
        ranged = ~np.isnan(threshold_high)
        strict = np.array([name in ("<", ">") for name in operators])[code]
        opens = [
            np.array([name in marks for name in operators])[code]
            for marks in (("(]", "()"), ("[)", "()"))
        ]
        low = np.where(ranged | above, threshold, -np.inf)
        high = np.where(ranged, threshold_high, np.where(below, threshold, np.inf))
        void = np.isnan(threshold) & ~ranged | ~(ranged | above | below)
        low, high = (np.where(void, np.nan, end) for end in (low, high))
        # A range of an earlier edition has a plain operator and an upper end: both ends closed.
        return cls(
            np.where(ranged & np.isnan(threshold), -np.inf, low),
            high,
            np.where(ranged, opens[0], strict & above),
            np.where(ranged, opens[1], strict & below),
        )

    def take(self, row: NDArray[np.integer]) -> Intervals:
        """The intervals of entries `row`."""
        return Intervals(self.low[row], self.high[row], self.low_open[row], self.high_open[row])

    def gap(self, value: Floats) -> Floats:
        """Distance to the set, below zero outside of it; inside, to the nearest end.

        NaN where a value or a set is missing. Float noise below 1e-9 is no distance.
        """
        with np.errstate(invalid="ignore"):
            return np.rint(np.minimum(value - self.low, self.high - value) * 1e9) / 1e9

    def holds(self, value: Floats) -> Mask:
        """Whether the set holds the value; never where either is missing."""
        gap = self.gap(value)
        with np.errstate(invalid="ignore"):
            at_end = np.where(np.abs(value - self.low) < NOISE, self.low_open, False) | np.where(
                np.abs(self.high - value) < NOISE, self.high_open, False
            )
            return np.asarray((gap > 0) | ((gap == 0) & ~at_end))

    def raw(self, decimals: int | NDArray[np.integer]) -> tuple[Floats, Floats]:
        """What is admitted before rounding half up to `decimals`: from … on, below …; in `UNIT`.

        ≥ 0.7 with two decimals begins at 0.695, which is 1,390,000 units.
        """
        scale = 10.0 ** np.asarray(decimals, dtype=float)
        least = _grid(self.low, scale, self.low_open)
        # The highest value that is shown within is the lowest beyond, one step down.
        most = -_grid(-self.high, scale, self.high_open)
        step = 10.0 ** (PLACES - np.asarray(decimals, dtype=float))
        return (2 * least - 1) * step, (2 * most + 1) * step


def _grid(end: Floats, scale: Floats | float, is_open: Mask) -> Floats:
    """The lowest shown figure, in units of its last decimal, from `end` on (or above it)."""
    grid = end * scale
    with np.errstate(invalid="ignore"):
        noise = np.where(np.isfinite(grid), NOISE * scale + np.abs(grid) * 1e-12, 0.0)
        return np.where(is_open, np.floor(grid + noise) + 1, np.ceil(grid - noise))


def within(inner: tuple[Floats, Floats], outer: tuple[Floats, Floats]) -> Mask:
    """Of each pair of raw sets, whether the first lies in the second: (entry, entry)."""
    return np.asarray((inner[0][:, None] >= outer[0]) & (inner[1][:, None] <= outer[1]))


def apart(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> Mask:
    """Of each pair of raw sets, whether no value is in both: (entry, entry)."""
    return np.asarray((one[0][:, None] >= other[1]) | (other[0] >= one[1][:, None]))


def as_table(end: End, operator: str) -> tuple[str, float, float]:
    """Operator, threshold and upper threshold of a set, as a table of verdicts has them.

    One end: `>=`, `>`, `<=` or `<` and the threshold. Two: `[]`, `(]`, `[)` or `()`, both
    thresholds. `operator` stands where there is no set.
    """
    low, high, low_open, high_open = end
    if np.isnan(low):
        return operator, np.nan, np.nan
    if np.isinf(high):
        return (">" if low_open else ">="), low, np.nan
    if np.isinf(low):
        return ("<" if high_open else "<="), high, np.nan
    return BRACKETS[low_open, high_open], low, high


def limit_text(operator: str, low: str, high: str = "", *, zh: bool = True) -> str:
    """A threshold, or both, as people read it: ≥0.7, or ≥0.7且≤2."""
    if operator not in BRACKETS.values():
        return f"{SIGNS.get(operator, operator)}{low}"
    first, last = (">" if operator[0] == "(" else ">="), ("<" if operator[1] == ")" else "<=")
    return f"{SIGNS[first]}{low}{'且' if zh else ' and '}{SIGNS[last]}{high}"


SIGNS = {">=": "≥", ">": "＞", "<=": "≤", "<": "＜"}
