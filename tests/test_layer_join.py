"""`join` of a layer: a table's columns by key, its units with them, and nothing lost in silence."""

from __future__ import annotations

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest

from geo.errors import SourceError
from geo.project import read_project
from geo.sources.load import load
from tests.builders import GK, box, square
from tests.saying import spoken

PROJECT = """
[project]
title = "t"
year = 2023
[layers.parks]
path = "parks.gpkg"
[layers.parcels]
path = "parcels.gpkg"
join = {{ path = "{path}", left = "code", right = "{right}", take = {take} }}
fields = {{ parcel_id = "code" }}
"""


def office(folder, codes=(1001, 1002, 1003), path="t.xlsx", right="宗地号", take='["投资"]'):
    """A park of three parcels, and a table of them; the folder and what a run reads."""
    park = gpd.GeoDataFrame({"park_id": ["P"], "name": ["园"]}, geometry=[box(0, 0, 900, 900)])
    park.set_crs(GK).to_file(folder / "parks.gpkg")
    shapes = [square(k, 0) for k in range(len(codes))]
    gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=GK).to_file(folder / "parcels.gpkg")
    text = PROJECT.format(path=path, right=right, take=take)
    if "投资" in take:
        text = text.replace('"code" }', '"code", fixed_investment = "投资" }')
    (folder / "mujun.toml").write_text(text, encoding="utf-8")
    return folder


def sheet(folder, *rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "t.xlsx")


def read(folder):
    layers = load(read_project(folder))
    return layers["parcels"].set_index("parcel_id"), spoken(layers.findings)


def test_keys_are_one_however_they_are_held(tmp_path):
    """Numbers in the layer, text of several kinds in the table."""
    sheet(tmp_path, ["宗地号", "投资（万元）"], ["1001", 1], [" １００２ ", 2], [1003.0, 3])
    text = office(tmp_path, take='["投资（万元）"]') / "mujun.toml"
    edited = text.read_text(encoding="utf-8").replace('= "投资"', '= "投资（万元）"')
    text.write_text(edited, encoding="utf-8")
    parcels, found = read(tmp_path)
    assert parcels["fixed_investment"].to_dict() == {"1001": 1, "1002": 2, "1003": 3}
    assert not found["code"].str.startswith("join").any()


def test_the_unit_above_the_table_is_of_its_columns_alone(tmp_path):
    """10,000 元 are 1 万元; the layer's own column is not in 元."""
    sheet(tmp_path, ["投资表"], ["单位：元"], ["宗地号", "投资"], [1001, 10000], [1002, 20000])
    folder = office(tmp_path)
    frame = gpd.read_file(folder / "parcels.gpkg").assign(plan=[5.0, 6.0, 7.0])
    frame.to_file(folder / "parcels.gpkg")
    text = (folder / "mujun.toml").read_text(encoding="utf-8")
    text = text.replace('"投资" }', '"投资", planned_investment = "plan" }')
    (folder / "mujun.toml").write_text(text, encoding="utf-8")
    parcels, found = read(folder)
    assert parcels["fixed_investment"].fillna(-1).tolist() == [1, 2, -1]
    assert parcels["planned_investment"].tolist() == [5, 6, 7]
    told = found[found["code"] == "join_unmatched"]["message_en"].iloc[0]
    assert "of 3 rows of the layer parcels 1 finds no record" in told.lower()
    assert told.endswith("1003")


def test_a_unit_that_is_not_known_stops_the_joined_column(tmp_path):
    sheet(tmp_path, ["单位：百亿X元"], ["宗地号", "投资"], [1001, 1], [1002, 2], [1003, 3])
    parcels, found = read(office(tmp_path))
    assert "fixed_investment" not in parcels
    assert "unit_unknown" in set(found["code"])


def test_what_is_found_in_the_table_is_told(tmp_path):
    sheet(tmp_path, ["宗地号", "投资"], [1001, 1], [1002, "#REF!"], [1003, 3], ["合计", 4])
    parcels, found = read(office(tmp_path))
    assert parcels["fixed_investment"].fillna(-1).tolist() == [1, -1, 3]
    told = found[found["code"] == "error_value"]["message_en"].iloc[0]
    assert told.startswith("t.xlsx: ")
    assert "B3" in told


def test_records_that_differ_and_keys_of_no_row_are_told(tmp_path):
    rows = [[1001, 1], [1001, 9], [1002, 2], [1002, 2], [1003, 3], [1009, 5]]
    sheet(tmp_path, ["宗地号", "投资"], *rows)
    parcels, found = read(office(tmp_path))
    assert parcels["fixed_investment"].tolist() == [1, 2, 3]
    said = found.set_index("code")["message_en"]
    assert "1 key of `宗地号` stands on several records that differ" in said["join_repeats"]
    assert said["join_repeats"].endswith("1001")
    assert said["join_left_over"].endswith("1009")


@pytest.mark.parametrize(
    ("right", "take", "said"),
    [
        ("编号", '["投资"]', "join.right names column `编号`.*there are: 宗地号, 投资, code"),
        ("宗地号", '["税"]', "join.take names column `税`"),
        ("宗地号", '["投资", "code"]', "column `code`, which the layer has too"),
        ("投资", '["投资"]', "no row of the layer finds a record.*1001, 1002, 1, 2"),
    ],
)
def test_what_cannot_be_joined_is_one_sentence(tmp_path, right, take, said):
    sheet(tmp_path, ["宗地号", "投资", "code"], [1001, 1, "a"], [1002, 2, "b"])
    with pytest.raises(SourceError, match=said):
        read(office(tmp_path, right=right, take=take))


def test_long_whole_numbers_of_a_table_keep_their_digits(tmp_path):
    number = 9_007_199_254_740_993
    table = pd.DataFrame({"宗地号": ["1001", "1002"], "证号": [number, number + 2]})
    table.to_parquet(tmp_path / "t.parquet")
    parcels, _ = read(office(tmp_path, path="t.parquet", take='["证号"]'))
    assert parcels["证号"].tolist()[:2] == [str(number), str(number + 2)]
