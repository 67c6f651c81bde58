"""Tables of the year, one row a subject: enterprises, industries, parks."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geo.arrays import Frames, Series
from geo.economy.allocate import Allocation
from geo.economy.growth import compound
from geo.economy.intensity import ratios, wide
from geo.formula import names
from geo.geometry.area import ellipsoidal_area
from geo.geometry.keys import map_text, rows_where
from geo.model import MU_M2, PER_MU, industries
from geo.project import Settings


def _subject(table: pd.DataFrame, subject: str, settings: Settings) -> pd.DataFrame:
    """One row a subject: the year's figures and their growth."""
    of_subject = rows_where(table, table["subject"] == subject)
    now = wide(of_subject, settings.year)
    if settings.compare_to is not None:
        now = now.join(compound(of_subject, settings.compare_to, settings.year), how="left")
    return now.rename_axis(f"{subject}_id").reset_index()


def industry_table(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """One row an industry division: the year's figures, per mu, and their growth.

    `enterprises_beside` have no land and are in no figure; `<measure>_beside` is what they report.
    """
    out = _subject(table, "industry", settings)
    out.insert(1, "industry_name", out["industry_id"].map(industries()))
    now = table[(table["subject"] == "industry") & (table["year"] == settings.year)]
    by = now.groupby("subject_id")["beside"].max()
    money = (
        now[now["measure"].isin(PER_MU)]
        .pivot(index="subject_id", columns="measure", values="beside_value")
        .add_suffix("_beside")
    )
    out["enterprises_beside"] = out["industry_id"].map(by).fillna(0).astype("int64")
    return out.assign(**{str(name): out["industry_id"].map(money[name]) for name in money})


def enterprise_table(usable: Frames, table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The enterprises with the year's figures, the land they occupy, and every ratio."""
    now = _subject(table, "enterprise", settings)
    of_firms = rows_where(table, table["subject"] == "enterprise")[
        ["subject_id", "land_m2", "year"]
    ]
    land = of_firms[of_firms["year"] == settings.year].groupby("subject_id")["land_m2"].max()
    now["area_m2"] = map_text(now["enterprise_id"], land).astype(float)
    now["area_mu"] = now["area_m2"] / MU_M2
    out: pd.DataFrame = usable.get("enterprises", now[["enterprise_id"]]).merge(
        now, on="enterprise_id", how="left"
    )
    shares = ratios(out, settings.catalogue)
    return out.join(shares[[c for c in shares if c not in out]])


def park_table(
    parks: gpd.GeoDataFrame,
    parcels: gpd.GeoDataFrame,
    table: pd.DataFrame,
    allocation: Allocation,
    settings: Settings,
) -> gpd.GeoDataFrame:
    """The parks with their land, verdict counts, the year's figures and pooled ratios."""
    out = parks.copy()
    out["outline_mu"] = ellipsoidal_area(out.geometry) / MU_M2
    grouped = parcels.groupby("park_id")
    out["parcels"] = out["park_id"].map(grouped.size()).fillna(0).astype("int64")
    out["parcel_mu"] = out["park_id"].map(grouped["area_mu"].sum())
    count = parcels.groupby(["park_id", "compliance"]).size().unstack(fill_value=0)
    for verdict in ("pass", "fail", "no_data", "exempt", "conflict"):
        of_park = out["park_id"].map(count[verdict]) if verdict in count else 0.0
        out[f"parcels_{verdict}"] = pd.Series(of_park, index=out.index).fillna(0).astype("int64")
    out = out.merge(_subject(table, "park", settings), on="park_id", how="left")
    where = map_text(allocation.rows["parcel_id"], parcels.set_index("parcel_id")["park_id"])
    return out.join(pooled_ratios(allocation, where, settings), on="park_id")


def pooled_ratios(allocation: Allocation, ids: Series, settings: Settings) -> pd.DataFrame:
    """Ratios that do not divide by land, over many enterprises: sum ÷ sum, indexed by subject id.

    Only allocation rows of the year that report every input of a ratio count in it, so that no
    revenue is divided by another's workers. `ids` is aligned with the allocation's rows.
    """
    now = allocation.rows["year"] == settings.year
    rows, ids_now = allocation.rows[now], ids[now]
    out = {}
    for name, indicator in settings.catalogue.items():
        inputs = sorted(names(indicator.numerator) | names(indicator.denominator))
        if set(inputs) <= set(allocation.measures):
            complete = rows[inputs].where(rows[inputs].notna().all(axis=1)).astype(float)
            sums = complete.groupby(ids_now).sum(min_count=1)
            out[name] = ratios(sums, {name: indicator})[name]
    return pd.DataFrame(out)
