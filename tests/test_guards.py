"""Public functions on anybody's frames: what cannot be meant is refused with the mend."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, Polygon, box

from geo import cheapest, ellipsoidal_area, plane_area, read_method, thresholds
from geo.economy.allocate import allocate
from geo.errors import CrsError, DataError, MujunError
from geo.evaluate.grades import grade
from geo.land.access import access
from geo.land.zones import control_lines, cut_zones
from tests.builders import layer

GK = "EPSG:4544"


SQUARE = box(528300, 3246000, 528400, 3246100)
PARCELS = layer([SQUARE], parcel_id=["A"], park_id=["P"], area_ellipsoid_m2=[1e4])
PARKS = layer([SQUARE.buffer(10)], park_id=["P"])
ZONES = layer([box(528350, 3246000, 528500, 3246100)], zone_id=["z"], kind=["永久基本农田"])
MONEY = pd.DataFrame({"enterprise_id": ["E"], "year": [2023], "revenue": [1.0]})
HELD = pd.DataFrame({"enterprise_id": ["E"], "parcel_id": ["A"]})
LAND = pd.Series({"A": 1e4})
METHOD = read_method("huangyan-2022")
FIRMS = pd.DataFrame(
    {i.indicator: np.arange(6.0) + 1 for g in METHOD.groups for i in g.items}
    | {"area_mu": 20.0, "above_scale": True},
    index=list("abcdef"),
)
WAYS = pd.DataFrame({"way": [], "after": [], "change": [], "quantity": [], "subject_id": []})
JUDGED = pd.DataFrame({"park_id": ["P"], "parcel_id": ["A"], "compliance": ["fail"]})

MISUSES = {
    "area of points": (
        lambda: ellipsoidal_area(gpd.GeoSeries([Point(105, 29)], crs=4490)),
        DataError,
        "not a polygon",
    ),
    "area of lines": (
        lambda: plane_area(gpd.GeoSeries([LineString([(0, 0), (1, 1)])], crs=GK)),
        DataError,
        "not a polygon",
    ),
    "area without a CRS": (lambda: plane_area(gpd.GeoSeries([SQUARE])), CrsError, "set_crs"),
    "area in an office's local plane": (
        lambda: ellipsoidal_area(gpd.GeoSeries([SQUARE], crs='LOCAL_CS["site",UNIT["metre",1]]')),
        CrsError,
        "datum",
    ),
    "zones cut in degrees": (
        lambda: cut_zones(ZONES.to_crs(4490), "EPSG:4490"),
        CrsError,
        "not a projected CRS in metres",
    ),
    "zones cut in feet": (
        lambda: cut_zones(ZONES, "EPSG:2249"),
        CrsError,
        "not a projected CRS in metres",
    ),
    "zones without a kind": (
        lambda: cut_zones(ZONES.rename(columns={"kind": "kinds"}), GK),
        DataError,
        "did you mean `kinds`",
    ),
    "zones that are lines": (
        lambda: cut_zones(layer([LineString([(0, 0), (1, 1)])], kind=["x"]), GK),
        DataError,
        "not a polygon",
    ),
    "parcels and parks apart": (
        lambda: control_lines(PARCELS, PARKS.to_crs(4490), cut_zones(ZONES, GK), 1.0),
        CrsError,
        "to_crs",
    ),
    "parcels without areas": (
        lambda: control_lines(
            PARCELS.rename(columns={"area_ellipsoid_m2": "area"}), PARKS, cut_zones(ZONES, GK), 1.0
        ),
        DataError,
        "area_ellipsoid_m2",
    ),
    "a measure under another name": (
        lambda: allocate(MONEY.rename(columns={"revenue": "revenu"}), HELD, LAND),
        DataError,
        "did you mean `revenue`",
    ),
    "a measure that nobody knows": (
        lambda: allocate(MONEY.assign(profit=2.0), HELD, LAND),
        DataError,
        "`profit` is not known",
    ),
    "money without a year": (
        lambda: allocate(MONEY.drop(columns="year"), HELD, LAND),
        DataError,
        "no column `year`",
    ),
    "land under another name": (
        lambda: allocate(MONEY, HELD.rename(columns={"parcel_id": "parcelid"}), LAND),
        DataError,
        "did you mean `parcelid`",
    ),
    "grades of a misspelt column": (
        lambda: grade(FIRMS.rename(columns={"tax_per_mu": "tax_mu"}), METHOD, 2023),
        DataError,
        "did you mean `tax_mu`",
    ),
    "bars without land": (
        lambda: thresholds(FIRMS.drop(columns="area_mu"), []),
        DataError,
        "area_mu",
    ),
    "bars of nothing": (lambda: thresholds(FIRMS[["area_mu"]], []), DataError, "no column"),
    "bars at 100 %": (lambda: thresholds(FIRMS, [], (1.0,)), DataError, "between 0 and 1"),
    "bars at NaN": (lambda: thresholds(FIRMS, [], (np.nan,)), DataError, "between 0 and 1"),
    "a share of 80": (lambda: cheapest(WAYS, JUDGED, 80), DataError, "at most 1"),
    "a price of inf": (lambda: cheapest(WAYS, JUDGED, 0.5, {"x": np.inf}), DataError, "price"),
    "nothing judged": (
        lambda: cheapest(WAYS, JUDGED.drop(columns="compliance"), 0.5),
        DataError,
        "compliance",
    ),
    "facilities without a category": (
        lambda: access(
            PARCELS, PARKS, layer([Point(528300, 3246000)], facility_id=["f"], cat=["医院"]), None
        ),
        DataError,
        "category",
    ),
}


@pytest.mark.parametrize("name", MISUSES)
def test_a_misuse_is_told_with_its_mend(name):
    use, kind, why = MISUSES[name]
    with pytest.raises(kind, match=why) as caught:
        use()
    assert isinstance(caught.value, MujunError)
    assert not caught.value.text.zh.isascii()


def test_what_is_meant_passes():
    assert float(plane_area(PARCELS.geometry).iloc[0]) == pytest.approx(1e4)
    assert float(allocate(MONEY, HELD, LAND).rows["revenue"].sum()) == 1.0
    found = control_lines(PARCELS, PARKS, cut_zones(ZONES.to_crs(4490), GK), 1.0)
    assert found.parcels["control"].tolist() == ["conflict"]
    assert len(grade(FIRMS, METHOD, 2023).grades) == 6
    assert len(thresholds(FIRMS, []))


def test_missing_and_empty_outlines_are_no_misuse():
    areas = ellipsoidal_area(gpd.GeoSeries([None, Polygon(), SQUARE], crs=GK))
    assert areas.isna().tolist() == [True, False, False]
    assert areas.iloc[1] == 0
