"""What a change costs: a source, a theme, a product is one class, seen wherever such things are."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from geo import assess, packs_of
from geo.cli import app
from geo.errors import ProjectError
from geo.project import LayerSource, Project, Publish, TableSource, read_project
from geo.publish.gis.qgis.styles import styles
from geo.publish.look.style import palette
from geo.publish.look.themes import THEMES, themes, worded
from geo.publish.look.themes.declaration import LAND
from geo.publish.outputs import files_of_run
from geo.publish.paper.scene import Scene
from geo.publish.registry import PRODUCTS, Making, Options, Product, export_help, products_of
from geo.publish.webmap.map import map_table
from geo.sources.load import load
from geo.sources.registry import SOURCES
from geo.sources.source import Read, Spec
from geo.text import Text

pytestmark = pytest.mark.slow


class Ledger:
    """A source in few lines: an address that only this office's system knows."""

    name = "ledger-system"

    def accepts(self, path: str, spec: Spec) -> bool:
        return path.startswith("ledger:") and isinstance(spec, TableSource)

    def read(self, project: Project, layer: str, spec: Spec) -> Read:
        frame = pd.read_csv(project.folder / f"{layer}.csv", dtype=str)
        frame["source_row"] = range(2, len(frame) + 2)
        return Read(frame, files={spec.path: "digest"})


class Outlines:
    """A source of a layer: outlines from wherever they are."""

    name = "outlines"

    def accepts(self, path: str, spec: Spec) -> bool:
        return path == "outlines" and isinstance(spec, LayerSource)

    def read(self, project: Project, layer: str, spec: Spec) -> Read:
        frame = gpd.read_file(project.folder / f"{layer}.gpkg")
        frame["source_row"] = range(1, len(frame) + 1)
        return Read(frame)


def test_a_source_is_one_class(project: Path) -> None:
    before = load(read_project(project))
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8").replace('"indicators.csv"', '"ledger:2023"')
    file.write_text(text.replace('"parcels.gpkg"', '"outlines"'), encoding="utf-8")
    with SOURCES.registered(Ledger()), SOURCES.registered(Outlines()):
        layers = load(read_project(project))
    assert layers.files["ledger:2023"] == "digest"
    for name in ("indicators", "parcels"):
        pd.testing.assert_frame_equal(layers[name], before[name])


QUALITY = worded(
    "quality",
    Text("园区品质", "Quality"),
    {"good": Text("优", "good"), "no_data": Text("无数据", "no data")},
    "quality",
    group=LAND,
    filter=True,
)


def test_a_theme_is_one_declaration(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word column becomes a theme of the page, of paper and of QGIS, in colours of its own."""
    monkeypatch.setitem(palette(), "quality", {"good": "#123456", "no_data": "#cccccc"})
    opened = read_project(project)
    run = assess(load(opened), opened.settings, packs_of(opened))
    run = run.with_tables(parcels=run.parcels.assign(quality=["good", None, "good", None]))
    before = len(themes(run))
    with THEMES.registered(QUALITY):
        page = map_table(run, opened.options)
        painted = Scene(run, opened.options).theme("quality")
        styled = styles(run, themes(run))
    assert len(page["themes"]) == before + 1
    told = next(theme for theme in page["themes"] if theme["id"] == "quality")
    assert (told["filter"], told["column"], told["group"][0]) == (True, "quality", "土地")
    assert [(c["zh"], c["parcels"]) for c in told["legend"]] == [("优", 2), ("无数据", 2)]
    assert painted.colors == ("#123456", "#cccccc")
    drawn = next(style for style in styled if style.theme == "quality")
    assert [c.rule for c in drawn.classes] == [
        "\"quality\" = 'good'",
        '"quality" = \'no_data\' OR "quality" IS NULL',
    ]
    assert len(themes(run)) == before


class ListOptions(Options):
    """What the office's list may be asked for."""

    park: str = ""


def _list(making: Making, asked: ListOptions) -> list[str]:
    ids = making.run.parcels["parcel_id"]
    text = "\n".join([asked.park, *ids.astype("str")])
    (making.stage / "list.txt").write_text(text, encoding="utf-8")
    return []


LIST = Product(
    "list",
    Text("宗地清单", "list of parcels"),
    ("list.txt",),
    _list,
    options=ListOptions,
    also=True,
)


def ran(project: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "-q", "-p", str(project)])


def test_a_product_is_one_declaration(project: Path) -> None:
    """It is run by `[publish] also`, exported, listed in the help, and in the record."""
    file, outputs = project / "mujun.toml", project / "outputs"
    text = file.read_text(encoding="utf-8")
    file.write_text(f'{text}\n[publish]\nalso = ["list"]\n', encoding="utf-8")
    with PRODUCTS.registered(LIST):
        assert ran(project, "run").exit_code == 0
        record = json.loads((outputs / "run.json").read_text(encoding="utf-8"))
        assert "list.txt" in record["outputs"]
        assert (outputs / "list.txt").read_text(encoding="utf-8") == "\nA\nB\nC\nD"
        assert ran(project, "export", "-f", "list", "--park", "P").exit_code == 0
        assert (outputs / "list.txt").read_text(encoding="utf-8") == "P\nA\nB\nC\nD"
        assert "list（宗地清单）" in export_help().zh
        opened = read_project(project)
        assert "list.txt" in files_of_run(opened)
    for command in ("run", "map", "check"):
        assert isinstance(ran(project, command).exception, ProjectError)
    with pytest.raises(ProjectError) as refused:
        products_of(opened.publish)
    assert "“list”不能随运行生成" in refused.value.text.zh
    with pytest.raises(ProjectError, match=r"`dcox` cannot be made with a run\. Choose of docx, "):
        products_of(Publish(also=["dcox"]))


def test_every_product_that_comes_with_mujun_is_declared_in_full() -> None:
    """Names, files and titles are known without anything that draws or writes."""
    script = (
        "import sys; from geo.publish.registry import PRODUCTS;"
        " print(len([(p.title.zh, p.title.en, p.places) for p in PRODUCTS]),"
        " *({'matplotlib', 'folium', 'rasterio', 'docx', 'xlsxwriter', 'typst', 'geopandas'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["16"]
