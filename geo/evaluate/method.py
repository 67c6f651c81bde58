"""A grading method (亩均论英雄 评价办法) as data: who is graded, by which items, into which grades.

How an item is scored is its family (`geo.evaluate.points`). What a document does not say is an
assumption, and the method lists it (`assumed`).
"""

from __future__ import annotations

from itertools import pairwise
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
Family = Literal["ratio", "minmax", "rank", "banded", "inverse", "best"]
"""How a value becomes points:

`ratio`: weight × value ÷ baseline. `minmax`: weight × (20 + 80 × (value − least) ÷ (largest −
least)) ÷ 100, over the group. `rank`: the value itself orders. `banded`: the points of the band that
holds the value. `inverse`, less is better: weight × (2 − value ÷ baseline) ÷ 2, none from twice the
baseline on; without one the group's mean is the baseline. `best`: weight × value ÷ the group's
largest.
"""
GRADES = ("A", "B", "C", "D")
Letter = Literal["A", "B", "C", "D"]
Base = Literal["graded", "all", "group"]
"""`graded`: who competes and has a score; `all`: who competes, those without all data too;
`group`: everybody in the group, those exempt from a grade too."""


class Band(Strict):
    """A band of values: from its own end to that of the band before it; the last has no end.

    Bands go down by `from` (that value and more) and `above` (more), or up by `to` (that value and
    less) and `below` (less), as the document prints them.
    """

    from_: float | None = Field(default=None, alias="from")
    above: float | None = None
    to: float | None = None
    below: float | None = None
    points: float

    @property
    def ends(self) -> list[tuple[str, float]]:
        """The ends that are set, by the sign that holds a value: one, or none."""
        own = ((">=", self.from_), (">", self.above), ("<=", self.to), ("<", self.below))
        return [(sign, end) for sign, end in own if end is not None]


class Item(Strict):
    """One scored indicator. A weight or baseline that the document does not print is left out."""

    indicator: str
    family: Family | None = Field(default=None, description="where it is not the group's")
    weight: float | None = Field(default=None, gt=0)
    baseline: float | None = Field(default=None, gt=0)
    divide_by: float = Field(default=1, gt=0, description="indicator ÷ this = unit of the baseline")
    cap: float | None = Field(default=None, gt=0, description="most points")
    cap_times: float | None = Field(default=None, gt=0, description="most points ÷ weight")
    bands: list[Band] = Field(default_factory=list)
    missing: Literal["no_data", "mean"] | float = Field(
        default="no_data",
        description="the group's mean of the item, or the points of a missing one",
    )
    clause: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> Item:
        """RuleError unless each band's end lies beyond that of the band before, all one way."""
        ends = [band.ends for band in self.bands]
        if not ends:
            return self
        steps = [(sign, end) for own in ends[:-1] for sign, end in own]
        signs = {sign[0] for sign, _ in steps}
        up = signs == {"<"}
        # At one value the band without it comes before the one with it.
        keys = [(end if up else -end, sign.endswith("=")) for sign, end in steps]
        whole = len(steps) == len(ends) - 1 and all(len(own) == 1 for own in ends[:-1])
        ordered = len(signs) <= 1 and all(a < b for a, b in pairwise(keys))
        if not whole or ends[-1] or not ordered or self.most <= 0:
            raise RuleError("evaluate_method.bands_need_order", indicator=self.indicator)
        return self

    @property
    def most(self) -> float:
        """The points of its best band."""
        return max((band.points for band in self.bands), default=0.0)

    @property
    def counted(self) -> float:
        """Its weight; that of bands is what the best of them gives, unless another is set."""
        return self.most if self.weight is None else self.weight

    @property
    def highest(self) -> float | None:
        """The most points it may have, where the method limits them."""
        times = None if self.cap_times is None else self.cap_times * self.counted
        caps = [cap for cap in (self.cap, times) if cap is not None]
        return min(caps) if caps else None


class Deduction(Strict):
    """Points taken off by a count of the enterprise, such as those that rent from it.

    `first` points for the first one, `each` for each further one; a count that is blank is no 0.
    """

    zh: str
    en: str
    count: str = Field(description="column of the enterprises that holds the number")
    first: float = Field(default=0, ge=0)
    each: float = Field(default=0, ge=0)
    most: float | None = Field(default=None, gt=0)
    clause: str = ""


class Cut(Strict):
    """Down to which share (in % of the group, from the top) or from which score a grade reaches.

    The last grade but one may reach down to the lowest `above_last` % instead: what is between them
    takes up who is in the base of the shares and has no rank.
    """

    grade: Letter
    to: float | None = Field(default=None, gt=0, le=100)
    above_last: float | None = Field(default=None, gt=0, lt=100)
    least: float | None = None
    round: Literal["down", "up", "half_up"] = Field(
        default="down", description="a share that is no whole number of enterprises"
    )


class Name(Strict):
    """An id and what it is called."""

    id: str
    zh: str
    en: str


class Group(Strict):
    """Enterprises that are scored and ranked together; the first group that fits holds one.

    Without `items` the project's weights name them, for a method whose text does not.
    """

    id: str
    zh: str
    en: str
    where: Where
    family: Family
    least_mu: float = Field(default=0, ge=0, description="land from here on, in mu")
    under_mu: float | None = Field(default=None, gt=0, description="land under this, in mu")
    industries: list[str] = Field(
        default_factory=list, description="codes that it holds; without any, all that are left"
    )
    items: list[Item] = Field(default_factory=list)
    deductions: list[Deduction] = Field(default_factory=list)
    cuts: list[Cut] = Field(default_factory=list, description="where not those of the grading")
    part_of: Name | None = Field(default=None, description="the group that it is a division of")

    @property
    def whole(self) -> Name:
        """The group as the file names it: its divisions share weights and cuts."""
        return self.part_of or Name(id=self.id, zh=self.zh, en=self.en)

    def family_of(self, item: Item) -> Family:
        """How an item of the group is scored."""
        return item.family or self.family


class Division(Name):
    """Industries within which each group is ranked apart; without codes, all that are left."""

    industries: list[str] = Field(default_factory=list)


class Grading(Strict):
    """How scores become grades, and what happens at the edges."""

    by: Literal["share", "score", "none"] = "none"
    cuts: list[Cut] = Field(default_factory=list)
    ties: Literal["better", "worse"] = "better"
    order_ties_by: list[str] = Field(
        default_factory=list, description="figures that order equal scores, the larger first"
    )
    least: int = Field(default=5, ge=1, description="smallest group that shares are applied to")
    shares_of: Literal["all", "graded", "group"] = Field(
        default="all",
        description="all who compete, only those with data, or everybody, those exempt too",
    )
    scale_of: Base = Field(
        default="graded", description="whose values set the ends and the mean of an item's values"
    )
    mean_of: Base = Field(default="graded", description="whose points make the mean of an item")
    bonus_cap: float | None = Field(default=None, ge=0)
    penalty_cap: float | None = Field(default=None, ge=0)
    promotion: Literal["always", "unless_vetoed"] = Field(
        default="always", description="whether least_grade lifts one that best_grade holds down"
    )

    @model_validator(mode="after")
    def _whole(self) -> Grading:
        if self.cuts:
            self.check()
        return self

    def check(self) -> None:
        """RuleError unless the cuts go from the best grade down to the last enterprise."""
        if self.by == "share":
            self._check_shares()
        if self.by == "score":
            ends = [c.least for c in self.cuts]
            if not ends or None in ends[:-1] or ends[:-1] != sorted(ends[:-1], reverse=True):  # type: ignore[type-var]
                raise RuleError("evaluate_method.cuts_score_need_falling_last")

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

    @model_validator(mode="before")
    @classmethod
    def _divided(cls, data: object) -> object:
        """Each group once for each of the `divisions`, where the file has them."""
        if not isinstance(data, dict) or "divisions" not in data:
            return data
        divisions = [Division.model_validate(one) for one in data["divisions"]]
        within = [_within(one, by) for one in data.get("groups", []) for by in divisions]
        return {key: one for key, one in data.items() if key != "divisions"} | {"groups": within}

    @model_validator(mode="after")
    def _checked(self) -> Method:
        for group in self.groups:
            self.grading_of(group).check()
            for item in group.items:
                if (group.family_of(item) == "banded") != bool(item.bands):
                    raise RuleError("evaluate_method.bands_of_banded", indicator=item.indicator)
        return self

    def grading_of(self, group: Group) -> Grading:
        """The grading of a group, by its own cuts where it has them."""
        return self.grading.model_copy(update={"cuts": group.cuts or self.grading.cuts})

    def completed(self, weights: dict[str, float], baselines: dict[str, float]) -> Method:
        """The method with the weights and baselines that its document leaves out, by indicator.

        Raises RuleError if one is missing.
        """
        groups = [
            group.model_copy(update={"items": _completed(group, weights, baselines)})
            for group in self.groups
        ]
        if not all(group.items for group in groups):
            raise RuleError("evaluate_method.text_method_prints_no_items", method=self.head.id)
        every = [(group, item) for group in groups for item in group.items]
        unweighted = [i.indicator for _, i in every if i.weight is None and not i.bands]
        if unweighted:
            raise RuleError(
                "evaluate_method.text_method_prints_no_weights",
                method=self.head.id,
                open=join(dict.fromkeys(unweighted)),
            )
        unbased = [i.indicator for g, i in every if _needs_baseline(i, g) and not i.baseline]
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
            update={
                "id": "parks",
                "zh": "园区",
                "en": "parks",
                "where": "all",
                "least_mu": 0,
                "under_mu": None,
                "industries": [],
                "deductions": [],
                "part_of": None,
            }
        )
        return self.model_copy(update={"groups": [every_enterprise], "exempt": Exempt()})


def _within(group: object, division: Division) -> object:
    """A group of a file in one division; what is no group stays, and is refused as that."""
    if not isinstance(group, dict):
        return group
    names = {
        "id": f"{group.get('id')}/{division.id}",
        "zh": f"{group.get('zh')}·{division.zh}",
        "en": f"{group.get('en')}, {division.en}",
    }
    whole = {key: group.get(key) for key in ("id", "zh", "en")}
    return {**group, **names, "industries": division.industries, "part_of": whole}


def _needs_baseline(item: Item, group: Group) -> bool:
    return group.family_of(item) == "ratio"


def _completed(group: Group, weights: dict[str, float], baselines: dict[str, float]) -> list[Item]:
    """The group's items with what their document leaves out, where the project gives it."""
    out = []
    for item in group.items or [Item(indicator=name) for name in weights]:
        weight, baseline = item.weight, item.baseline
        if weight is None and not item.bands:
            weight = weights.get(item.indicator)
        if baseline is None and _needs_baseline(item, group):
            baseline = baselines.get(item.indicator)
        out.append(item.model_copy(update={"weight": weight, "baseline": baseline}))
    return out


SHELF = Shelf("geo.evaluate", "methods", Message("evaluate_method.grading_method"))


def shipped_methods() -> list[str]:
    """Ids of the methods that come with mujun."""
    return SHELF.ids()


def read_method(
    name: str, folder: Path | str = Path(), catalogue: dict[str, Indicator] = INDICATORS
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
    for name in settings.weights:
        if name not in settings.catalogue:
            raise ProjectError("common.not_indicator", indicator=name)
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
