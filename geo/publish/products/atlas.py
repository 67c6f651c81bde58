"""`atlas.pdf`: a page a park, in one theme."""

from __future__ import annotations

from geo.publish.registry import Making, Options, Product
from geo.text import Message

PLACE = "atlas.pdf"


class AtlasOptions(Options):
    """The theme of the maps; else the first."""

    theme: str = ""


def _write(making: Making, asked: AtlasOptions) -> list[str]:
    from geo.publish.paper.atlas import write_atlas

    file = making.file(PLACE)
    write_atlas(
        making.run, file, asked.theme, making.options, making.counter(len(making.run.parks) + 1)
    )
    return []


PRODUCT = Product(
    "atlas",
    Message("product.atlas"),
    (PLACE,),
    _write,
    options=AtlasOptions,
    also=True,
    purpose=Message("purpose.atlas"),
    apart=True,
    memory=55_000,
    cost=(3.0, 1.5),
    loads=("geo.publish.paper.atlas",),
)
