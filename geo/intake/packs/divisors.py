"""What a figure in one unit is divided by to be in another: 3,750 万元/公顷 ÷ 15 are 250 万元/亩."""

from __future__ import annotations

from fractions import Fraction

from geo.model.units import parse, squashed


def divisor(text: str, own: str) -> Fraction | None:
    """What a figure in a unit is divided by to be in another one; None where it cannot.

    >>> divisor("万元/公顷", "万元/亩"), divisor("万美元", "万元")
    (Fraction(15, 1), None)
    """
    printed, wanted = _rate(text), _rate(own)
    if printed is None or wanted is None or printed[0] != wanted[0]:
        return None
    return wanted[1] / printed[1]


def _rate(text: str) -> tuple[str, Fraction] | None:
    """A unit as dimensions and base units: 万元/亩 is 15 yuan a m²."""
    head, _, tail = squashed(text).replace("·年", "").replace("•年", "").partition("/")
    above = parse(head)
    tail = tail.removesuffix("/年")
    if above is None:
        return None
    if not tail or tail == "年":
        return above.dimension, above.scale
    below = parse(tail)
    if below is None:
        return None
    return f"{above.dimension} per {below.dimension}", above.scale / below.scale
