"""Inputs of offices that once gave a wrong figure, or an error that named no mend."""

from __future__ import annotations

import csv
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from geo import assess, load, packs_of, read_project
from geo.cli import app
from geo.errors import MujunError
from geo.findings import in_language
from geo.run import Run

pytestmark = pytest.mark.slow

CASES = Path(__file__).parent / "data/field_cases"
EXPECTED = {
    row["case"]: row
    for row in csv.DictReader((CASES / "expected.csv").read_text(encoding="utf-8").splitlines())
}


@dataclass(frozen=True)
class Outcome:
    """What a case came to: sums of 2023 by (measure, side), and every sentence that was said.

    `result` is missing where the case was refused.
    """

    sums: dict[tuple[str, str], float]
    sentences: list[str]
    result: Run | None = None

    def says(self, pattern: str) -> bool:
        """Whether one sentence holds all the words."""
        return any(re.search(pattern, said) for said in self.sentences)


def outcome(case: str, folder: Path) -> Outcome:
    """Read and assess a copy of the case, as a run does."""
    for name in ("00", case):
        shutil.copytree(CASES / name, folder / name, dirs_exist_ok=True)
    try:
        project = read_project(folder / case / "mujun.toml")
        result = assess(load(project), project.settings, packs_of(project))
    except MujunError as error:
        return Outcome({}, [error.text("en")])
    told = in_language(result.findings, "en")
    sums = {
        (row["measure"], side): row[side]
        for row in result.conserved.to_dict("records")
        if row["year"] == 2023
        for side in ("input", "allocated")
    }
    sentences = [
        f"{row.severity} {row.layer} row {row.row}, {row.id}: {row.message}; {row.mend}"
        for row in told.itertuples()
    ]
    return Outcome(sums, sentences, result)


NAMED = {
    "01": r"error .*C2 = 600⏎400.*营业收入（万元）.*not a number",
    "02a": r"B2 = .*宗地编号.*16 digits.*as text",
    "02b": r"error parcels row \d+, <NA>: parcel_id is missing",
    "03": r"written differently.*full width 1, blanks 1, case 1",
    "04e": r"unit `元/亩` of revenue.*not known.*万元",
    "05": r"E2 = 2020年1月.*not a date",
    "06": r"no column is recognised as a measure.*fields; it has:.*主营业务收入, 纳税总额",
    "06b": r"years in its headings.*name the measures' columns",
    "07a": r"error .*formulas in column `税收（万元）` have no stored result: Sheet!D2, D3, D4",
    "08a": r"row 4, .*total that equals the sum of the rows above: not counted",
    "09": r"info .*3 cells of column `营业收入（万元）` say that there is no figure: / × 1, —— × 1",
    "11": r"row \d+, E1: is identical to a row above \(parcel P1\): counted once",
    "12b": r"E3: tenure `出让` is not known",
    "13a": r"share 50 is over 1.*50%",
    "15": r"E4: the enterprise has no land",
    "16": r"`parcels` is on Xian 1980, `parks` on China 2000.*towgs84",
    "18": r"2 geometries have arcs.*m²",
    "18b": r"1 geometry has arcs.*m²",
    "20i": r"computed anew: tax_per_mu",
    "21": r"computed anew: .*compliance",
    "22": r"park_id is repeated in rows 1, 2.*dissolve",
    "22b": r"P3: parcel_id is repeated in rows 3, 4.*dissolve",
    "23a": r"parks overlap: K1 一园 / K2 二园 \([\d,.]+ m²\).*counts that land once",
    "23c": r"has the same geometry as parcel P9 \(16,147\.02 m²\)",
    "24a": r"1 row is hidden",
    "24b": r"sheet `数据` is read; all sheets: 填报说明, 数据",
    "24c": r"sheet `数据` is read; all sheets: old \(hidden\), 数据",
    "25x2": r"ends in \.xls but contains xlsx",
    "26": r"error .*税收（万元）.*#DIV/0!, #REF!.*D2, D4",
    "29b": r"error parcels row \d+, P4: is located away from the project.*its area is in no total",
    "34": r"P1: `23\.3\.1`.*not a date \(year first\)",
    "36c": r"headings were cut.*宗地统",
    "39": r"error parcels row \d+, .*floor_area.*\*\*\*\*",
    "46b": r"3 rows are split into one row per year, 6 in total",
    "47": r"warning .*E1: revenue 1000\.0 is thousands of times.*It is used as written",
    "76": r"E1: the occupied area seems to be in 亩.*24\.22 / 16,147\.02",
}
"""What one sentence of a case holds: the place, and the mend or what was done."""

SUMS = {
    "revenue_in": ("revenue", "input"),
    "revenue_allocated": ("revenue", "allocated"),
    "tax_in": ("tax", "input"),
}


@pytest.mark.parametrize("case", [case for case in EXPECTED if case != "70b"])
def test_a_case_comes_out_right(case, tmp_path):
    found, row = outcome(case, tmp_path), EXPECTED[case]
    for column, key in SUMS.items():
        if row[column]:
            assert found.sums[key] == pytest.approx(float(row[column]), abs=1e-6), column
    if row["must"] == "figures":
        assert found.result is not None, found.sentences
    if case in NAMED:
        assert found.says(NAMED[case]), found.sentences
    else:
        assert row["must"] == "figures" or case == "25et"  # read by content: nothing to be named


def test_an_enterprise_without_land_stands_beside_the_figure(tmp_path):
    """6,000 over the land of three parcels, 3 × 16,147.02 m² = 72.66 亩: 82.57; 9,000 beside."""
    figures = outcome("15", tmp_path).result.figures
    project = figures[(figures["subject"] == "project") & (figures["measure"] == "revenue")].iloc[0]
    assert project["per_mu"] == pytest.approx(6000 / (3 * 16147.02 / (2000 / 3)), abs=0.005)
    assert (project["beside"], project["beside_value"]) == (1, 9000)


def test_a_column_of_the_offices_changes_no_verdict(tmp_path):
    """P1: 100 万元 on 24.22 亩 is 4.13, short of the row's 8, whatever its own column says."""
    verdicts = outcome("20i", tmp_path).result.verdicts
    row = verdicts[(verdicts["subject_id"] == "P1") & (verdicts["indicator"] == "tax_per_mu")]
    assert row["value"].tolist() == [4.13]
    assert row["verdict"].tolist() == ["fail"]


def test_land_of_two_parks_counts_once(tmp_path):
    figures = outcome("23a", tmp_path).result.figures
    land = figures.loc[figures["subject"] == "project", "land_m2"]
    assert land.iloc[0] == pytest.approx(2_691_262, rel=5e-5)


def test_a_parcel_elsewhere_is_in_no_sum(tmp_path):
    parcels = outcome("29b", tmp_path).result.parcels
    assert parcels["area_mu"].sum() == pytest.approx(72.66, abs=0.01)


def test_an_output_that_is_an_input_is_refused(tmp_path):
    for name in ("00", "70b"):
        shutil.copytree(CASES / name, tmp_path / name)
    source = tmp_path / "70b/parcels.parquet"
    before = source.read_bytes()
    done = CliRunner().invoke(
        app, ["run", "-q", "-p", str(source.parent), "--output", str(source.parent)]
    )
    assert "parcels.parquet" in str(done.exception)
    assert source.read_bytes() == before
    assert not (source.parent / "run.json").exists()
