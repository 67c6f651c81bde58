"""`mujun snapshot --from-map`: the web map's own view, as a browser of this machine draws it."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from geo.errors import OutputError
from geo.publish.paper.ground import Bounds

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
INSTALLED = {
    "win32": (
        ("PROGRAMFILES", "Google/Chrome/Application/chrome.exe"),
        ("PROGRAMFILES(X86)", "Google/Chrome/Application/chrome.exe"),
        ("LOCALAPPDATA", "Google/Chrome/Application/chrome.exe"),
        ("PROGRAMFILES(X86)", "Microsoft/Edge/Application/msedge.exe"),
        ("PROGRAMFILES", "Microsoft/Edge/Application/msedge.exe"),
    ),
    "darwin": (
        ("", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        ("", "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
    ),
}
"""Where browsers lie that are on no PATH: a variable with the folder, and the file in it."""
PATIENCE_S = 120
PANEL = 330
"""Pixels that the page's panel covers on the left."""


def find_browser(system: str = sys.platform) -> str | None:
    """A Chromium of this machine: on the PATH, or where its installer puts it."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return found
    for variable, name in INSTALLED.get(system, ()):
        file = Path(os.environ.get(variable, "")) / name
        if (os.environ.get(variable) or not variable) and file.is_file():
            return str(file)
    return None


def picture_of_map(
    page: Path, file: Path, degrees: Bounds, theme: str, park: str, size: tuple[int, int]
) -> None:
    """A PNG of `page` (map.html) of `size` pixels that shows these bounds with a theme.

    OutputError if there is no map, no browser, or the browser wrote nothing.
    """
    if not page.is_file():
        raise OutputError("browser.run_first", page=page)
    browser = find_browser()
    if browser is None:
        raise OutputError("browser.no_browser_found")
    with tempfile.TemporaryDirectory() as own:
        asked = [
            browser,
            "--headless",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            "--disable-background-networking",
            f"--user-data-dir={own}",
            "--virtual-time-budget=20000",
            f"--window-size={size[0]},{size[1]}",
            f"--screenshot={file}",
            page.resolve().as_uri() + address(degrees, theme, park, size),
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # Chromium's sandbox refuses root
            asked.insert(1, "--no-sandbox")
        try:
            subprocess.run(asked, check=False, capture_output=True, timeout=PATIENCE_S)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _failed(browser, str(error).splitlines()[0]) from error
    if not file.is_file():
        raise _failed(browser, "no picture")


def address(degrees: Bounds, theme: str, park: str, size: tuple[int, int]) -> str:
    """The page's own address of a view: #zoom/lat/lon/theme/park."""
    west, south, east, north = degrees
    y0, y1 = (math.asinh(math.tan(math.radians(v))) / (2 * math.pi) for v in (south, north))
    wide, high = max((east - west) / 360, 1e-9), max(y1 - y0, 1e-9)
    free = size[0] - PANEL
    zoom = min(math.log2(free * 0.95 / 256 / wide), math.log2(size[1] * 0.92 / 256 / high), 20)
    zoom = math.floor(zoom * 4) / 4
    lat = math.degrees(math.atan(math.sinh((y0 + y1) * math.pi)))
    lon = (west + east) / 2 - PANEL / 2 * 360 / (256 * 2**zoom)
    parts = (f"{zoom:g}", f"{lat:.5f}", f"{lon:.5f}", theme, park)
    return "#" + "/".join(quote(part, safe="") for part in parts)


def _failed(browser: str, why: str) -> OutputError:
    return OutputError("browser.could_not_draw_map", browser=browser, why=why)
