"""Which list is the register, and which of several sources is offered first."""

from __future__ import annotations

import tomllib
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geo import assess, load, read_project
from geo.intake.joins import mark_joins
from geo.intake.read import ReadPart
from tests.builders import GK, mujun, square
from tests.intake_corpus.world import cadastral_code, credit_code

FIRMS = [credit_code(k) for k in range(1, 5)]
NAMES = ["隆昌甲机械有限公司", "隆昌乙玻璃有限公司", "隆昌丙食品有限公司", "隆昌丁建材有限公司"]
PLOTS = [cadastral_code(k) for k in range(1, 5)]


def test_a_register_goes_before_summaries_of_its_names(tmp_path: Path) -> None:
    folder = tmp_path / "资料"
    folder.mkdir()
    shapes = [square(k, 0) for k in range(4)]
    plots = {"宗地代码": PLOTS, "地类编码": ["100101"] * 4}
    gpd.GeoDataFrame(plots, geometry=shapes, crs=GK).to_file(folder / "宗地.gpkg")
    register = {"企业名称": NAMES, "统一社会信用代码": FIRMS, "行业代码": ["3054"] * 4}
    pd.DataFrame(register | {"宗地代码": PLOTS, "占地（平方米）": [10000.0] * 4}).to_excel(
        folder / "企业名录.xlsx", index=False
    )
    for year, times in ((2022, 1.0), (2023, 2.0)):
        sums = {"企业名称": NAMES, "营业收入（万元）": [times * k for k in (100, 200, 300, 400)]}
        pd.DataFrame(sums | {"税收（万元）": [10.0] * 4}).to_excel(
            folder / f"效益{year}年.xlsx", sheet_name="汇总", index=False
        )
    target = tmp_path / "项目"
    mujun("init", target, "--from", folder, "--yes")
    written = tomllib.loads((target / "mujun.toml").read_text(encoding="utf-8"))
    assert written["tables"]["enterprises"]["path"].endswith("企业名录.xlsx")
    assert (written["project"]["year"], written["project"]["compare_to"]) == (2023, 2022)
    project = read_project(target)
    run = assess(load(project), project.settings, [])
    revenue = run.conserved.set_index(["measure", "year"]).loc["revenue"]
    # 100 + 200 + 300 + 400, and twice that a year later.
    assert revenue["allocated"].to_dict() == pytest.approx({2022: 1000.0, 2023: 2000.0})
    assert revenue["unallocated"].tolist() == pytest.approx([0.0, 0.0])


def test_what_joins_no_other_table_is_told_from_what_does() -> None:
    register = pd.DataFrame({"enterprise_id": FIRMS, "name": NAMES})
    elsewhere = pd.DataFrame({"enterprise_id": [credit_code(k) for k in (7, 8)]})
    named = pd.DataFrame({"enterprise_id": NAMES[:1]})
    reads = {
        ("enterprises", 0): ReadPart(register, register),
        ("indicators", 0): ReadPart(elsewhere, elsewhere),
        ("indicators", 1): ReadPart(named, named),
    }
    mark_joins(reads)
    assert [read.joins for read in reads.values()] == [True, False, True]
