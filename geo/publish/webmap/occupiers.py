"""What the map's client is told of enterprises: names, how they are searched, whose parcels."""

from __future__ import annotations

import re
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
    letters = _certain(set().union(*names))
    # What is no Chinese is one word for pypinyin, however long: A3 is a.
    plain = "".join(re.escape(one) for one, letter in letters.items() if letter == one)
    words = re.compile(f"([{plain}])[{plain}]+") if plain else re.compile("(?!)()")
    table = str.maketrans(letters)
    known = letters.keys()
    return [
        words.sub(r"\1", name).translate(table).lower() if known >= set(name) else _looked_up(name)
        for name in names  # rows-ok: enterprises; pypinyin takes one text
    ]


def _certain(characters: set[str]) -> dict[str, str]:
    """The letter of each character that begins with the same one however it is read.

    A character that is no Chinese stands for itself.
    """
    from pypinyin import Style, pinyin  # noqa: PLC0415 - a third of a second, for maps only
    from pypinyin.constants import RE_HANS  # noqa: PLC0415

    out = {}
    for one in characters:
        if not RE_HANS.match(one):
            out[one] = one
            continue
        read = pinyin(one, style=Style.FIRST_LETTER, heteronym=True, errors="ignore")
        first = {sound[:1].lower() for sounds in read for sound in sounds}
        if len(first) == 1:
            out[one] = first.pop()
    return out


def _looked_up(name: str) -> str:
    """By the words of the name: 重 is c in 重庆, z in 重工."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    return "".join(part[:1] for part in lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
