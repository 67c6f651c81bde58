"""The second computation beside the tables of a run."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.independent.grades import LETTERS, firms_of, grade
from tests.independent.ground import FACILITIES, KINDS, OUTSIDE, control, distances, zones_by_kind
from tests.independent.inputs import Inputs, output
from tests.independent.law import cheapest, idle, mending, rows_of
from tests.independent.money import Figure, Money
from tests.independent.plan import ASKED, target

CLOSE = 1e-7
"""Relative, of areas; a split amount is a whole 1e-6 万元."""


def same(one: Any, other: Any, relative: float = CLOSE, absolute: float = 2e-6) -> bool:
    """Whether two numbers agree, a missing one only with a missing one."""
    missing = [value is None or math.isnan(float(value)) for value in (one, other)]
    if any(missing):
        return all(missing)
    return math.isclose(float(one), float(other), rel_tol=relative, abs_tol=absolute)


def assert_figures(money: Money, outputs: Path) -> int:
    """Every row of `figures`; how many there are. Nothing that should stand there is missing."""
    divisions: dict[str, set[str]] = defaultdict(set)
    for row in money.inputs.tables["enterprises"]:
        if row.get("industry_code"):
            divisions[row["industry_code"][:2]].add(row["enterprise_id"])
    everyone = {firm for firm, _ in money.claims}
    make: dict[str, Callable[[str, int, str], Figure | None]] = {
        "parcel": money.parcel,
        "enterprise": money.enterprise,
        "industry": lambda key, year, m: money.group(divisions[key], year, m),
        "park": lambda key, year, m: money.group(everyone, year, m, key),
        "project": lambda _key, year, m: money.group(everyone, year, m),
    }
    table = output(outputs, "figures")
    for row in table.to_dict("records"):
        key = (row["subject"], row["subject_id"], int(row["year"]), row["measure"])
        found = make[key[0]](*key[1:])
        assert found is not None, key
        told = {
            "value": found.value,
            "land_m2": found.land_m2,
            "per_mu": found.per_mu(key[3]),
            "reporting": found.reporting,
            "missing": found.missing,
            "beside": len(found.beside),
            "beside_value": found.beside_value,
        }
        for name, value in told.items():
            assert same(row[name], value), (*key, name, row[name], float(value or 0))
    wanted = (len(money.on) + len(money.claims)) * len(money.measures)
    assert len(table[table["subject"].isin(["parcel", "enterprise"])]) == wanted
    return len(table)


def assert_grades(money: Money, method: dict[str, Any], known: set[str], *tables: Any) -> int:
    """Grade, reason, score, rank and distances of every enterprise; how many have a grade."""
    firms = grade(firms_of(money.inputs, money), method, known)
    for table in tables:
        _assert_table_of_grades(firms, table)
    return len([f for f in firms.values() if f.grade in LETTERS])


def _assert_table_of_grades(firms: dict[str, Any], table: Any) -> None:
    rows = table[table["subject"] == "enterprise"].to_dict("records")
    assert {row["subject_id"] for row in rows} == set(firms)
    for row in rows:
        firm = firms[row["subject_id"]]
        assert (row["grade"], row["reason"]) == (firm.grade, firm.reason), firm
        for name, value in (
            ("score", firm.score),
            ("rank", firm.rank),
            ("to_better", firm.better),
            ("to_worse", firm.spare),
        ):
            assert same(row[name], value, 0, 1e-9), (name, row[name], firm)


def assert_targets(money: Money, known: set[str], outputs: Path) -> int:
    """Both ends and the result of every park, year and target."""
    table = output(outputs, "park_targets")
    for row in table.to_dict("records"):
        key = (row["park_id"], int(row["year"]), row["target"])
        ends, result = target(money.inputs, money, known, *key)
        assert row["result"] == result, (key, row["value"], ends)
        for name, value in zip(("value", "value_high"), ends or (None, None), strict=True):
            assert same(row[name], value, 0, 1e-9), (key, row[name], value)
    assert len(table) == len(ASKED) * len(money.inputs.parks) * len(money.years)
    return len(table)


def assert_idle(inputs: Inputs, outputs: Path, investment: dict[str, float]) -> int:
    """Verdict and reason of every supplied parcel."""
    table = output(outputs, "idle").set_index("parcel_id")
    found = {
        row["parcel_id"]: idle(row, inputs.year, investment.get(row["parcel_id"]))
        for row in rows_of(inputs)
    }
    assert set(table.index) == {key for key, verdict in found.items() if verdict}
    for key, verdict in found.items():
        assert verdict is None or table.loc[key, "idle"] == verdict, (key, table.loc[key], verdict)
    return len(table)


def assert_comply(outputs: Path, share: float, listed: Any) -> int:
    """Costs by each parcel's failing rules; no cheaper choice reaches the share."""
    parcels, verdicts = (output(outputs, name) for name in ("parcels", "verdicts"))
    costs = mending(verdicts.to_dict("records"))
    chosen = listed.groupby("park_id")
    for park, own in parcels.groupby("park_id"):
        rows = own[own["compliance"].isin(["pass", "fail"])]
        priced = sorted(costs[p] for p in rows["parcel_id"] if p in costs)
        needed = math.ceil(share * len(rows) - 1e-9) - int((rows["compliance"] == "pass").sum())
        wanted = cheapest(priced, needed)
        got = chosen.get_group(park)["cost"] if park in chosen.groups else []
        assert len(got) == len(wanted), park
        assert same(sum(got), sum(wanted), 1e-9, 1e-3), park
    return len(listed)


def assert_control(inputs: Inputs, outputs: Path) -> int:
    """The gravest finding of every parcel and kind, its share, and how much lies inside."""
    table, parcels = (output(outputs, name) for name in ("zones", "parcels"))
    table, keyed = table[table["subject"] == "parcel"], parcels.set_index("parcel_id")
    rows = table.groupby(["subject_id", "kind"], observed=True)
    band, found = float(inputs.settings.get("zone_band_m", 1.0)), set()
    outlines = dict(zip(inputs.parcels["parcel_id"], inputs.parcels.geometry, strict=True))
    words = {kind: word for word, kind in KINDS.items()}
    for kind, area in zones_by_kind(inputs).items():
        for key, outline in outlines.items():
            wanted, share, within = control(outline, kind, area, band)
            at = (key, words[kind])
            there = rows.get_group(at) if at in rows.groups else None
            said = set() if there is None else set(there["control"].astype(str))
            got = next((c for c in ("conflict", "sliver") if c in said), "clear")
            assert got == wanted, (key, kind, said, share)
            assert same(keyed.loc[key, f"in_{kind}"], within * 100, 1e-6, 1e-6), (key, kind)
            found.add(wanted)
            if there is not None and wanted != "clear" and kind not in OUTSIDE:
                assert same(there["kind_share"].max(), share, 1e-6, 1e-8), (key, kind)
    return len(found)


def assert_distances(inputs: Inputs, outputs: Path) -> int:
    """Every straight distance; how many there are."""
    parcels = output(outputs, "parcels").set_index("parcel_id")
    for kind in FACILITIES.values():
        for key, metres in distances(inputs, kind).items():
            assert same(parcels.loc[key, f"to_{kind}_m"], metres, 3e-5, 1e-6), (key, kind)
    return len(FACILITIES) * len(parcels)
