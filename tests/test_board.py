"""The first screen: figures against the tables, parks ranked, what a click filters, what is found."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from geo.standards.scope import rule_scope
from tests.browser import Page
from tests.waiting import page_until

OFFICE = {"width": 1366, "height": 596}


@pytest.fixture(scope="module")
def opened(browser, demo):
    page = Page(browser, demo / "outputs/map.html", viewport=OFFICE)
    yield page.page
    assert page.complaints == []
    page.context.close()


def text(opened, figure, part="b"):
    return opened.locator(f"[data-figure={figure}] .mujun-value {part}").inner_text()


def parts(opened, figure):
    """Counts by class."""
    shown = opened.locator(f"[data-figure={figure}] .mujun-part").all_inner_texts()
    return {name: int(count.replace(",", "")) for name, count in (one.split(" ") for one in shown)}


def expected(run, park=""):
    """What the tables say of all parks, or of one, each sum made here."""
    parcels = pd.DataFrame(run.parcels)
    parks = pd.DataFrame(run.parks).set_index("park_id")
    money = run.conserved.query("year == 2023 and measure == 'revenue'")["allocated"].sum()
    per_mu = run.figures.query("measure == 'tax' and year == 2023")
    targets = run.park_targets.query("year == 2023")
    idle = run.idle[run.idle["idle"] == "idle"]["parcel_id"]
    if park:
        parcels = parcels[parcels["park_id"] == park]
        money = parks.loc[park, "revenue"]
        targets = targets[targets["park_id"] == park]
    row = per_mu[per_mu["subject_id"] == (park or "project")].iloc[0]
    reason = run.verdicts[run.verdicts["reason"] == "case_by_case"]["subject_id"]
    agreed = parcels["parcel_id"].isin(reason) & (parcels["compliance"] == "no_data")
    judged = parcels[~agreed & (parcels["compliance"] != "exempt")]
    passed = judged[judged["compliance"] == "pass"]
    compared = judged[judged["compliance"].isin(["pass", "fail"])]
    return {
        "land": f"{parcels['area_mu'].sum():,.0f}",
        "revenue": f"{money / 10_000:,.2f}",
        "tax_per_mu": f"{row['per_mu']:,.2f}",
        "pass_share": f"{passed['area_mu'].sum() / compared['area_mu'].sum():.1%}",
        "idle": f"{parcels[parcels['parcel_id'].isin(idle)]['area_mu'].sum():,.0f}",
        "targets": f"{(targets['result'] == 'met').sum()} / {len(targets)}",
        "beside": [
            f"达标{len(passed):,} / {len(compared):,}宗",
            f"另有缺数据{len(judged) - len(compared):,}宗",
        ],
        "verdicts": {
            "达标": len(passed),
            "不达标": (parcels["compliance"] == "fail").sum(),
            "缺数据": (judged["compliance"] == "no_data").sum(),
            "一事一议": agreed.sum(),
        },
    }


def compare(opened, wanted):
    verdicts, beside = wanted.pop("verdicts"), wanted.pop("beside")
    rate = opened.locator("[data-figure=pass_share]")
    assert rate.locator(".mujun-under").all_inner_texts() == beside
    assert "不计入" in rate.locator("button").first.get_attribute("title")
    assert {name: text(opened, name) for name in wanted} == wanted
    shown = parts(opened, "pass_share")
    assert {name: shown[name] for name in verdicts} == verdicts


def test_figures_are_those_of_the_tables_and_follow_the_park(opened, run):
    compare(opened, expected(run))
    graded = run.grades[run.grades["subject"] == "enterprise"]["grade"].value_counts()
    shown = parts(opened, "grades")
    assert [shown[name] for name in "ABCD"] == [graded.get(name, 0) for name in "ABCD"]
    assert "公布均值14.30" in opened.inner_text("[data-figure=tax_per_mu]")
    bars = opened.locator(".mujun-rank")
    shares = {park: expected(run, park)["pass_share"] for park in run.parks["park_id"]}
    order = sorted(shares, key=lambda park: float(shares[park][:-1]), reverse=True)
    assert bars.locator("b").all_inner_texts() == [shares[park] for park in order]  # the lit figure
    bars.first.click()
    best = order[0]
    assert opened.evaluate("mujunReady.state.park") == best
    compare(opened, expected(run, best))
    bars.first.click()
    compare(opened, expected(run))


APART = {
    "filters": [{"type": "only-class", "theme": 0, "code": 1}],
    "hidden": [{"type": "toggle-class", "code": 0}],
    "trial": [
        {"type": "try", "subject": "rule:0"},
        {"type": "try-bar", "side": "lowBy", "value": 10},
    ],
    "year": [{"type": "look", "look": {"year": 2021}}],
}
PLACES = """(actions) => {
    for (const action of actions) mujunReady.dispatch(action);
    const box = (node) => node.getBoundingClientRect().toJSON();
    const boxes = (name) => [...document.querySelectorAll(name)].map(box).filter((b) => b.width > 1);
    return {
        board: box(document.querySelector(".mujun-board")).height,
        said: document.querySelector(".mujun-year").innerText,
        names: boxes(".mujun-park span"),
        over: boxes(".mujun-board, .mujun-panel, .mujun-card, .mujun-tools, .mujun-chip")
            .concat(boxes(".mujun-marks > p")),
    };
}"""


FRAME = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"


def covers_nothing(shown):
    for name in shown["names"]:
        for over in shown["over"]:
            apart = (
                name["right"] <= over["left"]
                or over["right"] <= name["left"]
                or name["bottom"] <= over["top"]
                or over["bottom"] <= name["top"]
            )
            assert apart, (name, over)


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (1092, 477), (390, 844)])
def test_what_sets_the_map_apart_covers_nothing_and_is_named(browser, demo, size):
    viewport = dict(zip(("width", "height"), size, strict=True))
    page = Page(browser, demo / "outputs/map.html", viewport=viewport).page
    tax = page.evaluate("mujunReady.data.themes.findIndex((t) => t.id === 'tax_per_mu')")
    of_tax = [{"type": "theme", "theme": tax}]
    before = page.evaluate(PLACES, of_tax)
    assert before["said"] == "2023年"
    cases = [("year",), ("hidden",), ("trial", "year"), ("filters", "trial", "year")]
    for case in cases:
        page.evaluate(PLACES, [a for name in case for a in APART[name]] + of_tax)
        page_until(
            page,
            f"document.querySelectorAll('.mujun-marks > p, .mujun-chip').length == {len(case)}",
        )
        page.evaluate(FRAME)
        shown = page.evaluate(PLACES, [])  # the map has made room
        words = {"filters": "筛选", "hidden": "筛选", "trial": "试算", "year": "年份"}
        what = "、".join(words[name] for name in case)
        assert shown["said"] == f"2023年正式结果，不随{what}变"
        assert shown["board"] == before["board"], case
        covers_nothing(shown)
        back = [{"type": "clear"}, {"type": "end-trial"}, {"type": "look", "look": {"year": None}}]
        assert page.evaluate(PLACES, back + of_tax)["said"] == "2023年"
    page.evaluate(PLACES, [{"type": "open", "card": {"kind": "list"}}])
    page.evaluate(FRAME)
    covers_nothing(page.evaluate(PLACES, []))
    page.context.close()


def test_both_themes_of_idle_land_ask_the_same_parcels(opened, run):
    """What lacks data, and what is not asked, are as many in each; the strip agrees."""
    counts = opened.evaluate(
        """() => ["idle", "idle_state"].map(id => mujunReady.data.themes.find(t => t.id === id))
             .map(t => Object.fromEntries(t.legend.map(c => [c.zh, c.parcels])))"""
    )
    lacking = int((run.idle["idle"] == "no_data").sum())
    unasked = len(run.parcels) - len(run.idle)
    for one in counts:
        assert (one["无法判定"], one["未供应或无供地信息"]) == (lacking, unasked)
    assert parts(opened, "idle") == {"闲置": counts[0]["闲置"], "无法判定": lacking}
    title = opened.locator("[data-figure=idle] button").first.get_attribute("title")
    assert f"未供应或无供地信息{unasked}宗，不在认定之列" in title


def test_kinds_that_are_not_judged_add_up(run):
    scope = rule_scope(pd.DataFrame(run.parcels), run.verdicts)
    exempt = scope.isin(["before_force", "not_industrial", "exempt", "unchecked"]).to_numpy()
    assert (exempt == (run.parcels["compliance"] == "exempt").to_numpy()).all()
    lacks = scope.isin(["no_data", "case_by_case"]).to_numpy()
    assert (lacks == (run.parcels["compliance"] == "no_data").to_numpy()).all()


def test_no_list_runs_out_of_its_card(browser, demo):
    """Every theme's, in both languages, on an office screen, on a narrow one and on a phone."""
    for width in (1366, 800, 390):
        page = Page(browser, demo / "outputs/map.html", viewport={"width": width, "height": 768})
        cut = page.page.evaluate("""() => {
            const {data, dispatch} = mujunReady;
            const judged = data.themes.flatMap((t, k) => t.rule ? [k] : []);
            const tax = data.themes.findIndex((t) => t.id === "tax_per_mu");
            dispatch({type: "look", look: {year: 2022}});
            dispatch({type: "open", card: {kind: "list"}});
            const out = [];
            for (const _ of ["zh", "en"]) {
                for (const theme of [0, tax, ...judged]) {
                    dispatch({type: "theme", theme});
                    const card = document.querySelector(".mujun-card");
                    const cells = [...card.querySelectorAll("td.mujun-number")];
                    const over = card.scrollWidth > card.clientWidth;
                    if (over || cells.some((c) => c.scrollWidth > c.clientWidth))
                        out.push([data.themes[theme].id, card.scrollWidth - card.clientWidth]);
                }
                dispatch({type: "switch-language"});
            }
            return out;
        }""")
        page.context.close()
        assert cut == [], width


SAID = """() => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), said = [];
    while (walk.nextNode()) {
        const parent = walk.currentNode.parentElement;
        if (!parent.closest("script, style, .mujun-sources")) said.push(walk.currentNode.data);
        for (const name of ["title", "aria-label", "placeholder"])
            if (!parent.closest(".mujun-sources")) said.push(parent.getAttribute(name) ?? "");
    }
    return [...new Set(said)]; }"""
BESIDE_LATIN = re.compile(r"[A-Za-z0-9%)] ?[（）：；，。、]|[（：；，。、] ?[A-Za-z]")


def test_english_stands_in_its_own_signs(browser, demo):
    """No bracket, comma or colon of Chinese writing beside English words and figures."""
    page = Page(browser, demo / "outputs/map.html", viewport=OFFICE).page
    said = set()

    def take(*actions):
        page.evaluate("actions => actions.forEach((a) => mujunReady.dispatch(a))", list(actions))
        said.update(page.evaluate(SAID))

    tax = page.evaluate("mujunReady.data.themes.findIndex((t) => t.id === 'tax_per_mu')")
    boxes = ("filters", "trial", "notes", "outcome", "check")
    take({"type": "switch-language"}, *({"type": "unfold", "box": b, "open": True} for b in boxes))
    for theme in range(page.evaluate("mujunReady.data.themes.length")):
        take({"type": "theme", "theme": theme})
    take(*(action for name in ("filters", "trial", "year") for action in APART[name]))
    take({"type": "theme", "theme": tax})
    park, parcel = page.evaluate("[mujunReady.data.parks[0].id, mujunReady.data.ids[0]]")
    kinds = ("list", "paper", "flips", "scenarios", "briefing")
    for card in (*({"kind": kind} for kind in kinds), {"kind": "park", "id": park}):
        take({"type": "open", "card": card})
    take({"type": "open", "card": {"kind": "parcel", "id": parcel}})
    take({"type": "solid", "solid": {"on": True}})
    take({"type": "solid", "solid": {"on": False}}, {"type": "compare", "parks": [park]})
    page.context.close()
    assert len(said) > 1000
    assert [text for text in sorted(said) if BESIDE_LATIN.search(text)] == []


def test_the_list_of_the_verdict_names_the_worst_clause_and_its_gap(opened, run):
    """Of the mandatory rules that a parcel fails the one with the largest gap by what is asked."""
    opened.evaluate("mujunReady.dispatch({type: 'open', card: {kind: 'list'}})")
    lines = [row.split("\t") for row in opened.locator(".mujun-list tbody tr").all_inner_texts()]
    opened.evaluate("mujunReady.dispatch({type: 'close'})")
    failed = run.verdicts[
        (run.verdicts["subject"] == "parcel")
        & (run.verdicts["verdict"] == "fail")
        & run.verdicts["mandatory"]
    ]
    of_bar = failed["gap"] / failed["threshold"].abs()
    worst = failed.assign(share=100 * of_bar).sort_values("share").groupby("subject_id").first()
    assert len(lines) == 300
    shares = [float(line[5]) for line in lines]
    assert shares == pytest.approx(
        worst["share"].nsmallest(300).tolist(), abs=0.0501
    )  # one decimal
    for parcel, _, verdict, clause, gap, share, _ in lines:
        own = worst.loc[parcel]
        assert verdict == "不达标"
        assert float(share) == pytest.approx(own["share"], abs=0.0501)
        assert f"≥ {own['threshold']:,.6g}" in clause
        assert float(gap.split(" ")[0].rstrip("%").replace(",", "")) == pytest.approx(
            own["gap"], abs=0.006
        )


def test_a_parcel_of_a_list_goes_back_to_its_place_there(opened):
    opened.evaluate("mujunReady.dispatch({type: 'open', card: {kind: 'list'}})")
    card = opened.locator(".mujun-card")
    link = card.locator("[data-parcel]").nth(60)
    name = link.inner_text()
    link.scroll_into_view_if_needed()
    top = card.evaluate("card => card.scrollTop")
    assert top > 0
    link.click()
    assert card.locator("h2").inner_text() == name
    pairs = card.get_by_role("button", name="一宗").all_inner_texts()
    assert pairs == ["‹ 上一宗", "下一宗 ›", "下一宗未核查"]
    card.get_by_role("button", name="列表中的下一宗").click()
    after = card.locator("h2").inner_text()
    assert after != name
    opened.keyboard.press("Escape")
    assert "1,050 宗" in card.locator("h2").inner_text()
    assert card.evaluate("card => card.scrollTop") == top
    assert opened.evaluate("document.activeElement.dataset.parcel") == after
    card.locator(f"[data-parcel={name}]").click()
    card.get_by_role("button", name="返回列表").click()
    assert opened.evaluate("document.activeElement.dataset.parcel") == name
    opened.keyboard.press("Escape")
    assert not card.is_visible()
    opened.click("#mujun-home")


def test_a_sheet_of_two_sides_names_them_in_their_order(opened):
    said = opened.evaluate("""() => {
        const {dispatch, data} = mujunReady;
        const theme = data.themes.findIndex((t) => t.id === "tax_per_mu");
        const said = [], pen = CanvasRenderingContext2D.prototype, written = pen.fillText;
        pen.fillText = function (text, ...at) { said.push(text); written.call(this, text, ...at); };
        dispatch({type: "theme", theme});
        dispatch({type: "look", look: {year: 2021}});
        const offered = [...document.querySelectorAll("#mujun-since option:not(:disabled)")];
        said.push(offered.map((option) => option.value).join());
        dispatch({type: "swipe", on: true});
        dispatch({type: "swipe-year", year: 2023});
        dispatch({type: "open", card: {kind: "paper"}});
        pen.fillText = written;
        for (const action of [{type: "swipe", on: false}, {type: "close"}]) dispatch(action);
        dispatch({type: "look", look: {year: null}});
        dispatch({type: "theme", theme: 0});
        return said.join("");
    }""")
    assert ",2022,2023" in said  # a year is not compared with itself
    assert said.count("亩均税收 · 2021") == said.count("亩均税收 · 2023") == 2
    assert "亩均税收图（2021 | 2023 年）" in said


def test_a_filter_by_firms_says_how_many_parcels_it_passes(opened, run):
    grade = opened.evaluate("mujunReady.data.themes.find((t) => t.id === 'grade')")
    code = next(k for k, item in enumerate(grade["legend"]) if item["zh"].startswith("A"))
    opened.click("[data-figure=grades] button.mujun-part >> nth=0")
    shown = opened.evaluate("code => mujunReady.view.codes.filter((c) => c === code).length", code)
    chip = opened.inner_text(".mujun-mark-filter")
    assert parts(opened, "grades")["A"] != shown
    assert f"（宗地{shown}宗）" in chip
    colour = opened.locator(".mujun-part[aria-pressed=true]").evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    )
    assert colour == ["rgb(255, 255, 255)", "rgb(29, 91, 143)"]  # though the pointer is over it
    opened.click(".mujun-mark-filter")
    opened.evaluate("mujunReady.dispatch({type: 'theme', theme: 0})")


def test_a_figure_is_a_filter_that_a_second_click_takes_back(opened, run):
    fails = opened.locator("[data-figure=pass_share] .mujun-part", has_text="不达标")
    fails.click()
    assert fails.get_attribute("aria-pressed") == "true"
    total = opened.inner_text(".mujun-total").split()
    assert total[1] == str((run.parcels["compliance"] == "fail").sum())
    fails.click()
    assert fails.get_attribute("aria-pressed") == "false"
    assert opened.inner_text(".mujun-total").split()[1] == "1,050"
    unjudged = opened.locator("[data-figure=pass_share] .mujun-part", has_text="一事一议")
    unjudged.click()
    assert opened.inner_text(".mujun-total").split()[1] == unjudged.inner_text().split()[1]
    unjudged.click()
    tax = opened.locator("[data-figure=tax_per_mu] button").first
    tax.click()
    assert opened.input_value("#mujun-theme") == "亩均税收"
    assert tax.get_attribute("aria-pressed") == "true"
    tax.click()
    assert opened.evaluate("mujunReady.state.theme") == 0


def test_an_office_screen_holds_strip_and_panel_and_folds_them(opened):
    for width, height in ((1366, 596), (1092, 477)):
        opened.set_viewport_size({"width": width, "height": height})
        clipped = opened.evaluate(
            """() => [...document.querySelectorAll('.mujun-headline-main, .mujun-figures, .mujun-board')]
                 .filter(n => n.scrollWidth > n.clientWidth + 1).map(n => n.innerText)"""
        )
        assert clipped == []
        boxes = opened.evaluate(
            """() => ['.mujun-board', '.mujun-panel', '.mujun-legend'].map(
                 s => document.querySelector(s).getBoundingClientRect().toJSON())"""
        )
        assert boxes[0]["height"] <= 100
        assert boxes[1]["top"] >= boxes[0]["bottom"]
        assert boxes[1]["bottom"] <= height
    opened.set_viewport_size(OFFICE)
    assert boxes[2]["top"] < height
    opened.locator(".mujun-board").click()
    opened.keyboard.press("p")
    assert not opened.locator(".mujun-panel").is_visible()
    opened.keyboard.press("p")
    opened.keyboard.press("b")
    assert not opened.locator(".mujun-part").first.is_visible()
    opened.keyboard.press("b")
    assert opened.locator(".mujun-legend").is_visible()


def test_search_finds_parks_and_industries_by_keyboard(opened, run):
    opened.fill("#mujun-search", "syn-0")
    assert "还有" in opened.inner_text(".mujun-more >> nth=0")
    before = opened.locator(".mujun-matches [role=option]").count()
    opened.locator(".mujun-matches .mujun-more").first.click()
    assert opened.locator(".mujun-matches [role=option]").count() > before
    opened.fill("#mujun-search", "白酒")
    opened.press("#mujun-search", "Enter")
    wanted = run.parcels["industry_code"].astype(str).str.startswith("15").sum()
    assert opened.inner_text(".mujun-total").split()[1] == str(wanted)
    opened.evaluate("mujunReady.dispatch({type: 'clear'})")
    opened.fill("#mujun-search", "北区")
    opened.press("#mujun-search", "ArrowDown")
    opened.press("#mujun-search", "ArrowUp")
    opened.press("#mujun-search", "Enter")
    assert opened.evaluate("mujunReady.state.park") == "SYN-04"
    opened.evaluate("mujunReady.dispatch({type: 'clear'})")
    opened.evaluate("mujunReady.dispatch({type: 'close'})")


def test_nothing_found_says_so_and_leads_back(opened):
    opened.evaluate("mujunReady.dispatch({type: 'area', side: 0, value: 1e6})")
    assert "没有宗地符合筛选条件" in opened.inner_text(".mujun-empty")
    opened.click("text=清除筛选")
    assert opened.inner_text(".mujun-total").split()[1] == "1,050"


def test_a_parcel_that_is_opened_stands_beside_its_card(opened, run):
    """Its verdict and why on top, then figures, then the gravest rules; each document once."""
    index = int((run.parcels["compliance"] == "fail").to_numpy().argmax())
    at = opened.evaluate(
        """i => { const {map, layer} = mujunReady, middle = layer.bounds(i).getCenter();
             map.setView(middle, 15, {animate: false}).panBy([-480, 0], {animate: false});
             const p = map.latLngToContainerPoint(middle);
             return [p.x, p.y]; }""",
        index,
    )
    opened.mouse.click(*at)
    place = opened.evaluate(
        """i => { const {map, layer} = mujunReady, b = layer.bounds(i);
             return [map.latLngToContainerPoint(b.getSouthEast()).x,
                     document.querySelector('.mujun-card').getBoundingClientRect().left]; }""",
        index,
    )
    assert place[0] <= place[1]
    card = opened.locator(".mujun-card")
    assert card.locator(".mujun-verdict").inner_text().startswith("不达标")
    tax = run.parcels["tax_per_mu"].iloc[index]
    shown = card.locator("[data-name=tax_per_mu]").inner_text()
    assert (f"{tax:,.2f}".rstrip("0").rstrip(".") if pd.notna(tax) else "无数据") in shown
    assert card.locator("[data-rule] .mujun-badge").first.inner_text() == "不达标"
    sources = card.locator(".mujun-sources li").all_text_contents()
    assert len(sources) == len(set(sources))
    assert sum("隆府办发〔2022〕58号" in one for one in sources) <= 2
    assert "转载页" in sources[0]
    opened.get_by_role("button", name="列表中的下一宗").click()
    assert opened.locator(".mujun-card h2").inner_text() != run.parcels["parcel_id"].iloc[index]
    opened.keyboard.press("Escape")
