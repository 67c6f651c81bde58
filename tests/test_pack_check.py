"""packs check: what is wrong or doubtful in a pack, on files made by hand for each remark."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.cli.pack_subjects import read_pack_at
from geo.model import INDICATORS
from geo.project import read_project
from geo.standards.model import Column, read_pack, shipped
from geo.standards.pack_check import check_pack, divisor_of
from geo.standards.pack_diff import differences
from geo.standards.pack_in_project import check_in_project
from geo.standards.pack_rows import in_ranges
from tests.builders import column_text, pack_text, row_text, written_pack

TODAY = dt.date(2026, 11, 29)
TAX = column_text("tax", "tax_per_mu", ">=", "万元/亩")


def remarks(pack, *others):
    """Each remark by its code: severity and what it says in both languages."""
    heads = {other.head.id: other.head for other in (pack, *others)}
    found = {}
    for remark in check_pack(pack, heads, TODAY):
        found[remark.code] = (remark.severity, remark.message.zh, remark.message.en)
        assert remark.message.zh != remark.message.en
    return found


def pack_of(folder, *parts, name="office", **head):
    lines = "".join(f"{key} = {head.pop(key)}\n" for key in ("transition",) if key in head)
    return written_pack(folder, pack_text(lines, *parts, pack_id=name, **head), f"{name}.toml")


def test_every_shipped_pack_passes_or_says_what_is_doubtful():
    packs = [read_pack(name) for name in shipped()]
    heads = {pack.head.id: pack.head for pack in packs}
    for pack in packs:
        found = check_pack(pack, heads, TODAY)
        assert not [remark.message.zh for remark in found if remark.severity == "error"]
        said = {remark.code for remark in found}
        assert ("copy" in said) == bool(pack.head.found)
        assert ("doubtful" in said) == bool(pack.head.note_zh)


def test_a_clean_pack_is_only_unsigned(tmp_path):
    assert remarks(pack_of(tmp_path, TAX, row_text("tax = 8"))) == {
        "unsigned": ("info", "未签核", "not signed off")
    }


@pytest.mark.parametrize(
    ("head", "code", "severity"),
    [
        ({"in_force_to": "2022-12-31"}, "ends_before", "error"),
        ({"date": "2023-02-01"}, "before_issue", "warning"),
        ({"date": 2024}, "before_issue", "warning"),
        ({"date": 2023}, None, ""),
        ({"date": "2027-01-01", "in_force_from": "2027-01-01"}, "issued_later", "warning"),
        ({"found": "报纸"}, "copy", "warning"),
        ({"note_zh": "单位未印"}, "doubtful", "info"),
        ({"replaces": "gone-1999"}, "no_earlier", "info"),
        (
            {"replaces": "a", "transition": "2022-01-01", "transition_clause": "八条"},
            "transition_before",
            "error",
        ),
    ],
)
def test_days_and_sources(tmp_path, head, code, severity):
    found = remarks(pack_of(tmp_path, TAX, row_text("tax = 8"), **head))
    expected = {code} if code else set()
    assert expected <= found.keys() - {"unsigned"}
    assert found.keys() - expected <= {"unsigned", "no_earlier", "no_transition"}
    if code:
        assert found[code][0] == severity


@pytest.mark.parametrize(
    ("last", "code"),
    [
        ("2022-12-30", "gap"),
        ("2022-12-31", None),
        ("2023-01-01", "overlap"),
    ],
)
def test_how_two_editions_join(tmp_path, last, code):
    """The new one is in force from 2023-01-01."""
    body = TAX, row_text("tax = 8")
    old = pack_of(
        tmp_path, *body, name="old", in_force_from="2020-01-01", in_force_to=last, date=2020
    )
    new = pack_of(tmp_path, *body, name="new", replaces="old")
    found = remarks(new, old)
    assert found.keys() & {"gap", "overlap", "no_later"} == ({code} if code else set())
    assert "no_transition" in found
    backwards = pack_of(tmp_path, *body, name="old", in_force_from="2023-01-01")
    assert remarks(new, backwards)["no_later"][0] == "error"


def test_two_packs_of_one_title_ask_whether_they_are_editions(tmp_path):
    body = TAX, row_text("tax = 8")
    one, two = (pack_of(tmp_path, *body, name=name) for name in ("one", "two"))
    assert "one" in remarks(two, one)["same_document"][1]
    ended = pack_of(
        tmp_path, *body, name="one", in_force_from="2020-01-01", in_force_to="2022-12-31"
    )
    assert "same_document" not in remarks(two, ended)


@pytest.mark.parametrize(
    ("printed", "unit", "divisor"),
    [
        ("万元/公顷", "万元/亩", 15),
        ("元/㎡", "万元/亩", 15),
        ("百万元/亩", "万元/亩", 0.01),
        ("亿元/平方公里", "万元/亩", 0.15),
        ("%", "", 100),
        ("万元/人", "万元/亩", None),
        ("斗/亩", "万元/亩", None),
    ],
)
def test_printed_units_by_hand(printed, unit, divisor):
    """1 亿元/km² = 10,000 万元 on 1,500 亩 = 6.6667 万元/亩, so ÷ 0.15."""
    indicator = "tax_per_mu" if unit else "floor_area_ratio"
    column = Column(
        indicator=indicator,
        operator=">=",
        unit=unit,
        mandatory=True,
        clause="一、",
        printed_unit=printed,
        divide_by=1,
    )
    found = divisor_of(column)
    assert found is None if divisor is None else float(found) == pytest.approx(divisor)


@pytest.mark.parametrize(
    ("options", "code", "severity"),
    [
        ({"printed_unit": "万元/公顷", "divide_by": 15}, None, ""),
        ({"printed_unit": "万元/公顷", "divide_by": 10}, "unit_differs", "error"),
        ({"printed_unit": "万元/公顷"}, "unit_differs", "error"),
        ({"divide_by": 15}, "divided", "error"),
        ({"printed_unit": "斗/亩", "divide_by": 2}, "unit_unknown", "warning"),
        ({"clause": "？？"}, "uncited", "error"),
    ],
)
def test_columns(tmp_path, options, code, severity):
    column = column_text("tax", "tax_per_mu", ">=", "万元/亩", **options)
    found = remarks(pack_of(tmp_path, column, row_text("tax = 120")))
    assert found.keys() - {"unsigned"} == ({code} if code else set())
    if code:
        assert found[code][0] == severity


def rows(*keys, by="industry", cells=None):
    """Rows R0, R1, … by their keys as TOML, each with another cell."""
    values = cells or range(1, len(keys) + 1)
    return [
        row_text(f"tax = {cell}", f"R{at}", key)
        for at, (key, cell) in enumerate(zip(keys, values, strict=True))
    ]


def test_a_row_within_another_and_industries_without_a_row(tmp_path):
    """33 and within it 331; of the 97 divisions only 33 has a row."""
    found = remarks(pack_of(tmp_path, TAX, *rows('codes = ["33"]', 'codes = ["331"]')))
    assert found["nested"][:2] == ("info", "行有包含关系（1 处），代码较长的行优先：R1 331 ⊂ R0 33")
    assert "01–32、34–" in found["uncovered"][1]
    everything = remarks(pack_of(tmp_path, TAX, *rows('codes = ["33"]', 'codes = ["*"]')))
    assert "uncovered" not in everything


def test_a_division_of_which_only_a_part_has_a_row(tmp_path):
    found = remarks(pack_of(tmp_path, TAX, *rows('codes = ["C"]', 'codes = ["011"]')))
    assert "部分 01" in found["uncovered"][1]
    assert "整个大类 02" in found["uncovered"][1]


def test_two_rows_that_take_an_industry_by_name(tmp_path):
    """汽车零部件及配件制造 is named by both; a code in either decides, equal cells ask nothing."""
    both = 'names = ["汽车"]', 'names = ["零部件"]'
    found = remarks(pack_of(tmp_path, TAX, *rows(*both)))
    assert found["ambiguous"][0] == "error"
    assert "汽车零部件" in found["ambiguous"][1]
    assert "ambiguous" not in remarks(pack_of(tmp_path, TAX, *rows(*both, cells=[5, 5])))
    coded = 'codes = ["36"]\nnames = ["汽车"]', 'names = ["汽车零部件"]'
    found = remarks(pack_of(tmp_path, TAX, *rows(*coded)))
    assert "ambiguous" not in found
    assert "汽车零部件" in found["name_elsewhere"][1]


def test_a_level_that_an_earlier_row_takes_first(tmp_path):
    """高新区 is found in 国家高新区, whose own row stands behind it."""
    names = 'names = ["高新区"]', 'names = ["国家高新区"]'
    found = remarks(pack_of(tmp_path, TAX, *rows(*names), rows_by="park_name"))
    assert found["hidden_row"][0] == "error"
    turned = remarks(pack_of(tmp_path, TAX, *rows(*names[::-1]), rows_by="park_name"))
    assert "hidden_row" not in turned


def test_open_cells_are_counted_until_the_project_decides_them(tmp_path):
    cells = row_text('tax = { reference = "某文" }', "R0", 'codes = ["13"]') + row_text("tax = 8")
    pack = pack_of(tmp_path, TAX, cells)
    assert "2 格中有 1 格" in remarks(pack)["open"][1]
    assert "office/tax" in remarks(pack)["open"][1]
    assert "open" not in remarks(pack.with_references({"office/tax": (5.0, "某文第一条")}))


def test_ranges_of_divisions():
    """Divisions of the table that follow each other."""
    assert in_ranges(["01", "02", "04", "96", "97"]) == ["01–02", "04", "96–97"]


def parcels(**columns):
    frame = {
        "industry_code": ["1331", "3484", "", "2614", "2614"],
        "industry_name": ["", "", "", "", ""],
        "land_use_industrial": [True, True, True, True, False],
        "judged_as_of": pd.to_datetime(["2024-01-01"] * 5),
        "area_mu": [10.0, 20.0, 40.0, 80.0, 160.0],
        "tax_per_mu": [1.0] * 5,
        "park_name": ["甲"] * 5,
    }
    return pd.DataFrame(frame | columns, index=list("abcde"))


def in_project(pack, frame):
    return {
        remark.code: (remark.message.zh, remark.mend.zh)
        for remark in check_in_project(pack, frame, INDICATORS)
    }


def test_parcels_that_fall_through_with_their_mu(tmp_path):
    """Of a to d (e is no industrial land) c has no code and d is of 26: 40 + 80 mu."""
    scope = "[scope]\nindustrial_land_only = true\n"
    pack = pack_of(tmp_path, scope, TAX, *rows('codes = ["13"]', 'codes = ["34"]'))
    text, mend = in_project(pack, parcels())["fallen_through"]
    assert text.startswith("2 个对象没有适用行，120.00 亩，2 类")
    assert "—：1 个 40.00 亩" in text
    assert "：1 个 80.00 亩" in text
    assert mend


def test_columns_without_a_figure_and_packs_for_nobody(tmp_path):
    pack = pack_of(tmp_path, TAX, row_text("tax = 8"))
    assert in_project(pack, parcels()) == {}
    assert "tax（tax_per_mu）" in in_project(pack, parcels(tax_per_mu=float("nan")))["unfed"][0]
    early = parcels(judged_as_of=pd.to_datetime(["2020-01-01"] * 5))
    assert "5 个对象" in in_project(pack, early)["nobody"][0]


def test_parks_that_no_row_names(tmp_path):
    pack = pack_of(tmp_path, TAX, *rows('names = ["乙"]'), rows_by="park_name")
    assert "甲：5 个 310.00 亩" in in_project(pack, parcels())["fallen_through"][0]


def called(*words):
    return CliRunner().invoke(app, ["packs", "check", *map(str, words)])


def test_the_command_and_its_exit_code(tmp_path):
    pack_of(tmp_path, TAX, row_text("tax = 8"), name="good")
    pack_of(tmp_path, TAX, row_text("tax = 8"), name="bad", in_force_to="2020-01-01")
    (tmp_path / "broken.toml").write_text("[pack]\nid = 3\n", "utf-8")
    good = called(tmp_path / "good.toml", "national-2023", "--lang", "en")
    assert good.exit_code == 0
    assert "[note] not signed off" in good.output
    bad = called(tmp_path / "bad.toml", tmp_path / "good.toml")
    assert bad.exit_code == 1
    assert "[错误] in_force_to（2020-01-01）早于" in bad.output
    broken = called(tmp_path / "broken.toml", tmp_path / "good.toml", "--json")
    assert broken.exit_code == 1
    first, second = json.loads(broken.output)
    assert (first["passes"], first["id"]) == (False, None)
    assert first["remarks"][0]["severity"] == "error"
    assert (second["passes"], second["rows"], second["cells"]) == (True, 1, 1)


def test_without_names_the_packs_of_the_project(tmp_path):
    pack_of(tmp_path, TAX, row_text("tax = 8"))
    (tmp_path / "mujun.toml").write_text(
        '[project]\nyear = 2023\nstandards = ["office.toml", "none.toml"]\n'
        '[layers.parks]\npath = "a.gpkg"\n[layers.parcels]\npath = "b.gpkg"\n',
        "utf-8",
    )
    outcome = called("-p", tmp_path)
    assert outcome.exit_code == 1
    assert "office.toml  自拟" in outcome.output
    assert "没有规则包“none.toml”" in outcome.output
    assert "先执行 mujun run" in outcome.output


def test_a_project_reads_packs_of_totals_and_bands_as_its_run_does(tmp_path):
    """Check and diff know the totals of a parcel inside a project, too."""
    columns = [
        column_text("out", "output_value", ">=", "万元"),
        column_text("rd", "rd_intensity", ">=", "%"),
    ]
    bands = '{ by = "revenue", bands = [{ max = 20000, cell = 5 }, { above = 20000, cell = 3 }] }'
    for name, out in (("office", 100), ("other", 200)):
        pack_of(tmp_path, *columns, row_text(f"out = {out}, rd = {bands}"), name=name)
    (tmp_path / "mujun.toml").write_text(
        '[project]\nyear = 2023\nstandards = ["office.toml"]\n'
        '[layers.parks]\npath = "a.gpkg"\n[layers.parcels]\npath = "b.gpkg"\n',
        "utf-8",
    )
    outcome = called("-p", tmp_path)
    assert outcome.exit_code == 0, outcome.output
    files = [tmp_path / "office.toml", tmp_path / "other.toml"]
    project = read_project(tmp_path / "mujun.toml")
    old, new = (read_pack_at(str(file), None, project) for file in files)
    assert [tuple(row) for row in differences(old, new)[["column", "effect"]].to_numpy()][1:] == [
        ("out", "stricter")
    ]
