"""What all rows of a run together say, counted once."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from geo import findings
from geo.evaluate.run_grades import grade_counts
from geo.model.table import FOLDER
from geo.publish.registry import Each, one_by_one
from geo.run import Run
from geo.run.gaps import with_medians, without_gaps
from geo.run.kept import kept
from geo.run.part import files_of, parts_in, run_of_part
from geo.run.run import MESSAGES
from geo.standards.outcome import OF_PARCELS, Outcome, outcome, total


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
    counted = outcome(pd.DataFrame(run.parcels), run.verdict_codes)
    return RunCounts(counted, _grades(run), findings.grouped(run.findings), len(run.enterprises))


def stored_counts(run: Run, folder: Path, each: Each = one_by_one) -> RunCounts:
    """The counts of a run that is kept in a folder; of one in parts no table is read whole.

    `each` has the parts counted, in order. Who asks for the counts of the same run again has these.
    """
    parts = parts_in(folder)
    if parts and run not in run_counts:
        with tempfile.TemporaryDirectory() as scratch:
            jobs = [(folder, part, Path(scratch) / f"{part}.parquet") for part in parts]
            counted = each(_counted, jobs)
            all_of = with_medians(total([one.outcome for one in counted]), [job[2] for job in jobs])
        by_grade = pd.concat([one.grades for one in counted]).groupby("grade", as_index=False)
        of_parts = [one.found for one in counted]
        beside = [
            _found(folder, name) for name in files_of(folder, "findings") if name not in parts
        ]
        found = findings.add_groups([*of_parts, *beside])
        firms = sum(one.enterprises for one in counted)
        run_counts.take(run, RunCounts(all_of, by_grade.sum(), found, firms))
    return run_counts(run)


def _counted(job: tuple[Path, str, Path]) -> RunCounts:
    """The counts of a part; its gaps go into a file."""
    folder, part, gaps = job
    run = run_of_part(Run.load(folder), folder, part, {})
    counted = outcome(run.columns("parcels", *OF_PARCELS), run.verdict_codes)
    firms = run.count("enterprises")
    return RunCounts(without_gaps(counted, gaps), _grades(run), _found(folder, part), firms)


def _found(folder: Path, name: str) -> pd.DataFrame:
    """The findings of a file of theirs by kind."""
    asked = {"findings": ["severity", "layer", "code", "row"], MESSAGES: [*findings.SAYING]}
    published, said = (
        pd.read_parquet(folder / FOLDER / table / f"{name}.parquet", columns=columns)
        for table, columns in asked.items()
    )
    return findings.grouped(findings.with_sayings(published, said))


def _grades(run: Run) -> pd.DataFrame:
    firms = run.columns("enterprises", "enterprise_id", "area_mu").set_index("enterprise_id")
    land = firms.get("area_mu", pd.Series(dtype="float64"))
    grades = run.about("grades", "enterprise", "subject", "subject_id", "grade")
    return grade_counts(grades, land.astype("float64"))
