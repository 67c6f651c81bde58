"""Whose verdict another edition changes (判定变化): both editions judged by the same functions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.arrays import Floats, Ints, Mask, Series
from geo.errors import RuleError
from geo.model import Indicator
from geo.standards.comply import Judged, Rule, judge
from geo.standards.editions import JudgeAs, in_editions
from geo.standards.model import Pack
from geo.standards.pack_diff import align
from geo.standards.precedence import compliance, settle
from geo.standards.vocabulary import REASON_CODES, REASONS, VERDICTS

CHANGED = ("subject_id", "park_id", "area_mu", "before", "after", "rule_id")
"""Columns of the table of subjects whose overall verdict differs; `rule_id` is the first rule by
which it does."""

BY_RULE = (
    "subject_id",
    "park_id",
    "area_mu",
    "rule_id",
    "indicator",
    "unit",
    "before",
    "after",
    "value",
    "threshold_before",
    "threshold_after",
    "gap",
    "reason",
    "clause",
    "overall_changes",
)
"""Columns of the table of verdicts of single rules that differ; `gap` is that after, below zero
where short."""

ABSENT = "—"
"""The verdict of a rule that only one edition has."""
_OUT_OF_FORCE = [REASON_CODES[name] for name in ("before_force", "after_force", "other_place")]


@dataclass(frozen=True)
class Changes:
    """What an edition changes: `subjects` (`CHANGED`), `rules` (`BY_RULE`), `counts`.

    `counts` has before, after, subjects, mu: every pair of overall verdicts, equal ones too.
    """

    subjects: pd.DataFrame
    rules: pd.DataFrame
    counts: pd.DataFrame


def sides(
    packs: Sequence[Pack], old: Pack, new: Pack, judge_as: JudgeAs, today: dt.date
) -> tuple[list[Pack], list[Pack]]:
    """The packs before and after: the project's others, with the old edition, then with the new.

    Where one replaces the other it stands beside it, and each judges in its own days.
    """
    others = [pack for pack in packs if pack.head.id not in (old.head.id, new.head.id)]
    before, after = [*others, old], [*others, new]
    if new.head.replaces == old.head.id:
        after.append(old)
    elif old.head.replaces == new.head.id:
        before.append(new)
    return in_editions(before, judge_as, today), in_editions(after, judge_as, today)


def with_decisions_of(pack: Pack, edition: Pack) -> Pack:
    """The pack with what the project decided on the other edition's columns, where it has none.

    What another document sets in place of a cell does not change with the table that names it. A
    decision that meets no cell of this edition is left out: its cells stay open.
    """
    given = dict(pack.given)
    for key, other in align(edition, pack).columns.items():
        if key in edition.given and other not in given:
            try:
                decided = pack.with_references({f"{pack.head.id}/{other}": edition.given[key]})
            except RuleError:
                continue
            given |= decided.given
    return pack.model_copy(update={"given": given})


def changes_between(
    subjects: pd.DataFrame,
    before: Sequence[Pack],
    after: Sequence[Pack],
    editions: tuple[Pack, Pack],
    catalogue: dict[str, Indicator],
) -> Changes:
    """Who is judged otherwise by `after` than by `before`; `subjects` as `judge` reads them.

    Rules of the two editions are compared column by column, as these stand for each other.
    """
    kind = editions[0].head.subject
    judged = [settle(judge(subjects, list(packs), kind, catalogue)) for packs in (before, after)]
    overall = [compliance(one).to_numpy(object) for one in judged]
    moved = overall[0] != overall[1]
    table = pd.DataFrame(
        {
            "subject_id": judged[0].ids.astype("str"),
            "park_id": _column(subjects, "park_id", ""),
            "area_mu": _column(subjects, "area_mu", np.nan),
            "before": overall[0],
            "after": overall[1],
        }
    )
    rules = _by_rule(judged[0], judged[1], editions, table, moved)
    first = rules[rules["overall_changes"]].drop_duplicates("subject_id")
    named = table[moved].merge(first[["subject_id", "rule_id"]], how="left", on="subject_id")
    by = table.groupby(["before", "after"])["area_mu"]
    counts = by.agg(subjects="size", mu="sum").reset_index()
    return Changes(named[list(CHANGED)].reset_index(drop=True), rules, counts)


def _column(subjects: pd.DataFrame, name: str, missing: str | float) -> Series:
    values = subjects.get(name, pd.Series(missing, index=subjects.index))
    return values.reset_index(drop=True)


def _by_rule(
    one: Judged, two: Judged, editions: tuple[Pack, Pack], overall: pd.DataFrame, moved: Mask
) -> pd.DataFrame:
    """Every verdict of a rule that differs: of those that change the overall verdict first."""
    names = np.array([*VERDICTS, ABSENT], dtype=object)
    reasons = np.array(list(REASONS), dtype=object)
    parts = []
    for ids in _counterparts(one, two, editions):
        before, after = _Effective.of(one, ids), _Effective.of(two, ids)
        shown = after if after.rules else before
        for at, rule in shown.rules.items():
            who = np.flatnonzero((before.verdict != after.verdict) & (shown.place == at))
            parts.append(
                overall.iloc[who][["subject_id", "park_id", "area_mu"]].assign(
                    rule_id=rule.id,
                    indicator=rule.column.indicator,
                    unit=rule.column.unit,
                    before=names[before.verdict[who]],
                    after=names[after.verdict[who]],
                    value=shown.value[who],
                    threshold_before=before.threshold[who],
                    threshold_after=after.threshold[who],
                    gap=shown.gap[who],
                    reason=reasons[shown.reason[who]],
                    clause=rule.column.clause,
                    overall_changes=moved[who],
                    mandatory=rule.column.mandatory,
                )
            )
    table = (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame(columns=[*BY_RULE, "mandatory"])
    )
    free, calm = (~table[name].to_numpy(bool) for name in ("mandatory", "overall_changes"))
    order = np.lexsort((np.arange(len(table)), free, calm))
    return table.iloc[order][list(BY_RULE)].reset_index(drop=True)


def _counterparts(one: Judged, two: Judged, editions: tuple[Pack, Pack]) -> list[list[str]]:
    """Ids of the rules that stand for each other: the editions' columns in pairs, others alone."""
    old, new = (pack.head.id for pack in editions)
    pairs = [[f"{old}/{a}", f"{new}/{b}"] for a, b in align(*editions).columns.items()]
    paired = {name for pair in pairs for name in pair}
    every = dict.fromkeys(rule.id for side in (one, two) for rule in side.rules)
    return [*pairs, *([name] for name in every if name not in paired)]


@dataclass(frozen=True)
class _Effective:
    """Of rules that stand for each other, for each subject the one that is in force for it.

    Its place among the rules of `judged`, its verdict (one beyond the last where there is none),
    reason, value, gap and threshold (the lower of a range). Each array is one of all subjects.
    """

    rules: dict[int, Rule]
    place: Ints
    verdict: Ints
    reason: Ints
    value: Floats
    gap: Floats
    threshold: Floats

    @classmethod
    def of(cls, judged: Judged, ids: list[str]) -> _Effective:
        rules = {at: rule for at, rule in enumerate(judged.rules) if rule.id in ids}
        count = len(judged.ids)
        none = np.full(count, np.nan)
        if not rules:
            zero = np.zeros(count, dtype=np.int64)
            return cls({}, zero, np.full(count, len(VERDICTS)), zero, none, none, none)
        place = np.full(count, next(iter(rules)), dtype=np.int64)
        for at in rules:
            place[~np.isin(judged.reason[at], _OUT_OF_FORCE)] = at
        threshold = none.copy()
        for at, rule in rules.items():
            mine = place == at
            threshold[mine] = rule.limits(judged.row[at][mine])[0]
        subject = np.arange(count)
        return cls(
            rules,
            place,
            judged.verdict[place, subject].astype(np.int64),
            judged.reason[place, subject].astype(np.int64),
            judged.value[place, subject],
            judged.gap[place, subject],
            threshold,
        )
