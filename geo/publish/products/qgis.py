"""`assessment.qgs`: a project for QGIS over the GeoPackage and the rasters."""

from __future__ import annotations

from geo.publish.registry import Making, Options, Product, always
from geo.text import Message


def _write(making: Making, _: Options) -> list[str]:
    """The rasters lie in the last results where they are not made anew."""
    from geo.publish.gis.qgis import write_project

    surfaces = (making.results or making.stage) / "surfaces"
    write_project(making.run, making.stage / "assessment.qgs", surfaces)
    return []


PRODUCT = Product("qgis", Message("product.qgis"), ("assessment.qgs",), _write, wanted=always)
