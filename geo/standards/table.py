"""Verdicts as the long table of the contract: one row a subject and rule."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Array, Ints
from geo.standards.codes import RuleCodes, VerdictCodes
from geo.standards.codes_of_table import as_codes
from geo.standards.comply import Judged, on_threads
from geo.standards.vocabulary import REASONS, VERDICT_CODES, VERDICTS

COLUMNS = (
    "subject",
    "subject_id",
    "rule_id",
    "indicator",
    "value",
    "operator",
    "threshold",
    "threshold_high",
    "unit",
    "verdict",
    "gap",
    "reason",
    "mandatory",
    "industry_row",
    "numerator",
    "denominator",
    "decimals",
    "clause",
    "citation",
    "cell_text",
)
_NUMBERS = ("value", "gap", "threshold", "threshold_high", "numerator", "denominator")


def verdict_table(parts: list[Judged]) -> pd.DataFrame:
    """All verdicts in one table (columns `COLUMNS`); words are categories.

    A rule that is for other parks or parcels says nothing of a subject and has no row.
    """
    return long_table(VerdictCodes.of(parts))


def long_table(codes: VerdictCodes, only: Sequence[str] = ()) -> pd.DataFrame:
    """The verdicts of `codes` a row each, rule by rule: columns `COLUMNS`, words as categories.

    With `only` those of these verdicts alone.
    """
    if not codes.kinds:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
    rules = list(codes)
    kept = [_kept(rule, only) for rule in rules]
    out = _filled(rules, kept)
    for name, words in (("verdict", VERDICTS), ("reason", REASONS)):
        out[name] = _category(out[name], list(words))
    out |= _words_of(codes.rules, rules, kept)
    out["subject_id"] = _ids(rules, kept)
    return pd.DataFrame({name: out[name] for name in COLUMNS}, copy=False)


def _kept(rule: RuleCodes, only: Sequence[str]) -> Any:
    """What a rule says something of: all subjects as a slice (a view), else a mask."""
    mask = rule.told
    if only:
        mask = mask & np.isin(rule.verdict, [VERDICT_CODES[name] for name in only])
    return slice(None) if mask.all() else mask


def _filled(rules: list[RuleCodes], kept: list[Any]) -> dict[str, Any]:
    """Numbers and codes of the kept entries, rule by rule, each array made once."""
    start = np.cumsum([0, *_sizes(rules, kept)])
    out: dict[str, Any] = {
        name: np.empty(start[-1], np.float64 if name in _NUMBERS else np.uint8)
        for name in (*_NUMBERS, "verdict", "reason")
    }

    def work(at: int) -> None:
        rule, mask, rows = rules[at], kept[at], slice(start[at], start[at + 1])
        for name in ("value", "verdict", "reason", "numerator", "denominator"):
            out[name][rows] = getattr(rule, name)[mask]
        out["gap"][rows] = rule.gaps_at(mask)
        cell = rule.cell[mask]
        for name in ("threshold", "threshold_high"):
            out[name][rows] = rule.cells[name].to_numpy(float)[cell]

    on_threads(work, len(kept), start[-1])
    return out


def _sizes(rules: list[RuleCodes], kept: list[Any]) -> list[int]:
    return [
        len(rule.ids) if isinstance(mask, slice) else int(mask.sum())
        for rule, mask in zip(rules, kept, strict=True)
    ]


def _words_of(dictionary: pd.DataFrame, rules: list[RuleCodes], kept: list[Any]) -> dict[str, Any]:
    """Words that go with the rule, and words that go with the cell."""
    count = np.array(_sizes(rules, kept))
    out: dict[str, Any] = {
        name: _repeated([getattr(rule, of) for rule in rules], count)
        for name, of in (
            ("subject", "subject"),
            ("rule_id", "id"),
            ("indicator", "indicator"),
            ("unit", "unit"),
            ("clause", "clause"),
        )
    }
    out["mandatory"] = np.repeat(np.array([rule.mandatory for rule in rules]), count)
    out["decimals"] = np.repeat(np.array([r.decimals for r in rules], dtype=np.int8), count)
    start = np.cumsum([0, *(len(rule.cells) for rule in rules)])
    places = [rule.cell[mask] for rule, mask in zip(rules, kept, strict=True)]
    for name in ("industry_row", "citation", "cell_text", "operator"):
        flat, values = pd.factorize(dictionary[name].to_numpy(object))
        flat = flat.astype(np.min_scalar_type(max(len(values), 1)))
        codes = [flat[start[at] : start[at + 1]][place] for at, place in enumerate(places)]
        out[name] = _category(np.concatenate(codes), values)
    return out


def _category(codes: Array, words: Any) -> Any:
    dtype = pd.CategoricalDtype(pd.Index(words, dtype="str"))
    return pd.Categorical.from_codes(codes, dtype=dtype, validate=False)


def _repeated(words: list[str], count: Ints) -> Any:
    codes, values = pd.factorize(np.array(words, dtype=object))
    return _category(np.repeat(codes.astype(np.int16), count), values)


def _ids(rules: list[RuleCodes], kept: list[Any]) -> Any:
    """Subject ids, rule by rule, as codes into all ids."""
    kinds = {rule.subject: rule.ids for rule in rules}
    start = np.cumsum([0, *(len(ids) for ids in kinds.values())])
    # A parcel and an enterprise might share an id.
    unique, values = pd.factorize(np.concatenate(list(kinds.values())))
    own = {
        name: unique[first:last].astype(np.int32)
        for name, (first, last) in zip(kinds, pairwise(start), strict=True)
    }
    codes = [own[rule.subject][mask] for rule, mask in zip(rules, kept, strict=True)]
    return _category(np.concatenate(codes), values)


ASKING = ("fail", "conflict")
"""Verdicts that ask for something."""
MOST = 200_000
"""Most verdicts that a workbook, a GeoPackage and a single long table list in full."""


def shortened(verdicts: pd.DataFrame | VerdictCodes, most: int = MOST) -> pd.DataFrame:
    """The long table, above `most` verdicts only of those that ask for something.

    These are fails and conflicts.
    """
    codes = as_codes(verdicts)
    return long_table(codes, () if codes.count <= most else ASKING)


RULE_COLUMNS = (
    "rule",
    "rule_id",
    "indicator",
    "clause",
    "citation",
    "operator",
    "unit",
    "mandatory",
    "decimals",
    "industry_row",
    "cell_text",
)


def rules_table(verdicts: pd.DataFrame | VerdictCodes) -> pd.DataFrame:
    """One row a rule and source: how many pass, fail and so on, its clause and its document."""
    cells = rule_cells(verdicts).sort_values(["rule", "citation"], kind="stable")
    keys = ["rule_id", "indicator", "clause", "citation"]
    return cells.groupby(keys, sort=False, as_index=False)[[*VERDICTS]].sum()


def rule_cells(verdicts: pd.DataFrame | VerdictCodes) -> pd.DataFrame:
    """One row a cell of a rule that says something: `RULE_COLUMNS`, and how often it gives each verdict.

    Those of parts add up: `rule` is its place among the rules, the same in all.
    """
    counts = as_codes(verdicts).counts()
    if counts.empty:
        return pd.DataFrame(columns=[*RULE_COLUMNS, *VERDICTS])
    counts = counts.loc[counts[[*VERDICTS]].any(axis=1), [*RULE_COLUMNS, *VERDICTS]]
    words = [n for n in RULE_COLUMNS if n not in ("rule", "mandatory", "decimals")]
    counts[words] = counts[words].astype("str").fillna("")
    return counts.reset_index(drop=True)
