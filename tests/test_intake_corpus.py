"""The folders that the intake is measured by: their answers hold, and what it must reach on them."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pyogrio
import pytest
from python_calamine import CalamineWorkbook

from tests import intake_score
from tests.intake_corpus import FOLDERS, make

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=[3, pytest.param(1, marks=pytest.mark.long)])
def folders(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Every third office's folder; all of them by `make long`."""
    names = tuple(FOLDERS)[:: request.param]
    made = make(tmp_path_factory.mktemp("offices"), names)
    assert tuple(made) == names
    return made


def words(folder: Path, path: str, part: str | None) -> set[str]:
    """Every heading of a source, and every cell of a sheet, read without this tool."""
    archive, _, member = path.partition(".zip/")
    if member:
        opened = folder.with_name(f"{folder.name}.opened")
        with zipfile.ZipFile(folder / f"{archive}.zip") as pack:
            for info in pack.infolist():
                file = opened / info.filename.encode("cp437").decode("gbk")
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(pack.read(info))
        folder, path = opened, member
    file = folder / path
    if file.suffix in (".xlsx", ".xls", ".ods"):
        rows = CalamineWorkbook.from_path(file).get_sheet_by_name(part).to_python()
        return {str(cell) for row in rows for cell in row}
    if file.suffix == ".csv":
        for encoding in ("utf-8", "gb18030"):
            try:
                with file.open(encoding=encoding) as lines:
                    return set(next(csv.reader(lines)))
            except UnicodeDecodeError:
                continue
    encoding = "gbk" if file.suffix in (".shp", ".tab") else None
    return set(pyogrio.read_info(file, layer=part, encoding=encoding)["fields"])


def test_the_answers_are_of_what_is_there(folders: dict[str, Path]) -> None:
    assert len(FOLDERS) >= 14
    for folder in folders.values():
        known = intake_score.answers(folder)
        assert sum(bool(s["roles"]) for s in known["sources"]) >= 2, folder.name
        for source in known["sources"]:
            there = None
            for columns in source["roles"].values():
                for column, answer in columns.items():
                    there = there or words(folder, source["path"], source["part"])
                    assert set(answer["headings"]) <= there, (source["path"], column)


def test_what_is_recognised_keeps_its_floors(folders: dict[str, Path]) -> None:
    reached = intake_score.total(intake_score.recognised(folders))
    assert reached.share("role", "sure") >= 0.95, reached.misses
    assert reached.share("role", "sure", "asked") >= 0.98, reached.misses
    assert reached.precision("role") >= 0.99, reached.misses
    assert reached.share("column", "sure") >= 0.95, reached.misses
    assert reached.share("column", "sure", "asked") >= 0.98, reached.misses
    assert reached.precision("column") >= 0.99, reached.misses
    assert reached.counts["unit wrong"] == 0, reached.misses


CHECKED = ("gbk-shapefiles", "one-sheet", "departments", "mail-archive", "assessor")
"""Folders whose project is checked by the command too; the others are read."""


def test_what_init_writes_without_an_answer_reads_the_right_figures(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    wrong = []
    for name, folder in folders.items():
        project = intake_score.written(folder, tmp_path / name, check=name in CHECKED)
        assert project.counts["sum"] + project.counts["project"] >= 2, name
        wrong += project.wrong
    assert not wrong
