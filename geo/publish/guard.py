"""What a project reads: never written over by what it writes, and known by hash in the record."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from geo.errors import OutputError
from geo.evaluate.method import SHELF as METHODS
from geo.evaluate.plan import SHELF as PLANS
from geo.partition.spill import SPILLED
from geo.project import LayerSource, Project, TableSource
from geo.publish.gis.vectors import DATABASE_TABLES
from geo.publish.registry import folders
from geo.run import Run
from geo.run.basis import OF_SHOWING
from geo.run.run import MESSAGES
from geo.source_spec import leaves
from geo.sources.database import is_database, shown
from geo.sources.digest import sha256
from geo.sources.locate import files_of, is_pattern, split_archive
from geo.sources.project_notes import note_paths
from geo.sources.repairs import FILE as REPAIRS
from geo.standards.model import SHELF as PACKS
from geo.text import join

OF_MAPS = ("map", "tiles")
"""Folders of a map that loads as one looks."""
_OLD = (*SPILLED, MESSAGES, "fgb")
"""Folders at old paths (`geo.publish.old_paths`)."""
TEMPLATES = ("atlas.typ", "card.typ", "report.docx")
_SHOWN = 5
"""Most names that a message lists; the project's own file comes first of all."""
SHIPPED = {
    "geo.evaluate": ("supply.toml",),
    "geo.land": ("facilities.toml", "zones.toml"),
    "geo.data": ("gbt4754_2017.csv", "land_use_classes.csv", "land_use_other_schemes.csv"),
}
"""Files of the package that verdicts rest on, beside packs, methods and plans."""


def inputs(project: Project) -> dict[str, Path]:
    """Every file and folder that a project reads, by what the project calls it."""
    out = {project.file: project.folder / project.file, REPAIRS: project.folder / REPAIRS}
    for source in sources(project):
        out |= files_of(project, source)
    out |= {path: project.folder / path for path in note_paths(project)}
    out |= {path: project.folder / path for path in paths(project) if not is_pattern(path)}
    return {name: file for name, file in out.items() if os.path.lexists(file)}


def sources(project: Project) -> list[LayerSource | TableSource]:
    """All that a project reads a path of: its layers and tables, or their parts."""
    declared: list[LayerSource | TableSource] = [
        *project.layers.values(),
        *project.tables.values(),
    ]
    return [leaf for source in declared for leaf in leaves(source)]


def paths(project: Project) -> list[str]:
    """Paths of all files that a project names, as it writes them; of an archive its own."""
    named = [
        split_archive(project, source.path)[0]
        for source in sources(project)
        if not is_database(source.path)
    ]
    named += [raster.path for raster in project.rasters.values()]
    named += [layer.join.path for layer in project.layers.values() if layer.join]
    named += project.notes.files
    settings = project.settings
    named += [
        name
        for name in (
            *settings.standards,
            *settings.low_efficiency,
            settings.evaluation,
            settings.plan,
            project.fields_file,
        )
        if name.endswith(".toml")
    ]
    if "{" not in project.publish.basemap:
        named.append(project.publish.basemap)
    if project.publish.templates:
        named += [f"{project.publish.templates}/{name}" for name in TEMPLATES]
    return [path for path in named if path and not is_database(path)]


def inputs_by_hash(project: Project) -> dict[str, str]:
    """SHA-256 of every file that a run rests on: the project's, and the package's by `geo/…`."""
    out = {name: sha256(file) for name, file in inputs(project).items()}
    return out | {name: sha256(file) for name, file in _shipped(project)}


def changed_inputs(project: Project, run: Run) -> list[str]:
    """What a run rested on and is another today: settings by name, files by path."""
    today, judged = project.settings, run.settings
    odd = [
        f"{project.file} [project] {name}"
        for name in type(today).model_fields
        if name not in OF_SHOWING and getattr(today, name) != getattr(judged, name)
    ]
    then = project.model_copy(update={"settings": judged})
    hashes, named = inputs_by_hash(then), set(paths(then))
    for name, digest in run.basis.inputs.items():
        if name == project.file:
            continue
        there = hashes.get(name)
        if (there is None and (name in named or _fits(name, named))) or (
            there is not None and there != digest
        ):
            odd.append(name)
    return odd + [name for name in hashes if name not in run.basis.inputs and _fits(name, named)]


def _fits(name: str, named: Iterable[str]) -> bool:
    """Whether a file is one of those that a pattern of the project stands for."""
    return any(is_pattern(path) and fnmatchcase(name, path) for path in named)


def _shipped(project: Project) -> Iterator[tuple[str, Any]]:
    settings = project.settings
    for shelf, names in (
        (PACKS, {*settings.standards, *settings.low_efficiency}),
        (METHODS, {settings.evaluation}),
        (PLANS, {settings.plan}),
    ):
        for name in sorted(names):
            file = shelf.home / f"{name}.toml"
            if name and file.is_file():
                yield f"geo/{shelf.home.name}/{name}.toml", file
    for package, listed in SHIPPED.items():
        for name in listed:
            file = files(package) / name
            if file.is_file():
                yield f"{package.replace('.', '/')}/{name}", file


def refuse_inputs(project: Project, folder: Path) -> None:
    """OutputError where what is written into a folder could meet what the project reads.

    An input may not lie in the output folder, nor in the folders there that products are written
    to, by whatever name, link or spelling it is reached; nor may the output folder lie in a folder
    that is an input, or be the root of a disk. Nothing has been computed yet.
    """
    target = folder.resolve()
    if target == target.parent:
        raise OutputError("guard.output_folder_cannot_root_disk", target=target)
    met = [
        name
        for name, file in inputs(project).items()
        if any(_meets(place, target) for place in (file.absolute(), file.resolve()))
    ]
    if met:
        raise OutputError(
            "guard.output_folder_holds_input_files", folder=folder, files=join(met[-_SHOWN:])
        )
    _refuse_tables(project)


def refuse_foreign_repairs(project: Project) -> None:
    """OutputError where `repairs.gpkg` is not what `mujun repair` writes, or is a source."""
    file = project.folder / REPAIRS
    if not os.path.lexists(file):
        return
    read = {
        file.resolve() for source in sources(project) for file in files_of(project, source).values()
    }
    try:
        layers = pyogrio.list_layers(file)[:, 0]
        theirs = any(
            "digest" not in pyogrio.read_info(file, layer=name)["fields"] for name in layers
        )
    except (DataSourceError, DataLayerError):  # damaged: under this name, ours
        theirs = not file.is_file()
    if theirs or file.resolve() in read:
        raise OutputError("guard.not_wrote_neither_replaced_nor", file=file)


def _meets(file: Path, folder: Path) -> bool:
    if file.is_dir() and any(_same(file, place) for place in (folder, *folder.absolute().parents)):
        return True
    for place in (file, *file.parents):
        if _same(place, folder):
            within = file.relative_to(place).parts
            return len(within) < 2 or within[0].casefold() in {*folders(), *OF_MAPS, *_OLD}
    return False


def _same(one: Path, other: Path) -> bool:
    """Whether two paths are one folder, whatever their spelling."""
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return False


def _refuse_tables(project: Project) -> None:
    """OutputError where a table of a database is both read and written."""
    target, schema = project.publish.postgis, project.publish.postgis_schema
    if not target:
        return
    written = {f"{schema}.{name}".casefold() for name in DATABASE_TABLES}
    for source in sources(project):
        table = source.layer or ""
        full = table if "." in table else f"public.{table}"
        if (
            is_database(source.path)
            and full.casefold() in written
            and (_database(source.path) == _database(target))
        ):
            raise OutputError(
                "guard.postgis_schema_would_replace_input",
                schema=schema,
                full=full,
                shown=shown(target),
            )


def _database(uri: str) -> tuple[str, int, str]:
    """Host, port and name of a database."""
    parts = urlsplit(uri)
    host = (parts.hostname or "localhost").casefold()
    local = "localhost" if host in ("127.0.0.1", "::1") else host
    return local, parts.port or 5432, parts.path.strip("/")
