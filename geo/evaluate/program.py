"""A linear program with choices of yes or no, written row by row and solved by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from geo.arrays import Floats, Ints

Entry = tuple[Ints, Floats]
"""A variable and its weight in each of some rows; variable −1: none."""

_TOLERANCE = 1e-10
_GAP = 1e-9


@dataclass(frozen=True)
class Solution:
    """The best found: `at`, the value of each variable, float64 (variable,), empty where there are none.

    `bound` is what no solution costs less than: `cost` itself where the status is `optimal`.
    """

    status: Literal["optimal", "bound", "infeasible", "unsolved"]
    at: Floats
    cost: float
    bound: float


@dataclass
class Program:
    """The least `cost · variables` within their bounds where every row is at most its room."""

    upper: Floats = field(default_factory=lambda: np.empty(0))
    cost: Floats = field(default_factory=lambda: np.empty(0))
    whole: Floats = field(default_factory=lambda: np.empty(0))
    _entries: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)
    _room: list[Floats] = field(default_factory=list)
    _rows: int = 0

    def variables(self, upper: Floats, cost: Floats, *, whole: bool = False) -> Ints:
        """Further variables from 0 to `upper`; `whole` ones are 0 or 1."""
        first, count = len(self.upper), len(upper)
        self.upper = np.append(self.upper, upper)
        self.cost = np.append(self.cost, cost)
        self.whole = np.append(self.whole, np.full(count, float(whole)))
        return np.arange(first, first + count)

    def rows(self, entries: list[Entry], room: Floats) -> None:
        """A row for each entry of `room`: the sum over `entries` of weight · variable ≤ room."""
        count = len(room)
        row = np.arange(self._rows, self._rows + count)
        used = [(v, np.where(v < 0, 0.0, w)) for v, w in entries]
        largest = np.max([np.abs(w) for _, w in used], axis=0, initial=0.0)
        scale = np.where(largest > 0, largest, 1.0)
        for variable, weight in used:
            kept = weight != 0
            self._entries.append((row[kept], variable[kept], (weight / scale)[kept]))
        self._room.append(room / scale)
        self._rows += count

    def row(self, entries: list[Entry], room: float) -> None:
        """One row over all variables of `entries`."""
        if not entries:
            entries = [(np.empty(0, int), np.empty(0))]
        variable, weight = (np.concatenate(part) for part in zip(*entries, strict=True))
        kept = (variable >= 0) & (weight != 0)
        scale = float(np.abs(weight[kept]).max(initial=0.0)) or 1.0
        at = np.full(int(kept.sum()), self._rows)
        self._entries.append((at, variable[kept], weight[kept] / scale))
        self._room.append(np.array([room / scale]))
        self._rows += 1

    def solve(self, seconds: float) -> Solution:
        """The least cost, worked on for so many seconds at most.

        The choices of yes or no are made first; the figures are then worked out to ten digits.
        """
        if not len(self.upper):
            held = all((room >= 0).all() for room in self._room)
            return Solution("optimal" if held else "infeasible", np.empty(0), 0.0, 0.0)
        row, column, weight = (
            np.concatenate([np.empty(0), *(entry[at] for entry in self._entries)])
            for at in range(3)
        )
        table = csr_array(
            (weight, (row.astype(int), column.astype(int))), shape=(self._rows, len(self.upper))
        )
        room = np.concatenate([np.empty(0), *self._room])
        found = milp(
            self.cost,
            integrality=self.whole,
            bounds=Bounds(0.0, self.upper),
            constraints=[LinearConstraint(table, -np.inf, room)] if self._rows else [],
            options={"time_limit": seconds, "mip_rel_gap": _GAP},
        )
        if found.x is None:
            return Solution("infeasible" if found.status == 2 else "unsolved", np.empty(0), *_NONE)
        chosen = np.where(self.whole > 0, np.round(found.x), 0.0)
        sharp = linprog(
            self.cost,
            A_ub=table if self._rows else None,
            b_ub=room if self._rows else None,
            bounds=np.column_stack([chosen, np.where(self.whole > 0, chosen, self.upper)]),
            method="highs-ds",
            options={"primal_feasibility_tolerance": _TOLERANCE},
        )
        values = sharp.x if sharp.x is not None else found.x
        cost = float(self.cost @ values)
        if found.status == 0:
            return Solution("optimal", values, cost, cost)
        bound = found.mip_dual_bound
        return Solution("bound", values, cost, -np.inf if bound is None else float(bound))


_NONE = (np.nan, np.nan)
