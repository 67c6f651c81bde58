"""Land supply and idle land: formulas by hand, the law's criteria, unknowns."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from geo.evaluate.idle_land import idle_land
from geo.evaluate.land_supply import land_supply, states
from geo.project import Settings
from geo.publish.records.land import supply_line

PARKS = pd.DataFrame({"park_id": ["P"], "name": ["园"]})


def parcels(**columns):
    base = {
        "parcel_id": list("abcde"),
        "park_id": "P",
        "supply_status": ["已建成", "已建成", "在建", "可供", "闲置"],
        "land_use": ["100101", "0802", "100101", "100101", "100101"],
        "area_mu": [30.0, 10.0, 20.0, 25.0, 15.0],
        "floor_area_m2": [24_000.0, 8_000, 0, 0, 0],
        "building_base_m2": [10_000.0, np.nan, 0, 0, 0],
        "fixed_investment": [6_000.0, 9.0, 9.0, 9.0, 9.0],
        "tax": [300.0, 9, 9, 9, 9],
    }
    return pd.DataFrame(base | columns)


def measures(**columns):
    return land_supply(PARKS, parcels(**columns)).set_index("measure")["value"]


def test_every_measure_by_hand():
    """Built 40, under way 20, idle 15: supplied 75 of 100 ready; industrial 30 of 40 built."""
    value = measures()
    assert value["supply_rate"] == 75
    assert value["built_rate"] == pytest.approx(40 / 75 * 100)
    assert value["industrial_rate"] == 75
    assert value["floor_area_ratio"] == pytest.approx(32_000 / (40 * 2000 / 3))
    assert value["industrial_floor_area_ratio"] == pytest.approx(24_000 / (30 * 2000 / 3))
    assert value["industrial_investment"] == 200
    assert value["industrial_tax"] == 10
    assert value["idle_rate"] == 20
    assert np.isnan(value["building_density"])  # one built parcel has no base area


def test_an_unknown_state_is_no_data_and_says_how_much_land():
    table = land_supply(PARKS, parcels(supply_status=["已建成", "已建成", "？", "可供", "闲置"]))
    assert table["value"].isna().all()
    rows = table.set_index("measure")["unknown_mu"]
    assert rows.pop("building_density") == 30.0  # and the built parcel without a base area
    assert set(rows) == {20.0}


def test_what_is_unknown_is_told_of_every_measure_that_is_no_data():
    table = land_supply(PARKS, parcels(tax=[np.nan, 9, 9, 9, 9])).set_index("measure")
    blank = table["value"].isna()
    assert table.index[blank].tolist() == ["building_density", "industrial_tax"]
    assert table.loc[blank, "unknown_mu"].tolist() == [10.0, 30.0]
    assert (table.loc[~blank, "unknown_mu"] == 0).all()


def dated(**columns):
    """Five parcels: `c` never started and is a year late, `e` is stated idle and has no dates."""
    due = ["2020-01-01", "2020-01-01", "2022-01-01", None, None]
    started = ["2020-01-01", "2020-01-01", None, None, None]
    return parcels(
        **(
            {
                "supply_status": ["已建成", "已建成", "已供未动工", "可供", "闲置"],
                "start_due_on": due,
                "started_on": started,
            }
            | columns
        )
    )


def both(land):
    idle = idle_land(land, dt.date(2023, 12, 31))
    return idle.set_index("parcel_id"), land_supply(PARKS, land, idle).set_index("measure")


def test_the_rate_counts_land_that_is_idle_by_law_or_as_stated():
    """Of 75 mu supplied, 15 are stated idle and 20 are idle by article 2."""
    idle, supply = both(dated())
    assert idle.loc[["c", "e"], "idle"].tolist() == ["idle", "no_data"]
    assert idle.loc[["c", "e"], "stated_idle"].tolist() == ["not_idle", "idle"]
    assert supply.loc["idle_rate", "value"] == pytest.approx(35 / 75 * 100)
    assert supply.loc["stated_idle_rate", "value"] == pytest.approx(15 / 75 * 100)
    assert supply.loc["idle_rate", "unknown_mu"] == 0


def test_land_of_which_the_law_has_no_data_leaves_no_rate():
    idle, supply = both(dated(start_due_on=["2020-01-01", "2020-01-01", None, None, None]))
    assert idle.loc["c", "idle"] == "no_data"
    assert np.isnan(supply.loc["idle_rate", "value"])
    assert supply.loc["idle_rate", "unknown_mu"] == 20.0
    assert supply.loc["stated_idle_rate", "value"] == pytest.approx(20)


def test_a_rate_that_is_missing_says_of_how_much_land_it_is_not_known():
    _, supply = both(dated(start_due_on=["2020-01-01", "2020-01-01", None, None, None]))
    rows = {row["measure"]: row for row in supply.reset_index().to_dict("records")}
    line = supply_line(rows["idle_rate"], Settings(year=2023))
    assert (line.shown, line.lack) == ("", "20.00亩的状态或数据不明，未计算")
    assert supply_line(rows["stated_idle_rate"], Settings(year=2023)).lack == ""


def test_no_rate_of_zero_beside_idle_land():
    """The kind that was wrong: no word of 闲置 anywhere, ten parcels idle by their dates."""
    _, supply = both(
        dated(
            supply_status=["已建成", "已建成", "已供未动工", "可供", "在建"],
            started_on=["2020-01-01", "2020-01-01", None, None, "2021-01-01"],
        )
    )
    assert supply.loc["idle_rate", "value"] == pytest.approx(20 / 75 * 100)
    assert supply.loc["stated_idle_rate", "value"] == 0


def test_land_that_is_not_supplied_is_not_idle_land():
    _, supply = both(
        dated(start_due_on=["2020-01-01", "2020-01-01", "2022-01-01", "2020-01-01", None])
    )
    assert supply.loc["idle_rate", "value"] == pytest.approx(35 / 75 * 100)


def test_every_measure_has_its_formula_and_source():
    table = land_supply(PARKS, parcels())
    assert table["formula"].str.contains("÷").all()
    assert table["citation"].str.contains("开发区土地集约利用评价").all()


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("未供应", "ready"),
        ("已供地", "supplied"),
        ("已供未动工", "supplied"),
        ("建成投产", "built"),
        ("土地闲置", "idle"),
        ("储备用地", "ready"),
        ("已供未建成", "supplied"),
        ("未建成", None),
        ("尚未正式投产", None),
        ("不闲置", None),
        ("已建成（不属于闲置土地）", "built"),
        ("一期已建成，二期未建成", "built"),
        ("未出让", None),
        ("拟划拨", None),
        ("供而未用", "supplied"),
        ("已动工", "supplied"),
        ("2020年动工，2022年建成", "built"),
        ("闲置，2023年开工", "supplied"),
        ("建成后闲置", "idle"),
        ("什么", None),
        (None, None),
    ],
)
def test_states_as_offices_write_them(text, state):
    found = states(pd.Series([text])).iloc[0]
    assert found == state or (state is None and pd.isna(found))


def idle(**columns):
    base = {
        "parcel_id": "a",
        "area_mu": 10.0,
        "supply_status": "在建",
        "start_due_on": "2021-01-01",
        "started_on": "2021-02-01",
        "stopped_on": None,
        "developable_area_m2": 900.0,
        "developed_area_m2": np.nan,
        "planned_investment": 100.0,
        "fixed_investment": np.nan,
    }
    row = idle_land(pd.DataFrame([base | columns]), dt.date(2023, 12, 31)).iloc[0]
    return row["idle"], row["reason"]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({}, ("not_idle", "")),
        ({"supply_status": "未动工", "started_on": None}, ("idle", "not_started")),
        (
            {"supply_status": "未动工", "started_on": None, "start_due_on": "2023-01-01"},
            ("not_idle", ""),
        ),
        # 满一年 by 民法典 202: until the end of the same date a year later, for both cases
        (
            {"supply_status": "未动工", "started_on": None, "start_due_on": "2022-12-31"},
            ("idle", "not_started"),
        ),
        (
            {"stopped_on": "2022-12-31", "developed_area_m2": 1.0, "fixed_investment": 1.0},
            ("idle", "stopped"),
        ),
        (
            {"supply_status": "未动工", "started_on": None, "start_due_on": None},
            ("no_data", "dates_missing"),
        ),
        ({"started_on": None}, ("no_data", "dates_missing")),
        ({"supply_status": "已建成", "started_on": None}, ("not_idle", "")),
        (
            {"stopped_on": "2022-06-01", "developed_area_m2": 299.0, "fixed_investment": 80.0},
            ("idle", "stopped"),
        ),
        (
            {"stopped_on": "2022-06-01", "developed_area_m2": 300.0, "fixed_investment": 25.0},
            ("not_idle", ""),
        ),
        (
            {"stopped_on": "2022-06-01", "developed_area_m2": 300.0, "fixed_investment": 24.9},
            ("idle", "stopped"),
        ),
        (
            {"stopped_on": "2023-06-01", "developed_area_m2": 1.0, "fixed_investment": 1.0},
            ("not_idle", ""),
        ),
        ({"stopped_on": "2022-06-01"}, ("no_data", "shares_missing")),
        ({"stopped_on": "2022-06-01", "developed_area_m2": 600.0}, ("no_data", "shares_missing")),
    ],
)
def test_the_laws_criteria(columns, said):
    """《闲置土地处置办法》第二条: a year late; or under ⅓ or 25 % and stopped for a year."""
    assert idle(**columns) == said


def test_without_the_columns_nothing_is_judged():
    plain = parcels().drop(columns="supply_status")
    assert land_supply(PARKS, plain).empty
    assert idle_land(plain, dt.date(2023, 12, 31)).empty


def test_a_code_means_what_the_projects_scheme_says():
    """GB/T 21010 0601 is industrial land, and 1001 a railway."""
    other = parcels(land_use=["0601", "1001", "0601", "0601", "0601"])
    value = land_supply(PARKS, other, None, "gbt21010").set_index("measure")["value"]
    assert value["industrial_rate"] == 75
    assert measures(land_use=["0601", "1001", "0601", "0601", "0601"])["industrial_rate"] == 25
