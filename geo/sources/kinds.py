"""What a file is by what it holds, whatever its name ends in: offices rename .xlsx to .xls."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from geo.errors import SourceError
from geo.sources.encoding import utf16

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

TITLES = {
    "pdf": ("PDF", "a PDF"),
    "image": ("图片", "a picture"),
    "word": ("Word 文档", "a document"),
    "slides": ("演示文稿", "slides"),
    "archive": ("压缩包", "an archive"),
    "access": ("Access 数据库", "an Access database"),
    "arrow": ("Arrow 文件", "an Arrow file"),
    "old_excel": ("Excel 95 以前的工作簿", "a workbook of Excel before 97"),
    "encrypted": ("加密的工作簿", "a workbook with a password"),
    "sqlite": ("SQLite 数据库", "an SQLite database"),
    "xml_excel": ("XML 表格（Excel 2003）", "an XML spreadsheet (Excel 2003)"),
    "flat_ods": ("单个 XML 的 ODS（.fods）", "a flat ODS (.fods)"),
    "xml": ("XML 文件", "an XML file"),
    "binary": ("二进制文件", "a binary file"),
    "ole": ("Office 旧格式文件", "an old Office file"),
    "json": ("JSON，不是 GeoJSON", "JSON that is not GeoJSON"),
    "empty": ("空文件", "an empty file"),
    "folder": ("文件夹", "a folder"),
}
"""What a file that is no table is called."""

_MENDS = {
    "pdf": ("请索取原始的 Excel 表", "ask for the Excel sheet it was made from"),
    "image": ("请索取原始的 Excel 表", "ask for the Excel sheet it was made from"),
    "archive": ("请先解压", "unpack it first"),
    "encrypted": ("请在 Excel 或 WPS 中去掉密码后另存", "remove its password in Excel or WPS"),
    "empty": ("请重新导出", "export it again"),
    "folder": ("path 要指向一个文件", "let `path` name a file"),
    "binary": ("文件是否损坏？请重新导出", "is it damaged? Export it again"),
}
_SAVE = ("请另存为 .xlsx 或 .csv", "save it as .xlsx or .csv")

_OLE_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("WordDocument", "word"),
    ("PowerPoint Document", "slides"),
)


def missing(file: Path) -> SourceError:
    """The error for a file that is not there."""
    return SourceError(
        f"找不到文件 {file}：请检查 mujun.toml 中的 path。",
        f"no such file {file}: check its `path` in mujun.toml.",
    )


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
    zh, en = TITLES[kind]
    mend_zh, mend_en = _MENDS.get(kind, _SAVE)
    return SourceError(
        f"{file.name}：是{zh}，不能作表读取：{mend_zh}。",
        f"{file.name}: is {en}, which cannot be read as a table: {mend_en}.",
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
