"""A draft as a pack file: TOML with the office's blanks to fill, and every question beside its place.

Until document, date, address and clauses are given the file is refused as a pack: what an office
judges by is cited.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import tomlkit

from geo.intake.packs.draft import Draft, DraftColumn, DraftRow
from geo.publish.pack_tables import LABELS
from geo.text import Lang, Message


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


def cited_above(draft: Draft, citation: Citation) -> Citation:
    """The citation with what lines above the table say of it (文件：…), where it leaves a blank.

    The labels are those of an exported pack, which offices may use too.
    """
    stated = dict(text.split("：", 1) for text in draft.table.above if "：" in text)
    found: dict[str, Any] = {}
    for name, label in LABELS.items():
        key = "title" if name == "title_zh" else name
        value = stated.get(label.zh, "").strip()
        if value and not getattr(citation, key, "rows_by"):
            found[key] = dated(value) if key in _DAYS else value
    return replace(citation, **{key: value for key, value in found.items() if value is not None})


_DAYS = ("date", "in_force_from")


def dated(text: str) -> dt.date | int | None:
    """A day, or the year alone; None where it is neither."""
    if text.isdigit() and len(text) == 4:
        return int(text)
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def pack_text(draft: Draft, citation: Citation, lang: Lang, source: str) -> str:
    """The draft as TOML."""
    lines = [f"# {_line(Message('packs_import.head', source=source)(lang))}"]
    lines += [f"# ? {_line(question(lang))}" for question in draft.questions]
    lines += [f"# {_line(note)}" for note in draft.notes]
    lines += ["", "[pack]", *_head(draft, citation, lang), "", "[scope]"]
    lines += ["industrial_land_only = true"]
    for column in draft.columns:
        lines += ["", *_column(column, citation, lang)]
    for row in draft.rows:
        lines += ["", *_row(row, lang)]
    for heading, cells in draft.left.items():
        listed = " | ".join(cells)
        lines += [
            "",
            f"# {_line(Message('packs_import.left', heading=heading)(lang))} {_line(listed)}",
        ]
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    """A text as it may stand in a comment: one line, nothing that TOML forbids."""
    return "".join(c if c.isprintable() else " " for c in text)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    text: str = tomlkit.item(value).as_string()
    return text


def _head(draft: Draft, citation: Citation, lang: Lang) -> list[str]:
    blank = Message("packs_import.to_fill")(lang)
    title = citation.title or next((t for t in draft.table.above if len(t) > 4), "")
    rows: list[tuple[str, Any]] = [
        ("id", citation.pack_id),
        ("title_zh", title),
        ("title_en", citation.title_en or title),
        ("issuer", citation.issuer),
        ("document", citation.document),
        ("date", citation.date),
        ("url", citation.url),
        ("region", citation.region),
        ("in_force_from", citation.in_force_from or _day(citation.date)),
        ("level", citation.level or "city"),
        ("rows_by", draft.rows_by),
    ]
    must = ("title_zh", "issuer", "document", "date", "url", "in_force_from")
    out = []
    for key, value in rows:
        if value is None:
            out.append(f"# {key} =  # {blank}")
        else:
            empty = key in must and value == ""
            out.append(f"{key} = {_value(value)}{f'  # {blank}' if empty else ''}")
    return out


def _day(date: dt.date | int | None) -> dt.date | None:
    return date if isinstance(date, dt.date) else None


def _column(column: DraftColumn, citation: Citation, lang: Lang) -> list[str]:
    clause = column.clause or (f"{citation.clause} · {column.heading}" if citation.clause else "")
    out = [
        f"[columns.{column.key}]",
        f"indicator = {_value(column.indicator)}",
        f"operator = {_value(column.operator)}"
        + ("" if column.signed else f"  # ? {_line(Message('packs_import.sign_assumed')(lang))}"),
        f"unit = {_value(column.unit)}",
        f"mandatory = {_value(column.mandatory)}",
        f"clause = {_value(clause)}"
        + (
            ""
            if clause
            else f"  # {Message('packs_import.clause_of', heading=_line(column.heading))(lang)}"
        ),
    ]
    if column.decimals != 2:
        out.append(f"decimals = {column.decimals}")
    if column.any_of:
        out.append(f"any_of = {_value(column.any_of)}")
    if column.printed_unit:
        divisor = int(column.divide_by) if column.divide_by.is_integer() else column.divide_by
        out += [f"printed_unit = {_value(column.printed_unit)}", f"divide_by = {_value(divisor)}"]
    return out


def _row(row: DraftRow, lang: Lang) -> list[str]:
    keys = row.keys
    unsure = "" if keys.sure else f"  # ? {_line(Message('packs_import.check_keys')(lang))}"
    out = ["[[rows]]", f"industry = {_value(keys.title)}"]
    out.append(f"codes = {_value(list(keys.codes))}{unsure}")
    out.append(f"names = {_value(list(keys.names))}")
    cells = ", ".join(f"{key} = {_value(value)}" for key, value in row.cells.items())
    return [*out, f"cells = {{ {cells} }}"]
