"""Excel ledgers with titles, two-line and merged headings, units, sums and notes (by openpyxl)."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from geo.errors import SourceError
from geo.model import LAYERS
from geo.project import TableSource
from geo.sources.fields import canonical
from geo.sources.load import load
from geo.sources.tables import read_table
from tests.saying import spoken
from tests.test_sources import edit


def book(tmp_path, rows, merged=(), name="t.xlsx"):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for area in merged:
        made.active.merge_cells(area)
    made.save(tmp_path / name)
    return tmp_path / name


def read(file, **source):
    return read_table(file, TableSource(path=file.name, **source), "indicators")


LEDGER = (
    ["隆昌市2023年规上企业台账", None, None, None, None, None, None],
    ["填报单位：经信局", None, None, None, None, None, "单位：万元、亩"],
    ["统一社会信用代码", "企业名称", "年份", "经济指标", None, "用地", None],
    [None, None, None, "营业收入（亿元）", "税收", "面积", "备注"],
    ["91A", "甲", 2023, 1.5, 200, 30, None],
    ["91B", "乙", 2023, 0.25, 12.5, 10, "租"],
    ["合  计", None, None, 1.75, 212.5, 40, None],
    ["注：税收不含滞纳金", None, None, None, None, None, None],
)
MERGED = ("A1:G1", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:G3", "A8:G8")


def test_titles_two_lines_units_sums_and_notes(tmp_path):
    frame, notes = read(book(tmp_path, LEDGER, MERGED))
    assert frame.columns.tolist() == [
        "统一社会信用代码",
        "企业名称",
        "年份",
        "营业收入（亿元）",
        "税收",
        "面积",
        "备注",
        "source_row",
    ]
    assert frame["source_row"].tolist() == [5, 6]
    assert frame["营业收入（亿元）"].tolist() == [1.5, 0.25]
    assert frame.attrs["units"] == [LEDGER[0][0], "填报单位：经信局", "单位：万元、亩"]
    assert notes["code"].tolist() == ["row_left_out"] * 2
    assert notes["row"].tolist() == [7, 8]


def test_chinese_headings_and_their_units_reach_the_canonical_columns(tmp_path):
    raw, _ = read(book(tmp_path, LEDGER, MERGED))
    frame, notes = canonical(raw, LAYERS["indicators"], {}, "t.xlsx", "CNY")
    assert frame["enterprise_id"].tolist() == ["91A", "91B"]
    assert frame["revenue"].tolist() == [15_000, 2_500]  # 亿元 in the heading
    assert frame["tax"].tolist() == [200, 12.5]  # 万元 above the table
    assert notes["code"].tolist() == ["columns_by_heading"]
    assert "营业收入（亿元） → revenue" in spoken(notes)["message_zh"][0]


def test_a_plain_sheet_is_read_as_it_was(tmp_path):
    frame, notes = read(book(tmp_path, [["代码", "税收"], ["E1", 5], [None, None], ["E2", 7]]))
    assert frame["代码"].tolist() == ["E1", "E2"]
    assert frame["source_row"].tolist() == [2, 4]
    assert notes.empty


def test_headings_that_are_years(tmp_path):
    frame, _ = read(book(tmp_path, [["表"], ["企业", 2021, 2022, 2023], ["甲", 1.5, 2.5, 3.5]]))
    assert frame.columns.tolist()[:4] == ["企业", "2021", "2022", "2023"]
    assert len(frame) == 1


def test_years_over_the_measures_become_a_row_a_year(tmp_path):
    frame, _ = read(
        book(
            tmp_path,
            [
                ["企业", "2021年", None, "2022年", None],
                [None, "营业收入", "税收", "营业收入", "税收"],
                ["甲", 5, 6, 7, 8],
            ],
            ["A1:A2", "B1:C1", "D1:E1"],
        )
    )
    assert frame.columns.tolist() == ["企业", "营业收入", "税收", "年份", "source_row"]
    assert frame[["营业收入", "税收", "年份"]].to_numpy().tolist() == [[5, 6, 2021], [7, 8, 2022]]


def test_a_line_of_units_and_a_line_of_numbers(tmp_path):
    frame, _ = read(
        book(
            tmp_path,
            [
                ["企业", "营业收入", "用地面积"],
                [None, "亿元", "公顷"],
                ["甲", 1, 2],
                ["某厂", 3, 4],
            ],
        )
    )
    assert frame.columns.tolist()[:3] == ["企业", "营业收入（亿元）", "用地面积（公顷）"]
    assert frame["企业"].tolist() == ["甲", "某厂"]
    numbered, notes = read(
        book(
            tmp_path,
            [["企业", "收入", "税收", "面积"], ["甲", 1, 2, 3], ["某厂", 3.5, 4.5, 1]],
            name="n.xlsx",
        )
    )
    assert numbered["企业"].tolist() == ["某厂"]
    assert notes["code"].tolist() == ["row_left_out"]
    plain, _ = read(book(tmp_path, [["a", "b", "c"], [1, 2, 3], ["某厂", 1, 2]], name="p.xlsx"))
    assert len(plain) == 2  # figures that only happen to count up


def test_merged_cells_down_the_side_text_is_spread_numbers_count_once(tmp_path):
    frame, notes = read(
        book(
            tmp_path,
            [["企业", "宗地", "税收"], ["甲", "A", 90], [None, "B", None], ["乙", "C", 5]],
            ["A2:A3", "C2:C3"],
        )
    )
    assert frame["企业"].tolist() == ["甲", "甲", "乙"]
    assert pd.to_numeric(frame["税收"]).sum() == 95
    assert notes[["code", "row"]].to_numpy().tolist() == [["merged_number", 2]]


def test_units_of_every_kind_in_headings(tmp_path):
    raw, _ = read(
        book(
            tmp_path,
            [
                ["宗地编号", "合同（证载）面积（亩）", "总建筑面积(㎡)", "绿地面积[公顷]"],
                ["A", 15, 7, 2],
            ],
        )
    )
    frame, _ = canonical(
        raw, LAYERS["parcels"], {"contract_area_m2": field("合同（证载）面积（亩）")}, "t", "CNY"
    )
    row = frame.iloc[0]
    assert (row["contract_area_m2"], row["floor_area_m2"], row["green_area_m2"]) == (
        pytest.approx(10_000),
        7,
        20_000,
    )


def field(column, unit=None):
    from geo.project import FieldSource

    return FieldSource(column=column, unit=unit)


def test_a_unit_that_is_not_the_columns_is_told(tmp_path):
    raw, _ = read(book(tmp_path, [["统一社会信用代码", "年份", "税收（万吨）"], ["A", 2023, 1]]))
    frame, notes = canonical(raw, LAYERS["indicators"], {}, "t.xlsx", "CNY")
    assert "tax" not in frame
    told = notes[notes["code"] == "unit_unknown"].iloc[0]
    assert (told["severity"], "unit `万吨" in spoken(told)["message_en"]) == ("error", True)
    raw, _ = read(book(tmp_path, [["统一社会信用代码", "年份", "税收（含附加）"], ["A", 2023, 1]]))
    frame, _ = canonical(raw, LAYERS["indicators"], {}, "t.xlsx", "CNY")
    assert frame["tax"].tolist() == [1]


def test_mixed_units_in_a_column_are_told_by_row(tmp_path):
    raw, _ = read(
        book(
            tmp_path,
            [
                ["统一社会信用代码", "年份", "税收（万元）"],
                ["A", 2023, "3.5万元"],
                ["B", 2023, "2亿元"],
                ["C", 2023, "1,200.5"],
            ],
        )
    )
    frame, notes = canonical(raw, LAYERS["indicators"], {}, "t.xlsx", "CNY")
    assert frame["tax"].fillna(-1).tolist() == [3.5, -1, 1200.5]
    bad = notes[notes["code"] == "not_number"]
    assert bad["row"].tolist() == [3]
    assert "2亿元" in spoken(bad)["message_zh"].iloc[0]


def test_a_sheet_that_is_not_there(tmp_path):
    file = book(tmp_path, [["a", "b"], [1, 2]])
    with pytest.raises(SourceError, match="no sheet `台账`: it has Sheet"):
        read(file, sheet="台账")


def test_a_project_reads_a_ledger_without_a_word_of_mapping(project):
    rows = [
        ["测试园区企业台账"],
        ["统一社会信用代码", "年份", "经济指标", None],
        [None, None, "营业收入（元）", "税收（万元）"],
        ["E1", 2023, 33_075_000, 119.925],
        ["合计", None, 33_075_000, 119.925],
    ]
    book(project, rows, ["A1:D1", "A2:A3", "B2:B3", "C2:D2"], "台账.xlsx")
    layers = load(edit(project, 'path = "indicators.csv"', 'path = "台账.xlsx"'))
    assert layers["indicators"]["revenue"].tolist() == [3307.5]
    assert {"row_left_out", "columns_by_heading"} <= set(layers.findings["code"])
