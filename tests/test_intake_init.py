"""`mujun init --from`: what is decided of small folders whose answers are known."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from geo.cli import app
from geo.intake.crs import Ground, judge_crs
from geo.intake.divisions import division_in, division_of, named_divisions
from geo.intake.keys import difference, key_match
from geo.intake.model import ColumnGuess, RoleGuess, SourceProfile
from geo.intake.money import settled_currency
from geo.intake.plan import Part
from geo.intake.project_text import comment_text, key_text, value_text
from geo.intake.questions import Choice, Interview, Question, nobody
from geo.intake.source_year import settle_year
from geo.intake.years import settled_years
from geo.project import read_project
from geo.text import Text
from tests.builders import EAST, GK, NORTH, mujun, square
from tests.intake_corpus.world import cadastral_code, credit_code

FIRMS = [credit_code(k) for k in range(1, 4)]
PLOTS = [cadastral_code(k) for k in range(1, 5)]


def office(folder: Path, *, prj: bool = False, lost: bool = False) -> Path:
    """Parks, parcels in GBK (without .prj), a register, land and two years of figures in 元."""
    folder.mkdir(parents=True)
    park = gpd.GeoDataFrame(
        {"园区编号": ["P1"], "园区名称": ["石燕桥园区"]},
        geometry=[square(0, 0, 400.0)],
        crs=GK,
    )
    park.to_file(folder / "园区范围.gpkg")
    uses = ["100101", "100101", "100102", "1401"]
    plots = gpd.GeoDataFrame({"宗地代码": PLOTS, "地类编码": uses}, geometry=_squares(4), crs=GK)
    plots.to_file(folder / "工业宗地.shp", encoding="gbk")
    if not prj:
        (folder / "工业宗地.prj").unlink()
    firms = {"统一社会信用代码": FIRMS, "企业名称": ["甲厂", "乙厂", "丙厂"]}
    register = pd.DataFrame(firms | {"行业代码": ["3054", "3484", "1353"]})
    register.to_excel(folder / "企业名录.xlsx", index=False)
    named = [*PLOTS[:2], f"{PLOTS[2][:-1]}9" if lost else PLOTS[2]]
    land = pd.DataFrame({"统一社会信用代码": FIRMS, "宗地代码": named})
    land.assign(用地面积=[10000, 10000, 9000]).to_csv(
        folder / "企业用地.csv", index=False, encoding="gbk"
    )
    for year, times in ((2022, 1), (2023, 2)):
        figures = pd.DataFrame({"统一社会信用代码": FIRMS, "年份": year})
        figures["营业收入（元）"] = [10_000_000 * times, 20_000_000 * times, 5_000_000 * times]
        figures["税收（元）"] = [1_000_000 * times, 500_000 * times, 250_000 * times]
        figures.to_excel(folder / f"{year}年指标.xlsx", index=False)
    return folder


def _squares(count: int) -> list[Any]:
    return [square(k, 0) for k in range(count)]


def run(*words: Any, typed: str = "") -> Result:
    return CliRunner().invoke(app, [*map(str, words)], input=typed)


def written(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "mujun.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A project begun from the office's folder, and what `--json` said."""
    root = tmp_path_factory.mktemp("office")
    source = office(root / "资料", lost=True)
    done = run("init", root / "项目", "--from", source, "--yes", "--json")
    assert done.exit_code == 0, (done.output, done.exception)
    return root / "项目", json.loads(done.stdout)


def test_each_file_has_its_role(begun):
    _, said = begun
    roles = {(one["path"], one["role"]) for one in said["files"]}
    assert {
        ("园区范围.gpkg", "parks"),
        ("工业宗地.shp", "parcels"),
        ("企业名录.xlsx", "enterprises"),
        ("企业用地.csv", "occupancy"),
        ("2022年指标.xlsx", "indicators"),
        ("2023年指标.xlsx", "indicators"),
    } <= roles
    assert said["year"] == 2023
    assert said["compare_to"] == 2022
    assert said["title"] == "石燕桥园区亩均效益评估"


def test_a_layer_without_prj_lies_where_the_others_do(begun):
    folder, said = begun
    parcels = next(one for one in said["files"] if one["role"] == "parcels")
    assert (parcels["crs"], parcels["crs_sure"]) == (GK, True)
    assert any("园区范围" in why for why in parcels["crs_reasons"])
    assert written(folder)["layers"]["parcels"]["crs"] == GK
    place = said["place"]
    assert (round(place["lon"], 1), round(place["lat"], 1)) == (105.3, 29.3)


def test_rows_that_join_are_counted_and_near_misses_named(begun):
    _, said = begun
    keys = {(one["table"], one["other"]): one for one in said["keys"]}
    land = keys["occupancy", "parcels"]
    assert (land["rows"], land["matched"], land["ids"], land["used"]) == (3, 2, 4, 2)
    assert "3 行中 2 行" in land["sentence"]
    assert land["misses"][0]["like"] == PLOTS[2]
    assert keys["indicators", "enterprises"]["matched"] == 6


def test_columns_that_nothing_takes_are_named(tmp_path):
    """Not numbers of rows, ids of a program and what another row of the same file takes."""
    folder = office(tmp_path / "资料", prj=True)
    plots = gpd.read_file(folder / "工业宗地.shp", encoding="gbk")
    plots["OBJECTID"], plots["基底"], plots["建筑面积"] = range(4), 1.0, 20_000.0
    plots.to_file(folder / "工业宗地.shp", encoding="gbk")
    register = pd.read_excel(folder / "企业名录.xlsx", dtype=str, engine="openpyxl")
    register.assign(序号=range(3), 联系电话="1").to_excel(folder / "企业名录.xlsx", index=False)
    done = run("init", tmp_path / "项目", "--from", folder, "--yes", "--json", "--lang", "zh")
    unused = json.loads(done.stdout)["unused_columns"]
    assert unused == {"工业宗地.shp": ["基底"], "企业名录.xlsx [Sheet1]": ["联系电话"]}
    lines = (tmp_path / "项目/mujun.toml").read_text(encoding="utf-8").splitlines()
    assert "#   工业宗地.shp：基底" in lines


def test_the_written_project_is_one_and_names_paths_from_itself(begun):
    folder, _ = begun
    project = read_project(folder)
    assert project.path(project.layers["parcels"].path).is_file()
    assert project.layers["parcels"].path == "../资料/工业宗地.shp"
    text = (folder / "mujun.toml").read_text(encoding="utf-8")
    assert "# standards = [" in text
    assert not project.settings.standards


@pytest.mark.slow
@pytest.mark.products
def test_figures_are_those_of_a_project_written_by_hand(tmp_path):
    source = office(tmp_path / "资料", prj=True)
    mujun("init", tmp_path / "a", "--from", source, "--yes")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "mujun.toml").write_text(
        f"""
[project]
year = 2023
compare_to = 2022
[layers.parks]
path = "../资料/园区范围.gpkg"
[layers.parcels]
path = "../资料/工业宗地.shp"
crs = "{GK}"
[tables.enterprises]
path = "../资料/企业名录.xlsx"
[tables.occupancy]
path = "../资料/企业用地.csv"
[tables.occupancy.fields]
enterprise_id = "统一社会信用代码"
parcel_id = "宗地代码"
area_m2 = "用地面积"
[tables.indicators]
path = ["../资料/2022年指标.xlsx", "../资料/2023年指标.xlsx"]
""",
        encoding="utf-8",
    )
    figures = []
    for name in "ab":
        mujun("run", project=tmp_path / name)
        found = next((tmp_path / name / "outputs").rglob("figures.parquet"))
        figures.append(
            pd.read_parquet(found).sort_values(
                ["subject", "subject_id", "year", "measure"], ignore_index=True
            )
        )
    pd.testing.assert_frame_equal(*figures)
    tax = figures[0].query("subject == 'project' and year == 2023 and measure == 'tax'")
    assert tax["value"].tolist() == [350.0]


def test_answers_come_from_a_pipe(tmp_path):
    """Without ids or names that tell, the year is asked; 9 is no answer, 2 is the second."""
    source = tmp_path / "资料"
    source.mkdir()
    plots = gpd.GeoDataFrame({"宗地代码": PLOTS}, geometry=_squares(4), crs=GK)
    plots.to_file(source / "宗地.gpkg")
    done = run("init", tmp_path / "项目", "--from", source, typed="9\n2\n")
    assert done.exit_code == 0, (done.output, done.exception)
    today = dt.datetime.now().astimezone().date().year
    assert written(tmp_path / "项目")["project"]["year"] == today
    text = (tmp_path / "项目" / "mujun.toml").read_text(encoding="utf-8")
    assert "# ?" not in text
    assert f"# year = {today - 1}" in text
    again = run("init", tmp_path / "二", "--from", source, "--lang", "en")
    assert again.exit_code == 0
    assert written(tmp_path / "二")["project"]["year"] == today - 1
    assert "# ? Which year" in (tmp_path / "二" / "mujun.toml").read_text(encoding="utf-8")


def test_a_name_serves_as_id_and_as_name(tmp_path):
    plots = gpd.GeoDataFrame({"宗地代码": PLOTS}, geometry=_squares(4), crs=GK)
    (tmp_path / "o").mkdir()
    plots.to_file(tmp_path / "o/宗地.gpkg")
    owners = pd.DataFrame({"宗地代码": PLOTS, "企业名称": ["甲厂", "乙厂", "丙厂", "丁厂"]})
    owners.to_csv(tmp_path / "o/企业用地.csv", index=False)
    done = run("init", tmp_path / "p", "--from", tmp_path / "o", "--yes")
    assert done.exit_code == 0, done.output
    assert read_project(tmp_path / "p")


def test_nothing_is_written_over_and_nothing_without_parcels(tmp_path):
    (tmp_path / "mujun.toml").write_text("x = 1", encoding="utf-8")
    done = run("init", tmp_path, "--from", tmp_path, "--yes")
    assert done.exit_code == 1
    assert (tmp_path / "mujun.toml").read_text(encoding="utf-8") == "x = 1"
    (tmp_path / "空").mkdir()
    done = run("init", tmp_path / "新", "--from", tmp_path / "空", "--yes")
    assert "No parcel layer" in str(done.exception)
    assert not (tmp_path / "新" / "mujun.toml").exists()
    assert "nowhere" in str(run("init", tmp_path / "新", "--from", tmp_path / "nowhere").exception)


HOSTILE = [
    '税"收',
    "a\\b",
    "x\n[project]\nyear = 1",
    "]]#",
    "'''",
    "\u202e亩",
    "{a=1}",
    "\t",
    "é\x7f",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_files_is_never_toml(text):
    line = f"{key_text(text)} = {value_text({'column': text, 'more': [text]})}"
    assert tomllib.loads(line) == {text: {"column": text, "more": [text]}}
    assert tomllib.loads(f"# {comment_text(text)}\na = 1") == {"a": 1}


def test_hostile_names_make_a_project(tmp_path):
    source = tmp_path / 'a"b [x]'
    source.mkdir()
    heading = '宗地"编号\n（二）'
    plots = gpd.GeoDataFrame({"宗地编号": PLOTS, heading: "x"}, geometry=_squares(4), crs=GK)
    plots.to_file(source / "宗地'\"#].gpkg", layer='宗"地\\')
    plots.to_file(source / "宗地*.gpkg", layer="x")
    done = run("init", tmp_path / "项目", "--from", source, "--yes")
    assert done.exit_code == 0, (done.output, done.exception)
    parcels = read_project(tmp_path / "项目").layers["parcels"]
    assert parcels.path == '../a"b [x]/宗地\'"#].gpkg'
    assert "宗地*.gpkg" in done.output


METRES = (EAST, NORTH, EAST + 400, NORTH + 100)
HOME = {"园区": (105.28, 29.32, 105.31, 29.35)}


def test_zones_are_told_by_the_other_layers_and_by_codes():
    over = judge_crs("宗地", METRES, None, Ground(HOME))
    assert (over.crs, over.sure) == ("EPSG:4544", True)
    prefixed = (METRES[0] + 35e6, METRES[1], METRES[2] + 35e6, METRES[3])
    assert judge_crs("宗地", prefixed, None, Ground(HOME)).crs == "EPSG:4523"
    by_code = judge_crs("宗地", METRES, None, Ground({}, (), division_of("511083"), None))
    assert (by_code.crs, by_code.sure) == ("EPSG:4544", True)
    degrees = judge_crs("宗地", (105.29, 29.33, 105.30, 29.34), None, Ground(HOME))
    assert degrees.crs == "EPSG:4490"
    assert "GCJ-02" in degrees.warnings[0].zh


def test_without_anything_that_tells_the_zone_is_asked():
    alone = judge_crs("宗地", METRES, None, Ground({}))
    assert not alone.sure
    assert {"EPSG:4543", "EPSG:4544", "EPSG:4545"} <= {one.crs for one in alone.candidates}


def test_a_system_that_puts_the_land_elsewhere_is_not_believed():
    import pyproj

    wrong = judge_crs("宗地", METRES, pyproj.CRS.from_epsg(4545), Ground(HOME))
    assert (wrong.crs, wrong.sure) == ("EPSG:4544", True)
    assert "120" not in wrong.crs
    assert "自带" in wrong.warnings[-1].zh
    older = judge_crs("宗地", METRES, pyproj.CRS.from_epsg(2381), Ground({}, (pyproj.CRS(GK),)))
    assert older.crs is None
    assert "+towgs84" in older.warnings[0].zh


def test_state_planes_are_found_by_the_other_layers():
    import pyproj

    to = pyproj.Transformer.from_crs(4269, 2285, always_xy=True)
    x, y = to.transform(-122.48, 48.75)
    home = {"zoning": (-122.52, 48.70, -122.40, 48.80)}
    found = judge_crs("parcels", (x - 500, y - 500, x + 500, y + 500), None, Ground(home))
    names = {one.name for one in found.candidates}
    assert any("Washington North (ftUS)" in name for name in names)


def test_datums_between_which_something_is_published_are_no_question():
    import pyproj

    feet, degrees = pyproj.CRS.from_epsg(2249), pyproj.CRS.from_epsg(4326)
    home = {"parcels": (-71.15, 42.05, -71.05, 42.15)}
    found = judge_crs("parks", (-71.12, 42.08, -71.1, 42.1), degrees, Ground(home, (feet,)))
    assert (found.crs, found.sure, found.warnings) == (None, True, ())


def test_divisions_by_codes_and_names():
    frame = pd.DataFrame({"代码": FIRMS})
    assert division_in([frame]).name == "内江市"
    assert [one.code for one in named_divisions(["吉林省企业"])] == ["22"]
    assert [one.code for one in named_divisions(["西昌市（凉山州）"])] == ["5134"]


@pytest.mark.parametrize(
    ("value", "other", "said"),
    [
        ("SYN-01-018", "SYN-01-0181", "without the trailing 1"),
        ("GB0001", "511083GB0001", "without the leading 511083"),
        ("511083x", "511083", "with x behind"),
        ("51108312", "51108321", "off by 1 character"),
        ("甲", "乙", None),
    ],
)
def test_in_what_an_id_differs(value, other, said):
    found = difference(value, other)
    assert (None if found is None else found.en) == said


def test_a_miss_is_shown_with_its_rows():
    land = pd.Series(["A-001", "A-002", "A-0O2", "A-0O2", None], dtype="str")
    found = key_match(
        "parcel_id",
        "occupancy",
        land,
        "parcels",
        pd.Series(["A-001", "A-002", "A-003"], dtype="str"),
    )
    assert (found.rows, found.blank, found.matched, found.used) == (5, 1, 2, 2)
    assert (found.misses[0].value, found.misses[0].rows) == ("A-0O2", 2)


def test_the_newest_year_with_figures_is_the_projects():
    talk = Interview(nobody)
    found = settled_years({"indicators": [2021, 2023]}, [], dt.date(2024, 1, 1), talk)
    assert found[:2] == (2023, 2021)
    assert not talk.answers
    later = settled_years({"indicators": [2023, 2099]}, [], dt.date(2024, 1, 1), talk)
    assert later[:2] == (2023, None)


def test_an_answer_is_kept_with_its_question():
    one, two = (Choice(k, Text(k, k)) for k in "ab")
    talk = Interview(lambda _: 1)
    assert talk.put(Question("year", "project", Text("?", "?"), (one, two))) == "b"
    assert talk.of("year", "project").asked


def source(role: str, headings: dict[str, str], path: str = "a.csv", **more: Any) -> Part:
    """A table of a role whose columns are known."""
    profile = SourceProfile(
        path, None, "table", "text", 1, tuple(headings.values()), pd.DataFrame(), **more
    )
    columns = tuple(ColumnGuess(column, name, 1.0, sure=True) for column, name in headings.items())
    return Part(RoleGuess(profile, role, sure=True, columns=columns))


def test_money_is_of_the_currency_that_headings_name_or_the_place_has():
    talk = Interview(nobody)
    dollars = source("indicators", {"revenue": "Receipts (USD)"})
    assert settled_currency([dollars], None, talk) == ("USD", [])
    plain = source("indicators", {"revenue": "Receipts"})
    assert settled_currency([plain], (105.0, 29.0, 105.1, 29.1), talk) == ("CNY", [])
    assert not talk.answers
    plain.fields["revenue"] = ("Receipts", "万元")
    assert settled_currency([plain], (-71.5, 42.0, -71.4, 42.1), talk) == ("USD", [])
    assert plain.fields["revenue"] == ("Receipts", "万USD")
    assert [answer.question.about for answer in talk.answers] == ["currency"]


def test_a_year_is_taken_from_where_it_is_stated_and_asked_where_places_differ():
    talk, today = Interview(nobody), dt.date(2024, 5, 1)
    headings = {"enterprise_id": "代码", "tax": "税收"}
    by_file = source("indicators", headings, years={"file": (2023,)})
    settle_year(by_file, today, talk)
    assert (by_file.year_from, by_file.constants) == ("file", {})
    by_folder = source("indicators", headings, "2022/a.csv", years={"folder": (2022,)})
    settle_year(by_folder, today, talk)
    assert by_folder.constants == {"year": 2022}
    assert not talk.answers
    unlike = source("indicators", headings, years={"title": (2022,), "file": (2023,)})
    settle_year(unlike, today, talk)
    assert unlike.constants == {"year": 2022}
    assert [choice.value for choice in talk.answers[0].question.choices] == ["2022", "2023"]


def test_another_id_is_taken_where_it_joins_and_hurts_no_other_table(tmp_path):
    """Land is by plot number, the parcels' first id is another: they join by the number."""
    source = tmp_path / "资料"
    source.mkdir()
    plots = {"宗地代码": PLOTS, "地籍号": [f"DK-2023-{k}" for k in range(4)]}
    gpd.GeoDataFrame(plots, geometry=_squares(4), crs=GK).to_file(source / "宗地.gpkg")
    land = {"统一社会信用代码": FIRMS, "宗地编号": [f"DK-2023-{k}" for k in range(3)]}
    pd.DataFrame(land).to_excel(source / "企业用地.xlsx", index=False)
    done = run("init", tmp_path / "项目", "--from", source, "--yes", "--json")
    assert done.exit_code == 0, (done.output, done.exception)
    said = json.loads(done.stdout)
    (match,) = (one for one in said["keys"] if one["other"] == "parcels")
    assert (match["rows"], match["matched"]) == (3, 3)
    assert written(tmp_path / "项目")["layers"]["parcels"]["fields"]["parcel_id"] == "地籍号"
