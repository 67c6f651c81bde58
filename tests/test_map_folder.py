"""The map as a folder: from parks to parcels, by double click and from a server."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.errors import OutputError
from geo.evaluate.grades import grade
from geo.evaluate.method import method_of
from geo.project import read_project
from geo.publish.webmap import folder as folder_module
from geo.publish.webmap.folder import write_folder, write_map, write_tables
from geo.publish.webmap.map import OfflineMap
from geo.publish.webmap.serve import server
from geo.run import Run
from geo.standards.vocabulary import VERDICTS
from tests import bench_folder
from tests.bench_map import frame
from tests.browser import Page, choose_theme, legend, legend_of, open_parcel
from tests.map_folders import handed
from tests.test_map_trial import with_setting
from tests.waiting import page_until, until


@pytest.fixture(scope="module")
def demo(copied_demo):
    """This module writes to it."""
    return copied_demo


@pytest.fixture(scope="module")
def made(demo, tmp_path_factory):
    """The demo in files of at most 150 parcels."""
    folder = tmp_path_factory.mktemp("folder")
    write_folder(Run.load(demo / "outputs"), folder, size=150)
    return folder


@pytest.fixture(scope="module")
def opened(browser, made):
    page = Page(browser, made / "index.html")
    yield page
    assert page.complaints == []
    page.context.close()


def class_totals(run, key="compliance", parcels=None):
    own = (run.parcels if parcels is None else parcels).groupby(key)["area_mu"].agg(["size", "sum"])
    return {VERDICTS[k].zh: (int(r["size"]), round(r["sum"])) for k, r in own.iterrows()}


def look(page, west, south, east, north):
    """Move to a box and wait for what it loads."""
    page.evaluate(
        """async ([w, s, e, n]) => {
        const {map, folder, layer} = mujunReady;
        map.fitBounds([[s, w], [n, e]], {animate: false});
        await folder.look();
        await layer.painted;
    }""",
        [west, south, east, north],
    )


def few(page, most=400):
    """Let so many parcels be drawn at a time (the demo is small)."""
    page.evaluate("most => { mujunReady.folder.most = most; mujunReady.folder.key = null; }", most)


def test_the_province_is_shown_by_its_parks(opened, run):
    """All parcels are in the legend; parks have the colour of the class with most of their land."""
    page, asked = opened.page, len(opened.requests)
    few(page, 1)
    page.evaluate("() => mujunReady.folder.look()")
    assert legend(page) == class_totals(run)
    assert page.inner_text(".mujun-total").replace(",", "").split()[1] == str(len(run.parcels))
    assert "放大后载入图形" in page.inner_text(".mujun-loaded")
    fills = page.locator(".mujun-park-fill").evaluate_all("l => l.map(p => p.getAttribute('fill'))")
    land = run.parcels.groupby(["park_id", "compliance"])["area_mu"].sum().unstack()
    colours = {"pass": "#74abd3", "fail": "#c9573f", "no_data": "#c9c9c9", "exempt": "#efe3c2"}
    order = page.evaluate("mujunReady.data.parks.map(p => p.id)")
    assert fills == [colours[land.loc[park].idxmax()] for park in order]
    bars = page.locator(".mujun-park-bar").evaluate_all(
        "l => l.map(b => [...b.querySelectorAll('i')].map(i => parseFloat(i.style.flex)))"
    )
    named = land.rename(columns={"pass": 0, "fail": 1, "no_data": 2, "exempt": 3}).fillna(0)
    for park, widths in zip(order, bars, strict=True):
        assert widths[:4] == pytest.approx(named.loc[park, [0, 1, 2, 3]].tolist(), rel=1e-5)
    few(page, 1)  # the park comes into view, and its parcels are too many still
    page.select_option("#mujun-park-filter", label="隆昌示范园·南区（合成）")
    own = run.parcels[run.parcels["park_id"] == "SYN-02"]
    assert page.inner_text(".mujun-total").replace(",", "").split()[1] == str(len(own))
    assert page.locator(".mujun-park-fill").count() == 1
    page.select_option("#mujun-park-filter", label="全部园区")
    assert len(opened.requests) == asked  # nothing was loaded for it


def test_zooming_in_loads_the_parcels_of_the_view_only(opened, run):
    page = opened.page
    few(page)
    park = run.parks.to_crs(4326).iloc[1]
    look(page, *park.geometry.buffer(-0.002).bounds)
    ids = page.evaluate("mujunReady.now.ids")
    known = run.parcels.set_index("parcel_id")
    assert 0 < len(ids) < len(run.parcels)
    here = run.parcels.to_crs(4326).cx[
        slice(*park.geometry.buffer(-0.002).bounds[::2]),
        slice(*park.geometry.buffer(-0.002).bounds[1::2]),
    ]
    assert set(here["parcel_id"]) <= set(ids)
    own = known.loc[ids]
    assert legend(page) == class_totals(run)  # of all, whatever is loaded
    assert page.locator(".mujun-park-fill").count() == 0
    assert f"已载入 {len(ids):,} / 1,050 宗" in page.inner_text(".mujun-loaded")
    # Every parcel has its own figures, rules, enterprises and place.
    index = len(ids) - 1
    open_parcel(page, index)
    card = page.inner_text(".mujun-card")
    assert ids[index] in card
    assert f"{own['area_mu'].iloc[index]:,.2f}".rstrip("0").rstrip(".") in card
    middle = page.evaluate(
        """i => { const c = mujunReady.layer.bounds(i).getCenter();
        return [c.lng, c.lat]; }""",
        index,
    )
    box = known.to_crs(4326).loc[ids[index]].geometry.bounds
    assert middle == pytest.approx([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2], abs=1e-6)
    rows = run.allocation
    rows = rows[(rows["year"] == 2023) & (rows["parcel_id"] == ids[index])]
    names = run.enterprises.set_index("enterprise_id")["name"].loc[rows["enterprise_id"]]
    assert all(name in card for name in names)


COUNTED = """() => {
    const texts = [...document.querySelectorAll("button.mujun-class")].map((one) => one.innerText);
    const whole = texts.every((text) => !text.includes("…") && text.split("\\n").length > 2);
    return whole && !document.querySelector(".mujun-partial") ? texts : [];
}"""
"""What the classes say, once nothing is said of a part and no class waits for its sums."""


def counted(page):
    """The legend once all parcels are counted, and what it said until then."""
    page.evaluate("mujunReady.folder.province.counting")
    said = []

    def is_counted():
        said[:] = page.evaluate(COUNTED)
        return said

    until(is_counted, "every class has its sums")
    return {name: own for name, own in legend_of(said).items() if own[0]}


def sums_said(parcels):
    return [
        f"{name} {parcels[key].sum():,.0f} 万元（{parcels[key].notna().sum():,} 宗）"
        for name, key in (("营业收入", "revenue"), ("税收", "tax"))
    ]


def test_parcels_on_their_way_are_not_said_to_be_missing(browser, made, run):
    """From one park that is loaded to another: nothing says that there is no parcel, then or now."""
    tab = Page(browser, made / "index.html")
    few(tab.page)
    west, north = (run.parks.to_crs(4326).geometry.iloc[k].buffer(-0.002) for k in (2, 3))
    look(tab.page, *west.bounds)
    w, s, e, n = north.bounds
    move = "([w, s, e, n]) => mujunReady.map.fitBounds([[s, w], [n, e]], {animate: false})"
    tab.page.evaluate(move, [w, s, e, n])
    assert tab.page.locator(".mujun-void").count() == 0
    look(tab.page, w, s, e, n)
    assert tab.page.locator(".mujun-void").count() == 0
    tab.context.close()


def test_filters_and_sums_are_of_the_whole_province(opened, run):
    """Against pandas, with no parcel loaded and with some; until then it is said loudly."""
    page, parcels = opened.page, run.parcels
    few(page, 1)
    page.evaluate("() => mujunReady.folder.look()")
    assert page.evaluate("mujunReady.now.ids.length") == 0
    kept = parcels[parcels["industry_code"].astype(str).str.startswith("30")]
    said = page.evaluate(
        """() => {
        const {data, dispatch} = mujunReady;
        const theme = data.themes.findIndex((t) => t.id === "industry");
        const code = data.themes[theme].legend.findIndex((c) => c.zh.startsWith("30"));
        dispatch({type: "only-class", theme, code});
        return [".mujun-partial", ".mujun-total"].map((s) => document.querySelector(s).innerText);
    }"""
    )
    assert "仅为已载入的0 / 1,050宗，不是合计" in said[0]
    assert "合计" not in said[1]
    assert counted(page) == class_totals(run, parcels=kept)
    assert page.locator(".mujun-sum").all_inner_texts() == sums_said(kept)
    page.select_option("#mujun-park-filter", label="隆昌示范园·南区（合成）")
    south = kept[kept["park_id"] == "SYN-02"]
    assert counted(page) == class_totals(run, parcels=south)
    assert page.locator(".mujun-sum").all_inner_texts() == sums_said(south)
    page.click("button.mujun-class:has-text('不达标')")  # hidden: its money leaves the sums
    assert page.locator(".mujun-sum").all_inner_texts() == sums_said(
        south[south["compliance"] != "fail"]
    )
    page.click("button.mujun-class:has-text('不达标')")
    page.select_option("#mujun-park-filter", label="全部园区")
    few(page)
    look(page, *run.parks.to_crs(4326).geometry.iloc[1].buffer(-0.002).bounds)
    assert 0 < page.evaluate("mujunReady.now.ids.length") < len(parcels)
    assert counted(page) == class_totals(run, parcels=kept)
    page.evaluate(
        "() => mujunReady.state.filters.forEach(({theme}) => mujunReady.dispatch("
        "{type: 'drop-filter', theme}))"
    )


def test_circles_of_parks_are_of_all_their_parcels(opened, run):
    """With none loaded; hidden classes and filters leave them, a park alone has the largest."""
    page, parcels = opened.page, run.parcels
    few(page, 1)
    page.evaluate("() => mujunReady.folder.look()")
    choose_theme(page, "亩均税收")
    counted(page)
    page.check("#mujun-circles")
    circles = """() => { const {parks, left} = mujunReady.layer.symbols;
        return [[...parks.total], [...parks.x], left.missing]; }"""
    totals, x, missing = page.evaluate(circles)
    by_park = parcels.groupby("park_id")["tax"].sum().sort_values(ascending=False)
    assert totals == pytest.approx(by_park.tolist(), rel=1e-6)
    assert missing == parcels["tax"].isna().sum()
    boxes = run.parks.to_crs(4326).set_index("park_id").bounds.loc[by_park.index]
    middle = (boxes["minx"] + boxes["maxx"]) / 720 + 0.5
    assert x == pytest.approx(middle.tolist(), abs=1e-8)
    page.click("button.mujun-class >> nth=0")
    edge = page.evaluate("mujunReady.view.edges[0]")
    kept = parcels[~(parcels["tax_per_mu"].astype("float32") < edge)]
    wanted = kept.groupby("park_id")["tax"].sum().sort_values(ascending=False)
    assert page.evaluate(circles)[0] == pytest.approx(wanted.tolist(), rel=1e-6)
    page.click("button.mujun-class >> nth=0")
    page.select_option("#mujun-park-filter", label="隆昌示范园·南区（合成）")
    assert page.evaluate(circles)[0] == pytest.approx([by_park["SYN-02"]], rel=1e-6)
    page.select_option("#mujun-park-filter", label="全部园区")
    page.uncheck("#mujun-circles")
    choose_theme(page, "“标准地”综合判定")


def test_the_distribution_is_of_the_whole_province(opened, run):
    """With no parcel loaded, and of a park; the bars in force are those of all its parcels."""
    page, parcels = opened.page, run.parcels
    few(page, 1)
    page.evaluate("() => mujunReady.folder.look()")
    choose_theme(page, "亩均税收")
    page.click("#mujun-spread summary")
    counted(page)
    for label, own in (
        ("全部园区", parcels),
        ("隆昌示范园·南区（合成）", parcels[parcels["park_id"] == "SYN-02"]),
    ):
        page.select_option("#mujun-park-filter", label=label)
        counted(page)
        known = own["tax_per_mu"].dropna()
        said = page.inner_text("#mujun-spread")
        assert f"{len(known):,} 宗" in said
        assert f"中位数 {known.median():,.2f}" in said
        assert "已载入" not in said
        bins = page.locator("#mujun-spread .mujun-bin title").all_text_contents()
        tallied = [int(text.split("：")[1].split()[0].replace(",", "")) for text in bins]
        assert sum(tallied) == len(known)
        judged = run.verdicts[run.verdicts["indicator"] == "tax_per_mu"]
        judged = judged[judged["subject_id"].isin(own["parcel_id"]) & judged["threshold"].notna()]
        low = judged["threshold"].min()
        assert not len(judged) or f"{low:g}" in said
    page.select_option("#mujun-park-filter", label="全部园区")
    page.click("#mujun-spread summary")
    choose_theme(page, "“标准地”综合判定")


def test_classes_are_cut_by_all_parcels(opened, run):
    """Natural breaks do not move with what is loaded: the same with none and with some."""
    page = opened.page
    few(page, 1)
    page.evaluate("() => mujunReady.folder.look()")
    choose_theme(page, "亩均税收")
    page.select_option("#mujun-method", value="natural")
    before = counted(page)
    values = run.parcels["tax_per_mu"].astype("float32")
    edges = page.evaluate("mujunReady.view.edges")
    cut = np.searchsorted(np.array(edges, "float32"), values.dropna(), side="right")
    found = [parcels for parcels, _ in before.values()]
    assert found == [*np.bincount(cut, minlength=len(edges) + 1), values.isna().sum()]
    few(page)
    look(page, *run.parks.to_crs(4326).geometry.iloc[1].buffer(-0.002).bounds)
    assert counted(page) == before
    assert page.evaluate("mujunReady.view.edges") == edges
    choose_theme(page, "“标准地”综合判定")


def test_a_trial_judges_the_whole_province(opened, run):
    page = opened.page
    few(page)
    look(page, *run.parks.to_crs(4326).geometry.iloc[1].buffer(-0.002).bounds)
    page.click("#mujun-trial summary")
    page.select_option("#mujun-trial-subject", index=2)
    page.fill("#mujun-trial-low-number", "12")
    page.press("#mujun-trial-low-number", "Enter")
    own = run.verdicts[run.verdicts["rule_id"] == "longchang-neirong-2022/tax"]
    own = own[own["verdict"].isin(["pass", "fail"]) & own["threshold"].notna()]
    wanted = (own["value"] < 12).sum()
    assert counted(page)["不达标"][0] == wanted
    rows = page.locator("#mujun-trial .mujun-outcome").all_inner_texts()
    assert f" {wanted:,} 宗" in rows[1]
    assert f"（原 {(own['verdict'] == 'fail').sum():,} 宗" in rows[1]
    page.click("#mujun-reset")
    choose_theme(page, "“标准地”综合判定")
    assert counted(page) == class_totals(run)


def test_a_trial_of_grades_is_of_all_enterprises_and_their_parcels(opened, run, demo):
    """Weights and a share dragged grade as the engine does, whichever parcels are loaded."""
    page = opened.page
    few(page)
    look(page, *run.parks.to_crs(4326).geometry.iloc[1].buffer(-0.002).bounds)
    assert 0 < len(page.evaluate("mujunReady.now.ids")) < len(run.parcels)
    page.evaluate("mujunReady.dispatch({type: 'try', subject: 'grades'})")
    page.wait_for_selector("#mujun-cut-A-number")
    method = method_of(read_project(demo))
    group = method.groups[0]
    first = f"{group.id}/{group.items[0].indicator}"
    for field, value in ((f"mujun-weight-{first}-number", 35), ("mujun-cut-A-number", 10)):
        page.locator(f"[id='{field}']").fill(str(value))
        page.locator(f"[id='{field}']").press("Enter")
    table = run.enterprises.drop(columns=["grade", "score"]).set_index("enterprise_id")
    setting = with_setting(method, {"weights": {first: 35.0}, "cuts": {"A": 10.0}})
    new = grade(table, setting, 2023).grades.set_index("subject_id")["grade"]
    was = run.grades[run.grades["subject"] == "enterprise"].set_index("subject_id")["grade"]
    assert (new != was.reindex(new.index)).sum() > 20
    graded = page.locator(".mujun-outcome[data-of='grades']")
    letters = [f"{g} {(new == g).sum()}（原 {(was == g).sum()}）" for g in "ABC"]
    until(lambda: letters[0] in graded.inner_text(), "the grades on trial")
    assert all(text in graded.inner_text() for text in letters)
    own = run.parcels["area_mu"].groupby(run.parcels["main_enterprise_id"].map(new))
    land = own.agg(["size", "sum"])
    said = counted(page)
    for letter in "ABC":
        assert said[letter] == (land.loc[letter, "size"], round(land.loc[letter, "sum"]))
    # What is loaded later is tried, too.
    look(page, *run.parks.to_crs(4326).geometry.iloc[0].buffer(-0.002).bounds)
    ids, codes = page.evaluate("""() => { const {now, data} = mujunReady;
        const theme = now.themes[mujunReady.state.theme];
        return [data.ids, [...theme.codes].map((code) => theme.legend[code].zh)]; }""")
    grades = run.parcels.set_index("parcel_id")["main_enterprise_id"].map(new)
    known = [(grades[id_], code) for id_, code in zip(ids, codes, strict=True) if code in "ABC"]
    assert len(known) > 20
    assert all(one == code for one, code in known)
    page.click("#mujun-reset")
    choose_theme(page, "“标准地”综合判定")
    assert counted(page) == class_totals(run)


def test_a_file_of_the_list_has_all_parcels_that_it_lists(opened, run, tmp_path):
    """Of a filter, with none of them loaded."""
    page = opened.page
    few(page, 1)
    page.evaluate("() => mujunReady.folder.look()")
    page.evaluate("mujunReady.dispatch({type: 'only-class', theme: 0, code: 1})")
    counted(page)
    page.click("text=列表")
    fails = run.parcels[run.parcels["compliance"] == "fail"]
    assert f"· {len(fails):,} 宗" in page.inner_text(".mujun-listing h2")
    assert "只列已载入的 0 / 1,050 宗" in page.inner_text(".mujun-listing")
    with page.expect_download() as saved:
        page.click("text=导出 CSV")
    saved.value.save_as(tmp_path / "list.csv")
    lines = (tmp_path / "list.csv").read_text("utf-8-sig").splitlines()
    head = next(k for k, text in enumerate(lines) if text.startswith("宗地,"))
    assert "不达标" in "".join(lines[:head])
    table = pd.read_csv(tmp_path / "list.csv", skiprows=head).set_index("宗地")
    assert set(table.index) == set(fails["parcel_id"])
    own = fails.set_index("parcel_id").loc[table.index]
    assert table["亩均税收（万元/亩）"].to_numpy() == pytest.approx(
        own["tax_per_mu"].to_numpy(), rel=1e-6, nan_ok=True
    )
    assert set(table["“标准地”综合判定"]) == {"不达标"}
    page.keyboard.press("Escape")
    page.evaluate("mujunReady.dispatch({type: 'drop-filter', theme: 0})")


def test_search_finds_what_is_not_loaded_and_goes_there(opened, run):
    page = opened.page
    few(page)
    look(page, *run.parks.to_crs(4326).geometry.iloc[1].buffer(-0.002).bounds)
    loaded = set(page.evaluate("mujunReady.now.ids"))
    wanted = next(i for i in run.parcels["parcel_id"] if i not in loaded)
    page.fill("#mujun-search", wanted)
    page.wait_for_selector(".mujun-matches [role=option]")
    page.press("#mujun-search", "Enter")
    page.wait_for_selector(f".mujun-card h2:text-is('{wanted}')")
    assert wanted in page.evaluate("mujunReady.now.ids")
    page.keyboard.press("Escape")


def test_a_file_that_is_gone_is_said_in_a_sentence(browser, demo, tmp_path):
    write_folder(Run.load(demo / "outputs"), tmp_path, size=2000)
    (tmp_path / "tiles/0-0.js").unlink()
    page = Page(browser, tmp_path / "index.html")
    assert "tiles/0-0.js" in page.page.inner_text(".mujun-error")
    page.context.close()


def test_where_workers_are_refused_the_page_counts_by_itself(browser, made, run):
    context = browser.new_context(offline=True)
    context.add_init_script("window.Worker = class { constructor() { throw new Error('no'); } }")
    page = context.new_page()
    page.goto((made / "index.html").as_uri())
    page_until(page, "'mujunReady' in window")
    page.evaluate("mujunReady.dispatch({type: 'only-class', theme: 0, code: 1})")
    fails = (run.parcels["compliance"] == "fail").sum()
    assert {name: own[0] for name, own in counted(page).items()} == {"不达标": fails}
    assert page.evaluate("mujunReady.folder.find('SYN-02-00').then((found) => found.length)") > 0
    context.close()


def test_the_folder_opens_from_a_server_on_this_machine(browser, made):
    with server(made) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{running.server_port}/"
        context = browser.new_context()
        page = context.new_page()
        said = []
        page.on("console", lambda m: said.append(m.text))
        page.goto(address)
        page_until(page, "'mujunReady' in window")
        assert page.evaluate("mujunReady.now.ids.length") == 1050  # all may be drawn
        assert said == []
        context.close()
        running.shutdown()


def test_the_server_gives_ranges_and_only_what_is_under_its_folder(made, tmp_path):
    (made.parent / "secret.txt").write_text("no")
    size = (made / "index.html").stat().st_size
    with server(made) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{running.server_port}"

        def ask(path, span=""):
            asked = urllib.request.Request(address + path, headers={"Range": span} if span else {})
            try:
                with urllib.request.urlopen(asked) as said:
                    return said.status, said.read(), said.headers.get("Content-Range")
            except urllib.error.HTTPError as error:
                return error.code, b"", error.headers.get("Content-Range")

        text = (made / "index.html").read_bytes()
        assert ask("/index.html", "bytes=10-19") == (206, text[10:20], f"bytes 10-19/{size}")
        assert ask("/index.html", "bytes=-5")[1] == text[-5:]
        assert ask("/index.html", f"bytes={size - 3}-")[1] == text[-3:]
        assert ask("/index.html", f"bytes={size}-") == (416, b"", f"bytes */{size}")
        assert ask("/index.html")[1] == text
        assert ask("/../secret.txt")[0] == 404
        assert ask("/%2e%2e/secret.txt")[0] == 404
        assert ask("/tiles/")[0] == 404
        with pytest.raises(OutputError, match=str(running.server_port)):
            server(made, running.server_port)
        running.shutdown()
    with pytest.raises(OutputError):
        server(tmp_path)


def test_the_command_writes_the_folder_and_a_run_past_the_limit_leads_into_one(
    demo, tmp_path, monkeypatch
):
    outcome = CliRunner().invoke(
        app, ["map", "-q", "-p", str(demo), "--serve-dir", str(tmp_path / "site")]
    )
    assert outcome.exit_code == 0
    assert (tmp_path / "site/index.html").is_file()
    assert handed(tmp_path / "site/tiles/0-0.js")[0] == "0-0"
    assert str(tmp_path / "site/index.html") in outcome.output.replace("\n", "")
    monkeypatch.setattr(folder_module, "ONE_FILE", 1000)
    write_map(Run.load(demo / "outputs"), tmp_path)
    assert "map/index.html" in (tmp_path / "map.html").read_text("utf-8")
    assert (tmp_path / "map/tiles/0-0.js").is_file()


def test_many_parks_are_drawn_together_and_named_where_few_are_in_view(
    browser, tmp_path, monkeypatch
):
    """A line a park is what a page of thousands of parks never comes to the end of."""
    monkeypatch.setattr(bench_folder, "PARKS", 400)
    parcels = frame(1_600)
    base = OfflineMap(location=[30, 105])
    base.forbid_network(scripts="'self' file:")
    write_tables(bench_folder.table_of(parcels), parcels.geometry, base, tmp_path)
    opened = Page(browser, tmp_path / "index.html")
    page, names = opened.page, opened.page.locator(".mujun-park span")
    assert page.locator("path.mujun-outline, path.mujun-halo").count() == 2
    assert names.count() == 0
    park = page.evaluate("mujunReady.data.parks[7].rings[0]")
    (south, west), (north, east) = (pick(np.array(park), axis=0) for pick in (np.min, np.max))
    look(page, west, south, east, north)
    shown = names.all_text_contents()
    assert "P7" in shown
    assert len(shown) < 300
    page.evaluate("mujunReady.map.setZoom(8, {animate: false})")
    assert names.count() == 0
    look(page, west, south, east, north)
    page.locator(".mujun-park", has_text="P7").first.press("Enter")
    assert page.locator(".mujun-card h2").inner_text() == "P7"
    assert opened.complaints == []
    opened.context.close()
