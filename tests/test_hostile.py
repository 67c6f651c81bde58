"""Hostile texts on every text field of every layer, table, key and rule pack, in every product.

Each is a text in all that is made (no template engine, browser, Excel, QGIS or Typst runs it), or a
finding names it; and everything is made in bounded time.
"""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import zipfile
from xml.etree import ElementTree as ET

import docx
import geopandas as gpd
import openpyxl
import pandas as pd
import pypdfium2
import pytest
import shapely
from pypdf import PdfReader
from typer.testing import CliRunner

from geo.cli import app
from geo.geometry.keys import without_hidden
from geo.model import LAYERS
from geo.publish.excel.fast_sheet import LONGEST as LONGEST_CELL
from tests.browser import Page
from tests.builders import EAST, GK, NORTH
from tests.waiting import settle

pytestmark = pytest.mark.slow

LONG = "长" * 40_000
TEXTS = [
    # templates of Jinja, Typst, QGIS, Python, Word, shells, Office fields
    "{{ cycler.__init__.__globals__.os.popen('touch PWNED').read() }}",
    "{% raw %}{{ 7*7 }}",
    "{# gone #}",
    "{{7*7}}",
    "${7*7}#{7*7}",
    '#eval("1+1") #read("/etc/passwd")',
    "$x^2$ *b* _i_ `r`",
    "[% eval('1+1') %] @layer_name",
    "{0.__class__} %s %(a)s",
    "{{body}}{{正文}}{{title}}",
    "$(touch PWNED)`touch PWNED`",
    "{ INCLUDETEXT C:\\\\x } \\r\\n",
    # HTML, XML, scripts
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "]]><x/>",
    "&lt;b&gt;&amp;&#0;&xxe;",
    '<!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>&xxe;',
    "<!--",
    "</title></style>",
    # SQL, spreadsheets
    "'; DROP TABLE parcels; --",
    '" OR ""="',
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example")',
    "\t=2+2",
    "_x0041_ _x000D_",
    # letters
    "\u202ertl\u202c",
    "a\u200bb\u2060c\ufeff",
    "line\u2028sep\u2029par",
    "bell\x07esc\x1b[31m",
    "𠮷👩‍👩‍👧 é e\u0301 ﷽",
    "nul\x00cut",
    # paths, and length
    "../../../etc/passwd",
    "..\\..\\CON",
    LONG,
]
assert len(TEXTS) >= 40
SIZE = len(TEXTS)


def rotated(by):
    """Every text, each on another row than with another `by`."""
    return [TEXTS[(i + by) % SIZE] for i in range(SIZE)]


def squares(side=99):
    return [
        shapely.box(x, y, x + side, y + side)
        for x, y in ((EAST + 100 * (i % 7), NORTH + 100 * (i // 7)) for i in range(SIZE))
    ]


def geojson(file, columns, shapes):
    """Written by hand: a library would clean what is to be dirty."""
    moved = gpd.GeoSeries(shapes, crs=GK).to_crs(4326)
    file.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "geometry": shapely.geometry.mapping(shape),
                        "properties": {name: values[i] for name, values in columns.items()},
                    }
                    for i, shape in enumerate(moved)
                ],
            }
        ),
        "utf-8",
    )


def table(file, columns):
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, quoting=csv.QUOTE_ALL)
        rows.writerow(columns)
        rows.writerows(zip(*columns.values(), strict=True))


def toml(value):
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def several(part, parts=3):
    """Many of the texts as one, but for the long one, and NUL, which no project file may have."""
    return " ".join(t for t in TEXTS[part::parts] if t != LONG and "\0" not in t)


def text_fields(layer, by, leave=()):
    """Every text column of a layer with every text, but for those that the test needs."""
    names = [c.name for c in LAYERS[layer].columns if c.kind == "text" and c.name not in leave]
    return {name: rotated(by + 3 * at) for at, name in enumerate(names)}


PROJECT = """
[project]
title = {title}
synthetic = {synthetic}
sources = {sources}
year = 2023
compare_to = 2022
lang = "{lang}"
standards = ["pack.toml"]
evaluation = "method.toml"
place = {{ lon = 105.29, lat = 29.34, radius_km = 30 }}
[project.indicators.own]
zh = {title}
en = {title}
unit = {sources}
formula = "tax / area_mu"
source = {sources}
[publish]
also = ["docx", "atlas", "chain", "fgb"]
maker = {title}
map_number = {sources}
basemap_attribution = {title}
[layers.parks]
path = "parks.geojson"
[layers.parcels]
path = "parcels.geojson"
[layers.buildings]
path = "buildings.geojson"
[layers.zones]
path = "zones.geojson"
[layers.facilities]
path = "facilities.geojson"
[layers.roads]
path = "roads.geojson"
[layers.parcels_before]
path = "before.geojson"
"""


def write_project(folder, lang="zh"):
    """A project whose every text is hostile; the parcels, enterprises, facilities one a text."""
    shapes = squares()
    third = [shapely.union_all(shapes[i * 14 : i * 14 + 14]).envelope.buffer(2) for i in range(3)]
    geojson(
        folder / "parks.geojson",
        {
            "park_id": ["A/B", "A?B", several(2, 9)],
            "name": [several(i) for i in range(3)],
            "level": [several(i) for i in range(3)],
        },
        third,
    )
    heads = {text: rotated(at) for at, text in enumerate(TEXTS[:34:3])}
    geojson(
        folder / "parcels.geojson",
        {
            "parcel_id": TEXTS,
            **text_fields("parcels", 1, ("parcel_id", "park_id", "land_use")),
            "land_use": ["100101" if i % 2 else text for i, text in enumerate(TEXTS)],
            "contract_area_m2": [9800.0] * SIZE,
            "floor_area_m2": [9000.0] * SIZE,
            **heads,
        },
        shapes,
    )
    geojson(
        folder / "buildings.geojson",
        {
            "building_id": TEXTS,
            **text_fields("buildings", 5, ("building_id", "parcel_id")),
            "parcel_id": TEXTS,
        },
        squares(40),
    )
    geojson(
        folder / "zones.geojson",
        {
            "zone_id": TEXTS,
            **text_fields("zones", 7, ("zone_id", "kind")),
            "kind": ["永久基本农田" if i % 2 else text for i, text in enumerate(TEXTS)],
        },
        squares(30),
    )
    geojson(
        folder / "facilities.geojson",
        {
            "facility_id": TEXTS,
            **text_fields("facilities", 2, ("facility_id", "category")),
            "category": ["污水处理厂" if i % 2 else text for i, text in enumerate(TEXTS)],
        },
        [shape.centroid for shape in shapes],
    )
    geojson(
        folder / "roads.geojson",
        {"road_id": TEXTS, "name": rotated(3)},
        [
            shapely.LineString([(EAST, NORTH + 20 * i), (EAST + 700, NORTH + 20 * i)])
            for i in range(SIZE)
        ],
    )
    geojson(folder / "before.geojson", {"parcel_id": rotated(1)}, squares(90))
    table(
        folder / "enterprises.csv",
        {
            "enterprise_id": TEXTS,
            **text_fields("enterprises", 4, ("enterprise_id",)),
            "industry_code": ["3054" if i % 3 else text for i, text in enumerate(TEXTS)],
        },
    )
    table(
        folder / "occupancy.csv",
        {
            "enterprise_id": TEXTS,
            "parcel_id": TEXTS,
            "area_m2": [9700] * SIZE,
            "tenure": rotated(6),
        },
    )
    table(
        folder / "indicators.csv",
        {
            "enterprise_id": TEXTS * 2,
            "year": [2022] * SIZE + [2023] * SIZE,
            "revenue": range(1000, 1000 + 2 * SIZE),
            "tax": range(100, 100 + 2 * SIZE),
        },
    )
    parks = ["A/B", "A?B", several(2, 9)] * (SIZE // 3 + 1)
    table(
        folder / "park_indicators.csv",
        {"park_id": parks[:3], "year": [2023] * 3, "revenue": [1, 2, 3]},
    )
    for name in ("platforms", "services"):
        table(
            folder / f"{name}.csv",
            {"park_id": parks[:SIZE], "year": [2022] * SIZE, **text_fields(name, 8, ("park_id",))},
        )
    table(
        folder / "chain.csv",
        {
            "industry_codes": ["305"] * SIZE,
            **text_fields("chain", 9, ("industry_codes",)),
            "stage": ["上游", "中游"] * (SIZE // 2) + ["下游"] * (SIZE % 2),
        },
    )
    words = {
        "title": toml(several(0, 2)),
        "synthetic": toml(several(1, 2)),
        "sources": toml(several(0, 4)),
        "lang": lang,
    }
    tables = "".join(
        f'[tables.{name}]\npath = "{name}.csv"\n'
        for name in (
            "enterprises",
            "occupancy",
            "indicators",
            "platforms",
            "services",
            "chain",
            "park_indicators",
        )
    )
    (folder / "mujun.toml").write_text(PROJECT.format(**words) + tables, "utf-8")
    (folder / "pack.toml").write_text(
        PACK.format(every=toml(several(0, 2)), other=toml(several(1, 2))), "utf-8"
    )
    (folder / "method.toml").write_text(
        METHOD.format(every=toml(several(0, 2)), other=toml(several(1, 2))), "utf-8"
    )


PACK = """
[pack]
id = "own"
title_zh = {every}
title_en = {every}
issuer = {other}
document = {other}
date = 2020-01-01
url = "https://example.org/"
found = {every}
region = {other}
in_force_from = 2020-01-01
level = "city"
rows_by = "industry"
note_zh = {every}
note_en = {other}
[scope]
industrial_land_only = false
[columns.tax]
indicator = "tax_per_mu"
operator = ">="
unit = "万元/亩"
mandatory = true
clause = {every}
[columns.far]
indicator = "floor_area_ratio"
operator = ">="
unit = ""
mandatory = true
clause = {other}
[columns.law]
indicator = "environment_attested"
operator = "attested"
unit = ""
mandatory = true
clause = {every}
[[rows]]
industry = {every}
codes = ["30"]
cells = {{ tax = 5, far = {{ case_by_case = {other} }}, law = {{ requirement = {every} }} }}
[[rows]]
industry = {other}
codes = ["*"]
names = [{every}]
cells = {{ tax = 2, far = {{ reference = {every} }}, law = "/" }}
"""

METHOD = """
[method]
id = "own"
title_zh = {every}
title_en = {every}
issuer = {other}
document = {other}
date = 2022-04-23
url = "https://example.org/"
note_zh = {every}
note_en = {other}
assumed = [{every}]
[[groups]]
id = "all"
zh = {every}
en = {other}
where = "all"
family = "minmax"
items = [{{ indicator = "tax_per_mu", weight = 100, clause = {every} }}]
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of outputs, with every product in it."""
    folder = tmp_path_factory.mktemp("hostile")
    write_project(folder)
    for command in (
        ["run"],
        ["export", "--cards", "-f", "txt"],
        ["snapshot", "-f", "svg", "-f", "pdf", "--labels", "name"],
        ["map", "--serve-dir", str(folder / "outputs/site")],
    ):
        done = CliRunner().invoke(app, [*command, "-q", "-p", str(folder)])
        assert done.exit_code in (0, 1), done.output
        assert not done.exception or isinstance(done.exception, SystemExit)
        assert "internal error" not in done.output
        assert "程序内部出错" not in done.output
    assert not list(folder.rglob("PWNED*"))
    return folder / "outputs"


@pytest.fixture(scope="module")
def findings(made):
    return pd.read_parquet(made / "tables/findings.parquet")


def known(text):
    """A text as GDAL and pandas read it: ends stripped, cut at NUL."""
    return text.split("\0")[0].strip()


def as_id(text):
    """A text as an id: also without what no reader sees (a finding says so)."""
    return without_hidden([known(text)])[0]


def flat(text):
    """Letters and digits of a text as far as paper prints them."""
    return "".join(c for c in text if c.isprintable() and not c.isspace())[:60]


def test_every_text_is_there_or_named(made, findings):
    """Ids, names and fields in the tables; what is cut or replaced is a finding of its row."""
    parcels = gpd.read_parquet(made / "tables/parcels.parquet")
    assert set(parcels["parcel_id"].astype(str)) == {as_id(t) for t in TEXTS}
    assert len({as_id(t) for t in TEXTS}) == SIZE
    named = findings[findings["layer"] == "parcels"]
    assert set(named.loc[named["code"] == "text_cut_in_excel", "id"]) >= {LONG}
    assert len(named[named["code"] == "control_characters"]) > 3
    for layer in ("parcels", "buildings", "zones", "facilities", "enterprises"):
        own = findings[findings["layer"] == layer]
        assert "text_cut_in_excel" in set(own["code"])
        assert "control_characters" in set(own["code"])
    assert findings["message"].str.len().max() < 20_000


def test_the_record_is_json_with_the_texts(made):
    record = json.loads((made / "run.json").read_text("utf-8"))
    assert record["settings"]["title"] == several(0, 2)
    assert record["settings"]["synthetic"] == several(1, 2)


OURS = re.compile(
    r"""=?(HYPERLINK\("\#'?\w+'?!A\d+","→"\)|[\d.*/+() B$-]+
    |(\+?(COUNTA|COUNTIF|SUM|SUMIF)\(('?\w+'?!\$[A-Z]+\$\d+:\$[A-Z]+\$\d+,?|[A-Z]+\d+,)+("\w+")?\))+
    )""",
    re.VERBOSE,
)
"""Links to a row, and counts and sums over ranges: our own words and numbers, none of the data."""

ESCAPED = re.compile("_x([0-9A-F]{4})_")


@pytest.mark.parametrize("name", ["assessment.xlsx", "findings.xlsx", "chain/chain.xlsx"])
def test_no_cell_of_a_workbook_is_a_formula_of_the_data(made, name):
    texts = set()
    for sheet in openpyxl.load_workbook(made / name).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert OURS.fullmatch(cell.value), cell.value
                    assert cell.hyperlink is None
                elif isinstance(cell.value, str):
                    texts.add(ESCAPED.sub(lambda m: chr(int(m[1], 16)), cell.value))
    assert max(map(len, texts)) <= LONGEST_CELL
    with zipfile.ZipFile(made / name) as packed:
        for part in packed.namelist():
            assert "externalLink" not in part
            if part.endswith((".xml", ".rels")):
                ET.fromstring(packed.read(part))
    if name == "assessment.xlsx":
        assert {known(t) for t in TEXTS} - texts <= {LONG}
        assert f"{LONG[: LONGEST_CELL - 1]}…" in texts


def test_layers_of_gis_hold_the_texts_and_their_styles_run_none(made):
    with sqlite3.connect(made / "layers/assessment.gpkg") as database:
        ids = {row[0] for row in database.execute("SELECT parcel_id FROM parcels")}
        assert ids == {as_id(t) for t in TEXTS}
        styles = [row[0] for row in database.execute("SELECT styleQML FROM layer_styles")]
    database.close()
    trees = [ET.fromstring(style) for style in styles]
    trees.append(ET.parse(made / "layers/assessment.qgs").getroot())
    assert trees[-1].find("title").text == several(0, 2).replace("\x07", "�").replace("\x1b", "�")
    # What is no quoted column nor a quoted word of a rule is QGIS's own language, and ours.
    left = {
        re.sub(r"\"(\"\"|[^\"])*\"|'(''|\\\\.|[^'])*'", "", rule.get("filter", ""))
        for tree in trees
        for rule in tree.iter("rule")
    }
    words = set(re.findall("[^\\W\\d]+", " ".join(left))) - {"e"}
    assert words <= {"AND", "OR", "IS", "NULL", "ELSE", "substr", "regexp_match"}
    assert max(len(one) for one in left) < 120
    for tree in trees:
        for node in tree.iter("text-style"):
            assert node.get("fieldName") == "name"
    files = list((made / "layers/fgb").iterdir())
    assert {as_id(t) for t in TEXTS} == set(
        gpd.read_file(made / "layers/fgb/parcels.fgb")["parcel_id"]
    )
    assert len(files) > 2


def test_the_report_shows_the_texts_and_has_no_field_of_theirs(made):
    with zipfile.ZipFile(made / "report.docx") as packed:
        body = packed.read("word/document.xml").decode()
        fields = re.findall("<w:instrText[^>]*>([^<]*)<", body)
        assert all(re.fullmatch(r" *(PAGEREF _Toc\d{6} \\h|SEQ \w+ .*|PAGE) *", f) for f in fields)
        assert len(fields) > 20
    document = docx.Document(made / "report.docx")
    text = "\n".join(p.text for p in document.paragraphs)
    assert "{{7*7}}" in text
    assert "{{body}}{{正文}}{{title}}" in text


def printed(file):
    """All letters of a PDF, without blanks."""
    document = pypdfium2.PdfDocument(file)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def test_paper_shows_the_texts(made):
    pages = "".join(printed(file) for file in sorted((made / "cards").iterdir()))
    latin = [t for t in TEXTS if t.isascii() and t.isprintable() and len(t) < 40]
    assert len(latin) > 20
    for text in latin:
        assert flat(known(text)) in pages, text
    atlas = PdfReader(made / "atlas.pdf")
    assert len(atlas.pages) < 90  # three maps a park, and no text that runs over pages
    assert "{{7*7}}" in printed(made / "atlas.pdf")
    for file in (made / "snapshots").iterdir():
        if file.suffix == ".svg":
            ET.parse(file)
        else:
            assert len(PdfReader(file).pages) == 1
    for file in (made / "chain").glob("*.pdf"):
        assert len(PdfReader(file).pages) == 1
        width, height = PdfReader(file).pages[0].mediabox[2:]
        assert max(float(width), float(height)) < 14_400  # what readers take


def test_survey_text_is_a_plot_a_parcel(made):
    text = (made / "layers/parcels.txt").read_bytes().decode("gb18030")
    plots = [line for line in text.splitlines() if line.endswith(",@")]
    assert len(plots) == SIZE
    assert {line.count(",") for line in plots} == {8}
    assert text.count("J1,1,") == 2 * SIZE  # each ring's first point is its last, too


class Watched:
    """A browser whose pages tell whatever a text makes them run."""

    def __init__(self, browser):
        self.browser = browser

    def new_context(self, **options):
        context = self.browser.new_context(**options)
        context.add_init_script("""window.ran = [];
            for (const name of ["alert", "confirm", "prompt", "print", "open"])
              window[name] = () => ran.push(name);""")
        return context


def opened(browser, file):
    page = Page(Watched(browser), file)
    page.dialogs = []
    page.page.on("dialog", lambda d: (page.dialogs.append(d.message), d.dismiss()))
    return page


def quiet(page, file):
    assert page.page.evaluate("window.ran") == []
    assert page.dialogs == []
    assert page.complaints == []
    assert {r.split("#")[0] for r in page.requests if not r.startswith(("data:", "blob:"))} <= {
        file.as_uri()
    } | {
        part.as_uri()
        for pattern in ("tiles/*.js", "columns/*.js", "search.js")
        for part in file.parent.glob(pattern)
    }
    assert not page.page.evaluate("document.querySelectorAll('img[src=x], iframe, object').length")
    page.context.close()


@pytest.mark.parametrize("name", ["map.html", "site/index.html"])
def test_the_map_runs_no_text(browser, made, name):
    """Every parcel's card, every park's, every theme, the search: shown, and nothing is run."""
    page = opened(browser, made / name)
    tab = page.page
    assert tab.title() == re.sub("[ \t\n]+", " ", several(0, 2)).strip()
    ids = tab.evaluate("mujunReady.now.ids")
    assert set(ids) == {as_id(t) for t in TEXTS}
    cards = tab.evaluate("""() => mujunReady.now.ids.map((_, i) => {
        mujunReady.dispatch({type: "open", card: {kind: "parcel", id: mujunReady.now.ids[i]}});
        return document.querySelector(".mujun-card h2").textContent; })""")
    assert cards == ids
    parks = tab.evaluate("mujunReady.data.parks.map(p => p.name)")
    assert parks == [known(several(i)) for i in range(3)]
    for place in range(min(40, tab.evaluate("mujunReady.data.themes.length"))):
        tab.evaluate("theme => mujunReady.dispatch({type: 'theme', theme})", place)
    tab.click("#mujun-theme")
    tab.keyboard.press("Escape")
    for text in TEXTS[:40:4]:
        tab.fill("#mujun-search", known(text)[:30])
    settle(tab)
    quiet(page, made / name)


def test_the_chain_page_runs_no_text(browser, made):
    file = made / "chain/chain.html"
    context = Watched(browser).new_context(offline=True)
    tab, said = context.new_page(), []
    tab.on("dialog", lambda d: (said.append(d.message), d.dismiss()))
    tab.on("pageerror", lambda e: said.append(str(e)))
    tab.on("console", lambda m: said.append(m.text))
    tab.goto(file.as_uri())
    tab.wait_for_selector("#directory")
    text = tab.evaluate("document.body.textContent")
    for one in TEXTS:
        if one != LONG:
            assert known(one) in text, one
    for park in tab.locator("select option").all():
        tab.select_option("select", value=park.get_attribute("value"))
    assert said == []
    assert tab.evaluate("window.ran") == []
    assert tab.locator("img, iframe, object").count() == 0
    context.close()
