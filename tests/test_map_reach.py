"""The map by keyboard, read aloud, enlarged and without movement; axe-core finds nothing grave."""

from __future__ import annotations

import pytest

from geo.publish.webmap.build import CLIENT, install
from tests.browser import Page, open_parcel
from tests.waiting import page_until

GRAVE = """async (root) => {
    const found = await axe.run(root ?? document, {resultTypes: ["violations"]});
    return found.violations
        .filter(({impact}) => impact === "critical" || impact === "serious")
        .map(({id, nodes}) => [id, nodes.map(({target}) => target.join(" "))]); }"""
FOCUS = """() => { const at = document.activeElement;
    return at.id || at.className || at.tagName; }"""


@pytest.fixture(scope="module")
def tab(browser, demo):
    opened = Page(
        browser,
        demo / "outputs/map.html",
        viewport={"width": 1366, "height": 596},
        reduced_motion="reduce",
    )
    install(everything=True)
    opened.page.evaluate((CLIENT / "node_modules/axe-core/axe.min.js").read_text("utf-8"))
    yield opened.page
    assert opened.complaints == []
    opened.context.close()


def dispatch(tab, **action):
    tab.evaluate("action => mujunReady.dispatch(action)", action)


def tabbed(tab):
    """The parts that Tab leads through from the page's beginning to its end, in their order."""
    tab.evaluate("""() => { document.body.tabIndex = -1;
        document.body.focus();
        document.body.removeAttribute("tabindex"); }""")
    order = []
    for _ in range(200):
        tab.keyboard.press("Tab")
        part = tab.evaluate(PART)
        if not part:
            return order
        if part not in order[-1:]:
            order.append(part)
    raise AssertionError(order)


PART = """() => {
    const parts = [".mujun-board-buttons", ".mujun-figures", ".mujun-search", ".mujun-themes",
      ".mujun-legend", ".mujun-panel", ".mujun-marks", ".mujun-keys", ".mujun-park",
      ".mujun-tools", ".leaflet-control-zoom", ".mujun-card", ".mujun-solid", ".mujun-compare"];
    return parts.find((part) => document.activeElement.closest(part)) ?? ""; }"""


HEAD = [".mujun-figures", ".mujun-board-buttons"]
PANEL = [".mujun-search", ".mujun-panel", ".mujun-themes", ".mujun-legend", ".mujun-panel"]
PANEL += [".mujun-marks"]
MAP = [".mujun-keys", ".mujun-park", ".mujun-tools", ".leaflet-control-zoom"]


def test_keys_go_through_the_page_as_it_is_seen(tab):
    dispatch(tab, type="only-class", theme=0, code=1)
    dispatch(tab, type="open", card={"kind": "paper"})
    assert tabbed(tab) == [*HEAD, *PANEL, *MAP, ".mujun-card"]
    dispatch(tab, type="solid", solid={"on": True})
    assert tabbed(tab) == [*HEAD, *PANEL, ".mujun-solid", ".mujun-card"]
    dispatch(tab, type="solid", solid={"on": False})
    parks = tab.evaluate("mujunReady.data.parks.slice(0, 2).map(({id}) => id)")
    dispatch(tab, type="compare", parks=parks)
    assert tabbed(tab) == [*HEAD, *PANEL[:-1], ".mujun-compare", ".mujun-card"]
    for back in ({"type": "compare", "parks": []}, {"type": "close"}, {"type": "clear"}):
        dispatch(tab, **back)
    tab.focus(".mujun-keys")
    west = "mujunReady.map.getCenter().lng"
    before = tab.evaluate(west)
    tab.keyboard.press("ArrowRight")
    page_until(tab, f"{west} > {before}")  # the map moves at the next frame
    assert tab.get_attribute(".leaflet-control-zoom-in", "title") == "放大"


def test_a_card_takes_the_focus_under_its_name_and_gives_it_back(tab):
    tab.focus("#mujun-print")
    tab.keyboard.press("Enter")
    assert "mujun-card" in tab.evaluate(FOCUS)
    assert tab.get_by_role("dialog", name=tab.inner_text(".mujun-card h2")).is_visible()
    open_parcel(tab, 0)
    assert "mujun-card" in tab.evaluate(FOCUS)
    assert tab.get_by_role("dialog", name=tab.inner_text(".mujun-card h2")).is_visible()
    tab.keyboard.press("Escape")
    assert tab.evaluate(FOCUS) == "mujun-print"


def test_enter_on_a_parks_label_opens_its_card(tab):
    label = tab.locator(".mujun-park").first
    label.focus()
    tab.keyboard.press("Enter")
    title = tab.locator(".mujun-card h2")
    title.wait_for()
    assert title.inner_text() == label.get_attribute("title")
    tab.keyboard.press("Escape")


def test_nothing_moves_where_the_system_asks_for_rest(tab):
    assert not tab.evaluate("mujunReady.map._zoomAnimated")
    assert (
        tab.evaluate("getComputedStyle(mujunReady.map.getPane('mapPane')).transitionDuration")
        == "0s"
    )


def test_at_twice_the_size_every_control_can_be_brought_into_view(tab):
    tab.set_viewport_size({"width": 683, "height": 298})
    open_parcel(tab, 0)
    hidden = tab.evaluate(
        """() => { const out = [];
             for (const node of document.querySelectorAll(
               ".mujun-card button, .mujun-card summary, .mujun-board button, .mujun-tools button")) {
               if (!node.checkVisibility()) continue;
               node.scrollIntoView({block: "nearest", inline: "nearest"});
               const {left, right, top, bottom} = node.getBoundingClientRect();
               if (left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1)
                 out.push(node.id || node.textContent); }
             return out; }"""
    )
    dispatch(tab, type="close")
    tab.set_viewport_size({"width": 1366, "height": 596})
    assert hidden == []


def test_axe_finds_nothing_critical_or_serious(tab):
    for box in tab.locator("details.mujun-box").all():
        box.evaluate("box => { box.open = true; }")
    open_parcel(tab, 0)
    assert tab.evaluate(GRAVE) == []
    cards = ["list", "paper", "scenarios", "briefing"]
    park, other = tab.evaluate("mujunReady.data.parks.slice(0, 2).map(({id}) => id)")
    for card in [{"kind": "park", "id": park}, *({"kind": kind} for kind in cards)]:
        dispatch(tab, type="open", card=card)
        assert tab.evaluate(GRAVE, ".mujun-card") == [], card
    dispatch(tab, type="close")
    tab.click("#mujun-theme")
    assert tab.evaluate(GRAVE, ".mujun-themes") == []
    tab.keyboard.press("Escape")
    dispatch(tab, type="solid", solid={"on": True})
    assert tab.evaluate(GRAVE, ".mujun-solid") == []
    dispatch(tab, type="solid", solid={"on": False})
    dispatch(tab, type="compare", parks=[park, other])
    assert tab.evaluate(GRAVE, ".mujun-compare") == []
    dispatch(tab, type="compare", parks=[])
    tab.evaluate("document.documentElement.dataset.scheme = 'dark'")
    open_parcel(tab, 0)
    assert tab.evaluate(GRAVE) == []
