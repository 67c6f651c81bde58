"""`layers/fgb/`: the layers as FlatGeobuf."""

from __future__ import annotations

from geo.publish.registry import Making, Options, Product
from geo.text import Message


def _write(making: Making, _: Options) -> list[str]:
    from geo.publish.gis.vectors import write_flatgeobuf

    write_flatgeobuf(making.run, making.file("layers/fgb"))
    return []


PRODUCT = Product(
    "fgb",
    Message("product.fgb"),
    ("layers/fgb/",),
    _write,
    also=True,
    in_parts=True,
    purpose=Message("purpose.fgb"),
    apart=True,
    cost=(0.1, 0.015),
)
