"""A project in dollars: no product heads or counts anything in yuan."""

from __future__ import annotations

import re
import zipfile

import pytest
from typer.testing import CliRunner

from geo.cli import app

pytestmark = pytest.mark.slow

RULED = 'standards = ["longchang-neirong-2022"]'
YUAN = re.compile(r"万元|亿元|CNY|\byuan\b")


def words_of(file):
    """All text of a product."""
    if file.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(file) as parts:
            return "\n".join(
                parts.read(n).decode("utf-8") for n in parts.namelist() if n.endswith(".xml")
            )
    return file.read_text(encoding="utf-8", errors="ignore")


@pytest.fixture
def dollars(project):
    """The small project in USD, without the Chinese rule pack and its quoted clauses."""
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8").replace(RULED, 'currency = "USD"\nlang = "en"')
    file.write_text(text + '\n[publish]\nalso = ["docx", "chain"]\n', encoding="utf-8")
    return project


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
        for name in ("assessment.xlsx", "report.docx", "chain/chain.html")
    }
    found = {name: YUAN.findall(text) for name, text in said.items()}
    assert {name: words for name, words in found.items() if words} == {}
    assert sum(money in text for text in said.values()) >= 4
