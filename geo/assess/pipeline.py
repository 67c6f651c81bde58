"""A whole project assessed in one piece, in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from geo import findings
from geo.assess.conclude import conclude
from geo.assess.result import Assessment, Basis
from geo.assess.rows import in_sheets
from geo.assess.work import Rules, check_places, examine_part, prepare, work_out
from geo.evaluate.method import Method
from geo.project import Settings
from geo.sources.load import Layers
from geo.standards.model import Pack

Progress = Callable[[str], None]


def assess(
    layers: Layers,
    settings: Settings,
    packs: list[Pack],
    progress: Progress = lambda _: None,
    method: Method | None = None,
    low_efficiency: list[Pack] | None = None,
) -> Assessment:
    """Run checks, areas, allocation, figures, rules and grades over all layers.

    Parcels that fail a pack of `low_efficiency` are low-efficiency land (低效用地). Raises
    CrsError at a layer that lands where it cannot be, DataError where nothing usable is left.
    """
    check_places(layers.frames, settings)
    place, notes = prepare(layers, settings, progress)
    part = work_out(layers, settings, Rules(packs, low_efficiency or []), place, None, progress)
    result = conclude([part], [layers.findings, notes], settings, place, method, progress)
    return replace(result, basis=Basis(packs, low_efficiency or [], method))


def examine(
    layers: Layers, settings: Settings, progress: Progress = lambda _: None
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Every check: the usable frames (parcels with their areas) and all findings."""
    check_places(layers.frames, settings)
    place, notes = prepare(layers, settings, progress)
    usable, found = examine_part(layers, settings, place, progress)
    every = findings.gather([layers.findings, notes, found])
    return usable, in_sheets(every, layers.sheets)
