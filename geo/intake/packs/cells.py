"""One printed cell read: a bound with its sign, a range, a reference, a requirement, or a stroke."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from geo.intake.packs.bands import PrintedBand, printed_bands
from geo.intake.packs.divisors import divisor
from geo.intake.packs.words import indicator_of, words
from geo.model.units import like_unit, squashed

Kind = Literal["number", "range", "none", "case_by_case", "reference", "text", "blank", "banded"]

_NUMBER = r"(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?"
"""A figure; commas part groups of three digits, and nothing else: 0,8 and 10,5 are none."""
_BOUND = re.compile(rf"^(?P<before>[^\d]*?)(?P<number>{_NUMBER})(?P<percent>%?)(?P<after>[^\d]*)$")
_RANGE = re.compile(
    rf"^(?P<low>{_NUMBER})(?P<low_percent>%?)(?:-|–|—|~|～|至|到)(?P<high>{_NUMBER})(?P<percent>%?)(?P<after>[^\d]*)$"
)
_MARK = re.compile(r"(?<=[\d%％)）])[①-⑳⑴-⒇¹²³⁰⁴-⁹*＊※†‡]+|[①-⑳⑴-⒇]+$")
"""Marks of footnotes; m² is none."""
_RESTATED = re.compile(
    r"^(?P<first>[^()（）]+)[(（](?:约合|约|合|即)?(?P<again>\d[^()（）]*)[)）]$"
)
_PARTED = re.compile(r"[\d.,．，]\s+[\d.,．，]")
"""Figures with a blank or a line break between them, which are two and never one."""
_PLAIN_SIGNS = "不≥≤><"
"""How words of bounds begin that mean nothing else in a heading (以上 does: 规模以上)."""
_JOINT = re.compile(r"且|并|[,，;；、]|和|\band\b")
_AROUND = re.compile(rf"^({_NUMBER})(%?)([<≤＜]=?)([^\d<≤＜]*)([<≤＜]=?)({_NUMBER})(%?)$")


@dataclass(frozen=True)
class PrintedCell:
    """A cell as it was read.

    `sign` is the operator that is printed, "" where there is none; `unit` what stands behind the
    number; `decimals` those printed. Ends of a range are in unless `low_open` or `high_open`.
    """

    kind: Kind
    text: str
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False
    sign: str = ""
    percent: bool = False
    unit: str = ""
    decimals: int = 0
    mark: str = ""
    """The mark of a footnote that stands at the figure: ①, ¹, *."""
    dashed: bool = False
    """A range with a dash (15～20), which may be meant as a scale and not as two bounds."""
    bands: tuple[tuple[PrintedBand, PrintedCell], ...] = ()
    """The bands of a banded cell, each with its own cell."""

    @property
    def leaves(self) -> list[PrintedCell]:
        """The cells of the bands, or the cell itself."""
        return [cell for _, cell in self.bands] or [self]


def read_printed(text: str) -> PrintedCell:
    """A printed cell.

    >>> read_printed("0.7及以上").sign, read_printed("1.0–2.0").high
    ('>=', 2.0)
    >>> read_printed("按国家标准执行").kind, read_printed("/").kind
    ('reference', 'none')
    """
    if bands := printed_bands(text):
        return PrintedCell(
            "banded", text, bands=tuple((band, read_printed(band.text)) for band in bands)
        )
    marks = _MARK.findall(text)
    bare = without_mark(text)  # before ① is folded into a digit: 18① is not 181
    cell = _worded(squashed(text), text) if _is_parted(bare) else _read(squashed(bare), text)
    return replace(cell, mark="".join(marks)) if marks else cell


def without_mark(text: str) -> str:
    """A cell without the marks of its footnotes."""
    return _MARK.sub(" ", text).strip()


def _is_parted(text: str) -> bool:
    """Whether digits would be one figure that stand apart, or above the line: 10 20, 10②5, 10½."""
    return bool(_PARTED.search(text)) or any(
        sign.isnumeric()
        and not sign.isdecimal()
        and any(map(str.isdecimal, unicodedata.normalize("NFKC", sign)))
        for sign in text
    )


def _read(plain: str, text: str) -> PrintedCell:
    if not plain:
        return PrintedCell("blank", text)
    if plain in words()["signs"]["none"]:
        return PrintedCell("none", text)
    if any(word in plain for word in words()["signs"]["case_by_case"]):
        return PrintedCell("case_by_case", text)
    return (
        _range(plain, text) or _bound(plain, text) or _restated(plain, text) or _worded(plain, text)
    )


def _restated(plain: str, text: str) -> PrintedCell | None:
    """2250万元/公顷（150万元/亩）: the same again in another unit; 10（15） is two figures."""
    match = _RESTATED.match(plain)
    if match is None:
        return None
    first, again = _bound(match["first"], text), _bound(match["again"], text)
    if first is None or again is None or first.low is None or again.low is None or again.sign:
        return None
    by = divisor(first.unit, again.unit)
    alike = by is not None and round(first.low / float(by), again.decimals) == again.low
    return first if alike else None


def _worded(plain: str, text: str) -> PrintedCell:
    refers = any(word in plain for word in words()["signs"]["reference"])
    return PrintedCell("reference" if refers else "text", text)


def _range(plain: str, text: str) -> PrintedCell | None:
    """1.0-2.0, 1.5≤容积率≤3.0, ≥0.7且≤1.8."""
    return _dashed(plain, text) or _around(plain, text) or _joint(plain, text)


def _dashed(plain: str, text: str) -> PrintedCell | None:
    match = _RANGE.match(plain)
    if match is None:
        return None
    unit = match["after"].strip("()（）[]")
    if unit and not like_unit(unit):
        return None  # 10-20左右 is no range
    return PrintedCell(
        "range",
        text,
        _figure(match["low"]),
        _figure(match["high"]),
        percent=bool(match["percent"] or match["low_percent"]),
        dashed=True,
        unit=unit,
        decimals=max(_decimals(match["low"]), _decimals(match["high"])),
    )


def _around(plain: str, text: str) -> PrintedCell | None:
    match = _AROUND.match(plain)
    if match is None:
        return None
    low, sign, first, about, second, high, last = match.groups()
    if about and not indicator_of(about):
        return None
    return PrintedCell(
        "range",
        text,
        _figure(low),
        _figure(high),
        low_open=first in "<＜",
        high_open=second in "<＜",
        percent=bool(sign or last),
        decimals=max(_decimals(low), _decimals(high)),
    )


def _joint(plain: str, text: str) -> PrintedCell | None:
    parts = [part for part in _JOINT.split(plain) if part]
    if len(parts) != 2:
        return None
    first, second = (_bound(part, text) for part in parts)
    if first is None or second is None or {first.sign[:1], second.sign[:1]} != {">", "<"}:
        return None
    if first.unit and second.unit and first.unit != second.unit:
        return None
    if first.sign[0] == "<":
        first, second = second, first
    return PrintedCell(
        "range",
        text,
        first.low,
        second.low,
        low_open=first.sign == ">",
        high_open=second.sign == "<",
        percent=first.percent or second.percent,
        unit=first.unit or second.unit,
        decimals=max(first.decimals, second.decimals),
    )


def _bound(plain: str, text: str) -> PrintedCell | None:
    match = _BOUND.match(plain)
    if match is None:
        return None
    before, sign_before = _sign_of(match["before"])
    after, sign_after = _sign_of(match["after"])
    if before or (sign_before and sign_after and sign_before != sign_after):
        return None  # other words stand before the number: it is a sentence
    after = after.strip("()（）[]")
    if after and not like_unit(after):
        return None  # 200左右 is no bound
    return PrintedCell(
        "number",
        text,
        _figure(match["number"]),
        sign=sign_before or sign_after,
        percent=bool(match["percent"]),
        unit=after,
        decimals=_decimals(match["number"]),
    )


@cache
def _sign_words() -> list[tuple[str, str]]:
    """Words of signs, the longest first, so that 不低于 is not read as 低于."""
    pairs = [
        (squashed(word), sign) for sign in (">=", ">", "<=", "<") for word in words()["signs"][sign]
    ]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def _sign_of(around: str) -> tuple[str, str]:
    """What is left beside a sign, and the sign; "" where there is none."""
    for word, sign in _sign_words():
        if word in around:
            rest = around.replace(word, "", 1)
            return rest.strip("()（）含,，"), sign
    return around, ""


def sign_in(heading: str) -> str:
    """The bound that a heading says: 不低于, ≥, 下限; "" where it says none.

    >>> sign_in("投资强度不低于（万元/亩）"), sign_in("规模以上企业亩均税收")
    ('>=', '')
    """
    plain = squashed(heading)
    found = [(word, sign) for word, sign in _sign_words() if word[0] in _PLAIN_SIGNS]
    for sign, listed in words()["heading_signs"].items():
        found += [(word, sign) for word in listed]
    return next((sign for word, sign in found if word in plain), "")


def _figure(text: str) -> float:
    return float(text.replace(",", ""))


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])
