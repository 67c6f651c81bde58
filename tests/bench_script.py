"""The whole assessment as a script: what a good user of GeoPandas writes without mujun.

sjoin, overlay, groupby, merge; a geodesic area a row; each pack's table typed in (read from the
same files) and compared rule by rule; scores and shares for grades; Parquet, Excel and GeoPackage
written by their one-line calls. No trace of clauses, no reasons, no ways to pass, no findings.
"""

from __future__ import annotations

import json
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj

from geo.model import INDICATORS
from tests.province import PACKS

YEAR, MU_M2, BAND_M = 2023, 2000 / 3, 0.1
SHELF = Path(__file__).parents[1] / "geo" / "standards" / "packs"
SCORES = {
    "revenue_per_mu": (20, 427.4),
    "tax_per_mu": (20, 14.3),
    "revenue_per_employee": (20, 144.4),
    "revenue_per_tce": (5, 4.9),
    "rd_intensity": (5, 1.5),
}
OPERATORS = {">=": np.greater_equal, ">": np.greater, "<=": np.less_equal, "<": np.less}


def script(folder: Path, out: Path) -> dict[str, Any]:
    """Files in, files out; the numbers that mujun has to agree with."""
    out.mkdir(exist_ok=True)
    parks, parcels, zones = (
        gpd.read_parquet(folder / f"{n}.parquet") for n in ("parks", "parcels", "zones")
    )
    firms, occupancy, indicators = (
        pd.read_parquet(folder / f"{n}.parquet") for n in ("enterprises", "occupancy", "indicators")
    )
    bad = ~parcels.is_valid
    parcels.loc[bad, "geometry"] = parcels.loc[bad, "geometry"].make_valid()
    geod = pyproj.Geod(ellps="GRS80")
    parcels["area_m2"] = parcels.geometry.to_crs(4490).apply(  # rows-ok: what users write
        lambda shape: abs(geod.geometry_area_perimeter(shape)[0])
    )
    parcels["area_mu"] = parcels["area_m2"] / MU_M2
    pairs = overlaps(parcels)
    inside = gpd.overlay(
        parcels[["parcel_id", "geometry"]], zones, how="intersection", keep_geom_type=True
    )
    inside["overlap_m2"] = inside.area
    rows = allocated(occupancy, indicators)
    now = rows[rows["year"] == YEAR]
    measures = [c for c in indicators if c not in ("enterprise_id", "year")]
    parcels = with_ratios(
        parcels.merge(now.groupby("parcel_id")[measures].sum(), on="parcel_id", how="left")
    )
    first = now.sort_values("area_m2", ascending=False).drop_duplicates("parcel_id")
    parcels = parcels.merge(
        first[["parcel_id", "enterprise_id"]].merge(firms, on="enterprise_id"),
        on="parcel_id",
        how="left",
    )
    parcels = parcels.merge(
        parks[["park_id", "name", "level"]]
        .add_prefix("park_")
        .rename(columns={"park_park_id": "park_id"}),
        on="park_id",
        how="left",
    )
    land = now.groupby("enterprise_id")["area_m2"].sum().rename("area_m2").reset_index()
    firms = with_ratios(
        firms.merge(indicators[indicators["year"] == YEAR], on="enterprise_id")
        .merge(land, on="enterprise_id", how="left")
        .assign(area_mu=lambda f: f["area_m2"] / MU_M2)
    )
    verdicts = pd.concat([judged(parcels, firms, pack) for pack in PACKS], ignore_index=True)
    firms = graded(firms)
    by_park = parcels.groupby("park_id")[["area_mu", *measures]].sum().reset_index()
    for name, table in (
        ("parcels", parcels),
        ("zones", inside),
        ("overlaps", pairs),
        ("allocation", rows),
        ("verdicts", verdicts),
        ("enterprises", firms),
    ):
        table.to_parquet(out / f"{name}.parquet", compression="zstd")
    parks.merge(by_park, on="park_id").to_file(out / "parks.gpkg", layer="parks")
    by_park.to_excel(out / "parks.xlsx", index=False)
    told = verdicts.groupby("rule_id")["met"].agg(["sum", "count"])
    return {
        "area": parcels["area_m2"].sum(),
        "tax": now["tax"].sum(),
        "overlaps": len(pairs),
        "zones": inside.groupby("kind")["overlap_m2"].sum().to_dict(),
        "grades": firms["grade"].value_counts().to_dict(),
        "verdicts": {
            str(k): [int(v) for v in row]
            for k, row in zip(told.index, told.to_numpy(), strict=True)
        },
    }


def overlaps(parcels: gpd.GeoDataFrame) -> pd.DataFrame:
    """Pairs of parcels that share land 10 cm wide somewhere, and how much."""
    pairs = shared_land(parcels[["parcel_id", "geometry"]])
    wide = (pairs.area > 0) & ~pairs.buffer(-BAND_M / 2).is_empty
    return pd.DataFrame(pairs.drop(columns="geometry")).assign(land=pairs.area)[wide]


def shared_land(parcels: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Pairs of parcels that meet, with what they share, be it a line."""
    pairs = gpd.sjoin(parcels, parcels, predicate="intersects")
    pairs = pairs[pairs["parcel_id_left"] < pairs["parcel_id_right"]]
    other = parcels.geometry.loc[pairs["index_right"]].set_axis(pairs.index)
    return pairs.set_geometry(pairs.geometry.intersection(other, align=False))


def allocated(occupancy: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Each enterprise's year by the land it occupies."""
    share = occupancy["area_m2"] / occupancy.groupby("enterprise_id")["area_m2"].transform("sum")
    rows = occupancy.assign(share=share).merge(indicators, on="enterprise_id")
    for name in [c for c in indicators if c not in ("enterprise_id", "year")]:
        rows[name] = rows[name] * rows["share"]
    return rows


def with_ratios(frame: Any) -> Any:
    """Every indicator whose columns are there."""
    for name, ratio in INDICATORS.items():
        if {ratio.numerator, ratio.denominator} <= set(frame):
            frame[name] = frame[ratio.numerator] / frame[ratio.denominator] * ratio.scale
    return frame


def judged(parcels: Any, firms: pd.DataFrame, name: str) -> pd.DataFrame:
    """Every rule of a pack on every parcel or enterprise: value, threshold, met or not."""
    pack = tomllib.loads((SHELF / f"{name}.toml").read_text(encoding="utf-8"))
    of_parcels = pack["pack"].get("subject", "parcel") == "parcel"
    subjects = parcels if of_parcels else firms
    by = pack["pack"].get("rows_by", "industry")
    key = subjects["industry_code"] if by == "industry" else subjects[by]
    codes = subjects["industry_code"]
    both = pd.Series(list(zip(codes, key, strict=True)), index=subjects.index)
    row = both.map({pair: _row(pack["rows"], by, *pair) for pair in both.unique()})
    counts = pd.Series(True, index=subjects.index)
    if of_parcels:
        counts &= subjects["supplied_on"] >= pd.Timestamp(pack["pack"]["in_force_from"])
        if "in_force_to" in pack["pack"]:
            counts &= subjects["supplied_on"] <= pd.Timestamp(pack["pack"]["in_force_to"])
        if pack.get("scope", {}).get("industrial_land_only"):
            counts &= subjects["land_use"].str.startswith("1001")
    parts = []
    for column, rule in pack["columns"].items():
        if rule["operator"] == "attested" or rule["indicator"] not in subjects:
            continue
        cells = [r["cells"][column] for r in pack["rows"]]
        over, places = rule.get("divide_by", 1), rule.get("decimals", 2)
        low, high = ([_limit(c, end) / over for c in cells] for end in ("min", "max"))
        value = np.floor(subjects[rule["indicator"]] * 10**places + 0.5 + 1e-9) / 10**places
        least, most = (row.map(dict(enumerate(limits))) for limits in (low, high))
        if over != 1:
            least, most = (
                np.floor(x * 10**places + 0.5 + 1e-9) / 10**places for x in (least, most)
            )
        met = OPERATORS[rule["operator"]](value, least).astype(float)
        ranged = most.notna()
        met = met.mask(ranged, ((value >= least.fillna(-np.inf)) & (value <= most)).astype(float))
        known = value.notna() & (least.notna() | ranged) & counts
        parts.append(
            pd.DataFrame(
                {
                    "rule_id": f"{name}/{column}",
                    "value": value,
                    "threshold": least,
                    "subject_id": subjects["parcel_id" if of_parcels else "enterprise_id"],
                    "met": met.where(known),
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _row(rows: list[dict[str, Any]], by: str, code: str, name: str) -> float:
    """The table's row for an industry code, or for a park's level or name."""
    if by == "industry":
        found = [
            (len(c), -i)
            for i, r in enumerate(rows)
            for c in r.get("codes", [])
            if c != "*" and code.startswith(c)
        ]
        if found:
            return -max(found)[1]
    else:
        named = [
            (bool(r.get("codes")), -i)
            for i, r in enumerate(rows)
            if any(n in name for n in r.get("names", []))
            and (not r.get("codes") or any(code.startswith(c) for c in r["codes"]))
        ]
        if named:
            return -max(named)[1]
    rest = [i for i, r in enumerate(rows) if "*" in r.get("codes", [])]
    return rest[0] if rest else np.nan


def _limit(cell: Any, end: str) -> float:
    if isinstance(cell, dict):
        return float(cell.get(end, np.nan))
    return float(cell) if isinstance(cell, int | float) and end == "min" else np.nan


def graded(firms: pd.DataFrame) -> pd.DataFrame:
    """Scores of above-scale enterprises, A to 30 %, B to 90 %, ties to the worse."""
    own = firms[firms["above_scale"]].copy()
    own["score"] = (
        sum(own[name] / baseline * weight for name, (weight, baseline) in SCORES.items()) * 100
        + 0.5
        + 1e-9
    )
    own["score"] = np.floor(own["score"]) / 100
    rank, of = own["score"].rank(ascending=False, method="max"), own["score"].notna().sum()
    own["grade"] = np.select(
        [rank <= np.floor(0.3 * of + 1e-9), rank <= np.floor(0.9 * of + 1e-9)], ["A", "B"], "C"
    )
    return own


if __name__ == "__main__":
    start = time.perf_counter()
    found = script(Path(sys.argv[1]), Path(sys.argv[2]))
    print(json.dumps({"seconds": time.perf_counter() - start, **found}))
