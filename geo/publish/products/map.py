"""`map.html`: the map of a run on one page, or a way into the folder of a large run's."""

from __future__ import annotations

from geo.publish.registry import Making, Options, Product, always
from geo.text import Message


def _write(making: Making, _: Options) -> list[str]:
    from geo.publish.webmap.make import make_map

    source = making.results or making.stage
    make_map(making.run, making.stage, source, making.options, making.each, making.counts)
    return []


PRODUCT = Product(
    "map",
    Message("product.map"),
    ("map.html",),
    _write,
    wanted=always,
    in_parts=True,
    by_parts=True,
    purpose=Message("purpose.map"),
    apart=True,
    cost=(0.8, 0.06),
    loads=("geo.publish.webmap.make", "pypinyin"),
)
