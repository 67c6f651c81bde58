"""Rule packs as tables again: a pack as its document prints it, and the list of all packs."""

from __future__ import annotations

import pandas as pd

from geo.standards.model import Cell, Column, Pack
from geo.standards.sets import SIGNS


def as_printed(pack: Pack) -> pd.DataFrame:
    """The pack's table, every cell as text: one row a row of the document, one column a column."""
    cells = {
        key: [cell_text(cell, column) for cell in pack.cells(key)]
        for key, column in pack.columns.items()
    }
    return pd.DataFrame(cells, index=pd.Index([row.industry for row in pack.rows], name="row"))


def cell_text(cell: Cell, column: Column) -> str:
    """One cell: `≥150`, `≥0.7且≤1.8`, `/`, or its words."""
    percent = "%" if column.unit == "%" else ""
    if cell.kind == "number":
        return f"{SIGNS[column.operator]}{cell.low:g}{percent}"
    if cell.kind == "range":
        ends = (
            (SIGNS[">" if cell.low_open else ">="], cell.low),
            (SIGNS["<" if cell.high_open else "<="], cell.high),
        )
        return "且".join(f"{sign}{end:g}{percent}" for sign, end in ends if end is not None)
    return cell.text


def catalogue(packs: list[Pack], lang: str) -> pd.DataFrame:
    """One row a pack: what it is, where it was read, how much of it is held.

    `held` counts the cells that judge by themselves, `refer` those that name another document.
    """
    rows = []
    for pack in packs:
        head = pack.head
        kinds = [cell.kind for key in pack.columns for cell in pack.cells(key)]
        rows.append(
            {
                "id": head.id,
                "title": head.title_en if lang == "en" else head.title_zh,
                "level": head.level,
                "document": head.document,
                "date": str(head.date),
                "rows": len(pack.rows),
                "held": len(kinds) - kinds.count("reference"),
                "refer": kinds.count("reference"),
                "found": head.found,
                "url": head.url,
                "note": head.note_en if lang == "en" else head.note_zh,
            }
        )
    return pd.DataFrame(rows)
