"""Which years a text names, and whether it speaks of a part of one: 2024年上半年, 截至9月, 2023Q3."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from geo.model.numerals import dates_in_digits
from geo.model.units import YEARS, squashed

_TO = "[-‐‑–—―−~〜至到]+"
_YEAR = r"(?:19|20)\d\d"
_LATER_YEAR = rf"(?:{_YEAR}年?)?"
_COUNTS = "一二两三四五六七八九十"

_PART = re.compile(
    r"(?<!每)[上下前]?半年[度报]?"
    r"|第?[一二三四1-4]季度|季报|前[二三两23]个?季度?|(?<![a-z])q[1-4](?![\da-z])"
    rf"|{_YEAR}[-_]?h[12](?![\da-z])|(?<![a-z])h[12][-_]?{_YEAR}"
    rf"|前(?!12|十二)[\d{_COUNTS}]{{1,2}}个?月"
    # 1-9月, 1月至2024年9月, but not 1-12月
    rf"|(?<!\d)(?!0?1月?{_TO}{_LATER_YEAR}12月)\d{{1,2}}月?{_TO}{_LATER_YEAR}\d{{1,2}}月"
    # 2024.1-9, 2024年01-09, but not 2024.01-12
    rf"|(?<!\d){_YEAR}[年./](?!0?1{_TO}12(?!\d))\d{{1,2}}{_TO}\d{{1,2}}(?![\d日号./年月-])"
    # 202401-202409, 2024.01-2024.09, of one year
    rf"|(?<!\d)(?P<one>{_YEAR})[./年-]?(?!0?1月?{_TO}(?P=one)[./年-]?12)\d{{1,2}}月?"
    rf"{_TO}(?P=one)[./年-]?\d{{1,2}}(?!\d)月?(?!\d)",
    re.IGNORECASE,
)
"""What always is a part of a year."""
_UNTIL = re.compile(
    rf"(?:截[至止到]|累计[至到])+(?P<year>{_YEAR})?年?(?!12月)(?P<month>\d{{1,2}})月"
    rf"|(?<!\d)(?P<stated>{_YEAR})?年?(?!12月)(?P<ended>\d{{1,2}})月[末底份]?(?:累计|止)"
)
"""截至9月, 2024年9月累计: a part of the year, unless the text names another year for its figures."""
_DAY = rf"{_YEAR}(?:[年./-](\d{{1,2}})[月./-](\d{{1,2}})日?|(\d\d)(\d\d))"
_SPAN = re.compile(rf"(?<!\d){_DAY}{_TO}(?:{_DAY}|(\d{{1,2}})月(\d{{1,2}})日)(?!\d)")
"""From one day to another: 2024年1月1日至9月30日, 20240101-20240930."""
_ANY_YEAR = re.compile(rf"(?<!\d){_YEAR}(?=\D|$|(?:0[1-9]|1[0-2])(?:[0-3]\d)?(?!\d))")
_WHOLE = (1, 1, 12, 31)
_MONTH = re.compile(rf"(?<!\d)({_YEAR})[年.-](0?[1-9]|1[0-2])(?:月份?(?!\d)|(?![\d.月-]))")


_ALONE = re.compile(rf"(?:{_YEAR}[年.-]?)?(?:0?[1-9]|1[0-2])月份?|{_YEAR}(?:0[1-9]|1[0-2])")


def part_of_year(text: str) -> str:
    """The part of a year that a text speaks of; "" for none.

    >>> part_of_year("2023年上半年主要指标"), part_of_year("2023年1—9月"), part_of_year("1-12月")
    ('上半年', '1—9月', '')
    >>> part_of_year("截至9月底企业指标"), part_of_year("2023年度（数据截至2024年3月）")
    ('截至9月', '')
    >>> part_of_year("二〇二四年一至九月"), part_of_year("2024.01-2024.09"), part_of_year("2024H1")
    ('1至9月', '2024.01-2024.09', '2024H1')
    """
    plain = dates_in_digits(squashed(text))
    found = _PART.search(plain)
    if found is not None:
        return found[0]
    span = _SPAN.search(plain)
    if span is not None and tuple(int(part) for part in span.groups() if part) != _WHOLE:
        return span[0]
    until = _UNTIL.search(plain)
    if until is None:
        return ""
    rest = plain[: until.start()] + "。" + plain[until.end() :]
    named = {int(year) for year in YEARS.findall(rest)}
    stated = until["year"] or until["stated"]
    return "" if stated and named - {int(stated)} else until[0]


def month_named(text: str) -> str:
    """A month that a text names with its year and without a day: 2024年9月. "" for none.

    It may be the last of the figures' months, or when they were put together.

    >>> month_named("2024年9月企业指标"), month_named("2024年12月31日"), month_named("2024年")
    ('2024年9月', '', '')
    """
    found = _MONTH.search(dates_in_digits(squashed(text)))
    return found[0] if found else ""


def dates_named(text: str) -> list[int]:
    """The years that a text holds in any way: of a year, a part of one, a day.

    >>> dates_named("2024年上半年"), dates_named("填报日期：2024年1月5日"), dates_named("202401-202409")
    ([2024], [2024], [2024])
    """
    plain = dates_in_digits(unicodedata.normalize("NFKC", text))
    return sorted({int(year) for year in _ANY_YEAR.findall(plain)})


def first_part_of_year(texts: Iterable[str], sheets: Iterable[str] = ()) -> tuple[str, str]:
    """The first of the texts and names of sheets that speaks of a part of a year, and that part.

    A sheet's name may be a month alone: 1月, 2024年9月份, 202409. Blanks where none speaks of one.

    >>> first_part_of_year(["2023年指标"], ["1月"]), first_part_of_year(["填报：2024年1月"])
    (('1月', '1月'), ('', ''))
    """
    named = [(text, part_of_year(text)) for text in texts]
    named += [(sheet, part_of_year(sheet) or _month_alone(sheet)) for sheet in sheets]
    return next(((text, part) for text, part in named if part), ("", ""))


def _month_alone(name: str) -> str:
    found = _ALONE.fullmatch(dates_in_digits(squashed(name)))
    return found[0] if found else ""


def years_named(text: str) -> list[int]:
    """The years from 1900 to 2099 that a text names; none where it speaks of a part of one.

    >>> years_named("2023年度（2024年1月5日填报）"), years_named("2023年上半年")
    ([2023], [])
    >>> years_named("二〇二三年度企业指标")
    [2023]
    """
    plain = dates_in_digits(unicodedata.normalize("NFKC", text))
    return [] if part_of_year(plain) else [int(year) for year in YEARS.findall(plain)]
