"""What QGIS itself makes of the project and of the styles in the GeoPackage; other GIS formats."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import matplotlib.colors
import numpy as np
import pyogrio
import pytest
import shapely
from PIL import Image
from typer.testing import CliRunner

from geo import read_project
from geo.cli import app
from geo.publish.look.themes import themes
from geo.publish.paper.scene import Scene, View
from geo.publish.paper.snapshot import snapshot
from geo.run import Run


@pytest.fixture(scope="module")
def demo(copied_demo):
    """This module writes to it."""
    return copied_demo


@pytest.fixture(scope="module")
def places(demo: Path) -> np.ndarray:
    """A point well inside each roomy parcel; nan for the others."""
    shapes = np.asarray(gpd.read_parquet(demo / "outputs/tables/parcels.parquet").geometry.array)
    middle = shapely.point_on_surface(shapes)
    near = shapely.distance(middle, shapely.boundary(shapes)) < 20
    return np.where(near[:, None], np.nan, np.c_[shapely.get_x(middle), shapely.get_y(middle)])


@pytest.fixture(scope="module")
def qgis(demo: Path, places: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> dict:
    folder = tmp_path_factory.mktemp("qgis")
    known = places[~np.isnan(places[:, 0])]
    (folder / "places.json").write_text(json.dumps(known.tolist()))
    done = subprocess.run(
        [
            "/usr/bin/python3",
            str(Path(__file__).with_name("qgis_open.py")),
            str(demo / "outputs"),
            str(folder / "places.json"),
            str(folder / "picture.png"),
        ],
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "QT_QPA_PLATFORM": "offscreen"},
    )
    assert "JSON" in done.stdout, done.stderr[-2000:]
    return json.loads(done.stdout.split("JSON", 1)[1]) | {"picture": folder / "picture.png"}


def test_the_project_opens_grouped_and_named(demo: Path, qgis: dict) -> None:
    assert qgis["read"]
    assert qgis["crs"] == "EPSG:4544"
    assert qgis["title"] == read_project(demo).settings.title
    assert list(qgis["groups"]) == [
        "园区",
        "设施",
        "管控线",
        "检查与沿革",
        "宗地专题",
        "底图",
        "亩均指标栅格",
        "表",
    ]
    layers = [layer for group in qgis["groups"].values() for layer in group]
    assert len(layers) > 40
    assert [name for name, valid, _ in layers if not valid] == []
    assert [name for name, _, shown in qgis["groups"]["宗地专题"] if shown] == ["“标准地”综合判定"]
    assert not any("_" in name for name, *_ in qgis["groups"]["表"])  # every table has its title
    with Image.open(qgis["picture"]) as opened:
        colours = np.asarray(opened.convert("RGB")).reshape(-1, 3)
    # Parcels that fail, and the river and the reservoir under them.
    for color, least in (("#c9573f", 0.02), ("#cfe1ec", 0.005)):
        wanted = np.array(matplotlib.colors.to_rgb(color)) * 255
        assert (np.abs(colours - wanted).max(axis=1) < 4).mean() > least, color
    assert qgis["groups"]["底图"] == [[name, True, True] for name in ("地名", "道路与水系", "水面")]


def test_parcels_open_in_the_map_s_colours_under_every_style(
    demo: Path, qgis: dict, places: np.ndarray
) -> None:
    result = Run.load(demo / "outputs")
    known = ~np.isnan(places[:, 0])
    assert qgis["default"][0] == ["达标", "\"compliance\" = 'pass'", "#74abd3"]
    assert len(qgis["default"]) == 5
    checked = 0
    for theme in themes(result):
        name = theme.title.zh[:30]
        if name not in qgis["painted"]:
            continue
        meant = np.array([c.lower() for c in theme.colors])[theme.codes][known]
        painted = np.array(qgis["painted"][name])
        assert (painted == meant).mean() > 0.99, name
        checked += 1
    assert checked == len(qgis["styles"]) > 30


def test_gdal_places_the_pdf_where_it_lies(demo: Path, tmp_path: Path) -> None:
    """Another program's reading of the coordinates in the PDF: projection, pixel, neat line."""
    scene = Scene(Run.load(demo / "outputs"), read_project(demo).options)
    file = tmp_path / "map.pdf"
    drawing = snapshot(scene.run, View(theme="land_use", park="SYN-01"), file)
    script = (
        "import json, sys; from osgeo import gdal; d = gdal.Open(sys.argv[1]);"
        " print(json.dumps([d.GetGeoTransform(), d.GetProjection(),"
        " d.GetMetadataItem('NEATLINE')]))"
    )
    done = subprocess.run(
        ["/usr/bin/python3", "-c", script, str(file)],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin"},
    )
    transform, projection, line = json.loads(done.stdout)
    assert "Gauss-Kruger CM 105E" in projection
    pixel = drawing.frame.scale / 1000 * 25.4 / 150  # GDAL opens a page at 150 dpi
    assert transform[1] == pytest.approx(pixel, rel=1e-3)
    assert shapely.from_wkt(line).bounds == pytest.approx(drawing.frame.bounds, abs=2.0)


def test_fields_have_chinese_names(qgis: dict) -> None:
    assert qgis["alias"]["parcel_id"] == "宗地编号"
    assert qgis["alias"]["tax_per_mu"] == "亩均税收（万元/亩）"


def test_the_style_table_is_as_qgis_writes_it(demo: Path) -> None:
    """One default a layer; QML that parses; registered, so that other readers pass over it."""
    with closing(sqlite3.connect(demo / "outputs/layers/assessment.gpkg")) as database:
        rows = database.execute(
            "SELECT f_table_name, styleName, styleQML, useAsDefault,"
            " f_geometry_column FROM layer_styles"
        ).fetchall()
        listed = dict(database.execute("SELECT table_name, data_type FROM gpkg_contents"))
    assert listed["layer_styles"] == "attributes"
    layers = {name for name, *_ in rows}
    assert layers >= {
        "parcels",
        "parks",
        "zone_outlines",
        "zone_conflicts",
        "facilities",
        "lineage",
    }
    for layer in layers:
        assert sum(default for name, _, _, default, _ in rows if name == layer) == 1
    for _, name, text, _, column in rows:
        root = ET.fromstring(text.split("\n", 1)[1])
        assert root.find("renderer-v2") is not None
        assert 0 < len(name) <= 30
        assert column == "geom"
    assert len(gpd.read_file(demo / "outputs/layers/assessment.gpkg", layer="parcels")) > 1000


def test_a_second_export_has_no_style_twice(demo: Path) -> None:
    done = CliRunner().invoke(
        app, ["export", "-q", "-p", str(demo), "-f", "gpkg", "-f", "fgb", "-f", "qgis"]
    )
    assert done.exit_code == 0, done.output
    with closing(sqlite3.connect(demo / "outputs/layers/assessment.gpkg")) as database:
        twice = database.execute(
            "SELECT f_table_name, styleName FROM layer_styles GROUP BY 1, 2 HAVING COUNT(*) > 1"
        ).fetchall()
    assert twice == []
    result = Run.load(demo / "outputs")
    for name in ("parcels", "parks", "zone_outlines", "facilities", "lineage"):
        table = getattr(result, name)
        file = demo / f"outputs/layers/fgb/{name}.fgb"
        read = gpd.read_file(file)
        assert len(read) == len(table)
        assert read.crs == table.crs
        assert pyogrio.read_info(file)["driver"] == "FlatGeobuf"
    parcels = gpd.read_file(demo / "outputs/layers/fgb/parcels.fgb").set_index("parcel_id")
    wanted = result.parcels.set_index("parcel_id")["tax_per_mu"]
    assert parcels["tax_per_mu"].reindex(wanted.index).equals(wanted)


@pytest.mark.products("gpkg", "qgis")
def test_a_hostile_name_stays_text(project: Path, parks, tmp_path: Path) -> None:
    text = (project / "mujun.toml").read_text(encoding="utf-8")
    (project / "mujun.toml").write_text(
        text.replace('title = "测试"', 'title = "<a> & \\"b\\" \'c\'"'), encoding="utf-8"
    )
    done = CliRunner().invoke(app, ["run", "-q", "-p", str(project)])
    assert done.exit_code == 0, done.output
    root = ET.parse(project / "outputs/layers/assessment.qgs").getroot()
    assert root.findtext("title") == "<a> & \"b\" 'c'"
