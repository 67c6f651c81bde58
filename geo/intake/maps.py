"""Map layers and rasters of a file as profiles: a layer of a database each, outlines and all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from rasterio.transform import array_bounds

from geo.errors import CrsError, SourceError
from geo.intake.grids import attributes_of, sampled
from geo.intake.model import NotRead, Shape, SourceProfile
from geo.intake.seen import SAMPLE, Sighting, years_seen
from geo.project import LayerSource
from geo.source_spec import RasterSource
from geo.sources.dbf import dbf_encoding, open_dbf
from geo.sources.gdal import DRIVERS, layer_facts, layer_names, read_layer
from geo.sources.raster import open_raster
from geo.sources.shapefile import read_shapefile
from geo.sources.survey_txt import read_survey
from geo.sources.vector import read_columns
from geo.text import Message

_ANY = "file"
"""A declaration asks for a path; the file is read where it lies, whatever its name holds."""

LARGE = 5 * SAMPLE
"""Rows from which only parts of a layer are read."""

ONE_LAYER = (".shp", ".dxf", ".fgb", ".parquet", ".geoparquet", ".tab", ".mif")
"""Formats of one layer a file, that is not named."""

_WINDOWED = (".shp", ".gdb", ".gpkg", ".tab")
_ANY_ZONE = "EPSG:4527"
"""A system under which plots without a zone are drawn, to be looked at only."""

_SHAPES: dict[int, Shape] = {
    0: "point",
    4: "point",
    1: "line",
    2: "line",
    5: "line",
    3: "polygon",
    6: "polygon",
}


def layers_of(seen: Sighting) -> Iterator[SourceProfile | NotRead]:
    """The layers of a map file, each a profile, or why it is none.

    Raises SourceError for a file that cannot be opened at all.
    """
    suffix = seen.local.suffix.lower()
    if suffix in ONE_LAYER or suffix not in DRIVERS:
        yield _layer(seen, None)
        return
    names = layer_names(seen.local)
    if not names:
        raise SourceError("vector.holds_no_layer", file=seen.local.name)
    single = len(names) == 1 and suffix not in (".gdb", ".gpkg")
    for name in names:
        try:
            yield _layer(seen, None if single else name)
        except (SourceError, CrsError) as error:
            yield NotRead(f"{seen.path} [{name}]", error.text, is_data=True)


def _layer(seen: Sighting, layer: str | None) -> SourceProfile | NotRead:
    """One layer: as a whole where it is small, else its first rows and some of the middle."""
    file, suffix = seen.local, seen.local.suffix.lower()
    rows = _count(file, layer) if suffix in _WINDOWED else 0
    if rows > LARGE:
        frame, box = _windowed(file, layer, rows)
    else:
        source = LayerSource(path=_ANY, layer=layer)
        frame, _ = read_columns(file, source, "")
        rows = len(frame)
        box = _box(frame) if rows else None  # a KML's folder that holds folders alone
        frame = sampled(frame)
    if not rows:
        name = seen.path if layer is None else f"{seen.path} [{layer}]"
        return NotRead(name, Message("intake_file.no_rows"), is_data=False)
    form = suffix.removeprefix(".")
    if not isinstance(frame, gpd.GeoDataFrame):
        return attributes_of(seen, layer or "", frame, rows, form)
    return profile_of(seen, layer, frame, rows, form, box)


def profile_of(
    seen: Sighting,
    layer: str | None,
    frame: gpd.GeoDataFrame,
    rows: int,
    form: str,
    box: tuple[float, float, float, float] | None,
) -> SourceProfile:
    """The profile of a layer by a sample of it."""
    headings = tuple(str(c) for c in frame.columns if c not in ("source_row", "geometry"))
    return SourceProfile(
        path=seen.path,
        part=layer,
        kind="layer",
        form=form,
        rows=rows,
        headings=headings,
        sample=frame,
        encoding=_encoding(seen.local) if form == "shp" else None,
        crs=frame.crs,
        bounds=box,
        shape=_shape(frame),
        years=years_seen(seen.path, layer, (), frame),
    )


def _count(file: Path, layer: str | None) -> int:
    if file.suffix.lower() == ".shp":
        shx = next(
            (f for f in file.parent.glob("*") if f.name.lower() == file.stem.lower() + ".shx"), None
        )
        return (shx.stat().st_size - 100) // 8 if shx else 0
    return int(layer_facts(file, layer)["features"])


def _windowed(
    file: Path, layer: str | None, rows: int
) -> tuple[Any, tuple[float, float, float, float] | None]:
    """The first half of a sample and a stretch of the middle, with the layer's bounds."""
    half = SAMPLE // 2
    parts = []
    for skip in (0, rows // 2):
        window = {"skip_features": skip, "max_features": half}
        if file.suffix.lower() == ".shp":
            source = LayerSource(path=_ANY)
            parts.append(read_shapefile(file, source, "", **window)[0])
        else:
            parts.append(_part(file, layer, skip, window))
    frame = pd.concat(parts, ignore_index=True)
    facts = layer_facts(file, layer, "ISO-8859-1" if file.suffix.lower() == ".shp" else None)
    box = facts.get("total_bounds")
    return frame, None if box is None else tuple(float(side) for side in box)  # type: ignore[return-value]


def _part(file: Path, layer: str | None, skip: int, window: dict[str, int]) -> Any:
    try:
        frame = read_layer(file, layer=layer, **window)
    except NotImplementedError:  # curves: their attributes say what the layer is
        frame = read_layer(file, layer=layer, read_geometry=False, **window)
    if isinstance(frame, gpd.GeoDataFrame) and frame.geometry.name != "geometry":
        frame = frame.drop(columns="geometry", errors="ignore").rename_geometry("geometry")
    return frame.assign(source_row=np.arange(skip + 1, skip + 1 + len(frame)))


def _box(frame: Any) -> tuple[float, float, float, float] | None:
    if not isinstance(frame, gpd.GeoDataFrame):
        return None
    sides = shapely.total_bounds(np.asarray(frame.geometry.array))
    if not np.isfinite(sides).all():
        return None
    left, bottom, right, top = (float(side) for side in sides)
    return left, bottom, right, top


def _shape(frame: gpd.GeoDataFrame) -> Shape:
    shapes = np.asarray(frame.geometry.array)
    kinds = shapely.get_type_id(shapes[~shapely.is_missing(shapes)])
    found = {_SHAPES.get(int(kind), "mixed") for kind in np.unique(kinds)}
    return found.pop() if len(found) == 1 else "mixed" if found else "none"


def _encoding(shp: Path) -> str | None:
    dbf = next(
        (f for f in shp.parent.glob("*") if f.name.lower() == shp.stem.lower() + ".dbf"), None
    )
    return dbf_encoding(open_dbf(dbf)) if dbf else None


def plots_of(seen: Sighting) -> Iterator[SourceProfile]:
    """The plots of a 勘测定界 text; without a reference system where it names none."""
    try:
        frame, _ = read_survey([seen.local], None, "parcels")
    except CrsError:
        frame, _ = read_survey([seen.local], _ANY_ZONE, "parcels")
        frame = frame.set_crs(None, allow_override=True)
    yield profile_of(seen, None, sampled(frame), len(frame), "survey", _box(frame))


def raster_of(seen: Sighting) -> Iterator[SourceProfile | NotRead]:
    """A raster, its cells as rows; a picture without a place is none. Raises SourceError."""
    raster = open_raster("", seen.local, RasterSource(path=_ANY))
    size = 256
    row, column = max(raster.height - size, 0) // 2, max(raster.width - size, 0) // 2
    values = raster.read(row, column, min(size, raster.height), min(size, raster.width))
    sample = pd.DataFrame({"value": pd.Series(values.ravel()).dropna().reset_index(drop=True)})
    left, bottom, right, top = array_bounds(raster.height, raster.width, raster.transform)
    yield SourceProfile(
        path=seen.path,
        part=None,
        kind="raster",
        form=seen.local.suffix.lower().removeprefix("."),
        rows=raster.height * raster.width,
        headings=(),
        sample=sample.iloc[:: max(len(sample) // SAMPLE, 1)],
        crs=None if raster.crs is None else pyproj.CRS.from_user_input(raster.crs),
        bounds=(left, bottom, right, top),
        years=years_seen(seen.path, None, (), sample),
    )
