"""A workbook of tables: headings with units, filters, frozen panes, colours by what a cell says."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter
from rich.cells import cell_len

from geo.evaluate.grades import GRADE_WORDS
from geo.evaluate.plan import NO_PLAN, Plan
from geo.evaluate.plan_targets import RESULTS
from geo.model import Column
from geo.model.units import parse
from geo.project import Settings
from geo.publish.excel.fast_sheet import MAX_ROWS, Link, TableSheet, Words, part_title, words
from geo.publish.excel.listed import MAIN
from geo.publish.excel.packed import pack
from geo.publish.headings import column_of, heading
from geo.publish.look.style import palette
from geo.publish.stable import MOMENT
from geo.publish.words import words_of
from geo.standards.vocabulary import VERDICTS
from geo.text import Message, Wording, bracket

LEGIBLE = 300
"""Widths of columns, in digits, that fit on the width of an A3 with letters of at least 6 points."""

SENTENCES = ("message", "mend")
"""Columns that are read from end to end: as wide as the longest of their texts, up to WIDEST."""

WIDEST = 80

LONGEST_FOOT = 80
"""Letters of a title in the foot of a page, of which Excel takes 255 in all."""


class Book:
    """An Excel file being written, a sheet a table; text is text, whatever it begins with."""

    def __init__(self, file: Path, settings: Settings, plan: Plan = NO_PLAN) -> None:
        self.settings, self.lang, self.currency = settings, settings.lang, settings.currency
        self.catalogue = settings.catalogue
        self.plan = plan
        self.file, self.made = file, BytesIO()
        self.sheets: list[TableSheet] = []
        self.book = xlsxwriter.Workbook(
            self.made,
            {
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "nan_inf_to_errors": False,
                "in_memory": True,
            },
        )
        self.book.set_properties({"created": MOMENT})
        add = self.book.add_format
        self.head = add(
            {
                "bold": True,
                "bg_color": "#1d3557",
                "font_color": "#ffffff",
                "text_wrap": True,
                "valign": "vcenter",
                "border": 1,
            }
        )
        self.number, self.integer = add({"num_format": "#,##0.00"}), add({"num_format": "#,##0"})
        self.plain, self.link = (
            add({"num_format": "0"}),
            add({"font_color": "#1f5fa8", "underline": 1}),
        )
        self.share, self.date = add({"num_format": "0.00%"}), add({"num_format": "yyyy-mm-dd"})
        self.fills = self._fills()
        self.note = add({"bold": True, "font_color": "#8a4b00"})
        self.columns: dict[str, list[str]] = {}
        self.noted: set[str] = set()

    def _fills(self) -> dict[str, dict[str, Any]]:
        """Of each vocabulary that is coloured, the format of each word."""
        light = {"font_color": "#222222"}
        verdicts = {
            text(self.lang): self.book.add_format(
                {"bg_color": palette()["verdict"][v]}
                | ({"font_color": "#ffffff"} if v in ("pass", "fail", "conflict") else light)
            )
            for v, text in VERDICTS.items()
        }
        results = {
            text(self.lang): self.book.add_format(
                {
                    "font_color": {
                        "met": palette()["verdict"]["pass"],
                        "not_met": palette()["verdict"]["fail"],
                        "no_data": "#777777",
                    }[name],
                    "bold": True,
                }
            )
            for name, text in RESULTS.items()
        }
        grades = {
            text(self.lang): self.book.add_format(
                {"bg_color": palette()["grade"][name]}
                | ({"font_color": "#ffffff"} if name in ("A", "D") else light)
            )
            for name, text in GRADE_WORDS.items()
        }
        return {"verdict": verdicts, "target_result": results, "grade": grades}

    def table(
        self,
        title: str,
        table: pd.DataFrame,
        links: dict[str, Link] | None = None,
        name: str = "",
        note: str = "",
    ) -> None:
        """One sheet, or several where the rows pass Excel's limit.

        `links` are columns of links, each put after the column that it is named for; `name` is
        the table's in `geo.model.tables`, which says what its columns are; `note`, of what the
        sheet leaves out, stands above its heading.
        """
        plain = pd.DataFrame(table.drop(columns="geometry", errors="ignore"))
        if "source_row" in plain:
            plain["source_row"] = plain.pop("source_row")  # ids stand first, and stay in view
        first = [column for column in MAIN.get(name, ()) if column in plain]
        plain = plain[[*first, *(column for column in plain if column not in first)]]
        for part, start in enumerate(range(0, max(len(plain), 1), MAX_ROWS)):
            own = {
                name: Link(
                    link.sheets,
                    link.sheet[start : start + MAX_ROWS],
                    link.row[start : start + MAX_ROWS],
                    link.said,
                )
                for name, link in (links or {}).items()
            }
            rows = plain.iloc[start : start + MAX_ROWS]
            self._sheet(part_title(title, part), rows, own, name, note)

    def _sheet(
        self, title: str, plain: pd.DataFrame, links: dict[str, Link], table: str, note: str
    ) -> None:
        said = words_of(table, self.settings, self.plan)
        sheet = self.book.add_worksheet(title, TableSheet)
        self.sheets.append(sheet)
        top = 1 if note else 0
        if note:
            sheet.write_string(0, 0, note, self.note)
            self.noted.add(title)
        sheet.freeze_panes(top + 1, 1)
        sheet.set_landscape()
        sheet.set_paper(8)  # A3
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, top)
        sheet.repeat_columns(0)
        sheet.hide_gridlines(0)  # on paper, too: figures and words stand side by side
        sheet.set_row(top, 32)
        body: list[tuple[Any, Any]] = []
        widths: list[int] = []
        names: list[str] = []
        for name in map(str, plain.columns):
            column = column_of(name, table) or Column(name, name, name)
            style, width, values = self._column(column, plain[name], said.get(name, {}))
            head = heading(name, self.lang, self.currency, self.catalogue, table)
            if column.vocabulary == "industry_field" and name != "field_declared":
                head = self._marked(head)
            self._heading(sheet, top, len(body), head, width)
            widths.append(width)
            self._colours(sheet, column, len(body), top + 1, len(plain))
            body.append((values, style))
            names.append(name)
            if name in links:
                see = Message("table_writer.see")(self.lang)
                self._heading(sheet, top, len(body), see, 8)
                widths.append(8)
                body.append((links[name], self.link))
                names.append(f"{name} →")
        self.columns.setdefault(title, names)
        if body:
            last = top + max(len(plain), 1)
            sheet.fill(body, len(plain), top)
            sheet.autofilter(top, 0, last, len(body) - 1)
            self._page(sheet, widths, last)

    def _page(self, sheet: Any, widths: list[int], rows: int) -> None:
        """What is printed: as many of the first columns as can be read on the paper's width."""
        room = np.cumsum(widths)
        shown = max(int((room <= LEGIBLE).sum()), 1)
        said = ""
        if shown < len(widths):
            sheet.print_area(0, 0, rows, shown - 1)
            whole = Message("table_writer.printed", shown=shown, every=len(widths))
            said = whole(self.lang)
        title = f"{sheet.get_name()}  {self.settings.title}"[:LONGEST_FOOT].replace("&", "&&")
        sheet.set_footer(f"&L&8{title}&C&8{said}&R&8&P / &N")

    def _marked(self, head: str) -> str:
        """The heading of a column of fields of industry, whose table may be a proposal."""
        table = self.settings.fields
        if table is None or table.is_confirmed:
            return head
        return bracket(head, Message("industry_fields.proposal_short"))(self.lang)

    def _heading(self, sheet: Any, row: int, at: int, text: str, width: int) -> None:
        sheet.set_column(at, at, width)
        sheet.write_string(row, at, text, self.head)

    def _colours(self, sheet: Any, column: Column, at: int, first: int, count: int) -> None:
        last = first + count - 1
        if not count:
            return
        for word, style in self.fills.get(column.vocabulary, {}).items():
            sheet.conditional_format(
                first,
                at,
                last,
                at,
                {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": style},
            )
        if column.name.endswith("_per_mu") and count <= 10_000:
            bar = {"type": "data_bar", "bar_color": "#a9c6e3"}
            sheet.conditional_format(first, at, last, at, bar)

    def _column(
        self, column: Column, values: pd.Series[Any], said: Mapping[str, Wording]
    ) -> tuple[Any, int, Any]:
        """Cell format, width and cells of one column."""
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            return self.date, 12, values
        numeric = pd.api.types.is_numeric_dtype(values.dtype)
        if pd.api.types.is_bool_dtype(values.dtype) or (column.kind == "bool" and numeric):
            yes, no = (Message(f"table_writer.{word}")(self.lang) for word in ("yes", "no"))
            codes = values.astype("Int8").fillna(-1).to_numpy(np.int8)
            return None, 10, Words(codes, [no, yes])
        if numeric:
            whole = pd.api.types.is_integer_dtype(values.dtype) or column.kind == "integer"
            # People are whole where a row is an enterprise, shares of them on parcels.
            people = (unit := parse(column.unit)) is not None and unit.dimension == "people"
            whole = whole or (people and bool((values.dropna() % 1 == 0).all()))
            style = self.integer if whole else self.number
            if column.form == "share" or column.name.endswith("_growth"):
                style = self.share
            elif column.name.endswith(("year", "row")):
                style = self.plain
            return style, 14, values
        plain = words(values)
        shown = Words(plain.codes, [said[t](self.lang) if t in said else t for t in plain.texts])
        width = 16 if said else 44 if column.wide else 20
        if column.name in SENTENCES:
            width = min(max(width, *map(cell_len, shown.texts)), WIDEST) if shown.texts else width
        return None, width, shown

    def close(self) -> None:
        """Write the file."""
        self.book.set_properties({"comments": self.settings.synthetic, "created": MOMENT})
        self.book.close()
        pack(self.made, self.sheets, self.file)
