"""What the docs say by example is what the program says."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import geopandas as gpd
import nbformat
import pandas as pd
import pytest
import shapely
from nbclient import NotebookClient
from typer.testing import CliRunner

from geo.cli import app

ROOT = Path(__file__).parent.parent


def test_the_worked_parcel_is_what_explain_gives(demo):
    outcome = CliRunner().invoke(app, ["explain", "SYN-01-0002", "--json", "-p", str(demo)])
    record = json.loads(outcome.stdout)[0]
    text = (ROOT / "docs/worked-parcel.md").read_text(encoding="utf-8")
    assert f"{record['area_m2']:,.2f} m²" in text
    rows = re.findall(r"\| .* = ([\d.,]+)(?: %)? \|.*\| \**(pass|fail)\**", text)
    words = {"达标": "pass", "不达标": "fail"}
    explained = [
        (re.search(r"= ([\d.,]+) >=", r["arithmetic"]).group(1), words[r["verdict"]])
        for r in record["rules"]
        if r["arithmetic"]
    ]
    assert rows == explained
    mend = next(r["mend"] for r in record["rules"] if r["mend"])
    assert re.findall(r"[\d.,]+\d", mend) == ["603.07", "2,930.17", "1.7231"]
    assert "2,930.17 万元 of output, 603.07 more, or 1.7231 亩 given back" in text
    assert record["compliance"] == "不达标"


def test_the_worked_grades_are_what_explain_gives(tmp_path):
    """E1 and E2 of docs/grades.md on a parcel of 15 亩 each, by the command."""
    side = [shapely.box(528_000 + x, 3_246_000, 528_100 + x, 3_246_100) for x in (0, 100)]
    gpd.GeoDataFrame(
        {"parcel_id": ["A", "B"], "park_id": "P"}, geometry=side, crs="EPSG:4544"
    ).to_file(tmp_path / "parcels.gpkg")
    pd.DataFrame({"enterprise_id": ["E1", "E2"], "name": ["甲", "乙"], "above_scale": "是"}).to_csv(
        tmp_path / "enterprises.csv", index=False
    )
    pd.DataFrame(
        {"enterprise_id": ["E1", "E2"], "parcel_id": ["A", "B"], "area_m2": 10_000}
    ).to_csv(tmp_path / "occupancy.csv", index=False)
    pd.DataFrame(
        {
            "enterprise_id": ["E1", "E2"],
            "year": 2023,
            "tax": [300, 150],
            "value_added": [2250, 1500],
            "energy_tce": 750,
            "emission_eq": [0.375, None],
            "employees": [112.5, 100],
            "revenue": [9000, 5000],
            "rd_expense": [180, 150],
        }
    ).to_csv(tmp_path / "indicators.csv", index=False)
    tables = "".join(
        f'[tables.{name}]\npath = "{name}.csv"\n'
        for name in ("enterprises", "occupancy", "indicators")
    )
    (tmp_path / "mujun.toml").write_text(
        '[project]\nyear = 2023\nevaluation = "huangyan-2022"\narea_basis = "plane"\n'
        f'[layers.parcels]\npath = "parcels.gpkg"\n{tables}',
        encoding="utf-8",
    )
    run = CliRunner()
    assert run.invoke(app, ["run", "-q", "-p", str(tmp_path)]).exit_code == 0
    text = (ROOT / "docs/grades.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    for column, name in ((1, "E1"), (2, "E2")):
        grade = json.loads(
            run.invoke(app, ["explain", name, "--json", "-p", str(tmp_path)]).stdout
        )[0]["grade"]
        said = {item.split(":")[0].split("（")[0]: item.split(": ")[1] for item in grade["items"]}
        page = {row[0].strip(): row[column].strip() for row in rows if len(row) == 3}
        assert len(said) == 6
        for item, sum_ in said.items():
            assert page[item] == sum_
        assert page["score"] == f"{grade['score']:.2f}"


def test_links_between_the_docs_lead_somewhere():
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+\.md)[^)]*\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).is_file(), f"{page.name}: {target}"


def test_every_indicator_and_pack_is_in_the_rules_page():
    from geo.evaluate.method import shipped_methods
    from geo.standards.model import shipped

    text = (ROOT / "docs/packs.md").read_text(encoding="utf-8")
    for name in shipped():
        assert name in text
    grades = (ROOT / "docs/grades.md").read_text(encoding="utf-8")
    for name in shipped_methods():
        assert name in grades


NOTEBOOKS = ("first_map", "planner", "compliance", "atlas")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebooks_run_from_top_to_bottom(name, tmp_path):
    """In a kernel of their own, beside the demo; they use the public API and draw what they say."""
    shutil.copytree(ROOT / "layers", tmp_path / "layers")
    shutil.copy(ROOT / "mujun.toml", tmp_path)
    (tmp_path / "notebooks").mkdir()
    book = nbformat.read(ROOT / f"notebooks/{name}.ipynb", as_version=4)
    assert all(not cell.get("outputs") for cell in book.cells)  # none are kept in the repository
    NotebookClient(
        book,
        timeout=180,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path / "notebooks")}},
    ).execute()
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    kinds = {kind for cell in cells for out in cell.outputs for kind in out.get("data", {})}
    assert "text/html" in kinds if name != "atlas" else "image/png" in kinds
    assert not [
        out
        for cell in cells
        for out in cell.outputs
        if out.output_type == "stream" and out.name == "stderr"
    ]
    imported = {
        line
        for cell in cells
        for line in cell.source.split("\n")
        if line.startswith(("from geo.", "import geo."))
    }
    assert imported <= {"from geo.publish.look.style import legend"}


def test_all_notebooks_are_tested():
    assert {file.stem for file in (ROOT / "notebooks").glob("*.ipynb")} == set(NOTEBOOKS)
