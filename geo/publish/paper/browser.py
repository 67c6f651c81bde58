"""`mujun snapshot --from-map`: the web map's own view, as a browser of this machine draws it."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
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
PATIENCE_S = 120
PANEL = 330
"""Pixels that the page's panel covers on the left."""


def picture_of_map(
    page: Path, file: Path, degrees: Bounds, theme: str, park: str, size: tuple[int, int]
) -> None:
    """A PNG of `page` (map.html) of `size` pixels that shows these bounds with a theme.

    OutputError if there is no map, no browser, or the browser wrote nothing.
    """
    if not page.is_file():
        raise OutputError("browser.run_first", page=page)
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
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
