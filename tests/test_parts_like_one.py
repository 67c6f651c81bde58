"""What straddles parts, or is told of all rows, is told in parts as in one piece."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from tests.builders import EAST, GK, NORTH, TABLES, box, in_one, in_parts
from tests.same import assert_same
from tests.saying import spoken

pytestmark = pytest.mark.slow

PROJECT = (
    """
[project]
title = "straddling"
year = 2023
lang = "zh"
[layers.parks]
path = "parks.gpkg"
[layers.parcels]
path = "parcels.gpkg"
[layers.buildings]
path = "buildings.gpkg"
"""
    + TABLES
)
STEP, SIDE = 2_000.0, 3
"""Metres from park to park, and parcels of 100 m along a side of each."""


class Office:
    """Four parks of nine parcels, an enterprise on each: what a test writes otherwise, it changes."""

    def __init__(self) -> None:
        at = pd.MultiIndex.from_product([range(4), range(SIDE), range(SIDE)]).to_frame(index=False)
        x, y = (EAST + STEP * at[0] + 110 * at[2]).to_numpy(), (NORTH + 110 * at[1]).to_numpy()
        ids = [f"P{k}-{3 * row + column}" for k, row, column in at.itertuples(index=False)]
        firms = [f"E{name}" for name in ids]
        self.parks = gpd.GeoDataFrame(
            {"park_id": [f"K{k}" for k in range(4)], "name": [f"园{k}" for k in range(4)]},
            geometry=[box(STEP * k - 20, -20, STEP * k + 340, 340) for k in range(4)],
            crs=GK,
        )
        self.parcels = gpd.GeoDataFrame(
            {"parcel_id": ids, "park_id": "K" + at[0].astype("str"), "land_use": "100101"},
            geometry=shapely.box(x, y, x + 100, y + 100),
            crs=GK,
        )
        self.buildings = gpd.GeoDataFrame(
            {"building_id": ["B1", "B2"], "floor_area_m2": [100.0, 200.0]},
            geometry=[box(10, 10, 50, 50), box(2010, 10, 2050, 50)],
            crs=GK,
        )
        self.enterprises = pd.DataFrame({"enterprise_id": firms, "name": firms})
        self.occupancy = pd.DataFrame(
            {"enterprise_id": firms, "parcel_id": ids, "area_m2": 10_000.0}
        )
        self.indicators = pd.DataFrame(
            {"enterprise_id": firms, "year": 2023, "revenue": 3e3 + np.arange(36.0), "tax": 100.0}
        )

    def written(self, folder: Path, text: str = PROJECT) -> Path:
        """Its project in a folder."""
        for name in ("parks", "parcels", "buildings"):
            getattr(self, name).to_file(folder / f"{name}.gpkg")
        for name in ("enterprises", "occupancy", "indicators"):
            getattr(self, name).to_csv(folder / f"{name}.csv", index=False)
        (folder / "mujun.toml").write_text(text, encoding="utf-8")
        return folder


nine_a_part = partial(in_parts, size=9, batch=10, workers=1)


def test_rows_are_held_against_all_rows_and_twins_are_found_in_other_parts(tmp_path: Path) -> None:
    office = Office()
    money = office.indicators.set_index("enterprise_id")
    money.loc[["EP1-4", "EP2-1"], "revenue"] = 4e7, 5e7  # in 元
    money = money.drop(index=[f"EP2-{n}" for n in range(2, 9)])  # two enterprises are no ledger
    money.loc[[f"EP3-{n}" for n in range(9)], "tax"] = 5e4  # half of a part is no half of all
    office.indicators = money.reset_index()
    of_park = office.occupancy["parcel_id"].str.startswith("P2-")
    office.occupancy["area_m2"] = office.occupancy["area_m2"].mask(of_park, 15.0)  # in 亩
    parcels = office.parcels
    parcels["DLMC"] = "工业用地"
    parcels.loc[parcels["park_id"].isin(["K0", "K3"]), "land_use"] = "0601"
    parcels["note"] = [f"甲{chr(0xE000 + n)}" if n in (3, 30) else "" for n in range(36)]
    parcels.loc[[0, 35], "parcel_id"] = "A-１", "A-1"
    parcels.loc[[1, 10], "park_id"] = None
    park = gpd.GeoDataFrame({"park_id": ["Z"], "name": ["空"]}, geometry=[box(90, 50, 2180, 250)])
    office.parks = pd.concat([park.set_crs(GK), office.parks], ignore_index=True)
    lost = [box(700, 0, 720, 20), box(6090, 10, 6105, 20), box(4700, 0, 4720, 30)]
    twin = gpd.GeoDataFrame(
        {"building_id": ["B3", "B1", "B4"], "floor_area_m2": 50.0}, geometry=lost, crs=GK
    )
    office.buildings = pd.concat([office.buildings, twin], ignore_index=True)
    code = "91511028MA62K0000X"
    for table in (office.enterprises, office.occupancy, office.indicators):
        named = {"EP0-1": code, "EP3-7": code.lower()}
        table["enterprise_id"] = table["enterprise_id"].replace(named)
    folder = office.written(tmp_path)
    one = in_one(folder)
    codes = {"money_unit", "area_unit", "private_use_characters", "alike_ids", "in_two_parks"}
    codes |= {"duplicate_id", "building_on_no_parcel"}
    assert codes <= set(one.findings["code"])
    assert_same(one, nine_a_part(folder, tmp_path / "scratch"))


def test_areas_of_which_most_are_in_mu_are_missing_in_every_part(tmp_path: Path) -> None:
    """In one park they are m²; a parcel lies beside the park of another part, 180 km from its own."""
    office = Office()
    of_park = office.occupancy["parcel_id"].str.startswith("P2-")
    office.occupancy["area_m2"] = office.occupancy["area_m2"].where(of_park, 15.0)
    for layer in (office.parks, office.parcels):
        far = layer["park_id"] == "K3"
        layer.loc[far, "geometry"] = layer.geometry[far].translate(174_000)
    office.parcels.loc[0, "geometry"] = box(180_500, 0, 180_600, 100)
    folder = office.written(tmp_path)
    one = in_one(folder)
    slips = one.findings[one.findings["code"] == "area_unit"]
    assert set(slips["severity"]) == {"error"}
    assert "elsewhere" not in set(one.findings["code"])
    assert_same(one, nine_a_part(folder, tmp_path / "scratch"))


def test_codes_of_another_classification_are_told_once(tmp_path: Path) -> None:
    office = Office()
    office.parcels["land_use"] = "0601"
    office.parcels["DLMC"] = ["仓储用地" if n < 5 else "工业用地" for n in range(36)]
    folder = office.written(tmp_path)
    one = in_one(folder)
    assert one.findings["code"].tolist() == ["land_use_scheme_contradicted"]
    assert_same(one, nine_a_part(folder, tmp_path / "scratch"))


def test_a_layer_read_in_batches_is_told_as_one(tmp_path: Path) -> None:
    """Words for no figure and ids written otherwise are counted together; columns are of one kind."""
    office = Office()
    parcels = office.parcels
    parcels["floor_area_m2"] = ["5000"] * 36
    parcels.loc[[3, 12, 20, 21], "floor_area_m2"] = ["无", "不详", "无", "无"]
    parcels.loc[[2, 11, 29], "park_id"] = ["K 0", "Ｋ1", "K3\u200b"]
    number = pd.Series(range(36), dtype="Int64")
    parcels["gaps"] = number.mask(parcels["park_id"] == "K2")
    parcels["long"] = (number + (number > 20) * 10**17).mask(number < 9)
    folder = office.written(tmp_path)
    one = in_one(folder)
    assert one.findings["code"].tolist().count("missing_words") == 1
    assert one.findings["code"].tolist().count("ids_matched") == 2
    found = nine_a_part(folder, tmp_path / "scratch")
    assert_same(one, found)
    assert found.findings["message"].tolist() == one.findings["message"].tolist()


def test_heights_are_told_once_a_layer(tmp_path: Path) -> None:
    """36 parcels less three flat ones, all four parks, no building: two findings, in parts as in one."""
    office = Office()
    flat = office.parcels.geometry.iloc[[0, 17, 35]]
    office.parcels.geometry = shapely.force_3d(office.parcels.geometry.to_numpy(), 330.0)
    office.parcels.loc[flat.index, "geometry"] = flat
    office.parks.geometry = shapely.force_3d(office.parks.geometry.to_numpy(), 330.0)
    folder = office.written(tmp_path)
    one = in_one(folder)
    told = one.findings[one.findings["code"] == "has_z"]
    assert told["row"].isna().all()
    said = spoken(told).set_index("layer")["message_en"].to_dict()
    assert said == {
        "parcels": "33 outlines have heights (3-D): they are not used",
        "parks": "4 outlines have heights (3-D): they are not used",
    }
    assert_same(one, nine_a_part(folder, tmp_path / "scratch"))


def test_ties_of_industries_and_undated_land_are_told_alike(tmp_path: Path) -> None:
    """EP1-0 of another part holds half of P0-0, too; EP3-0 has its own parcel without a year."""
    office = Office()
    office.enterprises["industry_code"] = ["3054"] * 9 + ["1353"] * 27
    beside = pd.DataFrame(
        {"enterprise_id": ["EP1-0", "EP3-0"], "parcel_id": ["P0-0", "P2-4"], "year": [None, 2023]}
    )
    office.occupancy = pd.concat([office.occupancy, beside], ignore_index=True)
    shared = office.occupancy["parcel_id"].isin(["P0-0", "P2-4"])
    office.occupancy["area_m2"] = office.occupancy["area_m2"].mask(shared, 5_000.0)
    folder = office.written(tmp_path)
    one = in_one(folder)
    of_codes = one.findings.set_index("code")["id"]
    assert of_codes["main_industry_tied"] == "P0-0"
    assert of_codes["undated_land"] == "EP3-0"
    assert_same(one, nine_a_part(folder, tmp_path / "scratch"))
