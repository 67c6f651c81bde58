"""Currencies by their code of ISO 4217, and how their amounts are written.

Money is counted in ten thousands of the project's currency (万元) throughout. Chinese writes it so;
English writes millions and billions, which is the same amount with its point moved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Protocol

CURRENCIES = frozenset(
    [
        "AED",
        "AFN",
        "ALL",
        "AMD",
        "AOA",
        "ARS",
        "AUD",
        "AWG",
        "AZN",
        "BAM",
        "BBD",
        "BDT",
        "BGN",
        "BHD",
        "BIF",
        "BMD",
        "BND",
        "BOB",
        "BRL",
        "BSD",
        "BTN",
        "BWP",
        "BYN",
        "BZD",
        "CAD",
        "CDF",
        "CHF",
        "CLP",
        "CNY",
        "COP",
        "CRC",
        "CUP",
        "CVE",
        "CZK",
        "DJF",
        "DKK",
        "DOP",
        "DZD",
        "EGP",
        "ERN",
        "ETB",
        "EUR",
        "FJD",
        "FKP",
        "GBP",
        "GEL",
        "GHS",
        "GIP",
        "GMD",
        "GNF",
        "GTQ",
        "GYD",
        "HKD",
        "HNL",
        "HTG",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "IQD",
        "IRR",
        "ISK",
        "JMD",
        "JOD",
        "JPY",
        "KES",
        "KGS",
        "KHR",
        "KMF",
        "KPW",
        "KRW",
        "KWD",
        "KYD",
        "KZT",
        "LAK",
        "LBP",
        "LKR",
        "LRD",
        "LSL",
        "LYD",
        "MAD",
        "MDL",
        "MGA",
        "MKD",
        "MMK",
        "MNT",
        "MOP",
        "MRU",
        "MUR",
        "MVR",
        "MWK",
        "MXN",
        "MYR",
        "MZN",
        "NAD",
        "NGN",
        "NIO",
        "NOK",
        "NPR",
        "NZD",
        "OMR",
        "PAB",
        "PEN",
        "PGK",
        "PHP",
        "PKR",
        "PLN",
        "PYG",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "RWF",
        "SAR",
        "SBD",
        "SCR",
        "SDG",
        "SEK",
        "SGD",
        "SHP",
        "SLE",
        "SOS",
        "SRD",
        "SSP",
        "STN",
        "SVC",
        "SYP",
        "SZL",
        "THB",
        "TJS",
        "TMT",
        "TND",
        "TOP",
        "TRY",
        "TTD",
        "TWD",
        "TZS",
        "UAH",
        "UGX",
        "USD",
        "UYU",
        "UZS",
        "VED",
        "VES",
        "VND",
        "VUV",
        "WST",
        "XAF",
        "XCD",
        "XCG",
        "XOF",
        "XPF",
        "YER",
        "ZAR",
        "ZMW",
        "ZWG",
    ]
)
"""Codes of ISO 4217 that money is counted in today (list one, without funds and metals)."""

WORDLIKE = frozenset(["ALL", "COP", "CUP", "GEL", "MAD", "MOP", "PEN", "SOS", "TOP", "TRY"])
"""Codes that are words too: a heading means the currency where it writes them in capitals."""

NAMES = {
    "CNY": "元|人民币|人民幣|rmb|yuan|¥",
    "USD": r"美元|美金|us\$|\$",
    "EUR": "欧元|€",
    "HKD": r"港元|港币|hk\$",
    "JPY": "日元|日圆",
    "GBP": "英镑|£",
    "KRW": "韩元",
    "RUB": "卢布",
    "TWD": r"新台币|台币|nt\$",
    "SGD": "新加坡元|新元",
    "AUD": "澳元",
    "CAD": "加元",
    "CHF": "瑞士法郎",
    "MOP": "澳门元|澳门币",
    "NZD": "新西兰元",
    "THB": "泰铢",
    "MYR": "林吉特",
    "VND": "越南盾",
    "IDR": "印尼盾",
    "INR": "印度卢比",
    "PHP": "菲律宾比索",
    "BRL": "雷亚尔",
    "MXN": "墨西哥比索",
    "ZAR": "兰特",
    "SEK": "瑞典克朗",
    "NOK": "挪威克朗",
    "DKK": "丹麦克朗",
    "PLN": "兹罗提",
    "CZK": "捷克克朗",
    "HUF": "福林",
    "TRY": "土耳其里拉",
    "AED": "迪拉姆",
    "SAR": "沙特里亚尔",
    "ILS": "新谢克尔",
    "KZT": "坚戈",
}
"""What a currency is called beside its code, as a pattern; its first name heads columns."""

_TEN_THOUSANDS = re.compile(r"10,000 ([A-Z]{3})(.*)")
MINUS = "−"
"""The sign before a currency's code, where a hyphen would seem to join it to the word before."""
_FIGURE = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


class Rate(Protocol):
    """What one unit of a foreign currency is worth in the project's, with its source and day."""

    @property
    def value(self) -> float:
        """Units of the project's currency."""

    @property
    def citation(self) -> str:
        """Who published it."""

    @property
    def date(self) -> object:
        """The day that it is of."""


@dataclass(frozen=True)
class Exchange:
    """How a table's money becomes the project's: its own currency, and rates by code."""

    currency: str = ""
    rates: Mapping[str, Rate] = field(default_factory=dict)

    def factor(self, code: str, project: str) -> Fraction:
        """Units of the project's currency that one of `code` is worth."""
        return Fraction(1) if code == project else Fraction(str(self.rates[code].value))


def ten_thousands(currency: str, lang: str) -> str:
    """The unit that money is counted in.

    >>> ten_thousands("CNY", "zh"), ten_thousands("EUR", "zh"), ten_thousands("CNY", "en")
    ('万元', '万欧元', '10,000 CNY')
    """
    return f"10,000 {currency}" if lang == "en" else f"万{_name(currency)}"


def hundred_millions(currency: str) -> str:
    """The unit that Chinese names large sums in.

    >>> hundred_millions("CNY"), hundred_millions("USD")
    ('亿元', '亿美元')
    """
    return f"亿{_name(currency)}"


def _name(currency: str) -> str:
    return NAMES[currency].split("|")[0] if currency in NAMES else currency


def in_millions(shown: str, unit: str) -> str | None:
    """Figures of ten thousands as English writes money; None where `unit` is no such unit.

    The point is moved, nothing is rounded below a billion: 447.8 ten thousands are 4.478 million.

    >>> in_millions("≥ 447.80", "10,000 CNY/mu"), in_millions("5,854,004.77", "10,000 USD")
    ('≥ CNY 4.478 m/mu', 'USD 58.54 bn')
    >>> in_millions("35.12", "10,000 EUR"), in_millions("-787", "10,000 CNY")
    ('EUR 351,200', '−CNY 7.87 m')
    >>> in_millions("3", "mu") is None
    True
    """
    found = _TEN_THOUSANDS.fullmatch(unit)
    if found is None:
        return None
    code, per = found.groups()
    return _FIGURE.sub(lambda figure: f"{_signed(code, figure[0])}{per}", shown)


def _signed(code: str, figure: str) -> str:
    """A currency and its figure; the sign of a negative one stands before the currency."""
    sign = MINUS if figure.startswith("-") else ""
    return f"{sign}{code} {_scaled(figure.removeprefix('-'))}"


def _scaled(figure: str) -> str:
    """One figure of ten thousands as units, millions (m) or billions (bn)."""
    amount = Decimal(figure.replace(",", ""))
    if abs(amount) >= 100_000:
        return f"{(amount / 100_000).quantize(Decimal('0.01'), ROUND_HALF_UP):,f} bn"
    if abs(amount) >= 100:
        return f"{_plain(amount / 100)} m"
    return _plain(amount * 10_000)


def _plain(amount: Decimal) -> str:
    """Without zeros at its end."""
    shown = f"{amount:,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


LARGE = 100_000
"""From so many 万元 on money is said in 亿元."""


def in_hundred_millions(shown: str, unit: str) -> str:
    """A sum of 万元 in 亿元 with two decimals; empty for a smaller one, a span or another unit.

    >>> in_hundred_millions("1,646,952.53", "万元"), in_hundred_millions("-123,450", "万元")
    ('164.70 亿元', '-12.35 亿元')
    """
    digits = shown.replace(",", "")
    plain = digits.removeprefix("-").replace(".", "", 1)
    if not unit.startswith("万") or "/" in unit or not plain.isdigit():
        return ""
    value = Decimal(digits)
    if abs(value) < LARGE:
        return ""
    return f"{(value / 10_000).quantize(Decimal('0.01'), ROUND_HALF_UP):,f} 亿{unit[1:]}"


def in_large_unit(amount: int, unit: str) -> str:
    """Whole ten thousands in 亿元, in English in millions: a sum beside others that are `LARGE`.

    亿元 have two decimals, less than one has four; what is needed is rounded up, to be enough.

    >>> in_large_unit(706, "万元"), in_large_unit(1_646_953, "万元"), in_large_unit(10_001, "万元")
    ('0.0706 亿元', '164.70 亿元', '1.01 亿元')
    >>> in_large_unit(1_646_954, "10,000 USD")
    'USD 16,469.54 m'
    """
    found = _TEN_THOUSANDS.fullmatch(unit)
    if found is None:
        last = Decimal("0.01" if amount >= 10_000 else "0.0001")
        return f"{(Decimal(amount) / 10_000).quantize(last, ROUND_CEILING):,f} 亿{unit[1:]}"
    return f"{found[1]} {Decimal(amount) / 100:,.2f} m"
