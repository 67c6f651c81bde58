"""Which classification land-use codes are of: names beside them, codes of one scheme, the rest asked."""

from __future__ import annotations

import tomllib
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geo.checks.land_use import check_land_use_counts
from geo.checks.schema import check_codes
from geo.model import land_use_classes
from geo.model.land_use import LandUseCounts, coded, contradicted, flipped, plain_land_use, readings
from geo.publish.look.style import by_land_use
from tests.builders import GK, mujun, square
from tests.intake_corpus.world import cadastral_code


def text(*cells: str | None) -> pd.Series:
    return pd.Series(cells, dtype="str")


def decided(folder: Path, **columns: list[str]) -> dict[str, object]:
    """What init writes in [project] of parcels with these columns."""
    office = folder / "资料"
    office.mkdir()
    count = len(next(iter(columns.values())))
    plots = {"宗地代码": [cadastral_code(k) for k in range(1, count + 1)]} | columns
    shapes = [square(k, 0) for k in range(count)]
    gpd.GeoDataFrame(plots, geometry=shapes, crs=GK).to_file(office / "宗地.gpkg")
    result = mujun("init", str(folder / "项目"), "--from", str(office), "--yes")
    assert result.exit_code == 0, result.output
    raw = (folder / "项目" / "mujun.toml").read_text(encoding="utf-8")
    return tomllib.loads(raw)["project"] | {"text": raw}


def test_the_same_digits_are_other_land_by_each_scheme():
    # Three of four rows are 0601: industrial by GB/T 21010 and the third survey, a road by 用地用海.
    found = readings(text("0601", "601", "0601工业用地", "0701", None))
    shares = {(one.scheme, one.edition): one.industrial for one in found}
    assert shares == {
        ("yongdiyonghai", "2023"): 0.0,
        ("yongdiyonghai", "2020"): 0.0,
        ("gbt21010", "2023"): 0.75,
        ("third_survey", "2023"): 0.75,
    }
    assert {one.known for one in found} == {1.0}


def test_names_count_where_they_are_those_of_the_code_or_of_a_class_above_it():
    found = readings(text("100101", "0901", "0601"), text("工业用地", "商业用地", "工业用地"))
    agree = {(one.scheme, one.edition): one.agree for one in found}
    # 用地用海: the first two; GB/T 21010: 0901 is 军事设施用地, 0601 alone agrees.
    assert agree["yongdiyonghai", "2023"] == pytest.approx(2 / 3)
    assert agree["gbt21010", "2023"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("cell", "code"), [("08H2a", "08H2A"), ("１００１", "1001"), ("工业", ""), ("0" * 19, "")]
)
def test_a_code_is_what_the_cell_begins_with(cell, code):
    assert plain_land_use(cell) == code


def test_both_editions_have_classes():
    assert land_use_classes("2020").loc["0601", "name_zh"] == "乡村道路用地"
    assert land_use_classes("2023").loc["0601", "name_zh"] == "农村道路"


def test_names_that_contradict_the_scheme_are_an_error_that_names_the_other():
    parcels = pd.DataFrame({"land_use": text(*["0601"] * 9), "DLMC": text(*["工业用地"] * 9)})
    found = check_land_use_counts(LandUseCounts.of(parcels), "yongdiyonghai", "2023").iloc[0]
    assert (found["severity"], found["code"], found["set_aside"]) == (
        "error",
        "land_use_scheme_contradicted",
        False,
    )
    assert 'land_use_scheme = \\"gbt21010\\"' in found["mend"]
    assert check_land_use_counts(LandUseCounts.of(parcels), "gbt21010", "2023").empty
    assert check_land_use_counts(LandUseCounts.of(parcels), "third_survey", "2023").empty


@pytest.mark.parametrize(
    ("codes", "scheme", "other"),
    [
        (["0601"] * 9 + ["0701"], "yongdiyonghai", "gbt21010"),
        (["1001"] * 9 + ["0701"], "third_survey", "yongdiyonghai"),
        (["0601"] * 9 + ["0701"], "gbt21010", None),
        (["0601", "1001", "1001", "1001"], "yongdiyonghai", None),
        (["0601"] * 4 + ["0701"] * 6, "yongdiyonghai", None),
    ],
)
def test_land_that_would_be_industrial_by_another_scheme_only_is_a_warning(codes, scheme, other):
    parcels = pd.DataFrame({"land_use": text(*codes)})
    found = check_land_use_counts(LandUseCounts.of(parcels), scheme, "2023")
    said = flipped(readings(parcels["land_use"]), scheme, "2023")
    assert (None if said is None else said.scheme) == other
    assert found["code"].tolist() == ([] if other is None else ["land_use_scheme_doubtful"])


def test_rural_roads_that_are_called_so_flip_nothing():
    codes, names = text(*["0601"] * 9), text(*["农村道路"] * 9)
    found = readings(codes, names)
    assert contradicted(found, "yongdiyonghai", "2023") is None
    assert flipped(found, "yongdiyonghai", "2023") is None
    other = contradicted(found, "gbt21010", "2023")
    assert other is not None
    assert other.scheme == "yongdiyonghai"


def test_names_beside_the_codes_decide_without_a_question(tmp_path):
    project = decided(tmp_path, DLBM=["0601"] * 4, DLMC=["工业用地"] * 4)
    assert project["land_use_scheme"] == "third_survey"
    assert "“DLBM”旁有地类名称“DLMC”，100%" in str(project["text"])
    assert "哪个分类的" not in str(project["text"])


def test_codes_that_mean_other_land_are_asked_with_what_each_scheme_calls_them(tmp_path):
    project = decided(tmp_path, TDYT=["0601"] * 3 + ["0701"])
    assert project["land_use_scheme"] == "gbt21010"
    raw = str(project["text"])
    assert "# ? “TDYT”中的地类编码是哪个分类的？" in raw
    assert "GB/T 21010-2017：0601＝工业用地（3 宗）；0701＝城镇住宅用地（1 宗）" in raw
    assert "用地用海分类（2023）：0601＝农村道路（3 宗）" in raw


def test_codes_of_one_scheme_decide(tmp_path):
    project = decided(tmp_path, 用途代码=["100101", "100102", "0901", "1401"])
    assert (project["land_use_scheme"], project["land_use_edition"]) == ("yongdiyonghai", "2023")
    assert "哪个分类的" not in str(project["text"])


def test_the_map_names_the_classes_of_the_scheme():
    theme = by_land_use(text("0601", "0701", "99X"), "2023", "gbt21010")
    assert [label("zh") for label in theme.labels][:3] == [
        "0601 工业用地",
        "0701 城镇住宅用地",
        "99X",
    ]
    assert theme.codes.tolist() == [0, 1, 2]


@pytest.mark.parametrize(("scheme", "code"), [("yongdiyonghai", "1001"), ("gbt21010", "0601")])
def test_a_name_in_place_of_a_code_is_read_as_its_code_and_said(scheme, code):
    parcels = pd.DataFrame(
        {"parcel_id": ["A", "B", "C"], "land_use": text("工业用地", code, "厂房"), "source_row": 0}
    )
    found = check_codes({"parcels": parcels}, "2023", scheme)
    named = found[found["code"] == "land_use_by_name"]
    assert named[["id", "value"]].to_numpy().tolist() == [["A", f"工业用地 → {code}"]]
    assert coded(parcels["land_use"], scheme, "2023").tolist() == [code, code, "厂房"]


def test_a_code_with_its_title_is_the_code():
    """100101 一类工业用地 was no code of the classification, and its parcel no industrial land."""
    cells = text("100101 一类工业用地", "100101：一类工业用地", "100101耕地", None)
    read = coded(cells, "yongdiyonghai", "2023")
    assert read.fillna("").tolist() == ["100101", "100101", "100101耕地", ""]


def test_a_parcel_without_a_land_use_has_no_name_that_was_read():
    """A missing cell is not a name that was read as its code."""
    parcels = pd.DataFrame({"parcel_id": ["A", "B"], "source_row": [1, 2]})
    parcels["land_use"] = pd.Series([None, "工业用地"], dtype="str")
    found = check_codes({"parcels": parcels}, "2023", "yongdiyonghai")
    assert found.loc[found["code"] == "land_use_by_name", "row"].tolist() == [2]
