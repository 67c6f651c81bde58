"""An Excel file as it lies on disk: what XlsxWriter made, and the bodies of its tables.

A body is deflated as its slices are made; no sheet is ever whole in memory, nor on disk before it
is packed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from isal import isal_zlib

from geo.publish.excel.fast_sheet import SharedTexts, TableSheet

LEVEL = 2
"""Of ISA-L: a tenth larger than by zlib's level 6, in a tenth of the time."""

TEXTS = "xl/sharedStrings.xml"
_SHEETS = "xl/worksheets/sheet"
_COUNTS = re.compile(rb' count="(\d+)" uniqueCount="(\d+)"')
_CELL = 64
"""Bytes of a cell, at most about: where a sheet may pass 2 GiB the ZIP says its size in 64 bits."""


def pack(made: BytesIO, sheets: list[TableSheet], file: Path) -> None:
    """Write the file: `made` is the workbook without the bodies of `sheets`."""
    bodies = {f"{_SHEETS}{sheet.index + 1}.xml": sheet for sheet in sheets if sheet.count}
    with ZipFile(made) as source, ZipFile(file, "w") as packed:
        names = [name for name in source.namelist() if name != TEXTS]
        texts = source.read(TEXTS) if TEXTS in source.namelist() else b""
        found = _COUNTS.search(texts)
        shared = SharedTexts(int(found[2]) if found else 0)
        for name in names:
            content = source.read(name)
            if name not in bodies:
                _write(packed, name, [content], len(content))
                continue
            sheet = bodies[name]
            head, mark, tail = content.partition(b"</sheetData>")
            size = len(content) + sheet.count * len(sheet.columns) * _CELL
            _write(packed, name, _parts(head, sheet, shared, mark + tail), size)
        if found:
            counts = f' count="{int(found[1]) + shared.cells}"'
            counts += f' uniqueCount="{shared.before + len(shared.numbers)}"'
            texts = texts[: found.start()] + counts.encode() + texts[found.end() :]
            head, mark, tail = texts.partition(b"</sst>")
            _write(packed, TEXTS, [head, shared.items(), mark + tail], len(texts))


def _parts(head: bytes, sheet: TableSheet, shared: SharedTexts, tail: bytes) -> Iterable[bytes]:
    yield head
    yield from sheet.body(shared)
    yield tail


def _write(packed: ZipFile, name: str, pieces: Iterable[bytes], size: int) -> None:
    """One file of the ZIP, of about `size` bytes; all bear the first day that a ZIP can say."""
    info = ZipInfo(name)
    info.compress_type = ZIP_DEFLATED
    info.file_size = size
    with packed.open(info, "w") as out:
        # zipfile takes no other library by a public name
        out._compressor = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, -15)  # type: ignore[attr-defined]  # noqa: SLF001
        for piece in pieces:
            out.write(piece)
