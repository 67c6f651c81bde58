"""packs import: an office's table of requirements made into a draft of a rule pack."""

from __future__ import annotations

import datetime as dt
import getpass
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import typer

from geo.cli.intake import asking
from geo.cli.usage import BadValue
from geo.errors import OutputError, SourceError, system_reason
from geo.intake.answers import KeptAnswers, answers_of, unused_answers
from geo.intake.as_json import answer_json
from geo.intake.packs.beside import Beside, beside
from geo.intake.packs.citing import Citation, ask_citation, cited_above, dated
from geo.intake.packs.draft import Draft, draft_of
from geo.intake.packs.layout import layout_of
from geo.intake.packs.printed import PrintedTable, tables_of
from geo.intake.packs.writing import open_questions, pack_text
from geo.intake.questions import Answer, Interview, nobody
from geo.text import Lang, Message, join


def citation(issuer: str, document: str, date: str, url: str, clause: str) -> Citation:
    """What the command line says of the document; BadValue for a date that is none."""
    day = dated(date)
    if date and day is None:
        raise BadValue(Message("packs_import.no_day", text=date))
    return Citation("", issuer=issuer, document=document, date=day, url=url, clause=clause)


@dataclass(frozen=True)
class Wanted:
    """The table by name or number, the class of land, "" where not given, and its citation."""

    table: str
    land_class: str
    cited: Citation


def ask_of(answers: Path | None, lang: Lang, *, yes: bool, quiet: bool) -> KeptAnswers:
    """Whom questions are put to: the file of answers, then whoever types unless `yes`."""
    return answers_of(answers, nobody if yes else asking(lang, quiet=quiet))


def import_pack(
    source: Path | None,
    out: Path | None,
    wanted: Wanted,
    kept: KeptAnswers,
    by: str,
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    """Write the draft of a table, print what differs from the source and what is still open."""
    if source is None:
        raise BadValue(Message("usage.missing", name="FILE"))
    target = out or Path(f"{source.stem}.toml")
    if target.exists():
        raise OutputError("packs_import.exists", file=target)
    talk = Interview(kept.ask)
    draft = _draft(source, wanted, talk, lang)
    known = cited_above(draft.table, replace(wanted.cited, pack_id=target.stem))
    cited = ask_citation(draft.table, known, talk)
    today = dt.datetime.now().astimezone().date()
    given = kept.recorded(talk.answers, by or getpass.getuser(), today)
    cells = beside(draft)
    asked = talk.answers[len(draft.answers) :]
    text = pack_text(draft, cited, lang, source.name, given, asked)
    try:
        target.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(
            "cli_build.cannot_write", folder=target, strerror=system_reason(error)
        ) from error
    if as_json:
        facts = _facts(draft, cells, talk.answers, target, lang)
        typer.echo(json.dumps(facts, ensure_ascii=False))
    else:
        _show(draft, cells, talk.answers, target, lang)
    for unused in unused_answers(kept):
        typer.echo(unused(lang), err=True)


def _show(
    draft: Draft, cells: list[Beside], answers: list[Answer], target: Path, lang: Lang
) -> None:
    """Each cell that was taken beside the source, a line for each column and row that was not."""
    taken = [cell for cell in cells if cell.taken]
    for cell in taken:
        mark = "  " if cell.same else "≠ "
        typer.echo(mark + _beside(cell)(lang))
    for heading, texts in draft.left.items():
        left = Message("packs_import.left", heading=heading)(lang)
        typer.echo(f"－ {left} {' | '.join(texts)}")
    for row, texts in draft.other_rows:
        typer.echo(f"－ {Message('packs_import.other_row', row=row)(lang)} {' | '.join(texts)}")
    still = open_questions(answers, lang)
    for question in still:
        typer.echo(f"? {question}")
    saved = Message(
        "packs_import.saved",
        file=target,
        cells=len(taken),
        differ=sum(not cell.same for cell in taken),
        left=sum(not cell.taken and bool(cell.printed) for cell in cells),
        questions=len(still),
    )
    typer.echo(saved(lang))


def _draft(source: Path, wanted: Wanted, talk: Interview, lang: Lang) -> Draft:
    """The draft of the table that is named, or of the first that names an indicator."""
    tables = tables_of(source)
    listed = join(_called(one, at) for at, one in enumerate(tables, 1))
    numbered = list(enumerate(tables, 1))
    if wanted.table:
        numbered = [(at, one) for at, one in numbered if wanted.table in (one.name, str(at))]
        if not numbered:
            raise SourceError("packs_import.table_lacks", name=wanted.table, tables=listed)
    numbered = [(at, one) for at, one in numbered if layout_of(one, {}) is not None]
    if not numbered:
        raise SourceError("packs_import.no_rule_table", file=source.name, tables=listed)
    number, table = numbered[0]
    if len(numbered) > 1:
        text = Message(
            "packs_import.several_tables",
            file=source.name,
            count=len(numbered),
            name=_called(table, number),
            tables=listed,
        )
        typer.echo(text(lang), err=True)
    draft = draft_of(table, talk, wanted.land_class)
    if draft is None:  # it is laid out, as was looked above
        raise SourceError("packs_import.no_rule_table", file=source.name, tables=listed)
    return draft


def _beside(cell: Beside) -> Message:
    return Message(
        "packs_import.beside",
        row=cell.row,
        heading=cell.heading,
        printed=cell.printed or Message("packs_import.blank"),
        taken=cell.taken,
    )


def _called(table: PrintedTable, number: int) -> str:
    """A table by its number, and by its sheet or what stands closest above it."""
    title = table.name or next(reversed(table.above), "")
    return f"{number} {title}".strip()


def _facts(
    draft: Draft, cells: list[Beside], answers: list[Answer], target: Path, lang: Lang
) -> dict[str, Any]:
    """What `--json` prints: the columns, the rows, every cell beside its source, the questions."""
    return {
        "file": str(target),
        "rows_by": draft.rows_by,
        "columns": [asdict(column) for column in draft.columns],
        "rows": [asdict(row.keys) | {"cells": row.cells} for row in draft.rows],
        "left": {heading: list(texts) for heading, texts in draft.left.items()},
        "cells": [asdict(cell) for cell in cells],
        "questions": open_questions(answers, lang),
        "answers": [answer_json(answer, lang) for answer in answers],
        "notes": list(draft.notes),
    }
