"""`parcels.txt`: the parcels as 勘测定界 coordinates (报盘)."""

from __future__ import annotations

from geo.publish.registry import Making, Options, Product
from geo.text import Message


def _write(making: Making, _: Options) -> list[str]:
    from geo.publish.gis.survey_txt import write_survey

    write_survey(making.run, making.stage / "parcels.txt")
    return []


PRODUCT = Product("txt", Message("product.txt"), ("parcels.txt",), _write, also=True)
