"""What the map's client is told of parcels over the years."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Figures:
    """The figures of parcels, each laid out in their order: `values` has those that there are."""

    parcels: int
    pairs: frozenset[tuple[str, int]]
    values: dict[Figure, NDArray[np.float32]]

    def of(self, figure: Figure) -> NDArray[np.float32]:
        """NaN where a parcel has none."""
        if figure in self.values:
            return self.values[figure]
        return np.full(self.parcels, np.nan, np.float32)


def yearly_figures(run: Run) -> Figures:
    """The figures of the parcels of a run, or of a part of one."""
    own = run.about("figures", "parcel", "subject_id", "year", "measure", "value", "per_mu")
    own = own[own["year"].notna()]
    measure, measures = pd.factorize(own["measure"])
    year, years = pd.factorize(own["year"].to_numpy(np.int64))
    code = measure * len(years) + year
    pairs = {
        (str(measures[one // len(years)]), int(years[one % len(years)])): one
        for one in np.flatnonzero(np.bincount(code)).tolist()
    }
    place = position_of(own["subject_id"], run.parcels["parcel_id"])
    code = np.where(place < 0, -1, code).astype(np.int32)
    values = {}
    for figure in _named(HEADLINE, PER_MU, sorted({int(one) for one in years})):
        number = pairs.get((figure.measure, figure.year))
        if number is not None:
            rows = np.flatnonzero(code == number)
            laid_out = np.full(len(run.parcels), np.nan)
            laid_out[place[rows]] = own[figure.column].to_numpy(float)[rows]
            values[figure] = encode.floats(laid_out)
    return Figures(len(run.parcels), frozenset(pairs), values)


def reported(run: Run, found: Figures) -> Reported:
    """What the parcels of a run, or of a part of it, report; `found` are their figures."""
    this_year = _named(HEADLINE, PER_MU, [run.settings.year])
    return Reported(
        found.pairs,
        frozenset(
            one.name for one in this_year if _is_column(run.parcels, one.name, found.of(one))
        ),
    )


def _is_column(parcels: pd.DataFrame, name: str, values: NDArray[np.float32]) -> bool:
    """Whether a column of parcels holds the same."""
    if name not in parcels:
        return False
    return np.array_equal(encode.floats(parcels[name]), values, equal_nan=True)


def all_reported(parts: Iterable[Reported]) -> Reported:
    """What the parcels of all parts report."""
    listed = list(parts)
    return Reported(
        frozenset().union(*(one.pairs for one in listed)),
        frozenset.intersection(*(one.columns for one in listed)),
    )


def history(run: Run, told: Reported | None = None, found: Figures | None = None) -> dict[str, Any]:
    """Figures of parcels over the years: the years, and one entry a measure and year.

    Figures per mu, and the sums of `HEADLINE`, so that what the legend adds up is of the year shown.
    Figures of the map's own year that a parcel's column holds already are not sent twice. `told` is
    what all parcels report of a run of which this is a part, `found` its own figures if they are
    laid out already.
    """
    found = yearly_figures(run) if found is None else found
    told = reported(run, found) if told is None else told
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
            {"name": one.name, "year": one.year, "values": found.of(one)}
            for one in shown
            if one.year != run.settings.year or one.name not in told.columns
        ],
    }


def _named(sums: Iterable[str], per_mu: Iterable[str], years: list[int]) -> list[Figure]:
    """Sums, then figures per mu, each of every year."""
    both = [(name, name, "value") for name in sums]
    both += [(f"{name}_per_mu", name, "per_mu") for name in per_mu]
    return [Figure(*one, year) for one in both for year in years]
