"""Drawings written by ezdxf: closed polylines to parcels, layer to land use, text to id."""

from __future__ import annotations

import ezdxf
import numpy as np
import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.errors import SourceError
from geo.project import LayerSource
from geo.sources.vector import read_vector
from tests.builders import EAST, NORTH
from tests.saying import spoken

GBK_OLD = ("R12", "R2000", "R2004")
"""Editions whose text is in the drawing's code page; later ones are in UTF-8."""


def ring(column, row=0, side=100.0):
    x, y = EAST + 100 * column, NORTH + 100 * row
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]


def drawing(version):
    drawn = ezdxf.new(version)
    if version in GBK_OLD:
        drawn.encoding = "gbk"
        drawn.header["$DWGCODEPAGE"] = "ANSI_936"
    return drawn, drawn.modelspace()


def outline(space, points, layer, *, close=True):
    add = space.add_polyline2d if space.doc.dxfversion == "AC1009" else space.add_lwpolyline
    add(points, close=close, dxfattribs={"layer": layer})


def label(space, text, at):
    space.add_text(text, dxfattribs={"layer": "注记"}).set_placement(at)


def read(file, **source):
    return read_vector(file, LayerSource(path=file.name, crs="EPSG:4544", **source), "parcels")


@pytest.fixture(params=["R12", "R2000", "R2004", "R2007", "R2018"])
def file(request, tmp_path):
    """Two parcels with ids, one closed by its last point; a green with two texts; an open line."""
    drawn, space = drawing(request.param)
    outline(space, ring(0), "工业用地")
    outline(space, [*ring(1), ring(1)[0]], "工业用地", close=False)
    outline(space, ring(2), "绿地")
    outline(space, ring(3)[:3], "绿地", close=False)
    label(space, "宗-001", (EAST + 50, NORTH + 50))
    label(space, "宗-002", (EAST + 150, NORTH + 50))
    label(space, "防护绿地", (EAST + 240, NORTH + 60))
    label(space, "宗-003", (EAST + 250, NORTH + 50))
    drawn.saveas(tmp_path / "p.dxf")
    return tmp_path / "p.dxf"


def test_lines_layers_and_texts(file):
    frame, notes = read(file)
    assert frame["parcel_id"].tolist() == ["宗-001", "宗-002", "宗-003"]
    assert frame["land_use"].tolist() == ["工业用地", "工业用地", "绿地"]
    assert frame["texts"][2] == "宗-003；防护绿地"
    assert frame.area.tolist() == pytest.approx([1e4] * 3)
    assert frame.crs.to_epsg() == 4544
    assert notes["code"].tolist() == ["open_line", "several_labels"]
    assert notes["geometry"][0].length == pytest.approx(200)


def test_where_chooses_among_lines_and_leaves_the_texts(file):
    frame, _ = read(file, where="Layer = '工业用地'")
    assert frame["parcel_id"].tolist() == ["宗-001", "宗-002"]


def test_an_arc_and_a_circle_keep_their_area(tmp_path):
    drawn, space = drawing("R2010")
    (x, y) = ring(0)[0]
    space.add_lwpolyline(
        [(x, y, 0, 0, 1), (x + 100, y, 0, 0, 0), (x + 100, y + 50, 0, 0, 0), (x, y + 50, 0, 0, 0)],
        close=True,
    )
    space.add_circle((x + 300, y), 20)
    drawn.saveas(tmp_path / "p.dxf")
    frame, notes = read(tmp_path / "p.dxf")
    half = np.pi * 50**2 / 2  # its bulge turns outward, below the square
    assert frame.area.tolist() == pytest.approx([5000 + half, np.pi * 400], rel=2e-3)
    assert set(notes["code"]) == {"no_label"}
    assert frame["parcel_id"].str.startswith("#").all()


def test_hatches_and_blocks_are_counted_and_texts_go_to_the_smallest_area(tmp_path):
    drawn, space = drawing("R2010")
    outline(space, ring(0, side=300.0), "园区")
    outline(space, ring(1), "宗地")
    label(space, "内-1", (EAST + 150, NORTH + 50))
    space.add_mtext("外-9\\P园区").set_location((EAST + 20, NORTH + 250))
    space.add_hatch().paths.add_polyline_path(ring(0), is_closed=True)
    block = drawn.blocks.new("B")
    block.add_lwpolyline(ring(0), close=True)
    space.add_blockref("B", (0, 0))
    drawn.saveas(tmp_path / "p.dxf")
    frame, notes = read(tmp_path / "p.dxf")
    assert frame["parcel_id"].tolist() == ["外-9", "内-1"]
    assert "2个填充、图块" in spoken(notes).set_index("code")["message_zh"]["not_outlines"]


def test_what_a_bad_drawing_is_told(tmp_path):
    file = tmp_path / "p.dxf"
    drawn, space = drawing("R2010")
    outline(space, ring(0)[:3], "宗地", close=False)
    drawn.saveas(file)
    with pytest.raises(SourceError, match="no closed polyline"):
        read(file)
    file.write_bytes(b"AutoCAD Binary DXF\r\n\x1a\x00")
    with pytest.raises(SourceError, match="is a binary DXF"):
        read(file)


@pytest.mark.products
def test_a_project_of_a_drawing(project, tmp_path):
    drawn, space = drawing("R2010")
    for at, name in enumerate("ABCD"):
        outline(space, ring(at), "100101")
        label(space, name, (EAST + 100 * at + 50, NORTH + 50))
    drawn.saveas(project / "p.dxf")
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8").replace(
        'path = "parcels.gpkg"', 'path = "p.dxf"\ncrs = "EPSG:4544"'
    )
    file.write_text(text, encoding="utf-8")
    outcome = CliRunner().invoke(app, ["run", "-q", "-p", str(project)])
    assert outcome.exit_code == 0, outcome.output
    assert "4宗土地" in outcome.output


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_a_drawing_cut_short_is_told(tmp_path, share):
    drawn, space = drawing("R2000")
    for i in range(20):
        outline(space, ring(i), "工业用地")
    drawn.saveas(tmp_path / "p.dxf")
    raw = (tmp_path / "p.dxf").read_bytes()
    (tmp_path / "p.dxf").write_bytes(raw[: int(len(raw) * share)])
    with pytest.raises(SourceError, match="incomplete"):
        read(tmp_path / "p.dxf")


def frame(space, layer, margin=50.0, *, size=(500.0, 200.0)):
    """A rectangle around the drawing."""
    x, y, (wide, high) = EAST - margin, NORTH - margin, size
    right, top = x + wide + 2 * margin, y + high + 2 * margin
    outline(space, [(x, y), (right, y), (right, top), (x, top)], layer)


@pytest.mark.parametrize("layers", [["0"], ["0", "外框线"], ["图框"], ["TK", "TK"]])
def test_the_frame_of_a_drawing_is_no_parcel(tmp_path, layers):
    """Three parcels of 10,000 m² in one line of a frame or two, with a title in its corner."""
    drawn, space = drawing("R2010")
    for column in range(3):
        outline(space, ring(column), "工业用地")
        label(space, f"宗-{column}", (EAST + 100 * column + 50, NORTH + 50))
    for number, layer in enumerate(layers):
        frame(space, layer, margin=50.0 + 10 * number)
    label(space, "比例尺 1:500", (EAST + 400, NORTH - 20))
    drawn.saveas(tmp_path / "p.dxf")
    out, notes = read(tmp_path / "p.dxf")
    assert out["parcel_id"].tolist() == ["宗-0", "宗-1", "宗-2"]
    assert out.area.sum() == pytest.approx(3e4)
    told = notes[notes["code"] == "drawing_frame"]
    assert len(told) == len(layers)
    assert told["severity"].eq("warning").all()


def test_a_boundary_of_any_shape_around_all_others_is_no_parcel(tmp_path):
    drawn, space = drawing("R2010")
    for column in range(4):
        outline(space, ring(column), "0")
    x, y = EAST - 30, NORTH - 30
    outline(space, [(x, y), (x + 600, y), (x + 700, y + 300), (x, y + 200)], "园区范围")
    drawn.saveas(tmp_path / "p.dxf")
    assert read(tmp_path / "p.dxf")[0].area.tolist() == pytest.approx([1e4] * 4)


def test_one_parcel_in_a_frame_of_paper_keeps_its_buildings_around(tmp_path):
    """A sheet of one parcel (宗地图): the frame goes, the parcel that holds the buildings stays."""
    drawn, space = drawing("R2010")
    outline(space, ring(0, side=200.0), "JZD")
    outline(space, ring(0.2, 0.2, 30.0), "建筑")
    outline(space, ring(1, 1, 40.0), "建筑")
    frame(space, "0", size=(420.0, 297.0), margin=0.0)
    drawn.saveas(tmp_path / "p.dxf")
    out, _ = read(tmp_path / "p.dxf")
    assert out["land_use"].tolist() == ["JZD", "建筑", "建筑"]


@pytest.mark.parametrize("where", [None, "Layer = '甲'"])
def test_what_the_project_chooses_and_land_is_kept(tmp_path, where):
    """A parcel with two buildings on a layer of land, or lines that `where` names."""
    drawn, space = drawing("R2010")
    outline(space, ring(0, side=300.0), "甲" if where else "宗地")
    for column in range(2):
        outline(space, ring(column + 0.3, 1, 50.0), "甲" if where else "建筑物")
    drawn.saveas(tmp_path / "p.dxf")
    out, notes = read(tmp_path / "p.dxf", where=where) if where else read(tmp_path / "p.dxf")
    assert len(out) == 3
    assert "drawing_frame" not in set(notes["code"])
