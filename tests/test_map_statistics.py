"""Hotspots, circles and the distribution on the map, offline, beside Python's figures."""

from __future__ import annotations

import re

import numpy as np
import pytest

from geo.evaluate.hotspots import hotspots
from geo.publish.webmap.map import park_map
from geo.run import Run
from tests.browser import Page, choose_theme, legend, open_parcel
from tests.waiting import page_until


@pytest.fixture(scope="module")
def run(demo):
    """The demo with tax that rises from west to east in each park: it has hotspots."""
    run = Run.load(demo / "outputs")
    parcels = run.parcels
    east = parcels.geometry.representative_point().x
    park = east.groupby(parcels["park_id"])
    rise = np.exp((east - park.transform("median")) / park.transform("std"))
    tax = parcels["tax"] * rise
    moved = parcels.assign(tax=tax, tax_per_mu=tax / parcels["area_mu"])
    found = hotspots(moved, run.settings.hotspots, run.settings.catalogue)
    return run.with_tables(
        parcels=moved.assign(**found.columns), hotspots=found.table, hotspot_counts=found.summary
    )


@pytest.fixture(scope="module")
def page(run, browser, tmp_path_factory):
    file = tmp_path_factory.mktemp("map") / "map.html"
    park_map(run).save(file)
    opened = Page(browser, file, viewport={"width": 1366, "height": 768})
    yield opened
    opened.context.close()


@pytest.fixture
def map_(page):
    page.page.evaluate("""() => {
        const {dispatch, map, data} = mujunReady;
        const plain = [{type: "circles", on: false}, {type: "look", look: {year: null}}];
        for (const action of [{type: "clear"}, {type: "close"}, ...plain]) dispatch(action);
        map.fitBounds(data.extent, {animate: false, paddingTopLeft: [340, 20]});
    }""")
    yield page.page
    assert page.complaints == []


def test_classes_and_what_they_rest_on(map_, run):
    choose_theme(map_, "集聚与异常：亩均税收（局部莫兰）")
    counts = run.hotspot_counts.set_index("measure").loc["tax_per_mu"]
    shown = legend(map_)
    assert shown["高值集聚"][0] == counts["high_high_parcels"] > 10
    assert shown["低值集聚"][0] == counts["low_low_parcels"] > 10
    assert shown["无数据"][0] == counts["no_data_parcels"] > 0
    note = map_.locator(".mujun-legend .mujun-head").inner_text()
    for said in ("60 米", "错误发现率 5%", f"无数据 {counts['no_data_parcels']:g} 宗未计入"):
        assert said in note
    assert not map_.locator("#mujun-circles").count()
    choose_theme(map_, "热点：亩均税收（Gi*）")
    assert legend(map_)["热点（高值集聚）"][0] == counts["hot_parcels"]


def test_the_distribution_with_the_bar_and_where_a_parcel_stands(map_, run):
    choose_theme(map_, "亩均税收")
    map_.evaluate("""() => mujunReady.dispatch({type: "unfold", box: "spread", open: true})""")
    values = run.parcels["tax_per_mu"].to_numpy(np.float32)
    known = values[~np.isnan(values)]
    text = map_.locator("#mujun-spread").inner_text()
    middle = f"{np.median(known.astype(float)):,.2f}".rstrip("0").rstrip(".")
    assert f"{len(known)} 宗有数据，{len(values) - len(known)} 宗无数据" in text.replace(",", "")
    assert f"中位数 {middle} 万元/亩" in text
    judged = run.verdicts[run.verdicts["indicator"] == "tax_per_mu"]
    bars = judged["threshold"].dropna().unique()
    assert len(bars) == 1
    assert f"≥ {bars[0]:g} 万元/亩" in text
    assert map_.locator("#mujun-spread line.mujun-bar").count() == 1

    failing = judged[(judged["verdict"] == "fail") & judged["gap"].notna()].iloc[0]
    at = int(np.flatnonzero(run.parcels["parcel_id"] == failing["subject_id"])[0])
    open_parcel(map_, at)
    card = map_.locator(".mujun-standing")
    rank, share = 1 + (known > values[at]).sum(), 100 * (known < values[at]).mean()
    assert f"从高到低第 {rank} 位，共 {len(known)} 宗" in card.inner_text()
    assert float(re.search(r"高于其中 ([\d.]+)%", card.inner_text())[1]) == pytest.approx(
        share, abs=0.051
    )
    gap = f"{abs(failing['gap']):,.2f}".rstrip("0").rstrip(".")
    assert f"{gap} 万元/亩" in card.inner_text()

    # Under a filter, among those that it lets through: a parcel of another park is none of them.
    park = next(p for p in run.parks["park_id"] if p != run.parcels["park_id"][at])
    map_.evaluate("park => mujunReady.dispatch({type: 'park', park})", park)
    own = values[(run.parcels["park_id"] == park).to_numpy()]
    own = own[~np.isnan(own)]
    assert f"{len(own)} 宗有数据" in map_.locator("#mujun-spread").inner_text()
    assert "不在筛选之内" in card.inner_text()


def test_figures_of_another_year_stand_beside_the_bar_in_force_and_say_their_year(map_, run):
    choose_theme(map_, "亩均税收")
    map_.evaluate("""() => {
        mujunReady.dispatch({type: "unfold", box: "spread", open: true});
        mujunReady.dispatch({type: "look", look: {year: 2021}});
    }""")
    known = run.figures.query("year == 2021 and measure == 'tax'").dropna(subset="per_mu")
    judged = run.verdicts[run.verdicts["indicator"] == "tax_per_mu"]
    judged = judged[judged["gap"].notna() & judged["subject_id"].isin(known["subject_id"])]
    failing = judged.iloc[0]
    parcel, bar = failing["subject_id"], failing["threshold"]
    box = map_.locator("#mujun-spread").inner_text()
    assert f"按现行要求：虚线：亩均税收 ≥ {bar:g} 万元/亩" in box
    assert "（2021年）" in box
    assert map_.locator("#mujun-spread line.mujun-bar").count() == 1
    at = int(np.flatnonzero(run.parcels["parcel_id"] == parcel)[0])
    open_parcel(map_, at)
    past = run.figures.query("subject_id == @parcel and year == 2021 and measure == 'tax'")
    value = past["per_mu"].iloc[0]
    way = "高出" if value > bar else "差"
    card = map_.locator(".mujun-standing").inner_text()
    assert "（2021年）" in card.split("\n")[0]
    written = f"{value:,.2f}".rstrip("0").rstrip(".")
    assert f"{written} 万元/亩（2021年）：从高到低第" in card
    gap = f"{abs(value - bar):,.2f}".rstrip("0").rstrip(".")
    assert f"≥ {bar:g} 万元/亩、{way} {gap} 万元/亩（2021年）" in card

    # In English both ends of a span, the axis and the margin are in one unit.
    map_.evaluate("() => mujunReady.dispatch({type: 'switch-language'})")
    card = map_.locator(".mujun-standing").inner_text()
    assert f"≥ CNY {bar * 10_000:,.0f}/mu, " in card
    choose_theme(map_, "Output value per mu")
    box = map_.locator("#mujun-spread")
    assert re.search(r"≥ CNY [\d.]+ m/mu – CNY [\d.]+ m/mu \(differs", box.inner_text())
    assert re.fullmatch(r"≥ CNY [\d.]+ m/mu", box.locator("svg text").last.text_content())
    map_.evaluate("() => mujunReady.dispatch({type: 'switch-language'})")


def test_a_parcel_is_never_shown_what_is_asked_of_others(map_, run):
    choose_theme(map_, "R&D投入强度")
    judged = run.verdicts[run.verdicts["indicator"] == "rd_intensity"]
    asked = set(judged.dropna(subset="threshold")["subject_id"])
    known = run.parcels["rd_intensity"].notna() & ~run.parcels["parcel_id"].isin(asked)
    open_parcel(map_, int(np.flatnonzero(known)[0]))
    card = map_.locator(".mujun-standing")
    assert "本宗没有该指标的要求" in card.inner_text()
    assert "≥ 1" not in card.inner_text()
    assert not card.locator(".mujun-bar, .mujun-bars").count()


def test_circles_of_totals_with_their_sizes(map_, run):
    choose_theme(map_, "亩均税收")
    map_.check("#mujun-circles")
    sizes = map_.locator(".mujun-sizes")
    assert "圆为园区" in sizes.inner_text()
    missing = int(run.parcels["tax"].isna().sum())
    assert f"无数据 {missing} 宗" in sizes.inner_text().replace(",", "")
    symbols = map_.evaluate("""() => {
        const {parcels, parks} = mujunReady.layer.symbols;
        return {parcels: [...parcels.total], parks: [...parks.total], code: [...parks.code]};
    }""")
    known = run.parcels.dropna(subset="tax")
    by_park = known.groupby("park_id")[["tax", "area_mu"]].sum().sort_values("tax")[::-1]
    assert symbols["parks"] == pytest.approx(by_park["tax"].tolist(), rel=1e-6)
    edges = map_.evaluate("() => mujunReady.view.edges")
    per_mu = (by_park["tax"] / by_park["area_mu"]).to_numpy()
    assert symbols["code"] == np.searchsorted(edges, per_mu, side="right").tolist()
    positive = known["tax"][known["tax"] > 0].sort_values()[::-1]
    assert symbols["parcels"] == pytest.approx(positive.tolist(), rel=1e-6)
    # The size legend follows the zoom, and the view's address keeps the circles.
    map_.evaluate("() => mujunReady.map.setZoom(16, {animate: false})")
    page_until(map_, "document.querySelector('.mujun-sizes').innerText.includes('圆为宗地')")
    page_until(map_, "location.hash.startsWith('#v1=')")
    map_.uncheck("#mujun-circles")
    assert map_.evaluate("() => mujunReady.layer.symbols") is None
    choose_theme(map_, "地类（用途）")
    assert not map_.locator("#mujun-circles").count()
