"""Judged as of when, decided by whom, under which plan, and what a run says of it at its end."""

from __future__ import annotations

import json

import docx
import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geo.assess import assess
from geo.cli import app
from geo.errors import MujunError
from geo.evaluate.plan import plans, read_plan
from geo.evaluate.plan_targets import rounding_text
from geo.model import INDICATORS
from geo.project import Settings, read_project
from geo.publish.records.subjects import explain
from geo.publish.webmap.map import map_table
from geo.run import Run
from geo.sources.load import load
from geo.standards.asof import days, days_text, with_days
from geo.standards.outcome import lines, outcome, records
from geo.standards.selection import packs_of
from geo.standards.vocabulary import REASONS, VERDICTS
from geo.text import Message
from tests.builders import verdict_rows
from tests.lane import examples
from tests.saying import spoken

PACK = "longchang-neirong-2022"
TITLE = "特色园区培育发展三年行动计划"


def ran(project, *more):
    outcome = CliRunner().invoke(app, ["run", "-q", "-p", str(project), *more])
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def assessed(project):
    """The run without its products."""
    chosen = read_project(project)
    return assess(load(chosen), chosen.settings, packs_of(chosen))


def refused(project):
    """What the user of a project that is refused reads."""
    said = CliRunner().invoke(app, ["run", "-q", "-p", str(project)])
    assert isinstance(said.exception, MujunError)
    return said.exception.text.zh


def setting(project, text, old="[project]"):
    file = project / "mujun.toml"
    file.write_text(file.read_text("utf-8").replace(old, text, 1), "utf-8")


def supplied(project, dates):
    frame = gpd.read_file(project / "parcels.gpkg").drop(columns="supplied_on")
    if dates is not None:
        frame = frame.assign(supplied_on=dates)
    frame.to_file(project / "parcels.gpkg", layer="parcels")


@pytest.mark.parametrize(
    ("judge_as", "words", "when"),
    [
        ("supplied", ["supplied", "undated"], ["2021-05-01", "2026-11-28"]),
        ("today", ["today", "today"], ["2026-11-28"] * 2),
        ("2023-06-30", ["day", "day"], ["2023-06-30"] * 2),
    ],
)
def test_the_day_whose_rules_count(judge_as, words, when):
    frame = pd.DataFrame({"supplied_on": ["2021-05-01", None], "area_mu": [1.0, 2.0]})
    out = with_days(frame, Settings(year=2023, judge_as=judge_as, today="2026-11-28"))
    assert out["judged_as"].tolist() == words
    assert out["judged_as_of"].dt.strftime("%Y-%m-%d").tolist() == when


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (None, "3宗都没有供地日期，一律按 2026-11-28（运行当日）"),
        (["2021-01-01", None, None], "1宗按供地时施行的规则；2宗缺供地日期，按 2026-11-28"),
        (["2021-01-01"] * 3, "3宗按供地时施行的规则"),
    ],
)
def test_by_which_days_is_one_sentence(dates, said):
    frame = pd.DataFrame({"area_mu": [1.0] * 3}).assign(supplied_on=dates)
    text = days_text(days(with_days(frame, Settings(year=2023, today="2026-11-28"))))
    assert said in text.zh
    assert ("2026-11-28" in text.en) == ("2026-11-28" in text.zh)


@pytest.mark.products("docx", "xlsx")
def test_without_supply_dates_parcels_stand_against_today_and_every_product_says_so(project):
    supplied(project, None)
    setting(project, "[project]\ntoday = 2026-11-28\n")
    setting(project, '[publish]\nalso = ["docx"]\n[layers.parks]', "[layers.parks]")
    said = ran(project)
    day = "4宗都没有供地日期，一律按 2026-11-28（运行当日）施行的规则判定"
    assert day in said
    assert "不达标主因" in said
    result = Run.load(project / "outputs")
    assert set(result.parcels["judged_as"]) == {"undated"}
    verdicts = result.verdicts.set_index(["subject_id", "rule_id"])["verdict"]
    assert verdicts["A", f"{PACK}/tax"] in ("pass", "fail")  # was: no data for want of a date
    book = openpyxl.load_workbook(project / "outputs/assessment.xlsx", read_only=True)
    front = [str(row[0]) for row in book.worksheets[0].iter_rows(values_only=True) if row[0]]
    assert any(day in line for line in front)
    assert any(line.startswith("主要原因1") for line in front)
    report = "\n".join(p.text for p in docx.Document(project / "outputs/report.docx").paragraphs)
    assert day in report
    table = map_table(result)
    assert day in table["outcome"][1][0]
    assert "judged_as_of" in {column["name"] for column in table["columns"]}
    record = explain(result, "A")[0]
    assert record.judged == "缺供地日期，按运行当日 2026-11-28"
    stored = json.loads((project / "outputs/run.json").read_text("utf-8"))
    assert stored["settings"]["today"] == "2026-11-28"
    assert stored["outcome"]["judged"] == [
        {"judged_as": "undated", "day": "2026-11-28", "parcels": 4}
    ]


def test_parcels_without_a_date_are_marked_among_others(project):
    supplied(project, ["2023-02-01", None, "2021-02-01", "2023-02-01"])
    setting(project, "[project]\ntoday = 2026-11-28\n")
    result = assessed(project)
    said = records(outcome(result.parcels, result.verdicts), INDICATORS, "en")
    assert {row["judged_as"]: row["parcels"] for row in said["judged"]} == {
        "supplied": 3,
        "undated": 1,
    }
    own = result.parcels.set_index("parcel_id")
    assert own["judged_as"].to_dict() == {
        "A": "supplied",
        "B": "undated",
        "C": "supplied",
        "D": "supplied",
    }
    reasons = result.verdicts[result.verdicts["rule_id"] == f"{PACK}/tax"].set_index("subject_id")
    assert reasons["reason"]["C"] == "before_force"  # supplied in 2021, the rule is of 2022
    assert reasons["reason"]["B"] != "before_force"
    counts = own.groupby("compliance")["area_mu"].agg(["size", "sum"])
    for verdict, row in said["verdicts"].items():
        assert row["parcels"] == counts["size"].get(verdict, 0)
        assert row["mu"] == pytest.approx(counts["sum"].get(verdict, 0))
    assert all(one["mend"] and one["text"] for one in said["reasons"])


def test_a_day_before_the_rule_leaves_it_out_for_all(project):
    setting(project, "[project]\njudge_as = 2022-01-01\n")
    result = assessed(project)
    said = days_text(days(result.parcels)).zh
    assert "一律按 2022-01-01（项目指定）施行的规则" in said
    verdicts = result.verdicts
    industrial = verdicts[verdicts["subject_id"] != "D"]
    assert set(industrial["reason"]) == {"before_force"}


@pytest.mark.parametrize("judge_as", ['"yesterday"', "5", '"2024-13-01"', "true"])
def test_another_word_is_refused_with_the_choices(project, judge_as):
    setting(project, f"[project]\njudge_as = {judge_as}\n")
    assert "supplied、today 或一个日期" in refused(project)


@pytest.mark.products("docx", "xlsx")
def test_no_plan_is_shown_unless_the_project_names_it(project):
    setting(project, "", 'plan = "sichuan-5plus1-2021"\n')
    pd.DataFrame({"park_id": ["P"], "name": ["平台"], "level": ["省级"]}).to_csv(
        project / "platforms.csv", index=False
    )
    setting(
        project,
        '[publish]\nalso = ["docx"]\n[tables.platforms]\npath = "platforms.csv"\n[layers.parks]',
        "[layers.parks]",
    )
    said = ran(project, "--json")
    assert set(json.loads(said)["verdicts"]) == set(VERDICTS)
    assert json.loads(said)["reasons"][0]["mend"]
    result = Run.load(project / "outputs")
    assert result.park_targets.empty
    assert result.ranking.empty
    assert result.services.empty
    book = openpyxl.load_workbook(project / "outputs/assessment.xlsx", read_only=True)
    assert not {"行动计划目标", "年度评估名单", "运营服务清单"} & set(book.sheetnames)
    cells = [str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row]
    report = "\n".join(p.text for p in docx.Document(project / "outputs/report.docx").paragraphs)
    page = map_table(result)
    assert [park["targets"] for park in page["parks"]] == [[]]
    told = json.dumps(page["parks"], ensure_ascii=False)
    for text in (said, report, "\n".join(cells), told, (project / "outputs/run.json").read_text()):
        assert TITLE not in text
        assert "创新平台目标" not in text


def test_the_plan_that_is_named_is_cited_by_its_title(project):
    result = assessed(project)
    assert set(result.park_targets["citation"]) == {read_plan("sichuan-5plus1-2021").head.citation}
    assert plans() == ["fujian-zones-2018", "sichuan-5plus1-2021"]
    assert TITLE in read_plan("sichuan-5plus1-2021").head.citation
    assert "（征求意见稿）" in read_plan("sichuan-5plus1-2021").head.citation


def test_an_unknown_plan_names_the_known(project):
    setting(project, 'plan = "sichuan"', 'plan = "sichuan-5plus1-2021"')
    assert "sichuan-5plus1-2021" in refused(project)


DECISIONS = """
[project.references]
"{pack}/tax" = [
  {{ value = 7.5, parcels = ["A"], citation = "会议纪要〔2023〕3号" }},
  {{ exempt = true, parcels = ["B"], citation = "会议纪要〔2023〕4号" }} ]
"{pack}/rd" = {{ min = 1, max = 3, row = "其他", citation = "会议纪要〔2023〕5号" }}
[layers.parks]"""


def test_decisions_of_the_project_stand_in_place_of_cells(project):
    setting(project, DECISIONS.format(pack=PACK), "[layers.parks]")
    table = assessed(project).verdicts
    tax = table[table["rule_id"] == f"{PACK}/tax"].set_index("subject_id")
    assert tax.loc["A", ["threshold", "industry_row"]].tolist() == [7.5, "议定"]
    assert tax.loc["A", "citation"].endswith("〔2023〕3号")
    assert tax.loc["B", ["verdict", "reason"]].tolist() == ["exempt", "exempted"]
    assert tax.loc["B", "citation"].endswith("〔2023〕4号")
    assert tax.loc["C", "threshold"] == 8


def test_an_id_that_the_data_do_not_have_is_told(project):
    text = DECISIONS.format(pack=PACK).replace('["B"]', '["B", "Z9"]')
    setting(project, text, "[layers.parks]")
    found = assessed(project).findings
    own = found[found["code"] == "unknown_in_project"]
    assert len(own) == 1
    assert "“Z9”不在宗地数据中" in spoken(own)["message_zh"].iloc[0]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ('{ citation = "某市文件" }', "value、min 与 max、requirement、exempt"),
        ('{ value = 1, exempt = true, citation = "某市文件" }', "value、min 与 max"),
        ("{ value = 1 }", "必须填写"),
        ('{ value = 1, row = "其他", parcels = ["A"], citation = "某市文件" }', "只写一种"),
        ('{ value = 1, row = "没有的行", citation = "某市文件" }', "没有“没有的行”行"),
        ('{ min = 3, max = 2, row = "其他", citation = "某市文件" }', "没有 2 位小数的数值"),
        ('{ requirement = "符合", row = "装备制造", citation = "某市文件" }', "没有待定的单元格"),
    ],
)
def test_a_decision_that_means_nothing_is_told(project, entry, why):
    setting(
        project, f'[project.references]\n"{PACK}/tax" = {entry}\n[layers.parks]', "[layers.parks]"
    )
    assert why in refused(project)


@pytest.mark.parametrize(
    ("exact", "value", "result", "said"),
    [
        (6.81, 7.0, "met", "舍入前为6.81%，四舍五入为7%后判定，因此达到"),
        (7.2, 7.0, "met", ""),
        (6.4, 6.0, "not_met", ""),
    ],
)
def test_rounding_that_meets_a_target_is_said(exact, value, result, said):
    row = {
        "exact": exact,
        "value": value,
        "value_high": value,
        "result": result,
        "unit": "%",
        "operator": ">=",
        "threshold": 7.0,
    }
    assert rounding_text(row).zh == said


ROWS = st.lists(
    st.tuples(
        st.sampled_from(list(VERDICTS)),
        st.sampled_from(["", "input_missing", "case_by_case"]),
        st.booleans(),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=30,
)


@given(ROWS, st.integers(0, 5))
@examples(12)
def test_the_outcome_of_parts_is_the_outcome_of_all(rows, cut):
    """And each parcel is in a reason once, whatever the number of its rules."""
    table = pd.DataFrame(rows, columns=["verdict", "reason", "mandatory", "subject_id"])
    table = verdict_rows(
        table, indicator="tax_per_mu", gap=table["subject_id"] % 4 - 3.0, numerator=1.0
    )
    parcels = pd.DataFrame(
        {
            "parcel_id": list("012345"),
            "area_mu": [1.0, 2, 4, 8, 16, 32],
            "compliance": ["pass", "fail", "no_data", "fail", "no_data", "exempt"],
            "supplied_on": ["2021-01-01", None] * 3,
        }
    )
    parcels = with_days(parcels, Settings(year=2023))
    every = outcome(parcels, table)
    first = parcels["parcel_id"].astype(int) < cut
    parts = [
        outcome(own, table[table["subject_id"].isin(own["parcel_id"])])
        for own in (parcels[first], parcels[~first])
    ]
    both = parts[0] + parts[1]
    for one, other in (
        (every.verdicts, both.verdicts),
        (every.reasons, both.reasons),
        (every.days, both.days),
        (every.gaps, both.gaps),
        (every.unchecked, both.unchecked),
        (every.rules, both.rules),
    ):
        # Rules have their places among those of the table that is read: here of each part.
        keys = [c for c in one if c not in ("parcels", "mu", "rule", *VERDICTS)]
        counts = [c for c in one if c in ("parcels", "mu", *VERDICTS)]
        tables = [t.groupby(keys, observed=True)[counts].sum().astype(float) for t in (one, other)]
        pd.testing.assert_frame_equal(*tables, check_index_type=False)
    assert every.verdicts["mu"].sum() == 63
    assert (every.reasons["parcels"] <= 6).all()
    assert set(every.reasons["reason"]) <= set(REASONS)
    assert len(lines(every, {})) >= 2


def test_a_run_of_an_earlier_edition_says_no_day():
    """Its parcels do not hold as of when they were judged: that is said, and no day invented."""
    earlier = pd.DataFrame({"parcel_id": ["A"], "area_mu": [15.0]})
    assert days(earlier).empty
    assert days_text(days(earlier)) == Message("asof.day_judgement_not_record")
