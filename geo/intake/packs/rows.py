"""Whom a printed row is for: industries of GB/T 4754, levels or names of parks, all others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from rapidfuzz import fuzz, process

from geo.intake.packs.words import folded, words
from geo.model.classifications import industries, plain_code

RowsBy = Literal["industry", "park_level", "park_name"]

_CODE = re.compile(r"(?<![\dA-Za-z.])([A-T]?\d{2,4}|[A-T])(?![\d.])")
_SPAN = re.compile(r"[A-T]?(\d{2})\s*(?:-|–|—|~|～|至|到)\s*[A-T]?(\d{2})(?!\d)")
_EXCEPT = re.compile("除外|以外|之外|不含|不包括|除.+外")
_ALIKE, _MOST_LIKE = 55, 3
_PARTS = re.compile(r"[、,，;；/及和与]|以及")


@dataclass(frozen=True)
class RowKeys:
    """What a row is matched by, as a pack holds it; `sure` where nothing has to be asked."""

    title: str
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    sure: bool = True
    older: bool = False
    """Whether the title is of GB/T 4754-2002, its codes those of 2017."""


def rows_by(titles: Iterable[str]) -> RowsBy:
    """What the rows of a table go by."""
    held = [title for title in titles if not is_others(title)]
    if held and all(any(level in title for level in words()["rows"]["level"]) for title in held):
        return "park_level"
    if any(keys_of_industry(title).codes for title in held):
        return "industry"
    places = [title for title in held if any(word in title for word in words()["rows"]["place"])]
    return "park_name" if held and len(places) == len(held) else "industry"


def is_others(title: str) -> bool:
    """Whether a row takes all that no other row names.

    >>> is_others("其他工业项目"), is_others("其他制造业（41）")
    (True, False)
    """
    plain = folded(title)
    others = [folded(word) for word in words()["rows"]["others"]]
    return any(plain == word for word in others) or (
        plain.startswith(("其他", "其它", "其余")) and not _CODE.search(title) and not _named(title)
    )


def keys_of(title: str, by: RowsBy, codes: str, names: str, *, only: bool) -> RowKeys:
    """What a row is matched by; `only` where the table has no other row.

    `codes` and `names` are cells of columns of their own, where the table has them.
    """
    listed = tuple(codes_in(codes)) if codes != "*" else ("*",)
    if listed or names:
        older = _older().get(_name_form(title), listed)
        if listed and older != listed:
            return RowKeys(title, older, (title,), sure=False, older=True)
        held = tuple(n for n in _split(names) if n)
        return RowKeys(title, listed, held, sure=not excepts(title) or bool(names))
    if only or is_others(title):
        return RowKeys(title, ("*",))
    if by == "park_level":
        level = [word for word in words()["rows"]["level"] if word in title]
        return RowKeys(title, names=(title if "管" in title else level[0],))
    if by == "park_name":
        return RowKeys(title, names=tuple(places_named(title, shortened=False)), sure=False)
    return keys_of_industry(title)


def keys_of_industry(title: str) -> RowKeys:
    """The codes that a title prints; else those of the industries that it names.

    >>> keys_of_industry("农副食品加工业").codes, keys_of_industry("C13–C15 食品饮料").codes
    (('13',), ('13', '14', '15'))
    >>> keys_of_industry("39 电气机械及器材制造业").codes  # 39 in 2002, 38 in 2017
    ('38',)
    """
    if excepts(title):  # whom the row is not for stands in it, too
        return RowKeys(title, (), (title,), sure=False)
    printed = tuple(codes_in(title))
    bare = re.sub(r"[（(]?[A-T]?\d[\dA-T\s、,，–—~～\-至到]*[)）]?", "", title).strip() or title
    older = _older().get(_name_form(bare))
    if older:
        return RowKeys(title, older, (bare,), sure=not printed, older=True)
    if printed:
        return RowKeys(title, printed, (bare,) if bare != title else ())
    found = _named(title)
    if found:
        return RowKeys(title, (found,), (title,))
    parts = [part for part in _split(title) if part]
    codes = [_named(part) for part in parts]
    if len(parts) > 1 and all(codes):
        return RowKeys(title, tuple(dict.fromkeys(codes)), tuple(parts))
    return RowKeys(title, (), tuple(parts) if len(parts) > 1 else (title,), sure=False)


def _split(text: str) -> list[str]:
    return [part.strip() for part in _PARTS.split(text)]


def excepts(title: str) -> bool:
    """Whether a row says whom it is not for: 化工（不含2614）."""
    return bool(_EXCEPT.search(title))


def places_named(title: str, *, shortened: bool) -> list[str]:
    """The parks that a row names, in full or as they are called for short."""
    if not shortened:
        return [part for part in _split(title) if part]
    return [re.sub(r"(经济)?(技术)?开发区$|工业园区?$", "", part) or part for part in _split(title)]


def codes_in(text: str) -> list[str]:
    """Codes of GB/T 4754 in a text, spans of divisions taken apart: C13–C15."""
    out: list[str] = []
    for first, last in _SPAN.findall(text):
        out += [f"{number:02d}" for number in range(int(first), int(last) + 1)]
    rest = _SPAN.sub(" ", text)
    out += [plain_code(code) for code in _CODE.findall(rest)]
    known = industries().index
    return [code for code in dict.fromkeys(out) if code in known]


def industries_like(title: str) -> list[tuple[str, str]]:
    """Codes and names of the industries whose names are most like a title, the likest first."""
    names = {str(code): str(name) for code, name in industries().items()}
    found = process.extract(title, names, scorer=fuzz.ratio, limit=_MOST_LIKE, score_cutoff=_ALIKE)
    return [(code, name) for name, _, code in found]


@cache
def _codes_by_name() -> dict[str, str]:
    """The shortest code of each name of an industry, with 业 and without."""
    out: dict[str, str] = {}
    for code, name in sorted(industries().items(), key=lambda pair: len(str(pair[0]))):
        form = _name_form(str(name))
        for one in (form, form.removesuffix("业")):
            out.setdefault(one, str(code))
    return out


@cache
def _older() -> dict[str, tuple[str, ...]]:
    """Industries of 2017 by a division's name of 2002."""
    return {_name_form(name): tuple(codes) for name, codes in words()["older"].items()}


def _name_form(name: str) -> str:
    """An industry's name as names are compared: 及 and 和 are one."""
    return folded(name).replace("及", "和")


def _named(title: str) -> str:
    """The code of the industry of exactly this name; "" where there is none."""
    plain = _name_form(title)
    return _codes_by_name().get(plain) or _codes_by_name().get(plain.removesuffix("业"), "")
