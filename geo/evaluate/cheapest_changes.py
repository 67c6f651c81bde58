"""For each park the cheapest changes that meet shares and targets, judged again, and what cannot be.

What is proposed has been judged by the same rules once more. A parcel that then does not pass,
because its change brings another row or document into force, is said and not counted as passing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Floats, Ints, Mask, Objects
from geo.economy.intensity import ratio
from geo.evaluate.goals import Asked, Goal, Sums, goal_of
from geo.evaluate.least_cost import SECONDS, Changes, Park, Shares
from geo.evaluate.prices import LAND, Price
from geo.evaluate.requirements import Requirements, only, requirements
from geo.formula import names
from geo.model import MU_M2
from geo.standards.area_sensitivity import judge_parcels
from geo.standards.comply import Judged, inputs, judge
from geo.standards.model import Pack
from geo.standards.precedence import compliance, settle

CHANGES = ("park_id", "parcel_id", "quantity", "now", "needed", "change", "cost", "after")
GOALS = ("park_id", "target", "indicator", "now", "after", "low", "high", "result")
PARKS = (
    "park_id",
    "status",
    "cost",
    "bound",
    "judged",
    "passing",
    "passing_after",
    "failing_after",
    "most",
    "land_share",
    "land_share_after",
)
UNABLE = ("park_id", "parcel_id", "why", "rules")
"""`why`: no_data, conflict, unnamed (a rule that no figure mends), no_price (`rules` then names the
quantities), exclude (`rules` cannot all be met at once)."""

_NOISE = 1e-9
"""Share of a figure below which a change is float noise."""
_DECIMALS = (2, 3, 4, 6, 8)
"""Decimals in which figures to be entered are tried, fewest first."""


@dataclass(frozen=True)
class Found:
    """What was found, a table each: columns `PARKS`, `CHANGES`, `GOALS` and `UNABLE`.

    A status is `optimal` (proven), `bound` (the least cost lies between `bound` and `cost`),
    `infeasible`, or `unsolved` where time ran out before any set was found. `failing_after` counts
    parcels that were to pass and, judged again, do not; `most` how many can pass at all. A goal's result is
    `met`, `not_met`, or `no_way` where no figure of parcels moves it.
    """

    parks: pd.DataFrame
    changes: pd.DataFrame
    goals: pd.DataFrame
    unable: pd.DataFrame


def cheapest_changes(
    sums: Sums,
    packs: list[Pack],
    price: dict[str, Price],
    shares: Shares,
    asked: list[Asked],
    seconds: float = SECONDS,
    *,
    rounded: bool = False,
) -> Found:
    """The cheapest changes of each park by itself, worked on for so many seconds at most.

    `sums.parcels` holds park_id, parcel_id, area_mu and the columns that rules read. With `rounded`
    each new figure has the fewest decimals, 2 or more, in which it passes when entered as it is
    printed; the cost of the park stays the least one, those of the changes are theirs.
    """
    sums = replace(sums, parcels=pd.DataFrame(sums.parcels).reset_index(drop=True))
    judged = judge_parcels(sums.parcels, packs, sums.catalogue)
    work = _Work(sums, judged, requirements(judged), price, shares, asked, seconds, rounded)
    parks = sums.parcels.groupby("park_id").indices
    parts = [
        work.park(str(park), np.asarray(at)) for park, at in parks.items()
    ]  # rows-ok: one a park
    columns = (PARKS, CHANGES, GOALS, UNABLE)
    return Found(
        *(
            pd.DataFrame([row for part in parts for row in part[at]], columns=list(of))
            for at, of in enumerate(columns)
        )
    )


Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class _Work:
    sums: Sums
    judged: Judged
    rules: Requirements
    price: dict[str, Price]
    shares: Shares
    asked: list[Asked]
    seconds: float
    rounded: bool

    def park(self, park: str, at: Ints) -> tuple[Rows, Rows, Rows, Rows]:
        """Rows of the four tables for one park, `at` its parcels."""
        parcels = self.sums.parcels.iloc[at].assign(compliance=self._verdict(at))
        rules = only(self.rules, at)
        own = np.zeros(len(self.sums.parcels), dtype=bool)
        own[at] = True
        found = [(one, goal_of(one, park, own, self.sums)) for one in self.asked]
        goals = [goal for _, goal in found if goal is not None]
        program = Park(parcels, rules, self.price)
        able = program.mendable(self.seconds)
        for goal in goals:
            program.reach(goal)
        program.pass_share(self.shares)
        changes = _without_noise(program.solve(self.seconds), parcels)
        if self.rounded:
            changes = self._as_entered(at, parcels, changes, goals)
        after = self._after(at, changes)
        void = [
            (park, one.name, one.indicator, *[np.nan] * 4, "no_way")
            for one, goal in found
            if goal is None
        ]
        return (
            [_park_row(park, parcels, changes, after, int(able.sum()))],
            list(self._changed(park, parcels, changes, after)),
            [*(_goal_row(park, goal, changes) for goal in goals), *void],
            list(self._unable(park, parcels, rules, able)),
        )

    def _verdict(self, at: Ints) -> Objects:
        return compliance(self.judged).to_numpy()[at]

    def _after(self, at: Ints, changes: Changes) -> Objects:
        """The overall verdicts of parcels `at` once changed: every rule judged again."""
        return compliance(judged_again(self.judged, at, changes.change)).to_numpy()

    def _as_entered(
        self, at: Ints, parcels: pd.DataFrame, changes: Changes, goals: list[Goal]
    ) -> Changes:
        """The changes with new figures of few decimals, each rounded onward, that pass as well.

        A parcel that passes with none of `_DECIMALS`, or a goal that is missed then, keeps all.
        """
        passing = self._after(at, changes) == "pass"
        out, open_ = changes, np.ones(len(at), dtype=bool)
        for decimals in _DECIMALS:
            tried = {
                column: np.where(
                    open_, _onward(parcels[column], more, decimals), out.change[column]
                )
                for column, more in changes.change.items()
            }
            again = self._after(at, replace(changes, change=tried)) == "pass"
            fits = open_ & (again | ~passing)
            kept = {c: np.where(fits, tried[c], more) for c, more in out.change.items()}
            out, open_ = replace(changes, change=kept), open_ & ~fits
            if not open_.any():
                break
        met = (_goal_row("", goal, out)[-1] == "met" for goal in goals)
        return out if all(met) else changes

    def _changed(
        self, park: str, parcels: pd.DataFrame, changes: Changes, after: Objects
    ) -> Iterator[tuple[Any, ...]]:
        ids = parcels["parcel_id"].to_numpy()
        for column, change in changes.change.items():
            now, one = parcels[column].to_numpy(float), self.price[column]
            for row in np.flatnonzero(change):  # rows-ok: what is proposed for a park
                unit = (one.up if change[row] > 0 else one.down) or 0.0
                yield (
                    park,
                    ids[row],
                    column,
                    now[row],
                    now[row] + change[row],
                    change[row],
                    abs(change[row]) * unit,
                    after[row],
                )

    def _unable(
        self, park: str, parcels: pd.DataFrame, rules: Requirements, able: Mask
    ) -> Iterator[tuple[Any, ...]]:
        """Failing parcels that no change makes pass, and why."""
        failing = (parcels["compliance"] == "fail").to_numpy()
        ids = parcels["parcel_id"].to_numpy()
        for row in np.flatnonzero(failing & ~able):  # rows-ok: failing parcels of a park
            why, by = str(rules.hindered[row]), ""
            if not why:
                one = np.array([row])
                why, by = _why(parcels.iloc[one], only(rules, one), self.price)
            yield park, ids[row], why, by


def judged_again(judged: Judged, at: Ints, change: dict[str, Floats]) -> Judged:
    """Subjects `at` judged with their figures changed, float64 (subject,) by column."""
    subjects = judged.subjects.iloc[at]
    changed = {c: subjects[c].to_numpy(float) + more for c, more in change.items()}
    if LAND in changed:
        changed["area_m2"] = changed[LAND] * MU_M2
    moved = {c: more != 0 for c, more in change.items()} | (
        {"area_m2": change[LAND] != 0} if LAND in change else {}
    )
    catalogue = judged.catalogue
    subjects = subjects.assign(**changed)
    values = {}
    for name, indicator in catalogue.items():
        read = (names(indicator.numerator) | names(indicator.denominator)) & set(moved)
        anew = np.any([moved[c] for c in read], axis=0) if read else np.zeros(len(at), dtype=bool)
        if anew.any():
            values[name] = np.where(
                anew, ratio(*inputs(subjects, indicator), indicator), subjects[name].to_numpy(float)
            )
    return settle(judge(subjects.assign(**values), judged.packs, judged.subject, catalogue))


def _onward(now: pd.Series, change: Floats, decimals: int) -> Floats:
    """Changes to the next figure of so many decimals, away from today's: 1.004 more is 1.01."""
    figures, scale = now.to_numpy(float), 10.0**decimals
    new = (figures + change) * scale
    noise = _NOISE * np.maximum(np.abs(new), 1.0)
    onward = np.where(change > 0, np.ceil(new - noise), np.floor(new + noise)) / scale
    return np.where(change == 0, 0.0, onward - figures)


def _without_noise(changes: Changes, parcels: pd.DataFrame) -> Changes:
    change = {}
    for column, more in changes.change.items():
        size = np.maximum(np.abs(np.nan_to_num(parcels[column].to_numpy(float))), 1.0)
        change[column] = np.where(np.abs(more) > _NOISE * size, more, 0.0)
    return replace(changes, change=change)


def _park_row(
    park: str, parcels: pd.DataFrame, changes: Changes, after: Objects, mendable: int
) -> tuple[Any, ...]:
    before = parcels["compliance"].to_numpy()
    land = parcels[LAND].to_numpy(float)
    less = land + changes.change.get(LAND, np.zeros(len(land)))
    found = changes.solution
    counted = np.isin(before, ("pass", "fail"))
    return (
        park,
        found.status,
        found.cost,
        found.bound,
        int(counted.sum()),
        int((before == "pass").sum()),
        int((counted & (after == "pass")).sum()),
        int((changes.mended & (after != "pass")).sum()),
        int((before == "pass").sum()) + mendable,
        _share(land, before == "pass", counted),
        _share(less, counted & (after == "pass"), counted),
    )


def _share(land: Floats, passing: Mask, counted: Mask) -> float:
    whole = np.nansum(land[counted])
    return float(np.nansum(land[passing]) / whole) if whole else np.nan


def _goal_row(park: str, goal: Goal, changes: Changes) -> tuple[Any, ...]:
    now, after = goal.value({}), goal.value(changes.change)
    met = goal.low <= after * (1 + 1e-12) and after <= goal.high * (1 + 1e-12)
    result = "met" if met else "not_met"
    figures = [goal.shown(one) for one in (now, after, goal.low, goal.high)]
    return park, goal.name, goal.indicator, *figures, result


def _why(parcel: pd.DataFrame, rules: Requirements, price: dict[str, Price]) -> tuple[str, str]:
    """Of one parcel: the quantities that lack a price, or the rules that exclude each other."""
    every = sorted({column for row in rules.rows for column in row.weights if column in parcel})
    free = {c: Price(None if c == LAND else 1.0, 1.0) for c in every}
    if Park(parcel, rules, free).mendable().any():
        failing = {c for row in rules.rows if row.lacks[0] > 0 for c in row.weights if c in free}
        return "no_price", ";".join(sorted(failing - set(price)))
    kept = sorted({row.name for row in rules.rows if row.name})
    for name in list(kept):
        fewer = [other for other in kept if other != name]
        if not Park(parcel, _of_names(rules, fewer), free).mendable().any():
            kept = fewer
    return "exclude", ";".join(kept)


def _of_names(rules: Requirements, kept: list[str]) -> Requirements:
    return replace(rules, rows=[row for row in rules.rows if row.name in (*kept, "")])
