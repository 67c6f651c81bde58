"""The kinds of facilities (设施) that the plan names, and which of them an office's layer holds."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import Any

import pandas as pd

from geo.arrays import Series
from geo.text import Message, Text, Wording

STATES: dict[str, Wording] = {
    "have": Message("facility_state.have"),
    "planned": Message("facility_state.planned"),
    "lack": Message("facility_state.lack"),
    "no_data": Message("facility_state.no_data"),
}
"""What a park has of a kind, the best first."""

FAMILIES: dict[str, Wording] = {
    "infrastructure": Message("facility_family.infrastructure"),
    "platform": Message("facility_family.platform"),
    "new_infrastructure": Message("facility_family.new_infrastructure"),
    "amenity": Message("facility_family.amenity"),
    "other": Message("facility_family.other"),
}

LONGEST = 48
"""Letters of an office's own category in the name of a column."""

_PLANNED = ("规划", "在建", "拟", "筹", "planned", "proposed", "construction")


@cache
def listed() -> dict[str, Any]:
    """`facilities.toml`: `kinds` by name, the walk of 15 minutes, the plan's title."""
    return tomllib.loads((files("geo.land") / "facilities.toml").read_text(encoding="utf-8"))


def kinds() -> dict[str, dict[str, Any]]:
    """The plan's kinds, by name."""
    out: dict[str, dict[str, Any]] = listed()["kinds"]
    return out


def kind_of(category: Series) -> pd.Series[str]:
    """The kind of each facility by the longest word in its `category`; else the category itself.

    Categories that differ by case or width alone are one: a kind names a column (`to_KIND_m`), and
    columns of a GeoPackage are the same by any case. One that is too long is cut, with a mark.
    """
    words = sorted(
        ((w.lower(), name) for name, k in kinds().items() for w in k["words"]),
        key=lambda pair: -len(pair[0]),
    )
    category_text = category.astype("str").str.strip()
    categories = sorted(category_text.dropna().unique())
    spelled = {_folded(text): text for text in reversed(categories)}  # the first in order stays
    found = {
        text: next(
            (name for w, name in words if w in text.lower()), _column_word(spelled[_folded(text)])
        )
        for text in categories
    }
    return category_text.map(found).astype("str")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _column_word(text: str) -> str:
    """A category as part of a column's name: at most `LONGEST` letters, and still its own."""
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - 7]}…{blake2b(text.encode(), digest_size=3).hexdigest()}"


def planned(facilities: pd.DataFrame) -> pd.Series[bool]:
    """Which facilities are not built yet, by their `status`; a blank one is built."""
    category_text = facilities.get("status", pd.Series("", index=facilities.index)).astype("str")
    return category_text.fillna("").str.lower().str.contains("|".join(_PLANNED))


def title(kind: str) -> Wording:
    """What a kind is called; an office's own category keeps its own word."""
    known = kinds().get(kind)
    return Text(known["zh"], known["en"]) if known else Text(kind, kind)


def symbol(kind: str) -> Text:
    """The one sign of a kind in its mark on a map; of an office's own category its first."""
    known = kinds().get(kind)
    first = next((sign for sign in kind if sign.isalnum()), "●").upper()
    return Text(*known["symbol"]) if known else Text(first, first)


def family(kind: str) -> str:
    """One of `FAMILIES`."""
    return str(kinds().get(kind, {}).get("family", "other"))
