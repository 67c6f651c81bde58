"""Layouts of a report without a template of the office's: page, fonts, spacing.

`gbt9704` follows GB/T 9704-2012 党政机关公文格式: A4 with a type area of 156 × 225 mm, body in 仿宋
三号 on 22 lines of 28 characters, headings in 黑体 and 楷体 三号, numbers of pages between dashes.
The standard's fonts (仿宋_GB2312, 楷体_GB2312, 方正小标宋) come with Word for Chinese or from their
makers; the document declares beside each the one that Windows has, which Word takes without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt, RGBColor

from geo.errors import OutputError
from geo.project import Publish
from geo.text import join

MARK, BLACK = RGBColor(0x1D, 0x35, 0x57), RGBColor(0, 0, 0)


@dataclass(frozen=True)
class Face:
    """A style: size in points, the fonts of Chinese and of Latin text."""

    style: str
    points: float
    chinese: str
    latin: str = "Arial"


@dataclass(frozen=True)
class Layout:
    """Margins (top, right, bottom, left) in mm, faces, line spacing in points (0: one line).

    `indent` is that of a paragraph's first line, in characters; of more headings than
    `contents_lines` the contents list those of level 1; a map is `map_high` mm high; `instead` are
    the fonts to take where those of the faces are not there.
    """

    margins: tuple[float, float, float, float]
    faces: tuple[Face, ...]
    ink: RGBColor
    table_points: float
    contents_lines: int
    map_high: float
    line_points: float = 0.0
    indent: int = 0
    around_number: tuple[str, str] = ("", "")
    instead: tuple[tuple[str, str], ...] = ()


LAYOUTS = {
    "plain": Layout(
        margins=(24, 25, 24, 25),
        faces=(
            Face("Normal", 10.5, "宋体"),
            Face("Title", 24, "黑体"),
            Face("Heading 1", 16, "黑体"),
            Face("Heading 2", 14, "黑体"),
            Face("Heading 3", 12, "黑体"),
            Face("Caption", 9, "黑体"),
        ),
        ink=MARK,
        table_points=9.0,
        contents_lines=36,
        map_high=104,
    ),
    "gbt9704": Layout(
        margins=(37, 26, 35, 28),
        faces=(
            Face("Normal", 16, "仿宋_GB2312", "Times New Roman"),
            Face("Title", 22, "方正小标宋_GBK", "Times New Roman"),
            Face("Heading 1", 16, "黑体", "Times New Roman"),
            Face("Heading 2", 16, "楷体_GB2312", "Times New Roman"),
            Face("Heading 3", 16, "仿宋_GB2312", "Times New Roman"),
            Face("Caption", 12, "黑体", "Times New Roman"),
            Face("Footer", 14, "宋体", "Times New Roman"),
        ),
        ink=BLACK,
        table_points=9.0,
        contents_lines=16,
        map_high=96,
        line_points=28.0,
        indent=2,
        around_number=("— ", " —"),
        instead=(
            ("仿宋_GB2312", "仿宋"),
            ("楷体_GB2312", "楷体"),
            ("方正小标宋_GBK", "宋体"),
        ),
    ),
}
"""By the name that `[publish] report` and `--template` give."""


def apply_layout(doc: Document, layout: Layout) -> None:
    """Page and styles of a new document."""
    page = doc.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin, page.right_margin, page.bottom_margin, page.left_margin = (
        Mm(margin) for margin in layout.margins
    )
    for face in layout.faces:
        _style(doc, face, layout)
    normal = doc.styles["Normal"].paragraph_format
    normal.space_after = Pt(0 if layout.line_points else 4)
    if layout.line_points:
        normal.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        normal.line_spacing = Pt(layout.line_points)
    _declare(doc, layout)


def _style(doc: Document, face: Face, layout: Layout) -> None:
    style = doc.styles[face.style]
    style.font.size, style.font.name = Pt(face.points), face.latin
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{script}"), None)
    fonts.set(qn("w:eastAsia"), face.chinese)
    if face.style not in ("Normal", "Footer"):
        style.font.color.rgb, style.font.bold = layout.ink, False
    if layout.line_points and face.style in ("Title", "Caption"):
        _plainly(style)
    if layout.line_points and face.style.startswith("Heading"):
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
        _indent(style.element.get_or_add_pPr(), layout.indent)


def _plainly(style: Any) -> None:
    """In the middle, lines as high as their letters, without the rule under a title."""
    style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


def _indent(properties: Any, characters: int) -> None:
    """The first line in by so many characters of the paragraph's own size."""
    indent = properties.get_or_add_ind()
    indent.set(qn("w:firstLineChars"), str(characters * 100))
    indent.set(qn("w:firstLine"), str(characters * 320))


def indent(paragraph: Any, layout: Layout) -> None:
    """A paragraph of running text, as the layout begins it."""
    if layout.indent:
        _indent(paragraph._p.get_or_add_pPr(), layout.indent)  # noqa: SLF001 - no public name


def _declare(doc: Document, layout: Layout) -> None:
    """Beside each font of the layout, the one that stands for it (`w:altName` of the font table)."""
    table = doc.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    end = table.blob.rindex(b"</")
    fonts = b"".join(_font(name, other) for name, other in layout.instead)
    table._blob = table.blob[:end] + fonts + table.blob[end:]  # noqa: SLF001 - kept as bytes


def _font(name: str, other: str) -> bytes:
    """An entry of the font table."""
    font, stand_in = OxmlElement("w:font"), OxmlElement("w:altName")
    font.set(qn("w:name"), name)
    stand_in.set(qn("w:val"), other)
    font.append(stand_in)
    entry: bytes = serialize_part_xml(font).partition(b"\n")[2]  # without the declaration
    return entry


def chosen_layout(template: str, options: Publish) -> tuple[Path | None, Layout]:
    """The office's own document, if there is one, and the layout of what it does not say.

    OutputError where `template` is neither a layout nor a file.
    """
    layout = LAYOUTS[template if template in LAYOUTS else options.report]
    if template and template not in LAYOUTS:
        if not Path(template).is_file():
            raise OutputError("report.no_template", template=template, known=join(LAYOUTS))
        return Path(template), layout
    own = Path(options.templates) / "report.docx" if options.templates else None
    there = own is not None and own.is_file() and not template
    return (own if there else None), layout
