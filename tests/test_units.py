"""Units in headings, titles, lines of units and cells: understood, or the column stops."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import ProjectError, SourceError
from geo.model import LAYERS
from geo.model.units import heading_units, is_unit_row, like_unit, note_units, parse
from geo.project import FieldSource, read_project
from geo.sources.columns import columns_by_name, measured
from geo.sources.fields import canonical
from geo.sources.load import load
from tests.saying import spoken

MULTIPLES = {
    "": 1,
    "十": 10,
    "百": 100,
    "千": 10**3,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "百亿": 10**10,
}
BASES = {
    "元": ("money CNY", 1),
    "美元": ("money USD", 1),
    "平方米": ("area", 1),
    "㎡": ("area", 1),
    "亩": ("area", Fraction(2000, 3)),
    "千瓦时": ("electricity", 1),
    "kWh": ("electricity", 1),
    "吨标准煤": ("energy", 1),
    "人": ("people", 1),
    "吨": ("mass", 1),
}


@given(
    st.sampled_from(sorted(MULTIPLES)),
    st.sampled_from(sorted(BASES)),
    st.sampled_from(["", " ", "\u00a0", "\u200b"]),
    st.sampled_from(["", "/年", "/a"]),
)
def test_a_multiple_of_a_base_is_the_product(multiple, base, blank, per):
    unit = parse(f"{multiple}{blank}{base}{per}")
    dimension, scale = BASES[base]
    assert (unit.dimension, unit.scale) == (dimension, MULTIPLES[multiple] * scale)


@pytest.mark.parametrize(
    ("text", "dimension", "scale"),
    [
        ("人民币元", "money CNY", 1),
        ("RMB 万元", "money CNY", 10**4),
        ("万元人民币", "money CNY", 10**4),
        ("10k CNY", "money CNY", 10**4),
        ("10,000 yuan", "money CNY", 10**4),
        ("10,000 CNY", "money CNY", 10**4),
        ("10,000 USD", "money USD", 10**4),
        ("10,000元", "money CNY", 10**4),
        ("￥万", "money CNY", 10**4),
        ("US$ million", "money USD", 10**6),
        ("万美元", "money USD", 10**4),
        ("hm²", "area", 10**4),
        ("M^2", "area", 1),
        ("万平方米", "area", 10**4),
        ("km²", "area", 10**6),
        ("㏊", "area", 10**4),
        ("万tce", "energy", 10**4),
        ("公斤标准煤", "energy", Fraction(1, 1000)),
        ("万度", "electricity", 10**4),
        ("亿千瓦时", "electricity", 10**8),
        ("kW·h", "electricity", 1),
        ("10^4元", "money CNY", 10**4),
        ("×10⁴元", "money CNY", 10**4),
        ("wan yuan", "money CNY", 10**4),
        ("ten thousand yuan", "money CNY", 10**4),
        ("hundred million CNY", "money CNY", 10**8),
        ("100万元", "money CNY", 10**6),
        ("％", "share", Fraction(1, 100)),
        ("‰", "share", Fraction(1, 1000)),
        ("公頃", "area", 10**4),
        ("畝", "area", Fraction(2000, 3)),
        ("萬圓", "money CNY", 10**4),
        ("萬噸標準煤", "energy", 10**4),
    ],
)
def test_units_as_offices_write_them(text, dimension, scale):
    unit = parse(text)
    assert (unit.dimension, unit.scale) == (dimension, scale)


@pytest.mark.parametrize(
    "note",
    [
        "2023年",
        "含税",
        "不含税",
        "规上",
        "合计",
        "必填",
        "全口径",
        "当年价",
        "试行",
        "GDP",
        "R&D",
        "单元",
        "百强",
        "人数",
        "平均人数",
        "年报",
        "广元",
        "A3控规单元",
        "庆元",
        "一",
        "含社保",
        "2000万元以上",
        "1-12月",
        "填报",
        "B",
    ],
)
def test_a_note_in_brackets_is_no_unit(note):
    assert heading_units(f"营业收入（{note}）", "营业收入") == []


@pytest.mark.parametrize(
    "word",
    [
        "万",
        "百万",
        "泰铢",
        "越南盾",
        "新台元",
        "万平",
        "人民币",
        "million",
        "M",
        "sqyd",
        "m3/d",
        "万瓦",
        "104元",
        "3元",
        "吨原煤",
        "€",
    ],
)
def test_what_reads_like_a_unit_is_never_a_note(word):
    assert like_unit(word)
    _, found = typed(f"营业收入（{word}）", [1.0])
    assert found == ["unit_unknown"]


@pytest.mark.parametrize(
    ("above", "units"),
    [
        ("单位：人民币元", ["人民币元"]),
        ("单位：万元、亩", ["万元", "亩"]),
        ("（单位：万元）", ["万元"]),
        ("企业经济指标表（元）", ["元"]),
        ("金额单位：人民币万元", ["人民币万元"]),
        ("以万元计", ["万元"]),
        ("币种：人民币 单位：元", ["元"]),
        ("单位：元 填报日期：2023-12-31", ["元"]),
        ("单 位：千元", ["千元"]),
        ("单位：万元（含税）", ["万元"]),
        ("注：金额以元为单位", ["元"]),
        ("2. 单位为元", ["元"]),
        ("填报单位：经信局", []),
        ("单位：隆昌市工业园区管委会", []),
        ("单位名称：某某公司", []),
        ("隆昌市2023年规上企业台账（试行）", []),
        ("企业经济指标表", []),
        ("单位：麻袋", ["麻袋"]),
    ],
)
def test_texts_above_a_table(above, units):
    assert note_units(above) == units


def test_a_row_of_units_is_told_from_a_row_of_data():
    assert is_unit_row([None, "亿元", "（公顷）", "吨标准煤", "%"])
    assert is_unit_row(["万元", "泰铢"])  # one that is not known is a unit too
    assert not is_unit_row(["某厂", 3, 4])
    assert not is_unit_row([None, None])


def typed(heading, values, units=(), currency="CNY", layer="indicators", fields=None):
    frame = pd.DataFrame(
        {
            "统一社会信用代码": [f"E{i}" for i in range(len(values))],
            "年份": 2023,
            heading: pd.Series(values, dtype=object),
            "source_row": range(2, 2 + len(values)),
        }
    )
    frame.attrs["units"] = list(units)
    out, notes = canonical(frame, LAYERS[layer], fields or {}, "t.xlsx", currency)
    listed = notes[notes["code"] != "columns_by_heading"]
    return out, listed["code"].tolist()


@pytest.mark.parametrize(
    ("heading", "units", "factor"),
    [
        ("营业收入（元，不含税）", (), 1e-4),
        ("营业收入/元", (), 1e-4),
        ("营业收入_元", (), 1e-4),
        ("营业收入 元", (), 1e-4),
        ("营业收入元", (), 1e-4),
        ("营业收入［千元］", (), 0.1),
        ("营业收入（元", (), 1e-4),
        ("营业收入〔百万元〕", (), 100),
        ("*营业收入（必填，万元/年）", (), 1),
        ("营业收入-亿元", (), 1e4),
        ("营业收入", ("单位：人民币元",), 1e-4),
        ("营业收入", ("企业表（百万元）",), 100),
        ("营业收入（亿元）", ("单位：元",), 1e4),
        ("营业收入", ("单位：亩、人",), 1),
        ("营业收入（2023年）", ("单位：千元",), 0.1),
    ],
)
def test_figures_are_converted_by_what_is_stated(heading, units, factor):
    out, found = typed(heading, [30_000_000, "1,234.5"], units)
    assert out["revenue"].tolist() == pytest.approx([30_000_000 * factor, 1234.5 * factor])
    assert found == []


@pytest.mark.parametrize(
    ("heading", "units"),
    [
        ("营业收入（元/亩）", ()),
        ("营业收入（万元、元）", ()),
        ("营业收入（美元）", ()),
        ("营业收入（吨）", ()),
        ("营业收入（%）", ()),
        ("营业收入（月）", ()),
        ("营业收入", ("单位：元/亩",)),
        ("营业收入", ("单位：万元 元",)),
        ("营业收入", ("单位：麻袋",)),
        ("营业收入", ("单位：万美元",)),
        ("营业收入", ("企业表（百万）",)),
    ],
)
def test_a_unit_that_is_not_understood_stops_its_column_only(heading, units):
    out, found = typed(heading, [1.0, 2.0], units)
    assert "revenue" not in out
    assert found == ["unit_unknown"]
    assert out["enterprise_id"].tolist() == ["E0", "E1"]


def test_the_error_names_heading_unit_and_mend():
    frame = pd.DataFrame(
        {"统一社会信用代码": ["E"], "年份": [2023], "综合能耗（吨）": [5.0], "source_row": [2]}
    )
    _, notes = canonical(frame, LAYERS["indicators"], {}, "t.xlsx", "CNY")
    found = notes[notes["code"] == "unit_unknown"].iloc[0]
    assert found["severity"] == "error"
    assert "unit `吨` of energy_tce (column `综合能耗（吨）`)" in spoken(found)["message_en"]
    assert (
        'energy_tce = { column = "综合能耗（吨）", unit = "吨标准煤" }' in spoken(found)["mend_en"]
    )


def test_the_projects_unit_goes_before_the_headings():
    fields = {"revenue": FieldSource(column="营业收入（元/亩）", unit="元")}
    out, _ = typed("营业收入（元/亩）", [20_000], fields=fields)
    assert out["revenue"].tolist() == [2.0]
    said = "unit `麻袋` of revenue is not known: use one of 元, 千元"
    with pytest.raises(ProjectError, match=said):
        typed("收入", [1], fields={"revenue": FieldSource(column="收入", unit="麻袋")})


def test_dollars_are_not_yuan():
    out, _ = typed("营业收入（美元）", [20_000], currency="USD")
    assert out["revenue"].tolist() == [2.0]
    _, found = typed("营业收入（元）", [20_000], currency="USD")
    assert found == ["unit_unknown"]


def test_a_number_format_that_scales_what_is_shown_stops_the_column():
    frame = pd.DataFrame(
        {"统一社会信用代码": ["E"], "年份": [2023], "营业收入（万元）": [1e7], "source_row": [2]}
    )
    frame.attrs["formats"] = {"营业收入（万元）": ['0!.0,"万元"']}
    out, notes = canonical(frame, LAYERS["indicators"], {}, "t.xlsx", "CNY")
    assert "revenue" not in out
    assert "unit_unknown" in set(notes["code"])


@pytest.mark.parametrize(
    ("heading", "cells", "area"),
    [
        ("占用面积", ["10000", "15亩", "1公顷", "1万㎡"], [1e4, 1e4, 1e4, 1e4]),  # none is stated
        ("占用面积（亩）", [15, "15亩", "1公顷"], [1e4, 1e4, None]),
    ],
)
def test_units_in_cells(heading, cells, area):
    frame = pd.DataFrame(
        {
            "enterprise_id": "E",
            "parcel_id": "P",
            "source_row": range(len(cells)),
            heading: pd.Series(cells, dtype=object),
        }
    )
    out, _ = canonical(frame, LAYERS["occupancy"], {}, "t.xlsx", "CNY")
    assert out["area_m2"].tolist() == [
        pytest.approx(a) if a else pytest.approx(float("nan"), nan_ok=True) for a in area
    ]


def test_a_table_whose_every_unit_is_unknown_stops_with_that_cause(project):
    (project / "indicators.csv").write_text(
        "enterprise_id,year,营业收入（元/亩）,税收（元/亩）\nE1,2023,1,2\n", encoding="utf-8"
    )
    with pytest.raises(SourceError, match=r'unit `元/亩` of revenue .* unit = "元"'):
        load(read_project(project))


@pytest.mark.parametrize("cell", ["元", "（千元）", "人民币元"])
def test_a_unit_alone_in_a_cell_stops_its_column(cell):
    out, found = typed("营业收入", [cell, 30_000_000])
    assert "revenue" not in out
    assert found == ["unit_unknown"]
    out, found = typed("营业收入", ["万元", 3000])
    assert out["revenue"].tolist()[1:] == [3000]
    assert found == ["not_number"]
    assert typed("营业收入", ["¥1,000.00", 3000])[1] == ["not_number"]


@pytest.mark.parametrize(
    "heading", ["3.营业收入", "（三）营业收入（元）", "营业收入①", "3、营业收入②（元）"]
)
def test_a_heading_is_known_with_its_number_and_footnote(heading):
    out, _ = typed(heading, [20_000])
    assert out["revenue"].tolist() == [2.0 if "元" in heading else 20_000]


@pytest.mark.parametrize(
    "note",
    [
        "亩均",
        "人均",
        "上年同期",
        "同比",
        "增长率",
        "1—6月",
        "2023年1-6月",
        "上半年",
        "第三季度",
        "当月",
        "计划",
    ],
)
def test_a_note_of_another_figure_stops_the_column(note):
    out, found = typed(f"营业收入（{note}，万元）", [1.0, 2.0])
    assert "revenue" not in out
    assert found == ["unit_unknown"]


def test_a_column_of_a_like_name_is_told():
    out, found = typed("全年营业收入（万元）", [1.0, 2.0])
    assert "revenue" not in out
    assert found == ["columns_alike"]
    frame = pd.DataFrame(
        {
            "统一社会信用代码": ["E"],
            "年份": [2023],
            "营业收入（元）": [1.0],
            "营业收入（万元）": [1.0],
            "source_row": [2],
        }
    )
    _, notes = canonical(frame, LAYERS["indicators"], {}, "t.xlsx", "CNY")
    assert sorted(notes["code"]) == ["columns_by_heading", "columns_undecided"]


@pytest.mark.parametrize(
    ("above", "units"),
    [
        ("单位详细名称：三元电子", []),
        ("单位所在地：广元", []),
        ("单位万元", ["万元"]),
        ("单位 麻袋", ["麻袋"]),
        ("企业表（千元版）", ["千元"]),
        ("企业表（元口径）", ["元"]),
        ("亿元以上企业表（亿元以上）", []),
    ],
)
def test_what_follows_the_word_unit_is_one_or_none(above, units):
    assert note_units(above) == units


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("currency", ["CNY", "USD", "EUR", "JPY"])
def test_what_mujun_heads_a_column_with_is_read_as_it_is(lang, currency):
    """Tax (10,000 CNY) of the workbook was read in thousands: a tenth of it, without a word."""
    for spec in LAYERS.values():
        for column in spec.columns:
            if column.kind != "number":
                continue
            heading = column.label(lang, currency)
            read = measured(column, heading, None, [], currency, "t.xlsx")
            assert not read.problem, heading
            assert read.multiple == read.divisor, heading
            found = columns_by_name(spec, {}, [heading])
            assert found.get(column.name) == heading, heading


@pytest.mark.parametrize(
    ("heading", "factor"),
    [
        ("Revenue (10,000 CNY)", 1),
        ("Revenue (１０，０００ yuan)", 1),
        ("Revenue, 1,000 CNY", 0.1),
        ("Revenue (CNY '000)", 0.1),
        ("营业收入（10,000元）", 1),
    ],
)
def test_thousands_separators_part_no_unit(heading, factor):
    column = LAYERS["indicators"].by_name["revenue"]
    read = measured(column, heading, None, [], "CNY", "t.csv")
    assert read.multiple / read.divisor == factor
    above = measured(
        column, "Revenue", None, [f"Unit: {heading[8:].strip(' (),')}"], "CNY", "t.csv"
    )
    assert heading.startswith("营") or above.multiple / above.divisor == factor
