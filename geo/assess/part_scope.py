"""Which rows a part of a project answers for; the others are there for what they touch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.arrays import Index, Ints, Mask


@dataclass(frozen=True)
class PartScope:
    """What a part answers for.

    `rows` are source rows by layer (parks, and the layers that are cut), `enterprises` ids (those
    without a row too). The first part also tells what concerns the layers that every part has.
    """

    rows: dict[str, Ints]
    enterprises: Index
    first: bool


def owned_rows(scope: PartScope | None, layer: str, frame: pd.DataFrame) -> Mask:
    """The rows of a frame that are the part's own; all of them without `own`."""
    if scope is None:
        return np.ones(len(frame), dtype=bool)
    if layer not in scope.rows:
        return np.full(len(frame), scope.first)
    return np.isin(frame["source_row"].to_numpy(), scope.rows[layer])


def owned_findings(scope: PartScope | None, found: pd.DataFrame) -> pd.DataFrame:
    """The findings that are the part's to tell; those without a row were made from its own."""
    if scope is None or found.empty:
        return found
    keep = np.full(len(found), scope.first)
    layer, row = found["layer"].to_numpy(), pd.to_numeric(found["row"]).to_numpy(float)
    row = np.where(np.isnan(row), -1, row).astype(np.int64)  # whole numbers are found at once
    for name, rows in scope.rows.items():
        of_layer = layer == name
        keep[of_layer] = (row[of_layer] < 0) | np.isin(row[of_layer], rows)
    return found[keep].reset_index(drop=True)
