"""A path may be a text wherever the library takes one."""

from __future__ import annotations

from pathlib import Path

import geo
from geo.run import Run
from tests.builders import column_text, in_one, pack_text, row_text

BASE = Path(__file__).parent / "data/field_cases/00"


def test_files_and_folders_may_be_texts(tmp_path: Path) -> None:
    place = str(tmp_path)
    project = geo.read_project(str(BASE))
    assert project == geo.read_project(BASE / "mujun.toml")
    run = in_one(BASE)
    run.save(f"{place}/kept")
    kept = geo.read_run(f"{place}/kept")
    assert isinstance(kept, Run)
    assert len(kept.parcels) == 4
    view = geo.View("tax_per_mu")
    geo.snapshot(kept, view, f"{place}/sheet.png")
    geo.write_report(kept, f"{place}/report.docx")
    assert geo.write_atlas(kept, f"{place}/atlas.pdf") == 1
    (card,) = geo.write_cards(kept, f"{place}/cards", ["P1"])
    for name in ("sheet.png", "report.docx", "atlas.pdf", f"cards/{card}"):
        assert (tmp_path / name).stat().st_size > 1_000, name
    assert len(geo.verdicts(f"{place}/kept")) == len(kept.verdicts)


def test_packs_beside_a_project_may_be_found_by_a_text(tmp_path: Path) -> None:
    text = pack_text(column_text("tax", "tax_per_mu", unit="万元/亩"), row_text("tax = 8"))
    (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
    assert geo.read_pack("ours.toml", str(tmp_path)) == geo.read_pack("ours.toml", tmp_path)
