"""Figures per mu and the other ratios, for parcels, enterprises, industries, parks, the project.

Which land divides a figure is said beside it. A parcel is divided by its own area; an enterprise
and an industry by the land occupied; a park and the project by the project's denominator:
`occupied` (land of the enterprises that report the measure), `industrial`, or `park`.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.economy.allocate import Allocation
from geo.formula import evaluate, names
from geo.keys import numbered
from geo.model import INDICATORS, INDUSTRIAL, MU_M2, PER_MU, USE_SEPARATOR, Indicator

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
    number, own = numbered(pd.DataFrame({"subject_id": ids, "year": rows["year"]}))
    counted = number >= 0
    group, area = number[counted], rows["area_m2"].to_numpy(float)[counted]

    def summed(values: NDArray[Any], of: NDArray[np.bool_]) -> NDArray[Any]:
        return np.bincount(group[of], values[of], minlength=len(own))

    def many(of: NDArray[np.bool_]) -> NDArray[Any]:
        return np.bincount(group[of], minlength=len(own))

    parts = []
    for name in allocation.measures:
        value = rows[name].to_numpy(float)[counted]
        known, landed = ~np.isnan(value), ~np.isnan(area)
        reporting = many(known)
        parts.append(own.assign(
            value=np.where(reporting > 0, summed(value, known), np.nan),
            land_m2=summed(area, known & landed), reporting=reporting, missing=many(~known),
            landless=many(known & ~landed & (value != 0)), measure=name))
    if not parts:
        return pd.DataFrame(columns=list(FIGURES))
    out = pd.concat(parts, ignore_index=True)
    if land_m2 is not None:
        out["land_m2"] = out["subject_id"].map(land_m2).astype(float)
    elif subject == "enterprise":
        # Part of its money is on no land: a figure per mu of the rest would flatter it.
        out["land_m2"] = out["land_m2"].where(out["landless"] == 0)
    out["subject"], out["land_basis"] = subject, basis
    return with_per_mu(out)[list(FIGURES)]


def with_per_mu(table: pd.DataFrame) -> pd.DataFrame:
    """The table of sums with `per_mu`, of the measures that are shown so."""
    land = (table["land_m2"] / MU_M2).where(table["land_m2"] > 0)
    return table.assign(per_mu=(table["value"] / land).where(table["measure"].isin(PER_MU)))


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
            out[name] = ratio(evaluate(indicator.numerator, frame, len(frame)),
                              evaluate(indicator.denominator, frame, len(frame)), indicator)
    return pd.DataFrame(out, index=frame.index)


def ratio(
    above: NDArray[np.float64], below: NDArray[np.float64], indicator: Indicator
) -> NDArray[np.float64]:
    """The indicator from its two sides; missing where the lower is not positive, or too small."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        value = np.where(below > 0, above / below, np.nan) * indicator.scale
    return np.where(np.isfinite(value), value, np.nan)


OFFICE_WORDS = "办公|生活|宿舍|食堂|office|dormitory"
"""Uses of buildings that count as 行政办公及生活服务设施."""


def from_buildings(
    buildings: pd.DataFrame, footprint_m2: pd.Series[float] | None = None
) -> pd.DataFrame:
    """Floor, base and office floor area of each parcel from its buildings, m², by parcel_id.

    `footprint_m2`, aligned with the buildings, is what they cover; a building without a floor
    area has footprint × storeys. A storey higher than 8 m counts twice (工业项目建设用地控制指标).
    A parcel with a building of unknown area (or, for offices, unknown use) gets no sum. 建筑系数 is
    not taken from here: it counts structures and yards too, so buildings alone would judge a parcel
    too low; 建筑密度 counts buildings only, and is.
    """
    void = pd.Series(np.nan, index=buildings.index)
    base = void if footprint_m2 is None else footprint_m2.astype(float)
    floor = buildings.get("floor_area_m2", void).astype(float)
    floor = floor.fillna(base * buildings.get("storeys", void).astype(float))
    if "storey_height_m" in buildings:
        floor = floor * np.where(buildings["storey_height_m"] > 8, 2.0, 1.0)
    use = buildings.get("use", pd.Series(None, index=buildings.index, dtype="str")).astype("str")
    office = floor.where(use.str.contains(OFFICE_WORDS).fillna(False), 0.0).where(use.notna())
    parts = {"floor_area_m2": floor, "building_base_m2": base, "office_floor_area_m2": office}
    out = {}
    for name, area in parts.items():
        grouped = area.groupby(buildings["parcel_id"])
        out[name] = grouped.sum().where(grouped.count() == grouped.size())
    return pd.DataFrame(out)


def with_buildings(
    parcels: Any, buildings: pd.DataFrame | None, footprint_m2: pd.Series[float] | None
) -> Any:
    """The parcels with areas from the buildings where they have none, and the office fallback.

    Where the land of 行政办公及生活服务设施 is not known, its share of floor area stands for its
    share of land, as the control indicators allow; `office_area_basis` says which it was.
    """
    out = parcels.copy()
    if buildings is not None and "parcel_id" in buildings:
        for name, sums in from_buildings(buildings, footprint_m2).items():
            built = out["parcel_id"].map(sums).astype(float)
            out[name] = out.get(name, built).fillna(built)
    if {"office_floor_area_m2", "floor_area_m2"} <= set(out):
        own = out.get("office_area_m2", pd.Series(np.nan, index=out.index)).astype(float)
        share = out["office_floor_area_m2"] / out["floor_area_m2"].where(out["floor_area_m2"] > 0)
        stand_in = own.isna() & share.notna()
        out["office_area_m2"] = own.fillna(share * out["area_m2"])
        out["office_area_basis"] = np.select([stand_in, own.notna()], ["floor_share", "land"], "")
    return out


def industrial_use(land_use: pd.Series[Any], scheme: str) -> pd.DataFrame:
    """`land_use_industrial` and `land_use_mixed` of land-use codes; missing where the code is.

    Land with several codes, one of them industrial, is mixed (混合产业用地). It counts as
    industrial, as the plan lets it be managed (三、（二）), and keeps its own mark.
    """
    code = INDUSTRIAL[scheme]
    number, texts = pd.factorize(land_use)
    parts = [re.split(USE_SEPARATOR, str(text)) for text in texts]  # rows-ok: distinct codes
    works = [any(p.strip().startswith(code) for p in ps) for ps in parts]
    mixed = [w and len(ps) > 1 for w, ps in zip(works, parts, strict=True)]
    marks = {"land_use_industrial": works, "land_use_mixed": mixed}
    return pd.DataFrame({name: pd.array([*flags, pd.NA], dtype="boolean")[number]
                         for name, flags in marks.items()}, index=land_use.index)
