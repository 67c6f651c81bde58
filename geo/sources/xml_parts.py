"""Parts of a zipped office document, read as a stream of XML within bounds."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO
from xml.parsers import expat

CHUNK = 1 << 20
MOST_TEXT = 400 << 20
"""Bytes of one part, unpacked: more is no ledger."""

_BLANK_CELL = re.compile(rb"<c [^<>]*/>")
"""A cell of .xlsx that has only a style: a formatted sheet holds millions."""

_BLANK_ROW = re.compile(rb'<row r="\d+"[^<>]*>\s*</row>')


class SheetError(Exception):
    """The workbook is damaged; the message is of the library that found it."""


class TooLargeError(SheetError):
    """The workbook is larger than what is read of one."""


def open_part(archive: zipfile.ZipFile, part: str) -> IO[bytes]:
    """A part of the archive, to be read once."""
    if archive.getinfo(part).file_size > MOST_TEXT:
        raise TooLargeError(part)
    return archive.open(part)


@contextmanager
def damage() -> Iterator[None]:
    """What a damaged file makes the libraries raise, as one error."""
    try:
        yield
    except (
        zipfile.BadZipFile,
        expat.ExpatError,
        ValueError,
        OSError,
        EOFError,
        LookupError,
        NotImplementedError,
        OverflowError,
        RuntimeError,
        struct.error,
    ) as error:
        raise SheetError(
            str(error).splitlines()[0] if str(error) else type(error).__name__
        ) from error
    except Exception as error:  # zlib.error and LZMAError have no base of their own
        if type(error).__module__ in ("zlib", "_lzma", "lzma"):
            raise SheetError(str(error)) from error
        raise


def parse_part(
    stream: IO[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Run a part through expat in pieces; tags come without their namespace."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    if end:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    rest, size = b"", 0
    with stream:
        while piece := stream.read(CHUNK):
            size += len(piece)
            if size > MOST_TEXT:
                raise TooLargeError
            piece = rest + piece
            # Cut between two tags, so that no blank cell is cut in two.
            cut = piece.rfind(b">") + 1
            rest = piece[cut:]
            held = _BLANK_CELL.sub(b"", piece[:cut])
            parser.Parse(_BLANK_ROW.sub(b"", held), False)
    parser.Parse(rest, True)
