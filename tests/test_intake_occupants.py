"""Parcels that name their enterprise are occupancy too, where no other source is."""

from __future__ import annotations

import tomllib
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geo import assess, load, read_project
from tests.builders import GK, mujun, square
from tests.intake_corpus.world import cadastral_code, credit_code

FIRMS = [credit_code(k) for k in range(1, 5)]
NAMES = ["隆昌甲机械有限公司", "隆昌乙玻璃有限公司", "隆昌丙食品有限公司", "隆昌丁建材有限公司"]
PLOTS = [cadastral_code(k) for k in range(1, 5)]
REVENUE = [100.0, 200.0, 300.0, 400.0]


def office(folder: Path, **occupants: list[str]) -> Path:
    """Four parcels of 100 m × 100 m, and a ledger of names, codes and figures."""
    folder.mkdir()
    plots = {"宗地代码": PLOTS, "地类编码": ["100101"] * 4} | occupants
    shapes = [square(k, 0) for k in range(4)]
    gpd.GeoDataFrame(plots, geometry=shapes, crs=GK).to_file(folder / "工业宗地.gpkg")
    ledger = pd.DataFrame({"统一社会信用代码": FIRMS, "企业名称": NAMES})
    ledger.assign(年份=2023, 营业收入=REVENUE).rename(
        columns={"营业收入": "营业收入（万元）"}
    ).to_excel(folder / "企业指标.xlsx", index=False)
    return folder


def project_of(folder: Path) -> tuple[Path, dict[str, object]]:
    target = folder.parent / "项目"
    mujun("init", target, "--from", folder, "--yes")
    return target, tomllib.loads((target / "mujun.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("heading", "cells"),
    [("QYMC", NAMES), ("统一社会信用代码", FIRMS), ("使用权人", [*NAMES[:3], "隆昌市土储中心"])],
)
def test_each_enterprise_has_the_parcel_that_names_it(tmp_path, heading, cells):
    target, written = project_of(office(tmp_path / "资料", **{heading: cells}))
    table = written["tables"]["occupancy"]
    assert table["path"].endswith("工业宗地.gpkg")
    assert table["fields"] == {"enterprise_id": heading, "parcel_id": "宗地代码"}
    project = read_project(target)
    run = assess(load(project), project.settings, [])
    revenue = run.parcels.set_index("parcel_id")["revenue"]
    expected = [*REVENUE[:3], 0.0 if cells[3] == "隆昌市土储中心" else 400.0]
    assert revenue.loc[PLOTS].fillna(0).tolist() == pytest.approx(expected)


def test_owners_that_the_register_has_not_are_no_occupants(tmp_path):
    owners = ["张三", "李四", "隆昌市土储中心", NAMES[0]]
    _, written = project_of(office(tmp_path / "资料", QLR=owners))
    assert "occupancy" not in written["tables"]


def test_another_source_of_occupancy_goes_before(tmp_path):
    folder = office(tmp_path / "资料", QYMC=NAMES)
    land = pd.DataFrame(
        {"统一社会信用代码": FIRMS, "宗地代码": PLOTS, "用地面积（亩）": [15.0] * 4}
    )
    land.to_excel(folder / "企业用地.xlsx", index=False)
    _, written = project_of(folder)
    assert written["tables"]["occupancy"]["path"].endswith("企业用地.xlsx")
