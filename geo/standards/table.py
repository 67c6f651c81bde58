"""Verdicts as the long table of the contract: one row a subject and rule."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.arrays import Array, Ints, Mask, Series
from geo.standards.cell import Cell
from geo.standards.comply import Judged, inputs, on_threads
from geo.standards.model import Column
from geo.standards.vocabulary import REASON_CODES, REASONS, VERDICTS

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
    parts = [p for p in parts if p.rules]
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
    kept = [_kept(p) for p in parts]
    numbers = [_filled(p, k) for p, k in zip(parts, kept, strict=True)]
    out: dict[str, Any] = {name: _joined([n[name] for n in numbers]) for name in numbers[0]}
    for name, words in (("verdict", VERDICTS), ("reason", REASONS)):
        out[name] = _category(out[name], list(words))
    out |= _words_of(parts, kept)
    out["subject_id"] = _ids(parts, kept)
    return pd.DataFrame({name: out[name] for name in COLUMNS}, copy=False)


def _kept(judged: Judged) -> list[Any]:
    """For each rule what it says something of: all subjects as a slice (a view), else a mask."""
    in_place = [reason != REASON_CODES["other_place"] for reason in judged.reason]
    return [slice(None) if mask.all() else mask for mask in in_place]


def _filled(judged: Judged, kept: list[Any]) -> dict[str, Array]:
    """Numbers and codes of the kept entries, rule by rule, each array made once."""
    count = [_size(judged, mask) for mask in kept]
    start = np.cumsum([0, *count])
    out: dict[str, Array] = {
        name: np.empty(start[-1], np.float64 if name in _NUMBERS else np.uint8)
        for name in (*_NUMBERS, "verdict", "reason")
    }
    used = {r.column.indicator: r.indicator for r in judged.rules}
    sides = {name: inputs(judged.subjects, indicator) for name, indicator in used.items()}

    def work(at: int) -> None:
        rule, mask, rows = judged.rules[at], kept[at], slice(start[at], start[at + 1])
        for name in ("value", "gap", "verdict", "reason"):
            out[name][rows] = getattr(judged, name)[at][mask]
        limits = rule.limits(judged.row[at][mask])
        out["threshold"][rows], out["threshold_high"][rows] = limits
        for name, side in zip(
            ("numerator", "denominator"), sides[rule.column.indicator], strict=True
        ):
            out[name][rows] = side[mask]

    on_threads(work, len(kept))
    return out


def _size(judged: Judged, mask: Mask | Series) -> int:
    return len(judged.ids) if isinstance(mask, slice) else int(mask.sum())


def _joined(arrays: list[Array]) -> Array:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _words_of(parts: list[Judged], kept: list[list[Any]]) -> dict[str, Any]:
    """Words that go with the rule, and words that go with the cell."""
    rules = [rule for part in parts for rule in part.rules]
    count = np.array(
        [_size(part, mask) for part, masks in zip(parts, kept, strict=True) for mask in masks]
    )
    subject = [part.subject for part in parts for _ in part.rules]
    column = [rule.column for rule in rules]
    by_rule: dict[str, list[str]] = {
        "subject": subject,
        "rule_id": [r.id for r in rules],
        "indicator": [c.indicator for c in column],
        "unit": [c.unit for c in column],
        "clause": [c.clause for c in column],
    }
    out: dict[str, Any] = {name: _repeated(words, count) for name, words in by_rule.items()}
    out["mandatory"] = np.repeat(np.array([c.mandatory for c in column]), count)
    out["decimals"] = np.repeat(np.array([c.decimals for c in column], dtype=np.int8), count)
    places = [
        part.row[at][mask[at]]
        for part, mask in zip(parts, kept, strict=True)
        for at in range(len(part.rules))
    ]
    row_names, citations, texts = [], [], []
    for rule in rules:
        document = rule.pack.head.citation
        row_names.append(rule.row_names)
        citations.append(
            [f"{document}；{c.citation}" if c.citation else document for c in rule.cells]
        )
        texts.append([_printed(c, rule.column) for c in rule.cells])
    operators = [rule.printed[0] for rule in rules]
    for name, words in (
        ("industry_row", row_names),
        ("citation", citations),
        ("cell_text", texts),
        ("operator", operators),
    ):
        out[name] = _picked(words, places)
    return out


def _printed(cell: Cell, column: Column) -> str:
    """The cell as its table has it, where that is not the threshold in the rule's unit."""
    if cell.kind == "number" and column.printed_unit:
        return f"{column.operator} {cell.low:g} {column.printed_unit}"
    return cell.text


def _category(codes: Array, words: Any) -> Any:
    dtype = pd.CategoricalDtype(pd.Index(words, dtype="str"))
    return pd.Categorical.from_codes(codes, dtype=dtype, validate=False)


def _repeated(words: list[str], count: Ints) -> Any:
    codes, values = pd.factorize(np.array(words, dtype=object))
    return _category(np.repeat(codes.astype(np.int16), count), values)


def _picked(words: list[list[str]], places: list[NDArray[np.int16]]) -> Any:
    """Each rule's words at its places, as one categorical."""
    flat, values = pd.factorize(np.array([w for rule in words for w in rule], dtype=object))
    small = np.min_scalar_type(max(len(values), 1))
    start = np.cumsum([0, *(len(rule) for rule in words)])
    codes = [flat[start[i] : start[i + 1]].astype(small)[place] for i, place in enumerate(places)]
    return _category(np.concatenate(codes), values)


def _ids(parts: list[Judged], kept: list[list[Any]]) -> Any:
    """Subject ids, rule by rule, as codes into all ids."""
    start = np.cumsum([0, *(len(part.ids) for part in parts)])
    ids = np.concatenate([part.ids.to_numpy(dtype=object) for part in parts])
    unique, values = pd.factorize(ids)  # a parcel and an enterprise might share an id
    part_subjects = [unique.astype(np.int32)[first:last] for first, last in pairwise(start)]
    codes = [part_subjects[i][mask] for i, masks in enumerate(kept) for mask in masks]
    return _category(np.concatenate(codes), values)


MOST = 200_000
"""Most verdicts that a workbook and a GeoPackage list in full."""


def shortened(verdicts: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """The verdicts, above `most` of them only those that ask for something: fails, conflicts."""
    if len(verdicts) <= most:
        return verdicts
    return verdicts[verdicts["verdict"].isin(["fail", "conflict"])].reset_index(drop=True)


def rules_table(judged: pd.DataFrame) -> pd.DataFrame:
    """One row a rule and source: how many pass, fail and so on, its clause and its document."""
    keys = ["rule_id", "indicator", "clause", "citation"]
    if judged.empty:
        return pd.DataFrame(columns=[*keys, *VERDICTS])
    sizes = judged.groupby([*keys, "verdict"], sort=False, observed=True, dropna=False).size()
    text = sizes.rename("n").reset_index()
    text[[*keys, "verdict"]] = text[[*keys, "verdict"]].astype("str").fillna("")
    out = text.groupby([*keys, "verdict"], sort=False)["n"].sum().unstack(fill_value=0)
    return out.reindex(columns=list(VERDICTS), fill_value=0).reset_index().rename_axis(columns=None)
