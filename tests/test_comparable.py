"""Growth like-for-like (可比口径): worked by hand, and what must hold whatever is reported."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.economy.allocate import allocate
from geo.economy.comparable import Comparable, comparable, comparable_growth
from geo.economy.growth import changes
from geo.economy.intensity import figures
from geo.economy.production import with_first_production
from geo.model import MU_M2
from geo.project import Settings
from tests.lane import examples

MU = 10
"""Land of each parcel, mu; parcels A and B are in park P, C in Q, D in none."""
PARCELS = pd.DataFrame({"parcel_id": list("ABCD"), "park_id": ["P", "P", "Q", None]})
PARKS = pd.DataFrame({"park_id": ["Q", "P"], "name": ["乙园", "甲园"]})
AREA = pd.Series(MU * MU_M2, index=list("ABCD"))
SETTINGS = Settings(year=2023, compare_to=2021)
_SINCE_2019 = Settings(year=2023, compare_to=2019)


def tax(**years: tuple[float | None, float | None]) -> pd.DataFrame:
    """What each enterprise reports in 2021 and 2023."""
    rows = [
        (firm, year, one)
        for firm, both in years.items()
        for year, one in zip((2021, 2023), both, strict=True)
    ]
    return pd.DataFrame(rows, columns=["enterprise_id", "year", "tax"]).astype({"tax": float})


def land(*rows: tuple[str, str, float, float | None]) -> pd.DataFrame:
    """Enterprise, parcel, mu and year (None: every year)."""
    table = pd.DataFrame(rows, columns=["enterprise_id", "parcel_id", "area_m2", "year"])
    return table.assign(area_m2=table["area_m2"] * MU_M2, year=table["year"].astype(float))


def compared(
    reported, held, enterprises=None, settings=SETTINGS
) -> tuple[pd.DataFrame, Comparable]:
    allocation = allocate(reported, held, AREA)
    usable = {"parcels": PARCELS, "parks": PARKS}
    if enterprises is not None:
        usable["enterprises"] = enterprises
        allocation = with_first_production(allocation, enterprises)
    found = comparable(allocation, usable, None, settings.compare_to, settings.year, (2021, 2023))
    sums = pd.concat(
        [
            figures(allocation, "park", _park(allocation.rows), None, "occupied"),
            figures(
                allocation,
                "project",
                pd.Series("project", index=allocation.rows.index),
                None,
                "occupied",
            ),
        ]
    )
    table = comparable_growth([found.sums], sums, PARKS, settings.compare_to, settings.year)
    return table.set_index(["subject", "subject_id"]), found


def _park(rows: pd.DataFrame) -> pd.Series:
    return rows["parcel_id"].map(PARCELS.set_index("parcel_id")["park_id"])


def test_without_a_figure_of_the_earlier_year_nobody_has_entered():
    table, found = compared(tax(A=(1, 2)), land(("A", "A", 3, None)), None, _SINCE_2019)
    assert table.empty
    assert found.others.empty


def test_one_of_three_reports_in_both_years():
    """A 100 → 150, B 50 → blank, C blank → 30, each on 3 mu: A alone grows, by half."""
    table, found = compared(
        tax(A=(100, 150), B=(50, None), C=(None, 30)),
        land(*((firm, "A", 3, None) for firm in "ABC")),
    )
    park = table.loc[("park", "P")]
    assert park["name"] == "甲园"
    assert (park["comparable_enterprises"], park["of_enterprises"]) == (1, 3)
    assert (park["comparable_before"], park["comparable_after"]) == (100, 150)
    assert park["comparable_change"] == 0.5
    assert park["comparable_growth"] == pytest.approx(1.5**0.5 - 1)  # two years
    assert park["comparable_per_mu_after"] == pytest.approx(50)
    assert park["comparable_share_before"] == pytest.approx(100 / 150)
    assert park["comparable_share"] == pytest.approx(150 / 180)
    assert park["blank_enterprises"] == 2
    assert found.others[["park_id", "enterprise_id", "standing"]].to_numpy().tolist() == [
        ["P", "B", "blank_after"],
        ["P", "C", "blank_before"],
    ]
    assert found.others["known_before"].tolist()[0] == 50
    assert found.others["known_after"].tolist()[1] == 30


def test_who_moves_is_compared_in_the_project_and_in_no_park():
    """A goes from P to Q and takes 8 mu for 4; B stays in P."""
    table, found = compared(
        tax(A=(100, 120), B=(10, 20)),
        land(("A", "A", 4, 2021), ("A", "C", 8, 2023), ("B", "B", 5, None)),
    )
    project = table.loc[("project", "project")]
    assert (project["comparable_enterprises"], project["of_enterprises"]) == (2, 2)
    assert project["comparable_change"] == pytest.approx(140 / 110 - 1)
    assert project["comparable_land_change"] == pytest.approx(13 / 9 - 1)
    assert table.loc[("park", "P"), "comparable_change"] == 1.0
    assert table.loc[("park", "P"), "left_enterprises"] == 1
    assert table.loc[("park", "Q"), ["of_enterprises", "entered_enterprises"]].tolist() == [1, 1]
    assert np.isnan(table.loc[("park", "Q"), "comparable_change"])
    # Parks stand in the order of their layer.
    assert found.others[["park_id", "standing"]].to_numpy().tolist() == [
        ["Q", "entered"],
        ["P", "left"],
    ]


def test_nothing_is_a_figure_and_a_blank_is_none():
    """0 is reported: 0 → 50 is in the sum, which grows from 100 to 150; from 0 alone is no rate."""
    table, _ = compared(
        tax(A=(100, 100), B=(0, 50), C=(0, 9)),
        land(("A", "A", 3, None), ("B", "A", 3, None), ("C", "C", 3, None)),
    )
    assert table.loc[("park", "P"), "comparable_change"] == 0.5
    assert table.loc[("park", "Q"), "comparable_enterprises"] == 1
    assert np.isnan(table.loc[("park", "Q"), "comparable_change"])


def test_a_refund_makes_no_share_and_no_rate():
    table, _ = compared(
        tax(A=(100, 90), B=(None, -60), C=(-5, 5)),
        land(("A", "A", 3, None), ("B", "A", 3, None), ("C", "C", 3, None)),
    )
    park = table.loc[("park", "P")]
    assert park["comparable_change"] == pytest.approx(-0.1)
    assert np.isnan(park["comparable_share"])  # 90 of 30
    assert table.loc[("park", "Q"), ["comparable_change", "comparable_growth"]].isna().all()


def test_blank_before_its_production_began_is_new():
    firms = pd.DataFrame(
        {
            "enterprise_id": ["A", "B", "C"],
            "name": ["甲", "乙", "丙"],
            "industry_code": ["3054", "2614", None],
            "in_production_on": pd.to_datetime(["2022-05-01", "2015-01-01", None]),
        }
    )
    table, found = compared(
        tax(A=(None, 5), B=(None, 7), C=(1, 2)),
        land(("A", "A", 3, None), ("B", "A", 3, None), ("C", "C", 3, None)),
        firms,
    )
    assert found.others[["name", "standing"]].to_numpy().tolist() == [
        ["甲", "entered"],
        ["乙", "blank_before"],
    ]
    # Industries add up to the project; C has none.
    by = table.loc["industry", ["comparable_before", "comparable_contribution", "of_enterprises"]]
    assert by.index.tolist() == ["", "26", "30"]
    assert by["of_enterprises"].tolist() == [1, 1, 1]
    whole = table.loc[("project", "project"), "comparable_change"]
    assert by["comparable_contribution"].sum() == pytest.approx(whole) == pytest.approx(1.0)


def test_money_that_comes_off_the_map_is_no_fall():
    """In 2023 half of A's land is a parcel that is nowhere: its 100 → 50 on land is no change."""
    table, found = compared(
        tax(A=(100, 100), B=(10, 11)),
        land(
            ("A", "A", 4, 2021), ("A", "A", 4, 2023), ("A", "nowhere", 4, 2023), ("B", "B", 4, None)
        ),
    )
    assert table.loc[("park", "P"), "comparable_change"] == pytest.approx(0.1)
    assert table.loc[("park", "P"), "off_land_enterprises"] == 1
    assert found.others["standing"].tolist() == ["off_land"]


def test_an_enterprise_in_two_parks_is_one_of_the_project():
    table, _ = compared(tax(A=(100, 150)), land(("A", "A", 5, None), ("A", "C", 5, None)))
    assert table.loc[("project", "project"), "of_enterprises"] == 1
    assert table.loc["park", "comparable_before"].tolist() == [50, 50]
    assert table.loc[("project", "project"), "comparable_before"] == 100


def test_land_in_no_park_is_of_the_project_and_named():
    table, found = compared(tax(A=(100, None)), land(("A", "D", 5, None)))
    assert table.loc["park"]["of_enterprises"].sum() == 0
    assert table.loc[("project", "project"), "of_enterprises"] == 1
    assert found.others["park_id"].isna().tolist() == [True]


@pytest.mark.parametrize("before", [None, 2023, 2024])
def test_nothing_without_an_earlier_year(before):
    settings = Settings(year=2023, compare_to=before)
    table, found = compared(tax(A=(1, 2)), land(("A", "A", 5, None)), settings=settings)
    assert table.empty
    assert found.others.empty


FIRMS = [f"F{n}" for n in range(6)]
SUMS = st.lists(st.floats(0, 1e6) | st.none(), min_size=2, max_size=2).map(tuple)


@given(st.fixed_dictionaries(dict.fromkeys(FIRMS, SUMS)), st.randoms())
@examples(40)
def test_what_holds_whatever_is_reported(reported, chance):
    held = land(*((firm, "AB"[n % 2], 1 + n / 4, None) for n, firm in enumerate(FIRMS)))
    table, found = compared(tax(**reported), held)
    park = table.loc[("park", "P")]
    both = {firm: sums for firm, sums in reported.items() if None not in sums}
    # Every enterprise is compared, or named with a reason.
    assert park["comparable_enterprises"] == len(both)
    assert sorted(found.others["enterprise_id"]) == sorted(set(FIRMS) - set(both))
    # Order of rows changes nothing.
    rows, parts = tax(**reported), held.copy()
    order = chance.sample(range(len(rows)), len(rows))
    again, _ = compared(rows.iloc[order], parts.sample(frac=1, random_state=chance.randrange(99)))
    assert again.loc[("park", "P")].equals(park) or np.allclose(
        again.loc[("park", "P")].iloc[5:].astype(float), park.iloc[5:].astype(float), equal_nan=True
    )
    # Those that report in one year alone change what is covered, and not the rate.
    some = {firm: sums for firm, sums in reported.items() if firm in both}
    if not some:
        return
    fewer, _ = compared(tax(**some), held[held["enterprise_id"].isin(list(some))])
    rates = ["comparable_change", "comparable_per_mu_change", "comparable_per_mu_growth"]
    alone = fewer.loc[("park", "P")]
    assert np.allclose(alone[rates].astype(float), park[rates].astype(float), equal_nan=True)
    # Where all report in both years it is the growth of the whole.
    allocation = allocate(tax(**some), held[held["enterprise_id"].isin(list(some))], AREA)
    every = figures(allocation, "park", _park(allocation.rows), None, "occupied")
    whole = changes(every, 2021, 2023).iloc[0]
    for name in ("per_mu_change", "value_change"):
        own = alone["comparable_change" if name == "value_change" else f"comparable_{name}"]
        assert np.isclose(own, whole[name], equal_nan=True)
    assert alone["comparable_enterprises"] == alone["of_enterprises"]


@pytest.mark.parametrize(
    ("since", "blank"), [("2022-05-01", 0), ("2021-12-31", 1), (None, 1), ("9999-12-31", 0)]
)
def test_who_was_not_yet_in_production_leaves_nothing_blank(since: str | None, blank: int) -> None:
    """A 100 and 150 on 10 mu, B nothing and 30 on 10 mu: 100 to 180, 10 to 9 per mu, of all."""
    allocation = allocate(
        tax(E1=(100, 150), E2=(None, 30)), land(("E1", "A", MU, None), ("E2", "B", MU, None)), AREA
    )
    days = pd.DataFrame(
        {"enterprise_id": ["E2", "E1"], "in_production_on": [since, None]}, dtype="str"
    )
    allocation = with_first_production(allocation, days)
    table = figures(allocation, "park", _park(allocation.rows), None, "occupied")
    found = table.set_index("year")["missing"].astype(int).to_dict()
    assert found == {2021: blank, 2023: 0}
    growth = changes(table, 2021, 2023).iloc[0]
    assert growth["missing"] == blank
    rates = growth[["value_change", "per_mu_change"]].tolist()
    assert rates == pytest.approx([np.nan] * 2 if blank else [0.8, -0.1], nan_ok=True)
