"""The year of rows that no column states: from the file's name, the sheet's, the title; in headings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geo.errors import MujunError
from geo.project import Project, TableSource, read_project
from geo.sources.read import read_rows
from tests.builders import workbook

HEAD = ["统一社会信用代码", "营业收入（万元）", "税收（万元）"]


def rows(folder: Path, **source: Any) -> pd.DataFrame:
    """Id, year, revenue and tax of a table of indicators, by id and year."""
    (folder / "mujun.toml").write_text(
        '[project]\nyear = 2023\n[layers.parcels]\npath = "p.gpkg"\n', encoding="utf-8"
    )
    project: Project = read_project(folder)
    frame = read_rows(project, "indicators", TableSource(**source)).frame
    columns = [c for c in ("enterprise_id", "year", "revenue", "tax", "employees") if c in frame]
    return frame[columns].sort_values(["enterprise_id", "year"], ignore_index=True)


def test_each_file_is_of_the_year_that_its_name_states(tmp_path: Path) -> None:
    for year, figure in ((2022, 5), (2023, 7)):
        workbook(tmp_path / f"{year}年台账.xlsx", {"Sheet1": [HEAD, ["E1", figure, 1]]})
    out = rows(tmp_path, path="*年台账.xlsx", year_from="file")
    assert out[["year", "revenue"]].to_numpy().tolist() == [[2022, 5.0], [2023, 7.0]]


def test_a_file_that_states_two_years_or_none_is_refused(tmp_path: Path) -> None:
    for name, why in (("2022-2023年台账.xlsx", "2022, 2023"), ("台账.xlsx", "states no year")):
        workbook(tmp_path / name, {"Sheet1": [HEAD, ["E1", 5, 1]]})
        with pytest.raises(MujunError, match=why):
            rows(tmp_path, path=name, year_from="file")


def test_the_sheet_or_the_title_states_the_year_of_its_rows(tmp_path: Path) -> None:
    sheets = {
        f"{year}": [[f"某园区{year + 1}年企业台账"], HEAD, ["E1", figure, 1]]
        for year, figure in ((2021, 5), (2022, 7))
    }
    workbook(tmp_path / "t.xlsx", sheets, ("A1:C1",))
    by_sheet = rows(tmp_path, path="t.xlsx", sheet=["2021", "2022"], year_from="sheet")
    by_title = rows(tmp_path, path="t.xlsx", sheet=["2021", "2022"], year_from="title")
    assert by_sheet["year"].tolist() == [2021, 2022]
    assert by_title["year"].tolist() == [2022, 2023]
    assert by_title["revenue"].tolist() == [5.0, 7.0]
    assert rows(tmp_path, path="t.xlsx", sheet="2022", year_from="title")["year"].tolist() == [2023]


def test_the_title_of_a_text_states_its_year(tmp_path: Path) -> None:
    text = "某园区2023年度企业台账\n统一社会信用代码,营业收入\nE1,5\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert rows(tmp_path, path="a.csv", year_from="title")["year"].tolist() == [2023]
    with pytest.raises(MujunError, match="states no year"):
        rows(tmp_path, path="a.csv", year_from="sheet")


def test_a_year_is_declared_once(tmp_path: Path) -> None:
    workbook(tmp_path / "2023.xlsx", {"Sheet1": [[*HEAD, "年份"], ["E1", 5, 1, 2022]]})
    with pytest.raises(MujunError, match="年份"):
        rows(tmp_path, path="2023.xlsx", year_from="file")
    (tmp_path / "mujun.toml").write_text(
        '[project]\nyear = 2023\n[layers.parcels]\npath = "2023.gpkg"\nyear_from = "file"\n',
        encoding="utf-8",
    )
    with pytest.raises(MujunError, match="no column of years"):
        read_project(tmp_path)


WIDE = [["E1", "甲", 1, 2, 3, 4, 5, 6], ["E2", "乙", None, 8, None, 10, None, 12]]
WANT = [
    ["E1", 2022, 1.0, 3.0, 5.0],
    ["E1", 2023, 2.0, 4.0, 6.0],
    ["E2", 2023, 8.0, 10.0, 12.0],
]


def test_years_merged_over_measures(tmp_path: Path) -> None:
    order = [0, 1, 2, 4, 6, 3, 5, 7]
    head = [
        ["统一社会信用代码", "企业名称", "2022年", None, None, "2023年", None, None],
        [None, None, "营业收入", "税收", "从业人员", "营业收入", "税收", "从业人员"],
    ]
    body = [[row[k] for k in order] for row in WIDE]
    workbook(tmp_path / "w.xlsx", {"S": [*head, *body]}, ("A1:A2", "B1:B2", "C1:E1", "F1:H1"))
    assert rows(tmp_path, path="w.xlsx").to_numpy().tolist() == WANT


def test_measures_merged_over_years_with_units_in_a_third_line(tmp_path: Path) -> None:
    head = [
        ["2022—2023年企业台账", *[None] * 7],
        ["统一社会信用代码", "企业名称", "营业收入", None, "税收", None, "从业人员", None],
        [None, None, "2022年", "2023年", "2022年", "2023年", "2022年", "2023年"],
        [None, None, "万元", "万元", "元", "元", "人", "人"],
    ]
    merged = ("A1:H1", "A2:A4", "B2:B4", "C2:D2", "E2:F2", "G2:H2")
    body = [
        [*row[:4], *(None if v is None else v * 10_000 for v in row[4:6]), *row[6:]] for row in WIDE
    ]
    workbook(tmp_path / "w.xlsx", {"S": [*head, *body]}, merged)
    assert rows(tmp_path, path="w.xlsx").to_numpy().tolist() == WANT
