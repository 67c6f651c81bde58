"""Rows that head a group of entries and bear its sum: 一、机械制造业 | 3,000 above its members.

Counted, each group's figures would stand twice. A row is one if it has no code of its own and is
numbered as groups are among entries that are not (一、, （二）, a serial number 一 above 1, 2, 3); or if
it is called an industry, a town or a park and its figures are the sum of the rows below it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.arrays import Series
from geo.model.classifications import industries

_COUNT = "[一二三四五六七八九十]+"
_NUMBERED = rf"^(?:{_COUNT}[、.．]|[（(]{_COUNT}[)）])."
_SERIAL = rf"^(?:{_COUNT}[、.．]?|[（(]{_COUNT}[)）])$"
_CLASS = r"(?:制造业|加工业|服务业|采矿业|建筑业|批发业|零售业|产业|行业|类)$"
"""Ends of names of industries, which no enterprise is called by alone."""
_PLACE = r"(?:[业区镇乡园片类]|街道|组团|板块|企业)$"
"""Ends of what groups are called; an enterprise may be called so, too (长城实业)."""
_CODE = "[0-9０-９A-Za-z]"


def group_rows(
    texts: Callable[[Any], Series],
    columns: Sequence[Any],
    key: str | None,
    entries: pd.Series[bool],
    sum_of_below: Callable[[pd.Series[bool], int], pd.Series[int]],
) -> pd.Series[bool]:
    """Which of the entries head a group of those below them.

    `texts` gives the text of each of the `columns`, of which `key` holds the ids;
    `sum_of_below(rows, least)` says of rows whether their figures are the sum of the entries between
    them and the next of them, at least so many: 1 yes, 0 no, -1 unknown.
    """
    none = pd.Series(False, index=entries.index)
    if not columns or not entries.any():
        return none
    label = texts(columns[0])
    numbered = _matches(label, _SERIAL)
    for column in columns:
        numbered |= _matches(texts(column), _NUMBERED)
    coded = none.copy()
    for column in columns if key is None else [key]:
        coded |= _matches(texts(column), _CODE if key is not None else rf"^{_CODE}{{8,}}$")
    numbered &= entries & ~coded
    plain = entries & ~numbered
    if not plain.any():  # every entry is numbered so: 一、甲公司, 二、乙公司
        numbered = none
    # The last row heads nothing.
    numbered &= entries[::-1].cumsum()[::-1] > 1
    if key is None:
        return numbered
    named = _first(texts, [key, *columns])
    called = entries & ~coded & ~numbered
    classes = called & (_matches(named, _CLASS) | named.isin(_industry_names()))
    places = called & (classes | _matches(named, _PLACE))
    if not places.any():
        return numbered
    heads = numbered | places
    fits = (sum_of_below(heads, 2) == 1) | (classes & (sum_of_below(heads, 1) == 1))
    return numbered | (places & fits)


def _matches(text: Series, pattern: str) -> pd.Series[bool]:
    """Which texts match, as Arrow tells it: pandas takes classes of letters text by text."""
    found = pc.match_substring_regex(pa.array(text.astype("str")), pattern)
    return pd.Series(np.asarray(pc.fill_null(found, False)), index=text.index, dtype=bool)


def _first(texts: Callable[[Any], Series], columns: Sequence[Any]) -> Series:
    out = texts(columns[0])
    for column in columns[1:]:
        out = out.where(out.notna(), texts(column))
    return out


@cache
def _industry_names() -> frozenset[str]:
    return frozenset(map(str, industries()))
