"""Golden cases of judging: `tests/data/judge_cases.json`, read by pytest and by the map's client.

`python -m tests.judge_cases` writes the file anew: the cases of `HAND`, whose outcomes are typed,
and `DRAWN` random ones, whose outcomes `tests.judge_oracle` works out. A case is a parcel's values,
rules, and what each rule says `alone` and with the others (`verdicts`, `reasons`, `overall`).
"""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path

from geo.model import INDICATORS
from geo.standards.model import Pack
from tests.judge_oracle import LEVELS, alone, half_up, limits, meets, settle, tried

FILE = Path(__file__).parent / "data/judge_cases.json"
DRAWN = 150
FAR, GREEN, TAX = "floor_area_ratio", "green_ratio", "tax_per_mu"


def rule(pack, cell, operator=">=", **more):
    """A rule of a case; levels follow from the packs' names."""
    level, _, number = pack.partition("-")
    base = {
        "pack": pack,
        "key": f"c{number}",
        "level": level,
        "stands": "beside",
        "indicator": FAR,
        "operator": operator,
        "mandatory": True,
        "decimals": 2,
        "any_of": "",
        "divide_by": 1,
        "cell": cell,
    }
    return base | more


def packs_of(case):
    """The packs of a case."""
    out = {}
    for one in case["rules"]:
        cell = one["cell"]
        if isinstance(cell, dict) and "case_by_case" in cell:
            cell = {"case_by_case": "一事一议"}
        pack = out.setdefault(
            one["pack"],
            {
                "pack": {
                    "id": one["pack"],
                    "title_zh": "测试",
                    "title_en": "test",
                    "issuer": "测试",
                    "document": "测试〔2020〕1号",
                    "date": 2020,
                    "url": "https://example.org",
                    "in_force_from": "2010-01-01",
                    "level": one["level"],
                    "stands": one["stands"],
                },
                "columns": {},
                "rows": [{"industry": "全部", "codes": ["*"], "cells": {}}],
            },
        )
        pack["columns"][one["key"]] = {
            "indicator": one["indicator"],
            "operator": one["operator"],
            "unit": INDICATORS[one["indicator"]].unit,
            "mandatory": one["mandatory"],
            "clause": "条款",
            "decimals": one["decimals"],
            "any_of": one["any_of"],
            "divide_by": one["divide_by"],
        }
        pack["rows"][0]["cells"][one["key"]] = cell
    return [Pack.model_validate(pack) for pack in out.values()]


def bounds(one):
    """low, high (None: no such end) and which ends are open (1 the lower, 2 the upper)."""
    asked = limits(one)
    if asked is None:
        return None
    ends = dict(asked)
    low = next((ends[s] for s in (">=", ">") if s in ends), None)
    high = next((ends[s] for s in ("<=", "<") if s in ends), None)
    return [
        None if low is None else float(low),
        None if high is None else float(high),
        (">" in ends) + 2 * ("<" in ends),
    ]


def written(name, rules, values):
    """A case with everything that both sides are held to, as the oracle has it."""
    figures = {k: None if v is None else Fraction(v) for k, v in values.items()}
    said, overall = settle(rules, values)
    single = [alone(one, figures[one["indicator"]]) for one in rules]
    shown = [
        None
        if figures[one["indicator"]] is None
        else float(half_up(figures[one["indicator"]], one["decimals"]))
        for one in rules
    ]
    return {
        "name": name,
        "rules": [one | {"bounds": bounds(one)} for one in rules],
        "values": values,
        "shown": shown,
        "alone": [list(s) for s in single],
        "verdicts": [s[0] for s in said],
        "reasons": [s[1] for s in said],
        "overall": overall,
    }


def drawn(rng):
    """A random case in which limits, values and decimals are near each other."""
    rules = []
    indicators = rng.sample([FAR, GREEN, TAX], rng.choice([1, 1, 2]))
    packs = rng.sample(LEVELS, rng.randint(1, 4))
    if rng.random() < 0.3:
        packs.append(f"{rng.choice(packs)}-2")
    for pack in packs:
        stands = rng.choice(["beside", "stricter", "stricter", "local"])
        word = rng.choice(["", "", "择一"])
        rules += [
            rule(
                pack,
                drawn_cell(rng),
                rng.choice([">=", ">=", ">", "<=", "<"]),
                stands=stands,
                key=f"c{number}",
                indicator=rng.choice(indicators),
                any_of=word,
                mandatory=rng.random() < 0.8,
                decimals=rng.choice([0, 1, 2, 2, 2, 3]),
                divide_by=rng.choice([1, 1, 1, 15, 0.5]),
            )
            for number in range(rng.choice([1, 1, 2]))
        ]
    values = {}
    for name in sorted({one["indicator"] for one in rules}):
        near = [x for one in rules if one["indicator"] == name for _, x in limits(one) or []]
        step = rng.choice(
            ["0", "0", "0.005", "-0.005", "0.01", "-0.01", "0.004", "-0.0004", "0.5", "-0.5"]
        )
        value = (rng.choice(near) if near else Fraction(1)) + Fraction(step)
        value = Fraction(round(value * 10**6), 10**6)
        values[name] = None if rng.random() < 0.08 else f"{float(value):.6f}"
    empty = any(limits(one) and not any(meets(one, v) for v in tried([one])) for one in rules)
    return (rules, values) if not empty else drawn(rng)


def drawn_cell(rng):
    low = rng.choice([0.5, 0.7, 0.75, 1, 1.5, 2, 2.25, 3])
    high = round(low + rng.choice([0, 0.04, 0.5, 1, 1.3]), 2)
    ends = {rng.choice(["min", "min", "above"]): low, rng.choice(["max", "max", "below"]): high}
    return rng.choice(
        [
            low,
            low,
            low,
            high,
            ends,
            ends,
            dict(rng.sample(sorted(ends.items()), 1)),
            rng.choice(["/", {"case_by_case": "一事一议"}, {"reference": "另一文件"}]),
        ]
    )


def main():
    """Write the file."""
    from tests.judge_cases_by_hand import HAND

    cases = []
    for name, rules, value, said, overall in HAND:
        values = value if isinstance(value, dict) else {FAR: value}
        case = written(name, rules, values)
        worked = [
            f"{v}:{r}" if r else v for v, r in zip(case["verdicts"], case["reasons"], strict=True)
        ]
        if (worked, case["overall"]) != (said, overall):
            raise AssertionError((name, worked, case["overall"]))
        cases.append(case)
    rng = random.Random(20261128)
    cases += [written(f"drawn {number}", *drawn(rng)) for number in range(DRAWN)]
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    FILE.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
