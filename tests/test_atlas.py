"""Atlas and cards: each park and parcel once, true scale, the run's numbers, own templates."""

from __future__ import annotations

import base64
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import shapely
from matplotlib.colors import to_rgb
from pypdf import PdfReader
from typer.testing import CliRunner

from geo import read_project
from geo.cli import app
from geo.errors import OutputError
from geo.publish.paper import cards as card_files
from geo.publish.paper import map_frame
from geo.publish.paper.atlas import park_page, write_atlas
from geo.publish.paper.card_maps import ARROW, SIDE, Outlines, card_maps
from geo.publish.paper.cards import SHEETS, without_address, write_cards
from geo.publish.paper.fonts import POINT, chinese, width
from geo.publish.paper.ground import framed
from geo.publish.paper.links import qr_code, view_link
from geo.publish.paper.name_text import Names
from geo.publish.paper.plain import draw_plain
from geo.publish.paper.scene import Scene, View
from geo.publish.paper.sheet import INCH, Box
from geo.publish.records.parcel import ParcelRecord
from geo.publish.records.park import park_records
from geo.publish.records.subjects import explain
from geo.run import Run
from tests.builders import in_one

DPI = 150
GRADES_SAID = (("ungraded", "no grade"), ("A", "A"))


@pytest.fixture(scope="module")
def demo(copied_demo):
    """This module writes to it."""
    return copied_demo


def run(folder: Path) -> Scene:
    return Scene(in_one(folder), read_project(folder).options)


@pytest.fixture(scope="module")
def scene(demo: Path) -> Scene:
    return Scene(Run.load(demo / "outputs"), read_project(demo).options)


@pytest.fixture(scope="module")
def atlas(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("atlas") / "atlas.pdf"
    assert write_atlas(scene.run, file) == len(scene.parks)
    return file


@pytest.fixture(scope="module")
def tenth(scene: Scene) -> Scene:
    """One parcel in ten of each park."""
    parcels = scene.run.parcels.iloc[::10].reset_index(drop=True)
    run = replace(scene.run, tables={**scene.run.tables, "parcels": parcels})
    return Scene(run, scene.options)


@pytest.fixture(scope="module")
def cards(tenth: Scene, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Text of every page of every file; a file has a tenth of the sheets that it may have."""
    folder = tmp_path_factory.mktemp("cards")
    told: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(card_files, "SHEETS", SHEETS // 10)
        names = write_cards(tenth.run, folder, progress=told.append)
    assert sorted(told) == sorted(names)
    return {name: [p.extract_text() for p in PdfReader(folder / name).pages] for name in names}


def page_picture(file: Path, page: int) -> np.ndarray:
    with pypdfium2.PdfDocument(file) as document:
        return np.asarray(document[page].render(scale=DPI / 72).to_pil().convert("RGB")).astype(int)


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_a_page_a_park_with_its_own_figures(scene: Scene, atlas: Path) -> None:
    reader = PdfReader(atlas)
    assert len(reader.pages) == 3 * len(scene.parks) + 1
    targets, compared = scene.run.park_targets, scene.run.comparable_growth
    growth = compared[compared["measure"] == "revenue"].set_index("subject_id")
    for page, park in zip(reader.pages[1::3], scene.parks.to_dict("records"), strict=True):
        text = squeezed(page.extract_text())
        assert squeezed(park["name"]) in text
        assert f"{park['parcels']:,}" in text
        assert f"{park['revenue_per_mu']:,.2f}" in text
        assert f"{growth.loc[park['park_id'], 'comparable_per_mu_growth']:+.1%}" in text
        own = targets[(targets["park_id"] == park["park_id"]) & (targets["year"] == 2023)]
        for row in own.to_dict("records"):
            share = row["target"].endswith("_share")
            places = 2 if share else 0
            assert f"{row['value']:,.{places}f}" in text
        assert text.count("已达到") == (own["result"] == "met").sum()
        assert text.count("未达到") == (own["result"] == "not_met").sum()
        assert squeezed(scene.settings.synthetic) in text
        land = scene.parcels[scene.parcels["park_id"] == park["park_id"]]
        best = land.sort_values("tax_per_mu", ascending=False).iloc[0]
        assert best["parcel_id"] in text
        assert f"{best['tax_per_mu']:,.2f}" in text
        assert f"{park['name']}“标准地”综合判定图（2023年）" in text
        assert text.count("不适用") == 1 + sum(
            (part["compliance"] == "exempt").sum()
            for part in (land[land["tax_per_mu"].notna()].sort_values("tax_per_mu"),)
            for part in (part.head(6), part.tail(6))
        )  # one legend, and the ranked parcels


def test_every_theme_has_its_map_and_the_last_page_its_conflicts(scene: Scene, atlas: Path) -> None:
    pages = [squeezed(page.extract_text()) for page in PdfReader(atlas).pages]
    zones = scene.run.zones
    torn = zones[(zones["subject"] == "parcel") & (zones["control"] == "conflict")]
    for at, park in enumerate(scene.parks.to_dict("records")):
        sheet, last = pages[2 + 3 * at], pages[3 + 3 * at]
        for page, theme in ((sheet, "土地用途"), (sheet, "亩均税收"), (last, "管控线")):
            assert f"{park['name']}{theme}图（2023年）" in page
        assert "单位：万元/亩" in sheet
        assert all("略去“" in page for page in (sheet, last))
        own = torn[torn["subject_id"].astype("str").str.startswith(park["park_id"])]
        most = own.sort_values("overlap_m2", ascending=False).head(12)
        assert all(f"{row['overlap_m2']:,.0f}" in last for row in most.to_dict("records"))
        assert ("没有与管控线冲突的宗地" in last) == own.empty


def test_the_contents_lead_to_the_pages(scene: Scene, atlas: Path) -> None:
    reader = PdfReader(atlas)
    links = [a.get_object() for a in reader.pages[0]["/Annots"]]
    assert len(links) == 2 * len(scene.parks)  # name and page number
    text = squeezed(reader.pages[0].extract_text())
    assert all(squeezed(name) in text for name in scene.parks["name"])
    assert [float(v) / 72 * INCH for v in reader.pages[0].mediabox[2:]] == pytest.approx(
        [420, 297], abs=0.1
    )
    # Each park's verdicts, and conclusions as far as there is room: the column ends where the map does.
    counts = scene.parcels.groupby(["park_id", "compliance"]).size()
    for park in scene.parks["park_id"]:
        assert (
            "".join(f"{counts[park, verdict]}" for verdict in ("pass", "fail", "no_data")) in text
        )
    assert "1亩均税收最高的是" in text
    column = page_picture(atlas, 0)[: int(280 / INCH * DPI), int(260 / INCH * DPI) :].min(axis=-1)
    assert np.flatnonzero((column < 200).any(axis=1))[-1] > 255 / INCH * DPI


def test_a_hatch_keeps_clear_of_the_numbers_of_parcels(scene: Scene, atlas: Path) -> None:
    """About each number of a hatched parcel the ground is of one colour, half a mm around."""
    page = pypdfium2.PdfDocument(atlas)[6]
    picture = page.render(scale=8).to_pil()
    text = page.get_textpage()
    number = text.search("0222")
    index, _ = number.get_next()
    left, low, _, top = (v * 8 for v in text.get_charbox(index, loose=False))
    last = text.get_charbox(index + 3, loose=False)
    area = (left - 8, picture.height - top - 8, last[2] * 8 + 8, picture.height - low + 8)
    edge = np.asarray(picture.crop(area).convert("RGB")).astype(int)
    rim = np.concatenate([edge[0], edge[-1], edge[:, 0], edge[:, -1]])
    assert np.ptp(rim, axis=0).max() < 12


def test_an_atlas_page_is_at_the_scale_it_says(project: Path, tmp_path: Path) -> None:
    """Four squares are 400 m: with a ruler on the page."""
    scene = run(project)
    file = tmp_path / "atlas.pdf"
    write_atlas(scene.run, file, "land_use")
    text = PdfReader(file).pages[1].extract_text()
    scale = int(text.split("1:")[1].split("（")[0].replace(",", ""))
    left = page_picture(file, 1)[:1500, : int(250 / INCH * DPI)]
    brown = np.abs(left - np.array(to_rgb("#BB9674")) * 255).max(axis=-1) < 8
    green = np.abs(left - np.array(to_rgb("#00FF00")) * 255).max(axis=-1) < 8
    columns = np.flatnonzero((brown | green)[: int(200 / INCH * DPI)].sum(axis=0) > 20)
    assert (columns[-1] - columns[0] + 1) / DPI * INCH == pytest.approx(400_000 / scale, abs=0.5)


def test_every_parcel_has_one_card(tenth: Scene, cards: dict[str, list[str]]) -> None:
    pages = [page for file in cards.values() for page in file]
    ids = set(tenth.parcels["parcel_id"])
    assert len(ids) > 100
    first = [page.split()[0] for page in pages if page.split()[0] in ids]
    assert sorted(first) == sorted(ids)
    # What does not fit on one page goes on with the parcel's id in its foot.
    assert len(pages) < 1.02 * len(ids)
    assert all(any(key in page for key in page.split() if key in ids) for page in pages)
    assert set(cards) == {
        "SYN-01-1.pdf",
        "SYN-01-2.pdf",
        "SYN-02-1.pdf",
        "SYN-02-2.pdf",
        "SYN-03.pdf",
        "SYN-04.pdf",
    }


def test_a_card_says_what_explain_says(
    tenth: Scene, cards: dict[str, list[str]], demo: Path
) -> None:
    pages: dict[str, str] = {}
    for page in (page for file in cards.values() for page in file):
        key = (
            page.split()[-5]
            if page.split()[0] not in set(tenth.parcels["parcel_id"])
            else (page.split()[0])
        )
        pages[key] = pages.get(key, "") + squeezed(page)
    failing = tenth.parcels[tenth.parcels["compliance"] == "fail"]["parcel_id"].iloc[::8]
    assert len(failing) > 3
    for key in failing:
        record = explain(tenth.run, key)[0]
        text = pages[key]
        assert isinstance(record, ParcelRecord)
        assert record.word in text
        for rule in record.rules:
            mend = rule.option.text if rule.option else ""
            cited = without_address(rule.citation)
            for said in (rule.arithmetic, rule.reason, mend, rule.clause, cited):
                assert squeezed(said).replace("✓", "").replace("✗", "") in text.replace(
                    "✓", ""
                ).replace("✗", "").replace("\x00", "")
        for one in record.occupiers:
            assert squeezed(one.name) in text
            assert f"{one.share:.2%}" in text


def test_a_card_s_map_is_at_the_scale_it_says(project: Path, tmp_path: Path) -> None:
    scene = run(project)
    drawn = card_maps(Outlines(scene.within(scene.plane)[0]), np.array([1]))[0]
    ring = np.array(drawn["own"][0])
    assert np.ptp(ring, axis=0) == pytest.approx([100_000 / drawn["scale"]] * 2, abs=0.002)
    assert ring.mean(axis=0) == pytest.approx([SIDE / 2, SIDE / 2], abs=0.01)
    write_cards(scene.run, tmp_path, ["B"])
    picture = page_picture(tmp_path / "B.pdf", 0)
    box = picture[
        int(27 / INCH * DPI) : int(100 / INCH * DPI),
        int(16 / INCH * DPI) : int((12 + SIDE) / INCH * DPI),
    ]
    ink = np.abs(box - np.array([0x1F, 0x23, 0x28])).max(axis=-1) < 30
    lines = np.flatnonzero(ink.sum(axis=0) > 100_000 / drawn["scale"] / INCH * DPI * 0.9)
    # The outline is 1.6 pt wide, half of it outside.
    assert (lines[-1] - lines[0] + 1) / DPI * INCH - 1.6 / 72 * INCH == pytest.approx(
        100_000 / drawn["scale"], abs=0.5
    )


def test_a_card_has_its_neighbours_its_place_and_its_code(scene: Scene, tmp_path: Path) -> None:
    """Neighbours by their number, the code as a phone reads it, a row to sign."""
    write_cards(scene.run, tmp_path, ["SYN-02-0098"])
    page = PdfReader(tmp_path / "SYN-02-0098.pdf").pages[0].extract_text()
    text = squeezed(page)
    assert all(number in page.split() for number in ("0097", "0096", "0137"))
    assert "相邻宗地编号略去“SYN-02-”" in text
    assert "1:4,000" in text
    assert all(word in text for word in ("经办", "复核", "盖章", "100102二类工业用地"))
    link = view_link("https://gis.cn/map.html", (105.3, 29.3), "compliance", "甲-1")
    view = json.loads(base64.urlsafe_b64decode(link.split("#v1=")[1] + "=="))
    assert view == {
        "at": [17, 29.3, 105.3],
        "theme": {"id": "compliance"},
        "card": {"kind": "parcel", "id": "甲-1"},
    }
    code = qr_code(link)
    assert code["side"] >= 41
    assert all(len(piece) <= 1500 for piece in code["path"])


def test_no_number_lies_under_a_north_arrow(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a card's map, and of a map with its legend: both have it in the upper right corner."""
    ids = scene.parcels["parcel_id"].astype(str).tolist()
    outlines = Outlines(scene.within(scene.plane)[0], ids)
    names = [name for drawn in card_maps(outlines, range(len(ids))) for name in drawn["names"]]
    assert len(names) > len(ids)
    for name, x, y, points in names:
        right, above = x + width(name, points) / 2, y - points * POINT / 2
        assert right <= SIDE - ARROW[0] or above >= ARROW[1]

    drawn: list[Names] = []
    kept = lambda *given: drawn.append(Names(*given)) or drawn[-1]  # noqa: E731
    monkeypatch.setattr(map_frame, "Names", kept)
    large = scene.parcels[scene.parcels["parcel_id"] == "SYN-01-0146"].to_crs(4326)
    west, south, east, north = large.total_bounds
    x, y = (west + east) / 2 - 0.0038, (south + north) / 2 - 0.0031  # the arrow is over the parcel
    view, size = View(box=(x - 0.003, y - 0.003, x + 0.003, y + 0.003)), (150.0, 150.0)
    with chinese():
        draw_plain(scene, view, size, tmp_path / "map.svg")
    (shown,) = drawn
    subject = scene.subject(view)
    frame = framed(Box(5, 5, 140, 128), subject.plane, subject.bounds)
    assert len(shown.names) > 20
    for (x, y), wide in zip(shown.places, shown.wide, strict=True):
        right, above = frame.place(x, y)
        assert right + wide / 2 <= 145 - 11.5 or above >= 5 + 19.5


def test_a_park_without_a_grade_is_said_so_once(scene: Scene) -> None:
    record = next(iter(park_records(scene.run, scene.settings)))
    assert record.grade is not None
    none, best = (replace(record.grade, grade=code, word=word) for code, word in GRADES_SAID)
    assert (none.phrase("en"), best.phrase("en")) == ("no grade", "grade A")
    assert park_page(replace(record, grade=none), "en")["graded"] == "no grade"


def test_holes_and_parts_are_drawn(scene: Scene) -> None:
    shapes = scene.within(scene.plane)[0]
    rows = np.array([0, 5])
    for drawn, row in zip(card_maps(Outlines(shapes), rows), rows, strict=True):
        shape = shapely.polygonize([shapely.LinearRing(r) for r in drawn["own"]])
        assert shapely.area(shape) == pytest.approx(
            shapely.area(shapes[row]) * (1000 / drawn["scale"]) ** 2, rel=1e-3
        )


def test_an_office_s_own_template_goes_first(demo: Path, tmp_path: Path) -> None:
    shutil.copytree(demo / "layers", tmp_path / "layers")
    toml = (demo / "mujun.toml").read_text(encoding="utf-8")
    toml = toml.replace("[publish]\n", '[publish]\ntemplates = "own"\n')
    (tmp_path / "mujun.toml").write_text(toml, encoding="utf-8")
    (tmp_path / "own").mkdir()
    scene = Scene(Run.load(demo / "outputs"), read_project(tmp_path).options)
    own = tmp_path / "own" / "card.typ"
    own.write_text(
        '#let data = json("data.json")\n#set text(font: "Noto Sans SC")\n'
        "办公室的卡 #data.cards.at(0).id",
        encoding="utf-8",
    )
    write_cards(scene.run, tmp_path, ["SYN-01-0007"], scene.options)
    text = PdfReader(tmp_path / "SYN-01-0007.pdf").pages[0].extract_text()
    assert "办公室的卡 SYN-01-0007" in text
    own.write_text("#data.nothing", encoding="utf-8")
    with pytest.raises(OutputError) as said:
        write_cards(scene.run, tmp_path, ["SYN-01-0007"], scene.options)
    assert "card.typ" in said.value.text("zh")
    (tmp_path / "own" / "atlas.typ").write_text("#let x = (", encoding="utf-8")
    with pytest.raises(OutputError):
        write_atlas(scene.run, tmp_path / "atlas.pdf", options=scene.options)


def test_text_of_the_data_is_never_markup(project: Path, parks, tmp_path: Path) -> None:
    name = '#panic("x") $a$ *b* <c> [d] @e \\ 甲'
    parks.assign(name=name).to_file(project / "parks.gpkg", layer="parks")
    scene = run(project)
    write_atlas(scene.run, tmp_path / "atlas.pdf")
    write_cards(scene.run, tmp_path, ["A"])
    for file, page in (("atlas.pdf", 1), ("A.pdf", 0)):
        text = squeezed(PdfReader(tmp_path / file).pages[page].extract_text())
        assert squeezed(name) in text


def test_the_command(demo: Path) -> None:
    done = CliRunner().invoke(
        app,
        [
            "export",
            "-q",
            "-p",
            str(demo),
            "--atlas",
            "--theme",
            "land_use",
            "--cards",
            "--parcel",
            "SYN-04-0003",
        ],
    )
    assert done.exit_code == 0, done.output
    assert [Path(line).name for line in done.output.split()] == ["atlas.pdf", "SYN-04-0003.pdf"]
    for wrong in ([], ["--cards", "--parcel", "none"], ["-f", "dwg"], ["--atlas", "--theme", "x"]):
        done = CliRunner().invoke(app, ["export", "-q", "-p", str(demo), *wrong])
        assert done.exit_code == 1, wrong
