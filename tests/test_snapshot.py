"""Maps on paper: true scale, right colours, legend, labels, coordinates in the files."""

from __future__ import annotations

import itertools
from pathlib import Path

import geopandas as gpd
import matplotlib.colors
import numpy as np
import pypdfium2
import pyproj
import pytest
import rasterio
import shapely
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Rectangle
from PIL import Image
from pypdf import PdfReader
from typer.testing import CliRunner

from geo import read_project
from geo.cli import app
from geo.errors import OutputError
from geo.publish.look.style import palette
from geo.publish.paper import map_frame
from geo.publish.paper.fonts import chinese, drawable, width, wrap
from geo.publish.paper.ground import (
    Frame,
    degree_grid,
    framed,
    kilometre_grid,
    outline,
    plane_of,
    round_scale,
)
from geo.publish.paper.legend_panel import classes
from geo.publish.paper.map_frame import PAPER, hatches
from geo.publish.paper.name_text import Names
from geo.publish.paper.scene import Scene, View
from geo.publish.paper.sheet import INCH, INK, PAPERS, Box
from geo.publish.paper.snapshot import draw, snapshot
from geo.run import Run

DPI = 200
LONGCHANG = (105.25, 29.31, 105.35, 29.39)


@pytest.fixture(scope="module")
def demo(copied_demo):
    """This module writes to it."""
    return copied_demo


@pytest.fixture(scope="module")
def scene(demo: Path) -> Scene:
    return Scene(Run.load(demo / "outputs"), read_project(demo).options)


@pytest.fixture
def squares(run_project: Path) -> Scene:
    """Four hectare squares in a row, run."""
    return Scene(Run.load(run_project / "outputs"), read_project(run_project).options)


def pixels(file: Path) -> np.ndarray:
    with Image.open(file) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def near(picture: np.ndarray, color: str) -> np.ndarray:
    """Where a picture has this colour."""
    rgb = np.array(matplotlib.colors.to_rgb(color)) * 255
    levels = [np.abs(picture[..., k] - value) <= 3 for k, value in enumerate(rgb)]
    return np.logical_and.reduce(levels)


def plain(theme) -> np.ndarray:
    """Which classes have no hatch, whose line may lie on a parcel's middle."""
    return np.array([not hatch for hatch in hatches(theme)])


@pytest.mark.parametrize(("paper", "scale"), [("A4", 2500), ("A3", 2000), ("A2", 1500)])
def test_a_known_distance_lies_as_long_on_paper(
    squares: Scene, tmp_path: Path, paper: str, scale: int
) -> None:
    """Four squares are 400 m: with a ruler on the picture, 400 000 mm over the scale."""
    file = tmp_path / "ruler.png"
    drawing = snapshot(
        squares.run,
        View(theme="land_use", paper=paper, scale=scale, labels="none", grid="none"),
        file,
        DPI,
    )
    picture = pixels(file)
    assert picture.shape[1::-1] == tuple(int(side / INCH * DPI) for side in PAPERS[paper][::-1])
    left, right = (int(v / INCH * DPI) for v in (drawing.frame.box.x, drawing.frame.box.right))
    inside = picture[:, left:right]  # the legend has the same colours
    painted = np.any([near(inside, c) for c in drawing.theme.colors[:-1]], axis=0)
    columns = np.flatnonzero(painted.any(axis=0))
    rows = np.flatnonzero(painted.any(axis=1))
    assert (columns[-1] - columns[0] + 1) / DPI * INCH == pytest.approx(400_000 / scale, abs=0.5)
    assert (rows[-1] - rows[0] + 1) / DPI * INCH == pytest.approx(100_000 / scale, abs=0.5)
    with Image.open(file) as opened:
        assert opened.info["dpi"][0] == pytest.approx(DPI, abs=0.1)


def test_the_scale_bar_is_as_long_as_it_says(scene: Scene) -> None:
    with chinese():
        for view in (View(), View(paper="A4", scale=5000), View(park="SYN-03", paper="A0")):
            drawing = draw(scene, view)
            ink = matplotlib.colors.to_rgba(INK)
            parts = [
                p
                for p in drawing.sheet.page.patches
                if isinstance(p, Rectangle) and p.get_facecolor() == ink
            ]
            said = [
                t.get_text() for t in drawing.sheet.page.texts if t.get_text()[-2:] in (" m", "km")
            ]
            assert len(parts) == 2
            assert len(said) == 1
            number, unit = said[0].split()
            metres = float(number) * (1000 if unit == "km" else 1)
            bar = 2 * sum(p.get_width() for p in parts)  # dark and light alternate
            assert bar == pytest.approx(metres * 1000 / drawing.frame.scale, abs=1e-6)


def test_every_parcel_has_its_class_s_colour(scene: Scene, tmp_path: Path) -> None:
    """Each parcel's own pixel, of every kind of theme; a wrong class or colour fails."""
    for theme in ("compliance", "grade", "control", "industry", "tax_per_mu"):
        file = tmp_path / "colours.png"
        drawing = snapshot(scene.run, View(theme=theme, grid="none", labels="none"), file, DPI)
        picture = pixels(file)
        shapes, _ = scene.within(drawing.frame.plane)
        middle = shapely.point_on_surface(shapes)
        x, y = drawing.frame.place(shapely.get_x(middle), shapely.get_y(middle))
        at = picture[
            (np.asarray(y) / INCH * DPI).astype(int), (np.asarray(x) / INCH * DPI).astype(int)
        ]
        # Of narrow parcels the pixel may be on the line; control lines may cross the others.
        roomy = shapely.distance(middle, shapely.boundary(shapes)) * 1000 / drawing.frame.scale > 1
        meant = (
            np.array([matplotlib.colors.to_rgb(c) for c in drawing.theme.colors])[
                drawing.theme.codes
            ]
            * 255
        )
        right = np.abs(at - meant).max(axis=1) <= 3
        assert roomy.sum() > 300
        roomy &= plain(drawing.theme)[drawing.theme.codes]
        assert right[roomy].mean() > (0.97 if theme == "control" else 0.999), theme


def test_roads_are_quiet_ground_around_the_parks(scene: Scene, tmp_path: Path) -> None:
    """White along their middle where no park lies; the ground beside them keeps its colour."""
    file = tmp_path / "roads.png"
    drawing = snapshot(scene.run, View(grid="none", labels="none"), file, DPI)
    frame, picture = drawing.frame, pixels(file)
    parks = shapely.union_all(scene.within(frame.plane)[1])
    middle = shapely.line_interpolate_point(scene.ground(frame.plane).roads, 0.5, normalized=True)
    # Away from the parks, and from their names above them.
    middle = middle[shapely.distance(middle, parks) * 1000 / frame.scale > 10]
    assert len(middle) >= 3

    def ground(mm_down: float) -> np.ndarray:
        x, y = frame.place(shapely.get_x(middle), shapely.get_y(middle))
        rows, columns = (np.asarray(v) / INCH * DPI for v in (y + mm_down, x))
        return picture[rows.astype(int), columns.astype(int)]

    assert (ground(0) >= 253).all()
    assert near(ground(4), PAPER).all()


def test_waters_lie_under_the_parcels_and_over_the_paper(scene: Scene, tmp_path: Path) -> None:
    """The river has its colour from shore to shore; what is beside it has not."""
    file = tmp_path / "waters.png"
    drawing = snapshot(scene.run, View(grid="none", labels="none"), file, DPI)
    frame, picture = drawing.frame, pixels(file)
    ground = scene.ground(frame.plane)
    river = ground.waters[list(ground.water_names).index("合成河")]
    x0, y0, x1, y1 = frame.bounds
    rng = np.random.default_rng(1)
    spots = shapely.points(rng.uniform((x0, y0), (x1, y1), (200_000, 2)))
    # 30 m of the river is a millimetre here; roads and names cross it in few places.
    inside = spots[shapely.contains(river.buffer(-15), spots)]
    beside = spots[shapely.contains(river.buffer(60) - river.buffer(15), spots)]
    water = near(picture, palette()["ground"]["water"])

    def share(points: np.ndarray) -> float:
        x, y = frame.place(shapely.get_x(points), shapely.get_y(points))
        rows, columns = (np.asarray(v) / INCH * DPI for v in (y, x))
        return float(water[rows.astype(int), columns.astype(int)].mean())

    assert len(inside) > 200
    assert share(inside) > 0.9
    assert share(beside) < 0.05


def test_the_legend_counts_what_it_is_about(scene: Scene) -> None:
    with chinese():
        drawing = draw(scene, View(theme="compliance", park="SYN-02"))
    parcels = scene.parcels[scene.parcels["park_id"] == "SYN-02"]
    rows = classes(drawing.theme, drawing.subject, scene.parcels["area_mu"])
    expected = parcels.groupby("compliance")["area_mu"].agg(["size", "sum"])
    words = {"pass": "达标", "fail": "不达标", "no_data": "无法判定", "exempt": "不适用"}
    for name, zh in words.items():
        row = rows[rows["zh"] == zh].iloc[0]
        assert row["parcels"] == expected.loc[name, "size"]
        assert row["mu"] == pytest.approx(expected.loc[name, "sum"])
    drawn = [t.get_text() for t in drawing.sheet.page.texts]
    assert f"{len(parcels):,}" in drawn
    assert f"{parcels['area_mu'].sum():,.0f}" in drawn
    assert all(zh in drawn for zh in words.values())
    assert any(scene.settings.synthetic[:8] in text for text in drawn)
    assert "未经审图，仅供内部使用" in drawn
    assert any("中央经线105°E" in text or "105°E" in text for text in drawn)
    assert "北" in drawn


def test_classes_of_one_official_colour_are_told_apart(scene: Scene) -> None:
    theme = scene.theme("land_use")
    looks = list(zip(theme.colors[:-1], hatches(theme)[:-1], strict=True))
    assert len(set(looks)) == len(looks)
    assert len(set(theme.colors)) < len(theme.colors)  # 100101, 100102 and 100103 share one


def test_names_lie_in_their_parcels_and_over_no_other(scene: Scene) -> None:
    with chinese():
        for view in (
            View(theme="land_use", park="SYN-01"),
            View(theme="road_school_m", park="SYN-02", paper="A4"),
            View(theme="control", box=LONGCHANG, labels="land_use"),
        ):
            drawing = draw(scene, view)
            drawing.sheet.figure.set_dpi(DPI)
            renderer = FigureCanvasAgg(drawing.sheet.figure).get_renderer()
            drawing.sheet.figure.draw_without_rendering()
            texts = [t for t in drawing.axes.texts if t.get_text()]
            boxes = np.array([t.get_window_extent(renderer).extents for t in texts])
            names = [t.get_text() for t in texts]
            for own in (a for a in drawing.axes.artists if isinstance(a, Names)):
                boxes = np.r_[boxes.reshape(-1, 4), own.boxes(renderer)]
                names += own.names
            assert len(names) > 10
            frame = drawing.axes.get_window_extent().extents
            assert (boxes[:, :2] >= frame[:2] - 1).all()
            assert (boxes[:, 2:] <= frame[2:] + 1).all()
            tree = shapely.STRtree(shapely.box(*(boxes + np.array([0.5, 0.5, -0.5, -0.5])).T))
            pairs = tree.query(tree.geometries, "intersects").T
            assert [names[a] + "/" + names[b] for a, b in pairs if a < b] == []


def test_names_of_parks_do_not_hide_the_map(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four names stand over four parks; where they would take more of the map, none does."""

    def texts() -> list[str]:
        with chinese():
            figure = draw(scene, View(theme="compliance", paper="A4")).sheet.figure
        return [text.get_text() for axes in figure.axes for text in axes.texts]

    names = set(scene.parks["name"])
    assert names <= set(texts())
    monkeypatch.setattr(map_frame, "MOST_COVERED", 0.001)
    assert not names & set(texts())


def test_texts_stay_on_the_sheet_and_apart(scene: Scene) -> None:
    """Beside the map nothing is clipped and no line is written over another, in both languages."""
    for lang, (paper, portrait), theme in itertools.product(
        ("zh", "en"), (("A4", False), ("A4", True), ("A3", False)), ("land_use", "control")
    ):
        shown = scene.run.shown_as(scene.settings.model_copy(update={"lang": lang}))
        own = Scene(shown, scene.options)
        with chinese():
            drawing = draw(own, View(theme=theme, park="SYN-01", paper=paper, portrait=portrait))
            drawing.sheet.figure.draw_without_rendering()
            renderer = FigureCanvasAgg(drawing.sheet.figure).get_renderer()
            boxes = np.array(
                [t.get_window_extent(renderer).extents for t in drawing.sheet.page.texts]
            )
        whole = drawing.sheet.figure.bbox.extents
        assert (boxes[:, :2] >= whole[:2]).all()
        assert (boxes[:, 2:] <= whole[2:]).all()
        tree = shapely.STRtree(shapely.box(*(boxes + np.array([1, 1.5, -1, -1.5])).T))
        pairs = tree.query(tree.geometries, "intersects").T
        names = [t.get_text() for t in drawing.sheet.page.texts]
        assert [(names[a], names[b]) for a, b in pairs if a < b] == []


def test_a_geotiff_lies_where_the_parcels_are(scene: Scene, tmp_path: Path) -> None:
    file = tmp_path / "map.tif"
    drawing = snapshot(
        scene.run, View(theme="compliance", park="SYN-01", grid="none", labels="none"), file, DPI
    )
    with rasterio.open(file) as raster:
        assert raster.crs.to_epsg() == 4544
        assert raster.count == 3
        assert raster.tags()["scale"] == f"1:{drawing.frame.scale:g}"
        assert raster.res[0] == pytest.approx(drawing.frame.scale / 1000 / DPI * INCH)
        shapes, _ = scene.within(drawing.frame.plane)
        middle = shapely.point_on_surface(shapes[drawing.subject.own])
        roomy = shapely.distance(middle, shapely.boundary(shapes[drawing.subject.own])) > 15
        places = np.c_[shapely.get_x(middle), shapely.get_y(middle)][roomy]
        found = np.array(list(raster.sample(places))).astype(int)
    meant = (
        np.array([matplotlib.colors.to_rgb(c) for c in drawing.theme.colors])[
            drawing.theme.codes[drawing.subject.own]
        ][roomy]
        * 255
    )
    right = np.abs(found - meant).max(axis=1) <= 3
    codes = drawing.theme.codes[drawing.subject.own][roomy]
    assert right[plain(drawing.theme)[codes]].mean() > 0.999


def test_a_pdf_has_its_paper_its_font_and_its_coordinates(scene: Scene, tmp_path: Path) -> None:
    file = tmp_path / "map.pdf"
    drawing = snapshot(scene.run, View(theme="land_use", park="SYN-03"), file)
    page = PdfReader(file).pages[0]
    assert [float(v) / 72 * INCH for v in page.mediabox[2:]] == pytest.approx([420, 297], abs=0.1)
    text = page.extract_text()
    assert "隆昌示范园区亩均效益与标准地评估" in text
    assert "一类工业用地" in text.replace("\n", "")
    with pypdfium2.PdfDocument(file) as document:
        picture = np.asarray(document[0].render(scale=DPI / 72).to_pil()).astype(int)
    left, right = (int(v / INCH * DPI) for v in (drawing.frame.box.x, drawing.frame.box.right))
    shapes, _ = scene.within(drawing.frame.plane)
    x0, _, x1, _ = shapely.total_bounds(shapes[drawing.subject.own])
    brown = np.flatnonzero(near(picture[:, left:right], "#BB9674").any(axis=0))
    assert (brown[-1] - brown[0] + 1) / DPI * INCH == pytest.approx(
        (x1 - x0) * 1000 / drawing.frame.scale, abs=0.5
    )  # the ruler on the vector sheet
    view = page["/VP"][0]
    measure = view["/Measure"]
    x0, y0, x1, y1 = drawing.frame.bounds
    back = plane_of(LONGCHANG)
    there = pyproj.Transformer.from_crs(back.geodetic_crs, back, always_xy=True)
    lat, lon = np.array(measure["/GPTS"], float).reshape(4, 2).T
    assert np.c_[there.transform(lon, lat)] == pytest.approx(
        np.array([(x0, y0), (x0, y1), (x1, y1), (x1, y0)]), abs=0.06
    )  # six decimals of a degree
    assert int(measure["/GCS"]["/EPSG"]) == 4544
    box = [float(v) / 72 * INCH for v in view["/BBox"]]
    frame = drawing.frame.box
    assert box == pytest.approx([frame.x, 297 - frame.bottom, frame.right, 297 - frame.y], abs=0.1)


def test_the_same_view_gives_the_same_bytes(scene: Scene, tmp_path: Path) -> None:
    for kind in ("png", "svg"):
        files = [tmp_path / f"{i}.{kind}" for i in range(2)]
        for file in files:
            snapshot(scene.run, View(park="SYN-04", paper="A4"), file, 100)
        assert files[0].read_bytes() == files[1].read_bytes()


def test_hostile_and_rare_text_is_drawn_as_text(scene: Scene, tmp_path: Path) -> None:
    """Mathematics, markup, control characters, and signs that the font has not."""
    view = View(
        theme="compliance",
        park="SYN-04",
        paper="A4",
        title="$\\frac{1}{0}$ <b>\x07\n甲",
        subtitle="\U00030000㙦 %s {}" * 30,
    )
    snapshot(scene.run, view, tmp_path / "hostile.svg")
    snapshot(scene.run, view, tmp_path / "hostile.pdf")
    text = PdfReader(tmp_path / "hostile.pdf").pages[0].extract_text()
    assert "frac{1}{0}" in text
    assert drawable("甲\U0010fffd") == "甲〔U+10FFFD〕"
    assert drawable("葛\U000e0100") == "葛"  # which form of it is no character of its own


@pytest.mark.slow
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=80),
    st.floats(3, 60),
)
def test_wrapping_loses_no_sign_and_no_line_is_too_long(text: str, most: float) -> None:
    lines = wrap(text, 7, most)
    assert "".join("".join(lines).split()) == "".join(drawable(text).split())
    for line in lines:
        assert width(line, 7) <= most + 1e-9 or len(line) <= 2  # a sign and what closes it


@given(st.floats(1, 1e7))
def test_round_scales_are_never_smaller_than_asked(least: float) -> None:
    scale = round_scale(least)
    assert least * (1 - 1e-9) <= scale <= least * 1.34


@given(st.floats(0, 3e4), st.floats(0, 3e4), st.sampled_from([500, 2000, 12_500, 100_000]))
def test_grid_lines_lie_in_the_frame_on_whole_steps(dx: float, dy: float, scale: float) -> None:
    plane = plane_of(LONGCHANG)
    frame = framed(
        Box(0, 0, 300, 200),
        plane,
        (5.2e5 + dx, 3.24e6 + dy, 5.2e5 + dx + 10, 3.24e6 + dy + 10),
        scale,
    )
    x0, y0, x1, y1 = frame.bounds
    for line in kilometre_grid(frame):
        value = line.points[0][0 if line.side == "x" else 1]
        low, high = (x0, x1) if line.side == "x" else (y0, y1)
        assert low <= value <= high
        assert float(line.label.replace(",", "")) * 1000 == pytest.approx(value, abs=1e-6)
    assert all("°" in line.label for line in degree_grid(frame))


def test_true_north_is_where_the_meridian_runs() -> None:
    """East of the central meridian of 105° the grid's north lies right of true north."""
    plane = plane_of(LONGCHANG)
    there = pyproj.Transformer.from_crs(4490, plane, always_xy=True)
    x, y = there.transform(105.29, 29.34)
    frame = Frame(Box(0, 0, 10, 10), plane, (x - 5, y - 5, x + 5, y + 5), 1000)
    up = np.subtract(there.transform(105.29, 29.3401), (x, y))
    assert np.degrees(np.arctan2(-up[0], up[1])) == pytest.approx(frame.convergence, abs=1e-4)


def test_holes_stay_open() -> None:
    ring = shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(3, 3), (6, 3), (6, 6), (3, 6)]])
    for shape in (ring, shapely.reverse(ring), shapely.MultiPolygon([ring])):
        path = outline(np.array([shape]))
        area = sum(
            shapely.LinearRing(part).is_ccw * 2 - 1 for part in path.to_polygons(closed_only=True)
        )
        assert area == 0  # one ring each way


def test_what_cannot_be_drawn_is_said_in_one_sentence(scene: Scene, demo: Path) -> None:
    for view in (
        View(theme="nothing"),
        View(park="nowhere"),
        View(parcel="none"),
        View(park="SYN-01", parcel="SYN-01-0001"),
        View(labels="nothing"),
        View(box=(9, 9, 1, 1)),
        View(box=(0, 0, 1, 1)),
    ):
        with chinese(), pytest.raises(OutputError):
            draw(scene, view)
    for extra in (["--box", "1,2,3"], ["--theme", "nothing"], ["-f", "bmp"]):
        done = CliRunner().invoke(app, ["snapshot", "-q", "-p", str(demo), *extra])
        assert done.exit_code == 1
        assert isinstance(done.exception, (OutputError, ValueError))


def test_a_box_without_land_is_told_with_where_the_land_is(scene: Scene) -> None:
    west, south, east, north = scene.parks.to_crs(4326).total_bounds
    said = f"within {west:.3f},{south:.3f},{east:.3f},{north:.3f} "
    with chinese(), pytest.raises(OutputError, match=said.replace(".", r"\.")):
        draw(scene, View(box=(0, 0, 1, 1)))


def test_the_command_writes_what_was_asked(demo: Path) -> None:
    done = CliRunner().invoke(
        app,
        [
            "snapshot",
            "-q",
            "-p",
            str(demo),
            "--theme",
            "compliance",
            "--theme",
            "rule:longchang-neirong-2022/tax",
            "--park",
            "SYN-04",
            "-f",
            "png",
            "-f",
            "pdf",
            "--paper",
            "A4",
            "--portrait",
            "--dpi",
            "60",
        ],
    )
    assert done.exit_code == 0, done.output
    names = {Path(line).name for line in done.output.split()}
    assert names == {
        f"{theme}-SYN-04.{kind}"
        for theme in ("compliance", "rule_longchang_neirong_2022_tax_f7953ea70f")
        for kind in ("png", "pdf")
    }
    assert all((demo / "outputs/snapshots" / name).stat().st_size > 1000 for name in names)


def test_the_web_map_s_own_view(demo: Path) -> None:
    """Through Chromium, with the theme's colours and the park in the free part of the window."""
    done = CliRunner().invoke(
        app,
        [
            "snapshot",
            "-q",
            "-p",
            str(demo),
            "--from-map",
            "--theme",
            "compliance",
            "--park",
            "SYN-02",
        ],
    )
    assert done.exit_code == 0, done.output
    picture = pixels(demo / "outputs/snapshots/compliance-SYN-02-map.png")
    assert picture.shape == (1000, 1600, 3)
    red = near(picture, "#c9573f")
    columns = np.flatnonzero(red[:, 340:].sum(axis=0) > 3) + 340
    assert red.mean() > 0.04
    assert columns[0] > 345  # nothing begins under the panel
    assert columns[-1] < 1590


def test_a_project_of_parcels_alone_has_its_sheets(project: Path) -> None:
    """No rules, no tables, no land use: still a map, an atlas, cards, a report, a page."""
    text = (project / "mujun.toml").read_text(encoding="utf-8").split("[tables")[0]
    (project / "mujun.toml").write_text(
        text.replace('standards = ["longchang-neirong-2022"]', ""), encoding="utf-8"
    )
    parcels = gpd.read_file(project / "parcels.gpkg")[["parcel_id", "geometry"]].to_crs(4490)
    (project / "parcels.gpkg").unlink()
    parcels.to_file(project / "parcels.gpkg", layer="parcels")
    for words in (
        ["run"],
        ["snapshot", "-f", "png", "-f", "pdf", "--dpi", "60"],
        [
            "export",
            "--atlas",
            "--cards",
            "-f",
            "docx",
            "-f",
            "chain",
            "-f",
            "xlsx",
            "-f",
            "qgis",
            "-f",
            "fgb",
        ],
    ):
        done = CliRunner().invoke(app, [*words, "-q", "-p", str(project)])
        assert done.exit_code == 0, (done.output, done.exception)
    text = PdfReader(project / "outputs/snapshots/parcels.pdf").pages[0].extract_text()
    assert "宗地分布" in text
    assert len(PdfReader(project / "outputs/atlas.pdf").pages) == 2
    assert len(PdfReader(project / "outputs/cards/P.pdf").pages) == 4
