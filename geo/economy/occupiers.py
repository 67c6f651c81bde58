"""Who sits on which parcel; enterprises without land and land without an enterprise."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Frames, Mask, Series
from geo.economy.allocate import REASONS, Allocation
from geo.geometry.keys import isin_text, map_text, rows_where
from geo.text import Message, Wording


def with_occupiers(
    parcels: gpd.GeoDataFrame, allocation: Allocation, enterprises: pd.DataFrame | None, year: int
) -> gpd.GeoDataFrame:
    """The parcels with their number of enterprises, and name and industry of the largest.

    Largest by occupied area; equal areas go by enterprise id.
    """
    rows = allocation.rows[allocation.rows["year"] == year].dropna(subset=["parcel_id"])
    if enterprises is None or rows.empty:
        return parcels.assign(enterprises=0)
    keep = [c for c in ("name", "industry_code", "industry_name") if c in enterprises]
    rows = rows[["parcel_id", "enterprise_id", "area_m2"]].merge(
        enterprises[["enterprise_id", *keep]].rename(columns={"name": "main_enterprise"}),
        on="enterprise_id",
        how="left",
    )
    rows = rows.sort_values(["area_m2", "enterprise_id"], ascending=[False, True])
    main = rows.drop_duplicates("parcel_id").set_index("parcel_id").drop(columns="area_m2")
    main = main.rename(columns={"enterprise_id": "main_enterprise_id"})
    count = rows.groupby("parcel_id")["enterprise_id"].nunique()
    out = parcels.drop(columns=[c for c in main if c in parcels]).join(main, on="parcel_id")
    return out.assign(enterprises=map_text(out["parcel_id"], count).fillna(0).astype("int64"))


def tied_industries(
    parcels: pd.DataFrame, allocation: Allocation, enterprises: pd.DataFrame | None, year: int
) -> pd.DataFrame:
    """Findings: parcels whose largest occupiers hold as much each, and are of several industries.

    The first by id stands for the parcel, so that rules by industry hang on an id: E1 of glass and
    E2 of food with 5,000 m² each are judged as glass.
    """
    rows = allocation.rows
    rows = rows[(rows["year"] == year) & rows["parcel_id"].notna()]
    rows = rows[rows.duplicated("parcel_id", keep=False)]
    if enterprises is None or "industry_code" not in enterprises or rows.empty:
        return findings.no_findings()
    largest = rows.groupby("parcel_id")["area_m2"].transform("max")
    rows = rows[np.isclose(rows["area_m2"], largest, rtol=1e-9)]
    codes = enterprises.drop_duplicates("enterprise_id").set_index("enterprise_id")["industry_code"]
    several = map_text(rows["enterprise_id"], codes).fillna("").groupby(rows["parcel_id"]).nunique()
    return findings.about_rows(
        parcels,
        isin_text(parcels["parcel_id"], several.index[several > 1]),
        layer="parcels",
        key="parcel_id",
        code="main_industry_tied",
        severity="warning",
        value=parcels.get("main_enterprise_id"),
        message=Message("occupiers.main_industry_tied"),
        mend=Message("occupiers.give_areas"),
    )


_MENDS: dict[str, Wording] = {
    "no_land": Message("occupiers_mend.no_land"),
    "no_area": Message("occupiers_mend.no_area"),
    "parcel_unknown": Message("occupiers_mend.parcel_unknown"),
    "share_rest": Message("occupiers_mend.share_rest"),
}


def _unallocated(
    rows: pd.DataFrame, mask: Mask | Series, reason: str, text: Wording, mend: Wording
) -> pd.DataFrame:
    return findings.about_rows(
        rows.assign(source_row=None),
        mask,
        layer="enterprises",
        key="enterprise_id",
        code=reason,
        severity="warning",
        mend=mend,
        message=Message("occupiers.money_not_allocated", text=text),
    )


def _unreported(allocation: Allocation, usable: Frames, year: int) -> pd.DataFrame:
    """Findings: enterprises on land, of which no figure of the year is reported."""
    if "indicators" not in usable or not allocation.measures:
        return findings.no_findings()
    rows = allocation.rows
    mine = (rows["year"] == year) & (rows["method"] != "parcel_layer")
    rows = rows_where(rows, mine & ~allocation.place["before_production"])
    reported = rows[list(allocation.measures)].notna().any(axis=1)
    on_land = rows["parcel_id"].notna()
    without = on_land & ~isin_text(rows["enterprise_id"], rows.loc[reported, "enterprise_id"])
    return findings.about_rows(
        rows.assign(source_row=None),
        without & ~rows["enterprise_id"].where(without).duplicated(),
        layer="enterprises",
        key="enterprise_id",
        code="no_report",
        severity="warning",
        message=Message("occupiers.no_report", year=year),
        mend=Message("occupiers.report_its_figures", year=year),
    )


def unmatched(allocation: Allocation, usable: Frames, year: int) -> pd.DataFrame:
    """Findings: money of the year that is on no parcel, land without figures or enterprise."""
    rows = allocation.rows[(allocation.rows["year"] == year)]
    rows = rows[rows["reason"].notna()].drop_duplicates(["enterprise_id", "reason"])
    land = usable.get("occupancy")
    other_year = rows["reason"].eq("no_land") & (land is not None)
    if land is not None:
        other_year &= isin_text(rows["enterprise_id"], land["enterprise_id"])
    parts = [
        _unallocated(
            rows,
            other_year,
            "no_land",
            Message("occupiers.occupancy_table_land_enterprise_in", year=year),
            Message("occupiers.add_land_leave_year_blank", year=year),
        )
    ]
    parts += [
        _unallocated(rows, (rows["reason"] == reason) & ~other_year, reason, text, _MENDS[reason])
        for reason, text in REASONS.items()
    ]
    parts.append(_unreported(allocation, usable, year))
    parcels = usable["parcels"]
    if "occupancy" in usable and "land_use_industrial" in parcels:
        held = isin_text(parcels["parcel_id"], usable["occupancy"]["parcel_id"])
        empty = parcels["land_use_industrial"].fillna(False).astype(bool) & ~held
        parts.append(
            findings.about_rows(
                parcels,
                empty,
                layer="parcels",
                key="parcel_id",
                code="no_enterprise",
                message=Message("occupiers.industrial_land_with_no_enterprise"),
                mend=Message("occupiers.record_enterprise_check_whether_lies"),
                severity="info",
            )
        )
    return findings.gather_findings(parts)
