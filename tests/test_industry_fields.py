"""Fields of industry: codes, the field of a park, money by field, the mark of a proposal."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import geo
from geo.cli.run_report import report
from geo.economy.allocate import UNITS
from geo.economy.industry_fields import (
    EVIDENCE,
    counts_of_all,
    field_table,
    with_park_fields,
)
from geo.errors import ProjectError
from geo.industry_fields import (
    WITHOUT_FIELD,
    IndustryFields,
    declared_field,
    field_by_code,
    field_of,
    field_of_all,
    read_fields,
    shipped_fields,
)
from geo.model import industries
from geo.project import Settings, read_project
from geo.publish.chain.fields import by_field
from geo.publish.chain.page import write_page
from geo.publish.excel.workbook import write_tables, write_workbook
from geo.publish.look.style import palette
from geo.publish.look.themes import themes_by_id
from geo.publish.look.themes.industry_fields import field_colors
from geo.publish.records.as_text import as_text
from geo.publish.records.park import park_records
from geo.publish.records.run_result import run_result
from geo.publish.start.html import Speaker
from geo.publish.start.results import fields as fields_block
from geo.run import Run
from tests.builders import box, layer, square
from tests.lane import examples
from tests.saying import spoken

SICHUAN = read_fields("sichuan-5plus1")
HOSTILE = '</script><img src=x onerror="alert(1)">'
ZHEJIANG = {
    "id": "zhejiang-three",
    "title_zh": "三大领域",
    "citation": "某局 2024 年文件",
    "field": {
        "digital": {"zh": "数字", "codes": ["39", "I"]},
        "chemistry": {"zh": "化工", "codes": ["26"], "words": ["绿色石化"]},
        "new": {"zh": HOSTILE, "en": '=HYPERLINK("http://x")', "codes": ["261", "35"]},
    },
    "none": ["C15", "3551"],
}
SIGNED = {"status": "confirmed", "confirmed_by": "某市经信局", "confirmed_on": "2026-11-20"}


def test_a_dozen_codes_worked_by_hand():
    codes = {
        "C3911": "electronics",  # 计算机整机制造, of division 39
        "39": "electronics",
        "3054": "materials",  # 日用玻璃制品制造, of division 30
        "1512": "food",  # 白酒制造
        "3610": "equipment",  # 汽车整车制造; the table writes 361 as 3611, 3612
        "0610": "energy",  # 烟煤和无烟煤开采洗选
        "610": "energy",  # the zero that a sheet took away
        "6510": "digital",
        "2710": "outside",  # 医药: listed as of no field
        "5610": "unlisted",  # 航空客货运输: no row
        "C": "undecided",  # manufacturing spans most fields
        "I": "digital",  # 63, 64 and 65 are all of the section, and all are digital
        "D": "undecided",  # 44 and 45 are energy, 46 is of no field
        "9999": "no_code",
        None: "no_code",
    }
    got = field_of(SICHUAN, pd.Series(list(codes), dtype="str"))
    assert dict(zip(codes, got, strict=True)) == codes


def test_the_longest_row_counts_and_a_short_code_is_decided_only_where_all_below_agree():
    """26 is chemistry but 261 is new: 2613 and 2621 differ, so 26 alone may be either."""
    table = IndustryFields(**ZHEJIANG)
    want = {
        "2613": "new",
        "261": "new",
        "2621": "chemistry",
        "262": "chemistry",
        "26": "undecided",
        "I": "digital",
        "6410": "digital",
        "15": "outside",
        "3551": "outside",
        "3552": "new",
        "355": "undecided",
        "351": "new",
        "C": "undecided",
        "A": "unlisted",
    }
    assert field_of(table, pd.Series(list(want))).tolist() == list(want.values())


ALL_CODES = list(industries().index)
SECTION = dict(
    zip(ALL_CODES, pd.Series(ALL_CODES).where(lambda c: c.str.isalpha()).ffill(), strict=True)
)
LEAVES = [
    code
    for code, after in zip(ALL_CODES, [*ALL_CODES[1:], ""], strict=True)
    if code.isdigit() and not after.startswith(code)
]


@examples(5)
@given(
    st.dictionaries(
        st.integers(0, len(ALL_CODES) - 1), st.sampled_from(["a", "b", "outside"]), max_size=10
    )
)
def test_every_code_is_what_all_the_classes_below_it_are(drawn: dict[int, str]) -> None:
    """Told apart from the code: each class by its own longest row, then all above it."""
    rows = {"39": "a", "3911": "b"} | {ALL_CODES[at]: name for at, name in drawn.items()}
    fields = {
        name: {"zh": name, "codes": codes}
        for name in ("a", "b")
        if (codes := [code for code, field in rows.items() if field == name])
    }
    none = [code for code, field in rows.items() if field == "outside"]
    table = IndustryFields(id="t", title_zh="表", citation="某局文件", field=fields, none=none)
    found = {}
    for leaf in LEAVES:
        begins = (leaf[:4], leaf[:3], leaf[:2], SECTION[leaf])
        found[leaf] = next((rows[one] for one in begins if one in rows), "unlisted")
    got = field_by_code(table)
    for code in [*rows, *ALL_CODES[::97]]:
        below = {found[one] for one in LEAVES if one.startswith(code) or SECTION[one] == code}
        assert got[code] == (below.pop() if len(below) == 1 else "undecided"), code


def test_all_codes_of_leading_industries_must_be_of_one_field():
    listed = pd.Series(["39;3911", "C39、40", "17", "39；17", "39;0000", "", None, "13 14,15"])
    assert field_of_all(SICHUAN, listed).fillna("").tolist() == [
        "electronics", "", "", "", "", "", "", "food",
    ]  # fmt: skip


def test_words_that_parks_write():
    """The longest word is read first; two fields in one text are none, and so is an unknown word."""
    table = IndustryFields(**ZHEJIANG)
    written = pd.Series(
        ["绿色石化产业", "ｄｉｇｉｔａｌ", "digital", "数字 化工", "纺织", "", None, "数字；数字"]
    )
    found, odd = declared_field(table, written)
    assert found.fillna("").tolist() == ["chemistry", "", "digital", "", "", "", "", "digital"]
    assert odd.tolist() == [False, True, False, True, True, False, False, False]
    sichuan, _ = declared_field(
        SICHUAN, pd.Series(["Food  and Drink", "电子信息（集成电路）", "数字经济"])
    )
    assert sichuan.tolist() == ["food", "electronics", "digital"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"none": ["26"]}, "每个代码只能属于一个领域"),
        ({"none": ["C26"]}, "每个代码只能属于一个领域"),
        ({"none": ["2699"]}, "不是 GB/T 4754-2017 的行业代码"),
        ({"none": ["2691", "x"]}, "不是 GB/T 4754-2017 的行业代码"),
        ({"confirmed_by": "某局"}, "三者同写或都不写"),
        ({"status": "confirmed"}, "三者同写或都不写"),
        (
            {"published": {"title_zh": "数", "citation": "某局文件", "counts": {"x": 1}}},
            "无法识别“x”",
        ),
        ({"field": {"outside": {"zh": "甲", "codes": ["39"]}}}, "领域代号“outside”不能用"),
        (
            {
                "field": {
                    "a": {"zh": "甲", "codes": ["39"]},
                    "b": {"zh": "乙", "codes": ["40"], "words": ["甲"]},
                }
            },
            "同时是两个领域的名称",
        ),
        ({"citation": ""}, "至少"),
        ({"field": {"a": {"zh": "甲", "codes": []}}}, "至少"),
        ({"field": {"a": {"zh": "甲", "codes": ["39"], "colour": "red"}}}, "不是颜色"),
        ({"fieldd": {}}, "没有这个"),
    ],
)
def test_a_table_that_is_not_whole_is_refused_in_a_sentence(tmp_path: Path, change, said):
    project = tmp_path / "mujun.toml"
    text = '[project]\nyear = 2023\nfields = "my.toml"\n[layers.parcels]\npath = "p.gpkg"\n'
    project.write_text(text, encoding="utf-8")
    (tmp_path / "my.toml").write_text(_toml(ZHEJIANG | change), encoding="utf-8")
    with pytest.raises(ProjectError) as caught:
        read_project(project)
    assert said in caught.value.text.zh
    assert "project.fields" in caught.value.text.en


def _toml(table: dict) -> str:
    """A table as TOML: JSON's texts, numbers and lists are TOML's too."""
    lines = [
        f"{k} = {json.dumps(v, ensure_ascii=False)}"
        for k, v in table.items()
        if not isinstance(v, dict)
    ]
    for name, below in table.items():
        if isinstance(below, dict) and below and all(isinstance(v, dict) for v in below.values()):
            for key, one in below.items():
                lines += [
                    f"[{name}.{key}]",
                    *(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in one.items()),
                ]
        elif isinstance(below, dict):
            flat = {k: v for k, v in below.items() if not isinstance(v, dict)}
            lines += [
                f"[{name}]",
                *(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in flat.items()),
            ]
            for k, v in below.items():
                if isinstance(v, dict):
                    lines += [f"[{name}.{k}]", *(f"{a} = {json.dumps(b)}" for a, b in v.items())]
    return "\n".join(lines) + "\n"


def test_an_office_confirms_the_shipped_table_or_brings_its_own(tmp_path: Path):
    project = tmp_path / "mujun.toml"

    def read(fields: str):
        text = f'[project]\nyear = 2023\n{fields}\n[layers.parcels]\npath = "p.gpkg"\n'
        project.write_text(text, encoding="utf-8")
        return read_project(project)

    assert shipped_fields() == ["sichuan-5plus1"]
    assert read("").settings.fields is None
    assert read('fields = "sichuan-5plus1"').settings.fields == SICHUAN
    assert not SICHUAN.is_confirmed
    assert SICHUAN.mark.zh == "对应表为建议稿，尚未确认"
    signed = read(
        'fields = { file = "sichuan-5plus1", confirmed_by = "某局", confirmed_on = 2026-11-20 }'
    ).settings.fields
    assert signed.is_confirmed
    assert signed.mark.zh == "对应表已由某局于2026-11-20确认"
    (tmp_path / "my.toml").write_text(_toml(ZHEJIANG | SIGNED), encoding="utf-8")
    own = read('fields = "my.toml"')
    assert (own.fields_file, own.settings.fields.is_confirmed) == ("my.toml", True)
    # What a run keeps of its settings says the same again.
    assert Settings(**own.settings.model_dump(mode="json")) == own.settings
    for fields, said in (
        ('fields = "nowhere"', "没有产业领域对应表“nowhere”"),
        ('fields = { file = "sichuan-5plus1", confirmed_by = "某局" }', "三者同写或都不写"),
        ('fields = { file = "sichuan-5plus1", none = ["01"] }', "none 就应写在那个文件里"),
        ("fields = 3", "fields"),
    ):
        with pytest.raises(ProjectError, match="mujun") as caught:
            read(fields)
        assert said in caught.value.text.zh


def _parks(**columns) -> pd.DataFrame:
    return pd.DataFrame({"park_id": list("PQRSTUV"), "source_row": range(1, 8)}).assign(**columns)


def _held(*rows: tuple[str, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["park_id", "field_id", "revenue"])
    whole = table.groupby("park_id")["revenue"].transform("sum")
    return table.assign(revenue_share=table["revenue"] / whole)


def test_most_revenue_ties_and_what_is_unknown():
    held = _held(
        ("P", "food", 50.0), ("P", "energy", 30.0), ("P", "outside", 20.0),
        ("Q", "food", 40.0), ("Q", "energy", 40.0),
        ("R", "food", 50.0), ("R", "energy", 30.0), ("R", "no_code", 20.0),
        ("S", "food", 30.0), ("S", "unlisted", 70.0),
        ("T", "food", 0.0), ("T", "energy", np.nan),
        ("U", "food", 50.0), ("U", "energy", 30.0), ("U", "undecided", 19.9),
    )  # fmt: skip
    parks, found = with_park_fields(_parks(), held, Settings(year=2023, fields=SICHUAN))
    got = dict(
        zip(
            parks["park_id"],
            zip(parks["field_id"].fillna(""), parks["field_evidence"], strict=True),
            strict=True,
        )
    )
    assert got == {
        "P": ("food", "revenue"),
        "Q": ("", "tie"),
        "R": ("", "open"),  # with the 20 unknown, energy might be 50 as well
        "S": ("", "outside"),
        "T": ("", "no_revenue"),
        "U": ("food", "revenue"),
        "V": ("", "no_revenue"),
    }
    assert found.empty
    assert parks["field_share"].round(3).tolist()[0] == 0.5
    assert set(parks["field_evidence"]) <= set(EVIDENCE)


def test_what_a_park_declares_stands_and_a_difference_is_a_note():
    held = _held(
        ("P", "food", 90.0),
        ("P", "energy", 10.0),
        ("Q", "food", 1.0),
        ("R", "food", 1.0),
        ("S", "food", 1.0),
    )
    parks, found = with_park_fields(
        _parks(
            field=["能源化工园", "纺织", None, None, None, None, None],
            leading_industries=[None, "39", "39;3911", "39;13", None, None, None],
        ),
        held,
        Settings(year=2023, fields=SICHUAN),
    )
    shown = parks[
        ["field_id", "field_evidence", "field_declared", "field_of_leading", "field_of_revenue"]
    ]
    assert shown.fillna("").head(4).to_numpy().tolist() == [
        ["energy", "declared", "energy", "", "food"],
        ["", "unread", "", "electronics", "food"],
        ["electronics", "leading", "", "electronics", "food"],
        ["food", "revenue", "", "", "food"],
    ]
    assert parks["field_share"].iloc[0] == pytest.approx(0.1)
    said = spoken(found).set_index(["code", "id"])
    assert said.loc[("field_unread", "Q"), "severity"] == "warning"
    assert "“纺织”" in said.loc[("field_unread", "Q"), "message_zh"]
    assert "食品饮料" in said.loc[("field_differs", "P"), "message_zh"]
    assert said.loc[("field_differs", "P"), "severity"] == "info"
    assert sorted(key for _, key in said.index) == ["P", "Q", "R"]


def _settings(**more) -> Settings:
    return Settings(year=2023, compare_to=2021, title="测试", fields=SICHUAN, **more)


def _assessed(settings: Settings) -> Run:
    """Three parks of two parcels; E7 has no land, E8 stands in no register."""
    parks = layer(
        [box(0, 0, 200, 100), box(200, 0, 400, 100), box(400, 0, 600, 100)],
        park_id=["P", "Q", "R"],
        name=["甲", "乙", "丙"],
        field=["电子信息产业", None, None],
    )
    parcels = layer([square(i, 0) for i in range(6)], parcel_id=list("ABCDEF"), land_use="100101")
    firms = [f"E{i}" for i in range(1, 8)]
    codes = ["C3911", "3054", "C", "1711", None, "1512", "3011"]
    money = [100.0, 300.0, 50.0, 10.0, 20.0, 30.01, 7.0, 0.49]
    return geo.assess(
        parks=parks,
        parcels=parcels,
        enterprises=pd.DataFrame({"enterprise_id": firms, "name": firms, "industry_code": codes}),
        occupancy=pd.DataFrame({"enterprise_id": [*firms[:6], "E8"], "parcel_id": list("ABCDEFF")}),
        indicators=pd.DataFrame(
            {
                "enterprise_id": [*firms, "E8"] * 2,
                "year": [2021] * 8 + [2023] * 8,
                "revenue": [half / 4 for half in money] + money,
                "tax": 1.0,
            }
        ),
        chain=pd.DataFrame(
            {
                "chain": ["酒", "显示", "显示"],
                "segment": ["白酒", "面板", "玻璃"],
                "stage": ["中游", "中游", "上游"],
                "industry_codes": ["151", "39", "305"],
            }
        ),
        settings=settings,
    )


@pytest.fixture(scope="module")
def run() -> Run:
    return _assessed(_settings())


def test_money_of_the_fields_adds_up_to_all_that_is_reported(run: Run) -> None:
    """517.5 are reported; 7 are on no land. E8, which no register lists, has no known code."""
    table = run.fields.set_index("field_id")
    for measure, total in (("revenue", 517.5), ("tax", 8.0)):
        both = table[measure].fillna(0) + table[f"{measure}_beside"].fillna(0)
        assert round(both.sum() * UNITS) == round(total * UNITS)
        assert table[f"{measure}_share"].sum() == pytest.approx(1)
    assert table["revenue"].dropna().to_dict() == {
        "electronics": 100.0,
        "food": 30.01,
        "materials": 300.0,
        "outside": 10.0,
        "undecided": 50.0,
        "no_code": 20.49,
    }
    assert table.loc["materials", "revenue_beside"] == 7.0
    assert table.loc["materials", "revenue_share"] == pytest.approx(307 / 517.5)
    assert table["enterprises"].sum() == 7
    whole = run.figures[(run.figures["subject"] == "project") & (run.figures["year"] == 2023)]
    assert table["revenue"].sum() == pytest.approx(whole.set_index("measure")["value"]["revenue"])
    # 300 on a hectare (15 亩 but for the ellipsoid), a quarter two years before: doubled each year.
    assert table.loc["materials", "revenue_per_mu"] == pytest.approx(20, rel=1e-3)
    assert table.loc["materials", "revenue_before"] == 75.0
    assert table.loc["materials", "revenue_growth"] == pytest.approx(1.0)
    assert table.loc["materials", "revenue_per_mu_growth"] == pytest.approx(1.0)
    assert table.loc["food", "land_mu"] == pytest.approx(7.5, rel=1e-3)  # F is halved with E8
    assert list(table.index[:6]) == list(SICHUAN.field)


def test_a_blank_year_is_no_growth_of_a_field(run: Run) -> None:
    """materials: 75 to 300 in two years doubles each year; 75 with a blank beside it does not.

    Neither does the figure per mu: it is of other enterprises."""
    sums = run.figures.copy()
    at = (sums["subject"] == "field") & (sums["subject_id"] == "materials")
    at &= (sums["measure"] == "revenue") & (sums["year"] == 2021)
    sums.loc[at, "missing"] = 1
    table = field_table(run.fields, sums, run.parks, run.settings).set_index("field_id")
    row, other = table.loc["materials"], table.loc["electronics"]
    assert row["revenue_missing"] == 1
    assert np.isnan(row["revenue_growth"])
    assert row["revenue_before"] == 75.0
    assert np.isnan(row["revenue_per_mu_growth"])
    assert (other["revenue_missing"], other["revenue_growth"]) == (0, pytest.approx(1.0))


def test_parks_and_published_numbers_stand_side_by_side(run: Run) -> None:
    table = run.fields.set_index("field_id")
    assert table["parks"][table["parks"] > 0].to_dict() == {
        "electronics": 1,
        "food": 1,
        "no_data": 1,
    }
    assert table["published_parks"].dropna().astype(int).to_dict() == {
        "electronics": 7, "equipment": 9, "food": 6, "materials": 8, "energy": 2, "digital": 1,
    }  # fmt: skip
    assert int(table["published_parks"].sum()) == 33
    assert table["published_citation"].str.contains("2022-02-18").all()
    held = run.park_fields.set_index(["park_id", "field_id"])
    assert held.loc[("P", "materials"), "revenue_share"] == pytest.approx(0.75)
    assert held["enterprises"].groupby("park_id").sum().to_dict() == {"P": 2, "Q": 2, "R": 3}
    assert run.parks["field_evidence"].tolist() == ["declared", "open", "revenue"]
    assert run.enterprises.set_index("enterprise_id")["field_id"].to_dict() == {
        "E1": "electronics", "E2": "materials", "E3": "undecided", "E4": "outside",
        "E5": "no_code", "E6": "food", "E7": "materials",
    }  # fmt: skip


def test_parts_of_a_run_give_the_same_fields(run: Run) -> None:
    """Counts of parts add up in any order; sums are those of `figures`, which add up as all do."""
    one = pd.DataFrame(
        {"field_id": ["food", "outside"], "enterprises": [2, 1], "land_mu": [3.0, 4.0]}
    )
    two = pd.DataFrame(
        {"field_id": ["energy", "food"], "enterprises": [5, 1], "land_mu": [1.0, 0.5]}
    )
    got = counts_of_all([one, two]).set_index("field_id")
    assert got["enterprises"].to_dict() == {"energy": 5, "food": 3, "outside": 1}
    again = field_table(counts_of_all([two, one]), run.figures, run.parks, run.settings)
    assert again.set_index("field_id")["land_mu"]["food"] == 3.5


def test_without_a_table_nothing_is_shown() -> None:
    plain = _assessed(Settings(year=2023, title="测试"))
    assert plain.fields.empty
    assert plain.park_fields.empty
    assert not {"field", "park_field"} & set(themes_by_id(plain))
    for name in ("parks", "parcels", "enterprises", "chain_links", "chain_members"):
        assert "field_id" not in plain.tables[name], name
    assert run_result(plain, plain.settings).fields is None
    assert not (plain.figures["subject"] == "field").any()


def test_themes_colour_parcels_by_enterprise_and_by_park(run: Run) -> None:
    themes = themes_by_id(run)
    theme = themes["field"]
    assert [theme.words[code] for code in theme.codes] == [
        "electronics", "materials", "undecided", "outside", "no_code", "food",
    ]  # fmt: skip
    park = themes["park_field"]
    assert [park.words[code] for code in park.codes] == ["electronics"] * 2 + ["no_data"] * 2 + [
        "food"
    ] * 2
    assert theme.note.zh == park.note.zh == "对应表为建议稿，尚未确认"
    assert {theme.words[-1]} == {"no_data"}
    assert len(theme.labels) == len(theme.colors) == len(theme.words)


def _lightness(colour: str) -> float:
    """CIE L*, 0 black to 100 white."""
    rgb = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(116 * np.cbrt(linear @ [0.2126, 0.7152, 0.0722]) - 16)


def test_six_colours_stay_apart_in_black_and_white() -> None:
    shown = [*field_colors(SICHUAN).values(), palette()["no_data"]]
    steps = np.diff(sorted(_lightness(one) for one in shown))
    assert steps.min() > 6
    greys = [*palette()["without_field"].values(), palette()["no_data"]]
    assert all(one[1:3] == one[3:5] == one[5:7] for one in greys)
    assert set(palette()["without_field"]) == set(WITHOUT_FIELD)


def _signed(run: Run) -> Run:
    """The run as it is where an office has confirmed the table."""
    settings = run.settings.model_copy(
        update={"fields": IndustryFields(**SICHUAN.model_dump() | SIGNED)}
    )
    basis = replace(run.basis, settings=settings)
    return replace(run, basis=basis).with_tables(fields=run.fields.assign(field_table="confirmed"))


def test_every_product_marks_a_proposal_and_says_who_confirmed(run: Run, tmp_path: Path) -> None:
    write_workbook(run, tmp_path / "all.xlsx")
    sheets = openpyxl.load_workbook(tmp_path / "all.xlsx", read_only=True)
    assert {"产业领域", "园区分领域"} < set(sheets.sheetnames)
    assert "产业领域（建议稿）" in [cell.value for cell in next(sheets["园区"].iter_rows())]
    for one, mark, short in (
        (run, "对应表为建议稿，尚未确认", True),
        (_signed(run), "对应表已由某市经信局于2026-11-20确认", False),
    ):
        folder = tmp_path / str(short)
        folder.mkdir()
        tables = {"fields": one.fields, "enterprises": one.enterprises}
        write_tables(tables, one.settings, folder / "a.xlsx", {name: name for name in tables})
        book = openpyxl.load_workbook(folder / "a.xlsx", read_only=True)
        for name in tables:
            heads = [cell.value for cell in next(book[name].iter_rows())]
            assert ("产业领域（建议稿）" in heads) is short
            assert ("产业领域" in heads) is not short
        assert mark in [cell.value for row in book["fields"].iter_rows() for cell in row]
        write_page(one, folder / "chain.html")
        assert mark in (folder / "chain.html").read_text(encoding="utf-8")
        result = run_result(one, one.settings)
        assert result.fields is not None
        assert result.fields.mark == mark
        assert any(mark in line for line in report(result, folder, "zh"))
        assert mark in str(fields_block(Speaker("zh"), result))
        assert themes_by_id(one)["field"].note.zh == mark


def test_a_park_says_its_field_and_what_that_rests_on(run: Run) -> None:
    for one, mark in ((run, "尚未确认"), (_signed(run), "已由某市经信局于2026-11-20确认")):
        records = {record.park_id: record for record in park_records(one, one.settings)}
        titles, parks = one.settings.fields.titles, one.parks.set_index("park_id")
        for park, record in records.items():
            field = parks.loc[park, "field_id"]
            word = titles["no_data" if pd.isna(field) else field].zh
            evidence = EVIDENCE[parks.loc[park, "field_evidence"]].zh
            assert record.field.startswith(f"产业领域：{word}（{evidence}；对应表")
            assert record.field.endswith(f"{mark}）")
            assert record.field in as_text(record, "zh", "CNY")
    plain = one.settings.model_copy(update={"fields": None})
    assert not any(record.field for record in park_records(one, plain))


def test_chains_of_a_field_stand_together(run: Run) -> None:
    links = run.chain_links[run.chain_links["park_id"] == "P"]
    assert links.set_index("segment")["field_id"].to_dict() == {
        "面板": "electronics",
        "玻璃": "materials",
    }
    assert run.chain_members.set_index("enterprise_id")["field_id"]["E1"] == "electronics"
    table = pd.DataFrame(
        {"chain": ["甲", "乙", "丙", "乙"], "field_id": [None, "food", "electronics", "food"]}
    )
    assert by_field(table, run.settings)["chain"].tolist() == ["丙", "乙", "乙", "甲"]


def test_an_office_s_own_three_fields_with_hostile_names(tmp_path: Path) -> None:
    run = _assessed(Settings(year=2023, title="测试", fields=ZHEJIANG))
    table = run.fields.set_index("field_id")
    assert table["revenue"].dropna().to_dict() == {
        "digital": 100.0,
        "outside": 30.01,  # C15 is of no field there
        "unlisted": 310.0,
        "undecided": 50.0,
        "no_code": 20.49,
    }
    assert table["published_parks"].isna().all()
    # The park declares 电子信息, which is no field of this table.
    assert run.parks["field_evidence"].tolist()[0] == "unread"
    colours = field_colors(run.settings.fields)
    assert len(set(colours.values())) == 3
    write_page(run, tmp_path / "chain.html")
    assert HOSTILE not in (tmp_path / "chain.html").read_text(encoding="utf-8")
    english = run.shown_as(run.settings.model_copy(update={"lang": "en"}))
    write_tables({"a": english.fields}, english.settings, tmp_path / "a.xlsx", {"a": "fields"})
    cells = [c for row in openpyxl.load_workbook(tmp_path / "a.xlsx")["a"].iter_rows() for c in row]
    formula = next(c for c in cells if str(c.value).startswith("=HYPERLINK"))
    assert formula.data_type == "s"
