"""Findings: what is wrong with which row, and the mend. Nothing is dropped without one.

Shared by the readers and the checks, so it stands beside `model`, left of both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import Text

Severity = Literal["error", "warning", "info"]

COLUMNS = (
    "severity",
    "layer",
    "row",
    "id",
    "code",
    "message_zh",
    "message_en",
    "mend_zh",
    "mend_en",
    "set_aside",
    "defect_m2",
    "mend_at",
    "geometry",
)
"""`defect_m2`, `mend_at` ("here": by `mujun repair`; "source") and `geometry` (the defect's own, in
the layer's CRS) are missing where a finding is not about a place."""

LONGEST = 120
"""Letters of a value that a message quotes."""

_NONE = pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})


def no_findings() -> pd.DataFrame:
    """An empty table of findings."""
    return _NONE.copy()


def about_rows(
    frame: pd.DataFrame,
    mask: Any,
    *,
    layer: str,
    key: str,
    code: str,
    message: Text,
    mend: Text,
    severity: Severity = "error",
    value: Any = None,
    set_aside: bool | None = None,
    area: Any = None,
    shapes: Any = None,
    mend_at: Literal["here", "source"] | None = None,
) -> pd.DataFrame:
    """One finding a row of `frame` where `mask` holds.

    `{value}` in the message is filled from `value`; `area` (m²) and `shapes` are the defect's own
    (all aligned with `frame`). An error sets its row aside unless told otherwise.
    """
    hit = frame.loc[mask]
    if hit.empty:
        return no_findings()
    shown = None
    if value is not None:
        shown = pd.Series(value, index=frame.index).loc[hit.index].astype(str)
        shown = shown.where(shown.str.len() <= LONGEST, shown.str.slice(0, LONGEST - 1) + "…")
    return pd.DataFrame(
        {
            "severity": severity,
            "layer": layer,
            "row": hit["source_row"].to_numpy(),
            "id": hit[key].astype("string").to_numpy() if key in hit else pd.NA,
            "code": code,
            "message_zh": _fill(message.zh, shown, len(hit)),
            "message_en": _fill(message.en, shown, len(hit)),
            "mend_zh": mend.zh,
            "mend_en": mend.en,
            "set_aside": (severity == "error") if set_aside is None else set_aside,
            "defect_m2": _at(area, frame, hit),
            "mend_at": mend_at,
            "geometry": _at(shapes, frame, hit),
        }
    )


def about_layer(
    layer: str, code: str, message: Text, mend: Text, severity: Severity = "warning"
) -> pd.DataFrame:
    """One finding about a layer as a whole."""
    values = (
        severity,
        layer,
        pd.NA,
        pd.NA,
        code,
        message.zh,
        message.en,
        mend.zh,
        mend.en,
        False,
        None,
        None,
        None,
    )
    return pd.DataFrame([dict(zip(COLUMNS, values, strict=True))])


def gather_findings(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """All findings in one table, errors first, then by layer and row."""
    kept = [p for p in parts if not p.empty]
    if not kept:
        return no_findings()
    table = pd.concat([p.astype(object) for p in kept], ignore_index=True)
    rank = table["severity"].map({"error": 0, "warning": 1, "info": 2})
    order = table.assign(_rank=rank, _row=pd.to_numeric(table["row"]))
    return order.sort_values(["_rank", "layer", "code", "_row"], kind="stable")[
        list(COLUMNS)
    ].reset_index(drop=True)


def once_per_layer(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Findings of batches of one layer: what concerns the whole of it is said once."""
    table = gather_findings(parts)
    again = table["row"].isna() & table.duplicated(["layer", "code", "message_en"])
    return table[~again].reset_index(drop=True)


def in_language(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The contract's columns: severity, layer, row, id, code, message, mend, and the defect's."""
    tail = "en" if lang == "en" else "zh"
    out = table[["severity", "layer", "row", "id", "code"]].copy()
    out["message"] = table[f"message_{tail}"]
    out["mend"] = table[f"mend_{tail}"]
    out["defect_m2"] = pd.to_numeric(table["defect_m2"])
    out["mend_at"] = table["mend_at"]
    return out


def located(table: pd.DataFrame, crs: Any) -> gpd.GeoDataFrame:
    """The findings that have a geometry of their own: code, layer, id, defect_m2, mend_at."""
    shapes = np.asarray(table["geometry"], dtype=object)
    drawn = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    own = table[drawn].reset_index(drop=True)
    plain = pd.DataFrame(
        {
            name: own[name].astype("str").where(own[name].notna())
            for name in ("code", "layer", "id", "mend_at")
        }
    )
    plain["defect_m2"] = pd.to_numeric(own["defect_m2"])
    return gpd.GeoDataFrame(
        plain, geometry=gpd.GeoSeries(own["geometry"].to_list(), crs=crs), crs=crs
    )


def _at(values: Any, frame: pd.DataFrame, hit: pd.DataFrame) -> Any:
    return None if values is None else pd.Series(values, index=frame.index).loc[hit.index].to_list()


def _fill(template: str, shown: pd.Series[str] | None, n: int) -> list[str]:
    if shown is None or "{value}" not in template:
        return [template] * n
    head, tail = template.split("{value}", 1)
    return list(head + shown + tail)
