"""Areas against the survey formula in high precision, and against geodesics."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import mpmath as mp
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import CrsError
from geo.geometry.area import ellipsoidal_area, gauss_kruger, plane_area
from tests.builders import GK, square
from tests.lane import examples

mp.mp.dps = 40
A = mp.mpf(6378137)
F = 1 / mp.mpf("298.257222101")
E2 = F * (2 - F)


def sin_beta(phi: mp.mpf) -> mp.mpf:
    """Sine of the authalic latitude (Snyder 1987, eq. 3-11 and 3-12)."""
    e = mp.sqrt(E2)

    def q(s: mp.mpf) -> mp.mpf:
        return (1 - E2) * (s / (1 - E2 * s * s) + mp.atanh(e * s) / e)

    return q(mp.sin(phi)) / q(mp.mpf(1))


def survey_area(ring: list[tuple[float, float]]) -> mp.mpf:
    """The formula by numerical integration: sum of R² ∫ sin β dλ, β linear in λ on an edge."""
    e = mp.sqrt(E2)
    radius2 = A**2 * (1 + (1 - E2) * mp.atanh(e) / e) / 2
    points = [(mp.radians(mp.mpf(x)), mp.asin(sin_beta(mp.radians(mp.mpf(y))))) for x, y in ring]
    total = mp.mpf(0)
    for (l1, b1), (l2, b2) in pairwise(points):
        mean = mp.quad(lambda t, b1=b1, b2=b2: mp.sin(b1 + t * (b2 - b1)), [0, 1])
        total += (l2 - l1) * mean
    return abs(total) * radius2


def polygon(lon: float, lat: float, size_m: float, turn: float, sides: int) -> shapely.Polygon:
    angle = turn + np.linspace(0, 2 * np.pi, sides, endpoint=False)
    radius = size_m / 2 * (1 + 0.3 * np.cos(3 * angle))
    dx = radius * np.cos(angle) / (111320 * np.cos(np.radians(lat)))
    dy = radius * np.sin(angle) / 110574
    return shapely.Polygon(np.c_[lon + dx, lat + dy])


places = {
    "lon": st.floats(73, 135),
    "lat": st.floats(0.2, 54),
    "turn": st.floats(0, 6),
    "size_m": st.sampled_from([10.0, 100.0, 1000.0, 10000.0]),
    "sides": st.integers(3, 12),
}


@examples(25)
@given(**places)
def test_equals_the_survey_formula_to_1e_10(lon, lat, size_m, turn, sides):
    shape = polygon(lon, lat, size_m, turn, sides)
    area = ellipsoidal_area(gpd.GeoSeries([shape], crs=4490))[0]
    assert abs(area / float(survey_area(list(shape.exterior.coords))) - 1) < 1e-10


@examples(60)
@given(**places)
def test_differs_from_geodesic_edges_within_the_stated_bound(lon, lat, size_m, turn, sides):
    shape = polygon(lon, lat, size_m, turn, sides)
    series = gpd.GeoSeries([shape], crs=4490)
    area, geodesic = ellipsoidal_area(series)[0], ellipsoidal_area(series, edges="geodesic")[0]
    xy = np.asarray(shape.exterior.coords)
    edge = pyproj.Geod(ellps="GRS80").inv(*xy[:-1].T, *xy[1:].T)[2]
    bound = (edge**3 * np.tan(np.radians(np.abs(xy[:, 1]).max())) / (6 * 6371e3)).sum() + 1e-4
    assert abs(area - geodesic) <= bound


def test_a_degree_cell_is_the_closed_form_of_its_zone():
    # On parallels and meridians the area is exact: R² Δλ (sin β₂ − sin β₁).
    cell = gpd.GeoSeries([shapely.box(105, 29, 106, 30)], crs=4490)
    e = mp.sqrt(E2)
    radius2 = A**2 * (1 + (1 - E2) * mp.atanh(e) / e) / 2
    exact = radius2 * mp.radians(1) * (sin_beta(mp.radians(30)) - sin_beta(mp.radians(29)))
    assert ellipsoidal_area(cell)[0] == pytest.approx(float(exact), rel=1e-12)


def test_holes_parts_direction_and_missing():
    outer, hole = shapely.box(105, 29, 105.01, 29.01), shapely.box(105.002, 29.002, 105.004, 29.004)
    far = shapely.box(105.02, 29, 105.03, 29.01)
    ring = shapely.Polygon(outer.exterior.coords[::-1], [hole.exterior.coords])
    series = gpd.GeoSeries(
        [outer, hole, far, ring, shapely.MultiPolygon([ring, far]), None, shapely.Polygon()],
        crs=4490,
        index=list("abcdefg"),
    )
    area = ellipsoidal_area(series)
    assert list(area.index) == list("abcdefg")
    assert area["d"] == pytest.approx(area["a"] - area["b"], rel=1e-12)
    assert area["e"] == pytest.approx(area["d"] + area["c"], rel=1e-12)
    assert np.isnan(area["f"])
    assert area["g"] == 0


@examples(30)
@given(lon=places["lon"], lat=st.floats(1, 53), cut=st.floats(0.2, 0.8))
def test_parts_of_a_cut_along_a_parallel_add_up(lon, lat, cut):
    middle = lat + 0.01 * cut
    whole, low, high = (
        shapely.box(lon, a, lon + 0.01, b)
        for a, b in ((lat, lat + 0.01), (lat, middle), (middle, lat + 0.01))
    )
    area = ellipsoidal_area(gpd.GeoSeries([whole, low, high], crs=4490))
    assert area[1] + area[2] == pytest.approx(area[0], rel=1e-9)


def test_plane_area_in_its_own_zone_from_any_crs():
    hectare = gpd.GeoSeries([square(0, 0)], crs=GK)
    assert plane_area(hectare)[0] == 10000.0
    assert plane_area(hectare.to_crs(4490))[0] == pytest.approx(10000.0, abs=1e-4)
    # Measured from a neighbouring zone it is the same, because its own zone is used.
    assert plane_area(hectare.to_crs(4545))[0] == pytest.approx(10000.0, abs=1e-4)
    assert plane_area(hectare.to_crs(4523))[0] == pytest.approx(10000.0, abs=1e-4)


def test_a_zone_boundary_splits_parcels_between_zones():
    two = gpd.GeoSeries(
        [shapely.box(103.49, 30, 103.491, 30.001), shapely.box(103.51, 30, 103.511, 30.001)],
        crs=4490,
    )
    expected = [two.iloc[[0]].to_crs(4543).area.iloc[0], two.iloc[[1]].to_crs(4544).area.iloc[0]]
    assert plane_area(two).tolist() == pytest.approx(expected, rel=1e-12)


def test_gauss_kruger_of_another_datum_keeps_its_ellipsoid():
    zone = gauss_kruger(105, pyproj.CRS(4610))  # Xian 1980
    assert zone.ellipsoid.semi_major_metre == 6378140.0


def test_no_crs_is_an_error():
    with pytest.raises(CrsError, match="no CRS"):
        ellipsoidal_area(gpd.GeoSeries([square(0, 0)]))
