"""Any plan is data: its targets, services, clauses and means are its own; a bad file is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.checks.schema import check_references
from geo.errors import RuleError
from geo.evaluate.chain import LINKS
from geo.evaluate.park_indicators import choices
from geo.evaluate.plan import NO_PLAN, Plan, cited, plan_of, plans, read_plan, with_clauses
from geo.evaluate.plan_checklist import checklist
from geo.evaluate.plan_targets import park_targets
from geo.evaluate.run_grades import benchmarks
from geo.land.facility_kinds import kinds
from geo.model import INDICATORS
from geo.project import read_project
from geo.publish.guard import inputs_by_hash
from geo.sources.load import load
from tests.test_parks import judged

ELSEWHERE = """
[plan]
id = "elsewhere-2024"
title_zh = "某市工业园区提质行动方案"
issuer = "某市人民政府"
document = "某政发〔2024〕1号"

[targets.tax]
zh = "亩均税收"
indicator = "tax_per_mu"
aggregate = "value"
operator = ">="
value = 10
unit = "万元/亩"
clause = "二、（一）"

[targets.rd]
zh = "R&D投入强度"
indicator = "rd_intensity"
aggregate = "value"
operator = ">"
value = 1.5
unit = "%"
clause = "二、（二）"

[targets.energy]
zh = "能源消费总量"
indicator = "energy_tce"
aggregate = "value"
operator = "<="
value = 900
unit = "吨标准煤"
decimals = 0
clause = "二、（三）"

[targets.output]
zh = "总产值年均增长"
indicator = "output_value"
aggregate = "growth"
operator = ">="
value = 10
unit = "%"
clause = "二、（四）"

[facilities.clauses]
sewage = "三、（一）"

[land_supply.states]
idle = ["撂荒"]
"""

CHECKLIST = """
[plan]
id = "c"
title_zh = "某县计划"

[checklist.report]
zh = "年度报告"
scope = "project"
words = ["报告"]
due = 2023
clause = "四"
"""


def plan_file(folder: Path, text: str) -> Plan:
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    return read_plan("plan.toml", folder)


def test_a_plan_of_another_place_is_one_file(tmp_path: Path) -> None:
    plan = plan_file(tmp_path, ELSEWHERE)
    measures = {
        "tax": [10.0, 8.0, 250.0, 50.0],
        "rd_expense": [1.0, 1.0, 3.0, np.nan],
        "energy_tce": [500.0, 500.0, 500.0, 400.0],
        "output_value": [100.0, 0.0, 60.0, 61.0],
    }
    found = judged(plan=plan, extra=measures)[0].loc["P"]
    now = found.xs(2023, level="year")
    # 300 万元 over 2 ha (30 亩); R&D of the only one that reports it: 3 of 160; 900 tce is at most
    # 900; 100 to 121 in two years is 10 % a year.
    assert now["value"].to_dict() == {"tax": 10.0, "rd": 1.88, "energy": 900.0, "output": 10.0}
    assert set(now["result"]) == {"met"}
    assert now.loc["rd", ["numerator", "denominator"]].tolist() == [3.0, 160.0]
    assert found.loc[("energy", 2021), "result"] == "not_met"
    assert set(found["citation"]) == {"某市工业园区提质行动方案 某市人民政府 某政发〔2024〕1号"}


def test_clauses_are_those_of_the_plan(tmp_path: Path) -> None:
    plan = plan_file(tmp_path, ELSEWHERE)
    access = pd.DataFrame({"kind": ["sewage", "power", "自有"]})
    assert with_clauses(access, plan)["clause"].tolist() == ["三、（一）", "", ""]
    assert (with_clauses(access, plan)["citation"] != "").tolist() == [True, False, False]
    assert set(with_clauses(access, NO_PLAN)["citation"]) == {""}
    links = pd.DataFrame("", index=[0], columns=list(LINKS))
    assert cited(links, plan)["citation"].tolist() == [""]
    assert set(read_plan("sichuan-5plus1-2021").facilities.clauses) == set(kinds())


def test_published_means_stand_beside_a_park_only_where_its_plan_names_them(tmp_path: Path) -> None:
    parks = pd.DataFrame({"park_id": ["P"], "tax_per_mu": [28.6]})
    table = benchmarks(parks, read_plan("sichuan-5plus1-2021")).set_index("indicator")
    assert table.loc["tax_per_mu", ["published", "ratio"]].tolist() == [14.3, 2.0]
    for plan in (NO_PLAN, plan_file(tmp_path, ELSEWHERE)):
        assert benchmarks(parks, plan).empty


def test_without_a_plan_nothing_is_asked() -> None:
    assert not NO_PLAN
    assert read_plan("") is NO_PLAN
    assert park_targets({}, None, None, 2023, None, NO_PLAN).empty
    assert NO_PLAN.target_titles == NO_PLAN.service_titles == {}


@pytest.mark.parametrize("name", [*plans(), "plan.toml"])
def test_a_plan_kept_with_a_run_is_the_plan(tmp_path: Path, name: str) -> None:
    plan_file(tmp_path, ELSEWHERE)
    plan = read_plan(name, tmp_path)
    assert Plan.model_validate(plan.model_dump(mode="json", by_alias=True)) == plan


@pytest.mark.parametrize(
    ("old", "new", "zh"),
    [
        ("tax_per_mu", "tax_per_acre", "“targets.tax”写了“tax_per_acre”，这里不能用：可用 "),
        (
            '"value"',
            '"median"',
            "计划 plan.toml：“targets.tax.aggregate”只能写 share、count、growth",
        ),
        ('">="', '"=>"', "行动计划 plan.toml：“targets.tax.operator”只能写 >、>=、<、<="),
        ("value = 10\n", "", "计划 plan.toml：“targets.tax.value”必须填写。"),
        ("value = 10\n", 'value = "十"\n', "计划 plan.toml：“targets.tax.value”应为数字。"),
        ('clause = "二、（一）"\n', "", "计划 plan.toml：“targets.tax.clause”必须填写。"),
        (
            'unit = "万元/亩"',
            'units = "万元/亩"',
            "“targets.tax.units”没有这个设置项，是否为 unit？",
        ),
        ('title_zh = "某市工业园区提质行动方案"\n', "", "“plan.title_zh”必须填写。"),
        ("[plan]", "[plan", "附近格式有误"),
        ('idle = ["撂荒"]', 'waste = ["撂荒"]', "计划 plan.toml：“land_supply.states.waste"),
    ],
)
def test_a_bad_plan_is_one_sentence(tmp_path: Path, old: str, new: str, zh: str) -> None:
    assert old in ELSEWHERE
    with pytest.raises(RuleError) as refused:
        plan_file(tmp_path, ELSEWHERE.replace(old, new, 1))
    assert zh in refused.value.text.zh
    assert "\n" not in refused.value.text.zh


def test_an_unknown_name_tells_the_shipped_ones() -> None:
    with pytest.raises(RuleError, match="no plan `sichuan`: use one of fujian-zones-2018"):
        read_plan("sichuan")


def test_each_aggregate_says_what_it_can_be_asked_of() -> None:
    assert choices("count", INDICATORS) == ("platforms", "enterprises", "parcels")
    assert set(choices("share", INDICATORS)) == {"leading_revenue", "high_tech_revenue"}
    assert {"tax_per_mu", "employees"} <= set(choices("growth", INDICATORS))
    assert "rd_intensity" in choices("value", INDICATORS)
    assert "floor_area_ratio" not in choices("value", INDICATORS)  # a parcel's, not a park's


def test_the_record_holds_the_plan_that_counted_and_no_other(project: Path) -> None:
    plan_file(project, ELSEWHERE)
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('plan = "sichuan-5plus1-2021"', 'plan = "plan.toml"'), "utf-8")
    opened = read_project(project)
    assert plan_of(opened).head.id == "elsewhere-2024"
    hashed = inputs_by_hash(opened)
    assert "plan.toml" in hashed
    assert not [name for name in hashed if name.startswith("geo/plans/")]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_is_of_all_parks_is_read_from_a_file(project: Path, suffix: str) -> None:
    """全部 as a park is an entry, neither a total nor an unknown park; 合计 is a total still."""
    rows = pd.DataFrame(
        [
            ("全部", "年度报告", "已建", "2023年报"),
            ("P1", "法律", "无", ""),
            ("合计", "", "", "2项"),
        ],
        columns=["park_id", "service", "status", "name"],
    )
    write = rows.to_csv if suffix == "csv" else rows.to_excel
    write(project / f"services.{suffix}", index=False)
    with (project / "mujun.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[tables.services]\npath = "services.{suffix}"\n')
    layers = load(read_project(project))
    read = layers.frames["services"]
    assert read["park_id"].tolist() == ["全部", "P1"]
    found = check_references(
        dict(layers.frames) | {"parks": pd.DataFrame({"park_id": ["P1"]})}, ("services",)
    )
    assert found.empty
    plan = plan_file(project, CHECKLIST)
    none = pd.DataFrame(columns=["park_id", "kind", "state", "nearest_name"])
    table = checklist(pd.DataFrame({"park_id": ["P1"]}), read, none, plan, 2023)
    assert table[["subject", "state", "overdue"]].to_numpy().tolist() == [
        ["project", "have", False]
    ]


def test_what_the_shipped_plan_asks_of_a_place_is_in_a_list_of_it() -> None:
    """Each kind of facility that it names is one of an obligation, or a service by its words."""
    plan = read_plan("sichuan-5plus1-2021")
    asked = {kind for item in plan.checklist.values() for kind in item.facilities}
    assert set(plan.facilities.clauses) == asked | {"school", "hospital", "culture", "commerce"}
    assert plan.services is not None
    assert {"school", "hospital", "culture", "commerce"} <= set(plan.services.items)


@pytest.mark.parametrize(
    ("entry", "obligations"),
    [
        ("青溪省级专精特新企业", {"specialised"}),
        ("国家级先进制造业集群", {"clusters"}),
        ("园区5G专网", {"new_infrastructure"}),
        ("清洁生产审核", {"pollution"}),
        ("新型工业化产业示范基地", {"bases"}),
        ("独角兽企业培育库", {"innovators"}),
    ],
)
def test_an_offices_entry_answers_the_obligation_that_it_is_about(
    entry: str, obligations: set[str]
) -> None:
    """And no other: words of one obligation are not in the names of another's entries."""
    plan = read_plan("sichuan-5plus1-2021")
    # What is of the project as a whole is an entry of all parks.
    park = "全部" if plan.checklist[min(obligations)].scope == "project" else "P1"
    services = pd.DataFrame({"park_id": [park], "service": [entry], "status": ["已有"]})
    none = pd.DataFrame(columns=["park_id", "kind", "state", "nearest_name"])
    table = checklist(pd.DataFrame({"park_id": ["P1"]}), services, none, plan, 2023)
    assert set(table.loc[table["state"] == "have", "obligation"]) == obligations
