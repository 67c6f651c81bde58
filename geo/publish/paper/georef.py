"""Coordinates in the files themselves: GeoTIFF of the map, and PDF that GIS can place.

The PDF's viewport follows ISO 32000-2, 12.10 (geospatial measures): corners of the map frame in
latitude and longitude, and the plane as its EPSG code and WKT.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from matplotlib.backends.backend_agg import FigureCanvasAgg
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)
from rasterio.enums import ColorInterp
from rasterio.io import MemoryFile
from rasterio.shutil import copy

from geo.publish.paper.ground import Frame, to_degrees
from geo.publish.paper.sheet import INCH, Sheet


def write_geotiff(sheet: Sheet, frame: Frame, file: Path, dpi: int, tags: dict[str, str]) -> None:
    """The map of a sheet, without what stands around it, as a Cloud-Optimized RGB GeoTIFF."""
    sheet.figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(sheet.figure)
    canvas.draw()
    picture = np.asarray(canvas.buffer_rgba())
    pixel = INCH / dpi
    left, top = round(frame.box.x / pixel), round(frame.box.y / pixel)
    right, bottom = round(frame.box.right / pixel), round(frame.box.bottom / pixel)
    bands = np.moveaxis(picture[top:bottom, left:right, :3], 2, 0)
    metre = frame.scale / 1000
    x0, _, _, y1 = frame.bounds
    # Pixels are whole, the frame's edge is not: the corner is that of the first whole pixel.
    corner = (x0 + (left * pixel - frame.box.x) * metre, y1 - (top * pixel - frame.box.y) * metre)
    transform = Affine(pixel * metre, 0, corner[0], 0, -pixel * metre, corner[1])
    profile = {
        "driver": "GTiff",
        "width": bands.shape[2],
        "height": bands.shape[1],
        "count": 3,
        "dtype": "uint8",
        "crs": frame.plane.to_wkt(),
        "transform": transform,
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as draft:
            draft.write(bands)
            draft.colorinterp = [ColorInterp.red, ColorInterp.green, ColorInterp.blue]
            draft.update_tags(**tags)
        with rasterio.Env():
            copy(
                memory.name,
                file,
                driver="COG",
                compress="DEFLATE",
                predictor="YES",
                overview_resampling="average",
            )


def georeference(file: Path, sheet: Sheet, frame: Frame) -> None:
    """Write the frame's coordinates into a one-page PDF, in its place."""
    writer = PdfWriter(clone_from=PdfReader(file))
    page = writer.pages[0]
    point = 72 / INCH
    box = frame.box
    corners = [(box.x, box.bottom), (box.x, box.y), (box.right, box.y), (box.right, box.bottom)]
    x0, y0, x1, y1 = frame.bounds
    lon, lat = to_degrees(frame.plane).transform([x0, x0, x1, x1], [y0, y1, y1, y0])
    flat = [v for pair in zip(lat, lon, strict=True) for v in pair]
    system = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/PROJCS"),
            NameObject("/EPSG"): NumberObject(frame.plane.to_epsg()),
            NameObject("/WKT"): TextStringObject(frame.plane.to_wkt("WKT1_ESRI")),
        }
    )
    measure = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Measure"),
            NameObject("/Subtype"): NameObject("/GEO"),
            NameObject("/Bounds"): _floats([0, 0, 0, 1, 1, 1, 1, 0]),
            NameObject("/LPTS"): _floats([0, 0, 0, 1, 1, 1, 1, 0]),
            NameObject("/GPTS"): _floats(flat),
            NameObject("/GCS"): system,
        }
    )
    edges = [
        corners[0][0] * point,
        (sheet.height - corners[0][1]) * point,
        corners[2][0] * point,
        (sheet.height - corners[2][1]) * point,
    ]
    viewport = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Viewport"),
            NameObject("/Name"): TextStringObject("map"),
            NameObject("/BBox"): _floats(edges),
            NameObject("/Measure"): measure,
        }
    )
    page[NameObject("/VP")] = ArrayObject([viewport])
    with file.open("wb") as out:
        writer.write(out)


def _floats(values: list[float]) -> ArrayObject:
    return ArrayObject(FloatObject(f"{float(v):.10f}") for v in values)
