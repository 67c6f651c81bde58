"""Money to land: worked by hand, and conserved whatever comes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.economy.allocate import allocate, allocation_check
from geo.economy.growth import changes, compound, growth_parts
from geo.economy.intensity import figures, from_buildings, ratios, wide, with_buildings
from geo.model import MU_M2
from tests.builders import parcel_layer, square
from tests.lane import examples

AREA = pd.Series({"A": 10000.0, "B": 10000.0, "C": 20000.0})


def occupancy(*rows, columns=("enterprise_id", "parcel_id", "area_m2")):
    return pd.DataFrame(rows, columns=list(columns))


def money(*rows):
    return pd.DataFrame(rows, columns=["enterprise_id", "year", "revenue"])


def parts(rows):
    return {(r.enterprise_id, r.parcel_id): r.revenue for r in rows.itertuples()}


def test_one_enterprise_on_two_parcels_by_area():
    rows = allocate(
        money(("E", 2023, 100.0)), occupancy(("E", "A", 2500.0), ("E", "C", 7500.0)), AREA
    ).rows
    assert parts(rows) == {("E", "A"): 25.0, ("E", "C"): 75.0}


def test_thirds_add_up_to_the_fen():
    land = occupancy(("E", "A", 1.0), ("E", "B", 1.0), ("E", "C", 1.0))
    rows = allocate(money(("E", 2023, 100.0)), land, AREA).rows
    assert (rows["revenue"] * 1e6).round().sum() == 100_000_000
    assert rows["revenue"].round(6).tolist() == [33.333333, 33.333334, 33.333333]


def test_shares_below_one_leave_a_rest():
    land = occupancy(
        ("E", "A", 0.5), ("E", "B", 0.3), columns=("enterprise_id", "parcel_id", "share")
    )
    rows = allocate(money(("E", 2023, 10.0)), land, AREA).rows
    assert rows.loc[rows["reason"] == "share_rest", "revenue"].tolist() == [2.0]
    assert rows.loc[rows["reason"].isna(), "revenue"].tolist() == [5.0, 3.0]


def test_what_has_no_share_takes_what_the_shares_leave():
    """60 % of A stated, the rest on B and C by their 1,000 and 3,000 m²: 60, 10 and 30."""
    names = ("enterprise_id", "parcel_id", "share", "area_m2")
    land = occupancy(
        ("E", "A", 0.6, 9.0), ("E", "B", None, 1000.0), ("E", "C", None, 3000.0), columns=names
    )
    hundred = money(("E", 2023, 100.0))
    assert parts(allocate(hundred, land, AREA).rows) == {
        ("E", "A"): 60.0,
        ("E", "B"): 10.0,
        ("E", "C"): 30.0,
    }
    one = allocate(hundred, land.iloc[:2].assign(area_m2=np.nan), AREA).rows
    assert parts(one) == {("E", "A"): 60.0, ("E", "B"): 40.0}
    # A parcel of unknown area among two: what is left is on none, in one row.
    rows = allocate(hundred, land.assign(area_m2=np.nan), AREA.drop("C")).rows
    assert rows.loc[rows["parcel_id"] == "A", "revenue"].tolist() == [60.0]
    assert rows.loc[rows["reason"].notna(), "revenue"].tolist() == [40.0, 0.0]
    full = allocate(hundred, land.assign(share=[1.0, np.nan, np.nan]), AREA).rows
    assert parts(full) == {("E", "A"): 100.0, ("E", "B"): 0.0, ("E", "C"): 0.0}


def test_no_land_and_unknown_parcel_are_listed_not_dropped():
    land = occupancy(("E", "A", 5000.0), ("E", "Z", 5000.0))
    rows = allocate(money(("E", 2023, 10.0), ("N", 2023, 4.0)), land, AREA).rows
    lost = rows[rows["reason"].notna()].set_index("reason")["revenue"]
    assert lost.to_dict() == {"parcel_unknown": 5.0, "no_land": 4.0}


def test_a_sole_occupier_without_area_has_the_whole_parcel():
    rows = allocate(money(("E", 2023, 10.0)), occupancy(("E", "A", np.nan)), AREA).rows
    assert rows["area_m2"].tolist() == [10000.0]
    assert rows["method"].tolist() == ["whole_parcel"]


def test_two_occupiers_without_area_are_an_assumption_that_is_said():
    done = allocate(
        money(("E", 2023, 10.0), ("F", 2023, 4.0)),
        occupancy(("E", "A", np.nan), ("F", "A", np.nan)),
        AREA,
    )
    assert done.rows["area_m2"].tolist() == [5000.0, 5000.0]
    assert done.findings["code"].tolist() == ["assumed_equal"]


def test_of_a_parcel_that_is_not_known_nothing_is_assumed():
    """Who else claims a parcel that does not exist is nobody's land, and no equal parts of it."""
    indicators = pd.DataFrame({"enterprise_id": ["A", "B"], "year": 2023, "tax": [6.0, 4.0]})
    occupancy = pd.DataFrame({"enterprise_id": ["A", "B"], "parcel_id": "nowhere"})
    done = allocate(indicators, occupancy, pd.Series({"P": 100.0}))
    assert done.rows["method"].tolist() == ["none", "none"]
    assert done.rows["reason"].tolist() == ["parcel_unknown", "parcel_unknown"]
    assert done.rows["tax"].tolist() == [6, 4]
    assert done.findings.empty


def test_leased_land_is_the_tenants():
    # Owner has the hectare, lets 4,000 m²; the ledger states both in full.
    land = occupancy(
        ("O", "A", 10000.0, "owned"),
        ("T", "A", 4000.0, "leased"),
        columns=("enterprise_id", "parcel_id", "area_m2", "tenure"),
    )
    rows = allocate(money(("O", 2023, 1.0), ("T", 2023, 1.0)), land, AREA).rows
    assert rows.set_index("enterprise_id")["area_m2"].to_dict() == {"O": 6000.0, "T": 4000.0}


def test_a_dated_row_goes_before_an_undated_one():
    land = occupancy(
        ("E", "A", 10000.0, np.nan),
        ("E", "B", 10000.0, 2023),
        columns=("enterprise_id", "parcel_id", "area_m2", "year"),
    )
    rows = allocate(money(("E", 2022, 1.0), ("E", 2023, 1.0)), land, AREA).rows
    assert rows.set_index("year")["parcel_id"].to_dict() == {2022: "A", 2023: "B"}


fen = st.integers(0, 10**12).map(lambda n: n / 1e6)


@examples(80)
@given(
    amounts=st.lists(fen, min_size=1, max_size=6),
    links=st.lists(
        st.tuples(
            st.integers(0, 6), st.sampled_from("ABCZ"), st.one_of(st.none(), st.floats(1, 30000))
        ),
        max_size=14,
    ),
    seed=st.integers(0, 9),
)
def test_nothing_is_lost_and_order_does_not_matter(amounts, links, seed):
    indicators = money(*((f"E{i}", 2023, a) for i, a in enumerate(amounts)))
    unique = {(e, p): a for e, p, a in links}
    land = occupancy(*((f"E{e}", p, a) for (e, p), a in unique.items()))
    land["area_m2"] = land["area_m2"].astype(float)
    done = allocate(indicators, land, AREA)
    table = allocation_check(indicators, indicators, done)
    assert table["balanced"].all()
    shuffled = allocate(
        indicators.sample(frac=1, random_state=seed), land.sample(frac=1, random_state=seed), AREA
    )
    pd.testing.assert_frame_equal(done.rows, shuffled.rows)


def test_per_mu_by_hand_and_the_land_it_stands_on():
    # 3,307.5 万元 on 15 亩 (1 ha) is 220.5 万元/亩.
    done = allocate(money(("E", 2023, 3307.5)), occupancy(("E", "A", 10000.0)), AREA)
    table = figures(done, "parcel", done.rows["parcel_id"], AREA, "parcel")
    assert table["per_mu"].tolist() == pytest.approx([3307.5 / 15])
    assert wide(table, 2023).loc["A", "revenue_per_mu"] == pytest.approx(220.5)


def test_a_missing_part_leaves_the_parcel_without_a_figure_but_not_the_park():
    done = allocate(
        money(("E", 2023, 30.0), ("F", 2023, np.nan)),
        occupancy(("E", "A", 5000.0), ("F", "A", 5000.0)),
        AREA,
    )
    parcel = figures(done, "parcel", done.rows["parcel_id"], AREA, "parcel")
    assert np.isnan(wide(parcel, 2023).loc["A", "revenue"])
    everyone = pd.Series("all", index=done.rows.index)
    park = figures(done, "park", everyone, None, "occupied").iloc[0]
    # Only the land of the one that reports divides what it reports.
    assert (park["value"], park["land_m2"], park["missing"]) == (30.0, 5000.0, 1)


def test_compound_growth_by_hand():
    table = pd.DataFrame(
        {
            "subject_id": ["p"] * 3,
            "measure": "revenue",
            "year": [2021, 2022, 2023],
            "per_mu": [100.0, 1.0, 114.49],
            "value": 1.0,
            "missing": 0,
            "land_basis": "occupied",
        }
    )
    growth = compound(table, 2021, 2023)
    assert growth.loc["p", "revenue_per_mu_growth"] == pytest.approx(0.07)
    nothing = table.assign(per_mu=[0.0, 1.0, 5.0])
    assert compound(nothing, 2021, 2023).empty


def test_a_storey_above_8_m_counts_twice():
    buildings = pd.DataFrame(
        {
            "parcel_id": ["A", "A", "B"],
            "floor_area_m2": [100.0, 50.0, np.nan],
            "storey_height_m": [9.0, 8.0, 3.0],
        }
    )
    floor = from_buildings(buildings)["floor_area_m2"]
    assert floor["A"] == 250.0
    assert np.isnan(floor["B"])


def test_a_building_without_floor_area_has_footprint_times_storeys():
    buildings = pd.DataFrame(
        {"parcel_id": ["A", "A"], "floor_area_m2": [np.nan, 70.0], "storeys": [3.0, 9.0]}
    )
    sums = from_buildings(buildings, pd.Series([100.0, 50.0]))
    assert sums.loc["A", "floor_area_m2"] == 370.0
    assert sums.loc["A", "building_base_m2"] == 150.0


def test_office_land_that_is_not_known_is_as_large_a_share_as_office_floor():
    """行政办公及生活服务设施: of A 300 of 2,000 m² floor, so 15 % of its 10,000 m² of land."""
    parcels = parcel_layer([square(i, 0) for i in range(4)], list("ABCD")).assign(
        area_m2=10_000.0,
        floor_area_m2=[np.nan, 800.0, np.nan, np.nan],
        office_area_m2=[np.nan, 500.0, np.nan, np.nan],
    )
    buildings = pd.DataFrame(
        {
            "parcel_id": ["A", "A", "B", "C"],
            "floor_area_m2": [1_700.0, 300.0, 999.0, 100.0],
            "use": ["厂房", "办公楼", "办公楼", None],
        }
    )
    out = with_buildings(parcels, buildings, None).set_index("parcel_id")
    assert out["floor_area_m2"].tolist()[:3] == [2_000.0, 800.0, 100.0]  # what B states stands
    assert out["office_area_m2"].tolist()[:2] == [1_500.0, 500.0]
    assert out["office_area_basis"].tolist() == ["floor_share", "land", "", ""]
    assert out.loc[["C", "D"], "office_area_m2"].isna().all()  # unknown use, no building


def test_growth_needs_two_years_in_order():
    table = pd.DataFrame(
        {"subject_id": "E1", "measure": "tax", "year": [2021, 2023], "per_mu": [1.0, 1.21]}
        | {"value": 1.0, "missing": 0, "land_basis": "occupied"}
    )
    assert compound(table, 2021, 2023).loc["E1", "tax_per_mu_growth"] == pytest.approx(0.1)
    assert compound(table, 2023, 2023).empty
    assert compound(table, 2023, 2021).empty


def test_sums_with_blank_rows_are_not_compared():
    """100 on 10 mu, then 150 on 12; in P one row is blank in the later year, in Q none."""
    years = [2021, 2023, 2021, 2023]
    table = pd.DataFrame(
        {"subject_id": ["P", "P", "Q", "Q"], "measure": "tax", "year": years}
        | {"value": [100.0, 150.0] * 2, "land_m2": [10 * MU_M2, 12 * MU_M2] * 2}
        | {"per_mu": [10.0, 12.5] * 2, "missing": [0, 1, 0, 0], "land_basis": "occupied"}
    )
    found = changes(table, 2021, 2023).set_index("subject_id")
    assert found["missing"].to_dict() == {"P": 1, "Q": 0}
    assert found.loc["Q", ["value_change", "land_change", "per_mu_change"]].tolist() == (
        pytest.approx([0.5, 0.2, 0.25])
    )
    assert np.isnan(found.loc["P", "value_change"])
    # Of occupied land 12.5 is of other enterprises than 10; of the whole park's it is too low.
    for basis in ("occupied", "park"):
        given = table.assign(land_basis=basis)
        of_p = changes(given, 2021, 2023).set_index("subject_id").loc["P"]
        assert np.isnan(of_p["per_mu_change"])
        assert of_p[["per_mu_before", "per_mu_after"]].tolist() == [10.0, 12.5]
        assert compound(given, 2021, 2023)["tax_per_mu_growth"].dropna().index.tolist() == ["Q"]


def test_no_rate_of_change_from_a_loss_or_from_nothing():
    table = pd.DataFrame(
        {"subject_id": ["P", "P", "Q", "Q"], "measure": "tax", "year": [2021, 2023] * 2}
        | {"value": [-5.0, 5.0, 0.0, 5.0], "land_m2": MU_M2, "per_mu": [-5.0, 5.0, 0.0, 5.0]}
        | {"missing": 0, "land_basis": "occupied"}
    )
    found = changes(table, 2021, 2023)
    assert found[["value_change", "per_mu_change"]].isna().all(axis=None)
    assert found["land_change"].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("blank", ["before", "after"])
def test_growth_told_apart_leaves_out_a_short_sum(blank):
    """100 on 10 mu before, 150 on 12 mu after: the sum half as much again, a fifth more of land."""
    side = {"before": 2021, "after": 2023}
    figures = pd.DataFrame(
        {"subject": "park", "subject_id": ["P", "P", "Q", "Q"], "measure": "tax"}
        | {"year": [2021, 2023] * 2, "value": [100.0, 150.0] * 2, "missing": 0}
    )
    short = (figures["subject_id"] == "P") & (figures["year"] == side[blank])
    figures["missing"] = figures["missing"].mask(short, 2)
    land = pd.DataFrame(
        {"park_id": ["P", "P", "Q", "Q"], "side": ["before", "after"] * 2, "land_mu": [10, 12] * 2}
    )
    out = growth_parts(figures, land, 2021, 2023).set_index("park_id")
    rates = ["value_change", "land_change", "per_mu_change"]
    assert out.loc["Q", rates].tolist() == pytest.approx([0.5, 0.2, 0.25])
    assert out.loc["P", rates].isna().tolist() == [True, False, True]
    assert out.loc["P", f"missing_{blank}"] == 2
    assert np.isnan(out.loc["P", f"per_mu_{blank}"])
    assert out.loc["P", ["value_before", "value_after"]].tolist() == [100, 150]  # as reported


@given(st.floats(1, 1e6), st.floats(1, 1e6), st.floats(0.1, 100))
def test_ratios_scale_with_units(tax, area, factor):
    one = ratios(pd.DataFrame({"tax": [tax], "area_mu": [area / MU_M2]}))
    other = ratios(pd.DataFrame({"tax": [tax * factor], "area_mu": [area * factor / MU_M2]}))
    assert one["tax_per_mu"][0] == pytest.approx(other["tax_per_mu"][0], rel=1e-9)


def test_a_missing_year_or_enterprise_loses_no_money() -> None:
    reported = pd.DataFrame(
        {
            "enterprise_id": ["E1", "E2", None, "E3"],
            "year": [np.nan, np.nan, 2023, 2023],
            "tax": [1.0, 2.0, 4.0, 8.0],
        }
    )
    held = pd.DataFrame({"enterprise_id": ["E3"], "parcel_id": ["P"], "area_m2": [5.0]})
    rows = allocate(reported, held, pd.Series({"P": 5.0})).rows
    assert rows["tax"].sum() == 15
    assert rows.loc[rows["parcel_id"] == "P", "tax"].sum() == 8
