"""The map's controls used in real Chromium, offline, their effect against numbers from Python."""

from __future__ import annotations

import re
import warnings

import numpy as np
import openpyxl
import pandas as pd
import pyproj
import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning

from geo.publish.look.classify import readable_edges
from tests.browser import choose_theme, legend, open_parcel
from tests.waiting import page_until

GEOD = pyproj.Geod(a=6378137, rf=298.257222101)


@pytest.fixture
def opened(page):
    """The page as it was opened: first theme, no filter, no card."""
    page.page.evaluate("""() => {
        const {state, dispatch, measure, map, data} = mujunReady;
        state.filters.forEach(({theme}) => dispatch({type: "drop-filter", theme}));
        for (const action of [{type: "swipe", on: false}, {type: "any-area"},
                              {type: "park", park: ""}, {type: "theme", theme: 0},
                              {type: "look", look: {method: "quantile", year: null}},
                              {type: "close"}]) dispatch(action);
        measure.clear();
        map.fitBounds(data.extent, {animate: false, paddingTopLeft: [340, 20]});
    }""")
    yield page.page
    assert page.complaints == []


def classed(values, edges, mu):
    """Parcels and 亩 of each class of figures, as the page holds them (32 bits)."""
    values = values.to_numpy(np.float32).astype(float)
    codes = np.searchsorted(edges, values, side="right")
    codes[np.isnan(values)] = len(edges) + 1
    return {
        (int((codes == k).sum()), round(mu[codes == k].sum()))
        for k in range(len(edges) + 2)
        if (codes == k).any()
    }


@pytest.mark.parametrize("method", ["equal", "limits", "natural"])
def test_classes_of_a_figure_count_what_python_counts(opened, run, method):
    choose_theme(opened, "亩均税收")
    opened.select_option("#mujun-method", method)
    values, mu = run.parcels["tax_per_mu"], run.parcels["area_mu"].to_numpy()
    edges = {
        "equal": readable_edges(values, "equal_interval", 5),
        "limits": [8.0],
        "natural": opened.evaluate("mujunReady.view.edges"),
    }[method]
    got = legend(opened)
    assert set(got.values()) == classed(values, edges, mu)
    assert sum(n for n, _ in got.values()) == len(values)
    said = {"equal": "等间隔分级", "limits": "按现行要求分级", "natural": "自然间断点分级"}[method]
    assert opened.inner_text(".mujun-head span") == f"{said}；单位：万元/亩；各级含下限、不含上限"
    if method == "limits":  # the rule in force asks for 8 万元/亩
        assert set(got) == {"< 8", "≥ 8", "无数据"}


def test_the_year_slider_takes_the_years_figures_and_keeps_the_classes(opened, run):
    choose_theme(opened, "亩均税收")
    before = legend(opened)
    opened.locator("#mujun-year").fill("0")
    figures = run.figures
    own = figures[
        (figures["subject"] == "parcel")
        & (figures["year"] == 2021)
        & (figures["measure"] == "tax")
        & (figures["missing"] == 0)
    ]
    values = run.parcels["parcel_id"].map(own.set_index("subject_id")["per_mu"])
    now = legend(opened)
    assert set(now) == set(before)
    assert now != before
    edges = opened.evaluate("mujunReady.view.edges")
    assert set(now.values()) == classed(values, edges, run.parcels["area_mu"].to_numpy())
    sums = opened.locator(".mujun-sum").all_inner_texts()  # of the year as well
    for measure, name in (("revenue", "营业收入"), ("tax", "税收")):
        reported = figures[
            (figures["subject"] == "parcel")
            & (figures["year"] == 2021)
            & (figures["measure"] == measure)
        ]["value"].dropna()
        said = f"{name} 2021年 {reported.sum():,.0f} 万元（{len(reported):,} 宗）"
        assert said in sums, (said, sums)
    assert all(t.startswith("2023年 ") for t in opened.locator(".mujun-input").all_text_contents())
    assert "年份：2021" in opened.inner_text(".mujun-marks")
    opened.locator("#mujun-year").fill("2")
    assert legend(opened) == before
    assert opened.inner_text(".mujun-marks") == ""


def test_swipe_shows_another_year_to_the_right_of_the_divider(opened, run):
    choose_theme(opened, "亩均税收")
    opened.check("#mujun-swipe")
    opened.select_option("#mujun-swipe-year", "2021")
    page_until(opened, "mujunReady.state.swipe.look.year === 2021")
    right = legend(opened, ".mujun-swipe-legend .mujun-class")
    assert right != legend(opened)
    # A pixel in the middle of a parcel has the colour of that side's class.
    said = opened.evaluate("""async () => {
        const {view, rightView, swipe, layer, map} = mujunReady, out = [];
        const codes = [view.codes, rightView.codes];
        const differs = [...codes[0].keys()].filter(i => codes[0][i] !== codes[1][i]);
        for (const [side, share] of [["left", 0.98], ["right", 0.02]]) {
            swipe.move(share);
            for (const i of differs) {
                const p = map.latLngToContainerPoint(layer.bounds(i).getCenter());
                if (p.x < 400 || p.x > 1300) continue;
                const shown = swipe.side(p).view;
                out.push([side, shown === (side === "left" ? view : rightView)]);
            }
        }
        const pane = (name) => map.getPane(name).style.clipPath;
        return [out, pane("mujun-parcels"), pane("mujun-right")];
    }""")
    assert all(ok for _, ok in said[0])
    assert len(said[0]) > 20
    assert said[1] != said[2]
    handle = opened.locator(".mujun-divider")
    handle.focus()
    for _ in range(3):
        opened.keyboard.press("ArrowRight")
    start = round(100 * (314 / 1400 + 0.02))  # no further left than the panel
    assert handle.get_attribute("aria-valuenow") == str(start + 6)
    box = handle.bounding_box()
    opened.mouse.move(box["x"] + 2, 200)
    opened.mouse.down()
    opened.mouse.move(700, 200)
    opened.mouse.up()
    assert handle.get_attribute("aria-valuenow") == "50"
    opened.uncheck("#mujun-swipe")
    assert opened.locator(".mujun-divider").count() == 0


def test_hidden_classes_are_hidden_on_both_sides_of_a_swipe_that_have_the_same_classes(opened):
    sides = """() => { const {state, swipe, layer} = mujunReady;
        return [[...layer.hidden], [...swipe.layer.hidden], document.querySelectorAll(
            ".mujun-swipe-legend .mujun-class").length]; }"""
    send = "actions => actions.forEach(mujunReady.dispatch)"
    opened.evaluate(send, [{"type": "theme", "theme": 0}, {"type": "swipe", "on": True}])
    opened.evaluate(send, [{"type": "swipe-theme", "theme": 0}])
    classes = opened.evaluate(sides)[2]
    opened.evaluate(send, [{"type": "toggle-class", "code": 0}])
    assert opened.evaluate(sides) == [[0], [0], classes - 1]
    assert "左" not in opened.inner_text(".mujun-marks")
    opened.evaluate(send, [{"type": "swipe-theme", "theme": 1}])
    assert opened.evaluate(sides)[:2] == [[0], []]
    assert "仅左侧" in opened.inner_text(".mujun-marks")
    opened.evaluate(send, [{"type": "show-all"}, {"type": "swipe", "on": False}])


def test_on_a_phone_the_sides_names_lie_clear_of_the_buttons_and_the_marks(opened):
    opened.check("#mujun-swipe")
    before = opened.viewport_size
    opened.set_viewport_size({"width": 390, "height": 844})
    opened.evaluate("mujunReady.dispatch({type: 'look', look: {year: 2021}})")
    for share in (0.6, 0.9):
        opened.evaluate("share => mujunReady.swipe.move(share)", share)
        covered = opened.evaluate("""async () => {
            for (let k = 0; k < 3; k++) await new Promise(requestAnimationFrame);
            const boxes = (selector) => [...document.querySelectorAll(selector)]
                .map(node => node.getBoundingClientRect());
            const others = boxes(".leaflet-control, .mujun-marks > *, .mujun-board, .mujun-panel");
            return boxes(".mujun-divider b").map(a => a.left < 0 || a.right > innerWidth ||
                others.some(b => a.left < b.right && b.left < a.right
                    && a.top < b.bottom && b.top < a.bottom)); }""")
        assert covered == [False, False]
    opened.set_viewport_size(before)


def test_on_a_phone_a_long_name_of_a_side_keeps_its_year(opened):
    before = opened.viewport_size
    opened.set_viewport_size({"width": 390, "height": 844})
    opened.evaluate("""() => { const {dispatch, data} = mujunReady;
        const long = data.themes.findIndex((t) => t.id === "fixed_investment_per_mu");
        for (const action of [{type: "switch-language"}, {type: "theme", theme: long},
            {type: "swipe", on: true}, {type: "swipe-year", year: 2021},
            {type: "swipe-share", share: 0.5}]) dispatch(action); }""")
    names = opened.locator(".mujun-divider b")
    assert [text[-7:] for text in names.all_inner_texts()] == [" · 2023", " · 2021"]
    cut = names.evaluate_all("""all => all.map(b => [b.scrollWidth - b.clientWidth,
        b.firstChild.scrollWidth > b.firstChild.clientWidth])""")
    assert cut == [[0, True]] * 2  # the name is cut, the year is not
    opened.evaluate("mujunReady.dispatch({type: 'switch-language'})")
    opened.set_viewport_size(before)


@pytest.mark.parametrize("width", [390, 1400])
def test_home_shows_the_parks_as_large_as_there_is_room(opened, width):
    """Between boxes, tools and the margin, one way or the other."""
    before = opened.viewport_size
    opened.set_viewport_size({"width": width, "height": 844})
    opened.click("#mujun-home")
    used = opened.evaluate("""() => { const {map, data} = mujunReady, [a, b] = data.extent;
        const [p, q] = [[b[0], a[1]], [a[0], b[1]]].map(one => map.latLngToContainerPoint(one));
        const box = (name) => document.querySelector(name).getBoundingClientRect();
        const narrow = innerWidth < 720, tools = box(".mujun-tools");
        const left = narrow ? 0 : box(".mujun-panel").right;
        const bottom = narrow ? box(".mujun-panel").top : innerHeight;
        return [(q.x - p.x) / (tools.left - left), (q.y - p.y) / (bottom - box(".mujun-board").bottom),
                p.x - left, tools.left - q.x]; }""")
    assert max(used[:2]) > 0.85
    assert min(used[2:]) >= 9
    opened.set_viewport_size(before)


def test_filters_by_verdict_grade_industry_and_area_combine(opened, run):
    opened.click("#mujun-filter-box summary")
    opened.select_option("#mujun-filter-compliance", label="不达标")
    opened.select_option("#mujun-filter-grade", label="B")
    opened.fill("#mujun-area-from", "5")
    opened.press("#mujun-area-from", "Enter")
    opened.fill("#mujun-area-to", "20")
    opened.press("#mujun-area-to", "Enter")
    parcels = run.parcels
    mask = (
        (parcels["compliance"] == "fail")
        & (parcels["grade"] == "B")
        & parcels["area_mu"].between(5, 20)
    )
    total = opened.inner_text(".mujun-total").replace(",", "").split()
    assert total[1:] == [str(mask.sum()), f"{parcels.loc[mask, 'area_mu'].sum():.0f}"]
    divisions = parcels.loc[mask, "industry_code"].str[:2].value_counts()
    option = opened.locator("#mujun-filter-industry option").filter(
        has_text=re.compile(rf"^{divisions.index[0]} ")
    )
    opened.select_option("#mujun-filter-industry", option.get_attribute("value"))
    assert opened.inner_text(".mujun-total").split()[1] == f"{divisions.iloc[0]:,}"
    chips = opened.locator(".mujun-chip").all_inner_texts()
    assert len(chips) == 4
    assert "面积（亩）：5 – 20 ×" in chips
    for _ in range(4):
        opened.locator(".mujun-chip").first.click()
    assert opened.inner_text(".mujun-total").split()[1] == "1,050"


def test_search_by_the_initials_of_pinyin(opened, run):
    from pypinyin import Style, lazy_pinyin

    name = run.enterprises["name"].dropna().iloc[7]
    typed = "".join(p[0] for p in lazy_pinyin(name[:6], style=Style.FIRST_LETTER))
    opened.fill("#mujun-search", typed)
    search = "t => mujunReady.search(mujunReady.data, t, {enterprise: 5000})"
    found = opened.evaluate(search, typed)
    enterprises = next(group for group in found if group["kind"] == "enterprise")
    assert any(name in match["label"] for match in enterprises["matches"])
    shown = opened.locator(".mujun-matches [aria-label^=企业] [role=option]:not(.mujun-more)")
    assert shown.count() == min(5, enterprises["total"])
    opened.fill("#mujun-search", "")


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_the_list_saves_an_excel_file_that_holds_no_formula(opened, run, tmp_path):
    choose_theme(opened, "亩均税收")
    opened.click("text=列表")
    with opened.expect_download() as saved:
        opened.click("text=导出 Excel >> visible=true")
    saved.value.save_as(tmp_path / "list.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "list.xlsx").active
    rows = list(sheet.values)
    assert "合成" in rows[0][0]  # synthetic data says so
    table = pd.DataFrame(rows[2:], columns=rows[1])
    assert len(table) == len(run.parcels)
    own = run.parcels.set_index("parcel_id").loc[table["宗地"]]
    assert table["面积（亩）"].to_numpy(float) == pytest.approx(own["area_mu"].to_numpy(), rel=1e-6)
    assert table["亩均税收（万元/亩）"].to_numpy(float) == pytest.approx(
        own["tax_per_mu"].to_numpy(), rel=1e-6, nan_ok=True
    )
    assert not any(c.data_type == "f" for row in sheet.iter_rows() for c in row)


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_the_list_of_one_rules_fails_says_what_is_asked_and_the_gap(opened, run, tmp_path):
    """The largest shortfall first; found, asked and gap are those of the table of verdicts."""
    rule = "longchang-neirong-2022/tax"
    opened.evaluate(
        """rule => { const {dispatch, data} = mujunReady;
             dispatch({type: "theme", theme: data.themes.findIndex((t) => t.rule === rule)});
             [0, 2, 3, 4].forEach((code) => dispatch({type: "toggle-class", code}));
             dispatch({type: "open", card: {kind: "list"}}); }""",
        rule,
    )
    judged = run.verdicts[run.verdicts["rule_id"].astype("str") == rule]
    fails = judged[judged["verdict"] == "fail"].sort_values("gap", kind="stable")
    heads = opened.locator(".mujun-list thead th").all_inner_texts()
    names = [
        "宗地",
        "企业",
        "判定",
        "实际（万元/亩）",
        "要求（万元/亩）",
        "差（万元/亩）↑",
        "面积（亩）",
    ]
    assert [re.sub(r"\s", "", head) for head in heads] == names
    cells = opened.locator(".mujun-list tbody tr").evaluate_all(
        "rows => rows.map(r => [0, 2, 3, 4, 5].map(k => r.children[k].innerText))"
    )
    wanted = zip(fails["subject_id"], fails["value"], fails["threshold"], fails["gap"], strict=True)
    assert cells == [
        [parcel, "不达标", f"{value:,.2f}", f"≥ {low:g}", f"{gap:,.2f}"]
        for parcel, value, low, gap in wanted
    ]
    with opened.expect_download() as saved:
        opened.click("text=导出 CSV")
    saved.value.save_as(tmp_path / "list.csv")
    lines = (tmp_path / "list.csv").read_text("utf-8-sig").splitlines()
    start = next(k for k, text in enumerate(lines) if text.startswith("宗地,"))
    table = pd.read_csv(tmp_path / "list.csv", skiprows=start)
    assert table["宗地"].tolist() == fails["subject_id"].tolist()
    for name, column in (("实际", "value"), ("差", "gap")):
        assert table[f"亩均税收 {name}（万元/亩）"].tolist() == fails[column].tolist()
    with opened.expect_download() as saved:
        opened.click("text=导出 Excel >> visible=true")
    saved.value.save_as(tmp_path / "list.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "list.xlsx").active.values)
    table = pd.DataFrame(rows[start + 1 :], columns=rows[start])
    assert table["亩均税收 差（万元/亩）"].tolist() == fails["gap"].tolist()
    assert table["亩均税收 要求（万元/亩）"].tolist() == [f"≥ {v:g}" for v in fails["threshold"]]
    opened.evaluate("mujunReady.dispatch({type: 'show-all'})")


def test_the_card_draws_the_trend_of_each_figure(opened, run):
    figures = run.figures
    own = (
        figures[
            (figures["subject"] == "parcel")
            & (figures["measure"] == "tax")
            & (figures["missing"] == 0)
        ]
        .pivot(index="subject_id", columns="year", values="per_mu")
        .dropna()
    )
    index = int(run.parcels.index[run.parcels["parcel_id"] == own.index[0]][0])
    open_parcel(opened, index)
    row = opened.locator(".mujun-trend", has_text="亩均税收")
    titles = row.locator("circle title").all_text_contents()
    assert titles == [f"{int(y)} {v:,.2f}".rstrip("0").rstrip(".") for y, v in own.iloc[0].items()]
    line = [
        tuple(map(float, p.split(",")))
        for p in row.locator("polyline").get_attribute("points").split()
    ]
    values = own.iloc[0].to_numpy()
    assert np.argmax(values) == int(np.argmin([y for _, y in line]))  # up is more


def pixel_of(page, lng, lat):
    return page.evaluate(
        """([lat, lng]) => {
        const p = mujunReady.map.latLngToContainerPoint([lat, lng]);
        return [p.x, p.y]; }""",
        [lat, lng],
    )


def test_measuring_gives_the_ellipsoids_lengths_and_areas(opened):
    points = [(105.285, 29.34), (105.295, 29.34), (105.295, 29.346), (105.285, 29.346)]
    opened.evaluate("mujunReady.map.setView([29.343, 105.292], 15, {animate: false})")
    opened.click("#mujun-distance")
    for taken, (lng, lat) in enumerate(points[:3], 1):
        opened.mouse.click(*pixel_of(opened, lng, lat))
        page_until(opened, f"mujunReady.measure.points.length === {taken}")
    said = opened.evaluate("mujunReady.measure.points.map(p => [p.lng, p.lat])")
    line = GEOD.line_length(*zip(*said, strict=True))
    assert line == pytest.approx(GEOD.line_length(*zip(*points[:3], strict=True)), rel=0.01)
    assert opened.inner_text(".mujun-measured") == f"{line:,.1f}".removesuffix(".0") + " m"
    assert opened.locator(".mujun-card:not([hidden])").count() == 0  # a click only measures
    opened.click("#mujun-area")
    for taken, (lng, lat) in enumerate(points, 1):
        opened.mouse.click(*pixel_of(opened, lng, lat))
        page_until(opened, f"mujunReady.measure.points.length === {taken}")
    opened.keyboard.press("Enter")
    said = opened.evaluate("mujunReady.measure.points.map(p => [p.lng, p.lat])")
    square = abs(GEOD.polygon_area_perimeter(*zip(*said, strict=True))[0])
    text = opened.inner_text(".mujun-measured")
    assert text.startswith(f"{square * 3 / 2000:,.2f} 亩 · ".replace(".00", ""))
    assert f"{square / 1e4:.3f}".rstrip("0") + " ha" in text
    opened.keyboard.press("Escape")
    assert opened.locator(".mujun-measured").count() == 0


def test_the_pointers_coordinates_are_cgcs2000(opened):
    lng, lat = 105.29, 29.343
    opened.evaluate("mujunReady.map.setView([29.343, 105.29], 17, {animate: false})")
    opened.mouse.move(*pixel_of(opened, lng, lat))
    text = opened.inner_text(".mujun-coordinates").replace(",", "")
    numbers = [float(n) for n in re.findall(r"[\d.]+", text.removeprefix("CGCS2000"))]
    east, north = pyproj.Transformer.from_crs(4490, 4523, always_xy=True).transform(*numbers[:2])
    assert numbers[:2] == pytest.approx([lng, lat], abs=1e-5)
    assert numbers[3:] == [35, pytest.approx(north, abs=0.2), pytest.approx(east, abs=0.2)]


def test_a_card_that_leaves_the_map_says_what_it_is_of(opened, tmp_path):
    """Printed and copied: title, synthetic data, filter and trial, day; only the card, no sheet."""
    rule = opened.evaluate("mujunReady.data.rules.findIndex((r) => r.id.endsWith('/tax'))")
    for action in [
        {"type": "only-class", "theme": 0, "code": 1},
        {"type": "try", "subject": f"rule:{rule}"},
        {"type": "try-bar", "side": "lowBy", "value": 10},
    ]:
        opened.evaluate("action => mujunReady.dispatch(action)", action)
    open_parcel(opened, int(opened.evaluate("[...mujunReady.data.compliance].indexOf(1)")))
    opened.evaluate(
        """() => { window.copied = ""; window.print = () => {};
             Object.defineProperty(navigator, "clipboard", {configurable: true,
               value: {writeText: async (text) => { window.copied = text; }}}); }"""
    )
    bar = opened.locator(".mujun-actions")
    bar.get_by_role("button", name="复制").click()
    page_until(opened, "window.copied !== ''")
    bar.get_by_role("button", name="打印").click()
    opened.emulate_media(media="print")
    printed = opened.inner_text(".mujun-card-head")
    for text in (opened.evaluate("window.copied"), printed):
        assert "隆昌示范园区亩均效益与标准地评估" in text
        assert "模拟数据" in text
        assert "筛选：“标准地”综合判定：不达标" in text
        assert "试算中：亩均税收" in text
        assert re.search(r"制图日期 \d{4}-\d\d-\d\d", text)
    opened.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert not opened.locator(".mujun-sheet").count()
    opened.evaluate("window.dispatchEvent(new Event('afterprint'))")
    opened.emulate_media(media="screen")
    assert not opened.locator(".mujun-card-head").count()
    opened.evaluate("mujunReady.dispatch({type: 'end-trial'})")


def test_full_screen_and_back(opened):
    opened.click("#mujun-fullscreen")
    page_until(opened, "document.fullscreenElement?.classList.contains('folium-map')")
    opened.click("#mujun-fullscreen")
    page_until(opened, "document.fullscreenElement === null")


@pytest.mark.parametrize(
    ("paper", "turn", "size"), [("A4", "1", (297, 210)), ("A3", "", (297, 420))]
)
def test_a_sheet_of_paper_holds_the_map_at_its_scale(opened, run, paper, turn, size, tmp_path):
    """The scale holds: two parcels' distance on the ground, in millimetres of the picture."""
    opened.click("#mujun-print")
    opened.select_option("#mujun-paper", paper)
    opened.select_option("#mujun-turn", turn)
    with opened.expect_download() as saved:
        opened.click("#mujun-png")
    saved.value.save_as(tmp_path / "sheet.png")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(tmp_path / "sheet.png") as picture:
            pixels = picture.read()[:3]
    assert pixels.shape[1:] == tuple(round(mm / 25.4 * 200) for mm in reversed(size))
    scale = float(opened.get_attribute(".mujun-preview canvas", "data-scale"))
    # Where the blue of 达标 begins and ends on paper, against the ground.
    blue = np.array([0x74, 0xAB, 0xD3])[:, None, None]
    column = 9.5 + 62 * (1.25 if paper == "A3" else 1)  # mm of the legend and margin
    frame = pixels[:, :, : int(pixels.shape[2] * (1 - column / size[0]))]
    columns = np.flatnonzero((np.abs(frame.astype(int) - blue) < 8).all(axis=0).any(axis=0))
    passed = run.parcels[run.parcels["compliance"] == "pass"].to_crs(4326)
    west, south, east, north = passed.total_bounds
    ground = GEOD.inv(west, (south + north) / 2, east, (south + north) / 2)[2]
    assert (columns[-1] - columns[0] + 1) / 200 * 25.4 == pytest.approx(
        ground / scale * 1000, abs=0.7
    )


DRAWN = """async (actions) => {
    const own = CanvasRenderingContext2D.prototype.fillText, texts = [];
    CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
        texts.push(text);
        return own.call(this, text, ...rest);
    };
    actions.forEach((action) => mujunReady.dispatch(action));
    while (!texts.includes("合计")) await new Promise(requestAnimationFrame);
    CanvasRenderingContext2D.prototype.fillText = own;
    return texts;
}"""


def test_a_sheet_says_what_is_filtered_hidden_and_on_trial(opened, run):
    """Its third line and its total: a filtered map on paper is not taken for the plain one."""
    failing = (run.parcels["compliance"] == "fail") & (run.parcels["area_mu"] >= 3)
    theme = opened.evaluate("mujunReady.data.themes.findIndex((t) => t.id === 'tax_per_mu')")
    actions = [
        {"type": "only-class", "theme": 0, "code": 1},
        {"type": "area", "side": 0, "value": 3},
        {"type": "theme", "theme": theme},
        {"type": "look", "look": {"year": 2021}},
        {"type": "open", "card": {"kind": "paper"}},
    ]
    texts = opened.evaluate(DRAWN, actions)
    assert f"{failing.sum()} / 1,050" in texts
    line = "".join(texts)
    assert "筛选：“标准地”综合判定：不达标；面积（亩）：3 – ∞" in line
    assert "年份：2021（未注年份的其余数值为2023年）" in line
    trial = [
        {"type": "close"},
        {"type": "look", "look": {"year": None}},
        {"type": "try", "subject": "rule:1"},
        {"type": "try-bar", "side": "low", "value": 12},
        {"type": "toggle-class", "code": 0},
        {"type": "open", "card": {"kind": "paper"}},
    ]
    line = "".join(opened.evaluate(DRAWN, trial))
    for said in (
        "试算结果，不是正式评估结果",
        "试算中：亩均税收",
        "≥ 12 万元/亩（原 8）",
        "隐藏：达标",
    ):
        assert said in line
    opened.evaluate("""[{type: "end-trial"}, {type: "try", subject: ""}, {type: "show-all"}]
        .forEach(mujunReady.dispatch)""")


PAINTED = """() => {
    window.dispatchEvent(new Event("beforeprint"));
    const canvas = document.querySelector("canvas.mujun-sheet"), {width, height} = canvas;
    const {data} = canvas.getContext("2d").getImageData(0, 0, width, height);
    window.dispatchEvent(new Event("afterprint"));
    const colors = mujunReady.view.legend.map(({color}) => parseInt(color.slice(1), 16));
    const count = [0, 0].map(() => colors.map(() => 0)), map = width * (1 - 86.5 / 420);
    for (let k = 0; k < width * height; k++) {
        const [r, g, b] = data.subarray(4 * k, 4 * k + 3), x = k % width;
        const code = colors.indexOf((r << 16) + (g << 8) + b);
        if (code >= 0 && x < map) count[Number(x > map / 2)][code]++;
    }
    return count;
}"""
"""Pixels of each class's colour left and right on an A3 sheet, without its legend of 86.5 mm."""


def test_a_sheet_of_a_swipe_has_both_sides_each_with_its_title_and_legend(opened, run):
    """Land of each class in 2023 and in 2021, as both legends say it and as both maps are painted."""
    tax = opened.evaluate("mujunReady.data.themes.findIndex((t) => t.id === 'tax_per_mu')")
    actions = [
        {"type": "theme", "theme": tax},
        {"type": "swipe", "on": True},
        {"type": "swipe-year", "year": 2021},
        {"type": "sheet", "sheet": {"paper": "A3", "landscape": True}},
        {"type": "open", "card": {"kind": "paper"}},
    ]
    texts = opened.evaluate(DRAWN, actions)
    line = "".join(texts)
    assert "隆昌示范园亩均税收图（2023|2021年）" in line.replace(" ", "")
    sides = ["亩均税收 · 2023", "亩均税收 · 2021"]
    assert [line.count(side) for side in sides] == [2, 2]  # over its map and over its legend
    figures, parcels = run.figures, run.parcels
    own = (figures["subject"] == "parcel") & (figures["measure"] == "tax")
    past = figures[own & (figures["year"] == 2021)].set_index("subject_id")["per_mu"]
    years = [parcels["tax_per_mu"], past.reindex(parcels["parcel_id"])]
    edges = opened.evaluate("mujunReady.view.edges")
    land = [classed(values, edges, parcels["area_mu"].to_numpy()) for values in years]
    for count, mu in land[0] | land[1]:
        assert {f"{count:,}", f"{mu:,}"} <= set(texts)
    painted = opened.evaluate(PAINTED)
    for values, pixels in zip(years, painted, strict=True):
        codes = np.digitize(values.to_numpy(np.float32).astype(float), edges)
        mu = parcels["area_mu"].groupby(np.where(values.isna(), len(edges) + 1, codes)).sum()
        share = np.array(pixels) / np.sum(pixels)
        assert share == pytest.approx((mu / mu.sum()).to_numpy(), abs=0.01)
    opened.evaluate("""[{type: "swipe", on: false}, {type: "close"}, {type: "sheet",
        sheet: {paper: "A4", landscape: true}}].forEach(mujunReady.dispatch)""")


def test_printing_makes_one_page_of_the_papers_size(opened, tmp_path):
    opened.click("#mujun-print")
    opened.select_option("#mujun-paper", "A3")
    opened.select_option("#mujun-turn", "1")
    opened.evaluate("window.print = () => { window.printed = true; }")
    opened.click("#mujun-print-now")
    page_until(opened, "window.printed")
    data = opened.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert len(boxes) == 1
    width, height = (float(v) / 72 * 25.4 for v in boxes[0])
    assert (width, height) == pytest.approx((420, 297), abs=1)
    opened.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert opened.locator(".mujun-sheet").count() == 0


def test_park_labels_never_lie_on_each_other(opened):
    """Zoomed far out one is left of those that would; zoomed in all are there."""
    shown = """() => [...document.querySelectorAll(".mujun-park")]
        .filter(n => n.style.visibility !== "hidden")
        .map(n => n.firstChild.getBoundingClientRect())
        .map(b => [b.left, b.top, b.right, b.bottom])"""
    for zoom, least in ((8, 1), (11, 1), (13, 2), (15, 4)):
        opened.evaluate("z => mujunReady.map.setView([29.34, 105.29], z, {animate: false})", zoom)
        boxes = opened.evaluate(shown)
        assert len(boxes) >= least
        for i, a in enumerate(boxes):
            for b in boxes[i + 1 :]:
                assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])
