"""`chain/`: 两图一表, the page, the directory in Excel, two pictures of each park."""

from __future__ import annotations

from geo.publish.registry import Making, ParkOption, Product
from geo.text import Message


def _write(making: Making, asked: ParkOption) -> list[str]:
    from geo.publish.chain.all import write_chains

    write_chains(making.run, making.stage / "chain", asked.park, making.options)
    return []


PRODUCT = Product(
    "chain",
    Message("product.chain"),
    ("chain/",),
    _write,
    options=ParkOption,
    also=True,
    beside=lambda asked: bool(asked.park),  # the pictures of other parks stay
    purpose=Message("purpose.chain"),
    apart=True,
    memory=2_000,
    cost=(0.9, 0.01),
    loads=("geo.publish.chain.all",),
)
