"""Where a cell stands, in the words of the program that made the file: 指标!C7."""

from __future__ import annotations

from typing import Any

BLOCK = 1 << 20
"""Rows of an Excel sheet. `source_row` of the k-th of several sheets read as one is k * BLOCK + row
(so is the k-th year's of a ledger with a column a year): unique in the frame, and still a row."""


def cell_name(attrs: dict[str, Any], heading: str, source_row: int) -> str:
    """The address of a cell, as `attrs` of its frame know it: sheet, letters, row.

    Without letters (CSV) it is the row alone.
    """
    block, row = divmod(source_row, BLOCK)
    sheets = attrs.get("sheets", [])
    letters = attrs.get("letters", {}).get(heading, "")
    sheet = f"{sheets[block]}!" if block < len(sheets) and sheets[block] else ""
    return f"{sheet}{letters}{row}"
