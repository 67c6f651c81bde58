"""`layers/parcels.txt`: the parcels as 勘测定界 coordinates (报盘)."""

from __future__ import annotations

from geo.publish.registry import Making, Options, Product
from geo.text import Message

PLACE = "layers/parcels.txt"


def _write(making: Making, _: Options) -> list[str]:
    from geo.publish.gis.survey_txt import write_survey

    write_survey(making.run, making.file(PLACE))
    return []


PRODUCT = Product(
    "txt",
    Message("product.txt"),
    (PLACE,),
    _write,
    also=True,
    in_parts=True,
    purpose=Message("purpose.txt"),
    apart=True,
    cost=(0.1, 0.035),
)
