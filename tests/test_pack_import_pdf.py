"""Tables of PDFs: ruled, half ruled and not ruled, over pages, turned, scanned, locked, damaged."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import pytest
import typst
from PIL import Image
from pypdf import PdfReader, PdfWriter

from geo.errors import SourceError
from geo.intake.packs.draft import draft_of
from geo.intake.packs.printed import PrintedTable, tables_of
from tests.builders import mujun

FONTS = str(Path(pylopdf_fonts_zh_cn.__file__).parent)
LOOK = '#set page(paper: "a4", margin: 2cm)\n#set text(font: "Noto Serif SC", size: 10.5pt)\n'
THREE = """
  [行业], [亩均税收（万元/亩）], [容积率],
  [纺织业], [≥18], [1.0–2.0],
  [造纸和纸制品业], [不低于12], [0.7及以上],
  [其他], [/], [≥0.8],
"""
CELLS = {"纺织业": [18, {"min": 1, "max": 2}], "造纸和纸制品业": [12, 0.7], "其他": ["/", 0.8]}


def pdf(folder: Path, text: str, name: str = "a.pdf") -> Path:
    """A PDF set by typst, with the letters of its fonts embedded."""
    (folder / "a.typ").write_text(LOOK + text, encoding="utf-8")
    typst.compile(str(folder / "a.typ"), output=str(folder / name), font_paths=[FONTS])
    return folder / name


def read(table: PrintedTable) -> dict[str, list[Any]]:
    """Rows of a table's draft by title."""
    draft = draft_of(table)
    assert draft is not None
    return {row.keys.title: list(row.cells.values()) for row in draft.rows}


def only(file: Path) -> PrintedTable:
    (table,) = tables_of(file)
    return table


@pytest.mark.parametrize(
    "look",
    [
        "",
        "stroke: (x, y) => (top: 1pt, bottom: 1pt, left: if x > 0 { 1pt }),",  # open sides
        "column-gutter: 1em, stroke: (x, y) => (top: if y < 2 { 1pt }, bottom: if y == 3 { 1pt }),",  # 三线表
        "stroke: (x, y) => (top: 1pt, bottom: 1pt),",
        "column-gutter: 1em, stroke: none,",
    ],
)
def test_rules_all_round_inside_level_and_none(look: str, tmp_path: Path):
    table = only(pdf(tmp_path, f"某县控制指标\n#table(columns: 3, {look} {THREE})"))
    assert table.headings == ("行业", "亩均税收（万元/亩）", "容积率")
    assert read(table) == CELLS
    upright = not look or "left" in look
    assert [d("en").startswith("The table has no upright rules") for d in table.doubts] == (
        [] if upright else [True]
    )


LONG = """#set page(numbering: "— 1 —", height: 12cm, header: [某市人民政府公报])
附件1

某市工业用地控制性指标

（单位：万元/亩）
#table(columns: 5,
  table.header({repeat}table.cell(rowspan: 2)[门类], table.cell(rowspan: 2)[行业],
    table.cell(colspan: 2)[亩均指标], table.cell(rowspan: 2)[容积率], [投资强度], [税收]),
  table.cell(rowspan: 12)[制造业], {rows}
  table.cell(colspan: 2)[其他], table.cell(colspan: 3)[一事一议])
注：1.税收含增值税。

2.首期项目按80%执行。
"""
DIVISIONS = [
    "农副食品加工业", "食品制造业", "纺织业", "家具制造业", "造纸和纸制品业", "医药制造业",
    "化学纤维制造业", "非金属矿物制品业", "金属制品业", "通用设备制造业", "专用设备制造业",
    "汽车制造业",
]  # fmt: skip


@pytest.mark.parametrize("repeat", ["repeat: true, ", "repeat: false, "])
def test_a_table_over_pages_with_merged_cells_and_notes_below(repeat: str, tmp_path: Path):
    rows = " ".join(
        f"[{name}], [≥{200 + at}], [≥{20 + at}#super[1]], [0.8及以上],"
        for at, name in enumerate(DIVISIONS)
    )
    file = pdf(tmp_path, LONG.replace("{repeat}", repeat).replace("{rows}", rows))
    assert len(PdfReader(file).pages) == 2
    table = only(file)
    assert table.headings == ("门类", "行业", "亩均指标 · 投资强度", "亩均指标 · 税收", "容积率")
    assert table.body == (
        *(
            ("制造业", name, f"≥{200 + at}", f"≥{20 + at}¹", "0.8及以上")
            for at, name in enumerate(DIVISIONS)
        ),
        ("其他", "其他", "一事一议", "一事一议", "一事一议"),
    )
    assert table.above == ("附件1", "某市工业用地控制性指标", "（单位：万元/亩）")
    assert table.notes == ("注：1.税收含增值税。", "2.首期项目按80%执行。")


def test_another_table_on_the_next_page_is_its_own(tmp_path: Path):
    second = THREE.replace("18", "28")
    file = pdf(
        tmp_path,
        f"表1\n#table(columns: 3, {THREE})\n#pagebreak()\n表2\n#table(columns: 3, {second})",
    )
    assert [read(table)["纺织业"][0] for table in tables_of(file)] == [18, 28]
    said = mujun("packs", "import", file, "--table", "2", "-o", tmp_path / "2.toml", "--json")
    assert json.loads(said.stdout)["rows"][0]["cells"]["tax"] == 28
    both = mujun("packs", "import", file, "-o", tmp_path / "1.toml", "--lang", "zh")
    assert "表1" in both.stderr
    assert "表2" in both.stderr


def test_a_continued_table_says_so(tmp_path: Path):
    second = "[行业], [亩均税收（万元/亩）], [容积率], [医药制造业], [≥30], [≥1.2],"
    file = pdf(
        tmp_path,
        f"表1\n#table(columns: 3, {THREE})\n#pagebreak()\n续表1\n"
        f"#table(columns: (auto, 4cm, 3cm), {second})",
    )
    assert read(only(file)) == CELLS | {"医药制造业": [30, 1.2]}


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_pages_that_are_turned(degrees: int, tmp_path: Path):
    upright = pdf(tmp_path, f"#table(columns: 3, {THREE})")
    writer = PdfWriter(clone_from=upright)
    writer.pages[0].rotate(degrees)
    writer.write(tmp_path / "turned.pdf")
    assert read(only(tmp_path / "turned.pdf")) == CELLS
    drawn = f"#rotate({degrees}deg, reflow: true, table(columns: 3, {THREE}))"
    assert read(only(pdf(tmp_path, drawn, "sideways.pdf"))) == CELLS


def refusal(file: Path) -> str:
    with pytest.raises(SourceError) as raised:
        tables_of(file)
    return str(raised.value)


def test_what_holds_no_text_is_said_with_what_to_do(tmp_path: Path):
    scan = tmp_path / "扫描.pdf"
    Image.new("L", (600, 800), 255).save(scan)
    assert "OCR" in refusal(scan)
    page = pdf(tmp_path, f"#table(columns: 3, {THREE})")
    locked = PdfWriter(clone_from=page)
    locked.encrypt("secret", algorithm="AES-256")
    locked.write(tmp_path / "locked.pdf")
    assert "locked.pdf" in refusal(tmp_path / "locked.pdf")
    owned = PdfWriter(clone_from=page)  # anybody may read it, the owner alone may change it
    owned.encrypt("", "owner", algorithm="AES-256")
    owned.write(tmp_path / "owned.pdf")
    assert read(only(tmp_path / "owned.pdf")) == CELLS
    mixed = PdfWriter(clone_from=page)
    mixed.append(scan)
    mixed.write(tmp_path / "mixed.pdf")
    table = only(tmp_path / "mixed.pdf")
    assert read(table) == CELLS
    assert [doubt("en") for doubt in table.doubts if "2" in doubt("en")]


def test_damaged_files_are_refused_in_a_sentence(tmp_path: Path):
    whole = pdf(tmp_path, f"#table(columns: 3, {THREE})").read_bytes()
    broken = tmp_path / "broken.pdf"
    for end in range(5, len(whole) - 1500, len(whole) // 12):
        broken.write_bytes(whole[:end])
        assert "broken.pdf" in refusal(broken)
    broken.write_bytes(whole.replace(b"endobj", b"ebdonj"))
    assert "broken.pdf" in refusal(broken)


def test_a_draft_of_a_pdf_is_a_file_of_toml(tmp_path: Path):
    file = pdf(tmp_path, f"#table(columns: 3, {THREE})")
    out = tmp_path / "out.toml"
    mujun("packs", "import", file, "-o", out)
    raw = tomllib.loads(out.read_text(encoding="utf-8"))
    assert {row["industry"]: [*row["cells"].values()] for row in raw["rows"]} == CELLS
