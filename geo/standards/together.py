"""Rules of several packs taken together: levels, alternatives, conflicts, one overall verdict.

Packs layer from the nation to the parcel. A pack says of itself how it stands against a more
general one on the same indicator: `local` (it alone counts), `stricter` (the stricter of both
counts), or `beside` (both are judged; where they disagree, that is a conflict). The rule that gives
way is exempt, and its row says for which reason.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.standards.comply import CONFLICT, EXEMPT, FAIL, NO_DATA, PASS, Codes, Judged
from geo.standards.model import Level
from geo.standards.words import REASON_CODES, VERDICTS

LEVELS: tuple[str, ...] = get_args(Level)
"""From the most general to the most local."""

_WORST = np.array([3, 0, 2, 4, 1], dtype=np.uint8)
"""Rank of each verdict code in the overall verdict: fail, conflict, no data, pass, exempt."""

Mask = NDArray[np.bool_]


def settle(judged: Judged) -> Judged:
    """Let alternatives stand in for each other, levels give way, and the rest conflict."""
    _alternatives(judged)
    for one, other in _pairs(judged):
        _give_way(judged, one, other)
    _conflicts(judged)
    return judged


def _conflicts(judged: Judged) -> None:
    """Where rules in force of two packs say pass and fail of one indicator, all are conflict.

    A recommended rule that is not met contradicts no mandatory one.
    """
    groups: dict[tuple[str, bool], list[int]] = {}
    for at, rule in enumerate(judged.rules):
        groups.setdefault((rule.column.indicator, rule.column.mandatory), []).append(at)
    for rows in groups.values():
        if len({judged.rules[at].pack.pack.id for at in rows}) < 2:
            continue
        verdict = judged.verdict[rows]
        torn = (verdict == PASS).any(axis=0) & (verdict == FAIL).any(axis=0)
        judged.verdict[rows] = np.where(torn & (verdict <= FAIL), np.uint8(CONFLICT), verdict)


def _pairs(judged: Judged) -> list[tuple[int, int]]:
    """Pairs of rules of different packs on the same indicator, the more general first."""
    rank = [LEVELS.index(r.pack.pack.level) for r in judged.rules]
    return [(i, j) if rank[i] <= rank[j] else (j, i)
            for i, j in combinations(range(len(judged.rules)), 2)
            if judged.rules[i].column.indicator == judged.rules[j].column.indicator
            and judged.rules[i].pack.pack.id != judged.rules[j].pack.pack.id]


def _in_force(judged: Judged, at: int) -> Mask:
    """Subjects for which the rule sets a number, whether or not the input is there."""
    verdict, reason = judged.verdict[at], judged.reason[at]
    force: Mask = (verdict <= FAIL) | (
        (verdict == NO_DATA) & (reason == REASON_CODES["input_missing"]))
    return force


def _give_way(judged: Judged, general: int, local: int) -> None:
    packs = [judged.rules[i].pack.pack for i in (general, local)]
    if packs[0].level == packs[1].level or packs[1].stands == "beside":
        return
    both = _in_force(judged, general) & _in_force(judged, local)
    if packs[1].stands == "local":
        _exempt(judged, general, both, "local_rule")
        return
    low = [judged.rules[i].limits(judged.row[i])[0] for i in (general, local)]
    if judged.rules[local].column.operator in ("<=", "<"):
        low = [-limit for limit in low]
    with np.errstate(invalid="ignore"):
        _exempt(judged, general, both & (low[1] >= low[0]), "stricter_rule")
        _exempt(judged, local, both & (low[1] < low[0]), "stricter_rule")


def _alternatives(judged: Judged) -> None:
    """Columns of a pack of which one is enough."""
    groups: dict[tuple[str, str], list[int]] = {}
    for at, rule in enumerate(judged.rules):
        if rule.column.any_of:
            groups.setdefault((rule.pack.pack.id, rule.column.any_of), []).append(at)
    for rows in groups.values():
        verdict = judged.verdict[rows]
        met, open_ = (verdict == PASS).any(axis=0), (verdict == NO_DATA).any(axis=0)
        for at in rows:
            own = judged.verdict[at]
            _exempt(judged, at, met & np.isin(own, (FAIL, NO_DATA)), "alternative_met")
            waits = ~met & open_ & (own == FAIL)
            judged.verdict[at][waits] = NO_DATA
            judged.reason[at][waits] = REASON_CODES["alternative_open"]


def _exempt(judged: Judged, at: int, mask: Mask, why: str) -> None:
    judged.verdict[at][mask] = EXEMPT
    judged.reason[at][mask] = REASON_CODES[why]


def compliance(judged: Judged) -> pd.Series[Any]:
    """One verdict a subject over its mandatory rules, indexed by subject id.

    Any fail fails; then conflict; then no_data; then pass; exempt only if all are exempt. Without
    a mandatory rule there is no data.
    """
    return pd.Series(overall(judged, judged.verdict), index=judged.ids).astype("str")


def overall(judged: Judged, verdict: Codes) -> NDArray[np.object_]:
    """`compliance` of another matrix of verdicts on the same rules, in order of the subjects."""
    mandatory = [i for i, rule in enumerate(judged.rules) if rule.column.mandatory]
    if not mandatory:
        return np.full(verdict.shape[1], "no_data", dtype=object)
    worst = _WORST[verdict[mandatory]].min(axis=0)
    names = np.array(list(VERDICTS), dtype=object)
    return np.asarray(names[np.argsort(_WORST)[worst]], dtype=object)
