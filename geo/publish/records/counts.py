"""What all rows of a run together say, counted once."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo import findings
from geo.evaluate.run_grades import grade_counts
from geo.run import Run
from geo.run.kept import kept
from geo.standards.outcome import Outcome, outcome


@dataclass(frozen=True, eq=False)
class RunCounts:
    """What only all rows together say: verdicts and reasons, grades, findings by kind."""

    outcome: Outcome
    grades: pd.DataFrame
    found: pd.DataFrame
    enterprises: int


@kept
def run_counts(run: Run) -> RunCounts:
    """The counts of a run whose tables are at hand."""
    return counts_beside(run, outcome(pd.DataFrame(run.parcels), run.verdict_codes))


def counts_beside(run: Run, counted: Outcome) -> RunCounts:
    """The counts of a run whose verdicts are counted already."""
    firms = run.enterprises
    land = firms.set_index("enterprise_id")["area_mu"] if "area_mu" in firms else pd.Series()
    return RunCounts(
        counted,
        grade_counts(run.grades, land.astype("float64")),
        findings.grouped(run.findings),
        len(firms),
    )
