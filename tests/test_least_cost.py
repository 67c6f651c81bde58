"""The cheapest changes: no point of a grid that the judge passes costs less, and what is found passes."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.cli.comply import _figure
from geo.economy.intensity import ratios
from geo.errors import DataError
from geo.evaluate.cheapest_changes import cheapest_changes
from geo.evaluate.goals import Asked, Sums, asked_by_name
from geo.evaluate.least_cost import Shares
from geo.evaluate.prices import Price, prices
from geo.formula import linear
from geo.model import INDICATORS, MU_M2, RULE_FIGURES
from geo.project_parts import Cost
from geo.standards.area_sensitivity import judge_parcels
from geo.standards.model import Pack
from geo.standards.precedence import compliance
from geo.standards.shown import decimals_of
from tests.lane import examples

HEAD = {
    "id": "own",
    "title_zh": "某园区标准地指标",
    "title_en": "own",
    "issuer": "某管委会",
    "document": "某文〔2024〕1号",
    "url": "https://example.org",
    "date": "2024-01-01",
    "in_force_from": "2024-01-01",
}


def column(indicator, operator=">=", **more):
    unit = RULE_FIGURES[indicator].unit
    return {
        "indicator": indicator,
        "operator": operator,
        "unit": unit,
        "mandatory": True,
        "clause": "第一条",
    } | more


def pack_of(columns, cells, **head):
    return Pack.model_validate(
        {
            "pack": HEAD | head,
            "columns": columns,
            "rows": [{"industry": "各类", "codes": ["*"], "cells": cells}],
        }
    )


TWO_SIDED = pack_of(
    {
        "floor_area_ratio": column("floor_area_ratio"),
        "green_ratio": column("green_ratio", "<="),
        "tax_per_mu": column("tax_per_mu"),
    },
    {
        "floor_area_ratio": {"min": 1.5, "max": 3},
        "green_ratio": {"min": 10, "max": 20},
        "tax_per_mu": 10,
    },
)
ONE_OF = pack_of(
    {
        "tax_per_mu": column("tax_per_mu", any_of="产出"),
        "revenue_per_mu": column("revenue_per_mu", any_of="产出"),
        "rd_intensity": column("rd_intensity"),
    },
    {"tax_per_mu": 10, "revenue_per_mu": 200, "rd_intensity": 2},
)
STRICTER = pack_of(
    {"floor_area_ratio": column("floor_area_ratio"), "tax_per_mu": column("tax_per_mu")},
    {"floor_area_ratio": 1.8, "tax_per_mu": "/"},
    id="city",
    level="city",
    stands="stricter",
)
BANDED = pack_of(
    {"rd_intensity": column("rd_intensity"), "tax": column("tax")},
    {
        "rd_intensity": {
            "by": "revenue",
            "bands": [{"max": 3000, "cell": 3}, {"above": 3000, "cell": {"min": 2, "max": 6}}],
        },
        "tax": {"min": 200, "max": 2000},
    },
)
"""R&D by bands of revenue, and tax of the whole parcel, whatever its land."""
COSTS = {
    "tax": 1.0,
    "revenue": 0.05,
    "rd_expense": 0.4,
    "floor_area_m2": 0.02,
    "green_area_m2": 0.01,
}
LAND = {"area_mu": 6.0}


def parcels_of(rows):
    """Parcels of one park, of given columns, with every ratio that they make."""
    frame = pd.DataFrame(rows)
    frame["area_m2"] = frame["area_mu"] * MU_M2
    frame["supplied_on"] = "2025-03-01"
    frame["land_use_industrial"] = True
    frame["industry_code"] = "3484"
    frame["park_id"] = "P"
    frame["parcel_id"] = [f"L{at}" for at in range(len(frame))]
    return frame.join(ratios(frame))


def test_a_figure_stays_in_its_band():
    """Revenue of 2,900 asks for 3 % of R&D: 2.995 % are 86.855 万元. Above 3,000, 2 % would do."""
    frame = parcels_of({"area_mu": [20.0], "revenue": 2_900.0, "rd_expense": 60.0, "tax": 300.0})
    found = found_for(frame, [BANDED], {"rd_expense": 1.0, "revenue": 0.0001})
    assert found.changes["quantity"].tolist() == ["rd_expense"]
    assert found.changes["needed"].iloc[0] == pytest.approx(2.995 / 100 * 2_900, abs=1e-3)
    assert found.changes["after"].iloc[0] == "pass"


def verdict(frame, packs):
    own = frame.drop(columns=[c for c in INDICATORS if c in frame])
    return compliance(judge_parcels(own.join(ratios(own)), packs)).to_numpy(str)


def sums_of(frame):
    """A run's tables where each parcel has one occupier that reports all."""
    measures = [c for c in ("tax", "revenue", "rd_expense") if c in frame]
    figures = pd.DataFrame(
        {
            "subject": "park",
            "subject_id": "P",
            "year": 2025,
            "measure": measures,
            "value": [frame[c].sum() for c in measures],
            "land_m2": frame["area_m2"].sum(),
            "land_basis": "occupied",
        }
    ).assign(per_mu=lambda t: t["value"] / t["land_m2"] * MU_M2)
    allocation = frame[["parcel_id", "area_m2", *measures]].assign(year=2025)
    return Sums(frame, figures, allocation, 2025, None, RULE_FIGURES)


def found_for(frame, packs, costs, shares=Shares(1.0), asked=(), **more):  # noqa: B008 -- frozen
    return cheapest_changes(sums_of(frame), packs, prices(costs), shares, list(asked), **more)


def changed(frame, changes):
    out = frame.copy()
    for row in changes.to_dict("records"):
        out.loc[out["parcel_id"] == row["parcel_id"], row["quantity"]] += row["change"]
    out["area_m2"] = out["area_mu"] * MU_M2
    return out


def cost_of(change, price):
    """By the prices: `change` is a column's change, an array."""
    return np.where(change > 0, change * (price.up or 0), -change * (price.down or 0))


def test_by_hand():
    """30 亩 with 24,000 m² of floor, 2,400 m² of green land and 200 万元 of tax.

    容积率 ≥ 1.5 is shown from 1.495 on, 亩均税收 ≥ 10 from 9.995: floor lacks 1.495 × 20,000 − 24,000
    = 5,900 m², tax 9.995 × 30 − 200 = 99.85 万元. At 6 万元 a mu, 9.99 亩 given back cost 59.94 and
    mend both, as 200 ÷ 20.01 is 9.995, and green stays at 18 % of the 13,340 m² left. At 100 万元 a
    mu, floor (118 万元) and tax (99.85) are cheaper.
    """
    frame = parcels_of(
        {"area_mu": [30.0], "floor_area_m2": 24_000.0, "green_area_m2": 2_400.0, "tax": 200.0}
    )
    found = found_for(frame, [TWO_SIDED], COSTS | LAND)
    row = found.changes.iloc[0]
    assert list(found.changes["quantity"]) == ["area_mu"]
    assert row["change"] == pytest.approx(200 / 9.995 - 30, abs=1e-4)
    assert row["after"] == "pass"
    assert found.parks["cost"].iloc[0] == pytest.approx((30 - 200 / 9.995) * 6, abs=1e-3)
    dear = found_for(frame, [TWO_SIDED], COSTS | {"area_mu": 100.0})
    assert dict(
        zip(dear.changes["quantity"], dear.changes["change"], strict=True)
    ) == pytest.approx(
        {"floor_area_m2": 1.495 * 20_000 - 24_000, "tax": 9.995 * 30 - 200}, abs=0.01
    )


LEVELS = {
    "area_mu": np.linspace(0.2, 1, 9),
    "floor_area_m2": np.linspace(0, 1, 9),
    "green_area_m2": np.linspace(0, 1, 7),
    "tax": np.linspace(0, 1, 7),
    "revenue": np.linspace(0, 1, 7),
    "rd_expense": np.linspace(0, 1, 7),
}
REACH = {
    "area_mu": lambda now: now,
    "floor_area_m2": lambda now: np.maximum(now, 90_000.0),
    "green_area_m2": lambda now: np.maximum(now, 9_000.0),
    "tax": lambda now: np.maximum(now, 600.0),
    "revenue": lambda now: np.maximum(now, 9_000.0),
    "rd_expense": lambda now: np.maximum(now, 200.0),
}


def grid(frame, columns, price):
    """Every point of a grid over a parcel's figures that its prices allow, and what it costs."""
    now = {c: frame[c].iloc[0] for c in columns}
    axes = []
    for c in columns:
        axis = np.append(LEVELS[c] * REACH[c](now[c]), now[c])
        one = price[c]
        axis = axis[(axis <= now[c]) | (one.up is not None)]
        axes.append(axis[(axis >= now[c]) | (one.down is not None)])
    points = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, len(columns))
    land = points[:, columns.index("area_mu")] * MU_M2
    green = frame["green_area_m2"].iloc[0]
    if "green_area_m2" in columns:
        green = points[:, columns.index("green_area_m2")]
    points = points[green <= land]  # no more green than land
    table = frame.loc[frame.index.repeat(len(points))].reset_index(drop=True)
    table["parcel_id"] = np.arange(len(points)).astype(str)
    table[list(columns)] = points
    table["area_m2"] = table["area_mu"] * MU_M2
    cost = sum(cost_of(points[:, at] - now[c], price[c]) for at, c in enumerate(columns))
    return table, cost


KINDS = {
    "two_sided": ([TWO_SIDED], ("area_mu", "floor_area_m2", "green_area_m2", "tax")),
    "stricter": ([TWO_SIDED, STRICTER], ("area_mu", "floor_area_m2", "green_area_m2", "tax")),
    "banded": ([BANDED], ("area_mu", "tax", "revenue", "rd_expense")),
    "one_of": ([ONE_OF], ("area_mu", "tax", "revenue", "rd_expense")),
}
FIGURES = st.fixed_dictionaries(
    {
        "area_mu": st.floats(5, 40),
        "floor_area_m2": st.floats(2_000, 60_000),
        "green_area_m2": st.floats(0, 8_000),
        "tax": st.floats(10, 500),
        "revenue": st.floats(100, 8_000),
        "rd_expense": st.floats(1, 150),
    }
)


@given(FIGURES, st.sampled_from(list(KINDS)), st.sampled_from([COSTS, COSTS | LAND]))
@examples(30)
def test_no_point_of_a_grid_that_passes_costs_less(figures, kind, costs):
    packs, columns = KINDS[kind]
    frame = parcels_of([figures])
    before = verdict(frame, packs)[0]
    found = found_for(frame, packs, costs)
    park, price = found.parks.iloc[0], prices(costs)
    price.setdefault("area_mu", Price(None, None))
    table, cost = grid(frame, columns, price)
    passes = verdict(table, packs) == "pass"
    if kind == "banded":  # no way leads into another band
        passes &= (table["revenue"] < 3000.005) == (figures["revenue"] < 3000.005)
    assert park["status"] in ("optimal", "infeasible")
    if park["status"] == "infeasible":
        assert not passes.any()
        return
    after = changed(frame, found.changes)
    assert verdict(after, packs)[0] == "pass"
    assert park["cost"] == pytest.approx(found.changes["cost"].sum(), abs=1e-6)
    assert park["cost"] <= cost[passes].min(initial=np.inf) + 1e-3
    if before == "fail" and found.changes["change"].abs().max() > 1e-2:
        less = changed(frame, found.changes.assign(change=found.changes["change"] * 0.999))
        assert verdict(less, packs)[0] == "fail"


def test_land_is_kept_in_the_last_printed_figure_that_passes():
    """As above: 200 ÷ 9.995 = 20.010005 亩 may stay, so 20.01 is to be entered, and 20.02 fails."""
    frame = parcels_of(
        {"area_mu": [30.0], "floor_area_m2": 24_000.0, "green_area_m2": 2_400.0, "tax": 200.0}
    )
    found = found_for(frame, [TWO_SIDED], COSTS | LAND, rounded=True)
    assert [_figure(one) for one in found.changes["needed"]] == ["20.01"]


@given(st.lists(FIGURES, min_size=1, max_size=4), st.sampled_from(list(KINDS)))
@examples(15)
def test_figures_entered_as_they_are_printed_pass(rows, kind):
    packs, _ = KINDS[kind]
    frame = parcels_of(rows)
    found = found_for(frame, packs, COSTS | LAND, rounded=True)
    out = frame.copy()
    for row in found.changes.to_dict("records"):
        entered = float(_figure(row["needed"]).replace(",", ""))
        out.loc[out["parcel_id"] == row["parcel_id"], row["quantity"]] = entered
    out["area_m2"] = out["area_mu"] * MU_M2
    said = found.changes.drop_duplicates("parcel_id").set_index("parcel_id")["after"]
    again = pd.Series(verdict(out, packs), index=out["parcel_id"])[said.index]
    assert list(again) == list(said)
    exact = found_for(frame, packs, COSTS | LAND).changes
    assert list(exact["quantity"]) == list(found.changes["quantity"])
    more = found.changes["change"].abs() - exact["change"].abs()
    steps = [0.1 ** max(2, decimals_of(round(one, 8))) for one in found.changes["needed"]]
    noise = 1e-9 * np.maximum(found.changes["needed"].abs(), 1)
    assert ((more >= -noise) & (more <= steps + noise)).all(), "onward, by a last decimal"


@given(
    st.lists(st.tuples(st.floats(5, 40), st.floats(20, 400)), min_size=2, max_size=8),
    st.floats(0.1, 1),
    st.floats(0, 1),
)
@examples(30)
def test_which_parcels_are_mended_is_the_cheapest_of_all_choices(rows, share, land_share):
    """Tax alone is raised, so a parcel costs what it lacks; every subset is tried."""
    pack = pack_of({"tax_per_mu": column("tax_per_mu")}, {"tax_per_mu": 10})
    frame = parcels_of([{"area_mu": land, "tax": tax} for land, tax in rows])
    land, tax = frame["area_mu"].to_numpy(), frame["tax"].to_numpy()
    cost = np.maximum(9.99500001 * land - tax, 0)
    passing = verdict(frame, [pack]) == "pass"
    cost[passing] = 0
    failing = np.flatnonzero(~passing)
    best = np.inf
    for size in range(len(failing) + 1):
        for chosen in combinations(failing, size):
            met = passing.copy()
            met[list(chosen)] = True
            enough = met.sum() >= np.ceil(share * len(met) - 1e-9)
            if enough and land[met].sum() >= land_share * land.sum() * (1 - 1e-12):
                best = min(best, cost[list(chosen)].sum())
    found = found_for(frame, [pack], {}, Shares(share, land_share))
    assert found.parks["status"].iloc[0] == "optimal"
    assert found.parks["cost"].iloc[0] == pytest.approx(best, abs=1e-3)
    assert found.parks["passing_after"].iloc[0] >= np.ceil(share * len(land) - 1e-9)
    assert found.parks["land_share_after"].iloc[0] >= land_share - 1e-9


@given(
    st.lists(
        st.tuples(st.floats(5, 30), st.floats(20, 200), st.floats(500, 4_000), st.floats(1, 60)),
        min_size=2,
        max_size=2,
    ),
    st.floats(6, 14),
    st.floats(1, 3),
    st.sampled_from([0.0, 0.5, 1.0]),
)
@examples(15)
def test_targets_of_the_park_and_passing_parcels_at_once(rows, tax_goal, rd_goal, share):
    """Two parcels, tax, R&D and land of each: no point of a grid that meets all costs less."""
    pack = pack_of({"tax_per_mu": column("tax_per_mu")}, {"tax_per_mu": 8})
    keys = ("area_mu", "tax", "revenue", "rd_expense")
    frame = parcels_of([dict(zip(keys, row, strict=True)) for row in rows])
    costs = {"tax": 1.0, "rd_expense": 0.5, "area_mu": 3.0}
    tax_goal, rd_goal = round(tax_goal, 2), round(rd_goal, 2)
    asked = [
        Asked("tax_per_mu", "tax_per_mu", "value", ">=", tax_goal),
        Asked("rd_intensity", "rd_intensity", "value", ">=", rd_goal),
    ]
    found = found_for(frame, [pack], costs, Shares(share), asked)
    assert found.parks["status"].iloc[0] == "optimal"
    assert set(found.goals["result"]) == {"met"}
    after = changed(frame, found.changes)
    met = lambda t, r: (t >= tax_goal - 0.005) & (r >= rd_goal - 0.005)  # noqa: E731
    assert met(
        after["tax"].sum() / after["area_mu"].sum(),
        after["rd_expense"].sum() / after["revenue"].sum() * 100,
    )
    assert (verdict(after, [pack]) == "pass").sum() >= share * 2
    now_pass = verdict(frame, [pack]) == "pass"
    more = [np.array([0, 0.1, 0.2, 0.4, 0.7, 1, 1.5, 2.5]) * 200] * 2
    less = [np.linspace(0, 0.6, 7) * frame["area_mu"].iloc[at] for at in range(2)]
    # R&D is in no rule of a parcel: the least sum is one number.
    rd = max(0.0, (rd_goal - 0.005) / 100 * frame["revenue"].sum() - frame["rd_expense"].sum())
    best = np.inf
    points = np.array(list(product(*more, *less)))
    tax, land = frame["tax"].to_numpy() + points[:, :2], frame["area_mu"].to_numpy() - points[:, 2:]
    short = tax / land < 7.995
    ok = tax.sum(axis=1) / land.sum(axis=1) >= tax_goal - 0.005
    ok &= (~short).sum(axis=1) >= share * 2
    ok &= ~(short & now_pass).any(axis=1)
    cost = points[:, :2].sum(axis=1) + points[:, 2:].sum(axis=1) * 3
    best = cost[ok].min(initial=np.inf) + rd * 0.5
    assert found.parks["cost"].iloc[0] <= best + 1e-2


def test_why_a_parcel_cannot_be_mended():
    """Green must be 10 to 20 %, and a park rule asks for at least 30 %: both exclude each other."""
    other = pack_of(
        {"green_ratio": column("green_ratio", "<=")}, {"green_ratio": {"min": 30}}, id="o"
    )
    frame = parcels_of(
        {"area_mu": [30.0], "floor_area_m2": 24_000.0, "green_area_m2": 2_400.0, "tax": 500.0}
    )
    row = found_for(frame, [TWO_SIDED, other], COSTS).unable.iloc[0]
    assert row["why"] == "conflict"
    lacking = found_for(frame, [TWO_SIDED], {}).unable.iloc[0]
    assert (lacking["why"], lacking["rules"]) == ("no_price", "area_mu;floor_area_m2")
    blank = found_for(frame.assign(tax=np.nan, tax_per_mu=np.nan), [TWO_SIDED], COSTS).unable.iloc[
        0
    ]
    assert blank["why"] == "no_data"


def test_rules_that_exclude_each_other_through_their_inputs_are_named():
    """Output ≤ 100 a mu, energy ≤ 0.01 of it, tax ≤ 5 a tce: at most 5 of tax a mu, and 10 are asked.

    The rule on floor area takes no part in that.
    """
    cells = {
        "tax_per_mu": {"min": 10},
        "output_value_per_mu": {"max": 100},
        "energy_per_output": {"max": 0.01},
        "tax_per_tce": {"max": 5},
        "floor_area_ratio": {"min": 1},
    }
    pack = pack_of({name: column(name) for name in cells}, cells)
    figures = {"tax": 40.0, "output_value": 900.0, "energy_tce": 9.0, "floor_area_m2": 3_000.0}
    frame = parcels_of({"area_mu": [10.0]} | figures)
    row = found_for(frame, [pack], {}).unable.iloc[0]
    assert row["why"] == "exclude"
    named = sorted(name.removeprefix("own/") for name in row["rules"].split(";"))
    assert named == sorted(set(cells) - {"floor_area_ratio"})


def test_a_declared_bound_is_kept():
    frame = parcels_of({"area_mu": [10.0, 10.0], "tax": [50.0, 90.0]})
    pack = pack_of({"tax_per_mu": column("tax_per_mu")}, {"tax_per_mu": 10})
    costs = {"tax": Cost(more=1.0, at_most=0.2, citation="某管委会 2025")}
    found = found_for(frame, [pack], costs, Shares(0.5))
    assert found.changes["parcel_id"].tolist() == ["L1"]
    assert found.parks["most"].iloc[0] == 1
    assert found_for(frame, [pack], costs, Shares(1.0)).parks["status"].iloc[0] == "infeasible"


def test_what_is_asked_for_by_name_is_read_or_refused():
    one, other = asked_by_name(["tax_per_mu=12", "green_ratio=20"], INDICATORS)
    assert (one.operator, one.value, other.operator) == (">=", 12.0, "<=")
    for text in ("tax_per_mu", "tax_per_mu=viel", "tax=inf", "beauty=3"):
        with pytest.raises(DataError):
            asked_by_name([text], INDICATORS)


def test_prices_are_declared_and_never_below_zero():
    assert prices({"area_mu": 3.0})["area_mu"] == Price(None, 3.0)
    assert prices({"tax": 0.5})["tax"] == Price(0.5, None)
    for costs in ({"tax": -1.0}, {"area_m2": 1.0}, {"area_mu": Cost(more=1.0)}):
        with pytest.raises(DataError):
            prices(costs)


def test_a_formula_is_a_weighted_sum_or_none():
    assert linear("a - 2 * (b + 3) / 4") == {"a": 1.0, "b": -0.5, "": -1.5}
    assert linear("-a") == {"a": -1.0}
    assert linear("a * b") is None
    assert linear("a / b") is None
    assert linear("2 * 3 * a") == {"a": 6.0}
