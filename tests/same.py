"""Whether two runs found the same: every verdict and text to the letter, figures to 1e-9."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.run import Run
from geo.run.files import TABLES, plain


def flat(table: Any) -> pd.DataFrame:
    """The table with areas for outlines and words for categories, in an order of its own."""
    out = pd.DataFrame(plain(table)) if len(table) else pd.DataFrame(table)
    if "geometry" in out:
        shapes = gpd.GeoSeries(list(out["geometry"]), dtype="geometry")
        out["geometry"] = shapes.area.round(6).to_numpy()
    for column in out:
        if isinstance(out[column].dtype, pd.CategoricalDtype) or out[column].dtype == object:
            out[column] = out[column].astype("str")
    text = [c for c in out if not pd.api.types.is_numeric_dtype(out[c].dtype)]
    return out.sort_values([*text, *(c for c in out if c not in text)], ignore_index=True)


def assert_same(one: Run, other: Run, names: Iterable[str] = (*TABLES, "findings")) -> None:
    """Every table has the same rows; the order of a part's rows is its own."""
    for name in names:
        a, b = flat(getattr(one, name)), flat(getattr(other, name))
        assert set(a.columns) == set(b.columns), name
        pd.testing.assert_frame_equal(
            a, b[list(a.columns)], check_dtype=False, rtol=1e-9, atol=1e-9, obj=name
        )
