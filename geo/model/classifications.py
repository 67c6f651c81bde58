"""National classifications: land use (用地用海) and industries (GB/T 4754)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from geo.arrays import Mask, Series
from geo.text import Text

INDUSTRIAL = {"yongdiyonghai": "1001", "gbt21010": "0601", "third_survey": "0601"}
"""Code of 工业用地 by land-use scheme: 用地用海, GB/T 21010, 三调. 用地用海 0601 is 农村道路."""

USE_SEPARATOR = r"[+/、,，;；]"
"""Between the codes of mixed land (混合产业用地), such as 100101+0901."""


@cache
def land_use_classes(edition: str = "2023") -> pd.DataFrame:
    """用地用海 classes: code, name_zh, name_en, hex colour, color_status, indexed by code.

    The edition is "2023", or "2020" for the trial edition. Colours: 附录B of 市级国土空间总体规划制图规范（试行）, 2021-03-29.
    """
    table = pd.read_csv(str(files("geo") / "data" / "land_use_classes.csv"), dtype=str)
    return table[table["edition"].str.startswith(edition)].set_index("code")


@cache
def industries() -> pd.Series[str]:
    """GB/T 4754-2017 names by code (sections, divisions, groups and classes)."""
    return _industry_names()["name_zh"]


@cache
def _industry_names() -> pd.DataFrame:
    table = pd.read_csv(str(files("geo") / "data" / "gbt4754_2017.csv"), dtype=str)
    return table.set_index("code")


def industry_title(code: str) -> Text:
    """Name of an industry by its code; in English as statistics write it, or as the table has it.

    >>> industry_title("15").en, industry_title("1512").en
    ('Manufacture of Liquor, Beverages and Refined Tea', '白酒制造')
    """
    name = str(industries()[code])
    return Text(name, _english_industries().get(code, name))


@cache
def _english_industries() -> dict[str, str]:
    """The published English names, by code."""
    names = _industry_names()["name_en"].dropna()
    return {str(code): str(name) for code, name in names.items()}


@cache
def industry_words() -> dict[str, Text]:
    """The names that have an English one, by the Chinese."""
    return {title.zh: title for title in map(industry_title, _english_industries())}


def plain_industry(codes: Series) -> Series:
    """GB/T 4754 codes as the table writes them: `C39`, `C3900`, `3900` all become `39`.

    A section letter before digits goes; trailing zeros go only where the padded code is unknown.
    """
    return _each_once(codes, plain_code)


def normal_industry(codes: Series) -> Series:
    """GB/T 4754 codes as the table writes them, with the zero that a sheet took away."""
    return _each_once(
        codes,
        lambda text: plain_code(
            _with_lost_zero(unicodedata.normalize("NFKC", text).replace(" ", ""))
        ),
    )


def with_lost_zero(codes: Series) -> Series:
    """GB/T 4754 codes that are known only with a zero in front, with it: 911 is none, 0911 is."""
    return _each_once(codes, _with_lost_zero)


def _with_lost_zero(code: str) -> str:
    known = industries().index
    return f"0{code}" if code not in known and f"0{code}" in known else code


def _each_once(codes: Series, work: Callable[[str], str]) -> Series:
    """Texts of codes, each different one worked out once; missing where the code is."""
    number, texts = pd.factorize(codes)
    done = [work(str(text)) for text in texts]  # rows-ok: distinct codes
    return pd.Series(
        pd.array([*done, None], dtype="str")[number], index=codes.index, name=codes.name
    )


@cache
def plain_code(code: str) -> str:
    """One code as the table writes it.

    >>> [plain_code(code) for code in ("C39", "c3900", "0300", "3910", "C")]
    ['39', '39', '03', '391', 'C']
    """
    digits = re.sub(r"^[A-T](?=\d)", "", code.upper())
    known = industries().index
    for _ in range(2):
        if digits not in known and re.match(r"\d{2,}0$", digits):
            digits = digits[:-1]
    return digits


@cache
def _divisions() -> dict[str, tuple[str, ...]]:
    """Divisions (two digits) of each section (a letter), in the table's order."""
    out: dict[str, tuple[str, ...]] = {}
    for code in industries().index:
        if code.isalpha():
            section, out[code] = code, ()
        elif len(code) == 2:
            out[section] += (code,)
    return out


def within_industry(code: str) -> tuple[str, ...]:
    """How the codes of an industry begin: as its own, and a section's as its divisions, too."""
    return code, *_divisions().get(code, ())


@cache
def _classes() -> tuple[str, ...]:
    """The codes that hold no finer one."""
    every = [code for code in industries().index if code.isdigit()]
    inner = {code[:digits] for code in every for digits in range(2, len(code))}
    return tuple(code for code in every if code not in inner)


@cache
def classes_within(code: str) -> tuple[str, ...]:
    """The classes that an industry holds; a code that the table does not know stands for itself.

    >>> classes_within("307"), classes_within("3054"), len(classes_within("C")) > 500
    (('3071', '3072', '3073', '3074', '3075', '3076', '3079'), ('3054',), True)
    """
    begins = within_industry(code)
    return tuple(one for one in _classes() if one.startswith(begins)) or (code,)


def listed_industries(codes: Sequence[str]) -> list[str]:
    """A list's codes, as an office may write them, in the table's way; unknown ones stay.

    >>> listed_industries(["C30", "3000", "３１", "B"])
    ['30', '31', 'B']
    """
    texts = [re.sub(r"\s", "", unicodedata.normalize("NFKC", code)) for code in codes]
    return list(dict.fromkeys(plain_code(text) for text in texts if text))


def industry_prefixes(codes: Sequence[str]) -> tuple[str, ...]:
    """How the codes of the industries on a list begin."""
    return tuple(part for code in listed_industries(codes) for part in within_industry(code))


def among_industries(codes: Series, listed: Sequence[str]) -> tuple[Mask, Mask]:
    """Which codes are of a list's industries, and of which that cannot be told.

    It cannot of a code that GB/T 4754 does not know, nor of one that holds classes of the list and
    others: 30 may be 305, and 307.

    >>> inside, open_ = among_industries(pd.Series(["3054", "30", "31", "99"]), ["305"])
    >>> inside.tolist(), open_.tolist()
    ([True, False, False, False], [False, True, False, True])
    """
    number, texts = pd.factorize(codes.astype("str"))
    known, prefixes = set(industries().index), industry_prefixes(listed)
    held = [
        {one.startswith(prefixes) for one in classes_within(str(text))} if text in known else set()
        for text in texts  # rows-ok: distinct codes
    ]
    inside = np.array([*(found == {True} for found in held), False])[number]
    return inside, ~inside & np.array([*(found != {False} for found in held), True])[number]
