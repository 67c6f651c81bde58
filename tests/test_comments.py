"""Units that only a comment states: of a heading, a title, a group of headings, one figure."""

from __future__ import annotations

import struct

import openpyxl
import pytest
from openpyxl.comments import Comment

from geo import findings
from geo.model import LAYERS
from geo.project import TableSource
from geo.sources.biff import _comment, _Facts
from geo.sources.fields import canonical
from geo.sources.ods import _Reader
from geo.sources.tables import read_table

HEAD = ["统一社会信用代码", "年份", "营业收入", "税收"]
ROWS = [["E1", 2023, 10_000_000, "１，０００，０００"], ["E2", 2023, 20_000_000, 2_000_000]]


def read(tmp_path, rows, comments, merged=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    for cell, text in comments.items():
        book.active[cell].comment = Comment(text, "张三")
    book.save(tmp_path / "t.xlsx")
    frame, notes = read_table(tmp_path / "t.xlsx", TableSource(path="t.xlsx"), "indicators")
    out, found = canonical(frame, LAYERS["indicators"], {}, "t.xlsx", "CNY")
    return out, findings.in_language(findings.gather_findings([notes, found]), "en")


def test_a_comment_on_a_heading_is_its_unit(tmp_path):
    """10,000,000 元 are 1,000 万元, and 1,000,000 are 100, as a number or as text."""
    out, _ = read(tmp_path, [HEAD, *ROWS], {"C1": "张三:\n单位：元", "D1": "（元）"})
    assert out[["revenue", "tax"]].to_numpy().tolist() == [[1000, 100], [2000, 200]]


def test_a_unit_from_a_comment_is_said_with_its_cell(tmp_path):
    """A title's, a heading's and a figure's; not that of a comment which states none."""
    title = [["企业指标"], HEAD, *ROWS]
    for comments, cells in (
        ({"C2": "单位：元", "D4": "（元）", "A2": "含出口"}, "C2 元, D4 元"),
        ({"A1": "金额单位：元"}, "A1 元"),
    ):
        out, found = read(tmp_path, title, comments)
        assert out["revenue"].tolist() == [1000, 2000]
        told = found[found["code"] == "units_by_comment"]
        assert told["severity"].tolist() == ["info"]
        assert told["message"].iloc[0].endswith(f"on sheet Sheet: {cells}")
    quiet = read(tmp_path, title, {"C2": "含出口"})[1]
    assert "units_by_comment" not in set(quiet["code"])


def test_a_comment_on_a_title_or_over_several_headings_is_of_all_of_them(tmp_path):
    out, _ = read(tmp_path, [["企业指标"], HEAD, *ROWS], {"A1": "金额单位：元"})
    assert out[["revenue", "tax"]].to_numpy().tolist() == [[1000, 100], [2000, 200]]
    heads = [[*HEAD[:2], "经济指标", None, "从业人数"], [None, None, *HEAD[2:], None]]
    merged = ("A1:A2", "B1:B2", "C1:D1", "E1:E2")
    out, _ = read(tmp_path, [*heads, *([*row, 5] for row in ROWS)], {"C1": "单位：元"}, merged)
    assert out["revenue"].tolist() == [1000, 2000]
    assert out["employees"].tolist() == [5, 5]


def test_a_comment_on_one_figure_is_of_that_figure(tmp_path):
    rows = [HEAD, ["E1", 2023, 1000, 100], ["E2", 2023, 2, 200]]
    out, _ = read(tmp_path, rows, {"C3": "此数单位为亿元，由企业提供"})
    assert out["revenue"].tolist() == [1000, 20000]
    assert out["tax"].tolist() == [100, 200]


def test_a_comment_against_the_heading_leaves_no_figure(tmp_path):
    out, found = read(
        tmp_path, [[*HEAD[:2], "营业收入（万元）"], ["E1", 2023, 9]], {"C1": "单位：元"}
    )
    assert out["revenue"].isna().all()
    assert "not_number" in set(found["code"])


@pytest.mark.parametrize("text", ["含出口", "单位：经信局", "填报单位负责人", "见附表2", ""])
def test_a_comment_that_states_no_unit_changes_nothing(tmp_path, text):
    out, _ = read(tmp_path, [HEAD, ["E1", 2023, 1000, 100]], {"C1": text, "C2": text, "A1": text})
    assert out[["revenue", "tax"]].to_numpy().tolist() == [[1000, 100]]


def test_comments_of_an_old_workbook():
    """Records OBJ, TXO, CONTINUE (twice: the text is cut) and NOTE of [MS-XLS]."""
    facts = _Facts()
    text = "单位：元"
    _comment(facts, 0x005D, struct.pack("<4H", 0x15, 0x12, 0x19, 7) + bytes(14))
    _comment(facts, 0x01B6, bytes(10) + struct.pack("<H", len(text)) + bytes(6))
    _comment(facts, 0x003C, b"\x01" + text[:2].encode("utf-16-le"))
    _comment(facts, 0x003C, b"\x01" + text[2:].encode("utf-16-le"))
    _comment(facts, 0x003C, bytes(16))  # the runs of its fonts
    _comment(facts, 0x001C, struct.pack("<4H", 0, 2, 0, 7))
    assert facts.texts[facts.notes[0, 2]] == text


def test_comments_of_open_document():
    reader = _Reader()
    reader.start("table", {"table:name": "甲"})
    reader.start("table-row", {})
    reader.start("table-cell", {"office:value-type": "string"})
    reader.start("annotation", {})
    for line in ("张三", "单位：元"):
        reader.start("p", {})
        reader.text(line)
        reader.end("p")
    reader.end("annotation")
    reader.start("p", {})
    reader.text("营业收入")
    for tag in ("p", "table-cell", "table-row"):
        reader.end(tag)
    assert reader.grids[0].comments == {(0, 0): "张三\n单位：元"}
    assert reader.grids[0].cells == {0: {0: "营业收入"}}
