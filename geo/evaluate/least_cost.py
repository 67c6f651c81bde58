"""The cheapest set of changes by which a park's parcels and targets are met together.

Every figure that has a price may rise or fall; rules and targets are linear in them
(`geo.evaluate.requirements`), and which parcels are mended is a choice of yes or no. HiGHS solves
that to a proven optimum; where its time runs out, it says by how much the cost may be too high.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.arrays import Floats, Ints, Mask
from geo.evaluate.goals import Goal
from geo.evaluate.prices import LAND, Price
from geo.evaluate.program import Entry, Program, Solution
from geo.evaluate.requirements import Requirements, Row, linear_rows

SECONDS = 60.0
"""How long a park is worked on before the best set so far is given with its gap."""
_LEFT = 0.01
"""Share of a figure that always stays: no way gives back a parcel, or takes off a figure, whole."""


@dataclass(frozen=True)
class Shares:
    """Which share of the judged parcels, or of their land, is to pass; 0: none is asked."""

    parcels: float = 0.0
    land: float = 0.0


@dataclass(frozen=True)
class Changes:
    """What was found: `change` by column, float64 (parcel,), and which parcels are mended."""

    solution: Solution
    change: dict[str, Floats]
    mended: Mask


class Park:
    """The program of one park: how much each figure changes, and which parcels are to pass.

    `parcels` holds the columns and `compliance`, the verdict of today.
    """

    def __init__(self, parcels: pd.DataFrame, asked: Requirements, price: dict[str, Price]) -> None:
        self.parcels, self.asked, self.price = parcels, asked, price
        self.program = Program()
        self.up: dict[str, Ints] = {}
        self.down: dict[str, Ints] = {}
        self.scale: dict[str, Floats] = {}
        for column in sorted(set(price) & set(parcels)):
            self._open(column)
        verdict = parcels["compliance"].to_numpy(str)
        self.passing_now = verdict == "pass"
        able = (verdict == "fail") & (asked.hindered == "")
        self.judged = self.passing_now | (verdict == "fail")
        self.passes = np.full(len(parcels), -1)
        self.passes[able] = self.program.variables(
            np.ones(able.sum()), np.zeros(able.sum()), whole=True
        )
        self._rules()

    def _open(self, column: str) -> None:
        """Variables for a rise and a fall of a column, in units of its size today."""
        now = self.parcels[column].to_numpy(float)
        size = np.maximum(np.abs(np.nan_to_num(now)), 1.0)
        free = np.isfinite(now) & ~self.asked.fixed.get(column, np.zeros(len(now), dtype=bool))
        one = self.price[column]
        own = np.maximum(np.nan_to_num(now), 0.0) / size
        rise = own * one.at_most if np.isfinite(one.at_most) else np.full(len(own), np.inf)
        most = np.where(free & (one.up is not None), rise, 0.0)
        left = np.where(free & (one.down is not None), own * min(one.at_most, 1 - _LEFT), 0.0)
        self.scale[column] = size
        self.up[column] = self.program.variables(most, (one.up or 0.0) * size)
        self.down[column] = self.program.variables(left, (one.down or 0.0) * size)

    def moves(self, weights: dict[str, Floats], on: Ints) -> list[Entry]:
        """Entries of the sum of weight · change of the parcels `on`, a row each."""
        out: list[Entry] = []
        for column in weights.keys() & self.up.keys():
            weight = weights[column][on] * self.scale[column][on]
            out += [(self.up[column][on], weight), (self.down[column][on], -weight)]
        return out

    def _rules(self) -> None:
        """Every rule: met by a parcel that is to pass, no worse for another."""
        taken: dict[tuple[str, str], Ints] = {}
        for row in self.asked.rows:
            on = np.flatnonzero(row.holds)
            by = self._option(row, on, taken) if row.choice else self.passes
            self.program.rows([*self.moves(row.weights, on), (by[on], row.lacks[on])], row.room[on])
        for choice, asked in self.asked.choices.items():
            on = np.flatnonzero(asked & (self.passes >= 0))
            options = [by[on] for (name, _), by in taken.items() if name == choice]
            one = np.ones(len(on))
            self.program.rows([(self.passes[on], one), *((by, -one) for by in options)], 0 * one)

    def _option(self, row: Row, on: Ints, taken: dict[tuple[str, str], Ints]) -> Ints:
        """By which yes or no a rule of a choice is met, a variable a parcel."""
        by = taken.setdefault((row.choice, row.name), np.full(len(self.parcels), -1))
        new = on[by[on] < 0]
        by[new] = self.program.variables(np.ones(len(new)), np.zeros(len(new)), whole=True)
        return by

    def reach(self, goal: Goal) -> None:
        """A row for each end of a goal."""
        one, every = np.ones(1), np.arange(len(self.parcels))
        for row in linear_rows(
            goal.name,
            goal.weights,
            goal.scale,
            (goal.above * one, goal.below * one),
            (goal.low * one, goal.high * one),
            np.ones(1, dtype=bool),
        ):
            weights = {c: w[0] * goal.counts[c] for c, w in row.weights.items()}
            self.program.row(self.moves(weights, every), float(row.room[0] - row.lacks[0]))

    def pass_share(self, shares: Shares) -> None:
        """Rows for the share of parcels, and of land, that is to pass."""
        able = np.flatnonzero(self.passes >= 0)
        if shares.parcels:
            wanted = np.ceil(shares.parcels * self.judged.sum() - 1e-9) - self.passing_now.sum()
            self.program.row([(self.passes[able], -np.ones(len(able)))], -float(wanted))
        if shares.land:
            self._land_share(shares.land, able)

    def _land_share(self, share: float, able: Ints) -> None:
        """Passing land is at most the parcel's, and none where it does not pass."""
        land = np.nan_to_num(self.parcels[LAND].to_numpy(float))
        passing = self.program.variables(land[able], np.zeros(len(able)))
        one, all_one = np.ones(len(able)), np.ones(len(land))
        self.program.rows([(passing, one), *self.moves({LAND: -all_one}, able)], land[able])
        self.program.rows([(passing, one), (self.passes[able], -land[able])], 0 * one)
        judged, met = np.flatnonzero(self.judged), np.flatnonzero(self.passing_now)
        self.program.row(
            [
                (passing, -one),
                *self.moves({LAND: share * all_one}, judged),
                *self.moves({LAND: -all_one}, met),
            ],
            float(land[met].sum() - share * land[judged].sum() * (1 - 1e-12)),
        )

    def solve(self, seconds: float = SECONDS) -> Changes:
        """The cheapest changes."""
        found = self.program.solve(seconds)
        values = found.at if len(found.at) else np.zeros(len(self.program.upper))
        change = {
            column: (values[self.up[column]] - values[self.down[column]]) * self.scale[column]
            for column in self.up
        }
        mended = np.zeros(len(self.parcels), dtype=bool)
        able = self.passes >= 0
        mended[able] = values[self.passes[able]] > 0.5
        return Changes(found, change, mended)

    def mendable(self, seconds: float = SECONDS) -> Mask:
        """Which failing parcels can be mended at all, whatever it costs."""
        priced = self.program.cost
        self.program.cost = np.zeros_like(priced)
        self.program.cost[self.passes[self.passes >= 0]] = -1.0
        found = self.solve(seconds).mended
        self.program.cost = priced
        return found
