"""What is said of growth like-for-like (可比口径): how much, of how many enterprises, of how much.

It stands beside the figure of the whole and never in its place, under a name of its own, and only
where it says another thing: where all enterprises report in both years, the two are one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from geo.model import INDICATORS
from geo.publish.records.numbers import known, percent
from geo.publish.records.tables import Row
from geo.run import Run
from geo.text import Message, Wording

TABLE = "comparable_growth"


@dataclass(frozen=True)
class ComparableLine:
    """Growth like-for-like of a figure per mu: of `compared` enterprises of `of`.

    `change` is per mu over all years between, `sum_change` that of the sum, `yearly` per mu a year,
    as shares; `share` is what the enterprises compared hold of the sum that is known this year.
    """

    change: float
    sum_change: float
    yearly: float
    compared: int
    of: int
    share: float


NOT_COMPARED = ComparableLine(math.nan, math.nan, math.nan, 0, 0, math.nan)


def comparable_lines(
    run: Run, subject: str, only: str = ""
) -> dict[str, dict[str, ComparableLine]]:
    """The lines of each subject by its id, by indicator; of the project its id is `project`; of one with `only`.

    Only where some enterprises are not compared, and the others have a change; none of runs of
    earlier editions.
    """
    if TABLE not in run.tables:
        return {}
    table = run.tables[TABLE]
    if only:
        table = table[table["subject_id"] == only]
    partly = table["comparable_enterprises"] < table["of_enterprises"]
    rows = table[(table["subject"] == subject) & partly & table["comparable_per_mu_change"].notna()]
    out: dict[str, dict[str, ComparableLine]] = {}
    for row in rows.to_dict("records"):  # rows-ok: parks × measures
        indicator = f"{row['measure']}_per_mu"
        if indicator in INDICATORS:
            out.setdefault(str(row["subject_id"]), {})[indicator] = _line(row)
    return out


def _line(row: Row) -> ComparableLine:
    return ComparableLine(
        change=float(row["comparable_per_mu_change"]),
        sum_change=float(row["comparable_change"]),
        yearly=float(row["comparable_per_mu_growth"]),
        compared=int(row["comparable_enterprises"]),
        of=int(row["of_enterprises"]),
        share=float(row["comparable_share"]),
    )


def of_enterprises(change: float, line: ComparableLine) -> Wording:
    """A change with how many enterprises it is of."""
    shown = percent(change, 1, signed=True)
    return Message("comparable.of_enterprises", change=shown, compared=line.compared, of=line.of)


def with_coverage(change: float, line: ComparableLine, lang: str) -> str:
    """A change with how many enterprises it is of and what they hold; empty where it is missing."""
    if not known(change):
        return ""
    if not known(line.share):
        return of_enterprises(change, line)(lang)
    return Message(
        "comparable.of_sum",
        change=percent(change, 1, signed=True),
        compared=line.compared,
        of=line.of,
        share=percent(line.share, 1),
    )(lang)
