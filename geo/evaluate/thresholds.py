"""Entry bars (准入门槛): what today's enterprises reach, by industry, weighted by their land.

A proposed bar is a land-weighted quantile: the value below which that share of the industry's land
lies. Its uncertainty is the middle 90 % of bootstrap resamples of the enterprises. Beside it stand
the bars in force, each over the enterprises that its row of the table takes, and for each bar whom
it would exclude today: enterprises, 亩, tax.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Floats, Mask
from geo.errors import DataError
from geo.evaluate.stability import SEED
from geo.guards import require_columns, with_numbers
from geo.model import INDICATORS, Indicator, industries
from geo.standards.comply import Rule
from geo.standards.matching import Keys
from geo.standards.model import Pack, Row
from geo.standards.sets import NOISE, UNIT
from geo.standards.shown import shown

COLUMNS = (
    "industry",
    "industry_name",
    "indicator",
    "unit",
    "enterprises",
    "missing",
    "land_mu",
    "bar_kind",
    "quantile",
    "bar",
    "bar_low",
    "bar_high",
    "excluded",
    "excluded_mu",
    "excluded_tax",
    "small_sample",
    "source",
)
SMALL = 10
"""Below so many enterprises a bar says that its sample is small; below 3 none is proposed."""
RESAMPLES = 400
WHOLE = "*"


def thresholds(
    enterprises: pd.DataFrame,
    packs: list[Pack],
    quantiles: tuple[float, ...] = (0.25, 0.5),
    catalogue: dict[str, Indicator] = INDICATORS,
) -> pd.DataFrame:
    """Bars by GB/T 4754 division and for all industries together (`*`), columns `COLUMNS`.

    `enterprises` has the indicators as columns, area_mu and, where known, industry_code and tax.
    Enterprises without land or without the indicator are counted as missing, excluded by no bar.
    Raises DataError without `area_mu`, without any indicator, or for a quantile outside 0 to 1.
    """
    require_columns(enterprises, ("area_mu",), "thresholds")
    if not set(catalogue) & set(enterprises):
        require_columns(enterprises, (next(iter(catalogue)),), "thresholds")
    if not all(0 < q < 1 for q in quantiles):
        raise DataError("thresholds.quantile_lies_between_0_1")
    enterprises = with_numbers(enterprises, ("area_mu", "tax", *catalogue), "thresholds")
    judged = [
        i
        for i in catalogue.values()
        if i.better == "higher" and i.name in enterprises and enterprises[i.name].notna().any()
    ]
    table = enterprises.reset_index(drop=True)
    code = table.get("industry_code", pd.Series(pd.NA, index=table.index))
    division = code.astype("str").str.extract(r"^(\d\d)", expand=False)
    keys = Keys(table, {p.head.rows_by for p in packs})
    known = table.set_index("enterprise_id") if "enterprise_id" in table else table
    rules = [
        _RuleRows(rule, rule.places(pack.match(keys), known))
        for pack in packs
        for rule in (
            Rule(pack, key, c, catalogue.get(c.indicator)) for key, c in pack.columns.items()
        )
    ]
    groups = [(WHOLE, table), *table.groupby(division)]
    parts = [
        _bars(str(name), group, indicator, rules, quantiles)
        for name, group in groups
        for indicator in judged
    ]
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    out = pd.concat(parts, ignore_index=True)
    out.insert(1, "industry_name", out["industry"].map(industries()).fillna(""))
    return out[list(COLUMNS)]


@dataclass(frozen=True)
class _RuleRows:
    """A rule and each enterprise's place among its cells, −1 where it has none."""

    rule: Rule
    place: NDArray[np.int16]


@dataclass(frozen=True)
class _Bar:
    """A bar, the enterprises that it is for, and those that meet another rule in its place."""

    fields: dict[str, Any]
    reach: Mask
    spared: Mask | bool = False


def _bars(
    industry: str,
    group: pd.DataFrame,
    indicator: Indicator,
    rules: list[_RuleRows],
    quantiles: tuple[float, ...],
) -> pd.DataFrame:
    value = group[indicator.name].to_numpy(float)
    land = group["area_mu"].to_numpy(float)
    tax = group.get("tax", pd.Series(np.nan, index=group.index)).to_numpy(float)
    known = ~np.isnan(value) & (land > 0)
    bars = [
        *_proposed(value[known], land[known], quantiles, np.ones(len(value), dtype=bool)),
        *_in_force(industry, group, indicator.name, rules),
    ]
    out = pd.DataFrame(
        [bar.fields for bar in bars],
        columns=["bar_kind", "quantile", "bar", "least", "bar_low", "bar_high", "source"],
    )
    reach = np.array([bar.reach for bar in bars], dtype=bool).reshape(len(bars), len(value))
    counted = reach & known
    # A bar in force asks of the figure as it is shown; a proposed one is a figure itself.
    least = out["least"].fillna(out["bar"]).to_numpy(float)
    spared = np.array([np.broadcast_to(bar.spared, value.shape) for bar in bars], dtype=bool)
    below = counted & (value < least[:, None]) & ~spared.reshape(reach.shape)
    some = np.where(known, land, 0.0)
    enterprises = counted.sum(axis=1)
    return out.assign(
        industry=industry,
        indicator=indicator.name,
        unit=indicator.unit,
        enterprises=enterprises,
        missing=(reach & ~known).sum(axis=1),
        land_mu=counted @ some,
        small_sample=enterprises < SMALL,
        excluded=below.sum(axis=1),
        excluded_mu=below @ some,
        excluded_tax=below @ np.nan_to_num(tax),
    )


def _proposed(value: Floats, land: Floats, quantiles: tuple[float, ...], reach: Mask) -> list[_Bar]:
    """Bars at the quantiles, each with its uncertainty; none of a sample below 3."""
    if len(value) < 3:
        return []
    order = np.lexsort((land, value))
    value, land = value[order], land[order]
    bars = weighted_quantiles(value, land[None, :], quantiles)[0]
    draws = _resampled(value, land, quantiles)
    ends = [np.quantile(draws[:, at], (0.05, 0.95)) for at in range(len(quantiles))]
    return [
        _Bar(
            {
                "bar_kind": "proposed",
                "quantile": share,
                "bar": bar,
                "bar_low": low,
                "bar_high": high,
                "source": "",
            },
            reach,
        )
        for share, bar, (low, high) in zip(quantiles, bars, ends, strict=True)
    ]


def weighted_quantiles(value: Floats, weight: Floats, quantiles: tuple[float, ...]) -> Floats:
    """Value at which the running weight reaches each share: (sample, quantile).

    `value` is sorted, float64 (n,); `weight` is float64 (sample, n), each row one sample.
    """
    running = np.cumsum(weight, axis=1)
    share = running / running[:, -1:]
    at = (share[:, :, None] < np.asarray(quantiles) - 1e-12).sum(axis=1)
    return np.asarray(value[np.minimum(at, len(value) - 1)])


def _resampled(value: Floats, land: Floats, quantiles: tuple[float, ...]) -> Floats:
    """Bootstrap: enterprises drawn with replacement, each with its land, (draw, quantile)."""
    n = len(value)
    draws = int(np.clip(20_000_000 // n, 50, RESAMPLES))
    rng = np.random.default_rng(SEED)
    parts = []
    for _ in range(0, draws, 50):
        count = rng.multinomial(n, np.full(n, 1 / n), size=50)
        parts.append(weighted_quantiles(value, count * land, quantiles))
    return np.concatenate(parts)[:draws]


def _in_force(
    industry: str, group: pd.DataFrame, indicator: str, rules: list[_RuleRows]
) -> list[_Bar]:
    """Bars that the packs set for enterprises of this division, each for those of its cell.

    A bar is the lower end of what a cell admits; `least` the least figure that is shown within. Of
    a banded cell each band is a bar, for those whose figure lies in it. A cell that some enterprise
    falls in; over all industries (`*`) only of rows that speak of all. Of columns of which one is
    enough, a bar excludes who meets none. A pack whose rows go by the park is left out: which park
    an enterprise is judged in is not known.
    """
    out = []
    for one in rules:
        rule, taken = one.rule, one.place[group.index.to_numpy()]
        if rule.column.indicator != indicator:
            continue
        least = rule.raw[0] * UNIT - NOISE
        speaks = set(_speaking(rule)) if industry == WHOLE else set(range(len(rule.cells)))
        for at, low in enumerate(rule.admitted.low):
            reach = taken == at
            if np.isfinite(low) and at in speaks and reach.any():
                out.append(
                    _Bar(
                        {
                            "bar_kind": "in_force",
                            "bar": float(low),
                            "least": float(least[at]),
                            "source": f"{rule.pack.head.id} · {rule.row_names[at]}",
                        },
                        reach,
                        _meets_another(group, one, rules),
                    )
                )
    return out


def _meets_another(group: pd.DataFrame, one: _RuleRows, rules: list[_RuleRows]) -> Mask:
    """Who meets another column of the pack of which one is enough: the bar does not exclude them."""
    met = np.zeros(len(group), dtype=bool)
    column = one.rule.column
    for other in rules:
        beside = other is not one and other.rule.pack is one.rule.pack
        name = other.rule.column.indicator
        if column.any_of and beside and other.rule.column.any_of == column.any_of and name in group:
            figure = shown(group[name].to_numpy(float), other.rule.column.decimals)
            cell = other.rule.admitted.take(other.place[group.index.to_numpy()])
            met |= cell.holds(figure)
    return met


def _speaking(rule: Rule) -> Iterator[int]:
    """Places of the cells, or bands, of rows that speak of all industries."""
    for row, first in zip(rule.pack.rows, rule.flat.start, strict=True):
        if _of_all(row):
            banded = rule.flat.banded.get(first)
            yield from range(first, first + (len(banded.bands) if banded else 1))


def _of_all(row: Row) -> bool:
    """Whether a row speaks of all industries, or of all that no other row names."""
    return "*" in row.codes
