"""Last year's project: its sources as they stand in its file, what they held, paths made absolute."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import tomlkit

from geo.errors import MujunError, ProjectError
from geo.intake.carry import Pairing, headings_of
from geo.intake.paths import relative_path
from geo.project import LayerSource, Project, TableSource, read_project
from geo.sources.registry import source_of
from geo.sources.source import Spec
from geo.text import Wording

Table = MutableMapping[str, Any]
"""A table of the file, to be changed in place: comments stay."""

GROUPS: dict[str, type[LayerSource | TableSource]] = {"layers": LayerSource, "tables": TableSource}
_PATTERN = frozenset("*?[")


@dataclass
class Leaf:
    """One source of last year's file.

    Parameters
    ----------
    group, role
        `[layers.parcels]`.
    table
        Where it stands in the file.
    path
        As the file has it; `index` is its place where several are listed.
    raw
        Rows under the office's headings; None where it cannot be read any more (`error`).
    """

    group: str
    role: str
    table: Table
    path: str
    index: int | None = None
    raw: pd.DataFrame | None = None
    error: Wording | None = None
    pairing: Pairing | None = None

    @property
    def spec(self) -> Spec:
        """The source as the project declares it, alone."""
        keys = {k: _plain(v) for k, v in self.table.items() if k not in ("parts", "combine")}
        return GROUPS[self.group](**(keys | {"path": self.path}))

    @property
    def part(self) -> str | None:
        """The sheet or layer that it names, where it names one."""
        named = self.table.get("sheet", self.table.get("layer"))
        return str(named) if isinstance(named, str) else None

    @property
    def is_pattern(self) -> bool:
        """Whether its path is a pattern for several files."""
        return bool(_PATTERN & set(self.path))


@dataclass
class LastYear:
    """A project file to be carried on: parsed, as a document with its comments, its sources."""

    folder: Path
    project: Project
    document: Any
    leaves: list[Leaf] = field(default_factory=list)


def last_year(folder: Path) -> LastYear:
    """Last year's project with every source of its file read; nothing is written.

    Raises ProjectError where there is none.
    """
    project = read_project(folder)
    text = (project.folder / project.file).read_text(encoding="utf-8-sig")
    out = LastYear(project.folder, project, tomlkit.parse(text))
    for leaf in _leaves(out.document):
        _read(project, leaf)
        out.leaves.append(leaf)
    return out


def _leaves(document: Any) -> Iterator[Leaf]:
    for group in GROUPS:
        for role, table in document.get(group, {}).items():
            yield from _of_table(group, role, table)


def _of_table(group: str, role: str, table: Table) -> Iterator[Leaf]:
    for part in table.get("parts", []):
        yield from _of_table(group, role, part)
    path = table.get("path")
    if isinstance(path, str) and path:
        yield Leaf(group, role, table, str(path))
    elif isinstance(path, list):
        for index, one in enumerate(path):
            yield Leaf(group, role, table, str(one), index)


def _read(project: Project, leaf: Leaf) -> None:
    try:
        leaf.raw = source_of(leaf.path, leaf.spec).read(project, leaf.role, leaf.spec).frame
    except MujunError as error:
        leaf.error = error.text


def pairings(leaves: list[Leaf]) -> list[Pairing]:
    """The files of last year's, each once: a sheet of several roles is one file."""
    out: dict[tuple[str, str | None], Pairing] = {}
    for leaf in leaves:
        if leaf.is_pattern or "://" in leaf.path:
            continue
        headings = () if leaf.raw is None else headings_of(leaf.raw)
        key = (leaf.path, leaf.part)
        if key in out:
            out[key].roles += (leaf.role,)
        else:
            out[key] = Pairing((leaf.role,), leaf.path, leaf.part, headings)
        leaf.pairing = out[key]
    return list(out.values())


def _plain(value: Any) -> Any:
    return value.unwrap() if hasattr(value, "unwrap") else value


def rebase(document: Any, old: Path, new: Path) -> None:
    """Paths of settings that last year's file gives, as they are reached from the new one."""
    settings = document.get("project", {})
    for key in ("evaluation", "plan", "fields"):
        if str(settings.get(key, "")).endswith(".toml"):
            settings[key] = _moved(str(settings[key]), old, new)
    fields = settings.get("fields")
    if isinstance(fields, dict) and str(fields.get("file", "")).endswith(".toml"):
        fields["file"] = _moved(str(fields["file"]), old, new)
    if isinstance(settings.get("land_use"), str):
        settings["land_use"] = _moved(str(settings["land_use"]), old, new)
    for key in ("standards", "low_efficiency"):
        listed = settings.get(key, [])
        for index in [k for k, name in enumerate(listed) if str(name).endswith(".toml")]:
            listed[index] = _moved(str(listed[index]), old, new)
    publish = document.get("publish", {})
    for key in ("templates", "basemap"):
        path = str(publish.get(key, ""))
        named = key == "templates" or (Path(path).suffix and "{" not in path)
        if path and named:
            publish[key] = _moved(path, old, new)
    tables = [t for group in GROUPS for t in document.get(group, {}).values() if "join" in t]
    for table in tables:
        table["join"]["path"] = _moved(str(table["join"]["path"]), old, new)


def _moved(path: str, old: Path, new: Path) -> str:
    """A path of last year's project file, from the new project's folder."""
    return path if "://" in path else relative_path(old / path, new)


def refuse_same(old: Path, new: Path) -> None:
    """ProjectError where the new project would lie where the old one does."""
    if old.resolve() == new.resolve():
        raise ProjectError("new_year.same_folder", folder=new)
