"""Products made at once: which, by how many processes, in which order; what is said where one dies."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from geo import runtime
from geo.errors import OutputError, ProjectError
from geo.publish import side_by_side
from geo.publish.registry import PRODUCTS, Making, Product
from geo.publish.side_by_side import Unwatched, Work, helpers, make_all
from geo.publish.start.drawn import Picture
from geo.run import Run
from geo.sources.digest import sha256
from geo.text import Text
from geo.workers import Crew


def product(name: str, seconds: float, *after: str, apart: bool = True) -> Product:
    return Product(
        name, Text(name, name), (name,), lambda *_: [], after=after, apart=apart, cost=(seconds, 1)
    )


@pytest.fixture
def roomy(monkeypatch):
    monkeypatch.setattr(side_by_side, "threads", lambda: 8)
    monkeypatch.setattr(runtime, "free_memory", lambda: 24_000_000_000)


def test_processes_are_had_where_they_save_more_than_they_take(roomy):
    three = [product("a", 0.4), product("b", 2), product("c", 3)]
    # At no parcels the others take 0.4 and 2 s beside the dearest; at 1,000 it is 1.4 and 3.
    assert [helpers(three, parcels) for parcels in (0, 1_000, 100_000)] == [0, 2, 2]
    assert [helpers(three, 1_000, asked) for asked in (1, 2, 8)] == [0, 1, 2]
    assert helpers([replace(one, apart=False) for one in three], 1_000_000) == 0


@pytest.mark.parametrize(("gigabytes", "count"), [(0, 0), (1, 0), (5, 2), (3, 1)])
def test_no_more_processes_than_there_is_memory_for(roomy, monkeypatch, gigabytes, count):
    """400 MB and 100,000 parcels of 15 kB are 1.9 GB; four fifths of what is free may be taken."""
    monkeypatch.setattr(runtime, "free_memory", lambda: gigabytes * 1_000_000_000)
    assert helpers([product(name, 1) for name in "abcdef"], 100_000) == count


def test_the_dearest_is_begun_first_and_none_before_what_it_is_made_of():
    products = [product("qgis", 9, "cog"), product("cog", 2), product("map", 5), product("txt", 1)]
    own = product("own", 0, apart=False)
    work = Work([*products, own], 0)
    helper, here = work.taken(products), work.taken([*products, own])
    assert [next(helper).name, next(here).name] == ["map", "own"]  # what only this process makes
    assert [next(here).name, next(helper).name] == ["cog", "txt"]
    waiting = []
    thread = threading.Thread(target=lambda: waiting.extend(one.name for one in helper))
    thread.start()  # nothing is ready: it waits until this process has made `cog`
    assert waiting == []
    rest = [one.name for one in here]
    thread.join(30)
    assert [*rest, *waiting] == ["qgis"]
    assert work.unmade == set()


def test_where_one_fails_no_other_is_begun():
    work = Work([product("a", 2), product("b", 1)], 0)

    def fail() -> None:
        next(work.taken([product("a", 2)]))
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        work.guarded(fail)()
    assert list(work.taken([product("b", 1)])) == []


@pytest.mark.slow
@pytest.mark.products("cog", "qgis", "gpkg", "findings")
def test_files_are_those_that_one_process_makes(demo, tmp_path):
    run, watch, crew = Run.load(demo / "outputs"), Unwatched(), Crew(1, 1)
    products = [PRODUCTS[name] for name in ("qgis", "gpkg", "cog")]
    try:
        made = make_all(products, Making(run, tmp_path), demo / "outputs", watch, crew)
    finally:
        crew.stop()
    assert made == []
    files = [file.relative_to(tmp_path) for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) > 5
    assert [
        name for name in files if sha256(tmp_path / name) != sha256(demo / "outputs" / name)
    ] == []
    assert set(watch.seconds) == {"cog", "qgis", "gpkg"}


@pytest.mark.slow
@pytest.mark.products("txt")
def test_what_the_last_product_shows_is_drawn_by_another_process(demo, tmp_path):
    shown = []

    def written(making, _):
        shown.extend(making.early)
        return []

    index = replace(PRODUCTS["index"], early=_refused, write=written)
    making, crew = Making(Run.load(demo / "outputs"), tmp_path), Crew(1, 1)
    try:
        make_all([index, PRODUCTS["txt"]], making, demo / "outputs", Unwatched(), crew)
    finally:
        crew.stop()
    assert [type(one) for one in shown] == [Picture, Picture]


def _killed(*_: object) -> None:
    os._exit(9)


def _refused(*_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.slow
@pytest.mark.products("findings")
@pytest.mark.parametrize(("happens", "error"), [(_killed, OutputError), (_refused, OSError)])
def test_a_process_that_dies_is_one_sentence_and_a_full_disk_is_told_as_here(
    demo, tmp_path, monkeypatch, happens, error
):
    monkeypatch.setattr(side_by_side, "make_apart", happens)
    here = threading.Event()
    own = Product("own", Text("own", "own"), ("own",), lambda *_: [str(here.wait(60))])
    crew = Crew(1, 1)
    making = Making(Run.load(demo / "outputs"), tmp_path)
    threading.Timer(0.5, here.set).start()
    with pytest.raises(error) as said:
        make_all([own, PRODUCTS["txt"]], making, demo / "outputs", Unwatched(), crew)
    crew.stop()
    if happens is _killed:
        assert PRODUCTS["txt"].title("zh") in said.value.text("zh")
        assert "workers = 1" in said.value.text("en")
    else:
        assert said.value.errno == 28


def test_a_slip_in_an_option_is_told_before_anything_is_made(tmp_path):
    made: list[str] = []
    one = Product("own", Text("own", "own"), ("own",), lambda *_: made.append("own") or [])
    with pytest.raises(ProjectError):
        make_all([one, PRODUCTS["atlas"]], None, Path(), Unwatched(), theme=3)
    assert made == []
