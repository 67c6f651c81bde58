"""Differences between recorded and drawn area, by kind: `python tests/bellingham_areas.py RUN`.

RUN is a project folder of the Bellingham data after `mujun run`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

ACRE = 4046.8564224


def kinds(folder: Path) -> pd.Series[int]:
    """How many parcels differ by more than 5 %, by the kind of difference."""
    parcels = gpd.read_parquet(folder / "outputs/tables/parcels.parquet")
    records = pd.read_csv(folder / "assess.csv", dtype="str")
    lots = records.assign(lot=pd.to_numeric(records["LOT_SIZE"])).groupby("LOC_ID")["lot"]
    own = parcels.join(
        pd.DataFrame({"first": lots.first(), "sum": lots.sum(), "n": lots.size()}), on="parcel_id"
    )
    drawn = own["area_ellipsoid_m2"] / ACRE
    near = (own["first"] / drawn - 1).abs() <= 0.05
    kind = np.select(
        [
            own["n"].isna(),
            own["first"].fillna(0) == 0,
            near,
            (own["n"] > 1) & ((own["sum"] / drawn - 1).abs() <= 0.05),
            own["n"] > 1,
            (own["first"] - drawn).abs() <= 0.005,
        ],
        [
            "no record",
            "lot size blank or zero",
            "within 5 %",
            "several records that add up",
            "several records, other",
            "rounding to 0.01 acre",
        ],
        "recorded lot and drawn lot differ",
    )
    return pd.Series(kind).value_counts()


def main() -> None:
    folder = Path(sys.argv[1])
    parcels = gpd.read_parquet(folder / "outputs/tables/parcels.parquet")
    apart = (parcels["area_ellipsoid_m2"] / parcels["SHAPE_Area"] - 1).abs()
    print(f"against SHAPE_Area: at most {apart.max():.3%}, median {apart.median():.4%}")
    print(kinds(folder).to_string())


if __name__ == "__main__":
    main()
