"""Parks side by side and what changed between two years, in real Chromium against the tables."""

from __future__ import annotations

import numpy as np
import pytest

from tests.browser import DRAWN, choose_theme, legend
from tests.waiting import page_until

PARKS = ["SYN-01", "SYN-04"]


@pytest.fixture
def opened(page):
    page.page.evaluate("""() => {
        for (const action of [{type: "close"}, {type: "park", park: ""},
                              {type: "theme", theme: 0}]) mujunReady.dispatch(action); }""")
    yield page.page
    page.page.evaluate("""() => {
        for (const action of [{type: "compare", parks: []}, {type: "close"},
                              {type: "swipe", on: false}, {type: "theme", theme: 0},
                              {type: "look", look: {year: null, since: null}}])
            mujunReady.dispatch(action); }""")
    assert page.complaints == []


def test_parks_stand_side_by_side_at_one_scale_with_their_figures(opened, run):
    opened.click("#mujun-compare")
    assert opened.locator(".mujun-compare figure").count() == 4
    opened.evaluate("parks => mujunReady.dispatch({type: 'compare', parks})", PARKS)
    page_until(opened, "mujunReady.compare.maps.every(m => m.seen.width)")
    parcels = run.parcels
    for park in PARKS:
        box = opened.locator(f".mujun-compare figure[data-park={park}]")
        own = parcels[parcels["park_id"] == park]
        land = own.groupby("compliance", observed=True)["area_mu"].agg(["size", "sum"])
        for word, name in (("达标", "pass"), ("不达标", "fail"), ("无法判定", "no_data")):
            count, share = (
                land.loc[name, "size"],
                100 * land.loc[name, "sum"] / own["area_mu"].sum(),
            )
            assert f"{word} {count} · 占地 {share:.1f}%" in box.inner_text(), (park, word)
        tax = run.tables["parks"].set_index("park_id").loc[park, "tax_per_mu"]
        assert f"{tax:.2f} 万元/亩" in box.inner_text()
    scales = opened.evaluate("mujunReady.compare.maps.map(m => m.seen.world / m.metres)")
    assert scales[0] == pytest.approx(scales[1])
    fits = opened.evaluate(
        "mujunReady.compare.maps.map(m => [m.wide, m.high, m.seen.width, m.seen.height])"
    )
    assert scales[0] == pytest.approx(min(min((w - 12) / x, (h - 28) / y) for x, y, w, h in fits))
    opened.locator(".mujun-compare canvas").first.hover()
    opened.mouse.wheel(0, -200)
    page_until(
        opened,
        f"mujunReady.compare.maps[1].seen.world > {scales[0] * 1.1} *"
        " mujunReady.compare.maps[1].metres",
    )
    opened.keyboard.press("Escape")
    assert opened.locator(".mujun-compare").count() == 0


@pytest.mark.parametrize("theme", ["compliance", "industry"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_compared_can_be_read_across(opened, theme, lang):
    """Every line of a card stands as high as that of the others, of the same figure or class."""
    opened.evaluate(
        """([id, lang]) => { const {dispatch, data, state} = mujunReady;
             dispatch({type: "theme", theme: data.themes.findIndex((t) => t.id === id)});
             dispatch({type: "compare", parks: data.parks.map((park) => park.id)});
             dispatch({type: "only-class", theme: 0, code: 1});
             if (lang !== state.lang) dispatch({type: "switch-language"}); }""",
        [theme, lang],
    )
    cards = opened.evaluate("""async () => {
        await new Promise(requestAnimationFrame);
        return [...document.querySelectorAll(".mujun-compare figure")].map((figure) =>
            [...figure.querySelectorAll("th, td, b, .mujun-compare-bar, .mujun-compare-shares span")]
                .map((node) => [Math.round(node.getBoundingClientRect().top),
                    node.matches("th") ? node.innerText : node.dataset.code ?? ""])); }""")
    opened.evaluate("""() => { const {dispatch, state} = mujunReady;
        dispatch({type: "clear"});
        if (state.lang === "en") dispatch({type: "switch-language"}); }""")
    assert len(cards) == 4
    assert len(cards[0]) > 12
    assert cards == [cards[0]] * 4


def test_the_link_can_be_copied_from_what_stands_over_the_map(opened):
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for place, action in (
        ("solid", {"type": "solid", "solid": {"on": True}}),
        ("compare", {"type": "compare", "parks": PARKS}),
    ):
        opened.evaluate("action => mujunReady.dispatch(action)", action)
        opened.click(f"#mujun-{place}-link")
        opened.wait_for_selector(".mujun-copied")
        assert opened.locator(".mujun-copied").is_visible()
        page_until(opened, "location.hash.length > 1")
        shared = opened.evaluate("navigator.clipboard.readText()")
        page_until(opened, f"location.href === {shared!r}")
        opened.evaluate("mujunReady.dispatch({type: 'solid', solid: {on: false}})")
        opened.evaluate("document.querySelector('.mujun-copied').remove()")


def test_a_change_map_counts_what_the_tables_differ_by(opened, run):
    choose_theme(opened, "亩均税收")
    opened.select_option("#mujun-since", "2021")
    figures = run.tables["figures"].query("subject == 'parcel' and measure == 'tax'")
    wide = figures.pivot_table(index="subject_id", columns="year", values="per_mu")
    ids = run.parcels["parcel_id"]
    change = (wide[2023] - wide[2021]).reindex(ids).to_numpy()
    shown = {name: count for name, (count, _) in legend(opened).items()}
    blank = next(name for name in shown if name.startswith("无数据"))
    assert "2021" in blank
    assert "2023" in blank
    assert shown[blank] == int(np.isnan(change).sum())
    small, large = (
        float(t) for t in next(n for n in shown if n.count("+") == 2).replace("+", "").split(" – ")
    )
    edges = {
        f"≤ −{large:g}": change <= -large,
        f"≥ +{large:g}": change >= large,
        f"−{small:g} – 0": (change > -small) & (change < 0),
        "不变": change == 0,
        f"+{small:g} – +{large:g}": (change >= small) & (change < large),
    }
    assert {name: shown.get(name, 0) for name in edges} == {
        name: int(where.sum()) for name, where in edges.items()
    }
    assert "2021→2023" in opened.inner_text(".mujun-marks")
    opened.evaluate("mujunReady.dispatch({type: 'open', card: {kind: 'list'}})")
    top = opened.inner_text(".mujun-list tbody tr:first-child")
    best = ids[int(np.nanargmax(change))]
    assert best in top
    assert f"{round(np.nanmax(change), 2):g}" in top
    page_until(
        opened,
        "atob(location.hash.slice(4).replaceAll('-', '+').replaceAll('_', '/')).includes('since')",
    )
    link = opened.evaluate("location.hash")
    opened.evaluate("mujunReady.dispatch({type: 'look', look: {since: null}})")
    page_until(opened, f"location.hash !== '{link}'")
    opened.evaluate("hash => { location.hash = hash; }", link)
    page_until(opened, "mujunReady.state.look.since === 2021")
    opened.click("#mujun-two-years")
    state = opened.evaluate("""() => {
        const {look, swipe} = mujunReady.state;
        return [look.year, look.since ?? null, swipe.on, swipe.look.year]; }""")
    assert state == [2021, None, True, 2023]


def test_parks_side_by_side_go_on_paper_with_their_marks(opened, run):
    """The sheet has each park's name and figures, and says what is filtered."""
    opened.evaluate(
        """parks => { const {dispatch} = mujunReady;
             dispatch({type: "compare", parks});
             dispatch({type: "only-class", theme: 0, code: 1}); }""",
        PARKS,
    )
    texts = opened.evaluate(DRAWN)
    parks = run.parks.set_index("park_id").loc[PARKS]
    fails = run.parcels[run.parcels["compliance"] == "fail"]
    for park, row in parks.iterrows():
        own = fails[fails["park_id"] == park]
        assert row["name"] in texts
        assert f"{row['tax_per_mu']:.2f} 万元/亩" in texts
        assert f"{len(own):,} 宗 · {own['area_mu'].sum():,.0f} 亩" in texts
    assert any(text.startswith("园区并排对比 · ") for text in texts)
    assert "筛选：“标准地”综合判定：不达标" in texts
    assert "比例尺见各图" in texts
    opened.evaluate("mujunReady.dispatch({type: 'drop-filter', theme: 0})")


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_a_slide_leaves_room_for_what_it_shows(opened, size):
    """No park, no key of heights and no side of a swipe lies under title, legend or buttons."""
    before = opened.viewport_size
    opened.set_viewport_size({"width": size[0], "height": size[1]})
    shown = {
        ".mujun-compare-grid": [{"type": "compare", "parks": PARKS}],
        ".mujun-divider b": [{"type": "compare", "parks": []}, {"type": "swipe", "on": True}],
    }
    for selector, actions in shown.items():
        opened.evaluate("a => a.forEach(mujunReady.dispatch.bind(mujunReady))", actions)
        opened.evaluate("mujunReady.dispatch({type: 'open', card: {kind: 'briefing'}})")
        opened.click("#mujun-step-add")
        opened.evaluate("mujunReady.dispatch({type: 'close'})")
        opened.evaluate("mujunReady.dispatch({type: 'present', at: 99})")
        page_until(opened, "document.querySelector('.mujun-show > header')")
        opened.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
        )
        boxes = opened.evaluate(
            """selector => [selector, ".mujun-show > *"].map(s =>
                 [...document.querySelectorAll(s)].map(n => n.getBoundingClientRect().toJSON()))""",
            selector,
        )
        assert boxes[0]
        assert not [
            (one, other)
            for one in boxes[0]
            for other in boxes[1]
            if min(one["right"], other["right"]) - max(one["left"], other["left"]) > 1
            and min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]) > 1
        ]
        assert not opened.locator(".mujun-compare button:visible").count()
        opened.evaluate("mujunReady.dispatch({type: 'present', at: null})")
        page_until(opened, "!document.querySelector('.mujun-show > header')")
    opened.evaluate("mujunReady.dispatch({type: 'steps', steps: []})")
    opened.set_viewport_size(before)
