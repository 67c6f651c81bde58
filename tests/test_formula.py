"""An office's own formulas: arithmetic and nothing else, in a project from file to verdict."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.errors import ProjectError
from geo.formula import evaluate, fraction, names
from geo.project import read_project
from geo.publish.look import themes
from geo.run import Run
from tests.builders import column_text, pack_text, row_text

FRAME = pd.DataFrame({"tax": [6.0, np.nan, 3.0], "area_mu": [2.0, 2.0, 0.0]})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("tax / area_mu", [3, np.nan, np.nan]),
        ("-tax + 2 * (area_mu - 1)", [-4, np.nan, -5]),
        ("7", [7, 7, 7]),
        ("shoe_size * 2", [np.nan] * 3),
    ],
)
def test_arithmetic(text, value):
    np.testing.assert_array_equal(evaluate(text, FRAME, 3), value)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('id')",
        "tax.mean()",
        "tax ** 9 ** 9",
        "[tax]",
        "lambda: tax",
        "tax if 1 else 2",
        "tax; area_mu",
        "",
        "f'{tax}'",
        "True",
        "tax := 3",
        "(" * 3000,
        "1+" * 400 + "1",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ProjectError, match="cannot be used"):
        evaluate(text, FRAME, 3)


def test_a_formula_splits_at_its_outermost_division():
    assert fraction("(tax - rd) / revenue * 100") == ("tax - rd", "revenue", 100.0)
    assert fraction("tax + 1") == ("tax + 1", "1", 1.0)
    assert names("(tax - rd) / revenue") == {"tax", "rd", "revenue"}


OWN = """
[project.indicators.net]
zh = "亩均净税收"
unit = "万元/亩"
formula = "(tax - rd_expense) / area_mu"
source = "某市办法第三条"
"""


PACK = pack_text(
    column_text("net", "net", unit="万元/亩", clause="第三条"), row_text("net = 7"), pack_id="net"
)


@pytest.mark.products
def test_an_own_indicator_from_the_project_file_to_the_verdict(project):
    """E1 on A: (119.925 − 12) / 15 亩 = 7.195; E2 on B and C: (300.01 − 190) / 30 = 3.667."""
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8").replace(
        'standards = ["longchang-neirong-2022"]', 'standards = ["net.toml"]'
    )
    file.write_text(text.replace("[layers.parks]", OWN + "[layers.parks]"), encoding="utf-8")
    (project / "net.toml").write_text(PACK, encoding="utf-8")
    outcome = CliRunner().invoke(app, ["run", "-q", "-p", str(project)])
    assert outcome.exit_code == 0, outcome.output
    table = Run.load(project / "outputs").verdicts.set_index("subject_id")
    area = Run.load(project / "outputs").parcels.set_index("parcel_id")["area_mu"]
    assert table.loc["A", "value"] == round((119.925 - 12) / area["A"], 2)
    assert table.loc["A", "verdict"] == "pass"
    assert table.loc["B", "verdict"] == "fail"
    said = CliRunner().invoke(app, ["explain", "B", "-p", str(project)]).stdout
    assert "亩均净税收" in said
    assert "某发〔2023〕1号" in said
    result = Run.load(project / "outputs")
    made = themes.themes(result)
    assert "亩均净税收" in {t.title.zh for t in made}
    enterprises = Run.load(project / "outputs").enterprises.set_index("enterprise_id")
    assert enterprises.loc["E2", "net"] == pytest.approx((300.01 - 190) / 30, rel=1e-3)


@pytest.mark.parametrize(
    ("formula", "why"),
    [("tax / shoe_size", "`shoe_size` is not one of"), ("open('x')", "is not arithmetic")],
)
def test_a_formula_that_cannot_be_used_is_one_sentence(project, formula, why):
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8").replace("[layers.parks]", OWN + "[layers.parks]")
    file.write_text(text.replace("(tax - rd_expense) / area_mu", formula), encoding="utf-8")
    with pytest.raises(ProjectError, match=why):
        read_project(file)


@pytest.mark.parametrize("key", ["applies", "references"])
def test_a_setting_for_a_pack_that_is_not_used_is_an_error(project, key):
    value = {
        "applies": '{ parks = ["P"] }',
        "references": '{ value = 1, citation = "某市某文件" }',
    }[key]
    name = {"applies": "nowhere", "references": "nowhere/tax"}[key]
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("[layers.parks]", f'[project.{key}]\n"{name}" = {value}\n[layers.parks]'),
        encoding="utf-8",
    )
    outcome = CliRunner().invoke(app, ["run", "-q", "-p", str(project)])
    assert "not listed in standards" in str(outcome.exception)
