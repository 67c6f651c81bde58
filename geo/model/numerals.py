"""Dates in Chinese numerals, as digits: 二〇二三年三月一日 is 2023年3月1日."""

from __future__ import annotations

import re

_DIGITS = {
    **dict.fromkeys("〇○◯零0Oo", 0),
    **{sign: value for value, signs in enumerate(
        ("一壹元", "二贰貳两", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖"), 1
    ) for sign in signs},
}  # fmt: skip
_TENS = {"十": 10, "拾": 10, "廿": 20, "卅": 30}

_ONE = "[零〇○]?[一二两三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖]"
_COUNT = f"(?:[一二三壹贰貳叁參]?[十拾]|[廿卅])(?:{_ONE})?|{_ONE}"
_YEAR = re.compile(
    "(?<![〇○◯零一二三四五六七八九])[一二壹贰貳][〇○◯零Oo一二三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖]{3}(?=年|$|[-/.])"
)
_MONTH = re.compile(f"(?:{_COUNT}|元)(?=月|[-‐‑–—―~〜至到]+(?:{_COUNT})个?月)")
_DAY = re.compile(f"(?<=月)(?:{_COUNT})(?=[日号]|$)")
_ANY = re.compile("[〇○◯零一二两三四五六七八九十廿卅元壹贰貳叁參肆伍陆陸柒捌玖拾]")


def dates_in_digits(text: str) -> str:
    """A text whose years, months and days are in digits, whatever numerals they were written in.

    >>> dates_in_digits("二〇二三年十二月二十五日"), dates_in_digits("贰零贰叁年元月拾日")
    ('2023年12月25日', '2023年1月10日')
    >>> dates_in_digits("二○二四年一至九月"), dates_in_digits("三一重工二号厂房")
    ('2024年1至9月', '三一重工二号厂房')
    """
    if not _ANY.search(text):
        return text
    text = _YEAR.sub(lambda found: "".join(str(_DIGITS[sign]) for sign in found[0]), text)
    return _DAY.sub(_counted, _MONTH.sub(_counted, text))


def _counted(found: re.Match[str]) -> str:
    """A month or day: 十二 is 12, 廿五 is 25."""
    tens, ones, seen = 0, 0, False
    for sign in found[0]:
        if sign in _TENS:
            tens, ones, seen = _TENS[sign] * (ones or 1), 0, True
        else:
            ones = _DIGITS[sign]
    return str(tens + ones if seen else ones)
