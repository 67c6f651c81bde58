"""报盘 TXT: every variant found in use, read to the same plots, and written back."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geo.cli import app
from geo.errors import CrsError, SourceError
from geo.project import Settings
from geo.publish.gis.survey_txt import write_plots
from geo.sources.survey_txt import read_survey
from tests.builders import GK, square
from tests.saying import spoken

HEAD = """[属性描述]
格式版本号=1.01版本
坐标系={datum}
几度分带=3
带号={zone}
转换参数=,,,,,,
[地块坐标]
"""
SQUARE = [
    (3383900.0, 410400.0),
    (3383900.0, 410600.0),
    (3383700.0, 410600.0),
    (3383700.0, 410400.0),
]


def written(tmp_path, body, zone="35", datum="2000国家大地坐标系", encoding="gbk", head=HEAD):
    file = tmp_path / "p.txt"
    file.write_bytes((head.format(zone=zone, datum=datum) + body).encode(encoding))
    return file


def plot(
    points,
    *,
    line="5,4.0000,1,地块甲,面,,工业用地,0601,@",
    ring=1,
    prefix=35e6,
    close=True,
    order=("x", "y"),
    letter="J",
):
    rows = [*points, points[0]] if close else points
    numbers = [*range(1, len(points) + 1), 1]
    out = [line] if line else []
    for number, (x, y) in zip(numbers, rows, strict=False):
        pair = {"x": f"{x:.3f}", "y": f"{y + prefix:.3f}"}
        out.append(f"{letter}{number},{ring},{pair[order[0]]},{pair[order[1]]}")
    return "\n".join(out) + "\n"


def read(file, crs=None):
    return read_survey([file], crs, "parcels")


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("close", [True, False])
@pytest.mark.parametrize("letter", ["J", ""])
def test_encodings_closings_and_numbers(tmp_path, encoding, close, letter):
    frame, notes = read(
        written(
            tmp_path,
            plot(SQUARE, close=close, letter=letter, line=f"{4 + close},4.0,1,地块甲,面,,,0601,@"),
            encoding=encoding,
        )
    )
    assert frame.crs.to_epsg() == 4523
    assert frame.area.tolist() == pytest.approx([40_000])
    row = frame.iloc[0]
    assert (row["parcel_id"], row["name"], row["land_use"]) == ("1", "地块甲", "0601")
    assert row["contract_area_m2"] == pytest.approx(40_000)
    assert notes["code"].tolist() == ([] if close else ["ring_not_closed"])


@pytest.mark.parametrize(
    ("zone", "prefix", "epsg"),
    [
        ("35", 35e6, 4523),
        ("35", 0, 4544),
        ("", 35e6, 4523),
        ("3", 35e6, 4523),
        ("18", 18e6, 4496),
        ("18", 0, 4507),
    ],
)
def test_zones_with_and_without_prefix(tmp_path, zone, prefix, epsg):
    frame, notes = read(written(tmp_path, plot(SQUARE, prefix=prefix), zone=zone))
    assert frame.crs.to_epsg() == epsg
    assert notes["code"].tolist() == (["zone_differs"] if zone == "3" else [])


@pytest.mark.parametrize("prefix", [35e6, 0])
def test_swapped_axes_are_read_and_named(tmp_path, prefix):
    frame, notes = read(written(tmp_path, plot(SQUARE, prefix=prefix, order=("y", "x"))))
    assert frame.total_bounds[1] == 3383700
    assert notes["code"].tolist() == ["axes_swapped"]


def test_holes_parts_and_a_closing_point_with_the_wrong_ring(tmp_path):
    hole = [
        (3383850.0, 410450.0),
        (3383850.0, 410500.0),
        (3383800.0, 410500.0),
        (3383800.0, 410450.0),
    ]
    part = [(x, y + 500) for x, y in SQUARE]
    body = plot(SQUARE) + plot(hole, line="", ring=2) + plot(part, line="", ring=3)
    frame, _ = read(written(tmp_path, body))
    assert frame.geom_type.tolist() == ["MultiPolygon"]
    assert frame.area[0] == pytest.approx(40_000 - 2_500 + 40_000)
    slip = plot(SQUARE).replace("J1,1,3383900.000,35410400.000\n", "", 1)
    slip = plot(SQUARE)[: -len("J1,1,3383900.000,35410400.000\n")] + (
        "J1,3,3383900.000,35410400.000\n"
    )
    frame, notes = read(written(tmp_path, slip))
    assert frame.area.tolist() == pytest.approx([40_000])
    assert "short_ring" not in set(notes["code"])


def test_an_island_in_a_hole_is_land(tmp_path):
    def nested(step):
        return [
            (3383900.0 - step, 410400.0 + step),
            (3383900.0 - step, 410600.0 - step),
            (3383700.0 + step, 410600.0 - step),
            (3383700.0 + step, 410400.0 + step),
        ]

    body = plot(nested(0)) + plot(nested(40), line="", ring=2) + plot(nested(80), line="", ring=3)
    assert read(written(tmp_path, body))[0].area[0] == pytest.approx(40_000 - 14_400 + 1_600)


@pytest.mark.parametrize(
    ("line", "area"),
    [
        ("5,4.0000,DK-5,地块5,面,,工业用地,0601,,1,,,备注,@", 40_000),
        ("5,40000.00,4,地块4,面,,工业用地,,@", 40_000),
        ("5,60.0000,6,地块6,面,,工业用地,,@", 40_000),
        ("5,,,地块5,面, , , ,@", np.nan),
    ],
)
def test_lines_of_plots(tmp_path, line, area):
    frame, notes = read(written(tmp_path, plot(SQUARE, line=line)))
    assert frame["contract_area_m2"][0] == pytest.approx(area, nan_ok=True)
    assert ("stated_in_m2" in set(notes["code"])) == ("40000" in line)
    assert ("stated_in_mu" in set(notes["code"])) == ("60.0000" in line)
    assert (
        frame["parcel_id"][0]
        == {"D": "DK-5", "4": "4", "6": "6", ",": "地块5"}[line.split(",")[2][:1] or ","]
    )


def test_degrees_and_coordinates_alone(tmp_path):
    body = "".join(
        f"J{i},1,{x},{y}\n"
        for i, (x, y) in enumerate(
            [(30.57228, 104.0665), (30.57228, 104.0686), (30.57047, 104.0686)], 1
        )
    )
    frame, _ = read(written(tmp_path, "4,4.0,6,地块6,面,,,,@\n" + body))
    assert frame.crs.to_epsg() == 4490
    assert frame.total_bounds == pytest.approx([104.0665, 30.57047, 104.0686, 30.57228])
    bare = "".join(f"{x:.3f},{y + 35e6:.3f}\n" for x, y in SQUARE)
    frame, _ = read(written(tmp_path, bare, head=""))
    assert frame.area.tolist() == pytest.approx([40_000])


def test_full_width_digits_and_commas(tmp_path):
    wide = plot(SQUARE).replace(",", "，").replace("3383900.000", "３３８３９００．０００")
    frame, _ = read(written(tmp_path, wide.replace("地块甲", "地块（甲）")))
    assert frame.area.tolist() == pytest.approx([40_000])
    assert frame["name"][0] == "地块（甲）"


def test_rows_that_cannot_be_used_are_named(tmp_path):
    body = (
        plot(SQUARE)
        + plot(SQUARE[:2], line="3,1,2,短,面,,,,@")
        + plot(SQUARE, line="5,4,3,坏,面,,,,@").replace("J2,1,3383900.000", "J2,1,33839OO.000")
    )
    body += "9,4,4,多,面,,,,@\n" + plot(SQUARE, line="")
    frame, notes = read(written(tmp_path, body))
    said = notes.set_index("id")["code"].to_dict()
    assert said == {"2": "short_ring", "3": "bad_line", "4": "point_count"}
    assert frame.geometry.isna().tolist() == [False, True, True, False]
    assert "p.txt：" in spoken(notes).loc[notes["id"] == "3", "message_zh"].iloc[0]


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"datum": "1980西安坐标系"}, CrsError, "needs local parameters"),
        ({"zone": ""}, CrsError, "write `crs` under"),
        ({"body": "无内容"}, SourceError, "no readable boundary point"),
        ({"body": "5,4,1,空,面,,,,@\n"}, SourceError, "no readable boundary point"),
        ({"two": True}, CrsError, "several zones"),
    ],
)
def test_what_a_bad_file_is_told(tmp_path, change, error, said):
    body = change.get("body") or plot(SQUARE, prefix=0)
    if change.get("two"):
        body = plot(SQUARE) + plot(SQUARE, prefix=36e6)
    file = written(
        tmp_path, body, zone=change.get("zone", "35"), datum=change.get("datum", "CGCS2000")
    )
    with pytest.raises(error, match=said):
        read(file)


def test_the_office_may_say_the_system(tmp_path):
    frame, _ = read(
        written(tmp_path, plot(SQUARE, prefix=0), zone="", datum="1980西安坐标系"), "EPSG:2383"
    )
    assert frame.crs.to_epsg() == 2383


def parcels_of(shapes):
    return gpd.GeoDataFrame(
        {
            "parcel_id": [f"P{i}" for i in range(len(shapes))],
            "name": "甲,乙@\n丙",
            "land_use": "100101",
            "area_m2": shapely.area(shapes),
        },
        geometry=list(shapes),
        crs=GK,
    )


@given(st.integers(0, 300))
def test_written_and_read_again_within_a_tenth_of_a_millimetre(tmp_path_factory, seed):
    rng = np.random.default_rng(seed)
    middle = shapely.points(rng.uniform(0, 900, (6, 2)) + np.array([528_000, 3_246_000]))
    shapes = shapely.buffer(middle, rng.uniform(20, 60, 6), quad_segs=3)
    shapes[0] = shapely.difference(shapes[0], shapely.buffer(middle[0], 5, quad_segs=2))
    shapes[1] = shapely.union_all(
        [
            shapes[1],
            shapely.buffer(shapely.transform(middle[1], lambda p: p + 300), 30, quad_segs=2),
        ]
    )
    file = tmp_path_factory.mktemp("txt") / "p.txt"
    write_plots(lambda: [parcels_of(shapes)], Settings(year=2023), file)
    frame, notes = read(file)
    assert notes.empty
    assert frame["parcel_id"].tolist() == [f"P{i}" for i in range(6)]
    assert frame["name"][0] == "甲、乙（at） 丙"
    back = np.asarray(frame.to_crs(GK).geometry.array)
    assert shapely.hausdorff_distance(back, shapes).max() <= 1e-4
    assert frame["contract_area_m2"].to_numpy() == pytest.approx(shapely.area(shapes), abs=0.5)
    counts = pd.Series(file.read_text("gbk").splitlines())
    heads = counts[counts.str.endswith("@")].str.split(",").str[0].astype(int)
    assert heads.sum() == shapely.get_num_coordinates(shapes).sum()


def test_points_begin_in_the_north_west_and_run_clockwise(tmp_path):
    write_plots(
        lambda: [parcels_of([square(0, 0)])],
        Settings(year=2023, synthetic="合成"),
        tmp_path / "p",
    )
    lines = (tmp_path / "p").read_text("gbk").splitlines()
    assert "备注=合成" in lines
    rows = [line.split(",") for line in lines[lines.index("[地块坐标]") + 2 :]]
    assert [r[0] for r in rows] == ["J1", "J2", "J3", "J4", "J1"]
    x, y = (np.array([float(r[i]) for r in rows]) for i in (2, 3))
    assert (x[0], y[0]) == (x.max(), y.min())
    assert (np.diff(y)[0], np.diff(x)[1]) == pytest.approx((100, -100), abs=0.1)
    assert np.floor(y[0] / 1e6) == 35


@pytest.mark.products
def test_a_project_reads_a_folder_of_txt_and_exports_one(project, parcels):
    folder = project / "报盘"
    folder.mkdir()
    for at in range(4):
        one = parcels.iloc[[at]].assign(name="", area_m2=1e4)
        write_plots(lambda one=one: [one], Settings(year=2023), folder / f"{at}.txt")
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8").replace("parcels.gpkg", "报盘/*.txt")
    file.write_text(text, encoding="utf-8")
    runner = CliRunner()
    outcome = runner.invoke(app, ["run", "-q", "-p", str(project)])
    assert outcome.exit_code == 0, outcome.output
    made = gpd.read_parquet(project / "outputs/tables/parcels.parquet")
    assert made["parcel_id"].tolist() == list("ABCD")
    assert made["area_contract_m2"].tolist() == pytest.approx([1e4] * 4)
    outcome = runner.invoke(app, ["export", "--format", "txt", "-q", "-p", str(project)])
    assert outcome.exit_code == 0, outcome.output
    frame, _ = read(project / "outputs/layers/parcels.txt")
    assert frame["parcel_id"].tolist() == list("ABCD")
    assert (project / "outputs/run.json").read_text("utf-8").count("报盘/") == 4


@pytest.mark.parametrize(
    ("name", "area", "crs"),
    [
        ("01_canonical_gbk_hole", [37_500, 10_000], None),
        ("02_unclosed_noJ_utf8bom", [40_000], None),
        ("03_multipart_ring_ids", [13_600], None),
        ("04_swapped_noprefix_area_m2", [40_000], "EPSG:4544"),
        ("05_13fields_extinfo", [40_000], None),
    ],
)
def test_the_six_samples(name, area, crs):
    file = Path(__file__).parent / f"data/survey_txt/{name}.txt"
    assert read(file, crs)[0].area.tolist() == pytest.approx(area)


START = "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n带号=35\n[地块坐标]\n"
RING = (
    "4,1.0,P1,甲,面,,,,@\nJ1,1,3246000.0,35528000.0\nJ2,1,3246100.0,35528000.0\n"
    "J3,1,3246100.0,35528100.0\nJ4,1,3246000.0,35528100.0\nJ1,1,3246000.0,35528000.0\n"
)


def taken(folder, text):
    (folder / "t.txt").write_text(text, encoding="utf-8")
    return read_survey([folder / "t.txt"], None, "parcels")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("3246100.0,35528000.0", "inf,35528000.0"),
        ("35528100.0\nJ4", "-inf\nJ4"),
        ("35528100.0\nJ4", "1e308\nJ4"),
        ("35528100.0\nJ4", "nan\nJ4"),
        ("J2,1,", "J2,inf,"),
        ("J2,1,", "J2,99999999999999999999,"),
    ],
)
def test_numbers_that_are_none_leave_the_plot_out(tmp_path, old, new):
    good = RING.replace("P1", "P2").replace("3246", "3247")
    frame, notes = taken(tmp_path, START + RING.replace(old, new) + good)
    assert frame["parcel_id"].tolist() == ["P1", "P2"]
    assert frame.geometry.iloc[0] is None
    assert frame.geometry.area.iloc[1] == pytest.approx(10_000)
    assert notes.loc[notes["code"] == "bad_line", "id"].tolist() == ["P1"]


@pytest.mark.parametrize(
    "text",
    [
        RING.replace("3246", "inf").replace("35528", "inf"),
        RING.partition("@")[2] + "4,1,P,,面,,,,@\n",
    ],
)
def test_no_plot_with_a_point_that_can_be_read(tmp_path, text):
    with pytest.raises(SourceError, match="contains no readable boundary point"):
        taken(tmp_path, START + text)


def test_an_area_that_is_no_number_is_missing(tmp_path):
    frame, _ = taken(tmp_path, START + RING.replace("4,1.0", "inf,inf"))
    assert frame["contract_area_m2"].isna().all()


@pytest.mark.parametrize("mark", [*"\t\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e\0", "\u200b", "😀"])
def test_any_mark_in_an_id_comes_back_with_its_outline(tmp_path, mark):
    """Marks that end a line or a field for some reader are written as blanks."""
    ids = [f"A{mark}B", f"C{mark}{mark}D"]
    written = [i.replace(mark, mark if mark in "\u200b😀" else " ") for i in ids]
    layer = gpd.GeoDataFrame(
        {"parcel_id": ids, "name": ids, "land_use": "100101", "area_m2": 1e4},
        geometry=[square(0, 0), square(2, 0)],
        crs="EPSG:4544",
    )
    write_plots(lambda: [layer], Settings(year=2023), tmp_path / "w.txt")
    frame, _ = read_survey([tmp_path / "w.txt"], None, "parcels")
    assert frame["parcel_id"].tolist() == written
    assert frame["name"].tolist() == written
    assert frame.geometry.area.round().tolist() == [10_000, 10_000]
