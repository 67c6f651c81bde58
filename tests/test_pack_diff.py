"""packs diff: two editions cell by cell, by sets; and whose verdict changes, by how much, with mu."""

from __future__ import annotations

import datetime as dt
import json

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geo.cli import app
from geo.errors import MujunError
from geo.model import INDICATORS
from geo.project import Settings
from geo.publish.excel.workbook import write_tables
from geo.standards.area_sensitivity import judge_parcels
from geo.standards.model import Pack, read_pack
from geo.standards.pack_changes import changes_between, sides, with_decisions_of
from geo.standards.pack_diff import differences
from geo.standards.precedence import compliance
from tests.builders import column_text, pack_text, row_text, written_pack
from tests.lane import examples

TODAY = dt.date(2026, 11, 29)
TAX = column_text("tax", "tax_per_mu", ">=", "万元/亩")
RATIO = column_text("ratio", "floor_area_ratio", ">=", "")
FOOD, STEEL = 'codes = ["13"]', 'codes = ["31"]'


def pack_of(folder, *parts, name="old", **head):
    return written_pack(folder, pack_text(*parts, pack_id=name, **head), f"{name}.toml")


def cells(table):
    """The cells that differ: change, column, row, old, new, effect."""
    keys = ["change", "column", "row", "old", "new", "effect"]
    return [tuple(row) for row in table[table["part"] == "cell"][keys].to_numpy()]


def pair(tmp_path, old_cell, new_cell, column=RATIO):
    name = column.split("]")[0].removeprefix("[columns.")
    return [
        pack_of(tmp_path, column, row_text(f"{name} = {cell}"), name=at)
        for at, cell in (("old", old_cell), ("new", new_cell))
    ]


@pytest.mark.parametrize(
    ("old", "new", "effect"),
    [
        ("0.7", "0.8", "stricter"),
        ("0.8", "0.7", "looser"),
        ("0.7", "{ min = 0.7, max = 2 }", "stricter"),
        ("{ min = 1, max = 2 }", "{ min = 0.5, max = 2.5 }", "looser"),
        ("{ min = 1, max = 2 }", "{ min = 1.5, max = 2.5 }", "shifted"),
        ("{ min = 1, max = 2 }", "{ min = 3, max = 4 }", "shifted"),
        ("{ min = 1 }", "{ above = 1 }", "stricter"),
        ('"/"', "0.7", "stricter"),
        ("0.7", '"/"', "looser"),
        ("0.7", '{ reference = "某文" }', "unknown"),
        ('{ reference = "某文" }', '{ reference = "另文" }', "unknown"),
        ('{ case_by_case = "一事一议" }', "1", "unknown"),
    ],
)
def test_stricter_and_looser_by_what_cells_admit(tmp_path, old, new, effect):
    one, two = pair(tmp_path, old, new)
    assert [cell[-1] for cell in cells(differences(one, two))] == [effect]


@pytest.mark.parametrize(
    ("old", "new"),
    [("0.7", "0.70"), ("0.7", "{ min = 0.7 }"), ('"/"', '"/"')],
)
def test_one_set_written_two_ways_is_no_stricter(tmp_path, old, new):
    one, two = pair(tmp_path, old, new)
    assert {cell[-1] for cell in cells(differences(one, two))} <= {""}


def test_another_printed_unit_of_one_threshold_is_no_change(tmp_path):
    """120 万元/公顷 are 8 万元/亩; 150 are 10, which is stricter than 8."""
    hectare = column_text(
        "tax", "tax_per_mu", ">=", "万元/亩", printed_unit="万元/公顷", divide_by=15
    )
    old = pack_of(tmp_path, TAX, row_text("tax = 8"))
    for printed, effect in ((120, ""), (150, "stricter")):
        new = pack_of(tmp_path, hectare, row_text(f"tax = {printed}"), name="new")
        table = differences(old, new)
        assert cells(table) == [("changed", "tax", "全部", "≥8", f"≥{printed} 万元/公顷", effect)]
        assert set(table["item"]) >= {"printed_unit", "divide_by"}


def test_more_decimals_are_stricter(tmp_path):
    """≥ 0.7 takes 0.695 with two decimals, and only 0.6995 with three."""
    fine = column_text("ratio", "floor_area_ratio", ">=", "", decimals=3)
    old = pack_of(tmp_path, RATIO, row_text("ratio = 0.7"))
    new = pack_of(tmp_path, fine, row_text("ratio = 0.7"), name="new")
    assert cells(differences(old, new)) == [
        ("changed", "ratio", "全部", "≥0.7", "≥0.7", "stricter")
    ]


def test_columns_and_rows_that_come_and_go_or_are_renamed(tmp_path):
    """食品 becomes 食品业 by its code; 钢铁 goes, 纺织 comes; the column tax is called levy."""
    old = pack_of(
        tmp_path,
        TAX,
        RATIO,
        row_text("tax = 8, ratio = 1", "食品", FOOD),
        row_text("tax = 5, ratio = 2", "钢铁", STEEL),
    )
    levy = TAX.replace("columns.tax", "columns.levy")
    rd = column_text("rd", "rd_intensity", ">=", "%")
    new = pack_of(
        tmp_path,
        levy,
        rd,
        row_text("levy = 9, rd = 2", "食品业", FOOD),
        row_text("levy = 5, rd = 1", "纺织", 'codes = ["17"]'),
        name="new",
    )
    table = differences(old, new)
    assert set(cells(table)) == {
        ("changed", "levy", "食品业", "≥8", "≥9", "stricter"),
        ("gone", "tax", "钢铁", "≥5", "", ""),
        ("added", "levy", "纺织", "", "≥5", ""),
        ("gone", "ratio", "食品", "≥1", "", ""),
        ("gone", "ratio", "钢铁", "≥2", "", ""),
        ("added", "rd", "食品业", "", "≥2%", ""),
        ("added", "rd", "纺织", "", "≥1%", ""),
    }
    columns = table[table["part"] == "column"][["change", "column", "item"]].to_numpy().tolist()
    assert columns == [["changed", "levy", "key"], ["gone", "ratio", ""], ["added", "rd", ""]]
    named = table[table["part"] == "row"][["change", "row", "item"]].to_numpy().tolist()
    assert named == [["changed", "食品业", "industry"], ["gone", "钢铁", ""], ["added", "纺织", ""]]


def test_clauses_days_and_standing(tmp_path):
    free = TAX.replace("mandatory = true", "mandatory = false").replace("第一条", "第二条")
    old = pack_of(tmp_path, TAX, row_text("tax = 8"))
    new = pack_of(tmp_path, free, row_text("tax = 8"), name="new", in_force_from="2026-01-01")
    found = differences(old, new)[["item", "old", "new", "effect"]].to_numpy().tolist()
    assert found == [
        ["id", "old", "new", ""],
        ["in_force_from", "2023-01-01", "2026-01-01", ""],
        ["mandatory", "True", "False", "looser"],
        ["clause", "第一条", "第二条", ""],
    ]


NUMBERS = st.integers(1, 30).map(lambda number: number / 10)
CELLS = st.one_of(
    NUMBERS,
    st.tuples(NUMBERS, NUMBERS).map(lambda ends: {"min": min(ends), "max": max(ends)}),
    st.just("/"),
    st.just({"reference": "某文"}),
)
TABLES = st.dictionaries(st.sampled_from("甲乙丙丁"), CELLS, min_size=1)
MIRRORED = {"stricter": "looser", "looser": "stricter", "added": "gone", "gone": "added"}


def table_pack(name: str, table: dict[str, object]) -> Pack:
    """One requirement with a cell an industry, each row by a code of its own."""
    base = read_pack("national-2023").head.model_copy(update={"id": name})
    column = {
        "indicator": "floor_area_ratio",
        "operator": ">=",
        "unit": "",
        "mandatory": True,
        "clause": "表1",
    }
    return Pack.model_validate(
        {
            "pack": base.model_dump(),
            "columns": {"ratio": column},
            "rows": [
                {
                    "industry": row,
                    "codes": [str(13 + "甲乙丙丁".index(row))],
                    "cells": {"ratio": cell},
                }
                for row, cell in table.items()
            ],
        }
    )


@examples(16)
@given(TABLES, TABLES)
def test_a_diff_mirrors_the_other_way_round(one, two):
    old, new = table_pack("old", one), table_pack("new", two)
    there, back = differences(old, new), differences(new, old)
    turned = [
        (
            part,
            MIRRORED.get(change, change),
            column,
            row,
            item,
            after,
            before,
            MIRRORED.get(effect, effect),
        )
        for part, change, column, row, item, before, after, effect in back.to_numpy().tolist()
    ]
    assert sorted(map(tuple, there.to_numpy().tolist())) == sorted(turned)
    assert differences(old, old).empty


@examples(10)
@given(CELLS, CELLS, st.lists(st.integers(0, 400), min_size=1, max_size=8))
def test_who_passes_the_stricter_cell_passes_the_other(one, two, hundredths):
    """By the judge itself: stricter is a subset, looser the other way."""
    old, new = table_pack("old", {"甲": one}), table_pack("new", {"甲": two})
    (effect,) = [cell[-1] for cell in cells(differences(old, new))] or [""]
    frame = parcels([number / 100 for number in hundredths])
    passes = [
        pd.Series(judge_parcels(frame, [pack]).verdict[0]).isin([0, 3]) for pack in (old, new)
    ]
    if effect == "stricter":
        assert not (passes[1] & ~passes[0]).any()
    if effect == "looser":
        assert not (passes[0] & ~passes[1]).any()


def parcels(ratios, days=None, mu=None):
    """Parcels of food makers by their floor area ratio."""
    count = len(ratios)
    days = pd.to_datetime(days or ["2025-01-01"] * count)
    return pd.DataFrame(
        {
            "parcel_id": [f"P{at}" for at in range(count)],
            "industry_code": "13",
            "industry_name": "农副食品加工业",
            "land_use_industrial": True,
            "judged_as_of": days,
            "park_id": "K",
            "area_mu": mu or [10.0] * count,
            "floor_area_ratio": ratios,
            "tax_per_mu": 8.0,
        }
    )


def changed(old, new, frame, *others, judge_as="supplied"):
    before, after = sides([*others, old], old, new, judge_as, TODAY)
    frame = frame.set_index("parcel_id")
    return changes_between(frame, before, after, (old, new), INDICATORS), before, after


def test_whose_verdict_changes_by_which_rule_and_how_much(tmp_path):
    """≥ 0.7 becomes ≥ 1: of 0.6, 0.7, 0.9, 1 and none, those of 0.7 and 0.9 fail from now on."""
    old, new = pair(tmp_path, "0.7", "1")
    frame = parcels([0.6, 0.7, 0.9, 1.0, None], mu=[1.0, 2.0, 4.0, 8.0, 16.0])
    found, *_ = changed(old, new, frame)
    assert found.subjects[
        ["subject_id", "area_mu", "before", "after", "rule_id"]
    ].to_numpy().tolist() == [
        ["P1", 2.0, "pass", "fail", "new/ratio"],
        ["P2", 4.0, "pass", "fail", "new/ratio"],
    ]
    assert found.rules["gap"].tolist() == [-0.3, pytest.approx(-0.1)]
    assert (
        found.rules[["threshold_before", "threshold_after"]].to_numpy().tolist() == [[0.7, 1]] * 2
    )
    counts = found.counts.set_index(["before", "after"])["mu"].to_dict()
    assert counts == {
        ("fail", "fail"): 1.0,
        ("no_data", "no_data"): 16.0,
        ("pass", "fail"): 6.0,
        ("pass", "pass"): 8.0,
    }


@examples(8)
@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 2000)), min_size=1, max_size=12),
    CELLS,
    CELLS,
    st.booleans(),
)
def test_the_changes_are_the_difference_of_the_two_runs(subjects, one, two, linked):
    """Parcels and mu of each verdict: those before, less what left it, and what came to it."""
    old, new = table_pack("old", {"甲": one}), table_pack("new", {"甲": two})
    if linked:
        update = {"replaces": "old", "in_force_from": dt.date(2025, 1, 1)}
        new = new.model_copy(update={"head": new.head.model_copy(update=update)})
    days = [str(dt.date(2022, 1, 1) + dt.timedelta(days=day)) for _, day in subjects]
    frame = parcels(
        [ratio / 100 for ratio, _ in subjects], days, [float(1 + at) for at in range(len(subjects))]
    )
    found, before, after = changed(old, new, frame)
    sums = []
    for packs in (before, after):
        verdict = compliance(judge_parcels(frame, packs))
        sums.append(frame.set_index(verdict.to_numpy())["area_mu"].groupby(level=0).sum())
    left, came = (found.counts.groupby(side)["mu"].sum() for side in ("before", "after"))
    assert left.to_dict() == sums[0].to_dict()
    assert came.to_dict() == sums[1].to_dict()
    moved = found.counts[found.counts["before"] != found.counts["after"]]
    assert moved["subjects"].sum() == len(found.subjects)
    assert found.subjects["rule_id"].notna().all()


def test_an_edition_that_replaces_the_other_changes_its_own_parcels_only(tmp_path):
    old = pack_of(tmp_path, RATIO, row_text("ratio = 0.7"))
    new = pack_of(
        tmp_path,
        RATIO,
        row_text("ratio = 1"),
        name="new",
        replaces="old",
        in_force_from="2025-06-01",
    )
    frame = parcels([0.8, 0.8], ["2025-05-31", "2025-06-01"])
    found, *_ = changed(old, new, frame)
    assert found.subjects["subject_id"].tolist() == ["P1"]
    assert found.rules[["rule_id", "before", "after"]].to_numpy().tolist() == [
        ["new/ratio", "pass", "fail"]
    ]
    back, *_ = changed(new, old, frame)
    assert back.subjects[["subject_id", "before", "after"]].to_numpy().tolist() == [
        ["P1", "fail", "pass"]
    ]


def test_what_the_project_decided_counts_for_the_other_edition(tmp_path):
    old, new = pair(tmp_path, '{ reference = "某文" }', '{ reference = "某文" }')
    decided = old.with_references({"old/ratio": (0.9, "某文第一条")})
    assert with_decisions_of(new, decided).cells("ratio")[0].low == 0.9
    plain = pair(tmp_path, "1", "1")[1]
    assert with_decisions_of(plain, decided).cells("ratio")[0].low == 1


def test_the_workbook_holds_no_formula_of_a_pack(tmp_path):
    pack_of(tmp_path, RATIO, row_text("ratio = 1", "=HYPERLINK(1)"))
    pack_of(tmp_path, RATIO, row_text("ratio = 2", "=HYPERLINK(1)"), name="new")
    file = tmp_path / "diff.xlsx"
    outcome = CliRunner().invoke(
        app,
        ["packs", "diff", str(tmp_path / "old.toml"), str(tmp_path / "new.toml"), "-o", str(file)],
    )
    assert outcome.exit_code == 0, outcome.output
    sheet = openpyxl.load_workbook(file).worksheets[0]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert lines[0][:3] == ["部分", "变化", "列"]
    assert lines[-1] == ["格", "改", "ratio", "=HYPERLINK(1)", "", "≥1", "≥2", "更严"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    again = CliRunner().invoke(
        app,
        ["packs", "diff", str(tmp_path / "old.toml"), str(tmp_path / "new.toml"), "-o", str(file)],
    )
    assert isinstance(again.exception, MujunError)


def test_the_tables_of_changes_as_sheets(tmp_path):
    old, new = pair(tmp_path, "0.7", "1")
    found, *_ = changed(old, new, parcels([0.8]))
    file = tmp_path / "changes.xlsx"
    tables = {"a": found.subjects, "b": found.rules}
    write_tables(
        tables,
        Settings(year=2026, lang="en"),
        file,
        {"a": "pack_changes", "b": "pack_rule_changes"},
    )
    book = openpyxl.load_workbook(file)
    rows = [[cell.value for cell in row] for row in book["b"].iter_rows()]
    assert rows[0][:4] == ["Subject id", "Park id", "Area used (mu)", "Rule"]
    assert rows[1][6:8] == ["pass", "fail"]


def run_diff(*words):
    return CliRunner().invoke(app, ["packs", "diff", *map(str, words)])


def test_the_command_in_text_and_json(tmp_path):
    pair(tmp_path, "0.7", "1")
    files = tmp_path / "old.toml", tmp_path / "new.toml"
    text = run_diff(*files, "--lang", "en").output
    assert "changed  ratio · 全部: ≥0.7 → ≥1  [stricter]" in text
    facts = json.loads(run_diff(*files, "--json").output)
    assert facts["differences"][-1]["effect"] == "stricter"
    assert "counts" not in facts


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "A is missing"),
        (["national-2023"], "B is missing"),
        (["national-2023", "sichuan-2024", "yaan-2021-draft"], "yaan-2021-draft"),
        (["national-2023", "none-2024"], "none-2024"),
        (["national-2023", "sichuan-2024", "-o", "a.docx"], "a.docx"),
        (["national-2023", "sichuan-2024", "--judge-as", "nonsense"], "--judge-as"),
        (["national-2023", "sichuan-2024", "--judge-as", "today"], "--project"),
    ],
)
def test_bad_input_is_one_sentence(words, said):
    outcome = run_diff(*words)
    assert outcome.exit_code != 0
    error = outcome.exception
    assert said in (error.text.zh if isinstance(error, MujunError) else outcome.output)


RD = column_text("rd", "rd_intensity", ">=", "%")


def by_revenue(*bands):
    """A cell by revenue, from (ends, figure) pairs."""
    listed = ", ".join(f"{{ {ends}, cell = {cell} }}" for ends, cell in bands)
    return f'{{ by = "revenue", bands = [{listed}] }}'


UP_TO_20000 = by_revenue(("max = 20000", 5), ("above = 20000", 4))


@pytest.mark.parametrize(
    ("new", "want"),
    [
        # Only enterprises of 2 to 2.5 亿元 are asked for more.
        (
            by_revenue(("max = 25000", 5), ("above = 25000", 4)),
            [("全部 · 营业收入＞20000万元且≤25000万元", "≥4%", "≥5%", "stricter")],
        ),
        ("3", [
            ("全部 · 营业收入≤20000万元", "≥5%", "≥3%", "looser"),
            ("全部 · 营业收入＞20000万元", "≥4%", "≥3%", "looser"),
        ]),
        # The band from 20000.01 on has every figure above 20000 that is shown.
        (by_revenue(("max = 20000", 5), ("min = 20000.01", 4)), []),
        # No band above 30000 any more.
        (
            by_revenue(("max = 20000", 5), ("above = 20000, max = 30000", 4)),
            [("全部 · 营业收入＞30000万元", "≥4%", "", "")],
        ),
        # At exactly 20000 the other band holds.
        (
            by_revenue(("below = 20000", 5), ("min = 20000", 4)),
            [("全部 · 营业收入＝20000万元", "≥5%", "≥4%", "looser")],
        ),
    ],
)  # fmt: skip
def test_moved_bands_by_stretches_of_their_figure(tmp_path, new, want):
    found = cells(differences(*pair(tmp_path, UP_TO_20000, new, RD)))
    assert [(row, *rest) for _, _, row, *rest in found] == want


def test_bands_of_a_renamed_row_are_compared(tmp_path):
    old, new = (
        pack_of(tmp_path, RD, row_text(f"rd = {UP_TO_20000}", row), name=name)
        for name, row in (("old", "食品"), ("new", "食品业"))
    )
    assert cells(differences(old, new)) == []


def test_choosing_one_row_is_a_difference_and_shows_no_row_of_its_own(tmp_path):
    rows = row_text("ratio = 1", "食品", FOOD), row_text("ratio = 1", "钢铁", STEEL)
    old = pack_of(tmp_path, RATIO, *rows, name="old")
    new = pack_of(tmp_path, "choose_one = true\n", RATIO, *rows, name="old")
    table = differences(old, new)
    assert [tuple(row) for row in table[["item", "old", "new"]].to_numpy()] == [
        ("choose_one", "", "True")
    ]
    assert len(differences(new, old)) == 1
