"""Enterprises on land that report nothing of the year: in no figure per mu, and named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from geo.run import Run
from tests.builders import in_one, in_parts
from tests.province import make

BASE = Path(__file__).parent / "data/field_cases/00"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """E1 reports; E2 reported another year; E3 a blank row; E4 on two parcels nothing at all."""
    folder = tmp_path / "office"
    shutil.copytree(BASE, folder)
    files = {
        "indicators": "enterprise_id,year,revenue,tax\nE1,2023,1000,0\nE2,2022,2000,200\nE3,2023,,\n",
        "occupancy": (
            "enterprise_id,parcel_id,area_m2\n"
            "E1,P1,1000\nE2,P2,1000\nE3,P3,1000\nE4,P1,1000\nE4,P4,1000\n"
        ),
        "enterprises": "enterprise_id,name\nE1,甲\nE2,乙\nE3,丙\nE4,丁\nE5,戊\n",
    }
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def _named(run: Run) -> list[str]:
    found = run.findings[run.findings["code"] == "no_report"]
    assert set(found["severity"]) <= {"warning"}
    return sorted(found["id"])


def test_who_has_land_and_no_figure_is_named_once(office: Path) -> None:
    """Revenue per mu is E1's 1,000 over its 1,000 m² (1.5 mu)."""
    run = in_one(office)
    assert _named(run) == ["E2", "E3", "E4"]
    figure = run.figures.query("subject == 'project' and year == 2023 and measure == 'revenue'")
    assert figure["per_mu"].tolist() == pytest.approx([1000 / 1.5])
    assert figure["missing"].tolist() == [4]
    said = run.findings.loc[run.findings["code"] == "no_report", "message"].map(str)
    assert said.str.contains("2023").all()


def test_in_parts_they_are_the_same(tmp_path: Path) -> None:
    folder = make(tmp_path / "province", 1_000, packs=())
    table = pd.read_parquet(folder / "indicators.parquet")
    silent = sorted(table["enterprise_id"].unique())[::50]
    table[~table["enterprise_id"].isin(silent)].to_parquet(folder / "indicators.parquet")
    held = pd.read_parquet(folder / "occupancy.parquet")["enterprise_id"]
    assert _named(in_one(folder)) == sorted(set(silent) & set(held)) != []
    assert _named(in_parts(folder, tmp_path / "scratch", 300)) == sorted(set(silent) & set(held))


def test_where_nothing_is_asked_of_enterprises_nobody_is_named(office: Path) -> None:
    """Without the table there are no figures at all, and the run says so itself."""
    text = (office / "mujun.toml").read_text(encoding="utf-8")
    before, _, after = text.partition("[tables.indicators]")
    rest = after.partition("[")[1:]
    (office / "mujun.toml").write_text(before + "".join(rest), encoding="utf-8")
    assert _named(in_one(office)) == []


def test_before_its_first_production_nobody_has_to_report(office: Path) -> None:
    firms = pd.read_csv(office / "enterprises.csv")
    firms["in_production_on"] = ["2020-01-01", "2024-05-01", "", "", ""]
    firms.to_csv(office / "enterprises.csv", index=False)
    assert _named(in_one(office)) == ["E3", "E4"]
