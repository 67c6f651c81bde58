"""What GDAL passes over in GeoJSON without a word: text cut at a NUL, an unknown system."""

from __future__ import annotations

import mmap
import re
from pathlib import Path

import pandas as pd
import pyproj

from geo import findings
from geo.errors import CrsError
from geo.text import Message

_CRS = re.compile(rb'"crs"\s*:\s*\{[^{}]*"properties"\s*:\s*\{[^{}]*"name"\s*:\s*"([^"]+)"')
_HEAD = 65_536


def about_json(file: Path, name: str, crs: str | None) -> pd.DataFrame:
    """A finding where text of a GeoJSON is cut at a NUL.

    Raises CrsError where it names a reference system that is none and the project says no `crs`:
    GDAL would take WGS 84.
    """
    if not file.stat().st_size:
        return findings.no_findings()
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as raw:
        named = _CRS.search(raw[:_HEAD])
        count = len(re.findall(rb"\\u0000", raw))
    if named and crs is None:
        _known(file, named[1].decode("utf-8", "replace"))
    if not count:
        return findings.no_findings()
    return findings.about_layer(
        name,
        "nul_in_text",
        Message("json_text.text_holds_nul_characters", file=file.name, count=count),
        Message("json_text.take_out_in_source"),
    )


def _known(file: Path, crs: str) -> None:
    try:
        pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError as error:
        raise CrsError("json_text.reference_system_not_known", file=file.name, crs=crs) from error
