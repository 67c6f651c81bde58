"""What an office writes in TOML: numbers are finite, and every fault is told by its key."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.declaration import RefusedValueError, parse_toml
from geo.errors import ProjectError, RuleError
from geo.evaluate.method import read_method
from geo.formula import evaluate, fraction
from geo.project import read_project
from geo.standards.model import read_pack
from geo.text import Text
from tests.builders import column_text, pack_text, row_text

HEAD = '[project]\nyear = 2023\n[layers.parcels]\npath = "p.gpkg"\n'


PACK = pack_text(
    column_text("far", "floor_area_ratio", clause="第三条"), row_text("far = 0.7"), pack_id="p"
)
METHOD = """
[method]
id = "m"
title_zh = "某办法"
title_en = "a method"
issuer = "某市"
document = "某发〔2023〕2号"
date = 2023
url = "https://example.org/2"
[[groups]]
id = "g"
zh = "全部"
en = "all"
where = "all"
family = "ratio"
[[groups.items]]
indicator = "tax_per_mu"
weight = 60
baseline = 10
"""
FAULTS = [
    ("[project]\nyear = 2023\nyear = 2024", "mujun.toml", "its end", "末尾"),
    ("[project]\nyear = 20 23\n", "mujun.toml", "line 2, column 11", "第2行第11个字符"),
    ("[project]\nyear = 99999999999999999999999", "project.year", r"over 1e\+15", r"大于1e\+15"),
    ('[project]\nyear = "2023年"', "project.year", "must be a whole number", "应为整数"),
    ("[project]\nyear = 23", "project.year", "at least 1949", "不应小于 1949"),
    ("[project]\ntitel = 1\nyear = 2023", "project.titel", "did you mean `title`", "是否为 title"),
    ('[project]\nyear = 2023\nlang = "fr"', "project.lang", "one of zh, en", "只能写 zh、en"),
    ("[project]\nyear = 2023\nuncertainty = nan", "project.uncertainty", "finite", "有限"),
    ("[project]\nyear = 2023\ngap_band_m = inf", "project.gap_band_m", "finite", "有限"),
    (
        "[project]\nyear = 2023\noverlap_band_m = -1",
        "project.overlap_band_m",
        "greater than 0",
        "应大于 0",
    ),
    (
        "[project]\nyear = 2023\nplace = { lon = 200, lat = 1 }",
        "project.place.lon",
        "at most 180",
        "不应大于 180",
    ),
    ("[project]\nyear = 2023\nplace = { lon = 2 }", "project.place.lat", "is required", "必须填写"),
    ("[project]\nyear = 2023\nstandards = 3", "project.standards", "must be a list", "应为列表"),
    ("[project]\nyear = 2023\n[project.costs]\nx = -inf", "project.costs.x", "finite", "有限"),
    (HEAD + "header = 3", "layers.parcels.header", "no such setting", "没有这个设置项"),
    (
        HEAD + "fields = { parcel_idd = '编号' }",
        "layers.parcels.fields.parcel_idd",
        "not one of parcel_id,",
        "可用：parcel_id、",
    ),
    (
        HEAD + "[layers.parcel]\npath = 'x'",
        "layers.parcel",
        "not one of parcels",
        "可用：parcels、",
    ),
    (
        HEAD + "[tables.indicators]\npath = 'x'\nsheet = 1.5",
        "tables.indicators.sheet",
        "must be",
        "应为",
    ),
    ("[project]\nyear = 2023", "layers.parcels", "is required", "必须填写"),
    (
        HEAD + "[project.indicators.a]\nzh = '甲'\nformula = '1 / 0'\nsource = '某'",
        "project.indicators.a.source",
        "too short",
        "太短",
    ),
    ("x = " + "[" * 3000, "mujun.toml", "not valid TOML|nested", "嵌套|有效"),
    ("x = 1" + "0" * 5000, "mujun.toml", "no number", "写不成数"),
    (f"[project]\nyear = 2023\ntitle = '{'园' * 10_001}'", "project.title", "10,000", "10,000"),
    ('[project]\nyear = 2023\ntitle = "a\\u0000b"', "project.title", "NUL", "NUL"),
]


@pytest.mark.parametrize(("text", "key", "en", "zh"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_of_the_project_is_told_by_key_in_both_languages(tmp_path, text, key, en, zh):
    file = tmp_path / "mujun.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError, match=en) as caught:
        read_project(file)
    assert key in str(caught.value)
    assert key in caught.value.text.zh
    with pytest.raises(ProjectError, match=zh):
        raise ProjectError(Text(caught.value.text.zh, caught.value.text.zh))
    assert not any(word in str(caught.value) for word in ("Input should", "pydantic", "Error"))


@pytest.mark.parametrize(
    ("line", "letter", "half"),
    [
        ("title = “试验”", "“", '"'),
        ("title = ＂试验＂", "＂", '"'),
        ('title = "试验”', "”", '"'),
        ("title = '试验’", "’", "'"),
        ("year ＝ 2023", "＝", "="),
        ("［project］", "［", "["),
        ("【project】", "【", "["),
        ("place = {lon = 105，lat = 29}", "，", ","),
        ("standards = ['a'、'b']", "、", ","),
        ("　year = 2023", "\u3000", " "),
        ("year = 2023 ＃ 年份", "＃", "#"),
    ],
)
def test_a_full_width_letter_is_named_with_the_one_to_type(line, letter, half):
    with pytest.raises(RefusedValueError) as caught:
        parse_toml(f"# 项目\n{line}\nlang = 'zh'\n".encode())
    assert caught.value.text.en.startswith("line 2, column ")
    with pytest.raises(RefusedValueError, match=f": {letter} is full-width"):
        parse_toml(f"# 项目\n{line}".encode())
    assert f": {letter} is full-width" in caught.value.text.en
    assert caught.value.text.zh.endswith(f"半角的 {half}")


@pytest.mark.parametrize(
    "text",
    [
        "[a]\nx = 1\n[b]\n[a]\n",
        "x = 1\ny = 2\nx = 3\n",
        "[a]\nx = {y = 1}\n[a.x]\ny = 2\n",
        "a = {x = 1, x = 2}\n",
    ],
)
def test_what_stands_twice_is_told(text):
    with pytest.raises(RefusedValueError, match="stands twice"):
        parse_toml(text.encode())


def test_full_width_letters_inside_a_text_are_the_users():
    assert parse_toml('title = "“试验”，＝［一］"'.encode()) == {"title": "“试验”，＝［一］"}


def test_a_project_in_gbk_is_told_to_be_saved_as_utf8(tmp_path):
    (tmp_path / "mujun.toml").write_bytes('[project]\ntitle = "园区"'.encode("gbk"))
    with pytest.raises(ProjectError, match="save it as UTF-8"):
        read_project(tmp_path)


@pytest.mark.parametrize(
    "value",
    [
        "inf",
        "nan",
        "-inf",
        "1e16",
        "1" + "0" * 20,
        "true",
        "'x'",
        "{ min = nan }",
        "{ max = inf }",
        "{}",
        "[]",
        "{ min = 'x' }",
    ],
)
def test_no_cell_of_a_pack_is_beyond_numbers(tmp_path, value):
    (tmp_path / "p.toml").write_text(PACK.replace("far = 0.7", f"far = {value}"), encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        read_pack("p.toml", tmp_path)
    assert "p.toml" in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        ("weight = 60", "weight = inf"),
        ("baseline = 10", "baseline = nan"),
        ("baseline = 10", "baseline = -1"),
        ("where = 'all'", ""),
    ],
)
def test_no_number_of_a_method_is_beyond_numbers(tmp_path, change):
    text = METHOD.replace('"', "'").replace(*change)
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        read_method("m.toml", tmp_path)
    assert "groups.1" in str(caught.value)


def test_the_files_above_are_whole_without_their_faults(tmp_path):
    (tmp_path / "p.toml").write_text(PACK, encoding="utf-8")
    (tmp_path / "m.toml").write_text(METHOD, encoding="utf-8")
    assert read_pack("p.toml", tmp_path).head.id == "p"
    assert read_method("m.toml", tmp_path).head.id == "m"


@given(st.binary(max_size=200))
def test_any_bytes_are_tables_or_refused(raw):
    try:
        tables, why = parse_toml(raw), None
    except RefusedValueError as error:
        tables, why = None, error.text
    assert isinstance(tables, dict) != bool(why and why.zh and why.en)


@pytest.mark.parametrize(
    "text",
    [
        "1 / 0",
        "tax / 0",
        "tax / (area_mu - area_mu)",
        "0 / 0",
        "1e15 * 1e15 * 1e15 * " + " * ".join(["1e15"] * 20),
    ],
)
def test_what_has_no_value_is_missing(text):
    assert str(evaluate(text, {"tax": [1.0, 2.0], "area_mu": [3.0, 4.0]}, 2)) == "[nan nan]"


DEEP = [
    "-" * 480 + "1",
    "-(" * 150 + "tax" + ")" * 150,
    "1" + "+1" * 240,
    "9" * 309,
    "1e309",
    "1e16",
    "1e15j",
    "tax" + "/tax" * 120,
]


@pytest.mark.parametrize("text", DEEP)
def test_a_formula_is_bounded(text):
    with pytest.raises(ProjectError, match="cannot be used"):
        fraction(text)


def test_a_long_sum_is_no_deep_formula():
    assert evaluate("+".join(["tax"] * 55), {"tax": [2.0]}, 1)[0] == 110


_NUMBER = st.floats(-1e6, 1e6).map(lambda x: f"({x!r})") | st.just("0")
_FORMULA = st.recursive(
    _NUMBER | st.sampled_from(["tax", "area_mu", "nothing"]),
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(
        lambda parts: f"({' '.join(parts)})"
    ),
    max_leaves=12,
)


@given(_FORMULA)
def test_a_formula_is_what_python_works_out(text):
    value = evaluate(text, {"tax": [6.5], "area_mu": [0.0]}, 1)[0]
    try:
        wanted = eval(text, {"tax": 6.5, "area_mu": 0.0, "nothing": float("nan")})
    except ZeroDivisionError:
        wanted = float("nan")
    wanted = wanted if np.isfinite(wanted) else float("nan")
    np.testing.assert_equal(value, wanted)


@pytest.mark.parametrize(
    "path", ["", " ", "loop.csv", "pipe.csv", "x" * 300 + ".csv", "/dev/zero", "a/" * 3000]
)
def test_what_can_be_no_file_is_told_before_it_is_opened(tmp_path, path):
    (tmp_path / "loop.csv").symlink_to(tmp_path / "pool.csv")
    (tmp_path / "pool.csv").symlink_to(tmp_path / "loop.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "mujun.toml").write_text(HEAD, encoding="utf-8")
    with pytest.raises(ProjectError, match="cannot be used"):
        read_project(tmp_path).path(path)
