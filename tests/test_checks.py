"""Findings: every planted mistake is found, a clean layer has none."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo import findings
from geo.assess import assess, examine
from geo.checks.text import check_text
from geo.errors import DataError
from geo.model import normal_industry
from geo.project import Settings, read_project
from geo.sources.load import Layers, load
from geo.standards.model import read_pack
from tests.builders import square

SETTINGS = Settings(year=2023)


def examined(parcels, parks, **frames):
    frames = {"parks": parks, "parcels": parcels, **frames}
    numbered = {}
    for name, frame in frames.items():
        numbered[name] = frame.assign(source_row=range(1, len(frame) + 1))
    return examine(Layers(numbered), SETTINGS)


def codes(found):
    return {(r.code, r.id): r for r in found.itertuples()}


def test_a_clean_layer_has_no_findings(parcels, parks):
    _, found = examined(parcels, parks)
    assert found.empty


def test_duplicates_are_all_set_aside_and_named(parcels, parks):
    parcels["parcel_id"] = ["A", "B", "A", None]
    usable, found = examined(parcels, parks)
    assert usable["parcels"]["parcel_id"].tolist() == ["B"]
    table = findings.in_language(found, "en")
    repeated = table[table["code"] == "duplicate_id"]
    assert repeated["row"].tolist() == [1, 3]
    assert "rows 1, 3" in repeated["message"].iloc[0]
    assert table.loc[table["code"] == "missing", "row"].tolist() == [4]


def test_geometry_of_every_bad_kind(parcels, parks):
    bow = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    bow = shapely.transform(bow, lambda c: np.add(c, (528200, 3246000)))
    deep = shapely.force_3d(square(3, 0), 400.0)
    parcels.geometry = [None, shapely.LineString(square(1, 0).exterior.coords), bow, deep]
    usable, found = examined(parcels, parks)
    got = codes(found)
    assert {k for k, _ in got} == {
        "no_geometry",
        "wrong_geometry_type",
        "invalid_geometry",
        "has_z",
    }
    assert got["wrong_geometry_type", "B"].severity == "error"
    kept = usable["parcels"].set_index("parcel_id")
    assert kept.index.tolist() == ["C", "D"]
    # The bow tie's two triangles are 25 × 100 m² each; the height is gone.
    assert kept.loc["C", "area_plane_m2"] == pytest.approx(5000)
    assert not kept.geometry["D"].has_z


@pytest.mark.parametrize(
    ("paper", "code"),
    [
        (10000.0, None),
        (15.0, "area_unit"),
        (1.0, "area_unit"),
        (150_000.0, "area_unit"),  # 15 亩 under 公顷
        (666.67, "area_unit"),  # 1 公顷 under 亩
        (6_666_667.0, "area_unit"),  # 10,000 m² under 亩
        (15e6, "area_unit"),  # 15 亩 under km²
        (10800.0, "areas_differ"),
        (30_000.0, "areas_differ"),
        (0.0, "areas_differ"),
    ],
)
def test_paper_area_against_the_map(parcels, parks, paper, code):
    _, found = examined(parcels.assign(contract_area_m2=[paper, *[10000.0] * 3]), parks)
    assert found["code"].tolist() == ([code] if code else [])


def test_negative_figures_and_yuan_for_wan(parcels, parks):
    indicators = pd.DataFrame(
        {
            "enterprise_id": ["E", "E", "F"],
            "year": [2022, 2023, 2023],
            "revenue": [100.0, 1_100_000.0, -5.0],
        }
    )
    usable, found = examined(parcels, parks, indicators=indicators)
    assert set(found["code"]) == {"money_unit", "negative"}
    question = found[found["code"] == "money_unit"].iloc[0]
    assert (question["severity"], bool(question["set_aside"])) == ("warning", False)
    assert usable["indicators"]["revenue"].tolist() == [100.0, 1_100_000.0]


def test_orphans_and_codes_are_warnings(parcels, parks):
    enterprises = pd.DataFrame({"enterprise_id": ["E"], "name": ["甲"], "industry_code": ["99XX"]})
    occupancy = pd.DataFrame({"enterprise_id": ["E", "X"], "parcel_id": ["Z", "A"]})
    parcels["land_use"] = ["100101", "0601", "77", "1001+0901"]
    _, found = examined(parcels, parks, enterprises=enterprises, occupancy=occupancy)
    assert found["severity"].unique().tolist() == ["warning"]
    assert sorted(found["code"]) == [
        "orphan_reference",
        "orphan_reference",
        "unknown_industry",
        "unknown_land_use",
    ]


def test_a_parcel_in_no_park_stays_in_the_project(parcels, parks):
    far = parcels.geometry.tolist()
    far[3] = shapely.transform(far[3], lambda c: np.add(c, (5000, 0)))
    usable, found = examined(parcels.set_geometry(gpd.GeoSeries(far, crs=parcels.crs)), parks)
    assert found[["code", "id"]].to_numpy().tolist() == [["outside_parks", "D"]]
    assert usable["parcels"]["park_id"].isna().tolist() == [False, False, False, True]


def test_nothing_usable_stops(parcels, parks):
    parcels["parcel_id"] = "A"
    with pytest.raises(DataError, match="parcels has no usable row"):
        examined(parcels, parks)


def test_industry_codes_in_every_shape():
    given = pd.Series(["39", "C39", "3971", "C3971", "C3900", "0111", "A01", None, "玻璃", "2700"])
    assert normal_industry(given).fillna("").tolist() == [
        "39",
        "39",
        "3971",
        "3971",
        "39",
        "0111",
        "01",
        "",
        "玻璃",
        "27",
    ]


def test_row_order_moves_no_verdict(project):
    loaded = read_project(project)
    layers, packs = load(loaded), [read_pack("longchang-neirong-2022")]
    one = assess(layers, loaded.settings, packs)
    mixed = {
        n: f.sample(frac=1, random_state=3).reset_index(drop=True) for n, f in layers.frames.items()
    }
    two = assess(Layers(mixed), loaded.settings, packs)
    key = ["subject_id", "rule_id"]
    pd.testing.assert_frame_equal(
        one.verdicts.astype({"subject_id": "str"}).sort_values(key, ignore_index=True),
        two.verdicts.astype({"subject_id": "str"}).sort_values(key, ignore_index=True),
    )


def test_inputs_are_left_as_they_were(project):
    loaded = read_project(project)
    layers = load(loaded)
    before = {name: frame.copy() for name, frame in layers.frames.items()}
    assess(layers, loaded.settings, [read_pack("longchang-neirong-2022")])
    for name, frame in before.items():
        pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(layers[name]))


def test_buildings_find_their_parcel_by_place(parcels, parks):
    shapes = [square(0, 0, 50), square(1, 0, 20), square(-5, 0, 1)]
    buildings = gpd.GeoDataFrame(
        {"building_id": ["x", "y", "z"], "storeys": [2.0, 1.0, 1.0]},
        geometry=shapes,
        crs=parcels.crs,
    )
    usable, _ = examined(parcels, parks, buildings=buildings)
    assert usable["buildings"]["parcel_id"].fillna("").tolist() == ["A", "B", ""]
    frames = {"parks": parks, "parcels": parcels, "buildings": buildings}
    numbered = {n: f.assign(source_row=range(1, len(f) + 1)) for n, f in frames.items()}
    result = assess(Layers(numbered), SETTINGS, [])
    own = result.parcels.set_index("parcel_id")
    # 50 × 50 m on two storeys over a hectare: 0.5. Coverage counts yards too: not from here.
    assert own.loc["A", "floor_area_ratio"] == pytest.approx(0.5, rel=1e-6)
    assert "building_coverage" not in own
    assert pd.isna(own.loc["C", "floor_area_ratio"])


def test_a_character_of_a_private_code_is_named():
    frame = pd.DataFrame({"parcel_id": ["A", "B"], "source_row": [2, 3]})
    found = check_text(frame.assign(name=["玻璃\ue000\uf8ff厂", "ř 한글"]), "parcels")
    assert found["code"].tolist() == ["private_use_characters"]
    assert (found["id"].tolist(), found["row"].tolist()) == (["A"], [2])
    said = findings.sentence(found.iloc[0], "message")
    assert "“name”列含造字（U+E000、U+F8FF）" in said("zh")
