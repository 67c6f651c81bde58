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
from geo.geometry.keys import position_of
from geo.publish.excel.listed import MOST, Listed, listed
from geo.run import Run
from geo.standards.flat_cells import NO_CELL
from geo.standards.table import ASKING, long_table, rule_cells
from geo.standards.vocabulary import VERDICTS
from geo.text import colon, join

KEYS = ["rule_id", "indicator", "clause", "citation"]
OF_RULE = ["operator", "unit", "mandatory", "decimals", "cell_text", "citation"]
"""Columns of verdicts that are the rule's, and stand with it."""

ONCE = ["operator", "unit", "mandatory", "decimals", "cell_text"]


@dataclass(frozen=True)
class VerdictSheets:
    """The verdicts as listed, the rules, and of each verdict listed its row of the rules."""

    verdicts: Listed
    rules: pd.DataFrame
    rule: Ints


def verdict_sheets(run: Run) -> VerdictSheets:
    """Both sheets of a run."""
    codes = run.verdict_codes
    only = () if codes.count <= MOST else ASKING
    own = listed(run, "verdicts", long_table(codes, only), codes.count)
    table = pd.concat([own.table, target_changes(own.table, run.settings.rule_figures)], axis=1)
    if not own.note:  # those of a parcel or enterprise stand together
        table = table.iloc[_by_subject(run, table)].reset_index(drop=True)
    rules = rule_rows(rule_cells(codes), run.settings.lang)
    rule = position_of(_rule_and_source(table), _rule_and_source(rules))
    if own.note:
        rules["listed"] = np.bincount(rule, minlength=len(rules))
    shown = table.drop(columns=OF_RULE)
    return VerdictSheets(replace(own, table=shown), rules, rule)


def _rule_and_source(table: pd.DataFrame) -> pd.Series[str]:
    rule, source = (table[name].astype("str").fillna("") for name in ("rule_id", "citation"))
    return rule + "\0" + source


def _by_subject(run: Run, table: pd.DataFrame) -> Ints:
    place = pd.concat(
        [
            pd.Series(range(len(frame)), index=frame[key].astype("str"))
            for frame, key in ((run.parcels, "parcel_id"), (run.enterprises, "enterprise_id"))
        ]
    )
    order = table["subject_id"].astype("str").map(place[~place.index.duplicated()])
    return np.lexsort((order.to_numpy(float), (table["subject"] != "parcel").to_numpy()))


def rule_rows(cells: pd.DataFrame, lang: str) -> pd.DataFrame:
    """One row a rule and source: what is told of it once, and how many of its verdicts are which.

    `cells` as `rule_cells` has them; `cell_text` has them as printed, each after the row of its table,
    in an order that does not hang on which parcel was judged by which first.
    """
    if cells.empty:
        return pd.DataFrame(columns=[*KEYS, *ONCE, *VERDICTS])
    cells = cells.assign(unnamed=cells["industry_row"] == "")
    # A cell of those without a row prints nothing that the document has.
    cells["cell_text"] = cells["cell_text"].mask(cells["cell_text"] == NO_CELL, "")
    cells = cells.sort_values(["rule", "citation", "unnamed", "industry_row", "cell_text"])
    printed = [
        colon(row, text)(lang) if row and text else text
        for row, text in zip(cells["industry_row"], cells["cell_text"], strict=True)
    ]
    groups = cells.assign(cell_text=printed).groupby(KEYS, sort=False)
    told = groups[ONCE].agg(partial(_together, lang=lang))
    return told.join(groups[[*VERDICTS]].sum()).reset_index()


def _together(values: pd.Series[str], lang: str) -> object:
    """The one value of a rule, or its several ones as text."""
    known = [value for value in values.unique() if value not in ("", None)]
    return known[0] if len(known) == 1 else join(map(str, known), "semicolon")(lang)
