"""What a project reads is never written over by what it writes, whatever it is called."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.errors import OutputError
from geo.project import read_project
from geo.publish import built
from geo.publish.guard import refuse_inputs
from hatch_build import BUILT, ClientHook
from tests.builders import digests, edit_project, making_only


def refused(project: Path, *arguments: str) -> str:
    """What a command is told that could write over an input; nothing in the project changed."""
    before = digests(project)
    done = CliRunner().invoke(app, [*arguments, "-q", "-p", str(project)])
    assert isinstance(done.exception, OutputError), done.output
    assert digests(project) == before
    return str(done.exception)


@pytest.mark.parametrize(
    "command",
    [
        ["run"],
        ["check"],
        ["export", "-f", "parquet"],
        ["map"],
        ["snapshot"],
        ["thresholds"],
        ["whatif"],
    ],
)
def test_the_projects_own_folder_as_output(project: Path, command: list[str]) -> None:
    said = refused(project, *command, "--output", str(project))
    assert "parcels.gpkg" in said
    assert "parcels.gpkg" in refused(project, *command, "--output", str(project / "x" / ".."))


def test_the_map_folder_too(project: Path) -> None:
    assert "parcels.gpkg" in refused(project, "map", "--serve-dir", str(project))


def test_through_a_link(project: Path) -> None:
    (project / "out").symlink_to(project, target_is_directory=True)
    assert "parcels.gpkg" in refused(project, "run", "--output", str(project / "out"))


def test_an_input_that_is_a_link_into_the_outputs(project: Path) -> None:
    """`parcels.gpkg` leads to the results of the last run, which would be written over."""
    (project / "outputs/layers").mkdir(parents=True)
    shutil.move(project / "parcels.gpkg", project / "outputs/layers/assessment.gpkg")
    (project / "parcels.gpkg").symlink_to(project / "outputs/layers/assessment.gpkg")
    assert "parcels.gpkg" in refused(project, "run")


def test_an_output_of_the_last_run_as_input(run_project: Path) -> None:
    project = run_project
    edit_project(project, 'path = "parcels.gpkg"', 'path = "outputs/tables/parcels.parquet"')
    assert "outputs/tables/parcels.parquet" in refused(project, "run")
    with making_only():
        done = CliRunner().invoke(
            app, ["run", "-q", "-p", str(project), "--output", str(project / "outputs2")]
        )
    assert not isinstance(done.exception, OutputError)


@pytest.mark.parametrize(
    ("old", "new", "file"),
    [
        (
            'standards = ["longchang',
            'low_efficiency = ["outputs/own.toml"]\nstandards = ["longchang',
            "outputs/own.toml",
        ),
        ("compare_to = 2021", 'evaluation = "outputs/method.toml"', "outputs/method.toml"),
        ('plan = "sichuan-5plus1-2021"', 'plan = "outputs/plan.toml"', "outputs/plan.toml"),
        (
            "[layers.parks]",
            '[publish]\nbasemap = "outputs/ground.tif"\n[layers.parks]',
            "outputs/ground.tif",
        ),
        (
            "[layers.parks]",
            '[publish]\ntemplates = "outputs"\n[layers.parks]',
            "outputs/report.docx",
        ),
        (
            "[layers.parks]",
            '[rasters.dem]\npath = "outputs/surfaces/dem.tif"\n[layers.parks]',
            "outputs/surfaces/dem.tif",
        ),
        (
            "[layers.parks]",
            '[layers.roads]\npath = "outputs/*.txt"\n[layers.parks]',
            "outputs/plot.txt",
        ),
    ],
)
def test_every_kind_of_input(project: Path, old: str, new: str, file: str) -> None:
    (project / file).parent.mkdir(parents=True)
    (project / file).write_text("an input")
    edit_project(project, old, new)
    with pytest.raises(OutputError, match=Path(file).name):
        refuse_inputs(read_project(project), project / "outputs")
    refuse_inputs(read_project(project), project / "elsewhere")


@pytest.mark.products
def test_a_folder_above_the_project_may_be_written_to(project: Path) -> None:
    inner = project / "inner"
    inner.mkdir()
    for file in list(project.iterdir()):
        if file.is_file():
            shutil.move(file, inner)
    assert (
        CliRunner().invoke(app, ["run", "-q", "-p", str(inner), "--output", str(project)]).exit_code
        == 0
    )


def test_the_output_folder_within_an_input(project: Path) -> None:
    """A file geodatabase is a folder, and an input as a whole."""
    (project / "land.gdb").mkdir()
    edit_project(project, 'path = "parcels.gpkg"', 'path = "land.gdb"')
    with pytest.raises(OutputError, match=r"land\.gdb"):
        refuse_inputs(read_project(project), project / "land.gdb" / "outputs")


@pytest.mark.parametrize(
    ("layer", "path", "ok"),
    [
        ("public.parcels", "postgresql://localhost/db", False),
        ("parcels", "postgresql://someone@127.0.0.1:5432/db", False),
        ("Parcels", "postgresql://localhost/db", False),
        ("public.plots", "postgresql://localhost/db", True),
        ("mujun.parcels", "postgresql://localhost/db", True),
        ("public.parcels", "postgresql://localhost/other", True),
    ],
)
def test_a_table_that_is_read_is_not_written(
    project: Path, layer: str, path: str, ok: bool
) -> None:
    edit_project(project, 'path = "parcels.gpkg"', f'path = "{path}"\nlayer = "{layer}"')
    edit_project(
        project,
        "[layers.parks]",
        '[publish]\npostgis = "postgresql://localhost/db"\n'
        'postgis_schema = "public"\n[layers.parks]',
    )
    if ok:
        refuse_inputs(read_project(project), project / "outputs")
        return
    with pytest.raises(OutputError, match="would replace the input table"):
        refuse_inputs(read_project(project), project / "outputs")


@pytest.mark.products
def test_the_record_holds_all_that_a_run_rests_on(project: Path) -> None:
    edit_project(project, "compare_to = 2021", 'compare_to = 2021\nevaluation = "sichuan-2020"')
    assert CliRunner().invoke(app, ["run", "-q", "-p", str(project)]).exit_code == 0
    record = json.loads((project / "outputs/run.json").read_text(encoding="utf-8"))
    assert {
        "mujun.toml",
        "parks.gpkg",
        "parcels.gpkg",
        "enterprises.csv",
        "occupancy.csv",
        "indicators.csv",
        "geo/packs/longchang-neirong-2022.toml",
        "geo/methods/sichuan-2020.toml",
        "geo/plans/sichuan-5plus1-2021.toml",
        "geo/land/zones.toml",
        "geo/land/facilities.toml",
        "geo/evaluate/supply.toml",
        "geo/data/gbt4754_2017.csv",
        "geo/data/land_use_classes.csv",
        "geo/data/land_use_other_schemes.csv",
    } == set(record["inputs"])
    assert (
        record["inputs"]["mujun.toml"]
        == hashlib.sha256((project / "mujun.toml").read_bytes()).hexdigest()
    )


@pytest.mark.products("map", "findings", "index")
def test_every_command_renews_the_record(project: Path) -> None:
    outputs = project / "outputs"
    for command in (
        ["check"],
        ["run"],
        ["map"],
        ["check"],
        ["export", "-f", "txt"],
        ["snapshot", "-f", "png"],
        ["thresholds"],
        ["whatif", "--year", "2021"],
        ["export", "--cards", "--parcel", "A"],
    ):
        done = CliRunner().invoke(app, [*command, "-q", "-p", str(project)])
        assert done.exit_code == 0, done.exception
        record = json.loads((outputs / "run.json").read_text(encoding="utf-8"))
        there = {n: h for n, h in digests(outputs).items() if n != "run.json"}
        assert record["outputs"] == there, command
        assert record["products"][0]["command"] == command[0]
    assert {entry["command"] for entry in record["products"]} == {
        "run",
        "map",
        "check",
        "export",
        "snapshot",
        "thresholds",
        "whatif",
    }
    done = CliRunner().invoke(app, ["run", "-q", "-p", str(project)])
    assert "已移除上次成果的5个文件" in done.stderr
    assert not (outputs / "cards").exists()


@pytest.mark.products("map")
def test_the_offices_own_files_in_the_outputs_stay(project: Path) -> None:
    outputs = project / "outputs"
    mine = {"surfaces/mine.tif": "1", "tables/mine.parquet": "2", "新建.txt": "3"}
    for name, text in mine.items():
        (outputs / name).parent.mkdir(parents=True, exist_ok=True)
        (outputs / name).write_text(text)
    for command in (["run"], ["export", "-f", "cog"]):
        assert CliRunner().invoke(app, [*command, "-q", "-p", str(project)]).exit_code == 0
    assert {name: (outputs / name).read_text() for name in mine} == mine


def test_a_foreign_workbook_is_found_before_anything_is_computed(project: Path) -> None:
    (project / "outputs").mkdir()
    (project / "outputs/assessment.xlsx").write_text("the office's")
    (project / "parcels.gpkg").unlink()  # would be found first if anything were read
    assert "contains assessment.xlsx, which run.json does not list" in refused(project, "run")


def test_a_new_project_over_files_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "layers").mkdir()
    (tmp_path / "layers/parcels.geojson").write_text("the office's")
    done = CliRunner().invoke(app, ["init", str(tmp_path)])
    assert isinstance(done.exception, OutputError)
    assert (tmp_path / "layers/parcels.geojson").read_text() == "the office's"


def test_the_offices_own_repairs_file_stays(project: Path) -> None:
    shutil.copy(project / "parcels.gpkg", project / "repairs.gpkg")
    for arguments in (["repair"], ["repair", "--undo"]):
        before = digests(project)
        done = CliRunner().invoke(app, [*arguments, "-q", "-p", str(project)])
        assert isinstance(done.exception, OutputError)
        assert "not written by `mujun repair`" in str(done.exception)
        assert digests(project) == before


@pytest.mark.parametrize(
    ("built", "version", "ok"),
    [
        (BUILT, "standard", True),
        (BUILT[:-1], "standard", False),
        ((), "standard", False),
        ((), "editable", True),
    ],
)
def test_a_wheel_without_the_map_client_is_not_made(
    tmp_path: Path, built: tuple[str, ...], version: str, ok: bool
) -> None:
    build = tmp_path / "geo/publish/webmap/client/build"
    build.mkdir(parents=True)
    for name in built:
        (build / name).write_text("")
    hook = ClientHook(str(tmp_path), {}, None, None, "", "wheel")
    if ok:
        hook.initialize(version, {})
        return
    with pytest.raises(RuntimeError, match="make client"):
        hook.initialize(version, {})


def test_an_installation_without_the_client_is_told_before_anything_is_read(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(built, "files", lambda _: project)
    built.client.cache_clear()
    (project / "parcels.gpkg").unlink()
    assert "has no map client" in refused(project, "run")
    built.client.cache_clear()
