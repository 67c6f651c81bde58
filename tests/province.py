"""A synthetic province as a project: parcels in parks with roads between, control lines, money.

Each park is 25 blocks of 10 parcels that share their lines, 8 vertices a parcel; one parcel in 500
(four at least) is drawn metres over its neighbours, one in 1,000 (three at least) crosses itself.
One enterprise in 200 (four at least) has land in two parks. The twelve packs of `PACKS` apply everywhere.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

GK = "EPSG:4544"
PACKS = (
    "anqing-2019",
    "liaocheng-hitech-2013",
    "longchang-neirong-2022",
    "national-2004-trial",
    "national-2023",
    "sichuan-2024",
    "taizhou-2024-107",
    "tieshangang-2023GC07007",
    "wenling-2024-zheng3",
    "wenzhou-lucheng-2018",
    "xiaogan-2013",
    "yaan-2021-draft",
)
"""Always the same, so that what a run takes can be set beside what one took before."""
CORNER = np.array([200_000.0, 2_950_000.0])
"""South-west of the land, m."""
SIDE = 600_000.0
"""Of the province, m; more than 1,000,000 parcels lie in a wider land, as densely."""
BLOCKS, ACROSS, UP = 25, 5, 2
OF_PARK = BLOCKS * ACROSS * UP
CELL, ROAD = np.array([80.0, 120.0]), 14.0
_AROUND = np.array([(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1)])


def parks_of(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Corner, turn and outline of each park, on a lattice over the province."""
    side = int(np.ceil(count**0.5))
    place = np.stack(np.unravel_index(np.arange(count), (side, side)), -1)
    corner = CORNER + place * (wide(count) / side)
    turn = rng.uniform(-0.4, 0.4, count)
    size = np.array([5.0, 5.0]) * (CELL * (ACROSS, UP) + ROAD)
    box = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * (size + ROAD) - ROAD
    return corner, turn, shapely.polygons(_turned(np.tile(box, (count, 1, 1)), corner, turn))


def wide(parks: int) -> float:
    """Side of the land of so many parks, m."""
    return SIDE * max(1.0, (parks * OF_PARK / 1e6) ** 0.5)


def _turned(points: np.ndarray, corner: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Points of each park, turned and brought to its corner; (parks, …, 2)."""
    extra = (1,) * (points.ndim - 2)
    cos, sin = (f(turn).reshape(-1, *extra) for f in (np.cos, np.sin))
    x, y = points[..., 0], points[..., 1]
    place = corner.reshape(-1, *extra, 2)
    return np.stack([x * cos - y * sin, x * sin + y * cos], -1) + place


def parcels_of(corner: np.ndarray, turn: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Outlines, park by park."""
    parks = len(corner)
    at = np.stack(np.meshgrid(np.arange(2 * ACROSS + 1), np.arange(2 * UP + 1), indexing="ij"), -1)
    lattice = at * CELL / 2 + rng.uniform(-3, 3, (parks, BLOCKS, *at.shape))
    block = np.stack(np.unravel_index(np.arange(BLOCKS), (5, 5)), -1)
    lattice += (block * (CELL * (ACROSS, UP) + ROAD))[:, None, None, :]
    cell = np.stack(np.meshgrid(np.arange(ACROSS), np.arange(UP), indexing="ij"), -1).reshape(-1, 2)
    ring = cell[:, None, :] * 2 + _AROUND
    points = lattice[:, :, ring[..., 0], ring[..., 1], :].reshape(parks, OF_PARK, 8, 2)
    points = _turned(points, corner, turn).reshape(-1, 8, 2)
    count = len(points)
    points[rng.choice(count, max(count // 500, 4), replace=False)] += (4.0, 2.5)
    bad = rng.choice(count, max(count // 1000, 3), replace=False)
    points[bad[:, None], np.array([2, 3])] = points[bad[:, None], np.array([3, 2])]
    return shapely.polygons(points)


def zones_of(
    count: int, vertices: int, radius: float, side: float, rng: np.random.Generator
) -> np.ndarray:
    """Wavy polygons that are far from convex."""
    angle = np.linspace(0, 2 * np.pi, vertices + 1)[:-1]
    waves = np.array([2, 3, 5, 9, 17, 33, 65][: max(vertices // 8, 2)])
    size = rng.normal(0, 0.25, (count, len(waves), 1)) / waves[:, None]
    phase = rng.uniform(0, 6.28, (count, len(waves), 1))
    wave = (size * np.cos(waves[:, None] * angle + phase)).sum(axis=1)
    reach = radius * rng.lognormal(0, 0.4, (count, 1)) * np.maximum(0.2, 1 + wave)
    middle = CORNER + rng.uniform(0, side, (count, 2))
    shapes = shapely.polygons(
        middle[:, None] + np.stack([reach * np.cos(angle), reach * np.sin(angle)], -1)
    )
    return shapes[shapely.is_valid(shapes)]


def make(folder: Path, n: int, crs: str = GK, packs: tuple[str, ...] = PACKS) -> Path:
    """Write a project of about `n` parcels (whole parks); its folder."""
    rng = np.random.default_rng(7)
    folder.mkdir(parents=True, exist_ok=True)
    corner, turn, outlines = parks_of(max(n // OF_PARK, 1), rng)
    park = np.array([f"K{i:06d}" for i in range(len(corner))])
    layers = {
        "parks": gpd.GeoDataFrame(
            {
                "park_id": park,
                "name": np.char.add("园区", park),
                "level": np.where(np.arange(len(park)) % 3, "市管省级", "国家级"),
                "leading_industries": "30;35",
                "listed_year": 2021,
            },
            geometry=outlines,
            crs=GK,
        )
    }
    layers["parcels"] = _parcels(parcels_of(corner, turn, rng), park, rng)
    layers["zones"] = _zones(outlines, len(park), rng)
    for name, frame in layers.items():
        frame.to_crs(crs).to_parquet(
            folder / f"{name}.parquet",
            compression="zstd",
            schema_version="1.1.0",
            write_covering_bbox=True,
        )
    for name, table in _money(layers["parcels"], rng).items():
        table.to_parquet(folder / f"{name}.parquet", compression="zstd")
    (folder / "mujun.toml").write_text(_project(packs, _place(len(corner))), encoding="utf-8")
    return folder


def _parcels(shapes: np.ndarray, park: np.ndarray, rng: np.random.Generator) -> gpd.GeoDataFrame:
    n = len(shapes)
    area = np.abs(shapely.area(shapes))
    return gpd.GeoDataFrame(
        {
            "parcel_id": [f"P{i:08d}" for i in range(n)],
            "park_id": np.repeat(park, OF_PARK),
            "land_use": rng.choice(
                ["100101", "100102", "0901", "1207"], n, p=[0.7, 0.2, 0.05, 0.05]
            ),
            "contract_area_m2": np.round(area * rng.normal(1, 0.01, n), 2),
            "floor_area_m2": np.round(area * rng.uniform(0.4, 2.0, n), 1),
            "footprint_area_m2": np.round(area * rng.uniform(0.2, 0.7, n), 1),
            "green_area_m2": np.round(area * rng.uniform(0.05, 0.25, n), 1),
            "supply_status": rng.choice(["已供", "批而未供"], n, p=[0.95, 0.05]),
            "supplied_on": np.datetime64("2019-01-01") + rng.integers(0, 2200, n),
        },
        geometry=shapes,
        crs=GK,
    )


def _zones(outlines: np.ndarray, parks: int, rng: np.random.Generator) -> gpd.GeoDataFrame:
    side = wide(parks)
    eco = zones_of(max(parks // 4, 1), 4_000, 5_000, side, rng)
    farm = zones_of(parks * 5, 53, 450, side, rng)
    town = shapely.segmentize(shapely.buffer(outlines, rng.uniform(-60, 300, parks)), 120)
    kind = np.repeat(["生态保护红线", "永久基本农田", "城镇开发边界"], [len(eco), len(farm), parks])
    return gpd.GeoDataFrame(
        {"zone_id": [f"Z{i}" for i in range(len(kind))], "kind": kind},
        geometry=np.concatenate([eco, farm, town]),
        crs=GK,
    )


def _money(parcels: gpd.GeoDataFrame, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    n = len(parcels)
    who = np.arange(n) // 2
    far = rng.choice(n, max(n // 400, 4), replace=False)
    who[far] = rng.integers(0, who[-1] + 1, len(far))
    firms = np.unique(who)
    ids = np.array([f"E{i:08d}" for i in range(who.max() + 1)])
    enterprises = pd.DataFrame(
        {
            "enterprise_id": ids[firms],
            "name": np.char.add("企业", ids[firms]),
            "industry_code": rng.choice(["3054", "3484", "1353", "2614", "3990"], len(firms)),
            "above_scale": rng.random(len(firms)) < 0.8,
            "high_tech": rng.random(len(firms)) < 0.3,
        }
    )
    occupancy = pd.DataFrame(
        {
            "enterprise_id": ids[who],
            "parcel_id": parcels["parcel_id"],
            "area_m2": np.round(parcels.area.abs(), 2),
            "tenure": "owned",
        }
    )
    years = []
    for year in (2021, 2023):
        table = pd.DataFrame({"enterprise_id": ids[firms], "year": year})
        for name, middle in (
            ("revenue", 8.5),
            ("output_value", 8.6),
            ("value_added", 7.0),
            ("tax", 5.8),
            ("fixed_investment", 8.0),
            ("rd_expense", 4.5),
            ("energy_tce", 5.0),
            ("employees", 4.5),
        ):
            table[name] = rng.lognormal(middle, 1, len(firms)).round(2)
        years.append(table)
    return {
        "enterprises": enterprises,
        "occupancy": occupancy,
        "indicators": pd.concat(years, ignore_index=True),
    }


def _place(parks: int) -> str:
    """Where a land lies that is wider than a province: its parks are far from each other."""
    side = wide(parks)
    if side == SIDE:
        return ""
    middle = gpd.GeoSeries.from_xy([CORNER[0] + side / 2], [CORNER[1] + side / 2], crs=GK)
    (lon,), (lat,) = (middle.to_crs(4326).x, middle.to_crs(4326).y)
    return f"place = {{ lon = {lon:.3f}, lat = {lat:.3f}, radius_km = {side / 1000:.0f} }}\n"


def _project(packs: tuple[str, ...], place: str) -> str:
    listed = ", ".join(f'"{name}"' for name in packs)
    places = "\n".join(f'[project.applies."{name}"]\nparks = []' for name in packs)
    layers = "\n".join(
        f'[layers.{name}]\npath = "{name}.parquet"' for name in ("parks", "parcels", "zones")
    )
    tables = "\n".join(
        f'[tables.{name}]\npath = "{name}.parquet"'
        for name in ("enterprises", "occupancy", "indicators")
    )
    return f"""[project]
title = "合成省域（基准测试）"
year = 2023
{place}compare_to = 2021
standards = [{listed}]
evaluation = "sichuan-2020"
synthetic = "合成数据：仅供基准测试"
{places}
{layers}
{tables}
"""
