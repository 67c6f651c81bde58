"""What a project declares of its own — classes, themes, parcel figures, stacks — in parts as in one."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo.publish.look.themes import themes_by_id
from tests.builders import EAST, GK, NORTH, in_one, in_parts
from tests.same import assert_same

pytestmark = pytest.mark.slow

PROJECT = """
[project]
title = "Assessed value"
year = 2023
lang = "en"
currency = "CNY"
denominator = "industrial"
share_stacked_land_by = "FLOOR"
[project.rates]
USD = { value = 7, citation = "a made-up rate", date = 2023-12-31 }
[project.land_use]
316 = { title = "Warehouse", industrial = true, colour = "#aa5544" }
400 = { title = "Factory", industrial = true, national = "100101" }
101 = { title = "Single family", industrial = false, national = "0701" }
[layers.parks]
path = "parks.gpkg"
[layers.parcels]
path = "parcels.gpkg"
fields = { revenue = { column = "VALUE", unit = "USD" }, land_use = "USE" }
[publish.themes.vacancy]
column = "VACANCY"
title = "空置率"
en = "Vacancy"
unit = "%"
better = "lower"
[publish.themes.zone]
column = "ZONE"
"""


def laid_out(folder: Path) -> Path:
    """Four parks 2 km apart, of six parcels each; the first two of each lie on one outline."""
    parks, rows, shapes = [], [], []
    codes = ["316", "400", "101", "40O", "316", "400"]
    for p in range(4):
        x = EAST + 2000 * p
        parks.append(shapely.box(x - 5, NORTH - 5, x + 605, NORTH + 105))
        for i in range(6):
            at = max(i, 1)
            shapes.append(shapely.box(x + 100 * at, NORTH, x + 100 * at + 100, NORTH + 100))
            rows.append(
                (f"{p}{i}", f"P{p}", codes[i], 1e6 * (i + p), 10.0 * i, f"Z{i % 3}", 100 + i)
            )
    names = ["parcel_id", "park_id", "USE", "VALUE", "VACANCY", "ZONE", "FLOOR"]
    columns = {name: [row[k] for row in rows] for k, name in enumerate(names)}
    gpd.GeoDataFrame(columns, geometry=shapes, crs=GK).to_file(folder / "parcels.gpkg")
    ids = [f"P{p}" for p in range(4)]
    gpd.GeoDataFrame({"park_id": ids, "name": ids}, geometry=parks, crs=GK).to_file(
        folder / "parks.gpkg"
    )
    (folder / "mujun.toml").write_text(PROJECT, encoding="utf-8")
    return folder


def test_declared_words_mean_the_same_in_parts(tmp_path: Path) -> None:
    """Park P0: 0, 100, … 500 万 USD at 7; industrial land of 316 and 400 is that of four parcels."""
    folder = laid_out(tmp_path)
    one = in_one(folder)
    (tmp_path / "scratch").mkdir()
    parts = in_parts(folder, tmp_path / "scratch", 6)
    assert_same(one, parts, ("parcels", "parks", "figures", "allocation", "conserved", "findings"))
    park = one.parks.set_index("park_id").loc["P0"]
    assert park["revenue"] == pytest.approx((0 + 100 + 200 + 300 + 400 + 500) * 7)
    assert one.conserved["balanced"].all()
    # 00 and 01 share one outline of 15 亩 by 100 : 101; 04 and 05 have 15 each.
    assert park["revenue_per_mu"] == pytest.approx(10_500 / 45, rel=1e-3)
    made, again = themes_by_id(one), themes_by_id(parts)
    for key in ("land_use", "own:vacancy", "own:zone"):
        assert made[key].codes.tolist() == again[key].codes.tolist()
        assert made[key].colors == again[key].colors
