"""Idle land: dates, fees and states worked by hand from 《闲置土地处置办法》 and 民法典 201–203."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.assess.land_dates import check_land_dates
from geo.evaluate.idle_causes import ENTERPRISE, GOVERNMENT, OPEN, cause_of
from geo.evaluate.idle_land import (
    IDLE,
    IDLE_STATES,
    MISSING_INPUTS,
    idle_land,
    years_after,
)
from tests.lane import examples

BARE = {
    "parcel_id": "a",
    "area_mu": 30.0,
    "supply_status": "已供未动工",
    "start_due_on": "2022-03-01",
    "started_on": None,
    "idle_cause": "企业自身原因",
    "land_price": 900.0,
}
HALTED = BARE | {
    "supply_status": "在建",
    "started_on": "2021-01-01",
    "stopped_on": "2022-03-01",
    "developed_area_m2": 100.0,
    "developable_area_m2": 900.0,
    "fixed_investment": 50.0,
    "planned_investment": 100.0,
}


def found(as_of: str, warning_days: int = 180, **columns: object) -> pd.Series:
    land = pd.DataFrame([BARE | columns])
    return idle_land(land, dt.date.fromisoformat(as_of), None, warning_days).iloc[0]


def shown(row: pd.Series) -> tuple[object, ...]:
    days = [None if pd.isna(row[c]) else f"{row[c]:%Y-%m-%d}" for c in ("idle_on", "take_back_on")]
    left, fee = (None if pd.isna(row[c]) else row[c] for c in ("days_left", "idle_fee"))
    return row["idle_state"], *days, left, fee


@pytest.mark.parametrize(
    ("as_of", "columns", "expected"),
    [
        # Due 1 March 2022: a year is full at the end of 1 March 2023, two at that of 2024.
        ("2022-08-01", {}, ("not_idle", "2023-03-01", "2024-03-01", 212, None)),
        ("2022-09-02", {}, ("warning", "2023-03-01", "2024-03-01", 180, None)),
        ("2023-02-28", {}, ("warning", "2023-03-01", "2024-03-01", 1, None)),
        ("2023-03-01", {}, ("fee", "2023-03-01", "2024-03-01", 366, 180.0)),
        ("2024-02-29", {}, ("fee", "2023-03-01", "2024-03-01", 1, 180.0)),
        ("2024-03-01", {}, ("take_back", "2023-03-01", "2024-03-01", 0, None)),
        ("2024-03-31", {}, ("take_back", "2023-03-01", "2024-03-01", -30, None)),
        # Due on a leap day: no 29 February 2025, so the last day of that month.
        (
            "2025-02-28",
            {"start_due_on": "2024-02-29"},
            ("fee", "2025-02-28", "2026-02-28", 365, 180.0),
        ),
        (
            "2025-02-27",
            {"start_due_on": "2024-02-29"},
            ("warning", "2025-02-28", "2026-02-28", 1, None),
        ),
        # Due on the day before one: a year later is 28 February of the leap year, not the 29th.
        (
            "2024-02-28",
            {"start_due_on": "2023-02-28"},
            ("fee", "2024-02-28", "2025-02-28", 366, 180.0),
        ),
        # An agreed extension moves the day; one that is earlier does not.
        (
            "2023-03-01",
            {"start_extended_to": "2022-09-01"},
            ("not_idle", "2023-09-01", "2024-09-01", 184, None),
        ),
        (
            "2023-09-01",
            {"start_extended_to": "2022-09-01"},
            ("fee", "2023-09-01", "2024-09-01", 366, 180.0),
        ),
        (
            "2023-03-01",
            {"start_extended_to": "2022-01-01"},
            ("fee", "2023-03-01", "2024-03-01", 366, 180.0),
        ),
        # By the government: article 14 does not apply, at one year or at two.
        (
            "2024-06-01",
            {"idle_cause": "政府原因：未按期交地"},
            ("government", "2023-03-01", None, -458, None),
        ),
        # No cause, or no single one: no fee claimed, whatever the price.
        (
            "2023-06-01",
            {"idle_cause": None},
            ("cause_missing", "2023-03-01", "2024-03-01", 274, None),
        ),
        (
            "2023-06-01",
            {"idle_cause": "政府与企业协商"},
            ("cause_missing", "2023-03-01", "2024-03-01", 274, None),
        ),
        (
            "2023-06-01",
            {"idle_cause": "非政府原因"},
            ("cause_missing", "2023-03-01", "2024-03-01", 274, None),
        ),
        # A price that nobody wrote down is no fee of zero.
        ("2023-06-01", {"land_price": None}, ("fee", "2023-03-01", "2024-03-01", 274, None)),
        ("2023-06-01", {"land_price": 0.0}, ("fee", "2023-03-01", "2024-03-01", 274, 0.0)),
        # Started late, but started; as of an earlier day it had not.
        ("2023-06-01", {"started_on": "2023-05-31"}, ("not_idle", None, None, None, None)),
        (
            "2023-05-30",
            {"started_on": "2023-05-31"},
            ("fee", "2023-03-01", "2024-03-01", 276, 180.0),
        ),
        # Stopped on 1 March 2022 with a ninth developed: may be found idle; article 14 names no
        # fee for land that was started.
        ("2023-02-28", HALTED, ("warning", "2023-03-01", None, 1, None)),
        ("2023-03-01", HALTED, ("stopped", "2023-03-01", None, 0, None)),
        ("2026-03-01", HALTED, ("stopped", "2023-03-01", None, -1096, None)),
        # Enough is developed and invested: stopping is no idleness.
        ("2026-03-01", HALTED | {"developed_area_m2": 300.0}, ("not_idle", None, None, None, None)),
        # Under a quarter invested is enough by itself.
        (
            "2023-03-01",
            HALTED | {"developed_area_m2": 900.0, "fixed_investment": 24.99},
            ("stopped", "2023-03-01", None, 0, None),
        ),
        # Work resumed, even late, is work; that it will resume later is not known yet.
        ("2023-06-01", HALTED | {"resumed_on": "2023-05-01"}, ("not_idle", None, None, None, None)),
        (
            "2023-04-30",
            HALTED | {"resumed_on": "2023-05-01"},
            ("stopped", "2023-03-01", None, -60, None),
        ),
        # Resumed before it stopped: it is that earlier stop's, and says nothing of this one.
        (
            "2023-04-30",
            HALTED | {"resumed_on": "2021-05-01"},
            ("stopped", "2023-03-01", None, -60, None),
        ),
        # Stopped before it started: nothing is counted from that day; enough is enough all the same.
        ("2023-06-01", HALTED | {"stopped_on": "2020-12-31"}, ("no_data", None, None, None, None)),
        (
            "2023-06-01",
            HALTED
            | {"stopped_on": "2020-12-31", "developed_area_m2": 900.0, "fixed_investment": 99},
            ("not_idle", None, None, None, None),
        ),
        # An extension of a start that nobody can read is no start.
        (
            "2025-02-28",
            {"start_due_on": None, "start_extended_to": "2022-06-01"},
            ("no_data", None, None, None, None),
        ),
        # Neither date nor share: no judgement.
        ("2023-06-01", {"start_due_on": None}, ("no_data", None, None, None, None)),
        (
            "2023-06-01",
            HALTED | {"developed_area_m2": None},
            ("no_data", "2023-03-01", None, -92, None),
        ),
    ],
)
def test_states_dates_and_fees_by_hand(as_of, columns, expected):
    assert shown(found(as_of, **columns)) == expected


@pytest.mark.parametrize(
    ("as_of", "columns", "missing"),
    [
        ("2023-06-01", {}, ""),
        ("2023-06-01", {"land_price": None}, "land_price"),
        ("2023-06-01", {"idle_cause": ""}, "idle_cause"),
        ("2023-06-01", {"idle_cause": None, "land_price": None}, "idle_cause land_price"),
        ("2023-06-01", {"start_due_on": None}, "start_due_on"),
        ("2023-06-01", HALTED | {"stopped_on": "2020-12-31"}, "stopped_on"),
        (
            "2025-02-28",
            {"start_due_on": None, "start_extended_to": "2022-06-01"},
            "start_due_on",
        ),
        ("2023-06-01", {"supply_status": "在建"}, "started_on"),
        (
            "2023-06-01",
            HALTED | {"developed_area_m2": None},
            "developed_area_m2 developable_area_m2",
        ),
        (
            "2023-06-01",
            HALTED | {"developed_area_m2": 800.0, "planned_investment": 0.0},
            "fixed_investment planned_investment",
        ),
        (
            "2022-12-01",
            HALTED | {"developed_area_m2": None, "fixed_investment": None},
            "developed_area_m2 developable_area_m2 fixed_investment planned_investment",
        ),
    ],
)
def test_what_is_missing_is_named(as_of, columns, missing):
    assert found(as_of, **columns)["missing_input"] == missing
    assert missing in ("", *MISSING_INPUTS)


_WHO = {"政府": GOVERNMENT, "管委会": GOVERNMENT, "企业": ENTERPRISE, "用地单位": ENTERPRISE}


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("Government", GOVERNMENT),
        ("caused by the government", GOVERNMENT),
        ("当地人民政府原因：未按期交地", GOVERNMENT),
        ("the company's own reason", ENTERPRISE),
        ("闲置原因：企业资金不足", ENTERPRISE),
        ("企业原因，土地款已付", ENTERPRISE),
        ("企业原因，政府已催告", OPEN),
        ("企业原因，部分为自然灾害", OPEN),
        ("相邻企业纠纷", OPEN),
        ("not government", OPEN),
        ("non-government", OPEN),
        ("nongovernmental", OPEN),
        ("other than the company", OPEN),
        ("不可抗力", OPEN),
    ],
)
def test_causes_in_words(text, cause):
    assert cause_of(text) == cause


@pytest.mark.parametrize(
    "form",
    [
        *("非{}原因", "不属于{}原因", "不是{}原因", "无{}原因", "与{}无关", "非因{}", "否认{}原因"),
        *(
            "排除{}原因",
            "{}非自身原因",
            "并非{}造成",
            "除{}外",
            "{}原因待核实",
            "{}原因？",
            "疑似{}原因",
        ),
        *("{}原因：不属实", "{}原因（未认定）", "是否{}原因：否", "不属实：{}原因", "{}原因/其他"),
        *(
            "not {}",
            "{}: no",
            "Non {}原因",
            "没有{}原因",
            "莫非{}原因",
            "勿归{}",
            "{}原因：存在争议",
        ),
    ],
)
def test_a_denial_or_doubt_leaves_the_cause_open_whoever_is_named(form):
    for who, cause in _WHO.items():
        assert cause_of(f"{who}原因") == cause
        assert cause_of(form.format(who)) == OPEN, form.format(who)


@examples(20)
@given(
    who=st.sampled_from(sorted(_WHO)),
    before=st.text(max_size=4),
    after=st.text(max_size=4),
)
def test_no_text_around_who_it_is_makes_the_cause_the_others(who, before, after):
    assert cause_of(f"{before}{who}{after}") in (OPEN, _WHO[who])


def test_dates_that_cannot_be_true_are_findings():
    rows = [
        HALTED,
        HALTED | {"stopped_on": "2020-12-31"},
        BARE | {"start_due_on": None, "start_extended_to": "2022-06-01"},
        HALTED | {"completed_on": "2020-01-01"},
    ]
    land = pd.DataFrame(
        [row | {"parcel_id": str(at), "source_row": at} for at, row in enumerate(rows)]
    )
    found = check_land_dates(land)
    assert found[["id", "code"]].to_numpy().tolist() == [
        ["1", "dates_disordered"],
        ["3", "dates_disordered"],
        ["2", "no_agreed_start"],
    ]
    assert check_land_dates(land.iloc[:1]).empty
    assert check_land_dates(land[["parcel_id", "source_row"]]).empty


def test_a_year_to_the_date_in_every_month():
    """Against the calendar of the standard library, day by day over a leap year."""
    days = pd.date_range("2023-01-01", "2024-12-31")
    late = years_after(days.to_numpy("datetime64[D]"), 1)
    for day, year_on in zip(days, late.astype(object), strict=True):
        leap = (day.month, day.day) == (2, 29)
        assert year_on == dt.date(day.year + 1, day.month, 28 if leap else day.day)


def test_parcels_that_were_not_supplied_are_not_listed_and_all_others_once():
    land = pd.DataFrame([BARE | {"parcel_id": name} for name in "abcd"])
    land["supply_status"] = ["可供", "已建成", "闲置", "未知"]
    land.loc[[0, 3], "start_due_on"] = None
    table = idle_land(land, dt.date(2023, 12, 31))
    assert table["parcel_id"].tolist() == ["b", "c"]
    assert table.groupby("idle_state")["area_mu"].sum().sum() == 60.0


def test_without_the_columns_there_are_no_rows_and_without_others_no_error():
    assert list(idle_land(pd.DataFrame({"parcel_id": ["a"]}), dt.date(2023, 12, 31))) == list(IDLE)
    least = pd.DataFrame([{k: BARE[k] for k in list(BARE)[:5]}])
    row = idle_land(least, dt.date(2023, 12, 31)).iloc[0]
    assert (row["idle_state"], row["missing_input"]) == ("cause_missing", "idle_cause land_price")


DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2030, 12, 31))
RANK = {name: rank for rank, name in enumerate(["not_idle", "warning", "fee", "take_back"])}
RANK["stopped"] = RANK["fee"]


ROWS = st.lists(st.tuples(DAYS, st.none() | DAYS, st.none() | DAYS), min_size=1, max_size=30)


@examples(10)
@given(rows=ROWS, first=DAYS, more=st.integers(0, 2_000), warning=st.integers(0, 400))
def test_time_alone_makes_no_parcel_less_idle(rows, first, more, warning):
    """A later day is never better unless work started in between; a fee follows the price."""
    later = first + dt.timedelta(more)
    land = pd.DataFrame([HALTED | {"supply_status": "未动工"}] * len(rows))
    names = ["start_due_on", "started_on", "stopped_on"]
    land[names] = pd.DataFrame(rows).apply(pd.to_datetime)
    before, after = (idle_land(land, day, None, warning) for day in (first, later))
    started = land["started_on"].between(pd.Timestamp(first), pd.Timestamp(later), "right")
    rank = [table["idle_state"].map(RANK) for table in (before, after)]
    untold = land["stopped_on"] < land["started_on"]
    assert (started | untold | (rank[1] >= rank[0])).all()
    thrice = idle_land(land.assign(land_price=2_700.0), later, None, warning)
    pd.testing.assert_series_equal(thrice["idle_fee"], after["idle_fee"] * 3)


def test_the_order_of_parcels_moves_nothing_and_each_is_judged_by_itself():
    rows = [BARE, HALTED, BARE | {"idle_cause": None}, HALTED | {"resumed_on": "2022-04-01"}]
    land = pd.DataFrame([row | {"parcel_id": str(at)} for at, row in enumerate(rows)])
    day = dt.date(2023, 6, 1)
    together = idle_land(land, day)
    turned = idle_land(land.iloc[::-1].reset_index(drop=True), day)
    pd.testing.assert_frame_equal(
        together, turned.sort_values("parcel_id", ignore_index=True), check_dtype=False
    )
    alone = [idle_land(land.iloc[[at]], day) for at in range(len(land))]
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True), check_dtype=False)


def test_every_state_and_column_is_one_that_is_declared():
    table = idle_land(pd.DataFrame([BARE, HALTED]), dt.date(2023, 6, 1))
    assert list(table) == list(IDLE)
    assert set(table["idle_state"]) <= set(IDLE_STATES)
    assert table["counted_from"].dtype == "datetime64[ms]"
