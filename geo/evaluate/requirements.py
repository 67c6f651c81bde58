"""What rules ask of parcels, as linear rows over their columns: weights · change ≤ room.

A rule `low ≤ scale · above / below ≤ high` is linear once multiplied by `below`, land and floor
area alike, so that one change may move several rules. What is met today stays met; what is not met
today gets no worse, and is met where the parcel is to pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.arrays import Floats, Ints, Mask, Objects
from geo.evaluate.prices import LAND
from geo.formula import linear, names
from geo.model import MU_M2, RULE_FIGURES, Indicator
from geo.standards.cell import BAND_DECIMALS
from geo.standards.comply import CONFLICT, FAIL, NO_DATA, PASS, Judged, Rule, inputs
from geo.standards.sets import UNIT, Intervals
from geo.standards.vocabulary import REASON_CODES

MARGIN = 1e-5
"""How far within a set a changed value comes to lie, in units of the last decimal shown."""

PARTS = (
    ("building_base_m2", "area_m2"),
    ("footprint_area_m2", "area_m2"),
    ("green_area_m2", "area_m2"),
    ("office_area_m2", "area_m2"),
    ("office_floor_area_m2", "floor_area_m2"),
)
"""What is a part of what: no change makes the part larger than the whole."""


@dataclass(frozen=True)
class Row:
    """One requirement on many parcels: `weights · change ≤ room`, or less by `lacks` if it is met.

    `weights` are float64 (parcel,) by column; `room` is 0 or more; `lacks` is what today's figures
    lack, 0 where it is met. `holds` are the parcels that the row is for. Rows of one `choice` stand
    in for each other: one of them is enough.
    """

    name: str
    weights: dict[str, Floats]
    room: Floats
    lacks: Floats
    holds: Mask
    choice: str = ""


@dataclass(frozen=True)
class Requirements:
    """The rows of parcels, and for each parcel whether changes of figures can make it pass.

    `hindered` names why not: `no_data`, `conflict`, `unnamed` (a rule that no figure mends), or "".
    `fixed` are columns that must not change, `choices` the alternatives of which one is to be met,
    each by parcel.
    """

    rows: list[Row]
    hindered: Objects
    fixed: dict[str, Mask]
    choices: dict[str, Mask]


def sides(indicator: Indicator) -> tuple[dict[str, float], dict[str, float]] | None:
    """Both sides of an indicator as weights of columns, land in 亩; None where one is no sum."""
    above, below = linear(indicator.numerator), linear(indicator.denominator)
    return None if above is None or below is None else (_in_mu(above), _in_mu(below))


def _in_mu(weights: dict[str, float]) -> dict[str, float]:
    """The same sum with `area_m2` written as 亩 of land."""
    out = {name: weight for name, weight in weights.items() if name != "area_m2"}
    if "area_m2" in weights:
        out[LAND] = out.get(LAND, 0.0) + weights["area_m2"] * MU_M2
    return out


def exact_ends(raw: tuple[Floats, Floats], decimals: int) -> tuple[Floats, Floats]:
    """Lowest and highest exact value that is shown within raw sets, `MARGIN` inside of them."""
    hair = MARGIN * 10.0**-decimals
    return raw[0] * UNIT + hair, raw[1] * UNIT - hair


def linear_rows(
    name: str,
    of: tuple[dict[str, float], dict[str, float]],
    scale: float,
    now: tuple[Floats, Floats],
    limits: tuple[Floats, Floats],
    holds: Mask,
    choice: str = "",
) -> Iterator[Row]:
    """The rows of `low ≤ scale · above / below ≤ high`; `of` are its weights, `now` its sides."""
    above, below = now
    for sign, limit in zip((1.0, -1.0), limits, strict=True):
        there = holds & np.isfinite(limit) & np.isfinite(above) & np.isfinite(below)
        if not there.any():
            continue
        bound = np.where(there, limit, 0.0)
        columns = {c: None for c in (*of[0], *of[1]) if c}
        weights = {
            c: sign * (bound * of[1].get(c, 0.0) - scale * of[0].get(c, 0.0)) for c in columns
        }
        lacks = np.where(there, sign * (bound * below - scale * above), 0.0)
        yield Row(name, weights, np.maximum(-lacks, 0.0), np.maximum(lacks, 0.0), there, choice)


def requirements(judged: Judged) -> Requirements:
    """What the mandatory rules ask of every subject, and of which it can be mended at all."""
    n = len(judged.subjects)
    out = Requirements([], np.full(n, "", dtype=object), {}, {})
    open_choice = (judged.verdict == NO_DATA) & (judged.reason == REASON_CODES["alternative_open"])
    for at, rule in enumerate(judged.rules):
        if not (rule.column.mandatory or rule.column.any_of):
            continue
        _add_rule(judged, out, at, open_choice[at])
    out.rows.extend(_whole_parts(judged.subjects))
    return out


def only(asked: Requirements, at: Ints) -> Requirements:
    """The requirements of parcels `at` alone."""
    rows = [
        Row(
            row.name,
            {column: weight[at] for column, weight in row.weights.items()},
            row.room[at],
            row.lacks[at],
            row.holds[at],
            row.choice,
        )
        for row in asked.rows
        if row.holds[at].any()
    ]
    masks = ({name: mask[at] for name, mask in one.items()} for one in (asked.fixed, asked.choices))
    return Requirements(rows, asked.hindered[at], *masks)


def _add_rule(judged: Judged, out: Requirements, at: int, open_choice: Mask) -> None:
    rule, verdict = judged.rules[at], judged.verdict[at]
    choice = f"{rule.pack.head.id}/{rule.column.any_of}" if rule.column.any_of else ""
    waits = _waits(judged, at) if choice else np.zeros(len(verdict), dtype=bool)
    met, asked = verdict == PASS, (verdict == FAIL) | open_choice
    if rule.column.mandatory:
        out.hindered[(verdict == NO_DATA) & ~open_choice & ~waits] = "no_data"
        out.hindered[verdict == CONFLICT] = "conflict"
        if choice:
            out.choices[choice] = out.choices.get(choice, False) | asked
    indicator = rule.indicator
    of = None if indicator is None or rule.column.operator == "attested" else sides(indicator)
    if indicator is None or of is None:
        if not choice:
            out.hindered[asked & (out.hindered == "")] = "unnamed"
        _fix(out, met, rule)
        return
    now = inputs(judged.subjects, indicator)
    known = np.isfinite(now[0]) & np.isfinite(now[1]) & (now[1] > 0)
    if not choice:
        out.hindered[asked & ~known & (out.hindered == "")] = "unnamed"
    _fix(out, met & ~known, rule)
    low, high = (end[judged.row[at]] for end in exact_ends(rule.raw, rule.column.decimals))
    holds = (met | asked) & known
    out.rows.extend(_kept_bands(judged, at, met | asked))
    # Of a choice, what is met binds by itself; what is not met is one of several ways.
    for where, word in ((holds & met, ""), (holds & asked, choice)):
        out.rows.extend(linear_rows(rule.id, of, indicator.scale, now, (low, high), where, word))


def _kept_bands(judged: Judged, at: int, holds: Mask) -> Iterator[Row]:
    """A figure by which a banded cell goes stays in its band, or another cell would hold."""
    rule, place = judged.rules[at], judged.row[at]
    for start, cell in rule.flat.banded.items():
        figure = RULE_FIGURES.get(cell.by)
        of = None if figure is None else sides(figure)
        if figure is None or of is None:
            continue
        now = inputs(judged.subjects, figure)
        bands = Intervals.of(
            (
                -np.inf if band.low is None else band.low,
                np.inf if band.high is None else band.high,
                band.low_open,
                band.high_open,
            )
            for band in cell.bands
        )
        number = np.clip(place - start, 0, len(cell.bands) - 1)
        low, high = (end[number] for end in exact_ends(bands.raw(BAND_DECIMALS), BAND_DECIMALS))
        within = holds & (place >= start) & (place < start + len(cell.bands))
        yield from linear_rows(rule.id, of, figure.scale, now, (low, high), within)


def _waits(judged: Judged, at: int) -> Mask:
    """Where another column of the choice fails today: meeting that is enough."""
    rule = judged.rules[at]
    others = [
        row
        for row, other in enumerate(judged.rules)
        if other.pack is rule.pack and other.column.any_of == rule.column.any_of and row != at
    ]
    failing = (judged.verdict[others] == NO_DATA) & (
        judged.reason[others] == REASON_CODES["alternative_open"]
    )
    return np.asarray(failing.any(axis=0))


def _fix(out: Requirements, where: Mask, rule: Rule) -> None:
    """Columns behind a rule that is met and cannot be worked out anew must stay as they are."""
    if rule.indicator is None or rule.column.operator == "attested" or not where.any():
        return
    for name in names(rule.indicator.numerator) | names(rule.indicator.denominator):
        column = LAND if name == "area_m2" else name
        out.fixed[column] = out.fixed.get(column, False) | where


def _whole_parts(subjects: pd.DataFrame) -> Iterator[Row]:
    n = len(subjects)
    for part, whole in PARTS:
        if part not in subjects or whole not in subjects:
            continue
        above, below = (subjects[c].to_numpy(float) for c in (part, whole))
        there = np.isfinite(above) & np.isfinite(below)
        room = np.where(there, np.maximum(below - above, 0.0), 0.0)
        weights = {c: np.full(n, w) for c, w in _in_mu({part: 1.0, whole: -1.0}).items()}
        yield Row("", weights, room, np.zeros(n), there)
