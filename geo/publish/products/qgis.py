"""`layers/assessment.qgs`: a project for QGIS over the GeoPackage and the rasters."""

from __future__ import annotations

from posixpath import dirname, relpath

from geo.model.tables import TABLES
from geo.publish.products.cog import SURFACES
from geo.publish.products.gpkg import PLACE as GEOPACKAGE
from geo.publish.registry import Making, Options, Product, always
from geo.text import Message

PLACE = "layers/assessment.qgs"


def _write(making: Making, _: Options) -> list[str]:
    """The rasters lie in the last results where they are not made anew.

    The GeoPackage of a run in parts has not all tables: the project is over those that it has.
    """
    from geo.publish.gis.qgis import write_project
    from geo.publish.gis.vectors import layers_of
    from geo.run.part import with_columns

    home = making.results or making.stage
    surfaces, geopackage = home / SURFACES, home / GEOPACKAGE
    in_parts = (home / TABLES["parcels"].place).is_dir()
    rasters = [file.name for file in sorted(surfaces.glob("*_classes.tif"))]
    write_project(
        with_columns(making.run, home) if in_parts else making.run,
        making.file(PLACE),
        f"./{relpath(GEOPACKAGE, dirname(PLACE))}",
        {f"{relpath(SURFACES, dirname(PLACE))}/{name}": surfaces / name for name in rasters},
        layers_of(geopackage) if in_parts and geopackage.is_file() else None,
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
    in_parts=True,
    apart=True,
    cost=(0.1, 0.011),
    loads=("geo.publish.gis.qgis",),
)
