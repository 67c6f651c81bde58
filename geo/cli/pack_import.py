"""packs import: an office's table of requirements made into a draft of a rule pack."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import typer

from geo.cli.usage import BadValue
from geo.errors import OutputError, SourceError
from geo.intake.packs.beside import Beside, beside
from geo.intake.packs.draft import Draft, draft_of
from geo.intake.packs.printed import PrintedTable, tables_of
from geo.intake.packs.writing import Citation, cited_above, dated, pack_text
from geo.text import Lang, Message, join


def citation(issuer: str, document: str, date: str, url: str, clause: str) -> Citation:
    """What the command line says of the document; BadValue for a date that is none."""
    day = dated(date)
    if date and day is None:
        raise BadValue(Message("packs_import.no_day", text=date))
    return Citation("", issuer=issuer, document=document, date=day, url=url, clause=clause)


def import_pack(
    source: Path | None,
    out: Path | None,
    of: tuple[str, str],
    cited: Citation,
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    """Write the draft of a table, print what differs from the source and what is to be checked.

    `of` is the table's name or number, and the class of land, "" where they are not given.
    """
    if source is None:
        raise BadValue(Message("usage.missing", name="FILE"))
    target = out or Path(f"{source.stem}.toml")
    if target.exists():
        raise OutputError("packs_import.exists", file=target)
    draft = _draft(source, *of, lang)
    cited = cited_above(draft, replace(cited, pack_id=target.stem))
    cells = beside(draft)
    text = pack_text(draft, cited, lang, source.name)
    try:
        target.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(
            "cli_build.cannot_write", folder=target, strerror=error.strerror
        ) from error
    if as_json:
        typer.echo(json.dumps(_facts(draft, cells, target, lang), ensure_ascii=False))
        return
    for cell in cells:
        mark = "  " if cell.same else "≠ "
        typer.echo(mark + _beside(cell)(lang))
    for question in draft.questions:
        typer.echo(f"? {question(lang)}")
    differ = sum(not cell.same for cell in cells)
    count = len(draft.questions)
    typer.echo(
        Message(
            "packs_import.saved", file=target, cells=len(cells), differ=differ, questions=count
        )(lang)
    )


def _draft(source: Path, name: str, land_class: str, lang: Lang) -> Draft:
    """The draft of the table that is named, or of the first that names an indicator."""
    tables = tables_of(source)
    listed = join(_called(one, at) for at, one in enumerate(tables, 1))
    if name:
        tables = [one for at, one in enumerate(tables, 1) if name in (one.name, str(at))]
        if not tables:
            raise SourceError("packs_import.table_lacks", name=name, tables=listed)
    drafts = [(one, draft) for one in tables if (draft := draft_of(one, land_class)) is not None]
    if not drafts:
        raise SourceError("packs_import.no_rule_table", file=source.name, tables=listed)
    if len(drafts) > 1:
        first = drafts[0][0]
        text = Message(
            "packs_import.several_tables",
            file=source.name,
            count=len(drafts),
            name=_called(first, tables.index(first) + 1),
            tables=listed,
        )
        typer.echo(text(lang), err=True)
    return drafts[0][1]


def _beside(cell: Beside) -> Message:
    return Message(
        "packs_import.beside",
        row=cell.row,
        heading=cell.heading,
        printed=cell.printed,
        taken=cell.taken,
    )


def _called(table: PrintedTable, number: int) -> str:
    """A table by its number, and by its sheet or what stands closest above it."""
    title = table.name or next(reversed(table.above), "")
    return f"{number} {title}".strip()


def _facts(draft: Draft, cells: list[Beside], target: Path, lang: Lang) -> dict[str, Any]:
    """What `--json` prints: the columns, the rows, every cell beside its source, the questions."""
    return {
        "file": str(target),
        "rows_by": draft.rows_by,
        "columns": [asdict(column) for column in draft.columns],
        "rows": [asdict(row.keys) | {"cells": row.cells} for row in draft.rows],
        "left": {heading: list(texts) for heading, texts in draft.left.items()},
        "cells": [asdict(cell) for cell in cells],
        "questions": [question(lang) for question in draft.questions],
        "notes": list(draft.notes),
    }
