"""Equal runs give equal files, and what is made later from a run is what the run made."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import docx
import pandas as pd
import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.run import Run
from tests.builders import digests, edit_project
from tests.saying import spoken

pytestmark = pytest.mark.slow

FORMATS = ("xlsx", "gpkg", "parquet", "cog", "docx", "chain", "qgis", "fgb")


def run(project: Path, *arguments: str) -> str:
    """What a command says beside its results."""
    done = CliRunner().invoke(app, [*arguments, "-q", "-p", str(project)])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stderr


def products(project: Path) -> dict[str, str]:
    return {
        name: digest
        for name, digest in digests(project / "outputs").items()
        if name not in ("run.json", ".mujun-lock")
    }


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test leaves the project as it was run."""
    return tmp_path_factory.mktemp("judged") / "project"


@pytest.fixture
def judged(project: Path, once: Path) -> Path:
    """A project with a pack and a method of the office's own, run once with every product."""
    if once.exists():
        return Path(shutil.copytree(once, project, dirs_exist_ok=True))
    from geo.evaluate.method import SHELF as METHODS
    from geo.standards.model import SHELF as PACKS

    shutil.copy(str(PACKS.home / "longchang-neirong-2022.toml"), project / "own.toml")
    shutil.copy(str(METHODS.home / "sichuan-2020.toml"), project / "method.toml")
    edit_project(
        project,
        'standards = ["longchang-neirong-2022"]',
        'standards = ["own.toml"]\nevaluation = "method.toml"\n',
    )
    edit_project(
        project, "[layers.parks]", '[publish]\nalso = ["docx", "chain", "fgb"]\n[layers.parks]'
    )
    run(project, "run")
    shutil.copytree(project, once)
    return project


def test_what_is_made_later_is_what_the_run_made_whatever_changed_since(judged: Path) -> None:
    """Byte for byte, by the packs, the method and the settings of the run, and it is said."""
    first = products(judged)
    for name, old, new in (("own.toml", "= 8", "= 88"), ("method.toml", "to = ", "to = 1 + ")):
        text = (judged / name).read_text(encoding="utf-8")
        assert old in text
        (judged / name).write_text(text.replace(old, new), encoding="utf-8")
    edit_project(judged, "year = 2023", "year = 2021")
    edit_project(judged, "compare_to = 2021", "")
    (judged / "indicators.csv").unlink()
    said = run(judged, "map")
    for name in ("[project] year", "own.toml", "method.toml", "indicators.csv"):
        assert name in said
    assert "重新运行 mujun run" in said
    run(judged, "export", *(word for name in FORMATS for word in ("-f", name)))
    assert products(judged) == first


def test_two_runs_of_the_same_give_the_same_files(judged: Path) -> None:
    first = products(judged)
    assert run(judged, "run") == ""
    assert products(judged) == first
    assert {
        "map.html",
        "assessment.xlsx",
        "layers/assessment.gpkg",
        "report.docx",
        "layers/findings.gpkg",
        "tables/basis.json",
        "chain/chain.html",
    } <= set(first)


def test_nothing_is_said_where_only_the_look_changed(judged: Path) -> None:
    edit_project(judged, 'title = "测试"', 'title = "另一个题名"')
    assert run(judged, "map") == ""
    assert "另一个题名" in (judged / "outputs/map.html").read_text(encoding="utf-8")


def test_a_run_read_back_says_what_it_said(judged: Path) -> None:
    """Findings in both languages, and what was not computed."""
    result = Run.load(judged / "outputs")
    assert len(result.findings)
    assert (spoken(result.findings)["message_zh"] != spoken(result.findings)["message_en"]).any()
    assert result.basis.not_computed
    assert [pack.head.id for pack in result.basis.packs] == ["longchang-neirong-2022"]
    assert result.basis.method is not None
    run(judged, "export", "-f", "xlsx", "--lang", "en")
    sheet = pd.read_excel(
        judged / "outputs/assessment.xlsx", sheet_name="Findings", engine="calamine"
    )
    assert set(sheet.iloc[:, 5]) >= set(spoken(result.findings)["message_en"])


def test_a_report_has_the_same_paragraphs(judged: Path) -> None:
    file = judged / "outputs/report.docx"
    first = [p.text for p in docx.Document(str(file)).paragraphs]
    file.unlink()
    run(judged, "export", "-f", "docx")
    assert [p.text for p in docx.Document(str(file)).paragraphs] == first


def test_a_table_that_somebody_changed_is_no_result(judged: Path) -> None:
    file = judged / "outputs/tables/parcels.parquet"
    shutil.copy(judged / "outputs/tables/parks.parquet", file)
    done = CliRunner().invoke(app, ["map", "-q", "-p", str(judged)])
    assert "parcels.parquet" in str(done.exception)
    assert "was changed after the run" in str(done.exception)


def test_results_of_an_older_version_are_read(judged: Path) -> None:
    """Without what it was judged by, and its messages in one language."""
    outputs = judged / "outputs"
    record = json.loads((outputs / "run.json").read_text(encoding="utf-8"))
    for name in ("tables/basis.json", "tables/messages.parquet"):
        (outputs / name).unlink()
        del record["outputs"][name]
    (outputs / "run.json").write_text(json.dumps(record), encoding="utf-8")
    run(judged, "map")
    assert len(Run.load(outputs).findings)
