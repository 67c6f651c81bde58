"""Ids as numbers: looked up, grouped and sorted once, instead of as words again and again."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.extensions import take

from geo.arrays import Array, Floats, Index, Ints, Mask, Series

HIDDEN = (
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\x00-\x08\x0e-\x1f]"
)
"""Characters that no reader sees: zero-width, marks of direction, byte order, soft hyphens."""
MARKS = "[¹²³⁰⁴-⁹₀-₉①-⑳⒈-⒛㉑-㉟㊱-㊿]"
"""Marks of footnotes and lists, of which NFKC would make digits: 1000① is not 10001."""
Table = TypeVar("Table", bound=pd.DataFrame)
_DASHES = "[\u2010-\u2015\u2212]"
_MANY = 8
"""Ids for each text that is looked up, beyond which they are thinned out first."""
_BLANKS = r"[\s\p{Z}]+"


def isin_text(values: Any, ids: Any) -> Mask:
    """Whether each text is one of `ids`; a missing one never is."""
    asked, known = _texts(values), _texts(ids)
    if len(known) > _MANY * len(asked):  # a table of all ids would be larger than the ids
        known = known.filter(pc.is_in(known, value_set=asked, skip_nulls=True))
    found = pc.is_in(asked, value_set=known, skip_nulls=True)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def position_of(values: Any, ids: Any) -> Ints:
    """Position of each text in `ids`, −1 where it is not there or missing."""
    found = pc.fill_null(pc.index_in(_texts(values), value_set=_texts(ids), skip_nulls=True), -1)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)


def map_text(values: Series, table: Series) -> Series:
    """`values.map(table)` of texts, in a third of its time; the table names each text once."""
    found = take(table.array, position_of(values, table.index), allow_fill=True)
    return pd.Series(found, index=values.index)


def _texts(values: Any) -> Any:
    return pa.array(values, from_pandas=True).cast(pa.large_string())


def without_hidden(ids: Any) -> Series:
    """Texts without characters that no reader sees, and without edge blanks."""
    out = _texts(ids)
    if not _are_plain(out):
        out = pc.utf8_trim_whitespace(pc.replace_substring_regex(out, HIDDEN, ""))
    return pd.Series(out.to_pandas(), dtype="str")


def _are_plain(texts: Any) -> bool:
    """Whether all are visible ASCII: none has a blank, a hidden character or another width."""
    return bool(pc.all(pc.match_substring_regex(texts, "^[!-~]*$"), min_count=0).as_py())


def match_key(ids: Any, *, credit_codes: bool = False) -> Series:
    r"""What ids are compared by: NFKC, without blanks and hidden characters, one kind of dash.

    With `credit_codes`, those of 18 letters and digits (统一社会信用代码) in capitals.

    >>> match_key(["９１ a\u200b", "A-1", "P1①"]).tolist()
    ['91a', 'A-1', 'P1(1)']
    """
    key = _texts(ids)
    if not _are_plain(key):
        key = pc.replace_substring_regex(key, f"({MARKS})", r"(\1)")
        key = pc.replace_substring_regex(pc.utf8_normalize(key, "NFKC"), HIDDEN, "")
        key = pc.replace_substring_regex(key, _BLANKS, "")
        # A mark that stood on a blank (¸) joins the letter before it.
        key = pc.utf8_normalize(pc.replace_substring_regex(key, _DASHES, "-"), "NFKC")
    if credit_codes:
        code = pc.match_substring_regex(key, "^[0-9A-Za-z]{18}$")
        key = pc.if_else(code, pc.ascii_upper(key), key)
    return pd.Series(key.to_pandas(), dtype="str")


def factorize_text(*columns: Series, ordered: bool = True) -> tuple[list[Ints], Index]:
    """Each text as its place among all texts, −1 where missing; the texts, each once.

    In their order, or as they come, which is quicker.
    """
    code, names = pd.factorize(pd.concat(columns, ignore_index=True).astype("str"), sort=ordered)
    ends = np.cumsum([len(c) for c in columns])[:-1]
    return np.split(code.astype(np.int64), ends), pd.Index(names)


def take_text(code: Ints, names: Index) -> Series:
    """The texts of codes; missing where −1."""
    return pd.Series(names.array.take(code, allow_fill=True), dtype="str")


class Groups:
    """Rows by the number of their group, −1 where in none; what is said of a row's whole group."""

    def __init__(self, number: Ints) -> None:
        self.number = number
        self._in = number >= 0
        self._count = int(number.max(initial=-1)) + 1

    @property
    def size(self) -> Floats:
        """How many rows each row's group has; NaN in none."""
        return self.sum(np.ones(len(self.number)))

    def sum(self, values: Array) -> Floats:
        """Sum of what is known in each row's group; NaN in none."""
        known = self._in & ~np.isnan(values)
        total = np.bincount(self.number[known], values[known], minlength=self._count)
        out = np.full(len(values), np.nan)
        out[self._in] = total[self.number[self._in]]
        return out

    def any(self, mask: Mask) -> Mask:
        """Whether the mask holds anywhere in each row's group."""
        out: Mask = self.sum(mask.astype(float)) > 0
        return out

    def all(self, mask: Mask) -> Mask:
        """Whether the mask holds all over each row's group."""
        return self._in & ~self.any(~mask)

    @property
    def first(self) -> Mask:
        """The first row of each group, where groups lie one after the other."""
        out: Mask = np.r_[True, self.number[1:] != self.number[:-1]]
        return out[: len(self.number)]


def rows_by_group(number: Ints, count: int) -> list[Ints]:
    """Where each number below `count` stands, in order, found in one pass; −1 is of none."""
    order = np.argsort(number, kind="stable")
    ends = np.searchsorted(number[order], np.arange(count + 1))
    return [order[start:end] for start, end in pairwise(ends)]


def spans(count: Ints) -> tuple[Ints, Ints]:
    """For so many entries of each: whose each entry is, and its place among those, from 0."""
    whose = np.repeat(np.arange(len(count)), count)
    return whose, np.arange(len(whose)) - np.repeat(np.cumsum(count) - count, count)


def group_numbers(keys: pd.DataFrame) -> tuple[Ints, pd.DataFrame]:
    """The number of each row's combination of keys, and the combinations in order.

    −1 where a key is missing.
    """
    number = np.zeros(len(keys), dtype=np.int64)
    missing = np.zeros(len(keys), dtype=bool)
    for name in keys:
        code, values = pd.factorize(keys[name], sort=True)
        missing |= code < 0
        number = _numbered(np.where(missing, -1, number * len(values) + code))
    first = np.empty(int(number.max(initial=-1)) + 1, dtype=np.int64)
    known = np.flatnonzero(~missing)[::-1]
    first[number[known]] = known
    return number, keys.iloc[first].reset_index(drop=True)


def _numbered(code: Ints) -> Ints:
    """The place of each code among those that there are, in order; −1 stays."""
    codes = int(code.max(initial=-1)) + 1
    if codes > _MANY * len(code):  # a list of all that there might be would be too long
        _, number = np.unique(np.append(code, -1), return_inverse=True)
        return np.asarray(number[:-1] - 1, dtype=np.int64)
    there = np.zeros(codes + 1, dtype=bool)
    there[code] = True
    there[-1] = False
    place = np.cumsum(there) - 1
    place[-1] = -1
    return np.asarray(place[code], dtype=np.int64)


def rows_where(table: Table, kept: Any) -> Table:
    """The rows of a mask; where they stand together, a slice of the table, which copies nothing."""
    mask = np.asarray(kept, dtype=bool)
    first, count = int(mask.argmax()) if mask.size else 0, int(np.count_nonzero(mask))
    if not mask[first : first + count].all():
        return table[mask]
    return table.iloc[first : first + count]
