"""Where layers land: each mistake is called by its name."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from geo.errors import CrsError
from geo.land.place import check_place, check_shift, gcj02_shift
from geo.project_parts import Place

HOME = Place(lon=105.29, lat=29.34, radius_km=30)


def test_at_home_nothing_is_said(parcels, parks):
    check_place(parcels, "parcels", HOME)
    check_shift(parcels, parks)


def test_swapped_axes(parcels):
    swapped = parcels.set_geometry(shapely.transform(parcels.geometry.array, lambda c: c[:, ::-1]))
    with pytest.raises(CrsError, match="swapped"):
        check_place(swapped.set_crs(4544, allow_override=True), "parcels", HOME)


def test_swapped_degrees(parcels):
    degrees = parcels.to_crs(4490)
    swapped = degrees.set_geometry(shapely.transform(degrees.geometry.array, lambda c: c[:, ::-1]))
    with pytest.raises(CrsError, match="swapped"):
        check_place(swapped.set_crs(4490, allow_override=True), "parcels", HOME)


@pytest.mark.parametrize("wrong", [4543, 4545])
def test_wrong_zone_names_the_right_one(parcels, wrong):
    with pytest.raises(CrsError, match=r"wrong zone.*EPSG:4544") as caught:
        check_place(parcels.set_crs(wrong, allow_override=True), "parcels", HOME)
    assert "带号有误" in caught.value.text.zh


def test_prefixed_coordinates_under_an_unprefixed_zone(parcels):
    prefixed = parcels.to_crs(4523).set_crs(4544, allow_override=True)
    with pytest.raises(CrsError, match="EPSG:4523"):
        check_place(prefixed, "parcels", HOME)


def test_degrees_under_a_projected_crs(parcels):
    degrees = parcels.to_crs(4490).set_crs(4544, allow_override=True)
    with pytest.raises(CrsError, match="coordinates are degrees"):
        check_place(degrees, "parcels", HOME)


def test_elsewhere_without_a_likely_cause(parcels):
    with pytest.raises(CrsError, match="CRS or the place is wrong"):
        check_place(parcels, "parcels", Place(lon=120, lat=36, radius_km=30))


# Published displacements (shared figures, measured with another implementation), city centres.
@pytest.mark.parametrize(
    ("lon", "lat", "metres"),
    [(104.0665, 30.5723, 363), (104.6308, 28.7602, 446), (101.7160, 26.5804, 425)],
)
def test_gcj02_shift_is_as_published(lon, lat, metres):
    east, north = gcj02_shift(np.array([lon]), np.array([lat]))
    measured = pyproj.Geod(ellps="GRS80").inv(lon, lat, lon + east[0], lat + north[0])[2]
    assert measured == pytest.approx(metres, abs=2)


def _shifted(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    def move(coordinates):
        east, north = gcj02_shift(*coordinates.T)
        return coordinates + np.c_[east, north]

    degrees = frame.to_crs(4490)
    moved = degrees.set_geometry(shapely.transform(degrees.geometry.array, move))
    return moved.set_crs(4490, allow_override=True)


def test_gcj02_parcels(parcels, parks):
    with pytest.raises(CrsError, match="parcels are in GCJ-02"):
        check_shift(_shifted(parcels), parks)


def test_gcj02_parks(parcels, parks):
    with pytest.raises(CrsError, match="parks are in GCJ-02"):
        check_shift(parcels, _shifted(parks))


def test_without_a_place_a_layer_lies_where_its_system_is_used(parcels):
    """Parcels and parks turned alike fit each other; their areas would be those of another latitude."""
    check_place(parcels, "parcels", None)
    check_place(parcels.to_crs(4490), "parcels", None)
    check_place(parcels.to_crs(4543), "parcels", None)  # a neighbour's zone is in use as well
    turned = shapely.transform(parcels.geometry.array, lambda c: c[:, ::-1])
    with pytest.raises(CrsError, match="X and Y are swapped: exchange them"):
        check_place(parcels.set_geometry(turned, crs=4544), "parcels", None)
    degrees = parcels.to_crs(4490).set_crs(4544, allow_override=True)
    with pytest.raises(CrsError, match="coordinates are degrees"):
        check_place(degrees, "parcels", None)
    prefixed = parcels.to_crs(4523).set_crs(4544, allow_override=True)
    with pytest.raises(CrsError, match="check crs"):
        check_place(prefixed, "parcels", None)
