"""Low-efficiency land by counted criteria, and the list of land to act on, by hand."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from geo.errors import ProjectError
from geo.evaluate.idle_land import IDLE_STATES, MISSING_INPUTS, idle_land
from geo.evaluate.land_actions import (
    ACTION_WORDS,
    ACTIONS,
    absent_columns,
    counted_once,
    land_actions,
    land_states,
)
from geo.evaluate.low_efficiency import low_efficiency
from geo.project import Settings
from geo.project_parts import LowEfficiencyRule
from geo.publish.records.idle import idle_line
from geo.standards.area_sensitivity import judge_parcels
from geo.standards.model import Pack
from geo.standards.precedence import compliance
from geo.standards.selection import low_efficiency_packs
from geo.standards.table import verdict_table
from tests.lane import examples
from tests.test_idle_land import BARE, HALTED

DAY = dt.date(2023, 6, 1)
HEAD = {
    "id": "low",
    "title_zh": "低效用地认定办法",
    "title_en": "Low-efficiency land",
    "issuer": "某市人民政府",
    "document": "某府发〔2023〕1号",
    "date": "2023-01-01",
    "in_force_from": "2000-01-01",
    "url": "https://example.org/low",
}
UNITS = {"tax_per_mu": "万元/亩", "revenue_per_mu": "万元/亩", "floor_area_ratio": ""}


def pack() -> Pack:
    """Tax at least 10 and revenue at least 100 万元/亩, floor area ratio at least 1."""
    columns = {
        name: {
            "indicator": name,
            "operator": ">=",
            "unit": unit,
            "mandatory": True,
            "clause": f"第{at}条",
        }
        for at, (name, unit) in enumerate(UNITS.items(), 1)
    }
    cells = {"tax_per_mu": 10, "revenue_per_mu": 100, "floor_area_ratio": 1}
    return Pack(
        pack=HEAD,
        columns=columns,
        rows=[{"industry": "全部", "codes": ["*"], "cells": cells}],
    )


def parcels(figures: list[tuple[object, ...]], **columns: object) -> pd.DataFrame:
    """Parcels of one mu: tax, revenue and floor area of each as its figure says."""
    land = pd.DataFrame(figures, columns=["tax", "revenue", "ratio"], dtype="float64")
    land = land.assign(
        parcel_id=[str(at) for at in range(len(land))],
        park_id="P",
        area_mu=1.0,
        area_m2=2000 / 3,
        tax_per_mu=land["tax"],
        revenue_per_mu=land["revenue"],
        floor_area_ratio=land["ratio"],
        floor_area_m2=land["ratio"] * 2000 / 3,
        judged_as_of=pd.Timestamp("2023-01-01"),
    )
    return land.assign(**columns)


def low(land: pd.DataFrame, **rule: object) -> list[str]:
    """The verdict on each parcel."""
    judged = judge_parcels(land, [pack()])
    rules = {"low": LowEfficiencyRule(citation="第三条", **rule)} if rule else {}
    return low_efficiency(judged, land, rules, DAY).tolist()


NO = np.nan
FIGURES = [
    (20, 200, 2),
    (1, 200, 2),
    (1, 1, 2),
    (1, 1, 0.1),
    (NO, 200, 2),
    (NO, 1, 2),
    (NO, NO, 0.1),
]


@pytest.mark.parametrize(
    ("fails", "expected"),
    [
        ("any", ["pass", "fail", "fail", "fail", "no_data", "fail", "fail"]),
        (1, ["pass", "fail", "fail", "fail", "no_data", "fail", "fail"]),
        # Two must fail: with one unknown and none failing it cannot be.
        (2, ["pass", "pass", "fail", "fail", "pass", "no_data", "no_data"]),
        (3, ["pass", "pass", "pass", "fail", "pass", "pass", "no_data"]),
        ("all", ["pass", "pass", "pass", "fail", "pass", "pass", "no_data"]),
    ],
)
def test_how_many_criteria_must_fail(fails, expected):
    assert low(parcels(FIGURES), fails=fails) == expected


def test_without_a_rule_it_is_as_in_every_pack():
    land = parcels(FIGURES)
    assert low(land) == compliance(judge_parcels(land, [pack()])).tolist()


def test_land_completed_lately_and_parcels_by_decision_are_exempt():
    """Three years to 1 June 2023: completed on 2 June 2020 is under, on 1 June 2020 no longer."""
    land = parcels(
        [(1, 1, 0.1)] * 4 + [(20, 200, 2)],
        completed_on=["2020-06-01", "2020-06-02", None, "2010-01-01", None],
    )
    found = low(land, completed_within_years=3, except_parcels=["3"])
    assert found == ["fail", "exempt", "no_data", "exempt", "pass"]
    without = low(land.drop(columns="completed_on"), completed_within_years=3)
    assert without == ["no_data"] * 4 + ["pass"]


@examples(20)
@given(st.lists(st.tuples(*[st.sampled_from([NO, 0.5, 1000.0])] * 3), min_size=1, max_size=12))
def test_more_criteria_asked_is_never_more_land(figures):
    land = parcels(figures)
    counts = [low(land, fails=fails).count("fail") for fails in (1, 2, 3)]
    assert counts == sorted(counts, reverse=True)
    assert low(land, fails="any") == low(land, fails=1)


@pytest.mark.parametrize(
    "wrong", [{"fails": 0}, {"fails": "some"}, {"citation": ""}, {"completed_within_years": 0}]
)
def test_a_rule_that_means_nothing_is_refused(wrong):
    with pytest.raises(ValidationError):
        LowEfficiencyRule(**({"citation": "第三条"} | wrong))


def test_a_rule_of_no_pack_or_of_more_criteria_than_it_has_is_refused(monkeypatch):
    rules = {"other": LowEfficiencyRule(citation="第三条")}
    project = SimpleNamespace(
        settings=SimpleNamespace(low_efficiency=[], low_efficiency_rules=rules)
    )
    monkeypatch.setattr("geo.standards.selection._read", lambda *_: [pack()])
    with pytest.raises(ProjectError, match="other"):
        low_efficiency_packs(project)
    project.settings.low_efficiency_rules = {"low": LowEfficiencyRule(fails=4, citation="第三条")}
    with pytest.raises(ProjectError, match="4"):
        low_efficiency_packs(project)


def listed() -> tuple[pd.DataFrame, pd.DataFrame]:
    """A fee, a stop, two years, a cause to find, land in use and land that is low as well."""
    rows = [
        BARE | {"parcel_id": "fee"},
        HALTED | {"parcel_id": "stopped"},
        BARE | {"parcel_id": "two", "start_due_on": "2021-01-01"},
        BARE | {"parcel_id": "cause", "idle_cause": None, "start_due_on": "2021-08-01"},
        BARE | {"parcel_id": "ahead", "start_due_on": "2022-08-01", "land_price": 100.0},
        BARE | {"parcel_id": "undated", "start_due_on": None},
        BARE | {"parcel_id": "used", "started_on": "2022-01-01"},
        BARE | {"parcel_id": "free", "supply_status": "可供", "start_due_on": None},
    ]
    land = pd.DataFrame(rows).assign(park_id="P", main_enterprise="=甲厂", low_efficiency="pass")
    land.loc[land["parcel_id"].isin(["fee", "free"]), "low_efficiency"] = "fail"
    return land, idle_land(land, DAY)


CRITERIA = pd.DataFrame(
    {
        "subject_id": ["fee", "fee", "free", "used", "fee"],
        "verdict": ["fail", "fail", "fail", "fail", "pass"],
        "mandatory": [True, True, True, True, True],
        "clause": ["第一条", "第二条", "第一条", "第一条", "第九条"],
        "citation": ["甲", "甲", "乙", "甲", "丙"],
    }
)


def test_the_list_by_hand_with_the_earliest_day_first():
    land, idle = listed()
    table = land_actions(land, idle, CRITERIA, 180)
    assert list(table) == list(ACTIONS)
    days = table["due_on"].dt.strftime("%Y-%m-%d").fillna("").tolist()
    assert list(zip(table["parcel_id"], table["action"], days, strict=True)) == [
        ("cause", "find_cause", "2022-08-01"),
        ("two", "take_back", "2023-01-01"),
        ("fee", "idle_fee", "2023-03-01"),
        ("stopped", "find_idle", "2023-03-01"),
        ("ahead", "year_ahead", "2023-08-01"),
        ("cause", "two_years_ahead", "2023-08-01"),
        ("fee", "low_efficiency", ""),
        ("free", "low_efficiency", ""),
        ("undated", "complete_data", ""),
    ]
    by = table.set_index(["parcel_id", "action"])
    assert by.loc[("fee", "idle_fee"), ["days_left", "amount"]].tolist() == [-92, 180.0]
    assert by.loc[("ahead", "year_ahead"), ["days_left", "amount"]].tolist() == [61, 20.0]
    assert by.loc[("undated", "complete_data"), "missing_input"] == "start_due_on"
    assert by.loc[("fee", "low_efficiency"), ["clause", "citation"]].tolist() == [
        "第一条; 第二条",
        "甲",
    ]
    assert (
        "百分之二十" in by.loc[("fee", "idle_fee"), "clause"]
        or "20%" in by.loc[("fee", "idle_fee"), "clause"]
    )


def test_land_with_several_actions_is_counted_once():
    land, idle = listed()
    table = land_actions(land, idle, CRITERIA, 180)
    named = land["parcel_id"].isin(table["parcel_id"])
    assert table["counted_mu"].sum() == land.loc[named, "area_mu"].sum()
    pd.testing.assert_frame_equal(counted_once(table.iloc[::-1]), table)


def test_states_add_up_to_the_land_and_fees_are_no_more_than_is_known():
    land, idle = listed()
    states = land_states(land, idle).set_index("idle_state")
    assert states["area_mu"].sum() == land["area_mu"].sum()
    assert states["parcels"].sum() == len(land)
    supplied = states.drop(index="not_listed")["area_mu"].sum()
    assert supplied == idle["area_mu"].sum()
    assert states.loc["fee", ["idle_fee", "low_efficiency_mu"]].tolist() == [180.0, 30.0]
    unpriced = land.assign(land_price=land["land_price"].where(land["parcel_id"] != "fee"))
    fees = land_states(unpriced, idle_land(unpriced, DAY)).set_index("idle_state")["idle_fee"]
    assert np.isnan(fees["fee"])


def test_codes_are_those_with_words_and_nothing_is_told_of_no_land():
    land, idle = listed()
    table = land_actions(land, idle, CRITERIA, 180)
    assert set(table["action"]) <= set(ACTION_WORDS)
    assert set(table["missing_input"]) <= {"", *MISSING_INPUTS}
    assert set(land_states(land, idle)["idle_state"]) <= set(IDLE_STATES)
    nothing = idle_land(land.drop(columns="start_due_on"), DAY)
    plain = land.drop(columns="low_efficiency")
    assert land_actions(plain, nothing, CRITERIA).empty
    bare = plain.drop(columns="supply_status")
    assert land_states(bare, nothing)["idle_state"].tolist() == ["not_listed"]


def test_supplied_land_without_the_dates_is_not_determined():
    """Before, all of it stood as not supplied: 已建成 beside 未供应或无供地信息."""
    words = ["已建成", "已供未动工", "闲置", "可供", "未建成", ""]
    land = pd.DataFrame(
        {
            "parcel_id": list("abcdef"),
            "park_id": "P",
            "area_mu": [1.0, 2.0, 4.0, 8.0, 16.0, 32.0],
            "supply_status": words,
        }
    )
    told = land_states(land, idle_land(land, DAY)).set_index("idle_state")
    assert told["area_mu"].to_dict() == {"no_data": 7.0, "not_listed": 56.0}
    assert told["parcels"].to_dict() == {"no_data": 3, "not_listed": 3}
    plan = land_states(land, idle_land(land, DAY), {"supplied": ["可供"]}).set_index("idle_state")
    assert plan.loc["no_data", "area_mu"] == 1.0 + 4.0 + 8.0


def test_the_table_of_criteria_says_by_how_much():
    land = parcels([(1, 200, 2)])
    table = verdict_table([judge_parcels(land, [pack()])]).set_index("indicator")
    assert table.loc["tax_per_mu", ["value", "threshold", "gap"]].tolist() == [1.0, 10.0, -9.0]


def test_absent_columns_are_told_where_they_are_asked_for():
    land, _ = listed()
    rules = {"low": LowEfficiencyRule(completed_within_years=3, citation="第三条")}
    assert absent_columns(land, {}) == []
    said = [one.zh for one in absent_columns(land.drop(columns="started_on"), rules)]
    assert "实际动工日期" in said[0]
    assert "竣工日期" in said[1]
    assert absent_columns(land[["parcel_id"]], {}) == []


def test_explain_shows_the_dates_the_fee_and_what_is_missing():
    _, idle = listed()
    lines = {
        row["parcel_id"]: idle_line(row, Settings(year=2023, idle_as_of=DAY, lang="zh"))
        for row in idle.to_dict("records")
    }
    fee = lines["fee"]
    assert fee is not None
    assert (fee.state, fee.as_of, fee.missing) == ("fee", "2023-06-01", "")
    assert fee.sums == (
        "2022-03-01 起满一年：2023-03-01",
        "2022-03-01 起满两年：2024-03-01",
        "距下一期限 274 天",
        "土地闲置费 = 价款 900 × 20% = 180 万元",
    )
    assert lines["two"].sums[-1] == "已超过期限 151 天"
    assert "闲置原因" in lines["cause"].missing
    assert lines["undated"].sums == ()
    assert idle_line({"parcel_id": "a", "idle": "idle"}, Settings(year=2023)) is None
