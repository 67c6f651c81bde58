"""The plan's targets, worked by hand; missing data never meets or misses one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo.economy.allocate import allocate
from geo.economy.intensity import figures
from geo.evaluate.plan import NO_PLAN, read_plan
from geo.evaluate.plan_services import services
from geo.evaluate.plan_targets import park_targets, ranking

PLAN = read_plan("sichuan-5plus1-2021")

AREA = pd.Series({"A": 10000.0, "B": 10000.0, "Q": 10000.0})


def judged(
    *,
    codes=("3054", "1711"),
    flags=(True, False),
    platforms=None,
    reports=None,
    revenue=((2021, 60.0, 40.0), (2023, 160.0, 40.0)),
    extra=None,
    base=2021,
    plan=PLAN,
):
    """Two enterprises on park P's parcels A and B; park Q has none."""
    indicators = pd.DataFrame(
        [(e, year, value) for year, *both in revenue for e, value in zip("EF", both, strict=True)],
        columns=["enterprise_id", "year", "revenue"],
    )
    if extra is not None:
        indicators = indicators.assign(**extra)
    occupancy = pd.DataFrame({"enterprise_id": ["E", "F"], "parcel_id": ["A", "B"]})
    usable = {
        "parks": pd.DataFrame(
            {"park_id": ["P", "Q"], "name": ["甲", "乙"], "leading_industries": ["305；307", None]}
        ),
        "parcels": pd.DataFrame({"parcel_id": ["A", "B", "Q"], "park_id": ["P", "P", "Q"]}),
        "enterprises": pd.DataFrame(
            {
                "enterprise_id": ["E", "F"],
                "industry_code": codes,
                "high_tech": pd.array(flags, dtype="boolean"),
            }
        ),
        "indicators": indicators,
    }
    usable |= {
        k: v for k, v in (("platforms", platforms), ("park_indicators", reports)) if v is not None
    }
    allocation = allocate(indicators, occupancy, AREA)
    park = allocation.rows["parcel_id"].map(usable["parcels"].set_index("parcel_id")["park_id"])
    table = figures(allocation, "park", park, None, "occupied")
    out = park_targets(usable, allocation, table, 2023, base, plan)
    return out.set_index(["park_id", "target", "year"]), out, table


def row(result, target, park="P", year=2023):
    return result[0].loc[park, target, year]


def test_the_plans_four_targets_as_printed():
    printed = {
        "leading_share": (">", 70.0),
        "high_tech_share": (">", 25.0),
        "platforms": (">=", 1.0),
        "revenue_growth": (">=", 7.0),
    }
    of_parks = PLAN.of_scope("park")
    assert {key: (t.operator, t.value) for key, t in of_parks.items()} == printed
    assert {PLAN.due(key) for key in PLAN.targets} == {2023}
    assert all("发展目标" in t.clause for t in PLAN.targets.values())


def test_leading_share_by_hand():
    # Glass (3054 under 305) 160 of 200: 80 % > 70 %. Two years before, 60 of 100.
    result = judged()
    now = row(result, "leading_share")
    assert (now["value"], now["result"], now["gap"]) == (80.0, "met", 10.0)
    assert (now["numerator"], now["denominator"]) == (160.0, 200.0)
    assert row(result, "leading_share", year=2021)["result"] == "not_met"


def test_on_the_line_is_not_above_it():
    result = judged(revenue=((2023, 70.0, 30.0),))
    assert row(result, "leading_share")["result"] == "not_met"
    result = judged(revenue=((2023, 70.01, 29.99),))
    assert row(result, "leading_share")["result"] == "met"


@pytest.mark.parametrize(
    ("revenue", "result"),
    [((80.0, 20.0), "met"), ((60.0, 40.0), "no_data"), ((0.0, 100.0), "no_data")],
)
def test_an_unknown_industry_leaves_a_range(revenue, result):
    # E is glass; F's code is unknown, so the share lies between E's alone and 100 %.
    found = row(judged(codes=("3054", None), revenue=((2023, *revenue),)), "leading_share")
    assert (found["value"], found["value_high"]) == (revenue[0], 100.0)
    assert found["result"] == result


def test_a_code_too_short_to_tell_the_leading_industry_leaves_a_range():
    """The park leads in 305: E says 30, so its 80 of 100 may or may not be glass."""
    found = row(judged(codes=("30", "1353"), revenue=((2023, 80.0, 20.0),)), "leading_share")
    assert (found["value"], found["value_high"], found["result"]) == (0.0, 80.0, "no_data")


def test_high_tech_share_and_an_unknown_flag():
    assert row(judged(), "high_tech_share")["value"] == 80.0
    unsure = row(judged(flags=(None, False)), "high_tech_share")
    assert (unsure["value"], unsure["value_high"], unsure["result"]) == (0.0, 80.0, "no_data")


def test_what_enterprises_report_goes_before_their_code():
    found = row(judged(extra={"leading_revenue": [10.0, 0.0, 20.0, np.nan]}), "leading_share")
    # E reports 20 of 160; F does not say, so up to 40 more.
    assert (found["value"], found["value_high"], found["result"]) == (10.0, 30.0, "not_met")


def test_what_the_park_reports_goes_before_its_enterprises():
    reports = pd.DataFrame(
        {
            "park_id": ["P", "Q"],
            "year": [2023, 2023],
            "revenue": [300.0, 50.0],
            "leading_revenue": [150.0, 45.0],
        }
    )
    result = judged(reports=reports)
    assert row(result, "leading_share")["value"] == 50.0
    assert row(result, "leading_share", park="Q")["result"] == "met"
    assert row(result, "leading_share")["basis"] == "park_indicators"


def test_platforms_count_from_their_year_and_level():
    table = pd.DataFrame(
        {
            "park_id": ["P", "P", "P"],
            "name": list("abc"),
            "level": ["省级", "市级", "国家级"],
            "year": [2023, 2020, 2024],
        }
    )
    result = judged(platforms=table)
    assert row(result, "platforms")["value"] == 1
    assert row(result, "platforms", year=2021)["result"] == "not_met"
    assert row(result, "platforms", park="Q")["result"] == "not_met"
    assert row(judged(), "platforms")["result"] == "no_data"


@pytest.mark.parametrize(
    ("last", "value", "result"),
    [
        # 100 to 114.49 is 7 %; 113.42 is 6.5 %, shown as 7; 113.41 is 6.49…, shown as 6.
        (114.49, 7, "met"),
        (113.4225, 7, "met"),
        (113.41, 6, "not_met"),
    ],
)
def test_growth_by_hand(last, value, result):
    found = row(judged(revenue=((2021, 60.0, 40.0), (2023, last - 40.0, 40.0))), "revenue_growth")
    assert (found["value"], found["result"]) == (value, result)


def test_growth_without_a_base_year_is_no_data():
    assert row(judged(base=None), "revenue_growth")["result"] == "no_data"
    assert row(judged(), "revenue_growth", year=2021)["result"] == "no_data"


def test_a_park_without_data_is_never_judged():
    result = judged()
    assert set(result[0].loc["Q"]["result"]) == {"no_data"}


def test_the_yearly_list_ranks_and_says_what_is_missing():
    table = pd.DataFrame({"park_id": ["P"], "name": ["a"], "level": ["省级"], "year": [2020]})
    _, long, sums = judged(platforms=table)
    listed = ranking(long, sums, 2023).set_index("park_id")
    assert listed.loc["P", ["rank", "met", "not_met", "no_data"]].tolist() == [1, 4, 0, 0]
    assert listed.loc["P", "all_met"]
    assert listed.loc["Q", "lacks"] == "leading_share;high_tech_share;platforms;revenue_growth"
    assert not listed.loc["Q", "all_met"]


def test_order_of_rows_moves_no_rank():
    _, long, sums = judged()
    mixed = ranking(long.sample(frac=1, random_state=1), sums, 2023)
    same = ["rank", "park_id", "met", "not_met", "no_data", "all_met"]
    pd.testing.assert_frame_equal(mixed[same], ranking(long, sums, 2023)[same])


def test_the_trend_is_the_change_since_the_year_before():
    result = judged(revenue=((2021, 60.0, 40.0), (2022, 70.0, 30.0), (2023, 80.0, 20.0)))
    assert row(result, "leading_share", year=2023)["trend"] == pytest.approx(10)
    assert pd.isna(row(result, "leading_share", year=2021)["trend"])


def test_services_are_a_checklist_without_a_verdict():
    parks = pd.DataFrame({"park_id": ["P", "Q"], "name": ["甲", "乙"]})
    table = pd.DataFrame(
        [
            ("P", "产业投资基金", "已设立", "基金一号"),
            ("P", "九年制学校", "在建", None),
            ("P", "医院", "没有", None),
            ("P", "法律服务", None, "某所"),
            ("P", "医院", "规划", None),
            ("P", "商业", "待定", None),
        ],
        columns=["park_id", "service", "status", "name"],
    )
    found = services(parks, table, PLAN).set_index(["park_id", "service"])
    own = found.loc["P", "state"]
    assert own[["fund", "school", "law", "hospital", "commerce"]].tolist() == [
        "have",
        "planned",
        "have",
        "planned",
        "no_data",
    ]
    assert found.loc[("P", "fund"), "name"] == "基金一号"
    assert own["culture"] == "no_data"
    assert set(found.loc["Q", "state"]) == {"no_data"}
    assert len(PLAN.services.items) == len(own) == 15
    assert services(parks, None, PLAN).empty
    assert services(parks, table, NO_PLAN).empty
