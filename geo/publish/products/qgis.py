"""`layers/assessment.qgs`: a project for QGIS over the GeoPackage and the rasters."""

from __future__ import annotations

from posixpath import dirname, relpath

from geo.publish.products.cog import SURFACES
from geo.publish.products.gpkg import PLACE as GEOPACKAGE
from geo.publish.registry import Making, Options, Product, always
from geo.text import Message

PLACE = "layers/assessment.qgs"


def _write(making: Making, _: Options) -> list[str]:
    """The rasters lie in the last results where they are not made anew."""
    from geo.publish.gis.qgis import write_project

    surfaces = (making.results or making.stage) / SURFACES
    rasters = [file.name for file in sorted(surfaces.glob("*_classes.tif"))]
    write_project(
        making.run,
        making.file(PLACE),
        f"./{relpath(GEOPACKAGE, dirname(PLACE))}",
        {f"{relpath(SURFACES, dirname(PLACE))}/{name}": surfaces / name for name in rasters},
    )
    return []


PRODUCT = Product(
    "qgis",
    Message("product.qgis"),
    (PLACE,),
    _write,
    wanted=always,
    purpose=Message("purpose.qgis"),
    after=("cog",),
    apart=True,
    cost=(0.2, 0.015),
)
