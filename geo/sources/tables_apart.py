"""Tables of enterprises that stand in a file of their own, each read by whoever has time for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from geo.pickles import read_pickle, write_pickle
from geo.project import Project
from geo.runtime import give_back_memory
from geo.source_spec import leaves
from geo.sources.combine import Rows
from geo.sources.enterprise_names import EnterpriseNames
from geo.sources.ids import LAYERS_OF
from geo.sources.locate import is_pattern
from geo.sources.parked import ParkedTable
from geo.sources.read import finished, read_rows
from geo.sources.source import Spec

_REGISTER = LAYERS_OF["enterprise_id"][0]
_NAMES = "enterprise-names.pickle"


@dataclass(frozen=True)
class TableJob:
    """A table to be read, and the folder that its rows are left in.

    The names of the register's enterprises lie there, too, once the register was read.
    """

    project: Project
    name: str
    source: Spec
    folder: Path


Each = Callable[[Callable[[TableJob], Rows], list[TableJob]], list[Rows]]
"""Does a work of each job, here or by processes that see the project's files; answers in order."""


def read_apart(
    project: Project,
    sources: Mapping[str, Spec],
    folder: Path,
    each: Each,
    progress: Callable[[str], None],
) -> dict[str, Rows]:
    """The tables that are `alone`, left in files of the folder: the register, then all others."""
    out: dict[str, Rows] = {}
    tables = alone(sources)
    for names in (tables[:1], tables[1:]):
        for name in names:
            progress(name)
        jobs = [TableJob(project, name, sources[name], folder) for name in names]
        out |= zip(names, each(read_table, jobs), strict=True)
    return out


def alone(sources: Mapping[str, Spec]) -> list[str]:
    """The tables of enterprises of which each is one file that no other source is read from.

    None where the register is no such table. What one book has for several tables is told by all
    of them together.
    """
    paths = [leaf.path for source in sources.values() for leaf in leaves(source)]
    if any(is_pattern(path) or ".zip" in path.lower() for path in paths):
        return []
    named = Counter(_file_name(path) for path in paths)
    tables = [
        name
        for name in LAYERS_OF["enterprise_id"]
        if name in sources
        and not sources[name].parts
        and named[_file_name(sources[name].path)] == 1
    ]
    return tables if _REGISTER in tables else []


def _file_name(path: str) -> str:
    return PurePosixPath(path).name.lower()


def read_table(job: TableJob) -> Rows:
    """The table's canonical rows, in files of the folder. Raises as `read_rows`."""
    rows = read_rows(job.project, job.name, job.source, known_names(job.folder))
    if job.name == _REGISTER:
        write_pickle(job.folder / _NAMES, EnterpriseNames.of(rows.frame))
    rows = finished(rows, job.project, job.name, job.source, ledger=False)
    parked = replace(rows, frame=ParkedTable.of(rows.frame, job.name, job.folder))
    del rows
    give_back_memory()
    return parked


def known_names(folder: Path | None) -> EnterpriseNames | None:
    """The names of a register that `read_apart` left in the folder, if it did."""
    if folder is None or not (folder / _NAMES).exists():
        return None
    names: EnterpriseNames = read_pickle(folder / _NAMES)
    return names
