"""A whole project assessed in one piece, in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from geo import findings
from geo.assess.conclude import completed, conclude
from geo.assess.examine import examine_part
from geo.assess.part import RulePacks
from geo.assess.rows import in_sheets
from geo.assess.shared import check_places, prepare
from geo.assess.tallies import check_tallies
from geo.assess.work import work_out
from geo.checks.heights import about_heights, without_heights
from geo.evaluate.method import Method
from geo.evaluate.plan import Plan, read_plan
from geo.project import Settings
from geo.run import Basis, Run
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
    plan: Plan | None = None,
) -> Run:
    """Run checks, areas, allocation, figures, rules and grades over all layers.

    Parcels that fail a pack of `low_efficiency` are low-efficiency land (低效用地). Without a `plan`
    (`geo.evaluate.plan.plan_of`) the shipped one counts that the settings name, if any. Raises
    CrsError at a layer that lands where it cannot be, DataError where nothing usable is left.
    """
    check_places(layers.frames, settings)
    place, notes = prepare(layers, settings, progress)
    low, plan = low_efficiency or [], plan or read_plan(settings.plan)
    basis = Basis(settings, tuple(packs), tuple(low), method, plan, inputs=layers.files)
    part = work_out(layers, settings, RulePacks(packs, low, plan), place, None, progress)
    return completed(conclude([part], [layers.findings, notes], basis, place, progress))


def examine(
    layers: Layers, settings: Settings, progress: Progress = lambda _: None
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Every check: the usable frames (parcels with their areas) and all findings."""
    check_places(layers.frames, settings)
    place, notes = prepare(layers, settings, progress)
    usable, found, tallies = examine_part(layers, settings, place, progress)
    of_all = check_tallies([tallies], settings)
    rows, heights = without_heights(findings.gather_findings([layers.findings, notes, found]))
    every = findings.gather_findings([rows, about_heights([heights]), of_all])
    return usable, in_sheets(every, layers.places)
