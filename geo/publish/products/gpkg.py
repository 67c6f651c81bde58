"""`layers/assessment.gpkg`: the tables as layers, in the map's colours for QGIS."""

from __future__ import annotations

from geo.publish.registry import Making, Options, Product, always
from geo.text import Message

PLACE = "layers/assessment.gpkg"


def _write(making: Making, _: Options) -> list[str]:
    from geo.publish.gis.qgis import write_styles
    from geo.publish.gis.vectors import write_geopackage

    file = making.file(PLACE)
    write_geopackage(making.run, file)
    write_styles(making.run, file)
    return []


PRODUCT = Product(
    "gpkg",
    Message("product.gpkg"),
    (PLACE,),
    _write,
    wanted=always,
    in_parts=True,
    purpose=Message("purpose.gpkg"),
    apart=True,
    cost=(0.7, 0.04),
    loads=("geo.publish.gis.vectors", "geo.publish.gis.qgis"),
)
