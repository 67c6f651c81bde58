"""What a run says at its end: the record, its counts, and the lines of it, in both languages."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, is_dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from geo import findings
from geo.cli import app
from geo.cli.run_report import report
from geo.findings import about_layer, add_groups, grouped
from geo.partition.spill import SPILLED
from geo.publish.records.as_json import as_json
from geo.publish.records.as_text import as_text
from geo.publish.records.comparable import NOT_COMPARED
from geo.publish.records.counts import run_counts, stored_counts
from geo.publish.records.rules import rule_counts
from geo.publish.records.run_result import NOT_CHECKED, RunResult, run_result
from geo.publish.records.subjects import explain
from geo.run import Run
from geo.run.gaps import with_medians, without_gaps
from geo.standards.outcome import outcome
from geo.text import Message
from tests.builders import column_text, pack_text, row_text
from tests.same import assert_alike

MU = 2000 / 3
"""m² of a mu (亩)."""


def ran(project: Path, *words: str) -> str:
    done = CliRunner().invoke(app, ["run", "-q", "-p", str(project), *words])
    assert done.exit_code in (0, 1), (done.output, done.exception)
    return done.stdout


def result_of(folder: Path, lang: str = "zh") -> RunResult:
    run = Run.load(folder / "outputs")
    return run_result(run, run.settings.model_copy(update={"lang": lang}))


@pytest.fixture
def judged(project: Path) -> Path:
    """Parcels A, B and C of a hectare under a pack of two rules that is easy to work out by hand.

    Revenue per mu is A 3,307.5 / 15 = 220.5, B and C 4,500.005 / 15 = 300.00; tax A 119.925 / 15 =
    8.00, B and C 150.005 / 15 = 10.00. D has no enterprise, so no revenue.
    """
    pack = pack_text(
        column_text("revenue", "revenue_per_mu", unit="万元/亩"),
        column_text("far", "floor_area_ratio"),
        row_text("revenue = 350, far = 0.5"),
    )
    (project / "own.toml").write_text(pack, encoding="utf-8")
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8")
    text = text.replace('["longchang-neirong-2022"]', '["own.toml"]\narea_basis = "contract"')
    file.write_text(text, encoding="utf-8")
    parcels = gpd.read_file(project / "parcels.gpkg")
    parcels = parcels.assign(
        contract_area_m2=10_000.0, floor_area_m2=[6_000.0, None, 6_000.0, 6_000.0]
    )
    parcels.to_file(project / "parcels.gpkg", layer="parcels")
    return project


def test_counts_land_reasons_and_gaps_as_worked_out_by_hand(judged):
    ran(judged)
    result = result_of(judged)
    verdicts = {line.verdict: (line.parcels, round(line.mu, 6)) for line in result.verdicts}
    assert verdicts["fail"] == (3, 45.0)
    assert verdicts["no_data"] == (1, 15.0)
    assert verdicts["pass"] == verdicts["exempt"] == (0, 0.0)
    assert [line.share for line in result.verdicts if line.parcels] == pytest.approx([0.75, 0.25])
    (why,) = result.fails
    assert (why.indicator, why.parcels, round(why.mu, 6)) == ("revenue_per_mu", 3, 45.0)
    assert why.gap == pytest.approx(50.0)  # of 129.5, 50 and 50
    (open_,) = result.undetermined  # B lacks its floor area, but fails already
    assert (open_.text, open_.parcels) == ("亩均营业收入 · 缺数据（营业收入）", 1)
    rules = {rule.rule_id: rule.counts for rule in result.rules}
    assert rules["office/far"] == {"pass": 3, "fail": 0, "no_data": 1, "exempt": 0, "conflict": 0}
    revenue = next(line for line in result.measures if line.measure == "revenue")
    # E3 has no land: its 77 are in no figure per mu.
    assert revenue.value == pytest.approx((3307.5 + 9000.01) / 45, rel=1e-6)
    assert (result.earlier_year, revenue.earlier) == (2021, pytest.approx(3000 / 15))
    assert math.isnan(revenue.published) or revenue.published > 0
    money = next(line for line in result.money if line.measure == "revenue")
    assert (money.input, money.unallocated) == pytest.approx((12384.51, 77.0))
    assert money.allocated == pytest.approx(12307.51)
    assert money.balanced


def test_what_is_missing_is_named_with_its_land_and_mend(judged):
    file = judged / "own.toml"
    text = file.read_text(encoding="utf-8").replace("revenue = 350", "revenue = 1")
    file.write_text(text, encoding="utf-8")
    said = ran(judged)
    why, _ = sorted(result_of(judged).undetermined, key=lambda line: line.indicator)
    assert (why.parcels, round(why.mu, 6)) == (1, 15.0)
    assert why.text == "容积率 · 缺数据（总建筑面积）"
    assert why.mend
    line = next(line for line in said.splitlines() if why.text in line)
    assert "1宗" in line
    assert "15.00亩" in line
    assert why.mend in line


def test_without_rules_parcels_are_not_checked_and_never_undetermined(project):
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8").replace('["longchang-neirong-2022"]', "[]")
    file.write_text(text, encoding="utf-8")
    said = ran(project)
    counts = {line.verdict: line.parcels for line in result_of(project).verdicts}
    assert counts == {
        "pass": 0,
        "fail": 0,
        "no_data": 0,
        "exempt": 0,
        "conflict": 0,
        NOT_CHECKED: 4,
    }
    assert "没有适用规则，未判定" in said


def test_the_demos_figures_are_those_of_its_tables(demo):
    tables = {
        name: pd.read_parquet(demo / f"outputs/tables/{name}.parquet")
        for name in ("parcels", "verdicts", "enterprises", "findings", "rows_read", "park_targets")
    }
    result = result_of(demo)
    land = tables["parcels"].groupby("compliance")["area_mu"].agg(["size", "sum"])
    for line in result.verdicts:
        if line.parcels:
            assert line.parcels == land["size"][line.verdict]
            assert line.mu == pytest.approx(land["sum"][line.verdict])
    assert sum(line.share for line in result.verdicts) == pytest.approx(1)
    verdicts = tables["verdicts"]
    failing = tables["parcels"].query("compliance == 'fail'").set_index("parcel_id")["area_mu"]
    rows = verdicts[(verdicts["verdict"] == "fail") & verdicts["subject_id"].isin(failing.index)]
    counts = rows.groupby("indicator", observed=True)["subject_id"].nunique()
    top = counts.sort_values(ascending=False).head(3)
    assert [(line.indicator, line.parcels) for line in result.fails] == list(top.items())
    for line in result.fails:
        of = rows[rows["indicator"] == line.indicator]
        assert line.gap == pytest.approx(of["gap"].abs().median())
        assert line.mu == pytest.approx(failing[of["subject_id"].astype("str")].sum())
    grades = tables["enterprises"].groupby("grade")["area_mu"].agg(["size", "sum"])
    assert {line.grade: line.enterprises for line in result.grades} == grades["size"].to_dict()
    for line in result.grades:
        assert line.mu == pytest.approx(grades["sum"][line.grade])
    assert result.findings["warning"] == (tables["findings"]["severity"] == "warning").sum()
    assert sum(line.read for line in result.rows) == tables["rows_read"]["read"].sum()
    targets = tables["park_targets"].query("year == 2023")
    assert (result.targets_met, result.targets_judged) == (
        (targets["result"] == "met").sum(),
        len(targets),
    )


def test_json_and_the_record_of_the_run_hold_the_same_result(judged):
    told = json.loads(ran(judged, "--json"))
    stored = json.loads((judged / "outputs/run.json").read_text("utf-8"))
    assert {"output", "files", "errors", "verdicts", "judged", "reasons"} < set(told)
    assert told["result"] == stored["result"]
    assert told["result"]["begin"][0] in told["files"]
    again = asdict(result_of(judged)) | {"begin": ()}
    assert json.loads(json.dumps(plain(again))) == told["result"] | {"begin": []}


def plain(value: object) -> object:
    """As JSON has it, a missing figure as null."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def test_what_shares_lack_is_counted_in_percentage_points(demo):
    """Failing parcels' R&D intensities, in per cent of revenue, lack 0.26 points at the median."""
    run = Run.load(demo / "outputs")
    rows = run.verdicts[(run.verdicts["subject"] == "parcel") & (run.verdicts["verdict"] == "fail")]
    lacks = rows.loc[rows["indicator"] == "rd_intensity", "gap"].abs().median()
    (line,) = (
        one for one in run_result(run, run.settings).fails if one.indicator == "rd_intensity"
    )
    assert (line.gap, line.unit) == (pytest.approx(lacks), "个百分点")
    counts = rule_counts(run.verdict_codes, pd.DataFrame(run.parcels), run.settings)
    (rule,) = (one for one in counts if one.name == "R&D投入强度")
    assert rule.gap == f"{lacks:.2f} 个百分点"


@pytest.mark.products("findings")
def test_a_run_on_disk_has_the_same_record(judged):
    results = []
    file = judged / "mujun.toml"
    text = file.read_text(encoding="utf-8")
    for whole in (200_000, 1):
        file.write_text(f"{text}\n[engine]\nwhole = {whole}\npart = 1\n", encoding="utf-8")
        results.append(json.loads(ran(judged, "--json"))["result"])
    for result in results:  # what is not made of parts is told, and is not what is compared here
        result.pop("not_computed")
        result.pop("begin")
    assert_alike(*results)


@pytest.mark.products("findings")
def test_counts_of_a_run_in_parts_read_no_table_of_parts_whole(judged):
    file = judged / "mujun.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\n[engine]\nwhole = 1\npart = 1\n", encoding="utf-8")
    ran(judged)
    run = Run.load(judged / "outputs")
    counts = stored_counts(run, judged / "outputs")
    assert not set(SPILLED) & set(run.tables._read)
    assert run_counts(run) is counts
    whole = run_counts(Run.load(judged / "outputs"))
    results = [plain(asdict(run_result(run, run.settings, one))) for one in (counts, whole)]
    assert_alike(*results)


def test_counts_of_parts_add_up_to_those_of_the_whole(demo, tmp_path):
    run = Run.load(demo / "outputs")
    parcels = pd.DataFrame(run.parcels)
    first = parcels["parcel_id"].isin(parcels["parcel_id"][:400])
    ids = run.verdicts["subject_id"].astype("str").isin(parcels["parcel_id"][:400])
    both = outcome(parcels[first], run.verdicts[ids]) + outcome(parcels[~first], run.verdicts[~ids])
    whole = outcome(parcels, run.verdicts)
    short = with_medians(without_gaps(both, tmp_path / "gaps"), [tmp_path / "gaps"])
    for indicator in ("tax_per_mu", "output_value_per_mu", "rd_intensity"):
        assert both.median_gap(indicator) == whole.median_gap(indicator)
        assert short.median_gap(indicator) == whole.median_gap(indicator)
    assert len(short.gaps) == 2 * whole.gaps["indicator"].nunique() < len(whole.gaps)
    cut = [grouped(run.findings[:30]), grouped(run.findings[30:])]
    pd.testing.assert_frame_equal(add_groups(cut), grouped(run.findings))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_demos_lines_fit_a_screen_in_both_languages(demo, lang):
    result = result_of(demo, lang)
    lines = report(result, demo / "outputs", lang)
    assert len(lines) <= 30 + bool(result.synthetic)  # an office's own run has no such line
    label = {"zh": "“标准地”判定", "en": "Standard land"}[lang]
    first = next(at for at, line in enumerate(lines) if line.startswith(label))
    block = lines[first : first + 4]
    # Figures end in one column whatever the width of the letters before them.
    assert len({cell_len(line) for line in block}) == 1
    shown = " ".join(lines)
    assert f"{result.verdicts[1].parcels}" in block[1]
    assert "427.40" in shown
    assert "2021" in shown


def test_names_of_the_data_stay_on_their_line(demo):
    result = replace(result_of(demo), title="甲\n\x1b[2J乙" + "长" * 5_000, synthetic="a\nb" * 400)
    target = result.targets[0]
    parks = tuple(replace(park, name="园\n区" * 900) for park in target.parks)
    lines = report(replace(result, targets=(replace(target, parks=parks),)), demo, "zh")
    assert not any("\n" in line for line in lines)
    assert max(cell_len(line) for line in lines) < 400
    assert len(lines) <= 30


def test_findings_of_one_kind_are_one_line_with_the_first_row():
    kind = {"message": Message("area.unit"), "mend": Message("common.nothing_to_do")}
    assert is_dataclass(RunResult)
    table = findings.gather_findings(
        [
            about_layer("parcels", "a", kind["mend"], kind["mend"], severity)
            for severity in ("info", "error", "info")
        ]
    )
    groups = grouped(table)
    assert groups["severity"].tolist() == ["error", "info"]
    assert groups["count"].tolist() == [1, 2]
    assert grouped(findings.no_findings()).empty


def test_a_parcel_without_rules_has_its_arithmetic_and_its_name(project):
    parcels = gpd.read_file(project / "parcels.gpkg")
    parcels.assign(name=["东区一号", None, "西\n区", None], contract_area_m2=10_000.0).to_file(
        project / "parcels.gpkg", layer="parcels"
    )
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8")
    text = text.replace('["longchang-neirong-2022"]', '[]\narea_basis = "contract"')
    file.write_text(text, encoding="utf-8")
    ran(project)
    run = Run.load(project / "outputs")
    (record,) = explain(run, "东区一号")
    assert (record.parcel_id, record.name) == ("A", "东区一号")
    assert as_text(record, "zh", "CNY").startswith("A  东区一号  ")
    line = "亩均税收（万元/亩） = 税收（万元） 119.925 ÷ 计算面积（亩） 15 = 8.00"  # 7.995, half up
    assert line in as_text(record, "zh", "CNY")
    assert as_json(record)["per_mu"] == list(record.per_mu)
    assert ("宗地名称", "东区一号") in record.land


@pytest.mark.parametrize(
    ("places", "said"),
    [(["12"], "不在任何宗地上：占地 12 m²"), (["12", "7"], "例如：不在任何宗地上：占地 12 m²")],
)
def test_what_one_of_several_says_is_told_as_an_example(places: list[str], said: str) -> None:
    table = pd.DataFrame({"building_id": places, "source_row": range(len(places))})
    found = findings.about_rows(
        table,
        table["building_id"].notna(),
        layer="buildings",
        key="building_id",
        code="stands_no_parcel",
        message=Message("buildings.stands_no_parcel"),
        mend=Message("buildings.stands_no_parcel"),
        value=table["building_id"],
    )
    assert findings.of_group(grouped(found).iloc[0]).zh.startswith(said)


@pytest.mark.parametrize(("lang", "change"), [("zh", "变化"), ("en", "Change")])
def test_where_all_report_the_change_is_of_all(demo: Path, lang: str, change: str):
    """8.00 after 10.00 stands with -20.0%; nothing is compared where one year has no figure."""
    result = result_of(demo, lang)
    known = [line for line in result.measures if line.measure in ("tax", "revenue")]
    tax = replace(known[0], measure="tax", value=8.0, earlier=10.0, growth=-0.2)
    blank = replace(tax, measure="revenue", earlier=math.nan, growth=math.nan)
    both = tuple(replace(line, comparable=NOT_COMPARED) for line in (tax, blank))
    lines = "\n".join(report(replace(result, measures=both), demo, lang))
    assert lines.count("-20.0%") == 1
    head = next(line for line in lines.splitlines() if change in line and "2023" in line)
    assert "可比口径" not in head
    assert "Like-for-like" not in head
    none = tuple(replace(line, growth=math.nan) for line in both)
    assert f" {change} " not in "\n".join(report(replace(result, measures=none), demo, lang))
