"""One layer or table of a project read: its one file, or all its parts put together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import geopandas as gpd
import pandas as pd

from geo import findings
from geo.errors import SourceError
from geo.model import LAYERS, MEASURES, Exchange, LayerSpec
from geo.project import LayerSource, Project, TableSource
from geo.source_spec import leaves
from geo.sources.columns import columns_by_name
from geo.sources.combine import Rows, appended, joined
from geo.sources.database import source_name
from geo.sources.declared import as_declared
from geo.sources.digest import sha256
from geo.sources.dissolve import dissolved
from geo.sources.enterprise_names import EnterpriseNames, rows_of_one_register
from geo.sources.fields import require_columns, settled, typed_rows
from geo.sources.kinds import kind_of
from geo.sources.layer_join import with_joined
from geo.sources.locate import expanded, split_archive
from geo.sources.parcel_figures import spec_of
from geo.sources.places import RowPlaces
from geo.sources.registry import source_of
from geo.sources.repeats import counted_once, one_row_a_key, sent_once, with_land
from geo.sources.reserved import free_of_results
from geo.sources.source import Read, Spec
from geo.sources.summaries import without_summaries
from geo.sources.zipped import only_table, unpacked_member
from geo.text import Message, join

_SHOWN = 8


@dataclass(frozen=True)
class _Reading:
    """What a layer is read in: its project, and what its columns are.

    `among` are the paths of several files that are put together; where they are joined, `key_only` says that each needs only
    the columns of the key. `names` are those of the register's enterprises.
    """

    project: Project
    spec: LayerSpec
    among: tuple[str, ...] = ()
    key_only: bool = False
    names: EnterpriseNames | None = None


def read_rows(
    project: Project, name: str, source: Spec, names: EnterpriseNames | None = None
) -> Rows:
    """The canonical rows of a layer or table, from wherever they are.

    An enterprise that is named instead of its id is found among `names`.
    Raises SourceError, CrsError or ProjectError where a file cannot be read as what it is for, and
    where no file has a row.
    """
    spec = _spec(name, source)
    rows = _rows(_Reading(project, spec, names=names), source)
    if rows.frame.empty:
        label = source_name(source.path, source.layer) if source.path else rows.label
        raise SourceError("sources_load.layer_empty", path=label, layers=spec.title, name=name)
    headings = [str(c) for c in rows.frame.columns if c not in ("source_row", "geometry")]
    require_columns(spec, headings, rows.label, headings)
    _require_measure(spec, headings, headings, rows.label, rows.findings)
    notes = findings.gather_findings([rows.findings, _about_files(rows, name)])
    return replace(rows, findings=notes)


def finished(rows: Rows, project: Project, name: str, source: Spec, *, ledger: bool) -> Rows:
    """The rows counted once, in columns of one kind each, that have no name of a result.

    In a `ledger` of several roles an enterprise may stand on several rows, and need not have land.
    """
    spec = _spec(name, source)
    if ledger:
        rows = one_row_a_key(with_land(rows, spec), spec)
    rows = counted_once(sent_once(rows, spec), spec)
    frame, reserved = free_of_results(
        settled(rows.frame, spec),
        name,
        project.settings.catalogue,
        rows.label,
        {column for leaf in leaves(source) for column in leaf.fields},
    )
    return replace(rows, frame=frame, findings=findings.gather_findings([rows.findings, reserved]))


def _spec(name: str, source: Spec) -> LayerSpec:
    """What the layer's columns are; parcels may bear figures of their own."""
    return spec_of(name, {column for leaf in leaves(source) for column in leaf.fields})


def _rows(reading: _Reading, source: Spec) -> Rows:
    """The rows of a source: of its file, or of its parts put together as it says."""
    spec = reading.spec
    parts, locks = expanded(reading.project, source)
    if not parts:
        return _single(_of_file(reading, source), reading)
    joining = source.combine == "join"
    paths = tuple(leaf.path for part in parts for leaf in leaves(part))
    within = replace(reading, among=paths, key_only=reading.key_only or joining)
    read = [_rows(within, part) for part in parts]
    filled = [rows for rows in read if len(rows.frame)] or read[:1]
    if joining and spec.name == "enterprises":
        filled = rows_of_one_register(filled)
    if joining:
        rows = joined([sent_once(without_summaries(rows, spec), spec) for rows in filled], spec)
    else:
        rows = appended(filled, spec)
    empty = [rows.label for rows in read if not len(rows.frame)]
    notes = [rows.findings]
    if empty:
        notes.append(_about_left_out("no_rows", empty, spec.name, "warning"))
    if locks:
        notes.append(_about_left_out("lock_files", locks, spec.name, "info"))
    return _single(replace(rows, findings=findings.gather_findings(notes)), reading)


def _single(rows: Rows, reading: _Reading) -> Rows:
    """The rows, without summaries where no others are to be put to them."""
    return rows if reading.among else without_summaries(rows, reading.spec)


def _about_left_out(
    code: str, files: list[str] | tuple[str, ...], name: str, severity: findings.Severity
) -> pd.DataFrame:
    return findings.about_layer(
        name,
        code,
        Message(f"locate.{code}", files=join(files, most=_SHOWN)),
        Message("common.nothing_to_do" if severity == "info" else "locate.fill_or_leave_out"),
        severity,
    )


def _about_files(rows: Rows, name: str) -> pd.DataFrame:
    """A note on how many rows each of several files gave."""
    if len(rows.read) < 2:
        return findings.no_findings()
    shown = join((f"{file} {count:,}" for file, count in rows.read.items()), most=_SHOWN)
    return findings.about_layer(
        name,
        "files_read",
        Message("locate.files_read", count=len(rows.read), shown=shown),
        Message("common.nothing_to_do"),
        "info",
    )


def _of_file(reading: _Reading, source: Spec) -> Rows:
    """The canonical rows of one file."""
    project, spec, name = reading.project, reading.spec, reading.spec.name
    file = source_name(source.path, source.layer)
    read = _read(project, name, source)
    last = int(read.frame["source_row"].max()) if len(read.frame) else 0
    sheets = list(read.frame.attrs.get("sheets", [])) or [source.layer or ""]
    places = RowPlaces.of(source.path, sheets, last)
    raw, told = as_declared(read.frame, name, source, source.path, places, among=reading.among)
    frame, typed = typed_rows(
        raw,
        spec,
        source.fields,
        file,
        project.settings.currency,
        source.constants,
        Exchange(source.currency, project.settings.rates),
        key_only=reading.key_only,
    )
    headings = [str(c) for c in raw.columns if c not in ("source_row", "geometry")]
    if not reading.key_only and len(raw):
        _require_measure(spec, list(frame.columns), headings, source.path, typed)
    notes = findings.gather_findings([read.findings, told, typed])
    if reading.names is not None:
        matched = reading.names.matched(frame, name, file)
        frame, notes = matched.frame, findings.gather_findings([notes, matched.findings])
    counts = _counts(raw)
    return Rows(frame, notes, read.files, counts, places, {source.path: counts["read"]})


def _counts(raw: pd.DataFrame) -> dict[str, int]:
    """Rows that were read, that were sums, that were notes; none is set aside yet."""
    counts = raw.attrs.get("rows", {})
    sums = int(counts.get("sums", 0))
    return {
        "read": len(raw) + sums,
        "sums": sums,
        "repeats": 0,
        "aside": 0,
        "notes": int(counts.get("notes", 0)) + int(counts.get("continued", 0)),
    }


def _require_measure(
    spec: LayerSpec, columns: list[str], headings: list[str], source: str, found: pd.DataFrame
) -> None:
    """Raise SourceError for a table of figures in which no figure is known by its heading.

    Where they were stopped by their units, the causes are told, column by column.
    """
    measures = [c for c in MEASURES if c.name in spec.by_name]
    if spec.geometry != "none" or not measures or any(c.name in columns for c in measures):
        return
    stopped = found[found["code"] == "unit_unknown"]
    if not stopped.empty:
        told = [stopped.loc[row] for row in stopped.index]
        raise SourceError(
            "sources_load.measures_stopped",
            source=source,
            message=join((findings.sentence(one, "message") for one in told), "semicolon"),
            mend=join((findings.sentence(one, "mend") for one in told), "semicolon"),
        )
    raise SourceError(
        "sources_load.no_column_known_measure",
        source=source,
        known=join(measures),
        name=measures[0].name,
        headings=join(headings),
        names=join(c.name for c in measures),
    )


def _read(project: Project, name: str, spec: Spec) -> Read:
    """A layer or table as its source gives it, with what `join` and `dissolve` make of it."""
    with _unpacked(project, spec) as (place, plain, archive):
        read = source_of(plain.path, plain).read(place, name, plain)
    if archive:
        read = replace(read, files={archive: sha256(project.path(archive))})
    if not isinstance(spec, LayerSource):
        return read
    frame, notes, files = read.frame, read.findings, dict(read.files)
    if spec.join:
        frame, told = with_joined(frame, spec.join, project.path(spec.join.path), name)
        notes = findings.gather_findings([notes, told])
        files[spec.join.path] = sha256(project.path(spec.join.path))
    if spec.dissolve:
        file, needed = source_name(spec.path, spec.layer), _needed(name, spec, frame)
        frame, merged = dissolved(frame, spec.dissolve, file, name, needed)
        notes = findings.gather_findings([notes, merged])
    return Read(frame, notes, files)


@contextmanager
def _unpacked(project: Project, spec: Spec) -> Iterator[tuple[Project, Spec, str]]:
    """A source whose file lies in a folder, and the archive that it was unpacked from, if any.

    A member of an archive is read as a project of its own would read it: every source can.
    """
    archive, member = split_archive(project, spec.path)
    zipped = PurePosixPath(archive).suffix.lower() == ".zip"
    if zipped and not member and isinstance(spec, TableSource):
        file = project.path(archive)
        member = only_table(file) if file.is_file() and kind_of(file) == "vector" else ""
    if not member:
        yield project, spec, ""
        return
    with unpacked_member(project.path(archive), member) as inner:
        place = project.model_copy(update={"folder": inner.parent})
        yield place, spec.model_copy(update={"path": inner.name}), archive


def _needed(name: str, source: LayerSource, frame: gpd.GeoDataFrame) -> list[str]:
    """Columns of a file that the layer cannot do without, by the file's headings."""
    spec = LAYERS[name]
    headings = columns_by_name(spec, source.fields, [str(c) for c in frame.columns])
    return [heading for column, heading in headings.items() if spec.by_name[column].required]
