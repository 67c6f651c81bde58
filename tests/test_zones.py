"""Control lines: shares by hand and by other engines, conflicts, slivers, what is not covered."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geo.cli import app
from geo.errors import ProjectError
from geo.geometry.area import ellipsoidal_area
from geo.geometry.overlay import cut, overlaps, plane_of, wider
from geo.land.zone_kinds import CONTROL, absent_families, families, kinds
from geo.land.zones import control_lines, cut_zones
from tests.builders import EAST, GK, NORTH, box, square, zone_layer
from tests.lane import examples

LAYER = gpd.GeoDataFrame
ALL = frozenset(families())
"""Kinds that the office states do not exist here: nothing is left unchecked."""


@pytest.fixture
def judged(parcels, parks):
    def run(*rows, band=1.0):
        own = parcels.assign(area_ellipsoid_m2=ellipsoidal_area(parcels.geometry))
        out = control_lines(own, parks, cut_zones(zone_layer(*rows), GK, ALL), band)
        own = out.table[out.table["subject"] == "parcel"]
        return out, own.set_index(["subject_id", "zone_id"])

    return run


def test_a_share_by_hand_and_its_clause(judged):
    out, table = judged(("E", "生态保护红线", box(-50, -50, 25, 200)))
    row = table.loc[("A", "E")]
    assert (row["share"], row["control"]) == (0.25, "conflict")
    assert row["overlap_m2"] == pytest.approx(2500, rel=2e-4)  # on the ellipsoid, not the plane
    assert "自然资发〔2022〕142号" in row["citation"]
    assert table.index.get_level_values(0).tolist() == ["A"]
    assert out.parcels["control"].tolist() == ["conflict", "clear", "clear", "clear"]
    assert out.parcels["in_ecology"].tolist() == [25, 0, 0, 0]
    piece = out.conflicts.set_index("subject_id").loc["A"]
    assert piece.geometry.area == 2500
    park = out.conflicts.set_index("subject_id").loc["P"]
    assert park.geometry.area == 35 * 120


def test_zones_cut_some_after_others_are_those_cut_at_once():
    rows = [
        (f"Z{k}", kind, box(40 * k, 0, 40 * k + 300, 90))
        for k, kind in enumerate(
            ["永久基本农田", "生态保护红线", "城镇开发边界", "别的", "永久基本农田"]
        )
    ]
    layer = zone_layer(*rows)
    whole = cut_zones(layer, GK, ALL)
    runs = [cut_zones(layer.iloc[at : at + 2], GK, ALL) for at in (0, 2, 4)]
    facts = runs[0].and_layer(runs[1]).and_layer(runs[2])
    x0, y0, x1, y1 = whole.extent
    window = shapely.box(x0 + 100, y0 + 100, x1 - 10, y1 - 10)

    def near(index):
        return index.only(np.sort(index.tree.query(window)))

    at_once, after = near(whole), facts.with_pieces([near(one) for one in runs])
    assert after.extent == whole.extent
    assert after.present.tolist() == whole.present.tolist()
    assert after.kind.tolist() == at_once.kind.tolist()
    pd.testing.assert_frame_equal(after.words, at_once.words)
    areas = [np.bincount(one.owner, shapely.area(one.pieces)) for one in (at_once, after)]
    assert areas[0].tolist() == pytest.approx(areas[1].tolist())
    assert not len(facts.pieces)


def test_narrower_than_the_band_is_a_sliver_and_listed(judged):
    strip = ("F", "永久基本农田", box(-50, -50, 0.8, 200))
    assert judged(strip)[1].loc[("A", "F"), "control"] == "sliver"
    assert judged(strip, band=0.7)[1].loc[("A", "F"), "control"] == "conflict"
    out, table = judged(strip)
    assert table.loc[("A", "F"), "share"] == pytest.approx(0.008)
    assert out.conflicts["subject_id"].tolist() == ["P"]  # the park's outline is 10 m further out


def test_land_outside_the_growth_boundary_conflicts(judged):
    _out, table = judged(
        ("G1", "城镇集中建设区", box(-50, -50, 150, 200)),
        ("G2", "城镇弹性发展区", box(150, -50, 299.6, 200)),
    )
    assert table.loc[("A", "G1"), "control"] == "clear"
    assert ("A", "") not in table.index
    assert table.loc["B", "share"].tolist() == [0.5, 0.5]
    assert table.loc["B", "kind_share"].tolist() == [1.0, 1.0]
    assert ("B", "") not in table.index
    assert table.loc[("C", ""), "control"] == "sliver"  # 0.4 m
    assert table.loc[("D", ""), ["control", "share"]].tolist() == ["conflict", 1.0]


def test_land_that_is_not_built_on_conflicts_with_nothing(parcels, parks):
    own = parcels.assign(area_ellipsoid_m2=1e4, land_use=["0101", "0301", "100101", None])
    zones = zone_layer(("F", "永久基本农田", box(-50, -50, 500, 200)))
    ours = control_lines(own, parks, cut_zones(zones, GK, ALL), 1.0)
    assert ours.parcels["control"].tolist() == ["clear", "clear", "conflict", "conflict"]
    other = control_lines(own, parks, cut_zones(zones, GK, ALL), 1.0, "third_survey")
    assert set(other.parcels["control"]) == {"conflict"}


def test_units_ask_to_be_read_and_what_none_covers_is_no_data(judged):
    out, table = judged(
        ("ZH1", "优先保护单元", box(-50, -50, 100, 200)),
        ("ZH2", "重点管控单元", box(100, -50, 240, 200)),
    )
    assert table.loc[("A", "ZH1"), "control"] == "review"
    assert table.loc[("C", "ZH2"), "share"] == pytest.approx(0.4)
    rest = table.loc[("C", "")]
    assert (rest["control"], rest["kind"]) == ("no_data", "环境管控单元")
    assert rest["share"] == pytest.approx(0.6)
    assert out.parcels["control"].tolist() == ["review", "review", "no_data", "no_data"]


def test_zones_that_overlap_count_the_ground_once(judged):
    _out, table = judged(
        ("F1", "永久基本农田", box(0, -50, 40, 200)),
        ("F2", "永久基本农田", box(20, -50, 60, 200)),
        ("E1", "生态保护红线", box(50, -50, 70, 200)),
    )
    assert table.loc["A", "share"].tolist() == [0.4, 0.4, 0.2]
    assert table.loc["A", "kind_share"].tolist() == pytest.approx([0.6, 0.6, 0.2])


@pytest.mark.parametrize("turn", [0.0, 0.7])
@pytest.mark.parametrize("gap", [0.0, 0.005])
def test_two_strips_side_by_side_are_as_wide_as_both(parcels, parks, turn, gap):
    """The kind that was lost: 0.6 m + 0.6 m of farmland are 1.2 m, where the band is 1 m."""
    strips = [box(-50, -50, 0.6, 200), box(0.6 + gap, -50, 1.2 + gap, 200), box(30, 20, 30.6, 90)]
    own = parcels.assign(area_ellipsoid_m2=1e4)
    frames = [own, parks, zone_layer(*((f"F{i}", "永久基本农田", s) for i, s in enumerate(strips)))]
    turned = [f.set_geometry(f.rotate(np.degrees(turn), origin=(EAST, NORTH))) for f in frames]
    out = control_lines(*turned[:2], cut_zones(turned[2], GK, ALL), 1.0)
    table = out.table[out.table["subject_id"] == "A"].set_index("zone_id")["control"]
    assert table.to_dict() == {"F0": "conflict", "F1": "conflict", "F2": "sliver"}
    other = zone_layer(("F0", "永久基本农田", strips[0]), ("E1", "生态保护红线", strips[1]))
    table = control_lines(own, parks, cut_zones(other, GK, ALL), 1.0).table
    assert set(table.loc[table["subject_id"] == "A", "control"]) == {"sliver"}


@examples(40)
@given(
    st.lists(st.floats(0.05, 3.0), min_size=1, max_size=12), st.floats(0, 1.5), st.floats(0.2, 4.0)
)
def test_a_zone_in_strips_says_what_the_zone_says(widths, turn, band):
    """However a kind is cut into zones, each parcel gets the verdict of their union."""
    cells = [square(i, 0, 8.0) for i in range(3)]
    parcels = LAYER({"parcel_id": list("ABC"), "area_ellipsoid_m2": 64.0}, geometry=cells, crs=GK)
    parks = LAYER({"park_id": ["P"]}, geometry=[box(-10, -10, 320, 20)], crs=GK)
    ends = np.cumsum([-2.0, *widths])
    strips = [box(a, -5, b, 50) for a, b in pairwise(ends)]
    whole = [box(-2, -5, ends[-1], 50)]
    said = []
    for shapes in (strips, whole):
        zones = zone_layer(*((f"F{i}", "永久基本农田", s) for i, s in enumerate(shapes)))
        frames = [
            f.set_geometry(f.rotate(np.degrees(turn), origin=(EAST, NORTH)))
            for f in (parcels, parks, zones)
        ]
        out = control_lines(*frames[:2], cut_zones(frames[2], GK, ALL), band)
        said.append(out.parcels["control"].tolist())
    # Right at the band the seams' own hundredth part decides.
    if abs(min(ends[-1], 8.0) - band) > 0.02:
        assert said[0] == said[1]


def unchecked(parcels, parks, *rows, absent=()):
    own = parcels.assign(area_ellipsoid_m2=1e4)
    return control_lines(own, parks, cut_zones(zone_layer(*rows), GK, frozenset(absent)), 1.0)


def test_a_kind_that_is_not_there_is_not_checked_and_never_no_conflict(parcels, parks):
    out = unchecked(parcels, parks, ("F", "永久基本农田", box(-50, -50, 25, 200)))
    assert out.parcels["control"].tolist() == ["conflict", *["unchecked"] * 3]
    rows = out.table[out.table["control"] == "unchecked"]
    assert rows["subject_id"].tolist() == ["A", "B", "C", "D", "P"]
    assert set(rows["kind"]) == {"生态保护红线、城镇开发边界、环境管控单元"}
    assert rows["share"].isna().all()
    assert rows["consequence_zh"].str.contains("未核对").all()
    assert len(out.missing) == 3


def test_the_office_may_state_that_there_is_none_of_a_kind(parcels, parks):
    row = ("F", "永久基本农田", box(-50, -50, 25, 200))
    some = unchecked(parcels, parks, row, absent=["ecology", "growth"])
    assert set(some.table.loc[some.table["control"] == "unchecked", "kind"]) == {"环境管控单元"}
    all_ = unchecked(parcels, parks, row, absent=families())
    assert all_.parcels["control"].tolist() == ["conflict", "clear", "clear", "clear"]
    assert not all_.missing
    assert absent_families(["生态保护红线", "environmental control unit"]) == {"ecology", "unit"}
    with pytest.raises(ProjectError, match="zones_absent"):
        absent_families(["红线"])


def test_zones_that_lie_elsewhere_check_nothing_here(parcels, parks):
    """Every kind is in the layer, seven kilometres away."""
    rows = [(f"Z{i}", k["zh"], box(5000, 5000, 5100, 5100)) for i, k in enumerate(kinds().values())]
    out = unchecked(parcels, parks, *rows)
    own = out.table[out.table["subject"] == "parcel"]
    assert set(own.loc[own["control"] == "unchecked", "kind"]) == {"生态保护红线、永久基本农田"}
    assert set(own.loc[own["zone_id"] == "", "control"]) == {"unchecked", "conflict", "no_data"}
    assert out.parcels["in_farmland"].isna().all()
    near = unchecked(parcels, parks, *rows, ("F", "永久基本农田", box(-50, -50, -1, 200)))
    assert "unchecked" not in set(near.table["control"])
    assert (near.parcels["in_farmland"] == 0).all()


def test_another_kind_is_listed_under_the_offices_own_word(judged):
    _out, table = judged(("H", "历史文化保护区", box(-50, -50, 50, 200)))
    assert table.loc[("A", "H"), ["control", "zone_name"]].tolist() == ["noted", "历史文化保护区"]


def test_every_kind_that_judges_is_cited():
    for kind in kinds().values():
        assert kind["treat"] == "note" or (kind["clause"] and "http" in kind["citation"])
        assert all(kind[k] for k in ("zh", "en", "consequence_zh", "consequence_en"))


def test_degrees_and_metres_give_the_same_shares(parcels, parks):
    zones = zone_layer(("E", "生态保护红线", box(-50, -50, 237, 61)))
    own = parcels.assign(area_ellipsoid_m2=ellipsoidal_area(parcels.geometry))
    one = control_lines(own, parks, cut_zones(zones, GK, ALL), 1.0).table
    degrees = [f.to_crs(4490) for f in (own, parks, zones)]
    utm = plane_of(degrees[1].geometry)
    other = control_lines(*degrees[:2], cut_zones(degrees[2], utm, ALL), 1.0).table
    assert one["control"].tolist() == other["control"].tolist()
    np.testing.assert_allclose(one["share"], other["share"], rtol=1e-7)


# --- the overlay itself ---------------------------------------------------------------------


def star(x, y, radius, points, seed):
    """A polygon of many vertices that is far from convex."""
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, points + 1)[:-1]
    reach = radius * (0.7 + 0.3 * np.sin(7 * angle) * rng.uniform(0.3, 1, points))
    return shapely.Polygon(np.c_[x + reach * np.cos(angle), y + reach * np.sin(angle)])


def clipped_area(zone, parcel):
    """Area shared by any polygon and a convex one: Sutherland-Hodgman, then the shoelace."""
    points = np.asarray(zone.exterior.coords)[:-1]
    corners = np.asarray(shapely.orient_polygons(parcel).exterior.coords)
    for a, b in pairwise(corners):
        side = (b[0] - a[0]) * (points[:, 1] - a[1]) - (b[1] - a[1]) * (points[:, 0] - a[0])
        kept = []
        for i in range(len(points)):
            j = (i + 1) % len(points)
            if side[i] >= 0:
                kept.append(points[i])
            if (side[i] >= 0) != (side[j] >= 0):
                t = side[i] / (side[i] - side[j])
                kept.append(points[i] + t * (points[j] - points[i]))
        points = np.array(kept)
        if len(points) < 3:
            return 0.0
    x, y = (points - points[0]).T
    return abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


@pytest.fixture(scope="module")
def fabric():
    """400 parcels and 12 stars of 3,000 vertices across them, near the origin of nothing."""
    parcels = np.array([square(i % 20, i // 20, 90) for i in range(400)])
    rng = np.random.default_rng(4)
    zones = np.array(
        [
            star(EAST + x, NORTH + y, 450, 3000, i)
            for i, (x, y) in enumerate(rng.uniform(0, 2000, (12, 2)))
        ]
    )
    return parcels, zones


def test_areas_equal_those_of_clipping_by_hand(fabric):
    parcels, zones = fabric[0], fabric[1][:2]
    found = overlaps(parcels, zones)
    ours = np.zeros((len(zones), len(parcels)))
    ours[found.zone, found.shape] = found.area
    hand = np.array([[clipped_area(z, p) for p in parcels] for z in zones])
    assert (hand > 1e-6).sum() > 60
    np.testing.assert_allclose(ours, hand, atol=1e-9 * 8100)


def test_areas_equal_those_of_spatialite(fabric, tmp_path):
    parcels, zones = fabric
    file = tmp_path / "both.gpkg"
    LAYER({"p": range(len(parcels))}, geometry=parcels, crs=GK).to_file(file, layer="parcels")
    LAYER({"z": range(len(zones))}, geometry=zones, crs=GK).to_file(file, layer="zones")
    sql = (
        "SELECT p, z, ST_Area(ST_Intersection(parcels.geom, zones.geom)) AS area"
        " FROM parcels, zones WHERE ST_Intersects(parcels.geom, zones.geom)"
    )
    other = pyogrio.read_dataframe(file, sql=sql, sql_dialect="SQLITE")
    other = other[other["area"] > 0].sort_values(["p", "z"])
    found = overlaps(parcels, zones)
    assert (found.shape.tolist(), found.zone.tolist()) == (other["p"].tolist(), other["z"].tolist())
    np.testing.assert_allclose(found.area, other["area"], atol=1e-9 * 8100)


def test_a_huge_zone_is_cut_and_nothing_changes(fabric):
    parcels, _ = fabric
    huge = np.array(
        [
            star(EAST + 900, NORTH + 900, 800, 30_000, 9).difference(
                star(EAST + 900, NORTH + 900, 300, 200, 10)
            )
        ]
    )
    pieces, owner = cut(huge)
    assert len(pieces) > 1
    assert (shapely.get_num_coordinates(pieces) <= 8192).all()
    assert set(owner) == {0}
    assert shapely.area(pieces).sum() == pytest.approx(huge[0].area, rel=1e-12)
    found = overlaps(parcels, huge)
    plain = shapely.area(shapely.intersection(parcels, huge[0]))
    np.testing.assert_allclose(np.bincount(found.shape, found.area, 400), plain, atol=1e-6)
    assert shapely.contains_properly(huge[0], parcels[found.shape[found.whole]]).all()
    assert found.whole.any()


@examples(50)
@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(0, 80), st.integers(1, 120)),
        min_size=1,
        max_size=8,
    ),
    st.randoms(),
)
def test_order_moves_nothing_and_shares_stay_within_one(spots, rng):
    parcels = LAYER(
        {"parcel_id": list("ABCD"), "area_ellipsoid_m2": 1e4},
        geometry=[square(i, 0) for i in range(4)],
        crs=GK,
    )
    parks = LAYER({"park_id": ["P"]}, geometry=[box(-10, -10, 410, 110)], crs=GK)
    names = [k["zh"] for k in kinds().values()]
    rows = [
        (f"Z{i}", names[i % len(names)], box(x, y, x + s, y + s / 2))
        for i, (x, y, s) in enumerate(spots)
    ]
    one = control_lines(parcels, parks, cut_zones(zone_layer(*rows), GK, ALL), 1.0)
    mixed = rng.sample(rows, len(rows))
    other = control_lines(parcels.iloc[::-1], parks, cut_zones(zone_layer(*mixed), GK, ALL), 1.0)
    key = ["subject", "subject_id", "kind", "zone_id"]
    a, b = (
        t.table.astype({"kind": str, "control": str}).sort_values(key).reset_index(drop=True)
        for t in (one, other)
    )
    pd.testing.assert_frame_equal(a[[*key, "control"]], b[[*key, "control"]])
    np.testing.assert_allclose(a[["share", "kind_share"]], b[["share", "kind_share"]], atol=1e-12)
    assert a["share"].between(0, 1).all()
    inside = a[a["zone_id"] != ""]
    summed = inside.groupby(["subject_id", "kind"])["share"].transform("sum")
    assert (inside["kind_share"] <= np.minimum(summed, 1) + 1e-9).all()
    assert (inside["kind_share"] >= inside["share"] - 1e-9).all()
    assert one.parcels["control"].tolist() == other.parcels["control"].tolist()[::-1]


@given(st.floats(0.05, 3), st.floats(5, 200), st.floats(0, 180))
def test_a_strip_is_as_wide_as_it_is(width, length, turn):
    strip = shapely.affinity.rotate(shapely.box(0, 0, length, width), turn)
    assert wider(np.array([strip]), width * 0.999)[0]
    assert not wider(np.array([strip]), width * 1.001)[0]


def test_a_ring_is_as_wide_as_its_wall():
    ring = shapely.Point(0, 0).buffer(100).difference(shapely.Point(0, 0).buffer(99.4))
    halves = shapely.MultiPolygon([shapely.box(0, 0, 0.4, 90), shapely.box(5, 0, 5.4, 90)])
    assert wider(np.array([ring, halves]), 0.3).tolist() == [True, True]
    assert wider(np.array([ring, halves]), 0.8).tolist() == [False, False]


# --- in a run -------------------------------------------------------------------------------


def with_zones(project, *rows):
    zone_layer(*rows).assign(requirement="=1+1", layout_limit="不得新建化工").to_file(
        project / "zones.gpkg"
    )
    file = project / "mujun.toml"
    file.write_text(
        file.read_text(encoding="utf-8") + '[layers.zones]\npath = "zones.gpkg"\n', encoding="utf-8"
    )
    return CliRunner().invoke(app, ["run", "-q", "-p", str(project)])


@pytest.mark.products("gpkg", "xlsx")
def test_a_run_writes_the_table_the_pieces_and_the_findings(project):
    outcome = with_zones(
        project,
        ("F", "永久基本农田", box(-50, -50, 30, 200)),
        ("U", "重点管控单元", box(-50, -50, 500, 200)),
    )
    assert outcome.exit_code == 0, outcome.output
    assert "未核对：管控区图层中没有“城镇开发边界”" in outcome.stdout
    out = project / "outputs"
    pieces = gpd.read_file(out / "layers/assessment.gpkg", layer="zone_conflicts")
    assert pieces.set_index("subject_id").loc["A"].geometry.area == pytest.approx(3000)
    found = pd.read_parquet(out / "tables/findings.parquet")
    assert found.loc[found["code"] == "zone_conflict", "id"].tolist() == ["A"]
    parcels = gpd.read_parquet(out / "tables/parcels.parquet").set_index("parcel_id")
    assert parcels["in_farmland"].tolist() == pytest.approx([30, 0, 0, 0])
    assert parcels["control"].tolist() == ["conflict", *["review"] * 3]
    book = openpyxl.load_workbook(out / "assessment.xlsx")["管控线"]
    rows = list(book.values)
    head = {name: i for i, name in enumerate(rows[0])}
    first = rows[1]
    assert first[head["管控判定"]] == "冲突"
    assert first[head["管控要求"]] == "=1+1空间布局约束：不得新建化工。"
    assert "土地管理法" in first[head["文件与出处"]]
    assert {row[head["管控判定"]] for row in rows[1:]} <= {t.zh for t in CONTROL.values()}


@pytest.mark.products("xlsx")
def test_explain_names_the_line_the_share_and_the_clause(project):
    with_zones(project, ("F", "永久基本农田", box(-50, -50, 30, 200)))
    for lang, words in (
        ("zh", ("[冲突] 永久基本农田  30.00%", "条款：第三十五条")),
        ("en", ("[conflict] permanent basic farmland  30.00%", "Clause: 第三十五条")),
    ):
        said = CliRunner().invoke(app, ["explain", "A", "--lang", lang, "-p", str(project)]).stdout
        for word in words:
            assert word in said
        park = CliRunner().invoke(app, ["explain", "P", "--lang", lang, "-p", str(project)]).stdout
        assert words[0].split("  ")[0] in park
        beside = (
            CliRunner().invoke(app, ["explain", "B", "--lang", lang, "-p", str(project)]).stdout
        )
        assert {
            "zh": "[未核对] 生态保护红线、城镇开发边界、环境管控单元",
            "en": "[not checked] ecological protection red line, urban growth boundary,"
            " environmental control unit",
        }[lang] in beside
        assert "nan" not in beside
    out = project / "outputs"
    parcels = gpd.read_parquet(out / "tables/parcels.parquet")
    assert parcels["control"].tolist() == ["conflict", *["unchecked"] * 3]
    rows = list(openpyxl.load_workbook(out / "assessment.xlsx")["管控线"].values)
    assert [row[rows[0].index("管控判定")] for row in rows[1:]].count("未核对") == 5


@pytest.mark.products
def test_the_last_run_is_read_back_with_its_pieces(project):
    with_zones(project, ("F", "永久基本农田", box(-50, -50, 30, 200)))
    outcome = CliRunner().invoke(app, ["map", "-q", "-p", str(project)])
    assert outcome.exit_code == 0, outcome.output
