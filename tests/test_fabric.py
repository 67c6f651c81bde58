"""Parcels joined by the lines they share: the same land, overlaps and gaps as worked out in full."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from geo.checks.gaps import check_gaps
from geo.checks.topology import check_overlaps
from geo.geometry.fabric import joined, misfits
from tests.builders import EAST, GK, NORTH, parcel_layer
from tests.lane import examples

SIZE = 6


def fabric(turn, draw):
    """A turned quilt of quadrilaterals that share their corners, some of them spoiled in turn."""
    rng = np.random.default_rng(draw)
    corner = np.stack(np.meshgrid(np.arange(SIZE + 1), np.arange(SIZE + 1), indexing="ij"), axis=-1)
    points = corner * 40.0 + rng.uniform(-8, 8, corner.shape)
    cells = [
        shapely.Polygon([points[i, j], points[i + 1, j], points[i + 1, j + 1], points[i, j + 1]])
        for i in range(SIZE)
        for j in range(SIZE)
    ]
    turned = gpd.GeoSeries(cells).rotate(turn, origin=(0, 0))
    return np.array(turned, dtype=object), rng


def shifted(cell, x, y):
    return shapely.transform(cell, lambda p: p + np.array([x, y]))


def inner(cell):
    return shapely.buffer(shapely.centroid(cell), 5, quad_segs=2)


SPOIL = {
    "shifted": lambda c: [shifted(c, 1.5, 1.5)],
    "a hair over": lambda c: [shifted(c, 0.004, 0.004)],
    "twice": lambda c: [c, c],
    "one within": lambda c: [c, inner(c)],
    "an island": lambda c: [shapely.difference(c, inner(c)), inner(c)],
    "a hole": lambda c: [shapely.difference(c, inner(c))],
    "narrow": lambda c: [shapely.buffer(c, -0.4, join_style="mitre")],
    "a vertex more": lambda c: [shapely.segmentize(c, 15)],
    "turned over": lambda c: [shapely.reverse(c)],
    "two far apart": lambda c: [shapely.MultiPolygon([c, shifted(inner(c), 400, 0)])],
    "left out": lambda _: [],
}
"""What stands for one parcel of the fabric."""


def spoiled(turn, draw, kinds):
    cells, rng = fabric(turn, draw)
    at = rng.choice(len(cells), len(kinds), replace=False)
    how = dict(zip(at, kinds, strict=True))
    land = [s for k, c in enumerate(cells) for s in (SPOIL[how[k]](c) if k in how else [c])]
    return np.array([shifted(shape, EAST, NORTH) for shape in land], dtype=object)


SPOILED = st.builds(
    spoiled,
    st.sampled_from([0.0, 17.0, 45.0]),
    st.integers(0, 10_000),
    st.lists(st.sampled_from(sorted(SPOIL)), max_size=8),
)


HAIRS = ["a hair over"] * 3 + ["shifted", "a hole", "a hair over", "a vertex more", "a hole"]
"""GEOS makes a union of these of which one part lies in another."""


@given(SPOILED)
@example(spoiled(17.0, 1395, HAIRS))
@examples(30)
def test_the_union_of_fitting_and_unfitting_parcels_is_that_of_all(shapes):
    land = joined(shapes, misfits(shapes))
    assert land.is_valid
    whole = shapely.make_valid(shapely.union_all(shapes), method="structure")
    assert shapely.area(shapely.symmetric_difference(land, whole)) < 1e-6


@given(SPOILED)
@examples(30)
def test_of_two_that_overlap_one_is_a_misfit(shapes):
    all_overlapping_have_a_misfit(shapes)


def all_overlapping_have_a_misfit(shapes):
    one, other = np.triu_indices(len(shapes), 1)
    over = shapely.area(shapely.intersection(shapes[one], shapes[other])) > 1e-6
    odd = misfits(shapes)
    assert (odd[one] | odd[other])[over].all()


@given(SPOILED)
@examples(20)
def test_findings_are_those_of_parcels_worked_out_in_full(shapes):
    parcels = parcel_layer(list(shapes))
    every = np.ones(len(shapes), dtype=bool)
    outlines = [
        shapely.buffer(shapely.convex_hull(shapely.union_all(shapes)), 3),
        shapely.box(EAST - 60, NORTH + 30, EAST + 90, NORTH + 200),
    ]
    parks = gpd.GeoDataFrame(
        {"park_id": ["P1", "P2"], "source_row": [2, 3]}, geometry=outlines, crs=GK
    )
    same_findings(check_overlaps(parcels, 0.1), check_overlaps(parcels, 0.1, misfit=every))
    same_findings(
        check_gaps(parcels, parks, 0.1, 1.0), check_gaps(parcels, parks, 0.1, 1.0, misfit=every)
    )


def same_findings(now, full):
    """The same, voids of one park in any order: it is that of the lines they are cut from."""
    now, full = (
        found.assign(said=found["value"].astype("str"))
        .sort_values(["code", "row", "said"], ignore_index=True)
        .drop(columns="said")
        for found in (now, full)
    )
    said = [name for name in now if name not in ("geometry", "defect_m2")]
    pd.testing.assert_frame_equal(now[said], full[said])
    areas = (found["defect_m2"].to_numpy(float) for found in (now, full))
    assert next(areas) == pytest.approx(next(areas), abs=1e-6)


def test_a_whole_fabric_has_no_misfit_and_each_spoiled_parcel_is_one():
    cells, _ = fabric(17.0, 3)
    assert not misfits(cells).any()
    over = np.array([*cells, shifted(cells[14], 1.5, 1.5)], dtype=object)
    assert misfits(over)[36]


def test_two_whole_fabrics_one_over_the_other_are_misfits_where_they_meet():
    """Inside, all lines of either are shared by two: what is drawn twice cannot be seen by lines."""
    one, _ = fabric(17.0, 3)
    other, _ = fabric(30.0, 5)
    both = np.concatenate([one, other])
    all_overlapping_have_a_misfit(both)
    assert misfits(np.concatenate([one, one])).all()


def test_far_fabrics_are_looked_at_apart():
    one, _ = fabric(17.0, 3)
    far = [np.array([shifted(c, 2000.0 * k, 0) for c in one]) for k in range(8)]
    far[3][7] = shifted(far[3][7], 1.5, 1.5)
    found = np.flatnonzero(misfits(np.concatenate(far)))
    assert 3 * len(one) + 7 in found
    assert set(found // len(one)) == {3}


def test_parcels_drawn_a_hair_apart_are_misfits_without_a_closer_look():
    cells, rng = fabric(17.0, 3)
    apart = np.array([shifted(cell, *rng.uniform(-0.01, 0.01, 2)) for cell in cells])
    assert misfits(apart).all()
