"""Vector files: GeoPackage, GeoParquet, GeoJSON, FlatGeobuf, Shapefile (UTF-8 and GBK).

The reference system comes from the file or from the project, and is never guessed.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from geo import findings
from geo.errors import CrsError, ProjectError, SourceError
from geo.project import LayerSource
from geo.sources import gdal_reader
from geo.sources.apart import MEMORY, SECONDS, ReaderError, read_apart
from geo.sources.attributes import plain_columns
from geo.sources.axes import swapped
from geo.sources.curves import read_curved
from geo.sources.datum import unbound
from geo.sources.dxf import read_dxf
from geo.sources.gdal import DRIVERS, EXACT, check_content, layer_names, read_layer, unreadable
from geo.sources.json_text import about_json
from geo.sources.kinds import missing
from geo.sources.kml import SUFFIXES as KML
from geo.sources.kml import condition, named_again, plainly_named
from geo.sources.mapinfo import mapinfo_encoding
from geo.sources.shapefile import read_shapefile
from geo.sources.zipped import unpacked
from geo.text import Message, join

_CLOSED = {".dwg": "vector.dwg", ".ovobj": "vector.ovobj", ".mdb": "vector.mdb"}
"""Formats that no open library reads, and what to do."""

_FOLDERS = (".gdb", ".parquet", ".geoparquet")
"""Formats that may be folders."""

_KML_EMPTY = (
    "description",
    "timestamp",
    "begin",
    "end",
    "altitudeMode",
    "drawOrder",
    "icon",
    "id",
    "snippet",
    "Description",
)
_KML_FLAGS = ("tessellate", "extrude", "visibility")


def read_vector(
    file: Path, source: LayerSource, name: str
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Read one vector layer as it stands, with `source_row` counted from 1.

    Raises SourceError (missing, corrupt, no such layer, another format than its suffix says) and
    CrsError (no reference system).
    """
    frame, notes = read_columns(file, source, name)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise SourceError("vector.no_geometry", file=file.name)
    frame, crs_note = with_crs(frame, source, file.name, name)
    return frame, findings.gather_findings([notes, crs_note])


def read_columns(
    file: Path, source: LayerSource, name: str
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """A layer of a vector file, or a table in one, as it stands: `source_row`, geometry if it has.

    The reference system is the file's. Raises SourceError.
    """
    _check_file(file, source)
    suffix = file.suffix.lower()
    if suffix == ".zip":
        with unpacked(file, source.layer) as (inner, layer):
            return read_columns(inner, source.model_copy(update={"layer": layer}), name)
    if suffix == ".dxf":
        frame, notes = read_dxf(file, source, name)
    elif suffix == ".shp":
        frame, notes = read_shapefile(file, source, name)
    elif suffix in (".parquet", ".geoparquet"):
        frame, notes = _read_parquet(file, source), findings.no_findings()
    elif suffix == ".fgb":
        frame, notes = _read_apart(file, source), findings.no_findings()
    else:
        frame, notes = _read(file, source, name)
    frame = _named(frame, file)
    if suffix not in (".dxf", ".shp"):  # these number their rows themselves
        frame = frame.rename(columns={"source_row": "source_row_source"})
        frame["source_row"] = range(1, len(frame) + 1)
    frame, plain = plain_columns(frame, file.name, name)
    return frame, findings.gather_findings([notes, plain])


def _check_file(file: Path, source: LayerSource) -> None:
    """Raise SourceError where no file of a format that can be read is there."""
    if not file.exists():
        raise missing(file)
    suffix = file.suffix.lower()
    if suffix in _CLOSED:
        raise SourceError(_CLOSED[suffix])
    if not (file.is_file() or (file.is_dir() and suffix in _FOLDERS)):
        raise SourceError("vector.no_file", file=file.name)
    if suffix in (".shp", ".dxf") and source.layer not in (None, file.stem):
        raise no_such_layer(file, str(source.layer), [file.stem])


def _read_parquet(file: Path, source: LayerSource) -> gpd.GeoDataFrame:
    if source.where:
        raise ProjectError("vector.does_not_work_geoparquet", file=file.name)
    check_content(file)
    try:
        return gpd.read_parquet(file, to_pandas_kwargs=EXACT)
    except pyproj.exceptions.CRSError as error:
        raise damaged_crs(file) from error
    except Exception as error:  # a damaged file makes geopandas and pyarrow raise a dozen types
        if _no_geometry(file):
            table: pd.DataFrame = pq.read_table(file).to_pandas(**EXACT)
            return table
        raise unreadable(file) from error


def damaged_crs(file: Path) -> CrsError:
    """The error for a GeoParquet whose reference system is none."""
    return CrsError("vector.reference_system_in_geoparquet_damaged", file=file.name)


def _no_geometry(file: Path) -> bool:
    """Whether it is a sound Parquet file that no GeoParquet was made of."""
    try:
        return b"geo" not in (pq.read_schema(file).metadata or {})
    except (OSError, pa.ArrowException):
        return False


def _read(file: Path, source: LayerSource, name: str) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """A layer of a file that GDAL opens."""
    suffix = file.suffix.lower()
    encoding = source.encoding
    if suffix in (".tab", ".mif"):
        encoding = encoding or mapinfo_encoding(file)
    if suffix in KML:
        return _read_kml(file, source), findings.no_findings()
    json_like = suffix in (".geojson", ".json")
    notes = about_json(file, name, source.crs) if json_like else findings.no_findings()
    layer = named_layer(file, source)
    how = {"layer": layer, "encoding": encoding, "where": source.where}
    try:
        return read_layer(file, **how), notes
    except NotImplementedError:
        return read_curved(file, name, **how)


def _read_kml(file: Path, source: LayerSource) -> gpd.GeoDataFrame:
    check_content(file)
    with plainly_named(file) as (plain, names):
        frame = read_layer(
            plain, layer=named_layer(plain, source), where=condition(source.where, names)
        )
    frame.columns = pd.Index(named_again(list(frame.columns), names))
    return frame


def _read_apart(file: Path, source: LayerSource) -> gpd.GeoDataFrame:
    """A FlatGeobuf, read where a damaged one ends nothing but its reader."""
    check_content(file)
    size = file.stat().st_size
    options = {"layer": source.layer, "where": source.where, "encoding": source.encoding}
    try:
        names, about, table = read_apart(
            Path(gdal_reader.__file__),
            "read",
            str(file),
            DRIVERS[".fgb"],
            options,
            seconds=SECONDS + size / 10e6,
            memory=MEMORY + 8 * size,
        )
    except ReaderError as error:
        raise unreadable(file) from error
    if table is None:
        raise no_such_layer(file, source.layer or "", names)
    geometry = about["geometry_name"] or "wkb_geometry"
    plain = (table.drop_columns(geometry) if geometry in table.column_names else table).to_pandas(
        **EXACT
    )
    if geometry not in table.column_names:
        return plain
    try:
        with np.errstate(invalid="ignore"):  # coordinates that are no number are told by the checks
            shapes = shapely.from_wkb(
                table[geometry].to_numpy(zero_copy_only=False), on_invalid="ignore"
            )
        return gpd.GeoDataFrame(plain, geometry=shapes, crs=about["crs"])
    except (shapely.GEOSException, pyproj.exceptions.CRSError) as error:
        raise unreadable(file) from error


def _named(frame: gpd.GeoDataFrame, file: Path) -> gpd.GeoDataFrame:
    """The frame with its geometry called so, and without the empty columns that KML always has."""
    if isinstance(frame, gpd.GeoDataFrame) and frame.geometry.name != "geometry":
        other = frame.drop(columns="geometry", errors="ignore")
        frame = other.rename_geometry("geometry")
    if file.suffix.lower() in KML:
        blank = frame.isna() | (frame == "")
        noise = [c for c in _KML_EMPTY if c in frame and bool(blank[c].all())]
        always = [c for c in _KML_FLAGS if c in frame]
        frame = frame.drop(columns=noise + always)
    return frame


def named_layer(file: Path, source: LayerSource) -> str | None:
    """The layer of a file that is to be read; None for the only one. Raises SourceError."""
    check_content(file)
    names = layer_names(file)
    if not names:
        raise SourceError("vector.holds_no_layer", file=file.name)
    if source.layer is None and len(names) > 1:
        raise SourceError(
            "vector.holds_layers", file=file.name, count=len(names), names=join(names)
        )
    if source.layer is not None and source.layer not in names:
        raise no_such_layer(file, source.layer, names)
    return source.layer


def no_such_layer(file: Path, layer: str, names: list[str]) -> SourceError:
    """The error for a layer that a file does not have."""
    return SourceError("vector.no_layer", file=file.name, layer=layer, names=join(names))


def with_crs(
    frame: gpd.GeoDataFrame, source: LayerSource, file: str, name: str
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The frame in its reference system: the file's, or the project's (a finding if they differ).

    Raises CrsError if neither has one, ProjectError if the project's is none.
    """
    if source.crs is None:
        if frame.crs is None:
            raise _without_crs(frame, file, name)
        return unbound(frame, name)
    try:
        wanted = pyproj.CRS.from_user_input(source.crs)
    except pyproj.exceptions.CRSError as error:
        raise ProjectError("vector.crs_no_reference_system", name=name, crs=source.crs) from error
    note = findings.no_findings()
    if frame.crs is not None and not frame.crs.equals(wanted, ignore_axis_order=True):
        was, now = frame.crs.name, wanted.name
        note = findings.about_layer(
            name,
            "crs_replaced",
            Message("vector.file_says_project", file=file, was=was, now=now),
            Message("vector.check_right"),
        )
    out, stated = unbound(frame.set_crs(wanted, allow_override=True), name)
    return out, findings.gather_findings([note, stated])


def _without_crs(frame: gpd.GeoDataFrame, file: str, name: str) -> CrsError:
    """The error for a layer that states no reference system, and whose axes may be exchanged too."""
    bounds = np.asarray(frame.total_bounds, dtype=np.float64)
    if not swapped(bounds):
        return CrsError("vector.no_coordinate_reference_system", file=file, name=name)
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    return CrsError("vector.no_crs_and_swapped", file=file, name=name, x=x, y=y)
