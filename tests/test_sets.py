"""Rules as sets of values: golden cases, properties, and an oracle that tries every value."""

from __future__ import annotations

import json
import random
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo.errors import DataError
from geo.standards.comply import judge
from geo.standards.model import Pack
from geo.standards.precedence import compliance, overall, settle
from geo.standards.sets import BRACKETS, Intervals, apart, as_table, within
from geo.standards.table import verdict_table
from geo.standards.vocabulary import REASONS, VERDICTS
from tests.judge_cases import FILE, drawn, packs_of, rule, written
from tests.judge_oracle import limits, meets, tried
from tests.lane import examples

CASES = json.loads(FILE.read_text(encoding="utf-8"))


def subjects(values):
    """One parcel a set of values (decimals as text)."""
    figures = pd.DataFrame(
        [{k: np.nan if v is None else float(v) for k, v in one.items()} for one in values]
    )
    return figures.assign(supplied_on="2024-01-01")


def judged(packs, values):
    return judge(subjects(values), packs)


def outcome(found, at=0):
    names, reasons = list(VERDICTS), list(REASONS)
    said = [
        [names[v], reasons[r]]
        for v, r in zip(found.verdict[:, at], found.reason[:, at], strict=True)
    ]
    return said, overall(found, found.verdict)[at]


def in_order(found, case, said):
    """What was said, in the order of the case's rules."""
    place = {one.id: at for at, one in enumerate(found.rules)}
    return [said[place[f"{one['pack']}/{one['key']}"]] for one in case["rules"]]


def test_there_are_two_hundred_cases_and_every_outcome_among_them():
    assert len(CASES) >= 200
    assert len([case for case in CASES if not case["name"].startswith("drawn")]) >= 60
    assert {v for case in CASES for v in case["verdicts"]} == set(VERDICTS)
    settled = {
        "local_rule",
        "stricter_rule",
        "alternative_met",
        "alternative_open",
        "apart",
        "rounded",
        "case_by_case",
    }
    assert settled <= {r for case in CASES for r in case["reasons"]}


@pytest.mark.slow
def test_the_golden_cases():
    for case in CASES:
        found = judged(packs_of(case), [case["values"]])
        single, _ = outcome(found)
        assert in_order(found, case, single) == case["alone"], case["name"]
        shown = in_order(found, case, found.value[:, 0].tolist())
        assert [None if np.isnan(v) else v for v in shown] == case["shown"], case["name"]
        said, whole = outcome(settle(found))
        expected = [list(pair) for pair in zip(case["verdicts"], case["reasons"], strict=True)]
        assert in_order(found, case, said) == expected, case["name"]
        assert whole == case["overall"], case["name"]


@pytest.mark.slow
def test_the_bounds_that_the_browser_is_given():
    """What stands in the table of verdicts is the same set."""
    for case in CASES:
        table = verdict_table([settle(judged(packs_of(case), [case["values"]]))]).set_index(
            "rule_id"
        )
        admits = Intervals.of_table(
            table["operator"], *(table[c].to_numpy(float) for c in ("threshold", "threshold_high"))
        )
        place = {name: at for at, name in enumerate(table.index)}
        for one in case["rules"]:
            at = place[f"{one['pack']}/{one['key']}"]
            ends = [end if np.isfinite(end) else None for end in (admits.low[at], admits.high[at])]
            flags = int(admits.low_open[at]) + 2 * int(admits.high_open[at])
            assert ([*ends, flags] if ends != [None, None] else None) == one["bounds"]


SEEDS = st.integers(0, 2**32)


@given(SEEDS)
@examples(80)
def test_as_the_oracle_that_tries_every_value(seed):
    case = written("drawn", *drawn(random.Random(seed)))
    found = settle(judged(packs_of(case), [case["values"]]))
    said, whole = outcome(found)
    expected = [list(pair) for pair in zip(case["verdicts"], case["reasons"], strict=True)]
    assert in_order(found, case, said) == expected, case
    assert whole == case["overall"], case


def plain(rules):
    """Mandatory rules with a set and no alternative, of the kinds that add up."""
    return [
        one | {"any_of": "", "mandatory": True}
        for one in rules
        if one["stands"] != "local" and limits(one)
    ]


@given(SEEDS)
@examples(80)
def test_an_overall_pass_lies_in_every_mandatory_set_in_force(seed):
    """And what lies in all of them passes: each value that could matter is judged."""
    rules, _ = drawn(random.Random(seed))
    rules = [one for one in plain(rules) if one["indicator"] == rules[0]["indicator"]]
    if not rules:
        return
    values = [{rules[0]["indicator"]: f"{float(v):.9f}"} for v in tried(rules)]
    found = settle(judged(packs_of({"rules": rules}), values))
    for said, value in zip(compliance(found), values, strict=True):
        figure = Fraction(next(iter(value.values())))
        assert (said == "pass") == all(meets(one, figure) for one in rules), (value, rules)


@given(SEEDS, st.randoms())
@examples(60)
def test_the_order_of_packs_moves_nothing(seed, rng):
    rules, values = drawn(random.Random(seed))
    packs = packs_of({"rules": rules})
    one = settle(judged(packs, [values]))
    other = settle(judged(rng.sample(packs, len(packs)), [values]))
    place = {r.id: at for at, r in enumerate(other.rules)}
    for at, r in enumerate(one.rules):
        assert one.verdict[at] == other.verdict[place[r.id]]
        assert one.reason[at] == other.reason[place[r.id]]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 300),
            st.sampled_from([">=", ">"]),
            st.sampled_from(["beside", "stricter"]),
            st.integers(0, 3),
        ),
        min_size=1,
        max_size=4,
    ),
    st.integers(0, 400),
    st.integers(0, 400),
)
@examples(60)
def test_with_floors_alone_more_is_never_worse(floors, one, other):
    rules = [
        rule(level, limit / 100, sign, stands=stands, decimals=places)
        for level, (limit, sign, stands, places) in zip(
            ("national", "city", "park", "parcel"), floors, strict=False
        )
    ]
    values = [{"floor_area_ratio": str(v / 100)} for v in sorted((one, other))]
    said = compliance(settle(judged(packs_of({"rules": rules}), values))).tolist()
    assert said != ["pass", "fail"]


def test_gap_is_the_distance_to_the_set():
    """1–2 with both ends in, above 1, and up to 2, by hand."""
    admits = Intervals.of(
        [
            (1, 2, False, False),
            (1, np.inf, True, False),
            (-np.inf, 2, False, False),
            (np.nan, np.nan, False, False),
        ]
    )
    assert admits.gap(np.full(4, 2.5)).tolist()[:3] == [-0.5, 1.5, -0.5]
    assert admits.gap(np.full(4, 1.25)).tolist()[:3] == [0.25, 0.25, 0.75]
    assert admits.holds(np.full(4, 1.0)).tolist() == [True, False, True, False]
    assert np.isnan(admits.gap(np.full(4, 1.0))[3])


def test_what_is_admitted_before_rounding():
    """≥ 0.7 with two decimals from 0.695 on, ≤ 3 below 3.005; in halves of a millionth."""
    admits = Intervals.of(
        [(0.7, np.inf, False, False), (-np.inf, 3, False, False), (0.7, 3, True, True)]
    )
    least, most = admits.raw(2)
    assert (least * 5e-7).tolist() == pytest.approx([0.695, -np.inf, 0.705])
    assert (most * 5e-7).tolist() == pytest.approx([np.inf, 3.005, 2.995])
    sets = admits.raw(2)
    assert within(sets, sets).tolist() == [
        [True, False, False],
        [False, True, False],
        [True, True, True],
    ]
    assert not apart(sets, sets).any()


@given(
    st.integers(-(10**6), 10**6),
    st.integers(0, 10**6),
    st.integers(0, 5),
    st.booleans(),
    st.booleans(),
    st.integers(0, 6),
)
@examples(200)
def test_the_raw_set_is_what_rounding_takes_in(low, more, digits, low_open, high_open, decimals):
    """On each side of both raw ends, against exact rounding."""
    ends = [Fraction(low, 10**digits), Fraction(low + more, 10**digits)]
    asked = {
        "above" if low_open else "min": float(ends[0]),
        "below" if high_open else "max": float(ends[1]),
    }
    one = {"cell": asked, "operator": ">=", "divide_by": 1, "decimals": decimals}
    # Beyond 12 digits of a figure the noise of its own sums is larger than a raw step.
    assume(max(abs(end) for end in ends) * 10**decimals < 10**11)
    admits = Intervals.of([(float(ends[0]), float(ends[1]), low_open, high_open)])
    least, most = (int(end[0]) for end in admits.raw(decimals))
    for units in (least - 1, least, most - 1, most, (least + most) // 2):
        assert meets(one, Fraction(units, 2 * 10**6)) == (least <= units < most)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ((0.7, np.inf, False, False), (">=", 0.7, None)),
        ((0.7, np.inf, True, False), (">", 0.7, None)),
        ((-np.inf, 3, False, False), ("<=", 3, None)),
        ((-np.inf, 3, False, True), ("<", 3, None)),
        ((0.7, 3, False, False), ("[]", 0.7, 3)),
        ((0.7, 3, True, False), ("(]", 0.7, 3)),
        ((0.7, 3, False, True), ("[)", 0.7, 3)),
        ((0.7, 3, True, True), ("()", 0.7, 3)),
    ],
)
def test_a_set_goes_into_a_table_and_back(end, said):
    operator, low, high = as_table(end, ">=")
    assert (operator, low, None if np.isnan(high) else high) == said
    back = Intervals.of_table(pd.Series([operator]), np.array([low]), np.array([high]))
    assert (back.low[0], back.high[0], back.low_open[0], back.high_open[0]) == end


def test_a_range_of_an_earlier_run_has_a_plain_operator():
    back = Intervals.of_table(
        pd.Series([">=", ">="]), np.array([0.7, np.nan]), np.array([2.0, 3.0])
    )
    assert back.low.tolist() == [0.7, -np.inf]
    assert back.high.tolist() == [2, 3]
    assert not back.low_open.any()
    assert set(BRACKETS.values()) == {"[]", "(]", "[)", "()"}


@pytest.mark.parametrize(
    ("cell", "more", "why"),
    [
        ({"min": 3, "max": 2}, {}, "no figure"),
        ({"above": 2, "max": 2}, {}, "no figure"),
        ({"min": 0.71, "max": 0.74}, {"decimals": 1}, "no figure with 1 decimal"),
        ({"min": 1, "above": 2}, {}, "not a range"),
        ({"min": "1"}, {}, "not a range"),
        ({"min": 1, "max": 2, "below": 3}, {}, "not a range"),
        ({"min": True}, {}, "not a range"),
        ({}, {}, "not a cell"),
        ({"above": 0.7, "below": 0.71}, {}, "no figure"),
    ],
)
def test_a_cell_that_nothing_can_meet_is_refused(cell, more, why):
    with pytest.raises(ValueError, match=why):
        packs_of({"rules": [rule("city", cell, **more)]})


def test_a_missing_figure_is_no_data_and_an_infinite_one_is_refused():
    packs = packs_of({"rules": [rule("city", 1), rule("park", 1, "<=")]})
    frame = subjects([{"floor_area_ratio": "1"}])
    found = judge(frame.assign(floor_area_ratio=np.nan), packs)
    assert outcome(found)[0] == [["no_data", "input_missing"]] * 2
    for figure in (np.inf, -np.inf):
        with pytest.raises(DataError, match="not a finite number"):
            judge(frame.assign(floor_area_ratio=figure), packs)


def test_a_number_in_an_attested_column_is_refused():
    pack = packs_of({"rules": [rule("city", 1)]})[0].model_dump()
    pack["columns"]["c"] |= {"operator": "attested"}
    with pytest.raises(ValueError, match="attested"):
        Pack.model_validate(pack)


def test_a_requirement_in_a_column_of_figures_is_met_by_no_figure():
    """A floor area ratio of 1 is no attestation."""
    found = judged(
        packs_of({"rules": [rule("city", {"requirement": "符合规划"})]}),
        [{"floor_area_ratio": "1"}, {"floor_area_ratio": "0"}],
    )
    assert [outcome(found, at)[0] for at in (0, 1)] == [[["no_data", "not_attested"]]] * 2
