"""What the map says, over all of its views: one name of a unit, and one way to write a figure."""

from __future__ import annotations

import re

import pytest

from geo.publish.records.numbers import number
from tests.waiting import page_until

SAID = """async () => {
    const {dispatch, data} = mujunReady, found = new Set();
    const frames = async () => {
        for (let k = 0; k < 2; k++) await new Promise(requestAnimationFrame);
    };
    const own = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
        found.add(text);
        return own.call(this, text, ...rest);
    };
    const read = async (...actions) => {
        actions.forEach((action) => dispatch(action));
        await frames();
        for (const line of document.body.innerText.split("\\n")) found.add(line);
        for (const node of document.querySelectorAll("[title], [aria-label], option, summary"))
            for (const text of [node.title, node.getAttribute("aria-label"), node.textContent])
                if (text) found.add(text);
    };
    const card = (kind, id) => ({type: "open", card: {kind, id}});
    for (let theme = 0; theme < data.themes.length; theme++) await read({type: "theme", theme});
    for (const id of ["compliance", "tax_per_mu"])
        await read({type: "theme", theme: data.themes.findIndex((t) => t.id === id)}, card("list"));
    for (const code of [0, 1, 2, 3]) {
        const parcel = data.ids[data.compliance.indexOf(code)];
        if (parcel) await read(card("parcel", parcel));
    }
    await read(card("park", data.parks[0].id));
    await read({type: "theme", theme: data.themes.findIndex((t) => t.edges.length)}, card("paper"));
    await read({type: "unfold", box: "spread", open: true}, {type: "look", look: {since: 2021}});
    await read({type: "look", look: {since: null}}, {type: "swipe", on: true}, card("paper"));
    await read({type: "swipe", on: false}, {type: "solid", solid: {on: true}});
    await read({type: "solid", solid: {on: false}},
               {type: "compare", parks: data.parks.slice(0, 3).map((park) => park.id)});
    await read({type: "compare", parks: []});
    for (const [k, rule] of data.rules.entries())
        if (rule.unit[0] || rule.decimals)
            await read({type: "try", subject: `rule:${k}`}, {type: "try-bar", side: "lowBy", value: 10},
                       card("flips"));
    await read({type: "end-trial"}, {type: "unfold", box: "spread", open: false}, card("briefing"));
    await read({type: "close"});
    CanvasRenderingContext2D.prototype.fillText = own;
    return [...found];
}"""
"""Every text of every view, of tips and labels, and what is drawn on canvases."""
ROWS = """async (rule) => {
    const {dispatch, data} = mujunReady, frame = () => new Promise(requestAnimationFrame);
    const theme = rule === "" ? data.themes.findIndex((t) => t.trial === "compliance")
                              : data.themes.findIndex((t) => t.rule === rule);
    [{type: "theme", theme}, {type: "open", card: {kind: "list"}}].forEach(dispatch);
    await frame();
    const cells = (row) => [...row.children].map((cell) => cell.innerText);
    const rows = [...document.querySelectorAll(".mujun-list tbody tr")].slice(0, 12).map(cells);
    const cards = [];
    for (const [id] of rows) {
        dispatch({type: "open", card: {kind: "parcel", id}});
        await frame();
        cards.push(Object.fromEntries([...document.querySelectorAll(".mujun-rule[data-rule]")]
            .map((node) => [node.dataset.rule, node.querySelector("summary").innerText])));
    }
    dispatch({type: "close"});
    return [rows, cards];
}"""
"""The first rows of a theme's list, and what each parcel's card says of each rule."""


@pytest.fixture
def opened(page):
    yield page.page
    page.page.evaluate("""mujunReady.data.lang !== mujunReady.state.lang
        && mujunReady.dispatch({type: "switch-language"})""")
    assert page.complaints == []


def test_english_names_the_unit_of_money_in_one_way(opened):
    """Tables count 10,000 CNY, a figure that stands alone is CNY, m or bn: no yuan, no RMB."""
    opened.evaluate("mujunReady.dispatch({type: 'switch-language'})")
    texts = opened.evaluate(SAID)
    assert len(texts) > 600
    assert any("10,000 CNY/mu" in text for text in texts)
    assert any(re.search(r"CNY [\d,.]+ m/mu", text) for text in texts)
    assert not [
        text for text in texts if re.search(r"\{\w+[:}]|\b1 (?:parcel|park|class)e?s\b", text)
    ]
    amiss = re.compile(r".{,9}(?:yuan|rmb|10,000 (?!CNY)[a-z]).{,9}", re.IGNORECASE)
    assert {found[0] for text in texts for found in amiss.finditer(text)} == set()


def test_a_figure_of_a_rule_has_the_same_decimals_wherever_it_stands(opened, run):
    """Found and gap as the table of verdicts has them: in its list, in that of all rules, on cards."""
    judged = run.verdicts.assign(rule=run.verdicts["rule_id"].astype("str"))
    judged = judged[judged["gap"].notna()].set_index(["rule", "subject_id"])
    shown = {
        at: (number(value, max(2, int(places))), number(gap, max(2, int(places))))
        for at, value, gap, places in zip(
            judged.index, judged["value"], judged["gap"], judged["decimals"], strict=True
        )
    }
    seen = 0
    for rule in opened.evaluate("mujunReady.data.rules.map(({id}) => id)"):
        rows, cards = opened.evaluate(ROWS, rule)
        for row, card in zip(rows, cards, strict=True):
            if (rule, row[0]) not in shown:
                continue
            value, gap = shown[rule, row[0]]
            assert row[3:6:2] == [value, gap]
            share = re.search(rf"实际 {re.escape(value)}(%?) ·", card[rule])[1]
            far, points = re.search(r"(?:差|余) ([\d,.]+)( 个百分点)?$", card[rule]).groups()
            assert far == gap.removeprefix("-")
            assert bool(points) == bool(share)
            seen += 1
    rows, cards = opened.evaluate(ROWS, "")
    for row, card in zip(rows, cards, strict=True):
        gap, *points = row[4].removeprefix("-").partition(" 个百分点")[:2]
        far = f"差 {gap.split()[0]}{''.join(points)}"
        assert any(text.endswith(far) for text in card.values())
        seen += 1
    assert seen > 40


def test_a_column_has_the_same_decimals_on_card_tip_and_list(opened, run):
    tax = "mujunReady.data.themes.findIndex(({id}) => id === 'tax_per_mu')"
    opened.evaluate(f"mujunReady.dispatch({{type: 'theme', theme: {tax}}})")
    parcels = run.parcels
    figures = parcels["tax_per_mu"].dropna().map(number)
    index = int(figures.index[figures.str.endswith("0")][0])  # such as 15.40
    figure = figures[index]
    opened.evaluate(
        "id => mujunReady.dispatch({type: 'open', card: {kind: 'parcel', id}})",
        parcels["parcel_id"][index],
    )
    assert opened.inner_text("[data-name=tax_per_mu] b") == f"{figure} 万元/亩"
    area = number(parcels["area_mu"][index])
    assert f"{area} 亩" in opened.inner_text(".mujun-card")
    x, y = opened.evaluate(
        """(i) => { const {map, layer} = mujunReady;
        map.fitBounds(layer.bounds(i).pad(1), {animate: false});
        const p = map.latLngToContainerPoint(layer.bounds(i).getCenter());
        return [p.x, p.y]; }""",
        index,
    )
    opened.mouse.move(x - 3, y)
    opened.mouse.move(x, y)
    page_until(opened, "document.querySelector('.leaflet-tooltip')")
    tip = opened.locator(".leaflet-tooltip").all_inner_texts()
    assert any(f"亩均税收：{figure} 万元/亩" in text and f"{area} 亩" in text for text in tip)


def test_the_judged_list_needs_no_scrolling_at_1366(opened):
    """In English its headings are wider, and its card with them."""
    size = opened.viewport_size
    opened.set_viewport_size({"width": 1366, "height": 768})
    opened.evaluate("mujunReady.dispatch({type: 'close'})")
    if opened.evaluate("document.documentElement.lang") != "en":
        opened.evaluate("mujunReady.dispatch({type: 'switch-language'})")
    themes = opened.evaluate(
        "mujunReady.data.themes.flatMap((t, k) => (t.trial === 'compliance' || t.rule ? [k] : []))"
    )
    assert len(themes) > 5
    for theme in themes:
        opened.evaluate(
            """(theme) => [{type: 'theme', theme}, {type: 'open', card: {kind: 'list'}}]
                .forEach(mujunReady.dispatch)""",
            theme,
        )
        room, width = opened.evaluate(
            """new Promise(requestAnimationFrame).then(() => {
                const list = document.querySelector(".mujun-listing");
                return [list.clientWidth, list.scrollWidth]; })"""
        )
        assert width <= room
    opened.set_viewport_size(size)
