"""A project's inputs as they lie on disk: its settings, layers and tables."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj

CUTS = 16
MU = Fraction(2000, 3)
"""m² in one 亩."""
MEASURES = (
    "revenue",
    "output_value",
    "value_added",
    "tax",
    "fixed_investment",
    "rd_expense",
    "energy_tce",
    "emission_eq",
    "electricity",
    "technical_upgrade",
    "employees",
)
PER_MU = ("revenue", "output_value", "value_added", "tax", "fixed_investment", "technical_upgrade")
YES = {"是": True, "否": False, "true": True, "false": False, "1": True, "0": False}


@dataclass
class Inputs:
    """Rows of every table as dicts of text and numbers; missing cells are None."""

    settings: dict[str, Any]
    parks: gpd.GeoDataFrame
    parcels: gpd.GeoDataFrame
    tables: dict[str, list[dict[str, Any]]]
    layers: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)

    @property
    def year(self) -> int:
        """The project's year."""
        return int(self.settings["year"])

    def area_m2(self) -> dict[str, float]:
        """Area of each parcel on the ellipsoid, m²."""
        return areas(self.parcels, "parcel_id")


def read(folder: Path) -> Inputs:
    """The project of a folder; its columns bear the canonical names."""
    raw = tomllib.loads((folder / "mujun.toml").read_text(encoding="utf-8"))
    layers = {
        name: gpd.read_file(folder / source["path"]) for name, source in raw["layers"].items()
    }
    tables = {
        name: rows(pd.read_csv(folder / source["path"], dtype=str, encoding="utf-8-sig"))
        for name, source in raw["tables"].items()
    }
    return Inputs(raw["project"], layers.pop("parks"), layers.pop("parcels"), tables, layers)


def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Records whose missing cells are None."""
    return [
        {key: None if blank(value) else value for key, value in row.items()}
        for row in table.to_dict("records")
    ]


def blank(value: Any) -> bool:
    """Whether a cell is missing."""
    return value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NaT


def amount(row: dict[str, Any], name: str) -> Fraction | None:
    """A number of a row, exactly as it is written."""
    return None if row.get(name) is None else Fraction(str(row[name]).strip())


def areas(layer: gpd.GeoDataFrame, key: str) -> dict[str, float]:
    """Area of each outline on the ellipsoid, m²; its edges straight in longitude and authalic
    latitude (docs/en/concepts/areas.md).

    Each edge is cut in `CUTS`, and the ring laid out in the equal-area plane (R λ, R sin β), whose
    straight lines differ from such edges by a millimetre in a kilometre.
    """
    crs = pyproj.CRS(layer.crs)
    a, b = crs.ellipsoid.semi_major_metre, crs.ellipsoid.semi_minor_metre
    e = math.sqrt(1 - (b / a) ** 2)

    def q(sine: Any) -> Any:
        return (1 - e * e) * (sine / (1 - (e * sine) ** 2) + np.arctanh(e * sine) / e)

    radius2 = a * a * q(1.0) / 2

    def ring(line: Any) -> float:
        lon, lat = np.radians(np.asarray(line.coords)[:, :2]).T
        beta = np.arcsin(q(np.sin(lat)) / q(1.0))
        x, beta = (
            np.interp(np.arange((len(v) - 1) * CUTS + 1) / CUTS, np.arange(len(v)), v)
            for v in (lon - lon[0], beta)
        )
        y = 2 * np.sin((beta - beta[0]) / 2) * np.cos((beta + beta[0]) / 2)
        return abs(float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())) / 2 * radius2

    shapes = layer.geometry.to_crs(crs.geodetic_crs)
    return {
        str(name): sum(
            ring(part.exterior) - sum(map(ring, part.interiors))
            for part in getattr(shape, "geoms", [shape])
        )
        for name, shape in zip(layer[key], shapes, strict=True)
    }


def output(outputs: Path, name: str) -> pd.DataFrame:
    """A table that a run wrote, wherever in its outputs it lies."""
    found: Any = pd.read_parquet(next(outputs.rglob(f"{name}.parquet")))
    return found
