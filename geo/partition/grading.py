"""Enterprises of all parts graded together, and each part given the grades of those it shows.

The conducting process has their figures and where they stand, not their names: a part knows the
names of its own, and those of other parts' enterprises that it shows are few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.arrays import Ints, Series
from geo.assess.conclude import with_categories
from geo.evaluate.graded import Standings
from geo.evaluate.method import Method
from geo.evaluate.run_grades import NOTHING, evaluate_enterprises, grade_counts
from geo.geometry.keys import position_of
from geo.partition.spill import COMPETING, OF_GRADES, Kinds, kinds_of
from geo.partition.worker import PartJob
from geo.pickles import read_pickle, write_pickle
from geo.project import Settings
from geo.runtime import give_back_memory


@dataclass(frozen=True)
class GradesOfParts:
    """What the whole keeps of it: the tables' types, and enterprises and their 亩 by grade."""

    kinds: dict[str, Kinds]
    counts: pd.DataFrame


def grade_parts(
    jobs: list[PartJob], shown: list[Series], method: Method | None, settings: Settings
) -> GradesOfParts:
    """Leave in `job.grades` of each part the grades of its enterprises, and every grade it shows.

    `shown` are the ids of other parts' enterprises whose grades the tables of each part show.
    """
    if method is None:
        for job in jobs:
            write_pickle(job.grades, (NOTHING, NOTHING.grades[["grade", "score"]]))
        return GradesOfParts({}, grade_counts(NOTHING.grades, pd.Series(dtype="float64")))
    table, rows_of_part = competing(jobs)
    give_back_memory()
    firms = evaluate_enterprises(table, method, settings)
    del table
    known = _of_others(jobs, rows_of_part, shown, firms)
    counts: list[pd.DataFrame] = []
    kinds: dict[str, Kinds] = {}
    for job, rows, asked in zip(jobs, rows_of_part, shown, strict=True):
        own = _competing(job)
        graded = firms.graded(rows, pd.Index(own["enterprise_id"]))
        told = graded.grades.set_index("subject_id")[["grade", "score"]]
        others = known[known.index.isin(asked)]
        write_pickle(job.grades, (graded, pd.concat([told[~told.index.duplicated()], others])))
        land = own.set_index("enterprise_id").get("area_mu", pd.Series(dtype="float64"))
        counts.append(grade_counts(graded.grades, land))
        if len(rows) and not kinds:
            kinds = {name: kinds_of(getattr(graded, name)) for name in OF_GRADES}
    by_grade = pd.concat(counts).groupby("grade", as_index=False).sum()
    return GradesOfParts(kinds, by_grade)


def competing(jobs: list[PartJob]) -> tuple[pd.DataFrame, list[Ints]]:
    """What enterprises are graded by, in order of their source rows; the rows of each part's."""
    tables = [_competing(job).drop(columns="enterprise_id") for job in jobs]
    ends = np.cumsum([len(table) for table in tables])[:-1]
    table = with_categories([one for one in tables if len(one)] or tables[:1])
    order = np.argsort(table["source_row"].to_numpy(), kind="stable")
    row = np.empty(len(order), dtype=np.int64)
    row[order] = np.arange(len(order))
    return table.iloc[order].reset_index(drop=True), np.split(row, ends)


def _competing(job: PartJob) -> pd.DataFrame:
    out: pd.DataFrame = read_pickle(job.output / COMPETING)
    return out


def _of_others(
    jobs: list[PartJob], rows_of_part: list[Ints], shown: list[Series], firms: Standings
) -> pd.DataFrame:
    """Grade and score of the enterprises that other parts show, by id."""
    asked = pd.concat(shown).drop_duplicates()
    row = np.full(len(asked), -1, dtype=np.int64)
    for job, rows in zip(jobs, rows_of_part, strict=True):
        at = position_of(asked, _competing(job)["enterprise_id"])
        row[at >= 0] = rows[at[at >= 0]]
    found = firms.graded(row[row >= 0], pd.Index(asked[row >= 0]))
    return found.grades.set_index("subject_id")[["grade", "score"]]
