"""A second computation in other code against a run's tables: the demo and random projects."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from typer.testing import CliRunner

from geo.cli import app
from tests.agree import assert_agree, assert_one_total
from tests.independent import inputs, world
from tests.independent.compare import assert_figures
from tests.same import assert_same
from tests.test_parts import in_one, in_parts

HERE = Path(__file__).parent / "independent"
METHODS = ("jingde-2022", "sichuan-2020", "huangyan-2022")


def test_no_module_of_the_second_computation_imports_the_first():
    for file in HERE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else (
                [node.module or ""] if isinstance(node, ast.ImportFrom) else [])
            assert not any(name.split(".")[0] == "geo" for name in names), file.name


@pytest.fixture(scope="module", params=range(3))
def small(request, tmp_path_factory) -> Path:
    """A random project, run."""
    folder = world.make(tmp_path_factory.mktemp("world") / "p", request.param,
                        METHODS[request.param])
    outcome = CliRunner().invoke(app, ["run", "-q", "-p", str(folder)])
    assert outcome.exit_code == 0, outcome.output
    return folder


def test_figures_of_a_small_project(small):
    assert assert_figures(inputs.read(small), small / "outputs") > 1_000
    assert_agree(small / "outputs", 2023)
    assert_one_total(small / "outputs")


def test_a_small_project_in_parts_is_the_same(small, tmp_path):
    """Landless and silent enterprises, claims over 100 %, unknown parcels: a part a park."""
    assert_same(in_one(small), in_parts(small, tmp_path, 1))


def test_figures_of_the_demo(demo):
    assert assert_figures(inputs.read(demo), demo / "outputs") > 39_000
