"""What a change costs: a source, a theme, a product is one class, seen wherever such things are."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.project import LayerSource, Project, TableSource, read_project
from geo.sources.load import load
from geo.sources.registry import SOURCES
from geo.sources.source import Read, Spec


class Ledger:
    """A source in few lines: an address that only this office's system knows."""

    name = "ledger-system"

    def accepts(self, path: str, spec: Spec) -> bool:
        return path.startswith("ledger:") and isinstance(spec, TableSource)

    def read(self, project: Project, layer: str, spec: Spec) -> Read:
        frame = pd.read_csv(project.folder / f"{layer}.csv", dtype=str)
        frame["source_row"] = range(2, len(frame) + 2)
        return Read(frame, files={spec.path: "digest"})


class Outlines:
    """A source of a layer: outlines from wherever they are."""

    name = "outlines"

    def accepts(self, path: str, spec: Spec) -> bool:
        return path == "outlines" and isinstance(spec, LayerSource)

    def read(self, project: Project, layer: str, spec: Spec) -> Read:
        frame = gpd.read_file(project.folder / f"{layer}.gpkg")
        frame["source_row"] = range(1, len(frame) + 1)
        return Read(frame)


def test_a_source_is_one_class(project: Path) -> None:
    before = load(read_project(project))
    file = project / "mujun.toml"
    text = file.read_text(encoding="utf-8").replace('"indicators.csv"', '"ledger:2023"')
    file.write_text(text.replace('"parcels.gpkg"', '"outlines"'), encoding="utf-8")
    with SOURCES.registered(Ledger()), SOURCES.registered(Outlines()):
        layers = load(read_project(project))
    assert layers.files["ledger:2023"] == "digest"
    for name in ("indicators", "parcels"):
        pd.testing.assert_frame_equal(layers[name], before[name])
