"""Vector files: GeoPackage, GeoParquet, GeoJSON, FlatGeobuf, Shapefile (UTF-8 and GBK).

The reference system comes from the file or from the project, and is never guessed.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pyproj
from pyogrio.errors import DataLayerError, DataSourceError, FieldError

from geo import findings
from geo.errors import CrsError, ProjectError, SourceError, Text, reason
from geo.project import LayerSource
from geo.sources.dxf import read_dxf
from geo.sources.encoding import dbf_encoding, mapinfo_encoding
from geo.sources.tables import missing

_CLOSED = {
    ".dwg": ("DWG 不能直接读取：请在 CAD 中另存为 DXF（2000 或 2007 版）。",
             "DWG cannot be read: save it as DXF."),
    ".ovobj": ("奥维 ovobj 不能直接读取：请在奥维中导出 KML。",
               "Ovital's ovobj cannot be read: export it as KML."),
    ".mdb": ("个人地理数据库（mdb）不能直接读取：请另存为文件地理数据库（gdb）。",
             "a personal geodatabase (mdb) cannot be read: save it as a file geodatabase."),
}
"""Formats that no open library reads, and what to do."""

_KML = ("description", "timestamp", "begin", "end", "altitudeMode", "drawOrder", "icon", "id",
        "snippet", "Description")
_KML_FLAGS = ("tessellate", "extrude", "visibility")


def read_vector(
    file: Path, source: LayerSource, name: str
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Read one vector layer as it stands, with `source_row` counted from 1.

    Raises SourceError (missing, corrupt, no such layer) and CrsError (no reference system).
    """
    if not file.exists():
        raise missing(file)
    if file.suffix.lower() in _CLOSED:
        raise SourceError(*_CLOSED[file.suffix.lower()])
    if file.suffix.lower() == ".dxf":
        frame, notes = read_dxf(file, source, name)
    else:
        encoding, notes = _encoding(file, source, name)
        frame = _named(_read(file, source, encoding), file)
        frame["source_row"] = range(1, len(frame) + 1)
    frame, crs_note = with_crs(frame, source, file.name, name)
    return frame, findings.gather([notes, crs_note])


def _read(file: Path, source: LayerSource, encoding: str | None) -> gpd.GeoDataFrame:
    try:
        if file.suffix.lower() in (".parquet", ".geoparquet"):
            if source.where:
                raise ProjectError(
                    f"{file.name}：GeoParquet 不支持 where：请先筛选，或换用 GeoPackage。",
                    f"{file.name}: `where` does not work on GeoParquet: filter it first, or use"
                    " a GeoPackage.",
                )
            return gpd.read_parquet(file)
        # GDAL would leave a .gfs beside the office's file.
        more = {"WRITE_GFS": "NO"} if file.suffix.lower() == ".gml" else {}
        frame = pyogrio.read_dataframe(
            file, layer=_layer(file, source), encoding=encoding, where=source.where,
            use_arrow=file.suffix.lower() not in (".tab", ".mif"), **more)
    except (DataSourceError, DataLayerError, FieldError, ValueError, OSError) as error:
        if isinstance(error, (ProjectError, SourceError)):
            raise
        why = reason(error)
        raise SourceError(
            f"{file.name}：读不出来（{why}）：文件是否损坏，或 layer、where 写错？",
            f"{file.name}: cannot be read ({why}): is it damaged, or are layer or where wrong?",
        ) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise SourceError(
            f"{file.name}：没有图形：宗地和园区要用面图层。",
            f"{file.name}: has no geometry: parks and parcels must be polygon layers.",
        )
    return frame


def _named(frame: gpd.GeoDataFrame, file: Path) -> gpd.GeoDataFrame:
    """The frame with its geometry called so, and without the empty columns that KML always has."""
    if frame.geometry.name != "geometry":
        frame = frame.rename_geometry("geometry")
    if file.suffix.lower() in (".kml", ".kmz", ".ovkml"):
        blank = frame.isna() | (frame == "")
        noise = [c for c in _KML if c in frame and bool(blank[c].all())]
        always = [c for c in _KML_FLAGS if c in frame]
        frame = frame.drop(columns=noise + always)
    return frame


def _layer(file: Path, source: LayerSource) -> str | None:
    names = [str(n) for n in pyogrio.list_layers(file)[:, 0]]
    if source.layer is None and len(names) > 1:
        raise SourceError(
            f"{file.name}：有 {len(names)} 个图层（{'、'.join(names)}）：请写明 layer。",
            f"{file.name}: holds {len(names)} layers ({', '.join(names)}): name one with `layer`.",
        )
    if source.layer is not None and source.layer not in names:
        raise SourceError(
            f"{file.name}：没有图层“{source.layer}”：现有 {'、'.join(names)}。",
            f"{file.name}: no layer `{source.layer}`: it has {', '.join(names)}.",
        )
    return source.layer


def _encoding(file: Path, source: LayerSource, name: str) -> tuple[str | None, pd.DataFrame]:
    if file.suffix.lower() in (".tab", ".mif"):
        return source.encoding or mapinfo_encoding(file), findings.none()
    dbf = file.with_suffix(".dbf")
    if file.suffix.lower() != ".shp" or not dbf.exists():
        return source.encoding, findings.none()
    found = dbf_encoding(dbf)
    if source.encoding:
        if found == "GB18030" and source.encoding.upper().replace("-", "") == "UTF8":
            raise SourceError(
                f'{file.name}：项目写 encoding = "{source.encoding}"，文字实为 GBK：请改为 "GBK"'
                "或删去 encoding。",
                f"{file.name}: the project says it is {source.encoding}, its text is GBK: write"
                ' encoding = "GBK", or leave it out.')
        return source.encoding, findings.none()
    cpg = file.with_suffix(".cpg")
    declared = cpg.read_text("ascii", "replace").strip() if cpg.exists() else ""
    if found is None or declared.upper().replace("-", "") == found.replace("-", ""):
        return found, findings.none()
    if declared and found == "GB18030" and declared.upper() in {"GBK", "GB2312", "936", "CP936"}:
        return found, findings.none()
    said = declared or "—"
    return found, findings.about_layer(
        name, "encoding",
        Text(f"{file.name}：.cpg 写的是“{said}”，文字实为 {found}，按 {found} 读取",
             f"{file.name}: its .cpg says `{said}`, its text is {found}: read as {found}"),
        Text(f'把 .cpg 改为 {found}，或写 encoding = "{found}"',
             f'put {found} in the .cpg, or write encoding = "{found}"'), "info")


def with_crs(
    frame: gpd.GeoDataFrame, source: LayerSource, file: str, name: str
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The frame in its reference system: the file's, or the project's (a finding if they differ).

    Raises CrsError if neither has one, ProjectError if the project's is none.
    """
    if source.crs is None:
        if frame.crs is None:
            raise CrsError(
                f'{file}：没有坐标系：请在 [layers.{name}] 写 crs，例如 crs = "EPSG:4544"'
                "（CGCS2000 三度带 105E）。",
                f"{file}: has no coordinate reference system: write `crs` under"
                f' [layers.{name}], for example crs = "EPSG:4544".',
            )
        return frame, findings.none()
    try:
        wanted = pyproj.CRS.from_user_input(source.crs)
    except pyproj.exceptions.CRSError as error:
        raise ProjectError(
            f"mujun.toml：layers.{name}.crs “{source.crs}” 不是坐标系：请写 EPSG 代码。",
            f"mujun.toml: layers.{name}.crs `{source.crs}` is no reference system: write an EPSG"
            " code.",
        ) from error
    note = findings.none()
    if frame.crs is not None and not frame.crs.equals(wanted, ignore_axis_order=True):
        was, now = frame.crs.name, wanted.name
        note = findings.about_layer(
            name, "crs_replaced", Text(f"{file}：文件写的是 {was}，按项目改用 {now}",
                                       f"{file}: the file says {was}, the project {now}:"
                                       " the project's is used"),
            Text("核对哪一个是对的", "check which one is right"))
    return frame.set_crs(wanted, allow_override=True), note
