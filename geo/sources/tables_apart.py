"""Tables of enterprises that stand in a file of their own, each read by whoever has time for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
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

REGISTER = "enterprises"
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


def alone(sources: Mapping[str, Spec]) -> list[str]:
    """The tables of enterprises of which each is one file that no other source is read from.

    What is read from a book that others are read from, too, is told by all of them together.
    """
    paths = [leaf.path for source in sources.values() for leaf in leaves(source)]
    if any(is_pattern(path) or ".zip" in path.lower() for path in paths):
        return []
    named = Counter(_file_name(path) for path in paths)
    tables = [name for name in LAYERS_OF["enterprise_id"] if name in sources]
    return [
        name
        for name in tables
        if not sources[name].parts and named[_file_name(sources[name].path)] == 1
    ]


def _file_name(path: str) -> str:
    return PurePosixPath(path).name.lower()


def read_table(job: TableJob) -> Rows:
    """The table's canonical rows, in files of the folder. Raises as `read_rows`."""
    rows = read_rows(job.project, job.name, job.source, known_names(job.folder))
    if job.name == REGISTER:
        keep_names(EnterpriseNames.of(rows.frame), job.folder)
    rows = finished(rows, job.project, job.name, job.source, ledger=False)
    parked = replace(rows, frame=ParkedTable.of(rows.frame, job.name, job.folder))
    del rows
    give_back_memory()
    return parked


def keep_names(names: EnterpriseNames, folder: Path) -> None:
    """Leave the names of the register's enterprises to those who read the other tables."""
    write_pickle(folder / _NAMES, names)


def known_names(folder: Path) -> EnterpriseNames | None:
    """The names that `keep_names` left, if there is a register."""
    file = folder / _NAMES
    if not file.exists():
        return None
    names: EnterpriseNames = read_pickle(file)
    return names
