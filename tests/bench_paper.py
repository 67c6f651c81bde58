"""`make bench-paper`: maps on paper, cards and workbook, beside what a user would otherwise write.

Every figure is the best of a few runs in this process; the naive ways are written as a good user
would: GeoPandas' own plot at the same size, pandas' own Excel writer.
"""

from __future__ import annotations

import gc
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import geopandas as gpd
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import shapely

from geo import View, packs_of, read_project
from geo.assess import assess
from geo.publish.excel.workbook import write_tables
from geo.publish.paper.atlas import write_atlas
from geo.publish.paper.cards import write_cards
from geo.publish.paper.fonts import chinese
from geo.publish.paper.scene import Scene
from geo.publish.paper.snapshot import snapshot
from geo.sources.load import load

ROOT = Path(__file__).parent.parent


def best(work: Callable[[], object], runs: int = 3) -> float:
    times = []
    for _ in range(runs):
        gc.collect()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def row(what: str, ours: float, theirs: float | None = None, note: str = "") -> None:
    ratio = f"{theirs:9.2f} s  ×{theirs / ours:.1f}" if theirs else ""
    print(f"{what:58}{ours:9.2f} s  {ratio:24}{note}", flush=True)


def naive_plot(parcels: gpd.GeoDataFrame, file: Path) -> None:
    """GeoPandas' own plot, A3 at 300 dpi, with its legend."""
    with chinese():
        figure, axes = plt.subplots(figsize=(420 / 25.4, 297 / 25.4))
        parcels.plot(
            column="compliance",
            categorical=True,
            legend=True,
            ax=axes,
            edgecolor="#444",
            linewidth=0.2,
        )
        axes.set_title("compliance")
        figure.savefig(file, dpi=300)
        plt.close(figure)


def many(scene: Scene, count: int) -> Scene:
    """The demo's parcels again and again, side by side, as one park's."""
    result = scene.run
    times = -(-count // len(result.parcels))
    side = int(np.ceil(np.sqrt(times)))
    x0, y0, x1, y1 = result.parcels.total_bounds
    table = pd.concat([result.parcels] * times, ignore_index=True).head(count)
    shift = np.arange(count) // len(result.parcels)
    moved = shapely.transform(np.asarray(table.geometry.array), lambda c: c)
    dx, dy = (shift % side) * (x1 - x0 + 50), (shift // side) * (y1 - y0 + 50)
    points, owner = shapely.get_coordinates(moved, return_index=True)
    shapely.set_coordinates(moved, points + np.c_[dx, dy][owner])
    ids = [f"P{i:07d}" for i in range(count)]
    parcels = gpd.GeoDataFrame(
        table.drop(columns="geometry").assign(parcel_id=ids), geometry=moved, crs=table.crs
    )
    outline = shapely.box(*parcels.total_bounds)
    parks = result.parks.iloc[[0]].set_geometry(gpd.GeoSeries([outline], crs=table.crs))
    return Scene(result.with_tables(parcels=parcels, parks=parks), scene.options)


def main() -> None:
    project = read_project(ROOT)
    scene = Scene(assess(load(project), project.settings, packs_of(project)), project.options)
    folder = Path(tempfile.mkdtemp())
    print(f"{'':58}{'mujun':>11}  by other means")

    view = View(theme="compliance", paper="A3")
    ours = best(lambda: snapshot(scene.run, view, folder / "a.png", 300))
    plot = best(lambda: naive_plot(scene.parcels, folder / "b.png"))
    row("snapshot, 1,050 parcels, A3, 300 dpi PNG", ours, plot, "GeoDataFrame.plot")
    park = replace(view, park="SYN-01")
    for kind in ("png", "pdf", "svg", "tif"):
        row(
            f"the same of a park of 397 parcels with their ids, {kind}",
            best(lambda kind=kind: snapshot(scene.run, park, folder / f"p.{kind}", 300)),
        )
    for count in (100_000, 1_000_000):
        big = many(scene, count)
        big.theme("compliance")
        runs = 2 if count < 500_000 else 1
        ours = best(lambda big=big: snapshot(big.run, view, folder / "c.png", 300), runs)
        plot = best(lambda big=big: naive_plot(big.parcels, folder / "d.png"), runs)
        row(f"snapshot, {count:,} parcels, A3, 300 dpi PNG", ours, plot, "GeoDataFrame.plot")
        del big

    pages = len(scene.parks) + 1
    atlas = best(lambda: write_atlas(scene.run, folder / "atlas.pdf"))
    row(f"atlas, {pages} A3 pages, vector", atlas, None, f"{atlas / pages:.2f} s a page")
    cards = folder / "cards"
    cards.mkdir()
    sheets = best(lambda: write_cards(scene.run, cards), 2)
    row(
        f"宗地卡, {len(scene.parcels):,} sheets, vector, 2 processes",
        sheets,
        None,
        f"{sheets / len(scene.parcels) * 1000:.1f} ms a sheet",
    )

    judged = scene.run.verdicts
    for count in (100_000, 1_000_000):
        table = judged.iloc[np.arange(count) % len(judged)]
        gc.collect()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        ours = best(
            lambda table=table: write_tables({"判定": table}, project.settings, folder / "x.xlsx"),
            1,
        )
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        theirs = None
        if count < 500_000:
            plain = pd.DataFrame(table).astype(object)
            theirs = best(
                lambda plain=plain: plain.to_excel(
                    folder / "y.xlsx", engine="xlsxwriter", index=False
                ),
                1,
            )
        row(
            f"workbook, {count:,} rows of {table.shape[1]} columns",
            ours,
            theirs,
            "DataFrame.to_excel" if theirs else f"{grown:.0f} MB more at the peak",
        )


if __name__ == "__main__":
    main()
