"""Entry bars (准入门槛): what today's enterprises reach, by industry, weighted by their land.

A proposed bar is a land-weighted quantile: the value below which that share of the industry's land
lies. Its uncertainty is the middle 90 % of bootstrap resamples of the enterprises. Beside it stand
the bars in force, and for each bar whom it would exclude today: enterprises, 亩, tax.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.model import INDICATORS, Indicator, industries
from geo.standards.model import Pack, Row

Floats = NDArray[np.float64]

COLUMNS = ("industry", "industry_name", "indicator", "unit", "enterprises", "missing", "land_mu",
           "bar_kind", "quantile", "bar", "bar_low", "bar_high", "excluded", "excluded_mu",
           "excluded_tax", "small_sample", "source")
SMALL = 10
"""Below so many enterprises a bar says that its sample is small; below 3 none is proposed."""
RESAMPLES = 400
WHOLE = "*"


def thresholds(
    enterprises: pd.DataFrame, packs: list[Pack], quantiles: tuple[float, ...] = (0.25, 0.5),
    catalogue: dict[str, Indicator] = INDICATORS,
) -> pd.DataFrame:
    """Bars by GB/T 4754 division and for all industries together (`*`), columns `COLUMNS`.

    `enterprises` has the indicators as columns, area_mu and, where known, industry_code and tax.
    Enterprises without land or without the indicator are counted as missing, excluded by no bar.
    """
    judged = [i for i in catalogue.values() if i.better == "higher" and i.name in enterprises
              and enterprises[i.name].notna().any()]
    code = enterprises.get("industry_code", pd.Series(pd.NA, index=enterprises.index))
    division = code.astype("str").str.extract(r"^(\d\d)", expand=False)
    groups = [(WHOLE, enterprises), *enterprises.groupby(division)]
    parts = [_bars(str(name), group, indicator, packs, quantiles)
             for name, group in groups for indicator in judged]
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    table = pd.concat(parts, ignore_index=True)
    table.insert(1, "industry_name", table["industry"].map(industries()).fillna(""))
    return table[list(COLUMNS)]


def _bars(
    industry: str, group: pd.DataFrame, indicator: Indicator, packs: list[Pack],
    quantiles: tuple[float, ...],
) -> pd.DataFrame:
    value = group[indicator.name].to_numpy(float)
    land = group["area_mu"].to_numpy(float)
    tax = group.get("tax", pd.Series(np.nan, index=group.index)).to_numpy(float)
    known = ~np.isnan(value) & (land > 0)
    value, land, tax = value[known], land[known], tax[known]
    order = np.lexsort((land, value))
    value, land, tax = value[order], land[order], tax[order]
    rows: list[dict[str, Any]] = []
    if len(value) >= 3:
        bars = weighted_quantiles(value, land[None, :], quantiles)[0]
        draws = _resampled(value, land, quantiles)
        for at, share in enumerate(quantiles):
            low, high = np.quantile(draws[:, at], (0.05, 0.95))
            rows.append({"bar_kind": "proposed", "quantile": share, "bar": bars[at],
                         "bar_low": low, "bar_high": high, "source": ""})
    rows += [{"bar_kind": "in_force", "bar": bar, "source": source}
             for bar, source in in_force(industry, indicator.name, packs)]
    out = pd.DataFrame(rows, columns=["bar_kind", "quantile", "bar", "bar_low", "bar_high",
                                      "source"])
    below = value[None, :] < out["bar"].to_numpy(float)[:, None]
    return out.assign(
        industry=industry, indicator=indicator.name, unit=indicator.unit, enterprises=len(value),
        missing=int((~known).sum()), land_mu=land.sum(), small_sample=len(value) < SMALL,
        excluded=below.sum(axis=1), excluded_mu=below @ land,
        excluded_tax=below @ np.nan_to_num(tax))


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
    rng = np.random.default_rng(20231231)
    parts = []
    for _ in range(0, draws, 50):
        count = rng.multinomial(n, np.full(n, 1 / n), size=50)
        parts.append(weighted_quantiles(value, count * land, quantiles))
    return np.concatenate(parts)[:draws]


def in_force(industry: str, indicator: str, packs: list[Pack]) -> list[tuple[float, str]]:
    """Bars that the packs set for this division (or for all): (value, `pack · row`)."""
    out = []
    for pack in packs:
        for key, column in pack.columns.items():
            if column.indicator != indicator or column.operator not in (">=", ">"):
                continue
            for row, cell in zip(pack.rows, pack.cells(key), strict=True):
                if cell.kind == "number" and cell.low is not None and _covers(row, industry):
                    out.append((cell.low / column.divide_by, f"{pack.pack.id} · {row.industry}"))
    return out


def _covers(row: Row, industry: str) -> bool:
    """Whether a row speaks of some industry of the division (`*`: of all)."""
    everyone = "*" in row.codes or not (row.codes or row.names)
    return everyone or (industry != WHOLE and any(
        c.startswith(industry) or industry.startswith(c) for c in row.codes))
