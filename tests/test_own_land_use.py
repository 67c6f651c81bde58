"""An office's own land-use classes: what is industrial, what a law reads them as, how they look."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import geo
from geo import findings
from geo.errors import ProjectError
from geo.land.own_land_use import as_national
from geo.model import land_use_classes
from geo.project import Settings, read_project
from geo.project_parts import read_legend
from geo.publish.excel.workbook import write_workbook
from geo.publish.gis.qgis.styles import _theme_classes
from geo.publish.look.themes import themes_by_id
from geo.publish.webmap.payload import parcel_columns
from geo.publish.words import land_use_titles
from tests.builders import GK, edit_project, square

LEGEND = {
    "101": {"title": "住宅", "en": "Single family", "industrial": False, "national": "0701"},
    "316": {"title": "仓库", "en": "Warehouse", "industrial": True, "colour": "#AA5544"},
    "400": {"title": "工厂", "en": "Factory", "industrial": True, "national": "100101"},
    "R-1/A": "未定",
}
"""Assessors' codes; one holds the sign that stands between the codes of mixed land."""


def assessed(codes: list[str | None], **settings: object) -> geo.Run:
    """A run of parcels of 100 m × 100 m with these codes."""
    parcels = gpd.GeoDataFrame(
        {"parcel_id": [f"N{i}" for i in range(len(codes))], "land_use": codes},
        geometry=[square(i, 0) for i in range(len(codes))],
        crs=GK,
    )
    return geo.assess(
        parcels=parcels,
        settings=Settings(year=2023, land_use=LEGEND, plan="", **settings),
        enterprises=pd.DataFrame({"enterprise_id": ["E"], "name": ["某厂"]}),
        occupancy=pd.DataFrame({"enterprise_id": ["E"], "parcel_id": ["N0"]}),
        indicators=pd.DataFrame({"enterprise_id": ["E"], "year": [2023], "revenue": [3000.0]}),
    )


@pytest.fixture(scope="module")
def run() -> geo.Run:
    return assessed(
        ["316", "400", "101", "R-1/A", "40O", None, "101+316"], denominator="industrial"
    )


def test_the_office_says_what_is_industrial_and_an_unknown_code_says_nothing(run: geo.Run) -> None:
    marks = run.parcels["land_use_industrial"]
    assert marks[[0, 1, 2, 6]].tolist() == [True, True, False, True]
    assert marks[[3, 4, 5]].isna().all()
    assert run.parcels["land_use_mixed"].fillna(False).tolist() == [False] * 6 + [True]
    assert run.parcels["land_use"].tolist()[:5] == ["316", "400", "101", "R-1/A", "40O"]


def test_the_industrial_denominator_is_of_the_office_s_classes(run: geo.Run) -> None:
    """N0, N1 and the mixed N6 are 3 × 15 亩 of the plane: 3000 ÷ 45 is 66.67, less by 0.03 %."""
    per_mu = run.parks["revenue_per_mu"].iloc[0]
    land = run.parcels.loc[[0, 1, 6], "area_mu"].sum()
    assert per_mu == pytest.approx(3000 / land)
    assert per_mu == pytest.approx(66.67, rel=2e-3)


def test_land_of_unknown_use_is_told_where_industrial_land_divides(run: geo.Run) -> None:
    """R-1/A is undecided, 40O not in the legend, N5 blank; of occupied land nothing is said."""
    found = run.findings[run.findings["code"] == "industrial_land_unknown"]
    assert sorted(found["id"]) == ["N3", "N4", "N5"]
    of_occupied = assessed(["316", None]).findings
    assert "industrial_land_unknown" not in set(of_occupied["code"])


def test_a_code_that_is_not_in_the_legend_is_found_with_the_nearest(run: geo.Run) -> None:
    found = run.findings[run.findings["code"] == "unknown_land_use"]
    assert found["id"].tolist() == ["N4"]
    assert "400 工厂" in findings.sentence(found.iloc[0], "message")("zh")
    assert "[project.land_use]" in findings.sentence(found.iloc[0], "mend")("en")


def test_a_law_reads_the_national_code_and_the_office_s_industrial_land(run: geo.Run) -> None:
    """An industrial class is 工业用地 to a law; one that is not keeps its code, or is another."""
    settings = run.settings
    codes = pd.Series(["101", "316", "400", "R-1/A", "x", None], dtype="str")
    stand_in = as_national(codes, settings.land_use, "yongdiyonghai")
    assert stand_in.tolist()[:3] == ["0701", "1001", "1001"]
    assert stand_in[3:].isna().all()
    no_code = Settings(year=2023, land_use={"9": {"title": "路", "industrial": False}}).land_use
    assert as_national(pd.Series(["9"], dtype="str"), no_code, "gbt21010").tolist() == ["other"]


def test_the_map_bears_the_office_s_titles_and_colours(run: geo.Run) -> None:
    theme = themes_by_id(run)["land_use"]
    assert [label.en for label in theme.labels][:4] == [
        "101 Single family",
        "316 Warehouse",
        "400 Factory",
        "R-1/A 未定",
    ]
    assert theme.colors[1] == "#aa5544"
    assert theme.colors[0] == land_use_classes("2023").loc["0701", "hex"]
    assert theme.codes.tolist() == [1, 2, 0, 3, 5, 5, 4]  # 4: mixed land, 5: other or unknown
    rules = [one.rule for one in _theme_classes(theme, run.parcels, "en")]
    assert rules[:2] == ["\"land_use\" = '101'", "\"land_use\" = '316'"]
    assert rules[-1] == "ELSE"
    assert len(rules) == len(theme.labels)
    columns = parcel_columns(run.parcels, "CNY", land_use=land_use_titles(run.settings))
    card = next(c for c in columns if c["name"] == "land_use")
    assert card["coded"]["316"] == ["316 仓库", "316 Warehouse"]


def test_the_workbook_says_the_titles(run: geo.Run, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    write_workbook(run, file)
    sheet = pd.read_excel(file, sheet_name="宗地", engine="calamine")
    assert sheet["地类（用途）编码"].tolist()[:3] == ["316 仓库", "400 工厂", "101 住宅"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_file_holds_the_classes(project: Path, encoding: str) -> None:
    (project / "legend.csv").write_text(
        "代码,名称,是否工业,颜色,国家代码\n100101,一类,是,#ff0000,\n100102,二类,,,100102\n1401,绿地,否,,1401\n",
        encoding=encoding,
    )
    edit_project(project, "[project]", '[project]\nland_use = "legend.csv"')
    read = read_project(project)
    assert read.legend == "legend.csv"
    assert {c: one.industrial for c, one in read.settings.land_use.items()} == {
        "100101": True,
        "100102": "unknown",
        "1401": False,
    }


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("code,name\n1,a", "title"),
        ("code,title\n1,a\n1,b", "line 3"),
        ("code,title,industrial\n1,a,maybe", "maybe"),
        ("", "code"),
    ],
)
def test_a_csv_file_that_is_no_legend_is_refused(raw: str, said: str) -> None:
    with pytest.raises(ProjectError, match=said):
        read_legend(raw.encode())


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ('land_use = "none.csv"', r"none\.csv"),
        ('land_use = { 1 = { title = "a", colour = "red" } }', "#rrggbb"),
        ('land_use = { 1 = { title = "a", national = "9999" } }', "9999"),
        ('land_use = { 1 = { title = "a", industrial = "maybe" } }', "industrial"),
    ],
)
def test_a_class_that_cannot_be_is_refused_with_its_key(
    project: Path, setting: str, said: str
) -> None:
    edit_project(project, "[project]", f"[project]\n{setting}")
    with pytest.raises(ProjectError, match=said):
        read_project(project)
