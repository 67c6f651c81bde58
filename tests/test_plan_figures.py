"""Every aggregate, milestone, level, trend and list of a made-up county's plan, worked by hand."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.cli import run_report
from geo.economy.allocate import Allocation, allocate
from geo.economy.comparable import comparable, comparable_growth
from geo.economy.intensity import figures
from geo.errors import RuleError
from geo.evaluate.park_years import ParkYears
from geo.evaluate.plan import Plan, read_plan
from geo.evaluate.plan_checklist import checklist
from geo.evaluate.plan_project import project_targets
from geo.evaluate.plan_targets import (
    growth_notes,
    park_years,
    ranking,
    target_inputs,
    targets_of,
)
from geo.evaluate.plan_trend import progress
from geo.evaluate.ranked_lists import lists, ranked
from geo.model import INDICATORS
from geo.project import Settings
from geo.publish.records import run_result
from geo.publish.records.run_result import RunResult
from geo.publish.records.targets import lines_by_park
from geo.run import Run
from tests.lane import examples

HEAD = """
[plan]
id = "county"
title_zh = "某县园区提质计划"
due = 2025
"""
AREA = pd.Series(10_000.0, index=list("ABCD"))
REVENUE = {"E": (100.0, 110.0, 121.0), "F": (50.0, 50.0, 50.0), "G": (200.0, 220.0, 242.0)}
TAX = {"E": 10.0, "F": 5.0, "G": 20.0}
LEVELS: dict[str, str | None] = {"P": "国家级", "Q": "省级（2019年）", "R": "市级"}


def plan_of(text: str, **defaults: object) -> Plan:
    raw = tomllib.loads(HEAD + text)
    for target in raw.get("targets", {}).values():
        for key, value in ({"zh": "目标", "clause": "一", "operator": ">="} | defaults).items():
            target.setdefault(key, value)
    return Plan.model_validate(raw, context=INDICATORS)


def data(levels: dict[str, str | None] = LEVELS, times: float = 1.0, order: int = 0) -> ParkYears:
    """The county's parks and enterprises, money `times` as much."""
    return _data(tuple(levels.items()), times, order)


@cache
def _data(levels: tuple[tuple[str, str | None], ...], times: float, order: int) -> ParkYears:
    """Parks P (parcels A, B: E and F), Q (C: G, who has a corner of A too), R (D: nobody)."""
    indicators = pd.DataFrame(
        [
            (firm, 2021 + at, value * times, TAX[firm] * times)
            for firm, values in REVENUE.items()
            for at, value in enumerate(values)
        ],
        columns=["enterprise_id", "year", "revenue", "tax"],
    )
    occupancy = pd.DataFrame({"enterprise_id": list("EFG"), "parcel_id": list("ABC")})
    parcels = pd.DataFrame(
        {
            "parcel_id": list("ABCD"),
            "park_id": list("PPQR"),
            "area_mu": 15.0,
            "floor_area_ratio": [2.0, 1.0, 1.2, np.nan],
            "compliance": ["pass", "no_data", "fail", "exempt"],
            "sold_as": ["标准地", None, "标准地", "其他"],
        }
    )
    parks = pd.DataFrame(
        {"park_id": [key for key, _ in levels], "name": "园", "level": [of for _, of in levels]}
    ).sample(frac=1, random_state=order)
    usable = {
        "parks": parks,
        "parcels": parcels,
        "enterprises": pd.DataFrame(
            {
                "enterprise_id": list("EFG"),
                "high_tech": pd.array([True, None, False], dtype="boolean"),
            }
        ),
        "occupancy": occupancy,
        "indicators": indicators,
    }
    allocation = allocate(indicators, occupancy, AREA)
    of_park = allocation.rows["parcel_id"].map(parcels.set_index("parcel_id")["park_id"])
    table = figures(allocation, "park", of_park, None, "occupied")
    corner = allocation.rows.query("enterprise_id == 'G'").assign(parcel_id="A", area_m2=9.0)
    everywhere = Allocation(
        pd.concat([corner, allocation.rows]),
        allocation.measures,
        allocation.findings,
        allocation.place,
    )
    return park_years(usable, allocation, table, 2023, 2021, (), INDICATORS, verdicts(), everywhere)


def verdicts() -> pd.DataFrame:
    """A passes both rules on one indicator, B one of two."""
    rows = [("A", "pass"), ("A", "pass"), ("B", "pass"), ("B", "fail"), ("C", "exempt")]
    return pd.DataFrame(rows, columns=["subject_id", "verdict"]).assign(
        subject="parcel", indicator="floor_area_ratio"
    )


def of_parks(text: str, park: str = "P", year: int = 2023, **kwargs: object) -> pd.Series:
    found = targets_of(data(**kwargs), plan_of(text)).set_index(["park_id", "year"])  # type: ignore[arg-type]
    return found.loc[(park, year)]


def of_project(text: str, year: int = 2023, **kwargs: object) -> pd.Series:
    plan = plan_of(text, scope="project", value=1)
    inputs = target_inputs(data(**kwargs), plan)  # type: ignore[arg-type]
    return project_targets(inputs, plan, 2021, INDICATORS).set_index("year").loc[year]


OF_TWO = 'park_levels = ["国家级", "省级"]\n'


@pytest.mark.parametrize(
    ("asked", "park", "project"),
    [
        # P has 121 + 50 = 171 on 30 亩, Q 242 on 15; R is of another level.
        ('indicator = "revenue"\naggregate = "sum"', 171.0, 413.0),
        ('indicator = "revenue"\naggregate = "per_mu"', 5.7, 9.18),
        ('indicator = "revenue_per_mu"', 5.7, 9.18),
        # 15 ÷ 171, and 35 ÷ 413.
        ('indicator = "tax"\naggregate = "ratio"\nover = "revenue"\ndecimals = 4', 0.0877, 0.0847),
        # 150 to 171 and 350 to 413 in two years: √1.14 and √1.18.
        ('indicator = "revenue"\naggregate = "growth"', 6.77, 8.63),
        ('indicator = "revenue"\naggregate = "change"', 14.0, 18.0),
        ('indicator = "revenue"\naggregate = "growth"\nsince = 2022', 6.88, 8.68),
        # Floor area ratios 2 and 1 on equal land; with 1.2 of C.
        ('indicator = "floor_area_ratio"\naggregate = "mean"', 1.5, 1.4),
        # In 亿元: 0.0171 and 0.0413.
        ('indicator = "revenue"\nunit = "亿元"\ndecimals = 4', 0.0171, 0.0413),
    ],
)
def test_an_aggregate_by_hand(asked: str, park: float, project: float) -> None:
    of_park = of_parks(f"[targets.t]\n{asked}\nvalue = 1\n")
    assert (of_park["value"], of_park["value_high"]) == (park, park)
    whole = of_project(f"[targets.t]\n{asked}\n{OF_TWO}")
    assert (whole["value"], whole["value_high"]) == (project, project)
    assert (whole["parks"], whole["missing"]) == (2, 0)


@pytest.mark.parametrize(
    ("asked", "park", "project"),
    [
        # A passes, B is not determined, C fails, D is exempt.
        ('indicator = "compliance"\naggregate = "coverage"', (50, 100), (33.33, 66.67)),
        (
            'indicator = "compliance"\naggregate = "coverage"\nof = "parcels"',
            (50, 100),
            (33.33, 66.67),
        ),
        # A passes both rules on it, B fails one, C is exempt.
        ('indicator = "floor_area_ratio"\naggregate = "coverage"', (50, 50), (50, 50)),
        # A was sold as standard land, of B nobody says, C was, D was not.
        (
            'indicator = "sold_as"\nwords = ["标准地"]\naggregate = "coverage"',
            (50, 100),
            (50, 75),
        ),
        # E is high-tech, of F nobody says, G is not; G counts in Q, where most of its land is.
        (
            'indicator = "enterprises"\naggregate = "count"\nwhere = { high_tech = true }',
            (1, 2),
            (1, 2),
        ),
        ('indicator = "enterprises"\naggregate = "count"', (2, 2), (3, 3)),
        (
            'indicator = "parcels"\naggregate = "count"\nwhere = { compliance = ["pass"] }',
            (1, 1),
            (1, 1),
        ),
    ],
)
def test_what_is_not_known_leaves_a_range(asked: str, park: object, project: object) -> None:
    of_park = of_parks(f"[targets.t]\n{asked}\nvalue = 1\n")
    assert (of_park["value"], of_park["value_high"]) == park
    if "floor_area" in asked:  # C and D have nothing that it applies to: their share is no figure
        return
    whole = of_project(f"[targets.t]\n{asked}\n")
    assert (whole["value"], whole["value_high"]) == project


def _one_blank(firm: str, year: int) -> ParkYears:
    """The county where one enterprise leaves its revenue of one year blank."""
    given = data()
    rows = given.allocation.rows.copy()
    rows.loc[(rows["enterprise_id"] == firm) & (rows["year"] == year), "revenue"] = np.nan
    allocation = replace(given.allocation, rows=rows)
    park = rows["parcel_id"].map(given.usable["parcels"].set_index("parcel_id")["park_id"])
    table = figures(allocation, "park", park, None, "occupied")
    return replace(given, allocation=allocation, figures=table)


def _compared(given: ParkYears) -> pd.DataFrame:
    """Growth like-for-like of the county since 2021."""
    of_all = pd.Series("project", index=given.allocation.rows.index)
    whole = figures(given.allocation, "project", of_all, None, "occupied")
    sums = pd.concat([given.figures, whole])
    usable, reported = given.usable, (2021, 2022, 2023)
    parts = {
        year: comparable(given.allocation, usable, None, 2021, year, reported).sums
        for year in (2022, 2023)
    }
    tables = [
        comparable_growth([part], sums, usable["parks"], 2021, year) for year, part in parts.items()
    ]
    return pd.concat(tables)


def test_a_park_may_be_called_as_an_industry_is() -> None:
    given = _one_blank("E", 2023)
    table = _compared(given)
    others = table[table["subject"] == "park"].assign(subject="industry", comparable_change=9.0)
    text = '[targets.t]\nindicator = "revenue"\naggregate = "change"\nvalue = 5\n'
    found = targets_of(replace(given, comparable=pd.concat([table, others])), plan_of(text))
    assert found.set_index(["park_id", "year"]).loc[("P", 2023), "comparable_value"] == 0.0


@pytest.mark.parametrize("aggregate", ["growth", "change"])
@pytest.mark.parametrize(
    ("year", "blanks"),
    [(2021, {2021: 1, 2022: 1, 2023: 1}), (2023, {2021: 0, 2022: 0, 2023: 1})],
)
def test_a_blank_is_no_growth(aggregate: str, year: int, blanks: dict[int, int]) -> None:
    # E's 100 of 2021 blank: 50 against 171 is no growth of P; Q reports all its 200 and 242.
    given = _one_blank("E", year)
    text = f'[targets.t]\nindicator = "revenue"\naggregate = "{aggregate}"\n'
    found = targets_of(given, plan_of(text, value=1)).set_index(["park_id", "year"])
    assert found.loc["P", "missing"].to_dict() == blanks
    row = found.loc[("P", 2023)]
    assert np.isnan(row["value"])
    assert row["result"] == "no_data"
    known = found.loc[("Q", 2023)]
    assert (known["result"], known["missing"]) == ("met", 0)
    assert np.isnan(found.loc[("P", 2022), "value"]) == (year == 2021)  # 150 to 160 otherwise
    # Of both parks together one is without data.
    plan = plan_of(text + OF_TWO, scope="project", value=1)
    whole = project_targets(target_inputs(given, plan), plan, 2021, INDICATORS)
    of_2023 = whole.set_index("year").loc[2023]
    assert (of_2023["result"], of_2023["parks"], of_2023["missing"]) == ("no_data", 2, 1)
    as_it_was = of_project(text + OF_TWO)
    assert (as_it_was["result"], as_it_was["missing"]) == ("met", 0)


@pytest.mark.parametrize("indicator", ["revenue", "revenue_per_mu"])
@pytest.mark.parametrize("year", [2021, 2023])
def test_growth_like_for_like_stands_beside_and_is_judged_where_the_project_says(
    indicator: str, year: int
) -> None:
    # Without E, P has F alone, 50 and 50 on 15 亩; both parks F and G, 250 and 292 on 30.
    given = _one_blank("E", year)
    given = replace(given, comparable=_compared(given))
    text = f'[targets.t]\nindicator = "{indicator}"\naggregate = "change"\nvalue = 5\nunit = "%"\n'
    of_all = targets_of(given, plan_of(text)).set_index(["park_id", "year"])
    row = of_all.loc[("P", 2023)]
    assert (row["result"], row["basis"]) == ("no_data", "compare_to 2021")
    beside = ["comparable_value", "comparable_enterprises", "of_enterprises"]
    assert row[beside].tolist() == [0.0, 1, 2]
    own = replace(given, judge_comparable=True)
    judged = targets_of(own, plan_of(text)).set_index(["park_id", "year"])
    row = judged.loc[("P", 2023)]
    assert row[["value", "result", "basis"]].tolist() == [0.0, "not_met", "comparable 2021"]
    ends = (50, 50) if indicator == "revenue" else (50 / 15, 50 / 15)
    assert row[["numerator", "denominator"]].tolist() == pytest.approx(ends)
    # Who reports all is judged by all, and so is the year before the blank.
    for key in [("Q", 2023), *([("P", 2022)] if year == 2023 else [])]:
        pd.testing.assert_series_equal(judged.loc[key], of_all.loc[key])
    said = {
        judge: lines_by_park(targets_of(one, plan_of(text)), plan_of(text), Settings(year=2023))
        for judge, one in ((False, given), (True, own))
    }
    beside_it = "两年的填报不全，全部企业的增长不能计算；可比口径为0.00%（2户中1户两年均填报）"
    assert said[False]["P"][0].notes == (beside_it,)
    assert said[True]["P"][0].notes == ("两年的填报不全，按可比口径判定（2户中1户两年均填报）",)
    assert said[True]["Q"][0].notes == ()


def test_growth_of_all_parks_like_for_like() -> None:
    given = _one_blank("E", 2023)
    table = _compared(given)
    of_project = table[table["subject"] == "project"].set_index("year")
    text = '[targets.t]\nindicator = "revenue_per_mu"\naggregate = "change"\nvalue = 16\n'

    def of_2023(text: str, *, judge: bool) -> pd.Series:
        plan = plan_of(text, scope="project")
        inputs = target_inputs(given, plan)
        found = project_targets(inputs, plan, 2021, INDICATORS, of_project, judge_comparable=judge)
        return found.set_index("year").loc[2023]

    unsaid = of_2023(text, judge=False)
    assert (unsaid["result"], unsaid["comparable_value"]) == ("no_data", pytest.approx(16.8))
    judged = of_2023(text, judge=True)
    assert (judged["value"], judged["result"]) == (16.8, "met")
    assert judged["basis"] == "comparable 2021"
    # Growth of all is not that of some parks.
    of_some = of_2023(text + OF_TWO, judge=True)
    assert (of_some["result"], of_some["missing"]) == ("no_data", 1)
    assert np.isnan(of_some["comparable_value"])


def test_a_run_says_which_targets_have_no_growth_of_all() -> None:
    text = '[targets.t]\nindicator = "revenue_per_mu"\naggregate = "growth"\nvalue = 5\n'
    plan = plan_of(text)
    said = [one("zh") for one in growth_notes(targets_of(_one_blank("E", 2021), plan), plan, 2023)]
    assert len(said) == 1
    assert said[0].startswith("目标：1个园区有企业未填报其中一年，不能判定")
    assert 'growth_of = "comparable"' in said[0]
    assert growth_notes(targets_of(data(), plan), plan, 2023) == []


def test_a_sum_says_who_does_not_report() -> None:
    found = targets_of(
        _one_blank("F", 2022), plan_of('[targets.t]\nindicator = "revenue"\nvalue=1')
    )
    assert found.query("park_id == 'P'").set_index("year")["missing"].to_dict() == {
        2021: 0, 2022: 1, 2023: 0,
    }  # fmt: skip


def test_a_park_without_data_leaves_no_sum() -> None:
    whole = of_project('[targets.t]\nindicator = "revenue"\n')
    assert np.isnan(whole["value"])
    assert (whole["result"], whole["numerator"]) == ("no_data", 413.0)
    assert (whole["parks"], whole["missing"]) == (3, 1)


@pytest.mark.parametrize(("asked", "result"), [(1, "met"), (2, "no_data"), (3, "not_met")])
def test_parks_that_reach_a_figure_are_counted(asked: int, result: str) -> None:
    # Q has 242; P's 171 is less than 180; of R nobody knows: one park, perhaps two.
    each = 'each = [{ indicator = "revenue", operator = ">=", value = 180 }]'
    text = f'[targets.t]\nindicator = "parks"\naggregate = "parks"\n{each}\nvalue = {asked}\n'
    whole = of_project(text)
    assert (whole["value"], whole["value_high"], whole["result"]) == (1, 2, result)
    share = of_project(text.replace('aggregate = "parks"', 'aggregate = "parks_share"'))
    assert (share["value"], share["value_high"]) == (33.33, 66.67)


def test_parks_of_a_level_are_counted() -> None:
    text = f'[targets.t]\nindicator = "parks"\naggregate = "parks"\n{OF_TWO}'
    assert of_project(text)["value"] == 2
    unsure = of_project(text, levels={"P": "国家级", "Q": "省级", "R": None})
    assert (unsure["value"], unsure["value_high"]) == (2, 3)


def test_a_number_for_reference_is_not_judged() -> None:
    text = '[targets.t]\nindicator = "parks"\naggregate = "parks"\nreference = true\n'
    assert of_project(text)["result"] == "reference"


def test_milestones_and_levels_say_what_is_in_force() -> None:
    text = """
[targets.t]
indicator = "revenue"
value = 200
milestones = { 2021 = 140, 2023 = 172 }
by_level = { "省级" = { value = 300, milestones = { 2023 = 240 } } }
"""
    found = targets_of(data(), plan_of(text)).set_index(["park_id", "year"])
    # 2022 is on the way to the milestone of 2023.
    assert [found.loc[("P", y), "threshold"] for y in (2021, 2022, 2023)] == [140, 172, 172]
    assert [found.loc[("P", y), "result"] for y in (2021, 2022, 2023)] == [
        "met",
        "not_met",
        "not_met",
    ]
    assert found.loc[("Q", 2023), ["threshold", "result", "gap"]].tolist() == [240, "met", 2]
    unknown = data(levels={"P": "国家级", "Q": None, "R": "市级"})
    quiet = targets_of(unknown, plan_of(text)).set_index(["park_id", "year"]).loc[("Q", 2023)]
    assert np.isnan(quiet["threshold"])
    assert (quiet["value"], quiet["result"]) == (242, "no_data")


def test_a_target_of_some_levels_has_no_row_of_others() -> None:
    text = f'[targets.t]\nindicator = "revenue"\nvalue = 1\n{OF_TWO}'
    assert set(targets_of(data(), plan_of(text))["park_id"]) == {"P", "Q"}
    unknown = targets_of(data(levels={"P": None, "Q": "省级", "R": "市级"}), plan_of(text))
    assert unknown.query("park_id == 'P'")["result"].unique().tolist() == ["no_data"]


def followed(
    values: dict[int, object], level: str = "省级", parks: int | None = None, **target: object
) -> pd.Series:
    """The progress in 2023 of one park whose figures are these, or pairs of ends."""
    asked = {"zh": "t", "clause": "一", "operator": ">=", "indicator": "revenue"} | target
    plan = Plan.model_validate(
        {"plan": {"id": "c", "title_zh": "某县计划", "due": 2025}, "targets": {"t": asked}}
    )
    ends = [value if isinstance(value, tuple) else (value, value) for value in values.values()]
    low, high = (pd.Series(side, dtype=float) for side in zip(*ends, strict=True))
    first = target.get("first", np.nan)
    rows = pd.DataFrame(
        {"park_id": "P", "name": "甲", "year": list(values), "value": low, "value_high": high}
    ).assign(
        target="t",
        exact=low,
        operator=asked["operator"],
        unit="",
        result="no_data",
        due=2025,
        numerator=low,
        denominator=first,
        basis="",
        clause="一",
        citation="c",
    )
    none = pd.DataFrame(columns=[*rows.columns])
    if parks is not None:  # a target of the project says how many parks there are
        whole = rows.drop(columns=["park_id", "name"]).assign(parks=parks)
        return progress(none, whole, pd.Series(dtype="str"), plan, 2023).iloc[0]
    return progress(rows, none, pd.Series({"P": level}), plan, 2023).iloc[0]


def test_a_sum_goes_on_by_its_compound_rate() -> None:
    # 150 to 171 in two years: × 1.14 in two more, 194.94. 200 needs √(200 ÷ 171) a year.
    found = followed({2021: 150, 2022: 155, 2023: 171}, value=200)
    assert found["projected"] == pytest.approx(194.94)
    assert found["needed_rate"] == pytest.approx(0.0814761, abs=1e-7)
    assert found["needed_change"] == 14.5
    assert (found["trend_state"], found["trend_method"]) == ("behind", "compound")
    assert found["years_used"] == "2021;2022;2023"
    assert followed({2021: 150, 2022: 155, 2023: 171}, value=194)["trend_state"] == "on_track"


def test_a_share_goes_on_by_the_line_of_least_squares() -> None:
    # 60, 64, 71: mean 65 in 2022, 5.5 a year; 65 + 3 × 5.5 in 2025.
    share = {"aggregate": "share", "indicator": "leading_revenue", "value": 80}
    found = followed({2021: 60, 2022: 64, 2023: 71}, **share)
    assert found["projected"] == pytest.approx(81.5)
    assert (found["needed_change"], found["trend_state"]) == (4.5, "on_track")
    assert np.isnan(found["needed_rate"])
    # The middle year weighs a third: 64 to 66 leave 81.5 to 82.17.
    ranged = followed({2021: 60, 2022: (64, 66), 2023: 71}, **share | {"value": 82})
    assert ranged["projected"] == pytest.approx(81.5)
    assert ranged["projected_high"] == pytest.approx(81.5 + 2 / 3)
    assert ranged["trend_state"] == "unsure"
    assert (
        followed({2021: 60, 2022: 80, 2023: 96}, **share | {"value": 99})["projected_high"] == 100
    )


def test_a_gap_of_years_is_no_matter_to_the_line() -> None:
    # 2019: 10, 2020: 12, 2023: 15 → slope 31/26 … by hand: means 2020.67 and 12.33.
    values = {2019: 10.0, 2020: 12.0, 2023: 15.0}
    found = followed(values, aggregate="share", indicator="leading_revenue", value=50)
    slope, start = np.polyfit(list(values), list(values.values()), 1)
    assert found["projected"] == pytest.approx(start + slope * 2025)


@pytest.mark.parametrize("values", [{2022: 60, 2023: 71}, {2021: np.nan, 2022: 60, 2023: 71}])
def test_two_years_are_no_trend(values: dict[int, object]) -> None:
    found = followed(values, value=80)
    assert np.isnan(found["projected"])
    assert (found["trend_state"], found["trend_method"]) == ("no_data", "")
    assert found["needed_change"] == 4.5  # exact, whatever the years


def test_reached_and_due() -> None:
    assert followed({2021: 60, 2022: 64, 2023: 71}, value=70)["trend_state"] == "reached"
    low = {2021: 60, 2022: 64, 2023: 71}
    assert followed(low, value=70, operator="<=")["trend_state"] == "behind"
    assert np.isnan(followed(low, value=70)["needed_change"])


def test_a_trend_stays_within_what_such_a_figure_can_be() -> None:
    # 0.09, 0.05, 0.01 falls by 0.04 a year: in 2025 by the line -0.07, and no quotient was negative.
    falls = {2021: 0.09, 2022: 0.05, 2023: 0.01}
    ratio = followed(falls, aggregate="ratio", over="revenue", operator="<=", value=0.005)
    assert (ratio["trend_method"], ratio["projected"], ratio["trend_state"]) == (
        "line", 0.0, "on_track",
    )  # fmt: skip
    # A loss may grow: 1, 0, -1 is -3 in 2025; and so may growth itself.
    assert followed({2021: 1, 2022: 0, 2023: -1}, value=1)["projected"] == pytest.approx(-3)
    change = followed({2021: 3, 2022: 2, 2023: 1}, aggregate="change", value=5)
    assert change["projected"] == pytest.approx(-1)
    # 2, 4, 6 parks of 7 are not 10.
    more = {2021: 2, 2022: 4, 2023: 6}
    found = followed(more, parks=7, indicator="parks", aggregate="parks", scope="project", value=8)
    assert (found["projected"], found["trend_state"]) == (7.0, "behind")


def test_of_a_park_of_no_level_nobody_knows_whether_a_target_is_reached() -> None:
    grows, of = {2021: 12, 2022: 13, 2023: 14}, ["省级"]
    assert followed(grows, value=10, park_levels=of)["trend_state"] == "reached"
    unknown = followed(grows, level="", value=10, park_levels=of)
    assert np.isnan(unknown["final"])
    assert unknown["trend_state"] == "no_data"


def test_growth_that_is_still_needed() -> None:
    # P: 150 to 171 in two years; 7 % a year to 2025 is 150 × 1.07⁴ = 196.62: √(196.62 ÷ 171).
    text = '[targets.t]\nindicator = "revenue"\naggregate = "growth"\nvalue = 7\n'
    plan, years = plan_of(text), data()
    parks = targets_of(years, plan)
    empty = project_targets(target_inputs(years, plan), plan, 2021, INDICATORS)
    levels = pd.Series(LEVELS)
    found = progress(parks, empty, levels, plan, 2023).set_index("subject_id").loc["P"]
    assert found["needed_rate"] == pytest.approx((150 * 1.07**4 / 171) ** 0.5 - 1)
    assert found["projected"] == pytest.approx((1.14**0.5 - 1) * 100)
    assert (found["trend_method"], found["trend_state"]) == ("average", "behind")


def test_ties_share_a_rank_and_all_of_them_are_chosen() -> None:
    text = """
[targets.t]
indicator = "revenue"
value = 100
[lists.first]
zh = "名单"
order = [{ key = "met" }, { key = "no_data", first = "lowest" }]
places = 1
[lists.by_level]
zh = "分级名单"
by = "level"
targets = ["t"]
order = [{ key = "t", first = "lowest" }]
"""
    plan, years = plan_of(text), data()
    parks = years.usable["parks"]
    targets = targets_of(years, plan)
    found = lists(parks, targets, ranking(targets, years.figures, 2023), plan, 2023)
    first = found[found["list"] == "first"].set_index("park_id")
    assert first.loc[["P", "Q", "R"], "rank"].tolist() == [1, 1, 3]
    assert first.loc[["P", "Q", "R"], "chosen"].tolist() == [True, True, False]
    second = found[found["list"] == "by_level"].set_index("park_id")
    assert second.loc[["P", "Q"], "rank"].tolist() == [1, 1]  # each of its level
    assert np.isnan(second.loc["R", "rank"])
    assert second.loc["R", "lacks"] == "t"
    assert second.loc["P", "keys"] == "t=171"


def test_a_key_without_a_figure_stands_last() -> None:
    table = pd.DataFrame({"park_id": list("abcd"), "x": [np.nan, 1.0, 2.0, np.nan]})
    found = ranked(table, [("x", True)], [("park_id", True)])
    assert found["park_id"].tolist() == list("bcad")
    assert found["rank"].tolist() == [1, 2, 3, 3]


def test_a_checklist_says_what_is_there_and_what_is_overdue() -> None:
    text = """
[checklist.law]
zh = "法律服务"
words = ["法律"]
due = 2023
who = "某局"
clause = "二"
[checklist.water]
zh = "供排水"
facilities = ["water", "sewage"]
match = "all"
due = 2024
clause = "三"
[checklist.report]
zh = "年度报告"
scope = "project"
words = ["报告"]
due = 2023
clause = "四"
"""
    services = pd.DataFrame(
        [
            ("P", "法律服务站", "已建成", "站一"),
            ("Q", "法律咨询", "拟建", "站二"),
            ("全部", "年度报告", "", "2023年报"),
        ],
        columns=["park_id", "service", "status", "name"],
    )
    access = pd.DataFrame(
        [
            ("P", "water", "have", "水厂"),
            ("P", "sewage", "planned", "污水厂"),
            ("Q", "water", "have", "水厂"),
        ],
        columns=["park_id", "kind", "state", "nearest_name"],
    )
    table = checklist(data().usable["parks"], services, access, plan_of(text), 2023)
    found = table.set_index(["subject_id", "obligation"])
    assert found["state"].to_dict() == {
        ("P", "law"): "have",
        ("Q", "law"): "planned",
        ("R", "law"): "no_data",
        ("P", "water"): "planned",
        ("Q", "water"): "have",
        ("R", "water"): "no_data",
        ("", "report"): "have",
    }
    # Of R nobody says whether it has what was due: neither overdue nor there.
    assert table["overdue"].fillna(True).tolist() == [True, True, *[False] * 5]
    assert table["overdue"].isna().tolist() == [False, True, *[False] * 5]
    assert table["subject_id"].tolist()[:2] == ["Q", "R"]  # planned before what nobody says
    assert found.loc[("P", "law"), ["who", "due_by", "evidence"]].tolist() == [
        "某局",
        "2023",
        "站一",
    ]
    assert found.loc[("P", "water"), "evidence"] == "水厂; 污水厂"


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ('indicator = "parks"\naggregate = "parks"', "“targets.t”的“parks”数园区"),
        ('indicator = "tax"\naggregate = "ratio"', "“targets.t”的 over 与 aggregate"),
        ('indicator = "tax"\nover = "revenue"', "“targets.t”的 over 与 aggregate"),
        (
            'indicator = "tax"\naggregate = "ratio"\nover = "gold"',
            "“targets.t”写了“gold”，这里不能用：可用 ",
        ),
        ('indicator = "tax"\nunit = "吨"', "“targets.t”的单位“吨”与指标的单位“万元”"),
        ('indicator = "tax"\ndue = 2023\nmilestones = { 2023 = 1 }', "节点年份2023不早于完成年份"),
        ('indicator = "tax"\nmilestones = { soon = 1 }', "“targets.t.milestones"),
        ('indicator = "tax"\nscope = "project"\nby_level = { A = { value = 1 } }', "不分园区级别"),
        ('indicator = "sold_as"\naggregate = "coverage"', "“targets.t”写了“sold_as”，这里不能用"),
        (
            (
                'indicator = "parks"\naggregate = "parks"\nscope = "project"\neach = [{ '
                'indicator = "gold", operator = ">", value = 1 }]'
            ),
            "“targets.t”写了“gold”",
        ),
    ],
)
def test_a_target_that_does_not_fit_is_one_sentence_with_its_key(
    tmp_path: Path, text: str, zh: str
) -> None:
    body = f'{HEAD}\n[targets.t]\nzh = "t"\nclause = "一"\noperator = ">="\nvalue = 1\n{text}\n'
    (tmp_path / "plan.toml").write_text(body, encoding="utf-8")
    with pytest.raises(RuleError) as refused:
        read_plan("plan.toml", tmp_path)
    assert zh in refused.value.text.zh
    assert "\n" not in refused.value.text.zh


SCALE_FREE = """
[targets.a]
indicator = "tax"
aggregate = "ratio"
over = "revenue"
value = 0.08
[targets.b]
indicator = "revenue"
aggregate = "growth"
value = 7
"""


@examples(4)
@given(times=st.floats(0.001, 1000), order=st.integers(0, 50))
def test_neither_money_nor_the_order_of_parks_changes_a_verdict(times: float, order: int) -> None:
    def results(**kwargs: float) -> dict[object, str]:
        years = data(**kwargs)  # type: ignore[arg-type]
        plan = plan_of(SCALE_FREE)
        table = targets_of(years, plan)
        return table.set_index(["park_id", "year", "target"])["result"].to_dict()

    assert results(times=times, order=order) == results()


@examples(6)
@given(asked=st.integers(1, 400))
def test_a_unit_changes_no_verdict(asked: int) -> None:
    in_wan = of_project(f'[targets.t]\nindicator = "revenue"\n{OF_TWO}value = {asked}\n')
    in_yuan = of_project(
        f'[targets.t]\nindicator = "revenue"\n{OF_TWO}unit = "元"\nvalue = {asked}0000\n'
    )
    assert in_wan["result"] == in_yuan["result"]


def test_a_line_says_the_trend_and_what_is_still_needed() -> None:
    row = followed({2021: 150, 2022: 155, 2023: 171}, value=200).to_frame().T
    plan = plan_of('[targets.t]\nindicator = "revenue"\nvalue = 200\nunit = "万元"\n')
    targets = targets_of(data(), plan).query("park_id == 'P'")
    line = lines_by_park(targets, plan, Settings(year=2023, lang="zh"), progress=row)["P"][0]
    assert line.due == "2025"
    assert line.trend == (
        "按趋势外推到2025年为194.94 万元（2021—2023年，首末年复合增长），按趋势不及；只是趋势，不是预测；"
        "此后年均需+8.15%，到2025年达到"
    )


def test_the_summary_tells_who_misses_a_target_from_whom_nobody_knows_of() -> None:
    text = """
[targets.t]
indicator = "revenue"
value = 200
by_level = { "国家级" = { value = 300 } }
"""
    # P (国家级) has 171 of 300, Q 242 of 200; R has no data.
    plan = plan_of(text)
    run = SimpleNamespace(park_targets=targets_of(data(), plan), basis=SimpleNamespace(plan=plan))
    (target,) = run_result._targets(cast(Run, run), Settings(title="测试", year=2023))
    assert (target.met, target.not_met, target.no_data) == (1, 1, 1)
    assert target.limit in ("≥ 300、≥ 200", "≥ 200、≥ 300")
    out = run_report._Report(cast(RunResult, None), Path(), "zh")
    assert run_report._target(out, target)[1:] == [
        "1/3个园区达到",
        "未达到：园 171.00",
        "无法判定：园 无数据",
    ]
