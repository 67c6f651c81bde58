"""All parts worked out: again where the whole says of its areas what no part could know.

A part takes what occupiers hold to be in m². Where most areas of the whole are in another unit they
are missing, and with them other land divides the money: then every part is worked out once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from geo import findings
from geo.assess.part import PartResult
from geo.checks.ledger import check_ledger, check_money, typical_of
from geo.checks.occupancy import most_in
from geo.checks.run import nothing_left
from geo.partition.spill import FOUND, MONEY, SpillSummary
from geo.partition.worker import PartJob, read_part_result, run_part
from geo.pickles import read_pickle, write_pickle

Each = Callable[[str, Callable[[PartJob], Any], list[PartJob]], list[Any]]
_OF_ROWS = ("source_row", "enterprise_id", "mu")


def run_parts(
    each: Each, jobs: list[PartJob]
) -> tuple[list[PartJob], list[SpillSummary], list[PartResult]]:
    """Work out all parts; the jobs as they were done last, what each kept in files, and its result.

    Parts whose tables stay in memory keep nothing in files. Raises DataError where no part has a
    usable parcel.
    """
    kept = each("parts", run_part, jobs)
    results = [read_part_result(job) for job in jobs]
    units = most_in(one.tallies.areas for one in results)
    if units:
        del results
        jobs = [replace(job, other_units=units) for job in jobs]
        kept = each("parts", run_part, jobs)
        results = [read_part_result(job) for job in jobs]
    if not any(_usable_parcels(one) for one in results):
        raise nothing_left("parcels", _found(jobs, results))
    return jobs, kept, results


def _usable_parcels(result: PartResult) -> int:
    rows = result.tables["rows_read"]
    return int(rows.loc[rows["layer"] == "parcels", "used"].sum())


def _found(jobs: list[PartJob], results: list[PartResult]) -> pd.DataFrame:
    """What all parts found, of rows that they keep in files too."""
    files = [job.output / FOUND for job in jobs]
    kept = [read_pickle(file) for file in files if file.exists()]
    return findings.gather_findings([*kept, *(one.findings for one in results)])


def ask_money(
    jobs: list[PartJob], kept: list[SpillSummary], listed: int
) -> tuple[list[SpillSummary], pd.DataFrame]:
    """Questions about money beside the ledger of all parts: of its rows to each part's findings.

    Returns what the parts kept, with at most so many findings `listed`, and questions about the
    ledger as a whole.
    """
    files = [job.output / MONEY for job in jobs]
    if not files[0].exists():
        return kept, findings.no_findings()
    names = [name for name in pq.read_schema(files[0]).names if name not in _OF_ROWS]
    typical = {name: typical_of(name, _pieces(files, name)) for name in names}
    out = list(kept)
    for at, file in enumerate(files):
        asked = check_money(pd.read_parquet(file), typical)
        if len(asked):
            held = jobs[at].output / FOUND
            found = findings.gather_findings([read_pickle(held), asked])
            write_pickle(held, found)
            out[at] = replace(out[at], listed=found.head(listed))
    return out, check_ledger(typical)


def _pieces(files: list[Path], name: str) -> Iterator[pd.DataFrame]:
    return (pd.read_parquet(file, columns=[*_OF_ROWS, name]) for file in files)
