"""A rule pack as a table that people read and that `mujun packs import` reads back: Excel or Word.

The table is Chinese, as the documents are.
"""

from __future__ import annotations

from pathlib import Path

import docx
import xlsxwriter

from geo.errors import OutputError
from geo.publish.letters import writable
from geo.standards.as_printed import cell_text, heading
from geo.standards.cell import read_cell
from geo.standards.model import Column, Pack, Row
from geo.text import Message

LABELS = {
    "title_zh": Message("pack_table.title_zh"),
    "title_en": Message("pack_table.title_en"),
    "issuer": Message("pack_table.issuer"),
    "document": Message("pack_table.document"),
    "date": Message("pack_table.date"),
    "url": Message("pack_table.url"),
    "region": Message("pack_table.region"),
    "in_force_from": Message("pack_table.in_force_from"),
    "level": Message("pack_table.level"),
    "rows_by": Message("pack_table.rows_by"),
    "choose_one": Message("pack_table.choose_one"),
}
"""Lines above the table, by the key of a pack's head."""


def write_pack_table(pack: Pack, file: Path) -> None:
    """The pack's table with its citation above it.

    Raises OutputError for another ending than .xlsx and .docx, and for a file that is there.
    """
    if file.suffix.lower() not in _WRITERS:
        raise OutputError("packs_import.export_kind", file=file)
    if file.exists():
        raise OutputError("packs_import.exists", file=file)
    _WRITERS[file.suffix.lower()](_above(pack), _lines(pack), file)


def _above(pack: Pack) -> list[str]:
    head = pack.head.model_dump(mode="json")
    return [f"{label.zh}：{head[key]}" for key, label in LABELS.items() if head.get(key)]


_LEADING = (
    Message("pack_table.code"),
    Message("pack_table.industry"),
    Message("pack_table.names"),
)
"""Headings of what a row is matched by."""


def _lines(pack: Pack) -> list[list[str]]:
    """Headings, clauses, standing, then a line a row of the pack."""
    columns = pack.columns.values()
    return [
        [*(label.zh for label in _LEADING), *map(_heading, columns)],
        [Message("pack_table.clause").zh, "", "", *(column.clause for column in columns)],
        [Message("pack_table.standing").zh, "", "", *map(_standing, columns)],
        *(_line(row, pack) for row in pack.rows),
    ]


def _heading(column: Column) -> str:
    """As it is read back: a requirement by its column, which no document heads in one way."""
    return column.indicator if column.operator == "attested" else heading(column, "zh")


def _standing(column: Column) -> str:
    """Mandatory or not; decimals other than two; the columns of which one is enough."""
    held = Message("pack_table.mandatory")
    parts = [held if column.mandatory else Message("pack_table.recommended")]
    if column.decimals != 2:
        parts.append(Message("pack_table.decimals", count=column.decimals))
    if column.any_of:
        parts.append(Message("pack_table.either", name=column.any_of))
    return "；".join(part.zh for part in parts)


def _line(row: Row, pack: Pack) -> list[str]:
    cells = [cell_text(read_cell(row.cells[key]), column) for key, column in pack.columns.items()]
    return ["、".join(row.codes), row.industry, "、".join(row.names), *cells]


def _excel(above: list[str], lines: list[list[str]], file: Path) -> None:
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet(Message("packs_import.sheet")("zh"))
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    heading = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "bold": True})
    for row, text in enumerate(above):
        sheet.write_string(row, 0, writable(text))
    for row, line in enumerate(lines):
        look = heading if row == 0 else wrapped
        for column, text in enumerate(line):
            sheet.write_string(len(above) + row, column, writable(text), look)
    sheet.set_column(0, len(lines[0]), 22)
    book.close()


def _word(above: list[str], lines: list[list[str]], file: Path) -> None:
    document = docx.Document()
    for text in above:
        document.add_paragraph(writable(text))
    table = document.add_table(rows=len(lines), cols=len(lines[0]), style="Table Grid")
    for line, cells in zip(lines, table.rows, strict=True):
        for text, cell in zip(line, cells.cells, strict=True):
            cell.text = writable(text)
    document.save(str(file))


_WRITERS = {".xlsx": _excel, ".docx": _word}
