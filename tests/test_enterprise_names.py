"""Tables that name enterprises beside tables with codes: matched by the register, worked by hand."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geo import assess, load, read_project
from geo.findings import in_language
from geo.sources.batches import streamed
from geo.sources.enterprise_names import EnterpriseNames, one_register
from geo.sources.frames import layers_of
from geo.sources.load import Layers
from tests.builders import GK, in_one, in_parts, square
from tests.same import assert_same

HEAD = """
[project]
year = 2024
place = { lon = 105.29, lat = 29.34, radius_km = 30 }
[layers.parcels]
path = "parcels.gpkg"
"""
REGISTER = pd.DataFrame(
    {
        "enterprise_id": ["C1", "C2", "C3", "C4"],
        "name": ["甲（隆昌）公司", "乙公司", "同名公司", "同名公司"],
    }
)
LAND = pd.DataFrame(
    {"enterprise_id": ["C1", "乙 公司", "C3"], "parcel_id": ["A", "B", "C"], "area_m2": 10_000.0}
)
TAX = pd.DataFrame(
    {
        "enterprise_id": ["甲(隆昌)公司", "乙公司", "同名公司", "别的公司"],
        "year": 2024,
        "tax": [10.0, 20.0, 40.0, 80.0],
    }
)
REVENUE = pd.DataFrame({"enterprise_id": ["C1", "C2"], "year": 2024, "revenue": [1000.0, 3000.0]})
JOINED = """
[tables.enterprises]
path = "register.csv"
[tables.occupancy]
path = "land.csv"
[tables.indicators]
path = ["tax.csv", "revenue.csv"]
combine = "join"
"""


def written(folder: Path, text: str = JOINED, **tables: pd.DataFrame) -> Path:
    """A project with three hectare parcels of one park and these tables."""
    shapes = [square(i, 0) for i in range(3)]
    land = gpd.GeoDataFrame({"parcel_id": list("ABC"), "park_id": "P"}, geometry=shapes, crs=GK)
    land.to_file(folder / "parcels.gpkg", layer="parcels")
    every = {"register": REGISTER, "land": LAND, "tax": TAX, "revenue": REVENUE} | tables
    for name, frame in every.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    (folder / "mujun.toml").write_text(HEAD + text, encoding="utf-8")
    return folder


def found(layers: Layers, code: str) -> list[str]:
    table = layers.findings[layers.findings["code"] == code]
    return in_language(table, "zh")["message"].tolist()


def test_a_name_that_one_enterprise_bears_is_its_id(tmp_path: Path) -> None:
    layers = load(read_project(written(tmp_path)))
    rows = layers["indicators"].set_index("enterprise_id")
    assert rows.loc["C1", ["tax", "revenue"]].tolist() == [10.0, 1000.0]
    assert rows.loc["C2", ["tax", "revenue"]].tolist() == [20.0, 3000.0]
    assert sorted(rows.index) == ["C1", "C2", "别的公司", "同名公司"]
    assert layers["occupancy"]["enterprise_id"].tolist() == ["C1", "C2", "C3"]
    by_name = found(layers, "ids_by_name")
    assert len(by_name) == 2
    assert any("tax.csv" in text and "2 行" in text and "乙公司 → C2" in text for text in by_name)
    unclear = found(layers, "name_of_several")
    assert len(unclear) == 1
    assert "同名公司" in unclear[0]


def test_no_money_is_lost_by_names(tmp_path: Path) -> None:
    project = read_project(written(tmp_path))
    sums = assess(load(project), project.settings, []).conserved.set_index("measure")
    tax, revenue = sums.loc["tax"], sums.loc["revenue"]
    assert tax["input"] == tax["allocated"] + tax["unallocated"] + tax["set_aside"] == 150.0
    assert tax["allocated"] == 30.0
    assert revenue["allocated"] == revenue["input"] == 4000.0


def test_parcels_read_in_batches_get_the_same_money(tmp_path: Path) -> None:
    folder = written(tmp_path)
    shapes = gpd.read_file(folder / "parcels.gpkg").assign(park_id=["P", "P", "Q"])
    shapes.to_parquet(folder / "parcels.parquet")
    parks = shapes.dissolve("park_id", as_index=False).assign(name=["P", "Q"])
    parks[["park_id", "name", "geometry"]].to_file(folder / "parks.gpkg", layer="parks")
    text = (folder / "mujun.toml").read_text(encoding="utf-8").replace(".gpkg", ".parquet")
    layer = '[layers.parks]\npath = "parks.gpkg"\n'
    (folder / "mujun.toml").write_text(text + layer, encoding="utf-8")
    assert streamed(read_project(folder))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    parts = in_parts(folder, scratch, 1)
    sums = parts.conserved.set_index("measure")
    assert sums.loc["tax", ["input", "allocated"]].tolist() == [150.0, 30.0]
    assert_same(in_one(folder), parts)


def test_an_id_of_the_register_is_never_taken_for_a_name() -> None:
    register = pd.DataFrame({"enterprise_id": ["C1", "C2"], "name": ["C2", "乙"], "source_row": 1})
    table = pd.DataFrame({"enterprise_id": ["c2", "C2", "乙", None], "source_row": [1, 2, 3, 4]})
    matched = EnterpriseNames.of(register).matched(table, "indicators", "t")
    assert matched.frame["enterprise_id"].fillna("-").tolist() == ["c2", "C2", "C2", "-"]
    assert matched.rows == 1


def test_frames_are_matched_as_files_are(tmp_path: Path) -> None:
    project = read_project(written(tmp_path))
    files = load(project)
    land = gpd.read_file(tmp_path / "parcels.gpkg")
    frames = {"enterprises": REGISTER, "occupancy": LAND, "indicators": TAX, "parcels": land}
    layers = layers_of(frames, project.settings)
    ids = set(layers["indicators"]["enterprise_id"])
    assert ids == set(files["indicators"]["enterprise_id"])
    assert len(found(layers, "name_of_several")) == 1


def test_a_register_of_codes_and_one_of_names_are_one(tmp_path: Path) -> None:
    names = pd.DataFrame(
        {
            "enterprise_id": ["乙公司", "丙公司", "同名公司"],
            "name": ["乙公司", "丙公司", "同名公司"],
            "industry_code": ["3041", "1411", "2614"],
        }
    )
    text = JOINED.replace('"register.csv"', '["register.csv", "names.csv"]\ncombine = "join"')
    layers = load(read_project(written(tmp_path, text, names=names)))
    rows = layers["enterprises"].set_index("enterprise_id")
    assert sorted(rows.index) == ["C1", "C2", "C3", "C4", "丙公司", "同名公司"]
    assert rows.loc["C2", "industry_code"] == "3041"
    assert layers["indicators"]["enterprise_id"].isin(["C1", "C2"]).sum() == 2


@pytest.mark.parametrize("count", [0, 1])
def test_one_part_of_a_register_stays_as_it_is(count: int) -> None:
    parts = [REGISTER] * count
    assert [part.equals(REGISTER) for part in one_register(parts)] == [True] * count
