"""The map in real Chromium with the network off."""

from __future__ import annotations

import base64
import gzip
import json
import re
from html import escape
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geo.cli import app
from geo.publish.look.style import by_value, legend
from geo.publish.look.themes import ParcelRules
from geo.publish.webmap.encode import exact, floats, geometry, numbers, varint
from geo.publish.webmap.map import OfflineMap, ParcelLayer, park_map
from geo.publish.webmap.packing import HOLE, table
from geo.publish.webmap.rules import rules
from geo.publish.webmap.spec import spec
from geo.run import Run
from geo.standards.codes_of_table import as_codes
from geo.standards.vocabulary import VERDICTS
from tests.browser import Page, choose_theme
from tests.test_topology import planted
from tests.waiting import page_until, settle


@pytest.fixture(scope="module")
def judged(demo):
    return gpd.read_parquet(demo / "outputs/tables/parcels.parquet")


def test_no_request_and_no_complaint(page, demo):
    assert page.requests == [(demo / "outputs/map.html").as_uri()]
    assert page.complaints == []


def test_the_canvas_holds_the_verdicts_colours(page):
    colours = page.page.evaluate(
        """() => { const c = document.querySelector('.mujun-canvas');
             const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
             const n = {};
             for (let i = 0; i < d.length; i += 4) if (d[i + 3] === 255) {
               const k = [d[i], d[i + 1], d[i + 2]].join();
               n[k] = (n[k] || 0) + 1; }
             return n; }"""
    )
    passed, failed = (0x74, 0xAB, 0xD3), (0xC9, 0x57, 0x3F)
    for colour in (passed, failed):
        assert colours[",".join(map(str, colour))] > 1000


@pytest.mark.parametrize("index", [1, 250, 1049])
def test_a_click_shows_the_right_parcels_figures(page, judged, demo, index):
    parcel = judged.iloc[index]
    text = page.click_parcel(index)
    assert parcel["parcel_id"] in text
    assert f"{parcel['area_mu']:,.2f}".rstrip("0").rstrip(".") in text
    verdicts = pd.read_parquet(demo / "outputs/tables/verdicts.parquet")
    own = verdicts[verdicts["subject_id"] == parcel["parcel_id"]]
    words = {"pass": "达标", "fail": "不达标", "no_data": "无法判定", "exempt": "不适用"}
    rules = page.page.locator("[data-rule]").evaluate_all(
        "l => l.map(r => [r.dataset.rule, r.querySelector('.mujun-badge').textContent])"
    )
    assert dict(rules) == {r: words[v] for r, v in zip(own["rule_id"], own["verdict"], strict=True)}
    assert len(rules) == len(own)
    assert "隆府办发〔2022〕58号" in page.page.inner_html(".mujun-card")


def test_the_card_says_the_grade_and_what_would_mend_a_failing_rule(page, judged, demo):
    """The same change that `explain` gives, and the grade of the enterprise on the parcel."""
    index = judged.index[judged["parcel_id"] == "SYN-01-0002"][0]
    page.click_parcel(int(index))
    card = page.page.locator(".mujun-card")
    assert "总产值 +603.07 万元，或退出用地 1.7231 亩" in card.inner_html()
    grades = pd.read_parquet(demo / "outputs/tables/grades.parquet").set_index("subject_id")
    own = grades.loc[judged.loc[index, "main_enterprise_id"]]
    badge = card.locator("[class*=mujun-grade-]").inner_text()
    assert badge == f"评价类别 {own['grade']}"
    text = card.locator("details", has_text="评价类别").first.inner_text()
    assert f"得分 {own['score']:,.2f}".rstrip("0").rstrip(".") in text
    assert f"位次 {own['rank']:.0f}/{own['of']:.0f}" in text


def test_the_card_gives_shares_and_what_they_lack_their_units(page, judged, demo):
    """R&D intensity 0.36% of 1%: the figure is per cent, its gap percentage points."""
    index = judged.index[judged["parcel_id"] == "SYN-02-0086"][0]
    assert "实际 0.36% · 要求 ≥ 1% · 差 0.64 个百分点" in page.click_parcel(int(index))


def test_control_lines_are_drawn_with_their_theme_only(page):
    drawn = ".leaflet-overlay-pane path[stroke='#b10026']"
    assert page.page.locator(drawn).count() == 0
    choose_theme(page.page, "管控线")
    assert page.page.locator(drawn).count() == 1
    legend = page.page.inner_text(".mujun-legend")
    for kind in ("生态保护红线", "永久基本农田", "城镇开发边界", "重点管控单元"):
        assert kind in legend
    choose_theme(page.page, "“标准地”综合判定")
    assert page.page.locator(drawn).count() == 0


def test_the_card_says_what_control_lines_ask_of_a_parcel(page, judged, demo):
    zones = pd.read_parquet(demo / "outputs/tables/zones.parquet")
    red = zones[(zones["subject"] == "parcel") & (zones["kind"] == "生态保护红线")].iloc[0]
    text = page.click_parcel(int(judged.index[judged["parcel_id"] == red["subject_id"]][0]))
    row = page.page.locator("[data-zone]", has_text="生态保护红线")
    shown = f"{red['share'] * 100:,.2f}".rstrip("0").rstrip(".")
    assert f"冲突 生态保护红线\n{shown}%" in row.inner_text()
    assert "生态保护红线" in text
    assert "生态保护红线占比" in page.page.locator(".mujun-card").text_content()
    row.locator("summary").click()
    assert "自然资发〔2022〕142号" in page.page.inner_text(".mujun-sources")
    assert "北山水源涵养区（合成）" in row.inner_text()


def test_the_park_card_sets_its_figures_beside_the_provinces(page):
    page.page.locator(".mujun-park").first.dispatch_event("click")
    text = page.page.inner_text(".mujun-card")
    assert "全省参评规上工业企业均值（2020年）" in text
    assert "/ 427.40 =" in text.replace("\xa0", " ")  # it stands on one line


def test_the_legend_counts_every_parcel_and_mu(page, judged):
    choose_theme(page.page, "“标准地”综合判定")
    rows = page.page.locator("button.mujun-class").all_inner_texts()
    shown = {r.split("\n")[0]: int(r.split("\n")[1].replace(",", "")) for r in rows}
    counts = judged["compliance"].value_counts()
    assert shown == {
        "达标": counts["pass"],
        "不达标": counts["fail"],
        "无法判定": counts["no_data"],
        "不适用": counts["exempt"],
    }
    total = page.page.inner_text(".mujun-total").replace(",", "").split()
    assert total[1:] == [str(len(judged)), f"{judged['area_mu'].sum():.0f}"]


def test_a_click_on_a_class_hides_it(page):
    choose_theme(page.page, "“标准地”综合判定")
    button = page.page.locator("button.mujun-class", has_text="不达标")
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert page.page.evaluate("[...mujunReady.layer.hidden].length") == 1
    button.click()
    assert page.page.evaluate("[...mujunReady.layer.hidden].length") == 0


def test_search_by_enterprise_opens_its_parcel(page, demo):
    rows = pd.read_parquet(demo / "outputs/tables/allocation.parquet")
    row = rows[(rows["year"] == 2023) & rows["parcel_id"].notna()].iloc[5]
    page.page.fill("#mujun-search", row["enterprise_id"].lower())
    page.page.press("#mujun-search", "Enter")
    assert row["parcel_id"] in page.page.inner_text(".mujun-card h2")


def test_the_language_switches_both_ways(page):
    page.page.click(".mujun-lang")
    assert "Land use" in page.page.inner_text(".mujun-themes")
    assert page.page.evaluate("document.documentElement.lang") == "en"
    page.page.click(".mujun-lang")
    assert "地类（用途）" in page.page.inner_text(".mujun-themes")


@pytest.mark.parametrize(
    ("theme", "marks"),
    [("lineage", 0), ("road_school_m", 4), ("raster_slope_mean", 0), ("amenities_15min", 10)],
)
def test_themes_of_the_land_and_what_is_drawn_over_them(page, theme, marks):
    """Facilities are drawn with the themes that measure to them, and go with them."""
    page.page.evaluate(
        """id => {
        const at = mujunReady.data.themes.findIndex(t => t.id === id);
        mujunReady.dispatch({type: 'theme', theme: at});
    }""",
        theme,
    )
    drawn = page.page.locator(".leaflet-marker-pane .mujun-symbol").count()
    expected = page.page.evaluate(
        "id => (mujunReady.data.overlays[id] ?? []).reduce((n, k) => n + k.points.length, 0)", theme
    )
    assert drawn == expected
    assert drawn >= marks if marks else drawn == 0
    page.page.evaluate("mujunReady.dispatch({type: 'theme', theme: 0})")
    assert page.page.locator(".leaflet-marker-pane .mujun-symbol").count() == 0


def test_defects_of_outlines_are_drawn_where_they_are(browser, tmp_path):
    parcels, park, said = planted(3)
    parcels.drop(columns="source_row").to_file(tmp_path / "parcels.gpkg")
    park.drop(columns="source_row").to_file(tmp_path / "parks.gpkg")
    (tmp_path / "mujun.toml").write_text(
        '[project]\nyear = 2023\n[layers.parks]\npath = "parks.gpkg"\n'
        '[layers.parcels]\npath = "parcels.gpkg"\n',
        encoding="utf-8",
    )
    assert CliRunner().invoke(app, ["run", "-q", "-p", str(tmp_path)]).exit_code == 0
    opened = Page(browser, tmp_path / "outputs/map.html")
    choose_theme(opened.page, "图形问题")
    legend = opened.page.inner_text(".mujun-legend")
    for word in ("重叠", "图形重复", "缝隙", "狭长缝隙", "图形自相交等", "尖锐角", "不在园区内"):
        assert word in legend
    lines = opened.page.evaluate("mujunReady.data.overlays.topology.map(k => k.lines.length)")
    # A void with holes would be several lines; none of these has one.
    assert sum(lines) == len(said)
    assert not opened.complaints


def test_the_page_itself_forbids_requests(page):
    """Whatever a script asked for, the browser refuses: not only because the network is off."""
    refused = page.page.evaluate("""() => new Promise((done) => {
        document.addEventListener("securitypolicyviolation", (e) => done(e.violatedDirective));
        fetch("http://127.0.0.1:9/x").catch(() => {});
        setTimeout(() => done("asked"), 3000);
    })""")
    page.complaints.clear()
    page.requests = page.requests[:1]
    assert refused == "connect-src"


def test_themes_stand_under_headings(page):
    page.page.click("#mujun-theme")
    groups = page.page.get_by_role("listbox").get_by_role("group").all()
    labels = [group.get_attribute("aria-label") for group in groups]
    page.page.keyboard.press("Escape")
    assert labels == ["结论", "土地", "设施与可达", "指标", "空间统计", "规则"]


def narrowed(page, demo):
    """Neither 达标 nor 无法判定, one land use, one park; what Python says is then in play."""
    opened = page.page
    opened.evaluate("""mujunReady.state.filters.forEach(({theme}) =>
        mujunReady.dispatch({type: "drop-filter", theme}))""")
    choose_theme(opened, "“标准地”综合判定")
    for word in ("达标", "无法判定"):
        opened.locator(".mujun-class", has=opened.locator(f"span:text-is('{word}')")).click()
    opened.click("text=设为筛选条件")
    choose_theme(opened, "地类（用途）")
    for row in opened.locator("button.mujun-class").all():
        if "100101" not in row.inner_text():
            row.click()
    opened.click("text=设为筛选条件")
    opened.select_option("#mujun-park-filter", label="隆昌示范园·南区（合成）")
    parcels = gpd.read_parquet(demo / "outputs/tables/parcels.parquet")
    return parcels[
        ~parcels["compliance"].isin(["pass", "no_data"])
        & (parcels["land_use"] == "100101")
        & (parcels["park_id"] == "SYN-02")
    ]


def test_filters_of_several_themes_and_a_park_combine(page, demo):
    wanted = narrowed(page, demo)
    opened = page.page
    chips = opened.locator(".mujun-marks .mujun-chip").all_inner_texts()
    assert [c.split("：")[0] for c in chips] == ["“标准地”综合判定", "地类（用途）", "园区"]
    total = opened.inner_text(".mujun-total").split()
    assert total[1:] == [f"{len(wanted):,}", f"{wanted['area_mu'].sum():,.0f}"]
    money = opened.locator(".mujun-sum").all_inner_texts()
    known = wanted["tax"].notna()
    assert f"税收 {wanted['tax'].sum():,.0f} 万元（{known.sum():,} 宗）" in money
    choose_theme(opened, "亩均税收")  # the filters stay with another theme
    assert opened.inner_text(".mujun-total").split()[1] == f"{len(wanted):,}"
    opened.locator(".mujun-chip").first.click()
    assert opened.locator(".mujun-chip").count() == 2
    assert int(opened.inner_text(".mujun-total").split()[1]) > len(wanted)
    opened.locator(".mujun-chip").first.click()
    opened.select_option("#mujun-park-filter", label="全部园区")
    assert opened.inner_text(".mujun-total").split()[1] == "1,050"


def test_the_list_sorts_zooms_and_saves_what_is_in_play(page, demo, tmp_path):
    wanted = narrowed(page, demo)
    opened = page.page
    choose_theme(opened, "亩均税收")
    opened.click("text=列表")
    ids = opened.locator(".mujun-list tbody th").all_inner_texts()
    order = wanted.sort_values("tax_per_mu", ascending=False, kind="stable")["parcel_id"].tolist()
    assert ids == order[:300]
    with opened.expect_download() as saved:
        opened.click("text=导出 CSV")
    saved.value.save_as(tmp_path / "list.csv")
    lines = (tmp_path / "list.csv").read_text("utf-8-sig").splitlines()
    marks = next(k for k, text in enumerate(lines) if text.startswith("宗地,"))
    assert "合成" in lines[0]
    assert "不达标" in "".join(lines[1:marks])
    assert "亩均税收" in saved.value.suggested_filename
    assert "不达标" in saved.value.suggested_filename
    table = pd.read_csv(tmp_path / "list.csv", skiprows=marks)
    assert table["宗地"].tolist() == order
    own = wanted.set_index("parcel_id").loc[order, "compliance"]
    assert table["“标准地”综合判定"].tolist() == [VERDICTS[verdict].zh for verdict in own]
    assert set(table["园区"]) == {"隆昌示范园·南区（合成）"}
    assert table.columns.is_unique
    assert table["亩均税收（万元/亩）"].to_numpy() == pytest.approx(
        wanted.set_index("parcel_id").loc[order, "tax_per_mu"].to_numpy(), rel=1e-6, nan_ok=True
    )
    opened.locator(".mujun-link").first.click()
    assert order[0] in opened.inner_text(".mujun-card h2")
    for _ in range(2):
        opened.locator(".mujun-chip").first.click()
    opened.select_option("#mujun-park-filter", label="全部园区")
    opened.keyboard.press("Escape")


VIEW = """() => {
    const {dispatch, data, map} = mujunReady;
    const theme = (id) => data.themes.findIndex((t) => t.id === id);
    const rule = data.rules.findIndex((r) => r.id.endsWith("/output"));
    for (const action of [
        {type: "only-class", theme: theme("compliance"), code: 1},
        {type: "area", side: 0, value: 3},
        {type: "try", subject: `rule:${rule}`}, {type: "try-bar", side: "lowBy", value: 10},
        {type: "theme", theme: theme("tax_per_mu")},
        {type: "look", look: {method: "natural", year: 2021}}, {type: "toggle-class", code: 1},
        {type: "park", park: "SYN-04"}, {type: "open", card: {kind: "list"}},
        {type: "switch-language"}]) dispatch(action);
    map.setView([29.3661, 105.2853], 15.5, {animate: false});
}"""
SHOWN = """() => [mujunReady.map.getZoom(), document.documentElement.lang,
    ...[".mujun-legend", ".mujun-marks", ".mujun-card", "#mujun-year"].map((name) => {
        const node = document.querySelector(name);
        return node.value ?? node.innerText;
    }), mujunReady.now.compliance.join("")]"""


def test_a_view_is_reopened_from_its_address_with_all_that_it_shows(browser, demo):
    """Counts, sums, list, marks, trial, year, language; what is not there is said, never an error."""
    first = Page(browser, demo / "outputs/map.html")
    assert "#" not in first.page.url  # nothing until somebody moves
    first.page.evaluate(VIEW)
    page_until(first.page, "location.hash.startsWith('#v1=')")
    shown = first.page.evaluate(SHOWN)
    assert "On trial" in shown[3]
    assert "Year: 2021" in shown[3]
    first.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    first.page.click("#mujun-link")
    first.page.wait_for_selector(".mujun-copied")
    shared = first.page.evaluate("navigator.clipboard.readText()")
    assert shared == first.page.url
    assert first.complaints == []
    second = browser.new_context(offline=True, viewport={"width": 1400, "height": 860}).new_page()
    second.goto(shared)
    page_until(second, "'mujunReady' in window")
    assert second.evaluate(SHOWN) == shown
    assert second.locator(".mujun-lost").count() == 0
    for odd in ("#99/x/<img src=x>/y/z", "#v1=!!", "#v1=bnVsbA", "#v1=e30"):
        second.evaluate("hash => { location.hash = hash; }", odd)
    settle(second)
    hostile = {"theme": {"id": "<img src=x onerror=alert(1)>"}, "park": "SYN-02", "lang": "zh"}
    packed = base64.urlsafe_b64encode(json.dumps(hostile).encode()).decode().rstrip("=")
    second.evaluate("hash => { location.hash = hash; }", f"#v1={packed}")
    second.wait_for_selector(".mujun-lost")
    assert f"已略去：专题 {hostile['theme']['id']}" in second.inner_text(".mujun-lost")
    assert second.evaluate("mujunReady.state.park") == "SYN-02"
    second.evaluate("location.hash = '#15.5/29.36610/105.28530/tax_per_mu/SYN-04'")  # as it was
    page_until(second, "mujunReady.state.park === 'SYN-04'")
    assert second.input_value("#mujun-theme") == "亩均税收"
    second.context.close()
    first.context.close()


def test_synthetic_data_says_so_and_a_park_opens(page):
    assert "合成" in page.page.inner_text(".mujun-synthetic")
    page.page.evaluate("mujunReady.map.setZoom(13, {animate: false})")
    page.page.locator(".mujun-park", has_text="东区").first.dispatch_event("click")
    card = page.page.inner_text(".mujun-card")
    assert "亩均营业收入" in card
    assert "年均增长" in card
    targets = page.page.locator(".mujun-card summary .mujun-badge").all_inner_texts()
    assert targets == ["已达到"] * 4
    facilities = page.page.locator(".mujun-card td .mujun-badge").all_inner_texts()
    assert facilities[:3] == ["已有", "规划在建", "已有"]  # power, gas, water, as in the table
    assert "服务半径内 100%" in card
    assert "一、（二）发展目标" in page.page.inner_html(".mujun-card")


def test_a_phones_screen_keeps_its_width(browser, demo):
    small = Page(browser, demo / "outputs/map.html", viewport={"width": 390, "height": 800})
    assert small.page.evaluate("document.documentElement.scrollWidth") == 390
    shown = small.page.evaluate(
        """() => { const {map, data} = mujunReady;
             const [a, b] = data.extent.map((c) => map.latLngToContainerPoint(c));
             return [b.x - a.x, Math.min(a.y, b.y),
                     Math.max(a.y, b.y),
                     document.querySelector('.mujun-board').getBoundingClientRect().bottom,
                     document.querySelector('.mujun-panel').getBoundingClientRect().top]; }"""
    )
    assert shown[0] > 150  # the parks fill the screen's width, between figures and panel
    assert shown[3] <= shown[1] < shown[2] <= shown[4]
    assert shown[4] - shown[3] >= 400  # half of the screen is map
    small.click_parcel(3)
    assert small.complaints == []
    small.context.close()


HOSTILE = '</script><img src=x onerror="window.hacked=1">\'`${1}'


def test_hostile_text_stays_text(browser, project):
    table = pd.read_csv(project / "enterprises.csv")
    table["name"] = HOSTILE
    table.to_csv(project / "enterprises.csv", index=False)
    parcels = gpd.read_file(project / "parcels.gpkg").assign(
        parcel_id=["A", "B", "C", HOSTILE], land_use=HOSTILE
    )
    parcels.to_file(project / "parcels.gpkg", layer="parcels")
    parks = gpd.read_file(project / "parks.gpkg").assign(name=HOSTILE)
    parks.to_file(project / "parks.gpkg", layer="parks")
    toml = project / "mujun.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8").replace("测试", escape(HOSTILE)).replace("&quot;", "'"),
        encoding="utf-8",
    )
    assert CliRunner().invoke(app, ["run", "-q", "-p", str(project)]).exit_code == 0
    opened = Page(browser, project / "outputs/map.html")
    assert HOSTILE in opened.click_parcel(3)
    assert HOSTILE in opened.click_parcel(0)
    settle(opened.page)
    assert opened.page.evaluate("window.hacked") is None
    assert len(opened.requests) == 1
    assert opened.complaints == []
    opened.context.close()


def test_a_layer_of_ones_own_on_an_offline_map(browser, tmp_path):
    ring = shapely.box(105, 29, 105.01, 29.01) - shapely.box(105.004, 29.004, 105.006, 29.006)
    frame = gpd.GeoDataFrame(
        {"id": ["ring", "pair"]},
        crs=4490,
        geometry=[
            ring,
            shapely.MultiPolygon(
                [shapely.box(105.02, 29, 105.025, 29.01), shapely.box(105.03, 29, 105.035, 29.01)]
            ),
        ],
    )
    values = pd.Series([1.0, 2.0])
    page = OfflineMap(location=[29.005, 105.015], zoom_start=13)
    page.add_child(ParcelLayer(frame, label="id", area_mu=values))
    page.save(str(tmp_path / "own.html"))
    text = (tmp_path / "own.html").read_text("utf-8")
    assert not re.search(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="(?!data:)', text)
    opened = Page(browser, tmp_path / "own.html")
    hits = opened.page.evaluate(
        """() => [[29.002, 105.002], [29.005, 105.005], [29.005, 105.0325], [29.005, 105.0275]]
             .map(([lat, lng]) => mujunReady.layer.at({lat, lng}))"""
    )
    assert hits == [0, -1, 1, -1]
    opened.context.close()


def test_the_map_shows_in_a_notebook(browser, demo, tmp_path):
    """As Jupyter and VS Code show it: `_repr_html_` in a page of theirs, in a frame."""
    shown = park_map(Run.load(demo / "outputs"))._repr_html_()
    (tmp_path / "cell.html").write_text(f"<!DOCTYPE html><meta charset=utf-8>{shown}", "utf-8")
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 800})
    tab, said = context.new_page(), []
    tab.on("console", lambda m: said.append(m.text))
    tab.on("pageerror", lambda e: said.append(str(e)))
    tab.goto((tmp_path / "cell.html").as_uri())
    frame = tab.frames[1]
    frame.wait_for_selector(".mujun-legend .mujun-total")
    choose_theme(frame, "亩均税收")
    frame.evaluate("mujunReady.map.setZoom(16, {animate: false})")
    assert frame.inner_text(".mujun-total").split()[1] == "1,050"
    assert said == []
    context.close()


def test_vertices_are_within_a_centimetre_and_areas_within_a_millionth(page, demo):
    """All vertices of the page, read back to degrees, against the input; areas on the ellipsoid."""
    x, y, starts = page.page.evaluate("""() => { const {x, y, vertexStart} = mujunReady.layer.shape;
        return [[...x], [...y], [...vertexStart]]; }""")
    lon = (np.array(x) - 0.5) * 360
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * np.array(y)))))
    parcels = gpd.read_parquet(demo / "outputs/tables/parcels.parquet").to_crs(4490)
    rings = shapely.get_rings(shapely.get_parts(parcels.geometry.array))
    given_ = [shapely.get_coordinates(ring)[:-1] for ring in rings]
    wanted = np.concatenate(given_)
    geod = pyproj.Geod(a=6378137, rf=298.257222101)
    metres = geod.inv(lon, lat, wanted[:, 0], wanted[:, 1])[2]
    assert np.max(metres) < 0.0001
    for k in range(0, len(given_), 7):
        own = slice(starts[k], starts[k + 1])
        area = geod.polygon_area_perimeter(lon[own], lat[own])[0]
        assert area == pytest.approx(geod.polygon_area_perimeter(*given_[k].T)[0], rel=1e-6)


@given(st.lists(st.integers(0, 2**60), max_size=50))
def test_varints_read_back(values):
    raw, out, value, shift = varint(np.array(values, dtype=np.uint64)), [], 0, 0
    for byte in raw:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            out.append(value)
            value, shift = 0, 0
    assert out == values


@given(
    st.lists(
        st.one_of(
            st.none(),
            st.floats(-(2.0**40), 2.0**40, width=32),
            st.decimals(-(10**6), 10**6, places=3).map(float),
        ),
        max_size=40,
    )
)
def test_columns_read_back(values):
    """Floats of any kind, as the client takes them apart: whole numbers or planes of bytes."""
    for made in (floats(values), exact(values)):
        raw = gzip.decompress(table({"v": made}))
        size = int.from_bytes(raw[:4], "little")
        kind, first, length, decimals = json.loads(raw[4 : 4 + size])["v"]["$"]
        dtype = np.dtype("<i4" if decimals >= 0 else f"<{kind}")
        planes = np.frombuffer(raw[4 + size + first :], np.uint8).reshape(dtype.itemsize, length)
        back = planes.T.copy().view(dtype).ravel()
        if decimals >= 0:
            back = np.where(back == HOLE, np.nan, back / 10.0**decimals).astype(kind)
        assert np.array_equal(back, made, equal_nan=True)


def test_shapes_of_every_kind_keep_their_polygons():
    """Holes, parts, a collection with a stray line, an empty one: rings a shape."""
    box = shapely.box(105, 29, 105.01, 29.01)
    shapes = [
        box,
        box - shapely.box(105.004, 29.004, 105.006, 29.006),
        shapely.MultiPolygon([box, shapely.box(105.02, 29, 105.03, 29.01)]),
        shapely.GeometryCollection([shapely.LineString([(0, 0), (1, 1)]), box]),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.Polygon(),
    ]
    raw = gzip.decompress(geometry(gpd.GeoSeries(shapes, crs=4490)))
    assert list(raw[:7]) == [10, 1, 2, 2, 1, 0, 0]
    assert list(raw[7:13]) == [4] * 6


def test_numbers_keep_six_digits_and_holes():
    assert numbers([1234567.891, 0.000123456789, None, 0.0, -8.5]) == [
        1234568.0,
        0.000123457,
        None,
        0.0,
        -8.5,
    ]


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=60))
def test_classes_count_every_parcel_once_and_ties_stay_together(values):
    series = pd.Series(values, dtype=float)
    from geo.text import Text

    theme = by_value("x", Text("x", "x"), series, Text("", ""))
    table = legend(theme, pd.Series(1.0, index=series.index))
    assert table["parcels"].sum() == len(values)
    assert table["parcels"].iloc[-1] == series.isna().sum()
    assert series.groupby(series).apply(lambda same: len(set(theme.codes[same.index])) == 1).all()


def test_each_parcel_finds_what_each_rule_says_of_it():
    """Parcels in another order, one of which no rule is about: what rules say is laid out by id."""
    judged = pd.DataFrame(
        {
            "subject": "parcel",
            "rule_id": ["b", "b", "a", "b"],
            "subject_id": ["2", "1", "3", "9"],
            "mandatory": True,
            "verdict": ["pass", "fail", "no_data", "pass"],
            "reason": ["", "", "input_missing", ""],
            "value": [2.0, 1.0, np.nan, 9.0],
        }
    )
    parcels = pd.DataFrame({"parcel_id": ["1", "2", "3", "4"]})
    found = ParcelRules(SimpleNamespace(verdict_codes=as_codes(judged), parcels=parcels))
    by_id = {rule.id: rule for rule in found.rules}
    words = list(VERDICTS)
    said = {name: [words[v] for v in found.verdicts(rule)] for name, rule in by_id.items()}
    assert said == {
        "b": ["fail", "pass", "exempt", "exempt"],
        "a": ["exempt", "exempt", "no_data", "exempt"],
    }
    values = found.laid_out(by_id["b"], by_id["b"].value, np.nan)
    assert np.array_equal(values, [1, 2, np.nan, np.nan], equal_nan=True)


def test_the_gap_that_the_client_works_out_is_the_one_judged(demo):
    """It is not sent: value and bar give it, unless the rule is not for the parcel."""
    run = Run.load(demo / "outputs")
    judged = run.verdicts[run.verdicts["subject"] == "parcel"]
    gaps = judged.pivot(index="subject_id", columns="rule_id", values="gap")
    outside = [spec()["reasons"][name] for name in spec()["outside"]]
    for rule in rules(run):
        value, low, high = (np.asarray(rule[name]) for name in ("value", "low", "high"))
        gap = np.round(np.fmin(value - low, high - value) * 1e9) / 1e9
        gap[np.isin(rule["reason"], outside)] = np.nan
        wanted = gaps[rule["id"]].reindex(run.parcels["parcel_id"]).to_numpy(float)
        assert np.array_equal(gap, wanted, equal_nan=True), rule["id"]


def test_what_the_data_says_is_no_template():
    """A payload goes into the page as it stands: braces of a name are not run."""
    layer = ParcelLayer(
        gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=4326).assign(id="1"),
        label="id",
        area_mu=pd.Series([1.0]),
    )
    layer.table = "{{ 7 * 7 }} {% raw %}"
    shown = OfflineMap(location=[0, 0])
    shown.add_child(layer)
    assert "{{ 7 * 7 }} {% raw %}</script>" in shown.get_root().render()
