"""Grades: published methods to the last digit, fairness as properties, edges as declared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import RuleError
from geo.evaluate.grades import grade, standings
from geo.evaluate.method import SHELF, read_method, shipped_methods
from tests.builders import SHARES, grading_method
from tests.lane import examples

# As printed in the two notices (rules.md, section 4).
HUANGYAN = {
    "huangyan-2022": ([24.097, 136.16, 2.694, 4929.81, 18.14, 0.0302], [11.5932, 0.2352]),
    "huangyan-2021": ([26.01, 132.27, 2.54, 4861.08, 17.45, 0.0305], [16.601058, 0.236565]),
}
ITEMS = (
    "tax_per_mu",
    "value_added_per_mu",
    "value_added_per_tce",
    "value_added_per_emission",
    "labour_productivity",
    "rd_intensity",
)
WEIGHTS = [30, 20, 20, 10, 10, 10]


def graded(method, year=2023, uncertainty=0.0, index=None, **columns):
    frame = pd.DataFrame(columns)
    frame.index = pd.Index(index if index is not None else [f"E{i}" for i in range(len(frame))])
    return grade(frame, method, year, uncertainty).grades.set_index("subject_id")


@pytest.mark.parametrize("name", HUANGYAN)
def test_huangyan_baselines_and_weights_as_printed(name):
    above, below = read_method(name).groups
    assert [i.baseline for i in above.items] == HUANGYAN[name][0]
    assert [i.weight for i in above.items] == WEIGHTS
    assert [i.indicator for i in above.items] == list(ITEMS)
    assert [(i.baseline, i.weight) for i in below.items] == [(b, 50) for b in HUANGYAN[name][1]]


@pytest.mark.parametrize("name", HUANGYAN)
def test_an_enterprise_on_every_baseline_has_100_points(name):
    above, below = HUANGYAN[name]
    values = dict(zip(ITEMS, above, strict=True))
    values["rd_intensity"] *= 100
    table = graded(read_method(name), above_scale=[True], **{k: [v] for k, v in values.items()})
    assert table["score"].tolist() == [100.0]
    small = graded(
        read_method(name),
        above_scale=[False],
        tax_per_mu=[below[0]],
        tax_per_electricity=[below[1]],
    )
    assert small["score"].tolist() == [100.0]


def test_huangyan_2022_by_hand():
    """docs/en/concepts/grading.md works the same two enterprises.

    E0: 20÷24.097×30 = 24.89936; 150÷136.16×20 = 22.03290; 3÷2.694×20 = 22.27171;
    6000÷4929.81×10 = 12.17085; 20÷18.14×10 = 11.02536; 0.02÷0.0302×10 = 6.62252: sum 99.02270.
    E1 has no emission data: the mean of that item, 12.17085, stands in.
    """
    columns = {
        "tax_per_mu": [20.0, 10.0],
        "value_added_per_mu": [150.0, 100.0],
        "value_added_per_tce": [3.0, 2.0],
        "value_added_per_emission": [6000.0, np.nan],
        "labour_productivity": [20.0, 15.0],
        "rd_intensity": [2.0, 3.0],
    }
    table = graded(read_method("huangyan-2022"), above_scale=[True, True], **columns)
    assert table["score"].tolist() == [99.02, 72.36]
    assert table["filled"].tolist() == [0, 1]
    assert table["rank"].tolist() == [1, 2]
    assert table["grade"].tolist() == ["ungraded"] * 2
    assert table["reason"].tolist() == ["scores_only"] * 2


def test_without_the_rule_of_the_mean_a_missing_input_is_no_data():
    columns = {name: [10.0, 10.0] for name in ITEMS}
    table = graded(
        read_method("huangyan-2021"),
        above_scale=[True, True],
        **columns | {"value_added_per_emission": [10.0, np.nan]},
    )
    assert table.loc["E1", ["grade", "reason"]].tolist() == ["no_data", "input_missing"]
    assert np.isnan(table.loc["E1", "score"])


def test_jingde_by_hand():
    """40 × (20 + 80 × (x − 2)/(10 − 2))/100: 8 for the least, 24 halfway, 40 for the most."""
    weights = {"tax_per_mu": 40, "revenue_per_tce": 30, "revenue_per_emission": 30}
    other = {
        i: 1.0 for g in read_method("jingde-2022").groups for i in [x.indicator for x in g.items]
    }
    method = read_method("jingde-2022").completed(other | weights, {})
    table = graded(
        method,
        above_scale=[False] * 3,
        area_mu=[5.0, 9.0, 9.0],
        industry_code=["3054"] * 3,
        tax_per_mu=[2.0, 6.0, 10.0],
        revenue_per_tce=[1.0, 1.0, 3.0],
        revenue_per_emission=[7.0, 7.0, 7.0],
    )
    assert table["score"].tolist() == [8 + 6 + 30, 24 + 6 + 30, 40 + 30 + 30]


def test_jingde_asks_for_the_weights_that_its_text_does_not_print():
    with pytest.raises(RuleError, match="prints no weights"):
        read_method("jingde-2022").completed({"tax_per_mu": 40}, {})


def test_jingde_scope():
    items = [i.indicator for g in read_method("jingde-2022").groups for i in g.items]
    method = read_method("jingde-2022").completed(dict.fromkeys(items, 10), {})
    table = graded(
        method,
        **dict.fromkeys(items, np.nan),
        above_scale=pd.array([False, True, None, False, True], dtype="boolean"),
        area_mu=[4.99, 1.0, 9.0, np.nan, 9.0],
        industry_code=["3054", "4620", "3054", "3054", None],
    )
    assert table["reason"].tolist() == [
        "too_little_land",
        "exempt_industry",
        "scale_unknown",
        "land_unknown",
        "exemption_unknown",
    ]
    assert table["grade"].tolist() == ["ungraded", "ungraded", "no_data", "no_data", "no_data"]


def test_the_shares_of_a_city_of_twenty():
    table = graded(grading_method(), tax_per_mu=np.arange(20.0))
    assert table["grade"].value_counts().to_dict() == {"A": 5, "B": 9, "C": 5, "D": 1}
    assert table["grade"].tolist() == ["D"] + ["C"] * 5 + ["B"] * 9 + ["A"] * 5


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_a_small_group_has_no_shares(n):
    table = graded(grading_method(), tax_per_mu=np.arange(float(n)))
    assert set(table["grade"]) == {"ungraded"}
    assert set(table["reason"]) == {"small_group"}


def test_four_have_an_a_if_the_policy_says_so():
    grading = {"by": "share", "cuts": SHARES, "least": 1}
    assert graded(grading_method(grading=grading), tax_per_mu=[1.0, 2, 3, 4])["grade"].tolist() == [
        "C",
        "B",
        "B",
        "A",
    ]
    assert graded(grading_method(grading=grading), tax_per_mu=[1.0])["grade"].tolist() == ["B"]


def test_sichuan_at_most_30_percent_a_and_at_least_10_percent_c():
    base = {
        "revenue_per_mu": 427.4,
        "tax_per_mu": 14.3,
        "revenue_per_employee": 144.4,
        "revenue_per_tce": 4.9,
        "rd_intensity": 1.5,
    }
    factor = np.array([1.0] * 5 + [2.0] * 3 + [0.5] * 3)  # ties across both lines
    table = graded(
        read_method("sichuan-2020"),
        above_scale=[True] * 11,
        **{k: v * factor for k, v in base.items()},
    )
    assert table["score"].tolist() == [70.0] * 5 + [140.0] * 3 + [35.0] * 3
    assert table["grade"].value_counts().to_dict() == {"B": 5, "A": 3, "C": 3}


@pytest.mark.parametrize(("of", "grades"), [("all", "AAABBBBBC"), ("graded", "AABBBBBCC")])
def test_shares_of_all_or_of_those_with_data(of, grades):
    cuts = [{"grade": "A", "to": 30}, {"grade": "B", "to": 80}, {"grade": "C", "to": 100}]
    method = grading_method(grading={"by": "share", "cuts": cuts, "shares_of": of})
    table = graded(method, tax_per_mu=[9.0, 8, 7, 6, 5, 4, 3, 2, 1, np.nan])
    assert "".join(table["grade"].tolist()[:9]) == grades
    assert table["grade"].iloc[9] == "no_data"


@pytest.mark.parametrize(
    ("shares", "counts"),
    [
        # 巢湖市 2021, 规上 (巢政办〔2022〕11号): 20 / 45 / 30 / 5 % of 120.
        ({"A": 20, "B": 65, "C": 95, "D": 100}, {"A": 24, "B": 54, "C": 36, "D": 6}),
        # 济宁高新区 2023, 规下 (济高新管发〔2024〕4号): 20 / 40 / 35 / 5 % of 100.
        ({"A": 20, "B": 60, "C": 95, "D": 100}, {"A": 20, "B": 40, "C": 35, "D": 5}),
    ],
)
def test_published_counts_of_grades(shares, counts):
    cuts = [{"grade": grade, "to": to} for grade, to in shares.items()]
    method = grading_method(grading={"by": "share", "cuts": cuts})
    table = graded(method, tax_per_mu=np.arange(float(sum(counts.values()))))
    assert table["grade"].value_counts().to_dict() == counts


JINING = {
    "by": "share",
    "shares_of": "group",
    "cuts": [
        {"grade": "A", "to": 20},
        {"grade": "B", "to": 55, "round": "up"},
        {"grade": "C", "above_last": 5, "round": "up"},
        {"grade": "D", "to": 100},
    ],
}
"""Shares of all 275, those without a grade among them: 55 are A, the last 13.75 → 14 are D."""


def test_published_counts_where_those_without_a_grade_are_in_the_base():
    """济宁高新区 2023, 规上 (济高新管发〔2024〕4号): 55 / 97 / 99 / 14, and 10 in class T."""
    method = grading_method(grading=JINING, exempt={"industries": ["44"]})
    industry = ["4411"] * 10 + ["3054"] * 265
    table = graded(method, tax_per_mu=np.arange(275.0), industry_code=industry)
    counts = table["grade"].value_counts().to_dict()
    assert counts == {"C": 99, "B": 97, "A": 55, "D": 14, "ungraded": 10}
    # Points to the next grade are proven by adding them.
    for at in np.flatnonzero(table["grade"] == "D")[[0, -1]]:
        values = np.arange(275.0)
        values[at] += table["to_better"].iloc[at]
        again = graded(method, tax_per_mu=values, industry_code=industry)
        assert again["grade"].iloc[at] == "C"


@pytest.mark.parametrize(
    "cuts",
    [
        [{"grade": "A", "above_last": 5}, {"grade": "B", "to": 50}, {"grade": "C", "to": 100}],
        [{"grade": "A", "to": 20}, {"grade": "C", "above_last": 5}],
        [{"grade": "A", "to": 20, "above_last": 5}, {"grade": "D", "to": 100}],
        [{"grade": "A"}, {"grade": "D", "to": 100}],
    ],
)
def test_only_the_last_grade_but_one_reaches_down_to_a_last_share(cuts):
    with pytest.raises(ValueError, match="above_last"):
        grading_method(grading={"by": "share", "cuts": cuts})


def test_huaian_with_the_baselines_of_its_county():
    """15 ÷ 20 × 45 = 33.75, 300 ÷ 600 × 35 = 17.5, 0.1 ÷ 0.2 × 20 = 10: 61.25."""
    baselines = {"tax_per_mu": 20.0, "revenue_per_mu": 600.0, "tax_per_tce": 0.2}
    method = read_method("huaian-2024").completed({}, baselines)
    figures = {"tax_per_mu": [15.0], "revenue_per_mu": [300.0], "tax_per_tce": [0.1]}
    table = graded(method, above_scale=[True], **figures)
    assert table["score"].tolist() == [61.25]
    with pytest.raises(RuleError, match=r"tax_per_tce.*project\.baselines"):
        read_method("huaian-2024").completed({}, {"tax_per_mu": 20.0, "revenue_per_mu": 600.0})


@pytest.mark.parametrize(
    ("ties", "grades"), [("better", ["A", "A", "A"]), ("worse", ["B", "B", "B"])]
)
def test_ties_on_the_line_are_policy_and_equal(ties, grades):
    method = grading_method(grading={"by": "share", "cuts": SHARES, "ties": ties})
    table = graded(method, tax_per_mu=[5.0, 5.0, 5.0, 1.0, 2.0, 3.0, 4.0, 4.5])
    assert table["grade"].tolist()[:3] == grades


def test_vetoes_promotions_and_points():
    method = grading_method(
        grading={"by": "share", "cuts": SHARES, "bonus_cap": 5, "penalty_cap": 2}
    )
    table = graded(
        method,
        tax_per_mu=np.arange(20.0),
        best_grade=["C"] * 20,
        bonus_points=[9.0] + [np.nan] * 19,
        penalty_points=[0.0] * 19 + [9.0],
    )
    assert table.loc["E0", ["score", "bonus"]].tolist() == [5.0, 5.0]
    assert table.loc["E19", ["score", "penalty"]].tolist() == [17.0, 2.0]
    assert table.loc["E18", ["grade", "reason"]].tolist() == ["C", "best_grade"]
    raised = graded(grading_method(), tax_per_mu=np.arange(20.0), least_grade=["B"] + [None] * 19)
    assert raised.loc["E0", ["grade", "reason"]].tolist() == ["B", "least_grade"]


@pytest.mark.parametrize("score", [0.0, 10.0, 19.5])
def test_a_veto_holds_against_a_promotion(score):
    values = np.r_[np.arange(19.0), score]
    table = graded(
        grading_method(),
        tax_per_mu=values,
        best_grade=[None] * 19 + ["B"],
        least_grade=[None] * 19 + ["A"],
    )
    assert table.loc["E19", ["grade", "reason"]].tolist() == ["B", "best_grade"]


def test_who_is_new_or_a_utility_takes_nobodys_place():
    exempt = {"industries": ["46"], "founded_within_years": 4, "statuses": ["在建"]}
    n = 24
    columns = {
        "tax_per_mu": np.arange(float(n)),
        "industry_code": ["3054"] * 23 + ["4620"],
        "founded_on": ["2010-01-01"] * 22 + ["2021-06-01", "2010-01-01"],
        "status": ["在产"] * 21 + ["在建二期"] + ["在产"] * 2,
    }
    table = graded(grading_method(exempt=exempt), **columns)
    assert table["reason"].tolist()[21:] == ["exempt_status", "new", "exempt_industry"]
    assert set(table["grade"][21:]) == {"ungraded"}
    assert table["score"].notna().all()
    assert set(table["of"]) == {21}
    assert (table["grade"] == "A").sum() == 5
    blank = graded(
        grading_method(exempt=exempt), **columns | {"founded_on": [None] + ["2010-01-01"] * 23}
    )
    assert blank.loc["E0", ["grade", "reason"]].tolist() == ["no_data", "date_unknown"]


@pytest.mark.parametrize(
    ("years", "since", "new"),
    [
        # 2024 and 2020 are leap years: days over 365.25 would call 31 December 2021 new in 2023.
        (2, "2021-12-31", False),
        (2, "2022-01-01", True),
        (1, "2022-12-31", False),
        (3, "2020-12-31", False),
        (3, "2021-01-01", True),
        (4, "2019-12-31", False),
        (0.5, "2023-06-30", False),
        (0.5, "2023-07-01", True),
    ],
)
def test_within_so_many_years_is_counted_by_the_calendar(years, since, new):
    table = graded(
        grading_method(exempt={"in_production_within_years": years}),
        tax_per_mu=np.arange(20.0),
        in_production_on=[since] + ["2001-01-01"] * 19,
    )
    assert (table.loc["E0", "reason"] == "new") == new


def test_grades_by_score():
    cuts = [{"grade": "A", "least": 90}, {"grade": "B", "least": 60}, {"grade": "C"}]
    table = graded(
        grading_method(grading={"by": "score", "cuts": cuts}), tax_per_mu=[90.0, 89.994, 10.0]
    )
    assert table["grade"].tolist() == ["A", "B", "C"]
    assert table["to_better"].tolist()[1:] == [0.01, 50.0]
    assert table["to_worse"].tolist()[:2] == [0.0, 29.99]


def test_distance_to_the_next_grade():
    table = graded(grading_method(), tax_per_mu=np.arange(20.0) ** 2)
    assert table.loc["E14", ["grade", "to_better", "to_worse"]].tolist() == [
        "B",
        225.0 - 196,
        196.0 - 25,
    ]


def test_stability_says_how_sure_a_grade_is():
    values = np.r_[np.full(5, 1000.0) + np.arange(5), [10.5, 10.0], np.arange(13.0) / 10 + 1]
    table = graded(grading_method(), uncertainty=0.05, tax_per_mu=values)
    assert table["draws"].tolist() == [200] * 20
    assert (table["stability"][:5] == 1).all()
    assert (table["stability"] <= 1).all()
    worst = table.loc["E7"]  # 1.0, beside 1.1: the last place changes hands
    assert worst["grade"] == "D"
    assert 0.5 < worst["stability"] < 1
    assert graded(grading_method(), tax_per_mu=values)["stability"].isna().all()


def test_parks_are_graded_among_each_other_by_the_first_groups_items():
    method = grading_method(grading={"by": "share", "cuts": SHARES}, exempt={"industries": ["46"]})
    frame = pd.DataFrame({"tax_per_mu": np.arange(20.0)}, index=[f"P{i}" for i in range(20)])
    result = grade(frame, method.for_parks(), 2023, subject="park")
    assert set(result.grades["subject"]) == {"park"}
    assert result.grades["grade"].value_counts().to_dict() == {"A": 5, "B": 9, "C": 5, "D": 1}
    four = grade(frame.iloc[:4], method.for_parks(), 2023, subject="park").grades
    assert set(four["reason"]) == {"small_group"}
    assert four["rank"].tolist() == [4, 3, 2, 1]


def test_every_shipped_method_is_cited():
    for name in shipped_methods():
        method = read_method(name)
        assert method.head.document in method.head.citation
        assert method.head.url.startswith("http")
        assert method.head.note_zh
        assert method.head.note_en


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"grading": {"by": "share", "cuts": [{"grade": "A", "to": 30}]}}, "the last 100"),
    ],
)
def test_a_method_that_is_not_whole_is_refused(change, why):
    with pytest.raises(ValueError, match=why):
        grading_method(**change)


def test_an_unknown_method_names_the_known():
    with pytest.raises(RuleError, match="sichuan-2020"):
        read_method("nowhere")


TOPS = st.sampled_from([None, None, None, "B", "C"])
POINTS = st.integers(0, 60).map(lambda n: n / 4)
CUTS = [
    {"grade": "A", "to": 25},
    {"grade": "B", "to": 60, "round": "up"},
    {"grade": "C", "to": 90},
    {"grade": "D", "to": 100},
]
LEAST = [
    {"grade": "A", "least": 11.005},
    {"grade": "B", "least": 7},
    {"grade": "C", "least": 2.5},
    {"grade": "D"},
]
GRADINGS = st.sampled_from(
    [
        {"by": "share", "cuts": CUTS, "least": 1, "ties": ties, "shares_of": of}
        for ties in ("better", "worse")
        for of in ("all", "graded")
    ]
    + [{"by": "score", "cuts": LEAST}]
)


@given(GRADINGS, st.lists(st.tuples(POINTS, TOPS, TOPS), min_size=1, max_size=14), st.data())
@examples(80)
def test_a_distance_is_proven_by_applying_it(grading, rows, data):
    """Added as printed it betters the grade, a cent less does not; lost, it keeps the grade."""
    method = grading_method(grading=grading)
    columns = {
        "tax_per_mu": np.array([r[0] for r in rows]),
        "best_grade": [r[1] for r in rows],
        "least_grade": [r[2] for r in rows],
    }
    table = graded(method, **columns)
    at = data.draw(st.integers(0, len(rows) - 1))
    now = table.iloc[at]

    def after(change):
        moved = columns["tax_per_mu"].copy()
        moved[at] += change
        return ORDER[graded(method, **columns | {"tax_per_mu": moved})["grade"].iloc[at]]

    if np.isnan(now["to_better"]):
        assert after(1e6) == ORDER[now["grade"]]
    else:
        better = float(f"{now['to_better']:.2f}")
        assert after(better) < ORDER[now["grade"]]
        assert after(better - 0.01) == ORDER[now["grade"]]
    if np.isnan(now["to_worse"]):
        assert after(-1e6) == ORDER[now["grade"]]
    else:
        spare = float(f"{now['to_worse']:.2f}")
        assert after(-spare) == ORDER[now["grade"]]
        assert after(-spare - 0.01) > ORDER[now["grade"]]


def test_points_to_the_better_grade_where_ties_get_the_worse():
    """Ten, three in A: to enter A one must stand above the third, a cent over 91.50."""
    cuts = [{"grade": "A", "to": 30}, {"grade": "B", "to": 100}]
    scores = [95.0, 93, 91.5, 80, 70, 60, 50, 40, 30, 20]
    worse, better = (
        graded(
            grading_method(grading={"by": "share", "cuts": cuts, "ties": ties}), tax_per_mu=scores
        )
        for ties in ("worse", "better")
    )
    assert worse.loc["E3", "to_better"] == 11.51
    assert better.loc["E3", "to_better"] == 11.5
    assert (worse.loc["E2", "to_worse"], better.loc["E2", "to_worse"]) == (11.49, 11.5)
    assert np.isnan(worse.loc["E0", "to_better"])
    assert np.isnan(worse.loc["E9", "to_worse"])


EXEMPT = {"industries": ["46"]}
BASED = {
    "minmax": [
        {"indicator": "tax_per_mu", "weight": 60},
        {"indicator": "rd_intensity", "weight": 40},
    ],
    "ratio": [
        {"indicator": "tax_per_mu", "weight": 60, "baseline": 9.3, "missing": "mean"},
        {"indicator": "rd_intensity", "weight": 40, "baseline": 1.7},
    ],
    "rank": [
        {"indicator": "tax_per_mu", "weight": 1, "missing": "mean"},
        {"indicator": "rd_intensity", "weight": 1},
    ],
}


@given(
    st.sampled_from(sorted(BASED)),
    st.lists(st.tuples(st.one_of(st.just(np.nan), POINTS), POINTS), min_size=2, max_size=12),
    st.tuples(POINTS, st.one_of(st.just(np.nan), st.just(1e6), st.just(0.0))),
    st.sampled_from(["4620", None, "3054"]),
)
@examples(60)
def test_who_does_not_compete_moves_nobodys_score(family, rows, other, code):
    """A utility, one of unknown industry, one without all data: the others stand as without it."""
    other = (other[0], np.nan) if code == "3054" else other
    method = grading_method(family, BASED[family], exempt=EXEMPT)
    rest = graded(method, **frame(rows), industry_code=["3054"] * len(rows))
    both = graded(method, **frame([*rows, other]), industry_code=["3054"] * len(rows) + [code])
    pd.testing.assert_frame_equal(rest[["score", "rank"]], both[["score", "rank"]].iloc[:-1])


def test_a_code_too_short_to_tell_an_exemption_is_no_grade():
    """461 is exempt: 46 and section D, which hold it and others, may be; 4620 is not."""
    method = grading_method(grading={"by": "share", "cuts": SHARES}, exempt={"industries": ["461"]})
    codes = ["46", "4610", "4620", "D", None]
    table = graded(method, tax_per_mu=[9.0, 8.0, 7.0, 6.0, 5.0], industry_code=codes)
    assert table["reason"].drop("E2").tolist() == [
        "exemption_unknown",
        "exempt_industry",
        "exemption_unknown",
        "exemption_unknown",
    ]
    assert table.loc["E2", "reason"] not in ("exemption_unknown", "exempt_industry")


@pytest.mark.parametrize(
    ("base", "score"),
    [
        # 2 and 10 compete with all data, 0 lacks R&D, 50 is a utility: for 6, the share of the scale.
        ("graded", 20 + 80 * 4 / 8),
        ("all", 20 + 80 * 6 / 10),
        ("group", 20 + 80 * 6 / 50),
    ],
)
def test_the_base_of_a_scale_is_what_the_method_declares(base, score):
    items = [{"indicator": "tax_per_mu", "weight": 100}, {"indicator": "rd_intensity", "weight": 1}]
    method = grading_method("minmax", items, {"scale_of": base}, EXEMPT)
    table = graded(
        method,
        tax_per_mu=[2.0, 6, 10, 0, 50],
        rd_intensity=[1.0, 1, 1, np.nan, 1],
        industry_code=["3054"] * 4 + ["4620"],
    )
    assert table.loc["E1", "score"] == score + 1  # all R&D equal: full points


@pytest.mark.parametrize(("base", "mean"), [("graded", 3.0), ("all", 4.0), ("group", 28.0)])
def test_the_base_of_a_mean_is_what_the_method_declares(base, mean):
    items = [
        {"indicator": "tax_per_mu", "weight": 1, "missing": "mean"},
        {"indicator": "rd_intensity", "weight": 1},
    ]
    method = grading_method("rank", items, {"mean_of": base}, EXEMPT)
    table = graded(
        method,
        tax_per_mu=[2.0, 4, np.nan, 6, 100],
        rd_intensity=[1.0, 1, 1, np.nan, 1],
        industry_code=["3054"] * 4 + ["4620"],
    )
    assert table.loc["E2", "score"] == mean + 1


def test_land_that_is_unknown_is_no_data_and_little_land_is_little():
    """The silent one has its land: it lacks figures, not land (`too_little_land` was wrong)."""
    method = grading_method(least_mu=5)
    table = graded(method, tax_per_mu=[np.nan, np.nan, 3.0], area_mu=[9.0, np.nan, 4.0])
    assert table["reason"].tolist() == ["input_missing", "land_unknown", "too_little_land"]


METHODS = [
    grading_method(
        "ratio",
        [
            {"indicator": "tax_per_mu", "weight": 60, "baseline": 9.3},
            {"indicator": "rd_intensity", "weight": 40, "baseline": 1.7},
        ],
    ),
    grading_method(
        "minmax",
        [{"indicator": "tax_per_mu", "weight": 60}, {"indicator": "rd_intensity", "weight": 40}],
    ),
]
METHOD = st.sampled_from(METHODS)
FIGURE = st.one_of(st.floats(0, 50).map(lambda v: round(v, 3)), st.just(float("nan")))
ROWS = st.lists(st.tuples(FIGURE, FIGURE), min_size=1, max_size=40)
ORDER = {"A": 0, "B": 1, "C": 2, "D": 3}


def frame(rows):
    return {"tax_per_mu": [r[0] for r in rows], "rd_intensity": [r[1] for r in rows]}


@given(METHOD, ROWS, st.randoms())
@examples(40)
def test_rows_that_are_asked_for_are_those_of_the_whole(method, rows, random):
    """What a part of a large run is given: some rows, in any order, under names of its own."""
    table = pd.DataFrame(frame(rows), index=[f"E{i}" for i in range(len(rows))])
    table["above_scale"] = [random.random() < 0.7 for _ in rows]
    whole = grade(table, method, 2023, 0.05)
    asked = np.array(random.sample(range(len(rows)), random.randint(0, len(rows))), dtype=np.int64)
    done = standings(table, method, 2023, 0.05).graded(asked, table.index[asked])
    pd.testing.assert_frame_equal(
        done.grades, whole.grades.iloc[asked].reset_index(drop=True), check_exact=True
    )
    keys = ["subject_id", "indicator"]
    items = whole.score_items.set_index(keys)
    own = done.score_items.set_index(keys)
    pd.testing.assert_frame_equal(own, items.reindex(own.index), check_exact=True)
    assert len(own) == items.index.get_level_values(0).isin(table.index[asked]).sum()


@given(METHOD, ROWS, st.randoms())
@examples(60)
def test_order_and_names_move_no_grade(method, rows, random):
    order = list(range(len(rows)))
    random.shuffle(order)
    one = graded(method, uncertainty=0.05, **frame(rows))
    other = graded(
        method,
        uncertainty=0.05,
        index=[f"X{random.random()}" for _ in rows],
        **frame([rows[i] for i in order]),
    )
    for column in ("score", "rank", "grade", "stability", "to_better"):
        pd.testing.assert_series_equal(
            one[column].iloc[order].reset_index(drop=True),
            other[column].reset_index(drop=True),
            rtol=1e-9,
        )


@given(METHOD, ROWS)
@examples(60)
def test_every_one_has_a_grade_and_equal_scores_equal_grades(method, rows):
    table = graded(method, **frame(rows))
    assert set(table["grade"]) <= {*ORDER, "ungraded", "no_data"}
    missing = table["score"].isna()
    assert (table["grade"][missing] == "no_data").all()
    assert (table["grade"][~missing] != "no_data").all()
    assert table[~missing].groupby("score")["grade"].nunique().le(1).all()


@given(METHOD, ROWS, st.data())
@examples(80)
def test_raising_an_indicator_never_worsens_a_grade(method, rows, data):
    at = data.draw(st.integers(0, len(rows) - 1))
    more = [list(r) for r in rows]
    more[at][data.draw(st.integers(0, 1))] += data.draw(st.floats(0.001, 30))
    before = graded(method, **frame(rows))["grade"].iloc[at]
    after = graded(method, **frame(more))["grade"].iloc[at]
    assert (before, after) in {("no_data", "no_data"), ("ungraded", "ungraded")} or (
        ORDER[after] <= ORDER[before]
    )


@given(ROWS, st.data())
@examples(80)
def test_blanking_an_input_gives_no_grade_and_moves_nobody_down(rows, data):
    at = data.draw(st.integers(0, len(rows) - 1))
    less = [list(r) for r in rows]
    less[at][data.draw(st.integers(0, 1))] = float("nan")
    before, after = (graded(METHODS[0], **frame(r))["grade"] for r in (rows, less))
    assert after.iloc[at] in ("no_data", "ungraded")
    for b, a in zip(before.drop(before.index[at]), after.drop(after.index[at]), strict=True):
        assert b == a or ORDER[a] <= ORDER[b]


@given(ROWS, st.floats(0.01, 100))
@examples(40)
def test_units_move_no_grade(rows, unit):
    """The same figures in another unit, under the same method in that unit."""
    scaled = grading_method(
        "ratio",
        [
            {"indicator": "tax_per_mu", "weight": 60, "baseline": 9.3 * unit},
            {"indicator": "rd_intensity", "weight": 40, "baseline": 1.7 * unit},
        ],
    )
    again = [(a * unit, b * unit) for a, b in rows]
    one, other = graded(METHODS[0], **frame(rows)), graded(scaled, **frame(again))
    np.testing.assert_allclose(
        one["score"].astype(float), other["score"].astype(float), atol=0.0101
    )  # a score on a rounding edge may go either way


@pytest.mark.parametrize(
    "cuts",
    [
        [],
        [{"grade": "A", "least": 60}, {"grade": "B", "least": 80}, {"grade": "C"}],
        [{"grade": "A"}, {"grade": "B", "least": 60}, {"grade": "C"}],
    ],
)
def test_cuts_by_score_fall(cuts):
    with pytest.raises(ValueError, match="falling"):
        grading_method(grading={"by": "score", "cuts": cuts})


def test_a_method_of_an_unknown_indicator_is_refused_by_its_name(tmp_path):
    text = (SHELF.home / "sichuan-2020.toml").read_text(encoding="utf-8")
    known = read_method("sichuan-2020").groups[0].items[0].indicator
    (tmp_path / "office.toml").write_text(text.replace(known, "shoe_size"), encoding="utf-8")
    with pytest.raises(RuleError, match="shoe_size"):
        read_method("office.toml", tmp_path)
