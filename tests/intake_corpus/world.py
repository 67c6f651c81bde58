"""An invented town: parks, parcels, firms with valid codes, and what they report."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

GK105 = "EPSG:4544"
"""CGCS2000 / 3-degree Gauss-Krüger, central meridian 105°E."""
MU = 2000 / 3

_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_TOWNS = ("隆昌", "内江", "四川", "成渝", "川南")
_FIRST = "恒泰华盛宏远金科瑞丰明达天宇正信德鑫"
_SECOND = "鹏川兴源龙成发和利隆阳安润杰通辉康"
_TRADES = (
    ("机械制造", "3411"),
    ("陶瓷", "3071"),
    ("食品", "1391"),
    ("玻璃制品", "3054"),
    ("包装材料", "2231"),
    ("汽车零部件", "3670"),
    ("电子", "3982"),
    ("新型建材", "3021"),
)


def credit_code(number: int, county: str = "511083") -> str:
    """A unified social credit code with its check character (GB 32100-2015)."""
    body = f"91{county}MA6{number:05d}X"
    total = sum(_DIGITS.index(c) * w for c, w in zip(body, _WEIGHTS, strict=True))
    return body + _DIGITS[(31 - total % 31) % 31]


def cadastral_code(number: int, county: str = "511083") -> str:
    """A parcel code of 19 characters: county, district, sub-district, GB, number."""
    return f"{county}{1 + number // 100:03d}{1 + number // 20 % 5:03d}GB{number:05d}"


@dataclass(frozen=True)
class Town:
    """What an office's folder is cut from.

    `parcels`: outline, code (19), plot, park, area in m², floor, base, green, office, use, dates.
    `firms`: code, name, industry, name of trade, person, phone, plot of their parcel.
    `reports`: one row a firm and year, money in 万元.
    """

    parks: gpd.GeoDataFrame
    parcels: gpd.GeoDataFrame
    firms: pd.DataFrame
    reports: pd.DataFrame

    def ledger(self, year: int) -> pd.DataFrame:
        """Firms with their parcel and what they report for a year, side by side."""
        one = self.reports[self.reports["year"] == year]
        land = self.parcels.drop(columns="geometry")
        return self.firms.merge(one, on="code").merge(land, on="plot")


def town(
    seed: int,
    count: int = 30,
    firms: int = 24,
    years: tuple[int, ...] = (2023,),
    corner: tuple[float, float] = (528_000.0, 3_246_000.0),
) -> Town:
    """Two parks of parcels in rows of five, a firm on each of the first parcels."""
    rng = np.random.default_rng(seed)
    parcels = _parcels(rng, count, corner)
    parks = parcels.dissolve("park").reset_index()[["park", "geometry"]]
    parks["geometry"] = [
        shapely.box(*g.bounds).buffer(15, join_style="mitre") for g in parks.geometry
    ]
    parks["name"] = ["城北工业园区", "城南经济开发区"]
    parks["level"] = ["省级", "县级"]
    parks["hectares"] = (parks.area / 1e4).round(2)
    names = _firms(rng, parcels["plot"].tolist()[:firms])
    return Town(parks, parcels, names, _reports(rng, names, years))


def _parcels(rng: np.random.Generator, count: int, corner: tuple[float, float]) -> gpd.GeoDataFrame:
    half = (count + 1) // 2
    shapes, rows = [], []
    for i in range(count):
        park, k = divmod(i, half)
        x = corner[0] + park * 2500 + 145.0 * (k % 5)
        y = corner[1] + 165.0 * (k // 5)
        wide, high = float(rng.integers(90, 136)), float(rng.integers(90, 151))
        shapes.append(shapely.box(x, y, x + wide, y + high))
        area = wide * high
        base = round(area * rng.uniform(0.35, 0.55), 1)
        rows.append(
            {
                "code": cadastral_code(i + 1),
                "plot": f"{'NS'[park]}-{k + 1:02d}",
                "park": f"YQ{park + 1:02d}",
                "park_name": ("城北工业园区", "城南经济开发区")[park],
                "area": round(area, 2),
                "mu": round(area / MU, 2),
                "floor": round(base * rng.uniform(1.4, 2.6), 1),
                "base": base,
                "green": round(area * rng.uniform(0.05, 0.15), 1),
                "office": round(area * rng.uniform(0.02, 0.07), 1),
                "use": "100102" if k % 4 else "100101",
                "use_name": "二类工业用地" if k % 4 else "一类工业用地",
                "supplied": pd.Timestamp(2012 + k % 9, 1 + k % 12, 3 + k % 20),
                "invest": round(float(rng.lognormal(8.6, 0.5)), 2),
                "place": f"隆昌市{'金鹅' if park == 0 else '古湖'}街道{k + 3}号",
            }
        )
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=GK105)


def _firms(rng: np.random.Generator, plots: list[str]) -> pd.DataFrame:
    rows = []
    for i, plot in enumerate(plots):
        trade, industry = _TRADES[int(rng.integers(len(_TRADES)))]
        brand = _FIRST[i % len(_FIRST)] + _SECOND[int(rng.integers(len(_SECOND)))]
        kind = ("有限公司", "有限责任公司", "股份有限公司")[i % 3]
        rows.append(
            {
                "code": credit_code(100 + 37 * i + int(rng.integers(30))),
                "firm": f"{_TOWNS[i % 5]}{brand}{trade}{kind}",
                "industry": industry,
                "trade": trade,
                "scale": "是" if i % 4 else "否",
                "high_tech": "是" if i % 5 == 0 else "否",
                "person": "赵钱孙李周吴郑王"[i % 8] + "建军",
                "phone": f"138{rng.integers(10**7, 10**8)}",
                "founded": pd.Timestamp(2003 + i % 15, 1 + i % 12, 10),
                "plot": plot,
            }
        )
    return pd.DataFrame(rows)


def _reports(rng: np.random.Generator, firms: pd.DataFrame, years: tuple[int, ...]) -> pd.DataFrame:
    size = rng.lognormal(8.8, 0.7, len(firms))
    parts = []
    for k, year in enumerate(years):
        revenue = size * 1.07**k * rng.uniform(0.9, 1.1, len(firms))
        parts.append(
            pd.DataFrame(
                {
                    "code": firms["code"],
                    "year": year,
                    "revenue": revenue.round(2),
                    "output": (revenue * rng.uniform(0.95, 1.1, len(firms))).round(2),
                    "added": (revenue * rng.uniform(0.2, 0.3, len(firms))).round(2),
                    "tax": (revenue * rng.uniform(0.02, 0.06, len(firms))).round(2),
                    "fixed": (size * rng.uniform(0.6, 1.4, len(firms))).round(2),
                    "rd": (revenue * rng.uniform(0.005, 0.04, len(firms))).round(2),
                    "energy": (revenue * rng.uniform(0.05, 0.3, len(firms))).round(1),
                    "power": (revenue * rng.uniform(0.01, 0.05, len(firms))).round(2),
                    "people": (revenue / 60).round().astype(int) + 8,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
