"""The tables of a run as GeoParquet and Parquet; a run itself keeps them so."""

from __future__ import annotations

from geo.model.table import FOLDER
from geo.publish.registry import Making, Options, Product
from geo.text import Message


def _write(making: Making, _: Options) -> list[str]:
    from geo.publish.gis.vectors import write_parquet

    write_parquet(making.run, making.stage)
    return []


PRODUCT = Product(
    "parquet",
    Message("product.parquet"),
    (f"{FOLDER}/",),
    _write,
    in_parts=True,
    purpose=Message("purpose.parquet"),
)
