"""Items, ties, quotas and deductions beyond value ÷ baseline, and the methods that need them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import geo
from geo.errors import DataError, ProjectError, RuleError
from geo.evaluate.eligibility import columns_read
from geo.evaluate.grades import grade
from geo.evaluate.method import Method, method_of, read_method, shipped_methods
from geo.evaluate.points import band_texts
from geo.evaluate.run_grades import ungraded_notes
from geo.evaluate.scoring import Places, cut, cut_unranked, ranks
from geo.project import Project, Settings
from geo.publish.records.grades import grade_line
from tests.builders import SHARES, grading_method
from tests.grade_cases import ENERGY, GROWTH, method_data
from tests.lane import examples

LINHAI = {
    "tax_per_mu": 15.0,
    "revenue_per_mu": 300.0,
    "value_added_per_tce": 3.0,
    "value_added_per_cod": 500.0,
    "value_added_per_water": 0.1,
    "labour_productivity": 15.0,
    "tax_per_electricity": 2.0,
}
"""Baselines as printed, 万元/亩, 万元/吨, 万元/人 and 元/度."""
WENLING = ("tax_per_mu", "value_added_per_mu", "value_added_per_tce", "value_added_per_emission")


def graded(method, uncertainty=0.0, index=None, **columns):
    frame = pd.DataFrame(columns)
    frame.index = pd.Index(index if index is not None else [f"E{i}" for i in range(len(frame))])
    return grade(frame, method, 2023, uncertainty).grades.set_index("subject_id")


def one_item(item, **grading):
    """A method of one item."""
    return grading_method("ratio", [{"indicator": "tax_per_mu"} | item], grading or {"by": "none"})


# --------------------------------------------------------------------------------- methods


def test_linhai_at_every_baseline_has_100_points_and_falls_into_groups_by_land():
    land = [3.0, 2.999, 50.0, 0.1, np.nan]
    columns = {name: [value] * 5 for name, value in LINHAI.items()}
    table = graded(read_method("linhai-2014"), area_mu=land, **columns)
    assert table["score"].tolist()[:4] == [100.0] * 4
    assert table["group"].tolist() == ["from_3_mu", "under_3_mu", "from_3_mu", "under_3_mu", ""]
    assert table.loc["E4", ["grade", "reason"]].tolist() == ["no_data", "land_unknown"]


def test_linhai_by_hand():
    """17.3÷15×40 = 46.1333; 281.7÷300×10 = 9.39; 2.71÷3×20 = 18.0667; 612.4÷500×15 = 18.372;
    0.137÷0.1×5 = 6.85; 13.9÷15×10 = 9.2667: 108.0787. Under 3 亩: 11.2÷15×50 = 37.3333;
    455÷300×20 = 30.3333; 2.35÷2×30 = 35.25: 102.9167.
    """
    columns = {
        "area_mu": [7.0, 1.5],
        "tax_per_mu": [17.3, 11.2],
        "revenue_per_mu": [281.7, 455.0],
        "value_added_per_tce": [2.71, np.nan],
        "value_added_per_cod": [612.4, np.nan],
        "value_added_per_water": [0.137, np.nan],
        "labour_productivity": [13.9, np.nan],
        "tax_per_electricity": [np.nan, 2.35],
    }
    table = graded(read_method("linhai-2014"), **columns)
    assert table["score"].tolist() == [108.08, 102.92]
    assert table["reason"].tolist() == ["scores_only"] * 2


def wenling():
    every = {i.indicator for group in read_method("wenling-2022").groups for i in group.items}
    return read_method("wenling-2022").completed(dict.fromkeys(every, 10), dict.fromkeys(every, 1))


def firms(method, n, **columns):
    """`n` enterprises, all items 1 but tax, which tells them apart."""
    items = {i.indicator: np.ones(n) for group in method.groups for i in group.items}
    return items | {"tax_per_mu": np.arange(float(n))} | columns


def test_wenling_ranks_within_five_industries_by_the_shares_of_each_scale():
    method = wenling()
    columns = firms(
        method,
        60,
        above_scale=[True] * 20 + [False] * 20 + [True] * 20,
        industry_code=["1713"] * 40 + ["3443"] * 20,
        lessees=np.zeros(60),
    )
    table = graded(method, **columns)
    counts = table.groupby("group")["grade"].value_counts().unstack()
    # 20 / 60 / 15 / 5 % of 20, and 5 / 70 / 20 / 5 %.
    assert counts.loc["above_scale/textile"].to_dict() == {"A": 4, "B": 12, "C": 3, "D": 1}
    assert counts.loc["below_scale/textile"].to_dict() == {"A": 1, "B": 14, "C": 4, "D": 1}
    assert counts.loc["above_scale/machinery"].to_dict() == {"A": 4, "B": 12, "C": 3, "D": 1}


@pytest.mark.parametrize(
    ("above", "lessees", "off"),
    [(True, 0, 0), (True, 1, 0), (True, 2, 5), (True, 9, 40), (False, 1, 10), (False, 4, 25)],
)
def test_wenling_takes_points_off_for_each_lessee(above, lessees, off):
    method = wenling()
    columns = firms(method, 1, above_scale=[above], industry_code=["3443"], lessees=[lessees])
    assert graded(method, **columns)["deduction"].tolist() == [off]


def test_wenling_without_industry_or_lessees_is_no_data():
    method = wenling()
    columns = firms(
        method,
        3,
        above_scale=[True] * 3,
        industry_code=[None, "1713", "1512"],
        lessees=[0, np.nan, 0],
    )
    table = graded(method, **columns)
    assert table["grade"].tolist() == ["no_data", "no_data", "ungraded"]
    assert table["reason"].tolist() == ["group_unknown", "count_unknown", "small_group"]
    assert table["group"].tolist() == ["", "above_scale/textile", "above_scale/other"]


def test_no_value_above_zero_is_no_missing_input():
    """The largest is 0: whose figures are all there has nothing to be set against."""
    items = [
        {"indicator": "rd_intensity", "family": "best", "weight": 12},
        {"indicator": "tax_per_mu", "weight": 1, "baseline": 10},
    ]
    method = Method.model_validate(method_data("ratio", items, {"by": "none"}))
    table = graded(method, rd_intensity=[0, -1, np.nan, 0], tax_per_mu=[1, 2, 3, np.nan])
    assert table["grade"].tolist() == ["no_data"] * 4
    assert table["reason"].tolist() == ["no_base", "no_base", "input_missing", "input_missing"]


def test_a_column_that_a_deduction_reads_and_nobody_has_is_said():
    method = wenling()
    frame = pd.DataFrame(firms(method, 6, above_scale=True, industry_code="1713"))
    assert "lessees" in " ".join(note("zh") for note in ungraded_notes(frame, method))
    assert {"lessees", "industry_code"} <= set(columns_read(method))
    with pytest.raises(DataError, match="lessees"):
        geo.grade(frame, method, 2023)
    assert geo.grade(frame, method, 2023, missing="skip")["score"].notna().all()


def test_changle_grades_by_the_items_that_the_project_names():
    with pytest.raises(RuleError, match=r"project\.weights"):
        read_method("changle-2023").completed({}, {})
    weights, baselines = {"tax_per_mu": 60, "rd_intensity": 40}, {"tax_per_mu": 20.0}
    with pytest.raises(RuleError, match="rd_intensity"):
        read_method("changle-2023").completed(weights, baselines)
    method = read_method("changle-2023").completed(weights, baselines | {"rd_intensity": 2.0})
    table = graded(
        method,
        above_scale=[True] * 100,
        industry_code=["3054"] * 100,
        tax_per_mu=np.arange(100.0),
        rd_intensity=np.full(100, 3.0),
        best_grade=["C"] + [None] * 98 + ["C"],
        least_grade=["C", "C"] + [None] * 98,
    )
    assert table["score"].iloc[7] == 7 / 20 * 60 + 60
    # 20 / 55 / 20 / 5 %, one of A vetoed and one of D protected; the vetoed new one stays in D.
    assert table["grade"].value_counts().to_dict() == {"A": 19, "B": 55, "C": 22, "D": 4}
    assert table["grade"].iloc[[0, 1, 99]].tolist() == ["D", "C", "C"]


def test_weights_of_no_indicator_are_refused(tmp_path):
    settings = Settings(evaluation="changle-2023", weights={"shoe_size": 3}, year=2023)
    with pytest.raises(ProjectError, match="shoe_size"):
        method_of(Project.model_construct(settings=settings, folder=tmp_path))


@pytest.mark.parametrize("name", shipped_methods())
def test_a_method_by_shares_says_how_a_quota_is_rounded(name):
    method = read_method(name)
    said = " ".join(method.head.assumed)
    assert method.grading.by != "share" or any(word in said for word in ("舍去", "取整", "进位"))


TONGLING = {"A": 154, "B": 341, "C": 223, "D": 37}
"""铜陵市 2021: 755 enterprises at 20 / 45 / 30 / 5 %, after a step of adjustment (定档调档)."""


@pytest.mark.parametrize("how", ["down", "up", "half_up"])
def test_no_rounding_gives_the_published_classes_of_tongling(how):
    """20 % of 755 are 151 whole: 154 in A came by the adjustment, not by a cut."""
    cuts = [
        {"grade": grade, "to": to, "round": how}
        for grade, to in (("A", 20), ("B", 65), ("C", 95), ("D", 100))
    ]
    method = grading_method(grading={"by": "share", "cuts": cuts})
    counts = graded(method, tax_per_mu=np.arange(755.0))["grade"].value_counts().to_dict()
    assert counts["A"] == 151
    assert counts != TONGLING


def test_nine_promotions_by_one_grade_make_the_published_classes_of_tongling():
    """151 / 339 / 227 / 38 by cuts; three up to A, five to B, one to C: 154 / 341 / 223 / 37."""
    cuts = [{"grade": g, "to": to} for g, to in (("A", 20), ("B", 65), ("C", 95), ("D", 100))]
    method = grading_method(grading={"by": "share", "cuts": cuts})
    least = pd.Series([None] * 755, dtype=object)
    least.iloc[0], least.iloc[38:43], least.iloc[600:603] = "C", "B", "A"
    table = graded(method, tax_per_mu=np.arange(755.0), least_grade=least.to_numpy())
    assert table["grade"].value_counts().to_dict() == TONGLING


# ----------------------------------------------------------------------------------- items


@pytest.mark.parametrize(
    ("bands", "texts"),
    [
        (GROWTH, ["20 ≤ x", "15 ≤ x < 20", "10 ≤ x < 15", "0 ≤ x < 10", "x < 0"]),
        (ENERGY, ["x ≤ 0.02", "0.02 < x ≤ 0.08", "0.08 < x ≤ 0.12", "0.12 < x ≤ 2", "2 < x"]),
    ],
)
def test_bands_read_as_they_are_printed(bands, texts):
    item = one_item({"family": "banded", "bands": bands}).groups[0].items[0]
    assert band_texts(item) == texts


@pytest.mark.parametrize(
    "bands",
    [
        [{"from": 10, "points": 1}, {"from": 20, "points": 2}, {"points": 0}],
        [{"from": 20, "points": 2}, {"to": 10, "points": 1}, {"points": 0}],
        [{"from": 20, "points": 2}, {"from": 10, "points": 1}],
        [{"points": 1}, {"points": 0}],
        [{"from": 20, "to": 30, "points": 2}, {"points": 0}],
        [{"from": 20, "points": 2}, {"above": 20, "points": 1}, {"points": 0}],
        [{"from": 20, "points": 0}, {"points": 0}],
    ],
)
def test_bands_without_an_order_are_refused(bands):
    with pytest.raises(ValueError, match="bands of `tax_per_mu`"):
        one_item({"family": "banded", "bands": bands})


@pytest.mark.parametrize(
    "item", [{"family": "banded", "weight": 3}, {"weight": 3, "baseline": 1, "bands": GROWTH}]
)
def test_bands_belong_to_banded_items(item):
    with pytest.raises(ValueError, match="banded"):
        one_item(item)


@pytest.mark.parametrize(
    "group", ["shares", {"id": "x"}, {"id": "x", "zh": "x", "en": "x", "where": "nowhere"}]
)
def test_a_malformed_group_of_divisions_is_refused(group):
    data = grading_method().model_dump(mode="json")
    data |= {"groups": [group], "divisions": [{"id": "a", "zh": "a", "en": "a"}]}
    with pytest.raises(ValueError, match="group"):
        Method.model_validate(data)


def test_a_method_whose_text_names_no_items_scores_nobody():
    with pytest.raises(RuleError, match="prints no items"):
        graded(read_method("changle-2023"), above_scale=[True])


@pytest.mark.parametrize(
    ("item", "value", "said"),
    [
        ({"family": "banded", "bands": GROWTH}, 15.0, "x = 15: 15 ≤ x < 20 = 2.4000"),
        (
            {"weight": 40, "baseline": 10, "cap_times": 1.5},
            30.0,
            "30 ÷ 10 × 40，最高 60 = 60.0000",
        ),
        (
            {"family": "inverse", "weight": 4, "baseline": 40},
            50.0,
            "max(2 − 50 ÷ 40, 0) × 4 ÷ 2 = 1.5000",
        ),
        ({"family": "inverse", "weight": 4}, 50.0, "max(2 − 50 ÷ 50, 0) × 4 ÷ 2 = 2.0000"),
        ({"family": "best", "weight": 12}, 50.0, "50 ÷ 50 × 12 = 12.0000"),
        ({"family": "rank", "weight": 2}, 50.0, "50 × 2 = 100.0000"),
        ({"family": "best", "weight": 12, "missing": -3}, np.nan, "无数据，按办法记 -3.0000"),
    ],
)
def test_the_arithmetic_of_each_family_is_said(item, value, said):
    frame = pd.DataFrame({"tax_per_mu": [value]}, index=["E0"])
    done = grade(frame, one_item(item), 2023)
    line = grade_line(done.grades, done.score_items, "enterprise", "E0", Settings(year=2023))
    assert [one.sum for one in line.items] == [said]


def test_what_orders_an_equal_score_and_is_taken_off_is_in_the_tables():
    method = grading_method(grading={"by": "none", "order_ties_by": ["tax", "revenue"]})
    columns = {
        "tax_per_mu": [9.0, 9, 9, 9, 1, 1, 5],
        "tax": [8.0, 7, 7, np.nan, 1, 1, 0],
        "revenue": [1.0, 3, 2, 2, 4, 4, 0],
    }
    table = graded(method, **columns)
    assert table["tie"].tolist() == ["tax", "revenue", "revenue", "shared", "shared", "shared", ""]
    assert table["rank"].tolist() == [1, 2, 3, 1, 6, 6, 5]
    done = grade(pd.DataFrame(columns, index=list("abcdefg")), method, 2023)
    texts = [
        grade_line(done.grades, done.score_items, "enterprise", key, Settings(year=2023)).tie
        for key in "adg"
    ]
    assert texts == ["同分者按税收（万元）排序", "同分并列", ""]


def test_score_items_show_family_band_mean_and_cap():
    method = grading_method(
        "ratio",
        [
            {"indicator": "rd_intensity", "family": "banded", "bands": GROWTH},
            {"indicator": "tax_per_mu", "family": "inverse", "weight": 4, "cap": 3},
        ],
    )
    frame = pd.DataFrame(
        {"rd_intensity": [12.0, np.nan], "tax_per_mu": [1.0, 3.0]}, index=["a", "b"]
    )
    items = grade(frame, method, 2023).score_items
    assert items["family"].tolist() == ["banded", "banded", "inverse", "inverse"]
    assert items["band"].astype(object).where(items["band"].notna(), "").tolist() == [
        "10 ≤ x < 15",
        "",
        "",
        "",
    ]
    # Only the first has all data: its value 1 is the mean, 4 × (2 − 1) ÷ 2 = 2; 3 is over twice it.
    assert items["mean"].tolist()[2:] == [1.0, 1.0]
    assert items["score"].tolist()[2:] == [2.0, 0.0]
    assert items["cap"].tolist()[2:] == [3.0, 3.0]


# ------------------------------------------------------------------------------ properties

FIGURE = st.one_of(st.integers(0, 3).map(float), st.just(float("nan")))
TIED = st.lists(st.tuples(st.integers(0, 3).map(float), FIGURE, FIGURE), min_size=1, max_size=14)


def stands_above(one, other):
    """Whether the first is above the second by its further figures, as far as they are known."""
    for a, b in zip(one, other, strict=True):
        if np.isnan(a) or np.isnan(b) or a < b:
            return False
        if a > b:
            return True
    return False


@given(TIED, st.sampled_from(["better", "worse"]))
@examples(40)
def test_equal_scores_are_ordered_as_pairs_are(rows, ties):
    """Each against each: how many are above for sure, or how many are not below for sure."""
    score, further = np.array([r[0] for r in rows]), np.array([r[1:] for r in rows]).T
    for at, (own, *mine) in enumerate(rows):
        equals = [r[1:] for k, r in enumerate(rows) if r[0] == own and k != at]
        over = sum(r[0] > own for r in rows)
        if ties == "better":
            wanted = 1 + over + sum(stands_above(r, mine) for r in equals)
        else:
            wanted = 1 + over + sum(not stands_above(mine, r) for r in equals)
        assert ranks(score, ties, further)[at] == wanted


CUTS = {
    "by share": SHARES,
    "from below": [
        {"grade": "A", "to": 20},
        {"grade": "B", "above_last": 25, "round": "up"},
        {"grade": "C", "to": 100},
    ],
    "none in A": [{"grade": "A", "to": 1}, {"grade": "D", "to": 100}],
}
SCORE = st.one_of(st.integers(-3, 3).map(float), st.just(float("nan")))


@given(
    st.lists(SCORE, min_size=1, max_size=25),
    st.sampled_from(["better", "worse"]),
    st.sampled_from(sorted(CUTS)),
    st.integers(0, 4),
)
@examples(60)
def test_grades_by_a_few_scores_are_those_by_every_rank(scores, ties, cuts, exempt):
    score = np.array(scores)
    method = grading_method(grading={"by": "share", "ties": ties, "cuts": CUTS[cuts], "least": 1})
    places = Places(len(score) + exempt, len(score))
    wanted = cut(score, ranks(score, ties), places, method.grading)
    assert cut_unranked(score, places, method.grading).tolist() == wanted.tolist()


MIXED = grading_method(
    "ratio",
    [
        {"indicator": "tax_per_mu", "family": "best", "weight": 40},
        {"indicator": "rd_intensity", "family": "banded", "bands": GROWTH},
        {"indicator": "energy_per_output", "family": "inverse", "weight": 8},
        {"indicator": "revenue_per_mu", "weight": 10, "baseline": 7, "cap_times": 1.5},
    ],
    {"by": "share", "cuts": SHARES, "least": 1, "order_ties_by": ["tax"]},
)
NAMES = ("tax_per_mu", "rd_intensity", "energy_per_output", "revenue_per_mu", "tax")
VALUE = st.one_of(st.integers(1, 30).map(float), st.just(float("nan")))
ROWS = st.lists(st.tuples(*[VALUE] * len(NAMES)), min_size=2, max_size=12)


def columns_of(rows):
    return dict(zip(NAMES, np.array(rows, dtype=float).T, strict=True))


@given(ROWS, st.randoms())
@examples(8)
def test_order_and_names_move_nothing_of_any_family(rows, random):
    order = random.sample(range(len(rows)), len(rows))
    one = graded(MIXED, 0.05, **columns_of(rows))
    moved = columns_of([rows[k] for k in order])
    other = graded(MIXED, 0.05, index=[f"X{random.random()}" for _ in rows], **moved)
    for column in ("score", "rank", "grade", "tie", "stability", "to_better", "to_worse"):
        pd.testing.assert_series_equal(
            one[column].iloc[order].reset_index(drop=True), other[column].reset_index(drop=True)
        )


@given(ROWS)
@examples(12)
def test_a_blank_item_is_no_data_and_never_a_grade(rows):
    table = graded(MIXED, **columns_of(rows))
    blank = np.isnan(np.array(rows, dtype=float)[:, :4]).any(axis=1)
    assert (table["grade"][blank] == "no_data").all()
    assert table["grade"][~blank].isin(list("ABCD")).all()


@given(ROWS, st.sampled_from([0.001, 7.3, 10_000.0]))
@examples(8)
def test_units_of_what_a_group_is_measured_against_itself_move_nothing(rows, unit):
    method = grading_method("ratio", [item.model_dump() for item in MIXED.groups[0].items[::2]])
    columns = columns_of(rows)
    scaled = columns | {name: columns[name] * unit for name in ("tax_per_mu", "energy_per_output")}
    one, other = graded(method, **columns), graded(method, **scaled)
    np.testing.assert_allclose(
        one["score"].astype(float), other["score"].astype(float), atol=0.0101
    )


@given(
    st.lists(st.integers(0, 4).map(float), min_size=1, max_size=30),
    st.sampled_from([5, 12.5, 20, 33]),
    st.sampled_from(["down", "up", "half_up"]),
    st.booleans(),
)
@examples(20)
def test_a_quota_is_exceeded_by_stated_ties_alone(scores, share, how, ordered):
    """Ties to the worse: never more than the quota; ordered by a figure of each its own: all of it."""
    cuts = [{"grade": "A", "to": share, "round": how}, {"grade": "B", "to": 100}]
    grading = {"by": "share", "cuts": cuts, "least": 1, "ties": "worse"}
    if ordered:
        grading["order_ties_by"] = ["tax"]
    table = graded(
        grading_method(grading=grading), tax_per_mu=scores, tax=np.arange(float(len(scores)))
    )
    exact = len(scores) * share / 100
    quota = {"down": np.floor(exact), "up": np.ceil(exact), "half_up": np.floor(exact + 0.5)}[how]
    count = int((table["grade"] == "A").sum())
    assert count == quota if ordered else count <= quota


@given(TIED, st.sampled_from(["better", "worse"]), st.data())
@examples(20)
def test_distances_hold_whatever_orders_equal_scores(rows, ties, data):
    cuts = [{"grade": g, "to": to} for g, to in (("A", 30), ("B", 70), ("C", 100))]
    grading = {"by": "share", "cuts": cuts, "least": 1, "ties": ties, "order_ties_by": ["tax"]}
    method = grading_method(grading=grading)
    columns = {"tax_per_mu": np.array([r[0] for r in rows]), "tax": [r[1] for r in rows]}
    table = graded(method, **columns)
    at = data.draw(st.integers(0, len(rows) - 1))

    def after(change):
        moved = columns["tax_per_mu"].copy()
        moved[at] += change
        return graded(method, **columns | {"tax_per_mu": moved})["grade"].iloc[at]

    now = table.iloc[at]
    if not np.isnan(now["to_better"]):
        assert after(float(f"{now['to_better']:.2f}")) < now["grade"]
    if not np.isnan(now["to_worse"]):
        assert after(-float(f"{now['to_worse']:.2f}")) == now["grade"]
