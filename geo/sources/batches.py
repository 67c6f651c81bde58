"""Parcels of a GeoParquet file read a batch of rows at a time, for layers larger than memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from geo import findings
from geo.arrays import CRS
from geo.errors import SourceError
from geo.model import LAYERS, Exchange
from geo.project import Project
from geo.sources.attributes import plain_columns
from geo.sources.database import is_database
from geo.sources.fields import canonical
from geo.sources.finite import finite_outlines
from geo.sources.gdal import unreadable
from geo.sources.locate import is_pattern, split_archive
from geo.sources.parcel_figures import named_measures
from geo.sources.repairs import read_repairs
from geo.sources.reserved import free_of_results
from geo.sources.vector import damaged_crs, with_crs


def streamed(project: Project) -> bool:
    """Whether the parcels can be read in batches: GeoParquet as it stands, without repairs."""
    source = project.layers["parcels"]
    if source.parts or is_pattern(source.path) or split_archive(project, source.path)[1]:
        return False
    declared = source.where or source.join or source.dissolve or source.drop or source.row_id
    plain = not (declared or is_database(source.path))
    file = project.path(source.path)
    return bool(
        plain
        and "parks" in project.layers
        and file.is_file()
        and file.suffix.lower() in (".parquet", ".geoparquet")
        and "parcels" not in read_repairs(project.folder)
        and _geometry(file) is not None
        and not named_measures(source.fields)  # their figures are tables of the whole
    )


def parcels_crs(project: Project) -> CRS | None:
    """The reference system of parcels that can be streamed: the project's, else the file's."""
    source = project.layers["parcels"]
    _, crs = _geometry(project.path(source.path)) or ("", None)
    empty = gpd.GeoDataFrame({"geometry": gpd.GeoSeries([], crs=crs)})
    return with_crs(empty, source, Path(source.path).name, "parcels")[0].crs


def counted(project: Project) -> int:
    """How many parcels a file that can be streamed holds."""
    return int(_opened(project.path(project.layers["parcels"].path)).metadata.num_rows)


def batches(project: Project, size: int) -> Iterator[tuple[gpd.GeoDataFrame, pd.DataFrame]]:
    """The canonical parcels, `size` rows at a time, with the findings of `load` about them."""
    source = project.layers["parcels"]
    file = project.path(source.path)
    column, crs = _geometry(file) or ("geometry", None)
    done = 0
    try:
        for batch in _opened(file).iter_batches(size):
            table = pa.Table.from_batches([batch])
            frame = gpd.GeoDataFrame(
                table.drop_columns([column, *_boxes(table)]).to_pandas(integer_object_nulls=True),
                geometry=shapely.from_wkb(table[column].to_numpy()),
                crs=crs,
            )
            frame["source_row"] = range(done + 1, done + len(frame) + 1)
            done += len(frame)
            frame, plain = plain_columns(frame, file.name, "parcels")
            frame, notes = with_crs(frame, source, file.name, "parcels")
            rows, typed = canonical(
                frame,
                LAYERS["parcels"],
                source.fields,
                file.name,
                project.settings.currency,
                source.constants,
                Exchange(source.currency, project.settings.rates),
            )
            rows, reserved = free_of_results(
                rows, "parcels", project.settings.catalogue, file.name, source.fields
            )
            rows, broken = finite_outlines(rows, "parcels")
            yield rows, findings.gather_findings([plain, notes, typed, reserved, broken])
    except (OSError, pa.ArrowException, shapely.GEOSException) as error:
        if isinstance(error, SourceError):
            raise
        raise unreadable(file) from error


def _opened(file: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(file)
    except (OSError, pa.ArrowException) as error:
        raise unreadable(file) from error


def _geometry(file: Path) -> tuple[str, CRS | None] | None:
    """Name and reference system of the geometry, if it is WKB."""
    metadata = _opened(file).schema_arrow.metadata or {}
    if b"geo" not in metadata:
        return None
    try:
        meta = json.loads(metadata[b"geo"])
        name = meta["primary_column"]
        column = meta["columns"][name]
        if column.get("encoding") != "WKB":
            return None
        crs = column.get("crs", "OGC:CRS84")
        return name, None if crs is None else pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError as error:
        raise damaged_crs(file) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise unreadable(file) from error


def _boxes(table: pa.Table) -> list[str]:
    """The covering column of boxes."""
    return [
        n
        for n in ("bbox",)
        if n in table.column_names and pa.types.is_struct(table.schema.field(n).type)
    ]
