"""What the docs say by example is what the program says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import geopandas as gpd
import nbformat
import pandas as pd
import pytest
import shapely
from nbclient import NotebookClient
from typer.testing import CliRunner

from geo.cli import app
from geo.evaluate.method import read_method
from geo.evaluate.plan import read_plan
from geo.industry_fields import put_fields, read_fields
from geo.project import Project
from geo.publish.look.style import palette
from geo.publish.look.themes import THEMES
from geo.publish.registry import PRODUCTS
from geo.sources.registry import SOURCES
from geo.standards.model import read_pack

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
LANGUAGES = ("zh", "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_worked_parcel_is_what_explain_gives(demo, lang):
    outcome = CliRunner().invoke(app, ["explain", "SYN-01-0002", "--json", "-p", str(demo)])
    record = json.loads(outcome.stdout)[0]
    text = (ROOT / f"docs/{lang}/background/worked-parcel.md").read_text(encoding="utf-8")
    assert f"{record['area_m2']:,.2f} m²" in text
    words = {"pass": "达标", "fail": "不达标"}
    rows = [
        (value, words.get(verdict, verdict))
        for value, verdict in re.findall(
            r"\| .* = ([\d.,]+)(?: ?%)? \|.*\| \**(pass|fail|达标|不达标)\**", text
        )
    ]
    explained = [
        (re.search(r"= ([\d.,]+) ≥", r["arithmetic"]).group(1), r["verdict"])
        for r in record["rules"]
        if r["arithmetic"]
    ]
    assert rows == explained
    mend = next(r["mend"] for r in record["rules"] if r["mend"])
    assert re.findall(r"[\d.,]+\d", mend) == ["603.07", "2,930.17", "1.7231"]
    assert all(figure in text for figure in ("603.07", "2,930.17", "1.7231"))
    assert record["compliance"] == "不达标"


@pytest.mark.products
def test_the_worked_grades_are_what_explain_gives(tmp_path):
    """E1 and E2 of the page on grading on a parcel of 15 亩 each, by the command."""
    side = [shapely.box(528_000 + x, 3_246_000, 528_100 + x, 3_246_100) for x in (0, 100)]
    gpd.GeoDataFrame(
        {"parcel_id": ["A", "B"], "park_id": "P"}, geometry=side, crs="EPSG:4544"
    ).to_file(tmp_path / "parcels.gpkg")
    pd.DataFrame({"enterprise_id": ["E1", "E2"], "name": ["甲", "乙"], "above_scale": "是"}).to_csv(
        tmp_path / "enterprises.csv", index=False
    )
    pd.DataFrame(
        {"enterprise_id": ["E1", "E2"], "parcel_id": ["A", "B"], "area_m2": 10_000}
    ).to_csv(tmp_path / "occupancy.csv", index=False)
    pd.DataFrame(
        {
            "enterprise_id": ["E1", "E2"],
            "year": 2023,
            "tax": [300, 150],
            "value_added": [2250, 1500],
            "energy_tce": 750,
            "emission_eq": [0.375, None],
            "employees": [112.5, 100],
            "revenue": [9000, 5000],
            "rd_expense": [180, 150],
        }
    ).to_csv(tmp_path / "indicators.csv", index=False)
    tables = "".join(
        f'[tables.{name}]\npath = "{name}.csv"\n'
        for name in ("enterprises", "occupancy", "indicators")
    )
    (tmp_path / "mujun.toml").write_text(
        '[project]\nyear = 2023\nevaluation = "huangyan-2022"\narea_basis = "plane"\n'
        f'[layers.parcels]\npath = "parcels.gpkg"\n{tables}',
        encoding="utf-8",
    )
    run = CliRunner()
    assert run.invoke(app, ["run", "-q", "-p", str(tmp_path)]).exit_code == 0
    pages = [
        (ROOT / f"docs/{lang}/concepts/grading.md").read_text(encoding="utf-8")
        for lang in LANGUAGES
    ]
    rows, rows_en = (
        [
            line.strip("|").split("|")
            for line in text.splitlines()
            if " ÷ " in line and " = " in line
        ]
        + [line.strip("|").split("|") for line in text.splitlines() if "99.02" in line]
        for text in pages
    )
    assert rows[:-1] == rows_en[:-1]
    rows[-1][0] = "score"
    for column, name in ((1, "E1"), (2, "E2")):
        grade = json.loads(
            run.invoke(app, ["explain", name, "--json", "-p", str(tmp_path)]).stdout
        )[0]["grade"]
        said = {item.split(":")[0].split("（")[0]: item.split(": ")[1] for item in grade["items"]}
        page = {row[0].strip(): row[column].strip() for row in rows if len(row) == 3}
        assert len(said) == 6
        for item, sum_ in said.items():
            assert page[item] == sum_
        assert page["score"] == f"{grade['score']:.2f}"


def test_links_between_the_docs_lead_somewhere():
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+\.(?:md|png|webp))[^)]*\)", page.read_text("utf-8")):
            assert (page.parent / target).is_file(), f"{page.name}: {target}"


def test_both_trees_have_the_same_pages_in_the_same_order():
    pages = [
        {str(p.relative_to(ROOT / "docs" / lang)) for p in (ROOT / "docs" / lang).rglob("*.md")}
        for lang in LANGUAGES
    ]
    navs = [
        re.findall(r"[\[-] ?([\w/-]+\.md)", (ROOT / name).read_text(encoding="utf-8"))
        for name in ("mkdocs.yml", "mkdocs.en.yml")
    ]
    assert pages[0] == pages[1] == set(navs[0])
    assert navs[0] == navs[1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_begin_with_what_they_are_for_and_end_with_what_they_do_not_do(lang):
    begins, ends = {"zh": ("读完本页", "不|未|没有"), "en": ("After this page", "not|leave")}[lang]
    for page in (ROOT / "docs" / lang).rglob("*.md"):
        if page.stem in ("index", "faq"):
            continue
        text = page.read_text(encoding="utf-8")
        assert text.split("\n\n")[1].startswith(begins), page
        assert re.search(ends, text[text.rindex("\n## ") :]), page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_files_that_the_pages_print_are_read(lang, tmp_path):
    """Packs, methods, plans and fields of industry as files of their own; else a project's parts."""
    readers = {"pack": read_pack, "method": read_method, "plan": read_plan, "fields": read_fields}
    kept, seen = {"project": {"year": 2023}, "layers": {"parcels": {"path": "p.gpkg"}}}, set()
    for page in (ROOT / "docs" / lang).rglob("*.md"):
        blocks = re.findall(
            r"^```toml\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE
        )
        blocks = [b for b in blocks if "entry-points" not in b]  # of a pyproject.toml
        pack = [b for b in blocks if b.startswith(("[pack]", "[columns"))]
        for text in [*([chr(10).join(pack)] if pack else []), *(set(blocks) - set(pack))]:
            kind = re.match(r"\[(pack|method|plan)\]|(?=(id) = )", text)
            (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
            if kind:
                name = kind[1] or "fields"
                seen.add(name)
                readers[name]("ours.toml", tmp_path)
                continue
            parts = tomllib.loads(text.replace('engine = "dask"  ', "# "))
            put_fields(parts, tmp_path)
            whole = {
                k: v if isinstance(v, list) else kept.get(k, {}) | v
                for k, v in (kept | parts).items()
            }
            Project(**whole)
    assert seen == set(readers)


def test_python_of_the_pages_is_one_in_both_and_runs(project, monkeypatch):
    """A whole project by the API page, and what the page on extending registers."""
    blocks = {}
    for name in ("reference/api", "howto/extend", "howto/own-frame"):
        pages = [(ROOT / f"docs/{lang}/{name}.md").read_text("utf-8") for lang in LANGUAGES]
        found = [re.findall(r"^```python.*?^```", text, re.DOTALL | re.MULTILINE) for text in pages]
        assert found[0] == found[1]
        blocks[name] = [block.removeprefix("```python").strip("`") for block in found[0]]
    monkeypatch.chdir(project)
    for block in blocks["reference/api"]:
        exec(block, {})
    assert (project / "map.html").is_file()
    assert (project / "map.pdf").is_file()
    assert {"verdicts.parquet", "basis.json"} <= {
        p.name for p in (project / "run/tables").iterdir()
    }
    before = [len(list(r)) for r in (SOURCES, PRODUCTS, THEMES)]
    for block in blocks["howto/extend"]:
        exec(block, {})
    assert [len(list(r)) for r in (SOURCES, PRODUCTS, THEMES)] == [n + 1 for n in before]
    for registry, name in ((SOURCES, "register"), (PRODUCTS, "list"), (THEMES, "quality")):
        registry.unregister(name)
    palette().pop("quality")


@pytest.fixture(scope="module")
def site():
    """The built site; `make test` has built it before the tests, else it is built here."""
    sources = [p for p in (ROOT / "docs").rglob("*") if p.is_file() and p.suffix != ".pyc"]
    last = max(p.stat().st_mtime for p in (*sources, *ROOT.glob("mkdocs*.yml")))
    folders = [ROOT / "build/docs" / lang for lang in LANGUAGES]
    if any(
        not (f / "404.html").exists() or (f / "404.html").stat().st_mtime < last for f in folders
    ):
        for name in ("mkdocs.yml", "mkdocs.en.yml"):
            command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-f", name]
            subprocess.run(command, cwd=ROOT, check=True)
    return folders


def test_the_site_asks_nothing_of_a_network(site):
    """No script, style, font, picture or frame of a page lies elsewhere, and none is missing."""
    loaded = re.compile(r"<(?:script|img|iframe|source)[^>]*?\ssrc=\"?([^\s\">]+)")
    linked = re.compile(r"<link[^>]*?rel=\"?(?:stylesheet|icon|preconnect)[^>]*>")
    for page in (p for folder in site for p in folder.rglob("*.html") if p.name != "404.html"):
        text = page.read_text(encoding="utf-8")
        links = [re.search(r"href=\"?([^\s\">]+)", tag).group(1) for tag in linked.findall(text)]
        for address in [*loaded.findall(text), *links]:
            if not address.startswith("data:"):
                assert not re.match(r"(?:[a-z]+:)?//", address), f"{page}: {address}"
                assert (page.parent / address).is_file(), f"{page}: {address}"
    for style in (p for folder in site for p in folder.rglob("*.css")):
        assert not re.search(r"url\(['\"]?(?:https?:)?//", style.read_text(encoding="utf-8")), style


def test_the_search_finds_from_disk(site, browser):
    """A page opened by double click finds a Chinese term and an English one."""
    tab = browser.new_context(offline=True).new_page()
    for folder, term, page in (
        (site[0], "闲置土地", "land-supply"),
        (site[1], "idle land", "land-supply"),
    ):
        tab.goto((folder / "index.html").as_uri())
        tab.click("input.md-search__input")
        tab.keyboard.type(term)
        tab.keyboard.press("ArrowRight")  # the end of what an input method enters
        tab.wait_for_selector(f".md-search-result__link[href*='{page}']", timeout=20_000)
    tab.context.close()


QUICK = ("first_map", "planner")
NOTEBOOKS = (*QUICK, "compliance", "atlas", "own_frame")
MARKED = [pytest.param(n, marks=() if n in QUICK else pytest.mark.long) for n in NOTEBOOKS]


@pytest.mark.parametrize("name", MARKED)
def test_notebooks_run_from_top_to_bottom(name, tmp_path):
    """In a kernel of their own, beside the demo; they use the public API and draw what they say."""
    shutil.copytree(ROOT / "layers", tmp_path / "layers")
    shutil.copy(ROOT / "mujun.toml", tmp_path)
    (tmp_path / "notebooks").mkdir()
    book = nbformat.read(ROOT / f"notebooks/{name}.ipynb", as_version=4)
    assert all(not cell.get("outputs") for cell in book.cells)  # none are kept in the repository
    NotebookClient(
        book,
        timeout=180,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path / "notebooks")}},
    ).execute()
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    kinds = {kind for cell in cells for out in cell.outputs for kind in out.get("data", {})}
    assert "text/html" in kinds if name != "atlas" else "image/png" in kinds
    assert not [
        out
        for cell in cells
        for out in cell.outputs
        if out.output_type == "stream" and out.name == "stderr"
    ]
    imported = {
        line
        for cell in cells
        for line in cell.source.split("\n")
        if line.startswith(("from geo.", "import geo."))
    }
    assert imported <= {
        "from geo.publish.look.style import legend",
        "from geo.publish.look.themes import themes_by_id",
    }


def test_all_notebooks_are_tested():
    assert {file.stem for file in (ROOT / "notebooks").glob("*.ipynb")} == set(NOTEBOOKS)
