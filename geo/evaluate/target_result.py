"""Whether a figure meets what a target asks for: met, not met, or no data."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from geo.arrays import Floats
from geo.standards.shown import shown

MEETS: dict[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def judged(low: Floats, high: Floats, sign: str, asked: Floats | float, decimals: int) -> Any:
    """The result of each figure, as it is shown; only where both ends of it agree.

    >>> ends = np.array([80.0, 60.0, np.nan]), np.array([100.0, 100.0, np.nan])
    >>> judged(*ends, ">", 70, 2).tolist()
    ['met', 'no_data', 'no_data']
    """
    ends = [shown(end, decimals) for end in (low, high)]
    sure, maybe = (MEETS[sign](end, asked) for end in ends)
    known = ~np.isnan(ends[0]) & ~np.isnan(ends[1]) & ~np.isnan(asked) & (sure == maybe)
    return np.where(known, np.where(sure, "met", "not_met"), "no_data")
