"""KML as GDAL reads it, with the names of its fields as they are written.

GDAL makes ____ of 宗地编号 in `<Data name="宗地编号">`, and fields whose names are of one length
fall into one. So names are replaced by plain ones before it reads, and put back after.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET

SUFFIXES = (".kml", ".kmz", ".ovkml")
_NAMED = ("Data", "SimpleData", "SimpleField")
_PREFIXES = {"gx": "http://www.google.com/kml/ext/2.2", "atom": "http://www.w3.org/2005/Atom"}


@contextmanager
def plainly_named(file: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A KML whose fields are called f1, f2, …, and what each is called in `file`.

    The file itself and no names where it has no fields, or is no XML (GDAL then tells). A name that
    stands twice in one placemark gets a number, so that no value is lost.
    """
    try:
        raw = _raw(file)
        text = _recoded(raw)
        root = ET.fromstring(text)  # noqa: S314 -- expat stops entities that grow, fetches none
    except (ET.ParseError, OSError, ValueError, LookupError, zipfile.BadZipFile):
        yield file, {}
        return
    names = _rename(root)
    if not names and text is raw:
        yield file, {}
        return
    for prefix, address in _PREFIXES.items():
        ET.register_namespace(prefix, address)
    ET.register_namespace("", root.tag[1:].partition("}")[0] if root.tag[0] == "{" else "")
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / f"{file.stem}.kml"
        ET.ElementTree(root).write(plain, encoding="utf-8", xml_declaration=True)
        yield plain, names


def _raw(file: Path) -> bytes:
    """The document's bytes, out of its archive if it is a KMZ."""
    raw = file.read_bytes()
    if not raw.startswith(b"PK"):
        return raw
    with zipfile.ZipFile(file) as archive:
        held = [n for n in archive.namelist() if n.lower().endswith(".kml")]
        main = next((n for n in held if n.lower() == "doc.kml"), held[0] if held else "")
        return archive.read(main) if main else b""


def _recoded(raw: bytes) -> bytes:
    """The document in UTF-8; GBK is an encoding that no parser of XML here knows."""
    declared = re.match(rb'\s*<\?xml[^>]*encoding=["\']([\w.-]+)["\'][^>]*\?>', raw)
    if not declared or declared[1].lower() in (b"utf-8", b"utf8", b"utf-16"):
        return raw
    return raw[declared.end() :].decode(declared[1].decode("ascii")).encode()


def _rename(root: ET.Element) -> dict[str, str]:
    """Replace the fields' names in place; the names by what they were replaced with."""
    plain: dict[tuple[str, int], str] = {}
    seen: Counter[str] = Counter()
    for element in root.iter():
        kind = _local(element)
        if kind in ("Placemark", "Schema"):
            seen = Counter()
        name = element.get("name")
        if kind in _NAMED and name is not None:
            seen[name] += 1
            key = name, seen[name]
            element.set("name", plain.setdefault(key, f"f{len(plain) + 1}"))
    return {new: name if count == 1 else f"{name}_{count}" for (name, count), new in plain.items()}


def _local(element: ET.Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def condition(where: str | None, names: dict[str, str]) -> str | None:
    """A condition on the file's names as one on those that GDAL reads."""
    if where is None:
        return None
    for plain, name in sorted(names.items(), key=lambda pair: -len(pair[1])):
        bare = re.escape(name)
        where = re.sub(rf'"{bare}"|(?<![\w"\']){bare}(?![\w"\'])', plain, where)
    return where


def named_again(columns: list[str], names: dict[str, str]) -> list[str]:
    """The columns under the names of the file, numbered where one is there already."""
    out: list[str] = []
    for column in columns:
        wanted = unique = names.get(column, column)
        number = 1
        while unique in out or (column in names and unique in columns and unique not in names):
            number += 1
            unique = f"{wanted}_{number}"
        out.append(unique)
    return out
