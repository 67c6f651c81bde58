"""A Word document: headings, tables, figures with captions, a table of contents.

It starts from an office's own `report.docx` where there is one: its styles, page, header and
footer stay, `{{title}}` and the like are filled in wherever they stand, and the report takes the
place of the paragraph `{{正文}}` (or `{{body}}`), or follows what is there.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import (
    WD_ALIGN_PARAGRAPH,
    WD_LINE_SPACING,
    WD_TAB_ALIGNMENT,
    WD_TAB_LEADER,
)
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from geo.errors import OutputError
from geo.publish.stable import unclocked_zip
from geo.publish.word.layout import Layout, apply_layout, indent
from geo.text import Message

BODY = ("{{正文}}", "{{body}}")
GRID, LIGHT = "Table Grid", "E8EDF3"
SHORT = 12
"""Rows of a table that stays on one page."""

MOST_OF_A_PROPERTY = 255
"""Letters that Word takes for a property of a file."""


class Word:
    """A document being written; every method adds to its end, or before the mark of a template."""

    def __init__(
        self, template: Path | None, layout: Layout, words: dict[str, str], lang: str
    ) -> None:
        self.lang, self.layout = lang, layout
        try:
            self.doc = docx.Document(str(template) if template else None)
        except Exception as error:  # python-docx lets through what zip and XML say
            raise OutputError("document.template_not_word_document", template=template) from error
        self.own = template is None
        self.styles = frozenset(style.name for style in self.doc.styles)
        self.mark = None
        if self.own:
            apply_layout(self.doc, layout)
            foot = self.doc.sections[0].footer.paragraphs[0]
            foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
            page_number(foot, layout)
        else:
            self.mark = next((p for p in self.doc.paragraphs if p.text.strip() in BODY), None)
            _fill(self.doc, words, self.mark)
        self.headings: list[tuple[int, str]] = []
        self.counts: list[int] = []
        self.contents: Any = None
        self.captions: Counter[str] = Counter()
        self.table_points = layout.table_points if self.own else 9.0

    def properties(self, title: str, maker: str, note: str, day: str) -> None:
        """What Word shows about the file; an office's own template keeps its own."""
        if not self.own:
            return
        about, moment = self.doc.core_properties, datetime.fromisoformat(day)
        short = [_clean(text)[:MOST_OF_A_PROPERTY] for text in (title, maker, note)]
        about.title, about.author, about.comments = short
        about.last_modified_by, about.created, about.modified = short[1], moment, moment

    def save(self, file: Path) -> None:
        """Write the document, its table of contents filled with the headings so far."""
        if self.contents is not None:
            page = self.doc.sections[0]
            wide = Length(page.page_width - page.left_margin - page.right_margin)
            listed = [*enumerate(self.headings)]
            if len(listed) > self.layout.contents_lines:
                listed = [line for line in listed if line[1][0] == 1]
            _fill_contents(self.contents, listed, wide)
        if self.mark is not None:
            _drop(self.mark)
        self.doc.save(str(file))
        unclocked_zip(file)

    def title(self, text: str) -> None:
        """The title; what it has in brackets at its end stands on a line of its own, if not all fits."""
        page, points = self.doc.sections[0], self.doc.styles["Title"].font.size.pt
        wide = Length(page.page_width - page.left_margin - page.right_margin).pt
        self.paragraph(title_lines(text, 0.95 * wide / points), "Title", self.layout.ink)

    def heading(self, text: str, level: int, *, new_page: bool = False) -> None:
        """A heading of level 1 or 2, numbered as Chinese offices do: 一、 and （一）."""
        self.counts = [*self.counts[:level], *[0] * (level - len(self.counts))]
        self.counts[level - 1] += 1
        if self.lang == "zh":
            number = _chinese_number(self.counts[level - 1])
            text = f"{number}、{text}" if level == 1 else f"（{number}）{text}"
        else:
            text = ".".join(map(str, self.counts)) + f" {text}"
        paragraph = self._placed(
            self.doc.add_paragraph(_clean(text), self._style(f"Heading {level}"))
        )
        if new_page:
            paragraph.paragraph_format.page_break_before = True
        _bookmark(paragraph, f"_Toc{len(self.headings):06d}", len(self.headings))
        self.headings.append((level, text))

    def paragraph(
        self,
        text: str,
        style: str = "Normal",
        color: RGBColor | None = None,
        *,
        leads: bool = False,
    ) -> Paragraph:
        """A paragraph of text; one that `leads` stays on the page of what follows."""
        paragraph = self._placed(self.doc.add_paragraph("", self._style(style)))
        run = paragraph.add_run(_clean(text))
        if leads:
            paragraph.paragraph_format.keep_with_next = True
        if color is not None:
            run.font.color.rgb = color
        elif self.own and style == "Normal" and text:
            indent(paragraph, self.layout)
        return paragraph

    def table(self, heads: list[str], rows: list[list[str]], widths: list[float]) -> None:
        """A table with a heading row that repeats on every page; `widths` in cm.

        No row breaks over pages; a short table stays on one, and of a long one the first rows and
        the last ones stay together.
        """
        table = self.doc.add_table(rows=1, cols=len(heads))
        if GRID in self.styles:
            table.style = GRID
        table.autofit = False
        for column, wide in zip(table.columns, widths, strict=True):
            column.width = Cm(wide)
        right = [_is_of_figures([row[at] for row in rows]) for at in range(len(heads))]
        for number, row in enumerate((heads, *rows)):
            made = table.rows[0] if number == 0 else table.add_row()
            _flag(made, "w:cantSplit")
            keep = number < len(rows) and (len(rows) <= SHORT or not 2 < number < len(rows) - 2)
            for at, (cell, text) in enumerate(zip(made.cells, row, strict=True)):
                cell.width = Cm(widths[at])
                _cell(cell, _clean(text), self.table_points, head=number == 0, right=right[at])
                cell.paragraphs[0].paragraph_format.keep_with_next = keep
        _flag(table.rows[0], "w:tblHeader")
        self._placed(table)
        gap = self.paragraph("").paragraph_format  # a table ends a line, not a page
        gap.line_spacing_rule, gap.space_after = WD_LINE_SPACING.SINGLE, Pt(0)

    def figure(self, picture: Path, wide: float, caption: str, alt: str) -> None:
        """A picture `wide` cm across, with a numbered caption and a text for those who hear it."""
        paragraph = self._placed(self.doc.add_paragraph())
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE  # as high as it is
        drawn = paragraph.add_run().add_picture(str(picture), width=Cm(wide))
        drawn._inline.docPr.set("descr", _clean(alt))  # noqa: SLF001 - no public name
        self.caption(Message("document.figure")(self.lang), caption)

    def caption(self, kind: str, text: str) -> None:
        """A caption that Word numbers."""
        paragraph = self._placed(self.doc.add_paragraph("", self._style("Caption")))
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(f"{kind} ")
        self.captions[kind] += 1
        _field(paragraph, f"SEQ {kind} \\* ARABIC", str(self.captions[kind]))
        paragraph.add_run(f"  {_clean(text)}")

    def table_of_contents(self, title: str) -> None:
        """Where the contents stand: a line a heading, linked, with the number of its page.

        Only a program that lays the document out knows the pages. Each number is therefore a field
        of its own (PAGEREF): LibreOffice and what converts with it fill it in at once, Word when it
        prints, makes a PDF, or is told yes to the question that `updateFields` has it ask. Within a
        TOC field LibreOffice leaves the numbers as they were written.
        """
        self.paragraph(
            title,
            "TOC Heading" if "TOC Heading" in self.styles else "Normal",
            self.layout.ink,
        )
        self.contents = self._placed(self.doc.add_paragraph())
        renew = OxmlElement("w:updateFields")
        renew.set(qn("w:val"), "true")
        self.doc.settings.element.append(renew)

    def _style(self, name: str) -> Paragraph:
        return name if name in self.styles else None

    def _placed(self, thing: Any) -> Paragraph:
        if self.mark is not None:
            element = thing._p if hasattr(thing, "_p") else thing._tbl  # noqa: SLF001 - no public name
            self.mark._p.addprevious(element)  # noqa: SLF001 - no public name
        return thing


def title_lines(text: str, most: float) -> str:
    r"""A title in lines: one of more than `most` letters ends its first before its last bracket.

    >>> title_lines("园区评估（演示）", 6), title_lines("园区评估（演示）", 9)
    ('园区评估\n（演示）', '园区评估（演示）')
    """
    wide = sum(1.0 if letter > "\u2e80" else 0.5 for letter in text)
    head, mark, tail = text.rpartition("（")
    return f"{head}\n{mark}{tail}" if wide > most and head and text.endswith("）") else text


def _chinese_number(number: int) -> str:
    """1 to 9999 as 一, 十, 二十一, 一百零三."""
    digits, out, zero = "零一二三四五六七八九", "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            out += ("零" if zero else "") + digits[digit] + name
        zero = bool(out) and not digit
    return out.removeprefix("一") if 10 <= number < 20 else out


def _clean(text: str) -> str:
    """Text without the control characters that XML refuses."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t")


def page_number(paragraph: Paragraph, layout: Layout) -> None:
    """The page's number, between dashes where the layout has them."""
    before, after = layout.around_number
    paragraph.add_run(before)
    _field(paragraph, "PAGE", "1")
    paragraph.add_run(after)


def _fill(doc: Document, words: dict[str, str], mark: Any) -> None:
    """Every `{{word}}` of a template, in its body, tables, headers and footers, but for the mark.

    Word may keep a placeholder in several runs; the first then takes the whole text. All are
    filled in one pass: what a word says is never a placeholder itself.
    """
    known = re.compile("|".join(re.escape("{{" + name + "}}") for name in words) or "(?!)")
    places = [
        *doc.paragraphs,
        *(p for t in doc.tables for r in t.rows for c in r.cells for p in c.paragraphs),
    ]
    for section in doc.sections:
        places += [*section.header.paragraphs, *section.footer.paragraphs]
    for paragraph in places:
        if mark is not None and paragraph._p is mark._p:  # noqa: SLF001 - no public name
            continue
        text = known.sub(lambda found: _clean(words[found[0][2:-2]]), paragraph.text)
        if text != paragraph.text and paragraph.runs:
            paragraph.runs[0].text = text
            for run in paragraph.runs[1:]:
                run.text = ""


def _drop(paragraph: Paragraph) -> None:
    paragraph._p.getparent().remove(paragraph._p)  # noqa: SLF001 - no public name


def _flag(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001 - no public name


_FIGURE = re.compile(r"[+−-]?[\d,.]+(?:[–-][\d,.]+)?\s*[^\d·]{0,8}")


def _is_of_figures(texts: list[str]) -> bool:
    """Whether a column holds figures, but for what is missing."""
    found = [bool(_FIGURE.fullmatch(text)) for text in texts if text]
    return bool(found) and sum(found) * 2 > len(found)


def _cell(cell: _Cell, text: str, points: float, *, head: bool, right: bool) -> None:
    paragraph = cell.paragraphs[0]
    layout = paragraph.paragraph_format
    layout.space_after, layout.first_line_indent, layout.line_spacing = Pt(0), Pt(0), 1.0
    run = paragraph.add_run(text)
    run.font.size = Pt(points)
    if head:
        shade = OxmlElement("w:shd")
        for key, value in (("val", "clear"), ("color", "auto"), ("fill", LIGHT)):
            shade.set(qn(f"w:{key}"), value)
        cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - no public name
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
        mark = OxmlElement(tag)
        mark.set(qn("w:id"), str(number))
        if tag.endswith("Start"):
            mark.set(qn("w:name"), name)
        paragraph._p.append(mark)  # noqa: SLF001 - no public name


def _field(paragraph: Paragraph, code: str, shown: str) -> None:
    """A field that Word computes; `shown` until then."""
    _part(paragraph, "begin")
    _part(paragraph, "", f" {code} ")
    _part(paragraph, "separate")
    paragraph.add_run(shown)
    _part(paragraph, "end")


def _fill_contents(
    first: Paragraph, listed: list[tuple[int, tuple[int, str]]], wide: Length
) -> None:
    """A line a heading in the room of `first`: its text, dots, and the number of its page."""
    line = first
    for place, (at, (level, text)) in enumerate(listed):
        if place:
            following = Paragraph(OxmlElement("w:p"), line._parent)  # noqa: SLF001
            line._p.addnext(following._p)  # noqa: SLF001
            line = following
        layout = line.paragraph_format
        layout.left_indent, layout.space_after = Cm(0.7 * (level - 1)), Pt(0)
        layout.tab_stops.add_tab_stop(wide, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        line.add_run(f"{_clean(text)}\t")
        _field(line, f"PAGEREF _Toc{at:06d} \\h", "")
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), f"_Toc{at:06d}")
        for run in line.runs:
            link.append(run._r)  # noqa: SLF001
        line._p.append(link)  # noqa: SLF001


def _part(paragraph: Paragraph, kind: str, code: str = "") -> None:
    run = paragraph.add_run()
    element = OxmlElement("w:fldChar" if kind else "w:instrText")
    if kind:
        element.set(qn("w:fldCharType"), kind)
    else:
        element.set(qn("xml:space"), "preserve")
        element.text = code
    run._r.append(element)  # noqa: SLF001 - no public name
