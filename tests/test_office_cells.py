"""What stands beside a figure: marks of footnotes, units of rows and formats, parts of a year."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from geo import findings, load, read_project
from geo.errors import SourceError
from geo.geometry.keys import match_key
from geo.model import LAYERS
from geo.project import TableSource
from geo.sources.fields import canonical
from geo.sources.tables import read_table

BASE = Path(__file__).parent / "data/field_cases/00"
HEAD = ["统一社会信用代码", "年份", "营业收入", "税收"]


def read(tmp_path, rows, layer="indicators", formats=(), name="t.xlsx"):
    """A sheet in canonical columns, and what was found; `formats` are of single cells."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, code in dict(formats).items():
        book.active[cell].number_format = code
    book.save(tmp_path / name)
    frame, notes = read_table(tmp_path / name, TableSource(path=name), layer)
    out, found = canonical(frame, LAYERS[layer], {}, name, "CNY")
    return out, findings.in_language(findings.gather_findings([notes, found]), "en")


@pytest.mark.parametrize("cell", ["1000①", "①1000", "100²", "2000⒈", "１０００㉑"])
def test_a_mark_of_a_footnote_is_no_digit(tmp_path, cell):
    """1000① is not 10001: it is named, as 1000* is."""
    out, found = read(tmp_path, [HEAD, ["E1", 2023, cell, 100]])
    assert out["revenue"].isna().all()
    assert found.loc[found["code"] == "not_number", "message"].str.contains(cell).any()


def test_a_marked_date_is_not_another_day(tmp_path):
    """3 March with a footnote is not the 31st; a raised 2 of m² is a unit's."""
    head = ["宗地编号", "地类编码", "供地日期", "总建筑面积"]
    rows = [["P1", "100101", "2020-3-3①", "3.2m²"], ["P2", "100101", "2020-3-3", "1亩"]]
    out, found = read(tmp_path, [head, *rows], "parcels")
    assert out["supplied_on"].isna().tolist() == [True, False]
    assert out["floor_area_m2"].tolist() == [3.2, pytest.approx(2000 / 3)]
    assert found["code"].tolist().count("not_date") == 1


def test_marked_ids_are_ids_of_their_own():
    assert match_key(["P1", "P1①", "P11", "P1②"]).is_unique


def test_each_column_of_units_is_of_its_figures(tmp_path):
    """Two columns called 单位: 1,000,000 元 of tax are 100 万元, whatever the revenue is in."""
    head = [*HEAD[:3], "单位", "税收", "单位"]
    rows = [["E1", 2023, 0.1, "亿元", 1_000_000, "元"], ["E2", 2023, 2000, "万元", 200, "万元"]]
    out, _ = read(tmp_path, [head, *rows])
    assert out[["revenue", "tax"]].to_numpy().tolist() == [[1000, 100], [2000, 200]]


def test_a_unit_that_a_format_shows_is_the_cells(tmp_path):
    """The sheet shows 10,000,000元 and 100万元; where the heading says otherwise nothing is guessed."""
    formats = {"C2": '#,##0"元"', "D2": '0"万元"', "D3": r"0\元", "C3": '"¥"#,##0'}
    rows = [HEAD, ["E1", 2023, 10_000_000, 100], ["E2", 2023, 2000, 2e6]]
    out, _ = read(tmp_path, rows, formats=formats)
    assert out[["revenue", "tax"]].to_numpy().tolist() == [[1000, 100], [2000, 200]]
    head = [*HEAD[:2], "营业收入（万元）", "税收"]
    out, found = read(tmp_path, [head, ["E1", 2023, 10_000_000, 100]], formats=formats)
    assert out["revenue"].isna().all()
    assert found["message"].str.contains("C2 = 10000000元").any()


def test_sums_are_found_below_figures_whose_format_shows_a_unit(tmp_path):
    rows = [["E1", 2023, 1e7, 100], ["E2", 2023, 2e7, 200], ["合计", None, 3e7, 300]]
    formats = {f"C{row}": '0"元"' for row in (2, 3, 4)}
    out, found = read(tmp_path, [HEAD, *rows], formats=formats)
    assert out["revenue"].tolist() == [1000, 2000]
    assert "sum_differs" not in set(found["code"])


@pytest.mark.parametrize(
    "note", ["预计", "月均", "月度", "近三年累计", "三年平均", "前三季度", "万元，预测数"]
)
def test_a_note_of_another_figure_stops_the_column(tmp_path, note):
    out, _ = read(tmp_path, [[*HEAD[:3], f"税收（{note}）"], ["E1", 2023, 1000, 100]])
    assert "tax" not in out
    assert out["revenue"].tolist() == [1000]


PARTS = [
    "2023年上半年企业经济指标",
    "2023年1—9月主要指标（单位：万元）",
    "2023Q3 指标",
    "1-6月累计",
]


@pytest.mark.parametrize("title", PARTS)
def test_figures_of_a_part_of_a_year_are_not_a_years(tmp_path, title):
    """The title alone says 2023: it stops; with a column of years it is a question."""
    bare = [HEAD[0], *HEAD[2:]]
    with pytest.raises(SourceError, match="names a part of a year"):
        read(tmp_path, [[title, None, None], bare, ["E1", 500, 50]])
    out, found = read(tmp_path, [[title, None, None, None], HEAD, ["E1", 2023, 500, 50]])
    assert out["year"].tolist() == [2023]
    assert "part_of_year" in set(found["code"])


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("2023年度企业指标  填报日期：2024年1月5日", 2023),
        ("2023年1-12月企业指标", 2023),
        ("2023年1月至12月", 2023),
        ("截至2023年12月31日", 2023),
    ],
)
def test_a_date_of_filling_in_is_no_year_of_the_figures(tmp_path, title, year):
    rows = [[title, None, None], [HEAD[0], *HEAD[2:]], ["E1", 1000, 100]]
    assert read(tmp_path, rows)[0]["year"].tolist() == [year]


def test_a_day_alone_gives_no_year(tmp_path):
    rows = [["填报日期：2024年1月5日", None, None], [HEAD[0], *HEAD[2:]], ["E1", 1000, 100]]
    with pytest.raises(SourceError, match="`year` is missing"):
        read(tmp_path, rows)


def test_a_unit_behind_a_comma_is_read(tmp_path):
    """营业收入，元 was no heading of 营业收入 at all."""
    out, _ = read(tmp_path, [[*HEAD[:2], "营业收入，元", "税收、万元"], ["E1", 2023, 1e7, 100]])
    assert out[["revenue", "tax"]].to_numpy().tolist() == [[1000, 100]]


def test_a_unit_beside_the_headings_or_above_the_page_is_the_tables(tmp_path):
    """单位：元 in a blank cell right of the headings, and in what is printed above each page."""
    rows = [["E1", 2023, 10_000_000, 1_000_000]]
    out, _ = read(tmp_path, [[*HEAD, "单位：元"], *rows])
    assert out[["revenue", "tax"]].to_numpy().tolist() == [[1000, 100]]
    book = openpyxl.Workbook()
    for row in (HEAD, *rows):
        book.active.append(row)
    book.active.oddHeader.right.text = "单位：元"
    book.active.oddHeader.right.size = 12
    book.save(tmp_path / "t.xlsx")
    frame, _ = read_table(tmp_path / "t.xlsx", TableSource(path="t.xlsx"), "indicators")
    out, _ = canonical(frame, LAYERS["indicators"], {}, "t.xlsx", "CNY")
    assert out[["revenue", "tax"]].to_numpy().tolist() == [[1000, 100]]


def test_a_title_with_a_unit_of_one_figure_beside_the_tables_is_not_guessed(tmp_path):
    """单位：万元（税收：元）: the tax was read as 万元."""
    rows = [["单位：万元（税收：元）", None, None, None], HEAD, ["E1", 2023, 1000, 1_000_000]]
    out, found = read(tmp_path, rows)
    assert "tax" not in out
    assert found["message"].str.contains("万元 / 元").any()
    rows[0][0] = "单位：万元  填表人：张三  日期：2024年1月5日"
    assert read(tmp_path, [*rows[:2], ["E1", 2023, 1000, 100]])[0]["tax"].tolist() == [100]


def test_a_register_whose_other_columns_hold_texts_beside_numbers_is_read(tmp_path):
    """One sheet of all roles: E1 on two rows, and a revenue that is no column of an enterprise."""
    shutil.copytree(BASE, tmp_path / "p")
    book = openpyxl.Workbook()
    for row in (
        ["统一社会信用代码", "企业名称", "行业代码", "年份", "营业收入"],
        ["E1", "甲厂", 3054, 2023, 600],
        ["E1", "甲厂", 3054, 2022, "无"],
        ["E2", "乙厂", 3484, 2023, "2,000"],
        ["E3", "丙厂", 1353, 2023, 3000.5],
    ):
        book.active.append(row)
    book.save(tmp_path / "p/enterprises.xlsx")
    text = (tmp_path / "p/mujun.toml").read_text(encoding="utf-8")
    text = text.replace("enterprises.csv", "enterprises.xlsx")
    text = text.replace("indicators.csv", "enterprises.xlsx")
    (tmp_path / "p/mujun.toml").write_text(text, encoding="utf-8")
    layers = load(read_project(tmp_path / "p/mujun.toml"))
    firms = layers["enterprises"]
    assert firms["enterprise_id"].tolist() == ["E1", "E2", "E3"]
    assert firms["industry_code"].tolist() == ["3054", "3484", "1353"]
    assert layers["indicators"]["revenue"].fillna(-1).tolist() == [600, -1, 2000, 3000.5]
    layers = load(read_project(tmp_path / "p/mujun.toml"))
    assert "rows_merged" not in set(layers.findings.query("layer == 'indicators'")["code"])
