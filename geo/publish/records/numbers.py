"""How figures are shown: rounding, separators, ranges, units, comparisons, in one place.

A figure is rounded half up from the decimals that it is written with, as a spreadsheet and the map
show it. Python's own format takes the binary figure: `f"{2.675:.2f}"` is 2.67.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from geo.model.currency import in_hundred_millions, in_millions
from geo.text import Joined

SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}
"""How an operator of a table reads."""


def known(value: float | None) -> bool:
    """Whether there is a figure: neither missing nor infinite.

    >>> known(0.0), known(float("nan")), known(None)
    (True, False, False)
    """
    return value is not None and not pd.isna(value) and abs(value) != float("inf")


def rounded(value: float, decimals: int) -> Decimal:
    """A figure rounded half up to so many decimals, from the decimals that it is written with.

    >>> rounded(2.675, 2), rounded(-0.001, 2)
    (Decimal('2.68'), Decimal('0.00'))
    """
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0


def number(value: float | None, decimals: int = 2) -> str:
    """A figure with separators; empty where there is none.

    >>> number(1234.565), number(12.0, 0), number(float("nan"))
    ('1,234.57', '12', '')
    """
    if value is None or not known(value):
        return ""
    return f"{rounded(value, decimals):,f}"


def span(low: float | None, high: float | None, decimals: int = 2) -> str:
    """A figure, or both ends of what it may be.

    >>> span(78.84, 79.4), span(3.0, 3.0, 0)
    ('78.84–79.40', '3')
    """
    first, last = number(low, decimals), number(high, decimals)
    return f"{first}–{last}" if first and last and first != last else first


def percent(share: float | None, decimals: int = 2, *, signed: bool = False) -> str:
    """A share of 1 in per cent; `signed` with its sign, as growth is shown.

    >>> percent(0.31416), percent(0.0681, 1, signed=True)
    ('31.42%', '+6.8%')
    """
    if share is None or not known(share):
        return ""
    figure = rounded(float(Decimal(repr(float(share))) * 100), decimals)
    return f"{figure:+,f}%" if signed else f"{figure:,f}%"


def short(value: float | None, digits: int = 6) -> str:
    """A figure of so many digits as short as it is, never with an exponent: an input of arithmetic.

    >>> short(119.925), short(1685918.923766), short(1000000.0)
    ('119.925', '1,685,920', '1,000,000')
    """
    if value is None or not known(value):
        return ""
    return f"{Decimal(f'{value:.{digits}g}'):,f}"


def with_unit(shown: str, unit: str) -> str:
    """A figure and its unit, per cent without a space; empty without a figure.

    >>> with_unit("1,493.97", "10,000 USD"), with_unit("7", "%"), with_unit("", "%")
    ('USD 14.9397 m', '7%', '')
    >>> with_unit("1,646,952.53", "万元"), with_unit("90,000.00", "万元")
    ('164.70 亿元', '90,000.00 万元')
    """
    if not shown or unit == "%":
        return shown and f"{shown}%"
    return (
        in_millions(shown, unit) or in_hundred_millions(shown, unit) or f"{shown} {unit}".rstrip()
    )


def limit(
    operator: str, low: float | None, high: float | None = None, unit: str = "", lang: str = "zh"
) -> str:
    """What a threshold, or both ends of a range, ask for; empty where a cell holds no figure.

    >>> limit(">=", 150, unit="万元/亩"), limit("[)", 0.7, 2, lang="en")
    ('≥ 150 万元/亩', '≥ 0.7 and < 2')
    """
    ends = []
    if known(high):  # of a range `operator` is a pair of brackets, or the sign of an older edition
        if known(low):
            ends.append(f"{'>' if operator[:1] == '(' else '≥'} {short(low)}")
        ends.append(f"{'<' if operator[1:] == ')' else '≤'} {short(high)}")
    elif known(low):
        ends.append(f"{SIGNS.get(operator, operator)} {short(low)}")
    return with_unit(Joined(tuple(ends), "and")(lang), unit)


def text(value: object) -> str:
    """A text of the data; empty where it is missing.

    >>> text(None), text("工业")
    ('', '工业')
    """
    return "" if value is None or value is pd.NA or value != value else str(value)  # noqa: PLR0124


def today() -> str:
    """The day, as sheets and reports are dated."""
    return datetime.now(UTC).astimezone().strftime("%Y-%m-%d")
