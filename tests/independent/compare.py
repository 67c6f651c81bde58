"""The second computation beside the tables of a run."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.independent.inputs import Inputs, output
from tests.independent.money import Figure, Money

CLOSE = 1e-7
"""Relative, of areas; a split amount is a whole 1e-6 万元."""


def same(one: Any, other: Any, relative: float = CLOSE, absolute: float = 2e-6) -> bool:
    """Whether two numbers agree, a missing one only with a missing one."""
    missing = [value is None or math.isnan(float(value)) for value in (one, other)]
    if any(missing):
        return all(missing)
    return math.isclose(float(one), float(other), rel_tol=relative, abs_tol=absolute)


def assert_figures(inputs: Inputs, outputs: Path) -> int:
    """Every row of `figures`; how many there are. Nothing that should stand there is missing."""
    money = Money(inputs)
    divisions: dict[str, set[str]] = defaultdict(set)
    for row in inputs.tables["enterprises"]:
        if row.get("industry_code"):
            divisions[row["industry_code"][:2]].add(row["enterprise_id"])
    everyone = {firm for firm, _ in money.claims}
    make: dict[str, Callable[[str, int, str], Figure | None]] = {
        "parcel": money.parcel, "enterprise": money.enterprise,
        "industry": lambda key, year, m: money.group(divisions[key], year, m),
        "park": lambda key, year, m: money.group(everyone, year, m, key),
        "project": lambda _key, year, m: money.group(everyone, year, m)}
    table = output(outputs, "figures")
    for row in table.to_dict("records"):
        key = (row["subject"], row["subject_id"], int(row["year"]), row["measure"])
        found = make[key[0]](*key[1:])
        assert found is not None, key
        told = {"value": found.value, "land_m2": found.land_m2, "per_mu": found.per_mu(key[3]),
                "reporting": found.reporting, "missing": found.missing,
                "beside": len(found.beside), "beside_value": found.beside_value}
        for name, value in told.items():
            assert same(row[name], value), (*key, name, row[name], float(value or 0))
    wanted = (len(money.on) + len(money.claims)) * len(money.measures)
    assert len(table[table["subject"].isin(["parcel", "enterprise"])]) == wanted
    return len(table)
