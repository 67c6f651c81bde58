"""The first sheet as it is written, row after row, with charts beside the rows."""

from __future__ import annotations

from typing import Any

from geo.publish.excel.fast_sheet import range_of
from geo.publish.excel.listed import Listed
from geo.publish.excel.table_writer import Book
from geo.run import Run
from geo.text import Message, Value

MOST_FORMULAS = 200_000
"""Beyond so many rows a count is written as a value: Excel would count for minutes on opening."""

RIGHT = 4
"""Column where charts begin."""

BESIDE = 40
"""Column of what charts alone need: short words, shares of the first year; it is not printed."""

CHART, SPACE = (690, 460), 14
"""Width and height of a chart, and the space between two, in pixels."""

WRAPPED = 60
"""Letters of a source from which on it stands on two lines."""


class Front:
    """The sheet being written, row after row."""

    def __init__(self, book: Book, sheet: Any, run: Run, listed: dict[str, Listed]) -> None:
        self.book, self.sheet, self.run, self.listed = book, sheet, run, listed
        self.counts = {title: len(one.table) for title, one in listed.items()}
        self.lang, self.settings, self.row = book.lang, book.settings, 0
        add = book.book.add_format
        self.bold = add({"bold": True, "font_size": 18, "font_color": "#1d3557"})
        self.head = add({"bold": True, "font_color": "#1d3557", "bottom": 1})
        self.soft = add({"font_color": "#5b6470"})
        self.formats = {
            int: add({"num_format": "#,##0", "align": "left"}),
            float: add({"num_format": "#,##0.00", "align": "left"}),
        }
        self.wrapped = add({"font_color": "#5b6470", "text_wrap": True, "valign": "top"})
        self.charts = 0

    def say(self, code: str, /, **arguments: Value) -> str:
        """A text in the workbook's language."""
        return Message(code, **arguments)(self.lang)

    def line(self, name: str, value: Any, formula: str = "", source: str = "") -> None:
        """A name, a value (as a formula where there is one) and where it is from."""
        self.sheet.write_string(self.row, 0, name)
        if isinstance(value, str):
            self.sheet.write_string(self.row, 1, value)
        elif formula:
            self.sheet.write_formula(self.row, 1, f"={formula}", self.formats[type(value)], value)
        else:
            self.sheet.write_number(self.row, 1, value, self.formats[type(value)])
        if source:
            long = len(source) > WRAPPED
            self.sheet.write_string(self.row, 2, source, self.wrapped if long else self.soft)
            if long:
                self.sheet.set_row(self.row, 30)
        self.row += 1

    @property
    def last_row(self) -> int:
        """The row at which the charts end, of rows as high as Excel makes them."""
        return -(-self.charts // 2) * (CHART[1] + SPACE) // 20 + 2

    def word(self, text: str) -> None:
        """What a chart calls the next line."""
        self.sheet.write_string(self.row, BESIDE, text)

    def title(self, text: str) -> None:
        """A heading over the lines that follow, after an empty one."""
        self.row += 1
        for column in range(3):
            self.sheet.write_string(self.row, column, text if column == 0 else "", self.head)
        self.row += 1

    def cells(self, title: str, column: str) -> list[str]:
        """Ranges of a column of a sheet; none where it is not there or too long to count."""
        count, names = self.counts.get(title, 0), self.book.columns.get(title, [])
        if column not in names or not 0 < count <= MOST_FORMULAS:
            return []
        return range_of(title, names.index(column), count, noted=title in self.book.noted)

    def chart(
        self,
        kind: dict[str, Any],
        title: str,
        series: list[dict[str, Any]],
        least: float | None = 0,
        unit: str = "",
    ) -> None:
        """A chart in the next place of two columns beside the figures; `unit` names its axis."""
        if not series:
            return
        chart = self.book.book.add_chart(kind)
        for one in series:
            chart.add_series(one)
        chart.set_title({"name": title, "name_font": {"size": 11, "bold": False}})
        chart.set_size({"width": CHART[0], "height": CHART[1]})
        lines = {"visible": True, "line": {"color": "#e3e6ea"}}
        named = {"name": unit, "name_font": {"size": 9, "bold": False}}
        figures = {"min": least, "major_gridlines": lines, **named}
        if kind["type"] == "bar":  # names upright, the first on top
            chart.set_y_axis({"reverse": True, "major_gridlines": {"visible": False}})
            chart.set_x_axis(figures | {"label_position": "high"})
        elif kind["type"] != "doughnut":
            chart.set_y_axis(figures)
        chart.set_legend(
            {"position": "bottom"}
            if len(series) > 1 or kind["type"] == "doughnut"
            else {"none": True}
        )
        down, right = divmod(self.charts, 2)
        self.sheet.insert_chart(
            1,
            RIGHT,
            chart,
            {
                "x_offset": right * (CHART[0] + SPACE),
                "y_offset": down * (CHART[1] + SPACE),
                "object_position": 3,
            },
        )
        self.charts += 1
