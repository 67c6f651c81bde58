"""Parcels stacked on one outline: their land is shared out, and together it is what it was."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

import geo
from geo import findings
from geo.project import Settings
from geo.run import Run
from tests.builders import GK, box, square

TAX = {"A1": 30.0, "A2": 45.0, "A3": 0.0, "B": 15.0}


def assessed(by: str = "floor_area_m2", **columns: Any) -> Run:
    """A1, A2, A3 on one outline of 15 亩 (A3 drawn 5 cm smaller), and B alone on another."""
    parcels = gpd.GeoDataFrame(
        {"parcel_id": list(TAX), "floor_area_m2": [2000.0, 3000.0, 5000.0, 8000.0]} | columns,
        geometry=[square(0, 0), square(0, 0), box(0.05, 0, 100, 100), square(1, 0)],
        crs=GK,
    )
    return geo.assess(
        parcels=parcels,
        settings=Settings(year=2023, share_stacked_land_by=by),
        occupancy=pd.DataFrame({"enterprise_id": list(TAX), "parcel_id": list(TAX)}),
        indicators=pd.DataFrame(
            {"enterprise_id": list(TAX), "year": 2023, "tax": list(TAX.values())}
        ),
    )


@pytest.fixture(scope="module")
def run() -> Run:
    return assessed()


def test_the_land_of_an_outline_is_shared_out_by_floor_area(run: Run) -> None:
    """15 亩 by 2,000 : 3,000 : 5,000 are 3, 4.5 and 7.5; B keeps its 15."""
    parcels = run.parcels.set_index("parcel_id")
    assert parcels["area_mu"].tolist() == pytest.approx([3, 4.5, 7.5, 15], rel=1e-3)
    assert parcels["stack_share"].tolist()[:3] == pytest.approx([0.2, 0.3, 0.5])
    assert pd.isna(parcels["stack_share"]["B"])
    # What the map draws stays what it is.
    assert parcels["area_ellipsoid_m2"].tolist() == pytest.approx([10_000] * 4, rel=1e-3)


def test_figures_stand_over_the_share_and_land_in_is_land_out(run: Run) -> None:
    """30 ÷ 3 and 45 ÷ 4.5 are 10; the park's 90 over 30 亩 are 3; each unit has the FAR of all."""
    parcels = run.parcels.set_index("parcel_id")
    assert parcels["tax_per_mu"].tolist() == pytest.approx([10, 10, 0, 1], rel=1e-3)
    assert parcels["floor_area_ratio"].tolist() == pytest.approx([1, 1, 1, 0.8], rel=1e-3)
    assert run.parks["parcel_mu"].iloc[0] == pytest.approx(30, rel=1e-3)
    assert run.parks["tax_per_mu"].iloc[0] == pytest.approx(3, rel=1e-3)


def test_the_run_says_how_many_and_how(run: Run) -> None:
    found = run.findings[run.findings["code"] == "stacked_land"]
    assert found["id"].tolist() == ["A1"]
    said = findings.sentence(found.iloc[0], "message")("en")
    assert said.startswith("3 parcels")
    assert "floor_area_m2" in said
    assert not run.findings["code"].isin(["same_outline", "overlap"]).any()
    assert run.flips.empty


def test_without_the_setting_they_are_found_and_the_mend_names_it() -> None:
    found = assessed(by="")
    assert found.parcels["area_mu"].tolist() == pytest.approx([15] * 4, rel=1e-3)
    assert "stack_share" not in found.parcels
    same = found.findings[found.findings["code"] == "same_outline"]
    assert len(same) == 1
    assert "share_stacked_land_by" in findings.sentence(same.iloc[0], "mend")("zh")


@pytest.mark.parametrize("floors", [[2000.0, None, 5000.0, 1.0], [2000.0, 0.0, 5000.0, 1.0]])
def test_a_unit_without_a_figure_stops_the_sharing_loudly(floors: list[float | None]) -> None:
    found = assessed(floor_area_m2=floors)
    assert found.parcels["stack_share"].isna().all()
    errors = found.findings[found.findings["code"] == "stacked_without_weight"]
    assert errors["id"].tolist() == ["A2"]
    assert errors["severity"].tolist() == ["error"]
    assert "same_outline" in set(found.findings["code"])


def test_another_column_will_do() -> None:
    found = assessed(by="份额", 份额=["1", "1", "2", None])
    assert found.parcels["stack_share"].tolist()[:3] == [0.25, 0.25, 0.5]


def test_floor_area_of_buildings_stands_in_for_the_parcels_own() -> None:
    parcels = gpd.GeoDataFrame(
        {"parcel_id": ["A", "B"]}, geometry=[square(0, 0), square(0, 0)], crs=GK
    )
    buildings = pd.DataFrame(
        {
            "building_id": ["1", "2", "3"],
            "parcel_id": ["A", "B", "B"],
            "floor_area_m2": [1000.0, 1000.0, 2000.0],
        }
    )
    settings = Settings(year=2023, share_stacked_land_by="floor_area_m2")
    found = geo.assess(parcels=parcels, buildings=buildings, settings=settings)
    assert found.parcels["stack_share"].tolist() == [0.25, 0.75]
    assert found.parcels["area_mu"].sum() == pytest.approx(15, rel=1e-3)
