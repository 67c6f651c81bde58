"""What is drawn on the map itself: the quiet ground, palettes without colour, labels, paper."""

from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo import findings
from geo.checks.geometry import check_geometry
from geo.checks.schema import check_cells
from geo.land.ground import AROUND_M, check_ground, ground_layers
from geo.model import LAYERS
from geo.publish.look.style import hatches, palette
from geo.publish.look.themes import themes
from geo.publish.webmap import backdrop as packing
from geo.run import Run
from tests.browser import Page
from tests.saying import spoken
from tests.waiting import page_until

PLANE = 4544
# Machado, Oliveira, Fernandes 2009, severity 1: linear RGB as protanopes, deuteranopes and
# tritanopes see it.
SEEN = {
    "all": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.3039],
    ],
}
XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]


def lab(color, seen):
    """CIELAB of a colour as such eyes see it."""
    srgb = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    x, y, z = np.cbrt(XYZ @ np.clip(np.array(seen) @ linear, 1e-6, 1) / [0.9505, 1, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("name", ["verdict", "grade", "control"])
def test_classes_stay_apart_for_all_eyes_and_on_grey_paper(name):
    """ΔE over 12 between any two; what judges for and against differs in grey or by a pattern."""
    colors, patterns = palette()[name], palette()["hatch"][name]
    for seen in SEEN.values():
        for one, other in combinations(colors, 2):
            assert np.linalg.norm(lab(colors[one], seen) - lab(colors[other], seen)) > 12
    good, bad = {
        "verdict": ("pass", "fail"),
        "grade": ("A", "D"),
        "control": ("clear", "conflict"),
    }[name]
    grey = abs(lab(colors[good], np.eye(3))[0] - lab(colors[bad], np.eye(3))[0])
    assert bad in patterns
    assert name == "grade" or grey > 15


def test_every_class_of_one_colour_has_a_pattern_of_its_own(demo):
    """一/二/三类工业 have one official colour: the map and the paper tell them apart by pattern."""
    for theme in themes(Run.load(demo / "outputs")):
        if theme.id == "land_use":
            looks = list(zip(theme.colors, hatches(theme), strict=True))
            assert len(set(looks)) == len(looks) > len(set(theme.colors))


def line(*points):
    return shapely.LineString([(500_000 + x, 3_300_000 + y) for x, y in points])


def test_rows_that_cannot_be_drawn_are_findings_with_place_reason_and_mend():
    point, path = shapely.Point(0, 0), line((0, 0), (9, 9))
    places = layer([("甲村", None), (None, point), ("乙村", path), ("丙村", point)], "name")
    places["source_row"] = [1, 2, 3, 4]
    found = findings.gather_findings(
        [check_geometry(places, "places"), check_cells(places, LAYERS["places"])]
    )
    told = spoken(found).set_index("row")
    assert told["code"].to_dict() == {1: "no_geometry", 3: "wrong_geometry_type", 2: "missing"}
    assert told["set_aside"].all()
    assert told.loc[3, ["message_zh", "mend_zh"]].tolist() == [
        "图形类型是LineString，应为点或面",
        "改用点或面图层",
    ]
    waters = layer([("河", path), (None, path), ("井", point)], "name")
    waters["source_row"] = [1, 2, 3]
    wrong = check_geometry(waters, "waters")
    assert (wrong["row"].tolist(), wrong["id"].tolist()) == ([3], ["井"])
    assert check_cells(waters, LAYERS["waters"]).empty  # a water needs no name


def layer(rows, *columns):
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=[*columns, "geometry"]), crs=PLANE)


def box(x0, y0, x1, y1):
    return shapely.box(500_000 + x0, 3_300_000 + y0, 500_000 + x1, 3_300_000 + y1)


PARKS = layer([("a", box(0, 0, 1000, 1000))], "park_id")


def packed_of(layers):
    """What a page is told of the ground, and the ground."""
    made = ground_layers(PARKS, layers, PLANE)
    return packing.backdrop(SimpleNamespace(**made)), SimpleNamespace(**made)


def test_the_ground_is_the_roads_about_the_parks_and_fits_its_room(monkeypatch):
    roads = layer(
        [
            ("横路", line((-9000, 500), (9000, 500))),
            (None, line((0, 0), (0, 50))),
            ("远路", line((9e4, 0), (9e4, 9))),
        ],
        "name",
    )
    packed, made = packed_of({"roads": roads})
    ground = made.ground
    # The first road is cut 3 km beyond both sides of the park's 1 km; the third is far away.
    assert ground["name"].tolist() == ["横路", ""]
    assert ground.length.tolist() == pytest.approx([1000 + 2 * AROUND_M, 50])
    lon, lat = np.cumsum(packed["lon"]) / 1e6, np.cumsum(packed["lat"]) / 1e6
    true = shapely.get_coordinates(ground.to_crs(4326).geometry)
    assert np.c_[lon, lat] == pytest.approx(true, abs=6e-7)
    assert packed["start"].tolist() == [0, 2, 4]
    assert [packed["names"][at] for at in packed["name"]] == ["横路", ""]
    monkeypatch.setattr(packing, "MOST_VERTICES", 3)
    cut = packing.backdrop(made)
    assert (cut["names"], cut["total"]) == (["横路"], 2)  # the longest stays, and all are counted
    nothing, none = packed_of({})
    assert nothing is None
    assert [len(one) for one in vars(none).values()] == [0, 0, 0]


def test_waters_are_lines_and_areas_cut_around_the_parks_with_their_islands():
    lake = box(-500, 2000, 1500, 9000) - box(0, 2500, 100, 2600)
    waters = layer(
        [
            ("长河", box(-9000, -120, 9000, -80)),
            ("溪", line((-9000, 1500), (9000, 1500))),
            ("湖", lake),
            ("远湖", box(9e4, 0, 9.1e4, 1000)),
            (None, line((0, -50), (400, -50))),
        ],
        "name",
    )
    packed, made = packed_of({"waters": waters})
    assert made.ground[["kind", "name"]].to_numpy().tolist() == [["water", "溪"], ["water", ""]]
    assert made.ground.length.tolist() == pytest.approx([7000, 400])
    # 40 m of river over the 7 km; the lake ends 3 km above the park, less its island of a hectare.
    assert made.water_areas["name"].tolist() == ["长河", "湖"]
    assert made.water_areas.area.tolist() == pytest.approx([7000 * 40, 2000 * 2000 - 10_000])
    # Two lines, then each shore with its islands behind it.
    assert packed["kind"].tolist() == [packing.WATER, packing.WATER, *[packing.SHORE] * 2, 3]
    # The river's name stands along its shore, the lake's at a point of its own.
    named = [packed["names"][at] for at in packed["name"]]
    assert named == ["溪", "", "长河", "", ""]
    assert [packed["names"][at] for at in packed["place_name"]] == ["湖"]
    assert (packed["level"].tolist(), packed["total"]) == ([-1], 4)
    spot = np.r_[packed["place_lon"], packed["place_lat"]] / 1e6
    inside = shapely.contains(made.water_areas.to_crs(4326).geometry.iloc[1], shapely.Point(*spot))
    assert inside
    room = packed["room"][0] / 1e6 * 111_000
    assert room == pytest.approx(1998, rel=0.1)  # the root of its area: degrees are no squares


def test_place_names_are_the_largest_around_the_parks_each_by_a_point(monkeypatch):
    places = layer(
        [
            ("甲村", "村", shapely.Point(500_100, 3_300_100)),
            ("乙县", None, box(200, 200, 400, 400)),
            ("丙\n镇", "乡镇", shapely.MultiPoint([(500_000, 3_303_999)])),
            ("远村", "村", shapely.Point(500_000, 3_304_001)),
            ("某" * 60, "景点", shapely.Point(500_500, 3_300_500)),
        ],
        "name",
        "level",
    )
    packed, made = packed_of({"places": places})
    assert made.place_names["level"].tolist() == ["village", "county", "town", "other"]
    assert made.place_names.geom_type.unique().tolist() == ["Point"]
    assert [packed["names"][at] for at in packed["place_name"]] == [
        *("乙县", "丙 镇", "甲村"),
        "某" * 39 + "…",
    ]
    assert packed["level"].tolist() == [1, 2, 3, 4]
    lon, lat = np.cumsum(packed["place_lon"]) / 1e6, np.cumsum(packed["place_lat"]) / 1e6
    true = shapely.get_coordinates(made.place_names.to_crs(4326).geometry)[[1, 2, 0, 3]]
    assert np.c_[lon, lat] == pytest.approx(true, abs=6e-7)
    monkeypatch.setattr(packing, "MOST_NAMES", 2)
    assert packing.backdrop(made)["level"].tolist() == [1, 2]


def test_what_maps_cannot_draw_of_the_ground_is_told():
    far = layer([("远", shapely.Point(0, 0))], "name")
    waters = layer([("河", line((0, 0), (9, 9))), (None, line((0, 0), (9, 0)))], "name")
    layers = {"parks": PARKS, "waters": waters, "places": far}
    found = spoken(check_ground(layers, PLANE)).set_index("code")
    assert found.loc["not_near", "layer"] == "places"
    assert "坐标系" in found.loc["not_near", "mend_zh"]
    assert found.loc["without_name", "message_zh"].startswith("1行没有名称")
    near = layer([("河口", "景点", shapely.Point(500_000, 3_300_000))], "name", "level")
    odd = spoken(check_ground({"parks": PARKS, "places": near}, PLANE))
    assert odd["code"].tolist() == ["level_unknown"]
    assert "景点" in odd["message_zh"][0]
    assert check_ground({"parks": PARKS}, PLANE).empty


GROUND_AT = """([lat, lng]) => {
    const {map} = mujunReady;
    const canvas = map.getPane("mujun-ground").querySelector("canvas");
    const [on, all] = [canvas.getBoundingClientRect(), map.getContainer().getBoundingClientRect()];
    const at = map.latLngToContainerPoint([lat, lng]);
    const x = ((at.x + all.left - on.left) * canvas.width) / on.width;
    const y = ((at.y + all.top - on.top) * canvas.height) / on.height;
    return [...canvas.getContext("2d").getImageData(x, y, 1, 1).data]; }"""
"""The colour of the ground at a place."""

NAMES_APART = """() => {
    const {map, layer} = mujunReady;
    const rects = layer.placing.taken();
    const spans = [...map.getContainer().querySelectorAll(".mujun-park span")].length;
    const meet = (a, b) => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
    const met = rects.flatMap((a, k) => rects.slice(k + 1).filter((b) => meet(a, b)));
    return [spans, rects.length, met.length]; }"""
"""How many parks have names, how many names stand there before places', and how many meet."""


def test_the_river_is_under_the_parcels_in_both_schemes_on_a_phone_too(browser, demo):
    waters = gpd.read_file(demo / "layers/waters.gpkg")
    lake = waters.loc[waters["name"] == "合成水库"].to_crs(4326).geometry.iloc[0]
    middle = shapely.get_point(shapely.maximum_inscribed_circle(lake.buffer(-0.001)), 0)
    place = [middle.y, middle.x]
    for scheme, color in (("light", "c3d8e4"), ("dark", "1d3444")):
        opened = Page(
            browser,
            demo / "outputs/map.html",
            viewport={"width": 390, "height": 844},
            color_scheme=scheme,
        )
        parks, names, met = opened.page.evaluate(NAMES_APART)
        assert (parks, met) == (4, 0)
        assert names > parks  # the river and its streams
        opened.page.evaluate("p => mujunReady.map.setView(p, 15, {animate: false})", place)
        seen = opened.page.evaluate(GROUND_AT, place)
        assert seen == [*bytes.fromhex(color), 255]
        assert opened.complaints == []
        opened.context.close()


def test_the_map_itself_on_an_office_screen(browser, demo):
    """Labels take no clicks beside their text; a park comes into view, and all come back."""
    opened = Page(browser, demo / "outputs/map.html", viewport={"width": 1366, "height": 596})
    page = opened.page
    label = page.locator(".mujun-park span").first.bounding_box()
    beside = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).className",
        [label["x"] + label["width"] + 60, label["y"] + label["height"] + 10],
    )
    assert "mujun-park" not in str(beside)
    assert page.locator(".mujun-park span").all_inner_texts() == ["东区", "南区", "西区", "北区"]

    def spans():
        return page.evaluate(
            """() => { const {map, data} = mujunReady;
                const size = map.getSize();
                return data.parks.map(p => p.rings.flat().every(q => {
                    const at = map.latLngToContainerPoint(q);
                    return at.x > 0 && at.y > 0 && at.x < size.x && at.y < size.y; })); }"""
        )

    assert spans() == [True] * 4
    near = page.evaluate("mujunReady.map.getZoom()")
    page.evaluate("mujunReady.dispatch({type: 'park', park: mujunReady.data.parks[1].id})")
    assert spans()[1]
    assert page.evaluate("mujunReady.map.getZoom()") > near
    # What is filtered stays pale: the canvas has the pale colour, and nothing is hit there.
    other = page.evaluate(
        """() => { const {layer, inPlay} = mujunReady;
            const i = inPlay.indexOf(0);
            return [layer.at(layer.bounds(i).getCenter()), layer.pale]; }"""
    )
    assert other == [-1, "#dfe2df"]
    page.evaluate("mujunReady.map.setView([29.2, 105.05], 17, {animate: false})")
    page.click(".mujun-void button")
    assert spans() == [True] * 4
    assert page.locator(".mujun-void").count() == 0
    # The figure under the pointer has its unit, its class and the enterprise.
    at = page.evaluate(
        """() => { const {map, layer, data, dispatch} = mujunReady;
            dispatch({type: "park", park: ""});
            dispatch({type: "theme", theme: data.themes.findIndex(t => t.id === "tax_per_mu")});
            const tax = data.columns.find(c => c.name === "tax_per_mu").values;
            const i = tax.findIndex((v, k) => v > 0 && layer.names(k)[1]);
            map.fitBounds(layer.bounds(i).pad(1), {animate: false});
            const p = map.latLngToContainerPoint(layer.bounds(i).getCenter());
            return [p.x, p.y, data.ids[i], tax[i], layer.names(i)[1]]; }"""
    )
    page.mouse.move(at[0], at[1])
    tip = page.inner_text(".mujun-tip").split("\n")
    assert at[2] in tip[0]
    assert f"亩均税收：{round(at[3], 2):g}" in tip[1].replace(",", "")
    assert "万元/亩（" in tip[1]
    assert tip[2] == at[4]
    # A switch of light and dark that the browser keeps.
    assert page.evaluate("document.documentElement.dataset.scheme") == "light"
    page.click("#mujun-scheme")
    page.click("#mujun-scheme")
    page.reload()
    page_until(page, "'mujunReady' in window")
    assert page.evaluate("document.documentElement.dataset.scheme") == "dark"
    # Whatever prints is the sheet: one page of its size, of the park that is chosen.
    page.evaluate("mujunReady.dispatch({type: 'park', park: mujunReady.data.parks[1].id})")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    sheet = page.locator("canvas.mujun-sheet")
    assert sheet.get_attribute("data-scale") in ("12500", "15000", "20000")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert sheet.count() == 0
    assert opened.complaints == []
    opened.context.close()
