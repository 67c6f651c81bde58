"""`report.docx`: the report, of all parks or of one."""

from __future__ import annotations

from geo.publish.registry import Making, ParkOption, Product
from geo.text import Message


class DocxOptions(ParkOption):
    """One park, and the layout: plain, gbt9704, or an office's .docx."""

    template: str = ""


def _write(making: Making, asked: DocxOptions) -> list[str]:
    from geo.publish.lookup import park_id
    from geo.publish.names import file_stem
    from geo.publish.word.report import write_report

    run, name = making.run, "report.docx"
    if asked.park:
        parks = run.parks["park_id"].astype("str")
        name = f"report-{file_stem(park_id(run, asked.park), parks)}.docx"
    write_report(run, making.stage / name, asked.park, making.options, asked.template)
    return []


PRODUCT = Product(
    "docx",
    Message("product.docx"),
    ("report.docx",),
    _write,
    options=DocxOptions,
    also=True,
    purpose=Message("purpose.docx"),
    apart=True,
    memory=12_000,
    cost=(3.0, 3.6),
    loads=("geo.publish.word.report",),
)
