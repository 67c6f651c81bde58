"""Ids as numbers: the same as with words, whatever is missing."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo.geometry.keys import (
    Groups,
    factorize_text,
    group_numbers,
    isin_text,
    position_of,
    rows_by_group,
    spans,
    take_text,
)

WORDS = st.lists(st.sampled_from(["园一", "园二", "a", "b ", "", None]), max_size=12)


def words(values: list[str | None]) -> pd.Series:
    return pd.Series(values, dtype="str")


@given(WORDS, WORDS)
def test_among_is_set_membership(values: list[str | None], ids: list[str | None]) -> None:
    known = {i for i in ids if i is not None}
    expected = [v in known for v in values]
    for kind in ("str", "object", "string"):
        assert isin_text(pd.Series(values, dtype=kind), words(ids)).tolist() == expected
        assert isin_text(words(values), pd.Index(ids, dtype=kind)).tolist() == expected


def test_among_many_more_ids_than_are_looked_up() -> None:
    ids = words(["甲", None, *(f"E{i}" for i in range(500)), "甲"])
    assert isin_text(words(["E499", None, "甲", "乙"]), ids).tolist() == [True, False, True, False]
    assert isin_text(words([]), ids).tolist() == []


@given(WORDS, WORDS)
def test_codes_are_in_the_order_of_the_words_and_come_back(
    one: list[str | None], other: list[str | None]
) -> None:
    codes, names = factorize_text(words(one), words(other))
    assert list(names) == sorted({w for w in one + other if w is not None})
    for code, values in zip(codes, (one, other), strict=True):
        pd.testing.assert_series_equal(take_text(code, names), words(values))


def test_numbers_of_combinations() -> None:
    number, own = group_numbers(
        pd.DataFrame(
            {"who": words(["b", "a", None, "b", "a"]), "year": [2023, 2021, 2021, 2023, np.nan]}
        )
    )
    assert number.tolist() == [1, 0, -1, 1, -1]
    assert own["who"].tolist() == ["a", "b"]
    assert own["year"].tolist() == [2021, 2023]


@given(WORDS, WORDS)
def test_places_are_those_of_the_words(values: list[str | None], ids: list[str | None]) -> None:
    known = list(dict.fromkeys(i for i in ids if i is not None))
    expected = [known.index(v) if v in known else -1 for v in values]
    assert position_of(words(values), words(known)).tolist() == expected


def test_what_is_said_of_a_group_is_said_of_each_row() -> None:
    group = Groups(np.array([2, 2, -1, 0, 0, 0]))
    np.testing.assert_array_equal(
        group.sum(np.array([1.0, np.nan, 9.0, 2.0, 3.0, 4.0])), [1, 1, np.nan, 9, 9, 9]
    )
    mask = np.array([True, False, True, True, True, True])
    assert group.any(mask).tolist() == [True, True, False, True, True, True]
    assert group.all(mask).tolist() == [False, False, False, True, True, True]
    assert group.first.tolist() == [True, False, True, True, False, False]
    assert Groups(np.array([], dtype=np.int64)).first.tolist() == []


def test_spans_count_each_from_zero() -> None:
    whose, place = spans(np.array([2, 0, 3]))
    assert whose.tolist() == [0, 0, 2, 2, 2]
    assert place.tolist() == [0, 1, 0, 1, 2]


def test_positions_of_each_number() -> None:
    found = rows_by_group(np.array([2, -1, 0, 2]), 4)
    assert [at.tolist() for at in found] == [[2], [], [0, 3], []]
