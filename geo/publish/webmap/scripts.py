"""The scripts of a folder, each one call that hands packed tables over as texts.

They are UTF-16, two bytes a letter: packed bytes take 3 % more room in it, as base64 33 %. The mark at
the beginning says so to every browser, before a server's `charset`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from geo.publish.page import call

_APART = 0xE000
"""Stands before a letter that may not stand as it is; at the end: the last byte is no part."""
_FLIPPED = 0x8000
_NO_LETTER = np.zeros(1 << 16, dtype=bool)
_NO_LETTER[0xD800:0xE001] = True  # halves of pairs, and the mark itself
_NO_LETTER[[*b'\n\r"\\']] = True  # what ends a string of a script


def letters(raw: bytes) -> bytes:
    """Bytes as the letters of a string, two each, for the client's `unpack`.

    >>> letters(b"ab").decode("utf-16-le"), letters(b'"').hex()
    ('扡', '00e0228000e0')
    """
    odd = len(raw) % 2
    units = np.frombuffer(raw + b"\0" * odd, "<u2")
    apart = np.flatnonzero(_NO_LETTER[units])
    out = np.insert(units, apart, _APART)
    out[apart + np.arange(1, len(apart) + 1)] ^= _FLIPPED
    return out.tobytes() + _utf16(chr(_APART) * odd)


def write(file: Path, function: str, first: list[str], texts: Iterable[Iterable[bytes]]) -> None:
    """Write a call of a function of the client: texts of `first`, and a list of `texts`.

    Each of them is given in pieces, as `letters` makes them.
    """
    head, between, tail = map(_utf16, call(function, *first, ["", ""]).source.split('""'))
    quote = _utf16('"')
    with file.open("wb") as out:
        out.write(_utf16("\ufeff") + head)
        for at, text in enumerate(texts):
            out.write((between if at else b"") + quote)
            out.writelines(text)
            out.write(quote)
        out.write(tail)


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")
