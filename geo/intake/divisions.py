"""Provinces and prefectures (行政区划) by code and name, each with the box that it lies in.

The first six digits of parcel codes, and digits 3 to 8 of credit codes, are the code of a county:
they say where the land lies, before any coordinate does.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import pandas as pd

from geo.arrays import Series

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

MARGIN = 0.3
"""Degrees by which land may lie outside its division's box: borders have moved since it was drawn."""
_AGREED = 0.8
"""Share of codes that must name one division."""
_PARCEL = r"^(\d{6})\d{6}[A-Z]{2}\d{5}"
_CREDIT = r"^[0-9A-HJ-NPQRTUWXY]{2}(\d{6})[0-9A-HJ-NPQRTUWXY]{10}$"
_DIVISION = r"^(\d{6})(?:\d{3}|\d{6}|\d{13})?$"
_DIVISION_HEADING = re.compile(
    "XZQDM|XZQHDM|ZLDWDM|QSDWDM|行政区划?代码|区划代码|adcode", re.IGNORECASE
)
_PEOPLES = "藏|羌|彝|苗|侗|布依|哈尼|壮|傣|白|景颇|傈僳|回|朝鲜|土家|蒙古|哈萨克|柯尔克孜"
_KIND = re.compile(f"(?:市|地区|盟|(?:(?:{_PEOPLES})族?)*自治州)$")
_READ = 2_000


@dataclass(frozen=True)
class Division:
    """A province (two digits) or a prefecture (four digits)."""

    code: str
    name: str
    box: Box

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a point lies in its box, or within `MARGIN` of it."""
        west, south, east, north = self.box
        return west - MARGIN <= lon <= east + MARGIN and south - MARGIN <= lat <= north + MARGIN


@lru_cache(maxsize=1)
def divisions() -> dict[str, Division]:
    """All divisions by code."""
    text = (files("geo") / "data" / "divisions.csv").read_text(encoding="utf-8")
    rows = csv.reader(text.splitlines()[1:])
    return {
        code: Division(code, name, (float(west), float(south), float(east), float(north)))
        for code, name, west, south, east, north in rows
    }


def division_of(code: str) -> Division | None:
    """The prefecture of a code, or its province where the table has none.

    >>> division_of("511083").name
    '内江市'
    """
    known = divisions()
    return known.get(code[:4]) or known.get(code[:2])


def full_name(division: Division) -> str:
    """The name with its province's before it.

    >>> full_name(division_of("511083"))
    '四川内江市'
    """
    province = divisions().get(division.code[:2])
    return (
        division.name if province is None or province is division else province.name + division.name
    )


def named_divisions(texts: Iterable[str]) -> list[Division]:
    """Divisions whose names stand in texts, prefectures before provinces.

    >>> [d.code for d in named_divisions(["内江市工业园区台账2023.xlsx"])]
    ['5110']
    """
    joined = "\n".join(texts)
    found = [one for name, one in _spoken_names() if name in joined]
    return sorted(found, key=lambda one: -len(one.code))


@cache
def _spoken_names() -> list[tuple[str, Division]]:
    """Names without their kinds, where they are no province's then: 内江, but 吉林市."""
    known = divisions()
    provinces = {one.name for code, one in known.items() if len(code) == 2}
    out = []
    for one in known.values():
        short = _KIND.sub("", one.name)
        taken = len(one.code) > 2 and short in provinces
        out.append((one.name if taken or len(short) < 2 else short, one))
    return [(name, one) for name, one in out if one.name]


def division_in(frames: Iterable[pd.DataFrame]) -> Division | None:
    """The division that the codes in tables name: most of them, else none.

    Parcel codes of 19 places, division codes under their headings, credit codes.
    """
    counts: Counter[str] = Counter()
    for frame in frames:
        for heading in frame.columns:
            if heading not in ("geometry", "source_row"):
                counts.update(_codes(frame[heading], str(heading)))
    counts = Counter({code: n for code, n in counts.items() if division_of(code)})
    total = counts.total()
    for length in (4, 2):
        short: Counter[str] = Counter()
        for code, n in counts.items():
            short[code[:length]] += n
        if short and short.most_common(1)[0][1] >= _AGREED * total:
            return division_of(short.most_common(1)[0][0])
    return None


def _codes(values: Series, heading: str) -> Counter[str]:
    """Six-digit codes of divisions in a column, with how often each stands there."""
    texts = values.dropna().head(_READ).astype("str").str.strip().str.upper()
    patterns = [_PARCEL, _CREDIT]
    if _DIVISION_HEADING.search(heading):
        patterns.append(_DIVISION)
    found = [texts.str.extract(pattern, expand=False).dropna() for pattern in patterns]
    return Counter(str(code) for codes in found for code in codes)
