"""What a run found in a few lines: how many pass, fail or have no data, why, and the mend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.model import LAYERS, Indicator
from geo.standards.asof import days, days_text
from geo.standards.vocabulary import MENDS, REASONS, VERDICTS
from geo.text import EMPTY, Message, Text, Wording, join

FIRST = 3
"""Reasons that are told, the commonest first."""
_KEYS = ["verdict", "reason", "indicator"]
_BY_INDICATOR = ("", "input_missing", "apart", "reference", "not_attested")
"""Reasons that are told for each indicator; the others are a parcel's, whatever is judged."""


@dataclass(frozen=True)
class Outcome:
    """Counts of a run, or of a part of it; those of parts add up.

    `verdicts`: verdict, parcels, mu. `reasons`: verdict, reason, indicator, parcels, mu, of the
    mandatory rules that give a parcel its overall verdict, where it is none of pass and exempt.
    `days`: judged_as, day, parcels, mu.
    """

    verdicts: pd.DataFrame
    reasons: pd.DataFrame
    days: pd.DataFrame

    def __add__(self, other: Outcome) -> Outcome:
        """The counts of both."""
        return Outcome(
            _added(self.verdicts, other.verdicts),
            _added(self.reasons, other.reasons),
            _added(self.days, other.days),
        )


def _added(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Two tables of counts as one: parcels and mu of each key summed."""
    table = pd.concat([one, other])
    keys = [name for name in table if name not in ("parcels", "mu")]
    return table.groupby(keys, as_index=False, sort=False)[["parcels", "mu"]].sum()


def outcome(parcels: pd.DataFrame, verdicts: pd.DataFrame) -> Outcome:
    """Count the parcels of a run by verdict, by what keeps them from passing, and by their day.

    `parcels` has parcel_id, compliance, area_mu, judged_as and judged_as_of; `verdicts` is the
    long table.
    """
    land = parcels["area_mu"].groupby(parcels["compliance"].astype("str"))
    counts = land.agg(parcels="size", mu="sum").reindex(list(VERDICTS), fill_value=0)
    return Outcome(
        counts.rename_axis("verdict").reset_index(), _reasons(parcels, verdicts), days(parcels)
    )


def _reasons(parcels: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """Parcels and 亩 by what keeps them from passing; a parcel is in each of its reasons once."""
    open_ = (
        verdicts["verdict"].isin(["fail", "no_data", "conflict"])
        & verdicts["mandatory"].astype(bool)
        & (verdicts["subject"] == "parcel")
    )
    open_verdicts: pd.DataFrame = (
        verdicts.loc[open_, ["subject_id", *_KEYS]].astype("str").fillna("")
    )
    known = parcels[["parcel_id", "compliance", "area_mu"]]
    known = known.assign(parcel_id=known["parcel_id"].astype("str"))
    open_verdicts = open_verdicts.merge(known, left_on="subject_id", right_on="parcel_id")
    open_verdicts = open_verdicts[
        open_verdicts["verdict"] == open_verdicts["compliance"].astype("str")
    ]
    one_each = open_verdicts["verdict"].ne("no_data") | open_verdicts["reason"].isin(_BY_INDICATOR)
    open_verdicts["indicator"] = open_verdicts["indicator"].where(one_each, "")
    open_verdicts["reason"] = open_verdicts["reason"].replace(
        "rounded", ""
    )  # a fail is one, rounded or not
    open_verdicts = open_verdicts.drop_duplicates(["subject_id", *_KEYS])
    counts: pd.DataFrame = open_verdicts.groupby(list(_KEYS)).agg(
        parcels=("area_mu", "size"), mu=("area_mu", "sum")
    )
    return counts.reset_index()


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
                "text": _why(row, catalogue)(lang),
                "mend": _mend(row)(lang),
            }
            for row in _ordered(counted.reasons)
        ],
    }


def _ordered(reasons: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Reasons, the one of most parcels first; of as many, the graver."""
    rank = reasons["verdict"].map({"fail": 0, "conflict": 1, "no_data": 2})
    order = np.lexsort((reasons["indicator"], rank, -reasons["parcels"].to_numpy()))
    rows: list[Any] = reasons.iloc[order].to_dict("records")
    yield from rows


def _first(reasons: pd.DataFrame, catalogue: dict[str, Indicator]) -> list[Wording]:
    out: list[Wording] = []
    for at, row in enumerate(list(_ordered(reasons))[:FIRST], 1):
        why, mend = _why(row, catalogue), _mend(row)
        out.append(
            Message(
                "outcome.reason_parcels_mu",
                at=at,
                why=why,
                parcels=row["parcels"],
                mu=row["mu"],
                mend=mend,
            )
        )
    return out


def _why(row: dict[str, Any], catalogue: dict[str, Indicator]) -> Wording:
    name, verdict = row["indicator"], VERDICTS[row["verdict"]]
    one = catalogue.get(name) or LAYERS["parcels"].by_name.get(name)
    title = Text(one.zh, one.en) if one else Text(name, name)
    reason = REASONS[row["reason"]] if row["verdict"] == "no_data" else EMPTY
    parts = [(t.zh, t.en) for t in (verdict, title, reason) if t.en]
    return Text(" · ".join(zh for zh, _ in parts), ", ".join(en for _, en in parts))


def _mend(row: dict[str, Any]) -> Wording:
    return MENDS.get(row["reason"] if row["verdict"] == "no_data" else row["verdict"], MENDS[""])
