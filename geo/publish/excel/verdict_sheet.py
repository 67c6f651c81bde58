"""The sheets of verdicts and of rules: what is a rule's stands once, in its row of the rules.

A verdict names its rule, value, threshold and gap; operator, unit, decimals, the cells as printed,
document and address are the rule's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from geo.arrays import Ints
from geo.evaluate.compliance_options import target_changes
from geo.publish.excel.listed import Listed, listed
from geo.run import Run
from geo.standards.vocabulary import VERDICTS
from geo.text import colon, join

KEYS = ["rule_id", "indicator", "clause", "citation"]
OF_RULE = ["operator", "unit", "mandatory", "decimals", "cell_text", "citation"]
"""Columns of verdicts that are the rule's, and stand with it."""

_TOLD = [*KEYS, "operator", "unit", "mandatory", "decimals", "industry_row", "cell_text"]


@dataclass(frozen=True)
class VerdictSheets:
    """The verdicts as listed, the rules, and of each verdict listed its row of the rules."""

    verdicts: Listed
    rules: pd.DataFrame
    rule: Ints


def verdict_sheets(run: Run) -> VerdictSheets:
    """Both sheets of a run."""
    verdicts = run.verdicts
    own = listed(run, "verdicts", verdicts)
    table = pd.concat([own.table, target_changes(own.table, run.settings.rule_figures)], axis=1)
    if not own.note:  # those of a parcel or enterprise stand together
        table = table.iloc[_by_subject(run, table)].reset_index(drop=True)
    rules = rule_rows(verdicts, run.settings.lang)
    keys = ["rule_id", "citation"]
    place = pd.Series(range(len(rules)), index=_key(rules, keys))
    first = place[~place.index.duplicated()]
    rule = np.asarray(first.reindex(_key(table, keys)), np.int64)
    if own.note:
        rules["listed"] = np.bincount(rule, minlength=len(rules))
    shown = table.drop(columns=OF_RULE)
    return VerdictSheets(replace(own, table=shown), rules, rule)


def _key(table: pd.DataFrame, columns: list[str]) -> pd.Index[str]:
    first, second = (table[name].astype("str").fillna("") for name in columns)
    return pd.Index(first + "\0" + second)


def _by_subject(run: Run, table: pd.DataFrame) -> Ints:
    place = pd.concat(
        [
            pd.Series(range(len(frame)), index=frame[key].astype("str"))
            for frame, key in ((run.parcels, "parcel_id"), (run.enterprises, "enterprise_id"))
        ]
    )
    order = table["subject_id"].astype("str").map(place[~place.index.duplicated()])
    return np.lexsort((order.to_numpy(float), (table["subject"] != "parcel").to_numpy()))


def rule_rows(verdicts: pd.DataFrame, lang: str) -> pd.DataFrame:
    """One row a rule and source: what is told of it once, and how many of its verdicts are which.

    `cell_text` has the cells as printed, each after the row of its table.
    """
    columns = [*KEYS, "operator", "unit", "mandatory", "decimals", "cell_text", *VERDICTS]
    if verdicts.empty:
        return pd.DataFrame(columns=columns)
    kinds = _kinds(verdicts)
    kinds["cell_text"] = [
        colon(row, text)(lang) if row and text else text
        for row, text in zip(kinds["industry_row"], kinds["cell_text"], strict=True)
    ]
    groups = kinds.groupby(KEYS, sort=False)
    once = ["operator", "unit", "mandatory", "decimals", "cell_text"]
    told = groups[once].agg(partial(_together, lang=lang))
    counts = kinds.groupby([*KEYS, "verdict"], sort=False)["n"].sum().unstack(fill_value=0)
    counts = counts.reindex(columns=list(VERDICTS), fill_value=0)
    return told.join(counts).reset_index().rename_axis(columns=None)[columns]


def _together(values: pd.Series[str], lang: str) -> object:
    """The one value of a rule, or its several ones as text."""
    known = [value for value in values.unique() if value not in ("", None)]
    return known[0] if len(known) == 1 else join(map(str, known), "semicolon")(lang)


def _kinds(verdicts: pd.DataFrame) -> pd.DataFrame:
    """What is told of a rule, row of its table and verdict: each once, with its number `n`.

    Codes of the columns are digits of one number, which is looked up once a row.
    """
    number = np.zeros(len(verdicts), np.int64)
    for name in (*_TOLD, "verdict"):
        column = verdicts[name]
        categories = isinstance(column.dtype, pd.CategoricalDtype)
        codes = column.cat.codes.to_numpy() if categories else pd.factorize(column)[0]
        number *= int(codes.max(initial=0)) + 2
        number += codes + 1
    kind, distinct = pd.factorize(number)
    first = np.empty(len(distinct), np.int64)
    first[kind[::-1]] = np.arange(len(kind))[::-1]
    out = verdicts[[*_TOLD, "verdict"]].iloc[first].reset_index(drop=True)
    words = [name for name in (*_TOLD, "verdict") if name not in ("mandatory", "decimals")]
    out[words] = out[words].astype("str").fillna("")
    out["n"] = np.bincount(kind)
    return out
