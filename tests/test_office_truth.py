"""Office files whose figures were once wrong or lost without a word, by kind."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.styles import Font
from shapely.geometry import Polygon, box

from geo import assess, findings, load, packs_of, read_project
from geo.assess.conclude import column_order
from geo.checks.ahead import check_ahead
from geo.checks.ledger import check_parcel_figures
from geo.checks.occupancy import UnitSlips, check_no_land, check_occupied, check_shares
from geo.errors import CrsError, DataError, SourceError
from geo.geometry.overlay import made_valid
from geo.intake.recognise import recognise
from geo.land.place import check_shift, gcj02_shift
from geo.model import LAYERS
from geo.project import TableSource
from geo.run import Run
from geo.sources.fields import canonical
from geo.sources.tables import read_table
from tests.builders import workbook

BASE = Path(__file__).parent / "data/field_cases/00"
HEAD = ["统一社会信用代码", "年份", "营业收入", "税收"]
FIRMS = [["E1", 2023, 10000, 1000], ["E2", 2023, 20000, 2000]]


def read(tmp_path, rows, merged=()):
    """The indicators of a sheet, in canonical columns, and what was found."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    book.save(tmp_path / "t.xlsx")
    frame, notes = read_table(tmp_path / "t.xlsx", TableSource(path="t.xlsx"), "indicators")
    out, found = canonical(frame, LAYERS["indicators"], {}, "t.xlsx", "CNY")
    return out, findings.in_language(findings.gather_findings([notes, found]), "en")


@pytest.mark.parametrize(
    "note",
    [
        "备注：金额单位为千元",
        "金额单位：千元",
        "注：1.税收为实际入库数。2.金额均以千元计。",
        "说明：表中金额单位为千元，面积单位为亩",
    ],
)
def test_a_note_below_the_table_states_its_unit(tmp_path, note):
    """10,000 千元 are 1,000 万元: no heading and no title says so."""
    out, _ = read(tmp_path, [HEAD, *FIRMS, [note]])
    assert out["revenue"].tolist() == [1000, 2000]
    assert out["tax"].tolist() == [100, 200]


@pytest.mark.parametrize(
    "note", ["注：另有境外收入（万美元）", "说明：税收按属地统计口径计", "单位负责人：王五"]
)
def test_a_note_that_states_no_unit_changes_none(tmp_path, note):
    assert read(tmp_path, [HEAD, *FIRMS, [note]])[0]["revenue"].tolist() == [10000, 20000]


def test_a_note_that_contradicts_the_title_stops_the_column(tmp_path):
    rows = [["单位：千元"], HEAD, *FIRMS, ["注：单位为万元"]]
    out, found = read(tmp_path, rows)
    assert "revenue" not in out
    assert found.loc[found["code"] == "unit_unknown", "message"].str.contains("千元 / 万元").all()


def test_years_of_one_figure_in_several_units(tmp_path):
    """0.09 亿元 are 900 万元, and 1,000,000 元 are 100; text and words for no figure among them."""
    heads = ["统一社会信用代码", "2022年营业收入（亿元）", "2023年营业收入（万元）"]
    heads += ["2022年税收（万元）", "2023年税收（元）"]
    rows = [heads, ["E1", 0.09, 1000, 90, 1000000], ["E2", "1.5", "—", "1,900.5", "无"]]
    out, found = read(tmp_path, rows)
    wide = out.pivot(index="enterprise_id", columns="year", values=["revenue", "tax"])
    assert wide.loc["E1"].tolist() == [900, 1000, 90, 100]
    assert wide.loc["E2"].fillna(-1).tolist() == [15000, -1, 1900.5, -1]
    assert "error" not in set(found["severity"])


def test_a_heading_twice_over_the_same_figures_is_one_column(tmp_path):
    """A number and its text are one cell; another figure in one of them makes neither known."""
    rows = [[*HEAD[:3], "税收（万元）", "税收（万元）"], ["E1", 2023, 10, 1000, "1,000"]]
    assert read(tmp_path, [*rows, ["E2", 2023, 20, "２００.50", 200.5]])[0]["tax"].tolist() == [
        1000,
        200.5,
    ]
    other, found = read(tmp_path, [*rows, ["E2", 2023, 20, 200, 201]])
    assert "tax" not in other
    assert found["message"].str.contains("税收（万元）.1", regex=False).any()


@pytest.mark.parametrize(
    ("lower", "total"),
    [("增值税", "合计"), ("计划", "实际"), ("本月", "本年累计"), ("出口", "小计")],
)
def test_the_whole_of_an_upper_heading_is_that_heading(tmp_path, lower, total):
    """税收 over 增值税 and 合计, beside a revenue of one line: the tax is not lost."""
    rows = [[*HEAD[:3], "税收（万元）", None], [None, None, None, lower, total]]
    merged = ("A1:A2", "B1:B2", "C1:C2", "D1:E1")
    out, _ = read(tmp_path, [*rows, ["E1", 2023, 1000, 60, 100]], merged)
    assert out[["revenue", "tax"]].to_numpy().tolist() == [[1000, 100]]


def test_two_wholes_of_one_heading_are_not_decided(tmp_path):
    rows = [[*HEAD[:3], "税收", None], [None, None, None, "小计", "合计"]]
    merged = ("A1:A2", "B1:B2", "C1:C2", "D1:E1")
    out, found = read(tmp_path, [*rows, ["E1", 2023, 1000, 60, 100]], merged)
    assert "tax" not in out
    assert "columns_undecided" in set(found["code"])


def test_a_column_of_units_is_read_row_by_row(tmp_path):
    """0.2 亿元 is 2,000 万元; the tax behind the units is not theirs; 美元 is no figure of CNY."""
    head = [*HEAD[:3], "单位", "税收"]
    rows = [["E1", 2023, 1000, "万元", 100], ["E2", 2023, 0.2, "亿元", 200]]
    out, found = read(tmp_path, [head, *rows, ["E3", 2023, "3,000", "万元", 300]])
    assert out["revenue"].tolist() == [1000, 2000, 3000]
    assert out["tax"].tolist() == [100, 200, 300]
    assert "units_by_row" in set(found["code"])
    head = [*HEAD[:2], "币种", "营业收入（万元）"]
    rows = [["E1", 2023, "人民币", 1000], ["E2", 2023, "美元", 2000]]
    out, found = read(tmp_path, [head, *rows])
    assert out["revenue"].fillna(-1).tolist() == [1000, -1]
    assert found["message"].str.contains("D3 = 2000美元", regex=False).any()


def test_a_column_of_offices_is_none_of_units(tmp_path):
    rows = [[*HEAD[:3], "单位"], ["E1", 2023, 1000, "经信局"], ["E2", 2023, 2000, "税务局"]]
    out, found = read(tmp_path, rows)
    assert out["revenue"].tolist() == [1000, 2000]
    assert "units_by_row" not in set(found["code"])


def test_a_sum_over_full_width_figures_equals_them(tmp_path):
    rows = [HEAD, ["E1", 2023, "１０，０００", 1000], ["E2", 2023, 20000, 2000]]
    _, found = read(tmp_path, [*rows, ["合计", None, 30000, 3000]])
    (told,) = found[found["row"] == 4].itertuples()
    assert told.severity == "info"


def test_figures_of_parcels_that_another_unit_explains_are_questions():
    """24 m² of floor and 50,000,000 万元 on 24 亩, an outline of 0.5 m².

    A kiosk of 90 m² on 2 亩, 5,000 万元 and a tower of 19 times its parcel are none; 100,000,000 m²
    on 24 亩 is one.
    """
    parcels = pd.DataFrame(
        {
            "parcel_id": ["P1", "P2", "P3", "P4", "P5"],
            "source_row": [1, 2, 3, 4, 5],
            "area_ellipsoid_m2": [16147.0, 1333.0, 0.5, 16147.0, 1000.0],
            "floor_area_m2": [24.0, 90.0, np.nan, 1e8, 19000.0],
            "fixed_investment": [5e7, 5e3, np.nan, np.nan, np.nan],
        }
    )
    found = check_parcel_figures(parcels)
    assert found["code"].tolist() == ["floor_unit", "floor_unit", "money_unit", "tiny_area"]
    assert found["row"].tolist() == [1, 4, 1, 3]
    assert not found["set_aside"].any()


def test_a_row_that_is_struck_out_is_told(tmp_path):
    book = openpyxl.Workbook()
    for row in (HEAD, *FIRMS):
        book.active.append(row)
    for cell in book.active[3]:
        cell.font = Font(strike=True)
    book.save(tmp_path / "t.xlsx")
    _, found = read_table(tmp_path / "t.xlsx", TableSource(path="t.xlsx"), "indicators")
    told = findings.in_language(found, "en").set_index("code")
    assert told.loc["struck_out", "message"].endswith(" row 3")


def test_long_codes_that_differ_in_their_end_are_no_copies(tmp_path):
    rows = [["统一社会信用代码", "统一社会信用代码", *HEAD[1:]]]
    rows += [["91510000000000000001", "91510000000000000002", 2023, 10, 1]]
    with pytest.raises(SourceError, match="may each be the required column `enterprise_id`"):
        read(tmp_path, rows)


def test_a_unit_per_mu_is_not_told_as_a_currency(tmp_path):
    rows = [[*HEAD[:2], "营业收入（万元/亩）", "税收"], ["E1", 2023, 41.3, 100]]
    _, found = read(tmp_path, rows)
    (told,) = found[found["code"] == "unit_unknown"].itertuples()
    assert "CNY" not in told.mend


def test_figures_that_bear_their_units_are_the_tables_figures(tmp_path):
    """The folder's ledger is taken though no cell of it is a plain number; no unit is written."""
    book = openpyxl.Workbook()
    book.active.append(["企业编号", "年度", "营业收入", "税收"])
    for number, (revenue, tax) in enumerate([("0.1亿元", "约100"), ("2,000万元", "无")]):
        book.active.append([f"E{number}", 2023, revenue, tax])
    book.save(tmp_path / "企业经济指标.xlsx")
    (guess,) = [g for g in recognise(tmp_path).roles if g.role == "indicators"]
    held = {c.column: c for c in guess.columns}
    assert (held["revenue"].heading, held["revenue"].unit, held["revenue"].unit_sure) == (
        "营业收入",
        "",
        True,
    )
    assert held["tax"].heading == "税收"


def test_no_unit_is_asked_where_a_column_gives_it(tmp_path):
    book = openpyxl.Workbook()
    head = ["企业编号", "年度", "营业收入", "单位", "税收"]
    for row in (head, ["E1", 2023, 1000, "万元", 100], ["E2", 2023, 0.2, "亿元", 200]):
        book.active.append(row)
    book.save(tmp_path / "企业经济指标.xlsx")
    (guess,) = [g for g in recognise(tmp_path).roles if g.role == "indicators"]
    units = {c.column: (c.unit, c.unit_sure) for c in guess.columns}
    assert units["revenue"] == ("", True)
    assert units["tax"] == ("万元", False)


def test_one_heading_over_two_figures_is_asked(tmp_path):
    book = openpyxl.Workbook()
    for row in (["企业编号", "年度", "税收（万元）", "税收（万元）"], ["E1", 2023, 100, 90]):
        book.active.append(row)
    book.save(tmp_path / "企业税收.xlsx")
    (guess,) = [g for g in recognise(tmp_path).roles if g.role == "indicators"]
    (tax,) = [c for c in guess.columns if c.column == "tax"]
    assert not tax.sure
    assert {tax.heading, *tax.alternatives} == {"税收（万元）", "税收（万元）.1"}


def ran(folder: Path, occupancy: str, parcels: gpd.GeoDataFrame | None = None) -> Run:
    """The base of the field cases with another occupancy, or other parcels."""
    shutil.copytree(BASE, folder / "p")
    (folder / "p/occupancy.csv").write_text(occupancy, encoding="utf-8")
    if parcels is not None:
        parcels.to_file(folder / "p/parcels.gpkg")
    project = read_project(folder / "p/mujun.toml")
    return assess(load(project), project.settings, packs_of(project))


def test_an_enterprise_on_0_square_metres_stands_beside_the_figure(tmp_path):
    """E1 and E3 hold 24.22 亩 each: 4,000 / 48.44 = 82.57; E2's 2,000 stand beside.

    E3's second row of 0 takes no part of its money to P4.
    """
    rows = ["enterprise_id,parcel_id,area_m2", "E1,P1,16147.02", "E2,P2,0", "E3,P3,16147.02"]
    result = ran(tmp_path, "\n".join([*rows, "E3,P4,0"]))
    figures = result.figures
    project = figures[(figures["subject"] == "project") & (figures["measure"] == "revenue")].iloc[0]
    assert project["per_mu"] == pytest.approx(4000 / (2 * 16147.02 / (2000 / 3)), abs=0.005)
    assert (project["beside"], project["beside_value"]) == (1, 2000)
    found = findings.in_language(result.findings, "en")
    zero = found[found["code"] == "no_land_stated"]
    assert zero["row"].tolist() == [3, 5]
    held = result.allocation.set_index("enterprise_id")
    assert held.loc["E3", "parcel_id"] == "P3"
    assert held.loc["E2", "reason"] == "no_land"


def test_a_row_of_no_area_with_a_share_holds_its_share():
    table = pd.DataFrame({"area_m2": [0.0, 0.0, np.nan], "share": [0.4, np.nan, np.nan]})
    table = table.assign(enterprise_id="E", parcel_id="P", source_row=[2, 3, 4])
    assert check_no_land(table)["row"].tolist() == [3]


def test_a_part_without_occupants_has_nothing_to_be_checked():
    """An empty table of texts: a part of a project in which nobody holds land."""
    none = pd.DataFrame({"enterprise_id": [], "parcel_id": []}, dtype="str")
    none = none.assign(area_m2=pd.Series(dtype="float64"))
    parcels = pd.DataFrame({"parcel_id": ["P1"], "area_ellipsoid_m2": [100.0]})
    kept, found = check_occupied(none, UnitSlips.of(none, parcels))
    assert kept.empty
    assert found.empty


def test_columns_of_parts_stand_as_in_one_piece():
    whole = ["id", "mu", "revenue", "tax", "name", "judged", "note"]
    parts = [["id", "mu", "judged"], ["id", "mu", "revenue", "judged", "note"]]
    parts += [["id", "mu", "revenue", "tax", "name", "judged"]]
    assert column_order(parts) == whole


def test_fractions_under_a_per_cent_heading_in_some_rows_are_named():
    """0.6 and 0.4 under （%） add up to 1 %: the 99 % that are not allocated have this reason."""
    table = pd.DataFrame({"enterprise_id": ["E1", "E1", "E2"], "parcel_id": ["P1", "P4", "P2"]})
    found = check_shares(table.assign(share=[0.006, 0.004, 1.0], source_row=[2, 3, 4]))
    assert found["row"].tolist() == [2, 3]
    assert "heading says (%)" in findings.in_language(found, "en")["message"].iloc[0]


def _shares(*rows):
    names = ["enterprise_id", "parcel_id", "share"]
    return pd.DataFrame(rows, columns=names).assign(source_row=range(2, 2 + len(rows)))


def test_shares_of_a_parcel_are_no_shares_of_enterprises():
    """30 % and 70 % of P1 would leave 70 % and 30 % of two enterprises' money on no land."""
    with pytest.raises(DataError, match="shares of E1, E2 add up to 100% on parcel P1"):
        check_shares(_shares(("E1", "P1", 0.3), ("E2", "P1", 0.7), ("E3", "P3", 1.0)))
    split = [("E1", "P1", 0.5), ("E1", "P2", 0.5), ("E2", "P1", 0.5), ("E2", "P2", 0.5)]
    assert check_shares(_shares(*split)).empty
    # E1 is split in full, and E2 has half of its money on no land.
    assert check_shares(_shares(*split[:3], ("E3", "P3", 1.0))).empty
    # Another who falls short for a reason of his own: a question about the two, and no stop.
    found = check_shares(_shares(("E1", "P1", 0.3), ("E2", "P1", 0.7), ("E3", "P3", 0.6)))
    assert found["id"].tolist() == ["E1", "E2"]
    assert set(found["code"]) == {"shares_of_parcel"}
    rest = [("E1", "P1", 0.3), ("E1", "P4", np.nan), ("E2", "P1", 0.7), ("E2", "P2", np.nan)]
    assert check_shares(_shares(*rest)).empty


@pytest.mark.parametrize(
    ("layer", "column", "cells"),
    [
        ("indicators", "year", [2032.0, 2028.0]),
        ("parcels", "supplied_on", pd.to_datetime(["2071-03-04", "2028-12-31"])),
    ],
)
def test_years_far_ahead_are_a_question(layer, column, cells):
    """2032 for 2023, 2071 (the end of the term) for 2021; five years ahead may be."""
    key = LAYERS[layer].id_column
    found = check_ahead(
        pd.DataFrame({key: ["A", "B"], column: cells, "source_row": [2, 3]}), layer, 2023
    )
    assert found["row"].tolist() == [2]
    assert not found["set_aside"].any()


def test_a_parcel_that_was_set_aside_is_not_called_missing(tmp_path):
    """P2 has no outline, P9 is nowhere: two causes, two mends."""
    parcels = gpd.read_file(BASE / "parcels.gpkg")
    parcels.loc[1, "geometry"] = None
    rows = "enterprise_id,parcel_id\nE1,P1\nE2,P2\nE3,P9\n"
    found = findings.in_language(ran(tmp_path, rows, parcels).findings, "en")
    told = found[found["code"] == "orphan_reference"].set_index("row")
    assert "its row has an error" in told.loc[3, "message"]
    assert "is not among" in told.loc[4, "message"]


def _parks(*outlines) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"park_id": [*"ABC"[: len(outlines)]]}, geometry=[*outlines], crs=4490)


def test_parcels_half_beyond_their_park_are_no_gcj_02():
    """Two of four lie east of the line; moved west by any 300 to 500 m all would be in the park."""
    check_shift(
        gpd.read_file(BASE / "parcels.gpkg"), _parks(box(105.285, 29.335, 105.29475, 29.345))
    )


def test_gcj_02_is_known_where_no_other_direction_fits():
    """Nine parcels that fill their park, moved as GCJ-02 moves them."""
    cells = [(105.29 + 0.003 * i, 29.34 + 0.003 * k) for i in range(3) for k in range(3)]
    parcels = gpd.GeoDataFrame(
        {"parcel_id": [*"abcdefghi"]},
        geometry=[box(x, y, x + 0.0029, y + 0.0029) for x, y in cells],
        crs=4490,
    )
    east, north = gcj02_shift(np.array([105.2945]), np.array([29.3445]))
    moved = parcels.set_geometry(parcels.translate(east[0], north[0]))
    park = _parks(box(105.29, 29.34, 105.299, 29.349))
    check_shift(parcels, park)
    with pytest.raises(CrsError, match="GCJ-02"):
        check_shift(moved, park)


SHORT = [HEAD[0], *HEAD[2:]]
TOWN = [["甲园（单位：万元）"], HEAD, ["E1", 2023, 1000, 100]]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([*TOWN, ["乙园（单位：元）"], HEAD, ["E2", 2023, 20000000, 2000000]], "row 5.*乙园"),
        ([*TOWN, [*HEAD[:2], "营业收入（元）", "税收"], ["E2", 2023, 2e7, 2e6]], "row 4.*（元）"),
        (
            [["2022年"], SHORT, ["E1", 900, 90], ["2023年"], SHORT, ["E1", 1000, 100]],
            "row 5.*2023年",
        ),
        (
            [["2023年"], SHORT[:2], ["E1", 900], ["2023年"], [HEAD[0], "税收"], ["E2", 90]],
            "row 5.*税收",
        ),
    ],
)
def test_another_table_below_the_first_is_not_read_as_it(tmp_path, rows, said):
    """2,000 万元 under 单位：元 would be 20,000,000, and a year of its own the first one's."""
    with pytest.raises(SourceError, match=said):
        read(tmp_path, rows)


@pytest.mark.parametrize(
    "between",
    [
        [TOWN[0], HEAD],
        [["注：2022年数据已核实"], HEAD],
        [["乙园"], HEAD],
        [["金额单位：万元"], HEAD],
    ],
)
def test_headings_that_are_printed_again_are_no_other_table(tmp_path, between):
    out, _ = read(tmp_path, [*TOWN, *between, ["E2", 2023, 2000, 200]])
    assert out["revenue"].tolist() == [1000, 2000]


def test_headings_of_two_lines_that_are_printed_again_are_no_entry(tmp_path):
    heads = [HEAD, [None, None, "亿元", "千元"]]
    rows = [*heads, ["E1", 2023, 0.1, 1000], *heads, ["E2", 2023, 0.2, 2000]]
    out, found = read(tmp_path, rows)
    assert out[["revenue", "tax"]].to_numpy().tolist() == [[1000, 100], [2000, 200]]
    assert set(found["severity"]) == {"info"}


def read_sheets(tmp_path, sheets, sheet="*"):
    """The indicators of several sheets, and what was found."""
    workbook(tmp_path / "s.xlsx", sheets)
    source = TableSource(path="s.xlsx", sheet=sheet)
    frame, notes = read_table(tmp_path / "s.xlsx", source, "indicators")
    out, found = canonical(frame, LAYERS["indicators"], {}, "s.xlsx", "CNY")
    return out, findings.in_language(findings.gather_findings([notes, found]), "en")


def test_sheets_that_differ_in_units_alone_are_of_one_form(tmp_path):
    """甲 in 亿元 was read alone, 乙 in 万元 not: half of the money."""
    heads = [[*HEAD[:2], f"营业收入（{unit}）", f"税收（{unit}）"] for unit in ("亿元", "万元")]
    sheets = {"甲": [heads[0], ["E1", 2023, 0.1, 0.01]], "乙": [heads[1], ["E2", 2023, 1000, 100]]}
    with pytest.raises(SourceError, match="甲, 乙"):
        read_sheets(tmp_path, sheets, None)
    out, found = read_sheets(tmp_path, sheets)
    assert "revenue" not in out
    assert "columns_undecided" in set(found["code"])


def test_a_sheet_of_another_form_is_not_left_out_without_a_word(tmp_path):
    other = [[*HEAD[:3], "备注", "联系人", "电话"], ["E3", 2023, 3000, "", "张", "1"]]
    out, found = read_sheets(tmp_path, {"甲": [HEAD, *FIRMS], "乙": other, "说明": [["请", "填"]]})
    assert out["enterprise_id"].tolist() == ["E1", "E2"]
    said = found.loc[found["code"] == "sheets_left_out"]
    assert said["message"].tolist() == ["sheets with other headings are not read: 乙"]


def test_a_sheet_of_half_a_year_is_told(tmp_path):
    _, found = read_sheets(tmp_path, {"2023年上半年": [HEAD, *FIRMS]})
    assert "part_of_year" in set(found["code"])
    with pytest.raises(SourceError, match="上半年"):
        read_sheets(tmp_path, {"2023年上半年": [SHORT, ["E1", 900, 90]]}, None)


def test_a_row_of_figures_that_was_copied_counts_once(tmp_path):
    """E1's 1,000 twice are 1,000; E2's 2,000 and 2,001 of one year are neither."""
    shutil.copytree(BASE, tmp_path / "p")
    table = tmp_path / "p/indicators.csv"
    text = table.read_text(encoding="utf-8").rstrip("\n")
    first, second = text.split("\n")[1:3]
    table.write_text("\n".join([text, first, second.replace("2000", "2001")]), encoding="utf-8")
    layers = load(read_project(tmp_path / "p/mujun.toml"))
    found = layers.findings[layers.findings["code"] == "repeated_row"]
    assert found[["layer", "row", "id", "severity"]].to_numpy().tolist() == [
        ["indicators", 5, "E1", "warning"]
    ]
    project = read_project(tmp_path / "p/mujun.toml")
    done = assess(layers, project.settings, packs_of(project))
    revenue = done.conserved[done.conserved["measure"] == "revenue"]
    assert revenue["allocated"].tolist() == [4000]
    assert done.findings.loc[done.findings["code"] == "duplicate_id", "id"].tolist() == ["E2", "E2"]


def test_a_hole_outside_its_outline_is_no_land(tmp_path):
    """40 × 40 m as a hole 3 km off: P1 stays 16,147.02 m², and 6,000 stand over three parcels."""
    parcels = gpd.read_file(BASE / "parcels.gpkg").to_crs(4544)
    outline = parcels.geometry.iloc[0]
    x, y = outline.bounds[0], outline.bounds[3] + 3000
    parcels.loc[0, "geometry"] = Polygon(outline.exterior, [box(x, y, x + 40, y + 40).exterior])
    occupancy = (BASE / "occupancy.csv").read_text(encoding="utf-8")
    done = ran(tmp_path, occupancy, parcels)
    assert done.parcels["area_ellipsoid_m2"].tolist() == pytest.approx([16147.02] * 4, abs=0.005)
    said = findings.in_language(done.findings, "en").set_index("code").loc["invalid_geometry"]
    assert said["message"].startswith("a hole lies outside its outline")


def test_a_hole_inside_stays_where_its_outline_crosses_itself():
    """A bow tie of two triangles of 25 with a hole of 1 in one, and one 100 off: 49."""
    bow = [(0, 0), (10, 10), (10, 0), (0, 10)]
    far, near = [(100, 0), (101, 0), (101, 1), (100, 1)], [(8, 4), (9, 4), (9, 5), (8, 5)]
    assert made_valid(np.array([Polygon(bow, [far, near])]))[0].area == pytest.approx(49)


def test_a_drawing_in_millimetres_is_called_so(tmp_path):
    parcels = gpd.read_file(BASE / "parcels.gpkg").to_crs(4544)
    parcels.geometry = parcels.scale(1000, 1000, origin=(0, 0))
    occupancy = (BASE / "occupancy.csv").read_text(encoding="utf-8")
    with pytest.raises(CrsError, match=r"millimetres|毫米"):
        ran(tmp_path, occupancy, parcels)


def test_a_format_that_scales_what_is_shown_stops_years_side_by_side_too(tmp_path):
    """The sheet shows 1,000.0 (万元) where the cells hold 10,000,000; the tax shows what it holds."""
    book = openpyxl.Workbook()
    book.active.append(
        ["统一社会信用代码", "2022年营业收入", "2023年营业收入", "2022年税收", "2023年税收"]
    )
    book.active.append(["E1", 10_000_000, 20_000_000, 10, 20])
    for cell in ("B2", "C2"):
        book.active[cell].number_format = "0!.0,"
    book.save(tmp_path / "t.xlsx")
    frame, _ = read_table(tmp_path / "t.xlsx", TableSource(path="t.xlsx"), "indicators")
    out, found = canonical(frame, LAYERS["indicators"], {}, "t.xlsx", "CNY")
    assert "revenue" not in out
    assert out["tax"].tolist() == [10, 20]
    assert "unit_unknown" in set(found["code"])
