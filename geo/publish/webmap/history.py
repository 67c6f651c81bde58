"""What the map's client is told of parcels over the years."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geometry.keys import position_of
from geo.model import HEADLINE, PER_MU
from geo.publish.webmap import encode
from geo.run import Run


class Figure(NamedTuple):
    """A figure of a year: what it is called, and the measure and column of `figures` that it is."""

    name: str
    measure: str
    column: str
    year: int


@dataclass(frozen=True)
class Reported:
    """What parcels report: measures and years, and names of figures that a column of theirs is."""

    pairs: frozenset[tuple[str, int]]
    columns: frozenset[str]


class _Figures:
    """The figures of parcels, each laid out in their order."""

    def __init__(self, run: Run) -> None:
        self.parcels: pd.DataFrame = run.parcels
        own = run.about("figures", "parcel", "subject_id", "year", "measure", "value", "per_mu")
        own = own[own["year"].notna()]
        self._place = position_of(own["subject_id"], self.parcels["parcel_id"])
        self._code, measures = pd.factorize(own["measure"])
        self._of = {str(name): number for number, name in enumerate(measures)}
        self._year = own["year"].to_numpy(np.int64)
        self._numbers = {name: own[name].to_numpy(float) for name in ("value", "per_mu")}

    def of(self, figure: Figure) -> NDArray[np.float32]:
        """NaN where a parcel has none."""
        values = np.full(len(self.parcels), np.nan)
        number = self._of.get(figure.measure, -1)
        wanted = (self._code == number) & (self._year == figure.year) & (self._place >= 0)
        rows = np.flatnonzero(wanted) if number >= 0 else np.empty(0, np.intp)
        values[self._place[rows]] = self._numbers[figure.column][rows]
        return encode.floats(values)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, int]]:
        """Measures and years that there are."""
        year, years = pd.factorize(self._year)
        there = np.flatnonzero(np.bincount(self._code * len(years) + year))
        names = list(self._of)
        return frozenset(
            (names[code], int(years[year]))
            for code, year in zip(*np.divmod(there, len(years)), strict=True)
        )

    def is_column(self, figure: Figure) -> bool:
        """Whether a column of parcels holds the same."""
        if figure.name not in self.parcels:
            return False
        own = encode.floats(self.parcels[figure.name])
        return np.array_equal(own, self.of(figure), equal_nan=True)


def reported(run: Run) -> Reported:
    """What the parcels of a run, or of a part of it, report."""
    return _reported(_Figures(run), run.settings.year)


def _reported(figures: _Figures, year: int) -> Reported:
    this_year = _named(HEADLINE, PER_MU, [year])
    return Reported(
        figures.pairs, frozenset(one.name for one in this_year if figures.is_column(one))
    )


def all_reported(parts: Iterable[Reported]) -> Reported:
    """What the parcels of all parts report."""
    listed = list(parts)
    return Reported(
        frozenset().union(*(one.pairs for one in listed)),
        frozenset.intersection(*(one.columns for one in listed)),
    )


def history(run: Run, told: Reported | None = None) -> dict[str, Any]:
    """Figures of parcels over the years: the years, and one entry a measure and year.

    Figures per mu, and the sums of `HEADLINE`, so that what the legend adds up is of the year shown.
    Figures of the map's own year that a parcel's column holds already are not sent twice. `told` is
    what all parcels report of a run of which this is a part.
    """
    figures = _Figures(run)
    told = _reported(figures, run.settings.year) if told is None else told
    years = sorted({year for _, year in told.pairs})
    if len(years) < 2:
        return {}
    there = sorted(measure for measure, year in told.pairs if year == years[-1])
    shown = _named(
        [name for name in there if name in HEADLINE],
        [name for name in there if name in PER_MU],
        years,
    )
    return {
        "years": years,
        "figures": [
            {"name": one.name, "year": one.year, "values": figures.of(one)}
            for one in shown
            if one.year != run.settings.year or one.name not in told.columns
        ],
    }


def _named(sums: Iterable[str], per_mu: Iterable[str], years: list[int]) -> list[Figure]:
    """Sums, then figures per mu, each of every year."""
    both = [(name, name, "value") for name in sums]
    both += [(f"{name}_per_mu", name, "per_mu") for name in per_mu]
    return [Figure(*one, year) for one in both for year in years]
