"""Verdicts as codes, of a long table that was read from a file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Floats, Ints, Series
from geo.standards.codes import (
    OF_CELL,
    OF_RULE,
    RULES,
    SubjectCodes,
    VerdictCodes,
    said_of,
)
from geo.standards.sets import Intervals
from geo.standards.vocabulary import REASON_CODES, VERDICT_CODES

_FIGURES = ("value", "numerator", "denominator")
_WORDS = (*OF_RULE[1:], *OF_CELL)


def as_codes(verdicts: pd.DataFrame | VerdictCodes) -> VerdictCodes:
    """Verdicts as codes, whether they are given as codes or as the long table.

    A table may lack columns that are not asked for later.
    """
    if isinstance(verdicts, VerdictCodes):
        return verdicts
    if not len(verdicts):
        return VerdictCodes()
    wanted = ["subject", "subject_id", *_FIGURES, "gap", "verdict", "reason", *_WORDS]
    table = verdicts.reindex(columns=wanted)
    rules: list[pd.DataFrame] = []
    kinds: list[SubjectCodes] = []
    kind_code, names = pd.factorize(table["subject"])
    for at, name in enumerate(names):
        own = table[kind_code == at].reset_index(drop=True)
        found, kind = _kind(own, str(name), sum(len(k.codes) // 2 for k in kinds))
        rules.append(found)
        kinds.append(kind)
    return VerdictCodes(pd.concat(rules, ignore_index=True)[[*RULES]], tuple(kinds))


def _kind(table: pd.DataFrame, subject: str, start: int) -> tuple[pd.DataFrame, SubjectCodes]:
    """The dictionary and the codes of the verdicts on one kind of subject."""
    who, ids = pd.factorize(table["subject_id"].astype("str"))
    rule = _rules(table, who)
    cell = rule
    for name in OF_CELL:
        cell = _pairs(cell, pd.factorize(table[name])[0])
    said = said_of(
        _codes(table["verdict"], VERDICT_CODES),
        _codes(table["reason"].astype("str").fillna(""), REASON_CODES),
        table["gap"].notna().to_numpy(),
    )
    codes: dict[str, Any] = {}
    figures: dict[str, Floats] = {}
    firsts: list[Ints] = []
    order = np.argsort(rule, kind="stable")
    for at, rows in enumerate(np.split(order, np.flatnonzero(np.diff(rule[order])) + 1), start):
        local = pd.factorize(cell[rows])[0]
        firsts.append(rows[np.unique(local, return_index=True)[1]])
        for column, values in ((f"said_{at}", said[rows]), (f"cell_{at}", local)):
            codes[column] = np.zeros(len(ids), np.int16)
            codes[column][who[rows]] = values
        for name in _FIGURES:
            figures[f"{name}_{at}"] = np.full(len(ids), np.nan)
            figures[f"{name}_{at}"][who[rows]] = table[name].to_numpy(float)[rows]
    return _dictionary(table, subject, firsts, start), SubjectCodes(
        subject, np.asarray(ids, dtype=object), codes, figures
    )


def _rules(table: pd.DataFrame, who: Any) -> Ints:
    """A number a rule; of two of one name on one subject, one each."""
    rule = np.zeros(len(table), np.int64)
    for name in OF_RULE[1:]:
        rule = _pairs(rule, pd.factorize(table[name])[0])
    pair = _pairs(rule, who)
    if pair.max() + 1 == len(pair):
        return rule
    again = pd.Series(pair).groupby(pair).cumcount().to_numpy(np.int64)
    return _pairs(rule, again)


def _pairs(one: Any, other: Any) -> Ints:
    """A number for each pair, in the order in which they are met; −1 (missing) is a number, too."""
    other = other.astype(np.int64) + 1
    number: Ints = pd.factorize(one * (int(other.max()) + 1) + other)[0].astype(np.int64)
    return number


def _codes(words: Series, code_of: dict[str, int]) -> Any:
    number, names = pd.factorize(words)
    return np.array([code_of[str(name)] for name in names], np.uint8)[number]


def _dictionary(table: pd.DataFrame, subject: str, firsts: list[Ints], start: int) -> pd.DataFrame:
    """A row a rule and cell, of the first row of the table that has it."""
    numbers = np.arange(start, start + len(firsts))
    rule = np.repeat(numbers, [len(rows) for rows in firsts])
    own = table.iloc[np.concatenate(firsts)][[*_WORDS]].reset_index(drop=True)
    own["decimals"] = own["decimals"].fillna(0).astype(np.int8)
    for name in own.select_dtypes("category"):
        own[name] = own[name].astype("str")
    low, high = (own[name].to_numpy(float) for name in ("threshold", "threshold_high"))
    ends = Intervals.of_table(own["operator"], low, high)
    said: dict[str, Any] = {
        f"{name}_at": [f"{name}_{at}" for at in rule] for name in ("said", "cell", *_FIGURES)
    }
    return own.assign(
        rule=rule.astype(np.int16),
        cell=np.concatenate([np.arange(len(rows)) for rows in firsts]).astype(np.int16),
        subject=subject,
        low=ends.low,
        high=ends.high,
        **said,
    )
