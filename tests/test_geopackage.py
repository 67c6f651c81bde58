"""Tables without outlines of a GeoPackage: what SQLite writes is what GDAL writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest

from geo.project import Settings
from geo.publish.gis.vectors import GeoPackage, _write
from tests.builders import square

TABLES = {
    "kinds": pd.DataFrame(
        {
            'a "name"': pd.Series(["宗地'1\"", None, ""], dtype="str"),
            "Word": pd.Categorical(["甲", None, "甲"]),
            "word": ["b", "c", "d"],
            "whole": [1, -(2**60), 3],
            "part": [0.1, np.nan, np.inf],
            "flag": [True, False, True],
        }
    ),
    "it's empty": pd.DataFrame({"code": pd.Series(dtype=object), "value": pd.Series(dtype=float)}),
    "dated": pd.DataFrame({"day": pd.to_datetime(["2023-05-01", None])}),
    "small": pd.DataFrame({"count": np.array([1, 2], np.int32)}),
    "keyed": pd.DataFrame({"FID": [7, 9]}),
}


def _all_of(file: Path) -> Iterator[tuple[str, Any]]:
    """Every declaration, and every row with the type of each of its values."""
    with closing(sqlite3.connect(file)) as base:
        yield "declared", sorted(base.execute("SELECT type, name, sql FROM sqlite_master"), key=str)
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'rtree%'"
        for (name,) in base.execute(names).fetchall():
            own = name.replace('"', '""')
            columns = [
                row[1].replace('"', '""') for row in base.execute(f'PRAGMA table_info("{own}")')
            ]
            typed = ", ".join(f'"{column}", typeof("{column}")' for column in columns)
            yield name, base.execute(f'SELECT {typed} FROM "{own}" ORDER BY rowid').fetchall()


def test_sqlite_writes_what_gdal_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Types, contents, counts, triggers; what it has no type for is left to GDAL."""
    settings = Settings(title="示例", year=2023)
    drawn = gpd.GeoDataFrame({"parcel_id": ["A"]}, geometry=[square(0, 0)], crs=4490)
    note = {"layer_metadata": {"DESCRIPTION": "示例"}}
    by_gdal, by_both = tmp_path / "gdal.gpkg", tmp_path / "both.gpkg"
    _write(drawn, by_gdal, "parcels", "MultiPolygon", **note)
    for name, table in TABLES.items():
        _write(table, by_gdal, name, None, **note)
    asked = []
    write = pyogrio.write_dataframe
    monkeypatch.setattr(
        pyogrio, "write_dataframe", lambda *a, **k: asked.append(k["layer"]) or write(*a, **k)
    )
    with GeoPackage(by_both, settings) as written:
        written.append(drawn, "parcels")
        for name, table in TABLES.items():
            written.append(table, name)
    assert asked == ["parcels", "dated", "small", "keyed"]
    assert dict(_all_of(by_both)) == dict(_all_of(by_gdal))
    assert pyogrio.list_layers(by_both).tolist() == pyogrio.list_layers(by_gdal).tolist()
