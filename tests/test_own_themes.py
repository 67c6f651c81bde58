"""Themes over any column that an office's parcels or parks carry: classes, words, hostile text."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

import geo
from geo import findings
from geo.api.maps import _theme
from geo.errors import ProjectError
from geo.project import Settings, read_project
from geo.publish.look.style import distinct_colors, palette, spread
from geo.publish.look.themes import themes_by_id
from geo.publish.webmap.map import map_table
from tests.builders import EAST, GK, NORTH, edit_project, square

HOSTILE = '<img src=x onerror="alert(1)">\u202e\x07 ' + "长" * 200
THEMES = {
    "vacancy": {
        "column": "空置率",
        "title": "空置率",
        "en": "Vacancy",
        "unit": "%",
        "scheme": "equal_interval",
        "k": 4,
        "better": "lower",
        "palette": ["#000000", "#ffffff"],
    },
    "owner": {"column": "权属"},
    "years": {"column": "listed_year", "of": "parks", "k": 2, "scheme": "equal_interval"},
    "gone": {"column": "空置卒"},
}


@pytest.fixture(scope="module")
def run() -> geo.Run:
    parcels = gpd.GeoDataFrame(
        {
            "parcel_id": list("ABCDEF"),
            "park_id": ["P", "P", "P", "P", "Q", "Q"],
            "空置率": ["0", "10", " 20 ", "40", None, "30"],
            "权属": ["国有", "集体", HOSTILE, "国有", None, ""],
        },
        geometry=[square(i, 0) for i in range(6)],
        crs=GK,
    )
    outlines = [
        shapely.box(EAST + x0, NORTH - 5, EAST + x1, NORTH + 105)
        for x0, x1 in ((-5, 400), (400, 605))
    ]
    parks = gpd.GeoDataFrame(
        {"park_id": ["P", "Q"], "name": ["甲", "乙"], "listed_year": [1999, 2015]},
        geometry=outlines,
        crs=GK,
    )
    settings = Settings(year=2023, themes=THEMES, plan="")
    return geo.assess(parcels=parcels, parks=parks, settings=settings)


def test_figures_are_classed_as_declared_and_what_is_missing_has_no_data(run: geo.Run) -> None:
    """0 to 40 in four equal steps: 10, 20, 30; a figure at an edge is of the upper class."""
    theme = themes_by_id(run)["own:vacancy"]
    assert theme.edges == (10.0, 20.0, 30.0)
    assert theme.codes.tolist() == [0, 1, 2, 3, 4, 3]
    assert theme.labels[4].zh == "无数据"
    # Lower is better: the ramp is turned round, white for the least.
    assert theme.colors == ("#ffffff", "#aaaaaa", "#555555", "#000000", palette()["no_data"])
    assert theme.note.en == "classes of equal steps; %; lower is better"
    assert theme.title.en == "Vacancy"


def test_words_have_a_colour_each_and_hostile_text_is_only_text(run: geo.Run) -> None:
    theme = themes_by_id(run)["own:owner"]
    labels = [label.zh for label in theme.labels]
    hostile = next(label for label in labels if label.startswith("<img"))
    assert len(hostile) == 60
    assert hostile.isprintable()
    assert labels[-1] == "无数据"
    assert theme.codes[0] == theme.codes[3] == labels.index("国有")
    assert theme.codes[4] == theme.codes[5] == len(labels) - 1
    assert len(set(theme.colors)) == len(theme.colors)


def test_a_park_s_figure_colours_its_parcels(run: geo.Run) -> None:
    theme = themes_by_id(run)["own:years"]
    assert len(set(theme.codes[:4])) == 1
    assert set(theme.codes[4:]) == {1}
    assert theme.codes[0] == 0


def test_a_column_that_is_not_there_is_said_with_the_nearest(run: geo.Run) -> None:
    assert "own:gone" not in themes_by_id(run)
    found = run.findings[run.findings["code"] == "theme_without_column"]
    assert len(found) == 1
    assert "空置率" in findings.sentence(found.iloc[0], "mend")("zh")


def test_the_map_has_the_themes_and_the_card_their_values(run: geo.Run) -> None:
    page = map_table(run)
    assert [t["id"] for t in page["themes"] if t["id"].startswith("own:")] == [
        "own:vacancy",
        "own:owner",
        "own:years",
    ]
    column = next(c for c in page["columns"] if c["name"] == "空置率")
    assert column["unit"] == ["%", "%"]
    assert np.nan_to_num(column["values"], nan=-1).tolist() == [0, 10, 20, 40, -1, 30]
    assert {tuple(t["group"]) for t in page["themes"] if t["id"].startswith("own:")} == {
        ("自定专题", "Own themes")
    }


def test_themes_stand_under_publish_and_are_kept_with_the_run(project: Path) -> None:
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + '\n[publish.themes.a]\ncolumn = "x"\n', encoding="utf-8")
    assert read_project(project).settings.themes["a"].column == "x"
    file.write_text(text + '\n[[publish.themes]]\ncolumn = "x"\n', encoding="utf-8")
    assert list(read_project(project).settings.themes) == ["1"]


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ('[publish.themes.a]\ncolumn = "x"\nk = 99', "k"),
        ('[publish.themes.a]\ncolumn = "x"\nscheme = "jenks"', "natural_breaks"),
        ('[publish.themes.a]\ncolumn = "x"\npalette = ["red"]', "#rrggbb"),
        ('[publish.themes."a/b"]\ncolumn = "x"', "a/b"),
        ("[publish.themes.a]\n", "column"),
    ],
)
def test_a_theme_that_cannot_be_is_refused(project: Path, declared: str, said: str) -> None:
    file = project / "mujun.toml"
    file.write_text(file.read_text(encoding="utf-8") + f"\n{declared}\n", encoding="utf-8")
    with pytest.raises(ProjectError, match=said):
        read_project(project)


def test_themes_of_the_project_table_are_sent_to_publish(project: Path) -> None:
    edit_project(project, "[project]", '[project]\nthemes = { a = { column = "x" } }')
    with pytest.raises(ProjectError, match=r"\[publish\.themes\]"):
        read_project(project)


def test_no_colour_stands_for_two_words() -> None:
    """Of 30 words 24 have a colour each, the 6 rarest share one, and the legend says so."""
    words = [f"w{i:02d}" for i in range(30) for _ in range(31 - i)]
    frame = gpd.GeoDataFrame(
        {"word": words}, geometry=[square(i % 20, i // 20) for i in range(len(words))], crs=GK
    )
    theme = _theme(frame["word"], "word", "quantiles", 5, None)
    labels = [label.en for label in theme.labels]
    assert labels[:24] == [f"w{i:02d}" for i in range(24)]
    assert labels[24] == "6 other values"
    assert len(set(theme.colors)) == len(theme.colors) == 26
    assert (theme.codes == 24).sum() == sum(31 - i for i in range(24, 30))
    assert "24 most frequent" in theme.note.en
    assert len(set(distinct_colors(24))) == 24
    assert spread(["#000000", "#ffffff"], 3) == ("#000000", "#808080", "#ffffff")
