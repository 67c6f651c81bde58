"""`mujun init --from`: figures in several files, by names and by codes, and years side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from geo import load, read_project
from geo.cli import app
from geo.intake.combine import same_content
from geo.intake.read import ReadPart
from geo.sources.load import Layers
from tests.builders import GK, square
from tests.intake_corpus.world import cadastral_code, credit_code

CODES = [credit_code(k) for k in range(1, 7)]
NAMES = [f"隆昌{sign}{sign}有限公司" for sign in "甲乙丙丁戊己"]
PLOTS = [cadastral_code(k) for k in range(1, 7)]
TAX = {2023: [10, 20, 30, 40, 50, 60], 2024: [11, 22, 33, 44, 55, 66]}
REVENUE = [1000, 2000, 3000, 4000, 5000, 6000]


def office(folder: Path) -> Path:
    """Six parcels of one park, each of an enterprise, and the list that says so."""
    folder.mkdir(parents=True)
    park = gpd.GeoDataFrame({"园区名称": ["石燕桥园区"]}, geometry=[square(0, 0, 900.0)], crs=GK)
    park.to_file(folder / "园区范围.gpkg")
    shapes = [square(i, 0) for i in range(6)]
    plots = gpd.GeoDataFrame({"宗地代码": PLOTS, "地类编码": "100101"}, geometry=shapes, crs=GK)
    plots.to_file(folder / "工业宗地.gpkg")
    land = {"企业名称": NAMES, "统一社会信用代码": CODES, "宗地代码": PLOTS, "用地面积（亩）": 15.0}
    pd.DataFrame(land).to_excel(folder / "企业用地台账.xlsx", index=False)
    return folder


def sheet(folder: Path, name: str, **columns: Any) -> None:
    pd.DataFrame(columns).to_excel(folder / f"{name}.xlsx", index=False)


def begun(folder: Path) -> tuple[str, Layers]:
    """What `init --yes` says of the folder, and what a run reads of its project."""
    target = folder.parent / "project"
    words = ["init", str(target), "--from", str(folder), "--yes", "--lang", "zh"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    return result.output, load(read_project(target))


def sums(layers: Layers) -> dict[int, dict[str, float]]:
    table = layers["indicators"].groupby("year")[["tax", "revenue"]].sum()
    return {int(year): dict(row) for year, row in table.iterrows()}


@pytest.mark.parametrize("by_name", [False, True])
def test_tax_of_two_towns_and_years_beside_revenue(tmp_path: Path, by_name: bool) -> None:
    folder = office(tmp_path / "资料")
    who = {"企业名称": NAMES} if by_name else {"统一社会信用代码": CODES, "企业名称": NAMES}
    for town, rows in (("金鹅街道", slice(0, 4)), ("石燕桥镇", slice(4, 6))):
        for year in TAX:
            part = {column: cells[rows] for column, cells in who.items()}
            sheet(folder, f"{town}税收{year}年", **part, **{"实缴税金（万元）": TAX[year][rows]})
    money = {"统一社会信用代码": CODES, "单位名称": NAMES, "营业收入（万元）": REVENUE}
    sheet(folder, "营业收入2024年", **money)
    text, layers = begun(folder)
    assert "指标内容相同" not in text
    assert sums(layers) == {
        2023: {"tax": 210.0, "revenue": 0.0},
        2024: {"tax": 231.0, "revenue": 21_000.0},
    }
    assert set(layers["indicators"]["enterprise_id"]) == set(CODES)
    assert len(layers["indicators"]) == 12
    assert sorted(layers["enterprises"]["enterprise_id"]) == sorted(CODES)
    assert ("其中 12 行按名称对应" in text) == by_name


def test_two_years_side_by_side_are_a_part_each(tmp_path: Path) -> None:
    folder = office(tmp_path / "资料")
    book = Workbook()
    page = book.active
    page.append(["亩均效益台账（单位：万元）"])
    page.append(["统一社会信用代码", "企业名称", "2023年", None, "2024年", None])
    page.append([None, None, "销售收入", "税收", "销售收入", "税收"])
    before = [revenue / 2 for revenue in REVENUE]
    for row in zip(CODES, NAMES, before, TAX[2023], REVENUE, TAX[2024], strict=True):
        page.append(row)
    for merged in ("A2:A3", "B2:B3", "C2:D2", "E2:F2"):
        page.merge_cells(merged)
    book.save(folder / "亩均台账.xlsx")
    _, layers = begun(folder)
    assert sums(layers) == {
        2023: {"tax": 210.0, "revenue": 10_500.0},
        2024: {"tax": 231.0, "revenue": 21_000.0},
    }


def test_layers_that_a_run_refuses_together_are_asked_about(tmp_path: Path) -> None:
    folder = office(tmp_path / "资料")
    shapes = [square(i, 2) for i in range(2)]
    codes = [cadastral_code(k) for k in (11, 12)]
    old = gpd.GeoDataFrame({"宗地代码": codes, "地类编码": "100101"}, geometry=shapes, crs=2380)
    old.to_file(folder / "西片宗地.gpkg")
    text, layers = begun(folder)
    assert "几份宗地不能合在一起" in text
    assert sorted(layers["parcels"]["parcel_id"]) == sorted(PLOTS)


def test_only_the_same_ids_columns_and_values_are_the_same_content() -> None:
    frame = pd.DataFrame({"enterprise_id": ["A", "B"], "year": 2024, "tax": [1.0, 2.0]})
    others = {
        "same": frame.iloc[::-1],
        "value": frame.assign(tax=[1.0, 3.0]),
        "column": frame.rename(columns={"tax": "revenue"}),
        "ids": frame.assign(enterprise_id=["A", "C"]),
        "further": frame.assign(revenue=5.0),
    }
    one = ReadPart(frame, frame)
    same = {name: same_content("indicators", one, ReadPart(f, f)) for name, f in others.items()}
    assert same == {
        "same": True,
        "value": False,
        "column": False,
        "ids": False,
        "further": False,
    }


def test_ids_that_only_the_other_file_has_are_named(tmp_path: Path) -> None:
    """Two files of six parcels share three: which is right is open, and three would be lost."""
    folder = office(tmp_path / "资料")
    codes = [*PLOTS[3:], *(cadastral_code(k) for k in (11, 12, 13))]
    shapes = [square(i, 2) for i in range(6)]
    other = gpd.GeoDataFrame({"宗地代码": codes, "地类编码": "100101"}, geometry=shapes, crs=GK)
    other.to_file(folder / "西片宗地.gpkg")
    text, layers = begun(folder)
    held = set(layers["parcels"]["parcel_id"])
    lost = ({*PLOTS} | {*codes}) - held
    assert len(lost) == 3
    line = next(one for one in text.splitlines() if "有相同编号" in one)
    assert line.startswith("? ")
    assert "3 个编号不在所用的文件中" in line
    assert all(code in line for code in lost)
    written = (tmp_path / "project/mujun.toml").read_text(encoding="utf-8")
    assert "# ? " in written
