"""Shapefiles: outlines by GDAL, the attribute table from its own bytes, joined by record number."""

from __future__ import annotations

import codecs
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import findings
from geo.arrays import Ints
from geo.errors import SourceError
from geo.project import LayerSource
from geo.sources.dbf import Table, about_deleted, dbf_encoding, open_dbf, records
from geo.sources.encoding import is_gb, is_utf8
from geo.sources.gdal import read_layer
from geo.text import Message, join


def read_shapefile(
    file: Path, source: LayerSource, name: str, **window: int
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The layer of a .shp with its .shx and .dbf, `source_row` from 1, and what was found.

    `where` sees the table's own headings; `window` is pyogrio's skip_features and max_features.
    Raises SourceError for a part that is not there, is damaged, or does not fit the others.
    """
    parts = _parts(file)
    table = open_dbf(parts[".dbf"])
    _check_counts(file, parts[".shx"], len(table.cells))
    encoding, note = _encoding(file, table, parts.get(".cpg"), source, name)
    # Headings that were cut in mid-character are no text in their own encoding: where no condition
    # needs them, GDAL reads the outlines under one in which all bytes are letters.
    shapes = read_layer(
        file,
        where=source.where,
        fid_as_index=True,
        encoding=encoding if source.where else "ISO-8859-1",
        columns=None if source.where else [],
        **window,
    )
    rows = shapes.index.to_numpy().astype(np.int64)
    frame, notes = records(table, encoding or "ASCII", name, rows)
    layer = gpd.GeoDataFrame(frame, geometry=shapes.geometry.array, crs=shapes.crs)
    return layer, findings.gather_findings([note, notes, about_deleted(table, name)])


def live_records(file: Path) -> Ints:
    """Numbers, from 0, of the records of a .shp that are not marked as deleted."""
    return np.flatnonzero(~open_dbf(_parts(file)[".dbf"]).deleted)


def _parts(file: Path) -> dict[str, Path]:
    """The files of a shapefile by suffix, whatever its case; raises SourceError if one is missing.

    `.prj` may be missing: the project can say the reference system.
    """
    found = {
        f.suffix.lower(): f
        for f in file.parent.iterdir()
        if f.stem.lower() == file.stem.lower() and f.is_file()
    }
    absent = [suffix for suffix in (".shx", ".dbf") if suffix not in found]
    if absent:
        raise SourceError(
            "shapefile.shp_shx_dbf_prj_shapefile",
            file=file.name,
            names=join((file.stem + suffix for suffix in absent), "and"),
        )
    return found


def _check_counts(file: Path, shx: Path, held: int) -> None:
    """Raise SourceError where there are more or fewer outlines than records."""
    # The index has a head of 100 bytes, then 8 bytes an outline.
    drawn = (shx.stat().st_size - 100) // 8
    if drawn != held:
        raise SourceError(
            "shapefile.shx_outlines_dbf_records", file=file.name, drawn=drawn, held=held
        )


def _encoding(
    file: Path, table: Table, cpg: Path | None, source: LayerSource, name: str
) -> tuple[str | None, pd.DataFrame]:
    """The table's encoding (None: all ASCII), and a finding where its .cpg says another."""
    declared = cpg.read_text("ascii", "replace").strip() if cpg else ""
    wanted = source.encoding or ""
    found = dbf_encoding(table, wanted or declared)
    if wanted:
        if found == "GB18030" and is_utf8(wanted):
            raise SourceError("shapefile.project_says_text_gbk", file=file.name, wanted=wanted)
        return _known(file, wanted), findings.no_findings()
    same = (
        found is None
        or found == declared
        or (is_utf8(found) and is_utf8(declared))
        or (is_gb(found) and is_gb(declared))
    )
    if same:
        return found, findings.no_findings()
    shown = declared or "—"
    return found, findings.about_layer(
        name,
        "encoding",
        Message("shapefile.cpg_says_text", file=file.name, shown=shown, found=found),
        Message("shapefile.put_in_cpg_write_encoding", found=found),
        "info",
    )


def _known(file: Path, encoding: str) -> str:
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise SourceError(
            "shapefile.encoding_not_known", file=file.name, encoding=encoding
        ) from error
    return "UTF-8" if is_utf8(encoding) else encoding
