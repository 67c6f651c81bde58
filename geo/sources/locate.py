"""Which files a path of the project file names: one, all of a pattern, a member of an archive.

`台账/*.xlsx` is every file that fits, in natural order (2 before 10); what Office keeps beside an
open file (`~$台账.xlsx`) is left out, and told. `报送.zip/台账.xlsx` is a member of an archive.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from geo.errors import SourceError
from geo.project import Project
from geo.source_spec import TableSource, leaves
from geo.sources.database import is_database
from geo.sources.registry import source_of
from geo.sources.source import Spec
from geo.sources.zipped import member_names
from geo.text import join

_LOCK = re.compile(r"^(?:~\$|\.~|\._)")
"""Beginnings of what Office, LibreOffice and macOS keep beside a file that is open."""
_RECORD = "run.json"
"""What a folder of results holds (`geo.run.record`)."""
_FOLDER_FORMATS = (".gdb", ".parquet", ".geoparquet")
_SHOWN = 5


@dataclass(frozen=True)
class Found:
    """What a pattern names: paths relative to the project, and what was left out of them."""

    paths: tuple[str, ...]
    locks: tuple[str, ...] = ()


def is_pattern(path: str) -> bool:
    """Whether a path stands for all files that fit it."""
    return not is_database(path) and ("*" in path or "?" in path)


def split_archive(project: Project, path: str) -> tuple[str, str]:
    """An archive and the member of it that a path names; "" for a path that enters no archive."""
    parts = path.split("/")
    for count in range(1, len(parts)):
        head = "/".join(parts[:count])
        if head.lower().endswith(".zip") and not project.path(head).is_dir():
            return head, "/".join(parts[count:])
    return path, ""


def expanded(project: Project, spec: Spec) -> tuple[list[Spec], tuple[str, ...]]:
    """The parts of a source: those that it lists, or a file each of its pattern; none of a file.

    Beside them the files that were left out. Raises SourceError where nothing fits a pattern.
    """
    if spec.parts:
        return list(spec.parts), ()
    if not is_pattern(spec.path) or getattr(source_of(spec.path, spec), "patterns", False):
        return [], ()
    found = fitting(project, spec.path)
    if not found.paths:
        raise SourceError(
            "locate.nothing_fits",
            pattern=spec.path,
            folder=project.folder,
            near=join(_near(project, spec.path), most=_SHOWN),
        )
    return [spec.model_copy(update={"path": path}) for path in found.paths], found.locks


def fitting(project: Project, pattern: str) -> Found:
    """Files, and members of archives, whose path fits a pattern."""
    parts = pattern.split("/")
    inner = next((n for n, p in enumerate(parts[:-1], 1) if p.lower().endswith(".zip")), 0)
    if not inner:
        return _files(project, pattern)
    archives = _files(project, "/".join(parts[:inner])).paths
    wanted = "/".join(parts[inner:])
    members = [
        f"{archive}/{name}"
        for archive in archives
        for name in natural(member_names(project.path(archive)))
        if fnmatchcase(name, wanted)
    ]
    return Found(tuple(m for m in members if not _is_lock(m)))


def _files(project: Project, pattern: str) -> Found:
    if not is_pattern(pattern):
        return Found((pattern,))
    root = Path(PurePosixPath(pattern).anchor or project.folder)
    relative = pattern.removeprefix(PurePosixPath(pattern).anchor)
    names = [
        file.relative_to(project.folder).as_posix()
        if file.is_relative_to(project.folder)
        else file.as_posix()
        for file in root.glob(relative)
        if (file.is_file() or file.suffix.lower() in _FOLDER_FORMATS)
        and not _is_result(file, project.folder)
    ]
    ordered = natural(names)
    return Found(
        tuple(n for n in ordered if not _is_lock(n)), tuple(n for n in ordered if _is_lock(n))
    )


def _is_result(file: Path, folder: Path) -> bool:
    """Whether a file lies in a folder of results, which has a record of its run."""
    above = (parent for parent in file.parents if parent != folder and folder in parent.parents)
    return any((parent / _RECORD).is_file() for parent in above)


def _is_lock(path: str) -> bool:
    return bool(_LOCK.match(PurePosixPath(path).name))


def natural(names: Iterable[str]) -> list[str]:
    """Names in the order that people count in.

    >>> natural(["镇10.xlsx", "镇2.xlsx"])
    ['镇2.xlsx', '镇10.xlsx']
    """
    return sorted(names, key=_counted)


def _counted(name: str) -> list[tuple[int, int, str]]:
    pieces = re.split(r"(\d+)", name)
    return [(1, int(p), p) if p.isdecimal() else (0, 0, p.casefold()) for p in pieces if p]


def _near(project: Project, pattern: str) -> list[str]:
    """Files of the folder in which nothing fits: what may have been meant."""
    parent = str(PurePosixPath(pattern).parent)
    folder = project.folder if is_pattern(parent) else project.folder / parent
    if not folder.is_dir():
        return []
    return natural(f.name for f in folder.iterdir() if f.is_file() and not _is_lock(f.name))


def files_of(project: Project, spec: Spec) -> dict[str, Path]:
    """Every file that a source reads, by what the record of a run calls it.

    A member of an archive is known by its archive.
    """
    paths = [
        path
        for leaf in leaves(spec)
        if not is_database(leaf.path)
        for path in (fitting(project, leaf.path).paths if is_pattern(leaf.path) else (leaf.path,))
    ]
    named = [split_archive(project, path)[0] for path in paths]
    return {path: project.folder / path for path in named}


def places_read(project: Project, spec: Spec) -> set[tuple[str, str]]:
    """The file and sheet (or layer) of everything that a source reads."""
    return {
        (path, str(sheet))
        for leaf in leaves(spec)
        for path in (fitting(project, leaf.path).paths if is_pattern(leaf.path) else (leaf.path,))
        for sheet in _sheets(leaf)
    }


def _sheets(leaf: Spec) -> list[str | int]:
    sheet = leaf.sheet if isinstance(leaf, TableSource) else None
    if isinstance(sheet, list):
        return list(sheet)
    return [sheet if sheet is not None else leaf.layer or ""]
