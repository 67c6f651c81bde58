"""Every park in every year, and what is known of them to make a plan's figures of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from geo.arrays import Floats, Frames, Series
from geo.economy.allocate import Allocation
from geo.evaluate.park_shares import revenue_shares
from geo.model import Indicator
from geo.standards.cited import Strict
from geo.standards.codes import VerdictCodes

Catalogue = dict[str, Indicator]
Operator = Literal[">", ">=", "<", "<="]
Words = dict[str, bool | list[str]]
"""Columns, and what they must say: yes or no, or one of these words."""
AggregateName = Literal[
    "share",
    "count",
    "growth",
    "value",
    "sum",
    "per_mu",
    "ratio",
    "mean",
    "change",
    "coverage",
    "parks",
    "parks_share",
]
SCALES: dict[str, float] = {"share": 100.0, "coverage": 100.0, "parks_share": 100.0}
"""What a quotient of two sums is multiplied by; else 1, or as the catalogue's indicator says."""
GROWTHS = ("growth", "change")
"""Aggregates that compare a year with the base year."""
PERCENT = ("share", "growth", "change", "coverage", "parks_share")
Figure = dict[str, Any]
"""Columns of a target's figure, aligned with `ParkYears.frame`: `value`, `value_high` (the ends of
what it may be), `numerator`, `denominator`, `basis` (where it is from), `missing` (how many rows
are left out, or leave it a range, for want of data), `numerator_high` where that has two ends, and of
growth what `LIKE_FOR_LIKE` names."""
LIKE_FOR_LIKE = ("comparable_value", "comparable_enterprises", "of_enterprises")
"""Growth like-for-like (可比口径) of a target, in its unit, and how many enterprises of how many."""

PER_MU_END = "_per_mu"


class Asked(Strict):
    """A figure of parks that a plan asks for: an indicator, and how it is made."""

    indicator: str
    aggregate: AggregateName = "value"
    over: str = Field(default="", description="of a ratio: the sum that divides")
    since: int | None = Field(default=None, description="base year of growth, else `compare_to`")
    of: Literal["land", "parcels"] = Field(
        default="land", description="what coverage is a share of"
    )
    words: list[str] = Field(default=[], description="of coverage: what the column must say")
    where: Words = Field(default={}, description="of counts and coverage: which rows count")
    levels: list[str] = Field(default=[], description="levels of platforms that count; else all")
    unit: str = ""
    decimals: int = Field(default=2, ge=0, le=6)


class Condition(Asked):
    """What a park must reach to be counted."""

    operator: Operator
    value: float


class WithConditions(Asked):
    """A figure that may count the parks that reach something."""

    each: list[Condition] = Field(default=[], description="of `parks`: what each must reach")


@dataclass(frozen=True)
class ParkYears:
    """Every park in every year (`frame`: park_id, name, year), and what is known of them.

    `figures` is the long table of sums, `base` the year that growth is counted from, `year` that of
    the parcels' own figures and `verdicts`. `everywhere` is all land of the enterprises here.
    `comparable` is growth like-for-like since `base` (`COMPARABLE_GROWTH`), None if nobody asks;
    with `judge_comparable` targets of growth are judged by it where not all report.
    """

    frame: pd.DataFrame
    usable: Frames
    allocation: Allocation
    figures: pd.DataFrame
    base: int | None
    catalogue: Catalogue
    year: int = 0
    verdicts: VerdictCodes | pd.DataFrame | None = None
    everywhere: Allocation | None = None
    comparable: pd.DataFrame | None = None
    judge_comparable: bool = False

    @cached_property
    def index(self) -> pd.MultiIndex:
        """Park and year of each row of the frame."""
        return pd.MultiIndex.from_frame(self.frame[["park_id", "year"]])

    @cached_property
    def since_base(self) -> pd.DataFrame | None:
        """Growth like-for-like of the parks, by park and year."""
        if self.comparable is None:
            return None
        of_parks = self.comparable[self.comparable["subject"] == "park"]
        return of_parks.set_index(["subject_id", "year"])

    @cached_property
    def park(self) -> Series:
        """The park of each row of the allocation."""
        parcels = self.usable["parcels"].set_index("parcel_id")["park_id"]
        return self.allocation.rows["parcel_id"].map(parcels)

    @cached_property
    def shares(self) -> pd.DataFrame:
        """Revenue, and the low and high end of each part of it, by park and year."""
        return revenue_shares(self.usable, self.allocation, self.park)

    @cached_property
    def _of_parks(self) -> pd.DataFrame:
        return self.figures[self.figures["subject"] == "park"]

    def sums(self, measure: str) -> pd.DataFrame:
        """A measure of the parks with its land and the rows without it, by park and year."""
        table = self._of_parks[self._of_parks["measure"] == measure]
        return table.set_index(["subject_id", "year"])[["value", "land_m2", "per_mu", "missing"]]


def figure_of(
    value: Any, numerator: Any, denominator: Any, basis: object, missing: Any = np.nan
) -> Figure:
    """A figure that is sure: both ends are one."""
    return {
        "value": value,
        "value_high": value,
        "numerator": numerator,
        "denominator": denominator,
        "basis": basis,
        "missing": missing,
    }


def to_high(value: Floats, numerator: Floats) -> Figure:
    """The other end of a figure, and of the sum that it is made of."""
    return {"value_high": value, "numerator_high": numerator}


def growth(now: Floats, first: Floats, span: Floats, *, yearly: bool) -> Floats:
    """Growth, %: compound by year, or of the whole span; missing where nothing is before it.

    >>> growth(np.array([114.49]), np.array([100.0]), np.array([2.0]), yearly=True).round(9)
    array([7.])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = ((now / first) ** (1 / span if yearly else 1) - 1) * 100
    return np.where((span > 0) & (first > 0), rate, np.nan)
