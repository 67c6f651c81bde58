"""The report in Word: structure, numbers, an office's template, and how LibreOffice reads it."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from docx.shared import Length
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageOps
from pypdf import PdfReader
from typer.testing import CliRunner

from geo import read_project
from geo.cli import app
from geo.errors import OutputError
from geo.evaluate.compliance_options import target_needs
from geo.project import Publish
from geo.publish.paper.fonts import chinese, width
from geo.publish.paper.plain import CHART, TITLE, draw_trends
from geo.publish.paper.scene import Scene
from geo.publish.records.park import TrendLine, park_records
from geo.publish.word.document import Word, _chinese_number
from geo.publish.word.layout import LAYOUTS
from geo.publish.word.report import write_report
from geo.run import Run
from tests.builders import in_one


@pytest.fixture(scope="module")
def demo(copied_demo):
    """This module writes to it."""
    return copied_demo


@pytest.fixture(scope="module")
def scene(demo: Path) -> Scene:
    return Scene(Run.load(demo / "outputs"), read_project(demo).options)


@pytest.fixture(scope="module")
def report(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("report") / "report.docx"
    write_report(scene.run, file)
    return file


def as_pdf(file: Path, folder: Path) -> Path:
    """The document as LibreOffice lays it out."""
    done = subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            str(file),
        ],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    made = folder / f"{file.stem}.pdf"
    assert made.is_file(), done.stderr
    return made


def pages_of(made: Path) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in PdfReader(made).pages]


def filled(made: Path) -> list[float]:
    """How far down each page goes, as a share of its type area; its number at the foot left out."""
    out = []
    for page in pypdfium2.PdfDocument(made):
        picture = ImageOps.invert(page.render(scale=0.5).to_pil().convert("L"))
        high = picture.height
        top, bottom = round(24 / 297 * high), round(273 / 297 * high)
        box = picture.crop((0, top, picture.width, bottom)).getbbox()
        out.append(0.0 if box is None else box[3] / (bottom - top))
    return out


def test_headings_and_contents_are_word_s_own(scene: Scene, report: Path) -> None:
    document = docx.Document(str(report))
    heads = [
        (p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith("Heading")
    ]
    first = [text for style, text in heads if style == "Heading 1"]
    assert first[:2] == ["一、总体情况", "二、评估依据与口径"]
    assert [t.split("、", 1)[1] for t in first[2:6]] == scene.parks["name"].tolist()
    chapters = [p for p in document.paragraphs if p.style.name == "Heading 1"]
    assert all(p.paragraph_format.page_break_before for p in chapters[2:6])  # each on a new page
    assert ("Heading 2", "（一）主要结论") in heads
    assert ("Heading 2", "（二）行动计划目标完成情况") in heads
    with zipfile.ZipFile(report) as files:
        body = files.read("word/document.xml").decode()
        settings = files.read("word/settings.xml").decode()
    assert body.count('fldCharType="begin"') == body.count('fldCharType="end"')
    assert "updateFields" in settings
    # Every link of the contents leads to a bookmark that is there.
    links = set(re.findall(r'w:anchor="(_Toc\d+)"', body))
    assert links
    assert links <= set(re.findall(r'w:bookmarkStart [^>]*w:name="(_Toc\d+)"', body))
    assert len(links) == len(heads)  # each heading its own, though many say the same
    assert re.findall(r"PAGEREF (_Toc\d+)", body) == sorted(links)
    assert body.count("SEQ 图") == len(document.inline_shapes) == 2 + 3 * len(scene.parks)
    assert body.count('descr="') == len(document.inline_shapes)


def test_contents_that_fill_more_than_a_page_list_the_chapters(tmp_path: Path) -> None:
    doc = Word(None, LAYOUTS["gbt9704"], {}, "zh")
    doc.table_of_contents("目录")
    for chapter in range(9):
        doc.heading(f"章{chapter}", 1)
        doc.heading("节", 2)
    doc.save(tmp_path / "report.docx")
    with zipfile.ZipFile(tmp_path / "report.docx") as files:
        body = files.read("word/document.xml").decode()
    chapters = [f"_Toc{at:06d}" for at in range(0, 18, 2)]
    assert re.findall(r"PAGEREF (_Toc\d+)", body) == chapters


def test_the_title_of_a_chart_is_no_wider_than_the_chart(tmp_path: Path) -> None:
    long = "Output value of above-scale firms per mu (10,000 CNY/mu)"
    lines = [TrendLine("x", long, (2021, 2023), (1.0, 2.0))] * 4
    with chinese():
        draw_trends(lines, tmp_path / "charts.svg")
        drawn = re.findall(r">([^<>]*[a-z][^<>]*)</", (tmp_path / "charts.svg").read_text("utf-8"))
        titles = [text for text in drawn if text.strip() and text in long]
        assert len(titles) == 8
        assert all(width(text, TITLE) <= CHART for text in titles)


def test_its_numbers_are_the_run_s(scene: Scene, report: Path) -> None:
    document = docx.Document(str(report))
    parcels, result = scene.parcels, scene.run
    text = "\n".join(p.text for p in document.paragraphs)
    assert f"{len(parcels):,}宗土地，面积{parcels['area_mu'].sum():,.2f}亩" in text
    counts = parcels["compliance"].value_counts()
    assert f"达标{counts['pass']:,}宗" in text
    assert f"不达标{counts['fail']:,}宗" in text
    tables = [[[c.text for c in row.cells] for row in t.rows] for t in document.tables]
    parks = next(t for t in tables if t[0][0] == "园区" and "面积（亩）" in t[0])
    for row, park in zip(parks[1:], scene.parks.to_dict("records"), strict=True):
        assert row[:3] == [park["name"], f"{park['parcels']:,}", f"{park['parcel_mu']:,.2f}"]
        assert row[3] == f"{park['revenue_per_mu']:,.2f}"
    rules = next(t for t in tables if t[0][:2] == ["指标", "达标"])
    judged = result.verdicts[result.verdicts["subject"] == "parcel"]
    tax = judged[judged["rule_id"].astype(str).str.endswith("/tax")]["verdict"].value_counts()
    row = next(r for r in rules if r[0].startswith("亩均税收"))
    assert [row[1], row[2], row[4]] == [f"{tax[v]:,}" for v in ("pass", "fail", "no_data")]
    sums = next(t for t in tables if t[0][0] == "指标项")
    for line in sums[1:]:
        given, *parts = (float(v.replace(",", "")) for v in line[1:])
        assert given == pytest.approx(sum(parts), abs=0.02)
    assert scene.settings.synthetic in text
    for citation in result.verdicts["citation"].dropna().unique():
        assert str(citation) in text
    for row in (row for table in document.tables for row in table.rows):
        assert row._tr.trPr.find(qn("w:cantSplit")) is not None


def test_its_conclusions_are_the_tables(scene: Scene, report: Path) -> None:
    """Each figure that is concluded, worked out again from the tables."""
    text = "".join(p.text for p in docx.Document(str(report)).paragraphs)
    parks, run = scene.parks.set_index("name"), scene.run
    tax = parks["tax_per_mu"].sort_values()
    assert (
        f"亩均税收最高的是{tax.index[-1]}（{tax.iloc[-1]:.2f}万元/亩），最低的是{tax.index[0]}"
        f"（{tax.iloc[0]:.2f}万元/亩），相差{tax.iloc[-1] - tax.iloc[0]:.2f}万元/亩。"
    ) in text
    land = scene.parcels.groupby("compliance")["area_mu"].agg(["size", "sum"])
    share = land.loc["pass", "sum"] / (land.loc["pass", "sum"] + land.loc["fail", "sum"])
    assert f"达标的面积占{share:.1%}" in text
    assert f"不达标{land.loc['fail', 'size']}宗（{land.loc['fail', 'sum']:,.2f}亩）" in text
    figures = run.figures[run.figures["measure"] == "tax"].set_index(["subject", "year"])
    first, last = (figures.loc[("project", year)] for year in (2021, 2023))
    growth = run.comparable_growth
    (alike,) = growth[growth["subject"].eq("project") & growth["measure"].eq("tax")].to_dict(
        "records"
    )
    assert (
        f"亩均税收由2021年的{first['per_mu']:.2f}万元/亩变为2023年的{last['per_mu']:.2f}万元/亩；"
        f"两年共{first['missing'] + last['missing']:.0f}行未填报，合计数不全，不比较。"
        f"可比口径（{alike['of_enterprises']}户中{alike['comparable_enterprises']}户两年均填报）"
        f"增长{alike['comparable_per_mu_after'] / alike['comparable_per_mu_before'] - 1:.1%}，"
        f"这些企业的合计数增长{alike['comparable_after'] / alike['comparable_before'] - 1:.1%}。"
    ) in text
    own = growth[growth["subject_id"].eq("SYN-01") & growth["measure"].eq("tax")].iloc[0]
    assert (
        f"万元/亩，可比口径年均{own['comparable_per_mu_growth']:+.1%}"
        f"（{own['comparable_enterprises']}/{own['of_enterprises']}户，"
    ) in text
    judged = run.verdicts[
        (run.verdicts["subject"] == "parcel") & (run.verdicts["verdict"] == "fail")
    ]
    short = judged[judged["indicator"] == "tax_per_mu"]
    # What passes is shown as the limit, with two decimals: a half of the last one below it.
    need = ((short["threshold"] - 0.005) * short["denominator"] - short["numerator"]).sum()
    found = re.search(r"税收（万元）合计增加([\d,.]+)（(\d+)宗）", text)
    assert int(found[2]) == len(short)
    assert need <= float(found[1].replace(",", "")) < need + 0.0101 * len(short)
    met = run.park_targets[run.park_targets["year"] == 2023]["result"].value_counts()
    assert f"园区目标{met.sum()}项，达到{met['met']}项" in text
    for name, park in parks.iterrows():
        assert (
            f"亩均税收{park['tax_per_mu']:.2f}万元/亩，在有数据的{len(parks)}个园区中排第" in text
        )
        assert f"{name}土地用途图（2023年）" in text


def test_the_layout_of_official_documents(scene: Scene, tmp_path: Path) -> None:
    """GB/T 9704: 37 mm above, 28 mm left, a type area of 156 mm, 三号仿宋, lines of 28 points."""
    file = tmp_path / "report.docx"
    write_report(scene.run, file, park=str(scene.parks["park_id"].iloc[0]), template="gbt9704")
    document = docx.Document(str(file))
    page, body = document.sections[0], document.styles["Normal"]
    assert [round(v.mm) for v in (page.top_margin, page.left_margin)] == [37, 28]
    assert round(Length(page.page_width - page.left_margin - page.right_margin).mm) == 156
    assert round(Length(page.page_height - page.top_margin - page.bottom_margin).mm) == 225
    assert (body.font.size.pt, body.paragraph_format.line_spacing.pt) == (16, 28)
    with zipfile.ZipFile(file) as files:
        fonts = files.read("word/fontTable.xml").decode()
        styles = files.read("word/styles.xml").decode()
    assert re.search('w:name="仿宋_GB2312"[^>]*><w:altName w:val="仿宋"/></w:font>', fonts)
    assert styles.count('w:eastAsia="仿宋_GB2312"') >= 1
    with pytest.raises(OutputError):
        write_report(scene.run, file, template="nothing.docx")


def test_libreoffice_lays_it_out(scene: Scene, report: Path, tmp_path: Path) -> None:
    made = as_pdf(report, tmp_path)
    pages = pages_of(made)
    text = "\n".join(pages)
    flat = "".join(text.split())
    for said in ("目录", "一、总体情况", "评估依据与口径", "行动计划目标", "数据说明"):
        assert said in flat
    assert all("".join(name.split()) in flat for name in scene.parks["name"])
    assert "图1" in flat
    assert "图2" in flat
    assert f"{len(scene.parcels):,}宗土地" in flat
    assert "Error!" not in text
    # The contents say the page of each heading, and no page but the last is left half empty.
    heads = [p.text for p in docx.Document(report).paragraphs if p.style.name.startswith("Heading")]
    listed = re.findall(r"^(.+?)\.{4,}\s*(\d+)$", pages[0], re.MULTILINE)
    assert len(listed) == len(heads)
    for (said, page), head in zip(listed, heads, strict=True):
        assert "".join(said.split()) == "".join(head.split())
        assert said.strip() in pages[int(page) - 1]
    assert min(filled(made)[1:-1]) > 0.6


def test_sums_beside_each_other_have_one_unit(scene: Scene) -> None:
    """A park lacks 7 亿元, others 149 and 165: none in 万元, each with two decimals, rounded up."""
    parks = park_records(scene.run, scene.run.settings)
    money = [
        line.need for park in parks for line in park.targets if re.search("[万亿]元$", line.need)
    ]
    assert len(money) == 3
    assert all(need.endswith("亿元") for need in money)
    needs = target_needs(scene.run.park_targets.query("year == 2023"), scene.run.basis.plan)
    exact = needs[needs["unit"] == "万元"]["change"].dropna().sort_values()
    said = sorted(float(need.split()[0].replace(",", "")) * 10_000 for need in money)
    for shown, change in zip(said, exact, strict=True):
        assert change <= shown + 1e-6 < change + 100.0001


def test_one_park_alone(demo: Path) -> None:
    done = CliRunner().invoke(
        app, ["export", "-q", "-p", str(demo), "-f", "docx", "--park", "SYN-03", "--lang", "en"]
    )
    assert done.exit_code == 0, done.output
    document = docx.Document(str(demo / "outputs/report-SYN-03.docx"))
    first = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert [t.split(" ", 1)[0] for t in first] == ["1", "2", "3"]
    assert first[1].endswith("西区（合成）")
    tables = ["".join(c.text for c in t.rows[0].cells) for t in document.tables]
    assert "TargetValueRequiredResultShortfall" in tables
    assert not any("北区" in p.text for p in document.paragraphs)
    done = CliRunner().invoke(app, ["export", "-q", "-p", str(demo), "-f", "docx", "--park", "x"])
    assert done.exit_code == 1


def test_an_office_s_template_keeps_what_it_has(demo: Path, scene: Scene, tmp_path: Path) -> None:
    own = docx.Document()
    own.sections[0].header.paragraphs[0].text = "某某管委会 {{year}}"
    own.add_paragraph("封面 {{title}}")
    split = own.add_paragraph("编制：")
    for part in ("{{ma", "ker}}"):  # as Word cuts a placeholder while one types
        split.add_run(part)
    own.add_paragraph("{{正文}}")
    own.add_paragraph("附：联系电话")
    folder = tmp_path / "own"
    folder.mkdir()
    own.save(str(folder / "report.docx"))
    options = Publish(templates=str(folder), maker="自然资源局")
    file = tmp_path / "report.docx"
    write_report(scene.run, file, options=options)
    document = docx.Document(str(file))
    texts = [p.text for p in document.paragraphs]
    assert texts[0] == f"封面 {scene.settings.title}"
    assert texts[1] == "编制：自然资源局"
    assert texts[-1] == "附：联系电话"
    assert "一、总体情况" in texts[2:-1]
    assert not any("{{" in t for t in texts)
    assert document.sections[0].header.paragraphs[0].text == "某某管委会 2023"
    assert "附：联系电话" in "".join(pages_of(as_pdf(file, tmp_path)))

    (folder / "report.docx").write_text("no zip", encoding="utf-8")
    with pytest.raises(OutputError) as said:
        write_report(scene.run, file, options=options)
    assert "report.docx" in said.value.text("zh")


def test_text_that_xml_refuses_is_left_out(project: Path, parks, tmp_path: Path) -> None:
    parks.assign(name="园\x0b区 <w:p> & \ufffe").to_file(project / "parks.gpkg", layer="parks")
    file = tmp_path / "report.docx"
    write_report(in_one(project), file)
    texts = [p.text for p in docx.Document(str(file)).paragraphs]
    assert any("园区 <w:p> &" in t for t in texts)


@given(st.integers(1, 9999))
def test_chinese_numbers_read_back(number: int) -> None:
    units, digits, total, digit = {"千": 1000, "百": 100, "十": 10}, "零一二三四五六七八九", 0, 0
    for sign in _chinese_number(number):
        if sign in units:
            total += (digit or 1) * units[sign]
            digit = 0
        else:
            digit = digits.index(sign)
    assert total + digit == number
