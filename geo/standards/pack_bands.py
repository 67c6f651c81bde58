"""Where the bands (分档) of two cells lie: the stretches of their figure in which neither changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from geo.standards.cell import BAND_DECIMALS, Band, Cell, Ends

Stretch = tuple[Ends, int | None, int | None]
"""From where to where, and the number of the band of either cell; None: it has none there."""


def stretches(one: Sequence[Band], other: Sequence[Band]) -> Iterator[Stretch]:
    """The stretches in which a band of either cell holds, the lowest first.

    Bands up to 2 and above 2, against bands up to 3 and above 3, are three stretches: up to 2,
    above 2 up to 3, above 3. No figure is between two that are shown, such as 2 and 2.01.
    """
    ends = {end for band in (*one, *other) for end in (band.low, band.high) if end is not None}
    bounds = [-np.inf, *sorted(ends), np.inf]
    if len(bounds) == 2:  # neither goes by a figure
        yield Ends(), 0, 0
        return
    run: list[tuple[float, float, bool]] = []
    held: tuple[int | None, int | None] = (None, None)
    for piece, figure in _pieces(bounds):
        found = _band_at(one, figure), _band_at(other, figure)
        if found != held:
            if run and held != (None, None):
                yield _ends(run), *held
            run, held = [], found
        run.append(piece)
    if held != (None, None):
        yield _ends(run), *held


def _pieces(bounds: Sequence[float]) -> Iterator[tuple[tuple[float, float, bool], float]]:
    """(low, high, whether it is open) and a figure in it: each end by itself, and all between."""
    for low, high in pairwise(bounds):
        if np.isfinite(low):
            yield (low, low, False), low
        if high - low > 1.5 * 10.0**-BAND_DECIMALS:  # else no figure is shown between them
            yield (low, high, True), _between(low, high)


def _between(low: float, high: float) -> float:
    if np.isinf(low):
        return high - 1
    return low + 1 if np.isinf(high) else (low + high) / 2


def _band_at(bands: Sequence[Band], figure: float) -> int | None:
    if len(bands) == 1 and bands[0].low is None and bands[0].high is None:
        return 0
    at = int(Cell(kind="banded", bands=list(bands)).bands_of(np.array([figure]))[0])
    return at if at < len(bands) else None


def _ends(run: Sequence[tuple[float, float, bool]]) -> Ends:
    """From the first of some pieces to the last."""
    (low, _, low_open), (_, high, high_open) = run[0], run[-1]
    return Ends(
        low=float(low) if np.isfinite(low) else None,
        high=float(high) if np.isfinite(high) else None,
        low_open=bool(np.isfinite(low) and low_open),
        high_open=bool(np.isfinite(high) and high_open),
    )
