"""Cells as they stand turned into numbers, years, dates, flags and text; vectorised.

A cell that is not what its column holds is missing and is named; it never becomes zero, and never
half of what it says. Words for “no figure” (/, 无, 未提供) are missing, and counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from geo.arrays import Floats, Ints, Mask, Series
from geo.findings import Severity
from geo.geometry.keys import HIDDEN, MARKS
from geo.model import Column
from geo.model.numerals import dates_in_digits
from geo.model.units import Unit, parse_for
from geo.sources.missing_words import IN_TEXT, missing_words, odd_words
from geo.text import Message, Wording

_TRUE = {"true", "1", "1.0", "是", "y", "yes", "规上", "√", "✓", "✔"}
_FALSE = {"false", "0", "0.0", "否", "n", "no", "规下", "×", "✗", "✘"}
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_FIRST_DAY, _LAST_DAY = 20_000, 73_415
"""Excel's numbers of days in 1954 and 2100: what a bare number in a column of dates may be."""
_NUMBER = (
    r"^(?P<open>\()?(?P<sign>[+-]?)(?P<whole>\d+|\d{1,3}(?:,\d{3})+)?(?P<part>\.\d+)?"
    r"(?(open)\))\s*(?P<unit>[^\d\s.,()+-][^\d]*[23]?)?$"
)

KINDS: dict[str, Wording] = {
    "number": Message("cell_kind.number"),
    "integer": Message("cell_kind.integer"),
    "date": Message("cell_kind.date"),
    "bool": Message("cell_kind.bool"),
    "text": Message("cell_kind.text"),
}
_MENDS: dict[str, Wording] = {
    "number": Message("cell_mend.number"),
    "integer": Message("cell_mend.integer"),
    "date": Message("cell_mend.date"),
    "bool": Message("cell_mend.bool"),
    "text": Message("cell_mend.text"),
}


_AS_TEXT = Message("cells.format_column_text_before_typing")
_INSTANT = r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d(?:\.\d+)?)?"


@dataclass(frozen=True)
class Stated:
    """What is known of a column's cells: their unit, and whether it was stated anywhere.

    Figures are multiplied by `multiple` and divided by `divisor`. `percent` marks the cells that
    their sheet shows as per cent; `excel` says that numbers have 15 digits at most.
    """

    unit: Unit | None = None
    stated: bool = False
    multiple: int = 1
    divisor: int = 1
    percent: Mask | None = None
    excel: bool = False


@dataclass(frozen=True)
class Problem:
    """Cells that something is to be said of.

    In the message `{value}` is the cell, and `{name}` its column.
    """

    mask: Mask
    code: str
    message: Message
    mend: Wording
    severity: Severity = "error"
    set_aside: bool = False


@dataclass(frozen=True)
class Cells:
    """A column in its own kind, problems of its cells, and which held a word for “no figure”."""

    series: Series
    problems: list[Problem] = field(default_factory=list)
    words: Mask | None = None


def typed(values: Series, column: Column, stated: Stated) -> Cells:
    """The column in its own kind. Numbers are multiplied by the unit's factor."""
    if column.kind == "text":
        return _text(values, column, excel=stated.excel)
    if column.kind == "number":
        return _numbers(values, column, stated)
    if pd.api.types.is_datetime64_any_dtype(values.dtype) and column.kind == "date":
        naive = values.dt.tz_localize(None) if values.dt.tz is not None else values
        return Cells(naive.astype("datetime64[us]"))
    code, firsts = pd.factorize(values.astype("str") if values.dtype == object else values)
    text = pd.Series(firsts, dtype=object).astype("str").str.strip()
    of_text = {"bool": _flags, "date": _dates, "integer": _years}[column.kind]
    part = of_text(text)
    return _taken(part, code, values.index, present=values.notna().to_numpy())


def _taken(part: Cells, code: Ints, index: Any, present: Mask) -> Cells:
    """What was found of each distinct cell, at every place where it stands."""
    at = np.where(code < 0, len(part.series), code)
    blank = pd.concat([part.series, pd.Series([None], dtype=part.series.dtype)], ignore_index=True)
    problems = [
        Problem(
            np.append(p.mask, False)[at] & present,
            p.code,
            p.message,
            p.mend,
            p.severity,
            p.set_aside,
        )
        for p in part.problems
    ]
    words = None if part.words is None else np.append(part.words, False)[at] & present
    return Cells(blank.take(at).set_axis(index), problems, words)


def not_of_kind(mask: Mask, kind: str) -> Problem:
    """The finding of cells that are not what their column holds."""
    what = KINDS[kind]
    return Problem(
        mask,
        f"not_{kind}",
        Message("cells.in_column_not", what=what),
        _MENDS[kind],
    )


def _numbers(values: Series, column: Column, stated: Stated) -> Cells:
    """Numbers, with thousands separators, full-width digits and their own unit.

    A cell that repeats the column's unit (3.2公顷 under 公顷) is a number, and so is one with any
    unit of the dimension where none is stated; where another is stated it is not.
    """
    doubles = values.dtype == np.float64
    numbers = values if doubles else pd.to_numeric(values, errors="coerce").astype("float64")
    is_text = not pd.api.types.is_numeric_dtype(values.dtype)
    out = numbers.to_numpy(dtype=float, copy=True)
    if stated.multiple != stated.divisor:  # a division rounds once, a factor of 1e-4 twice
        out = out * stated.multiple / stated.divisor
    if pd.api.types.is_bool_dtype(values.dtype):
        out[:] = np.nan
    present = values.notna().to_numpy()
    bad = present & ~np.isfinite(out)
    words: Mask = np.zeros(len(values), dtype=bool)
    if is_text and len(values):
        flags = _truths(values)
        out[flags] = np.nan
        rest = np.flatnonzero((bad & ~np.isinf(out)) | flags)
        if len(rest):
            text = values.iloc[rest].astype("str")
            words[rest] = missing_words(text) & ~flags[rest]
            out[rest] = _written(text, column, stated)
        bad = present & ~words & ~np.isfinite(out)
    out[bad] = np.nan
    problems = [not_of_kind(bad, "number")]
    if stated.percent is not None and stated.percent.any():
        shown = stated.percent & numbers.notna().to_numpy()
        if column.dimension == "share":
            out[shown] = numbers.to_numpy(dtype=float)[shown]
        else:
            out[shown] = np.nan
            problems[0] = not_of_kind(bad | shown, "number")
    problems += _notation(values, is_text)
    if doubles and np.array_equal(out, numbers.to_numpy(), equal_nan=True):
        return Cells(values, problems, words)  # as it was read: a large table is there once
    return Cells(pd.Series(out, index=values.index), problems, words)


def _truths(values: Series) -> Mask:
    """Cells that hold yes or no, which numbers would take for 1 or 0."""
    if values.dtype != object or pd.api.types.infer_dtype(values, skipna=True) in (
        "string",
        "floating",
        "integer",
        "mixed-integer-float",
        "decimal",
    ):
        return np.zeros(len(values), dtype=bool)
    out: Mask = values.astype("str").isin(["True", "False"]).to_numpy(dtype=bool)
    return out


def _written(text: Series, column: Column, stated: Stated) -> Floats:
    """What written numbers are worth; NaN for what is not one number."""
    plain = _narrow(text).str.replace(HIDDEN, "", regex=True).str.strip()
    plain = plain.str.replace("[−–]", "-", regex=True)
    parts = plain.str.extract(_NUMBER)
    integer_part = parts["whole"].fillna("").str.replace(",", "")
    digits = parts["sign"].fillna("") + integer_part + parts["part"].fillna("")
    out = pd.to_numeric(digits, errors="coerce").to_numpy(dtype=float, copy=True)
    # An accountant's (1,234.5) is below zero.
    out = np.where(parts["open"].notna(), -np.abs(out), out)
    named = parts["unit"].fillna("").str.strip()
    ratio = {unit: _cell_ratio(unit, column, stated) for unit in named.unique()}
    over, under = (
        named.map({unit: pair[at] for unit, pair in ratio.items()}).to_numpy(float) for at in (0, 1)
    )
    return np.asarray(out * over / under, dtype=float)


def _narrow(text: Series) -> Series:
    """Texts in NFKC; what marks a footnote (1000①, 3月1日²) stays apart from the digits, m² is m2."""
    apart = text.str.replace(f"(^|[^A-Za-z])({MARKS})", r"\1(\2)", regex=True)
    return apart.str.normalize("NFKC")


def _cell_ratio(text: str, column: Column, stated: Stated) -> tuple[float, float]:
    """Multiple and divisor of a figure with a unit of its own; NaN where it cannot be read."""
    if not text:
        return stated.multiple, stated.divisor
    held, unread = stated.unit, (np.nan, np.nan)
    unit = parse_for(text, held)
    if unit is None or held is None or unit.dimension != held.dimension:
        return unread
    if column.dimension == "share":  # 60% is 60 % under any heading
        return unit.scale.numerator, unit.scale.denominator
    if stated.stated and unit.scale != held.scale:
        return unread
    ratio = unit.scale / held.scale
    return stated.multiple * ratio.numerator, stated.divisor * ratio.denominator


def _notation(values: Series, is_text: bool) -> list[Problem]:
    """Figures such as 1.23E+11 in a text file: a sheet has rounded them when it was saved."""
    if not is_text:
        return []
    short: Mask = (
        values.astype("str")
        .str.contains(r"\d[eE]\+", regex=True)
        .fillna(False)
        .to_numpy(dtype=bool)
    )
    return [
        Problem(
            short,
            "rounded_notation",
            Message("cells.in_column_in_scientific_notation"),
            Message("cells.format_column_number_save_again"),
            "warning",
        )
    ]


def _flags(values: Series) -> Cells:
    flags, words, odd = yes_or_no(values)
    return Cells(flags, [not_of_kind(odd, "bool")], words)


def yes_or_no(values: Series) -> tuple[Series, Mask, Mask]:
    """Cells of yes and no as nullable booleans; which held a word for nothing, and which no such.

    >>> yes_or_no(pd.Series(["是", "no", "—", None]))[0].tolist()
    [True, False, <NA>, <NA>]
    """
    lowered = values.astype("str").mask(values.isna()).str.strip().str.lower()
    flags = lowered.isin(_TRUE).astype("boolean").mask(~lowered.isin(_TRUE | _FALSE))
    present = lowered.notna().to_numpy() & (lowered != "").to_numpy(dtype=bool, na_value=False)
    words: Mask = present & flags.isna().to_numpy() & missing_words(lowered)
    return flags, words, present & flags.isna().to_numpy() & ~words


def _years(text: Series) -> Cells:
    """Years: 2023, 2023.0, 2023年, 2023年度, 二〇二三年, and the first or last day of one.

    A part of a year (2023年1-6月, 2023上半年) is none: figures of half a year are not a year's.
    """
    words = missing_words(text) & (text != "").to_numpy(dtype=bool)
    plain = _narrow(text).str.replace(r"\s|" + HIDDEN, "", regex=True)
    plain = _in_digits(plain)
    found = plain.str.extract(
        r"^(?:公元)?(\d{4})(?:\.0+)?(?:年度?|年?全年|年?年?报|"
        r"年?0?1月?[-~至到]12月份?|"
        r"[-/.年](?:0?1[-/.月]0?1|12[-/.月]31)日?(?:00:00:00)?)?$"
    )[0]
    year = pd.to_numeric(found, errors="coerce")
    year = year.where(year.between(_FIRST_YEAR, _LAST_YEAR)).astype("float64")
    bad = (year.isna() & text.notna() & (text != "")).to_numpy(dtype=bool) & ~words
    return Cells(year, [not_of_kind(bad, "integer")], words)


def _in_digits(text: Series) -> Series:
    """Distinct texts, those with Chinese numerals without blanks and with their dates in digits."""
    numerals = text.str.contains(r"[〇○◯零一二三四五六七八九贰貳]", regex=True).fillna(value=False)
    plain = text[numerals].str.replace(r"\s", "", regex=True).map(dates_in_digits)
    return text.mask(numerals, plain)


def _dates(text: Series) -> Cells:
    """Dates with the year in front: 2023-3-1, 2023.03.01, 2023年3月1日, 20230301, Excel's days.

    二〇二三年三月一日 is one too.

    Without a day, with a year of two digits or at the end it is not a date: nothing is guessed.
    """
    words = missing_words(text) & (text != "").to_numpy(dtype=bool)
    plain = _in_digits(_narrow(text).str.replace(HIDDEN, "", regex=True).str.strip())
    parts = plain.str.extract(
        r"^(\d{4})\s*([-/.年])\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?"
        r"(?:[T\s].*)?$"
    )[[0, 2, 3]]
    packed = plain.str.extract(r"^(\d{4})(\d{2})(\d{2})(?:\.0+)?$").set_axis([0, 2, 3], axis=1)
    parts = parts.fillna(packed)
    joined = parts[0] + "-" + parts[2].str.zfill(2) + "-" + parts[3].str.zfill(2)
    dates = pd.to_datetime(joined, format="%Y-%m-%d", errors="coerce").astype("datetime64[us]")
    days = pd.to_numeric(plain.where(parts[0].isna()), errors="coerce")
    serial = days.between(_FIRST_DAY, _LAST_DAY) & (days % 1 == 0)
    counted = pd.to_datetime(days.where(serial), unit="D", origin="1899-12-30")
    dates = dates.fillna(counted.astype("datetime64[us]"))
    dates = dates.where(
        dates.dt.year.between(_FIRST_YEAR, _LAST_YEAR) & (dates > pd.Timestamp("1900-01-01"))
    )
    bad = (dates.isna() & text.notna() & (text != "")).to_numpy(dtype=bool) & ~words
    known = serial.to_numpy(dtype=bool)
    return Cells(
        dates,
        [
            not_of_kind(bad, "date"),
            Problem(
                known,
                "day_number",
                Message("cells.in_column_read_excel_number"),
                Message("cells.format_column_date"),
                "warning",
            ),
        ],
        words,
    )


def _text(values: Series, column: Column, *, excel: bool) -> Cells:
    """Text without edge blanks; whole numbers as their digits; codes whose digits are lost, named.

    A double holds 15 digits: an id of 16 and more that was a number is not the id any more.
    """
    text, lost = as_text(values, excel=excel)
    blank = text.isin(IN_TEXT)
    words: Mask = np.zeros(len(text), dtype=bool)
    if column.is_code:
        words = text.notna().to_numpy() & odd_words(text)
    if (blank | words).any():
        text = text.mask(blank | words)
    problems = []
    if column.is_code and values.dtype == object:
        dated = text.str.fullmatch(_INSTANT).fillna(False).to_numpy(bool, copy=True)
        dated[dated] = ~values[dated].map(type).isin([str]).to_numpy()
        text = text.mask(dated)
        problems.append(
            Problem(
                dated,
                "code_is_date",
                Message("cells.in_column_date"),
                _AS_TEXT,
            )
        )
    if not lost.any():
        return Cells(text, problems, words)
    return Cells(
        text.mask(lost),
        [
            *problems,
            Problem(
                lost,
                "digits_lost",
                Message("cells.in_column_number_16_digits"),
                _AS_TEXT,
                set_aside=column.required,
            ),
        ],
        words,
    )


def as_text(values: Series, *, excel: bool = False) -> tuple[Series, Mask]:
    """Cells as text (dtype str), and which were numbers that have lost their last digits.

    The one place where ids and codes are made: 1001, 1001.0, Int64, Decimal give `1001`; integers
    are exact at any length, unless a sheet of Excel (`excel`) held them.
    """
    none: Mask = np.zeros(len(values), dtype=bool)
    if pd.api.types.is_float_dtype(values.dtype):
        plain = values.astype("float64")
        lost = (plain.abs() >= 1e15).to_numpy(dtype=bool)
        integral = plain.notna() & (plain % 1 == 0) & ~lost
        as_int = plain.where(integral).astype("Int64").astype("str")
        text = as_int.where(integral, plain.astype("str")).mask(plain.isna())
        return text.astype("str"), lost
    text = values.astype("str").mask(values.isna()).astype("str").str.strip()
    text = values if text.equals(values) else text
    if pd.api.types.is_integer_dtype(values.dtype):
        wide = text.str.len().ge(16).fillna(False).to_numpy(bool)
        return text, wide if excel else none
    pointed = _all_match(text, r"-?\d+\.0+", holding=".")
    if pointed.any():
        text = text.mask(pointed, text.str.replace(r"\.0+$", "", regex=True))
    lost = _all_match(text, r"\d(?:\.\d+)?[eE]\+\d+", holding="+")
    if values.dtype == object:
        wide = text.str.fullmatch(r"\d{16,}").fillna(False).to_numpy(bool)
        if wide.any():
            number = values.map(type).isin([int, float] if excel else [float]).to_numpy()
            lost = lost | (wide & number)
    return text, lost


def _all_match(text: Series, pattern: str, *, holding: str) -> Mask:
    """Whether each text is all of the pattern, in which `holding` stands.

    Only texts that hold it are looked at: pandas takes classes of characters text by text.
    """
    out: Mask = text.str.contains(holding, regex=False).fillna(False).to_numpy(bool, copy=True)
    if out.any():
        out[out] = text[out].str.fullmatch(pattern).to_numpy(bool)
    return out
