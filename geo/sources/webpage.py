"""Tables of a web page: what many systems of government export and call .xls."""

from __future__ import annotations

import email
import email.policy
import re
from html.parser import HTMLParser
from pathlib import Path

from geo.sources.encoding import text_encoding
from geo.sources.grid import RAISED, Cell, Grid, struck

_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_STRUCK = re.compile(r"line-through", re.IGNORECASE)
_RAISED = re.compile(r"vertical-align\s*:\s*super", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
MOST_SPAN = 1000


def page_tables(file: Path, encoding: str | None) -> list[Grid]:
    """The tables of a page (.html) or of a page in one file (.mht), each as a sheet: 表1, 表2."""
    raw = file.read_bytes()
    reader = _Reader()
    page = _mht(raw)
    reader.feed(page or raw.decode(encoding or _charset(raw) or text_encoding(file), "replace"))
    reader.close()
    tables = [g for g in reader.grids if g.cells]
    for number, grid in enumerate(tables, 1):
        grid.name = f"表{number}"
    return tables


def _charset(raw: bytes) -> str | None:
    """What the page says of its encoding, if it is one and fits."""
    found = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", raw[:4096])
    if found is None:
        return None
    name = found[1].decode("ascii")
    name = "gb18030" if name.lower() in ("gb2312", "gbk") else name
    try:
        raw.decode(name)
    except (LookupError, UnicodeDecodeError):
        return None
    return name


def _mht(raw: bytes) -> str:
    """The page within a .mht; empty if it is none."""
    if b"mime-version:" not in raw[:4096].lower():
        return ""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                return body.decode(
                    part.get_content_charset() or _charset(body) or "utf-8", "replace"
                )
    return ""


class _Reader(HTMLParser):
    """Fills a grid a table; a table within a cell is a table of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.grids: list[Grid] = []
        self.open: list[_Table] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "table":
            self.open.append(_Table())
            self.grids.append(self.open[-1].grid)
        elif self.open:
            table = self.open[-1]
            if tag == "tr":
                table.new_row(hidden=bool(_HIDDEN.search(attributes.get("style", ""))))
            elif tag in ("td", "th"):
                table.new_cell(attributes)
            else:
                table.look.start(tag, attributes)
            if tag in ("br", "p", "div") and table.words is not None and "".join(table.words):
                table.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self.open:
            self.open[-1].look.end(tag)
        if self.open and tag in ("td", "th", "tr", "table"):
            self.open[-1].end_cell()
        if self.open and tag == "table":
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1].words is not None:
            self.open[-1].add(re.sub(r"[ \t\r\n]+", " ", data))


class _Look:
    """How the words of a cell look, by the elements that are open around them."""

    def __init__(self) -> None:
        self.open: list[tuple[str, bool, bool]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        style = attributes.get("style", "")
        raised = tag == "sup" or bool(_RAISED.search(style))
        out = tag in ("s", "strike", "del") or bool(_STRUCK.search(style))
        if tag not in ("br", "img", "col", "input", "hr"):  # these never end
            self.open.append((tag, raised, out))

    def end(self, tag: str) -> None:
        """The element and all that is left open within it ends; a stray end is nothing."""
        at = next((i for i in reversed(range(len(self.open))) if self.open[i][0] == tag), None)
        if at is not None:
            del self.open[at:]

    def shown(self, text: str) -> str:
        """Raised digits as such: a footnote's mark is no digit; what is struck out, with a stroke."""
        text = text.translate(RAISED) if any(raised for _, raised, _ in self.open) else text
        return struck(text) if any(out for *_, out in self.open) else text


class _Table:
    """A table being read: its grid, the row and column it is at, and what rows above cover."""

    def __init__(self) -> None:
        self.grid = Grid()
        self.row, self.column = -1, 0
        self.covered: set[tuple[int, int]] = set()
        self.words: list[str] | None = None
        self.look = _Look()
        self.stored = ""
        self.span = (1, 1)

    def new_row(self, *, hidden: bool) -> None:
        self.end_cell()
        self.row, self.column = self.row + 1, 0
        if hidden:
            self.grid.hidden_rows.add(self.row)

    def add(self, text: str) -> None:
        """Words of the cell that is open."""
        if self.words is not None:
            self.words.append(self.look.shown(text))

    def new_cell(self, attributes: dict[str, str]) -> None:
        self.end_cell()
        self.look = _Look()
        self.look.start("td", attributes)
        self.row = max(self.row, 0)
        while (self.row, self.column) in self.covered:
            self.column += 1
        self.words, self.stored = [], attributes.get("x:num", "")
        self.span = (_span(attributes.get("rowspan", "")), _span(attributes.get("colspan", "")))

    def end_cell(self) -> None:
        if self.words is None:
            return
        text = re.sub(r" ?\n ?", "\n", "".join(self.words)).replace("\u00a0", " ").strip()
        self.words = None
        value: Cell = float(self.stored) if _NUMBER.fullmatch(self.stored) else text
        if value != "":
            self.grid.put(self.row, self.column, value)
        high, wide = self.span
        if high > 1 or wide > 1:
            self.grid.merged.append(
                ((self.row, self.column), (self.row + high - 1, self.column + wide - 1))
            )
            self.covered.update(
                (r, c)
                for r in range(self.row, self.row + high)
                for c in range(self.column, self.column + wide)
            )
        self.column += wide


def _span(text: str) -> int:
    return min(max(int(text), 1), MOST_SPAN) if text.isdigit() else 1
