"""Basemaps: which are taken, which refused, and a raster of one's own under the parcels."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin
from typer.testing import CliRunner

from geo.cli import app
from geo.errors import OutputError
from geo.project import read_project
from geo.publish.webmap import OfflineMap
from geo.publish.webmap.basemap import add_tiles, picture, tiles
from tests.browser import Page

XYZ = "https://{s}.tiles.example.org/img/{z}/{x}/{y}.png"


def asking(folder, basemap):
    file = folder / "mujun.toml"
    text = file.read_text("utf-8").split("[publish]")[0]
    file.write_text(f"{text}\n[publish]\nbasemap = '{basemap}'\n", "utf-8")
    return read_project(file)


@pytest.mark.parametrize(("basemap", "origins"), [
    ("none", ()), ("osm", ("https://tile.openstreetmap.org",)),
    ("tianditu_image", ("https://*.tianditu.gov.cn",)), (XYZ, ("https://*.tiles.example.org",)),
    ("http://10.0.0.5:8080/wmts?z={z}&y={y}&x={x}", ("http://10.0.0.5:8080",))])
def test_tiles_are_asked_for_by_name_and_the_page_lets_only_them_in(
        project, monkeypatch, basemap, origins):
    monkeypatch.setenv("TIANDITU_KEY", "0123abcd")
    page = OfflineMap(location=[29, 105])
    allowed = add_tiles(page, asking(project, basemap))
    assert allowed == origins
    page.forbid_network(allowed)
    html = page.get_root().render()
    policy = html.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0]
    assert f"img-src data: blob:{''.join(f' {o}' for o in origins)};" in policy
    assert "default-src 'none'" in policy
    if basemap == "tianditu_image":
        assert [t for t, _ in tiles(asking(project, basemap))][1].count("cia") == 2
        assert "tk=0123abcd" in html


@pytest.mark.parametrize(("basemap", "said"), [
    ("https://webrd01.is.autonavi.com/appmaptile?x={x}&y={y}&z={z}", "GCJ-02"),
    ("https://rt0.map.gtimg.com/tile?z={z}&x={x}&y={y}", "GCJ-02"),
    ("https://maponline0.bdimg.com/tile/?x={x}&y={y}&z={z}", "BD-09"),
    ("https://example.org/tiles.png", "{z}"), ("tiandi", "tianditu"),
    ("file:///etc/{z}/{x}/{y}", "{z}"), ("tianditu", "TIANDITU_KEY")])
def test_what_is_refused_says_why(project, monkeypatch, basemap, said):
    monkeypatch.delenv("TIANDITU_KEY", raising=False)
    with pytest.raises(OutputError) as error:
        tiles(asking(project, basemap))
    assert said in str(error.value)


def test_a_key_that_is_none_is_refused(project, monkeypatch):
    monkeypatch.setenv("TIANDITU_KEY", 'a&b"><script>')
    with pytest.raises(OutputError, match="TIANDITU_KEY"):
        tiles(asking(project, "tianditu"))


def photo(path, crs="EPSG:4544", east=527_900.0, north=3_246_300.0, dtype="uint8"):
    """A 600 m picture of 1 m: green, with a red square of 100 m where parcel B stands."""
    pixels = np.zeros((3, 600, 600), dtype)
    pixels[1] = 200
    pixels[:, 200:300, 200:300] = np.array([220, 20, 20])[:, None, None]
    with rasterio.open(path, "w", driver="GTiff", width=600, height=600, count=3, dtype=dtype,
                       crs=crs, transform=from_origin(east, north, 1, 1)) as file:
        file.write(pixels)


def test_a_raster_of_ones_own_lies_where_it_belongs(browser, project):
    """The red square stands under parcel B: its picture is read off the page, offline."""
    photo(project / "photo.tif")
    asking(project, "photo.tif")
    assert CliRunner().invoke(app, ["run", "-q", "-p", str(project)]).exit_code == 0
    opened = Page(browser, project / "outputs/map.html")
    assert opened.complaints == []
    assert len(opened.requests) == 1  # the page alone: the picture is in it
    inside = opened.page.evaluate("""async () => {
        const {data, layer, map} = mujunReady;
        const image = document.querySelector("img.leaflet-image-layer");
        await image.decode();
        const c = document.createElement("canvas");
        [c.width, c.height] = [image.naturalWidth, image.naturalHeight];
        const ctx = c.getContext("2d");
        ctx.drawImage(image, 0, 0);
        const box = image.getBoundingClientRect();
        const frame = map.getContainer().getBoundingClientRect();
        return data.ids.map((_, i) => {
          const p = map.latLngToContainerPoint(layer.bounds(i).getCenter());
          const x = (p.x + frame.left - box.left) / box.width * c.width;
          const y = (p.y + frame.top - box.top) / box.height * c.height;
          return [...ctx.getImageData(x, y, 1, 1).data];
        });
    }""")
    red = [r > 150 and g < 80 for r, g, _, _ in inside]
    assert red == [False, True, False, False]
    opened.context.close()


@pytest.mark.parametrize(("spoil", "said"), [
    (lambda f: photo(f, crs=None), "coordinate system"),
    (lambda f: photo(f, east=700_000.0), "does not reach"),
    (lambda f: f.write_bytes(b"no raster"), "cannot be read"), (lambda f: None, "cannot be read")])
def test_a_raster_that_is_of_no_use_is_refused_in_a_sentence(project, spoil, said):
    spoil(project / "photo.tif")
    asked = asking(project, "photo.tif")
    with pytest.raises(OutputError, match=said):
        picture(asked, (105.28, 29.33, 105.30, 29.35))


def test_elevations_become_grey(demo, tmp_path):
    """One band of floats: lowest black, highest white, no data clear."""
    shutil.copy(demo / "mujun.toml", tmp_path)
    shutil.copytree(demo / "layers", tmp_path / "layers")
    made = picture(asking(tmp_path, "layers/elevation.tif"), (105.27, 29.32, 105.31, 29.36))
    (south, west), (north, east) = made["bounds"]
    assert (west, south) < (105.27, 29.32)
    assert (east, north) > (105.31, 29.36)
