"""What lies where in the results, and the old paths that are kept for one release."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.model.tables import stored_tables
from geo.publish import old_paths
from geo.publish.registry import PRODUCTS
from geo.run import Run
from geo.run.record import files_in
from geo.sources.digest import sha256
from tests.builders import edit_project

OPENED = {"map.html", "assessment.xlsx", "report.docx", "atlas.pdf", "findings.xlsx", "index.html"}
"""What people open, and nothing else, lies at the top of the results beside `run.json`."""


def run(project: Path, *arguments: str) -> str:
    """What a command says beside its results."""
    done = CliRunner().invoke(app, [*arguments, "-q", "-p", str(project)])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stderr


def record_of(outputs: Path) -> dict[str, dict[str, str]]:
    record: dict[str, dict[str, str]] = json.loads((outputs / "run.json").read_text("utf-8"))
    return record


def sources_of(project: Path) -> list[Path]:
    """The files that a QGIS project's layers refer to, seen from its folder."""
    root = ET.parse(project).getroot()
    texts = [node.text or "" for node in root.iter("datasource")]
    texts += [node.get("source", "") for node in root.iter("layer-tree-layer")]
    return [project.parent / text.split("|")[0] for text in texts]


@pytest.fixture
def laid(run_project: Path) -> Path:
    """A small project, run once."""
    return run_project


@pytest.fixture
def once(laid: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of it that stays as it was run."""
    return Path(shutil.copytree(laid, tmp_path_factory.mktemp("laid") / "project"))


@pytest.fixture
def old(laid: Path) -> Path:
    """The same with its results as they lay before: all tables and layers at the top."""
    outputs = laid / "outputs"
    record = record_of(outputs)
    record["outputs"] = {
        old_paths.old_path(name) or name: digest for name, digest in record["outputs"].items()
    }
    for folder in ("tables", "layers"):
        for file in files_in(outputs / folder):
            (outputs / folder / file).rename(outputs / file)
        shutil.rmtree(outputs / folder)
    (outputs / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return laid


def test_what_people_open_lies_at_the_top_and_the_record_names_every_file(demo: Path) -> None:
    outputs = demo / "outputs"
    files = [name for name in files_in(outputs) if name != "run.json"]
    assert {name for name in files if "/" not in name} <= OPENED
    assert record_of(outputs)["outputs"] == {name: sha256(outputs / name) for name in files}
    assert {f"tables/{table.name}.parquet" for table in stored_tables()} <= set(files)
    places = {place for product in PRODUCTS for place in product.files}
    assert {place for place in places if "/" not in place} <= OPENED
    assert {"layers/assessment.gpkg", "layers/findings.gpkg", "layers/assessment.qgs"} <= places


def test_the_qgis_project_refers_to_what_is_there(demo: Path) -> None:
    found = sources_of(demo / "outputs/layers/assessment.qgs")
    assert all(file.is_file() for file in found)
    assert {file.resolve().parent.name for file in found} == {"layers", "surfaces"}


def test_a_product_made_again_leaves_the_others_of_its_folder(laid: Path) -> None:
    before = files_in(laid / "outputs")
    run(laid, "export", "-f", "gpkg", "-f", "parquet", "-f", "qgis", "-f", "txt", "-f", "fgb")
    fresh = {"layers/parcels.txt", "layers/fgb/parcels.fgb", "layers/fgb/parks.fgb"}
    assert {*before} | fresh <= {*files_in(laid / "outputs")}


def test_results_laid_out_as_before_are_read(once: Path, old: Path) -> None:
    found, stored = Run.load(old / "outputs"), Run.load(once / "outputs")
    assert list(found.tables) == list(stored.tables)
    assert found.basis == stored.basis
    assert found.verdicts.equals(stored.verdicts)
    assert found.findings["message"].astype(str).equals(stored.findings["message"].astype(str))


def test_old_paths_stand_for_a_folder_that_had_them(once: Path, old: Path) -> None:
    outputs = old / "outputs"
    said = run(old, "run")
    assert "旧位置" in said
    assert "已移除" not in said
    moved = record_of(outputs)["moved"]
    new = {name for name in files_in(once / "outputs") if old_paths.old_path(name)}
    assert moved == {old_paths.old_path(name): name for name in new}
    assert record_of(outputs)["outputs"].keys() >= moved.keys()
    for before, name in moved.items():
        if not name.endswith(".qgs"):
            assert (outputs / before).samefile(outputs / name)
    for project in ("assessment.qgs", "layers/assessment.qgs"):
        assert all(file.is_file() for file in sources_of(outputs / project))
    assert Run.load(outputs).parcels.equals(Run.load(once / "outputs").parcels)
    run(old, "export", "-f", "fgb", "-f", "gpkg")
    assert (outputs / "fgb/parcels.fgb").samefile(outputs / "layers/fgb/parcels.fgb")
    assert (outputs / "assessment.gpkg").samefile(outputs / "layers/assessment.gpkg")
    edit_project(old, "[layers.parks]", "[publish]\nold_paths = false\n[layers.parks]")
    assert "旧位置" not in run(old, "run")
    assert files_in(outputs) == files_in(once / "outputs")
    assert "moved" not in record_of(outputs)


def test_a_fresh_project_has_old_paths_only_where_it_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copies, on a disk that knows no links."""
    names = ["map.html", "tables/parks.parquet", "tables/parcels/part-00000.parquet"]
    fresh: dict[str, dict[str, str]] = {}
    assert old_paths.wanted(names, fresh, None) == old_paths.wanted(names, fresh, False) == {}
    pairs = old_paths.wanted(names, fresh, True)
    assert pairs == {
        "parks.parquet": "tables/parks.parquet",
        "parcels/part-00000.parquet": "tables/parcels/part-00000.parquet",
    }
    for kept in ({"outputs": {"parks.parquet": ""}}, {"moved": {"a": "tables/a"}}):
        assert old_paths.wanted(names, kept, None) == pairs
        assert old_paths.wanted(names, kept, False) == {}

    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(old_paths.os, "link", refuse)
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    old_paths.stand_at_old_paths(tmp_path, pairs)
    for before, name in pairs.items():
        assert not (tmp_path / before).samefile(tmp_path / name)
        assert (tmp_path / before).read_text() == name


def test_old_paths_never_take_the_place_of_an_offices_file(laid: Path) -> None:
    (laid / "outputs/parks.parquet").write_text("the office's")
    edit_project(laid, "[layers.parks]", "[publish]\nold_paths = true\n[layers.parks]")
    done = CliRunner().invoke(app, ["run", "-q", "-p", str(laid)])
    assert "parks.parquet" in str(done.exception)
    assert (laid / "outputs/parks.parquet").read_text() == "the office's"
