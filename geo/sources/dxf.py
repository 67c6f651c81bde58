"""CAD drawings (DXF): closed polylines as parcels, their layer as land use, the text inside as id.

A drawing knows no reference system; the project gives it. Texts are read in the encoding that the
bytes are in, whatever code page the drawing declares.
"""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from geo import findings
from geo.arrays import Mask, Shapes
from geo.errors import SourceError
from geo.project import LayerSource
from geo.sources.dxf_frames import about_frames, frames_of
from geo.sources.encoding import text_encoding
from geo.sources.gdal import read_layer
from geo.text import Message

NEAR = 1e-3
"""Drawing units within which the two ends of a line are the same point."""

_NO_OUTLINE = "AcDb(?:Hatch|BlockReference|.*Dimension|Line|Arc|Point|Solid|Trace|Face|Leader)"
"""Kinds of entities that are no parcel; drawings of R12 name no kind."""


def read_dxf(file: Path, source: LayerSource, name: str) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """One row a closed line: parcel_id, land_use (the layer), texts, handle, geometry; no CRS.

    `where` chooses among the lines; texts are always all read. Open lines, frames (`dxf_frames`) and
    what is no outline (hatches, blocks) are findings. Raises SourceError.
    """
    entities = _entities(file, source.where)
    subclass = entities["SubClasses"].astype("str").fillna("")
    drawn_as = shapely.get_dimensions(np.asarray(entities.geometry.array))
    kind = ~subclass.str.contains(_NO_OUTLINE) & (drawn_as > 0)
    lines = entities[kind].reset_index(drop=True)
    areas = _as_areas(np.asarray(lines.geometry.array))
    closed = shapely.get_type_id(areas) == 3
    if not closed.any():
        raise SourceError("dxf.holds_no_closed_polyline", file=file.name)
    drawn, areas, open_lines = lines[closed].reset_index(drop=True), areas[closed], lines[~closed]
    frames = frames_of(areas, drawn["Layer"].astype("str"), chosen=source.where is not None)
    left_out = about_frames(drawn, areas, frames, name)
    drawn, areas = drawn[~frames].reset_index(drop=True), areas[~frames]
    texts = _texts(_entities(file, "Text IS NOT NULL"), areas)
    out = gpd.GeoDataFrame(
        {
            "parcel_id": texts["id"].fillna("#" + drawn["EntityHandle"].astype("str")),
            "land_use": drawn["Layer"].astype("str"),
            "texts": texts["all"],
            "handle": drawn["EntityHandle"].astype("str"),
            "source_row": range(1, len(drawn) + 1),
        },
        geometry=areas,
    )
    other = ~kind & entities["Text"].isna() | subclass.str.contains("Hatch")
    return out, findings.gather_findings(
        [
            left_out,
            _open_lines(open_lines, name),
            _labels(out, texts, name),
            _ignored(int(other.sum()), file.name, name),
        ]
    )


def _entities(file: Path, where: str | None) -> gpd.GeoDataFrame:
    head = file.read_bytes()[:4096] if file.is_file() else b""
    if head.startswith(b"AutoCAD Binary DXF"):
        raise SourceError("dxf.binary_dxf", file=file.name)
    if not _ends(file):
        raise SourceError("dxf.dxf_cut_short", file=file.name)
    encoding = {"gb18030": "CP936"}.get(text_encoding(file), "UTF-8")
    before = {
        key: pyogrio.get_gdal_config_option(key)
        for key in ("DXF_ENCODING", "DXF_CLOSED_LINE_AS_POLYGON")
    }
    pyogrio.set_gdal_config_options(
        {"DXF_ENCODING": encoding, "DXF_CLOSED_LINE_AS_POLYGON": "TRUE"}
    )
    try:
        frame = read_layer(file, where=where)
    except SourceError as error:
        raise SourceError("dxf.cannot_read", file=file.name) from error
    finally:
        pyogrio.set_gdal_config_options(before)
    return frame


def _ends(file: Path) -> bool:
    """Whether a drawing has the mark that ends it; one that is no drawing is told by its reader."""
    if not file.is_file():
        return True
    raw = file.read_bytes()
    return b"SECTION" not in raw[:4096] or b"EOF" in raw[-256:]


def _as_areas(shapes: Shapes) -> Shapes:
    """Lines whose ends meet as polygons; the rest as they are."""
    out: Shapes = shapely.force_2d(shapes)
    line = np.flatnonzero(shapely.get_type_id(out) == 1)
    ends = [shapely.get_point(out[line], at) for at in (0, -1)]
    meet = line[(shapely.distance(*ends) <= NEAR) & (shapely.get_num_coordinates(out[line]) > 3)]
    xy, shape_of_vertex = shapely.get_coordinates(out[meet], return_index=True)
    last = np.r_[
        shape_of_vertex[1:] != shape_of_vertex[:-1], np.ones(min(len(shape_of_vertex), 1), bool)
    ]
    xy[last] = xy[np.searchsorted(shape_of_vertex, shape_of_vertex[last])]
    out[meet] = shapely.polygons(shapely.linearrings(xy, indices=shape_of_vertex))
    return out


def _texts(entities: gpd.GeoDataFrame, areas: Shapes) -> pd.DataFrame:
    """Of each area: `id`, the text that names it, and `all` the texts inside it, with `count`.

    A text belongs to the smallest area around it. A text with a digit names before one without.
    """
    point = shapely.get_type_id(np.asarray(entities.geometry.array)) == 0
    lines = entities[point]["Text"].astype("str").str.split(r"\\P|\n", regex=True).explode()
    lines = lines.str.replace(r"\s+", " ", regex=True).str.strip()
    spots = np.asarray(entities.geometry[lines.index].array)
    words = lines.to_numpy()
    at, area = shapely.STRtree(areas).query(spots, predicate="within")
    found = pd.DataFrame(
        {"text": words[at], "spot": at, "area": area, "size": shapely.area(areas)[area]}
    )
    labels = found.sort_values("size").drop_duplicates("spot")
    labels = labels.assign(
        digit=labels["text"].map(lambda t: not re.search(r"\d", t))
    )  # rows-ok: texts
    labels = labels.sort_values(["area", "digit", "spot"], kind="stable")
    grouped = labels.groupby("area")["text"]
    return pd.DataFrame(
        {"id": grouped.first(), "all": grouped.agg("；".join), "count": grouped.size()}
    ).reindex(range(len(areas)))


def _open_lines(lines: gpd.GeoDataFrame, name: str) -> pd.DataFrame:
    shapes = np.asarray(lines.geometry.array)
    apart = shapely.distance(shapely.get_point(shapes, 0), shapely.get_point(shapes, -1))
    rows = pd.DataFrame({"source_row": pd.NA, "handle": "#" + lines["EntityHandle"].astype("str")})
    return findings.about_rows(
        rows,
        np.ones(len(rows), dtype=bool),
        layer=name,
        key="handle",
        code="open_line",
        severity="warning",
        value=pd.Series(apart, index=rows.index).map("{:,.3f}".format),
        message=Message("dxf.open_polyline_ends_apart"),
        mend=Message("dxf.close_in_drawing"),
        set_aside=False,
        shapes=shapes,
        mend_at="source",
    )


def _labels(out: gpd.GeoDataFrame, texts: pd.DataFrame, name: str) -> pd.DataFrame:
    return findings.gather_findings(
        [
            findings.about_rows(
                out,
                texts["id"].isna(),
                layer=name,
                key="parcel_id",
                code="no_label",
                severity="warning",
                message=Message("dxf.no_text_inside"),
                mend=Message("dxf.write_id_inside"),
            ),
            findings.about_rows(
                out,
                _several(texts),
                layer=name,
                key="parcel_id",
                code="several_labels",
                severity="info",
                value=texts["all"].str.replace("；", findings.ITEM),
                message=Message("dxf.several_texts_inside"),
                mend=Message("dxf.check_id"),
            ),
        ]
    )


def _several(texts: pd.DataFrame) -> Mask:
    return (texts["count"].fillna(0) > 1).to_numpy(dtype=bool)


def _ignored(count: int, file: str, name: str) -> pd.DataFrame:
    if not count:
        return findings.no_findings()
    return findings.about_layer(
        name,
        "not_outlines",
        Message("dxf.hatches_blocks_like_no_outlines", file=file, count=count),
        Message("dxf.make_polylines_if_should_parcels"),
        "info",
    )
