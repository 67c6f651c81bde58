"""Tables of every kind: cells, rows and sheets, and what is told of each that is not read."""

from __future__ import annotations

import re
import subprocess
import zipfile

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from geo.assess.pipeline import examine
from geo.assess.rows import in_sheets, rows_read, rows_used
from geo.errors import ProjectError, SourceError
from geo.project import TableSource
from geo.sources import tables
from geo.sources.apart import ReaderDiedError
from geo.sources.load import load
from geo.sources.places import BLOCK, RowPlaces, cell_name
from geo.sources.tables import read_table
from tests.lane import examples
from tests.saying import spoken
from tests.test_sources import edit

HEAD = ["统一社会信用代码", "年份", "营业收入（万元）", "税收（万元）"]
ROWS = [["E1", 2023, 1000, 100], ["E2", 2023, 2000, 200], ["E3", 2023, 3000, 300]]


def book(folder, rows, name="t.xlsx", merged=(), change=lambda book, sheet: None):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for area in merged:
        made.active.merge_cells(area)
    change(made, made.active)
    made.save(folder / name)
    return folder / name


def read(file, layer="indicators", **source):
    return read_table(file, TableSource(path=file.name, **source), layer)


def text(folder, content, encoding="utf-8", name="t.csv"):
    (folder / name).write_bytes(content.encode(encoding))
    return folder / name


def ids(frame):
    return frame["统一社会信用代码"].tolist()


# Cells


def test_a_formula_without_its_result_is_an_error_that_names_the_cells(tmp_path):
    """By openpyxl (no result), and by xlsxwriter (0 in a book that asks to be worked out)."""
    _, notes = read(book(tmp_path, [HEAD, ["E1", 2023, 1000, "=60+40"], ["E2", 2023, "=1+1", 5]]))
    found = notes[notes["code"] == "formula_without_result"]
    assert sorted(re.findall(r"Sheet!(\w+)", " ".join(spoken(found)["message_en"]))) == ["C3", "D2"]
    assert set(found["severity"]) == {"error"}
    made = xlsxwriter.Workbook(str(tmp_path / "w.xlsx"))
    sheet = made.add_worksheet()
    for at, row in enumerate([HEAD, *ROWS]):
        sheet.write_row(at, 0, row)
    sheet.write_formula("D2", "=60+40")
    sheet.write_formula("D3", "=C3*0.1", None, 200)
    sheet.write_formula("A4", '="E"&3', None, "E3")
    made.close()
    frame, notes = read(tmp_path / "w.xlsx")
    assert notes.loc[notes["code"] == "formula_without_result", "row"].tolist() == [2]
    assert frame["税收（万元）"].isna().tolist() == [True, False, False]
    assert ids(frame) == ["E1", "E2", "E3"]


@pytest.mark.parametrize("value", ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "Err:502"])
def test_error_values_are_missing_and_told(tmp_path, value):
    for file in (
        book(tmp_path, [HEAD, ["E1", 2023, value, 1], *ROWS[1:]]),
        text(tmp_path, f"{','.join(HEAD)}\nE1,2023,{value},1\nE2,2023,5,6\n"),
    ):
        frame, notes = read(file)
        assert frame["营业收入（万元）"].isna().tolist()[:2] == [True, False]
        told = notes[notes["code"] == "error_value"].iloc[0]
        assert (told["severity"], told["row"]) == ("error", 2)
        assert "C2" in spoken(told)["message_en"]
        assert value in spoken(told)["message_zh"]


def test_cells_are_what_they_are(tmp_path):
    def change(made, sheet):
        sheet["C2"].number_format = "0.0%"
        sheet["D2"].number_format = 'yyyy"年"m"月"d"日"'
        sheet["D3"].number_format = '0.00"d"'

    frame, _ = read(
        book(tmp_path, [HEAD, ["0012", 2023, 0.5, 45000], [True, "2023年", 1e-3, 7]], change=change)
    )
    assert frame.loc[0].tolist() == ["0012", 2023, 0.5, pd.Timestamp(2023, 3, 15), 2]
    assert frame.loc[1].tolist() == [True, "2023年", 0.001, 7, 3]
    assert frame.attrs["percent"] == {HEAD[2]: [2]}
    assert frame.attrs["letters"][HEAD[3]] == "D"
    assert cell_name(frame.attrs, HEAD[3], 3) == "Sheet!D3"


def test_a_book_of_1904_and_a_code_that_excel_was_told_to_keep(tmp_path):
    def change(made, sheet):
        made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        sheet["B2"] = pd.Timestamp(2023, 3, 15)

    frame, _ = read(book(tmp_path, [HEAD[:2], ["E1", 1]], change=change))
    assert frame["年份"].tolist() == [pd.Timestamp(2023, 3, 15)]
    kept, _ = read(text(tmp_path, '统一社会信用代码,年份\n="0012",2023\n'))
    assert ids(kept) == ["0012"]


# Rows


SUMS = [
    "合计",
    "小 计",
    "总计：",
    "一园小计",
    "全区合计（万元）",
    "本页小计",
    "其中：规上",
    "平均",
    "Total",
    "Grand total",
    "合计3家",
]


@pytest.mark.parametrize("label", SUMS)
def test_sums_are_left_out_wherever_they_stand(tmp_path, label):
    head = ["序号", "统一社会信用代码", "企业名称", "年份", "税收"]
    rows = [
        head,
        [1, "E1", "甲", 2023, 10],
        [None, label, None, 2023, 10],
        [2, "E2", "乙", 2023, 20],
        [None, None, label, None, 30],
    ]
    sheet, notes = read(book(tmp_path, rows))
    plain = "\n".join(",".join("" if c is None else str(c) for c in row) for row in rows)
    lines, _ = read(text(tmp_path, plain))
    assert ids(sheet) == ids(lines) == ["E1", "E2"]
    assert notes.loc[notes["code"] == "row_left_out", "row"].tolist() == [3, 5]
    assert sheet.attrs["rows"]["sums"] == lines.attrs["rows"]["sums"] == 2


@pytest.mark.parametrize("name", ["合计科技有限公司", "四川合计", "Total", "平均", "其中电子"])
def test_an_enterprise_that_is_called_so_is_one(tmp_path, name):
    frame, _ = read(
        book(
            tmp_path,
            [
                ["统一社会信用代码", "企业名称", "年份", "税收"],
                ["91A", name, 2023, 10],
                ["91B", "乙", 2023, 20],
            ],
        )
    )
    assert ids(frame) == ["91A", "91B"]


def test_a_sum_is_checked_and_found_without_its_label(tmp_path):
    equal, notes = read(book(tmp_path, [HEAD, *ROWS, [None, None, 6000, 600]]))
    assert ids(equal) == ["E1", "E2", "E3"]
    assert "equals the sum" in spoken(notes)["message_en"].iloc[0]
    _, wrong = read(book(tmp_path, [HEAD, *ROWS, ["合计", None, 6001, 600]]))
    assert wrong["code"].tolist() == ["sum_differs"]
    kept, _ = read(book(tmp_path, [HEAD, *ROWS, [None, None, 6000, 601]]))
    assert len(kept) == 4  # a row without an id is no sum if it does not add up
    for lacking in ([None, 2023, 3000, 300], ["—", "2023年", 3000, 300]):
        kept, _ = read(book(tmp_path, [HEAD, *ROWS[:2], lacking]))
        assert len(kept) == 3  # a row of a year is an entry without id, though it adds up
    named, _ = read(
        book(
            tmp_path,
            [
                ["企业名称", *HEAD],
                ["甲", *ROWS[0]],
                ["乙", *ROWS[1]],
                ["丙厂", None, None, 3000, 300],
            ],
        )
    )
    assert len(named) == 3
    label, notes = read(book(tmp_path, [HEAD, *ROWS, ["全园区", 2023, 6000, 600]]))
    assert (len(label), notes["code"].tolist()) == (3, ["row_left_out"])


@pytest.mark.parametrize(
    "line",
    [
        ["-", "—", "（千元）", "元"],
        ["单位", "无", "千元", "元"],
        [None, "/", "千元", "元"],
        ["计量单位：", None, "千元", "（元）"],
    ],
)
def test_a_line_of_units_may_have_strokes_and_a_label(tmp_path, line):
    head = ["统一社会信用代码", "年份", "营业收入", "税收"]
    frame, notes = read(book(tmp_path, [head, line, *ROWS]))
    assert frame.columns.tolist()[:4] == [*head[:2], "营业收入（千元）", "税收（元）"]
    assert (len(frame), len(notes)) == (3, 0)


def test_notes_groups_pages_and_printed_headings(tmp_path):
    frame, _ = read(
        book(
            tmp_path,
            [
                HEAD,
                ["一、规上企业"],
                ROWS[0],
                ["二、规下企业"],
                ROWS[1],
                ["第1页 共2页"],
                HEAD,
                ROWS[2],
                ["注：税收不含海关代征"],
                ["填表人：张三", None, "审核：李四", "2024年1月"],
            ],
            merged=["A2:D2"],
        )
    )
    assert ids(frame) == ["E1", "E2", "E3"]
    assert frame["source_row"].tolist() == [3, 5, 8]
    assert frame.attrs["rows"] == {"read": 9, "used": 3, "sums": 0, "notes": 6, "continued": 0}


@pytest.mark.parametrize(
    "line",
    [
        ["甲", "乙", 1, 2],
        ["A", "B", "C", "D"],
        [1, 2, 3, 4],
        ["(1)", "(2)", "(3)", "(4)=(3)×10%"],
        ["栏次", None, 1, 2],
    ],
)
def test_a_line_that_numbers_the_columns_is_a_note(tmp_path, line):
    frame, notes = read(book(tmp_path, [HEAD, line, *ROWS]))
    assert ids(frame) == ["E1", "E2", "E3"]
    assert notes["code"].tolist() == ["row_left_out"]
    kept, _ = read(book(tmp_path, [["统一社会信用代码", "年份", "税收"], [1, 2, 3], [2, 2023, 5]]))
    assert len(kept) == 2


@pytest.mark.parametrize(
    "label",
    [
        "规上企业",
        "规模以上工业",
        "一、规上",
        "（二）限额以下企业",
        "小微企业",
        "合计数",
        "中位数",
        "最大值",
        "上年同期",
    ],
)
def test_a_class_in_the_column_of_ids_is_a_sum(tmp_path, label):
    frame, notes = read(book(tmp_path, [HEAD, ROWS[0], [label, 2023, 6000, 600], *ROWS[1:]]))
    assert ids(frame) == ["E1", "E2", "E3"]
    assert notes["code"].isin(["row_left_out", "sum_differs"]).tolist() == [True]
    kept, _ = read(
        book(tmp_path, [["企业类型", *HEAD], ["规上企业", *ROWS[0]], ["小微企业", *ROWS[1]]])
    )
    assert ids(kept) == ["E1", "E2"]


def test_one_word_in_a_row_of_a_ledger_of_figures_is_a_note(tmp_path):
    frame, notes = read(
        book(
            tmp_path,
            [
                ["序号", *HEAD],
                ["A区"],
                [1, *ROWS[0]],
                ["B区"],
                [2, *ROWS[1]],
                [3, *ROWS[2]],
                [None, None, None, "某管委会（盖章）"],
                ["2024年3月1日"],
            ],
        )
    )
    assert ids(frame) == ["E1", "E2", "E3"]
    assert notes["code"].tolist() == ["row_left_out"] * 4


LABELS = st.sampled_from(["合计", "小计", "其中：规上", "平均", "全区总计"])
LINES = st.lists(
    st.one_of(
        st.tuples(st.just("entry"), st.integers(1, 10**6), st.integers(1, 10**5)),
        st.tuples(st.just("sum"), LABELS, st.integers(1, 10**6)),
        st.tuples(st.sampled_from(["note", "blank", "head"]), st.none(), st.none()),
    ),
    min_size=1,
    max_size=25,
)


@given(LINES)
@examples(40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_is_accounted_for(tmp_path, lines):
    made = {
        "entry": lambda n, a, b: [f"91{n:04d}", 2023, a, b],
        "sum": lambda n, a, b: [a, None, b, b],
        "note": lambda n, a, b: ["注：口径", None],
        "blank": lambda n, a, b: [],
        "head": lambda n, a, b: HEAD,
    }
    rows = [HEAD, ["910000", 2023, 1, 1], *(made[k](n, a, b) for n, (k, a, b) in enumerate(lines))]
    kinds = ["entry", *(line[0] for line in lines)]
    frame, notes = read(
        text(
            tmp_path,
            "\n".join(",".join("" if c is None else str(c) for c in row) for row in rows) + "\n",
        )
    )
    counts = frame.attrs["rows"]
    assert ids(frame) == [
        row[0] for row, kind in zip(rows[1:], kinds, strict=True) if kind == "entry"
    ]
    assert counts["sums"] == kinds.count("sum")
    assert counts["notes"] == kinds.count("note") + kinds.count("head")
    assert counts["read"] == counts["used"] + counts["sums"] + counts["notes"]
    assert notes["row"].notna().sum() == counts["sums"] + counts["notes"]


def test_the_ledger_of_rows_balances_over_reading_and_checks(project):
    """E9 is no sum, E1 of 2021 stands twice: set aside; read = used + sums + repeats + aside."""
    table = project / "indicators.csv"
    extra = "E1,2021,1,1,1,1,1\n小计,,12307.5,12300.0,419.9,4550.0,22.0\n,2023,5,5,5,5,5\n"
    table.write_text(table.read_text(encoding="utf-8") + extra, encoding="utf-8")
    occupancy = project / "occupancy.csv"
    occupancy.write_text(occupancy.read_text(encoding="utf-8") + "E1,A,10000\n", encoding="utf-8")
    read_project = edit(project, "year = 2023", "year = 2023")
    layers = load(read_project)
    usable, found = examine(layers, read_project.settings)
    rows = rows_read([rows_used(layers.frames, usable, found, layers.frames)], layers.rows)
    by = rows.set_index("layer")
    assert by.loc["indicators", ["read", "used", "sums", "set_aside"]].tolist() == [7, 3, 1, 3]
    assert by.loc["occupancy", ["read", "used", "repeats"]].tolist() == [4, 3, 1]
    assert rows["balanced"].all()
    for name, count in by["used"].items():
        assert count == len(usable[name])


# Merged cells


def test_merged_keys_are_spread_and_merged_money_counts_once(tmp_path):
    """One line a parcel: the enterprise, its year and its money merged over two of them."""
    file = book(
        tmp_path,
        [
            [*HEAD, "宗地编号", "占用面积（㎡）"],
            ["E1", 2023, 1000, 100, "P1", 50],
            [None, None, None, None, "P4", 60],
            ["E2", 2023, 2, 3, "P2", 70],
        ],
        merged=["A2:A3", "B2:B3", "C2:C3", "D2:D3"],
    )
    money, notes = read(file)
    assert money[["统一社会信用代码", HEAD[2]]].to_numpy().tolist() == [["E1", 1000], ["E2", 2]]
    assert notes["code"].tolist() == ["row_continued"]
    land, notes = read(file, "occupancy")
    assert land[["统一社会信用代码", "年份", "宗地编号"]].to_numpy().tolist() == [
        ["E1", 2023, "P1"],
        ["E1", 2023, "P4"],
        ["E2", 2023, "P2"],
    ]
    assert notes.empty


def test_what_lies_under_a_merged_cell_is_not_overwritten(tmp_path):
    """A key merged to the sheet's last corner, with entries left under it (by hand in the XML)."""
    whole = book(tmp_path, [HEAD, *ROWS], merged=["F3:F4"])
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(tmp_path / "m.xlsx", "w") as made:
        for name in archive.namelist():
            made.writestr(name, archive.read(name).replace(b"F3:F4", b"A3:XFD1048576"))
    frame, _ = read(tmp_path / "m.xlsx")
    assert frame[[HEAD[0], HEAD[2]]].to_numpy().tolist() == [
        ["E1", 1000],
        ["E2", 2000],
        ["E3", 3000],
    ]


# Sheets


def sheets(states, rows=None):
    def change(made, first):
        first.title = states[0][0]
        first.sheet_state = states[0][1]
        for name, state in states[1:]:
            sheet = made.create_sheet(name)
            sheet.sheet_state = state
            for row in rows or [HEAD, ["E4", 2023, 5, 6]]:
                sheet.append(row)
        made.active = next(s for s, (_, state) in enumerate(states) if state == "visible")

    return change


def test_a_hidden_sheet_is_never_taken_by_itself(tmp_path):
    for state in ("hidden", "veryHidden"):
        file = book(tmp_path, [HEAD, *ROWS], change=sheets([("旧", state), ("数据", "visible")]))
        frame, notes = read(file)
        assert ids(frame) == ["E4"]
        assert "旧" in spoken(notes).loc[notes["code"] == "sheet_chosen", "message_zh"].iloc[0]
        named, notes = read(file, sheet="旧")
        assert ids(named) == ["E1", "E2", "E3"]
        assert "hidden_sheet" in set(notes["code"])


def test_instructions_are_passed_over(tmp_path):
    def change(made, first):
        first.title = "填报说明"
        for name, rows in (("封面", [["某园区"]]), ("数据", [HEAD, *ROWS])):
            sheet = made.create_sheet(name)
            for row in rows:
                sheet.append(row)

    frame, notes = read(
        book(
            tmp_path,
            [["填报说明"], ["1. 由企业填报", "2. 单位为万元"], ["3. 不得空行", "x"]],
            change=change,
        )
    )
    assert ids(frame) == ["E1", "E2", "E3"]
    assert "填报说明, 封面, 数据" in spoken(notes)["message_en"].str.cat()


def test_sheets_of_one_form_are_asked_for_or_read_as_one(tmp_path):
    file = book(tmp_path, [HEAD, *ROWS], change=sheets([("一园", "visible"), ("二园", "visible")]))
    with pytest.raises(
        SourceError, match=r'2 sheets have the same form.*sheet = \["一园", "二园"\]'
    ):
        read(file)
    for wanted in ("*", ["一园", "二园"]):
        frame, _ = read(file, sheet=wanted)
        assert ids(frame) == ["E1", "E2", "E3", "E4"]
        assert frame["source_row"].tolist() == [2, 3, 4, BLOCK + 2]
        assert cell_name(frame.attrs, HEAD[2], BLOCK + 2) == "二园!C2"
    with pytest.raises(SourceError, match="no sheet `三园`: it has 一园, 二园"):
        read(file, sheet="三园")


def test_a_finding_of_a_further_sheet_names_it(tmp_path):
    file = book(
        tmp_path,
        [HEAD, *ROWS],
        change=sheets(
            [("一园", "visible"), ("二园", "visible")],
            [HEAD, ["E4", 2023, 5, 6], ["合计", None, 5, 6]],
        ),
    )
    frame, notes = read(file, sheet="*")
    told = in_sheets(notes, {"indicators": RowPlaces.of("t.xlsx", frame.attrs["sheets"], 0)})
    left = told[told["code"] == "row_left_out"].iloc[0]
    assert left["row"] == 3
    assert spoken(left)["message_zh"].startswith("工作表“二园”：是合计行")


def test_a_sheet_a_year_has_its_year_and_units_that_differ_stop(tmp_path):
    head = [HEAD[0], *HEAD[2:]]
    file = book(
        tmp_path,
        [head, ["E1", 1, 2]],
        change=sheets([("2022年", "visible"), ("2023年", "visible")], [head, ["E1", 3, 4]]),
    )
    frame, _ = read(file, sheet="*")
    assert frame["年份"].tolist() == [2022, 2023]
    plain = [HEAD[0], "年份", "营业收入", "税收"]
    file = book(
        tmp_path,
        [["单位：万元"], plain, *ROWS],
        change=sheets(
            [("甲", "visible"), ("乙", "visible")], [["单位：元"], plain, ["E4", 2023, 5, 6]]
        ),
    )
    with pytest.raises(SourceError, match="use different units"):
        read(file, sheet="*")


def test_hidden_rows_and_columns_are_told(tmp_path):
    def change(made, sheet):
        sheet.auto_filter.ref = "A1:D4"
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True

    frame, notes = read(book(tmp_path, [HEAD, *ROWS], change=change))
    assert len(frame) == 3
    assert dict(zip(notes["code"], notes["severity"], strict=True)) == {
        "hidden_rows": "warning",
        "hidden_columns": "info",
    }
    assert "row 3" in spoken(notes)["message_en"].str.cat()


# Headings


def test_a_title_with_a_unit_beside_it_is_no_heading(tmp_path):
    frame, _ = read(
        book(
            tmp_path,
            [
                ["企业经济指标表", None, None, "单位：元"],
                ["统一社会信用代码", "年份", "营业收入\n元", "税 收"],
                *ROWS,
            ],
        )
    )
    assert frame.columns.tolist() == [
        "统一社会信用代码",
        "年份",
        "营业收入 元",
        "税 收",
        "source_row",
    ]
    assert frame.attrs["units"] == ["企业经济指标表", "单位：元"]


@pytest.mark.parametrize("merged", [(), ("A1:A2", "B1:B2", "C1:D1")])
def test_the_unit_of_an_upper_heading_is_kept(tmp_path, merged):
    frame, _ = read(
        book(
            tmp_path,
            [
                ["统一社会信用代码", "年份", "经济指标（元）", None],
                [None, None, "营业收入", "税收"],
                *ROWS,
            ],
            merged=merged,
        )
    )
    assert frame.columns.tolist()[2:4] == ["营业收入（元）", "税收（元）"]
    assert len(frame) == 3


def test_years_under_measures_with_units_become_a_row_a_year(tmp_path):
    frame, _ = read(
        book(
            tmp_path,
            [
                ["统一社会信用代码", "税收（万元）", None, "营业收入（万元）", None],
                [None, "2022年", "2023年", "2022年", "2023年"],
                ["E1", 90, 100, 900, 1000],
            ],
            merged=["A1:A2", "B1:C1", "D1:E1"],
        )
    )
    assert frame.columns.tolist() == [HEAD[0], HEAD[3], HEAD[2], "年份", "source_row"]
    assert frame[[HEAD[3], HEAD[2], "年份"]].to_numpy().tolist() == [
        [90, 900, 2022],
        [100, 1000, 2023],
    ]


def test_years_in_headings_beside_a_column_of_years_contradict(tmp_path):
    with pytest.raises(SourceError, match="years in its headings"):
        read(text(tmp_path, "统一社会信用代码,年份,2022年_税收,2023年_税收\nE1,2023,1,2\n"))
    frame, _ = read(text(tmp_path, "统一社会信用代码,2022年税收,2023年税收\nE1,5,7\nE2,,9\n"))
    assert frame[["年份", "税收"]].astype("int64").to_numpy().tolist() == [
        [2022, 5],
        [2023, 7],
        [2023, 9],
    ]


def test_a_measure_of_one_year_only_goes_to_that_year(tmp_path):
    frame, _ = read(
        text(tmp_path, "统一社会信用代码,2022年营业收入,2023年营业收入,2023年税收\nE1,5,7,1\n")
    )
    assert frame[["年份", "营业收入"]].astype("int64").to_numpy().tolist() == [[2022, 5], [2023, 7]]
    assert frame["税收"].fillna("-").tolist() == ["-", "1"]
    frame, _ = read(
        text(tmp_path, "统一社会信用代码,2023年营业收入,总产值（2020年不变价）\nE1,7,8\n")
    )
    assert len(frame) == 1


def test_cells_under_no_heading_are_told(tmp_path):
    def change(made, sheet):
        sheet["ZZ3"] = "备注"

    _, notes = read(book(tmp_path, [HEAD, *ROWS], change=change))
    assert "Sheet!ZZ3" in spoken(notes)["message_en"].iloc[0]


# Kinds


def test_a_stray_cell_in_the_last_corner_costs_nothing(tmp_path):
    def change(made, sheet):
        sheet["XFD1048576"] = " "
        sheet["A1048576"] = "x"

    frame, _ = read(book(tmp_path, [HEAD, *ROWS], change=change))
    assert ids(frame) == ["E1", "E2", "E3", "x"]


def page(rows):
    cells = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows)
    return f'<html><meta charset="gb2312"><body><table>{cells}</table></body></html>'


def test_what_a_file_holds_decides_how_it_is_read(tmp_path):
    lines = "\n".join("\t".join(map(str, row)) for row in [HEAD, *ROWS])
    files = [
        book(tmp_path, [HEAD, *ROWS], "a.xlsx").rename(tmp_path / "a.xls"),
        text(tmp_path, page([HEAD, *ROWS]), "gb18030", "b.xls"),
        text(tmp_path, lines, "gb18030", "c.xls"),
        text(tmp_path, lines.replace("\t", ";"), "utf-16", "d.csv"),
        text(tmp_path, lines.replace("\t", "|"), "utf-16-le", "e.csv"),
        text(tmp_path, lines.replace("\t", ","), "utf-8-sig", "f.csv"),
    ]
    for file in files:
        frame, notes = read(file)
        assert ids(frame) == ["E1", "E2", "E3"], file
        assert ("kind_by_content" in set(notes["code"])) == (file.suffix == ".xls")


def test_map_layers_and_parquet_as_tables(tmp_path, parcels):
    frame = parcels.drop(columns="land_use").assign(
        qybh=["E1", "E2", "E3", "E4"], year=2023, tax=[1, 2, 3, 4]
    )
    for name in ("t.geojson", "t.gpkg", "t.fgb", "t.shp"):
        frame.to_file(tmp_path / name)
    frame.drop(columns="geometry").to_parquet(tmp_path / "t.parquet")
    for name in ("t.geojson", "t.gpkg", "t.fgb", "t.shp", "t.dbf", "t.parquet"):
        out, _ = read(tmp_path / name)
        assert sorted(out["qybh"]) == ["E1", "E2", "E3", "E4"], name  # FlatGeobuf sorts by place
        assert "geometry" not in out


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "a picture"),
        (b"Rar!\x1a\x07\0", "an archive"),
        (b"", "an empty file"),
        (b"\0" * 400, "an empty file"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + "EncryptedPackage".encode("utf-16-le")
            + b"\0" * 9,
            "with a password",
        ),
        (b'{"rows": [1, 2]}', "JSON that is not GeoJSON"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "an XML spreadsheet",
        ),
        (bytes(range(256)) * 20, "a binary file"),
    ],
)
def test_what_is_no_table_is_told_by_its_kind(tmp_path, content, kind):
    for name in ("t.xlsx", "t.csv"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SourceError, match=kind):
            read(tmp_path / name)


def test_damaged_workbooks_are_one_sentence(tmp_path):
    whole = book(tmp_path, [HEAD, *ROWS]).read_bytes()
    for size in (30, 500, len(whole) // 2, len(whole) - 30):
        (tmp_path / "cut.xlsx").write_bytes(whole[:size])
        with pytest.raises(SourceError, match=r"cut\.xlsx cannot be opened: it may be damaged"):
            read(tmp_path / "cut.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "t.xlsx") as archive,
        zipfile.ZipFile(tmp_path / "odd.xlsx", "w") as odd,
    ):
        for name in archive.namelist():
            content = archive.read(name)
            odd.writestr(name, content.replace(b'r="A2"', b'r="?"'))
    with pytest.raises(SourceError, match=r"odd\.xlsx cannot be opened"):
        read(tmp_path / "odd.xlsx")


@pytest.mark.slow
def test_old_and_open_formats_tell_as_much_as_xlsx(tmp_path):
    """LibreOffice makes .xls and .ods of a sheet with an error, merged keys, a hidden row, %."""

    def change(made, sheet):
        sheet["C2"] = "=1/0"
        sheet["D2"].number_format = "0.0%"
        sheet.row_dimensions[4].hidden = True
        hidden = made.create_sheet("旧")
        hidden.sheet_state = "hidden"
        hidden["A1"] = "x"

    file = book(tmp_path, [HEAD, *ROWS, ["小计", None, 1, 1]], merged=["B3:B4"], change=change)
    for kind in ("xls", "ods"):
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation=file://{tmp_path}/office",
                "--headless",
                "--convert-to",
                kind,
                "--outdir",
                tmp_path,
                file,
            ],
            check=True,
            capture_output=True,
        )
        frame, notes = read(tmp_path / f"t.{kind}")
        assert frame["年份"].tolist() == [2023, 2023, 2023], kind
        assert frame.attrs["percent"] == {HEAD[3]: [2]}
        assert frame.attrs["rows"]["sums"] == 1
        assert {"error_value", "hidden_rows", "sheet_chosen"} <= set(notes["code"])
        assert "#DIV/0!" in spoken(notes)["message_en"].str.cat()


def test_a_workbook_that_kills_its_reader_is_named(tmp_path, monkeypatch):
    (tmp_path / "t.xls").write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\0" * 600
    )
    with pytest.raises(SourceError, match=r"t\.xls cannot be opened: it may be damaged"):
        read(tmp_path / "t.xls")
    for kind, words in (
        ("time", "within ten seconds"),
        ("memory", "2 GB"),
        ("crash", "it crashes"),
    ):

        def dies(*_, kind=kind):
            raise ReaderDiedError(kind, "")

        monkeypatch.setattr(tables, "is_protected", lambda _: False)
        monkeypatch.setattr(tables, "read_apart", dies)
        with pytest.raises(SourceError, match=words):
            read(tmp_path / "t.xls")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("E1,2023,1,000,5\nE2,2023,1,2\n", "row 2 has 5 cells, the headings 4"),
        ('E1,2023,1,"a\nE2,2023,2,3\n', "a quote that opens in row 2"),
        ('E1,2023,1,"a\nE2,2023,2,b"\nE3,2023,1,1\n', "a quote that opens in row 2"),
    ],
)
def test_text_that_would_lose_cells_stops(tmp_path, lines, words):
    with pytest.raises(SourceError, match=words):
        read(text(tmp_path, f"{','.join(HEAD)}\n{lines}"))


def test_nul_in_text_is_told_and_an_unknown_encoding_too(tmp_path):
    frame, notes = read(text(tmp_path, f"{','.join(HEAD)}\nE1,2023,1\0,2\n"))
    assert frame[HEAD[2]].tolist() == ["1"]
    assert "lines 2" in spoken(notes)["message_en"].iloc[0]
    with pytest.raises(ProjectError, match="encoding `gbkk` is not known"):
        read(text(tmp_path, "a,b\n1,2\n"), encoding="gbkk")
    with pytest.raises(SourceError, match="the text of line 1 is not ascii"):
        read(text(tmp_path, f"{','.join(HEAD)}\n"), encoding="ascii")


def test_no_measure_under_a_known_name_lists_the_columns(project):
    frame = pd.read_csv(project / "indicators.csv")[["enterprise_id", "year", "tax"]]
    frame.rename(columns={"tax": "纳税总额"}).to_csv(project / "indicators.csv", index=False)
    with pytest.raises(SourceError, match=r"no column is recognised as a measure.*纳税总额"):
        load(edit(project, "year = 2023", "year = 2023"))
