"""An office's folder read and recognised: every kind of evidence, and what must never be sure."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import xlsxwriter
from rasterio.transform import from_origin
from shapely.geometry import LineString, Point, box

from geo.intake.content import content_of, credit_codes
from geo.intake.lexicon import folded, lexicon, roles_named
from geo.intake.model import Intake, RoleGuess
from geo.intake.reading import read_folder
from geo.intake.recognise import recognise
from geo.model import LAYERS

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CRS = "EPSG:4523"  # CGCS2000, zone 35 of three degrees
X, Y = 35_520_000, 3_245_000
COUNT = 24


def credit(number: int) -> str:
    """An invented credit code with the check digit that GB 32100 wants."""
    body = f"91511028MA6{number:06d}"
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + SIGNS[(31 - total % 31) % 31]


SIDES = 100 + 7.0 * np.arange(COUNT)
SQUARES = [box(X + 400 * k, Y, X + 400 * k + side, Y + 100) for k, side in enumerate(SIDES)]
AREA = np.array([square.area for square in SQUARES])
CODES = [f"511028001002GB{k:05d}" for k in range(COUNT)]
FIRMS = [f"隆昌示例{k}号玻璃有限公司" for k in range(COUNT)]
CREDIT = [credit(k) for k in range(COUNT)]
REVENUE = 2_000 + 431.7 * np.arange(COUNT)
TAX = np.round(REVENUE * 0.043, 2)


def layer(columns: dict[str, Any], shapes: list[Any] | None = None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes or SQUARES, crs=CRS)


def book(file: Path, sheets: dict[str, list[list[Any]]], hidden: tuple[str, ...] = ()) -> None:
    with xlsxwriter.Workbook(str(file)) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)


def csv(file: Path, columns: dict[str, Any], encoding: str = "utf-8") -> None:
    pd.DataFrame(columns).to_csv(file, index=False, encoding=encoding)


def roles(intake: Intake, path: str) -> dict[str | None, RoleGuess]:
    return {g.role: g for g in intake.roles if g.profile.path == path}


def role(intake: Intake, path: str) -> RoleGuess:
    (guess,) = roles(intake, path).values()
    return guess


def headings(guess: RoleGuess) -> dict[str, str]:
    return {c.column: c.heading for c in guess.columns}


def column(guess: RoleGuess, name: str) -> Any:
    return next(c for c in guess.columns if c.column == name)


LEDGER = [
    "序号",
    "企业名称",
    "统一社会信用代码",
    "行业代码",
    "用地面积",
    "宗地代码",
    "全年营业收入",
]
LEDGER += ["实缴税金", "从业人员期末人数", "税收同比增速（%）", "计税依据", "2023年税收目标"]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("office")
    (root / "矢量").mkdir()
    parcels = {"BSM": range(1, COUNT + 1), "ZDDM": CODES, "ZDMJ": AREA, "TDYT": "0601"}
    layer({**parcels, "QLRMC": FIRMS}).to_file(root / "矢量/宗地.shp", encoding="GBK")
    parks = [box(X, Y, X + 4_800, Y + 200), box(X + 4_800, Y, X + 9_600, Y + 200)]
    named = {"园区名称": ["甲经济开发区", "乙产业园"], "级别": ["省级", "市级"]}
    layer(named, parks).to_file(root / "矢量/园区范围.geojson", driver="GeoJSON")
    database = root / "矢量/规划.gdb"
    farm = layer({"YJJBNTTBBH": ["1", "2"], "YJJBNTMJ": [1.0, 2.0]}, parks)
    farm.to_file(database, layer="YJJBNTTB", driver="OpenFileGDB")
    landuse = layer({"BSM": ["1", "2"], "DLBM": ["0101", "0601"]}, parks)
    landuse.to_file(database, layer="DLTB", driver="OpenFileGDB", mode="a")
    roads = [LineString([(X, Y), (X + 900, Y)]), LineString([(X, Y), (X, Y + 900)])]
    streets = layer({"NAME": ["人民路", "工业大道"]}, roads)
    streets.to_file(database, layer="LRRL", driver="OpenFileGDB", mode="a")
    points = layer(
        {"名称": ["一号", "二号"], "类型": ["变电站", "污水处理厂"]}, [Point(X, Y), Point(X, Y + 9)]
    )
    points.to_file(root / "配套.gpkg", layer="点", driver="GPKG")
    rows = [
        ["隆昌市2023年度规上企业效益台账"],
        ["填报单位：经信局", "", "", "单位：万元、亩"],
        LEDGER,
    ]
    rows += [
        [
            k + 1,
            FIRMS[k],
            CREDIT[k],
            "3054",
            AREA[k] * 3 / 2000,
            CODES[k],
            REVENUE[k],
            TAX[k],
            40 + k,
            3.5,
            9.0,
            8.0,
        ]
        for k in range(COUNT)
    ]
    rows.append(["合计", "", "", "", "", "", float(REVENUE.sum()), float(TAX.sum())])
    book(root / "2023年企业台账.xlsx", {"台账": rows, "填表说明": [["由企业填写"]], "空": []})
    rows = [
        ["乡镇", "企业户数", "营业收入", "税收"],
        *([f"{c}镇", 6, 900.0, 40.0] for c in "甲乙丙丁"),
    ]
    book(root / "分乡镇汇总.xlsx", {"汇总": rows})
    rows = [["信用代码", "营业总收入", "纳税总额", "年份"]]
    rows += [[CREDIT[k], REVENUE[k] * 1e4, TAX[k] * 1e4, 2022] for k in range(COUNT)]
    book(root / "2022指标.xlsx", {"数据": rows, "旧": rows}, hidden=("旧",))
    (root / "备份").mkdir()
    (root / "备份/2022指标.xlsx").write_bytes((root / "2022指标.xlsx").read_bytes())
    for name in ("~$2022指标.xlsx", "Thumbs.db", "说明.docx", "现场.jpg", "方案.pdf"):
        (root / name).write_bytes(b"x" * 64)
    (root / "坏.xlsx").write_bytes(b"PK\x03\x04 cut short")
    (root / "总图.dwg").write_bytes(b"AC1032" + bytes(64))
    (root / "读我.txt").write_text("一行说明", encoding="utf-8")
    (root / "outputs").mkdir()
    (root / "outputs/run.json").write_text('{"mujun": "0.1"}')
    csv(root / "outputs/parcels.csv", {"parcel_id": ["1"], "tax": [1]})
    return root


@pytest.fixture(scope="module")
def intake(office: Path) -> Intake:
    return recognise(office)


def test_every_file_is_a_source_or_has_its_reason(intake: Intake) -> None:
    why = {left.path: left for left in intake.not_read}
    assert {p.path for p in intake.profiles} == {
        "矢量/宗地.shp", "矢量/园区范围.geojson", "矢量/规划.gdb", "配套.gpkg", "2023年企业台账.xlsx",
        "分乡镇汇总.xlsx", "2022指标.xlsx", "备份/2022指标.xlsx",
    }  # fmt: skip
    data = {path for path, left in why.items() if left.is_data}
    assert data == {"坏.xlsx", "总图.dwg"}
    assert {"~$2022指标.xlsx", "Thumbs.db", "说明.docx", "现场.jpg", "方案.pdf", "读我.txt"} <= set(
        why
    )
    assert "outputs/" in why
    assert {"2023年企业台账.xlsx [空]", "2023年企业台账.xlsx [填表说明]"} <= set(why)
    assert "DXF" in why["总图.dwg"].why.zh


def test_layers_are_known_by_codes_columns_and_names(intake: Intake) -> None:
    parcels = role(intake, "矢量/宗地.shp")
    assert (parcels.role, parcels.sure, parcels.profile.encoding) == ("parcels", True, "GB18030")
    assert headings(parcels) == {
        "parcel_id": "ZDDM",
        "land_use": "TDYT",
        "contract_area_m2": "ZDMJ",
    }
    parks = role(intake, "矢量/园区范围.geojson")
    assert (parks.role, parks.sure) == ("parks", True)
    assert headings(parks) == {"park_id": "园区名称", "name": "园区名称", "level": "级别"}
    parts = {g.profile.part: g for g in intake.roles if g.profile.path == "矢量/规划.gdb"}
    assert {part: g.role for part, g in parts.items()} == {
        "YJJBNTTB": "zones",
        "DLTB": None,
        "LRRL": "roads",
    }
    assert [(c.column, c.value) for c in parts["YJJBNTTB"].constants] == [("kind", "永久基本农田")]
    assert parts["LRRL"].row_id
    assert all(g.sure for g in parts.values())
    points = role(intake, "配套.gpkg")
    assert (points.role, headings(points)) == ("facilities", {"category": "类型", "name": "名称"})


def test_one_sheet_is_register_land_and_figures(intake: Intake) -> None:
    ledger = roles(intake, "2023年企业台账.xlsx")
    assert set(ledger) == {"enterprises", "occupancy", "indicators"}
    assert all(g.sure for g in ledger.values())
    assert ledger["indicators"].profile.rows == COUNT  # the sum is no row
    assert headings(ledger["occupancy"]) == {
        "enterprise_id": "统一社会信用代码", "parcel_id": "宗地代码", "area_m2": "用地面积",
    }  # fmt: skip
    figures = ledger["indicators"]
    assert headings(figures) == {
        "enterprise_id": "统一社会信用代码", "revenue": "全年营业收入", "tax": "实缴税金",
        "employees": "从业人员期末人数",
    }  # fmt: skip
    assert all(c.sure and c.unit_sure for g in ledger.values() for c in g.columns)
    assert figures.profile.years["title"] == (2023,)


def test_what_is_no_figure_of_the_year_is_no_column(intake: Intake) -> None:
    used = {c.heading for g in intake.roles for c in g.columns}
    assert not used & {"税收同比增速（%）", "计税依据", "2023年税收目标", "序号"}


def test_sums_and_copies_are_not_counted_twice(intake: Intake) -> None:
    sums = role(intake, "分乡镇汇总.xlsx")
    assert (sums.role, sums.summary, sums.sure) == (None, True, True)
    kept = {
        (g.profile.path, g.profile.part): (g.role, g.sure)
        for g in intake.roles
        if "2022指标" in g.profile.path
    }
    assert kept == {
        ("2022指标.xlsx", "数据"): ("indicators", True),
        ("2022指标.xlsx", "旧"): (None, True),
        ("备份/2022指标.xlsx", "数据"): (None, True),
        ("备份/2022指标.xlsx", "旧"): (None, True),
    }
    said = [text.zh for text in intake.findings]
    assert any("隐藏" in text for text in said)
    assert any("汇总" in text for text in said)


def test_money_that_can_only_be_yuan_is_yuan(intake: Intake) -> None:
    figures = next(
        g for g in intake.roles if g.role == "indicators" and g.profile.path == "2022指标.xlsx"
    )
    assert [(c.column, c.unit, c.unit_sure) for c in figures.columns if c.column in ("revenue", "tax")] == [
        ("revenue", "元", True), ("tax", "元", True),
    ]  # fmt: skip


def test_every_reason_is_a_sentence_in_both_languages(intake: Intake) -> None:
    texts = [e.text for g in intake.roles for e in g.reasons]
    texts += [e.text for g in intake.roles for c in g.columns for e in c.reasons]
    texts += [left.why for left in intake.not_read] + list(intake.findings)
    assert len(texts) > 100
    for text in texts:
        for said in (text.zh, text.en):
            assert said
            assert "{" not in said


def test_credit_codes_by_their_check_digit() -> None:
    good = pd.Series([credit(k) for k in range(50)])
    assert credit_codes(good).all()
    # One changed digit is always found: 31 is a prime, the weights are no multiples of it.
    for place in range(17):
        other = (
            good.str[:place]
            + good.str[place].map({s: SIGNS[(i + 1) % 31] for i, s in enumerate(SIGNS)})
            + good.str[place + 1 :]
        )
        form = other.str.fullmatch(r"[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}")
        assert not credit_codes(other[form]).any()


@pytest.mark.parametrize(
    ("cells", "form"),
    [
        (CODES, "parcel_code"),
        ([f"{code}F00010001" for code in CODES], "unit_code"),
        (["C3054", "3054", "39", "C"], "industry"),
        (["0601", "100101", "1001"], "land_use"),
        (["2023年", "2022", 2021], "year"),
        (["2023-03-01", "2023年3月1日", "20230301"], "date"),
        (["是", "否", "是"], "flag"),
        (["自有", "租用"], "tenure"),
        (FIRMS, "firm"),
        (["甲经济开发区", "乙产业园"], "park"),
    ],
)
def test_cells_are_known_for_what_they_are(cells: list[Any], form: str) -> None:
    assert content_of(pd.Series(cells, dtype=object)).share(form) == 1.0


@pytest.mark.parametrize(
    ("unit", "written"), [(1.0, ""), (2000 / 3, "亩"), (10_000.0, "公顷"), (4046.8564224, "acre")]
)
def test_the_outlines_say_the_unit_of_an_area(tmp_path: Path, unit: float, written: str) -> None:
    layer({"宗地代码": CODES, "宗地面积": AREA / unit}).to_file(tmp_path / "宗地.gpkg")
    area = column(role(recognise(tmp_path), "宗地.gpkg"), "contract_area_m2")
    assert (area.unit, area.sure, area.unit_sure) == (written, True, True)


def test_an_area_that_fits_no_outline_is_asked(tmp_path: Path) -> None:
    layer({"宗地代码": CODES, "宗地面积": np.linspace(3, 90, COUNT)}).to_file(
        tmp_path / "宗地.gpkg"
    )
    area = column(role(recognise(tmp_path), "宗地.gpkg"), "contract_area_m2")
    assert not area.unit_sure
    assert set(area.units) >= {"m²", "亩"}


def test_areas_of_a_ledger_are_measured_by_the_parcels_they_name(tmp_path: Path) -> None:
    layer({"宗地代码": CODES}).to_file(tmp_path / "宗地.gpkg")
    columns = {
        "企业名称": FIRMS,
        "统一社会信用代码": CREDIT,
        "宗地代码": CODES,
        "占地面积": AREA * 3 / 2000,
    }
    csv(tmp_path / "用地.csv", columns, "gbk")
    land = roles(recognise(tmp_path), "用地.csv")["occupancy"]
    assert (column(land, "area_m2").unit, column(land, "area_m2").unit_sure) == ("亩", True)


@pytest.mark.parametrize("scale", [1.0, 10.0, 1e4])
def test_money_without_a_unit_is_never_guessed_small(tmp_path: Path, scale: float) -> None:
    csv(
        tmp_path / "指标.csv", {"信用代码": CREDIT, "年份": 2023, "营业收入": REVENUE / 1e3 * scale}
    )
    revenue = column(role(recognise(tmp_path), "指标.csv"), "revenue")
    assert not revenue.unit_sure
    assert set(revenue.units) == {"元", "千元", "万元", "亿元"}


def test_two_names_of_one_figure_are_asked(tmp_path: Path) -> None:
    columns = {
        "信用代码": CREDIT,
        "年份": 2023,
        "纳税总额（万元）": TAX,
        "实缴税金（万元）": TAX * 0.9,
    }
    csv(tmp_path / "税.csv", columns)
    tax = column(role(recognise(tmp_path), "税.csv"), "tax")
    assert not tax.sure
    assert {tax.heading, *tax.alternatives} == {"纳税总额（万元）", "实缴税金（万元）"}


@pytest.mark.parametrize(
    "heading", ["主营业务收入（万元）", "开票销售的收入（万元）", "营业性收入额度（万元）"]
)
def test_a_name_that_is_only_like_another_is_never_sure(tmp_path: Path, heading: str) -> None:
    csv(
        tmp_path / "指标.csv",
        {"信用代码": CREDIT, "年份": 2023, "税收（万元）": TAX, heading: REVENUE},
    )
    found = [c for c in role(recognise(tmp_path), "指标.csv").columns if c.heading == heading]
    assert not any(c.sure for c in found)


def test_headings_cut_off_by_a_shapefile(tmp_path: Path) -> None:
    columns = {"ZDDM": CODES, "contract_a": AREA}
    layer(columns).to_file(tmp_path / "宗地.shp")
    found = headings(role(recognise(tmp_path), "宗地.shp"))
    assert found["contract_area_m2"] == "contract_a"


def test_a_column_a_year_is_a_part_a_year(tmp_path: Path) -> None:
    columns = {
        "信用代码": CREDIT,
        "2022年纳税总额（万元）": TAX,
        "2023年纳税总额（万元）": TAX * 1.1,
    }
    csv(tmp_path / "对比.csv", columns)
    parts = [g for g in recognise(tmp_path).roles if g.role == "indicators"]
    assert [(g.constants[0].value, column(g, "tax").heading) for g in parts] == [
        (2022, "2022年纳税总额（万元）"), (2023, "2023年纳税总额（万元）"),
    ]  # fmt: skip


def test_the_earlier_of_two_states_is_the_earlier_layer(tmp_path: Path) -> None:
    for year in (2020, 2023):
        layer({"宗地代码": CODES, "地类": "0601"}).iloc[: COUNT - (year == 2020)].to_file(
            tmp_path / f"宗地{year}.gpkg"
        )
    intake = recognise(tmp_path)
    assert role(intake, "宗地2020.gpkg").role == "parcels_before"
    assert role(intake, "宗地2023.gpkg").role == "parcels"


@pytest.mark.parametrize(
    "heading", ["2023年1-6月税收（万元）", "9月税收（万元）", "税收占比", "亩均税收（万元/亩）"]
)
def test_a_part_of_a_year_is_no_figure_of_it(tmp_path: Path, heading: str) -> None:
    csv(
        tmp_path / "指标.csv",
        {"信用代码": CREDIT, "年份": 2023, "产值（万元）": REVENUE, heading: TAX},
    )
    assert "tax" not in headings(role(recognise(tmp_path), "指标.csv"))


def test_twelve_months_are_a_year(tmp_path: Path) -> None:
    csv(tmp_path / "指标.csv", {"信用代码": CREDIT, "2023年1-12月税收（万元）": TAX})
    tax = column(role(recognise(tmp_path), "指标.csv"), "tax")
    assert tax.heading == "2023年1-12月税收（万元）"


@pytest.mark.parametrize("more", [{"月份": [1 + k % 12 for k in range(COUNT)]}, {}])
def test_rows_of_parts_of_a_year_are_asked(tmp_path: Path, more: dict[str, Any]) -> None:
    codes = CREDIT if more else CREDIT[: COUNT // 2] * 2
    csv(
        tmp_path / "用电.csv",
        {"信用代码": codes, "年份": 2023, **more, "用电量（千瓦时）": REVENUE},
    )
    guess = role(recognise(tmp_path), "用电.csv")
    assert (guess.role, guess.sure) == ("indicators", False)


def test_two_layers_on_one_ground_are_asked(tmp_path: Path) -> None:
    layer({"宗地代码": CODES, "宗地面积": AREA}).to_file(tmp_path / "宗地.gpkg")
    plan = {"地块编号": [f"A-{k}" for k in range(COUNT)], "地块面积": AREA}
    layer(plan).to_crs("EPSG:4490").to_file(tmp_path / "控规地块.gpkg")
    guesses = recognise(tmp_path).roles
    assert {g.profile.path: (g.role, g.sure) for g in guesses} == {
        "宗地.gpkg": ("parcels", False),
        "控规地块.gpkg": (None, False),
    }
    csv(
        tmp_path / "用地.csv", {"企业名称": FIRMS, "信用代码": CREDIT, "地块编号": plan["地块编号"]}
    )
    assert (
        role(recognise(tmp_path), "控规地块.gpkg").role == "parcels"
    )  # the ledger names its plots


def test_ids_of_another_file_are_known_under_any_heading(tmp_path: Path) -> None:
    layer({"宗地代码": [f"LC-{k:03d}" for k in range(COUNT)]}).to_file(tmp_path / "宗地.gpkg")
    columns = {
        "信用代码": CREDIT,
        "企业名称": FIRMS,
        "落地点": [f"LC-{k:03d}" for k in range(COUNT)],
    }
    csv(tmp_path / "落位.csv", columns)
    land = roles(recognise(tmp_path), "落位.csv")["occupancy"]
    assert headings(land)["parcel_id"] == "落地点"


def test_archives_with_names_in_gbk_and_steps_upwards(tmp_path: Path) -> None:
    layer({"宗地代码": CODES}).to_file(tmp_path / "x.shp", encoding="GBK")
    name = "报送/宗地".encode("gbk")
    with zipfile.ZipFile(tmp_path / "报送.zip", "w") as archive:
        for part in tmp_path.glob("x.*"):
            archive.writestr("N" * len(name) + part.suffix, part.read_bytes())
            part.unlink()
        archive.writestr("../../出去.csv", "企业名称,信用代码\n甲,1\n")
    raw = (tmp_path / "报送.zip").read_bytes()
    (tmp_path / "报送.zip").write_bytes(raw.replace(b"N" * len(name), name))
    read = read_folder(tmp_path)
    assert {p.path for p in read.profiles} == {"报送.zip/报送/宗地.shp", "报送.zip/../../出去.csv"}
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["报送.zip"]


def test_names_that_a_program_took_for_another_code_page(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "报送.zip", "w") as archive:
        name = "税务数据.csv".encode("gbk").decode("cp437")  # written as UTF-8, and so marked
        archive.writestr(name, pd.DataFrame({"信用代码": CREDIT, "税收": TAX}).to_csv(index=False))
    (profile,) = read_folder(tmp_path).profiles
    assert profile.path == "报送.zip/税务数据.csv"


HOSTILE = [
    "=HYPERLINK(1).csv",
    "<script>alert(1)</script>.csv".replace("/", "_"),
    "\"quoted' 'name\".csv",
]
HOSTILE += ["two\nlines.csv", "{holes} 100%.csv", "  blanks .csv", "名" * 60 + ".csv"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_names(tmp_path: Path, name: str) -> None:
    csv(tmp_path / name, {"信用代码": CREDIT, "年份": 2023, "税收（万元）": TAX})
    guess = role(recognise(tmp_path), name)
    assert (guess.role, guess.profile.rows) == ("indicators", COUNT)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _no_index(file: Path) -> None:
    file.with_suffix(".shx").unlink()


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("a.gpkg", _cut),
        ("a.geojson", _cut),
        ("a.shp", _no_index),
        ("a.fgb", _cut),
        ("a.parquet", _cut),
    ],
)
def test_a_damaged_file_stops_no_other(
    tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    frame = layer({"ZDDM": CODES})
    frame.to_parquet(tmp_path / name) if name.endswith("parquet") else frame.to_file(
        tmp_path / name
    )
    damage(tmp_path / name)
    csv(tmp_path / "税.csv", {"信用代码": CREDIT, "年份": 2023, "税收（万元）": TAX})
    read = read_folder(tmp_path)
    assert [p.path for p in read.profiles] == ["税.csv"]
    (left,) = read.not_read
    assert left.path == name
    assert left.is_data
    assert name in left.why.zh


def test_links_are_not_followed(tmp_path: Path) -> None:
    csv(tmp_path / "税.csv", {"信用代码": CREDIT, "税收": TAX})
    (tmp_path / "again").symlink_to(tmp_path)
    read = read_folder(tmp_path)
    assert len(read.profiles) == 1
    assert [left.path for left in read.not_read] == ["again"]


def test_rasters_and_survey_text(tmp_path: Path) -> None:
    profile = {
        "driver": "GTiff",
        "height": 8,
        "width": 8,
        "count": 1,
        "dtype": "float32",
        "crs": CRS,
    }
    with rasterio.open(
        tmp_path / "DEM.tif", "w", transform=from_origin(X, Y, 30, 30), **profile
    ) as file:
        file.write(np.linspace(300, 420, 64, dtype="float32").reshape(1, 8, 8))
    points = "".join(f"J{k},1,{y},{x}\n" for k, (x, y) in enumerate(SQUARES[0].exterior.coords, 1))
    text = f"[属性描述]\n坐标系=2000国家大地坐标系\n带号=35\n[地块坐标]\n5,1.0,D1,地块一,面,,工业用地,0601,@\n{points}"
    (tmp_path / "报盘.txt").write_text(text, encoding="gbk")
    intake = recognise(tmp_path)
    assert (role(intake, "DEM.tif").role, role(intake, "DEM.tif").sure) == ("rasters", True)
    assert (role(intake, "报盘.txt").role, role(intake, "报盘.txt").sure) == ("parcels", True)


def test_many_rows_are_counted_and_few_looked_at(tmp_path: Path) -> None:
    count = 30_000
    frame = pd.DataFrame(
        {"信用代码": np.resize(CREDIT, count), "年份": 2023, "税收（万元）": np.resize(TAX, count)}
    )
    frame.to_csv(tmp_path / "税.csv", index=False)
    many = gpd.GeoDataFrame(
        {"宗地代码": np.resize(CODES, count)}, geometry=np.resize(np.array(SQUARES), count), crs=CRS
    )
    many.to_file(tmp_path / "宗地.gpkg")
    many.to_file(tmp_path / "地块.shp", encoding="GBK")
    for profile in read_folder(tmp_path).profiles:
        assert profile.rows == count
        assert len(profile.sample) <= 2_000
        assert profile.bounds is None or profile.bounds[0] == pytest.approx(X)


def test_the_lexicon_repeats_neither_itself_nor_the_model() -> None:
    for place in LAYERS:
        known = {c.name: {folded(n) for n in c.names} for c in LAYERS[place].columns}
        for name, lists in lexicon().get(place, {}).items():
            terms = [folded(word) for words in lists.values() for word in words]
            assert not [w for w, n in Counter(terms).items() if n > 1], (place, name)
            assert not known[name] & set(terms), (place, name)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("园区宗地", "parcels"), ("企业用地情况表", "occupancy"), ("开发区道路", "roads"),
        ("YJJBNTTB", "zones"), ("510681_ZD", "parcels"), ("parcels_before", "parcels_before"),
        ("规上企业名单", "enterprises"), ("园区企业亩均效益评价表", "indicators"),
    ],
)  # fmt: skip
def test_a_name_speaks_of_what_it_ends_with(name: str, first: str) -> None:
    assert roles_named(name)[0].role == first
