"""Two names never share a file, and a name stays what it is."""

from __future__ import annotations

import unicodedata

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from typer.testing import CliRunner

from geo.cli import app
from geo.publish.names import JOIN, MOST_BYTES, file_stem, file_stems
from geo.publish.paper import cards
from tests.builders import GK, square

ALIKE = [
    "A/B",
    "A?B",
    "A B",
    "A-B",
    "1号(甲)",
    "1号（甲）",
    "x" * 80,
    "x" * 81,
    "x" * 5000,
    "A",
    "a",
    "ß",
    "SS",
    "ss",
    "é",
    "e\u0301",
    "ﬁ",
    "fi",
    "CON",
    "con",
    "CON.",
    "CON.x",
    "com1",
    "COM¹",
    "LPT9.txt",
    "NUL",
    "a.",
    "a ",
    " a",
    ".a",
    "..",
    ".",
    "",
    " ",
    "unnamed",
    "\0",
    "a\0",
    "\u202ea",
    "a\u200b",
    "-a",
    "--",
    "../a",
    "..\\a",
    "/",
    "C:\\a",
    "甲" * 40,
    "甲" * 41,
    "甲" * 200,
    "\ud800",
    "\udfff",
    "İ",
    "i̇",
    "ı",
    "I",
    "i",
    "K",
    "K",
    "k",
    "①",
    "1",
]


def key(name):
    """What a file system compares that looks at neither case nor composition."""
    return unicodedata.normalize("NFC", name.upper()).casefold()


def holds(names):
    assert len({key(n) for n in names}) == len(names)
    for name in names:
        assert name.isprintable()
        assert not set(name) & set('<>:"/\\|?*+ ')
        assert name[0] not in ".-"
        assert name[-1] not in ". "
        assert name.split(".")[0].upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT9"}
        assert len(name.encode()) <= MOST_BYTES + 11


def test_texts_that_look_alike_have_names_of_their_own():
    texts = list(dict.fromkeys(ALIKE))
    names = file_stems(texts)
    assert list(names) == texts
    holds(list(names.values()))
    # One at a time they are named as they are together.
    assert {t: file_stem(t, texts) for t in texts} == names
    # What each text's name says of it can be read.
    assert names["A/B"].startswith("A-B-")
    assert names["1号（甲）"].startswith("1号-甲")
    assert names["CON.x"].startswith("CON-x-")


def test_a_plain_text_is_its_own_name_and_keeps_it():
    for text in ("SYN-01", "510681-12", "GB00012", "南区", "Cordata", "floor_area_ratio", "v1.2"):
        assert file_stem(text) == text
        assert file_stem(text, ["A/B", text, "1号（甲）", f"{text}-1"]) == text


def test_a_mark_is_no_other_text_s_name():
    name = file_stem("A/B")
    assert file_stem(name) != name
    assert file_stem(name.upper()) != name.upper()
    assert JOIN not in file_stem(f"a{JOIN}b")


@given(
    st.lists(st.text(st.characters(), max_size=6) | st.sampled_from(ALIKE), unique=True, min_size=1)
)
def test_no_set_of_texts_shares_a_name(texts):
    names = file_stems(texts)
    assert len({key(n) for n in names.values()}) == len(texts)
    holds(list(names.values()))


@given(
    st.text(alphabet="aAbB/?（(.-_1 ", max_size=5),
    st.lists(st.text(alphabet="cC/?（(.-_1 ", max_size=5)),
)
def test_another_text_changes_no_name(text, others):
    folded = {t.casefold() for t in others} - {text.casefold()}
    others = [t for t in others if t.casefold() in folded]
    assert file_stem(text, others) == file_stem(text)


@pytest.fixture
def alike(project):
    """Four parks and four parcels whose names look alike, run."""
    squares = [square(column, 0) for column in range(4)]
    gpd.GeoDataFrame(
        {"park_id": ["A/B", "A?B", "A", "a"], "name": ["甲", "甲", "甲-1", "none"]},
        geometry=squares,
        crs=GK,
    ).to_file(project / "parks.gpkg", layer="parks")
    gpd.GeoDataFrame(
        {"parcel_id": ["1号(甲)", "1号【甲】", "A", f"{'x' * 80}1"]}, geometry=squares, crs=GK
    ).to_file(project / "parcels.gpkg", layer="parcels")
    for name in ("occupancy", "indicators", "enterprises"):
        text = (project / "mujun.toml").read_text("utf-8")
        (project / "mujun.toml").write_text(
            text.replace(f'[tables.{name}]\npath = "{name}.csv"\n', ""), "utf-8"
        )
    made(project, "run")
    return project


def made(project, *arguments):
    done = CliRunner().invoke(app, [*arguments, "-q", "-p", str(project)])
    assert done.exit_code == 0, done.output
    return done.output.split()


@pytest.mark.products
def test_parks_and_parcels_that_look_alike_have_a_file_each(alike):
    outputs = alike / "outputs"
    parks, parcels = ["A/B", "A?B", "A", "a"], ["1号(甲)", "1号【甲】", "A", f"{'x' * 80}1"]
    files = made(alike, "export", "--cards")
    names = file_stems(parks)
    for park, parcel in zip(parks, parcels, strict=True):
        assert squeezed(parcel) in page_text(outputs / "cards" / f"{names[park]}.pdf")
    own = made(alike, "export", "--cards", *(f"--parcel={p}" for p in parcels))
    assert len({key(file) for file in files + own}) == 8 == len([*(outputs / "cards").iterdir()])
    texts = [page_text(file) for file in own]
    assert all(sum(squeezed(parcel) in text for text in texts) >= 1 for parcel in parcels)
    shots = [
        made(alike, "snapshot", "-f", "svg", *more)[0]
        for more in (
            ["--park=A/B"],
            ["--park=A?B"],
            ["--park=A"],
            ["--parcel=A"],
            ["--box=105,29,106,30"],
        )
    ]
    assert len({key(file) for file in shots}) == 5


def page_text(file):
    return squeezed(PdfReader(file).pages[0].extract_text())


def squeezed(text):
    return "".join(unicodedata.normalize("NFKC", text).split())


def test_a_park_in_parts_takes_no_other_park_s_file(monkeypatch):
    monkeypatch.setattr(cards, "SHEETS", 2)
    rows = list(range(5))
    alone = [name for name, _ in cards._in_parts("X", rows, {"x", "y"})]
    beside = [name for name, _ in cards._in_parts("X", rows, {"x", "x-2"})]
    assert alone == ["X-1.pdf", "X-2.pdf", "X-3.pdf"]
    assert beside == ["X+1.pdf", "X+2.pdf", "X+3.pdf"]
    assert [list(r) for _, r in cards._in_parts("X", rows, set())] == [[0, 1], [2, 3], [4]]
