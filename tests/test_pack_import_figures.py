"""Cells of an imported table: a figure only where the whole text is one, in the unit that it prints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from geo.errors import SourceError
from geo.intake.packs.beside import beside
from geo.intake.packs.cells import read_printed
from geo.intake.packs.draft import Draft, draft_of
from geo.intake.packs.printed import tables_of
from geo.intake.questions import Interview, nobody


def drafted(file: Path, land_class: str = "") -> tuple[Draft, list[str]]:
    """The draft of a file's first table where nobody answers, and what was asked about cells."""
    talk = Interview(nobody)
    draft = draft_of(tables_of(file)[0], talk, land_class)
    assert draft is not None
    return draft, [a.question.subject for a in talk.answers if a.question.about == "cell"]


def of_csv(tmp_path: Path, *lines: str) -> tuple[Draft, list[str]]:
    file = tmp_path / "a.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return drafted(file)


def column(draft: Draft, at: int = 0) -> list[Any]:
    """The cells of a column by their rows."""
    return [list(row.cells.values())[at] for row in draft.rows]


@pytest.mark.parametrize(
    ("printed", "figure"),
    [  # by hand: 1公顷 = 15亩, 1亩 = 2000/3 ㎡, 1平方公里 = 1500亩
        ("150万元/公顷", 10),
        ("0.02亿元/亩", 200),
        ("3亿元/平方公里", 20),
        ("25万元", 25),
        ("≥0.003亿元", 30),
        ("100万元/公顷", None),  # 6.666…
        ("200万美元", None),
        ("200万美元/亩", None),
        ("200‰", None),
        ("12%", None),
        ("200万", None),
        ("30吨/亩", None),
    ],
)
def test_the_unit_of_one_cell_is_of_that_cell_alone(
    printed: str, figure: float | None, tmp_path: Path
):
    draft, asked = of_csv(
        tmp_path,
        "行业,代码,亩均税收（万元/亩）",
        "食品制造业,14,10",
        f"纺织业,17,{printed}",
        "家具制造业,21,≥8万元/亩",
    )
    held = draft.columns[0]
    assert (held.printed_unit, held.divide_by) == ("", 1)
    assert column(draft) == [10, {"reference": printed} if figure is None else figure, 8]
    assert asked == ([] if figure else [f"亩均税收（万元/亩）：{printed}"])


def test_a_column_keeps_the_unit_of_its_heading_whatever_its_cells_print(tmp_path: Path):
    draft, asked = of_csv(
        tmp_path,
        "行业,代码,投资强度（元/㎡）,绿地率（%）",
        "食品制造业,14,≥3000,≤15",
        "纺织业,17,≥200万元/亩,≤150‰",  # 2,000,000 元 on 2000/3 ㎡ are 3,000 元/㎡
    )
    assert [(one.printed_unit, one.divide_by) for one in draft.columns] == [("元/㎡", 15), ("", 1)]
    assert (column(draft), column(draft, 1), asked) == ([3000, 3000], [15, 15], [])
    shown = [cell for cell in beside(draft) if cell.heading.startswith("投资")]
    assert [(cell.taken, cell.same) for cell in shown] == [
        ("≥3000 元/㎡", True),
        ("≥3000 元/㎡", False),
    ]


def test_a_unit_that_only_some_cells_print_is_asked(tmp_path: Path):
    file = tmp_path / "a.csv"
    file.write_text("行业,代码,投资强度\n食品制造业,14,200\n纺织业,17,3000万元/公顷\n", "utf-8")
    talk = Interview(nobody)
    assert draft_of(tables_of(file)[0], talk) is not None
    assert [a.question.subject for a in talk.answers if a.question.about == "unit"] == ["投资强度"]


@pytest.mark.parametrize(
    "printed",
    [
        *(
            "10（15）",
            "0.8（1.0）",
            "≥10\n（15）",
            "10\n20",
            "10 20",
            "1 000",
            "1.\n5",
            "0，8",
            "10,5",
        ),
        *(
            "1,0",
            "12,34",
            "0,800",
            "10②5",
            "10*15",
            "10½",
            "㉑",
            "10-20左右",
            "1≤其中≤3",
            "2022～2025级",
        ),
        *(
            "10×2",
            "10+",
            "10/15",
            "1.0.0",
            "1e3",
            "-5",
            "≥10万元/亩且≤300万元/公顷",
            "3000（约200）",
        ),
        "2250万元/公顷（200万元/亩）",
    ],
)
def test_what_is_not_wholly_a_figure_is_none(printed: str):
    assert read_printed(printed).kind == "text"


@pytest.mark.parametrize(
    ("printed", "figure"),
    [
        ("1,200", 1200),
        ("1，200，000.5", 1200000.5),
        ("2250万元/公顷（150万元/亩）", 2250),
        ("2000万元/公顷（约合133.3万元/亩）", 2000),
        ("≥ 10\n万元/亩", 10),
        ("10①", 10),
    ],
)
def test_what_is_wholly_a_figure_is_one(printed: str, figure: float):
    assert read_printed(printed).low == figure


@given(
    st.integers(0, 9999),
    st.sampled_from([" ", "\n", "\u3000", "，", "（", "\u0336", "②", "·", "/", "x", "注"]),
    st.integers(1, 99),
)
def test_two_figures_are_never_glued(first: int, between: str, second: int):
    cell = read_printed(f"{first}{between}{second}")
    assert cell.kind not in ("number", "range")


def looks_of(tmp_path: Path, kind: str) -> Path:
    """A table whose figures are: two lines, a raised 2, struck out in part, struck out wholly, plain."""
    file = tmp_path / f"a.{kind}"
    head, names = ("行业", "代码", "亩均税收（万元/亩）"), ("14", "17", "21", "36", "27")
    if kind == "html":
        cells = (
            "10<br>20",
            "10<sup>2</sup>",
            "<s>8</s>9",
            "<span style='text-decoration:line-through'>12</span>",
            "7",
        )
        rows = "".join(f"<tr><td>甲{c}<td>{c}<td>{v}" for c, v in zip(names, cells, strict=True))
        titles = "".join(f"<th>{one}" for one in head)
        file.write_text(f"<meta charset=utf-8><table><tr>{titles}{rows}</table>", "utf-8")
    elif kind == "xlsx":
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(head)
        raised, out = InlineFont(vertAlign="superscript"), InlineFont(strike=True)
        cells = (
            "10\n20",
            CellRichText("10", TextBlock(raised, "2")),
            CellRichText(TextBlock(out, "8"), "9"),
            12,
            7,
        )
        for code, value in zip(names, cells, strict=True):
            sheet.append((f"甲{code}", code, value))
        sheet["C5"].font = Font(strike=True)
        book.save(file)
    else:
        document = docx.Document()
        table = document.add_table(6, 3)
        for at, text in enumerate(head):
            table.cell(0, at).text = text
        runs = (
            (("10\n20", ""),),
            (("10", ""), ("2", "superscript")),
            (("8", "strike"), ("9", "")),
            (("12", "double_strike"),),
            (("7", ""),),
        )
        for row, (code, parts) in enumerate(zip(names, runs, strict=True), 1):
            table.cell(row, 0).text, table.cell(row, 1).text = f"甲{code}", code
            for text, look in parts:
                run = table.cell(row, 2).paragraphs[0].add_run(text)
                if look:
                    setattr(run.font, look, True)
        document.save(str(file))
    return file


@pytest.mark.parametrize("kind", ["html", "xlsx", "docx"])
def test_lines_raised_digits_and_struck_words_are_no_figures(kind: str, tmp_path: Path):
    draft, asked = drafted(looks_of(tmp_path, kind))
    assert column(draft) == [
        {"reference": "10 20"},
        10,
        {"reference": "8\u03369"},
        {"reference": "1\u03362\u0336"},
        7,
    ]
    assert len(asked) == 3
    marks = [a.question.subject for a in draft.answers if a.question.about == "mark"]
    assert marks == ["²"]


CENTRED = {
    "left": (
        "投资强度（万元/亩）,,,亩均税收（万元/亩）,,",
        "一类地区,二类地区,三类地区,一类地区,二类地区,三类地区",
    ),
    "middle": (
        ",投资强度（万元/亩）,,,亩均税收（万元/亩）,",
        "一类地区,二类地区,三类地区,一类地区,二类地区,三类地区",
    ),
    "differing": (
        "投资强度（万元/亩）,,,亩均税收（万元/亩）,,",
        "一类地区,二类地区,三类地区,一类,二类,三类",
    ),
}


@pytest.mark.parametrize("look", CENTRED)
def test_a_heading_over_classes_need_not_be_merged(look: str, tmp_path: Path):
    upper, lower = CENTRED[look]
    file = tmp_path / "a.csv"
    rows = ("食品制造业,14,300,250,200,20,15,10", "纺织业,17,280,230,180,18,13,8")
    file.write_text("\n".join((f"行业,代码,{upper}", f",,{lower}", *rows)), encoding="utf-8")
    open_draft, _ = drafted(file)
    assert not open_draft.columns
    assert [a.question.about for a in open_draft.answers] == ["class"]
    left = sorted(int(text) for cells in open_draft.left.values() for text in cells)
    assert left == [8, 10, 13, 15, 18, 20, 180, 200, 230, 250, 280, 300]
    for named in ("三类地区", "三类"):
        draft, _ = drafted(file, named)
        assert [one.indicator for one in draft.columns] == ["fixed_investment_per_mu", "tax_per_mu"]
        assert (column(draft), column(draft, 1)) == ([200, 180], [10, 8])
        assert len(beside(draft)) == 12
    with pytest.raises(SourceError, match="四类地区"):
        drafted(file, "四类地区")


def test_a_class_that_a_table_without_classes_is_asked_for_is_refused(tmp_path: Path):
    file = tmp_path / "a.csv"
    file.write_text("行业,代码,亩均税收（万元/亩）\n食品制造业,14,10\n", encoding="utf-8")
    with pytest.raises(SourceError, match="三类地区"):
        drafted(file, "三类地区")


def test_a_heading_without_a_class_below_keeps_to_its_column(tmp_path: Path):
    draft, _ = of_csv(
        tmp_path,
        "行业,代码,投入,,亩均税收（万元/亩）",
        ",,投资强度（万元/亩）,容积率,",
        "食品制造业,14,≥300,≥1.2,≥20",
    )
    assert [one.indicator for one in draft.columns] == [
        "fixed_investment_per_mu",
        "floor_area_ratio",
        "tax_per_mu",
    ]
