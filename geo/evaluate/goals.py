"""What a park's sums must reach, and how far the figures of its parcels move them.

A goal is a target of the plan or one that is asked for by name. Sums are those of the run: of the
park's figures, or, for a ratio of two sums, of the rows that report every input.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.arrays import Floats, Mask
from geo.errors import DataError
from geo.evaluate.park_indicators import PER_MU_END
from geo.evaluate.plan import Plan
from geo.evaluate.prices import LAND
from geo.evaluate.requirements import exact_ends, sides
from geo.formula import evaluate, names
from geo.model import MEASURES, MU_M2, Indicator
from geo.standards.sets import Intervals

DECIMALS = 2
"""Of a goal that is asked for by name."""
_MEASURES = frozenset(column.name for column in MEASURES)


@dataclass(frozen=True)
class Goal:
    """What sums over a park must reach: low ≤ scale · above / below ≤ high.

    `above` and `below` are today's sums; `weights` are those of the parcels' columns in them, and
    `counts`, by column, the parcels (of the park) whose changes are in them. `low` and `high` are
    exact values, ±inf where no end is.
    """

    name: str
    indicator: str
    weights: tuple[dict[str, float], dict[str, float]]
    scale: float
    above: float
    below: float
    low: float
    high: float
    counts: dict[str, Mask]
    since: tuple[float, float] | None = None

    def shown(self, figure: float) -> float:
        """A figure as the target counts it: itself, or its growth a year, %, since `since`.

        `since` is the figure of the base year and the years from then.
        """
        if self.since is None:
            return figure
        return float(((figure / self.since[0]) ** (1 / self.since[1]) - 1) * 100)

    def value(self, change: dict[str, Floats]) -> float:
        """The figure after changes of the parcels, float64 (parcel,) by column."""
        above, below = (
            now
            + sum(
                weight * float(change[column] @ self.counts[column])
                for column, weight in side.items()
                if column in change
            )
            for now, side in zip((self.above, self.below), self.weights, strict=True)
        )
        return above / below * self.scale


@dataclass(frozen=True)
class Asked:
    """A figure that is asked for: which, how it is made, and the set in which it has to lie."""

    name: str
    indicator: str
    aggregate: str
    operator: str
    value: float
    decimals: int = DECIMALS


@dataclass(frozen=True)
class Sums:
    """The tables of a run that sums of parks are made of, and the years that count."""

    parcels: pd.DataFrame
    figures: pd.DataFrame
    allocation: pd.DataFrame
    year: int
    base: int | None
    catalogue: dict[str, Indicator]


def asked_of_plan(plan: Plan) -> list[Asked]:
    """Every target of the plan."""
    return [
        Asked(key, t.indicator, t.aggregate, t.operator, t.value, t.decimals)
        for key, t in plan.targets.items()
    ]


def asked_by_name(texts: list[str], catalogue: dict[str, Indicator]) -> list[Asked]:
    """Goals as they are written, `tax_per_mu=12`: at least, or at most where less is better.

    Raises DataError where one is not written so, or is of a figure that a park does not have.
    """
    out = []
    for text in texts:
        name, _, figure = text.partition("=")
        try:
            value = float(figure)
        except ValueError:
            value = np.nan
        if not np.isfinite(value):
            raise DataError("goals.not_name_and_figure", text=text[:60])
        if name not in _MEASURES and name not in catalogue:
            raise DataError("goals.no_figure_of_parks", name=name[:60])
        lower = name in catalogue and catalogue[name].better == "lower"
        out.append(Asked(name, name, "value", "<=" if lower else ">=", value))
    return out


def goal_of(asked: Asked, park: str, own: Mask, sums: Sums) -> Goal | None:
    """The goal of one park, `own` its parcels; None where no figure of parcels moves it.

    Raises nothing for a figure that is missing: that goal is None, too.
    """
    parts = _sums(asked, park, own, sums)
    if parts is None or not np.isfinite([parts[2], parts[3]]).all() or parts[3] <= 0:
        return None
    weights, scale, above, below, counts, (low, high), since = parts
    return Goal(asked.name, asked.indicator, weights, scale, above, below, low, high, counts, since)


Parts = tuple[
    tuple[dict[str, float], dict[str, float]],
    float,
    float,
    float,
    dict[str, Mask],
    tuple[float, float],
    tuple[float, float] | None,
]
"""Weights of both sides, scale, both sums of today, who counts, the ends, and since when."""


def _sums(asked: Asked, park: str, own: Mask, sums: Sums) -> Parts | None:
    measure = asked.indicator.removesuffix(PER_MU_END)
    if measure in _MEASURES:
        return _of_figures(asked, measure, park, own, sums)
    indicator = sums.catalogue.get(asked.indicator)
    if asked.aggregate != "value" or indicator is None:
        return None
    return _of_rows(asked, indicator, own, sums)


def _of_figures(asked: Asked, measure: str, park: str, own: Mask, sums: Sums) -> Parts | None:
    """A measure of the park, or that measure per mu, or its growth a year if all report."""
    now = _figure(sums, park, measure, sums.year)
    if now is None or asked.aggregate not in ("value", "growth"):
        return None
    per_mu = asked.indicator.endswith(PER_MU_END)
    land = float(now["land_m2"]) / MU_M2 if per_mu else 1.0
    since, (low, high) = None, _ends(asked)
    if asked.aggregate == "growth":
        first = _figure(sums, park, measure, sums.base) if sums.base is not None else None
        span = sums.year - (sums.base or 0)
        if first is None or span <= 0 or first["missing"] or now["missing"]:
            return None
        then = float(first["per_mu" if per_mu else "value"])
        if not then > 0:
            return None
        since = (then, float(span))
        low, high = (then * (1 + end / 100) ** span for end in (low, high))
    parcels = sums.parcels[own]
    counts = {
        measure: parcels[measure].notna().to_numpy()
        if measure in parcels
        else np.zeros(len(parcels), bool)
    }
    below: dict[str, float] = {}
    if per_mu and now["land_basis"] != "park":
        below = {LAND: 1.0}
        counts[LAND] = counts[measure] & _land_counts(str(now["land_basis"]), parcels, sums)
    return ({measure: 1.0}, below), 1.0, float(now["value"]), land, counts, (low, high), since


def _land_counts(basis: str, parcels: pd.DataFrame, sums: Sums) -> Mask:
    """Parcels whose land, given back, is land of the park's denominator.

    Of occupied land only that of parcels occupied wholly: of another it is not known which land
    would be given back.
    """
    if basis == "industrial":
        unknown = pd.Series(pd.NA, index=parcels.index, dtype="boolean")
        flag = parcels.get("land_use_industrial", unknown).astype("boolean")
        return np.asarray(flag.fillna(False), dtype=bool)
    rows = sums.allocation[sums.allocation["year"] == sums.year]
    occupied = parcels["parcel_id"].map(rows.groupby("parcel_id")["area_m2"].sum())
    return np.asarray(
        np.isclose(occupied.to_numpy(float), parcels["area_m2"].to_numpy(float), rtol=1e-4),
        dtype=bool,
    )


def _of_rows(asked: Asked, indicator: Indicator, own: Mask, sums: Sums) -> Parts | None:
    """A ratio of two sums over the rows that report every input."""
    of, inputs = sides(indicator), sorted(names(indicator.numerator) | names(indicator.denominator))
    if of is None or not set(inputs) <= _MEASURES & set(sums.allocation):
        return None
    parcels = sums.parcels[own]
    rows = sums.allocation[
        (sums.allocation["year"] == sums.year)
        & sums.allocation["parcel_id"].isin(parcels["parcel_id"])
    ]
    complete = rows[inputs].dropna().sum()[inputs].to_frame().T.astype(float)
    above, below = (
        float(evaluate(side, complete, 1)[0])
        for side in (indicator.numerator, indicator.denominator)
    )
    known = parcels[inputs].notna().all(axis=1).to_numpy()
    return of, indicator.scale, above, below, dict.fromkeys(inputs, known), _ends(asked), None


def _figure(sums: Sums, park: str, measure: str, year: int | None) -> pd.Series | None:
    rows = sums.figures[
        (sums.figures["subject"] == "park")
        & (sums.figures["subject_id"] == park)
        & (sums.figures["measure"] == measure)
        & (sums.figures["year"] == year)
    ]
    return None if rows.empty else rows.iloc[0]


def _ends(asked: Asked) -> tuple[float, float]:
    sign, figure = pd.Series([asked.operator], dtype="str"), np.array([asked.value])
    admits = Intervals.of_table(sign, figure, np.array([np.nan]))
    low, high = exact_ends(admits.raw(asked.decimals), asked.decimals)
    return float(low[0]), float(high[0])
