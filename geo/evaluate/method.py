"""A grading method (亩均论英雄 评价办法) as data: who is graded, by which items, into which grades.

Three scoring families are in use. `ratio`: weight × value ÷ baseline. `minmax`: weight × (20 + 80 ×
(value − least) ÷ (largest − least)) ÷ 100, over the group. `rank`: the value itself orders.
What a document does not say is an assumption, and the method lists it (`assumed`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from geo.errors import ProjectError, RuleError
from geo.model import INDICATORS, Indicator
from geo.project import Currency, Project
from geo.standards.cited import Cited, Shelf, Strict
from geo.text import Message, join

Where = Literal["all", "above_scale", "below_scale"]
GRADES = ("A", "B", "C", "D")
Base = Literal["graded", "all", "group"]
"""`graded`: who competes and has a score; `all`: who competes, those without all data too;
`group`: everybody in the group, those exempt from a grade too."""


class Item(Strict):
    """One scored indicator. A weight that the document does not print is left out."""

    indicator: str
    weight: float | None = Field(default=None, gt=0)
    baseline: float | None = Field(default=None, gt=0)
    divide_by: float = Field(default=1, gt=0, description="indicator ÷ this = unit of the baseline")
    cap: float | None = Field(default=None, gt=0, description="most points")
    missing: Literal["no_data", "mean"] = "no_data"
    clause: str = ""


class Group(Strict):
    """Enterprises that are scored and ranked together."""

    id: str
    zh: str
    en: str
    where: Where
    family: Literal["ratio", "minmax", "rank"]
    least_mu: float = Field(default=0, ge=0)
    items: list[Item] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> Group:
        for item in self.items:
            if self.family == "ratio" and item.baseline is None:
                raise RuleError("evaluate_method.ratio_needs_baseline", indicator=item.indicator)
        return self


class Cut(Strict):
    """Down to which share (in % of the group, from the top) or from which score a grade reaches."""

    grade: Literal["A", "B", "C", "D"]
    to: float | None = Field(default=None, gt=0, le=100)
    least: float | None = None
    round: Literal["down", "up"] = Field(
        default="down", description="a share that is no whole number of enterprises"
    )


class Grading(Strict):
    """How scores become grades, and what happens at the edges."""

    by: Literal["share", "score", "none"] = "none"
    cuts: list[Cut] = Field(default_factory=list)
    ties: Literal["better", "worse"] = "better"
    least: int = Field(default=5, ge=1, description="smallest group that shares are applied to")
    shares_of: Literal["all", "graded"] = Field(
        default="all", description="all who compete, or only those with data"
    )
    scale_of: Base = Field(default="graded", description="whose values set a min–max scale")
    mean_of: Base = Field(default="graded", description="whose points make the mean of an item")
    bonus_cap: float | None = Field(default=None, ge=0)
    penalty_cap: float | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _whole(self) -> Grading:
        if self.by == "share":
            tos = [c.to for c in self.cuts]
            if not tos or None in tos or tos != sorted(tos) or tos[-1] != 100:  # type: ignore[type-var]
                raise RuleError("evaluate_method.cuts_share_need_rising_last")
        if self.by == "score":
            ends = [c.least for c in self.cuts]
            if not ends or None in ends[:-1] or ends[:-1] != sorted(ends[:-1], reverse=True):  # type: ignore[type-var]
                raise RuleError("evaluate_method.cuts_score_need_falling_last")
        return self


class Exempt(Strict):
    """Who takes part without a grade (不定等级)."""

    industries: list[str] = Field(default_factory=list)
    statuses: list[str] = Field(default_factory=list)
    founded_within_years: float | None = Field(default=None, gt=0)
    in_production_within_years: float | None = Field(default=None, gt=0)


class Head(Cited):
    """What a method says of itself beside its citation; `assumed` is what its text leaves open."""

    assumed: list[str] = Field(default_factory=list)
    decimals: int = Field(default=2, ge=0, le=6)
    currency: Currency = Field(
        default="CNY", min_length=3, description="currency of the baselines, a code of ISO 4217"
    )


class Method(Strict):
    """A method file."""

    head: Head = Field(alias="method")
    groups: list[Group] = Field(min_length=1)
    grading: Grading = Grading()
    exempt: Exempt = Exempt()

    def with_weights(self, weights: dict[str, float]) -> Method:
        """The method with the weights that its document leaves out; RuleError if one is missing."""
        groups = []
        for group in self.groups:
            items = [
                i if i.weight else i.model_copy(update={"weight": weights.get(i.indicator)})
                for i in group.items
            ]
            open_ = [i.indicator for i in items if i.weight is None]
            if open_:
                raise RuleError(
                    "evaluate_method.text_method_prints_no_weights",
                    method=self.head.id,
                    open=join(open_),
                )
            groups.append(group.model_copy(update={"items": items}))
        return self.model_copy(update={"groups": groups})

    def for_parks(self) -> Method:
        """The method on parks: the items of its first group, all parks together, none exempt."""
        every_enterprise = self.groups[0].model_copy(
            update={"id": "parks", "zh": "园区", "en": "parks", "where": "all", "least_mu": 0}
        )
        return self.model_copy(update={"groups": [every_enterprise], "exempt": Exempt()})


SHELF = Shelf("geo.evaluate", "methods", Message("evaluate_method.grading_method"))


def shipped_methods() -> list[str]:
    """Ids of the methods that come with mujun."""
    return SHELF.ids()


def read_method(
    name: str, folder: Path = Path(), catalogue: dict[str, Indicator] = INDICATORS
) -> Method:
    """A shipped method by id, or a method file (`*.toml`) beside the project.

    Raises RuleError for an unknown id, a missing citation, or an unknown indicator.
    """
    raw = SHELF.read(name, folder)
    try:
        method = Method.model_validate(raw)
        for group in method.groups:
            for item in group.items:
                if item.indicator not in catalogue:
                    raise RuleError("common.not_indicator", indicator=item.indicator)
    except ValueError as error:
        raise SHELF.refused(name, error, raw, Method) from error
    return method


def method_of(project: Project) -> Method | None:
    """The method that a project chooses, with the weights that it gives; None without one."""
    settings = project.settings
    if not settings.evaluation:
        return None
    method = read_method(settings.evaluation, project.folder, settings.catalogue)
    compared = [
        item for group in method.groups for item in group.items if item.baseline is not None
    ]
    money = [i for i in compared if "万元" in settings.catalogue[i.indicator].unit]
    if money and method.head.currency != settings.currency:
        raise ProjectError(
            "evaluate_method.method_currency",
            method=method.head.id,
            currency=method.head.currency,
            project=settings.currency,
        )
    return method.with_weights(settings.weights)
