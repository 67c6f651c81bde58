"""A figure as a table prints it: rounded half up to so many decimals."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from geo.arrays import Floats


def shown(value: Floats, decimals: int) -> Floats:
    """Rounded half up, as a table prints it (2.345 → 2.35 with two decimals)."""
    figures = np.asarray(value, dtype=float)
    return show(figures, decimals, np.empty_like(figures))


def show(value: Floats, decimals: int, out: Floats) -> Floats:
    """`shown` into an array that is there already."""
    scale = 10.0**decimals
    np.multiply(value, scale, out=out)
    # Half a unit in the ninth figure keeps 2.345, stored as 2.34499…, from rounding down.
    np.add(out, 0.5 + 1e-9, out=out)
    np.floor(out, out=out)
    return np.divide(out, scale, out=out)


def decimals_of(end: float) -> int:
    """How many decimals a number has: 8 none, 0.001 three."""
    exponent = Decimal(repr(float(end))).normalize().as_tuple().exponent
    return max(0, -int(exponent))
