"""What is written: a workbook without formulas from data, layers others can open, whole or not."""

from __future__ import annotations

import hashlib
import json
import re
from itertools import combinations

import geopandas as gpd
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.economy.allocate import REASONS as ALLOCATION_REASONS
from geo.errors import OutputError
from geo.evaluate.eligibility import REASONS as GRADE_REASONS
from geo.evaluate.idle_land import IDLE_REASONS
from geo.publish.staging import staged
from geo.standards.vocabulary import REASONS as VERDICT_REASONS

RUN = ["run", "-q", "-p"]


@pytest.fixture
def book(project):
    table = pd.read_csv(project / "enterprises.csv")
    table["name"] = ['=HYPERLINK("http://x","y")', "@SUM(1)", "+1-2"]
    table.to_csv(project / "enterprises.csv", index=False)
    assert CliRunner().invoke(app, [*RUN, str(project)]).exit_code == 0
    return openpyxl.load_workbook(project / "outputs/assessment.xlsx")


@pytest.mark.products("xlsx")
def test_text_from_data_is_never_a_formula(book):
    """The only formulas are ours: links to rows of our sheets, and sums over them."""
    formulas = [
        c.value for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"
    ]
    link = re.compile(r"""=HYPERLINK\("#'?(宗地|企业|判定|规则)'?!A\d+","→"\)""")
    ranges = r"'?(宗地|企业|园区|规则)'?!\$[A-Z]+\$2:\$[A-Z]+\$\d+"
    sums = re.compile(
        rf"""=((COUNTA|SUM)\({ranges}\)|COUNTIF\({ranges},"\w+"\)|[\d.e+-]+/[\d.e+-]+"""
        rf"""|B\d+/B\$\d+\*100|SUMIF\({ranges},[A-Z]+\d+,{ranges}\))"""
    )
    assert len(formulas) > 20
    assert [f for f in formulas if not (link.fullmatch(f) or sums.fullmatch(f))] == []
    assert book["企业"]["B2"].value == '=HYPERLINK("http://x","y")'
    assert book["企业"]["B2"].data_type != "f"


@pytest.mark.products("xlsx")
def test_sheets_headings_and_figures(book):
    assert book.sheetnames == [
        "汇总",
        "园区",
        "行动计划目标",
        "全部园区目标",
        "目标进度",
        "年度评估名单",
        "任务清单",
        "排序名单",
        "运营服务清单",
        "行业",
        "企业",
        "宗地",
        "企业评价结果",
        "得分明细",
        "对照公布均值",
        "规则",
        "判定",
        "达标途径",
        "土地供应",
        "闲置土地",
        "闲置低效处置清单",
        "闲置低效土地汇总",
        "低效认定明细",
        "管控线",
        "设施承载与可达性",
        "宗地沿革",
        "用地变化",
        "增长分解",
        "可比口径增长",
        "不可比企业",
        "产业链",
        "企业名录",
        "发展路径",
        "面积口径影响",
        "分摊核对",
        "行数账",
        "未分摊",
        "问题清单",
        "热点汇总",
    ]
    front = {row[0].value: row[1].value for row in book["汇总"].iter_rows(max_col=2)}
    assert front["行数：指标"] == "4 = 4 + 0 + 0 + 0；说明行0"
    sheet = book["宗地"]
    heads = [c.value for c in sheet[1]]
    assert {"宗地编号", "亩均税收（万元/亩）", "计算面积（亩）", "容积率"} & set(heads) >= {
        "宗地编号",
        "亩均税收（万元/亩）",
        "计算面积（亩）",
    }
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref is not None
    tax = sheet.cell(2, heads.index("亩均税收（万元/亩）") + 1)
    assert tax.value == pytest.approx(119.925 / 15, rel=1e-3)
    assert tax.number_format == "#,##0.00"
    lost = book["未分摊"]
    assert [c.value for c in lost[2]][:1] == ["E3"]


@pytest.mark.products("xlsx", "map")
def test_english_is_the_switch(project):
    CliRunner().invoke(app, [*RUN, str(project), "--lang", "en"])
    book = openpyxl.load_workbook(project / "outputs/assessment.xlsx")
    assert "Parcels" in book.sheetnames
    assert "Tax per mu (10,000 CNY/mu)" in [c.value for c in book["Parcels"][1]]
    page = (project / "outputs/map.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")


def test_layers_open_elsewhere(run_project):
    out = run_project / "outputs"
    parcels = gpd.read_file(out / "layers/assessment.gpkg", layer="parcels")
    assert parcels.crs.to_epsg() == 4544
    assert {
        "area_contract_m2",
        "area_plane_m2",
        "area_ellipsoid_m2",
        "area_basis",
        "area_mu",
        "park_id",
        "revenue",
        "tax_per_mu",
        "compliance",
    } <= set(parcels.columns)
    verdicts = gpd.read_file(out / "layers/assessment.gpkg", layer="verdicts")
    assert {
        "subject",
        "subject_id",
        "rule_id",
        "indicator",
        "value",
        "operator",
        "threshold",
        "unit",
        "verdict",
        "gap",
        "citation",
    } <= set(verdicts.columns)
    meta = json.loads(pq.read_metadata(out / "tables/parcels.parquet").metadata[b"geo"])
    assert meta["version"] == "1.1.0"
    assert set(pd.read_parquet(out / "tables/findings.parquet")) == {
        "severity",
        "layer",
        "row",
        "id",
        "code",
        "message",
        "mend",
        "defect_m2",
        "mend_at",
    }


def test_the_run_record_names_inputs_and_outputs_by_hash(run_project):
    record = json.loads((run_project / "outputs/run.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256((run_project / "parcels.gpkg").read_bytes()).hexdigest()
    assert record["inputs"]["parcels.gpkg"] == digest
    for name, wanted in record["outputs"].items():
        assert hashlib.sha256((run_project / "outputs" / name).read_bytes()).hexdigest() == wanted
    assert all(row["balanced"] for row in record["sums"])


def _fail(stage):
    (stage / "map.html").write_text("half")
    raise RuntimeError("power cut")


def test_a_run_that_dies_leaves_the_last_good_outputs(tmp_path):
    (tmp_path / "map.html").write_text("good")
    with pytest.raises(RuntimeError, match="power cut"), staged(tmp_path) as stage:
        _fail(stage)
    assert [f.name for f in tmp_path.iterdir()] == ["map.html"]
    assert (tmp_path / "map.html").read_text() == "good"


def test_a_file_where_a_folder_should_be(tmp_path):
    (tmp_path / "outputs").write_text("")
    with pytest.raises(OutputError, match="cannot write"), staged(tmp_path / "outputs"):
        pass


def test_a_code_says_one_thing_in_every_table():
    kinds = (VERDICT_REASONS, ALLOCATION_REASONS, GRADE_REASONS, IDLE_REASONS)
    for one, other in combinations(kinds, 2):
        assert all(one[code] == other[code] for code in one.keys() & other.keys())
