"""Shapefiles: outlines by GDAL, the attribute table from its own bytes, joined by record number."""

from __future__ import annotations

import codecs
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import findings
from geo.errors import SourceError, Text
from geo.project import LayerSource
from geo.sources.dbf import Table, about_deleted, dbf_encoding, open_dbf, records
from geo.sources.encoding import is_gb, is_utf8
from geo.sources.gdal import read_layer


def read_shapefile(
    file: Path, source: LayerSource, name: str
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The layer of a .shp with its .shx and .dbf, `source_row` from 1, and what was found.

    `where` sees the table's own headings. Raises SourceError for a part that is not there, is
    damaged, or does not fit the others.
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
    )
    rows = shapes.index.to_numpy().astype(np.int64)
    frame, notes = records(table, encoding or "ASCII", name, rows)
    layer = gpd.GeoDataFrame(frame, geometry=shapes.geometry.array, crs=shapes.crs)
    return layer, findings.gather_findings([note, notes, about_deleted(table, name)])


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
        names = "、".join(file.stem + suffix for suffix in absent)
        raise SourceError(
            f"{file.name}：缺少 {names}：Shapefile 的 .shp、.shx、.dbf、.prj 要放在一起。",
            f"{file.name}: {names.replace('、', ' and ')} is missing: the .shp, .shx, .dbf and .prj"
            " of a Shapefile must lie together.",
        )
    return found


def _check_counts(file: Path, shx: Path, held: int) -> None:
    """Raise SourceError where there are more or fewer outlines than records."""
    # The index has a head of 100 bytes, then 8 bytes an outline.
    drawn = (shx.stat().st_size - 100) // 8
    if drawn != held:
        raise SourceError(
            f"{file.name}：.shx 有 {drawn:,} 个图形，.dbf 有 {held:,} 条记录：各文件不是一套，"
            "或不完整：请重新导出。",
            f"{file.name}: its .shx has {drawn:,} outlines, its .dbf {held:,} records: the files"
            " are not of one export, or cut short: export them again.",
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
            raise SourceError(
                f'{file.name}：项目写 encoding = "{wanted}"，文字实为 GBK：请改为 "GBK"'
                "或删去 encoding。",
                f"{file.name}: the project says it is {wanted}, its text is GBK: write"
                ' encoding = "GBK", or leave it out.',
            )
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
        Text(
            f"{file.name}：.cpg 写的是“{shown}”，文字实为 {found}，按 {found} 读取",
            f"{file.name}: its .cpg says `{shown}`, its text is {found}: read as {found}",
        ),
        Text(
            f'把 .cpg 改为 {found}，或写 encoding = "{found}"',
            f'put {found} in the .cpg, or write encoding = "{found}"',
        ),
        "info",
    )


def _known(file: Path, encoding: str) -> str:
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise SourceError(
            f"{file.name}：不认识的 encoding“{encoding}”：请写 UTF-8 或 GBK。",
            f"{file.name}: encoding `{encoding}` is not known: write UTF-8 or GBK.",
        ) from error
    return "UTF-8" if is_utf8(encoding) else encoding
