"""What the whole of a folder's parcels is counted, filtered and tried by: a file a column.

The order of parcels is that of the tiles. A file is loaded when a filter, a class cut or a trial
first needs it, so a province of a million parcels takes a few megabytes for most questions.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from geo.arrays import Floats
from geo.publish.page import call
from geo.publish.webmap import packing, tables

FOLDER = "columns"
_BARS = ("value", "low", "high", "ends", "industry", "reason")
"""What a rule is judged anew by."""


def write(table: dict[str, Any], order: tables.Rows, folder: Path) -> None:
    """Write `folder`/columns/NAME.js, each a table of arrays in the order of the tiles."""
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)

    def written(one: tuple[str, dict[str, Any]]) -> None:
        name, fields = one
        own = {key: tables.take(values, order) for key, values in fields.items()}
        source = call("mujun.column", name, packing.table(own)).source
        (folder / FOLDER / f"{name}.js").write_text(source, encoding="ascii")

    with ThreadPoolExecutor(2) as pool:  # zlib lets go of the GIL
        list(pool.map(written, _columns(table)))


def _columns(table: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Names of files, and the fields that each holds."""
    yield "mu", {"mu": table["mu"]}
    for k, theme in enumerate(table["themes"]):
        yield f"theme-{k}", {"codes": theme["codes"]}
    asked = {theme["column"] for theme in table["themes"]} | {*table["sums"], table["trial_sum"]}
    for k, column in enumerate(table["columns"]):
        if column["kind"] == "number" and column["name"] in asked:
            yield f"column-{k}", {"values": column["values"]}
    for k, figure in enumerate(table["history"]["figures"]):
        yield f"figure-{k}", {"values": figure["values"]}
    for k, rule in enumerate(table["rules"]):
        yield f"verdict-{k}", {"verdict": rule["verdict"]}
        yield f"rule-{k}", {name: rule[name] for name in _BARS}
    if table["compliance"] is not None:
        yield "compliance", {"compliance": table["compliance"]}
    if table["scores"]:
        yield "main", {"main": table["scores"]["main"]}


def sums(
    theme: dict[str, Any], park: tables.Rows, parks: int, mu: Floats, money: list[Floats]
) -> dict[str, Any]:
    """Parcels and 亩 by park (the last: in none) and class, each park's classes together.

    `total` and `known` are of each measure of `money` in turn: its sum, and of how many parcels.
    """
    classes = len(theme["legend"])
    cell = park * classes + theme["codes"]

    def by_cell(weights: Floats | None = None) -> Floats:
        return np.bincount(cell, weights, minlength=parks * classes).astype(np.float64)

    known = [~np.isnan(values) for values in money]
    return {
        "count": by_cell(),
        "land": by_cell(mu),
        "total": np.concatenate([np.empty(0), *(by_cell(np.nan_to_num(v)) for v in money)]),
        "known": np.concatenate([np.empty(0), *(by_cell(k.astype(float)) for k in known)]),
    }


def cells(rule: dict[str, Any]) -> dict[str, Any]:
    """The distinct bars of a rule: row of its table, both ends, how they are closed."""
    names = ("industry", "low", "high", "ends")
    # Codes of one rule are the same in each of these: their entries are bars already.
    bars = {n: rule[n].entries if isinstance(rule[n], packing.Coded) else rule[n] for n in names}
    low, high = (bars[end].view(np.int64) for end in ("low", "high"))
    keys = np.stack([bars["industry"].astype(np.int64), low, high, bars["ends"].astype(np.int64)])
    _, first = np.unique(keys, axis=1, return_index=True)
    first = np.sort(first)
    return {name: own[first] for name, own in bars.items()}
