"""Rules of several packs taken together: levels, alternatives, conflicts, one overall verdict.

Packs layer from the nation to the parcel. A pack says of itself how it stands against a more
general one on the same indicator: `local` (it alone counts), `stricter` or `beside` (what both
admit counts, so a value must meet both). Under `stricter` a rule that the other holds entirely is
exempt, as it says nothing more; both stand where neither holds the other: 容积率 ≥ 0.7 and ≤ 3.
Rules conflict only where no value meets both. A rule that gives way says for which reason.

All are compared by what they admit before rounding (`Rule.raw`), so that of two rules with other
decimals none is taken for the stricter that is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Ints, Mask, Series
from geo.standards.comply import (
    CONFLICT,
    EXEMPT,
    FAIL,
    NO_DATA,
    PASS,
    SETS,
    Codes,
    Judged,
    Rule,
)
from geo.standards.masks import put
from geo.standards.model import Level
from geo.standards.sets import apart, within
from geo.standards.vocabulary import REASON_CODES, VERDICTS

LEVELS: tuple[str, ...] = get_args(Level)
"""From the most general to the most local."""

WORST = np.array([3, 0, 2, 4, 1], dtype=np.uint8)
"""Rank of each verdict code in the overall verdict: fail, conflict, no data, pass, exempt."""
_WORST_OF = np.array(
    [
        min((code for code in range(len(WORST)) if given >> code & 1), key=WORST.item, default=0)
        for given in range(1 << len(WORST))
    ],
    dtype=np.int64,
)
"""The first in that order of each set of verdicts, of which each is a bit."""

SETTLED = ("local_rule", "stricter_rule", "alternative_met", "alternative_open", "apart")
"""Reasons that settling gives; under them lies a plain comparison."""


def settle(judged: Judged) -> Judged:
    """Let alternatives stand in for each other, levels give way, and what cannot be met conflict.

    The order of packs and rules moves nothing: each step looks at all pairs before it acts.
    """
    _alternatives(judged)
    pairs = list(_pairs(judged.rules))
    layered = [
        (general, local, _pack(judged, local).stands)
        for general, local in pairs
        if _pack(judged, general).level != _pack(judged, local).level
    ]
    _exempt_all(
        judged,
        "local_rule",
        [
            (general, _both(judged, general, local))
            for general, local, stands in layered
            if stands == "local"
        ],
    )
    _exempt_all(
        judged,
        "stricter_rule",
        [
            step
            for general, local, stands in layered
            if stands == "stricter"
            for step in _implied(judged, general, local)
        ],
    )
    _conflicts(judged, pairs)
    return judged


def _pack(judged: Judged, at: int) -> Any:
    return judged.rules[at].pack.head


def _pairs(rules: list[Rule]) -> Iterator[tuple[int, int]]:
    """Pairs of rules of different packs on the same indicator, the more general first."""
    rank = [LEVELS.index(r.pack.head.level) for r in rules]
    for i, j in combinations(range(len(rules)), 2):
        if rules[i].column.indicator == rules[j].column.indicator and (
            rules[i].pack.head.id != rules[j].pack.head.id
        ):
            yield (i, j) if rank[i] <= rank[j] else (j, i)


def _both(judged: Judged, one: int, other: int) -> Mask:
    return _in_force(judged, one) & _in_force(judged, other)


def _implied(judged: Judged, general: int, local: int) -> Iterator[tuple[int, Mask]]:
    """Each of two rules with where the other holds it; of equal ones the more general gives way.

    National ≥ 0.7 and city ≥ 1: the city's holds the nation's. A recommended rule holds no
    mandatory one: who meets neither still breaks what is mandatory.
    """
    rules = [judged.rules[at] for at in (general, local)]
    both, cell = _both(judged, general, local), (judged.row[general], judged.row[local])
    outer_general = _of_subjects(within(rules[1].raw, rules[0].raw).T, rules, cell)
    outer_local = _of_subjects(within(rules[0].raw, rules[1].raw), rules, cell)
    free = [not rule.column.mandatory for rule in rules]
    by_local = both & outer_general if free[0] or not free[1] else np.zeros_like(both)
    yield general, by_local
    if free[1] or not free[0]:
        yield local, both & outer_local & ~by_local


def _of_subjects(
    table: Mask, rules: list[Rule], cell: tuple[NDArray[np.int16], NDArray[np.int16]]
) -> Mask | np.bool_:
    """What a table of two rules' cells says of each subject that both are in force for.

    One answer where it is the same for all cells with a set: a cell of words is not in force, but
    for a requirement that is attested.
    """
    kinds = [[one.kind for one in rule.cells] for rule in rules]
    known = table[np.ix_(*([kind in SETS for kind in own] for own in kinds))]
    if "requirement" in (*kinds[0], *kinds[1]) or (known.any() and not known.all()):
        return table[cell]
    return np.bool_(known.any())


def _conflicts(judged: Judged, pairs: list[tuple[int, int]]) -> None:
    """Where no value meets two rules of equal weight, both are conflict.

    A recommended rule that is not met contradicts no mandatory one, and one of several
    alternatives is not asked for by itself.
    """
    torn: dict[int, Mask] = {}
    for one, other in pairs:
        rules = [judged.rules[at] for at in (one, other)]
        if rules[0].column.mandatory != rules[1].column.mandatory or any(
            _is_alternative(rule) for rule in rules
        ):
            continue
        table = apart(rules[0].raw, rules[1].raw)
        if not table.any():
            continue
        mask = table[judged.row[one], judged.row[other]]
        mask &= (judged.verdict[one] <= FAIL) & (judged.verdict[other] <= FAIL)
        for at in (one, other):
            torn[at] = torn.get(at, False) | mask
    for at, mask in torn.items():
        put(judged.verdict[at], CONFLICT, mask)
        put(judged.reason[at], REASON_CODES["apart"], mask)


def _is_alternative(rule: Rule) -> bool:
    """Whether another column of the pack is enough in the rule's place."""
    word = rule.column.any_of
    return bool(word) and sum(c.any_of == word for c in rule.pack.columns.values()) > 1


def _in_force(judged: Judged, at: int) -> Mask:
    """Subjects for which the rule sets a number, whether or not the input is there."""
    verdict, reason = judged.verdict[at], judged.reason[at]
    force: Mask = (verdict <= FAIL) | (
        (verdict == NO_DATA) & (reason == REASON_CODES["input_missing"])
    )
    return force


def _alternatives(judged: Judged) -> None:
    """Columns of a pack of which one is enough."""
    groups: dict[tuple[str, str], list[int]] = {}
    for at, rule in enumerate(judged.rules):
        if rule.column.any_of:
            groups.setdefault((rule.pack.head.id, rule.column.any_of), []).append(at)
    for rows in groups.values():
        verdict = judged.verdict[rows]
        met, open_ = (verdict == PASS).any(axis=0), (verdict == NO_DATA).any(axis=0)
        for at in rows:
            rule_verdict = judged.verdict[at]
            _exempt(judged, at, met & np.isin(rule_verdict, (FAIL, NO_DATA)), "alternative_met")
            waits = ~met & open_ & (rule_verdict == FAIL)
            put(judged.verdict[at], NO_DATA, waits)
            put(judged.reason[at], REASON_CODES["alternative_open"], waits)


def _exempt_all(judged: Judged, why: str, steps: list[tuple[int, Mask]]) -> None:
    """Exempt at once what was found of all pairs, so that no order of them counts."""
    for at, mask in steps:
        _exempt(judged, at, mask, why)


def _exempt(judged: Judged, at: int, mask: Mask, why: str) -> None:
    put(judged.verdict[at], EXEMPT, mask)
    put(judged.reason[at], REASON_CODES[why], mask)


def compliance(judged: Judged) -> Series:
    """One verdict a subject over its mandatory rules, indexed by subject id.

    Any fail fails; then conflict; then no_data; then pass; exempt only if all are exempt. Without
    a mandatory rule there is no data.
    """
    return pd.Series(overall(judged, judged.verdict), index=judged.ids).astype("str")


def overall(judged: Judged, verdict: Codes) -> NDArray[np.object_]:
    """`compliance` of another matrix of verdicts on the same rules, in order of the subjects."""
    names = np.array(list(VERDICTS), dtype=object)
    return np.asarray(names[overall_codes(judged, verdict)], dtype=object)


def overall_codes(judged: Judged, verdict: Codes) -> Ints:
    """`overall` as codes of verdicts, int64 (subject,)."""
    mandatory = [i for i, rule in enumerate(judged.rules) if rule.column.mandatory]
    if not mandatory:
        return np.full(verdict.shape[1], NO_DATA, dtype=np.int64)
    given = np.bitwise_or.reduce(np.left_shift(np.uint8(1), verdict[mandatory]), axis=0)
    return _WORST_OF[given]
