"""A project that names no plan, no method and no more than it must: every command, every product.

Most results have no rows then, and a column without rows has no type.
"""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.economy.intensity import industrial_use
from geo.engine import engine
from geo.errors import EngineError, OutputError, ProjectError
from geo.project import read_project
from geo.publish.guard import refuse_inputs
from geo.standards.outcome import outcome
from geo.standards.selection import packs_of
from tests.browser import Page
from tests.builders import PROJECT, column_text, pack_text, row_text, verdict_rows

PACK = pack_text(
    column_text("far", "floor_area_ratio"),
    row_text("far = 0.1"),
    pack_id="far",
    title_zh="容积率",
    title_en="FAR",
    issuer="某局",
)


def mujun(*words):
    done = CliRunner().invoke(app, [str(w) for w in words])
    assert done.exit_code == 0, (words, done.exception)
    return done.output


def test_every_product_of_a_project_without_a_plan(project):
    lines = [line for line in PROJECT.splitlines() if not line.startswith(("plan", "evaluation"))]
    (project / "mujun.toml").write_text(
        "\n".join(lines).replace("[project]", '[project]\nplan = ""', 1), encoding="utf-8"
    )
    mujun("run", "-q", "-p", project)
    assert pd.read_parquet(project / "outputs/tables/park_targets.parquet").empty
    for words in (
        ["export", "-f", "docx", "-f", "chain", "--atlas", "--cards"],
        ["explain", "P"],
        ["explain", "A"],
        ["map"],
        ["thresholds"],
        ["whatif"],
        ["compare", project / "outputs"],
        ["snapshot"],
    ):
        mujun(*words, "-q", "-p", project)


@pytest.mark.products
def test_a_parcel_that_no_rule_is_for_is_not_called_undetermined(browser, project):
    """As the first run of an office that has not chosen its rules yet: terminal and map say so."""
    lines = [line for line in PROJECT.splitlines() if not line.startswith("standards")]
    (project / "mujun.toml").write_text("\n".join(lines), encoding="utf-8")
    mujun("run", "-q", "-p", project)
    mujun("map", "-q", "-p", project)
    said = "没有适用规则，未判定"
    assert mujun("explain", "A", "-p", project).splitlines()[0].endswith(said)
    page = Page(browser, project / "outputs/map.html")
    card = page.click_parcel(0)
    page.context.close()
    assert said in card
    assert "无法判定" not in card


@pytest.mark.products
def test_a_contract_area_in_another_unit_is_no_area(project):
    parcels = gpd.read_file(project / "parcels.gpkg")
    stated = parcels["parcel_id"].map({"A": 15.0}).fillna(10_100.0)
    parcels.assign(contract_area_m2=stated).to_file(project / "parcels.gpkg", layer="parcels")
    file = project / "mujun.toml"
    lines = [
        line
        for line in file.read_text(encoding="utf-8").splitlines()
        if not line.startswith("area_basis")
    ]
    file.write_text(
        "\n".join(lines).replace("[project]", '[project]\narea_basis = "contract"', 1),
        encoding="utf-8",
    )
    assert CliRunner().invoke(app, ["run", "-q", "-p", str(project)]).exit_code == 1
    areas = pd.read_parquet(project / "outputs/tables/parcels.parquet").set_index("parcel_id")
    assert areas["area_basis"].loc[["A", "B"]].tolist() == ["ellipsoidal", "contract"]
    assert areas.loc["A", "area_m2"] == areas.loc["A", "area_ellipsoid_m2"] > 9_000
    assert areas.loc["B", "area_m2"] == 10_100
    found = pd.read_parquet(project / "outputs/tables/findings.parquet").set_index("code")
    assert found.loc["area_unit", "message"].endswith("；该面积按缺失处理")


@pytest.mark.products
def test_nothing_to_mend_is_said(project):
    (project / "far.toml").write_text(PACK, encoding="utf-8")
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8")
    standards = next(line for line in text.splitlines() if line.startswith("standards"))
    file.write_text(text.replace(standards, 'standards = ["far.toml"]'), encoding="utf-8")
    mujun("run", "-q", "-p", project)
    assert "no parcel to list" in mujun("comply", "-p", project, "--lang", "en")
    assert json.loads(mujun("comply", "-p", project, "--json")) == []


@pytest.mark.products
def test_bars_without_any_figure_name_the_table_that_is_missing(project):
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("[tables.")], encoding="utf-8")
    mujun("run", "-q", "-p", project)
    stopped = CliRunner().invoke(app, ["thresholds", "-q", "-p", str(project)]).exception
    assert "[tables.indicators]" in stopped.text("zh")


def test_two_packs_of_one_id_are_refused(project):
    for name in ("far.toml", "copy.toml"):
        (project / name).write_text(PACK, encoding="utf-8")
    text = (project / "mujun.toml").read_text(encoding="utf-8")
    standards = next(line for line in text.splitlines() if line.startswith("standards"))
    for names in ('"far.toml", "copy.toml"', '"far.toml", "far.toml"'):
        (project / "mujun.toml").write_text(
            text.replace(standards, f"standards = [{names}]"), encoding="utf-8"
        )
        with pytest.raises(ProjectError, match="has the id far of another"):
            packs_of(read_project(project))


def test_fails_of_one_indicator_are_one_reason_rounded_or_not():
    parcels = pd.DataFrame(
        {
            "parcel_id": ["A", "B"],
            "compliance": "fail",
            "area_mu": [1.0, 2.0],
            "judged_as": "today",
            "judged_as_of": pd.Timestamp("2026-11-28"),
        }
    )
    verdicts = verdict_rows(
        pd.DataFrame({"subject_id": ["A", "B"], "reason": ["rounded", ""]}),
        verdict="fail",
        indicator="floor_area_ratio",
        mandatory=True,
        gap=-0.5,
    )
    reasons = outcome(parcels, verdicts).reasons
    assert reasons[["parcels", "mu"]].to_numpy().tolist() == [[2, 3.0]]


def test_the_root_of_a_disk_is_no_output_folder(project):
    root = project.resolve().parents[-1]
    with pytest.raises(OutputError, match="cannot be the root"):
        refuse_inputs(read_project(project), root)


@pytest.mark.parametrize("address", ["foo", "tcp://host", "host:port", "http://a/b"])
def test_what_is_no_address_of_a_scheduler_is_told(address):
    with (
        pytest.raises(EngineError, match="is not the address of a dask scheduler"),
        engine("dask", address),
    ):
        pass


@pytest.mark.parametrize(
    ("scheme", "code", "industrial", "mixed"),
    [
        ("yongdiyonghai", "100101", True, False),
        ("yongdiyonghai", "1001", True, False),
        ("yongdiyonghai", "0601", False, False),
        ("yongdiyonghai", "100101+0901", True, True),
        ("yongdiyonghai", "1002", False, False),
        ("yongdiyonghai", "10", None, False),
        ("yongdiyonghai", "061", None, False),
        ("yongdiyonghai", "工业用地", None, False),
        ("yongdiyonghai", "0901+99", None, False),
        ("third_survey", "0601", True, False),
        ("third_survey", "05H1", False, False),
        ("third_survey", "06", None, False),
        ("gbt21010", "工业", None, False),
        ("gbt21010", None, None, None),
    ],
)
def test_whether_land_is_industrial_is_missing_where_its_code_cannot_tell(
    scheme, code, industrial, mixed
):
    row = industrial_use(pd.Series([code], dtype="str"), scheme).iloc[0]
    assert [None if pd.isna(v) else bool(v) for v in row] == [industrial, mixed]
