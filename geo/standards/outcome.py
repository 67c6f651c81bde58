"""What a run found in a few lines: how many pass, fail or have no data, why, and the mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Floats, Ints
from geo.geometry.keys import position_of
from geo.model import LAYERS, MEASURES, Indicator
from geo.standards.asof import days, days_text
from geo.standards.codes import RuleCodes, VerdictCodes
from geo.standards.codes_of_table import as_codes
from geo.standards.table import rule_cells
from geo.standards.vocabulary import MENDS, REASON_CODES, REASONS, VERDICT_CODES, VERDICTS
from geo.text import Message, Text, Wording, bracket, join

FIRST = 3
"""Reasons that are told, the commonest first."""
_KEYS = ["verdict", "reason", "indicator", "missing"]
GAP_DECIMALS = 6
"""To which gaps are kept: noise of floats makes no other gap."""
OF_PARCELS = ("parcel_id", "compliance", "area_mu", "judged_as", "judged_as_of")
"""What is counted of parcels."""
_BY_INDICATOR = ("", "input_missing", "apart", "reference", "not_attested")
"""Reasons that are told for each indicator; the others are a parcel's, whatever is judged."""


@dataclass(frozen=True)
class Outcome:
    """Counts of a run, or of a part of it; those of parts add up.

    Attributes
    ----------
    verdicts
        verdict, parcels, mu: parcels by their overall verdict.
    reasons
        verdict, reason, indicator, missing, parcels, mu: the mandatory rules that give a parcel its
        overall verdict, where it is none of pass and exempt. `missing` is the side of the indicator
        that has no value.
    days
        judged_as, day, parcels, mu.
    gaps
        indicator, unit, gap, parcels: how many parcels that fail stand how far from their limit,
        as a size; the farthest of a parcel's rules on one indicator. Sums of such counts give the
        same median as all rows.
    unchecked
        verdict, parcels, mu: of `verdicts`, the parcels that no mandatory rule is for.
    rules
        A row a cell of a rule (`rule_cells`), and a column a verdict: how many it gives.
    """

    verdicts: pd.DataFrame
    reasons: pd.DataFrame
    days: pd.DataFrame
    gaps: pd.DataFrame
    unchecked: pd.DataFrame
    rules: pd.DataFrame

    def __add__(self, other: Outcome) -> Outcome:
        """The counts of both."""
        return total([self, other])

    def median_gap(self, indicator: str) -> tuple[float, str]:
        """The median distance of the failing parcels from their limit, and its unit; else NaN.

        Of 1, 2, 4 and 9 it is 3.
        """
        rows = self.gaps[self.gaps["indicator"] == indicator]
        if rows.empty:
            return float("nan"), ""
        low, high = self.middle_gaps(indicator)
        return (low + high) / 2, str(rows["unit"].iloc[0])

    def middle_gaps(self, indicator: str) -> tuple[float, float]:
        """The two middle distances, or twice the middle one."""
        rows = self.gaps[self.gaps["indicator"] == indicator]
        return middle(rows["gap"].to_numpy(float), rows["parcels"].to_numpy(np.int64))


def middle(gaps: Floats, parcels: Ints) -> tuple[float, float]:
    """The two middle distances of so many parcels each, or twice the middle one.

    >>> middle(np.array([4.0, 1.0, 9.0]), np.array([1, 2, 1]))
    (1.0, 4.0)
    """
    order = np.argsort(gaps)
    upto = np.cumsum(parcels[order])
    places = [(upto[-1] - 1) // 2, upto[-1] // 2]
    low, high = gaps[order][np.searchsorted(upto, places, side="right")]
    return float(low), float(high)


def total(parts: Sequence[Outcome]) -> Outcome:
    """The counts of all parts of a run."""
    return Outcome(
        **{f.name: _added([getattr(part, f.name) for part in parts]) for f in fields(Outcome)}
    )


def _added(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables of counts as one: the counts of each key summed."""
    table = pd.concat(tables)
    counts = [name for name in table if name in ("parcels", "mu", *VERDICTS)]
    keys = [name for name in table if name not in counts]
    return table.groupby(keys, as_index=False, sort=False, observed=True)[counts].sum()


def outcome(parcels: pd.DataFrame, verdicts: pd.DataFrame | VerdictCodes) -> Outcome:
    """Count the parcels of a run by verdict, by what keeps them from passing, and by their day.

    `parcels` has `OF_PARCELS`; `verdicts` are codes, or the long table.
    """
    codes = as_codes(verdicts)
    known = parcels[["parcel_id", "compliance", "area_mu"]].astype(
        {"parcel_id": "str", "compliance": "str"}
    )
    told = np.zeros(len(known), bool)
    mandatory = [rule for rule in codes.of_subject("parcel") if rule.mandatory]
    if mandatory:
        place = position_of(mandatory[0].ids, known["parcel_id"])
        any_told = np.logical_or.reduce([rule.told for rule in mandatory])
        told[place[any_told & (place >= 0)]] = True
        open_verdicts = _open_verdicts(known, mandatory, place)
    else:
        open_verdicts = _open_verdicts(known, [], np.empty(0, np.intp))
    return Outcome(
        _by_verdict(known).reindex(list(VERDICTS), fill_value=0).reset_index(),
        _reasons(open_verdicts),
        days(parcels),
        _gaps(open_verdicts),
        _by_verdict(known[~told]).reset_index(),
        rule_cells(codes),
    )


def _by_verdict(parcels: pd.DataFrame) -> pd.DataFrame:
    by = parcels.groupby(parcels["compliance"].rename("verdict"))
    counts: pd.DataFrame = by.agg(parcels=("area_mu", "size"), mu=("area_mu", "sum"))
    return counts


def _open_verdicts(known: pd.DataFrame, rules: list[RuleCodes], place: Ints) -> pd.DataFrame:
    """The verdicts that keep parcels from passing, with the 亩 of their parcel.

    `place` is the row in `known` of each subject of the rules, −1 where there is none. Columns:
    parcel (row of `known`), verdict, reason, indicator, unit, missing (words as categories), gap,
    area_mu.
    """
    overall = known["compliance"].map(VERDICT_CODES).fillna(-1).to_numpy(int)
    overall = np.where(place >= 0, overall[place], -1) if len(place) else place
    is_open = np.isin(overall, [VERDICT_CODES[name] for name in ("fail", "no_data", "conflict")])
    found: dict[str, list[Any]] = {
        name: [] for name in ("parcel", "verdict", "reason", "rule", "missing", "gap")
    }
    for at, rule in enumerate(rules):
        rows = np.flatnonzero(is_open & rule.told & (rule.verdict == overall))
        reason = rule.reason[rows]
        sides = np.isnan(rule.numerator[rows]) + 2 * np.isnan(rule.denominator[rows])
        found["parcel"].append(place[rows])
        found["verdict"].append(overall[rows])
        found["reason"].append(reason)
        found["rule"].append(np.full(len(rows), at))
        found["missing"].append(np.where(reason == REASON_CODES["input_missing"], sides, 0))
        found["gap"].append(np.abs(rule.gaps_at(rows)).round(GAP_DECIMALS))
    all_of = {name: np.concatenate([*own, np.empty(0)]) for name, own in found.items()}
    number = {name: values.astype(int) for name, values in all_of.items() if name != "gap"}
    return pd.DataFrame(
        {
            "parcel": number["parcel"],
            "verdict": _words(number["verdict"], list(VERDICTS)),
            "reason": _words(number["reason"], list(REASONS)),
            "indicator": _words(number["rule"], [rule.indicator for rule in rules]),
            "unit": _words(number["rule"], [rule.unit for rule in rules]),
            "missing": _words(number["missing"], ["", "numerator", "denominator", "both"]),
            "gap": all_of["gap"],
            "area_mu": known["area_mu"].to_numpy(float)[number["parcel"]],
        }
    )


def _words(number: Ints, words: list[str]) -> Any:
    """Numbers as the words that they stand for, a category each word."""
    code, names = pd.factorize(np.array([*words, ""], object), sort=True)
    return pd.Categorical.from_codes(code[number], pd.Index(names, dtype="str"))


def _reasons(open_verdicts: pd.DataFrame) -> pd.DataFrame:
    """Parcels and 亩 by what keeps them from passing; a parcel is in each of its reasons once."""
    one_each = open_verdicts["verdict"].ne("no_data") | open_verdicts["reason"].isin(_BY_INDICATOR)
    named = open_verdicts.assign(
        indicator=open_verdicts["indicator"].where(one_each, ""),
        # A fail is one, rounded or not.
        reason=open_verdicts["reason"].where(open_verdicts["reason"] != "rounded", ""),
    )
    named = named[~named.duplicated(["parcel", *_KEYS])]
    counts: pd.DataFrame = named.groupby(_KEYS, observed=True).agg(
        parcels=("area_mu", "size"), mu=("area_mu", "sum")
    )
    return counts.reset_index().astype(dict.fromkeys(_KEYS, "str"))


def _gaps(open_verdicts: pd.DataFrame) -> pd.DataFrame:
    """Failing parcels by how far they are from the limit of an indicator."""
    fails = open_verdicts[open_verdicts["verdict"] == "fail"]
    indicator, unit = (fails[name].array for name in ("indicator", "unit"))
    gap = fails["gap"].to_numpy(float)
    parcel = fails["parcel"].to_numpy(np.int64)
    pair, pairs = pd.factorize(parcel * len(indicator.categories) + indicator.codes)
    first = np.empty(len(pairs), np.intp)
    first[pair[::-1]] = np.arange(len(pair))[::-1]
    farthest, known = np.full(len(pairs), -np.inf), ~np.isnan(gap)
    np.maximum.at(farthest, pair[known], gap[known])
    first, farthest = first[farthest >= 0], farthest[farthest >= 0]
    order = np.lexsort((farthest, unit.codes[first], indicator.codes[first]))
    first, farthest = first[order], farthest[order]
    keys = np.stack([indicator.codes[first], unit.codes[first], farthest])
    start = np.flatnonzero(np.r_[True, (keys[:, 1:] != keys[:, :-1]).any(axis=0)][: len(first)])
    return pd.DataFrame(
        {
            "indicator": indicator[first[start]].astype("str"),
            "unit": unit[first[start]].astype("str"),
            "gap": farthest[start],
            "parcels": np.diff(start, append=len(first)),
        }
    )


def lines(counted: Outcome, catalogue: dict[str, Indicator]) -> list[Wording]:
    """What every product says of a run: verdicts, by which days, and the first reasons."""
    said = [
        (VERDICTS[row["verdict"]], row)
        for row in counted.verdicts.to_dict("records")
        if row["parcels"] or row["verdict"] in ("pass", "fail", "no_data")
    ]
    total = Message(
        "outcome.standard_land_overall",
        said=join(
            Message("outcome.mu", word=word, parcels=row["parcels"], mu=row["mu"])
            for word, row in said
        ),
    )
    return [total, days_text(counted.days), *_first(counted.reasons, catalogue)]


def records(counted: Outcome, catalogue: dict[str, Indicator], lang: str) -> dict[str, Any]:
    """The same for machines: `verdicts`, `judged`, `reasons` with their mend."""
    return {
        "verdicts": {
            row["verdict"]: {"parcels": int(row["parcels"]), "mu": float(row["mu"])}
            for row in counted.verdicts.to_dict("records")
        },
        "judged": [
            {"judged_as": row["judged_as"], "day": row["day"], "parcels": int(row["parcels"])}
            for row in counted.days.to_dict("records")
        ],
        "reasons": [
            {
                "verdict": row["verdict"],
                "reason": row["reason"],
                "indicator": row["indicator"],
                "parcels": int(row["parcels"]),
                "mu": float(row["mu"]),
                "text": why(row, catalogue)(lang),
                "mend": mend(row)(lang),
            }
            for row in ordered(counted.reasons)
        ],
    }


def ordered(reasons: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Reasons, the one of most parcels first; of as many, the graver."""
    rank = reasons["verdict"].map({"fail": 0, "conflict": 1, "no_data": 2})
    order = np.lexsort(
        (reasons["missing"], reasons["indicator"], rank, -reasons["parcels"].to_numpy())
    )
    rows: list[Any] = reasons.iloc[order].to_dict("records")
    yield from rows


def _first(reasons: pd.DataFrame, catalogue: dict[str, Indicator]) -> list[Wording]:
    out: list[Wording] = []
    for at, row in enumerate(list(ordered(reasons))[:FIRST], 1):
        out.append(
            Message(
                "outcome.reason_parcels_mu",
                at=at,
                why=why(row, catalogue),
                parcels=row["parcels"],
                mu=row["mu"],
                mend=mend(row),
            )
        )
    return out


def why(row: dict[str, Any], catalogue: dict[str, Indicator]) -> Wording:
    """The verdict, the indicator and what is missing of it, or the reason: a row of `reasons`."""
    parts = [VERDICTS[row["verdict"]], *cause(row, catalogue)]
    return Text(" · ".join(text.zh for text in parts), ", ".join(text.en for text in parts))


def cause(row: Mapping[Any, Any], catalogue: dict[str, Indicator]) -> list[Wording]:
    """The indicator's title and the reason of a row of `reasons`, those that it has."""
    name = row["indicator"]
    indicator = catalogue.get(name)
    out = [_title(name, catalogue)] if name else []
    if row["verdict"] == "no_data":
        reason = REASONS[row["reason"]]
        if indicator and row["missing"]:
            sides = ("numerator", "denominator") if row["missing"] == "both" else (row["missing"],)
            titles = join(_title(getattr(indicator, side), catalogue) for side in sides)
            reason = bracket(reason, titles)
        out.append(reason)
    return [text for text in out if text.en]


def _title(name: str, catalogue: dict[str, Indicator]) -> Wording:
    """What an indicator or a column is called; a formula is its own title."""
    columns = LAYERS["parcels"].by_name | {column.name: column for column in MEASURES}
    found = catalogue.get(name) or columns.get(name)
    return Text(found.zh, found.en) if found else Text(name, name)


def mend(row: Mapping[Any, Any]) -> Wording:
    """What mends a row of `reasons`."""
    return MENDS.get(row["reason"] if row["verdict"] == "no_data" else row["verdict"], MENDS[""])
