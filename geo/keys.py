"""Ids as numbers: looked up, grouped and sorted once, instead of as words again and again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


def among(values: Any, ids: Any) -> NDArray[np.bool_]:
    """Whether each text is one of `ids`; a missing one never is."""
    words, known = (pa.array(v, from_pandas=True).cast(pa.large_string()) for v in (values, ids))
    found = pc.is_in(words, value_set=known, skip_nulls=True)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def placed(values: Any, ids: Any) -> NDArray[np.int64]:
    """Position of each text in `ids`, −1 where it is not there or missing."""
    words, known = (pa.array(v, from_pandas=True).cast(pa.large_string()) for v in (values, ids))
    found = pc.fill_null(pc.index_in(words, value_set=known, skip_nulls=True), -1)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)


def coded(*columns: pd.Series[Any]) -> tuple[list[pd.Series[float]], pd.Index[Any]]:
    """Each text as the place of it in the order of all, NaN where missing; the texts in order."""
    code, names = pd.factorize(pd.concat(columns, ignore_index=True).astype("str"), sort=True)
    number = np.where(code >= 0, code, np.nan)
    ends = np.cumsum([len(c) for c in columns])[:-1]
    parts = np.split(number, ends)
    return [pd.Series(part, index=column.index)
            for part, column in zip(parts, columns, strict=True)], pd.Index(names)


def named(code: pd.Series[float], names: pd.Index[Any]) -> pd.Series[Any]:
    """The texts of codes; missing where NaN."""
    at = code.fillna(-1).to_numpy(np.int64)
    return pd.Series(names.array.take(at, allow_fill=True), index=code.index, dtype="str")


def numbered(keys: pd.DataFrame) -> tuple[NDArray[np.int64], pd.DataFrame]:
    """The number of each row's combination of keys, and the combinations in order.

    −1 where a key is missing.
    """
    number = np.asarray(keys.groupby(list(keys)).ngroup().fillna(-1), dtype=np.int64)
    own, first = np.unique(number, return_index=True)
    return number, keys.iloc[first[own >= 0]].reset_index(drop=True)
