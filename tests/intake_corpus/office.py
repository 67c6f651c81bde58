"""One folder being filled: files written as offices write them, answers noted beside each."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
from openpyxl.utils import get_column_letter

from tests.intake_corpus.tools import Tools

Answer = Mapping[str, "str | tuple[str, ...]"]
"""Canonical column → heading, or headings of which any is right; `heading | 亩` states a unit."""


@dataclass
class Sheet:
    """Rows of a sheet and the ranges that are merged, all counted from 0."""

    rows: list[list[Any]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False


def ledger(
    columns: Mapping[str, Sequence[Any]],
    title: str | None = None,
    above: str | None = None,
    groups: Sequence[tuple[str, int]] = (),
    total: str | None = None,
    notes: Sequence[str] = (),
) -> Sheet:
    """A ledger as it is printed: title, line of unit and date, headings of one or two lines, sum, notes.

    `groups` are the upper headings with the number of columns each spans; ("", 1) merges a heading
    down over both lines.
    """
    heads, values = list(columns), [list(v) for v in columns.values()]
    sheet = Sheet([])
    if title:
        sheet.merged.append((len(sheet.rows), 0, len(sheet.rows), len(heads) - 1))
        sheet.rows.append([title])
    if above:
        sheet.rows.append([None] * (len(heads) - 2) + [above])
    if groups:
        _two_lines(sheet, heads, groups)
    else:
        sheet.rows.append(heads)
    sheet.rows += [[_cell(v[i]) for v in values] for i in range(len(values[0]))]
    if total:
        sums = [total] + [None] * (len(heads) - 1)
        for k, v in enumerate(values):
            if k and all(isinstance(_cell(x), int | float) for x in v):
                sums[k] = round(sum(v), 2)
        sheet.rows.append(sums)
    sheet.rows += [[note] for note in notes]
    return sheet


def _two_lines(sheet: Sheet, heads: list[str], groups: Sequence[tuple[str, int]]) -> None:
    top, upper, lower, at = len(sheet.rows), [], [], 0
    for name, wide in groups:
        if name:
            upper += [name] + [None] * (wide - 1)
            lower += heads[at : at + wide]
            if wide > 1:
                sheet.merged.append((top, at, top, at + wide - 1))
        else:
            upper += heads[at : at + wide]
            lower += [None] * wide
            sheet.merged += [(top, k, top + 1, k) for k in range(at, at + wide)]
        at += wide
    sheet.rows += [upper, lower]


def _cell(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if hasattr(value, "item"):
        return value.item()
    return value


class _PlainName(zipfile.ZipInfo):
    """A member whose name is written byte by byte, without the flag of UTF-8."""

    def __init__(self, name: bytes) -> None:
        super().__init__(name.decode("cp437"))
        self.compress_type = zipfile.ZIP_DEFLATED
        self._name = name

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 -- zipfile's name
        return self._name, self.flag_bits & ~0x800


class Office:
    """A folder, and the answers to what is in it."""

    def __init__(self, root: Path, name: str, tools: Tools) -> None:
        self.folder = root / name
        self.folder.mkdir(parents=True)
        self._tools = tools
        self._file = root / f"{name}.answers.json"
        self._known: dict[str, Any] = {
            "sources": [],
            "year": None,
            "keys": [],
            "sums": {},
            "place": [105.29, 29.34],
        }

    def path(self, name: str) -> Path:
        """Where a file of the folder goes."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    # What is written

    def book(self, name: str, **sheets: Sheet) -> None:
        """A workbook; .xls and .ods are LibreOffice's."""
        made = openpyxl.Workbook()
        made.remove(made.active)
        for title, sheet in sheets.items():
            page = made.create_sheet(title)
            for row in sheet.rows:
                page.append(row)
            for top, left, bottom, right in sheet.merged:
                a, b = get_column_letter(left + 1), get_column_letter(right + 1)
                page.merge_cells(f"{a}{top + 1}:{b}{bottom + 1}")
            if sheet.hidden:
                page.sheet_state = "hidden"
        file = self.path(name)
        if file.suffix == ".xlsx":
            made.save(file)
        else:
            self._tools.workbook(made, file)

    def text(self, name: str, columns: Mapping[str, Sequence[Any]], encoding: str) -> None:
        """A CSV."""
        out = io.StringIO()
        rows = csv.writer(out)
        rows.writerow(columns)
        rows.writerows(
            [x.strftime("%Y-%m-%d") if isinstance(x, pd.Timestamp) else x for x in row]
            for row in zip(*columns.values(), strict=True)
        )
        self.path(name).write_bytes(out.getvalue().encode(encoding))

    def shapes(
        self, name: str, frame: gpd.GeoDataFrame, layer: str | None = None, **options: str
    ) -> None:
        """A layer by GeoPandas (its GDAL)."""
        drivers = {".shp": "ESRI Shapefile", ".gpkg": "GPKG", ".geojson": "GeoJSON", ".kml": "KML"}
        file = self.path(name)
        frame.to_file(file, layer=layer, driver=drivers[file.suffix], engine="pyogrio", **options)

    def gdal(self, name: str, frame: gpd.GeoDataFrame, driver: str, **options: Any) -> None:
        """A layer by the GDAL of the system: another version, other habits."""
        self._tools.layer(self.path(name), frame, driver, **options)

    def lose(self, *names: str) -> None:
        """Files that did not come along (.prj, .cpg)."""
        self._tools.afterwards(lambda: [(self.folder / n).unlink(missing_ok=True) for n in names])

    def junk(self, name: str, content: bytes = b"") -> None:
        """A file that is no source."""
        self.path(name).write_bytes(content)

    def zipped(self, name: str, members: str, encoding: str = "gbk") -> None:
        """All files of a subfolder as an archive of an e-mail program that knows GBK only."""

        def pack() -> None:
            inner = self.folder / members
            with zipfile.ZipFile(self.path(name), "w", zipfile.ZIP_DEFLATED) as archive:
                for file in sorted(p for p in inner.rglob("*") if p.is_file()):
                    raw = file.relative_to(inner).as_posix().encode(encoding)
                    archive.writestr(_PlainName(raw), file.read_bytes())
            shutil.rmtree(inner)

        self._tools.afterwards(pack)

    # What is known of it

    def knows(
        self,
        path: str,
        part: str | None = None,
        crs: str | None = None,
        rows: int | None = None,
        also: Mapping[str, Answer] | None = None,
        **roles: Answer,
    ) -> None:
        """What a source is, by role: the headings of its columns. `also` is right and not required."""
        self._known["sources"].append(
            {
                "path": path,
                "part": part,
                "crs": crs,
                "rows": rows,
                "roles": {k: _columns(v) for k, v in roles.items()},
                "also": {k: _columns(v) for k, v in (also or {}).items()},
            }
        )

    def unused(self, path: str, part: str | None = None, why: str = "") -> None:
        """A table or layer that is not to be used."""
        self._known["sources"].append(
            {"path": path, "part": part, "roles": {}, "also": {}, "why": why, "crs": None}
        )

    def key(self, table: str, column: str, to: str, rows: int, matched: int) -> None:
        """How many rows of a table have a counterpart in a layer or table."""
        self._known["keys"].append(
            {"table": table, "column": column, "to": to, "rows": rows, "matched": matched}
        )

    def sums(self, year: int | None = None, **sums: float) -> None:
        """Sums in canonical units of what is read: `tax` of the year, `contract_area_m2` of parcels."""
        if year:
            self._known["year"] = year
        self._known["sums"] |= {k: round(float(v), 4) for k, v in sums.items()}

    def place(self, lon: float, lat: float) -> None:
        """Where it lies, where that is not 隆昌."""
        self._known["place"] = [lon, lat]

    def save(self) -> None:
        """The answers beside the folder."""
        self._file.write_text(
            json.dumps(self._known, ensure_ascii=False, indent=1), encoding="utf-8"
        )


def _columns(answer: Answer) -> dict[str, dict[str, Any]]:
    out = {}
    for column, headings in answer.items():
        several = (headings,) if isinstance(headings, str) else headings
        parts = [h.split(" | ") for h in several]
        unit = parts[0][1] if len(parts[0]) > 1 else ""
        out[column] = {"headings": [p[0] for p in parts], "unit": unit}
    return out
