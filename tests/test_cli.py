"""The command line: what each bad input is told, and the figures that a run explains."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Polygon
from shapely.affinity import translate
from typer.testing import CliRunner

from geo.cli import app, main
from geo.errors import DataError, MujunError
from geo.publish import outputs
from geo.publish.registry import PRODUCTS
from tests.builders import column_text, edit_project, pack_text, row_text

RUNNER = CliRunner()
FLAT = Polygon([(528300, 3246000), (528310, 3246000), (528320, 3246000), (528300, 3246000)])


def mujun(*arguments, cwd=None):
    """The real program, as a user starts it."""
    done = subprocess.run(
        [sys.executable, "-c", "from geo.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


REFUSED = ("run", "-q", "--lang", "en", "-p")


def one_line(code, error):
    assert code == 1
    assert "Traceback" not in error
    assert len(error.strip().splitlines()) == 1
    return error


@pytest.mark.slow
def test_missing_project(tmp_path):
    code, _, error = mujun(*REFUSED, str(tmp_path / "nowhere"))
    assert "mujun init" in one_line(code, error)


@pytest.fixture
def refusal(monkeypatch, capfd):
    """What `mujun run` says of a project, within this process."""

    def message(project):
        monkeypatch.setattr(sys, "argv", ["mujun", *REFUSED, str(project)])
        with pytest.raises(SystemExit) as end:
            main()
        return one_line(end.value.code, capfd.readouterr().err)

    return message


def test_missing_file(project, refusal):
    (project / "parcels.gpkg").unlink()
    assert "no such file" in refusal(project)


def test_wrong_crs(project, refusal):
    edit_project(project, 'path = "parcels.gpkg"', 'path = "parcels.gpkg"\ncrs = "EPSG:4543"')
    assert "wrong zone: the coordinates fit EPSG:4544" in refusal(project)


def test_no_crs(project, parcels, refusal):
    parcels.to_file(project / "p.shp")
    (project / "p.prj").unlink()
    edit_project(project, "parcels.gpkg", "p.shp")
    assert "no coordinate reference system" in refusal(project)


def test_gbk_forced_to_utf8(project, parcels, refusal):
    parcels.assign(name="隆昌工业用地").to_file(project / "p.shp", encoding="GBK")
    edit_project(project, 'path = "parcels.gpkg"', 'path = "p.shp"\nencoding = "UTF-8"')
    assert "its text is GBK" in refusal(project)


def test_empty_layer(project, parcels, refusal):
    parcels.iloc[:0].to_file(project / "parcels.gpkg", layer="parcels")
    assert "the layer `parcels` is empty" in refusal(project)


def test_corrupt_geopackage(project, refusal):
    (project / "parcels.gpkg").write_bytes(b"SQLite format 3\0" + os.urandom(4000))
    assert "cannot be read" in refusal(project)


def test_lines_for_parcels(project, parcels, refusal):
    parcels.set_geometry(parcels.boundary).to_file(project / "parcels.gpkg", layer="parcels")
    assert "its geometry is a LineString, not a polygon (row 1 and others)" in refusal(project)


def test_a_year_without_data(project, refusal):
    edit_project(project, "year = 2023", "year = 2030")
    assert "no row for 2030 (they have 2021, 2023)" in refusal(project)


def test_unknown_pack(project, refusal):
    edit_project(project, "longchang-neirong-2022", "atlantis-1000")
    assert "no rule pack `atlantis-1000`" in refusal(project)


def test_output_folder_that_cannot_be_written(project, refusal):
    (project / "outputs").write_text("a file stands where the folder should be")
    assert "cannot write to the output folder" in refusal(project)


@pytest.mark.slow
def test_wrong_usage_is_2():
    assert mujun("run", "--no-such-option")[0] == 2
    assert mujun("fly")[0] == 2


@pytest.mark.slow
def test_chinese_is_the_default_language(tmp_path):
    assert "没有找到项目文件" in mujun("run", "-p", str(tmp_path))[2]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda p: p.assign(parcel_id=["A", "A", "C", "D"]), "duplicate_id"),
        (
            lambda p: p.set_geometry([*p.geometry[:3], translate(p.geometry[3], 9000)], crs=p.crs),
            "outside_parks",
        ),
        (lambda p: p.assign(contract_area_m2=["10000", "many", "10000", "10000"]), "not_number"),
        (lambda p: p.set_geometry([*p.geometry[:3], None], crs=p.crs), "no_geometry"),
        (lambda p: p.set_geometry([*p.geometry[:3], FLAT], crs=p.crs), "zero_area"),
    ],
)
def test_bad_rows_are_listed_and_the_rest_is_run(project, parcels, monkeypatch, spoil, code):
    looked_at = [PRODUCTS["map"], PRODUCTS["findings"]]
    monkeypatch.setattr(outputs, "products_of", lambda _: looked_at)
    spoil(parcels).to_file(project / "parcels.gpkg", layer="parcels")
    outcome = RUNNER.invoke(app, ["run", "-q", "-p", str(project)])
    found = pd.read_excel(project / "outputs/findings.xlsx", engine="calamine")
    assert code in set(found["代码"])
    assert outcome.exit_code == int("错误" in set(found["问题类型"]))
    assert (project / "outputs/map.html").is_file()


def test_check_lists_without_computing(project, parcels):
    parcels.assign(parcel_id=["A", "A", "C", "D"]).to_file(
        project / "parcels.gpkg", layer="parcels"
    )
    outcome = RUNNER.invoke(app, ["check", "-q", "--json", "-p", str(project)])
    assert outcome.exit_code == 1
    assert {r["code"] for r in json.loads(outcome.stdout)} >= {"duplicate_id"}
    layer = gpd.read_file(project / "outputs/layers/findings.gpkg")
    assert layer.geometry[layer["code"] == "duplicate_id"].notna().all()
    assert not (project / "outputs/map.html").exists()


@pytest.mark.parametrize("key", ["standards", "evaluation", "plan", "low_efficiency"])
def test_check_reads_rules_method_and_plan_as_run_does(project, key):
    value = '"shichuan-2024"' if key in ("evaluation", "plan") else '["shichuan-2024"]'
    file = project / "mujun.toml"
    lines = [
        line for line in file.read_text("utf-8").splitlines() if not line.startswith(f"{key} =")
    ]
    text = "\n".join(lines).replace("[project]", f"[project]\n{key} = {value}", 1)
    file.write_text(text, encoding="utf-8")
    said = [RUNNER.invoke(app, [name, "-q", "-p", str(project)]) for name in ("check", "run")]
    assert all(isinstance(outcome.exception, MujunError) for outcome in said)
    assert said[0].exception.text.zh == said[1].exception.text.zh
    assert "shichuan-2024" in said[0].exception.text.zh


def test_a_year_that_whatif_cannot_judge_is_the_options_fault(project):
    outcome = RUNNER.invoke(app, ["whatif", "-q", "--year", "2050", "-p", str(project)])
    assert isinstance(outcome.exception, DataError)
    assert "--year 2050" in outcome.exception.text.zh
    assert "2021" in outcome.exception.text.zh
    assert "[project]" not in outcome.exception.text.zh


@pytest.mark.slow
def test_a_new_project_runs_as_it_is(tmp_path):
    folder = tmp_path / "新项目"
    assert RUNNER.invoke(app, ["init", str(folder)]).exit_code == 0
    assert RUNNER.invoke(app, ["run", "-q", "-p", str(folder)]).exit_code == 0
    assert mujun("init", str(folder))[0] == 1


@pytest.mark.products
def test_explain_gives_the_figures_worked_by_hand(project):
    # Parcel A: 10,000 m² plane in its zone = 15 亩; E1 has 119.925 万元 tax: 7.995 → 8.00 ≥ 8.
    edit_project(project, "[project]", '[project]\narea_basis = "plane"')
    assert RUNNER.invoke(app, ["run", "-q", "-p", str(project)]).exit_code == 0
    outcome = RUNNER.invoke(app, ["explain", "A", "--json", "-p", str(project)])
    record = json.loads(outcome.stdout)[0]
    rules = {r["rule"].split("/")[1]: r for r in record["rules"]}
    assert record["area_mu"] == pytest.approx(15)
    assert rules["tax"]["verdict"] == "达标"
    assert "119.925 ÷ 计算面积（亩） 15 = 8.00 ≥ 8 万元/亩" in rules["tax"]["arithmetic"]
    assert rules["tax"]["arithmetic"].endswith("（未舍入为 7.99500）")
    assert "四舍五入后判定" in rules["tax"]["reason"]
    # Output: 3,300 ÷ 15 = 220 < 250. Shown as 250.00 from 249.995 on: × 15 = 3,749.925, 449.925
    # more; or on 3,300 ÷ 249.995 = 13.20026 亩, 1.79974 less.
    assert rules["output"]["verdict"] == "不达标"
    assert rules["output"]["mend"] == (
        "总产值（万元）再增加449.93（增至3,749.93），或退出用地1.7998亩"
    )
    assert "隆府办发〔2022〕58号" in rules["output"]["source"]
    # Growth: 3,307.5 ÷ 3,000 over two years is 5 % a year.
    parks = gpd.read_parquet(project / "outputs/tables/parks.parquet")
    enterprise = pd.read_parquet(project / "outputs/tables/enterprises.parquet").set_index(
        "enterprise_id"
    )
    assert enterprise.loc["E1", "revenue_per_mu_growth"] == pytest.approx(0.05)
    assert parks["revenue_per_mu"].iloc[0] == pytest.approx((3307.5 + 9000.01) / 45)


def test_explain_an_enterprise_by_name_and_an_unknown_one(run_project):
    project = run_project
    outcome = RUNNER.invoke(app, ["explain", "机械", "--json", "-p", str(project)])
    assert [r["parcel_id"] for r in json.loads(outcome.stdout)] == ["B", "C"]
    assert "没有编号或名称" in mujun("explain", "谁", "-p", str(project))[2]


def test_a_map_needs_a_run(project):
    assert "mujun run" in mujun("map", "-p", str(project))[2]


@pytest.mark.parametrize("to", ["xlsx", "gpkg", "parquet"])
def test_map_and_export_from_the_last_run(run_project, to):
    project = run_project
    first = (project / "outputs/map.html").read_text(encoding="utf-8")
    for command in (["map"], ["export", "--format", to]):
        assert RUNNER.invoke(app, [*command, "-q", "-p", str(project)]).exit_code == 0
    again = (project / "outputs/map.html").read_text(encoding="utf-8")
    assert "no_land" in set(pd.read_parquet(project / "outputs/tables/findings.parquet")["code"])
    sheet = pd.read_excel(
        project / "outputs/assessment.xlsx", sheet_name="问题清单", engine="calamine"
    )
    assert "no_land" in set(sheet["代码"])
    assert len(again) == pytest.approx(len(first), rel=0.02)


def test_demo_sums_in_equal_sums_out_to_the_fen(demo: Path):
    record = json.loads((demo / "outputs/run.json").read_text(encoding="utf-8"))
    source = pd.read_csv(demo / "layers/indicators.csv")
    for row in record["sums"]:
        assert row["balanced"]
        fen = round(source.loc[source["year"] == row["year"], row["measure"]].sum() * 1e6)
        out = sum(round(row[k] * 1e6) for k in ("allocated", "unallocated", "set_aside"))
        assert round(row["input"] * 1e6) == out
        assert fen == pytest.approx(out, abs=1)


@pytest.mark.products("map")
def test_a_year_whose_rows_are_all_set_aside_still_makes_a_map(project):
    pd.DataFrame(
        {"enterprise_id": ["E1", "E1"], "year": [2021, 2023], "revenue": [3.0, -3.0]}
    ).to_csv(project / "indicators.csv", index=False)
    outcome = RUNNER.invoke(app, ["run", "-q", "-p", str(project)])
    assert outcome.exit_code == 1
    parcels = gpd.read_parquet(project / "outputs/tables/parcels.parquet")
    assert "revenue" not in parcels or parcels["revenue"].isna().all()
    record = json.loads((project / "outputs/run.json").read_text(encoding="utf-8"))
    assert [row["set_aside"] for row in record["sums"]] == [0.0, -3.0]


def test_every_command_speaks_json(run_project):
    project = run_project
    for command in (["map"], ["export", "--format", "parquet"]):
        outcome = RUNNER.invoke(app, [*command, "-q", "--json", "-p", str(project)])
        files = json.loads(outcome.stdout)["files"]
        assert files
        assert all(Path(f).is_file() for f in files)


@pytest.mark.products
def test_a_pack_for_enterprises_judges_enterprises(project):
    text = pack_text(
        column_text("rd", "rd_intensity", unit="%"), row_text("rd = 2"), subject="enterprise"
    )
    (project / "own.toml").write_text(text, encoding="utf-8")
    edit_project(project, '["longchang-neirong-2022"]', '["longchang-neirong-2022", "own.toml"]')
    assert RUNNER.invoke(app, ["run", "-q", "-p", str(project)]).exit_code == 0
    table = pd.read_parquet(project / "outputs/tables/verdicts.parquet")
    own = table[table["subject"] == "enterprise"].set_index("subject_id")
    # 12 ÷ 3,307.5 = 0.36 %; 190 ÷ 9,000.01 = 2.11 %; 1 ÷ 77 = 1.30 %.
    assert own["value"].to_dict() == {"E1": 0.36, "E2": 2.11, "E3": 1.3}
    assert own["verdict"].to_dict() == {"E1": "fail", "E2": "pass", "E3": "fail"}
    records = json.loads(
        RUNNER.invoke(app, ["explain", "机械", "--json", "-p", str(project)]).stdout
    )
    assert [r.get("enterprise_id", r.get("parcel_id")) for r in records] == ["E2", "B", "C"]
    text = RUNNER.invoke(app, ["explain", "E2", "-p", str(project)]).stdout
    assert "190 ÷ 营业收入（万元） 9,000.01 × 100 = 2.11 ≥ 2% ✓" in text
    parcels = gpd.read_parquet(project / "outputs/tables/parcels.parquet")
    assert set(parcels["compliance"]) <= {"fail", "no_data", "exempt", "pass"}
