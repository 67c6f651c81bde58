"""`map.html`: the map of a run on one page."""

from __future__ import annotations

from geo.publish.registry import Making, Options, Product, always
from geo.text import Message


def _write(making: Making, _: Options) -> list[str]:
    from geo.publish.webmap.folder import write_map

    write_map(making.run, making.stage, making.options)
    return []


PRODUCT = Product(
    "map",
    Message("product.map"),
    ("map.html",),
    _write,
    wanted=always,
    purpose=Message("purpose.map"),
    apart=True,
    memory=12_000,
    cost=(1.0, 0.25),
    loads=("geo.publish.webmap.folder",),
)
