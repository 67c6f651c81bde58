"""`read_folder`: every table and layer of a folder as a profile, and what was not read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import MujunError
from geo.intake.folder import listed
from geo.intake.grids import dbf_of, plain_of, sheets_of, text_of
from geo.intake.maps import layers_of, plots_of, raster_of
from geo.intake.model import NotRead, SourceProfile
from geo.intake.seen import Sighting
from geo.sources.encoding import text_encoding
from geo.sources.gdal import DRIVERS
from geo.sources.kinds import TITLES, kind_of, no_table
from geo.text import Message, Wording

_WORKBOOKS = ("xlsx", "xls", "xlsb", "ods", "html", "mht")
_RASTERS = (".tif", ".tiff", ".asc", ".jpg", ".jpeg", ".png", ".jp2", ".img")
_CLOSED = (".dwg", ".mdb", ".accdb", ".ovobj")
_NO_DATA = ("pdf", "image", "word", "slides", "empty")
_SURVEY = re.compile(r"\[(?:属性描述|地块坐标)\]")


@dataclass(frozen=True)
class FolderRead:
    """The sources of a folder, and what was not read."""

    profiles: tuple[SourceProfile, ...]
    not_read: tuple[NotRead, ...]


def read_folder(folder: Path) -> FolderRead:
    """Read every file of a folder, and of the archives in it, as far as it takes to know it.

    Parameters
    ----------
    folder
        An office's folder. Results and projects of mujun in it are left out; links are not
        followed; nothing is written to it.

    Returns
    -------
    FolderRead
        A profile for each sheet, table and layer that has rows, in the order of the paths, and a
        sentence for each file that is no data or cannot be read.
    """
    profiles: list[SourceProfile] = []
    not_read: list[NotRead] = []
    with listed(folder) as listing:
        for seen in listing.files:
            for found in _sources(seen):
                if isinstance(found, NotRead):
                    not_read.append(found)
                else:
                    profiles.append(found)
        not_read += listing.not_read
    return FolderRead(tuple(profiles), tuple(sorted(not_read, key=lambda left: left.path)))


def _sources(seen: Sighting) -> Iterator[SourceProfile | NotRead]:
    """The sources of one file; what its reader says where it does not take it."""
    try:
        yield from _of_kind(seen)
    except MujunError as error:
        yield NotRead(seen.path, error.text, is_data=True)
    except MemoryError:
        why = Message("sources_tables.too_large_read", file=seen.local.name)
        yield NotRead(seen.path, why, is_data=True)
    except OSError:
        yield NotRead(seen.path, Message("intake_file.cannot_open"), is_data=True)
    except Exception:  # noqa: BLE001 -- one damaged file must not keep the others from being read
        why = Message("sources_tables.cannot_read", file=seen.local.name)
        yield NotRead(seen.path, why, is_data=True)


def _of_kind(seen: Sighting) -> Iterator[SourceProfile | NotRead]:  # noqa: PLR0911 -- a return a kind
    """The sources of a file, by what it holds."""
    file, suffix = seen.local, seen.local.suffix.lower()
    if suffix in _CLOSED:
        return layers_of(seen)
    if suffix in _RASTERS:
        return raster_of(seen)
    kind = kind_of(file)
    if kind in _WORKBOOKS:
        return sheets_of(seen, kind)
    if kind == "parquet":
        return layers_of(seen) if _has_outlines(file) else plain_of(seen, kind)
    if kind == "dbf":
        return dbf_of(seen)
    if kind == "text" and suffix not in DRIVERS:
        return plots_of(seen) if _is_survey(file) else text_of(seen)
    if kind in ("shp", "gpkg", "fgb", "geojson", "vector") or suffix in DRIVERS:
        return layers_of(seen)
    return iter([NotRead(seen.path, _no_data(file, kind), is_data=kind not in _NO_DATA)])


def _no_data(file: Path, kind: str) -> Wording:
    return no_table(file, kind).text if kind in TITLES else Message("intake_file.no_table_in_it")


def _has_outlines(file: Path) -> bool:
    if file.is_dir():
        return True
    try:
        return b"geo" in (pq.read_schema(file).metadata or {})
    except (OSError, pa.ArrowException):
        return False


def _is_survey(file: Path) -> bool:
    """Whether a text is one of 勘测定界: it says so, or has plots and points."""
    head = file.read_bytes()[:8192].decode(text_encoding(file), "replace")
    if _SURVEY.search(head):
        return True
    lines = head.splitlines()[:60]
    points = [
        line
        for line in lines
        if re.match(r"\s*J?\d+\s*,\s*\d+\s*,\s*-?[\d.]+\s*,\s*-?[\d.]+", line)
    ]
    return any(line.rstrip().endswith("@") for line in lines) and len(points) >= 3
