"""The start page: offline, its links lead to files, its figures are those of the tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import Browser
from typer.testing import CliRunner

from geo.cli import app
from geo.model.tables import stored_tables
from geo.publish.records.headline import ALL, headlines
from geo.publish.records.numbers import number
from geo.publish.records.run_result import run_result
from geo.publish.registry import PRODUCTS, Making
from geo.publish.side_by_side import Unwatched, make
from geo.publish.start import contents, picture
from geo.publish.start.html import Speaker, link
from geo.publish.start.page import _card, size_text
from geo.run import Run
from tests.builders import edit_project
from tests.waiting import page_until

HOSTILE = "</title><script>window.pwned=1</script><img src=x onerror=pwned=1>\"' javascript:x"


class Opened:
    """The page opened by double click with the network off, and what it asked for."""

    def __init__(self, browser: Browser, file: Path, width: int = 1366) -> None:
        self.file = file
        self.context = browser.new_context(offline=True, viewport={"width": width, "height": 600})
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda one: self.asked.append(one.url))
        self.page.on("console", lambda one: self.complaints.append(one.text))
        self.page.on("pageerror", lambda one: self.complaints.append(str(one)))
        self.page.goto(file.as_uri())
        page_until(self.page, "document.readyState === 'complete'")

    @property
    def links(self) -> list[str]:
        """Where all links lead, as they are written."""
        found: list[str] = self.page.eval_on_selector_all(
            "a", "all => all.map(one => one.getAttribute('href'))"
        )
        return found

    def rows(self, section: str) -> list[list[str]]:
        """Cells of the tables of a section."""
        found: list[list[str]] = self.page.eval_on_selector_all(
            f"#{section} tbody tr", "all => all.map(row => [...row.cells].map(c => c.textContent))"
        )
        return found


@pytest.fixture(scope="module")
def opened(browser: Browser, demo: Path) -> Iterator[Opened]:
    """The demo's start page."""
    one = Opened(browser, demo / "outputs/index.html")
    yield one
    one.context.close()


def test_it_asks_for_nothing_and_every_link_leads_to_a_file(opened: Opened) -> None:
    assert [one for one in opened.asked if not one.startswith("data:")] == [opened.file.as_uri()]
    assert opened.complaints == []
    assert opened.links
    for address in opened.links:
        assert address.startswith("./")
        place = opened.file.parent / unquote(address.partition("#")[0])
        assert place.exists(), address
    names = {unquote(address[2:].partition("#")[0]) for address in opened.links}
    assert {"map.html", "assessment.xlsx", "report.docx", "atlas.pdf", "findings.xlsx"} <= names
    assert {f"tables/{table.name}.parquet" for table in stored_tables()} <= names
    text = opened.file.read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert "<script" not in text


def test_its_figures_are_those_of_the_tables(opened: Opened, demo: Path) -> None:
    tables = demo / "outputs/tables"
    parcels = gpd.read_parquet(tables / "parcels.parquet")
    by_verdict = parcels.groupby("compliance")["area_mu"].agg(["size", "sum"])
    words = {"达标": "pass", "不达标": "fail", "无法判定": "no_data", "不适用": "exempt"}
    shown = {row[0]: row[1:3] for row in opened.rows("verdicts")}
    assert shown == {
        word: [number(by_verdict["size"][code], 0), number(by_verdict["sum"][code])]
        for word, code in words.items()
    }
    figures = pd.read_parquet(tables / "figures.parquet")
    per_mu = figures[figures["subject"] == "project"].set_index(["measure", "year"])["per_mu"]
    assert opened.rows("per-mu")[0][1:3] == [
        number(per_mu["revenue", 2023]),
        number(per_mu["revenue", 2021]),
    ]
    grades = pd.read_parquet(tables / "grades.parquet")
    firms = grades[grades["subject"] == "enterprise"]["grade"].value_counts()
    assert {row[0]: row[1] for row in opened.rows("grades")}["A"] == number(firms["A"], 0)
    targets = pd.read_parquet(tables / "park_targets.parquet")
    judged = targets[targets["year"] == 2023]
    title = opened.page.inner_text("#targets h2")
    assert [int(n) for n in re.findall(r"\d+", title)] == [
        len(judged),
        int((judged["result"] == "met").sum()),
    ]
    ledger = pd.read_parquet(tables / "rows_read.parquet")
    assert f"{ledger['read'].sum():,}行" in opened.page.inner_text("#rows p")
    found = pd.read_parquet(tables / "findings.parquet")["severity"].value_counts()
    said = opened.page.inner_text("#findings p")
    assert [int(n) for n in re.findall(r"\d+", said)][:2] == [
        found.get("error", 0),
        found.get("warning", 0),
    ]
    listed = {row[1]: row[2:4] for row in opened.rows("tables")}
    assert listed["tables/parcels.parquet"] == [number(len(parcels), 0), str(parcels.shape[1])]
    outcome = json.loads((demo / "outputs/run.json").read_text(encoding="utf-8"))["result"]
    reasons = opened.page.locator("#reasons li strong").all_inner_texts()
    assert reasons == [one["text"] for one in (*outcome["fails"], *outcome["undetermined"])]


def test_it_says_what_was_not_made_and_how(opened: Opened, demo: Path) -> None:
    commands = {row[2] for row in opened.rows("missing")}
    there = {
        product.name
        for product in PRODUCTS
        if any((demo / "outputs" / place).exists() for place in product.places)
    }
    assert commands == {
        f"mujun export --format {product.name}"
        for product in PRODUCTS
        if product.exported and product.places and product.name not in there
    }
    assert "演示数据" in opened.page.inner_text("header")
    assert "隆府办发" in opened.page.inner_text("#sources")


@pytest.mark.parametrize("width", [1366, 390])
def test_it_fits_a_small_screen(browser: Browser, demo: Path, width: int) -> None:
    one = Opened(browser, demo / "outputs/index.html", width)
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    one.context.close()


def test_hostile_texts_stay_texts(browser: Browser, project: Path) -> None:
    edit_project(
        project, 'title = "测试"', f"title = {json.dumps(HOSTILE)}\nsources = {json.dumps(HOSTILE)}"
    )
    edit_project(
        project, "[layers.parks]", f"[publish]\nmaker = {json.dumps(HOSTILE)}\n[layers.parks]"
    )
    parks = gpd.read_file(project / "parks.gpkg")
    parks.assign(name=HOSTILE).to_file(project / "parks.gpkg", layer="parks")
    done = CliRunner().invoke(app, ["run", "-q", "-p", str(project)])
    assert done.exit_code == 0, done.output
    one = Opened(browser, project / "outputs/index.html")
    assert one.page.evaluate("window.pwned") is None
    assert one.page.inner_text("h1") == HOSTILE
    assert HOSTILE in one.page.title()
    assert one.page.inner_text("#sources").count(HOSTILE) == 1
    assert one.complaints == []
    assert len(one.asked) == 1 + sum(url.startswith("data:") for url in one.asked)
    assert not [address for address in one.links if not address.startswith("./")]
    one.context.close()


def test_commands_that_add_files_renew_it(run_project: Path) -> None:
    """In the same words: nothing else on it changes."""
    project = run_project
    page = project / "outputs/index.html"

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, [*arguments, "-q", "-p", str(project)])
        assert done.exit_code == 0, (done.output, done.exception)
        return page.read_text(encoding="utf-8")

    first = page.read_text(encoding="utf-8")
    assert "layers/parcels.txt" not in first
    assert "--format txt" in first
    second = run("export", "-f", "txt")
    assert 'href="./layers/parcels.txt"' in second
    assert "--format txt" not in second
    assert "thresholds.xlsx" in run("thresholds")
    english = run("export", "-f", "index", "--lang", "en")
    assert "Overall standard-land result" in english
    assert "综合判定" not in english
    done = CliRunner().invoke(
        app, ["map", "-q", "-p", str(project), "--serve-dir", str(project / "outputs")]
    )
    assert "index.html" in str(done.exception)


def test_a_file_that_somebody_deleted_is_no_longer_listed(run_project: Path) -> None:
    outputs = run_project / "outputs"
    (outputs / "map.html").unlink()
    done = CliRunner().invoke(app, ["export", "--format", "txt", "-q", "-p", str(run_project)])
    assert done.exit_code == 0, done.output
    page = (outputs / "index.html").read_text(encoding="utf-8")
    assert 'href="./map.html"' not in page
    assert 'href="./assessment.xlsx"' in page


def test_very_many_parcels_are_not_drawn(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run.load(demo / "outputs")
    monkeypatch.setattr(picture, "MOST_PARCELS", 100)
    assert picture.pictures(run, Making(run, tmp_path).options) == []
    assert "parcels" not in run.tables._read  # of a large run they would fill the memory
    make(PRODUCTS["index"], Making(run, tmp_path), Unwatched())
    text = (tmp_path / contents.START).read_text(encoding="utf-8")
    assert "<img" not in text
    assert "1,050" in text


def test_of_a_folder_map_only_the_page_is_listed(tmp_path: Path) -> None:
    """What the page itself reads is counted with its size: nobody opens a column."""
    names = ["map.html", *(f"map/columns/column-{k}.js" for k in range(20)), "map/index.js"]
    files = {name: tmp_path / name for name in names}
    for file in files.values():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x" * 1024)
    (product,) = contents.made(files)
    assert product.opened == (("map.html", 1024),)
    card = _card(Speaker("en"), product).source
    assert card.count("<li>") == 1
    assert "column" not in card
    assert "21 more, 22 KB in all" in card


def test_links_and_sizes() -> None:
    """A name is no address, whatever it begins with."""
    assert 'href="./javascript%3Aalert%281%29"' in link("x", "javascript:alert(1)").source
    assert 'href="./a%23b%3F%22%3E.pdf"' in link("x", 'a#b?">.pdf').source
    assert 'href="./map.html#12/29.3/105.2/tax_per_mu/"' in (
        link("x", "map.html#12/29.3/105.2/tax_per_mu/").source
    )
    assert [size_text(n) for n in (0, 1_500, 999_000, 2_500_000)] == [
        "1 KB",
        "1 KB",
        "976 KB",
        "2.4 MB",
    ]


def test_the_front_pages_have_the_map_s_headline(opened: Opened, demo: Path) -> None:
    """达标率 and idle land stand on the start page and the workbook's first sheet as on the map."""
    run = Run.load(demo / "outputs")
    shown = {line.id: line.figures[ALL] for line in headlines(run, run_result(run, run.settings))}
    share, idle, targets = (shown[name] for name in ("pass_share", "idle", "targets"))
    counts = opened.page.locator(".counts").inner_text()
    assert f"{share.shown.zh}\n达标率（按面积）" in counts
    assert f"{idle.shown.zh}\n闲置土地（亩）" in counts
    book = openpyxl.load_workbook(demo / "outputs/assessment.xlsx", read_only=True)
    front = {row[0]: row[1] for row in book["汇总"].iter_rows(max_col=2, values_only=True)}
    assert front["达标率（按面积）"] == share.shown.zh
    assert front["闲置土地（亩）"] == pytest.approx(idle.value)
    assert front["行动计划目标"] == targets.rank.zh
