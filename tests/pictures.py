"""Pictures of the demo's products, for the READMEs and the gallery of the docs.

    python -m tests.pictures [PROJECT]

PROJECT is a folder whose demo was run (`make demo` first; default: this one). What is missing on
this machine is left as it was and named: Chromium draws the pages, LibreOffice lays the report and
the workbook out. Each picture is a WebP of less than 250 kB in `docs/img`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageOps

from tests.browser import choose_theme, chromium, open_parcel
from tests.waiting import page_until, settle

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs/img"
MOST_BYTES = 250_000
SCREEN = {"width": 1280, "height": 800}
PARK = "SYN-03"
PARCEL = "SYN-01-0012"


def save(picture: Image.Image, name: str, width: int) -> None:
    """Write `docs/img/NAME.webp`, at most so wide, of the best quality that is small enough."""
    if picture.width > width:
        height = round(picture.height * width / picture.width)
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    target = IMAGES / f"{name}.webp"
    for quality in range(90, 30, -10):
        picture.convert("RGB").save(target, quality=quality, method=6)
        if target.stat().st_size < MOST_BYTES:
            print(f"{target.relative_to(ROOT)}  {target.stat().st_size // 1000} kB")
            return
    raise SystemExit(f"{name} is over {MOST_BYTES} bytes at any quality")


def screen(page: Any, name: str) -> None:
    """The window as it is."""
    settle(page)
    shot = Path(tempfile.mkdtemp()) / "screen.png"
    page.screenshot(path=shot)
    save(Image.open(shot), name, SCREEN["width"])


def sheet(file: Path, name: str, width: int, page: int = 0) -> None:
    """A page of a PDF."""
    save(trimmed(pypdfium2.PdfDocument(file)[page].render(scale=2.5).to_pil()), name, width)


def trimmed(picture: Image.Image, margin: int = 30) -> Image.Image:
    """The picture without the most of its white margin."""
    box = ImageOps.invert(picture.convert("L")).getbbox()
    if box is None:
        return picture
    left, top, right, bottom = box
    width, height = picture.size
    return picture.crop(
        (
            max(left - margin, 0),
            max(top - margin, 0),
            min(right + margin, width),
            min(bottom + margin, height),
        )
    )


def maps(outputs: Path) -> None:
    """The web map: verdicts with a card, a trial, two years, columns, parks beside, a sheet."""
    with chromium() as browser:
        views = (_trial, _flips, _swipe, _change, _solid, _compare, _briefing)
        for draw in (_verdicts, *views, _print, _start):
            file = outputs / ("index.html" if draw is _start else "map.html")
            if not file.exists():
                print(f"{file.name} is not there: its picture stays as it is")
                continue
            context = browser.new_context(offline=True, viewport=SCREEN)
            page = context.new_page()
            page.goto(file.as_uri())
            if draw is not _start:
                page_until(page, "'mujunReady' in window")
            draw(page)
            context.close()


def _verdicts(page: Any) -> None:
    _card(page)
    screen(page, "map-card")


def _card(page: Any) -> None:
    """The card of a parcel, and the land around it between the panel and the card."""
    index = page.evaluate("id => mujunReady.data.ids.indexOf(id)", PARCEL)
    page.evaluate(
        """i => mujunReady.map.fitBounds(mujunReady.layer.bounds(i).pad(5), {
        animate: false, paddingTopLeft: [330, 10], paddingBottomRight: [370, 10]})""",
        index,
    )
    open_parcel(page, index)


def _trial(page: Any) -> None:
    page.click("#mujun-trial summary")
    pack = "隆昌市内荣工业园工业用地“标准地”指标体系"
    page.select_option("#mujun-trial-subject", label=f"亩均税收 · {pack}")
    page.fill("#mujun-trial-low-number", "12")
    page.press("#mujun-trial-low-number", "Enter")
    page.evaluate("document.querySelector('#mujun-trial').scrollIntoView({block: 'end'})")
    _verdict_card(page)
    screen(page, "map-trial")


def _verdict_card(page: Any) -> None:
    open_parcel(page, page.evaluate("id => mujunReady.data.ids.indexOf(id)", PARCEL))


def _swipe(page: Any) -> None:
    choose_theme(page, "亩均税收")
    page.check("#mujun-swipe")
    page.select_option("#mujun-swipe-year", "2021")
    screen(page, "map-swipe")


def _briefing(page: Any) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    page.evaluate("mujunReady.dispatch({type: 'present', at: 1})")
    screen(page, "briefing")


def _flips(page: Any) -> None:
    page.evaluate("""() => {
        const {dispatch, data} = mujunReady;
        const rule = data.rules.findIndex(one => one.id.endsWith("/tax"));
        dispatch({type: "try", subject: `rule:${rule}`});
        dispatch({type: "try-bar", side: "low", value: 12});
        dispatch({type: "open", card: {kind: "flips"}}); }""")
    screen(page, "map-flips")


def _change(page: Any) -> None:
    page.evaluate("""() => {
        const {dispatch, data} = mujunReady;
        dispatch({type: "theme", theme: data.themes.findIndex(one => one.id === "tax_per_mu")});
        dispatch({type: "look", look: {since: 2021}}); }""")
    screen(page, "map-change")


def _solid(page: Any) -> None:
    page.evaluate("park => mujunReady.dispatch({type: 'park', park})", PARK)
    page.click("#mujun-solid")
    page_until(page, "mujunReady.solid.picture !== null")
    screen(page, "map-columns")


def _compare(page: Any) -> None:
    page.click("#mujun-compare")
    page_until(page, "mujunReady.compare.maps.every(one => one.seen.width)")
    screen(page, "map-parks")


def _print(page: Any) -> None:
    page.click("#mujun-print")
    page.select_option("#mujun-paper", "A3")
    page.select_option("#mujun-turn", "1")
    with page.expect_download() as saved:
        page.click("#mujun-png")
    save(Image.open(saved.value.path()), "map-sheet", 1400)


def _start(page: Any) -> None:
    screen(page, "start-page")


def paper(project: Path, outputs: Path) -> None:
    """A park's land use, a page of the atlas, a card, the chains."""
    _mujun(project, "snapshot", "--theme", "land_use", "--park", PARK, "-f", "png", "--dpi", "150")
    _mujun(project, "export", "--cards", "--parcel", PARCEL)
    park = next((outputs / "snapshots").glob(f"land_use-{PARK}*.png"))
    save(Image.open(park), "paper-park", 1500)
    sheet(outputs / "atlas.pdf", "paper-atlas", 1500, 1)
    sheet(next((outputs / "cards").glob(f"*{PARCEL}*.pdf")), "paper-card", 1000)
    sheet(outputs / f"chain/panorama-{PARK}.pdf", "paper-chain", 1400)
    sheet(outputs / f"chain/path-{PARK}.pdf", "paper-path", 1400)


def office(outputs: Path) -> None:
    """The report's first pages beside each other, and the workbook's first sheet."""
    if shutil.which("soffice") is None:
        print("LibreOffice is not there: pictures of report and workbook stay as they are")
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in ("report.docx", "assessment.xlsx"):
            words = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder]
            subprocess.run([*words, str(outputs / name)], check=True, capture_output=True)
        report = pypdfium2.PdfDocument(Path(folder) / "report.pdf")
        pages = [report[at].render(scale=1.6).to_pil() for at in range(3)]
        wide = Image.new("RGB", (sum(page.width for page in pages), pages[0].height), "white")
        left = 0
        for page in pages:
            wide.paste(page, (left, 0))
            left += page.width
        save(wide, "paper-report", 1800)
        sheet(Path(folder) / "assessment.pdf", "paper-workbook", 1400)


def _mujun(project: Path, *words: str) -> None:
    subprocess.run([sys.executable, "-m", "geo", *words, "-q", "-p", str(project)], check=True)


def main() -> None:
    """All pictures that this machine can take."""
    project = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT
    outputs = project / "outputs"
    steps: tuple[Callable[[], None], ...] = (
        lambda: maps(outputs),
        lambda: paper(project, outputs),
        lambda: office(outputs),
    )
    for step in steps:
        step()


if __name__ == "__main__":
    main()
