"""Entry bars (准入门槛): what today's enterprises reach, by industry, weighted by their land.

A proposed bar is a land-weighted quantile: the value below which that share of the industry's land
lies. Its uncertainty is the middle 90 % of bootstrap resamples of the enterprises. Beside it stand
the bars in force, each over the enterprises that its row of the table takes, and for each bar whom
it would exclude today: enterprises, 亩, tax.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Floats, Index, Mask
from geo.errors import DataError
from geo.evaluate.compliance_options import passing
from geo.evaluate.stability import SEED
from geo.guards import require_columns, with_numbers
from geo.model import INDICATORS, Indicator, industries
from geo.standards.matching import Keys
from geo.standards.model import Pack, Row
from geo.standards.sets import Intervals

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
    rows = [(pack, pack.match(keys)) for pack in packs]
    groups = [(WHOLE, table), *table.groupby(division)]
    parts = [
        _bars(str(name), group, indicator, rows, quantiles)
        for name, group in groups
        for indicator in judged
    ]
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    out = pd.concat(parts, ignore_index=True)
    out.insert(1, "industry_name", out["industry"].map(industries()).fillna(""))
    return out[list(COLUMNS)]


Rows = list[tuple[Pack, NDArray[np.int16]]]
"""Packs, each with the row of its table that takes each enterprise, −1 where none does."""


@dataclass(frozen=True)
class _Bar:
    """A bar and the enterprises that it is for (a mask)."""

    fields: dict[str, Any]
    reach: Mask


def _bars(
    industry: str,
    group: pd.DataFrame,
    indicator: Indicator,
    rows: Rows,
    quantiles: tuple[float, ...],
) -> pd.DataFrame:
    value = group[indicator.name].to_numpy(float)
    land = group["area_mu"].to_numpy(float)
    tax = group.get("tax", pd.Series(np.nan, index=group.index)).to_numpy(float)
    known = ~np.isnan(value) & (land > 0)
    bars = [
        *_proposed(value[known], land[known], quantiles, np.ones(len(value), dtype=bool)),
        *_in_force(industry, group.index, indicator.name, rows),
    ]
    out = pd.DataFrame(
        [bar.fields for bar in bars],
        columns=["bar_kind", "quantile", "bar", "least", "bar_low", "bar_high", "source"],
    )
    reach = np.array([bar.reach for bar in bars], dtype=bool).reshape(len(bars), len(value))
    counted = reach & known
    # A bar in force asks of the figure as it is shown; a proposed one is a figure itself.
    least = out["least"].fillna(out["bar"]).to_numpy(float)
    below = counted & (value < least[:, None])
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


def _in_force(industry: str, positions: Index, indicator: str, rows: Rows) -> list[_Bar]:
    """Bars that the packs set for enterprises of this division, each for those of its row.

    A bar is the lower end of what a cell admits; `least` the least figure that is shown within.
    A row that some enterprise falls in; over all industries (`*`) only rows that speak of all. A
    pack whose rows go by the park is left out: which park an enterprise is judged in is not known.
    """
    out = []
    for pack, row in rows:
        taken = row[positions.to_numpy()]
        for key, column in pack.columns.items():
            if column.indicator != indicator:
                continue
            admits = Intervals.of(column.ends(cell) for cell in pack.cells(key))
            least = passing(admits, column.decimals)[0]
            for at, low in enumerate(admits.low):
                reach = taken == at
                speaks = industry != WHOLE or _of_all(pack.rows[at])
                if np.isfinite(low) and speaks and reach.any():
                    out.append(
                        _Bar(
                            {
                                "bar_kind": "in_force",
                                "bar": float(low),
                                "least": float(least[at]),
                                "source": f"{pack.head.id} · {pack.rows[at].industry}",
                            },
                            reach,
                        )
                    )
    return out


def _of_all(row: Row) -> bool:
    """Whether a row speaks of all industries, or of all that no other row names."""
    return "*" in row.codes
