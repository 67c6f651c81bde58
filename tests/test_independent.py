"""A second computation in other code against a run's tables: the demo and random projects."""

from __future__ import annotations

import ast
import json
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.evaluate.grades import grade
from geo.evaluate.method import read_method
from tests.agree import assert_agree, assert_one_total
from tests.builders import in_one, in_parts, making_only
from tests.independent import inputs, world
from tests.independent.compare import (
    assert_comply,
    assert_control,
    assert_distances,
    assert_figures,
    assert_grades,
    assert_idle,
    assert_targets,
)
from tests.independent.inputs import output
from tests.independent.money import Money
from tests.same import assert_same

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent / "independent"
ROOT = Path(__file__).parent.parent
METHODS = ("jingde-2022", "sichuan-2020", "huangyan-2022")


def test_no_module_of_the_second_computation_imports_the_first():
    for file in HERE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else ([node.module or ""] if isinstance(node, ast.ImportFrom) else [])
            )
            assert not any(name.split(".")[0] == "geo" for name in names), file.name


@pytest.fixture(
    scope="module", params=[0, *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 2))]
)
def small(request, tmp_path_factory) -> Path:
    """A random project, run."""
    folder = world.make(
        tmp_path_factory.mktemp("world") / "p", request.param, METHODS[request.param]
    )
    with making_only():
        outcome = CliRunner().invoke(app, ["run", "-q", "-p", str(folder)])
    assert outcome.exit_code == 0, outcome.output
    return folder


@pytest.fixture(scope="module")
def money(small) -> Money:
    return Money(inputs.read(small))


@pytest.fixture(scope="module")
def money_of_demo(demo) -> Money:
    return Money(inputs.read(demo))


@pytest.fixture(scope="module")
def known() -> set[str]:
    """The codes of GB/T 4754."""
    table = pd.read_csv(ROOT / "geo/data/gbt4754_2017.csv", dtype=str)
    return set(table["code"])


def read_toml(name) -> dict:
    return tomllib.loads((ROOT / f"geo/evaluate/methods/{name}.toml").read_text(encoding="utf-8"))


def weighted(name, weights):
    """The method as a dict and as the package reads it, with the weights that it leaves out."""
    raw = read_toml(name)
    for group in raw["groups"]:
        for item in group["items"]:
            item.setdefault("weight", weights.get(item["indicator"], 10))
    every = {i["indicator"]: i["weight"] for g in raw["groups"] for i in g["items"]}
    return raw, read_method(name).completed(every, {})


def graded(folder, method):
    """The package's grades of a run's enterprises under a method; what is not there is blank."""
    table = output(folder / "outputs", "enterprises").drop(columns=["grade", "score"])
    items = [i.indicator for g in method.groups for i in g.items]
    missing = dict.fromkeys([name for name in items if name not in table], np.nan)
    return grade(table.assign(**missing).set_index("enterprise_id"), method, 2023).grades


def test_figures_of_a_small_project(small, money):
    assert assert_figures(money, small / "outputs") > 1_000
    assert_agree(small / "outputs", 2023)
    assert_one_total(small / "outputs")


def test_a_small_project_in_parts_is_the_same(small, tmp_path):
    """Landless and silent enterprises, claims over 100 %, unknown parcels: a part a park."""
    assert_same(in_one(small), in_parts(small, tmp_path, 1))


def test_grades_of_a_small_project(small, money, known):
    for name in METHODS:
        raw, method = weighted(name, {})
        assert_grades(money, raw, known, graded(small, method))


def test_targets_and_idle_land_of_a_small_project(small, money, known):
    assert assert_targets(money, known, small / "outputs") == 24
    invested = output(small / "outputs", "parcels").set_index("parcel_id")["fixed_investment"]
    assert assert_idle(money.inputs, small / "outputs", invested.to_dict()) > 10


def test_control_lines_and_distances_of_a_small_project(small, money):
    """Strips of farmland of 0.6 m side by side are one area, drawn apart by rounding or not."""
    assert assert_control(money.inputs, small / "outputs") >= 2
    assert assert_distances(money.inputs, small / "outputs") == 108


@pytest.mark.parametrize("share", [0.5, 0.8, 1.0])
def test_the_cheapest_parcels_of_a_small_project(small, share):
    assert_comply(small / "outputs", share, listed(small, share))


def listed(folder, share) -> pd.DataFrame:
    """What `mujun comply` gives."""
    done = CliRunner().invoke(app, ["comply", "-p", str(folder), "--share", str(share), "--json"])
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)
    return pd.DataFrame(rows or [], columns=["park_id", "cost"])


def test_figures_of_the_demo(demo, money_of_demo):
    assert assert_figures(money_of_demo, demo / "outputs") > 39_000


@pytest.mark.parametrize(
    "name",
    [
        "sichuan-2020",
        "huangyan-2021",
        *(pytest.param(name, marks=pytest.mark.long) for name in ("jingde-2022", "huangyan-2022")),
    ],
)
def test_grades_of_the_demo(demo, money_of_demo, known, name):
    raw, method = weighted(name, {})
    of_the_run = name == "sichuan-2020"
    more = [output(demo / "outputs", "grades")] if of_the_run else []
    count = assert_grades(money_of_demo, raw, known, graded(demo, method), *more)
    assert count == 461 or not of_the_run


def test_targets_idle_land_and_the_cheapest_of_the_demo(demo, money_of_demo, known):
    outputs = demo / "outputs"
    assert assert_targets(money_of_demo, known, outputs) == 48
    invested = output(outputs, "parcels").set_index("parcel_id")["fixed_investment"]
    assert assert_idle(money_of_demo.inputs, outputs, invested.to_dict()) > 500
    assert assert_comply(outputs, 0.8, listed(demo, 0.8)) > 100
