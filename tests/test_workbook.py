"""The workbook: links that land, formulas that recompute, sheets that split, text as it was."""

from __future__ import annotations

import re
import resource
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from geo import read_project
from geo.publish.excel import fast_sheet, listed
from geo.publish.excel import table_writer as book_module
from geo.publish.excel.verdict_sheet import rule_rows
from geo.publish.excel.workbook import write_tables, write_workbook
from geo.publish.look.style import palette
from geo.run import Run
from geo.standards.flat_cells import NO_CELL
from geo.standards.table import rules_table
from geo.standards.vocabulary import VERDICTS

LINK = re.compile(r"""=HYPERLINK\("#'?([^'!]+)'?!A(\d+)","→"\)""")


@pytest.fixture(scope="module")
def book(demo: Path):
    return openpyxl.load_workbook(demo / "outputs/assessment.xlsx")


def heads(sheet) -> list[str]:
    return [cell.value for cell in sheet[1]]


def led_to(book, cell):
    """The row that a link leads to, by heading."""
    title, row = LINK.fullmatch(cell.value).groups()
    sheet = book[title]
    return title, dict(zip(heads(sheet), (c.value for c in sheet[int(row)]), strict=True))


def test_links_land_on_their_rows(book) -> None:
    """Parcel → its first verdict → its rule → its document, and back to the parcel."""
    parcels, verdicts = book["宗地"], book["判定"]
    at = heads(parcels).index("宗地编号")
    assert heads(parcels)[at + 1] == "查看"
    for row in range(2, parcels.max_row + 1, 97):
        key = parcels.cell(row, at + 1).value
        title, verdict = led_to(book, parcels.cell(row, at + 2))
        assert title == "判定"
        assert (verdict["对象"], verdict["对象编号"]) == ("宗地", key)
        before = verdicts.cell(
            int(LINK.fullmatch(parcels.cell(row, at + 2).value)[2]) - 1,
            heads(verdicts).index("对象编号") + 1,
        ).value
        assert before != key  # it is the first of them
    names = heads(verdicts)
    own, rule = names.index("对象编号"), names.index("规则")
    for row in range(2, verdicts.max_row + 1, 501):
        title, subject = led_to(book, verdicts.cell(row, own + 2))
        assert title == {"宗地": "宗地", "企业": "企业"}[verdicts.cell(row, own).value]
        assert verdicts.cell(row, own + 1).value in subject.values()
        title, found = led_to(book, verdicts.cell(row, rule + 2))
        assert title == "规则"
        assert found["规则"] == verdicts.cell(row, rule + 1).value
        assert found["条款"] == verdicts.cell(row, names.index("条款") + 1).value
        assert found["文件与出处"]
    assert not {"文件与出处", "比较", "单位", "表中原文"} & set(names)


def test_flags_are_words_heads_are_whole_and_cells_are_apart_on_paper(book) -> None:
    firms = book["企业"]
    names = heads(firms)
    for flag in ("规上企业", "高新技术企业"):
        cells = [row[names.index(flag)].value for row in firms.iter_rows(min_row=2)]
        assert set(cells) == {"是", "否"}
    heads_at = next(at for at, name in enumerate(names) if name.startswith("年平均职工人数"))
    counted = [row[heads_at] for row in firms.iter_rows(min_row=2)]
    styles = {cell.number_format for cell in counted if cell.value is not None}
    assert styles == {"#,##0"}
    assert all(sheet.print_options.gridLines for sheet in book.worksheets[1:])
    front = book.worksheets[0]
    longest = max(
        sum(1 + (sign > "\u2e7f") for sign in str(front.cell(row, 1).value or ""))
        for row in range(2, front.max_row + 1)
        if front.cell(row, 2).value
    )
    assert longest <= front.column_dimensions["A"].width


def test_what_was_found_is_read_whole(demo: Path) -> None:
    """No sentence of `findings.xlsx` is cut by the next column."""
    sheet = openpyxl.load_workbook(demo / "outputs/findings.xlsx").worksheets[0]
    for name in ("问题", "处理办法"):
        at = heads(sheet).index(name)
        longest = max(cell_len(str(row[at].value)) for row in sheet.iter_rows(min_row=2))
        letter = openpyxl.utils.get_column_letter(at + 1)
        assert longest <= sheet.column_dimensions[letter].width
    assert sheet.print_area is None or not sheet.print_area  # all columns are on the paper


def test_rules_add_up_to_the_verdicts(demo: Path, book) -> None:
    """What is the rule's stands once, with its rule, as the long table has it."""
    judged = Run.load(demo / "outputs").verdicts
    table = rules_table(judged)
    assert table[["pass", "fail", "no_data", "exempt", "conflict"]].to_numpy().sum() == len(judged)
    rows = pd.DataFrame(book["规则"].values)
    rows = rows.set_axis(rows.iloc[0].tolist(), axis=1)[1:]
    assert rows[["规则", "文件与出处"]].to_numpy().tolist() == (
        table[["rule_id", "citation"]].to_numpy().tolist()
    )
    for word, name in (("达标", "pass"), ("不达标", "fail"), ("不适用", "exempt")):
        assert rows[word].tolist() == table[name].tolist()
    units = judged.groupby(["rule_id", "citation"], observed=True, sort=False)["unit"].first()
    assert rows["单位"].fillna("").tolist() == units.astype("str").tolist()
    printed = rows.set_index("规则")["表中原文"].loc["longchang-neirong-2022/rd"]
    assert "玻璃制品制造：/" in printed.split("；")


def test_the_first_sheet_s_formulas_recompute_to_its_values(demo: Path, tmp_path: Path) -> None:
    """LibreOffice counts again from the other sheets; what mujun wrote beside is the same."""
    file = demo / "outputs/assessment.xlsx"
    done = subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(tmp_path / 'p').as_uri()}",
            "--headless",
            "--convert-to",
            "ods",
            "--outdir",
            str(tmp_path),
            str(file),
        ],
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    made = tmp_path / "assessment.ods"
    assert made.is_file(), done.stderr
    again = pd.read_excel(made, sheet_name="汇总", header=None, engine="calamine")
    written = openpyxl.load_workbook(file, data_only=True)["汇总"]
    formulas = openpyxl.load_workbook(file)["汇总"]
    checked = 0
    for row in range(1, formulas.max_row + 1):
        for column in (2, 41, 42, 43, 44):
            if formulas.cell(row, column).data_type != "f":
                continue
            value = float(again.iloc[row - 1, column - 1])
            assert value == pytest.approx(written.cell(row, column).value, rel=1e-12)
            checked += 1
    assert checked > 30
    result = Run.load(demo / "outputs")
    said = dict(zip(again[0], again[1], strict=True))
    assert said["宗地数"] == len(result.parcels)
    assert float(said["宗地面积（亩）"]) == pytest.approx(result.parcels["area_mu"].sum())
    assert said["宗地：不达标"] == (result.parcels["compliance"] == "fail").sum()


def test_charts_and_colours_are_excel_s_own(demo: Path, book) -> None:
    with zipfile.ZipFile(demo / "outputs/assessment.xlsx") as files:
        charts = [files.read(n).decode() for n in files.namelist() if "charts/chart" in n]
    assert len(charts) == 7
    refs = {ref for chart in charts for ref in re.findall(r"<c:f>([^<]+)</c:f>", chart)}
    for ref in refs:  # every series is of cells that are there and not empty
        title, cells = ref.replace("'", "").rsplit("!", 1)
        found = book[title][cells.replace("$", "")]
        some = [
            c
            for row in (found if isinstance(found, tuple) else ((found,),))
            for c in (row if isinstance(row, tuple) else (row,))
        ]
        assert any(c.value is not None for c in some), ref
    sheet = book["判定"]
    column = openpyxl.utils.get_column_letter(heads(sheet).index("判定") + 1)
    rules = {
        r.formula[0]: r.dxf.fill.bgColor.rgb
        for found, rs in sheet.conditional_formatting._cf_rules.items()
        if str(found.sqref).startswith(column)
        for r in rs
    }
    assert rules['"不达标"'] == f"FF{palette()['verdict']['fail'][1:].upper()}"
    assert len(rules) == 5


def test_the_change_per_mu_is_named_so_and_starts_from_a_positive_year(
    demo: Path, tmp_path: Path
) -> None:
    """Of a first year of −1 no index can be made: the sheet says so, the chart has the others."""
    run = Run.load(demo / "outputs")
    figures = run.figures.copy()
    tax = (figures["subject"] == "project") & (figures["measure"] == "tax")
    first = tax & (figures["year"] == figures.loc[tax, "year"].min())
    figures.loc[first, ["value", "per_mu"]] = -1.0
    write_workbook(run.with_tables(figures=figures), tmp_path / "x.xlsx")
    with zipfile.ZipFile(tmp_path / "x.xlsx") as files:
        charts = [files.read(n).decode() for n in files.namelist() if "charts/chart" in n]
    change = next(chart for chart in charts if "亩均变化" in chart)
    assert re.findall(r"<c:tx><c:v>([^<]+)</c:v></c:tx>", change) == [
        "亩均营业收入",
        "产出强度（亩均产值）",
        "亩均工业增加值",
        "固定资产投资强度（亩均固定资产投资）",
    ]
    front = openpyxl.load_workbook(tmp_path / "x.xlsx")["汇总"]
    said = {row[0]: row[1] for row in front.iter_rows(max_col=2, values_only=True)}
    assert said["不作亩均变化指数"] == "首年数值为零或负"


@pytest.mark.parametrize("most", [3, 7])
def test_a_long_table_goes_on_on_another_sheet(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(fast_sheet, "MAX_ROWS", most)
    monkeypatch.setattr(book_module, "MAX_ROWS", most)
    monkeypatch.setattr(fast_sheet, "SLICE", 2)
    table = pd.DataFrame({"parcel_id": [f"P{i}" for i in range(17)], "area_mu": np.arange(17.0)})
    write_tables({"宗地": table}, read_project(demo).settings, tmp_path / "x.xlsx")
    parts = pd.read_excel(tmp_path / "x.xlsx", sheet_name=None, engine="calamine")
    assert list(parts) == ["宗地", *(f"宗地 {i}" for i in range(2, -(-17 // most) + 1))]
    whole = pd.concat(parts.values())
    assert whole["宗地编号"].tolist() == table["parcel_id"].tolist()
    assert whole.iloc[:, 1].tolist() == table["area_mu"].tolist()
    led = fast_sheet.link([("宗地", np.array([0, most, 16, -1]))], "→")
    assert [led.sheets[s] if r else "" for s, r in zip(led.sheet, led.row, strict=True)] == [
        "宗地",
        "宗地 2",
        f"宗地 {16 // most + 1}",
        "",
    ]
    assert led.row.tolist() == [2, 2, 16 % most + 2, 0]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff"), max_size=20)


@given(
    st.lists(
        st.tuples(st.none() | TEXT, st.none() | st.floats(allow_infinity=False), st.booleans()),
        min_size=1,
        max_size=12,
    )
)
def test_cells_read_back_as_they_were(tmp_path_factory, rows) -> None:
    """Any text, with what looks like a formula, an escape or XML; any number; blanks stay blank."""
    settings = read_project(Path(__file__).parents[1]).settings
    file = tmp_path_factory.mktemp("x") / "x.xlsx"
    table = pd.DataFrame(rows, columns=["name", "value", "flag"])
    table["name"] = table["name"].astype("str").where(table["name"].notna())
    write_tables({"表": table.astype({"value": "float64"})}, settings, file)
    opened = openpyxl.load_workbook(file)
    for (name, value, flag), cells in zip(rows, opened["表"].iter_rows(min_row=2), strict=True):
        said = cells[0].value
        if name:  # openpyxl leaves Excel's escapes, and XML has one line break
            said = openpyxl.utils.escape.unescape(said or "")
            assert said.replace("\r", "\n") == name.replace("\r\n", "\n").replace("\r", "\n") or (
                said == name
            )
        else:
            assert not said
        assert cells[0].data_type != "f"
        assert (cells[1].value is None) == (value is None or value != value)  # noqa: PLR0124
        if cells[1].value is not None:
            assert float(cells[1].value) == value
        assert cells[2].value == ("是" if flag else "否")
    opened.close()


def test_many_rows_need_no_memory_of_their_own(demo: Path, tmp_path: Path) -> None:
    """300,000 rows more take less than a tenth of what the cells as objects would."""
    judged = Run.load(demo / "outputs").verdicts
    table = judged.iloc[np.arange(300_000) % len(judged)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    write_tables({"判定": table}, read_project(demo).settings, tmp_path / "x.xlsx")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 100_000  # kB; six million cells as Python objects are more than a million


def test_a_title_too_long_for_a_cell_is_cut_and_not_left_out(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "t.xlsx")
    sheet = book.add_worksheet("t", fast_sheet.TextSheet)
    sheet.write_string(0, 0, "题" * 40_000)
    book.close()
    cell = openpyxl.load_workbook(tmp_path / "t.xlsx").active["A1"].value
    assert cell == "题" * 32_766 + "…"


def test_a_text_that_looks_like_rich_text_is_text(tmp_path):
    """XlsxWriter takes what stands between <r> and </r> for XML of its own."""
    book = xlsxwriter.Workbook(tmp_path / "t.xlsx")
    book.add_worksheet("t", fast_sheet.TextSheet).write_string(0, 0, "<r><t>1 & 2</t></r>")
    book.close()
    cell = openpyxl.load_workbook(tmp_path / "t.xlsx").active["A1"].value
    assert cell == "<r><t>1 & 2</t></r>"


def many_fails() -> pd.DataFrame:
    """Three rules: 4, 9 and 2 fails with gaps of −1, −2, …; a pass each."""
    counts = {"a": 4, "b": 9, "c": 2}
    rule = [name for name, count in counts.items() for _ in range(count + 1)]
    gap = [float(-n) for count in counts.values() for n in range(count + 1)]
    verdict = ["fail" if one else "pass" for one in gap]
    return pd.DataFrame({"rule_id": rule, "gap": gap, "verdict": verdict})


def test_a_long_table_lists_the_largest_of_each_rule(monkeypatch) -> None:
    """Of 4, 9 and 2 fails no more than 9 rows: 3, 3 and 2 would be 8, 4, 4 and 2 would be 10."""
    table = many_fails()
    monkeypatch.setattr(listed, "MOST", 9)
    order = listed.ORDERS["verdicts"]
    rows, each = listed.rows_listed(table, order, (table["verdict"] == "fail").to_numpy())
    assert each == 3
    assert table.iloc[rows][["rule_id", "gap"]].to_numpy().tolist() == [
        *(["a", gap] for gap in (-4.0, -3.0, -2.0)),
        *(["b", gap] for gap in (-9.0, -8.0, -7.0)),
        *(["c", gap] for gap in (-2.0, -1.0)),
    ]


def test_what_a_sheet_leaves_out_is_said_in_it_and_on_the_first(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """200 rows a sheet and 100 parcels: links land, sums hold, the rules say how many are listed."""
    run = Run.load(demo / "outputs")
    monkeypatch.setattr(listed, "MOST", 200)
    monkeypatch.setattr(listed, "WIDE", 100)
    monkeypatch.setattr(fast_sheet, "LONG", 150)
    write_workbook(run, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    asked = run.verdicts[run.verdicts["verdict"].isin(["fail", "conflict"])]
    sheet = book["判定"]
    said = sheet["A1"].value
    assert "本表列" in said
    assert f"共{len(run.verdicts):,}行" in said
    assert f"共{len(asked):,}行" in said
    rows = pd.read_excel(tmp_path / "x.xlsx", sheet_name="判定", header=1, engine="calamine")
    assert len(rows) <= 200
    assert set(rows["判定"]) <= {"不达标", "规则冲突"}
    for rule, own in rows.groupby("规则"):
        gaps = asked.loc[asked["rule_id"] == rule, "gap"].abs().sort_values(ascending=False)
        largest = pytest.approx(gaps.head(len(own)).tolist(), nan_ok=True)
        assert own["差额（负为不足）"].abs().tolist() == largest
    rules = pd.read_excel(tmp_path / "x.xlsx", sheet_name="规则", engine="calamine")
    assert rules.set_index("规则")["本簿列出"].to_dict() == (
        rows["规则"].value_counts().reindex(rules["规则"], fill_value=0).to_dict()
    )
    names = [cell.value for cell in sheet[2]]
    for row in (3, 50, sheet.max_row):
        title, place = LINK.fullmatch(sheet.cell(row, names.index("对象编号") + 2).value).groups()
        subject = book[title][int(place)]
        assert sheet.cell(row, names.index("对象编号") + 1).value in [c.value for c in subject]
    parcels = pd.read_excel(tmp_path / "x.xlsx", sheet_name="宗地", header=1, engine="calamine")
    assert parcels["宗地编号"].tolist() == run.parcels["parcel_id"].tolist()
    assert "列" in book["宗地"]["A1"].value
    front = {row[0]: row for row in book["汇总"].iter_rows(values_only=True)}
    assert front["判定"][1] == f"{len(rows):,} / {len(run.verdicts):,}"
    assert front["判定"][2] == said
    assert front["宗地数"][1] == f"=COUNTA(宗地!$A$3:$A${len(parcels) + 2})"
    assert front["宗地面积（亩）"][1].startswith("=SUM(宗地!")


def test_the_same_run_gives_the_same_file(demo: Path, tmp_path: Path) -> None:
    run = Run.load(demo / "outputs")
    for name in ("a", "b"):
        write_workbook(run, tmp_path / f"{name}.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert (tmp_path / "a.xlsx").read_bytes() == (demo / "outputs/assessment.xlsx").read_bytes()


def test_the_sheet_of_rules_prints_what_the_document_has():
    """Land without a row of the table has no cell: it stood there as “?”."""
    cells = pd.DataFrame(
        {
            "rule": "p/far",
            "rule_id": "p/far",
            "indicator": "floor_area_ratio",
            "clause": "表1",
            "citation": "甲",
            "operator": "≥",
            "unit": "",
            "mandatory": True,
            "decimals": 2,
            "industry_row": ["", "装备制造"],
            "cell_text": [NO_CELL, "按另一文件执行"],
        }
    ).assign(**dict.fromkeys(VERDICTS, 1))
    both, alone = rule_rows(cells, "zh"), rule_rows(cells.iloc[:1], "zh")
    assert both["cell_text"].tolist() == ["装备制造：按另一文件执行"]
    assert both["pass"].tolist() == [2]
    assert alone["cell_text"].tolist() == [""]
