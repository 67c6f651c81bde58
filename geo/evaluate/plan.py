"""A plan that a project is measured by: targets, a checklist of services, what it asks of a park.

Plans are data (`geo/evaluate/plans/`, or a TOML file beside the project). Nothing of one is judged,
shown or cited unless the project names it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import Field, ValidationInfo, model_validator

from geo.errors import RuleError
from geo.evaluate.park_years import GROWTHS
from geo.evaluate.plan_parts import Named, Obligation, RankedList, Scope, Target
from geo.model import INDICATORS, Indicator
from geo.project import Project
from geo.project_parts import Currency
from geo.standards.cited import Shelf, Strict, address
from geo.text import Message, Text, Wording, join

State = Literal["have", "planned", "lack"]

STATE_WORDS: dict[State, list[str]] = {
    "have": ["已", "有", "建成", "运行", "设立"],
    "planned": ["规划", "在建", "拟", "筹"],
    "lack": ["缺", "无", "没有", "未"],
}
"""What an office writes of a service or a platform that is there, planned or lacking."""


class PlanHead(Strict):
    """What a plan says of itself; its title cites it, with the number of the document if given."""

    id: str = Field(min_length=1)
    title_zh: str = Field(min_length=4)
    title_en: str = ""
    issuer: str = ""
    document: str = ""
    date: dt.date | int | None = None
    due: int | None = Field(default=None, description="the year by whose end its targets are due")
    url: str = ""
    note_zh: str = ""
    note_en: str = ""

    @property
    def title(self) -> Wording:
        """The title in both languages."""
        return Text(self.title_zh, self.title_en or self.title_zh)

    @property
    def citation(self) -> str:
        """Title, and what is given of issuer, document, date and address, on one line."""
        date = f"（{self.date}）" if self.date else ""
        issued = f"{self.issuer} {self.document}".strip()
        return f"{self.title_zh} {issued}{date} {address(self.url)}".strip()


class Service(Named):
    """A service of the checklist, and the words by which an office's table names it."""

    words: list[str] = Field(min_length=1)
    clause: str = ""


class Services(Strict):
    """The plan's services: a checklist without a number, and so without a verdict."""

    clause: str = ""
    states: dict[State, list[str]] = STATE_WORDS
    items: dict[str, Service] = Field(min_length=1)


class Facilities(Strict):
    """Clauses by which the plan asks for kinds of facilities (`geo/land/facilities.toml`)."""

    clauses: dict[str, str] = Field(default_factory=dict)


class Chains(Strict):
    """The clause by which the plan asks for 产业链全景图 and its directory."""

    clause: str = Field(min_length=1)


class LandSupply(Strict):
    """How offices write the state of supply, where not as `supply.toml` lists."""

    states: dict[Literal["unready", "ready", "supplied", "built", "idle"], list[str]] = Field(
        default_factory=dict
    )


class Benchmark(Strict):
    """Published means that a park's figures are set beside."""

    title_zh: str = Field(min_length=1)
    title_en: str = ""
    citation: str = Field(min_length=4)
    means: dict[str, float] = Field(min_length=1)
    currency: Currency = Field(default="CNY", min_length=3, description="of means of money")


class Plan(Strict):
    """A plan file. False where there is none (`NO_PLAN`)."""

    head: PlanHead = Field(alias="plan")
    targets: dict[str, Target] = Field(default_factory=dict)
    checklist: dict[str, Obligation] = Field(default_factory=dict)
    lists: dict[str, RankedList] = Field(default_factory=dict)
    services: Services | None = None
    facilities: Facilities = Facilities()
    chain: Chains | None = None
    land_supply: LandSupply = LandSupply()
    benchmarks: dict[str, Benchmark] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known(self, info: ValidationInfo) -> Plan:
        """Means are of indicators, lists of targets that there are."""
        catalogue: dict[str, Indicator] = info.context or INDICATORS
        asked = [(n, tuple(catalogue)) for b in self.benchmarks.values() for n in b.means]
        asked += [(n, tuple(self.targets)) for one in self.lists.values() for n in one.targets]
        for name, known in asked:
            if name not in known:
                raise RuleError("evaluate_plan.cannot_used_here", name=name, known=join(known))
        return self

    def __bool__(self) -> bool:
        """Whether it is a plan at all."""
        return bool(self.head.id)

    @property
    def target_titles(self) -> dict[str, Wording]:
        """What the targets are called, by id."""
        return {key: target.title for key, target in self.targets.items()}

    @property
    def asks_growth(self) -> bool:
        """Whether a target, or what a park must reach to be counted, compares years."""
        asked = (one for target in self.targets.values() for one in (target, *target.each))
        return any(one.aggregate in GROWTHS for one in asked)

    def of_scope(self, scope: Scope) -> dict[str, Target]:
        """The targets of every park, or of all parks together."""
        return {key: target for key, target in self.targets.items() if target.scope == scope}

    def due(self, target: str) -> int | None:
        """The year by whose end a target is due."""
        return self.targets[target].due or self.head.due

    @property
    def service_titles(self) -> dict[str, Wording]:
        """What the services are called, by id."""
        items = self.services.items if self.services else {}
        return {key: item.title for key, item in items.items()}

    @property
    def service_states(self) -> dict[State, list[str]]:
        """The words for the states of services and platforms."""
        return self.services.states if self.services else STATE_WORDS


NO_PLAN = Plan.model_construct(head=PlanHead.model_construct(id="", title_zh=""))
"""What stands in the place of a plan where a project names none."""

SHELF = Shelf("geo.evaluate", "plans", Message("evaluate_plan.plan"))


def plans() -> list[str]:
    """Ids of the plans that come with mujun."""
    return SHELF.ids()


def read_plan(
    name: str, folder: Path = Path(), catalogue: dict[str, Indicator] | None = None
) -> Plan:
    """A shipped plan by id, or a plan file (`*.toml`) beside the project; `NO_PLAN` of no name.

    Raises RuleError for an unknown id, a file that is not whole, or an unknown indicator.
    """
    if not name:
        return NO_PLAN
    raw = SHELF.read(name, folder)
    try:
        return Plan.model_validate(raw, context=catalogue or INDICATORS)
    except ValueError as error:
        raise SHELF.refused(name, error, raw, Plan) from error


def plan_of(project: Project) -> Plan:
    """The plan that a project names, or `NO_PLAN`."""
    return read_plan(project.settings.plan, project.folder, project.settings.catalogue)


def cited(table: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """A table with the plan's citation wherever its `clause` is not empty."""
    named = table["clause"].astype("str").fillna("") != ""
    citation = pd.Series(plan.head.citation if plan else "", index=table.index, dtype="str")
    return table.assign(citation=citation.where(named, ""))


def with_clauses(access: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The table of facilities with the clause by which the plan asks for each kind."""
    clause = access["kind"].map(plan.facilities.clauses).astype("str").fillna("")
    return cited(access.assign(clause=clause), plan)
