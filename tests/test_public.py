"""Public functions on frames that were spoilt at random: an answer, or one sentence of ours."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon

import geo
from geo import cheapest, ellipsoidal_area, plane_area, read_pack, thresholds
from geo.economy.allocate import allocate
from geo.errors import MujunError
from geo.evaluate.grades import grade
from geo.land.access import access
from geo.land.zones import control_lines, cut_zones
from geo.standards.area_sensitivity import judge_enterprises, judge_parcels
from tests.lane import examples
from tests.test_guards import FIRMS, GK, HELD, JUDGED, LAND, METHOD, MONEY, PARCELS, PARKS, ZONES

PACK = read_pack("longchang-neirong-2022")
MENDS = pd.DataFrame(
    {
        "way": ["figures"],
        "after": ["pass"],
        "change": [5.0],
        "quantity": ["tax"],
        "subject_id": ["A"],
    }
)
PLACES = gpd.GeoDataFrame(
    {"facility_id": ["f"], "category": ["医院"]}, geometry=[Point(528300, 3246000)], crs=GK
)
RULED = pd.DataFrame(PARCELS.drop(columns="geometry")).assign(
    floor_area_ratio=0.9,
    tax_per_mu=10.0,
    industry_code="3054",
    land_use_industrial=True,
    supplied_on=pd.Timestamp("2023-02-01"),
    area_m2=1e4,
    area_mu=15.0,
    floor_area_m2=9e3,
    tax=150.0,
)

ROADS = gpd.GeoDataFrame(geometry=[LineString([(528300, 3246000), (528400, 3246000)])], crs=GK)
LAND_OF = PARCELS.assign(area_m2=1e4)

USES = {
    "ellipsoidal_area": (lambda frame: ellipsoidal_area(frame.geometry), PARCELS),
    "plane_area": (lambda frame: plane_area(frame.geometry), PARCELS),
    "allocate, money": (lambda frame: allocate(frame, HELD, LAND), MONEY),
    "allocate, land": (
        lambda frame: allocate(MONEY, frame, LAND),
        HELD.assign(area_m2=1e3, share=np.nan, tenure="自有", year=2023),
    ),
    "grade": (lambda frame: grade(frame, METHOD, 2023), FIRMS),
    "thresholds": (lambda frame: thresholds(frame, [PACK]), FIRMS.assign(industry_code="3054")),
    "cheapest, ways": (lambda frame: cheapest(frame, JUDGED, 0.8), MENDS),
    "cheapest, parcels": (lambda frame: cheapest(MENDS, frame, 0.8), JUDGED),
    "cut_zones": (lambda frame: cut_zones(frame, GK), ZONES),
    "control_lines": (
        lambda frame: control_lines(frame, PARKS, cut_zones(ZONES, GK), 1.0),
        PARCELS,
    ),
    "access": (lambda frame: access(LAND_OF, PARKS, frame, None), PLACES),
    "judge_parcels": (lambda frame: judge_parcels(frame, [PACK]), RULED),
    "judge_enterprises": (
        lambda frame: judge_enterprises(frame, [PACK]),
        FIRMS.reset_index(names="enterprise_id"),
    ),
    "geo.area": (geo.area, PARCELS),
    "geo.per_mu": (lambda frame: geo.per_mu(frame, "area_ellipsoid_m2"), PARCELS),
    "geo.ratios": (geo.ratios, RULED),
    "geo.zone_shares, parcels": (lambda frame: geo.zone_shares(frame, ZONES, "kind"), PARCELS),
    "geo.zone_shares, zones": (lambda frame: geo.zone_shares(PARCELS, frame, "kind"), ZONES),
    "geo.distance_to": (lambda frame: geo.distance_to(frame, PLACES, ROADS), PARCELS),
    "geo.distance_to, places": (lambda frame: geo.distance_to(PARCELS, frame, ROADS), PLACES),
    "geo.overlaps": (geo.overlaps, PARCELS),
    "geo.allocate": (lambda frame: geo.allocate(frame, HELD, LAND), MONEY),
    "geo.allocate, land": (
        lambda frame: geo.allocate(MONEY, frame, LAND),
        HELD.assign(area_m2=1e3, share=np.nan, tenure="自有", year=2023),
    ),
    "geo.grade": (lambda frame: geo.grade(frame, METHOD, 2023, missing="skip"), FIRMS),
    "geo.judge": (lambda frame: geo.judge(frame, PACK, id="parcel_id"), RULED),
    "geo.judge, own rules": (
        lambda frame: geo.judge(frame, [geo.Rule("tax_per_mu", ">=", 8)], industrial=True),
        RULED,
    ),
    "geo.assess": (
        lambda frame: geo.assess(parcels=frame, year=2023),
        PARCELS[["parcel_id", "park_id", "geometry"]],
    ),
}
CELLS = st.sampled_from(
    [
        None,
        np.nan,
        np.inf,
        -np.inf,
        0,
        -1,
        1e300,
        "",
        "x",
        "12",
        "园",
        True,
        pd.NaT,
        pd.NA,
        10**30,
        "\0",
        b"x",
    ]
)
SHAPES = st.sampled_from(
    [
        None,
        Polygon(),
        Point(0, 0),
        LineString([(0, 0), (1, 1)]),
        Point(),
        Polygon([(0, 0), (0, 0), (0, 0), (0, 0)]),
        Polygon([(0, 0), (1, 1), (0, 1), (1, 0)]),
        Polygon([(1e300, 0), (1e300, 1), (0, 1)]),
        Polygon([(np.inf, 0), (1, 1), (0, 1)]),
    ]
)


@st.composite
def spoilt(draw, frame):
    """The frame with one or two things wrong."""
    out = frame.copy()
    for _ in range(draw(st.integers(1, 2))):
        names = [c for c in out.columns if c != "geometry"]
        kind = draw(
            st.sampled_from(
                ["drop", "rename", "cell", "column", "twice", "none", "index", "shape", "crs"]
            )
        )
        name = draw(st.sampled_from(names)) if names else None
        if kind == "drop" and name:
            out = out.drop(columns=name)
        elif kind == "rename" and name:
            out = out.rename(columns={name: name + "s"})
        elif kind in ("cell", "column") and name:
            value = draw(CELLS)
            values = out[name].astype(object).tolist()
            values[slice(None) if kind == "column" else slice(1)] = [value] * (
                len(values) if kind == "column" else min(1, len(values))
            )
            out[name] = pd.Series(values, index=out.index, dtype=object)
        elif kind == "twice":
            out = pd.concat([out, out])
        elif kind == "none":
            out = out.iloc[:0]
        elif kind == "index":
            out.index = pd.Index([np.nan] * len(out))
        elif kind == "shape" and isinstance(out, gpd.GeoDataFrame) and len(out):
            shape = draw(SHAPES)
            out = out.set_geometry(gpd.GeoSeries([shape] * len(out), index=out.index, crs=out.crs))
        elif kind == "crs" and isinstance(out, gpd.GeoDataFrame):
            out = out.set_crs(draw(st.sampled_from([None, 4490, 3857, 2249])), allow_override=True)
    return out


@pytest.mark.parametrize("name", USES)
@examples(40, derandomize=True)
@given(data=st.data())
def test_a_spoilt_frame_gives_an_answer_or_one_sentence(name, data):
    use, frame = USES[name]
    said = "an answer"
    try:
        use(data.draw(spoilt(frame)))
    except MujunError as error:
        said = error.text.zh
    assert said
    assert "\n" not in said
