"""What a file is by what it holds, whatever its name ends in: offices rename .xlsx to .xls."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from geo.errors import SourceError
from geo.sources.encoding import utf16
from geo.text import Message, Wording

_HEAD = 65_536
_MANIFEST = "META-INF/manifest.xml"

_SIGNS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"PAR1", "parquet"),
    (0, b"SQLite format 3\0", "sqlite"),
    (0, b"%PDF", "pdf"),
    (0, b"\x89PNG", "image"),
    (0, b"\xff\xd8\xff", "image"),
    (0, b"GIF8", "image"),
    (0, b"BM", "image"),
    (0, b"II*\0", "image"),
    (0, b"MM\0*", "image"),
    (0, b"Rar!", "archive"),
    (0, b"7z\xbc\xaf", "archive"),
    (0, b"\x1f\x8b", "archive"),
    (4, b"Standard Jet DB", "access"),
    (4, b"Standard ACE DB", "access"),
    (0, b"ARROW1", "arrow"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (0, b"\x09\x08", "old_excel"),
    (0, b"\x09\x04", "old_excel"),
    (0, b"\x09\x02", "old_excel"),
    (0, b"fgb", "fgb"),
    (0, b"\0\0\x27\x0a", "shp"),
    (0, b"{\\rtf", "word"),
)

TITLES: dict[str, Wording] = {
    "pdf": Message("file_kind.pdf"),
    "image": Message("file_kind.image"),
    "word": Message("file_kind.word"),
    "slides": Message("file_kind.slides"),
    "archive": Message("file_kind.archive"),
    "access": Message("file_kind.access"),
    "arrow": Message("file_kind.arrow"),
    "old_excel": Message("file_kind.old_excel"),
    "encrypted": Message("file_kind.encrypted"),
    "sqlite": Message("file_kind.sqlite"),
    "xml_excel": Message("file_kind.xml_excel"),
    "flat_ods": Message("file_kind.flat_ods"),
    "xml": Message("file_kind.xml"),
    "binary": Message("file_kind.binary"),
    "ole": Message("file_kind.ole"),
    "json": Message("file_kind.json"),
    "empty": Message("file_kind.empty"),
    "folder": Message("file_kind.folder"),
}
"""What a file that is no table is called."""

_MENDS: dict[str, Wording] = {
    "pdf": Message("file_mend.pdf"),
    "image": Message("file_mend.pdf"),
    "archive": Message("file_mend.archive"),
    "encrypted": Message("file_mend.encrypted"),
    "empty": Message("file_mend.empty"),
    "folder": Message("file_mend.folder"),
    "binary": Message("file_mend.binary"),
}
_SAVE = Message("file_mend.other")

_OLE_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("WordDocument", "word"),
    ("PowerPoint Document", "slides"),
)


def missing(file: Path) -> SourceError:
    """The error for a file that is not there."""
    return SourceError("kinds.no_such_file", file=file)


def kind_of(file: Path) -> str:  # noqa: PLR0911 -- a return a kind
    """What a table's file is.

    Read as tables: xlsx, xlsb, xls, ods, html, mht, text, parquet, gpkg, geojson, fgb, shp, dbf,
    vector (other files of GDAL's). Others are the keys of TITLES.
    """
    if file.is_dir():
        return "vector" if file.suffix.lower() == ".gdb" else "folder"
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head.strip(b"\0 \t\r\n"):
        return "empty"
    suffix = file.suffix.lower()
    if head[:4] == b"PK\x03\x04":
        return _zipped(file, suffix)
    for at, sign, kind in _SIGNS:
        if head[at : at + len(sign)] == sign:
            return _within(file, kind, head)
    if suffix == ".dbf":
        return "dbf"
    if suffix in (".tab", ".mif", ".gml", ".kml", ".dxf"):
        return "vector"
    return _textual(head)


def no_table(file: Path, kind: str) -> SourceError:
    """The error for a file that is no table, by its true kind and with what to do."""
    return SourceError(
        "kinds.cannot_read_table",
        file=file.name,
        kind=TITLES[kind],
        mend=_MENDS.get(kind, _SAVE),
    )


def _zipped(file: Path, suffix: str) -> str:  # noqa: PLR0911 -- a return a kind
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            mime = archive.read("mimetype")[:100] if "mimetype" in names else b""
            manifest = archive.read(_MANIFEST) if mime and _MANIFEST in names else b""
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError):
        return {".xlsm": "xlsx", ".xlsb": "xlsb", ".ods": "ods", ".zip": "archive"}.get(
            suffix, "xlsx"
        )  # its reader says that it is damaged
    if b"encryption-data" in manifest:
        return "encrypted"
    if b"opendocument.spreadsheet" in mime:
        return "ods"
    if mime:
        return "word"
    for part, kind in (
        ("workbook.bin", "xlsb"),
        ("workbook.xml", "xlsx"),
        ("document.xml", "word"),
        ("presentation.xml", "slides"),
    ):
        if any(n.endswith("/" + part) for n in names):
            return kind
    if any(n.endswith(".rels") for n in names):
        return "xlsx"
    return "vector" if suffix == ".zip" else "archive"


def _within(file: Path, kind: str, head: bytes) -> str:
    """The kind of a container: OLE2 by its streams, SQLite by its tables."""
    if kind == "sqlite":
        return "gpkg" if b"gpkg_contents" in head or file.suffix.lower() == ".gpkg" else kind
    if kind == "image" and head[:2] == b"BM" and b"\0" not in head[:64]:
        return _textual(head)  # a text that begins with BM
    if kind == "old_excel" and (head[2] not in (4, 6, 8, 16) or head[3]):
        return _textual(head)
    if kind != "ole":
        return kind
    data = file.read_bytes()
    for name, found in _OLE_STREAMS:
        if name.encode("utf-16-le") + b"\0\0" in data:
            return found
    # Its list of streams is lost: its reader says that it is damaged.
    return "xls" if file.suffix.lower() in (".xls", ".xlt", ".et", ".ett") else kind


def _textual(head: bytes) -> str:  # noqa: PLR0911 -- a return a kind
    text = _as_latin(head)
    if text is None:
        return "binary"
    start = text.lstrip("\ufeff\xef\xbb\xbf \t\r\n\0")[:4096]
    low = start.lower()
    if "mime-version:" in low[:200] and "multipart/" in low:
        return "mht"
    if low.startswith("<"):
        if "urn:schemas-microsoft-com:office:spreadsheet" in low and "workbook" in low:
            return "xml_excel"
        if "<office:document" in low:
            return "flat_ods"
        return "html" if re.search(r"<(!doctype html|html|table|meta|head|body)\b", low) else "xml"
    if start.startswith(("{", "[")) and re.match(r'[{\[]\s*["{\[\]}\d]', start):
        geo = re.search(r'"(FeatureCollection|Feature|features|coordinates|geometry)"', text)
        return "geojson" if geo else "json"
    return "text"


def _as_latin(head: bytes) -> str | None:
    """The first of a text with a character a byte, whatever its encoding; None if it is none."""
    wide = utf16(head)
    if wide:
        return head[: len(head) // 2 * 2].decode(wide, "replace")
    strange = sum(head.count(bytes([code])) for code in (*range(1, 9), *range(14, 27), 28))
    if strange + head.count(0) > max(2, len(head) // 50):
        return None
    return head.decode("latin-1")
