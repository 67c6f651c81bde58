"""Whether the cells of a column are what a canonical column holds.

2: they alone show it (credit codes with their check digit, parcel codes); 1: they are of its kind;
0: they say nothing; -1: they cannot be it, whatever the heading says.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from geo.intake.content import Content
from geo.intake.model import Evidence
from geo.land.facility_kinds import kinds as facility_kinds
from geo.land.zone_kinds import kinds as zone_kinds
from geo.model import Column
from geo.text import Message, Wording

Agreement = tuple[int, Evidence | None]

NEARLY_ALL = 0.8
_MOSTLY = 0.5
_NONE: Agreement = (0, None)

_BY_FORM: dict[str, tuple[str, float]] = {
    "level": ("level", 0.5),
    "tenure": ("tenure", 0.6),
    "stage": ("stage", 0.7),
}


def agreement(  # noqa: PLR0911 -- a return a kind
    role: str, column: Column, content: Content
) -> Agreement:
    """How the cells of a column agree with a canonical column of a role, and the reason."""
    if content.filled == 0:
        return 0, _against(Message("intake_reason.no_cell"))
    special = _SPECIAL.get(column.name)
    if special is not None:
        return special(content, role)
    if column.kind == "number":
        return _number(column, content)
    if column.kind == "bool":
        return _form(content, "flag", NEARLY_ALL, Message("intake_reason.flags"))
    if column.kind == "date":
        return _date(content)
    if column.kind == "integer":
        return _year(content, role)
    return _NONE


def _for(text: Wording, weight: float = 0.3) -> Evidence:
    return Evidence(text, speaks_for=True, weight=weight)


def _against(text: Wording, weight: float = 0.5) -> Evidence:
    return Evidence(text, speaks_for=False, weight=weight)


def _form(content: Content, form: str, least: float, text: Wording) -> Agreement:
    """1 where most cells have a form, -1 where hardly any has."""
    share = content.share(form)
    if share >= least:
        return 1, _for(text)
    return (-1, _against(_other(content))) if share < least / 2 else _NONE


def _other(content: Content) -> Wording:
    """What the cells are instead."""
    if content.is_number:
        return Message("intake_reason.cells_numbers")
    if content.share("date") > NEARLY_ALL:
        return Message("intake_reason.cells_dates")
    return Message("intake_reason.cells_texts")


def _number(column: Column, content: Content) -> Agreement:
    if content.share("number") < _MOSTLY:
        # 0.1亿元, 约1000, 无: the run reads each or names it; the heading alone decides.
        return _NONE if content.share("figure") > NEARLY_ALL else (-1, _against(_other(content)))
    if content.share("credit_form") > _MOSTLY or content.share("registration") > _MOSTLY:
        return -1, _against(Message("intake_reason.cells_codes"))
    if column.name == "share":
        within = content.quantiles and content.quantiles[0] >= 0 and content.quantiles[2] <= 100
        return (1, _for(Message("intake_reason.shares"))) if within else _against_number()
    if column.name == "storeys" and content.median > 200:
        return _against_number()
    if column.name == "storey_height_m" and not 1 < content.median < 60:
        return _against_number()
    return 1, _for(Message("intake_reason.numbers"))


def _against_number() -> Agreement:
    return -1, _against(Message("intake_reason.out_of_range"))


def _date(content: Content) -> Agreement:
    dates = content.share("date") + content.share("year")
    if dates >= 0.7:
        return 1, _for(Message("intake_reason.dates"))
    serial = content.is_number and 20_000 < content.median < 60_000
    return _NONE if serial else (-1, _against(_other(content)))


def _year(content: Content, _: str) -> Agreement:
    if content.share("year") >= 0.9:
        return 2, _for(Message("intake_reason.years"))
    if content.share("date") >= 0.9:
        return 0, _against(Message("intake_reason.cells_dates"), 0.2)
    return -1, _against(_other(content))


def _enterprise_id(content: Content, _: str) -> Agreement:
    if content.share("credit") >= NEARLY_ALL:
        text = Message("intake_reason.credit_codes", share=content.share("credit"))
        return 2, _for(text, 0.6)
    if content.share("credit_form") >= NEARLY_ALL:
        return 1, _for(Message("intake_reason.credit_form"))
    if content.share("firm") >= _MOSTLY:
        return -1, _against(Message("intake_reason.cells_firms"))
    if content.share("code") < _MOSTLY or content.share("date") > _MOSTLY:
        return -1, _against(_other(content))
    if content.share("parcel_code") >= NEARLY_ALL or content.share("unit_code") >= NEARLY_ALL:
        return -1, _against(Message("intake_reason.parcel_codes"))
    return (-1, _against(_other(content))) if _is_amount(content) else _NONE


def _parcel_id(content: Content, _: str) -> Agreement:
    if content.share("parcel_code") >= NEARLY_ALL:
        return 2, _for(Message("intake_reason.parcel_codes"), 0.6)
    if content.share("unit_code") >= NEARLY_ALL:
        return 2, _for(Message("intake_reason.unit_codes"), 0.6)
    if content.share("credit_form") >= _MOSTLY:
        return -1, _against(Message("intake_reason.cells_codes"))
    if content.share("firm") >= _MOSTLY:
        return -1, _against(Message("intake_reason.cells_firms"))
    return (-1, _against(_other(content))) if _is_amount(content) else _NONE


def _park_id(content: Content, _: str) -> Agreement:
    if content.share("credit_form") >= _MOSTLY or content.share("firm") >= NEARLY_ALL:
        return -1, _against(Message("intake_reason.cells_firms"))
    if content.share("park") >= _MOSTLY:
        return 0, _for(Message("intake_reason.park_names"), 0.1)
    return (-1, _against(_other(content))) if _is_amount(content) else _NONE


def _is_amount(content: Content) -> bool:
    """Whether cells are measured figures: numbers that are not whole."""
    return content.is_number and content.share("whole") < 0.9


def _name(content: Content, role: str) -> Agreement:
    if content.share("number") > _MOSTLY or content.share("credit_form") > _MOSTLY:
        return -1, _against(_other(content))
    if role == "enterprises":
        if content.share("firm") >= _MOSTLY:
            return 2, _for(Message("intake_reason.firms", share=content.share("firm")), 0.5)
        return (0, None) if content.share("park") < _MOSTLY else (-1, _against(_park_text()))
    if role == "parks" and content.share("park") >= _MOSTLY:
        return 1, _for(Message("intake_reason.park_names"))
    if content.share("firm") >= NEARLY_ALL and role in ("parks", "parcels"):
        return -1, _against(Message("intake_reason.cells_firms"))
    return _NONE


def _park_text() -> Wording:
    return Message("intake_reason.park_names")


def _industry_code(content: Content, _: str) -> Agreement:
    if content.share("industry") >= NEARLY_ALL:
        return 1, _for(Message("intake_reason.industries", share=content.share("industry")))
    return (-1, _against(_other(content))) if content.share("industry") < 0.3 else _NONE


def _industry_name(content: Content, _: str) -> Agreement:
    if content.share("words") < _MOSTLY:
        return -1, _against(Message("intake_reason.cells_codes"))
    return 1, _for(Message("intake_reason.words"))


def _land_use(content: Content, _: str) -> Agreement:
    if content.share("land_use") >= NEARLY_ALL and content.share("words") < _MOSTLY:
        return 1, _for(Message("intake_reason.land_uses"))
    if content.share("land_use") < 0.2 or _is_amount(content):
        return -1, _against(Message("intake_reason.no_land_uses"))
    return _NONE


def _category(content: Content, _: str) -> Agreement:
    if content.is_number:
        return -1, _against(_other(content))
    if _known(content, facility_words()) >= _MOSTLY:
        return 1, _for(Message("intake_reason.facilities"))
    return _NONE


def _kind(content: Content, role: str) -> Agreement:
    if role != "zones":
        return _NONE
    if _known(content, control_words()) >= _MOSTLY:
        return 2, _for(Message("intake_reason.control_lines"), 0.6)
    return _NONE


def _known(content: Content, words: tuple[str, ...]) -> float:
    """The share of the most frequent cells that hold one of the words."""
    held = [any(word.lower() in cell.lower() for word in words) for cell in content.common]
    return sum(held) / max(len(held), 1)


@cache
def control_words() -> tuple[str, ...]:
    """Words by which a kind of control line is known."""
    return tuple(word for kind in zone_kinds().values() for word in kind["words"])


@cache
def facility_words() -> tuple[str, ...]:
    """Words by which a kind of facility is known."""
    return tuple(word for kind in facility_kinds().values() for word in kind["words"])


def _by_form(name: str) -> Callable[[Content, str], Agreement]:
    form, least = _BY_FORM[name]
    text = Message("intake_reason.words_of_column")
    return lambda content, _: _form(content, form, least, text)


_SPECIAL: dict[str, Callable[[Content, str], Agreement]] = {
    "enterprise_id": _enterprise_id,
    "parcel_id": _parcel_id,
    "park_id": _park_id,
    "year": _year,
    "listed_year": _year,
    "name": _name,
    "industry_code": _industry_code,
    "industry_name": _industry_name,
    "land_use": _land_use,
    "category": _category,
    "kind": _kind,
    "level": _by_form("level"),
    "tenure": _by_form("tenure"),
    "stage": _by_form("stage"),
}
"""Columns whose cells are looked at in their own way."""
