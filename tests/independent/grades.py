"""Grades worked out one enterprise at a time, distances by trying them: docs/en/concepts/grading.md."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.independent.inputs import MU, YES, Inputs
from tests.independent.money import Money

LETTERS = "ABCD"
RATIOS = {
    "rd_intensity": ("rd_expense", "revenue", 100),
    "labour_productivity": ("value_added", "employees", 1),
    "value_added_per_tce": ("value_added", "energy_tce", 1),
    "value_added_per_emission": ("value_added", "emission_eq", 1),
    "tax_per_electricity": ("tax", "electricity", 1),
    "revenue_per_employee": ("revenue", "employees", 1),
    "revenue_per_tce": ("revenue", "energy_tce", 1),
    "revenue_per_emission": ("revenue", "emission_eq", 1),
}
OPEN = ("scale_unknown", "exemption_unknown", "land_unknown", "input_missing")
"""Reasons for which a grade is no data."""


@dataclass
class Firm:
    """An enterprise under a method."""

    id: str
    scale: bool | None
    code: str | None
    mu: Fraction | None
    values: dict[str, Fraction | None]
    reason: str = ""
    points: list[Fraction | None] = field(default_factory=list)
    score: Fraction | None = None
    rank: int | None = None
    grade: str = ""
    better: Fraction | None = None
    spare: Fraction | None = None


def firms_of(inputs: Inputs, money: Money) -> list[Firm]:
    """The enterprises with their indicators in the project's year."""
    out = []
    for row in inputs.tables["enterprises"]:
        key = row["enterprise_id"]
        figures = (
            {m: money.enterprise(key, inputs.year, m) for m in money.measures}
            if ((key, inputs.year) in money.claims)
            else {}
        )
        values: dict[str, Fraction | None] = {
            f"{m}_per_mu": f.per_mu(m) for m, f in figures.items()
        }
        for name, (above, below, scale) in RATIOS.items():
            over, under = (figures[m].value if m in figures else None for m in (above, below))
            values[name] = over / under * scale if over is not None and under else None
        land = next((f.land_m2 for f in figures.values()), None)
        out.append(
            Firm(
                key,
                YES.get(str(row.get("above_scale")).lower()),
                row.get("industry_code"),
                None if land is None else land / MU,
                values,
            )
        )
    return out


def shown(value: Fraction, decimals: int) -> Fraction:
    """Rounded half up."""
    scale = 10**decimals
    return Fraction(math.floor(value * scale + Fraction(1, 2) + Fraction(1, 10**9)), scale)


def grade(firms: list[Firm], method: dict[str, Any], known: set[str]) -> dict[str, Firm]:
    """Every enterprise graded; `known` are the codes of GB/T 4754."""
    decimals, grading = method["method"].get("decimals", 2), method.get("grading", {})
    done: dict[str, Firm] = {}
    for group in method["groups"]:
        inside = []
        for firm in firms:
            if firm.id in done:
                continue
            if group["where"] != "all" and firm.scale is None:
                firm.reason = "scale_unknown"
            elif group["where"] == "all" or firm.scale == (group["where"] == "above_scale"):
                firm.reason = outside(firm, group, method.get("exempt", {}), known)
                done[firm.id] = firm
                if firm.reason != "too_little_land":
                    inside.append(firm)
            else:
                firm.reason = "no_group"
        work_out(inside, group, grading, decimals)
    for firm in firms:
        if not firm.grade:
            firm.grade = "no_data" if firm.reason in OPEN else "ungraded"
    return {firm.id: firm for firm in firms}


def outside(firm: Firm, group: dict[str, Any], exempt: dict[str, Any], known: set[str]) -> str:
    """Why an enterprise of the group does not compete."""
    least = group.get("least_mu", 0)
    if least and firm.mu is None:
        return "land_unknown"
    if least and firm.mu is not None and firm.mu < least:
        return "too_little_land"
    if exempt.get("industries"):
        if firm.code not in known:
            return "exemption_unknown"
        if str(firm.code).startswith(tuple(exempt["industries"])):
            return "exempt_industry"
    return ""


def work_out(
    firms: list[Firm], group: dict[str, Any], grading: dict[str, Any], decimals: int
) -> None:
    """Points, scores, ranks, grades and distances of a group."""
    items = group["items"]
    scale, mean = (base(firms, items, grading.get(of, "graded")) for of in ("scale_of", "mean_of"))
    for item in items:
        values = [v for f in scale if (v := value(f, item)) is not None]
        for firm in firms:
            firm.points.append(points(value(firm, item), item, group["family"], values))
        if item.get("missing") == "mean":
            there = [p for f in mean if (p := f.points[-1]) is not None]
            for firm in firms:
                if firm.points[-1] is None and there:
                    firm.points[-1] = sum(there, Fraction(0)) / len(there)
    for firm in firms:
        if None not in firm.points:
            firm.score = shown(
                sum((p for p in firm.points if p is not None), Fraction(0)), decimals
            )
        if firm.score is None and not firm.reason:
            firm.reason = "input_missing"
    of = len(
        [
            f
            for f in firms
            if f.reason == "" or (grading.get("shares_of", "all") == "all" and f.reason in OPEN)
        ]
    )
    settle([f for f in firms if not f.reason], grading, of, Fraction(1, 10**decimals))


def value(firm: Firm, item: dict[str, Any]) -> Fraction | None:
    """An item's value in the unit of its baseline."""
    raw = firm.values.get(item["indicator"])
    return None if raw is None else raw / Fraction(str(item.get("divide_by", 1)))


def base(firms: list[Firm], items: list[dict[str, Any]], of: str) -> list[Firm]:
    """Who sets a scale or makes a mean, as the method declares."""
    needed = [i for i in items if i.get("missing") != "mean"]
    inside = {
        "group": lambda f: True,
        "all": lambda f: f.reason in ("", *OPEN),
        "graded": lambda f: not f.reason and all(value(f, i) is not None for i in needed),
    }
    return [f for f in firms if inside[of](f)]


def points(
    value: Fraction | None, item: dict[str, Any], family: str, base: list[Fraction]
) -> Fraction | None:
    """Points of one item."""
    if value is None or (family == "minmax" and not base):
        return None
    weight = Fraction(str(item.get("weight") or 0))
    if family == "ratio":
        out = value / Fraction(str(item["baseline"])) * weight
    elif family == "minmax":
        low, high = min(base), max(base)
        share = (value - low) / (high - low) if high > low else Fraction(1)
        out = weight * (20 + 80 * share) / 100
    else:
        out = value * weight
    return min(out, Fraction(str(item["cap"]))) if item.get("cap") else out


@dataclass
class Line:
    """How scores become grades in a group of which `of` count for shares."""

    grading: dict[str, Any]
    of: int

    def place(self, score: Fraction, others: list[Fraction]) -> int:
        """Rank beside the others."""
        worse = self.grading.get("ties", "better") == "worse"
        return 1 + sum(o > score or (worse and o == score) for o in others)

    def letter(self, score: Fraction, others: list[Fraction]) -> int:
        """The grade of a score, as a place in `LETTERS`."""
        by_share = self.grading["by"] == "share"
        at = self.place(score, others) if by_share else 0
        for cut in self.grading["cuts"]:
            if by_share:
                share = Fraction(str(cut["to"])) / 100 * self.of
                down = cut.get("round", "down") == "down"
                met = at <= (math.floor(share) if down else math.ceil(share))
            else:
                met = cut.get("least") is None or score >= Fraction(str(cut["least"]))
            if met:
                return LETTERS.index(cut["grade"])
        raise AssertionError(score)

    def turn(
        self, score: Fraction, others: list[Fraction], unit: Fraction, better: bool
    ) -> Fraction | None:
        """The nearest score that has a better grade, or a worse one; found by halving."""
        now = self.letter(score, others)
        limits = [
            Fraction(str(c["least"])) for c in self.grading["cuts"] if c.get("least") is not None
        ]
        steps = sorted(
            {
                s + k * unit
                for s in (*others, *limits)
                for k in (-1, 0, 1)
                if (s + k * unit > score if better else s + k * unit < score)
            },
            reverse=not better,
        )
        low, high = 0, len(steps)
        while low < high:
            middle = (low + high) // 2
            there = self.letter(steps[middle], others)
            turned = there < now if better else there > now
            low, high = (low, middle) if turned else (middle + 1, high)
        return steps[low] if low < len(steps) else None


def settle(firms: list[Firm], grading: dict[str, Any], of: int, unit: Fraction) -> None:
    """Ranks and grades of those who compete, and the distances, found by trying."""
    scores = [f.score for f in firms if f.score is not None]
    line, by = Line(grading, of), grading.get("by", "none")
    for firm in firms:
        assert firm.score is not None
        others = scores.copy()
        others.remove(firm.score)
        firm.rank = line.place(firm.score, others)
        if by == "none" or (by == "share" and of < grading.get("least", 5)):
            firm.reason = "scores_only" if by == "none" else "small_group"
            continue
        firm.grade = LETTERS[line.letter(firm.score, others)]
        reach, falls = (line.turn(firm.score, others, unit, up) for up in (True, False))
        firm.better = None if reach is None else reach - firm.score
        firm.spare = None if falls is None else firm.score - falls - unit
