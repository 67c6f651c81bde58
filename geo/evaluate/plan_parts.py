"""What a plan file is written with: targets, obligations without a number, ranked lists."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import pandas as pd
from pydantic import Field, ValidationInfo, model_validator

from geo.arrays import Series
from geo.errors import RuleError
from geo.evaluate.park_indicators import choices, factor
from geo.evaluate.park_years import GROWTHS, Asked, Catalogue, Operator, WithConditions, Words
from geo.model import INDICATORS
from geo.standards.cited import Strict
from geo.text import Text, Wording, join

Scope = Literal["park", "project"]

OVER_PARKS = ("parks", "parks_share")
"""Aggregates that count parks."""
COMPLIANCE = "compliance"


class Named(Strict):
    """What has a name in both languages; the Chinese one stands in where there is no other."""

    zh: str = Field(min_length=1)
    en: str = ""

    @property
    def title(self) -> Wording:
        """The name in both languages."""
        return Text(self.zh, self.en or self.zh)


class Steps(Strict):
    """What is to be reached in the end, and by the years before."""

    value: float
    milestones: dict[int, float] = Field(default={}, description="year → value to be reached")

    def at(self, year: int) -> float:
        """The value in force: of the next milestone, after the last one `value`.

        >>> steps = Steps(value=70, milestones={2021: 60, 2022: 65})
        >>> [steps.at(year) for year in (2020, 2021, 2022, 2023)]
        [60.0, 60.0, 65.0, 70.0]
        """
        ahead = [by for by in self.milestones if by >= year]
        return self.milestones[min(ahead)] if ahead else self.value


class Target(WithConditions, Named):
    """One target: an indicator, how it is made, of whom, and what it must reach by when."""

    operator: Operator
    value: float
    clause: str = Field(min_length=1, description="where the plan says it")
    scope: Scope = "park"
    due: int | None = Field(default=None, description="the year by whose end; else the plan's")
    milestones: dict[int, float] = Field(default={}, description="year → value to be reached")
    by_level: dict[str, Steps] = Field(default={}, description="other values, by level of park")
    park_levels: list[str] = Field(default=[], description="levels of parks it is for; else all")
    reference: bool = Field(default=False, description="shown beside, never judged")

    @model_validator(mode="after")
    def _fits(self, info: ValidationInfo) -> Target:
        """Indicators are known; scope, levels and milestones fit each other."""
        catalogue: Catalogue = info.context or INDICATORS
        for one in (self, *self.each):
            _check(one, catalogue)
        if self.aggregate in OVER_PARKS and self.scope != "project":
            raise RuleError("evaluate_plan.of_project", aggregate=self.aggregate)
        if self.scope == "project" and self.by_level:
            raise RuleError("evaluate_plan.levels_of_parks")
        steps = [self.steps(), *self.by_level.values()]
        late = [year for one in steps for year in one.milestones if self.due and year >= self.due]
        if late:
            raise RuleError("evaluate_plan.milestone_after_due", year=late[0])
        return self

    def as_level(self) -> Target:
        """The target with the figure itself in the place of its growth."""
        grows = self.aggregate in GROWTHS
        return self.model_copy(update={"aggregate": "value", "unit": ""}) if grows else self

    def steps(self, level: str = "") -> Steps:
        """The values of a level of parks: of the longest word that its text holds, else the rest's."""
        named = sorted((word for word in self.by_level if word in level), key=len)
        own = Steps(value=self.value, milestones=self.milestones)
        return self.by_level[named[-1]] if named else own

    def threshold(self, level: str, year: int) -> float:
        """The value in force for a park of a level; NaN where values differ and it is unknown."""
        if self.by_level and not level:
            return float("nan")
        return self.steps(level).at(year)

    def final(self, level: str) -> float:
        """The value of the last year."""
        return self.steps(level).value if level or not self.by_level else float("nan")


def _check(asked: Asked, catalogue: Catalogue) -> None:
    """RuleError where the aggregate does not know the indicator, or the unit is of another kind."""
    wanted = [(asked.indicator, choices(asked.aggregate, catalogue))]
    if asked.aggregate == "coverage" and asked.words:
        wanted = []
    if (asked.aggregate == "ratio") != bool(asked.over):
        raise RuleError("evaluate_plan.ratio_over")
    if asked.over:
        wanted.append((asked.over, choices("sum", catalogue)))
    for name, known in wanted:
        if name not in known:
            raise RuleError("evaluate_plan.cannot_used_here", name=name, known=join(known))
    factor(asked, catalogue)


def for_levels(level: Series, levels: list[str]) -> Series:
    """Which parks a target is for: all, or those of its levels, and those whose level is unknown.

    An office may write more than the level: 省级（合成） is 省级.
    """
    out = pd.Series(not levels, index=level.index) | (level == "")
    for word in levels:
        out |= level.str.contains(word, regex=False)
    return out.astype(bool)


class Obligation(Named):
    """What a plan asks for without a number: who must have it, who does it, by when."""

    clause: str = Field(min_length=1, description="where the plan says it")
    scope: Scope = "park"
    due: int | dt.date | None = Field(default=None, description="year (to its end) or day")
    who: str = Field(default="", description="who must do it, as the plan names them")
    words: list[str] = Field(default=[], description="what the office's table may call it")
    facilities: list[str] = Field(default=[], description="kinds of facilities that are it")
    match: Literal["any", "all"] = Field(
        default="any", description="the best of them, or the worst"
    )
    park_levels: list[str] = Field(default=[], description="levels of parks it is for; else all")

    @property
    def last_day(self) -> dt.date | None:
        """The day by which it is due."""
        return dt.date(self.due, 12, 31) if isinstance(self.due, int) else self.due


class Order(Strict):
    """A key of a ranked list, and which end is first."""

    key: str = Field(
        min_length=1, description="met, not_met, no_data, a target or a column of parks"
    )
    first: Literal["highest", "lowest"] = "highest"


class RankedList(Named):
    """A list of parks by a stated order."""

    order: list[Order] = Field(min_length=1)
    clause: str = ""
    places: int | None = Field(
        default=None, ge=1, description="how many are chosen (of each group)"
    )
    by: str = Field(default="", description="a column of parks: a list of each of its words")
    targets: list[str] = Field(default=[], description="targets that must be met to be eligible")
    park_levels: list[str] = Field(default=[], description="levels that are eligible; else all")
    where: Words = Field(default={}, description="what parks must say")
