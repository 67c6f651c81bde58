"""What is said of a parcel that may be idle land: the state, the dates, the fee, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from geo.evaluate.idle_land import IDLE_REASONS, IDLE_STATES
from geo.evaluate.land_supply import words as supply_words
from geo.model import show_unit
from geo.project import Settings
from geo.publish.records.numbers import known, number, short, text
from geo.publish.records.tables import Row
from geo.publish.words import missing_inputs
from geo.standards.cited import said_in
from geo.text import Message


@dataclass(frozen=True)
class IdleLine:
    """A parcel's row of `idle` in the reader's language; `state` is a code, days are texts.

    `sums` are its dates and its fee as they come about, `missing` the columns to fill in.
    """

    state: str
    word: str
    reason: str
    as_of: str
    sums: tuple[str, ...]
    missing: str
    citation: str


def idle_line(row: Row, settings: Settings) -> IdleLine | None:
    """A row of `idle`; None of a run that did not say what follows."""
    if "idle_state" not in row:
        return None
    lang = settings.lang
    return IdleLine(
        state=str(row["idle_state"]),
        word=IDLE_STATES[row["idle_state"]](lang),
        reason=IDLE_REASONS[row["reason"]](lang),
        as_of=_day(row["as_of"]),
        sums=tuple(_sums(row, settings)),
        missing=missing_inputs()[text(row["missing_input"])](lang),
        citation=said_in(text(row["citation"]), lang),
    )


def _sums(row: Row, settings: Settings) -> Iterator[str]:
    """The days that years are full on, how far they are, and the fee."""
    lang = settings.lang
    since, first, second = (_day(row[name]) for name in ("counted_from", "idle_on", "take_back_on"))
    if first:
        yield Message("idle_line.year_full", since=since, day=first)(lang)
    if second:
        yield Message("idle_line.two_years_full", since=since, day=second)(lang)
    if known(left := row["days_left"]):
        days = number(abs(left), 0)
        over = Message("idle_line.days_over", days=days)
        yield (Message("idle_line.days_left", days=days) if left >= 0 else over)(lang)
    if known(fee := row["idle_fee"]):
        yield Message(
            "idle_line.fee",
            price=short(row["land_price"]),
            share=f"{supply_words()['idle']['fee_share']:.0%}",
            fee=short(fee),
            unit=show_unit("万元", lang, settings.currency),
        )(lang)


def _day(value: pd.Timestamp) -> str:
    return "" if pd.isna(value) else f"{value:%Y-%m-%d}"
