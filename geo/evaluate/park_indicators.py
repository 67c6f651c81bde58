"""What a plan may ask of a park (园区指标), each made for every park and year from the run's tables.

What is not known of an enterprise or a parcel leaves a range from `value` to `value_high`, or no
figure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from geo.economy.intensity import ratios, value_per_mu
from geo.errors import RuleError
from geo.evaluate.park_counts import COMPLIANCE, COUNTED, count, coverage, parcel_mean
from geo.evaluate.park_years import (
    GROWTHS,
    LIKE_FOR_LIKE,
    PERCENT,
    SCALES,
    AggregateName,
    Asked,
    Catalogue,
    Figure,
    ParkYears,
    WithConditions,
    figure_of,
    growth,
    to_high,
)
from geo.evaluate.target_result import judged
from geo.formula import evaluate, names
from geo.model import MEASURES, MU_M2, PER_MU, Indicator
from geo.model.units import parse

SHARE_PARTS = {"leading_revenue": "leading", "high_tech_revenue": "high_tech"}
PER_MU_END = "_per_mu"
COVERAGE = list(LIKE_FOR_LIKE[1:])


@dataclass(frozen=True)
class Aggregate:
    """One way to make a figure: the indicators that it knows, and how it makes one."""

    indicators: Callable[[Catalogue], tuple[str, ...]]
    make: Callable[[ParkYears, Asked], Figure]


def choices(aggregate: AggregateName, catalogue: Catalogue) -> tuple[str, ...]:
    """Names of the indicators that an aggregate can be asked of."""
    return AGGREGATES[aggregate].indicators(catalogue)


def unit_of(aggregate: AggregateName, indicator: str, catalogue: Catalogue) -> str:
    """The unit that a figure is made in; empty where it has none that units are told by.

    >>> unit_of("value", "tax", INDICATORS), unit_of("per_mu", "tax", INDICATORS)
    ('万元', '万元/亩')
    """
    if aggregate in PERCENT:
        return "%"
    if aggregate in ("ratio", "count", "parks"):
        return ""
    name = f"{indicator}{PER_MU_END}" if aggregate == "per_mu" else indicator
    sums = {column.name: column.unit for column in MEASURES}
    return catalogue[name].unit if name in catalogue else sums.get(name, "")


def factor(asked: Asked, catalogue: Catalogue) -> float:
    """By what a figure is multiplied to stand in the plan's unit: 亿元 of 万元 is 0.0001.

    Raises RuleError where the plan's unit measures another thing.
    """
    figure = unit_of(asked.aggregate, asked.indicator, catalogue)
    wanted, held = parse(asked.unit), parse(figure)
    if not asked.unit or asked.unit == figure or wanted is None or held is None:
        return 1.0
    if wanted.dimension != held.dimension:
        raise RuleError("evaluate_plan.other_unit", unit=asked.unit, figure=figure)
    return float(held.scale / wanted.scale)


def scale_of(asked: Asked, catalogue: Catalogue) -> float:
    """What the quotient of a figure's two sums is multiplied by, in the plan's unit."""
    known = catalogue.get(asked.indicator)
    scale = known.scale if known and asked.aggregate == "value" else 1.0
    return SCALES.get(asked.aggregate, scale) * factor(asked, catalogue)


def _measures(_: Catalogue) -> tuple[str, ...]:
    sums = tuple(column.name for column in MEASURES)
    return (*(f"{name}{PER_MU_END}" for name in PER_MU), *sums)


def _pooled(catalogue: Catalogue) -> tuple[str, ...]:
    """Ratios over sums of measures alone: none that divides by land or asks of a parcel."""
    measures = {column.name for column in MEASURES}
    return tuple(name for name, i in catalogue.items() if _inputs(i) <= measures)


def _sums(_: Catalogue) -> tuple[str, ...]:
    return tuple(column.name for column in MEASURES)


def _values(catalogue: Catalogue) -> tuple[str, ...]:
    return (*_measures(catalogue), *_pooled(catalogue))


def _inputs(indicator: Indicator) -> set[str]:
    return names(indicator.numerator) | names(indicator.denominator)


def _share(data: ParkYears, asked: Asked) -> Figure:
    """A part of revenue over revenue, %: 160 of 200 万元 is 80 %; between two ends if unsure."""
    part, rows = SHARE_PARTS[asked.indicator], data.shares.reindex(data.index)
    revenue = rows["revenue"].where(rows["revenue"] > 0).to_numpy()
    low, high = rows[f"{part}_low"].to_numpy(), rows[f"{part}_high"].to_numpy()
    basis = rows[f"{part}_basis"].fillna("").to_numpy()
    return figure_of(low / revenue * 100, low, revenue, basis) | to_high(high / revenue * 100, high)


def _growth(yearly: bool, data: ParkYears, asked: Asked) -> Figure:
    """Growth from the base year, %: 100 to 114.49 in two years is 7 % a year.

    Where a row of either year does not report (`missing` counts those), all are not compared. Growth
    like-for-like stands beside, and in the figure's place where the project asks for it.
    """
    frame, base = data.frame, asked.since or data.base
    made = _value(data, asked)
    figures = pd.DataFrame({"value": made["value"], "missing": made["missing"]}, index=data.index)
    at_base = figures[figures.index.get_level_values("year") == base].droplevel("year")
    start = at_base.reindex(frame["park_id"])
    now, first = (table["value"].to_numpy(float) for table in (figures, start))
    later = np.where(frame["year"] == base, 0.0, figures["missing"].to_numpy(float))
    missing = later + start["missing"].to_numpy(float)
    span = (frame["year"] - (base or 0)).to_numpy(float)
    rate = growth(now, first, span, yearly=yearly)
    figure = figure_of(
        np.where(missing > 0, np.nan, rate),
        now,
        first,
        f"compare_to {base}" if base else "",
        missing,
    )
    alike = like_for_like(asked, data.since_base if base == data.base else None, data.index)
    if data.judge_comparable:
        figure |= in_place(figure, alike, (missing > 0) & alike["value"].notna().to_numpy(), base)
    return figure | dict(zip(LIKE_FOR_LIKE, alike[["value", *COVERAGE]].to_numpy().T, strict=True))


def like_for_like(asked: Asked, table: pd.DataFrame | None, index: pd.Index[Any]) -> pd.DataFrame:
    """Growth like-for-like of what is asked, %: value, both ends and coverage, on `index`.

    `table` has the rows of `COMPARABLE_GROWTH` since the base year, on an index of the same kind.
    Missing without it, and for all but growth of a measure or of one per mu.
    """
    columns = ["value", "after", "before", *COVERAGE]
    known = asked.aggregate in GROWTHS and asked.indicator in _measures({})
    if table is None or not known:
        return pd.DataFrame(np.nan, index=index, columns=columns)
    measure = asked.indicator.removesuffix(PER_MU_END)
    of = "comparable" if measure == asked.indicator else "comparable_per_mu"
    change = f"{of}_growth" if asked.aggregate == "growth" else f"{of}_change"
    names = [change, f"{of}_after", f"{of}_before", *COVERAGE]
    rows = table.loc[table["measure"] == measure, names].set_axis(columns, axis=1).reindex(index)
    return rows.assign(value=rows["value"] * 100)


def in_place(figure: Any, alike: pd.DataFrame, where: Any, base: int | None) -> dict[str, Any]:
    """The columns of a figure with growth like-for-like in some rows; its basis says so."""
    taken = {"value": "value", "value_high": "value", "numerator": "after", "denominator": "before"}
    of = {name: np.where(where, alike[own], figure[name]) for name, own in taken.items()}
    return of | {"basis": np.where(where, f"comparable {base}", figure["basis"])}


def _value(data: ParkYears, asked: Asked) -> Figure:
    """A sum of the park, that sum per mu, or a ratio of two sums.

    Only rows that report every input of a ratio count in it: R&D of 3 万元 on 200 of revenue is
    1.5 %, whatever a third enterprise earns that does not report its R&D.
    """
    name = asked.indicator
    if name in _sums(data.catalogue):
        sums = data.sums(name).reindex(data.index)
        value, missing = (sums[column].to_numpy(float) for column in ("value", "missing"))
        return figure_of(value, value, np.full(len(value), np.nan), "figures", missing)
    if name in _measures(data.catalogue):
        sums = data.sums(name.removesuffix(PER_MU_END)).reindex(data.index)
        land = (sums["land_m2"] / MU_M2).to_numpy(float)
        rate, value, missing = (
            sums[column].to_numpy(float) for column in ("per_mu", "value", "missing")
        )
        return figure_of(rate, value, land, "figures", missing)
    return _pooled_ratio(data, data.catalogue[name])


def _pooled_ratio(data: ParkYears, indicator: Indicator) -> Figure:
    inputs = sorted(_inputs(indicator))
    rows = data.allocation.rows.reindex(columns=[*inputs, "year"])
    known = rows[inputs].notna().all(axis=1)
    reported = rows[inputs].where(known).astype(float)
    keys = [data.park, rows["year"]]
    sums = reported.groupby(keys).sum(min_count=1)
    sums = sums.rename_axis(["park_id", "year"]).reindex(data.index)
    blank = ~known & ~data.allocation.place["before_production"].set_axis(rows.index)
    silent = blank.groupby(keys).sum().rename_axis(["park_id", "year"]).reindex(data.index)
    above, below = (
        evaluate(side, sums, len(sums)) for side in (indicator.numerator, indicator.denominator)
    )
    value = ratios(sums, {"value": indicator})["value"].to_numpy(float)
    return figure_of(value, above, below, "figures", silent.to_numpy(float))


def _per_mu(data: ParkYears, asked: Asked) -> Figure:
    """The sum of a measure per mu of the land that it stands on."""
    sums = data.sums(asked.indicator).reindex(data.index)
    value, land_m2 = sums["value"], sums["land_m2"]
    rate = value_per_mu(value, land_m2).to_numpy(float)
    land, missing = (land_m2 / MU_M2).to_numpy(float), sums["missing"].to_numpy(float)
    return figure_of(rate, value.to_numpy(float), land, "figures", missing)


def _ratio(data: ParkYears, asked: Asked) -> Figure:
    """One sum over another, of the rows that report both: 50 of tax on 1,000 of revenue is 0.05."""
    return _pooled_ratio(data, Indicator("value", "", "", "", asked.indicator, asked.over))


def _park(data: ParkYears, asked: Asked) -> Figure:
    """Whether a park counts: 1 if it meets every condition, 0 if it misses one, else between."""
    low, high = np.ones(len(data.frame)), np.ones(len(data.frame))
    for each in asked.each if isinstance(asked, WithConditions) else ():
        figure = AGGREGATES[each.aggregate].make(data, each)
        times = factor(each, data.catalogue)
        least, most = (np.asarray(figure[name], float) * times for name in ("value", "value_high"))
        result = judged(least, most, each.operator, each.value, each.decimals)
        low = np.where(result == "met", low, 0.0)
        high = np.where(result == "not_met", 0.0, high)
    return figure_of(low, low, np.ones(len(low)), "parks") | to_high(high, high)


AGGREGATES: dict[AggregateName, Aggregate] = {
    "share": Aggregate(lambda _: tuple(SHARE_PARTS), _share),
    "count": Aggregate(lambda _: COUNTED, count),
    "growth": Aggregate(_values, partial(_growth, True)),
    "change": Aggregate(_values, partial(_growth, False)),
    "value": Aggregate(_values, _value),
    "sum": Aggregate(_sums, _value),
    "per_mu": Aggregate(lambda _: PER_MU, _per_mu),
    "ratio": Aggregate(_sums, _ratio),
    "mean": Aggregate(tuple, parcel_mean),
    "coverage": Aggregate(lambda known: (COMPLIANCE, *known), coverage),
    "parks": Aggregate(lambda _: ("parks",), _park),
    "parks_share": Aggregate(lambda _: ("parks",), _park),
}
"""How a target's figure is made. Another way is one entry here, and a word in `AggregateName`."""
