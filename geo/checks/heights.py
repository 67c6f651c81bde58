"""Outlines with heights (3-D): one finding a layer, in one piece as in parts.

A layer that a program has exported in 3-D has heights on every row; a finding a row would bury all
others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from geo import findings
from geo.text import Message

CODE = "has_z"

Heights = Mapping[str, int]
"""How many rows of each layer have heights."""


def without_heights(found: pd.DataFrame) -> tuple[pd.DataFrame, Heights]:
    """The findings without those of rows with heights, and how many rows of each layer these are."""
    of_heights = (found["code"] == CODE).to_numpy(dtype=bool)
    if not of_heights.any():
        return found, {}
    counts = found.loc[of_heights, "layer"].value_counts()
    return found[~of_heights].reset_index(drop=True), {str(k): int(n) for k, n in counts.items()}


def about_heights(parts: Iterable[Heights]) -> pd.DataFrame:
    """A finding for each layer with heights, of the rows of all parts."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return findings.gather_findings(
        findings.about_layer(
            layer,
            CODE,
            Message("geometry.has_heights", count=count),
            Message("common.nothing_to_do"),
            "info",
        )
        for layer, count in total.items()
    )
