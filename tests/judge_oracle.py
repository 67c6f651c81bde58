"""How rules are judged and taken together, worked out anew by trying values; exact, no floats.

Written from docs/en/concepts/rules.md, and not from the code: a rule is a question that a
value answers, and two rules are compared by asking both of every value that could matter.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise
from math import floor

LEVELS = ("national", "province", "city", "park", "parcel")
WORST = ("fail", "conflict", "no_data", "pass", "exempt")
WORDS = {
    "/": ("exempt", "not_applicable"),
    "case_by_case": ("no_data", "case_by_case"),
    "reference": ("no_data", "reference"),
}
SIGNS = {
    ">=": lambda v, x: v >= x,
    ">": lambda v, x: v > x,
    "<=": lambda v, x: v <= x,
    "<": lambda v, x: v < x,
}
ENDS = {"min": ">=", "above": ">", "max": "<=", "below": "<"}


def half_up(value, decimals):
    return Fraction(floor(value * 10**decimals + Fraction(1, 2)), 10**decimals)


def limits(rule):
    """What is asked of a value: (sign, limit) each; None where the cell is words."""
    cell = rule["cell"]
    if isinstance(cell, str) or set(cell if isinstance(cell, dict) else ()) & set(WORDS):
        return None
    asked = (
        [(ENDS[end], x) for end, x in cell.items()]
        if isinstance(cell, dict)
        else [(rule["operator"], cell)]
    )
    exact = [(sign, Fraction(str(x)) / Fraction(str(rule["divide_by"]))) for sign, x in asked]
    if rule["divide_by"] != 1:
        exact = [(sign, half_up(x, rule["decimals"])) for sign, x in exact]
    return exact


def meets(rule, value, *, rounded=True):
    """Whether the rule is met; `rounded`: as the value is shown."""
    figure = half_up(value, rule["decimals"]) if rounded else value
    return all(SIGNS[sign](figure, x) for sign, x in limits(rule))


def tried(rules):
    """Every value that could matter: where any answer may turn, between, below and above."""
    turns = {
        (k + Fraction(1, 2)) / 10 ** rule["decimals"]
        for rule in rules
        for _, x in limits(rule)
        for k in range(floor(x * 10 ** rule["decimals"]) - 3, floor(x * 10 ** rule["decimals"]) + 4)
    }
    turns = sorted(turns)
    between = [(a + b) / 2 for a, b in pairwise(turns)]
    return [turns[0] - 1, *turns, *between, turns[-1] + 1]


def holds(outer, inner):
    """Whether every value that meets `inner` meets `outer`."""
    return all(meets(outer, v) for v in tried([outer, inner]) if meets(inner, v))


def can_meet(rules):
    """Whether some value meets all of them."""
    return any(all(meets(rule, v) for rule in rules) for v in tried(rules))


def alone(rule, value):
    """Verdict and reason of one rule by itself; `value` is a Fraction or None."""
    cell = rule["cell"]
    if limits(rule) is None:
        return WORDS[cell if isinstance(cell, str) else next(iter(cell))]
    if value is None:
        return "no_data", "input_missing"
    met = meets(rule, value)
    turned = met != meets(rule, value, rounded=False)
    return ("pass" if met else "fail"), ("rounded" if turned else "")


def settle(rules, values):
    """(verdict, reason) of each rule taken together, and the overall verdict.

    `values` are decimals as text, by indicator; None is missing.
    """
    figures = {k: None if v is None else Fraction(v) for k, v in values.items()}
    out = [alone(rule, figures[rule["indicator"]]) for rule in rules]
    out = alternatives(rules, out)
    for stands, step in (("local", replaced), ("stricter", implied)):
        force = [
            verdict in ("pass", "fail") or reason == "input_missing" for verdict, reason in out
        ]
        gone = {
            at
            for one, other in pairs(rules)
            if force[one]
            and force[other]
            and rules[one]["level"] != rules[other]["level"]
            and rules[other]["stands"] == stands
            for at in step(rules, one, other)
        }
        out = [("exempt", f"{stands}_rule") if at in gone else said for at, said in enumerate(out)]
    torn = {at for pair in pairs(rules) if conflicting(rules, out, pair) for at in pair}
    out = [("conflict", "apart") if at in torn else said for at, said in enumerate(out)]
    asked = [verdict for rule, (verdict, _) in zip(rules, out, strict=True) if rule["mandatory"]]
    return out, min(asked, key=WORST.index) if asked else "no_data"


def pairs(rules):
    """Rules of two packs on one indicator, the more general first."""
    for i, j in combinations(range(len(rules)), 2):
        if rules[i]["indicator"] == rules[j]["indicator"] and rules[i]["pack"] != rules[j]["pack"]:
            ranks = [LEVELS.index(rules[at]["level"]) for at in (i, j)]
            yield (i, j) if ranks[0] <= ranks[1] else (j, i)


def replaced(rules, general, local):
    return [general]


def implied(rules, general, local):
    """Which of the two says nothing that the other does not; what is mandatory stays."""
    one, other = rules[general], rules[local]
    if holds(one, other) and (other["mandatory"] or not one["mandatory"]):
        return [general]
    if holds(other, one) and (one["mandatory"] or not other["mandatory"]):
        return [local]
    return []


def conflicting(rules, said, pair):
    one, other = (rules[at] for at in pair)
    return (
        all(said[at][0] in ("pass", "fail") and limits(rules[at]) for at in pair)
        and one["mandatory"] == other["mandatory"]
        and not any(is_alternative(rules, rule) for rule in (one, other))
        and not can_meet([one, other])
    )


def is_alternative(rules, rule):
    return (
        bool(rule["any_of"])
        and sum(r["pack"] == rule["pack"] and r["any_of"] == rule["any_of"] for r in rules) > 1
    )


def alternatives(rules, said):
    """One of the columns that share a word is enough."""
    out = list(said)
    for at, rule in enumerate(rules):
        if not rule["any_of"]:
            continue
        group = [
            said[i][0]
            for i, r in enumerate(rules)
            if (r["pack"], r["any_of"]) == (rule["pack"], rule["any_of"])
        ]
        if "pass" in group and said[at][0] in ("fail", "no_data"):
            out[at] = ("exempt", "alternative_met")
        elif "pass" not in group and "no_data" in group and said[at][0] == "fail":
            out[at] = ("no_data", "alternative_open")
    return out
