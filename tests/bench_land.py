"""`make bench`, land: control lines and overlaps by mujun and by the scripts that users write.

A synthetic province 600 km wide: parks of 200 parcels with 8 vertices each; 1,011 ecological zones
of 4,000 vertices; 80,853 farmland polygons of 53. Overlaps: a fabric of squares drawn a centimetre
apart, turned by 17°, one in a hundred shifted by metres. Every answer is compared before its time
counts.
"""

from __future__ import annotations

import resource
import sys
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.checks.gaps import check_gaps
from geo.checks.run import check
from geo.checks.spikes import check_spikes
from geo.checks.topology import check_overlaps
from geo.geometry.fabric import misfits
from geo.geometry.overlay import overlaps, shared
from geo.land.lineage import lineage
from geo.land.zones import control_lines, cut_zones
from geo.project import Settings
from tests.bench import table, timed

SIDE = 600_000.0
GK = "EPSG:4544"


def province(n: int) -> np.ndarray:
    """About `n` parcels of 8 vertices, 30 to 52 m from their middle, in parks of 200."""
    rng = np.random.default_rng(5)
    parks = max(n // 200, 1)
    corner = rng.uniform(0, SIDE, (parks, 2))
    at = np.tile(np.arange(200), parks)
    x, y = (
        (corner[:, None, :] + np.stack([at[:200] % 16, at[:200] // 16], -1) * 110)
        .reshape(-1, 2)[:n]
        .T
    )
    angle = np.sort(rng.uniform(0, 2 * np.pi, (len(x), 8)), axis=1)
    reach = rng.uniform(30, 52, (len(x), 1))
    shapes = shapely.polygons(
        np.stack([x[:, None] + reach * np.cos(angle), y[:, None] + reach * np.sin(angle)], -1)
    )
    return shapes[shapely.is_valid(shapes)]


def zones(count: int, vertices: int, radius: float) -> np.ndarray:
    """Wavy polygons that are far from convex."""
    rng = np.random.default_rng(6)
    angle = np.linspace(0, 2 * np.pi, vertices + 1)[:-1]
    waves = (2, 3, 5, 9, 17, 33, 65)[: max(vertices // 8, 2)]
    out = []
    for x, y in rng.uniform(0, SIDE, (count, 2)):
        wave = sum(
            rng.normal(0, 0.25 / f) * np.cos(f * angle + rng.uniform(0, 6.28)) for f in waves
        )
        reach = radius * rng.lognormal(0, 0.4) * np.maximum(0.2, 1 + wave)
        out.append(shapely.Polygon(np.c_[x + reach * np.cos(angle), y + reach * np.sin(angle)]))
    made = np.array(out)
    return made[shapely.is_valid(made)]


def by_sjoin(parcels: np.ndarray, drawn: np.ndarray) -> pd.Series[float]:
    """sjoin, an intersection a hit, and a sum: what a user writes first."""
    one = gpd.GeoDataFrame(geometry=parcels, crs=GK)
    other = gpd.GeoDataFrame(geometry=drawn, crs=GK)
    hits = gpd.sjoin(one, other)
    area = shapely.area(shapely.intersection(parcels[hits.index], drawn[hits["index_right"]]))
    return pd.Series(area, index=hits.index).groupby(level=0).sum()


def by_overlay(parcels: np.ndarray, drawn: np.ndarray) -> pd.Series[float]:
    one = gpd.GeoDataFrame({"p": range(len(parcels))}, geometry=parcels, crs=GK)
    both = gpd.overlay(one, gpd.GeoDataFrame(geometry=drawn, crs=GK), keep_geom_type=True)
    return both.area.groupby(both["p"]).sum()


def mujun_area(parcels: np.ndarray, drawn: np.ndarray) -> pd.Series[float]:
    found = overlaps(parcels, drawn)
    return pd.Series(found.area).groupby(found.shape).sum()


def compare(title: str, parcels: np.ndarray, drawn: np.ndarray, others: list[Any]) -> None:
    seconds, area = timed(lambda: mujun_area(parcels, drawn))
    rows = [("mujun overlaps", seconds, f"{len(area):,} parcels in a zone")]
    for name, work in others:
        took, theirs = timed(lambda work=work: work(parcels, drawn))
        theirs = theirs[theirs > 0]
        assert theirs.index.equals(area.index)
        rows.append((name, took, f"differs by at most {np.abs(theirs - area).max():.1e} m²"))
    table(
        f"{title}: {len(parcels):,} parcels, {len(drawn):,} zones,"
        f" {shapely.get_num_coordinates(drawn).sum() / 1e6:.1f} M vertices",
        rows,
    )


def everything(parcels: np.ndarray, drawn: np.ndarray) -> None:
    """The whole table: verdicts, slivers, conflicting pieces."""
    layer = gpd.GeoDataFrame(
        {
            "parcel_id": np.arange(len(parcels)).astype(str),
            "area_ellipsoid_m2": shapely.area(parcels),
        },
        geometry=parcels,
        crs=GK,
    )
    parks = gpd.GeoDataFrame({"park_id": ["K"]}, geometry=[shapely.box(0, 0, 1e4, 1e4)], crs=GK)
    zone = gpd.GeoDataFrame(
        {"zone_id": np.arange(len(drawn)).astype(str), "kind": "生态保护红线"},
        geometry=drawn,
        crs=GK,
    )
    seconds, out = timed(lambda: control_lines(layer, parks, cut_zones(zone, GK), 1.0))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"\ncontrol lines, the whole table: {len(parcels):,} parcels, {seconds:.2f} s,"
        f" {len(out.table):,} rows, {len(out.conflicts):,} pieces, peak {peak:.1f} GB"
    )


def fabric(n: int, apart: float = 0.01) -> np.ndarray:
    side = int(n**0.5)
    x, y = (v.ravel() * 100.0 for v in np.meshgrid(np.arange(side), np.arange(side)))
    rng = np.random.default_rng(0)
    cells = shapely.segmentize(shapely.box(x, y, x + 100 + apart * rng.random(len(x)), y + 100), 40)
    moved = rng.choice(len(x), len(x) // 100, replace=False)
    cells[moved] = shapely.transform(cells[moved], lambda p: p + np.array([3.0, 2.0]))
    return np.asarray(gpd.GeoSeries(cells).rotate(17, origin=(0, 0)).array)


def among_parcels(n: int, *, others: bool) -> None:
    """Pairs of parcels that overlap by more than 10 cm across."""
    cells, band = fabric(n), 0.1

    def mujun_pairs() -> set[tuple[int, int]]:
        one, other, _part = shared(cells, band)
        return set(zip(one.tolist(), other.tolist(), strict=True))

    def sjoin() -> set[tuple[int, int]]:
        frame = gpd.GeoDataFrame({"i": range(len(cells))}, geometry=cells)
        pairs = gpd.sjoin(frame, frame)
        pairs = pairs[pairs["i_left"] < pairs["i_right"]]
        part = shapely.intersection(cells[pairs["i_left"]], cells[pairs["i_right"]])
        wide = ~shapely.is_empty(shapely.buffer(part, -band / 2))
        return set(zip(pairs["i_left"][wide], pairs["i_right"][wide], strict=True))

    seconds, pairs = timed(mujun_pairs)
    rows = [("mujun shared", seconds, f"{len(pairs):,} pairs")]
    if others:
        took, theirs = timed(sjoin)
        assert theirs == pairs
        frame = gpd.GeoDataFrame({"i": range(len(cells))}, geometry=cells)
        slow, _ = timed(lambda: gpd.overlay(frame, frame, keep_geom_type=False))
        rows += [
            ("sjoin, intersection, buffer", took, "the same pairs"),
            ("overlay with itself", slow, "without telling noise apart"),
        ]
    table(f"parcels that overlap: {len(cells):,}", rows)


def parks_over(cells: np.ndarray) -> gpd.GeoDataFrame:
    """Parks of 32 × 32 cells over a fabric, turned with it."""
    side = int(len(cells) ** 0.5) * 100
    x, y = (v.ravel() * 3200.0 for v in np.meshgrid(*[np.arange(-(-side // 3200))] * 2))
    made = gpd.GeoSeries(shapely.box(x - 5, y - 5, x + 3195, y + 3195)).rotate(17, origin=(0, 0))
    return gpd.GeoDataFrame(
        {"park_id": np.arange(len(x)).astype(str), "name": "P", "source_row": range(1, len(x) + 1)},
        geometry=made.array,
        crs=GK,
    )


def topology(n: int) -> None:
    """Every check of outlines."""
    cells = fabric(n)
    layer = gpd.GeoDataFrame(
        {"parcel_id": np.arange(len(cells)).astype(str), "source_row": range(1, len(cells) + 1)},
        geometry=cells,
        crs=GK,
    )
    frames = {"parks": parks_over(cells), "parcels": layer}
    seconds, (_, found) = timed(lambda: check(frames, Settings(year=2023)))
    said = ", ".join(f"{count:,} {code}" for code, count in found["code"].value_counts().items())
    print(
        f"\nall checks of a layer: {len(cells):,} parcels, {seconds:.1f} s,"
        f" {seconds / len(cells) * 1e6:.0f} µs a parcel; {said}"
    )


def steps(n: int, apart: float) -> None:
    """The checks of outlines, each beside the bare calls of GEOS that it would be without thought.

    A ratio over 1 is how much longer those take.
    """
    cells, band, narrow = fabric(n, apart), 0.1, 1.0
    layer = gpd.GeoDataFrame(
        {"parcel_id": np.arange(len(cells)).astype(str), "source_row": range(1, len(cells) + 1)},
        geometry=cells,
        crs=GK,
    )
    parks = parks_over(cells)
    outlines = np.asarray(parks.geometry.array)
    fitting, odd = timed(lambda: misfits(cells))

    def united() -> float:
        tree = shapely.STRtree(cells)
        near = [tree.query(one, predicate="dwithin", distance=band / 2) for one in outlines]
        whole = [shapely.disjoint_subset_union_all(cells[at]) for at in near]
        grown = shapely.buffer(np.array(whole), band / 2, join_style="mitre")
        return float(shapely.area(shapely.difference(outlines, grown)).sum())

    def shrunk() -> int:
        small = shapely.buffer(cells, -band / 2, quad_segs=2)
        return len(shapely.STRtree(small).query(small, predicate="intersects")[0])

    pairs = [
        ("overlaps", lambda: check_overlaps(layer, band, misfit=odd), "buffer, STRtree", shrunk),
        ("gaps", lambda: check_gaps(layer, parks, band, narrow, misfit=odd), "union", united),
        (
            "spikes",
            lambda: check_spikes(layer, "parcels", "parcel_id", band),
            "rings, coordinates",
            lambda: shapely.get_coordinates(shapely.get_rings(cells)).sum(),
        ),
    ]
    drawn = f"{apart * 100:g} cm apart" if apart else "on shared lines"
    print(f"\nchecks of outlines beside bare calls: {len(cells):,} parcels drawn {drawn}")
    print(f"  {'misfits, for overlaps and gaps':34s} {fitting:8.2f} s   {odd.sum():,} parcels")
    for name, ours, calls, bare in pairs:
        seconds, found = timed(ours)
        floor, _ = timed(bare)
        said = f"{calls} {floor:.2f} s, ×{floor / seconds:.1f}"
        print(f"  {name:34s} {seconds:8.2f} s   {len(found):,} found   {said}")


def histories(n: int) -> None:
    """A fabric and the same drawn anew, one in a hundred of its parcels moved."""
    now = fabric(n)
    rng = np.random.default_rng(1)
    before = shapely.transform(now, lambda p: p + rng.uniform(-0.01, 0.01, 2))
    ids = np.arange(len(now)).astype(str)
    frames = [
        gpd.GeoDataFrame({"parcel_id": ids, "park_id": "P"}, geometry=s, crs=GK)
        for s in (before, now)
    ]
    seconds, found = timed(lambda: lineage(*frames, 0.1))
    took, _ = timed(lambda: gpd.overlay(*frames, how="union", keep_geom_type=True))
    said = dict(found.table["relation"].value_counts())
    table(
        f"lineage of {len(now):,} parcels",
        [
            ("mujun lineage", seconds, ", ".join(f"{v:,} {k}" for k, v in said.items())),
            ("overlay, how='union'", took, "pieces only, noise among them"),
        ],
    )


if __name__ == "__main__":
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    complex_, farm = zones(1_011, 4_000, 9_000), zones(80_853, 53, 450)
    for n in (10_000, 100_000):
        compare(
            "complex control lines",
            province(int(n * scale)),
            complex_,
            [("sjoin, an intersection a hit", by_sjoin)]
            + ([("overlay, then groupby", by_overlay)] if n == 10_000 else []),
        )
    among_parcels(int(100_000 * scale), others=True)
    among_parcels(int(1_000_000 * scale), others=False)
    for n in (10_000, 100_000, 1_000_000):
        topology(int(n * scale))
    for apart in (0.0, 0.01):
        steps(int(100_000 * scale), apart)
    histories(int(100_000 * scale))
    million = province(int(1_000_000 * scale))
    compare("complex control lines", million, complex_, [])
    compare("farmland", million, farm, [("sjoin, an intersection a hit", by_sjoin)])
    everything(million, complex_)
