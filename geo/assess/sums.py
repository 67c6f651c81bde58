"""Every figure of a part, and how those of industries and the project add up from the parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from geo.arrays import Frames
from geo.economy.allocate import CONSERVED, SUMS, UNITS, Allocation
from geo.economy.comparable import comparable_growth
from geo.economy.industry_fields import enterprise_fields
from geo.economy.intensity import FIGURES, figures, with_per_mu
from geo.geometry.area import ellipsoidal_area
from geo.geometry.keys import isin_text, map_text
from geo.project import Settings
from geo.runtime import second_thread


@dataclass(frozen=True)
class Sums:
    """Figures of industries and the project over a part, and the land (m²) that divides the latter.

    `land` is None where land in use divides it. `compared` are sums like-for-like, by the later year.
    """

    table: pd.DataFrame
    land: float | None
    compared: dict[int, pd.DataFrame] = field(default_factory=dict)


def all_figures(
    allocation: Allocation,
    here: Allocation,
    ours: Allocation,
    usable: Frames,
    settings: Settings,
    before: pd.Series[float] | None = None,
) -> tuple[pd.DataFrame, Sums]:
    """Figures of parcels, enterprises and parks; those of industries and the project as sums.

    `here` are the rows on the part's parcels, `ours` those of its enterprises, `allocation` all.
    A sum takes what is on land from `here`, where all that hold a parcel stand together, and what
    is on none from `ours`: each amount is in the sums of one part. `before`, by park id, is the m²
    of each park that parks before it cover too: the project's land counts ground once.
    """
    parcels = usable["parcels"]
    keyed = parcels.set_index("parcel_id")
    land, whole = _land(parcels, usable["parks"], settings)
    if settings.denominator == "park" and before is not None and whole is not None:
        whole -= float(before.reindex(usable["parks"]["park_id"]).fillna(0.0).sum())
    on = here.rows["parcel_id"]
    held = allocation.only(isin_text(allocation.place["occupied_id"], parcels["parcel_id"]))
    with second_thread() as later:
        sums = later(_of_all, here.joined(ours.only(ours.place["reason"] >= 0)), usable, settings)
        tables = [
            _with_stated(
                figures(held, "parcel", held.place["occupied_id"], keyed["area_m2"], "parcel"),
                parcels,
                settings,
            ),
            figures(allocation, "enterprise", allocation.rows["enterprise_id"], None, "occupied"),
            figures(here, "park", map_text(on, keyed["park_id"]), land, settings.denominator),
        ]
        return _joined(tables), Sums(sums.result(), whole)


def _of_all(counted: Allocation, usable: Frames, settings: Settings) -> pd.DataFrame:
    """Sums of the project, of industries and of fields."""
    who = counted.rows["enterprise_id"]
    everything = pd.Series("project", index=who.index)
    sums = [figures(counted, "project", everything, None, settings.denominator)]
    enterprises = usable.get("enterprises")
    if enterprises is not None and "industry_code" in enterprises:
        division = enterprises.set_index("enterprise_id")["industry_code"].str[:2]
        sums.append(figures(counted, "industry", map_text(who, division), None, "occupied"))
    if settings.fields is not None:
        field = enterprise_fields(who, enterprises, settings)
        sums.append(figures(counted, "field", field, None, "occupied"))
    return _joined(sums)


def _with_stated(
    table: pd.DataFrame, parcels: gpd.GeoDataFrame, settings: Settings
) -> pd.DataFrame:
    """The figures of parcels, with the investment that a parcel's own contract states.

    It goes before what the parcel's enterprises report, whose sum then stands beside it.
    """
    stated = parcels.get("fixed_investment")
    if stated is None or not stated.notna().any():
        return table
    known = parcels.loc[stated.notna(), ["parcel_id", "fixed_investment", "area_m2"]]
    now = known.set_axis(["subject_id", "stated", "land"], axis=1).assign(
        subject="parcel", year=float(settings.year), measure="fixed_investment", land_basis="parcel"
    )
    out = table.merge(
        now, how="outer", sort=False, on=["subject", "subject_id", "year", "measure", "land_basis"]
    )
    by_contract = out["stated"].notna()
    counts = ["reporting", "missing", "beside"]
    out[[*counts, "beside_value"]] = out[[*counts, "beside_value"]].fillna(0)
    out["beside"] = out["beside"].mask(by_contract & (out["beside"] == 0), out["reporting"])
    out["beside_value"] += out["value"].where(by_contract).fillna(0)
    out["reporting"] = out["reporting"].mask(by_contract, 0)
    out["value"] = out["stated"].fillna(out["value"])
    out["land_m2"] = out["land_m2"].fillna(out["land"])
    return with_per_mu(out.astype(dict.fromkeys(counts, "int64")))[list(FIGURES)]


def added(parts: list[Sums]) -> pd.DataFrame:
    """The figures of industries and the project over all parts."""
    table = _joined([p.table for p in parts])
    keys = ["subject", "subject_id", "year", "measure", "land_basis"]
    by = table.groupby(keys, sort=False, dropna=False)
    out = (
        by[["value", "land_m2"]]
        .sum(min_count=1)
        .join(by[["reporting", "missing", "beside", "beside_value"]].sum())
    )
    out = out.reset_index()
    lands = [p.land for p in parts if p.land is not None]
    if lands:
        out["land_m2"] = out["land_m2"].mask(out["subject"] == "project", sum(lands))
    return with_per_mu(out)[list(FIGURES)]


def compared_years(settings: Settings, reported: tuple[int, ...]) -> list[int]:
    """The years that are compared with `compare_to`: the project's, and those before it for trends."""
    first, last = settings.compare_to, settings.year
    if first is None or settings.growth_of == "all":
        return [last]
    return sorted({int(year) for year in reported if first < year < last} | {last})


def like_for_like(
    parts: Sequence[dict[int, pd.DataFrame]],
    table: pd.DataFrame,
    parks: pd.DataFrame,
    settings: Settings,
) -> pd.DataFrame:
    """Growth like-for-like since `compare_to` in each year that is compared, of all parts' sums."""
    base = settings.compare_to
    return pd.concat(
        [
            comparable_growth([part[year] for part in parts], table, parks, base, year)
            for year in parts[0]
        ],
        ignore_index=True,
    )


def all_conserved(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Sums in and out of all parts, by measure and year, in whole units."""
    table = pd.concat(parts, ignore_index=True)
    if table.empty:
        return parts[0]
    units = (table[list(SUMS)].astype(float) * UNITS).round().astype("int64")
    out = units.groupby([table["measure"], table["year"]], sort=False).sum()
    balanced = out["input"] == out["set_aside"] + out["allocated"] + out["unallocated"]
    return (out / UNITS).assign(balanced=balanced).reset_index()[list(CONSERVED)]


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([t for t in tables if not t.empty] or tables[:1], ignore_index=True)


def _land(
    parcels: gpd.GeoDataFrame, parks: gpd.GeoDataFrame, settings: Settings
) -> tuple[pd.Series[float] | None, float | None]:
    """Denominators of each park and of the project, m²; None for occupied land."""
    if settings.denominator == "occupied":
        return None, None
    if settings.denominator == "park":
        land = ellipsoidal_area(parks.geometry).set_axis(parks["park_id"])
        return land, float(land.sum())
    known = parcels.get("land_use_industrial", pd.Series(False, index=parcels.index))
    area = parcels["area_m2"].where(known.fillna(False).astype(bool), 0.0)
    return area.groupby(parcels["park_id"]).sum(), float(area.sum())
