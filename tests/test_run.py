"""A run is a value: what is made of it is what is made of it read back, by what judged it."""

from __future__ import annotations

import shutil
from dataclasses import FrozenInstanceError, replace
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest
from docx import Document

from geo import assess, load, read_method, read_pack, read_project
from geo.errors import OutputError
from geo.model.tables import names, stored_tables
from geo.publish.registry import PRODUCTS, Making
from geo.publish.side_by_side import Unwatched, make
from geo.publish.webmap.map import map_table
from geo.run import Run
from tests.builders import digests

OTHER_PACK, OTHER_METHOD = "national-2023", "huangyan-2022"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The sample of `mujun init`, judged by a pack and a method that its file does not name."""
    folder = tmp_path_factory.mktemp("sample") / "project"
    template = Path(__file__).parents[1] / "geo" / "data" / "template"
    shutil.copytree(template, folder)
    project = read_project(folder)
    assert OTHER_PACK not in project.settings.standards
    assert project.settings.evaluation != OTHER_METHOD
    pack, method = read_pack(OTHER_PACK), read_method(OTHER_METHOD)
    return assess(load(project), project.settings, [pack], method=method)


@pytest.fixture(scope="module")
def folder(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the run was saved."""
    saved = tmp_path_factory.mktemp("saved") / "run"
    run.save(saved)
    return saved


def products(run: Run, folder: Path) -> dict[str, str]:
    """Hashes of every product of a run."""
    folder.mkdir()
    for product in PRODUCTS:
        if product.exported and product.name != "postgis":
            make(product, Making(run, folder), Unwatched())
    made = digests(folder)
    for file in folder.rglob("*.gpkg"):
        page = bytearray(file.read_bytes())
        page[24:28] = page[92:96] = bytes(4)  # SQLite counts here how often the file was changed
        made[file.relative_to(folder).as_posix()] = sha256(page).hexdigest()
    return made


@pytest.mark.slow
def test_a_run_read_back_makes_the_same_products(run: Run, folder: Path, tmp_path: Path) -> None:
    """Byte for byte."""
    assert products(run, tmp_path / "made") == products(Run.load(folder), tmp_path / "again")


def test_a_run_read_back_has_the_same_tables_and_basis(run: Run, folder: Path) -> None:
    again = Run.load(folder)
    assert again.basis == run.basis
    assert list(again.tables) == list(run.tables) == [*names(stored_tables())]
    for name in again.tables:
        assert list(again.tables[name]) == list(run.tables[name]), name
        assert len(again.tables[name]) == len(run.tables[name]), name
    columns = ["severity", "code", "message", "mend", "value", "sheet"]
    one, other = (made.findings[columns].astype("string") for made in (run, again))
    pd.testing.assert_frame_equal(one, other, check_dtype=False)


def test_map_and_report_cite_what_judged_the_run(run: Run, tmp_path: Path) -> None:
    """Not what the project file names."""
    pack, method = run.basis.packs[0], run.basis.method
    table = map_table(run)
    cited = {source for rule in table["rules"] for source in rule["sources"]}
    assert cited == {pack.head.citation}
    assert method is not None
    weights = {g["id"]: [i["weight"] for i in g["items"]] for g in table["scores"]["groups"]}
    assert weights == {g.id: [item.weight for item in g.items] for g in method.groups}
    make(PRODUCTS["docx"], Making(run, tmp_path), Unwatched())
    words = "\n".join(p.text for p in Document(str(tmp_path / "report.docx")).paragraphs)
    assert pack.head.citation in words


def test_tables_are_read_one_by_one_and_are_what_the_record_lists(
    folder: Path, tmp_path: Path
) -> None:
    own = Path(shutil.copytree(folder, tmp_path / "own"))
    (own / "tables/verdicts.parquet").unlink()
    again = Run.load(own)
    assert len(again.parcels)
    with pytest.raises(OutputError, match="run `mujun run` first"):
        _ = again.verdicts
    shutil.copy(own / "tables/parks.parquet", own / "tables/parcels.parquet")
    assert len(again.parcels)  # read already
    with pytest.raises(OutputError, match="was changed after the run"):
        _ = Run.load(own).parcels
    with pytest.raises(AttributeError, match="no table `parcel`"):
        _ = again.parcel


def test_a_run_does_not_change(run: Run, folder: Path) -> None:
    with pytest.raises(FrozenInstanceError):
        run.basis = run.basis  # type: ignore[misc]
    english = run.shown_as(run.settings.model_copy(update={"lang": "en", "year": 1999}))
    assert (english.settings.lang, english.settings.year) == ("en", run.settings.year)
    assert run.settings.lang == "zh"
    other = run.with_tables(flips=run.flips.iloc[:0])
    assert other.parcels is run.parcels
    assert replace(run, basis=run.basis).tables is run.tables
    with pytest.raises(OutputError, match="already holds a run"):
        run.save(folder)


@pytest.mark.slow
def test_rows_on_one_kind_of_subject_are_those_of_the_whole_table(demo):
    """Whether the table was read before or not, and the rest of it is not read for them."""
    part, whole = Run.load(demo / "outputs"), Run.load(demo / "outputs")
    every = whole.figures
    for subject in ("parcel", "park", "project"):
        own = every[every["subject"] == subject].reset_index(drop=True)
        assert len(own)
        pd.testing.assert_frame_equal(part.about("figures", subject), own)
        columns = ["subject_id", "per_mu"]
        pd.testing.assert_frame_equal(part.about("figures", subject, *columns), own[columns])
        told = whole.about("figures", subject, *columns).reset_index(drop=True)
        pd.testing.assert_frame_equal(told, own[columns])
    assert "figures" not in part.tables._read


def test_rows_are_counted_and_columns_taken_without_reading_the_table(folder: Path) -> None:
    part, whole = Run.load(folder), Run.load(folder)
    for name in ("parcels", "enterprises", "verdicts"):
        assert part.count(name) == len(whole.tables[name]) == whole.count(name)
    asked = ("score", "enterprise_id", "no such column")
    taken = part.columns("enterprises", *asked)
    assert list(taken) == ["score", "enterprise_id"]
    pd.testing.assert_frame_equal(taken, whole.columns("enterprises", *asked))
    assert not {"parcels", "enterprises"} & set(part.tables._read)
