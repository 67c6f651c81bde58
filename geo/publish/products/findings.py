"""`findings.xlsx` and `layers/findings.gpkg`: what was found, and where it lies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import OutputError
from geo.project import Settings
from geo.publish.registry import Making, Options, Product, always
from geo.text import Message

if TYPE_CHECKING:
    import pandas as pd

WORKBOOK, LAYER = "findings.xlsx", "layers/findings.gpkg"


def write_all_findings(
    found: pd.DataFrame, frames: Mapping[str, Any], settings: Settings, folder: Path
) -> None:
    """Both files of findings; `frames` are the layers as read, by which rows have their places."""
    from geo.publish.excel.workbook import write_findings
    from geo.publish.gis.vectors import write_findings_layer

    write_findings(found, settings, folder / WORKBOOK)
    (folder / LAYER).parent.mkdir(parents=True, exist_ok=True)
    write_findings_layer(found, dict(frames), settings, folder / LAYER)


def _write(making: Making, _: Options) -> list[str]:
    """Raises OutputError where nobody has the layers as they were read: rows have no place then."""
    if making.layers is None or making.findings is None:
        raise OutputError("product.findings_with_run")
    write_all_findings(making.findings, making.layers.frames, making.run.settings, making.stage)
    return []


PRODUCT = Product(
    "findings",
    Message("product.findings"),
    (WORKBOOK, LAYER),
    _write,
    wanted=always,
    exported=False,
    in_parts=True,
    purpose=Message("purpose.findings"),
)
