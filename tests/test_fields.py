"""Cells: one number, one year, one date, or a finding; shares, repeats, tenure, slips of unit."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.assess import assess, examine
from geo.assess.tallies import Tallies, check_tallies
from geo.checks.ledger import money_on_land
from geo.checks.occupancy import UnitSlips, check_occupied, check_shares, check_tenure
from geo.economy.allocate import allocate
from geo.errors import DataError, ProjectError, SourceError
from geo.model import LAYERS
from geo.model.tenure import tenure_of
from geo.project import Settings, read_project
from geo.source_spec import FieldSource
from geo.sources.columns import columns_by_name
from geo.sources.fields import canonical
from geo.sources.load import load
from geo.sources.repeats import without_repeats
from tests.lane import examples
from tests.saying import spoken
from tests.test_sources import edit


def cells(values, column="营业收入", layer="indicators", **attrs):
    ids = {
        "indicators": {"统一社会信用代码": "E", "年份": 2023},
        "enterprises": {"统一社会信用代码": "E", "企业名称": "甲"},
        "occupancy": {"统一社会信用代码": "E", "宗地编号": "P"},
    }[layer]
    frame = pd.DataFrame(
        {"source_row": range(2, 2 + len(values)), **ids, column: pd.Series(values, dtype=object)}
    )
    frame.attrs.update(attrs)
    out, notes = canonical(frame, LAYERS[layer], {}, "t.xlsx", "CNY")
    name = next(n for n, h in columns_by_name(LAYERS[layer], {}, [column]).items() if h == column)
    return out[name], notes[notes["code"] != "columns_by_heading"]


@pytest.mark.parametrize(
    "cell",
    [
        "600\n400",
        "600 400",
        "1 234",
        "100、200",
        "100/200",
        "5-6",
        "约100",
        "100左右",
        "100+",
        "≥100",
        "1.234,5",
        "1,23",
        "12,34,567",
        "1.2.3",
        "100万",
        "5千",
        "一百二十",
        "****",
        "#######",
        "$5",
        "inf",
        "10%",
        "0x10",
        "1_000",
        "=A1+1",
        True,
        pd.Timestamp(2023, 1, 2),
    ],
)
def test_what_is_not_one_number_is_missing_and_named(cell):
    values, notes = cells([cell, 7], letters={"营业收入": "C"})
    assert values.isna().tolist() == [True, False]
    assert notes["code"].tolist() == ["not_number"]
    assert notes["row"].tolist() == [2]
    assert "C2 = " in spoken(notes)["message_zh"].iloc[0]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1,234,567.80", 1234567.8),
        ("１，２３４．５", 1234.5),
        (" 7\u00a0", 7),
        ("\u200b8", 8),
        ("+3", 3),
        ("−5", -5),
        ("(1,234.5)", -1234.5),
        ("（5）", -5),
        (".5", 0.5),
        ("35000元", 3.5),
        ("3.5万元", 3.5),
        ("2亿元", 20_000),
        ("1e5", 100_000),
        (0, 0),
        ("0", 0),
    ],
)
def test_numbers_as_they_are_written(cell, number):
    values, notes = cells([cell])
    assert values.tolist() == [number]
    assert notes.empty


@examples(25)
@given(st.decimals(-(10**9), 10**9, places=2), st.sampled_from(["", ",", "full"]))
def test_a_written_figure_is_the_figure(figure, how):
    text = f"{figure:,}" if how == "," else str(figure)
    wide = str.maketrans("0123456789.,-", "０１２３４５６７８９．，-")
    values, _ = cells([text.translate(wide) if how == "full" else text])
    assert values.iloc[0] == pytest.approx(float(figure), abs=1e-9)


@examples(25)
@given(
    st.lists(
        st.one_of(
            st.integers(0, 10**7),
            st.sampled_from(["1,000", "/", "无", "3 4", "未提供", None, "２.5", "5元"]),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_every_cell_is_a_figure_a_word_or_a_finding(held):
    values, notes = cells(held)
    words = sum(c in ("/", "无", "未提供") for c in held)
    named = int((notes["code"] == "not_number").sum())
    assert values.notna().sum() + words + named + held.count(None) == len(held)
    worth = {"1,000": 1000, "２.5": 2.5, "5元": 5e-4}
    want = math.fsum(worth.get(c, c if isinstance(c, int) else 0) for c in held)
    assert values.sum() == pytest.approx(want)


@pytest.mark.parametrize(
    "word",
    [
        "/",
        "／",
        "无",
        "暂无",
        "未提供",
        "——",
        "—",
        "-",
        "--",
        "…",
        "保密",
        "涉密",
        "不详",
        "N/A",
        "NA",
        "null",
        "None",
        "空",
        "未填报",
        " 无 ",
        "（暂无）",
        "不适用",
        "待补充",
    ],
)
def test_words_for_no_figure_are_missing_with_one_count(word):
    values, notes = cells([word, 5, word])
    assert values.isna().tolist() == [True, False, True]
    assert notes[["severity", "code"]].to_numpy().tolist() == [["info", "missing_words"]]
    assert "2 cells" in spoken(notes)["message_en"].iloc[0]


def test_of_many_words_for_no_figure_the_five_commonest_are_shown():
    _, notes = cells(["无", "/", "-", "缺", "空", "不详", "不详", "待定"])
    shown = spoken(notes)["message_zh"].iloc[0]
    assert "有8格" in shown
    assert "不详 × 2、无 × 1、/ × 1、- × 1、缺 × 1…" in shown


def test_a_figure_rounded_by_its_notation_is_used_and_told():
    values, notes = cells(["1.2E+07"])
    assert values.tolist() == [12_000_000]
    assert notes[["severity", "code"]].to_numpy().tolist() == [["warning", "rounded_notation"]]


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("2023年", 2023),
        ("2023年度", 2023),
        ("二〇二三年", 2023),
        ("二零二三", 2023),
        ("2023.0", 2023),
        (2023.0, 2023),
        ("２０２３", 2023),
        (pd.Timestamp(2023, 12, 31), 2023),
        (dt.date(2023, 1, 1), 2023),
        ("2023年年报", 2023),
        ("2023年报", 2023),
        ("2023年1-12月", 2023),
        ("2023年1月至12月", 2023),
        ("23年", None),
        ("2022-2023", None),
        ("2023年2-12月", None),
        ("2023上半年", None),
        ("2023年1-6月", None),
        (45291, None),
        (2023.1, None),
        ("2023.12", None),
        (pd.Timestamp(2023, 6, 30), None),
        ("1", None),
        ("3023", None),
        (True, None),
    ],
)
def test_years(cell, year):
    values, notes = _years(cell)
    assert values.tolist() == [year] if year else values.isna().all()
    assert notes["code"].tolist() == ([] if year else ["not_integer"])


def test_a_table_without_a_year_that_can_be_read_stops_with_that_cause(project):
    (project / "indicators.csv").write_text(
        "enterprise_id,year,revenue,tax\nE1,23,1,2\n", encoding="utf-8"
    )
    loaded = read_project(project)
    with pytest.raises(DataError, match=r"no row of the indicators has a readable year"):
        assess(load(loaded), loaded.settings, [])


def _years(cell):
    frame = pd.DataFrame(
        {"统一社会信用代码": ["E"], "年份": pd.Series([cell], dtype=object), "source_row": [2]}
    )
    out, notes = canonical(frame, LAYERS["indicators"], {}, "t.xlsx", "CNY")
    return out["year"], notes[notes["code"] != "columns_by_heading"]


@pytest.mark.parametrize(
    ("cell", "date"),
    [
        ("2020-3-1", "2020-03-01"),
        ("2020.03.01", "2020-03-01"),
        ("2020/3/1 0:00", "2020-03-01"),
        ("2020年3月1日", "2020-03-01"),
        ("20200301", "2020-03-01"),
        (20200301, "2020-03-01"),
        (pd.Timestamp(2020, 3, 1), "2020-03-01"),
        (dt.date(2020, 3, 1), "2020-03-01"),
        ("2020-03-01T00:00:00+08:00", "2020-03-01"),
        ("２０２０-３-１", "2020-03-01"),
        ("二〇二三年三月一日", "2023-03-01"),
        ("二○一九年 十二月 三十一日", "2019-12-31"),
        ("贰零贰叁年拾月贰拾日", "2023-10-20"),
        ("2023年元月廿一日", "2023-01-21"),
        ("二〇二三年二月三十日", None),
        ("二千零二十三年三月一日", None),
        ("三月一日", None),
        ("23.3.1", None),
        ("23-3-1", None),
        ("2023", None),
        (2023.1, None),
        ("2023.10", None),
        ("2023年3月", None),
        ("1/3/2023", None),
        ("13/3/2023", None),
        ("March 3, 2020", None),
        ("0000-00-00", None),
        ("1900-01-00", None),
        ("9999-12-31", None),
        ("2023-02-30", None),
        ("2023-13-01", None),
        (5, None),
        ("2020-03-01-2020-04-01", None),
        ("二〇二〇年三月", None),
        ("20201301", None),
    ],
)
def test_dates_have_the_year_in_front_or_are_none(cell, date):
    values, notes = cells([cell], "成立日期", "enterprises")
    codes = notes["code"].tolist()
    if date is None:
        assert values.isna().all()
        assert codes == ["not_date"]
    else:
        assert values.dt.strftime("%Y-%m-%d").tolist() == [date]
        assert codes == []


def test_excels_numbers_of_days_are_read_and_said():
    values, notes = cells([43831, "44197"], "成立日期", "enterprises")
    assert values.dt.strftime("%Y-%m-%d").tolist() == ["2020-01-01", "2021-01-01"]
    assert notes[["severity", "code"]].drop_duplicates().to_numpy().tolist() == [
        ["warning", "day_number"]
    ]


@examples(25)
@given(
    st.dates(dt.date(1954, 10, 4), dt.date(2099, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]),
)
def test_a_written_date_is_the_date(day, form):
    values, notes = cells([day.strftime(form)], "成立日期", "enterprises")
    assert values.iloc[0].date() == day
    assert notes.empty


def test_a_year_from_headings_title_file_or_constant():
    def years(headings, constants=None, file="t.xlsx", **attrs):
        frame = pd.DataFrame(
            {"统一社会信用代码": ["E"], "source_row": [2], **dict.fromkeys(headings, 1.0)}
        )
        frame.attrs.update(attrs)
        out, notes = canonical(frame, LAYERS["indicators"], {}, file, "CNY", constants)
        return out["year"].tolist(), out["revenue"].tolist(), set(notes["code"])

    assert years(["营业收入2023", "2023年税收"])[0] == [2023]
    assert years(["营业收入"], units=["隆昌市2023年规上企业台账"])[0] == [2023]
    got = years(["营业收入"], file="2023年企业台账.xlsx")
    assert got == ([2023], [1.0], {"columns_by_heading", "year_from_heading"})
    assert years(["营业收入"], {"year": 2022}, units=["2023年台账"])[0] == [2022]
    assert years(["营业收入（2020年不变价）"], {"year": "2023年"})[0] == [2023]
    with pytest.raises(SourceError, match=r"constants = \{ year = 2023 \}"):
        years(["营业收入2023", "税收2022"])
    with pytest.raises(ProjectError, match=r"constants\.year = x is not a valid year"):
        years(["营业收入"], {"year": "x"})
    with pytest.raises(ProjectError, match="keep only one of them"):
        years(["营业收入", "年份"], {"year": 2023})


def test_a_projects_constant_is_a_column(project):
    (project / "indicators.csv").write_text("enterprise_id,revenue\nE1,5\n", encoding="utf-8")
    layers = load(
        edit(
            project,
            'path = "indicators.csv"',
            'path = "indicators.csv"\nconstants = { year = 2023 }',
        )
    )
    assert layers["indicators"]["year"].tolist() == [2023]
    with pytest.raises(ProjectError, match=r"constants\.jahr"):
        edit(project, "constants = { year", "constants = { jahr")


def test_a_heading_of_another_year_is_not_the_rows_figure():
    frame = pd.DataFrame(
        {
            "统一社会信用代码": ["E", "F"],
            "年份": [2023, 2022],
            "source_row": [2, 3],
            "2022年营业收入": [5.0, 6.0],
        }
    )
    out, notes = canonical(frame, LAYERS["indicators"], {}, "t.xlsx", "CNY")
    assert out["revenue"].fillna(-1).tolist() == [-1, 6]
    assert notes.loc[notes["code"] == "other_year", "row"].tolist() == [2]


def test_two_columns_that_may_be_one_are_named():
    frame = pd.DataFrame(
        {
            "统一社会信用代码": ["E"],
            "年份": [2023],
            "source_row": [2],
            "2022年营业收入": [5.0],
            "2023年营业收入": [6.0],
        }
    )
    out, notes = canonical(frame, LAYERS["indicators"], {}, "t.xlsx", "CNY")
    assert "revenue" not in out
    assert "columns_undecided" in set(notes["code"])


@pytest.mark.parametrize("heading", ["营业收入（万元）", "revenue"])
def test_a_heading_that_stands_twice_is_a_column_only_where_both_say_the_same(heading):
    """`titles` numbers the second one; the first alone would be taken without a word."""
    frame = pd.DataFrame({"enterprise_id": ["E"], "year": [2023], "source_row": [2]})
    frame = frame.assign(**{heading: ["5"], f"{heading}.1": ["6"]})
    out, notes = canonical(frame, LAYERS["indicators"], {}, "t.csv", "CNY")
    assert "revenue" not in out
    assert f"{heading}.1" in notes.set_index("code").loc["columns_undecided", "message"]
    out, notes = canonical(
        frame.assign(**{f"{heading}.1": ["5"]}), LAYERS["indicators"], {}, "t.csv", "CNY"
    )
    assert out["revenue"].tolist() == [5]
    assert "columns_undecided" not in set(notes["code"])


@pytest.mark.parametrize(
    ("heading", "held", "share", "percent"),
    [
        ("占比", ["60%", "６０％", "0.4", 1], [0.6, 0.6, 0.4, 1], []),
        ("占比（%）", [60, "40%", "5"], [0.6, 0.4, 0.05], []),
        ("占比（%）", [0.6, 1, 40], [0.6, 1, 0.4], [2, 3]),  # typed as 60 % and 100 % in Excel
        ("占比", [0.6, 0.4], [0.6, 0.4], [2, 3]),
        ("占比（‰）", [600, "40%"], [0.6, 0.4], []),
    ],
)
def test_shares_as_per_cent_text_and_fractions(heading, held, share, percent):
    values, _ = cells(held, heading, "occupancy", percent={heading: percent})
    assert values.tolist() == pytest.approx(share)


def test_money_that_a_sheet_shows_as_per_cent_is_no_money():
    values, notes = cells([0.6, 5.0], percent={"营业收入": [2]})
    assert values.isna().tolist() == [True, False]
    assert notes["code"].tolist() == ["not_number"]


def occupancy(*rows, columns=("enterprise_id", "parcel_id", "share")):
    table = pd.DataFrame(list(rows), columns=list(columns))
    return table.assign(source_row=range(2, len(table) + 2))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("E", "A", 50.0)], "share 50 is over 1 .*50%"),
        ([("E", "A", 1.2)], "share 1.2 is over 1"),
        ([("E", "A", 0.8), ("E", "B", 0.8)], "shares of E add up to 160.00%, over 100%"),
        ([("E", "A", 0.006), ("E", "B", 0.004), ("F", "C", 0.01)], "add up to 1% or less"),
    ],
)
def test_shares_over_the_whole_stop_with_their_mend(rows, said):
    table = occupancy(*rows)
    with pytest.raises(DataError, match=said):
        check_shares(table)
    if "over" in said:
        with pytest.raises(DataError, match=said):
            allocate(
                pd.DataFrame({"enterprise_id": ["E"], "year": [2023], "revenue": [10.0]}),
                table,
                pd.Series({"A": 1.0, "B": 1.0}),
            )


def test_shares_within_rounding_are_scaled_and_said():
    third = occupancy(("E", "A", 0.3334), ("E", "B", 0.3334), ("E", "C", 0.3334))
    assert check_shares(third)["code"].tolist() == ["shares_rounded"] * 3
    assert check_shares(occupancy(("E", "A", 0.5), ("E", "B", 0.5), ("F", "C", 0.3))).empty
    by_year = occupancy(
        ("E", "A", 1.0, 2022),
        ("E", "B", 1.0, 2023),
        columns=("enterprise_id", "parcel_id", "share", "year"),
    )
    assert check_shares(by_year).empty


def test_a_share_over_the_whole_stops_a_run(project):
    (project / "occupancy.csv").write_text(
        "enterprise_id,parcel_id,share\nE1,A,50\nE2,B,100\n", encoding="utf-8"
    )
    loaded = read_project(project)
    with pytest.raises(DataError, match="write percentages"):
        examine(load(loaded), loaded.settings)


def test_a_repeated_row_counts_once_and_is_said(project):
    (project / "occupancy.csv").write_text(
        "序号,enterprise_id,parcel_id,area_m2\n1,E1,A,5000\n2,E1,A,5000\n3,E1,D,5000\n4,E2,B,10000\n",
        encoding="utf-8",
    )
    loaded = read_project(project)
    layers = load(loaded)
    found = layers.findings[layers.findings["code"] == "repeated_row"]
    assert found[["row", "id", "set_aside"]].to_numpy().tolist() == [[3, "E1", True]]
    rows = assess(layers, loaded.settings, []).allocation
    now = rows[(rows["year"] == 2023) & (rows["enterprise_id"] == "E1")]
    assert dict(zip(now["parcel_id"], now["share"], strict=True)) == {"A": 0.5, "D": 0.5}


def test_rows_that_differ_in_anything_both_count():
    columns = ("enterprise_id", "parcel_id", "area_m2", "租期")
    kept, notes = without_repeats(
        occupancy(("E", "A", 50.0, "一期"), ("E", "A", 50.0, "二期"), columns=columns)
    )
    assert (len(kept), len(notes)) == (2, 0)
    kept, notes = without_repeats(
        occupancy(("E", None, 50.0, ""), ("E", None, 50.0, ""), columns=columns)
    )
    assert (len(kept), len(notes)) == (2, 0)  # a row that names no parcel is told as such


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("租用", "leased"),
        ("租赁厂房", "leased"),
        ("承租", "leased"),
        ("rented", "leased"),
        ("自有产权", "owned"),
        ("自建", "owned"),
        ("Owned", "owned"),
        ("出租", "let"),
        ("leased out", "let"),
        ("出让", ""),
        ("自有+租赁", ""),
        ("非自有", ""),
        ("部分租赁", ""),
        ("赠送", ""),
        ("共有", ""),
    ],
)
def test_words_of_tenure(word, kind):
    assert tenure_of(pd.Series([word, None])).fillna("").tolist() == [kind, ""]
    table = occupancy(("E", "A", word), columns=("enterprise_id", "parcel_id", "tenure"))
    codes = check_tenure(table)["code"].tolist()
    assert codes == {"": ["unknown_tenure"], "let": ["let_land"]}.get(kind, [])


def test_a_tenant_by_any_word_takes_the_owners_land():
    table = occupancy(
        ("O", "A", 10_000.0, "自有"),
        ("T", "A", 4_000.0, "租用"),
        columns=("enterprise_id", "parcel_id", "area_m2", "tenure"),
    )
    money = pd.DataFrame({"enterprise_id": ["O", "T"], "year": [2023, 2023], "revenue": [1.0, 1.0]})
    rows = allocate(money, table, pd.Series({"A": 10_000.0})).rows.set_index("enterprise_id")
    assert rows["area_m2"].to_dict() == {"O": 6_000.0, "T": 4_000.0}


PARCELS = pd.DataFrame(
    {"parcel_id": ["A", "B", "C"], "area_m2": [1e4] * 3, "area_ellipsoid_m2": [1e4] * 3}
)
AREAS = ("enterprise_id", "parcel_id", "area_m2")


@pytest.mark.parametrize(("areas", "unit"), [([15.0, 7.0, 8.0], "亩"), ([1.0, 0.5, 0.5], "公顷")])
def test_occupied_areas_in_another_unit_are_told_and_not_used(areas, unit):
    table = occupancy(
        ("E", "A", areas[0]), ("F", "B", areas[1]), ("G", "B", areas[2]), columns=AREAS
    )
    kept, notes = check_occupied(table, UnitSlips.of(table, PARCELS))
    assert notes["code"].tolist() == ["area_unit"] * 3
    assert set(notes["severity"]) == {"error"}
    assert f'unit = "{unit}"' in spoken(notes)["mend_en"].iloc[0]
    assert kept["area_m2"].isna().all()


def test_one_small_corner_among_good_areas_is_a_question():
    table = occupancy(("E", "A", 15.0), ("F", "B", 1e4), ("G", "C", 9e3), columns=AREAS)
    kept, notes = check_occupied(table, UnitSlips.of(table, PARCELS))
    assert notes[["severity", "id"]].to_numpy().tolist() == [["warning", "E"]]
    assert kept["area_m2"].tolist() == [15.0, 1e4, 9e3]


def test_a_ledger_in_yuan_is_a_question_and_nothing_is_taken():
    table = occupancy(("E", "A", 1e4), ("F", "B", 1e4), ("G", "C", 1e4), columns=AREAS)
    money = pd.DataFrame(
        {
            "enterprise_id": ["E", "F", "G"],
            "year": 2023,
            "source_row": [2, 3, 4],
            "revenue": [3e3, 4e3, 5e3],
        }
    )

    def asked(ledger):
        return check_tallies([Tallies(money_on_land(ledger, table, PARCELS))], Settings(year=2023))

    assert asked(money).empty
    whole = asked(money.assign(revenue=money["revenue"] * 1e4))
    assert whole["code"].tolist() == ["money_unit_ledger"]
    assert whole["severity"].tolist() == ["warning"]
    one = asked(money.assign(revenue=[3e3, 4e7, 5e3]))
    assert one[["code", "id", "set_aside"]].to_numpy().tolist() == [["money_unit", "F", False]]


def test_land_of_another_year_is_told_as_such(project):
    (project / "occupancy.csv").write_text(
        "enterprise_id,parcel_id,year\nE1,P1,2021\n", encoding="utf-8"
    )
    (project / "indicators.csv").write_text(
        "enterprise_id,year,revenue\nE1,2023,1000\nE2,2023,2000\n", encoding="utf-8"
    )
    loaded = read_project(project)
    told = assess(load(loaded), loaded.settings, []).findings
    land = spoken(told[told["code"] == "no_land"]).set_index("id")["message_en"]
    assert "none in 2023" in land["E1"]
    assert "has no land" in land["E2"]


def test_a_start_ups_first_year_keeps_the_second(project):
    (project / "indicators.csv").write_text(
        "enterprise_id,year,revenue\nE1,2021,0.3\nE1,2023,1000\nE2,2023,2000\n", encoding="utf-8"
    )
    loaded = read_project(project)
    result = assess(load(loaded), loaded.settings, [])
    now = result.allocation[result.allocation["year"] == 2023]
    assert now["revenue"].sum() == 3000
    told = result.findings[result.findings["code"] == "money_unit"]
    assert told[["severity", "set_aside"]].to_numpy().tolist() == [["warning", False]]


OCCUPANCY = {"ENTERPRISE_ID": ["E1"], "Parcel_Id": ["P1"], "Area_M2（亩）": [15.0]}


def read_occupancy(held, fields=None):
    frame = pd.DataFrame({"source_row": [2], **held})
    return canonical(frame, LAYERS["occupancy"], fields or {}, "t.xlsx", "CNY")


def test_a_columns_own_name_in_any_case_is_that_column():
    """As a Shapefile or a database has it: nothing else is called so."""
    frame, notes = read_occupancy(OCCUPANCY | {"YEAR": [2023], "Share of it": ["x"]})
    assert frame[["enterprise_id", "parcel_id", "year"]].to_numpy().tolist() == [["E1", "P1", 2023]]
    assert "area_m2" not in frame  # in m² or in 亩: its heading says both
    assert notes["code"].tolist() == ["unit_unknown", "columns_by_heading"]


def test_a_columns_own_name_in_any_case_with_its_unit():
    held = {"ENTERPRISE_ID": ["E1"], "YEAR": [2023], "TAX (元)": [1_000_000], "Revenue_2": [5]}
    frame = pd.DataFrame({"source_row": [2], **held})
    out, _ = canonical(frame, LAYERS["indicators"], {}, "t.csv", "CNY")
    assert out["tax"].tolist() == [100]
    assert "revenue" not in out


def test_a_heading_called_exactly_so_goes_before_one_in_other_case():
    held = {"企业": ["x"], "统一社会信用代码": ["E1"], "ENTERPRISE_ID": ["7"], "parcel_id": ["P1"]}
    frame, _ = read_occupancy(held | {"PARCEL_ID": ["9"]})
    assert frame[["enterprise_id", "parcel_id"]].to_numpy().tolist() == [["E1", "P1"]]


@pytest.mark.parametrize("other", ["Parcel_ID", "parcel_Id", "ＰＡＲＣＥＬ_ＩＤ"])
def test_names_that_differ_only_in_case_are_refused_unless_they_hold_the_same(other):
    both = {"enterprise_id": ["E1"], "PARCEL_ID": ["P1"], other: ["P2"]}
    with pytest.raises(SourceError, match=f"PARCEL_ID.*{other}|{other}.*PARCEL_ID"):
        read_occupancy(both)
    fields = {"parcel_id": FieldSource(column="PARCEL_ID")}
    assert read_occupancy(both, fields)[0]["parcel_id"].tolist() == ["P1"]
    assert read_occupancy(both | {other: ["P1"]})[0]["parcel_id"].tolist() == ["P1"]


def test_an_optional_column_in_two_cases_is_none_and_said():
    held = {"enterprise_id": ["E1"], "parcel_id": ["P1"], "tenURE": ["租用"], "TENURE": ["自有"]}
    frame, notes = read_occupancy(held)
    assert "tenure" not in frame
    assert "columns_undecided" in set(notes["code"])


def test_land_without_a_year_beside_land_of_the_year_is_told(project):
    """E1 is on P1 in 2023: its row of P2 without a year is passed over, and not in silence."""
    (project / "occupancy.csv").write_text(
        "enterprise_id,parcel_id,year\nE1,A,2023\nE1,B,\nE2,C,\nE2,D,2022\n", encoding="utf-8"
    )
    loaded = read_project(project)
    told = assess(load(loaded), loaded.settings, []).findings
    undated = spoken(told[told["code"] == "undated_land"])
    assert undated[["row", "id", "severity"]].to_numpy().tolist() == [[3, "E1", "warning"]]
    assert "parcel B does not count in 2023" in undated["message_en"].iloc[0]
