"""`mujun new-year`: a project of 2023 carried to files of 2024 in which everything is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.intake.carry import without_year, year_now
from geo.intake.compare import id_changes, scale_changes
from geo.project import read_project
from geo.sources.load import load
from tests.builders import GK, digests, square
from tests.intake_corpus.world import cadastral_code, credit_code

FIELDS = Path(__file__).parent.parent / "geo/data/industry_fields"
FIRMS = [credit_code(k) for k in range(1, 6)]
PLOTS = [cadastral_code(k) for k in range(1, 7)]

LAST = f"""
# 本单位的说明：请保留
[project]
title = "2023年亩均效益评估"
year = 2023
standards = ["office.toml"]
area_tolerance = 0.05
[layers.parks]
path = "../2023/园区.gpkg"
[layers.parcels]
path = "../2023/宗地.gpkg"
crs = "{GK}"
fields = {{ parcel_id = "地块号" }}
[tables.enterprises]
path = "../2023/企业名录2023.xlsx"
[tables.occupancy]
path = "../2023/企业用地2023.xlsx"
[tables.indicators]
path = "../2023/指标2023.xlsx"
constants = {{ year = 2023 }}
[tables.indicators.fields]
revenue = {{ column = "2023年营收合计", unit = "万元" }}
tax = "实缴税金（万元）"
"""


def folder_of_year(folder: Path, *, later: bool) -> None:
    """2023, or 2024 with one firm renamed, one plot new, one grown, another unit and heading."""
    folder.mkdir()
    park = {"园区编号": ["P1"], "园区名称": ["石燕桥园区"]}
    gpd.GeoDataFrame(park, geometry=[square(0, 0, 500.0)], crs=GK).to_file(folder / "园区.gpkg")
    shapes: list[Any] = [square(k, 0) for k in range(3)]
    ids = PLOTS[:3]
    if later:
        shapes = [square(0, 0), square(1, 0, 99.0).buffer(5), square(2, 0), square(3, 0)]
        ids = [PLOTS[0], PLOTS[1], PLOTS[5], PLOTS[3]]
    plots = gpd.GeoDataFrame(
        {"地块号": ids, "用途": ["工业用地"] * len(ids)}, geometry=shapes, crs=GK
    )
    plots.to_file(folder / "宗地.gpkg")
    year = 2024 if later else 2023
    firms = [FIRMS[0], FIRMS[1], FIRMS[4]] if later else FIRMS[:3]
    names = {"统一社会信用代码": firms, "企业名称": ["甲厂", "乙厂", "丙厂"]}
    pd.DataFrame(names).to_excel(folder / f"企业名录{year}.xlsx", index=False)
    land = pd.DataFrame({"统一社会信用代码": firms, "宗地编号": ids[:3]})
    land.to_excel(folder / f"企业用地{year}.xlsx", index=False)
    figures = pd.DataFrame({"统一社会信用代码": firms})
    figures[f"{year}年营收合计"] = [1000, 2000, 500]
    if later:
        figures["实缴税金（元）"] = [1_000_000, 500_000, 250_000]
        figures["研发投入"] = [1, 2, 3]
    else:
        figures["实缴税金（万元）"] = [90, 45, 20]
    figures.to_excel(folder / f"指标{year}.xlsx", index=False)


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    root = tmp_path_factory.mktemp("years")
    folder_of_year(root / "2023", later=False)
    folder_of_year(root / "2024", later=True)
    (root / "旧").mkdir()
    (root / "旧" / "mujun.toml").write_text(LAST, encoding="utf-8")
    before = digests(root)
    done = CliRunner().invoke(
        app,
        [
            "new-year",
            str(root / "旧"),
            str(root / "新"),
            "--from",
            str(root / "2024"),
            "--yes",
            "--json",
        ],
    )
    assert done.exit_code == 0, (done.output, done.exception)
    said = json.loads(done.stdout)
    after = {name: digest for name, digest in digests(root).items() if not name.startswith("新/")}
    assert after == before
    return root / "新", said


def test_last_years_words_stay_and_its_paths_are_this_years(carried):
    folder, said = carried
    text = (folder / "mujun.toml").read_text(encoding="utf-8")
    assert "# 本单位的说明：请保留" in text
    project = read_project(folder)
    assert (project.settings.year, project.settings.compare_to) == (2024, 2023)
    assert project.settings.title == "2024年亩均效益评估"
    assert project.settings.standards == ["../旧/office.toml"]
    assert project.layers["parks"].path == "../2024/园区.gpkg"
    assert project.layers["parcels"].fields["parcel_id"].column == "地块号"
    assert (said["year"], said["compare_to"]) == (2024, 2023)


def test_headings_of_another_year_and_renamed_ones_are_told(carried):
    folder, said = carried
    (source,) = (one for one in said["sources"] if "indicators" in one["roles"])
    how = {one["column"]: (one["now"], one["how"]) for one in source["columns"]}
    assert how["revenue"] == ("2024年营收合计", "year")
    assert how["tax"] == ("实缴税金（元）", "renamed")
    assert source["new_headings"] == ["研发投入"]
    part = read_project(folder).tables["indicators"].parts[0]
    assert (part.fields["revenue"].column, part.fields["revenue"].unit) == (
        "2024年营收合计",
        "万元",
    )
    assert part.fields["tax"].unit is None
    assert part.constants["year"] == 2024


def test_units_that_changed_are_told(carried):
    _, said = carried
    assert [(one["column"], one["was"], one["now"]) for one in said["units"]] == [
        ("tax", "万元", "元")
    ]
    assert said["scales"] == []


def test_ids_that_are_new_gone_or_renamed(carried):
    _, said = carried
    ids = {one["layer"]: one for one in said["ids"]}
    parcels = ids["parcels"]
    assert set(parcels["new"]) == {PLOTS[3], PLOTS[5]}
    assert parcels["gone"] == [PLOTS[2]]
    assert (parcels["renamed"][0]["was"], parcels["renamed"][0]["now"]) == (PLOTS[2], PLOTS[5])
    firms = ids["enterprises"]
    assert (firms["renamed"][0]["was"], firms["renamed"][0]["now"]) == (FIRMS[2], FIRMS[4])
    assert "名称" in firms["renamed"][0]["why"]


def test_areas_beyond_the_tolerance_and_last_years_parcels(carried):
    folder, said = carried
    assert [(one["layer"], one["id"]) for one in said["areas"]] == [("parcels", PLOTS[1])]
    assert said["areas"][0]["before_m2"] == pytest.approx(10_000, rel=1e-3)
    before = read_project(folder).layers["parcels_before"]
    assert before.path == "../2023/宗地.gpkg"
    assert before.fields["parcel_id"].column == "地块号"


@pytest.mark.slow
@pytest.mark.products
def test_the_new_project_runs_and_compares_both_years(carried):
    folder, _ = carried
    (folder.parent / "旧" / "office.toml").unlink(missing_ok=True)
    text = (folder / "mujun.toml").read_text(encoding="utf-8")
    (folder / "mujun.toml").write_text(text.replace('"../旧/office.toml"', ""), encoding="utf-8")
    done = CliRunner().invoke(app, ["run", "-q", "-p", str(folder)])
    assert done.exit_code == 0, (done.output, done.exception)
    figures = pd.read_parquet(next((folder / "outputs").rglob("figures.parquet")))
    tax = figures.query("subject == 'project' and measure == 'tax'").set_index("year")["value"]
    # The firm of 20 bears another code since: its figures of 2023 have no land this year.
    assert tax.to_dict() == {2023: 135.0, 2024: 175.0}


def test_a_new_project_never_lies_over_the_old(tmp_path):
    (tmp_path / "mujun.toml").write_text(LAST, encoding="utf-8")
    done = CliRunner().invoke(
        app, ["new-year", str(tmp_path), str(tmp_path), "--from", str(tmp_path), "--yes"]
    )
    assert done.exit_code == 1
    assert (tmp_path / "mujun.toml").read_text(encoding="utf-8") == LAST


def test_years_in_names_make_no_difference():
    assert (
        without_year("2023年度税收（万元）") == without_year("2024年税收（万元）") == "税收（万元）"
    )
    assert without_year("台账20231.xlsx") == "台账20231.xlsx"


def test_ids_are_renamed_once():
    before = {"enterprises": pd.DataFrame({"enterprise_id": ["A1", "A2"], "name": ["甲", "乙"]})}
    after = {"enterprises": pd.DataFrame({"enterprise_id": ["B1", "A2"], "name": ["甲", "乙"]})}
    (found,) = id_changes(before, after)
    assert [(one.was, one.now) for one in found.renamed] == [("A1", "B1")]


def test_figures_ten_thousand_times_larger_are_told():
    before = {"indicators": pd.DataFrame({"revenue": [100.0, 200.0, 0.0]})}
    after = {"indicators": pd.DataFrame({"revenue": [1_100_000.0, 2_000_000.0]})}
    (found,) = scale_changes(before, after)
    assert (found.column, round(found.times)) == ("revenue", 10333)


def test_a_pattern_is_of_this_years_files(tmp_path):
    folder_of_year(tmp_path / "2023", later=False)
    folder_of_year(tmp_path / "2024", later=True)
    (tmp_path / "旧").mkdir()
    text = LAST.replace("../2023/企业名录2023.xlsx", "../2023/企业名录*.xlsx")
    (tmp_path / "旧" / "mujun.toml").write_text(text, encoding="utf-8")
    words = ["new-year", tmp_path / "旧", tmp_path / "新", "--from", tmp_path / "2024", "--yes"]
    done = CliRunner().invoke(app, [*map(str, words)])
    assert done.exit_code == 0, (done.output, done.exception)
    assert read_project(tmp_path / "新").tables["enterprises"].path == "../2024/企业名录*.xlsx"
    assert "企业名录2024" not in done.output


@pytest.mark.parametrize(
    "setting",
    [
        'fields = "sichuan-5plus1"',
        'fields = "own.toml"',
        'fields = { file = "own.toml", confirmed_by = "某局", confirmed_on = 2026-01-01 }',
        'land_use = "own.csv"',
    ],
)
def test_two_years_side_by_side_go_one_year_on(tmp_path, setting):
    """2022 | 2023 becomes 2023 | 2024: 2023's tax was read as that of 2024, 2024's as of 2022.

    Fields of industry, and land uses of a file, kept the years from being compared.
    """
    folder_of_year(tmp_path / "2023", later=False)
    folder_of_year(tmp_path / "2024", later=True)
    for year, firms in ((2023, FIRMS[:3]), (2024, [FIRMS[0], FIRMS[1], FIRMS[4]])):
        tax = pd.DataFrame({"统一社会信用代码": firms})
        tax[f"{year}年入库税额（元）"] = [10_000 * year] * 3
        tax[f"{year - 1}年入库税额（元）"] = [10_000 * (year - 1)] * 3
        tax.to_excel(tmp_path / str(year) / "税务.xlsx", index=False)
    own = (FIELDS / "sichuan-5plus1.toml").read_text(encoding="utf-8")
    (tmp_path / "last").mkdir()
    (tmp_path / "last/own.toml").write_text(own, encoding="utf-8")
    (tmp_path / "last/own.csv").write_text("code,title\n工业用地,工业\n", encoding="utf-8")
    part = '[[tables.indicators.parts]]\npath = "../2023/税务.xlsx"\nconstants = {{ year = {0} }}\n'
    part += 'fields = {{ tax = {{ column = "{0}年入库税额（元）", unit = "元" }} }}\n'
    text = LAST.partition("[tables.indicators]")[0].replace('standards = ["office.toml"]\n', "")
    text = text.replace("year = 2023\n", f"year = 2023\n{setting}\n", 1)
    (tmp_path / "last/mujun.toml").write_text(
        text + '[tables.indicators]\ncombine = "join"\n' + part.format(2022) + part.format(2023),
        encoding="utf-8",
    )
    words = ["new-year", str(tmp_path / "last"), str(tmp_path / "new"), "--lang", "zh", "--yes"]
    done = CliRunner().invoke(app, [*words, "--from", str(tmp_path / "2024"), "--json"])
    assert (done.exit_code, json.loads(done.stdout)["error"]) == (0, None), done.output
    project = read_project(tmp_path / "new")
    assert (project.settings.year, project.settings.compare_to) == (2024, 2023)
    tax = load(project).frames["indicators"].groupby("year")["tax"].unique()
    assert tax.map(list).to_dict() == {2023: [2023.0], 2024: [2024.0]}


@pytest.mark.parametrize(
    ("stated", "texts", "expected"),
    [
        (2022, [("2022年税收", "2024年税收")], 2024),  # the only column that is left
        (2022, [("税收", "税收")], 2022),
        (2023, [("税收", "税收")], 2024),
        (2022, [("税收", "税收"), ("台账2022.xlsx", "台账2023.xlsx")], 2023),
        (2023, [("2022—2023年税收", "2023—2024年税收")], 2024),
        (2022, [("2022年税收", "税收")], 2022),
    ],
)
def test_a_year_that_is_written_follows_the_name_that_bore_it(stated, texts, expected):
    assert year_now(stated, texts, 2023, 2024) == expected
