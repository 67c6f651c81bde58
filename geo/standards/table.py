"""Verdicts as the long table of the contract: one row a subject and rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.standards.comply import Floats, Judged, inputs
from geo.standards.model import Cell, Column
from geo.standards.words import REASON_CODES, REASONS, VERDICTS

COLUMNS = ("subject", "subject_id", "rule_id", "indicator", "value", "operator", "threshold",
           "threshold_high", "unit", "verdict", "gap", "reason", "mandatory", "industry_row",
           "numerator", "denominator", "decimals", "clause", "citation", "cell_text")

Mask = NDArray[np.bool_]


def verdict_table(parts: list[Judged]) -> pd.DataFrame:
    """All verdicts in one table (columns `COLUMNS`); words are categories.

    A rule that is for other parks or parcels says nothing of a subject and has no row.
    """
    parts = [p for p in parts if p.rules]
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
    kept = [p.reason != REASON_CODES["other_place"] for p in parts]
    numbers = [_numbers(p, k) for p, k in zip(parts, kept, strict=True)]
    out: dict[str, Any] = {name: np.concatenate([n[name] for n in numbers]) for name in numbers[0]}
    for name, words in (("verdict", VERDICTS), ("reason", REASONS)):
        codes = np.concatenate([getattr(p, name)[k] for p, k in zip(parts, kept, strict=True)])
        out[name] = _category(codes, list(words))
    out |= _said(parts, kept)
    out["subject_id"] = _ids(parts, kept)
    return pd.DataFrame({name: out[name] for name in COLUMNS}, copy=False)


def _numbers(judged: Judged, kept: Mask) -> dict[str, Floats]:
    rules = range(len(judged.rules))
    low, high, above, below = ([] for _ in range(4))
    sides: dict[str, tuple[Floats, Floats]] = {}
    for at in rules:
        rule, mask = judged.rules[at], kept[at]
        limit = rule.limits(judged.row[at][mask])
        low.append(limit[0])
        high.append(limit[1])
        name = rule.column.indicator
        if name not in sides:
            sides[name] = inputs(judged.subjects, rule.indicator)
        above.append(sides[name][0][mask])
        below.append(sides[name][1][mask])
    return {"value": judged.value[kept], "gap": judged.gap[kept],
            "threshold": np.concatenate(low), "threshold_high": np.concatenate(high),
            "numerator": np.concatenate(above), "denominator": np.concatenate(below)}


def _said(parts: list[Judged], kept: list[Mask]) -> dict[str, Any]:
    """Words that go with the rule, and words that go with the cell."""
    rules = [rule for part in parts for rule in part.rules]
    count = np.concatenate([k.sum(axis=1) for k in kept])
    subject = [part.subject for part in parts for _ in part.rules]
    column = [rule.column for rule in rules]
    by_rule: dict[str, list[str]] = {
        "subject": subject, "rule_id": [r.id for r in rules],
        "indicator": [c.indicator for c in column], "operator": [c.operator for c in column],
        "unit": [c.unit for c in column], "clause": [c.clause for c in column]}
    out: dict[str, Any] = {name: _repeated(words, count) for name, words in by_rule.items()}
    out["mandatory"] = np.repeat(np.array([c.mandatory for c in column]), count)
    out["decimals"] = np.repeat(np.array([c.decimals for c in column], dtype=np.int8), count)
    places = [part.row[at][mask[at]] for part, mask in zip(parts, kept, strict=True)
              for at in range(len(part.rules))]
    row_names, citations, texts = [], [], []
    for rule in rules:
        own = rule.pack.pack.citation
        row_names.append([*(r.industry for r in rule.pack.rows), ""])
        citations.append([f"{own}；{c.citation}" if c.citation else own for c in rule.cells])
        texts.append([_printed(c, rule.column) for c in rule.cells])
    for name, words in (("industry_row", row_names), ("citation", citations),
                        ("cell_text", texts)):
        out[name] = _picked(words, places)
    return out


def _printed(cell: Cell, column: Column) -> str:
    """The cell as the table prints it, where that is not the threshold in the rule's unit."""
    if cell.kind == "number" and column.printed_unit:
        return f"{column.operator} {cell.low:g} {column.printed_unit}"
    return cell.text


def _category(codes: NDArray[Any], words: Any) -> Any:
    return pd.Categorical.from_codes(codes, categories=pd.Index(words, dtype="str"))


def _repeated(words: list[str], count: NDArray[np.int64]) -> Any:
    codes, values = pd.factorize(np.array(words, dtype=object))
    return _category(np.repeat(codes.astype(np.int16), count), values)


def _picked(words: list[list[str]], places: list[NDArray[np.int16]]) -> Any:
    """Each rule's words at its places, as one categorical."""
    flat, values = pd.factorize(np.array([w for rule in words for w in rule], dtype=object))
    small = np.min_scalar_type(max(len(values), 1))
    start = np.cumsum([0, *(len(rule) for rule in words)])
    codes = [flat[start[i] : start[i + 1]].astype(small)[place]
             for i, place in enumerate(places)]
    return _category(np.concatenate(codes), values)


def _ids(parts: list[Judged], kept: list[Mask]) -> Any:
    """Subject ids, rule by rule, as codes into all ids."""
    start = np.cumsum([0, *(len(part.ids) for part in parts)])
    codes = [np.broadcast_to(np.arange(first, last, dtype=np.int32), mask.shape)[mask]
             for first, last, mask in zip(start, start[1:], kept, strict=False)]
    ids = np.concatenate([part.ids.to_numpy(dtype=object) for part in parts])
    unique, values = pd.factorize(ids)  # a parcel and an enterprise might share an id
    return _category(unique.astype(np.int32)[np.concatenate(codes)], values)
