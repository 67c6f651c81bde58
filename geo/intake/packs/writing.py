"""A draft as a pack file: TOML with the office's blanks to fill, what is open, and what was answered.

Until document, date, address and clauses are given, and while a question is listed as open, the
file is refused as a pack: what an office judges by is cited and decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import tomlkit

from geo.intake.answers import Kept
from geo.intake.packs.citing import Citation
from geo.intake.packs.columns import DraftColumn
from geo.intake.packs.draft import Draft, DraftRow
from geo.intake.questions import Answer
from geo.publish.pack_tables import LABELS
from geo.text import Lang, Message


def open_questions(answers: Iterable[Answer], lang: Lang) -> list[str]:
    """What nobody answered, each with the proposal that stands in the draft.

    A blank of the citation needs no line: the blank itself is refused.
    """
    return [
        Message(
            "packs_import.open",
            question=answer.question.text(lang),
            proposal=answer.choice.text(lang),
        )(lang)
        for answer in answers
        if not answer.asked and (answer.question.about, answer.choice.value) != ("citation", "-")
    ]


def pack_text(
    draft: Draft,
    citation: Citation,
    lang: Lang,
    source: str,
    kept: Iterable[Kept] = (),
    asked: Iterable[Answer] = (),
) -> str:
    """The draft as TOML; `asked` are the questions on the citation, `kept` the answers to record."""
    lines = [commented(Message("packs_import.head", source=source)(lang))]
    lines += [commented(note) for note in draft.notes]
    still = open_questions([*draft.answers, *asked], lang)
    if still:
        lines += ["", f"# {Message('packs_import.open_head')(lang)}", "open = ["]
        lines += [*(f"  {toml_value(one)}," for one in still), "]"]
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
    for title, cells in draft.other_rows:
        lines += [
            f"# {_line(Message('packs_import.other_row', row=title)(lang))} {_line(' | '.join(cells))}"
        ]
    for one in kept:
        lines += [
            "",
            "[[answers]]",
            *(f"{key} = {toml_value(v)}" for key, v in asdict(one).items()),
        ]
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    """A text as it may stand in a comment: one line, nothing that TOML forbids."""
    return "".join(c if c.isprintable() else " " for c in text)


def toml_value(value: Any) -> str:
    """A value as TOML writes it, tables and lists in one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    text: str = tomlkit.item(value).as_string()
    return text


def commented(text: str) -> str:
    """A text as a comment."""
    return f"# {_line(text)}"


def _head(draft: Draft, citation: Citation, lang: Lang) -> list[str]:
    blank = Message("packs_import.to_fill")(lang)
    title = citation.title
    rows: list[tuple[str, Any]] = [
        ("id", citation.pack_id),
        ("title_zh", title),
        ("title_en", citation.title_en or title),
        ("issuer", citation.issuer),
        ("document", citation.document),
        ("date", citation.date),
        ("url", citation.url),
        ("region", citation.region),
        ("in_force_from", citation.in_force_from),
        ("level", citation.level or None),
        ("rows_by", draft.rows_by),
    ]
    chosen = LABELS["choose_one"].zh
    rows += [("choose_one", True) for text in draft.table.above if text.startswith(chosen)]
    must = ("title_zh", "issuer", "document", "date", "url", "in_force_from")
    out = []
    for key, value in rows:
        if value is None:
            out.append(f"# {key} =  # {blank}")
        else:
            empty = key in must and value == ""
            out.append(f"{key} = {toml_value(value)}{f'  # {blank}' if empty else ''}")
    return out


def _column(column: DraftColumn, citation: Citation, lang: Lang) -> list[str]:
    clause = column.clause or (f"{citation.clause} · {column.heading}" if citation.clause else "")
    out = [
        f"[columns.{column.key}]",
        f"indicator = {toml_value(column.indicator)}",
        f"operator = {toml_value(column.operator)}"
        + ("" if column.signed else f"  # ? {_line(Message('packs_import.sign_assumed')(lang))}"),
        f"unit = {toml_value(column.unit)}",
        f"mandatory = {toml_value(column.mandatory)}",
        f"clause = {toml_value(clause)}"
        + (
            ""
            if clause
            else f"  # {Message('packs_import.clause_of', heading=_line(column.heading))(lang)}"
        ),
    ]
    if column.decimals != 2:
        out.append(f"decimals = {column.decimals}")
    if column.any_of:
        out.append(f"any_of = {toml_value(column.any_of)}")
    if column.printed_unit:
        divisor = int(column.divide_by) if column.divide_by.is_integer() else column.divide_by
        out += [
            f"printed_unit = {toml_value(column.printed_unit)}",
            f"divide_by = {toml_value(divisor)}",
        ]
    return out


def _row(row: DraftRow, lang: Lang) -> list[str]:
    keys = row.keys
    unsure = "" if keys.sure else f"  # ? {_line(Message('packs_import.check_keys')(lang))}"
    out = ["[[rows]]", f"industry = {toml_value(keys.title)}"]
    out.append(f"codes = {toml_value(list(keys.codes))}{unsure}")
    out.append(f"names = {toml_value(list(keys.names))}")
    cells = ", ".join(f"{key} = {toml_value(value)}" for key, value in row.cells.items())
    return [*out, f"cells = {{ {cells} }}"]
