"""Why a verdict changed: exactly one of data, rule, geometry, method; and the commands for it."""

from __future__ import annotations

import json
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from typer.testing import CliRunner

from geo.assess import assess
from geo.cli import app
from geo.evaluate.compare_runs import CAUSES, changes
from geo.evaluate.method import read_method
from geo.project import read_project
from geo.sources.load import Layers, load
from geo.standards.cell import Cell
from geo.standards.model import Decision, read_pack
from geo.standards.selection import with_thresholds
from geo.standards.shown import decimals_of

PACK = read_pack("longchang-neirong-2022")


@pytest.fixture(scope="module")
def demo(copied_demo):
    """This module writes to it."""
    return copied_demo


def edited(layers, name, **columns):
    """The layers with some columns of one changed; {row: value} changes single rows."""
    frame = layers.frames[name].copy()
    for column, change in columns.items():
        for row, value in change.items():
            frame.loc[row, column] = value
    return Layers(dict(layers.frames) | {name: frame})


def run(layers, settings, packs=(PACK,), method=None):
    return assess(layers, settings, list(packs), method=method)


@pytest.fixture
def loaded(project):
    read = read_project(project)
    return load(read), read.settings


def stricter(value):
    rows = [
        r.model_copy(update={"cells": r.cells | {"tax": value}})
        if isinstance(r.cells["tax"], int)
        else r
        for r in PACK.rows
    ]
    return PACK.model_copy(update={"rows": rows})


def causes(before, after):
    table = changes(before, after)
    own = table[table["kind"] == "verdict"]
    return {
        (r["subject_id"], r["rule_id"].split("/")[1]): r["cause"] for r in own.to_dict("records")
    }


def test_nothing_changes_between_equal_runs(loaded):
    one, other = run(*loaded), run(*loaded)
    assert changes(one, other).empty


def test_the_rule(loaded):
    """E1 pays 119.925 万元 on 15 亩 (8.00): a bar of 9 fails it."""
    layers, settings = loaded
    assert causes(run(layers, settings), run(layers, settings, [stricter(9)])) == {
        ("A", "tax"): "rule"
    }


def test_the_data(loaded):
    layers, settings = loaded
    less = edited(layers, "indicators", tax={1: 60.0})
    assert causes(run(layers, settings), run(less, settings)) == {("A", "tax"): "data"}


def test_data_that_is_no_longer_there(loaded):
    layers, settings = loaded
    less = edited(layers, "indicators", tax={1: None})
    table = changes(run(layers, settings), run(less, settings))
    row = table[table["rule_id"].str.endswith("/tax")].iloc[0]
    assert (row["before"], row["after"], row["cause"]) == ("pass", "no_data", "data")


def test_the_outline(loaded):
    layers, settings = loaded
    frame = layers.frames["parcels"].copy()
    frame.loc[0, "geometry"] = frame.geometry[0].buffer(10)
    redrawn = Layers(dict(layers.frames) | {"parcels": gpd.GeoDataFrame(frame, crs=frame.crs)})
    found = causes(run(layers, settings), run(redrawn, settings))
    assert found[("A", "tax")] == "geometry"
    assert set(found.values()) == {"geometry"}


def test_the_method(loaded):
    layers, settings = loaded
    paper = edited(layers, "parcels", contract_area_m2={0: 12_000.0, 1: 10_000.0, 2: 10_000.0})
    contract = settings.model_copy(update={"area_basis": "contract"})
    found = causes(run(paper, settings), run(paper, contract))
    assert found[("A", "tax")] == "method"
    assert set(found.values()) == {"method"}


def test_a_pack_more_is_the_rule_and_a_parcel_more_is_data(loaded):
    layers, settings = loaded
    other = PACK.model_copy(update={"head": PACK.head.model_copy(update={"id": "again"})})
    found = changes(run(layers, settings), run(layers, settings, [PACK, other]))
    assert set(found[found["rule_id"].str.startswith("again/")]["cause"]) == {"rule"}
    fewer = Layers(dict(layers.frames) | {"parcels": layers.frames["parcels"].iloc[:3]})
    found = changes(run(fewer, settings), run(layers, settings))
    assert set(found[found["subject_id"] == "D"]["cause"]) == {"data"}


def test_another_industry_is_data(loaded):
    layers, settings = loaded
    moved = edited(layers, "enterprises", industry_code={0: "1711"})
    found = causes(run(layers, settings), run(moved, settings))
    assert found
    assert set(found.values()) == {"data"}


def test_of_two_changes_the_one_that_turned_it(loaded):
    """The bar rises to 8.5, which fails A; then its tax falls too, which changes nothing more."""
    layers, settings = loaded
    less = edited(layers, "indicators", tax={1: 119.0})
    assert (
        causes(run(layers, settings), run(less, settings, [stricter(8.5)]))[("A", "tax")] == "rule"
    )
    more = edited(layers, "indicators", tax={1: 500.0})
    assert ("A", "tax") not in causes(run(layers, settings), run(more, settings, [stricter(8.5)]))


def test_every_change_has_exactly_one_cause(loaded):
    layers, settings = loaded
    other = edited(layers, "indicators", tax={1: 60.0}, output_value={2: 1.0})
    table = changes(run(layers, settings), run(other, settings, [stricter(30)]))
    assert len(table)
    assert set(table["cause"]) <= set(CAUSES)
    assert not table.duplicated(["kind", "subject", "subject_id", "rule_id"]).any()


def test_grades_change_by_method_or_data(demo):
    read = read_project(demo)
    layers = load(read)
    method = read_method("sichuan-2020")
    before = run(layers, read.settings, method=method)
    doubled = method.model_copy(
        update={
            "groups": [
                g.model_copy(
                    update={
                        "items": [
                            i.model_copy(
                                update={"weight": 1 if i.indicator != "rd_intensity" else 60}
                            )
                            for i in g.items
                        ]
                    }
                )
                for g in method.groups
            ]
        }
    )
    found = changes(before, run(layers, read.settings, method=doubled))
    assert set(found[found["kind"] == "grade"]["cause"]) == {"method"}
    poorer = layers.frames["indicators"].copy()
    poorer.loc[poorer["year"] == 2023, "revenue"] *= (
        pd.Series(range(len(poorer)), index=poorer.index) % 7 + 1
    )
    found = changes(
        before,
        run(Layers(dict(layers.frames) | {"indicators": poorer}), read.settings, method=method),
    )
    assert set(found[found["kind"] == "grade"]["cause"]) == {"data"}


def stdout_of(*arguments):
    outcome = CliRunner().invoke(app, [*arguments, "-q"])
    assert outcome.exit_code == 0, outcome.output
    return outcome.stdout


def test_whatif_says_what_another_bar_would_change(demo):
    table = json.loads(
        stdout_of("whatif", "--set", "longchang-neirong-2022/tax=9", "--json", "-p", str(demo))
    )
    assert {row["cause"] for row in table} == {"rule"}
    assert {row["after"] for row in table} == {"fail"}
    assert (demo / "outputs/whatif.xlsx").is_file()
    assert "rule" in stdout_of(
        "whatif", "--set", "longchang-neirong-2022/tax=9", "--lang", "en", "-p", str(demo)
    )


def test_another_bar_is_also_what_another_document_set():
    """A number of `[project.references]` is one of the column; what a parcel agreed on stays."""

    def decided(low, **of):
        return Decision(cell=Cell(kind="number", low=low, citation="另文1号"), **of)

    open_pack = PACK.with_references(
        {
            "longchang-neirong-2022/floor_area_ratio": [
                decided(0.8),
                decided(0.6, subjects=["P1-01"]),
            ]
        }
    )
    (tried,) = with_thresholds([open_pack], ["longchang-neirong-2022/floor_area_ratio=1.2"])
    given = tried.given["floor_area_ratio"]
    assert [(one.cell.low, one.cell.citation) for one in given] == [
        (1.2, "另文1号"),
        (0.6, "另文1号"),
    ]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("whatif", "--set", "tax=9"), "is not pack/column=number"),
        (("whatif", "--set", "longchang-neirong-2022/tax=many"), "is not pack/column=number"),
        (("whatif", "--set", "longchang-neirong-2022/tax=9.125"), "more decimals than the 2"),
        (
            ("whatif", *("--set", "longchang-neirong-2022/tax=9") * 2),
            "changes longchang-neirong-2022/tax twice",
        ),
        (("whatif", "--area-basis", "guess"), "must be one of"),
        (("whatif", "--standards", ""), "no rule pack"),
        (("whatif", "--standards", "nowhere"), "no rule pack"),
        (("whatif", "--evaluation", "nowhere"), "no grading method"),
        (("comply", "--share", "2"), "at most 1"),
        (("comply", "--park", "nowhere"), "no park"),
        (("comply", "--land-share", "2"), "at most 1"),
        (("comply", "--reach", "beauty=3"), "not a figure that a park has"),
        (("thresholds", "--quantile", "7"), "between 0 and 1"),
        (("compare", "nowhere"), "no complete run in"),
    ],
)
def test_wrong_use_is_one_sentence(demo, arguments, why):
    outcome = CliRunner().invoke(app, [*arguments, "-p", str(demo), "-q"])
    assert outcome.exit_code == 1
    assert why in str(outcome.exception)


def test_compare_comply_and_thresholds_on_the_demo(demo):
    assert "没有变化" in stdout_of("compare", str(demo / "outputs"), "-p", str(demo))
    chosen = json.loads(stdout_of("comply", "--share", "0.4", "--json", "-p", str(demo)))
    assert {row["park_id"] for row in chosen} <= {"SYN-01", "SYN-02", "SYN-03", "SYN-04"}
    parks = pd.DataFrame(chosen).groupby("park_id")["passing_share"].max()
    assert (parks >= 0.4 - 1e-9).all()
    several = ("comply", "--park", "SYN-04", "--share", "0.35", "--reach", "rd_intensity=1.9")
    found = json.loads(stdout_of(*several, "--plan", "--json", "-p", str(demo)))
    park, goals = found["parks"][0], {row["target"]: row for row in found["goals"]}
    assert (park["status"], park["failing_after"]) == ("optimal", 0)
    assert park["passing_after"] >= 0.35 * park["judged"] > park["passing"]
    assert goals["rd_intensity"]["result"] == "met"
    assert goals["leading_share"]["result"] == "no_way"
    printed = pd.DataFrame(found["changes"])
    steps = [0.1 ** max(2, decimals_of(round(one, 8))) for one in printed["needed"]]
    unit = printed["cost"] / printed["change"].abs()
    noise = 1e-9 * (unit * printed["needed"].abs()).sum()
    more = printed["cost"].sum() - park["cost"]
    assert -noise <= more <= (unit * steps).sum() + noise, "each is rounded by a last decimal"
    said = stdout_of(*several, "-p", str(demo))
    assert "已证明为最少" in said
    assert "未申报，按金额本身计" in said
    table = json.loads(stdout_of("thresholds", "--json", "-p", str(demo)))
    assert {"34", "*"} <= {row["industry"] for row in table}
    assert (demo / "outputs/thresholds.xlsx").is_file()


def test_runs_in_two_currencies_are_not_compared(tmp_path, project):
    """Every figure would be another, and the cause of it would be called data."""
    loaded = read_project(project)
    run = assess(load(loaded), loaded.settings, [])
    dollars = run.settings.model_copy(update={"currency": "USD"})
    run.save(tmp_path / "before")
    replace(run, basis=replace(run.basis, settings=dollars)).save(project / "outputs")
    arguments = ["compare", str(tmp_path / "before"), "-p", str(project), "-q"]
    outcome = CliRunner().invoke(app, arguments)
    assert outcome.exit_code == 1
    assert "in CNY and in USD" in outcome.exception.text("en")
