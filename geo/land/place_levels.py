"""Levels of place names (地名): what an office's word or the name's own ending says of them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from geo.arrays import Mask, Objects, Series
from geo.text import Message, Wording

LEVELS = ("city", "county", "town", "village", "other")
"""From the largest letters on a map to the smallest."""

LEVEL_WORDS: dict[str, Wording] = {level: Message(f"place_level.{level}") for level in LEVELS}

_BRACKET = r"\s*[\uff08(][^()\uff08\uff09]*[\uff09)]\s*$"


@cache
def _endings() -> list[tuple[str, str]]:
    """Endings and their levels (`place_levels.toml`), the shorter first."""
    raw = (files("geo.land") / "place_levels.toml").read_text(encoding="utf-8")
    found = [(end, level) for level, ends in tomllib.loads(raw).items() for end in ends]
    return sorted(found, key=lambda one: len(one[0]))


def levels_of(names: Series, stated: Series | None = None) -> tuple[Series, Mask]:
    """Each place's level (`LEVELS`), and where a level is stated that is none of them.

    A stated level is a word (地级市, 乡镇, village) or its rank from 1 (市) to 5; where it is missing
    the ending of the name says it; what neither says is `other`.

    Parameters
    ----------
    names, stated
        Text of n rows each.

    Returns
    -------
    Text (n,) on the index of `names`, and bool (n,).

    Examples
    --------
    >>> import pandas as pd
    >>> names = pd.Series(["内江市", "石燕桥镇", "金鹅社区", "古宇湖", "高桥村（原三组）"])
    >>> levels_of(names)[0].tolist()
    ['city', 'town', 'village', 'other', 'village']
    >>> stated = pd.Series(["县级市", "3", None, "景点", "行政村"])
    >>> levels, odd = levels_of(names, stated)
    >>> levels.tolist(), odd.tolist()
    (['county', 'town', 'village', 'other', 'village'], [False, False, False, True, False])
    """
    by_name = pd.Series(_by_ending(names), names.index, dtype="str").fillna("other")
    if stated is None:
        return by_name, np.zeros(len(names), dtype=bool)
    words = stated.astype("str").str.strip().replace("", None)
    level = _by_ending(words)
    rank = pd.to_numeric(words.str.extract(r"^(\d)\D?$")[0]).to_numpy(np.float64)
    ranked = np.isin(rank, np.arange(1, len(LEVELS) + 1))
    level[ranked] = np.array(LEVELS, dtype=object)[rank[ranked].astype(int) - 1]
    odd = words.notna().to_numpy() & pd.isna(level)
    level[odd] = "other"
    return pd.Series(level, names.index, dtype="str").fillna(by_name), odd


def _by_ending(texts: Series) -> Objects:
    """The level that each text's ending says; None where it says none."""
    plain = texts.astype("str").str.replace(_BRACKET, "", regex=True).str.lower()
    found = np.full(len(texts), None, dtype=object)
    for ending, level in _endings():
        found[plain.str.endswith(ending).fillna(False).to_numpy(bool)] = level
    return found
