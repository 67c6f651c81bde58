"""Small random projects with inexact geometry, and ledgers with everything that ledgers have.

Corners of neighbours are off by rounding or centimetres; some claims exceed the parcel; enterprises
have no land, no report, no area, shares that leave a rest, parcels that no layer knows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

CRS = "EPSG:4544"
EAST, NORTH = 528_000.0, 3_246_000.0
YEARS = (2021, 2022, 2023)
CODES = ("3054", "3071", "3484", "1353", "4620", "3099")
PARCELS, FIRMS = 18, 22

TOML = """
[project]
title = "独立复算"
year = 2023
compare_to = 2021
lang = "en"
standards = ["longchang-neirong-2022"]
evaluation = "{method}"
plan = "sichuan-5plus1-2021"
denominator = "occupied"
uncertainty = 0.0
place = {{ lon = 105.29, lat = 29.34, radius_km = 30 }}
{weights}
[layers.parks]
path = "parks.gpkg"
[layers.parcels]
path = "parcels.gpkg"
[layers.zones]
path = "zones.gpkg"
[layers.facilities]
path = "facilities.gpkg"
[layers.roads]
path = "roads.gpkg"
[tables.enterprises]
path = "enterprises.csv"
[tables.occupancy]
path = "occupancy.csv"
[tables.indicators]
path = "indicators.csv"
[tables.platforms]
path = "platforms.csv"
"""
WEIGHTS = """[project.weights]
tax_per_mu = 30
revenue_per_mu = 20
technical_upgrade_per_mu = 10
labour_productivity = 10
revenue_per_emission = 10
rd_intensity = 10
revenue_per_tce = 10
"""


def make(folder: Path, seed: int, method: str) -> Path:
    """Write a project; its folder."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    parcels = parcels_of(rng)
    layers = {
        "parks": parks_of(),
        "parcels": parcels,
        "zones": zones_of(rng),
        "facilities": facilities_of(rng),
        "roads": roads_of(rng),
    }
    for name, layer in layers.items():
        layer.to_file(folder / f"{name}.gpkg")
    for name, table in ledger(parcels, rng).items():
        table.to_csv(folder / f"{name}.csv", index=False)
    (folder / "mujun.toml").write_text(
        TOML.format(method=method, weights=WEIGHTS if method == "jingde-2022" else ""),
        encoding="utf-8",
    )
    return folder


def parks_of() -> gpd.GeoDataFrame:
    """Two parks of three by three lots each, 60 m apart."""
    return gpd.GeoDataFrame(
        {
            "park_id": ["P1", "P2"],
            "name": ["甲园", "乙园"],
            "leading_industries": ["305;307", "34"],
        },
        geometry=[
            shapely.box(EAST + x, NORTH - 20, EAST + x + 340, NORTH + 320) for x in (-20, 380)
        ],
        crs=CRS,
    )


def parcels_of(rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Lots of about a hectare; each draws its corners anew, off by 1e-9 m to 2 cm."""
    lattice = rng.uniform(-4, 4, (8, 4, 2))
    shapes, park = [], []
    for lot in range(PARCELS):
        side, column, row = lot // 9, lot % 9 // 3, lot % 3
        at = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
        off = rng.choice([0.0, 1e-9, 1e-4, 0.01]) * rng.uniform(-2, 2, (4, 2))
        ring = [
            np.array([EAST + 400 * side + 100 * c, NORTH + 100 * r]) + lattice[4 * side + c, r]
            for c, r in at
        ] + off
        shapes.append(shapely.Polygon(ring))
        park.append(f"P{side + 1}")
    n = len(shapes)
    pick = rng.choice
    day = pd.Series(
        pd.Timestamp(2023, 12, 31)
        - pd.to_timedelta(pick([100, 364, 365, 366, 700, 1200], n), unit="D")
    )
    return gpd.GeoDataFrame(
        {
            "parcel_id": [f"L{i:02d}" for i in range(n)],
            "park_id": park,
            "land_use": pick(["100101", "100102", "1101", "0901", "100101+0901"], n),
            "supply_status": pick(
                ["已建成", "在建", "已供未动工", "可供", None], n, p=[0.4, 0.2, 0.15, 0.15, 0.1]
            ),
            "supplied_on": pick(["2023-02-01", "2021-05-01"], n),
            "start_due_on": day.dt.strftime("%Y-%m-%d"),
            "started_on": np.where(rng.random(n) < 0.6, "2022-11-01", None),
            "stopped_on": np.where(rng.random(n) < 0.3, day.dt.strftime("%Y-%m-%d"), None),
            "developable_area_m2": 9000.0,
            "developed_area_m2": pick([0.0, 2900, 3000, 8000], n),
            "planned_investment": pick([1000.0, np.nan], n),
            "floor_area_m2": pick([4000.0, 9000, np.nan], n),
            "building_base_m2": 3000.0,
        },
        geometry=shapes,
        crs=CRS,
    )


def ledger(parcels: gpd.GeoDataFrame, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """The tables of enterprises."""
    firms = [f"E{i:02d}" for i in range(FIRMS)]
    pick = rng.choice
    known = pd.DataFrame(
        {
            "enterprise_id": firms,
            "name": [f"企业{f}" for f in firms],
            "industry_code": pick([*CODES, None], FIRMS),
            "above_scale": pick(["是", "是", "否"], FIRMS),
            "high_tech": pick(["是", "否", None], FIRMS),
        }
    )
    return {
        "enterprises": known,
        "occupancy": occupancy(firms, list(parcels["parcel_id"]), rng),
        "indicators": indicators(firms, rng),
        "platforms": pd.DataFrame(
            {
                "park_id": ["P1", "P1", "P2"],
                "name": ["a", "b", "c"],
                "level": ["省级", "市级", "市级"],
                "year": [2022, 2020, 2020],
            }
        ),
    }


def occupancy(firms: list[str], lots: list[str], rng: np.random.Generator) -> pd.DataFrame:
    """What each holds: nothing, a parcel, several; by area, share, or nothing said."""
    out: list[dict[str, Any]] = []
    for firm in firms:
        kind = rng.choice(
            ["none", "one", "area", "share", "blank", "strange", "dated"],
            p=[0.12, 0.3, 0.25, 0.1, 0.08, 0.07, 0.08],
        )
        count = {"none": 0, "one": 1}.get(kind, 2)
        tenure = str(rng.choice(["owned", "owned", "leased"]))
        for at, lot in enumerate(rng.choice(lots, count, replace=False)):
            row = {
                "enterprise_id": firm,
                "parcel_id": lot,
                "tenure": tenure,
                "area_m2": round(float(rng.choice([2500, 6000, 9990, 14000])), 2),
            }
            if kind == "share":
                row |= {"area_m2": None, "share": [0.5, 0.3][at]}
            if kind == "blank" or (kind == "one" and rng.random() < 0.3):
                row["area_m2"] = None
            if kind == "strange" and at == 1:
                row["parcel_id"] = "nowhere"
            if kind == "dated" and at == 1:
                row["year"] = 2023
            out.append(row)
    return pd.DataFrame(
        out, columns=["enterprise_id", "parcel_id", "area_m2", "share", "tenure", "year"]
    ).astype({"year": "Int64"})


def indicators(firms: list[str], rng: np.random.Generator) -> pd.DataFrame:
    """Reports of three years, with blanks; some firms are silent in some years."""
    out = []
    for firm in firms:
        for year in YEARS:
            if rng.random() < 0.08:
                continue
            size = rng.lognormal(7, 0.8)
            row = {
                "revenue": size,
                "value_added": size * 0.3,
                "tax": size * rng.uniform(0, 0.06),
                "fixed_investment": size * 0.5,
                "rd_expense": size * rng.uniform(0, 0.04),
                "technical_upgrade": size * 0.1,
                "energy_tce": size * 0.2,
                "emission_eq": size * 0.0003,
                "electricity": size * 0.1,
                "employees": size * 0.01,
            }
            kept = {k: round(v, 4) if rng.random() > 0.06 else None for k, v in row.items()}
            out.append({"enterprise_id": firm, "year": year} | kept)
    return pd.DataFrame(out)


def zones_of(rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Farmland in strips of 0.6 m side by side, an ecology line over corners, a growth boundary."""
    x, y = EAST + rng.uniform(20, 60), NORTH + rng.uniform(20, 200)
    strips = [
        shapely.box(x + 0.6 * k + rng.choice([0, 1e-9]), y, x + 0.6 * (k + 1), y + 90)
        for k in range(2)
    ]
    other = shapely.Point(EAST + 400, NORTH + 150).buffer(float(rng.uniform(30, 90)))
    growth = shapely.box(EAST - 50, NORTH - 50, EAST + 700, NORTH + 400)
    return gpd.GeoDataFrame(
        {
            "zone_id": ["F1", "F2", "R1", "G1"],
            "kind": ["永久基本农田", "永久基本农田", "生态保护红线", "城镇开发边界"],
        },
        geometry=[*strips, other, growth],
        crs=CRS,
    )


def facilities_of(rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Points of the plan's kinds about the parks."""
    words = ["学校", "医院", "文化", "商业", "变电站", "消防站"]
    at = rng.uniform((-100, -100), (820, 420), (len(words), 2)) + np.array([EAST, NORTH])
    return gpd.GeoDataFrame(
        {"facility_id": [f"S{i}" for i in range(len(words))], "category": words, "status": "已建"},
        geometry=shapely.points(at),
        crs=CRS,
    )


def roads_of(rng: np.random.Generator) -> gpd.GeoDataFrame:
    """A grid of streets between the lots; ends off by rounding or centimetres, one drawn twice."""
    lines = []
    for k in range(8):
        x = EAST - 10 + 110 * k
        lines.append([(x, NORTH - 60), (x, NORTH + 350)])
    for k in range(4):
        for at in range(7):
            x = EAST - 10 + 110 * at
            off = rng.choice([0.0, 2e-10, 0.03]) * rng.uniform(-1, 1, (2, 2))
            y = NORTH - 10 + 110 * k
            lines.append(np.array([(x, y), (x + 110, y)]) + off)
    lines.append([(EAST - 10, NORTH - 60), (EAST - 10, NORTH + 350)])
    return gpd.GeoDataFrame(
        {"road_id": [f"R{i}" for i in range(len(lines))]},
        geometry=[shapely.LineString(line) for line in lines],
        crs=CRS,
    )
