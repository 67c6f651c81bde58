"""Figures of a part of a year: told wherever it is said, and never a year's by themselves."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.intake.model import RoleGuess, SourceProfile
from geo.intake.part_year import whole_years
from geo.intake.plan import Part
from geo.intake.questions import Interview, nobody
from geo.intake.source_year import settle_year
from geo.model.numerals import dates_in_digits
from geo.model.periods import dates_named, part_of_year, years_named
from tests.builders import workbook
from tests.test_intake_init import FIRMS, office
from tests.test_new_year import LAST, folder_of_year

PARTS = [
    "2024年上半年",
    "2024年半年报",
    "2024年第三季度",
    "2024年前三季度",
    "2024年三季报",
    "2024年1-9月",
    "2024年1–9月份",
    "2024年１～９月",
    "2024年一至九月",
    "二〇二四年上半年",
    "截至9月",
    "截止2024年9月底",
    "2024年指标（截至2024年9月）",
    "2024Q3",
    "企业2024H1",
    "2024.01-09",
    "202401-202409",
    "2024年1月-2024年9月",
    "2024年1月1日至9月30日",
    "20240101-20240930",
    "2024年前三个月",
    "2024年9月累计",
]
WHOLES = [
    ("2024年度企业指标", [2024]),
    ("2024年1-12月", [2024]),
    ("2024年1月至2024年12月", [2024]),
    ("2024年1月1日-2024年12月31日", [2024]),
    ("截至2024年12月31日", [2024]),
    ("2023年度（数据截至2024年3月）", [2023]),
    ("2023年度  填报日期：2024年1月5日", [2023]),
    ("二○二三年度", [2023]),
    ("2023—2024年", [2023, 2024]),
    ("202401-202412", []),
    ("每半年报送一次", []),
    ("三一重工2号厂房", []),
    ("HQ1表", []),
    ("510681-12", []),
    ("2024-05-06", []),
]


@pytest.mark.parametrize("text", PARTS)
def test_a_part_of_a_year_is_known_however_it_is_written(text: str) -> None:
    assert part_of_year(text)
    assert years_named(text) == []


@pytest.mark.parametrize(("text", "years"), WHOLES)
def test_whole_years_days_and_codes_are_no_part_of_a_year(text: str, years: list[int]) -> None:
    assert part_of_year(text) == ""
    assert years_named(text) == years


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("二〇二三年三月一日", "2023年3月1日"),
        ("二零一九年十二月三十一日", "2019年12月31日"),
        ("一九九八年廿月", "1998年20月"),
        ("贰零贰叁年拾月贰拾日", "2023年10月20日"),
        ("二○○八年元月初八", "2008年1月初八"),
        ("一百二十亩", "一百二十亩"),
        ("三元区五里亭", "三元区五里亭"),
    ],
)
def test_dates_in_chinese_numerals(text: str, digits: str) -> None:
    assert dates_in_digits(text) == digits


@pytest.mark.parametrize(
    ("text", "years"),
    [("2024年上半年", [2024]), ("202401-202409", [2024]), ("20240105", [2024]), ("51068120", [])],
)
def test_years_that_a_date_or_part_holds(text: str, years: list[int]) -> None:
    assert dates_named(text) == years


def _figures(factor: int, year: int | None = None) -> list[list[Any]]:
    head = ["统一社会信用代码", *([] if year is None else ["年份"]), "营业收入（万元）"]
    stated = [] if year is None else [year]
    return [head, *([code, *stated, 100 * factor * k] for k, code in enumerate(FIRMS, 1))]


def _book(file: Path, sheets: dict[str, list[list[Any]]]) -> None:
    file.parent.mkdir(exist_ok=True)
    workbook(file, sheets)


def _begun(root: Path, files: dict[str, dict[str, list[list[Any]]]]) -> dict[str, Any]:
    """What `init --yes` says and writes of an office whose only figures are these."""
    source = office(root / "资料", prj=True)
    for old in source.glob("*年指标.xlsx"):
        old.unlink()
    for name, sheets in files.items():
        _book(source / name, sheets)
    done = CliRunner().invoke(
        app, ["init", str(root / "项目"), "--from", str(source), "--yes", "--json"]
    )
    assert done.exit_code == 0, (done.output, done.exception)
    said: dict[str, Any] = json.loads(done.stdout)
    said["project"] = tomllib.loads((root / "项目/mujun.toml").read_text(encoding="utf-8"))
    return said


@pytest.mark.parametrize(
    ("name", "sheet", "above", "year"),
    [
        ("2024年上半年.xlsx", "Sheet1", None, None),
        ("企业指标.xlsx", "2024年1-9月", None, None),
        ("企业指标.xlsx", "Sheet1", "2024年企业主要指标（截至9月）", None),
        ("企业指标2024Q3.xlsx", "Sheet1", None, 2024),
        ("2024年三季度/企业指标.xlsx", "Sheet1", None, None),
        ("企业指标2024年9月.xlsx", "Sheet1", None, None),
        ("2024年企业指标.xlsx", "1月", None, None),
        ("2024年企业指标.xlsx", "九月份", None, None),
        ("企业指标.xlsx", "202409", None, 2024),
    ],
)
def test_a_part_of_a_year_is_not_taken_as_a_year(
    tmp_path: Path, name: str, sheet: str, above: str | None, year: int | None
) -> None:
    rows = _figures(1, year)
    said = _begun(tmp_path, {name: {sheet: rows if above is None else [[above], *rows]}})
    assert "indicators" not in said["project"].get("tables", {})
    question = next(one for one in said["questions"] if one["about"] == "period")
    assert (question["answer"], question["asked"]) == ("-", False)
    years = [c["value"] for c in question["choices"]]
    assert years == ["-", "year" if year else "2024"], question
    aside = next(
        one for one in said["set_aside"] if "企业指标" in one["name"] or "上半年" in one["name"]
    )
    assert aside["open"]


def test_sheets_of_months_are_no_years(tmp_path: Path) -> None:
    """Twelve sheets of months: January was the year, and the others were left as its copies."""
    months = {f"{month}月": _figures(month) for month in (1, 2, 12)}
    said = _begun(tmp_path, {"2024年指标.xlsx": months})
    assert "indicators" not in said["project"].get("tables", {})
    assert sum(one["about"] == "period" for one in said["questions"]) == 3


def test_half_a_year_never_displaces_the_whole_one(tmp_path: Path) -> None:
    """The same headings and ids, and one year 2024: the whole one is used, and no question of twins."""
    files = {"甲.xlsx": {"2024年上半年": _figures(1, 2024), "2024年": _figures(2, 2024)}}
    said = _begun(tmp_path, files)
    assert said["project"]["tables"]["indicators"]["sheet"] == "2024年"
    assert said["year"] == 2024
    assert "sources" not in {one["about"] for one in said["questions"]}


def test_rows_of_earlier_years_in_a_file_of_half_a_year_are_theirs(tmp_path: Path) -> None:
    said = _begun(tmp_path, {"2024年上半年报送.xlsx": {"年报": _figures(2, 2023)}})
    assert said["year"] == 2023
    assert "period" not in {one["about"] for one in said["questions"]}


def _part(
    years: dict[Any, tuple[int, ...]], titles: tuple[str, ...] = (), path: str = "a.xlsx"
) -> Part:
    headings = ("代码", "税收")
    frame = pd.DataFrame({heading: ["1"] for heading in headings})
    profile = SourceProfile(
        path, None, "table", "xlsx", 1, headings, frame, years=years, titles=titles
    )
    return Part(RoleGuess(profile, "indicators", sure=True))


def test_that_it_is_a_year_can_be_said() -> None:
    part = _part({}, path="2024年1-11月.xlsx")
    talk = Interview(lambda _: 1)
    assert whole_years([part], talk) == ([part], [])
    assert part.constants == {"year": 2024}
    kept, aside = whole_years([_part({}, path="2024年1-11月.xlsx")], Interview(nobody))
    assert not kept
    assert "1-11月" in aside[0].why("zh")


def test_a_date_of_filling_in_offers_the_year_before_it() -> None:
    part, talk = _part({}, ("填报日期：2024年1月5日",)), Interview(nobody)
    settle_year(part, dt.date(2026, 5, 1), talk)
    values = [choice.value for choice in talk.answers[0].question.choices]
    assert values == ["2023", "2024", "2025"]


def test_a_new_year_of_half_a_year_is_no_new_year(tmp_path: Path) -> None:
    folder_of_year(tmp_path / "2023", later=False)
    folder_of_year(tmp_path / "2024", later=True)
    (tmp_path / "2024/指标2024.xlsx").rename(tmp_path / "2024/指标2024年上半年.xlsx")
    (tmp_path / "旧").mkdir()
    (tmp_path / "旧/mujun.toml").write_text(LAST, encoding="utf-8")
    words = [
        "new-year",
        tmp_path / "旧",
        tmp_path / "新",
        "--from",
        tmp_path / "2024",
        "--yes",
        "--json",
    ]
    done = CliRunner().invoke(app, [*map(str, words)])
    said = json.loads(done.stdout)
    project = tomllib.loads((tmp_path / "新/mujun.toml").read_text(encoding="utf-8"))
    assert "indicators" not in project["tables"]
    assert any("上半年" in note for note in said["notes"])


def test_a_pattern_takes_no_file_of_half_a_year(tmp_path: Path) -> None:
    """Two towns' figures of 2024 and one of half of it: the pattern would read all three."""
    folder_of_year(tmp_path / "2023", later=False)
    folder_of_year(tmp_path / "2024", later=True)
    whole = tmp_path / "2024/指标2024.xlsx"
    shutil.copy(whole, tmp_path / "2024/指标2024年上半年.xlsx")
    (tmp_path / "旧").mkdir()
    text = LAST.replace("../2023/指标2023.xlsx", "../2023/指标*.xlsx")
    (tmp_path / "旧/mujun.toml").write_text(text, encoding="utf-8")
    words = ["new-year", tmp_path / "旧", tmp_path / "新", "--from", tmp_path / "2024"]
    done = CliRunner().invoke(app, [*map(str, words), "--yes", "--json"])
    said = json.loads(done.stdout)
    project = tomllib.loads((tmp_path / "新/mujun.toml").read_text(encoding="utf-8"))
    assert project["tables"]["indicators"]["path"] == "../2024/指标2024.xlsx"
    assert any("指标2024年上半年" in path for path in said["left_out"])
    assert any("上半年" in one["question"] for one in said["questions"])
