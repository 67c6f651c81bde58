"""Ten tables of requirements as offices lay them out, typed by hand; places and figures are invented.

Each is written as Excel, Word or PDF with its merged cells, lines of headings, notes and marks.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
import openpyxl
import pylopdf_fonts_zh_cn
import typst

from geo.intake.packs.beside import beside
from geo.intake.packs.citing import Citation, ask_citation
from geo.intake.packs.draft import draft_of
from geo.intake.packs.printed import tables_of
from geo.intake.questions import Ask, Interview, Question

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column of a merged cell, from 0, within the table."""


@dataclass(frozen=True)
class Office:
    """A table with what stands above and below it; cells that a merged one covers are None."""

    name: str
    above: Sequence[str]
    rows: Sequence[Sequence[str | int | float | None]]
    merged: Sequence[Area] = ()
    below: Sequence[str] = ()


def excel(table: Office, folder: Path) -> Path:
    """The table as a sheet, its title merged over its width."""
    book = openpyxl.Workbook()
    sheet = book.active
    width, top = len(table.rows[0]), len(table.above)
    for at, text in enumerate(table.above, 1):
        sheet.cell(at, 1, text)
        sheet.merge_cells(start_row=at, start_column=1, end_row=at, end_column=width)
    for at, row in enumerate(table.rows, top + 1):
        for column, value in enumerate(row, 1):
            sheet.cell(at, column, value)
    for top_row, left, bottom, right in table.merged:
        sheet.merge_cells(
            start_row=top + top_row + 1,
            start_column=left + 1,
            end_row=top + bottom + 1,
            end_column=right + 1,
        )
    for at, text in enumerate(table.below, top + len(table.rows) + 1):
        sheet.cell(at, 1, text)
    file = folder / f"{table.name}.xlsx"
    book.save(file)
    return file


def word(tables: Sequence[Office], folder: Path) -> Path:
    """Tables one under another in a document."""
    document = docx.Document()
    for table in tables:
        for text in table.above:
            document.add_paragraph(text)
        grid = document.add_table(len(table.rows), len(table.rows[0]), style="Table Grid")
        for row, cells in zip(table.rows, grid.rows, strict=True):
            for value, cell in zip(row, cells.cells, strict=True):
                if value is not None:
                    cell.text = str(value)
        for top, left, bottom, right in table.merged:
            grid.cell(top, left).merge(grid.cell(bottom, right))
        for text in table.below:
            document.add_paragraph(text)
    file = folder / f"{tables[0].name}.docx"
    document.save(str(file))
    return file


def pdf(
    table: Office, folder: Path, heading_rows: int, *, width: str = "21cm", height: str = "29.7cm"
) -> Path:
    """The table as a PDF; its headings are repeated on each page."""
    covered = {
        (row, column): (top, left)
        for top, left, bottom, right in table.merged
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }
    spans = {(top, left): (b - top + 1, r - left + 1) for top, left, b, r in table.merged}
    lines = []
    for row, values in enumerate(table.rows):
        cells = []
        for column, value in enumerate(values):
            if covered.get((row, column), (row, column)) != (row, column):
                continue
            down, across = spans.get((row, column), (1, 1))
            text = "" if value is None else str(value)
            shown = json.dumps(text, ensure_ascii=False)
            cells.append(f"table.cell(rowspan: {down}, colspan: {across})[#{shown}],")
        lines.append("".join(cells))
    head, body = "\n".join(lines[:heading_rows]), "\n".join(lines[heading_rows:])
    above, below = (
        "\n\n".join(f"#{json.dumps(text, ensure_ascii=False)}" for text in texts)
        for texts in (table.above, table.below)
    )
    source = folder / f"{table.name}.typ"
    source.write_text(
        f'#set page(width: {width}, height: {height}, margin: 2cm, numbering: "— 1 —")\n'
        f'#set text(font: "Noto Serif SC", size: 10pt)\n{above}\n\n'
        f"#table(columns: {len(table.rows[0])}, align: center,\n"
        f"table.header({head}),\n{body})\n{below}\n",
        encoding="utf-8",
    )
    file = folder / f"{table.name}.pdf"
    fonts = [str(Path(pylopdf_fonts_zh_cn.__file__).parent)]
    typst.compile(str(source), output=str(file), font_paths=fonts)
    return file


CITY = Office(
    "甲市标准地",
    ["附件1", "甲市工业项目“标准地”控制性指标（2023年版）", "单位：万元/亩"],
    [
        ["序号", "产业门类", "行业（国民经济行业代码）", "投入强度", None, "产出效益", None,
         "研发投入占比", "单位产值能耗（吨标煤/万元）", "备注"],
        [None, None, None, "固定资产投资强度", "容积率", "亩均税收", "亩均产值", None, None, None],
        [1, "消费品", "农副食品加工业、食品制造业、酒、饮料和精制茶制造业（C13–C15）",
         "≥200", "0.8及以上", "≥10", "≥300", "≥1%", "≤0.12", None],
        [2, None, "纺织业（C17）", "≥180", "≥1.0", "≥8①", "≥250", "≥1.5%", "≤0.2", None],
        [3, "装备", "汽车制造业（C36）", "≥400", "0.8–2.0", "≥25", "≥600", "≥3%", "/", "含零部件"],
        [4, None, "通用设备制造业、专用设备制造业（C34、C35）", "≥350", "≥0.7且≤2.0", "≥20",
         "不低于500", "≥2.5%", "≤0.1", None],
        [5, "其他", None, "一事一议", None, None, None, None, None, None],
    ],
    [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 4), (0, 5, 0, 6), (0, 7, 1, 7),
     (0, 8, 1, 8), (0, 9, 1, 9), (2, 1, 3, 1), (4, 1, 5, 1), (6, 1, 6, 2), (6, 3, 6, 9)],
    ["注：1.亩均税收指投产后年度入库税收。", "①印染项目不低于12万元/亩。", "本表自2023年7月1日起施行。"],
)  # fmt: skip

_CLASSES = ["一类地区", "二类地区", "三类地区", "四类地区", "五类地区", "六类地区", "七类地区"]
_CLASS_ROWS = [
    ["C13", "农副食品加工业", 3840, 3105, 2590, 2070, 1555, 1295, 1125],
    ["C14", "食品制造业", 3840, 3105, 2590, 2070, 1555, 1295, 1125],
    ["C17", "纺织业", 3885, 3140, 2620, 2095, 1570, 1310, 1140],
]
_CLASS_HEAD = [
    ["行业代码", "行业名称", "投资强度控制指标（万元/公顷）", *[None] * 6],
    [None, None, *_CLASSES],
]
_CLASS_MERGED = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 8)]
CLASSES = Office(
    "乙省控制指标",
    ["乙省建设用地控制指标", "表1 投资强度控制指标"],
    [*_CLASS_HEAD, *_CLASS_ROWS],
    _CLASS_MERGED,
)
CLASSES_CONTINUED = Office(
    "",
    ["续表1"],
    [
        *_CLASS_HEAD,
        ["C26", "化学原料和化学制品制造业", 5180, 4145, 3455, 2765, 2070, 1725, 1500],
        ["C39", "计算机、通信和其他电子设备制造业", 6785, 5430, 4530, 3620, 2710, 2265, 1980],
        ["C41", "其他制造业", 3840, 3105, 2590, 2070, 1555, 1295, 1125],
    ],
    _CLASS_MERGED,
    ["注：地区类别按国家规定执行。"],
)

GRADES = Office(
    "丙市等别",
    ["丙市新增工业用地出让控制标准", "表2 各等别控制标准"],
    [
        ["土地等别", "单位用地固定资产投资（元/㎡）", "地均税收（元/㎡）", "容积率", "绿地率（%）", "建筑系数（%）"],
        ["三等", "≥4500", "＞300", "1.2～2.5", "≤15", "≥40"],
        ["四等", "≥3750", "＞240", "1.2～2.5", "≤15", "≥40"],
        ["五等", "≥3000", "＞180", "1.0～2.5", "≤20", "≥30"],
        ["六等及以下", "按国家标准执行", "＞150", "不低于0.8", "≤20", "≥30"],
    ],
    (),
    ["注：容积率含上下限。"],
)  # fmt: skip

NOTICE = Office(
    "丁区公告",
    ["丁区自然资源和规划局国有建设用地使用权出让公告", "丁自然资告〔2024〕6号", "“标准地”控制指标"],
    [
        ["类别", "指标名称", "比较", "指标值", "单位", "说明"],
        ["投入", "固定资产投资强度", "≥", "320", "万元/亩", "不含土地价款"],
        ["产出", "亩均税收", "≥", "22.5", "万元/亩", "达产年"],
        [None, "亩均产值", "≥", "450", "万元/亩", None],
        ["规划", "容积率", "范围", "1.5–2.5", "/", None],
        [None, "建筑密度", "≥", "40", "%", None],
        [None, "绿地率", "≤", "15", "%", "按规划条件"],
        ["能耗", "单位产值能耗", "≤", "0.08", "吨标准煤/万元", None],
        ["环境", "环保要求", "—", "符合园区规划环评及审查意见要求", None, None],
    ],
    [(2, 0, 3, 0), (4, 0, 6, 0)],
    ["2024年5月20日"],
)  # fmt: skip

BANDS = Office(
    "戊县准入",
    ["戊县工业项目准入条件"],
    [
        ["代码", "行业", "亩均投资（万元）", "亩均税收（万元）", "R&D投入强度", "容积率"],
        ["13-15", "食品饮料", 200, 12, "营业收入2亿元以下的≥5%，2亿元及以上的≥3%", 0.8],
        [26, "化工（不含2614有机化学原料）", 350, "第一年≥8，第二年≥15", "3%", "0.6及以上"],
        ["38、39", "电子信息", "≥400", 20, "3%", "同上"],
        ["*", "其他行业", "〃", "≥１０", "／", "1.0"],
    ],
    (),
    ["说明：1.亩均税收为达产年数据；", "2.新材料项目参照化工执行。"],
)

SECTIONS = Office(
    "己市分区",
    ["己市开发区“标准地”指标", "（单位：万元/亩）"],
    [
        ["行业", "投资强度", "亩均税收"],
        ["一、国家级开发区", None, None],
        ["纺织业", "≥300", "≥20"],
        ["家具制造业", "≥250", "≥15"],
        ["二、省级开发区", None, None],
        ["纺织业", "≥200", "≥12"],
        ["家具制造业", "≥180", "≥10"],
    ],
    [(1, 0, 1, 2), (4, 0, 4, 2)],
)

HALVES = Office(
    "庚县并排",
    ["庚县投资强度标准（万元/亩）"],
    [
        ["行业代码", "行业名称", "投资强度", "行业代码", "行业名称", "投资强度"],
        [13, "农副食品加工业", "≥120", 22, "造纸和纸制品业", "≥210"],
        [14, "食品制造业", "≥140", 27, "医药制造业", "≥300"],
        [17, "纺织业", "≥130", None, None, None],
    ],
)

PARKS = Office(
    "辛市园区",
    ["辛市产业园区亩均效益门槛", "单位：万元/亩·年"],
    [
        ["园区", "级别", "亩均税收", "亩均营业收入", "单位能耗增加值（万元/吨标煤）"],
        ["辛市经济技术开发区", "国家级", "35以上", "1,200以上", "2.5以上"],
        ["辛东工业园", "省级", "25以上", "800以上", "2.0以上"],
        ["辛西食品产业园", "省级", "20以上", "700以上", "不作要求"],
    ],
    (),
    ["备注：园区外项目按镇街所在园区执行。"],
)

LONG = Office(
    "壬市类别",
    ["壬市工业用地控制指标"],
    [
        ["行业大类", "地区类别", "投资强度（万元/公顷）", "容积率"],
        ["纺织业", "一类", "≥3000", "≥1.0"],
        [None, "二类", "≥2400", None],
        ["家具制造业", "一类", "≥2700", "≥0.8"],
        [None, "二类", "≥2100", None],
    ],
    [(1, 0, 2, 0), (3, 0, 4, 0), (1, 3, 2, 3), (3, 3, 4, 3)],
)

UNITS = Office(
    "癸区混合",
    ["癸区新型产业用地指标表"],
    [
        ["行业类别", "投资强度", "税收贡献", "产出强度", "绿地率", "备注"],
        [None, "（万元/亩）", "（万元/亩·年）", "（亿元/平方公里）", "（%）", None],
        ["制造业（C）", "不少于 1，500", "≥50（其中增值税≥30）", "≥150", "10%以内", "/"],
        ["软件和信息技术服务业（I65）", "800–1000", "60", "200（含）以上", "不超过10", "鼓励混合"],
        ["其他", "根据项目论证确定", "——", "", "≤20", None],
    ],
    [(0, 0, 1, 0), (0, 5, 1, 5)],
)  # fmt: skip


FIVE = ("甲市标准地", "乙省控制指标", "丙市等别", "丁区公告", "戊县准入")
"""Those whose seconds and questions the documentation says."""


def written(folder: Path) -> dict[str, Path]:
    """All ten as files, and the first one as a PDF, too."""
    files = [
        excel(CITY, folder),
        word([CLASSES, CLASSES_CONTINUED], folder),
        pdf(GRADES, folder, 1),
        word([NOTICE], folder),
        excel(BANDS, folder),
        excel(SECTIONS, folder),
        word([HALVES], folder),
        excel(PARKS, folder),
        pdf(LONG, folder, 1),
        excel(UNITS, folder),
    ]
    return {file.stem: file for file in files}


def answering(told: dict[tuple[str, str], str]) -> Ask:
    """Somebody who takes the first answer but where `told` says another, by about and subject."""

    def ask(question: Question) -> int | str:
        answer = told.get((question.about, question.subject))
        values = [choice.value for choice in question.choices]
        return 0 if answer is None else values.index(answer) if answer in values else answer

    return ask


TOLD: dict[str, dict[tuple[str, str], str]] = {
    "乙省控制指标": {("class", "land_class"): "三类地区"},
    "丙市等别": {("class", "land_class"): "四等"},
    "壬市类别": {("class", "land_class"): "二类"},
}
"""What the office has to say that is not the first answer."""


def main() -> None:
    """Seconds, cells and questions of the five, in the language of their offices."""
    with TemporaryDirectory() as scratch:
        files = written(Path(scratch))
        for name in FIVE:
            started = time.perf_counter()
            talk = Interview(answering(TOLD.get(name, {})))
            draft = draft_of(tables_of(files[name])[0], talk)
            assert draft is not None
            on_table = len(talk.answers)
            ask_citation(draft.table, Citation(name), talk)
            cells = beside(draft)
            seconds = time.perf_counter() - started
            print(
                f"{files[name].name}: {len(cells)} cells, {on_table} questions on the table, "
                f"{len(talk.answers) - on_table} on the citation, {seconds:.2f} s"
            )


if __name__ == "__main__":
    main()
