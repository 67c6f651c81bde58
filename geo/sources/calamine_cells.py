"""Cells of .xls and .xlsb by calamine, in a process of its own (`geo.sources.apart`).

calamine is Rust: at a damaged file it may panic, abort or ask for hundreds of GB. This file imports
nothing of the package.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum

_STATES = {"Visible": "visible", "Hidden": "hidden", "VeryHidden": "very_hidden"}


def sheets(file: str) -> list[dict[str, Any]]:
    """Every worksheet: name, state, `cells` by row and column from 0, and merged areas."""
    out = []
    # By what it holds: from a path it would go by the name's ending.
    with CalamineWorkbook.from_filelike(io.BytesIO(Path(file).read_bytes())) as book:
        for entry in book.sheets_metadata:
            if entry.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(entry.name)
            out.append(
                {
                    "name": entry.name,
                    "state": _STATES[str(entry.visible).rpartition(".")[2]],
                    "cells": _cells(sheet),
                    "merged": _merged(sheet),
                }
            )
    return out


def _cells(sheet: Any) -> dict[int, dict[int, Any]]:
    top, left = sheet.start or (0, 0)
    found = {}
    for row, cells in enumerate(sheet.to_python(skip_empty_area=True), top):
        held = {
            c: _whole(value)
            for c, value in enumerate(cells, left)
            if not isinstance(value, str) or value.strip()
        }
        if held:
            found[row] = held
    return found


def _whole(value: Any) -> Any:
    """Excel stores whole numbers as floats: 2023.0 is 2023."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _merged(sheet: Any) -> list[Any]:
    try:
        return list(sheet.merged_cell_ranges or [])
    # Not told of .xlsb.
    except Exception:  # noqa: BLE001
        return []
