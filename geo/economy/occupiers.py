"""Who sits on which parcel; enterprises without land and land without an enterprise."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo import findings
from geo.economy.allocate import REASONS, Allocation
from geo.errors import Text
from geo.geometry.keys import isin_text


def with_occupiers(
    parcels: Any, allocation: Allocation, enterprises: pd.DataFrame | None, year: int
) -> Any:
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
    return out.assign(enterprises=out["parcel_id"].map(count).fillna(0).astype("int64"))


_MENDS = {
    "no_land": Text("在用地表中补全该企业", "complete the enterprise in the occupancy table"),
    "no_area": Text(
        "在用地表中填写其各宗地的占用面积或占比",
        "give the area or the share of each of its parcels in the occupancy table",
    ),
    "parcel_unknown": Text(
        "改正用地表中的宗地编号（一行一宗），或补上该宗地",
        "correct the parcel's id in the occupancy table (a row a parcel), or add the parcel",
    ),
    "share_rest": Text(
        "在用地表中补全该企业其余的占比", "complete the enterprise's shares in the occupancy table"
    ),
}


def _unallocated(
    rows: pd.DataFrame, mask: Any, reason: str, text: Text, mend: Text
) -> pd.DataFrame:
    return findings.about_rows(
        rows.assign(source_row=None),
        mask,
        layer="enterprises",
        key="enterprise_id",
        code=reason,
        severity="warning",
        mend=mend,
        message=Text(f"{text.zh}：金额列为未分配", f"{text.en}: its money is not allocated"),
    )


def unmatched(allocation: Allocation, usable: dict[str, Any], year: int) -> pd.DataFrame:
    """Findings: money of the year that is on no parcel, industrial land without an enterprise."""
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
            Text(
                f"用地表中该企业没有 {year} 年的用地，只有别的年份",
                f"the occupancy table has land of the enterprise in other years, none in {year}",
            ),
            Text(
                f"补上 {year} 年的用地；各年相同的，年份留空",
                f"add its land of {year}, or leave the year blank where it holds for every year",
            ),
        )
    ]
    parts += [
        _unallocated(rows, (rows["reason"] == reason) & ~other_year, reason, text, _MENDS[reason])
        for reason, text in REASONS.items()
    ]
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
                message=Text(
                    "工业用地上没有企业记录", "industrial land with no enterprise on record"
                ),
                mend=Text(
                    "在用地表中登记企业，或核实是否闲置",
                    "record its enterprise, or check whether it lies idle",
                ),
                severity="info",
            )
        )
    return findings.gather_findings(parts)
