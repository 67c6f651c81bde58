"""Layers of a project read a batch of rows at a time: those larger than memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import geopandas as gpd
import pandas as pd
import pyproj

from geo import findings
from geo.arrays import CRS
from geo.errors import SourceError
from geo.model import LAYERS, Exchange
from geo.project import Project
from geo.sources.attributes import plain_columns
from geo.sources.database import is_database, source_name
from geo.sources.datum import stated
from geo.sources.fields import canonical
from geo.sources.finite import finite_outlines
from geo.sources.locate import is_pattern, split_archive
from geo.sources.parcel_figures import named_measures
from geo.sources.repairs import read_repairs
from geo.sources.reserved import free_of_results
from geo.sources.streams import Batch, ReadWholeError, Stream, stream_of
from geo.sources.vector import with_crs

Decided = tuple[frozenset[str], frozenset[str]]
"""Columns that became others, or none; what is said of columns that give each row's unit."""


def streamed(project: Project, name: str = "parcels") -> Stream | None:
    """What gives a layer in batches: one file as it stands, without repairs; else None.

    A layer whose reference system states a transformation is read whole: the zone that it goes to
    is that of its middle.
    """
    source = project.layers[name]
    if source.parts or is_pattern(source.path) or split_archive(project, source.path)[1]:
        return None
    made = source.join or source.dissolve or source.drop or source.row_id
    if (
        made
        or "parks" not in project.layers
        or name in read_repairs(project.folder)
        or named_measures(source.fields)  # their figures are tables of the whole
    ):
        return None
    stream = stream_of(project.path(source.path), source, name)
    if stream is None or not stream.readable:
        return None
    return None if _transformed(source.crs or stream.crs) else stream


def _transformed(crs: CRS | str) -> bool:
    """Whether a reference system states a transformation; one that is none is told in `with_crs`."""
    try:
        known = None if crs is None else pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        return False
    return known is not None and stated(known)


def stream_crs(project: Project, stream: Stream, name: str = "parcels") -> CRS | None:
    """The reference system of a streamed layer: the project's, else the source's."""
    empty = gpd.GeoDataFrame({"geometry": gpd.GeoSeries([], crs=stream.crs)})
    return with_crs(empty, project.layers[name], _label(project, name), name)[0].crs


def batches(
    project: Project, stream: Stream, size: int, name: str = "parcels"
) -> Iterator[tuple[gpd.GeoDataFrame, pd.DataFrame]]:
    """The canonical rows, about `size` at a time, with the findings of `load` about them.

    Raises ReadWholeError where one batch reads a column otherwise than another.
    """
    decided: set[Decided] = set()
    for raw in stream.batches(size):
        rows, found, of_batch = canonical_rows(project, raw, name)
        decided.add(of_batch)
        check_decided(decided)
        yield rows, found
        del raw, rows  # before the next batch is read


def canonical_rows(
    project: Project, batch: Batch, name: str = "parcels"
) -> tuple[gpd.GeoDataFrame, pd.DataFrame, Decided]:
    """The canonical rows of a batch, the findings of `load` about them, and what they decided.

    Raises SourceError, and ReadWholeError where only its own ids are lost.
    """
    raw, read = batch
    source, label = project.layers[name], _label(project, name)
    frame, plain = plain_columns(raw, label, name)
    frame, notes = with_crs(frame, source, label, name)
    rows, typed = _typed(project, frame, label, name)
    decided = _decided(frame, rows, typed)
    rows, reserved = free_of_results(rows, name, project.settings.catalogue, label, source.fields)
    rows, broken = finite_outlines(rows, name)
    found = findings.gather_findings([read, plain, notes, typed, reserved, broken])
    return rows, found, decided


def check_decided(decided: Collection[Decided]) -> None:
    """Raise ReadWholeError where one batch reads a column otherwise than another."""
    if len(decided) > 1:
        raise ReadWholeError


def _typed(
    project: Project, frame: gpd.GeoDataFrame, label: str, name: str
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The canonical rows of a batch. Raises SourceError, and ReadWholeError where only its own ids are lost."""
    source = project.layers[name]
    try:
        return canonical(
            frame,
            LAYERS[name],
            source.fields,
            label,
            project.settings.currency,
            source.constants,
            Exchange(source.currency, project.settings.rates),
        )
    except SourceError as error:
        if error.code != "fields.column_stopped":
            raise
        raise ReadWholeError from error


def _decided(frame: pd.DataFrame, rows: pd.DataFrame, found: pd.DataFrame) -> Decided:
    """What a batch's rows have decided: which columns are used, and by which units of rows."""
    by_row = found.loc[found["code"] == "units_by_row", "message"]
    return frozenset(map(str, set(frame) ^ set(rows))), frozenset(map(str, by_row))


def digest_read(project: Project, stream: Stream, name: str = "parcels") -> dict[str, str]:
    """SHA-256 of a streamed layer, by what the record of the run calls its source."""
    source = project.layers[name]
    named = f"{_label(project, name)} {source.where or ''}".strip()
    return {named if is_database(source.path) else source.path: stream.digest}


def _label(project: Project, name: str) -> str:
    """What a user calls the source of a layer."""
    source = project.layers[name]
    return source_name(source.path, source.layer)
