"""Real parcels with real values, mapped in with a project file only."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from typer.testing import CliRunner

from geo.cli import app
from tests.bellingham_areas import kinds
from tests.builders import making_only

pytestmark = pytest.mark.slow

DATA = Path(__file__).parent / "data/bellingham"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("real") / "bellingham"
    shutil.copytree(DATA, folder)
    with making_only("xlsx"):
        outcome = CliRunner().invoke(app, ["run", "-q", "-p", str(folder)])
    assert outcome.exit_code == 0  # five records of the one ledger name no parcel: told, no error
    return folder


def test_areas_agree_with_the_published_ones(run):
    parcels = gpd.read_parquet(run / "outputs/tables/parcels.parquet")
    assert len(parcels) == 184
    ratio = parcels["area_ellipsoid_m2"] / parcels["SHAPE_Area"]
    assert ratio.between(0.995, 1.005).all()


def test_every_area_difference_has_a_kind(run):
    found = kinds(run)
    listed = pd.read_parquet(run / "outputs/tables/findings.parquet")
    apart = (listed["code"] == "areas_differ").sum()
    assert found.sum() == 184
    assert found["within 5 %"] + apart == 184 - found.get("no record", 0) - (
        gpd.read_parquet(run / "outputs/tables/parcels.parquet")["area_contract_m2"].isna().sum()
    )


def test_value_is_conserved_and_unplaced_records_are_listed(run):
    record = json.loads((run / "outputs/run.json").read_text(encoding="utf-8"))
    total = pd.read_csv(run / "assess.csv")["TOTAL_VAL"].sum() / 1e4
    (row,) = record["sums"]
    assert row["input"] == pytest.approx(total, abs=1e-6)
    assert row["balanced"]
    assert row["unallocated"] > 0


def test_value_per_mu_of_one_parcel_by_hand(run):
    records = pd.read_csv(run / "assess.csv")
    parcels = gpd.read_parquet(run / "outputs/tables/parcels.parquet").set_index("parcel_id")
    many = records["LOC_ID"].value_counts()
    for parcel_id in (many.index[0], many.index[-1]):
        parcel, own = parcels.loc[parcel_id], records[records["LOC_ID"] == parcel_id]
        value = own["TOTAL_VAL"].sum() / 1e4
        assert parcel["revenue_per_mu"] == pytest.approx(
            value / (parcel["area_ellipsoid_m2"] * 3 / 2000), rel=1e-9
        )
        floor = own["BLD_AREA"].sum() * 0.3048**2
        assert parcel["floor_area_ratio"] == pytest.approx(floor / parcel["area_ellipsoid_m2"])


def test_dollars_are_said_to_be_dollars(run):
    book = pd.read_excel(run / "outputs/assessment.xlsx", sheet_name="Parcels", engine="calamine")
    assert "Revenue per mu (10,000 USD/mu)" in book.columns
