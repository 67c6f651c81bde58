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
from numpy.typing import NDArray

from geo.errors import ProjectError, Text
from geo.model import LAYERS

CONTROL = {
    "conflict": Text("冲突", "conflict"),
    "no_data": Text("未覆盖", "not covered"),
    "review": Text("须对照准入清单", "read the access list"),
    "unchecked": Text("未核对", "not checked"),
    "sliver": Text("误差带内", "within the band"),
    "noted": Text("仅列出", "listed"),
    "clear": Text("无冲突", "no conflict"),
}
"""Verdicts on a subject and zone, the gravest first. What no zone was there to check is never
clear: it is not checked."""

UNCHECKED = Text(
    "管控图层中没有这些类型（或不及此处）：未核对，不等于无冲突",
    "the zones hold none of these kinds (or none near): not checked, which is not “no conflict”",
)
"""What the row of kinds that were not checked says."""

_BETWEEN = "、"
"""Between the kinds of such a row."""

UNIT = Text("环境管控单元", "environmental control unit")
"""What the row of land outside all units is called."""

LIMITS = ("layout_limit", "emission_limit", "risk_limit", "resource_limit")
"""The four parts of an environmental unit's access list."""


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """`zones.toml`, by kind."""
    raw = tomllib.loads((files("geo.land") / "zones.toml").read_text(encoding="utf-8"))["kinds"]
    return {name: kind | {"family": kind.get("family", name)} for name, kind in raw.items()}


@cache
def kind_names() -> dict[str, Text]:
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
def families() -> dict[str, Text]:
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
            listed = [title.zh for title in families().values()]
            raise ProjectError(
                f"mujun.toml：project.zones_absent 的“{name}”不是管控类型：可写"
                f" {'、'.join(listed)}。",
                f"mujun.toml: project.zones_absent `{name}` is no kind of control line: write"
                f" {', '.join(families())}.",
            )
    return frozenset(known[name] for name in names)


def kind_of(said: pd.Series[Any]) -> NDArray[np.int64]:
    """Number of each zone's kind in `kinds`, by the longest word found in what `kind` says."""
    number, texts = pd.factorize(said.astype("str").fillna(""))
    words = sorted(
        ((w, i) for i, k in enumerate(kinds().values()) for w in k["words"]),
        key=lambda pair: -len(pair[0]),
    )
    other = list(kinds()).index("other")
    found = [next((i for w, i in words if w in str(t)), other) for t in texts]
    return np.array(found, dtype=np.int64)[number]


def zone_words(zones: gpd.GeoDataFrame, kind: NDArray[np.int64]) -> pd.DataFrame:
    """zone_id, zone_name and requirement of each zone; of another kind the office's own word."""

    def text(column: str) -> pd.Series[Any]:
        given = zones.get(column, pd.Series("", index=zones.index))
        return pd.Series(given.astype("str").fillna("").str.strip())

    own = text("kind").where(kind == list(kinds()).index("other"), "")
    asked = text("requirement")
    for column in LAYERS["zones"].columns:
        if column.name in LIMITS:
            more = text(column.name)
            asked += (column.zh + "：" + more + "。").where(more != "", "")
    return pd.DataFrame(
        {
            "zone_id": text("zone_id"),
            "requirement": asked,
            "zone_name": (own + " " + text("name")).str.strip(),
        }
    )


def missing_kinds(present: NDArray[np.int64], absent: frozenset[str] = frozenset()) -> list[Text]:
    """Which of the kinds that the plan names the layer does not hold."""
    held = {list(kinds().values())[i]["family"] for i in np.unique(present)} | absent
    return [
        Text(f"未核对：管控图层中没有“{title.zh}”", f"not checked: the zones hold no {title.en}")
        for family, title in families().items()
        if family not in held
    ]
