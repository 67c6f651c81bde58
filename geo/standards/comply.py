"""Verdicts: pass, fail, no_data, exempt or conflict, for each subject and rule.

A value is judged as it is shown: rounded half up to the rule's decimals; it passes where the
cell's set holds it. A missing input gives no_data; a cell of words gives exempt (not applicable)
or no_data (case by case, another document, an unattested requirement), each with its reason.

A pack judges all its subjects at once: every column of it is one row of codes (`Judged`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Floats, Index, Mask
from geo.formula import evaluate
from geo.guards import with_dates, with_flags, with_numbers
from geo.model import RULE_FIGURES, Indicator
from geo.runtime import threads
from geo.standards.cell import Cell
from geo.standards.flat_cells import FlatCells
from geo.standards.masks import put, put_nan
from geo.standards.matching import Keys
from geo.standards.model import Column, Pack
from geo.standards.sets import Intervals, as_table
from geo.standards.shown import show
from geo.standards.vocabulary import REASON_CODES, VERDICT_CODES

Codes = NDArray[np.uint8]

PASS, FAIL, NO_DATA, EXEMPT, CONFLICT = VERDICT_CODES.values()
OUT_OF_SCOPE = (
    ("before_force", EXEMPT),
    ("after_force", EXEMPT),
    ("not_industrial", EXEMPT),
    ("other_place", EXEMPT),
    ("supply_date_missing", NO_DATA),
    ("land_use_missing", NO_DATA),
)
"""Reasons why a pack is not for a subject, and the verdict then: nothing is measured."""
SETS = ("number", "range")
"""Kinds of cells that admit a set of values; all others are words."""
_FEW = 4
_WORTH_THREADS = 200_000
"""Values from which on threads are started: below, their start takes longer than the work."""
_OUTSIDE = np.zeros(len(REASON_CODES), np.uint8)
_OUTSIDE[[REASON_CODES[name] for name, _ in OUT_OF_SCOPE]] = [code for _, code in OUT_OF_SCOPE]


@dataclass
class Rule:
    """One column of one pack, and what each subject's cell in it is.

    A subject's row points into `cells`; the last of them stands for "no row".
    """

    pack: Pack
    key: str
    column: Column
    indicator: Indicator | None

    @cached_property
    def flat(self) -> FlatCells:
        """The rows' cells by their bands, what was decided beside them, and one for no row."""
        return FlatCells.of(self.pack, self.key)

    @property
    def cells(self) -> list[Cell]:
        """The cells that subjects are judged by."""
        return self.flat.cells

    @property
    def row_names(self) -> list[str]:
        """What the row (and band) of each of `cells` is called."""
        return self.flat.names

    @property
    def id(self) -> str:
        """`pack/column`."""
        return f"{self.pack.head.id}/{self.key}"

    @cached_property
    def admitted(self) -> Intervals:
        """The set that each of `cells` admits, in the rule's unit."""
        return Intervals.of(self.column.ends(cell) for cell in self.cells)

    @cached_property
    def printed(self) -> tuple[list[str], Floats, Floats]:
        """Operator and both thresholds of each of `cells`, as a table of verdicts has them."""
        printed_limits = [
            as_table(self.column.ends(cell), self.column.operator) for cell in self.cells
        ]
        operator, low, high = zip(*printed_limits, strict=True)
        return list(operator), np.array(low), np.array(high)

    @cached_property
    def raw(self) -> tuple[Floats, Floats]:
        """What each of `cells` admits before rounding (`Intervals.raw`)."""
        return self.admitted.raw(self.column.decimals)

    def limits(self, row: NDArray[np.int16]) -> tuple[Floats, Floats]:
        """Threshold and upper threshold of each subject, in the rule's unit, NaN where none.

        The only end of a set, upper or lower, stands as the first, as its operator says.
        """
        _, low, high = self.printed
        return low[row], high[row]

    def places(self, row: NDArray[np.int16], subjects: pd.DataFrame) -> NDArray[np.int16]:
        """Each subject's place in `cells`, by its row of the table."""
        return self.flat.places(row, subjects)


@dataclass
class Judged:
    """What rules say of subjects: one row a rule, one column a subject.

    `verdict` and `reason` are uint8 codes (`geo.standards.vocabulary`); `value` and `gap` are float64
    (rule, subject), the gap negative where short; `row` is the row of the table, int16.
    """

    subject: str
    subjects: pd.DataFrame
    rules: list[Rule]
    verdict: Codes
    reason: Codes
    value: Floats
    gap: Floats
    row: NDArray[np.int16]
    _figures: dict[str, Floats] = field(default_factory=dict, repr=False, compare=False)

    def figure(self, formula: str) -> Floats:
        """A formula over the subjects, worked out once for all rules; nobody writes to it."""
        if formula not in self._figures:
            self._figures[formula] = evaluate(formula, self.subjects, len(self.subjects))
        return self._figures[formula]

    @property
    def ids(self) -> Index:
        """Subject ids, in order of the columns."""
        return self.subjects.index

    @property
    def packs(self) -> list[Pack]:
        """The packs whose rules these are, in their order."""
        return list({rule.pack.head.id: rule.pack for rule in self.rules}.values())

    @property
    def catalogue(self) -> dict[str, Indicator]:
        """What the rules judge and their bands go by, to judge the subjects again."""
        figures = {name for pack in self.packs for name in pack.figures}
        known = {name: RULE_FIGURES[name] for name in RULE_FIGURES if name in figures}
        judged = ((rule.column.indicator, rule.indicator) for rule in self.rules)
        return known | {name: one for name, one in judged if one is not None}


def judge(
    subjects: pd.DataFrame,
    packs: list[Pack],
    subject: str = "parcel",
    catalogue: dict[str, Indicator] = RULE_FIGURES,
) -> Judged:
    """What all packs for this kind of subject say, each by itself.

    `subjects` is indexed by subject id and holds the indicators with their inputs and, where
    known, industry_code, industry_name, land_use_industrial, park_id, park_level, park_name, and
    judged_as_of, the day whose rules count (else supplied_on). Raises DataError where an indicator
    is no number, a date no date.
    """
    packs = [p for p in packs if p.head.subject == subject]
    rules = [
        Rule(p, key, column, catalogue.get(column.indicator))
        for p in packs
        for key, column in p.columns.items()
    ]
    subjects = with_numbers(subjects, (name for p in packs for name in p.figures), "judge")
    subjects = with_flags(subjects, ("land_use_industrial",), "judge")
    subjects = with_dates(subjects, ("judged_as_of", "supplied_on"), "judge")
    shape = (len(rules), len(subjects))
    out = Judged(
        subject,
        subjects,
        rules,
        np.empty(shape, np.uint8),
        np.zeros(shape, np.uint8),
        np.empty(shape),
        np.empty(shape),
        np.empty(shape, np.int16),
    )
    keys = Keys(subjects, {p.head.rows_by for p in packs})
    row = {p.head.id: p.match(keys) for p in packs}
    scope = _Scope.of(subjects)
    outside = {p.head.id: _Outside.of(_outside(subjects, scope, p)) for p in packs}
    columns = {r.column.indicator: _numbers(subjects, r) for r in rules}

    def work(at: int) -> None:
        pack = rules[at].pack.head.id
        cell = rules[at].places(row[pack], subjects)
        _judge_rule(out, at, columns[rules[at].column.indicator], cell, outside[pack])

    on_threads(work, len(rules), len(rules) * len(subjects))
    return out


def on_threads(work: Callable[[int], None], count: int, values: int) -> None:
    """`work` on each of 0 … count − 1, of so many values in all; NumPy lets go of the GIL.

    Threads are started where the work takes longer than their start.
    """
    if values < _WORTH_THREADS:
        for at in range(count):
            work(at)
        return
    with ThreadPoolExecutor(threads()) as pool:
        deque(pool.map(work, range(count)), maxlen=0)


@dataclass(frozen=True)
class _Scope:
    """What tells whether a pack is for a subject: the day (NaT: unknown), the use of its land."""

    day: NDArray[np.datetime64]
    use_unknown: Mask
    other_use: Mask

    @classmethod
    def of(cls, subjects: pd.DataFrame) -> _Scope:
        never = pd.Series(pd.NaT, index=subjects.index)
        days = subjects.get("judged_as_of", subjects.get("supplied_on", never))
        unknown = pd.Series(pd.NA, index=subjects.index, dtype="boolean")
        industrial = subjects.get("land_use_industrial", unknown)
        return cls(
            days.to_numpy(dtype="datetime64[s]"),
            industrial.isna().to_numpy(),
            (~industrial).fillna(False).to_numpy(dtype=bool),
        )


@dataclass(frozen=True)
class _Outside:
    """Where a pack is not for a subject, with the reason's code and the verdict's."""

    where: Mask
    reason: Codes
    verdict: Codes

    @classmethod
    def of(cls, reason: Codes) -> _Outside:
        return cls(reason > 0, reason, _OUTSIDE[reason])


def _outside(subjects: pd.DataFrame, scope: _Scope, pack: Pack) -> Codes:
    """Reason code of why the pack does not apply to a subject; 0 where it does."""
    reason = np.zeros(len(subjects), dtype=np.uint8)
    of_parcels = pack.head.subject == "parcel"
    if of_parcels or "judged_as_of" in subjects:
        day = scope.day
        reason[day < np.datetime64(pack.head.in_force_from)] = REASON_CODES["before_force"]
        if pack.head.in_force_to is not None:
            late = day > np.datetime64(pack.head.in_force_to)
            reason[late] = REASON_CODES["after_force"]
        reason[np.isnat(day)] = REASON_CODES["supply_date_missing"]
    if pack.scope.industrial_land_only and of_parcels:
        reason[scope.use_unknown] = REASON_CODES["land_use_missing"]
        reason[scope.other_use] = REASON_CODES["not_industrial"]
    if pack.scope.parks or pack.scope.parcels:
        inside = np.zeros(len(subjects), dtype=bool)
        if pack.scope.parks and "park_id" in subjects:
            inside |= subjects["park_id"].isin(pack.scope.parks).to_numpy()
        inside |= subjects.index.isin(pack.scope.parcels)
        reason[~inside] = REASON_CODES["other_place"]
    return reason


def _judge_rule(
    out: Judged, at: int, figure: Floats, row: NDArray[np.int16], outside: _Outside
) -> None:
    """Fill row `at` of the matrices from the indicator as given.

    What is written later stands, so the order is the precedence: the comparison; a mark where
    rounding decided it; no figure; a cell that is no number (“/”, 一事一议, a requirement); no row
    of the table; and at last, over all of it, a subject that the pack is not for. A parcel supplied
    before the pack was in force is exempt, whether its figure is missing or fails.
    """
    rule = out.rules[at]
    out.row[at] = row
    value, gap, verdict, reason = out.value[at], out.gap[at], out.verdict[at], out.reason[at]
    attested = rule.column.operator == "attested"
    if attested:
        value[:] = figure
    else:
        show(figure, rule.column.decimals, value)
    blank = ~np.isfinite(value)
    put_nan(value, blank)
    if any(cell.kind in SETS for cell in rule.cells):
        _compare(rule, row, value, gap, verdict)
        _mark_rounding(rule, row, figure, gap, verdict, reason)
        put(verdict, NO_DATA, blank)
        put(reason, REASON_CODES["input_missing"], blank)
    else:
        gap.fill(np.nan)
    for kind in dict.fromkeys(cell.kind for cell in rule.cells):
        mask = np.zeros(0, bool) if kind in SETS else _in_cells(rule, row, kind)
        if not mask.any():
            continue
        put_nan(gap, mask)
        put(verdict, NO_DATA, mask)
        put(reason, REASON_CODES.get(kind, 0), mask)
        if kind == "requirement":
            # A requirement in a column of figures is attested by nothing.
            put(reason, REASON_CODES["not_attested"], mask & (blank | (not attested)))
            put(verdict, PASS, mask & (value == 1) & attested)
            put(verdict, FAIL, mask & (value == 0) & attested)
        elif kind in ("none", "exempted"):
            put(verdict, EXEMPT, mask)
            put(reason, REASON_CODES["not_applicable" if kind == "none" else kind], mask)
    why = "not_chosen" if rule.pack.head.choose_one else "industry_unknown"
    _scope(verdict, reason, gap, row < 0, why, outside)


def _in_cells(rule: Rule, row: NDArray[np.int16], kind: str) -> Mask:
    """The subjects whose cell is of a kind."""
    at = [number for number, cell in enumerate(rule.cells) if cell.kind == kind]
    if len(at) > _FEW:
        return np.array([cell.kind == kind for cell in rule.cells])[row]
    masks = [row == number for number in at]
    if at[-1] == len(rule.cells) - 1:
        masks.append(row < 0)
    return np.asarray(np.logical_or.reduce(masks), dtype=bool)


def _compare(
    rule: Rule, row: NDArray[np.int16], value: Floats, gap: Floats, verdict: Codes
) -> None:
    """Distance to the set (below zero outside) and pass or fail of every value.

    A cell of 0.7 to 2.0: 0.65 is 0.05 short and fails, 1.9 has 0.1 to spare, 2.0 has none and
    passes. Under “＞ 8”, an open end, 8.00 has a gap of 0 and fails.
    """
    admits = rule.admitted
    below, above = np.isfinite(admits.low).any(), np.isfinite(admits.high).any()
    # Where all numbers are one it stands for every subject: what has no number is written over.
    low, high = (_only(end) for end in (admits.low, admits.high))
    with np.errstate(invalid="ignore"):
        if below or not above:
            np.subtract(value, admits.low[row] if low is None else low, out=gap)
        if above:
            room = (admits.high[row] if high is None else high) - value
            np.copyto(gap, np.minimum(gap, room) if below else room)
        np.multiply(gap, 1e9, out=gap)  # float noise of a difference is not a gap
        np.rint(gap, out=gap)
        np.divide(gap, 1e9, out=gap)
        met = gap >= 0
        if admits.low_open.any() or admits.high_open.any():
            at_end = gap == 0
            met[at_end] = admits.take(row[at_end]).holds(value[at_end])
    np.logical_not(met, out=verdict.view(bool))  # PASS is 0 and FAIL 1


def _only(ends: Floats) -> float | None:
    """The end of all cells with a set, where they have one and the same."""
    known = ends[~np.isnan(ends)]
    return float(known[0]) if known.size and (known == known[0]).all() else None


def _mark_rounding(
    rule: Rule, row: NDArray[np.int16], exact: Floats, gap: Floats, verdict: Codes, reason: Codes
) -> None:
    """Say where the figure passes, or fails, only as it is shown: 7.995 as 8.00 under ≥ 8."""
    # Rounding moves a figure by half a last decimal, so only those near an end can turn.
    with np.errstate(invalid="ignore"):
        near = np.flatnonzero(np.abs(gap) <= 1.0001 * 10.0**-rule.column.decimals)
    met = rule.admitted.take(row[near]).holds(exact[near])
    reason[near[met != (verdict[near] == PASS)]] = REASON_CODES["rounded"]


def _scope(
    verdict: Codes, reason: Codes, gap: Floats, unknown: Mask, why: str, outside: _Outside
) -> None:
    """What is said where the subject has no row (`why`), or the pack is not for it."""
    if unknown.any():
        put(verdict, NO_DATA, unknown)
        put(reason, REASON_CODES[why], unknown)
        put_nan(gap, unknown)
    if outside.where.any():
        put(verdict, outside.verdict, outside.where)
        put(reason, outside.reason, outside.where)
        put_nan(gap, outside.where)


def _numbers(subjects: pd.DataFrame, rule: Rule) -> Floats:
    """The indicator as given; an attested requirement is 1, 0 or missing."""
    values = subjects.get(rule.column.indicator, pd.Series(np.nan, index=subjects.index))
    return np.asarray(values.to_numpy(dtype=float), dtype=np.float64)


def inputs(subjects: pd.DataFrame, indicator: Indicator | None) -> tuple[Floats, Floats]:
    """Numerator and denominator behind an indicator, NaN where there is none."""
    n = len(subjects)
    if indicator is None:
        return np.full(n, np.nan), np.full(n, np.nan)
    return (
        evaluate(indicator.numerator, subjects, n),
        evaluate(indicator.denominator, subjects, n),
    )
