"""`index.html`: the start page, made after all others, of which it says what they are for."""

from __future__ import annotations

from typing import Any

from geo.publish.registry import Making, Options, Product, always
from geo.text import Message

PLACE = "index.html"


def _write(making: Making, _: Options) -> list[str]:
    from geo.publish.start import write_start

    write_start(making)
    return []


def _pictures(making: Making) -> Any:
    from geo.publish.start.picture import pictures

    return pictures(making.run, making.options)


PRODUCT = Product(
    "index",
    Message("product.index"),
    (PLACE,),
    _write,
    wanted=always,
    in_parts=True,
    purpose=Message("purpose.index"),
    last=True,
    early=_pictures,
    apart=True,
    cost=(0.5, 0.017),
    loads=("geo.publish.start.picture",),
)
