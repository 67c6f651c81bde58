"""Vector files opened by GDAL: by the drivers of the format that the suffix names, and no other.

GDAL asks every driver whether a file is its own, whatever the file is called. So a `.geojson` may
be a VRT that reads another folder, or a list of addresses on the network. pyogrio has no way to
name drivers, but GDAL forgets those in GDAL_SKIP when it registers them: while a file is open here
there are no others.
"""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyogrio
from pyogrio import _ogr
from pyogrio.errors import DataLayerError, DataSourceError, FieldError
from shapely.errors import GEOSException

from geo.errors import SourceError
from geo.sources.attributes import as_times
from geo.text import Message, Wording

DRIVERS: dict[str, tuple[str, ...]] = {
    ".gpkg": ("GPKG",),
    ".shp": ("ESRI Shapefile",),
    ".fgb": ("FlatGeobuf",),
    ".geojson": ("GeoJSON",),
    ".json": ("GeoJSON",),
    ".gdb": ("OpenFileGDB",),
    ".kml": ("LIBKML", "KML"),
    ".kmz": ("LIBKML",),
    ".ovkml": ("LIBKML", "KML"),
    ".gml": ("GML",),
    ".tab": ("MapInfo File",),
    ".mif": ("MapInfo File",),
    ".dxf": ("DXF",),
}
"""The drivers that may open a file, by its suffix in lower case. None follows links: GML fetches no
schema, a MapInfo table that names others is refused."""

_HEAD = 4096
_LOCK = threading.RLock()
"""Drivers are GDAL's own, and one list for all threads."""

_VIRTUAL = re.compile(
    rb"<OGRVRTDataSource|<VRTDataset|gdal_streamed_alg|<OGRWFSDataSource", re.IGNORECASE
)
_LINKED = re.compile(rb"create\s+view|\\IsSeamless\"\s*=\s*\"TRUE", re.IGNORECASE)
"""A MapInfo table that is a view of others, or is made of others (seamless)."""


@contextmanager
def drivers_of(suffix: str) -> Iterator[None]:
    """GDAL with the drivers of this suffix only, while the block runs.

    Raises SourceError for a suffix of no known format, or if other drivers cannot be put aside.
    """
    wanted = DRIVERS.get(suffix.lower())
    if wanted is None:
        raise unknown_format(suffix)
    with _LOCK:
        others = [name for name in pyogrio.list_drivers() if name not in wanted]
        try:
            _register(others)
            if not set(pyogrio.list_drivers()) <= set(wanted):
                raise SourceError("gdal.gdal_cannot_held_format")
            yield
        finally:
            _register([])


def _register(skipped: list[str]) -> None:
    before = pyogrio.get_gdal_config_option("GDAL_SKIP")
    # A trailing comma says that names are parted by commas: some hold blanks.
    pyogrio.set_gdal_config_options({"GDAL_SKIP": ",".join(skipped) + "," if skipped else before})
    _ogr._register_drivers()  # noqa: SLF001 -- pyogrio has no public way
    pyogrio.set_gdal_config_options({"GDAL_SKIP": before})


def check_content(file: Path) -> None:
    """Raise SourceError where the content is another format than the suffix says, or has links."""
    if not file.is_file():
        return
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
    suffix = file.suffix.lower()
    linked = suffix == ".tab" and _LINKED.search(head)
    if (_VIRTUAL.search(head) and not _is_json(head)) or linked:
        raise SourceError("gdal.virtual_layer_points_other_files", file=file.name)
    kind = content_kind(head)
    if kind is not None and suffix not in kind[1]:
        raise SourceError("gdal.content_not_suffix_says", file=file.name, kind=kind[0])


def _is_json(head: bytes) -> bool:
    """Whether it is GeoJSON by its own word, so that other words in it are text."""
    return bool(re.match(rb'(?:\xef\xbb\xbf)?\s*\{\s*"type"\s*:\s*"FeatureCollection"', head))


_MAGIC: tuple[tuple[bytes, Wording, tuple[str, ...]], ...] = (
    (b"SQLite format 3\0", Message("gdal.sqlite_database"), (".gpkg",)),
    (b"PK\x03\x04", Message("gdal.zip_archive"), (".zip", ".kmz", ".ovkml")),
    (b"fgb\x03", Message("gdal.flatgeobuf"), (".fgb",)),
    (b"PAR1", Message("gdal.parquet"), (".parquet", ".geoparquet")),
    (b"\x00\x00\x27\x0a", Message("gdal.shapefile"), (".shp",)),
    (b"%PDF", Message("gdal.pdf"), ()),
    (b"AC10", Message("gdal.dwg"), (".dwg",)),
    (b"Rar!", Message("gdal.rar_archive"), ()),
    (b"7z\xbc\xaf", Message("gdal.archive_7z"), ()),
    (b"\xd0\xcf\x11\xe0", Message("gdal.old_office_file"), ()),
)
_TEXTS: tuple[tuple[bytes, Wording, tuple[str, ...]], ...] = (
    (rb"<!doctype html|<html", Message("gdal.web_page"), ()),
    (rb"<(?:\w+:)?kml\b", Message("gdal.kml"), (".kml", ".ovkml")),
    (rb"<(?:\w+:)?FeatureCollection\b", Message("gdal.gml"), (".gml",)),
    (rb'^\s*\{.*"type"\s*:\s*"Topology"', Message("gdal.topojson"), (".topojson",)),
    (
        rb'^\s*\{.*"(?:geometryType"\s*:\s*"esri|displayFieldName|rings"|spatialReference")',
        Message("gdal.esri_json"),
        (),
    ),
)


def content_kind(head: bytes) -> tuple[Wording, tuple[str, ...]] | None:
    """What a file's first bytes show it to be, and the suffixes of that; None if they do not."""
    for magic, title, suffixes in _MAGIC:
        if head.startswith(magic):
            return title, suffixes
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if not plain.lstrip().startswith((b"<", b"{")) or _is_json(head):
        return None
    for pattern, title, suffixes in _TEXTS:
        if re.search(pattern, plain, re.IGNORECASE | re.DOTALL):
            return title, suffixes
    return None


def unknown_format(suffix: str) -> SourceError:
    """The error for a suffix that names no format of vector data."""
    known = " ".join(sorted([*DRIVERS, ".parquet", ".txt", ".zip"]))
    return SourceError(
        "gdal.no_format_layer_can_read", value=(suffix or Message("gdal.no_suffix")), known=known
    )


EXACT = {"integer_object_nulls": True}
"""Arrow to pandas: whole numbers stay whole beside a null; a double would keep 15 digits of ids."""


def open_options(suffix: str) -> dict[str, Any]:
    """What GDAL is told when it opens a file of this suffix."""
    if suffix.lower() == ".gml":
        # It would leave a .gfs beside the office's file, and fetch schemas by address.
        return {"WRITE_GFS": "NO", "DOWNLOAD_SCHEMA": "NO"}
    return {}


def layer_names(file: Path) -> list[str]:
    """Names of the layers of a file, a folder, or a database file. Raises SourceError."""
    with drivers_of(file.suffix), _told(file):
        return [str(name) for name in pyogrio.list_layers(file)[:, 0]]


def read_layer(file: Path, **how: object) -> gpd.GeoDataFrame:
    """One layer as pyogrio reads it, by the drivers of its suffix; `how` is for `read_dataframe`.

    Read as Arrow where it can be. Curves come as lines: see `geo.sources.curves`. Raises
    SourceError.
    """
    suffix = file.suffix.lower()
    check_content(file)
    arrow = how.pop("use_arrow", True) and suffix not in (".tab", ".mif")
    if arrow:
        how["arrow_to_pandas_kwargs"] = EXACT
    # An outline that cannot be (a ring of two points) is missing; the checks tell of its row.
    how |= {"use_arrow": arrow, "on_invalid": "ignore"}
    with drivers_of(suffix), _told(file):
        frame = pyogrio.read_dataframe(file, **open_options(suffix), **how)
    return _with_times(frame, file, how) if suffix == ".gdb" else frame


def _with_times(frame: Any, file: Path, how: dict[str, Any]) -> Any:
    """Times of a file geodatabase that pyogrio left as text, for the NULs that GDAL pads them with."""
    facts = layer_facts(file, how.get("layer"))
    kinds = dict(zip(facts["fields"], facts["dtypes"], strict=True))
    texts = [
        name
        for name, kind in kinds.items()
        if str(kind).startswith("datetime")
        and isinstance(frame.get(name), pd.Series)
        and isinstance(frame[name].dtype, pd.StringDtype)
    ]
    return frame.assign(**{name: as_times(frame[name]) for name in texts})


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """A library's errors and warnings as one sentence of ours."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL's words; what is lost shows in the checks
            yield
    except SourceError:
        raise
    except NotImplementedError:  # curves: the caller reads them another way
        raise
    except (
        DataSourceError,
        DataLayerError,
        FieldError,
        GEOSException,
        pa.ArrowException,
        ValueError,
        TypeError,
        OverflowError,
        OSError,
        RuntimeError,
    ) as error:
        raise unreadable(file) from error


def unreadable(file: Path) -> SourceError:
    """The error for a file that its format's reader does not take."""
    return SourceError("gdal.cannot_read", file=file.name)


def layer_facts(file: Path, layer: str | None, encoding: str | None = None) -> dict[str, Any]:
    """What a layer says of itself, none of its rows read: features, crs, total_bounds.

    As `pyogrio.read_info` gives it. Raises SourceError.
    """
    check_content(file)
    with drivers_of(file.suffix), _told(file):
        facts: dict[str, Any] = pyogrio.read_info(
            file, layer=layer, encoding=encoding, force_feature_count=True, force_total_bounds=True
        )
        return facts
