"""Which money stands over which land: worked by hand, and the same number in every table."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geo import assess, load, read_project
from geo.cli import app
from geo.economy.allocate import allocate
from geo.economy.intensity import figures
from geo.model import MU_M2
from tests.agree import assert_agree, assert_one_total
from tests.lane import examples

AREA = pd.Series({"A": 10000.0, "B": 20000.0})


def money(*rows):
    return pd.DataFrame(rows, columns=["enterprise_id", "year", "revenue"]).astype(
        {"revenue": float}
    )


def held(*rows):
    return pd.DataFrame(rows, columns=["enterprise_id", "parcel_id", "area_m2", "share"]).astype(
        {"area_m2": float, "share": float}
    )


def of(subject, done, ids=None):
    """The one row of a subject's figures, or the rows by subject id."""
    keys = {"parcel": done.place["occupied_id"], "enterprise": done.rows["enterprise_id"]}.get(
        subject, pd.Series("all", index=done.rows.index)
    )
    land = AREA if subject == "parcel" else None
    table = figures(done, subject, keys if ids is None else ids, land, "x")
    return table.iloc[0] if subject == "project" else table.set_index("subject_id")


def test_an_enterprise_without_land_stands_beside_the_figure():
    done = allocate(
        money(("E", 2023, 6000), ("N", 2023, 9000)), held(("E", "A", 10000, None)), AREA
    )
    row = of("project", done)
    assert row[["value", "land_m2", "per_mu"]].tolist() == [6000, 10000, 400]  # 10,000 m² = 15 亩
    assert row[["reporting", "beside", "beside_value"]].tolist() == [1, 1, 9000]


@pytest.mark.parametrize(
    ("land", "value", "beside"),
    [
        # On a parcel that the layer does not know; what the shares leave over; two without areas.
        ([("E", "A", 5000, None), ("E", "Z", 5000, None)], 50, 50),
        ([("E", "A", None, 0.8)], 80, 20),
        ([("E", "A", 5000, None), ("E", "B", None, None)], 100, 0),
        ([("E", "A", 5000, None), ("E", "Z", None, None)], np.nan, 100),
    ],
)
def test_money_on_no_known_land_is_in_no_sum(land, value, beside):
    done = allocate(money(("E", 2023, 100)), held(*land), AREA)
    row = of("project", done)
    np.testing.assert_equal(row["value"], value)
    assert row["beside_value"] == beside
    assert row["land_m2"] == (
        0 if np.isnan(value) else 5000 + 20000 * (land[-1][1] == "B") + 5000 * (land[0][3] == 0.8)
    )


def test_only_those_who_report_the_measure_and_have_land_divide_it():
    table = money(("E", 2023, 100), ("F", 2023, None), ("N", 2023, 7)).assign(tax=[1.0, 2.0, None])
    done = allocate(table, held(("E", "A", 4000, None), ("F", "B", 6000, None)), AREA)
    rows = figures(done, "project", pd.Series("all", index=done.rows.index), None, "x").set_index(
        "measure"
    )
    assert rows.loc["revenue", ["value", "land_m2", "missing", "beside"]].tolist() == [
        100,
        4000,
        1,
        1,
    ]
    assert rows.loc["tax", ["value", "land_m2", "missing", "beside"]].tolist() == [3, 10000, 1, 0]


def test_a_parcel_with_a_silent_occupier_has_no_figure_and_its_money_stands_beside():
    done = allocate(
        money(("E", 2023, 100), ("F", 2023, None)),
        held(("E", "A", 4000, None), ("F", "A", 6000, None)),
        AREA,
    )
    row = of("parcel", done).loc["A"]
    assert np.isnan(row["value"])
    assert np.isnan(row["per_mu"])
    assert row[["reporting", "missing", "beside", "beside_value"]].tolist() == [0, 1, 1, 100]


def test_a_parcel_where_an_occupiers_part_cannot_be_told_has_no_figure():
    """E holds A and Z, which the layer does not know, without areas: nothing says how much of it
    is on A, so that F's money alone would stand there as A's.
    """
    done = allocate(
        money(("E", 2023, 100), ("F", 2023, 7)),
        held(("E", "A", None, None), ("E", "Z", None, None), ("F", "A", 5000, None)),
        AREA,
    )
    row = of("parcel", done).loc["A"]
    assert np.isnan(row["value"])
    assert row[["missing", "beside", "beside_value"]].tolist() == [1, 1, 7]


@pytest.mark.parametrize(
    ("claims", "land"),
    [
        ([("E", "A", 10000), ("F", "A", 4000)], 10000),  # both hold it: once
        ([("E", "A", 10000), ("F", "A", 10000), ("G", "A", 10000)], 10000),
        ([("E", "A", 14000)], 10000),  # one claims more than there is
        ([("E", "A", 6000), ("F", "A", 4040)], 10040),  # within the tolerance of the area basis
        ([("E", "A", 14000), ("F", "B", 3000)], 13000),
    ],
)
def test_land_claimed_twice_divides_once(claims, land):
    names = sorted({c[0] for c in claims})
    done = allocate(
        money(*((n, 2023, 10) for n in names)), held(*((*c, None) for c in claims)), AREA
    )
    row = of("project", done)
    assert (row["land_m2"], row["value"]) == (land, 10 * len(names))
    assert (of("enterprise", done)["land_m2"] <= 10000).all()


def test_an_enterprises_land_does_not_hang_on_what_it_reports():
    done = allocate(
        money(("E", 2023, 100), ("S", 2022, 5)),
        held(("E", "A", 4000, None), ("S", "B", 6000, None)),
        AREA,
        years=(2022, 2023),
    )
    rows = of("enterprise", done)
    rows = rows[rows["year"] == 2023]
    assert rows["land_m2"].to_dict() == {"E": 4000, "S": 6000}
    assert np.isnan(rows.loc["S", "per_mu"])


@pytest.mark.parametrize("revenue", [0.0, 5.0, None])
def test_an_enterprise_without_land_has_no_area_whatever_it_reports(revenue):
    done = allocate(money(("N", 2023, revenue), ("E", 2023, 1)), held(("E", "A", 1, None)), AREA)
    assert np.isnan(of("enterprise", done).loc["N", "land_m2"])


claim = st.tuples(
    st.integers(0, 4), st.sampled_from("ABZ"), st.one_of(st.none(), st.floats(1, 30000))
)
amount = st.one_of(st.none(), st.integers(0, 10**9).map(lambda n: n / 1000))


@examples(80)
@given(amounts=st.lists(amount, min_size=1, max_size=6), claims=st.lists(claim, max_size=12))
def test_every_amount_is_in_a_figure_or_beside_it(amounts, claims):
    unique = {(e, p): a for e, p, a in claims}
    done = allocate(
        money(*((f"E{i}", 2023, a) for i, a in enumerate(amounts))),
        held(*((f"E{e}", p, a, None) for (e, p), a in unique.items())),
        AREA,
        years=(2023,),
    )
    total = sum(a for a in amounts if a is not None)
    project, parcel = of("project", done), of("parcel", done)
    assert project["beside_value"] + np.nan_to_num(project["value"]) == pytest.approx(total)
    assert project["land_m2"] <= AREA.sum() * 1.005
    assert (parcel["value"].fillna(0) + parcel["beside_value"]).sum() == pytest.approx(
        np.nan_to_num(project["value"])
    )
    landed = done.rows[done.rows["reason"].isna() & done.rows["revenue"].notna()]
    firms = landed["enterprise_id"].nunique()
    assert project["reporting"] >= firms
    assert (project["land_m2"] > 0) == (landed["area_m2"].sum() > 0)


def test_the_demo_shows_each_number_once(demo):
    assert assert_agree(demo / "outputs", 2023) > 20_000
    assert_one_total(demo / "outputs")


@pytest.mark.products
def test_a_small_project_shows_each_number_once(project, parcels):
    """E3 has no land; B's contract states its own investment; C is held by two, one of them silent.

    Field case 15's kind: revenue per mu of the project is that of E1 and E2 alone.
    """
    stated = [np.nan, 1234.5, np.nan, 77.0]
    parcels.assign(supplied_on="2023-02-01", fixed_investment=stated).to_file(
        project / "parcels.gpkg", layer="parcels"
    )
    with (project / "occupancy.csv").open("a", encoding="utf-8") as file:
        file.write("E4,C,2000\n")
    done = CliRunner().invoke(app, ["run", "-q", "-p", str(project)])
    assert done.exit_code == 0, done.output
    outputs = project / "outputs"
    assert assert_agree(outputs, 2023) > 50
    assert_one_total(outputs, stated=True)
    table = pd.read_parquet(outputs / "tables/figures.parquet")
    table = table[table["year"] == 2023].set_index(["subject", "measure"])
    row = table.loc[("project", "revenue")]
    areas = gpd.read_parquet(outputs / "tables/parcels.parquet").set_index("parcel_id")["area_m2"]
    assert row["beside_value"] == 77
    assert row["value"] == pytest.approx(3307.5 + 9000.01)
    assert row["land_m2"] == pytest.approx(10000 + 10000 + 10000, rel=1e-4)
    own = table.loc[("parcel", "fixed_investment")].set_index("subject_id")
    assert own.loc["B", "value"] == 1234.5
    assert own.loc["D", "per_mu"] == pytest.approx(77 / (areas["D"] / MU_M2))


@pytest.mark.parametrize(
    ("row", "on_a"),
    [
        ("E1,,10000", 500.0),  # a hectare without its parcel: half of the money is on no land
        ("E1,,", None),  # and without its area: no basis to split
        ("E1,B,-5", None),  # an area that cannot be
        ("E1,Z,10000", 500.0),  # a parcel that nobody knows, as before
        (",B,10000", 1000.0),
    ],
)  # nobody's row takes nobody's money
def test_land_that_cannot_be_used_takes_its_part_of_the_money(project, row, on_a):
    (project / "occupancy.csv").write_text(
        f"enterprise_id,parcel_id,area_m2\nE1,A,10000\n{row}\n", encoding="utf-8"
    )
    (project / "indicators.csv").write_text(
        "enterprise_id,year,revenue\nE1,2023,1000\n", encoding="utf-8"
    )
    opened = read_project(project)
    result = assess(load(opened), opened.settings, [])
    parcels = result.parcels.set_index("parcel_id")["revenue"]
    assert parcels["A"] == on_a if on_a else pd.isna(parcels["A"])
    sums = result.conserved[result.conserved["measure"] == "revenue"].iloc[0]
    assert sums["input"] == 1000 == sums["allocated"] + sums["unallocated"]
