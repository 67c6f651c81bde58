"""Currencies: by their code, converted only by a cited rate, written as each language does."""

from __future__ import annotations

import re
import zipfile

import pandas as pd
import pypdfium2
import pytest
from typer.testing import CliRunner

from geo import findings
from geo.cli import app
from geo.errors import ProjectError
from geo.evaluate.method import method_of
from geo.model import CURRENCIES, LAYERS, Exchange, show_unit
from geo.model.currency import NAMES
from geo.model.units import parse
from geo.project import read_project
from geo.project_parts import ExchangeRate
from geo.publish.records.numbers import with_unit
from geo.sources.fields import canonical
from geo.standards.selection import packs_of

RULED = 'standards = ["longchang-neirong-2022"]'
LEFT_OUT = re.compile(r"(?:published means left out|未列公布的均值).{0,200}?CNY")
"""The one sentence that names the yuan: what is left out because it is in them."""
YUAN = re.compile(r"万元|亿元|CNY|\byuan\b")


def words_of(file):
    """All text of a product."""
    if file.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(file) as parts:
            return "\n".join(
                parts.read(n).decode("utf-8") for n in parts.namelist() if n.endswith(".xml")
            )
    if file.suffix == ".pdf":
        with pypdfium2.PdfDocument(file) as pages:
            return "\n".join(page.get_textpage().get_text_range() for page in pages)
    return file.read_text(encoding="utf-8", errors="ignore")


@pytest.fixture
def dollars(project):
    """The small project in USD, without the Chinese rule pack and its quoted clauses."""
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8").replace(RULED, 'currency = "USD"\nlang = "en"')
    file.write_text(
        text + '\n[publish]\nalso = ["docx", "chain", "atlas", "cards"]\n', encoding="utf-8"
    )
    return project


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_yuan_in_a_project_of_dollars(dollars, lang):
    outcome = CliRunner().invoke(app, ["run", "-q", "--lang", lang, "-p", str(dollars)])
    assert outcome.exit_code == 0, outcome.output
    money = {"en": "10,000 USD", "zh": "万美元"}[lang]
    assert f"Revenue ({money})" in outcome.output or f"营业收入（{money}）" in outcome.output
    said = {"run": outcome.output}
    for subject in ("A", "E1", "P"):
        said[f"explain {subject}"] = (
            CliRunner().invoke(app, ["explain", subject, "-p", str(dollars), "--lang", lang]).output
        )
    said |= {
        name: words_of(dollars / "outputs" / name)
        for name in (
            "assessment.xlsx",
            "report.docx",
            "chain/chain.html",
            "atlas.pdf",
            "cards/P.pdf",
        )
    }
    found = {name: YUAN.findall(LEFT_OUT.sub("", text)) for name, text in said.items()}
    assert {name: words for name, words in found.items() if words} == {}
    assert sum(money in text for text in said.values()) >= 4


RATE = ExchangeRate(value=7.1, citation="中国人民银行 2023年中间价", date="2023-12-29")


def revenue(heading, values, exchange=None, currency="CNY"):
    """The column of revenue as it is read, and the findings of it."""
    frame = pd.DataFrame(
        {"统一社会信用代码": list("abc"), "年份": 2023, heading: values, "source_row": [2, 3, 4]}
    )
    out, notes = canonical(frame, LAYERS["indicators"], {}, "t.xlsx", currency, {}, exchange)
    notes = notes[notes["code"] != "columns_by_heading"]
    return out.get("revenue"), notes


def test_a_column_in_another_currency_is_converted_by_the_cited_rate_and_said():
    """20, 0.5 and -1 万美元 at 7.1 are 142, 3.55 and -7.1 万元."""
    values, notes = revenue("营业收入（万美元）", [20, 0.5, -1], Exchange("", {"USD": RATE}))
    assert values.tolist() == pytest.approx([142, 3.55, -7.1])
    assert notes["code"].tolist() == ["currency_converted"]
    for said in ("1 USD = 7.1 CNY", "中国人民银行 2023年中间价", "2023-12-29"):
        assert said in findings.sentence(notes.iloc[0], "message")("zh")
    dollars, _ = revenue("营业收入（美元）", [200_000, 5_000, -10_000], Exchange("", {"USD": RATE}))
    assert dollars.tolist() == pytest.approx([142, 3.55, -7.1])


def test_without_a_rate_no_figure_of_another_currency_is_used():
    values, notes = revenue("营业收入（万欧元）", [20, 1, 2], Exchange("", {"USD": RATE}))
    assert values is None
    assert notes["code"].tolist() == ["unit_unknown"]
    assert "[project.rates]" in findings.sentence(notes.iloc[0], "mend")("zh")
    assert "EUR" in findings.sentence(notes.iloc[0], "mend")("zh")


def test_a_table_states_its_currency_once():
    """Without a unit figures are ten thousands of it; a heading that contradicts it stops."""
    values, notes = revenue("营业收入", [20, 0.5, None], Exchange("USD", {"USD": RATE}))
    assert values.tolist()[:2] == pytest.approx([142, 3.55])
    assert notes["code"].tolist() == ["currency_converted"]
    values, notes = revenue("营业收入（万元）", [20, 0.5, 3], Exchange("USD", {"USD": RATE}))
    assert values is None
    assert notes["code"].tolist() == ["unit_unknown"]


def test_the_own_currency_is_read_and_shown_in_ten_thousands():
    """€ 1.2 million are 120 万欧元."""
    values, notes = revenue("营业收入（EUR million）", [1.2, 0, 3], currency="EUR")
    assert values.tolist() == pytest.approx([120, 0, 300])
    assert notes.empty
    assert show_unit("万元/亩", "zh", "EUR") == "万欧元/亩"
    assert show_unit("万元/亩", "en", "XOF") == "10,000 XOF/mu"


@pytest.mark.parametrize(
    ("shown", "unit", "written"),
    [
        ("≥ 447.80", "10,000 CNY/mu", "≥ CNY 4.478 m/mu"),
        ("5,854,004.77", "10,000 CNY", "CNY 58.54 bn"),
        ("35.12", "10,000 EUR", "EUR 351,200"),
        ("0", "10,000 USD", "USD 0"),
        ("-1,200.5", "10,000 USD", "−USD 12.005 m"),
        ("7", "mu", "7 mu"),
        ("7", "%", "7%"),
        ("7", "", "7"),
    ],
)
def test_english_writes_money_in_millions_and_billions(shown, unit, written):
    """The point is moved by four places: 447.80 ten thousands are 4,478,000."""
    assert with_unit(shown, unit) == written


@pytest.mark.parametrize("code", sorted(CURRENCIES))
def test_every_code_is_a_unit_with_a_multiple(code):
    assert parse(f"10k {code}").dimension == f"money {code}"
    assert parse(f"{code} million").scale == 10**6
    assert show_unit("万元", "zh", code)
    for name in NAMES.get(code, "").split("|")[:1]:
        if name and code != "CNY":
            assert parse(f"万{name}").dimension == f"money {code}"


def test_words_that_are_codes_too_are_currencies_in_capitals_only():
    assert parse("top") is None
    assert parse("all") is None
    assert parse("TOP").dimension == "money TOP"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('currency = "EURO"', "EUR"),
        ('rates = { CNY = { value = 1, citation = "some source", date = 2023-01-01 } }', "CNY"),
        ("rates = { USD = { value = 7.1, date = 2023-01-01 } }", "citation"),
        ('rates = { USD = { value = 0, citation = "some source", date = 2023-01-01 } }', "0"),
        ('rates = { XXX = { value = 2, citation = "some source", date = 2023-01-01 } }', "XXX"),
    ],
)
def test_a_currency_that_says_nothing_is_refused(project, settings, said):
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8").replace("[project]", f"[project]\n{settings}")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError, match=said):
        read_project(file)


def test_a_table_in_a_currency_without_a_rate_is_refused_with_the_mend(project):
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace('path = "indicators.csv"', 'path = "indicators.csv"\ncurrency = "JPY"'),
        encoding="utf-8",
    )
    with pytest.raises(ProjectError, match=r"\[project\.rates\] JPY = \{ value"):
        read_project(file)


def test_thresholds_and_baselines_of_another_currency_are_not_compared(project):
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8")
    text = text.replace("[project]", '[project]\ncurrency = "USD"\nevaluation = "huangyan-2021"')
    file.write_text(text, encoding="utf-8")
    read = read_project(file)
    with pytest.raises(ProjectError, match="longchang-neirong-2022"):
        packs_of(read)
    with pytest.raises(ProjectError, match="huangyan-2021"):
        method_of(read)
