"""What an office says of the document that a table is from: asked, with what the pages themselves say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from geo.intake.packs.printed import PrintedTable
from geo.intake.questions import Choice, Interview, Question
from geo.intake.settle import UNUSED
from geo.publish.pack_tables import LABELS
from geo.text import Message, Text, Wording

LEVELS = ("national", "province", "city", "park", "parcel")
_DAYS = ("date", "in_force_from")
_DOCUMENT = re.compile(r"[\u4e00-\u9fff]{2,15}[〔\[［][12]\d{3}[〕\]］]\s*第?\d+号")
_DAY = re.compile(r"([12]\d{3})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_FORCE = re.compile(r"自\s*[12]\d{3}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*起?(?:施行|执行|实施)")
_ISSUER = re.compile(r"[\u4e00-\u9fff]{2,20}(?:人民政府|办公室|委员会|管委会|局|厅)")
_CLAUSE = re.compile(r"(?:续?附?表|附件)\s*[\d一二三四五六七八九十]+(?:[-—.]\d+)?")
_TITLE = re.compile("标准|指标|要求|门槛|目录")


@dataclass(frozen=True)
class Citation:
    """What the office says of the document; blanks stay blanks in the draft."""

    pack_id: str
    title: str = ""
    title_en: str = ""
    issuer: str = ""
    document: str = ""
    date: dt.date | int | None = None
    url: str = ""
    clause: str = ""
    region: str = ""
    level: str = ""
    in_force_from: dt.date | None = None


def cited_above(table: PrintedTable, citation: Citation) -> Citation:
    """The citation with what lines above the table say of it (文件：…), where it leaves a blank.

    The labels are those of an exported pack, which offices may use too.
    """
    stated = dict(text.split("：", 1) for text in table.above if "：" in text)
    found: dict[str, Any] = {}
    for name, label in LABELS.items():
        key = "title" if name == "title_zh" else name
        value = stated.get(label.zh, "").strip()
        if value and not getattr(citation, key, "rows_by"):
            found[key] = dated(value) if key in _DAYS else value
    return replace(citation, **{key: value for key, value in found.items() if value is not None})


def dated(text: str) -> dt.date | int | None:
    """A day, or the year alone; None where it is neither.

    >>> dated("2024年3月1日"), dated("2024")
    (datetime.date(2024, 3, 1), 2024)
    """
    if re.fullmatch(r"[12]\d{3}", text):
        return int(text)
    printed = _DAY.fullmatch(text.strip())
    try:
        if printed:
            return dt.date(*map(int, printed.groups()))
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def ask_citation(table: PrintedTable, citation: Citation, talk: Interview) -> Citation:
    """The citation with what the office answers for its blanks; what nobody answers stays blank."""
    texts = [*table.above, *table.notes]
    titles = [text for text in reversed(table.above) if _TITLE.search(text) and len(text) > 4]
    if titles and not citation.title:  # it stands over the table, for all to see
        citation = replace(citation, title=titles[0])
    for name, text, found, accepts in (
        ("title", Message("packs_cite.title"), _long(table.above), _any_words),
        ("issuer", Message("packs_cite.issuer"), _matches(_ISSUER, texts), _any_words),
        ("document", Message("packs_cite.document"), _matches(_DOCUMENT, texts), _is_document),
        ("date", Message("packs_cite.date"), _written(texts), _is_date),
        ("url", Message("packs_cite.url"), [], _is_address),
        ("clause", Message("packs_cite.clause"), _matches(_CLAUSE, table.above), _any_words),
    ):
        if not getattr(citation, name):
            told = _ask(name, text, found, accepts, talk)
            value: dict[str, Any] = {name: dated(told) if name == "date" else told}
            citation = replace(citation, **value)
    if citation.in_force_from is None:
        citation = replace(citation, in_force_from=_ask_in_force(texts, citation, talk))
    if not citation.level:
        citation = replace(citation, level=_ask_level(citation, talk))
    return citation


def _ask(
    name: str, text: Wording, found: list[str], accepts: Callable[[str], bool], talk: Interview
) -> str:
    why = (Message("packs_cite.printed"),)
    blank = Choice(UNUSED, Message("packs_cite.blank"))
    choices = (*(Choice(one, Text(one, one), why) for one in found[:3]), blank)
    answer = talk.put(Question("citation", name, text, choices, accepts))
    return answer if talk.answers[-1].asked and answer != UNUSED else ""


def _ask_in_force(texts: list[str], citation: Citation, talk: Interview) -> dt.date | None:
    """The first day in force: what the text says, else the day of the document."""
    stated = _days(_matches(_DAY, _matches(_FORCE, texts)))
    date = citation.date
    own = [date.isoformat()] if isinstance(date, dt.date) else []
    found = list(dict.fromkeys([*stated, *own]))
    _ask("in_force_from", Message("packs_cite.in_force_from"), found, _is_day, talk)
    day = dated(talk.answers[-1].choice.value)
    return day if isinstance(day, dt.date) else None


def _ask_level(citation: Citation, talk: Interview) -> str:
    """Whose document it is, the likeliest from its issuer first."""
    likely = _level_of(citation.issuer)
    named = {
        "national": Message("packs_cite.national"),
        "province": Message("packs_cite.province"),
        "city": Message("packs_cite.city"),
        "park": Message("packs_cite.park"),
        "parcel": Message("packs_cite.parcel"),
    }
    ordered = sorted(LEVELS, key=lambda level: level != likely)
    choices = tuple(Choice(level, named[level]) for level in ordered)
    return talk.put(Question("citation", "level", Message("packs_cite.level"), choices))


def _level_of(issuer: str) -> str:
    """The level that an issuer's name speaks for."""
    if re.search("管委会|管理委员会|开发区|园区", issuer):
        return "park"
    if re.match("国家|自然资源部|国土资源部|工业和信息化部|国务院", issuer):
        return "national"
    province = re.search("省|自治区", issuer) and not re.search("[市县]", issuer)
    return "province" if province else "city"


def _matches(pattern: re.Pattern[str], texts: Iterable[str]) -> list[str]:
    found = [match.group() for text in texts for match in pattern.finditer(text)]
    return list(dict.fromkeys(found))


def _long(above: tuple[str, ...]) -> list[str]:
    return [text for text in reversed(above) if len(text) > 4]


def _days(printed: list[str]) -> list[str]:
    days = (dated(text) for text in printed)
    return [day.isoformat() for day in days if isinstance(day, dt.date)]


def _written(texts: list[str]) -> list[str]:
    """Days that may be the document's: not those from which it is in force."""
    return _days(_matches(_DAY, (_FORCE.sub("", text) for text in texts)))


def _any_words(typed: str) -> bool:
    return len(typed) >= 2


def _is_document(typed: str) -> bool:
    return len(typed) >= 4


def _is_date(typed: str) -> bool:
    return dated(typed) is not None


def _is_day(typed: str) -> bool:
    return isinstance(dated(typed), dt.date)


def _is_address(typed: str) -> bool:
    return len(typed) >= 8 and " " not in typed
