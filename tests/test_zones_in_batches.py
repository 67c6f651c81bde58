"""Layers of control zones that nobody wishes for, in batches and parts: the same as in one piece."""

from __future__ import annotations

import datetime as dt
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.partition import zone_files
from tests.builders import GK, square
from tests.test_awkward_batches import (
    BATCH,
    COUNT,
    after,
    assert_same_in_batches,
    edit,
    layer,
    one_cell,
    written,
)

pytestmark = pytest.mark.slow

FARMLAND = "永久基本农田"
KINDS = [*[FARMLAND, "生态保护红线", "城镇开发边界"] * 7, FARMLAND, "其他"]
SHAPES = [square(2 * (i % 6) + 0.5, 2 * (i // 6) + 0.3, 60) for i in range(COUNT)]


def zones(shapes: list[Any] = SHAPES, **columns: Any) -> gpd.GeoDataFrame:
    held = {"zone_id": [f"Z{i}" for i in range(COUNT)], "kind": KINDS, **columns}
    return gpd.GeoDataFrame(held, geometry=shapes, crs=GK)


def outlines_of_all_kinds() -> list[Any]:
    """None, a point's and a line's, a knot, an empty one, one without end, one with X for Y."""
    out = list(SHAPES)
    out[:8] = [None] * 8
    west, south, east, north = out[10].bounds
    out[10] = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    out[12], out[13] = shapely.Polygon(), shapely.Polygon([(0, 0), (np.inf, 1), (2, 2)])
    out[15] = shapely.transform(out[15], lambda xy: xy[:, ::-1])
    out[16] = shapely.MultiPolygon([out[16]])
    out[20] = shapely.force_3d(out[20], 5.0)
    return out


LAYERS_OF_ZONES = {
    "ids that repeat across batches, in another width": {
        "zone_id": [f"Z{i % 19}" if i < 12 else f"Ｚ{i % 19}" for i in range(COUNT)]
    },
    "ids of other kinds": {
        "zone_id": [1e16 + 4 * i if i < BATCH else i + 1.0 for i in range(COUNT)]
    },
    "kinds that begin later, and words that are none": {
        "kind": [*[None] * 8, *KINDS[8:20], "红线?", "—", f"{FARMLAND}\u200b"]
    },
    "columns of other kinds": {
        "requirement": after(None, "不得占用"),
        "name": one_cell(3, "a\u200bb", "ab"),
        "risk_limit": [1] * COUNT,
        "emission_limit": after(1.0, 2.5),
        "since": after(None, dt.date(2020, 1, 1)),
        "类型": pd.Categorical(KINDS[::-1]),
    },
    "outlines of all kinds": {"shapes": outlines_of_all_kinds()},
    "near a few parcels only, over one another": {
        "shapes": [square(i % 3, 0, 250) for i in range(COUNT)],
        "kind": [FARMLAND] * COUNT,
    },
}


@pytest.mark.parametrize("case", LAYERS_OF_ZONES)
def test_zones_in_batches(tmp_path, case, monkeypatch):
    monkeypatch.setattr(zone_files, "ROWS_READ", BATCH)
    folder = written(tmp_path / "project", layer())
    zones(**LAYERS_OF_ZONES[case]).to_parquet(folder / "zones.parquet")
    edit(folder, '[layers.zones]\npath = "zones.parquet"\n')
    assert_same_in_batches(folder)
