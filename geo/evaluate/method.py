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
from geo.project import Project
from geo.project_parts import Currency
from geo.standards.cited import Cited, Shelf, Strict
from geo.text import Message, join

Where = Literal["all", "above_scale", "below_scale"]
GRADES = ("A", "B", "C", "D")
Base = Literal["graded", "all", "group"]
"""`graded`: who competes and has a score; `all`: who competes, those without all data too;
`group`: everybody in the group, those exempt from a grade too."""


class Item(Strict):
    """One scored indicator. A weight or baseline that the document does not print is left out."""

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


class Cut(Strict):
    """Down to which share (in % of the group, from the top) or from which score a grade reaches.

    The last grade but one may reach down to the lowest `above_last` % instead: what is between them
    takes up who is in the base of the shares and has no rank.
    """

    grade: Literal["A", "B", "C", "D"]
    to: float | None = Field(default=None, gt=0, le=100)
    above_last: float | None = Field(default=None, gt=0, lt=100)
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
    shares_of: Literal["all", "graded", "group"] = Field(
        default="all",
        description="all who compete, only those with data, or everybody, those exempt too",
    )
    scale_of: Base = Field(default="graded", description="whose values set a min–max scale")
    mean_of: Base = Field(default="graded", description="whose points make the mean of an item")
    bonus_cap: float | None = Field(default=None, ge=0)
    penalty_cap: float | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _whole(self) -> Grading:
        if self.by == "share":
            self._check_shares()
        if self.by == "score":
            ends = [c.least for c in self.cuts]
            if not ends or None in ends[:-1] or ends[:-1] != sorted(ends[:-1], reverse=True):  # type: ignore[type-var]
                raise RuleError("evaluate_method.cuts_score_need_falling_last")
        return self

    def _check_shares(self) -> None:
        """RuleError unless each cut is below the one before, down to the last enterprise."""
        ends = [(c.to, c.above_last) for c in self.cuts]
        tos = [to for to, _ in ends if to is not None]
        from_below = [at for at, (_, last) in enumerate(ends) if last is not None]
        once = all((to is None) != (last is None) for to, last in ends)
        if not once or from_below not in ([], [len(ends) - 2]):
            raise RuleError("evaluate_method.cuts_share_above_last")
        if not tos or tos != sorted(tos) or ends[-1][0] != 100:
            raise RuleError("evaluate_method.cuts_share_need_rising_last")


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

    def completed(self, weights: dict[str, float], baselines: dict[str, float]) -> Method:
        """The method with the weights and baselines that its document leaves out, by indicator.

        Raises RuleError if one is missing.
        """
        groups = [
            group.model_copy(
                update={"items": [_completed(i, group, weights, baselines) for i in group.items]}
            )
            for group in self.groups
        ]
        every = [(group, item) for group in groups for item in group.items]
        unweighted = [i.indicator for _, i in every if i.weight is None]
        if unweighted:
            raise RuleError(
                "evaluate_method.text_method_prints_no_weights",
                method=self.head.id,
                open=join(dict.fromkeys(unweighted)),
            )
        unbased = [i.indicator for g, i in every if g.family == "ratio" and i.baseline is None]
        if unbased:
            raise RuleError(
                "evaluate_method.text_method_prints_no_baselines",
                method=self.head.id,
                open=join(dict.fromkeys(unbased)),
            )
        return self.model_copy(update={"groups": groups})

    def for_parks(self) -> Method:
        """The method on parks: the items of its first group, all parks together, none exempt."""
        every_enterprise = self.groups[0].model_copy(
            update={"id": "parks", "zh": "园区", "en": "parks", "where": "all", "least_mu": 0}
        )
        return self.model_copy(update={"groups": [every_enterprise], "exempt": Exempt()})


def _completed(
    item: Item, group: Group, weights: dict[str, float], baselines: dict[str, float]
) -> Item:
    """An item with what its document leaves out, where the project gives it."""
    weight = item.weight or weights.get(item.indicator)
    baseline = item.baseline
    if baseline is None and group.family == "ratio":
        baseline = baselines.get(item.indicator)
    return item.model_copy(update={"weight": weight, "baseline": baseline})


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
    """The method that a project chooses, with the figures that it gives; None without one."""
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
    return method.completed(settings.weights, settings.baselines)
