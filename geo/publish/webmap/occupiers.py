"""What the map's client is told of enterprises: names, how they are searched, whose parcels."""

from __future__ import annotations

import re
import sys
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from geo.geometry.keys import position_of
from geo.publish.records.parcel import occupied_in
from geo.run import Run


def occupiers(run: Run) -> dict[str, Any]:
    """Enterprises of the year: names, ids, initials, and whose parcels they occupy (pairs)."""
    settings = run.settings
    rows = occupied_in(run, settings.year)
    rows = rows.drop_duplicates(["enterprise_id", "parcel_id"])
    ids = pd.Index(rows["enterprise_id"].unique())
    table = run.enterprises.set_index("enterprise_id").reindex(ids)
    names = table["name"] if "name" in table else pd.Series(ids, index=ids)
    words = names.fillna("").tolist()
    return {
        "ids": ids.tolist(),
        "names": words,
        "initials": initials(words),
        "enterprise": position_of(rows["enterprise_id"], ids).astype(np.int32),
        "parcel": position_of(rows["parcel_id"], run.parcels["parcel_id"]).astype(np.int32),
    }


def initials(names: list[str]) -> list[str]:
    """First letters of the pinyin of each name (隆昌玻璃 → lcbl), as people type to search.

    >>> initials(["隆昌玻璃", "重庆长安", "A3厂"])
    ['lcbl', 'cqca', 'ac']
    """
    every = set().union(*names)
    letters: dict[str, str | int | None] = {}
    letters |= {one: letter for one in every if (letter := _certain(one))}
    # What is no Chinese is one word for pypinyin, however long: A3 is a.
    plain = "".join(re.escape(one) for one, letter in letters.items() if letter == one)
    words = re.compile(f"([{plain}])[{plain}]+") if plain else re.compile("(?!)()")
    between = next(one for one in map(chr, range(sys.maxunicode, 0, -1)) if one not in every)
    text = words.sub(r"\1", between.join(names))
    out = text.translate(str.maketrans(letters)).lower().split(between) if names else []
    open_ = every - letters.keys()
    if open_:
        known = "".join(map(re.escape, open_))
        for row in np.flatnonzero(pd.Series(names).str.contains(f"[{known}]")):
            out[row] = _looked_up(names[row])  # rows-ok: pypinyin takes one text
    return out


@cache
def _certain(one: str) -> str:
    """The letter that a character begins with however it is read; empty if there are several.

    One that is no Chinese stands for itself.
    """
    from pypinyin import Style, pinyin  # noqa: PLC0415 - a third of a second, for maps only
    from pypinyin.constants import RE_HANS  # noqa: PLC0415

    if not RE_HANS.match(one):
        return one
    read = pinyin(one, style=Style.FIRST_LETTER, heteronym=True, errors="ignore")
    first = {sound[:1].lower() for sounds in read for sound in sounds}
    return first.pop() if len(first) == 1 else ""


def _looked_up(name: str) -> str:
    """By the words of the name: 重 is c in 重庆, z in 重工."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    return "".join(part[:1] for part in lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
