"""Rows of a table of occupancy that say the same again: land is held once."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Series
from geo.text import Message

_NUMBERING = re.compile(r"^(序号|编号|行号|顺序号|no\.?|id|fid|index|#)$", re.IGNORECASE)


def without_repeats(occupancy: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first of rows that are alike in every column, but for those that number the rows.

    The others are findings (`repeated_row`): the same row twice would halve what it has of a share.
    """
    compared = [
        c
        for c in occupancy.columns
        if c != "source_row" and not _numbers_rows(occupancy[c], str(c))
    ]
    again = (
        occupancy.duplicated(compared, keep="first").to_numpy()
        & occupancy[["enterprise_id", "parcel_id"]].notna().all(axis=1).to_numpy()
    )
    if not again.any():
        return occupancy, findings.no_findings()
    return occupancy[~again].reset_index(drop=True), findings.about_rows(
        occupancy,
        again,
        layer="occupancy",
        key="enterprise_id",
        code="repeated_row",
        severity="warning",
        set_aside=True,
        value=occupancy["parcel_id"],
        message=Message("repeats.says_same_row_above"),
        mend=Message("repeats.delete_repeat"),
    )


def _numbers_rows(values: Series, name: str) -> bool:
    """Whether a column only counts the rows."""
    if _NUMBERING.match(name.strip()):
        return True
    number = (
        pd.to_numeric(values, errors="coerce")
        if values.dtype == object or (pd.api.types.is_string_dtype(values.dtype))
        else None
    )
    steps = None if number is None or number.isna().any() else np.diff(number.to_numpy(float))
    return steps is not None and len(steps) > 1 and bool((steps == 1).all())
