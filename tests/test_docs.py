"""What the docs say by example is what the program says."""

from __future__ import annotations

import json
import re
from pathlib import Path

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
    explained = [(re.search(r"= ([\d.,]+) >=", r["arithmetic"]).group(1), words[r["verdict"]])
                 for r in record["rules"] if r["arithmetic"]]
    assert rows == explained
    mend = next(r["mend"] for r in record["rules"] if r["mend"])
    assert re.findall(r"[\d.,]+\d", mend) == ["603.07", "2,930.17", "1.7231"]
    assert "2,930.17 万元 of output, 603.07 more, or 1.7231 亩 given back" in text
    assert record["compliance"] == "不达标"


def test_links_between_the_docs_lead_somewhere():
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+\.md)[^)]*\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).is_file(), f"{page.name}: {target}"


def test_every_indicator_and_pack_is_in_the_rules_page():
    from geo.standards.model import shipped

    text = (ROOT / "docs/packs.md").read_text(encoding="utf-8")
    for name in shipped():
        assert name in text


def test_the_first_notebook_runs(demo, tmp_path, monkeypatch):
    book = json.loads((ROOT / "notebooks/first_map.ipynb").read_text(encoding="utf-8"))
    monkeypatch.chdir(demo / "outputs")
    cells = ["".join(c["source"]) for c in book["cells"] if c["cell_type"] == "code"]
    names: dict[str, object] = {}
    for cell in cells:
        exec(compile(cell, "notebook", "exec"), names)
    assert (demo / "outputs/first.html").is_file()
