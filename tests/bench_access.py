"""`make bench`, access and rasters: facilities of 12 kinds, roads, zonal statistics, TXT.

The parcels are those of `bench_land`'s synthetic province; the raster covers all of it, 20,400 ×
20,400 cells of 30 m. Every answer is compared before its time counts.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import rasterstats
import shapely
from affine import Affine
from exactextract import exact_extract

from geo.land.access import Nearest
from geo.land.network import network
from geo.land.roads import join_lines
from geo.land.terrain import zonal
from geo.source_spec import RasterSource
from geo.sources.raster import open_raster
from tests.bench import table, timed
from tests.bench_land import GK, SIDE, province

CELL = 30


def kinds(count: int) -> list[np.ndarray]:
    """Places of `count` kinds, from 30 of the rarest to 5,000 of the commonest."""
    rng = np.random.default_rng(1)
    return [
        shapely.points(rng.uniform(0, SIDE, (int(k), 2))) for k in np.geomspace(30, 5_000, count)
    ]


def facilities(n: int) -> None:
    parcels, places = province(n), kinds(12)

    def straight_line() -> list[np.ndarray]:
        near = Nearest(parcels)
        return [near.to(p) for p in places]

    def loop() -> list[np.ndarray]:
        frame = gpd.GeoDataFrame(geometry=parcels, crs=GK)
        out = []
        for p in places:
            found = gpd.sjoin_nearest(
                frame, gpd.GeoDataFrame(geometry=p, crs=GK), distance_col="metres"
            )["metres"]
            out.append(found[~found.index.duplicated()].to_numpy())
        return out

    seconds, ours = timed(straight_line)
    took, theirs = timed(loop)
    worst = max(np.abs(a - b).max() for a, b in zip(ours, theirs, strict=True))
    table(
        f"nearest facility of 12 kinds: {len(parcels):,} parcels",
        [
            ("mujun Nearest", seconds, ""),
            ("a loop of sjoin_nearest", took, f"differs by at most {worst:.0e} m"),
        ],
    )


def roads(n: int) -> None:
    """A grid of streets 500 m apart over a town of n parcels, cut where they cross."""
    side = (n**0.5) * 110
    at = np.arange(0, side + 500, 500.0)
    lines = np.array(
        [shapely.LineString([(x, 0), (x, side)]) for x in at]
        + [shapely.LineString([(0, y), (side, y)]) for y in at],
        dtype=object,
    )
    x, y = (v.ravel()[:n] * 110.0 for v in np.meshgrid(*[np.arange(int(n**0.5) + 1)] * 2))
    parcels = shapely.box(x, y, x + 80, y + 80)
    rng = np.random.default_rng(2)
    places = shapely.points(rng.uniform(0, side, (60, 2)))

    def along_roads() -> np.ndarray:
        net = network(join_lines(lines), places)
        spots = net.spots(parcels)
        return np.stack([net.at(spots, net.reach(net.spots(places[i::12]))) for i in range(12)])

    seconds, found = timed(along_roads)
    straight = np.stack([Nearest(parcels).to(places[i::12]) for i in range(12)])
    assert (found >= straight - 1e-6).all()
    print(
        f"\nalong roads, 12 kinds: {len(parcels):,} parcels, {len(lines)} streets,"
        f" {seconds:.1f} s; never shorter than straight"
    )


def province_raster(folder: Path) -> Path:
    """Elevations of one decimal, without a value in one cell of fifty."""
    size = int(SIDE * 1.02 / CELL)
    rng = np.random.default_rng(0)
    profile = {
        "driver": "GTiff",
        "width": size,
        "height": size,
        "count": 1,
        "dtype": "float32",
        "crs": GK,
        "nodata": -9999,
        "tiled": True,
        "compress": "deflate",
        "transform": Affine(CELL, 0, -6000, 0, -CELL, SIDE * 1.01),
    }
    file = folder / "elevation.tif"
    with rasterio.open(file, "w", **profile) as out:
        for _, window in out.block_windows(1):
            block = rng.uniform(200, 900, (window.height, window.width)).round(1)
            block[rng.random(block.shape) < 0.02] = -9999
            out.write(block.astype("float32"), 1, window=window)
    return file


def statistics(file: Path, n: int, *, others: int) -> None:
    """mean, sum, min, max, count; rasterstats on a fiftieth, its time times fifty."""
    parcels = gpd.GeoDataFrame(geometry=province(n), crs=GK)
    wanted = ["mean", "sum", "min", "max", "count"]
    raster = open_raster("e", file, RasterSource(path=file.name, statistic=wanted))
    seconds, ours = timed(lambda: zonal(parcels.geometry, raster))
    rows = [("mujun zonal", seconds, f"{seconds / len(parcels) * 1e6:.0f} µs a parcel")]
    if others:
        took, theirs = timed(lambda: exact_extract(str(file), parcels, wanted, output="pandas"))
        known = theirs["count"] > 0
        worst = np.abs(ours["raster_e_mean"] - theirs["mean"])[known].max()
        assert worst < 1e-3
        rows.append(("exactextract", took, f"means differ by at most {worst:.0e}"))
        some = parcels.iloc[::50]
        slow, _ = timed(lambda: rasterstats.zonal_stats(some, str(file), stats=wanted))
        rows.append(("rasterstats × 50", slow * 50, "whole cells only"))
    table(
        f"zonal statistics: {len(parcels):,} parcels, {ours['raster_e_mean'].notna().sum():,}"
        " with data",
        rows,
    )


if __name__ == "__main__":
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    facilities(int(1_000_000 * scale))
    roads(int(100_000 * scale))
    with tempfile.TemporaryDirectory() as place:
        file = province_raster(Path(place))
        statistics(file, int(10_000 * scale), others=True)
        statistics(file, int(100_000 * scale), others=True)
        statistics(file, int(1_000_000 * scale), others=False)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"\npeak of access and rasters: {peak:.1f} GB")
