"""A grading method (亩均论英雄 评价办法) as data: who is graded, by which items, into which grades.

Three scoring families are in use. `ratio`: weight × value ÷ baseline. `minmax`: weight × (20 + 80 ×
(value − least) ÷ (largest − least)) ÷ 100, over the group. `rank`: the value itself orders.
What a document does not say is an assumption, and the method lists it (`assumed`).
"""

from __future__ import annotations

import datetime as dt
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from geo.errors import RuleError
from geo.model import INDICATORS, Indicator

Where = Literal["all", "above_scale", "below_scale"]
GRADES = ("A", "B", "C", "D")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Item(_Strict):
    """One scored indicator. A weight that the document does not print is left out."""

    indicator: str
    weight: float | None = Field(default=None, gt=0)
    baseline: float | None = Field(default=None, gt=0)
    divide_by: float = Field(default=1, gt=0, description="indicator ÷ this = unit of the baseline")
    cap: float | None = Field(default=None, gt=0, description="most points")
    missing: Literal["no_data", "mean"] = "no_data"
    clause: str = ""


class Group(_Strict):
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
                raise ValueError(f"item {item.indicator}: a ratio needs a baseline")
        return self


class Cut(_Strict):
    """Down to which share (in % of the group, from the top) or from which score a grade reaches."""

    grade: Literal["A", "B", "C", "D"]
    to: float | None = Field(default=None, gt=0, le=100)
    least: float | None = None
    round: Literal["down", "up"] = Field(
        default="down", description="a share that is no whole number of enterprises")


class Grading(_Strict):
    """How scores become grades, and what happens at the edges."""

    by: Literal["share", "score", "none"] = "none"
    cuts: list[Cut] = []
    ties: Literal["better", "worse"] = "better"
    least: int = Field(default=5, ge=1, description="smallest group that shares are applied to")
    shares_of: Literal["all", "graded"] = Field(
        default="all", description="all who compete, or only those with data")
    bonus_cap: float | None = Field(default=None, ge=0)
    penalty_cap: float | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _whole(self) -> Grading:
        if self.by == "share":
            tos = [c.to for c in self.cuts]
            if not tos or None in tos or tos != sorted(tos) or tos[-1] != 100:  # type: ignore[type-var]
                raise ValueError("cuts by share need rising `to`, the last 100")
        if self.by == "score":
            ends = [c.least for c in self.cuts]
            if not ends or None in ends[:-1] or ends[:-1] != sorted(ends[:-1], reverse=True):  # type: ignore[type-var]
                raise ValueError("cuts by score need falling `least`, the last grade without one")
        return self


class Exempt(_Strict):
    """Who takes part without a grade (不定等级)."""

    industries: list[str] = []
    statuses: list[str] = []
    founded_within_years: float | None = Field(default=None, gt=0)
    in_production_within_years: float | None = Field(default=None, gt=0)


class Head(_Strict):
    """The citation: without it a method is not read."""

    id: str
    title_zh: str
    title_en: str
    issuer: str
    document: str = Field(min_length=4)
    date: dt.date | int
    url: str = Field(min_length=8)
    note_zh: str = ""
    note_en: str = ""
    assumed: list[str] = []
    decimals: int = Field(default=2, ge=0, le=6)

    @property
    def citation(self) -> str:
        """Document, date and address on one line."""
        return f"{self.issuer} {self.document}（{self.date}）《{self.title_zh}》 {self.url}"


class Method(_Strict):
    """A method file."""

    method: Head
    groups: list[Group] = Field(min_length=1)
    grading: Grading = Grading()
    exempt: Exempt = Exempt()

    def with_weights(self, weights: dict[str, float]) -> Method:
        """The method with the weights that its document leaves out; RuleError if one is missing."""
        groups = []
        for group in self.groups:
            items = [i if i.weight else i.model_copy(update={"weight": weights.get(i.indicator)})
                     for i in group.items]
            open_ = [i.indicator for i in items if i.weight is None]
            if open_:
                raise RuleError(
                    f"评价办法 {self.method.id} 的文本未给出权重：请在"
                    f" [project.weights] 写 {'、'.join(open_)}。",
                    f"the text of method {self.method.id} prints no weights: give"
                    f" {', '.join(open_)} under [project.weights].")
            groups.append(group.model_copy(update={"items": items}))
        return self.model_copy(update={"groups": groups})

    def for_parks(self) -> Method:
        """The method on parks: the items of its first group, all parks together, none exempt."""
        whole = self.groups[0].model_copy(update={
            "id": "parks", "zh": "园区", "en": "parks", "where": "all", "least_mu": 0})
        return self.model_copy(update={"groups": [whole], "exempt": Exempt()})


def shipped_methods() -> list[str]:
    """Ids of the methods that come with mujun."""
    folder = files("geo.evaluate") / "methods"
    return sorted(p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith("toml"))


def read_method(
    name: str, folder: Path = Path(), catalogue: dict[str, Indicator] = INDICATORS
) -> Method:
    """A shipped method by id, or a method file (`*.toml`) beside the project.

    Raises RuleError for an unknown id, a missing citation, or an unknown indicator.
    """
    path: Any = folder / name if name.endswith(".toml") else (
        files("geo.evaluate") / "methods" / f"{name}.toml")
    if not path.is_file():
        raise RuleError(
            f"没有评价办法“{name}”：可用 {'、'.join(shipped_methods())}，或写 .toml 文件的路径。",
            f"no grading method `{name}`: use {', '.join(shipped_methods())}, or the path of a"
            " .toml file.")
    try:
        method = Method(**tomllib.loads(path.read_text(encoding="utf-8")))
        for group in method.groups:
            for item in group.items:
                if item.indicator not in catalogue:
                    raise ValueError(f"`{item.indicator}` is not an indicator")  # noqa: TRY301
    except ValueError as error:
        why = error.errors()[0] if isinstance(error, ValidationError) else {"msg": str(error)}
        where = ".".join(map(str, why.get("loc", ())))
        raise RuleError(f"评价办法 {name} 有误：{where} {why['msg']}。",
                        f"grading method {name}: {where} {why['msg']}.") from error
    return method
