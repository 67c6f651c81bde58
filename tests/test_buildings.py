"""Buildings on parcels: shared by area, told where on none; sums in are sums out."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.checks.buildings import check_coverage, on_parcels
from tests.builders import GK, box, building_layer, square
from tests.lane import examples
from tests.saying import spoken


def parcels(count=3):
    return gpd.GeoDataFrame(
        {"parcel_id": list("ABCDEF")[:count]}, geometry=[square(i, 0) for i in range(count)], crs=GK
    )


def test_a_building_over_two_parcels_is_shared_by_area():
    out, notes = on_parcels(
        building_layer([box(80, 10, 180, 50)], floor_area_m2=[8_000.0]), parcels(), 0.1
    )
    rows = out.set_index("parcel_id")
    assert rows["floor_area_m2"].to_dict() == pytest.approx({"A": 1_600, "B": 6_400})
    assert rows.area.to_dict() == pytest.approx({"A": 800, "B": 3_200})
    assert notes["code"].tolist() == ["building_shared"]


def test_a_parcel_that_the_office_gives_goes_first():
    drawn = building_layer(
        [box(80, 10, 180, 50), box(900, 0, 910, 10)],
        floor_area_m2=[8_000.0, 5.0],
        parcel_id=["A", "B"],
    )
    out, notes = on_parcels(drawn, parcels(), 0.1)
    assert out["parcel_id"].tolist() == ["A", "B"]
    assert out["floor_area_m2"].tolist() == [8_000, 5]
    assert notes.empty


def test_a_building_on_no_parcel_is_told_with_its_area():
    drawn = building_layer(
        [box(900, 0, 910, 10), box(10, 10, 20, 20), box(290, 10, 310, 20)],
        floor_area_m2=[100.0, 200.0, 300.0],
    )
    out, notes = on_parcels(drawn, parcels(), 0.1)
    told = notes.set_index("code")
    assert "100.00 m²" in spoken(told).loc["building_on_no_parcel", "message_zh"]
    assert told.loc["building_partly_off", "id"] == "B2"
    assert told.loc["building_partly_off", "defect_m2"] == pytest.approx(100)
    assert out.loc[out["parcel_id"].isna(), "floor_area_m2"].sum() == pytest.approx(250)


def test_centimetres_over_the_line_are_noise():
    out, notes = on_parcels(
        building_layer([box(50, 10, 100.05, 50)], floor_area_m2=[10.0]), parcels(), 0.1
    )
    assert out["parcel_id"].tolist() == ["A"]
    assert out["floor_area_m2"].tolist() == [10]
    assert notes.empty


@examples(60)
@given(
    st.lists(
        st.tuples(
            st.integers(-50, 330), st.integers(-30, 110), st.integers(1, 150), st.integers(1, 60)
        ),
        min_size=1,
        max_size=12,
    )
)
def test_sums_in_are_sums_out(spots):
    shapes = [box(x, y, x + w, y + h) for x, y, w, h in spots]
    floor = np.arange(1.0, len(shapes) + 1)
    out, _ = on_parcels(building_layer(shapes, floor_area_m2=floor), parcels(), 0.1)
    assert out["floor_area_m2"].sum() == pytest.approx(floor.sum())
    assert out.groupby("building_id")["floor_area_m2"].sum().tolist() == pytest.approx(
        pd.Series(floor, index=[f"B{i}" for i in range(len(floor))]).sort_index().tolist()
    )
    assert out.area.sum() == pytest.approx(sum(s.area for s in shapes))


def test_coverage_over_all_of_a_parcel_is_told():
    frame = pd.DataFrame(
        {
            "parcel_id": ["A", "B"],
            "source_row": [1, 2],
            "building_density": [122.0, np.nan],
            "building_coverage": [100.0, 60],
        }
    )
    found = check_coverage(frame)
    assert found["id"].tolist() == ["A"]
    assert "122.00 %" in spoken(found)["message_zh"][0]
