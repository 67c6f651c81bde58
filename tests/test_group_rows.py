"""Rows that head a group of enterprises and bear its sum: left out, said, and never a firm lost."""

from __future__ import annotations

import openpyxl
import pytest

from geo import findings
from geo.model import LAYERS
from geo.project import TableSource
from geo.source_spec import FieldSource
from geo.sources.fields import canonical
from geo.sources.tables import read_table

HEAD = ["统一社会信用代码", "企业名称", "年份", "营业收入", "税收"]
BY_NAME = ["序号", "企业名称", "年份", "营业收入", "税收"]
ONE = [["E1", "甲厂", 2023, 1000, 100], ["E2", "乙厂", 2023, 2000, 200]]
TWO = [["E3", "丙厂", 2023, 3000, 300], ["E4", "丁厂", 2023, 4000, 400]]
SUM_ABOVE = "is a total that equals the sum of the rows above: not counted"
SUMS = ([3000, 300], [7000, 700])


def read(tmp_path, rows, key="统一社会信用代码"):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    fields = {"enterprise_id": FieldSource(column=key)}
    source = TableSource(path="t.xlsx", fields=fields)
    frame, notes = read_table(tmp_path / "t.xlsx", source, "indicators")
    out, found = canonical(frame, LAYERS["indicators"], fields, "t.xlsx", "CNY")
    return out, findings.in_language(findings.gather_findings([notes, found]), "en")


def rows_told(found, code):
    return found.loc[found["code"] == code, "row"].tolist()


@pytest.mark.parametrize(
    "titles",
    [
        (["一、机械制造业", None, None], ["二、化工业", None, None]),
        ([None, "（一）机械制造业", 2023], [None, "（二）化工业", 2023]),
        (["通用设备制造业", None, None], ["化学原料和化学制品制造业", None, None]),
        ([None, "高新区", 2023], [None, "东兴镇", 2023]),
    ],
)
def test_the_sum_in_the_title_of_a_group_is_counted_once(tmp_path, titles):
    """1,000 + 2,000 and 3,000 + 4,000 are 10,000, and 20,000 with the titles' sums."""
    rows = [HEAD, [*titles[0], *SUMS[0]], *ONE, [*titles[1], *SUMS[1]], *TWO]
    out, found = read(tmp_path, [*rows, ["合计", None, None, 10000, 1000]])
    assert out["enterprise_id"].tolist() == ["E1", "E2", "E3", "E4"]
    assert out["revenue"].sum() == 10000
    assert rows_told(found, "row_left_out") == [2, 5, 8]
    assert "sum_differs" not in set(found["code"])


@pytest.mark.parametrize(
    "titles", [("一", "二"), ("（一）", "（二）"), ("一、", "二、"), (None, None)]
)
def test_groups_of_a_ledger_by_names(tmp_path, titles):
    """With a serial number of groups, or by what it is called and what it adds up to."""
    rows = [BY_NAME]
    for number, (title, name, members) in enumerate(
        zip(titles, ("机械制造业", "食品产业"), (ONE, TWO), strict=True)
    ):
        rows.append([title, name, 2023, *SUMS[number]])
        rows += [[k, *member[1:]] for k, member in enumerate(members, 1)]
    out, _ = read(tmp_path, rows, "企业名称")
    assert out["enterprise_id"].tolist() == ["甲厂", "乙厂", "丙厂", "丁厂"]


def test_groups_of_groups(tmp_path):
    rows = [BY_NAME, ["一", "工业", 2023, 3000, 300], ["（一）", "机械", 2023, 3000, 300]]
    rows += [[k, *member[1:]] for k, member in enumerate(ONE, 1)]
    out, found = read(tmp_path, rows, "企业名称")
    assert out["revenue"].tolist() == [1000, 2000]
    assert "sum_differs" not in set(found["code"])


def test_a_title_that_differs_from_its_members_is_a_question(tmp_path):
    rows = [HEAD, ["一、机械制造业", None, None, 3300, 300], *ONE]
    out, found = read(tmp_path, rows)
    assert out["revenue"].sum() == 3000
    assert rows_told(found, "sum_differs") == [2]


@pytest.mark.parametrize(
    ("rows", "key", "revenue"),
    [
        # Every firm is numbered so: none heads another.
        (
            [["一、甲公司", 2023, 3, 1], ["二、乙公司", 2023, 1, 1], ["三、丙公司", 2023, 2, 0]],
            0,
            6,
        ),
        # A firm of the name of a trade, whose figures are no sum.
        ([["长城实业", 2023, 9, 1], ["乙公司", 2023, 1, 1], ["丙公司", 2023, 2, 0]], 0, 12),
        # A firm whose figures are by chance those of the two below.
        ([["甲厂", 2023, 3, 2], ["乙公司", 2023, 1, 1], ["丙公司", 2023, 2, 1]], 0, 6),
        # The last firm has nobody below it.
        ([["乙公司", 2023, 1, 1], ["丙公司", 2023, 2, 0], ["一、丁公司", 2023, 4, 1]], 0, 7),
    ],
)
def test_firms_are_no_groups(tmp_path, rows, key, revenue):
    head = ["企业名称", "年份", "营业收入", "税收"]
    out, _ = read(tmp_path, [head, *rows], head[key])
    assert out["revenue"].sum() == revenue
    assert len(out) == len(rows)


def test_a_numbered_firm_with_its_code_is_a_firm(tmp_path):
    rows = [HEAD, ["91510000MA6AAAAA0X", "一、甲公司", 2023, 3000, 300], *ONE]
    assert read(tmp_path, rows)[0]["revenue"].sum() == 6000


@pytest.mark.parametrize(
    "titles",
    [
        (["一", "机械制造业", None], ["二", "食品产业", None]),
        ([None, "一、机械制造业", None], [None, "二、食品产业", None]),
        (["一", "机械制造业", 2023], ["二", "食品产业", 2023]),
    ],
)
def test_a_title_without_figures_is_a_title_and_no_sum(tmp_path, titles):
    """Nothing is said of figures that it does not bear; the sub-total is of its own group."""
    rows = [BY_NAME]
    for title, members in zip(titles, (ONE, TWO), strict=True):
        rows += [[*title, None, None], *([k, *m[1:]] for k, m in enumerate(members, 1))]
    out, found = read(tmp_path, [*rows, [None, "小计", None, 7000, 700]], "企业名称")
    assert out["revenue"].sum() == 10000
    said = found[found["code"] == "row_left_out"].set_index("row")["message"].to_dict()
    title = "is a note, a line of column numbers or a group title: not counted"
    assert said == {2: title, 5: title, 8: SUM_ABOVE}
