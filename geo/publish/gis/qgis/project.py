"""The QGIS project: every layer over the GeoPackage and the surfaces, grouped and named."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pyproj
import rasterio

from geo.arrays import CRS
from geo.model.tables import TABLES
from geo.publish.gis.qgis.styles import DOCTYPE, VERSION, Style, style_into, styles
from geo.publish.gis.vectors import is_left_out
from geo.publish.headings import columns, heading
from geo.publish.look.themes import themes
from geo.publish.page import xml_text
from geo.run import Run
from geo.run.held import VERDICTS
from geo.text import Message

GROUND = ("place_names", "ground", "water_areas")
"""Layers under the parcels, the upper first."""


def write_project(
    run: Run,
    file: Path,
    geopackage: str,
    surfaces: Mapping[str, Path],
    layers: Collection[str] | None = None,
) -> None:
    """The project: groups of layers over the GeoPackage and the classes of the surfaces.

    `geopackage` and the names of `surfaces` are paths as they stand in the project, seen from its
    folder; the rasters themselves lie where the values of `surfaces` say now. Parcels stand once
    for each of the main themes, the first of them shown; the tables without outlines are there as
    well. `layers` are those that the GeoPackage has; all, where it is that of the whole run.
    """
    _Project(run, file, geopackage, surfaces, layers).write()


class _Project:
    def __init__(
        self,
        run: Run,
        file: Path,
        geopackage: str,
        surfaces: Mapping[str, Path],
        layers: Collection[str] | None,
    ) -> None:
        settings = run.settings
        self.run, self.settings, self.file = run, settings, file
        self.geopackage, self.surfaces, self.there = geopackage, surfaces, layers
        self.lang = settings.lang
        self.themes = themes(run) if self._is_there("parcels") else []
        self.root = ET.Element("qgis", projectname=settings.title, version=VERSION)
        ET.SubElement(self.root, "title").text = settings.title
        crs = ET.SubElement(self.root, "projectCrs")
        _srs(crs, run.parcels.crs)
        self._opening()
        self.tree = ET.SubElement(self.root, "layer-tree-group", checked="Qt::Checked")
        self.layers = ET.Element("projectlayers")

    def write(self) -> None:
        by_layer: dict[str, list[Style]] = {}
        for style in styles(self.run, self.themes, self.there):
            by_layer.setdefault(style.layer, []).append(style)
        shown = {theme.id for theme in self.themes if theme.main}
        groups = (
            (Message("qgis_project.parks"), by_layer.get("parks", [])),
            (Message("common.facilities"), by_layer.get("facilities", [])),
            (
                Message("common.control_lines"),
                [*by_layer.get("zone_outlines", []), *by_layer.get("zone_conflicts", [])],
            ),
            (
                Message("qgis_project.checks_lineage"),
                [*by_layer.get("defects", []), *by_layer.get("lineage", [])],
            ),
            (
                Message("qgis_project.parcels_theme"),
                [s for s in by_layer.get("parcels", []) if s.theme in shown],
            ),
            (
                Message("qgis_project.ground"),
                [s for name in GROUND for s in by_layer.get(name, [])],
            ),
        )
        first = True
        for title, own in groups:
            if not own:
                continue
            group = self._group(title(self.lang))
            for style in own:
                visible = style.layer in ("parks", "zone_outlines", *GROUND) or (
                    style.layer == "parcels" and first
                )
                first = first and style.layer != "parcels"
                self._vector(group, style, visible=visible)
        self._rasters()
        self._tables()
        self.root.append(self.layers)
        ET.indent(self.root)
        self.file.write_text(xml_text(self.root, DOCTYPE), encoding="utf-8")

    def _is_there(self, layer: str) -> bool:
        return self.there is None or layer in self.there

    def _opening(self) -> None:
        """The view that the project opens with: all parks, in the parcels' reference system."""
        x0, y0, x1, y1 = self.run.parks.to_crs(self.run.parcels.crs).total_bounds
        canvas = ET.SubElement(self.root, "mapcanvas", name="theMapCanvas")
        extent = ET.SubElement(canvas, "extent")
        more = 0.05 * max(x1 - x0, y1 - y0)
        for name, value in (
            ("xmin", x0 - more),
            ("ymin", y0 - more),
            ("xmax", x1 + more),
            ("ymax", y1 + more),
        ):
            ET.SubElement(extent, name).text = repr(float(value))
        _srs(ET.SubElement(canvas, "destinationsrs"), self.run.parcels.crs)
        reference = ET.SubElement(ET.SubElement(self.root, "properties"), "SpatialRefSys")
        ET.SubElement(reference, "ProjectionsEnabled", type="int").text = "1"

    def _group(self, title: str) -> ET.Element:
        return ET.SubElement(
            self.tree, "layer-tree-group", name=title, checked="Qt::Checked", expanded="0"
        )

    def _layer(self, group: ET.Element, title: str, source: str, *, visible: bool) -> ET.Element:
        """A layer in the tree and among the project's layers."""
        name = f"mujun_layer_{len(self.layers):03d}"  # QGIS takes no id of ten letters or fewer
        provider = "gdal" if source.endswith(".tif") else "ogr"
        ET.SubElement(
            group,
            "layer-tree-layer",
            id=name,
            name=title,
            source=source,
            providerKey=provider,
            expanded="0",
            checked="Qt::Checked" if visible else "Qt::Unchecked",
        )
        layer = ET.SubElement(
            self.layers, "maplayer", type="raster" if provider == "gdal" else "vector"
        )
        ET.SubElement(layer, "id").text = name
        ET.SubElement(layer, "datasource").text = source
        ET.SubElement(layer, "layername").text = title
        ET.SubElement(layer, "provider", encoding="UTF-8").text = provider
        return layer

    def _vector(self, group: ET.Element, style: Style, *, visible: bool) -> None:
        table: gpd.GeoDataFrame = getattr(self.run, style.layer)
        layer = self._layer(
            group, style.name, f"{self.geopackage}|layername={style.layer}", visible=visible
        )
        _srs(ET.SubElement(layer, "srs"), table.crs)
        style_into(layer, style, table, self.settings)

    def _rasters(self) -> None:
        if not self.surfaces:
            return
        group = self._group(Message("qgis_project.surfaces_per_mu")(self.lang))
        for source, file in self.surfaces.items():
            name = file.name.removesuffix("_classes.tif")
            column = columns().get(name)
            title = heading(name, self.lang, self.settings.currency) if column else name
            layer = self._layer(group, title, source, visible=False)
            with rasterio.open(file) as raster:
                wkt, tags, colormap = raster.crs.to_wkt(), raster.tags(), raster.colormap(1)
            _srs(ET.SubElement(layer, "srs"), pyproj.CRS.from_wkt(wkt))
            pipe = ET.SubElement(layer, "pipe")
            drawn = ET.SubElement(pipe, "rasterrenderer", type="paletted", band="1", opacity="1")
            colors = ET.SubElement(drawn, "colorPalette")
            for at, (red, green, blue, _) in sorted(colormap.items()):
                if f"class_{at}" in tags:
                    ET.SubElement(
                        colors,
                        "paletteEntry",
                        value=str(at),
                        color=f"#{red:02x}{green:02x}{blue:02x}",
                        alpha="255",
                        label=tags[f"class_{at}"],
                    )

    def _tables(self) -> None:
        group = self._group(Message("qgis_project.tables")(self.lang))
        for name in self.run.tables:
            if not self._is_there(name) or (name in TABLES and TABLES[name].geometry != "none"):
                continue
            # Of verdicts, the largest, the long table need not be made to know its columns.
            there = name == VERDICTS or self.run.column_names(name)
            if there and not is_left_out(name, self.run):
                title = TABLES[name].title(self.lang) if name in TABLES else name
                self._layer(group, title, f"{self.geopackage}|layername={name}", visible=False)


def _srs(parent: ET.Element, crs: CRS) -> None:
    if crs is None:
        return
    own = ET.SubElement(parent, "spatialrefsys")
    ET.SubElement(own, "wkt").text = crs.to_wkt()
    epsg = crs.to_epsg()
    if epsg:
        ET.SubElement(own, "authid").text = f"EPSG:{epsg}"
