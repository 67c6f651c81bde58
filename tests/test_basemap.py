"""Basemaps: which are taken, which refused, and a raster of one's own under the parcels."""

from __future__ import annotations

import base64
import math
import shutil
import warnings

import numpy as np
import pytest
import rasterio
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile
from rasterio.transform import from_origin
from typer.testing import CliRunner

from geo.cli import app
from geo.errors import OutputError
from geo.project import read_project
from geo.publish.webmap.basemap import add_tiles, picture, tiles
from geo.publish.webmap.map import OfflineMap
from tests.browser import Page

XYZ = "https://{s}.tiles.example.org/img/{z}/{x}/{y}.png"


def asking(folder, basemap):
    file = folder / "mujun.toml"
    text = file.read_text("utf-8").split("[publish]")[0]
    file.write_text(f"{text}\n[publish]\nbasemap = '{basemap}'\n", "utf-8")
    return read_project(file).options


def pixels_of(made):
    """Red, green, blue and alpha of the picture in the page."""
    raw = base64.b64decode(made["image"].split(",")[1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile(raw) as file, file.open() as image:
            return image.read()


@pytest.mark.parametrize(
    ("basemap", "origins"),
    [
        ("none", ()),
        ("osm", ("https://tile.openstreetmap.org",)),
        ("tianditu_image", ("https://*.tianditu.gov.cn",)),
        (XYZ, ("https://*.tiles.example.org",)),
        ("http://10.0.0.5:8080/wmts?z={z}&y={y}&x={x}", ("http://10.0.0.5:8080",)),
    ],
)
def test_tiles_are_asked_for_by_name_and_the_page_lets_only_them_in(
    project, monkeypatch, basemap, origins
):
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


@pytest.mark.parametrize(
    ("basemap", "said"),
    [
        ("https://webrd01.is.autonavi.com/appmaptile?x={x}&y={y}&z={z}", "GCJ-02"),
        ("https://rt0.map.gtimg.com/tile?z={z}&x={x}&y={y}", "GCJ-02"),
        ("https://maponline0.bdimg.com/tile/?x={x}&y={y}&z={z}", "BD-09"),
        ("https://example.org/tiles.png", "{z}"),
        ("tiandi", "tianditu"),
        ("file:///etc/{z}/{x}/{y}", "{z}"),
        ("tianditu", "TIANDITU_KEY"),
    ],
)
def test_what_is_refused_says_why(project, monkeypatch, basemap, said):
    monkeypatch.delenv("TIANDITU_KEY", raising=False)
    with pytest.raises(OutputError) as error:
        tiles(asking(project, basemap))
    assert said in str(error.value)


@pytest.mark.parametrize(
    "template",
    [
        'http://x"><script>alert(1)</script>/{z}/{x}/{y}',
        "http://x'; script-src */{z}/{x}/{y}",
        "http://x;script-src https:/{z}/{x}/{y}",
        "https://a b/{z}/{x}/{y}",
        "http:///{z}/{x}/{y}",
        "https://example.org:99999/{z}/{x}/{y}",
        "https://example.org:x/{z}/{x}/{y}",
        "https://user:key@example.org/{z}/{x}/{y}",
        "https://[::1]/{z}/{x}/{y}",
        "https://exa_mple.org/{z}/{x}/{y}",
        "https://example..org/{z}/{x}/{y}",
        "https://*/{z}/{x}/{y}",
        "https://{s}/{z}/{x}/{y}",
        "https://a.{s}.org/{z}/{x}/{y}",
        "https://{z}.org/{x}/{y}",
        "https://example.org\\@evil.org/{z}/{x}/{y}",
        "javascript:alert(1)//{z}/{x}/{y}",
        "data:text/html,{z}{x}{y}",
        "https://example.org/{z}/{x}/{y}/{{7*7}}",
        "https://example.org/{z}/{x}/{y}/{key}",
        "https://example.org/{z}/{x}/{y}\u202e",
        f"https://{'a' * 64}.org/{{z}}/{{x}}/{{y}}",
        "//example.org/{z}/{x}/{y}",
        "https://-a.org/{z}/{x}/{y}",
    ],
)
def test_an_address_without_a_sane_host_is_refused(project, template):
    """Nothing but scheme, host and port comes into the policy."""
    publish = read_project(project).publish.model_copy(update={"basemap": template})
    asked = read_project(project).model_copy(update={"publish": publish}).options
    with pytest.raises(OutputError, match=r"http.*\{z\}"):
        tiles(asked)


@pytest.mark.parametrize(
    ("template", "origins"),
    [
        ("HTTPS://Tiles.Example.ORG/{z}/{x}/{y}", ("https://tiles.example.org",)),
        ("https://瓦片.example.cn/{z}/{x}/{y}", ("https://xn--h1xv9c.example.cn",)),
        ("http://{s}.gis:8080/{z}/{x}/{y}", tuple(f"http://{s}.gis:8080" for s in "abc")),
        ("https://t{s}.a.example.org/{z}/{x}/{y}{r}.png?k=a&b='", None),
        ("https://example.org/a%22%3E/{z}/{x}/{y}", ("https://example.org",)),
    ],
)
def test_the_policy_has_the_origin_as_it_was_parsed(project, template, origins):
    publish = read_project(project).publish.model_copy(
        update={
            "basemap": template,
            "basemap_attribution": "<img src=x onerror=alert(1)>{{ 7 * 7 }}",
        }
    )
    asked = read_project(project).model_copy(update={"publish": publish}).options
    if origins is None:  # a quote has no place in an address
        with pytest.raises(OutputError):
            tiles(asked)
        return
    page = OfflineMap(location=[29, 105])
    assert add_tiles(page, asked) == origins
    html = page.get_root().render()
    assert "<img src=x" not in html
    assert "{{ 7 * 7 }}" in html
    assert r"\u0026lt;img src=x" in html


def test_a_key_that_is_none_is_refused(project, monkeypatch):
    monkeypatch.setenv("TIANDITU_KEY", 'a&b"><script>')
    with pytest.raises(OutputError, match="TIANDITU_KEY"):
        tiles(asking(project, "tianditu"))


def photo(path, crs="EPSG:4544", east=527_900.0, north=3_246_300.0, dtype="uint8"):
    """A 600 m picture of 1 m: green, with a red square of 100 m where parcel B stands."""
    pixels = np.zeros((3, 600, 600), dtype)
    pixels[1] = 200
    pixels[:, 200:300, 200:300] = np.array([220, 20, 20])[:, None, None]
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=600,
        height=600,
        count=3,
        dtype=dtype,
        crs=crs,
        transform=from_origin(east, north, 1, 1),
    ) as file:
        file.write(pixels)


@pytest.mark.products("map")
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


def test_a_raster_with_alpha_of_its_own_is_taken(project):
    """Orthophotos often have one; what is clear in it stays clear."""
    pixels = np.zeros((4, 600, 600), "uint8")
    pixels[0], pixels[3, :, :300] = 200, 255
    with rasterio.open(
        project / "photo.tif",
        "w",
        driver="GTiff",
        width=600,
        height=600,
        count=4,
        dtype="uint8",
        crs="EPSG:4544",
        photometric="RGB",
        alpha="YES",
        transform=from_origin(527_900, 3_246_300, 1, 1),
    ) as file:
        file.write(pixels)
    made = picture(asking(project, "photo.tif"), (105.288, 29.331, 105.292, 29.335))
    alpha = pixels_of(made)[3]
    assert alpha[:, : alpha.shape[1] // 3].mean() > 200
    assert alpha[:, -alpha.shape[1] // 3 :].max() == 0


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda f: photo(f, crs=None), "coordinate system"),
        (lambda f: photo(f, east=700_000.0), "does not cover"),
        (lambda f: f.write_bytes(b"no raster"), "cannot be read"),
        (lambda f: None, "cannot be read"),
    ],
)
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


def archive(path, kind="WEBP", mode=TileType.WEBP, lon=105.29, lat=29.34, zoom=16):
    """PMTiles of one zoom around a place; the tile over the place is red, the others are green."""
    x, y = (
        int((lon / 360 + 0.5) * 2**zoom),
        int((0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)) * 2**zoom),
    )
    tiles_of = sorted(
        (zxy_to_tileid(zoom, x + i, y + j), i == 0 == j) for i in range(-6, 7) for j in range(-6, 7)
    )
    with path.open("wb") as file:
        writer = Writer(file)
        for number, red in tiles_of:
            pixels = np.zeros((3, 256, 256), np.uint8)
            pixels[0 if red else 1] = 220
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", NotGeoreferencedWarning)
                with MemoryFile() as memory:
                    with memory.open(
                        driver=kind, width=256, height=256, count=3, dtype="uint8"
                    ) as picture_:
                        picture_.write(pixels)
                    writer.write_tile(number, bytes(memory.read()))
        writer.finalize(
            {
                "tile_type": mode,
                "tile_compression": Compression.NONE,
                "min_lon_e7": 0,
                "min_lat_e7": 0,
                "max_lon_e7": 0,
                "max_lat_e7": 0,
                "center_zoom": zoom,
                "center_lon_e7": 0,
                "center_lat_e7": 0,
            },
            {},
        )
    return (x, y, zoom)


@pytest.mark.parametrize(
    ("kind", "mode"), [("WEBP", TileType.WEBP), ("PNG", TileType.PNG), ("JPEG", TileType.JPEG)]
)
def test_pmtiles_lie_where_their_tiles_do(project, kind, mode):
    x, y, zoom = archive(project / "ground.pmtiles", kind, mode)
    made = picture(asking(project, "ground.pmtiles"), (105.285, 29.335, 105.295, 29.345))
    pixels = pixels_of(made).astype(int)
    red = np.argwhere((pixels[0] > 150) & (pixels[1] < 90))
    (south, west), (north, east) = made["bounds"]
    top, left = red.min(axis=0) / pixels.shape[1:]
    bottom, right = (red.max(axis=0) + 1) / pixels.shape[1:]
    assert west + left * (east - west) == pytest.approx((x / 2**zoom - 0.5) * 360, abs=1e-4)
    assert west + right * (east - west) == pytest.approx(((x + 1) / 2**zoom - 0.5) * 360, abs=1e-4)
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / 2**zoom))))
    assert north - top * (north - south) == pytest.approx(lat, abs=1e-4)
    assert 0 < bottom - top < 1


def test_pmtiles_of_no_use_are_refused_in_a_sentence(project):
    box = (105.285, 29.335, 105.295, 29.345)
    archive(project / "ground.pmtiles", mode=TileType.MVT)
    with pytest.raises(OutputError, match="no images"):
        picture(asking(project, "ground.pmtiles"), box)
    archive(project / "ground.pmtiles", lon=120.0)
    with pytest.raises(OutputError, match="does not cover"):
        picture(asking(project, "ground.pmtiles"), box)
    (project / "ground.pmtiles").write_bytes(b"nothing of the kind" * 20)
    with pytest.raises(OutputError, match="cannot be read"):
        picture(asking(project, "ground.pmtiles"), box)
    (project / "ground.pmtiles").unlink()
    with pytest.raises(OutputError, match="cannot be read"):
        picture(asking(project, "ground.pmtiles"), box)
