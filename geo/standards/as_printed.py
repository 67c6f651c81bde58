"""Rule packs as tables again: a pack as its document prints it, and the list of all packs."""

from __future__ import annotations

import pandas as pd

from geo.model import LAYERS, RULE_FIGURES, TOTALS, show_unit
from geo.model.indicators import total_title
from geo.standards.cell import Cell, Ends
from geo.standards.model import Column, Pack
from geo.standards.sets import SIGNS
from geo.text import Lang, bracket


def as_printed(pack: Pack) -> pd.DataFrame:
    """The pack's table, every cell as text: one row a row of the document, one column a column."""
    cells = {
        key: [cell_text(cell, column) for cell in pack.cells(key)]
        for key, column in pack.columns.items()
    }
    return pd.DataFrame(cells, index=pd.Index([row.industry for row in pack.rows], name="row"))


def heading(column: Column, lang: Lang) -> str:
    """A column by the figure that it asks for, with its unit; a requirement as parcels name it."""
    name = column.indicator
    if name in TOTALS and lang == "zh":
        title = total_title(TOTALS[name])
    else:
        known = RULE_FIGURES.get(name) or LAYERS["parcels"].by_name.get(name)
        title = name if known is None else getattr(known, lang)
    unit = show_unit(column.printed_unit or column.unit, lang, "CNY")
    return bracket(title, unit)(lang) if unit else title


def cell_text(cell: Cell, column: Column) -> str:
    """One cell: `≥150`, `≥0.7且≤1.8`, `/`, or its words."""
    percent = "%" if column.unit == "%" else ""
    if cell.kind == "number":
        return f"{SIGNS[column.operator]}{cell.low:g}{percent}"
    if cell.kind == "range":
        return ends_text(cell, percent)
    if cell.bands:
        bands = (f"{band_text(cell.by, b)}：{cell_text(b.cell, column)}" for b in cell.bands)
        return "；".join(bands)
    return cell.text


def ends_text(ends: Ends, unit: str) -> str:
    """From where to where: `≥0.7且≤1.8`."""
    signed = (
        (SIGNS[">" if ends.low_open else ">="], ends.low),
        (SIGNS["<" if ends.high_open else "<="], ends.high),
    )
    return "且".join(f"{sign}{end:.12g}{unit}" for sign, end in signed if end is not None)


def band_text(by: str, band: Ends) -> str:
    """A band of the figure `by`: `营业收入＞20000万元且＜50000万元`, `投产满年数＝1年`."""
    known = RULE_FIGURES.get(by)
    title, unit = (known.zh, known.unit) if known else (by, "")
    if band.low is not None and band.low == band.high:
        return f"{title}＝{band.low:.12g}{unit}"
    return f"{title}{ends_text(band, unit)}"


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
