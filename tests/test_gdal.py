"""Only the drivers of the format that a file is named for may open it; none follows a link."""

from __future__ import annotations

import contextlib
import http.server
import sqlite3
import threading

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely

from geo.errors import SourceError
from geo.project import LayerSource
from geo.source_spec import RasterSource
from geo.sources import gdal
from geo.sources.gdal import DRIVERS, drivers_of
from geo.sources.raster import open_raster
from geo.sources.vector import read_vector

pytestmark = pytest.mark.slow

LAYERS = sorted(DRIVERS)


def read(file, **more):
    return read_vector(file, LayerSource(path=file.name, crs="EPSG:4490", **more), "parcels")[0]


@pytest.fixture
def secret(tmp_path):
    """A layer in another folder that no project names."""
    folder = tmp_path / "other"
    folder.mkdir()
    layer = gpd.GeoDataFrame(
        {"parcel_id": ["secret"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4490
    )
    layer.to_file(folder / "s.gpkg", layer="s")
    layer.to_file(folder / "s.tab", driver="MapInfo File")
    return folder


def vrt(secret):
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="s"><SrcDataSource>{secret}/s.gpkg'
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )


@pytest.mark.parametrize("suffix", [*(s for s in LAYERS if s != ".gdb"), ".vrt", ".xml", ""])
@pytest.mark.parametrize("lead", ["", "<!-- " + "x" * 5000 + " -->"])
def test_a_virtual_layer_is_read_under_no_name(tmp_path, secret, suffix, lead):
    file = tmp_path / f"p{suffix}"
    file.write_text(lead + vrt(secret))
    with pytest.raises(SourceError):
        read(file)


@pytest.mark.parametrize("suffix", [".geojson", ".json"])
@pytest.mark.parametrize(
    "text",
    [
        (
            '{{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline read {0}/s.gpkg'
            ' ! write streamed --of stream"}}'
        ),
        (
            '{{"a":1,"type":"Topology","objects":{{"a":{{"type":"Polygon","arcs":[[0]]}}}},'
            '"arcs":[[[0,0],[0,1],[1,1],[0,0]]]}}'
        ),
        (
            '{{"displayFieldName":"x","geometryType":"esriGeometryPolygon","fields":[],"features":'
            '[{{"attributes":{{}},"geometry":{{"rings":[[[0,0],[0,1],[1,1],[0,0]]]}}}}]}}'
        ),
    ],
)
def test_json_of_another_kind_is_not_read(tmp_path, secret, suffix, text):
    file = tmp_path / f"p{suffix}"
    file.write_text(text.format(secret))
    with pytest.raises(SourceError):
        read(file)


def test_geojson_that_speaks_of_virtual_layers_is_geojson(tmp_path):
    file = tmp_path / "p.geojson"
    gpd.GeoDataFrame(
        {"parcel_id": ["<OGRVRTDataSource>"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4490
    ).to_file(file, driver="GeoJSON")
    assert read(file)["parcel_id"].tolist() == ["<OGRVRTDataSource>"]


@pytest.mark.parametrize(
    "lines",
    [
        '!table\n!version 100\nOpen Table "other/s" Hide\nCreate View v As\nSelect * From s\n',
        (
            '!table\n!version 300\nDefinition Table\n  Type NATIVE Charset "Neutral"\n  Fields 1\n'
            '    Table Char (100) ;\nbegin_metadata\n"\\IsSeamless" = "TRUE"\nend_metadata\n'
        ),
    ],
)
def test_a_mapinfo_table_of_other_tables_is_not_followed(tmp_path, secret, lines):
    (tmp_path / "p.tab").write_text(lines)
    with pytest.raises(SourceError, match="points to other files"):
        read(tmp_path / "p.tab")


def test_a_virtual_table_in_a_geopackage_gives_nothing(tmp_path, secret):
    file = tmp_path / "p.gpkg"
    file.write_bytes((secret / "s.gpkg").read_bytes())
    with sqlite3.connect(file) as base:
        base.execute("pragma writable_schema = 1")
        base.execute(
            "insert into sqlite_master(type, name, tbl_name, rootpage, sql) values"
            "('table', 'v', 'v', 0, ?)",
            (f"CREATE VIRTUAL TABLE v USING VirtualOGR('{secret}/s.gpkg')",),
        )
        base.execute(
            "insert into gpkg_contents(table_name, data_type, identifier, srs_id)"
            " values('v', 'features', 'v', 4490)"
        )
        base.execute("insert into gpkg_geometry_columns values('v', 'geom', 'POLYGON', 4490, 0, 0)")
    base.close()
    with pytest.raises(SourceError):
        read(file, layer="v")


@pytest.fixture
def server():
    """The address of a server here, and what was asked of it."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815 -- http.server's name

        def log_message(self, *_):
            pass

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}", asked
    running.shutdown()
    running.server_close()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("p.gml", "<OGRWFSDataSource><URL>{0}/wfs</URL></OGRWFSDataSource>"),
        (
            "p.kml",
            (
                '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link><href>'
                "{0}/n.kml</href></Link></NetworkLink></Document></kml>"
            ),
        ),
        (
            "p.gml",
            (
                '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs" xmlns:gml='
                '"http://www.opengis.net/gml" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
                ' xmlns:t="http://t" xsi:schemaLocation="http://t {0}/x?SERVICE=WFS&amp;REQUEST='
                'DescribeFeatureType"></wfs:FeatureCollection>'
            ),
        ),
        (
            "p.geojson",
            (
                "<OGRVRTDataSource><OGRVRTLayer name='s'><SrcDataSource>/vsicurl/{0}/s.geojson"
                "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
            ),
        ),
        (
            "p.geojson",
            (
                '{{"type":"FeatureCollection","features":[],"links":[{{"rel":"next","href":'
                '"{0}/2"}}],"next":"{0}/2"}}'
            ),
        ),
    ],
)
def test_no_file_makes_a_request(tmp_path, server, name, text):
    address, asked = server
    (tmp_path / name).write_text(text.format(address))
    with contextlib.suppress(SourceError):
        read(tmp_path / name)
    assert not asked


def test_a_path_of_gdals_own_is_no_file(tmp_path, server):
    address, asked = server
    with pytest.raises(SourceError):
        read(tmp_path / f"/vsicurl/{address}/p.geojson")
    assert not asked


def test_all_drivers_are_there_again_afterwards(tmp_path, parcels):
    before = set(pyogrio.list_drivers())
    file = tmp_path / "p.gpkg"
    parcels.to_file(file)
    read(file)
    with drivers_of(".gpkg"):
        assert set(pyogrio.list_drivers()) == {"GPKG"}
    with pytest.raises(SourceError), drivers_of(".gpkg"):
        raise gdal.unreadable(file)
    assert set(pyogrio.list_drivers()) == before
    assert pyogrio.get_gdal_config_option("GDAL_SKIP") is None


@pytest.mark.parametrize(
    ("wrote", "suffix", "kind"),
    [
        (".gpkg", ".geojson", "an SQLite database"),
        (".geojson", ".gpkg", "cannot be read"),
        (".kml", ".gml", "KML"),
        (".fgb", ".gpkg", "FlatGeobuf"),
        (".gpkg", ".fgb", "SQLite"),
    ],
)
def test_a_file_under_anothers_suffix_is_told_by_its_kind(tmp_path, parcels, wrote, suffix, kind):
    file = tmp_path / f"p{suffix}"
    parcels.to_crs(4326).to_file(tmp_path / f"written{wrote}", driver=DRIVERS[wrote][-1])
    (tmp_path / f"written{wrote}").rename(file)
    with pytest.raises(SourceError, match=kind):
        read(file)


def test_a_virtual_raster_is_not_followed(tmp_path):
    with rasterio.open(
        tmp_path / "r.tif",
        "w",
        driver="GTiff",
        width=2,
        height=2,
        count=1,
        dtype="float32",
        crs="EPSG:4544",
        transform=rasterio.transform.from_origin(0, 2, 1, 1),
    ) as out:
        out.write(np.ones((1, 2, 2), dtype="float32"))
    text = (
        '<VRTDataset rasterXSize="2" rasterYSize="2"><SRS>EPSG:4544</SRS><VRTRasterBand'
        ' dataType="Float32" band="1"><SimpleSource><SourceFilename>{}</SourceFilename>'
        "</SimpleSource></VRTRasterBand></VRTDataset>"
    ).format(tmp_path / "r.tif")
    assert open_raster("r", tmp_path / "r.tif", RasterSource(path="r.tif")).width == 2
    for name in ("v.vrt", "v.tif", "v.asc"):
        (tmp_path / name).write_text(text)
        with pytest.raises(SourceError):
            open_raster("v", tmp_path / name, RasterSource(path=name))
