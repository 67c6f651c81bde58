"""The way to comply: applying a proposal flips the verdict, 1 % less of it does not."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geo.economy.intensity import ratios
from geo.evaluate.compliance_options import cheapest, compliance_options, least_value, target_needs
from geo.evaluate.plan import read_plan
from geo.model import MU_M2
from geo.standards.comply import judge
from geo.standards.model import Pack, read_pack
from geo.standards.precedence import compliance, settle
from geo.standards.shown import shown
from tests.lane import examples

PACKS = [
    read_pack("longchang-neirong-2022").with_references(
        {"longchang-neirong-2022/floor_area_ratio": (0.8, "某文件")}
    ),
    read_pack("liaocheng-hitech-2013"),
]
NOTICE = read_pack("tieshangang-2023GC07007")


def judged(frame, packs):
    whole = frame.assign(area_mu=frame["area_m2"] / MU_M2)
    whole = whole.join(ratios(whole))
    return settle(judge(whole, packs))


def parcel(**columns):
    base = {
        "supplied_on": "2024-03-01",
        "land_use_industrial": True,
        "industry_code": "3484",
        "environment_attested": True,
        "area_m2": 20_000.0,
        "floor_area_m2": 24_000.0,
        "building_base_m2": 9_000.0,
        "green_area_m2": 2_000.0,
        "office_area_m2": 1_000.0,
        "office_floor_area_m2": 2_000.0,
        "fixed_investment": 9_500.0,
        "tax": 610.0,
        "output_value": 12_500.0,
        "revenue": 12_600.0,
        "rd_expense": 300.0,
    }
    return pd.DataFrame([base | columns], index=["2023GC07007"])


def applied(frame, way, share=1.0):
    """The parcel with a share of the way's changes made."""
    out = frame.astype(dict.fromkeys(frame.select_dtypes("number").columns, float))
    for row in way.to_dict("records"):
        column = "area_m2" if row["quantity"] == "area_mu" else row["quantity"]
        change = row["change"] * (MU_M2 if row["quantity"] == "area_mu" else 1)
        target = frame[column].iloc[0] + change * share
        # Two rules on one figure: the larger change serves both.
        old = frame[column].iloc[0]
        if abs(target - old) > abs(out[column].iloc[0] - old):
            out[column] = target
    return out


def test_short_of_tax_by_hand():
    """30 mu; 8 万元/亩 is shown from 7.995 on: 239.85 万元 are needed, 200 are there."""
    frame = parcel(tax=200.0)
    table = compliance_options([judged(frame, PACKS[:1])])
    row = table[table["way"] == "figures"].iloc[0]
    assert (row["quantity"], row["now"], row["after"]) == ("tax", 200.0, "pass")
    assert row["needed"] == pytest.approx(239.85, abs=1e-4)
    land = table[table["way"] == "land"].iloc[0]
    assert land["needed"] == pytest.approx(200 / 7.995, abs=1e-4)
    assert land["change"] == pytest.approx(200 / 7.995 - 30, abs=1e-4)


def test_land_is_not_given_back_past_a_rule_with_an_upper_limit():
    """Density 45 % may rise to 65 %: 9,000 m² need 13,846 m² of land; tax would need less."""
    table = compliance_options([judged(parcel(tax=390.0), [NOTICE])])
    assert set(table["way"]) == {"figures"}
    assert "land" in set(compliance_options([judged(parcel(tax=590.0), [NOTICE])])["way"])


def test_a_parcel_with_a_failing_figure_that_nobody_can_name_has_no_way():
    assert compliance_options(
        [judged(parcel(environment_attested=False, tax=1.0), PACKS[:1])]
    ).empty


def test_what_is_still_unknown_afterwards_is_said():
    table = compliance_options([judged(parcel(tax=1.0, rd_expense=np.nan), PACKS[:1])])
    assert set(table["after"]) == {"no_data"}


def test_an_enterprise_has_its_ways_too():
    head = PACKS[1].head.model_copy(update={"subject": "enterprise"})
    pack = PACKS[1].model_copy(update={"head": head})
    frame = parcel(tax=500.0).join(pd.DataFrame({"area_mu": [30.0]}, index=["2023GC07007"]))
    whole = frame.join(ratios(frame))
    table = compliance_options([settle(judge(whole, [pack], "enterprise"))])
    assert set(table["subject"]) == {"enterprise"}
    assert table.loc[table["quantity"] == "tax", "needed"].iloc[0] == pytest.approx(
        19.995 * 30, abs=1e-3
    )


def banded_pack():
    """R&D by bands of revenue, revenue per mu, and tax of the whole parcel."""
    raw = {
        "pack": {"id": "bands", "title_zh": "某园区标准地指标",
            "title_en": "bands", "issuer": "某管委会",
                 "document": "某文〔2024〕1号", "url": "https://example.org", "date": "2024-01-01",
                 "in_force_from": "2024-01-01"},
        "columns": {
            name: {"indicator": name, "operator": ">=", "unit": unit, "mandatory": True, "clause": "第一条"}
            for name, unit in (("rd_intensity", "%"), ("revenue_per_mu", "万元/亩"), ("tax", "万元"))
        },
        "rows": [{"industry": "各类", "codes": ["*"], "cells": {
            "rd_intensity": {"by": "revenue", "bands": [{"max": 5000, "cell": 5}, {"above": 5000, "cell": 3}]},
            "revenue_per_mu": 300,
            "tax": 500,
        }}],
    }  # fmt: skip
    return Pack.model_validate(raw)


MONEY = st.floats(1, 20_000).map(lambda v: round(v, 2))


@given(
    st.fixed_dictionaries(
        {
            "area_m2": st.floats(2_000, 200_000).map(lambda v: round(v, 2)),
            "tax": MONEY,
            "fixed_investment": MONEY,
            "output_value": MONEY,
            "revenue": MONEY,
            "rd_expense": MONEY,
            "floor_area_m2": st.floats(500, 300_000),
            "building_base_m2": st.floats(100, 100_000),
            "office_floor_area_m2": st.floats(0, 20_000),
            "green_area_m2": st.floats(0, 40_000),
        }
    ),
    st.sampled_from([PACKS[:1], PACKS[1:], [NOTICE], PACKS, [banded_pack()]]),
)
@example(
    {  # 8 万元/亩 meets one pack and not the other; on less land it meets both
        "area_m2": 2000.0,
        "tax": 24.0,
        "fixed_investment": 1.0,
        "output_value": 1.0,
        "revenue": 1.0,
        "rd_expense": 1.0,
        "floor_area_m2": 500.0,
        "building_base_m2": 100.0,
        "office_floor_area_m2": 0.0,
        "green_area_m2": 0.0,
    },
    PACKS,
)
@examples(100)
def test_the_way_flips_the_verdict_and_a_percent_less_does_not(columns, packs):
    frame = parcel(**columns)
    before = judged(frame, packs)
    table = compliance_options([before])
    for name, way in table.groupby("way"):
        assert compliance(before).iloc[0] == "fail"
        after = judged(applied(frame, way), packs)
        assert compliance(after).iloc[0] == way["after"].iloc[0], (name, way)
        if way["change"].abs().max() > 1e-3:
            short = judged(applied(frame, way, 0.99), packs)
            assert compliance(short).iloc[0] in ("fail", "conflict"), (name, way)


@given(
    st.integers(1, 10**7).map(lambda v: v / 1e4),
    st.integers(0, 4),
    st.sampled_from([">=", ">", "<=", "<"]),
)
@examples(200)
def test_the_least_value_is_the_edge(limit, decimals, operator):
    value = float(least_value(np.array(limit), decimals, operator))
    step = 1e-5 * 10.0**-decimals * (1 if operator in ("<=", "<") else -1)
    compare = {">=": np.greater_equal, ">": np.greater, "<=": np.less_equal, "<": np.less}[operator]
    assert compare(
        shown(np.array(value), decimals),
        limit - 1e-9 * (operator == ">=") + 1e-9 * (operator == "<="),
    )
    assert not compare(shown(np.array(value + step), decimals), limit)


def test_the_cheapest_set_equals_brute_force():
    rng = np.random.default_rng(5)
    n = 9
    parcels = pd.DataFrame(
        {
            "park_id": "P",
            "parcel_id": [f"L{i}" for i in range(n)],
            "compliance": ["pass"] * 2 + ["fail"] * 7,
        }
    )
    cost = rng.uniform(1, 100, 7).round(2)
    table = pd.DataFrame(
        {
            "subject_id": parcels["parcel_id"][2:],
            "way": "figures",
            "quantity": "tax",
            "change": cost,
            "after": "pass",
        }
    )
    for share in (0.3, 0.5, 0.75, 1.0):
        wanted = max(0, int(np.ceil(share * n - 1e-9)) - 2)
        best = min((sum(c) for c in combinations(cost, wanted)), default=0.0)
        chosen = cheapest(table, parcels, share)
        assert len(chosen) == wanted
        assert chosen["cost"].sum() == pytest.approx(best)
        if wanted:
            assert chosen["passing_share"].iloc[-1] >= share - 1e-9
            assert chosen["running"].iloc[-1] == pytest.approx(best)


def test_a_quantity_without_a_price_is_left_out_of_the_cheapest_set():
    parcels = pd.DataFrame({"park_id": "P", "parcel_id": ["a", "b"], "compliance": "fail"})
    table = pd.DataFrame(
        {
            "subject_id": ["a", "b"],
            "way": "figures",
            "after": "pass",
            "quantity": ["floor_area_m2", "tax"],
            "change": [100.0, 50.0],
        }
    )
    assert cheapest(table, parcels, 1.0)["parcel_id"].tolist() == ["b"]
    priced = cheapest(table, parcels, 1.0, {"floor_area_m2": 0.2})
    assert priced["cost"].tolist() == [20.0, 50.0]


def test_what_would_meet_a_target():
    """60 of 100 万元: (60 + x)/(100 + x) must be shown as 70.01 %, from 70.005 % on."""
    targets = pd.DataFrame(
        [
            ("P", 2023, "leading_share", 60.0, "not_met", ">", 70.0, 60.0, 100.0, "industry_code"),
            (
                "P",
                2023,
                "revenue_growth",
                5.0,
                "not_met",
                ">=",
                7.0,
                110.25,
                100.0,
                "compare_to 2021",
            ),
            ("P", 2023, "platforms", 0.0, "not_met", ">=", 1.0, 0.0, np.nan, "platforms"),
            ("Q", 2023, "platforms", 2.0, "met", ">=", 1.0, 2.0, np.nan, "platforms"),
        ],
        columns=[
            "park_id",
            "year",
            "target",
            "value",
            "result",
            "operator",
            "threshold",
            "numerator",
            "denominator",
            "basis",
        ],
    )
    change = target_needs(targets, read_plan("sichuan-5plus1-2021")).set_index("target")["change"]
    x = change["leading_share"]
    assert (60 + x) / (100 + x) * 100 == pytest.approx(70.005, abs=1e-6)
    assert change["revenue_growth"] == pytest.approx(100 * 1.065**2 - 110.25, abs=1e-4)
    assert change["platforms"] == 1
    assert len(change) == 3
