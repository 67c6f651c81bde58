"""A printed cell of bands (分档): `营业收入≤20000万元：≥5%；营业收入＞20000万元：≥3%`.

Each band begins with the figure that it goes by, as the exported table calls it, from where to
where, and a colon; what stands behind the colon is a cell of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from geo.model import RULE_FIGURES

_ENDS = {"≥": "min", "＞": "above", ">": "above", "≤": "max", "＜": "below", "<": "below"}
_SIGN = "[" + "".join(_ENDS) + "＝=]"
_LIMIT = re.compile(rf"({_SIGN})((?:[1-9]\d{{0,2}}(?:,\d{{3}})+|\d+)(?:\.\d+)?)([^且：:；;\d]*)")


@dataclass(frozen=True)
class PrintedBand:
    """A band: its figure, its ends as a pack writes them, and its cell as printed."""

    by: str
    ends: tuple[tuple[str, float], ...]
    text: str


def printed_bands(text: str) -> tuple[PrintedBand, ...]:
    """The bands of a cell; none where it is no such cell.

    >>> [band.text for band in printed_bands("营业收入≤20000万元：≥5%；营业收入＞20000万元：≥3%")]
    ['≥5%', '≥3%']
    """
    parts = re.split(f"[；;](?={_figures()}{_SIGN})", text.strip())
    found = [_band(part) for part in parts]
    bands = tuple(band for band in found if band is not None)
    whole = len(bands) == len(found) and len({band.by for band in bands}) == 1
    return bands if whole else ()


@cache
def _named() -> dict[str, str]:
    return {one.zh: name for name, one in RULE_FIGURES.items()}


@cache
def _figures() -> str:
    titles = sorted(_named(), key=lambda title: -len(title))
    return "(?:" + "|".join(map(re.escape, titles)) + ")"


def _band(text: str) -> PrintedBand | None:
    match = re.match(f"({_figures()})({_SIGN}[^：:]*)[：:](.+)$", text, re.DOTALL)
    if match is None:
        return None
    by, limits = _named()[match[1]], [_LIMIT.fullmatch(one) for one in match[2].split("且")]
    ends: list[tuple[str, float]] = []
    for limit in limits:
        if limit is None or limit[3].strip() not in ("", RULE_FIGURES[by].unit):
            return None
        figure = float(limit[2].replace(",", ""))
        keys = ("min", "max") if limit[1] in "＝=" else (_ENDS[limit[1]],)
        ends += [(key, figure) for key in keys]
    return PrintedBand(by, tuple(ends), match[3].strip())
