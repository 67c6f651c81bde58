"""An English run says nothing in Chinese but data and citations, a Chinese one nothing in English."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import docx
import pandas as pd
import pypdfium2
import pytest
from typer.testing import CliRunner

import geo
from geo.cli import app
from geo.evaluate.land_supply import words as supply_words
from geo.standards.model import read_pack, shipped
from geo.text import CJK

PACKAGE = Path(geo.__file__).parent
RUNS = re.compile(f"(?:{CJK.pattern})+")
IDEOGRAPHS = re.compile(r"[\u4e00-\u9fff]{2}")
PRINTED = re.compile(r">([^<]+)<|(?:title|alt|aria-label|content)=\"([^\"]+)\"")
QUOTED = re.compile(r">([^<]+)<|\"([^\"]+)\"")
SET_APART = re.compile(r"(?<=\d) (?=[\u3000-\u9fff])|(?<=[\u3000-\u9fff]) (?=\d)")
"""The gap that a sheet sets between a Chinese letter and a digit."""
SENTENCE = re.compile(r"\b[a-z]{2,}(?: [a-z]+){2,}\b")


def _mujun(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of `mujun init`, with a parcel whose land-use code is not in the classification."""
    folder = tmp_path_factory.mktemp("sample") / "project"
    _mujun("init", str(folder))
    parcels = folder / "layers/parcels.geojson"
    text = parcels.read_text("utf-8")
    parcels.write_text(text.replace('"100101"', '"9999"', 1), "utf-8")
    return folder


@pytest.fixture(scope="module")
def data(sample: Path) -> str:
    """What stands in the project's files and in those that come with mujun, and citations."""
    texts = [
        file.read_text("utf-8")
        for folder in (sample, PACKAGE)
        for ending in ("toml", "csv", "geojson")
        for file in folder.rglob(f"*.{ending}")
        if file.parent.name not in ("text", "outputs") and file.name != "supply.toml"
    ]
    supply = supply_words()  # its formulas are mujun's own words
    cited = [*(read_pack(name).head.citation for name in shipped())]
    cited += [supply["measures"]["citation"], supply["idle"]["citation"]]
    return "\n".join([*texts, *cited])


def _said(sample: Path, lang: str) -> Iterator[str]:
    """Every line, cell and paragraph that a user reads of a run."""
    options = ("-q", "-p", str(sample), "--lang", lang)
    yield from _mujun("run", *options).splitlines()
    yield from _mujun("explain", "P1-01", *options[1:]).splitlines()
    _mujun("export", "--format", "docx", *options)
    outputs = sample / "outputs"
    for book in ("assessment.xlsx", "findings.xlsx"):
        sheets = pd.read_excel(outputs / book, sheet_name=None, header=None, engine="calamine")
        yield from sheets
        for sheet in sheets.values():
            cells = (str(cell) for cell in sheet.to_numpy().ravel() if isinstance(cell, str))
            yield from (text for cell in cells for text in cell.split("; "))  # cells of one rule
    report = docx.Document(str(outputs / "report.docx"))
    yield from (paragraph.text for paragraph in report.paragraphs)
    for table in report.tables:
        yield from (cell.text for row in table.rows for cell in row.cells)
    yield from _drawn(outputs, options)


def _drawn(outputs: Path, options: tuple[str, ...]) -> Iterator[str]:
    """What stands on pages, sheets and in the files of a GIS."""
    for product in ("atlas", "cards"):
        _mujun("export", "--format", product, *options)
    for file in (outputs / "atlas.pdf", next((outputs / "cards").glob("*.pdf"))):
        with pypdfium2.PdfDocument(file) as pages:
            for page in pages:
                text = SET_APART.sub("", page.get_textpage().get_text_range())
                # Sentences stand in lines; of a citation broken at a line's end each word is data.
                yield from text.split() if "en" in options else text.splitlines()
    page = re.sub(
        r"<(script|style)\b.*?</\1>",
        "",
        (outputs / "index.html").read_text("utf-8"),
        flags=re.DOTALL,
    )
    yield from (html.unescape(text) for pair in PRINTED.findall(page) for text in pair if text)
    project = (outputs / "layers/assessment.qgs").read_text("utf-8")
    quoted = (html.unescape(text) for pair in QUOTED.findall(project) for text in pair if text)
    yield from (text for text in quoted if "CRS[" not in text)
    with sqlite3.connect(outputs / "layers/assessment.gpkg") as package:
        rows = package.execute("SELECT identifier, description FROM gpkg_contents").fetchall()
    yield from (text for row in rows for text in row if text)


def _strange(text: str, data: str) -> Iterator[str]:
    for run in RUNS.finditer(text):
        around = text[max(0, run.start() - 3) : run.end() + 3]
        if not (around in data or (IDEOGRAPHS.search(run[0]) and run[0] in data)):
            yield run[0]


@pytest.mark.slow
def test_an_english_run_holds_no_chinese_but_data_and_citations(sample: Path, data: str):
    found = {text: list(_strange(text, data)) for text in set(_said(sample, "en"))}
    assert not {text: strange for text, strange in found.items() if strange}


@pytest.mark.slow
def test_a_chinese_run_holds_no_english_sentence(sample: Path, data: str):
    found = {text: SENTENCE.findall(text) for text in set(_said(sample, "zh"))}
    assert not {text for text, found in found.items() if any(s not in data for s in found)}


@pytest.mark.parametrize(
    "text",
    [
        *("8.2 亩", "mu（ellipsoidal）", "fail、pass", "总共 12", "20,984.7 m²；ok"),
        *("水厂（合成）、消防站（合成）", "East（2023）", "P1-01：fails"),
    ],
)
def test_what_is_no_data_is_found(text: str, data: str):
    assert list(_strange(text, data))
