"""The plan's four targets, park by park and year by year: docs/en/howto/plan.md."""

from __future__ import annotations

import math
from fractions import Fraction

from tests.independent.grades import shown
from tests.independent.inputs import YES, Inputs
from tests.independent.money import Money

ASKED = {
    "leading_share": (Fraction(70), True, 2),
    "high_tech_share": (Fraction(25), True, 2),
    "platforms": (Fraction(1), False, 0),
    "revenue_growth": (Fraction(7), False, 0),
}
"""What the plan asks, whether it must be exceeded, decimals."""

Ends = tuple[Fraction, Fraction] | None


def target(
    inputs: Inputs, money: Money, known: set[str], park: str, year: int, name: str
) -> tuple[Ends, str]:
    """The two ends of the value as shown, and the result."""
    ends = (
        platforms(inputs, park, year)
        if name == "platforms"
        else (
            growth(inputs, money, park, year)
            if name == "revenue_growth"
            else share(inputs, money, known, park, year, name)
        )
    )
    asked, exceeded, decimals = ASKED[name]
    if ends is None:
        return None, "no_data"
    low, high = (shown(e, decimals) for e in ends)
    met = [e > asked if exceeded else e >= asked for e in (low, high)]
    return (low, high), "no_data" if met[0] != met[1] else "met" if met[0] else "not_met"


def share(inputs: Inputs, money: Money, known: set[str], park: str, year: int, name: str) -> Ends:
    """Revenue of those that count, over revenue, %; who is not known leaves a range."""
    listed = dict(zip(inputs.parks["park_id"], inputs.parks["leading_industries"], strict=True))
    prefixes = tuple(p.strip() for p in listed[park].replace("；", ";").split(";"))
    facts = {row["enterprise_id"]: row for row in inputs.tables["enterprises"]}
    total = low = high = Fraction(0)
    for (firm, of), claims in money.claims.items():
        value = money.reports.get((firm, of), {}).get("revenue")
        if of != year or value is None:
            continue
        here = sum(
            (
                value * (c.part or 0)
                for c in claims
                if money.on_land(c) and money.park[str(c.parcel)] == park
            ),
            Fraction(0),
        )
        row = facts.get(firm, {})
        code = row.get("industry_code")
        counts = (
            YES.get(str(row.get("high_tech")).lower())
            if name == "high_tech_share"
            else (str(code).startswith(prefixes) if code in known else None)
        )
        total += here
        low += here if counts else 0
        high += here if counts is not False else 0
    return (low / total * 100, high / total * 100) if total > 0 else None


def platforms(inputs: Inputs, park: str, year: int) -> Ends:
    """Platforms of provincial level or above by the year."""
    count = Fraction(
        len(
            [
                r
                for r in inputs.tables["platforms"]
                if r["park_id"] == park
                and r["level"] in ("国家级", "省级")
                and int(r["year"]) <= year
            ]
        )
    )
    return count, count


def growth(inputs: Inputs, money: Money, park: str, year: int) -> Ends:
    """Compound yearly growth of revenue per mu since `compare_to`, %.

    Where not all report it is that of those who do in both years, if the project says so.
    """
    base = int(inputs.settings["compare_to"])
    firms = {firm for firm, _ in money.claims}
    both = [money.group(firms, y, "revenue", park) for y in (year, base)]
    if year <= base:
        return None
    if any(one.missing for one in both):
        if inputs.settings.get("growth_of") != "comparable":
            return None
        firms = {firm for firm in firms if money.comparable(firm, (year, base), "revenue", park)}
        both = [money.group(firms, y, "revenue", park) for y in (year, base)]
    now, then = (one.per_mu("revenue") for one in both)
    if now is None or not then:
        return None
    rate = Fraction((math.exp(math.log(now / then) / (year - base)) - 1) * 100)
    return rate, rate
