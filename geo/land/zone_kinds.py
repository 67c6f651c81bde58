"""The kinds of control lines (管控线), what each asks, and what an office's layer says of them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.arrays import Ints, Series
from geo.errors import ProjectError
from geo.model import LAYERS
from geo.text import Message, Text, Wording, join

CONTROL: dict[str, Wording] = {
    "conflict": Message("zone_control.conflict"),
    "no_data": Message("zone_control.no_data"),
    "review": Message("zone_control.review"),
    "unchecked": Message("zone_control.unchecked"),
    "sliver": Message("zone_control.sliver"),
    "noted": Message("zone_control.noted"),
    "clear": Message("zone_control.clear"),
}
"""Verdicts on a subject and zone, the gravest first. What no zone was there to check is never
clear: it is not checked."""

UNCHECKED = Message("zone_kinds.zones_hold_none_these_kinds")
"""What the row of kinds that were not checked says."""

_BETWEEN = "、"
"""Between the kinds of such a row."""

UNIT = Message("zone_kinds.environmental_control_unit")
"""What the row of land outside all units is called."""

LIMITS = ("layout_limit", "emission_limit", "risk_limit", "resource_limit")
"""The four parts of an environmental unit's access list."""


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """`zones.toml`, by kind."""
    raw = tomllib.loads((files("geo.land") / "zones.toml").read_text(encoding="utf-8"))["kinds"]
    return {name: kind | {"family": kind.get("family", name)} for name, kind in raw.items()}


@cache
def kind_names() -> dict[str, Wording]:
    """What a table's `kind` says in both languages; one row may name several unchecked kinds."""
    several = {
        joined_kinds(list(some)): Text(
            joined_kinds(list(some)), ", ".join(families()[f].en for f in some)
        )
        for count in range(1, len(families()) + 1)
        for some in combinations(families(), count)
    }
    return several | {k["zh"]: Text(k["zh"], k["en"]) for k in kinds().values()} | {UNIT.zh: UNIT}


@cache
def families() -> dict[str, Wording]:
    """The kinds that the plan wants checked, by family: red line, farmland, boundary, units."""
    return {
        k["family"]: UNIT if k["treat"] == "list" else Text(k["zh"], k["en"])
        for k in kinds().values()
        if k["treat"] != "note"
    }


def joined_kinds(wanted: list[str]) -> str:
    """The `kind` of a row about several families."""
    return _BETWEEN.join(families()[family].zh for family in wanted)


def absent_families(names: list[str]) -> frozenset[str]:
    """Families that the office states do not exist here, by any of their names.

    Raises ProjectError for a word that names none.
    """
    known = {
        word: family
        for family, title in families().items()
        for word in (family, title.zh, title.en)
    }
    for name in names:
        if name not in known:
            raise ProjectError(
                "zone_kinds.no_kind_of_control_line",
                name=name,
                titles=join(families().values()),
                families=join(families()),
            )
    return frozenset(known[name] for name in names)


def kind_of(kind_text: Series) -> Ints:
    """Number of each zone's kind in `kinds`, by the longest word found in what `kind` says."""
    number, texts = pd.factorize(kind_text.astype("str").fillna(""))
    words = sorted(
        ((w, i) for i, k in enumerate(kinds().values()) for w in k["words"]),
        key=lambda pair: -len(pair[0]),
    )
    other = list(kinds()).index("other")
    found = [next((i for w, i in words if w in str(t)), other) for t in texts]
    return np.array(found, dtype=np.int64)[number]


def zone_words(zones: gpd.GeoDataFrame, kind: Ints) -> pd.DataFrame:
    """zone_id, zone_name and requirement of each zone; of another kind the office's own word."""

    def text(column: str) -> Series:
        texts_of = zones.get(column, pd.Series("", index=zones.index))
        return pd.Series(texts_of.astype("str").fillna("").str.strip())

    word_of_other = text("kind").where(kind == list(kinds()).index("other"), "")
    asked = text("requirement")
    for column in LAYERS["zones"].columns:
        if column.name in LIMITS:
            more = text(column.name)
            asked += (column.zh + "：" + more + "。").where(more != "", "")
    return pd.DataFrame(
        {
            "zone_id": text("zone_id"),
            "requirement": asked,
            "zone_name": (word_of_other + " " + text("name")).str.strip(),
        }
    )


def missing_kinds(present: Ints, absent: frozenset[str] = frozenset()) -> list[Wording]:
    """Which of the kinds that the plan names the layer does not hold."""
    held = {list(kinds().values())[i]["family"] for i in np.unique(present)} | absent
    return [
        Message("zone_kinds.not_checked", title=title)
        for family, title in families().items()
        if family not in held
    ]
