"""`assessment.xlsx`: every table of a run that people read."""

from __future__ import annotations

from geo.publish.registry import Making, Options, Product, always
from geo.text import Message

PLACE = "assessment.xlsx"


def _write(making: Making, _: Options) -> list[str]:
    from geo.publish.excel.workbook import write_workbook

    write_workbook(making.run, making.file(PLACE))
    return []


PRODUCT = Product(
    "xlsx",
    Message("product.xlsx"),
    (PLACE,),
    _write,
    wanted=always,
    in_parts=True,
    purpose=Message("purpose.xlsx"),
    apart=True,
    cost=(0.4, 0.036),
    loads=("geo.publish.excel.workbook",),
)
