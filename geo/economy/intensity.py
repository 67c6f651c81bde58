"""Figures per mu and the other ratios, for parcels, enterprises, industries, parks, the project.

Which land divides a figure is said beside it. A parcel is divided by its own area; an enterprise
and an industry by the land occupied; a park and the project by the project's denominator:
`occupied` (land of the enterprises that report the measure), `industrial`, or `park`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo.economy.allocate import Allocation
from geo.formula import evaluate, names
from geo.model import INDICATORS, INDUSTRIAL_PREFIXES, MU_M2, PER_MU, Indicator

FIGURES = ("subject", "subject_id", "year", "measure", "value", "land_m2", "land_basis",
           "per_mu", "reporting", "missing")
"""Columns of the figures table: every sum with the land it is divided by."""


def figures(
    allocation: Allocation, subject: str, ids: pd.Series[Any], land_m2: pd.Series[float] | None,
    basis: str,
) -> pd.DataFrame:
    """Sums of each measure by subject and year, and per mu.

    `ids` gives each allocation row's subject (aligned with its rows). `land_m2`, by subject id,
    is the denominator; without it, the occupied land of the rows that report the measure is.
    """
    rows = allocation.rows
    by = [ids.rename("subject_id"), rows["year"]]
    parts = []
    for name in allocation.measures:
        known = rows[name].notna()
        grouped = pd.DataFrame({
            "value": rows[name], "land_m2": rows["area_m2"].where(known),
            "reporting": known, "missing": ~known,
            "landless": known & rows["area_m2"].isna() & (rows[name] != 0),
        }).groupby(by)
        table = grouped.agg({"value": "sum", "land_m2": "sum", "reporting": "sum",
                             "missing": "sum", "landless": "sum"})
        table["value"] = table["value"].where(table["reporting"] > 0)
        parts.append(table.assign(measure=name).reset_index())
    if not parts:
        return pd.DataFrame(columns=list(FIGURES))
    out = pd.concat(parts, ignore_index=True)
    if land_m2 is not None:
        out["land_m2"] = out["subject_id"].map(land_m2).astype(float)
    elif subject == "enterprise":
        # Part of its money is on no land: a figure per mu of the rest would flatter it.
        out["land_m2"] = out["land_m2"].where(out["landless"] == 0)
    out["subject"], out["land_basis"] = subject, basis
    land = (out["land_m2"] / MU_M2).where(out["land_m2"] > 0)
    out["per_mu"] = (out["value"] / land).where(out["measure"].isin(PER_MU))
    return out[list(FIGURES)]


def wide(table: pd.DataFrame, year: int, *, complete: bool = False) -> pd.DataFrame:
    """One row a subject for one year: each measure and `<name>_per_mu`, indexed by subject id.

    With `complete`, a value of which any part is missing is missing: a parcel's sum without one
    of its enterprises would be judged too low.
    """
    now = table[table["year"] == year]
    value = now["value"].where(now["missing"] == 0) if complete else now["value"]
    per_mu = now["per_mu"].where(value.notna())
    flat = now.assign(value=value, per_mu=per_mu)
    out = flat.pivot(index="subject_id", columns="measure", values="value")
    rates = flat[flat["measure"].isin(PER_MU)].pivot(
        index="subject_id", columns="measure", values="per_mu").add_suffix("_per_mu")
    return out.join(rates).rename_axis(columns=None)


def ratios(
    frame: pd.DataFrame, catalogue: dict[str, Indicator] = INDICATORS
) -> pd.DataFrame:
    """Every indicator of the catalogue whose inputs the frame has, as new columns.

    A missing input or a denominator that is not positive gives a missing value.
    """
    out = {}
    for name, indicator in catalogue.items():
        if names(indicator.numerator) | names(indicator.denominator) <= set(frame):
            below = evaluate(indicator.denominator, frame, len(frame))
            above = evaluate(indicator.numerator, frame, len(frame))
            with np.errstate(divide="ignore", invalid="ignore"):
                out[name] = np.where(below > 0, above / below, np.nan) * indicator.scale
    return pd.DataFrame(out, index=frame.index)


def from_buildings(
    buildings: pd.DataFrame, footprint_m2: pd.Series[float] | None = None
) -> pd.Series[float]:
    """Floor area of each parcel from its buildings, m², indexed by parcel_id.

    `footprint_m2`, aligned with the buildings, is what they cover; a building without a floor
    area has footprint × storeys. A storey higher than 8 m counts twice (工业项目建设用地控制指标).
    A parcel with a building of unknown floor area gets no sum. 建筑系数 is not taken from here: it
    counts structures and yards too, so buildings alone would judge a parcel too low.
    """
    void = pd.Series(np.nan, index=buildings.index)
    base = void if footprint_m2 is None else footprint_m2
    floor = buildings.get("floor_area_m2", void).astype(float)
    floor = floor.fillna(base * buildings.get("storeys", void).astype(float))
    if "storey_height_m" in buildings:
        floor = floor * np.where(buildings["storey_height_m"] > 8, 2.0, 1.0)
    grouped = floor.groupby(buildings["parcel_id"])
    return grouped.sum().where(grouped.count() == grouped.size())


def is_industrial(land_use: pd.Series[Any]) -> pd.Series[bool]:
    """Which land-use codes are industrial land (工业用地)."""
    return land_use.astype("str").str.startswith(INDUSTRIAL_PREFIXES).fillna(False).astype(bool)


