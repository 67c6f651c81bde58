"""Rasters on land: exact shares of cells, zonal statistics, slope, surfaces."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import rasterio.mask
import shapely
from affine import Affine
from exactextract import exact_extract
from hypothesis import example, given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geo.cli import app
from geo.errors import CrsError, ProjectError, SourceError
from geo.land import terrain
from geo.land.fractions import fractions, in_cells
from geo.land.terrain import zonal
from geo.publish.gis.surfaces import Grid, joined
from geo.source_spec import RasterSource
from geo.sources.raster import open_raster
from tests.builders import EAST, GK, NORTH, square
from tests.saying import spoken

EVERY = ["mean", "sum", "min", "max", "stdev", "count"]


@pytest.fixture(scope="module")
def demo(copied_demo):
    """This module writes to it."""
    return copied_demo


def shapes_of(seed, count=20, extent=60.0):
    """Discs, discs with holes, unions of several, and boxes, some along grid lines."""
    rng = np.random.default_rng(seed)
    out = shapely.buffer(
        shapely.points(rng.uniform(5, extent - 5, (count, 2))),
        rng.uniform(0.05, 9, count),
        quad_segs=3,
    )
    out[0] = shapely.difference(out[0], shapely.buffer(shapely.centroid(out[0]), 0.02))
    out[1] = shapely.union_all(out[1:6])
    x, y, w, h = rng.integers(0, 20, 4)
    out[2] = shapely.box(x, y, x + w + 1, y + h + 1)
    return out


def raster(tmp_path, values, cell=10.0, crs=GK, nodata=None, name="r", corner=None, **settings):
    file = tmp_path / f"{name}.tif"
    left, top = corner or (EAST, NORTH + values.shape[0] * cell)
    with rasterio.open(
        file,
        "w",
        driver="GTiff",
        width=values.shape[1],
        height=values.shape[0],
        count=1,
        dtype=values.dtype,
        crs=crs,
        nodata=nodata,
        transform=Affine(cell, 0, left, 0, -cell, top),
    ) as out:
        out.write(values, 1)
    return open_raster(name, file, RasterSource(path=file.name, **settings))


@given(st.integers(0, 10_000))
@example(3470)  # two slivers of cells under 1e-9 each
def test_shares_equal_the_areas_of_clipped_cells(seed):
    shapes = shapes_of(seed)
    found = fractions(shapes)
    cells = shapely.box(found.column, found.row, found.column + 1, found.row + 1)
    assert found.share == pytest.approx(
        shapely.area(shapely.intersection(shapes[found.shape], cells)), abs=1e-12
    )
    total = np.bincount(found.shape, found.share, minlength=len(shapes))
    assert total == pytest.approx(shapely.area(shapes), abs=1e-9)


@given(st.integers(0, 1000), st.integers(-5, 5), st.integers(-5, 5))
def test_shares_move_with_the_shape(seed, x, y):
    shapes = shapes_of(seed, 8)
    one = fractions(shapes)
    other = fractions(shapely.transform(shapes, lambda p: p + np.array([x, y])))
    moved = pd.Series(
        other.share, index=pd.MultiIndex.from_arrays([other.shape, other.row - y, other.column - x])
    )
    own = pd.Series(one.share, index=pd.MultiIndex.from_arrays([one.shape, one.row, one.column]))
    both = pd.concat([own, moved], axis=1).fillna(0)
    assert both[0].to_numpy() == pytest.approx(both[1].to_numpy(), abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_statistics_equal_those_of_exactextract(tmp_path, seed):
    rng = np.random.default_rng(seed)
    values = rng.uniform(-50, 900, (60, 60)).astype("float32")
    values[rng.random((60, 60)) < 0.05] = -9999
    grid = raster(tmp_path, values, nodata=-9999, statistic=EVERY)
    shapes = shapely.transform(shapes_of(seed), lambda p: p * 10 + np.array([EAST, NORTH]))
    frame = gpd.GeoDataFrame(geometry=shapes, crs=GK)
    ours = zonal(frame.geometry, grid)
    theirs = exact_extract(str(grid.path), frame, EVERY, output="pandas")
    known = theirs["count"] > 0
    for name in EVERY:  # exactextract keeps shares as 32-bit floats
        assert ours[f"raster_r_{name}"][known].to_numpy() == pytest.approx(
            theirs[name][known].to_numpy(), rel=3e-6, abs=1e-4
        ), name
    assert ours.loc[~known, "raster_r_mean"].isna().all()


def test_along_cells_statistics_equal_rasterios_mask(tmp_path):
    values = np.arange(400, dtype="int16").reshape(20, 20)
    grid = raster(tmp_path, values, statistic=EVERY)
    box = shapely.box(EAST + 30, NORTH + 40, EAST + 110, NORTH + 90)
    ours = zonal(gpd.GeoSeries([box], crs=GK), grid).iloc[0]
    with rasterio.open(grid.path) as file:
        masked, _ = rasterio.mask.mask(file, [box], crop=True, filled=False)
    for name, value in (
        ("mean", masked.mean()),
        ("sum", masked.sum()),
        ("min", masked.min()),
        ("max", masked.max()),
        ("count", masked.count()),
        ("stdev", masked.std()),
    ):
        assert ours[f"raster_r_{name}"] == pytest.approx(float(value), abs=1e-9)


def test_a_raster_in_degrees_on_parcels_in_metres(tmp_path):
    rng = np.random.default_rng(0)
    values = rng.uniform(0, 9, (80, 80)).astype("float64")
    middle = gpd.GeoSeries([square(5, 5)], crs=GK).to_crs(4490).iloc[0].centroid
    grid = raster(
        tmp_path,
        values,
        0.0002,
        "EPSG:4490",
        statistic=["mean", "count"],
        corner=(middle.x - 0.008, middle.y + 0.008),
    )
    frame = gpd.GeoDataFrame(geometry=[square(5, 5), square(6, 5)], crs=GK)
    theirs = exact_extract(str(grid.path), frame.to_crs(4490), ["mean", "count"], output="pandas")
    ours = zonal(frame.geometry, grid)
    assert ours["raster_r_mean"].to_numpy() == pytest.approx(theirs["mean"].to_numpy(), rel=1e-6)
    assert ours["raster_r_covered"].to_numpy() == pytest.approx([100, 100])


def test_tiles_and_groups_move_nothing(tmp_path, monkeypatch):
    rng = np.random.default_rng(1)
    values = rng.integers(0, 6, (60, 60)).astype("int16")
    grid = raster(tmp_path, values, statistic=[*EVERY, "majority", "variety", "share"])
    shapes = shapely.transform(shapes_of(3, 40), lambda p: p * 10 + np.array([EAST, NORTH]))
    whole = zonal(gpd.GeoSeries(shapes, crs=GK), grid)
    monkeypatch.setattr(terrain, "TILE", 7)
    monkeypatch.setattr(terrain, "GROUP", 3)
    pd.testing.assert_frame_equal(whole, zonal(gpd.GeoSeries(shapes, crs=GK), grid), rtol=1e-9)


def test_classes_by_hand(tmp_path):
    """A square over four cells of 10 m: whole 1, half 2, half 2, a quarter 3."""
    grid = raster(
        tmp_path,
        np.array([[2, 3], [1, 2]], dtype="uint8"),
        statistic=["majority", "variety", "share"],
    )
    box = shapely.box(EAST, NORTH, EAST + 15, NORTH + 15)
    row = zonal(gpd.GeoSeries([box], crs=GK), grid).iloc[0]
    assert row["raster_r_majority"] == 1  # 1 and 2 cover one cell each: the lower wins
    assert row["raster_r_variety"] == 3
    assert [row[f"raster_r_{c}_share"] for c in (1, 2, 3)] == pytest.approx(
        [100 / 2.25, 100 / 2.25, 25 / 2.25]
    )


def test_beyond_the_raster_is_no_data_and_said(tmp_path):
    grid = raster(tmp_path, np.ones((10, 10), dtype="float32"), statistic=["mean", "sum"])
    frame = gpd.GeoDataFrame(
        {"parcel_id": ["in", "half", "out"], "source_row": [1, 2, 3]},
        crs=GK,
        geometry=[
            square(0, 0),
            shapely.box(EAST + 50, NORTH, EAST + 150, NORTH + 100),
            square(5, 5),
        ],
    )
    table, notes = terrain.terrain(frame, {"r": grid})
    assert table["raster_r_mean"].tolist()[:2] == [1, 1]
    assert np.isnan(table["raster_r_mean"][2])
    assert table["raster_r_covered"].fillna(0).tolist() == pytest.approx([100, 50, 0])
    assert notes["id"].tolist() == ["half", "out"]
    assert "50.0%" in spoken(notes)["message_zh"][0]


def test_a_raster_that_lies_elsewhere_is_one_warning(tmp_path):
    grid = raster(tmp_path, np.ones((4, 4)), corner=(EAST + 9000, NORTH))
    frame = gpd.GeoDataFrame(
        {"parcel_id": ["a", "b"], "source_row": [1, 2]},
        crs=GK,
        geometry=[square(0, 0), square(1, 0)],
    )
    table, notes = terrain.terrain(frame, {"r": grid})
    assert table["raster_r_mean"].isna().all()
    assert notes["code"].tolist() == ["raster_no_data"] * 2
    assert terrain.beside(notes, {"r": False})["code"].tolist() == ["raster_elsewhere"]
    assert terrain.beside(notes, {"r": True})["code"].tolist() == ["raster_no_data"] * 2


@pytest.mark.parametrize("crs", [GK, "EPSG:4490"])
def test_slope_of_a_plane_is_that_of_the_plane(tmp_path, crs):
    """z rises 0.3 m a metre east and 0.4 m a metre north: tan of its slope is 0.5."""
    n = 40
    rows, columns = np.mgrid[:n, :n]
    if crs == GK:
        cell, corner, metres = 10.0, None, (10.0, 10.0)
    else:  # near 29.3 N on GRS80, by the radii of curvature
        cell, corner = 1e-4, (105.29, 29.34)
        lat = np.radians(29.34 - n / 2 * cell)
        w2 = 1 - 0.00669438002290 * np.sin(lat) ** 2
        metres = (
            np.radians(cell) * 6378137 / np.sqrt(w2) * np.cos(lat),
            np.radians(cell) * 6378137 * (1 - 0.00669438002290) / w2**1.5,
        )
    z = 0.3 * columns * metres[0] - 0.4 * rows * metres[1]
    grid = raster(tmp_path, z, cell, crs, derive="slope", statistic=["mean", "max"], corner=corner)
    left, top = grid.transform.c, grid.transform.f
    box = shapely.box(left + 5 * cell, top - 30 * cell, left + 30 * cell, top - 5 * cell)
    row = zonal(gpd.GeoSeries([box], crs=crs), grid).iloc[0]
    assert row["raster_r_mean"] == pytest.approx(np.degrees(np.arctan(0.5)), abs=2e-3)


def test_slope_beside_a_missing_cell_is_no_data(tmp_path):
    z = np.zeros((9, 9))
    z[4, 4] = -1
    grid = raster(tmp_path, z, nodata=-1, derive="slope", statistic="mean")
    whole = shapely.box(EAST, NORTH, EAST + 90, NORTH + 90)
    row = zonal(gpd.GeoSeries([whole], crs=GK), grid).iloc[0]
    assert row["raster_r_covered"] == pytest.approx(40 / 81 * 100)  # 7 × 7 inner less 3 × 3
    assert row["raster_r_mean"] == 0


def test_what_a_bad_raster_is_told(tmp_path):
    with pytest.raises(SourceError, match="no such file"):
        open_raster("r", tmp_path / "none.tif", RasterSource(path="none.tif"))
    (tmp_path / "text.tif").write_text("no raster")
    with pytest.raises(SourceError, match="cannot be read"):
        open_raster("r", tmp_path / "text.tif", RasterSource(path="text.tif"))
    with pytest.raises(CrsError, match="no coordinate reference system"):
        raster(tmp_path, np.ones((2, 2)), crs=None)
    with pytest.raises(ProjectError, match="no band 3, it has 1"):
        raster(tmp_path, np.ones((2, 2)), band=3)
    whole = raster(tmp_path, np.ones((400, 400)))
    data = whole.path.read_bytes()
    whole.path.write_bytes(data[: len(data) // 2])
    with pytest.raises(SourceError, match="cannot be read"):
        zonal(gpd.GeoSeries([shapely.box(EAST, NORTH, EAST + 4000, NORTH + 4000)], crs=GK), whole)


def test_surfaces_conserve_sums():
    rng = np.random.default_rng(2)
    x, y = (v.ravel() * 37 for v in np.meshgrid(np.arange(12.0), np.arange(12.0)))
    shapes = shapely.box(EAST + x, NORTH + y, EAST + x + 37, NORTH + y + 37)
    per_mu = pd.DataFrame({"a": rng.uniform(0, 50, len(shapes))})
    turned = gpd.GeoSeries(shapes, crs=GK).rotate(11, origin=(EAST, NORTH)).to_numpy()
    grid = Grid(shapely.total_bounds(turned), GK, 10.0)
    covered = grid.covered(turned, per_mu.to_numpy())
    (mean,) = covered.means()
    found = fractions(in_cells(turned, grid.transform))
    share = np.zeros(grid.shape)
    np.add.at(share, (found.row, found.column), found.share)
    sums = (grid.filled(covered.cells, mean, 0.0) * share).sum() * 100
    assert sums == pytest.approx((per_mu["a"] * shapely.area(shapes)).sum(), rel=1e-9)


def test_a_cell_that_two_pieces_share_has_the_mean_of_both():
    """Cells of 10 m: one is a quarter and a half covered, by pieces; of another figure one is unknown."""
    grid = Grid(np.array([0.0, 0.0, 20.0, 10.0]), GK, 10.0)
    one = grid.covered(
        np.array([shapely.box(0, 0, 5, 5)], dtype=object), np.array([[10.0, np.nan]])
    )
    other = grid.covered(
        np.array([shapely.box(5, 0, 20, 10)], dtype=object), np.array([[40.0, 8.0]])
    )
    nothing = grid.covered(np.array([], dtype=object), np.empty((0, 2)))
    covered = joined([one, nothing, other])
    assert covered.cells.tolist() == [0, 1]
    assert covered.means().tolist() == [[30.0, 40.0], [8.0, 8.0]]  # (10 × ¼ + 40 × ½) ÷ ¾


@pytest.fixture(scope="module")
def surfaces(demo):
    return demo / "outputs/surfaces"


def test_surfaces_are_cloud_optimized_with_overviews_and_colours(surfaces):
    with rasterio.open(surfaces / "tax_per_mu.tif") as file:
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.overviews(1)
        assert "合成" in file.tags()["TIFFTAG_IMAGEDESCRIPTION"]
        values = file.read(1, masked=True)
    with rasterio.open(surfaces / "tax_per_mu_classes.tif") as file:
        assert file.overviews(1)
        assert file.colormap(1)[0] == (255, 255, 204, 255)
        codes, tags = file.read(1, masked=True), file.tags()
    low = float(tags["class_0"].removeprefix("< "))
    assert (values[codes == 0] < low * 1.001).all()
    assert (values[codes == 4] >= values[codes == 0].max()).all()
    assert np.array_equal(values.mask, codes.mask)


def test_surface_values_are_those_of_the_parcels(demo, surfaces):
    parcels = gpd.read_parquet(demo / "outputs/tables/parcels.parquet")
    some = parcels[parcels["tax_per_mu"].notna()].sample(40, random_state=1)
    inner = some.geometry.buffer(-12)
    points = inner[~inner.is_empty].representative_point()
    with rasterio.open(surfaces / "tax_per_mu.tif") as file:
        said = [v[0] for v in file.sample([(p.x, p.y) for p in points])]
    assert said == pytest.approx(some["tax_per_mu"][points.index].tolist(), rel=1e-5)


def test_too_fine_a_surface_is_told(demo):
    file = demo / "mujun.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "\nsurface_cell_m = 0.01\n", encoding="utf-8")  # of [publish]
    try:
        outcome = CliRunner().invoke(app, ["export", "--format", "cog", "-q", "-p", str(demo)])
    finally:
        file.write_text(text, encoding="utf-8")
    assert isinstance(outcome.exception, ProjectError)
    assert "surface_cell_m = 0.01" in str(outcome.exception)
    assert (demo / "outputs/surfaces/tax_per_mu.tif").exists()
