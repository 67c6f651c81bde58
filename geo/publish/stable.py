"""Equal runs give equal files: no moment and nothing by chance stands in a product.

When a file was made is said by `run.json` alone; sheets and reports bear the day.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyogrio

MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""What stands where a format must have a moment."""
STAMP = f"{MOMENT:%Y-%m-%dT%H:%M:%S}.000Z"
"""The same, as a GeoPackage writes it."""


def unclocked_gdal() -> None:
    """Have GDAL write `MOMENT` as the time of change of each layer of a GeoPackage.

    Nor does SQLite wait for the disk after each layer: a file takes its place once it is done, and
    is made anew where it was not.
    """
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP, "OGR_SQLITE_SYNCHRONOUS": "OFF"})


def unclocked_zip(file: Path) -> None:
    """Write a ZIP (as .docx is) again with `MOMENT` as the time of each of its files."""
    with zipfile.ZipFile(file) as archive:
        parts = [(info, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, body in parts:
            archive.writestr(
                zipfile.ZipInfo(info.filename, MOMENT.timetuple()[:6]), body, zipfile.ZIP_DEFLATED
            )


def page_text(page: Any) -> str:
    """A page of folium; its elements are numbered instead of named by chance."""
    root = page.get_root()
    for number, element in enumerate(_elements(root)):
        element._id = f"{number:032x}"  # noqa: SLF001 - branca has no other way
    return str(root.render())


def _elements(element: Any) -> Iterator[Any]:
    yield element
    for child in element._children.values():  # noqa: SLF001 - as above
        yield from _elements(child)
