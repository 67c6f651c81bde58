"""`cards/`: 一地一卡, a sheet a parcel."""

from __future__ import annotations

from geo.errors import ProjectError
from geo.publish.registry import Making, Options, Product
from geo.text import Message


class CardsOptions(Options):
    """The parcels that get a sheet; else all."""

    parcels: tuple[str, ...] = ()


def _write(making: Making, asked: CardsOptions) -> list[str]:
    """Raises ProjectError where there is no such parcel."""
    from geo.publish.paper.cards import write_cards

    run = making.run
    known = set(run.parcels["parcel_id"].astype("str"))
    strange = [parcel for parcel in asked.parcels if parcel not in known]
    if strange:
        raise ProjectError("cli_export.no_parcel", strange=strange[0])
    folder = making.stage / "cards"
    folder.mkdir()
    chosen = list(asked.parcels) or None
    counter = making.counter(len(asked.parcels or known))
    write_cards(run, folder, chosen, making.options, progress=counter)
    return []


PRODUCT = Product(
    "cards",
    Message("product.cards"),
    ("cards/",),
    _write,
    options=CardsOptions,
    also=True,
    beside=lambda asked: bool(asked.parcels),
    purpose=Message("purpose.cards"),
    apart=True,
    of_each="--parcel",
    cost=(2.0, 10.0),
    loads=("geo.publish.paper.cards",),
)
