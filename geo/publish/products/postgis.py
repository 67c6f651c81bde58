"""The tables of a run in a PostGIS database, once its files have taken their places."""

from __future__ import annotations

from geo.publish.registry import Making, Options, Product
from geo.text import Message


def _write(making: Making, _: Options) -> list[str]:
    from geo.publish.gis.postgis import write_postgis

    return write_postgis(making.run, making.options)


PRODUCT = Product(
    "postgis",
    Message("product.postgis"),
    (),
    _write,
    wanted=lambda publish: bool(publish.postgis),
    extra="postgis",
    in_parts=True,
    purpose=Message("purpose.postgis"),
)
