"""What the result of a run says, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from geo.publish.records.comparable import ComparableLine
from geo.publish.records.targets import TargetLine
from geo.text import Message, Wording, join


@dataclass(frozen=True)
class VerdictShare:
    """Parcels of one overall verdict: `share` is that of the land, between 0 and 1."""

    verdict: str
    word: str
    parcels: int
    mu: float
    share: float


@dataclass(frozen=True)
class RuleOutcome:
    """How many of each verdict one rule gives, to parcels or enterprises."""

    rule_id: str
    title: str
    counts: dict[str, int]
    clause: str
    citations: tuple[str, ...]


@dataclass(frozen=True)
class GradeShare:
    """Enterprises of one grade, and the 亩 that they occupy."""

    grade: str
    word: str
    enterprises: int
    mu: float


@dataclass(frozen=True)
class IdleShare:
    """Land of one state of idle land (`IDLE_STATES`): `fee` in 万元, NaN where a price is missing."""

    state: str
    word: str
    parcels: int
    mu: float
    fee: float
    low_efficiency_mu: float


@dataclass(frozen=True)
class MeasureResult:
    """A figure per mu of the project beside the earlier year's and the published mean.

    `land_mu` is what the year's sum is divided by: that of the rows of enterprise land which report,
    `reporting`; the others are `missing`. A figure that is missing is NaN. `growth` is the change
    since the earlier year as a share, NaN where the two sums do not compare; `short` says that land
    of those which do not report divides the figure all the same: it is too low. `comparable` is the
    change of those enterprises that report in both years, where these are not all.
    """

    measure: str
    title: str
    unit: str
    value: float
    earlier: float
    published: float
    land_mu: float
    reporting: int
    missing: int
    growth: float
    short: bool
    comparable: ComparableLine


def blank_rows(lines: Iterable[MeasureResult], *, short: bool | None = None) -> Iterator[Wording]:
    """What is said of rows that do not report: left out with their land, or the figure too low.

    `short` asks for the one or the other alone.
    """
    for low, code in ((False, "records.blank_left_out"), (True, "records.blank_too_low")):
        rows = [
            Message("records.blank_rows", title=line.title, count=line.missing)
            for line in lines
            if line.missing and line.short == low
        ]
        if rows and short in (None, low):
            yield Message(code, lines=join(rows))


@dataclass(frozen=True)
class ParkTarget:
    """One target of one park."""

    park_id: str
    name: str
    line: TargetLine


@dataclass(frozen=True)
class TargetResult:
    """A target of the plan over the parks: how many meet it, do not, or have no data.

    `limit` lists each value that parks are asked for, once.
    """

    target: str
    title: str
    limit: str
    met: int
    not_met: int
    no_data: int
    parks: tuple[ParkTarget, ...]

    @property
    def comparable(self) -> int:
        """Parks whose growth is evaluated like-for-like."""
        return sum(park.line.reporting != "" for park in self.parks if park.line.shown)


@dataclass(frozen=True)
class ReasonLine:
    """What keeps parcels from passing: `indicator`, `reason` and `verdict` are codes.

    `gap` is how far the median failing parcel is from its limit, in `unit`; NaN without figures.
    """

    verdict: str
    word: str
    reason: str
    indicator: str
    text: str
    parcels: int
    mu: float
    gap: float
    unit: str
    mend: str


@dataclass(frozen=True)
class LayerRows:
    """What became of the rows of a layer: read = used + sums + repeats + set aside."""

    layer: str
    title: str
    read: int
    used: int
    sums: int
    repeats: int
    set_aside: int
    balanced: bool


@dataclass(frozen=True)
class MoneyLine:
    """A measure's sums of the year: input = allocated + unallocated + set aside."""

    measure: str
    title: str
    unit: str
    input: float
    allocated: float
    unallocated: float
    set_aside: float
    balanced: bool


@dataclass(frozen=True)
class FindingKind:
    """Findings of one kind: how many, what the first says, and the mend."""

    severity: str
    word: str
    layer: str
    layer_title: str
    code: str
    count: int
    message: str
    mend: str
