"""核查 notes on the map in Chromium: taken down, kept, sent to a colleague, answered."""

import base64
import io
import json

import openpyxl
import pandas as pd
import pytest
from PIL import Image

from geo.assess.pipeline import assess
from geo.model.notes import standings
from geo.project import read_project
from geo.publish.webmap.map import park_map
from geo.sources.load import load
from geo.sources.notes import JPEG, parse_notes
from geo.standards.selection import packs_of
from tests.browser import DRAWN, Page
from tests.waiting import page_until

DROP = """([name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name));
    document.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true}));
}"""
PRESS = """text => [...document.querySelectorAll("button")]
    .find(button => button.textContent === text).click()"""
HOSTILE = "<img src=x onerror=alert(1)>\n空地"


@pytest.fixture
def map_file(project):
    chosen = read_project(project)
    run = assess(load(chosen), chosen.settings, packs_of(chosen))
    file = project / "map.html"
    park_map(run).save(str(file))
    return file


def photo():
    """A picture of 2,000 × 1,000 with the place where it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    out = io.BytesIO()
    Image.new("RGB", (2000, 1000), "#336699").save(out, "JPEG", exif=exif)
    return {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def state(page, parcel, choice, author="", words=""):
    """Write a note on a parcel's card."""
    page.evaluate("id => mujunReady.dispatch({type: 'open', card: {kind: 'parcel', id}})", parcel)
    if page.get_attribute(".mujun-check-open", "aria-expanded") == "false":
        page.click(".mujun-check-open")
    page.check(f"input[name=mujun-check-state][value={choice}]")
    page.fill("#mujun-check-words", words)
    if author:
        page.fill("#mujun-check-author", author)


def save(page):
    page.click(".mujun-check-form [type=submit]")
    page_until(page, "document.querySelector('.mujun-checks').innerText.includes('已保存')")


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_notes_are_kept_sent_and_answered(browser, map_file):
    kept_nowhere(browser, map_file)
    of_one_project(browser, map_file)
    first = Page(browser, map_file, viewport={"width": 1366, "height": 596})
    failing = written_down(first.page)
    rest = in_two_tabs(first, map_file, failing)
    in_theme_and_export(first.page, rest)
    in_a_workbook(first.page, failing)
    raw = sent(first.page)
    assert first.complaints == []
    second = Page(browser, map_file)
    answered(second.page, failing, raw)
    assert second.complaints == []
    first.context.close()
    second.context.close()


def written_down(page):
    """The first failing parcel, with a note and a photo."""
    page.keyboard.press("n")
    failing = page.evaluate("mujunReady.state.card.id")
    total = page.inner_text(".mujun-check-progress")
    assert total.startswith("0 / ")
    state(page, failing, "不符", "王", HOSTILE)
    page.set_input_files("#mujun-check-photos", [photo()])
    page.wait_for_selector(".mujun-check-thumb")
    svg = {"name": "a.svg", "mimeType": "image/svg+xml", "buffer": b"<svg onload='alert(1)'/>"}
    page.set_input_files("#mujun-check-photos", [svg])
    page.wait_for_selector(".mujun-checks >> text=a.svg 不是能显示的照片")
    save(page)
    assert page.inner_text(".mujun-check-progress") == total.replace("0", "1", 1)
    assert page.inner_text(".mujun-check-words") == HOSTILE
    return failing


def in_two_tabs(first, map_file, failing):
    """A second tab adds its note, and neither loses the other's; the others' ids."""
    page, other = first.page, first.context.new_page()
    other.goto(map_file.as_uri())
    page_until(other, "'mujunReady' in window")
    rest = [one for one in page.evaluate("mujunReady.data.ids") if one != failing]
    state(other, rest[0], "已整改")
    save(other)
    page_until(page, "mujunReady.state.notes.length === 2")
    state(page, rest[1], "情况属实")
    save(page)
    page.reload()
    page_until(page, "'mujunReady' in window")
    assert page.evaluate("mujunReady.state.notes.length") == 3
    return rest


def in_theme_and_export(page, rest):
    texts = page.evaluate(DRAWN)
    assert {"核查：不符 1 宗", "核查：已整改 1 宗", "核查：情况属实 1 宗"} <= set(texts)
    place = page.evaluate("mujunReady.data.themes.findIndex(t => t.id === 'notes')")
    page.evaluate("theme => mujunReady.dispatch({type: 'theme', theme})", place)
    classes = page.evaluate("[...mujunReady.view.codes].map(c => mujunReady.view.legend[c].zh)")
    assert sorted(classes) == sorted(["不符", "已整改", "情况属实"] + ["未核查"] * (len(rest) - 2))
    assert page.locator("#mujun-filter-notes").count() == 1
    page.evaluate("mujunReady.dispatch({type: 'open', card: {kind: 'list'}})")
    with page.expect_download() as download:
        page.click("text=导出 CSV")
    table = download.value.path().read_text("utf-8-sig")
    assert "核查情况" in table.splitlines()[0]
    assert HOSTILE.splitlines()[0] in table


def in_a_workbook(page, failing):
    """All notes with how each stands; words stay words."""
    with page.expect_download() as download:
        page.evaluate("() => document.querySelector('#mujun-notes-book').click()")
    assert download.value.suggested_filename.endswith(".xlsx")
    rows = list(
        openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active.values
    )
    head = next(k for k, row in enumerate(rows) if row[0] == "宗地")
    table = pd.DataFrame(rows[head + 1 :], columns=rows[head])
    assert len(table) == page.evaluate("mujunReady.state.notes.length") == 3
    own = table.set_index("宗地").loc[failing]
    moment = page.evaluate(
        """id => { const {saved} = mujunReady.state.notes.find((note) => note.parcel === id);
             return Date.parse(saved) - 60000 * new Date(saved).getTimezoneOffset(); }""",
        failing,
    )
    clock = pd.Timestamp(moment, unit="ms").floor("min")  # the reader's, and a date of Excel
    assert own["保存时刻"] == clock
    assert own[["核查情况", "核查人", "效力", "照片"]].tolist() == [
        "不符",
        "王",
        "有效",
        "现场.jpg",
    ]
    assert own["核查说明"] == HOSTILE
    assert own["核查时判定"] == "不达标"


def of_one_project(browser, map_file):
    """Projects of one title keep notes apart; those kept by the title alone are taken over."""
    first = Page(browser, map_file)
    ids = first.page.evaluate("mujunReady.data.ids")
    state(first.page, ids[0], "不符", "王")
    save(first.page)
    key = "Object.keys(localStorage).find(k => k.startsWith('mujun-notes:测试\\n'))"
    text = first.page.evaluate(f"localStorage.getItem({key})")
    old = "localStorage.setItem('mujun-notes:测试', text)"
    for notes, wanted in ((text, 1), (text.replace(f'"{ids[0]}"', '"elsewhere"'), 0)):
        first.page.evaluate(f"text => {{ localStorage.clear(); {old}; }}", notes)
        first.page.reload()
        page_until(first.page, "'mujunReady' in window")
        assert first.page.evaluate("mujunReady.state.notes.length") == wanted
        assert first.page.evaluate("localStorage.getItem('mujun-notes:测试')") == notes
    first.context.close()


def saved_file(page):
    with page.expect_download() as download:
        page.evaluate(PRESS, "存为文件")
    assert download.value.suggested_filename.endswith(".mujun-notes.json")
    return download.value.path().read_bytes()


def sent(page):
    """The file: one that Python reads, its photo shrunk and without where it was taken."""
    raw = saved_file(page)
    file = parse_notes(raw, "sent")
    assert file.titles == ["测试"]
    (picture,) = [photo for note in file.notes for photo in note.photos]
    jpeg = base64.b64decode(picture.data.removeprefix(JPEG))
    assert b"secret" not in jpeg
    assert Image.open(io.BytesIO(jpeg)).size == (1600, 800)
    return raw


def answered(page, failing, raw):
    """A colleague who saw otherwise drops the file onto his page, and chooses."""
    state(page, failing, "情况属实", "李")
    save(page)
    page.evaluate(DROP, ["王.mujun-notes.json", raw.decode()])
    page_until(page, "mujunReady.state.notes.length === 4")
    assert page.locator(".mujun-check-against .mujun-check-one").count() == 2
    page_until(page, "document.querySelector('.mujun-check-against img').naturalWidth === 1600")
    strange = json.loads(raw) | {"maps": [{"title": "别处", "run": ""}]}
    strange["notes"] = [strange["notes"][0] | {"parcel": "没有<b>"}]
    page.evaluate(DROP, ["别处.json", json.dumps(strange)])
    page.click(".mujun-checks >> text=仍然并入")
    page.wait_for_selector("#mujun-notes-box >> text=1 宗不在本图")
    page.evaluate(DROP, ["坏.json", raw.decode()[:-200]])
    page.wait_for_selector(".mujun-checks >> text=坏.json：不是有效的核查记录文件")
    page.click(".mujun-check-one:has-text('空地') >> text=采用此条")
    page_until(page, "!document.querySelector('.mujun-check-against')")
    back = parse_notes(saved_file(page), "back").notes
    of_parcel = [note for note in back if note.parcel == failing]
    found = {(n.author, n.state): how for n, how in standings(of_parcel).items()}
    assert found == {("王", "不符"): "settled", ("李", "不符"): "counts"}
    assert "没有<b>" in {note.parcel for note in back}


def kept_nowhere(browser, map_file):
    """A browser that keeps nothing says so, and the file has all."""
    context = browser.new_context(offline=True)
    context.add_init_script(
        """for (const name of ["localStorage", "indexedDB"])
            Object.defineProperty(window, name, {get() { throw new Error("refused"); }});"""
    )
    page = context.new_page()
    page.goto(map_file.as_uri())
    page_until(page, "'mujunReady' in window")
    parcel = page.evaluate("mujunReady.data.ids[0]")
    state(page, parcel, "不符", "王")
    page.set_input_files("#mujun-check-photos", [photo()])
    page.wait_for_selector(".mujun-check-thumb")
    save(page)
    assert "本浏览器不保存记录" in page.inner_text(".mujun-checks .mujun-check-said")
    page.evaluate("mujunReady.dispatch({type: 'unfold', box: 'notes', open: true})")
    (kept,) = parse_notes(saved_file(page), "x").notes
    assert kept.photos[0].data.startswith(JPEG)
    context.close()
