"""Figures that the parcel layer bears itself: per mu, summed, conserved, judged; never twice."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from typer.testing import CliRunner

import geo
from geo import findings
from geo.cli import app
from geo.errors import RuleError, SourceError
from geo.project import read_project
from geo.publish.records.parcel import occupied_in
from geo.run import Run
from geo.sources.load import load
from tests.builders import GK, column_text, edit_project, pack_text, row_text, square, written_pack

MAPPED = {"parcels": {"revenue": {"column": "价值", "unit": "元"}, "tax": "税"}}


def layer() -> gpd.GeoDataFrame:
    """Four parcels of 15 亩; D says nothing, B no revenue."""
    return gpd.GeoDataFrame(
        {
            "parcel_id": list("ABCD"),
            "价值": [1_500_000, None, 4_500_000, None],
            "税": [15.0, 30.0, 0.0, None],
        },
        geometry=[square(i, 0) for i in range(4)],
        crs=GK,
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    pack = pack_text(column_text("tax", "tax_per_mu", unit="万元/亩"), row_text("tax = 2"))
    made = written_pack(tmp_path_factory.mktemp("pack"), pack)
    return geo.assess(parcels=layer(), year=2023, fields=MAPPED, packs=[made])


def test_a_parcel_s_own_figures_are_divided_by_its_land(run: Run) -> None:
    """150 万元 on 15 亩 are 10 a 亩; 1,500,000 元 are read in 元."""
    parcels = run.parcels.set_index("parcel_id")
    assert parcels["revenue"].tolist()[:3:2] == [150, 450]
    assert parcels["revenue_per_mu"].tolist()[:3:2] == pytest.approx([10, 30], rel=1e-4)
    assert parcels["tax_per_mu"].tolist()[:3] == pytest.approx([1, 2, 0], rel=1e-4)
    assert parcels["revenue_per_mu"][["B", "D"]].isna().all()


def test_parks_sum_them_over_the_land_that_reports_and_nothing_is_lost(run: Run) -> None:
    """Revenue 600 on the 30 亩 of A and C are 20; tax 45 on the 45 亩 of A, B, C is 1."""
    park = run.parks.iloc[0]
    assert (park["revenue"], park["tax"]) == (600, 45)
    assert park["revenue_per_mu"] == pytest.approx(20, rel=1e-4)
    assert park["tax_per_mu"] == pytest.approx(1, rel=1e-4)
    conserved = run.conserved.set_index("measure")
    assert conserved["input"].to_dict() == {"revenue": 600, "tax": 45}
    assert conserved["allocated"].to_dict() == {"revenue": 600, "tax": 45}
    assert conserved["balanced"].all()


def test_they_are_judged_as_allocated_money_is(run: Run) -> None:
    verdicts = run.verdicts.set_index("subject_id")["verdict"]
    assert verdicts.to_dict() == {"A": "fail", "B": "pass", "C": "fail", "D": "no_data"}


def test_a_run_is_told_in_one_line(run: Run) -> None:
    assert repr(run) == (
        "<Run of 2023: 1 parks, 4 parcels, 0 enterprises, 4 verdicts,"
        f" {len(run.findings)} findings>"
    )


def test_a_rule_is_no_pack_and_is_refused_in_words() -> None:
    rule = geo.Rule("tax_per_mu", ">=", 2)
    for packs in (rule, [rule]):
        with pytest.raises(RuleError, match=r"Rule .*judge by it with geo\.judge"):
            geo.assess(parcels=layer(), year=2023, packs=packs)


def test_no_enterprise_is_made_up(run: Run) -> None:
    assert run.enterprises.empty
    assert "enterprise" not in set(run.figures["subject"])
    assert set(run.allocation["method"]) == {"parcel_layer"}
    assert occupied_in(run, 2023).empty
    assert (run.parcels["enterprises"] == 0).all()
    assert "no_enterprise" not in set(run.findings["code"])


def test_the_run_says_where_they_are_from(run: Run) -> None:
    found = run.findings[run.findings["code"] == "parcel_figures"]
    said = findings.sentence(found.iloc[0], "message")("en")
    assert "3 parcels" in said
    assert "Revenue" in said
    assert "Tax" in said


def test_money_of_parcels_and_of_enterprises_is_refused_together(project) -> None:
    """Without a mapping a column of the layer called tax is carried along as before."""
    edit_project(
        project, 'path = "parcels.gpkg"', 'path = "parcels.gpkg"\nfields = { revenue = "land_use" }'
    )
    with pytest.raises(SourceError, match="land would be counted twice"):
        load(read_project(project))


def test_a_project_of_parcels_alone_runs_through_every_product(tmp_path) -> None:
    parcels = layer().rename(columns={"税": "rent"}).assign(park_id="P")
    parcels.to_file(tmp_path / "parcels.gpkg", layer="parcels")
    (tmp_path / "mujun.toml").write_text(
        '[project]\nyear = 2023\nlang = "en"\n[layers.parcels]\npath = "parcels.gpkg"\n'
        'fields = { tax = "rent" }\n[publish]\nalso = ["docx"]\n',
        encoding="utf-8",
    )
    done = CliRunner().invoke(app, ["run", "-q", "-p", str(tmp_path)])
    assert done.exit_code == 0, done.output
    read = Run.load(tmp_path / "outputs")
    assert read.parcels.set_index("parcel_id")["tax"].to_dict()["B"] == 30
    told = CliRunner().invoke(app, ["explain", "B", "-p", str(tmp_path)])
    assert told.exit_code == 0, told.output


def test_a_parcel_that_is_set_aside_keeps_its_money_in_the_sum() -> None:
    """B stands twice and is not used: its 30 are input, and on no parcel."""
    twice = pd.concat([layer(), layer().iloc[[1]]], ignore_index=True)
    found = geo.assess(parcels=twice, year=2023, fields=MAPPED)
    tax = found.conserved.set_index("measure").loc["tax"]
    assert tax["input"] == tax["set_aside"] + tax["allocated"] + tax["unallocated"]
    assert tax["balanced"]
    assert tax["input"] >= 45
