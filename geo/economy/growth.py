"""Growth between years: compound, (last / first) ** (1 / n) − 1."""

from __future__ import annotations

from typing import Any

import pandas as pd


def compound(
    figures: pd.DataFrame, first: int, last: int, column: str = "per_mu"
) -> pd.DataFrame:
    """Yearly growth of each measure, as shares (0.07 is 7 %), indexed by subject id.

    Columns are named `<measure>_per_mu_growth`. A start that is missing, zero or negative gives a
    missing value: growth from nothing has no rate.
    """
    if last <= first:
        return pd.DataFrame()
    table = figures[figures["year"].isin([first, last])].pivot(
        index=["subject_id", "measure"], columns="year", values=column)
    table = table.reindex(columns=[first, last])
    start: Any = table[first].where(table[first] > 0)
    rate = ((table[last] / start).where(table[last] >= 0) ** (1 / (last - first)) - 1).dropna()
    out: pd.DataFrame = rate.unstack("measure").add_suffix("_per_mu_growth")
    return out.rename_axis(columns=None)
