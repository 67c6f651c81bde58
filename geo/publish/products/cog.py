"""`surfaces/`: rasters of the figures per mu, as cloud-optimised GeoTIFF."""

from __future__ import annotations

from geo.publish.registry import Making, Options, Product, always
from geo.text import Message

SURFACES = "surfaces"


def _write(making: Making, _: Options) -> list[str]:
    from geo.publish.gis.surfaces import write_surfaces

    source = making.results or making.stage
    write_surfaces(making.run, making.stage / SURFACES, source, making.options, making.each)
    return []


PRODUCT = Product(
    "cog",
    Message("product.cog"),
    (f"{SURFACES}/",),
    _write,
    wanted=always,
    in_parts=True,
    by_parts=True,
    purpose=Message("purpose.cog"),
    apart=True,
    cost=(0.5, 0.005),
    loads=("geo.publish.gis.surfaces",),
)
