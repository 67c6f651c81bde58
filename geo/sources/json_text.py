"""What GDAL passes over in GeoJSON without a word: text cut at a NUL, an unknown system."""

from __future__ import annotations

import mmap
import re
from pathlib import Path

import pandas as pd
import pyproj

from geo import findings
from geo.errors import CrsError, Text

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
        Text(
            f"{file.name}：文字中有 {count} 处空字符（NUL），其后的文字读不到",
            f"{file.name}: its text holds NUL characters ({count}): what follows them is not read",
        ),
        Text("在源数据中删去空字符", "take them out in the source"),
    )


def _known(file: Path, crs: str) -> None:
    try:
        pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError as error:
        raise CrsError(
            f"{file.name}：所写的坐标系“{crs}”不存在：请改正，或在项目中写明 crs。",
            f"{file.name}: its reference system `{crs}` is not known: correct it, or name the"
            " layer's `crs` in the project.",
        ) from error
