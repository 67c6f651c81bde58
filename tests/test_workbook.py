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

from geo import read_project
from geo.publish.excel import fast_sheet
from geo.publish.excel import table_writer as book_module
from geo.publish.excel.workbook import write_tables
from geo.publish.look.style import palette
from geo.run import Run
from geo.standards.table import rules_table

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
        assert found["文件与出处"] == verdicts.cell(row, names.index("文件与出处") + 1).value


def test_rules_add_up_to_the_verdicts(demo: Path, book) -> None:
    judged = Run.load(demo / "outputs").verdicts
    table = rules_table(judged)
    assert table[["pass", "fail", "no_data", "exempt", "conflict"]].to_numpy().sum() == len(judged)
    assert len(book["规则"]["A"]) == len(table) + 1


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
