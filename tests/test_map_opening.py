"""What a page of the map shows where it does not open: in an old browser, after an error, in time."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.publish.webmap.map import OfflineMap, ParcelLayer
from tests.browser import Page

CASES = [
    ("delete window.DecompressionStream", "这个浏览器太旧"),
    ("delete Element.prototype.replaceChildren", "这个浏览器太旧"),
    (
        "Object.defineProperty(window, 'L', {set() { throw Error('<b>no</b>'); }})",
        "<b>no</b>",
    ),
    (
        """window.DecompressionStream = class {
             readable = new ReadableStream(); writable = new WritableStream(); }""",
        "15 秒仍未打开",
    ),
]
"""Run before the page, and what it then says."""


@pytest.fixture(scope="module")
def small_page(tmp_path_factory):
    made = OfflineMap(location=[29.005, 105.005], zoom_start=14)
    parcel = gpd.GeoDataFrame(
        {"id": ["A"]}, geometry=[shapely.box(105, 29, 105.01, 29.01)], crs=4490
    )
    made.add_child(ParcelLayer(parcel, label="id", area_mu=pd.Series([1.0])))
    file = tmp_path_factory.mktemp("opening") / "map.html"
    made.save(str(file))
    return file


@pytest.mark.parametrize(("first", "sentence"), CASES)
def test_a_page_that_does_not_open_says_which_browsers_do(browser, small_page, first, sentence):
    context = browser.new_context(offline=True, viewport={"width": 683, "height": 298})
    tab = context.new_page()
    tab.clock.install()
    tab.add_init_script(first)
    tab.goto(small_page.as_uri())
    tab.clock.fast_forward(16_000)
    tab.wait_for_selector("#mujun-floor")
    shown = tab.inner_text("#mujun-floor")
    assert sentence in shown
    assert "Chrome、Edge 86" in shown
    assert "Chrome and Edge 86" in shown
    assert tab.locator("#mujun-floor b").count() == 0
    box = tab.locator("#mujun-floor").bounding_box()
    assert min(box["x"], box["y"]) >= 0
    assert box["y"] + box["height"] <= 298
    context.close()


def test_a_page_that_opens_says_nothing_of_it(browser, small_page):
    opened = Page(browser, small_page)
    opened.page.evaluate("new Promise((done) => { mujunFloor.wait(0); setTimeout(done, 0); })")
    assert opened.page.locator("#mujun-floor").count() == 0
    assert opened.complaints == []
    viewport = opened.page.get_attribute("meta[name=viewport]", "content")
    assert viewport == "width=device-width, initial-scale=1"
    opened.context.close()
    bare = browser.new_context(offline=True, java_script_enabled=False)
    tab = bare.new_page()
    tab.goto(small_page.as_uri())
    assert "允许本页运行脚本" in tab.locator("noscript").inner_text()
    bare.close()
