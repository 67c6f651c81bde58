"""Land supply of parks (开发区土地集约利用评价), by cited formulas.

A measure is no data where any parcel that it reads is unknown: an unknown state of supply, or a
built parcel without the figure. 土地闲置率 counts land that is idle as the office states or by the
law (`geo.evaluate.idle_land`).
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Series
from geo.model import MU_M2

SUPPLY = (
    "park_id",
    "measure",
    "value",
    "unit",
    "numerator",
    "denominator",
    "unknown_mu",
    "formula",
    "citation",
)
WORKS = {"yongdiyonghai": ("10", "11"), "gbt21010": ("06",), "third_survey": ("06", "0508")}
"""工矿仓储用地 by scheme: 用地用海 10 工矿用地 and 11 仓储用地, GB/T 21010 06 工矿仓储用地, 三调 06
工矿用地 and 0508 物流仓储用地. In the others 10 and 11 are roads and water."""


@cache
def words() -> dict[str, Any]:
    """`supply.toml`."""
    text = (files("geo.evaluate") / "supply.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


StateWords = dict[str, list[str]]
"""What an office writes, by the state of supply that it means."""


def states(status: Series, written: StateWords | None = None) -> Series:
    """unready, ready, supplied, built or idle; missing where the text says none of them.

    The longest word that the text says decides, of as long ones the last: 未供 is not read as 已供,
    nor 未建成 as 建成. `written` are a plan's words, in the place of those of `supply.toml` for the
    states that it lists.

    >>> states(pd.Series(["已供未建成", "不属于闲置土地", "供而未用"])).tolist()
    ['supplied', nan, 'supplied']
    """
    number, texts = pd.factorize(status)
    by_state = words()["states"] | (written or {})
    named = [(word, state) for state, listed in by_state.items() for word in listed]
    found = []
    for text in map(str, texts):  # rows-ok: distinct texts, a handful
        places = [(_last_said(word, text), word, state) for word, state in named]
        hits = [(len(word), place, state) for place, word, state in places if place >= 0]
        found.append(max(hits)[2] if hits else None)
    values = np.array([*found, None], dtype=object)[number]
    return pd.Series(values, index=status.index).astype("str")


@cache
def _denied() -> re.Pattern[str]:
    """What stands before a word that the text denies, or only foresees."""
    denial = words()["denied"]
    return re.compile(f"({'|'.join(denial['by'])})({'|'.join(denial['wholly'])})?$")


def _last_said(word: str, text: str) -> int:
    """Where a text last says a word, without denying it; −1 where it does not."""
    starts = [found.start() for found in re.finditer(re.escape(word), text)]
    return max((at for at in starts if not _denied().search(text[:at])), default=-1)


def land_supply(
    parks: pd.DataFrame,
    parcels: pd.DataFrame,
    idle: pd.DataFrame | None = None,
    scheme: str = "yongdiyonghai",
    written: StateWords | None = None,
) -> pd.DataFrame:
    """Every measure of every park (columns `SUPPLY`); no rows without `supply_status`.

    `idle` is the table of `idle_land`; without rows, only what the office states is idle land.
    Codes of land use are read in the `scheme` that the project names.
    """
    if "supply_status" not in parcels:
        return pd.DataFrame(columns=list(SUPPLY))
    state = states(parcels["supply_status"], written)
    mu = parcels["area_mu"].astype(float)
    use = parcels.get("land_use", pd.Series(None, index=parcels.index, dtype="str")).astype("str")
    built = state == "built"
    works = built & use.str.startswith(WORKS[scheme]).fillna(False)
    taken = state.isin(["supplied", "built", "idle"])
    known = ~(built & use.isna())
    stated = mu.where(state == "idle", 0.0)
    land = {
        "ready": mu.where(taken | (state == "ready"), 0.0),
        "supplied": mu.where(taken, 0.0),
        "built": mu.where(built, 0.0),
        "idle": _idle(parcels, idle, taken, stated),
        "works": mu.where(works, 0.0).where(known),
    }
    sums = {
        "floor": _of(parcels, "floor_area_m2", built),
        "base": _of(parcels, "building_base_m2", built),
        "works_floor": _of(parcels, "floor_area_m2", works),
        "investment": _of(parcels, "fixed_investment", works),
        "tax": _of(parcels, "tax", works),
    }
    recipes = {
        "supply_rate": (land["supplied"], land["ready"]),
        "built_rate": (land["built"], land["supplied"]),
        "industrial_rate": (land["works"], land["built"]),
        "floor_area_ratio": (sums["floor"], land["built"] * MU_M2),
        "building_density": (sums["base"], land["built"] * MU_M2),
        "industrial_floor_area_ratio": (sums["works_floor"], land["works"] * MU_M2),
        "industrial_investment": (sums["investment"], land["works"]),
        "industrial_tax": (sums["tax"], land["works"]),
        "idle_rate": (land["idle"], land["supplied"]),
        "stated_idle_rate": (stated, land["supplied"]),
    }
    blank = {
        name: mu.where(state.isna() | above.isna() | below.isna(), 0.0)
        for name, (above, below) in recipes.items()
    }
    park = parcels["park_id"]
    above, below = (pd.DataFrame({k: s[i] for k, s in recipes.items()}) for i in (0, 1))
    totals = [t.groupby(park).sum(skipna=False) for t in (above, below)]
    unknown = pd.DataFrame(blank).groupby(park).sum()
    parts = [_measure(n, totals[0][n], totals[1][n], unknown[n]) for n in recipes]
    table = pd.concat(parts, ignore_index=True)
    return table[table["park_id"].isin(parks["park_id"])].reset_index(drop=True)[list(SUPPLY)]


def _of(parcels: pd.DataFrame, column: str, mask: Series) -> pd.Series[float]:
    void = pd.Series(np.nan, index=parcels.index)
    return parcels.get(column, void).astype(float).where(mask, 0.0)


def _idle(
    parcels: pd.DataFrame,
    idle: pd.DataFrame | None,
    taken: Series,
    stated: pd.Series[float],
) -> pd.Series[float]:
    """亩 of each parcel that is idle as stated or by the law; missing where the law has no data."""
    if idle is None or idle.empty:
        return stated
    found = parcels["parcel_id"].map(idle.set_index("parcel_id")["idle"])
    mu = parcels["area_mu"].astype(float)
    lawful = mu.where(found == "idle", 0.0).where(found != "no_data").where(taken, 0.0)
    return stated.where(stated > 0, lawful)


def _measure(
    name: str, above: pd.Series[float], below: pd.Series[float], unknown: pd.Series[float]
) -> pd.DataFrame:
    """Sum ÷ sum by park; missing where the measure is unknown of any land (`unknown`, 亩)."""
    measure_words = words()["measures"][name]
    sums = pd.DataFrame({"numerator": above, "denominator": below})
    share = sums["numerator"] / sums["denominator"].where(sums["denominator"] > 0)
    value = (share * (100 if measure_words["unit"] == "%" else 1)).where(unknown == 0)
    return sums.assign(
        measure=name,
        value=value,
        unit=measure_words["unit"],
        formula=measure_words["formula"],
        unknown_mu=unknown,
        citation=words()["measures"]["citation"],
    ).reset_index()
