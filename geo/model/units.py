"""Units as offices write them: in headings, under them, above a table, in a cell, in a project.

One parser, so that a unit is either understood everywhere or nowhere. What reads like a unit and is
not understood is told (`like_unit`); the reader then stops that column.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from geo.model.currency import CURRENCIES, NAMES, WORDLIKE

_MU = Fraction(2000, 3)
_FOOT = Fraction(3048, 10_000)
_ZH = {
    "十": 10,
    "拾": 10,
    "百": 100,
    "佰": 100,
    "千": 1000,
    "仟": 1000,
    "万": 10**4,
    "萬": 10**4,
    "亿": 10**8,
    "億": 10**8,
}
_EN = {
    "hundredmillion": 10**8,
    "tenthousand": 10**4,
    "hundred": 100,
    "wan": 10**4,
    "qian": 10**3,
    "yi": 10**8,
    "k": 10**3,
    "thousand": 10**3,
    "million": 10**6,
    "mn": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "m": 10**6,
    "000": 10**3,
}

_CURRENCIES = {
    code: "|".join([*NAMES.get(code, code).lower().split("|"), code.lower()])
    for code in sorted(CURRENCIES)
} | {"CNY": "人民币|人民幣|rmb|cny|yuan|¥"}
_YUAN = "元|圆"

_BASES: dict[str, dict[str, Fraction | int]] = {
    "area": {
        "m2": 1,
        "平方米": 1,
        "平米": 1,
        "平方公尺": 1,
        "sqm": 1,
        "squaremetres": 1,
        "squaremeters": 1,
        "km2": 10**6,
        "平方公里": 10**6,
        "平方千米": 10**6,
        "sqkm": 10**6,
        "ha": 10**4,
        "hm2": 10**4,
        "公顷": 10**4,
        "平方百米": 10**4,
        "hectare": 10**4,
        "hectares": 10**4,
        "亩": _MU,
        "市亩": _MU,
        "mu": _MU,
        "顷": 100 * _MU,
        "公亩": 100,
        "ft2": _FOOT**2,
        "sqft": _FOOT**2,
        "平方英尺": _FOOT**2,
        "acre": Fraction("4046.8564224"),
        "acres": Fraction("4046.8564224"),
        "英亩": Fraction("4046.8564224"),
    },
    "length": {
        "m": 1,
        "米": 1,
        "km": 1000,
        "公里": 1000,
        "千米": 1000,
        "cm": Fraction(1, 100),
        "厘米": Fraction(1, 100),
        "mm": Fraction(1, 1000),
        "毫米": Fraction(1, 1000),
        "ft": _FOOT,
        "英尺": _FOOT,
    },
    "energy": {
        "吨标准煤": 1,
        "吨标煤": 1,
        "标准煤吨": 1,
        "tce": 1,
        "千克标准煤": Fraction(1, 1000),
        "公斤标准煤": Fraction(1, 1000),
        "千克标煤": Fraction(1, 1000),
        "kgce": Fraction(1, 1000),
    },
    "electricity": {
        "千瓦时": 1,
        "千瓦小时": 1,
        "kwh": 1,
        "度": 1,
        "度电": 1,
        "兆瓦时": 1000,
        "mwh": 1000,
        "吉瓦时": 10**6,
        "gwh": 10**6,
    },
    "people": dict.fromkeys(("人", "名", "person", "persons", "people"), 1),
    "storeys": dict.fromkeys(("层", "storey", "storeys", "floors"), 1),
    "share": {
        "%": Fraction(1, 100),
        "‰": Fraction(1, 1000),
        "百分比": Fraction(1, 100),
        "百分数": Fraction(1, 100),
        "percent": Fraction(1, 100),
        "小数": 1,
    },
    "points": dict.fromkeys(("分", "points"), 1),
    "emission": dict.fromkeys(("当量", "污染当量", "排放当量", "eq"), 1),
    # Known, and no column's: a heading that bears one is told.
    "mass": {
        "吨": 1,
        "t": 1,
        "千克": Fraction(1, 1000),
        "公斤": Fraction(1, 1000),
        "kg": Fraction(1, 1000),
    },
    "volume": {"立方米": 1, "m3": 1, "立方": 1, "升": Fraction(1, 1000)},
    "heat": {"gj": 1, "吉焦": 1, "mj": Fraction(1, 1000), "百万千焦": 1, "toe": 1, "吨标准油": 1},
    "power": {"千瓦": 1, "kw": 1, "兆瓦": 1000, "mw": 1000},
    "count": dict.fromkeys("个家户台套项件宗处座条辆栋幢箱", 1),
    "month": dict.fromkeys(("月", "month"), 1),
    "year": dict.fromkeys(("年", "年度", "全年", "year"), 1),
}
_UNCOUNTED = ("year", "month", "share", "points")
"""Dimensions whose units take no multiple (万)."""
_A_YEAR = (*_BASES["year"], "a", "yr")

EXAMPLES = {
    "money": ("元", "千元", "万元", "亿元"),
    "area": ("m²", "亩", "公顷", "km²"),
    "energy": ("吨标准煤", "万吨标准煤", "kgce"),
    "electricity": ("kWh", "万千瓦时"),
    "people": ("人", "万人"),
    "share": ("%", "‰"),
    "length": ("米", "km"),
    "water": ("吨", "立方米", "万吨"),
    "mass": ("吨", "千克"),
}
"""Units of each dimension that a message may offer."""

_MULTIPLE = "[" + "".join(_ZH) + "]+"
_ANY_CURRENCY = "|".join(f"(?P<{code}>{words})" for code, words in _CURRENCIES.items())
_MONEY = re.compile(
    rf"(?P<n>10*)?(?P<en>{'|'.join(_EN)})?(?P<zh>{_MULTIPLE})?(?:{_ANY_CURRENCY})"
    rf"(?P<n2>10*)?(?P<en2>{'|'.join(_EN)})?(?P<zh2>{_MULTIPLE})?(?P<yuan>{_YUAN})?"
)
_PLAIN_YUAN = re.compile(rf"(?P<n>10*)?(?P<zh>{_MULTIPLE})?(?:{_YUAN})(?:{_CURRENCIES['CNY']})?")
_RAISED = re.compile("(?<=10)([⁰¹²³⁴-⁹]+)")
_POWER = re.compile(r"[×x]?10\^(\d{1,2})(?!\d)")

_LIKE = re.compile(
    r"(?!.*(?:单|多|公|广|庆|开|状|三|次|纪|二|双)元$).{0,5}元|.{0,3}[盾铢镑币]|.{0,3}(?:卢比|法郎|美金|人民币)|.{0,4}[亩顷]|"
    r".{0,5}[吨煤]|.{0,3}(?:瓦|瓦时|小时|公斤|千克|平方|立方|公里|焦|当量)|.{0,3}[米尺]|"
    r"[十百千]?[万亿萬億].{0,2}|[百千]|人次|工时|[\d十百千万亿]*[$€£¥%‰]+|"
    r"(?:\d+ ?)?(?:k|m|mn|bn|thousand|million|billion)|"
    r"(?:usd|eur|hkd|jpy|gbp|krw|rub|rmb|cny).{0,9}|"
    r"[a-z]{0,4}(?:m|ft|yd|in)[23]|sq[a-z]{1,4}|[kmgt](?:w|wh|j|g|va|l)|[kg]?t(?:ce|oe)?|tons?|mu|"
    r"pcs|kcal|btu"
)
_HIDDEN = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_SPLIT = re.compile(r"[()\[\]{}<>【】〔〕〖〗「」『』《》〈〉,、;|_\s\"“”'‘’]+|(?<!\d):|—+|-{2,}")
_GROUPS = re.compile(r"[()\[\]{}<>【】〔〕〖〗「」『』《》〈〉,、;|]+")
_SAID = re.compile(
    r"(?<![\u4e00-\u9fff])(?:本表|表[中内]|以上|上述|各项)?(?:金额|货币|计量|计价|数量|面积|数据|产值)?单位"
    r"(?!名|代|地址|公章|盖|负|性|类|联|信|编)"
    r"\s*(?:均?为|是)?\s*:?\s*(.+)$|[以按](\S{1,6}?)(?:计|为单位)"
)
_CURRENCY_SAID = re.compile(r"(?<![\u4e00-\u9fff])(?:币种|货币|金额)\s*:\s*(.+)$")
_OTHER = re.compile(
    r"(?:\d{4}年?)?(?:每[亩人户]|[亩人户地]均|单位面积).{0,4}|(?:较?上年|去年|上期|同期|同比|环比).*"
    r"|.{0,4}(?:增长|增幅|增速|增减)[率额]?|占比|比重|排名|名次|计划|目标|预算"
    r"|.{0,6}[上下]半年|.{0,6}季度|当月|本月|月度|[月季日]均|预[计测估期].{0,2}"
    r"|近?[两二三四五六七八九\d]年.{1,4}"
    r"|(?:\d{4}年?)?(?!0?1月?\D12)\d{1,2}月?[-—~至到]+\d{1,2}月份?"
)
"""Notes that make another figure of a column: per mu, last year's, a growth, a part of a year.

Also what is foreseen, and what is of several years.
"""
_LABEL = re.compile(r"(?<=.)\s*[\u4e00-\u9fff]{2,8}:.*$")
_ORGANISATION = re.compile(
    r"[局司厂所院园委会办部处镇乡街道村校心团区县市省]$|公司|中心|集团|盖?章"
)
_LONGEST = 12
"""Letters of the longest word that is taken for a unit that is not known."""
YEARS = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(?!\d|[.-](?!(?:19|20)\d\d(?!\d))\d|年?(?:不变|可比|价)"
    r"|\s*年\s*(?!0?1\s*月\s*[-—~至到]|12\s*月\s*31)\d{1,2}\s*月)"
)
"""Years in a text: not those of dates (2023-05-06, 2024年1月5日) and prices (2020年不变价).

Of a range both; 2023年1月至12月 and 2023年12月31日 name their year.
"""


@dataclass(frozen=True)
class Unit:
    """A unit understood: what it measures ("area", "money CNY", …) and how many base units it is.

    Base units are yuan (or the currency's own), m², metres, tce, kWh, persons, fractions of one.
    """

    text: str
    dimension: str
    scale: Fraction


_TENS = re.compile(r"10+(?=\D)")
_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?!\d)")
"""Whole numbers as English writes them; 0,800 is none."""
_TRADITIONAL = str.maketrans("畝頃噸圓萬億標準", "亩顷吨圆万亿标准")
"""Signs of units as tables from Hong Kong, Macau and Taiwan write them."""


def _folded(text: str) -> str:
    """NFKC without hidden characters, where 10⁴ is 10^4 and not 104, and 公頃 is 公顷.

    10,000 CNY is 10000 CNY: parted at the comma it would be “000 CNY”, thousands.
    """
    plain = unicodedata.normalize("NFKC", _RAISED.sub(r"^\1", _HIDDEN.sub("", text)))
    return _THOUSANDS.sub(lambda found: found[0].replace(",", ""), plain.translate(_TRADITIONAL))


def squashed(text: object) -> str:
    """Text as it is compared: NFKC, without blanks and hidden characters."""
    return re.sub(r"\s+", "", _folded(str(text)))


@lru_cache(maxsize=4096)
def parse(text: str) -> Unit | None:
    """The unit that a text is; None where it is none, or none that is known.

    >>> parse("EUR million").scale, parse("£'000").scale, parse("瑞士法郎").dimension
    (Fraction(1000000, 1), Fraction(1000, 1), 'money CHF')
    >>> parse("百万元").scale, parse("㎡").dimension, parse("万元/年").dimension
    (Fraction(1000000, 1), 'area', 'money CNY')
    >>> parse("不含税") is None
    True
    """
    plain = _POWER.sub(lambda found: "1" + "0" * int(found[1]), squashed(text).lower())
    plain = re.sub(r"[\^·.'’*]|(?<=\d),(?=\d)", "", plain)
    head, slash, tail = plain.partition("/")
    found = _money(head, text) or _measure(head)
    if found is None:
        return None
    if not slash or tail in _A_YEAR:  # a yearly figure is what every ledger holds
        return Unit(text, *found)
    return Unit(text, f"{found[0]} per {tail}", found[1])


def parse_for(text: str, base: Unit | None) -> Unit | None:
    """The unit that a text is in a column of the base's: of water, a 立方米 is a 吨.

    >>> parse_for("万立方米", Unit("", "water", Fraction(1))).scale
    Fraction(10000, 1)
    """
    unit = parse(text)
    if unit is None or base is None or base.dimension != "water":
        return unit
    return replace(unit, dimension="water") if unit.dimension in ("mass", "volume") else unit


def _money(plain: str, text: str) -> tuple[str, Fraction] | None:
    if match := _PLAIN_YUAN.fullmatch(plain):
        return "money CNY", _times(match["zh"]) * int(match["n"] or 1)
    match = _MONEY.fullmatch(plain)
    if match is None:
        return None
    code = next(code for code in _CURRENCIES if match[code])
    if code in WORDLIKE and match[code] == code.lower() and code not in text:
        return None  # top and all are words, TOP and ALL are currencies
    multiples = [match[g] for g in ("n", "en", "zh", "n2", "en2", "zh2") if match[g]]
    if not multiples and code == "CNY" and not match["yuan"] and match["CNY"] != "yuan":
        return None  # 人民币 alone names the currency, and no unit
    scale = Fraction(1)
    for part in multiples:
        scale *= _EN.get(part) or (int(part) if part.isdecimal() else _times(part))
    return f"money {code}", scale


def _measure(plain: str) -> tuple[str, Fraction] | None:
    number = _TENS.match(plain)  # 10 MWh, 10^4 kWh
    tens, rest = (int(number[0]), plain[number.end() :]) if number else (1, plain)
    counted = len(rest) - len(rest.lstrip("".join(_ZH)))
    for n in range(counted + 1):  # 万千瓦时 is 万 of 千瓦时
        for dimension, bases in _BASES.items():
            if rest[n:] in bases and not ((n or number) and dimension in _UNCOUNTED):
                return dimension, bases[rest[n:]] * _times(rest[:n]) * tens
    return None


def _times(multiple: str | None) -> Fraction:
    out = Fraction(1)
    for sign in multiple or "":
        out *= _ZH[sign]
    return out


def like_unit(text: str) -> bool:
    """Whether a text is a unit, or reads like one."""
    plain = re.sub(r"[\^·.'’*]", "", squashed(text).lower())
    head = plain.split("/")[0]
    return parse(text) is not None or bool(
        _LIKE.fullmatch(plain) or (head != plain and (parse(head) or _LIKE.fullmatch(head)))
    )


def is_unit_row(cells: Iterable[object]) -> bool:
    """Whether a row of a sheet holds nothing but units: the line of units under the headings."""
    texts = [str(c).strip(" ()（）[]【】") for c in cells if c is not None and str(c).strip()]
    return bool(texts) and all(like_unit(t) or parse(t) for t in texts)


def tokens(text: str) -> list[str]:
    """The words between brackets, commas and blanks, without a leading 单位."""
    plain = _folded(text)
    words = [
        re.sub(r"^(?:金额|货币|计量)?单位(?:为|是)?:?", "", w).strip(":*. ")
        for w in _SPLIT.split(plain)
    ]
    return [w for w in words if w and not re.fullmatch(r"[\d.]*年?度?", w)]


def heading_units(heading: str, name: str = "") -> list[str]:
    """What may be units in a heading: words in brackets, after a slash, a blank or a dash.

    `name` is what the heading calls its column, which is no unit. A word that is none and does not
    read like one (含税, 2023年) is left out.
    """
    plain = _folded(heading)
    rest = re.sub(r"\s+", " ", plain)
    called = unicodedata.normalize("NFKC", name)
    if called and called in rest:
        rest = rest.replace(called, " ", 1)
    else:
        first = _SPLIT.split(rest.lstrip("*★※ "))[0]
        rest = rest.lstrip("*★※ ")[len(first.split("/")[0]) :]
    out = []
    for part in _GROUPS.split(rest):
        plain = part.strip("/-:*. ")
        # 10k CNY is one unit of two words; 亩均 is no unit, and no note to be left out either.
        if parse(plain) or (plain != called and _OTHER.fullmatch(squashed(plain))):
            out.append(plain)
        else:
            words = (word.strip("/-") for word in tokens(part))
            out += [w for w in words if like_unit(w) and w not in WORDLIKE]  # VAL_ALL, REV_TOP
    return out


def suffix_unit(heading: str) -> Unit | None:
    """The longest unit that a heading without brackets ends with, such as 营业收入万元."""
    plain = squashed(heading)
    tails = (parse(plain[-n:]) for n in range(min(7, len(plain) - 1), 0, -1))
    return next((unit for unit in tails if unit), None)


def note_units(text: str) -> list[str]:
    """The units that a text above a table names: 单位：万元、亩, a title with （元）, or 元 alone.

    A text after 单位 that names an office (单位：经信局) is none; any other one is a unit, known
    or not.
    """
    plain = _folded(text).strip()
    plain = re.sub(r"单\s+位", "单位", plain)
    stated = _SAID.search(plain) or _CURRENCY_SAID.search(plain)
    if stated:
        said = next(part for part in stated.groups() if part)
        held = _LABEL.sub(lambda found: found[0] if _states_unit(found[0]) else "", said)
        held = held.strip("()[]【】 ")
        # 单位万元 is a unit; 单位详细名称 is not, where neither mark nor blank comes between.
        stuck = re.match(r"单位(?!\s|:|均?为|是)", stated[0])
        words = [w for w in tokens(held) if not _ORGANISATION.search(w) and not YEARS.search(w)]
        read = [w for w in words if like_unit(w)]
        return read if stuck or any(map(parse, read)) else [w for w in words if len(w) <= _LONGEST]
    bracketed = re.findall(r"[(\[{【〔]([^()\[\]{}【】〔〕]*)[)\]}】〕]", plain)
    words = [w for part in bracketed for w in tokens(part)] + [_last_unit(plain)]
    words = [re.sub(r"(?<=元)(?:版|口径|表)$", "", w) for w in words]
    return [w for w in words if like_unit(w)]


def _last_unit(text: str) -> str:
    """The longest unit that a text ends with, of some words: 10000 yuan; else its last word."""
    words = text.split(" ")
    ends = (" ".join(words[-count:]) for count in range(min(4, len(words)), 0, -1))
    return next(filter(parse, ends), words[-1])


def _states_unit(label: str) -> bool:
    """Whether what stands behind a label is a unit: 税收:元, and not 填表人:王五."""
    return any(map(parse, tokens(label.partition(":")[2])))


def units_said(text: str) -> list[str]:
    """The known units that a note calls the table's: 注：金额单位为千元. One in brackets is not.

    >>> units_said("注：金额单位为千元"), units_said("注：另有境外收入（万美元）")
    (['千元'], [])
    """
    said = _SAID.search(_folded(text))
    return [unit for unit in note_units(text) if parse(unit)] if said else []
