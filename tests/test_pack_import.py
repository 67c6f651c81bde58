"""Published tables as offices type them, made into rule packs: every cell, and what is asked."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geo.cli import app
from geo.errors import OutputError, RuleError, SourceError
from geo.intake.packs.cells import read_printed
from geo.intake.packs.citing import Citation
from geo.intake.packs.draft import draft_of
from geo.intake.packs.printed import tables_of
from geo.intake.packs.writing import pack_text
from geo.publish.pack_tables import write_pack_table
from geo.standards.as_printed import cell_text
from geo.standards.cell import read_cell
from geo.standards.model import Column, read_pack, shipped
from tests.builders import mujun

COLUMN = (
    "indicator",
    "operator",
    "unit",
    "mandatory",
    "clause",
    "decimals",
    "any_of",
    "printed_unit",
    "divide_by",
)


def imported(file: Path, out: Path, *options: str) -> dict[str, Any]:
    """What `mujun packs import` says of a file, as JSON."""
    done = mujun("packs", "import", file, "-o", out, "--json", "--lang", "zh", *options)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def cells_of(file: Path) -> dict[str, list[Any]]:
    """Rows of a draft by title: codes, then the cells."""
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    return {row["industry"]: [row["codes"], *row["cells"].values()] for row in raw["rows"]}


def columns_of(file: Path) -> list[tuple[Any, ...]]:
    """Columns of a draft: indicator, operator, printed unit, divisor."""
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    keys = ("indicator", "operator", "printed_unit", "divide_by")
    return [tuple(column.get(key) for key in keys) for column in raw["columns"].values()]


def write_answers(folder: Path, *told: list[str]) -> Path:
    """A file of answers: what each is about, its subject, the answer."""
    keys = ("about", "subject", "answer", "by")
    lines = []
    for one in told:
        values = zip(keys, [*one, "王工"], strict=True)
        lines += [
            "[[answers]]",
            *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values),
        ]
    file = folder / "answers.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A county's table: title, unit line, headings of two lines, merged cells, a footnote."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["附件1"],
        ["某县工业用地“标准地”控制性指标"],
        [None, None, None, None, None, "单位：万元/亩"],
        ["序号", "行业", "投入", None, "产出", None, "R&D投入强度", "备注"],
        [None, None, "固定资产投资强度", "容积率", "亩均税收", "亩均产值", None, None],
        [1, "农副食品加工业（13）", "≥150", "≥0.8", "≥8", "≥250", 0.01, None],
        [2, "C14–C15 食品饮料", "≥180", None, "≥10", "≥300", 0.015, None],
        [3, "非金属矿物制品业", "不低于200", "0.7及以上", "12以上", "350", "/", "含水泥"],
        [4, "其他", "一事一议", None, None, None, None, None],
        ["注：1.亩均税收含增值税、企业所得税等，不含土地使用税。"],
    ):
        sheet.append(row)
    for area in ("A4:A5", "B4:B5", "C4:D4", "E4:F4", "G4:G5", "H4:H5", "D6:D7", "C9:G9", "A10:H10"):
        sheet.merge_cells(area)
    for row in (6, 7):
        sheet.cell(row, 7).number_format = "0.0%"
    file = tmp_path / "某县标准地.xlsx"
    book.save(file)
    return file


def test_a_countys_table_in_excel(county: Path, tmp_path: Path):
    out = tmp_path / "county.toml"
    told = imported(county, out)
    assert columns_of(out) == [
        ("fixed_investment_per_mu", ">=", None, None),
        ("floor_area_ratio", ">=", None, None),
        ("tax_per_mu", ">=", None, None),
        ("output_value_per_mu", ">=", None, None),
        ("rd_intensity", ">=", None, None),
    ]
    case = {"case_by_case": "一事一议"}
    assert cells_of(out) == {
        "农副食品加工业（13）": [["13"], 150, 0.8, 8, 250, 1],
        "C14–C15 食品饮料": [["14", "15"], 180, 0.8, 10, 300, 1.5],
        "非金属矿物制品业": [["30"], 200, 0.7, 12, 350, "/"],
        "其他": [["*"], case, case, case, case, case],
    }
    assert all(cell["same"] for cell in told["cells"])
    assert any("不含土地使用税" in note for note in told["notes"])
    assert any("含水泥" in note for note in told["notes"])
    # The R&D column prints no sign: it is said how it is read.
    assert [q for q in told["questions"] if "R&D" in q and ">=" in q]


def test_a_draft_is_no_pack_until_it_is_cited(county: Path, tmp_path: Path):
    out = tmp_path / "county.toml"
    imported(county, out)
    with pytest.raises(RuleError):
        read_pack(out.name, tmp_path)
    cited = ("--document", "某府发〔2024〕8号", "--date", "2024-03-01", "--issuer", "某县人民政府")
    whole = tmp_path / "cited.toml"
    imported(county, whole, *cited, "--url", "本机关档案", "--clause", "附件1表1")
    with pytest.raises(RuleError):  # an address is an address
        read_pack("cited.toml", tmp_path)
    whole.unlink()
    cited = (*cited, "--url", "https://example.org/8", "--clause", "附件1表1")
    still = imported(county, whole, *cited)["questions"]
    with pytest.raises(RuleError, match="3 open questions"):  # the sign of R&D, the day, the level
        read_pack("cited.toml", tmp_path)
    assert [("R&D" in one, "施行" in one, "哪一级" in one) for one in still] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    whole.unlink()
    told = ["operator", "R&D投入强度", ">="], ["citation", "in_force_from", "2024-04-01"]
    answers = write_answers(tmp_path, *told, ["citation", "level", "city"])
    assert imported(county, whole, *cited, "--answers", str(answers))["questions"] == []
    pack = read_pack("cited.toml", tmp_path)
    assert str(pack.head.in_force_from) == "2024-04-01"
    assert (pack.answers[0].about, pack.answers[0].answer, pack.answers[0].by) == (
        "operator",
        ">=",
        "王工",
    )
    assert "某府发〔2024〕8号" in pack.head.citation
    assert pack.columns["tax"].clause == "附件1表1 · 产出 · 亩均税收"


def test_a_notice_in_word_whose_rows_are_indicators(tmp_path: Path):
    document = docx.Document()
    document.add_paragraph("KZ-31地块“标准地”控制指标表")
    rows = [
        ("序号", "指标名称", "单位", "控制值", "备注"),
        ("1", "固定资产投资强度", "万元/公顷", "≥3750", ""),
        ("2", "容积率", "", "0.8–2.0", ""),
        ("3", "绿地率", "%", "10~20", "按规划条件"),
        ("4", "行政办公及生活服务设施用地所占比重", "%", "≤7", ""),
        ("5", "万元产值能耗", "吨标煤/万元", "≤0.064", ""),
        ("6", "建筑高度", "米", "≤24", ""),
    ]
    table = document.add_table(rows=len(rows), cols=5)
    for line, cells in zip(rows, table.rows, strict=True):
        for text, cell in zip(line, cells.cells, strict=True):
            cell.text = text
    file = tmp_path / "公告.docx"
    document.save(str(file))
    out = tmp_path / "notice.toml"
    told = imported(file, out)
    assert columns_of(out) == [
        ("fixed_investment_per_mu", ">=", "万元/公顷", 15),
        ("floor_area_ratio", ">=", None, None),
        ("green_ratio", "<=", None, None),
        ("office_land_share", "<=", None, None),
        ("energy_per_output", "<=", None, None),
    ]
    assert cells_of(out) == {
        "控制值": [["*"], 3750, {"min": 0.8, "max": 2}, {"min": 10, "max": 20}, 7, 0.064]
    }
    assert told["left"] == {"建筑高度（米）": ["≤24"]}
    raw = tomllib.loads(out.read_text(encoding="utf-8"))
    assert raw["columns"]["energy_per_output"]["decimals"] == 3
    assert any("建筑高度" in question for question in told["questions"])


def test_levels_of_zones_in_a_gbk_csv(tmp_path: Path):
    file = tmp_path / "开发区.csv"
    text = (
        "开发区级别,投资强度不低于（万元/亩）,亩均税收（万元/亩）\n"
        "国家级开发区,300,30以上\n省级开发区,200,20以上\n"
    )
    file.write_bytes(text.encode("gb18030"))
    out = tmp_path / "zones.toml"
    told = imported(file, out)
    assert told["rows_by"] == "park_level"
    assert len(told["questions"]) == 1  # whose document it is
    assert cells_of(out) == {"国家级开发区": [[], 300, 30], "省级开发区": [[], 200, 20]}


def test_a_page_with_codes_spans_and_recommended_values(tmp_path: Path):
    file = tmp_path / "控制标准.html"
    file.write_text(
        """<meta charset=utf-8><table>
        <tr><td rowspan=2>行业代码</td><td rowspan=2>行业</td><td colspan=2>容积率</td>
            <td rowspan=2>地均税收（元/㎡）</td></tr>
        <tr><td>控制值</td><td>推荐值</td></tr>
        <tr><td>C26</td><td>化学原料和化学制品制造业</td><td>≥0.6</td><td>≥0.8</td><td>＞120</td></tr>
        <tr><td>39</td><td>电气机械及器材制造业</td><td>≥0.7且≤2.0</td><td>≥1.0</td><td>≥150</td></tr>
        <tr><td></td><td>新材料</td><td>按国土资发〔2008〕24号执行</td><td>/</td><td>≥150</td></tr>
        </table>""",
        encoding="utf-8",
    )
    out = tmp_path / "page.toml"
    told = imported(file, out)
    raw = tomllib.loads(out.read_text(encoding="utf-8"))
    assert [column["mandatory"] for column in raw["columns"].values()] == [True, False, True]
    assert raw["columns"]["tax"]["divide_by"] == 15
    assert raw["columns"]["tax"]["printed_unit"] == "元/㎡"
    rows = cells_of(out)
    assert rows["化学原料和化学制品制造业"] == [["26"], 0.6, 0.8, {"above": 120}]
    # 39 is 电气机械 in the edition of 2002, and 38 in that of 2017: asked, not guessed in silence.
    assert rows["电气机械及器材制造业"][0] == ["38"]
    assert any("2002" in question for question in told["questions"])
    assert rows["新材料"] == [[], {"reference": "按国土资发〔2008〕24号执行"}, "/", 150]
    assert any("新材料" in question for question in told["questions"])


def test_columns_by_class_of_land_wait_for_the_offices_class(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["行业代码", "行业名称", "投资强度（万元/公顷）", None, None])
    sheet.append([None, None, "一类地区", "二类地区", "三类地区"])
    sheet.append(["13", "农副食品加工业", 1935, 1555, 1125])
    sheet.append(["26", "化学原料及化学制品制造业", 2590, 2070, 1505])
    for area in ("A1:A2", "B1:B2", "C1:E1"):
        sheet.merge_cells(area)
    file = tmp_path / "表1.xlsx"
    book.save(file)
    told = imported(file, tmp_path / "none.toml")
    assert not told["columns"]
    assert len(told["left"]) == 3
    assert any("一类地区" in q and "--land-class" in q for q in told["questions"])
    out = tmp_path / "third.toml"
    imported(file, out, "--land-class", "三类地区")
    assert columns_of(out) == [("fixed_investment_per_mu", ">=", "万元/公顷", 15)]
    assert [cells[1] for cells in cells_of(out).values()] == [1125, 1505]


def test_a_unit_that_cannot_be_turned_stops_its_column(tmp_path: Path):
    file = tmp_path / "表.csv"
    file.write_text("行业,单位排放增加值（万元/吨）,容积率\n全部行业,≥300,≥1\n", encoding="utf-8")
    told = imported(file, tmp_path / "a.toml")
    assert [column["indicator"] for column in told["columns"]] == ["floor_area_ratio"]
    assert told["left"] == {"单位排放增加值（万元/吨）": ["≥300"]}
    assert any("万元/吨" in question for question in told["questions"])


@pytest.mark.parametrize("ending", [".xlsx", ".docx"])
def test_every_shipped_pack_comes_back_as_it_went_out(ending: str, tmp_path: Path):
    for name in shipped():
        pack = read_pack(name)
        file = tmp_path / f"{name}{ending}"
        write_pack_table(pack, file)
        draft = draft_of(tables_of(file)[0])
        assert draft is not None
        raw = tomllib.loads(pack_text(draft, Citation(name), "zh", file.name))
        assert raw["pack"]["rows_by"] == pack.head.rows_by
        back = [Column.model_validate(column) for column in raw["columns"].values()]
        assert [[getattr(c, key) for key in COLUMN] for c in back] == [
            [getattr(c, key) for key in COLUMN] for c in pack.columns.values()
        ], name
        rows = [
            (r["industry"], r["codes"], r["names"], [*r["cells"].values()]) for r in raw["rows"]
        ]
        assert rows == [
            (r.industry, r.codes, r.names, [r.cells[key] for key in pack.columns])
            for r in pack.rows
        ], name


def test_the_citation_goes_along_with_an_export(tmp_path: Path):
    file = tmp_path / "xichang.docx"
    mujun("packs", "xichang-2021", "--export", file)
    out = tmp_path / "again.toml"
    imported(file, out)
    before, after = read_pack("xichang-2021"), read_pack("again.toml", tmp_path)
    assert after.head.citation == before.head.citation
    assert after.head.in_force_from == before.head.in_force_from
    assert after.head.level == before.head.level


def test_marks_of_footnotes_are_no_digits(tmp_path: Path):
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    for cell, text in zip(
        table.rows[0].cells, ("行业", "亩均税收（万元/亩）", "容积率"), strict=True
    ):
        cell.text = text
    table.rows[1].cells[0].text = "纺织业"
    paragraph = table.rows[1].cells[1].paragraphs[0]
    paragraph.add_run("≥18")
    paragraph.add_run("1").font.superscript = True
    table.rows[1].cells[2].text = "≥1.0②"
    for cell, text in zip(table.rows[2].cells, ("其他", "≥10*", "≥0.8"), strict=True):
        cell.text = text
    file = tmp_path / "脚注.docx"
    document.save(str(file))
    out = tmp_path / "marks.toml"
    asked = imported(file, out)["questions"]
    assert cells_of(out) == {"纺织业": [["17"], 18, 1], "其他": [["*"], 10, 0.8]}
    for mark in ("¹", "②", "*"):
        assert any(mark in question for question in asked), mark


def test_raised_digits_of_excel_are_no_digits(tmp_path: Path):
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    raised = book.add_format({"font_script": 1})
    sheet.write_row(0, 0, ["行业", "亩均税收（万元/亩）"])
    sheet.write(1, 0, "其他")
    sheet.write_rich_string(1, 1, "≥18", raised, "1")
    book.close()
    out = tmp_path / "a.toml"
    imported(tmp_path / "a.xlsx", out)
    assert cells_of(out) == {"其他": [["*"], 18]}


def csv_import(tmp_path: Path, text: str) -> tuple[dict[str, list[Any]], list[str], dict[str, Any]]:
    """Cells, questions, and all that is said of a table in CSV."""
    file, out = tmp_path / "t.csv", tmp_path / "t.toml"
    file.write_text(text, encoding="utf-8")
    said = imported(file, out)
    return cells_of(out), said["questions"], said


def test_one_cell_over_another_bound_moves_no_other(tmp_path: Path):
    cells, asked, _ = csv_import(
        tmp_path, "行业,投资强度（万元/亩）\n纺织业,超过400\n造纸和纸制品业,500\n"
    )
    assert cells == {"纺织业": [["17"], {"above": 400}], "造纸和纸制品业": [["22"], 500]}
    assert any("投资强度" in question for question in asked)


def test_a_scale_a_per_cent_and_about_are_asked(tmp_path: Path):
    cells, asked, _ = csv_import(
        tmp_path,
        "行业,亩均税收（万元/亩）,亩均产值（万元/亩）\n纺织业,15～20,15%\n其他,200左右,≥300\n",
    )
    assert cells["纺织业"] == [["17"], {"min": 15, "max": 20}, {"reference": "15%"}]
    assert cells["其他"] == [["*"], {"reference": "200左右"}, 300]
    assert [sum(text in q for q in asked) for text in ("15～20", "15%", "200左右")] == [1, 1, 1]


def test_a_floor_area_ratio_in_per_cent_is_a_hundredth(tmp_path: Path):
    cells, _, said = csv_import(tmp_path, "行业,容积率\n其他,≥100%\n")
    assert cells == {"其他": [["*"], 100]}
    assert [(c["printed_unit"], c["divide_by"]) for c in said["columns"]] == [("%", 100)]


def test_columns_for_kinds_of_projects_wait_for_a_choice(tmp_path: Path):
    _, asked, said = csv_import(
        tmp_path, "行业,投资强度一般项目（万元/亩）,投资强度重点项目（万元/亩）\n纺织业,200,300\n"
    )
    assert not said["columns"]
    assert any("--land-class" in question for question in asked)


@pytest.mark.parametrize(
    "title", ["C35以外的其他行业", "27 医药制造业（2710除外）", "26化学原料（不含261）"]
)
def test_whom_a_row_is_not_for_is_never_its_code(title: str, tmp_path: Path):
    cells, asked, _ = csv_import(tmp_path, f"行业,容积率\n{title},≥1\n其他,≥0.8\n")
    assert cells[title][0] == []
    assert any(title in question for question in asked)


def test_a_row_of_remarks_is_a_note(tmp_path: Path):
    remark = "*首期项目按80%执行"
    cells, _, said = csv_import(
        tmp_path, f"行业,容积率,绿地率\n纺织业,≥1,≤20%\n备注,{remark},{remark}\n"
    )
    assert list(cells) == ["纺织业"]
    assert said["notes"] == [remark]


def test_what_an_industry_makes_is_no_title_of_its_row(tmp_path: Path):
    cells, _, said = csv_import(
        tmp_path, "行业,产品范围,容积率\n纺织业,面料和家纺,≥1\n医药制造业,原料药、制剂,≥1.2\n"
    )
    assert cells == {"纺织业": [["17"], 1], "医药制造业": [["27"], 1.2]}
    assert "产品范围：面料和家纺" in said["notes"]


def test_others_in_the_column_of_codes(tmp_path: Path):
    cells, _, _ = csv_import(tmp_path, "行业代码,行业名称,容积率\n17,纺织业,≥1\n其他,,≥0.8\n")
    assert cells == {"纺织业": [["17"], 1], "其他": [["*"], 0.8]}


def test_figures_under_a_heading_that_nobody_named_are_no_titles(tmp_path: Path):
    cells, _, said = csv_import(tmp_path, "行业,亩均投入,容积率\n纺织业,300,≥1\n其他,200,≥0.8\n")
    assert cells == {"纺织业": [["17"], 1], "其他": [["*"], 0.8]}
    assert said["left"] == {"亩均投入": ["300", "200"]}
    answers = write_answers(
        tmp_path,
        ["column", "亩均投入", "fixed_investment_per_mu"],
        ["unit", "亩均投入", "万元/公顷"],
        ["operator", "亩均投入", ">="],
    )
    out = tmp_path / "named.toml"
    imported(tmp_path / "t.csv", out, "--answers", str(answers))
    assert cells_of(out) == {"纺织业": [["17"], 300, 1], "其他": [["*"], 200, 0.8]}
    assert columns_of(out)[0] == ("fixed_investment_per_mu", ">=", "万元/公顷", 15)


def test_questions_are_answered_by_number_in_words_or_left_open(tmp_path: Path):
    file = tmp_path / "t.csv"
    rows = "行业,亩均税收（万元/亩）\n纺织业,15～20\n新材料,约18\n其他,\n"
    file.write_text(f"某市工业项目标准\n{rows}", encoding="utf-8")
    draft = tmp_path / "d.toml"
    typed = "9\nC39\n2\n3\n≥18\n某市人民政府\n某府发〔2024〕1号\n二月\n2024-02-01\n"
    done = CliRunner().invoke(
        app, ["packs", "import", str(file), "-o", str(draft), "--by", "李工"], input=typed
    )
    assert done.exit_code == 0, done.output
    raw = tomllib.loads(draft.read_text(encoding="utf-8"))
    said = {(one["about"], one["subject"]): one["answer"] for one in raw["answers"]}
    assert said == {
        ("row", "新材料"): "C39",
        ("range", "亩均税收（万元/亩）"): ">=",
        ("blank", "亩均税收（万元/亩）"): "open",
        ("cell", "亩均税收（万元/亩）：约18"): "≥18",
        ("citation", "issuer"): "某市人民政府",
        ("citation", "document"): "某府发〔2024〕1号",
        ("citation", "date"): "2024-02-01",
    }
    assert {one["by"] for one in raw["answers"]} == {"李工"}
    assert raw["pack"]["date"].isoformat() == "2024-02-01"
    assert cells_of(draft) == {
        "纺织业": [["17"], 15],
        "新材料": [["39"], 18],
        "其他": [["*"], {"reference": "（空格）"}],
    }
    assert len(raw["open"]) == 2  # the first day in force, the level
    again = tmp_path / "again.toml"  # the draft is a file of answers for next time
    done = CliRunner().invoke(
        app, ["packs", "import", str(file), "-o", str(again), "--answers", str(draft), "--yes"]
    )
    assert again.read_text(encoding="utf-8") == draft.read_text(encoding="utf-8").replace(
        'id = "d"', 'id = "again"'
    )


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (["operator", "亩均税收", "="], "none of"),
        (["column", "亩均税率", "x"], "Not asked for"),
    ],
)
def test_an_answer_that_does_not_fit_is_said(told: list[str], said: str, tmp_path: Path):
    file = tmp_path / "t.csv"
    file.write_text("行业,亩均税收\n其他,15\n", encoding="utf-8")
    answers = str(write_answers(tmp_path, told))
    options = ["-o", str(tmp_path / "o.toml"), "--answers", answers, "--lang", "en"]
    done = CliRunner().invoke(app, ["packs", "import", str(file), *options])
    assert said in done.output + str(done.exception)


FIGURES = st.decimals(0, 10_000, places=2).map(float)
SIGNS = {">=": "≥{}", ">": "＞{}", "<=": "不超过{}", "<": "不满{}"}


@given(FIGURES, st.sampled_from([*SIGNS]))
def test_a_bound_is_read_with_its_sign(figure: float, sign: str):
    cell = read_printed(SIGNS[sign].format(f"{figure:.15g}"))
    assert (cell.kind, cell.low, cell.sign) == ("number", figure, sign)


@given(FIGURES, FIGURES, st.booleans(), st.booleans())
def test_a_range_is_read_back_as_it_is_printed(a: float, b: float, low_open: bool, high_open: bool):
    column = Column(
        indicator="floor_area_ratio", operator=">=", unit="", mandatory=True, clause="容积率"
    )
    ends = {"above" if low_open else "min": min(a, b), "below" if high_open else "max": max(a, b)}
    cell = read_printed(cell_text(read_cell(ends), column).replace("e+", "e"))
    assert (cell.low, cell.high) == (float(f"{min(a, b):g}"), float(f"{max(a, b):g}"))
    assert (cell.low_open, cell.high_open) == (low_open, high_open)


@pytest.mark.parametrize(
    ("printed", "sign", "figure"),
    [
        ("150以上", ">=", 150),  # 《民法典》第一千二百五十九条: 以上 includes the number
        ("150以下", "<=", 150),
        ("不满150", "<", 150),
        ("超过150", ">", 150),
        ("不少于1,500万元/亩", ">=", 1500),
        ("≥2250万元/公顷（150万元/亩）", ">=", 2250),
        ("20%（含）以下", "<=", 20),
    ],
)
def test_words_of_bounds(printed: str, sign: str, figure: float):
    cell = read_printed(printed)
    assert (cell.sign, cell.low) == (sign, figure)


@pytest.mark.parametrize(
    "text", ["按国家标准执行", "2023年前供地的150", "表2", "另行规定", "150/200"]
)
def test_a_sentence_is_never_a_figure(text: str):
    assert read_printed(text).low is None


def test_hostile_words_make_a_file_that_can_be_read(tmp_path: Path):
    file = tmp_path / "坏.csv"
    bad = '"=HYPERLINK(""http://x"")\x07\\",≥1,"a""b\n[pack]\nid=1"\n'
    file.write_text(f"行业,容积率,说明\n{bad}", encoding="utf-8")
    out = tmp_path / "bad.toml"
    imported(file, out)
    raw = tomllib.loads(out.read_text(encoding="utf-8"))
    assert raw["pack"]["id"] == "bad"
    assert len(raw["rows"]) == 1


def test_what_is_there_is_not_replaced_and_what_is_no_table_is_said(tmp_path: Path):
    file = tmp_path / "a.csv"
    file.write_text("姓名,电话\n甲,1\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["packs", "import", str(file), "-o", str(tmp_path / "o.toml")])
    assert done.exit_code != 0
    assert isinstance(done.exception, SourceError | SystemExit)
    assert not (tmp_path / "o.toml").exists()
    pack = read_pack("xichang-2021")
    there = tmp_path / "there.xlsx"
    write_pack_table(pack, there)
    with pytest.raises(OutputError):
        write_pack_table(pack, there)
