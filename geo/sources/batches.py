"""The parcels of a project read a batch of rows at a time, for layers larger than memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

import geopandas as gpd
import pandas as pd

from geo import findings
from geo.arrays import CRS
from geo.model import LAYERS, Exchange
from geo.project import Project
from geo.sources.attributes import plain_columns
from geo.sources.database import is_database, shown
from geo.sources.fields import canonical
from geo.sources.finite import finite_outlines
from geo.sources.locate import is_pattern, split_archive
from geo.sources.parcel_figures import named_measures
from geo.sources.repairs import read_repairs
from geo.sources.reserved import free_of_results
from geo.sources.streams import Stream, stream_of
from geo.sources.vector import with_crs


def streamed(project: Project) -> Stream | None:
    """What gives the parcels in batches: one layer as it stands, without repairs; else None."""
    source = project.layers["parcels"]
    if source.parts or is_pattern(source.path) or split_archive(project, source.path)[1]:
        return None
    made = source.join or source.dissolve or source.drop or source.row_id
    if (
        made
        or "parks" not in project.layers
        or "parcels" in read_repairs(project.folder)
        or named_measures(source.fields)  # their figures are tables of the whole
    ):
        return None
    stream = stream_of(project.path(source.path), source, "parcels")
    return stream if stream and stream.readable else None


def parcels_crs(project: Project, stream: Stream) -> CRS | None:
    """The reference system of streamed parcels: the project's, else the source's."""
    empty = gpd.GeoDataFrame({"geometry": gpd.GeoSeries([], crs=stream.crs)})
    return with_crs(empty, project.layers["parcels"], _label(project), "parcels")[0].crs


def batches(
    project: Project, stream: Stream, size: int
) -> Iterator[tuple[gpd.GeoDataFrame, pd.DataFrame]]:
    """The canonical parcels, about `size` rows at a time, with the findings of `load` about them."""
    source, label = project.layers["parcels"], _label(project)
    for raw, read in stream.batches(size):
        frame, plain = plain_columns(raw, label, "parcels")
        frame, notes = with_crs(frame, source, label, "parcels")
        rows, typed = canonical(
            frame,
            LAYERS["parcels"],
            source.fields,
            label,
            project.settings.currency,
            source.constants,
            Exchange(source.currency, project.settings.rates),
        )
        rows, reserved = free_of_results(
            rows, "parcels", project.settings.catalogue, label, source.fields
        )
        rows, broken = finite_outlines(rows, "parcels")
        yield rows, findings.gather_findings([read, plain, notes, typed, reserved, broken])


def digest_read(project: Project, stream: Stream) -> dict[str, str]:
    """SHA-256 of the streamed parcels, by what the record of the run calls their source."""
    source = project.layers["parcels"]
    named = f"{_label(project)} {source.where or ''}".strip()
    return {named if is_database(source.path) else source.path: stream.digest}


def _label(project: Project) -> str:
    """What a user calls the source of the parcels."""
    source = project.layers["parcels"]
    if is_database(source.path):
        return f"{shown(source.path)} {source.layer}"
    return PurePosixPath(source.path).name
